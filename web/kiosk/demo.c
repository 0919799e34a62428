#include "web/kiosk/demo.h"
#include "nfc/virtual_control.h"
#include "registry/base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ASK_MS = 2000, PATH_CAP = 4096, DUMP_CAP = 4096 };

struct lz_demo {
    char *control;
    char *tags; /* NULL: none */
};

/* What the folder holds. */
struct shelf {
    size_t count;
    struct lz_demo_tag tags[LZ_DEMO_TAGS_MAX];
};

lz_err lz_demo_new(const char *control, const char *tags, struct lz_demo **ret_demo)
{
    struct lz_demo *demo = calloc(1, sizeof *demo);
    if (!demo)
        return LZ_MEMORY;
    demo->control = strdup(control);
    demo->tags = tags ? strdup(tags) : NULL;
    if (!demo->control || (tags && !demo->tags)) {
        lz_demo_free(&demo);
        return LZ_MEMORY;
    }
    *ret_demo = demo;
    return LZ_OK;
}

void lz_demo_free(struct lz_demo **demo)
{
    if (!demo || !*demo)
        return;
    free((*demo)->control);
    free((*demo)->tags);
    free(*demo);
    *demo = NULL;
}

/* --- the folder --- */

static int is_tag_file(const struct dirent *entry)
{
    static const char ending[] = ".ndef.json";
    size_t size = strlen(entry->d_name);
    return entry->d_name[0] != '.' && size > sizeof ending - 1 &&
           strcmp(entry->d_name + size - (sizeof ending - 1), ending) == 0;
}

static lz_err read_tag(const char *folder, const char *name, struct lz_demo_tag *ret_tag)
{
    char path[PATH_CAP];
    struct lz_buf text;
    int size = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (size < 0 || (size_t)size >= sizeof path)
        return LZ_TOO_LARGE;
    lz_buf_init(&text, LZ_DEMO_FILE_MAX);
    lz_err err = lz_file_read(path, &text, NULL);
    if (!err)
        err = lz_demo_tag_parse(lz_buf_view(&text), ret_tag);
    lz_buf_free(&text);
    return err;
}

/* In order of name; NULL: memory. */
static struct shelf *read_shelf(const struct lz_demo *demo)
{
    struct shelf *shelf = calloc(1, sizeof *shelf);
    struct dirent **names = NULL;
    int count = demo->tags && shelf ? scandir(demo->tags, &names, is_tag_file, alphasort) : 0;
    for (int i = 0; i < count; i++) {
        if (shelf->count < LZ_DEMO_TAGS_MAX &&
            read_tag(demo->tags, names[i]->d_name, &shelf->tags[shelf->count]) == LZ_OK)
            shelf->count++;
        free(names[i]);
    }
    free(names);
    return shelf;
}

static const struct lz_demo_tag *find_tag(const struct shelf *shelf, const char *uid)
{
    for (size_t i = 0; i < shelf->count; i++)
        if (strcmp(shelf->tags[i].uid, uid) == 0)
            return &shelf->tags[i];
    return NULL;
}

/* --- the virtual reader --- */

static lz_err ask(const struct lz_demo *demo, const char *line, json_t **ret_answer, struct lz_fault *fault)
{
    return lz_virtual_control_ask(demo->control, line, ASK_MS, ret_answer, fault);
}

static json_t *find_card(const json_t *answer, const char *uid)
{
    size_t index;
    json_t *card;
    json_array_foreach(json_object_get(answer, "cards"), index, card)
    {
        const char *card_uid = json_string_value(json_object_get(card, "uid"));
        if (card_uid && strcmp(card_uid, uid) == 0)
            return card;
    }
    return NULL;
}

/* --- the list --- */

static void add_row(json_t *rows, const char *uid, const char *chip, const char *label, const char *label_en,
                    bool on_reader)
{
    json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:b}", "uid", uid, "chip", chip, "label", label, "label_en",
                            label_en, "on_reader", on_reader);
    if (row)
        json_array_append_new(rows, row);
}

