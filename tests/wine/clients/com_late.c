/* SPDX-License-Identifier: MIT
 *
 * The automation object called by name, with the arguments that scripts pass. Over the library's
 * fake back end, where a port reads as what was written to it; try_exceptions also with the driver.
 */
#include "com.h"

/* Arguments for call(): Variants in the order in which a script writes them. */
#define ARGUMENTS(...)                                                                             \
    ((VARIANT[]){__VA_ARGS__}), sizeof((VARIANT[]){__VA_ARGS__}) / sizeof(VARIANT)
#define NO_ARGUMENTS NULL, 0
#define NUMBER(type, field, number)                                                                \
    {                                                                                              \
        .vt = type, .field = number                                                                \
    }
#define I4(number) NUMBER(VT_I4, lVal, number)
#define I2(number) NUMBER(VT_I2, iVal, number)
#define R8(number) NUMBER(VT_R8, dblVal, number)

static IPorts *object;
static VARIANT result;
static EXCEPINFO exception;

static void begin(void)
{
    object = ports_new();
    EXPECT_HR(IPorts_Open(object, (BSTR)L"fake"), S_OK);
}

static void forget(void)
{
    VariantClear(&result);
    SysFreeString(exception.bstrSource);
    SysFreeString(exception.bstrDescription);
    SysFreeString(exception.bstrHelpFile);
    memset(&exception, 0, sizeof exception);
}

static void end(void)
{
    forget();
    EXPECT_EQ(IPorts_Release(object), 0);
}

static HRESULT invoke(DISPID id, WORD flags, DISPPARAMS *parameters)
{
    UINT bad = 0;

    forget();
    return IPorts_Invoke(object, id, &IID_NULL, LOCALE_USER_DEFAULT, flags, parameters, &result,
                         &exception, &bad);
}

static DISPID find(const WCHAR *name)
{
    DISPID id = DISPID_UNKNOWN;

    EXPECT_HR(
        IPorts_GetIDsOfNames(object, &IID_NULL, (LPOLESTR *)&name, 1, LOCALE_USER_DEFAULT, &id),
        S_OK);
    return id;
}

static HRESULT call(const WCHAR *name, const VARIANT *arguments, unsigned count)
{
    VARIANT reversed[8];
    DISPPARAMS parameters = {reversed, NULL, count, 0};
    unsigned i;

    for (i = 0; i < count; i++) {
        reversed[i] = arguments[count - 1 - i];
    }
    return invoke(find(name), DISPATCH_METHOD | DISPATCH_PROPERTYGET, &parameters);
}

static void expect_read(const WCHAR *name, VARIANT port, LONG wanted)
{
    EXPECT_HR(call(name, &port, 1), S_OK);
    EXPECT_EQ(V_VT(&result), VT_I4);
    EXPECT_EQ((ULONG)V_I4(&result), (ULONG)wanted);
}

/* ---- names ----------------------------------------------------------------------------------- */

/* InBlock with its arguments by name, in an order of their own. */
static void try_named_arguments(void)
{
    const WCHAR *names[] = {L"inblock", L"Width", L"PORT", L"Count"};
    DISPID ids[4] = {0};
    VARIANT arguments[] = {I4(3), I4(0x378), I4(2)}; /* the named: count, port, width */
    DISPID named[3];
    DISPPARAMS parameters = {arguments, named, 3, 3};
    VARIANT element = {.vt = VT_EMPTY};
    LONG last = 2, behind = 3;

    EXPECT_HR(
        IPorts_GetIDsOfNames(object, &IID_NULL, (LPOLESTR *)names, 4, LOCALE_USER_DEFAULT, ids),
        S_OK);
    EXPECT_EQ(ids[0], 9);
    EXPECT_EQ(ids[1], 2); /* the third parameter */
    named[0] = ids[3];
    named[1] = ids[2];
    named[2] = ids[1];
    IPorts_Out16(object, 0x378, 0x1234);
    EXPECT_HR(invoke(ids[0], DISPATCH_METHOD, &parameters), S_OK);
    EXPECT_EQ(V_VT(&result), VT_ARRAY | VT_VARIANT);
    EXPECT_HR(SafeArrayGetElement(V_ARRAY(&result), &last, &element), S_OK);
    EXPECT_EQ(V_I4(&element), 0x1234);
    EXPECT(FAILED(SafeArrayGetElement(V_ARRAY(&result), &behind, &element)));
}

