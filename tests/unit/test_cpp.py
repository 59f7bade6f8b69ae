#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""userport.hpp with each compiler, from C++11 on, and the examples that use userport.dll, in C and in C++, as built: what they import,
and that they need no other file. TAP."""

import os
import pathlib
import subprocess
import tempfile

import pefile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build")).resolve()
WARN = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Werror"]
STANDARDS = ("c++11", "c++14", "c++17", "c++20")
COMPILERS = ("g++", "clang++", "i686-w64-mingw32-g++", "x86_64-w64-mingw32-g++")
HAS = {"library": {"up_open", "up_close"}, "cpp": {"up_open", "up_close", "up_last_failure", "up_failure_text"}}
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]

# Every function of the header once, so that templates are looked at too.
USE = """
#include <userport/userport.hpp>
int use(userport::ports &from);
int use(userport::ports &from)
{
    userport::ports ports(static_cast<userport::ports &&>(from));
    std::uint8_t bytes[2] = {1, 2}, map[UP_MAP_BYTES];
    std::uint16_t words[2] = {1, 2};
    std::uint32_t longs[2] = {1, 2}, done;
    up_operation list[] = {userport::read(1), userport::read_block(1, words, 2), userport::wait(1, 2, 3, 4, 2)};
    from = static_cast<userport::ports &&>(ports);
    ports.run(list);
    ports.run(list, 3, &done);
    ports.run({userport::write(1, 2), userport::delay(3), userport::write_block(4, longs, 2)});
    ports.in_block(1, bytes, 2), ports.in_block(1, words, 2), ports.in_block(1, longs, 2);
    ports.out_block(1, bytes, 2), ports.out_block(1, words, 2), ports.out_block(1, longs, 2);
    ports.out8(1, 2u | 4u), ports.out16(1, 2), ports.out32(1, 2);
    ports.query_map(map);
    try {
        return ports.in8(1) + ports.in16(1) + int(ports.in32(1)) + ports.wait8(1, 2, 3, 4, bytes) + ports.granted(1, 2) +
               int(ports.query_info().state) + int(ports.backend()) + *ports.backend_name();
    } catch (const userport::error &failure) {
        return int(failure.code()) + int(failure.failure().port) + *failure.what();
    }
}
"""

count = failed = 0


def report(description, problems):
    global count, failed
    count += 1
    failed += bool(problems)
    print(f"{'not ok' if problems else 'ok'} {count} - {description}", flush=True)
    for problem in problems:
        print(f"#   {problem}")


def run(command, environment=None):
    """What it complains of, in lines; none if it succeeds without a word."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=False,
                          env=dict(os.environ, **(environment or {})))
    return done.returncode, done.stdout.splitlines()


def headers(folder):
    file = folder / "use.cpp"
    file.write_text(USE)
    for compiler in COMPILERS:
        for standard in STANDARDS:
            status, said = run([compiler, "-std=" + standard, *WARN, "-fsyntax-only", "-I", ROOT / "include", file])
            report(f"{compiler}: userport.hpp is good {standard}", said or ["exit status"] * (status != 0))
    status, said = run(["g++", "-std=c++98", "-fsyntax-only", "-I", ROOT / "include", file])
    report("g++: C++98 is refused, so that the above can fail", [] if status else ["accepted"])


def again_with_clang(folder):
    """The unit test, which is gcc's C++11 elsewhere."""
    program = folder / "test_userport_hpp"
    library = BUILD / "host/libuserport.so.3"
    status, said = run(["clang++", "-std=c++20", "-g", "-O1", *SANITIZE, "-I", ROOT / "include", "-o", program,
                        ROOT / "tests/unit/test_userport_hpp.cpp", library, f"-Wl,-rpath,{library.parent}", "-lcmocka"])
    if status == 0:
        status, said = run([program], {"CMOCKA_MESSAGE_OUTPUT": "TAP"})
    report("clang++, C++20: unit/test_userport_hpp passes", said if status or not [line for line in said if line.startswith("ok")] else [])


def programs():
    for architecture in ("i386", "amd64"):
        for language, wanted in HAS.items():
            for name in ("resetlpt", "printlpt", "speaker"):
                image = pefile.PE(str(BUILD / "examples" / architecture / language / f"{name}.exe"))
                imports = {library.dll.decode().lower(): {function.name.decode() for function in library.imports}
                           for library in image.DIRECTORY_ENTRY_IMPORT}
                problems = [f"needs {library}" for library in imports.keys() - {"kernel32.dll", "msvcrt.dll", "userport.dll"}]
                problems += [f"does not use {function}" for function in wanted - imports.get("userport.dll", set())]
                problems += [f"has the time stamp {image.FILE_HEADER.TimeDateStamp:X}"] * (image.FILE_HEADER.TimeDateStamp != 0)
                least = image.OPTIONAL_HEADER.MajorSubsystemVersion
                problems += [f"asks for Windows {least}"] * (architecture == "i386" and least != 4)
                report(f"{architecture}/{language}/{name}.exe needs userport.dll and Windows' own DLLs alone", problems)


def main():
    with tempfile.TemporaryDirectory() as folder:
        headers(pathlib.Path(folder))
        again_with_clang(pathlib.Path(folder))
    programs()
    print(f"1..{count}")
    raise SystemExit(failed != 0)


if __name__ == "__main__":
    main()
