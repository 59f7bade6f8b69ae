#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The demonstration: demo.py --build BUILDDIR boots the test machine, watches its hardware and tells what happened.

Two witnesses are put side by side: the machine's console (what the driver and the programs say) and QEMU's trace (which
port accesses reached a device), with the file behind the printer port and the recording of the speaker. Exit status 0
if everything that must be true was observed, 1 if not. Writes BUILDDIR/demo/, with the picture lpt1.svg.
"""

import argparse
import os
import subprocess
import sys
import zlib
from typing import NamedTuple

import lpt_wave
import qemu_trace
import wav_notes
from demo_steps import SPEAKER_PORTS, asked_to_print, collect, hexadecimal, joined, probe_results, programmed_tones

QEMU = "qemu-system-i386"
KERNEL = "machine/machine.bin"
DRIVER = "i386/userport.sys"
USERPORTCTL = "host/userportctl"  # of this host: it draws the picture
PROGRAMS = ["resetlpt", "printlpt", "speaker", "probe"]
INITRD = [DRIVER, "machine/kernel32.dll", "machine/msvcrt.dll", "machine/puppet.exe"] + [
    "examples/i386/%s.exe" % program for program in PROGRAMS
]
APPEND = "suite=demo reading=one"
QEMU_SUCCESS = 33  # isa-debug-exit returns value << 1 | 1, and the machine writes 10h
TIME_OUT = 60  # seconds
DENIED = 0xC0000096  # STATUS_PRIVILEGED_INSTRUCTION

LPT1_PORTS = {0x378, 0x379, 0x37A}

TITLES = {
    "load": "the driver starts with a grant list",
    "reset": "resetlpt.exe resets the printer, the manual's own example",
    "print": "printlpt.exe prints a line, byte by byte",
    "tune": "speaker.exe plays a tune",
    "denied": "ports that are not in the list stay closed",
    "stop": "the driver is stopped",
    "reset-after-stop": "resetlpt.exe again, without the driver",
}


# ---- The report ----


class Report:
    """Prints the narrative and remembers what was wrong."""

    def __init__(self, out, colour=False):
        self.out = out
        self.colour = colour
        self.step = ""
        self.observed = 0
        self.problems = []

    def paint(self, code, text):
        """The text in a colour, when somebody looks at it on a terminal."""
        return "\x1b[%sm%s\x1b[0m" % (code, text) if self.colour else text

    def heading(self, text):
        """Starts a step."""
        print("\n" + self.paint("1", text), file=self.out)

    def tell(self, name, text):
        """A line that is neither right nor wrong."""
        print(("        %-10s  %s" % (name, text)).rstrip(), file=self.out)

    def must(self, right, name, text):
        """A line about something that must be so; returns whether it was."""
        self.observed += 1
        if right:
            mark = self.paint("32", "  ok  ")
        else:
            mark = self.paint("31", "FAILED")
            self.problems.append("%s: %s: %s" % (self.step, name, text) if self.step else "%s: %s" % (name, text))
        print("%s  %-10s  %s" % (mark, name, text), file=self.out)
        return right


def show_bytes(data):
    """Bytes for people: text in quotes, CR and LF by name, other bytes in hexadecimal."""
    parts = []
    text = ""
    for value in data:
        if 0x20 <= value < 0x7F:
            text += chr(value)
            continue
        if text:
            parts.append('"%s"' % text)
            text = ""
        parts.append({0x0D: "CR", 0x0A: "LF"}.get(value, "%02X" % value))
    if text:
        parts.append('"%s"' % text)
    return " ".join(parts) or "nothing"


def show_ports(ports):
    """A set of ports as a list of ranges."""
    runs = []
    for port in sorted(ports):
        if runs and port == runs[-1][1] + 1:
            runs[-1][1] = port
        else:
            runs.append([port, port])
    return ", ".join("%X" % first if first == last else "%X-%X" % (first, last) for first, last in runs)


def _exit_text(code):
    if code is None:
        return "no exit code"
    return "exit code %08X" % code + (" (the exception for a port that is not granted)" if code == DENIED else "")


def _tell_runs(report, step):
    for run in step.runs:
        report.tell("run", run.command)
        for line in run.output:
            report.tell("", "| " + line)


def _one_run(report, step, want):
    """For a step that runs one program: it must be there and end with this code. Returns it, or None."""
    _tell_runs(report, step)
    if len(step.runs) != 1:
        report.must(False, "run", "%d programs instead of one" % len(step.runs))
        return None
    report.must(step.runs[0].exit == want, "end", _exit_text(step.runs[0].exit))
    return step.runs[0]


def _only_ports(report, accesses, allowed):
    """The hardware saw accesses, and to these ports alone."""
    others = {access.port for access in accesses} - allowed
    where = "also to %s" % show_ports(others) if others else "all to %s" % show_ports(allowed)
    report.must(accesses and not others, "hardware", "%d port accesses, %s" % (len(accesses), where))


def _nothing(report, step):
    """The hardware saw no access to the ports that this demonstration is about."""
    accesses = step.watched()
    if accesses:
        text = "; ".join(str(access) for access in accesses[:6])
        report.must(False, "hardware", "%d port accesses: %s" % (len(accesses), text))
    else:
        report.must(True, "hardware", "no access to %s" % ("these ports" if step.runs else "a printer or speaker port"))


def judge_load(report, step, evidence):
    report.tell("grant list", step.said.get("registry", "not told"))
    told = step.said.get("driver", "").split()
    with open(evidence.driver, "rb") as file:
        content = file.read()
    want = ["%d" % len(content), "%08X" % zlib.crc32(content)]
    if len(told) == 3 and told[1:] == want:
        report.must(True, "driver", "%s, %s bytes, CRC-32 %s: the file of this build" % tuple(told))
    else:
        report.must(False, "driver", "%s; the file has %s bytes, CRC-32 %s" % (" ".join(told) or "not told", *want))
    start = step.said.get("start", "")
    report.must(hexadecimal(start) == 0, "start", "status %s" % (start or "not told"))
    _nothing(report, step)


def judge_reset(report, step, evidence):
    _one_run(report, step, 0)
    accesses = step.watched()
    _only_ports(report, accesses, LPT1_PORTS)
    report.tell("", "; ".join(str(access) for access in accesses[:12]))
    pulses = lpt_wave.init_pulses(accesses)
    if len(pulses) != 1 or pulses[0][1] is None:
        text = "low %d times%s" % (len(pulses), ", and still low" if pulses and pulses[-1][1] is None else "")
        report.must(False, "INIT line", text)
        return
    # Sleep(100) may end a clock tick early, and the host may be late with a tick; a printer needs
    # 50 us.
    start, duration = pulses[0]
    text = "low once, from %.6f s to %.6f s: %s" % (start, start + duration, lpt_wave.duration_text(duration))
    report.must(duration >= 0.05, "INIT line", text)


def judge_print(report, step, evidence):
    run = _one_run(report, step, 0)
    accesses = step.watched()
    _only_ports(report, accesses, LPT1_PORTS)
    want = asked_to_print(run.command) if run else b""
    taken = lpt_wave.strobed_bytes(accesses)
    report.tell("asked for", show_bytes(want))
    report.must(taken == want, "strobed", "%d bytes: %s" % (len(taken), show_bytes(taken)))
    same = "the same, byte for byte" if evidence.printed == taken else show_bytes(evidence.printed)
    text = "%d bytes in the printer's file: %s" % (len(evidence.printed), same)
    report.must(evidence.printed == want, "printed", text)


def _columns(form, numbers):
    return "  ".join("%-7s" % (form % number) for number in numbers).rstrip()


def judge_tune(report, step, evidence):
    _one_run(report, step, 0)
    accesses = step.watched()
    _only_ports(report, accesses, SPEAKER_PORTS)
    tones = joined(programmed_tones(accesses))
    heard = joined(evidence.notes)
    report.tell("timer set", _columns("%.0f Hz", [tone.hz for tone in tones]) or "nothing")
    same = len(tones) == len(heard) and all(abs(n.hz - t.hz) <= 0.015 * t.hz for n, t in zip(heard, tones))
    text = _columns("%.0f Hz", [note.hz for note in heard])
    report.must(len(tones) >= 4 and same, "heard", text or evidence.silence or "nothing")
    report.tell("for", _columns("%.2f s", [note.duration for note in heard]))
    found = next((access.value for access in accesses if access.port == 0x61 and not access.write), None)
    left = next((access.value for access in reversed(accesses) if access.port == 0x61 and access.write), None)
    if found is None or left is None:
        report.must(False, "port 61", "not read before it was written" if left is not None else "not written")
    else:
        # Bits 4 to 7 are the hardware's and can only be read.
        report.must(found & 15 == left & 15, "port 61", "bits 0-3 found as %X, left as %X" % (found & 15, left & 15))


def judge_denied(report, step, evidence):
    if not step.runs:
        report.must(False, "run", "no program")
    _tell_runs(report, step)
    granted = set()
    for run in step.runs:
        results = probe_results(run)
        for first, last, open_now in results:
            if open_now:
                granted.update(range(first, last + 1))
        if results:  # probe catches the exception, prints it and ends with 1
            caught = sum("exception C0000096" in line for line in run.output)
            report.must(run.exit == 1 and caught, "end", "%s, %d lines name C0000096" % (_exit_text(run.exit), caught))
        else:
            report.must(run.exit == DENIED, "end", _exit_text(run.exit))
    accesses = step.watched()
    if granted:
        _only_ports(report, accesses, granted)
    else:
        _nothing(report, step)


def judge_stop(report, step, evidence):
    fields = step.said.get("stopped", "").split()
    right = len(fields) == 5 and fields[1] == "left"
    report.must(right and hexadecimal(fields[0]) == 0, "stop", "status %s" % (fields[0] if fields else "not told"))
    if right:
        clean = all(hexadecimal(field) == 0 for field in fields[2:])
        report.must(clean, "left over", "%s bytes of memory, %s handles, %s names" % tuple(fields[2:]))
    _nothing(report, step)


def judge_reset_after_stop(report, step, evidence):
    _one_run(report, step, DENIED)
    _nothing(report, step)


JUDGES = {
    "load": judge_load,
    "reset": judge_reset,
    "print": judge_print,
    "tune": judge_tune,
    "denied": judge_denied,
    "stop": judge_stop,
    "reset-after-stop": judge_reset_after_stop,
}


class Evidence(NamedTuple):
    """What was seen besides the trace."""

    driver: str  # the path of the driver's file
    printed: bytes  # what came out of the printer port
    notes: list  # what was heard
    silence: str  # why nothing was heard, if so
    console: list  # the lines of COM1 as QEMU wrote them to a file; None: not compared
    status: int  # QEMU's exit status


def judge(report, events, evidence):
    """Tells the whole story. The problems are in the report."""
    events = list(events)
    steps, ended = collect(events)
    by_name = {step.name: step for step in steps}
    for number, (name, judge_step) in enumerate(JUDGES.items(), 1):
        report.heading("%d. %s: %s" % (number, name, TITLES[name]))
        report.step = name
        if name in by_name:
            judge_step(report, by_name[name], evidence)
        else:
            report.must(False, "step", "the machine did not come so far")
    report.step = ""
    report.heading("The end")
    names = [step.name for step in steps]
    report.must(names == list(JUDGES), "steps", "%d, %s" % (len(names), "in order" if names == list(JUDGES) else names))
    if evidence.console is not None:
        lines = [event.text for event in events if isinstance(event, qemu_trace.Line)]
        same = lines == evidence.console
        text = "%d lines, %s in the trace" % (len(evidence.console), "all" if same else "NOT the same")
        report.must(same, "console", text)
    report.must(ended and evidence.status == QEMU_SUCCESS, "machine", _machine_text(ended, evidence.status))
    return steps


def _machine_text(ended, status):
    text = "ended by itself" if ended else "did not come to its end"
    return text + (", says success" if status == QEMU_SUCCESS else ", QEMU's exit status is %s" % status)


# ---- Running it ----


def command_line(build, folder):
    """The whole QEMU command."""
    return [
        QEMU, "-accel", "tcg", "-machine", "pc,pcspk-audiodev=snd",
        "-audiodev", "wav,id=snd,path=%s/tune.wav" % folder,
        "-smp", "2", "-m", "128", "-display", "none", "-no-reboot", "-nodefaults",
        "-serial", "file:%s/console.txt" % folder,
        "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
        "-chardev", "file,id=lpt,path=%s/printed.bin" % folder,
        "-device", "isa-parallel,iobase=0x378,chardev=lpt",
        "-kernel", os.path.join(build, KERNEL),
        "-initrd", ",".join(os.path.join(build, name) for name in INITRD),
        "-append", APPEND,
        *qemu_trace.EVENT_OPTIONS,
        "-D", "%s/trace.log" % folder,
    ]


def read_console(path):
    """The console's lines, as QEMU wrote them."""
    try:
        with open(path, encoding="ascii", errors="replace", newline="\n") as file:
            return [line.rstrip("\r\n") for line in file]
    except FileNotFoundError:
        return []


