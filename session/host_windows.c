/* SPDX-License-Identifier: MIT
 *
 * A session for programs of this Windows. See host_windows.h.
 *
 * One thread waits for clients of the pipe, and each client has a thread, which gives its requests
 * to the devices one by one. The section and the pipe have the access list that Windows gives to
 * what this user makes; an instance of the pipe under this name that is not ours is not used.
 */
#include "host_windows.h"

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "lib/system.h"
#include "record/client.h"
#include "system.h"

#define NAME_CHARS   64u
#define NAME_TRIES   100u
#define PIPE_BYTES   512u
#define PIPE_MS      500u
#define END_WAIT_MS  10u
#define FIRST_OF_ALL 0x00080000u /* FILE_FLAG_FIRST_PIPE_INSTANCE, from Windows 2000 on */

struct up_host {
    struct up_system_lock *lock; /* of session, which is NULL when it has ended */
    struct up_session *session;
    HANDLE section;
    struct up_ring *ring;
    WCHAR pipe_name[NAME_CHARS];
    HANDLE pipe; /* the instance that waits for the next client */
    struct up_thread *listener;
    LONG volatile clients, client_threads;
    bool volatile ends;
};

struct client {
    struct up_host *host;
    HANDLE pipe;
};

/* ---- the pipe -------------------------------------------------------------------------------- */

static HANDLE make_pipe(const WCHAR *name, DWORD flags)
{
    return CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX | flags,
                            PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE | PIPE_WAIT,
                            PIPE_UNLIMITED_INSTANCES, PIPE_BYTES, PIPE_BYTES, PIPE_MS, NULL);
}

/* NT 4.0 does not know the flag, and refuses it. */
static HANDLE make_first_pipe(const WCHAR *name)
{
    HANDLE pipe = make_pipe(name, FIRST_OF_ALL);

    if (pipe == INVALID_HANDLE_VALUE && GetLastError() == ERROR_INVALID_PARAMETER) {
        pipe = make_pipe(name, 0);
    }
    return pipe;
}

/* Answers one request. Result: false if it is not one of this release. */
static bool answer(struct up_host *host, const struct up_client_request *request,
                   struct up_client_answer *result)
{
    uint32_t value = request->value;

    *result = (struct up_client_answer){0, 0};
    if (request->version == UP_CLIENT_VERSION && request->kind == UP_CLIENT_HELLO) {
        return true;
    }
    if (request->version != UP_CLIENT_VERSION || request->kind > UP_CLIENT_WRITE ||
        (request->width != 1 && request->width != 2 && request->width != 4)) {
        return false;
    }
    up_system_lock_take(host->lock);
    result->is_done =
        host->session != NULL && up_session_access(host->session, request->kind == UP_CLIENT_WRITE,
                                                   request->port, request->width, &value);
    up_system_lock_release(host->lock);
    result->value = value;
    return true;
}

static DWORD WINAPI serve(void *context)
{
    struct client *client = context;
    struct up_host *host = client->host;
    struct up_client_request request;
    struct up_client_answer result;
    DWORD bytes;

    while (!host->ends && ReadFile(client->pipe, &request, sizeof request, &bytes, NULL) &&
           bytes == sizeof request && answer(host, &request, &result) &&
           WriteFile(client->pipe, &result, sizeof result, &bytes, NULL)) {
    }
    (void)CloseHandle(client->pipe);
    free(client);
    (void)InterlockedDecrement(&host->clients);
    (void)InterlockedDecrement(&host->client_threads);
    return 0;
}

/* Gives a connected instance to a thread of its own. */
static void begin_client(struct up_host *host, HANDLE pipe)
{
    struct client *client = malloc(sizeof *client);
    HANDLE thread = NULL;
    DWORD id;

    if (client != NULL) {
        *client = (struct client){host, pipe};
        (void)InterlockedIncrement(&host->clients);
        (void)InterlockedIncrement(&host->client_threads);
        thread = CreateThread(NULL, 0, serve, client, 0, &id);
    }
    if (thread != NULL) {
        (void)CloseHandle(thread);
        return;
    }
    if (client != NULL) {
        (void)InterlockedDecrement(&host->clients);
        (void)InterlockedDecrement(&host->client_threads);
    }
    free(client);
    (void)CloseHandle(pipe);
}

