#!/bin/sh
# SPDX-License-Identifier: MIT
# userportctl in the emulated PC: the list and its file, who gets what, run, real reads and writes,
# and the doctor in each bad condition that can be made here. tests/linux/userportctl_seen.sh looks
# afterwards at what the devices saw. Beside the printer port at 378 there is one at E100, and there
# are two PCI cards with serial ports.
#
# Devices: -chardev null,id=serial -chardev null,id=serials,mux=on -device pci-serial,chardev=serial -device pci-serial-2x,chardev1=serials,chardev2=serials -chardev file,id=card,path=OUT/userportctl.card -device isa-parallel,iobase=0xe100,irq=5,chardev=card
. "$(dirname "$0")/lib.sh"

ctl=/usr/bin/userportctl
file=/etc/userport.conf.d/userportctl.conf
cp "$build/host/userportctl" $ctl
cp "$build/wine/kill_at" "$build/host/linux/module" "$build/host/linux/hostile" /opt/
chmod 755 $ctl /opt/kill_at /opt/module /opt/hostile
modules=$build/linux/kernel/modules/drivers
mkdir -p /sys/kernel/security
mount -t securityfs none /sys/kernel/security

# says COMMAND...: both outputs, and "exit N" if it fails
says() {
    "$@" 2>&1 || echo "exit $?"
}
# answers FILTER WANTED NAME COMMAND...: what the command prints is JSON, and jq's filter makes the
# wanted text of it. jq needs a seventh of a second to start, more than most commands here, and so
# it looks at all such texts at the end, in judge, where their cases are.
answer=0
answers() {
    answer=$((answer + 1))
    printf '%s\n' "$2" >/tmp/answer$answer.wanted
    printf '%s\n' "$3" >/tmp/answer$answer.name
    printf '($answer%d | try (fromjson | [%s]) catch [., $answer%d] | tojson),\n' $answer "$1" $answer >>/tmp/filters
    shift 3
    "$@" >/tmp/answer$answer 2>/tmp/answer$answer.errors
}
judge() {
    set --
    while [ $# -lt $((3 * answer)) ]; do
        set -- "$@" --rawfile answer$(($# / 3 + 1)) /tmp/answer$(($# / 3 + 1))
    done
    echo empty >>/tmp/filters
    jq -nr "$@" -f /tmp/filters >/tmp/judged 2>&1
    n=0
    while [ $n -lt $answer ]; do
        n=$((n + 1))
        read -r line <&4
        is "$line" "[$(cat /tmp/answer$n.wanted)]" "$(cat /tmp/answer$n.name)"
    done 4</tmp/judged
}
# finds LEVEL SUBJECT COMMAND...: the doctor's finding of that subject: its text; "LEVEL: text" if
# it is at another level. By sed: jq, which needs twenty times as long to start, has looked at such
# a line as a whole.
finds() {
    wanted=$1
    subject=$2
    shift 2
    "$@" $ctl doctor --json | sed 's/}, {/}\n{/g' | sed -n "/\"subject\": \"$subject\"/{
        s/^.*\"level\": \"\([a-z]*\)\", \"subject\": \"[^\"]*\", \"text\": \"\(.*\)\", \"advice\": \"\(.*\)\"}.*/\1: \2 \3/
        s/^$wanted: //
        s/\\\\\"/\"/g
        p
        q
    }"
}
part() {
    echo "# $(cut -d' ' -f1 /proc/uptime) s: $1"
}
as_anna() { as anna "$@"; }
as_bert() { as bert "$@"; }
as_root() { "$@"; }

# ---- the list, by root -------------------------------------------------------------------------------------------------------
part "the list, by root"
is "$(says $ctl list)" "no port is granted" "at first the list is empty"
has "$(says $ctl grant lpt1)" "As root: groupadd --system userport
exit 1" "without the group userport nothing is granted, and it says what to do"
is "$(ls /etc/userport.conf.d 2>&1)" "ls: cannot access '/etc/userport.conf.d': No such file or directory" "and nothing is made"
groupadd --system userport
has "$(says as anna $ctl grant lpt1)" "only root may
Start it with sudo, or as root.
exit 1" "a user may not grant"
is "$(umask 077; says $ctl grant lpt1)" "granted: 378-37F (printer port LPT1)
For users of the group userport, in which nobody is yet. As root: adduser NAME userport" "root grants lpt1, to a group without users"
is "$(cat $file)" "# userportctl writes this file: userportctl grant, revoke, set. Rules of your own belong into
# /etc/userport.conf, or into another file here.
[userportctl]
groups = userport
program = any
ports = 378-37F" "the file has one rule for the group"
is "$(stat -c '%a %U %F' $file /etc/userport.conf.d)" "644 root regular file
755 root directory" "it is root's, and everybody may read it, whatever the umask"
is "$(ls -A /etc/userport.conf.d)" userportctl.conf "there is no other file"
is "$(stat -c '%a %U' /run/userport.lock)" "600 root" "nobody else may open the lock"
usermod -aG userport bert
is "$(says $ctl grant 300)" "granted: 300 (NE2000 network card)
For users of the group userport, in programs that userportctl run starts from now on." "a group with users"
$ctl revoke 300 >/dev/null
gpasswd -d bert userport >/dev/null
is "$(says $ctl grant 378)" "nothing to change: 378 (printer port LPT1) granted already" "what is granted is granted"
answers '[.changed, .effect]' '[false,null]' "nothing to change, as JSON" $ctl grant 378 --json
has "$(says $ctl grant 70-71)" "With --force they are granted all the same.
exit 1" "a hazard is refused"
is "$(says $ctl list --short)" "378-37F" "and the list is as it was"
has "$(says $ctl grant --force 70-71)" "hazard: port 70 (CMOS" "with --force it is granted, and named"
has "$(cat $file)" "ports = 378-37F
hazardous-ports = 70-71" "under its own key"
is "$(says $ctl list --short)" "70-71, 378-37F" "the list has both"
answers '[.changed, .granted, [.revoked[].ports], .group, .effect]' '[true,[],["70-71"],"userport","next run"]' "revoke, as JSON" $ctl revoke 70-71 --json
is "$(says $ctl set --dry-run com1)" "would be granted: 3F8-3FF (serial port COM1)
would be revoked: 378-37F (printer port LPT1)" "a dry run"
is "$(says as anna $ctl set --dry-run lpt2 | tail -n 1)" "would be revoked: 378-37F (printer port LPT1)" "a dry run is everybody's"
is "$(says $ctl set '')" "revoked: 378-37F (printer port LPT1)
no port is granted now
Programs that run already keep their ports." "an empty list"
is "$(says as anna $ctl check)" "0 rules in 1 file, no mistake" "has no rule"
has "$(says as anna $ctl read 379)" "no rule gives port 379 to user anna
As root: userportctl grant 379 and adduser anna userport" "and who reads is told both steps to one"
is "$(says $ctl defaults | head -n 1)" "granted: 278-27F (printer port LPT2), 378-37F (printer port LPT1), 3BC-3BF (printer port LPT3)" "defaults"
has "$(says $ctl defaults classic)" "exit 1" "the wide default is refused"
has "$(says $ctl set $(printf "%X " $(seq 4096 2 12096)))" "4001 ports in all" "a list of 4,001 ports"
answers '.count' 4001 "a list of 4,001 ports is written and read again" $ctl list --json
is "$(says as anna $ctl check | tail -n 1)" "1 rule in 1 file, no mistake" "by userport-run's reader too"
has "$(says $ctl set $(printf "%X " $(seq 4096 2 28096)))" "it has more than 65536 bytes" "one of 12,001 is too long"
answers '.count' 4001 "one that is too long changes nothing" $ctl list --json
$ctl set lpt1, 42-43 61 >/dev/null 2>&1
is "$(says as anna $ctl list | sed 's/  */ /g')" "42-43 PC speaker and its timer channel
61 PC speaker and its timer channel
378-37F printer port LPT1" "everybody may read the list"
is "$(says $ctl list --short >/tmp/list; says $ctl set lpt2 >/tmp/out; says $ctl set --file /tmp/list >/tmp/out; $ctl list --short)" "42-43, 61, 378-37F" "a list is kept and put back"

# ---- a file that somebody has changed ------------------------------------------------------------------------------------------
part "a file that somebody has changed"
cp $file /tmp/good
echo 'users = anna' >>$file
has "$(says $ctl grant lpt2)" "has other rules than userportctl writes; they belong into another file
A new list replaces what is there, whole" "a file with more in it is not changed"
is "$(tail -n 1 $file)" "users = anna" "and is as it was"
has "$(says $ctl list)" "cannot tell the list: $file has other rules than userportctl writes; they belong into another file
userportctl check says what the rules give. To have a list again, and nothing else in that file: userportctl set LIST
exit 1" "list says so"
printf '[more]\nusers = anna\nprogram = any\nports = 300\n' >$file
is "$(says as anna $ctl run $probe all)" "300" "rules that somebody has put there give ports"
is "$($ctl list --short 2>/dev/null)" "" "which list does not show"
answers 'has("list")' false "nor call nothing, as JSON" $ctl list --json
has "$(says $ctl set --dry-run lpt1)" "note: this would replace what was there: $file has other rules" "and set says that they go"
mv $file /tmp/more
groupdel userport
cp /tmp/good $file
has "$(says $ctl grant 300)" "cannot change the list: it is for the group userport, which is not there
As root: groupadd --system userport" "a list whose group is gone"
groupadd --system userport
cp /tmp/good $file
echo 'users = anna' >>$file
echo 'nonsense' >>$file
has "$(says $ctl grant lpt2)" "line 8: this is no" "a mistake has its line"
is "$($ctl set lpt1, 42-43 61 2>/dev/null | head -n 1)" "granted: 42-43 (PC speaker and its timer channel), 61 (PC speaker and its timer channel), 378-37F (printer port LPT1)" "set replaces it"
is "$(cmp $file /tmp/good && echo same)" same "whole"
printf '[bad]\nusers = anna\n' >/etc/userport.conf
has "$(says $ctl grant lpt2)" "the list is written, and nobody gets a port: /etc/userport.conf, line 1" "a mistake in another file is said"
rm /etc/userport.conf
$ctl revoke lpt2 >/dev/null

# ---- writers at the same time, and killed ones ------------------------------------------------------------------------------------
part "writers at the same time, and killed ones"
for port in 300 302 304 306 308 30A 30C 30E; do $ctl grant $port >/dev/null 2>&1 & done
wait
is "$($ctl list --short)" "42-43, 61, 300, 302, 304, 306, 308, 30A, 30C, 30E, 378-37F" "eight writers at the same time: nothing is lost"
flock -x /run/userport.lock sleep 7 &
sleep 1
has "$(says $ctl grant 310)" "another userportctl has been changing it for 5 seconds" "a lock that somebody keeps"
wait
has "$(says /opt/hostile lockless $ctl grant 310)" "cannot lock the list, by /run/userport.lock: No locks available (37)" "a lock that cannot be had at all"
$ctl set 378-37A >/dev/null
cp $file /tmp/old
$ctl set 278-27A >/dev/null
cp $file /tmp/new
cp -p /tmp/old $file
old=$(cat /tmp/old)
new=$(cat /tmp/new)
processors=$(taskset -cp $$ | sed 's/.*: //')
taskset -cp 0 $$ >/dev/null
calls=$(/opt/kill_at 0 "" $ctl set 278-27A | sed 's/ended 0 //')
# At each call that may leave something behind. On one processor: each of the calls is a switch
# between the two programs. The rest of the loop is the shell's own.
olds=0 news=0 others=0 unkilled=0 n=1
while [ $n -le "$calls" ]; do
    echo "$old" >$file
    /opt/kill_at $n "" $ctl set 278-27A >/tmp/end
    read -r end </tmp/end
    [ "$end" = "killed $n" ] || unkilled=$((unkilled + 1))
    content=
    while read -r line; do content="$content${content:+
}$line"; done <$file
    case $content in
    "$old") olds=$((olds + 1)) ;;
    "$new") news=$((news + 1)) ;;
    *) others=$((others + 1)) ;;
    esac
    n=$((n + 1))
