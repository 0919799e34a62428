/* badge token|url|show, and the events of its life. */
#include "registry/command/command.h"

#include "registry/badge.h"
#include "registry/base/encoding.h"
#include "registry/certificate.h"
#include "registry/organ.h"

static lz_err print_base64url(struct lz_command_run *run, struct lz_bytes token)
{
    struct lz_buf text;
    lz_buf_init(&text, 4096);
    lz_base64url_encode(token, &text);
    lz_err err = text.err;
    if (!err && run->json)
        err = lz_command_print_json(run, json_pack("{s:s}", "token", (const char *)text.data));
    else if (!err)
        printf("%s\n", (const char *)text.data);
    lz_buf_free(&text);
    return err;
}

static lz_err run_token(struct lz_command_run *run)
{
    struct lz_bytes uid, token;
    bool compact = lz_options_flag(run->options, "compact");
    lz_err err = lz_command_uid(run->call, lz_options_text(run->options, "chip"), &uid);
    if (!err && compact && !uid.size)
        err = lz_fault_set(&run->call->fault, LZ_USAGE, "--compact 需要 --chip UID。",
                           "--compact needs --chip UID.");
    if (err)
        return err;
    enum lz_token_form form = compact ? LZ_TOKEN_COMPACT : uid.size ? LZ_TOKEN_CHIP : LZ_TOKEN_QR;
    err = lz_badge_token(run->call, lz_options_at(run->options, 0), form, uid, &token);
    return err ? err : print_base64url(run, token);
}

static lz_err run_url(struct lz_command_run *run)
{
    struct lz_bytes uid;
    const char *url = NULL, *number = lz_options_at(run->options, 0);
    lz_err err = lz_command_uid(run->call, lz_options_text(run->options, "chip"), &uid);
    if (!err)
        err = uid.size ? lz_badge_chip_url(run->call, number, lz_options_text(run->options, "chip-type"), uid,
                                           &url)
                       : lz_badge_qr_url(run->call, number, &url);
    if (err)
        return err;
    if (run->json)
        return lz_command_print_json(run, json_pack("{s:s}", "url", url));
    printf("%s\n", url);
    return LZ_OK;
}

static lz_err live_badge(struct lz_command_run *run, struct lz_badge *ret_badge)
{
    struct lz_certificate c;
    lz_err err = lz_certificate_find(run->call, lz_options_at(run->options, 0), &c);
    if (!err)
        err = lz_organ_scope(run->call, c.organ);
    return err ? err : lz_badge_live(run->call, c.id, ret_badge);
}

/* The newest of a certificate's badges that was handed back or spoiled. */
static lz_err badge_to_destroy(struct lz_command_run *run, struct lz_badge *ret_badge)
{
    struct lz_certificate c;
    struct lz_badge *list = NULL;
    size_t count = 0;
    lz_err err = lz_certificate_find(run->call, lz_options_at(run->options, 0), &c);
    if (!err)
        err = lz_badge_of_person(run->call, c.person, &list, &count);
    if (err)
        return err;
    for (size_t i = 0; i < count; i++) {
        const enum lz_badge_state state = list[i].state;
        if (list[i].certificate != c.id || (state != LZ_BADGE_RETURNED && state != LZ_BADGE_SPOILED))
            continue;
        *ret_badge = list[i];
        return LZ_OK;
    }
    return lz_fault_set(
        &run->call->fault, LZ_NOT_FOUND, "此证没有已收缴或报损、尚待销毁的标识牌。",
        "This certificate has no badge that was taken back or spoiled and not destroyed yet.");
}

static lz_err print_badge(struct lz_command_run *run, const struct lz_badge *badge)
{
    struct lz_buf uid;
    lz_buf_init(&uid, 64);
    lz_hex_encode(badge->chip_uid, &uid);
    lz_err err = uid.err;
    const char *hex = uid.size ? (const char *)uid.data : NULL;
    if (!err && run->json)
        err = lz_command_print_json(
            run, json_pack("{s:I, s:s, s:b, s:s?, s:s?, s:I, s:I, s:i}", "id", (json_int_t)badge->id, "state",
                           lz_badge_state_name(badge->state), "live", badge->live, "chip_type",
                           badge->chip_type, "chip_uid", hex, "list", (json_int_t)badge->list, "index",
                           (json_int_t)badge->idx, "status", badge->status));
    else if (!err)
        printf("标识牌 badge %lld  %s %s  %s %s\n", (long long)badge->id,
               lz_badge_state_word(badge->state, LZ_ZH), lz_badge_state_name(badge->state),
               badge->chip_type ? badge->chip_type : "-", hex ? hex : "-");
    lz_buf_free(&uid);
    return err;
}