static void listen_to_clients(void *context)
{
    struct up_host *host = context;

    while (host->pipe != INVALID_HANDLE_VALUE) {
        const HANDLE pipe = host->pipe;
        const bool has_client =
            ConnectNamedPipe(pipe, NULL) || GetLastError() == ERROR_PIPE_CONNECTED;

        if (host->ends) {
            break;
        }
        host->pipe = make_pipe(host->pipe_name, 0);
        if (has_client) {
            begin_client(host, pipe);
        } else {
            (void)CloseHandle(pipe);
        }
    }
}

/* Lets the listener see that the session ends: by a client that says nothing. */
static void end_listener(struct up_host *host)
{
    HANDLE self;

    host->ends = true;
    self =
        CreateFileW(host->pipe_name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    up_thread_join(host->listener);
    if (self != INVALID_HANDLE_VALUE) {
        (void)CloseHandle(self);
    }
}

/* ---- begin and end --------------------------------------------------------------------------- */

/* Makes section and pipe under a name that nobody has. Result: false with GetLastError. */
static bool make_names(struct up_host *host, char name[UP_SESSION_NAME_MAX])
{
    WCHAR ring_name[NAME_CHARS];
    unsigned number;

    for (number = 0; number < NAME_TRIES; number++) {
        (void)snprintf(name, UP_SESSION_NAME_MAX, "%lu-%u", (unsigned long)GetCurrentProcessId(),
                       number);
        (void)swprintf(ring_name, NAME_CHARS, L"%ls%hs", UP_CLIENT_RING, name);
        (void)swprintf(host->pipe_name, NAME_CHARS, L"%ls%hs", UP_CLIENT_PIPE, name);
        host->section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
                                           sizeof *host->ring, ring_name);
        if (host->section != NULL && GetLastError() != ERROR_ALREADY_EXISTS) {
            host->pipe = make_first_pipe(host->pipe_name);
            if (host->pipe != INVALID_HANDLE_VALUE) {
                return true;
            }
        }
        if (host->section != NULL) {
            (void)CloseHandle(host->section);
            host->section = NULL;
        }
    }
    return false;
}

static void free_host(struct up_host *host)
{
    if (host->pipe != INVALID_HANDLE_VALUE) {
        (void)CloseHandle(host->pipe);
    }
    if (host->ring != NULL) {
        (void)UnmapViewOfFile(host->ring);
    }
    if (host->section != NULL) {
        (void)CloseHandle(host->section);
    }
    up_system_lock_delete(host->lock);
    free(host);
}

static bool begin(struct up_host *host, const struct up_session_start *start,
                  char name[UP_SESSION_NAME_MAX], struct up_error_detail *problem)
{
    struct up_session_start with_ring = *start;
    uint32_t code;

    if (make_names(host, name)) {
        host->ring =
            MapViewOfFile(host->section, FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, sizeof *host->ring);
    }
    if (host->ring == NULL) {
        up_error_detail_set(problem, GetLastError(), NULL,
                            "cannot make the memory and the pipe by which the program's accesses "
                            "come");
        return false;
    }
    with_ring.ring = host->ring;
    host->session = up_session_open(&with_ring, problem);
    if (host->session == NULL) {
        return false;
    }
    host->listener = up_thread_start(listen_to_clients, host, &code);
    if (host->listener == NULL) {
        (void)up_session_close(host->session, NULL, NULL);
        up_error_detail_set(problem, code, NULL,
                            "cannot start the thread of the simulated devices");
        return false;
    }
    return true;
}

struct up_host *up_host_open(const struct up_session_start *start, char name[UP_SESSION_NAME_MAX],
                             struct up_error_detail *problem)
{
    struct up_host *host = calloc(1, sizeof *host);

    if (host != NULL) {
        host->pipe = INVALID_HANDLE_VALUE;
        host->lock = up_system_lock_new();
    }
    if (host == NULL || host->lock == NULL) {
        free(host);
        up_error_detail_set(problem, ERROR_NOT_ENOUGH_MEMORY, NULL, "cannot record or simulate");
        return NULL;
    }
    if (!begin(host, start, name, problem)) {
        free_host(host);
        return NULL;
    }
    return host;
}

uint32_t up_host_clients(const struct up_host *host)
{
    return (uint32_t)host->clients;
}

bool up_host_close(struct up_host *host, struct up_session_counts *counts,
                   struct up_error_detail *problem)
{
    struct up_session *session = host->session;
    bool done;

    end_listener(host);
    up_system_lock_take(host->lock);
    host->session = NULL;
    up_system_lock_release(host->lock);
    done = up_session_close(session, counts, problem);
    /*
     * The thread of a client that has not ended reads from its pipe until this process ends; it
     * must not find the host gone.
     */
    if (host->client_threads == 0) {
        free_host(host);
    }
    return done;
}
