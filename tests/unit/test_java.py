#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""examples/java with libuserport.so's fake: the library over JNA on Java 17 as it is, the one over java.lang.foreign with the shim of
tests/java/shim. Each method of both, each function, structure and constant against userport.h; over JNA, each program with the journal
of what it does, as it is started by its users. TAP.
"""

import os
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build")).resolve()
LIBRARY = BUILD / "host/libuserport.so"
JNA = "/usr/share/java/jna.jar"
EXAMPLES = ROOT / "examples/java"
TESTS = ROOT / "tests/java"
STRUCTURES = ("up_operation", "up_failure", "up_access")

# What a parameter of userport.h may be in Java, JNA and foreign; pointers are one thing to the
# latter.
TYPES = {
    "void": ("void", "void"), "up_error": ("int", "int"), "uint32_t": ("int", "int"), "int": ("int", "int"),
    "uint16_t": ("short", "short"), "uint8_t": ("byte", "byte"),
    "uint8_t*": ("ByteByReference byte[]", "MemorySegment"), "uint16_t*": ("ShortByReference short[]", "MemorySegment"),
    "uint32_t*": ("IntByReference int[]", "MemorySegment"), "char*": ("String byte[]", "MemorySegment"),
    "up_handle*": ("Pointer", "MemorySegment"), "up_handle**": ("PointerByReference", "MemorySegment"),
    "up_operation*": ("Operation[]", "MemorySegment"), "up_failure*": ("Failure", "MemorySegment"),
    "up_access*": ("Access[]", "MemorySegment"), "up_info*": ("int[]", "MemorySegment"),
}

count = failed = 0


def report(description, problems):
    global count, failed
    count += 1
    failed += bool(problems)
    print(f"{'not ok' if problems else 'ok'} {count} - {description}", flush=True)
    for line in "\n".join(problems).splitlines():
        print(f"#   {line}")


def run(command):
    """(exit status, standard output, standard error); the warning that there is an incubator is the shim's and not looked at."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120,
                          check=False, cwd="/", env=dict(os.environ, LC_ALL="C.UTF-8"))
    return done.returncode, done.stdout, re.sub(r"^WARNING: Using incubator modules.*\n", "", done.stderr, flags=re.M)


# ---- the header -----------------------------------------------------------------------------------------------------------


def plain_type(text):
    """const uint8_t *values -> uint8_t*; uint8_t map[UP_MAP_BYTES] -> uint8_t*; a type that has no name of a parameter behind it too."""
    text = re.sub(r"\b(const|struct)\b", "", re.sub(r"\w+\[\w+\]", "*", text))
    return re.sub(r"^\s*(\w+)[^*]*?(\**)\s*\w*\s*$", r"\1\2", text)