def run_machine(build, folder, seconds):
    """Boots it and waits for its end. Returns QEMU's exit status, or None after a time-out, and what QEMU said."""
    with open(os.path.join(folder, "qemu.txt"), "w+", encoding="utf-8", errors="replace") as said:
        with subprocess.Popen(command_line(build, folder), stdin=subprocess.DEVNULL, stdout=said, stderr=said) as qemu:
            try:
                status = qemu.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                qemu.kill()
                status = None
            except BaseException:
                qemu.kill()
                raise
        said.seek(0)
        return status, said.read().strip()


def failed(text, lines=()):
    """Ends the program with the reason, after some lines that may tell more."""
    for line in lines:
        print("    " + line)
    print("FAILED: " + text)
    sys.stdout.flush()
    sys.exit(1)


def draw_picture(report, build, folder, accesses):
    """What the printer port saw, as a recording, and as the picture that userportctl makes of it."""
    recording, picture = os.path.join(folder, "lpt1.csv"), os.path.join(folder, "lpt1.svg")
    qemu_trace.write_recording(accesses, recording, "resetlpt.exe and printlpt.exe", [min(LPT1_PORTS)])
    words = [os.path.join(build, USERPORTCTL), "trace", "--convert", picture, recording]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0 or not accesses:
        report.must(False, "picture", done.stdout.strip() or "no access to the parallel port: there is nothing to draw")
    else:
        report.tell("picture", picture)


