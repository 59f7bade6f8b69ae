#!/bin/sh
# SPDX-License-Identifier: MIT
# What a user with a shell may try with userport-run, and that it changes nothing.
. "$(dirname "$0")/lib.sh"

cp "$build/host/linux/hostile" "$build/host/linux/preload.so" /opt/
chmod 755 /opt/hostile /opt/preload.so
policy <<EOF
[lab]
groups = lab
program = any
ports = lpt1
[probe]
users = bert
program = /opt/probe
ports = lpt1
EOF
plain=$(run_as anna -- $probe)
is "$plain" "378-37F" "at first, as decent people do it"

# ---- the environment
evil='LD_PRELOAD=/opt/preload.so LD_AUDIT=/opt/preload.so LD_LIBRARY_PATH=/opt GCONV_PATH=/opt LOCPATH=/opt
LD_DEBUG=all LD_SHOW_AUXV=1 LD_BIND_NOW= GLIBC_TUNABLES=glibc.malloc.check=3 MALLOC_TRACE=/tmp/trace NLSPATH=/opt/%N LANGUAGE=x LC_ALL=xx_XX
TZ=:/opt/preload.so RES_OPTIONS=debug HOSTALIASES=/etc/shadow IFS=/ BASH_ENV=/opt/x PYTHONPATH=/opt'
is "$(as anna env $evil $run -- $probe 2>&1)" "378-37F" "a hostile environment: the same ports, and nothing was loaded"
is "$(as anna env $evil $run -- $probe status 2>&1 | grep -c -e LD_PRELOAD -e LD_AUDIT -e LD_LIBRARY -e GCONV)" 0 \
    "what loads code does not get to the program either"
is "$(as bert env $evil HOME=/home/bert PATH=/home/bert/bin $run -- $probe status 2>&1 | grep Environment: | sort | tr '\n' ' ')" \
    "Environment: HOME=/home/bert Environment: LANG=C.UTF-8 Environment: LANGUAGE=x Environment: LC_ALL=xx_XX Environment: PATH=/usr/local/bin:/usr/bin:/bin Environment: TERM=dumb Environment: USERPORT_PORTS=378-37F " \
    "a rule for a program gives it an environment without the user's ways to code"
is "$(as bert env LANGUAGE=../../../tmp/l LANG=/tmp/l LC_MESSAGES=/tmp/l LC_CTYPE=de_DE TZ=/tmp/z $run -- $probe status 2>&1 | grep Environment: | sort | tr '\n' ' ')" \
    "Environment: HOME=/root Environment: LC_CTYPE=de_DE Environment: PATH=/usr/local/bin:/usr/bin:/bin Environment: TERM=dumb Environment: USERPORT_PORTS=378-37F " \
    "nor files of the user's by language or time zone"
is "$(as bert env TZ=Europe/Berlin $run -- $probe status 2>&1 | grep -c TZ=Europe/Berlin)$(as bert env TZ=../../tmp/z $run -- $probe status 2>&1 | grep -c TZ=)" 10 \
    "a time zone stays, a path to another one does not"
is "$(as anna env USERPORT_PORTS=0-FFFF $run --ports 379 -- $probe status 2>&1 | grep USERPORT)" "Environment: USERPORT_PORTS=379" \
    "the program is told its ports, whatever the caller said"
is "$(as anna env -i $run -- $probe 2>&1)" "378-37F" "no environment at all"

# ---- arguments
has "$(as anna /opt/hostile no-name $run 2>&1)" "which program?" "no argument, not even a name"
long=$(head -c 100000 /dev/zero | tr '\0' 9)
has "$(run_as anna --ports "$long" -- $probe)" '"99999999999999999999999999999999..." at column 1' "a list of 100,000 digits"
has "$(run_as anna -- "/$long")" "File name too long" "a path of 100,000 letters"
has "$(run_as anna --ports "$(printf '378\n\001\033[31m')" -- $probe)" '\x01' "control characters are shown, not sent to the terminal"
is "$(run_as anna -- $probe status -- --ports 0-FFFF --user root | grep -c 'CapEff:.*0000000000000000')" 1 "options behind the program are the program's"

# ---- descriptors
is "$(as anna /opt/hostile closed $run -- /bin/sh -c "$probe >&7" 7>&1)" "378-37F" "0, 1 and 2 closed"
is "$(as anna /opt/hostile closed $run -- /bin/sh -c "$probe status >&7" 2>/dev/null | grep Descriptors)" "Descriptors: 0 1 2 3 7" \
    "the C library fills them, as for every program with privileges; nothing else is open"
is "$(as anna sh -c "exec 9</etc/hostname; exec $run -- $probe status" | grep Descriptors)" \
    "$(as anna sh -c "exec 9</etc/hostname; exec $probe status" | grep Descriptors)" "the program has the descriptors that the caller had, and no more"
is "$(as anna sh -c "$run -- $probe 2>/dev/full >/dev/full; $run --ports 1 -- $probe 2>/dev/full; echo \$?")" 125 "nowhere to write to"

# ---- limits, umask, signals
for limit in "-n 3" "-n 6" "-u 0" "-v 1000" "-s 8" "-f 0" "-d 0"; do
    got=$(as anna sh -c "ulimit $limit; exec $run -- $probe" 2>/dev/null)
    case $got in
    378-37F | "") is 1 1 "ulimit $limit: all or nothing ($got)" ;;
    *) is "$got" "378-37F or nothing" "ulimit $limit" ;;
    esac
