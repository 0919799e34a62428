/* What test_register_faults.c does with rosters. */
#ifndef LZ_TEST_REGISTRY_FAULT_ROSTERS_H
#define LZ_TEST_REGISTRY_FAULT_ROSTERS_H

#include "fault_world.h"

static inline lz_err op_roster(struct world *w, struct lz_call *call, bool dry_run)
{
    char csv[2048], id[3][24];
    struct lz_roster *roster = NULL;
    struct lz_roster_result result = {0};
    const struct lz_roster_options options = {.dry_run = dry_run, .partial = true};
    for (unsigned i = 0; i < 3; i++)
        fixture_id(50 + i, id[i]);
    snprintf(csv, sizeof csv,
             "姓名,身份证号,工作单位,执法证号,执法类别,发证日期,有效期至,人员类别\n"
             "罗秀宝,%s,黄陵县水务局,610699000050,水务,2026-03-01,2030-02-28,执法人员\n"
             "姚志怡,%s,子长市林业局,610699000051,林业,2026-03-01,2030-02-28,辅助人员\n"
             "李四,%s,黄陵县水务局,610699000001,水务,2026-13-01,2030-02-28,执法人员\n",
             id[0], id[1], id[2]);
    lz_err err = lz_roster_read(lz_bytes_text(csv), LZ_ROSTER_AUTO, &roster, &call->fault);
    if (!err)
        err = lz_roster_store(call, roster, &options, &result);
    if (!err && (result.created != 2 || result.refused != 1 || result.stored == dry_run))
        fault_found("the roster went half in: %zu created, %zu refused", result.created, result.refused);
    if (!err)
        world_tell(w, "%zu %zu %zu %zu, %zu organs; ", result.created, result.changed, result.unchanged,
                   result.refused, result.organ_count);
    if (!err && dry_run) { /* after an import its failure would not be the import's */
        json_t *told = lz_roster_json(roster, &result, LZ_ZH, true);
        err = told ? LZ_OK : LZ_MEMORY;
        json_decref(told);
    }
    lz_roster_free(&roster);
    return err;
}
static inline lz_err op_roster_import(struct world *w, struct lz_call *call)
{
    return op_roster(w, call, false);
}
static inline lz_err op_roster_preview(struct world *w, struct lz_call *call)
{
    return op_roster(w, call, true);
}

/* A roster in which every row is told something: what changes, what stands twice, what is refused, and why.
 */
static inline lz_err op_roster_differences(struct world *w, struct lz_call *call)
{
    char csv[2048], id[4][24];
    struct lz_roster *roster = NULL;
    struct lz_roster_result result = {0};
    const struct lz_roster_options options = {.dry_run = true, .partial = true};
    fixture_id(50, id[0]);
    fixture_id(1, id[1]);
    fixture_id(2, id[2]);
    fixture_id(51, id[3]);
    snprintf(
        csv, sizeof csv,
        "姓名,身份证号,工作单位,执法证号,执法类别,发证日期,有效期至,人员类别,职务\n"
        "\xE3\x80\x80罗 秀宝\xC2\xA0,%s,黄陵县水务局,610699000050,水务,2026-03-01,2030-02-28,执法人员,科员\n"
        "罗秀宝,%s,黄陵县水务局,610699000052,水务,2026-03-01,2030-02-28,执法人员,科员\n"
        "罗秀宝,%s,黄陵县水务局,610699000051,水务,2026-03-01,2030-02-28,执法人员,科员\n"
        "罗秀宝,%s,黄陵县水务局,%s,水务、水利,2026-03-01,2030-02-28,执法人员,科长\n"
        "姚志怡,%s,黄陵县水务局,610699000050,水务,2026-03-01,2030-02-28,执法人员,科员\n",
        id[0], id[0], id[1], id[2], w->plain, id[3]);
    lz_err err = lz_roster_read(lz_bytes_text(csv), LZ_ROSTER_AUTO, &roster, &call->fault);
    if (!err)
        err = lz_roster_store(call, roster, &options, &result);
    if (!err && (result.changed != 1 || result.refused != 5 - 1 - result.created))
        fault_found("differences: %zu created, %zu changed, %zu refused", result.created, result.changed,
                    result.refused);
    lz_roster_free(&roster);
    return err;
}

#endif
