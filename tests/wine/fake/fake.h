/* SPDX-License-Identifier: MIT
 *
 * What the fake driver (build/wine/userport_fake.sys) shows to tests: userport.sys for amd64 with
 * ports that are an array, and with the kernel calls that Wine lacks. Fake, so that the driver can
 * run where a port instruction kills it.
 *
 * A port is one byte of 65,536, all 0 at the start; a port that is written reads so from then on,
 * and an access of 2 or 4 bytes is that many ports, the lowest byte first. The ports below do
 * something else, at accesses that begin there. None of them is granted without being in the list.
 */
#ifndef USERPORT_FAKE_H
#define USERPORT_FAKE_H

/* Reads give the number of reads of this port so far, this one counted. A write sets it. */
#define FAKE_COUNTER 0xE000u

/*
 * Reads give the number of accesses to all ports so far, but not those to this port; each element
 * of a block counts.
 */
#define FAKE_ACCESSES 0xE010u

/* Writes put their bytes into a queue of 64 KiB, reads take them out; FF when it is empty. */
#define FAKE_FIFO 0xE020u

/* Each read takes FAKE_SLOW_MS, and gives what was written. */
#define FAKE_SLOW    0xE030u
#define FAKE_SLOW_MS 5u

/* A write of n: the next n reads give 00, those after them FF in each byte. */
#define FAKE_READY 0xE040u

/*
 * A write says what happens right after the batch in which it is, when the driver has given its
 * spin lock back; with n << 8 added, n batches later. 0: nothing new.
 */
#define FAKE_ACT           0xE050u
#define FAKE_ACT_SUSPEND   1u /* the ports are suspended */
#define FAKE_ACT_RESUME    2u
#define FAKE_ACT_RELOAD    3u /* the policy is read again */
#define FAKE_ACT_CANCEL    4u /* the request that runs is cancelled */
#define FAKE_ACT_TERMINATE 5u /* the calling thread is being ended; until the request is over */

/*
 * Reads give the code of the next entry in the event log (its low 16 bits), oldest first; 0 when
 * there is none.
 */
#define FAKE_LOG 0xE060u

/*
 * Reads give how often the driver has used the kernel's calls wrongly since its start: a request
 * not completed exactly once, one that failed and has a length, a length above that of the output,
 * an access list that makes no sense.
 */
#define FAKE_VIOLATIONS 0xE068u

/*
 * A write of anything makes all ports 0 and empties the queue, the log, the list of orders and the
 * journal.
 */
#define FAKE_RESET 0xE070u

/*
 * The journal: reads of 4 bytes take its next entry, oldest first, 0 when there is none. An entry
 * is an access to a port below FAKE_COUNTER: port << 16 | the low 8 bits of the value << 8 | its
 * width | FAKE_WRITTEN. A write of anything empties it. It has room for 16,384; what comes then is
 * not in it.
 */
#define FAKE_JOURNAL 0xE080u
#define FAKE_WRITTEN 0x80u

/* A write of n: reads of n to n + 3 give FF from then on, as where nothing is; 0: of none. */
#define FAKE_SILENT       0xE090u
#define FAKE_SILENT_PORTS 4u

/*
 * Reads give the oldest RELOAD, SUSPEND or RESUME that came and was not read yet: the low 16 bits
 * of its code, and above them how many ports were open when it had been carried out; 0 when there
 * is none.
 */
#define FAKE_ORDERS            0xE078u
#define FAKE_ORDER(code, open) ((open) << 16 | ((code)&0xFFFFu))

/*
 * Values of the service's key, REG_DWORD. FakeToken, read at each open and each control: who the
 * caller is, an enum token_kind of tests/machine/tokens.h; without it an administrator. FakeAccess,
 * read at each open: the access that CreateFile asked for, of which Wine tells a driver nothing;
 * without it reading and writing. FakeRemains: what of that the driver is told of as DesiredAccess,
 * beside what the system has granted before; without it nothing, as in NT.
 */
#define FAKE_TOKEN   "FakeToken"
#define FAKE_ACCESS  "FakeAccess"
#define FAKE_REMAINS "FakeRemains"

#endif
