/* SPDX-License-Identifier: MIT
 *
 * The type library as Visual Basic's object browser reads it: out of both DLLs, and from an object.
 */
#include "com.h"

#define ANY_RESULT VT_VOID

/*
 * What it has to have, in this order; parameters by name with their types, "=" for those that may
 * be left out.
 */
static const struct {
    const char *name;
    INVOKEKIND kind;
    VARTYPE result; /* ANY_RESULT: none */
    const char *parameters;
} wanted[] = {
    {"Open", INVOKE_FUNC, ANY_RESULT, "Backend:8="},
    {"Close", INVOKE_FUNC, ANY_RESULT, ""},
    {"In8", INVOKE_FUNC, VT_I4, "Port:3"},
    {"In16", INVOKE_FUNC, VT_I4, "Port:3"},
    {"In32", INVOKE_FUNC, VT_I4, "Port:3"},
    {"Out8", INVOKE_FUNC, ANY_RESULT, "Port:3 Value:3"},
    {"Out16", INVOKE_FUNC, ANY_RESULT, "Port:3 Value:3"},
    {"Out32", INVOKE_FUNC, ANY_RESULT, "Port:3 Value:5"},
    {"InBlock", INVOKE_FUNC, VT_VARIANT, "Port:3 Count:3 Width:3="},
    {"OutBlock", INVOKE_FUNC, ANY_RESULT, "Port:3 Values:12 Width:3="},
    {"Granted", INVOKE_FUNC, VT_BOOL, "Port:3 Width:3="},
    {"Backend", INVOKE_PROPERTYGET, VT_BSTR, ""},
    {"Version", INVOKE_PROPERTYGET, VT_BSTR, ""},
};
#define FLAGS   (TYPEFLAG_FDUAL | TYPEFLAG_FNONEXTENSIBLE)
#define WANTED  (sizeof wanted / sizeof wanted[0])
#define INHERIT 7u /* of IUnknown and IDispatch, in front of them in the dispatch form */

static void add(char *text, size_t size, const char *format, ...)
{
    const size_t length = strlen(text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text + length, size - length, format, arguments);
    va_end(arguments);
}

static bool is_named(const WCHAR *name, const char *ascii)
{
    for (; *ascii != '\0' && *name == (WCHAR)*ascii; name++, ascii++) {
    }
    return *name == L'\0' && *ascii == '\0';
}

static void describe_parameters(const FUNCDESC *function, BSTR *names, char *text, size_t size)
{
    const ELEMDESC *parameter;
    int i;

    text[0] = '\0';
    for (i = 0; i < function->cParams; i++) {
        parameter = &function->lprgelemdescParam[i];
        if ((parameter->paramdesc.wParamFlags & PARAMFLAG_FRETVAL) == 0) {
            add(text, size, "%s%ls:%d", i > 0 ? " " : "", names[i + 1], parameter->tdesc.vt);
            add(text, size, parameter->paramdesc.wParamFlags & PARAMFLAG_FHASDEFAULT ? "=" : "");
        }
    }
}

/* In the dispatch form a retval is the function's result. */
static void expect_function(ITypeInfo *type, unsigned at)
{
    FUNCDESC *function = NULL;
    BSTR names[8] = {NULL}, help = NULL;
    char parameters[200];
    UINT count = 0, i;

    EXPECT_HR(ITypeInfo_GetFuncDesc(type, INHERIT + at, &function), S_OK);
    if (function == NULL) {
        return;
    }
    EXPECT_EQ(function->memid, at + 1);
    EXPECT_EQ(function->invkind, wanted[at].kind);
    EXPECT_EQ(function->elemdescFunc.tdesc.vt, wanted[at].result);
    EXPECT_HR(ITypeInfo_GetNames(type, function->memid, names, 8, &count), S_OK);
    describe_parameters(function, names, parameters, sizeof parameters);
    EXPECT_MSG(count > 0 && is_named(names[0], wanted[at].name) &&
                   strcmp(parameters, wanted[at].parameters) == 0,
               "%s has the parameters %s", wanted[at].name, parameters);
    EXPECT_HR(ITypeInfo_GetDocumentation(type, function->memid, NULL, &help, NULL, NULL), S_OK);
    EXPECT(help != NULL && SysStringLen(help) > 10);
    for (i = 0; i < count; i++) {
        SysFreeString(names[i]);
    }
    SysFreeString(help);
    ITypeInfo_ReleaseFuncDesc(type, function);
}