def main():
    """The command."""
    parser = argparse.ArgumentParser(description="Boots the test machine and tells what its hardware saw.")
    parser.add_argument("--build", default="build", metavar="DIR", help="where everything was built (default: build)")
    parser.add_argument("--seconds", type=float, default=TIME_OUT, metavar="N", help="time-out (default: %(default)s)")
    arguments = parser.parse_args()
    build = arguments.build
    folder = os.path.join(build, "demo")
    missing = [name for name in [KERNEL, USERPORTCTL] + INITRD if not os.path.isfile(os.path.join(build, name))]
    if missing:
        failed("%s is not there: build it first (make all)" % os.path.join(build, missing[0]))
    os.makedirs(folder, exist_ok=True)
    for name in ("console.txt", "printed.bin", "tune.wav", "trace.log", "lpt1.csv", "lpt1.svg", "qemu.txt"):
        if os.path.exists(os.path.join(folder, name)):
            os.remove(os.path.join(folder, name))

    report = Report(sys.stdout, sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    print(
        report.paint("1", "UserPort's demonstration") + "\n"
        "A PC with two processors, emulated by QEMU, runs userport.sys and the example programs in ring 3.\n"
        "What the programs said is from the machine's console, what the hardware saw from QEMU's trace of its devices."
    )
    sys.stdout.flush()
    try:
        status, said = run_machine(build, folder, arguments.seconds)
    except FileNotFoundError:
        failed("%s is not installed" % QEMU)
    console = read_console(os.path.join(folder, "console.txt"))
    if status is None:
        tail = console[-15:] or ["(nothing)"]
        failed("the machine did not end within %g s" % arguments.seconds, ["The console's last lines:"] + tail)
    if status == 1 and not console:
        failed("%s did not start: %s" % (QEMU, said or "no reason given"))

    notes, silence = [], ""
    try:
        notes = wav_notes.read_notes(os.path.join(folder, "tune.wav"))
    except (OSError, ValueError) as error:
        silence = str(error)
    try:
        with open(os.path.join(folder, "printed.bin"), "rb") as file:
            printed = file.read()
    except FileNotFoundError:
        printed = b""
    with open(os.path.join(folder, "trace.log"), encoding="ascii", errors="replace", newline="\n") as log:
        evidence = Evidence(os.path.join(build, DRIVER), printed, notes, silence, console, status)
        steps = judge(report, qemu_trace.events(log), evidence)

    seen = [event for step in steps if step.name in ("reset", "print") for event in step.events]
    draw_picture(report, build, folder, lpt_wave.port_accesses(seen))
    print()
    if report.problems:
        if said:
            print("QEMU said: " + said)
        print("The console and the trace are in %s." % folder)
        for problem in report.problems:
            print(report.paint("31", "FAILED") + ": " + problem)
        sys.exit(1)
    total = sum(len(step.watched()) for step in steps)
    print(
        "%s: all %d observations are as they must be. %d accesses reached the hardware, none of them without a grant."
        % (report.paint("32", "Passed"), report.observed, total)
    )


if __name__ == "__main__":
    main()
