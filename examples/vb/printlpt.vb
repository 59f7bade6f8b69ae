' SPDX-License-Identifier: MIT
'
' Prints one line through a parallel port by hand, byte by byte, with the handshake that printers have used since
' Centronics: wait until the printer is not busy, put the byte on the data lines, pulse STROBE. Needs the ports 378-37A,
' or the three at the base address that is given, and the file UserPort.vb. Every call takes longer than the lines need:
' no delays are coded.
Option Explicit On
Option Strict On
Option Infer On

Imports System
Imports System.Diagnostics
Imports System.Globalization
Imports System.IO
Imports System.Linq
Imports System.Text
Imports System.Threading

Module PrintLpt
    Private Const Lpt1 As Integer = &H378
    Private Const StatusReady As Integer = &H80 ' the printer's BUSY line, inverted: 1 = send the next byte
    Private Const StatusNoPaper As Integer = &H20
    Private Const StatusOnLine As Integer = &H10
    Private Const StatusNoError As Integer = &H8
    Private Const ControlIdle As Byte = &HC ' SELECT (bit 3) and no INIT (bit 2 is 0 while the printer resets), no STROBE
    Private Const ControlStrobe As Byte = &HD ' the same with STROBE (bit 0): the printer takes the byte
    Private Const TimeOutMs As Integer = 2000

    Function Main(args As String()) As Integer
        Dim base = Lpt1
        Dim good = True
        Dim words = args
        If args.Length > 0 AndAlso args(0) = "-b" Then
            good = args.Length > 1 AndAlso
                Integer.TryParse(args(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, base)
            words = args.Skip(2).ToArray()
        End If
        If Not good OrElse base < &H100 OrElse base > &HFFFC Then
            Console.Error.WriteLine("usage: printlpt [-b BASE] [TEXT...]   BASE: the port's base address in hexadecimal, " &
                                    "100 to FFFC; default 378")
            Return 2
        End If
        Dim line = String.Join(" ", words)
        If words.Length = 0 Then line = "UserPort: this line went through a parallel port."
        If words.Length = 0 AndAlso base = Lpt1 Then line = "UserPort: this line went through ports 378, 379 and 37A."
        Dim bytes = Encoding.ASCII.GetBytes(line & vbCrLf)
        Try
            Using ports As New Ports()
                ports.Out8(base + 2, ControlIdle)
                For Each value In bytes
                    PrintByte(ports, base, value)
                Next
                WaitReady(ports, base) ' ready again: the printer has taken the last byte too
            End Using
        Catch problem As Exception When TypeOf problem Is UserPortException OrElse TypeOf problem Is IOException
            Console.Error.WriteLine("printlpt: " & problem.Message) ' a port that is not granted; what the printer lacks
            Return 1
        End Try
        Console.WriteLine("printlpt: the port at {0:X} took {1} bytes, CR and LF at the end", base, bytes.Length)
        Return 0
    End Function

    Private Sub PrintByte(ports As Ports, base As Integer, value As Byte)
        WaitReady(ports, base)
        ports.Out8(base, value)
        ports.Out8(base + 2, ControlStrobe)
        Dim control = ports.In8(base + 2)
        ports.Out8(base + 2, ControlIdle)
        If (control And &HF) <> ControlStrobe Then
            Throw New IOException(String.Format(
                "control register {0:X} reads {1:X2} after {2:X2} was written: no parallel port at {3:X}?",
                base + 2, control, ControlStrobe, base))
        End If
    End Sub

    ' Waits until the printer can take a byte.
    Private Sub WaitReady(ports As Ports, base As Integer)
        Dim waited = Stopwatch.StartNew()
        Dim tries = 0
        Dim status As Integer
        Do
            status = ports.In8(base + 1)
            If status = &HFF Then
                Throw New IOException(String.Format("status register {0:X} reads FF: there is no parallel port at {1:X}",
                                                    base + 1, base))
            End If
            If (status And StatusReady) <> 0 Then Return
            tries += 1
            If tries > 1000 Then Thread.Sleep(1) ' a slow printer: leave the processor to others
        Loop While waited.ElapsedMilliseconds < TimeOutMs
        Dim why = "busy"
        If (status And StatusNoPaper) <> 0 Then why &= ", no paper"
        If (status And StatusOnLine) = 0 Then why &= ", off line"
        If (status And StatusNoError) = 0 Then why &= ", error"
        Throw New IOException(String.Format(
            "the printer at {0:X} is not ready after 2 s: status register {1:X} reads {2:X2}: {3}",
            base, base + 1, status, why))
    End Sub
End Module
