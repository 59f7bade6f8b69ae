# SPDX-License-Identifier: MIT
"""docs/manual.md: its commands and programs for Windows are run in the order of the page, and print what the page says."""

import pathlib
import shlex
import subprocess
import sys

import ports

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/lib"))
import manual_text  # noqa: E402

# What is answered here otherwise than with hardware and a signed driver, with exit status 1.
FAKE_ANSWERS = {"userportctl test speaker": "It stayed low and has to toggle",
                "userportctl doctor userport.sys": "userport.sys: Windows will not load it, since it is not signed"}

DENIED = 0xC0000096


def build_program(ctl, text):
    """A C program of the page as program.exe beside userport.dll; no complaint from the compiler."""
    source = ctl.folder.parent / "program.c"
    source.write_text(text)
    library = [str(ctl.build / "amd64/libuserport.dll.a")] if "userport/userport.h" in text else []
    subprocess.run(["x86_64-w64-mingw32-gcc", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}/include", f"-I{ROOT}/examples/c", "-o",
                    str(ctl.folder / "program.exe"), str(source), *library], check=True)


def run_program(ctl, program):
    """What is wrong with it, or nothing."""
    if program.language == "vb":
        (ctl.folder / "status.vbs").write_text(program.text.replace("\n", "\r\n"))
        said = ctl.folder / "said.txt"  # no pipe: a service that Wine starts for scripts would keep it open
        with said.open("wb") as out:
            done = ctl.wine("cscript", "//nologo", "status.vbs", stdout=out, stderr=subprocess.STDOUT)
        good = done.returncode == 0 and said.read_bytes() == b"The printer says 0\r\n"
        return None if good else f"exit {done.returncode}\n{said.read_text()}"
    build_program(ctl, program.text)
    done = ctl.wine("./program.exe")
    said = (done.stdout + done.stderr).decode().replace("\r\n", "\n")
    if "ports.h" in program.text:  # IN and OUT in a 64-bit program: refused, as on 64-bit Windows
        good = done.returncode == DENIED & 0xFF and said.startswith("reset: port 37A: 64-bit Windows lets no program run IN and OUT itself")
    else:
        good = done.returncode == 0 and said == "The printer says 00: busy\n"
    return None if good else f"exit {done.returncode}\n{said}"


def begin_shipping(ctl):
    """What the page's list has before its commands: the driver's file at its place, no service, and userport.reg."""
    ctl("uninstall")
    (ctl.drive / "windows/system32/drivers/userport.sys").write_bytes((ctl.folder / "userport.sys").read_bytes())
    made = subprocess.run([str(ctl.build / "host/iopm"), "378-37A"], capture_output=True, check=True)
    (ctl.folder / "userport.reg").write_bytes(made.stdout.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def check_output(command, result):
    """The lines that the page prints stand in what the command printed, in that order."""
    lines = iter((result.out + result.err).splitlines())
    for wanted in command.output:
        if wanted not in lines:
            return f"{wanted!r} was not printed, or not in this order\n{result}"
    return None


def run_command(ctl, command):
    words = shlex.split(command.line, posix=False)
    words = [word.strip('"') for word in words]
    if command.program != "userportctl":
        done = ctl.wine(*words)
        return None if done.returncode == 0 else f"exit {done.returncode}: {done.stdout.decode('utf-8', 'replace')}"
    result = ctl(*words[1:])
    fails = any(line.startswith("userportctl: ") and not line.startswith("userportctl: note: ") for line in command.output)
    answer = FAKE_ANSWERS.get(command.line)
    if answer:
        return None if result.status == 1 and answer in result.out else str(result)
    if (result.status != 0) != fails:
        return str(result)
    return check_output(command, result)


def seen_shipped(ctl):
    """Between the service's start and its stop: the list of the page is in force, and no other port."""
    granted, denied = ctl("read", "37A"), ctl("read", "37B")
    good = granted.status == 0 and denied.status == 1 and "37B is not granted" in denied.err and ctl.value("Scope") == 1
    return None if good else f"{granted}\n{denied}\nScope {ctl.value('Scope')}"


def run(ctl, tap):
    ctl("uninstall")
    ctl.put_tool()
    ports.only(ctl, ports.instance(0x1415, 0xC110, 0xC1101415, [(1, 0xD010, 8), (1, 0xD000, 4)]))  # the page's card
    known = manual_text.WINDOWS | manual_text.HOST | manual_text.NOWHERE
    count = 0
    for item in manual_text.items(manual_text.PAGE.read_text()):
        if isinstance(item, manual_text.Program):
            if "int main" in item.text or item.language == "vb":
                count += 1
                tap.case(f"manual: the program in {item.language}, {item.text.splitlines()[0]}", lambda item=item: run_program(ctl, item))
            continue
        if item.program not in manual_text.WINDOWS:
            assert item.program in known
            continue
        count += 1
        if item.line.startswith("sc create"):
            begin_shipping(ctl)
        if item.line == "sc stop UserPort":
            tap.case("manual: shipped so, the driver has the list of the page in force", lambda: seen_shipped(ctl))
        tap.case(f"manual: {item.line}", lambda item=item: run_command(ctl, item))
        if item.line == "userportctl uninstall":  # the reader goes on with it installed
            for words in (["install"], ["grant", "speaker"], ["start"]):
                ctl(*words)
    tap.ok("manual: it has 25 commands and programs at least", count >= 25, count)
    tap.case("manual: the service is gone at the end", lambda: None if ctl.value("Start") is None else "it is there")
