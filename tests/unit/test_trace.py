#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""userportctl trace of this host, as it is built, with recordings made up here: its text, its errors, its JSON, parts of a recording;
and what others read of the files that it writes: sigrok's decoder of parallel ports, GTKWave's vcd2fst, an XML reader, librsvg."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import xml.dom.minidom

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD", ROOT / "build"))
PROGRAM = BUILD / "host/userportctl"
HEADINGS = "time_ns,process,thread,address,module,offset,port,width,direction,value,result\n"
TEXT = b"Hello, port 378!\r\n"


class Recording:
    """The text of a .csv recording."""

    def __init__(self, program="printlpt.exe", printers=(0x378,)):
        self.time = 0
        self.rows = [HEADINGS, f"# program: {program}\n", "# begun: 2026-11-29 21:05:03 UTC\n"]
        if printers:
            self.rows.append("# printers: " + " ".join(f"{base:X}" for base in printers) + "\n")

    def access(self, direction, port, value, result="granted", wait=1000, width=8):
        self.time += wait
        self.rows.append(f"{self.time},7,8,401234,printlpt.exe,1234,{port:X},{width},{direction},{value:0{width // 4}X},{result}\n")

    def lost(self, count):
        self.rows.append(f"{self.time},,,,,,,,,,{count} lost\n")

    def reset(self):
        self.access("read", 0x37A, 0xCC)
        self.access("write", 0x37A, 0xC8)
        self.access("write", 0x37A, 0xCC, wait=100_000_000)

    def print_bytes(self, data, base=0x378):
        self.access("write", base + 2, 0x0C)
        for byte in data:
            self.access("read", base + 1, 0x58)
            self.access("read", base + 1, 0xD8)
            self.access("write", base, byte)
            self.access("write", base + 2, 0x0D)
            self.access("write", base + 2, 0x0C)

    def save(self, path, is_whole=True):
        path.write_text("".join(self.rows) + (f"# end: {self.time + 5000}\n" if is_whole else ""))
        return path


