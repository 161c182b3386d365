/*
 * The words of a report.
 */
#include "report/words/words.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/display.h"
#include "base/lang/script.h"
#include "base/str.h"
#include "judge/answer/own_reason.h"
#include "report/advice.h"
#include "report/images.h"
#include "report/text/answer_text.h"
#include "report/thinking.h"

enum { WORDS_MAX_BYTES = 1 << 16, PAIR_MAX_NAMED = 100 };

const char *words_name(struct arena *a, const char *name)
{
	const char *text = display_path(a, name);

	return script_runs_left(text) ?
		       arena_printf(a, SCRIPT_ISOLATE "%s" SCRIPT_ISOLATE_END, text) :
		       text;
}

const char *words_share(struct arena *a, double share)
{
	return share < 0 ? "-" : arena_printf(a, "%.3g%%", 100 * share);
}

const char *words_at_least(struct arena *a, double share)
{
	return arena_printf(a, "%.0f%%", floor(100 * share));
}

const char *words_interval(struct arena *a, struct interval i)
{
	return arena_printf(a, "%.1f to %.1f%%", 100 * i.low, 100 * i.high);
}

const char *words_right(struct arena *a, const struct tally *t)
{
	return arena_printf(a, "%zu of %zu right (%s)", t->right, t->n,
			    words_share(a, t->n ? (double)t->right / (double)t->n : -1));
}

const char *words_tally(struct arena *a, const struct tally *t)
{
	if (t->n == 0)
		return "-";
	return arena_printf(a, "%zu/%zu (%s)", t->right, t->n,
			    words_share(a, (double)t->right / (double)t->n));
}

const char *words_needed(struct arena *a, size_t n)
{
	return n == SIZE_MAX ? "never" : n ? arena_printf(a, "%zu", n) : "settled";
}

const char *words_unfinished(struct arena *a, const struct result *r)
{
	return unfinished_headline(a, r->contenders, r->n, &r->decision);
}

const char *words_not_measured(struct arena *a, const struct result *r)
{
	const char *list = "";

	for (size_t i = 0; i < r->n; i++)
		if (r->contenders[i].not_measured)
			list = arena_add_item(a, list, ", ", "%s (%s)",
					      words_name(a, r->contenders[i].name),
					      words_name(a, r->contenders[i].not_measured));
	return *list ? arena_printf(a, " Not measured: %s.", list) : "";
}

const char *words_go_on(struct arena *a, const struct result *r)
{
	return r->go_on ? display_cut(a, r->go_on, WORDS_MAX_BYTES) : NULL;
}

const char *words_why(struct arena *a, const struct result *r)
{
	return display_cut(a, r->decision.why, WORDS_MAX_BYTES);
}

/* Why a candidate has no verdict. */
static const char *words_no_verdict(struct arena *a, const struct result *r, size_t candidate)
{
	const struct candidate_result *c = &r->candidates[candidate];

	if (c->not_measured)
		return arena_printf(a, "It is not measured: %s.", display_path(a, c->not_measured));
	if (c->not_reached)
		return "It was not asked yet.";
	if (c->not_tried)
		return "It was not tried: a smaller candidate scored the bar (--first).";
	return arena_printf(a, "It is unfinished: %s.",
			    unfinished_words(a, &r->contenders[candidate]));
}

const char *words_verdict(struct arena *a, const struct result *r, size_t candidate)
{
	const struct verdict *v = &r->decision.verdicts[candidate];
	const struct standard *s = &r->standard;
	const char *bar = words_share(a, s->bar);

	if (v->capped)
		return arena_printf(a, "The %s, so they prove nothing about it.",
				    capped_words(s->edited));
	switch (v->kind) {
	case VERDICT_CLEARS:
		return arena_printf(a,
				    "It is right on at least %s of such tickets (%s confidence).",
				    bar, words_share(a, s->certainty));
	case VERDICT_GOOD_ENOUGH:
		return arena_printf(a,
				    "It scored at least %s, and at least %s is guaranteed (%s "
				    "confidence). That it reaches %s is not proven yet.",
				    bar, words_share(a, s->floor), words_share(a, s->certainty),
				    bar);
	case VERDICT_DOES_NOT_CLEAR:
		return arena_printf(a,
				    "It is right on less than %s of such tickets. More tickets "
				    "will not help.",
				    bar);
	case VERDICT_NOT_ENOUGH:
		return arena_printf(a,
				    "%zu tickets cannot settle whether it is right on %s of such "
				    "tickets.",
				    r->contenders[candidate].evidence.n, bar);
	default:
		return words_no_verdict(a, r, candidate);
	}
}

