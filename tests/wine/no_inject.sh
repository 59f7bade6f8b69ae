#!/bin/sh
# SPDX-License-Identifier: MIT
# userportctl run --no-inject for amd64, with the fake driver: trap/'s program and its children are
# served from outside. Three of its cases cannot be so: a debugger does not change which exception a
# program gets for memory that INS cannot write, and Windows calls no filter of unhandled exceptions
# in a program that has a debugger.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_start
. tests/wine/said.sh
limit=90
program='userportctl.exe run --no-inject'
mkdir -p "$here"
cp "$build/amd64/userportctl.exe" "$build/wine/trap64.exe" "$build/wine/trap_module64.dll" "$build/amd64/userport.dll" \
    "$build/examples/amd64/resetlpt.exe" "$here/"

run() { # run ARGUMENT...: userportctl run --no-inject
    start $program "$@"
}

expect 125 'UserPort is not installed' 'without UserPort nothing is started' trap64.exe say
wine_driver_install "$build/wine/userport_fake.sys"
wine_ports '378-37F D100-D107 E000 E020-E023 E070 E080-E083'
wine_driver_start

# ---- the program's cases: each alone, since one that has no handler ends it ------------------------------

while IFS= read -r name; do
    wine_everywhere run --map 278-27F=D100 --map 3BC-3BE=none,300-301=D106 -- trap64.exe "$name"
    grep -qx "ok [0-9]* - $name" "$WINEPREFIX/said"
    check $? "the program: $name"
done <<'END'
8, 16 and 32 bits
registers
flags
GetLastError
REP INS and OUTS
REP OUTS downwards
routes
a route to nothing
an access to two places
an instruction at the end of memory
threads
a TLS callback
a denied port
a denied block
a handler that wants to be first
CLI and STI
other faults
the program's headers
the variable
children
a module that is loaded later
userport.dll
END
wine_everywhere run -- trap64.exe 'a site'
grep -q '^ok 4 - a site and threads' "$WINEPREFIX/said" && [ $status -eq 0 ]
check $? 'the program: accesses at one site, some of them denied, in four threads'
run --map 278-27F=D100 -- trap64.exe 'INS into'
grep -q '^not ok 1 ' "$WINEPREFIX/said" && ! grep -q 'fault.count' "$WINEPREFIX/said" && [ $status -eq 1 ]
check $? 'a block into memory that cannot be written is refused'

# ---- the launcher --------------------------------------------------------------------------------------------

expect 0 'trap64.exe say " a" "b c"' 'the arguments arrive as they were written' -- trap64.exe say ' a' 'b c'
expect 93 'exit status' "the program's exit status" --map 278-27F=D100 trap64.exe child
expect 0 'INIT of the port at 378 was low' 'an example resets the printer' resetlpt
expect 0 'exit status 0' 'CLI and STI by option' --ignore-cli-sti trap64.exe cli
expect 125 '--no-inject changes nothing' 'not with --fast' --fast trap64.exe say
expect 127 'cannot run nothing.exe' 'a program that is not there' nothing.exe
WINEDLLOVERRIDES="$WINEDLLOVERRIDES;winedbg.exe=d"
run trap64.exe read 2F8
[ $status -ne 0 ] && [ $status -ne 125 ]
check $? 'a denied port ends a program without handlers'

echo "1..$number"