def header():
    """({function: [types, the result first]}, {structure: {field: offset}, ...}, {structure: size}, {constant: value})."""
    text = (ROOT / "include/userport/userport.h").read_text()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    functions = {}
    for result, name, parameters in re.findall(r"^UP_API (.*?)UP_CALL (\w+)\((.*?)\);", text, re.M | re.S):
        types = [plain_type(result + " result")]
        types += [plain_type(parameter) for parameter in parameters.split(",") if parameter.strip() != "void"]
        functions[name] = types
    fields = {name: re.findall(r"\b(\w+);", re.search(r"typedef struct " + name + r" \{(.*?)\}", text, re.S)[1]) for name in STRUCTURES}
    both = text + (ROOT / "include/userport/userport_abi.h").read_text()
    names = re.findall(r"^#define (UP_(?:ERR|BACKEND)_\w+|UP_OK|UP_MAP_BYTES|UP_IO_(?:READ|WRITE|DELAY|WAIT)\w*) ", both, re.M)
    lines = [f'printf("{s} {f} %u\\n", (unsigned)offsetof({s}, {f}));' for s in STRUCTURES for f in fields[s]]
    lines += [f'printf("{s} size %u\\n", (unsigned)sizeof({s}));' for s in STRUCTURES]
    lines += [f'printf("constant {name} %u\\n", (unsigned)({name}));' for name in names]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "numbers.c")
        file.write_text("#include <stdio.h>\n#include <userport/userport.h>\nint main(void)\n{\n" + "\n".join(lines) + "\n}\n")
        subprocess.run(["gcc", "-I", ROOT / "include", "-o", file.with_suffix(""), file], check=True)
        numbers = [line.split() for line in subprocess.run([file.with_suffix("")], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()]
    offsets = {(where, what): int(number) for where, what, number in numbers}
    return functions, offsets


def mapping_problems(said, functions, offsets, column):
    problems, seen, found = [], {}, {}
    for line in said.splitlines():
        kind, name, *rest = line.split()
        if kind == "function":
            seen[name] = rest
        else:
            found[(name, rest[0] if kind == "field" else "size")] = int(rest[-1])
    problems += [f"{name} is only in one of userport.h and Java" for name in sorted(functions.keys() ^ seen.keys())]
    for name in functions.keys() & seen.keys():
        wanted = [TYPES[type_][column].split() for type_ in functions[name]]
        if len(wanted) != len(seen[name]) or any(type_ not in allowed for type_, allowed in zip(seen[name], wanted)):
            problems.append(f"{name}: {' '.join(seen[name])}; userport.h: {' '.join(functions[name])}")
    wanted = {key: number for key, number in offsets.items() if key[0] != "constant"}
    problems += [f"{key}: {found.get(key)}, in C {wanted.get(key)}" for key in sorted(wanted.keys() | found.keys()) if wanted.get(key) != found.get(key)]
    return problems


def constants_problems(said, offsets):
    java = {"UP_" + name: int(value) for name, value in (line.split() for line in said.splitlines())}
    wanted = {key[1]: number for key, number in offsets.items() if key[0] == "constant"}
    return [f"{name}: {java.get(name)}, in C {wanted.get(name)}" for name in sorted(wanted.keys() | java.keys()) if wanted.get(name) != java.get(name)]


# ---- the programs ---------------------------------------------------------------------------------------------------------


def printed(base, data, busy=""):
    """The journal of a text that is printed; the first status is that of the look whether there is a port."""
    lines = [f"out8 {base + 2:X} C", f"in8 {base + 1:X} DF"]
    for byte in data:
        lines += [busy] * bool(busy) + [f"in8 {base + 1:X} DF", f"out8 {base:X} {byte:X}", "delay 1", f"out8 {base + 2:X} D", "delay 1",
                                        f"out8 {base + 2:X} C"]
        busy = ""
    return lines + [f"in8 {base + 1:X} DF"]


def played():
    lines = ["in8 61 38"]
    for hz in (523, 659, 784, 1047, 880, 784, 1047):
        lines += ["out8 43 B6", f"out8 42 {1193182 // hz & 0xFF:X}", f"out8 42 {1193182 // hz >> 8:X}", "out8 61 B", "out8 61 8"]
    return lines + ["out8 61 8"]


def journals(java, name):
    for what, arguments, wanted in (
            ("reset", ["reset", "378", "CC"], ["in8 37A CC", "out8 37A C8", "out8 37A CC"]),
            ("reset of another port", ["reset", "D010", "8"], ["in8 D012 8", "out8 D012 8", "out8 D012 C"]),
            ("print", ["print", "378", "Hi~\r\n"] + ["DF"] * 7, printed(0x378, b"Hi~\r\n")),
            ("print, a byte above 7F", ["print", "378", "\u00e9", "DF", "DF", "DF"], printed(0x378, b"\xe9")),
            ("print, busy for a while", ["print", "278", "x", "DF", "5F", "DF", "DF"], printed(0x278, b"x", "in8 279 5F")),
            ("speaker", ["speaker", "38"], played())):
        status, said, problem = run(java + ["Check"] + arguments)
        report(f"{name}: {what}: the accesses, in order", [] if (status, said.split("\n")[:-1]) == (0, wanted) else [said, problem])
    status, said, problem = run(java + ["Check", "print", "378", "x", "=5F"])
    lines = said.split("\n")[:-1]
    good = status == 1 and "the printer is not ready after 2 s" in problem and lines.count("in8 379 5F") > 100 and "out8 378 78" not in lines
    report(f"{name}: print, busy for ever: gives up, and has sent nothing", [] if good else [str(len(lines)), problem])


STARTS = (  # program, properties, arguments, exit status, what it says
    ("ResetLpt", "fake", [], 0, "resetlpt: INIT of the port at 378 was low for 100 ms: the printer is reset\n"),
    ("ResetLpt", "fake", ["d010"], 0, "resetlpt: INIT of the port at D010 was low for 100 ms: the printer is reset\n"),
    ("ResetLpt", "fake", ["3Q8"], 2, "usage: java ResetLpt"),
    ("ResetLpt", "fake", ["FFFD"], 2, "usage: java ResetLpt"),
    ("ResetLpt", "fake", ["378", "278"], 2, "usage: java ResetLpt"),
    ("ResetLpt", None, [], 1, "resetlpt: cannot open the ports: "),
    ("ResetLpt", "fast", [], 1, "userport.backend=fast: there is any, direct, ioctl, devport and fake"),
    ("PrintLpt", "fake", ["text"], 1, "printlpt: the status register reads FF: there is no parallel port\n"),
    ("PrintLpt", "fake", ["-b", "3Q8"], 2, "usage: java PrintLpt"),
    ("PrintLpt", "fake", ["-b"], 2, "usage: java PrintLpt"),
    ("PrintLpt", None, [], 1, "printlpt: cannot open the ports: "),
    ("Speaker", "fake", [], 0, "speaker: played 7 notes\n"),
    ("Speaker", None, [], 1, "speaker: cannot open the ports: "),
)


def starts(java, name):
    for program, backend, arguments, wanted, text in STARTS:
        status, said, problem = run(java + ([f"-Duserport.backend={backend}"] if backend else []) + [program] + arguments)
        good = status == wanted and text in said + problem and (status != 0 or not problem)
        report(f"{name}: {program} {' '.join(arguments)} with {backend or 'no'} back end named: {wanted}, {text.strip()}", [] if good else [str(status), said, problem])


def missing_library(java, name):
    status, said, problem = run([word.replace(str(LIBRARY), "/nowhere/userport.so") for word in map(str, java)] + ["ResetLpt"])
    report(f"{name}: a library that is not there is named", [] if status == 1 and "/nowhere/userport.so" in problem else [said, problem])


def check(java, name):
    """Check's own TAP, as part of this one."""
    status, said, problem = run(java + ["Check"])
    plan = re.search(r"^1\.\.(\d+)$", said, re.M)
    cases = re.findall(r"^(not )?ok \d+ - (.*)\n(# .*)?", said, re.M)
    for bad, case, why in cases:
        report(f"{name}: {case}", [why] if bad else [])
    report(f"{name}: all cases were run", [] if plan and int(plan[1]) == len(cases) > 10 and status == 0 else [said, problem])


def compiled(name, command, folder, *sources):
    status, said, problem = run(command + ["-d", folder] + [file for source in sources for file in sorted(source)])
    report(f"{name}: compiled without a warning", [said + problem] if status or said or problem else [])


def main():
    functions, offsets = header()
    report("userport.h has 29 functions that this test understands",
           [f"{len(functions)}"] * (len(functions) != 29) + [t for types in functions.values() for t in types if t not in TYPES])
    fields = [f"{where}.{what}" for where, what in offsets if where != "constant" and what != "size"]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        start = ["-Xshare:auto", "-XX:TieredStopAtLevel=1", f"-Duserport.library={LIBRARY}"]
        common = [EXAMPLES.glob("*.java"), TESTS.glob("*.java")]

        compiled("JNA", ["javac", "--release", "8", "-Xlint:all,-options", "-Werror", "-cp", JNA], folder / "jna",
                 EXAMPLES.glob("*.java"), EXAMPLES.glob("jna/*.java"), TESTS.glob("*.java"), TESTS.glob("jna/*.java"))
        patch = ["--patch-module", f"java.base={folder / 'shim'}", "--add-exports", "java.base/java.lang.foreign=ALL-UNNAMED"]
        incubator = ["--add-modules", "jdk.incubator.foreign", "--add-reads", "java.base=jdk.incubator.foreign"]
        status, _, problem = run(["javac", "-nowarn", "--patch-module", f"java.base={TESTS / 'shim'}"] + incubator
                                 + ["-d", folder / "shim"] + sorted((TESTS / "shim").rglob("*.java")))
        report("the shim: compiled", [problem] if status else [])
        compiled("foreign", ["javac", "-Xlint:all", "-Werror"] + patch, folder / "foreign", *common,
                 EXAMPLES.glob("foreign/*.java"), TESTS.glob("foreign/*.java"))

        for column, (name, java) in enumerate((
                ("JNA", ["java"] + start + ["-cp", f"{JNA}:{folder / 'jna'}"]),
                ("foreign", ["java"] + start + patch + incubator + ["--enable-native-access=java.base", "-cp", folder / "foreign"]))):
            check(java, name)
            missing_library(java, name)
            if name == "JNA":  # the programs are the same
                journals(java, name)
                starts(java, name)
            _, said, problem = run(java + ["Mapping"] + fields)
            report(f"{name}: functions and structures are userport.h's", mapping_problems(said, functions, offsets, column) + [problem] * bool(problem))
            _, said, problem = run(java + ["Check", "constants"])
            report(f"{name}: constants are userport.h's", constants_problems(said, offsets))
    print(f"1..{count}")
    raise SystemExit(failed != 0)


if __name__ == "__main__":
    main()
