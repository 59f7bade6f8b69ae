#!/bin/sh
# SPDX-License-Identifier: MIT
# What QEMU's printer port saw of tests/linux/clients.sh, which ran before.
set -u
cd "$(dirname "$0")/../.." || exit 1
trace=${BUILD:-build}/linux/clients.trace
. tests/linux/lib_seen.sh
data() { grep -c "parallel_ioport_write.*addr 0x00 val 0x$1\$" "$trace"; }
once() { [ "$(data "$1")" -eq 1 ]; }
never() { [ "$(data "$1")" -eq 0 ]; }
many() { [ "$(grep -c parallel_ioport_write "$trace")" -ge 200 ]; }

check "ioport's outb wrote 21, once" once 21
check "the outb that died of iopl wrote nothing" never 11
check "nor did those of a user without ports" never 31
check "portio wrote 41 without ioperm and 42 with it" eval 'once 41 && once 42'
check "the outb that no rule was for wrote nothing" never 51
check "LCDd's driver drew on its display: 200 writes or more" many
plan
