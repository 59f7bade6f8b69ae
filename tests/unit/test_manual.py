#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The manual: its text against the tree, the commands and programs that run on this host (tests/wine/ctl/manual.py runs those for
Windows), its figures, and what `make manual` made of it. Mistakes that are put into a copy have to be found."""

import base64
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
DOCS = ROOT / "docs"
MADE = BUILD / "manual"
sys.path[:0] = [str(ROOT / "tests/lib"), str(ROOT / "script/tools")]
import lpt_wave  # noqa: E402
import manual_text  # noqa: E402
import qemu_trace  # noqa: E402
import reset_figure  # noqa: E402
import test_portcheck  # noqa: E402

TEXT = manual_text.PAGE.read_text()
VERSION = (ROOT / "VERSION").read_text().strip()
SVG = "{http://www.w3.org/2000/svg}"


def run(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=180, **more)


def section(title):
    """The text of a chapter or section, without those below it."""
    return re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#)", TEXT, re.M | re.S)[1]


def table(text):
    """The rows of the first table, each a list of cells; without the head."""
    rows = re.search(r"((?:^\|.*\n)+)", text, re.M)[1].splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def ports_of(text):
    ports = set()
    for item in text.replace(",", " ").split():
        first, _, last = item.partition("-")
        ports |= set(range(int(first, 16), int(last or first, 16) + 1))
    return ports


# ---- the text against the tree ----


def known_ports():
    """(name, what, hazard, ports) of each entry in core/known_ports.c."""
    for entry in re.findall(r"^    \{(\.(?:name|what).*?)\},\n(?=    \{|\n|    /\*|\};)", (ROOT / "core/known_ports.c").read_text(), re.M | re.S):
        name, what, hazard = (re.search(rf'\.{field} = "(.*?)"', entry) for field in ("name", "what", "hazard"))
        ports = {port for first, last in re.findall(r"\{0x(\w+), 0x(\w+)\}", entry) for port in range(int(first, 16), int(last, 16) + 1)}
        yield name and name[1], what[1], hazard and hazard[1], ports


def wrong_names():
    documented = [(name.strip("`"), what, ports_of(ports)) for name, ports, what in table(section("The list of ports"))]
    real = [(name, what, ports) for name, what, _, ports in known_ports() if name]
    return [str(row) for row in documented + real if (row in documented) != (row in real)] or ([] if len(real) > 15 else ["too few"])


def wrong_hazards():
    documented = set().union(*(ports_of(row[0]) for row in table(section("Ports that can do damage"))))
    real = set().union(*(ports for _, _, hazard, ports in known_ports() if hazard))
    return [f"{port:X}" for port in documented ^ real]


def wrong_captions():
    """What is bold in the chapter about the window stands in its resources, alone or before a comma, a colon or a bracket."""
    captions = re.sub(r"\\\\", r"\\", (ROOT / "gui/UserPort.rc").read_text().replace("&", ""))
    bold = re.findall(r"\*\*(.+?)\*\*", section("The window") + section("Programs with settings of their own")) + re.findall(r"\*\*(Test .+?)\*\*", TEXT)
    return [name for name in bold if not re.search(rf'"{re.escape(name)}(["\\\\:.,]| \()', captions)] or \
        ([] if len(bold) > 15 else ["too few"])


def wrong_commands():
    """userportctl's commands and options in sentences and tables are the program's, by docs/userportctl.md, which another test compares."""
    page = (DOCS / "userportctl.md").read_text()
    options = {name: set(re.findall(r"--[a-z-]+", text)) for name, text in re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", page, re.M | re.S)}
    for name, text in re.findall(r"^\| `(\w+)(.*)", page.partition("\n## On Linux\n")[2].partition("\n## ")[0], re.M):
        options.setdefault(name, set()).update(re.findall(r"--[a-z-]+", text))
    wrong = []
    for code in manual_text.inline(TEXT):
        words = code.split()
        if words[0] == "userportctl" and len(words) > 1 and (
                words[1] not in options or any(w not in options[words[1]] for w in words if w.startswith("--"))):
            wrong.append(code)
    return wrong


def wrong_files():
    """Paths in the text, of the source and of the package, whose folders i386 and amd64 are those of the build."""
    wrong = []
    for code in manual_text.inline(TEXT):
        if re.fullmatch(r"(examples|include)(/[\w.]+)*", code):
            path = ROOT / code
        elif re.fullmatch(r"(i386|amd64)\\[\w.]+", code):
            path = BUILD / code.replace("\\", "/")
        else:
            continue
        if not path.exists():
            wrong.append(code)
    return wrong


def wrong_codes():
    """Windows' error numbers are those of these names, and the program's texts know them."""
    names = {2: "FILE_NOT_FOUND", 5: "ACCESS_DENIED", 193: "BAD_EXE_FORMAT", 216: "EXE_MACHINE_TYPE_MISMATCH", 1058: "SERVICE_DISABLED",
             1060: "SERVICE_DOES_NOT_EXIST", 1072: "SERVICE_MARKED_FOR_DELETE", 1275: "DRIVER_BLOCKED", 1306: "REVISION_MISMATCH"}
    header = pathlib.Path("/usr/share/mingw-w64/include/winerror.h").read_text()
    source = "".join(path.read_text() for room in ("control", "setup", "doctor", "winutil") for path in (ROOT / room).glob("*.c"))
    chapter = section("When something does not work")
    wrong = [f"{number} {name}" for number, name in names.items()
             if not re.search(rf"#define ERROR_{name} (?:__MSABI_LONG\()?{number}\b", header) or f"ERROR_{name}" not in source]
    listed = {int(number) for row in table(chapter) for words in re.findall(r"error ([\d or]+)", row[0]) for number in re.findall(r"\d+", words)}
    return wrong + [str(number) for number in listed ^ (set(names) | {577})]


def wrong_offsets():
    """Those of the figure are the sums of the sizes in the test machine's TSS; the text has the ones that count."""
    machine = (ROOT / "tests/machine/machine.h").read_text()
    fields = re.search(r"uint16_t iopm_base;\n(.*?)\}", machine, re.S)[1].replace("IOPM_BYTES", "8192")
    offsets = [0, 0x66, 0x68]
    for size in re.findall(r"uint8_t \w+\[(\d+)\];", fields):
        offsets.append(offsets[-1] + int(size))
    drawn = [t.text for t in reads_figures()["tss.svg"].findall(f".//{SVG}text") if t.get("class") == "e m"]
    wrong = [] if drawn == [f"{offset:04X}" for offset in offsets] else [f"{drawn}, not {[hex(o) for o in offsets]}"]
    limit = offsets[-1] - 1
    text = section("The processor and its map")
    wrong += [name for name, value in (("IOPM_OFFSET", 0x88), ("IOPM_NONE", offsets[-1])) if f"{name} " not in machine or
              not re.search(rf"{name}\s+0x{value:X}u", machine)]
    return wrong + [f"{value:X}" for value in (0x66, 0x88, limit, limit + 1) if not re.search(rf"\b{value:X}\b", text)]


