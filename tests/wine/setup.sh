#!/bin/sh
# SPDX-License-Identifier: MIT
# The setup for amd64 under Wine, silently and in its window, with a fake of the driver:
# setup/steps.py has the cases, each of which goes on where the one before it ended. With the word
# guard, as setup_guard.sh: setup/guard.py. Pictures: build/setup.
set -u
cd "$(dirname "$0")/../.." || exit 1
screen_size=1024x768
. tests/wine/gui/screen.sh
mkdir -p "$build/setup"
wine_boot

timeout --foreground -k 5 400 /usr/bin/python3 "tests/wine/setup/${1:-steps}.py" "$WINEPREFIX" "$build"
