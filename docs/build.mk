# SPDX-License-Identifier: MIT
# The manual: HTML, PDF, and the man pages.

MANUAL := $(addprefix $(BUILD)/manual/,manual.html manual.pdf userportctl.1 libuserport.3 userport.conf.5 portcheck.1 userport-run.8)

.PHONY: manual
manual: $(MANUAL)

$(MANUAL) &: $(wildcard docs/*.md docs/manual.* docs/*.png docs/figures/*) script/tools/manual.py VERSION
	echo "  $(BUILD)/manual"
	$(PYTHON) script/tools/manual.py --out $(BUILD)/manual $(VERSION)
