#include "lz_test.h"
#include "registry/audit.h"
#include "registry/badge.h"
#include "registry/certificate.h"
#include "registry/organ.h"
#include "registry/person.h"
#include "registry/roster.h"

#include <ftw.h>
#include <limits.h>
#include <unistd.h>

#define HEADER "姓名,性别,身份证号,工作单位,职务,执法证号,执法类别,执法区域,发证日期,有效期至,人员类别\n"
#define LUO                                                                                                          \
    "罗秀宝,女,61063219680525904X,黄陵县水务局,科员,27063230001,水务,黄陵县,2022-11-25,2027-11-25," \
    "执法人员\n"
#define YAO                                                                                                          \
    "姚志怡,男,610600199007209075,黄陵县水务局,科员,27063230002,水务,黄陵县,2021-02-16,2026-02-16," \
    "辅助人员\n"
#define BAD "李四,女,6.10632E+17,黄陵县水务局,科员,27063230003,水务,黄陵县,2022-11-25,2027-11-25,执法人员\n"

/* 2026-11-23 12:00 local. */
enum { NOON = 1795406400 };

struct desk {
    char dir[64];
    struct lz_clock_fixed clock;
    struct lz_register *reg;
    struct lz_arena *arena;
    int64_t bureau_organ, water, roads; /* organs: the root, 黄陵县水务局, 延安市交通运输局 */
};

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info, (void)kind, (void)place;
    return remove(path);
}

static struct lz_call call_as(struct desk *desk, const struct lz_actor *actor)
{
    return (struct lz_call){.reg = desk->reg, .actor = actor, .arena = desk->arena, .origin = "test"};
}

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    const struct lz_register_init init = {.organ = "延安市司法局",
                                          .admin_password = "a long enough password"};
    struct lz_fault fault = {0};
    char password[LZ_PASSWORD_SIZE];
    assert_non_null(desk);
    snprintf(desk->dir, sizeof desk->dir, "/tmp/lz-roster-XXXXXX");
    assert_non_null(mkdtemp(desk->dir));
    lz_clock_fixed_init(&desk->clock, NOON);
    const struct lz_register_options options = {.clock = &desk->clock.base};
    lz_err err = lz_register_init(desk->dir, &init, &options, password, &fault);
    if (!err)
        err = lz_register_open(desk->dir, &options, &desk->reg, &fault);
    if (err)
        print_message("%s\n", lz_fault_text(&fault, LZ_EN));
    assert_ok(err);
    desk->arena = lz_arena_new(0);
    struct lz_call call = call_as(desk, &lz_actor_local_admin);
    struct lz_organ organ = {0};
    assert_ok(lz_organ_find_name(&call, "延安市司法局", &organ));
    desk->bureau_organ = organ.id;
    assert_ok(
        lz_organ_create(&call, &(struct lz_organ){.name = "黄陵县水务局", .parent = organ.id}, &desk->water));
    assert_ok(lz_organ_create(&call, &(struct lz_organ){.name = "延安市交通运输局", .parent = organ.id},
                              &desk->roads));
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    lz_register_close(&desk->reg);
    lz_arena_free(&desk->arena);
    nftw(desk->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(desk);
    return 0;
}

static struct lz_actor hr_of(int64_t organ)
{
    return (struct lz_actor){
        .account = 77, .role = LZ_ROLE_HR, .organ = organ, .login = "hr", .name = "人事"};
}

/* Reads and stores; the roster is the caller's to free. */
static struct lz_roster *import_as(struct desk *desk, const struct lz_actor *actor, const char *text,
                                   struct lz_roster_options options, struct lz_roster_result *result)
{
    struct lz_roster *roster = NULL;
    struct lz_call call = call_as(desk, actor);
    assert_ok(lz_roster_read(lz_bytes_text(text), LZ_ROSTER_AUTO, &roster, NULL));
    lz_err err = lz_roster_store(&call, roster, &options, result);
    if (err)
        print_message("%s: %s\n", lz_err_name(err), lz_fault_text(&call.fault, LZ_EN));
    assert_ok(err);
    return roster;
}