def trace(*words, **more):
    done = subprocess.run([PROGRAM, "trace", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60, check=False, **more)
    return done.returncode, done.stdout, done.stderr


def run(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60, check=False)


def printing(folder):
    """A reset, a printing, and what is special."""
    recording = Recording()
    recording.reset()
    recording.print_bytes(TEXT)
    recording.access("write", 0x378, 0x55, "denied")
    recording.lost(17)
    return recording.save(folder / "printing.csv")


# ---- text and JSON ----


def text(folder):
    code, out, err = trace(printing(folder))
    if code != 0 or err:
        yield f"{code} {err!r}"
    for line in ("Recording of printlpt.exe, begun 2026-11-29 21:05:03 UTC", "process 7, thread 8:",
                 "  0.000001    37A    lpt1     read CC                               printlpt.exe+1234",
                 "                379    lpt1     read 2 times until bit 7 was 1",
                 "                378    lpt1     write 48 65 6C 6C 6F 2C 20 70 ...",
                 "  0.100094    378    lpt1     write 55, DENIED: 378 is not granted",
                 "  0.100094    17 accesses were LOST here: there were more than could be recorded",
                 "37 reads and 57 writes, and 1 access that was denied, in 100 ms. 17 more were lost."):
        if line not in out.splitlines():
            yield f"no line {line!r} in {out}"


def raw(folder):
    code, out, _ = trace("--raw", printing(folder))
    lines = out.splitlines()
    if code != 0 or len(lines) != 96 or lines[0] != "0.000001000  7/8  37A    lpt1     read  CC        printlpt.exe+1234":
        yield f"{code} {len(lines)} {lines[:1]}"
    if lines[-1] != "0.100094000  17 accesses were lost here":
        yield lines[-1]


def as_json(folder):
    code, out, _ = trace("--json", printing(folder))
    answer = json.loads(out)
    wanted = {"program": "printlpt.exe", "begun": "2026-11-29 21:05:03 UTC", "end_ns": 100099000, "is_cut": False, "printers": [0x378], "reads": 37,
              "writes": 57, "denied": 1, "lost": 17}
    if code != 0 or out.count("\n") != 1 or {name: answer[name] for name in wanted} != wanted:
        yield out
    port = answer["ports"][0]
    if [one["port"] for one in answer["ports"]] != [0x378, 0x379, 0x37A] or (port["writes"], port["denied"], port["last_written"], port["last_read"]) != \
            (18, 1, 10, None) or port["name"] != "lpt1" or answer["ports"][1]["values"] != 2:
        yield str(port)
    code, out, _ = trace("--json", "--raw", printing(folder))
    lines = [json.loads(line) for line in out.splitlines()]
    if code != 0 or len(lines) != 96 or lines[-1] != {"time_ns": 100094000, "lost": 17}:
        yield out[-200:]
    if lines[-2] != {"time_ns": 100094000, "process": 7, "thread": 8, "address": 0x401234, "module": "printlpt.exe", "offset": 0x1234, "port": 0x378,
                     "width": 8, "direction": "write", "value": 0x55, "denied": True, "wait": False, "simulated": False}:
        yield str(lines[-2])


def parts(folder):
    path = printing(folder)
    for words, count in ((["--ports", "378"], 20), (["--ports", "lpt1"], 96), (["--ports", "speaker"], 1), (["--to", "2us"], 2), (["--to", "0.000002"], 2),
                         (["--from", "0.1s"], 94), (["--from", "100001us", "--to", "100.003ms"], 2), (["--from", "100003001ns", "--ports", "37A"], 37),
                         (["--from", "1000"], 0), (["--from", "0.0000020000001", "--to", "0.000002s"], 1)):
        code, out, err = trace("--raw", *words, path)
        if code != 0 or err or out.count("\n") != count:
            yield f"{words}: {code}, {out.count(chr(10))} lines, {err!r}"
    code, out, _ = trace("--json", "--to", "2us", path)
    if json.loads(out)["end_ns"] != 2000:
        yield out


def wrong_lines(folder):
    path = printing(folder)
    before = path.read_bytes()
    (folder / "same.csv").unlink(missing_ok=True)
    os.link(path, folder / "same.csv")
    for words, said, status in (
        ([folder / "none.csv"], "none.csv: not found (2)", 1),
        ([folder], "its ending is that of no recording", 1),
        ([folder / "one.svg"], "a picture has not all of the accesses", 1),
        (["--convert", folder / "one.txt", path], "one.txt does not end with .vcd, .csv or .svg", 2),
        (["--convert", "/nonesuch/one.vcd", path], "cannot write /nonesuch/one.vcd: not found (2)", 1),
        (["--convert", path, path], "is the recording itself", 2),
        (["--convert", folder / "same.csv", path], "is the recording itself", 2),
        (["--convert", folder / "one.vcd", "--raw", path], "--raw is for text", 2),
        (["--from", "x", path], '--from: "x" is not a time', 2),
        (["--from", "1.", path], '"1." is not a time', 2),
        (["--from", ".5", path], '".5" is not a time', 2),
        (["--from", "1.2.3", path], '"1.2.3" is not a time', 2),
        (["--to", "5h", path], '"5h" is not a time', 2),
        (["--to", "99999999999999999999", path], "is not a time", 2),
        (["--to", "9300000000000000000", path], "is not a time", 2),
        (["--to", "", path], '"" is not a time', 2),
        (["--from", "2", "--to", "1", path], "--to is before --from", 2),
        (["--ports", "37Q", path], '--ports: "37Q" at column 1', 2),
        (["--ports", ",", path], "--ports: ", 2),
        (["--ports", " ", path], "--ports: the list is empty", 2),
    ):
        code, out, err = trace(*words)
        if code != status or out or said not in err or len(err.splitlines()) != 2:
            yield f"{words}: {code} {out!r} {err!r}"
        code, out, _ = trace("--json", *words)
        if code != status or said not in json.loads(out)["error"]:
            yield f"--json {words}: {code} {out!r}"
    if path.read_bytes() != before:
        yield "the recording was written"


def cut_and_wrong_files(folder):
    recording = Recording()
    recording.print_bytes(b"AB")
    path = recording.save(folder / "cut.csv", is_whole=False)
    code, out, err = trace(path)
    if code != 0 or "4 reads and 7 writes" not in out or f"note: {path} ends before the recording did" not in err:
        yield f"cut: {code} {err!r}"
    if json.loads(trace("--json", path)[1])["is_cut"] is not True:
        yield "is_cut"
    path.write_text("".join(recording.rows[:6]) + "so,it,goes\n")
    code, out, err = trace(path)
    if code != 1 or "1 read and 1 write" not in out or f"cannot read line 7 of {path}: it has too few fields" not in err:
        yield f"wrong: {code} {out!r} {err!r}"


def full_disk(folder):
    path = printing(folder)
    for ending in ("vcd", "csv", "svg"):
        full = folder / f"full.{ending}"
        full.unlink(missing_ok=True)
        full.symlink_to("/dev/full")
        code, _, err = trace("--convert", full, path)
        if code != 1 or f"cannot write all of {full}: the disk is full (28)" not in err:
            yield f"{ending}: {code} {err!r}"
    with open("/dev/full", "wb") as nowhere:
        done = subprocess.run([PROGRAM, "trace", path], stdout=nowhere, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    if done.returncode != 1 or "cannot write to standard output" not in done.stderr:
        yield f"standard output: {done.returncode} {done.stderr!r}"


def there_and_back(folder):
    path, vcd, again = printing(folder), folder / "one.VCD", folder / "again.csv"
    done = [trace("--convert", vcd, path), trace("--convert", again, vcd)]
    if done != [(0, "", "")] * 2 or again.read_bytes() != path.read_bytes():
        yield f"{done}"
    if trace(vcd) != trace(path):
        yield "the text of .vcd is another one"
    part = folder / "part.csv"
    trace("--convert", part, "--ports", "379", "--to", "100005us", vcd)
    if part.read_text().count(",379,") != 2 or ",378," in part.read_text() or not part.read_text().endswith("# end: 100005000\n"):
        yield part.read_text()


# ---- other readers ----


def sigrok(folder):
    """The parallel decoder's words at each strobe; the last one is said when the next strobe comes, so there is one more."""
    recording, vcd = Recording(printers=(0x378, 0x278)), folder / "print.vcd"
    recording.access("write", 0x378, 0x77)  # equal times, wide accesses, another port, and denied ones
    recording.access("write", 0x378, 0x000C33, wait=0, width=16)
    recording.print_bytes(b"no", base=0x278)
    recording.print_bytes(TEXT)
    recording.access("write", 0x37A, 0x0D, "denied")
    recording.access("write", 0x378, 0x0D0041, width=32)
    recording.access("write", 0x378, 0x0C0041, width=32)
    recording.access("write", 0x37A, 0x0D)
    trace("--convert", vcd, recording.save(folder / "print.csv"))
    said, complaint = decoded(vcd)
    if said != TEXT + b"A":
        yield f"{said!r} {complaint!r}"


def decoded(vcd):
    """What sigrok's decoder of parallel ports reads out of a recording, and what it complains about."""
    lines = ":".join(f"d{bit}=D{bit}" for bit in range(8))
    done = run("sigrok-cli", "-l", "1", "-i", vcd, "-I", "vcd:compress=100000", "-P", f"parallel:clk=nSTROBE:clock_edge=falling:{lines}", "-A", "parallel=items")
    return bytes(int(word, 16) for word in re.findall(r"parallel-1: ([0-9a-fA-F]+)", done.stdout)), done.stderr[:500]


def example(folder):
    """The recording of a real program that the manual shows: its picture, and what others read of it."""
    recording, picture_now = ROOT / "examples/recordings/printlpt.vcd", folder / "now.svg"
    said, complaint = decoded(recording)
    if said != b"Hello from Debian\r":  # the line feed would be said with the next byte
        yield f"{said!r} {complaint!r}"
    trace("--convert", picture_now, recording)
    if picture_now.read_bytes() != (ROOT / "docs/figures/recording.svg").read_bytes():
        yield "docs/figures/recording.svg is another one: userportctl trace examples/recordings/printlpt.vcd --convert it"


def vcd2fst(folder):
    """GTKWave's reader has each access, with its values, and each line of both printer ports."""
    recording, vcd, fst = Recording(program="a $end b", printers=(0x378, 0xD010)), folder / "fst.vcd", folder / "fst.fst"
    recording.print_bytes(b"A")
    recording.access("write", 0xD012, 0x0D, "simulated wait", wait=0)
    trace("--convert", vcd, recording.save(folder / "fst.csv"))
    done = run("vcd2fst", vcd, fst)
    if done.returncode != 0 or not fst.exists():
        yield f"{done.returncode} {done.stderr!r}"
        return
    back = run("fst2vcd", fst).stdout
    names = re.findall(r"\$var \w+ \d+ (\S+) (\S+) \$end", back)
    if [name for _, name in names].count("nSTROBE") != 2 or len(names) != 15 + 2 * 17:
        yield str(names)
    ids = {name: one for one, name in reversed(names)}
    for name, values in (("port", ["-", "37A", "379", "378", "37A", "D012"]), ("value", ["-", "0C", "58", "D8", "41", "0D", "0C", "0D"]),
                         ("module", ["-", "printlpt.exe"])):
        found = re.findall(rf"^s(\S*) {re.escape(ids[name])}$", back, re.M)
        if [value for value in found if value] != values:
            yield f"{name}: {found}"
    toggles = re.findall(rf"^[01]{re.escape(ids['access'])}$", back, re.M)
    if len(toggles) != 1 + 7:
        yield f"{len(toggles)} changes of access"


def drawn_texts(path):
    document = xml.dom.minidom.parse(str(path))
    for attribute, most in (("x", 1200), ("x1", 1200), ("x2", 1200), ("cx", 1200), ("y", 5000), ("y1", 5000), ("y2", 5000)):
        for node in document.getElementsByTagName("*"):
            if node.hasAttribute(attribute) and not 0 <= float(node.getAttribute(attribute)) <= most:
                raise AssertionError(node.toxml())
    return [node.firstChild.data for node in document.getElementsByTagName("text") if node.firstChild]


def picture(folder):
    svg = folder / "print.svg"
    trace("--convert", svg, printing(folder))
    texts = drawn_texts(svg)
    for wanted in ("What the printer port saw: printlpt.exe", "H", "SP", "48", "nSTROBE", "BUSY", "nSELECTIN", "pin 17", "10 more", "100 ms", "100.00 ms",
                   "Printer port 378: 95 accesses;  18 bytes strobed into the printer, the first 8 in detail;  nINIT low for 100 ms: the printer resets",
                   "95 port accesses;  begun 2026-11-29 21:05:03 UTC;  17 more were lost"):
        if wanted not in texts:
            yield f"no {wanted!r} in {texts}"
    first = svg.read_bytes()
    trace("--convert", svg, printing(folder))
    if svg.read_bytes() != first:
        yield "it is not the same each time"
    png = folder / "print.png"
    done = run("rsvg-convert", svg, "-o", png)
    if done.returncode != 0 or not png.read_bytes().startswith(b"\x89PNG\r\n\x1a\n"):
        yield f"rsvg-convert: {done.stderr}"


def what_the_printer_takes(folder):
    """A byte at each falling edge of nSTROBE, while the printer is selected and not reset."""
    svg, recording = folder / "takes.svg", Recording()
    recording.print_bytes(b"Hi")
    recording.access("write", 0x378, 0x5A)  # without a strobe
    recording.access("write", 0x37A, 0x0D)
    recording.access("write", 0x37A, 0x0D)  # a strobe that stays is one
    recording.access("write", 0x37A, 0x0C)
    for control in (0x05, 0x08, 0x09, 0x0C):  # not selected; reset
        recording.access("write", 0x37A, control)
    recording.access("write", 0x37A, 0x0D, "denied")
    recording.access("write", 0x378, 0x0D0041, width=32)
    trace("--convert", svg, recording.save(folder / "takes.csv"))
    texts = drawn_texts(svg)
    if not any("4 bytes strobed into the printer;  nINIT low for 2.00 us" in one for one in texts) or [one for one in texts if len(one) == 1 and one.isalpha()] != list("HiZA"):
        yield str(texts)


def small_pictures(folder):
    svg = folder / "small.svg"
    for body, wanted in ((b"", "Printer port 378: 1 access"), (b"A", "A"), (b"\x00\xff", "FF")):
        recording = Recording(program="a & <b> \x01\udc80")
        recording.rows[1] = "# program: a & <b> \\01\\80\n"
        recording.print_bytes(body)
        trace("--convert", svg, recording.save(folder / "small.csv"))
        if wanted not in drawn_texts(svg) or "What the printer port saw: a & <b> ??" not in drawn_texts(svg):
            yield f"{body!r}: {drawn_texts(svg)}"
    trace("--convert", svg, Recording().save(folder / "small.csv"))
    if "There is no access in this recording." not in drawn_texts(svg):
        yield f"nothing: {drawn_texts(svg)}"
    recording = Recording(printers=())
    recording.access("read", 0x300, 0xFF, "denied")
    for number in range(20):
        recording.access("read" if number % 2 else "write", 0x300 + number, number, wait=10_000_000 if number == 10 else 1000, width=16)
    trace("--convert", svg, recording.save(folder / "small.csv"))
    texts = drawn_texts(svg)
    for wanted in ("Ports and their values: printlpt.exe", "300", "ne2000", "0001", "denied", "4 accesses to further ports are not drawn.", "10.0 ms"):
        if wanted not in texts:
            yield f"no {wanted!r} in {texts}"
    recording = Recording(printers=(0x378, 0x278))
    for base in (0x378, 0x278):
        recording.print_bytes(TEXT, base)
    for number in range(5):
        recording.access("write", 0x80, number)
    trace("--convert", svg, recording.save(folder / "small.csv"))
    texts = drawn_texts(svg)
    if texts.count("nSTROBE") != 2 or not any("5 accesses to other ports are not drawn" in one for one in texts):
        yield f"two: {texts}"


CHECKS = [
    ("its text: what repeats is folded, what is denied is marked, the table", text),
    ("--raw: a line for each access", raw),
    ("--json: what it comes to, and each access", as_json),
    ("--from, --to and --ports", parts),
    ("wrong command lines and files that are not there; the recording itself is not written", wrong_lines),
    ("a recording that was cut off, and one with a wrong line", cut_and_wrong_files),
    ("a full disk", full_disk),
    ("--convert: the same bytes after .csv, .vcd, .csv", there_and_back),
    ("sigrok's parallel decoder reads what was printed out of the .vcd", sigrok),
    ("the manual's example: sigrok reads it, and the picture is made of it", example),
    ("GTKWave's vcd2fst takes the .vcd, and has each access and line", vcd2fst),
    ("the picture: valid, complete, inside its frame, the same each time; librsvg draws it", picture),
    ("what the printer takes, and what not", what_the_printer_takes),
    ("pictures of very little, of any ports, of two printer ports", small_pictures),
]


def main():
    print(f"1..{len(CHECKS)}")
    failed = False
    for tool in ("sigrok-cli", "vcd2fst", "fst2vcd", "rsvg-convert"):
        if shutil.which(tool) is None:
            print(f"Bail out! {tool} is not here: script/bootstrap installs it")
            raise SystemExit(1)
    for number, (title, check) in enumerate(CHECKS, 1):
        with tempfile.TemporaryDirectory() as name:
            try:
                problems = list(check(pathlib.Path(name)))
            except Exception as error:  # pylint: disable=broad-except
                problems = [f"{type(error).__name__}: {error}"]
        failed = failed or bool(problems)
        print(f"{'not ok' if problems else 'ok'} {number} - {title}")
        for problem in problems:
            print(f"# {problem}"[:2000])
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
