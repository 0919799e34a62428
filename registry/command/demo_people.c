#include "registry/command/demo_people.h"

#include "registry/base/random.h"

#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

const struct lz_demo_organ lz_demo_organs[] = {
    {"延安市示范区市场监督管理局", "0911-0000001", "《中华人民共和国行政处罚法》第十七条", "市场监督管理",
     false, 0},
    {"延安市示范区生态环境局", "0911-0000002", "《中华人民共和国环境保护法》第十条", "生态环境保护", false,
     1},
    {"延安市示范区交通运输局", "0911-0000003", "《中华人民共和国公路法》第八条", "交通运输", false, 2},
    {"延安市示范区城市管理执法局", "0911-0000004", "《中华人民共和国行政处罚法》第十八条", "城市管理", false,
     3},
    {"延安市示范区卫生健康局", "0911-0000005", "《中华人民共和国传染病防治法》", "卫生健康", false, 4},
    {"延安市示范区应急管理局", "0911-0000006", "《中华人民共和国安全生产法》第十条", "安全生产、应急管理",
     false, 5},
    {"延安市示范区文化和旅游局", "0911-0000007", "《中华人民共和国旅游法》第八十三条", "文化市场、旅游",
     false, 6},
    {"延安市示范区卫生监督所", "0911-0000008", "受延安市示范区卫生健康局委托", "公共场所卫生", true, 4},
};
_Static_assert(COUNT(lz_demo_organs) == LZ_DEMO_ORGANS, "one row an organ");

static const char *const surnames[] = {"白", "高", "惠", "折", "拓", "冯", "薛", "曹",
                                       "贺", "霍", "郝", "杜", "马", "牛", "常", "康",
                                       "艾", "党", "强", "呼", "雷", "袁", "樊", "景"};
static const char *const given[2][20] = {
    {"延川", "志远", "宝塔", "子长", "建原", "小峰", "文山", "向阳", "海涛", "军安",
     "立新", "国梁", "永川", "春生", "东明", "世平", "喜成", "长河", "山丹", "启明"},
    {"兰花", "小枣", "月华", "秀川", "红梅", "春燕", "晓岚", "玉洁", "雪莲", "文静",
     "巧云", "桂兰", "金凤", "丽萍", "海霞", "彩霞", "秋菊", "思源", "亚宁", "小禾"},
};
static const char *const posts[] = {"一级科员", "二级主任科员", "四级主任科员",
                                    "副大队长", "中队长",       "执法员"};

/* Where the year lies in which each part's certificate was issued, in days before today. */
static int issued_days_ago(size_t person)
{
    if (person == LZ_DEMO_EXPIRED)
        return 5 * 365 + 60;
    if (person >= LZ_DEMO_EXPIRING && person < LZ_DEMO_EXPIRING + 4)
        return 5 * 365 - 40 * (int)(person - LZ_DEMO_EXPIRING + 1); /* renewal is open */
    if (person >= LZ_DEMO_FILED)
        return 0;
    return 30 + (int)(person * 37 % 1500);
}

bool lz_demo_female(size_t person)
{
    return person % 3 == 1;
}

static bool is_auxiliary(size_t person)
{
    return person == LZ_DEMO_AUXILIARY || (person > LZ_DEMO_EXPIRING + 4 && person % 11 == 0);
}

/* HR's organ has the parts, so that a newcomer signed in as hr sees each of them; others share the rest. */
static size_t organ_of(size_t person)
{
    return person < 22 || person >= LZ_DEMO_FILED ? LZ_DEMO_HR_ORGAN : 1 + person % (LZ_DEMO_ORGANS - 1);
}

void lz_demo_number(size_t person, char ret_number[LZ_DEMO_NUMBER_SIZE])
{
    snprintf(ret_number, LZ_DEMO_NUMBER_SIZE, "610699%04u", (unsigned)(person + 1) % 10000U);
}

/* GB 11643 with its check character. */
static void id_number(size_t person, int year, int month, int day, bool female, char ret_id[24])
{
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    snprintf(ret_id, 24, "610699%04u%02u%02u%03u", (unsigned)year % 10000U, (unsigned)month % 100U,
             (unsigned)day % 100U, (unsigned)(person * 2 + (female ? 0 : 1)) % 1000U);
    for (size_t i = 0; i < 17; i++)
        sum += weights[i] * (ret_id[i] - '0');
    ret_id[17] = "10X98765432"[sum % 11];
    ret_id[18] = '\0';
}

static lz_err add_person(size_t person, struct lz_date today, struct lz_random *random, struct lz_buf *out)
{
    uint64_t year = 0, month = 0, day = 0, post = 0;
    lz_err err = lz_random_below(random, 35, &year);
    if (!err)
        err = lz_random_below(random, 12, &month);
    if (!err)
        err = lz_random_below(random, 28, &day);
    if (!err)
        err = lz_random_below(random, COUNT(posts), &post);
    if (err)
        return err;
    bool female = lz_demo_female(person), auxiliary = is_auxiliary(person);
    char id[24], number[LZ_DEMO_NUMBER_SIZE];
    id_number(person, 1965 + (int)year, 1 + (int)month, 1 + (int)day, female, id);
    lz_demo_number(person, number);
    const struct lz_demo_organ *organ = &lz_demo_organs[organ_of(person)];
    struct lz_date issued = lz_date_add_days(today, -issued_days_ago(person));
    struct lz_date until = lz_date_add_days(lz_date_add_years(issued, 5), -1);
    /* 7 is prime to both tables: no two people share a name. */
    lz_buf_printf(out, "%s%s,%s,%s,%s,%s,%s,%s,延安市示范区,%s,%s,%s\n",
                  surnames[person * 7 % COUNT(surnames)], given[female][person * 7 % 20],
                  female ? "女" : "男", id, organ->name, auxiliary ? "执法辅助员" : posts[post], number,
                  organ->scope, issued.text, until.text, auxiliary ? "辅助人员" : "执法人员");
    return out->err;
}

lz_err lz_demo_roster(struct lz_date today, size_t from, size_t to, struct lz_buf *out)
{
    struct lz_random_seeded random;
    lz_random_seeded_init(&random, 610600 + from);
    lz_buf_text(out,
                "姓名,性别,身份证号,工作单位,职务,执法证号,执法类别,执法区域,发证日期,有效期至,人员类别\n");
    lz_err err = out->err;
    for (size_t person = from; !err && person < to; person++)
        err = add_person(person, today, &random.base, out);
    return err;
}