static struct lz_roster_result imported(struct desk *desk, const struct lz_actor *actor, const char *text)
{
    struct lz_roster_result result = {0};
    struct lz_roster *roster = import_as(desk, actor, text, (struct lz_roster_options){0}, &result);
    for (size_t i = 0; i < roster->row_count; i++)
        if (roster->rows[i].fault_count)
            print_message("line %zu: %s\n", roster->rows[i].line, roster->rows[i].faults[0].message[LZ_ZH]);
    lz_roster_free(&roster);
    return result;
}

static struct lz_certificate certificate(struct desk *desk, const char *number)
{
    struct lz_call call = call_as(desk, &lz_actor_local_admin);
    struct lz_certificate found = {0};
    assert_ok(lz_certificate_find(&call, number, &found));
    return found;
}

static struct lz_person person(struct desk *desk, int64_t id)
{
    struct lz_call call = call_as(desk, &lz_actor_local_admin);
    struct lz_person found = {0};
    assert_ok(lz_person_find(&call, id, &found));
    return found;
}

static int64_t audit_count(struct desk *desk)
{
    struct lz_call call = call_as(desk, &lz_actor_local_admin);
    int64_t count = 0;
    assert_ok(lz_audit_verify(&call, &count));
    return count;
}

/* ---- new rows ---- */

static void the_bureaus_import_is_in_force_or_expired_by_its_date(void **state)
{
    struct desk *desk = *state;
    struct lz_roster_result result = imported(desk, &lz_actor_local_admin, HEADER LUO YAO);
    assert_true(result.stored);
    assert_int_equal(result.created, 2);
    assert_int_equal(result.organ_count, 0);
    struct lz_certificate luo = certificate(desk, "27063230001"), yao = certificate(desk, "27063230002");
    assert_int_equal(luo.state, LZ_CERTIFICATE_VALID);
    assert_string_equal(luo.name, "罗秀宝");
    assert_string_equal(luo.post, "科员");
    assert_string_equal(luo.scope, "水务");
    assert_string_equal(luo.region, "黄陵县");
    assert_int_equal(luo.organ, desk->water);
    assert_int_equal(luo.effective_at, lz_date_start_s(luo.issued_on));
    assert_int_equal(luo.published_at, NOON);
    assert_int_equal(yao.state, LZ_CERTIFICATE_EXPIRED);
    assert_int_equal(yao.kind, LZ_CERTIFICATE_AUXILIARY);
    assert_int_equal(person(desk, luo.person).sex, 2);
    assert_false(person(desk, luo.person).auxiliary);
    assert_true(person(desk, yao.person).auxiliary);

    struct lz_call call = call_as(desk, &lz_actor_local_admin);
    struct lz_certificate_history *history = NULL;
    size_t count = 0;
    assert_ok(lz_certificate_history(&call, yao.person, &history, &count));
    assert_int_equal(count, 2);
    assert_int_equal(history[0].event, LZ_CERTIFICATE_EXPIRE);
    assert_int_equal(history[1].event, LZ_CERTIFICATE_ISSUE);
}

static void the_same_file_twice_changes_nothing_at_all(void **state)
{
    struct desk *desk = *state;
    imported(desk, &lz_actor_local_admin, HEADER LUO YAO);
    const int64_t before = audit_count(desk);
    struct lz_roster_result result = imported(desk, &lz_actor_local_admin, HEADER LUO YAO);
    assert_true(result.stored);
    assert_int_equal(result.created + result.changed, 0);
    assert_int_equal(result.unchanged, 2);
    assert_int_equal(audit_count(desk), before);
}

static void what_hr_imports_waits_for_confirmation(void **state)
{
    struct desk *desk = *state;
    const struct lz_actor hr = hr_of(desk->water);
    struct lz_roster_result result = imported(desk, &hr, HEADER LUO);
    assert_int_equal(result.created, 1);
    struct lz_certificate luo = certificate(desk, "27063230001");
    assert_int_equal(luo.state, LZ_CERTIFICATE_AWAITING);
    assert_int_equal(luo.filed_by, 77);
    result = imported(desk, &hr, HEADER LUO);
    assert_int_equal(result.unchanged, 1);

    struct lz_call call = call_as(desk, &lz_actor_local_admin);
    const struct lz_certificate_change issue = {.event = LZ_CERTIFICATE_ISSUE};
    assert_ok(lz_certificate_change(&call, "27063230001", &issue, &luo, NULL));
    assert_int_equal(luo.state, LZ_CERTIFICATE_VALID);
}

