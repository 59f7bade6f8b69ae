#!/bin/sh
# SPDX-License-Identifier: MIT
# libuserport.so on Linux's ports: direct, on QEMU's printer port, by programs that userport-run has
# started, and /dev/port for root.
. "$(dirname "$0")/lib.sh"

library=/opt/library
mkdir -p /sys/kernel/security
mount -t securityfs none /sys/kernel/security
cp "$build/host/linux/library" $library
cp -P "$build/host/stage"/usr/lib/*/libuserport.so* /usr/lib/
chown root:root $library /usr/lib/libuserport.so*
printer="A5 6 5A 3333 33 22 timed out" # what each way of use_printer reads back
none="cannot open the ports: this program was started without ports. Run the program by userportctl run, which gives it the ports that are granted to its user: userport.conf(5)."
not_root="cannot open /dev/port: it is for root alone, and closed where the kernel is locked down (13). Run the program by userportctl run, which gives it the ports that are granted to its user: userport.conf(5)."

# library_as USER ARGUMENT...: what the program prints, with its exit status if it fails
library_as() {
    who=$1
    shift
    as "$who" "$@" 2>&1 || echo "exit $?"
}

policy <<EOF
[lab]
groups = lab
program = any
ports = 61, 378-37A
EOF

# direct
is "$(run_as anna -- $library any ports)" "direct: 61, 378-37A
61, 378-37A" "a program that userport-run has started: direct, with these ports and no other"
is "$(run_as anna --ports 378 -- $library direct ports)" "direct: 378
378" "with a part of them"
is "$(run_as anna -- $library any printer)" "$printer" "single accesses, blocks and lists"
is "$(run_as anna -- $library any wide)" "C3 port 37B is not granted: nothing was executed. Root grants it by userportctl grant, to programs that userportctl run starts from then on.
port 37B is not granted: nothing was executed. Root grants it by userportctl grant, to programs that userportctl run starts from then on.
C3" "16 and 32 bits: each of the ports has to be there"
is "$(run_as anna -- $library any thread)" "$printer" "in a thread"
is "$(run_as anna -- $library any threads)" "0 of 8 were wrong" "in eight threads, with one handle and with one each"
is "$(run_as anna -- $library any fork)" "$printer
$printer
$printer" "in a child with the parent's handle, in a child with its own, and in the parent afterwards"
is "$(run_as anna -- $library any info)" "cannot read the driver's state: there is no driver on Linux; up_query_map says which ports there are.
exit 1" "there is no driver to ask"
policy <<EOF
[program]
users = bert
program = $library
ports = 378-37A
EOF
is "$(run_as bert -- $library any printer)" "$printer" "a program that a rule names, in its clean environment"
policy <<EOF
[lab]
groups = lab
program = any
ports = 61, 378-37A
EOF

# the variable is a hint, and the kernel's answer what counts
is "$(run_as anna -- $library any exec)" "direct: 61, 378-37A
61, 378-37A" "a program that it starts without an environment"
is "$(run_as anna --ports 378 -- /usr/bin/env USERPORT_PORTS=0-FFFF $library any ports)" "direct: 378
378" "a variable that promises too much"
is "$(run_as anna -- /usr/bin/env USERPORT_PORTS=nonsense $library any ports)" "direct: 61, 378-37A
61, 378-37A" "one that is no list"
is "$(run_as anna -- $library any given-up)" "direct: 61, 379-37A
61, 379-37A" "ports that the program itself has given up"
is "$(library_as anna env USERPORT_PORTS=378-37A $library direct ports)" "$none
exit 1" "a variable in a program that has no port"
is "$(library_as anna env USERPORT_PORTS=378-37A $library any printer)" "$not_root
exit 1" "which the next back end does not help"
is "$(library_as anna $library direct ports)" "$none
exit 1" "without userport-run, a user: no direct"
is "$($library direct ports; env USERPORT_PORTS=378 $library direct ports)" "$none
$none" "root: neither; the library gives nobody a port"

# /dev/port
is "$($library any printer)" "$printer" "root without userport-run: /dev/port"
is "$($library any ports)" "devport: 0-FFFF" "which has every port"
is "$($library devport wide)" "cannot read port 378: /dev/port has 8-bit accesses alone; others need the ports themselves, from userportctl run.
cannot read port 378: /dev/port has 8-bit accesses alone; others need the ports themselves, from userportctl run.
cannot write port 378: /dev/port has 8-bit accesses alone; others need the ports themselves, from userportctl run.
C3" "and bytes alone"
is "$($library devport fork)" "$printer
$printer
$printer" "in a child too"
is "$(run_as anna -- $library devport printer)" "$not_root
exit 1" "it is not for a user, with whatever ports"
is "$(run_as anna --ports 378 -- $library any ports; $run --user anna --ports 379 -- $library any ports)" "direct: 378
378
direct: 379
379" "direct comes first"

# the Delphi example, by Free Pascal for this host
cp "$build/examples/host/delphi/resetlpt" /opt/
has "$(run_as anna -- /opt/resetlpt)" "INIT of the port at 378 was low for 100 ms" "Pascal: resetlpt"
has "$(run_as anna --ports 378 -- /opt/resetlpt)" "37A" "and what it says of a port that it has not"

# kernels that do not say which ports a process has
scope=/proc/sys/kernel/yama/ptrace_scope
for level in 1 2 3; do
    echo $level >$scope
    is "$(run_as anna -- $library any ports)" "direct: 61, 378-37A
61, 378-37A" "ptrace_scope $level: direct"
    if [ $level = 1 ]; then
        is "$(library_as anna env USERPORT_PORTS=378 $library direct ports)" "$none
exit 1" "and a variable that lies is found out"
    else
        has "$(library_as anna env USERPORT_PORTS=378 $library direct ports)" "exit 139" "and a variable that lies is believed: the processor ends the program"
        is "$(run_as anna -- $library any exec)" "$not_root
exit 1" "and without the variable there is no port"
    fi
done
echo integrity >/sys/kernel/security/lockdown
is "$($library any ports)" "cannot open /dev/port: it is for root alone, and closed where the kernel is locked down (1). Run the program by userportctl run, which gives it the ports that are granted to its user: userport.conf(5)." "a kernel that is locked down has no /dev/port"
plan
