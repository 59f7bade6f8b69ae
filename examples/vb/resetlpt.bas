Attribute VB_Name = "ResetLptExample"
' SPDX-License-Identifier: MIT
'
' Resets the printer: holds the INIT line of the parallel port low for 100 ms, as in Figure 3 of UserPort's manual.
' Needs the control port (37A for LPT1) and the module UserPort.bas. For another port: ResetLpt &H278
Option Explicit

Public Sub ResetLpt(Optional ByVal base As Long = &H378) ' base: data; base + 1: status; base + 2: control
    Dim value As Long, before As Long, during As Long, after As Long
    On Error GoTo Failed
    value = PortIn8(base + 2)
    before = value
    value = value And &HFB ' bit 2 is INIT: 0 = the printer resets
    PortOut8 base + 2, value
    during = PortIn8(base + 2)
    PortSleep 100
    value = value Or &H4
    PortOut8 base + 2, value
    after = PortIn8(base + 2)
    MsgBox "INIT of the port at " & Hex$(base) & " was low for 100 ms: the printer is reset" & vbCrLf & "control register " & _
        Hex$(base + 2) & " read " & Hex$(before) & " before, " & Hex$(during) & " during, " & Hex$(after) & " after"
    If (during And &H4) <> 0 Or (after And &H4) = 0 Then
        MsgBox "INIT (bit 2) did not read back as written: is there a parallel port at " & Hex$(base) & "?"
    End If
    Exit Sub
Failed:
    MsgBox "resetlpt: " & Err.Description ' names the port that is not granted, or says why UserPort does not work
End Sub
