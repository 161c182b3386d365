/*
 * Checks answers and reasons: confident wrong ones, tokens before the label, too many words,
 * languages, and examples that may be tickets.
 */
#include "report/card/check_answers.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "base/str.h"
#include "report/languages.h"
#include "report/text/answer_text.h"
#include "report/thinking.h"
#include "report/words/words.h"
#include "work/sentence.h"

struct finding check_confident_wrong(const struct checker *k)
{
	const double sure = 0.9;
	size_t n_probs = 0, n_wrong = 0, n_sure = 0;

	for (size_t i = 0; k->c && i < k->r->n_tickets; i++) {
		const struct answer *answer = k->c->answers[i];

		if (!answer || answer->label < 0 || (size_t)answer->label >= answer->n_probs)
			continue;
		n_probs++;
		if (answer_is_right(answer, &k->r->tickets[i]))
			continue;
		n_wrong++;
		n_sure += answer->probs[answer->label] >= sure;
	}
	if (n_probs == 0)
		return finding_none(k, task_writes(k->r->run->task) ?
					       "a written answer has no probability" :
					       "no label probabilities are on record");
	return finding_of(
		n_sure > 0,
		arena_printf(k->a, "%zu of %s had a probability of 90%% or more", n_sure,
			     figure_count(k->a, n_wrong, "wrong answer", "wrong answers")));
}

/* Tokens that the model chose before its label, with thinking, over *ret_n tickets. */
static int64_t answers_tokens_before_label(const struct checker *k, size_t *ret_n)
{
	bool is_free = k->r->run->mode == MODE_FREE;
	bool first = strcmp(k->r->run->reason_order, "first") == 0;
	int64_t sum = 0;

	*ret_n = 0;
	for (size_t i = 0; i < k->r->n_tickets; i++) {
		if (!k->c->answers[i])
			continue;
		++*ret_n;
		sum += k->c->answers[i]->think_tok;
		if (is_free && !task_writes(k->r->run->task))
			sum += k->c->answers[i]->chosen_tok;
		else if (first && k->c->reasons[i])
			sum += k->c->reasons[i]->reason_tok;
	}
	return sum;
}

/* What came before the label, as text. */
static const char *answers_spent_on(const struct checker *k)
{
	bool is_free = k->r->run->mode == MODE_FREE && !task_writes(k->r->run->task);
	const char *mode = is_free					 ? "--free" :
			   strcmp(k->r->run->reason_order, "first") == 0 ? "reason: first" :
									   "";
	struct thought_figures f;

	thoughts_of(k->a, k->r, k->c, &f);
	if (f.n_thoughts == 0)
		return mode;
	return arena_add_item(k->a, mode, "; ", "thinking on %zu of %zu: median %lld tokens, %s",
			      f.n_thoughts, f.n_answers, (long long)f.tok_p50,
			      str_duration(k->a, f.p50_us));
}

struct finding check_reasoning(const struct checker *k)
{
	const struct segment_row *s;
	int64_t sum;
	size_t n;

	if (!k->c || k->c->baseline)
		return finding_none(k, "no language model was asked");
	sum = answers_tokens_before_label(k, &n);
	if (n == 0)
		return finding_none(k, "no answer is on record");
	if (sum > 0)
		return finding_broken(k, "%.0f tokens a ticket before the %s is known (%s)",
				      (double)sum / (double)n, answer_words(k->r)->said,
				      answers_spent_on(k));
	s = k->c->n_segments ? &k->c->segments[k->c->n_segments - 1] : NULL;
	return finding_kept(k, "0 tokens: the %s is the first thing it chooses (opening: %s)",
			    answer_words(k->r)->said,
			    s && *s->report.opening ? display_text(k->a, s->report.opening) :
						      "none");
}

/* True if it continues after its second sentence. */
static bool answers_is_long(const struct reason *reason)
{
	const char *raw = reason->raw ? reason->raw : "";
	size_t n, n_bytes = reason->raw ? reason->raw_len : 0;

	if (reason_scan(raw, n_bytes, &n) != REASON_SENTENCE)
		return false;
	while (n < n_bytes && strchr(" \t\r\n", raw[n]))
		n++;
	return n < n_bytes && raw[n] != '"';
}

struct finding check_wordy(const struct checker *k)
{
	size_t n = 0, n_cut = 0, n_long = 0, n_stopped = 0;

	for (size_t i = 0; k->c && i < k->r->n_tickets; i++) {
		const struct reason *reason = k->c->reasons[i];

		if (!reason || !reason->raw_len || reason->raw == store_purged)
			continue;
		n++;
		n_cut += reason->outcome == OUTCOME_CUT;
		n_long += reason->outcome != OUTCOME_CUT && answers_is_long(reason);
		n_stopped += strcmp(reason->finish, "sentence") == 0;
	}
	if (n == 0)
		return finding_none(k, "no reasons are on record");
	return finding_of(n_cut + n_long > 0,
			  arena_printf(k->a,
				       "of %s: %zu cut at the token cap, %zu longer than %d "
				       "sentences, %zu stopped after the second",
				       figure_count(k->a, n, "reason", "reasons"), n_cut, n_long,
				       SENTENCES_WANTED, n_stopped));
}

