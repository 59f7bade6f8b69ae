# SPDX-License-Identifier: MIT
# userportctl for Windows and for Linux: most of the files are common to both.

CTL_ONLY_WINDOWS := cli/import.c cli/status.c cli/service.c cli/setup.c

.PHONY: programs userportctl
programs: userportctl
userportctl: $(BUILD)/i386/userportctl.exe $(BUILD)/amd64/userportctl.exe

$(eval $(call resources,cli/userportctl,,cli/userportctl.manifest $(GEN)/version.h))
$(eval $(call program,userportctl,start_wide_windows,$(patsubst %.c,%.o,$(call files_i386,cli)) cli/userportctl.rc.o))

# The library is linked statically: userportctl has to run where the library is not installed.
$(BUILD)/host/userportctl: $(call objects,host,$(filter-out $(CTL_ONLY_WINDOWS),$(call files_host,cli))) $(BUILD)/obj/host/parts.a
	$(say)
	$(CC) $(LINUX_LINK) -o $@ $^ -lpthread
