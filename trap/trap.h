/* SPDX-License-Identifier: MIT
 *
 * The internal interface of userport-trap.dll. The DLL is in a program that runs IN and OUT itself
 * where the processor refuses them. main_windows.c begins, handler_windows.c gets the exceptions,
 * emulate.c carries out the instruction, driver_windows.c asks the driver for the access,
 * or record/client_windows.c a simulated device, and
 * children_windows.c brings the DLL into the processes that the program starts.
 *
 * The DLL has no C library and takes no memory from a heap; it links kernel32 and ntdll alone, and
 * nothing in the handler changes the program's last error.
 */
#ifndef UP_TRAP_H
#define UP_TRAP_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#include "core/program_settings.h"
#include "trap/emulate.h"

/* ---- main_windows.c -------------------------------------------------------------------------- */

/* The DLL itself, and the settings of this process, which do not change. */
extern HMODULE up_trap_module;
extern struct up_program_settings up_trap_settings;

/*
 * The settings that the launcher has given, as text, for the program's children; "" if they come
 * from elsewhere.
 */
extern char up_trap_given[UP_PROGRAM_TEXT_MAX];

/* ---- driver_windows.c ------------------------------------------------------------------------ */

/*
 * Opens the device if that is possible: in scope 1 an open device is what gives the ports.
 * renounces: where the driver gives processes the processor's map, this one gives it up, since its
 * ports go elsewhere. A launcher has done that already; a copy of userportctl adopt has none.
 */
void up_trap_driver_begin(bool renounces);

/*
 * Run one access, and a block of at most UP_TRAP_CHUNK bytes, at the address where the port goes
 * (struct up_trap_ways). UP_TRAP_FAILED: the driver does not run, or has failed.
 */
enum up_trap_result up_trap_driver_access(bool is_output, uint16_t port, unsigned width,
                                          uint32_t *value);
enum up_trap_result up_trap_driver_block(bool is_output, uint16_t port, unsigned width,
                                         void *buffer, uint32_t count, uint32_t *moved);

/* ---- handler_windows.c ----------------------------------------------------------------------- */

/*
 * Begins to serve exceptions. Called again, it moves the handler in front of those that were added
 * since.
 */
void up_trap_handler_first(void);

/* Runs one access of the instruction at address, by the program's routes. */
enum up_trap_result up_trap_access(uint64_t address, bool is_output, uint16_t port, unsigned width,
                                   uint32_t *value);

/* ---- imports_windows.c: the import tables of the program and its modules --------------------- */

/* Wraps the functions that wrappers lists, in all modules that are loaded, now or later. */
void up_trap_imports_begin(void);

/* Our function in the place of this one; NULL: it is not wrapped. */
void *up_trap_imports_ours(const void *theirs);

/* After a call of LoadLibrary: wraps what it has loaded, if the loader has not announced it. */
void up_trap_imports_loaded(void);

/* ---- wrappers_windows.c ---------------------------------------------------------------------- */

/* A function that is replaced: the addresses that import tables may have, and ours. */
struct up_trap_wrapper {
    const char *name;
    void *ours;
    void *theirs[2]; /* kernel32's and kernelbase's; NULL: not there */
};
extern struct up_trap_wrapper up_trap_wrappers[];
extern const unsigned up_trap_wrapper_count;

/* ---- children_windows.c ---------------------------------------------------------------------- */

/* In the place of kernel32's: the DLL comes into the new process, if it can. */
BOOL WINAPI up_trap_create_process_a(LPCSTR program, LPSTR line, LPSECURITY_ATTRIBUTES process,
                                     LPSECURITY_ATTRIBUTES thread, BOOL inherit, DWORD flags,
                                     LPVOID environment, LPCSTR folder, LPSTARTUPINFOA start,
                                     LPPROCESS_INFORMATION made);
BOOL WINAPI up_trap_create_process_w(LPCWSTR program, LPWSTR line, LPSECURITY_ATTRIBUTES process,
                                     LPSECURITY_ATTRIBUTES thread, BOOL inherit, DWORD flags,
                                     LPVOID environment, LPCWSTR folder, LPSTARTUPINFOW start,
                                     LPPROCESS_INFORMATION made);
UINT WINAPI up_trap_win_exec(LPCSTR line, UINT show);

#endif
