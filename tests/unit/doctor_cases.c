/* SPDX-License-Identifier: MIT
 *
 * The cases of tests/unit/test_doctor.c: what is wrong, and what the doctor has to say. The facts are those of
 * all_is_well, a running driver on 64-bit Windows 10, but for what the case changes.
 */
#include "doctor_facts.h"

static void grant_each_other(struct up_doctor_facts *f)
{
    for (uint16_t port = 0xC000; port < 0xC100; port = (uint16_t)(port + 2)) {
        grant(f, port, port);
    }
}

/* clang-format off */
#define CASE(level_, subject_, text_, advice_, ...)                                                                    \
    case __COUNTER__:                                                                                                  \
        e->level = UP_FINDING_##level_; e->subject = subject_; e->text = text_; e->advice = advice_;                   \
        __VA_ARGS__;                                                                                                   \
        return true;

bool make_case(unsigned number, struct up_doctor_facts *f, struct expected *e)
{
    switch (number) {
    /* ---- Windows, the user */
    CASE(OK, "system", "Windows 10 or Server of its time (version 10.0, build 19045), 64-bit", NULL, (void)f)
    CASE(OK, "system", "Windows 11", NULL, f->system_build = 22631)
    CASE(OK, "system", "Windows XP (version 5.1, build 2600), 32-bit: programs can run IN and OUT", NULL, on_xp(f))
    CASE(OK, "system", "Windows NT 4.0", NULL, on_xp(f); f->system_major = 4; f->system_minor = 0)
    CASE(OK, "system", "Windows 7", NULL, f->system_major = 6; f->system_minor = 1)
    CASE(OK, "system", "Windows (version 12.1", NULL, f->system_major = 12; f->system_minor = 1)
    CASE(ERROR, "system", "NT 3.51. UserPort needs NT 4.0", "later Windows", on_xp(f); f->system_major = 3; f->system_minor = 51)
    CASE(ERROR, "system", "ARM processor", "Intel", f->system_machine = UP_EXE_MACHINE_ARM64)
    CASE(ERROR, "system", "kind 0200", "Intel", f->system_machine = 0x200)
    CASE(NOTE, "system", "could not be found out", NULL, f->system_machine = 0)
    CASE(NOTE, "system", "could not be found out", NULL, f->system_major = 0)
    CASE(NOTE, "administrator", "without an administrator's rights", "as an administrator", f->is_administrator = UP_NO)
    CASE(NOTE, "administrator", "could not be found out", NULL, f->is_administrator = UP_NOT_KNOWN)

    /* ---- the service */
    CASE(ERROR, "service", "not installed", "userportctl install", absent(f))
    CASE(WARNING, "service", "not running: no program gets a port by it.", "userportctl start, or Start in UserPort.exe.", stopped(f))
    CASE(WARNING, "service", "should have been started with Windows", "event log", stopped(f); f->driver.startup = UP_STARTUP_AUTO)
    CASE(ERROR, "service", "disabled: it cannot be started (error 1058)", "start= demand", stopped(f); f->driver.startup = UP_STARTUP_DISABLED)
    CASE(NOTE, "service", "is being started", "in a moment", stopped(f); f->driver.service = UP_SERVICE_STARTING)
    CASE(WARNING, "service", "waits for programs that have \\\\.\\UserPort open", "End these programs", f->driver.service = UP_SERVICE_STOPPING)
    CASE(NOTE, "service", "could not be found out: access is denied (5)", "administrator", stopped(f); f->driver.service = UP_SERVICE_UNKNOWN; f->driver.service_code = 5)
    CASE(WARNING, "service", "runs, and is disabled", "start= demand", f->driver.startup = UP_STARTUP_DISABLED)
    CASE(OK, "service", "has to be started again", NULL, (void)f)
    CASE(OK, "service", "starts with Windows", NULL, f->driver.startup = UP_STARTUP_SYSTEM)

    /* ---- its file */
    CASE(NOTE, "driver-file", "not looked at: UserPort is not installed", NULL, absent(f))
    CASE(ERROR, "driver-file", "C:\\Windows\\system32\\drivers\\userport.sys is not there (2). The driver runs from memory", "Install it again", file_is_gone(f, 2))
    CASE(ERROR, "driver-file", "is not there (3).", "copy userport.sys there", stopped(f); file_is_gone(f, 3))
    CASE(WARNING, "driver-file", "cannot be read: access is denied (5)", "administrator", file_is_gone(f, 5))
    CASE(WARNING, "driver-file", "cannot be read: another program holds it (32)", "administrator", file_is_gone(f, 32))
    CASE(WARNING, "driver-file", "cannot be read: Windows says error 31", "administrator", file_is_gone(f, 31))
    CASE(WARNING, "driver-file", "cannot be read.", "administrator", file_is_gone(f, 0))
    CASE(NOTE, "driver-file", "could not be found out", NULL, file_is_gone(f, 0); f->driver.file[0] = '\0')
    CASE(ERROR, "driver-file", "is no driver for Windows NT", "userportctl install FILE", f->file.kind = UP_EXE_UNKNOWN)
    CASE(ERROR, "driver-file", "is no driver for Windows NT", "userportctl install FILE", f->file.subsystem = UP_EXE_SUBSYSTEM_GUI)
    CASE(ERROR, "driver-file", "is damaged: it ends before it should", "userportctl install FILE", f->file.damage = UP_EXE_CUT_SHORT)
    CASE(ERROR, "driver-file", "is damaged: its headers", "userportctl install FILE", f->file.damage = UP_EXE_BAD_HEADER)
    CASE(WARNING, "driver-file", "the original one of 2000 to 2003, or another program's. What runs is UserPort 3's", "The list is kept", f->file.is_userport = false)
    CASE(WARNING, "driver-file", "the original one of 2000 to 2003, or another program's.", "The list is kept", stopped(f); f->file.is_userport = false)
    CASE(OK, "driver-file", "is UserPort's driver", NULL, (void)f)
    CASE(NOTE, "architecture", "not looked at: UserPort is not installed", NULL, absent(f))
    CASE(NOTE, "architecture", "not looked at: there is no driver file", NULL, file_is_gone(f, 2))
    CASE(NOTE, "architecture", "not looked at: the file is no driver", NULL, f->file.kind = UP_EXE_NE)
    CASE(NOTE, "architecture", "could not be found out", NULL, f->system_machine = 0)
    CASE(OK, "architecture", "for 64-bit Windows (amd64), as this one", NULL, (void)f)
    CASE(OK, "architecture", "for 32-bit Windows (i386), as this one", NULL, on_xp(f))
    CASE(ERROR, "architecture", "for 32-bit Windows (i386), and this is 64-bit Windows (amd64)", "folder amd64", f->file.machine = UP_EXE_MACHINE_I386)
    CASE(ERROR, "architecture", "for 64-bit Windows (amd64), and this is 32-bit Windows (i386)", "folder i386", on_xp(f); f->file.machine = UP_EXE_MACHINE_AMD64)
    CASE(ERROR, "architecture", "for another processor, and this is 64-bit Windows", "folder amd64", f->file.machine = UP_EXE_MACHINE_ARM64)

    /* ---- its signature */
    CASE(NOTE, "signature", "not looked at", NULL, file_is_gone(f, 2))
    CASE(OK, "signature", "is signed, and the signature is trusted", NULL, (void)f)
    CASE(NOTE, "signature", "Whether the driver is signed could not be found out", NULL, f->file_is_signed = UP_NOT_KNOWN)
    CASE(NOTE, "signature", "Whether Windows trusts the signature could not be found out", NULL, f->signature_is_trusted = UP_NOT_KNOWN)
    CASE(OK, "signature", "not signed, which this Windows does not need", NULL, on_xp(f))
    CASE(OK, "signature", "not signed, which this Windows does not need", NULL, f->system_major = 5; f->system_minor = 2; f->file_is_signed = UP_NO)
    CASE(OK, "signature", "not signed, which this Windows does not need", NULL, on_xp(f); f->system_major = 10; f->secure_boot = UP_NO)
    CASE(ERROR, "signature", "does not load it (error 577)", "Install a signed release", on_xp(f); stopped(f); f->system_major = 10; f->secure_boot = UP_YES)
    CASE(ERROR, "signature", "does not load it (error 577)", "Install a signed release", on_xp(f); stopped(f); f->system_major = 6; f->system_minor = 2; f->secure_boot = UP_YES)
    CASE(OK, "signature", "not signed, which this Windows does not need", NULL, on_xp(f); f->system_major = 6; f->system_minor = 1; f->secure_boot = UP_YES)
    CASE(NOTE, "signature", "not signed. Whether this Windows needs that could not be found out", NULL, on_xp(f); f->system_major = 10)
    CASE(NOTE, "signature", "not signed. Whether this Windows needs that could not be found out", NULL, f->system_machine = 0; f->file_is_signed = UP_NO)
    CASE(ERROR, "signature", "does not load it (error 577)", "testsigning on", stopped(f); f->file_is_signed = UP_NO)
    CASE(WARNING, "signature", "It was loaded all the same", "Sign it", f->file_is_signed = UP_NO)
    CASE(WARNING, "signature", "Windows would load it now", "Sign it", stopped(f); f->file_is_signed = UP_NO; f->code_integrity = UP_NO)
    CASE(ERROR, "signature", "does not trust, a test certificate's or a damaged one", "testsigning on", stopped(f); f->signature_is_trusted = UP_NO)
    CASE(WARNING, "signature", "does not trust, a test certificate's or a damaged one", "testsigning on", stopped(f); f->signature_is_trusted = UP_NO; f->test_signing = UP_NOT_KNOWN)
    CASE(OK, "signature", "trusts in its test mode only, and that is on", NULL, stopped(f); f->signature_is_trusted = UP_NO; f->test_signing = UP_YES)
    CASE(NOTE, "signature", "Windows has loaded it all the same", NULL, f->signature_is_trusted = UP_NO)
    CASE(OK, "signature", "This Windows does not need one", NULL, on_xp(f); f->file_is_signed = UP_YES; f->signature_is_trusted = UP_NO)

    /* ---- what Windows does with drivers */
    CASE(OK, "test-signing", "has no test mode and needs none", NULL, on_xp(f))
    CASE(OK, "test-signing", "is not in its test mode", NULL, (void)f)
    CASE(NOTE, "test-signing", "is in its test mode", "testsigning off", f->test_signing = UP_YES)
    CASE(NOTE, "test-signing", "could not be found out", NULL, f->test_signing = UP_NOT_KNOWN)
    CASE(OK, "secure-boot", "knows no Secure Boot", NULL, on_xp(f))
    CASE(OK, "secure-boot", "Secure Boot is off", NULL, (void)f)
    CASE(OK, "secure-boot", "Secure Boot is on: Windows loads signed drivers only", NULL, f->secure_boot = UP_YES)
    CASE(WARNING, "secure-boot", "cannot be put into its test mode, and the driver has no signature", "BitLocker", f->secure_boot = UP_YES; f->file_is_signed = UP_NO; f->signature_is_trusted = UP_NOT_KNOWN)
    CASE(WARNING, "secure-boot", "cannot be put into its test mode", "signed release", f->secure_boot = UP_YES; f->signature_is_trusted = UP_NO)
    CASE(NOTE, "secure-boot", "could not be found out", NULL, f->secure_boot = UP_NOT_KNOWN)
    CASE(OK, "memory-integrity", "knows no memory integrity", NULL, f->system_major = 6; f->system_minor = 3)
    CASE(OK, "memory-integrity", "is off", NULL, (void)f)
    CASE(OK, "memory-integrity", "is on. UserPort's driver is made for it", NULL, f->memory_integrity = UP_YES)
    CASE(WARNING, "memory-integrity", "the driver that is installed is not UserPort 3's", "userportctl install", f->memory_integrity = UP_YES; f->file.is_userport = false)
    CASE(NOTE, "memory-integrity", "could not be found out", NULL, f->memory_integrity = UP_NOT_KNOWN)
    CASE(OK, "block-list", "has no list of blocked drivers", NULL, on_xp(f))
    CASE(OK, "block-list", "is in force: it can refuse drivers such as inpout's", NULL, f->block_list = UP_YES)
    CASE(OK, "block-list", "is not in force", NULL, (void)f)
    CASE(NOTE, "block-list", "could not be found out", NULL, f->block_list = UP_NOT_KNOWN)

    /* ---- the driver that runs */
    CASE(OK, "driver", "The driver, version 3.0.0, runs, and has granted 8 ports.", NULL, (void)f)
    CASE(OK, "driver", "has granted 1 port.", NULL, f->driver.info.ports_granted = 1)
    CASE(NOTE, "driver", "not looked at: the driver is not running", NULL, stopped(f))
    CASE(WARNING, "driver", "is suspended: every port is denied", "userportctl apply", f->driver.info.state = UP_STATE_SUSPENDED)
    CASE(ERROR, "driver", "could not put its list in force", "event log", f->driver.info.state = UP_STATE_FAULT)
    CASE(WARNING, "driver", "1 program got no ports", "Start such a program again", f->driver.info.processes_missed = 1)
    CASE(WARNING, "driver", "7 programs got no ports", "Start such a program again", f->driver.info.processes_missed = 7)
    CASE(ERROR, "driver", "is of another release (interface 2, this program's is 1)", "one release", f->driver.is_other_version = true; f->driver.info.abi_version = 2)
    CASE(ERROR, "driver", "\\\\.\\UserPort cannot be asked: it is not there (2)", "Stop and start it", f->driver.answers = false; f->driver.device_code = 2)
    CASE(NOTE, "driver", "access is denied (5)", "administrator", f->driver.answers = false; f->driver.device_code = 5)
    CASE(NOTE, "other-map", "Whether another driver has opened ports was not looked at: the driver is not running.", NULL, stopped(f))
    CASE(NOTE, "other-map", "of another release", NULL, f->driver.is_other_version = true)
    CASE(OK, "other-map", "No other driver's map", NULL, (void)f)
    CASE(WARNING, "other-map", "another driver had opened 1 port to programs", "remove the other driver", f->driver.info.flags = UP_FLAG_FOREIGN_MAP; f->driver.info.foreign_ports = 1)
    CASE(WARNING, "other-map", "another driver had opened 65536 ports to programs", "remove the other driver", f->driver.info.flags = UP_FLAG_FOREIGN_MAP; f->driver.info.foreign_ports = 65536)
    CASE(WARNING, "other-map", "has written over UserPort's map", "userportctl apply", f->driver.info.flags = UP_FLAG_OVERWRITTEN)

    /* ---- the list */
    CASE(OK, "policy", "It has 8 ports: 378-37F.", NULL, (void)f)
    CASE(OK, "policy", "It has 9 ports: 42, 378-37F.", NULL, grant(f, 0x42, 0x42))
    CASE(OK, "policy", "It has 136 ports: 378-37F, C000, C002, C004,", NULL, grant_each_other(f))
    CASE(OK, "policy", ", C03A, and more.", NULL, grant_each_other(f))
    CASE(WARNING, "policy", "The list is empty", "userportctl grant lpt1", up_portset_deny_all(&f->settings.policy.ports))
    CASE(NOTE, "policy", "not looked at: there are no settings", NULL, absent(f))
    CASE(ERROR, "policy", "cannot read the settings: the registry is damaged (1015).", "As an administrator.", strcpy(f->settings_problem.text, "cannot read the settings: the registry is damaged (1015)"); strcpy(f->settings_problem.advice, "As an administrator."))
    CASE(NOTE, "policy", "access is denied (5).", NULL, f->settings_problem.code = 5; strcpy(f->settings_problem.text, "access is denied (5)"))
    CASE(ERROR, "policy", "the value IOPM is not of the type REG_BINARY. Because of that no port is granted", "userportctl set LIST", f->settings.policy.problems = UP_POLICY_IOPM_TYPE)
    CASE(ERROR, "policy", "the value IOPM is not there. Because", "userportctl defaults", f->settings.policy.problems = UP_POLICY_IOPM_ABSENT)
    CASE(ERROR, "policy", "the value IOPM is longer", "userportctl set LIST", f->settings.policy.problems = UP_POLICY_IOPM_LONG)
    CASE(ERROR, "policy", "the value Scope is not a REG_DWORD", "userportctl scope all", f->settings.policy.problems = UP_POLICY_IOPM_TYPE | UP_POLICY_SCOPE_BAD)
    CASE(ERROR, "policy", "the value Sticky is not a REG_DWORD", "userportctl scope all", f->settings.policy.problems = UP_POLICY_STICKY_BAD)
    CASE(NOTE, "policy", "shorter than 8192 bytes", NULL, f->settings.policy.problems = UP_POLICY_IOPM_SHORT)
    CASE(OK, "policy", "The list is valid", NULL, f->settings.policy.problems = UP_POLICY_IOPM_SHORT)
    CASE(OK, "scope", "Every program has the ports", NULL, on_xp(f))
    CASE(OK, "scope", "users who are logged on can use the ports of the list, through the driver", NULL, (void)f)
    CASE(OK, "scope", "Only programs that open \\\\.\\UserPort have the ports, until they close it", NULL, on_xp(f); f->settings.policy.scope = f->driver.info.scope = 1)
    CASE(OK, "scope", "until they end", NULL, on_xp(f); f->settings.policy.scope = f->settings.policy.sticky = 1)
    CASE(NOTE, "scope", "Sticky is set, and changes nothing with this scope", NULL, on_xp(f); f->settings.policy.sticky = 1)
    CASE(NOTE, "scope", "which 64-bit Windows has not", NULL, f->settings.policy.scope = 1)
    CASE(NOTE, "scope", "which 64-bit Windows has not", NULL, f->settings.policy.sticky = 1)
    CASE(OK, "hazards", "no port that is known to damage", NULL, grant(f, 0x42, 0x43); grant(f, 0x61, 0x61))
    CASE(WARNING, "hazards", "port CF9 (reset control register): a program that uses it can reset the machine at once", "userportctl revoke CF9", grant(f, 0xCF9, 0xCF9))
    CASE(WARNING, "hazards", "port 1F3 (IDE disk registers)", "userportctl revoke 1F3", grant(f, 0x1F3, 0x1F6))
    CASE(WARNING, "hazards", "port 64 (keyboard controller)", "userportctl revoke 64", grant(f, 0x64, 0x64); grant(f, 0x70, 0x71))
    CASE(OK, "wide-list", "no wider than usual", NULL, grant(f, 0xC000, 0xC0FE))
    CASE(WARNING, "wide-list", "264 ports, 256 of them in one piece, C000-C0FF", "userportctl set LIST", grant(f, 0xC000, 0xC0FF))
    CASE(WARNING, "wide-list", "518 ports, 255 of them in one piece, C000-C0FE", "no more", grant(f, 0xC000, 0xC0FE); grant(f, 0xD000, 0xD0FE))
    CASE(WARNING, "wide-list", "384 of them in one piece, 200-37F", "userportctl set LIST", grant(f, 0x200, 0x37F))
    CASE(NOTE, "applied", "the driver is not running", NULL, stopped(f))
    CASE(NOTE, "applied", "denies every port at the moment", NULL, f->driver.info.state = UP_STATE_SUSPENDED)
    CASE(OK, "applied", "goes by the list as it is now", NULL, (void)f)
    CASE(WARNING, "applied", "The list was changed and is not applied yet", "userportctl apply", up_portset_grant(&f->settings.policy.ports, 0x61, 0x61))
    CASE(WARNING, "applied", "Scope or Sticky was changed", "userportctl apply", f->settings.policy.scope = 1)
    CASE(WARNING, "applied", "Scope or Sticky was changed", "userportctl apply", f->driver.info.sticky = 1)

    /* ---- what was refused */
    CASE(OK, "denied", "No program has asked", NULL, (void)f)
    CASE(NOTE, "denied", "not looked at", NULL, stopped(f))
    CASE(NOTE, "denied", "1 time, the last one for port 278 (printer port LPT2)", "grant it: userportctl grant 278.", f->driver.info.lists_denied = 1; f->driver.info.port_denied = 0x278)
    CASE(NOTE, "denied", "3 times, the last one for port C000.", "grant it: userportctl grant C000.", f->driver.info.lists_denied = 3; f->driver.info.port_denied = 0xC000)
    CASE(NOTE, "denied", "port 70 (CMOS memory", "Mind what it can do", f->driver.info.lists_denied = 3; f->driver.info.port_denied = 0x70)
    CASE(NOTE, "denied", "port 37B (printer port LPT1)", "It is granted now.", f->driver.info.lists_denied = 3; f->driver.info.port_denied = 0x37B)
    CASE(NOTE, "denied", "going past port FFFF", NULL, f->driver.info.lists_denied = 3; f->driver.info.port_denied = 0x10000)
    CASE(OK, "refused", "Nobody was refused", NULL, (void)f)
    CASE(NOTE, "refused", "1 attempt to open \\\\.\\UserPort was refused", "logged on", f->driver.info.opens_refused = 1)
    CASE(NOTE, "refused", "2 attempts to open \\\\.\\UserPort were refused", "logged on", f->driver.info.opens_refused = 2)
    CASE(WARNING, "refused", "1 attempt to suspend, resume or reload UserPort was refused", "which program", f->driver.info.controls_refused = 1)
    CASE(WARNING, "refused", "9 attempts to suspend", "which program", f->driver.info.controls_refused = 9; f->driver.info.opens_refused = 1)

    /* ---- places */
    CASE(OK, "access", "Only administrators and Windows itself", NULL, (void)f)
    CASE(ERROR, "access", "so open any port: BUILTIN\\Users.", "Services\\UserPort", f->key_is_safe = UP_NO; strcpy(f->key_writers, "BUILTIN\\Users"))
    CASE(NOTE, "access", "could not be found out", NULL, f->key_is_safe = UP_NOT_KNOWN)
    CASE(NOTE, "access", "not looked at: there are no settings", NULL, absent(f))
    CASE(OK, "event-source", "knows UserPort's texts", NULL, (void)f)
    CASE(NOTE, "event-source", "bare numbers", "userportctl install", f->event_source = UP_NO)
    CASE(NOTE, "event-source", "could not be found out", NULL, f->event_source = UP_NOT_KNOWN)
    CASE(NOTE, "event-source", "not looked at", NULL, absent(f))
    CASE(OK, "other-drivers", "No other driver for ports", NULL, (void)f)
    CASE(NOTE, "other-drivers", "could not be found out", NULL, f->drivers_are_seen = UP_NOT_KNOWN)
    CASE(NOTE, "other-drivers", "The driver giveio is installed and does not run: it opens every port to any program that opens it.$", "remove it: sc.exe delete giveio.", on_xp(f); add_other(f, "giveio", false))
    CASE(WARNING, "other-drivers", "The driver inpoutx64 is installed and runs", "stop and remove it: sc.exe stop inpoutx64, then sc.exe delete inpoutx64.", add_other(f, "inpoutx64", true))
    CASE(WARNING, "other-drivers", "whoever writes last wins", "sc stop PortTalk", on_xp(f); add_other(f, "giveio", false); add_other(f, "PortTalk", true))
    CASE(WARNING, "other-drivers", "the processor's registers through it.$", "sc stop WinRing0_1_2_0", on_xp(f); add_other(f, "WinRing0_1_2_0", true))

    /* ---- DLLs */
    CASE(OK, "dll", "Neither userport.dll nor", NULL, (void)f)
    CASE(OK, "dll", "userport.dll is UserPort's, for 64-bit programs", NULL, add_dll(f, "C:\\Windows\\system32\\userport.dll", 64, UP_EXE_MACHINE_AMD64))
    CASE(OK, "dll", "SysWOW64\\userport.dll is UserPort's, for 32-bit programs", NULL, add_dll(f, "C:\\Windows\\SysWOW64\\userport.dll", 32, UP_EXE_MACHINE_I386))
    CASE(OK, "dll", "inpout32.dll is UserPort's, for 32-bit programs", NULL, add_dll(f, "C:\\lab\\inpout32.dll", 0, UP_EXE_MACHINE_I386))
    CASE(OK, "dll", "inpout32.dll is UserPort's, for 64-bit programs", NULL, add_dll(f, "C:\\lab\\inpout32.dll", 0, UP_EXE_MACHINE_AMD64))
    CASE(ERROR, "dll", "inpout32.dll is for 32-bit programs, and 64-bit programs look for it there", "folder amd64", add_dll(f, "C:\\Windows\\system32\\inpout32.dll", 64, UP_EXE_MACHINE_I386))
    CASE(ERROR, "dll", "is for 64-bit programs, and 32-bit programs look for it there", "folder i386", add_dll(f, "C:\\Windows\\SysWOW64\\userport.dll", 32, UP_EXE_MACHINE_AMD64))
    CASE(ERROR, "dll", "InpOutX64.dll is for 32-bit programs, and 64-bit programs", "folder amd64", add_dll(f, "C:\\lab\\InpOutX64.dll", 0, UP_EXE_MACHINE_I386))
    CASE(ERROR, "dll", "is for another processor", "64-bit one", add_dll(f, "C:\\Windows\\system32\\userport.dll", 64, UP_EXE_MACHINE_ARM64))
    CASE(ERROR, "dll", "DLPortIO.dll is for another processor", "32-bit one", add_dll(f, "DLPortIO.dll", 0, UP_EXE_MACHINE_ARM64))
    CASE(ERROR, "dll", "is damaged, or no DLL", "folder amd64", add_dll(f, "C:\\Windows\\system32\\userport.dll", 64, UP_EXE_MACHINE_AMD64)->file.damage = UP_EXE_CUT_SHORT)
    CASE(ERROR, "dll", "is damaged, or no DLL", "folder i386", add_dll(f, "C:\\lab\\inpout32.dll", 0, UP_EXE_MACHINE_I386)->file.kind = UP_EXE_UNKNOWN)
    CASE(WARNING, "dll", "inpoutx64.dll, for 64-bit programs, is not UserPort's", "its own 64-bit DLL", add_dll(f, "C:\\Windows\\system32\\inpoutx64.dll", 64, UP_EXE_MACHINE_AMD64)->file.is_userport = false)
    CASE(NOTE, "dll", "userport.dll could not be read: access is denied (5)", NULL, add_dll(f, "C:\\Windows\\system32\\userport.dll", 64, 0)->code = 5)
    default:
        return false;
    }
}
