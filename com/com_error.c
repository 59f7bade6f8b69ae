/* SPDX-License-Identifier: MIT
 *
 * Errors in the form of automation: an HRESULT, and for this thread a sentence with its source,
 * which Visual Basic shows as Err.Number, Err.Description and Err.Source. Codes of FACILITY_ITF are
 * the interface's own from 200h on; 200h is the same number as Visual Basic's vbObjectError + 512.
 */
#include "com.h"

#define ROOM 512

struct sentence {
    WCHAR text[ROOM];
    uint32_t length;
};

static void put(struct sentence *sentence, const char *words)
{
    while (*words != '\0' && sentence->length + 1 < ROOM) {
        sentence->text[sentence->length++] = (WCHAR)(unsigned char)*words++;
    }
}

/* Writes a number. Numbers with more digits than a Long needs become just "the number". */
static void put_number(struct sentence *sentence, double number)
{
    char digits[12];
    char *at = &digits[sizeof digits - 1];
    uint32_t left;

    if (number > 4294967295.0 || number < -4294967295.0) {
        put(sentence, "the number");
        return;
    }
    if (number < 0) {
        put(sentence, "-");
        number = -number;
    }
    left = (uint32_t)number;
    *at = '\0';
    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left != 0);
    put(sentence, at);
}

/*
 * Sets the sentence as this thread's error information. Without memory, the caller gets only the
 * HRESULT.
 */
static void tell(struct sentence *sentence)
{
    ICreateErrorInfo *made;
    IErrorInfo *info;
    WCHAR source[] = UP_COM_PROGID;

    sentence->text[sentence->length] = L'\0';
    if (CreateErrorInfo(&made) != S_OK) {
        return;
    }
    if (made->lpVtbl->SetGUID(made, &IID_IPorts) == S_OK &&
        made->lpVtbl->SetSource(made, source) == S_OK &&
        made->lpVtbl->SetDescription(made, sentence->text) == S_OK &&
        made->lpVtbl->QueryInterface(made, &up_iid_error_info, (void **)&info) == S_OK) {
        SetErrorInfo(0, info);
        info->lpVtbl->Release(info);
    }
    made->lpVtbl->Release(made);
}

void up_com_forget_error(void)
{
    SetErrorInfo(0, NULL);
}

HRESULT up_com_result(up_error error)
{
    struct sentence sentence = {.length = 0};
    char text[ROOM];

    if (error == UP_OK) {
        return S_OK;
    }
    up_failure_text(text, sizeof text);
    put(&sentence, text);
    tell(&sentence);
    return UP_COM_ERROR(error);
}

HRESULT up_com_bad_number(const char *method, double number, const char *why)
{
    struct sentence sentence = {.length = 0};

    put(&sentence, method);
    put(&sentence, ": ");
    put_number(&sentence, number);
    put(&sentence, " ");
    put(&sentence, why);
    tell(&sentence);
    return UP_COM_ERROR(UP_ERR_ARGUMENT);
}

HRESULT up_com_bad_argument(const char *method, const char *why)
{
    struct sentence sentence = {.length = 0};

    put(&sentence, method);
    put(&sentence, ": ");
    put(&sentence, why);
    tell(&sentence);
    return UP_COM_ERROR(UP_ERR_ARGUMENT);
}
