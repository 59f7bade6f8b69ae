# SPDX-License-Identifier: MIT
# The manual: HTML, PDF, and the man page of userportctl. A part of the Makefile.

MANUAL := $(addprefix $(BUILD)/manual/,manual.html manual.pdf userportctl.1)

.PHONY: manual
manual: $(MANUAL)

$(MANUAL) &: $(addprefix docs/,manual.md userportctl.md com.md protocol.md manual.css manual.html.in) $(wildcard docs/*.png docs/figures/*) \
		script/tools/manual.py VERSION
	echo "  $(BUILD)/manual"
	$(PYTHON) script/tools/manual.py --out $(BUILD)/manual $(VERSION)
