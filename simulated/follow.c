/* SPDX-License-Identifier: MIT
 *
 * Follows a recording. See follow.h.
 *
 * A polling loop is a row of up to LOOP_MAX reads that comes again and again, or a write and a
 * read, as with an index register. Longer rounds with writes are not: they print the same character
 * twice, for example, and one of them less is a difference.
 */
#include "follow.h"

#include <string.h>

#define LOOP_MAX   8u
#define APART_MASK 0xFFFFFFu /* the last 24 accesses */
#define APART_MAX  3u        /* so many differences in them: the place is lost */
#define NEAR       32u    /* how far accesses may be left out at once, and how far back it looks */
#define POLLS_MAX  10000u /* in one place; then the program waits for something else */

static struct up_follow_access *at(struct up_follow *follow, uint64_t place)
{
    return &follow->window[place % UP_FOLLOW_WINDOW];
}

/* Loads what may be looked at. */
static void fill(struct up_follow *follow)
{
    struct up_follow_access access;

    while (!follow->is_at_end && follow->end - follow->place < UP_FOLLOW_AHEAD + NEAR) {
        if (follow->next(follow->context, &access)) {
            access.is_done = false;
            *at(follow, follow->end++) = access;
        } else {
            follow->is_at_end = true;
        }
    }
}

/* The first place that is still in memory. */
static uint64_t begin(const struct up_follow *follow)
{
    return follow->end > UP_FOLLOW_WINDOW ? follow->end - UP_FOLLOW_WINDOW : 0;
}

static bool is_same(const struct up_follow_access *one, const struct up_follow_access *other)
{
    return one->port == other->port && one->width == other->width &&
           one->is_write == other->is_write && (!one->is_write || one->value == other->value);
}

static bool is_at(struct up_follow *follow, uint64_t place, const struct up_follow_access *access)
{
    return place >= begin(follow) && place < follow->end && is_same(at(follow, place), access);
}

static void mark(struct up_follow *follow, uint64_t place)
{
    follow->done += !at(follow, place)->is_done;
    at(follow, place)->is_done = true;
}

/* Plays the access at a place, and goes on behind it. */
static void play(struct up_follow *follow, uint64_t place, uint32_t *value)
{
    mark(follow, place);
    *value = at(follow, place)->value;
    follow->place = place + 1u;
    if (follow->place > follow->furthest) {
        follow->furthest = follow->place;
        follow->polls = 0;
    }
}

/* ---- polling loops --------------------------------------------------------------------------- */

/* May the length accesses before a place be a round of a polling loop? */
static bool is_round(struct up_follow *follow, uint64_t place, uint64_t length)
{
    uint64_t i, writes = 0;

    if (place < begin(follow) + length) {
        return false;
    }
    for (i = 1; i <= length; i++) {
        writes += at(follow, place - i)->is_write;
    }
    return writes == 0 || (writes == 1 && length == 2);
}

/* The recording polls on, and the program has seen enough: the place where it goes on, or 0. */
static uint64_t behind_loop(struct up_follow *follow, const struct up_follow_access *access)
{
    uint64_t length, place;

    for (length = 1; length <= LOOP_MAX; length++) {
        if (!is_round(follow, follow->place, length)) {
            continue;
        }
        for (place = follow->place;
             place < follow->end && is_same(at(follow, place), at(follow, place - length));) {
            place++;
            if (is_at(follow, place, access)) {
                return place;
            }
        }
    }
    return 0;
}

/*
 * The program polls on, and the recording has seen enough: the place from which the last round is
 * played again, or follow->place. A round of one read need not be there twice.
 */
static uint64_t before_round(struct up_follow *follow, const struct up_follow_access *access)
{
    const uint64_t place = follow->place;
    uint64_t length, i;

    for (length = 1; length <= LOOP_MAX; length++) {
        if (!is_round(follow, place, length) || !is_at(follow, place - length, access)) {
            continue;
        }
        for (i = 1; i <= length && length > 1 && place - i >= begin(follow) + length &&
                    is_same(at(follow, place - i), at(follow, place - i - length));
             i++) {
        }
        if (length == 1 || i > length) {
            return place - length;
        }
    }
    return place;
}

/* ---- differences ----------------------------------------------------------------------------- */

/* The first place of a row of the same reads. */
static uint64_t begin_of_polls(struct up_follow *follow, uint64_t place)
{
    while (!at(follow, place)->is_write && place > begin(follow) &&
           is_same(at(follow, place), at(follow, place - 1u))) {
        place--;
    }
    return place;
}

/* Are the program's last accesses those before this place? *first becomes where they begin. */
static bool is_after_recent(struct up_follow *follow, uint64_t place, uint64_t *first)
{
    uint32_t i;

    for (i = UP_FOLLOW_RECENT; i > 0; i--) {
        if (place <= begin(follow) || !is_at(follow, place - 1u, &follow->recent[i - 1u])) {
            return false;
        }
        place = begin_of_polls(follow, place - 1u);
    }
    *first = place;
    return true;
}

/* Were there too many differences of late for single ones? */
static bool is_lost(const struct up_follow *follow)
{
    uint32_t bits = follow->apart & APART_MASK;
    unsigned count = 0;

    for (; bits != 0; bits &= bits - 1u) {
        count++;
    }
    return count >= APART_MAX && follow->recent_count == UP_FOLLOW_RECENT;
}

/*
 * Searches the place again, the near ones first. Result: the one behind the last access, and where
 * the last accesses began; or 0.
 */
