# SPDX-License-Identifier: MIT
# The tests under Wine: the driver with a fake of its port instructions, and clients. A part of the Makefile.

# The amd64 driver with fake ports, and with fakes of the kernel calls that Wine lacks: all other objects are the
# shipped driver's.
WINE_FAKE := $(filter-out %/ports_x86.o,$(DRIVER_OBJECTS64)) $(BUILD)/amd64/driver/resources.o \
	$(BUILD)/wine/fake/ports_fake.o $(BUILD)/wine/fake/kernel_fake.o $(BUILD)/wine/fake/security.o

WINE_CLIENTS := $(BUILD)/wine/userport_other.sys $(addprefix $(BUILD)/wine/,library.exe linked_short.exe linked_int.exe loaded.exe com.exe journal.exe)

# userportctl itself, what its tests need of Windows, and what kills it at a system call (for this host).
WINE_CTL := $(BUILD)/amd64/userportctl.exe $(BUILD)/wine/ctl_client.exe $(BUILD)/wine/marker.dll $(BUILD)/wine/kill_at

wine: lib $(BUILD)/wine/userport_fake.sys $(BUILD)/wine/iolist_client.exe $(BUILD)/wine/admin.exe $(BUILD)/wine/loosen.exe $(WINE_CLIENTS) $(WINE_CTL) $(BUILD)/wine/gui_look.exe $(BUILD)/wine/setup_look.exe $(BUILD)/wine/catalogue_read.exe $(BUILD)/amd64/UserPort.exe

