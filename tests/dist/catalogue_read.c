/* SPDX-License-Identifier: MIT
 *
 * Prints a catalogue's members as wintrust.dll reads them: name, certificate version, algorithm and
 * digest. Wine's reads the form of Windows 2000 to 7.
 */
#include <windows.h>

#include <wintrust.h>

#include <mscat.h>
#include <stdio.h>

int wmain(int count, WCHAR *arguments[]);

int wmain(int count, WCHAR *arguments[])
{
    CRYPTCATMEMBER *member = NULL;
    HANDLE catalogue;
    DWORD i;

    if (count != 2) {
        return 2;
    }
    catalogue = CryptCATOpen(arguments[1], CRYPTCAT_OPEN_EXISTING, 0,
                             X509_ASN_ENCODING | PKCS_7_ASN_ENCODING, 0);
    if (catalogue == INVALID_HANDLE_VALUE) {
        printf("cannot open: %lu\n", GetLastError());
        return 1;
    }
    while ((member = CryptCATEnumerateMember(catalogue, member)) != NULL) {
        printf("%ls %lx", member->pwszReferenceTag, member->dwCertVersion);
        if (member->pIndirectData != NULL) {
            printf(" %s ", member->pIndirectData->DigestAlgorithm.pszObjId);
            for (i = 0; i < member->pIndirectData->Digest.cbData; i++) {
                printf("%02X", member->pIndirectData->Digest.pbData[i]);
            }
        }
        printf("\n");
    }
    CryptCATClose(catalogue);
    return 0;
}
