#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tests of the demonstration's tools: the trace reader, the parallel port's signals, the notes, and the verdict.

Prints TAP. Needs nothing but this tree: the traces are in the form of QEMU 7.2, put together here.
"""

import io
import math
import os
import struct
import sys
import tempfile
import traceback
import zlib

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "script", "tools"))

import demo  # noqa: E402
import demo_steps  # noqa: E402
import lpt_wave  # noqa: E402
import qemu_trace  # noqa: E402
import wav_notes  # noqa: E402

# Lines as QEMU 7.2.22 prints them. COM1 writes "@ hi", CR, LF around a reset of the printer;
# register 0 is written once as the divisor latch, which is no text. The parallel port is reported
# by two events for each access, and there is what must not count: memory above FFFF, COM1's own
# accesses, a message of QEMU's, a line that was cut off.
RECORDED = """\
1@1795360800.850000:memory_region_ops_write cpu -1 mr 0x55bab0b415e0 addr 0xfee00000 value 0x0 size 4 name 'apic-msi'
QEMU says something else
21468@1795360800.850100:serial_write write addr 0x03 val 0x80
21468@1795360800.850110:memory_region_ops_write cpu 0 mr 0x55bab0f3d6b0 addr 0x3fb value 0x80 size 1 name 'serial'
21468@1795360800.850120:serial_write write addr 0x00 val 0x41
21468@1795360800.850130:serial_write write addr 0x03 val 0x03
21468@1795360801.156571:serial_write write addr 0x00 val 0x40
21468@1795360801.156572:memory_region_ops_read cpu 0 mr 0x55bab0f3d6b0 addr 0x3fd value 0x60 size 1 name 'serial'
21468@1795360801.156615:serial_write write addr 0x00 val 0x20
21468@1795360801.156621:serial_write write addr 0x00 val 0x68
21469@1795360801.223707:parallel_ioport_read read [SW] addr 0x02 val 0xcc
21469@1795360801.223710:memory_region_ops_read cpu 1 mr 0x55bab0d754c0 addr 0x37a value 0xcc size 1 name 'parallel'
21469@1795360801.223717:memory_region_ops_write cpu 1 mr 0x55bab0d754c0 addr 0x37a value 0xc8 size 1 name 'parallel'
21469@1795360801.223719:parallel_ioport_write write [SW] addr 0x02 val 0xc8
21469@1795360801.223741:parallel_ioport_read read [SW] addr 0x02 val 0xc8
21468@1795360801.327546:parallel_ioport_write write [SW] addr 0x02 val 0xcc
21468@1795360801.328000:serial_write write addr 0x00 val 0x69
21468@1795360801.328001:serial_write write addr 0x00 val 0x0d
21468@1795360801.328002:serial_write write addr 0x00 val 0x0a
21468@1795360801.400000:memory_region_ops_write cpu 0 mr 0x55bab0c41cb0 addr 0x43 value 0xb6 size 1 name 'pit'
21468@1795360801.400002:memory_region_ops_read cpu 0 mr 0x55bab0c42c10 addr 0x61 value 0x10 size 1 name 'pcspk'
21468@1795360801.400004:serial_write write addr 0x00 val 0x6"""


class Trace:
    """Makes the text of a trace, in QEMU's form."""

    def __init__(self):
        self.lines = []
        self.micros = 1795360800000000

    def wait(self, micros):
        self.micros += micros

    def event(self, text):
        self.micros += 5
        self.lines.append("77@%d.%06d:%s\n" % (self.micros // 1000000, self.micros % 1000000, text))

    def say(self, *lines):
        for line in lines:
            for character in line + "\n":
                self.event("serial_write write addr 0x00 val 0x%02x" % ord(character))

    def lpt(self, direction, register, value):
        self.event("parallel_ioport_%s %s [SW] addr 0x%02x val 0x%02x" % (direction, direction, register, value))

    def port(self, direction, port, value, name):
        self.event(
            "memory_region_ops_%s cpu 1 mr 0x55 addr 0x%x value 0x%x size 1 name '%s'" % (direction, port, value, name)
        )

    def reset(self, milliseconds=100):
        self.lpt("read", 2, 0xCC)
        self.lpt("write", 2, 0xC8)
        self.wait(milliseconds * 1000)
        self.lpt("write", 2, 0xCC)

    def print_bytes(self, data):
        self.lpt("write", 2, 0x0C)
        for byte in data:
            self.lpt("read", 1, 0xD8)
            self.lpt("write", 0, byte)
            self.lpt("write", 2, 0x0D)
            self.lpt("write", 2, 0x0C)
            self.lpt("read", 1, 0x58)
            self.lpt("read", 1, 0x18)

    def play(self, counts):
        self.port("read", 0x61, 0x10, "pcspk")
        for count in counts:
            self.port("write", 0x43, 0xB6, "pit")
            self.port("write", 0x42, count & 0xFF, "pit")
            self.port("write", 0x42, count >> 8, "pit")
            self.port("write", 0x61, 0x03, "pcspk")
            self.wait(180000)
            self.port("write", 0x61, 0x00, "pcspk")

    def events(self):
        return list(qemu_trace.events(self.lines))


def text_lines(text):
    return io.StringIO(text, newline="\n")


def make_wav(path, notes, rate=44100, finalised=True, silence=0.05, bits=16):
    """A recording of square waves with rests between them."""
    samples = []
    for hz, seconds in notes:
        samples += [9000 if math.sin(2 * math.pi * hz * n / rate) >= 0 else -9000 for n in range(int(seconds * rate))]
        samples += [0] * int(silence * rate)
    if bits == 16:
        data = b"".join(struct.pack("<hh", sample, 0) for sample in samples)
        layout = struct.pack("<HHIIHH", 1, 2, rate, rate * 4, 4, 16)
    else:
        data = bytes(sample // 256 + 128 for sample in samples)
        layout = struct.pack("<HHIIHH", 1, 1, rate, rate, 1, 8)
    sizes = (36 + len(data), len(data)) if finalised else (0, 0)
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", sizes[0]) + b"WAVEfmt " + struct.pack("<I", 16) + layout)
        file.write(b"data" + struct.pack("<I", sizes[1]) + data)


# ---- qemu_trace.py ----


def test_recorded_accesses():
    events = list(qemu_trace.events(text_lines(RECORDED)))
    accesses = [event for event in events if not isinstance(event, qemu_trace.Line)]
    ports = [str(access) for access in accesses]
    assert ports == ["IN 37A = CC", "OUT 37A = C8", "IN 37A = C8", "OUT 37A = CC", "OUT 43 = B6", "IN 61 = 10"], ports
    assert [access.device for access in accesses[3:]] == ["parallel", "pit", "pcspk"]


def test_console_in_order():
    events = list(qemu_trace.events(text_lines(RECORDED)))
    lines = [(index, event.text) for index, event in enumerate(events) if isinstance(event, qemu_trace.Line)]
    assert lines == [(4, "@ hi")], lines


def test_times():
    first = next(qemu_trace.events(text_lines(RECORDED)))
    assert abs(first.time - 0.373707) < 1e-9, first


def test_cut_off_line():
    whole = "7@1.000000:parallel_ioport_write write [SW] addr 0x00 val 0x41\n"
    assert len(list(qemu_trace.events(text_lines(whole + whole[:-1])))) == 1
    assert not list(qemu_trace.events(text_lines("")))


def test_unfinished_console_line():
    trace = Trace()
    trace.say("@ step load", "@ ru")
    assert [line.text for line in qemu_trace.events(trace.lines[:-1])] == ["@ step load", "@ ru"]


# ---- lpt_wave.py ----


def test_init_pulse():
    pulses = lpt_wave.init_pulses(list(qemu_trace.events(text_lines(RECORDED))))
    assert len(pulses) == 1 and abs(pulses[0][1] - 0.103827) < 1e-9, pulses


def test_init_left_low():
    trace = Trace()
    trace.reset()
    trace.lpt("write", 2, 0x08)
    trace.lpt("write", 2, 0x09)
    pulses = lpt_wave.init_pulses(trace.events())
    assert len(pulses) == 2 and pulses[1][1] is None, pulses


def test_strobed_bytes():
    trace = Trace()
    trace.print_bytes(b"Hi\r\n")
    trace.lpt("write", 0, 0x5A)  # data without a strobe
    trace.lpt("write", 2, 0x0D)
    trace.lpt("write", 2, 0x0D)  # a strobe that stays is one strobe
    trace.lpt("write", 2, 0x0C)
    trace.lpt("write", 2, 0x05)  # not selected
    trace.lpt("write", 2, 0x08)
    trace.lpt("write", 2, 0x09)  # reset
    assert lpt_wave.strobed_bytes(trace.events()) == b"Hi\r\nZ"


def test_levels():
    trace = Trace()
    trace.lpt("write", 2, 0x0D)
    trace.lpt("read", 1, 0x58)
    trace.lpt("write", 0, 0x81)
    events = trace.events()
    now = {signal.name: lpt_wave.levels(events, signal)[-1][1] for signal in lpt_wave.SIGNALS}
    low = sorted(name for name, level in now.items() if level == 0)
    assert low == ["D1", "D2", "D3", "D4", "D5", "D6", "nSELECTIN", "nSTROBE"], low
    assert now["BUSY"] == 1 and now["nACK"] == 1 and now["nAUTOFD"] == 1


def test_durations():
    texts = [lpt_wave.duration_text(seconds) for seconds in (3e-6, 48.4e-6, 0.00291, 0.0168, 0.1, 1.5)]
    assert texts == ["3 µs", "48 µs", "2.91 ms", "16.8 ms", "100 ms", "1.50 s"], texts


def recording(trace):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "lpt.csv")
        qemu_trace.write_recording(trace.events(), path, "one and two", [0x378])
        with open(path, encoding="utf-8") as file:
            return file.read()


def test_recording():
    """tests/unit/test_trace.py has what userportctl makes of a recording."""
    trace = Trace()
    trace.say("no access to a port")
    trace.lpt("read", 2, 0xCC)
    trace.wait(95)
    trace.port("write", 0x43, 0x6, "pit")
    assert recording(trace) == (
        "time_ns,process,thread,address,module,offset,port,width,direction,value,result\n"
        "# program: one and two\n# printers: 378\n"
        "0,0,0,,,,37A,8,read,CC,granted\n100000,0,0,,,,43,8,write,06,granted\n# end: 100000\n"
    ), recording(trace)
    assert recording(Trace()).endswith("# printers: 378\n# end: 0\n")


# ---- wav_notes.py ----


def heard(*arguments, **options):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tune.wav")
        make_wav(path, *arguments, **options)
        return wav_notes.read_notes(path)


TUNE = [(523, 0.18), (659, 0.18), (784, 0.1), (1047, 0.3)]


def same_tune(notes):
    assert len(notes) == len(TUNE), notes
    for note, (hz, seconds) in zip(notes, TUNE):
        assert abs(note.hz - hz) < 0.01 * hz and abs(note.duration - seconds) < 0.01, (note, hz, seconds)


def test_notes():
    same_tune(heard(TUNE))
    assert abs(heard(TUNE)[1].start - 0.23) < 0.01


def test_notes_without_rests():
    same_tune(heard(TUNE, silence=0))


def test_notes_of_8_bits():
    same_tune(heard(TUNE, bits=8, rate=32000))


def test_header_never_finalised():
    same_tune(heard(TUNE, finalised=False))


def test_repeated_note():
    notes = heard([(440, 0.1), (440, 0.1)])
    assert len(notes) == 2, notes


def test_no_notes():
    assert not heard([])
    assert not heard([(440, 0.005)])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tune.wav")
        for content in (b"", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0"):
            with open(path, "wb") as file:
                file.write(content)
            try:
                wav_notes.read_notes(path)
            except ValueError:
                continue
            raise AssertionError("%r was taken for a recording" % content)


# ---- demo.py ----

DRIVER = b"MZ driver"
COUNTS = [2281, 1810, 1521, 1139]
REFUSED = "@ out resetlpt: port 37A is not granted (exception C0000096). Add it to UserPort's list, or start the driver."


def story(**change):
    """A whole demonstration as a trace, with parts of it changed."""
    trace = Trace()
    trace.lpt("write", 0, 0xAA)  # the firmware looks for a port before the first step
    trace.say("# machine", "@ step load", "@ registry speaker, lpt1")
    trace.say(change.get("driver", "@ driver userport.sys %d %08X" % (len(DRIVER), zlib.crc32(DRIVER))))
    trace.say(change.get("start", "@ start 00000000"))
    trace.say("@ step reset", "@ run resetlpt.exe")
    trace.reset(change.get("milliseconds", 100))
    trace.say("@ out resetlpt: done", "@ exit 00000000")
    trace.say("@ step print", '@ run printlpt.exe "Hi there," you')
    trace.print_bytes(change.get("strobed", b"Hi there, you\r\n"))
    trace.say("@ exit 00000000", "@ step tune", "@ run speaker.exe")
    trace.play(COUNTS)
    trace.port("write", 0x61, change.get("port_61", 0), "pcspk")
    trace.port("write", 0x43, 0x00, "pit")  # the kernel looks at timer 0
    trace.say("@ exit 00000000", "@ step denied", "@ run probe.exe 60 2F8-2FF")
    for direction, port, value, name in change.get("breach", []):
        trace.port(direction, port, value, name)
    trace.say("@ out 60  denied (exception C0000096)", "@ out 2F8-2FF  denied (exception C0000096)", "@ exit 00000001")
    trace.say("@ step stop", change.get("stopped", "@ stopped 00000000 left 0 0 0"))
    if change.get("last_step", True):
        trace.say("@ step reset-after-stop", "@ run resetlpt.exe", REFUSED, change.get("exit", "@ exit C0000096"))
        trace.say("@ end")
    return trace


def verdict(status=33, printed=b"Hi there, you\r\n", notes=None, console=None, **change):
    """The problems that demo.py finds in a story."""
    out = io.StringIO()
    report = demo.Report(out)
    if notes is None:
        notes = [wav_notes.Note(demo_steps.PIT_HZ / count, 0.2 * index, 0.18) for index, count in enumerate(COUNTS)]
    with tempfile.TemporaryDirectory() as folder:
        driver = os.path.join(folder, "userport.sys")
        with open(driver, "wb") as file:
            file.write(DRIVER)
        trace = story(**change)
        if console is None:
            console = [event.text for event in trace.events() if isinstance(event, qemu_trace.Line)]
        demo.judge(report, trace.events(), demo.Evidence(driver, printed, notes, "", console, status))
    assert len(report.problems) == out.getvalue().count("FAILED"), out.getvalue()
    return report.problems, out.getvalue()


def one_problem(word, **change):
    problems, text = verdict(**change)
    assert len(problems) == 1 and problems[0].startswith(word), (word, problems, text)


def test_good_story():
    problems, text = verdict()
    assert not problems, text
    assert '15 bytes: "Hi there, you" CR LF' in text and "low once" in text and "60" in text, text


def test_breaches():
    one_problem("denied: hardware", breach=[("read", 0x60, 0x1C, "i8042-data")])
    one_problem("denied: hardware", breach=[("write", 0x37B, 0, "io")])
    one_problem("denied: hardware", breach=[("write", 0x42, 0, "pit")])
    kernel = [("read", 0x3FD, 0x60, "serial"), ("write", 0x43, 0, "pit"), ("write", 0x20, 0x20, "pic")]
    assert not verdict(breach=kernel)[0]


def test_wrong_driver():
    one_problem("load: driver", driver="@ driver userport.sys 9 00000000")
    one_problem("load: driver", driver="# no word of it")
    one_problem("load: start", start="@ start C0000001")


def test_wrong_print():
    one_problem("print: printed", printed=b"Hi there, you\r")
    one_problem("print: strobed", strobed=b"Hi there, you!\r\n")


def test_wrong_reset():
    one_problem("reset: INIT line", milliseconds=1)


def test_wrong_tune():
    one_problem("tune: heard", notes=[])
    one_problem("tune: heard", notes=[wav_notes.Note(440, 0, 0.2)] * 4)
    one_problem("tune: port 61", port_61=1)


def test_wrong_stop():
    one_problem("stop: left over", stopped="@ stopped 00000000 left 64 0 0")
    one_problem("stop: stop", stopped="@ stopped C0000001 left 0 0 0")
    one_problem("reset-after-stop: end", exit="@ exit 00000000")


def test_wrong_end():
    one_problem("machine", status=35)
    one_problem("console", console=["@ step load"])
    problems, _ = verdict(status=0, last_step=False)
    assert [problem.split(":")[0] for problem in problems] == ["reset-after-stop", "steps", "machine"], problems


def test_command_lines():
    assert demo_steps.split_command('a.exe "b c"  d"e f" \\"g "" h') == ["a.exe", "b c", "de f", '"g', "", "h"]
    assert demo_steps.asked_to_print('printlpt.exe "one two" three') == b"one two three\r\n"
    with open(os.path.join(ROOT, "examples", "c", "printlpt.c"), encoding="utf-8") as file:
        assert '"%s"' % demo_steps.PRINTLPT_DEFAULT in file.read()
    assert demo_steps.asked_to_print("printlpt.exe") == demo_steps.PRINTLPT_DEFAULT.encode() + b"\r\n"


def test_probe_lines():
    run = demo_steps.Run("probe.exe")
    run.output = ["378  granted, reads FF", "379-37F  denied (exception C0000096)", "something else"]
    assert demo_steps.probe_results(run) == [(0x378, 0x378, True), (0x379, 0x37F, False)]
    assert demo.show_ports({0x378, 0x379, 0x37A, 0x61}) == "61, 378-37A"


TESTS = [
    ("the accesses of a recorded trace", test_recorded_accesses),
    ("console lines stand where they belong among the accesses", test_console_in_order),
    ("times count from the first line", test_times),
    ("a line that was cut off is not read", test_cut_off_line),
    ("a console line that was not finished", test_unfinished_console_line),
    ("the INIT pulse of a recorded trace", test_init_pulse),
    ("INIT that stays low", test_init_left_low),
    ("what a printer takes, and what not", test_strobed_bytes),
    ("which lines are inverted", test_levels),
    ("durations as text", test_durations),
    ("the accesses as a recording for userportctl", test_recording),
    ("notes with rests", test_notes),
    ("notes without rests", test_notes_without_rests),
    ("notes in 8 bits, one channel", test_notes_of_8_bits),
    ("notes under a header that was never finalised", test_header_never_finalised),
    ("the same note twice", test_repeated_note),
    ("no notes, and no recording", test_no_notes),
    ("a good demonstration passes", test_good_story),
    ("an access without a grant is found, the kernel's own are not", test_breaches),
    ("another driver's file, or one that did not start", test_wrong_driver),
    ("a wrong byte on the wire, or in the printer's file", test_wrong_print),
    ("a reset that is too short", test_wrong_reset),
    ("a wrong tune, no tune, port 61 changed", test_wrong_tune),
    ("a driver that leaves something, a port that works after the stop", test_wrong_stop),
    ("a machine that fails, or ends early", test_wrong_end),
    ("command lines as Windows splits them", test_command_lines),
    ("what probe prints", test_probe_lines),
]


def main():
    print("1..%d" % len(TESTS))
    failures = 0
    for number, (name, test) in enumerate(TESTS, 1):
        try:
            test()
            print("ok %d - %s" % (number, name))
        except Exception:  # pylint: disable=broad-except
            failures += 1
            print("not ok %d - %s" % (number, name))
            for line in traceback.format_exc().splitlines():
                print("# " + line)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
