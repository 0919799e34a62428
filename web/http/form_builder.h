/* A form that grows in an arena; for the parsers of this folder only. */
#ifndef LZ_WEB_HTTP_FORM_BUILDER_H
#define LZ_WEB_HTTP_FORM_BUILDER_H

#include "web/http/form.h"

struct lz_form_builder {
    struct lz_arena *arena;
    struct lz_form form;
    struct lz_form_field *fields; /* form.fields, writable */
    size_t room;
};

/* LZ_TOO_LARGE beyond the caps of form.h; LZ_MEMORY. */
LZ_MUST lz_err lz_form_builder_add(struct lz_form_builder *builder, const struct lz_form_field *field);

#endif
