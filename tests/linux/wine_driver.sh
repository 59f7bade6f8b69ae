#!/bin/sh
# SPDX-License-Identifier: MIT
# The amd64 userport.sys as it ships, in Wine's winedevice: when the first program of Wine is started by userport-run, Wine's
# services have its ports, and the driver's IN and OUT work in ring 3 on real ports. So programs that open \\.\UserPort, also
# ones without ports, are served by its list.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_wine.sh"

cp "$build"/clients/amd64/*.exe "$build/amd64/userport.dll" "$build/amd64/inpoutx64.dll" "$here/"
cp "$build/amd64/userport.sys" $prefix/drive_c/windows/system32/drivers/
list() { # list LIST: as the driver's, from its next start on
    "$build/host/iopm" --force "$1" >"$here/ports.reg"
    wine_by env regedit /S 'C:\up\ports.reg'
}
chown -R anna: "$here"
printf '[lab]\nusers = anna\nprogram = any\nports = 378-37A\n' | policy
with="$run --"

part "Wine starts"
wine_hold "$with"
has "$(wine_by env library.exe open)" "cannot open \\\\.\\UserPort: the driver is not running (2)" "Wine has no driver"
has "$(wine_by env sc create UserPort type= kernel start= demand binPath= 'C:\windows\system32\drivers\userport.sys')" "" "sc create"
list '378-37A'
has "$(wine_by env sc start UserPort)" "" "sc start"

part "the driver"
has "$(wine_by env library.exe open)" "opened by ioctl" "a program without ports opens the driver"
has "$(wine_by env library.exe alone ioctl 378)" "3 of the ports 300-3FF, 3 in all
ioctl: port 37B is not granted: nothing was executed. Add it to UserPort's grant list as an administrator.
0 differences" "each function on the port, and each way to be denied by the driver's list"
has "$(wine_by "$with" library.exe use 378)" "0 differences" "the driver and the program's own IN and OUT see the same port"
is "$(wine_by env inpout_int.exe o w378=69 r378 r37B)" "o 1 777
w378=69 0 777
r378 69 777
r37B FF 5" "inpoutx64.dll over the driver"

part "a port of the driver's list that the process lacks"
wine_by env sc stop UserPort >/dev/null
list '378-37B'
wine_by env sc start UserPort >/dev/null
wine_by env inpout_int.exe r378 r37B r37B r378
wine_by env library.exe open
wine_by env sc query UserPort
wine_by env sc start UserPort
wine_by env inpout_int.exe r378
part "end"
plan
