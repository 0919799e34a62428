/* Before or after: everything in a database and a folder, as one digest, and how much of everything there is.
 */
#ifndef LZ_TEST_FAULTS_LOOK_H
#define LZ_TEST_FAULTS_LOOK_H

#include <stdint.h>

enum { FAULT_SHAPE = 4096 };

/* All rows of all tables of the SQLite database `path` but those of table `ignored` (NULL: none), and all
 * files below `folder` but databases, by name and content.  The shape counts rows by table and files by
 * folder: that is what two runs have in common though they drew different numbers. */
void fault_look(const char *path, const char *ignored, const char *folder, uint8_t ret_digest[32],
                char ret_shape[FAULT_SHAPE]);

#endif
