/* SPDX-License-Identifier: MIT
 *
 * Runs .exe files of the initrd: laid out once with the fake kernel32.dll and msvcrt.dll, then copied into each
 * process.
 */
#include "machine.h"
#include "pe.h"
#include "user/machine_abi.h"

#define IMAGES 12u

struct image {
    const struct file *file;
    struct pe_info info;
    uint32_t base;
    uint8_t *pages;
};

static struct image images[IMAGES];
static unsigned image_count;
static uint32_t missing_used;
static uint8_t *missing_pages; /* the stubs for imports that nobody has */

#define MISSING_BYTES (4u * PAGE_BYTES)

static struct image *image_load(const char *name, const char **why);

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_name(const char *a, const char *b)
{
    for (; *a != '\0' && lower(*a) == lower(*b); a++, b++) {
    }
    return *a == *b;
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

static uint32_t resolve(void *context, const char *dll, const char *name, uint32_t ordinal)
{
    const char *why;
    struct image *image;
    uint32_t rva;
    char file[32];
    uint32_t i;

    UNREFERENCED_PARAMETER(context);
    if (name == NULL) {
        panic("%s: an import by ordinal %u", dll, (unsigned)ordinal);
    }
    for (i = 0; i + 1 < sizeof file && dll[i] != '\0'; i++) {
        file[i] = lower(dll[i]);
    }
    file[i] = '\0';
    image = image_load(file, &why);
    if (image == NULL) {
        return missing_stub(dll, name);
    }
    rva = pe_export(image->pages, image->info.image_bytes, name);
    return rva != 0 ? image->base + rva : missing_stub(dll, name);
}

static struct image *image_load(const char *name, const char **why)
{
    const struct file *file = file_find(name);
    struct image *image;

    for (image = images; image < images + image_count; image++) {
        if (same_name(image->file->name, name)) {
            return image;
        }
    }
    if (file == NULL) {
        *why = "no such file";
        return NULL;
    }
    if (image_count == IMAGES) {
        panic("too many programs");
    }
    *why = pe_read(file->data, file->size, &image->info);
    if (*why != NULL) {
        return NULL;
    }
    image->file = file;
    image->base = image->info.preferred_base;
    image->pages = kva_take((image->info.image_bytes + PAGE_BYTES - 1) / PAGE_BYTES);
    image_count++;
    *why = pe_load(file->data, file->size, &image->info, image->pages, image->base, resolve, NULL);
    if (*why != NULL) {
        image_count--;
        return NULL;
    }
    return image;
}

static bool page_writable(const struct image *image, uint32_t rva)
{
    unsigned i;

    for (i = 0; i < image->info.section_count; i++) {
        if (image->info.sections[i].writable && rva >= image->info.sections[i].rva &&
            rva < image->info.sections[i].rva + image->info.sections[i].bytes) {
            return true;
        }
    }
    return false;
}

static void map_bytes(struct process *process, uint32_t address, const uint8_t *from, uint32_t bytes, bool writable)
{
    uint32_t at;

    for (at = 0; at < bytes; at += PAGE_BYTES) {
        memcpy(space_map(process->directory, address + at, writable), from + at,
               bytes - at < PAGE_BYTES ? bytes - at : PAGE_BYTES);
    }
}

static void map_image(struct process *process, const struct image *image)
{
    uint32_t at;

    for (at = 0; at < image->info.image_bytes; at += PAGE_BYTES) {
        uint32_t bytes = image->info.image_bytes - at < PAGE_BYTES ? image->info.image_bytes - at : PAGE_BYTES;

        map_bytes(process, image->base + at, image->pages + at, bytes, page_writable(image, at));
    }
}

/* The mailbox has contiguous kernel addresses, so that a test reads it as the puppet does. */
static void map_mailbox(struct process *process)
{
    uint32_t *table;
    uint32_t at;

    process->mail = kva_take(USER_MAILBOX_BYTES / PAGE_BYTES);
    memset(process->mail, 0, USER_MAILBOX_BYTES);
    for (at = 0; at < USER_MAILBOX_BYTES; at += PAGE_BYTES) {
        page_give(space_map(process->directory, USER_MAILBOX + at, true));
        table = LINEAR(process->directory[(USER_MAILBOX + at) >> 22] & ~(PAGE_BYTES - 1));
        table[(USER_MAILBOX + at) >> 12 & 1023] =
            (((uint32_t *)LINEAR(boot_page_directory[((uint32_t)process->mail + at) >> 22] &
                                 ~(PAGE_BYTES - 1)))[((uint32_t)process->mail + at) >> 12 & 1023]) |
            PTE_USER;
    }
}

void program_release_mailbox(struct process *process)
{
    uint32_t *table = LINEAR(process->directory[USER_MAILBOX >> 22] & ~(PAGE_BYTES - 1));
    uint32_t at;

    for (at = 0; at < USER_MAILBOX_BYTES; at += PAGE_BYTES) {
        table[(USER_MAILBOX + at) >> 12 & 1023] = 0; /* the pages are the kernel's */
    }
    kva_give(process->mail, USER_MAILBOX_BYTES / PAGE_BYTES);
    process->mail = NULL;
}

static uint32_t kernel32_export(const struct image *kernel32, const char *name)
{
    uint32_t rva = pe_export(kernel32->pages, kernel32->info.image_bytes, name);

    if (rva == 0) {
        panic("the fake kernel32.dll has no %s", name);
    }
    return kernel32->base + rva;
}

struct process *program_start(const char *file, const char *arguments, enum token_kind token, const char **why)
{
    struct image *image = image_load(file, why);
    struct image *kernel32, *msvcrt;
    struct process_parameters *parameters;
    struct process *process;
    uint32_t length, at;

    if (image == NULL) {
        return NULL;
    }
    kernel32 = image_load("kernel32.dll", why);
    msvcrt = image_load("msvcrt.dll", why);
    if (kernel32 == NULL || msvcrt == NULL) {
        panic("the fake kernel32.dll or msvcrt.dll: %s", *why);
    }
    process = process_create(token, image->file->name);
    map_image(process, image);
    map_image(process, kernel32);
    map_image(process, msvcrt);
    if (missing_pages != NULL) {
        map_bytes(process, USER_MISSING, missing_pages, MISSING_BYTES, false);
    }
    map_mailbox(process);
    parameters = space_map(process->directory, USER_PARAMETERS, true);
    parameters->process_id = process->id;
    parameters->image_base = image->base;
    length = (uint32_t)strlen(file);
    memcpy(parameters->command_line, file, length);
    if (arguments != NULL && arguments[0] != '\0') {
        parameters->command_line[length++] = ' ';
        memcpy(parameters->command_line + length, arguments, strlen(arguments) + 1);
    }
    process->output = pool_take(PAGE_BYTES / 2, 'ptuO');
    process->dispatcher = kernel32_export(kernel32, "KiUserExceptionDispatcher");
    process->start_thread = kernel32_export(kernel32, "MachineThreadStart");
    for (at = 0; at < USER_STACK_BYTES; at += PAGE_BYTES) {
        space_map(process->directory, process->next_stack + at, true);
    }
    process->next_stack += USER_STACK_BYTES;
    thread_create_user(process, kernel32_export(kernel32, "MachineProcessStart"), process->next_stack - 64,
                       image->base + image->info.entry_rva);
    return process;
}