static uint64_t search(struct up_follow *follow, uint64_t *first)
{
    uint64_t distance;

    for (distance = 0; distance <= NEAR || follow->place + distance <= follow->end; distance++) {
        if (is_after_recent(follow, follow->place + distance, first)) {
            return follow->place + distance;
        }
        if (distance <= NEAR && distance <= follow->place &&
            is_after_recent(follow, follow->place - distance, first)) {
            return follow->place - distance;
        }
    }
    return 0;
}

/* Did the program leave out what is before this access? The place of it, or 0. */
static uint64_t behind_left_out(struct up_follow *follow, const struct up_follow_access *access)
{
    uint64_t place;

    for (place = follow->place; place < follow->place + NEAR && place < follow->end;) {
        /* For a read, nothing that was written is left out: it is more likely that it was added. */
        if (!access->is_write && at(follow, place)->is_write) {
            return 0;
        }
        place++;
        if (is_at(follow, place, access)) {
            return place;
        }
    }
    return 0;
}

/* What a read gives that the recording has not: what the port gave last, or gives next. */
static uint32_t value_nearby(struct up_follow *follow, const struct up_follow_access *access)
{
    uint64_t place;

    for (place = follow->place; place > begin(follow); place--) {
        if (is_at(follow, place - 1u, access)) {
            return at(follow, place - 1u)->value;
        }
    }
    for (place = follow->place; place < follow->end; place++) {
        if (is_at(follow, place, access)) {
            return at(follow, place)->value;
        }
    }
    return 0xFFFFFFFFu;
}

/* The access is not the recording's: finds the place where it goes on. */
static void recover(struct up_follow *follow, const struct up_follow_access *access,
                    uint32_t *value)
{
    uint64_t place, first = 0;
    bool has_other_value;

    place = is_lost(follow) ? search(follow, &first) : 0;
    if (place > 0) {
        while (first < place) {
            mark(follow, first++);
        }
        play(follow, place - 1u, value);
        follow->apart = 0;
        return;
    }
    has_other_value = access->is_write && follow->place < follow->end &&
                      at(follow, follow->place)->is_write &&
                      at(follow, follow->place)->port == access->port &&
                      at(follow, follow->place)->width == access->width;
    if (has_other_value) {
        mark(follow, follow->place);
        follow->place++;
        return;
    }
    place = behind_left_out(follow, access);
    if (place > 0) {
        play(follow, place, value);
        return;
    }
    *value = value_nearby(follow, access);
}

/* The program polls without end: the next read of the port that gives something else, or 0. */
static uint64_t other_answer(struct up_follow *follow, const struct up_follow_access *access)
{
    const uint32_t value = at(follow, follow->place - 1u)->value;
    uint64_t place;

    for (place = follow->place; place < follow->end; place++) {
        if (is_at(follow, place, access) && at(follow, place)->value != value) {
            return place;
        }
    }
    return 0;
}

/* ---- all together ---------------------------------------------------------------------------- */

void up_follow_start(struct up_follow *follow,
                     bool (*next)(void *context, struct up_follow_access *access), void *context)
{
    memset(follow, 0, sizeof *follow);
    follow->next = next;
    follow->context = context;
}

static void remember(struct up_follow *follow, const struct up_follow_access *access)
{
    const struct up_follow_access *last = &follow->recent[UP_FOLLOW_RECENT - 1u];

    follow->apart <<= 1;
    if (follow->recent_count > 0 && !access->is_write && is_same(access, last)) {
        return;
    }
    memmove(follow->recent, follow->recent + 1, (UP_FOLLOW_RECENT - 1u) * sizeof follow->recent[0]);
    follow->recent[UP_FOLLOW_RECENT - 1u] = *access;
    follow->recent_count += follow->recent_count < UP_FOLLOW_RECENT;
}

/* A round of a polling loop, or a read of one, that the recording has not. */
static bool poll_again(struct up_follow *follow, const struct up_follow_access *access,
                       uint32_t *value)
{
    const uint64_t place = before_round(follow, access);

    if (place == follow->place || follow->polls >= POLLS_MAX) {
        return false;
    }
    follow->polls++;
    play(follow, place, value);
    return true;
}

enum up_followed up_follow(struct up_follow *follow, const struct up_follow_access *access,
                           uint32_t *value, struct up_follow_access *expected)
{
    uint64_t place, other;
    bool is_end;

    *value = 0xFFFFFFFFu;
    fill(follow);
    remember(follow, access);
    if (is_at(follow, follow->place, access)) {
        play(follow, follow->place, value);
        return UP_FOLLOWED;
    }
    /* The same read again is the simplest loop, whatever else it may be. */
    if (!access->is_write && follow->place > 0 && is_at(follow, follow->place - 1u, access) &&
        poll_again(follow, access, value)) {
        return UP_FOLLOWED;
    }
    place = behind_loop(follow, access);
    if (place > 0) {
        while (follow->place < place) {
            mark(follow, follow->place++);
        }
        play(follow, place, value);
        return UP_FOLLOWED;
    }
    if (poll_again(follow, access, value)) {
        return UP_FOLLOWED;
    }
    follow->apart |= 1u;
    is_end = follow->place == follow->end;
    if (!is_end) {
        *expected = *at(follow, follow->place);
    }
    other = follow->polls >= POLLS_MAX ? other_answer(follow, access) : 0;
    if (other > 0) {
        play(follow, other, value);
    } else {
        recover(follow, access, value);
    }
    return is_end ? UP_FOLLOWED_END : UP_FOLLOWED_OTHER;
}

void up_follow_finish(struct up_follow *follow, uint64_t *count, uint64_t *left)
{
    struct up_follow_access access;

    while (!follow->is_at_end) {
        if (follow->next(follow->context, &access)) {
            follow->end++;
        } else {
            follow->is_at_end = true;
        }
    }
    *count = follow->end;
    *left = follow->end - follow->done;
}
