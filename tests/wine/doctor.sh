#!/bin/sh
# SPDX-License-Identifier: MIT
# `userportctl doctor` under Wine: systems are prepared with one thing wrong each, with the
# registry, files and services as they are on Windows, and the doctor has to find it. doctor/said.py
# reads its JSON.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/doctor/lib.sh
cp "$build/wine/loosen.exe" "$c/doctor/"

windows_10() {
    value 'HKCU\Software\Wine' Version REG_SZ win10
}

state='nothing installed'
look
exits 1
said error service 'there is no service UserPort' 'userportctl install'
said note driver-file 'was not looked at: UserPort is not installed'
said note settings 'no settings'
said ok other-drivers 'No other driver'
said ok dll 'Neither userport.dll'
said note dll 'There is no userport-trap.dll for 32-bit and 64-bit programs' 'userportctl install puts it'
said ok system '64-bit'
said ok administrator "administrator's rights"

state='a service, and no file'
wine_driver_install "$build/wine/userport_fake.sys"
rm "$c/windows/system32/drivers/userport.sys"
look
exits 1
said warning service 'not running' 'userportctl start'
said error driver-file 'C:\windows\system32\drivers\userport.sys is not there (2)' 'userportctl install'
said note signature 'was not looked at'
said error settings 'the value IOPM is not there' 'userportctl set'
said note event-source 'bare numbers' 'userportctl install'

state='the driver of 32-bit Windows'
cp "$build/i386/userport.sys" "$c/windows/system32/drivers/"
look
exits 1
said ok driver-file "is UserPort's driver"
said error architecture 'for 32-bit Windows (i386), and this is 64-bit Windows (amd64)' 'folder amd64'

state='no driver at all, a program'
cp "$build/amd64/userportctl.exe" "$c/windows/system32/drivers/userport.sys"
look
said error driver-file 'is no driver'

state='a damaged driver'
head -c 5000 "$build/amd64/userport.sys" >"$c/windows/system32/drivers/userport.sys"
look
said error driver-file 'is damaged: it ends before it should'

state='a driver with a signature that is none'
/usr/bin/python3 - "$build/amd64/userport.sys" "$c/windows/system32/drivers/userport.sys" <<'END'
import struct, sys
image = bytearray(open(sys.argv[1], "rb").read())
optional = struct.unpack_from("<I", image, 0x3C)[0] + 24
image += bytes(-len(image) % 8)
struct.pack_into("<II", image, optional + 112 + 4 * 8, len(image), 64)
image += struct.pack("<IHH", 64, 0x200, 2).ljust(64, b"x")
open(sys.argv[2], "wb").write(image)
END
look
exits 1
said warning signature 'has a signature that is not its own' 'Get the file again'
said error loading 'its signature is not that of the file (error 577)' 'Get the file again'

state="a driver that is not signed"
cp "$build/wine/userport_fake.sys" "$c/windows/system32/drivers/userport.sys"
look
exits 1
said note signature 'The driver is not signed'
said error loading 'The driver: Windows will not load it, since it is not signed (error 577)' 'sign the driver with a test certificate'
said ok test-signing 'is not in its test mode'
said ok architecture 'for 64-bit Windows (amd64), as this one'

state='IOPM of another type'
value "$key" IOPM REG_SZ 'lpt1'
look
said error settings 'not of the type REG_BINARY' 'userportctl set'

state='Scope that makes no sense'
wine_ports '378-37F'
value "$key" Scope REG_DWORD 7
look
said error settings 'the value Scope is not a REG_DWORD of 0 or 1' 'userportctl scope'

state='disabled'
value "$key" Scope REG_DWORD 0
wine_driver_delete
run sc create UserPort type= kernel start= disabled binPath= 'C:\windows\system32\drivers\userport.sys'
look
said error service 'disabled: it cannot be started' 'startup demand, then userportctl start'
wine_driver_delete
wine_driver_install "$build/wine/userport_fake.sys"
wine_ports '378-37F'

