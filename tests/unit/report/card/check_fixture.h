/*
 * A made-up run that keeps every rule: twelve tickets, three labels, a baseline and two models. The
 * larger model is the pick. Tests of the card change one thing in it.
 */
#ifndef TESTS_CHECK_FIXTURE_H
#define TESTS_CHECK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "report/card/check.h"

enum { MADE_TICKETS = 12, MADE_LABELS = 3, MADE_CANDIDATES = 3, PICK = 2, SMALL = 1, BASE = 0 };

struct made {
	struct arena a;
	struct run_row run;
	struct label labels[MADE_LABELS];
	struct slice slice;
	struct ticket tickets[MADE_TICKETS];
	bool counts[MADE_TICKETS];
	struct candidate_row rows[MADE_CANDIDATES];
	struct pass_row pass_rows[MADE_CANDIDATES];
	const struct pass_row *passes[MADE_CANDIDATES];
	struct segment_row segments[MADE_CANDIDATES];
	struct answer answers[MADE_CANDIDATES][MADE_TICKETS];
	struct answer *answer_of[MADE_CANDIDATES][MADE_TICKETS];
	struct reason reasons[MADE_TICKETS]; /* of the pick */
	struct reason *reason_of[MADE_CANDIDATES][MADE_TICKETS];
	double probs[MADE_CANDIDATES][MADE_TICKETS][MADE_LABELS];
	struct candidate_result candidates[MADE_CANDIDATES];
	struct verdict verdicts[MADE_CANDIDATES];
	struct event_row events[2];
	struct suspect suspect;
	struct result r, before;
	struct run_row before_run;
	struct model_facts model;
	struct check_facts facts;
	char weights[MADE_CANDIDATES][HASH_HEX_LEN + 1];
};

static inline void made_run(struct made *m)
{
	m->run = (struct run_row){
		.id = 7,
		.name = "careful",
		.created_us = 1000000000000,
		.job_name = "mail",
		.job_text = "job: mail\nlabels: [a, b, c]\n",
		.job_sha256 = "job-1",
		.labels_json = "[]",
		.prompt_sha256 = "prompt-1",
		.bar = .9,
		.kind = RUN_SMOKE,
		.parent = "",
		.use = "commercial",
		.harder = "counted",
		.mode = MODE_TWO_PHASE,
		.reason_order = "last",
		.seed = 1,
		.budget_memory_bytes = 2000000000,
		.budget_minutes = 10,
		.budget_reason_tok = 80,
		.redaction = "no personal data found",
		.host = "desk",
		.os = "Linux",
		.cpu = "two cores",
		.memory_bytes = 8000000000,
		.program = "toehold 0.1.0",
	};
}

static inline void made_tickets(struct made *m)
{
	static const char *const names[MADE_LABELS] = { "a", "b", "c" };

	for (size_t i = 0; i < MADE_LABELS; i++)
		m->labels[i].name = names[i];
	for (size_t i = 0; i < MADE_TICKETS; i++) {
		m->tickets[i] = (struct ticket){ .id = arena_printf(&m->a, "t%zu", i + 1),
						 .text = "text",
						 .text_len = 4,
						 .label = (int)(i % MADE_LABELS),
						 .lang = i % 2 ? "de" : "en" };
		m->counts[i] = true;
	}
	m->slice =
		(struct slice){ .path = "tickets.jsonl", .tickets = m->tickets, .n = MADE_TICKETS };
	memset(m->slice.sha256, '5', HASH_HEX_LEN);
}

/* Right on the first n_right tickets; `sure` is the probability of its label. */
static inline void made_answers(struct made *m, size_t c, size_t n_right, double sure)
{
	for (size_t i = 0; i < MADE_TICKETS; i++) {
		int gold = m->tickets[i].label,
		    said = i < n_right ? gold : (gold + 1) % MADE_LABELS;
		double *probs = m->probs[c][i];

		for (int k = 0; k < MADE_LABELS; k++)
			probs[k] = k == said ? sure : (1 - sure) / (MADE_LABELS - 1);
		m->answers[c][i] = (struct answer){ .ticket = i,
						    .outcome = OUTCOME_OK,
						    .label = said,
						    .probs = probs,
						    .n_probs = MADE_LABELS,
						    .chosen_tok = 1,
						    .ttft_us = 20000,
						    .label_us = 30000,
						    .raw = "",
						    .spans = "",
						    .rule = "trie",
						    .detail = "" };
		m->answer_of[c][i] = &m->answers[c][i];
	}
}

static inline void made_reasons(struct made *m, const char *raw)
{
	for (size_t i = 0; i < MADE_TICKETS; i++) {
		m->reasons[i] = (struct reason){ .ticket = i,
						 .outcome = OUTCOME_OK,
						 .raw = raw,
						 .raw_len = strlen(raw),
						 .rationale = raw,
						 .finish = "quote",
						 .reason_tok = 12,
						 .detail = "" };
		m->reason_of[PICK][i] = &m->reasons[i];
	}
}

