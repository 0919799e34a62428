/* The card to print: preview, PDF, and how its chip is written. */
#include "badge-print/card.h"
#include "registry/badge.h"
#include "registry/organ.h"
#include "registry/person.h"
#include "web/desk/desk.h"
#include "web/desk/keep.h"
#include "web/desk/parts.h"

enum { CARD_MAX = 8 << 20, PREVIEW_DPI = 150 };

/* Looking makes nothing: without a live badge there is no card yet. */
static lz_err find_live(struct lz_visit *visit, struct lz_certificate *c, struct lz_badge *badge,
                        bool *ret_live)
{
    lz_err err = lz_certificate_find(visit->call, lz_visit_text(visit, "number"), c);
    if (err)
        return err;
    err = lz_badge_live(visit->call, c->id, badge);
    *ret_live = err == LZ_OK;
    if (err == LZ_NOT_FOUND)
        visit->call->fault = (struct lz_fault){0};
    return err == LZ_NOT_FOUND ? LZ_OK : err;
}

lz_err lz_desk_card(struct lz_visit *visit)
{
    struct lz_certificate c;
    struct lz_badge badge = {0};
    bool live = false;
    lz_err err = find_live(visit, &c, &badge, &live);
    if (err)
        return err;
    return lz_visit_answer(
        visit, json_pack("{s:s, s:s, s:I, s:s, s:s, s:b, s:I, s:s?, s:b}", "number", c.number, "name", c.name,
                         "person", (json_int_t)c.person, "kind", lz_certificate_kind_name(c.kind), "status",
                         lz_certificate_state_name(lz_certificate_state_at(&c, lz_call_now_s(visit->call))),
                         "has_photo", c.has_photo, "badge", live ? (json_int_t)badge.id : 0, "badge_state",
                         live ? lz_badge_state_name(badge.state) : NULL, "encoded",
                         live && badge.chip_uid.size > 0));
}

/* ---- view ---- */

static json_t *step(struct lz_visit *visit, const char *key, bool done, const char *href, const char *label)
{
    return json_pack("{s:s, s:s, s:s, s:o, s:s}", "label", lz_visit_say(visit, key), "state",
                     lz_visit_say(visit, done ? "desk.card.step_done" : "desk.card.step_open"), "tone",
                     done ? "green" : "grey", "href", href ? json_string(href) : json_false(), "action",
                     label ? label : "");
}

static const char *badge_href(struct lz_visit *visit, const json_t *value, const char *event)
{
    return lz_arena_printf(visit->call->arena, "/desk/certificates/%s/badge/%lld/%s",
                           lz_desk_text(value, "number"), (long long)lz_desk_int(value, "badge"), event);
}

/* Where the table has no such step now, the page offers none. */
static const char *step_href(struct lz_visit *visit, const json_t *value, enum lz_badge_state state,
                             enum lz_badge_event event)
{
    return lz_badge_transition(state, event) ? badge_href(visit, value, lz_badge_event_name(event)) : NULL;
}

static json_t *steps(struct lz_visit *visit, const json_t *value)
{
    enum lz_badge_state state = LZ_BADGE_ORDERED;
    const char *name = lz_desk_text(value, "badge_state");
    if (!name || lz_badge_state_parse(name, &state))
        state = LZ_BADGE_ORDERED;
    return json_pack("[o, o, o]",
                     step(visit, "desk.card.step_print", state != LZ_BADGE_ORDERED,
                          step_href(visit, value, state, LZ_BADGE_PRINT),
                          lz_visit_say(visit, "desk.card.printed")),
                     step(visit, "desk.card.step_encode", lz_desk_true(value, "encoded"), NULL, NULL),
                     step(visit, "desk.card.step_hand_over", state == LZ_BADGE_HANDED_OVER,
                          step_href(visit, value, state, LZ_BADGE_HAND_OVER),
                          lz_visit_say(visit, "desk.card.handed_over")));
}

json_t *lz_desk_card_view(struct lz_visit *visit, const json_t *value)
{
    bool live = lz_desk_text(value, "badge_state") != NULL;
    const char *number = lz_desk_text(value, "number");
    const char *path = lz_arena_printf(visit->call->arena, "/desk/certificates/%s", number);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s, s:o}", "name", lz_desk_text(value, "name"),
                     "number", number, "kind", lz_view_kind_word(visit, lz_desk_text(value, "kind")), "base",
                     path ? path : "", "back", lz_desk_person_href(visit, lz_desk_int(value, "person")),
                     "live", live, "has_photo", lz_desk_true(value, "has_photo"), "command",
                     lz_arena_printf(visit->call->arena, "liangzheng nfc encode %s", number), "steps",
                     live ? steps(visit, value) : json_array());
}