void try_names(void)
{
    const WCHAR *unknown = L"MapPhysicalMemory";
    DISPPARAMS none = {NULL, NULL, 0, 0};
    DISPID id = 0;

    begin();
    EXPECT_EQ(find(L"In8"), 3);
    EXPECT_EQ(find(L"IN8"), 3);
    EXPECT_EQ(find(L"backend"), 12);
    EXPECT_HR(
        IPorts_GetIDsOfNames(object, &IID_NULL, (LPOLESTR *)&unknown, 1, LOCALE_USER_DEFAULT, &id),
        DISP_E_UNKNOWNNAME);
    EXPECT_HR(IPorts_GetIDsOfNames(object, &IID_IUnknown, (LPOLESTR *)&unknown, 1,
                                   LOCALE_USER_DEFAULT, &id),
              DISP_E_UNKNOWNINTERFACE);
    EXPECT_HR(invoke(99, DISPATCH_METHOD, &none), DISP_E_MEMBERNOTFOUND);
    EXPECT_HR(invoke(find(L"Backend"), DISPATCH_PROPERTYGET, &none), S_OK);
    EXPECT(V_VT(&result) == VT_BSTR && wcscmp(V_BSTR(&result), L"fake") == 0);
    try_named_arguments();
    end();
}

/* ---- arguments of every type ----------------------------------------------------------------- */

void try_arguments(void)
{
    BSTR text = SysAllocString(L"&H378");
    LONG port = 0x378;
    VARIANT inner = I4(0x378);
    VARIANT by_reference = {.vt = VT_BYREF | VT_I4, .plVal = &port};
    VARIANT variant = {.vt = VT_BYREF | VT_VARIANT, .pvarVal = &inner};
    VARIANT string = {.vt = VT_BSTR, .bstrVal = text};
    VARIANT unsigned32 = {.vt = VT_UI4, .ulVal = 0x80000001};

    begin();
    EXPECT_HR(call(L"Out8", ARGUMENTS(I4(0x378), I4(0xA5))), S_OK);
    EXPECT_EQ(V_VT(&result), VT_EMPTY);
    expect_read(L"In8", (VARIANT)I2(0x378), 0xA5);
    expect_read(L"In8", (VARIANT)R8(888.0), 0xA5);
    expect_read(L"In8", by_reference, 0xA5);
    expect_read(L"In8", variant, 0xA5);
    expect_read(L"In8", string, 0xA5);
    EXPECT_HR(call(L"Out16", ARGUMENTS(I2(-0x4000), I2(-1))), S_OK); /* &HC000, &HFFFF */
    expect_read(L"In16", (VARIANT)I4(0xC000), 0xFFFF);
    expect_read(L"In32", (VARIANT)I4(0xC000), -1);
    EXPECT_HR(call(L"Out32", ARGUMENTS(I4(0x100), unsigned32)), S_OK);
    expect_read(L"In32", (VARIANT)I4(0x100), (LONG)0x80000001);
    EXPECT_HR(call(L"Out32", ARGUMENTS(I4(0x100), R8(4294967295.0))), S_OK);
    expect_read(L"In32", (VARIANT)I4(0x100), -1);
    EXPECT_HR(call(L"Granted", ARGUMENTS(I4(0xFFFF))), S_OK);
    EXPECT(V_VT(&result) == VT_BOOL && V_BOOL(&result) == VARIANT_TRUE);
    EXPECT_HR(call(L"Granted", ARGUMENTS(I4(0xFFFF), I4(2))), S_OK);
    EXPECT(V_BOOL(&result) == VARIANT_FALSE);
    end();
    SysFreeString(text);
}

