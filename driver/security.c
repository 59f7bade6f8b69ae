/* SPDX-License-Identifier: MIT
 *
 * Checks who may open the device and who may control it, with one access list. SYSTEM and
 * administrators have full access, whatever their kind of logon. Interactive users may read and
 * write. Nobody else has access, and nobody below medium integrity. In SDDL:
 *
 *   O:BA G:SY D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1201bf;;;IU) S:(ML;;NWNRNX;;;ME)
 *
 * Network logons are not denied: a network user is not in the list and so has no access, and a
 * network administrator must be able to suspend. The device carries the list, and each open is
 * checked against it here once more. NT's own check is weaker on old systems: NT 4.0 before SP5
 * does not know FILE_DEVICE_SECURE_OPEN, and the integrity label works only from Vista on.
 */
#include "driver.h"
#include "messages.h"

/* 0x1201bf in the SDDL above */
#define USER_ACCESS        (FILE_GENERIC_READ | FILE_GENERIC_WRITE | FILE_GENERIC_EXECUTE)
#define LABEL_ACE_TYPE     0x11 /* SYSTEM_MANDATORY_LABEL_ACE_TYPE, since Vista */
#define LABEL_NO_ACCESS    0x7  /* no write-up, no read-up, no execute-up */
#define LABEL_MEDIUM       0x2000
#define ADMINISTRATORS_RID 0x220

/* The right that only SYSTEM and administrators have: changing the list itself. */
#define CONTROL_ACCESS WRITE_DAC

struct sid_1 {
    UCHAR revision, count, authority[6];
    ULONG rid;
};
struct sid_2 {
    UCHAR revision, count, authority[6];
    ULONG domain, rid;
};
struct ace_1 {
    ACE_HEADER header;
    ACCESS_MASK mask;
    struct sid_1 sid;
};
struct ace_2 {
    ACE_HEADER header;
    ACCESS_MASK mask;
    struct sid_2 sid;
};
struct access_list {
    SECURITY_DESCRIPTOR_RELATIVE descriptor;
    struct sid_2 owner;
    struct sid_1 group;
    struct {
        ACL acl;
        struct ace_1 system;
        struct ace_2 administrators;
        struct ace_1 interactive;
    } dacl;
    struct {
        ACL acl;
        struct ace_1 label;
    } sacl;
};

/* clang-format off */
#define NT_AUTHORITY    {0, 0, 0, 0, 0, 5}
#define LABEL_AUTHORITY {0, 0, 0, 0, 0, 16}
#define SID_ADMINISTRATORS {1, 2, NT_AUTHORITY, 32, ADMINISTRATORS_RID}
#define ACE(kind, rights, ...) {{kind, 0, sizeof(struct ace_1)}, rights, __VA_ARGS__}
/* clang-format on */

static const struct access_list access_list = {
    .descriptor = {.Revision = SECURITY_DESCRIPTOR_REVISION,
                   .Control =
                       SE_SELF_RELATIVE | SE_DACL_PRESENT | SE_DACL_PROTECTED | SE_SACL_PRESENT,
                   .Owner = FIELD_OFFSET(struct access_list, owner),
                   .Group = FIELD_OFFSET(struct access_list, group),
                   .Dacl = FIELD_OFFSET(struct access_list, dacl),
                   .Sacl = FIELD_OFFSET(struct access_list, sacl)},
    .owner = SID_ADMINISTRATORS,
    .group = {1, 1, NT_AUTHORITY, 18},
    .dacl = {.acl = {.AclRevision = ACL_REVISION,
                     .AclSize = sizeof access_list.dacl,
                     .AceCount = 3},
             .system = ACE(ACCESS_ALLOWED_ACE_TYPE, FILE_ALL_ACCESS, {1, 1, NT_AUTHORITY, 18}),
             .administrators = {{ACCESS_ALLOWED_ACE_TYPE, 0, sizeof(struct ace_2)},
                                FILE_ALL_ACCESS,
                                SID_ADMINISTRATORS},
             .interactive = ACE(ACCESS_ALLOWED_ACE_TYPE, USER_ACCESS, {1, 1, NT_AUTHORITY, 4})},
    .sacl = {.acl = {.AclRevision = ACL_REVISION,
                     .AclSize = sizeof access_list.sacl,
                     .AceCount = 1},
             .label = ACE(LABEL_ACE_TYPE, LABEL_NO_ACCESS, {1, 1, LABEL_AUTHORITY, LABEL_MEDIUM})},
};

