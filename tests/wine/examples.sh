#!/bin/sh
# SPDX-License-Identifier: MIT
# The amd64 examples on Wine, which gives no program a port: each IN and OUT raises C0000096, as on
# 64-bit Windows, and each program must say so. (The i386 ones run in the test machine.)
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_start
number=0

# expect STATUS TEXT PROGRAM ARGUMENT...: the exit status (its low 8 bits) and a text in what the
# program says
expect() {
    status=$1
    text=$2
    shift 2
    number=$((number + 1))
    program=$1
    shift
    said=$(wine_limited 60 "$build/examples/amd64/$program.exe" "$@" 2>&1)
    was=$?
    if [ $was -eq "$status" ] && printf '%s' "$said" | grep -q "$text"; then
        echo "ok $number - $program $*: exit $was, says \"$text\""
    else
        echo "not ok $number - $program $*: exit $was, not $status, or without \"$text\""
        printf '%s\n' "$said" | sed 's/^/# /'
    fi
}

echo 1..9
refused='64-bit Windows lets no program run IN and OUT itself: start it by userportctl run, or use userport.dll (see examples/c/lptstatus.c)'
expect 150 "resetlpt: port D012: $refused" resetlpt 0xD010
expect 150 "printlpt: port 37A: $refused" printlpt
expect 150 "printlpt: port 27A: $refused" printlpt -b 278 text
expect 150 "speaker: port 61: $refused" speaker
expect 1 'denied (exception C0000096)' probe 378-37A 3F8
expect 1 'denied (exception C0000096)' probe -l 378
expect 2 '3Q8' probe 3Q8
expect 2 'usage' printlpt -b 3Q8 text
expect 2 'usage' printlpt -b