static void an_organ_that_is_missing_is_made_by_the_bureau_and_reported(void **state)
{
    struct desk *desk = *state;
    const char *text = HEADER "罗秀宝,女,61063219680525904X,志丹县林业局,科员,27063230001,林业,志丹县,2022-"
                              "11-25,2027-11-25,执法人员\n";
    struct lz_roster_result result = {0};
    struct lz_roster *roster =
        import_as(desk, &lz_actor_local_admin, text, (struct lz_roster_options){.dry_run = true}, &result);
    assert_false(result.stored);
    assert_int_equal(result.organ_count, 1);
    struct lz_call call = call_as(desk, &lz_actor_local_admin);
    struct lz_organ organ = {0};
    assert_err(lz_organ_find_name(&call, "志丹县林业局", &organ), LZ_NOT_FOUND);
    call.fault = (struct lz_fault){0};
    /* the preview's roster, stored */
    const struct lz_roster_options options = {0};
    assert_ok(lz_roster_store(&call, roster, &options, &result));
    assert_true(result.stored);
    assert_int_equal(result.organ_count, 1);
    assert_string_equal(result.organs_created[0], "志丹县林业局");
    assert_ok(lz_organ_find_name(&call, "志丹县林业局", &organ));
    assert_int_equal(certificate(desk, "27063230001").organ, organ.id);
    lz_roster_free(&roster);
}

static void an_officer_may_hold_a_supervision_certificate_in_the_same_file(void **state)
{
    struct desk *desk = *state;
    imported(desk, &lz_actor_local_admin,
             HEADER LUO "罗秀宝,女,61063219680525904X,黄陵县水务局,科员,27063230009,水务,黄陵县,2022-11-25,"
                        "2027-11-25,监督人员\n");
    assert_int_equal(certificate(desk, "27063230001").person, certificate(desk, "27063230009").person);
}

/* ---- refusals ---- */

static void one_refused_row_stores_nothing_unless_asked_for_the_good_ones(void **state)
{
    struct desk *desk = *state;
    const int64_t before = audit_count(desk);
    struct lz_roster_result result = imported(desk, &lz_actor_local_admin, HEADER LUO BAD);
    assert_false(result.stored);
    assert_int_equal(result.created, 1);
    assert_int_equal(result.refused, 1);
    assert_int_equal(audit_count(desk), before);
    struct lz_roster *roster = import_as(desk, &lz_actor_local_admin, HEADER LUO BAD,
                                         (struct lz_roster_options){.partial = true}, &result);
    assert_true(result.stored);
    assert_int_equal(result.created, 1);
    assert_int_equal(result.refused, 1);
    lz_roster_free(&roster);
    assert_int_equal(certificate(desk, "27063230001").state, LZ_CERTIFICATE_VALID);
}

