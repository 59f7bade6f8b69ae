#!/bin/sh
# SPDX-License-Identifier: MIT
# Windows programs under Wine, started by userport-run as an ordinary user, on real ports: those
# with IN and OUT and those of userport.dll, inpoutx64.dll, DLPortIO.dll and the automation object,
# all as they are built for Windows. The first program of Wine has no ports here, and so none of
# Wine's own have: only what userport-run starts, and what that starts. What the printer port and
# the speaker saw: tests/linux/wine_seen.py.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_wine.sh"

for folder in library cpp delphi; do
    mkdir "$here/$folder"
    cp "$build/examples/amd64/$folder"/*.exe "$build/amd64/userport.dll" "$here/$folder/"
done
cp "$build"/examples/amd64/*.exe "$build"/clients/amd64/*.exe "$build"/amd64/*.dll "$here/"
cp "$root/examples/vb/resetlpt.vbs" "$here/"
cat "$root/tests/wine/sleeper.vbs" >>"$here/resetlpt.vbs"
sed -i 's/WScript\.Sleep/TestSleep/' "$here/resetlpt.vbs"
printf '%s\r\n' '@library\resetlpt.exe' >"$here/later.bat"
chown -R anna: "$here"
printf '[lab]\nusers = anna\nprogram = any\nports = 378-37A, 42-43, 61\n' | policy
with="$run --"

part "Wine starts"
wine_hold env
has "$(wine_by env probe.exe 378)" "378  denied (exception C0000096)" "a program without userport-run: C0000096, as on Windows"

part "programs with IN and OUT"
has "$(wine_by "$with" resetlpt.exe)" "control register 37A read CC before, C8 during, CC after" "resetlpt"
has "$(wine_by "$with" printlpt.exe one)" "the port at 378 took 5 bytes" "printlpt"
has "$(wine_by "$with" speaker.exe)" "speaker: played 7 notes" "speaker"
has "$(wine_by "$with" lptstatus.exe)" "The printer says" "lptstatus"
is "$(wine_by "$with" probe.exe 379-37B)" "379  granted, reads D8
37A  granted, reads CC
37B  denied (exception C0000096)
exit 1" "a port that is not granted: C0000096, and the others are read"

part "programs with userport.dll"
has "$(wine_by "$with" library.exe alone direct 378)" "3 of the ports 300-3FF, 6 in all
direct: port 37B is not granted: nothing was executed. On the Linux side: userportctl grant, as root; then start the program anew, by userportctl run.
0 differences" "each function, each way to be denied, the map, without a driver"
for language in library cpp delphi; do
    has "$(wine_by "$with" $language/resetlpt.exe)" "INIT of the port at 378 was low for 100 ms" "$language: resetlpt"
    has "$(wine_by "$with" $language/printlpt.exe $language)" "bytes" "$language: printlpt"
    has "$(wine_by "$with" $language/speaker.exe)" "played 7 notes" "$language: speaker"
done
has "$(wine_by "$run --ports 378 --" library/resetlpt.exe)" "port 37A is not granted" "with --ports 378 it lacks 37A"

part "who has no ports"
has "$(wine_by env library.exe open)" "cannot open \\\\.\\UserPort: the driver is not running (2)" "without the variable the driver is looked for, as ever"
has "$(wine_by env library.exe open)" "(2). On the Linux side: start the program by userportctl run." "and the advice is Linux's"
has "$(wine_by "env USERPORT_PORTS=378-37A" lptstatus.exe)" "port 379 is not granted: nothing was executed. The variable USERPORT_PORTS names it, but this process was not given it" "the variable alone gives nothing, and no crash"
has "$(wine_by "$run -- /usr/bin/env USERPORT_PORTS=378;" library.exe open)" "the driver is not running" "a list that makes no sense counts as none"

part "inpoutx64.dll, DLPortIO.dll"
is "$(wine_by "$with" inpout_int.exe o w378=69 r378 r37B L378=5)" "o 1 777
w378=69 0 777
r378 69 777
r37B FF 5
L378=5 0 5" "inpoutx64: written and read, and denied"
has "$(wine_by "$with" inpout_dynamic.exe DLPortIO.dll B378=96 b378 'S378*3' 's378*3')" "b378 96 777" "DLPortIO: written and read"

part "the automation object"
is "$(wine_by env regsvr32 /s /n /i:machine 'C:\up\userport_com.dll')" "" "regsvr32"
has "$(wine_by "$with" cscript //nologo resetlpt.vbs)" "INIT of the port at 378 was low for 100 ms" "VBScript: resetlpt"

part "programs that open a driver"
cp "$build/host/userportctl" /usr/bin/userportctl
devices="userportctl run --wine-devices giveio,UserPort --"
has "$(wine_by "$with" opener.exe giveio 378)" "cannot open it: error 2" "giveio is not there"
is "$(wine_by "$devices" opener.exe giveio 379)" "userportctl: note: $prefix/dosdevices/giveio leads to /dev/null from now on: programs in Wine can open \\\\.\\giveio
userportctl: note: $prefix/dosdevices/userport leads to /dev/null from now on: programs in Wine can open \\\\.\\userport
giveio was opened; 379 reads D8" "run --wine-devices: it is opened, and the port is read"
is "$(wine_by "$devices" opener.exe GiveIO 37A)" "GiveIO was opened; 37A reads CC" "by another spelling, and nothing is made again"
is "$(wine_by "$with" opener.exe UserPort 379)" "UserPort was opened; 379 reads D8" "UserPort, by the link that is there"
has "$(wine_by "$with" inpout_int.exe w378=5A r378)" "r378 5A 777" "with the links the DLLs work on"
rm $prefix/dosdevices/giveio $prefix/dosdevices/userport

part "programs that Wine starts"
has "$(wine_by "$with" cmd /c later.bat)" "INIT of the port at 378 was low for 100 ms" "what a program with ports starts has them"
has "$(wine_by "$with" start /b /wait resetlpt.exe)" "INIT of the port at 378 was low for 100 ms" "start /b"
has "$(wine_by env cmd /c later.bat)" "the driver is not running" "what one without ports starts has none"
part "end"
plan
