# SPDX-License-Identifier: MIT
# Clients of the DLLs, as others write them: for the test machine (i386) and Wine (amd64). A part of the Makefile.

clients: $(CLIENTS:%=$(BUILD)/clients/i386/%.exe) $(CLIENTS:%=$(BUILD)/clients/amd64/%.exe) $(BUILD)/clients/amd64/opener.exe

$(BUILD)/clients/i386/inpout_%.exe $(BUILD)/clients/amd64/inpout_%.exe: CLIENT_FLAGS = -DVALUE=$(if $(filter int,$*),int,short)
$(BUILD)/clients/i386/inpout_dynamic.exe $(BUILD)/clients/amd64/inpout_dynamic.exe: CLIENT_FLAGS := -DVALUE=int -DDYNAMIC -Wno-cast-function-type

$(BUILD)/clients/i386/libinpout32.dll.a: $(BUILD)/i386/inpout32.dll
	mkdir -p $(@D)
	echo "  $@"
	i686-w64-mingw32-dlltool --deterministic-libraries --kill-at -D inpout32.dll -d lib/inpout.def -l $@

$(BUILD)/clients/amd64/libinpoutx64.dll.a: $(BUILD)/amd64/lib/inpout.def
	mkdir -p $(@D)
	echo "  $@"
	x86_64-w64-mingw32-dlltool --deterministic-libraries -D inpoutx64.dll -d $< -l $@

$(BUILD)/clients/i386/inpout_%.exe: tests/clients/inpout.c $(BUILD)/clients/i386/libinpout32.dll.a $(START_I386)
	echo "  $@"
	$(CC32) -march=i486 $(EXAMPLE_FLAGS) $(EXAMPLE_LINK_I386) $(CLIENT_FLAGS) -o $@ $^

$(BUILD)/clients/amd64/inpout_%.exe: tests/clients/inpout.c $(BUILD)/clients/amd64/libinpoutx64.dll.a
	echo "  $@"
	$(CC64) $(EXAMPLE_FLAGS) $(CLIENT_FLAGS) -o $@ $^

$(BUILD)/clients/i386/library.exe: tests/clients/library.c $(BUILD)/i386/libuserport.dll.a include/userport/*.h $(START_I386)
	mkdir -p $(@D)
	echo "  $@"
	$(CC32) -march=i486 $(EXAMPLE_FLAGS) $(EXAMPLE_LINK_I386) -Iinclude -o $@ $(START_I386) $< $(BUILD)/i386/libuserport.dll.a

# Needs no DLL: for Wine on Linux.
$(BUILD)/clients/amd64/opener.exe: tests/clients/opener.c
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(EXAMPLE_FLAGS) -o $@ $<

$(BUILD)/clients/amd64/library.exe: tests/clients/library.c $(BUILD)/amd64/libuserport.dll.a include/userport/*.h
	mkdir -p $(@D)
	echo "  $@"
	$(CC64) $(EXAMPLE_FLAGS) -Iinclude -o $@ $< $(BUILD)/amd64/libuserport.dll.a
