/*
 * The top of the page: what was decided, how sure that is, and what to do next. It takes a minute
 * to read, and does without the rest.
 */
#include "base/str.h"
#include "report/page/html.h"
#include "report/page/sections.h"

static const char *decision_verdict_class(enum verdict_kind kind)
{
	static const char *const classes[VERDICT_COUNT] = {
		[VERDICT_NONE] = "not",		  [VERDICT_CLEARS] = "clears",
		[VERDICT_GOOD_ENOUGH] = "enough", [VERDICT_DOES_NOT_CLEAR] = "fails",
		[VERDICT_NOT_ENOUGH] = "not",
	};

	return classes[kind];
}

/* A sign beside the words, so that verdicts differ without colour. */
static const char *decision_verdict_sign(enum verdict_kind kind)
{
	static const char *const signs[VERDICT_COUNT] = {
		[VERDICT_NONE] = "–",	     [VERDICT_CLEARS] = "✓",
		[VERDICT_GOOD_ENOUGH] = "≈", [VERDICT_DOES_NOT_CLEAR] = "✗",
		[VERDICT_NOT_ENOUGH] = "?",
	};

	return signs[kind];
}

static size_t decision_n_measured(const struct result *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += !result_not_run(&r->candidates[i]);
	return n;
}

static void decision_write_headline(const struct page *p)
{
	const struct result *r = p->r;
	const char *bar = words_share(p->a, r->standard.bar);
	const char *unfinished = words_unfinished(p->a, r);

	if (unfinished)
		html_element(p->out, r->decision.open ? "h1" : "p class=\"warn\"", unfinished);
	if (r->decision.open)
		return;
	if (r->decision.nothing_measured) {
		html_elementf(p->out, "h1", "Not measured: no model %s",
			      nothing_measured_words(r->contenders, r->n));
		return;
	}
	if (r->decision.pick >= 0) {
		html_markup(p->out, "<h1>Pick: ");
		html_text(p->out, page_name(p, (size_t)r->decision.pick));
		html_markup(p->out, "</h1>\n");
		html_elementf(p->out, "p class=\"lead\"",
			      "The smallest of %zu candidates that scored %s or more: %s.%s",
			      decision_n_measured(r), bar,
			      words_right(p->a, &r->contenders[r->decision.pick].score),
			      words_not_measured(p->a, r));
		return;
	}
	html_markup(p->out, "<h1>No pick: no candidate is good enough yet</h1>\n");
	if (p->shown >= 0)
		html_elementf(p->out, "p class=\"lead\"",
			      "None of %zu candidates scored %s. The closest is %s: %s.%s",
			      decision_n_measured(r), bar, page_name(p, (size_t)p->shown),
			      words_right(p->a, &r->contenders[p->shown].score),
			      words_not_measured(p->a, r));
}

static void decision_write_verdict(const struct page *p)
{
	enum verdict_kind kind = p->r->decision.verdicts[p->shown].kind;

	html_markup(p->out, "<p><span class=\"verdict ");
	html_text(p->out, decision_verdict_class(kind));
	html_markup(p->out, "\"><span aria-hidden=\"true\">");
	html_text(p->out, decision_verdict_sign(kind));
	html_markup(p->out, "</span> ");
	html_text(p->out, verdict_words(kind));
	html_markup(p->out, "</span> ");
	html_text(p->out, words_verdict(p->a, p->r, (size_t)p->shown));
	html_markup(p->out, "</p>\n");
}

static void decision_tile(const struct page *p, const char *figure, const char *what)
{
	html_markup(p->out, "<li>");
	html_element(p->out, "b", figure);
	html_element(p->out, "span", what);
	html_markup(p->out, "</li>\n");
}

static void decision_write_tiles(const struct page *p)
{
	const struct result *r = p->r;
	const struct candidate_result *c = &r->candidates[p->shown];
	const struct verdict *v = &r->decision.verdicts[p->shown];
	const struct tally *s = &r->contenders[p->shown].score;
	struct cost cost = cost_per_1000(c);

	html_markup(p->out, "<ul class=\"tiles\">\n");
	decision_tile(p, words_share(p->a, (double)s->right / (double)s->n),
		      arena_printf(p->a, "right: %zu of %zu tickets; the bar is %s", s->right, s->n,
				   words_share(p->a, r->standard.bar)));
	decision_tile(p, arena_printf(p->a, "at least %s", words_at_least(p->a, v->at_least)),
		      arena_printf(p->a, "can be promised (%s sure)",
				   words_share(p->a, r->standard.certainty)));
	decision_tile(p, chance_words(p->a, v->chance, NULL),
		      arena_printf(p->a, "chance that it is really %s or better",
				   words_share(p->a, r->standard.bar)));
	if (c->score.ttft_p50_us >= 0)
		decision_tile(p, str_duration(p->a, c->score.ttft_p50_us),
			      arena_printf(p->a, "to the first token of an answer, median%s%s",
					   words_is_clean(c) ? "" : "; ",
					   words_is_clean(c) ? "" : words_timing(c)));
	if (cost.answer_minutes >= 0)
		decision_tile(p, words_minutes(p->a, cost.answer_minutes),
			      cost.full_minutes >= 0 ?
				      arena_printf(p->a, "for 1,000 tickets; with reasons %s",
						   words_minutes(p->a, cost.full_minutes)) :
				      "for 1,000 tickets");
	/* Of a server only the worker that asks it was seen. */
	if (c->peak_rss_bytes && c->row->engine != ENGINE_HTTP)
		decision_tile(p, str_bytes(p->a, (uint64_t)c->peak_rss_bytes),
			      "of memory while it runs");
	html_markup(p->out, "</ul>\n");
}

static void decision_write_next(const struct page *p)
{
	const char *steps[WORDS_MAX_STEPS];
	size_t n = words_next(p->a, p->r, steps);

	html_markup(p->out, "<div class=\"next\">\n<h2>What to do next</h2>\n<ol>\n");
	for (size_t i = 0; i < n; i++)
		html_paragraph(p->out, "li", steps[i]);
	html_markup(p->out, "</ol>\n</div>\n");
}

/* What a reader must know before using or sharing the page. */
static void decision_write_warnings(const struct page *p)
{
	const char *warnings[WORDS_MAX_WARNINGS];
	size_t n = words_warnings(p->a, p->r, warnings);

	if (p->r->n_tickets > 0)
		html_elementf(
			p->out, "p class=\"warn\"",
			"This page quotes tickets (%s). Treat it like the tickets themselves: "
			"automatic checks find only a part of the personal data.",
			p->r->run->redaction);
	for (size_t i = 0; i < n; i++)
		html_paragraph(p->out, "p class=\"warn\"", warnings[i]);
}

void page_decision(const struct page *p)
{
	decision_write_headline(p);
	if (p->shown >= 0) {
		decision_write_verdict(p);
		decision_write_tiles(p);
	}
	html_paragraph(p->out, "p", words_why(p->a, p->r));
	decision_write_next(p);
	html_elementf(p->out, "p class=\"note\"",
		      "Tested: %s, asked for %s right with %s certainty. A candidate is one model "
		      "asked in one way.",
		      words_tested(p->a, p->r), words_share(p->a, p->r->standard.bar),
		      words_share(p->a, p->r->standard.certainty));
	decision_write_warnings(p);
}
