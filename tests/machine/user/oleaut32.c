/* SPDX-License-Identifier: MIT
 *
 * A fake oleaut32.dll: the strings that Pascal's WideString is made of. In front of the text lies
 * its length in bytes, behind it a 0.
 */
#include <windows.h>

#define EXPORT __declspec(dllexport)

EXPORT BSTR WINAPI SysAllocStringLen(const OLECHAR *text, UINT length)
{
    UINT *block = HeapAlloc(GetProcessHeap(), 0, sizeof *block + (length + 1) * sizeof(OLECHAR));
    BSTR string = (BSTR)(block + 1);
    UINT i;

    *block = length * sizeof(OLECHAR);
    for (i = 0; i < length && text != NULL; i++) {
        string[i] = text[i];
    }
    string[length] = 0;
    return string;
}

EXPORT VOID WINAPI SysFreeString(BSTR string)
{
    if (string != NULL) {
        HeapFree(GetProcessHeap(), 0, (UINT *)string - 1);
    }
}

/* The text may lie in the old string. */
EXPORT INT WINAPI SysReAllocStringLen(BSTR *string, const OLECHAR *text, UINT length)
{
    BSTR old = *string;

    *string = SysAllocStringLen(text, length);
    SysFreeString(old);
    return TRUE;
}
