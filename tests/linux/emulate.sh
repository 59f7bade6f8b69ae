#!/bin/sh
# SPDX-License-Identifier: MIT
# trap/emulate.c against the processor, on real ports: emulate.c says how. The second serial port is
# for this suite alone. And the trampolines of trap/patch_site.c in a 32-bit program.
# Devices: -serial null
. "$(dirname "$0")/lib.sh"

compare() {
    said=$("$build/host/linux/$1" "$2")
    is "$?" 0 "$3: the processor and the emulation leave the same"
    echo "$said"
}
compare emulate 20000 "64 bits"
compare emulate32 20000 "32 bits"
is "$("$build/host/linux/patched32" && echo good)" good "32 bits: a patched site and its trampoline keep all registers"
plan
