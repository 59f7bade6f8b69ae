/* SPDX-License-Identifier: MIT
 *
 * The images of .exe and .dll files: see program.h. An image has one address in all processes, as
 * on NT when nothing is in the way: the one that its file prefers, or, for a DLL that finds it
 * taken by another one, the next that is free.
 */
#include "program.h"

#define FORWARDS_MAX 8u

struct image images[USER_MODULES];

static spinlock image_lock;
static uint32_t missing_used;
static uint8_t *missing_pages;

static struct image *find_or_load(const char *name, const char **why);

bool image_is_dll(const struct image *image)
{
    return image->info.characteristics & PE_DLL;
}

uint32_t image_bit(const struct image *image)
{
    return 1u << (image - images);
}

const uint8_t *image_missing_stubs(void)
{
    return missing_pages;
}

/* mov eax, SYS_MISSING; mov edx, arguments; int 2E; arguments: the addresses of the two names */
static uint32_t missing_stub(const char *dll, const char *name)
{
    uint32_t need = (uint32_t)(24 + strlen(dll) + strlen(name) + 2 + 3) & ~3u;
    uint32_t address = USER_MISSING + missing_used;
    uint8_t *code;

    if (missing_pages == NULL) {
        missing_pages = kva_take(MISSING_BYTES / PAGE_BYTES);
    }
    if (missing_used + need > MISSING_BYTES) {
        panic("too many missing imports");
    }
    code = missing_pages + missing_used;
    code[0] = 0xB8;
    *(uint32_t *)(code + 1) = SYS_MISSING;
    code[5] = 0xBA;
    *(uint32_t *)(code + 6) = address + 12;
    code[10] = 0xCD;
    code[11] = VECTOR_SYSCALL;
    *(uint32_t *)(code + 12) = address + 24;
    *(uint32_t *)(code + 16) = address + 24 + (uint32_t)strlen(dll) + 1;
    memcpy(code + 24, dll, strlen(dll) + 1);
    memcpy(code + 24 + strlen(dll) + 1, name, strlen(name) + 1);
    missing_used += need;
    return address;
}

static uint32_t decimal(const char *text)
{
    uint32_t value = 0;

    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (uint32_t)(*text - '0');
    }
    return value;
}

static uint32_t find_export(struct image *image, const char *name, uint32_t ordinal,
                            uint32_t forwards)
{
    uint32_t bytes = image->info.image_bytes;
    uint32_t rva = name != NULL ? pe_export(image->pages, bytes, name)
                                : pe_export_ordinal(image->pages, bytes, ordinal);
    const char *forward = pe_forwarder(image->pages, bytes, rva);
    struct image *target;
    const char *why;
    char dll[64];
    uint32_t dot;

    if (rva == 0 || forward == NULL) {
        return rva != 0 ? image->base + rva : 0;
    }
    for (dot = 0; forward[dot] != '\0' && forward[dot] != '.'; dot++) {
    }
    if (forward[dot] == '\0' || dot + 5 > sizeof dll || forwards == FORWARDS_MAX) {
        return 0;
    }
    memcpy(dll, forward, dot);
    memcpy(dll + dot, ".dll", 5);
    target = find_or_load(dll, &why);
    if (target == NULL) {
        return 0;
    }
    image->imports |= image_bit(target);
    name = forward + dot + 1;
    return name[0] == '#' ? find_export(target, NULL, decimal(name + 1), forwards + 1)
                          : find_export(target, name, 0, forwards + 1);
}

/* "#123" */
static const char *ordinal_text(uint32_t ordinal)
{
    static char text[8];
    char *at = text + sizeof text - 1;

    do {
        *--at = (char)('0' + ordinal % 10);
        ordinal /= 10;
    } while (ordinal != 0);
    *--at = '#';
    return at;
}

static uint32_t resolve(void *context, const char *dll, const char *name, uint32_t ordinal)
{
    struct image *importer = context;
    const char *why;
    struct image *image = find_or_load(dll, &why);
    uint32_t address = 0;

    if (image != NULL && image_is_dll(image)) {
        importer->imports |= image_bit(image);
        address = find_export(image, name, ordinal, 0);
    }
    return address != 0 ? address : missing_stub(dll, name != NULL ? name : ordinal_text(ordinal));
}

/* May a DLL lie there? */
static bool is_free(uint32_t base, uint32_t bytes)
{
    const struct image *image;

    if (base % 0x10000 != 0 || base < USER_EXE_LIMIT || base + bytes < base ||
        base + bytes > USER_DLLS_END || (base < USER_DLLS && base + bytes > USER_STACKS)) {
        return false;
    }
    for (image = images; image < images + USER_MODULES; image++) {
        if (image->file != NULL && image->why == NULL && image_is_dll(image) &&
            base < image->base + image->info.image_bytes && image->base < base + bytes) {
            return false;
        }
    }
    return true;
}

static const char *place(struct image *image)
{
    uint32_t base = image->info.preferred_base;
    uint32_t bytes = image->info.image_bytes;

    if (!image_is_dll(image)) { /* each is alone in its process */
        image->base = base;
        return base % 0x10000 == 0 && base != 0 && base < USER_EXE_LIMIT &&
                       bytes <= USER_EXE_LIMIT - base
                   ? NULL
                   : "an image base that this machine's programs cannot have";
    }
    if (!is_free(base, bytes)) {
        for (base = USER_DLLS; !is_free(base, bytes); base += 0x10000) {
            if (base >= USER_DLLS_END) {
                return "no room for it";
            }
        }
    }
    image->base = base;
    return NULL;
}

static const char *load(struct image *image)
{
    const struct file *file = image->file;
    const char *why = pe_read(file->data, file->size, &image->info);

    image->why = "it is being placed"; /* no obstacle to itself */
    if (why == NULL) {
        why = place(image);
    }
    if (why != NULL) {
        return why;
    }
    image->why = NULL; /* it is there for those that import it in a circle */
    image->pages = kva_take((image->info.image_bytes + PAGE_BYTES - 1) / PAGE_BYTES);
    return pe_load(file->data, file->size, &image->info, image->pages, image->base, resolve, image);
}

static struct image *find_or_load(const char *name, const char **why)
{
    const struct file *file = file_find(name);
    struct image *image;

    if (file == NULL) {
        *why = "no such file";
        return NULL;
    }
    for (image = images;
         image < images + USER_MODULES && image->file != NULL && image->file != file; image++) {
    }
    if (image == images + USER_MODULES) {
        panic("too many programs");
    }
    if (image->file == NULL) {
        image->file = file;
        image->why = load(image);
    }
    *why = image->why;
    return *why == NULL ? image : NULL;
}

struct image *image_load(const char *name, const char **why)
{
    uint32_t flags = lock_take(&image_lock);
    struct image *image = find_or_load(name, why);

    lock_drop(&image_lock, flags);
    return image;
}

uint32_t image_export(struct image *image, const char *name, uint32_t ordinal)
{
    uint32_t flags = lock_take(&image_lock);
    uint32_t address = find_export(image, name, ordinal, 0);

    lock_drop(&image_lock, flags);
    return address;
}

uint32_t image_needs(const struct image *image)
{
    uint32_t needs = image_bit(image);
    uint32_t before, i;

    do {
        before = needs;
        for (i = 0; i < USER_MODULES; i++) {
            needs |= needs & 1u << i ? images[i].imports : 0;
        }
    } while (needs != before);
    for (i = 0; i < USER_MODULES; i++) {
        if ((needs & 1u << i) && images[i].why != NULL) {
            return 0;
        }
    }
    return needs;
}