# ---- figures ----


def reads_figures():
    return {path.name: ElementTree.fromstring(path.read_text()) for path in sorted((DOCS / "figures").glob("*.svg"))}


def wrong_svg(root):
    """Title, description, a frame, text as text, grey alone."""
    source = ElementTree.tostring(root, encoding="unicode")
    wrong = [f"no {name}" for name in ("title", "desc") if not (root.findtext(SVG + name) or "").strip()]
    wrong += ["no viewBox"] if "viewBox" not in root.attrib else []
    wrong += ["no text as text"] if len(root.findall(f".//{SVG}text")) < 5 or root.findall(f".//{SVG}image") else []
    for colour in re.findall(r"#([0-9a-fA-F]{3,6})\b", source):
        parts = re.findall("." if len(colour) == 3 else "..", colour)
        wrong += [] if len(set(parts)) == 1 else [f"colour {colour}"]
    return wrong


def wrong_polarity():
    """The figure's bits and ports against what the tool writes for the list."""
    written = run(BUILD / "host/iopm", "378-37A").stdout
    value = bytes.fromhex(re.sub(r"[^0-9a-f]", "", written.split("hex:")[1].replace("\\", "")))
    cells = [t.text for t in reads_figures()["polarity.svg"].findall(f".//{SVG}text") if t.get("class", "").startswith("c m")]
    bits = "".join(text for text in cells if text in ("0", "1"))
    ports = [int(text, 16) for text in cells if len(text) == 3]
    wrong = [] if value[:0x6F] == b"\xFF" * 0x6F and len(value) == 0x70 else [written]
    wrong += [] if bits == f"{value[0x6F]:08b}" and f"{value[0x6F]:X}" in cells else [bits]
    wrong += [] if ports == list(range(0x37F, 0x377, -1)) else [str(ports)]
    reaches = (DOCS / "figures/in-reaches-the-map.svg").read_text()
    return wrong + ([] if f">{bits}<" in reaches and f">00{0x88 + 0x379 // 8:X}<" in reaches else ["in-reaches-the-map.svg"])


