#!/bin/sh
# SPDX-License-Identifier: MIT
# Who gets which ports, on a processor: each of the 65,536 is tried by IN.
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

# what is refused
is "$(run_as anna --ports 378-380 -- $probe)" "userport-run: --ports: no rule gives port 380
exit 125" "more than the rules give: nothing"
is "$(run_as anna --ports 37Q -- $probe)" 'userport-run: --ports: "37Q" at column 1: not a hexadecimal number: write 378, 0x378 or 378h
exit 125' "a list that is none"
is "$(run_as anna --ports '' -- $probe)" "userport-run: --ports: the list is empty
exit 125" "an empty list"
is "$(run_as bert -- /bin/true)" "userport-run: no rule for user $(id -u bert) is for the program /bin/true
exit 125" "a rule for one program is not for another"
is "$(run_as daemon -- $probe)" "userport-run: the policy has no rule for user 1: root adds one to /etc/userport.conf, or the user to the group of one
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
has "$(run_as bert -- /home/bert/probe)" "no rule for user" "and not a copy of it"
ln -s $probe /home/bert/link
has "$(run_as bert -- /home/bert/link)" "no rule for user" "nor a symbolic link to it"
ln $probe /opt/hard
has "$(run_as bert -- /opt/hard)" "no rule for user" "nor another name of it"
has "$(run_as bert -- /opt/../opt/probe)" "no rule for user" "nor a way around"
has "$(run_as bert -- /opt//probe)" "no rule for user" "nor with two slashes"
chmod g+w $probe
has "$(run_as bert -- $probe)" "root alone can replace" "nor one that others may write"
chmod g-w $probe
chmod o+w /opt
has "$(run_as bert -- $probe)" "root alone can replace" "nor one in a folder that others may write"
chmod o-w /opt
mv $probe /opt/real
printf '#!/bin/sh\n/opt/real\n' >$probe
chmod 755 $probe
has "$(run_as bert -- $probe)" "root alone can replace" "nor a script of that name"
rm $probe
ln -s /opt/real $probe
has "$(run_as bert -- $probe)" "root alone can replace" "nor a link of that name"
rm $probe
mv /opt/real $probe
is "$(run_as bert -- $probe)" "3BC-3BE" "all put back, it works again"

# root
is "$($run --user anna --ports 378 -- $probe 2>&1)" "378" "root runs it for a user"
has "$($run --user anna -- $probe status 2>&1)" "Uid:	$(id -u anna)	$(id -u anna)	$(id -u anna)	$(id -u anna)" "who then is the user"
has "$($run --user anna -- $probe status 2>&1)" "CapEff:	0000000000000000" "without root's rights"
has "$($run --user daemon -- $probe 2>&1)" "no rule for user 1" "by that user's rules"
has "$($run --user nobody-here -- $probe 2>&1)" "there is no user" "who exists"
has "$($run -- $probe 2>&1)" "no rule for user 0" "root has no rule without a rule"

# the policy's file
chmod g+w /etc/userport.conf
has "$(run_as anna -- $probe)" "others than root may write to /etc/userport.conf, so that no port is given: chmod go-w" "a policy that others may write gives nothing"
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
