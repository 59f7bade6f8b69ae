#!/bin/sh
# SPDX-License-Identifier: MIT
# Who gets which ports, on a processor: each of the 65,536 is tried by IN. Each processor has a map
# of its own, so that the first cases have two.
#
# Processors: 2
. "$(dirname "$0")/lib.sh"

policy <<EOF
[lab]
groups = lab
program = any
ports = lpt1, 300-31F

[scope]
users = bert
program = /opt/probe
ports = 3BC-3BE
EOF

is "$($probe all)" none "without userport-run no port works, root's neither"
is "$(as anna $probe all)" none "nor a user's"
is "$(run_as anna -- $probe all)" "300-31F, 378-37F" "a group's rule gives its ports and no other"
is "$(run_as anna -- /opt/probe32)" "300-31F, 378-37F" "the same to a 32-bit program"
is "$(run_as anna --ports 378-37A,310 -- $probe)" "310, 378-37A" "a part of them"
is "$(run_as anna --ports lpt1 -- $probe all fork)" "378-37F" "a child has them too"
is "$(run_as anna --ports lpt1 -- $probe all thread)" "378-37F" "and a second thread"
is "$(run_as anna --ports lpt1 -- $probe run $probe all)" "378-37F
378-37F" "and a program that it starts"
is "$(run_as anna --ports lpt1 -- $probe run /opt/probe32)" "378-37F
378-37F" "and a 32-bit program that it starts"
is "$(run_as anna --ports 378-37A -- $probe edges 378 37A)" \
    "inw(first - 1) 0, inw(last - 1) 1, inw(last) 0, inl(last - 3) 0, inl(last - 2) 0" \
    "an access of several bytes needs each of them"
is "$(run_as anna -- $run --ports 378 -- $probe)" "userport-run: no port can be given: this process has no_new_privs set, so that userport-run gets no capability. What userport-run has started has it, and so have containers, and services with NoNewPrivileges=, PrivateDevices= and the like
exit 125" "no_new_privs: userport-run in itself has no right to give"
is "$(as anna $probe)" none "afterwards no port works"

# What is refused. From here on there is one processor: two of them take the emulator three times the
# time, and what follows is about the decision.
echo 0 >/sys/devices/system/cpu/cpu1/online
is "$(nproc)" 1 "the second processor is switched off"
is "$(run_as anna --ports 378-380 -- $probe)" "userport-run: --ports: no rule gives port 380 to user anna ($(id -u anna)) for this program
exit 125" "more than the rules give: nothing"
is "$(run_as anna --ports 37Q -- $probe)" 'userport-run: --ports: "37Q" at column 1: not a hexadecimal number: write 378, 0x378 or 378h
exit 125' "a list that is none"
is "$(run_as anna --ports '' -- $probe)" "userport-run: --ports: the list is empty
exit 125" "an empty list"
is "$(run_as bert -- /bin/true)" "userport-run: no rule gives user bert ($(id -u bert)) ports for the program /bin/true
exit 125" "a rule for one program is not for another"
is "$(run_as daemon -- $probe)" "userport-run: the policy has no rule for user daemon (1): root adds one to /etc/userport.conf, or the user to the group of one
exit 125" "a user without a rule"
is "$(run_as anna -- /no/program)" "userport-run: cannot run /no/program: No such file or directory (2)
exit 127" "a program that is not there"
is "$(run_as anna -- /etc/passwd)" "userport-run: cannot run /etc/passwd: Permission denied (13)
exit 126" "a file that is no program"
has "$(run_as anna -- probe)" "needs its full path" "a name is not enough"
has "$(run_as anna)" "which program?" "no program"
has "$(run_as anna --user bert -- $probe)" "--user is for root alone" "--user is for root"
has "$(run_as anna --bad)" "there is no option --bad" "an unknown option"

# a rule for one program
is "$(run_as bert -- $probe all)" "3BC-3BE" "a rule for a program serves that program"
cp $probe /home/bert/probe
chown bert /home/bert/probe
has "$(run_as bert -- /home/bert/probe)" "no rule gives user bert" "and not a copy of it"
ln -s $probe /home/bert/link
has "$(run_as bert -- /home/bert/link)" "no rule gives user bert" "nor a symbolic link to it"
ln $probe /opt/hard
has "$(run_as bert -- /opt/hard)" "no rule gives user bert" "nor another name of it"
has "$(run_as bert -- /opt/../opt/probe)" "no rule gives user bert" "nor a way around"
has "$(run_as bert -- /opt//probe)" "no rule gives user bert" "nor with two slashes"
chmod g+w $probe
has "$(run_as bert -- $probe)" "the rule [scope] names this program, but does not apply: others than root may write to /opt/probe: chmod go-w /opt/probe" "nor one that others may write"
chmod g-w $probe
chmod o+w /opt
has "$(run_as bert -- $probe)" "does not apply: others than root may write to the folder /opt: put the program elsewhere" "nor one in a folder that others may write"
chmod o-w /opt
mv $probe /opt/real
printf '#!/bin/sh\n/opt/real\n' >$probe
chmod 755 $probe
has "$(run_as bert -- $probe)" "does not apply: /opt/probe is a script or no program" "nor a script of that name"
rm $probe
ln -s /opt/real $probe
has "$(run_as bert -- $probe)" "does not apply: /opt/probe is a symbolic link to /opt/real: name /opt/real" "nor a link of that name"
rm $probe
mv /opt/real $probe
is "$(run_as bert -- $probe)" "3BC-3BE" "all put back, it works again"

