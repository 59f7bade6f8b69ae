#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tests of script/tools/check_i486.py: it passes what is built for 32-bit Windows, and small images of what a 486 knows; and
it fails each small image that has one instruction more. TAP."""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
CHECKER = ROOT / "script/tools/check_i486.py"
COMPILER = "i686-w64-mingw32-gcc"

SHIPPED = ["userport.sys", "userport.dll", "userport_com.dll", "inpout32.dll", "DLPortIO.dll", "userportctl.exe", "UserPort.exe", "iopm.exe",
           "portcheck.exe"]
EXAMPLES = ["resetlpt.exe", "printlpt.exe", "speaker.exe", "probe.exe", "lptstatus.exe"]

# What a 486 knows, among it what came with it.
OLD = """
    bswapl %eax; xaddl %eax, (%ecx); lock cmpxchgl %eax, (%ecx); invlpg (%ecx)
    movzbl %al, %eax; shldl $1, %eax, %ecx; setne %al; imull $3, %eax, %eax; leal 0(%esi), %esi; btl %eax, (%ecx)
    rep movsb; repne scasb; cs; movb (%ebx), %al; movb (%bx), %al; pushfl; popal; lret $4; int $0x21; int3; into; cltd; cwtl
    inb $0x61, %al; inw %dx, %ax; outl %eax, %dx; rep insb; rep outsw; cli; sti; hlt
    sgdt (%eax); lgdt (%eax); sidt (%eax); lidt (%eax); lar %eax, %ecx; loopne .
    fldl (%eax); fcompp; fnstsw %ax; sahf; fucompp; fistpll (%eax); fsincos; fprem1; fsave (%eax); fnstcw (%eax); fwait; fxch
    nop; xchg %ax, %ax; pause; ud2; jecxz .; call *%eax; jmp *(%eax); bound %eax, (%ecx); arpl %ax, %cx; xlat; aam; movl %cr0, %eax
    """

# One that it lacks, and its name as the check says it.
NEW = {
    "cmovel %eax, %ecx": "cmove",
    "cmovnsl (%eax), %ecx": "cmovns",
    "fcomi %st(1)": "fcomi",
    "fucomip %st(1)": "fucomip",
    "fcmove %st(1), %st": "fcmove",
    "lock cmpxchg8b (%eax)": "cmpxchg8b",
    "rdtsc": "rdtsc",
    "cpuid": "cpuid",
    "rdmsr": "rdmsr",
    "sysenter": "sysenter",
    "emms": "emms",
    "movq %mm0, %mm1": "movq",
    "movaps %xmm0, %xmm1": "movaps",
    "movd %xmm0, %eax": "movd",
    "prefetcht0 (%eax)": "prefetcht0",
    "nopl 0(%eax,%eax,1)": "nop OPERAND",
    "tzcntl %eax, %ecx": "tzcnt",
    "endbr32": "endbr32",
    "fxsave (%eax)": "fxsave",
    "fisttpl (%eax)": "fisttp",
}


class Tap:
    def __init__(self, plan):
        print("1..%d" % plan)
        self.number = self.failed = 0

    def check(self, good, name, found=""):
        self.number += 1
        print("%s %d - %s" % ("ok" if good else "not ok", self.number, name))
        if not good:
            self.failed += 1
            print("".join("# %s\n" % line for line in str(found).splitlines()), end="")


def check(*arguments):
    """(exit status, what is said)"""
    done = subprocess.run(["/usr/bin/python3", CHECKER, *arguments], check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True)
    return done.returncode, done.stdout


def link(folder, code, section=".text"):
    """An image of a ret, and of this code behind it or in a section of its own."""
    source, image = folder / "code.S", folder / "code.exe"
    into = section if section == ".text" else '.section %s, "x"' % section
    source.write_text(".globl _start\n_start: ret\n%s\n%s\n" % (into, code.strip().replace("\n", ";")))
    subprocess.run([COMPILER, "-nostdlib", "-s", "-Wl,-e,_start", "-o", image, source], check=True)
    return image


def main():
    tap = Tap(len(NEW) + 9)
    for name in ("userport.sys", "userport.dll and its like", "the programs", "the examples"):
        kind = {"userport.sys": ".sys", "userport.dll and its like": ".dll", "the programs": ".exe"}.get(name)
        images = [BUILD / "i386" / image for image in SHIPPED if image.endswith(kind)] if kind else [
            BUILD / "examples/i386" / image for image in EXAMPLES]
        said = check(*images)
        tap.check(said == (0, ""), "passes: %s, as built" % name, said)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        said = check(link(folder, OLD))
        tap.check(said == (0, ""), "passes: what a 486 knows, ud2 and pause", said)
        for code, what in NEW.items():
            status, said = check(link(folder, code))
            good = status == 1 and said.startswith("code.exe: %s (1 times, the first at " % what) and said.count("\n") == 1
            tap.check(good, "fails: %s" % what, said)
        status, said = check(link(folder, "cmovel %eax, %ecx; " * 3 + "rdtsc", ".more"))
        tap.check(status == 1 and "cmove (3 times" in said and "rdtsc (1 times" in said,
                  "fails: in another section; each kind is counted", said)
        status, said = check(link(folder, "ret"), BUILD / "amd64/userport.dll")
        tap.check(status == 2 and "is for machine 0x8664, not for i386" in said, "an amd64 image is none to check", said)
        absent, text = folder / "absent.exe", folder / "code.S"
        said = [check(absent), check(text), check()]
        tap.check([status for status, _ in said] == [2, 2, 2], "no file, no image, no argument: exit status 2", said)
        status, said = check("--objdump", absent, link(folder, "ret"))
        tap.check(status == 2 and "cannot run" in said, "without objdump nothing passes", said)
    sys.exit(1 if tap.failed else 0)


if __name__ == "__main__":
    main()
