/* SPDX-License-Identifier: MIT
 *
 * Entries in the system's event log for what an administrator should know. Their texts are in
 * messages.mc and are part of the image as a message table. Events that callers can cause are
 * logged only once until the driver stops, so that a caller cannot fill the log.
 */
#include "driver.h"
#include "messages.h"

#define DECIMAL_CHARS 11 /* 4294967295 and the final 0 */

static DRIVER_OBJECT *source;
static volatile LONG logged; /* bit n: the message with code n + 1 */

void up_log_init(DRIVER_OBJECT *driver)
{
    source = driver;
}

/* Writes number in decimal at the end of text. Result: the address of its first digit. */
static WCHAR *decimal(uint32_t number, WCHAR text[DECIMAL_CHARS])
{
    WCHAR *at = &text[DECIMAL_CHARS - 1];

    *at = L'\0';
    do {
        *--at = (WCHAR)(L'0' + number % 10);
        number /= 10;
    } while (number != 0);
    return at;
}

void up_log_text(NTSTATUS message, NTSTATUS status, const WCHAR *text)
{
    ULONG text_bytes = sizeof(WCHAR);
    IO_ERROR_LOG_PACKET *packet;

    while (text[text_bytes / sizeof(WCHAR) - 1] != L'\0') {
        text_bytes += sizeof(WCHAR);
    }
    packet = IoAllocateErrorLogEntry(source, (UCHAR)(sizeof *packet + text_bytes));
    if (packet == NULL) {
        return;
    }
    RtlZeroMemory(packet, sizeof *packet);
    packet->ErrorCode = message;
    packet->FinalStatus = status;
    packet->NumberOfStrings = 1;
    packet->StringOffset = sizeof *packet;
    memcpy((uint8_t *)packet + sizeof *packet, text, text_bytes);
    IoWriteErrorLogEntry(packet);
}

void up_log(NTSTATUS message, NTSTATUS status, uint32_t number)
{
    WCHAR buffer[DECIMAL_CHARS];

    up_log_text(message, status, decimal(number, buffer));
}

static LONG bit_of(NTSTATUS message)
{
    return 1L << ((message & 0xFFFF) - 1);
}

void up_log_once(NTSTATUS message, NTSTATUS status, uint32_t number)
{
    if ((InterlockedOr(&logged, bit_of(message)) & bit_of(message)) == 0) {
        up_log(message, status, number);
    }
}

void up_log_again(NTSTATUS message)
{
    InterlockedAnd(&logged, ~bit_of(message));
}
