#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The interface to the driver is the same bytes for everybody: each structure, field and constant of userport_abi.h as
the compilers of this host, of Windows for i386 and amd64, and of the driver and the test machine see them, and as
docs/protocol.md says. Nothing of what is compiled is run: the numbers are read out of the objects. TAP.
"""

import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = ROOT / "include/userport/userport_abi.h"
PROTOCOL = ROOT / "docs/protocol.md"

OTHER_MACROS = {"UP_DEVICE_WIN32_NAME", "UP_CODE", "UP_UNNAMED", "UP_ABI_ASSERT", "UP_ACCESS", "UP_ACCESS_PORT",
                "UP_ACCESS_WIDTH"}  # those that are no number
RECORD = 64
UNSIGNED_32_BITS = 0x1004

# The first one is what the others are compared with. The last two lay structures out as Microsoft's
# compiler does.
COMPILERS = {
    "gcc, this host": ["gcc"],
    "gcc -m32, freestanding": ["gcc", "-m32", "-ffreestanding"],
    "i686-w64-mingw32-gcc": ["i686-w64-mingw32-gcc"],
    "i686-w64-mingw32-gcc, as the driver": ["i686-w64-mingw32-gcc", "-march=i486", "-ffreestanding"],
    "x86_64-w64-mingw32-gcc": ["x86_64-w64-mingw32-gcc"],
    "x86_64-w64-mingw32-gcc, as the driver": ["x86_64-w64-mingw32-gcc", "-ffreestanding", "-mno-red-zone"],
    "clang, i386, Microsoft's layout": ["clang", "--target=i686-pc-windows-msvc", "-ffreestanding"],
    "clang, amd64, Microsoft's layout": ["clang", "--target=x86_64-pc-windows-msvc", "-ffreestanding"],
}
# Unions without a name are C11's; who is not GNU's compiler says so when it is pedantic about an
# older C. C++ by clang alone: it needs no C++ library for a header like this one.
STANDARDS = [(name, command, "c", standard) for name, command in COMPILERS.items()
             for standard in ("c90", "c99", "c11", "c17")[2 * (command[0] == "clang"):]] + [
    ("clang for " + target, ["clang", "--target=" + target, "-ffreestanding"], "c++", standard)
    for target in ("x86_64-linux-gnu", "i686-w64-mingw32", "x86_64-w64-mingw32", "i686-pc-windows-msvc")
    for standard in ("c++11", "c++20")]

count = failed = 0


def report(description, problems):
    global count, failed
    count += 1
    failed += bool(problems)
    print(f"{'not ok' if problems else 'ok'} {count} - {description}", flush=True)
    for problem in problems:
        print(f"#   {problem}")


def run(command):
    """What it complains of, in lines; none if it succeeds without a word."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    lines = done.stdout.splitlines()
    return lines or ([f"exit status {done.returncode}"] if done.returncode else [])


# ---- the header as text -----------------------------------------------------------------------------------------------


def header_names():
    """({structure: [fields]}, [constants], [other macros]) of the header."""
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.S)
    structures = {}
    for name, body in re.findall(r"^struct (\w+) \{$(.*?)^\};$", text, re.M | re.S):
        structures[name] = re.findall(r"\buint(?:8|16|32)_t (\w+)(?:\[\w+\])?;", body)
    numbers = re.findall(r"^#define (UP_\w+) +(?:\d|UP_CODE\()", text, re.M)
    return structures, numbers, set(re.findall(r"^#define (UP_\w+)", text, re.M)) - set(numbers)


def layout(command, names, folder):
    """({name: (number, size)}, complaints) as this compiler sees the header."""
    structures, constants, _ = names
    with open(folder / "abi_names.inc", "w", encoding="utf-8") as file:
        for structure, fields in structures.items():
            file.write(f"STRUCT({structure})\n")
            file.writelines(f"FIELD({structure}, {field})\n" for field in fields)
        file.writelines(f"CONSTANT({constant})\n" for constant in constants)
    object_file = folder / "abi_layout.o"
    complaints = run([*command, "-std=c11", "-Wall", "-Wextra", "-Wno-unused-const-variable", "-I", ROOT / "include", "-I", folder, "-c",
                      ROOT / "tests/unit/abi_layout.c", "-o", object_file])
    if complaints:
        return {}, complaints
    data = object_file.read_bytes()
    found = {}
    at = data.index(b"UserPort's ABI begins\0")
    while True:
        at += RECORD
        name = data[at:at + RECORD - 8].split(b"\0")[0].decode()
        if name == "UserPort's ABI ends":
            return found, []
        found[name] = tuple(int.from_bytes(data[at + RECORD - 8 + i:at + RECORD - 4 + i], "little") for i in (0, 4))


