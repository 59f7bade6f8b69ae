# SPDX-License-Identifier: MIT
# userport-run, the only privileged part on Linux.

LINUX_LINK := -pie -Wl,-z,relro,-z,now,-z,noexecstack

.PHONY: linux
linux: $(BUILD)/host/userport-run $(BUILD)/host/userportctl

$(BUILD)/host/userport-run: $(BUILD)/obj/host/run/userport-run.o $(BUILD)/obj/host/parts.a
	$(say)
	$(CC) $(LINUX_LINK) -o $@ $^