static NTSTATUS protect_work(void *context)
{
    HANDLE handle;
    NTSTATUS status;

    status = ObOpenObjectByPointer(context, 0, NULL, WRITE_DAC, NULL, KernelMode, &handle);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = up_set_access_list(handle, &access_list);
    ZwClose(handle);
    return status;
}

void up_security_protect(DEVICE_OBJECT *device)
{
    NTSTATUS status = up_worker_run(&up_reader, UP_ROUTINE, protect_work, device);

    if (!NT_SUCCESS(status)) {
        up_log_once(UP_MSG_NO_ACCESS_LIST, status, 0);
    }
}

static NTSTATUS check(SECURITY_SUBJECT_CONTEXT *subject, ACCESS_MASK desired, KPROCESSOR_MODE mode)
{
    ACCESS_MASK granted;
    NTSTATUS status;

    if (SeAccessCheck((PSECURITY_DESCRIPTOR)&access_list, subject, FALSE, desired, 0, NULL,
                      IoGetFileObjectGenericMapping(), mode, &granted, &status)) {
        return STATUS_SUCCESS;
    }
    return NT_SUCCESS(status) ? STATUS_ACCESS_DENIED : status;
}

/*
 * Returns the access that the caller asks for. IO_SECURITY_CONTEXT.DesiredAccess has only what
 * remains: the I/O manager has checked the device's own list first, and the rights that it grants,
 * mostly all, are in PreviouslyGrantedAccess. Some systems leave DesiredAccess whole as well. If
 * MAXIMUM_ALLOWED remains, nobody has turned it into rights and the handle gets all of them, so it
 * counts as a request for full access. SeAccessCheck denies a request for no access.
 */
static ACCESS_MASK asked_for(const IO_SECURITY_CONTEXT *security)
{
    ACCESS_MASK asked = security->DesiredAccess | security->AccessState->PreviouslyGrantedAccess;

    return asked & MAXIMUM_ALLOWED ? (asked & ~(ACCESS_MASK)MAXIMUM_ALLOWED) | FILE_ALL_ACCESS
                                   : asked;
}

NTSTATUS up_security_check_open(const IRP *irp, const IO_STACK_LOCATION *create)
{
    IO_SECURITY_CONTEXT *security = create->Parameters.Create.SecurityContext;
    KPROCESSOR_MODE mode = create->Flags & SL_FORCE_ACCESS_CHECK ? UserMode : irp->RequestorMode;

    /*
     * NT gives a security context with every open. If it is missing there is nothing to check:
     * another driver sent the request itself, or the system has no such checks (Wine). Such a file
     * is marked, and control codes sent through it are not checked either.
     */
    if (security == NULL) {
        create->FileObject->FsContext2 = create->FileObject;
        return STATUS_SUCCESS;
    }
    return check(&security->AccessState->SubjectSecurityContext, asked_for(security), mode);
}

NTSTATUS up_security_check_control(const IRP *irp, const FILE_OBJECT *file)
{
    SECURITY_SUBJECT_CONTEXT subject;
    NTSTATUS status;

    if (file->FsContext2 != NULL) {
        return STATUS_SUCCESS;
    }
    SeCaptureSubjectContext(&subject);
    status = check(&subject, CONTROL_ACCESS, irp->RequestorMode);
    SeReleaseSubjectContext(&subject);
    return status;
}
