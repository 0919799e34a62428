/* A roster from a file: uploaded, looked at row by row, then stored or forgotten. */
#include "registry/roster.h"
#include "web/desk/desk.h"
#include "web/desk/keep.h"
#include "web/desk/parts.h"

#include <string.h>

enum {
    SMALL_FILE_MS = 1500
}; /* most rosters are checked within it: their user never sees the waiting page */

lz_err lz_desk_import(struct lz_visit *visit)
{
    bool awaiting = !(LZ_ROLES_BUREAU & LZ_ROLES(visit->call->actor->role));
    return lz_visit_answer(
        visit, json_pack("{s:b, s:I}", "awaiting", awaiting, "max_bytes", (json_int_t)LZ_ROSTER_MAX_BYTES));
}

static enum lz_roster_encoding encoding_of(const char *name)
{
    if (name && strcmp(name, "utf-8") == 0)
        return LZ_ROSTER_UTF8;
    return name && strcmp(name, "gb18030") == 0 ? LZ_ROSTER_GB18030 : LZ_ROSTER_AUTO;
}

/* People upload the workbook itself; its first bytes tell (zip, or the older binary format). */
static bool is_workbook(struct lz_bytes file)
{
    return file.size > 4 &&
           (memcmp(file.data, "PK\3\4", 4) == 0 || memcmp(file.data, "\xD0\xCF\x11\xE0", 4) == 0);
}

static lz_err read_roster(struct lz_visit *visit, struct lz_bytes file, struct lz_roster **ret_roster)
{
    struct lz_fault fault = {0};
    if (is_workbook(file))
        return lz_visit_refuse_field(visit, "file", "desk.import.workbook");
    lz_err err = lz_roster_read(file, encoding_of(lz_visit_text(visit, "encoding")), ret_roster, &fault);
    if (!err)
        return LZ_OK;
    const char *zh = fault.field_count ? fault.fields[0].message[LZ_ZH] : lz_fault_text(&fault, LZ_ZH);
    const char *en = fault.field_count ? fault.fields[0].message[LZ_EN] : lz_fault_text(&fault, LZ_EN);
    return lz_fault_field(&visit->call->fault, "file", NULL, zh, en);
}

static lz_err answer_state(struct lz_visit *visit, const char *id)
{
    json_t *value = NULL;
    struct lz_imports_view view = {.page = 1, .limit = LZ_DESK_PAGE, .lang = visit->lang};
    lz_err err = lz_imports_json(visit->site->desk->imports, visit->call, id, &view, &value);
    visit->see_other = lz_arena_printf(visit->call->arena, "/desk/import/%s", id);
    return err ? err : lz_visit_answer(visit, value);
}

lz_err lz_desk_import_upload(struct lz_visit *visit)
{
    char id[LZ_IMPORT_ID_SIZE];
    struct lz_roster *roster = NULL;
    lz_err err = read_roster(visit, lz_visit_file(visit, "file")->bytes, &roster);
    if (!err)
        err = lz_imports_add(visit->site->desk->imports, visit->call, &roster, id);
    if (err)
        return err;
    lz_imports_wait(visit->site->desk->imports, id, SMALL_FILE_MS);
    return answer_state(visit, id);
}

lz_err lz_desk_import_show(struct lz_visit *visit)
{
    json_t *value = NULL;
    struct lz_imports_view view = {.rows = lz_visit_text(visit, "rows"),
                                   .page = lz_desk_page(visit),
                                   .limit = LZ_DESK_PAGE,
                                   .lang = visit->lang};
    lz_err err = lz_imports_json(visit->site->desk->imports, visit->call, lz_visit_text(visit, "import"),
                                 &view, &value);
    return err ? err : lz_visit_answer(visit, value);
}

lz_err lz_desk_import_decide(struct lz_visit *visit)
{
    const char *decision = lz_visit_text(visit, "decision");
    const char *id = lz_arena_text(visit->call->arena, lz_visit_text(visit, "import"));
    struct lz_imports *imports = visit->site->desk->imports;
    if (strcmp(decision, "cancel") == 0) {
        lz_err err = lz_imports_drop(imports, visit->call, id);
        return err ? err : lz_visit_done(visit, "import_cancelled", "/desk/import");
    }
    lz_err err = lz_imports_store(imports, visit->call, id, strcmp(decision, "good") == 0);
    if (err)
        return err;
    lz_imports_wait(imports, id, SMALL_FILE_MS);
    return answer_state(visit, id);
}
