# SPDX-License-Identifier: MIT
# The packages: install/dist.py makes them of what the build has made. A part of the Makefile.
#   make dist                              as they are released, not signed
#   make dist SIGN_CERT=FILE SIGN_KEY=FILE signed: docs/release.md

DIST := $(BUILD)/dist
export SIGN_CERT SIGN_KEY SIGN_ARGS SIGN_TIMESTAMP

.PHONY: dist
dist: driver lib gui userportctl iopm portcheck examples
	echo "  $(DIST)"
	$(PYTHON) install/dist.py --build $(BUILD) --out $(DIST) --cc $(CC32)
