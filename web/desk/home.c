/* The first page after signing in. */
#include "web/desk/desk.h"

lz_err lz_desk_home(struct lz_visit *visit)
{
    const struct lz_actor *actor = visit->call->actor;
    return lz_visit_answer(visit,
                           json_pack("{s:s, s:s}", "name", actor->name, "role", lz_role_name(actor->role)));
}
