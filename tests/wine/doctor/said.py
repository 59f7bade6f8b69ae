#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Looks for a finding in the doctor's JSON: said.py FILE LEVEL SUBJECT TEXT [ADVICE]. Status 1: there is none such."""

import json
import pathlib
import sys

SUBJECTS = {"system", "administrator", "service", "driver-file", "file-access", "architecture", "signature", "loading", "load-events", "test-signing", "secure-boot",
            "memory-integrity", "block-list", "driver-policy", "driver", "other-map", "settings", "scope", "hazards", "wide-list", "applied", "programs", "cards", "denied",
            "refused", "access", "service-access", "event-source", "other-drivers", "dll"}

# of a report about one file
ASKED = {"loading", "signature", "load-events", "test-signing", "secure-boot", "memory-integrity", "block-list", "driver-policy", "system"}

name, level, subject, text = sys.argv[1:5]
advice = sys.argv[5] if len(sys.argv) > 5 else ""
report = json.loads(pathlib.Path(name).read_text(encoding="utf-8"))
findings = report["findings"]
assert {finding["subject"] for finding in findings} in (SUBJECTS, ASKED)
assert report["errors"] == sum(finding["level"] == "error" for finding in findings)
if any(finding["level"] == level and finding["subject"] == subject and text in finding["text"] and advice in finding["advice"]
       for finding in findings):
    sys.exit(0)
print(f"# not said: {level} {subject}: {text} [{advice}]; but:")
for finding in findings:
    if finding["subject"] == subject:
        print(f"# {finding['level']} {subject}: {finding['text']} [{finding['advice']}]")
sys.exit(1)