/* Languages below the bar, without the weakest one. */
static size_t answers_count_below(const struct languages *l, double bar)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += i != l->weakest &&
		     (double)l->rows[i].tally.right < bar * (double)l->rows[i].tally.n;
	return n;
}

struct finding check_languages(const struct checker *k)
{
	struct languages l = { 0 };
	const struct language *weak;
	const char *more = "";
	size_t n_below;

	if (k->c)
		languages_of(k->a, k->r, (size_t)k->subject, &l);
	if (l.n == 0)
		return finding_none(k, "no ticket has a language (lang)");
	weak = &l.rows[l.weakest];
	n_below = answers_count_below(&l, k->r->standard.bar);
	if (n_below)
		more = arena_printf(k->a, "; %s below the bar",
				    figure_count(k->a, n_below, "other is", "others are"));
	if (l.n_silent)
		more = arena_printf(k->a, "%s; %s no language", more,
				    figure_count(k->a, l.n_silent, "ticket has", "tickets have"));
	return finding_of(
		n_below || (double)weak->tally.right < k->r->standard.bar * (double)weak->tally.n,
		arena_printf(k->a, "%s, weakest %s: %s, 95%% interval %s%s",
			     figure_count(k->a, l.n, "language", "languages"),
			     display_text(k->a, weak->tag), words_right(k->a, &weak->tally),
			     words_interval(k->a, weak->interval), more));
}

/* The examples or training tickets of one pass. */
struct learnt {
	size_t n_examples, n_passed_over;
	size_t n_same_id; /* examples with the id of a ticket under test */
};

static bool answers_is_ticket_id(const struct result *r, const char *id)
{
	/* A row without an id gets the name "line-7" in any file. */
	if (!id || str_starts(id, "line-"))
		return false;
	for (size_t i = 0; i < r->n_tickets; i++)
		if (strcmp(r->tickets[i].id, id) == 0)
			return true;
	return false;
}

static struct learnt answers_learnt_by(const struct result *r, const struct pass_row *pass)
{
	json_t *examples = json_loads(pass->examples_json, 0, NULL), *item;
	json_t *refused = json_loads(pass->refused_examples_json, 0, NULL);
	struct learnt l = { json_array_size(examples), json_array_size(refused), 0 };
	size_t i;

	json_array_foreach (examples, i, item)
		l.n_same_id +=
			answers_is_ticket_id(r, json_string_value(json_object_get(item, "id")));
	json_decref(examples);
	json_decref(refused);
	return l;
}

static void answers_most(struct learnt *all, const struct learnt *one)
{
	if (one->n_examples > all->n_examples)
		all->n_examples = one->n_examples;
	if (one->n_passed_over > all->n_passed_over)
		all->n_passed_over = one->n_passed_over;
	if (one->n_same_id > all->n_same_id)
		all->n_same_id = one->n_same_id;
}

/* Heads that answered. A head is compared with every ticket under test before it answers. */
static const char *answers_heads_words(const struct checker *k)
{
	const char *heads = "";

	for (size_t i = 0; i < k->r->n; i++) {
		const struct candidate_result *c = &k->r->candidates[i];

		if (c->pass && *c->pass->head_sha256 && *c->pass->examples_sha256)
			heads = arena_add_item(k->a, heads, ", ", "%.12s (tickets %.12s)",
					       c->pass->head_sha256, c->pass->examples_sha256);
	}
	return *heads ? arena_printf(k->a, "; heads that were compared with them: %s", heads) : "";
}

/* All passes of a run get the same examples, and all baselines learn from the same rows. */
struct finding check_leak(const struct checker *k)
{
	struct learnt shown_to = { 0 }, trained_on = { 0 };
	bool any = false;

	for (size_t i = 0; i < k->r->n; i++) {
		const struct candidate_result *c = &k->r->candidates[i];

		for (size_t p = 0; p < c->n_passes; p++) {
			struct learnt one;

			if (!*c->passes[p]->examples_sha256)
				continue;
			if (c->passes[p]->examples_json == store_purged)
				return finding_none(
					k, "the list of examples was removed from the store");
			any = true;
			one = answers_learnt_by(k->r, c->passes[p]);
			answers_most(c->baseline || *c->passes[p]->head_sha256 ? &trained_on :
										 &shown_to,
				     &one);
		}
	}
	if (!any)
		return finding_none(k, "no examples and no training tickets are used");
	return finding_of(
		shown_to.n_same_id > 0,
		arena_printf(k->a,
			     "%s, %zu with the id of a ticket under test; skipped as too "
			     "similar to a ticket: %zu examples, %zu training tickets%s",
			     figure_count(k->a, shown_to.n_examples, "example", "examples"),
			     shown_to.n_same_id, shown_to.n_passed_over, trained_on.n_passed_over,
			     answers_heads_words(k)));
}