const char *words_timing(const struct candidate_result *c)
{
	if (c->raced && !c->baseline)
		return "stopped early";
	if (result_untimed(c))
		return result_untimed(c);
	return result_prefix_mark(c) ? result_prefix_mark(c) : "clean";
}

bool words_is_clean(const struct candidate_result *c)
{
	return c->baseline || (!c->raced && !result_untimed(c));
}

struct cost cost_per_1000(const struct candidate_result *c)
{
	struct cost cost = { -1, -1, -1 };
	double minutes_per_us = 1000 / 60e6;
	int64_t n_answers = 0, n_reasons = 0;

	for (size_t i = 0; i < c->n_segments; i++) {
		n_answers += c->segments[i].report.n_answers;
		n_reasons += c->segments[i].report.n_reasons;
	}
	if (n_answers == 0)
		return cost;
	cost.answer_minutes = (double)c->answer_us / (double)n_answers * minutes_per_us;
	if (n_reasons > 0)
		cost.full_minutes = cost.answer_minutes +
				    (double)c->reason_us / (double)n_reasons * minutes_per_us;
	/* If the run was stopped between answers and reasons, its energy fits neither. */
	if (c->energy_uj >= 0 && (n_reasons == 0 || n_reasons >= n_answers))
		cost.energy_wh = (double)c->energy_uj / 1e6 / 3600 / (double)n_answers * 1000;
	return cost;
}

bool cost_energy_known(const struct result *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (cost_per_1000(&r->candidates[i]).energy_wh >= 0)
			return true;
	return false;
}

const char *words_minutes(struct arena *a, double minutes)
{
	if (minutes < 0)
		return "-";
	if (minutes < 0.1)
		return "under 0.1 min";
	if (minutes >= 180)
		return arena_printf(a, "%.1f h", minutes / 60);
	return arena_printf(a, minutes < 9.95 ? "%.1f min" : "%.0f min", minutes);
}

const char *words_energy(struct arena *a, double wh)
{
	return wh < 0 ? "-" : arena_printf(a, wh < 9.95 ? "%.2g Wh" : "%.0f Wh", wh);
}

const char *words_licence(const struct candidate_result *c)
{
	if (c->baseline)
		return "no model, no licence";
	return *c->row->licence ? c->row->licence : "not stated in the file";
}

const char *words_licence_verdict(struct arena *a, const struct candidate_result *c)
{
	if (c->baseline)
		return "none needed";
	return arena_printf(a, "%s%s%s", c->row->licence_verdict, *c->row->licence_id ? " " : "",
			    c->row->licence_id);
}

const char *words_tested(struct arena *a, const struct result *r)
{
	size_t n = 0, n_baselines = 0, n_unasked = 0;
	size_t n_harder = r->n_tickets - r->n_ordinary;
	const char *rest = "";

	for (size_t i = 0; i < r->n; i++) {
		bool measured = !result_not_run(&r->candidates[i]);

		n += measured;
		n_baselines += measured && r->candidates[i].baseline;
		n_unasked += r->candidates[i].not_reached;
	}
	if (r->decision.n_not_tried)
		rest = arena_printf(a, "; %zu more not tried (--first)", r->decision.n_not_tried);
	if (n_unasked)
		rest = arena_printf(a, "%s; %zu more not asked yet", rest, n_unasked);
	if (r->n > n + n_unasked + r->decision.n_not_tried)
		rest = arena_printf(a, "%s; %zu more not measured", rest,
				    r->n - n - n_unasked - r->decision.n_not_tried);
	return arena_printf(a, "%zu candidate%s%s on %zu%s ticket%s%s%s", n, n == 1 ? "" : "s",
			    n_baselines ? arena_printf(a, " (%zu of them without a language model)",
						       n_baselines) :
					  "",
			    r->n_ordinary, n_harder ? " ordinary" : "",
			    r->n_ordinary == 1 ? "" : "s",
			    n_harder ? arena_printf(a, " and %zu harder", n_harder) : "", rest);
}

struct steps {
	struct arena *a;
	const struct result *r;
	const char **items;
	size_t n;
};

static void words_add_step(struct steps *s, const char *text)
{
	if (s->n < WORDS_MAX_STEPS)
		s->items[s->n++] = text;
}

