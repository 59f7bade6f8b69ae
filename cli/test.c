/* SPDX-License-Identifier: MIT
 *
 * The command test: the two tests of the original's manual, which reset the printer and play a
 * tune. devices/porttest.h implements them. Where nothing answers at LPT1, the printer port of a
 * known card is tested instead, if just one is granted: a reset is for the user to aim.
 */
#include <stdio.h>
#include <string.h>

#include "devices/porttest.h"
#include "devices/printers.h"
#include "core/nearest.h"
#include "core/portlist.h"
#include "access.h"
#include "console.h"

#define LPT1 0x378u

/* A test of a printer port. */
struct attempt {
    struct up_portset needed; /* of LPT1 and of the card, if both are to be tested */
    uint16_t base;            /* 0: test the speaker */
    struct up_printer known[UP_PRINTERS_MAX];
    uint32_t known_count;
    const struct up_printer *card; /* the one that is tested; NULL: none */
    bool is_card_next;             /* if base does not answer */
    bool is_card_instead;          /* base is the card's: LPT1 is not granted */
};

static bool pause_for(void *context, uint32_t milliseconds)
{
    (void)context;
    return up_console_sleep(milliseconds);
}

/*
 * Checks that all ports of the test are granted. Result: false with *problem, which has the command
 * that grants them.
 */
static bool check_grants(up_handle *handle, const struct up_portset *needed,
                         struct up_error_detail *problem)
{
    static struct up_portset granted, missing;
    char list[100], wanted[100], advice[300];

    if (up_query_map(handle, granted.map) != UP_OK) {
        up_access_problem(problem);
        return false;
    }
    missing = *needed;
    up_portset_remove(&missing, &granted);
    if (up_portset_count(&missing) == 0) {
        return true;
    }
    up_portlist_format(&missing, list, sizeof list);
    up_portlist_format(needed, wanted, sizeof wanted);
    if (!up_decimal_advice("test lpt", advice, sizeof advice)) {
        up_access_advise_grant(advice, sizeof advice,
                               up_portset_count(&missing) == 1 ? "it" : "them", list);
    }
    if (up_portset_count(&missing) == up_portset_count(needed)) {
        up_error_detail_set(problem, 0, advice,
                            "the test needs the ports %s, which are not granted", wanted);
    } else {
        up_error_detail_set(problem, 0, advice,
                            "the test needs the ports %s, of which %s %s not granted", wanted, list,
                            up_portset_count(&missing) == 1 ? "is" : "are");
    }
    return false;
}

/* Result: NULL: no known card has its printer port there. */
static const struct up_printer *known_at(const struct attempt *attempt, uint16_t base)
{
    uint32_t i;

    for (i = 0; i < attempt->known_count; i++) {
        if (attempt->known[i].ports.first == base) {
            return &attempt->known[i];
        }
    }
    return NULL;
}

static void print_json(const struct attempt *attempt, const up_handle *handle,
                       const struct up_test_result *result)
{
    const uint16_t base = attempt->base;
    const struct up_printer *known = known_at(attempt, base);
    struct up_json *json = up_out_json();

    up_json_object(json, NULL);
    up_json_text(json, "test", base != 0 ? "lpt" : "speaker");
    up_json_text(json, "backend", up_backend_name(up_backend(handle)));
    up_json_bool(json, "as_expected", result->error == UP_OK && result->as_expected);
    up_json_text(json, "text", result->text);
    if (base != 0 && result->error == UP_OK) {
        up_json_number(json, "base", base);
        up_json_text(json, "card", known != NULL ? known->card->name : NULL);
        up_json_number(json, "status_before", result->status_before);
        up_json_number(json, "control_before", result->control_before);
        up_json_number(json, "control_during", result->control_during);
        up_json_number(json, "control_after", result->control_after);
        up_json_number(json, "status_after", result->status_after);
    }
    up_json_end(json);
    up_out_json_end();
}

/* Says that the card is tested, and why. */
static void say_card(const struct attempt *attempt, const char *why)
{
    char text[300];

    (void)snprintf(text, sizeof text,
                   "LPT1 (%X) %s: testing the printer port of the card, %s, at %X.", LPT1, why,
                   attempt->card->card->name, attempt->card->ports.first);
    if (!up_out_is_json) {
        up_out_wrapped(0, 0, text);
        up_out_text("\n");
    }
}

static void note_cards(const struct attempt *attempt)
{
    uint32_t i;

    for (i = 0; i < attempt->known_count; i++) {
        const struct up_printer *known = &attempt->known[i];

        if (known->ports.first != LPT1) {
            up_note("a card is here, %s, with its printer port at %X: userportctl test lpt %X",
                    known->card->name, known->ports.first, known->ports.first);
        }
    }
}

static int run_test_on(up_handle *handle, struct attempt *attempt)
{
    static struct up_test_result result;
    struct up_error_detail problem;

    if (!check_grants(handle, &attempt->needed, &problem)) {
        return up_failed(&problem);
    }
    if (attempt->is_card_instead) {
        say_card(attempt, "is not granted");
    }
    up_console_catch_interrupt();
    if (attempt->base != 0) {
        up_test_lpt(handle, attempt->base, pause_for, NULL, &result);
    } else {
        up_test_speaker(handle, pause_for, NULL, &result);
    }
    if (result.error == UP_OK && result.is_silent && attempt->is_card_next) {
        say_card(attempt, "does not answer");
        attempt->base = attempt->card->ports.first;
        up_test_lpt(handle, attempt->base, pause_for, NULL, &result);
    }
    if (result.error != UP_OK) {
        up_error_detail_set(&problem, 0, NULL, "%s", result.text);
        return up_failed(&problem);
    }
    if (up_out_is_json) {
        print_json(attempt, handle, &result);
    } else {
        up_out_wrapped(0, 0, result.text);
        up_out_text("\n");
    }
    if (result.is_silent && attempt->base == LPT1) {
        note_cards(attempt);
    }
    return result.as_expected ? UP_EXIT_DONE : UP_EXIT_FAILED;
}

