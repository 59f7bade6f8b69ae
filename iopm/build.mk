# SPDX-License-Identifier: MIT
# Builds iopm for Windows, for this host, and for the tests (with sanitizers).

.PHONY: iopm
programs: iopm
iopm: $(BUILD)/i386/iopm.exe $(BUILD)/amd64/iopm.exe $(BUILD)/host/iopm

$(eval $(call program,iopm,start_windows,iopm/iopm.o))

$(BUILD)/host/iopm: $(BUILD)/obj/host/iopm/iopm.o $(BUILD)/obj/host/parts.a
	$(say)
	$(CC) $(LINUX_LINK) -o $@ $^

$(BUILD)/unit/iopm: $(BUILD)/obj/unit/iopm/iopm.o $(BUILD)/obj/unit/parts.a
	$(say)
	$(CC) $(SANITIZE) -o $@ $^
