/* SPDX-License-Identifier: MIT
 *
 * Checks the signature of a file with wintrust.dll, which is loaded only here (signature.h). A
 * driver is signed in its own file, or by an installed catalogue that has the hash of the file:
 * SHA-1, since Windows 8 also SHA-256. What WinVerifyTrust trusts and what the kernel loads are not
 * quite the same; doctor_system.c says so. Nothing is asked over the network.
 */
#include "signature.h"

#include "winutil/winutil.h"

#include <softpub.h>
#include <string.h>
#include <wintrust.h>

#include <mscat.h>

#define HASH_MAX 64u

struct wintrust {
    LONG(WINAPI *verify)(HWND window, GUID *action, void *data);
    BOOL(WINAPI *acquire)(HCATADMIN *admin, const GUID *subsystem, DWORD flags);
    BOOL(WINAPI *acquire2)
    (HCATADMIN *admin, const GUID *subsystem, const WCHAR *algorithm, const void *policy,
     DWORD flags);
    BOOL(WINAPI *hash)(HANDLE file, DWORD *bytes, BYTE *hash, DWORD flags);
    BOOL(WINAPI *hash2)(HCATADMIN admin, HANDLE file, DWORD *bytes, BYTE *hash, DWORD flags);
    HCATINFO(WINAPI *find)(HCATADMIN admin, BYTE *hash, DWORD bytes, DWORD flags, HCATINFO *before);
    BOOL(WINAPI *describe)(HCATINFO catalogue, CATALOG_INFO *info, DWORD flags);
    BOOL(WINAPI *release_catalogue)(HCATADMIN admin, HCATINFO catalogue, DWORD flags);
    BOOL(WINAPI *release)(HCATADMIN admin, DWORD flags);
};

/*
 * The cast goes through up_function, so that each function has its own type and the compiler does
 * not warn.
 */
#define FIND(module, member, name)                                                                 \
    do {                                                                                           \
        const up_function function_ = (up_function)GetProcAddress(module, name);                   \
        memcpy(&(member), &function_, sizeof(member));                                             \
    } while (0)

static bool load(struct wintrust *wintrust)
{
    HMODULE module = up_system_dll(L"wintrust.dll");

    memset(wintrust, 0, sizeof *wintrust);
    if (module == NULL) {
        return false;
    }
    FIND(module, wintrust->verify, "WinVerifyTrust");
    FIND(module, wintrust->acquire, "CryptCATAdminAcquireContext");
    FIND(module, wintrust->acquire2, "CryptCATAdminAcquireContext2");
    FIND(module, wintrust->hash, "CryptCATAdminCalcHashFromFileHandle");
    FIND(module, wintrust->hash2, "CryptCATAdminCalcHashFromFileHandle2");
    FIND(module, wintrust->find, "CryptCATAdminEnumCatalogFromHash");
    FIND(module, wintrust->describe, "CryptCATCatalogInfoFromContext");
    FIND(module, wintrust->release_catalogue, "CryptCATAdminReleaseCatalogContext");
    FIND(module, wintrust->release, "CryptCATAdminReleaseContext");
    return wintrust->verify != NULL;
}

/* ---- trust ----------------------------------------------------------------------------------- */

/* Verifies either a file or a catalogue; the other one is NULL. */
static enum up_tristate verify(const struct wintrust *wintrust, WINTRUST_FILE_INFO *file,
                               WINTRUST_CATALOG_INFO *catalogue)
{
    GUID action = WINTRUST_ACTION_GENERIC_VERIFY_V2;
    WINTRUST_DATA data;
    LONG status;

    memset(&data, 0, sizeof data);
    data.cbStruct = sizeof data;
    data.dwUIChoice = WTD_UI_NONE;
    data.fdwRevocationChecks = WTD_REVOKE_NONE;
    data.dwProvFlags = WTD_REVOCATION_CHECK_NONE | WTD_CACHE_ONLY_URL_RETRIEVAL;
    data.dwStateAction = WTD_STATEACTION_VERIFY;
    if (file != NULL) {
        data.dwUnionChoice = WTD_CHOICE_FILE;
        data.pFile = file;
    } else {
        data.dwUnionChoice = WTD_CHOICE_CATALOG;
        data.pCatalog = catalogue;
    }
    status = wintrust->verify(INVALID_HANDLE_VALUE, &action, &data);
    data.dwStateAction = WTD_STATEACTION_CLOSE;
    (void)wintrust->verify(INVALID_HANDLE_VALUE, &action, &data);
    if (status == ERROR_SUCCESS) {
        return UP_YES;
    }
    return status == (LONG)TRUST_E_PROVIDER_UNKNOWN || status == (LONG)TRUST_E_ACTION_UNKNOWN
               ? UP_UNKNOWN
               : UP_NO;
}

