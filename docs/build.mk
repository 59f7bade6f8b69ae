# SPDX-License-Identifier: MIT
# The manual: HTML, PDF, and the man pages. A part of the Makefile.

MANUAL := $(addprefix $(BUILD)/manual/,manual.html manual.pdf userportctl.1 libuserport.3 userport.conf.5 portcheck.1 userport-run.8)

.PHONY: manual
manual: $(MANUAL)

$(MANUAL) &: $(addprefix docs/,manual.md userportctl.md com.md protocol.md libuserport.md userport.conf.md wine.md portcheck.md userport-run.md manual.css manual.html.in) $(wildcard docs/*.png docs/figures/*) \
		script/tools/manual.py VERSION
	echo "  $(BUILD)/manual"
	$(PYTHON) script/tools/manual.py --out $(BUILD)/manual $(VERSION)