def reset_of(log):
    return [str(access) for access in lpt_wave.port_accesses(qemu_trace.events(log))]


def wrong_reset():
    """reset.svg is what the program makes of reset.log."""
    with (DOCS / "figures/reset.log").open(newline="\n") as log:
        drawn = reset_figure.picture(list(qemu_trace.events(log)))
    return [] if drawn == (DOCS / "figures/reset.svg").read_text() else ["run script/tools/reset_figure.py docs/figures/reset.log docs/figures/reset.svg"]


def wrong_reset_now():
    """reset.log has the accesses that the demonstration makes today, in its step "reset"."""
    done = run(sys.executable, ROOT / "script/tools/demo.py", "--build", BUILD)
    lines, inside = [], False
    with (BUILD / "demo/trace.log").open(encoding="ascii", errors="replace", newline="\n") as log:
        for event in qemu_trace.events(log):
            if isinstance(event, qemu_trace.Line):
                inside = event.text == "@ step reset" or (inside and not event.text.startswith("@ step"))
            elif inside and event.device == "parallel":
                lines.append(str(event))
    with (DOCS / "figures/reset.log").open(newline="\n") as log:
        recorded = reset_of(log)
    return [] if lines == recorded and len(lines) == 5 else [f"now {lines}, recorded {recorded}", done.stdout[-500:] + done.stderr[-500:]]


# ---- commands and programs ----


def make_place(folder):
    """Where the reader stands: the package's folders, and his programs."""
    (folder / "include").symlink_to(ROOT / "include")
    for machine in ("i386", "amd64"):
        (folder / machine).symlink_to(BUILD / machine)
    (folder / "examples").symlink_to(ROOT / "examples")
    for item in manual_text.items(TEXT):
        if isinstance(item, manual_text.Program) and "int main" in item.text:
            (folder / ("status.c" if "userport/userport.h" in item.text else "reset.c")).write_text(item.text)
    (folder / "program.exe").write_bytes(test_portcheck.link(folder, "i386"))
    shutil.copy(BUILD / "amd64/inpoutx64.dll", folder / "inpout32.dll")
    for tool in ("portcheck", "iopm"):
        (folder / tool).symlink_to(BUILD / "host" / tool)


