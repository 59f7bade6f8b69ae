# SPDX-License-Identifier: MIT
# What is only for Linux: userport-run. A part of the Makefile.

LINUX_FLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -g $(WARN) -Wpedantic -Wconversion -Iinclude -I$(GEN) -MMD -MP \
	-fPIE -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2 -fcf-protection
LINUX_LINK  := -pie -Wl,-z,relro,-z,now,-z,noexecstack
RULES_C     := linux/rules.c core/portset.c core/portlist.c core/known_ports.c

linux: $(BUILD)/host/userport-run

$(BUILD)/host/linux/%.o: linux/%.c $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(LINUX_FLAGS) -c $< -o $@

$(BUILD)/host/linux/core_%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(LINUX_FLAGS) -c $< -o $@

RUN_OBJECTS := $(addprefix $(BUILD)/host/linux/,userport-run.o policy_files.o rules.o core_portset.o core_portlist.o core_known_ports.o)

$(BUILD)/host/userport-run: $(RUN_OBJECTS)
	echo "  $@"
	$(CC) $(LINUX_LINK) -o $@ $^ -linih