# ---- the protocol's tables --------------------------------------------------------------------------------------------


def tables():
    """Each table of the page: its rows, the cells as text, without the heading."""
    for block in re.findall(r"(?:^\|.*\n)+", PROTOCOL.read_text(), re.M):
        rows = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in block.splitlines()]
        yield rows[0], rows[2:]


def fields_problems(rows, structure, structures, seen):
    """A table of offset, [bytes,] name against a structure. A cell may name two fields: value, or offset."""
    problems, told = [], []
    for row in rows:
        names = row[-2].split(", or ")
        told += names
        for name in names:
            offset, size = seen.get(f"{structure}.{name}", (None, None))
            if offset != int(row[0]):
                problems.append(f"{structure}.{name} is at {offset}, the page says {row[0]}")
            if len(row) == 4 and size != int(row[1]):
                problems.append(f"{structure}.{name} has {size} bytes, the page says {row[1]}")
            if name == "reserved" and structure == "up_info" and not row[-1].startswith(f"{size} bytes"):
                problems.append(f"{structure}.reserved has {size} bytes, the page says {row[-1]}")
    if told != structures[structure]:
        problems.append(f"the page has {', '.join(told)}; the header has {', '.join(structures[structure])}")
    return problems


def numbers_problems(rows, seen, left):
    """A table of number, name against UP_IO_...; what is found is taken from left."""
    problems = []
    for number, name, *_ in rows:
        constant = "UP_IO_" + name.upper().replace(" ", "_")
        left.discard(constant)
        if seen.get(constant, (None,))[0] != int(number):
            problems.append(f"{constant} is {seen.get(constant, (None,))[0]}, the page says {number}")
    return problems


def codes_problems(rows, seen):
    lengths = {"0": 0, "as in": None, "48 to 65568": None}
    wanted = {"INFO": (0, seen["up_info"][1]), "MAP": (0, seen["UP_MAP_BYTES"][0]), "IO": (None, None),
              "READ": (4, 4), "WRITE": (seen["up_write"][1], 0)}
    problems = []
    for name, code, handle, in_length, out_length, _ in rows:
        number = seen.get("UP_IOCTL_" + name, (0,))[0]
        access = "".join(letter for bit, letter in ((1, "R"), (2, "W")) if number >> 14 & bit)
        if (f"0x{number:08X}", access) != (code, handle):
            problems.append(f"UP_IOCTL_{name} is 0x{number:08X} for {access}, the page says {code} for {handle}")
        if number & 3:
            problems.append(f"UP_IOCTL_{name} is not METHOD_BUFFERED")
        said = tuple(lengths[text] if text in lengths else int(text) for text in (in_length, out_length))
        if said != wanted.get(name, (0, 0)):
            problems.append(f"{name}'s lengths are {wanted.get(name, (0, 0))}, the page says {said}")
    header, operation = seen["up_io_header"][1], seen["up_io_operation"][1]
    if (header + operation, header + seen["UP_IO_BYTES_MAX"][0]) != (48, 65568):
        problems.append("IO's lengths are not 48 to 65568")
    told = {"UP_IOCTL_" + row[0] for row in rows}
    return problems + [f"{name} is not on the page" for name in seen if name.startswith("UP_IOCTL_") and name not in told]


