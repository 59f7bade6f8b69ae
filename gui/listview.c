/* SPDX-License-Identifier: MIT
 *
 * The list view of the granted ports (listview.h). Its rows are not virtual, since virtual rows
 * came with version 4.70 of the common controls. A list with more ranges than anybody reads is cut,
 * and its last row says so. The number of a row is its first port; a table here has its last port.
 */
#include "listview.h"

#include <commctrl.h>
#include <stdio.h>
#include <string.h>

#define ROWS_MAX 2000

static struct {
    struct up_port_range range;
    bool is_in_force;
} rows[ROWS_MAX];
static int row_count;
static uint32_t ports_left; /* not shown any more */
static bool was_running;

void up_list_columns(HWND list, const wchar_t *const *titles, int count)
{
    LVCOLUMNW column;

    memset(&column, 0, sizeof column);
    column.mask = LVCF_TEXT | LVCF_SUBITEM | LVCF_WIDTH;
    for (int i = 0; i < count; i++) {
        column.pszText = (wchar_t *)titles[i];
        column.iSubItem = i;
        column.cx = 60;
        SendMessageW(list, LVM_INSERTCOLUMNW, (WPARAM)i, (LPARAM)&column);
    }
    /* Older common controls ignore this message. */
    SendMessageW(list, LVM_SETEXTENDEDLISTVIEWSTYLE, LVS_EX_FULLROWSELECT | LVS_EX_LABELTIP,
                 LVS_EX_FULLROWSELECT | LVS_EX_LABELTIP);
}

void up_list_init(HWND list)
{
    static const wchar_t *const titles[UP_COLUMN_COUNT] = {L"Ports", L"What is there", L"State",
                                                           L"Hazard"};

    up_list_columns(list, titles, UP_COLUMN_COUNT);
}

void up_list_widths(HWND list)
{
    static const wchar_t *const widest[UP_COLUMN_HAZARD] = {
        L"FFFE-FFFF", L"PC speaker and its timer channel", L"not applied yet"};
    HDC dc = GetDC(list);
    HGDIOBJ old = SelectObject(dc, (HFONT)SendMessageW(list, WM_GETFONT, 0, 0));
    int left;
    RECT client;
    SIZE size;

    GetClientRect(list, &client); /* without the scroll bar, if there is one */
    left = client.right;
    for (int i = 0; i < UP_COLUMN_HAZARD; i++) {
        GetTextExtentPoint32W(dc, widest[i], (int)wcslen(widest[i]), &size);
        size.cx += size.cy; /* the margins of the list view */
        SendMessageW(list, LVM_SETCOLUMNWIDTH, (WPARAM)i, MAKELPARAM(size.cx, 0));
        left -= size.cx;
    }
    GetTextExtentPoint32W(dc, L"can damage", 10, &size);
    SendMessageW(list, LVM_SETCOLUMNWIDTH, UP_COLUMN_HAZARD,
                 MAKELPARAM(left > size.cx ? left : size.cx, 0));
    SelectObject(dc, old);
    ReleaseDC(list, dc);
}

static void set_cell(HWND list, int row, int column, const char *text)
{
    wchar_t wide[160];
    LVITEMW item;

    memset(&item, 0, sizeof item);
    item.mask = LVIF_TEXT;
    item.iItem = row;
    item.iSubItem = column;
    item.pszText = up_to_wide(text, wide, sizeof wide / sizeof wide[0]);
    SendMessageW(list, column == 0 ? LVM_INSERTITEMW : LVM_SETITEMW, 0, (LPARAM)&item);
}

static void set_row(HWND list, const struct up_model *model, int number,
                    const struct up_model_row *row)
{
    char text[160];

    for (int column = 0; column < UP_COLUMN_COUNT; column++) {
        up_model_row_text(model, row, (enum up_column)column, text, sizeof text);
        set_cell(list, number, column, text);
    }
}

static uint32_t count_from(const struct up_portset *ports, uint32_t from)
{
    uint32_t count = 0;

    for (; from < UP_PORT_COUNT; from++) {
        count += up_portset_has(ports, (uint16_t)from);
    }
    return count;
}

