/*
 * Decision models, asked natively: a pass, its waves and its answers. Decides how scores become
 * probabilities: with the file's own temperature, averaged over the orders that the type asks for.
 */
#include "engine/llama/llama_decision.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "engine/template.h"
#include "job/task/task_several.h"
#include "work/machine.h"

int decision_refuse(const struct model_facts *facts, const char *path, struct err *err)
{
	struct arena a = { 0 };
	const char *why = decision_refusal(&a, facts, 0);

#ifdef TOEHOLD_SYSTEM_LLAMA
	if (!why)
		why = "it is a decision model, and this build, with an installed llama.cpp, has no "
		      "Jinja engine for its prompt; build with the bundled engine";
#endif
	if (why)
		err_set(err, ERR_INPUT, "'%s' cannot answer: %s", path, why);
	arena_release(&a);
	return why ? -1 : 0;
}

/* The bands of label counts that have a temperature of their own. */
static const char *decision_band(enum decision_type type, size_t n)
{
	if (type == DECISION_LEV)
		return n <= 8 ? "small" : n <= 26 ? "mid" : "large";
	return n <= 2 ? "2" : n <= 5 ? "3_5" : n <= 10 ? "6_10" : "11";
}

/* <arch>.decision.temperature.TYPE, such as choice, or with the band; 1 if the file has neither. */
static int decision_temperature(const struct engine *e, struct decision *d, struct err *err)
{
	const char *band = decision_band(d->type, e->pass.n_labels);
	char keys[2][160], value[64];

	snprintf(keys[0], sizeof(keys[0]), "%s.decision.temperature.%s.%s", e->facts.arch,
		 decision_asks_name(d->asks), band);
	snprintf(keys[1], sizeof(keys[1]), "%s.decision.temperature.%s", e->facts.arch,
		 decision_asks_name(d->asks));
	d->temperature = 1;
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		if (llama_model_meta_val_str(e->model, keys[i], value, sizeof(value)) < 0)
			continue;
		d->temperature = strtod(value, NULL);
		if (d->temperature > 0 && isfinite(d->temperature))
			return 0;
		return err_set(
			err, ERR_INPUT,
			"the file's temperature is not a positive number (%s: '%s'); download "
			"a newer conversion",
			keys[i], value);
	}
	return 0;
}

/* A special token that the type's prompt needs and the vocabulary lacks, or NULL. */
static const char *decision_missing_token(const struct engine *e)
{
	enum decision_type type = e->decision->type;

	if (decision_is_encoder(type) && llama_vocab_mask(e->vocab) < 0)
		return "mask";
	if (type == DECISION_LAYA && llama_vocab_sep(e->vocab) < 0)
		return "separator";
	return NULL;
}

static int decision_check(const struct engine *e, struct arena *a, struct err *err)
{
	const char *why = decision_refusal(a, &e->facts, e->pass.n_labels);

	if (why)
		return err_set(err, ERR_INPUT, "%s", why);
	why = decision_missing_token(e);
	if (why)
		return err_set(err, ERR_INPUT,
			       "the vocabulary has no %s token; download a newer conversion", why);
	if (head_wants_state(e))
		return err_set(err, ERR_INPUT,
			       "a decision model takes no head: it rates the "
			       "labels by itself");
	return e->pass.mode == PASS_FORCED || e->pass.asks == ASKS_EACH ?
		       0 :
		       err_set(err, ERR_INPUT,
			       "a decision model writes no text; ask it for a "
			       "label");
}

/* A question about each label is yes or no: from here on the pass has these two labels. */
static void decision_split(struct engine *e, struct arena *a, struct decision *d)
{
	static const char *yes_no[] = { "yes", "no" };
	struct msg_pass *pass = &e->pass;

	if (pass->asks != ASKS_EACH)
		return;
	d->n_each = pass->n_labels;
	d->each = arena_strdups(a, pass->labels, pass->n_labels);
	d->questions = arena_array(a, d->n_each, sizeof(*d->questions));
	for (size_t i = 0; i < d->n_each; i++)
		d->questions[i] =
			several_question(a, pass->question, pass->labels[i],
					 i < pass->n_descriptions ? pass->descriptions[i] : NULL);
	pass->labels = yes_no;
	pass->n_labels = COUNT_OF(yes_no);
	pass->n_descriptions = 0;
	pass->asks = ASKS_YES_NO;
}

