/*
 * Figures that several rows of the card use.
 */
#include <string.h>

#include "base/display.h"
#include "report/card/check_rows.h"
#include "report/words/words.h"

size_t figure_job_lines(const struct result *r)
{
	const char *text = r->run->job_text;
	size_t n = 0;

	if (text == store_purged)
		return 0;
	for (const char *c = text; *c; c++)
		n += *c == '\n' || !c[1];
	return n;
}

struct finding figure_job_screen(const struct checker *k)
{
	size_t n = figure_job_lines(k->r);

	if (n == 0)
		return finding_none(k, "the text of the job file was removed from the store");
	return finding_of(n > SCREEN_LINES,
			  arena_printf(k->a, "%s; one screen is %d",
				       figure_count(k->a, n, "line", "lines"), SCREEN_LINES));
}

bool figure_is_measured_model(const struct candidate_result *c)
{
	return !c->baseline && c->pass && c->score.n + c->harder.n > 0;
}

/* A pass asks in the order of the tickets, so the first one with an answer was asked first. */
static int64_t figures_first_label_us(const struct result *r, const struct candidate_result *c)
{
	for (size_t i = 0; i < r->n_tickets; i++)
		if (c->answers[i])
			return c->answers[i]->label_us;
	return -1;
}

/*
 * A calibrated candidate holds the session of the answers that it corrects. That time belongs to
 * the other candidate.
 */
static bool figures_is_copied(const struct result *r, const struct candidate_result *c,
			      const struct segment_row *s)
{
	for (size_t i = 0; c->calibrated && i < r->n; i++)
		for (size_t k = 0; k < r->candidates[i].n_segments; k++)
			if (!r->candidates[i].calibrated && !r->candidates[i].baseline &&
			    r->candidates[i].segments[k].started_us == s->started_us)
				return true;
	return false;
}

/*
 * A session that resumed a pass did not make its first answer, and one whose prefix came from the
 * cache did not start cold.
 */
static int64_t figures_first_label_of(const struct result *r, const struct candidate_result *c)
{
	const struct segment_row *s = c->n_segments ? &c->segments[0] : NULL;
	int64_t label_us = figures_first_label_us(r, c);

	if (!s || s->run_id != r->run->id || s->report.n_answers == 0 || label_us < 0 ||
	    figures_is_copied(r, c, s) || s->report.prefix_kept_tok > 0)
		return -1;
	return s->started_us - r->run->created_us + s->report.load_us + s->report.prefix_us +
	       label_us;
}

int64_t figure_first_label_us(const struct result *r)
{
	int64_t first_us = -1;

	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = &r->candidates[i];
		int64_t us = figure_is_measured_model(c) ? figures_first_label_of(r, c) : -1;

		if (us >= 0 && (first_us < 0 || us < first_us))
			first_us = us;
	}
	return first_us;
}

size_t figure_n_models(const struct result *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = &r->candidates[i];
		bool seen = false;

		if (!figure_is_measured_model(c))
			continue;
		for (size_t k = 0; k < i; k++)
			seen |= figure_is_measured_model(&r->candidates[k]) &&
				!strcmp(r->candidates[k].pass->model_sha256, c->pass->model_sha256);
		n += !seen;
	}
	return n;
}

static int64_t figures_spent_on(const struct result *r, const struct candidate_result *c)
{
	int64_t us = 0;

	for (size_t i = 0; i < c->n_segments; i++) {
		const struct segment_row *s = &c->segments[i];

		if (s->run_id == r->run->id && !figures_is_copied(r, c, s))
			us += s->report.load_us + s->report.prefix_us + s->active_us;
	}
	return us;
}

int64_t figure_spent_us(const struct result *r)
{
	int64_t us = 0;

	for (size_t i = 0; i < r->n; i++)
		us += figures_spent_on(r, &r->candidates[i]);
	return us;
}

size_t figure_n_outcome(const struct result *r, enum outcome outcome)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->candidates[i].score.by_outcome[outcome] +
		     r->candidates[i].harder.by_outcome[outcome];
	return n;
}

size_t figure_n_events(const struct result *r, enum event_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_events; i++)
		n += r->events[i].kind == kind;
	return n;
}

const char *figure_count(struct arena *a, size_t n, const char *singular, const char *plural)
{
	return arena_printf(a, "%zu %s", n, n == 1 ? singular : plural);
}

const char *figure_name(const struct checker *k, size_t candidate)
{
	return words_name(k->a, k->r->candidates[candidate].short_name);
}
