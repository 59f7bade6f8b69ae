# SPDX-License-Identifier: MIT
# Clients of the DLLs, as others write them: for the test machine (i386) and Wine (amd64).

CLIENTS := library inpout_short inpout_int inpout_dynamic

.PHONY: clients
clients: $(CLIENTS:%=$(BUILD)/clients/i386/%.exe) $(CLIENTS:%=$(BUILD)/clients/amd64/%.exe) $(BUILD)/clients/amd64/opener.exe

VALUE_short   := -DVALUE=short
VALUE_int     := -DVALUE=int
VALUE_dynamic := -DVALUE=int -DDYNAMIC -Wno-cast-function-type

$(BUILD)/clients/i386/libinpout32.dll.a: $(BUILD)/i386/inpout32.dll
	$(say)
	$(DLLTOOL32) --kill-at -D inpout32.dll -d lib/inpout.def -l $@

$(BUILD)/clients/amd64/libinpoutx64.dll.a: $(BUILD)/obj/amd64/lib/inpout.def
	$(say)
	$(DLLTOOL64) -D inpoutx64.dll -d $< -l $@

$(BUILD)/clients/i386/inpout_%.exe: tests/clients/inpout.c $(BUILD)/clients/i386/libinpout32.dll.a $(START_i386)
	$(say)
	$(EXAMPLE_I386) $(VALUE_$*) -o $@ $^

$(BUILD)/clients/amd64/inpout_%.exe: tests/clients/inpout.c $(BUILD)/clients/amd64/libinpoutx64.dll.a
	$(say)
	$(EXAMPLE_AMD64) $(VALUE_$*) -o $@ $^

$(BUILD)/clients/i386/library.exe: tests/clients/library.c $(BUILD)/i386/libuserport.dll.a $(wildcard include/userport/*.h) $(START_i386)
	$(say)
	$(EXAMPLE_I386) -o $@ $(START_i386) $< $(BUILD)/i386/libuserport.dll.a

$(BUILD)/clients/amd64/library.exe: tests/clients/library.c $(BUILD)/amd64/libuserport.dll.a $(wildcard include/userport/*.h)
	$(say)
	$(EXAMPLE_AMD64) -o $@ $< $(BUILD)/amd64/libuserport.dll.a

# Needs no DLL: for Wine on Linux.
$(BUILD)/clients/amd64/opener.exe: tests/clients/opener.c
	$(say)
	$(EXAMPLE_AMD64) -o $@ $<
