Attribute VB_Name = "SpeakerExample"
' SPDX-License-Identifier: MIT
'
' Plays a short tune on the PC speaker: channel 2 of the timer chip makes the tone, port 61 connects it to the speaker.
' Needs the ports 42, 43 and 61 and touches no other; port 61 is left as it was found. Needs the module UserPort.bas.
Option Explicit

Private Const TIMER_2 As Long = &H42
Private Const TIMER_MODE As Long = &H43
Private Const SPEAKER As Long = &H61
Private Const TIMER_HZ As Long = 1193182 ' the timer counts down at this rate on every PC
Private Const TONE_ON As Long = &H3 ' port 61: bit 0 lets channel 2 count, bit 1 connects it to the speaker
Private Const SQUARE_WAVE_2 As Long = &HB6 ' port 43: channel 2, low byte then high byte, mode 3 (square wave)

Public Sub PlayTune()
    Dim hz As Variant, ms As Variant, found As Long, quiet As Long, count As Long, i As Long
    On Error GoTo Failed
    hz = Array(523, 659, 784, 1047, 880, 784, 1047)
    ms = Array(180, 180, 180, 180, 180, 180, 300)
    found = PortIn8(SPEAKER) And &HF ' bits 4 to 7 can only be read
    quiet = found And Not TONE_ON
    For i = LBound(hz) To UBound(hz)
        count = TIMER_HZ \ hz(i)
        PortOut8 TIMER_MODE, SQUARE_WAVE_2
        PortOut8 TIMER_2, count And &HFF
        PortOut8 TIMER_2, count \ 256
        PortOut8 SPEAKER, found Or TONE_ON
        PortSleep ms(i)
        PortOut8 SPEAKER, quiet
        PortSleep 20
    Next
    PortOut8 SPEAKER, found
    MsgBox "played " & UBound(hz) - LBound(hz) + 1 & " notes"
    Exit Sub
Failed:
    MsgBox "speaker: " & Err.Description ' names the port that is not granted, or says why UserPort does not work
End Sub