static void words_next_labels(struct steps *s)
{
	const struct result *r = s->r;
	const struct ticket *t;

	if (r->n_suspects == 0)
		return;
	t = &r->tickets[r->suspects[0].ticket];
	words_add_step(
		s, arena_printf(s->a,
				"Check %zu expected label%s, ticket %s first: most models that do "
				"well disagree with you. A wrong label costs every candidate a "
				"ticket.",
				r->n_suspects, r->n_suspects == 1 ? "" : "s",
				words_name(s->a, t->id)));
}

static void words_next_tickets(struct steps *s, size_t pick)
{
	const struct verdict *v = &s->r->decision.verdicts[pick];
	const char *label = str_capital(s->a, answer_words(s->r)->label);
	struct recommendation w;

	if (v->capped) {
		words_add_step(s, arena_printf(s->a,
					       "%s fresh tickets and add them: results on the "
					       "present ones were seen before the prompt was "
					       "written.",
					       label));
		return;
	}
	if (v->to_clear == 0)
		return;
	recommend(s->r->contenders, &s->r->standard, &s->r->decision, &w);
	if (w.maybe < 0)
		words_add_step(s, arena_printf(s->a, "This is enough to start: %s",
					       verdict_next(s->a, v, &s->r->standard)));
	else
		words_add_step(s, arena_printf(s->a,
					       "%s %s (%s at %d seconds each) and add them "
					       "with toehold add: enough to know in 4 of 5 cases, "
					       "if it stays this good.",
					       label, words_tickets_to_label(s->a, &w),
					       words_labelling_time(s->a, &w),
					       RECOMMEND_SECONDS_A_TICKET));
}

static void words_next_sure(struct steps *s)
{
	const struct decision *d = &s->r->decision;

	if (d->assured > d->pick && d->pick >= 0)
		words_add_step(s, arena_printf(s->a, "If you must be sure today, take %s: %s.",
					       words_name(s->a, s->r->contenders[d->assured].name),
					       verdict_words(d->verdicts[d->assured].kind)));
}

/* `add` asks nobody that the first tickets were not tried with. */
static const char *words_ask_the_rest(const struct steps *s)
{
	const struct decision *d = &s->r->decision;

	if (s->r->n_slices > 1)
		return arena_printf(s->a,
				    "Ask the %zu candidate%s not tried: give 'toehold smoke JOB "
				    "--name %s --all', then each 'add' again.",
				    d->n_not_tried, d->n_not_tried == 1 ? "" : "s",
				    s->r->run->name);
	return arena_printf(s->a,
			    "Ask the %zu candidate%s not tried: start the same command again with "
			    "--all.",
			    d->n_not_tried, d->n_not_tried == 1 ? "" : "s");
}

static void words_next_without_pick(struct steps *s)
{
	const struct decision *d = &s->r->decision;
	struct advice advice;

	if (d->closest < 0)
		return;
	if (d->n_not_tried)
		words_add_step(s, words_ask_the_rest(s));
	advice_of(s->a, s->r, &advice);
	for (size_t i = 0; i < advice.n; i++)
		words_add_step(s, advice.steps[i].command ?
					  arena_printf(s->a, "%s Run: %s", advice.steps[i].text,
						       advice.steps[i].command) :
					  advice.steps[i].text);
	if (advice.n_lines)
		words_add_step(s,
			       arena_printf(s->a, "In the job file: %s",
					    arena_join(s->a, advice.lines, advice.n_lines, "; ")));
	if (d->verdicts[d->closest].kind != VERDICT_DOES_NOT_CLEAR)
		words_add_step(s, "Add tickets: the results so far do not rule the closest out.");
}

static void words_next_harder(struct steps *s)
{
	const struct decision *d = &s->r->decision;

	if (d->pick < 0)
		return;
	if (s->r->n_tickets == s->r->n_ordinary)
		words_add_step(s, "Add ten harder tickets (toehold add --as harder) before you "
				  "rely on it.");
	else if (s->r->standard.harder_shown && d->pick_together != d->pick && !d->harder_open)
		words_add_step(s, "With the harder tickets the pick is below the bar. Before you "
				  "rely on it, decide how many of your tickets are like those.");
}