/* Are the rows and their texts already shown? */
static bool is_shown(const struct up_model *model, const struct up_portset *in_force)
{
    struct up_model_row row;
    uint32_t from = 0;
    int number = 0;

    for (; number < ROWS_MAX && up_model_next_row(model, in_force, from, &row); number++) {
        if (number >= row_count || rows[number].range.first != row.range.first ||
            rows[number].range.last != row.range.last ||
            rows[number].is_in_force != row.is_in_force) {
            return false;
        }
        from = row.range.last + 1u;
    }
    return number == row_count && was_running == up_model_is_running(model) &&
           ports_left == count_from(&model->edited.ports, from);
}

static void select_again(HWND list, const struct up_portset *selected)
{
    LVITEMW item;

    memset(&item, 0, sizeof item);
    item.stateMask = item.state = LVIS_SELECTED;
    for (int number = 0; number < row_count; number++) {
        if (up_portset_has(selected, rows[number].range.first) &&
            up_portset_has(selected, rows[number].range.last)) {
            SendMessageW(list, LVM_SETITEMSTATE, (WPARAM)number, (LPARAM)&item);
        }
    }
}

static void focus_row(HWND list, int number)
{
    LVITEMW item;

    memset(&item, 0, sizeof item);
    item.stateMask = item.state = LVIS_FOCUSED;
    SendMessageW(list, LVM_SETITEMSTATE, (WPARAM)number, (LPARAM)&item);
}

void up_list_show(HWND list, const struct up_model *model)
{
    int focused = (int)SendMessageW(list, LVM_GETNEXTITEM, (WPARAM)-1, MAKELPARAM(LVNI_FOCUSED, 0));
    int top = (int)SendMessageW(list, LVM_GETTOPINDEX, 0, 0);
    struct up_portset in_force, selected;
    struct up_model_row row;
    uint32_t from = 0;

    up_model_in_force(model, &in_force);
    if (is_shown(model, &in_force)) {
        return;
    }
    up_list_selected(list, &selected);
    SendMessageW(list, WM_SETREDRAW, FALSE, 0);
    SendMessageW(list, LVM_DELETEALLITEMS, 0, 0);
    for (row_count = 0; row_count < ROWS_MAX && up_model_next_row(model, &in_force, from, &row);
         row_count++) {
        rows[row_count].range = row.range;
        rows[row_count].is_in_force = row.is_in_force;
        set_row(list, model, row_count, &row);
        from = row.range.last + 1u;
    }
    ports_left = count_from(&model->edited.ports, from);
    if (ports_left > 0) {
        char text[80];

        snprintf(text, sizeof text, "%u more ports: see the picture", (unsigned)ports_left);
        set_cell(list, row_count, 0, "...");
        set_cell(list, row_count, 1, text);
    }
    was_running = up_model_is_running(model);
    select_again(list, &selected);
    if (row_count > 0) {
        focus_row(list, focused < 0 ? 0 : focused < row_count ? focused : row_count - 1);
        SendMessageW(list, LVM_ENSUREVISIBLE, (WPARAM)(top < row_count ? top : row_count - 1),
                     FALSE);
    }
    SendMessageW(list, WM_SETREDRAW, TRUE, 0);
    up_list_widths(list); /* a scroll bar may have appeared or disappeared */
    InvalidateRect(list, NULL, TRUE);
}

void up_list_selected(HWND list, struct up_portset *ports)
{
    int number = -1;

    up_portset_deny_all(ports);
    while ((number = (int)SendMessageW(list, LVM_GETNEXTITEM, (WPARAM)number,
                                       MAKELPARAM(LVNI_SELECTED, 0))) >= 0) {
        if (number < row_count) {
            up_portset_grant(ports, rows[number].range.first, rows[number].range.last);
        }
    }
}

void up_list_clear_selection(HWND list)
{
    LVITEMW item;

    memset(&item, 0, sizeof item);
    item.stateMask = LVIS_SELECTED;
    SendMessageW(list, LVM_SETITEMSTATE, (WPARAM)-1, (LPARAM)&item);
}
