#!/bin/sh
# SPDX-License-Identifier: MIT
# The setup for amd64 under Wine, silently and in its window, with a fake of the driver:
# setup/steps.py has the cases, each of which goes on where the one before it ended. With the word
# guard, as setup_guard.sh: setup/guard.py. Pictures: build/setup.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/wine/lib.sh
wine_prepare
mkdir -p "$build/setup"
screen=
manager=

setup_end() {
    [ -z "$manager" ] || kill "$manager" 2>/dev/null
    [ -z "$screen" ] || kill "$screen" 2>/dev/null
    wine_end
}
trap setup_end EXIT

Xvfb -displayfd 3 -screen 0 1024x768x24 -nolisten tcp 3>"$WINEPREFIX/display" >/dev/null 2>&1 &
screen=$!
for _ in $(seq 100); do
    [ -s "$WINEPREFIX/display" ] && break
    sleep 0.1
done
if [ ! -s "$WINEPREFIX/display" ]; then
    echo 'Bail out! Xvfb has no screen'
    exit 1
fi
DISPLAY=:$(cat "$WINEPREFIX/display")
export DISPLAY
openbox --sm-disable >/dev/null 2>&1 &
manager=$!
wine_boot

timeout --foreground -k 5 400 /usr/bin/python3 "tests/wine/setup/${1:-steps}.py" "$WINEPREFIX" "$build"