struct refusal_case {
    const char *row;    /* against LUO, imported by the bureau */
    bool hr;            /* of 黄陵县水务局; else the bureau */
    const char *column; /* NULL: accepted */
    const char *says;
};
static const struct refusal_case refusals[] = {
    {"姚志怡,男,610600199007209075,黄陵县水务局,科员,27063230001,水务,黄陵县,2022-11-25,2027-11-25,"
     "执法人员\n",
     false, "执法证号", "另一人"},
    {"罗秀宝,女,61063219680525904X,黄陵县水务局,科员,27063230009,水务,黄陵县,2022-11-25,2027-11-25,"
     "执法人员\n",
     false, "执法证号", "2706***0001"},
    {"罗秀宝,女,61063219680525904X,黄陵县水务局,科员,27063230009,水务,黄陵县,2022-11-25,2027-11-25,"
     "辅助人员\n",
     false, "人员类别", "不能兼任"},
    {"罗秀宝,女,61063219680525904X,黄陵县水务局,科员,27063230009,水务,黄陵县,2022-11-25,2027-11-25,"
     "监督人员\n",
     false, NULL, NULL},
    {"姚志怡,男,610600199007209075,没有的单位,科员,27063230002,水务,黄陵县,2022-11-25,2027-11-25,执法人员\n",
     true, "工作单位", "没有这个单位"},
    {"姚志怡,男,610600199007209075,延安市交通运输局,科员,27063230002,水务,黄陵县,2022-11-25,2027-11-25,"
     "执法人员\n",
     true, "工作单位", "管理范围"},
    {"罗秀宝,女,61063219680525904X,黄陵县水务局,科员,27063230001,水务,黄陵县,2022-11-25,2028-11-25,"
     "执法人员\n",
     true, "有效期至", "不能更改已发证件"},
    {"罗秀宝,女,61063219680525904X,黄陵县水务局,科员,27063230001,农业,黄陵县,2022-11-25,2027-11-25,"
     "执法人员\n",
     true, "执法类别", "不能更改已发证件"},
    {"罗秀宝,女,61063219680525904X,黄陵县水务局,科员,27063230001,水务,黄陵县,2022-11-25,2027-11-25,"
     "监督人员\n",
     true, "人员类别", "不能更改已发证件"},
    {"罗秀,女,61063219680525904X,黄陵县水务局,科员,27063230001,水务,黄陵县,2022-11-25,2027-11-25,执法人员\n",
     true, "姓名", "罗秀宝"},
    {"罗秀宝,女,61063219680525904X,黄陵县水务局,科长,27063230001,水务,黄陵县,2022-11-25,2027-11-25,"
     "执法人员\n",
     true, NULL, NULL},
};

static void a_row_that_contradicts_the_register_is_refused_with_the_reason(void **state)
{
    struct desk *desk = *state;
    const struct lz_actor hr = hr_of(desk->water);
    imported(desk, &lz_actor_local_admin, HEADER LUO);
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        const struct refusal_case *c = &refusals[i];
        char text[1024];
        struct lz_roster_result result = {0};
        print_message("%s", c->row);
        snprintf(text, sizeof text, "%s%s", HEADER, c->row);
        struct lz_roster *roster = import_as(desk, c->hr ? &hr : &lz_actor_local_admin, text,
                                             (struct lz_roster_options){.dry_run = true}, &result);
        assert_int_equal(result.refused, c->column != NULL);
        if (c->column) {
            assert_int_equal(roster->rows[0].fault_count, 1);
            const struct lz_roster_fault *fault = &roster->rows[0].faults[0];
            assert_int_equal(fault->line, 2);
            assert_string_equal(fault->column, c->column);
            assert_non_null(strstr(fault->message[LZ_ZH], c->says));
            assert_null(strstr(fault->message[LZ_ZH], "61063219680525904X"));
            assert_true(strlen(fault->message[LZ_EN]) > 0);
        }
        lz_roster_free(&roster);
    }
}

/* A wrong year would else stand green for everyone who looks. */
static void what_is_not_issued_yet_is_refused(void **state)
{
    struct desk *desk = *state;
    static const struct {
        const char *row, *column;
    } rows[] = {
        {"罗秀宝,女,61063219680525904X,黄陵县水务局,科员,27063230001,水务,黄陵县,2026-11-23,2031-11-22,"
         "执法人员\n",
         NULL},
        {"罗秀宝,女,61063219680525904X,黄陵县水务局,科员,27063230001,水务,黄陵县,2026-11-24,2031-11-23,"
         "执法人员\n",
         "发证日期"},
    };
    const struct lz_actor hr = hr_of(desk->water);
    for (size_t i = 0; i < 2 * COUNT_OF(rows); i++) {
        struct lz_roster_result result = {0};
        char text[1024];
        snprintf(text, sizeof text, "%s%s", HEADER, rows[i / 2].row);
        struct lz_roster *roster = import_as(desk, i % 2 ? &hr : &lz_actor_local_admin, text,
                                             (struct lz_roster_options){.dry_run = true}, &result);
        assert_int_equal(result.refused, rows[i / 2].column != NULL);
        if (rows[i / 2].column) {
            const struct lz_roster_fault *fault = &roster->rows[0].faults[0];
            assert_string_equal(fault->column, rows[i / 2].column);
            assert_string_equal(fault->found, "2026-11-24");
            assert_non_null(strstr(fault->message[LZ_ZH], "2026-11-23"));
            assert_non_null(strstr(fault->expected[LZ_EN], "2026-11-23"));
        }
        lz_roster_free(&roster);
    }
    /* Nor is what is stored moved there. */
    imported(desk, &lz_actor_local_admin, HEADER LUO);
    struct lz_roster_result result = {0};
    char text[1024];
    snprintf(text, sizeof text, "%s%s", HEADER, rows[1].row);
    struct lz_roster *roster =
        import_as(desk, &lz_actor_local_admin, text, (struct lz_roster_options){0}, &result);
    assert_int_equal(result.refused, 1);
    lz_roster_free(&roster);
    assert_string_equal(certificate(desk, "27063230001").issued_on.text, "2022-11-25");
}

