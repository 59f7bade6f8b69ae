#!/bin/sh
# SPDX-License-Identifier: MIT
# The amd64 examples that use userport.dll, in C and in C++, on Wine with the fake driver: what they
# say, their exit status, and every access that they make, in order, by the driver's journal.
# Arguments: only these of "library" and "cpp".
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_start
number=0
folder=$WINEPREFIX/drive_c/examples
said=$WINEPREFIX/said

tap() { # tap GOOD DESCRIPTION: GOOD is 0 if it is; then what was said is shown
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        printf '%s\n' "ok $number - $language: $2"
    else
        printf '%s\n' "not ok $number - $language: $2"
        sed 's/^/# /' "$said"
    fi
}

# expect STATUS TEXT PROGRAM ARGUMENT...: its exit status, and a text in what it says
expect() {
    status=$1
    text=$2
    program=$3
    shift 3
    (cd "$folder" && wine_limited 60 "$language/$program.exe" "$@") >"$said" 2>&1
    was=$?
    [ $was -eq "$status" ] && grep -qF "$text" "$said"
    tap $? "$program $*: exit $was, says \"$text\""
}

journal() {
    wine_limited 60 "$folder/journal.exe" "$@" | tr -d '\r'
}

# saw DESCRIPTION LINE...: the journal is these accesses and no others
saw() {
    description=$1
    shift
    printf '%s\n' "$@" >"$WINEPREFIX/wanted"
    journal >"$WINEPREFIX/seen"
    diff "$WINEPREFIX/wanted" "$WINEPREFIX/seen" >"$said"
    tap $? "$description: $# accesses, in order"
}

tune() {
    for divisor in '42 E9|42 08' '42 12|42 07' '42 F1|42 05' '42 73|42 04' '42 4B|42 05' '42 F1|42 05' '42 73|42 04'; do
        echo "out 43 B6|out ${divisor%|*}|out ${divisor#*|}|out 61 0B|out 61 08"
    done | tr '|' '\n'
}

mkdir "$folder" "$folder/library" "$folder/cpp"
for language in library cpp; do
    cp "$build/examples/amd64/$language"/*.exe "$build/amd64/userport.dll" "$folder/$language/"
done
cp "$build/wine/journal.exe" "$build/amd64/userport.dll" "$folder/"
wine_driver_install "$build/wine/userport_fake.sys"
for language in ${*:-library cpp}; do
    for program in resetlpt printlpt speaker; do
        expect 1 "$program: cannot open \\\\.\\UserPort: the driver is not running (2)" $program
    done
    wine_ports '378-37A, 42-43, 61, D010-D012, E070, E080-E083'
    wine_driver_start

    journal 37A=CC
    expect 0 'resetlpt: INIT of the port at 378 was low for 100 ms: the printer is reset' resetlpt
    saw 'reset' 'in 37A CC' 'out 37A C8' 'out 37A CC'
    journal D012=08
    expect 0 'resetlpt: INIT of the port at D010 was low' resetlpt D010
    saw 'reset of another port' 'in D012 08' 'out D012 08' 'out D012 0C'
    expect 1 'resetlpt: port 27A is not granted' resetlpt 278
    expect 2 'usage: resetlpt' resetlpt 3Q8
    expect 2 'usage: resetlpt' resetlpt FFFD

    journal 379=DF
    expect 0 'printlpt: the port at 378 took 4 bytes, CR and LF at the end' printlpt 'H~'
    saw 'print' 'out 37A 0C' 'in 379 DF' \
        'in 379 DF' 'out 378 48' 'out 37A 0D' 'out 37A 0C' 'in 379 DF' 'out 378 7E' 'out 37A 0D' 'out 37A 0C' \
        'in 379 DF' 'out 378 0D' 'out 37A 0D' 'out 37A 0C' 'in 379 DF' 'out 378 0A' 'out 37A 0D' 'out 37A 0C' 'in 379 DF'
    journal D011=80
    expect 0 'the port at D010 took 5 bytes' printlpt -b D010 a b
    saw 'print to another port, two words' 'out D012 0C' 'in D011 80' \
        'in D011 80' 'out D010 61' 'out D012 0D' 'out D012 0C' 'in D011 80' 'out D010 20' 'out D012 0D' 'out D012 0C' \
        'in D011 80' 'out D010 62' 'out D012 0D' 'out D012 0C' 'in D011 80' 'out D010 0D' 'out D012 0D' 'out D012 0C' \
        'in D011 80' 'out D010 0A' 'out D012 0D' 'out D012 0C' 'in D011 80'
    journal 379=5F
    expect 1 'is not ready after 2 s' printlpt x
    journal >"$said"
    [ "$(grep -c out "$said")" -eq 1 ] && [ "$(grep -c 'in 379 5F' "$said")" -gt 100 ]
    tap $? 'a printer that stays busy is looked at again and again, and sent nothing'
    journal 379=FF
    expect 1 'there is no parallel port' printlpt x
    saw 'no port' 'out 37A 0C' 'in 379 FF'
    expect 1 'printlpt: port 27A is not granted' printlpt -b 278 x
    expect 2 'usage: printlpt' printlpt -b 3Q8
    expect 2 'usage: printlpt' printlpt -b

    journal 61=38
    expect 0 'speaker: played 7 notes' speaker
    IFS='
'
    saw 'speaker' 'in 61 38' $(tune) 'out 61 08'
    unset IFS

    wine_driver_stop
    wine_ports '378-379, 42-43, E070, E080-E083'
    wine_driver_start
    journal 379=DF
    expect 1 'speaker: port 61 is not granted' speaker
    expect 1 'resetlpt: port 37A is not granted' resetlpt
    expect 1 'printlpt: port 37A is not granted' printlpt
    journal >"$said"
    [ ! -s "$said" ]
    tap $? 'with their ports not granted: no access'
    wine_driver_stop
done
echo "1..$number"
