# SPDX-License-Identifier: MIT
# The tools iopm and portcheck, for Windows and this host; userportctl. A part of the Makefile.

iopm: $(BUILD)/i386/iopm.exe $(BUILD)/amd64/iopm.exe $(BUILD)/host/iopm

$(BUILD)/i386/iopm.exe: iopm/iopm.c $(wildcard core/*.[ch]) $(GEN)/version.h $(START_I386)
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(EXAMPLE_FLAGS) $(EXAMPLE_LINK_I386) -I$(GEN) -o $@ $(START_I386) $< core/portset.c core/portlist.c core/known_ports.c
	$(CHECK_I486) $@

$(BUILD)/amd64/iopm.exe: iopm/iopm.c $(wildcard core/*.[ch]) $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(EXAMPLE_FLAGS) -I$(GEN) -o $@ $< core/portset.c core/portlist.c core/known_ports.c

$(BUILD)/host/iopm: iopm/iopm.c $(wildcard core/*.[ch]) $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -I$(GEN) -o $@ $< core/portset.c core/portlist.c core/known_ports.c

# ---- portcheck: what a program asks for, and whether the DLL beside it fits; for Windows and for this host ---------------------

PORTCHECK_C := $(addprefix cli/,portcheck.c portcheck_text.c portcheck_json.c json.c) $(addprefix core/,exefile.c exeimage.c exeimports.c exesearch.c exefit.c)

portcheck: $(BUILD)/i386/portcheck.exe $(BUILD)/amd64/portcheck.exe $(BUILD)/host/portcheck
unit: $(BUILD)/unit/portcheck

# CRT_glob.o: the program expands * and ?, which Windows' shell does not
$(BUILD)/i386/portcheck.exe: $(PORTCHECK_C) portcheck/portcheck.h core/json.h exefile/exefile.h $(GEN)/version.h $(START_I386)
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(EXAMPLE_FLAGS) $(EXAMPLE_LINK_I386) -I$(GEN) -o $@ $(START_I386) $(PORTCHECK_C) $$($(CC32) -print-file-name=CRT_glob.o)
	$(CHECK_I486) $@

$(BUILD)/amd64/portcheck.exe: $(PORTCHECK_C) portcheck/portcheck.h core/json.h exefile/exefile.h $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(EXAMPLE_FLAGS) -I$(GEN) -o $@ $(PORTCHECK_C) $$($(CC64) -print-file-name=CRT_glob.o)

# The one of the package for Linux, and one that watches itself, for the tests
$(BUILD)/host/portcheck: $(addprefix $(BUILD)/host/linux/,$(subst /,_,$(PORTCHECK_C:%.c=%.o)))
	echo "  $@"
	$(CC) $(LINUX_LINK) -o $@ $^

$(BUILD)/unit/portcheck: $(call unit_objects,$(PORTCHECK_C))
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -o $@ $^

# ---- userportctl, for Windows -----------------------------------------------------------------------------------------------------

CTL_BOTH    := main.c arguments.c nearest.c listerror.c output.c json.c describe.c change.c list.c ports.c doctor.c access.c watch.c test.c
CTL_WINDOWS := $(CTL_BOTH) import.c status.c service.c setup.c $(notdir $(wildcard cli/*_windows.c))

userportctl: $(BUILD)/i386/userportctl.exe $(BUILD)/amd64/userportctl.exe

$(BUILD)/i386/cli/%.o: cli/%.c $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(ADMIN_FLAGS) -c $< -o $@

$(BUILD)/amd64/cli/%.o: cli/%.c $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(ADMIN_FLAGS) -c $< -o $@

CTL_RESOURCES := cli/userportctl.rc cli/userportctl.manifest $(GEN)/version.h

$(BUILD)/i386/cli/resources.o: $(CTL_RESOURCES)
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES) -I$(GEN) -i $< -o $@

$(BUILD)/amd64/cli/resources.o: $(CTL_RESOURCES)
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES64) -I$(GEN) -i $< -o $@

$(BUILD)/i386/userportctl.exe: $(START_WIDE_I386) $(CTL_WINDOWS:%.c=$(BUILD)/i386/cli/%.o) $(BUILD)/i386/cli/resources.o $(ADMIN_OBJECTS_I386)
	echo "  $@"
	$(CC32) $(PROGRAM_LINK_I386) -o $@ $^ $(ADMIN_LIBS)
	$(CHECK_I486) $@

$(BUILD)/amd64/userportctl.exe: $(START_WIDE_AMD64) $(CTL_WINDOWS:%.c=$(BUILD)/amd64/cli/%.o) $(BUILD)/amd64/cli/resources.o $(ADMIN_OBJECTS_AMD64)
	echo "  $@"
	$(CC64) $(PROGRAM_LINK_AMD64) -o $@ $^ $(ADMIN_LIBS)
