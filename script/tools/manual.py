#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes the manual: manual.py --out DIR VERSION writes manual.html, manual.pdf and the man pages of MEN. --docs DIR: from
another folder than docs.

docs/manual.md is the manual, and the pages in APPENDICES are its appendices: pandoc reads each, this program puts them
together, and pandoc writes one HTML file with its figures inside, of which weasyprint makes the PDF. What is wrong ends it
with exit status 1: links and anchors that lead nowhere, figures that are missing, unused, out of order or without a caption. The
same files give the same bytes; with SOURCE_DATE_EPOCH set the manual has that date, without it none.
"""

import argparse
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
from html import escape

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
APPENDICES = ("userportctl", "com", "protocol", "userport.conf", "wine")
PRE_WIDTH = 110  # so many characters have room in a line of a program or command
READER = "gfm-emoji-autolink_bare_uris"  # the Markdown of GitHub, where these pages are read too


class Wrong(Exception):
    """Something in the text that a reader would stumble over."""


def pandoc(docs, *arguments, text=None):
    done = subprocess.run(["pandoc", *arguments], input=text, capture_output=True, text=True, check=False, cwd=docs)
    if done.returncode or done.stderr:
        raise Wrong("pandoc: " + done.stderr.strip())
    return done.stdout


# ---- pandoc's tree: lists of {"t": kind, "c": content} ----


def node(kind, content=None):
    return {"t": kind} if content is None else {"t": kind, "c": content}


def raw(html):
    return node("RawBlock", ["html", html])


def words(text):
    """Text as inlines."""
    parts = []
    for word in text.split(" "):
        parts += [node("Space"), node("Str", word)]
    return parts[1:]


def walk(tree, visit):
    """visit(node) for each node, outermost first; it may change the node's content."""
    if isinstance(tree, list):
        for item in tree:
            walk(item, visit)
    elif isinstance(tree, dict):
        if "t" in tree:
            visit(tree)
        walk(tree.get("c"), visit)


def plain(tree):
    """The words of a tree."""
    found = []

    def visit(item):
        if item["t"] in ("Str", "Code", "CodeBlock"):
            found.append(item["c"] if item["t"] == "Str" else item["c"][1])
        elif item["t"] in ("Space", "SoftBreak", "LineBreak"):
            found.append(" ")

    walk(tree, visit)
    return "".join(found)


# ---- a page ----


class Page:
    """One of the Markdown files. In the manual its anchors have its name before them, but those of manual.md."""

    def __init__(self, docs, name):
        self.docs, self.name, self.path = docs, name, docs / (name + ".md")
        self.blocks = json.loads(pandoc(docs, "-f", READER, "-t", "json", str(self.path)))["blocks"]
        headers = [block for block in self.blocks if block["t"] == "Header"]
        if not headers or self.blocks[0] is not headers[0] or headers[0]["c"][0] != 1:
            raise Wrong(f"{name}.md: it has to begin with its title")
        for header in headers:
            header["c"][1][0] = self.anchor(header["c"][1][0])
        headers[0]["c"][1][0] = name
        self.anchors = {header["c"][1][0] for header in headers}

    def anchor(self, anchor):
        return anchor if self.name == "manual" else f"{self.name}-{anchor}"

    def link(self, pages, target):
        """Where a link leads in the manual: "#anchor", an address, or None for a file that is not in it."""
        if "://" in target:
            return target
        file, _, anchor = target.partition("#")
        path = (self.docs / file).resolve() if file else self.path
        if not path.exists():
            raise Wrong(f"{self.name}.md: there is no file {target}")
        page = pages.get(path.stem) if path.parent == self.docs and path.suffix == ".md" else None
        if page is None:
            return None
        found = page.anchor(anchor) if anchor else page.name
        if found not in page.anchors:
            raise Wrong(f"{self.name}.md: there is no heading {target}")
        return "#" + found

    def follow_links(self, pages):
        def visit(item):
            if item["t"] != "Link":
                return
            target = self.link(pages, item["c"][2][0])
            if target is None:
                item["t"], item["c"] = "Span", [["", [], []], item["c"][1]]
            else:
                item["c"][2][0] = target

        walk(self.blocks, visit)


