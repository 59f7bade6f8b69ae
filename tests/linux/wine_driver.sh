#!/bin/sh
# SPDX-License-Identifier: MIT
# The amd64 userport.sys as it ships, in Wine's winedevice: when the first program of Wine is
# started by userport-run, Wine's services have its ports, and the driver's IN and OUT work in ring
# 3 on real ports. So programs that open \\.\UserPort, also ones without ports, are served by its
# list.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_wine.sh"

ctl=/usr/bin/userportctl
cp "$build/host/userportctl" $ctl
chmod 755 $ctl
cp "$build"/clients/amd64/*.exe "$build/amd64/userport.dll" "$build/amd64/inpoutx64.dll" "$here/"
install -D -m 644 -t /usr/lib/userport/windows/amd64 "$build/amd64/userport.sys" "$build/amd64/iopm.exe"
list() { # list LIST: as the driver's, from its next start on
    "$build/host/iopm" --force "$1" >"$here/ports.reg"
    wine_by env regedit /S 'C:\up\ports.reg'
}
printf '[lab]\nusers = anna\nprogram = any\nports = 378-37A\n' | policy
with="$run --"

# What docs/wine.md says, line for line; the program opens the device, and stays, so that Wine does.
part "as docs/wine.md says"
sed -n '/^## Programs that use the driver/,/^## What to know/s/^    //p' "$root/docs/wine.md" >/tmp/lines
sed '/^sc create/,$d' /tmp/lines >"$here/once.sh"
sed -n 's/^program\.exe/library.exe compare 378 37B\ncmd \/k/; /^sc create/,$p' /tmp/lines >"$here/start.bat"
is "$(wc -l <"$here/once.sh") $(wc -l <"$here/start.bat")" "4 6" "it has lines for the shell, and start.bat"
chown -R anna: "$here"
hold '0 differences' sh once.sh
has "$(tr -d '\r' </tmp/held)" "4 ports, 3 granted, 0 differences" "a program that opens the device: the driver and its own IN see the same"

part "the driver"
is "$(wine_by env inpout_int.exe o w378=69 r378 r37B 'S378*20' r378)" "o 1 777
w378=69 0 777
r378 69 777
r37B FF 5
S378*20 20 777
r378 20 777" "a program without ports: written and read by the driver, and denied by its list"
has "$(wine_by "$with" library.exe compare 378 37B)" "4 ports, 3 granted, 0 differences" "the driver and the program's own IN see the same"
is "$(wine_by "$with" library.exe denied 37B)" "direct: port 37B is not granted: nothing was executed. On the Linux side: userportctl grant, as root; then start the program anew, by userportctl run.
ioctl: port 37B is not granted: nothing was executed. Add it to UserPort's grant list as an administrator." "each way to be denied"

part "a port of the driver's list that the process lacks"
wine_by env sc stop UserPort >/dev/null
list '378-37B'
wine_by env sc start UserPort >/dev/null
has "$(wine_by env inpout_int.exe o r378 r37B)" "r37B FF 5" "the processor refuses it: the call fails, and gives all ones"
has "$(wine_by env inpout_int.exe o r378)" "r378 FF 2" "Wine has ended its process for drivers: there is no driver then, and programs are told so"

part "end"
plan
