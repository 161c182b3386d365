/*
 * The foot-guns about cost and result, one function each. check_answers.c has those about the
 * answers themselves.
 */
#include <string.h>

#include "base/hash.h"
#include "base/str.h"
#include "job/licence/licence.h"
#include "judge/measure/compare.h"
#include "report/card/check_answers.h"
#include "report/text/answer_text.h"
#include "report/card/check_rows.h"
#include "report/images.h"
#include "report/words/words.h"

static const char *guns_subject_name(const struct checker *k)
{
	return figure_name(k, (size_t)k->subject);
}

static struct finding guns_cost_counted(const struct checker *k)
{
	struct cost cost;
	const char *minutes, *energy;

	if (!k->c)
		return finding_none(k, "no candidate was measured");
	cost = cost_per_1000(k->c);
	if (cost.answer_minutes < 0)
		return finding_broken(k, "no time of %s was measured", guns_subject_name(k));
	minutes = words_minutes(k->a, cost.answer_minutes);
	if (cost.full_minutes >= 0)
		minutes = arena_printf(k->a, "%s, with reasons %s", minutes,
				       words_minutes(k->a, cost.full_minutes));
	energy = cost.energy_wh < 0 ? "energy not measurable here" :
				      words_energy(k->a, cost.energy_wh);
	return finding_of(!words_is_clean(k->c),
			  arena_printf(k->a, "1,000 tickets: %s; %s; timing %s", minutes, energy,
				       words_timing(k->c)));
}

static bool guns_has_verdict(const struct candidate_result *c, enum licence_verdict verdict)
{
	return strcmp(c->row->licence_verdict, licence_verdict_name(verdict)) == 0;
}

static struct finding guns_licences(const struct checker *k)
{
	size_t n[LICENCE_BLOCK + 1] = { 0 }, n_models = 0;

	for (size_t i = 0; i < k->r->n; i++) {
		const struct candidate_result *c = &k->r->candidates[i];

		if (!figure_is_measured_model(c))
			continue;
		n_models++;
		for (enum licence_verdict v = LICENCE_OK; v <= LICENCE_BLOCK; v++)
			n[v] += guns_has_verdict(c, v);
	}
	if (n_models == 0)
		return finding_none(k, "no language model was measured");
	return finding_of(n[LICENCE_OK] < n_models,
			  arena_printf(k->a, "of %s for %s use: %zu OK, %zu READ, %zu BLOCK",
				       figure_count(k->a, n_models, "candidate", "candidates"),
				       result_use(k->r), n[LICENCE_OK], n[LICENCE_READ],
				       n[LICENCE_BLOCK]));
}

static struct finding guns_compute_budget(const struct checker *k)
{
	int64_t minutes = k->r->run->budget_minutes, spent_us = figure_spent_us(k->r);
	size_t n_left_out = figure_n_events(k->r, EVENT_BUDGET);
	const char *spent = str_duration(k->a, spent_us);

	if (minutes <= 0)
		return finding_broken(k, "%s spent, but there is no budget of minutes", spent);
	return finding_of(n_left_out > 0 || spent_us > minutes * 60 * INT64_C(1000000),
			  arena_printf(k->a, "%s of %lld min spent; %s for lack of time", spent,
				       (long long)minutes,
				       figure_count(k->a, n_left_out, "candidate was cut short",
						    "candidates were cut short")));
}

static struct finding guns_shortest_way(const struct checker *k)
{
	int64_t us = figure_first_label_us(k->r);

	if (us < 0)
		return finding_none(k, "no %s was made in this run: every reply was reused",
				    answer_words(k->r)->said);
	return finding_of(us > FIRST_LABEL_MAX_S * INT64_C(1000000),
			  arena_printf(k->a, "%s from the start of the run to the first %s",
				       str_duration(k->a, us), answer_words(k->r)->said));
}

