/* SPDX-License-Identifier: MIT
 *
 * Calls by the names that NT 4.0's i386 kernel has for them.
 */
#include "driver.h"

PKTHREAD up_current_thread(void)
{
    return KeGetCurrentThread();
}

/* ZwSetSecurityObject came with Windows 2000. In a system thread the Nt form, too, takes the kernel's memory. */
NTSTATUS up_set_access_list(HANDLE handle, const void *descriptor)
{
    return NtSetSecurityObject(handle, DACL_SECURITY_INFORMATION, (PSECURITY_DESCRIPTOR)descriptor);
}