static void hr_of_another_organ_cannot_touch_a_certificate(void **state)
{
    struct desk *desk = *state;
    const struct lz_actor hr = hr_of(desk->roads);
    imported(desk, &lz_actor_local_admin, HEADER LUO);
    struct lz_roster_result result =
        imported(desk, &hr,
                 HEADER "罗秀宝,女,61063219680525904X,延安市交通运输局,科长,27063230001,水务,黄陵县,2022-11-"
                        "25,2027-11-25,执法人员\n");
    assert_int_equal(result.refused, 1);
    result = imported(desk, &hr,
                      HEADER "罗秀宝,女,61063219680525904X,延安市交通运输局,科长,27063230009,交通,延安市,"
                             "2022-11-25,2027-11-25,监督人员\n");
    assert_int_equal(result.refused, 1);
}

static void who_may_not_file_may_not_import(void **state)
{
    struct desk *desk = *state;
    struct lz_actor clerk = hr_of(0);
    clerk.role = LZ_ROLE_CLERK;
    struct lz_call call = call_as(desk, &clerk);
    struct lz_roster *roster = NULL;
    struct lz_roster_result result = {0};
    const struct lz_roster_options options = {0};
    assert_ok(lz_roster_read(lz_bytes_text(HEADER LUO), LZ_ROSTER_AUTO, &roster, NULL));
    assert_err(lz_roster_store(&call, roster, &options, &result), LZ_FORBIDDEN);
    lz_roster_free(&roster);
}

/* ---- changes ---- */

static void a_changed_row_shows_and_stores_the_change(void **state)
{
    struct desk *desk = *state;
    imported(desk, &lz_actor_local_admin, HEADER LUO);
    struct lz_roster_result result = {0};
    const char *text = HEADER "罗秀宝,女,61063219680525904X,延安市交通运输局,科长,27063230001,水务,黄陵县,"
                              "2022-11-25,2028-11-25,执法人员\n";
    struct lz_roster *roster =
        import_as(desk, &lz_actor_local_admin, text, (struct lz_roster_options){0}, &result);
    assert_int_equal(result.changed, 1);
    assert_true(result.stored);
    assert_string_equal(roster->rows[0].change,
                        "职务: 科员 → 科长; 工作单位: 黄陵县水务局 → 延安市交通运输局; "
                        "有效期至: 2027-11-25 → 2028-11-25");
    lz_roster_free(&roster);
    struct lz_certificate luo = certificate(desk, "27063230001");
    assert_int_equal(luo.organ, desk->roads);
    assert_string_equal(luo.valid_until.text, "2028-11-25");
    assert_string_equal(luo.scope, "水务");
    assert_string_equal(person(desk, luo.person).post, "科长");
    assert_int_equal(person(desk, luo.person).organ, desk->roads);
    assert_int_equal(imported(desk, &lz_actor_local_admin, text).unchanged, 1);
}

static void what_the_file_does_not_say_stays(void **state)
{
    struct desk *desk = *state;
    imported(desk, &lz_actor_local_admin, HEADER YAO);
    struct lz_roster_result result =
        imported(desk, &lz_actor_local_admin,
                 "姓名,身份证号,工作单位,执法证号,发证日期,有效期至\n"
                 "姚志怡,610600199007209075,黄陵县水务局,27063230002,2021-02-16,2026-02-16\n");
    assert_int_equal(result.unchanged, 1);
    result = imported(desk, &lz_actor_local_admin,
                      "姓名,身份证号,工作单位,职务,执法证号,发证日期,有效期至\n"
                      "姚志怡,610600199007209075,黄陵县水务局,队长,27063230002,2021-02-16,2026-02-16\n");
    assert_int_equal(result.changed, 1);
    struct lz_certificate yao = certificate(desk, "27063230002");
    assert_int_equal(yao.kind, LZ_CERTIFICATE_AUXILIARY);
    assert_string_equal(yao.scope, "水务");
    assert_string_equal(yao.post, "队长");
    assert_int_equal(person(desk, yao.person).sex, 1);
}

