/*
 * The short report: a list of titles and texts, written as text or as Markdown.
 */
#include "report/page/brief.h"

#include <string.h>

#include "base/clock.h"
#include "base/display.h"
#include "base/str.h"
#include "report/words.h"

enum {
	MAX_PARTS = 9 + WORDS_MAX_STEPS + WORDS_MAX_WARNINGS,
	TITLE_COLUMNS = 10,
	PAGE_COLUMNS = 78
};

struct part {
	const char *title; /* NULL: continues the part before */
	const char *text;
};

struct brief {
	struct arena *a;
	const struct result *r;
	int shown;
	struct part parts[MAX_PARTS];
	size_t n;
};

static void brief_add(struct brief *b, const char *title, const char *text)
{
	b->parts[b->n++] = (struct part){ title, text };
}

static const char *brief_name_of(const struct brief *b, int candidate)
{
	return words_name(b->a, b->r->candidates[candidate].row->name);
}

static void brief_add_decision(struct brief *b)
{
	const struct result *r = b->r;
	const char *bar = words_share(b->a, r->standard.bar);

	if (words_unfinished(b->a, r))
		brief_add(b, "State", arena_printf(b->a, "%s.", words_unfinished(b->a, r)));
	if (r->decision.pick >= 0)
		brief_add(b, "Decision",
			  arena_printf(b->a, "Pick %s, the smallest that scored %s or more: %s.%s",
				       brief_name_of(b, r->decision.pick), bar,
				       words_right(b->a, &r->contenders[r->decision.pick].score),
				       words_not_measured(b->a, r)));
	else if (b->shown >= 0)
		brief_add(b, "Decision",
			  arena_printf(b->a, "No pick: none%s scored %s. The closest is %s: %s.%s",
				       *words_not_measured(b->a, r) ? " that was measured" : "",
				       bar, brief_name_of(b, b->shown),
				       words_right(b->a, &r->contenders[b->shown].score),
				       words_not_measured(b->a, r)));
	else
		brief_add(b, "Decision", words_why(b->a, r));
}

static void brief_add_sure(struct brief *b)
{
	const struct verdict *v;
	const struct standard *s = &b->r->standard;

	if (b->shown < 0)
		return;
	v = &b->r->decision.verdicts[b->shown];
	brief_add(b, "How sure",
		  arena_printf(b->a,
			       "%s. %s At least %s can be promised (%s sure). Chance that it is "
			       "really %s or better: %s.",
			       verdict_words(v->kind), words_verdict(b->a, b->r, (size_t)b->shown),
			       words_at_least(b->a, v->at_least), words_share(b->a, s->certainty),
			       words_share(b->a, s->bar), chance_words(b->a, v->chance, NULL)));
}

static void brief_add_warnings(struct brief *b)
{
	const char *warnings[WORDS_MAX_WARNINGS];
	size_t n = words_warnings(b->a, b->r, warnings);

	for (size_t i = 0; i < n; i++)
		brief_add(b, i ? NULL : "Beware", warnings[i]);
}

static const char *brief_cost_text(struct brief *b, const struct candidate_result *c)
{
	struct cost cost = cost_per_1000(c);
	const char *full = cost.full_minutes < 0 ?
				   "" :
				   arena_printf(b->a, ", %s with reasons",
						words_minutes(b->a, cost.full_minutes));
	const char *energy = cost.energy_wh < 0 ? "energy not measurable on this machine" :
						  words_energy(b->a, cost.energy_wh);

	return arena_printf(b->a, "1,000 tickets take %s%s; %s. First token %s, memory %s.%s%s%s",
			    words_minutes(b->a, cost.answer_minutes), full, energy,
			    str_duration(b->a, c->score.ttft_p50_us),
			    c->peak_rss_bytes && c->row->engine != ENGINE_HTTP ?
				    str_bytes(b->a, (uint64_t)c->peak_rss_bytes) :
				    "not known",
			    words_is_clean(c) ? "" : " Timing: ",
			    words_is_clean(c) ? "" : display_text(b->a, words_timing(c)),
			    words_is_clean(c) ? "" : ".");
}

static void brief_add_next(struct brief *b)
{
	const char *steps[WORDS_MAX_STEPS];
	size_t n = words_next(b->a, b->r, steps);

	for (size_t i = 0; i < n; i++)
		brief_add(b, i ? NULL : "Next", arena_printf(b->a, "%zu. %s", i + 1, steps[i]));
}

static void brief_add_tested(struct brief *b)
{
	const struct run_row *run = b->r->run;

	brief_add(b, "Tested",
		  arena_printf(
			  b->a, "%s. Job '%s', run '%s', %.10s, %s, chain head %.12s. Tickets: %s.",
			  words_tested(b->a, b->r), words_name(b->a, run->job_name),
			  words_name(b->a, run->name), clock_iso(b->a, run->created_us),
			  display_text(b->a, run->program), display_text(b->a, b->r->chain_head),
			  display_text(b->a, run->redaction)));
}

static void brief_gather(struct brief *b)
{
	const struct candidate_result *c = b->shown < 0 ? NULL : &b->r->candidates[b->shown];

	brief_add_decision(b);
	brief_add_sure(b);
	brief_add_warnings(b);
	if (c)
		brief_add(b, "Cost", brief_cost_text(b, c));
	brief_add_next(b);
	brief_add_tested(b);
	if (c)
		brief_add(b, "Licence",
			  arena_printf(b->a, "%s%s; verdict for %s use: %s.",
				       words_name(b->a, words_licence(c)),
				       *c->row->licence ? ", as the file states it" : "",
				       display_text(b->a, b->r->run->use),
				       words_name(b->a, words_licence_verdict(b->a, c))));
}

/* Escapes what Markdown, or HTML in it, would interpret (CommonMark: ASCII punctuation). */
static void brief_write_markdown_text(const char *text, FILE *out)
{
	for (const char *c = text; *c; c++) {
		if (strchr("\\`*_[]<>&#|~!@", *c) || (*c == ':' && c[1] == '/'))
			fputc('\\', out);
		fputc(*c, out);
	}
}

static void brief_write_plain(struct arena *a, const struct part *part, FILE *out)
{
	fprintf(out, "%-*s", TITLE_COLUMNS, part->title ? part->title : "");
	display_wrap(a, part->text, TITLE_COLUMNS, PAGE_COLUMNS, out);
}

static void brief_write_markdown(const struct part *part, FILE *out)
{
	if (part->title && part->text[0] == '1' && part->text[1] == '.')
		fprintf(out, "**%s**\n\n", part->title);
	else if (part->title)
		fprintf(out, "**%s:** ", part->title);
	brief_write_markdown_text(part->text, out);
	fputc('\n', out);
}

void brief_write(struct arena *a, const struct result *r, bool markdown, FILE *out)
{
	struct brief b = { .a = a, .r = r, .shown = result_shown(r) };

	brief_gather(&b);
	for (size_t i = 0; i < b.n; i++) {
		bool goes_on = i + 1 < b.n && !b.parts[i + 1].title;

		if (markdown)
			brief_write_markdown(&b.parts[i], out);
		else
			brief_write_plain(a, &b.parts[i], out);
		if (i + 1 < b.n && !goes_on)
			fputc('\n', out);
	}
}
