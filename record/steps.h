/* SPDX-License-Identifier: MIT
 *
 * Folds the accesses of a recording: those that follow one another and differ in their values alone
 * are a step, and steps that repeat are a loop. The memory is bounded, whatever comes.
 */
#ifndef UP_RECORD_STEPS_H
#define UP_RECORD_STEPS_H

#include "names.h"
#include "record.h"

#define UP_STEP_VALUES 8u
#define UP_LOOP_STEPS  16u /* of a loop at most */
/* How often steps have to come to be a loop: with the same values twice, else */
#define UP_LOOP_ROUNDS 4u
#define UP_LOOP_WINDOW (UP_LOOP_ROUNDS * UP_LOOP_STEPS)

struct up_step {
    struct up_record first; /* its module's name is kept */
    uint64_t end;           /* the time of the last one */
    uint64_t count;
    uint32_t last;                   /* the last value */
    uint32_t values[UP_STEP_VALUES]; /* the first ones */
    uint64_t changes;                /* how often a value was another one than that before */
    /* Bits that had the other value in all accesses but the last one, and came to be 1, or 0. */
    uint32_t set, cleared;
    /* Of a step in a loop: how often it came in a round, at least and at most. */
    uint64_t least, most;
    uint64_t changes_before;        /* changes, but for that to the last value of each round */
    uint32_t or_before, and_before; /* of the values before the last one of the round */
};

/* What is given on: steps that are carried out rounds times, one after the other. */
struct up_loop {
    uint64_t rounds; /* 1: only once */
    uint64_t begin, end;
    unsigned count;
    struct up_step steps[UP_LOOP_STEPS];
};

struct up_folder {
    void (*give)(void *context, const struct up_loop *loop);
    void *context;
    struct up_names names;
    struct up_step now;                  /* what the last access is part of; count 0: none */
    struct up_loop loop;                 /* the one that repeats; rounds 0: none */
    struct up_step round[UP_LOOP_STEPS]; /* the steps of its round that has begun */
    unsigned begun;
    struct up_step window[2u * UP_LOOP_WINDOW]; /* steps of which a loop may come */
    unsigned waiting;
};

/* Begins. give gets every step or loop, in order. Result: NULL without memory. */
struct up_folder *up_folder_new(void (*give)(void *context, const struct up_loop *loop),
                                void *context);
void up_folder_add(struct up_folder *folder, const struct up_record *record);
/* Gives everything that is still here. */
void up_folder_end(struct up_folder *folder);
void up_folder_free(struct up_folder *folder);

#endif
