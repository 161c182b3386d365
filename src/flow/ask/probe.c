/*
 * The passes of a probe. No decision counts them.
 */
#include "flow/ask/probe.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "flow/ask/ask.h"
#include "flow/ask/pass_row.h"
#include "flow/interrupt.h"
#include "flow/open/load.h"
#include "flow/open/run_open.h"
#include "flow/say/say.h"
#include "job/file/job_prompt.h"
#include "report/table/table.h"

enum { N_PROBED = 2, FORMAT_SENSITIVE = 2 /* more tickets than this between best and worst */ };

struct probed {
	const struct candidate_result *result;
	const struct candidate *candidate; /* of the session's plan */
	size_t least, most; /* right answers over all forms */
};

/*
 * A calibrated candidate asks what its base asks, and an encoder reads no prompt, so they are not
 * probed. Letters and rotated labels have forms and orders of their own.
 */
static bool probe_can_be_probed(const struct session *s, const struct candidate_result *c)
{
	const struct candidate *planned = plan_find(&s->prepared.plan, c->row->name);

	return planned && c->pass && !c->baseline && !c->calibrated &&
	       c->score.n == c->score.n_tickets && !way_has_letters(planned->way) &&
	       !way_is_rotated(planned->way) && !model_is_encoder(planned->model);
}

/* The best two by score; the smaller one if two are equal. */
static size_t probe_choose(const struct session *s, const struct result *r, struct probed *probed)
{
	size_t n = 0;

	for (size_t k = 0; k < N_PROBED; k++) {
		const struct candidate_result *best = NULL;

		for (size_t i = 0; i < r->n; i++) {
			const struct candidate_result *c = &r->candidates[i];

			if (probe_can_be_probed(s, c) && (n == 0 || c != probed[0].result) &&
			    (!best || c->score.n_right > best->score.n_right))
				best = c;
		}
		if (!best)
			break;
		probed[n++] =
			(struct probed){ .result = best,
					 .candidate = plan_find(&s->prepared.plan, best->row->name),
					 .least = best->score.n_right,
					 .most = best->score.n_right };
	}
	return n;
}

static const char *probe_form_words(struct arena *a, enum prompt_form form, bool reversed)
{
	return arena_printf(a, "%s%s", prompt_form_name(form), reversed ? ", labels reversed" : "");
}

static const char *probe_name_in_form(struct arena *a, const struct probed *p, const char *words)
{
	return arena_printf(a, "%s [%s]", p->candidate->name, words);
}

/* One form: the plan holds the probed candidates, named after the form. */
static int probe_ask_form(struct session *s, const struct probed *probed, size_t n,
			  enum prompt_form form, bool reversed)
{
	struct arena *a = &s->cmd->arena;
	struct job *job = &s->prepared.job;
	struct plan *plan = &s->prepared.plan;

	if (job_prompt_fill(a, job, form, reversed, &job->prompt, &s->cmd->err) < 0)
		return -1;
	plan->candidates = arena_array(a, n, sizeof(*plan->candidates));
	plan->n = n;
	for (size_t i = 0; i < n; i++) {
		plan->candidates[i] = *probed[i].candidate;
		plan->candidates[i].prompts = (struct prompts){ &job->prompt, 1 };
		plan->candidates[i].name =
			probe_name_in_form(a, &probed[i], probe_form_words(a, form, reversed));
	}
	return ask_all(s);
}

static void probe_count(struct probed *p, const struct result *forms)
{
	for (size_t i = 0; i < forms->n; i++) {
		const struct candidate_result *c = &forms->candidates[i];
		size_t right = c->score.n_right;

		if (!c->pass || c->score.n < c->score.n_tickets ||
		    !pass_row_is_of(c->pass, p->candidate))
			continue;
		p->least = right < p->least ? right : p->least;
		p->most = right > p->most ? right : p->most;
	}
}

static void probe_print_forms(struct arena *a, const struct probed *probed, size_t n,
			      const struct result *forms, FILE *out)
{
	static const char *const headers[] = { "form of the prompt", ">right", NULL };
	struct table t;

	table_init(&t, a, headers);
	for (size_t i = 0; i < n; i++) {
		table_add(&t, probe_name_in_form(a, &probed[i],
						 probe_form_words(a, PROMPT_AS_ASKED, false)));
		table_addf(&t, "%zu/%zu", probed[i].result->score.n_right,
			   probed[i].result->score.n_tickets);
	}
	for (size_t i = 0; i < forms->n; i++) {
		table_add(&t, forms->contenders[i].name);
		table_addf(&t, "%zu/%zu", forms->contenders[i].score.right,
			   forms->contenders[i].score.n);
	}
	fputc('\n', out);
	table_write(&t, out);
}

/* Prints the spread and stores it with the run that was probed. */
static int probe_keep_spread(struct session *s, const struct probed *p, FILE *out)
{
	const char *words = arena_printf(
		&s->cmd->arena, "%s: %zu to %zu of %zu right over %d forms of the prompt: %s",
		p->candidate->name, p->least, p->most, p->result->score.n_tickets, 2 * PROMPT_FORMS,
		p->most - p->least > FORMAT_SENSITIVE ? "format-sensitive" : "steady");
	struct event_row row = {
		.run_id = s->run.id, .at_us = clock_wall_us(), .kind = EVENT_PROBE, .text = words
	};

	fprintf(out, "%s\n", words);
	return store_put_event(&s->store, &row, &s->cmd->err);
}

/* Every form except the run's own. */
static int probe_ask_forms(struct session *s, const struct probed *probed, size_t n)
{
	for (int form = 0; form < PROMPT_FORMS; form++)
		for (int reversed = 0; reversed < 2; reversed++)
			if ((form != PROMPT_AS_ASKED || reversed) && !interrupt_count() &&
			    probe_ask_form(s, probed, n, (enum prompt_form)form, reversed) < 0)
				return -1;
	return 0;
}

int probe(struct session *s, const struct result *r, FILE *out)
{
	struct arena *a = &s->cmd->arena;
	struct session asking = *s;
	struct run_names names = { .name = arena_printf(a, "%s-probe", s->run.name),
				   .kind = RUN_PROBE,
				   .parent = s->run.name,
				   .redaction = s->run.redaction };
	struct load_options load = { .name = names.name };
	struct probed probed[N_PROBED];
	struct result forms;
	size_t n = probe_choose(s, r, probed);
	int result;

	if (n == 0) {
		say("note: no candidate that reads a prompt answered every ticket, so there is "
		    "nothing to probe\n");
		return 0;
	}
	asking.prepared.job.reason = REASON_NONE;
	asking.events.lines = NULL; /* they are of the run that is probed */
	result = run_begin(&asking, &names);
	if (result == 0)
		result = probe_ask_forms(&asking, probed, n);
	s->store = asking.store; /* the same store, with a new head of the chain */
	if (result < 0 || load_result(s->cmd, &s->store, &load, &forms) < 0)
		return -1;
	probe_print_forms(a, probed, n, &forms, out);
	for (size_t i = 0; i < n; i++) {
		probe_count(&probed[i], &forms);
		if (probe_keep_spread(s, &probed[i], out) < 0)
			return -1;
	}
	return 0;
}
