/*
 * Compares the answers of each candidate with the newest plan of each slice. A candidate that the
 * newest plan does not list is asked nothing more: it is not unfinished.
 */
#include "flow/standing.h"

#include <string.h>

#include "flow/ask/ask_note.h"
#include "flow/run_plan.h"
#include "job/file/job.h"

/* One slice, and the newest plan about it. */
struct standing_slice {
	size_t at; /* index into the result's slices */
	bool has_plan;
	struct run_plan plan;
};

/* The pass of a candidate over a slice, or NULL. */
static const struct pass_row *standing_pass(const struct result *r,
					    const struct candidate_result *c, size_t slice)
{
	for (size_t i = 0; i < c->n_passes; i++)
		if (strcmp(c->passes[i]->slice_sha256, r->slices[slice].sha256) == 0)
			return c->passes[i];
	return NULL;
}

static size_t standing_n_answers(const struct result *r, const struct candidate_result *c,
				 size_t slice)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_tickets; i++)
		n += r->slice_of[i] == slice && c->answers[i] != NULL;
	return n;
}

/* Without a plan on record, the first slice is for all, and another for those that began it. */
static bool standing_is_planned(const struct standing_slice *s, const struct candidate_result *c,
				const struct pass_row *pass)
{
	if (s->has_plan)
		return run_plan_has(&s->plan, c->row->name);
	return s->at == 0 || pass;
}

/* Why the pass gave no answer, from its newest event; NULL if there is none. */
static const char *standing_silence(const struct result *r, const struct candidate_result *c,
				    const struct pass_row *pass)
{
	size_t n = strlen(c->row->name) + strlen(": " ASK_NOT_MEASURED);

	for (size_t i = r->n_events; pass && i-- > 0;) {
		const struct event_row *e = &r->events[i];

		if (e->kind == EVENT_NOT_MEASURED && e->pass_id == pass->id && strlen(e->text) > n)
			return e->text + n;
	}
	return NULL;
}

/* RULE: --first. Whether it ended the newest session on the first slice. */
static bool standing_ended_by_first(const struct result *r, const struct standing_slice *s)
{
	bool first = false;

	for (size_t i = 0; i < r->n_events; i++)
		first |= r->events[i].kind == EVENT_FIRST;
	return first && (!s->has_plan || s->plan.first);
}

static bool standing_shows_harder(const struct result *r)
{
	return names_find_or_first(&harder_rule_names, r->run->harder) == HARDER_SHOWN;
}

static void standing_of_slice(const struct result *r, const struct standing_slice *s,
			      struct candidate_result *c)
{
	const struct pass_row *pass = standing_pass(r, c, s->at);
	size_t n = standing_n_answers(r, c, s->at);
	const char *silence = n == 0 ? standing_silence(r, c, pass) : NULL;

	if (n == r->slices[s->at].n || c->raced || !standing_is_planned(s, c, pass))
		return;
	/* If harder tickets have no say in the pick, silence on them leaves it as it is. */
	if (r->slices[s->at].role == SLICE_HARDER && c->score.n > 0 &&
	    (!silence || standing_shows_harder(r)))
		c->harder_unfinished = true;
	else if (silence)
		c->not_measured = silence;
	else if (c->score.n + c->harder.n == 0 && standing_ended_by_first(r, s))
		c->not_tried = true;
	else if (r->slices[s->at].role == SLICE_HARDER)
		c->harder_unfinished = true;
	else
		c->unfinished = true;
}

/* Candidates that were declared and are in no plan any more were not asked either. */
static void standing_of_candidate(const struct result *r, const struct standing_slice *slices,
				  struct candidate_result *c)
{
	if (*c->row->refused) {
		c->not_measured = c->row->refused;
		return;
	}
	for (size_t i = 0; i < r->n_slices; i++)
		standing_of_slice(r, &slices[i], c);
	if (c->score.n + c->harder.n > 0 || c->not_measured || c->not_tried)
		return;
	c->not_tried = c->not_reached = true;
}

/* Whether the command of the slice's plan has something left to ask. */
static bool standing_is_open(const struct result *r, size_t slice)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = &r->candidates[i];
		bool open = r->slices[slice].role == SLICE_HARDER ? c->harder_unfinished :
								    c->unfinished;

		if ((open || (c->not_measured && !*c->row->refused)) &&
		    standing_n_answers(r, c, slice) < r->slices[slice].n)
			return true;
	}
	return false;
}

void standing_of_run(struct cmd *cmd, struct result *r)
{
	struct arena *a = &cmd->arena;
	struct standing_slice *slices = arena_array(a, r->n_slices, sizeof(*slices));

	for (size_t i = 0; i < r->n_slices; i++) {
		slices[i].at = i;
		slices[i].has_plan = run_plan_find(a, r->events, r->n_events, r->slices[i].sha256,
						   &slices[i].plan);
	}
	for (size_t i = 0; i < r->n; i++)
		standing_of_candidate(r, slices, &r->candidates[i]);
	for (size_t i = 0; i < r->n_slices && !r->go_on && !result_is_purged(r); i++)
		if (slices[i].has_plan && standing_is_open(r, i)) {
			r->go_on = run_plan_command(a, &slices[i].plan);
			r->go_on_options = slices[i].plan.options;
		}
}
