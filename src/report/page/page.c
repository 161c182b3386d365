/*
 * The page: its head, its sections in order, and what they share. Sections below the missed tickets
 * are closed, so that the page prints on a few sheets.
 */
#include "report/page/page.h"

#include <string.h>

#include "base/array.h"
#include "report/page/html.h"
#include "report/page/sections.h"
#include "report/page/style.h"

const char *page_name(const struct page *p, size_t candidate)
{
	return p->r->candidates[candidate].short_name;
}

const char *page_full_name(const struct page *p, size_t candidate)
{
	return p->r->candidates[candidate].row->name;
}

enum chart_mark page_mark(const struct page *p, size_t candidate)
{
	static const enum chart_mark models[] = { MARK_MODEL, MARK_PICK, MARK_MAYBE };
	static const enum chart_mark baselines[] = { MARK_BASELINE, MARK_BASELINE_PICK,
						     MARK_BASELINE_MAYBE };
	size_t card = overview_card_of(p->overview, candidate);

	return p->r->candidates[candidate].baseline ? baselines[card] : models[card];
}

const char *page_pick_class(const struct page *p, size_t candidate)
{
	static const char *const classes[] = { "", "pick", "may" };

	return classes[overview_card_of(p->overview, candidate)];
}

const char *page_verdict_sign(enum verdict_kind kind)
{
	static const char *const signs[VERDICT_COUNT] = {
		[VERDICT_NONE] = "–",	     [VERDICT_CLEARS] = "✓",
		[VERDICT_GOOD_ENOUGH] = "≈", [VERDICT_DOES_NOT_CLEAR] = "✗",
		[VERDICT_NOT_ENOUGH] = "?",
	};

	return signs[kind];
}

bool page_measured(const struct page *p, size_t candidate)
{
	return p->r->decision.verdicts[candidate].kind != VERDICT_NONE &&
	       p->r->candidates[candidate].score.n > 0;
}

static bool page_always(const struct page *p)
{
	(void)p;
	return true;
}

static bool page_has_shown(const struct page *p)
{
	return p->shown >= 0;
}

static bool page_has_suspects(const struct page *p)
{
	return p->r->n_suspects > 0;
}

static bool page_has_harder(const struct page *p)
{
	return p->r->n_tickets > p->r->n_ordinary;
}

static bool page_has_larger(const struct page *p)
{
	return p->shown >= 0 && result_next_larger(p->r, (size_t)p->shown) >= 0;
}

struct section {
	const char *id, *title;
	bool (*has)(const struct page *p);
	void (*write)(const struct page *p);
};

static const struct section opened[] = {
	{ "next", "What to do next", page_always, page_next },
	{ "all", "All candidates", page_always, page_all },
	{ "harder", "Harder tickets", page_has_harder, page_harder },
	{ "missed", "Tickets that it missed", page_has_shown, page_missed },
	{ "suspects", "Labels to check", page_has_suspects, page_suspects },
	{ "figures", "Beside the score", page_has_figures, page_figures },
	{ "confusion", "What is mistaken for what?", page_has_confusion, page_confusion },
};

static const struct section closed[] = {
	{ "sure", "How sure is that?", page_always, page_sure },
	{ "ways", "Ways side by side", page_has_ways, page_ways },
	{ "heads", "Learning curves", page_has_heads, page_heads },
	{ "size", "How small can it be?", page_always, page_size },
	{ "speed", "How fast is it?", page_always, page_speed },
	{ "cost", "What do 1,000 tickets cost?", page_always, page_cost },
	{ "reliability", "Are the probabilities worth anything?", page_has_reliability,
	  page_reliability },
	{ "languages", "Language by language", page_has_languages, page_languages },
	{ "larger", "Against the next larger candidate", page_has_larger, page_next_larger },
	{ "licences", "Licences", page_always, page_licences },
	{ "log", "What was logged", page_always, page_log },
};

void page_begin_section(const struct page *p, const char *id, const char *title)
{
	html_markup(p->out, "<section id=\"");
	html_text(p->out, id);
	html_markup(p->out, "\">\n");
	html_element(p->out, "h2", title);
	html_markup(p->out, "\n");
}

void page_end_section(const struct page *p)
{
	html_markup(p->out, "</section>\n");
}

static void page_write_closed(const struct page *p, const struct section *s)
{
	html_markup(p->out, "<details id=\"");
	html_text(p->out, s->id);
	html_markup(p->out, "\">\n<summary>");
	html_element(p->out, "h2", s->title);
	html_markup(p->out, "</summary>\n");
	s->write(p);
	html_markup(p->out, "</details>\n");
}

static void page_write_links(const struct page *p, const struct section *sections, size_t n)
{
	html_markup(p->out, "<ul>\n");
	for (size_t i = 0; i < n; i++) {
		if (!sections[i].has(p))
			continue;
		html_markup(p->out, "<li><a href=\"#");
		html_text(p->out, sections[i].id);
		html_markup(p->out, "\">");
		html_text(p->out, sections[i].title);
		html_markup(p->out, "</a></li>\n");
	}
	html_markup(p->out, "</ul>\n");
}

static void page_write_contents(const struct page *p)
{
	html_markup(p->out, "<nav aria-label=\"On this page\">\n");
	page_write_links(p, opened, COUNT_OF(opened));
	html_element(p->out, "p", "Details");
	page_write_links(p, closed, COUNT_OF(closed));
	html_markup(p->out, "</nav>\n");
}

static void page_write_sections(const struct page *p)
{
	html_markup(p->out, "<main>\n");
	for (size_t i = 0; i < COUNT_OF(opened); i++) {
		if (!opened[i].has(p))
			continue;
		page_begin_section(p, opened[i].id, opened[i].title);
		opened[i].write(p);
		page_end_section(p);
	}
	html_markup(p->out, "<div class=\"details\">\n");
	for (size_t i = 0; i < COUNT_OF(closed); i++)
		if (closed[i].has(p))
			page_write_closed(p, &closed[i]);
	html_markup(p->out, "</div>\n</main>\n");
}

static void page_write_footer(const struct page *p)
{
	html_markup(p->out, "<footer><p>");
	html_textf(
		p->out,
		"Written by %s, only from the store. Everything was measured on one machine, and "
		"nothing left it. This page holds no script and loads nothing. ",
		p->r->run->program);
	html_markup(p->out, "<a href=\"#top\">Back to the top</a></p></footer>\n");
}

void report_write_html(struct arena *a, const struct result *r, FILE *out)
{
	struct overview overview;
	struct page p = { a, r, out, result_shown(r), &overview };

	overview_of(a, r, &overview);
	html_begin(out, arena_printf(a, "%s: which model is good enough?", r->run->job_name),
		   page_style);
	html_markup(out, "<header>\n");
	page_decision(&p);
	html_markup(out, "</header>\n");
	page_write_contents(&p);
	page_write_sections(&p);
	page_write_footer(&p);
	html_end(out);
}
