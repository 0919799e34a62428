#include "nfc/reader_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

bool lz_reader_path(const char *connstring, char *ret_path, size_t room)
{
    const char *path = connstring ? strchr(connstring, ':') : NULL;
    if (!path || path[1] != '/')
        return false;
    path++;
    size_t size = strcspn(path, ":");
    if (size >= room)
        return false;
    memcpy(ret_path, path, size);
    ret_path[size] = '\0';
    return true;
}

/* A name for a reader without a device path: every byte that is not plain becomes '-'. */
static void lock_file_name(const char *connstring, char *ret_path, size_t room)
{
    const char *folder = getenv("XDG_RUNTIME_DIR");
    int used = snprintf(ret_path, room, "%s/liangzheng-nfc-", folder && folder[0] == '/' ? folder : "/tmp");
    size_t at = used > 0 ? (size_t)used : 0;
    const char *name = connstring && *connstring ? connstring : "default";
    for (; *name && at + 1 < room; name++) {
        bool plain = (*name >= 'a' && *name <= 'z') || (*name >= '0' && *name <= '9');
        ret_path[at++] = (char)(plain ? *name : '-');
    }
    ret_path[at < room ? at : room - 1] = '\0';
}

static lz_err fail_open(int error_number, struct lz_fault *fault)
{
    if (error_number == EBUSY)
        return lz_fault_set(fault, LZ_BUSY, "读卡器正被另一个程序占用；请先关闭它。",
                            "Another program is using the reader; close it first.");
    if (error_number == EACCES || error_number == EPERM)
        return lz_fault_set(
            fault, LZ_DEVICE, "没有权限打开读卡器；请把当前用户加入 dialout 组后重新登录。",
            "No permission to open the reader; add this user to the group dialout and sign in again.");
    if (error_number == ENOENT || error_number == ENXIO || error_number == ENODEV || error_number == EIO)
        return lz_fault_set(fault, LZ_DEVICE, "找不到读卡器；请检查连接线和设备路径。",
                            "The reader was not found; check the cable and the device path.");
    return lz_fault_set(fault, LZ_DEVICE, NULL, NULL);
}

lz_err lz_reader_lock_take(const char *connstring, struct lz_reader_lock *ret_lock, struct lz_fault *fault)
{
    char path[512];
    bool is_device = lz_reader_path(connstring, path, sizeof path);
    int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
    if (!is_device) {
        lock_file_name(connstring, path, sizeof path);
        flags |= O_CREAT | O_NOFOLLOW;
    }
    int fd = open(path, flags, 0600);
    if (fd < 0)
        return fail_open(errno, fault);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int error_number = errno == EWOULDBLOCK ? EBUSY : errno;
        close(fd);
        return fail_open(error_number, fault);
    }
    *ret_lock = (struct lz_reader_lock){.fd = fd, .is_tty = is_device && isatty(fd)};
    return LZ_OK;
}

void lz_reader_lock_exclude(const struct lz_reader_lock *lock)
{
    if (lock->fd >= 0 && lock->is_tty)
        (void)ioctl(lock->fd, TIOCEXCL);
}

void lz_reader_lock_release(struct lz_reader_lock *lock)
{
    if (lock->fd < 0)
        return;
    if (lock->is_tty)
        (void)ioctl(lock->fd, TIOCNXCL);
    close(lock->fd);
    *lock = LZ_READER_LOCK_NONE;
}