/* The best smaller candidate that answered all tickets; -1 if there is none. */
static int guns_nearest_smaller(const struct checker *k)
{
	int nearest = -1;

	for (int i = 0; i < k->subject; i++) {
		const struct score *s = &k->r->candidates[i].score;

		if (s->n > 0 && s->n == s->n_tickets &&
		    (nearest < 0 || s->n_right > k->r->candidates[nearest].score.n_right))
			nearest = i;
	}
	return nearest;
}

static struct finding guns_something_smaller(const struct checker *k)
{
	enum { CLOSE_TICKETS = 2 };
	int nearest = guns_nearest_smaller(k);
	const struct candidate_result *c;
	struct pairing p;
	size_t behind;

	if (nearest < 0)
		return finding_none(k, "nothing smaller was tried");
	c = &k->r->candidates[nearest];
	behind =
		k->c->score.n_right > c->score.n_right ? k->c->score.n_right - c->score.n_right : 0;
	compare_pair(k->a, k->r->tickets, k->r->n_ordinary, c->answers, k->c->answers, &p);
	return finding_of(behind <= CLOSE_TICKETS,
			  arena_printf(k->a,
				       "nearest smaller: %s, %s behind (it alone is right on %zu, "
				       "the larger on %zu; McNemar %.2g)",
				       figure_name(k, (size_t)nearest),
				       figure_count(k->a, behind, "ticket", "tickets"), p.n_only_a,
				       p.n_only_b, p.mid_p));
}

static double guns_accuracy(const struct score *s)
{
	return (double)s->n_right / (double)s->n;
}

static int guns_best_baseline(const struct result *r)
{
	int best = -1;

	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = &r->candidates[i];

		if (c->baseline && c->score.n > 0 &&
		    (best < 0 || c->score.n_right > r->candidates[best].score.n_right))
			best = (int)i;
	}
	return best;
}

/* The price of accuracy: "2.1 points a minute, 14 points a Wh". */
static const char *guns_points_words(const struct checker *k, double points)
{
	struct cost cost = cost_per_1000(k->c);
	double minutes = cost.full_minutes >= 0 ? cost.full_minutes : cost.answer_minutes;
	const char *words = "no time measured";

	if (minutes > 0)
		words = arena_printf(k->a, "%.3g points a minute of 1,000 tickets",
				     points / minutes);
	if (cost.energy_wh > 0)
		words = arena_printf(k->a, "%s, %.3g points a Wh", words, points / cost.energy_wh);
	return words;
}

static struct finding guns_accuracy_per_minute(const struct checker *k)
{
	int best = guns_best_baseline(k->r);
	double points;

	if (!k->c || k->c->baseline || k->c->score.n == 0)
		return finding_none(k, "no language model to compare with a baseline");
	if (best < 0)
		return finding_none(k, "no baseline was measured");
	points = 100 * (guns_accuracy(&k->c->score) - guns_accuracy(&k->r->candidates[best].score));
	return finding_of(
		points <= 0,
		arena_printf(k->a, "%s against %s of %s: %+.3g points; %s",
			     words_share(k->a, guns_accuracy(&k->c->score)),
			     words_share(k->a, guns_accuracy(&k->r->candidates[best].score)),
			     figure_name(k, (size_t)best), points, guns_points_words(k, points)));
}

static const char *guns_parameters(const struct checker *k, int64_t n)
{
	return n >= 1000000000 ? arena_printf(k->a, "%.3g billion", (double)n / 1e9) :
				 arena_printf(k->a, "%.3g million", (double)n / 1e6);
}

/* A mixture of experts is as fast as a small model and needs the memory of a large one. */
static struct finding guns_memory_and_parameters(const struct checker *k)
{
	const struct model_facts *f = k->f->model;
	const char *peak;

