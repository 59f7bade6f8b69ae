#!/bin/sh
# SPDX-License-Identifier: MIT
# userportctl run --device and --trace of Linux for Wine's programs, of 64 and of 32 bits: they are
# the examples, unmodified, on simulated devices, and on the real port, of which the recording is
# compared with what the port saw in tests/linux/wine_follow_seen.py.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_wine.sh"

ctl=/usr/bin/userportctl
cp "$build/host/userportctl" $ctl
for processor in amd64 i386; do
    mkdir -p "$here/$processor"
    cp "$build/examples/$processor"/*.exe "$build/$processor/userport.dll" "$here/$processor/"
done
wine_32_bits
chown -R anna: "$here"
follow() { # follow OPTION... -- PROGRAM...: what it and userportctl print
    status=0
    (anna_in_wine $ctl run "$@") </dev/null >/tmp/said 2>&1 || status=$?
    tr -d '\r' </tmp/said
    [ $status -eq 0 ] || echo "exit $status"
}
show() { awk -F, '!/^#/ && $9 != "direction" { print "# seen", $7, $9, $10 }' "$1"; }
took="printlpt: the port at 378 took"

part "Wine starts"
wine_hold env
for processor in amd64 i386; do
    part "programs for $processor"
    is "$(follow --device 378=printer:out.txt --trace out.csv -- /usr/bin/wine $processor/printlpt.exe "for $processor")" "$took $((${#processor} + 6)) bytes, CR and LF at the end
userportctl: note: $(grep -c "^[0-9]" "$here/out.csv") accesses are in out.csv" "$processor: printlpt on a simulated printer"
    is "$(tr -d '\r' <"$here/out.txt")" "for $processor" "$processor: what it printed"
    is "$(grep "^[0-9]" "$here/out.csv" | cut -d, -f5,11 | sort -u)" "printlpt.exe,simulated" "$processor: the recording names the program"
    is "$(follow --device 378-37A=memory --map 3BC=none -- /usr/bin/wine $processor/probe.exe 377-378 3BC)" "377  denied (exception C0000096)
378  granted, reads FF
3BC  granted, reads FF
exit 1" "$processor: a refusal is the program's exception, as ever"
    has "$(follow --device 378=printer:out.txt -- /usr/bin/wine $processor/lptstatus.exe)" "The printer says DF: ready" "$processor: userport.dll"
done

part "the real port"
printf '[lab]\nusers = anna\nprogram = any\nports = 378-37A\n' | policy
for processor in amd64 i386; do
    has "$(follow --trace out.csv -- /usr/bin/wine $processor/printlpt.exe "$processor for real")" "$took" "$processor: printlpt on the real port, recorded"
    show "$here/out.csv"
done
plan
