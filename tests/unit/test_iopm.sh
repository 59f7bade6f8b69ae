#!/bin/sh
# SPDX-License-Identifier: MIT
# The program iopm, as built for this host: what it writes, what it refuses, and its exit status.
set -u
cd "$(dirname "$0")/../.." || exit 1
iopm=${BUILD:-build}/host/iopm
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

echo 1..22
check 0 '[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\UserPort]' lpt1
check 0 '"IOPM"=hex:fe' --force 0
check 0 '"IOPM"=hex:ff,ff,ff,ff,ff,ff,ff,ff,f3,ff,ff,ff,fd' 'speaker'
check 0 '"IOPM"=hex:ff' ''
check 1 'nothing written' 'lpt1, 60'
check 1 'refused: port CF8' 'CF8-CFF'
check 0 'warning: port 1F0' --force '1F0'
check 0 'speaker' --names
check 0 'usage' --help
check 0 'speaker    PC speaker and its timer channel (42-43, 61)' --names
check 0 'needs --force' --names
check 0 'the list is empty' ' '
check 0 "$(cat VERSION)" --version
check 2 'usage'
check 2 'one argument: quote it' lpt1 lpt2
check 2 'usage' --no-such-thing
check 2 '"37A-378" at column 1' 37A-378
check 2 '"3Q8" at column 7' 'lpt1, 3Q8'
check 2 'at column 5' '378,,379'
check 2 '"10000" at column 1' 10000
check 2 '"printer" at column 1' printer
number=$((number + 1))
if "$iopm" lpt1 >/dev/full 2>/dev/null; then echo "not ok $number - a full disk"; else echo "ok $number - a full disk is an error"; fi