static lz_err run_show(struct lz_command_run *run)
{
    struct lz_badge badge;
    lz_err err = live_badge(run, &badge);
    return err ? err : print_badge(run, &badge);
}

static lz_err change(struct lz_command_run *run, enum lz_badge_event event)
{
    struct lz_badge badge;
    lz_err err = live_badge(run, &badge);
    if (!err)
        err = lz_badge_change(run->call, badge.id, event, &badge);
    return err ? err : print_badge(run, &badge);
}

/* The chip was written and read back: its UID must be the one the token was made for. */
static lz_err run_encoded(struct lz_command_run *run)
{
    struct lz_bytes uid;
    struct lz_badge badge;
    lz_err err = lz_command_uid(run->call, lz_options_text(run->options, "chip"), &uid);
    if (!err)
        err = live_badge(run, &badge);
    if (!err && !lz_bytes_equal(uid, badge.chip_uid))
        err = lz_fault_set(&run->call->fault, LZ_CONFLICT, "写入的芯片不是为这枚标识牌准备的那一枚。",
                           "The chip that was written is not the one this badge was made for.");
    return err ? err : change(run, LZ_BADGE_ENCODE);
}

static lz_err run_destroy(struct lz_command_run *run)
{
    struct lz_badge badge;
    lz_err err = badge_to_destroy(run, &badge);
    if (!err)
        err = lz_badge_change(run->call, badge.id, LZ_BADGE_DESTROY, &badge);
    return err ? err : print_badge(run, &badge);
}

#define RUN(name, event)                                                                                     \
    static lz_err run_##name(struct lz_command_run *run)                                                     \
    {                                                                                                        \
        return change(run, LZ_BADGE_##event);                                                                \
    }
RUN(printed, PRINT)
RUN(hand_over, HAND_OVER)
RUN(return, RETURN)
RUN(lose, LOSE)
RUN(spoil, SPOIL)
#undef RUN

#define CHIP                                                                                                 \
    {                                                                                                        \
        .name = "chip", .kind = LZ_OPTION_TEXT, .value = "UID", .help = {                                    \
            "芯片 UID(十六进制)",                                                                            \
            "the chip's UID, hexadecimal"                                                                    \
        }                                                                                                    \
    }
static const struct lz_option show_options[] = {LZ_COMMAND_COMMON};
static const struct lz_option token_options[] = {
    LZ_COMMAND_COMMON,
    CHIP,
    {.name = "compact",
     .kind = LZ_OPTION_FLAG,
     .help = {"不含姓名的短令牌（NTAG 424）", "short token without a name (NTAG 424)"}},
};
static const struct lz_option url_options[] = {
    LZ_COMMAND_COMMON,
    CHIP,
    {.name = "chip-type",
     .kind = LZ_OPTION_TEXT,
     .value = "TYPE",
     .help = {"芯片型号，例如 NTAG216", "chip, for example NTAG216"}},
};
static const struct lz_option encoded_options[] = {LZ_COMMAND_COMMON, CHIP};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define BADGE(word, fn, opts, zh, en)                                                                        \
    {                                                                                                        \
        {"badge", word}, LZ_COMMAND_READS, fn,                                                               \
        {                                                                                                    \
            "liangzheng badge " word, "NUMBER [OPTION]...", {zh, en}, opts, COUNT(opts), 1, 1                \
        }                                                                                                    \
    }

const struct lz_command lz_commands_badge[] = {
    BADGE("token", run_token, token_options, "现用标识牌的令牌（没有则制作）。",
          "The live badge's token (made if there is none)."),
    BADGE("url", run_url, url_options, "印在二维码或写入芯片的网址。", "The URL for QR code or chip."),
    BADGE("show", run_show, show_options, "现用标识牌。", "The live badge."),
    BADGE("encoded", run_encoded, encoded_options, "登记芯片已写入并核对。",
          "Records that the chip was written and read back."),
    BADGE("printed", run_printed, show_options, "登记已打印。", "Records that it was printed."),
    BADGE("hand-over", run_hand_over, show_options, "登记已发放。", "Records that it was handed over."),
    BADGE("return", run_return, show_options, "登记已收缴。", "Records that it was taken back."),
    BADGE("lose", run_lose, show_options, "报失，立即失效。", "Reports it lost: it is dead at once."),
    BADGE("spoil", run_spoil, show_options, "报损，立即失效。", "Reports it damaged: it is dead at once."),
    BADGE("destroy", run_destroy, show_options, "登记已销毁（已收缴或报损的）。",
          "Records that a badge taken back or spoiled was destroyed."),
    {.run = NULL},
};
