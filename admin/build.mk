# SPDX-License-Identifier: MIT
# What userportctl and UserPort.exe share: settings, service, installation, the tests of ports, the doctor. A part of the Makefile.

ADMIN_BOTH    := problem.c settings_order.c eventlog_text.c porttest.c legacy.c resources.c findings.c doctor.c doctor_system.c doctor_driver.c doctor_settings.c doctor_dlls.c
ADMIN_WINDOWS := $(ADMIN_BOTH) $(notdir $(wildcard admin/*_windows.c))
ADMIN_CORE    := portset.c portlist.c known_ports.c policy.c decimal.c exefile.c exeimage.c exeimports.c exesearch.c exefit.c

# msvcrt's printf, not mingw's own: that one is compiled for a Pentium Pro. The compiler checks formats for what msvcrt of NT 4.0 knows.
ADMIN_FLAGS   := -std=gnu11 -O2 -fno-ident $(WARN) -Wpedantic -Wconversion -D__USE_MINGW_ANSI_STDIO=0 $(LEAN) -Iinclude -I$(GEN) -MMD -MP

# What a program of administrators is linked from, beside its own objects; system libraries in ADMIN_LIBS.
ADMIN_OBJECTS_I386  := $(ADMIN_WINDOWS:%.c=$(BUILD)/i386/admin/%.o) $(ADMIN_CORE:%.c=$(BUILD)/i386/admin/core_%.o) $(BUILD)/i386/libuserport.a
ADMIN_OBJECTS_AMD64 := $(ADMIN_WINDOWS:%.c=$(BUILD)/amd64/admin/%.o) $(ADMIN_CORE:%.c=$(BUILD)/amd64/admin/core_%.o) $(BUILD)/amd64/libuserport.a
ADMIN_LIBS          := -ladvapi32

# A program: everything in the file, no DLL but the system's; i386 for NT 4.0 and later.
PROGRAM_LINK       := -s -static -Wl,--no-insert-timestamp,--dynamicbase,--nxcompat
PROGRAM_LINK_I386  := $(PROGRAM_LINK) $(START_LINK_I386) -Wl,--major-os-version,4,--minor-os-version,0,--major-subsystem-version,4,--minor-subsystem-version,0
PROGRAM_LINK_AMD64 := $(PROGRAM_LINK) $(START_LINK_AMD64) -Wl,--high-entropy-va

admin: $(ADMIN_OBJECTS_I386) $(ADMIN_OBJECTS_AMD64)

$(BUILD)/i386/admin/core_%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(ADMIN_FLAGS) -c $< -o $@

$(BUILD)/amd64/admin/core_%.o: core/%.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(ADMIN_FLAGS) -c $< -o $@

$(BUILD)/i386/admin/%.o: admin/%.c $(GEN)/version.h $(GEN)/messages.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(ADMIN_FLAGS) -c $< -o $@

$(BUILD)/amd64/admin/%.o: admin/%.c $(GEN)/version.h $(GEN)/messages.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(ADMIN_FLAGS) -c $< -o $@
