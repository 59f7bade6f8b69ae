#!/bin/sh
# SPDX-License-Identifier: MIT
# Recorded programs and simulated devices on Windows: userportctl run with --trace and --device, for
# programs that run IN and OUT themselves, for userport.dll and inpoutx64.dll. The fake driver's
# ports have a journal of their own, with which recordings are compared.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_start
. tests/wine/said.sh
limit=100
program=amd64/userportctl.exe
mkdir -p "$here/amd64" "$here/i386"
cp "$build/amd64/userportctl.exe" "$build/amd64/userport-trap.dll" "$here/amd64/"
cp "$build/i386/userport-trap.dll" "$here/i386/"
cp "$build/wine/recorded.exe" "$build/wine/journal.exe" "$build/amd64/userport.dll" "$build/amd64/inpoutx64.dll" "$build/amd64/userport_com.dll" \
    "$build/examples/amd64/printlpt.exe" "$build/examples/amd64/speaker.exe" "$here/"

seen() { # seen ARGUMENT...: recorded_seen.py in $here
    (cd "$here" && /usr/bin/python3 "$OLDPWD/tests/wine/recorded_seen.py" "$@") >"$WINEPREFIX/said" 2>&1
}

lists() { # lists NAME LINE...: the last recording, a.csv, has exactly these accesses
    name=$1
    shift
    printf '%s\n' "$@" >"$WINEPREFIX/wanted"
    seen list a.csv && diff "$WINEPREFIX/wanted" "$WINEPREFIX/said" >"$WINEPREFIX/difference"
    status=$?
    cat "$WINEPREFIX/difference" >>"$WINEPREFIX/said"
    check $status "$name"
}

# ---- without a driver: devices ------------------------------------------------------------------------

expect 0 'took 13 bytes' 'an unmodified program prints on a simulated printer, without a driver' \
    run --device 378=printer:out.txt --trace lpt.csv printlpt.exe 'hello world'
[ "$(cat "$here/out.txt")" = "$(printf 'hello world\r')" ]
check $? 'and what it printed is in the file'
seen list lpt.csv
[ "$(grep -c '^write 378 .* simulated printlpt.exe$' "$WINEPREFIX/said")" = 13 ]
check $? 'the recording has each byte, and the module that wrote it'
start $program trace lpt.csv
[ $status -eq 0 ] && grep -q '37A' "$WINEPREFIX/said"
check $? 'userportctl trace shows it'
expect 0 'took 13 bytes' 'the replay of a recording answers as the printer did' \
    run --device 378-37A=replay:lpt.csv printlpt.exe 'hello world'
expect 0 'back end simulated' 'userport.dll, without a driver' run --device 378-379=memory --trace a.csv recorded.exe library
lists 'each of its accesses is recorded once, and those that were denied' \
    'write 378 5A simulated recorded.exe' 'read 378 5A simulated recorded.exe' \
    'write 378 0102 simulated recorded.exe' 'write 378 0304 simulated recorded.exe' 'read 378 0304 simulated recorded.exe' \
    'write 378 11 simulated recorded.exe' 'write 378 22 simulated recorded.exe' 'read 378 22 wait simulated recorded.exe' \
    'read 378 22 simulated recorded.exe' 'read 378 22 simulated recorded.exe' \
    'read 2F8 FF denied recorded.exe' 'read 2F8 FF denied recorded.exe'
expect 0 'exit status 0' 'inpoutx64.dll, without a driver' run --device 378=memory --trace a.csv recorded.exe inpout
lists 'and its caller is the program' 'write 378 77 simulated recorded.exe' 'read 378 77 simulated recorded.exe' \
    'read 2F8 FF denied recorded.exe'
wine_limited 60 regsvr32 /s /n /i:machine 'C:\up\userport_com.dll'
cat >"$here/com.vbs" <<'END'
Set ports = CreateObject("UserPort.Ports")
ports.Out8 &H378, &H5A
WScript.Echo "read " & ports.In8(&H378)
END
expect 0 'read 90' 'the automation object, in a script' run --device 378=memory --trace a.csv cscript //nologo com.vbs
lists 'is recorded too' 'write 378 5A simulated userport_com.dll' 'read 378 5A simulated userport_com.dll'
expect 0 'exit status 0' 'a child has the devices too, and is recorded' run --device 378=memory --trace a.csv recorded.exe child inpout
lists 'in the same recording' 'write 378 77 simulated recorded.exe' 'read 378 77 simulated recorded.exe' \
    'read 2F8 FF denied recorded.exe'
