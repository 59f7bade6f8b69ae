/* SPDX-License-Identifier: MIT
 *
 * The access list: who may open the device, with which rights, and who may control it, for every
 * kind of token, by name and with a backslash behind it, on systems that look at the device's list
 * and on those that do not; and for threads that impersonate.
 *
 * Processors: in turn
 */
#include "../test.h"
#include "messages.h"

#define NO_HANDLE                     0xFFFFFFFFu
#define ERROR_PRIVILEGE_NOT_HELD      1314
#define ERROR_BAD_IMPERSONATION_LEVEL 1346

#define READ_WRITE_EXECUTE 0x1201BFu /* as the access list has it for users */
#define WITH_CREATE_FILE   (SYNCHRONIZE | FILE_READ_ATTRIBUTES)

/*
 * All that a token may ever have: by the list of docs/protocol.md, not by the machine's access
 * check.
 */
static const ACCESS_MASK all_rights[AS_KINDS] = {
    [AS_SYSTEM] = FILE_ALL_ACCESS,
    [AS_ADMIN] = FILE_ALL_ACCESS,
    [AS_NETWORK_ADMIN] = FILE_ALL_ACCESS,
    [AS_FILTERED_ADMIN] = READ_WRITE_EXECUTE,
    [AS_USER] = READ_WRITE_EXECUTE,
    [AS_RESTRICTED_ADMIN] = READ_WRITE_EXECUTE,
    [AS_PRIVILEGED_USER] = READ_WRITE_EXECUTE,
};

static const ACCESS_MASK wishes[] = {0,
                                     GENERIC_READ,
                                     GENERIC_WRITE,
                                     GENERIC_EXECUTE,
                                     GENERIC_READ | GENERIC_WRITE,
                                     GENERIC_ALL,
                                     FILE_ALL_ACCESS,
                                     FILE_READ_ATTRIBUTES,
                                     SYNCHRONIZE,
                                     FILE_READ_DATA,
                                     FILE_WRITE_DATA,
                                     FILE_DELETE_CHILD,
                                     READ_CONTROL,
                                     WRITE_DAC,
                                     WRITE_OWNER,
                                     DELETE,
                                     ACCESS_SYSTEM_SECURITY,
                                     MAXIMUM_ALLOWED,
                                     MAXIMUM_ALLOWED | GENERIC_READ,
                                     MAXIMUM_ALLOWED | WRITE_DAC};

/* How much the system itself does with the device's list. */
enum system { SYSTEM_CHECKS, SYSTEM_HAS_DEFAULT_LIST, SYSTEM_DOES_NOT_CHECK, SYSTEMS };

static void start_on(enum system system)
{
    io_checks_device_list = system != SYSTEM_DOES_NOT_CHECK;
    if (system == SYSTEM_HAS_DEFAULT_LIST) { /* the driver's list cannot be put there */
        inject_arm_once("NtSetSecurityObject");
    }
    start_with("lpt1", UP_SCOPE_OPENERS, 0);
}

/*
 * MAXIMUM_ALLOWED is made into rights by the system's own check. Where it is left, the handle would
 * get everything.
 */
static bool maximum_remains(enum system system, bool backslash)
{
    return reading_every || backslash || system == SYSTEM_DOES_NOT_CHECK;
}

static bool should_open(enum token_kind kind, ACCESS_MASK wish, bool maximum_is_all)
{
    const bool has_privileges = kind == AS_PRIVILEGED_USER;
    ACCESS_MASK rights = all_rights[kind];
    ACCESS_MASK wanted = map_generic(wish);

    if (wanted & MAXIMUM_ALLOWED) {
        wanted = (wanted & ~(ACCESS_MASK)MAXIMUM_ALLOWED) | (maximum_is_all ? FILE_ALL_ACCESS : 0);
        if (rights == 0) {
            return false;
        }
    }
    rights |= has_privileges ? WRITE_OWNER | ACCESS_SYSTEM_SECURITY : 0;
    return wish != 0 && (wanted & ~rights) == 0;
}