static void words_next_of_pick(struct steps *s, const struct candidate_result *c)
{
	if (!words_is_clean(c))
		words_add_step(s, arena_printf(s->a,
					       "Its times are %s: measure again on a quiet machine "
					       "before you promise any.",
					       display_text(s->a, words_timing(c))));
	if (c->baseline)
		words_add_step(s, "The pick needs no language model: counting words is enough for "
				  "this job.");
	else if (strcmp(c->row->licence_verdict, "OK") != 0)
		words_add_step(s, arena_printf(s->a, "Read the licence before %s use (%s): %s.",
					       display_text(s->a, s->r->run->use),
					       words_name(s->a, words_licence_verdict(s->a, c)),
					       words_name(s->a, c->row->licence_why)));
}

/* What is missing comes first: everything else is said about a part. */
static void words_next_missing(struct steps *s)
{
	const struct decision *d = &s->r->decision;
	const char *again = words_go_on(s->a, s->r);

	if (result_is_purged(s->r)) {
		if (d->n_unfinished + d->n_not_measured)
			words_add_step(s, "This run was purged and cannot be finished: start "
					  "another.");
		return;
	}
	if (!again)
		again = "the same command";
	if (d->n_unfinished)
		words_add_step(s, arena_printf(s->a, "Let the run finish. Go on with: %s", again));
	if (d->n_not_measured)
		words_add_step(s, arena_printf(s->a,
					       "%zu candidate%s not measured: mend the cause, then "
					       "go on with: %s",
					       d->n_not_measured,
					       d->n_not_measured == 1 ? " is" : "s are", again));
}

size_t words_next(struct arena *a, const struct result *r, const char *ret_steps[WORDS_MAX_STEPS])
{
	struct steps s = { a, r, ret_steps, 0 };
	const struct decision *d = &r->decision;

	words_next_missing(&s);
	if (d->open)
		return s.n;
	words_next_labels(&s);
	if (d->pick >= 0)
		words_next_tickets(&s, (size_t)d->pick);
	else
		words_next_without_pick(&s);
	words_next_sure(&s);
	words_next_harder(&s);
	if (d->pick >= 0)
		words_next_of_pick(&s, &r->candidates[d->pick]);
	return s.n;
}

/* What caps a verdict or a candidate, and what to do about it. */
static const char *words_fresh(struct arena *a, const struct result *r, const char *what)
{
	return arena_printf(a, "No %s can be better than NOT ENOUGH EVIDENCE. %s fresh tickets.",
			    what, str_capital(a, answer_words(r)->label));
}

static const char *words_edited(struct arena *a, const struct result *r)
{
	return arena_printf(
		a,
		"The prompt was edited after results: run '%s' had shown results on %zu of the "
		"ordinary tickets before this prompt was written. %s",
		words_name(a, r->evidence.seen_in), r->evidence.n_seen,
		r->evidence.edited ? words_fresh(a, r, "verdict") :
				     "They do not count as evidence; the fresh ones do.");
}

/* What some candidates learn from, in the words of its warning. */
struct learnt_words {
	const char *what, *others; /* "The %s were changed", "with other %s" */
	const char *one, *all; /* "No %s can be better", "For %s they do not count" */
};

static const struct learnt_words words_of_examples = { "worked examples", "examples",
						       "candidate with examples",
						       "candidates with examples" };
static const struct learnt_words words_of_training = { "training tickets", "training tickets",
						       "trained candidate", "trained candidates" };

static const char *words_learnt_changed(struct arena *a, const struct result *r,
					const struct learnt_words *w,
					const struct evidence *evidence)
{
	const char *meaning =
		evidence->edited ? words_fresh(a, r, w->one) :
				   arena_printf(a, "For %s they do not count as evidence.", w->all);

	return arena_printf(a,
			    "The %s were changed after results: run '%s' had shown results on %zu "
			    "of the ordinary tickets with other %s. %s",
			    w->what, words_name(a, evidence->seen_in), evidence->n_seen, w->others,
			    meaning);
}

