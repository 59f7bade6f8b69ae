#!/bin/sh
# SPDX-License-Identifier: MIT
# What `userportctl doctor` says of a driver's signature and of whether Windows will load it, under
# Wine: drivers are signed with certificates made on the spot, in the file and in a catalogue; the
# version of Windows, its policies and its settings are those of the prefix. Wine reads and checks
# the signatures. The log of code integrity is a fake (doctor/wevtapi.c). A signature of Microsoft's
# cannot be made here; tests/unit/test_loading.c and test_doctor.c have what follows from one.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/doctor/lib.sh
# Wine's "experimental wow64 mode" needs only the files of its i386 package.
WINEDLLPATH=$(pwd)/$build/wine/wow64
export WINEDLLPATH
mkdir -p "$c/windows/syswow64"
cp -al "$WINEDLLPATH/i386-windows/." "$c/windows/syswow64/"
cp "$build/i386/userportctl.exe" "$c/doctor/ctl32.exe"
made=$WINEPREFIX/signatures
driver=$build/amd64/userport.sys
mkdir "$made"

windows() { # BUILD [TYPE]: Windows 10.0 of that build, WinNT or ServerNT
    # 32-bit programs see another part of the registry
    for version in 'HKLM\Software\Microsoft' 'HKLM\Software\Wow6432Node\Microsoft'; do
        value "$version\\Windows NT\\CurrentVersion" CurrentVersion REG_SZ 10.0
        value "$version\\Windows NT\\CurrentVersion" CurrentBuildNumber REG_SZ "$1"
    done
    value "$control\\ProductOptions" ProductType REG_SZ "${2:-WinNT}"
}

# ---- certificates and signed drivers

authority() { # NAME COMMON-NAME [ISSUER]
    openssl req -new -newkey rsa:2048 -nodes -keyout "$made/$1.key" -out "$made/$1.csr" -subj "/CN=$2" 2>/dev/null
    certify "$1" "$1" "${3:-}" 'basicConstraints=critical,CA:TRUE'
}

certify() { # CERTIFICATE REQUEST ISSUER EXTENSION [KEY-IDENTIFIER]: signed by itself without an issuer
    printf '%s\n' "$4" "${5:-subjectKeyIdentifier=hash}" >"$made/extensions"
    if [ -n "$3" ]; then
        openssl x509 -req -in "$made/$2.csr" -CA "$made/$3.crt" -CAkey "$made/$3.key" -CAcreateserial \
            -out "$made/$1.crt" -days 3650 -sha256 -extfile "$made/extensions" 2>/dev/null
    else
        openssl x509 -req -in "$made/$2.csr" -signkey "$made/$2.key" \
            -out "$made/$1.crt" -days 3650 -sha256 -extfile "$made/extensions" 2>/dev/null
    fi
}

publisher() { # NAME COMMON-NAME ISSUER USES
    openssl req -new -newkey rsa:2048 -nodes -keyout "$made/$1.key" -out "$made/$1.csr" -subj "/CN=$2" 2>/dev/null
    certify "$1" "$1" "$3" "extendedKeyUsage=codeSigning,$4"
}

