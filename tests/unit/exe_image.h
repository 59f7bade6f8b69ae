/* SPDX-License-Identifier: MIT
 *
 * Small executable files, made by hand for the tests of exefile/exefile.c.
 */
#ifndef UP_TESTS_EXE_IMAGE_H
#define UP_TESTS_EXE_IMAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* One section, at RVA 1000h and 200h of the file, has all: an RVA is an offset + IMAGE_DELTA. */
#define IMAGE_BYTES   0x800u
#define IMAGE_SECTION 0x200u
#define IMAGE_DELTA   0xE00u
#define IMAGE_BASE    0x400000u

#define IMAGE_PE       0x40u
#define IMAGE_OPTIONAL (IMAGE_PE + 24u)

/* in the file */
#define IMAGE_IMPORTS  0x200u /* KERNEL32.dll, INPOUT32.dll, the end */
#define IMAGE_DELAYED  0x280u /* dlportio, the end */
#define IMAGE_NAMES    0x300u /* 32 bytes each: of the two imports, of the delay-loaded one */
#define IMAGE_DOTNET   0x380u
#define IMAGE_RESOURCE 0x400u /* the root, 18h further its only type, 30h further its only name */
#define IMAGE_DATA     0x448u /* address and size of the version */
#define IMAGE_VERSION  0x460u
#define IMAGE_TEXT     0x600u

enum image_directory {
    IMAGE_DIRECTORY_IMPORT = 1,
    IMAGE_DIRECTORY_DELAY = 13,
    IMAGE_DIRECTORY_DOTNET = 14
};

static inline void put16(uint8_t *bytes, uint32_t at, uint32_t value)
{
    bytes[at] = (uint8_t)value;
    bytes[at + 1] = (uint8_t)(value >> 8);
}

static inline void put32(uint8_t *bytes, uint32_t at, uint32_t value)
{
    put16(bytes, at, value);
    put16(bytes, at + 2, value >> 16);
}

static inline void put_text(uint8_t *bytes, uint32_t at, const char *text)
{
    memcpy(bytes + at, text, strlen(text) + 1);
}

static inline void put_utf16(uint8_t *bytes, uint32_t at, const char *text)
{
    for (; *text != '\0'; text++, at += 2) {
        put16(bytes, at, (uint8_t)*text);
    }
    put16(bytes, at, 0);
}

/* An MZ header that says that a second one follows. */
static inline void put_mz(uint8_t *bytes, uint32_t second)
{
    put_text(bytes, 0, "MZ");
    put16(bytes, 0x18, 0x40);
    put32(bytes, 0x3C, second);
}

/* Where the entry of a directory is in the file. */
static inline uint32_t directory_at(bool is_64bit, unsigned number)
{
    return IMAGE_OPTIONAL + (is_64bit ? 112u : 96u) + 8 * number;
}

static inline uint32_t section_at(bool is_64bit)
{
    return directory_at(is_64bit, 16);
}

static inline void put_headers(uint8_t *bytes, bool is_64bit)
{
    put_mz(bytes, IMAGE_PE);
    put_text(bytes, IMAGE_PE, "PE");
    put16(bytes, IMAGE_PE + 4, is_64bit ? 0x8664 : 0x14C);
    put16(bytes, IMAGE_PE + 6, 1);
    put16(bytes, IMAGE_PE + 20, is_64bit ? 240 : 224);
    put16(bytes, IMAGE_OPTIONAL, is_64bit ? 0x20B : 0x10B);
    put32(bytes, IMAGE_OPTIONAL + (is_64bit ? 24 : 28), IMAGE_BASE);
    put32(bytes, IMAGE_OPTIONAL + 32, 0x1000);
    put32(bytes, IMAGE_OPTIONAL + 36, 0x200);
    put32(bytes, IMAGE_OPTIONAL + 60, 0x200);
    put16(bytes, IMAGE_OPTIONAL + 68, 3);
    put32(bytes, IMAGE_OPTIONAL + (is_64bit ? 108 : 92), 16);
    put32(bytes, directory_at(is_64bit, IMAGE_DIRECTORY_IMPORT), IMAGE_IMPORTS + IMAGE_DELTA);
    put32(bytes, directory_at(is_64bit, 2), IMAGE_RESOURCE + IMAGE_DELTA);
    put32(bytes, directory_at(is_64bit, IMAGE_DIRECTORY_DELAY), IMAGE_DELAYED + IMAGE_DELTA);
    put_text(bytes, section_at(is_64bit), ".all");
    put32(bytes, section_at(is_64bit) + 8, 0x600);
    put32(bytes, section_at(is_64bit) + 12, 0x1000);
    put32(bytes, section_at(is_64bit) + 16, 0x600);
    put32(bytes, section_at(is_64bit) + 20, IMAGE_SECTION);
}

