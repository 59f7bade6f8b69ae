' SPDX-License-Identifier: MIT
'
' UserPort for Visual Basic .NET (.NET Framework 4.5 and later, .NET): add this one file to your project. The class Ports
' is what most programs need; UserPortApi below it is all of userport.dll, as include/userport/userport.h has it. userport.dll
' lies beside your program or in the system folder, and must be of the same kind: for 32 bits if the project is built for x86.
Option Explicit On
Option Strict On
Option Infer On

Imports System
Imports System.Runtime.InteropServices
Imports System.Text
Imports Microsoft.Win32.SafeHandles

' An open way to the ports:   Using ports As New Ports() ... ports.Out8(&H378, &H55) ... End Using
Public NotInheritable Class Ports
    Implements IDisposable

    Private ReadOnly handle As PortsHandle

    ' The fastest way that works, or the one that you name. UserPortException says why there is none.
    Public Sub New(Optional backends As UInteger = UserPortApi.UP_BACKEND_ANY)
        Check(UserPortApi.up_open(backends, handle))
    End Sub

    ' One access of 8, 16 or 32 bits; port is 0 to &HFFFF.
    Public Function In8(port As Integer) As Byte
        Dim value As Byte
        Check(UserPortApi.up_in8(handle, CUShort(port), value))
        Return value
    End Function

    Public Function In16(port As Integer) As UShort
        Dim value As UShort
        Check(UserPortApi.up_in16(handle, CUShort(port), value))
        Return value
    End Function

    Public Function In32(port As Integer) As UInteger
        Dim value As UInteger
        Check(UserPortApi.up_in32(handle, CUShort(port), value))
        Return value
    End Function

    Public Sub Out8(port As Integer, value As Byte)
        Check(UserPortApi.up_out8(handle, CUShort(port), value))
    End Sub

    Public Sub Out16(port As Integer, value As UShort)
        Check(UserPortApi.up_out16(handle, CUShort(port), value))
    End Sub

    Public Sub Out32(port As Integer, value As UInteger)
        Check(UserPortApi.up_out32(handle, CUShort(port), value))
    End Sub

    Public Sub Dispose() Implements IDisposable.Dispose
        If handle IsNot Nothing Then handle.Dispose()
    End Sub

    Private Shared Sub Check(errorCode As UInteger)
        If errorCode <> UserPortApi.UP_OK Then Throw New UserPortException(errorCode)
    End Sub
End Class

' Message is userport.dll's sentence: what could not be done, why, and what to do. ErrorCode is one of UserPortApi.UP_ERR_...
Public Class UserPortException
    Inherits Exception

    Public ReadOnly ErrorCode As UInteger

    Public Sub New(errorCode As UInteger)
        MyBase.New(Sentence())
        Me.ErrorCode = errorCode
    End Sub

    Private Shared Function Sentence() As String
        Dim text As New StringBuilder(512)
        UserPortApi.up_failure_text(text, CUInt(text.Capacity))
        Return text.ToString()
    End Function
End Class

' The handle: .NET closes it when nobody has it any more, and not before the last call with it has returned.
Public NotInheritable Class PortsHandle
    Inherits SafeHandleZeroOrMinusOneIsInvalid

    Public Sub New()
        MyBase.New(True)
    End Sub

    Protected Overrides Function ReleaseHandle() As Boolean
        UserPortApi.up_close(handle)
        Return True
    End Function
End Class

<StructLayout(LayoutKind.Sequential)>
Public Structure up_operation
    Public kind As Byte
    Public width As Byte
    Public port As UShort
    Public value As UInteger
    Public mask As UInteger
    Public count As UInteger
    Public microseconds As UInteger
    Public last As UInteger
    Public buffer As IntPtr
End Structure

<StructLayout(LayoutKind.Sequential)>
Public Structure up_info
    Public abi_version As UInteger
    Public driver_version As UInteger
    Public processor As UInteger
    Public mechanisms As UInteger
    Public state As UInteger
    Public flags As UInteger
    Public settings_problems As UInteger
    Public scope As UInteger
    Public sticky As UInteger
    Public ports_granted As UInteger
    Public processors As UInteger
    Public foreign_ports As UInteger
    Public processes As UInteger
    Public processes_granted As UInteger
    Public files As UInteger
    Public reloads As UInteger
    Public opens As UInteger
    Public opens_refused As UInteger
    Public controls_refused As UInteger
    Public processes_missed As UInteger
    Public transfers_denied As UInteger
    Public port_denied As UInteger
    Public aliases As UInteger
    Public processes_renounced As UInteger
    <MarshalAs(UnmanagedType.ByValArray, SizeConst:=8)>
    Public reserved As UInteger()
End Structure

<StructLayout(LayoutKind.Sequential)>
Public Structure up_failure
    Public [error] As UInteger
    Public system_error As UInteger
    Public port As UInteger
    Public index As UInteger
    Public moved As UInteger
    Public state As UInteger
    Public abi_version As UInteger
    Public driver_version As UInteger
End Structure

<StructLayout(LayoutKind.Sequential)>
Public Structure up_access
    Public kind As Byte
    Public width As Byte
    Public port As UShort
    Public value As UInteger
End Structure

