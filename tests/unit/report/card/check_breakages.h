/*
 * Single changes of a run that keeps every rule: some break a rule, some almost do.
 */
#ifndef TESTS_CHECK_BREAKAGES_H
#define TESTS_CHECK_BREAKAGES_H

#include "check_fixture.h"

static inline void nothing(struct made *m)
{
	(void)m;
}

static inline void long_job(struct made *m)
{
	const char *text = "job: mail\n";

	for (int i = 0; i < 60; i++)
		text = arena_printf(&m->a, "%s# line\n", text);
	m->run.job_text = text;
}

static inline void full_screen(struct made *m)
{
	const char *text = "job: mail\n";

	for (int i = 0; i < 59; i++)
		text = arena_printf(&m->a, "%s# line\n", text);
	m->run.job_text = text;
}

static inline void no_last_break(struct made *m)
{
	m->run.job_text = "job: mail\nlabels: [a, b]\nbar: 90%";
}

static inline void purged_job(struct made *m)
{
	m->run.job_text = store_purged;
}

static inline void no_candidate(struct made *m)
{
	m->r.decision.pick = -1;
}

static inline void one_model(struct made *m)
{
	m->pass_rows[SMALL].model_sha256 = m->weights[PICK];
}

static inline void unquantized(struct made *m)
{
	m->rows[PICK].quant = "F16";
}

/* The licence blocks it, so it is not the pick. */
static inline void smaller_as_good(struct made *m)
{
	made_answers(m, SMALL, 12, .8);
	made_score(m);
}

/* As good on the ordinary tickets, and out by the harder ones. */
static inline void smaller_put_out(struct made *m)
{
	smaller_as_good(m);
	m->r.decision.pick_ordinary = SMALL;
}

static inline void baseline_pick(struct made *m)
{
	m->r.decision.pick = BASE;
}

static inline void over_budget(struct made *m)
{
	m->run.budget_memory_bytes = 700000000;
}

static inline void over_plan(struct made *m)
{
	m->candidates[PICK].peak_rss_bytes = 1800000000;
}

static inline void no_budget(struct made *m)
{
	m->run.budget_memory_bytes = 0;
}

static inline void out_of_memory(struct made *m)
{
	m->answers[SMALL][11].outcome = OUTCOME_OUT_OF_MEMORY;
	made_score(m);
}

static inline void licence_read(struct made *m)
{
	m->rows[PICK].licence_verdict = "READ";
	m->rows[PICK].licence_conditions = "say that it was built with it";
}

static inline void licence_read_by_user(struct made *m)
{
	licence_read(m);
	m->rows[PICK].licence_source = "the job file";
}

static inline void licence_block(struct made *m)
{
	m->rows[PICK].licence_verdict = "BLOCK";
	m->rows[PICK].licence_source = "the job file";
}

/* Another candidate is the closest usable one; the card is about the blocked one. */
static inline void only_blocked(struct made *m)
{
	licence_block(m);
	m->r.decision.pick = -1;
	m->r.decision.blocked = PICK;
	m->r.decision.closest = SMALL;
}

static inline void licence_unknown(struct made *m)
{
	m->rows[PICK].licence_verdict = "";
}

static inline void chain_broken(struct made *m)
{
	m->facts.chain_problem = "row 12 does not fit";
}

static inline void no_weights(struct made *m)
{
	m->pass_rows[PICK].model_sha256 = "";
}

static inline void no_context(struct made *m)
{
	m->segments[SMALL].report.n_ctx = 0;
}

static inline void no_session(struct made *m)
{
	m->candidates[PICK].n_segments = 0;
}

static inline void few_tickets(struct made *m)
{
	m->r.n_ordinary = m->r.n_tickets = m->r.evidence.n_counts = 9;
	made_score(m);
}

static inline void repeats(struct made *m)
{
	m->r.evidence.n_counts = 9;
	m->r.evidence.n_repeats = 3;
}

static inline void rare_label(struct made *m)
{
	for (size_t i = 0; i < MADE_TICKETS; i++)
		if (m->tickets[i].label == 2)
			m->tickets[i].label = i == 2 ? 2 : 1;
}

static inline void edited_prompt(struct made *m)
{
	m->r.evidence.edited = true;
	m->r.evidence.seen_in = "earlier";
}

static inline void a_suspect(struct made *m)
{
	m->r.n_suspects = 1;
}

static inline void open_store(struct made *m)
{
	m->facts.store_mode = 0640;
}

static inline void not_redacted(struct made *m)
{
	m->run.redaction = "not redacted";
}

static inline void allowed(struct made *m)
{
	m->run.redaction = "not redacted: personal data in 2 of 12 tickets, allowed by the job";
}

static inline void no_sandbox(struct made *m)
{
	m->segments[SMALL].report.sandbox = "none: --no-sandbox";
}

static inline void default_name(struct made *m)
{
	m->run.name = "smoke-12";
}

static inline void nearly_default_name(struct made *m)
{
	m->run.name = "smoke-12b";
}

static inline void a_note(struct made *m)
{
	m->events[0] = (struct event_row){ .kind = EVENT_NOTE, .text = "first try" };
	m->r.n_events = 1;
}

static inline void no_minutes(struct made *m)
{
	m->run.budget_minutes = 0;
}

static inline void a_step(struct made *m)
{
	m->events[0] = (struct event_row){ .kind = EVENT_LADDER, .text = "fewer at a time" };
	m->r.n_events = 1;
	m->answers[SMALL][11].outcome = OUTCOME_TIMEOUT;
	made_score(m);
}

static inline void two_changes(struct made *m)
{
	m->before_run.seed = 2;
}