static inline void put_version(uint8_t *bytes)
{
    for (uint32_t level = 0; level < 3; level++) {
        uint32_t at = IMAGE_RESOURCE + level * 0x18;

        put16(bytes, at + 14, 1);
        put32(bytes, at + 16, level == 0 ? 16 : level);
        put32(bytes, at + 20,
              level == 2 ? IMAGE_DATA - IMAGE_RESOURCE : 0x80000000u | (level + 1) * 0x18);
    }
    put32(bytes, IMAGE_DATA, IMAGE_VERSION + IMAGE_DELTA);
    put32(bytes, IMAGE_DATA + 4, 0x100);
    put_utf16(bytes, IMAGE_VERSION + 6, "VS_VERSION_INFO");
    put32(bytes, IMAGE_VERSION + 0x28, 0xFEEF04BDu);
    put32(bytes, IMAGE_VERSION + 0x30, 0x00030002u);
    put32(bytes, IMAGE_VERSION + 0x34, 0x00010000u);
    /* ends at 9Eh: 2 bytes to the next multiple of 4 */
    put_utf16(bytes, IMAGE_VERSION + 0x86, "ProductName");
    put_utf16(bytes, IMAGE_VERSION + 0xA0, "UserPort");
}

/* A program of IMAGE_BYTES with all of the above but .NET's directory. */
static inline void put_image(uint8_t *bytes, bool is_64bit)
{
    memset(bytes, 0, IMAGE_BYTES);
    put_headers(bytes, is_64bit);
    put32(bytes, IMAGE_IMPORTS + 12, IMAGE_NAMES + IMAGE_DELTA);
    put32(bytes, IMAGE_IMPORTS + 20 + 12, IMAGE_NAMES + 32 + IMAGE_DELTA);
    put32(bytes, IMAGE_DELAYED, 1);
    put32(bytes, IMAGE_DELAYED + 4, IMAGE_NAMES + 64 + IMAGE_DELTA);
    put_text(bytes, IMAGE_NAMES, "KERNEL32.dll");
    put_text(bytes, IMAGE_NAMES + 32, "INPOUT32.dll");
    put_text(bytes, IMAGE_NAMES + 64, "dlportio");
    put32(bytes, IMAGE_DOTNET, 72);
    put16(bytes, IMAGE_DOTNET + 4, 2);
    put16(bytes, IMAGE_DOTNET + 6, 5);
    put_version(bytes);
    put_text(bytes, IMAGE_TEXT, "TVicPort.dll");
    put_utf16(bytes, IMAGE_TEXT + 0x20, "\\\\.\\userport");
}

static inline void put_dotnet(uint8_t *bytes, bool is_64bit, uint32_t flags)
{
    put32(bytes, directory_at(is_64bit, IMAGE_DIRECTORY_DOTNET), IMAGE_DOTNET + IMAGE_DELTA);
    put32(bytes, IMAGE_DOTNET + 16, flags);
}

#endif
