#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The library as it is built: what each DLL exports and imports, its headers, sections and version; what libuserport.so
exports; and whether userport.h is good C99, C11 and C++11 for this host and both Windows."""

import os
import pathlib
import re
import subprocess

import pefile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")

MACHINES = {"i386": 0x014C, "amd64": 0x8664}
FLAGS = {"i386": 0x0140, "amd64": 0x0160}  # DYNAMIC_BASE, NX_COMPAT; on amd64 HIGH_ENTROPY_VA; never NO_SEH
MEM_EXECUTE, MEM_WRITE = 0x20000000, 0x80000000

# What DLLs of NT 4.0 export, as its SDK documents: nothing else may be imported by name.
KERNEL32 = set("""
    CloseHandle CreateFileA CreateFileW CreateMutexW DeleteCriticalSection DeviceIoControl DuplicateHandle EnterCriticalSection
    GetCurrentProcess GetCurrentProcessId GetCurrentThreadId
    GetEnvironmentVariableW GetFileAttributesW GetFileInformationByHandle GetLastError GetModuleFileNameW GetModuleHandleA GetModuleHandleW GetProcAddress GetProcessHeap GetSystemDirectoryW GetTickCount
    HeapAlloc HeapCreate HeapDestroy HeapFree InitializeCriticalSection LeaveCriticalSection LoadLibraryW
    MapViewOfFile OpenFileMappingW QueryPerformanceCounter QueryPerformanceFrequency ReleaseMutex SetLastError SetNamedPipeHandleState
    Sleep TlsAlloc TlsFree TlsGetValue TlsSetValue TransactNamedPipe UnmapViewOfFile VirtualQuery WaitForSingleObject WaitNamedPipeW
    lstrcmpiW
    """.split())

AUTOMATION = {
    "advapi32.dll": set("""RegCloseKey RegCreateKeyExW RegDeleteKeyW RegDeleteValueW RegOpenKeyExW RegQueryInfoKeyW RegQueryValueExW
        RegSetValueExW""".split()),
    "oleaut32.dll": set("""CreateErrorInfo LoadTypeLib SafeArrayAccessData SafeArrayCreateVector SafeArrayDestroy SafeArrayGetDim
        SafeArrayGetElemsize SafeArrayGetLBound SafeArrayGetUBound SafeArrayUnaccessData SetErrorInfo SysAllocStringLen VariantChangeType
        """.split()),
}

INPOUT = """Inp32 Out32 IsInpOutDriverOpen DlPortReadPortUchar DlPortWritePortUchar DlPortReadPortUshort
    DlPortWritePortUshort DlPortReadPortUlong DlPortWritePortUlong IsXP64Bit MapPhysToLin UnmapPhysicalMemory GetPhysLong
    SetPhysLong DlPortReadPortBufferUchar DlPortReadPortBufferUshort DlPortReadPortBufferUlong DlPortWritePortBufferUchar
    DlPortWritePortBufferUshort DlPortWritePortBufferUlong""".split()


def declared():
    """The functions of userport.h, in its order."""
    text = (ROOT / "include/userport/userport.h").read_text()
    return re.findall(r"^UP_API .*?UP_CALL (up_\w+)\(", text, re.M)


# The ordinals of userport.dll never change: new functions go to the end.
USERPORT = """up_open up_close up_backend up_backend_name up_in8 up_in16 up_in32 up_out8 up_out16 up_out32 up_in8_block
    up_in16_block up_in32_block up_out8_block up_out16_block up_out32_block up_run up_query_map up_granted up_query_info
    up_last_failure up_system_error up_error_text up_failure_text up_library_version up_fake_grant up_fake_feed
    up_fake_journal up_fake_reset""".split()
TRAP = ["Prepare"]  # import directories name it by its ordinal
# Found by COM and regsvr32 at run time; not in the import library.
COM = "DllCanUnloadNow DllGetClassObject DllInstall DllRegisterServer DllUnregisterServer".split()

DLLS = [
    ("i386", "userport.dll", USERPORT),
    ("amd64", "userport.dll", USERPORT),
    ("i386", "userport_com.dll", COM),
    ("amd64", "userport_com.dll", COM),
    ("i386", "userport-trap.dll", TRAP),
    ("amd64", "userport-trap.dll", TRAP),
    ("i386", "inpout32.dll", INPOUT),
    ("amd64", "inpoutx64.dll", INPOUT),
    ("i386", "DLPortIO.dll", INPOUT),
    ("amd64", "DLPortIO.dll", INPOUT),
]


def time_stamps(pe):
    yield "file header", pe.FILE_HEADER.TimeDateStamp
    yield "export directory", pe.DIRECTORY_ENTRY_EXPORT.struct.TimeDateStamp
    for module in pe.DIRECTORY_ENTRY_IMPORT:
        yield "import directory", module.struct.TimeDateStamp


def wrong_exports(pe, name, wanted):
    exported = {entry.ordinal: entry.name.decode() if entry.name else None for entry in pe.DIRECTORY_ENTRY_EXPORT.symbols}
    if exported != dict(enumerate(wanted, 1)):
        yield "exports are %s, expected %s" % (exported, dict(enumerate(wanted, 1)))
    if any(entry.forwarder for entry in pe.DIRECTORY_ENTRY_EXPORT.symbols):
        yield "an export is forwarded"
    if pe.DIRECTORY_ENTRY_EXPORT.name.decode() != name:
        yield "calls itself %s" % pe.DIRECTORY_ENTRY_EXPORT.name.decode()


def wrong_imports(pe, name):
    allowed = {"kernel32.dll": KERNEL32, **(AUTOMATION if name == "userport_com.dll" else {})}
    for module in pe.DIRECTORY_ENTRY_IMPORT:
        dll = module.dll.decode().lower()
        for entry in module.imports:
            if not entry.name or entry.name.decode() not in allowed.get(dll, ()):
                yield "imports %s of %s" % (entry.name and entry.name.decode() or "ordinal %d" % entry.ordinal, dll)


def trap_list():
    """trap/imports.tsv: (dll, name) to the first NT that has it."""
    lines = (ROOT / "trap/imports.tsv").read_text().splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {(dll, name): tuple(map(int, since.split("."))) for dll, name, since, how in rows if how}


def imported(pe):
    """(dll, name) of each; without a name its number."""
    return {(module.dll.decode().lower(), entry.name.decode() if entry.name else entry.ordinal)
            for module in pe.DIRECTORY_ENTRY_IMPORT for entry in module.imports}


def wrong_trap_imports(pe, world):
    """What it may import is in trap/imports.tsv, and older than the oldest Windows on which it is used."""
    known, oldest = trap_list(), {"i386": (5, 1), "amd64": (5, 2)}[world]
    for dll, name in sorted(imported(pe), key=str):
        if dll not in ("kernel32.dll", "ntdll.dll"):
            yield "imports %s of %s: not of kernel32.dll or ntdll.dll" % (name, dll)
        elif (dll, name) not in known:
            yield "imports %s of %s, which trap/imports.tsv does not have" % (name, dll)
        elif known[dll, name] > oldest:
            yield "imports %s of %s, which NT %d.%d does not have" % (name, dll, *oldest)
    for directory in ("DIRECTORY_ENTRY_DELAY_IMPORT", "DIRECTORY_ENTRY_BOUND_IMPORT"):
        if hasattr(pe, directory):
            yield "has a %s" % directory


def wrong_trap_list():
    """Every line of trap/imports.tsv is there for one of the two."""
    used = set().union(*(imported(pefile.PE(str(BUILD / world / "userport-trap.dll"))) for world in MACHINES))
    for dll, name in sorted(set(trap_list()) - used):
        yield "trap/imports.tsv has %s of %s, which neither DLL imports" % (name, dll)


def wrong_open(pe):
    """CreateFileA's flags: SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, as one immediate operand."""
    text = next(section for section in pe.sections if section.Name.rstrip(b"\0") == b".text")
    if (0x00110000).to_bytes(4, "little") not in text.get_data():
        yield "lets what it opens act as its caller"