static void try_open(struct process *puppet, enum token_kind kind, enum system system,
                     ACCESS_MASK wish, bool backslash, bool native)
{
    static const char *const systems[SYSTEMS] = {"", ", default list", ", nothing checked"};
    const ACCESS_MASK whole = native ? wish : wish | WITH_CREATE_FILE;
    const bool should = should_open(kind, whole, maximum_remains(system, backslash));
    const ACCESS_MASK by_privilege = whole & (WRITE_OWNER | ACCESS_SYSTEM_SECURITY);
    ACCESS_MASK has = 0;
    const struct puppet_slot *slot;
    uint32_t handle;

    memcpy(puppet->mail->name, backslash ? DEVICE "\\" : DEVICE, sizeof DEVICE + backslash);
    slot = puppet_do(puppet, 0, native ? PUPPET_OPEN_NATIVE : PUPPET_OPEN, wish, 0, 0);
    handle = slot->value;
    EXPECT_MSG((handle != NO_HANDLE) == should, "%s with %08X%s%s%s: %s", token_names[kind],
               (unsigned)wish, native ? " exactly" : "", backslash ? " and a backslash" : "",
               systems[system], should ? "refused" : "opened");
    if (handle != NO_HANDLE) {
        handle_object(&puppet->handles, (HANDLE)handle, OBJECT_FILE, &has);
        EXPECT_MSG((has & ~(all_rights[kind] | by_privilege)) == 0, "%s with %08X: has %08X",
                   token_names[kind], (unsigned)wish, (unsigned)has);
        EXPECT_EQ(has & map_generic(whole) & ~(ACCESS_MASK)MAXIMUM_ALLOWED,
                  map_generic(whole) & ~(ACCESS_MASK)MAXIMUM_ALLOWED);
        EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), 0);
        puppet_close(puppet, 0, handle);
    } else if (!should && native) {
        EXPECT(
            slot->error == (uint32_t)STATUS_ACCESS_DENIED ||
            (slot->error == (uint32_t)STATUS_PRIVILEGE_NOT_HELD && wish == ACCESS_SYSTEM_SECURITY));
    } else if (!should) {
        EXPECT(slot->error == ERROR_ACCESS_DENIED ||
               (slot->error == ERROR_PRIVILEGE_NOT_HELD && wish == ACCESS_SYSTEM_SECURITY));
    }
}

static void who_may_open_on(enum system system)
{
    struct process *puppet;
    uint32_t kind;
    unsigned i;

    start_on(system);
    for (kind = 0; kind < AS_KINDS; kind++) {
        puppet = puppet_start(kind);
        for (i = 0; i < 4 * sizeof wishes / sizeof wishes[0]; i++) {
            try_open(puppet, kind, system, wishes[i / 4], i & 1, i & 2);
        }
        EXPECT_EQ(puppet_in(puppet, 0, 0x378, 1), DENIED);
        puppet_end(puppet);
    }
    stop();
    io_checks_device_list = true;
}

static void who_may_open(void)
{
    who_may_open_on(SYSTEM_CHECKS);
}

static void who_may_open_with_the_default_list(void)
{
    who_may_open_on(SYSTEM_HAS_DEFAULT_LIST);
}

/* The driver's own check alone. */
static void who_may_open_on_a_lax_system(void)
{
    who_may_open_on(SYSTEM_DOES_NOT_CHECK);
}

/* Programs as users have them: what opens, has the ports while it is open. */
static void openers_have_the_ports(void)
{
    struct process *puppet;
    uint32_t handle, kind;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    for (kind = 0; kind < AS_KINDS; kind++) {
        puppet = puppet_start(kind);
        handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
        EXPECT_MSG((handle != NO_HANDLE) == (all_rights[kind] != 0), "%s", token_names[kind]);
        EXPECT_MSG(puppet_in(puppet, 0, 0x378, 1) == (all_rights[kind] != 0 ? 0 : DENIED),
                   "%s: ports", token_names[kind]);
        if (handle == NO_HANDLE) {
            EXPECT_EQ(puppet->mail->slots[0].error, ERROR_ACCESS_DENIED);
        }
        puppet_end(puppet);
    }
    stop();
}

