#include "registry/credential/reason.h"

#include <string.h>

/* Clauses that the rules name.  The Yan'an notice binds; the others are cited as models. */
#define NOTICE_RECALL                                                                                        \
    {                                                                                                        \
        "延政办函〔2019〕79号：谁申办、谁清理、谁收缴",                                                      \
            "Notice 延政办函〔2019〕79号：whoever applied collects"                                  \
    }
#define NOTICE_TRAINING                                                                                         \
    {                                                                                                           \
        "延政办函〔2019〕79号：年度培训和考试", "Notice 延政办函〔2019〕79号：yearly training and test" \
    }
#define MODEL_REVOKE                                                                                         \
    {                                                                                                        \
        "参照电监会办法第十条", "After art. 10 of the electricity regulator's measures"                      \
    }
#define MODEL_SUSPEND                                                                                        \
    {                                                                                                        \
        "参照天津1992年规定第四条", "After art. 4 of the Tianjin rules of 1992"                              \
    }
#define NO_CLAUSE                                                                                            \
    {                                                                                                        \
        NULL, NULL                                                                                           \
    }

#define CANCELLED LZ_VERDICT_CANCELLED
#define EXPIRED LZ_VERDICT_EXPIRED
#define SUSPENDED LZ_VERDICT_SUSPENDED
#define REVOKED LZ_VERDICT_REVOKED
#define VALID LZ_VERDICT_VALID
#define FORGED LZ_VERDICT_FORGED
#define COPIED LZ_VERDICT_COPIED
#define UNCONFIRMED LZ_VERDICT_UNCONFIRMED

