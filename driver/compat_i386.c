/* SPDX-License-Identifier: MIT
 *
 * Kernel functions by the names they have in NT 4.0's i386 kernel.
 */
#include "driver.h"

PKTHREAD up_current_thread(void)
{
    return KeGetCurrentThread();
}

/*
 * ZwSetSecurityObject came with Windows 2000. In a system thread NtSetSecurityObject accepts kernel
 * addresses too.
 */
NTSTATUS up_set_access_list(HANDLE handle, const void *descriptor)
{
    return NtSetSecurityObject(handle, DACL_SECURITY_INFORMATION, (PSECURITY_DESCRIPTOR)descriptor);
}
