#include "lz_test.h"
#include "registry/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/lz-file-XXXXXX";
static char path_buffer[256];

static const char *in_folder(const char *name)
{
    snprintf(path_buffer, sizeof path_buffer, "%s/%s", folder, name);
    return path_buffer;
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static int count_entries(void)
{
    int count = 0;
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (const struct dirent *e; (e = readdir(d));)
        count += e->d_name[0] != '.';
    closedir(d);
    return count;
}

static void a_file_is_replaced_whole_with_its_mode_and_nothing_beside_it(void **state)
{
    (void)state;
    const char *path = in_folder("key");
    struct lz_buf buf;
    struct stat st;
    lz_buf_init(&buf, 100);
    assert_ok(lz_file_replace(path, lz_bytes_text("first"), 0600, NULL));
    assert_ok(lz_file_replace(path, lz_bytes_text("second"), 0640, NULL));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    lz_buf_text(&buf, "dropped");
    assert_ok(lz_file_read(path, &buf, NULL));
    assert_buf_text(&buf, "second");
    assert_ok(lz_file_replace(path, lz_bytes_of(NULL, 0), 0600, NULL));
    assert_ok(lz_file_read(path, &buf, NULL));
    assert_int_equal(buf.size, 0);
    assert_int_equal(count_entries(), 1);
    lz_buf_free(&buf);
}

static void a_large_file_is_read_up_to_the_cap_and_not_beyond(void **state)
{
    (void)state;
    enum { SIZE = 100000 };
    const char *path = in_folder("large");
    char *data = malloc(SIZE);
    assert_non_null(data);
    memset(data, 'x', SIZE);
    assert_ok(lz_file_replace(path, lz_bytes_of(data, SIZE), 0600, NULL));
    struct lz_buf buf;
    struct lz_fault fault = {0};
    lz_buf_init(&buf, SIZE);
    assert_ok(lz_file_read(path, &buf, &fault));
    assert_true(lz_bytes_equal(lz_buf_view(&buf), lz_bytes_of(data, SIZE)));
    lz_buf_free(&buf);
    lz_buf_init(&buf, SIZE - 1);
    assert_err(lz_file_read(path, &buf, &fault), LZ_TOO_LARGE);
    assert_int_equal(buf.size, 0);
    assert_non_null(strstr(fault.detail[LZ_EN], path));
    assert_non_null(strstr(fault.detail[LZ_ZH], "99999"));
    lz_buf_free(&buf);
    free(data);
}

static void what_cannot_be_read_is_named_with_its_reason(void **state)
{
    (void)state;
    struct lz_buf buf;
    struct lz_fault fault = {0};
    lz_buf_init(&buf, 100);
    assert_err(lz_file_read(in_folder("missing"), &buf, &fault), LZ_NOT_FOUND);
    assert_non_null(strstr(fault.detail[LZ_EN], "missing"));
    assert_non_null(strstr(fault.detail[LZ_ZH], "不存在"));
    assert_err(lz_file_read(folder, &buf, &fault), LZ_IO);
    assert_non_null(strstr(fault.detail[LZ_EN], "it is a folder"));
    lz_buf_free(&buf);
}

static void a_file_that_cannot_be_written_leaves_nothing_behind(void **state)
{
    (void)state;
    struct lz_fault fault = {0};
    assert_err(lz_file_replace(in_folder("no/such"), lz_bytes_text("x"), 0600, &fault), LZ_NOT_FOUND);
    assert_int_equal(fault.code, LZ_NOT_FOUND);
    assert_ok(lz_folder_make(in_folder("taken/within"), 0700, NULL));
    int before = count_entries();
    assert_err(lz_file_replace(in_folder("taken"), lz_bytes_text("x"), 0600, &fault), LZ_IO);
    assert_int_equal(count_entries(), before);
    assert_err(lz_file_replace("/dev/full/x", lz_bytes_text("x"), 0600, &fault), LZ_IO);
    assert_non_null(strstr(fault.detail[LZ_EN], "not a folder"));
}

static void folders_are_made_with_their_parents_and_may_exist(void **state)
{
    (void)state;
    struct stat st;
    struct lz_fault fault = {0};
    assert_ok(lz_folder_make(in_folder("a/b//c/"), 0700, &fault));
    assert_ok(lz_folder_make(in_folder("a/b/c"), 0755, &fault));
    assert_int_equal(stat(in_folder("a/b/c"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_ok(lz_folder_make("/", 0700, &fault));
    assert_ok(lz_file_replace(in_folder("plain"), lz_bytes_text("x"), 0600, &fault));
    assert_err(lz_folder_make(in_folder("plain"), 0700, &fault), LZ_IO);
    assert_err(lz_folder_make(in_folder("plain/below"), 0700, &fault), LZ_IO);
    assert_err(lz_folder_make("", 0700, &fault), LZ_NOT_FOUND);
}

static void a_path_without_a_folder_is_taken_from_here(void **state)
{
    (void)state;
    char here[4096];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(folder), 0);
    assert_ok(lz_file_replace("bare", lz_bytes_text("x"), 0600, NULL));
    assert_int_equal(chdir(here), 0);
    assert_int_equal(access(in_folder("bare"), R_OK), 0);
}

static void a_fault_that_is_too_long_is_cut_at_a_character(void **state)
{
    (void)state;
    char path[1200] = "/";
    for (size_t i = 0; i < 390; i++)
        memcpy(path + 1 + 3 * i, "亮", sizeof "亮");
    struct lz_buf buf;
    struct lz_fault fault = {0};
    lz_buf_init(&buf, 100);
    assert_int_not_equal(lz_file_read(path, &buf, &fault), LZ_OK);
    assert_true(strlen(fault.detail[LZ_ZH]) < LZ_FAULT_TEXT);
    assert_string_equal(fault.detail[LZ_ZH] + strlen(fault.detail[LZ_ZH]) - 3, "亮");
    lz_buf_free(&buf);
}

static void system_errors_become_ours(void **state)
{
    (void)state;
    assert_err(lz_err_from_errno(0), LZ_OK);
    assert_err(lz_err_from_errno(ENOSPC), LZ_DISK_FULL);
    assert_err(lz_err_from_errno(EROFS), LZ_READ_ONLY);
    assert_err(lz_err_from_errno(ENOENT), LZ_NOT_FOUND);
    assert_err(lz_err_from_errno(ENOMEM), LZ_MEMORY);
    assert_err(lz_err_from_errno(EIO), LZ_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_replaced_whole_with_its_mode_and_nothing_beside_it),
        cmocka_unit_test(a_large_file_is_read_up_to_the_cap_and_not_beyond),
        cmocka_unit_test(what_cannot_be_read_is_named_with_its_reason),
        cmocka_unit_test(a_file_that_cannot_be_written_leaves_nothing_behind),
        cmocka_unit_test(folders_are_made_with_their_parents_and_may_exist),
        cmocka_unit_test(a_path_without_a_folder_is_taken_from_here),
        cmocka_unit_test(a_fault_that_is_too_long_is_cut_at_a_character),
        cmocka_unit_test(system_errors_become_ours),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
