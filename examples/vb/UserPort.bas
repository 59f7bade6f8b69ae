Attribute VB_Name = "UserPort"
' SPDX-License-Identifier: MIT
'
' UserPort for Visual Basic 6 and for VBA (Excel, Word, Access; 32 and 64 bits): import this one module. At its end are the
' few functions that most programs need: PortIn8, PortOut8 and the like, which open UserPort by themselves and raise an
' error that says which port is not granted. Before them stands all of userport.dll, as include/userport/userport.h has
' it. userport.dll must be of the same kind as the program: 32 bits for Visual Basic 6, whatever Windows is.
'
' uint8_t is Byte, uint16_t Integer and uint32_t Long here: the same bits, which Visual Basic takes for signed. Where C takes
' an array, pass its first element: up_in8_block handle, port, values(0), count.
Option Explicit

Public Const UP_OK As Long = 0
Public Const UP_ERR_ARGUMENT As Long = 1
Public Const UP_ERR_DENIED As Long = 2
Public Const UP_ERR_NOT_RUNNING As Long = 3
Public Const UP_ERR_NO_ACCESS As Long = 4
Public Const UP_ERR_VERSION As Long = 5
Public Const UP_ERR_UNSUPPORTED As Long = 6
Public Const UP_ERR_TIMED_OUT As Long = 7
Public Const UP_ERR_CANCELLED As Long = 8
Public Const UP_ERR_MEMORY As Long = 9
Public Const UP_ERR_SYSTEM As Long = 10
Public Const UP_BACKEND_DIRECT As Long = 1
Public Const UP_BACKEND_IOCTL As Long = 2
Public Const UP_BACKEND_FAKE As Long = 4
Public Const UP_BACKEND_DEVPORT As Long = 8
Public Const UP_BACKEND_SIMULATED As Long = 16
Public Const UP_BACKEND_ANY As Long = 11
Public Const UP_IO_READ As Long = 1
Public Const UP_IO_WRITE As Long = 2
Public Const UP_IO_READ_BLOCK As Long = 3
Public Const UP_IO_WRITE_BLOCK As Long = 4
Public Const UP_IO_DELAY As Long = 5
Public Const UP_IO_WAIT As Long = 6
Public Const UP_IO_OPERATIONS_MAX As Long = 4096
Public Const UP_IO_BYTES_MAX As Long = 65536
Public Const UP_IO_MICROSECONDS_MAX As Long = 100000
Public Const UP_MAP_BYTES As Long = 8192
Public Const UP_ABI_VERSION As Long = 1
Public Const UP_STATE_RUNNING As Long = 1
Public Const UP_STATE_SUSPENDED As Long = 2
Public Const UP_STATE_FAULT As Long = 3
Public Const UP_PROCESSOR_I386 As Long = 1
Public Const UP_PROCESSOR_AMD64 As Long = 2
Public Const UP_MECHANISM_IOPM As Long = 1
Public Const UP_MECHANISM_LIST As Long = 2
Public Const UP_FLAG_FOREIGN_MAP As Long = 1
Public Const UP_FLAG_OVERWRITTEN As Long = 2

Public Type up_operation
    kind As Byte
    width As Byte
    port As Integer
    value As Long
    mask As Long
    count As Long
    microseconds As Long
    last As Long
#If VBA7 Then
    buffer As LongPtr
#Else
    buffer As Long
#End If
End Type

Public Type up_info
    abi_version As Long
    driver_version As Long
    processor As Long
    mechanisms As Long
    state As Long
    flags As Long
    settings_problems As Long
    scope As Long
    sticky As Long
    ports_granted As Long
    processors As Long
    foreign_ports As Long
    processes As Long
    processes_granted As Long
    files As Long
    reloads As Long
    opens As Long
    opens_refused As Long
    controls_refused As Long
    processes_missed As Long
    transfers_denied As Long
    port_denied As Long
    aliases As Long
    processes_renounced As Long
    reserved(0 To 7) As Long
End Type

Public Type up_failure
    error As Long
    system_error As Long
    port As Long
    index As Long
    moved As Long
    state As Long
    abi_version As Long
    driver_version As Long
