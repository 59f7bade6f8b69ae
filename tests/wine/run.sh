#!/bin/sh
# SPDX-License-Identifier: MIT
# userportctl run for amd64, with the fake driver: trap/ has a program that runs IN and OUT itself,
# whose cases run in it; here is what the launcher does and says.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_start
. tests/wine/said.sh
limit=60
program=amd64/userportctl.exe
mkdir -p "$here/amd64" "$here/i386"
cp "$build/amd64/userportctl.exe" "$build/amd64/userport-trap.dll" "$here/amd64/"
cp "$build/i386/userport-trap.dll" "$here/i386/"
cp "$build/wine/trap64.exe" "$build/wine/trap64_high.exe" "$build/wine/trap_module64.dll" "$build/amd64/userport.dll" "$build/wine/journal.exe" \
    "$build/examples/amd64/resetlpt.exe" "$build/examples/amd64/printlpt.exe" "$build/wine/exceptions64.exe" "$build/wine/probe64.exe" "$here/"

by() { # by ARGUMENT...: userportctl
    start $program "$@"
}

ports() {
    wine_driver_stop 2>/dev/null
    wine_ports "$1"
    wine_driver_start
}

settings() { # settings ARGUMENT...: those of programs, in the registry
    by program "$@"
    [ $status -eq 0 ] || check 1 "userportctl program $*"
}

# ---- before the driver is there ---------------------------------------------------------------------

expect 125 'UserPort is not installed' 'without UserPort nothing is started' run trap64.exe say
wine_driver_install "$build/wine/userport_fake.sys"
expect 125 'the driver is not running' 'without the driver nothing is started' run trap64.exe say
ports '' && expect 125 'no port is granted' 'without a granted port nothing is started' run trap64.exe say
expect 0 'say x' 'with a route to nothing it starts without a granted port' run --map 3BC=none trap64.exe say x
ports '378-37F D100-D107 E000 E020-E023 E030 E050-E051 E070 E080-E083'

# ---- the program's own cases ---------------------------------------------------------------------------

cases() { # cases OPTION...: in which the program's cases run
    wine_everywhere by run "$@" --map 278-27F=D100 --map 3BC-3BE=none,300-301=D106 -- trap64.exe
    while IFS= read -r line; do
        case $line in
        'ok '* | 'not ok '*)
            number=$((number + 1))
            printf '%s\n' "$line" | sed "s/^\(not \)\{0,1\}ok [0-9]* - /\1ok $number - $* /"
            ;;
        '# '*) printf '%s\n' "$line" ;;
        esac
    done <"$WINEPREFIX/said"
    grep -q '^1\.\.30' "$WINEPREFIX/said" && [ $status -eq 0 ]
    check $? "$* all 30 cases of the program"
}
cases
cases --fast

# ---- the command line ------------------------------------------------------------------------------------

expect 0 'trap64.exe say " a" "b c" --map d\"e *' 'the arguments arrive as they were written' \
    run -- trap64.exe say ' a' 'b c' --map 'd"e' '*'
expect 93 'exit status' 'a program at a high address that does not move' run --map 278-27F=D100 trap64_high.exe child
expect 0 'control register 37A read' 'the unmodified example resets the printer' run resetlpt
expect 0 'INIT of the port at 378 was low' 'and by a route' run --map 378-37F=D100 resetlpt.exe
(cd "$here" && wine_limited 60 journal.exe) 2>&1 | tr -d '\r' >"$WINEPREFIX/said"
grep -q '^out D102 04' "$WINEPREFIX/said"
check $? 'which goes to D102'

# ---- the printer port card by its name -----------------------------------------------------------------

card_key='HKEY_LOCAL_MACHINE\System\CurrentControlSet\Enum\PCI\VEN_1407&DEV_8000&SUBSYS_80001407&REV_01'
cards() { # cards HIGH...: cards that are made up in the registry, Lava Parallel, each with 8 ports at HIGH00; no others
    printf 'REGEDIT4\n\n[-%s]\n' "$card_key" >"$here/cards.reg"
    for high in "$@"; do
        printf '[%s\\4&%s\\Control]\n"AllocConfig"=hex(8):%s,%s,%s\n' "$card_key" "$high" 01,00,00,00,05,00,00,00,00,00,00,00,01,00,01,00,01,00,00,00 \
            01,01,01,00,00,"$high",00,00,00,00,00,00 08,00,00,00,00,00,00,00 >>"$here/cards.reg"
    done
    wine_limited 60 regedit /S 'C:\up\cards.reg'
}
journal() { # what the driver has accessed since the last time
    (cd "$here" && wine_limited 60 journal.exe) 2>&1 | tr -d '\r' >"$WINEPREFIX/said"
}

