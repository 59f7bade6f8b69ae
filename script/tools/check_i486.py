#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Checks linked i386 images: does a 486, the oldest processor of Windows NT 4.0, know each of their instructions?

    check_i486.py [--objdump PROGRAM] IMAGE...

-march=i486 holds for what is compiled here, not for what the linker takes from the toolchain's libraries and start files:
Debian compiles those for a Pentium Pro, and the first CMOV ends a program on an older processor. So the image is read, all
of its code, whether it can be reached or not. What is not on the list of a 486's instructions is an error, except for two:

    ud2    raises "invalid opcode" on every processor, which is what gcc puts it there for: behind calls that do not return
    pause  is rep nop, and does nothing there

Exit status: 0 the images are good, 1 one is not (each kind of instruction on a line of its own, with the first address, on
standard error), 2 wrong usage, or a file that cannot be read.
"""

import argparse
import os
import re
import subprocess
import sys

import pefile

MACHINE_I386 = 0x014C
MEM_EXECUTE = 0x20000000

# What GNU ld puts behind the code: the lists of constructors and destructors of C++, empty.
NO_CONSTRUCTORS = bytes.fromhex("ffffffff00000000") * 2

# In the spelling of objdump's -M intel. Intel, i486 Processor Programmer's Reference Manual,
# chapter 26; its x87 unit.
KNOWN = set("""
    aaa aad aam aas adc add and arpl bound bsf bsr bswap bt btc btr bts call cbw cdq clc cld cli clts cmc cmp cmps cmpxchg
    cwd cwde daa das dec div enter hlt idiv imul in inc ins int int3 into invd invlpg iret iretd jmp lahf lar lds lea leave
    les lfs lgdt lgdtd lgs lidt lidtd lldt lmsw lods loop loope loopne lret lsl lss ltr mov movs movsx movzx mul neg nop not
    or out outs pop popa popf push pusha pushf rcl rcr ret retf rol ror sahf sar sbb scas sgdt sgdtd shl shld shr shrd sidt
    sidtd sldt smsw stc std sti stos str sub test verr verw wbinvd xadd xchg xlat xor
    ja jae jb jbe jcxz je jecxz jg jge jl jle jne jno jnp jns jo jp js
    seta setae setb setbe sete setg setge setl setle setne setno setnp setns seto setp sets
    f2xm1 fabs fadd faddp fbld fbstp fchs fclex fcom fcomp fcompp fcos fdecstp fdiv fdivp fdivr fdivrp ffree fiadd ficom
    ficomp fidiv fidivr fild fimul fincstp finit fist fistp fisub fisubr fld fld1 fldcw fldenv fldl2e fldl2t fldlg2 fldln2
    fldpi fldz fmul fmulp fnclex fninit fnop fnsave fnstcw fnstenv fnstsw fpatan fprem fprem1 fptan frndint frstor fsave
    fscale fsin fsincos fsqrt fst fstcw fstenv fstp fstsw fsub fsubp fsubr fsubrp ftst fucom fucomp fucompp fwait fxam fxch
    fxtract fyl2x fyl2xp1
    """.split())
TOLERATED = {"ud2", "pause"}
PREFIXES = {"lock", "rep", "repe", "repne", "repz", "repnz", "data16", "addr16", "cs", "ds", "es", "fs", "gs", "ss"}

LINE = re.compile(r"^\s*([0-9a-f]+):\t(.+)$")


class Unreadable(Exception):
    """What is the matter with a file, or with the program that reads it."""


def code_of(image):
    """[(first address, address behind it)] of all code."""
    try:
        pe = pefile.PE(image, fast_load=True)
    except OSError as error:
        raise Unreadable("cannot read %s: %s" % (image, error.strerror)) from error
    except pefile.PEFormatError as error:
        raise Unreadable("cannot read %s as a PE image: %s" % (image, error.value)) from error
    if pe.FILE_HEADER.Machine != MACHINE_I386:
        raise Unreadable("%s is for machine 0x%X, not for i386" % (image, pe.FILE_HEADER.Machine))
    found = []
    for section in pe.sections:
        if section.Characteristics & MEM_EXECUTE:
            code = section.get_data()[:section.Misc_VirtualSize]
            length = len(code) - (len(NO_CONSTRUCTORS) if code.endswith(NO_CONSTRUCTORS) else 0)
            first = pe.OPTIONAL_HEADER.ImageBase + section.VirtualAddress
            found.append((first, first + length))
    if not any(first < end for first, end in found):
        raise Unreadable("%s has no code" % image)
    return found


def disassemble(objdump, image):
    """(address, instruction) of all code."""
    instructions = []
    for first, end in code_of(image):
        command = [objdump, "--disassemble", "-M", "intel", "--no-show-raw-insn", "--start-address=%#x" % first,
                   "--stop-address=%#x" % end, image]
        try:
            done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        except OSError as error:
            raise Unreadable("cannot run %s: %s" % (objdump, error.strerror)) from error
        lines = [match.groups() for match in map(LINE.match, done.stdout.splitlines()) if match]
        if done.returncode != 0 or not lines:
            raise Unreadable("%s does not disassemble %s: %s" % (objdump, image, done.stderr.strip() or "it says nothing"))
        instructions += lines
    return instructions


def mnemonic(instruction):
    """Its name without prefixes; nop with an operand, which came with the Pentium Pro, is "nop OPERAND"."""
    words = instruction.split("#")[0].split()
    while words[1:] and words[0] in PREFIXES:
        del words[0]
    return "nop OPERAND" if words[0] == "nop" and words[1:] else words[0]


def newer(code):
    """{name: (how often, the first address)} of what a 486 does not know."""
    found = {}
    for address, instruction in code:
        name = mnemonic(instruction)
        if name not in KNOWN and name not in TOLERATED and name not in PREFIXES:
            times, first = found.get(name, (0, address))
            found[name] = (times + 1, first)
    return found


def main():
    parser = argparse.ArgumentParser(prog="check_i486.py", description="Checks linked i386 images: does a 486 run them?")
    parser.add_argument("--objdump", default="i686-w64-mingw32-objdump", metavar="PROGRAM")
    parser.add_argument("images", nargs="+", metavar="IMAGE")
    arguments = parser.parse_args()

    is_good = True
    for image in arguments.images:
        try:
            code = disassemble(arguments.objdump, image)
        except Unreadable as error:
            print("check_i486.py: %s" % error, file=sys.stderr)
            sys.exit(2)
        for name, (times, address) in sorted(newer(code).items()):
            print("%s: %s (%d times, the first at %s) is no instruction of a 486: what is linked has to be compiled for one"
                  % (os.path.basename(image), name, times, address), file=sys.stderr)
            is_good = False
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
