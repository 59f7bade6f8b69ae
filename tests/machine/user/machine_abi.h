/* SPDX-License-Identifier: MIT
 *
 * What the test machine's kernel and its user side share: the system calls of the fake kernel32.dll
 * (int 2E, number in EAX, arguments at EDX), the page of process parameters, and the mailbox
 * through which a test drives a puppet.
 */
#ifndef MACHINE_ABI_H
#define MACHINE_ABI_H

#include <stdint.h>

enum {
    SYS_EXIT_PROCESS = 1, /* (status) */
    SYS_EXIT_THREAD,      /* (status) */
    SYS_CREATE_THREAD,    /* (function, argument, out id) -> handle */
    SYS_SLEEP,            /* (milliseconds) */
    SYS_TICKS,            /* () -> milliseconds */
    SYS_OPEN,             /* (name, access, out handle) -> status */
    SYS_CLOSE,            /* (handle) -> status */
    /* (handle, code, in, in length, out, out length, out returned) -> status */
    SYS_CONTROL,
    SYS_WRITE,    /* (text, length) */
    SYS_CONTINUE, /* (context) */
    SYS_ALLOCATE, /* (bytes) -> address */
    SYS_MISSING,  /* (dll, name) */
    SYS_AFFINITY, /* (mask) */
    SYS_YIELD,    /* () */
    /* (name) -> number of the module, or status; it and what it needs is new in the list */
    SYS_LOAD_LIBRARY,
    SYS_UNLOAD_LIBRARY, /* (module) */
    SYS_PROC_ADDRESS,   /* (module, name or NULL, ordinal) -> address, 0: none */
    SYS_WAIT,           /* (handle of a thread, milliseconds) -> status */
    SYS_THREAD_STATUS,  /* (handle of a thread) -> its exit status, 103h while it runs */
    SYS_IS_LAST_THREAD, /* () */
    SYS_END_OTHERS,     /* () */
    SYS_CLEAR_TLS,      /* (slot) */
    SYS_COMPLAIN,       /* (text): the program does what it must not */
    /* (value, out, length, out type and whole length) -> status; of the driver's key */
    SYS_REGISTRY,
    SYS_SERVICE,      /* () -> SERVICE_... state of the driver, 0: there is no service */
    SYS_DRIVER_IMAGE, /* () -> is the driver's image in the kernel? */
    SYS_IMPERSONATE,  /* (whose token: tokens.h, level); AS_KINDS: nobody's any more */
    SYS_STOP_SERVICE  /* () -> status; 103h: begun, and the driver goes with the last handle */
};

#define USER_EXE_LIMIT   0x10000000u /* DLLs lie from here on: to USER_STACKS, and ... */
#define USER_STACKS      0x20000000u
#define USER_STACK_BYTES 0x10000u
#define USER_HEAP        0x30000000u
/* ... from here, where those go that find their place taken, ... */
#define USER_DLLS          0x50000000u
#define USER_DLLS_END      0x7E000000u /* ... to here */
#define USER_MISSING       0x7F000000u
#define USER_PARAMETERS    0x7FFDF000u
#define USER_MAILBOX       0x7FF00000u /* 4 pages */
#define USER_MAILBOX_BYTES 0x4000u
#define USER_TEBS          0x7FFDE000u /* downwards */

#define USER_MODULES  32u
#define MODULE_PINNED (-1) /* references: it stays until the process ends */

enum { MODULE_NONE, MODULE_NEW, MODULE_ATTACHING, MODULE_READY };

struct module {
    uint32_t base, bytes;
    uint32_t entry;   /* DllMain, 0: none */
    uint32_t imports; /* the modules that it needs, a bit each */
    int32_t references;
    uint32_t state;
    uint32_t order; /* of the DllMain calls */
    uint32_t no_thread_calls;
    char name[32];
};

struct process_parameters {
    uint32_t process_id;
    uint32_t image_base;
    uint32_t version; /* what GetVersion says */
    uint32_t program; /* the .exe's number among the modules */
    char command_line[256];
    struct module modules[USER_MODULES];
};

/*
 * The part of NT's TEB that programs and DLLs reach through FS, or that the fake kernel32.dll keeps
 * there.
 */
#define TLS_SLOTS 64u

struct teb {
    uint32_t exception_list, stack_base, stack_limit;
    uint32_t unused_0c[2];
    uint32_t arbitrary_user_pointer;
    uint32_t self; /* 18h */
    uint32_t unused_1c;
    uint32_t process_id, thread_id;
    uint32_t unused_28[3];
    uint32_t last_error; /* 34h */
    uint8_t unused_38[0xE10 - 0x38];
    uint32_t tls[TLS_SLOTS]; /* E10h */
};

/* A puppet's threads: each takes commands from its slot. */
#define PUPPET_THREADS 3u

/* What a spinning thread sees is counted by the epoch that it read before the instruction. */
enum { EPOCH_BEFORE, EPOCH_GRANTED, EPOCH_GOING, EPOCH_GONE, EPOCHS };

enum {
    PUPPET_IDLE,
    PUPPET_IN,   /* a: port, b: width -> value, exception */
    PUPPET_OUT,  /* a: port, b: width, c: value -> exception */
    PUPPET_SCAN, /* IN from all ports, one byte each: denied[] */
    PUPPET_OPEN, /* name, a: access, b: share -> value: handle or FFFFFFFF, error */
    /* as PUPPET_OPEN, without what CreateFile adds to the access -> error: the status */
    PUPPET_OPEN_NATIVE,
    PUPPET_IMPERSONATE, /* a: whose token, b: level */
    PUPPET_CLOSE,       /* a: handle -> value */
    /*
     * a: handle, b: code, c: length of buffer[] in, d: of scan[] out -> value: BOOL, error,
     * returned
     */
    PUPPET_CONTROL,
    PUPPET_SPIN,        /* a: port; runs until stop: counts by epoch what happened */
    PUPPET_GRIND,       /* runs until stop in ring 3 without a port */
    PUPPET_SLEEP,       /* a: milliseconds */
    PUPPET_AFFINITY,    /* a: mask */
    PUPPET_CLOSE_EPOCH, /* a: handle; moves the epoch just before it closes it, and just after */
    PUPPET_OPEN_EPOCH,  /* as PUPPET_OPEN, and moves the epoch */
    /* as PUPPET_CONTROL, and moves the epoch just before it, and just after */
    PUPPET_CONTROL_EPOCH,
    PUPPET_TIME_IN, /* a: port, b: times -> value: time-stamp counts */
    PUPPET_TIME_OUT,
    PUPPET_LIST_LOOP, /* a: handle, c: length; sends the list in buffer[] until stop: by epoch what
                         became of it; value: reads that did not give the first operation's value */
    /*
     * a: handle, b: code, c, d: as the addresses of DeviceIoControl -> value: BOOL, error, returned
     */
    PUPPET_FAST,
    /* a: handle, b: port; reads it by UP_IOCTL_READ until stop: by epoch what became of it */
    PUPPET_READ_LOOP,
    PUPPET_OPEN_LOOP, /* opens the device and closes it until stop: rounds */
    PUPPET_EXIT       /* a: status */
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