static const struct {
    uint32_t code, out_length;
    bool administrators;
} codes[] = {{UP_IOCTL_INFO, sizeof(struct up_info), false},
             {UP_IOCTL_MAP, UP_MAP_BYTES, false},
             {UP_IOCTL_RELOAD, 0, true},
             {UP_IOCTL_SUSPEND, 0, true},
             {UP_IOCTL_RESUME, 0, true},
             {UP_IOCTL_RENOUNCE, 0, false}};

/*
 * Sends each code; the ones for administrators should give that error, the others none. Result: how
 * many it gave.
 */
static uint32_t try_codes(struct process *puppet, uint32_t handle, uint32_t wanted, const char *who)
{
    uint32_t given = 0;
    unsigned i;

    for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        uint32_t error = puppet_control(puppet, handle, codes[i].code, 0, codes[i].out_length);

        EXPECT_MSG(error == (codes[i].administrators ? wanted : 0), "%s, code %08X: %u", who,
                   (unsigned)codes[i].code, (unsigned)error);
        given += error != 0;
    }
    return given;
}

static void who_may_control(void)
{
    struct process *puppet;
    struct up_info info;
    uint32_t handle, kind, refused = 0;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    for (kind = 0; kind < AS_KINDS; kind++) {
        puppet = puppet_start(kind);
        handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
        if (handle != NO_HANDLE) {
            refused += try_codes(puppet, handle,
                                 all_rights[kind] == FILE_ALL_ACCESS ? 0 : ERROR_ACCESS_DENIED,
                                 token_names[kind]);
        }
        puppet_end(puppet);
    }
    EXPECT(get_info(&info));
    EXPECT_EQ(info.state, UP_STATE_RUNNING);
    EXPECT_EQ(info.controls_refused, refused);
    EXPECT(refused >= 12);
    EXPECT_EQ(event_log_find(UP_MSG_CONTROL_REFUSED), 1); /* once, not in a flood */
    stop();
}

/* By WinRM or SSH: what userportctl does before a stop. */
static void an_administrator_over_the_network(void)
{
    struct process *puppet, *user;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_NETWORK_ADMIN);
    user = puppet_start(AS_USER);
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    EXPECT_EQ(puppet_in(user, 0, 0x378, 1), 0);
    EXPECT_EQ(puppet_control(puppet, handle, UP_IOCTL_SUSPEND, 0, 0), 0);
    EXPECT_EQ(puppet_in(user, 0, 0x378, 1), DENIED);
    registry_set_ports("speaker");
    EXPECT_EQ(puppet_control(puppet, handle, UP_IOCTL_RELOAD, 0, 0), 0);
    EXPECT_EQ(puppet_control(puppet, handle, UP_IOCTL_RESUME, 0, 0), 0);
    EXPECT_EQ(puppet_in(user, 0, 0x378, 1), DENIED);
    EXPECT_EQ(puppet_in(user, 0, 0x61, 1), 0);
    puppet_end(puppet);
    puppet_end(user);
    stop();
}

/* ---- threads that impersonate ---------------------------------------------------------------- */

static const enum token_kind servers[] = {AS_SYSTEM, AS_SERVICE, AS_USER, AS_ADMIN, AS_LOW_USER};

static void impersonate(struct process *puppet, enum token_kind kind,
                        SECURITY_IMPERSONATION_LEVEL level)
{
    puppet_do(puppet, 0, PUPPET_IMPERSONATE, kind, level, 0);
}