done
taskset -cp "$processors" $$ >/dev/null
is "$([ "$calls" -gt 10 ] && [ $olds -gt 4 ] && [ $news -gt 1 ] && [ $others = 0 ] && [ $unkilled -lt 5 ] && echo yes)" yes "killed at each system call of the change: the old list or the new one ($olds old, $news new of $calls, $others else, $unkilled ended before)"
is "$(says $ctl check | tail -n 1)" "1 rule in 1 file, no mistake" "what was left over is nobody's policy"
$ctl set lpt1, 42-43 61 >/dev/null
is "$(ls -A /etc/userport.conf.d)" userportctl.conf "and the next change takes it away"

# ---- status, run --------------------------------------------------------------------------------------------------------------------
part "status, run"
is "$(says as anna $ctl status)" "user:       anna ($(id -u anna))
ports:      none
rules:      none is for this user: userportctl check shows all
helper:    $run is in place
exit 1" "a user who is not in the group gets nothing"
has "$(says as anna $ctl run true)" "userportctl: the policy has no rule for user anna ($(id -u anna))
As root: adduser anna userport, and then log out and in again.
exit 125" "run says how that is changed"
has "$(says $ctl run true)" "the policy has no rule for user root (0)
With the ports of a user: userportctl run --user NAME -- PROGRAM." "and to root"
answers '.error' "\"the policy has no rule for user anna ($(id -u anna))\"" "run without a rule, as JSON" as anna $ctl run --json true
is "$(finds error user as_anna)" "No rule is for anna. As root: adduser anna userport, and then log out and in again." "doctor says how that is changed"
is "$(says as anna $ctl read 379)" "userportctl: no rule gives port 379 to user anna
As root: adduser anna userport, and then log out and in again.
exit 1" "and cannot read"
usermod -aG userport anna
is "$(says setpriv --reuid=anna --regid="$(id -g anna)" --groups="$(id -g anna)" $ctl read 379)" "userportctl: no rule gives port 379 to user anna
You are in the group userport from your next login on: log out and in again.
exit 1" "a session from before the group was given"
in_old_session() { setpriv --reuid=anna --regid="$(id -g anna)" --groups="$(id -g anna)" "$@"; }
is "$(finds error user in_old_session)" "anna is in the group userport, which has a rule, but this session began before that. Log out and in again." "doctor knows such a session"
has "$(says in_old_session $ctl run true)" "You are in the group userport from your next login on: log out and in again.
exit 125" "run knows it too"
has "$(says in_old_session $ctl status)" "rules:      none yet: you are in the group userport from your next login on" "and status"
printf '[probe]\nusers = anna, 4242\nprogram = /opt/probe\nports = 3BC-3BE\nhazardous-ports = 70\nioperm = yes\n' | policy
is "$(says as anna $ctl status)" "user:       anna ($(id -u anna))
ports:      42-43 (PC speaker and its timer channel), 61 (PC speaker and its timer channel), 378-37F (printer port LPT1)
rules:      [probe] of /etc/userport.conf, line 1: for /opt/probe alone 70 (CMOS memory and real-time clock), 3BC-3BE (printer port LPT3)
            [userportctl] of $file, line 3