' userport.dll is taken from the program's own folder or the system's, and from nowhere else.
<DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory Or DllImportSearchPath.System32)>
Public NotInheritable Class UserPortApi
    Private Const Dll As String = "userport.dll"

    Public Const UP_OK As UInteger = 0UI
    Public Const UP_ERR_ARGUMENT As UInteger = 1UI
    Public Const UP_ERR_DENIED As UInteger = 2UI
    Public Const UP_ERR_NOT_RUNNING As UInteger = 3UI
    Public Const UP_ERR_NO_ACCESS As UInteger = 4UI
    Public Const UP_ERR_VERSION As UInteger = 5UI
    Public Const UP_ERR_UNSUPPORTED As UInteger = 6UI
    Public Const UP_ERR_TIMED_OUT As UInteger = 7UI
    Public Const UP_ERR_CANCELLED As UInteger = 8UI
    Public Const UP_ERR_MEMORY As UInteger = 9UI
    Public Const UP_ERR_SYSTEM As UInteger = 10UI
    Public Const UP_BACKEND_DIRECT As UInteger = 1UI
    Public Const UP_BACKEND_IOCTL As UInteger = 2UI
    Public Const UP_BACKEND_FAKE As UInteger = 4UI
    Public Const UP_BACKEND_DEVPORT As UInteger = 8UI
    Public Const UP_BACKEND_SIMULATED As UInteger = 16UI
    Public Const UP_BACKEND_ANY As UInteger = 11UI
    Public Const UP_IO_READ As UInteger = 1UI
    Public Const UP_IO_WRITE As UInteger = 2UI
    Public Const UP_IO_READ_BLOCK As UInteger = 3UI
    Public Const UP_IO_WRITE_BLOCK As UInteger = 4UI
    Public Const UP_IO_DELAY As UInteger = 5UI
    Public Const UP_IO_WAIT As UInteger = 6UI
    Public Const UP_IO_OPERATIONS_MAX As UInteger = 4096UI
    Public Const UP_IO_BYTES_MAX As UInteger = 65536UI
    Public Const UP_IO_MICROSECONDS_MAX As UInteger = 100000UI
    Public Const UP_MAP_BYTES As UInteger = 8192UI
    Public Const UP_ABI_VERSION As UInteger = 1UI
    Public Const UP_STATE_RUNNING As UInteger = 1UI
    Public Const UP_STATE_SUSPENDED As UInteger = 2UI
    Public Const UP_STATE_FAULT As UInteger = 3UI
    Public Const UP_PROCESSOR_I386 As UInteger = 1UI
    Public Const UP_PROCESSOR_AMD64 As UInteger = 2UI
    Public Const UP_MECHANISM_IOPM As UInteger = 1UI
    Public Const UP_MECHANISM_LIST As UInteger = 2UI
    Public Const UP_FLAG_FOREIGN_MAP As UInteger = 1UI
    Public Const UP_FLAG_OVERWRITTEN As UInteger = 2UI

    Private Sub New()
    End Sub

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_open(backends As UInteger, <Out> ByRef handle As PortsHandle) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Sub up_close(handle As IntPtr)
    End Sub

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_backend(handle As PortsHandle) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_backend_name(backend As UInteger) As IntPtr
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_in8(handle As PortsHandle, port As UShort, <Out> ByRef value As Byte) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_in16(handle As PortsHandle, port As UShort, <Out> ByRef value As UShort) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_in32(handle As PortsHandle, port As UShort, <Out> ByRef value As UInteger) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_out8(handle As PortsHandle, port As UShort, value As Byte) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_out16(handle As PortsHandle, port As UShort, value As UShort) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_out32(handle As PortsHandle, port As UShort, value As UInteger) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_in8_block(handle As PortsHandle, port As UShort, <Out> values As Byte(),
            count As UInteger) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_in16_block(handle As PortsHandle, port As UShort, <Out> values As UShort(),
            count As UInteger) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_in32_block(handle As PortsHandle, port As UShort, <Out> values As UInteger(),
            count As UInteger) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_out8_block(handle As PortsHandle, port As UShort, <[In]> values As Byte(),
            count As UInteger) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_out16_block(handle As PortsHandle, port As UShort, <[In]> values As UShort(),
            count As UInteger) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_out32_block(handle As PortsHandle, port As UShort, <[In]> values As UInteger(),
            count As UInteger) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_run(handle As PortsHandle, <[In], Out> operations As up_operation(), count As UInteger,
            <Out> ByRef done As UInteger) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_query_map(handle As PortsHandle, <Out> map As Byte()) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_granted(handle As PortsHandle, port As UShort, width As UInteger) As Integer
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_query_info(handle As PortsHandle, <Out> ByRef info As up_info) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Sub up_last_failure(<Out> ByRef failure As up_failure)
    End Sub

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_system_error() As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_error_text(errorCode As UInteger) As IntPtr
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall, CharSet:=CharSet.Ansi)>
    Public Shared Function up_failure_text(text As StringBuilder, size As UInteger) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_library_version() As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_fake_grant(handle As PortsHandle, <[In]> map As Byte()) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_fake_feed(handle As PortsHandle, port As UShort, width As UInteger,
            <[In]> values As UInteger(), count As UInteger) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_fake_journal(handle As PortsHandle, first As UInteger, <Out> accesses As up_access(),
            room As UInteger, <Out> ByRef count As UInteger) As UInteger
    End Function

    <DllImport(Dll, ExactSpelling:=True, CallingConvention:=CallingConvention.StdCall)>
    Public Shared Function up_fake_reset(handle As PortsHandle) As UInteger
    End Function
End Class