static int decision_pass(struct engine *e, struct msg_pass_ready *ret_ready, struct err *err)
{
	struct arena *a = &e->pass_arena;
	struct decision *d = arena_alloc(a, sizeof(*d));
	const struct decision_form *form;
	char marks[TEMPLATE_MARKS_TEXT_BYTES];

	d->type = decision_type_by_name(e->facts.decision);
	e->decision = d;
	if (decision_check(e, a, err) < 0)
		return -1;
	decision_split(e, a, d);
	d->asks = (enum asks)e->pass.asks;
	d->n_scores = decision_reads_ratings(d) ? DECISION_RATINGS : e->pass.n_labels;
	if (decision_temperature(e, d, err) < 0 || decision_labels_build(e, a, d, err) < 0 ||
	    decision_forms_build(e, a, d, err) < 0 || decision_prefix_build(e, a, d, err) < 0)
		return -1;
	form = &d->forms[0];
	*ret_ready = (struct msg_pass_ready){
		.rendered = arena_printf(a, "%s{ticket}%s", form->before, form->after),
		.template_sha256 = arena_strdup(a, e->facts.template_sha256),
		.template_marks = arena_strdup(
			a, template_marks_text(d->n_each ? TEMPLATE_PROMPT_EACH : 0, marks)),
		.opening = "none",
		.thinking = "none: a decision model does not write",
		.probes = "",
		.prefix_tok = (int64_t)d->prefix.n,
		.after_tok = (int64_t)form->tail.n,
	};
	return 0;
}

static struct tokens *decision_run_of(const struct engine *e, size_t ticket, size_t form)
{
	return &e->decision->runs[ticket * e->decision->n_forms + form];
}

/* Tokens of the ticket's longest prompt. */
static size_t decision_need(const struct engine *e, size_t ticket)
{
	size_t most = 0;

	for (size_t f = 0; f < e->decision->n_forms; f++)
		if (decision_run_of(e, ticket, f)->n > most)
			most = decision_run_of(e, ticket, f)->n;
	return most;
}

static bool decision_fits(const struct engine *e, size_t ticket)
{
	return (int64_t)decision_need(e, ticket) <= wave_context_max(e);
}

/* Tokenizes the tickets. One that breaks the prompt fails alone. */
static int decision_tokenize(struct engine *e, const struct msg_wave *wave, struct err *err)
{
	struct decision *d = e->decision;
	struct wave *w = &e->wave;
	struct err fault;

	arena_release(&w->arena);
	*w = (struct wave){ .n = wave->n_texts };
	w->tickets = arena_array(&w->arena, w->n, sizeof(*w->tickets));
	d->runs = arena_array(&w->arena, w->n * d->n_forms, sizeof(*d->runs));
	d->faults = arena_array(&w->arena, w->n, sizeof(*d->faults));
	w->uncut = arena_array(&w->arena, w->n, sizeof(*w->uncut));
	for (size_t i = 0; i < w->n; i++) {
		if (tokenize(e, &w->arena, wave->texts[i], false, &w->tickets[i], err) < 0)
			return -1;
		if (wave->n_images == w->n && wave->images[i].len > 0)
			d->faults[i] = "a decision model is asked about texts, and this ticket has "
				       "an image";
		for (size_t f = 0; f < d->n_forms && !d->faults[i]; f++)
			if (decision_ticket_tokenize(e, &w->arena, &d->forms[f], wave->texts[i],
						     decision_run_of(e, i, f), &w->uncut[i],
						     &fault) < 0)
				d->faults[i] = arena_strdup(&w->arena, fault.msg);
	}
	return 0;
}

static int decision_wave(struct engine *e, const struct msg_wave *wave,
			 struct msg_wave_ready *ret_ready, enum outcome *ret_outcome,
			 struct err *err)
{
	int64_t prefix_us;
	size_t most = (size_t)e->pass.n_ubatch;

