/*
 * The recommendation as a sentence for a manager. Decides its wording; what is recommended is
 * decided by judge/recommend.h.
 */
#include <math.h>

#include "base/display.h"
#include "report/text/answer_text.h"
#include "report/words/words.h"

/* 463 would claim more than is known: "470". */
static size_t recommend_rounded(size_t n)
{
	return n < 100 ? n : (n + 9) / 10 * 10;
}

const char *words_tickets_to_label(struct arena *a, const struct recommendation *w)
{
	if (w->more)
		return arena_printf(a, "over %zu more tickets", w->tickets_to_label);
	return arena_printf(a, "about %zu more ticket%s", recommend_rounded(w->tickets_to_label),
			    w->tickets_to_label == 1 ? "" : "s");
}

const char *words_labelling_time(struct arena *a, const struct recommendation *w)
{
	double minutes =
		(double)recommend_rounded(w->tickets_to_label) * RECOMMEND_SECONDS_A_TICKET / 60;

	return minutes < 90 ? arena_printf(a, "%.0f min", fmax(1, round(minutes))) :
			      arena_printf(a, "%.0f hours", round(minutes / 60));
}

static const char *recommend_none(struct arena *a, const struct result *r, const char *const *names)
{
	const struct decision *d = &r->decision;
	const struct contender *c;

	if (d->open)
		return arena_printf(a, "%s. Nothing is decided yet.", words_unfinished(a, r));
	if (d->nothing_measured)
		return arena_printf(a, "Not measured: no model %s.",
				    nothing_measured_words(r->contenders, r->n));
	if (d->blocked >= 0)
		return arena_printf(a,
				    "Use none of them yet: %s scored %s, but its licence forbids "
				    "this use.",
				    names[d->blocked], words_share(a, r->standard.bar));
	if (d->closest < 0)
		return "Use none of them yet: no candidate has answered every ticket.";
	c = &r->contenders[d->closest];
	if (d->pick_ordinary >= 0 && c->harder.n > 0 &&
	    clears_bar(c->score.right, c->score.n, r->standard.bar))
		return arena_printf(
			a,
			"Use none of them yet: the best, %s, got only %zu of %zu harder "
			"tickets.",
			names[d->closest], c->harder.right, c->harder.n);
	if (c->score.right == 0)
		return arena_printf(a,
				    "Use none of them yet: no candidate got any of the %zu tickets "
				    "right.",
				    c->score.n);
	return arena_printf(a, "Use none of them yet: the best, %s, got %zu of %zu right (%s), %s.",
			    names[d->closest], c->score.right, c->score.n,
			    words_share(a, (double)c->score.right / (double)c->score.n),
			    arena_printf(a, "and the bar is %s", words_share(a, r->standard.bar)));
}

/* A smaller candidate that the harder tickets put out: " The smaller A got only 6 of 10 ...". */
static const char *recommend_outdone(struct arena *a, const struct result *r,
				     const char *const *names)
{
	const struct decision *d = &r->decision;
	const struct contender *c;

	if (r->standard.harder_shown || d->pick_ordinary < 0 || d->pick_ordinary == d->pick)
		return "";
	c = &r->contenders[d->pick_ordinary];
	if (c->harder.n == 0)
		return arena_printf(a, " The smaller %s did not answer the harder tickets.",
				    names[d->pick_ordinary]);
	return arena_printf(a, " The smaller %s got only %zu of %zu harder tickets.",
			    names[d->pick_ordinary], c->harder.right, c->harder.n);
}

const char *words_recommendation(struct arena *a, const struct result *r, const char *const *names)
{
	struct recommendation w;
	const char *may;

	recommend(r->contenders, &r->standard, &r->decision, &w);
	if (w.today < 0 && w.maybe < 0)
		return recommend_none(a, r, names);
	if (w.maybe < 0)
		return arena_printf(a, "Use %s: it is right on at least %s of such tickets.%s",
				    names[w.today],
				    words_at_least(a, r->decision.verdicts[w.today].at_least),
				    recommend_outdone(a, r, names));
	may = arena_printf(a, "%s may do: %s %s to know.", names[w.maybe], answer_words(r)->label,
			   words_tickets_to_label(a, &w));
	return w.today < 0 ? arena_printf(a, "%s Nothing is proven yet.%s", may,
					  recommend_outdone(a, r, names)) :
			     arena_printf(a, "Use %s today. %s", names[w.today], may);
}
