#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes the seeds of fuzz/emulate into tests/fuzz/seeds/emulate: each kind of instruction, with numbers for its registers and memory."""

import pathlib
import random

HERE = pathlib.Path(__file__).resolve().parent

SEEDS = {
    "in": "EC", "in-word": "66ED", "in-immediate": "E461", "out-dword": "EF", "out-immediate": "66E780",
    "ins": "6C", "outs-fs": "646F", "rep-ins": "F36C", "rep-ins-word": "F3666D", "rep-outs": "F36F", "rep-ins-dword": "F26D",
    "rep-ins-short": "67F36D", "rep-outs-short": "67F3666F", "rep-outs-rex": "F3486F",
}

folder = HERE / "seeds/emulate"
folder.mkdir(parents=True, exist_ok=True)
numbers = random.Random(1)
for name, code in SEEDS.items():
    for bits in (32, 64):
        data = bytes([bits == 64]) + bytes.fromhex(code).ljust(15, b"\0") + numbers.randbytes(10 * 8)
        (folder / f"{name}-{bits}").write_bytes(data)
