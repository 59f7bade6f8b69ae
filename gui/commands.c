/* SPDX-License-Identifier: MIT
 *
 * Runs the commands that change the list (commands.h). Each change goes to the model. A question
 * comes before a change that can do harm, or that is most likely a mistake.
 */
#include "commands.h"

#include <string.h>

#include "resource.h"

/* ---- adding ports ---------------------------------------------------------------------------- */

static void add(struct up_session *session)
{
    up_model_add(&session->model, &session->adding);
    if (session->after_adding != NULL) {
        session->after_adding(session, true);
    }
}

static void caution_answered(struct up_session *session, enum up_answer answer)
{
    if (answer == UP_ANSWER_YES) {
        add(session);
    } else if (session->after_adding != NULL) {
        session->after_adding(session, false);
    }
}

void up_command_add_ports(struct up_session *session, const struct up_portset *ports,
                          void (*after)(struct up_session *session, bool was_added))
{
    struct up_next *next = &session->next;

    session->adding = *ports;
    session->after_adding = after;
    if (up_model_hazard_question(&session->model, ports, next->text, sizeof next->text)) {
        up_session_box(session, UP_BOX_CAUTION, caution_answered);
    } else {
        add(session);
    }
}

static void field_added(struct up_session *session, bool was_added)
{
    session->next.kind = was_added ? UP_NEXT_CLEAR_FIELD : UP_NEXT_NOTHING;
    session->next.focus = IDC_FIELD;
}

static void decimal_answered(struct up_session *session, enum up_answer answer)
{
    const struct up_portset ports = session->adding;

    if (answer == UP_ANSWER_YES) {
        up_command_add_ports(session, &ports, field_added);
    } else {
        field_added(session, false);
    }
}

void up_command_add_text(struct up_session *session, const char *text, bool is_from_picture)
{
    struct up_next *next = &session->next;
    struct up_portset ports;

    if (!up_session_can(session, UP_CAN_EDIT)) {
        return;
    }
    if (!up_model_parse(text, &ports, &next->error, next->text, sizeof next->text)) {
        next->kind = UP_NEXT_FIELD_ERROR;
    } else if (!is_from_picture && /* the picture does not use decimal numbers */
               up_model_decimal_question(&session->model, text, &ports, next->text,
                                         sizeof next->text)) {
        session->adding = ports;
        up_session_box(session, UP_BOX_CAUTION, decimal_answered);
    } else if (up_portset_count(&ports) > 0) {
        up_command_add_ports(session, &ports, field_added);
    } else {
        field_added(session, false);
    }
}

void up_command_add_preset(struct up_session *session, const char *list)
{
    struct up_portset ports;

    if (!up_session_can(session, UP_CAN_EDIT)) {
        return;
    }
    up_portset_deny_all(&ports);
    up_portlist_parse(list, strlen(list), &ports, NULL);
    if (strcmp(list, "classic") != 0) {
        up_command_add_ports(session, &ports, NULL);
        return;
    }
    session->adding = ports;
    session->after_adding = NULL;
    up_model_classic_question(&session->model, session->next.text, sizeof session->next.text);
    up_session_box(session, UP_BOX_CAUTION, caution_answered);
}

/* ---- other changes --------------------------------------------------------------------------- */

bool up_command(struct up_session *session, int id)
{
    struct up_model *model = &session->model;
    const uint32_t can = up_model_commands(model);

    switch (id) {
    case IDC_REMOVE:
        (void)((can & UP_CAN_REMOVE) != 0 && up_model_remove(model));
        return true;
    case IDC_DEFAULTS:
        (void)((can & UP_CAN_EDIT) != 0 && up_model_defaults(model));
        return true;
    case IDC_UNDO:
        (void)((can & UP_CAN_UNDO) != 0 && up_model_undo(model));
        return true;
    case IDC_SCOPE_ALL:
    case IDC_SCOPE_OPEN:
        (void)((can & UP_CAN_SCOPE) != 0 &&
               up_model_set_scope(model, id == IDC_SCOPE_ALL ? UP_SCOPE_ALL : UP_SCOPE_OPENERS));
        return true;
    case IDC_STICKY:
        (void)((can & UP_CAN_STICKY) != 0 && up_model_set_sticky(model, !model->edited.sticky));
        return true;
    default:
        return false;
    }
}
