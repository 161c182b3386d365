/*
 * The short report: a list of titles and texts, written as text or as Markdown.
 */
#include "report/page/brief.h"

#include <string.h>

#include "base/clock.h"
#include "base/display.h"
#include "report/markdown.h"
#include "report/page/overview.h"
#include "report/text/answer_text.h"
#include "report/words/words.h"

enum {
	MAX_FIGURES = 4, /* of one task, that are told in short */
	MAX_PARTS = 9 + MAX_FIGURES + 2 * OVERVIEW_MAX_CARDS + WORDS_MAX_STEPS + WORDS_MAX_WARNINGS,
	TITLE_COLUMNS = 10,
	PAGE_COLUMNS = 78
};

struct part {
	const char *title; /* NULL: continues the part before */
	const char *text;
	bool step; /* of a numbered list */
};

struct brief {
	struct arena *a;
	const struct result *r;
	struct overview overview;
	struct part parts[MAX_PARTS];
	size_t n;
};

static void brief_add(struct brief *b, const char *title, const char *text)
{
	if (text)
		b->parts[b->n++] = (struct part){ title, text, false };
}

/* "qwen · examples: 25 of 25 right (100%), 86% guaranteed (90% sure). GOOD ENOUGH. Memory ..." */
static void brief_add_card(struct brief *b, const struct overview_card *card)
{
	const char *facts = "";

	for (size_t i = 1; i < card->n_facts; i++)
		if (strcmp(card->facts[i].name, "First token") != 0)
			facts = arena_printf(b->a, "%s%s %s: %s", facts, *facts ? ";" : "",
					     card->facts[i].name, card->facts[i].value);
	brief_add(b, card->role,
		  arena_printf(b->a, "%s: %s. %s, %s guaranteed (%s sure).%s%s",
			       b->overview.names[card->candidate], card->verdict,
			       words_right(b->a, &b->r->contenders[card->candidate].score),
			       card->guaranteed, words_share(b->a, b->r->standard.certainty), facts,
			       *facts ? "." : ""));
}

/* What the task measures beside the score, of the candidate that is shown in detail. */
static void brief_add_figures(struct brief *b)
{
	int shown = result_shown(b->r);
	const char **sentences;
	size_t n = 0;

	if (shown >= 0)
		n = answer_figures_short(b->a, b->r, (size_t)shown, &sentences);
	for (size_t i = 0; i < n; i++)
		brief_add(b, i ? NULL : "Figures",
			  arena_printf(b->a, "%s%s.",
				       i ? "" :
					   arena_printf(b->a, "Of %s. ", b->overview.names[shown]),
				       display_cut(b->a, sentences[i], strlen(sentences[i]))));
}

static void brief_add_warnings(struct brief *b)
{
	const char *warnings[WORDS_MAX_WARNINGS];
	const char *not_measured = words_not_measured(b->a, b->r);
	size_t n = words_warnings(b->a, b->r, warnings);

	for (size_t i = 0; i < n; i++)
		brief_add(b, i ? NULL : "Beware", warnings[i]);
	if (*not_measured)
		brief_add(b, n ? NULL : "Beware", not_measured + 1);
}

static void brief_add_next(struct brief *b)
{
	const char *steps[WORDS_MAX_STEPS];
	size_t n = words_next(b->a, b->r, steps);

	for (size_t i = 0; i < n; i++) {
		brief_add(b, i ? NULL : "Next", arena_printf(b->a, "%zu. %s", i + 1, steps[i]));
		b->parts[b->n - 1].step = true;
	}
}

static void brief_add_tested(struct brief *b)
{
	const struct run_row *run = b->r->run;

	brief_add(b, "Tested",
		  arena_printf(b->a, "%s. Job '%s', run '%s', %.10s, %s. Tickets: %s.",
			       words_tested(b->a, b->r), words_name(b->a, run->job_name),
			       words_name(b->a, run->name), clock_iso(b->a, run->created_us),
			       display_text(b->a, run->program),
			       display_text(b->a, run->redaction)));
}

static void brief_add_licences(struct brief *b)
{
	for (size_t i = 0; i < b->overview.n_cards; i++) {
		size_t at = b->overview.cards[i].candidate;
		const struct candidate_result *c = &b->r->candidates[at];

		brief_add(b, i ? NULL : "Licence",
			  arena_printf(b->a, "%s: %s%s; verdict for %s use: %s.",
				       b->overview.names[at], words_name(b->a, words_licence(c)),
				       *c->row->licence ? ", as the file states it" : "",
				       display_text(b->a, b->r->run->use),
				       words_name(b->a, words_licence_verdict(b->a, c))));
	}
}

static void brief_gather(struct brief *b)
{
	const char *unfinished = words_unfinished(b->a, b->r);

	brief_add(b, "Decision", b->overview.headline);
	if (!b->r->decision.open)
		brief_add(b, "State", unfinished ? arena_printf(b->a, "%s.", unfinished) : NULL);
	for (size_t i = 0; i < b->overview.n_cards; i++)
		brief_add_card(b, &b->overview.cards[i]);
	brief_add(b, "Promise", b->overview.promise);
	brief_add_figures(b);
	brief_add_warnings(b);
	brief_add_next(b);
	brief_add(b, "Workload", b->overview.workload);
	brief_add_tested(b);
	brief_add_licences(b);
}

/* A title that is longer than its column has a line of its own. */
static void brief_write_plain(struct arena *a, const struct part *part, FILE *out)
{
	const char *title = part->title ? part->title : "";

	if (strlen(title) >= TITLE_COLUMNS)
		fprintf(out, "%s\n%-*s", title, TITLE_COLUMNS, "");
	else
		fprintf(out, "%-*s", TITLE_COLUMNS, title);
	display_wrap(a, part->text, TITLE_COLUMNS, PAGE_COLUMNS, out);
}

static void brief_write_markdown(struct arena *a, const struct part *part, FILE *out)
{
	if (part->title)
		fprintf(out, part->step ? "**%s**\n\n" : "**%s:** ", part->title);
	markdown_write(a, part->text, out);
	fputc('\n', out);
}

void brief_write(struct arena *a, const struct result *r, bool markdown, FILE *out)
{
	struct brief b = { .a = a, .r = r };

	overview_of(a, r, &b.overview);
	brief_gather(&b);
	for (size_t i = 0; i < b.n; i++) {
		bool goes_on = i + 1 < b.n && !b.parts[i + 1].title;

		if (markdown)
			brief_write_markdown(a, &b.parts[i], out);
		else
			brief_write_plain(a, &b.parts[i], out);
		if (i + 1 < b.n && (!goes_on || (markdown && !b.parts[i].step)))
			fputc('\n', out);
	}
}
