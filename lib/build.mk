# SPDX-License-Identifier: MIT
# Builds userport.dll, userport_com.dll, the DLLs with inpout's names, libuserport.so, and the
# libraries to link with them.

LIB_CORE  := core/device_names.c core/portset.c core/portlist.c core/known_ports.c core/program_settings.c core/routes.c core/text.c core/text_utf16.c
LIB_CLIENT := record/client_windows.c record/ring.c
LIB_I386  := $(filter-out $(NOT_PARTS),$(call files_i386,lib)) $(LIB_CORE) $(LIB_CLIENT)
LIB_AMD64 := $(filter-out $(NOT_PARTS),$(call files_amd64,lib)) $(LIB_CORE) $(LIB_CLIENT)
LIB_HOST  := $(filter-out $(NOT_PARTS),$(call files_host,lib)) $(LIB_CORE)

$(BUILD)/obj/i386/lib/%.o $(BUILD)/obj/i386/core/%.o $(BUILD)/obj/i386/com/%.o: EXTRA := -mpreferred-stack-boundary=2

# The DLLs have no start files and no C library. They import only kernel32; userport_com.dll also
# imports oleaut32 and advapi32. libgcc has the probe for large stack frames. kill-at makes exports
# without @bytes. The image base is given, because otherwise the linker derives it from the file's
# path.
DLL_LINK       := -shared -s -nostdlib -nostartfiles -Wl,--dynamicbase,--nxcompat -Wl,--no-insert-timestamp -Wl,--kill-at
DLL_LINK_i386  := $(DLL_LINK) -Wl,--image-base,0x6f500000 -Wl,-e,_DllMain@12 -Wl,--subsystem,windows:4.0 -Wl,--major-os-version,4,--minor-os-version,0
DLL_LINK_amd64 := $(DLL_LINK) -Wl,--image-base,0x16f500000 -Wl,-e,DllMain -Wl,--high-entropy-va

# userport.dll has the whole library; the others have only the parts that they use.
whole = -Wl,--whole-archive $(1) -Wl,--no-whole-archive

# dll NAME (without .dll), OBJECTS below obj/WORLD, DEFINITION below it, WORLDS, LIBRARIES
define dll
$(if $(filter i386,$(4)),
$(BUILD)/i386/$(1).dll: $(addprefix $(BUILD)/obj/i386/,$(2)) $(BUILD)/i386/libuserport.a $(BUILD)/obj/i386/$(3).def
	$$(say)
	$(CC32) $(DLL_LINK_i386) -o $$@ $$(filter-out %.a,$$^) $(if $(filter userport,$(1)),$(call whole,$$(filter %.a,$$^)),$$(filter %.a,$$^)) $(5) -lkernel32 -lgcc
	$(CHECK_I486) $$@)

$(if $(filter amd64,$(4)),
$(BUILD)/amd64/$(1).dll: $(addprefix $(BUILD)/obj/amd64/,$(2)) $(BUILD)/amd64/libuserport.a $(BUILD)/obj/amd64/$(3).def
	$$(say)
	$(CC64) $(DLL_LINK_amd64) -o $$@ $$(filter-out %.a,$$^) $(if $(filter userport,$(1)),$(call whole,$$(filter %.a,$$^)),$$(filter %.a,$$^)) $(5) -lkernel32 -lgcc)
endef

