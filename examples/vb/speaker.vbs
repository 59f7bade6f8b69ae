' SPDX-License-Identifier: MIT
'
' Plays a short tune on the PC speaker: channel 2 of the timer chip makes the tone, port 61 connects it to the speaker.
' Needs the ports 42, 43 and 61 and touches no other; port 61 is left as it was found.
' Run it with cscript: cscript //nologo speaker.vbs. The object UserPort.Ports has to be registered: regsvr32 userport_com.dll.
Option Explicit

Const TIMER_2 = &H42
Const TIMER_MODE = &H43
Const SPEAKER = &H61
Const TIMER_HZ = 1193182 ' the timer counts down at this rate on every PC
Const TONE_ON = &H03 ' port 61: bit 0 lets channel 2 count, bit 1 connects it to the speaker
Const SQUARE_WAVE_2 = &HB6 ' port 43: channel 2, low byte then high byte, mode 3 (square wave)

On Error Resume Next ' an error in PlayTune ends it and goes on here
PlayTune Array(523, 659, 784, 1047, 880, 784, 1047), Array(180, 180, 180, 180, 180, 180, 300)
If Err.Number <> 0 Then
    WScript.Echo "speaker: " & Err.Description ' names the port that is not granted, or says why UserPort does not work
    WScript.Quit 1
End If

Sub PlayTune(hz, ms)
    Dim ports, found, quiet, count, total, tune, i
    Set ports = CreateObject("UserPort.Ports")
    found = ports.In8(SPEAKER) And &H0F ' bits 4 to 7 can only be read
    quiet = found And Not TONE_ON
    For i = 0 To UBound(hz)
        count = TIMER_HZ \ hz(i)
        ports.Out8 TIMER_MODE, SQUARE_WAVE_2
        ports.Out8 TIMER_2, count And &HFF
        ports.Out8 TIMER_2, count \ 256
        ports.Out8 SPEAKER, found Or TONE_ON
        WScript.Sleep ms(i)
        ports.Out8 SPEAKER, quiet
        WScript.Sleep 20
        total = total + ms(i) + 20
        tune = tune & " " & hz(i)
    Next
    ports.Out8 SPEAKER, found
    WScript.Echo "speaker: played " & UBound(hz) + 1 & " notes in " & total & " ms:" & tune & " Hz"
End Sub