signed() { # FILE FROM KEY DIGEST CERTIFICATE... [-- ARGUMENT...]
    file=$1 from=$2 with=$3 digest=$4
    shift 4
    : >"$made/chain.pem"
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        cat "$made/$1.crt" >>"$made/chain.pem"
        shift
    done
    [ $# = 0 ] || shift
    osslsigncode sign "$@" -certs "$made/chain.pem" -key "$made/$with.key" -h "$digest" -in "$from" -out "$c/doctor/$file" >/dev/null
}

authority root 'A Root of Tests'
authority public 'A Public Authority'
authority verification 'Microsoft Code Verification Root'
certify cross public verification 'basicConstraints=critical,CA:TRUE'
authority imposter 'A Public Authority'
# the name and the key's identifier are those of the authority, the key is not
certify strange imposter verification 'basicConstraints=critical,CA:TRUE' \
    "subjectKeyIdentifier=$(openssl x509 -in "$made/public.crt" -noout -ext subjectKeyIdentifier | tail -n 1 | tr -d ' ')"
publisher test "Anna's Workshop" root 1.3.6.1.5.5.7.3.3
publisher lab 'Lab Ltd' public 1.3.6.1.5.5.7.3.3
publisher hardware 'Microsoft Windows Hardware Compatibility Publisher' root 1.3.6.1.4.1.311.10.3.5,1.3.6.1.4.1.311.10.3.5.1
cp "$driver" "$c/doctor/unsigned.sys"
signed test.sys "$driver" test sha256 test root
signed alone.sys "$driver" test sha256 test
signed lab.sys "$driver" lab sha256 lab cross
signed strange.sys "$driver" lab sha256 lab strange public
signed hardware.sys "$driver" hardware sha256 hardware root
signed both.sys "$c/doctor/test.sys" lab sha256 lab cross -- -nest
/usr/bin/python3 -c 'import sys; image = bytearray(sys.stdin.buffer.read()); image[0x600] ^= 1; sys.stdout.buffer.write(image)' \
    <"$c/doctor/test.sys" >"$c/doctor/changed.sys"
head -c -1 "$c/doctor/test.sys" >"$c/doctor/cut.sys"

windows 19045
state='not signed'
look 'C:\doctor\unsigned.sys'
exits 1
said note signature 'C:\doctor\unsigned.sys is not signed.'
said error loading 'C:\doctor\unsigned.sys: Windows will not load it, since it is not signed (error 577)' 'testsigning on'
state='a test certificate'
look 'C:\doctor\test.sys'
exits 1
said ok signature "C:\\doctor\\test.sys is signed by \"Anna's Workshop\", with a certificate that leads to no root of Microsoft's" ''
said error loading "its certificate counts in Windows' test mode only, which is off (error 577)" 'testsigning on'
state='a certificate without its authority'
look 'C:\doctor\alone.sys'
said note signature 'but where the certificate leads could not be found out'
said note loading 'that depends on who has signed it, which could not be found out'
state='a cross-signed certificate'
look 'C:\doctor\lab.sys'
exits 0
said ok signature 'is signed by "Lab Ltd", with a certificate that Microsoft has cross-signed for drivers; the certificate is of 20'
said ok loading 'Windows loads it, since Microsoft has cross-signed its certificate'
state='a cross-certificate of another key'
look 'C:\doctor\strange.sys'
said ok signature "is signed by \"Lab Ltd\", with a certificate that leads to no root of Microsoft's"
state="Microsoft's uses, and another root"
look 'C:\doctor\hardware.sys'
said ok signature "is signed by \"Microsoft Windows Hardware Compatibility Publisher\", with a certificate that leads to no root of Microsoft's"
said error loading "counts in Windows' test mode only"
state='two signatures, the better one inside'
look 'C:\doctor\both.sys'
said ok signature 'is signed by "Lab Ltd", with a certificate that Microsoft has cross-signed'
for file in changed cut; do
    state="a signed file, $file"
    look "C:\\doctor\\$file.sys"
    exits 1
    [ $file = cut ] || said warning signature 'the file was changed after it was signed, or the signature is damaged' 'Get the file again'
    [ $file = cut ] || said error loading 'its signature is not that of the file (error 577)'
done
state='a catalogue of the system'
# Wine takes the digest of the whole file, where Windows leaves out what a signature changes.
/usr/bin/python3 - "$c/doctor/unsigned.sys" "$made/plain.cat" <<'END'
import hashlib, pathlib, sys
sys.path.insert(0, "package")
import catalog
catalog.authenticode_digest = lambda data, algorithm: hashlib.new(algorithm, data).digest()
pathlib.Path(sys.argv[2]).write_bytes(catalog.catalogue(1, [("userport.sys", pathlib.Path(sys.argv[1]).read_bytes())], 1700000000))
END
catalogues="$c/windows/system32/catroot/{127D0A1D-4EF2-11D1-8608-00C04FC295EE}"
[ -d "$c/windows/system32/catroot" ] && [ ! -e "$catalogues" ]
tell $? "$state: looking for one has made no folder"
signed userport.cat "$made/plain.cat" lab sha1 lab cross
mkdir -p "$catalogues"
mv "$c/doctor/userport.cat" "$catalogues/"
look 'C:\doctor\unsigned.sys'
said ok signature 'is signed by "Lab Ltd", with a certificate that Microsoft has cross-signed'
said ok signature "The signature is in one of Windows' catalogues."
said ok loading 'Windows loads it, since Microsoft has cross-signed its certificate'
rm -r "$catalogues"
state='no file'
look 'C:\doctor\none.sys'
said note signature 'was not looked at: there is no driver file that can be read'
said error loading 'C:\doctor\none.sys cannot be read: it is not there (2)' 'the path of a driver'
exits 1
state='another processor'
cp "$build/i386/userport.sys" "$c/doctor/i386.sys"
look 'C:\doctor\i386.sys'
said error loading 'it is for 32-bit Windows (i386), and this is 64-bit Windows' 'folder amd64'
state='a program'
look 'C:\doctor\userportctl.exe'
said error loading 'since it is a program, no driver'
said note signature 'was not looked at: the file is no driver'
state='a folder, and no name'
look 'C:\doctor'
said error loading 'C:\doctor cannot be read: it is a folder (267)' 'the path of a driver'
look 'C:\doctor\*.sys'
said error loading 'C:\doctor\*.sys cannot be read: that is no name of a file (123)'
look ''
[ "$status" = 2 ] && grep -q 'doctor: the name of the file is empty' "$WINEPREFIX/errors"
tell $? "$state: an empty one"

# The 32-bit crypt32.dll and wintrust.dll of this Wine do not load, as on a system without them.
state='the 32-bit doctor, without crypt32.dll'
ctl32() {
    wine_limited 60 'C:\doctor\ctl32.exe' doctor --json "$1" >"$WINEPREFIX/report.json" 2>"$WINEPREFIX/errors"
}
ctl32 'C:\doctor\lab.sys'
said note signature 'Who has signed the driver could not be found out'
said note loading 'that depends on who has signed it'
ctl32 'C:\doctor\unsigned.sys'
said error loading 'it is not signed'

# ---- Windows' versions and policies

state='Windows 10 1607, Secure Boot'
windows 14393
value "$control\\SecureBoot\\State" UEFISecureBootEnabled REG_DWORD 1
look 'C:\doctor\lab.sys'
said note loading "that depends on whether Windows wants Microsoft's signature, which could not be found out"
value "$control\\SecureBoot\\State" UEFISecureBootEnabled REG_DWORD 0
state='Windows 11 24H2, before the updates of April 2026'
windows 26100
look 'C:\doctor\lab.sys'
said ok driver-policy 'is not in force here'
said warning loading 'for the time being: Microsoft has cross-signed its certificate, and the updates of April 2026' 'that Microsoft has signed'
state='the policy of 2026 is being evaluated'
policies=$c/windows/system32/CodeIntegrity/CiPolicies/Active
mkdir -p "$policies"
echo x >"$policies/{784c4414-79f4-4c32-a6a5-f0fb42a51d0d}.cip"
look 'C:\doctor\lab.sys'
said ok driver-policy 'is being evaluated'
said warning loading 'is only being evaluated (event 3076)'
state='the policy of 2026 is in force'
echo x >"$policies/{8F9CB695-5D48-48D6-A329-7202B44607E3}.cip"
look 'C:\doctor\lab.sys'
exits 1
said ok driver-policy 'is in force'
said error loading 'the policy of 2026 against cross-signed drivers is in force (event 3077)'
look 'C:\doctor\test.sys'
said error loading "counts in Windows' test mode only"
ctl32 'C:\doctor\lab.sys'
said ok driver-policy 'is in force'
state="another's policies"
echo x >"$policies/{0283AC0F-FFF1-49AE-ADA1-8A933130CAD6}.cip"
echo x >"$policies/readme.txt"
look
said ok driver-policy 'is in force'
! /usr/bin/python3 tests/wine/doctor/said.py "$WINEPREFIX/report.json" note driver-policy 'other' >/dev/null
tell $? "$state: one that comes with Windows is none"
echo x >"$policies/{00000000-1111-2222-3333-444444444444}.cip"
look
said note driver-policy '1 other code integrity policy is here that does not come with Windows ({00000000-1111-2222-3333-444444444444}.cip)'
state='the same on an older Windows'
windows 22631
look 'C:\doctor\lab.sys'
said ok driver-policy 'is not for this Windows'
said ok loading 'Windows loads it, since Microsoft has cross-signed its certificate'
rm -r "$policies"

# ---- before an install, and the service's driver

state='not installed: the driver that would be'
mkdir "$c/doctor/amd64"
cp "$c/doctor/test.sys" "$c/doctor/amd64/userport.sys"
look
said ok signature "C:\\doctor\\amd64\\userport.sys is signed by \"Anna's Workshop\""
said error loading 'C:\doctor\amd64\userport.sys: Windows will not load it'
state='installed'
wine_driver_install "$c/doctor/lab.sys"
look
said ok signature 'The driver is signed by "Lab Ltd"'
said ok loading 'The driver: Windows loads it, since'
look 'C:\doctor\unsigned.sys'
said note signature 'C:\doctor\unsigned.sys is not signed'

# ---- the log

# the file is a link to that of all prefixes
cp --remove-destination "$build/wine/wevtapi.dll" "$c/windows/system32/wevtapi.dll"
WINEDLLOVERRIDES="$WINEDLLOVERRIDES;wevtapi=n"
state='an empty log'
look
said ok load-events "Windows' log has no refusal of this file"
state='refused, and loaded all the same before'
there='\Device\HarddiskVolume3\WINDOWS\System32\drivers\userport.sys'
cat >"$c/events.txt" <<END
3077 2026-11-30T01:46 {8F9CB695-5D48-48D6-A329-7202B44607E3} File Name=\\Device\\HarddiskVolume3\\Windows\\System32\\drivers\\other.sys
3077 2026-11-29T12:00 {8F9CB695-5D48-48D6-A329-7202B44607E3} File Name=$there
3004 2026-11-28T12:00 - FileNameBuffer=$there
3033 2026-11-27T12:00 - FileNameBuffer=$there
3076 2026-04-14T08:15 {784C4414-79F4-4C32-A6A5-F0FB42A51D0D} File Name=$there
3076 2026-04-13T08:15 - File Name=$there
END
look
said warning load-events 'Windows refused to load this file on 2026-11-29 12:00 UTC, by the policy of 2026 against cross-signed drivers (event 3077).' eventvwr
said note load-events 'Windows loaded this file on 2026-04-14 08:15 UTC, and noted that the policy of 2026' eventvwr
state='refused, an older event without a policy'
sed -i 3,4d "$c/events.txt"
sed -i '2s/.*/3033 2026-11-27T12:00 - FileNameBuffer=\\Device\\HarddiskVolume3\\Windows\\System32\\drivers\\userport.sys/' "$c/events.txt"
look
said warning load-events 'Windows refused to load this file on 2026-11-27 12:00 UTC (event 3033).'
state='an event that is too large is passed over'
sed -i '1i 3004 2026-11-30T02:00 - FileNameBuffer=\\Device\\HarddiskVolume3\\Windows\\System32\\drivers\\userport.sys' "$c/events.txt"
look
said warning load-events '2026-11-27 12:00 UTC (event 3033)'
state='the log of another policy'
echo "3077 2026-11-27T12:00 {00000000-1111-2222-3333-444444444444} File Name=$there" >"$c/events.txt"
look
said warning load-events 'on 2026-11-27 12:00 UTC (event 3077).'
state='a log that this user may not read'
echo 'error 5' >"$c/events.txt"
look
said note load-events 'could not be read: access is denied (5)' 'administrator'
state='a file that the log does not have'
echo "3077 2026-11-27T12:00 - File Name=$there" >"$c/events.txt"
look 'C:\doctor\lab.sys'
said ok load-events 'has no refusal of this file'
[ ! -e "$c/events.left" ]
tell $? 'every handle of the log was closed'

echo "1..$number"
