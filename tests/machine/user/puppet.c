/* SPDX-License-Identifier: MIT
 *
 * The puppet: a Windows program whose threads do what a test writes into their slots of the
 * mailbox. Its IN and OUT are plain instructions, its exception filter the ordinary
 * SetUnhandledExceptionFilter, its file calls kernel32's.
 */
#include <windows.h>

#include "userport/userport_abi.h"
#include "port_loop.h"
#include "system_call.h"

static struct mailbox *const mail = (struct mailbox *)USER_MAILBOX;

/* The slot of the running thread, where the filter finds it: TEB.ArbitraryUserPointer. */
static void set_my_slot(struct puppet_slot *slot)
{
    __asm__ volatile("movl %0, %%fs:0x14" ::"r"(slot));
}

static struct puppet_slot *my_slot(void)
{
    struct puppet_slot *slot;

    __asm__ volatile("movl %%fs:0x14, %0" : "=r"(slot));
    return slot;
}

/* Skips the instruction that was denied: EC ED EE EF, with or without 66. */
static LONG WINAPI on_exception(EXCEPTION_POINTERS *pointers)
{
    const unsigned char *code = (const unsigned char *)pointers->ContextRecord->Eip;

    if (pointers->ExceptionRecord->ExceptionCode != 0xC0000096) {
        return EXCEPTION_EXECUTE_HANDLER;
    }
    my_slot()->exception = pointers->ExceptionRecord->ExceptionCode;
    pointers->ContextRecord->Eip += *code == 0x66 ? 2 : 1;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static uint32_t in(uint16_t port, uint32_t width)
{
    uint32_t value = 0;

    switch (width) {
    case 1:
        __asm__ volatile("inb %%dx, %%al" : "+a"(value) : "d"(port));
        break;
    case 2:
        __asm__ volatile("inw %%dx, %%ax" : "+a"(value) : "d"(port));
        break;
    default:
        __asm__ volatile("inl %%dx, %%eax" : "+a"(value) : "d"(port));
        break;
    }
    return value;
}

static void out(uint16_t port, uint32_t width, uint32_t value)
{
    switch (width) {
    case 1:
        __asm__ volatile("outb %%al, %%dx" ::"a"(value), "d"(port));
        break;
    case 2:
        __asm__ volatile("outw %%ax, %%dx" ::"a"(value), "d"(port));
        break;
    default:
        __asm__ volatile("outl %%eax, %%dx" ::"a"(value), "d"(port));
        break;
    }
}

static void scan(struct puppet_slot *slot)
{
    uint32_t port;

    for (port = 0; port < 65536; port++) {
        slot->exception = 0;
        in((uint16_t)port, 1);
        if (slot->exception != 0) {
            mail->scan[port / 8] |= (uint8_t)(1u << port % 8);
        } else {
            mail->scan[port / 8] &= (uint8_t) ~(1u << port % 8);
        }
    }
}

/*
 * What is seen under an epoch that was read before the IN may belong to an older state, never to a
 * newer one.
 */
static void spin(struct puppet_slot *slot)
{
    while (!slot->stop) {
        uint32_t epoch = mail->epoch;

        slot->exception = 0;
        in((uint16_t)slot->a, 1);
        if (slot->exception != 0) {
            slot->denied[epoch]++;
        } else {
            slot->allowed[epoch]++;
        }
        slot->rounds++;
    }
}

/* Each turn has a list of its own, so that the test may change the one in the mailbox. */
static void list_loop(struct puppet_slot *slot)
{
    static uint8_t lists[PUPPET_THREADS][sizeof mail->buffer];
    uint8_t *list = lists[slot - mail->slots];
    const struct up_io_header *header = (const struct up_io_header *)list;
    const struct up_io_operation *operation;
    DWORD returned;
    uint32_t epoch, i;

    slot->value = 0;
    while (!slot->stop) {
        epoch = mail->epoch;
        for (i = 0; i < slot->c; i++) {
            list[i] = mail->buffer[i];
        }
        if (!DeviceIoControl((HANDLE)slot->a, UP_IOCTL_IO, list, slot->c, list, slot->c, &returned,
                             NULL) ||
            header->result != UP_IO_DONE) {
            slot->denied[epoch]++;
        } else {
            slot->allowed[epoch]++;
            operation = (const struct up_io_operation *)(header + 1);
            for (i = 1; i < header->operations; i++) {
                slot->value +=
                    operation[i].kind == UP_IO_READ && operation[i].value != operation[0].value;
            }
        }
        slot->rounds++;
    }
}

static void obey(struct puppet_slot *slot, uint32_t command)
{
    DWORD returned = 0;

    slot->exception = 0;
    switch (command) {
    case PUPPET_IN:
        slot->value = in((uint16_t)slot->a, slot->b);
        break;
    case PUPPET_OUT:
        out((uint16_t)slot->a, slot->b, slot->c);
        break;
    case PUPPET_SCAN:
        scan(slot);
        break;
    case PUPPET_OPEN:
    case PUPPET_OPEN_EPOCH:
        slot->value = (uint32_t)CreateFileA(mail->name, slot->a, 0, NULL, OPEN_EXISTING, 0, NULL);
        if (command == PUPPET_OPEN_EPOCH) {
            mail->epoch++;
        }
        slot->error = GetLastError();
        break;
    case PUPPET_OPEN_NATIVE:
        slot->value = 0xFFFFFFFF;
        slot->error = SYSTEM_CALL(SYS_OPEN, (uint32_t)mail->name, slot->a, (uint32_t)&slot->value);
        break;
    case PUPPET_IMPERSONATE:
        SYSTEM_CALL(SYS_IMPERSONATE, slot->a, slot->b);
        break;
    case PUPPET_CLOSE:
    case PUPPET_CLOSE_EPOCH:
        if (command == PUPPET_CLOSE_EPOCH) {
            mail->epoch++;
        }
        slot->value = (uint32_t)CloseHandle((HANDLE)slot->a);
        if (command == PUPPET_CLOSE_EPOCH) {
            mail->epoch++;
        }
        break;
    case PUPPET_CONTROL:
    case PUPPET_CONTROL_EPOCH:
        if (command == PUPPET_CONTROL_EPOCH) {
            mail->epoch++;
        }
        slot->value = (uint32_t)DeviceIoControl((HANDLE)slot->a, slot->b, mail->buffer, slot->c,
                                                mail->scan, slot->d, &returned, NULL);
        if (command == PUPPET_CONTROL_EPOCH) {
            mail->epoch++;
        }
        slot->error = GetLastError();
        slot->returned = returned;
        break;
    case PUPPET_SPIN:
        spin(slot);
        break;
    case PUPPET_LIST_LOOP:
        list_loop(slot);
        break;
    case PUPPET_GRIND:
        while (!slot->stop) {
            slot->rounds++;
        }
        break;
    case PUPPET_FAST:
        slot->value = (uint32_t)DeviceIoControl((HANDLE)slot->a, slot->b, (void *)slot->c, 0,
                                                (void *)slot->d, 0, &returned, NULL);
        slot->error = GetLastError();
        slot->returned = returned;
        break;
    case PUPPET_READ_LOOP:
        while (!slot->stop) {
            uint32_t epoch = mail->epoch;

            if (DeviceIoControl((HANDLE)slot->a, UP_IOCTL_READ, (void *)UP_ACCESS(slot->b, 1), 0,
                                NULL, 0, &returned, NULL)) {
                slot->allowed[epoch]++;
            } else {
                slot->denied[epoch]++;
            }
            slot->rounds++;
        }
        break;
    case PUPPET_OPEN_LOOP:
        while (!slot->stop) {
            CloseHandle(CreateFileA(mail->name, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL));
            slot->rounds++;
        }
        break;
    case PUPPET_SLEEP:
        Sleep(slot->a);
        break;
    case PUPPET_AFFINITY:
        SetThreadAffinityMask(GetCurrentThread(), slot->a);
        break;
    case PUPPET_TIME_IN:
        slot->value = time_in((uint16_t)slot->a, slot->b);
        break;
    case PUPPET_TIME_OUT:
        slot->value = time_out((uint16_t)slot->a, slot->b);
        break;
    default:
        ExitProcess(slot->a);
    }
}

static DWORD WINAPI __attribute__((noreturn)) serve(void *argument)
{
    struct puppet_slot *slot = argument;

    set_my_slot(slot);
    slot->ready = 1;
    for (;;) {
        uint32_t command = slot->command;

        if (command == PUPPET_IDLE) {
            SYSTEM_CALL(SYS_YIELD);
            continue;
        }
        obey(slot, command);
        slot->command = PUPPET_IDLE;
    }
}

int start(void) __asm__("_start");

int start(void)
{
    unsigned i;

    SetUnhandledExceptionFilter(on_exception);
    for (i = 1; i < PUPPET_THREADS; i++) {
        CreateThread(NULL, 0, serve, &mail->slots[i], 0, NULL);
    }
    serve(&mail->slots[0]);
}
