/* Runs every write job again and again, as a batch does when another of its jobs fails (registry/db/write.c):
 * once with all others, undone by a rollback; once under its savepoint, undone with it; and once more, which
 * stays.  A test program that includes this is linked with --wrap for lz_db_write.
 *
 * What was undone must not show: pictures of a database after one run and after several are compared, cell by
 * cell. What is drawn at random differs anyway, and is found by a second single run with other numbers: a
 * cell that differs there has been drawn, and only its kind and size must be the same. */
#ifndef LZ_TEST_FAULTS_REPEAT_H
#define LZ_TEST_FAULTS_REPEAT_H

#include <stdbool.h>
#include <stddef.h>

void fault_repeat(bool on);
/* Jobs that were run again since the last call. */
long fault_repeated(void);

/* Every cell of every table of the database `path`, in the order in which rows came. */
struct fault_picture;
struct fault_picture *fault_picture_new(const char *path);
void fault_picture_free(struct fault_picture **picture);
size_t fault_picture_size(const struct fault_picture *picture);
/* Is `repeated` what `once` is, but for what was drawn (differs between `once` and `other`)?  Tells of the
 * first cells that are not by fault_found.  How many cells were compared by content. */
size_t fault_picture_compare(const char *name, const struct fault_picture *once,
                             const struct fault_picture *other, const struct fault_picture *repeated);

#endif