helper:    $run is in place" "status of a user who gets ports"
answers '[.user, .ports_granted, [.rules[].name], .policy_problem, .helper.in_place]' '["anna",11,["probe","userportctl"],null,true]' "status of a user who gets ports, as JSON" as anna $ctl status --json
is "$(says as bert $ctl check)" "[probe] of /etc/userport.conf, line 1
  users:    anna ($(id -u anna)), 4242
  program:  /opt/probe
  ports:    70 (CMOS memory and real-time clock), 3BC-3BE (printer port LPT3)
  hazard:   port 70 (CMOS memory and real-time clock) can change the date and spoil the BIOS settings, so that the machine does not start any more
  ioperm:   succeeds for these ports
[userportctl] of $file, line 3
  groups:   userport ($(getent group userport | cut -d: -f3))
  program:  any
  ports:    42-43 (PC speaker and its timer channel), 61 (PC speaker and its timer channel), 378-37F (printer port LPT1)
2 rules in 2 files, no mistake" "check shows every rule to everybody"
answers type '"object"' "check --json" $ctl check --json
answers '[.rules[].ioperm]' "[true,false]" "check --json, with its ioperm" $ctl check --json
is "$(says as anna $ctl run /opt/probe all)" "42-43, 61, 70, 378-37F, 3BC-3BE" "run: a program that a rule names"
rm /etc/userport.conf
is "$(says as anna $ctl run -- $probe all)" "42-43, 61, 378-37F" "run gives a program the ports"
is "$(cd /opt && says as anna $ctl run ./probe)" "378-37F" "by a path from the current folder"
is "$(says as anna env PATH=/nowhere:/opt $ctl run probe)" "378-37F" "by PATH"
is "$(says as anna $ctl run --ports speaker $probe all)" "42-43, 61" "a part of the ports"
has "$(says as anna $ctl run --ports 300 $probe)" "userportctl: --ports: no rule gives port 300 to user anna ($(id -u anna)) for this program
userportctl status says what you get.
exit 125" "more than there is: 125"
wine=/home/anna/.wine/dosdevices
devices="says as anna env HOME=/home/anna $ctl run --wine-devices"
is "$($devices giveio true)" "userportctl: --wine-devices: cannot open Wine's folder $wine: not found (2)
Wine makes it when it is started for the first time: wineboot
exit 125" "run --wine-devices: before Wine has a prefix nothing is made"
mkdir -p $wine
is "$($devices giveio true)" "userportctl: --wine-devices: Wine's folder $wine is not yours
Start it as the user whose it is.
exit 125" "in somebody else's neither"
chown anna: $wine
is "$($devices 'GiveIO, userport' $probe)" "userportctl: note: $wine/giveio leads to /dev/null from now on: programs in Wine can open \\\\.\\giveio
userportctl: note: $wine/userport leads to /dev/null from now on: programs in Wine can open \\\\.\\userport
378-37F" "links are made, and said, and the program has its ports"
is "$(cd $wine && ls -o --time-style=+ | awk 'NR > 1 { print $3, $5, $6, $7 }')" "anna giveio -> /dev/null
anna userport -> /dev/null" "they are the user's"
is "$($devices giveio,userport true)" "" "what is there already is not said again"
rm $wine/*
ln -s /etc $wine/giveio
echo mine >$wine/userport
is "$($devices giveio true)" "userportctl: --wine-devices: there is already $wine/giveio, and leads to /etc
It was left alone. Remove it if it is not needed.
exit 125" "a link elsewhere stays, and the program is not started"
has "$($devices userport true)" "there is already $wine/userport" "a file too"
is "$(readlink $wine/giveio; cat $wine/userport)" "/etc
mine" "both are as they were"
mkdir -p /home/anna/lab/dosdevices
chown anna: /home/anna/lab/dosdevices
has "$(says as anna env HOME=/home/anna WINEPREFIX=/home/anna/lab $ctl run --wine-devices giveio true)" "/home/anna/lab/dosdevices/giveio leads to" "WINEPREFIX is another"
has "$(says as anna env WINEPREFIX=lab $ctl run --wine-devices giveio true)" "the variable WINEPREFIX has no path from / on" "which has to be a path"
has "$(says as bert env HOME=/home/anna $ctl run --wine-devices porttalk true)" "no rule for user bert" "who gets no port gets no link"
rm -r /home/anna/.wine /home/anna/lab
is "$(says as anna $ctl run sh -c 'exit 42')" "exit 42" "the program's exit status, and its own options"
is "$(says as anna $ctl run printf '%s.' a 'b c' --json --help)" "a.b c.--json.--help." "its arguments are its own"
has "$(says as anna $ctl run no-such-program)" "not found (2)
It is looked for in PATH; one in this folder is ./NAME.
exit 127" "a program that is not there: 127"
has "$(says as anna $ctl run /opt/none)" "cannot run /opt/none: not found (2)
exit 127" "by its path: 127"
has "$(says as anna $ctl run /etc/passwd)" "cannot run /etc/passwd: permission denied (13)
exit 126" "one that is none: 126"
install -m 755 "$build/examples/amd64/probe.exe" /opt/probe.exe
has "$(says as anna $ctl run /opt/probe.exe)" "cannot run /opt/probe.exe: Exec format error (8). A Windows program: userportctl run wine PROGRAM
exit 126" "a Windows program: how it is run"
has "$(says as anna $ctl run '')" "the name of the program is empty" "no name: 125"
has "$(says as anna env PATH=/etc $ctl run passwd)" "exit 126" "one in PATH that may not be run: 126"
is "$(says $ctl run --user anna --ports 378 $probe)" "378" "root runs it for a user"
has "$(says as anna $ctl run --user bert $probe)" "--user is for root alone
exit 125" "nobody else does"
# rules that name a program: what is wrong with it
ln -s probe /opt/link
ln -s /opt /link
printf '#!/bin/sh\n' >/opt/script
cp $probe /opt/annas
chown anna /opt/annas
cp $probe /tmp/probe
cp $probe /opt/writable
chmod 775 /opt/writable
chmod 755 /opt/script
for name in link script annas writable none; do
    printf '[%s]\nusers = bert\nprogram = /opt/%s\nports = 300\n' $name $name
done | policy
mkdir /opt/stick
mount -t tmpfs -o nosuid,nodev,mode=755 stick /opt/stick
cp $probe /opt/stick/
printf '[stick]\nusers = bert\nprogram = /opt/stick/probe\nports = 300\n' >>/etc/userport.conf
printf '[folder]\nusers = bert\nprogram = /link/probe\nports = 300\n[tmp]\nusers = bert\nprogram = /tmp/probe\nports = 300\n' >>/etc/userport.conf
is "$(says as bert $ctl check | sed -n 's/^  but:  *the rule does not apply: //p')" "/opt/link is a symbolic link to probe: name /opt/probe
/opt/script is a script or no program: rules name programs of machine code alone
/opt/annas belongs to user $(id -u anna), not to root, who could change it: chown root /opt/annas
others than root may write to /opt/writable: chmod go-w /opt/writable
cannot look at /opt/none: No such file or directory (2)
/opt/stick is on a file system that is mounted nosuid, as those are that users may mount: put the program elsewhere
/link is a symbolic link to /opt: name /opt/probe
others than root may write to the folder /tmp: put the program elsewhere" "check says of each rule why it cannot apply"
is "$(says as bert $ctl check | tail -n 1)" "9 rules in 2 files, no mistake; 8 of the rules do not apply" "and how many they are"
has "$(says as bert $ctl status)" "[script] of /etc/userport.conf, line 5: for /opt/script alone 300 (NE2000 network card)
            but the rule does not apply: /opt/script is a script" "so does status"
answers '[.rules[] | .program_problem != null]' '[true,true,true,true,true,true,true,true]' "status with rules that cannot apply, as JSON" as bert $ctl status --json
is "$(finds warning policy as_bert)" "A rule does not apply: [link] of /etc/userport.conf: /opt/link is a symbolic link to probe: name /opt/probe. userportctl check says the same of each rule." "and doctor"
answers '[.rules[] | .program_problem != null]' '[true,true,true,true,true,true,true,true,false]' "check with rules that cannot apply, as JSON" $ctl check --json
has "$(says as bert $ctl run /opt/script)" "the rule [script] names this program, but does not apply: /opt/script is a script or no program" "and so says run"
has "$(says as bert $ctl run /opt/stick/probe)" "the rule [stick] names this program, but does not apply: /opt/stick is on a file system that is mounted nosuid" "of a stick"
umount /opt/stick
has "$(says as bert $ctl run /opt/annas)" "the rule [annas] names this program, but does not apply: /opt/annas belongs to user" "of each"
has "$(says as bert $ctl run true)" "no rule gives user bert ($(id -u bert)) ports for the program /usr/bin/true" "a program that no rule names"
printf '[probe]\nusers = bert\nprogram = /opt/probe\nports = 300\n' | policy
has "$(says as bert $ctl run /opt/link)" "The rule [probe] is for /opt/probe: start it by this path" "by another path"
has "$(says as bert $ctl run --ioperm /opt/probe)" "a rule names this program, so that it is for root to say" "with --ioperm"
is "$(says as bert $ctl run /opt/probe all)" "300" "by its own"
chmod 600 /etc/userport.conf
has "$(says $ctl check)" "note: not everybody can read /etc/userport.conf; who cannot gets no port. As root: chmod a+r /etc/userport.conf" "check by root tells of a file that users cannot read"
is "$(finds warning policy as_root)" "Not everybody can read /etc/userport.conf; who cannot gets no port. As root: chmod a+r /etc/userport.conf" "and the doctor"
has "$(says as anna $ctl run true)" "no port is given to anybody: cannot open /etc/userport.conf: Permission denied (13), so that no port is given: chmod a+r" "and run by a user"
rm -r /etc/userport.conf /opt/link /link
is "$(says $ctl revoke lpt1 >/tmp/out; says as anna $ctl run $probe all)" "42-43, 61" "after a revoke a new program lacks the ports"
$ctl grant lpt1 >/dev/null

# ---- reads and writes on QEMU's devices -------------------------------------------------------------------------------------------
part "reads and writes on QEMU's devices"
answers '[.backend, .width, [.ports[].port]]' '["direct",8,[888,889,890]]' "a user reads: userportctl gets itself the ports" as anna $ctl read 378-37A --json
is "$(says as anna $ctl write 378 5A; says as anna $ctl read 378)" "378: 5A" "and writes what it reads"
is "$(says as anna $ctl run --ports 378-37A $ctl read 378)" "378: 5A" "also when run has started it"
has "$(says as anna $ctl run --ports 378 $ctl read 37A)" "37A is not granted" "with what it was given and no more"
has "$(says as anna $ctl read 300)" "no rule gives port 300 to user anna
As root, grant it to the group userport: userportctl grant 300" "a port that is not granted"
has "$(says as anna $ctl test lpt)" "Control register 37A: CC before, C8 during, CC after" "test lpt resets the printer"
answers '[.test, .backend, .as_expected]' '["speaker","direct",true]' "test speaker plays its tune" as anna $ctl test speaker --json
is "$(says as anna timeout --preserve-status -s INT 2 $ctl watch --interval 10 378 | sed 's/.*  378/378/')" "378: 5A" "watch ends at Ctrl-C with 0"
is "$(says $ctl read 378 --backend devport)" "378: 5A" "root reads /dev/port"

# ---- ports, devices ---------------------------------------------------------------------------------------------------------------
part "ports, devices"
has "$(says $ctl ports)" "keyboard  [/proc/ioports]" "root sees the drivers' ports"
has "$(says as anna $ctl ports)" "the system tells root alone which ports drivers hold" "a user is told that it is root's"
has "$(says as anna $ctl ports)" "at 0000:00:01.1]" "and sees the PCI devices"
# The PIIX3's disk controller has the AT's addresses, which are not in the order of its regions.
answers '[.devices[] | select(.id | endswith("at 0000:00:01.1")) | [.region, .ports]][:4]' '[[0,"1F0-1F7"],[1,"3F6"],[2,"170-177"],[3,"376"]]' "a device's ranges with their numbers, and in that order" as anna $ctl ports --json
has "$(says as anna $ctl ports)" "170-177    2       PCI disk controller  [" "which people see too"
answers '[.devices[] | select(.id == "/proc/ioports").region] | unique' "[null]" "drivers' ports have none" $ctl ports --json
answers '.known[] | select(.name == "lpt1").granted' '"yes"' "ports --json: what is granted is what the user gets" as anna $ctl ports --json
answers '.known[] | select(.name == "lpt1").granted' '"no"' "ports --json: another user gets nothing" as bert $ctl ports --json

# ---- printer port cards --------------------------------------------------------------------------------------------------------------
# Real ones there are none: these are made up, in a folder in the place of the kernel's, beside what is real. A printer port of
# QEMU's stands where the first one says that it is.
part "printer port cards"
cp "$build/host/linux/followed" /opt/
run_card() { says as anna $ctl run --map card /opt/followed print 378 "$@"; }
shown=$(as anna $ctl ports 2>/dev/null)
is "$(echo "$shown" | sed -n '1s/ *PORTS.*//p; s/ at 0000.*//; s/.*\(PCI serial port card\)/\1/p')" "GRANTED  NAME
PCI serial port card  [1b36:0002
PCI serial port card  [1b36:0003" "QEMU's serial cards are in the list, and are no printer port cards"
is "$(echo "$shown" | grep -c 'Printer port card\|not known here\|--map')" 0 "nothing is said of a printer port"
answers '.findings[] | select(.subject == "cards") | .level + ": " + .text' '"ok: No printer port card is known to be here."' "nor by the doctor" as anna $ctl doctor --json
is "$(run_card no)" "userportctl: run: --map \"card\": no printer port card is known to be here: give the address, as userportctl ports shows it
Help: userportctl run --help
exit 125" "run --map card: what to do"
has "$(says as anna $ctl test lpt)" "Control register 37A: CC before, C8 during, CC after" "test lpt: the real printer port"

pci_devices
ch382() { make_card 03:00.0 1c00 3050 070103 e000-e0ff f0000000-f0007fff "$@"; }
ch382 e100-e103
has "$(as anna $ctl ports 2>/dev/null | head -n 4)" "Printer port card: WCH CH382, at E100-E103
  grant it              userportctl grant E100-E103
  test it               userportctl test lpt E100
  run what knows 378    userportctl run --map 378-37B=E100 PROGRAM" "a card that is known is what ports begins with"
answers '.findings[] | select(.subject == "cards") | .level + ": " + .text' '"note: The printer port of the card, WCH CH382, is at E100-E103, which is not granted."' "the doctor says that nobody has granted it" as anna $ctl doctor --json
said=$(says as anna $ctl test lpt)
has "$said" "Control register 37A: CC before" "test lpt: LPT1 answers, and is tested"
is "$(echo "$said" | grep card)" "" "and of the card nothing is said"
is "$(run_card no)" "userportctl: note: the program's ports go to E100-E103, which it is not given: accesses to them end it
Segmentation fault
exit 139" "run --map card: its port is not granted"
$ctl set D010-D017 >/dev/null
is "$(finds warning cards as_anna)" "D010-D017 is granted, where no device is, and the printer port of the card, WCH CH382, is at E100-E103, which is not granted: the card may have got this address when the machine started. Grant what is there now: userportctl grant E100-E103. Take the other ports away: userportctl revoke D010-D017. Programs and routes with D010 need E100 instead." "the doctor: a card that has another address since the start"
$ctl set E100-E103 >/dev/null
is "$(finds ok cards as_anna)" "The printer port of the card, WCH CH382, is at E100-E103, and is granted. " "granted where it is"
is "$(says as anna $ctl test lpt)" "LPT1 (378) is not granted: testing the printer port of the card, WCH CH382, at
E100.
Control register E102: CC before, C8 during, CC after. Status register E101: D9
before, D8 after. The register kept what was written: a printer port answers,
and its INIT line was low for 100 ms. The printer says: ready, paper is there,
selected (online), no error." "test lpt: finds the card, and says so"
answers '[.base, .card, .as_expected]' '[57600,"WCH CH382",true]' "test lpt --json: the card" as anna $ctl test lpt --json
is "$(run_card 'by the card')" "" "run --map card: a program that knows 378 prints"
make_card 04:00.0 1407 8000 070101 d100-d107
is "$(run_card no)" "userportctl: run: --map \"card\": there are 2 printer ports of cards, at E100, D100: give the address
Help: userportctl run --help
exit 125" "run --map card: there are two"
is "$(says as anna $ctl run --map 378-37B=E100 /opt/followed print 378 ', by its address')" "" "which have addresses"
has "$(says as anna $ctl test lpt)" "at
E100." "test lpt: of two cards the one that is granted"
$ctl grant lpt1 >/dev/null
answers '[.base, .card, .as_expected]' '[888,null,true]' "test lpt --json: LPT1 goes before the card, if it answers" as anna $ctl test lpt --json
$ctl set D100-D107 E100-E103 >/dev/null
is "$(says as anna $ctl test lpt)" "userportctl: note: a card is here, WCH CH382, with its printer port at E100: userportctl test lpt E100
userportctl: note: a card is here, Lava Parallel, with its printer port at D100: userportctl test lpt D100
userportctl: no rule gives the ports 378-37A to user anna
As root, grant them to the group userport: userportctl grant 378-37A
exit 1" "of two that are granted neither"
has "$(says as anna $ctl test lpt D100)" "All bits are ones" "the second one by its address, where nothing is"
make_card 04:00.0 1234 5678 070101 d100-d107
has "$(as anna $ctl ports 2>/dev/null)" "D100-D107  0       PCI printer port card  [1234:5678 at 0000:04:00.0]
                            a card that is not known here, 1234:5678
                            if it is the printer port: userportctl run --map 378-37F=D100 PROGRAM" "one that is not known: that, and what to try"
is "$(run_card ', beside one that is not known')" "" "which is no second one"
$ctl set lpt1, 42-43 61 >/dev/null
ch382 0378-037b
is "$(as anna $ctl ports 2>/dev/null | head -n 3)" "Printer port card: WCH CH382, at 378-37B
  test it               userportctl test lpt 378" "one at 378, which is granted, needs no more than a test"
answers '.findings[] | select(.subject == "cards") | .level' '"ok"' "and the doctor has nothing to say" as anna $ctl doctor --json
umount /sys/bus/pci/devices

# Each row of the table, sixteen at once: tests/lib/cards.py has made them up, and what has to be said.
mkdir /tmp/made
tar -xf "$build/linux/cards.tar" -C /tmp/made
for batch in /tmp/made/*; do
    mount --bind $batch/devices /sys/bus/pci/devices
    shown=$($ctl ports 2>/dev/null)
    umount /sys/bus/pci/devices
    read -r names <$batch/names
    is "${shown%%GRANTED  NAME*}." "$(cat $batch/text; echo .)" "the cards $names"
    is "$(echo "$shown" | sed -n 's/^ \{28\}//p')" "$(cat $batch/list)" "what each of their ranges is"
done

# ---- the examples of docs/userportctl.md -----------------------------------------------------------------------------------------
part "docs/userportctl.md"
rm $file
groupdel userport
groupadd --system userport # as the package does
grep '^    \$ ' "$root/docs/userportctl.md" | sed 's/^    \$ //' >/tmp/examples
is "$([ "$(wc -l </tmp/examples)" -ge 12 ] && echo enough)" enough "there are examples"
while read -r line <&3; do
    case $line in
    sudo*) result=$(says sh -c "${line#sudo }") ;;
    *) result=$(says as anna sh -c "$line") ;;
    esac
    case $line in
    *adduser*) is "$(id -nG anna | grep -ow userport)" userport "$line" ;;
    *run*) is "$result" "done" "$line" ;;
    *) is "$(echo "$result" | grep '^exit')" "" "$line" ;;
    esac
    case $line in *--json*) answers type '"object"' "$line: it is JSON" echo "$result" ;; esac
done 3</tmp/examples
is "$(sed -n '/^    # The scope/,/^    hazardous/s/^    //p' "$root/docs/userport.conf.md" | says $ctl check - | tail -n 1)" "2 rules in 1 file, no mistake; 1 of the rules does not apply" "the example of docs/userport.conf.md"
$ctl set lpt1, 42-43 61 >/dev/null

# ---- the doctor ---------------------------------------------------------------------------------------------------------------------
part "the doctor"
well=$(says as anna $ctl doctor)
is "$(echo "$well" | grep -c '^ERROR\|^WARNING\|^exit')" 0 "doctor: all is well"
says as anna $ctl doctor --json >/tmp/findings
answers type '"object"' "doctor --json" cat /tmp/findings
answers '[.findings[].subject] | unique | length' 16 "doctor --json: sixteen subjects" cat /tmp/findings
has "$(finds ok lockdown as_anna)" "The kernel is not locked down." "doctor: no lockdown"
/opt/module load "$modules/parport/parport.ko" "$modules/parport/parport_pc.ko" "$modules/char/lp.ko" "$modules/char/ppdev.ko"
is "$(finds warning drivers as_root)" "The driver parport0 has the ports 378-37A, which programs may use: both write to them. As root: rmmod lp ppdev parport_pc; and for good: echo blacklist parport_pc >/etc/modprobe.d/userport.conf (and blacklist lp, ppdev)." "doctor: the printer driver has the port"
has "$(finds warning drivers as_anna)" "parport_pc is loaded, and may have the ports that programs use. As root: rmmod lp ppdev parport_pc" "doctor: a user is told of the module"
has "$(says $ctl ports)" "parport0" "ports shows it too"
for module in lp ppdev parport_pc; do /opt/module unload $module; done
has "$(finds ok drivers as_root)" "No driver of the kernel has ports" "doctor: freed as it said, all is well again"
has "$(finds error no-new-privs as_anna setpriv --no-new-privs)" "no_new_privs set" "doctor: no_new_privs"
in_container() { setpriv --bounding-set=-sys_rawio setpriv --reuid=anna --regid="$(id -g anna)" --init-groups "$@"; }
has "$(finds error bounding-set in_container)" "docker run --cap-add SYS_RAWIO" "doctor: not in the bounding set"
has "$(says in_container $ctl check)" "cannot ask $run: the system does not permit it (1)
Containers and services take it away" "check, where userport-run cannot be started"
in_user_namespace() { as anna unshare --user "$@"; }
has "$(finds error user-namespace in_user_namespace)" "in a user namespace of its own" "doctor: a user namespace"
setcap -r $run
has "$(finds error capability as_anna)" "lacks the capability cap_sys_rawio, so that it has no port to give. As root: setcap cap_sys_rawio+ep $run" "doctor: no capability"
has "$(says as anna $ctl status)" "lacks the capability" "status says it too"
has "$(says as anna $ctl read 378)" "cannot get the ports: $run lacks the capability cap_sys_rawio" "and read"
setcap cap_sys_rawio+p $run
has "$(finds error capability as_anna)" "lacks the capability" "doctor: a capability that is not effective"
setcap cap_sys_rawio,cap_net_admin+ep $run
has "$(finds error capability as_anna)" "has other capabilities than cap_sys_rawio" "doctor: more capabilities than it needs"
setcap cap_sys_rawio+ep $run
mount --bind /usr/libexec/userport /usr/libexec/userport
mount -o remount,bind,nosuid /usr/libexec/userport
has "$(finds error nosuid as_anna)" "mounted with nosuid" "doctor: a nosuid mount"
has "$(says as anna $ctl run $probe)" "where its capability does not count
Mount it without nosuid" "and run"
has "$(as anna $run -- $probe 2>&1; echo "exit $?")" "exit 12" "where no port can be given indeed"
umount /usr/libexec/userport
chmod u+s $run
has "$(finds error helper as_anna)" "is setuid or setgid, which it must never be" "doctor: setuid"
chmod 775 $run
setcap cap_sys_rawio+ep $run
has "$(finds error helper as_anna)" "may be written by others than root" "doctor: others may write to userport-run"
chmod 754 $run
has "$(finds error helper as_anna)" "may not be run by this user" "doctor: it may not be run"
chmod 755 $run
chown anna $run
has "$(finds error helper as_anna)" "does not belong to root" "doctor: it is not root's"
chown root $run
setcap cap_sys_rawio+ep $run
mv $run $run.away
has "$(finds error helper as_anna)" "is not there. Install the package userport" "doctor: it is not there"
has "$(says as anna $ctl run $probe)" "no program can be given ports: $run is not there
Install the package userport; or, built from source, see README.md.
exit 125" "run without it: 125"
not_there="cannot ask $run: not found (2)
Install the package userport; or, built from source, see README.md."
is "$(says as anna $ctl check)" "userportctl: $not_there
exit 1" "check without it: what is not there, why, and what to do"
is "$(says as anna $ctl read 378)" "userportctl: $not_there
exit 1" "read"
has "$(says as anna $ctl status)" "policy:     what it gives is not known: cannot ask $run: not found (2)." "status"
has "$(says as anna $ctl ports)" "note: which ports you get is not known: cannot ask $run: not found (2)" "ports"
has "$(finds error policy as_anna)" "What the policy gives is not known: cannot ask $run: not found (2). Install the package userport" "doctor"
printf '#!/bin/sh\necho user: 0; echo "  ports: 300"; echo verdict: granted\n' >$run
chmod 755 $run
has "$(says as anna $ctl check)" "cannot ask $run: it says \"  ports\"" "an answer that makes no sense counts for nothing"
printf '#!/bin/sh\necho user: 0\n' >$run
has "$(says as anna $ctl check)" "userportctl: cannot ask $run
" "nor one that is not whole"
printf '#!/bin/sh\necho userport-run: there is no option --explain >&2; exit 125\n' >$run
has "$(says as anna $ctl check)" "cannot ask $run: it says \"there is no option --explain\"" "an older one says what it lacks"
rm $run
mv $run.away $run
chown anna $file
has "$(finds error policy as_anna)" "belongs to user $(id -u anna), not to root" "doctor: the policy is not root's"
has "$(says as anna $ctl check)" "chown root $file
Until it is mended, nobody gets a port.
exit 1" "check says it too"
chown root $file
printf '[bad]\nusers = anna\nprogram = any\nports = 378-\n' | policy
has "$(finds error policy as_anna)" "/etc/userport.conf, line 4, column 9" "doctor: a mistake, its line and column"
answers '[.file, .line, .column, .rules]' '["/etc/userport.conf",4,9,[]]' "check --json: where it is" $ctl check --json
rm /etc/userport.conf
mv $file /tmp/away
has "$(finds error policy as_anna)" "The policy has no rule" "doctor: no rule"
mv /tmp/away $file
is "$(says as anna $ctl doctor | grep -c '^ERROR\|^WARNING')" 0 "doctor: all put back, all is well"
echo integrity >/sys/kernel/security/lockdown
has "$(finds error lockdown as_anna)" "The kernel is locked down (integrity): it gives ports to nobody" "doctor: kernel lockdown"
has "$(says as anna $ctl run $probe)" "the kernel does not give the ports" "which run meets"

# ---- what was JSON --------------------------------------------------------------------------------------------------------------------
part "what was JSON"
judge
plan