expect 125 '"card": no printer port card is known to be here: give the address, as userportctl ports shows it' 'a card by its name, where none is known' \
    run --map card resetlpt.exe
cards d1
by write D101 D8
by write D102 0C
journal
expect 0 'INIT of the port at 378 was low' 'a card by its name: its printer is reset' run --map card resetlpt.exe
journal
[ "$(grep '^out' "$WINEPREFIX/said" | tr '\n' ' ')" = 'out D102 08 out D102 0C ' ] && ! grep -v ' D102 ' "$WINEPREFIX/said"
check $? 'at D102, and nowhere else'
expect 0 'the port at 378 took 4 bytes' 'and prints' run --map card printlpt.exe hi
journal
[ "$(grep '^out D100' "$WINEPREFIX/said" | tr '\n' ' ')" = 'out D100 68 out D100 69 out D100 0D out D100 0A ' ] && ! grep -v ' D10[0-2] ' "$WINEPREFIX/said"
check $? 'at D100 to D102, and nowhere else'
cards e1
expect 150 'note: the routes lead to ports that are not granted: E100-E107' 'a card whose port is not granted' run --map card resetlpt.exe
cards d1 e1
expect 125 '"card": there are 2 printer ports of cards, at D100, E100: give the address' 'two cards' run --map card resetlpt.exe
expect 0 'INIT of the port at 378 was low' 'of which one is named by its address' run --map 378-37F=D100 resetlpt.exe
cards
expect 127 'cannot run nothing.exe' 'a program that is not there' run nothing.exe
expect 126 'is a DLL or a driver' 'a DLL' run userport.dll
expect 126 'is not a program that Windows runs' 'a text' run ../windows/win.ini
expect 125 'the name of the program is empty' 'an empty name' run ''
expect 125 '"378=10000" at column 1: the port is above FFFF' 'a wrong route' run --map 378=10000 trap64.exe say
expect 125 'at column 10: an earlier route has some of these ports' 'routes that overlap' \
    run --map 378=D100 --map 370-37F=D100 trap64.exe say
expect 125 'an argument is missing' 'no program' run

# ---- programs in other languages ----------------------------------------------------------------------------

expect 0 '50 caught, denied' "C++: its own exceptions, and its own handler" run exceptions64.exe
by run probe64.exe
grep -q '^378 reads A5' "$WINEPREFIX/said" && grep -q '^2F8: EPrivilege' "$WINEPREFIX/said" && grep -q '^379 reads A5' "$WINEPREFIX/said"
check $? 'Pascal: a denied port is EPrivilege, and the others go on'
by run --fast probe64.exe
grep -q '^378 reads A5' "$WINEPREFIX/said" && grep -q '^2F8: EPrivilege' "$WINEPREFIX/said" && grep -q '^379 reads A5' "$WINEPREFIX/said"
check $? 'with --fast too'

# ---- exit statuses -------------------------------------------------------------------------------------------

expect 93 'exit status' "the program's exit status" run --map 278-27F=D100 trap64.exe child
WINEDLLOVERRIDES="$WINEDLLOVERRIDES;winedbg.exe=d"
by run trap64.exe read 2F8
[ $status -ge 100 ] && [ $status -ne 125 ]
check $? 'a denied port ends a program without handlers'
rm "$here/trap_module64.dll"
mv "$here/amd64/userport-trap.dll" "$here/trap.away"
expect 125 'there is no userport-trap.dll for it' 'without the DLL nothing is started' run trap64.exe say
/usr/bin/python3 - "$here/trap.away" "$here/amd64/userport-trap.dll" <<'END'
import sys
data = open(sys.argv[1], "rb").read()
at = data.rindex(b"\xbd\x04\xef\xfe")  # VS_FIXEDFILEINFO; its file version is 8 bytes behind
open(sys.argv[2], "wb").write(data[:at + 8] + b"\x63\x00\x09\x00" + data[at + 12:])
END
expect 125 'is of another release' 'with the DLL of another release nothing is started' run trap64.exe say
cp "$here/trap.away" "$here/amd64/userport-trap.dll"