static void an_ended_certificate_comes_not_back_by_import(void **state)
{
    struct desk *desk = *state;
    imported(desk, &lz_actor_local_admin, HEADER LUO);
    struct lz_call call = call_as(desk, &lz_actor_local_admin);
    const struct lz_certificate_change cancel = {.event = LZ_CERTIFICATE_CANCEL, .reason = "transfer"};
    assert_ok(lz_certificate_change(&call, "27063230001", &cancel, NULL, NULL));
    assert_int_equal(imported(desk, &lz_actor_local_admin, HEADER LUO).unchanged, 1);
    assert_int_equal(certificate(desk, "27063230001").state, LZ_CERTIFICATE_CANCELLED);
    struct lz_roster_result result =
        imported(desk, &lz_actor_local_admin,
                 HEADER "罗秀宝,女,61063219680525904X,黄陵县水务局,科长,27063230001,水务,黄陵县,2022-11-25,"
                        "2027-11-25,执法人员\n");
    assert_int_equal(result.refused, 1);
    /* back in service under a new number */
    result = imported(desk, &lz_actor_local_admin,
                      HEADER "罗秀宝,女,61063219680525904X,延安市交通运输局,科长,27063230009,交通,延安市,"
                             "2022-11-25,2027-11-25,执法人员\n");
    assert_int_equal(result.created, 1);
    struct lz_certificate luo = certificate(desk, "27063230009");
    assert_int_equal(luo.person, certificate(desk, "27063230001").person);
    assert_int_equal(person(desk, luo.person).state, LZ_PERSON_ACTIVE);
    assert_int_equal(person(desk, luo.person).organ, desk->roads);
}

static void an_expired_certificate_is_renewed_not_edited(void **state)
{
    struct desk *desk = *state;
    imported(desk, &lz_actor_local_admin, HEADER YAO);
    struct lz_roster_result result =
        imported(desk, &lz_actor_local_admin,
                 HEADER "姚志怡,男,610600199007209075,黄陵县水务局,科员,27063230002,水务,黄陵县,2021-02-16,"
                        "2031-02-16,辅助人员\n");
    assert_int_equal(result.refused, 1);
}

static void what_a_live_badge_proves_is_not_edited_under_it(void **state)
{
    struct desk *desk = *state;
    struct lz_call call = call_as(desk, &lz_actor_local_admin);
    struct lz_bytes token = {0};
    imported(desk, &lz_actor_local_admin, HEADER LUO);
    assert_ok(lz_badge_token(&call, "27063230001", LZ_TOKEN_QR, (struct lz_bytes){0}, &token));
    struct lz_roster_result result =
        imported(desk, &lz_actor_local_admin,
                 HEADER "罗秀宝,女,61063219680525904X,黄陵县水务局,科员,27063230001,水务,黄陵县,2022-11-25,"
                        "2028-11-25,执法人员\n");
    assert_int_equal(result.refused, 1);
    result = imported(desk, &lz_actor_local_admin,
                      HEADER "罗秀宝,女,61063219680525904X,黄陵县水务局,科长,27063230001,水务,黄陵县,2022-11-"
                             "25,2027-11-25,执法人员\n");
    assert_int_equal(result.changed, 1);
}

static void a_refused_filing_may_be_filed_again(void **state)
{
    struct desk *desk = *state;
    const struct lz_actor hr = hr_of(desk->water);
    imported(desk, &hr, HEADER LUO);
    struct lz_call call = call_as(desk, &lz_actor_local_admin);
    const struct lz_certificate_change refuse = {.event = LZ_CERTIFICATE_REFUSE};
    assert_ok(lz_certificate_change(&call, "27063230001", &refuse, NULL, NULL));
    assert_int_equal(imported(desk, &hr, HEADER LUO).created, 1);
    assert_int_equal(certificate(desk, "27063230001").state, LZ_CERTIFICATE_AWAITING);
}