state='Windows 10, Secure Boot, block list'
windows_10
value "$control\\SecureBoot\\State" UEFISecureBootEnabled REG_DWORD 1
value "$control\\CI\\Config" VulnerableDriverBlocklistEnable REG_DWORD 1
look
said ok system 'Windows 10'
said ok secure-boot 'cannot be put into its test mode'
said ok block-list 'is in force'
said ok memory-integrity 'is off'

state='Windows 10, no Secure Boot'
value "$control\\SecureBoot\\State" UEFISecureBootEnabled REG_DWORD 0
value "$control\\CI\\Config" VulnerableDriverBlocklistEnable REG_DWORD 0
look
said ok secure-boot 'is off'
said ok block-list 'is not in force'

state='a driver that runs'
wine_driver_start
look
exits 0
said ok service 'runs'
said ok driver 'has granted 8 ports'
said ok other-map 'No other driver'
said ok file-access 'Only administrators'
said ok settings 'It has 8 ports: 378-37F'
said ok scope 'users who are logged on'
said ok hazards 'no port that is known'
said ok wide-list 'no wider than usual'
said ok applied 'uses the list as it is now'
said ok programs 'No program has settings of its own'
said ok denied 'No program has asked'
said ok refused 'Nobody'
said ok access 'Only administrators'
said note signature 'The driver is not signed'
said warning loading 'Windows has loaded the driver, and will probably refuse it the next time: it is not signed' 'that Microsoft has signed'

state='settings of programs'
value "$key\\Programs\\lpttool" Path REG_SZ lpttool.exe
value "$key\\Programs\\lpttool" Routes REG_SZ 378-37F=none
look
exits 0
said ok programs 'The settings of 1 program are valid'
value "$key\\Programs\\lpttool" Routes REG_SZ 378-37F=D100
value "$key\\Programs\\worse" Routes REG_SZ 378=D100
look
exits 0
said note programs 'The routes of the program lpttool lead to ports that are not granted: D100-D107' 'userportctl grant'
said warning programs 'program worse are wrong, so that it has no route and no option: the value Path is not there' 'program remove'
run reg delete "$key\\Programs" /f

state='a program wants a port that is not granted'
wine_limited 60 'C:\doctor\userportctl.exe' read 278 >/dev/null 2>&1
look
exits 0
said note denied '1 time, the last one for port 278 (printer port LPT2)' 'userportctl grant 278'

state='the list was changed and not applied'
wine_ports '378-37F, 70-71, C000-C1FF' 2>/dev/null
look
exits 0
said warning applied 'was changed and is not applied yet' 'userportctl apply'
said warning hazards 'port 70 (CMOS memory' 'userportctl revoke 70'
said warning wide-list 'C000-C1FF' 'no more'

state='everybody can write its file'
chmod o+w "$c/windows/system32/drivers/userport.sys"
look
exits 1
said error file-access 'by others than administrators, who so could take over the whole system: Everyone' 'userportctl install'
run 'C:\doctor\userportctl.exe' install --force --no-libraries
look
exits 0
said ok file-access 'Only administrators'

state='its file is gone while it runs'
mv "$c/windows/system32/drivers/userport.sys" "$c/kept.sys"
look
said error driver-file 'The driver runs from memory'
mv "$c/kept.sys" "$c/windows/system32/drivers/userport.sys"

state='stopped again'
wine_driver_stop
look
said warning service 'not running'
said note applied 'was not looked at: the driver is not running'

state='a driver of another release'
wine_driver_delete
wine_driver_install "$build/wine/userport_other.sys"
wine_driver_start
look
exits 1
said error driver 'of another release (interface 2' 'one release'
wine_driver_stop

for how in tight keys-below-only creator installer; do
    state="settings' access list: $how"
    run 'C:\doctor\loosen.exe' $how
    look
    said ok access 'Only administrators'
done
for how in everyone-writes:Everyone users-set-values:Users users-generic:Users user-without-name:S-1-5-21-1-2-3-1001 owner:S-1-5-21-1-2-3-1001; do
    state="settings' access list: ${how%:*}"
    run 'C:\doctor\loosen.exe' "${how%:*}"
    look
    exits 1
    said error access "${how#*:}" 'userportctl install'
    run 'C:\doctor\userportctl.exe' install --no-libraries
    grep -q 'could be changed by others than administrators, and cannot any more' "$WINEPREFIX/said"
    tell $? "$state: install says that it set another"
    look
    said ok access 'Only administrators'
    said ok service-access 'Only administrators'