/* ---- drawing ---- */

lz_err lz_desk_card_make(struct lz_visit *visit)
{
    const char *url = NULL, *number = lz_visit_text(visit, "number");
    lz_err err = lz_badge_qr_url(visit->call, number, &url);
    if (!err)
        err = lz_visit_done(visit, "badge_made", "/desk/certificates/%s/card", number);
    return err ? err : lz_visit_answer(visit, json_pack("{s:s, s:b}", "number", number, "made", 1));
}

static enum lz_card_kind kind_of(enum lz_certificate_kind kind)
{
    enum lz_card_kind card = LZ_CARD_ENFORCEMENT;
    return lz_card_kind_parse(lz_certificate_kind_name(kind), &card) ? LZ_CARD_ENFORCEMENT : card;
}

static lz_err read_card(struct lz_visit *visit, struct lz_card *card)
{
    struct lz_call *call = visit->call;
    struct lz_certificate c;
    struct lz_badge badge;
    struct lz_organ organ, bureau;
    bool live = false;
    const char *url = NULL;
    struct lz_bytes photo = {0};
    lz_err err = find_live(visit, &c, &badge, &live);
    if (!err && !live)
        err = lz_fault_set(&call->fault, LZ_NOT_FOUND, "还没有制作标识牌，请先在制证页面点“制作标识牌”。",
                           "No badge has been made yet; choose \"Make the badge\" on the card page first.");
    if (!err)
        err = lz_badge_qr_url(call, c.number, &url);
    if (!err)
        err = lz_organ_find(call, c.organ, &organ);
    if (!err)
        err = lz_organ_bureau(call, &bureau);
    if (!err && c.has_photo)
        err = lz_person_photo_get(call, c.person, &photo);
    if (err)
        return err;
    char *issued = lz_arena_text(call->arena, c.issued_on.text);
    char *until = lz_arena_text(call->arena, c.valid_until.text);
    *card = (struct lz_card){.kind = kind_of(c.kind),
                             .number = c.number,
                             .name = c.name,
                             .organ = c.organ_name,
                             .post = c.post,
                             .scope = c.scope,
                             .region = c.region,
                             .issued_on = issued,
                             .valid_until = until,
                             .issuer = bureau.name,
                             .complaint_line =
                                 organ.complaint_line ? organ.complaint_line : bureau.complaint_line,
                             .qr_text = url,
                             .photo = photo};
    return issued && until ? LZ_OK : lz_call_memory(call);
}

static lz_err answer_bytes(struct lz_visit *visit, lz_err err, struct lz_buf *drawn, const char *type)
{
    if (!err) {
        lz_buf_free(&visit->reply->scratch);
        visit->reply->scratch = *drawn;
        *drawn = (struct lz_buf){0};
        lz_http_reply_bytes(visit->reply, 200, type, lz_buf_view(&visit->reply->scratch));
    }
    lz_buf_free(drawn);
    return err;
}

lz_err lz_desk_card_pdf(struct lz_visit *visit)
{
    struct lz_card card;
    struct lz_buf drawn;
    lz_buf_init(&drawn, CARD_MAX);
    lz_err err = read_card(visit, &card);
    if (!err)
        err = lz_card_press_pdf(visit->site->desk->press, &card, &drawn, &visit->call->fault);
    if (!err)
        lz_http_reply_header(visit->reply, "Content-Disposition", "inline; filename=\"card.pdf\"");
    return answer_bytes(visit, err, &drawn, "application/pdf");
}

lz_err lz_desk_card_png(struct lz_visit *visit)
{
    struct lz_card card;
    struct lz_buf drawn;
    const char *side = lz_visit_text(visit, "side");
    bool back = side && side[0] == 'b';
    lz_buf_init(&drawn, CARD_MAX);
    lz_err err = read_card(visit, &card);
    if (!err)
        err = lz_card_press_png(visit->site->desk->press, &card, back ? LZ_CARD_BACK : LZ_CARD_FRONT,
                                PREVIEW_DPI, &drawn, &visit->call->fault);
    return answer_bytes(visit, err, &drawn, "image/png");
}