End Type

Public Type up_access
    kind As Byte
    width As Byte
    port As Integer
    value As Long
End Type

' A handle is a pointer. The functions that return text return a pointer to it too; up_failure_text fills a String.
#If VBA7 Then
    Public Declare PtrSafe Function up_open Lib "userport.dll" (ByVal backends As Long, ByRef handle As LongPtr) As Long
    Public Declare PtrSafe Sub up_close Lib "userport.dll" (ByVal handle As LongPtr)
    Public Declare PtrSafe Function up_backend Lib "userport.dll" (ByVal handle As LongPtr) As Long
    Public Declare PtrSafe Function up_backend_name Lib "userport.dll" (ByVal backend As Long) As LongPtr
    Public Declare PtrSafe Function up_in8 Lib "userport.dll" (ByVal handle As LongPtr, ByVal port As Integer, _
            ByRef value As Byte) As Long
    Public Declare PtrSafe Function up_in16 Lib "userport.dll" (ByVal handle As LongPtr, ByVal port As Integer, _
            ByRef value As Integer) As Long
    Public Declare PtrSafe Function up_in32 Lib "userport.dll" (ByVal handle As LongPtr, ByVal port As Integer, _
            ByRef value As Long) As Long
    Public Declare PtrSafe Function up_out8 Lib "userport.dll" (ByVal handle As LongPtr, ByVal port As Integer, _
            ByVal value As Byte) As Long
    Public Declare PtrSafe Function up_out16 Lib "userport.dll" (ByVal handle As LongPtr, ByVal port As Integer, _
            ByVal value As Integer) As Long
    Public Declare PtrSafe Function up_out32 Lib "userport.dll" (ByVal handle As LongPtr, ByVal port As Integer, _
            ByVal value As Long) As Long
    Public Declare PtrSafe Function up_in8_block Lib "userport.dll" (ByVal handle As LongPtr, ByVal port As Integer, _
            ByRef values As Byte, ByVal count As Long) As Long
    Public Declare PtrSafe Function up_in16_block Lib "userport.dll" (ByVal handle As LongPtr, ByVal port As Integer, _
            ByRef values As Integer, ByVal count As Long) As Long
    Public Declare PtrSafe Function up_in32_block Lib "userport.dll" (ByVal handle As LongPtr, ByVal port As Integer, _
            ByRef values As Long, ByVal count As Long) As Long
    Public Declare PtrSafe Function up_out8_block Lib "userport.dll" (ByVal handle As LongPtr, ByVal port As Integer, _
            ByRef values As Byte, ByVal count As Long) As Long
    Public Declare PtrSafe Function up_out16_block Lib "userport.dll" (ByVal handle As LongPtr, ByVal port As Integer, _
            ByRef values As Integer, ByVal count As Long) As Long
    Public Declare PtrSafe Function up_out32_block Lib "userport.dll" (ByVal handle As LongPtr, ByVal port As Integer, _
            ByRef values As Long, ByVal count As Long) As Long
    Public Declare PtrSafe Function up_run Lib "userport.dll" (ByVal handle As LongPtr, ByRef operations As up_operation, _
            ByVal count As Long, ByRef done As Long) As Long
    Public Declare PtrSafe Function up_query_map Lib "userport.dll" (ByVal handle As LongPtr, ByRef map As Byte) As Long
    Public Declare PtrSafe Function up_granted Lib "userport.dll" (ByVal handle As LongPtr, ByVal port As Integer, _
            ByVal width As Long) As Long
    Public Declare PtrSafe Function up_query_info Lib "userport.dll" (ByVal handle As LongPtr, ByRef info As up_info) As Long
    Public Declare PtrSafe Sub up_last_failure Lib "userport.dll" (ByRef failure As up_failure)
    Public Declare PtrSafe Function up_system_error Lib "userport.dll" () As Long
    Public Declare PtrSafe Function up_error_text Lib "userport.dll" (ByVal errorCode As Long) As LongPtr
    Public Declare PtrSafe Function up_failure_text Lib "userport.dll" (ByVal text As String, ByVal size As Long) As Long
    Public Declare PtrSafe Function up_library_version Lib "userport.dll" () As Long
    Public Declare PtrSafe Function up_fake_grant Lib "userport.dll" (ByVal handle As LongPtr, ByRef map As Byte) As Long
    Public Declare PtrSafe Function up_fake_feed Lib "userport.dll" (ByVal handle As LongPtr, ByVal port As Integer, _
            ByVal width As Long, ByRef values As Long, ByVal count As Long) As Long
    Public Declare PtrSafe Function up_fake_journal Lib "userport.dll" (ByVal handle As LongPtr, ByVal first As Long, _
            ByRef accesses As up_access, ByVal room As Long, ByRef count As Long) As Long
    Public Declare PtrSafe Function up_fake_reset Lib "userport.dll" (ByVal handle As LongPtr) As Long

    Public Declare PtrSafe Sub PortSleep Lib "kernel32" Alias "Sleep" (ByVal milliseconds As Long)
    Private handle As LongPtr
