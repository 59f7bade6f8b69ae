/* SPDX-License-Identifier: MIT
 *
 * Finds the signature of a file and checks it with wintrust.dll (signature.h). A driver is signed
 * in its own file, or by an installed catalogue that has the hash of the file: SHA-1, since Windows
 * 8 also SHA-256. Whom WinVerifyTrust trusts does not matter, since the kernel has rules of its own
 * (loading.h); only whether the file is as it was signed.
 */
#include "signature.h"

#include <softpub.h>
#include <wintrust.h>

#include <mscat.h>

#define HASH_MAX 64u
/* A longer signature or catalogue is not read. */
#define MESSAGE_MAX (16u << 20)

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

static bool load(struct wintrust *wintrust)
{
    HMODULE module = up_system_dll(L"wintrust.dll");

    memset(wintrust, 0, sizeof *wintrust);
    if (module == NULL) {
        return false;
    }
    UP_FIND(module, wintrust->verify, "WinVerifyTrust");
    UP_FIND(module, wintrust->acquire, "CryptCATAdminAcquireContext");
    UP_FIND(module, wintrust->acquire2, "CryptCATAdminAcquireContext2");
    UP_FIND(module, wintrust->hash, "CryptCATAdminCalcHashFromFileHandle");
    UP_FIND(module, wintrust->hash2, "CryptCATAdminCalcHashFromFileHandle2");
    UP_FIND(module, wintrust->find, "CryptCATAdminEnumCatalogFromHash");
    UP_FIND(module, wintrust->describe, "CryptCATCatalogInfoFromContext");
    UP_FIND(module, wintrust->release_catalogue, "CryptCATAdminReleaseCatalogContext");
    UP_FIND(module, wintrust->release, "CryptCATAdminReleaseContext");
    return wintrust->verify != NULL;
}

/* ---- the check ------------------------------------------------------------------------------- */

/* Checks either a file or a catalogue; the other one is NULL. Result: false: it was changed. */
static bool is_whole(const struct wintrust *wintrust, WINTRUST_FILE_INFO *file,
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
    return status != (LONG)TRUST_E_BAD_DIGEST && status != (LONG)TRUST_E_CERT_SIGNATURE &&
           status != (LONG)NTE_BAD_SIGNATURE && status != (LONG)CRYPT_E_HASH_VALUE;
}

static bool file_is_whole(const struct wintrust *wintrust, const WCHAR *path, HANDLE handle)
{
    WINTRUST_FILE_INFO file;

    memset(&file, 0, sizeof file);
    file.cbStruct = sizeof file;
    file.pcwszFilePath = path;
    file.hFile = handle;
    return is_whole(wintrust, &file, NULL);
}

/* ---- signed messages ------------------------------------------------------------------------- */

/*
 * Reads a part of a file into memory of the process heap, which the caller frees. Result: NULL if
 * that fails.
 */
static BYTE *read_part(HANDLE file, DWORD at, DWORD bytes)
{
    BYTE *part = bytes <= MESSAGE_MAX ? HeapAlloc(GetProcessHeap(), 0, bytes) : NULL;
    DWORD count = 0;

    if (part != NULL && (SetFilePointer(file, (LONG)at, NULL, FILE_BEGIN) != at ||
                         !ReadFile(file, part, bytes, &count, NULL) || count != bytes)) {
        HeapFree(GetProcessHeap(), 0, part);
        part = NULL;
    }
    return part;
}

/*
 * Reads a table of certificates (PE/COFF specification, "The Attribute Certificate Table"): each
 * has a length, a revision, a kind, and begins at a multiple of 8.
 */
static void read_table(HANDLE file, const struct up_exe_file *exe, struct up_signature *signature)
{
    BYTE *table = read_part(file, exe->signature_at, exe->signature_bytes);
    DWORD at = 0;
    bool has_best = false;

    while (table != NULL && exe->signature_bytes - at > sizeof(WIN_CERTIFICATE)) {
        WIN_CERTIFICATE *entry = (WIN_CERTIFICATE *)(table + at);
        const DWORD length = entry->dwLength;
        const DWORD header = (DWORD)FIELD_OFFSET(WIN_CERTIFICATE, bCertificate);

        if (length <= header || length > exe->signature_bytes - at) {
            break;
        }
        if (entry->wCertificateType == WIN_CERT_TYPE_PKCS_SIGNED_DATA) {
            up_signer_read(entry->bCertificate, length - header, has_best, signature);
            has_best = true;
        }
        if (exe->signature_bytes - at - length < 8) {
            break;
        }
        at += (length + 7u) & ~7u;
    }
    if (table != NULL) {
        HeapFree(GetProcessHeap(), 0, table);
        signature->signer = has_best ? signature->signer : UP_SIGNER_BROKEN;
    }
}

