/* SPDX-License-Identifier: MIT
 *
 * Converts what scripts pass and get: ports, values and arrays. A value that does not fit is an
 * error, since another value would be written than was meant. Negative values are accepted, because
 * Visual Basic takes &HFFFF for -1.
 */
#include "com.h"
#include "lib/system.h"

HRESULT up_com_port(const char *method, LONG argument, uint16_t *port)
{
    if (argument < -0x8000 || argument > 0xFFFF) {
        return up_com_bad_number(method, argument, "is not a port: ports are 0 to 65535 (&HFFFF).");
    }
    *port = (uint16_t)argument;
    return S_OK;
}

HRESULT up_com_width(const char *method, LONG argument, uint32_t *width)
{
    if (argument != 1 && argument != 2 && argument != 4) {
        return up_com_bad_number(method, argument,
                                 "is not a width: accesses are of 1, 2 or 4 bytes.");
    }
    *width = (uint32_t)argument;
    return S_OK;
}

HRESULT up_com_value(const char *method, double argument, uint32_t width, uint32_t *value)
{
    static const struct {
        double least, most;
        const char *why;
    } ranges[] = {
        [1] = {0, 255, "is not a value of 8 bits: these are 0 to 255."},
        [2] = {-32768, 65535,
               "is not a value of 16 bits: these are 0 to 65535, or -32768 to -1 for 32768 to "
               "65535."},
        [4] = {-2147483648.0, 4294967295.0,
               "is not a value of 32 bits: these are 0 to 4294967295, or -2147483648 to -1 for "
               "their upper half."},
    };

    if (!(argument >= ranges[width].least && argument <= ranges[width].most)) { /* or NaN */
        return up_com_bad_number(method, argument, ranges[width].why);
    }
    if (argument != (double)(int64_t)argument) {
        return up_com_bad_argument(method, "the value is not a whole number.");
    }
    *value = (uint32_t)(int64_t)argument;
    return S_OK;
}

/* ---- elements of the library, width bytes each ----------------------------------------------- */

static LONG get_element(const void *elements, uint32_t index, uint32_t width)
{
    if (width == 1) {
        return ((const uint8_t *)elements)[index];
    }
    return width == 2 ? (LONG)((const uint16_t *)elements)[index]
                      : (LONG)((const uint32_t *)elements)[index];
}

static void set_element(void *elements, uint32_t index, uint32_t width, uint32_t value)
{
    if (width == 1) {
        ((uint8_t *)elements)[index] = (uint8_t)value;
    } else if (width == 2) {
        ((uint16_t *)elements)[index] = (uint16_t)value;
    } else {
        ((uint32_t *)elements)[index] = value;
    }
}

/* ---- to an array ----------------------------------------------------------------------------- */

HRESULT up_com_array_from(const void *elements, uint32_t count, uint32_t width, VARIANT *array)
{
    SAFEARRAY *made = SafeArrayCreateVector(VT_VARIANT, 0, count);
    void *data;
    uint32_t i;

    if (made == NULL || SafeArrayAccessData(made, &data) != S_OK) {
        if (made != NULL) {
            SafeArrayDestroy(made);
        }
        return E_OUTOFMEMORY;
    }
    for (i = 0; i < count; i++) {
        VARIANT *element = (VARIANT *)data + i;

        V_VT(element) = VT_I4;
        V_I4(element) = get_element(elements, i, width);
    }
    SafeArrayUnaccessData(made);
    V_VT(array) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(array) = made;
    return S_OK;
}

/* ---- from an array --------------------------------------------------------------------------- */

/*
 * Returns the array of a Variant, which may hold it by reference or be a reference to another
 * Variant. NULL: it is no array.
 */
static SAFEARRAY *find_array(const VARIANT *variant, VARTYPE *type)
{
    if (V_VT(variant) == (VT_BYREF | VT_VARIANT) && V_VARIANTREF(variant) != NULL) {
        variant = V_VARIANTREF(variant);
    }
    if ((V_VT(variant) & VT_ARRAY) == 0) {
        return NULL;
    }
    *type = V_VT(variant) & VT_TYPEMASK;
    if ((V_VT(variant) & VT_BYREF) != 0) {
        return V_ARRAYREF(variant) != NULL ? *V_ARRAYREF(variant) : NULL;
    }
    return V_ARRAY(variant);
}

