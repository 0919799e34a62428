/* Handlers and views of routes_desk.c, by file. */
#ifndef LZ_WEB_DESK_H
#define LZ_WEB_DESK_H

#include "web/route.h"

enum { LZ_DESK_PAGE = 50 }; /* rows of a table */

/* home.c: what waits, by role; the two work lists behind it */
lz_err lz_desk_home(struct lz_visit *visit);
json_t *lz_desk_home_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_expiring(struct lz_visit *visit);
lz_err lz_desk_badges(struct lz_visit *visit);
json_t *lz_desk_expiring_view(struct lz_visit *visit, const json_t *value);
json_t *lz_desk_badges_view(struct lz_visit *visit, const json_t *value);

/* people.c: search */
lz_err lz_desk_people(struct lz_visit *visit);
json_t *lz_desk_people_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_people_find(struct lz_visit *visit); /* POST: what was typed never stands in an address */

/* person.c, person_view.c: one person with everything that happened */
lz_err lz_desk_person(struct lz_visit *visit);
json_t *lz_desk_person_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_id_number(struct lz_visit *visit); /* POST: an audit event */
json_t *lz_desk_id_number_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_photo(struct lz_visit *visit);
lz_err lz_desk_photo_put(struct lz_visit *visit);

/* action.c: what happens to a certificate, first asked, then done */
lz_err lz_desk_action(struct lz_visit *visit);
json_t *lz_desk_action_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_action_do(struct lz_visit *visit);
lz_err lz_desk_undo(struct lz_visit *visit);
lz_err lz_desk_unschedule(struct lz_visit *visit);

/* badge.c: the physical badge */
lz_err lz_desk_badge(struct lz_visit *visit);
json_t *lz_desk_badge_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_badge_do(struct lz_visit *visit);
/* card.c */
lz_err lz_desk_card(struct lz_visit *visit);
json_t *lz_desk_card_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_card_make(struct lz_visit *visit);
lz_err lz_desk_card_pdf(struct lz_visit *visit);
lz_err lz_desk_card_png(struct lz_visit *visit);

/* import.c, import_view.c */
lz_err lz_desk_import(struct lz_visit *visit);
json_t *lz_desk_import_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_import_upload(struct lz_visit *visit);
lz_err lz_desk_import_show(struct lz_visit *visit);
json_t *lz_desk_import_show_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_import_decide(struct lz_visit *visit);

/* awaiting.c */
lz_err lz_desk_awaiting(struct lz_visit *visit);
json_t *lz_desk_awaiting_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_awaiting_confirm(struct lz_visit *visit);

/* accounts.c */
lz_err lz_desk_accounts(struct lz_visit *visit);
json_t *lz_desk_accounts_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_account_form(struct lz_visit *visit);
json_t *lz_desk_account_form_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_account_add(struct lz_visit *visit);
lz_err lz_desk_account_ask(struct lz_visit *visit);
json_t *lz_desk_account_ask_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_account_do(struct lz_visit *visit);
json_t *lz_desk_secret_view(struct lz_visit *visit, const json_t *value); /* a password, shown once */
lz_err lz_desk_password_form(struct lz_visit *visit);
json_t *lz_desk_password_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_password_set(struct lz_visit *visit);

/* organs.c */
lz_err lz_desk_organs(struct lz_visit *visit);
json_t *lz_desk_organs_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_organ_form(struct lz_visit *visit);
json_t *lz_desk_organ_form_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_organ_add(struct lz_visit *visit);

/* audit.c */
lz_err lz_desk_audit(struct lz_visit *visit);
json_t *lz_desk_audit_view(struct lz_visit *visit, const json_t *value);
lz_err lz_desk_audit_verify(struct lz_visit *visit);

#endif