# root
is "$($run --user anna --ports 378 -- $probe 2>&1)" "378" "root runs it for a user"
has "$($run --user anna -- $probe status 2>&1)" "Uid:	$(id -u anna)	$(id -u anna)	$(id -u anna)	$(id -u anna)" "who then is the user"
has "$($run --user anna -- $probe status 2>&1)" "CapEff:	0000000000000000" "without root's rights"
has "$($run --user daemon -- $probe 2>&1)" "no rule for user daemon (1)" "by that user's rules"
has "$($run --user nobody-here -- $probe 2>&1)" "there is no user" "who exists"
has "$($run -- $probe 2>&1)" "no rule for user root (0)" "root has no rule without a rule"

# --explain: the same decisions, and nothing done. verdict_of USER ARGUMENT...: the last line, and
# what the program said, if it ran
verdict_of() { run_as "$@" | sed -n "s/^verdict: //p; /^exit/p; /^[0-9A-F]*-[0-9A-F]*/p"; }
is "$(run_as anna --explain --ports 378,310 -- $probe | grep -v '^  ')" "user: $(id -u anna)
user_name: anna
program: /opt/probe
policy: /etc/userport.conf
rule: lab
rule: scope
ports: 310, 378
clean_environment: false
ioperm: false
verdict: granted" "--explain says what would be given, and does not start the program"
is "$(run_as anna --explain --json -- $probe | jq -c '[.verdict, .ports, [.rules[] | [.name, .for_user]]]')" \
    '["granted","300-31F, 378-37F",[["lab",true],["scope",false]]]' "as JSON"
setcap -r $run
is "$(verdict_of anna --explain -- $probe)" granted "it needs no capability"
has "$(run_as anna -- $probe)" "no port can be given: userport-run lacks the capability" "which the run needs"
setcap cap_sys_rawio+ep $run
is "$(as anna setpriv --no-new-privs $run --explain -- $probe | tail -n 1)" "verdict: granted" "nor anything that no_new_privs takes"
is "$($run --user bert --explain -- $probe | grep '^user\|^ports\|^verdict')" "user: $(id -u bert)
user_name: bert
ports: 3BC-3BE
verdict: granted" "root asks for a user"
has "$(run_as anna --explain --user bert -- $probe)" "--user is for root alone" "nobody else does"
printf '[mine]\nusers = anna\nprogram = any\nhazardous-ports = 0-FFFF\n' >/home/anna/policy
chmod 644 /home/anna/policy
is "$(run_as anna --explain --policy-file /home/anna/policy -- $probe | grep '^ports\|^verdict\|^[0-9]')" "ports: 0-FFFF
verdict: granted" "a policy of one's own can be judged"
has "$(run_as anna --policy-file /home/anna/policy -- $probe)" "--policy-file goes with --explain alone: what runs, runs by the policy of this machine
exit 125" "and gives nothing"
is "$(run_as anna --policy-file /home/anna/policy --explain -- $probe run $probe | grep -c '^[0-9]\|^none')" 0 "nor is the program started"
has "$(run_as anna --explain --policy-file /etc/shadow)" "cannot open /etc/shadow: Permission denied (13)" "it is opened with the caller's rights"
mode=$(stat -c %a /dev/port)
chmod 666 /dev/port
has "$(run_as anna --explain --policy-file /dev/port)" "cannot open /dev/port: Operation not permitted (1)" "the capability is gone before a file of the caller's is opened"
has "$($run --explain --policy-file /dev/port)" "cannot open /dev/port: Operation not permitted (1)" "root's too"
chmod "$mode" /dev/port
has "$(as anna $run --explain 2>&1 >/dev/full)" "ended without an answer" "an answer that nobody gets is none"