static inline void new_labels(struct made *m)
{
	m->before_run.labels_json = "[{}]";
}

static inline void slow_start(struct made *m)
{
	m->segments[SMALL].started_us = m->segments[PICK].started_us = m->run.created_us + 60000000;
}

static inline void first_run(struct made *m)
{
	m->facts.before = NULL;
}

static inline void reused(struct made *m)
{
	for (size_t c = 0; c < MADE_CANDIDATES; c++)
		m->segments[c].run_id = 3;
}

static inline void reused_first(struct made *m)
{
	reused(m);
	first_run(m);
}

static inline void disturbed(struct made *m)
{
	m->candidates[PICK].disturbed = true;
}

static inline void unmeasured(struct made *m)
{
	m->segments[PICK].report.n_answers = 0;
}

static inline void energy(struct made *m)
{
	m->candidates[PICK].energy_uj = 3600000000; /* 1 Wh for 12 tickets */
}

static inline void wrong_and_sure(struct made *m)
{
	made_answers(m, PICK, 11, .95);
	made_score(m);
}

static inline void wrong_and_just_sure(struct made *m)
{
	made_answers(m, PICK, 11, .9);
	made_score(m);
}

static inline void wrong_and_unsure(struct made *m)
{
	made_answers(m, PICK, 11, .89);
	made_score(m);
}

static inline void no_probabilities(struct made *m)
{
	for (size_t i = 0; i < MADE_TICKETS; i++)
		m->answers[PICK][i].n_probs = 0;
}

static inline void small_blocked(struct made *m)
{
	m->rows[SMALL].licence_verdict = "BLOCK";
}

static inline void reason_first(struct made *m)
{
	m->run.reason_order = "first";
}

static inline void free_mode(struct made *m)
{
	m->run.mode = MODE_FREE;
	for (size_t i = 0; i < MADE_TICKETS; i++)
		m->answers[PICK][i].chosen_tok = 40;
}

/* It corrects the answers of the small one, and copies its session. */
static inline void calibrated(struct made *m)
{
	m->candidates[PICK].calibrated = true;
	m->segments[PICK].started_us = m->segments[SMALL].started_us;
}

/* Its answers are from an earlier run, only its reasons from this one. */
static inline void calibrated_alone(struct made *m)
{
	m->candidates[PICK].calibrated = true;
	m->segments[SMALL].run_id = 3;
}

static inline void cut_short(struct made *m)
{
	m->events[0] = (struct event_row){ .kind = EVENT_BUDGET, .text = "left out 3" };
	m->r.n_events = 1;
}

static inline void over_time(struct made *m)
{
	m->segments[PICK].active_us = INT64_C(600000000);
}

static inline void three_sentences(struct made *m)
{
	made_reasons(m, "One. Two. And a third one.");
}

static inline void cut_reason(struct made *m)
{
	m->reasons[4].outcome = OUTCOME_CUT;
}

static inline void no_reasons(struct made *m)
{
	m->candidates[PICK].reasons = m->reason_of[SMALL];
}

static inline void smaller_is_close(struct made *m)
{
	made_answers(m, SMALL, 10, .8);
	made_score(m);
}

static inline void smaller_is_not_close(struct made *m)
{
	made_answers(m, SMALL, 9, .8);
	made_score(m);
}

static inline void good_baseline(struct made *m)
{
	made_answers(m, BASE, 12, .8);
	made_score(m);
}

static inline void no_baseline(struct made *m)
{
	m->candidates[BASE].score.n = 0;
}

static inline void experts(struct made *m)
{
	m->model.n_expert = 64;
	m->model.n_expert_used = 8;
	m->model.n_params_active = 80000000;
}

static inline void no_header(struct made *m)
{
	m->facts.model = NULL;
}

static inline void images_explained(struct made *m)
{
	for (size_t i = 0; i < 2; i++) {
		m->tickets[i].image = "a.png";
		m->answers[PICK][i].image_tok = 16;
		m->answers[PICK][i].image_us = 300000;
	}
}

static inline void image_unexplained(struct made *m)
{
	images_explained(m);
	m->reasons[1].rationale = "";
}

static inline void image_unanswered(struct made *m)
{
	images_explained(m);
	m->answers[PICK][1].outcome = OUTCOME_BAD_IMAGE;
}

static inline void weak_language(struct made *m)
{
	made_answers(m, PICK, 11, .8); /* the last ticket is a German one */
	made_score(m);
}

static inline void silent_tickets(struct made *m)
{
	for (size_t i = 0; i < MADE_TICKETS; i++)
		m->tickets[i].lang = NULL;
}

static inline void long_evening(struct made *m)
{
	m->segments[PICK].active_us = INT64_C(3600000000);
}

static inline void no_path(struct made *m)
{
	m->rows[PICK].path = "";
}

static inline void purged_reasons(struct made *m)
{
	for (size_t i = 0; i < MADE_TICKETS; i++)
		m->reasons[i].raw = store_purged;
}

static inline void purged_examples(struct made *m)
{
	m->pass_rows[PICK].examples_json = store_purged;
}

static inline void example_is_ticket(struct made *m)
{
	m->pass_rows[PICK].examples_json = "[{\"id\":\"t3\",\"label\":\"c\"}]";
}

static inline void example_without_id(struct made *m)
{
	m->tickets[2].id = "line-3";
	m->pass_rows[PICK].examples_json = "[{\"id\":\"line-3\",\"label\":\"c\"}]";
}

static inline void no_examples(struct made *m)
{
	for (size_t c = 0; c < MADE_CANDIDATES; c++)
		m->pass_rows[c].examples_sha256 = "";
}

#endif
