/* SPDX-License-Identifier: MIT
 *
 * Folds accesses into steps and loops. See steps.h.
 *
 * Steps wait in a window until the last ones of it are the same sequence twice with the same
 * values, or UP_LOOP_ROUNDS times with any: that is a loop, the one with the fewest steps. Each
 * step that follows in its order belongs to its next round, and the first one that does not ends
 * it.
 */
#include "steps.h"

#include <stdlib.h>
#include <string.h>

struct up_folder *up_folder_new(void (*give)(void *context, const struct up_loop *loop),
                                void *context)
{
    struct up_folder *folder = calloc(1, sizeof *folder);

    if (folder != NULL) {
        folder->give = give;
        folder->context = context;
    }
    return folder;
}

void up_folder_free(struct up_folder *folder)
{
    if (folder != NULL) {
        up_names_free(&folder->names);
        free(folder);
    }
}

/* Do two accesses differ in nothing but time and value? */
static bool is_alike(const struct up_record *one, const struct up_record *other)
{
    return one->port == other->port && one->width == other->width && one->flags == other->flags &&
           one->address == other->address && one->offset == other->offset &&
           one->module == other->module && one->process == other->process &&
           one->thread == other->thread;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static void begin_step(struct up_step *step, const struct up_record *record)
{
    memset(step, 0, sizeof *step);
    step->first = *record;
    step->end = record->time;
    step->count = 1;
    step->last = step->values[0] = record->value;
    step->and_before = UINT32_MAX;
    step->set = record->value;
    step->cleared = ~record->value;
}

static void go_on_step(struct up_step *step, const struct up_record *record)
{
    step->or_before |= step->last;
    step->and_before &= step->last;
    step->changes_before = step->changes;
    step->changes += record->value != step->last;
    if (step->count < UP_STEP_VALUES) {
        step->values[step->count] = record->value;
    }
    step->count++;
    step->end = record->time;
    step->last = record->value;
    step->set = record->value & ~step->or_before;
    step->cleared = ~record->value & step->and_before;
}

/* Adds a step to that of the rounds before. */
static void add_round(struct up_step *all, const struct up_step *step)
{
    uint64_t i;

    for (i = 0; i < step->count && all->count + i < UP_STEP_VALUES; i++) {
        all->values[all->count + i] = step->values[i];
    }
    all->changes += step->changes + (step->first.value != all->last);
    all->changes_before += step->changes_before;
    all->count += step->count;
    all->least = step->count < all->least ? step->count : all->least;
    all->most = step->count > all->most ? step->count : all->most;
    all->end = step->end;
    all->last = step->last;
    all->set &= step->set;
    all->cleared &= step->cleared;
}

/* ---- loops ----------------------------------------------------------------------------------- */

static void give_step(struct up_folder *folder, const struct up_step *step)
{
    struct up_loop loop = {.rounds = 1, .begin = step->first.time, .end = step->end, .count = 1};

    loop.steps[0] = *step;
    folder->give(folder->context, &loop);
}

/* Gives the first steps of the window. */
static void give_waiting(struct up_folder *folder, unsigned count)
{
    unsigned i;

    for (i = 0; i < count; i++) {
        give_step(folder, &folder->window[i]);
    }
    folder->waiting -= count;
    memmove(folder->window, folder->window + count, folder->waiting * sizeof *folder->window);
}

/* Were they the same in their values too? */
static bool is_equal(const struct up_step *one, const struct up_step *other)
{
    return one->count == other->count && one->changes == 0 && other->changes == 0 &&
           one->last == other->last;
}

/*
 * How many rounds of a loop are the last steps of the window? Result: 0: not enough of them.
 */
static unsigned rounds_of(const struct up_folder *folder, unsigned count)
{
    const struct up_step *end = folder->window + folder->waiting;
    unsigned i, rounds = 1;
    bool are_equal = true;

    for (i = count + 1u; i <= UP_LOOP_ROUNDS * count && i <= folder->waiting; i++) {
        const struct up_step *step = &end[-(int)i], *next = &end[-(int)(i - count)];

        if (!is_alike(&step->first, &next->first)) {
            break;
        }
        are_equal = are_equal && is_equal(step, next);
        rounds += i % count == 0;
        if (rounds == 2 && are_equal) {
            return 2;
        }
    }
    return rounds == UP_LOOP_ROUNDS ? rounds : 0;
}

/* Makes a loop of the last steps of the window. */
static void begin_loop(struct up_folder *folder, unsigned count, unsigned rounds)
{
    struct up_loop *loop = &folder->loop;
    unsigned i;

    give_waiting(folder, folder->waiting - rounds * count);
    loop->rounds = rounds;
    loop->count = count;
    loop->begin = folder->window[0].first.time;
    loop->end = folder->window[rounds * count - 1u].end;
    memcpy(loop->steps, folder->window, count * sizeof *loop->steps);
    for (i = count; i < rounds * count; i++) {
        add_round(&loop->steps[i % count], &folder->window[i]);
    }
    folder->waiting = 0;
    folder->begun = 0;
}

static void wait_step(struct up_folder *folder, const struct up_step *step)
{
    unsigned count, rounds;

    if (folder->waiting == 2u * UP_LOOP_WINDOW) {
        give_waiting(folder, UP_LOOP_WINDOW);
    }
    folder->window[folder->waiting++] = *step;
    for (count = 2; count <= UP_LOOP_STEPS && 2u * count <= folder->waiting; count++) {
        rounds = rounds_of(folder, count);
        if (rounds > 0) {
            begin_loop(folder, count, rounds);
            return;
        }
    }
}

static void take_step(struct up_folder *folder, const struct up_step *step);

/* Ends the loop. The steps of the round that has begun are not part of it, but of what follows. */
static void end_loop(struct up_folder *folder)
{
    struct up_step round[UP_LOOP_STEPS];
    const unsigned begun = folder->begun;
    unsigned i;

    memcpy(round, folder->round, begun * sizeof *round);
    folder->begun = 0;
    folder->give(folder->context, &folder->loop);
    folder->loop.rounds = 0;
    for (i = 0; i < begun; i++) {
        take_step(folder, &round[i]);
    }
}

static void end_round(struct up_folder *folder)
{
    struct up_loop *loop = &folder->loop;
    unsigned i;

    for (i = 0; i < loop->count; i++) {
        add_round(&loop->steps[i], &folder->round[i]);
    }
    loop->rounds++;
    loop->end = folder->round[loop->count - 1u].end;
    folder->begun = 0;
}

static void take_step(struct up_folder *folder, const struct up_step *step)
{
    struct up_loop *loop = &folder->loop;

    while (loop->rounds > 0) {
        if (is_alike(&loop->steps[folder->begun].first, &step->first)) {
            folder->round[folder->begun++] = *step;
            if (folder->begun == loop->count) {
                end_round(folder);
            }
            return;
        }
        end_loop(folder); /* its last steps may be a loop again */
    }
    wait_step(folder, step);
}

static void end_step(struct up_folder *folder)
{
    struct up_step step = folder->now;

    if (step.count > 0) {
        step.least = step.most = step.count;
        folder->now.count = 0;
        take_step(folder, &step);
    }
}

void up_folder_add(struct up_folder *folder, const struct up_record *record)
{
    struct up_record kept = *record;

    kept.module = up_names_name(&folder->names, up_names_number(&folder->names, record->module));
    if (folder->now.count > 0 && is_alike(&folder->now.first, &kept)) {
        go_on_step(&folder->now, &kept);
    } else {
        end_step(folder);
        begin_step(&folder->now, &kept);
    }
}

void up_folder_end(struct up_folder *folder)
{
    end_step(folder);
    while (folder->loop.rounds > 0) {
        end_loop(folder);
    }
    give_waiting(folder, folder->waiting);
}