def wrong_headers(pe, world):
    header = pe.OPTIONAL_HEADER
    if pe.FILE_HEADER.Machine != MACHINES[world] or not pe.is_dll():
        yield "machine is %X" % pe.FILE_HEADER.Machine
    if header.DllCharacteristics != FLAGS[world]:
        yield "DLL characteristics are %04X, expected %04X" % (header.DllCharacteristics, FLAGS[world])
    if world == "i386" and (header.MajorOperatingSystemVersion, header.MinorOperatingSystemVersion,
                            header.MajorSubsystemVersion, header.MinorSubsystemVersion) != (4, 0, 4, 0):
        yield "is not for NT 4.0"
    if not header.AddressOfEntryPoint:
        yield "has no entry point"
    if header.CheckSum != pe.generate_checksum():
        yield "checksum is wrong"
    for section in pe.sections:
        if section.Characteristics & MEM_EXECUTE and section.Characteristics & MEM_WRITE:
            yield "section %s is writable and executable" % section.Name
    if not getattr(pe, "DIRECTORY_ENTRY_BASERELOC", None):
        yield "has no relocations"
    if (world == "amd64") != hasattr(pe, "DIRECTORY_ENTRY_EXCEPTION"):
        yield "unwind tables: amd64 needs them, i386 has no use for them"
    if hasattr(pe, "DIRECTORY_ENTRY_TLS") or hasattr(pe, "DIRECTORY_ENTRY_DEBUG"):
        yield "has a TLS or debug directory"
    for where, stamp in time_stamps(pe):
        if stamp:
            yield "time stamp of the %s is %X" % (where, stamp)