void try_wrong_arguments(void)
{
    const VARIANT nothing = {.vt = VT_DISPATCH, .pdispVal = NULL};
    VARIANT value = I4(1);
    DISPID put = DISPID_PROPERTYPUT;
    DISPPARAMS parameters = {&value, &put, 1, 1};
    HRESULT answer;

    begin();
    EXPECT_HR(call(L"In8", NO_ARGUMENTS), DISP_E_BADPARAMCOUNT);
    EXPECT_HR(call(L"In8", ARGUMENTS(I4(1), I4(2))), DISP_E_BADPARAMCOUNT);
    EXPECT_HR(call(L"Out8", ARGUMENTS(I4(1))), DISP_E_BADPARAMCOUNT);
    EXPECT(FAILED(call(L"In8", &nothing, 1)));
    EXPECT_HR(call(L"In8", ARGUMENTS(R8(1e12))), DISP_E_OVERFLOW);
    /* it is to be read only */
    answer = invoke(find(L"Backend"), DISPATCH_PROPERTYPUT, &parameters);
    EXPECT_MSG(FAILED(answer), "the back end was set: %08lX", answer);
    EXPECT_HR(
        IPorts_Invoke(object, 3, &IID_IUnknown, 0, DISPATCH_METHOD, &parameters, NULL, NULL, NULL),
        DISP_E_UNKNOWNINTERFACE);
    EXPECT_HR(IPorts_In8(object, 0x378, NULL), E_POINTER);
    EXPECT_HR(IPorts_get_Version(object, NULL), E_POINTER);
    end();
}

/* ---- errors ---------------------------------------------------------------------------------- */

/* The last call has failed with this error, whose sentence has these words. */
static void expect_exception(HRESULT answer, up_error error, const WCHAR *words)
{
    EXPECT_HR(answer, DISP_E_EXCEPTION);
    EXPECT_HR(exception.scode, COM_ERROR(error));
    EXPECT(exception.bstrSource != NULL && wcscmp(exception.bstrSource, L"UserPort.Ports") == 0);
    EXPECT_MSG(
        exception.bstrDescription != NULL && wcsstr(exception.bstrDescription, words) != NULL,
        "it says: %ls", exception.bstrDescription != NULL ? exception.bstrDescription : L"nothing");
}

static void expect_range(const WCHAR *name, double least, double most)
{
    EXPECT_HR(call(name, ARGUMENTS(I4(0x378), R8(least))), S_OK);
    EXPECT_HR(call(name, ARGUMENTS(I4(0x378), R8(most))), S_OK);
    expect_exception(call(name, ARGUMENTS(I4(0x378), R8(least - 1))), UP_ERR_ARGUMENT,
                     L"is not a value of");
    expect_exception(call(name, ARGUMENTS(I4(0x378), R8(most + 1))), UP_ERR_ARGUMENT,
                     L"is not a value of");
}

void try_ranges(void)
{
    begin();
    expect_range(L"Out8", 0, 255);
    expect_range(L"Out16", -32768, 65535);
    expect_range(L"Out32", -2147483648.0, 4294967295.0);
    expect_exception(call(L"Out8", ARGUMENTS(I4(0x378), I4(256))), UP_ERR_ARGUMENT,
                     L"Out8: 256 is not");
    expect_exception(call(L"Out16", ARGUMENTS(I4(0x378), I4(-32769))), UP_ERR_ARGUMENT,
                     L"Out16: -32769 is not");
    expect_exception(call(L"Out32", ARGUMENTS(I4(0x378), R8(0.5))), UP_ERR_ARGUMENT,
                     L"not a whole number");
    EXPECT_HR(call(L"In8", ARGUMENTS(I4(-32768))), S_OK);
    EXPECT_HR(call(L"In8", ARGUMENTS(I4(65535))), S_OK);
    expect_exception(call(L"In8", ARGUMENTS(I4(-32769))), UP_ERR_ARGUMENT,
                     L"In8: -32769 is not a port");
    expect_exception(call(L"Out32", ARGUMENTS(I4(65536), I4(0))), UP_ERR_ARGUMENT,
                     L"Out32: 65536 is not a port");
    expect_exception(call(L"Granted", ARGUMENTS(I4(1), I4(3))), UP_ERR_ARGUMENT,
                     L"Granted: 3 is not a width");
    expect_exception(call(L"InBlock", ARGUMENTS(I4(1), I4(-1))), UP_ERR_ARGUMENT,
                     L"InBlock: -1 is not a count");
    expect_exception(call(L"InBlock", ARGUMENTS(I4(1), I4(0x1000001))), UP_ERR_ARGUMENT,
                     L"not a count");
    end();
}

