/* SPDX-License-Identifier: MIT
 *
 * Changes who may write UserPort's settings, for wine/doctor: loosen HOW. Which entry of an access
 * list makes the doctor complain is to be seen on the real API.
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <sddl.h>

static const struct {
    const char *how;
    const WCHAR *list;
} lists[] = {
    {"tight", L"O:BAD:(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KR;;;WD)"},
    {"everyone-writes", L"O:BAD:(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KW;;;WD)"},
    {"users-set-values", L"O:BAD:(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;;0x2;;;BU)"},
    {"users-generic", L"O:BAD:(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;;GW;;;BU)"},
    {"user-without-name", L"O:BAD:(A;CI;KA;;;BA)(A;;WD;;;S-1-5-21-1-2-3-1001)"},
    {"keys-below-only", L"O:BAD:(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CIIO;KA;;;WD)"},
    {"creator", L"O:BAD:(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CIIO;KA;;;CO)(A;;KA;;;CO)"},
    {"owner", L"O:S-1-5-21-1-2-3-1001D:(A;CI;KA;;;SY)(A;CI;KA;;;BA)"},
    {"installer", L"O:BAD:(A;CI;KA;;;S-1-5-80-956008885-3418522649-1831038044-1853292631-"
                  L"2271478464)(A;CI;KA;;;BA)"},
};

int main(int count, char **arguments)
{
    PSECURITY_DESCRIPTOR descriptor;
    LSTATUS status;
    HKEY key;

    for (size_t i = 0; count == 2 && i < sizeof lists / sizeof lists[0]; i++) {
        if (strcmp(lists[i].how, arguments[1]) != 0) {
            continue;
        }
        if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(lists[i].list, SDDL_REVISION_1,
                                                                  &descriptor, NULL)) {
            printf("ConvertStringSecurityDescriptorToSecurityDescriptor: %lu\n", GetLastError());
            return 1;
        }
        status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Services\\UserPort",
                               0, WRITE_DAC | WRITE_OWNER, &key);
        if (status == ERROR_SUCCESS) {
            status = RegSetKeySecurity(key, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                                       descriptor);
        }
        printf("%s: %ld\n", lists[i].how, status);
        return status != ERROR_SUCCESS;
    }
    printf("usage: loosen HOW\n");
    return 2;
}