def whole_options(text):
    """HTML of a command, whose options, such as --file, are not broken at a line's end."""
    return re.sub(r"(?<=\s)-\S+", r'<span class="whole">\g<0></span>', escape(text))


def keep_whole(blocks):
    """Names in the text such as \\\\.\\UserPort are not broken at a line's end, nor are options."""

    def visit(item):
        text = item["c"][1] if item["t"] in ("Code", "CodeBlock") else ""
        if item["t"] == "Code" and len(text) <= 20:
            item["c"][0][1].append("whole")
        elif item["t"] == "Code" and " -" in text:
            item["t"], item["c"] = "RawInline", ["html", f"<code>{whole_options(text)}</code>"]
        elif max(map(len, text.splitlines()), default=0) > PRE_WIDTH and " -" in text:
            item["t"], item["c"] = "RawBlock", ["html", f"<pre><code>{whole_options(text)}</code></pre>"]

    walk(blocks, visit)


def read_pages(docs):
    pages = {name: Page(docs, name) for name in ("manual", *APPENDICES)}
    for page in pages.values():
        page.follow_links(pages)
        keep_whole(page.blocks)
    return pages


# ---- figures: an image or a program, and below it a paragraph in italics that begins with "Figure 1:" ----


def is_image(block):
    return block["t"] == "Para" and len(block["c"]) == 1 and block["c"][0]["t"] == "Image"


def caption_number(block):
    """The number of a caption; None for any other block."""
    if block["t"] != "Para" or len(block["c"]) != 1 or block["c"][0]["t"] != "Emph":
        return None
    first, _, _ = plain(block).partition(":")
    word, _, number = first.partition(" ")
    return int(number) if word == "Figure" and number.isdigit() else None


def check_image(docs, image):
    (_, alt, (target, _)) = image["c"]
    if not (docs / target).is_file():
        raise Wrong(f"manual.md: there is no figure {target}")
    if not plain(alt):
        raise Wrong(f"manual.md: {target} has no words for those who cannot see it")
    return target


def make_figures(docs, blocks):
    """Puts figures and captions together. Every image has a caption, numbers count up, and no file in figures/ is left out."""
    result, used, count = [], set(), 0
    for block in blocks:
        number = caption_number(block)
        if number is None:
            if result and is_image(result[-1]):
                raise Wrong(f"manual.md: {plain(result[-1])!r} has no caption")
            result.append(block)
            continue
        count += 1
        shown = result.pop()
        if number != count:
            raise Wrong(f"manual.md: figure {number} comes where figure {count} should be")
        if is_image(shown):
            used.add(check_image(docs, shown["c"][0]))
            shown = node("Plain", shown["c"])
        elif shown["t"] != "CodeBlock":
            raise Wrong(f"manual.md: figure {number} has nothing above its caption")
        result += [raw("<figure>"), shown, raw("<figcaption>"), node("Plain", block["c"][0]["c"]), raw("</figcaption></figure>")]
    there = {f"figures/{file.name}" for file in (docs / "figures").iterdir() if file.suffix != ".log"}
    if there - used:
        raise Wrong(f"no page shows {', '.join(sorted(there - used))}")
    return result


# ---- the whole ----


def number_headings(blocks, chapter, shift):
    """Numbers chapters and sections, and moves levels. chapter: a counter, or the letter of an appendix."""
    section = 0
    for block in blocks:
        if block["t"] != "Header":
            continue
        block["c"][0] += shift
        level, _, inlines = block["c"]
        number = None
        if level == 1:
            section = 0
            number = f"Appendix {chapter}" if isinstance(chapter, str) else str(next(chapter))
            label = number
            if isinstance(chapter, str):
                block["c"][1][1].append("appendix")
        elif level == 2:
            section += 1
            number = f"{chapter if isinstance(chapter, str) else label}.{section}"
        if number:
            block["c"][2] = [node("Span", [["", ["number"], []], words(number)]), node("Space"), *inlines]


