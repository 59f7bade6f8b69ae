#!/bin/sh
# SPDX-License-Identifier: MIT
# The amd64 driver through Wine's service manager, registry and I/O manager: transfer/main.c has the
# cases. First with fake ports (fake/), then the shipped file itself, which is given nothing that
# would reach a port. An argument: only cases whose names contain it.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_start
cp "$build/wine/userport_fake.sys" "$build/amd64/userport.sys" "$WINEPREFIX/drive_c/windows/system32/drivers/"
wine_everywhere wine_limited 300 "$build/wine/transfer_client.exe" 'C:\windows\system32\drivers\userport_fake.sys' \
    'C:\windows\system32\drivers\userport.sys' "$@"
