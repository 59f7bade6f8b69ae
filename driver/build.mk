# SPDX-License-Identifier: MIT
# userport.sys for i386 and amd64. A part of the Makefile.

# The same files for both, but for the mechanism and what the kernels call differently.
DRIVER_BOTH    := main.c state.c access.c iolist.c ports_x86.c worker.c policy_registry.c security.c eventlog.c device.c aliases.c hazards.c
DRIVER_CORE    := portset.c policy.c known_ports.c
DRIVER_I386    := $(DRIVER_BOTH) grant_i386.c process.c compat_i386.c
DRIVER_AMD64   := $(DRIVER_BOTH) grant_amd64.c compat_amd64.c
DRIVER_OBJECTS   := $(DRIVER_I386:%.c=$(BUILD)/i386/driver/%.o) $(DRIVER_CORE:%.c=$(BUILD)/i386/core/%.o)
DRIVER_OBJECTS64 := $(DRIVER_AMD64:%.c=$(BUILD)/amd64/driver/%.o) $(DRIVER_CORE:%.c=$(BUILD)/amd64/core/%.o)

DRIVER_ALL   := -std=gnu11 -mtune=generic -Os -ffreestanding -ffunction-sections -fno-ident $(WARN) -isystem $(DDK) -Iinclude -I$(GEN) -MMD -MP
# -march=i486: what the oldest NT runs on. No unwind tables: i386 NT has no use for them. A section for each function, for --gc-sections; not for
# data, which would turn .bss into bytes of the file.
DRIVER_FLAGS   := $(DRIVER_ALL) -march=i486 -fno-asynchronous-unwind-tables
# amd64 NT unwinds by tables, and interrupts use the stack below its pointer.
DRIVER_FLAGS64 := $(DRIVER_ALL) -mno-red-zone -mno-sse -mno-mmx -fasynchronous-unwind-tables

# The traps behind these are in HACKING.md. ntoskrnl before hal, and nothing else: no start files, no C library.
DRIVER_LINK_ALL := -nostdlib -nostartfiles -shared -s -Wl,--exclude-all-symbols -Wl,--image-base,0x10000 -Wl,--file-alignment,0x200 \
	-Wl,--section-alignment,0x1000 -Wl,--dynamicbase,--nxcompat -Wl,--no-insert-timestamp -Wl,--gc-sections
DRIVER_LINK     := $(DRIVER_LINK_ALL) -Wl,--subsystem,native:4.0 -Wl,-e,_DriverEntry@8
DRIVER_LINK64   := $(DRIVER_LINK_ALL) -Wl,--subsystem,native:5.2 -Wl,--major-os-version,5,--minor-os-version,2 -Wl,-e,DriverEntry

driver: $(BUILD)/i386/userport.sys $(BUILD)/amd64/userport.sys

# the way of each port access; the rest of the driver is small rather than fast
$(BUILD)/i386/driver/access.o $(BUILD)/i386/driver/iolist.o $(BUILD)/i386/driver/ports_x86.o: DRIVER_FLAGS += -O2
$(BUILD)/amd64/driver/access.o $(BUILD)/amd64/driver/iolist.o $(BUILD)/amd64/driver/ports_x86.o: DRIVER_FLAGS64 += -O2

$(BUILD)/i386/driver/%.o: driver/%.c $(GEN)/version.h $(GEN)/messages.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(DRIVER_FLAGS) -c $< -o $@

$(BUILD)/i386/core/%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) $(DRIVER_FLAGS) -c $< -o $@

$(BUILD)/amd64/driver/%.o: driver/%.c $(GEN)/version.h $(GEN)/messages.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(DRIVER_FLAGS64) -c $< -o $@

$(BUILD)/amd64/core/%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(DRIVER_FLAGS64) -c $< -o $@

$(BUILD)/amd64/driver/resources.o: driver/userport.rc $(GEN)/version.h $(GEN)/messages.rc
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES64) -I$(GEN) -i $< -o $@

$(BUILD)/i386/driver/resources.o: driver/userport.rc $(GEN)/version.h $(GEN)/messages.rc
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES) -I$(GEN) -i $< -o $@

$(BUILD)/i386/userport.sys: $(DRIVER_OBJECTS) $(BUILD)/i386/driver/resources.o driver/imports-i386.tsv script/tools/check_image.py
	$(CC32) $(DRIVER_LINK) -o $@ $(DRIVER_OBJECTS) $(BUILD)/i386/driver/resources.o -lntoskrnl -lhal
	$(PYTHON) script/tools/check_image.py --imports driver/imports-i386.tsv --size-limit 32768 $@
	$(CHECK_I486) $@

$(BUILD)/amd64/userport.sys: $(DRIVER_OBJECTS64) $(BUILD)/amd64/driver/resources.o driver/imports-amd64.tsv script/tools/check_image.py
	$(CC64) $(DRIVER_LINK64) -o $@ $(DRIVER_OBJECTS64) $(BUILD)/amd64/driver/resources.o -lntoskrnl -lhal
	$(PYTHON) script/tools/check_image.py --arch amd64 --imports driver/imports-amd64.tsv --size-limit 32768 $@
