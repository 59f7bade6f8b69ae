#!/bin/sh
# SPDX-License-Identifier: MIT
# The program iopm, as built for this host: what it writes, what it refuses, and its exit status.
set -u
cd "$(dirname "$0")/../.." || exit 1
iopm=${BUILD:-build}/unit/iopm
number=0

# check STATUS TEXT ARGUMENT...: the exit status, and a text on standard output or error
check() {
    status=$1
    text=$2
    shift 2
    number=$((number + 1))
    said=$("$iopm" "$@" 2>&1)
    was=$?
    if [ $was -eq "$status" ] && printf '%s' "$said" | grep -qF -- "$text"; then
        echo "ok $number - iopm $*"
    else
        echo "not ok $number - iopm $*: exit $was, not $status, or without \"$text\""
        printf '%s\n' "$said" | sed 's/^/# /'
    fi
}

echo 1..34
check 0 '[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\UserPort]' lpt1
check 0 '"IOPM"=hex:fe' --force 0
check 0 '"IOPM"=hex:ff,ff,ff,ff,ff,ff,ff,ff,f3,ff,ff,ff,fd' 'speaker'
check 0 '"IOPM"=hex:ff' ''
check 1 'nothing written' 'lpt1, 60'
check 1 'refused: port CF8' 'CF8-CFF'
check 0 'REGEDIT4' 'pause, lpt1'
check 1 'refused: port 81 (DMA' '80-81'
check 1 'refused: port 2E (Super I/O configuration) can stop the fans' '2E'
check 1 'refused: port 4F (Super I/O' '4F'
check 1 'refused: port 62 (embedded controller) can stop the fans' '61-63'
check 0 'warning: port 1F0' --force '1F0'
check 0 'speaker' --names
check 0 'usage' --help
check 0 'speaker    PC speaker and its timer channel (42-43, 61)' --names
check 0 'needs --force' --names
check 0 'the list is empty' ' '
check 0 "$(cat VERSION)" --version
check 0 'iopm: note: 888 is hexadecimal here; the printer port, decimal 888, is 378' 888
check 0 'note: 632 is hexadecimal here; the printer port, decimal 632, is 278' 'speaker,632'
check 0 'note: 956 is hexadecimal here; the printer port, decimal 956, is 3BC' --force '0-FFFF 956-958'
check 0 'note: 958 is hexadecimal here; the printer port, decimal 958, is 3BE' '956-958'
check 1 'note: 890 is hexadecimal' '890 60'
check 2 'usage'
check 2 'one argument: quote it' lpt1 lpt2
check 2 'usage' --no-such-thing
check 2 '"37A-378" at column 1' 37A-378
check 2 '"3Q8" at column 7' 'lpt1, 3Q8'
check 2 'at column 5' '378,,379'
check 2 '"10000" at column 1' 10000
check 2 '"printer" at column 1' printer
number=$((number + 1))
if [ -z "$("$iopm" '0x888, 888h, 1888, 8888, 379, lpt1' 2>&1 >/dev/null)" ]; then
    echo "ok $number - no note about ports that are hexadecimal for sure"
else
    echo "not ok $number - a note about ports that are hexadecimal for sure"
fi
number=$((number + 1))
cr=$(printf '\r')
if [ "$("$iopm" 'lpt1, speaker' | grep -cv "^[^$cr]*$cr\$")" = 0 ]; then
    echo "ok $number - each line ends with CR LF"
else
    echo "not ok $number - each line ends with CR LF"
fi
number=$((number + 1))
if "$iopm" lpt1 >/dev/full 2>/dev/null; then echo "not ok $number - a full disk"; else echo "ok $number - a full disk is an error"; fi