/* Whom the thread impersonates opens; the process it belongs to has the ports. */
static void open_under_impersonation(void)
{
    struct process *puppet;
    uint32_t handle, kind, level;
    unsigned i;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    for (i = 0; i < sizeof servers / sizeof servers[0]; i++) {
        puppet = puppet_start(servers[i]);
        for (kind = 0; kind < AS_KINDS; kind++) {
            for (level = SecurityAnonymous; level <= SecurityDelegation; level++) {
                const bool may = all_rights[kind] != 0 && level >= SecurityImpersonation;

                impersonate(puppet, kind, level);
                handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
                EXPECT_MSG((handle != NO_HANDLE) == may, "%s as %s, level %u",
                           token_names[servers[i]], token_names[kind], (unsigned)level);
                if (handle == NO_HANDLE) {
                    EXPECT_EQ(puppet->mail->slots[0].error, level >= SecurityImpersonation
                                                                ? ERROR_ACCESS_DENIED
                                                                : ERROR_BAD_IMPERSONATION_LEVEL);
                }
                EXPECT_EQ(puppet_in(puppet, 1, 0x378, 1), may ? 0 : DENIED);
                puppet_close(puppet, 0, handle);
            }
        }
        impersonate(puppet, AS_KINDS, SecurityAnonymous);
        handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
        EXPECT_EQ(handle != NO_HANDLE, all_rights[servers[i]] != 0);
        puppet_end(puppet);
    }
    stop();
}

/* The handle is the server's own, the order counts as the client's. */
static void control_under_impersonation(void)
{
    struct process *puppet;
    struct up_info info;
    uint32_t handle, kind, level;
    unsigned i;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    for (i = 0; i < sizeof servers / sizeof servers[0]; i++) {
        puppet = puppet_start(servers[i]);
        /* some of them could not open it themselves */
        impersonate(puppet, AS_USER, SecurityImpersonation);
        handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
        for (kind = 0; kind < AS_KINDS; kind++) {
            for (level = SecurityAnonymous; level <= SecurityDelegation; level++) {
                impersonate(puppet, kind, level);
                try_codes(puppet, handle,
                          level < SecurityImpersonation         ? ERROR_BAD_IMPERSONATION_LEVEL
                          : all_rights[kind] == FILE_ALL_ACCESS ? 0
                                                                : ERROR_ACCESS_DENIED,
                          token_names[kind]);
            }
        }
        impersonate(puppet, AS_KINDS, SecurityAnonymous);
        try_codes(puppet, handle,
                  all_rights[servers[i]] == FILE_ALL_ACCESS ? 0 : ERROR_ACCESS_DENIED,
                  "itself again");
        puppet_end(puppet);
    }
    EXPECT(get_info(&info));
    EXPECT_EQ(info.state, UP_STATE_RUNNING);
    stop();
}

/*
 * A low-integrity user is on the device's list, and refused by the label, which only the driver's
 * own check has.
 */
static void opens_are_logged_once(void)
{
    struct process *low = puppet_start(AS_LOW_USER);
    struct up_info info;
    unsigned i;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    for (i = 0; i < 100; i++) {
        EXPECT_EQ(puppet_open(low, 0, DEVICE, GENERIC_READ), NO_HANDLE);
    }
    EXPECT(get_info(&info));
    EXPECT_EQ(info.opens_refused, 100);
    EXPECT_EQ(event_log_find(UP_MSG_OPEN_REFUSED), 1);
    puppet_end(low);
    stop();
}

static const struct test tests[] = {
    {"who may open, with which rights", who_may_open},
    {"the same, where the device has only the system's default list",
     who_may_open_with_the_default_list},
    {"the same, where the system itself checks nothing", who_may_open_on_a_lax_system},
    {"who opens has the ports, who is refused has none", openers_have_the_ports},
    {"who may reload, suspend, resume; refusals are logged once", who_may_control},
    {"an administrator over the network suspends, reloads, resumes",
     an_administrator_over_the_network},
    {"opens by threads that impersonate: the client's rights", open_under_impersonation},
    {"controls by threads that impersonate: the client's rights", control_under_impersonation},
    {"refused opens are counted, and logged once", opens_are_logged_once},
    {NULL, NULL},
};

const struct suite suite_access = {"access", tests, NULL};
