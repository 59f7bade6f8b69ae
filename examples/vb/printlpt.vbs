' SPDX-License-Identifier: MIT
'
' Prints one line through a parallel port by hand, byte by byte, with the handshake that printers have used since
' Centronics: wait until the printer is not busy, put the byte on the data lines, pulse STROBE. Needs the ports 378-37A,
' or the three at the base address that is given. Every call takes longer than the lines need: no delays are coded.
' Run it with cscript: cscript //nologo printlpt.vbs. The object UserPort.Ports has to be registered: regsvr32 userport_com.dll.
Option Explicit

Const STATUS_READY = &H80 ' the printer's BUSY line, inverted: 1 = send the next byte
Const STATUS_NO_PAPER = &H20
Const STATUS_ON_LINE = &H10
Const STATUS_NO_ERROR = &H08
Const CONTROL_IDLE = &H0C ' SELECT (bit 3) and no INIT (bit 2 is 0 while the printer resets), no STROBE
Const CONTROL_STROBE = &H0D ' the same with STROBE (bit 0): the printer takes the byte
Const TIME_OUT_SECONDS = 2

Dim ports, base, sent, text, first, i
base = &H378
sent = 0 ' bytes so far
first = 0
If WScript.Arguments.Count > 0 Then
    If WScript.Arguments(0) = "-b" Then
        base = -1
        If WScript.Arguments.Count > 1 Then base = PortNumber(WScript.Arguments(1))
        first = 2
    End If
End If
If base < &H100 Or base > 65532 Then
    WScript.Echo "usage: printlpt [-b BASE] [TEXT...]   BASE: the port's base address in hexadecimal, 100 to FFFC; default 378"
    WScript.Quit 2
End If
text = "UserPort: this line went through a parallel port."
If base = &H378 Then text = "UserPort: this line went through ports 378, 379 and 37A."
If first < WScript.Arguments.Count Then text = WScript.Arguments(first)
For i = first + 1 To WScript.Arguments.Count - 1
    text = text & " " & WScript.Arguments(i)
Next

On Error Resume Next ' an error in PrintText ends it and goes on here
PrintText text & vbCr & vbLf
If Err.Number <> 0 Then
    WScript.Echo "printlpt: " & Err.Description ' what is wrong with the printer, which port is not granted, and the like
    WScript.Quit 1
End If
WScript.Echo "printlpt: the port at " & Hex(base) & " took " & sent & " bytes, CR and LF at the end"

Sub PrintText(text)
    Dim i
    Set ports = CreateObject("UserPort.Ports")
    ports.Out8 base + 2, CONTROL_IDLE
    For i = 1 To Len(text)
        PrintByte Asc(Mid(text, i, 1))
    Next
    WaitReady ' ready again: the printer has taken the last byte too
End Sub

Sub PrintByte(value)
    Dim control
    WaitReady
    ports.Out8 base, value
    ports.Out8 base + 2, CONTROL_STROBE
    control = ports.In8(base + 2)
    ports.Out8 base + 2, CONTROL_IDLE
    If (control And &H0F) <> CONTROL_STROBE Then
        Err.Raise vbObjectError, "printlpt", "control register " & Hex(base + 2) & " reads " & Hex2(control) & " after " & _
            Hex2(CONTROL_STROBE) & " was written: no parallel port at " & Hex(base) & "?"
    End If
    sent = sent + 1
End Sub

' Waits until the printer can take a byte.
Sub WaitReady
    Dim start, waited, status, why
    start = Timer ' seconds since midnight
    Do
        status = ports.In8(base + 1)
        If status = &HFF Then
            Err.Raise vbObjectError, "printlpt", "status register " & Hex(base + 1) & _
                " reads FF: there is no parallel port at " & Hex(base)
        End If
        If (status And STATUS_READY) <> 0 Then Exit Sub
        waited = Timer - start
        If waited < 0 Then waited = waited + 86400
        If waited >= TIME_OUT_SECONDS Then Exit Do
        WScript.Sleep 1
    Loop
    why = "busy"
    If (status And STATUS_NO_PAPER) <> 0 Then why = why & ", no paper"
    If (status And STATUS_ON_LINE) = 0 Then why = why & ", off line"
    If (status And STATUS_NO_ERROR) = 0 Then why = why & ", error"
    Err.Raise vbObjectError, "printlpt", "the printer at " & Hex(base) & " is not ready after 2 s: status register " & _
        Hex(base + 1) & " reads " & Hex2(status) & ": " & why
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
