/* SPDX-License-Identifier: MIT
 *
 * The object in a single-threaded apartment, as a window's thread has it, and called from another
 * thread: by Windows' own proxy for dual interfaces, which finds the types by the registration.
 */
#include "com.h"

static IStream *stream;
static HANDLE made, done;

static DWORD WINAPI own_object(void *argument)
{
    IPorts *ports;
    DWORD woken;
    MSG message;

    (void)argument;
    EXPECT_HR(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED), S_OK);
    ports = ports_new();
    EXPECT_HR(CoMarshalInterThreadInterfaceInStream(&IID_IPorts, (IUnknown *)ports, &stream), S_OK);
    SetEvent(made);
    do {
        woken = MsgWaitForMultipleObjects(1, &done, FALSE, 20000, QS_ALLINPUT);
        while (PeekMessageA(&message, NULL, 0, 0, PM_REMOVE)) {
            DispatchMessageA(&message);
        }
    } while (woken == WAIT_OBJECT_0 + 1);
    EXPECT_EQ(woken, WAIT_OBJECT_0);
    EXPECT_EQ(IPorts_Release(ports), 0);
    CoUninitialize();
    return 0;
}

static void use_proxy(IPorts *proxy)
{
    VARIANT values = {.vt = VT_EMPTY};
    VARIANT_BOOL granted = VARIANT_FALSE;
    BSTR name = NULL;
    LONG value = 0;

    EXPECT_HR(IPorts_Open(proxy, (BSTR)L"fake"), S_OK);
    EXPECT_HR(IPorts_Out32(proxy, 0x378, 4294967294.0), S_OK);
    EXPECT_HR(IPorts_In16(proxy, 0x378, &value), S_OK);
    EXPECT_EQ(value, 0xFFFE);
    EXPECT_HR(IPorts_Granted(proxy, 0x378, 1, &granted), S_OK);
    EXPECT(granted == VARIANT_TRUE);
    EXPECT_HR(IPorts_get_Backend(proxy, &name), S_OK);
    EXPECT(name != NULL && wcscmp(name, L"fake") == 0);
    EXPECT_HR(IPorts_InBlock(proxy, 0x378, 2, 1, &values), S_OK);
    EXPECT_EQ(V_VT(&values), VT_ARRAY | VT_VARIANT);
    EXPECT_HR(IPorts_OutBlock(proxy, 0x379, values, 1), S_OK);
    EXPECT_HR(IPorts_In8(proxy, 0x379, &value), S_OK);
    EXPECT_EQ(value, 0xFE);
    EXPECT_HR(IPorts_Out8(proxy, 0x378, 256), COM_ERROR(UP_ERR_ARGUMENT));
    VariantClear(&values);
    SysFreeString(name);
}

void try_apartments(void)
{
    IPorts *proxy = NULL;
    HANDLE thread;

    made = CreateEventA(NULL, TRUE, FALSE, NULL);
    done = CreateEventA(NULL, TRUE, FALSE, NULL);
    thread = CreateThread(NULL, 0, own_object, NULL, 0, NULL);
    EXPECT_EQ(WaitForSingleObject(made, 20000), WAIT_OBJECT_0);
    EXPECT_HR(CoGetInterfaceAndReleaseStream(stream, &IID_IPorts, (void **)&proxy), S_OK);
    if (proxy != NULL) {
        use_proxy(proxy);
        EXPECT_EQ(IPorts_Release(proxy), 0);
    }
    SetEvent(done);
    EXPECT_EQ(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
    CloseHandle(thread);
    CloseHandle(made);
    CloseHandle(done);
}