	*ret_outcome = OUTCOME_ENGINE_ERROR;
	if (decision_tokenize(e, wave, err) < 0)
		return -1;
	for (size_t i = 0; i < e->wave.n; i++)
		if (decision_fits(e, i) && decision_need(e, i) > most)
			most = decision_need(e, i);
	if (decision_context_begin(e, most, &prefix_us, err) < 0) {
		*ret_outcome = llama_error_outcome(OUTCOME_ENGINE_ERROR);
		return -1;
	}
	*ret_ready = (struct msg_wave_ready){
		.n_accepted = (int64_t)e->wave.n,
		.n_ctx = (int64_t)e->n_ctx,
		.n_seq = (int64_t)e->n_seq,
		.prefix_us = prefix_us,
		.prefix_tok = prefix_us ? (int64_t)e->decision->prefix.n : 0,
	};
	return 0;
}

static double decision_score(const struct tokens *group, const float *logits)
{
	float best = logits[group->items[0]];

	for (size_t i = 1; i < group->n; i++)
		if (logits[group->items[i]] > best)
			best = logits[group->items[i]];
	return (double)best;
}

/* Scores become probabilities that sum to 1. Returns the largest. */
static size_t decision_softmax(const struct decision *d, double *scores)
{
	size_t best = orders_best(scores, d->n_scores);
	double top = scores[best], sum = 0;

	for (size_t i = 0; i < d->n_scores; i++)
		sum += scores[i] = exp((scores[i] - top) / d->temperature);
	for (size_t i = 0; i < d->n_scores; i++)
		scores[i] /= sum;
	return best;
}

/*
 * Adds one form's share of the probabilities, by label. Returns the label that it would choose. The
 * probability of yes is the mean rating, from 0 to 1.
 */
static int decision_add(const struct decision *d, const struct decision_form *form, double share,
			double *scores, double *probs)
{
	size_t n = d->n_scores, best = decision_softmax(d, scores);
	double yes = 0;

	if (!decision_reads_ratings(d)) {
		for (size_t i = 0; i < n; i++)
			probs[form->reversed ? n - 1 - i : i] += scores[i] * share;
		return (int)(form->reversed ? n - 1 - best : best);
	}
	for (size_t i = 0; i < n; i++)
		yes += scores[i] * (double)i / (double)(n - 1);
	probs[0] += yes * share;
	probs[1] += (1 - yes) * share;
	return yes >= 1 - yes ? 0 : 1;
}

/* The labels' scores, by place, from the logits behind the prompt. */
static int decision_rate_logits(struct engine *e, const struct tokens *run, double *scores,
				struct answer *answer, struct err *err)
{
	const struct decision *d = e->decision;
	const float *logits;

	if (decision_decode(e, run, &logits, err) < 0)
		return -1;
	for (size_t i = 0; i < d->n_scores; i++)
		scores[i] = decision_score(&d->groups[i], logits);
	/* The readout of pplx-decider has no scores for other tokens. */
	if (d->type != DECISION_PPLX)
		answer->label_mass += trie_mass_of(logits, (size_t)llama_vocab_n_tokens(e->vocab),
						   d->label_tokens.items, d->label_tokens.n) /
				      (double)d->n_forms;
	return 0;
}

/* Fills each form's choice, and the answer's probabilities: those of one label, or of each form. */
static int decision_rate(struct engine *e, struct arena *a, size_t ticket, struct answer *answer,
			 int *choices, struct err *err)
{
	const struct decision *d = e->decision;
	double *scores = arena_array(a, d->n_scores, sizeof(*scores));
	double share = d->n_each ? 1 : 1 / (double)d->n_forms;

	for (size_t f = 0; f < d->n_forms; f++) {
		const struct tokens *run = decision_run_of(e, ticket, f);
		int r = decision_reads_rows(d) ?
				decision_rate_rows(e, &d->forms[f], run, scores, err) :
				decision_rate_logits(e, run, scores, answer, err);

		if (r < 0)
			return -1;
		for (size_t i = 0; i < d->n_scores; i++)
			if (!isfinite(scores[i])) {
				llama_error_scores(answer);
				return 0;
			}
		answer->prompt_tok += (int64_t)run->n;
		if (d->n_each)
			memset(answer->probs, 0, answer->n_probs * sizeof(*answer->probs));
		choices[f] = decision_add(d, &d->forms[f], share, scores, answer->probs);
	}
	return 0;
}

