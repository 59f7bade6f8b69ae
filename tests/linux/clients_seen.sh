#!/bin/sh
# SPDX-License-Identifier: MIT
# What QEMU's printer port saw of tests/linux/clients.sh, which ran before.
set -u
cd "$(dirname "$0")/../.." || exit 1
trace=${BUILD:-build}/linux/clients.trace
. tests/linux/lib_seen.sh
data() { sed '/addr 0x00 val 0x55$/q' "$trace" | grep -c "parallel_ioport_write.*addr 0x00 val 0x$1\$"; } # before LCDd, which writes much
once() { [ "$(data "$1")" -eq 1 ]; }
never() { [ "$(data "$1")" -eq 0 ]; }
many() { [ "$(grep -c parallel_ioport_write "$trace")" -ge 200 ]; }

check "ioport's outb wrote 21 and 22, once" eval 'once 21 && once 22'
check "the outb that died of iopl wrote nothing" never 11
check "nor did those of a user without ports" never 31
check "portio wrote 41 without ioperm, 42 with it, and 43 when it had given its ports up" eval 'once 41 && once 42 && once 43'
check "the static program wrote 62, the 32-bit one 64" eval 'once 62 && once 64'
check "the Pascal program, which does not heed the answers, wrote 65 each time" [ "$(data 65)" -eq 2 ]
check "the static program that was refused wrote nothing" never 61
check "fakeroot's outb wrote 67, the one in the sandbox 68" eval 'once 67 && once 68'
check "the outb that a rule names wrote nothing before the rule said so" never 51
check "then it wrote 52 and 53, and not 54, for which it had no port; by the other rule 55" eval 'once 52 && once 53 && never 54 && once 55'
check "LCDd's driver drew on its display: 200 writes or more" many
plan
