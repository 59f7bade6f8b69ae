#!/bin/sh
# SPDX-License-Identifier: MIT
# The setup for amd64 under Wine, where others have put something in its way: setup/guard.py has the
# cases.
exec "$(dirname "$0")/setup.sh" guard