size_t words_warnings(struct arena *a, const struct result *r,
		      const char *ret_warnings[WORDS_MAX_WARNINGS])
{
	bool calibrated = false, eased;
	size_t n = words_moved(a, r, ret_warnings, &eased);

	for (size_t i = 0; i < r->n; i++)
		calibrated |= r->candidates[i].calibrated;
	if (r->evidence.n_repeats)
		ret_warnings[n++] = arena_printf(
			a,
			"%zu tickets belong to a group (same customer or thread) that is already "
			"counted: each group counts as evidence once.",
			r->evidence.n_repeats);
	if (r->evidence.n_copies)
		ret_warnings[n++] = arena_printf(
			a,
			"%zu of the %zu tickets ha%s (nearly) the text of an earlier one%s: "
			"repeats count as evidence once.",
			r->evidence.n_copies, r->n_ordinary, r->evidence.n_copies == 1 ? "s" : "ve",
			answer_words(r)->same);
	if (r->evidence.n_seen)
		ret_warnings[n++] = words_edited(a, r);
	if (r->examples_evidence.seen_in)
		ret_warnings[n++] =
			words_learnt_changed(a, r, &words_of_examples, &r->examples_evidence);
	if (r->training_evidence.seen_in)
		ret_warnings[n++] =
			words_learnt_changed(a, r, &words_of_training, &r->training_evidence);
	if (calibrated)
		ret_warnings[n++] = "Calibrated candidates are scored on the very tickets that "
				    "they were calibrated on. Expect a little less in production.";
	return n;
}

size_t words_extras(struct arena *a, const struct result *r, const char *const **ret_lines)
{
	const char **lines = arena_array(a, 2 * r->n, sizeof(*lines));
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = &r->candidates[i];
		const char *name, *of_images, *of_thoughts;
		struct thought_figures thoughts;
		struct image_figures images;

		if (!c->pass || c->baseline)
			continue;
		images_of(a, r, c, &images);
		thoughts_of(a, r, c, &thoughts);
		name = words_name(a, c->row->name);
		of_images = words_images(a, &images);
		of_thoughts = words_thoughts(a, &thoughts);
		if (*of_images)
			lines[n++] = arena_printf(a, "Images, %s: %s.", name, of_images);
		if (*of_thoughts)
			lines[n++] = arena_printf(a, "Thinking, %s: %s.", name, of_thoughts);
	}
	*ret_lines = lines;
	return n;
}

const char *words_abstention(struct arena *a, const struct label_report *l, const struct score *s)
{
	if (!l->has_other)
		return "";
	return arena_printf(a,
			    "A model says \"other\" if it is unsure. \"other\" and right: %zu; "
			    "\"other\" but the ticket has another label: %zu; wrong in any other "
			    "way: %zu. It answered %s of the tickets, and %s of those correctly "
			    "(%zu of %zu).",
			    l->n_other_right, l->n_unsure, l->n_wrong, words_share(a, l->coverage),
			    words_share(a, l->accuracy_answered), s->n_right, l->n_answered);
}

/* "2 (t007, t012)". */
static const char *words_tickets(struct arena *a, const struct result *r, const size_t *tickets,
				 size_t n)
{
	const char *list = "";

	if (n == 0)
		return "0";
	for (size_t i = 0; i < n && i < PAIR_MAX_NAMED; i++)
		list = arena_add_item(a, list, ", ", "%s",
				      words_name(a, r->tickets[tickets[i]].id));
	if (n > PAIR_MAX_NAMED)
		list = arena_printf(a, "%s and %zu more", list, n - PAIR_MAX_NAMED);
	return arena_printf(a, "%zu (%s)", n, list);
}

void words_pair(struct arena *a, const struct result *r, size_t candidate, size_t larger,
		const char *ret_lines[WORDS_PAIR_LINES])
{
	bool is_next = result_next_larger(r, candidate) == (int)larger;
	struct pairing p;

	compare_pair(a, r->tickets, r->n_tickets, r->candidates[candidate].answers,
		     r->candidates[larger].answers, &p);
	ret_lines[0] = arena_printf(a, "%s against %s%s, ticket by ticket:",
				    words_name(a, r->candidates[candidate].row->name),
				    is_next ? "the next larger, " : "",
				    words_name(a, r->candidates[larger].row->name));
	ret_lines[1] = arena_printf(a, "Only the smaller is right: %s",
				    words_tickets(a, r, p.only_a, p.n_only_a));
	ret_lines[2] = arena_printf(a, "Only the larger is right: %s",
				    words_tickets(a, r, p.only_b, p.n_only_b));
	ret_lines[3] = words_mcnemar(a, p.mid_p);
}

const char *words_reason(const struct result *r, const struct reason *reason)
{
	if (!reason || !reason->rationale)
		return "";
	return reason_is_own(reason->rationale, r->run->prompt, r->labels, r->n_labels) ?
		       reason->rationale :
		       REASON_NOT_OWN;
}
