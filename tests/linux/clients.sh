#!/bin/sh
# SPDX-License-Identifier: MIT
# Programs that use ports and that nobody here wrote, from Debian's packages as they are: /dev/port,
# ioperm and iopl by programs of C and by Python; LCDd's drivers for displays at a printer port.
# Each calls ioperm or iopl itself, and dies of EPERM without --ioperm, whatever it has; with
# --ioperm it works on what it has. tests/linux/clients_seen.sh looks at what the port saw.
. "$(dirname "$0")/lib.sh"

ctl=/usr/bin/userportctl
cp "$build/host/userportctl" $ctl
cp "$build/host/linux/asks" "$build/host/linux/asks32" "$build/host/linux/asks_pascal" /opt/
chmod 755 $ctl /opt/asks*

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
is "$(ioperm env outb 0x378 0x22; ioperm inb --hex 0x378)" "22" "ioport: started by another program"
has "$(ioperm --ports 378 inb --hex 0x37A)" "exit 139" "ioport: a port that it has not ends it by SIGSEGV"
has "$(ioperm --ports 37A inb --hex 0x378)" "exit 139" "ioport: also when it has others"
has "$(says as bert $ctl run --ioperm outb 0x378 0x31)" "the policy has no rule for user" "ioport: a user without a rule gets nothing"

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
is "$(python ioperm 'print(portio.ioperm(0x378, 4, 1), portio.ioperm(0x377, 1, 1), portio.ioperm(0x37B, 1, 1))')" "1 1 1" "portio: of one more it is refused: EPERM"
is "$(python ioperm 'print(portio.ioperm(0x378, 3, 0), portio.ioperm(0x378, 1, 1))
portio.outb(0x43, 0x378)
print(hex(portio.inb(0x378)))')" "0 0
0x43" "portio: who gives ports up and takes them again has them"
is "$(python ioperm 'print(portio.ioperm(0x10000, 1, 1), portio.ioperm(0xFFFF, 2, 1), portio.ioperm(0x378, 0, 1))')" "22 22 22" "portio: ranges that are none are the kernel's EINVAL"
is "$(python ioperm 'print(portio.iopl(0), portio.iopl(3), portio.iopl(4))')" "0 0 22" "portio: iopl"

# ---- programs that nothing can be loaded into: static ones, 32-bit ones, others than C ------------------------------------------------
is "$(run /opt/asks 61)" "1 1 1 1 1 22 22 22 0 22
exit 1" "a static program is refused"
is "$(ioperm /opt/asks 62)" "0 0 1 1 0 22 22 22 0 22 0" "and has its ports with --ioperm, and no other"
is "$(run /opt/asks32)" "1 1 1 1 1 22 22 22 0 22
exit 1" "a 32-bit program is refused"
is "$(ioperm /opt/asks32)" "0 0 1 1 0 22 22 22 0 22 0" "and has its ports with --ioperm, and no other"
has "$(run /opt/asks_pascal)" "-1 -1 -1" "Free Pascal, which does without the C library, is refused"
is "$(ioperm /opt/asks_pascal)" "0 0 -1" "and has its ports with --ioperm, and no other"
ctypes() { "$@" /usr/bin/python3 -c 'import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(libc.ioperm(0x378, 3, 1), libc.iopl(3), libc.ioperm(0x378, 4, 1), ctypes.get_errno())'; }
is "$(ctypes run)" "-1 -1 -1 1" "Python's ctypes is refused"
is "$(ctypes ioperm)" "0 0 -1 1" "and succeeds with --ioperm"
java() { "$@" /usr/bin/java -Xint -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$build/host/linux:/usr/share/java/jna.jar" Asks; }
is "$(java ioperm)" "0 0 -1" "Java with JNA has its ports with --ioperm, and no other"

# ---- programs that insist on root, sandboxes -------------------------------------------------------------------------------------------
has "$(ioperm sh -c 'test "$(id -u)" = 0 || echo "I want root"')" "I want root" "a program that insists on root ends"
is "$(ioperm fakeroot sh -c 'test "$(id -u)" = 0 && outb 0x378 0x67')" "" "with --ioperm and fakeroot it works"
is "$(ioperm --ports 378 fakeroot inb --hex 0x378)" "67" "with a part of the ports too"
has "$(ioperm --ports 378 fakeroot inb --hex 0x379)" "exit 139" "and with none that it has not"
sandbox() { "$@" bwrap --ro-bind / / --dev /dev --proc /proc --unshare-all /opt/asks 68; }
is "$(sandbox run)" "1 1 1 1 1 22 22 22 0 22
exit 1" "in a sandbox of bwrap a program is refused"
is "$(sandbox ioperm)" "0 0 1 1 0 22 22 22 0 22 0" "and has its ports with --ioperm, and no other"

# ---- a rule for a program ---------------------------------------------------------------------------------------------------------
printf '[one]\nusers = anna\nprogram = /usr/bin/outb\nports = 378-37A\n' | policy
has "$(run outb 0x378 0x51)" "iopl failed" "a program that a rule names is refused"
is "$(ioperm outb 0x378 0x51)" 'userportctl: --ioperm: a rule names this program, so that it is for root to say whether its ioperm succeeds
Root can write "ioperm = yes" into that rule; then --ioperm is not needed.
exit 125' "and --ioperm is not for its user to say"
has "$(run_as anna --ioperm -- /usr/bin/outb 0x378 0x51)" '"ioperm = yes" into that rule' "nor to userport-run itself"
printf 'ioperm = yes\n' >>/etc/userport.conf
is "$(run outb 0x378 0x52)" "" "but for root, in the rule: then it works as it is"
is "$(ioperm outb 0x378 0x53)" "" "and with --ioperm"
has "$(run --ports 379 outb 0x378 0x54)" "exit 139" "a part of its ports is a part"
printf '[lab]\nusers = anna\nprogram = any\nports = 378-37A\nioperm = yes\n' | policy
is "$(run outb 0x378 0x55)" "" "a rule for any program can have it"
printf '[lab]\nusers = anna\nprogram = any\nports = 378-37A\n' | policy

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

plan