def protocol_cases(structures, seen):
    """Each table is known by its heading; the three that belong to a list follow in the page's order."""
    found = list(tables())
    fields = [rows for heading, rows in found if heading[0] == "offset"]
    numbered = [rows for heading, rows in found if heading[0] in ("kind", "result")]
    codes = [rows for heading, rows in found if heading[:2] == ["name", "code"]]
    if (len(fields), len(numbered), len(codes)) != (3, 2, 1):
        report("docs/protocol.md has its six tables", [f"{len(fields)} of fields, {len(numbered)} of numbers, {len(codes)} of codes"])
        return
    report("docs/protocol.md has its six tables", [])
    report("the control codes are as docs/protocol.md says", codes_problems(codes[0], seen))
    for rows, structure in zip(fields, ("up_info", "up_io_header", "up_io_operation")):
        report(f"{structure} is as docs/protocol.md says", fields_problems(rows, structure, structures, seen))
    left = {name for name in seen if re.fullmatch(r"UP_IO_\w+", name) and not name.endswith("_MAX")}
    problems = [problem for rows in numbered for problem in numbers_problems(rows, seen, left)]
    report("the kinds and results are as docs/protocol.md says", problems + [f"{name} is not on the page" for name in sorted(left)])
    text = PROTOCOL.read_text()
    limits = (("UP_IO_OPERATIONS_MAX", "1 to {} operations", ""), ("UP_IO_BYTES_MAX", "at most {:,} bytes", ""),
              ("UP_IO_MICROSECONDS_MAX", "{:,} microseconds", ""))
    report("the limits are as docs/protocol.md says",
           [f"{name} is {seen[name][0]}" for name, form, _ in limits if form.format(seen[name][0]) not in text])


def sample_cases(folder):
    """The page's C program is whole, and good C for both Windows."""
    samples = re.findall(r"^```c\n(.*?)^```$", PROTOCOL.read_text(), re.M | re.S)
    report("docs/protocol.md has one sample in C", [] if len(samples) == 1 else [f"{len(samples)}"])
    file = folder / "sample.c"
    file.write_text("".join(samples))
    for compiler in ("i686-w64-mingw32-gcc", "x86_64-w64-mingw32-gcc"):
        report(f"{compiler}: the sample of docs/protocol.md",
               run([compiler, "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", ROOT / "include", file]))


# ---- cases ------------------------------------------------------------------------------------------------------------


def main():
    names = header_names()
    structures, constants, others = names
    problems = [] if len(structures) == 4 and len(constants) >= 37 else ["too few: has the form of the header changed?"]
    problems += [f"{name} is not looked at" for name in sorted(others - OTHER_MACROS)]
    text = HEADER.read_text()
    problems += [f"{structure}.{field} has no UP_ABI_ASSERT" for structure, fields in structures.items() for field in fields
                 if not re.search(rf"UP_ABI_ASSERT\(offsetof\(struct {structure}, {field}\) == \d+,", text)]
    report(f"the header has {len(structures)} structures and {len(constants)} constants, and asserts each field's place", problems)

    first = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, command in COMPILERS.items():
            seen, problems = layout(command, names, pathlib.Path(folder))
            first = first or seen
            problems += [f"{key}: {seen.get(key)}, expected {value}" for key, value in first.items() if seen and seen.get(key) != value]
            report(f"{name}: the same layout and values", problems)
        for name, command, language, standard in STANDARDS:
            report(f"{name}: the header alone is good {standard}",
                   run([*command, "-std=" + standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wno-pragma-once-outside-header",
                        "-fsyntax-only", "-x", language, HEADER]))
        sample_cases(pathlib.Path(folder))
    for key, (number, size) in first.items():
        print(f"# {key}: " + (f"0x{number:X}" if key.isupper() else f"{'at' if '.' in key else 'aligned to'} {number}, {size} bytes"))
    report("all constants are unsigned, of 32 bits",
           [f"{name}: {first[name][1]:X}" for name in constants if first and first[name][1] != UNSIGNED_32_BITS])
    report("no structure has a gap or an alignment of more than 4",
           [name for name, fields in structures.items() if first and (first[name][0] != 4 or first[name][1] != sum(
               {first[f"{name}.{field}"][0]: first[f"{name}.{field}"][1] for field in fields}.values()))])
    if first:
        protocol_cases(structures, first)
    print(f"1..{count}")
    raise SystemExit(failed != 0)


if __name__ == "__main__":
    main()