void try_exceptions(void)
{
    VARIANT direct = {.vt = VT_BSTR, .bstrVal = SysAllocString(L"direct")};
    VARIANT bogus = {.vt = VT_BSTR, .bstrVal = SysAllocString(L"directly")};

    object = ports_new();
    EXPECT_HR(call(L"Backend", NO_ARGUMENTS), S_OK);
    EXPECT(wcscmp(V_BSTR(&result), L"none") == 0);
    EXPECT_HR(call(L"In8", ARGUMENTS(I4(0x378))), S_OK); /* opens by itself */
    EXPECT_HR(call(L"Backend", NO_ARGUMENTS), S_OK);
    EXPECT(wcscmp(V_BSTR(&result), L"ioctl") == 0);
    expect_exception(call(L"In8", ARGUMENTS(I4(0x380))), UP_ERR_DENIED, L"port 380 is not granted");
    expect_exception(call(L"Out16", ARGUMENTS(I4(0x37F), I4(0))), UP_ERR_DENIED,
                     L"port 380 is not granted");
    expect_exception(call(L"InBlock", ARGUMENTS(I4(0x377), I4(5))), UP_ERR_DENIED,
                     L"port 377 is not granted");
    expect_exception(call(L"Open", &direct, 1), UP_ERR_UNSUPPORTED, L"cannot open");
    expect_exception(call(L"Open", &bogus, 1), UP_ERR_ARGUMENT, L"the back ends are");
    EXPECT_HR(call(L"In8", ARGUMENTS(I4(0x378))), S_OK); /* what was open stays open */
    EXPECT_EQ(device_info().files, 2);
    EXPECT_HR(call(L"Close", NO_ARGUMENTS), S_OK);
    EXPECT_EQ(device_info().files, 1);
    EXPECT_HR(call(L"Open", NO_ARGUMENTS), S_OK);
    EXPECT_EQ(device_info().files, 2);
    end();
    EXPECT_EQ(device_info().files, 1);
    VariantClear(&direct);
    VariantClear(&bogus);
}

/* ---- arrays ---------------------------------------------------------------------------------- */

void try_read_arrays(void)
{
    VARIANT *elements = NULL;
    LONG upper = 0;

    begin();
    IPorts_Out32(object, 0x378, 0x89ABCDEFu);
    EXPECT_HR(call(L"InBlock", ARGUMENTS(I4(0x378), I4(3), I4(4))), S_OK);
    EXPECT_EQ(V_VT(&result), VT_ARRAY | VT_VARIANT);
    EXPECT_HR(SafeArrayGetUBound(V_ARRAY(&result), 1, &upper), S_OK);
    EXPECT_EQ(upper, 2);
    EXPECT_HR(SafeArrayAccessData(V_ARRAY(&result), (void **)&elements), S_OK);
    EXPECT(V_VT(&elements[2]) == VT_I4 && V_I4(&elements[2]) == (LONG)0x89ABCDEF);
    SafeArrayUnaccessData(V_ARRAY(&result));
    EXPECT_HR(call(L"InBlock", ARGUMENTS(I4(0x379), I4(1))), S_OK);
    EXPECT_HR(SafeArrayAccessData(V_ARRAY(&result), (void **)&elements), S_OK);
    EXPECT(V_I4(&elements[0]) == 0xCD);
    SafeArrayUnaccessData(V_ARRAY(&result));
    EXPECT_HR(call(L"InBlock", ARGUMENTS(I4(0x378), I4(0))), S_OK);
    EXPECT_HR(SafeArrayGetUBound(V_ARRAY(&result), 1, &upper), S_OK);
    EXPECT_EQ((ULONG)upper, (ULONG)-1);
    end();
}

