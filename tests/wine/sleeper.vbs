
' SPDX-License-Identifier: MIT
' In place of WScript.Sleep, which Wine's cscript lacks; put behind the copies of the examples that run there.
Sub TestSleep(milliseconds)
    Dim start
    start = Timer
    Do While Timer - start < milliseconds / 1000 And Timer >= start
    Loop
End Sub
