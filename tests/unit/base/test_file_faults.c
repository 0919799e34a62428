/* A file replaced with the n-th call failing is whole: the old one or the new one, and nothing lies beside
 * it. */
#include "faults/faults.h"

#include "registry/base/file.h"

#include <dirent.h>
#include <unistd.h>

struct place {
    char dir[64], path[96], deep[128];
};
static const char before[] = "old", after[] = "new and longer";

static void prepare(void *context)
{
    struct place *p = context;
    assert_ok(lz_file_replace(p->path, lz_bytes_text(before), 0600, NULL));
    rmdir(p->deep);
}

static lz_err run_replace(void *context)
{
    const struct place *p = context;
    struct lz_fault fault = {0};
    lz_err err = lz_file_replace(p->path, lz_bytes_text(after), 0600, &fault);
    if (err != fault.code || (err && !fault.detail[LZ_ZH][0]))
        fault_found("gave %s and told of %s", lz_err_name(err), lz_err_name(fault.code));
    return err;
}

static lz_err run_read(void *context)
{
    const struct place *p = context;
    struct lz_buf buf;
    lz_buf_init(&buf, 64);
    lz_err err = lz_file_read(p->path, &buf, NULL);
    if (!err && strcmp((const char *)buf.data, before) != 0)
        fault_found("read %s", buf.data);
    lz_buf_free(&buf);
    return err;
}

static lz_err run_folder(void *context)
{
    const struct place *p = context;
    return lz_folder_make(p->deep, 0700, NULL);
}

static void check(void *context, lz_err err)
{
    const struct place *p = context;
    char content[64] = "";
    int entries = 0;
    FILE *file = fopen(p->path, "r");
    assert_non_null(file);
    assert_true(fread(content, 1, sizeof content - 1, file) > 0);
    fclose(file);
    if (strcmp(content, before) != 0 && strcmp(content, after) != 0)
        fault_found("%s: the file holds %s", lz_err_name(err), content);
    rmdir(p->deep);
    DIR *folder = opendir(p->dir);
    assert_non_null(folder);
    for (const struct dirent *e; (e = readdir(folder));)
        entries += e->d_name[0] != '.';
    closedir(folder);
    if (entries != 1)
        fault_found("%s: %d files", lz_err_name(err), entries);
}

static void a_file_is_the_old_one_or_the_new_one(void **state)
{
    static const enum fault_kind kinds[] = {FAULT_MEMORY, FAULT_MEMORY_OUT, FAULT_WRITE, FAULT_DISK_FULL,
                                            FAULT_SYNC,   FAULT_NAME,       FAULT_READ,  FAULT_READ_ONLY};
    static const struct fault_case cases[] = {
        {.name = "file replace", .prepare = prepare, .run = run_replace, .check = check},
        {.name = "file read", .prepare = prepare, .run = run_read, .check = check},
        {.name = "folder make", .prepare = prepare, .run = run_folder, .check = check},
    };
    struct place p = {.dir = "/tmp/lz-file-XXXXXX"};
    (void)state;
    assert_non_null(mkdtemp(p.dir));
    snprintf(p.path, sizeof p.path, "%s/file", p.dir);
    snprintf(p.deep, sizeof p.deep, "%s/folder", p.dir);
    for (size_t c = 0; c < COUNT_OF(cases); c++)
        for (size_t i = 0; i < COUNT_OF(kinds); i++)
            fault_each(kinds[i], &cases[c], &p);
    unlink(p.path);
    rmdir(p.dir);
    fault_report("files");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_file_is_the_old_one_or_the_new_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
