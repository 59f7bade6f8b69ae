#!/bin/sh
# SPDX-License-Identifier: MIT
# examples/delphi as Free Pascal's win64 programs, on Wine with the fake driver: the three programs,
# where the unit finds userport.dll, and the unit function by function. The last also as a program
# of this host, with libuserport.so.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
. tests/wine/three.sh
wine_start
three_start delphi
cp "$build"/examples/amd64/delphi/*.exe "$here/"
system=$WINEPREFIX/drive_c/windows/system32
elsewhere=$WINEPREFIX/drive_c/elsewhere
mkdir "$elsewhere"

# unit NAME COMMAND...: adds its cases. What it planned and did not print has failed.
unit() {
    what=$1
    shift
    "$@" 2>&1 | tr -d '\r' >"$WINEPREFIX/said"
    cp "$WINEPREFIX/said" "$WINEPREFIX/why"
    while IFS= read -r line; do
        case $line in
        'ok '*) three_case 0 "$what: ${line#ok * - }" ;;
        'not ok '*) three_case 1 "$what: ${line#not ok * - }" ;;
        esac
    done <"$WINEPREFIX/said"
    [ "$(sed -n 's/^1\.\.//p' "$WINEPREFIX/said")" = "$(grep -cE '^(not )?ok ' "$WINEPREFIX/said")" ]
    three_case $? "$what: all that it planned"
}

three_programs resetlpt.exe printlpt.exe speaker.exe

three_ports '378-37F 300-303'
unit 'win64' wine_limited 60 "$here/pascal.exe" fake
unit 'win64' wine_limited 60 "$here/pascal.exe" library
mkdir "$WINEPREFIX/so"
ln -s "$(cd "$build/host" && pwd)/libuserport.so" "$WINEPREFIX/so/libuserport.so.3"
unit 'Linux' env LD_LIBRARY_PATH="$WINEPREFIX/so" "$build/examples/host/delphi/pascal" fake
without_ports='this program was started without ports'
LD_LIBRARY_PATH=$WINEPREFIX/so "$build/examples/host/delphi/resetlpt" >"$WINEPREFIX/why" 2>&1
[ $? -eq 1 ] && grep -q "^resetlpt: .*$without_ports" "$WINEPREFIX/why"
three_case $? "Linux: resetlpt says \"$without_ports\""

# Where userport.dll is looked for.
mv "$here/userport.dll" "$elsewhere/"
missing='resetlpt: cannot load userport.dll for 64-bit programs, neither from the program'\''s own folder nor from the system'\''s: '
three_expect 1 "$missing" resetlpt.exe
grep -q '(126)$' "$WINEPREFIX/said"
three_case $? 'and the reason has its code'
(cd "$elsewhere" && wine_limited 60 "$here/resetlpt.exe") 2>&1 | tr -d '\r' >"$WINEPREFIX/why"
grep -qF "$missing" "$WINEPREFIX/why"
three_case $? 'one in the current folder is not loaded'
cp "$elsewhere/userport.dll" "$system/"
three_prepare() { :; }
three_expect 0 'control register 37A read 00 before, 00 during, 04 after' resetlpt.exe
cp "$build/i386/userport.dll" "$here/"
three_expect 0 'control register 37A read 04 before, 00 during, 04 after' resetlpt.exe
rm "$system/userport.dll"
three_expect 1 "$missing" resetlpt.exe
cp "$build/amd64/inpoutx64.dll" "$here/userport.dll"
three_expect 1 'resetlpt: userport.dll has no up_open: it is another file of this name' resetlpt.exe
three_plan
