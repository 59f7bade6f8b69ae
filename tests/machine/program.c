/* SPDX-License-Identifier: MIT
 *
 * Starts programs: their images, copied into a process of their own with its parameters, first
 * stack and mailbox.
 */
#include "program.h"

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

static void map_bytes(struct process *process, uint32_t address, const uint8_t *from,
                      uint32_t bytes, bool writable)
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
        uint32_t bytes =
            image->info.image_bytes - at < PAGE_BYTES ? image->info.image_bytes - at : PAGE_BYTES;

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

static struct module *module_list(const struct process *process)
{
    return ((struct process_parameters *)space_at(process->directory, USER_PARAMETERS))->modules;
}

static void describe(struct module *module, const struct image *image, int32_t references)
{
    uint32_t i;

    memset(module, 0, sizeof *module);
    module->base = image->base;
    module->bytes = image->info.image_bytes;
    module->entry =
        image_is_dll(image) && image->info.entry_rva != 0 ? image->base + image->info.entry_rva : 0;
    module->imports = image->imports;
    module->references = references;
    module->state = MODULE_NEW;
    for (i = 0; i + 1 < sizeof module->name && image->file->name[i] != '\0'; i++) {
        module->name[i] = image->file->name[i];
    }
}

void program_map(struct process *process, uint32_t which, int32_t references)
{
    uint32_t new = which & ~process->images;
    uint32_t i;

    for (i = 0; i < USER_MODULES; i++) {
        if (new & 1u << i) {
            map_image(process, &images[i]);
            describe(&module_list(process)[i], &images[i], references);
        }
    }
    if (image_missing_stubs() != NULL) {
        map_bytes(process, USER_MISSING, image_missing_stubs(), MISSING_BYTES, false);
    }
    __sync_fetch_and_or(&process->images, new);
}

void program_unmap(struct process *process, struct image *image)
{
    __sync_fetch_and_and(&process->images, ~image_bit(image));
    space_unmap(process->directory, image->base, image->info.image_bytes);
    memset(&module_list(process)[image - images], 0, sizeof(struct module));
}

uint32_t program_stack(struct process *process)
{
    uint32_t stack = __sync_fetch_and_add(&process->next_stack, USER_STACK_BYTES);
    uint32_t at;

    for (at = 0; at < USER_STACK_BYTES; at += PAGE_BYTES) {
        space_map(process->directory, stack + at, true);
    }
    return stack + USER_STACK_BYTES - 64;
}

uint32_t program_teb(struct process *process, uint32_t esp, uint32_t thread_id)
{
    uint32_t address = __sync_sub_and_fetch(&process->next_teb, PAGE_BYTES);
    struct teb *teb = space_map(process->directory, address, true);

    teb->exception_list = 0xFFFFFFFF; /* no exception handler */
    teb->stack_base = esp + 64;
    teb->stack_limit = esp & ~(USER_STACK_BYTES - 1);
    teb->self = address;
    teb->process_id = process->id;
    teb->thread_id = thread_id;
    return address;
}

void program_clear_tls(struct process *process, uint32_t slot)
{
    uint32_t address;

    for (address = USER_TEBS; slot < TLS_SLOTS && address >= process->next_teb;
         address -= PAGE_BYTES) {
        struct teb *teb = space_at(process->directory, address);

        if (teb != NULL) {
            teb->tls[slot] = 0;
        }
    }
}

static uint32_t kernel32_export(struct image *kernel32, const char *name)
{
    uint32_t address = image_export(kernel32, name, 0);

    if (address == 0) {
        panic("the fake kernel32.dll has no %s", name);
    }
    return address;
}

static void set_parameters(struct process *process, const struct image *image, const char *file,
                           const char *arguments)
{
    struct process_parameters *parameters = space_map(process->directory, USER_PARAMETERS, true);
    uint32_t length = (uint32_t)strlen(file);

    parameters->process_id = process->id;
    parameters->image_base = image->base;
    parameters->version = reading_every ? 0x0A280105 : 0x05650004; /* XP's GetVersion, NT 4.0's */
    parameters->program = (uint32_t)(image - images);
    memcpy(parameters->command_line, file, length);
    if (arguments != NULL && arguments[0] != '\0') {
        parameters->command_line[length++] = ' ';
        memcpy(parameters->command_line + length, arguments, strlen(arguments) + 1);
    }
}

struct process *program_start(const char *file, const char *arguments, enum token_kind token,
                              const char **why)
{
    struct image *image = image_load(file, why);
    struct image *kernel32, *msvcrt;
    struct process *process;
    uint32_t needs = image != NULL ? image_needs(image) : 0;

    if (image == NULL) {
        return NULL;
    }
    if (needs == 0) {
        *why = "a DLL that it needs cannot be loaded";
        return NULL;
    }
    kernel32 = image_load("kernel32.dll", why);
    msvcrt = image_load("msvcrt.dll", why);
    if (kernel32 == NULL || msvcrt == NULL) {
        panic("the fake kernel32.dll or msvcrt.dll: %s", *why);
    }
    process = process_create(token, image->file->name);
    set_parameters(process, image, file, arguments);
    program_map(process, needs | image_bit(kernel32) | image_bit(msvcrt), MODULE_PINNED);
    map_mailbox(process);
    process->output = pool_take(PAGE_BYTES / 2, 'ptuO');
    process->dispatcher = kernel32_export(kernel32, "KiUserExceptionDispatcher");
    process->start_thread = kernel32_export(kernel32, "MachineThreadStart");
    object_dereference(thread_create_user(process, kernel32_export(kernel32, "MachineProcessStart"),
                                          program_stack(process),
                                          image->base + image->info.entry_rva));
    return process;
}