$(BUILD)/wine/iolist_client.exe: $(wildcard tests/wine/iolist/*.[ch]) tests/machine/tokens.h tests/wine/fake/fake.h tests/lib/tap.h include/userport/userport_abi.h $(GEN)/messages.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) -std=gnu11 -O2 -s -static $(LEAN) $(WARN) -D__USE_MINGW_ANSI_STDIO=1 -Iinclude -I$(GEN) -o $@ $(filter %.c,$^) -ladvapi32

# The witness of the GUI's tests.
$(BUILD)/wine/gui_look.exe: tests/wine/gui/look.c core/portlist.c core/portset.c core/known_ports.c $(wildcard core/*.h) include/userport/userport_abi.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) -std=gnu11 -O2 -s -static $(LEAN) $(WARN) -D__USE_MINGW_ANSI_STDIO=1 -Iinclude -o $@ $(filter %.c,$^) -ladvapi32

# The witness of the setup's tests.
$(BUILD)/wine/setup_look.exe: tests/wine/setup/look.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) -std=gnu11 -O2 -s -static $(LEAN) $(WARN) -o $@ $<

# Reads a catalogue by wintrust.dll, for dist/signing.
$(BUILD)/wine/catalogue_read.exe: tests/dist/catalogue_read.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) -std=gnu11 -O2 -s -static $(LEAN) -municode $(WARN) -o $@ $< -lwintrust

# What userportctl and UserPort.exe share, as they link it.
$(BUILD)/wine/admin.exe: $(wildcard tests/wine/admin/*.[ch]) tests/lib/tap.h $(wildcard admin/*.h) $(ADMIN_OBJECTS_AMD64)
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) -std=gnu11 -O2 -s -static $(LEAN) $(WARN) -D__USE_MINGW_ANSI_STDIO=1 -Iinclude -I$(GEN) -o $@ $(filter %.c %.o %.a,$^) $(ADMIN_LIBS)

# Loosens the access list of the settings, for the doctor's tests.
$(BUILD)/wine/loosen.exe: tests/wine/doctor/loosen.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) -std=gnu11 -O2 -s -static $(LEAN) $(WARN) -o $@ $< -ladvapi32

# Programs that use the DLLs as their users do; what they share with the driver's own tests is client.c. linked_short and linked_int have an
# import library from a .def of their own.
CLIENT_FLAGS := -std=gnu11 -O2 -s -static $(LEAN) $(WARN) -D__USE_MINGW_ANSI_STDIO=1 -Iinclude -I$(GEN)
CLIENT_FILES := $(addprefix tests/wine/,clients/cases.h iolist/client.h iolist/client.c fake/fake.h) tests/lib/tap.h include/userport/userport_abi.h $(GEN)/messages.h

$(BUILD)/wine/library.exe: tests/wine/clients/library.c $(CLIENT_FILES) include/userport/userport.h $(BUILD)/amd64/libuserport.dll.a
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(CLIENT_FLAGS) -o $@ $(filter %.c %.a,$^) -ladvapi32

$(BUILD)/wine/journal.exe: tests/wine/clients/journal.c tests/wine/fake/fake.h include/userport/userport.h include/userport/userport_abi.h $(BUILD)/amd64/libuserport.dll.a
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(CLIENT_FLAGS) -o $@ $(filter %.c %.a,$^)

$(BUILD)/wine/libinpoutx64.a: tests/wine/clients/inpoutx64.def
	mkdir -p $(@D)
	x86_64-w64-mingw32-dlltool -d $< -l $@

$(BUILD)/wine/linked_%.exe: tests/wine/clients/linked.c $(CLIENT_FILES) $(BUILD)/wine/libinpoutx64.a
	echo "  $@"
	$(CC64) $(CLIENT_FLAGS) -DNUMBER=$* -o $@ $(filter %.c %.a,$^) -ladvapi32

$(BUILD)/wine/loaded.exe: tests/wine/clients/loaded.c $(CLIENT_FILES)
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(CLIENT_FLAGS) -o $@ $(filter %.c,$^) -ladvapi32

$(BUILD)/wine/com.exe: $(wildcard tests/wine/clients/com*.[ch] tests/wine/clients/snapshot.[ch]) $(CLIENT_FILES) $(GEN)/userport_com.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(CLIENT_FLAGS) -o $@ $(filter %.c,$^) -lole32 -loleaut32 -luuid -ladvapi32

# A driver with the next release's interface version, by a header that differs in this alone.
$(BUILD)/wine/other/userport/userport_abi.h: include/userport/userport_abi.h
	mkdir -p $(@D)
	sed 's/^#define UP_ABI_VERSION .*/#define UP_ABI_VERSION (1u + 1u)/' $< >$@

$(BUILD)/wine/other/%.o: driver/%.c $(BUILD)/wine/other/userport/userport_abi.h $(GEN)/version.h $(GEN)/messages.h
	echo "  $@"
	$(CC64) -I$(BUILD)/wine/other $(DRIVER_FLAGS64) -c $< -o $@

$(BUILD)/wine/userport_other.sys: $(filter-out %/state.o %/iolist.o,$(WINE_FAKE)) $(BUILD)/wine/other/state.o $(BUILD)/wine/other/iolist.o
	echo "  $@"
	$(CC64) $(DRIVER_LINK_ALL) -Wl,--subsystem,native:5.2 -Wl,-e,fake_driver_entry -o $@ $^ -lntoskrnl -lhal

$(BUILD)/wine/fake/%.o: tests/wine/fake/%.c $(GEN)/messages.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(DRIVER_FLAGS64) -c $< -o $@

$(BUILD)/wine/fake/security.o: tests/machine/security.c tests/machine/security.h tests/machine/tokens.h tests/wine/fake/machine_fake.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(DRIVER_FLAGS64) -include tests/wine/fake/machine_fake.h -c $< -o $@

$(BUILD)/wine/userport_fake.sys: $(WINE_FAKE)
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(DRIVER_LINK_ALL) -Wl,--subsystem,native:5.2 -Wl,-e,fake_driver_entry -o $@ $(WINE_FAKE) -lntoskrnl -lhal

$(BUILD)/wine/ctl_client.exe: tests/wine/ctl/client.c include/userport/userport_abi.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) -std=gnu11 -O2 -s -static $(LEAN) -municode $(WARN) -D__USE_MINGW_ANSI_STDIO=1 -o $@ $< -ladvapi32

$(BUILD)/wine/marker.dll: tests/wine/ctl/marker.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) -std=gnu11 -O2 -s -shared $(WARN) -o $@ $<

$(BUILD)/wine/kill_at: tests/wine/ctl/kill_at.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) -o $@ $<