done
is "$(as anna sh -c "umask 777; exec $run -- $probe" 2>&1)" "378-37F" "umask 777"
is "$(as anna /opt/hostile deaf $run -- /bin/echo deaf 2>&1)" "deaf" "every signal ignored and blocked, SIGCHLD too"

# ---- ports from elsewhere
in_ports() { /opt/hostile ported /usr/bin/setpriv --reuid=anna --regid="$(group_of anna)" --init-groups "$@"; }
is "$(in_ports $probe)" "300-31F" "ports stay with a process that becomes a user"
is "$(in_ports $run -- $probe)" "378-37F" "but not behind userport-run"
in_iopl() { /opt/hostile iopl /usr/bin/setpriv --reuid=anna --regid="$(group_of anna)" --init-groups "$@"; }
is "$(in_iopl $probe)" "2F0-3FF" "iopl's are all ports, and stay too"
is "$(in_iopl $run --ports 378 -- $probe)/$(/opt/hostile iopl $run --user anna -- $probe)" "378/378-37F" "but not behind userport-run, by any user"
for user in 4294967296 18446744069414584320 4294968297 " 0" +0 -1 0x3e9; do
    has "$($run --user "$user" -- $probe 2>&1)" "there is no user" "--user \"$user\" is nobody"
done
is "$($run --user "$(id -u anna)" -- $probe 2>&1)" "378-37F" "a user by number"

# ---- file systems that say what the user likes
mkdir -p /opt/stick /etc/userport.conf.d
mount -t tmpfs -o nosuid,nodev,mode=755 stick /opt/stick
mkdir /opt/stick/folder
cp $probe /opt/stick/folder/
printf '[stick]\nusers = bert\nprogram = /opt/stick/folder/probe\nports = 3E8\n' >/etc/userport.conf.d/stick.conf
has "$(run_as bert -- /opt/stick/folder/probe)" "mounted nosuid" "a rule's program on a file system that users may mount"
mount -o remount,suid /opt/stick
is "$(run_as bert -- /opt/stick/folder/probe)" "3E8" "the same file, on one that root alone mounts"
umount /opt/stick
printf '[stick]\nusers = bert\nprogram = any\nports = 37' >/etc/userport.conf.d/stick.conf
has "$(run_as bert -- $probe)" "/etc/userport.conf.d/stick.conf, line 4: its last line has no end" "a file that is cut in the middle of a number"
rm /etc/userport.conf.d/stick.conf

# ---- other processes of the same user
is "$(as anna /opt/hostile traced $run -- $probe 2>/dev/null)" "traced: exit 125" "under a debugger it has no right to give"
is "$(as anna /opt/hostile filtered $run -- $probe 2>&1)" "userport-run: no port can be given: this process has no_new_privs set, so that userport-run gets no capability. What userport-run has started has it, and so have containers, and services with NoNewPrivileges=, PrivateDevices= and the like" "with a filter that fakes capset it has none either"
as anna $run -- /bin/sleep 20 &
sleeping=
while [ -z "$sleeping" ]; do
    sleep 0.2
    sleeping=$(pgrep -u anna -x sleep)
done
has "$(as bert /opt/hostile attach "$sleeping")" "ptrace: Operation not permitted" "another user cannot attach to the program"
kill "$sleeping"
# the reading of the policy takes a while, so that there is time to try
head -c 60000 /dev/zero | tr '\0' '#' | fold -w 900 >>/etc/userport.conf
echo >>/etc/userport.conf
is "$(as anna /opt/hostile watched $run -- $probe)" "0 stolen, often tried" "its user cannot attach to it while it works, nor to its child, nor open their memory or descriptors"
policy <<EOF
[lab]
groups = lab
program = any
ports = lpt1
EOF
odd=0
killed=0
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    as anna /opt/hostile killed $((attempt * 12)) $run -- $probe >/tmp/out.$attempt 2>&1 && killed=$((killed + 1))
    case $(cat /tmp/out.$attempt) in
    "" | 378-37F | *"ended without an answer"*) ;;
    *) odd=$((odd + 1)); sed 's/^/# /' /tmp/out.$attempt ;;
    esac
done
is $odd 0 "killed at twenty moments: all or nothing ($killed at work)"

# ---- a policy that changes meanwhile
printf '[a]\ngroups = lab\nprogram = any\nports = 378\n' >/etc/a
printf '[b]\ngroups = lab\nprogram = any\nports = 3BC\n' >/etc/b
chmod 644 /etc/a /etc/b
cp /etc/a /etc/userport.conf
/opt/hostile swapping /etc/a /etc/b /etc/userport.conf &
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    run_as anna -- $probe
done >/tmp/swapped
kill $!
wait
is "$(sort -u /tmp/swapped | grep -vx -e 378 -e 3BC)" "" "a policy that is replaced meanwhile: one or the other ($(sort /tmp/swapped | uniq -c | tr -s '\n ' ' '))"

# ---- name spaces
echo 1 >/proc/sys/kernel/unprivileged_userns_clone 2>/dev/null
got=$(as anna unshare -Urm sh -c "mount -t tmpfs none /etc 2>/dev/null; printf '[x]\nusers = 0\nprogram = any\nports = 0-6F\n' >/etc/userport.conf; cp /usr/bin/true /etc/; $run -- $probe" 2>&1)
is "$(echo "$got" | grep -c -e '^[0-9A-F]*-[0-9A-F]*')" 0 "root of an own name space, with an own /etc: nothing ($(echo "$got" | tail -n 1))"
plan
