/* The rows of the staff's desk, and its menu. */
#include "registry/roster.h"
#include "web/desk/desk.h"

#include "badge-print/photo.h"

enum { FORM_ROOM = 64 << 10 }; /* what stands around a file in a multipart body */

#define PERSON                                                                                               \
    {                                                                                                        \
        .name = "person", .place = LZ_IN_PATH, .kind = LZ_INPUT_ID, .required = true                         \
    }
#define NUMBER                                                                                               \
    {                                                                                                        \
        .name = "number", .place = LZ_IN_PATH, .kind = LZ_INPUT_TEXT, .required = true, .max = 64            \
    }
#define PAGE                                                                                                 \
    {                                                                                                        \
        .name = "page", .place = LZ_IN_QUERY, .kind = LZ_INPUT_INT, .max = 100000                            \
    }
#define ORGAN(where)                                                                                         \
    {                                                                                                        \
        .name = "organ", .place = (where), .kind = LZ_INPUT_ID, .label = "desk.col.organ"                    \
    }
#define SEARCH(where)                                                                                        \
    {.name = "text", .place = (where), .kind = LZ_INPUT_TEXT, .max = 100, .label = "desk.people.text"},      \
        {.name = "state",                                                                                    \
         .place = (where),                                                                                   \
         .kind = LZ_INPUT_CHOICE,                                                                            \
         .choices = states,                                                                                  \
         .label = "desk.people.state"},                                                                      \
        ORGAN(where)
#define EXPECTED                                                                                             \
    {.name = "expected_id", .place = LZ_IN_FORM, .kind = LZ_INPUT_ID},                                       \
    {                                                                                                        \
        .name = "expected_state", .place = LZ_IN_FORM, .kind = LZ_INPUT_TEXT                                 \
    }

static const char *const states[] = {
    "awaiting-confirmation", "valid", "suspended", "revoked", "cancelled", "expired", "refused", NULL};
static const char *const events[] = {"issue",  "refuse", "suspend", "reinstate", "revoke",
                                     "cancel", "renew",  "reissue", NULL};
static const char *const badge_events[] = {"print", "hand-over", "return", "lose", "spoil", "destroy", NULL};
static const char *const account_changes[] = {"password", "disable", "enable", NULL};
static const char *const sides[] = {"front", "back", NULL};
static const char *const encodings[] = {"auto", "utf-8", "gb18030", NULL};
static const char *const decisions[] = {"all", "good", "cancel", NULL};
static const char *const row_filters[] = {"all", "refused", "created", "changed", "unchanged", NULL};
static const char *const roles[] = {"admin", "bureau", "hr", "trainer", "clerk", "auditor", NULL};
static const char *const organ_kinds[] = {"statutory", "authorised", "entrusted", NULL};

static const struct lz_input page_inputs[] = {PAGE};
static const struct lz_input people_inputs[] = {
    SEARCH(LZ_IN_QUERY), PAGE, {.name = "none", .place = LZ_IN_QUERY, .kind = LZ_INPUT_FLAG}};
static const struct lz_input find_inputs[] = {SEARCH(LZ_IN_FORM)};
static const struct lz_input person_inputs[] = {PERSON};
static const struct lz_input photo_inputs[] = {PERSON,
                                               {.name = "photo",
                                                .place = LZ_IN_FORM,
                                                .kind = LZ_INPUT_FILE,
                                                .required = true,
                                                .max = LZ_PHOTO_UPLOAD_MAX,
                                                .label = "desk.photo.label"}};
static const struct lz_input drop_inputs[] = {
    PERSON, {.name = "entry", .place = LZ_IN_PATH, .kind = LZ_INPUT_ID, .required = true}};
static const struct lz_input action_inputs[] = {
    NUMBER,
    {.name = "event", .place = LZ_IN_PATH, .kind = LZ_INPUT_CHOICE, .required = true, .choices = events}};
static const struct lz_input action_do_inputs[] = {
    NUMBER,
    {.name = "event", .place = LZ_IN_PATH, .kind = LZ_INPUT_CHOICE, .required = true, .choices = events},
    {.name = "reason", .place = LZ_IN_FORM, .kind = LZ_INPUT_TEXT, .max = 40, .label = "desk.col.reason"},
    {.name = "document",
     .place = LZ_IN_FORM,
     .kind = LZ_INPUT_TEXT,
     .max = 100,
     .label = "desk.col.document"},
    {.name = "effective", .place = LZ_IN_FORM, .kind = LZ_INPUT_DATE, .label = "desk.action.effective"},
    {.name = "valid_until", .place = LZ_IN_FORM, .kind = LZ_INPUT_DATE, .label = "desk.col.valid_until"},
    EXPECTED};