expect 0 'took 4 bytes' 'as a debugger' run --no-inject --device 378=printer:out.txt --trace lpt.csv printlpt.exe hi
[ "$(cat "$here/out.txt")" = "$(printf 'hi\r')" ]
check $? 'it prints the same'
seen list lpt.csv
[ "$(grep -c '^write 378 .* simulated' "$WINEPREFIX/said")" = 4 ]
check $? 'and is recorded'
expect 0 'took 4 bytes' 'with --fast' run --fast --device 378=printer:out.txt --trace lpt.csv printlpt.exe hi
seen list lpt.csv
[ "$(grep -c '^write 378 .* simulated printlpt.exe' "$WINEPREFIX/said")" = 4 ]
check $? 'patched sites are recorded too'
expect 0 'write 77' 'the live view' run --watch --device 378=memory recorded.exe inpout
expect 0 'exit status 0' 'the speaker plays into a file' run --device speaker=speaker:tune.wav speaker.exe
[ "$(head -c 4 "$here/tune.wav")" = RIFF ] && [ "$(wc -c <"$here/tune.wav")" -gt 10000 ]
check $? 'which is sound'
expect 0 '100 accesses are in' 'what a program starts is served until it ends' run --device 3BC=memory --trace a.csv recorded.exe lingers
seen count a.csv
grep -qx '100 0' "$WINEPREFIX/said"
check $? 'and all of it is recorded'

# ---- how it ends ------------------------------------------------------------------------------------------

expect 77 '1000 accesses are in a.csv' 'a program that is ended' run --device 300=memory --map 3BC=none --trace a.csv recorded.exe killed 1000
seen count a.csv
grep -qx '1000 0' "$WINEPREFIX/said"
check $? 'everything that it did is there'
wine_everywhere expect 0 'exit status 0' '1,000,000 accesses of 8 threads' run --device 300=memory --map 3BC=none --trace a.csv recorded.exe many 125000 8
seen count a.csv
[ "$(awk '{ print $1 + $2 }' "$WINEPREFIX/said")" = 1000000 ]
check $? "are recorded, or said to be missing ($(awk '{ print $2 }' "$WINEPREFIX/said"))"
seen ordered a.csv
check $? 'in the order of their time'
expect 125 'the name of a recording' 'a name that is no recording' run --trace a.doc recorded.exe inpout
expect 125 'nowhere' 'a folder that is not there' run --device 378=memory --trace 'C:\nowhere\a.csv' recorded.exe inpout
expect 125 'there is no such device' 'an unknown device' run --device 378=plotter:x recorded.exe inpout
expect 125 'nowhere' "a printer's file that cannot be made" run --device '378=printer:C:\nowhere\x' recorded.exe inpout
expect 125 'missing.csv' 'a replay of what is not there' run --device 378=replay:missing.csv recorded.exe inpout

# ---- with the driver ----------------------------------------------------------------------------------------

wine_driver_install "$build/wine/userport_fake.sys"
wine_ports '378-37F D100-D107 E000 E020-E023 E030 E050-E051 E070 E080-E083'
wine_driver_start
journal() { # journal NAME: the recording a.csv is what the ports have seen
    (cd "$here" && wine_limited 60 journal.exe) 2>&1 | tr -d '\r' >"$here/journal.txt"
    seen journal a.csv journal.txt
    check $? "$1"
}
for way in machine library inpout 'child machine'; do
    (cd "$here" && wine_limited 60 journal.exe 379=DF) >/dev/null 2>&1
    # shellcheck disable=SC2086 -- words
    expect 0 'exit status 0' "the driver: $way" run --trace a.csv recorded.exe $way
    journal "$way: the recording is what the ports have seen, in this order"
done
lists 'a denied access is in it' 'write 378 48 granted recorded.exe' 'write 378 1234 granted recorded.exe' \
    'write 378 89ABCDEF granted recorded.exe' 'read 379 CD granted recorded.exe' 'read 379 CD granted recorded.exe' \
    'read 378 CDEF granted recorded.exe' 'write 378 01 granted recorded.exe' 'write 378 02 granted recorded.exe' \
    'write 378 03 granted recorded.exe' 'write 378 04 granted recorded.exe' 'write 378 05 granted recorded.exe' \
    'read 379 CD granted recorded.exe' 'read 379 CD granted recorded.exe' 'read 379 CD granted recorded.exe' \
    'read 2F8 FF denied recorded.exe'
expect 0 'exit status 0' 'a list has a delay of 20 ms' run --trace a.csv recorded.exe library
seen between a.csv 11 22
[ "$(cat "$WINEPREFIX/said")" -ge 20 ]
check $? 'which the recording has between its accesses'
expect 0 'exit status 0' 'a device beside real ports' run --device 37A=memory --trace a.csv recorded.exe inpout
seen list a.csv
grep -q '^write 378 77 granted' "$WINEPREFIX/said"
check $? 'the others go to the driver'

# ---- settings ---------------------------------------------------------------------------------------------------

start $program program add lab --path recorded.exe --device 378=memory --trace 'C:\up\b.csv'
start $program run recorded.exe inpout
[ $status -eq 0 ] && seen list b.csv && grep -q '^write 378 77 simulated' "$WINEPREFIX/said"
check $? 'a device and a recording by the settings of the program'
start $program program show lab
grep -qF 'C:\up\b.csv' "$WINEPREFIX/said" && grep -q '378=memory' "$WINEPREFIX/said"
check $? 'which userportctl program shows'
(cd "$here" && wine_limited 60 recorded.exe inpout) >"$WINEPREFIX/said" 2>&1
[ $? -eq 1 ]
check $? 'started otherwise, the program has no device, and is told so'

echo "1..$number"
