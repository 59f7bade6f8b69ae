# SPDX-License-Identifier: MIT
# userport-trap.dll, which comes into unmodified programs. It has no C library and imports kernel32
# and ntdll; lib/build.mk has the rule for DLLs.

# what userportctl alone has
TRAP_NOT   := launch/start_windows.c launch/adopt.c launch/adopt_file.c trap/debugger_windows.c trap/stopped_i386.c trap/stopped_amd64.c
TRAP_I386  := $(filter-out $(TRAP_NOT),$(call files_i386,trap launch)) core/ioinsn.c core/program_settings.c
TRAP_AMD64 := $(filter-out $(TRAP_NOT),$(call files_amd64,trap launch)) core/ioinsn.c core/program_settings.c

# gcc 12 takes address 0 of FS and GS, in the header's NtCurrentTeb, for an array without elements.
FLAGS_trap := -Wno-array-bounds

$(BUILD)/obj/i386/trap/%.o $(BUILD)/obj/i386/launch/%.o: EXTRA := -mpreferred-stack-boundary=2

$(eval $(call resources,trap/userport-trap,-Ilib,lib/dll_version.rc $(GEN)/version.h))
$(eval $(call dll,userport-trap,lib/dll_memory.o trap/userport-trap.rc.o $(TRAP_I386:%.c=%.o),trap/userport-trap,i386,-lntdll))
$(eval $(call dll,userport-trap,lib/dll_memory.o trap/userport-trap.rc.o $(TRAP_AMD64:%.c=%.o),trap/userport-trap,amd64,-lntdll))

lib: $(BUILD)/i386/userport-trap.dll $(BUILD)/amd64/userport-trap.dll