#Else
    Public Declare Function up_open Lib "userport.dll" (ByVal backends As Long, ByRef handle As Long) As Long
    Public Declare Sub up_close Lib "userport.dll" (ByVal handle As Long)
    Public Declare Function up_backend Lib "userport.dll" (ByVal handle As Long) As Long
    Public Declare Function up_backend_name Lib "userport.dll" (ByVal backend As Long) As Long
    Public Declare Function up_in8 Lib "userport.dll" (ByVal handle As Long, ByVal port As Integer, ByRef value As Byte) As Long
    Public Declare Function up_in16 Lib "userport.dll" (ByVal handle As Long, ByVal port As Integer, _
            ByRef value As Integer) As Long
    Public Declare Function up_in32 Lib "userport.dll" (ByVal handle As Long, ByVal port As Integer, ByRef value As Long) As Long
    Public Declare Function up_out8 Lib "userport.dll" (ByVal handle As Long, ByVal port As Integer, ByVal value As Byte) As Long
    Public Declare Function up_out16 Lib "userport.dll" (ByVal handle As Long, ByVal port As Integer, _
            ByVal value As Integer) As Long
    Public Declare Function up_out32 Lib "userport.dll" (ByVal handle As Long, ByVal port As Integer, ByVal value As Long) As Long
    Public Declare Function up_in8_block Lib "userport.dll" (ByVal handle As Long, ByVal port As Integer, _
            ByRef values As Byte, ByVal count As Long) As Long
    Public Declare Function up_in16_block Lib "userport.dll" (ByVal handle As Long, ByVal port As Integer, _
            ByRef values As Integer, ByVal count As Long) As Long
    Public Declare Function up_in32_block Lib "userport.dll" (ByVal handle As Long, ByVal port As Integer, _
            ByRef values As Long, ByVal count As Long) As Long
    Public Declare Function up_out8_block Lib "userport.dll" (ByVal handle As Long, ByVal port As Integer, _
            ByRef values As Byte, ByVal count As Long) As Long
    Public Declare Function up_out16_block Lib "userport.dll" (ByVal handle As Long, ByVal port As Integer, _
            ByRef values As Integer, ByVal count As Long) As Long
    Public Declare Function up_out32_block Lib "userport.dll" (ByVal handle As Long, ByVal port As Integer, _
            ByRef values As Long, ByVal count As Long) As Long
    Public Declare Function up_run Lib "userport.dll" (ByVal handle As Long, ByRef operations As up_operation, _
            ByVal count As Long, ByRef done As Long) As Long
    Public Declare Function up_query_map Lib "userport.dll" (ByVal handle As Long, ByRef map As Byte) As Long
    Public Declare Function up_granted Lib "userport.dll" (ByVal handle As Long, ByVal port As Integer, _
            ByVal width As Long) As Long
    Public Declare Function up_query_info Lib "userport.dll" (ByVal handle As Long, ByRef info As up_info) As Long
    Public Declare Sub up_last_failure Lib "userport.dll" (ByRef failure As up_failure)
    Public Declare Function up_system_error Lib "userport.dll" () As Long
    Public Declare Function up_error_text Lib "userport.dll" (ByVal errorCode As Long) As Long
    Public Declare Function up_failure_text Lib "userport.dll" (ByVal text As String, ByVal size As Long) As Long
    Public Declare Function up_library_version Lib "userport.dll" () As Long
    Public Declare Function up_fake_grant Lib "userport.dll" (ByVal handle As Long, ByRef map As Byte) As Long
    Public Declare Function up_fake_feed Lib "userport.dll" (ByVal handle As Long, ByVal port As Integer, _
            ByVal width As Long, ByRef values As Long, ByVal count As Long) As Long
    Public Declare Function up_fake_journal Lib "userport.dll" (ByVal handle As Long, ByVal first As Long, _
            ByRef accesses As up_access, ByVal room As Long, ByRef count As Long) As Long
    Public Declare Function up_fake_reset Lib "userport.dll" (ByVal handle As Long) As Long

    Public Declare Sub PortSleep Lib "kernel32" Alias "Sleep" (ByVal milliseconds As Long)
    Private handle As Long
