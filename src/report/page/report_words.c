/*
 * The words of a report.
 */
#include "report/page/report_words.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/display.h"

const char *words_share(struct arena *a, double share)
{
	return share < 0 ? "-" : arena_printf(a, "%.3g%%", 100 * share);
}

const char *words_tally(struct arena *a, const struct tally *t)
{
	if (t->n == 0)
		return "-";
	return arena_printf(a, "%zu of %zu (%s)", t->right, t->n,
			    words_share(a, (double)t->right / (double)t->n));
}

const char *words_right(struct arena *a, const struct tally *t)
{
	return arena_printf(a, "%zu of %zu right (%s)", t->right, t->n,
			    words_share(a, t->n ? (double)t->right / (double)t->n : -1));
}

const char *words_needed(struct arena *a, size_t n)
{
	return n == SIZE_MAX ? "never" : n ? arena_printf(a, "%zu", n) : "settled";
}

const char *words_verdict(struct arena *a, const struct result *r, size_t candidate)
{
	const struct verdict *v = &r->decision.verdicts[candidate];
	const struct standard *s = &r->standard;
	const char *bar = words_share(a, s->bar);

	if (v->capped)
		return s->edited ? "The prompt was edited after results on these tickets were "
				   "seen, so they prove nothing about it." :
				   "Its worked examples were changed after results on these "
				   "tickets were seen, so they prove nothing about it.";
	switch (v->kind) {
	case VERDICT_CLEARS:
		return arena_printf(a,
				    "It is shown to be right on %s of such tickets or more, with "
				    "the certainty that was asked for (%s).",
				    bar, words_share(a, s->certainty));
	case VERDICT_GOOD_ENOUGH:
		return arena_printf(a,
				    "It scored %s or more, and at least %s is assured (%s sure). "
				    "That it is really %s is not proved.",
				    bar, words_share(a, s->floor), words_share(a, s->certainty),
				    bar);
	case VERDICT_DOES_NOT_CLEAR:
		return arena_printf(a, "It is shown to be below %s. More tickets will not help.",
				    bar);
	case VERDICT_NOT_ENOUGH:
		return arena_printf(a,
				    "%zu tickets cannot settle whether it is really right on %s "
				    "of such tickets.",
				    r->contenders[candidate].evidence.n, bar);
	default:
		return "It did not run.";
	}
}

const char *words_timing(const struct candidate_result *c)
{
	if (c->raced && !c->baseline)
		return "stopped early";
	return result_untimed(c) ? result_untimed(c) : "clean";
}

bool words_is_clean(const struct candidate_result *c)
{
	return strcmp(words_timing(c), "clean") == 0 || c->baseline;
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
	/* Of a run that was stopped between answers and reasons the energy fits neither. */
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
	return arena_printf(a, "%s%s%s", c->row->licence_verdict, *c->row->licence_id ? " " : "",
			    c->row->licence_id);
}

const char *words_tested(struct arena *a, const struct result *r)
{
	size_t n_baselines = 0, n_harder = r->n_tickets - r->n_ordinary;
	struct buf b;
	const char *text;

	for (size_t i = 0; i < r->n; i++)
		n_baselines += r->candidates[i].baseline;
	buf_init(&b, 1024);
	buf_addf(&b, "%zu candidate%s", r->n, r->n == 1 ? "" : "s");
	if (n_baselines)
		buf_addf(&b, " (%zu of them without a language model)", n_baselines);
	buf_addf(&b, " on %zu%s ticket%s", r->n_ordinary, n_harder ? " ordinary" : "",
		 r->n_ordinary == 1 ? "" : "s");
	if (n_harder)
		buf_addf(&b, " and %zu harder", n_harder);
	text = arena_strdup(a, buf_text(&b));
	buf_release(&b);
	return text;
}

struct steps {
	struct arena *a;
	const struct result *r;
	const char **items;
	size_t n;
};

