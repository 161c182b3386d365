/*
 * Tickets under test with the same text: one piece of evidence if they have one label, an error of
 * the tickets if they have two.
 */
#ifndef JOB_TICKET_REPEATS_H
#define JOB_TICKET_REPEATS_H

#include <stdbool.h>

#include "job/ticket/ticket.h"

/*
 * Fails with ERR_INPUT, naming both tickets, if two tickets of `slice`, or one of it and one of the
 * `earlier` slices, have the same text (label_fold()), the same image if any, and different labels.
 * Otherwise fills slice->repeats (guard_find_repeats() over all these tickets, earlier ones first)
 * with the numbers of the slice's tickets that repeat another: "2 5 9", NULL if there are none.
 */
int repeats_find(struct arena *a, const struct job *job, const struct slice *const *earlier,
		 size_t n_earlier, struct slice *slice, struct err *err) MUST_USE;

/* Calls for ticket numbers in slice->repeats: sets ret_repeats[number]; returns how many. */
size_t repeats_read(const struct slice *slice, bool *ret_repeats);

/* "58 of the 60 tickets (nearly) repeat …", or NULL if none does. */
const char *repeats_words(struct arena *a, const struct slice *slice);

#endif