static const struct lz_input undo_inputs[] = {NUMBER, EXPECTED};
static const struct lz_input number_inputs[] = {NUMBER};
static const struct lz_input png_inputs[] = {
    NUMBER, {.name = "side", .place = LZ_IN_QUERY, .kind = LZ_INPUT_CHOICE, .choices = sides}};
#define BADGE                                                                                                \
    NUMBER, {.name = "badge", .place = LZ_IN_PATH, .kind = LZ_INPUT_ID, .required = true},                   \
    {                                                                                                        \
        .name = "event", .place = LZ_IN_PATH, .kind = LZ_INPUT_CHOICE, .required = true,                     \
        .choices = badge_events                                                                              \
    }
static const struct lz_input badge_inputs[] = {BADGE};
static const struct lz_input badge_do_inputs[] = {
    BADGE, {.name = "expected_state", .place = LZ_IN_FORM, .kind = LZ_INPUT_TEXT}};
static const struct lz_input upload_inputs[] = {{.name = "file",
                                                 .place = LZ_IN_FORM,
                                                 .kind = LZ_INPUT_FILE,
                                                 .required = true,
                                                 .max = LZ_ROSTER_MAX_BYTES,
                                                 .label = "desk.import.file"},
                                                {.name = "encoding",
                                                 .place = LZ_IN_FORM,
                                                 .kind = LZ_INPUT_CHOICE,
                                                 .choices = encodings,
                                                 .label = "desk.import.encoding"}};
#define IMPORT                                                                                               \
    {                                                                                                        \
        .name = "import", .place = LZ_IN_PATH, .kind = LZ_INPUT_TEXT, .required = true, .max = 32            \
    }
static const struct lz_input import_inputs[] = {
    IMPORT, {.name = "rows", .place = LZ_IN_QUERY, .kind = LZ_INPUT_CHOICE, .choices = row_filters}, PAGE};
static const struct lz_input decide_inputs[] = {IMPORT,
                                                {.name = "decision",
                                                 .place = LZ_IN_FORM,
                                                 .kind = LZ_INPUT_CHOICE,
                                                 .required = true,
                                                 .choices = decisions,
                                                 .label = "desk.import.decision"}};
static const struct lz_input confirm_inputs[] = {{.name = "numbers",
                                                  .place = LZ_IN_FORM,
                                                  .kind = LZ_INPUT_TEXT,
                                                  .many = true,
                                                  .max = 64,
                                                  .label = "desk.col.number"}};
static const struct lz_input account_inputs[] = {{.name = "login",
                                                  .place = LZ_IN_FORM,
                                                  .kind = LZ_INPUT_TEXT,
                                                  .required = true,
                                                  .max = 63,
                                                  .label = "desk.col.login"},
                                                 {.name = "name",
                                                  .place = LZ_IN_FORM,
                                                  .kind = LZ_INPUT_TEXT,
                                                  .required = true,
                                                  .max = 30,
                                                  .label = "desk.col.name"},
                                                 {.name = "role",
                                                  .place = LZ_IN_FORM,
                                                  .kind = LZ_INPUT_CHOICE,
                                                  .required = true,
                                                  .choices = roles,
                                                  .label = "desk.col.role"},
                                                 ORGAN(LZ_IN_FORM)};
#define ACCOUNT                                                                                              \
    {.name = "login", .place = LZ_IN_PATH, .kind = LZ_INPUT_TEXT, .required = true, .max = 63},              \
    {                                                                                                        \
        .name = "change", .place = LZ_IN_PATH, .kind = LZ_INPUT_CHOICE, .required = true,                    \
        .choices = account_changes                                                                           \
    }
static const struct lz_input account_change_inputs[] = {ACCOUNT};
static const struct lz_input organs_inputs[] = {
    {.name = "text", .place = LZ_IN_QUERY, .kind = LZ_INPUT_TEXT, .max = 100, .label = "desk.organs.search"},
    PAGE};
