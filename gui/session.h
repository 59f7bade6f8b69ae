/* SPDX-License-Identifier: MIT
 *
 * The model, and what has to happen next. commands.c, jobs.c and porttests.c change the model, and
 * note here what follows: a message, a question, a job or a test. window.c shows the model, does
 * what is noted, and hands back the answer. Pure C without OS headers.
 */
#ifndef UP_GUI_SESSION_H
#define UP_GUI_SESSION_H

#include "model.h"

/* A job for the background (work.c), and its result. */
struct up_job {
    enum up_work work;
    /* The driver was running when the job began, so what is stored is also applied. */
    bool is_running;
    /* UserPort was installed when the job began. If not, a start installs it first. */
    bool is_installed;
    bool has_write; /* the settings are to be stored */
    struct up_model_write write;
    char file[UP_PATH_MAX]; /* to install; "": the driver that is found */
    uint32_t accepted;      /* UP_INSTALL_ACCEPTS(...): what the user has accepted */

    bool is_done; /* the result; if false, see problem */
    struct up_error_detail problem;
    /* report is valid; report.asks is valid in any case. */
    bool is_installed_now;
    struct up_install_report report;
};

/* What window.c does next. */
enum up_next_kind {
    UP_NEXT_NOTHING,
    UP_NEXT_BOX, /* shows a message, or asks a question */
    /* Shows text below the field, and selects in it what error is about. */
    UP_NEXT_FIELD_ERROR,
    UP_NEXT_CLEAR_FIELD,
    /* Starts the session's job. up_jobs_done or up_jobs_failed follows. */
    UP_NEXT_JOB,
    UP_NEXT_TEST, /* runs the session's test in its dialog */
    /* Calls up_tests_continue: the job that the test waited for has ended. */
    UP_NEXT_CONTINUE,
    UP_NEXT_CLOSE /* closes the window */
};

enum up_box {
    UP_BOX_INFORMATION,
    UP_BOX_WARNING,
    UP_BOX_ERROR,
    UP_BOX_PROBLEM, /* shows the error detail and not the text */
    UP_BOX_YES_NO,
    UP_BOX_YES_NO_CANCEL,
    UP_BOX_CAUTION,       /* yes or no; Enter means no */
    UP_BOX_CAUTION_CANCEL /* yes, no or cancel; Enter cancels */
};

enum up_answer { UP_ANSWER_YES, UP_ANSWER_NO, UP_ANSWER_CANCEL };

#define UP_NEXT_TEXT_MAX 4096u

struct up_session;

struct up_next {
    enum up_next_kind kind;
    enum up_box box;
    char text[UP_NEXT_TEXT_MAX];
    struct up_error_detail problem;
    struct up_portlist_error error;
    /* Called after the box; NULL: nothing. */
    void (*then)(struct up_session *session, enum up_answer answer);
    /* The control that gets the focus before that, unless another one wants it; 0: none. */
    int focus_first;
    /* The control that gets the focus after that; 0: none. */
    int focus;
};

/* The test that is running, or waits until a job has opened its ports. */
enum up_test { UP_NO_TEST, UP_TEST_LPT, UP_TEST_SPEAKER };

struct up_session {
    struct up_model model;
    struct up_next next;
    struct up_job job; /* the one to run, or that a question is about */

    /*
     * commands.c: the ports that a question is about, and what to call when they were added or not.
     */
    struct up_portset adding;
    void (*after_adding)(struct up_session *session, bool was_added);

    bool is_closing; /* the window closes when the job has succeeded */
    /* The control that gets the focus when the job has ended. */
    int job_focus;
    enum up_test test;
    uint16_t test_base; /* of the printer port */
};

/* Would one of these commands, UP_CAN_..., do something now? */
static inline bool up_session_can(const struct up_session *session, uint32_t commands)
{
    return (up_model_commands(&session->model) & commands) != 0;
}

/* Notes a box. Its text is in next already. then may be NULL. */
static inline void up_session_box(struct up_session *session, enum up_box box,
                                  void (*then)(struct up_session *session, enum up_answer answer))
{
    session->next.kind = UP_NEXT_BOX;
    session->next.box = box;
    session->next.then = then;
}

#endif