static bool are_granted(const struct up_portset *granted, uint16_t base)
{
    return up_portset_has(granted, base) && up_portset_has(granted, (uint16_t)(base + 1u)) &&
           up_portset_has(granted, (uint16_t)(base + 2u));
}

/* Result: the only known card whose port is granted and is not LPT1; NULL: there is none, or more.
 */
static const struct up_printer *choose_card(const struct attempt *attempt,
                                            const struct up_portset *granted)
{
    const struct up_printer *chosen = NULL;
    uint32_t i;

    for (i = 0; i < attempt->known_count; i++) {
        const uint16_t first = attempt->known[i].ports.first;

        if (first != LPT1 && are_granted(granted, first)) {
            if (chosen != NULL) {
                return NULL;
            }
            chosen = &attempt->known[i];
        }
    }
    return chosen;
}

/*
 * LPT1 was not asked for by its number. If a card is known whose port this process gets, it is
 * tested after LPT1, or in its place if that is not granted.
 */
static void look_for_card(struct attempt *attempt)
{
    static struct up_devices devices;
    static struct up_portset granted, card;
    bool has_lpt1;

    up_devices_find(&devices);
    attempt->known_count = up_printers_find(&devices, attempt->known);
    if (attempt->known_count == 0 || !up_access_granted(&granted)) {
        return;
    }
    attempt->card = choose_card(attempt, &granted);
    has_lpt1 = are_granted(&granted, LPT1);
    if (attempt->card != NULL && has_lpt1) {
        up_test_lpt_ports(attempt->card->ports.first, &card);
        up_portset_add(&attempt->needed, &card);
        attempt->is_card_next = true;
    } else if (attempt->card != NULL) {
        attempt->base = attempt->card->ports.first;
        up_test_lpt_ports(attempt->base, &attempt->needed);
        attempt->is_card_instead = true;
    } else if (!has_lpt1) {
        note_cards(attempt);
    }
}

/* Reads a printer port: LPT 1 to 3 by its number, or a port. */
static bool read_base(const char *word, uint16_t *base)
{
    if (strlen(word) == 1 && word[0] >= '1' && word[0] <= '9') {
        *base = up_test_lpt_base((uint32_t)(word[0] - '0'));
        if (*base == 0) {
            up_usage("test: there is no LPT%s here: 1, 2, 3, or the port's address", word);
        }
        return *base != 0;
    }
    if (!up_read_port(word, base, NULL)) {
        return false;
    }
    if (*base < 0x100u || *base > 0xFFFCu) {
        up_usage("test: there is no printer port at %X: they lie from 100 to FFFC", *base);
        return false;
    }
    return true;
}

/* Compares a word with a name, ignoring case as in names of devices. */
static bool is_word(const char *word, size_t length, const char *wanted)
{
    return up_distance(word, length, wanted) == 0;
}

static int run_test(const struct up_invocation *line)
{
    static struct attempt attempt;
    const char *word = line->words[0];
    const size_t length = strlen(word);
    int status = UP_EXIT_DONE;
    uint16_t base = 0;
    up_handle *handle;

    if (is_word(word, length, "speaker") || is_word(word, length, "spkr")) {
        if (line->word_count > 1) {
            return up_usage("test: \"%s\" is too much: userportctl test speaker", line->words[1]);
        }
    } else if (is_word(word, length, "lpt")) {
        if (!read_base(line->word_count > 1 ? line->words[1] : "1", &base)) {
            return UP_EXIT_USAGE;
        }
    } else if (length == 4 && is_word(word, 3, "lpt") && word[3] >= '0' && word[3] <= '9') {
        if (line->word_count > 1) {
            return up_usage("test: \"%s\" is too much: userportctl test lpt %c", line->words[1],
                            word[3]);
        }
        if (!read_base(word + 3, &base)) {
            return UP_EXIT_USAGE;
        }
    } else {
        return up_usage("test: \"%s\" is neither lpt nor speaker", word);
    }
    attempt.base = base;
    if (base == 0) {
        up_test_speaker_ports(&attempt.needed);
    } else {
        up_test_lpt_ports(base, &attempt.needed);
    }
    if (base != 0 && length == 3 && line->word_count == 1) {
        look_for_card(&attempt);
    }
    handle = up_open_ports(line, &attempt.needed, &status);
    if (handle != NULL) {
        status = run_test_on(handle, &attempt);
        up_close(handle);
    }
    return status;
}

const struct up_command up_command_test = {
    .name = "test",
    .synopsis = "[--backend NAME] lpt [N | PORT] | speaker",
    .summary = "reset the printer, or play a tune: do the ports work?",
    .text = "lpt: resets the printer at LPT1, LPT2, LPT3 (N is 1 to 3; 1 without it; lpt2 is lpt "
            "2) or at a printer port "
            "with its base at PORT, and says what it read back. Without N and PORT, if nothing "
            "answers at LPT1, or LPT1 is not granted, it tests the printer port of a card that "
            "is known (userportctl ports), if just one of these is granted.\nspeaker, or spkr: "
            "plays a short "
            "tune on the PC's own "
            "speaker and looks "
            "whether its timer runs.\nIf ports are not granted, it says which and how to grant "
            "them. Exit status 0 only "
            "when what was read back is what working hardware gives.\n",
    .options = {UP_OPTION_BACKEND},
    .words_min = 1,
    .words_max = 2,
    .run = run_test,
};