	if (!k->c || k->c->baseline || k->c->row->n_params <= 0)
		return finding_none(k, "no parameters");
	if (k->c->row->engine == ENGINE_HTTP)
		return finding_none(k, "a server: it reports %s parameters, its memory is hidden",
				    guns_parameters(k, k->c->row->n_params));
	peak = k->c->peak_rss_bytes > 0 ?
		       str_bytes(k->a, (uint64_t)k->c->peak_rss_bytes) :
		       arena_printf(k->a, "%s (planned)",
				    str_bytes(k->a, (uint64_t)k->c->row->size_bytes));
	if (!f)
		return finding_none(k, "memory %s; its header is not on record", peak);
	if (f->n_expert > 0 && f->n_expert_used < f->n_expert)
		return finding_broken(k,
				      "%s parameters fill %s, and %s of them work on a token (%lld "
				      "of %lld experts): fast, but not small",
				      guns_parameters(k, k->c->row->n_params), peak,
				      guns_parameters(k, f->n_params_active),
				      (long long)f->n_expert_used, (long long)f->n_expert);
	return finding_kept(k, "%s parameters, all used for every token; memory %s",
			    guns_parameters(k, k->c->row->n_params), peak);
}

/* The text does not help to check a label about an image; only a reason does. */
static struct finding guns_images(const struct checker *k)
{
	struct image_figures f = { 0 };

	if (k->c)
		images_of(k->a, k->r, k->c, &f);
	if (f.n_tickets == 0)
		return finding_none(k, "no ticket has an image");
	return finding_of(f.n_explained < f.n_tickets, words_images(k->a, &f));
}

static struct finding guns_models_and_time(const struct checker *k)
{
	size_t n = figure_n_models(k->r);
	int64_t us = figure_spent_us(k->r);

	return finding_of(n > MANY_MODELS || us > MANY_MINUTES * INT64_C(60000000),
			  arena_printf(k->a, "%s in %s, %s; %d models and %d min are plenty",
				       figure_count(k->a, n, "language model", "language models"),
				       figure_count(k->a, k->r->n, "candidate", "candidates"),
				       str_duration(k->a, us), MANY_MODELS, MANY_MINUTES));
}

static bool guns_is_served(const struct candidate_row *row)
{
	return row->engine == ENGINE_HTTP;
}

/* A name may stand for other weights tomorrow; a checksum may not. */
static struct finding guns_identity(const struct checker *k)
{
	size_t n_models = 0, n_known = 0, n_served = 0;

	for (size_t i = 0; i < k->r->n; i++) {
		const struct candidate_result *c = &k->r->candidates[i];

		if (!figure_is_measured_model(c))
			continue;
		n_models++;
		n_served += guns_is_served(c->row);
		n_known += strlen(c->pass->model_sha256) == HASH_HEX_LEN && *c->row->path &&
			   (!guns_is_served(c->row) || *c->row->origin_digest);
	}
	if (n_models == 0)
		return finding_none(k, "no language model was measured");
	return finding_of(
		n_known < n_models,
		arena_printf(k->a,
			     "sha256 and path of the weights on record for %zu of "
			     "%zu%s",
			     n_known, n_models,
			     n_served ? "; for a server only the digest that it reports" : ""));
}

const struct check_row check_guns[CHECK_N_GUNS] = {
	{ "cost", "Is the cost counted?", guns_cost_counted },
	{ "confident-wrong", "Wrong, and sure of it?", check_confident_wrong },
	{ "licences", "May all of them be used?", guns_licences },
	{ "reasoning", "Reasoning before the answer?", check_reasoning },
	{ "compute", "Compute within its budget?", guns_compute_budget },
	{ "one-screen", "Job file within one screen?", figure_job_screen },
	{ "shortest-way", "The shortest way to a result?", guns_shortest_way },
	{ "wordy", "Words beyond what was asked?", check_wordy },
	{ "smaller", "Could something smaller do?", guns_something_smaller },
	{ "accuracy-per-minute", "Accuracy for the minutes?", guns_accuracy_per_minute },
	{ "memory-parameters", "All of its memory at work?", guns_memory_and_parameters },
	{ "images", "Images explained?", guns_images },
	{ "languages", "Which language is weakest?", check_languages },
	{ "models-and-time", "How many models and minutes?", guns_models_and_time },
	{ "identity", "Exactly which weights?", guns_identity },
	{ "leak", "Never taught to the test?", check_leak },
};