/* ---- progress, audit, JSON ---- */

struct watch {
    size_t calls, last, stop_at;
};

static bool watched(void *context, size_t done, size_t total)
{
    struct watch *watch = context;
    assert_true(done > watch->last && done <= total);
    watch->calls++;
    watch->last = done;
    return watch->stop_at == 0 || done < watch->stop_at;
}

static char *many_rows(size_t count)
{
    static const char checks[] = "10X98765432";
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    struct lz_buf text;
    lz_buf_init(&text, 1 << 22);
    lz_buf_text(&text, HEADER);
    for (size_t i = 0; i < count; i++) {
        char id[19];
        int sum = 0;
        snprintf(id, sizeof id, "610600%04zu0101%03zu", 1960 + i / 999 % 40, 1 + i % 999);
        for (size_t k = 0; k < 17; k++)
            sum += weights[k] * (id[k] - '0');
        id[17] = checks[sum % 11];
        id[18] = '\0';
        lz_buf_printf(&text,
                      "罗秀宝,女,%s,黄陵县水务局,科员,27%09zu,水务,黄陵县,2022-11-25,2027-11-25,执法人员\n",
                      id, i);
    }
    size_t size = 0;
    return (char *)lz_buf_take(&text, &size);
}

static void progress_is_told_and_can_stop_everything(void **state)
{
    struct desk *desk = *state;
    char *text = many_rows(2500);
    assert_non_null(text);
    const int64_t before = audit_count(desk);
    struct watch watch = {.stop_at = 2000};
    struct lz_roster_options options = {.progress = watched, .progress_context = &watch};
    struct lz_roster_result result = {0};
    struct lz_roster *roster = NULL;
    struct lz_call call = call_as(desk, &lz_actor_local_admin);
    assert_ok(lz_roster_read(lz_bytes_text(text), LZ_ROSTER_AUTO, &roster, NULL));
    assert_err(lz_roster_store(&call, roster, &options, &result), LZ_CANCELLED);
    assert_int_equal(audit_count(desk), before);
    watch = (struct watch){0};
    assert_ok(lz_roster_store(&call, roster, &options, &result));
    assert_int_equal(watch.calls, 3);
    assert_int_equal(watch.last, 2500);
    assert_int_equal(result.created, 2500);
    /* one event a record, one for the import */
    assert_int_equal(audit_count(desk), before + 2501);
    lz_roster_free(&roster);
    free(text);
}

static void no_personal_number_reaches_the_audit(void **state)
{
    struct desk *desk = *state;
    imported(desk, &lz_actor_local_admin, HEADER LUO);
    struct lz_call call = call_as(desk, &lz_actor_local_admin);
    struct lz_audit_event *events = NULL;
    size_t count = 0, total = 0;
    assert_ok(lz_audit_list(&call, NULL, 0, 0, 100, &events, &count, &total));
    for (size_t i = 0; i < count; i++)
        assert_true(!events[i].after || !strstr(events[i].after, "61063219680525904X"));
}

static void the_answer_for_programs_is_as_the_design_says(void **state)
{
    struct desk *desk = *state;
    struct lz_roster_result result = {0};
    struct lz_roster *roster =
        import_as(desk, &lz_actor_local_admin, HEADER LUO BAD, (struct lz_roster_options){0}, &result);
    json_t *value = lz_roster_json(roster, &result, LZ_EN, true);
    assert_non_null(value);
    char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);
    assert_non_null(text);
    assert_null(strstr(text, "61063219680525904X"));
    assert_int_equal(json_integer_value(json_object_get(value, "created")), 1);
    assert_int_equal(json_integer_value(json_object_get(value, "changed")), 0);
    assert_int_equal(json_integer_value(json_object_get(value, "unchanged")), 0);
    assert_true(json_is_false(json_object_get(value, "stored")));
    assert_int_equal(json_array_size(json_object_get(value, "organs_created")), 0);
    const json_t *refused = json_object_get(value, "refused");
    assert_int_equal(json_array_size(refused), 1);
    const json_t *fault = json_array_get(refused, 0);
    assert_int_equal(json_integer_value(json_object_get(fault, "line")), 3);
    assert_string_equal(json_string_value(json_object_get(fault, "column")), "身份证号");
    assert_string_equal(json_string_value(json_object_get(fault, "found")), "6.10632E+17");
    assert_string_equal(json_string_value(json_object_get(fault, "expected")), "an 18-character ID number");
    assert_non_null(json_string_value(json_object_get(fault, "message")));
    const json_t *rows = json_object_get(value, "rows");
    assert_int_equal(json_array_size(rows), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 0), "id_number")),
                        "6106**********904X");
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 1), "outcome")), "refused");
    free(text);
    json_decref(value);
    lz_roster_free(&roster);
}

