#!/bin/sh
# SPDX-License-Identifier: MIT
# userportctl run --trace, --map and --device in the emulated PC: programs of 64 and of 32 bits whose
# port instructions userportctl carries out, on simulated devices, and on real ports that userport-run
# gives to it. What the printer port saw meanwhile is compared with the recordings, access by access,
# in tests/linux/follow_seen.py. What needs no real port: tests/unit/test_follow.py.
. "$(dirname "$0")/lib.sh"

ctl=/usr/bin/userportctl
cp "$build/host/userportctl" $ctl
cp "$build/host/linux/followed" "$build/host/linux/faulty32" "$build/host/linux/asks32" "$build/host/linux/emulate" "$build/host/linux/emulate32" \
    "$build/host/linux/library" /opt/
cp -P "$build/host/stage"/usr/lib/*/libuserport.so* /usr/lib/
chmod 755 $ctl /opt/*
says() {
    "$@" 2>&1 || echo "exit $?"
}
cd /home/anna || exit 1
run() { says as anna $ctl run "$@"; }
part() { echo "# $(cut -d' ' -f1 /proc/uptime) s: $1"; }

# The accesses of a recording, for follow_seen.py; and how many they are.
show() {
    awk -F, -v list="$1" '!/^#/ && $9 != "direction" { if ($11 != "denied" && $11 != "simulated") print "# " list, $7, $9, $10 }' trace.csv
}
count() { grep -c "^[0-9]" trace.csv; }

# ---- the emulation against the follower: random instructions, of both modes ---------------------------------------------------------
part "every instruction"
devices="--device 80-83=memory --device 2F8-2FF=memory --device 378=memory --device CF8-CFB=memory"
for program in emulate emulate32; do
    # shellcheck disable=SC2086 -- words
    said=$(says $ctl run $devices --ioperm /opt/$program 400)
    has "$said" " 0 different" "$program: registers, memory and faults are those of the instructions"
    echo "$said"
done

# ---- devices alone: no policy, no helper ---------------------------------------------------------------------------------------------
part "devices alone"
of_32() { # of_32 DEVICE: what is recorded of a 32-bit program's OUT of two bytes at 3BC
    says as bert $ctl run --device "$1" --trace /tmp/bert.csv /opt/faulty32 >/dev/null 2>&1
    grep "^[0-9]" /tmp/bert.csv | cut -d, -f5,7-9,11
}
is "$(of_32 3BC-3BD=memory)" "faulty32,3BC,16,write,simulated" "a 32-bit program"
is "$(of_32 3BC=memory)" "faulty32,3BC,16,write,denied" "and an access of which the device has a half"
is "$(says as bert $ctl run --device 300-3FF=memory --map 500-50F=none --ioperm /opt/followed ioperm)" "0 0 1 0" "ioperm answers for the ports of devices"
has "$(says as bert $ctl run --device 300-3FF=memory /opt/followed ioperm)" "1 1 1 1" "without --ioperm it is refused"
is "$(says as bert $ctl run --device 378-37A=memory /opt/library any printer)" "A5 6 5A 3333 33 22 timed out" "libuserport.so, for a user without a rule"

# ---- real ports ----------------------------------------------------------------------------------------------------------------------
part "real ports"
printf '[lab]\nusers = anna\nprogram = any\nports = 378-37A\n' | policy
is "$(run --trace trace.csv /opt/followed real 378)" "userportctl: note: 1080 accesses are in trace.csv" "a program on real ports, recorded"
show seen
is "$(run --map 3BC-3BE=378 --trace trace.csv /opt/followed real 3BC)" "userportctl: note: 1080 accesses are in trace.csv" "by a route"
is "$(awk -F, '!/^#/ && $9 != "direction" { print $7 }' trace.csv | sort -u | tr '\n' ' ')" "3BC 3BD 3BE " "the recording has the program's ports"
show seen
is "$(run --map 3BC-3BE=378 sh -c 'echo $USERPORT_PORTS')" "378-37A, 3BC-3BE" "and the program is told of both"
is "$(run --ports 378-379 --map 3BC-3BE=378 sh -c 'echo $USERPORT_PORTS' 2>&1)" "userportctl: note: the program's ports go to 37A, which it is not given: accesses to them end it
378-379, 3BC-3BD" "--ports has the addresses to which they go"
is "$(run --ports 378 --device 300-3FF=memory --trace trace.csv /opt/followed handler)" "userportctl: note: 4 accesses are in trace.csv" "a device beside a real port"
is "$(run --ports 378 --device 300=memory sh -c 'echo $USERPORT_PORTS')" "300, 378" "and the program has both"
is "$(run --ports 300 --device 300=memory /bin/true | head -n 1)" "userportctl: --ports: no rule gives port 300 to user anna ($(id -u anna)) for this program" "--ports asks for what is granted alone"
has "$(run --trace trace.csv /opt/followed crash denied)" "exit 139" "a port that is not granted ends the program as ever"
has "$(run --trace trace.csv --explain-faults /opt/followed crash denied)" "was ended by OUT: port 300 (NE2000 network card) is not granted: sudo userportctl grant ne2000" "and is explained"
is "$(run --ports 378-37A --map 300-302=378 --trace trace.csv /opt/followed exit 42)" "userportctl: note: 1 access is in trace.csv
exit 42" "the exit status"
show seen
is "$(run --trace trace.csv /opt/library any printer)" "A5 6 5A 3333 33 22 timed out
userportctl: note: $(count) accesses are in trace.csv" "libuserport.so on real ports, recorded"
show seen
is "$(run --trace trace.csv --ioperm /opt/asks32)" "0 0 1 1 0 22 22 22 0 22 0
userportctl: note: $(count) accesses are in trace.csv" "a 32-bit program that asks for its ports itself"
show seen
has "$(run --trace trace.csv /opt/probe status | grep -e CapEff -e NoNewPrivs | tr -s '\t\n' ' ')" "CapEff: 0000000000000000 NoNewPrivs: 1 " "the program has no right more"
is "$(run --trace trace.csv /opt/probe)" "378-37A
userportctl: note: $(count) accesses are in trace.csv" "and reaches its ports and no other"
show seen

# ---- where it does not go ------------------------------------------------------------------------------------------------------------
part "where it does not go"
printf '[one]\nusers = bert\nprogram = /opt/followed\nports = 378\n' >>/etc/userport.conf
has "$(says as bert $ctl run --trace /tmp/x.csv /opt/followed real 378)" "The rule [one] names this program: such rules do not go with --trace" "rules that name a program do not go with it"
has "$(run --ioperm $ctl run --trace trace.csv /opt/followed exit 0)" "cannot give up its ports" "in a program of run --ioperm"
is "$(run $ctl run --map 300=378 --trace trace.csv /opt/followed exit 3)" "userportctl: note: 1 access is in trace.csv
exit 3" "in a program of run"
show seen
for level in 1 2; do
    echo $level >/proc/sys/kernel/yama/ptrace_scope
    said=$(says as bert $ctl run --device 300-3FF=memory /opt/followed handler)
    case $level in
    1) is "$said" "" "ptrace_scope 1" ;;
    2) has "$said" "cannot follow /opt/followed: the system does not permit it (1)" "ptrace_scope 2: debuggers are for root alone" ;;
    esac
done
plan
