/* Tags to lay on the virtual reader: what the kiosk's demo panel offers. */
#ifndef LZ_REGISTRY_COMMAND_DEMO_TAGS_H
#define LZ_REGISTRY_COMMAND_DEMO_TAGS_H

#include "registry/register.h"

/* Makes the badges and chip tokens of the first parts and writes `dir`/demo-tags/NN-….ndef.json:
 * {"label":"有效 · 姓名","chip":"NTAG216","uid":"04…","uri":"https…"}. */
LZ_MUST lz_err lz_demo_tags(struct lz_call *call, const char *dir);

#endif
