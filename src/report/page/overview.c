/*
 * Gathers the first facts of a report from a result.
 */
#include "report/page/overview.h"

#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "judge/measure/coverage.h"
#include "report/promise_text.h"
#include "report/words/words.h"

/* A threshold that leaves more than this share to people saves too little work to be named. */
static const double overview_least_share = 0.5;

static const char *overview_memory(struct arena *a, const struct candidate_result *c)
{
	/* Of a server only the worker that asks it was seen. */
	if (c->row->engine == ENGINE_HTTP)
		return NULL;
	if (c->peak_rss_bytes > 0)
		return str_bytes(a, (uint64_t)c->peak_rss_bytes);
	return c->row->size_bytes > 0 ? str_bytes(a, (uint64_t)c->row->size_bytes) : NULL;
}

static const char *overview_per_1000(struct arena *a, const struct candidate_result *c)
{
	struct cost cost = cost_per_1000(c);

	if (cost.answer_minutes < 0)
		return NULL;
	if (cost.full_minutes < 0)
		return words_minutes(a, cost.answer_minutes);
	return arena_printf(a, "%s; %s with reasons", words_minutes(a, cost.answer_minutes),
			    words_minutes(a, cost.full_minutes));
}

static void overview_fact(struct overview_card *card, const char *name, const char *value)
{
	if (value)
		card->facts[card->n_facts++] = (struct overview_fact){ name, value };
}

static void overview_add_card(struct arena *a, const struct result *r, struct overview *o,
			      size_t candidate, const char *role)
{
	const struct candidate_result *c = &r->candidates[candidate];
	const struct verdict *v = &r->decision.verdicts[candidate];
	struct overview_card *card = &o->cards[o->n_cards++];

	*card = (struct overview_card){ .candidate = candidate,
					.role = role,
					.kind = v->kind,
					.verdict = result_verdict(r, candidate),
					.guaranteed = words_at_least(a, v->at_least) };
	overview_fact(card, "Score", words_tally(a, &r->contenders[candidate].score));
	overview_fact(card, "Memory", overview_memory(a, c));
	/* RULE: a time that was not measured cleanly is no headline. */
	if (!words_is_clean(c)) {
		overview_fact(card, "Times", "not measured cleanly");
		return;
	}
	overview_fact(card, "1,000 tickets", overview_per_1000(a, c));
	if (c->score.ttft_p50_us >= 0)
		overview_fact(card, "First token", str_duration(a, c->score.ttft_p50_us));
}

static void overview_add_cards(struct arena *a, const struct result *r, struct overview *o,
			       const struct recommendation *w)
{
	int shown = result_shown(r);

	if (w->today >= 0)
		overview_add_card(a, r, o, (size_t)w->today, "Use today");
	if (w->maybe >= 0)
		overview_add_card(a, r, o, (size_t)w->maybe, "May do");
	if (o->n_cards == 0 && shown >= 0)
		overview_add_card(a, r, o, (size_t)shown, "The closest");
}

/* Why the times of a card are missing, and how to measure them. */
static const char *overview_untimed(struct arena *a, const struct result *r,
				    const struct overview *o)
{
	for (size_t i = 0; i < o->n_cards; i++) {
		const struct candidate_result *c = &r->candidates[o->cards[i].candidate];

		if (words_is_clean(c))
			continue;
		return arena_printf(a,
				    "Times of %s were not measured cleanly (%s). To measure them, "
				    "run this on a machine that does nothing else: toehold smoke "
				    "%s --store timing.toehold",
				    o->names[o->cards[i].candidate],
				    display_text(a, words_timing(c)),
				    display_shell_word(a, r->job_path));
	}
	return NULL;
}

/*
 * The threshold to name: the one that takes most answers, is right at least as often as the bar
 * asks, and is better than taking all. NULL: there is none, or it leaves too much to people.
 */
static const struct coverage *overview_threshold(const struct coverage *rows, size_t n, double bar)
{
	for (size_t i = 1; i < n; i++)
		if (rows[i].accuracy >= bar)
			return rows[i].share >= overview_least_share ? &rows[i] : NULL;
	return NULL;
}