#End If

' One access of 8, 16 or 32 bits. Port: 0 to 65535 (&HC000& with the & at its end, or -16384 without). Values of 8 and 16 bits
' are 0 to 255 and 0 to 65535, those of 32 bits signed.
Public Function PortIn8(ByVal port As Long) As Long
    Dim value As Byte
    OpenPorts
    Check up_in8(handle, Low16(port), value)
    PortIn8 = value
End Function

Public Function PortIn16(ByVal port As Long) As Long
    Dim value As Integer
    OpenPorts
    Check up_in16(handle, Low16(port), value)
    PortIn16 = value And &HFFFF&
End Function

Public Function PortIn32(ByVal port As Long) As Long
    Dim value As Long
    OpenPorts
    Check up_in32(handle, Low16(port), value)
    PortIn32 = value
End Function

Public Sub PortOut8(ByVal port As Long, ByVal value As Long)
    OpenPorts
    Check up_out8(handle, Low16(port), CByte(value))
End Sub

Public Sub PortOut16(ByVal port As Long, ByVal value As Long)
    OpenPorts
    Check up_out16(handle, Low16(port), Low16(value))
End Sub

Public Sub PortOut32(ByVal port As Long, ByVal value As Long)
    OpenPorts
    Check up_out32(handle, Low16(port), value)
End Sub

' Gives UserPort back; the next use opens it again. Windows does this by itself when the program ends.
Public Sub PortsClose()
    up_close handle
    handle = 0
End Sub

' A port number in hexadecimal, as people write it: 378 or &H378. -1: it is none.
Public Function PortNumber(ByVal text As String) As Long
    Dim i As Long, digit As Long, number As Long
    PortNumber = -1
    If UCase$(Left$(text, 2)) = "&H" Then text = Mid$(text, 3)
    If Len(text) < 1 Or Len(text) > 4 Then Exit Function
    For i = 1 To Len(text)
        digit = InStr("0123456789ABCDEF", UCase$(Mid$(text, i, 1))) - 1
        If digit < 0 Then Exit Function
        number = number * 16 + digit
    Next
    PortNumber = number
End Function

Private Sub OpenPorts()
    If handle = 0 Then Check up_open(UP_BACKEND_ANY, handle)
End Sub

' Raises vbObjectError + 512 + the error of userport.dll, as the object UserPort.Ports does, with its sentence.
Private Sub Check(ByVal result As Long)
    Dim text As String
    If result = UP_OK Then Exit Sub
    text = String$(300, vbNullChar)
    up_failure_text text, Len(text)
    Err.Raise vbObjectError + 512 + result, "UserPort", Left$(text, InStr(text, vbNullChar) - 1)
End Sub

' 0 to 65535 as the Integer of the same 16 bits; -32768 to -1 are taken too, others are an overflow (error 6).
Private Function Low16(ByVal number As Long) As Integer
    If number > 65535 Then Err.Raise 6
    If number > 32767 Then number = number - 65536
    Low16 = number
End Function
