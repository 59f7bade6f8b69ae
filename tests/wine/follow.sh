#!/bin/sh
# SPDX-License-Identifier: MIT
# userportctl run of this host with --device: Wine's programs for Windows, whose port instructions
# userportctl carries out on simulated devices, for whoever calls it and without a port. 32-bit
# programs: tests/linux/wine_follow.sh.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_prepare
number=0
here=$WINEPREFIX/drive_c/up
mkdir "$here"
cp "$build/examples/amd64"/*.exe "$build/amd64/userport.dll" "$here/"
cp "$build/examples/amd64/library/printlpt.exe" "$here/library.exe"

is() {
    number=$((number + 1))
    if [ "$1" = "$2" ]; then
        echo "ok $number - $3"
    else
        echo "not ok $number - $3"
        printf '%s\n' "got: $1" "wanted: $2" | sed 's/^/#   /'
    fi
}

follow() { # follow OPTION... -- PROGRAM...: what it prints, without notes, and its status
    timeout --foreground -k 5 100 "$build/host/userportctl" run "$@" </dev/null >"$here/said" 2>"$here/noted"
    was=$?
    tr -d '\r' <"$here/said"
    [ $was -eq 0 ] || echo "exit $was"
}
printer() { tr -d '\r' <"$here/$1"; }

echo 1..13
took="printlpt: the port at 378 took"
server() { # of this prefix
    for process in $(pgrep wineserver); do
        ! grep -q "WINEPREFIX=$WINEPREFIX" "/proc/$process/environ" || echo "/proc/$process/status"
    done
}
# The server may end together with the program: so it is looked at all the time, and the last that
# it said of its tracer counts.
(while sleep 0.1; do
    said=$(grep -h TracerPid $(server) /dev/null) && echo "$said" >"$WINEPREFIX/tracer"
done) 2>/dev/null &
watcher=$!
is "$(follow --device "378=printer:$here/one" -- wine 'C:\up\printlpt.exe' first)" "$took 7 bytes, CR and LF at the end" "the first program of Wine, which starts the others"
kill $watcher
is "$(tr -s '\t' ' ' <"$WINEPREFIX/tracer")" "TracerPid: 0" "Wine's server, which it has started, is left alone"
is "$(printer one)" first "the simulated printer has what it printed"
trace=$here/trace.csv
is "$(follow --device "378=printer:$here/two" --trace "$trace" -- wine cmd /c 'C:\up\printlpt.exe' second)" "$took 8 bytes, CR and LF at the end" "a program that another one starts"
is "$(printer two)" second "and what it printed"
is "$(grep '^[0-9]' "$trace" | cut -d, -f5,11 | sort -u)" "printlpt.exe,simulated" "the recording names the program"
is "$(cat "$here/noted")" "userportctl: note: $(grep -c '^[0-9]' "$trace") accesses are in $trace" "and has lost nothing"
bytes=$(grep ',378,8,write,' "$trace" | cut -d, -f10 | tr '\n' ' ')
is "$bytes" "73 65 63 6F 6E 64 0D 0A " "the bytes are in the recording"
wine_boot
is "$(follow --device "378=printer:$here/three" --map 3BC=none -- wine 'C:\up\probe.exe' 377-379 3BC)" "377  denied (exception C0000096)
378  granted, reads FF
379  granted, reads DF
3BC  granted, reads FF
exit 1" "a refusal is the program's exception, as ever"
is "$(follow --device "378=printer:$here/four" -- wine 'C:\up\library.exe' library | grep -c took)" 1 "userport.dll in a program"
is "$(printer four)" library "and what it printed"
is "$(follow --device 61=memory --device 42-43=memory -- wine 'C:\up\printlpt.exe' nothing | tail -n 1)" "exit 150" "a program without its ports ends as on Windows"
is "$(follow --device "speaker=speaker:$here/tune.wav" -- wine 'C:\up\speaker.exe' | cut -d' ' -f1-4)" "speaker: played 7 notes" "the speaker"