/*
 * The size in bytes of an element of these types. 0 for other types: none of them is a number, and
 * some own more than their bytes.
 */
static UINT bytes_of(VARTYPE type)
{
    switch (type) {
    case VT_I1:
    case VT_UI1:
        return 1;
    case VT_I2:
    case VT_UI2:
    case VT_BOOL:
        return 2;
    case VT_I4:
    case VT_UI4:
    case VT_INT:
    case VT_UINT:
    case VT_R4:
        return 4;
    case VT_I8:
    case VT_UI8:
    case VT_R8:
    case VT_CY:
        return 8;
    case VT_DECIMAL:
        return sizeof(DECIMAL);
    case VT_BSTR:
        return sizeof(BSTR);
    case VT_VARIANT:
        return sizeof(VARIANT);
    default:
        return 0;
    }
}

/* Converts one element, of a type that bytes_of knows, to a number. */
static HRESULT element_number(void *element, VARTYPE type, double *number)
{
    VARIANT from = {0}, to = {0};
    HRESULT result;

    V_VT(&from) = (VARTYPE)(VT_BYREF | type);
    V_BYREF(&from) = element;
    result = VariantChangeType(&to, type == VT_VARIANT ? element : &from, 0, VT_R8);
    if (result == S_OK) {
        *number = V_R8(&to);
    }
    return result;
}

static HRESULT copy_elements(const char *method, SAFEARRAY *array, VARTYPE type, uint8_t *data,
                             uint32_t width, void *elements, uint32_t count)
{
    const UINT size = bytes_of(type);
    HRESULT result = S_OK;
    uint32_t value = 0, i;
    double number = 0;

    if (size == 0 || SafeArrayGetElemsize(array) != size) {
        return up_com_bad_argument(method, "the elements of the array are not numbers.");
    }
    for (i = 0; i < count && result == S_OK; i++) {
        if (element_number(data + (size_t)i * size, type, &number) != S_OK) {
            return up_com_bad_argument(method, "an element of the array is not a number.");
        }
        result = up_com_value(method, number, width, &value);
        if (result == S_OK) {
            set_element(elements, i, width, value);
        }
    }
    return result;
}

/* Counts the elements of an array of one dimension, with any lower bound. */
static HRESULT count_elements(const char *method, SAFEARRAY *array, uint32_t *count)
{
    LONG lower, upper;
    int64_t elements;

    if (array == NULL || SafeArrayGetDim(array) != 1) {
        return up_com_bad_argument(method,
                                   "what is to be written is not an array of one dimension.");
    }
    if (SafeArrayGetLBound(array, 1, &lower) != S_OK ||
        SafeArrayGetUBound(array, 1, &upper) != S_OK) {
        return E_UNEXPECTED;
    }
    elements = (int64_t)upper - lower + 1;
    /* An array of more than 7FFFFFFF elements has an upper bound below its lower bound. */
    if (elements < 0 || elements > UP_COM_COUNT_MAX) {
        return up_com_bad_argument(method, "a block has at most 16777216 elements.");
    }
    *count = (uint32_t)elements;
    return S_OK;
}

HRESULT up_com_array_to(const char *method, const VARIANT *array, uint32_t width, void **elements,
                        uint32_t *count)
{
    VARTYPE type = VT_EMPTY;
    SAFEARRAY *found = find_array(array, &type);
    HRESULT result = count_elements(method, found, count);
    void *data;

    if (result != S_OK) {
        return result;
    }
    /* Not 0 bytes, even without elements */
    *elements = up_system_allocate((size_t)*count * width + 1);
    if (*elements == NULL) {
        return E_OUTOFMEMORY;
    }
    result = SafeArrayAccessData(found, &data);
    if (result == S_OK) {
        result = copy_elements(method, found, type, data, width, *elements, *count);
        SafeArrayUnaccessData(found);
    }
    if (result != S_OK) {
        up_system_free(*elements);
    }
    return result;
}
