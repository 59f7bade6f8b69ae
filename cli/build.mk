# SPDX-License-Identifier: MIT
# The tools iopm and portcheck, for Windows and this host. A part of the Makefile.

iopm: $(BUILD)/i386/iopm.exe $(BUILD)/host/iopm

$(BUILD)/i386/iopm.exe: cli/iopm.c $(wildcard core/*.[ch]) $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(EXAMPLE_FLAGS) -I$(GEN) -o $@ $< core/portset.c core/portlist.c core/known_ports.c

$(BUILD)/host/iopm: cli/iopm.c $(wildcard core/*.[ch]) $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -I$(GEN) -o $@ $< core/portset.c core/portlist.c core/known_ports.c

# ---- portcheck: what a program asks for, and whether the DLL beside it fits; for Windows and for this host ---------------------

PORTCHECK_C := $(addprefix cli/,portcheck.c portcheck_text.c portcheck_json.c) $(addprefix core/,exefile.c exesearch.c exefit.c)

portcheck: $(BUILD)/i386/portcheck.exe $(BUILD)/host/portcheck

# CRT_glob.o: the program expands * and ?, which Windows' shell does not
$(BUILD)/i386/portcheck.exe: $(PORTCHECK_C) cli/portcheck.h core/exefile.h $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(EXAMPLE_FLAGS) -I$(GEN) -o $@ $(PORTCHECK_C) $$($(CC32) -print-file-name=CRT_glob.o)

$(BUILD)/host/portcheck: $(PORTCHECK_C) cli/portcheck.h core/exefile.h $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC) $(HOST_FLAGS) $(SANITIZE) -I$(GEN) -o $@ $(PORTCHECK_C)
