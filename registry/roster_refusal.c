/* Why the register refuses a row that reads well, in words. */
#include "registry/roster_store.h"
#include "registry/roster_value.h"

#include <string.h>

/* A %s-free text; `{}` stands for what the register has. */
static const struct refusal_row {
    const char *expected[LZ_LANG_COUNT], *message[LZ_LANG_COUNT];
} refusals[LZ_ROSTER_REFUSAL_COUNT] = {
    [LZ_ROSTER_ORGAN_UNKNOWN] =
        {{"登记库中已有的单位", "an organ of the register"},
         {"登记库中没有这个单位；请核对名称，或请司法局先登记该单位。",
          "The register has no organ of this name; check it, or ask the bureau to add the organ."}},
    [LZ_ROSTER_ORGAN_OUTSIDE] =
        {{"您管理范围内的单位", "an organ you administer"},
         {"这个单位不在您的管理范围内，请由该单位或司法局导入。",
          "This organ lies outside what you administer; it or the bureau must import the row."}},
    [LZ_ROSTER_NUMBER_OF_ANOTHER] =
        {{"登记在此人名下的证号", "a number registered to this person"},
         {"这个证号已登记在另一人名下（身份证号不同），请核对证号和身份证号。",
          "This number is registered to another person (the ID number differs); check both."}},
    [LZ_ROSTER_NUMBER_OUTSIDE] =
        {{"您管理范围内的证件", "a certificate you administer"},
         {"这个证件属于您管理范围以外的单位，请由司法局办理。",
          "This certificate belongs to an organ you do not administer; ask the bureau."}},
    [LZ_ROSTER_HOLDS_ANOTHER] =
        {{"此人现有的证号 {}", "the number this person holds, {}"},
         {"此人已持有同类证件 {};请核对证号，换证请办理换发。",
          "This person already holds a certificate of this kind, {}; check the number, or renew it."}},
    [LZ_ROSTER_HOLDS_OTHER_CLASS] =
        {{"与现有证件 {} 一致的人员类别", "a kind that agrees with certificate {}"},
         {"此人另持有证件 {}:执法人员和辅助人员不能兼任，请先注销原证件。",
          "This person holds {}: nobody is officer and auxiliary at once; cancel the old one first."}},
    [LZ_ROSTER_PERSON_OUTSIDE] =
        {{"您管理范围内的人员", "a person you administer"},
         {"此人登记在其他单位名下，请由司法局办理调动后再导入。",
          "This person is registered with another organ; ask the bureau to move them first."}},
    [LZ_ROSTER_PERSON_LEFT] =
        {{"在岗人员", "a person in service"},
         {"此人已登记为离岗（{}），重新申办请由司法局导入。",
          "This person is registered as having left ({}); the bureau must import a new certificate."}},
    [LZ_ROSTER_PERSON_DECEASED] = {{"在岗人员", "a person in service"},
                                   {"此人已登记为死亡，请核对身份证号。",
                                    "This person is registered as deceased; check the ID number."}},
    [LZ_ROSTER_NAME_DIFFERS] =
        {{"登记的姓名“{}”", "the registered name \"{}\""},
         {"登记的姓名是“{}”；请核对，确已改名的请由司法局办理。",
          "The registered name is \"{}\"; check it, and ask the bureau if the name was changed."}},
    [LZ_ROSTER_NOT_BY_HR] =
        {{"登记的内容“{}”", "what is registered, \"{}\""},
         {"人事账号不能更改已发证件的这一项（登记为“{}”），请由司法局办理。",
          "HR may not change this of an issued certificate (registered: \"{}\"); ask the bureau."}},
    [LZ_ROSTER_ENDED] =
        {{"未终止的证件", "a certificate that has not ended"},
         {"这个证件已终止（{}），不能再更改；重新发证请用新的证号。",
          "This certificate has ended ({}) and cannot be changed; a new one needs a new number."}},
    [LZ_ROSTER_EXPIRED] =
        {{"登记的内容“{}”", "what is registered, \"{}\""},
         {"这个证件已过期（登记为“{}”），延长有效期请办理换证。",
          "This certificate has expired (registered: \"{}\"); renew it instead of changing it."}},
    [LZ_ROSTER_ON_BADGE] =
        {{"登记的内容“{}”", "what is registered, \"{}\""},
         {"标识牌已制发，牌上写有这一项（登记为“{}”），请办理换证或补发。",
          "A badge that carries this has been made (registered: \"{}\"); renew or reissue instead."}},
    [LZ_ROSTER_NOT_YET_ISSUED] =
        {{"不晚于今天（{}）的日期", "a day not after today, {}"},
         {"发证日期晚于今天（{}）;请核对日期，尚未发证的请在发证当天或之后导入。",
          "The day of issue lies after today, {}; check it, and import what is not issued yet on its day."}},
};

/* `text` with `value` for each {}. */
static const char *filled(struct lz_arena *arena, const char *text, const char *value)
{
    const char *hole = strstr(text, "{}");
    if (!hole)
        return text;
    return lz_arena_printf(arena, "%.*s%s%s", (int)(hole - text), text, value ? value : "", hole + 2);
}

lz_err lz_roster_refuse(struct lz_roster_plan *plan, struct lz_roster_step *step, enum lz_roster_field field,
                        enum lz_roster_refusal refusal, const char *registered)
{
    struct lz_arena *arena = plan->roster->arena;
    struct lz_roster_row *row = step->row;
    const char *const found[LZ_ROSTER_FIELD_COUNT] = {
        [LZ_ROSTER_NAME] = row->name,
        [LZ_ROSTER_ID] = lz_roster_mask(arena, row->id_number),
        [LZ_ROSTER_ORGAN] = row->organ,
        [LZ_ROSTER_NUMBER] = row->number,
        [LZ_ROSTER_ISSUED] = row->issued_on.text,
        [LZ_ROSTER_UNTIL] = row->valid_until.text,
        [LZ_ROSTER_SCOPE] = row->scope,
        [LZ_ROSTER_REGION] = row->region,
        [LZ_ROSTER_KIND] = lz_certificate_kind_word(row->kind, LZ_ZH),
    };
    struct lz_roster_fault *faults = lz_arena_array(arena, row->fault_count + 1, sizeof *faults);
    if (!faults)
        return LZ_MEMORY;
    if (row->fault_count)
        memcpy(faults, row->faults, row->fault_count * sizeof *faults);
    struct lz_roster_fault *fault = &faults[row->fault_count];
    fault->line = row->line;
    fault->column = plan->roster->headers[field];
    fault->found = found[field] ? lz_arena_text(arena, found[field]) : "";
    bool whole = fault->found != NULL;
    for (int lang = 0; lang < LZ_LANG_COUNT; lang++) {
        fault->expected[lang] = filled(arena, refusals[refusal].expected[lang], registered);
        fault->message[lang] = filled(arena, refusals[refusal].message[lang], registered);
        whole = whole && fault->expected[lang] && fault->message[lang];
    }
    row->faults = faults;
    row->fault_count++;
    row->outcome = LZ_ROSTER_REFUSED;
    return whole ? LZ_OK : LZ_MEMORY;
}
