#include "badge-print/sample.h"

#include "badge-print/portrait.h"

#include <string.h>

enum { PORTRAIT_MAX = 1 << 20 };

/* As long as a full token in a URL really is: version 9 or 10 at level M. */
#define SAMPLE_URL                                                                                           \
    "HTTPS://LZ.EXAMPLE.CN/V/"                                                                               \
    "2KCEGIQBEZUEIYLNOBWGKICUN5VWK3RAKRUGS4ZANFZSA3TPOQQGCIDSMVQWYIDCMFSGOZJMEBXG64RAMEQHEZLBNQQHG2"         \
    "LHNZQXI5LSMUXCATTPORUGS3THEBUGK4TFEBRWC3RAMJSSA5TFOJUWM2LFMQQGC3TEEBXG65DINFXGOIDIMVZGKIDJOMQHG2LH"

static const struct lz_card SAMPLES[] = {
    {.kind = LZ_CARD_ENFORCEMENT,
     .number = "27060100123",
     .name = "高志远",
     .organ = "延安市市场监督管理局",
     .post = "执法一科 一级主任科员",
     .scope = "市场监管、食品安全、特种设备安全",
     .region = "延安市",
     .issued_on = "2026-03-01",
     .valid_until = "2031-02-28",
     .issuer = "延安市司法局",
     .complaint_line = "0911-12345"},
    {.kind = LZ_CARD_ENFORCEMENT,
     .number = "27060100456",
     .name = "阿卜杜热西提·买买提明",
     .organ = "延安市宝塔区住房和城乡建设局建设工程质量安全监督管理站",
     .post = "工程质量安全监督科副科长",
     .scope = "房屋建筑工程质量监督、建设工程安全生产监督、建筑市场管理、燃气管理、城市供热管理",
     .region = "延安市宝塔区（城市规划区内）",
     .issued_on = "2026-03-01",
     .valid_until = "2031-02-28",
     .issuer = "延安市宝塔区司法局",
     .complaint_line = "0911-12345 转 8 · 宝塔区司法局执法监督科"},
    {.kind = LZ_CARD_SUPERVISION,
     .number = "27069900007",
     .name = "白雪梅",
     .organ = "延安市司法局",
     .post = "行政执法监督科科长",
     .scope = "行政执法监督",
     .region = "延安市",
     .issued_on = "2026-03-01",
     .valid_until = "2031-02-28",
     .issuer = "陕西省司法厅",
     .complaint_line = "029-12345"},
    {.kind = LZ_CARD_AUXILIARY,
     .number = "F2706010031",
     .name = "刘小军",
     .organ = "延安市城市管理执法局",
     .post = "市容协管员",
     .scope = "宣传教育、信息采集、劝阻违法行为、协助送达文书",
     .region = "延安市宝塔区",
     .issued_on = "2026-05-01",
     .valid_until = "2027-04-30",
     .issuer = "延安市城市管理执法局",
     .complaint_line = "0911-12345"},
    {.kind = LZ_CARD_AUXILIARY,
     .number = "F2706010088",
     .name = "欧阳晓𠮷",
     .organ = "延安市宝塔区交通运输综合行政执法大队",
     .post = "后勤保障与信息采集辅助岗",
     .scope = "宣传教育、信息采集、后勤保障、参加巡查、协助送达文书、接待来访、秩序维护",
     .region = "延安市宝塔区、安塞区",
     .issued_on = "2026-05-01",
     .valid_until = "2027-04-30",
     .issuer = "延安市宝塔区交通运输局",
     .complaint_line = "0911-12345"},
};

static const uint64_t SEEDS[] = {2, 6, 3, 4, 8};

enum { COUNT = sizeof SAMPLES / sizeof *SAMPLES, WITHOUT_PHOTO = 4 };

lz_err lz_cards_sample(struct lz_arena *arena, struct lz_card **ret_cards, size_t *ret_count)
{
    struct lz_card *cards = lz_arena_array(arena, COUNT, sizeof *cards);
    struct lz_buf photo;
    lz_err err = cards ? LZ_OK : LZ_MEMORY;
    lz_buf_init(&photo, PORTRAIT_MAX);
    for (size_t i = 0; i < COUNT && !err; i++) {
        cards[i] = SAMPLES[i];
        cards[i].qr_text = SAMPLE_URL;
        if (i == WITHOUT_PHOTO)
            continue;
        lz_buf_reset(&photo);
        err = lz_portrait_draw(SEEDS[i], &photo);
        char *copy = err ? NULL : lz_arena_copy(arena, (const char *)photo.data, photo.size);
        if (!err && !copy)
            err = LZ_MEMORY;
        cards[i].photo = lz_bytes_of(copy, copy ? photo.size : 0);
    }
    lz_buf_free(&photo);
    if (!err) {
        *ret_cards = cards;
        *ret_count = COUNT;
    }
    return err;
}
