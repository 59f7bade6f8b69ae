/* SPDX-License-Identifier: MIT
 *
 * The ring by which accesses come from the program to its recorder: memory that both have mapped.
 * Any thread of any process that has it may put accesses in, at any instruction: it takes no lock,
 * no memory and no system call. One thread takes them out. When the ring is full, an access is not
 * kept but counted. The reader trusts nothing that is in it. Pure C without an OS header, the same
 * layout in 32-bit and 64-bit programs.
 */
#ifndef UP_RECORD_RING_H
#define UP_RECORD_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UP_RING_VERSION 1u
#define UP_RING_SLOTS   0x20000u /* a power of two; 8 MB */
#define UP_RING_NAME    40u

/* What an access or a module looks like in the ring. */
struct up_ring_slot {
    volatile uint32_t sequence; /* what is in it is complete when this is its number */
    uint8_t kind;               /* UP_RING_... */
    uint8_t width, flags;       /* as in struct up_record */
    uint8_t reserved;
    uint32_t process, thread;
    union {
        struct {
            uint64_t time;    /* in ticks of the ring's clock */
            uint64_t address; /* as in struct up_record */
            uint64_t base;    /* where the address's module begins; 0: it is in none */
            uint32_t value;
            uint16_t port;
        } access;
        struct {
            uint64_t base;
            char name[UP_RING_NAME]; /* UTF-8, without the path; with a NUL unless it fills it */
        } module;
    } what;
};

enum { UP_RING_ACCESS = 1, UP_RING_MODULE = 2 };

struct up_ring {
    uint32_t version;                /* UP_RING_VERSION */
    uint32_t slots;                  /* UP_RING_SLOTS */
    uint64_t frequency;              /* of the clock, in ticks a second */
    uint64_t begun;                  /* the clock's reading when the recording began */
    volatile uint32_t written, read; /* how many slots were ever begun, and taken; they wrap */
    volatile uint32_t lost;          /* accesses that found no slot; it wraps */
    uint32_t reserved[23];
    struct up_ring_slot slot[UP_RING_SLOTS];
};

/* Prepares a ring whose memory is all 0. */
void up_ring_init(struct up_ring *ring, uint64_t frequency, uint64_t now);

/* Is it a ring that this release can use? */
bool up_ring_is_valid(const struct up_ring *ring);

/*
 * Begins a slot, to be filled but for its sequence. Result: NULL if the ring is full; the access is
 * then counted as lost, unless it is none.
 */
struct up_ring_slot *up_ring_begin(struct up_ring *ring, bool is_access, uint32_t *number);

/* The slot is complete. */
void up_ring_commit(struct up_ring_slot *slot, uint32_t number);

/*
 * Puts a whole one in: everything of *filled but its sequence. Result: false if the ring is full,
 * as of up_ring_begin.
 */
bool up_ring_put(struct up_ring *ring, const struct up_ring_slot *filled);

/*
 * Takes the oldest one out, as a copy. Result: false if there is none, or if its thread has begun
 * but not completed it: up_ring_is_stuck.
 */
bool up_ring_take(struct up_ring *ring, struct up_ring_slot *copy);

/* Is there a slot that was begun and is not complete? up_ring_skip gives it up. */
bool up_ring_is_stuck(const struct up_ring *ring);
void up_ring_skip(struct up_ring *ring);

#endif