static void expect_type(ITypeInfo *type)
{
    TYPEATTR *attributes = NULL;
    unsigned i;

    EXPECT_HR(ITypeInfo_GetTypeAttr(type, &attributes), S_OK);
    EXPECT_EQ(attributes->typekind, TKIND_DISPATCH);
    EXPECT_EQ(attributes->wTypeFlags & FLAGS, FLAGS);
    EXPECT_EQ(attributes->cFuncs, INHERIT + WANTED);
    ITypeInfo_ReleaseTypeAttr(type, attributes);
    for (i = 0; i < WANTED; i++) {
        expect_function(type, i);
    }
}

/* Visual Basic's New looks for the class's default interface. */
static void expect_class(ITypeLib *library)
{
    ITypeInfo *type = NULL, *implemented = NULL;
    TYPEATTR *attributes = NULL;
    HREFTYPE reference = 0;
    INT flags = 0;

    EXPECT_HR(ITypeLib_GetTypeInfoOfGuid(library, &CLSID_Ports, &type), S_OK);
    if (type == NULL) {
        return;
    }
    EXPECT_HR(ITypeInfo_GetImplTypeFlags(type, 0, &flags), S_OK);
    EXPECT_EQ(flags, IMPLTYPEFLAG_FDEFAULT);
    EXPECT_HR(ITypeInfo_GetRefTypeOfImplType(type, 0, &reference), S_OK);
    EXPECT_HR(ITypeInfo_GetRefTypeInfo(type, reference, &implemented), S_OK);
    EXPECT_HR(ITypeInfo_GetTypeAttr(implemented, &attributes), S_OK);
    EXPECT(IsEqualGUID(&attributes->guid, &IID_IPorts));
    ITypeInfo_ReleaseTypeAttr(implemented, attributes);
    ITypeInfo_Release(implemented);
    ITypeInfo_Release(type);
}

static void expect_library(const WCHAR *path, SYSKIND system)
{
    ITypeLib *library = NULL;
    ITypeInfo *type = NULL;
    TLIBATTR *attributes = NULL;

    EXPECT_HR(LoadTypeLibEx(path, REGKIND_NONE, &library), S_OK);
    if (library == NULL) {
        return;
    }
    EXPECT_HR(ITypeLib_GetLibAttr(library, &attributes), S_OK);
    EXPECT(IsEqualGUID(&attributes->guid, &LIBID_UserPort));
    EXPECT_EQ(attributes->wMajorVerNum, 3);
    EXPECT_EQ(attributes->wMinorVerNum, 0);
    EXPECT_EQ(attributes->syskind, system);
    ITypeLib_ReleaseTLibAttr(library, attributes);
    EXPECT_HR(ITypeLib_GetTypeInfoOfGuid(library, &IID_IPorts, &type), S_OK);
    if (type != NULL) {
        expect_type(type);
        ITypeInfo_Release(type);
    }
    expect_class(library);
    ITypeLib_Release(library);
}

void try_type_library(void)
{
    expect_library(dll_path, SYS_WIN64);
}

void try_type_library_i386(void)
{
    expect_library(dll_path_i386, SYS_WIN32);
}

/* PowerShell asks an object for its methods. */
void try_type_of_object(void)
{
    IPorts *ports = ports_new();
    ITypeInfo *type = NULL;
    UINT count = 0;

    EXPECT_HR(IPorts_GetTypeInfoCount(ports, &count), S_OK);
    EXPECT_EQ(count, 1);
    EXPECT_HR(IPorts_GetTypeInfo(ports, 0, 0, &type), S_OK);
    expect_type(type);
    EXPECT(ITypeInfo_Release(type) > 0); /* the object has its own reference */
    EXPECT_HR(IPorts_GetTypeInfo(ports, 1, 0, &type), DISP_E_BADINDEX);
    EXPECT(type == NULL);
    IPorts_Release(ports);
}