/* What the type cut, as text; "" if nothing. */
static const char *decision_cut_text(const struct engine *e, struct arena *a, size_t ticket)
{
	const struct decision *d = e->decision;
	size_t most = SIZE_MAX, uncut = e->wave.uncut[ticket];
	const char *text = NULL;

	for (size_t f = 0; f < d->n_forms; f++)
		if (d->forms[f].ticket_most < most)
			most = d->forms[f].ticket_most;
	if (uncut > most)
		text = arena_add_item(a, text, "; ", "only the first %zu of %zu tokens were read",
				      most, uncut);
	if (d->cut)
		text = arena_add_item(a, text, "; ", "%s", d->cut);
	return text ? text : "";
}

static void decision_choose(const struct engine *e, const int *choices, struct answer *answer)
{
	int likeliest = (int)orders_best(answer->probs, answer->n_probs);

	answer->label = choice_of(e->pass.yes_at, likeliest, answer->probs);
	answer->n_orders = (int64_t)e->decision->n_forms;
	for (size_t f = 0; f < e->decision->n_forms; f++)
		answer->n_agreed += choices[f] == likeliest;
}

/* The labels whose question was answered with yes. */
static void decision_choose_each(const struct engine *e, struct arena *a, const int *choices,
				 struct answer *answer)
{
	const struct decision *d = e->decision;
	bool *fits = arena_array(a, d->n_each, sizeof(*fits));

	for (size_t i = 0; i < d->n_each; i++)
		fits[i] = choices[i] == 0;
	answer->raw = several_answer(a, d->each, fits, d->n_each);
	answer->raw_len = strlen(answer->raw);
	answer->probs = NULL;
	answer->n_probs = 0;
}

/* Returns false and sets the outcome if the ticket cannot be asked. */
static bool decision_can_be_asked(const struct engine *e, struct arena *a, size_t ticket,
				  struct answer *answer)
{
	if (e->decision->faults[ticket]) {
		answer->outcome = OUTCOME_ENGINE_ERROR;
		answer->detail = e->decision->faults[ticket];
		return false;
	}
	if (decision_fits(e, ticket))
		return true;
	answer->outcome = OUTCOME_TOO_LONG;
	answer->detail = arena_printf(a,
				      "%zu tokens with the question and the labels; the %s "
				      "holds %lld",
				      decision_need(e, ticket),
				      e->pass.n_ctx_max > 0 ? "shortened context" : "model",
				      (long long)wave_context_max(e));
	return false;
}

static int decision_ask(struct engine *e, struct arena *a, const struct msg_ask *ask,
			struct answer *ret_answer, struct err *err)
{
	int64_t start_us = clock_mono_us();
	size_t ticket = (size_t)ask->ticket;
	int *choices = arena_array(a, e->decision->n_forms, sizeof(*choices)), r;

	*ret_answer = (struct answer){ .ticket = ticket,
				       .label = -1,
				       .rule = "none",
				       .spans = "",
				       .detail = "",
				       .ticket_tok = (int64_t)e->wave.tickets[ticket].n,
				       .cached_tok = -1 };
	if (!decision_can_be_asked(e, a, ticket, ret_answer)) {
		ret_answer->prompt_tok = (int64_t)decision_need(e, ticket);
		return 0;
	}
	ret_answer->n_probs = e->pass.n_labels;
	ret_answer->probs = arena_array(a, e->pass.n_labels, sizeof(double));
	r = decision_rate(e, a, ticket, ret_answer, choices, err);
	ret_answer->peak_rss_bytes = machine_peak_rss_bytes();
	ret_answer->ttft_us = ret_answer->first_us = ret_answer->label_us =
		clock_mono_us() - start_us;
	if (r < 0) {
		ret_answer->outcome = llama_error_outcome(OUTCOME_ENGINE_ERROR);
		return -1;
	}
	if (ret_answer->outcome != OUTCOME_OK)
		return 0;
	if (e->decision->n_each)
		decision_choose_each(e, a, choices, ret_answer);
	else
		decision_choose(e, choices, ret_answer);
	ret_answer->detail = decision_cut_text(e, a, ticket);
	ret_answer->rule = "decision";
	return 0;
}

const struct asking asking_decision = { decision_pass, decision_wave, NULL, decision_ask,
					asking_one_by_one };