#define ON_A_DESK(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)

/* ---- over midnight ---- */

/* Midnight comes behind so many readings of the clock. */
struct midnight {
    struct lz_clock base;
    int *left;
};

static int64_t read_midnight(const struct lz_clock *clock)
{
    const struct midnight *midnight = (const void *)clock;
    const bool before = *midnight->left > 0;
    *midnight->left -= before;
    return (NOON + (before ? 0 : 12 * INT64_C(3600))) * 1000;
}

/* Imports what holds until today while the day ends; false: it was done before. */
static bool import_over_midnight(int readings)
{
    void *state = NULL;
    int left = INT_MAX;
    struct lz_fault fault = {0};
    const struct midnight midnight = {.base = {.now_ms = read_midnight, .monotonic_us = read_midnight},
                                      .left = &left};
    const struct lz_register_options options = {.clock = &midnight.base};
    assert_int_equal(open_desk(&state), 0);
    struct desk *desk = state;
    imported(desk, &lz_actor_local_admin, HEADER LUO);
    lz_register_close(&desk->reg);
    assert_ok(lz_register_open(desk->dir, &options, &desk->reg, &fault));
    left = readings;
    imported(desk, &lz_actor_local_admin,
             HEADER "姚志怡,男,610600199007209075,黄陵县水务局,科员,27063230002,水务,黄陵县,2021-11-24,"
                    "2026-11-23,辅助人员\n");
    const bool over = left == 0;
    struct lz_call call = call_as(desk, &lz_actor_local_admin);
    const struct lz_certificate_change cancel = {.event = LZ_CERTIFICATE_CANCEL, .reason = "transfer"};
    assert_ok(lz_certificate_change(&call, "27063230001", &cancel, NULL, NULL));
    assert_int_equal(certificate(desk, "27063230001").state, LZ_CERTIFICATE_CANCELLED);
    close_desk(&state);
    return over;
}

static void an_import_over_midnight_takes_no_others_numbers(void **state)
{
    (void)state;
    int readings = 0;
    while (import_over_midnight(readings))
        readings++;
    assert_true(readings > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_DESK(the_bureaus_import_is_in_force_or_expired_by_its_date),
        ON_A_DESK(the_same_file_twice_changes_nothing_at_all),
        ON_A_DESK(what_hr_imports_waits_for_confirmation),
        ON_A_DESK(an_organ_that_is_missing_is_made_by_the_bureau_and_reported),
        ON_A_DESK(an_officer_may_hold_a_supervision_certificate_in_the_same_file),
        ON_A_DESK(one_refused_row_stores_nothing_unless_asked_for_the_good_ones),
        ON_A_DESK(a_row_that_contradicts_the_register_is_refused_with_the_reason),
        ON_A_DESK(what_is_not_issued_yet_is_refused),
        ON_A_DESK(hr_of_another_organ_cannot_touch_a_certificate),
        ON_A_DESK(who_may_not_file_may_not_import),
        ON_A_DESK(a_changed_row_shows_and_stores_the_change),
        ON_A_DESK(what_the_file_does_not_say_stays),
        ON_A_DESK(an_ended_certificate_comes_not_back_by_import),
        ON_A_DESK(an_expired_certificate_is_renewed_not_edited),
        ON_A_DESK(what_a_live_badge_proves_is_not_edited_under_it),
        ON_A_DESK(a_refused_filing_may_be_filed_again),
        ON_A_DESK(progress_is_told_and_can_stop_everything),
        ON_A_DESK(no_personal_number_reaches_the_audit),
        ON_A_DESK(the_answer_for_programs_is_as_the_design_says),
        cmocka_unit_test(an_import_over_midnight_takes_no_others_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