/* clang-format off */
const struct lz_reason lz_reasons[] = {
    /* The holder left, or the certificate lapsed. */
    {10, LZ_REASON_CANCEL, "transfer", {"持证人调离执法岗位。", "The holder was transferred."}, NOTICE_RECALL, CANCELLED},
    {11, LZ_REASON_CANCEL, "retirement", {"持证人退休。", "The holder retired."}, NOTICE_RECALL, CANCELLED},
    {12, LZ_REASON_CANCEL, "resignation", {"持证人辞职。", "The holder resigned."}, NO_CLAUSE, CANCELLED},
    {13, LZ_REASON_CANCEL, "dismissal", {"持证人被辞退或者开除。", "The holder was dismissed."}, NO_CLAUSE, CANCELLED},
    {14, LZ_REASON_CANCEL, "death", {"持证人死亡。", "The holder died."}, NO_CLAUSE, CANCELLED},
    {15, LZ_REASON_CANCEL, "merger", {"执法机关合并或者撤销。", "The organ was merged or dissolved."}, NO_CLAUSE, CANCELLED},
    {LZ_REASON_CODE_EXPIRED, LZ_REASON_CANCEL, "expiry-unrenewed", {"有效期届满，未换证。", "It expired and was not renewed."}, NO_CLAUSE, EXPIRED},
    {17, LZ_REASON_CANCEL, "other", {"因其他原因注销。", "Cancelled for another reason."}, NO_CLAUSE, CANCELLED},

    {30, LZ_REASON_SUSPEND, "investigation", {"正在接受调查。", "An investigation is under way."}, NO_CLAUSE, SUSPENDED},
    {31, LZ_REASON_SUSPEND, "discipline", {"因纪律原因暂扣。", "Suspended on disciplinary grounds."}, MODEL_SUSPEND, SUSPENDED},
    {32, LZ_REASON_SUSPEND, "training-shortfall", {"年度培训或者考试未达标。", "The yearly training or test was not met."}, NOTICE_TRAINING, SUSPENDED},
    {33, LZ_REASON_SUSPEND, "annual-check", {"未通过年度审验。", "The annual check was not passed."}, NO_CLAUSE, SUSPENDED},
    {34, LZ_REASON_SUSPEND, "other", {"因其他原因暂扣。", "Suspended for another reason."}, NO_CLAUSE, SUSPENDED},

    {40, LZ_REASON_REVOKE, "ultra-vires", {"超越职权执法，造成严重后果。", "Powers were exceeded, with serious result."}, MODEL_REVOKE, REVOKED},
    {41, LZ_REASON_REVOKE, "procedure", {"违反法定程序执法，造成严重后果。", "Procedure was breached, with serious result."}, MODEL_REVOKE, REVOKED},
    {42, LZ_REASON_REVOKE, "refusal", {"拒不履行法定职责。", "Duties were refused."}, MODEL_REVOKE, REVOKED},
    {43, LZ_REASON_REVOKE, "card-misuse", {"毁损、涂改或者转借证件。", "The card was damaged, altered or lent."}, MODEL_REVOKE, REVOKED},
    {44, LZ_REASON_REVOKE, "gain", {"利用证件谋取私利。", "The card was used for gain."}, MODEL_REVOKE, REVOKED},
    {45, LZ_REASON_REVOKE, "favouritism", {"徇私舞弊。", "Favouritism."}, MODEL_REVOKE, REVOKED},
    {46, LZ_REASON_REVOKE, "false-papers", {"以虚假材料取得证件。", "It was obtained with false papers."}, NO_CLAUSE, REVOKED},
    {47, LZ_REASON_REVOKE, "other", {"因其他原因吊销。", "Revoked for another reason."}, NO_CLAUSE, REVOKED},

    /* The badge ended; its holder's certificate may live on. */
    {LZ_REASON_CODE_LOST, LZ_REASON_END, "lost", {"此标识牌已声明遗失作废。", "This badge was declared lost and void."}, NO_CLAUSE, CANCELLED},
    {LZ_REASON_CODE_RETURNED, LZ_REASON_END, "returned", {"此标识牌已收回。", "This badge was handed back."}, NO_CLAUSE, CANCELLED},
    {LZ_REASON_CODE_RENEWED, LZ_REASON_END, "renewed", {"已换发新证，此标识牌作废。", "The certificate was renewed; this badge is void."}, NO_CLAUSE, CANCELLED},
    {LZ_REASON_CODE_REISSUED, LZ_REASON_END, "reissued", {"已补发新牌，此标识牌作废。", "A new badge was issued; this one is void."}, NO_CLAUSE, CANCELLED},
    {LZ_REASON_CODE_SPOILED, LZ_REASON_END, "spoiled", {"此标识牌损坏作废。", "This badge was spoiled and is void."}, NO_CLAUSE, CANCELLED},
    {LZ_REASON_CODE_DATE_PASSED, LZ_REASON_END, "expired", {"证件有效期已过。", "The certificate's last day has passed."}, NO_CLAUSE, EXPIRED},
    {LZ_REASON_CODE_DESTROYED, LZ_REASON_END, "destroyed", {"此标识牌已销毁。", "This badge was destroyed."}, NO_CLAUSE, CANCELLED},
    {LZ_REASON_CODE_UNRECONCILED, LZ_REASON_END, "unreconciled", {"登记库由备份恢复，此证尚待核对。", "The register came back from a backup; this certificate awaits comparison with the papers."}, NO_CLAUSE, UNCONFIRMED},

    {LZ_REASON_CODE_REINSTATED, LZ_REASON_RESTORE, "reinstated", {"已恢复。", "It was reinstated."}, NO_CLAUSE, VALID},
    {LZ_REASON_CODE_UNDONE, LZ_REASON_RESTORE, "undone", {"操作有误，已撤销。", "It was a mistake and was undone."}, NO_CLAUSE, VALID},
    {LZ_REASON_CODE_CONFIRMED, LZ_REASON_RESTORE, "confirmed", {"已确认签发。", "It was confirmed and issued."}, NO_CLAUSE, VALID},

    {LZ_REASON_CODE_BAD_SIGNATURE, LZ_REASON_DOUBT, "bad-signature", {"签名不成立。", "The signature does not hold."}, NO_CLAUSE, FORGED},
    {LZ_REASON_CODE_UNKNOWN_KEY, LZ_REASON_DOUBT, "unknown-key", {"签名密钥不在公开日志中。", "It is signed by a key that the public log does not name."}, NO_CLAUSE, FORGED},
    {LZ_REASON_CODE_NOT_IN_LOG, LZ_REASON_DOUBT, "not-in-log", {"公开日志中没有这枚标识牌。", "The public log does not know this badge."}, NO_CLAUSE, FORGED},
    {LZ_REASON_CODE_KEY_WINDOW, LZ_REASON_DOUBT, "key-window", {"标识牌与公开日志的记载不符。", "The badge and the public log disagree."}, NO_CLAUSE, FORGED},
    {LZ_REASON_CODE_OTHER_CHIP, LZ_REASON_DOUBT, "other-chip", {"内容属于另一枚芯片。", "The content belongs to another chip."}, NO_CLAUSE, COPIED},
    {LZ_REASON_CODE_NO_CHIP, LZ_REASON_DOUBT, "no-chip", {"印刷二维码的内容被写进了芯片。", "The content of a printed code was written into a chip."}, NO_CLAUSE, COPIED},
    {LZ_REASON_CODE_REPLAYED, LZ_REASON_DOUBT, "replayed", {"这次读取的数据以前出现过。", "What the chip said was seen before."}, NO_CLAUSE, COPIED},
    {LZ_REASON_CODE_STALE, LZ_REASON_DOUBT, "stale", {"所知信息过旧：与登记库的联系已中断。", "What is known here is too old: the register is out of reach."}, NO_CLAUSE, UNCONFIRMED},
    {LZ_REASON_CODE_CLOCK_BEHIND, LZ_REASON_DOUBT, "clock-behind", {"本机时钟落后，请校准时间。", "This machine's clock runs behind; set it right."}, NO_CLAUSE, UNCONFIRMED},
    {LZ_REASON_CODE_INCONSISTENT, LZ_REASON_DOUBT, "inconsistent", {"公开日志前后不一致，可能被篡改，请联系管理员。", "The public log contradicts itself and may have been tampered with; call the administrator."}, NO_CLAUSE, UNCONFIRMED},
    {LZ_REASON_CODE_NEVER_SYNCED, LZ_REASON_DOUBT, "never-synced", {"尚未与登记库同步。", "Nothing has been learnt from the register yet."}, NO_CLAUSE, UNCONFIRMED},
    {LZ_REASON_CODE_NUMBER_ONLY, LZ_REASON_DOUBT, "number-only", {"离线时不能只凭号码确认，请刷卡或扫码。", "A number alone cannot be confirmed offline; tap or scan the badge."}, NO_CLAUSE, UNCONFIRMED},
    {LZ_REASON_CODE_NO_SUCH_NUMBER, LZ_REASON_DOUBT, "no-such-number", {"没有这个号码的证件。", "No certificate bears this number."}, NO_CLAUSE, LZ_VERDICT_UNKNOWN},
    {LZ_REASON_CODE_NOT_YET_VALID, LZ_REASON_DOUBT, "not-yet-valid", {"证件未到发证日期，尚未生效。", "The certificate's day of issue has not come; it is not yet valid."}, NO_CLAUSE, UNCONFIRMED},
};
/* clang-format on */
const size_t lz_reason_count = sizeof lz_reasons / sizeof lz_reasons[0];