static const char *overview_workload(struct arena *a, const struct result *r,
				     const struct overview *o)
{
	const struct candidate_result *c;
	const char *candidate = "";
	const struct coverage *best;
	struct sure_answer *answers;
	struct coverage *rows;
	size_t n, n_rows;

	if (o->n_cards == 0)
		return NULL;
	c = &r->candidates[o->cards[0].candidate];
	n = coverage_answers(a, r->tickets, r->n_tickets, c->answers, r->n_labels, &answers);
	coverage_table(a, answers, n, &rows, &n_rows);
	best = overview_threshold(rows, n_rows, r->standard.bar);
	if (!best)
		return NULL;
	if ((int)o->cards[0].candidate != r->decision.pick)
		candidate =
			arena_printf(a, " --candidate %s", display_shell_word(a, c->short_name));
	/* Rounded down, so that the threshold takes the answer that it was chosen by. */
	return arena_printf(a,
			    "At a threshold of %.4g%%, %s labels %.0f%% of the tickets by itself, "
			    "and %.0f%% of those are right (%zu of %zu). The other %.0f%% go to "
			    "people. This was seen on the very tickets that chose the threshold: "
			    "expect a little less. To work like that: toehold classify FILE --run "
			    "%s%s --abstain-below %.4g%%",
			    floor(best->threshold * 1e4) / 100, o->names[o->cards[0].candidate],
			    100 * best->share, 100 * best->accuracy, best->n_right, best->n_taken,
			    100 - round(100 * best->share), display_shell_word(a, r->run->name),
			    candidate, floor(best->threshold * 1e4) / 100);
}

static const char *overview_promise(struct arena *a, const struct result *r,
				    const struct overview *o)
{
	const char *promise = NULL;

	for (size_t i = 0; i < o->n_cards && !promise; i++)
		promise = words_promise_at_work(a, r, &r->candidates[o->cards[i].candidate]);
	return promise;
}

size_t overview_card_of(const struct overview *o, size_t candidate)
{
	for (size_t i = 0; i < o->n_cards; i++)
		if (o->cards[i].candidate == candidate)
			return i + 1;
	return 0;
}

void overview_of(struct arena *a, const struct result *r, struct overview *ret_overview)
{
	struct overview o = { .names = arena_array(a, r->n, sizeof(*o.names)) };
	struct recommendation w;

	for (size_t i = 0; i < r->n; i++)
		o.names[i] = words_name(a, r->candidates[i].short_name);
	recommend(r->contenders, &r->standard, &r->decision, &w);
	o.headline = words_recommendation(a, r, o.names);
	overview_add_cards(a, r, &o, &w);
	o.promise = overview_promise(a, r, &o);
	o.workload = o.promise ? NULL : overview_workload(a, r, &o);
	o.untimed = overview_untimed(a, r, &o);
	*ret_overview = o;
}

static void overview_add_row(struct arena *a, const struct result *r, struct table *t, size_t i)
{
	const struct candidate_result *c = &r->candidates[i];
	const struct contender *contender = &r->contenders[i];
	const char *memory = overview_memory(a, c);
	const char *mark = words_is_clean(c) ? "" : "†";

	if (contender->evidence.n == 0) {
		table_add_wide(t, c->not_measured ?
					  arena_printf(a, "%s: %s", result_not_measured(c),
						       display_path(a, c->not_measured)) :
					  result_not_measured(c));
		return;
	}
	table_add(t, result_verdict(r, i));
	table_add(t, words_tally(a, &contender->score));
	if (contender->score.n < contender->n_tickets)
		table_mark(t, arena_printf(a, "%zu of %zu tickets asked", contender->score.n,
					   contender->n_tickets));
	table_add(t, r->decision.verdicts[i].kind == VERDICT_NONE ?
			     "-" :
			     words_at_least(a, r->decision.verdicts[i].at_least));
	table_add(t, memory ? memory : "-");
	table_addf(t, "%s%s", str_duration(a, c->score.ttft_p50_us), mark);
	table_addf(t, "%s%s", words_minutes(a, cost_per_1000(c).answer_minutes), mark);
}