# Every user, program and option: what --explain says is what the run does, and why it does not.
cp $probe /opt/other
cp $probe /opt/writable
chmod g+w /opt/writable
printf '\n[writable]\nusers = bert\nprogram = /opt/writable\nports = 340\n[both]\nusers = bert\nprogram = /opt/other\nports = 350\nioperm = yes\n' >>/etc/userport.conf
agreed=0 granted=0 others=
field() { # field NAME: that line of $said, without a program: each start of one takes time here
    line=${said##*"$1: "}
    case $said in *"$1: "*) echo "${line%%
*}" ;; esac
}
agree() {
    said=$(run_as "$@" --explain -- "$program" 2>&1)
    done=$(run_as "$@" -- "$program" 2>&1)
    reason=$(field reason)
    case $said in
    *"verdict: granted") [ "$(field ports)" = "$done" ] && granted=$((granted + 1)) ;;
    *"verdict: "*"
exit 125") case $done in "userport-run: "*"$reason"*"
exit 125") [ -n "$reason" ] ;; *) false ;; esac ;;
    *) false ;;
    esac && agreed=$((agreed + 1)) || others="$others; $* $program: $said; $done"
}
for who in anna bert daemon; do
    for program in $probe /opt/other /opt/writable /opt/hard; do
        agree $who
        agree $who --ioperm
        agree $who --ports 3BC
        [ $program != $probe ] || agree $who --ports 378-
    done
done
is "$agreed, $([ $granted -gt 6 ] && echo many)$others" "39, many" "--explain and the run agree for every user, program and option ($granted granted)"
rm /opt/other /opt/writable
policy <<EOF
[lab]
groups = lab
program = any
ports = lpt1, 300-31F

[scope]
users = bert
program = /opt/probe
ports = 3BC-3BE
EOF

# the policy's file
chmod g+w /etc/userport.conf
has "$(run_as anna -- $probe)" "others than root may write to /etc/userport.conf, so that no port is given: chmod go-w" "a policy that others may write gives nothing"
is "$(run_as anna --explain -- $probe | tail -n 3)" "reason: others than root may write to /etc/userport.conf, so that no port is given: chmod go-w /etc/userport.conf
verdict: unusable
exit 125" "--explain says so"
chmod g-w /etc/userport.conf
chown anna /etc/userport.conf
has "$(run_as anna -- $probe)" "belongs to user $(id -u anna), not to root" "nor one that is not root's"
chown root /etc/userport.conf
mv /etc/userport.conf /etc/other
ln -s other /etc/userport.conf
has "$(run_as anna -- $probe)" "it is a symbolic link" "nor a symbolic link"
rm /etc/userport.conf
mkfifo /etc/userport.conf
has "$(run_as anna -- $probe)" "is no plain file, so that no port is given: remove it, or give it another name" "nor a pipe"
rm /etc/userport.conf
mkdir /etc/userport.conf
has "$(run_as anna -- $probe)" "is no plain file" "nor a folder"
rmdir /etc/userport.conf
mv /etc/other /etc/userport.conf
chmod 600 /etc/userport.conf
has "$(run_as anna -- $probe)" "cannot open /etc/userport.conf: Permission denied (13), so that no port is given: chmod a+r, as root, lets its users read it" "nor one that cannot be read"
chmod 644 /etc/userport.conf
mkdir -m 755 /etc/userport.conf.d
printf '[more]\nusers = anna\nprogram = any\nports = 340\n' >/etc/userport.conf.d/b.conf
printf 'not for us\n' >/etc/userport.conf.d/b.conf.dpkg-old
is "$(run_as anna -- $probe)" "300-31F, 340, 378-37F" "files of userport.conf.d count, others there do not"
printf '[more]\nusers = anna\n' >/etc/userport.conf.d/a.conf
has "$(run_as anna -- $probe)" "/etc/userport.conf.d/a.conf, line 1: the rule [more] needs" "a mistake in one file: nothing"
is "$(run_as anna --explain --json -- $probe | head -n 1 | jq -c '[.verdict, .mistake_file, .mistake_line, .mistake_column, .rules]')" \
    '["unusable","/etc/userport.conf.d/a.conf",1,0,[]]' "--explain says where it is"
rm /etc/userport.conf.d/a.conf
chmod o+w /etc/userport.conf.d
has "$(run_as anna -- $probe)" "others than root may write to /etc/userport.conf.d" "a folder that others may write"
chmod o-w /etc/userport.conf.d
head -c 70000 /dev/zero | tr '\0' '#' | fold -w 80 >/etc/userport.conf.d/large.conf
has "$(run_as anna -- $probe)" "is larger than 65536 bytes" "a file that is too large"
rm /etc/userport.conf.d/large.conf
rm /etc/userport.conf
is "$(run_as anna -- $probe)" "340" "without userport.conf the others count"
rm -r /etc/userport.conf.d
has "$(run_as anna -- $probe)" "the policy has no rule" "without any file nobody gets anything"

# all ports
printf '[all]\nusers = anna\nprogram = any\nports = 0-1F, 22-3F, 42-43\nhazardous-ports = 0-FFFF\n' | policy
has "$(run_as anna -- $probe)" "the rule [all] gives port" "hazards need their own key"
plan
