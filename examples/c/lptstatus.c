/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <userport/userport.h>

int main(void)
{
    up_handle *handle;
    uint8_t status;
    char why[400];

    if (up_open(UP_BACKEND_ANY, &handle) != UP_OK || up_in8(handle, 0x379, &status) != UP_OK) {
        up_failure_text(why, sizeof why);
        printf("lptstatus: %s\n", why);
        return 1;
    }
    printf("The printer says %02X: %s\n", status, status & 0x80 ? "ready" : "busy");
    up_close(handle);
    return 0;
}
