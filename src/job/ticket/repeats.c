/*
 * Repeats among tickets under test. Decides what the same text is; job/ticket/leak_guard.c decides
 * what nearly the same is.
 */
#include "job/ticket/repeats.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/display.h"
#include "job/file/label_key.h"
#include "job/ticket/leak_guard.h"

/* A longer text is compared as it is written. */
enum { REPEATS_MAX_BYTES = 16 << 20, REPEATS_FOLD_BYTES = 1 << 16 };

/* A ticket as its reader sees it. */
struct repeats_text {
	const char *text;
	const struct ticket *ticket;
	const struct slice *slice;
	size_t at; /* among all tickets */
};

static const char *repeats_fold(struct arena *a, const struct ticket *ticket)
{
	const char *folded;

	if (strlen(ticket->text) > REPEATS_FOLD_BYTES)
		return ticket->text;
	folded = label_fold(a, ticket->text);
	/* If nothing shows, there is nothing to confuse. */
	return *folded ? folded : ticket->text;
}

static int repeats_by_text(const void *x, const void *y)
{
	const struct repeats_text *a = x, *b = y;
	const char *a_image = a->ticket->image_sha256, *b_image = b->ticket->image_sha256;
	int order = strcmp(a->text, b->text);

	if (order == 0)
		order = strcmp(a_image ? a_image : "", b_image ? b_image : "");
	return order ? order : (a->at > b->at) - (a->at < b->at);
}

static bool repeats_same(const struct repeats_text *a, const struct repeats_text *b)
{
	struct repeats_text moved = *b;

	moved.at = a->at;
	return repeats_by_text(a, &moved) == 0;
}

static const char *repeats_place(struct arena *a, const struct repeats_text *t)
{
	return arena_printf(a, "%s:%zu (ticket '%s')", display_path(a, t->slice->path),
			    t->ticket->line, display_text(a, t->ticket->id));
}

static int repeats_two_labels(struct arena *a, const struct job *job, const struct repeats_text *x,
			      const struct repeats_text *y, struct err *err)
{
	return err_set(err, ERR_INPUT,
		       "%s and %s have the same text and two labels, '%s' and '%s': no candidate "
		       "can get both right; correct one, or remove it",
		       repeats_place(a, x), repeats_place(a, y),
		       display_text(a, job->labels[x->ticket->label].name),
		       display_text(a, job->labels[y->ticket->label].name));
}

/* The first two tickets, in their order, that contradict each other. */
static int repeats_check_labels(struct arena *a, const struct job *job, struct repeats_text *texts,
				size_t n, struct err *err)
{
	const struct repeats_text *one = NULL, *other = NULL;

	if (n > 1)
		qsort(texts, n, sizeof(*texts), repeats_by_text);
	for (size_t i = 1, first = 0; i < n; i++) {
		if (!repeats_same(&texts[first], &texts[i]))
			first = i;
		else if (texts[first].ticket->label != texts[i].ticket->label &&
			 (!other || texts[i].at < other->at)) {
			one = &texts[first];
			other = &texts[i];
		}
	}
	return other ? repeats_two_labels(a, job, one, other, err) : 0;
}

int repeats_find(struct arena *a, const struct job *job, const struct slice *const *earlier,
		 size_t n_earlier, struct slice *slice, struct err *err)
{
	struct arena scratch = { 0 };
	const struct ticket **tickets;
	struct repeats_text *texts;
	size_t n_all = slice->n, n = 0;
	bool *repeats;
	struct buf b;
	int r;

	for (size_t s = 0; s < n_earlier; s++)
		n_all += earlier[s]->n;
	tickets = arena_array(&scratch, n_all, sizeof(*tickets));
	texts = arena_array(&scratch, n_all, sizeof(*texts));
	for (size_t s = 0; s <= n_earlier; s++) {
		const struct slice *of = s < n_earlier ? earlier[s] : slice;

		for (size_t i = 0; i < of->n; i++, n++) {
			tickets[n] = &of->tickets[i];
			texts[n] = (struct repeats_text){ repeats_fold(&scratch, tickets[n]),
							  tickets[n], of, n };
		}
	}
	buf_init(&b, REPEATS_MAX_BYTES);
	r = repeats_check_labels(a, job, texts, n_all, err);
	repeats = r == 0 ? guard_find_repeats(&scratch, tickets, n_all) : NULL;
	for (size_t i = 0; repeats && i < slice->n; i++)
		if (repeats[n_all - slice->n + i])
			buf_add_item(&b, " ", "%zu", i);
	slice->repeats = b.len ? arena_strdup(a, buf_text(&b)) : NULL;
	buf_release(&b);
	arena_release(&scratch);
	return r;
}

size_t repeats_read(const struct slice *slice, bool *ret_repeats)
{
	size_t n = 0;

	for (const char *p = slice->repeats; p && *p;) {
		char *end;
		unsigned long at = strtoul(p, &end, 10);

		if (end == p)
			break;
		if (at < slice->n) {
			ret_repeats[at] = true;
			n++;
		}
		p = end;
	}
	return n;
}

const char *repeats_words(struct arena *a, const struct slice *slice)
{
	size_t n = repeats_read(slice, arena_array(a, slice->n, sizeof(bool)));

	if (n == 0)
		return NULL;
	return arena_printf(a,
			    "%zu of the %zu tickets ha%s (nearly) the text of an earlier one%s; "
			    "repeats count once, so %zu count",
			    n, slice->n, n == 1 ? "s" : "ve",
			    slice->tickets[0].gold ? "" : " with the same label", slice->n - n);
}