done

state='other drivers'
for name in giveio inpoutx64; do
    run sc create $name type= kernel start= demand binPath= 'C:\doctor\none.sys'
done
look
said note other-drivers 'The driver giveio is installed and does not run' 'sc.exe delete giveio'
said note other-drivers 'The driver inpoutx64 is installed and does not run' 'sc.exe delete inpoutx64'

state='a card that has moved'
wine_ports 'D010-D017'
value "$key" Scope REG_DWORD 0
cat >"$c/card.reg" <<'END'
REGEDIT4

[HKEY_LOCAL_MACHINE\System\CurrentControlSet\Enum\PCI\VEN_1407&DEV_8000&SUBSYS_80001407&REV_01\4&1]
"DeviceDesc"="PCI Device"
[HKEY_LOCAL_MACHINE\System\CurrentControlSet\Enum\PCI\VEN_1407&DEV_8000&SUBSYS_80001407&REV_01\4&1\Control]
"AllocConfig"=hex(8):01,00,00,00,05,00,00,00,00,00,00,00,01,00,01,00,01,00,00,00,\
  01,01,01,00,00,d1,00,00,00,00,00,00,08,00,00,00,00,00,00,00
END
run regedit /S 'C:\card.reg'
look
said warning cards 'D010-D017 is granted, where no device is, and the printer port of the card, Lava Parallel, is at D100-D107' 'userportctl grant D100-D107'
wine_ports 'D100-D107'
look
said ok cards 'Lava Parallel, is at D100-D107, and is granted'
run reg delete 'HKLM\System\CurrentControlSet\Enum\PCI' /f
look
said ok cards 'No printer port card is known'

state='DLLs'
cp "$build/i386/inpout32.dll" "$build/amd64/userport.dll" "$build/amd64/userport_com.dll" "$c/windows/system32/"
mkdir -p "$c/windows/syswow64"
cp "$build/i386/userport.dll" "$c/windows/syswow64/"
cp "$build/amd64/userport-trap.dll" "$c/windows/system32/"
mkdir "$c/doctor/i386"
# of 2.7.12: what stands behind the signature of the fixed version, FEEF04BD
/usr/bin/python3 -c 'import re, sys; sys.stdout.buffer.write(re.sub(rb"(?s)(\xbd\x04\xef\xfe\0\0\x01\0).{8}",
    lambda found: found[1] + bytes((7, 0, 2, 0, 0, 0, 12, 0)), sys.stdin.buffer.read(), count=1))' \
    <"$build/i386/userport-trap.dll" >"$c/doctor/i386/userport-trap.dll"
cp "$build/amd64/inpoutx64.dll" "$c/doctor/"
echo 'no DLL' >"$c/doctor/DLPortIO.dll"
look
exits 1
said error dll 'system32\inpout32.dll is for 32-bit programs, and 64-bit programs look for it there' 'folder amd64'
said ok dll "system32\\userport.dll is UserPort's, for 64-bit programs"
said ok dll "system32\\userport_com.dll is UserPort's, for 64-bit programs"
said ok dll "userport.dll is UserPort's, for 32-bit programs"
said ok dll "system32\\userport-trap.dll is UserPort's, for 64-bit programs"
said warning dll 'C:\doctor\i386\userport-trap.dll, for 32-bit programs, is of UserPort 2.7.12' 'folder i386'
said ok dll "C:\\doctor\\inpoutx64.dll is UserPort's, for 64-bit programs"
said error dll 'C:\doctor\DLPortIO.dll is damaged, or no DLL' "UserPort's"

state='for people'
wine_limited 60 'C:\doctor\userportctl.exe' doctor >"$WINEPREFIX/text" 2>&1
[ $? = 1 ] && tr -d '\r' <"$WINEPREFIX/text" | awk 'length > 79 { exit 1 } /^ERROR .*DLPortIO.dll/ { dll = 1 } /^NOTE .*giveio/ { other = 1 } END { exit !(dll && other) }'
tell $? 'the same in text'
echo "1..$number"
