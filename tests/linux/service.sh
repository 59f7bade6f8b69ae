#!/bin/sh
# SPDX-License-Identifier: MIT
# Services with ports, by a real systemd in the emulated PC: the example unit as it is, and what
# each line does that a unit must not have. systemd is the first process of a name space of
# processes; each service writes into a file, the last one ends systemd.
. "$(dirname "$0")/lib.sh"

printf '[lab]\nusers = anna\nprogram = any\nports = 378-37A\n' | policy
cp $probe /usr/local/bin/counter
units=/etc/systemd/system
out=/opt/said
mkdir $out
chmod 777 $out
names=

# service NAME LINE...: the example with these lines too
service() {
    name=$1
    shift
    names="$names $name.service"
    cp "$root/package/program.service" $units/$name.service
    mkdir $units/$name.service.d
    {
        printf '[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nRestart=no\nStandardOutput=file:%s\nStandardError=file:%s\n' $out/$name $out/$name
        for line in "$@"; do echo "$line"; done
    } >$units/$name.service.d/test.conf
}
service plain
service status 'ExecStart=' "ExecStart=$run -- $probe status"
service part 'ExecStart=' "ExecStart=$run --ports 378 -- $probe"
service by-root 'User=root' 'ExecStart=' "ExecStart=$run --user anna -- $probe"
service by-root-hard 'User=root' 'ExecStart=' "ExecStart=$run --user anna -- $probe" 'NoNewPrivileges=yes'
service protected 'ProtectSystem=strict' 'ProtectHome=yes' 'PrivateTmp=yes' 'ProtectControlGroups=yes' "ReadWritePaths=$out"
for line in NoNewPrivileges=yes DynamicUser=yes LockPersonality=yes MemoryDenyWriteExecute=yes ProtectClock=yes ProtectHostname=yes \
    ProtectKernelLogs=yes ProtectKernelModules=yes ProtectKernelTunables=yes RestrictAddressFamilies=AF_UNIX RestrictNamespaces=yes \
    RestrictRealtime=yes RestrictSUIDSGID=yes SystemCallArchitectures=native SystemCallFilter=~@mount SystemCallLog=mount PrivateDevices=yes; do
    service "not-${line%%=*}" "$line"
done
service hard 'AmbientCapabilities=CAP_SYS_RAWIO' 'NoNewPrivileges=yes' 'LockPersonality=yes' 'MemoryDenyWriteExecute=yes' 'ProtectClock=yes' \
    'ProtectHostname=yes' 'ProtectKernelLogs=yes' 'ProtectKernelModules=yes' 'ProtectKernelTunables=yes' 'RestrictAddressFamilies=AF_UNIX' \
    'RestrictNamespaces=yes' 'RestrictRealtime=yes' 'RestrictSUIDSGID=yes' 'SystemCallArchitectures=native' 'SystemCallFilter=@system-service @raw-io' \
    'SystemCallLog=mount'
service hard-status 'AmbientCapabilities=CAP_SYS_RAWIO' 'NoNewPrivileges=yes' 'ExecStart=' "ExecStart=$run -- $probe status"
service never-PrivateDevices 'AmbientCapabilities=CAP_SYS_RAWIO' 'PrivateDevices=yes'
service never-PrivateUsers 'AmbientCapabilities=CAP_SYS_RAWIO' 'PrivateUsers=yes'
service never-CapabilityBoundingSet 'AmbientCapabilities=CAP_SYS_RAWIO' 'CapabilityBoundingSet=CAP_CHOWN'
service never-SystemCallFilter 'AmbientCapabilities=CAP_SYS_RAWIO' 'SystemCallFilter=@system-service' 'SystemCallErrorNumber=EPERM'
printf '[Unit]\nDefaultDependencies=no\nAfter=%s\nSuccessAction=exit-force\nFailureAction=exit-force\n[Service]\nType=oneshot\nExecStart=/bin/true\n' "$names" >$units/last.service
printf '[Unit]\nDefaultDependencies=no\nWants=%s last.service\n' "$names" >$units/tried.target

# Nothing of this machine's: fstab, getty and the like
rm -f /lib/systemd/system-generators/*
echo on >/proc/sys/kernel/printk_devkmsg # every line of the log
dmesg -n 1
timeout 200 unshare --pid --fork --mount --mount-proc sh -c 'mount -t tmpfs tmpfs /sys/fs/cgroup 2>/dev/null
    mount -t cgroup2 cgroup2 /sys/fs/cgroup &&
    exec env -i PATH="$PATH" container=userport /lib/systemd/systemd --system --unit=tried.target --log-target=kmsg --show-status=no' >/opt/systemd 2>&1
dmesg >/opt/log
said() { cat "$out/$1" 2>&1; }
is "$(said plain)" "378-37A" "the example unit, as it is"
[ "$(said plain)" = 378-37A ] || sed 's/^/# /' /opt/systemd /opt/log
has "$(said status)" "Uid:	$(id -u anna)	$(id -u anna)" "its program is the user's"
has "$(said status)" "CapEff:	0000000000000000" "and has no capability"
is "$(said part)" "378" "a part of the ports"
is "$(said by-root)" "378-37A" "a service of root's, with --user"
is "$(said by-root-hard)" "378-37A" "with NoNewPrivileges= too, as root has the right already"
is "$(said protected)" "378-37A" "ProtectSystem=, ProtectHome=, PrivateTmp= and ProtectControlGroups= are in nobody's way"
for name in $names; do
    name=${name%.service}
    case $name in
    not-PrivateDevices) is "$(said $name)/$(grep -c "$name.service.*status=203/EXEC" /opt/log)" "/1" "without: PrivateDevices= (error 203/EXEC)" ;;
    not-*) has "$(said $name)" "this process has no_new_privs set" "without: ${name#not-}=" ;;
    esac
done
is "$(said hard)" "378-37A" "all but these with AmbientCapabilities="
has "$(said hard-status)" "CapEff:	0000000000000000" "its program has no capability either"
has "$(said hard-status)" "CapAmb:	0000000000000000" "nor one to hand on"
is "$(said never-PrivateDevices)/$(grep -c "never-PrivateDevices.service.*status=203/EXEC" /opt/log)" "/1" "but never with PrivateDevices="
has "$(said never-PrivateUsers)" "or this is in a user namespace" "with PrivateUsers="
is "$(said never-CapabilityBoundingSet)/$(grep -c "never-CapabilityBoundingSet.service.*status=203/EXEC" /opt/log)" "/1" "without the capability in CapabilityBoundingSet="
has "$(said never-SystemCallFilter)" "ioperm does not work here: Operation not permitted (1). A filter of system calls takes it away" "or without @raw-io in SystemCallFilter="
is "$(sed -n '/that this unit must not have/,/^# With the next/p' "$root/package/program.service" | grep -o '[A-Z][A-Za-z]*=[,.]' | tr -d '=,.' | sort -u | tr '\n' ' ')" \
    "$(echo "$names" | tr ' ' '\n' | sed -n 's/^not-\(.*\).service/\1/p' | sort | tr '\n' ' ')" "each of the lines that the example warns of was tried"
plan
