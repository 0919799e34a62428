/* A backup and a mirror of the log that were damaged or forged: a register comes of them that adds up and in
 * which nothing revoked is good again, or none at all, and the place is as it was.
 *
 * Input: which to change (bit 0: the backup's database, bit 1: a file of the mirror, bit 2: no mirror), the
 * place in the database in pages (1 byte), then changes (folder.h) to that page, or to the mirror's file. */
#include "registry/base/file.h"
#include "registry/certificate_change.h"
#include "registry/restore.h"
#include "registry/verify.h"
#include "tests/fuzz/register.h"

#include <string.h>

enum { PAGE = 4096 };

static struct {
    char file[LZ_FUZZ_PATH], mirror[LZ_FUZZ_PATH], target[LZ_FUZZ_PATH];
    struct lz_buf database, files[3];
} world;

static const char *const NAMES[] = {"log-key", "entries", "checkpoint"};

static void keep(const char *path, struct lz_buf *content)
{
    lz_buf_init(content, 16 << 20);
    lz_fuzz_need(!lz_file_read(path, content, NULL));
}

static void revoke_officer(void)
{
    struct lz_call call = lz_fuzz_call(&lz_actor_local_admin);
    const struct lz_certificate_change change = {.event = LZ_CERTIFICATE_REVOKE, .reason = "gain"};
    lz_fuzz_need(!lz_certificate_change(&call, LZ_FUZZ_OFFICER, &change, NULL, NULL));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    char path[LZ_FUZZ_PATH + 16];
    lz_fuzz_register_make();
    const struct lz_actor admin = {.account = 1, .role = LZ_ROLE_ADMIN, .login = "admin", .name = "admin"};
    struct lz_call call = lz_fuzz_call(&admin);
    lz_fuzz_path(world.target, "restored");
    lz_fuzz_need(!lz_backup(&call, lz_fuzz_path(world.file, "backup.db")));
    lz_fuzz.clock.ms += 3600 * 1000;
    revoke_officer();
    lz_fuzz_need(!lz_trust_export(&call, lz_fuzz_path(world.mirror, "mirror")));
    keep(world.file, &world.database);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", world.mirror, NAMES[i]);
        keep(path, &world.files[i]);
    }
    return 0;
}

static void damage_database(struct lz_bytes *input)
{
    uint8_t page[PAGE];
    if (input->size < 1)
        return;
    const size_t at = input->data[0] * (size_t)PAGE % world.database.size;
    size_t size = PAGE;
    *input = lz_bytes_of(input->data + 1, input->size - 1);
    memcpy(page, world.database.data + at, PAGE);
    lz_fuzz_patch(input, 8, page, &size);
    const int fd = openat(AT_FDCWD, world.file, O_WRONLY | O_CLOEXEC);
    lz_fuzz_need(fd >= 0 && pwrite(fd, page, size, (off_t)at) == (ssize_t)size);
    lz_fuzz_need(size == PAGE || posix_fallocate(fd, 0, 1) == 0);
    close(fd);
}

static void write_mirror(struct lz_bytes input, bool damaged)
{
    char path[LZ_FUZZ_PATH + 16];
    const size_t which = damaged && input.size ? input.data[0] % 3 : 3;
    if (which < 3)
        input = lz_bytes_of(input.data + 1, input.size - 1);
    for (size_t i = 0; i < 3; i++) {
        static uint8_t bytes[1 << 16];
        size_t size = world.files[i].size;
        lz_fuzz_need(size <= sizeof bytes);
        memcpy(bytes, world.files[i].data, size);
        if (i == which)
            lz_fuzz_patch(&input, 8, bytes, &size);
        snprintf(path, sizeof path, "%s/%s", world.mirror, NAMES[i]);
        lz_fuzz_write(path, lz_bytes_of(bytes, size));
    }
}

/* The certificate was revoked in the log that the mirror shows; without the mirror nobody knows. */
static void check_restored(bool genuine_database)
{
    const struct lz_register_options options = {.clock = &lz_fuzz.clock.base};
    struct lz_register *reg = NULL;
    struct lz_fault fault = {0};
    struct lz_verification said = {0};
    int64_t count = 0;
    lz_err err = lz_register_open(world.target, &options, &reg, &fault);
    lz_fuzz_need(!err || !genuine_database);
    if (err)
        return;
    struct lz_call call = {
        .reg = reg, .actor = &lz_actor_local_admin, .arena = lz_fuzz.arena, .origin = "fuzz"};
    err = lz_verify_token(&call, lz_fuzz.token, (struct lz_bytes){0}, &said);
    lz_fuzz_need(!err || !genuine_database);
    if (!err && genuine_database) {
        lz_fuzz_need(!lz_verdict_info(said.verdict)->good);
        lz_fuzz_need(!lz_log_verify(&call, &count));
    }
    lz_register_close(&reg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct lz_register_options options = {.clock = &lz_fuzz.clock.base};
    struct lz_restore_result result = {0};
    struct lz_fault fault = {0};
    if (size == 0)
        return 0;
    struct lz_bytes input = lz_bytes_of(data + 1, size - 1);
    lz_fuzz_write(world.file, lz_buf_view(&world.database));
    if (data[0] & 1)
        damage_database(&input);
    write_mirror(input, data[0] & 2);
    lz_err err =
        lz_restore(world.file, world.target, data[0] & 4 ? NULL : world.mirror, &options, &result, &fault);
    lz_fuzz_calm();
    lz_fuzz_need((access(world.target, F_OK) == 0) == !err || lz_fuzz_struck());
    lz_fuzz_sure(!err || fault.code == err);
    if (!(data[0] & 3))
        lz_fuzz_sure(!err);
    if (!err)
        check_restored(!(data[0] & 1));
    lz_fuzz_remove(world.target);
    lz_arena_reset(lz_fuzz.arena);
    return 0;
}
