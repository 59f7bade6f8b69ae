#!/bin/sh
# SPDX-License-Identifier: MIT
# userportctl adopt for amd64, with the fake driver: what it says and writes; and the copy of trap/'s
# program passes the program's cases without a launcher. Its headers are the copy's own, which it
# finds in its file.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_start
. tests/wine/said.sh
limit=90
system=$WINEPREFIX/drive_c/windows/system32
mkdir -p "$here"
cp "$build/amd64/userportctl.exe" "$build/wine/trap64.exe" "$build/wine/trap_module64.dll" "$build/amd64/userport.dll" \
    "$build/examples/amd64/resetlpt.exe" "$here/"

# expect STATUS TEXT NAME PROGRAM ARGUMENT...; a text may be on several lines
expect() {
    wanted=$1
    text=$2
    name=$3
    shift 3
    start "$@"
    [ $status -eq "$wanted" ] && tr -s '\n ' '  ' <"$WINEPREFIX/said" | grep -qF -- "$text"
    check $? "$name"
}

same() { # same FILE FILE NAME
    cmp "$here/$1" "$here/$2" >"$WINEPREFIX/said" 2>&1
    check $? "$3"
}

adopt='userportctl.exe adopt'

# ---- the copy ----------------------------------------------------------------------------------------

cp "$here/trap64.exe" "$here/kept.exe"
expect 0 'trap64-userport.exe: the copy, which needs no launcher' 'a copy is made' $adopt trap64.exe
grep -q 'userportctl install puts it there' "$WINEPREFIX/said"
check $? 'it says that the DLL is not in the system'
same trap64.exe kept.exe 'the program is as it was'
/usr/bin/python3 - "$here/trap64-userport.exe" "$here/trap64.exe" >"$WINEPREFIX/said" 2>&1 <<'END'
import sys
import pefile
copy, program = map(pefile.PE, sys.argv[1:])
names = [entry.dll for entry in copy.DIRECTORY_ENTRY_IMPORT]
assert names[0] == b"userport-trap.dll" and names[1:] == [entry.dll for entry in program.DIRECTORY_ENTRY_IMPORT], names
assert [one.ordinal for one in copy.DIRECTORY_ENTRY_IMPORT[0].imports] == [1]
assert copy.verify_checksum() and not copy.get_warnings(), copy.get_warnings()
assert copy.OPTIONAL_HEADER.SizeOfImage == max(s.VirtualAddress + (s.Misc_VirtualSize + 4095 & ~4095) for s in copy.sections)
END
check $? 'another reader of such files finds nothing wrong with it'
expect 1 'With --force it is replaced' 'a file that is there is not replaced' $adopt trap64.exe
expect 0 'exit status 0' 'but with --force' $adopt --force trap64
cp "$build/amd64/userport-trap.dll" "$system/"
expect 0 'c.exe: the copy' 'another name' $adopt --output c.exe trap64.exe
! grep -q note: "$WINEPREFIX/said"
check $? 'the DLL is in the system: nothing to note'
same c.exe trap64-userport.exe 'it is the same copy'
expect 0 '"moved_bytes": 0' 'as JSON' userportctl.exe --json adopt --force --output c.exe trap64.exe
expect 1 'it is such a copy already' 'a copy is not copied again' $adopt c.exe
expect 1 'it is a DLL or a driver, not a program' 'a DLL' $adopt userport.dll
expect 1 'it is not a program for 32-bit or 64-bit Windows' 'a text' $adopt --output x.exe ../windows/win.ini
expect 1 'cannot read nothing.exe' 'a program that is not there' $adopt nothing
expect 1 'cannot write nowhere' 'a folder that is not there' $adopt --output 'nowhere\x.exe' trap64.exe
expect 2 'argument' 'no program' $adopt

# ---- back ------------------------------------------------------------------------------------------------

expect 0 'back.exe: the program as it was' 'back, as another file' $adopt --undo --output back.exe c.exe
same back.exe trap64.exe 'its bytes are those of the program'
expect 0 'c.exe: the program as it was' 'back, in its place' $adopt --undo c.exe
same c.exe trap64.exe 'its bytes, too'
expect 1 'it is not a copy that userportctl adopt has made' 'only a copy can be taken back' $adopt --undo c.exe
cp "$here/trap64-userport.exe" "$here/changed.exe"
printf x | dd of="$here/changed.exe" bs=1 seek=5000 conv=notrunc 2>/dev/null
expect 1 'it has been changed since' 'a copy that was changed is not taken back' $adopt --undo changed.exe

# ---- what follows the program in its file --------------------------------------------------------------------

{ cat "$here/trap64.exe"; printf 'archive of 25 more bytes.'; } >"$here/more.exe"
expect 0 '25 bytes that follow the program in its file' 'it says what has moved' $adopt more.exe
tail -c 25 "$here/more-userport.exe" | grep -qx 'archive of 25 more bytes.'
check $? 'which is at the end of the file as before'
expect 0 'say it' 'the copy runs' more-userport.exe say it
expect 0 'as it was' 'back' $adopt --undo --output more2.exe more-userport.exe
same more2.exe more.exe 'to the same bytes'
[ -z "$(find "$here" -name '*.userport')" ]
check $? 'nothing half-written is left'

# ---- the copy runs ---------------------------------------------------------------------------------------------

wine_driver_install "$build/wine/userport_fake.sys"
wine_ports '378-37F D100-D107 E000 E020-E023 E070 E080-E083'
wine_driver_start
export USERPORT_PROGRAM='routes=278-27F=D100, 3BC-3BE=none, 300-301=D106'
wine_everywhere start trap64-userport.exe
while IFS= read -r line; do
    case $line in
    'ok '* | 'not ok '*)
        number=$((number + 1))
        printf '%s\n' "$line" | sed "s/^\(not \)\{0,1\}ok [0-9]* - /\1ok $number - /"
        ;;
    '# '*) printf '%s\n' "$line" ;;
    esac
done <"$WINEPREFIX/said"
[ "$(sed -n 's/^1\.\.//p' "$WINEPREFIX/said")" = "$(grep -c '^ok ' "$WINEPREFIX/said")" ] && [ $status -eq 0 ]
check $? 'all cases of the program, without a launcher'
unset USERPORT_PROGRAM
start userportctl.exe program add lab --path trap64-userport.exe --map 2F8=D107
start trap64-userport.exe write
expect 0 'exit status 0' "the registry's routes are those of the copy's name" trap64-userport.exe read 2F8
expect 93 'exit status 93' 'the launcher may start it all the same' \
    userportctl.exe run --map 278-27F=D100 trap64-userport.exe child
expect 0 'resetlpt-userport.exe' 'an example' $adopt resetlpt
expect 0 'INIT of the port at 378 was low' 'its copy resets the printer' resetlpt-userport.exe
rm "$system/userport-trap.dll"
WINEDLLOVERRIDES="$WINEDLLOVERRIDES;winedbg.exe=d"
start resetlpt-userport.exe
[ $status -ne 0 ]
check $? 'without the DLL in the system the copy does not start'

echo "1..$number"
