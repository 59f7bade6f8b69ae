Attribute VB_Name = "PrintLptExample"
' SPDX-License-Identifier: MIT
'
' Prints one line through a parallel port by hand, byte by byte, with the handshake that printers have used since
' Centronics: wait until the printer is not busy, put the byte on the data lines, pulse STROBE. Needs the ports 378-37A,
' or the three at the base address that is given, and the module UserPort.bas: PrintLpt "Hello", &H278
Option Explicit

Private Const STATUS_READY As Long = &H80 ' the printer's BUSY line, inverted: 1 = send the next byte
Private Const STATUS_NO_PAPER As Long = &H20
Private Const STATUS_ON_LINE As Long = &H10
Private Const STATUS_NO_ERROR As Long = &H8
Private Const CONTROL_IDLE As Long = &HC ' SELECT (bit 3) and no INIT (bit 2 is 0 while the printer resets), no STROBE
Private Const CONTROL_STROBE As Long = &HD ' the same with STROBE (bit 0): the printer takes the byte
Private Const TIME_OUT_SECONDS As Single = 2

Public Sub PrintLpt(Optional ByVal text As String = "UserPort: this line went through a parallel port.", _
    Optional ByVal base As Long = &H378)
    Dim i As Long
    On Error GoTo Failed
    text = text & vbCrLf
    PortOut8 base + 2, CONTROL_IDLE
    For i = 1 To Len(text)
        PrintByte base, Asc(Mid$(text, i, 1)) And &HFF
    Next
    WaitReady base ' ready again: the printer has taken the last byte too
    MsgBox "the port at " & Hex$(base) & " took " & Len(text) & " bytes, CR and LF at the end"
    Exit Sub
Failed:
    MsgBox "printlpt: " & Err.Description ' what is wrong with the printer, which port is not granted, and the like
End Sub

Private Sub PrintByte(ByVal base As Long, ByVal value As Long)
    Dim control As Long
    WaitReady base
    PortOut8 base, value
    PortOut8 base + 2, CONTROL_STROBE
    control = PortIn8(base + 2)
    PortOut8 base + 2, CONTROL_IDLE
    If (control And &HF) <> CONTROL_STROBE Then
        Err.Raise vbObjectError, "printlpt", "control register " & Hex$(base + 2) & " reads " & Hex$(control) & " after " & _
            Hex$(CONTROL_STROBE) & " was written: no parallel port at " & Hex$(base) & "?"
    End If
End Sub

' Waits until the printer can take a byte.
Private Sub WaitReady(ByVal base As Long)
    Dim start As Single, waited As Single, status As Long, why As String
    start = Timer ' seconds since midnight
    Do
        status = PortIn8(base + 1)
        If status = &HFF Then
            Err.Raise vbObjectError, "printlpt", "status register " & Hex$(base + 1) & _
                " reads FF: there is no parallel port at " & Hex$(base)
        End If
        If (status And STATUS_READY) <> 0 Then Exit Sub
        waited = Timer - start
        If waited < 0 Then waited = waited + 86400
        If waited >= TIME_OUT_SECONDS Then Exit Do
        PortSleep 1
    Loop
    why = "busy"
    If (status And STATUS_NO_PAPER) <> 0 Then why = why & ", no paper"
    If (status And STATUS_ON_LINE) = 0 Then why = why & ", off line"
    If (status And STATUS_NO_ERROR) = 0 Then why = why & ", error"
    Err.Raise vbObjectError, "printlpt", "the printer at " & Hex$(base) & " is not ready after 2 s: status register " & _
        Hex$(base + 1) & " reads " & Hex$(status) & ": " & why
End Sub
