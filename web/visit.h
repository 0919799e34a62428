/* One request on its way through a handler: who asks, what was sent, and the one value that answers. */
#ifndef LZ_WEB_VISIT_H
#define LZ_WEB_VISIT_H

#include "registry/account.h"
#include "web/input.h"
#include "web/site.h"

struct lz_route;

struct lz_visit {
    struct lz_site *site;
    const struct lz_route *route; /* NULL: no such page */
    const struct lz_http_request *request;
    struct lz_http_reply *reply;
    struct lz_call *call; /* reg, actor and arena are set; a handler that fails leaves its fault here */
    lz_lang lang;
    bool html;                        /* a browser: the value will be rendered */
    const struct lz_session *session; /* NULL: signed out */
    struct lz_session *session_room;  /* where the dispatcher keeps it */
    const char *session_token;        /* the cookie's value; NULL: none */
    struct lz_form sent;              /* the body's fields as they came, for the token of the form */
    struct lz_values values;
    bool let_in; /* all that the row demands held, but maybe what was typed into its form */

    /* ---- what a handler fills; the dispatcher releases it ---- */
    json_t *value;         /* the answer: JSON as it is, or what the template is rendered from */
    const char *title;     /* of the page, plain text; NULL: the row's */
    const char *see_other; /* after a POST a browser goes there (303); a local path, arena */
    int status;            /* 0: 200 */
};

/* Values that the row's inputs accepted; what was not sent is NULL, 0, false or an empty date. */
const char *lz_visit_text(const struct lz_visit *visit, const char *name);
int64_t lz_visit_int(const struct lz_visit *visit, const char *name);
bool lz_visit_flag(const struct lz_visit *visit, const char *name);
struct lz_date lz_visit_date(const struct lz_visit *visit, const char *name);
const struct lz_form_field *lz_visit_file(const struct lz_visit *visit, const char *name);
const char *lz_visit_text_at(const struct lz_visit *visit, const char *name, size_t index); /* of `many` */

/* A text of the catalogue in the visitor's language: the key itself when there is none. */
const char *lz_visit_say(const struct lz_visit *visit, const char *key);
/* A handler's last line: takes the reference; NULL is LZ_MEMORY. */
lz_err lz_visit_answer(struct lz_visit *visit, json_t *value);
/* After a POST: a browser goes to the path (`format`, printf) and sees the banner `done.<key>` there. */
lz_err lz_visit_done(struct lz_visit *visit, const char *key, const char *format, ...) LZ_PRINTF(3, 4);
/* The fault's sentence, or with the field's name; for handlers that find more than the inputs' table can. */
lz_err lz_visit_refuse_field(struct lz_visit *visit, const char *field, const char *message_key);

/* "/desk?x=1" is one of ours; "//evil", "/\evil", "https:", control characters are not. */
bool lz_path_is_local(const char *path);

#endif
