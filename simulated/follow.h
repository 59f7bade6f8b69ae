/* SPDX-License-Identifier: MIT
 *
 * Follows a recording while a program runs: which of its accesses is the one that the program makes
 * now. A polling loop may run more or fewer times than recorded. Where the program does something
 * else, the place is found again. Pure C without files: the accesses come from a function.
 */
#ifndef UP_SIMULATED_FOLLOW_H
#define UP_SIMULATED_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

/* An access, of the recording or of the program. */
struct up_follow_access {
    uint64_t number; /* in the recording, from 1 on */
    uint32_t value;  /* without bits above the width */
    uint16_t port;
    uint8_t width; /* 1, 2 or 4 bytes */
    bool is_write;
    bool is_done; /* it was played, or is a round of a polling loop that the program did not need */
};

#define UP_FOLLOW_WINDOW 8192u /* accesses of the recording in memory; a power of two */
#define UP_FOLLOW_AHEAD  4096u /* how far the place is searched when it was lost */
#define UP_FOLLOW_RECENT 12u   /* so many of the program's accesses together find it */

enum up_followed {
    UP_FOLLOWED,       /* as recorded */
    UP_FOLLOWED_OTHER, /* a difference: the recording has *expected */
    UP_FOLLOWED_END    /* a difference: the recording has ended */
};

struct up_follow {
    /* Gives the next access. Result: false at the end. */
    bool (*next)(void *context, struct up_follow_access *access);
    void *context;
    bool is_at_end;
    uint64_t end;      /* how many accesses came from next */
    uint64_t place;    /* which of them is the one that should come now, from 0 on */
    uint64_t furthest; /* the greatest place so far */
    uint64_t done;     /* how many have is_done */
    uint32_t polls;    /* rounds of a polling loop since then, beyond those of the recording */
    uint32_t apart;    /* the program's last accesses, a bit for each: 1 is a difference */
    uint32_t recent_count;
    struct up_follow_access recent[UP_FOLLOW_RECENT]; /* the program's last ones, the newest last,
                                                         repeated reads once */
    struct up_follow_access window[UP_FOLLOW_WINDOW];
};

void up_follow_start(struct up_follow *follow,
                     bool (*next)(void *context, struct up_follow_access *access), void *context);

/*
 * The program makes this access. *value becomes what a read gives. *expected becomes what the
 * recording has in its place, if the result is UP_FOLLOWED_OTHER.
 */
enum up_followed up_follow(struct up_follow *follow, const struct up_follow_access *access,
                           uint32_t *value, struct up_follow_access *expected);

/* Reads to the end, and says how many accesses there are, and how many were not played. */
void up_follow_finish(struct up_follow *follow, uint64_t *count, uint64_t *left);

#endif