def wrong_command(folder, command):
    done = run("sh", "-c", command.line, cwd=folder, env=os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"})
    wanted = 1 if command.program == "portcheck" else 0  # the DLL beside the program does not fit, which is the example
    wrong = [] if done.returncode == wanted else [f"exit {done.returncode}: {done.stderr}"]
    if command.output:
        wrong += [] if done.stdout.split("\n")[:-1] == command.output else [done.stdout]
    made = {"-o": "reset.exe" if "reset.c" in command.line else "status.exe", "sign": "signed.sys", "req": "test.crt"}
    for word, file in made.items():
        if f" {word} " in command.line and command.program not in ("iopm", "portcheck"):
            wrong += [] if (folder / file).is_file() else [f"no {file}"]
            break
    if command.line.startswith("osslsigncode sign"):
        verified = run("osslsigncode", "verify", "-CAfile", "test.crt", "signed.sys", cwd=folder)
        wrong += [] if verified.returncode == 0 and "Signature verification: ok" in verified.stdout else [verified.stdout[-500:]]
    return wrong


def wrong_programs(folder):
    """Each block in C for both Windows, without a warning; a block without main is put before one."""
    wrong, count = [], 0
    for item in manual_text.items(TEXT):
        if not isinstance(item, manual_text.Program) or item.language != "c":
            continue
        count += 1
        text = item.text if "int main" in item.text else item.text + "\nint main(void)\n{\n    outportb(0x378, inportb(0x379));\n    return 0;\n}\n"
        (folder / "block.c").write_text(text)
        for tool in ("i686", "x86_64"):
            done = run(f"{tool}-w64-mingw32-gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror",
                       "-Iinclude", "-Iexamples/c", "-c", "-o", "block.o", "block.c", cwd=folder)
            wrong += [done.stderr] if done.returncode else []
    return wrong or ([] if count == 3 else [f"{count} blocks in C"])


# ---- what is made of it ----


def wrong_html():
    html = (MADE / "manual.html").read_text()
    wrong = [target for target in re.findall(r'(?:src|href)="([^"]*)"', html) if not target.startswith(("#", "data:", "https://"))]
    anchors = set(re.findall(r'\bid="([^"]+)"', html))
    wrong += [target for target in re.findall(r'href="#([^"]*)"', html) if target not in anchors]
    shown = [base64.b64decode(data) for data in re.findall(r'src="data:image/[\w+.-]+;base64,([^"]+)"', html)]
    images = re.findall(r"^!\[.*?\]\((.*?)\)$", TEXT, re.M)
    wrong += [name for name in images if (DOCS / name).read_bytes() not in shown]
    return wrong + ([] if len(images) == len(shown) >= 9 else [f"{len(shown)} images of {len(images)}"])


def headings():
    for name in ("manual", "userportctl", "com", "protocol", "userport.conf", "wine"):
        text = re.sub(r"^```.*?^```$", "", (DOCS / f"{name}.md").read_text(), flags=re.M | re.S)
        for level, heading in re.findall(r"^(#+) (.*)$", text, re.M):
            if name != "manual" or len(level) > 1:
                yield heading


def squeeze(text):
    return re.sub(r"\s+", "", text)


def wrong_pdf_text():
    """Every heading, table cell and figure's caption is in it. A heading does not end a page, and no line the dashes of an option."""
    pages = run("pdftotext", "-layout", MADE / "manual.pdf", "-").stdout.split("\f")[:-1]
    plain = squeeze("".join(run("pdftotext", "-raw", MADE / "manual.pdf", "-").stdout))
    wrong = [heading for heading in headings() if squeeze(heading) not in plain]
    wrong += [caption for caption in re.findall(r"^\*(Figure .*)\*$", TEXT, re.M) if squeeze(caption) not in plain]
    titles = {squeeze(heading) for heading in headings()}
    for number, page in enumerate(pages, 1):
        lines = [line for line in page.splitlines() if line.strip()]
        if number > 2 and squeeze(re.sub(r"^\s*(Appendix )?[A-Z0-9.]+\s", "", lines[-2])) in titles:
            wrong.append(f"page {number} ends with a heading")
        if number > 2 and lines[-1].strip() != str(number):
            wrong.append(f"page {number} has no number: {lines[-1]}")
        wrong += [f"page {number} breaks an option: {line}" for line in lines if re.search(r"\s--?$", line)]
    return wrong + ([] if 20 < len(pages) < 80 else [f"{len(pages)} pages"])


def wrong_pdf_margins():
    """No word reaches into the margins, of 20 mm. A line that ends with code may be 1 mm longer: its padding does not count."""
    words = run("pdftotext", "-bbox", MADE / "manual.pdf", "-").stdout
    margin, width = 20 / 25.4 * 72, 595.28
    found = re.findall(r'<word xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.-]+)".*?>(.*?)</word>', words)
    return [f"{word} at {left} to {right}" for left, right, word in found if float(left) < margin - 1 or float(right) > width - margin + 3] or \
        ([] if len(found) > 5000 else ["too few words"])


def wrong_pdf_fonts():
    fonts = run("pdffonts", MADE / "manual.pdf").stdout.splitlines()[2:]
    return [font for font in fonts if not re.match(r"[A-Z]{6}\+Liberation-\S+ .* yes yes yes ", font)] or ([] if fonts else ["none"])


MEN = ("userportctl.1", "libuserport.3", "userport.conf.5", "portcheck.1", "userport-run.8")


def wrong_man(name):
    """mandoc's and man's complaints, and what the page lacks: commands, options, functions and keys that its Markdown names."""
    page = MADE / name
    text = (DOCS / (name[:-2] + ".md")).read_text()
    lint = run("mandoc", "-Tlint", "-W", "warning", page).stdout.splitlines()
    wrong = [line for line in lint if "missing date" not in line]
    done = run("man", "--warnings", "-l", page, env=os.environ | {"MANWIDTH": "80"})
    wrong += [done.stderr] if done.returncode or done.stderr else []
    shown = squeeze(done.stdout)
    named = [first or second for first, second in re.findall(r"^### (\w+)|^\| `([a-z_-]+)", text, re.M)]
    wrong += [] if len(named) >= 2 else ["the test finds no words in the page"]
    return wrong + [word for word in named if squeeze(word) not in shown]


MISTAKES = (
    ("a link to a file that is not there", "[the appendix](com.md)", "[the appendix](dcom.md)", "there is no file dcom.md"),
    ("a link to a heading that is not there", "(userportctl.md#grant)", "(userportctl.md#grants)", "there is no heading userportctl.md#grants"),
    ("an anchor that is not there", "(#the-command-line)", "(#the-line)", "there is no heading #the-line"),
    ("a figure that is not there", "(figures/tss.svg)", "(figures/tsss.svg)", "there is no figure figures/tsss.svg"),
    ("a figure without a caption", "*Figure 1: the parts", "Figure 1: the parts", "has no caption"),
    ("figures out of order", "*Figure 2:", "*Figure 4:", "figure 4 comes where figure 2 should be"),
    ("a figure without words", "![Offsets of the TSS]", "![]", "has no words"),
)


def wrong_mistake(folder, before, after, said):
    docs = folder / "docs"
    if not docs.exists():
        shutil.copytree(DOCS, docs)
    (docs / "manual.md").write_text(TEXT.replace(before, after, 1))
    done = run(sys.executable, ROOT / "script/tools/manual.py", "--docs", docs, "--out", folder / "out", VERSION)
    return [] if before in TEXT and done.returncode == 1 and said in done.stderr else [f"exit {done.returncode}: {done.stderr}"]


def checks(folder):
    yield "the names in the list's chapter are those of core/known_ports.c", wrong_names
    yield "the ports that can do damage are those of core/known_ports.c", wrong_hazards
    yield "the captions in the window's chapter are those of gui/UserPort.rc", wrong_captions
    yield "the commands and options in the text are userportctl's", wrong_commands
    yield "the files that the text names are there", wrong_files
    yield "the error numbers are Windows', and the programs know them", wrong_codes
    yield "the offsets are those of the test machine's TSS", wrong_offsets
    for name, root in reads_figures().items():
        yield f"{name}: title, description, frame, text as text, grey alone", lambda root=root: wrong_svg(root)
    yield "polarity.svg: the map of 378-37A", wrong_polarity
    yield "reset.svg is made of reset.log", wrong_reset
    yield "reset.log: today's demonstration makes the same accesses", wrong_reset_now
    yield "its programs in C compile for both Windows, without a warning", lambda: wrong_programs(folder)
    for item in manual_text.items(TEXT):
        if isinstance(item, manual_text.Command) and item.program in manual_text.HOST:
            yield item.line.replace("#", ""), lambda item=item: wrong_command(folder, item)
    yield "manual.html: nothing outside it is needed, every link leads somewhere", wrong_html
    yield "manual.pdf: every heading and caption, page numbers, no heading at a page's end, no broken option", wrong_pdf_text
    yield "manual.pdf: nothing in the margins", wrong_pdf_margins
    yield "manual.pdf: its fonts are in it", wrong_pdf_fonts
    for name in MEN:
        yield f"{name}: mandoc and man have no complaint, and it has what its Markdown names", functools.partial(wrong_man, name)
    for name, *mistake in MISTAKES:
        yield f"a mistake is found: {name}", lambda mistake=mistake: wrong_mistake(folder, *mistake)


def main():
    failed = number = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_place(folder)
        for number, (title, check) in enumerate(checks(folder), 1):
            try:
                problems = check()
            except Exception as error:  # pylint: disable=broad-except
                problems = [f"{type(error).__name__}: {error}"]
            failed += bool(problems)
            print(f"{'not ok' if problems else 'ok'} {number} - {title}", flush=True)
            for line in "\n".join(map(str, problems)).splitlines():
                print(f"# {line}")
    print(f"1..{number}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
