# SPDX-License-Identifier: MIT
# Builds userport.sys for i386 and amd64. The files differ only in the grant mechanism and in the
# functions that the two kernels name differently.

DRIVER_BOTH  := $(addprefix driver/,main.c state.c access.c transfer.c ports_x86.c worker.c settings_registry.c security.c eventlog.c device.c aliases.c hazards.c)
DRIVER_I386  := $(DRIVER_BOTH) $(addprefix driver/,grant_i386.c process.c compat_i386.c)
DRIVER_AMD64 := $(DRIVER_BOTH) $(addprefix driver/,grant_amd64.c compat_amd64.c)
DRIVER_OBJECTS_I386  := $(call objects,i386-kernel,$(DRIVER_I386)) $(BUILD)/obj/i386-kernel/driver/userport.rc.o
DRIVER_OBJECTS_AMD64 := $(call objects,amd64-kernel,$(DRIVER_AMD64)) $(BUILD)/obj/amd64-kernel/driver/userport.rc.o

# HACKING.md explains these options. The driver links with ntoskrnl before hal and with nothing
# else: no start files, no C library.
DRIVER_LINK       := -nostdlib -nostartfiles -shared -s -Wl,--exclude-all-symbols -Wl,--image-base,0x10000 -Wl,--file-alignment,0x200 \
	-Wl,--section-alignment,0x1000 -Wl,--dynamicbase,--nxcompat -Wl,--no-insert-timestamp -Wl,--gc-sections
DRIVER_LINK_I386  := $(DRIVER_LINK) -Wl,--subsystem,native:4.0 -Wl,-e,_DriverEntry@8
# The amd64 driver names its symbols, which go to Microsoft with it (package/submission.py). The
# linker writes paths and the time into them; script/tools/symbols.py takes them out.
DRIVER_LINKED_PDB := $(BUILD)/obj/amd64-kernel/userport.pdb
DRIVER_LINK_AMD64 := $(DRIVER_LINK) -Wl,--pdb=$(DRIVER_LINKED_PDB) -Wl,--subsystem,native:5.2 -Wl,--major-os-version,5,--minor-os-version,2

.PHONY: driver
driver: $(BUILD)/i386/userport.sys $(BUILD)/amd64/userport.sys $(BUILD)/amd64/userport.pdb

# These files run for each port access, so they are optimised for speed; the rest is optimised for
# size.
$(foreach arch,i386 amd64,$(call objects,$(arch)-kernel,driver/access.c driver/transfer.c driver/ports_x86.c)): EXTRA := -O2

$(BUILD)/obj/i386-kernel/driver/userport.rc.o: driver/userport.rc $(GEN)/version.h $(GEN)/messages.rc
	$(say)
	$(WINDRES32) -I$(GEN) -i $< -o $@

$(BUILD)/obj/amd64-kernel/driver/userport.rc.o: driver/userport.rc $(GEN)/version.h $(GEN)/messages.rc
	$(say)
	$(WINDRES64) -I$(GEN) -i $< -o $@

$(BUILD)/i386/userport.sys: $(DRIVER_OBJECTS_I386) $(BUILD)/obj/i386-kernel/parts.a driver/imports-i386.tsv script/tools/check_image.py
	$(say)
	$(CC32) $(DRIVER_LINK_I386) -o $@ $(filter %.o %.a,$^) -lntoskrnl -lhal
	$(PYTHON) script/tools/check_image.py --imports driver/imports-i386.tsv --size-limit 32768 $@
	$(CHECK_I486) $@

$(BUILD)/amd64/userport.sys: $(DRIVER_OBJECTS_AMD64) $(BUILD)/obj/amd64-kernel/parts.a driver/imports-amd64.tsv script/tools/check_image.py
	$(say)
	$(CC64) $(DRIVER_LINK_AMD64) -Wl,-e,DriverEntry -o $@ $(filter %.o %.a,$^) -lntoskrnl -lhal
	$(PYTHON) script/tools/check_image.py --arch amd64 --imports driver/imports-amd64.tsv --size-limit 32768 $@

$(BUILD)/amd64/userport.pdb: $(BUILD)/amd64/userport.sys script/tools/symbols.py
	$(say)
	$(PYTHON) script/tools/symbols.py $(DRIVER_LINKED_PDB) $@
