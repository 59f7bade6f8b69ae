' SPDX-License-Identifier: MIT
'
' The automation object in VBScript, with the driver: run by cscript, prints TAP. Granted are 378-37F and C000-C003.
Option Explicit
Dim ports, number, values, value
number = 0

Sub Expect(good, what)
    number = number + 1
    If good Then
        WScript.Echo "ok " & number & " - VBScript: " & what
    Else
        WScript.Echo "not ok " & number & " - VBScript: " & what
    End If
End Sub

' The last statement has failed with this error, whose sentence has these words.
Sub ExpectError(code, words, what)
    Dim good
    good = (Err.Number = vbObjectError + 512 + code) And (InStr(Err.Description, words) > 0) And _
        (Err.Source = "UserPort.Ports")
    If Not good Then
        WScript.Echo "# " & Hex(Err.Number) & " " & Err.Description & " (" & Err.Source & ")"
    End If
    Err.Clear
    Expect good, what
End Sub

WScript.Echo "1..21"
Set ports = CreateObject("UserPort.Ports")
Expect Left(ports.Version, 2) = "3.", "Version"
Expect ports.Backend = "none", "nothing is open at first"
ports.Out8 &H378, &H55
Expect ports.Backend = "ioctl", "the first use opens"
Expect ports.In8(888) = &H55, "Out8, In8"
ports.Out16 &HC000, &HFFFF
Expect ports.In16(&HC000) = 65535, "Out16, In16 with numbers that are negative in Visual Basic"
Expect ports.In32(49152) = 65535, "In32"
ports.Out32 &HC000, &H80000001
Expect ports.In32(&HC000) = &H80000001, "Out32, In32"
ports.Out32 &HC000, 4294967295
Expect ports.In32(&HC000) = -1, "Out32 with a Double"
Expect ports.In8("&H378") = &H55, "a port that is a string"
Expect ports.Granted(&H378) And Not ports.Granted(&H377), "Granted"
Expect VarType(ports.Granted(&H37F, 2)) = vbBoolean And Not ports.Granted(&H37F, 2), "Granted with a width"
ports.OutBlock &H378, Array(1, 2, 3)
values = ports.InBlock(&H378, 4)
Expect UBound(values) = 3 And values(0) = 3 And values(3) = 3, "OutBlock, InBlock"
ports.OutBlock &H378, Array(258, -1, &H1234), 2
values = ports.InBlock(&H378, 1, 2)
Expect values(0) = &H1234, "blocks of 16 bits"

On Error Resume Next
value = ports.In8(&H380)
ExpectError 2, "port 380 is not granted", "a denied port"
Expect IsEmpty(value), "what failed gave no value"
ports.Out8 &H378, 256
ExpectError 1, "Out8: 256 is not a value of 8 bits", "a value that does not fit"
ports.Out8 70000, 1
ExpectError 1, "Out8: 70000 is not a port", "a port that is none"
ports.Open "printer"
ExpectError 1, "back ends are direct, ioctl and fake", "a back end that is none"
ports.Open "direct"
ExpectError 6, "64-bit program", "a back end that cannot be"
On Error GoTo 0

ports.Open "fake"
ports.Out8 &H3000, 7
Expect ports.Backend = "fake" And ports.In8(&H3000) = 7, "the fake"
ports.Close
Expect ports.Backend = "none" And ports.In8(&H379) = &H12, "after Close the next use opens again"
