#!/bin/sh
# SPDX-License-Identifier: MIT
# The Debian package in the emulated PC, by dpkg: installed, upgraded, removed, purged; and the
# README's few lines on it.
packaged=yes
. "$(dirname "$0")/lib.sh"

ctl=/usr/bin/userportctl
part() { echo "# $(cut -d' ' -f1 /proc/uptime) s: $1"; }
export DEBIAN_FRONTEND=noninteractive
deb=$(ls "$build"/dist/userport_*_amd64.deb)
# Not the work of other packages: man-db would read every page of this machine at each step, dpkg
# the list of files of each package, apt the lists of what could be installed.
rm -f /var/lib/man-db/auto-update /var/lib/apt/lists/*_*
mkdir /tmp/dpkg
cp -r /var/lib/dpkg/status /var/lib/dpkg/triggers /var/lib/dpkg/alternatives /var/lib/dpkg/arch /tmp/dpkg 2>/dev/null
mkdir /tmp/dpkg/info /tmp/dpkg/updates /tmp/dpkg/parts
for package in $(dpkg-query -W -f '${Package}:${Architecture} ${Package}\n' | sed 's/:all / /' | tr ' ' '\n' | sort -u); do
    echo /. >"/tmp/dpkg/info/$package.list"
done
cp /var/lib/dpkg/info/format /var/lib/dpkg/info/libc-bin.triggers /var/lib/dpkg/info/libc-bin.postinst /tmp/dpkg/info
mount --bind /tmp/dpkg /var/lib/dpkg
part "the machine is ready"
quietly() { "$@" >/tmp/said 2>&1 && echo done || { echo "exit $?"; cat /tmp/said; }; }

# the package of an earlier version: the same files, and one that there is no more
dpkg-deb -R "$deb" /tmp/older
sed -i 's/^Version:.*/Version: 2.9.9/' /tmp/older/DEBIAN/control
echo gone >/tmp/older/usr/share/doc/userport/gone
dpkg-deb --root-owner-group -Zgzip -z1 -b /tmp/older /tmp/older.deb >/dev/null

# ---- the manual's lines, the first of which installs it
part "the manual's lines"
getent group userport >/dev/null && groupdel userport
mkdir -p /home/anna/lines
cp "$deb" /home/anna/lines/userport_3.0.0_amd64.deb
cp $probe /home/anna/lines/counter
grep '^\$ ' "$root/docs/manual.md" | sed 's/^\$ //' | grep -v wine >/tmp/lines
is "$([ "$(wc -l </tmp/lines)" -ge 6 ] && echo enough)" enough "the manual has commands for Linux"
cd /home/anna/lines
while read -r line <&3; do
    case $line in
    *"apt install"*)
        is "$(quietly sh -c "${line#sudo }")" "done" "$line"
        is "$(getcap $run)" "$run cap_sys_rawio=ep" "userport-run has its capability, and no other"
        is "$(stat -c '%a %U %G' $run /etc/userport.conf /etc/userport.conf.d)" "755 root root
644 root root
755 root root" "root's, and not others' to write"
        gid=$(getent group userport | cut -d: -f3)
        is "$(test "$gid" -lt 1000 && echo "system's: $(getent group userport | cut -d: -f4)")" "system's: " "the group userport is the system's, and nobody is in it"
        is "$(as anna $ctl check >/dev/null 2>&1; echo $?)" 0 "the policy as installed makes sense"
        has "$(as anna $ctl run -- $probe 2>&1)" "no rule" "and gives nobody anything"
        is "$(dpkg --verify userport)" "" "every file is the package's"
        ;;
    *counter) is "$(as anna sh -c "$line" 2>&1)" "378-37F" "$line" ;;
    sudo*) is "$(quietly sh -c "${line#sudo }")" "done" "$line" ;;
    *) is "$(quietly as anna sh -c "$line")" "done" "$line" ;;
    esac
done 3</tmp/lines
cd /
is "$(as bert $ctl run -- $probe >/dev/null 2>&1; echo $?)" 125 "who is not in the group has no ports"

