#!/bin/sh
# SPDX-License-Identifier: MIT
# Programs that use ports and that nobody here wrote, from Debian's packages as they are: /dev/port, ioperm and iopl by programs
# of C and by Python; LCDd's drivers for displays at a printer port. Each calls ioperm or iopl itself, and dies of EPERM without
# --ioperm, whatever it has; with --ioperm it works on what it has. tests/linux/clients_seen.sh looks at what the port saw.
. "$(dirname "$0")/lib.sh"

ctl=/usr/bin/userportctl
cp "$build/host/userportctl" $ctl
mkdir -p /usr/lib/userport
cp "$build/host/libuserport-ioperm.so" /usr/lib/userport/
chmod 644 /usr/lib/userport/libuserport-ioperm.so
chmod 755 $ctl

says() {
    "$@" 2>&1 || echo "exit $?"
}
run() { says as anna $ctl run "$@"; }
ioperm() { says as anna $ctl run --ioperm "$@"; }
printf '[lab]\nusers = anna\nprogram = any\nports = 378-37A\n' | policy

# ---- ioport: iopl(3) at the start -------------------------------------------------------------------------------------------------
has "$(run outb 0x378 0x11)" "iopl failed" "ioport: outb alone dies of iopl"
is "$(ioperm outb 0x378 0x21)" "" "ioport: outb with --ioperm"
is "$(ioperm inb --hex 0x378)" "21" "ioport: inb reads it back"
is "$(ioperm inw --hex 0x378 | cut -c3-)" "21" "ioport: inw"
has "$(ioperm --ports 378 inb --hex 0x37A)" "exit 139" "ioport: a port that it has not ends it by SIGSEGV"
has "$(ioperm --ports 37A inb --hex 0x378)" "exit 139" "ioport: also when it has others"
has "$(says as bert $ctl run --ioperm outb 0x378 0x31)" "the policy has no rule for user" "ioport: a user without a rule gets nothing"
has "$(says as bert env USERPORT_PORTS=378 LD_PRELOAD=/usr/lib/userport/libuserport-ioperm.so outb 0x378 0x31)" "exit 139" "ioport: neither the library nor the variable gives a port"

# ---- python3-portio: ioperm, iopl and the instructions, each for itself -------------------------------------------------------------
python() {
    how=$1
    shift
    $how /usr/bin/python3 -c "import portio
$*"
}
is "$(python run 'print(portio.ioperm(0x378, 3, 1))')" 1 "portio: ioperm alone is refused: EPERM"
is "$(python run 'portio.outb(0x41, 0x378); print(hex(portio.inb(0x378)))')" 0x41 "portio: who does not ask needs no --ioperm"
is "$(python ioperm 'print(portio.ioperm(0x378, 3, 1))
portio.outb(0x42, 0x378)
print(hex(portio.inb(0x378)))')" "0
0x42" "portio: ioperm of the ports that it has, with --ioperm"
is "$(python ioperm 'print(portio.ioperm(0x378, 4, 1), portio.ioperm(0x377, 1, 1), portio.ioperm(0x37B, 1, 1))')" "1 1 1" "portio: of one more it is refused"
is "$(python ioperm 'print(portio.ioperm(0x378, 1, 0), portio.ioperm(0x378, 1, 1), portio.ioperm(0x379, 2, 1))')" "0 1 0" "portio: what it gave up it does not get again"
is "$(python ioperm 'print(portio.ioperm(0x10000, 1, 1), portio.ioperm(0xFFFF, 2, 1), portio.ioperm(0x378, 0, 1))')" "22 22 22" "portio: ranges that are none are the kernel's EINVAL"
is "$(python ioperm 'print(portio.iopl(0), portio.iopl(3), portio.iopl(4))')" "0 0 22" "portio: iopl"
is "$(python ioperm 'portio.ioperm(0x378, 3, 0)
print(portio.iopl(3))')" "1" "portio: iopl without any port left is refused"

# ---- a rule for a program ---------------------------------------------------------------------------------------------------------
printf '[one]\nusers = anna\nprogram = /usr/bin/outb\nports = 378-37A\n' | policy
has "$(ioperm outb 0x378 0x51)" "the rule [one] names this program: such rules do not go with --ioperm" "a rule that names a program does not go with --ioperm"
printf '[lab]\nusers = anna\nprogram = any\nports = 378-37A\n' | policy
mv /usr/lib/userport/libuserport-ioperm.so /tmp/away.so
has "$(ioperm outb 0x378 0x51)" "which --ioperm needs" "without the library it says so"
mv /tmp/away.so /usr/lib/userport/libuserport-ioperm.so

# ---- lcdproc: displays at a printer port --------------------------------------------------------------------------------------------
display() { # display HOW DRIVER
    cat >/tmp/LCDd.conf <<END
[server]
DriverPath=/usr/lib/x86_64-linux-gnu/lcdproc/
Driver=$2
Bind=127.0.0.1
Port=13666
ReportToSyslog=no
[$2]
Port=0x378
END
    ip link set lo up 2>/dev/null
    $1 timeout --preserve-status -s TERM 8 /usr/sbin/LCDd -f -r 0 -c /tmp/LCDd.conf
}
has "$(display run sed1520)" "Critical error while initializing" "lcdproc: its driver sed1520 dies of ioperm"
is "$(display ioperm sed1520 | grep -c "Critical error")" 0 "lcdproc: and has its port with --ioperm"
mkdir /opt/a=b
cp /usr/bin/env /opt/a=b/
has "$(says as anna $ctl run --ioperm -- /opt/a=b/env)" "--ioperm cannot start /opt/a=b/env, which has = in it" "a path that env would take for a variable is refused"

plan
