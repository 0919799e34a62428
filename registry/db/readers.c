/* A read connection per thread.
 *
 * A thread may be exiting (its key's destructor running) while another closes the database, and POSIX says
 * nothing about the order.  So a thread owns only a seat; seats and the database share a counted table, whose
 * lock decides who closes the connection.  Whoever leaves last frees the table and the key. */
#include "registry/db/connection.h"

#include <stdlib.h>

struct seat {
    struct lz_readers *readers;
    struct lz_sql *sql; /* NULL once the database is closed */
    struct seat *next;
};

struct lz_readers {
    pthread_mutex_t lock;
    pthread_key_t key;
    size_t users; /* seats, and one for the database */
    struct seat *seats;
};

/* Unlocks; frees the table when nobody is left. */
static void leave_locked(struct lz_readers *readers)
{
    bool last = --readers->users == 0;
    pthread_mutex_unlock(&readers->lock);
    if (last) {
        pthread_key_delete(readers->key);
        pthread_mutex_destroy(&readers->lock);
        free(readers);
    }
}

static void seat_leave(void *value)
{
    struct seat *seat = value;
    struct lz_readers *readers = seat->readers;
    pthread_mutex_lock(&readers->lock);
    for (struct seat **at = &readers->seats; *at; at = &(*at)->next)
        if (*at == seat) {
            *at = seat->next;
            break;
        }
    lz_sql_close(&seat->sql);
    free(seat);
    leave_locked(readers);
}

lz_err lz_readers_new(struct lz_readers **ret_readers)
{
    struct lz_readers *readers = calloc(1, sizeof *readers);
    if (!readers)
        return LZ_MEMORY;
    if (pthread_key_create(&readers->key, seat_leave) != 0) {
        free(readers);
        return LZ_MEMORY;
    }
    pthread_mutex_init(&readers->lock, NULL);
    readers->users = 1;
    *ret_readers = readers;
    return LZ_OK;
}

void lz_readers_free(struct lz_readers **readers)
{
    if (!readers || !*readers)
        return;
    struct lz_readers *r = *readers;
    struct seat *own = pthread_getspecific(r->key);
    if (own) {
        pthread_setspecific(r->key, NULL);
        seat_leave(own);
    }
    pthread_mutex_lock(&r->lock);
    for (struct seat *seat = r->seats; seat; seat = seat->next)
        lz_sql_close(&seat->sql);
    leave_locked(r);
    *readers = NULL;
}

struct lz_sql *lz_readers_get(struct lz_readers *readers)
{
    struct seat *seat = pthread_getspecific(readers->key);
    return seat ? seat->sql : NULL;
}

lz_err lz_readers_put(struct lz_readers *readers, struct lz_sql **sql)
{
    struct seat *seat = calloc(1, sizeof *seat);
    if (!seat)
        return LZ_MEMORY;
    seat->readers = readers;
    if (pthread_setspecific(readers->key, seat) != 0) {
        free(seat);
        return LZ_MEMORY;
    }
    seat->sql = *sql;
    *sql = NULL;
    pthread_mutex_lock(&readers->lock);
    seat->next = readers->seats;
    readers->seats = seat;
    readers->users++;
    pthread_mutex_unlock(&readers->lock);
    return LZ_OK;
}