# ---- upgraded, from an earlier version
part "upgraded"
quietly dpkg -i /tmp/older.deb >/dev/null
is "$(dpkg-query -W -f '${Version}' userport)$(cat /usr/share/doc/userport/gone)" "2.9.9gone" "there is an earlier version"
echo "# my own line" >>/etc/userport.conf
printf '[mine]\nusers = bert\nprogram = any\nports = 2f8\n' >/etc/userport.conf.d/mine.conf
is "$(quietly dpkg -i "$deb")" "done" "an upgrade asks nothing, although userport.conf was changed"
is "$(getcap $run)" "$run cap_sys_rawio=ep" "the new file has the capability"
is "$(tail -n 1 /etc/userport.conf)" "# my own line" "the administrator's file is as it was"
is "$(as anna $ctl run -- $probe 2>&1)/$(as bert $ctl run -- $probe 2>&1)" "378-37F/2F8" "lists and rules go on"
is "$(ls /usr/share/doc/userport/gone 2>&1)" "ls: cannot access '/usr/share/doc/userport/gone': No such file or directory" "what the new version has not is gone"
is "$(dpkg --verify userport)" "??5?????? c /etc/userport.conf" "every other file is the package's"
is "$(getent group userport | cut -d: -f3,4)" "$gid:anna" "the group and who is in it stay"

# ---- what the package has for programs
part "what the package has for programs"
is "$(ldconfig -p | grep -c 'libuserport.so.3 ')" 1 "the library is known to the loader"
cat >/tmp/p.c <<'EOF'
#include <stdio.h>
#include <userport/userport.h>
int main(void)
{
    uint8_t value;
    up_handle *handle;
    const int opened = up_open(UP_BACKEND_DIRECT, &handle) == UP_OK;

    printf("%d %d", opened, opened && up_in8(handle, 0x378, &value) == UP_OK);
    printf(" %d\n", opened && up_in8(handle, 0x61, &value) == UP_ERR_DENIED);
    return 0;
}
EOF
cc -o /opt/p /tmp/p.c $(pkg-config --cflags --libs userport) >/tmp/said 2>&1 || sed 's/^/# /' /tmp/said
is "$(as anna $ctl run -- /opt/p 2>&1)" "1 1 1" "a program by pkg-config: opened, a granted port read, another one denied"
is "$(for page in 1/userportctl 1/portcheck 3/libuserport 5/userport.conf 8/userport-run; do man -w "${page%/*}" "${page#*/}" >/dev/null 2>&1 || echo "$page"; done)" "" \
    "man finds all pages"
cp "$build/clients/amd64/inpout_int.exe" /tmp/program.exe
is "$(as anna portcheck /tmp/program.exe | grep -v ": not served")" "/tmp/program.exe: a 64-bit Windows program (PE, amd64)
  imports inpoutx64.dll
  inpoutx64.dll is not beside it. Copy the 64-bit one, amd64/inpoutx64.dll." "portcheck says which DLL a Windows program needs"
cp /usr/lib/userport/windows/amd64/inpoutx64.dll /tmp/
is "$(as anna portcheck /tmp/program.exe | tail -n 1)" "  inpoutx64.dll beside it is UserPort's, and fits." "and that the package's fits"
is "$(bash -c '. /usr/share/bash-completion/completions/userportctl; complete -p userportctl' 2>&1 | grep -c userportctl)" 1 "bash completes userportctl"

# ---- where no file can have a capability
part "where no file can have a capability"
mount -t ramfs none /usr/libexec/userport
is "$(quietly dpkg -i "$deb")" "done" "on a file system without capabilities it is installed all the same"
has "$(cat /tmp/said)" "until it has, only root can start programs with ports" "and says what that means"
has "$(as anna $ctl run -- $probe 2>&1)" "capability" "run says what is missing"
is "$($ctl run --user anna -- $probe 2>&1)" "378-37F" "root can start programs"
umount /usr/libexec/userport

# ---- removed and purged
part "removed and purged"
dpkg-deb --fsys-tarfile "$deb" | tar -t | sed -En 's/^\.(.*(userport|portcheck).*)$/\1/p' | sed 's,/$,,' >/tmp/paths
ours() { { xargs ls -d </tmp/paths; ls -d /etc/userport.conf.d/userportctl.conf /run/userport.lock; } 2>/dev/null | sort | tr '\n' ' '; }
is "$(quietly dpkg -r userport)" "done" "removed"
is "$(ours)" "/etc/userport.conf /etc/userport.conf.d /etc/userport.conf.d/userportctl.conf /run/userport.lock " "only settings and the lock stay"
is "$(ldconfig -p | grep -c libuserport)" 0 "the loader has forgotten the library"
sh /var/lib/dpkg/info/userport.postrm purge
is "$(getent group userport | cut -d: -f4)" "anna" "a group with users in it stays at a purge"
gpasswd -d anna userport >/dev/null
is "$(quietly dpkg -P userport)" "done" "purged"
is "$(ours)" "/etc/userport.conf.d " "nothing stays but the folder with the administrator's own rules"
is "$(ls /etc/userport.conf.d)" "mine.conf" "which are there"
is "$(getent group userport)" "" "the group, when nobody is in it, is gone"

plan
