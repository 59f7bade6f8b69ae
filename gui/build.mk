# SPDX-License-Identifier: MIT
# UserPort.exe, the configuration program. A part of the Makefile.
