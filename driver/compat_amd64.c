/* SPDX-License-Identifier: MIT
 *
 * Calls by the names that amd64 kernels, NT 5.2 and later, have for them.
 */
#include "driver.h"

/* The DDK's header would read it out of the processor's block; the export does without knowing where it lies. */
NTKERNELAPI PETHREAD NTAPI PsGetCurrentThread(VOID);

PKTHREAD up_current_thread(void)
{
    return (PKTHREAD)PsGetCurrentThread();
}

NTSTATUS up_set_access_list(HANDLE handle, const void *descriptor)
{
    return ZwSetSecurityObject(handle, DACL_SECURITY_INFORMATION, (PSECURITY_DESCRIPTOR)descriptor);
}