static SAFEARRAY *array_new(VARTYPE type, LONG lower, ULONG count, const void *elements,
                            size_t bytes)
{
    SAFEARRAYBOUND bound = {.cElements = count, .lLbound = lower};
    SAFEARRAY *array = SafeArrayCreate(type, 1, &bound);
    void *data;

    EXPECT_HR(SafeArrayAccessData(array, &data), S_OK);
    memcpy(data, elements, bytes);
    SafeArrayUnaccessData(array);
    return array;
}

/* What is written last stays: the ports from 378 then read as the last element. */
static void expect_written(VARIANT values, LONG width, LONG wanted)
{
    EXPECT_HR(call(L"OutBlock", ARGUMENTS(I4(0x378), values, I4(width))), S_OK);
    expect_read(width == 1 ? L"In8" : width == 2 ? L"In16" : L"In32", (VARIANT)I4(0x378), wanted);
}

static void expect_refused(VARIANT values, const WCHAR *words)
{
    IPorts_Out8(object, 0x378, 0x5A);
    expect_exception(call(L"OutBlock", ARGUMENTS(I4(0x378), values, I4(1))), UP_ERR_ARGUMENT,
                     words);
    expect_read(L"In8", (VARIANT)I4(0x378), 0x5A); /* nothing was written */
}

static void try_typed_arrays(void)
{
    static const BYTE bytes[] = {1, 2, 200};
    static const SHORT words[] = {5, -2};
    static const double doubles[] = {1, 4294967295.0};
    SAFEARRAY *array = array_new(VT_UI1, 5, 3, bytes, sizeof bytes);
    VARIANT plain = {.vt = VT_ARRAY | VT_UI1, .parray = array};
    VARIANT by_reference = {.vt = VT_BYREF | VT_ARRAY | VT_UI1, .pparray = &array};
    VARIANT nested = {.vt = VT_BYREF | VT_VARIANT, .pvarVal = &by_reference};
    VARIANT shorts = {.vt = VT_ARRAY | VT_I2,
                      .parray = array_new(VT_I2, 0, 2, words, sizeof words)};
    VARIANT reals = {.vt = VT_ARRAY | VT_R8,
                     .parray = array_new(VT_R8, -1, 2, doubles, sizeof doubles)};
    VARIANT empty = {.vt = VT_ARRAY | VT_I4, .parray = array_new(VT_I4, 0, 0, NULL, 0)};

    expect_written(plain, 1, 200);
    expect_written(by_reference, 2, 200);
    expect_written(nested, 1, 200);
    expect_written(shorts, 2, 0xFFFE);
    expect_written(reals, 4, -1);
    expect_written(empty, 4, -1);
    expect_refused(shorts, L"-2 is not a value of 8 bits");
    VariantClear(&plain);
    VariantClear(&shorts);
    VariantClear(&reals);
    VariantClear(&empty);
}

/* Arrays by each type of element that can be a number. */
static void try_each_type(void)
{
    static const double r8 = 42;
    static const float r4 = 42;
    static const uint64_t whole = 42, currency = 420000;
    static const DECIMAL decimal = {.Lo64 = 42};
    BSTR text = SysAllocString(L"42");
    const struct {
        VARTYPE type;
        const void *element;
        size_t bytes;
    } types[] = {
        {VT_I1, &whole, 1},
        {VT_UI1, &whole, 1},
        {VT_I2, &whole, 2},
        {VT_UI2, &whole, 2},
        {VT_I4, &whole, 4},
        {VT_UI4, &whole, 4},
        {VT_INT, &whole, 4},
        {VT_UINT, &whole, 4},
        {VT_I8, &whole, 8},
        {VT_UI8, &whole, 8},
        {VT_R4, &r4, 4},
        {VT_R8, &r8, 8},
        {VT_CY, &currency, 8},
        {VT_BSTR, &text, sizeof text},
        {VT_DECIMAL, &decimal, sizeof decimal},
    };
    VARIANT values;
    unsigned i;

    for (i = 0; i < sizeof types / sizeof types[0]; i++) {
        V_VT(&values) = (VARTYPE)(VT_ARRAY | types[i].type);
        V_ARRAY(&values) = array_new(types[i].type, 0, 1, types[i].element, types[i].bytes);
        IPorts_Out8(object, 0x378, 0);
        expect_written(values, 1, 42);
        VariantClear(&values); /* with the string */
    }
}