static void words_add_step(struct steps *s, const char *text)
{
	if (s->n < NEXT_MAX_STEPS)
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
		s,
		arena_printf(s->a,
			     "Check %zu gold label%s on which most candidates disagree with "
			     "you, ticket %s first: a wrong label costs every candidate a ticket.",
			     r->n_suspects, r->n_suspects == 1 ? "" : "s",
			     display_text(s->a, t->id)));
}

static void words_next_tickets(struct steps *s, size_t pick)
{
	const struct verdict *v = &s->r->decision.verdicts[pick];
	const struct standard *w = &s->r->standard;
	const char *proof;

	if (v->capped) {
		words_add_step(s,
			       "Label fresh tickets and add them: on these, results had been seen "
			       "before the prompt was written.");
		return;
	}
	if (v->to_clear == 0)
		return;
	proof = v->to_clear == SIZE_MAX ?
			arena_printf(s->a, "No number of tickets can prove %s.",
				     words_share(s->a, w->bar)) :
			arena_printf(s->a, "Proving %s would take %zu more right in a row.",
				     words_share(s->a, w->bar), v->to_clear);
	if (v->to_floor > 0)
		words_add_step(
			s,
			arena_printf(s->a,
				     "Label more tickets and add them with toehold add: %zu more "
				     "right in a row would assure %s. %s",
				     v->to_floor, words_share(s->a, w->floor), proof));
	else
		words_add_step(s, arena_printf(s->a, "%s is assured, which is enough to start. %s",
					       words_share(s->a, w->floor), proof));
}

static void words_next_sure(struct steps *s)
{
	const struct decision *d = &s->r->decision;

	if (d->assured > d->pick && d->pick >= 0)
		words_add_step(s,
			       arena_printf(s->a, "If you must be sure today, take %s: %s.",
					    display_path(s->a, s->r->contenders[d->assured].name),
					    verdict_words(d->verdicts[d->assured].kind)));
}

static void words_next_without_pick(struct steps *s)
{
	const struct decision *d = &s->r->decision;

	if (d->closest < 0) {
		words_add_step(s,
			       "Let the run finish: start the same command again, and it goes on "
			       "where it stopped.");
		return;
	}
	words_add_step(s, "Ask another way (worked examples, calibrated), or try a larger model.");
	if (d->verdicts[d->closest].kind != VERDICT_DOES_NOT_CLEAR)
		words_add_step(s, "Add tickets: what was measured does not rule the closest out.");
}

static void words_next_harder(struct steps *s)
{
	const struct decision *d = &s->r->decision;

	if (s->r->n_tickets == s->r->n_ordinary) {
		if (d->pick >= 0)
			words_add_step(
				s, "Add ten harder tickets (toehold add --as harder) before you "
				   "rely on it.");
		return;
	}
	if (d->pick >= 0 && d->pick_harder != d->pick)
		words_add_step(
			s, "On the harder tickets the pick is below the bar: decide how many of "
			   "your tickets are like those before you rely on it.");
}

static void words_next_of_pick(struct steps *s, const struct candidate_result *c)
{
	const char *use = display_text(s->a, s->r->run->use);

	if (!words_is_clean(c))
		words_add_step(
			s, arena_printf(
				   s->a,
				   "Its times are %s: measure again on a quiet machine before you "
				   "promise any.",
				   words_timing(c)));
	if (c->baseline)
		words_add_step(
			s, "The pick needs no language model: counting words is enough for this "
			   "job.");
	else if (strcmp(c->row->licence_verdict, "OK") != 0)
		words_add_step(s, arena_printf(s->a, "Read the licence before %s use (%s): %s.",
					       use, words_licence_verdict(s->a, c),
					       display_text(s->a, c->row->licence_why)));
}

size_t words_next(struct arena *a, const struct result *r, const char *ret_steps[NEXT_MAX_STEPS])
{
	struct steps s = { a, r, ret_steps, 0 };
	const struct decision *d = &r->decision;

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
