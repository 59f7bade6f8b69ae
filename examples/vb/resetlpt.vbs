' SPDX-License-Identifier: MIT
'
' Resets the printer: holds the INIT line of the parallel port low for 100 ms, as in Figure 3 of UserPort's manual.
' Needs the control port (37A for LPT1). The ports of a parallel port at base B: B data, B+1 status, B+2 control.
' Run it with cscript: cscript //nologo resetlpt.vbs. The object UserPort.Ports has to be registered: regsvr32 userport_com.dll.
Option Explicit

Dim base
base = &H378
If WScript.Arguments.Count >= 1 Then base = PortNumber(WScript.Arguments(0))
If base = 1 Then base = &H378
If base = 2 Then base = &H278
If base = 3 Then base = &H3BC
If WScript.Arguments.Count > 1 Or base < &H100 Or base > 65532 Then
    WScript.Echo "usage: resetlpt [1 | 2 | 3 | BASE]   LPT number, or base address in hexadecimal; default 1 (378)"
    WScript.Quit 2
End If

On Error Resume Next ' an error in ResetPrinter ends it and goes on here
ResetPrinter base
If Err.Number <> 0 Then
    WScript.Echo "resetlpt: " & Err.Description ' names the port that is not granted, or says why UserPort does not work
    WScript.Quit 1
End If

Sub ResetPrinter(base)
    Dim ports, control, value, before, during, after
    Set ports = CreateObject("UserPort.Ports")
    control = base + 2
    value = ports.In8(control)
    before = value
    value = value And &HFB ' bit 2 is INIT: 0 = the printer resets
    ports.Out8 control, value
    during = ports.In8(control)
    WScript.Sleep 100
    value = value Or &H04
    ports.Out8 control, value
    after = ports.In8(control)
    WScript.Echo "resetlpt: INIT of the port at " & Hex(base) & " was low for 100 ms: the printer is reset"
    WScript.Echo "resetlpt: control register " & Hex(control) & " read " & Hex2(before) & " before, " & Hex2(during) & _
        " during, " & Hex2(after) & " after"
    If (during And &H04) <> 0 Or (after And &H04) = 0 Then
        WScript.Echo "resetlpt: INIT (bit 2) did not read back as written: is there a parallel port at " & Hex(base) & "?"
    End If
End Sub

' A port number in hexadecimal, as people write it: 378 or &H378. -1: it is none.
Function PortNumber(text)
    Dim digits, number, digit, i
    PortNumber = -1
    digits = UCase(text)
    If Left(digits, 2) = "&H" Then digits = Mid(digits, 3)
    If Len(digits) < 1 Or Len(digits) > 4 Then Exit Function
    number = 0
    For i = 1 To Len(digits)
        digit = InStr("0123456789ABCDEF", Mid(digits, i, 1)) - 1
        If digit < 0 Then Exit Function
        number = number * 16 + digit
    Next
    PortNumber = number
End Function

Function Hex2(value)
    Hex2 = Right("0" & Hex(value), 2)
End Function
