' SPDX-License-Identifier: MIT
'
' Plays a short tune on the PC speaker: channel 2 of the timer chip makes the tone, port 61 connects it to the speaker.
' Needs the ports 42, 43 and 61 and touches no other, and the file UserPort.vb; port 61 is left as it was found.
Option Explicit On
Option Strict On
Option Infer On

Imports System
Imports System.Linq
Imports System.Threading

Module Speaker
    Private Const Timer2 As Integer = &H42
    Private Const TimerMode As Integer = &H43
    Private Const SpeakerPort As Integer = &H61
    Private Const TimerHz As Integer = 1193182 ' the timer counts down at this rate on every PC
    Private Const ToneOn As Integer = &H3 ' port 61: bit 0 lets channel 2 count, bit 1 connects it to the speaker
    Private Const SquareWave2 As Byte = &HB6 ' port 43: channel 2, low byte then high byte, mode 3 (square wave)

    Private ReadOnly Hz As Integer() = {523, 659, 784, 1047, 880, 784, 1047}
    Private ReadOnly Ms As Integer() = {180, 180, 180, 180, 180, 180, 300}

    Function Main() As Integer
        Try
            Using ports As New Ports()
                PlayTune(ports)
            End Using
        Catch problem As UserPortException ' names the port that is not granted, or says why UserPort does not work
            Console.Error.WriteLine("speaker: " & problem.Message)
            Return 1
        End Try
        Console.WriteLine("speaker: played {0} notes in {1} ms: {2} Hz",
                          Hz.Length, Ms.Sum() + 20 * Ms.Length, String.Join(" ", Hz))
        Return 0
    End Function

    Private Sub PlayTune(ports As Ports)
        Dim found = ports.In8(SpeakerPort) And &HF ' bits 4 to 7 can only be read
        Dim quiet = CByte(found And Not ToneOn)
        For i = 0 To Hz.Length - 1
            Dim count = TimerHz \ Hz(i)
            ports.Out8(TimerMode, SquareWave2)
            ports.Out8(Timer2, CByte(count And &HFF))
            ports.Out8(Timer2, CByte(count \ 256))
            ports.Out8(SpeakerPort, CByte(found Or ToneOn))
            Thread.Sleep(Ms(i))
            ports.Out8(SpeakerPort, quiet)
            Thread.Sleep(20)
        Next
        ports.Out8(SpeakerPort, CByte(found))
    End Sub
End Module
