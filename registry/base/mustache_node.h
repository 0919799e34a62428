/* What a parsed template is made of; shared by mustache_parse.c and mustache_render.c only. */
#ifndef LZ_BASE_MUSTACHE_NODE_H
#define LZ_BASE_MUSTACHE_NODE_H

#include "registry/base/mustache.h"

enum lz_mustache_kind {
    LZ_MUSTACHE_TEXT,     /* as it stands, at most one line */
    LZ_MUSTACHE_LINE,     /* a line begins: the indentation of a standalone partial is repeated here */
    LZ_MUSTACHE_VALUE,    /* {{name}} */
    LZ_MUSTACHE_RAW,      /* {{{name}}} or {{&name}} */
    LZ_MUSTACHE_SECTION,  /* {{#name}} */
    LZ_MUSTACHE_INVERTED, /* {{^name}} */
    LZ_MUSTACHE_PARTIAL,  /* {{>name}} */
};

struct lz_mustache_node {
    enum lz_mustache_kind kind;
    bool standalone;      /* a partial alone on its line: `indent` holds for all of its lines */
    struct lz_bytes text; /* text or name, borrowed from the template's copy */
    struct lz_bytes indent;
    size_t end; /* of a section: the node behind its last; while it is still open: the section around it */
};

/* Nodes stand in the order of the text; the children of a section follow it up to `end`. */
struct lz_mustache {
    char *text;
    struct lz_mustache_node *nodes;
    size_t count;
    size_t room;
};

#endif
