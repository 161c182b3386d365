/*
 * Reads and writes the record, and words it.
 */
#include "report/promise_text.h"

#include <math.h>
#include <string.h>

#include "base/display.h"
#include "base/json/json.h"
#include "report/words/words.h"

#define PROMISE_FORMAT "toehold promise 1"

json_t *promise_to_json(const struct promise_record *r)
{
	const struct promise *p = &r->promise;

	return json_pack("{s:s, s:o, s:o, s:s, s:s, s:s, s:o, s:s, s:I, s:f, s:f, s:b, s:f, s:I, "
			 "s:I, s:I, s:f, s:I}",
			 "format", PROMISE_FORMAT, "run", json_any_text(r->run), "candidate",
			 json_any_text(r->candidate), "pass", r->pass_key, "model_sha256",
			 r->model_sha256, "head_sha256", r->head_sha256, "tickets",
			 json_any_text(r->tickets_path), "tickets_sha256", r->tickets_sha256,
			 "candidates", (json_int_t)r->n_candidates, "right", r->right, "confidence",
			 r->confidence, "made", p->made, "threshold", p->threshold, "n",
			 (json_int_t)p->n, "n_taken", (json_int_t)p->n_taken, "n_right",
			 (json_int_t)p->n_right, "at_least", p->at_least, "n_needed",
			 (json_int_t)p->n_needed);
}

static bool promise_is_sound(const struct promise_record *r, json_int_t n, json_int_t n_taken,
			     json_int_t n_right, json_int_t n_candidates)
{
	return n_candidates > 0 && n >= n_taken && n_taken >= n_right && n_right >= 0 && n > 0 &&
	       (n_taken > 0 || !r->promise.made) && r->right > 0 && r->right < 1 &&
	       r->confidence > 0 && r->confidence < 1 && r->promise.threshold >= 0 &&
	       r->promise.threshold <= 1;
}

static const char *promise_copy(struct arena *a, const json_t *text)
{
	const char *whole = json_whole_text(text);

	return whole ? arena_strdup(a, whole) : NULL;
}

static bool promise_unpack(struct arena *a, json_t *j, struct promise_record *ret)
{
	struct promise_record r = { .run = promise_copy(a, json_object_get(j, "run")),
				    .candidate = promise_copy(a, json_object_get(j, "candidate")),
				    .tickets_path =
					    promise_copy(a, json_object_get(j, "tickets")) };
	const char *format, *pass, *model, *head, *tickets;
	json_int_t n, n_taken, n_right, n_candidates, n_needed;
	int made;

	if (!r.run || !r.candidate || !r.tickets_path ||
	    json_unpack(
		    j,
		    "{s:s, s:s, s:s, s:s, s:s, s:I, s:F, s:F, s:b, s:F, s:I, s:I, s:I, s:F, s:I}",
		    "format", &format, "pass", &pass, "model_sha256", &model, "head_sha256", &head,
		    "tickets_sha256", &tickets, "candidates", &n_candidates, "right", &r.right,
		    "confidence", &r.confidence, "made", &made, "threshold", &r.promise.threshold,
		    "n", &n, "n_taken", &n_taken, "n_right", &n_right, "at_least",
		    &r.promise.at_least, "n_needed", &n_needed) != 0 ||
	    strcmp(format, PROMISE_FORMAT) != 0)
		return false;
	r.promise.made = made;
	if (!promise_is_sound(&r, n, n_taken, n_right, n_candidates))
		return false;
	r.pass_key = arena_strdup(a, pass);
	r.model_sha256 = arena_strdup(a, model);
	r.head_sha256 = arena_strdup(a, head);
	r.tickets_sha256 = arena_strdup(a, tickets);
	r.n_candidates = (size_t)n_candidates;
	r.promise.n = (size_t)n;
	r.promise.n_taken = (size_t)n_taken;
	r.promise.n_right = (size_t)n_right;
	r.promise.n_needed = (size_t)(n_needed > 0 ? n_needed : 0);
	*ret = r;
	return true;
}

bool promise_read(struct arena *a, const char *text, struct promise_record *ret_record)
{
	json_t *j = text ? json_loads(text, 0, NULL) : NULL;
	bool sound = json_is_object(j) && promise_unpack(a, j, ret_record);

	json_decref(j);
	return sound;
}

bool promise_of_candidate(struct arena *a, const struct result *r, const struct candidate_result *c,
			  double right, struct promise_record *ret_record)
{
	for (size_t i = r->n_events; i > 0 && c->pass; i--) {
		const struct event_row *event = &r->events[i - 1];

		if (event->kind == EVENT_PROMISE && promise_read(a, event->text, ret_record) &&
		    strcmp(ret_record->candidate, c->row->name) == 0 &&
		    strcmp(ret_record->pass_key, c->pass->key) == 0 &&
		    (right > 0 ? fabs(ret_record->right - right) < 1e-6 : ret_record->promise.made))
			return true;
	}
	return false;
}