# ---- the registry's settings -----------------------------------------------------------------------------------

settings add lab --path trap64.exe --map 2F8=D107
by run trap64.exe write
by run trap64.exe read 2F8
[ $status -eq 0 ]
check $? "the registry's routes count"
expect 255 'exit status' 'routes of the command line take their place' run --map 2F8=none trap64.exe read 2F8
wine_limited 60 reg add 'HKLM\SYSTEM\CurrentControlSet\Services\UserPort\Programs\lab' /v Routes /d '2F8=' /f >/dev/null
expect 125 'Routes' 'wrong settings start nothing' run trap64.exe read 2F8
settings remove lab
expect 0 'exit status' 'CLI and STI by option' run --ignore-cli-sti trap64.exe cli

# ---- the driver comes and goes -------------------------------------------------------------------------------------

until_said() { # until_said TEXT FILE: waits until a program that goes on has said that, or for 30 seconds
    tenths=0
    until grep -q "$1" "$2" || [ $tenths -ge 300 ]; do
        sleep 0.1
        tenths=$((tenths + 1))
    done
}

(cd "$here" && wine_limited 100 amd64/userportctl.exe run trap64.exe poll 378 60) >"$WINEPREFIX/polled" 2>&1 &
polling=$!
until_said '^served' "$WINEPREFIX/polled"
wine_limited 60 "$here/amd64/userportctl.exe" stop >"$WINEPREFIX/said" 2>&1
check $? 'the driver can be stopped while a program is served'
until_said '^refused' "$WINEPREFIX/polled"
wine_driver_start
wait $polling
status=$?
{ tr -d '\r' <"$WINEPREFIX/polled"; echo "exit status $status"; } >"$WINEPREFIX/said"
[ $status -eq 0 ]
check $? 'the program saw its accesses refused meanwhile, and then served again'

for option in --map=3BC=none --fast; do
    wine_driver_start 2>/dev/null
    (cd "$here" && wine_everywhere wine_limited 100 amd64/userportctl.exe run $option trap64.exe hammer) >"$WINEPREFIX/hammered" 2>&1 &
    hammering=$!
    until_said '^begins' "$WINEPREFIX/hammered"
    for order in stop start apply stop start; do
        sleep 0.3
        wine_limited 60 "$here/amd64/userportctl.exe" $order >/dev/null 2>&1
    done
    wait $hammering
    status=$?
    { tr -d '\r' <"$WINEPREFIX/hammered"; echo "exit status $status"; } >"$WINEPREFIX/said"
    [ $status -eq 0 ] && grep -q ' right, 0 wrong' "$WINEPREFIX/said"
    check $? "run $option: 10,000 accesses in 8 threads, while the driver is stopped, started and reloaded: $(grep right "$WINEPREFIX/said")"
done
wine_driver_start 2>/dev/null
expect 0 ' words, address' 'the ports are suspended in the middle of a block' run trap64.exe block
wine_limited 60 "$here/amd64/userportctl.exe" start >/dev/null 2>&1
expect 7 'exit status' 'the program ends in the middle of a block' run trap64.exe ends
by run trap64.exe vandal
grep -q '^begins' "$WINEPREFIX/said"
check $? "a program that destroys the DLL's data"
(cd "$here" && wine_limited 60 journal.exe) 2>&1 | tr -d '\r' | grep -v ' \(37[89A-F]\|D10[0-7]\) ' >"$WINEPREFIX/said"
[ ! -s "$WINEPREFIX/said" ]
check $? 'reaches no port that is not granted'
(cd "$here" && wine_everywhere wine_limited 100 amd64/userportctl.exe run trap64.exe hammer) >"$WINEPREFIX/hammered" 2>&1 &
until_said '^begins' "$WINEPREFIX/hammered"
wine_limited 60 taskkill /f /im trap64.exe >"$WINEPREFIX/said" 2>&1
wait
expect 93 'exit status' 'after a program was killed, the next one is served' run --map 278-27F=D100 trap64.exe child

echo "1..$number"
