#include "registry/command/demo_photo.h"

#include "registry/base/file.h"
#include "registry/certificate.h"
#include "registry/command/demo_people.h"
#include "registry/person.h"

#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { PHOTO_MAX = 512 * 1024 };

static bool program_path(char ret_path[PATH_MAX])
{
    static const char name[] = "liangzheng-print";
    ssize_t size = readlink("/proc/self/exe", ret_path, PATH_MAX - sizeof name);
    if (size <= 0)
        return false;
    ret_path[size] = '\0';
    char *slash = strrchr(ret_path, '/');
    if (!slash)
        return false;
    memcpy(slash + 1, name, sizeof name);
    return access(ret_path, X_OK) == 0;
}

static bool draw(char *program, unsigned seed, char *file)
{
    char number[16], portrait[] = "portrait", seed_option[] = "--seed", file_option[] = "-o";
    char *argv[] = {program, portrait, seed_option, number, file_option, file, NULL};
    posix_spawn_file_actions_t quiet;
    pid_t pid = 0;
    int status = -1;
    snprintf(number, sizeof number, "%u", seed);
    if (posix_spawn_file_actions_init(&quiet))
        return false;
    bool started = !posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) &&
                   !posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0) &&
                   !posix_spawn(&pid, program, &quiet, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&quiet);
    return started && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static lz_err keep(struct lz_call *call, size_t person, const char *file)
{
    char number[LZ_DEMO_NUMBER_SIZE];
    struct lz_certificate c;
    struct lz_buf jpeg;
    lz_buf_init(&jpeg, PHOTO_MAX);
    lz_demo_number(person, number);
    lz_err err = lz_certificate_find(call, number, &c);
    if (!err)
        err = lz_file_read(file, &jpeg, &call->fault);
    if (!err)
        err = lz_person_photo_put(call, c.person, lz_buf_view(&jpeg));
    lz_buf_free(&jpeg);
    return err;
}

lz_err lz_demo_photos(struct lz_call *call, const char *dir, bool *ret_missing)
{
    char program[PATH_MAX];
    char *file = lz_arena_printf(call->arena, "%s/portrait.jpg", dir);
    if (!file)
        return lz_call_memory(call);
    bool missing = !program_path(program);
    lz_err err = LZ_OK;
    for (size_t person = 0; !err && !missing && person < LZ_DEMO_PEOPLE; person++) {
        if (person > LZ_DEMO_EXPIRING && person % 9 == 0)
            continue; /* some have none yet, as in any register */
        /* The drawing gives odd seeds long hair. */
        missing = !draw(program, 610600U + 2 * (unsigned)person + lz_demo_female(person), file);
        if (!missing)
            err = keep(call, person, file);
    }
    unlink(file);
    if (!err)
        *ret_missing = missing;
    return err;
}
