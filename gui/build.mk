# SPDX-License-Identifier: MIT
# UserPort.exe, the configuration program. A part of the Makefile.

GUI      := $(basename $(notdir $(wildcard gui/*.c)))
GUI_LIBS := -luser32 -lgdi32 -lcomctl32 -lcomdlg32 -lshell32

gui: $(BUILD)/i386/UserPort.exe $(BUILD)/amd64/UserPort.exe

$(GEN)/UserPort.ico: script/tools/icon.py
	mkdir -p $(@D)
	echo "  $@"
	$(PYTHON) $< $@

$(BUILD)/i386/gui/%.o: gui/%.c $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 -mtune=generic $(ADMIN_FLAGS) -DUNICODE -D_UNICODE -c $< -o $@

$(BUILD)/amd64/gui/%.o: gui/%.c $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(ADMIN_FLAGS) -DUNICODE -D_UNICODE -c $< -o $@

$(BUILD)/i386/gui/resources.o: gui/UserPort.rc gui/resource.h gui/UserPort.manifest $(GEN)/UserPort.ico $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES) -Igui -I$(GEN) -i $< -o $@

$(BUILD)/amd64/gui/resources.o: gui/UserPort.rc gui/resource.h gui/UserPort.manifest $(GEN)/UserPort.ico $(GEN)/version.h
	mkdir -p $(@D)
	echo "  $@"
	$(WINDRES64) -Igui -I$(GEN) -i $< -o $@

$(BUILD)/i386/UserPort.exe: $(START_WIDE_I386) $(GUI:%=$(BUILD)/i386/gui/%.o) $(BUILD)/i386/gui/resources.o $(ADMIN_OBJECTS_I386)
	echo "  $@"
	$(CC32) -mwindows $(PROGRAM_LINK_I386) -o $@ $^ $(ADMIN_LIBS) $(GUI_LIBS)
	$(CHECK_I486) $@

$(BUILD)/amd64/UserPort.exe: $(START_WIDE_AMD64) $(GUI:%=$(BUILD)/amd64/gui/%.o) $(BUILD)/amd64/gui/resources.o $(ADMIN_OBJECTS_AMD64)
	echo "  $@"
	$(CC64) -mwindows $(PROGRAM_LINK_AMD64) -o $@ $^ $(ADMIN_LIBS) $(GUI_LIBS)
