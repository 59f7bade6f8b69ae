# SPDX-License-Identifier: MIT
# Makes the automation object's type library, header and identifiers with widl. lib/build.mk links
# userport_com.dll. The compiler writes the time into the library; only the identifiers of
# stdole2.tlb are used.

WIDL32 := WIDL_TIME_OVERRIDE=0 TZ=UTC i686-w64-mingw32-widl -Icom/idl
WIDL64 := WIDL_TIME_OVERRIDE=0 TZ=UTC x86_64-w64-mingw32-widl -Icom/idl

$(GEN)/stdole2.tlb: com/idl/stdole2.idl com/idl/oaidl.idl
	$(say)
	$(WIDL32) -t -o $@ $<

$(GEN)/userport_com.h: com/userport.idl $(GEN)/stdole2.tlb
	$(say)
	$(WIDL32) -L$(GEN) -h -o $@ $<

$(GEN)/userport_com_guid.c: com/userport.idl $(GEN)/stdole2.tlb
	$(say)
	$(WIDL32) -L$(GEN) -u -o $@ $<

$(BUILD)/obj/i386/com/userport.tlb: com/userport.idl $(GEN)/stdole2.tlb
	$(say)
	$(WIDL32) -L$(GEN) -t -o $@ $<

$(BUILD)/obj/amd64/com/userport.tlb: com/userport.idl $(GEN)/stdole2.tlb
	$(say)
	$(WIDL64) -L$(GEN) -t -o $@ $<

$(foreach arch,i386 amd64,$(call objects,$(arch),$(wildcard com/*.c))): | $(GEN)/userport_com.h $(GEN)/userport_com_guid.c

$(eval $(call resources,com/userport_com,-Ilib,lib/dll_version.rc $(GEN)/version.h))
$(BUILD)/obj/i386/com/userport_com.rc.o: $(BUILD)/obj/i386/com/userport.tlb
$(BUILD)/obj/amd64/com/userport_com.rc.o: $(BUILD)/obj/amd64/com/userport.tlb

# The manifest is for use without registration.
$(BUILD)/i386/UserPort.Ports.manifest: com/userport.manifest
	$(say)
	sed 's/@ARCHITECTURE@/x86/' $< >$@

$(BUILD)/amd64/UserPort.Ports.manifest: com/userport.manifest
	$(say)
	sed 's/@ARCHITECTURE@/amd64/' $< >$@
