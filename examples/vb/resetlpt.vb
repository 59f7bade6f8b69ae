' SPDX-License-Identifier: MIT
'
' Resets the printer: holds the INIT line of the parallel port low for 100 ms, as in Figure 3 of UserPort's manual.
' Needs the control port (37A for LPT1) and the file UserPort.vb.
Option Explicit On
Option Strict On
Option Infer On

Imports System
Imports System.Globalization
Imports System.Threading

Module ResetLpt
    Private ReadOnly LptBase As Integer() = {&H378, &H278, &H3BC}

    Function Main(args As String()) As Integer
        Dim base = LptBase(0)
        Dim good = True
        If args.Length > 0 Then
            good = Integer.TryParse(args(0), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, base)
        End If
        If good AndAlso base >= 1 AndAlso base <= 3 Then base = LptBase(base - 1)
        If Not good OrElse args.Length > 1 OrElse base < &H100 OrElse base > &HFFFC Then
            Console.Error.WriteLine(
                "usage: resetlpt [1 | 2 | 3 | BASE]   LPT number, or base address in hexadecimal; default 1 (378)")
            Return 2
        End If
        Try
            ResetPrinter(base)
        Catch problem As UserPortException ' names the port that is not granted, or says why UserPort does not work
            Console.Error.WriteLine("resetlpt: " & problem.Message)
            Return 1
        End Try
        Return 0
    End Function

    Private Sub ResetPrinter(base As Integer)
        Dim control = base + 2 ' base: data; base + 1: status; base + 2: control
        Using ports As New Ports()
            Dim before = ports.In8(control)
            Dim value = CByte(before And &HFB) ' bit 2 is INIT: 0 = the printer resets
            ports.Out8(control, value)
            Dim during = ports.In8(control)
            Thread.Sleep(100)
            value = CByte(value Or &H4)
            ports.Out8(control, value)
            Dim after = ports.In8(control)
            Console.WriteLine("resetlpt: INIT of the port at {0:X} was low for 100 ms: the printer is reset", base)
            Console.WriteLine("resetlpt: control register {0:X} read {1:X2} before, {2:X2} during, {3:X2} after",
                              control, before, during, after)
            If (during And &H4) <> 0 OrElse (after And &H4) = 0 Then
                Console.WriteLine("resetlpt: INIT (bit 2) did not read back as written: is there a parallel port at {0:X}?", base)
            End If
        End Using
    End Sub
End Module
