/* SPDX-License-Identifier: MIT
 *
 * What the tests of recordings have in common: files in a folder of their own, what was read of
 * them, and random accesses.
 */
#ifndef UP_TESTS_UNIT_RECORDINGS_H
#define UP_TESTS_UNIT_RECORDINGS_H

#include <stddef.h>

#include "control/error_detail.h"
#include "record/record.h"
#include "record/recording.h"

#define ENDINGS 2u

extern const char *const endings[ENDINGS]; /* of the formats that can be read */

/* The path of the file with that ending, until the next call. */
const char *path_of(const char *ending);

/* For cmocka_run_group_tests. */
int make_folder(void **state);
int remove_folder(void **state);

/* ---- what is read ---------------------------------------------------------------------------- */

/* An access, or, with a count, lost ones. Names of modules are copied. */
struct item {
    struct up_record record;
    uint64_t lost;
    char module[300];
};

struct seen {
    struct up_sink sink;
    struct item *items;
    uint32_t count, size;
};

struct result {
    struct up_record_info info;
    struct up_error_detail problem;
    uint64_t end;
    bool is_open, is_whole, is_cut;
};

/* Empties it; at the end too. */
void forget(struct seen *seen);

/* Reads a file, adding to seen. */
struct result read_file(const char *path, struct seen *seen);
void check_same(const struct item *got, const struct item *wanted);

/* ---- what is written ------------------------------------------------------------------------- */

extern uint32_t random_state; /* any number but 0 */
uint32_t random32(void);
uint64_t random64(void);

/* An access with random fields at this time, seldom lost ones. */
void fill_random(struct item *item, uint64_t time);

extern const struct up_record_info some_info;

void write_items(const char *path, const struct up_record_info *info, const struct item *items,
                 uint32_t count, uint64_t end);

/* The bytes of a file, at most 1 MB, with a 0 behind them; to be freed. */
char *load(const char *path, size_t *length);
void save(const char *path, const char *bytes, size_t length);

#endif
