#!/bin/sh
# SPDX-License-Identifier: MIT
# What script/demo --wine shows: a program that runs IN and OUT itself, on a 64-bit system, without
# UserPort and with it. No test; script/tools/demo_wine.py reads what this prints.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_wine.sh"

tell() { # tell STEP COMMAND...: a command of Wine
    echo "@ $1"
    shift
    wine_by env "$@" | sed 's/^/| /'
}

cp "$build/amd64/userportctl.exe" "$build/amd64/userport-trap.dll" "$build"/examples/amd64/*.exe "$here/"
wine_service "$build/amd64/userport.sys" 378-37A
chown -R anna: "$here"
printf '[lab]\nusers = anna\nprogram = any\nports = 378-37A\n' | policy
wine_hold "$run --"
tell start sc start UserPort
tell without resetlpt.exe
tell reset userportctl.exe run -- resetlpt.exe
tell print userportctl.exe run -- printlpt.exe "Hello from a 64-bit program."
echo "@ end"