static void add_unknown_cards(json_t *rows, const json_t *answer, const struct shelf *shelf)
{
    size_t index;
    json_t *card;
    json_array_foreach(json_object_get(answer, "cards"), index, card)
    {
        const char *uid = json_string_value(json_object_get(card, "uid"));
        const char *chip = json_string_value(json_object_get(card, "chip"));
        if (uid && chip && !find_tag(shelf, uid))
            add_row(rows, uid, chip, uid, uid, json_is_true(json_object_get(card, "on_reader")));
    }
}

lz_err lz_demo_list(struct lz_demo *demo, json_t **ret_list, struct lz_fault *fault)
{
    json_t *answer = NULL, *rows = json_array();
    struct shelf *shelf = read_shelf(demo);
    lz_err err = shelf && rows ? ask(demo, "list", &answer, fault) : LZ_MEMORY;
    if (!err) {
        for (size_t i = 0; i < shelf->count; i++) {
            const struct lz_demo_tag *tag = &shelf->tags[i];
            const json_t *card = find_card(answer, tag->uid);
            add_row(rows, tag->uid, tag->chip, tag->label[LZ_ZH], tag->label[LZ_EN],
                    json_is_true(json_object_get(card, "on_reader")));
        }
        add_unknown_cards(rows, answer, shelf);
        *ret_list = json_pack("{s:O?, s:O}", "reader", json_object_get(answer, "reader"), "tags", rows);
        err = *ret_list ? LZ_OK : LZ_MEMORY;
    }
    json_decref(rows);
    json_decref(answer);
    free(shelf);
    return err;
}

/* --- laying on --- */

/* The dump goes over as a path; a memory file needs no folder and leaves nothing behind. */
static lz_err insert_new(const struct lz_demo *demo, const struct lz_demo_tag *tag, struct lz_fault *fault)
{
    char line[256];
    struct lz_buf dump;
    lz_buf_init(&dump, DUMP_CAP);
    int fd = -1;
    lz_err err = lz_demo_tag_dump(tag, &dump);
    if (err)
        goto out;
    fd = memfd_create("lz-demo-tag", MFD_CLOEXEC);
    if (fd < 0 || write(fd, dump.data, dump.size) != (ssize_t)dump.size) {
        err = LZ_IO;
        goto out;
    }
    snprintf(line, sizeof line, "swap chip=%s uid=%s dump=/proc/%ld/fd/%d", tag->chip, tag->uid,
             (long)getpid(), fd);
    err = ask(demo, line, NULL, fault);
out:
    if (fd >= 0)
        close(fd);
    lz_buf_free(&dump);
    return err;
}

lz_err lz_demo_insert(struct lz_demo *demo, const char *uid, struct lz_fault *fault)
{
    json_t *answer = NULL;
    char line[64];
    struct shelf *shelf = read_shelf(demo);
    const struct lz_demo_tag *tag = shelf ? find_tag(shelf, uid) : NULL;
    lz_err err = shelf ? ask(demo, "list", &answer, fault) : LZ_MEMORY;
    if (!err && find_card(answer, uid)) {
        snprintf(line, sizeof line, "swap uid=%.14s", uid);
        err = ask(demo, line, NULL, fault);
    } else if (!err && tag) {
        err = insert_new(demo, tag, fault);
    } else if (!err) {
        err = lz_fault_set(fault, LZ_NOT_FOUND, "没有这张虚拟证件；请刷新页面。",
                           "There is no such virtual badge; reload the page.");
    }
    json_decref(answer);
    free(shelf);
    return err;
}

lz_err lz_demo_remove(struct lz_demo *demo, struct lz_fault *fault)
{
    return ask(demo, "remove", NULL, fault);
}

lz_err lz_demo_plug(struct lz_demo *demo, bool plugged, struct lz_fault *fault)
{
    return ask(demo, plugged ? "fault replug" : "fault unplug", NULL, fault);
}