size_t promise_attempts(struct arena *a, const struct result *r)
{
	struct promise_record record;
	size_t n = 0;

	for (size_t i = 0; i < r->n_events; i++)
		n += r->events[i].kind == EVENT_PROMISE &&
		     promise_read(a, r->events[i].text, &record) && *record.tickets_path;
	return n;
}

static const char *promise_sure(struct arena *a, const struct promise_record *r)
{
	return arena_printf(a, "at least %.6g%% of them right (%.6g%% sure)", 100 * r->right,
			    100 * r->confidence);
}

/* "about 880 are labelled": to the nearest of 1,000, and a person gets the rest. */
static const char *promise_kept_words(struct arena *a, const struct promise_record *r)
{
	const struct promise *p = &r->promise;
	long labelled = lround(1000 * (double)p->n_taken / (double)p->n);

	if (p->n_taken == p->n)
		return arena_printf(a, "Every ticket is labelled, %s; none goes to a person.",
				    promise_sure(a, r));
	return arena_printf(a, "Of 1,000 tickets about %ld are labelled, %s; %ld go to a person.",
			    labelled, promise_sure(a, r), 1000 - labelled);
}

/*
 * Why there is none, and what helps. RULE: other tickets, since a test on the same ones would be a
 * second chance at the full error.
 */
static const char *promise_none_words(struct arena *a, const struct promise_record *r)
{
	const struct promise *p = &r->promise;
	struct promise_terms terms = promise_terms_of(r->right, r->confidence, r->n_candidates);
	const char *none = arena_printf(a, "%.6g%% right cannot be promised", 100 * r->right);
	size_t fewest = promise_fewest(&terms);

	if (p->n_taken == 0)
		return arena_printf(a, "%s: no ticket got a label with a probability.", none);
	if (p->n_needed == 0)
		return arena_printf(a,
				    "%s, and more labelled tickets would hardly change that: even "
				    "when it is surest, it is right too seldom. Ask for less with "
				    "--right, or take another candidate, on tickets not used yet.",
				    none);
	if (p->n < fewest)
		return arena_printf(a,
				    "%s yet: %zu labelled ticket%s too few (even if all are right, "
				    "it takes %zu). Label about %zu other tickets.",
				    none, p->n, p->n == 1 ? " is" : "s are", fewest, p->n_needed);
	if (p->n_taken < fewest)
		return arena_printf(a,
				    "%s yet: %zu of %zu tickets got a label with a probability "
				    "(even if all are right, it takes %zu). Label about %zu other "
				    "tickets.",
				    none, p->n_taken, p->n, fewest, p->n_needed);
	return arena_printf(a,
			    "%s yet. If it stays as right as it was, about %zu other labelled "
			    "tickets would do.",
			    none, p->n_needed);
}

const char *words_promise(struct arena *a, const struct promise_record *r)
{
	return r->promise.made ? promise_kept_words(a, r) : promise_none_words(a, r);
}

const char *words_promise_basis(struct arena *a, const struct promise_record *r)
{
	const struct promise *p = &r->promise;
	const char *taken = p->threshold > 0 ?
				    arena_printf(a, "have a probability of at least %.6g%%",
						 100 * p->threshold) :
				    "get a label";
	double right = p->n_taken ? (double)p->n_right / (double)p->n_taken : -1;

	return arena_printf(a, "Of %zu labelled tickets, %zu %s; %zu of these are right (%s).",
			    p->n, p->n_taken, taken, p->n_right, words_share(a, right));
}

const char *words_promise_event(struct arena *a, const char *text)
{
	struct promise_record r;

	if (!promise_read(a, text, &r))
		return text;
	return arena_printf(a, "%s: %s %s", words_name(a, r.candidate), words_promise(a, &r),
			    words_promise_basis(a, &r));
}

const char *words_promise_at_work(struct arena *a, const struct result *r,
				  const struct candidate_result *c)
{
	struct promise_record record;
	const char *candidate = "";

	if (!promise_of_candidate(a, r, c, 0, &record))
		return NULL;
	if (c - r->candidates != r->decision.pick)
		candidate =
			arena_printf(a, " --candidate %s", display_shell_word(a, c->short_name));
	return arena_printf(a,
			    "%s: %s %s To work like that: toehold classify FILE --run %s%s "
			    "--promise %.6g%%",
			    words_name(a, c->short_name), words_promise(a, &record),
			    words_promise_basis(a, &record), display_shell_word(a, r->run->name),
			    candidate, 100 * record.right);
}

void promise_add_json(struct arena *a, const struct result *r, const struct candidate_result *c,
		      json_t *j)
{
	struct promise_record record;
	json_t *promise;

	if (!promise_of_candidate(a, r, c, 0, &record))
		return;
	promise = promise_to_json(&record);
	json_object_set_new(promise, "words", json_any_text(words_promise(a, &record)));
	json_object_set_new(j, "promise", promise);
}