def assemble(pages):
    """All pages as one list of blocks, without the manual's title, and its first paragraphs."""
    body = pages["manual"].blocks[1:]
    first = next(i for i, block in enumerate(body) if block["t"] == "Header")
    blocks = make_figures(pages["manual"].docs, body[first:])
    number_headings(blocks, iter(range(1, 100)), -1)
    for letter, name in zip("ABCDE", APPENDICES):
        number_headings(pages[name].blocks, letter, 0)
        blocks += pages[name].blocks
    anchors = [block["c"][1][0] for block in blocks if block["t"] == "Header"]
    for anchor in anchors:
        if anchors.count(anchor) > 1:
            raise Wrong(f"two headings have the anchor {anchor}")
    return blocks, body[:first]


def document(blocks):
    return json.dumps({"pandoc-api-version": [1, 22, 1], "meta": {}, "blocks": blocks})


def date():
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return None
    return datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc).strftime("%Y-%m-%d")


def write_html(docs, out, version):
    blocks, intro = assemble(read_pages(docs))
    variables = [f"version={version}"] + ([f"date={date()}"] if date() else [])
    introduction = pandoc(docs, "-f", "json", "-t", "html5", text=document(intro))
    arguments = [argument for variable in variables for argument in ("-V", variable)]
    html = pandoc(docs, "-f", "json", "-t", "html5", "--standalone", "--self-contained", "--toc", "--toc-depth=2", "--no-highlight",
                  "--template", "manual.html.in", "--css", "manual.css", "-M", "title=UserPort: the manual",
                  "-V", "intro=" + introduction, *arguments, text=document(blocks))
    (out / "manual.html").write_text(html, encoding="utf-8", newline="\n")


def write_pdf(out):
    """What weasyprint complains about is a mistake of ours: a property that it does not know, an anchor that is not there."""
    environment = os.environ | {"SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH") or "0"}  # for its fonts' tables
    done = subprocess.run(["weasyprint", "-q", "-p", str(out / "manual.html"), str(out / "manual.pdf")], capture_output=True,
                          text=True, check=False, env=environment)  # -p: numbers of lists that go on
    if done.returncode or done.stderr:
        raise Wrong("weasyprint: " + done.stderr.strip())


# ---- the man pages ----


def to_definitions(name, block):
    """A table of two columns as a list of terms, which a terminal shows better; before it what stands above the terms, if it names a field."""
    rows = [row for body in block["c"][4] for row in body[3]]
    items = []
    for row in rows:
        cells = [cell[4] for cell in row[1]]
        if len(cells) != 2:
            raise Wrong(f"{name}.md: the man page can show tables of two columns only")
        items.append([[inline for part in cells[0] for inline in part["c"]], [cells[1]]])
    heads = [cell[4] for row in block["c"][3][1] for cell in row[1]]
    above = [inline for part in (heads[0] if heads else []) for inline in part["c"]]
    names_field = any(inline["t"] == "Code" for inline in above)
    return ([node("Para", [*above, node("Str", ":")])] if names_field else []) + [node("DefinitionList", items)]


def linux_first(blocks):
    """The man page is read on Linux: that section comes before those which are about Windows."""
    heads = [number for number, block in enumerate(blocks) if block["t"] == "Header" and block["c"][0] == 2]
    ours = [number for number in heads if plain(blocks[number]) == "On Linux"]
    if not ours:
        return blocks
    start = ours[0]
    end = min((number for number in heads if number > start), default=len(blocks))
    before = [node("Para", words("The sections from here on are written for Windows. What they say of list, grant, revoke, set, defaults, ports, read, "
                                 "write, watch and test holds on Linux too, except where the section ON LINUX says otherwise."))]
    return blocks[:heads[0]] + blocks[start:end] + before + blocks[heads[0]:start] + blocks[end:]