def wrong_version(pe, name):
    text = (ROOT / "VERSION").read_text().strip()
    numbers = tuple(map(int, text.split("-")[0].split("."))) + (0,)
    if not hasattr(pe, "VS_FIXEDFILEINFO"):
        yield "has no version resource"
        return
    fixed = pe.VS_FIXEDFILEINFO[0]
    for high, low in ((fixed.FileVersionMS, fixed.FileVersionLS), (fixed.ProductVersionMS, fixed.ProductVersionLS)):
        if (high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF) != numbers:
            yield "version is not %s" % text
    strings = {key.decode(): value.decode() for info in pe.FileInfo for block in info
               for table in getattr(block, "StringTable", []) for key, value in table.entries.items()}
    for key, value in (("FileVersion", text), ("ProductVersion", text), ("OriginalFilename", name)):
        if strings.get(key) != value:
            yield "%s is %s, expected %s" % (key, strings.get(key), value)


def run(*command, text=None):
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def wrong_import_library(world):
    """Each function can be linked to by the name that its caller's compiler makes of it."""
    tool = {"i386": "i686-w64-mingw32-nm", "amd64": "x86_64-w64-mingw32-nm"}[world]
    symbols = {line.split()[-1] for line in run(tool, BUILD / world / "libuserport.dll.a").stdout.splitlines()
               if " T " in line}
    static = {line.split()[-1] for line in run(tool, BUILD / world / "libuserport.a").stdout.splitlines() if " T " in line}
    plain = {re.sub(r"^_(up_\w+)@\d+$", r"\1", name) if world == "i386" else name for name in symbols}
    if plain != set(USERPORT):
        yield "the import library has %s" % sorted(symbols)
    if not symbols <= static:
        yield "the static library lacks %s" % sorted(symbols - static)
    if any(name.lstrip("_") in ("memcpy", "memset", "DllMain@12", "DllMain") for name in static):
        yield "the static library has what belongs to its program"


def wrong_shared_object():
    image = BUILD / "host/libuserport.so"
    symbols = {re.sub("@.*", "", line.split()[-1]) for line in run("nm", "-D", "--defined-only", image).stdout.splitlines()
               if " T " in line or " D " in line or " B " in line}
    if symbols != set(declared()):
        yield "exports %s" % sorted(symbols ^ set(declared()))
    if "SONAME" not in (dynamic := run("objdump", "-p", image).stdout) or "libuserport.so.3" not in dynamic:
        yield "has no soname libuserport.so.3"


HEADER_COMPILERS = [("gcc -std=%s -xc" % std, "this host, " + std) for std in ("c99", "c11")]
HEADER_COMPILERS += [("%s-gcc -std=%s -xc" % (target, std), "%s, %s" % (target, std))
                     for target in ("i686-w64-mingw32", "x86_64-w64-mingw32") for std in ("c99", "c11")]
HEADER_COMPILERS += [("clang++ %s -std=c++11 -xc++" % target, "clang++ %s, c++11" % target)
                     for target in ("", "--target=i686-w64-mingw32", "--target=x86_64-w64-mingw32")]


def wrong_header(compiler):
    done = run(*compiler.split(), "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I", ROOT / "include", "-",
               text='#include "userport/userport.h"\n#include "userport/userport.h"\n')
    return done.stderr.splitlines() if done.returncode else []


def checks():
    for world, name, exports in DLLS:
        pe = pefile.PE(str(BUILD / world / name))
        title = "%s for %s: " % (name, world)
        yield title + "exports and their ordinals", wrong_exports(pe, name, exports)
        if name == "userport-trap.dll":
            yield title + "imports what is listed, and what the oldest Windows of its kind has", wrong_trap_imports(pe, world)
        else:
            yield title + "imports what NT 4.0 has", wrong_imports(pe, name)
            yield title + "opens the driver so that nothing else of its name can act as the caller", wrong_open(pe)
        yield title + "headers, sections, time stamps", wrong_headers(pe, world)
        yield title + "the version is that of the file VERSION", wrong_version(pe, name)
    yield "userport.dll exports what userport.h declares", sorted(set(USERPORT) ^ set(declared()))
    yield "trap/imports.tsv: nothing is in vain", wrong_trap_list()
    for world in MACHINES:
        yield "libuserport.dll.a and libuserport.a for %s" % world, wrong_import_library(world)
    yield "libuserport.so exports what userport.h declares", wrong_shared_object()
    for compiler, title in HEADER_COMPILERS:
        yield "userport.h compiles: " + title, wrong_header(compiler)


def main():
    failed = False
    number = 0
    for number, (title, faults) in enumerate(checks(), 1):
        faults = list(faults)
        failed = failed or bool(faults)
        print("%s %d - %s" % ("not ok" if faults else "ok", number, title), flush=True)
        for fault in faults:
            print("# %s" % fault)
    print("1..%d" % number)
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
