#!/bin/sh
# SPDX-License-Identifier: MIT
# What the devices saw of tests/linux/userportctl.sh, which ran before: QEMU's trace of the printer
# port, and the speaker's sound.
set -u
cd "$(dirname "$0")/../.." || exit 1
out=${BUILD:-build}/linux
. tests/linux/lib_seen.sh

# Are these writes, "REGISTER VALUE" in hexadecimal, there one behind the other, whatever was read
# between them?
writes() {
    grep 'parallel_ioport_write' "$out/userportctl.trace" | sed 's/.*addr 0x\([0-9a-f]*\) val 0x\([0-9a-f]*\).*/\1 \2/' | tr '\n' ';' | grep -q "$1"
}
# Is there a sound: samples that are not all the same?
sounds() {
    [ "$(tail -c +45 "$out/userportctl.wav" | od -An -v -tx1 -w2 | sort -u | wc -l)" -gt 1 ]
}

check "write: 5A went to the data register; then test lpt: INIT low, and high again" writes '00 5a;02 c8;02 cc;'
check "the example of docs/userportctl.md: 55, then AA" writes '00 55;00 aa;02 c8;'
check "test speaker: a sound was recorded" sounds

is_printed() { # is_printed FILE LINE...: it is these lines and nothing more
    file=$1
    shift
    printf '%s\n' "$@" | cmp -s - "$file"
}
check "run --map card: what was printed at 378 came to the printer port at E100" \
    is_printed "$out/userportctl.card" 'by the card' ', by its address' ', beside one that is not known'
check "and not to the one at 378" sh -c '! grep -q "by the card" "$1"' - "$out/userportctl.printer"
plan