$(eval $(call dll,userport,lib/dll_main.o lib/dll_memory.o lib/userport.rc.o,lib/userport,i386 amd64))
$(eval $(call dll,inpout32,lib/dll_memory.o lib/inpout.o lib/inpout.rc.o,lib/inpout,i386))
$(eval $(call dll,inpoutx64,lib/dll_memory.o lib/inpout.o lib/inpoutx64.rc.o,lib/inpout,amd64))
$(eval $(call dll,DLPortIO,lib/dll_memory.o lib/inpout.o lib/dlportio.rc.o,lib/inpout,i386 amd64))
$(eval $(call dll,userport_com,lib/dll_main.o lib/dll_memory.o com/userport_com.rc.o $(patsubst %.c,%.o,$(wildcard com/*.c)),com/userport_com,i386 amd64,-loleaut32 -ladvapi32))

DLLS := $(foreach dll,userport userport_com DLPortIO,$(BUILD)/i386/$(dll).dll $(BUILD)/amd64/$(dll).dll) $(BUILD)/i386/inpout32.dll $(BUILD)/amd64/inpoutx64.dll

.PHONY: lib
lib: $(DLLS) $(foreach arch,i386 amd64,$(addprefix $(BUILD)/$(arch)/,libuserport.dll.a libuserport.a UserPort.Ports.manifest)) $(BUILD)/host/libuserport.so.3

$(BUILD)/obj/i386/%.def: %.def
	$(say)
	cp $< $@

$(BUILD)/obj/amd64/%.def: %.def
	$(say)
	sed 's/@[0-9]* @/ @/' $< >$@

# resources
$(eval $(call resources,lib/userport,,lib/dll_version.rc $(GEN)/version.h))
# The DLLs with inpout's other names use the same resource file.
$(eval $(call resources,lib/inpout,,lib/dll_version.rc $(GEN)/version.h))
$(BUILD)/obj/amd64/lib/inpoutx64.rc.o: lib/inpout.rc lib/dll_version.rc $(GEN)/version.h
	$(say)
	$(WINDRES64) -I$(GEN) -Ilib -DUP_INPOUTX64 -i $< -o $@

$(BUILD)/obj/i386/lib/dlportio.rc.o $(BUILD)/obj/amd64/lib/dlportio.rc.o: lib/inpout.rc lib/dll_version.rc $(GEN)/version.h
	$(say)
	$(if $(findstring i386,$@),$(WINDRES32),$(WINDRES64)) -I$(GEN) -Ilib -DUP_DLPORTIO -i $< -o $@

# Import libraries. The linker's own would lack stdcall's @bytes. File names become part of them, so
# the commands use names without a path.
$(BUILD)/i386/libuserport.dll.a: $(BUILD)/obj/i386/lib/userport.def
	$(say)
	cd $(@D) && $(DLLTOOL32) --kill-at -t libuserport_ -D userport.dll -d ../obj/$(notdir $(@D))/lib/userport.def -l $(@F)

$(BUILD)/amd64/libuserport.dll.a: $(BUILD)/obj/amd64/lib/userport.def
	$(say)
	cd $(@D) && $(DLLTOOL64) -t libuserport_ -D userport.dll -d ../obj/$(notdir $(@D))/lib/userport.def -l $(@F)

$(BUILD)/i386/libuserport.a: $(call objects,i386,$(LIB_I386))
	$(say)
	rm -f $@
	i686-w64-mingw32-ar rcsD $@ $^

$(BUILD)/amd64/libuserport.a: $(call objects,amd64,$(LIB_AMD64))
	$(say)
	rm -f $@
	x86_64-w64-mingw32-ar rcsD $@ $^

$(BUILD)/host/libuserport.so: $(call objects,host,$(LIB_HOST)) lib/libuserport.map
	$(say)
	$(CC) -shared -o $@ $(filter %.o,$^) -Wl,-soname,libuserport.so.3 -Wl,--version-script,lib/libuserport.map \
		-Wl,-z,defs,-z,relro,-z,now,-z,noexecstack -lpthread

# The name that a linked program looks for.
$(BUILD)/host/libuserport.so.3: $(BUILD)/host/libuserport.so
	ln -sf $(<F) $@

# Installs the files for compiling programs, where a package puts them:
# make install-library DESTDIR=...
LIBRARY_VERSION := $(firstword $(subst -, ,$(VERSION)))
MULTIARCH := $(shell $(CC) -print-multiarch)

$(BUILD)/host/userport.pc: lib/userport.pc.in VERSION
	$(say)
	sed 's/@VERSION@/$(VERSION)/; s/@MULTIARCH@/$(MULTIARCH)/' $< >$@

.PHONY: install-library
install-library: $(BUILD)/host/libuserport.so $(BUILD)/host/userport.pc
	install -d $(DESTDIR)/usr/include/userport $(DESTDIR)/usr/lib/$(MULTIARCH)/pkgconfig
	install -m 644 include/userport/* $(DESTDIR)/usr/include/userport/
	install -m 644 $(BUILD)/host/userport.pc $(DESTDIR)/usr/lib/$(MULTIARCH)/pkgconfig/
	install -m 644 $(BUILD)/host/libuserport.so $(DESTDIR)/usr/lib/$(MULTIARCH)/libuserport.so.$(LIBRARY_VERSION)
	ln -sf libuserport.so.$(LIBRARY_VERSION) $(DESTDIR)/usr/lib/$(MULTIARCH)/libuserport.so.3
	ln -sf libuserport.so.3 $(DESTDIR)/usr/lib/$(MULTIARCH)/libuserport.so
