# SPDX-License-Identifier: MIT
# The tests under Wine: the driver with a fake of its port instructions, and programs that look at
# what UserPort did.

# wine_exe NAME, SOURCES (and archives), FLAGS AND LIBRARIES, NEEDED FILES: build/wine/NAME.exe
WINE_FLAGS := -std=gnu11 -O2 -s -static $(LEAN) $(WARN) -D__USE_MINGW_ANSI_STDIO=1 $(INCLUDES)
define wine_exe
WINE_EXES += $(1)
$(BUILD)/wine/$(1).exe: $(2) $(4) | $(GENERATED)
	$$(say)
	$(CC64) $(WINE_FLAGS) -o $$@ $(2) $(3)
endef
WINE_EXES :=
WINE_HEADERS := $(wildcard tests/wine/*/*.h tests/lib/tap.h tests/machine/tokens.h include/userport/*.h)

# the driver's own client, and witnesses: of the window, the setup, catalogues (dist/signing), the
# access list that is too loose
$(eval $(call wine_exe,transfer_client,$(wildcard tests/wine/transfer/*.c),-ladvapi32,$(WINE_HEADERS)))
$(eval $(call wine_exe,gui_look,tests/wine/gui/look.c $(BUILD)/obj/amd64/parts.a,-ladvapi32,$(wildcard core/*.h)))
$(eval $(call wine_exe,setup_look,tests/wine/setup/look.c))
$(eval $(call wine_exe,catalogue_read,tests/dist/catalogue_read.c,-municode -lwintrust))
$(eval $(call wine_exe,loosen,tests/wine/doctor/loosen.c,-ladvapi32))
$(eval $(call wine_exe,ctl_client,tests/wine/ctl/client.c tests/wine/clients/saved.c,-municode -ladvapi32,$(WINE_HEADERS)))

# what userportctl and UserPort.exe share, as they link it
$(eval $(call wine_exe,admin,$(wildcard tests/wine/admin/*.c) tests/wine/clients/saved.c $(BUILD)/obj/amd64/parts.a $(BUILD)/amd64/libuserport.a,-ladvapi32,$(WINE_HEADERS)))

# Programs that use the DLLs as their users do; what they share with the driver's own tests is
# client.c. linked_short and linked_int have an import library from a .def of their own.
CLIENT := tests/wine/transfer/client.c
$(eval $(call wine_exe,library,tests/wine/clients/library.c $(CLIENT) $(BUILD)/amd64/libuserport.dll.a,-ladvapi32,$(WINE_HEADERS)))
$(eval $(call wine_exe,routes,tests/wine/clients/routes.c $(CLIENT) $(BUILD)/amd64/libuserport.dll.a,-ladvapi32,$(WINE_HEADERS)))
$(eval $(call wine_exe,recorded,tests/wine/clients/recorded.c $(BUILD)/amd64/libuserport.dll.a,,$(WINE_HEADERS) tests/wine/trap/program.h))
$(eval $(call wine_exe,starts,tests/wine/clients/starts.c))
$(eval $(call wine_exe,watched,tests/wine/clients/watched.c,-mwindows,$(WINE_HEADERS) tests/wine/trap/program.h))
$(eval $(call wine_exe,journal,tests/wine/clients/journal.c $(BUILD)/amd64/libuserport.dll.a,,$(WINE_HEADERS)))
$(eval $(call wine_exe,linked_short,tests/wine/clients/linked.c $(CLIENT) $(BUILD)/wine/libinpoutx64.a,-DNUMBER=short -ladvapi32,$(WINE_HEADERS)))
$(eval $(call wine_exe,linked_int,tests/wine/clients/linked.c $(CLIENT) $(BUILD)/wine/libinpoutx64.a,-DNUMBER=int -ladvapi32,$(WINE_HEADERS)))
$(eval $(call wine_exe,loaded,tests/wine/clients/loaded.c $(CLIENT),-ladvapi32,$(WINE_HEADERS)))
$(eval $(call wine_exe,bench_trap,tests/wine/trap/bench.c,,$(WINE_HEADERS) tests/wine/trap/program.h))
$(eval $(call wine_exe,com,$(wildcard tests/wine/clients/com*.c tests/wine/clients/snapshot.c) $(CLIENT),-lole32 -loleaut32 -luuid -ladvapi32,$(WINE_HEADERS) $(GEN)/userport_com.h))

# a program that runs IN and OUT itself, for userportctl run, and a DLL that it loads: for both
# processors
TRAP_CASES := $(addprefix tests/wine/trap/,program.c accesses.c faults.c fast.c children.c hostile.c)
TRAP_FLAGS := $(WINE_FLAGS) -fno-omit-frame-pointer
$(BUILD)/wine/trap64.exe: $(TRAP_CASES) $(wildcard tests/wine/trap/*.h) $(WINE_HEADERS)
	$(say)
	$(CC64) $(TRAP_FLAGS) -o $@ $(TRAP_CASES)
$(BUILD)/wine/trap32.exe: $(TRAP_CASES) $(wildcard tests/wine/trap/*.h) $(WINE_HEADERS)
	$(say)
	$(CC32) $(TRAP_FLAGS) -o $@ $(TRAP_CASES)
# at an address beyond 4 GB that does not move, without a table of relocations
$(BUILD)/wine/trap64_high.exe: $(TRAP_CASES) $(wildcard tests/wine/trap/*.h) $(WINE_HEADERS)
	$(say)
	$(CC64) $(TRAP_FLAGS) -Wl,--image-base,0x7f0000000000,--disable-dynamicbase,--disable-reloc-section -o $@ $(TRAP_CASES)
$(BUILD)/wine/trap_module64.dll: tests/wine/trap/module.c
	$(say)
	$(CC64) $(TRAP_FLAGS) -shared -o $@ $<
$(BUILD)/wine/trap_module32.dll: tests/wine/trap/module.c
	$(say)
	$(CC32) $(TRAP_FLAGS) -shared -o $@ $<
# programs in other languages
$(BUILD)/wine/exceptions64.exe: tests/wine/trap/exceptions.cpp
	$(say)
	$(CXX64) $(EXAMPLE_CPP_FLAGS) -o $@ $<
$(BUILD)/wine/exceptions32.exe: tests/wine/trap/exceptions.cpp
	$(say)
	$(CXX32) $(EXAMPLE_CPP_FLAGS) -o $@ $<
$(BUILD)/wine/probe64.exe: tests/wine/trap/probe.dpr $(FPC_WINDOWS)/made
	$(say)
	mkdir -p $(@D)/probe64.units
	$(FPC) -Twin64 $(FPC_FLAGS) -Fu$(FPC_WINDOWS)/win64 -FU$(@D)/probe64.units -o$@ $<
$(BUILD)/wine/probe32.exe: tests/wine/trap/probe.dpr $(FPC_WINDOWS)/made
	$(say)
	mkdir -p $(@D)/probe32.units
	$(FPC_WINDOWS)/ppcross386 -Twin32 $(FPC_FLAGS) -Fu$(FPC_WINDOWS)/win32 -FU$(@D)/probe32.units -o$@ $<
$(BUILD)/wine/recorded32.exe: tests/wine/clients/recorded.c $(BUILD)/i386/libuserport.dll.a $(WINE_HEADERS) tests/wine/trap/program.h
	$(say)
	$(CC32) $(WINE_FLAGS) -o $@ $< $(BUILD)/i386/libuserport.dll.a
TRAP_PROGRAMS := $(addprefix $(BUILD)/wine/,trap64.exe trap64_high.exe trap32.exe trap_module64.dll trap_module32.dll exceptions64.exe exceptions32.exe \
	probe64.exe probe32.exe recorded32.exe)

.PHONY: wine
wine: lib $(TRAP_PROGRAMS) $(BUILD)/wine/userport_fake.sys $(BUILD)/wine/userport_other.sys $(WINE_EXES:%=$(BUILD)/wine/%.exe) $(BUILD)/wine/marker.dll $(BUILD)/wine/wevtapi.dll \
	$(BUILD)/wine/kill_at $(BUILD)/amd64/userportctl.exe $(BUILD)/amd64/UserPort.exe

$(BUILD)/wine/libinpoutx64.a: tests/wine/clients/inpoutx64.def
	$(say)
	$(DLLTOOL64) -d $< -l $@

$(BUILD)/wine/marker.dll: tests/wine/ctl/marker.c
	$(say)
	$(CC64) -std=gnu11 -O2 -s -shared $(WARN) -o $@ $<

# a fake of the event log's reader, which Wine lacks
$(BUILD)/wine/wevtapi.dll: tests/wine/doctor/wevtapi.c
	$(say)
	$(CC64) -std=gnu11 -O2 -s -shared -static-libgcc $(WARN) -o $@ $<

# what kills userportctl at a system call, for this host
$(BUILD)/wine/kill_at: tests/wine/ctl/kill_at.c
	$(say)
	$(CC) -std=gnu11 -g -O1 $(WARN) -o $@ $<

# The amd64 driver with fake ports, and with fakes of the kernel calls that Wine lacks: all other
# objects are the shipped driver's. The access check is the test machine's.
WINE_FAKE := $(filter-out %/ports_x86.o,$(DRIVER_OBJECTS_AMD64)) $(call objects,amd64-kernel,$(wildcard tests/wine/fake/*.c) tests/machine/security.c) \
	$(BUILD)/obj/amd64-kernel/parts.a
$(BUILD)/obj/amd64-kernel/tests/machine/security.o: EXTRA := -include tests/wine/fake/machine_fake.h

# A driver of another release, by a header with the next interface version and another code for
# RENOUNCE: it does not know ours.
$(BUILD)/wine/other/userport/userport_abi.h: include/userport/userport_abi.h
	$(say)
	sed -e 's/^#define UP_ABI_VERSION .*/#define UP_ABI_VERSION (1u + 1u)/' -e '/^#define UP_IOCTL_RENOUNCE/s/0x808u/0x818u/' \
		-e '/"RENOUNCE is /d' $< >$@

$(BUILD)/obj/amd64-other/%.o: %.c $(BUILD)/wine/other/userport/userport_abi.h | $(GENERATED)
	$(say)
	$(CC64) -I$(BUILD)/wine/other $(KERNEL64) -MMD -MP -c $< -o $@

OTHER := driver/device.c driver/state.c driver/transfer.c
WINE_OTHER := $(filter-out $(call objects,amd64-kernel,$(OTHER)),$(WINE_FAKE)) $(call objects,amd64-other,$(OTHER))

$(BUILD)/wine/userport_fake.sys: $(WINE_FAKE)
$(BUILD)/wine/userport_other.sys: $(WINE_OTHER)
$(BUILD)/wine/userport_fake.sys $(BUILD)/wine/userport_other.sys:
	$(say)
	$(CC64) $(DRIVER_LINK) -Wl,--subsystem,native:5.2 -Wl,-e,fake_driver_entry -o $@ $(filter %.o,$^) $(filter %.a,$^) -lntoskrnl -lhal
