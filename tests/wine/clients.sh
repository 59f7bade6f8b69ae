#!/bin/sh
# SPDX-License-Identifier: MIT
# Programs that use UserPort as their users do, on Wine with the fake driver: C with userport.dll; C
# that was written for inpoutx64.dll and DLPortIO.dll; VBScript and C with the automation object.
# clients/ has them; each prints TAP, which becomes one here. Arguments: only these programs.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_start
number=0
here=$WINEPREFIX/drive_c/clients
drivers='C:\windows\system32\drivers'

# clients NAME SECONDS COMMAND...: runs one and adds its cases. What it planned and did not print
# has failed.
clients() {
    name=$1
    seconds=$2
    shift 2
    case " $only " in
    '  ' | *" $name "*) ;;
    *) return ;;
    esac
    (cd "$here" && wine_limited "$seconds" "$@") 2>&1 | tr -d '\r' >"$WINEPREFIX/said"
    planned=$(sed -n 's/^1\.\.//p' "$WINEPREFIX/said")
    said=0
    while IFS= read -r line; do
        case $line in
        'ok '* | 'not ok '*)
            number=$((number + 1))
            said=$((said + 1))
            printf '%s\n' "$line" | sed "s/^\(not \)\{0,1\}ok [0-9]* - /\1ok $number - /"
            ;;
        1..*) ;;
        '#'*) printf '%s\n' "$line" ;;
        *) printf '# %s\n' "$line" ;;
        esac
    done <"$WINEPREFIX/said"
    if [ "$said" != "${planned:-some}" ]; then
        number=$((number + 1))
        echo "not ok $number - $name printed $said cases of ${planned:-?}"
    fi
}

only="$*"
mkdir "$here"
cp "$build"/wine/*.exe "$build"/amd64/*.dll "$here/"
cp "$build/amd64/UserPort.Ports.manifest" tests/wine/clients/client.manifest tests/wine/clients/ports.vbs "$here/"
mkdir "$here/i386"
cp "$build/i386/userport_com.dll" "$here/i386/"
cp "$build/wine/userport_fake.sys" "$build/wine/userport_other.sys" "$WINEPREFIX/drive_c/windows/system32/drivers/"

wine_everywhere clients library 60 library.exe "$drivers\\userport_fake.sys" "$drivers\\userport_other.sys"
clients linked_short 60 linked_short.exe "$drivers\\userport_fake.sys"
clients linked_int 60 linked_int.exe "$drivers\\userport_fake.sys"
wine_everywhere clients loaded 60 loaded.exe "$drivers\\userport_fake.sys"
clients routes 60 routes.exe "$drivers\\userport_fake.sys"
wine_everywhere clients com 60 com.exe "$drivers\\userport_fake.sys" 'C:\clients\i386\userport_com.dll'

# VBScript, by Wine's cscript. regsvr32 registers for the user and takes it away without a trace;
# for the machine, where Wine looks.
user_classes() {
    wine_limited 60 reg export 'HKCU\Software\Classes' "$1" /y >/dev/null
}

regsvr32() {
    number=$((number + 1))
    if wine_limited 60 regsvr32 "$@" 'C:\clients\userport_com.dll' >/dev/null; then
        echo "ok $number - regsvr32 $*"
    else
        echo "not ok $number - regsvr32 $*: status $?"
    fi
}

vbscript() {
    wine_limited 60 reg add 'HKCU\Software\Classes' /f >/dev/null # Windows always has it
    user_classes 'C:\before.reg'
    regsvr32 /s
    user_classes 'C:\between.reg'
    regsvr32 /s /u
    user_classes 'C:\after.reg'
    number=$((number + 1))
    if cmp "$here/../before.reg" "$here/../after.reg" && ! cmp -s "$here/../before.reg" "$here/../between.reg"; then
        echo "ok $number - regsvr32 /u leaves the user's classes as they were"
    else
        echo "not ok $number - regsvr32 /u leaves the user's classes as they were"
    fi
    wine_driver_install "$build/wine/userport_fake.sys"
    wine_ports '378-37F C000-C003'
    wine_driver_start
    regsvr32 /s /n /i:machine
    clients ports.vbs 60 cscript //nologo ports.vbs
    regsvr32 /s /u /n /i:machine
    wine_driver_stop
}

case " $only " in
'  ' | *' ports.vbs '*) vbscript ;;
esac
echo "1..$number"
