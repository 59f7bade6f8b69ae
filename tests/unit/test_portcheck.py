#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The program portcheck, as built for this host, on files: UserPort's own, programs that are linked here against its
DLLs, and kinds that cannot be built here, made by hand (tests/lib/exe_images.py). What it says, and its exit status."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
sys.path.insert(0, str(ROOT / "tests/lib"))
import exe_images as exe  # noqa: E402

IN32, IN64 = BUILD / "i386/inpout32.dll", BUILD / "amd64/inpoutx64.dll"
FOREIGN = exe.pe(flags=exe.DLL, product="Another")

# What is said of a program that may run IN and OUT itself.
IN_OUT = "  If it runs IN and OUT itself: on 64-bit Windows, start it by userportctl run "

PROGRAM = """
__declspec(dllimport) short __stdcall %(name)s(%(types)s);
int start(void) { return %(name)s(%(values)s); }
"""
# lib/inpout.def: what UserPort's inpout32.dll, inpoutx64.dll and DLPortIO.dll have, with the bytes
# of their parameters
FUNCTIONS = {name: int(bytes_) for name, bytes_ in re.findall(r"^    (\w+)@(\d+) @\d+$", (ROOT / "lib/inpout.def").read_text(), re.M)}
REFUSED = ("MapPhysToLin", "UnmapPhysicalMemory", "GetPhysLong", "SetPhysLong")