/* OutBlock past IDispatch, which might look at the array itself. */
static void expect_array_refused(VARTYPE type, SAFEARRAY *array, const WCHAR *words)
{
    const VARIANT values = {.vt = (VARTYPE)(VT_ARRAY | type), .parray = array};
    IErrorInfo *info = NULL;
    BSTR text = NULL;

    IPorts_Out8(object, 0x378, 0x5A);
    EXPECT_HR(IPorts_OutBlock(object, 0x378, values, 1), COM_ERROR(UP_ERR_ARGUMENT));
    EXPECT_HR(GetErrorInfo(0, &info), S_OK);
    if (info != NULL) {
        EXPECT_HR(IErrorInfo_GetDescription(info, &text), S_OK);
        EXPECT_MSG(text != NULL && wcsstr(text, words) != NULL, "it says: %ls",
                   text != NULL ? text : L"nothing");
        SysFreeString(text);
        IErrorInfo_Release(info);
    }
    expect_read(L"In8", (VARIANT)I4(0x378), 0x5A);
}

static void try_odd_arrays(void)
{
    static const VARTYPE types[] = {VT_EMPTY,   VT_NULL,  VT_DATE,  VT_DISPATCH, VT_ERROR,
                                    VT_UNKNOWN, 15,       VT_VOID,  VT_HRESULT,  VT_RECORD,
                                    VT_PTR,     VT_LPSTR, VT_CLSID, 0xFFF};
    static const ULONG counts[] = {0x1000001,  0x7FFFFFFF, 0x80000000,
                                   0x80000001, 0xFFFFFFFE, 0xFFFFFFFF};
    static const BYTE elements[16] = {1};
    SAFEARRAY *array = array_new(VT_UI8, 0, 2, elements, sizeof elements);
    unsigned i;

    for (i = 0; i < sizeof types / sizeof types[0]; i++) {
        expect_array_refused(types[i], array, L"not numbers");
    }
    expect_array_refused(VT_UI1, array, L"not numbers"); /* elements of another length */
    expect_array_refused(VT_DECIMAL, array, L"not numbers");
    for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        array->rgsabound[0].cElements = counts[i];
        expect_array_refused(VT_UI8, array, L"at most 16777216 elements");
    }
    array->rgsabound[0].cElements = 2;
    SafeArrayDestroy(array);
}

void try_written_arrays(void)
{
    VARIANT mixed[] = {I2(1), {.vt = VT_BSTR, .bstrVal = SysAllocString(L"17")}};
    VARIANT odd[] = {I2(1), {.vt = VT_NULL}};
    VARIANT good = {.vt = VT_ARRAY | VT_VARIANT,
                    .parray = array_new(VT_VARIANT, 0, 2, mixed, sizeof mixed)};
    VARIANT bad = {.vt = VT_ARRAY | VT_VARIANT,
                   .parray = array_new(VT_VARIANT, 0, 2, odd, sizeof odd)};
    SAFEARRAYBOUND bounds[2] = {{2, 0}, {2, 0}};
    VARIANT square = {.vt = VT_ARRAY | VT_I4, .parray = SafeArrayCreate(VT_I4, 2, bounds)};
    VARIANT null = {.vt = VT_BYREF | VT_ARRAY | VT_UI1, .pparray = NULL};

    begin();
    try_typed_arrays();
    try_each_type();
    try_odd_arrays();
    expect_written(good, 1, 17);
    expect_refused(bad, L"an element of the array is not a number");
    expect_refused(square, L"not an array of one dimension");
    expect_refused((VARIANT)I4(5), L"not an array of one dimension");
    expect_refused(null, L"not an array of one dimension");
    end();
    VariantClear(&good); /* with the string */
    VariantClear(&bad);
    VariantClear(&square);
}
