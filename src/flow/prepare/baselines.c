/*
 * Makes models of the baselines.
 */
#include "flow/prepare/baselines.h"

#include "base/clock.h"
#include "base/display.h"
#include "base/hash.h"
#include "base/str.h"
#include "job/model/head.h"

/* A baseline is identified by its way and what it learnt from. */
static void baselines_add(struct cmd *cmd, struct prepared *p, enum way way, int64_t size_bytes)
{
	struct model *m = &p->models[p->n_models++];
	bool trained = p->training.n > 0;
	struct hash h;

	*m = (struct model){ .spec = way_name(way),
			     .path = trained ? p->job.training_path : p->slice.path,
			     .label = arena_printf(&cmd->arena, "baseline %s", way_name(way)),
			     .engine = ENGINE_BASELINE,
			     .stamp.size_bytes = size_bytes,
			     .n_parts = 1 };
	hash_init(&h);
	hash_add_text(&h, way_name(way));
	hash_add_text(&h, trained ? p->training.sha256 : p->slice.sha256);
	hash_hex(&h, m->sha256);
}

/* The most frequent label, or set of labels, of the training or, without one, of the tickets. */
static void baselines_count_majority(struct cmd *cmd, struct prepared *p)
{
	const struct ticket **tickets = p->training.items;
	size_t n = p->training.n;

	if (n == 0) {
		n = p->slice.n;
		tickets = arena_array(&cmd->arena, n, sizeof(*tickets));
		for (size_t i = 0; i < n; i++)
			tickets[i] = &p->slice.tickets[i];
	}
	if (p->job.task == TASK_SEVERAL) {
		p->majority_gold = baseline_majority_gold(tickets, n);
		return;
	}
	p->majority_shares = arena_array(&cmd->arena, p->job.n_labels, sizeof(*p->majority_shares));
	p->majority = baseline_majority(tickets, n, p->job.n_labels, p->majority_shares);
}

const char *baselines_words_record(struct arena *a, const struct prepared *p)
{
	struct head head;

	if (!p->words)
		return "";
	head = (struct head){
		.name = way_name(WAY_WORDS),
		.base_label = way_name(WAY_WORDS),
		.base_sha256 = "",
		.made_us = clock_wall_us(),
		.training = { .n = words_n_learnt(p->words), .n_refused = p->training.n_refused },
		.quality = words_fit(p->words)->quality,
	};

	return head_record_text(a, &head);
}

/* Which labels each training ticket has; NULL if each has one. */
static const bool *const *baselines_fits(struct arena *a, const struct prepared *p)
{
	const bool **fits;

	if (p->job.task != TASK_SEVERAL)
		return NULL;
	fits = arena_array(a, p->training.n, sizeof(*fits));
	for (size_t i = 0; i < p->training.n; i++) {
		bool *own = arena_array(a, p->job.n_offered, sizeof(*own));

		training_fits(&p->job, p->training.items[i], own);
		fits[i] = own;
	}
	return fits;
}

static void baselines_train_words(struct cmd *cmd, struct prepared *p)
{
	const struct words_training training = { .tickets = p->training.items,
						 .fits = baselines_fits(&cmd->arena, p),
						 .n = p->training.n,
						 .n_labels = p->job.n_offered,
						 .seed = (uint64_t)p->job.seed };
	struct err err;
	struct words *words;

	if (words_make(&cmd->arena, &training, &words, &err) < 0) {
		p->problems[p->n_models] = arena_strdup(&cmd->arena, err.msg);
		baselines_add(cmd, p, WAY_WORDS, 0);
		return;
	}
	p->words = words;
	baselines_add(cmd, p, WAY_WORDS, words_bytes(words));
	if (words_n_learnt(words) < training.n)
		job_warn(&p->job, arena_printf(&cmd->arena,
					       "the baseline words learns from %zu of the %zu "
					       "training tickets, drawn at random",
					       words_n_learnt(words), training.n));
}

/* Names the labels that nothing can be learnt about. */
static void baselines_note_unseen(struct cmd *cmd, struct prepared *p)
{
	struct arena *a = &cmd->arena;
	const size_t *counts = training_counts(a, &p->job, &p->training);
	const char *list = "";
	size_t n = 0;

	for (size_t i = 0; i < p->job.n_offered; i++) {
		if (counts[i] > 0)
			continue;
		list = arena_add_item(a, list, ", ", "%s", display_text(a, p->job.offered[i].name));
		n++;
	}
	if (n > 0)
		job_warn(&p->job, arena_printf(a,
					       "no training ticket has the label%s %s: the "
					       "baselines never answer %s; add some to '%s'",
					       n == 1 ? "" : "s", list, n == 1 ? "it" : "them",
					       display_path(a, p->job.training_path)));
}

void baselines_train(struct cmd *cmd, struct prepared *p)
{
	if (task_kind(p->job.task)->lead)
		baselines_add(cmd, p, WAY_LEAD, 0);
	if (!task_of_labels(p->job.task))
		return; /* all others are about labels */
	baselines_count_majority(cmd, p);
	baselines_add(cmd, p, WAY_MAJORITY, 0);
	if (p->training.n == 0)
		return;
	if (p->job.task != TASK_SEVERAL) { /* it knows one label a ticket */
		p->bayes =
			bayes_train(&cmd->arena, p->training.items, p->training.n, p->job.n_labels);
		baselines_add(cmd, p, WAY_BAYES, bayes_bytes(p->bayes));
	}
	baselines_train_words(cmd, p);
	baselines_note_unseen(cmd, p);
}
