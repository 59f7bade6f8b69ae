# SPDX-License-Identifier: MIT
# Builds portcheck for Windows, for this host, and for the tests (with sanitizers).

PORTCHECK := $(patsubst %.c,%.o,$(wildcard portcheck/*.c))

.PHONY: portcheck
programs: portcheck
portcheck: $(BUILD)/i386/portcheck.exe $(BUILD)/amd64/portcheck.exe $(BUILD)/host/portcheck

# CRT_glob.o expands * and ? in arguments, which Windows' shell does not do.
$(eval $(call program,portcheck,start_windows,$(PORTCHECK),$$$$($$(if $$(findstring i386,$$@),$(CC32),$(CC64)) -print-file-name=CRT_glob.o)))

$(BUILD)/host/portcheck: $(PORTCHECK:%=$(BUILD)/obj/host/%) $(BUILD)/obj/host/parts.a
	$(say)
	$(CC) $(LINUX_LINK) -o $@ $^

$(BUILD)/unit/portcheck: $(PORTCHECK:%=$(BUILD)/obj/unit/%) $(BUILD)/obj/unit/parts.a
	$(say)
	$(CC) $(SANITIZE) -o $@ $^
