#!/bin/sh
# SPDX-License-Identifier: MIT
# The 32-bit half of wine/run.sh: programs for i386 that run IN and OUT themselves, under a 64-bit
# Wine, where the amd64 driver with the fake ports serves them. It is here because the tests' host
# need not run 32-bit programs; the emulated PC does. The cases are those of tests/wine/trap.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_wine.sh"

for processor in amd64 i386; do
    mkdir -p "$here/$processor"
    cp "$build/$processor/userportctl.exe" "$build/$processor/userport-trap.dll" "$here/$processor/"
done
for bits in 32 64; do
    cp "$build/wine/trap$bits.exe" "$build/wine/trap_module$bits.dll" "$here/"
done
cp "$build/wine/recorded32.exe" "$here/"
cp "$build/examples/i386/printlpt.exe" "$here/printlpt32.exe"
cp "$build/i386/userport.dll" "$build/wine/exceptions32.exe" "$build/wine/probe32.exe" "$here/"
wine_service "$build/wine/userport_fake.sys" '378-37F, D100-D107, E000, E020-E023, E050-E051, E070, E080-E083'
wine_32_bits
chown -R anna: "$here"

by() { # by PROCESSOR ARGUMENT...: that processor's userportctl run
    processor=$1
    shift
    wine_by env "$processor/userportctl.exe" run "$@"
}
cases() { # cases NUMBER WORD OPTION...: so many cases of the program, whose names have WORD, and all is well
    number=$1
    word=$2
    shift 2
    by amd64 "$@" --map 278-27F=D100 --map 3BC-3BE=none,300-301=D106 -- trap32.exe "$word" >/tmp/cases
    while IFS= read -r line; do
        case $line in
        'ok '*) is 1 1 "${1:+$1 }${line#ok [0-9]* - }" ;;
        'not ok '*) is "failed" "" "${1:+$1 }${line#not ok [0-9]* - }" ;;
        1..*) is "$line" "1..$number" "${1:+$1 }the number of cases" ;;
        *) echo "# $line" ;;
        esac
    done </tmp/cases
}

part "Wine starts"
wine_hold env
has "$(wine_by env sc start UserPort)" RUNNING "the driver starts"
part "the program's own cases"
cases 30 ""
part "with --fast: those of sites that are patched"
cases 4 "a site" --fast
part "from 64 bits to 32, and back"
has "$(by amd64 --map 278-27F=D100 trap64.exe bitness)" "ok 1 - a child of the other bitness" "a program for amd64 starts one for i386"
has "$(by i386 --map 278-27F=D100 trap32.exe bitness)" "ok 1 - a child of the other bitness" "userportctl for i386: a program for i386 starts one for amd64"
part "programs in other languages"
has "$(by amd64 exceptions32.exe)" "50 caught, denied" "C++: its own exceptions, and its own handler"
said=$(by amd64 probe32.exe)
has "$said" "378 reads" "Pascal: a port is read"
has "$said" "2F8: EPrivilege" "a denied port is EPrivilege"
part "recorded and simulated"
said=$(by amd64 --device 378=printer:out.txt --trace a.csv printlpt32.exe hello)
has "$said" "took 7 bytes" "a program for i386 prints on a simulated printer"
is "$(tr -d '\r' <"$here/out.txt")" "hello" "what it printed is in the file"
is "$(grep -c 'printlpt32.exe.*,378,8,write,.*,simulated$' "$here/a.csv")" 7 "each byte is recorded, with the module"
for processor in amd64 i386; do
    said=$(by $processor --device 37A=memory --trace a.csv recorded32.exe library)
    is "$(echo "$said" | grep -c '^exit')" 0 "userport.dll for i386, started by userportctl for $processor"
    is "$(grep -c 'recorded32.exe.*,378,.*,granted$' "$here/a.csv")" 9 "its accesses are recorded, and their caller"
done
has "$(by amd64 --trace a.csv recorded32.exe machine)" "accesses are in a.csv" "its own instructions of every width"
is "$(grep -c 'recorded32.exe.*,granted$' "$here/a.csv")$(grep -c ',2F8,8,read,FF,denied$' "$here/a.csv")" 141 "are recorded, and the one that is denied"
part "end"
plan
