/* SPDX-License-Identifier: MIT
 *
 * The side of a recorder or of simulated devices that is in the program: userport-trap.dll and
 * UserPort's other DLLs put accesses into the ring (ring.h), and ask for those to devices by a
 * pipe. client_windows.c; on Linux the program is followed from outside, and has none of this.
 *
 * It may be called at any instruction of any thread, and never changes the thread's last error. It
 * takes nothing of the program's, and imports kernel32 alone.
 */
#ifndef UP_RECORD_CLIENT_H
#define UP_RECORD_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

/* ---- names and messages, for both sides ------------------------------------------------------ */

/* The ring's section and the pipe of the session NAME. */
#define UP_CLIENT_RING L"UserPort-ring-"
#define UP_CLIENT_PIPE L"\\\\.\\pipe\\UserPort-"

#define UP_CLIENT_VERSION 1u

/* What goes through the pipe: one request, and one answer to it. */
struct up_client_request {
    uint32_t version;    /* UP_CLIENT_VERSION */
    uint32_t value;      /* a write's */
    uint16_t port;       /* the program's */
    uint8_t width, kind; /* UP_CLIENT_... */
};

/* UP_CLIENT_HELLO is answered when the connection is known to the session, and is no access. */
enum { UP_CLIENT_READ, UP_CLIENT_WRITE, UP_CLIENT_HELLO };

struct up_client_answer {
    uint32_t is_done; /* 0: no device has the port */
    uint32_t value;   /* a read's */
};

/* ---- in the program -------------------------------------------------------------------------- */

/*
 * Connects with the session of this name: "" is none. Only the first call of a process's module
 * does anything. If there is no such session any more, nothing is recorded, and no device answers.
 */
void up_client_begin(const char *session);

/* Is this process recorded? */
bool up_client_records(void);

/*
 * Records one access that has been carried out or refused, at a time of up_client_time, the clock
 * of the ring. flags: UP_RECORD_... of record.h. address: of the instruction, or where the
 * library's function returns to.
 */
void up_client_record(uint64_t time, uint16_t port, unsigned width, uint32_t value, unsigned flags,
                      uintptr_t address);

/* The same for a thread of another process, which this one debugs; its modules have no names. */
void up_client_record_of(uint32_t process, uint32_t thread, uint16_t port, unsigned width,
                         uint32_t value, unsigned flags, uint64_t address);

uint64_t up_client_time(void);

/*
 * Gives a process that this one has just created a connection of its own, so that who has started
 * them knows of it before its first instruction, until it ends. process: with all access.
 */
void up_client_announce(void *process);

/* Does it have devices? */
bool up_client_has_devices(void);

/* Runs one access to a device. Result: false if the session is gone, or has no such device. */
bool up_client_access(bool is_output, uint16_t port, unsigned width, uint32_t *value);

#endif