class Tests:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.number = self.failed = 0
        self.keys = set()  # of every object of --json

    def report(self, name, good, details=""):
        self.number += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.number} - {name}", flush=True)
        if not good:
            print("".join(f"# {line}\n" for line in str(details).splitlines()), end="")

    def run(self, *arguments):
        """The one that is packed, and the one with sanitizers: what they say is the same."""
        done, watched = (subprocess.run([str(program), *map(str, arguments)], cwd=self.folder, capture_output=True, text=True, check=False, timeout=60)
                         for program in (BUILD / "host/portcheck", BUILD / "unit/portcheck"))
        if (done.returncode, done.stdout, done.stderr) != (watched.returncode, watched.stdout, watched.stderr):
            self.report(f"with sanitizers, the same of {arguments}", False, f"{done}\n{watched}")
        return done

    def case(self, name, status, texts, program, beside=(), absent=()):
        """program: the bytes or path of a file; beside: (name, bytes or path); texts and absent: in what is said of it."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            for file, data in (("program.exe", program), *beside):
                target = pathlib.Path(folder, file)
                target.write_bytes(data if isinstance(data, bytes) else pathlib.Path(data).read_bytes())
            said = self.run(pathlib.Path(folder, "program.exe"))
            objects = self.run("--json", pathlib.Path(folder, "program.exe"))
        lines = said.stdout.replace(folder + "/", "")
        good = said.returncode == objects.returncode == status and said.stderr == ""
        good = good and all(text in lines for text in texts) and not any(text in lines for text in absent)
        self.report(name, good, f"exit {said.returncode}, not {status}, or without one of {texts}:\n{lines}{said.stderr}")
        told = json.loads(objects.stdout)
        self.keys |= set(told)
        return told


def link(folder, machine, name="Inp32", parameters=1, dll="inpout32.dll"):
    """A program that imports a function, by the linker of that machine."""
    tool, at = {"i386": ("i686", f"@{4 * parameters}"), "amd64": ("x86_64", "")}[machine]
    (folder / "program.c").write_text(PROGRAM % {"name": name, "types": ", ".join(["int"] * parameters) or "void",
                                                 "values": ", ".join(["1"] * parameters)})
    (folder / "inpout32.def").write_text(f"LIBRARY {dll}\nEXPORTS\n    {name}{at}\n")
    for command in ("dlltool --kill-at -d inpout32.def -l inpout32.a",
                    f"gcc -Os -s -nostdlib -Wl,-e,{'_' if at else ''}start -o linked.exe program.c inpout32.a"):
        subprocess.run(f"{tool}-w64-mingw32-{command}".split(), cwd=folder, check=True)
    return (folder / "linked.exe").read_bytes()


def write(folder, name, data):
    (folder / name).write_bytes(data)
    return folder / name


def own_files(tests):
    for machine, bits in (("i386", 32), ("amd64", 64)):
        names = ("resetlpt.exe", "probe.exe")
        programs = [BUILD / "examples" / machine / name for name in names]
        done = tests.run(*programs)
        tests.report(f"examples for {machine}", done.returncode == 0 and done.stdout.count(f"a {bits}-bit Windows program") == 2
                     and done.stdout.count("mentions \\\\.\\UserPort: ") == 2
                     and all(IN_OUT + f"{name}\n" in done.stdout for name in names), done.stdout)
        dlls = sorted((BUILD / machine).glob("*.dll"))
        done = tests.run(*dlls, BUILD / machine / "userport.sys")
        tests.report(f"DLLs and the driver for {machine}", done.returncode == 0 and len(dlls) == 5 and
                     done.stdout.count(f"a {bits}-bit Windows DLL") == 5 and done.stdout.count("It is UserPort's.") == 6 and
                     "userportctl run" not in done.stdout and
                     f"a {bits}-bit Windows driver" in done.stdout, done.stdout)


def linked_programs(tests, folder):
    program = link(folder, "i386")
    said = tests.case("a 32-bit program without the DLL: said, but not counted", 0, (
        "program.exe: a 32-bit Windows program (PE, i386)\n", "  imports inpout32.dll\n",
        "inpout32.dll is not beside it. Copy the 32-bit one, i386/inpout32.dll."), program)
    tests.report("the same as JSON", said["imports"] == ["inpout32.dll"] and said["machine"] == 0x14C and
                 said["dlls"] == [{"name": "inpout32.dll", "bits": 32, "copy": "i386/inpout32.dll", "beside": None,
                                   "fits": None}], said)
    tests.case("with the right one", 0, ("inpout32.dll beside it is UserPort's, and fits.",), program,
               [("inpout32.dll", IN32)], ("Copy",))
    said = tests.case("with the wrong one", 1, (
        "  inpout32.dll beside it is for 64-bit programs: this 32-bit program cannot load it (Windows says error C000007B and "
        "does not start it). Copy the 32-bit one, i386/inpout32.dll.\n",), program, [("INPOUT32.DLL", IN64)])
    tests.report("the same as JSON", said["dlls"][0]["fits"] == "wrong bits" and said["dlls"][0]["beside"]["runs_64bit"], said)
    tests.case("with another maker's", 1, ("fits, but is not UserPort's",), program, [("inpout32.dll", FOREIGN)])
    tests.case("with a half of it", 1, ("is damaged, or no DLL",), program, [("inpout32.dll", IN32.read_bytes()[:9000])])
    tests.case("with a program for a DLL", 1, ("is damaged, or no DLL",), program, [("inpout32.dll", program)])
    tests.case("a 32-bit program that delays the loading", 1, (
        "imports (delay-loaded) inpout32.dll", "this 32-bit program cannot load it (Windows says error 193)"),
               exe.pe(delayed=("inpout32.dll",)), [("inpout32.dll", IN64)])
    program = link(folder, "amd64")
    tests.case("a 64-bit program with the wrong one", 1, (
        "is for 32-bit programs: this 64-bit program cannot load it",
        "Copy the 64-bit one, amd64/inpoutx64.dll, as inpout32.dll."), program, [("inpout32.dll", IN32)])
    tests.case("with the right one, under its name", 0, ("is UserPort's, and fits",), program, [("inpout32.dll", IN64)])


def made_programs(tests):
    both = b"\0inpout32.dll\0inpoutx64.dll\0"
    right = [("inpout32.dll", IN32), ("inpoutx64.dll", IN64)]
    tests.case(".NET for any processor, that chooses", 0, (
        "a .NET program for any processor: 32-bit on 32-bit Windows, 64-bit on 64-bit Windows",
        "on 32-bit Windows: inpout32.dll beside it is UserPort's", "on 64-bit Windows: inpoutx64.dll beside it is UserPort's"),
               exe.pe(dotnet=exe.IL_ONLY, text=both), right)
    tests.case(".NET for any processor, that does not", 1, (
        "on 32-bit Windows: inpout32.dll beside it is UserPort's",
        "on 64-bit Windows: inpout32.dll beside it is for 32-bit programs: a 64-bit process cannot load it "
        "(BadImageFormatException, 8007000B). Copy the 64-bit one, amd64/inpoutx64.dll, as inpout32.dll."),
               exe.pe(dotnet=exe.IL_ONLY, text=b"\0inpout32.dll\0"), right)
    tests.case(".NET 1", 0, ("a .NET 1 program: 32-bit on every Windows",),
               exe.pe(dotnet=exe.IL_ONLY, minor=0, text=b"\0inpout32\0"), right, ("on 64-bit Windows:",))
    tests.case(".NET that prefers 32 bits", 0, ("that prefers 32 bits: 32-bit on every Windows",),
               exe.pe(dotnet=exe.IL_ONLY | exe.REQUIRES_32 | exe.PREFERS_32, text=both), right)
    tests.case(".NET that requires 32 bits", 0, ("a .NET program for 32 bits",),
               exe.pe(dotnet=exe.IL_ONLY | exe.REQUIRES_32, text=both), right)
    tests.case(".NET for 64 bits", 0, ("a .NET program for 64 bits",), exe.pe(exe.AMD64, dotnet=exe.IL_ONLY, text=both), right)
    tests.case("a name in UTF-16, with the wrong DLL", 1, ("mentions DLPortIO.dll", "Windows says error 193"),
               exe.pe(text="dlportio.dll".encode("utf-16-le")), [("dlportio.dll", BUILD / "amd64/DLPortIO.dll")])
    for machine, bits in ((exe.I386, 32), (exe.AMD64, 64)):
        tests.case(f"no library and no driver, {bits} bits", 0, ("names no port library", IN_OUT + "program.exe\n"),
                   exe.pe(machine, dll=("KERNEL32.dll",)))
    tests.case("such a DLL", 0, ("names no port library", "userportctl run has to start the program that loads it.\n"),
               exe.pe(flags=exe.DLL, dll=("KERNEL32.dll",)))
    for name, data in (("a driver", exe.pe(subsystem=1)), ("a .NET program", exe.pe(dotnet=exe.IL_ONLY)),
                       ("a program with a library", exe.pe(text=b"inpout32.dll\0"))):
        tests.case(f"{name} runs no IN and OUT itself", 0, (), data, absent=("userportctl run",))
    tests.case("a .NET program with machine code may", 0, (IN_OUT,), exe.pe(dotnet=0))
    tests.case("ARM64", 1, ("a program for another processor (PE, ARM64)", "i386 and amd64 only"), exe.pe(exe.ARM64))
    tests.case("an unknown machine", 1, ("for another processor (PE, machine 01C4)",), exe.pe(exe.ARM64).replace(
        b"PE\0\0\x64\xAA", b"PE\0\0\xC4\x01"))
    tests.case("a cut program", 1, ("It is damaged: it ends before its last section does.",), exe.pe()[:-1])


def functions(tests, folder):
    """What is imported from the DLLs that UserPort has."""
    tests.report("lib/inpout.def has the functions", len(FUNCTIONS) == 20 and set(REFUSED) < set(FUNCTIONS), FUNCTIONS)
    for machine, dll in (("i386", "inpout32.dll"), ("amd64", "inpoutx64.dll")):
        good = {name: tests.run(write(folder, "one.exe", link(folder, machine, name, bytes_ // 4, dll)))
                for name, bytes_ in FUNCTIONS.items() if name not in REFUSED}
        tests.report(f"{machine}: every function that UserPort's has", all(done.returncode == 0 and "not served" not in done.stdout
                                                                           for done in good.values()), good)
        for name in REFUSED:
            program = link(folder, machine, name, FUNCTIONS[name] // 4, dll)
            said = tests.case(f"{machine}: {name}", 1, (f"  imports {dll}\n", f"  imports {name}: not served. It reaches the machine's memory; "
                                                       "in UserPort's DLLs it is there, and fails always\n",), program)
            tests.report("the same as JSON", said["refused"] == said["mentions_refused"] == [name] and not said["served"], said)
    said = tests.case("a function that UserPort's DLL has not", 1, (
        "imports 1 function that UserPort's DLL of that name does not have: not served. Windows does not start it (C0000139)",),
                      link(folder, "i386", "InpBuffer", 3))
    tests.report("the same as JSON", said["missing"] == 1 and not said["served"], said)
    tests.case("two, and one by its number", 1, ("imports 2 functions that", "imports GetPhysLong: not served"),
               exe.pe(exe.AMD64, dll=("inpoutx64.dll",), functions=("Inp32", "inp32", 99, 13, 2)))
    tests.case("delay-loaded", 1, ("imports (delay-loaded) inpout32.dll", "imports SetPhysLong: not served"),
               exe.pe(delayed=("inpout32.dll",), functions=("SetPhysLong",)))
    said = tests.case("named alone, for GetProcAddress: it may do without", 0, ("mentions inpout32.dll", "mentions MapPhysToLin: not served"),
                      exe.pe(text=b"inpout32.dll\0Inp32\0MapPhysToLin\0"))
    tests.report("the same as JSON", said["refused"] == [] and said["mentions_refused"] == ["MapPhysToLin"] and said["served"], said)


def others(tests):
    """Libraries and drivers of others: each in both widths, and whether it is served."""
    def wide(text):
        return text.encode("utf-16-le")

    def narrow(text):
        return text.encode()

    wine = "userportctl run --wine-devices giveio"
    inpout = "not served: inpout's own driver, for which UserPort does not answer"
    for how, width in ((narrow, ""), (wide, ", UTF-16")):
        for machine, bits in ((exe.I386, 32), (exe.AMD64, 64)):
            tests.case(f"giveio, {bits} bits{width}", 0, (
                "mentions \\\\.\\giveio: served, if giveio stands in the driver's option Aliases", wine, IN_OUT),
                       exe.pe(machine, text=how("\\\\.\\giveio\0")))
            for device, text in (("PortTalk", "not served: UserPort does not know PortTalk's control codes"), ("inpout32", inpout),
                                 ("inpoutx64", inpout), ("hwinterface", inpout), ("hwinterfacex64", inpout),
                                 ("WinRing0_1_2_0", "not served: another driver"), ("WinIo", "not served: another driver")):
                said = tests.case(f"{device}, {bits} bits{width}", 1, (f"mentions \\\\.\\{device}: {text}",),
                                  exe.pe(machine, text=how(f"\\\\.\\{device}\0")))
                tests.report("the same as JSON", said["devices"] == [f"\\\\.\\{device}"] and not said["served"], said)
        for name in ("io", "IO", "io.dll"):
            said = tests.case(f'LoadLibrary("{name}"){width}', 1, ("mentions io.dll: not served, UserPort has no DLL in its place",),
                              exe.pe(text=b"\0\0" + how(name + "\0") + b"PortOut\0PortIn\0"))
            tests.report("the same as JSON", said["mentions"] == ["io.dll"] and not said["served"], said)
        tests.case(f'"io" without its functions is nothing{width}', 0, ("names no port library",), exe.pe(text=b"\0\0" + how("io\0")))
    tests.case("an imported library of others", 1, ("imports WinIo.dll: not served, UserPort has no DLL in its place",),
               exe.pe(dll=("winio.dll",), text=b"inpout32.dll\0"))
    tests.case("a program that can do without", 0, ("mentions TVicPort.dll: not served", "mentions \\\\.\\PortTalk: not served", "inpout32.dll is not beside"),
               exe.pe(text=b"inpout32.dll\0tvicport.dll\0\\\\.\\PortTalk\0"))


def other_kinds(tests):
    ntvdm = ("32-bit Windows runs it in NTVDM", "64-bit Windows does not run it", "DOSBox-X")
    tests.case("DOS", 1, ("a DOS program (MZ)", "cannot serve it", *ntvdm), exe.mz())
    tests.case("16-bit Windows", 1, ("a 16-bit Windows program (NE)", "a 16-bit program cannot load UserPort's DLLs", *ntvdm),
               exe.ne(names=(b"KERNEL", b"INPOUT")), [("inpout32.dll", IN32)], ("beside",))
    tests.case("a 16-bit DLL", 1, ("a 16-bit Windows DLL or driver (NE)",), exe.ne(library=True))
    tests.case("16-bit OS/2", 1, ("a 16-bit OS/2 program (NE)", "not for Windows"), exe.ne(target=1), (), ("NTVDM",))
    tests.case("another 16-bit system", 1, ("a 16-bit program (NE, system 5)",), exe.ne(target=5))
    tests.case("a VxD", 1, ("VxD", "do not load such drivers"), exe.linear(), (), ("NTVDM",))
    tests.case("a DOS extender's", 1, ("with an extender, or an OS/2 program (LE)", *ntvdm), exe.linear(target=1))
    tests.case("OS/2", 1, ("an OS/2 program or DLL (LX)",), exe.linear(b"LX", 1))
    tests.case("another second header", 1, ("one more header of an unknown kind", *ntvdm), exe.linear(b"P3"))
    tests.case("a DOS .COM program", 1, ("no program that can be recognised", ".COM"), exe.STUB)
    tests.case("an empty file", 1, ("no program that can be recognised",), b"")


def usage(tests, folder):
    (folder / "a.exe").write_bytes(exe.pe())
    odd = folder / os.fsdecode(b'odd "\\\xC3\xA9\xE9\x01.exe')
    odd.write_bytes(exe.pe())
    for name, arguments, status, texts in (
            ("no file", (), 2, ("usage",)), ("--json alone", ("--json",), 2, ("usage",)),
            ("an unknown option", ("--what", "a.exe"), 2, ("usage",)),
            ("--help", ("--help",), 0, ("usage", "Exit status", "A DLL that is not there is reported, but does\n     not count")),
            ("--version", ("--version",), 0, ((ROOT / "VERSION").read_text().strip(),)),
            ("a file that is not there", ("none.exe",), 1, ("portcheck: cannot read none.exe: No such file or directory (2)",)),
            ("a folder", (".",), 1, ("portcheck: cannot read .: Is a directory (21)",)),
            ("one bad, one good", ("none.exe", "a.exe"), 1, ("cannot read none.exe", "a.exe: a 32-bit"))):
        done = tests.run(*arguments)
        said = done.stdout + done.stderr
        tests.report(name, done.returncode == status and all(text in said for text in texts) and
                     (status == 0) == (done.stderr == ""), said)
    lines = tests.run("--json", "none.exe", odd, "a.exe").stdout.splitlines()
    objects = [json.loads(line) for line in lines]
    tests.report("--json: an object a line, any path, also of a file that cannot be read", len(objects) == 3 and
                 objects[0] == {"file": "none.exe", "error": "No such file or directory", "code": 2} and
                 objects[1]["file"].endswith('odd "\\é\u00E9\u0001.exe') and objects[2]["kind"] == "PE", lines)
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([BUILD / "host/portcheck", folder / "a.exe"], stdout=full, stderr=subprocess.PIPE, check=False)
    tests.report("a full disk is an error", done.returncode == 1 and b"cannot write" in done.stderr, done)
    shutil.copy(IN64, folder / "inpout32.dll")
    done = tests.run("inpout32.dll")
    tests.report("a DLL under another's name is not beside itself", done.returncode == 0 and "beside" not in done.stdout,
                 done.stdout)
    (folder / "DLPortIO.dll").write_bytes(FOREIGN)
    tests.report("another maker's DLL", "It is not UserPort's." in tests.run("DLPortIO.dll").stdout)


def main():
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(folder)
        own_files(tests)
        linked_programs(tests, tests.folder)
        functions(tests, tests.folder)
        made_programs(tests)
        others(tests)
        other_kinds(tests)
        usage(tests, tests.folder)
        page = (ROOT / "docs/portcheck.md").read_text().partition("## JSON")[2].partition("\n## ")[0]
        named = {key for keys in re.findall(r"^\| (`[^|]*) \|", page, re.M) for key in re.findall("`(\\w+)`", keys)}
        tests.report("docs/portcheck.md names every key of --json, and no other", named == tests.keys, named ^ tests.keys)
        print(f"1..{tests.number}")
        raise SystemExit(tests.failed > 0)


if __name__ == "__main__":
    main()
