/* SPDX-License-Identifier: MIT
 *
 * A stand-in for the DDK's header of this name, so that driver/device.c, transfer.c and state.c
 * compile for this host and run under its sanitizers and fuzzers. It has only the types and calls
 * that these files use, in the sizes that they have on 64-bit NT; structures hold only the members
 * that are used. kernel.c has the calls.
 */
#ifndef UP_HOST_NTIFS_H
#define UP_HOST_NTIFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NTAPI
#define TRUE  1
#define FALSE 0

typedef void VOID;
typedef uint8_t BOOLEAN, UCHAR, KIRQL;
typedef uint16_t USHORT, WCHAR;
typedef int32_t LONG, NTSTATUS;
typedef uint32_t ULONG;
typedef int64_t LONGLONG;
typedef uintptr_t ULONG_PTR, KSPIN_LOCK;
typedef void *PVOID, *HANDLE;

typedef union {
    LONGLONG QuadPart;
} LARGE_INTEGER;

typedef struct {
    USHORT Length, MaximumLength;
    WCHAR *Buffer;
} UNICODE_STRING;

/* Objects that are only pointed at. */
typedef struct host_process *PEPROCESS;
typedef struct host_thread *PETHREAD, *PKTHREAD;
typedef struct host_driver DRIVER_OBJECT;
typedef struct host_device DEVICE_OBJECT;

typedef struct {
    bool set;
} KEVENT;

typedef struct {
    PVOID FsContext;
    UNICODE_STRING FileName;
} FILE_OBJECT;

typedef struct {
    union {
        struct {
            ULONG OutputBufferLength, InputBufferLength, IoControlCode;
        } DeviceIoControl;
    } Parameters;
    FILE_OBJECT *FileObject;
} IO_STACK_LOCATION;

typedef struct {
    struct {
        NTSTATUS Status;
        ULONG_PTR Information;
    } IoStatus;
    struct {
        PVOID SystemBuffer;
    } AssociatedIrp;
    BOOLEAN Cancel;
    IO_STACK_LOCATION *stack; /* what IoGetCurrentIrpStackLocation finds */
    unsigned completed;       /* how often */
} IRP;

typedef struct {
    NTSTATUS Status;
    ULONG_PTR Information;
} IO_STATUS_BLOCK;

typedef BOOLEAN FAST_IO_DEVICE_CONTROL(FILE_OBJECT *file, BOOLEAN wait, void *in, ULONG in_length,
                                       void *out, ULONG out_length, ULONG code,
                                       IO_STATUS_BLOCK *result, DEVICE_OBJECT *device);

typedef struct {
    ULONG SizeOfFastIoDispatch;
    FAST_IO_DEVICE_CONTROL *FastIoDeviceControl;
} FAST_IO_DISPATCH;

typedef NTSTATUS NTAPI DRIVER_DISPATCH(DEVICE_OBJECT *device, IRP *irp);

#define UNREFERENCED_PARAMETER(parameter) ((void)(parameter))
#define RtlZeroMemory(memory, length)     memset((memory), 0, (length))

/* ntstatus.h */
#define NT_SUCCESS(status)            ((NTSTATUS)(status) >= 0)
#define STATUS_SUCCESS                ((NTSTATUS)0)
#define STATUS_INVALID_PARAMETER      ((NTSTATUS)0xC000000D)
#define STATUS_INVALID_HANDLE         ((NTSTATUS)0xC0000008)
#define STATUS_INVALID_DEVICE_REQUEST ((NTSTATUS)0xC0000010)
#define STATUS_ACCESS_DENIED          ((NTSTATUS)0xC0000022)
#define STATUS_BUFFER_TOO_SMALL       ((NTSTATUS)0xC0000023)
#define STATUS_OBJECT_NAME_NOT_FOUND  ((NTSTATUS)0xC0000034)
#define STATUS_REVISION_MISMATCH      ((NTSTATUS)0xC0000059)
#define STATUS_INSUFFICIENT_RESOURCES ((NTSTATUS)0xC000009A)
#define STATUS_CANCELLED              ((NTSTATUS)0xC0000120)
#define STATUS_NOT_SUPPORTED          ((NTSTATUS)0xC00000BB)
#define STATUS_INVALID_BUFFER_SIZE    ((NTSTATUS)0xC0000206)
#define STATUS_UNSUCCESSFUL           ((NTSTATUS)0xC0000001)

#define PASSIVE_LEVEL   0
#define DISPATCH_LEVEL  2
#define IO_NO_INCREMENT 0

static inline IO_STACK_LOCATION *IoGetCurrentIrpStackLocation(const IRP *irp)
{
    return irp->stack;
}

void IoCompleteRequest(IRP *irp, int boost);
void KeInitializeSpinLock(KSPIN_LOCK *lock);
void KeAcquireSpinLock(KSPIN_LOCK *lock, KIRQL *irql);
void KeReleaseSpinLock(KSPIN_LOCK *lock, KIRQL irql);
LARGE_INTEGER KeQueryPerformanceCounter(LARGE_INTEGER *frequency);
BOOLEAN PsIsThreadTerminating(PETHREAD thread);
LONG InterlockedIncrement(volatile LONG *number);
LONG InterlockedDecrement(volatile LONG *number);
void YieldProcessor(void);

#endif
