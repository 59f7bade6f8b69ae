#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The other examples as the emulated hardware sees them: the demonstration's steps with the programs in C and C++ that use
userport.dll, and with those in Pascal, judged as the demonstration judges C's with IN and OUT; and the same writes. Prints TAP."""

import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "script", "tools"))

import demo  # noqa: E402
import demo_steps  # noqa: E402
import qemu_trace  # noqa: E402
import wav_notes  # noqa: E402

STEPS = ("load", "reset", "print", "tune", "stop")
LANGUAGES = {"library_": "C", "cpp_": "C++", "delphi_": "Pascal"}


class Tap:
    """The demonstration's report, with each observation as a test."""

    def __init__(self):
        self.number = self.failed = 0
        self.step = ""

    def tell(self, name, text):
        print("# %s: %s" % (name, text))

    def must(self, right, name, text):
        self.number += 1
        self.failed += not right
        print("%s %d - %s: %s: %s" % ("ok" if right else "not ok", self.number, self.step, name, text.replace("#", "")))
        return right


def run(folder, prefix):
    """Runs the demonstration with these programs. Returns (steps by name, evidence)."""
    trace, tune, printed = (os.path.join(folder, name) for name in ("trace.log", "tune.wav", "printed"))
    extra = qemu_trace.EVENT_OPTIONS + ["-D", trace, "-machine", "pcspk-audiodev=snd", "-audiodev", "wav,id=snd,path=" + tune]
    done = subprocess.run(["tests/machine/run", "demo", "every"] + (["programs=" + prefix] if prefix else []), cwd=ROOT, check=False,
                          env=dict(os.environ, QEMU_EXTRA=" ".join(extra), MACHINE_SECONDS="120", MACHINE_PRINTED=printed),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    with open(trace, encoding="ascii", errors="replace", newline="\n") as log:
        steps, ended = demo_steps.collect(qemu_trace.events(log))
    with open(printed, "rb") as file:
        driver = os.path.join(os.environ.get("BUILD", os.path.join(ROOT, "build")), demo.DRIVER)
        evidence = demo.Evidence(driver, file.read(), wav_notes.read_notes(tune), "", None, done.returncode)
    return {step.name: step for step in steps} if ended else {}, evidence


def writes(step):
    return [(access.port, access.value) for access in step.watched() if access.write] if step else []


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        raw, _ = run(folder, "")
        for prefix, language in LANGUAGES.items():
            steps, evidence = run(folder, prefix)
            for name in STEPS:
                tap.step = "%s, %s" % (language, name)
                if tap.must(name in steps and evidence.status == 0, "step", "the machine comes so far, and ends well"):
                    demo.JUDGES[name](tap, steps[name], evidence)
                if name not in ("load", "stop"):
                    found, wanted = writes(steps.get(name)), writes(raw.get(name))
                    tap.must(found == wanted and found, "writes", "%d, the same as those of the program with OUT (%d)" % (len(found), len(wanted)))
    print("1..%d" % tap.number)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