static const struct lz_input organ_inputs[] = {
    {.name = "name",
     .place = LZ_IN_FORM,
     .kind = LZ_INPUT_TEXT,
     .required = true,
     .max = 60,
     .label = "desk.organs.name"},
    {.name = "kind",
     .place = LZ_IN_FORM,
     .kind = LZ_INPUT_CHOICE,
     .choices = organ_kinds,
     .label = "desk.col.organ_kind"},
    {.name = "parent", .place = LZ_IN_FORM, .kind = LZ_INPUT_ID, .label = "desk.organs.parent"},
    {.name = "code", .place = LZ_IN_FORM, .kind = LZ_INPUT_TEXT, .max = 18, .label = "desk.col.code"},
    {.name = "region", .place = LZ_IN_FORM, .kind = LZ_INPUT_TEXT, .max = 60, .label = "desk.col.region"},
    {.name = "complaint_line",
     .place = LZ_IN_FORM,
     .kind = LZ_INPUT_TEXT,
     .max = 40,
     .label = "desk.col.complaint_line"},
    {.name = "basis",
     .place = LZ_IN_FORM,
     .kind = LZ_INPUT_LINES,
     .max = 2000,
     .label = "desk.organs.basis"}};
static const struct lz_input password_inputs[] = {{.name = "current",
                                                   .place = LZ_IN_FORM,
                                                   .kind = LZ_INPUT_SECRET,
                                                   .required = true,
                                                   .label = "desk.password.current"},
                                                  {.name = "password",
                                                   .place = LZ_IN_FORM,
                                                   .kind = LZ_INPUT_SECRET,
                                                   .required = true,
                                                   .label = "desk.password.new"},
                                                  {.name = "again",
                                                   .place = LZ_IN_FORM,
                                                   .kind = LZ_INPUT_SECRET,
                                                   .required = true,
                                                   .label = "desk.password.again"}};

#define AUDITORS (LZ_ROLES(LZ_ROLE_ADMIN) | LZ_ROLES(LZ_ROLE_AUDITOR))
#define GET(where, who) .method = LZ_HTTP_GET, .path = (where), .roles = (who)
#define POST(where, who) .method = LZ_HTTP_POST, .path = (where), .roles = (who)
#define CERTIFICATE "/desk/certificates/{number}"

