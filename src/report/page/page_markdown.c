/*
 * In the order of the page: headline, cards, warnings, steps, a row a candidate.
 */
#include "report/page/page_markdown.h"

#include "base/clock.h"
#include "base/display.h"
#include "report/markdown.h"
#include "report/page/overview.h"
#include "report/text/answer_text.h"
#include "report/words/words.h"

struct sheet {
	struct arena *a;
	const struct result *r;
	struct overview overview;
	FILE *out;
};

static void markdown_paragraph(const struct sheet *s, const char *text)
{
	if (!text || !*text)
		return;
	markdown_write(s->a, text, s->out);
	fputs("\n\n", s->out);
}

static void markdown_strong(const struct sheet *s, const char *text)
{
	fprintf(s->out, "**%s**\n\n", markdown_text(s->a, text));
}

static void markdown_write_warnings(const struct sheet *s)
{
	const char *warnings[WORDS_MAX_WARNINGS];
	size_t n = words_warnings(s->a, s->r, warnings);

	if (!s->r->decision.open)
		markdown_paragraph(s, words_unfinished(s->a, s->r));
	for (size_t i = 0; i < n; i++)
		markdown_paragraph(s, warnings[i]);
	markdown_paragraph(s, words_not_measured(s->a, s->r));
}

static void markdown_write_steps(const struct sheet *s)
{
	const char *steps[WORDS_MAX_STEPS];
	size_t n = words_next(s->a, s->r, steps);

	markdown_strong(s, "What to do next");
	for (size_t i = 0; i < n; i++)
		fprintf(s->out, "%zu. %s\n", i + 1, markdown_text(s->a, steps[i]));
	fputc('\n', s->out);
	markdown_paragraph(s, s->overview.workload);
	markdown_paragraph(s, s->overview.untimed);
}

/* What the task measures beside the score, of the candidate that is shown in detail. */
static void markdown_write_figures(const struct sheet *s)
{
	int shown = result_shown(s->r);
	struct figures figures = { 0 };

	if (shown >= 0)
		answer_figures(s->a, s->r, (size_t)shown, &figures);
	for (size_t i = 0; i < figures.n; i++) {
		struct table t;

		if (!figures.tables[i].short_title)
			continue;
		markdown_strong(s, arena_printf(s->a, "%s: %s", figures.tables[i].short_title,
						s->overview.names[shown]));
		answer_table(s->a, &figures.tables[i], &t);
		table_write_markdown(&t, s->out);
		fputc('\n', s->out);
		markdown_paragraph(s, figures.tables[i].about);
	}
}

void report_write_markdown(struct arena *a, const struct result *r, FILE *out)
{
	struct sheet s = { .a = a, .r = r, .out = out };
	struct table t;

	overview_of(a, r, &s.overview);
	markdown_strong(&s, s.overview.headline);
	if (s.overview.n_cards) {
		overview_cards_table(a, r, &s.overview, &t);
		table_write_markdown(&t, out);
		fputc('\n', out);
	}
	markdown_paragraph(&s, s.overview.promise);
	markdown_write_warnings(&s);
	markdown_write_steps(&s);
	markdown_strong(&s, "All candidates");
	overview_table(a, r, &s.overview, &t);
	table_write_markdown(&t, out);
	fputc('\n', out);
	markdown_paragraph(&s, arena_printf(a, "%s %s", overview_asked(a, r), overview_star(a, r)));
	markdown_write_figures(&s);
	markdown_write(a,
		       arena_printf(a, "Job '%s', run '%s', %.10s, %s.",
				    words_name(a, r->run->job_name), words_name(a, r->run->name),
				    clock_iso(a, r->run->created_us),
				    display_text(a, r->run->program)),
		       out);
	fputc('\n', out);
}