static inline void made_rows(struct made *m, size_t c, const char *name, int64_t size_bytes)
{
	bool baseline = c == BASE;

	memset(m->weights[c], '0' + (int)c, HASH_HEX_LEN);
	m->rows[c] = (struct candidate_row){ .name = name,
					     .path = "models/file.gguf",
					     .engine = baseline ? ENGINE_BASELINE : ENGINE_LLAMA,
					     .quant = baseline ? "" : "Q4_K_M",
					     .arch = baseline ? "" : "llama",
					     .licence = baseline ? "" : "mit",
					     .licence_verdict = baseline ? "" : "OK",
					     .licence_id = baseline ? "" : "mit",
					     .licence_source = "file: general.license",
					     .licence_conditions = "",
					     .n_params = baseline ? 0 : 500000000,
					     .size_bytes = size_bytes,
					     .refused = "" };
	m->pass_rows[c] = (struct pass_row){ .model_sha256 = m->weights[c],
					     .slice_sha256 = m->slice.sha256,
					     .way = baseline ? "majority" : "examples",
					     .adapter_sha256 = "",
					     .projector_sha256 = "",
					     .head_sha256 = "",
					     .examples_sha256 = baseline ? "" : "examples-1",
					     .examples_json = "[{\"id\":\"e1\",\"label\":\"a\"}]",
					     .refused_examples_json =
						     "[{\"id\":\"e2\",\"resembles\":\"t1\"}]",
					     .sampler = "greedy",
					     .seed = 1,
					     .engine_build = "llama 1",
					     .device = "CPU",
					     .n_threads = 2,
					     .n_batch = 512 };
	m->passes[c] = &m->pass_rows[c];
	m->segments[c] =
		(struct segment_row){ .run_id = 7,
				      .started_us = 1000000500000 + (int64_t)c * 10000000,
				      .report.load_us = 400000,
				      .report.prefix_us = 100000,
				      .active_us = 9000000,
				      .report.n_answers = MADE_TICKETS,
				      .report.n_reasons = baseline ? 0 : MADE_TICKETS,
				      .report.n_ctx = 2048,
				      .rendered_sha256 = "rendered",
				      .report.template_marks = "none",
				      .report.opening = "think block closed",
				      .report.sandbox = "namespaces, Landlock ABI 7, seccomp",
				      .report.energy_uj = -1,
				      .report.ended = "complete" };
}

static inline void made_candidate(struct made *m, size_t c)
{
	m->candidates[c] = (struct candidate_result){ .row = &m->rows[c],
						      .short_name = m->rows[c].name,
						      .pass = &m->pass_rows[c],
						      .passes = &m->passes[c],
						      .n_passes = 1,
						      .n_slices = 1,
						      .answers = m->answer_of[c],
						      .reasons = m->reason_of[c],
						      .segments = &m->segments[c],
						      .n_segments = 1,
						      .answer_us = 3000000,
						      .reason_us = c == BASE ? 0 : 6000000,
						      .peak_rss_bytes = c == BASE ? 0 : 800000000,
						      .energy_uj = -1,
						      .baseline = c == BASE };
}

/* After a change of answers: counts as load.c does. */
static inline void made_score(struct made *m)
{
	for (size_t c = 0; c < MADE_CANDIDATES; c++)
		score_replies(&m->a, m->tickets, m->r.n_ordinary, m->answer_of[c], m->reason_of[c],
			      MADE_LABELS, &m->candidates[c].score);
}

static inline void made_result(struct made *m)
{
	m->r = (struct result){ .run = &m->run,
				.labels = m->labels,
				.n_labels = MADE_LABELS,
				.other = -1,
				.slices = &m->slice,
				.n_slices = 1,
				.tickets = m->tickets,
				.n_tickets = MADE_TICKETS,
				.n_ordinary = MADE_TICKETS,
				.evidence = { .counts = m->counts, .n_counts = MADE_TICKETS },
				.candidates = m->candidates,
				.n = MADE_CANDIDATES,
				.standard = { .bar = .9 },
				.decision = { .pick = PICK,
					      .pick_ordinary = PICK,
					      .closest = -1,
					      .assured = -1,
					      .pick_together = -1,
					      .blocked = -1,
					      .verdicts = m->verdicts,
					      .why = "why" },
				.suspects = &m->suspect,
				.events = m->events,
				.chain_head = "0123456789abcdef" };
	made_score(m);
	m->before_run = m->run;
	m->before_run.name = "earlier";
	m->before_run.prompt_sha256 = "prompt-0";
	m->before = m->r;
	m->before.run = &m->before_run;
	m->facts = (struct check_facts){ .r = &m->r,
					 .before = &m->before,
					 .model = &m->model,
					 .n_chain_rows = 88,
					 .store_mode = 0600 };
}

static inline void made_new(struct made *m)
{
	static const char *const names[] = { "baseline majority", "small examples",
					     "large examples" };
	static const size_t n_right[] = { 4, 6, 12 };

	memset(m, 0, sizeof(*m));
	made_run(m);
	made_tickets(m);
	for (size_t c = 0; c < MADE_CANDIDATES; c++) {
		made_rows(m, c, names[c], (int64_t)c * 500000000);
		made_answers(m, c, n_right[c], .8);
		made_candidate(m, c);
	}
	made_reasons(m, "It names a card. So it is a.");
	made_result(m);
}

#endif
