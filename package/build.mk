# SPDX-License-Identifier: MIT
# The packages: install/dist.py makes them of what the build has made. A part of the Makefile.
#   make dist                              as they are released, not signed: build/dist
#   make dist SIGN_CERT=FILE SIGN_KEY=FILE signed: build/dist-signed; docs/release.md has the rest

DIST := $(BUILD)/dist$(if $(SIGN_CERT)$(SIGN_ARGS),-signed)
export SIGN_CERT SIGN_KEY SIGN_ARGS SIGN_TIMESTAMP

# The program inside the setups that makes the folder: setup/folder.c.
FOLDER_ADMIN := $(addprefix admin/,doctor_access_windows.o driver_windows.o guard_windows.o access_list_windows.o loaded_windows.o service_windows.o system_windows.o problem.o problem_windows.o core_exefile.o core_exeimage.o core_exeimports.o core_exesearch.o)

$(BUILD)/%/install/folder.o: setup/folder.c
	mkdir -p $(@D)
	echo "  $@"
	$(if $(filter i386,$*),$(CC32) -march=i486 -mtune=generic,$(CC64)) $(ADMIN_FLAGS) -c $< -o $@

$(BUILD)/i386/folder.exe: $(START_WIDE_I386) $(BUILD)/i386/install/folder.o $(FOLDER_ADMIN:%=$(BUILD)/i386/%)
	echo "  $@"
	$(CC32) $(PROGRAM_LINK_I386) -o $@ $^ $(ADMIN_LIBS)
	$(CHECK_I486) $@

$(BUILD)/amd64/folder.exe: $(START_WIDE_AMD64) $(BUILD)/amd64/install/folder.o $(FOLDER_ADMIN:%=$(BUILD)/amd64/%)
	echo "  $@"
	$(CC64) $(PROGRAM_LINK_AMD64) -o $@ $^ $(ADMIN_LIBS)

DIST_BOTH := UserPort.exe userportctl.exe portcheck.exe iopm.exe userport.sys userport.dll DLPortIO.dll UserPort.Ports.manifest libuserport.dll.a
DIST_MADE := $(DIST_BOTH:%=$(BUILD)/i386/%) $(DIST_BOTH:%=$(BUILD)/amd64/%) $(BUILD)/i386/inpout32.dll $(BUILD)/amd64/inpoutx64.dll $(BUILD)/i386/folder.exe $(BUILD)/amd64/folder.exe \
	$(addprefix $(BUILD)/host/,iopm portcheck userportctl userport-run libuserport.so userport.pc) $(GEN)/UserPort.ico $(foreach arch,i386 amd64,$(patsubst %,$(BUILD)/examples/$(arch)/%.exe,$(EXAMPLES) $(EXAMPLES_LIBRARY)))
DIST_SOURCES := VERSION LICENSE CHANGELOG.md script/tools/manual.py $(wildcard install/* install/debian/* linux/*.bash docs/*.* docs/figures/* include/userport/* examples/*/* examples/*/*/*)

define make_dist
	echo "  $(DIST)"
	$(PYTHON) install/dist.py --build $(BUILD) --out $(DIST) --cc $(CC32)
	touch $(DIST).made
endef

.PHONY: dist
dist: $(DIST_MADE)
	$(make_dist)

# for the tests: only when something has changed (the packages themselves have the date of the last commit)
$(DIST).made: $(DIST_MADE) $(DIST_SOURCES)
	$(make_dist)
