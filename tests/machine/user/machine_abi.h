/* SPDX-License-Identifier: MIT
 *
 * What the test machine's kernel and its user side share: the system calls of the fake kernel32.dll (int 2E, number in
 * EAX, arguments at EDX), the page of process parameters, and the mailbox through which a test drives a puppet.
 */
#ifndef MACHINE_ABI_H
#define MACHINE_ABI_H

#include <stdint.h>

enum {
    SYS_EXIT_PROCESS = 1, /* (status) */
    SYS_EXIT_THREAD,      /* (status) */
    SYS_CREATE_THREAD,    /* (function, argument) -> id, 0 on failure */
    SYS_SLEEP,            /* (milliseconds) */
    SYS_TICKS,            /* () -> milliseconds */
    SYS_OPEN,             /* (name, access, out handle) -> status */
    SYS_CLOSE,            /* (handle) -> status */
    SYS_CONTROL,          /* (handle, code, in, in length, out, out length, out returned) -> status */
    SYS_WRITE,            /* (text, length) */
    SYS_CONTINUE,         /* (context) */
    SYS_ALLOCATE,         /* (bytes) -> address */
    SYS_MISSING,          /* (dll, name) */
    SYS_AFFINITY,         /* (mask) */
    SYS_YIELD             /* () */
};

#define USER_EXE_LIMIT     0x10000000u
#define USER_STACKS        0x20000000u
#define USER_STACK_BYTES   0x10000u
#define USER_HEAP          0x30000000u
#define USER_MISSING       0x6F000000u
#define USER_PARAMETERS    0x7FFDF000u
#define USER_MAILBOX       0x7FF00000u /* 4 pages */
#define USER_MAILBOX_BYTES 0x4000u
#define USER_TEBS          0x7FFDE000u /* downwards */

struct process_parameters {
    uint32_t process_id;
    uint32_t image_base;
    char command_line[256];
};

/* A puppet's threads: each takes commands from its slot. */
#define PUPPET_THREADS 3u

/* What a spinning thread sees is counted by the epoch that it read before the instruction. */
enum { EPOCH_BEFORE, EPOCH_GRANTED, EPOCH_GOING, EPOCH_GONE, EPOCHS };

enum {
    PUPPET_IDLE,
    PUPPET_IN,      /* a: port, b: width -> value, exception */
    PUPPET_OUT,     /* a: port, b: width, c: value -> exception */
    PUPPET_SCAN,    /* IN from all ports, one byte each: denied[] */
    PUPPET_OPEN,    /* name, a: access, b: share -> value: handle or FFFFFFFF, error */
    PUPPET_CLOSE,   /* a: handle -> value */
    PUPPET_CONTROL, /* a: handle, b: code, c: length of buffer[] in, d: of scan[] out -> value: BOOL, error, returned */
    PUPPET_SPIN,    /* a: port; runs until stop: counts by epoch what happened */
    PUPPET_GRIND,   /* runs until stop in ring 3 without a port */
    PUPPET_SLEEP,   /* a: milliseconds */
    PUPPET_AFFINITY,    /* a: mask */
    PUPPET_CLOSE_EPOCH, /* a: handle; moves the epoch just before it closes it, and just after */
    PUPPET_OPEN_EPOCH,  /* as PUPPET_OPEN, and moves the epoch */
    PUPPET_TIME_IN,     /* a: port, b: times -> value: time-stamp counts */
    PUPPET_TIME_OUT,
    PUPPET_EXIT /* a: status */
};

struct puppet_slot {
    volatile uint32_t command; /* written last by the test; PUPPET_IDLE when done */
    volatile uint32_t ready;   /* the thread is there */
    uint32_t a, b, c, d;
    volatile uint32_t value, exception, error, returned;
    volatile uint32_t stop;
    volatile uint32_t rounds;
    volatile uint32_t allowed[EPOCHS], denied[EPOCHS]; /* PUPPET_SPIN: by epoch */
};

struct mailbox {
    struct puppet_slot slots[PUPPET_THREADS];
    volatile uint32_t epoch;
    char name[64];
    uint8_t scan[8192];
    uint8_t buffer[0x1800];
};

#endif
