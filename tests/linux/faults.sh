#!/bin/sh
# SPDX-License-Identifier: MIT
# userportctl run in the emulated PC: --explain-faults, which says which port a program has died of;
# run in a program of run; and what is said where no port can be given: no_new_privs, filters,
# bounding sets, a kernel without ioperm. Nothing is at 378: what the test of the printer port says
# there, and how it finds a card that is made up.
#
# Printer: e100
. "$(dirname "$0")/lib.sh"

ctl=/usr/bin/userportctl
cp "$build/host/userportctl" $ctl
cp "$build/host/linux/faulty" "$build/host/linux/faulty32" "$build/host/linux/hostile" "$build/host/linux/asks" "$build/host/linux/asks32" /opt/
chmod 755 $ctl /opt/*
says() {
    "$@" 2>&1 || echo "exit $?"
}
run() { says as anna $ctl run "$@"; }
explain() { run --explain-faults "$@" | sed 's/(process [0-9]*)/(process)/'; }
part() { echo "# $(cut -d' ' -f1 /proc/uptime) s: $1"; }
printf '[lab]\nusers = anna\nprogram = any\nports = 378-37A\n' | policy

# ---- which port it was -------------------------------------------------------------------------------------------------------------
part "which port it was"
is "$(explain /opt/faulty in 378)" "" "a program that uses what it has ends as ever"
is "$(run /opt/faulty out 77A)" "Segmentation fault
exit 139" "without the option a shell says what it says"
is "$(explain /opt/faulty out 77A)" "userportctl: faulty (process) was ended by OUT: port 77A (ECP registers of LPT1) is not granted: sudo userportctl grant lpt1ecp
Segmentation fault
exit 139" "with it the port, what it is, and what to do; and the same status"
is "$(explain /opt/faulty in 300 | head -n 1)" "userportctl: faulty (process) was ended by IN: port 300 (NE2000 network card) is not granted: sudo userportctl grant ne2000" "a port by its name"
is "$(explain /opt/faulty in D010 | head -n 1)" "userportctl: faulty (process) was ended by IN: port D010 is not granted: sudo userportctl grant D010" "a port of which nothing is known"
has "$(explain /opt/faulty inw 37A)" "IN: port 37B (printer port LPT1)" "of two bytes the one that is missing"
has "$(explain /opt/faulty outl 377)" "OUT: port 377 is not" "of four the first that is missing"
has "$(explain /opt/faulty imm)" "IN: port 70 (CMOS" "a port in the instruction itself"
has "$(explain /opt/faulty rep 3BC)" "IN: port 3BC (printer port LPT3)" "a string"
has "$(explain /opt/faulty edge 3BC)" "IN: port 3BC (printer port LPT3)" "an instruction at the end of its memory"
has "$(explain /opt/faulty thread 3BC)" "IN: port 3BC (printer port LPT3)" "a second thread"
is "$(explain sh -c '/opt/faulty in 3BC; echo $?')" "userportctl: faulty (process) was ended by IN: port 3BC (printer port LPT3) is not granted: sudo userportctl grant lpt3
Segmentation fault
139" "a program that the program has started"
is "$(explain /opt/faulty32 | head -n 1)" "userportctl: faulty32 (process) was ended by OUT: port 3BC (printer port LPT3) is not granted: sudo userportctl grant lpt3" "a 32-bit program"
has "$(explain --ports 378 /opt/faulty in 379)" "port 379 (printer port LPT1) is not granted: the policy gives it to you: run with it in --ports, or without --ports" "a port that --ports has left out"
is "$(explain /opt/faulty null)" "Segmentation fault
exit 139" "another fault is none of a port"
is "$(explain /opt/faulty null 500)" "Segmentation fault
exit 139" "at another address neither"
is "$(explain /opt/faulty handled 3BC)" "went on
userportctl: note: the program tried ports that are not granted, and has handled that: 3BC
exit 3" "a fault that the program handles is noted at its end"
is "$(explain --json /opt/faulty handled 3BC 2>/dev/null | head -n 1)" "went on" "standard output is the program's"
is "$(explain printf '%s.' a 'b c' --json --help)" "a.b c.--json.--help." "the arguments are the program's"
is "$(run $ctl run printf '%s.' a 'b c' --json --help)" "a.b c.--json.--help." "in a program of run too"
is "$(explain sh -c 'exit 42')" "exit 42" "the exit status is the program's"
is "$(explain sh -c 'kill -USR1 $$')" "User defined signal 1
exit 138" "and its signal"
has "$(explain no-such-program)" "exit 127" "a program that is not there: 127"
has "$(explain /opt/../etc/passwd)" "exit 126" "one that is none: 126"
printf 'not a program' >/opt/text
chmod 755 /opt/text
has "$(explain /opt/text)" "cannot run /opt/text: Exec format error (8)
exit 126" "one that the kernel does not take: 126"
is "$(explain /opt/probe status | grep -e Uid -e CapEff -e NoNewPrivs -e USERPORT | tr -s '\t\n' ' ')" "Uid: $(id -u anna) $(id -u anna) $(id -u anna) $(id -u anna) CapEff: 0000000000000000 NoNewPrivs: 1 Environment: USERPORT_PORTS=378-37A " "the program has what it has without the option"
is "$(explain /opt/probe status | grep Descriptors)" "$(run /opt/probe status | grep Descriptors)" "and the same descriptors"
is "$($ctl run --user anna --explain-faults /opt/faulty in 3BC 2>&1 | head -n 1 | sed 's/(process [0-9]*)/(process)/')" "userportctl: faulty (process) was ended by IN: port 3BC (printer port LPT3) is not granted: sudo userportctl grant lpt3" "root starts one for a user"

# ---- as a shell's job ---------------------------------------------------------------------------------------------------------------
part "as a shell's job"
job() { exec setpriv --reuid=anna --regid="$(id -g anna)" --init-groups "$@"; }
job $ctl run --explain-faults /opt/faulty term >/tmp/term 2>&1 &
parent=$!
soon() { # soon COMMAND...: within ten seconds it succeeds
    for attempt in $(seq 50); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done
    echo "# never: $*"
}
soon grep -q ready /tmp/term
kill -TERM "$parent"
wait "$parent"
is "$?/$(cat /tmp/term)" "7/ready
term" "a signal to the one that watches is the program's"
job $ctl run --explain-faults /bin/sleep 20 &
parent=$!
soon pgrep -u anna -x sleep
kill -KILL "$parent"
sleep 0.5
is "$(pgrep -u anna -x sleep)" "" "when it is killed the program is"
job $ctl run --explain-faults /opt/faulty stop >/tmp/stop 2>&1 &
parent=$!
soon sh -c 'ps -o stat= -C faulty | grep -qi ^t'
sleep 0.5
is "$(ps -o stat= -C faulty | wc -l)/$(cat /tmp/stop)" "1/" "a program that stops is stopped"
pkill -CONT -x faulty
wait "$parent"
is "$?/$(cat /tmp/stop)" "0/on" "and goes on"
printf '2\n' >/proc/sys/kernel/yama/ptrace_scope
is "$(explain /opt/faulty in 378 2>&1)" "userportctl: note: the program cannot be watched, and runs all the same: Operation not permitted (1)" "where debuggers are for root alone it runs without"
is "$(explain /opt/faulty handled 378 2>&1 | tail -n 1)" "exit 3" "with its exit status"
printf '0\n' >/proc/sys/kernel/yama/ptrace_scope
printf '[one]\nusers = bert\nprogram = /opt/faulty\nports = 378\n' >>/etc/userport.conf
has "$(says as bert $ctl run --explain-faults /opt/faulty in 379)" "The rule [one] names this program: such rules do not go with --explain-faults" "rules that name a program do not go with it"
has "$(says as bert $ctl run --explain-faults /bin/true)" "--explain-faults: no rule gives user bert ($(id -u bert)) ports for the program $(readlink -f $ctl)" "and no other program gets their ports"

# ---- run in a program of run -----------------------------------------------------------------------------------------------------------
part "run in a program of run"
is "$(run $ctl run $probe)" "378-37A" "run in a program of run: the ports that this one has"
is "$(run $ctl run --ports 378,37A $probe)" "378, 37A" "a part of them"
is "$(run --ports 378-379 $ctl run $probe)" "378-379" "never more than it has"
is "$(run $ctl run --ports 378 $probe run $ctl run $probe)" "378
378" "for what that starts too"
is "$(run $ctl run --ports 378 $probe status | grep USERPORT)" "Environment: USERPORT_PORTS=378" "which is told"
is "$(run $ctl run --ports 378 $ctl run --ports 378-37A $probe)" "userportctl: --ports: this process has not got 379-37A, and can get no more ports
It is inherited: start programs from another terminal. What userport-run starts has it, and so have containers, and services with NoNewPrivileges=, PrivateDevices=, DynamicUser= and the like (userport-run(8) has a unit).
exit 125" "what has been given up is gone"
has "$(run sh -c "$ctl run --ports lpt2 $probe; echo \$?")" "--ports: this process has not got 278-27F, and can get no more ports" "others are not to be had"
has "$(run sh -c "$ctl run --user bert $probe")" "no program can be given ports from here: This process has no_new_privs set" "nor another user"
has "$(run $ctl run no-such-program)" "exit 127" "127"
has "$(run $ctl run /opt/text)" "exit 126" "126"
is "$(run $ctl run --ioperm /opt/asks 11)" "0 0 1 1 0 22 22 22 0 22 0" "--ioperm in it"
is "$(run --ioperm $ctl run /opt/asks 12)" "0 0 1 1 0 22 22 22 0 22 0" "and around it"
is "$(run --ioperm $ctl run --ports 378-37A /opt/asks 13)" "0 0 1 1 0 22 22 22 0 22 0" "with the same ports"
has "$(run --ioperm $ctl run --ports 378 $probe)" "this process cannot give up its other ports: it was started with --ioperm
Without --ports" "which cannot be given up then, and it says so"
has "$(run $ctl run --explain-faults /opt/faulty in 3BC)" "port 3BC (printer port LPT3) is not granted" "--explain-faults in it"
is "$(run bwrap --ro-bind / / --dev /dev --proc /proc --unshare-all $ctl run --ports 378 $probe)" "378" "also in a sandbox of bwrap"
is "$(run bwrap --ro-bind / / --dev /dev --proc /proc --unshare-all $probe)" "378-37A" "where programs have the ports anyway"
has "$(run $run -- $probe)" "userport-run: no port can be given: this process has no_new_privs set" "userport-run itself says what is in its way"
has "$(run --ioperm $run --ports 378 -- $probe)" "userport-run: no port can be given: this process has no_new_privs set" "also when a filter says that ioperm works"
is "$($ctl run --user anna --ports 378 $ctl run $probe 2>&1)" "378" "and for root, by a user's rules"

# ---- a printer port that does not answer -----------------------------------------------------------------------------------------------
part "a printer port that does not answer"
printf '[lab]\nusers = anna\nprogram = any\nports = 378-37A, E100-E103, D100-D107\n' | policy
nothing="Control register 37A: FF before, FF during, FF after. Status register 379: FF
before, FF after. All bits are ones, as where nothing is: there is no printer
port at 378, or it is switched off in the BIOS setup, or a PCI card has it at
another address."
is "$(says as anna $ctl test lpt)" "$nothing
exit 1" "test lpt: nothing is there, and no card is known"
pci_devices
make_card 03:00.0 1c00 3050 070103 e000-e0ff f0000000-f0007fff e100-e103 # it is not there, but for a printer port at E100
is "$(says as anna $ctl test lpt)" "LPT1 (378) does not answer: testing the printer port of the card, WCH CH382, at
E100.
Control register E102: CC before, C8 during, CC after. Status register E101: D9
before, D8 after. The register kept what was written: a printer port answers,
and its INIT line was low for 100 ms. The printer says: ready, paper is there,
selected (online), no error." "test lpt: a card is known, and is tested"
is "$(says as anna $ctl test lpt 1)" "$nothing
exit 1" "test lpt 1: LPT1 alone"
make_card 04:00.0 1407 8000 070101 d100-d107
is "$(says as anna $ctl test lpt)" "$nothing
userportctl: note: a card is here, WCH CH382, with its printer port at E100: userportctl test lpt E100
userportctl: note: a card is here, Lava Parallel, with its printer port at D100: userportctl test lpt D100
exit 1" "test lpt: of two cards none, and both are named"
umount /sys/bus/pci/devices
printf '[lab]\nusers = anna\nprogram = any\nports = 378-37A\n' | policy

# ---- why there are none ----------------------------------------------------------------------------------------------------------------
part "why there are none"
has "$(says as anna setpriv --no-new-privs $ctl run $probe)" "no program can be given ports from here: This process has no_new_privs set, so that userport-run gets no capability from it.
It is inherited: start programs from another terminal." "no_new_privs"
has "$(says as anna setpriv --no-new-privs $ctl read 378)" "cannot get the ports: This process has no_new_privs set" "read says it too"
in_container() { says setpriv --bounding-set=-sys_rawio setpriv --reuid=anna --regid="$(id -g anna)" --init-groups "$@"; }
has "$(in_container $ctl run $probe)" "cap_sys_rawio is not in this process's bounding set" "a bounding set without the capability"
echo 1 >/proc/sys/kernel/unprivileged_userns_clone 2>/dev/null
has "$(says as anna unshare --user $ctl run $probe)" "in a user namespace of its own" "a user namespace"
has "$(/opt/hostile denying $run --user anna -- $probe 2>&1)" "userport-run: ioperm does not work here: Operation not permitted (1). A filter of system calls takes it away" "a filter"
has "$(/opt/hostile lacking $run --user anna -- $probe 2>&1)" "ioperm does not work here: Function not implemented (38). The kernel needs CONFIG_X86_IOPL_IOPERM" "a kernel without ioperm"
has "$(/opt/hostile denying $ctl doctor --json)" "PrivateDevices=" "the doctor on a filter"
setcap -r $run
has "$(run_as anna -- $probe)" "userport-run lacks the capability cap_sys_rawio. userportctl doctor says why" "userport-run without its capability"
setcap cap_sys_rawio+ep $run
printf '\177ELF\2\1\1\0AI\2' >/opt/x.AppImage
head -c 500 /dev/zero >>/opt/x.AppImage
chmod 755 /opt/x.AppImage
has "$(run /opt/x.AppImage)" "note: /opt/x.AppImage is an AppImage" "an AppImage is known, and what it needs"
is "$(as anna env APPIMAGE_EXTRACT_AND_RUN=1 $ctl run /opt/x.AppImage 2>&1 | grep -c note)" 0 "and not told to who has set it"
mkdir -p /sys/kernel/security
mount -t securityfs none /sys/kernel/security
echo integrity >/sys/kernel/security/lockdown
has "$(run_as anna -- $probe)" "the kernel does not give the ports 378-37A: Operation not permitted (1). It is locked down" "a locked kernel"
plan
