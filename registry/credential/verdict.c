#include "registry/credential/verdict.h"

#include <string.h>

#define ROWS(table, count)                                                                                   \
    _Static_assert(sizeof(table) / sizeof((table)[0]) == (count), #table " misses a row of its enum")

static const struct lz_verdict_info verdicts[] = {
    [LZ_VERDICT_VALID] = {"valid",
                          {"有效", "Valid"},
                          {"此人持有有效的行政执法证件，可以执法。",
                           "This person holds a valid certificate and may enforce."},
                          "green",
                          "✓",
                          1,
                          true},
    [LZ_VERDICT_AUXILIARY] =
        {"auxiliary",
         {"辅助人员，无执法资格", "Auxiliary: may not enforce"},
         {"此人是行政执法辅助人员，没有执法资格，只能在执法人员带领下协助工作。",
          "This person is an auxiliary: they may assist an officer and may not enforce themselves."},
         "blue",
         "i",
         2,
         true},
    [LZ_VERDICT_SUSPENDED] = {"suspended",
                              {"暂扣", "Suspended"},
                              {"此证件已被暂扣，此人目前不得执法。您可以拒绝，并向发证机关反映。",
                               "This certificate is suspended: the person may not enforce now. You may "
                               "refuse and tell the issuing authority."},
                              "amber",
                              "!",
                              3,
                              true},
    [LZ_VERDICT_REVOKED] = {"revoked",
                            {"吊销", "Revoked"},
                            {"此证件已被吊销，此人不得执法。您可以拒绝，并向发证机关反映。",
                             "This certificate was revoked: the person may not enforce. You may refuse and "
                             "tell the issuing authority."},
                            "red",
                            "✕",
                            7,
                            false},
    [LZ_VERDICT_CANCELLED] = {"cancelled",
                              {"注销", "Cancelled"},
                              {"此证件或标识牌已注销，不得再用于执法。您可以拒绝，并向发证机关反映。",
                               "This certificate or badge was cancelled and may not be used. You may refuse "
                               "and tell the issuing authority."},
                              "red",
                              "✕",
                              6,
                              false},
    [LZ_VERDICT_EXPIRED] =
        {"expired",
         {"过期", "Expired"},
         {"此证件已过有效期，不得再用于执法。您可以拒绝，并向发证机关反映。",
          "This certificate has expired and may not be used. You may refuse and tell the issuing authority."},
         "red",
         "✕",
         5,
         false},
    [LZ_VERDICT_UNKNOWN] =
        {"unknown",
         {"查无此证", "Not found"},
         {"没有查到这个证件。请核对号码；核对无误的，请向发证机关反映。",
          "There is no such certificate. Check the number; if it is right, tell the issuing authority."},
         "red",
         "?",
         10,
         false},
    [LZ_VERDICT_FORGED] = {"forged",
                           {"伪造", "Forged"},
                           {"此标识牌不是登记机关签发的。请勿配合，并立即向司法行政机关或公安机关反映。",
                            "This badge was not issued by the register. Do not comply; tell the judicial "
                            "bureau or the police at once."},
                           "red",
                           "✕",
                           9,
                           false},
    [LZ_VERDICT_COPIED] = {"copied",
                           {"疑似复制", "Possibly copied"},
                           {"此标识牌的内容与芯片不符，可能是复制品。请要求出示证件原件，并向发证机关反映。",
                            "The badge's content does not belong to this chip: it may be a copy. Ask for the "
                            "certificate itself and tell the issuing authority."},
                           "red",
                           "✕",
                           8,
                           false},
    [LZ_VERDICT_UNCONFIRMED] = {"unconfirmed",
                                {"无法确认", "Cannot be confirmed"},
                                {"现在无法确认此证件是否有效。请稍后再试，或者拨打发证机关电话核实。",
                                 "Whether this certificate is valid cannot be confirmed now. Try again "
                                 "later, or call the issuing authority."},
                                "grey",
                                "?",
                                4,
                                false},
};
ROWS(verdicts, LZ_VERDICT_COUNT);

struct evidence_info {
    const char *name;
    const char *sentence[LZ_LANG_COUNT];
};

static const struct evidence_info signatures[] = {
    [LZ_SIGNATURE_NONE] = {"none", {"没有可核对的签名。", "There was no signature to check."}},
    [LZ_SIGNATURE_GOOD] = {"good", {"登记机关的签名成立。", "The register's signature holds."}},
    [LZ_SIGNATURE_BAD] = {"bad", {"登记机关的签名不成立。", "The register's signature does not hold."}},
};
ROWS(signatures, LZ_SIGNATURE_EVIDENCE_COUNT);

static const struct evidence_info chips[] = {
    [LZ_CHIP_NONE] = {"none", {"未读取芯片。", "No chip was read."}},
    [LZ_CHIP_BOUND] = {"bound", {"内容属于这枚芯片。", "The content belongs to this chip."}},
    [LZ_CHIP_AUTHENTICATED] = {"authenticated",
                               {"芯片已证明自己是原件。", "The chip proved to be the original."}},
    [LZ_CHIP_MISMATCH] = {"mismatch", {"内容不属于这枚芯片。", "The content does not belong to this chip."}},
    [LZ_CHIP_REPLAYED] = {"replayed", {"这次读取的数据以前出现过。", "What the chip said was seen before."}},
};
ROWS(chips, LZ_CHIP_EVIDENCE_COUNT);

static const struct evidence_info sources[] = {
    [LZ_SOURCE_REGISTER] = {"register", {"由登记库答复。", "Answered by the register."}},
    [LZ_SOURCE_OFFLINE] = {"offline",
                           {"由本机保存的公开日志答复。", "Answered from the public log kept here."}},
};
ROWS(sources, LZ_SOURCE_EVIDENCE_COUNT);

static const char *const statuses[] = {
    [LZ_STATUS_VALID] = "valid",
    [LZ_STATUS_REVOKED] = "revoked",
    [LZ_STATUS_SUSPENDED] = "suspended",
    [LZ_STATUS_ENDED] = "ended",
};
ROWS(statuses, LZ_STATUS_COUNT);

const struct lz_verdict_info *lz_verdict_info(enum lz_verdict verdict)
{
    /* A value outside the enum comes from a damaged record: say the least that is safe. */
    return &verdicts[(unsigned)verdict < LZ_VERDICT_COUNT ? verdict : LZ_VERDICT_UNCONFIRMED];
}

const char *lz_verdict_name(enum lz_verdict verdict)
{
    return lz_verdict_info(verdict)->name;
}

const char *lz_verdict_word(enum lz_verdict verdict, lz_lang lang)
{
    return lz_verdict_info(verdict)->word[lang];
}

const char *lz_verdict_sentence(enum lz_verdict verdict, lz_lang lang)
{
    return lz_verdict_info(verdict)->sentence[lang];
}

lz_err lz_verdict_parse(const char *name, enum lz_verdict *ret_verdict)
{
    for (unsigned i = 0; i < LZ_VERDICT_COUNT; i++) {
        if (strcmp(verdicts[i].name, name) == 0) {
            *ret_verdict = (enum lz_verdict)i;
            return LZ_OK;
        }
    }
    return LZ_NOT_FOUND;
}

enum lz_verdict lz_verdict_worse(enum lz_verdict a, enum lz_verdict b)
{
    return lz_verdict_info(a)->precedence >= lz_verdict_info(b)->precedence ? a : b;
}

const char *lz_signature_evidence_name(enum lz_signature_evidence evidence)
{
    return (unsigned)evidence < LZ_SIGNATURE_EVIDENCE_COUNT ? signatures[evidence].name : "none";
}

const char *lz_chip_evidence_name(enum lz_chip_evidence evidence)
{
    return (unsigned)evidence < LZ_CHIP_EVIDENCE_COUNT ? chips[evidence].name : "none";
}

const char *lz_source_evidence_name(enum lz_source_evidence evidence)
{
    return (unsigned)evidence < LZ_SOURCE_EVIDENCE_COUNT ? sources[evidence].name : "offline";
}

const char *lz_signature_evidence_sentence(enum lz_signature_evidence evidence, lz_lang lang)
{
    return signatures[(unsigned)evidence < LZ_SIGNATURE_EVIDENCE_COUNT ? evidence : LZ_SIGNATURE_NONE]
        .sentence[lang];
}

const char *lz_chip_evidence_sentence(enum lz_chip_evidence evidence, lz_lang lang)
{
    return chips[(unsigned)evidence < LZ_CHIP_EVIDENCE_COUNT ? evidence : LZ_CHIP_NONE].sentence[lang];
}

const char *lz_source_evidence_sentence(enum lz_source_evidence evidence, lz_lang lang)
{
    return sources[(unsigned)evidence < LZ_SOURCE_EVIDENCE_COUNT ? evidence : LZ_SOURCE_OFFLINE]
        .sentence[lang];
}

const char *lz_status_name(enum lz_status status)
{
    return (unsigned)status < LZ_STATUS_COUNT ? statuses[status] : "ended";
}
