/* SPDX-License-Identifier: MIT
 *
 * Kernel functions by the names they have in amd64 kernels, NT 5.2 and later.
 */
#include "driver.h"

/*
 * The DDK header defines an inline form that reads the processor block. The export does not depend
 * on the layout of that block.
 */
NTKERNELAPI PETHREAD NTAPI PsGetCurrentThread(VOID);

PKTHREAD up_current_thread(void)
{
    return (PKTHREAD)PsGetCurrentThread();
}

NTSTATUS up_set_access_list(HANDLE handle, const void *descriptor)
{
    return ZwSetSecurityObject(handle, DACL_SECURITY_INFORMATION, (PSECURITY_DESCRIPTOR)descriptor);
}