static enum up_tristate verify_file(const struct wintrust *wintrust, const WCHAR *path,
                                    HANDLE handle)
{
    WINTRUST_FILE_INFO file;

    memset(&file, 0, sizeof file);
    file.cbStruct = sizeof file;
    file.pcwszFilePath = path;
    file.hFile = handle;
    return verify(wintrust, &file, NULL);
}

/* ---- catalogues ------------------------------------------------------------------------------ */

/* The name of a member of a catalogue: its hash in upper-case hexadecimal digits. */
static void name_member(const BYTE *hash, DWORD bytes, WCHAR tag[2 * HASH_MAX + 1])
{
    for (DWORD i = 0; i < bytes; i++) {
        tag[2 * i] = L"0123456789ABCDEF"[hash[i] >> 4];
        tag[2 * i + 1] = L"0123456789ABCDEF"[hash[i] & 15];
    }
    tag[2 * bytes] = L'\0';
}

static enum up_tristate verify_member(const struct wintrust *wintrust, HCATINFO found,
                                      const WCHAR *path, HANDLE handle, BYTE *hash, DWORD bytes)
{
    WCHAR tag[2 * HASH_MAX + 1];
    CATALOG_INFO info;
    WINTRUST_CATALOG_INFO catalogue;

    memset(&info, 0, sizeof info);
    info.cbStruct = sizeof info;
    if (!wintrust->describe(found, &info, 0)) {
        return UP_UNKNOWN;
    }
    name_member(hash, bytes, tag);
    memset(&catalogue, 0, sizeof catalogue);
    catalogue.cbStruct = sizeof catalogue;
    catalogue.pcwszCatalogFilePath = info.wszCatalogFile;
    catalogue.pcwszMemberTag = tag;
    catalogue.pcwszMemberFilePath = path;
    catalogue.hMemberFile = handle;
    catalogue.pbCalculatedFileHash = hash;
    catalogue.cbCalculatedFileHash = bytes;
    return verify(wintrust, NULL, &catalogue);
}

/* Is the file in a catalogue, by this kind of hash? *is_trusted is set only then. */
static bool find_in_catalogues(const struct wintrust *wintrust, bool is_sha256, const WCHAR *path,
                               HANDLE handle, enum up_tristate *is_trusted)
{
    BYTE hash[HASH_MAX];
    DWORD bytes = sizeof hash;
    HCATADMIN admin = NULL;
    HCATINFO found = NULL;

    if (!(is_sha256 ? wintrust->acquire2(&admin, NULL, L"SHA256", NULL, 0)
                    : wintrust->acquire(&admin, NULL, 0))) {
        return false;
    }
    if (is_sha256 ? wintrust->hash2(admin, handle, &bytes, hash, 0)
                  : wintrust->hash(handle, &bytes, hash, 0)) {
        found = wintrust->find(admin, hash, bytes, 0, NULL);
    }
    if (found != NULL) {
        *is_trusted = verify_member(wintrust, found, path, handle, hash, bytes);
        (void)wintrust->release_catalogue(admin, found, 0);
    }
    (void)wintrust->release(admin, 0);
    return found != NULL;
}

static bool is_in_catalogue(const struct wintrust *wintrust, const WCHAR *path, HANDLE handle,
                            enum up_tristate *is_trusted)
{
    const bool has_catalogues = wintrust->find != NULL && wintrust->describe != NULL &&
                                wintrust->release_catalogue != NULL && wintrust->release != NULL;
    const bool has_sha1 = wintrust->acquire != NULL && wintrust->hash != NULL;
    const bool has_sha256 = wintrust->acquire2 != NULL && wintrust->hash2 != NULL;

    return has_catalogues &&
           ((has_sha1 && find_in_catalogues(wintrust, false, path, handle, is_trusted)) ||
            (has_sha256 && find_in_catalogues(wintrust, true, path, handle, is_trusted)));
}

void up_signature_verify(const WCHAR *file, bool is_embedded, enum up_tristate *is_signed,
                         enum up_tristate *is_trusted)
{
    struct wintrust wintrust;
    void *cookie = up_redirection_off();
    HANDLE handle = CreateFileW(file, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                                OPEN_EXISTING, 0, NULL);

    up_redirection_on(cookie);
    *is_signed = is_embedded ? UP_YES : UP_UNKNOWN;
    *is_trusted = UP_UNKNOWN;
    if (handle == INVALID_HANDLE_VALUE) {
        return;
    }
    if (!load(&wintrust)) {
        /* A system without wintrust.dll has no catalogues. */
        *is_signed = is_embedded ? UP_YES : UP_NO;
    } else if (is_embedded) {
        *is_trusted = verify_file(&wintrust, file, handle);
    } else {
        *is_signed = is_in_catalogue(&wintrust, file, handle, is_trusted) ? UP_YES : UP_NO;
    }
    CloseHandle(handle);
}
