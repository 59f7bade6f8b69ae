#!/bin/sh
# SPDX-License-Identifier: MIT
# What userportctl and UserPort.exe share, through Wine's service manager, registry and files:
# admin/main.c has the cases. An argument: only cases whose names contain it; -WORD: only those whose
# names do not. Without one: all but those of install.sh.
set -u
cd "$(dirname "$0")/../.." || exit 1
[ $# -gt 0 ] || set -- -install
. tests/wine/lib.sh
wine_start
mkdir "$WINEPREFIX/drive_c/admin" "$WINEPREFIX/drive_c/parts"
cp "$build/wine/admin.exe" "$WINEPREFIX/drive_c/admin/"
parts=$WINEPREFIX/drive_c/parts
cp "$build/wine/userport_fake.sys" "$parts/fake.sys"
(cat "$build/wine/userport_fake.sys" && printf '\0') >"$parts/newer.sys"
cp "$build/wine/userport_other.sys" "$parts/other.sys"
cp "$build/amd64/userport.sys" "$parts/shipped.sys"
cp "$build/i386/userport.sys" "$parts/i386.sys"
cp "$build/amd64/userport.dll" "$parts/amd64.dll"
cp "$build/i386/userport.dll" "$parts/i386.dll"
cp "$build/amd64/userport_com.dll" "$parts/amd64_com.dll"
cp "$build/i386/userport_com.dll" "$parts/i386_com.dll"
cp "$build/amd64/userport-trap.dll" "$parts/amd64_trap.dll"
cp "$build/i386/userport-trap.dll" "$parts/i386_trap.dll"

wine_limited 600 'C:\admin\admin.exe' "$@" | sed -u 's/\r//' | tee "$WINEPREFIX/said" | grep --line-buffered -v '^1\.\.'
planned=$(sed -n 's/^1\.\.//p' "$WINEPREFIX/said")
number=$(grep -c '^\(not \)\{0,1\}ok ' "$WINEPREFIX/said")
if [ "$number" != "${planned:-some}" ]; then
    echo "not ok $((number + 1)) - admin.exe printed $number cases of ${planned:-?}"
    exit 1
fi

# Wine keeps no event log: it prints the entries' strings for those who ask for that. Here their
# first 60 letters.
events() {
    WINEDEBUG=+eventlog wine_limited 60 'C:\admin\admin.exe' child events 2>"$WINEPREFIX/events" || return 1
    tr -d '\r' <"$WINEPREFIX/events" | sed -n 's/.*:ReportEventW L"\(.*\)".*/\1/p' | cut -c 1-60 >"$WINEPREFIX/strings"
    sed "s/VERSION/$(cat VERSION)/" >"$WINEPREFIX/wanted" <<'END'
C:\\windows\\system32\\drivers\\userport.sys
VERSION
64, 300
2
every process
64 (keyboard controller): can read what is typed, lock the k
C:\\windows\\system32\\drivers\\userport.sys
VERSION
64 (keyboard controller): can read what is typed, lock the k
60, 378-37F, CF8
10
processes that open the device, until they close it
60 (keyboard controller): can read what is typed, lock the k
60
1
processes that open the device, until they end
1000, 1003, 1006, 1009, 100C, 100F, 1012, 1015, 1018, 101B, 
1200
every process
none
0
every process
lpttool
lpttool.exe
fast;
LptTool
UserPort VERSION was uninstalled.
END
    diff "$WINEPREFIX/wanted" "$WINEPREFIX/strings" | sed 's/^/# /'
    cmp -s "$WINEPREFIX/wanted" "$WINEPREFIX/strings"
}

# is_chosen WORD NAME: as admin.exe chooses its cases
is_chosen() {
    case $1:$2 in
    -*:*"${1#-}"*) return 1 ;;
    -*) ;;
    *:*"$1"*) ;;
    *) return 1 ;;
    esac
}

name='event log: what is written to it'
if is_chosen "$1" "$name"; then
    number=$((number + 1))
    if events; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
    fi
fi
echo "1..$number"
