#!/bin/sh
# SPDX-License-Identifier: MIT
# make dist SIGN_CERT=... SIGN_KEY=... with a certificate that is made here, for this test, and
# thrown away. signing.py has the cases; Wine is for its wintrust.dll, which reads a catalogue
# without our code.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_start
/usr/bin/python3 tests/dist/signing.py