static void read_catalogue(const WCHAR *path, struct up_signature *signature)
{
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, 0, NULL);
    DWORD bytes = file != INVALID_HANDLE_VALUE ? GetFileSize(file, NULL) : INVALID_FILE_SIZE;
    BYTE *catalogue = bytes != INVALID_FILE_SIZE ? read_part(file, 0, bytes) : NULL;

    if (catalogue != NULL) {
        up_signer_read(catalogue, bytes, false, signature);
        HeapFree(GetProcessHeap(), 0, catalogue);
    }
    if (file != INVALID_HANDLE_VALUE) {
        CloseHandle(file);
    }
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

/* Reads the signer of a catalogue that has the file, and checks the catalogue. */
static void read_member(const struct wintrust *wintrust, HCATINFO found, const WCHAR *path,
                        HANDLE handle, BYTE *hash, DWORD bytes, struct up_signature *signature)
{
    WCHAR tag[2 * HASH_MAX + 1];
    CATALOG_INFO info;
    WINTRUST_CATALOG_INFO catalogue;

    memset(&info, 0, sizeof info);
    info.cbStruct = sizeof info;
    if (!wintrust->describe(found, &info, 0)) {
        return;
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
    read_catalogue(info.wszCatalogFile, signature);
    if (!is_whole(wintrust, NULL, &catalogue)) {
        signature->signer = UP_SIGNER_BROKEN;
    }
}

/* Is the file in a catalogue, by this kind of hash? *signature is set only then. */
static bool find_in_catalogues(const struct wintrust *wintrust, bool is_sha256, const WCHAR *path,
                               HANDLE handle, struct up_signature *signature)
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
        read_member(wintrust, found, path, handle, hash, bytes, signature);
        signature->is_in_catalogue = true;
        (void)wintrust->release_catalogue(admin, found, 0);
    }
    (void)wintrust->release(admin, 0);
    return found != NULL;
}

/*
 * Does the system have catalogues? Their folders are in catroot. To ask for them where there are
 * none would make a folder, in Wine at least.
 */
static bool has_catalogues(void)
{
    WCHAR pattern[MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE search;

    if (!up_system_folder(pattern) || !up_path_join(pattern, pattern, L"catroot\\{*")) {
        return false;
    }
    search = FindFirstFileW(pattern, &found);
    if (search == INVALID_HANDLE_VALUE) {
        return false;
    }
    FindClose(search);
    return true;
}

static bool is_in_catalogue(const struct wintrust *wintrust, const WCHAR *path, HANDLE handle,
                            struct up_signature *signature)
{
    const bool has_functions = wintrust->find != NULL && wintrust->describe != NULL &&
                               wintrust->release_catalogue != NULL && wintrust->release != NULL;
    const bool has_sha1 = wintrust->acquire != NULL && wintrust->hash != NULL;
    const bool has_sha256 = wintrust->acquire2 != NULL && wintrust->hash2 != NULL;

    return has_functions && has_catalogues() &&
           ((has_sha1 && find_in_catalogues(wintrust, false, path, handle, signature)) ||
            (has_sha256 && find_in_catalogues(wintrust, true, path, handle, signature)));
}

void up_signature_read(const WCHAR *file, const struct up_exe_file *exe,
                       struct up_signature *signature)
{
    const bool is_embedded = exe->signature_bytes != 0;
    struct wintrust wintrust;
    const bool has_wintrust = load(&wintrust);
    void *cookie = up_redirection_off();
    HANDLE handle = CreateFileW(file, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                                OPEN_EXISTING, 0, NULL);

    up_redirection_on(cookie);
    memset(signature, 0, sizeof *signature);
    if (handle == INVALID_HANDLE_VALUE) {
        return;
    }
    if (is_embedded) {
        read_table(handle, exe, signature);
        if (has_wintrust && !file_is_whole(&wintrust, file, handle)) {
            signature->signer = UP_SIGNER_BROKEN;
        }
    } else if (!has_wintrust || !is_in_catalogue(&wintrust, file, handle, signature)) {
        /* A system without wintrust.dll has no catalogues. */
        signature->signer = UP_SIGNER_NONE;
    }
    CloseHandle(handle);
}