# Of each page of the manual's folder that is a man page too: its section, its line under NAME, its
# synopsis.
MEN = {
    "userportctl": (1, "I/O ports for programs on Windows and Linux", "userportctl", " COMMAND [OPTION | ARGUMENT]..."),
    "libuserport": (3, "x86 I/O ports in C and C++", "#include <userport/userport.h>", ""),
    "userport.conf": (5, "who may use which I/O ports", "/etc/userport.conf, /etc/userport.conf.d/*.conf", ""),
    "portcheck": (1, "which port DLL a Windows program needs", "portcheck", " [--json] FILE..."),
    "userport-run": (8, "start a program with its I/O ports", "userport-run", " [--ports LIST] [--user NAME] [--ioperm] [--explain [--json] [--policy-file FILE]] -- /PATH/PROGRAM [ARGUMENT]..."),
}


def man_name(name):
    return f"{name}.{MEN[name][0]}"


def write_man(docs, out, version, name):
    section, what, command, arguments = MEN[name]
    page = Page(docs, name)
    blocks = [node("Header", [1, ["", [], []], words("NAME")]), node("Para", words(f"{name} - {what}")),
              node("Header", [1, ["", [], []], words("SYNOPSIS")]),
              node("Para", [node("Strong", words(command)), *(words(arguments) if arguments else [])]),
              node("Header", [1, ["", [], []], words("DESCRIPTION")])]
    for block in linux_first(page.blocks[1:]):
        if block["t"] == "Header":
            block["c"][0] -= 1
            if block["c"][0] == 1:
                block["c"][2] = words(plain(block).upper())
        blocks += to_definitions(name, block) if block["t"] == "Table" else [block]
    others = [node("Str", f"{other}({MEN[other][0]})") for other in sorted(MEN) if other != name]
    separated = [inline for other in others for inline in (other, node("Str", ","), node("Space"))][:-2]
    blocks += [node("Header", [1, ["", [], []], words("SEE ALSO")]), node("Para", separated)]

    def visit(item):
        if item["t"] == "Link":  # a terminal has nothing to follow
            page_name = item["c"][2][0].partition("#")[0].removesuffix(".md")
            shown = [node("Str", f"{page_name}({MEN[page_name][0]})")] if page_name in MEN else item["c"][1]
            item["t"], item["c"] = "Span", [["", [], []], shown]
        elif item["t"] == "Code":
            item["t"], item["c"] = "Strong", [node("Str", item["c"][1])]

    walk(blocks, visit)
    title = f"title={name.upper()}({section}) UserPort | UserPort {version}"
    text = pandoc(docs, "-f", "json", "-t", "man", "--standalone", "-M", title, *(["-M", "date=" + date()] if date() else []),
                  text=document(blocks))
    text = text.replace("\n\\f[C]\n", "\n").replace("\n\\f[R]\n", "\n")  # a font that mandoc does not know
    text = re.sub(r"^(\.S[HS] .*)\n\.PP$", r"\1", text, flags=re.M)
    (out / man_name(name)).write_text(text, encoding="utf-8", newline="\n")


def main():
    parser = argparse.ArgumentParser(description="Makes the manual: HTML, PDF and the man pages.")
    parser.add_argument("--out", required=True, type=pathlib.Path, metavar="DIR")
    parser.add_argument("--docs", default=DOCS, type=pathlib.Path, metavar="DIR")
    parser.add_argument("version")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    try:
        write_html(arguments.docs.resolve(), arguments.out, arguments.version)
        write_pdf(arguments.out)
        for name in MEN:
            write_man(arguments.docs.resolve(), arguments.out, arguments.version, name)
    except Wrong as wrong:
        sys.exit(f"manual.py: {wrong}")


if __name__ == "__main__":
    main()
