# SPDX-License-Identifier: MIT
# What the tests of the doctor under Wine share; read with `.` from the root of the repository. A
# fresh prefix, $c its disk; UserPort's service, driver and userportctl.exe are put into it by hand.
#
#   look [FILE]                       asks the doctor
#   said LEVEL SUBJECT TEXT [ADVICE]  one case: there is such a finding; $state is what was prepared
#   exits STATUS                      one case: the doctor's exit status, and nothing on stderr
#   run PROGRAM ARGUMENT...           runs a program of Wine's, and shows what it says if it fails
#   value KEY NAME TYPE DATA          writes a value of the registry

. tests/wine/lib.sh
wine_start
number=0
c=$WINEPREFIX/drive_c
key='HKLM\SYSTEM\CurrentControlSet\Services\UserPort'
control='HKLM\SYSTEM\CurrentControlSet\Control'
mkdir "$c/doctor"
cp "$build/amd64/userportctl.exe" "$c/doctor/"

look() {
    wine_limited 60 'C:\doctor\userportctl.exe' doctor --json "$@" >"$WINEPREFIX/report.json" 2>"$WINEPREFIX/errors"
    status=$?
}

tell() {
    number=$((number + 1))
    if [ "$1" = 0 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
    fi
}

said() {
    /usr/bin/python3 tests/wine/doctor/said.py "$WINEPREFIX/report.json" "$@"
    tell $? "$state: $1, $2"
}

exits() {
    [ "$status" = "$1" ] && [ ! -s "$WINEPREFIX/errors" ]
    tell $? "$state: exit status $1"
}

run() {
    wine_limited 60 "$@" >"$WINEPREFIX/said" 2>&1 || sed 's/^/# /' "$WINEPREFIX/said"
}

value() {
    run reg add "$1" /v "$2" /t "$3" /d "$4" /f
}
