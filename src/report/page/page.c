/*
 * The page: its head, its sections in order, and what they share.
 */
#include "report/page/page.h"

#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "report/page/html.h"
#include "report/page/sections.h"
#include "report/page/style.h"

const char *page_name(const struct page *p, size_t candidate)
{
	return p->r->candidates[candidate].row->name;
}

enum mark page_mark(const struct page *p, size_t candidate)
{
	bool picked = (int)candidate == p->r->decision.pick;

	if (p->r->candidates[candidate].baseline)
		return picked ? MARK_BASELINE_PICK : MARK_BASELINE;
	return picked ? MARK_PICK : MARK_MODEL;
}

const char *page_pick_class(const struct page *p, size_t candidate)
{
	return (int)candidate == p->r->decision.pick ? "pick" : "";
}

bool page_measured(const struct page *p, size_t candidate)
{
	return p->r->decision.verdicts[candidate].kind != VERDICT_NONE &&
	       p->r->candidates[candidate].score.n > 0;
}

void page_begin_section(const struct page *p, const char *title)
{
	html_markup(p->out, "<section>\n");
	html_element(p->out, "h2", title);
	html_markup(p->out, "\n");
}

void page_end_section(const struct page *p)
{
	html_markup(p->out, "</section>\n");
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

static const struct section {
	const char *title;
	bool (*has)(const struct page *p);
	void (*write)(const struct page *p);
} sections[] = {
	{ "How often is each candidate right?", page_always, page_accuracy },
	{ "Ways side by side", page_has_ways, page_ways },
	{ "Learning curves", page_has_heads, page_heads },
	{ "How small can it be?", page_always, page_size },
	{ "How fast is it?", page_always, page_speed },
	{ "What do 1,000 tickets cost?", page_always, page_cost },
	{ "What is mistaken for what?", page_has_shown, page_confusion },
	{ "Label by label", page_has_shown, page_labels },
	{ "Are the probabilities worth anything?", page_has_reliability, page_reliability },
	{ "Language by language", page_has_languages, page_languages },
	{ "Tickets that it missed", page_has_shown, page_missed },
	{ "Labels to check", page_has_suspects, page_suspects },
	{ "Harder tickets", page_has_harder, page_harder },
	{ "Against the next larger candidate", page_has_larger, page_next_larger },
	{ "Licences", page_always, page_licences },
	{ "What was logged", page_always, page_log },
};

static void page_write_header(const struct page *p)
{
	const struct run_row *run = p->r->run;

	html_markup(p->out, "<header>\n<p class=\"eyebrow\">");
	html_quote(p->out, run->job_name, strlen(run->job_name), PAGE_MAX_NAME);
	html_markup(p->out, " · run ");
	html_quote(p->out, run->name, strlen(run->name), PAGE_MAX_NAME);
	html_textf(p->out, " · %.10s", clock_iso(p->a, run->created_us));
	html_markup(p->out, "</p>\n");
	page_decision(p);
	html_markup(p->out, "</header>\n");
}

static void page_write_footer(const struct page *p)
{
	html_markup(p->out, "<footer><p>");
	html_textf(
		p->out,
		"Written by %s, only from the store. Everything was measured on one machine, and "
		"nothing left it. This page holds no script and loads nothing.",
		p->r->run->program);
	html_markup(p->out, "</p></footer>\n");
}

void report_write_html(struct arena *a, const struct result *r, FILE *out)
{
	struct page p = { a, r, out, result_shown(r) };

	html_begin(out, arena_printf(a, "%s: which model is good enough?", r->run->job_name),
		   page_style);
	page_write_header(&p);
	html_markup(out, "<main>\n");
	for (size_t i = 0; i < COUNT_OF(sections); i++) {
		if (!sections[i].has(&p))
			continue;
		page_begin_section(&p, sections[i].title);
		sections[i].write(&p);
		page_end_section(&p);
	}
	html_markup(out, "</main>\n");
	page_write_footer(&p);
	html_end(out);
}
