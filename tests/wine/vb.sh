#!/bin/sh
# SPDX-License-Identifier: MIT
# The VBScript programs of examples/vb by Wine's cscript, over the automation object and the fake
# driver. Wine's cscript has no WScript.Sleep: in the copies that run, a loop takes its place. Those
# of VB6 run as VBScript, without their types and error handlers, and with the object's In8 and Out8
# as PortIn8 and PortOut8: so what they do with the ports is seen. UserPort.bas and VB.NET cannot
# run here: tools/vb_declarations reads them.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
. tests/wine/three.sh
wine_start
three_start vb
cp "$build/amd64/userport_com.dll" "$here/"

# as_script FILE CALL: a module of VB6 as VBScript, which makes the call
as_script() {
    cat <<'END'
Dim object
Set object = CreateObject("UserPort.Ports")
On Error Resume Next
END
    echo "$2"
    cat <<'END'
If Err.Number <> 0 Then WScript.Echo "failed: " & Err.Description: WScript.Quit 1
Function PortIn8(port)
    PortIn8 = object.In8(port)
End Function
Sub PortOut8(port, value)
    object.Out8 port, value
End Sub
END
    sed -E -e '/^(Attribute|Option|    On Error)/d' -e '/^Failed:/,/^    MsgBox/d' -e 's/Optional ByVal (\w+) As \w+ = [^,)]*/\1/g' \
        -e 's/ByVal //g' -e 's/ As (Long|Single|String|Variant)//g' -e 's/\$\(/(/g' -e 's/MsgBox/WScript.Echo/' -e 's/PortSleep/TestSleep/' "$1"
    cat tests/wine/sleeper.vbs
}

for name in resetlpt printlpt speaker; do
    grep -q 'WScript\.Sleep' "examples/vb/$name.vbs" || echo "Bail out! $name.vbs does not sleep"
    sed 's/WScript\.Sleep/TestSleep/' "examples/vb/$name.vbs" >"$here/$name.vbs"
    cat tests/wine/sleeper.vbs >>"$here/$name.vbs"
done
script='cscript //nologo'

three_expect 1 'resetlpt: ' $script resetlpt.vbs # the object is not registered: CreateObject fails
wine_limited 60 regsvr32 /s /n /i:machine 'C:\vb\userport_com.dll'
three_case $? 'regsvr32 /s /n /i:machine userport_com.dll'
three_programs "$script resetlpt.vbs" "$script printlpt.vbs" "$script speaker.vbs"

vb6='cscript //nologo vb6.vbs'
three_ports '378-37A 42-43 61'
as_script examples/vb/resetlpt.bas 'ResetLpt &H378' >"$here/vb6.vbs"
three_prepare 37A=CC
three_expect 0 'INIT of the port at 378 was low for 100 ms: the printer is reset' $vb6
grep -q '^control register 37A read CC before, C8 during, CC after' "$WINEPREFIX/said"
three_case $? 'resetlpt.bas: and what the control register read'
three_journal 'resetlpt.bas' printf '%s\n' 'in 37A CC' 'out 37A C8' 'in 37A C8' 'out 37A CC' 'in 37A CC'
as_script examples/vb/printlpt.bas 'PrintLpt "one line", &H378' >"$here/vb6.vbs"
three_prepare 379=DF
three_expect 0 'the port at 378 took 10 bytes, CR and LF at the end' $vb6
three_journal 'printlpt.bas' three_printed 'one line\r\n'
three_prepare 379=67
three_expect 1 'the printer at 378 is not ready after 2 s: status register 379 reads 67: busy, no paper, off line, error' $vb6
three_prepare 379=FF
three_expect 1 'status register 379 reads FF: there is no parallel port at 378' $vb6
as_script examples/vb/speaker.bas 'PlayTune' >"$here/vb6.vbs"
three_prepare 61=A0
three_expect 0 'played 7 notes' $vb6
three_journal 'speaker.bas' three_tune
three_plan