const struct lz_reason *lz_reason_by_code(unsigned code)
{
    for (size_t i = 0; i < lz_reason_count; i++) {
        if (lz_reasons[i].code == code) {
            return &lz_reasons[i];
        }
    }
    return NULL;
}

const struct lz_reason *lz_reason_find(enum lz_reason_group group, const char *name)
{
    for (size_t i = 0; i < lz_reason_count; i++) {
        if (lz_reasons[i].group == group && strcmp(lz_reasons[i].name, name) == 0) {
            return &lz_reasons[i];
        }
    }
    return NULL;
}

const char *lz_reason_group_name(enum lz_reason_group group)
{
    static const char *const names[LZ_REASON_GROUP_COUNT] = {
        [LZ_REASON_CANCEL] = "cancel", [LZ_REASON_SUSPEND] = "suspend", [LZ_REASON_REVOKE] = "revoke",
        [LZ_REASON_END] = "end",       [LZ_REASON_RESTORE] = "restore", [LZ_REASON_DOUBT] = "doubt",
    };
    return (unsigned)group < LZ_REASON_GROUP_COUNT ? names[group] : "";
}

enum lz_verdict lz_verdict_of_status(enum lz_status status, unsigned reason)
{
    switch (status) {
    case LZ_STATUS_VALID:
        return LZ_VERDICT_VALID;
    case LZ_STATUS_REVOKED:
        return LZ_VERDICT_REVOKED;
    case LZ_STATUS_SUSPENDED:
        return LZ_VERDICT_SUSPENDED;
    case LZ_STATUS_ENDED:
    case LZ_STATUS_COUNT:
        break;
    }
    /* An ended badge never becomes good again through a reason, known or not. */
    const struct lz_reason *found = lz_reason_by_code(reason);
    bool told = found != NULL && found->group != LZ_REASON_DOUBT &&
                (found->verdict == LZ_VERDICT_EXPIRED || found->verdict == LZ_VERDICT_UNCONFIRMED);
    return told ? found->verdict : LZ_VERDICT_CANCELLED;
}
