# SPDX-License-Identifier: MIT
# The three example programs of a language under Wine, with the driver's fake ports; read with `.`
# from the root of the repository, after lib.sh. The same for every language: what the programs say,
# and each access to a port, in order.
#
#   three_start FOLDER          C:\FOLDER, whose path is then $here, with journal.exe; the driver installed, not started
#   three_ports LIST            these ports are granted, and the ones that journal.exe needs; the driver is started anew
#   three_expect STATUS TEXT COMMAND...         the exit status, and a text in what the program says
#   three_programs RESET PRINT SPEAKER          the cases of the three programs, each a command line without arguments
#   three_plan                  the plan

number=0

three_case() {
    number=$((number + 1))
    if [ "$1" = 0 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        sed 's/^/# /' "$WINEPREFIX/why" | head -n 30
    fi
}

three_start() {
    here=$WINEPREFIX/drive_c/$1
    mkdir "$here"
    cp "$build/wine/journal.exe" "$build/amd64/userport.dll" "$here/"
    wine_driver_install "$build/wine/userport_fake.sys"
}

three_ports() {
    wine_driver_stop 2>/dev/null
    wine_ports "$1 E070 E080-E083"
    wine_driver_start
}

# In $here. What it says goes to $WINEPREFIX/said.
three_run() {
    (cd "$here" && wine_limited 60 "$@") 2>&1 | tr -d '\r' >"$WINEPREFIX/said"
}

# The exit status is the program's, not tr's.
three_expect() {
    status=$1
    text=$2
    shift 2
    (cd "$here" && wine_limited 60 "$@") >"$WINEPREFIX/raw" 2>&1
    was=$?
    tr -d '\r' <"$WINEPREFIX/raw" >"$WINEPREFIX/said"
    { echo "exit status $was"; cat "$WINEPREFIX/said"; } >"$WINEPREFIX/why"
    [ $was -eq "$status" ] && grep -qF -- "$text" "$WINEPREFIX/said"
    three_case $? "$*: exit $status, says \"$text\""
}

# three_prepare PORT=VALUE...: the ports' values, and an empty journal
three_prepare() {
    three_run journal.exe "$@"
}

# three_journal NAME COMMAND...: what the command prints is the journal, line for line
three_journal() {
    name=$1
    shift
    "$@" >"$WINEPREFIX/wanted"
    three_run journal.exe
    diff "$WINEPREFIX/wanted" "$WINEPREFIX/said" >"$WINEPREFIX/why"
    three_case $? "$name: the ports' journal, $(wc -l <"$WINEPREFIX/wanted") accesses"
}

# The bytes of a text, in hexadecimal, a line each.
three_bytes() {
    printf "$1" | od -An -v -tx1 | tr -s ' ' '\n' | tr a-f A-F | sed '/^$/d'
}

three_printed() {
    echo 'out 37A 0C'
    for byte in $(three_bytes "$1"); do
        printf 'in 379 DF\nout 378 %s\nout 37A 0D\nin 37A 0D\nout 37A 0C\n' "$byte"
    done
    echo 'in 379 DF'
}

three_tune() {
    echo 'in 61 A0'
    for hz in 523 659 784 1047 880 784 1047; do
        count=$((1193182 / hz))
        printf 'out 43 B6\nout 42 %02X\nout 42 %02X\nout 61 03\nout 61 00\n' $((count & 255)) $((count >> 8))
    done
    echo 'out 61 00'
}

# The commands are words without blanks in them.
three_programs() {
    reset=$1 print=$2 speaker=$3
    three_expect 1 'the driver is not running' $reset
    three_expect 1 'the driver is not running' $print
    three_expect 1 'the driver is not running' $speaker

    three_ports '378-37A 42-43 61'
    three_prepare 37A=CC
    three_expect 0 'resetlpt: INIT of the port at 378 was low for 100 ms: the printer is reset' $reset
    grep -qx 'resetlpt: control register 37A read CC before, C8 during, CC after' "$WINEPREFIX/said"
    three_case $? "$reset: and what the control register read"
    three_journal "$reset" printf '%s\n' 'in 37A CC' 'out 37A C8' 'in 37A C8' 'out 37A CC' 'in 37A CC'
    three_expect 1 'resetlpt: ' $reset 2
    grep -q 'port 27A is not granted' "$WINEPREFIX/said"
    three_case $? "$reset: and names the port, 27A"
    three_expect 1 'port D012 is not granted' $reset D010
    three_expect 2 'usage: resetlpt' $reset 3Q8
    three_expect 2 'usage: resetlpt' $reset 1 2
    three_expect 2 'usage: resetlpt' $reset FFFD

    three_prepare 379=DF
    three_expect 0 'printlpt: the port at 378 took 10 bytes, CR and LF at the end' $print one line
    three_journal "$print one line" three_printed 'one line\r\n'
    three_prepare 379=DF
    three_expect 0 'printlpt: the port at 378 took 58 bytes, CR and LF at the end' $print
    three_journal "$print" three_printed 'UserPort: this line went through ports 378, 379 and 37A.\r\n'
    three_prepare 379=5F
    three_expect 1 'printlpt: the printer at 378 is not ready after 2 s: status register 379 reads 5F: busy' $print x
    three_prepare 379=67
    three_expect 1 'status register 379 reads 67: busy, no paper, off line, error' $print x
    three_prepare 379=FF
    three_expect 1 'printlpt: status register 379 reads FF: there is no parallel port at 378' $print x
    three_journal "$print: and gave up at once" printf '%s\n' 'out 37A 0C' 'in 379 FF'
    three_expect 1 'port D012 is not granted' $print -b D010 x
    three_expect 2 'usage: printlpt' $print -b 3Q8 x
    three_expect 2 'usage: printlpt' $print -b

    three_prepare 61=A0
    three_expect 0 'speaker: played 7 notes in 1520 ms: 523 659 784 1047 880 784 1047 Hz' $speaker
    three_journal "$speaker" three_tune

    three_ports '378-379 61'
    three_prepare 61=A0
    three_expect 1 'port 37A is not granted' $reset
    three_expect 1 'port 37A is not granted' $print x
    three_expect 1 'port 43 is not granted' $speaker
    three_journal 'after these' printf '%s\n' 'in 61 A0'
}

three_plan() {
    echo "1..$number"
}
