# SPDX-License-Identifier: MIT
# UserPort.exe, the configuration program.

.PHONY: gui
programs: gui
gui: $(BUILD)/i386/UserPort.exe $(BUILD)/amd64/UserPort.exe

$(GEN)/UserPort.ico: script/tools/icon.py
	$(say)
	$(PYTHON) $< $@

$(eval $(call resources,gui/UserPort,,gui/resource.h gui/UserPort.manifest $(GEN)/UserPort.ico $(GEN)/version.h))
$(eval $(call program,UserPort,start_wide_windows,$(patsubst %.c,%.o,$(wildcard gui/*.c)) gui/UserPort.rc.o,-mwindows -luser32 -lgdi32 -lcomctl32 -lcomdlg32 -lshell32))