/* clang-format off */
const struct lz_route lz_routes_desk[] = {
    {GET("/desk", LZ_ROLES_STAFF),
     .page = {lz_desk_home, "desk/home", "desk.title", lz_desk_home_view}},
    {GET("/desk/expiring", LZ_ROLES_FILING), LZ_INPUTS(page_inputs),
     .page = {lz_desk_expiring, "desk/list", "desk.expiring.title", lz_desk_expiring_view}},
    {GET("/desk/badges", LZ_ROLES_BADGE), LZ_INPUTS(page_inputs),
     .page = {lz_desk_badges, "desk/list", "desk.badges.title", lz_desk_badges_view}},

    {GET("/desk/people", LZ_ROLES_STAFF), LZ_INPUTS(people_inputs), .scope = LZ_SCOPE_ORGAN,
     .page = {lz_desk_people, "desk/people", "desk.people.title", lz_desk_people_view}},
    {POST("/desk/people", LZ_ROLES_STAFF), LZ_INPUTS(find_inputs), .scope = LZ_SCOPE_ORGAN,
     .page = {.handler = lz_desk_people_find},
     .again = {lz_desk_people, "desk/people", "desk.people.title", lz_desk_people_view}},
    {GET("/desk/people/{person}", LZ_ROLES_STAFF), LZ_INPUTS(person_inputs), .scope = LZ_SCOPE_PERSON,
     .page = {lz_desk_person, "desk/person", "desk.people.title", lz_desk_person_view}},
    {POST("/desk/people/{person}/id-number", LZ_ROLES_FILING), LZ_INPUTS(person_inputs), .scope = LZ_SCOPE_PERSON,
     .page = {lz_desk_id_number, "desk/id-number", "desk.person.id_number", lz_desk_id_number_view}},
    {GET("/desk/people/{person}/photo", LZ_ROLES_STAFF), LZ_INPUTS(person_inputs), .scope = LZ_SCOPE_PERSON,
     .page = {.handler = lz_desk_photo}},
    {POST("/desk/people/{person}/photo", LZ_ROLES_FILING | LZ_ROLES_BADGE), LZ_INPUTS(photo_inputs),
     .scope = LZ_SCOPE_PERSON, .body_cap = LZ_PHOTO_UPLOAD_MAX + FORM_ROOM,
     .page = {.handler = lz_desk_photo_put},
     .again = {lz_desk_person, "desk/person", "desk.people.title", lz_desk_person_view}},
    {POST("/desk/people/{person}/scheduled/{entry}/drop", LZ_ROLES_FILING), LZ_INPUTS(drop_inputs),
     .scope = LZ_SCOPE_PERSON, .page = {.handler = lz_desk_unschedule}},

    {GET(CERTIFICATE "/card", LZ_ROLES_BADGE), LZ_INPUTS(number_inputs), .scope = LZ_SCOPE_CERTIFICATE,
     .page = {lz_desk_card, "desk/card", "desk.card.title", lz_desk_card_view}},
    {POST(CERTIFICATE "/card", LZ_ROLES_BADGE), LZ_INPUTS(number_inputs), .scope = LZ_SCOPE_CERTIFICATE,
     .page = {.handler = lz_desk_card_make}},
    {GET(CERTIFICATE "/card.pdf", LZ_ROLES_BADGE), LZ_INPUTS(number_inputs), .scope = LZ_SCOPE_CERTIFICATE,
     .page = {.handler = lz_desk_card_pdf}},
    {GET(CERTIFICATE "/card.png", LZ_ROLES_BADGE), LZ_INPUTS(png_inputs), .scope = LZ_SCOPE_CERTIFICATE,
     .page = {.handler = lz_desk_card_png}},
    {POST(CERTIFICATE "/undo", LZ_ROLES_FILING), LZ_INPUTS(undo_inputs), .scope = LZ_SCOPE_CERTIFICATE,
     .page = {.handler = lz_desk_undo}},
    {GET(CERTIFICATE "/{event}", LZ_ROLES_FILING), LZ_INPUTS(action_inputs), .scope = LZ_SCOPE_CERTIFICATE,
     .page = {lz_desk_action, "desk/action", "desk.action.page", lz_desk_action_view}},
    {POST(CERTIFICATE "/{event}", LZ_ROLES_FILING), LZ_INPUTS(action_do_inputs), .scope = LZ_SCOPE_CERTIFICATE,
     .page = {.handler = lz_desk_action_do},
     .again = {lz_desk_action, "desk/action", "desk.action.page", lz_desk_action_view}},
    {GET(CERTIFICATE "/badge/{badge}/{event}", LZ_ROLES_FILING | LZ_ROLES_BADGE), LZ_INPUTS(badge_inputs),
     .scope = LZ_SCOPE_CERTIFICATE, .page = {lz_desk_badge, "desk/confirm", "desk.badge.page", lz_desk_badge_view}},
    {POST(CERTIFICATE "/badge/{badge}/{event}", LZ_ROLES_FILING | LZ_ROLES_BADGE), LZ_INPUTS(badge_do_inputs),
     .scope = LZ_SCOPE_CERTIFICATE, .page = {.handler = lz_desk_badge_do}},

    {GET("/desk/import", LZ_ROLES_FILING),
     .page = {lz_desk_import, "desk/import", "desk.import.title", lz_desk_import_view}},
    {POST("/desk/import", LZ_ROLES_FILING), LZ_INPUTS(upload_inputs), .body_cap = LZ_ROSTER_MAX_BYTES + FORM_ROOM,
     .page = {.handler = lz_desk_import_upload},
     .again = {lz_desk_import, "desk/import", "desk.import.title", lz_desk_import_view}},
    {GET("/desk/import/{import}", LZ_ROLES_FILING), LZ_INPUTS(import_inputs),
     .page = {lz_desk_import_show, "desk/import-show", "desk.import.preview", lz_desk_import_show_view}},
    {POST("/desk/import/{import}", LZ_ROLES_FILING), LZ_INPUTS(decide_inputs),
     .page = {.handler = lz_desk_import_decide},
     .again = {lz_desk_import_show, "desk/import-show", "desk.import.preview", lz_desk_import_show_view}},

    {GET("/desk/awaiting", LZ_ROLES_FILING), LZ_INPUTS(page_inputs),
     .page = {lz_desk_awaiting, "desk/awaiting", "desk.awaiting.title", lz_desk_awaiting_view}},
    {POST("/desk/awaiting", LZ_ROLES_BUREAU), LZ_INPUTS(confirm_inputs),
     .page = {.handler = lz_desk_awaiting_confirm},
     .again = {lz_desk_awaiting, "desk/awaiting", "desk.awaiting.title", lz_desk_awaiting_view}},

    {GET("/desk/organs", LZ_ROLES_BUREAU | AUDITORS), LZ_INPUTS(organs_inputs),
     .page = {lz_desk_organs, "desk/organs", "desk.organs.title", lz_desk_organs_view}},
    {GET("/desk/organs/add", LZ_ROLES_BUREAU),
     .page = {lz_desk_organ_form, "desk/organ-add", "desk.organs.add", lz_desk_organ_form_view}},
    {POST("/desk/organs/add", LZ_ROLES_BUREAU), LZ_INPUTS(organ_inputs),
     .page = {.handler = lz_desk_organ_add},
     .again = {lz_desk_organ_form, "desk/organ-add", "desk.organs.add", lz_desk_organ_form_view}},

    {GET("/desk/accounts", AUDITORS),
     .page = {lz_desk_accounts, "desk/accounts", "desk.accounts.title", lz_desk_accounts_view}},
    {GET("/desk/accounts/add", LZ_ROLES(LZ_ROLE_ADMIN)),
     .page = {lz_desk_account_form, "desk/account-add", "desk.accounts.add", lz_desk_account_form_view}},
    {POST("/desk/accounts/add", LZ_ROLES(LZ_ROLE_ADMIN)), LZ_INPUTS(account_inputs),
     .page = {lz_desk_account_add, "desk/secret", "desk.accounts.secret", lz_desk_secret_view},
     .again = {lz_desk_account_form, "desk/account-add", "desk.accounts.add", lz_desk_account_form_view}},
    {GET("/desk/accounts/{login}/{change}", LZ_ROLES(LZ_ROLE_ADMIN)), LZ_INPUTS(account_change_inputs),
     .page = {lz_desk_account_ask, "desk/confirm", "desk.accounts.title", lz_desk_account_ask_view}},
    {POST("/desk/accounts/{login}/{change}", LZ_ROLES(LZ_ROLE_ADMIN)), LZ_INPUTS(account_change_inputs),
     .page = {lz_desk_account_do, "desk/secret", "desk.accounts.secret", lz_desk_secret_view}},

    {GET("/desk/audit", AUDITORS), LZ_INPUTS(page_inputs),
     .page = {lz_desk_audit, "desk/audit", "desk.audit.title", lz_desk_audit_view}},
    {POST("/desk/audit/verify", AUDITORS),
     .page = {lz_desk_audit_verify, "desk/audit", "desk.audit.title", lz_desk_audit_view}},

    {GET("/desk/password", LZ_ROLES_STAFF),
     .page = {lz_desk_password_form, "desk/password", "desk.password.title", lz_desk_password_view}},
    {POST("/desk/password", LZ_ROLES_STAFF), LZ_INPUTS(password_inputs),
     .page = {.handler = lz_desk_password_set},
     .again = {lz_desk_password_form, "desk/password", "desk.password.title", lz_desk_password_view}},
};
/* clang-format on */
const size_t lz_routes_desk_count = sizeof lz_routes_desk / sizeof lz_routes_desk[0];

const struct lz_nav lz_nav[] = {
    {"/desk", "desk.title", LZ_ROLES_STAFF},
    {"/desk/people", "desk.people.title", LZ_ROLES_STAFF},
    {"/desk/awaiting", "desk.awaiting.title", LZ_ROLES_FILING},
    {"/desk/import", "desk.import.title", LZ_ROLES_FILING},
    {"/desk/badges", "desk.badges.nav", LZ_ROLES_BADGE},
    {"/desk/organs", "desk.organs.title", LZ_ROLES_BUREAU | AUDITORS},
    {"/desk/accounts", "desk.accounts.title", AUDITORS},
    {"/desk/audit", "desk.audit.title", AUDITORS},
};
const size_t lz_nav_count = sizeof lz_nav / sizeof lz_nav[0];