void overview_table(struct arena *a, const struct result *r, const struct overview *o,
		    struct table *ret_table)
{
	static const char *const titles[] = { "candidate",	"verdict", ">right",
					      ">guaranteed",	">memory", ">first token",
					      ">1,000 tickets", NULL };

	table_init(ret_table, a, titles);
	for (size_t i = 0; i < r->n; i++) {
		size_t card = overview_card_of(o, i);

		table_add_numbered(ret_table, i + 1, card == 1 ? SIGN_PICK : SIGN_NONE,
				   o->names[i]);
		table_full(ret_table, r->candidates[i].row->name);
		table_mark(ret_table, card ? o->cards[card - 1].role : NULL);
		overview_add_row(a, r, ret_table, i);
	}
}

static void overview_cards_row(struct table *t, const struct overview *o, const char *name,
			       const char *const values[OVERVIEW_MAX_CARDS])
{
	table_add(t, name);
	for (size_t i = 0; i < o->n_cards; i++)
		table_add(t, values[i] ? values[i] : "-");
}

/* The value of a card's fact, or NULL: it has none. "Times" stands for each time. */
static const char *overview_value(const struct overview_card *card, const char *name)
{
	bool is_time = strcmp(name, "Score") != 0 && strcmp(name, "Memory") != 0;

	for (size_t i = 0; i < card->n_facts; i++)
		if (strcmp(card->facts[i].name, name) == 0 ||
		    (is_time && strcmp(card->facts[i].name, "Times") == 0))
			return card->facts[i].value;
	return NULL;
}

void overview_cards_table(struct arena *a, const struct result *r, const struct overview *o,
			  struct table *ret_table)
{
	static const char *const facts[] = { "Score", "Memory", "1,000 tickets", "First token" };
	const char *titles[OVERVIEW_MAX_CARDS + 2] = { "" };
	const char *names[OVERVIEW_MAX_CARDS], *verdicts[OVERVIEW_MAX_CARDS];
	const char *least[OVERVIEW_MAX_CARDS], *values[OVERVIEW_MAX_CARDS];

	for (size_t i = 0; i < o->n_cards; i++) {
		titles[i + 1] = o->cards[i].role;
		names[i] = o->names[o->cards[i].candidate];
		verdicts[i] = o->cards[i].verdict;
		least[i] = arena_printf(a, "%s right (%s sure)", o->cards[i].guaranteed,
					words_share(a, r->standard.certainty));
	}
	table_init(ret_table, a, titles);
	overview_cards_row(ret_table, o, "Candidate", names);
	overview_cards_row(ret_table, o, "Verdict", verdicts);
	overview_cards_row(ret_table, o, "Guaranteed", least);
	for (size_t f = 0; f < COUNT_OF(facts); f++) {
		bool any = false;

		for (size_t i = 0; i < o->n_cards; i++) {
			values[i] = overview_value(&o->cards[i], facts[f]);
			any |= values[i] != NULL;
		}
		if (any)
			overview_cards_row(ret_table, o, facts[f], values);
	}
}

const char *overview_star(struct arena *a, const struct result *r)
{
	const char *list = "";

	for (size_t i = 0; i < r->n; i++)
		if (!words_is_clean(&r->candidates[i]) && !result_not_run(&r->candidates[i]) &&
		    !strstr(list, words_timing(&r->candidates[i])))
			list = arena_add_item(a, list, ", ", "%s",
					      display_text(a, words_timing(&r->candidates[i])));
	return *list ? arena_printf(a, "† Not measured cleanly: %s.", list) : "";
}

const char *overview_asked(struct arena *a, const struct result *r)
{
	return arena_printf(a, "Tested: %s. Asked for: %s right, with %s certainty.",
			    words_tested(a, r), words_share(a, r->standard.bar),
			    words_share(a, r->standard.certainty));
}
