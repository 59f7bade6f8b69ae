/* SPDX-License-Identifier: MIT
 *
 * A program as its users link it to inpoutx64.dll, without any header of ours. It is compiled once
 * with NUMBER short, as inpout declares it, and once with int, as many programs do. linked FAKE:
 * the path of the driver with fake ports.
 */
#define TAP_MAIN
#include "cases.h"

NUMBER _stdcall Inp32(NUMBER port);
void _stdcall Out32(NUMBER port, NUMBER data);
BOOL _stdcall IsInpOutDriverOpen(void);
BOOL _stdcall IsXP64Bit(void);
UCHAR _stdcall DlPortReadPortUchar(USHORT port);
void _stdcall DlPortWritePortUchar(USHORT port, UCHAR value);
USHORT _stdcall DlPortReadPortUshort(USHORT port);
void _stdcall DlPortWritePortUshort(USHORT port, USHORT value);
ULONG _stdcall DlPortReadPortUlong(ULONG port);
void _stdcall DlPortWritePortUlong(ULONG port, ULONG value);
PBYTE _stdcall MapPhysToLin(PBYTE address, DWORD size, HANDLE *handle);
BOOL _stdcall UnmapPhysicalMemory(HANDLE handle, PBYTE address);
BOOL _stdcall GetPhysLong(PBYTE address, PDWORD value);
BOOL _stdcall SetPhysLong(PBYTE address, DWORD value);

#define TEXT_OF(number) #number
#define NAME_OF(number) TEXT_OF(number)
#define TITLE           "inpoutx64.dll, linked, with " NAME_OF(NUMBER) ": "
#define MARK            0xBEEFu

static void try_accesses(void)
{
    SetLastError(MARK);
    EXPECT(IsInpOutDriverOpen());
    EXPECT(IsXP64Bit());
    Out32(0x378, 0x55);
    EXPECT_EQ(Inp32(0x378), 0x55);
    Out32(0x378, (NUMBER)0xFFFFFF); /* the low 8 bits */
    EXPECT(Inp32(0x378) == 255);    /* not -1 */
    DlPortWritePortUlong(0x1000, 0x81234567);
    EXPECT_EQ(DlPortReadPortUlong(0x1000), 0x81234567);
    EXPECT_EQ(DlPortReadPortUshort(0x1002), 0x8123);
    EXPECT_EQ(DlPortReadPortUchar(0x1003), 0x81);
    DlPortWritePortUshort(0x1000, 0xF00F);
    DlPortWritePortUchar(0x1003, 0xAA);
    EXPECT_EQ(DlPortReadPortUlong(0x1000), 0xAA23F00F);
    EXPECT_EQ(GetLastError(), MARK); /* nothing that succeeds touches it */
}

/* As short these are negative; the caller's register has whatever it likes above them. */
static void try_high_ports(void)
{
    Out32((NUMBER)0xFF10, 0x77);
    EXPECT_EQ(Inp32((NUMBER)0xFF10), 0x77);
    EXPECT_EQ(DlPortReadPortUchar(0xFF10), 0x77);
    EXPECT_EQ(Inp32((NUMBER)-0xF0), 0x77);
    Out32((NUMBER)0xFFFF, 1);
    EXPECT_EQ(Inp32((NUMBER)0xFFFF), 1);
    DlPortWritePortUlong(0xFFFFFF00u | 0x20, 0x99); /* Visual Basic's &HFF20 */
    EXPECT_EQ(DlPortReadPortUlong(0xFF20), 0x99);
}

static void try_failures(void)
{
    SetLastError(MARK);
    EXPECT(Inp32(0x380) == 255);
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    SetLastError(MARK);
    EXPECT_EQ(DlPortReadPortUshort(0x37F), 0xFFFF);
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    SetLastError(MARK);
    EXPECT_EQ(DlPortReadPortUlong(0xFFFE), 0xFFFFFFFF);
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    SetLastError(MARK);
    Out32(0x380, 1);
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
    Out32(0x378, 3);
    EXPECT_EQ(GetLastError(), ERROR_ACCESS_DENIED);
}

static void try_memory(void)
{
    HANDLE handle = (HANDLE)1;
    DWORD value = 5;

    SetLastError(MARK);
    EXPECT(MapPhysToLin(NULL, 4096, &handle) == NULL);
    EXPECT(handle == NULL);
    EXPECT_EQ(GetLastError(), ERROR_NOT_SUPPORTED);
    EXPECT(!UnmapPhysicalMemory(NULL, NULL));
    EXPECT(!GetPhysLong((PBYTE)0xF0000, &value));
    EXPECT_EQ(value, 5);
    EXPECT(!SetPhysLong((PBYTE)0xF0000, 1));
}

static const struct client_case cases[] = {
    {TITLE "the driver starts", driver_up},
    {TITLE "accesses; a success leaves the last error", try_accesses},
    {TITLE "ports above 7FFF", try_high_ports},
    {TITLE "what fails is all ones, with the last error", try_failures},
    {TITLE "physical memory is not to be had", try_memory},
    {TITLE "the driver stops", driver_down},
};

int main(int argc, char **argv)
{
    if (argc != 2) {
        return 2;
    }
    driver_path = argv[1];
    wanted_default();
    return RUN_CASES(cases);
}
