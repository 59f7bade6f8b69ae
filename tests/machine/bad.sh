#!/bin/sh
# SPDX-License-Identifier: MIT
# Does the test machine see what a driver does wrong? Boots it with bad.sys once for each case and
# looks for what it must say.
set -u
cd "$(dirname "$0")/../.." || exit 1
number=0

# expect NUMBER TEXT: the machine says TEXT, and fails (cases that do right: passes, with nothing
# said)
expect() {
    number=$((number + 1))
    tries=1
    reading=one
    [ "$1" -ne 32 ] || reading=every # NT 4.0 tells nobody in time
    [ "$1" -ne 31 ] || tries=10 # its two processors have to meet: on a host without a free core they may run one after the other
    while [ $tries -gt 0 ]; do
        said=$(MACHINE_SECONDS=30 MACHINE_DRIVER=bad.sys tests/machine/run bad $reading "case=$1")
        status=$?
        [ $status -ne 0 ] && tries=0
        tries=$((tries - 1))
    done
    case $1 in
    0 | 30 | 32) right=yes ;;
    *) right=no ;;
    esac
    if [ $right = yes ] && [ $status -eq 0 ]; then
        echo "ok $number - case $1: $2"
    elif [ $right = yes ]; then
        echo "not ok $number - case $1: $2"
        printf '%s\n' "$said" | sed 's/^/# /'
    elif [ $status -ne 0 ] && printf '%s' "$said" | grep -qF "$2"; then
        echo "ok $number - case $1: $2"
    else
        echo "not ok $number - case $1: nobody said \"$2\""
        printf '%s\n' "$said" | sed 's/^/# /'
    fi
}

echo 1..43
expect 0 'a driver that does everything right'
expect 1 'unload: 1 pool blocks of 29 bytes are left'
expect 2 'unload: 1 handles are left'
expect 3 'unload: 1 references are left'
expect 4 'unload: 1 names are left'
expect 5 'unload: a device is left'
expect 6 'unload: a process notification is left'
expect 7 'unload: 1 threads are left'
expect 8 'byte 29 was written'
expect 9 'the driver raised exception 14'
expect 10 'the driver raised exception 14'
expect 11 'is not a block (freed twice?)'
expect 12 'was completed twice'
expect 13 'major function 14: completed 0 times'
expect 14 'the driver raised exception 14'
expect 15 'Information 1000, room for 16'
expect 16 'returned C0000001, completed with 00000000'
expect 17 'returned with 1 mutexes'
expect 18 'ZwOpenKey above PASSIVE_LEVEL'
expect 19 'the driver calls ntoskrnl.exe!DbgBreakPoint, which this machine does not have'
expect 20 'the driver raised exception 14'
expect 21 'still has the map'
expect 22 'which it has not referenced'
expect 23 'a dispatch routine returns above PASSIVE_LEVEL, with 1 spin locks held'
expect 24 'KfReleaseSpinLock of a lock that is not held here'
expect 25 'KfAcquireSpinLock of a lock that this processor holds'
expect 26 'ZwOpenKey above PASSIVE_LEVEL: a spin lock is held'
expect 27 'KeWaitForSingleObject above PASSIVE_LEVEL: a spin lock is held'
expect 28 'not initialized?'
expect 29 'KfReleaseSpinLock to IRQL 0 with 1 locks held'
expect 30 'both processors count under one spin lock, and none is lost'
expect 31 'two processors counted to'
expect 32 'a caller is killed in the driver: it is told, and returns first'
expect 33 'unload: 1 security contexts are left'
expect 34 'SeAccessCheck: a subject that was captured and is not locked'
expect 35 'SeAccessCheck: the generic rights of 80000000 must be mapped'
expect 36 'unload: 1 entries for the event log are left'
expect 37 'IoWriteErrorLogEntry: strings or data are not within the entry'
expect 38 'a request was completed with STATUS_PENDING'
expect 39 'ExAllocatePoolWithTag of type 0 with tag 0'
expect 40 'memcpy of 8 bytes onto themselves'
expect 41 'KeDelayExecutionThread: user-mode or alertable'
expect 42 'the driver raised exception 14'
