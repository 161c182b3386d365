/*
 * The page: its head, its sections in order, and what they share.
 */
#include "report/page/report_html.h"

#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "report/page/html.h"
#include "report/page/report_page.h"
#include "report/page/report_style.h"

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

void page_table_begin(const struct page *p, const char *css_class, const char *caption,
		      const char *const *headers)
{
	html_markup(p->out, "<div class=\"box\" tabindex=\"0\"><table class=\"");
	html_text(p->out, css_class);
	html_markup(p->out, "\">");
	if (caption)
		html_element(p->out, "caption", caption);
	html_markup(p->out, "<thead><tr>");
	for (; *headers; headers++)
		html_element(p->out,
			     **headers == '>' ? "th scope=\"col\" class=\"n\"" : "th scope=\"col\"",
			     *headers + (**headers == '>'));
	html_markup(p->out, "</tr></thead>\n<tbody>\n");
}

void page_table_end(const struct page *p)
{
	html_markup(p->out, "</tbody></table></div>\n");
}

void page_row_begin(const struct page *p, size_t candidate)
{
	html_markup(p->out, "<tr class=\"");
	html_text(p->out, page_pick_class(p, candidate));
	html_markup(p->out, "\">");
	html_elementf(p->out, "th scope=\"row\"", "%zu %s", candidate + 1, page_name(p, candidate));
}

static bool report_always(const struct page *p)
{
	(void)p;
	return true;
}

static bool report_has_shown(const struct page *p)
{
	return p->shown >= 0;
}

static bool report_has_suspects(const struct page *p)
{
	return p->r->n_suspects > 0;
}

static bool report_has_harder(const struct page *p)
{
	return p->r->n_tickets > p->r->n_ordinary;
}

static bool report_has_larger(const struct page *p)
{
	return p->shown >= 0 && result_next_larger(p->r, (size_t)p->shown) >= 0;
}

static const struct section {
	const char *title;
	bool (*has)(const struct page *p);
	void (*write)(const struct page *p);
} sections[] = {
	{ "How often is each candidate right?", report_always, page_accuracy },
	{ "Ways side by side", page_has_ways, page_ways },
	{ "Learning curve", page_has_curves, page_curves },
	{ "How small can it be?", report_always, page_size },
	{ "How fast is it?", report_always, page_speed },
	{ "What do 1,000 tickets cost?", report_always, page_cost },
	{ "What is mistaken for what?", report_has_shown, page_confusion },
	{ "Label by label", report_has_shown, page_labels },
	{ "Language by language", page_has_languages, page_languages },
	{ "Tickets that it missed", report_has_shown, page_missed },
	{ "Labels to check", report_has_suspects, page_suspects },
	{ "Harder tickets", report_has_harder, page_harder },
	{ "Against the next larger candidate", report_has_larger, page_next_larger },
	{ "Licences", report_always, page_licences },
	{ "What was logged", report_always, page_logged },
};

static void report_write_header(const struct page *p)
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

static void report_write_footer(const struct page *p)
{
	html_markup(p->out, "<footer><p>");
	html_textf(p->out,
		   "Written by %s from the store alone. Everything was measured on one machine; "
		   "nothing left it. This page holds no script and asks for nothing.",
		   p->r->run->program);
	html_markup(p->out, "</p></footer>\n");
}

void report_write_html(struct arena *a, const struct result *r, FILE *out)
{
	struct page p = { a, r, out, result_shown(r) };

	html_begin(out, arena_printf(a, "%s: which model is good enough?", r->run->job_name),
		   report_style);
	report_write_header(&p);
	html_markup(out, "<main>\n");
	for (size_t i = 0; i < COUNT_OF(sections); i++) {
		if (!sections[i].has(&p))
			continue;
		html_markup(out, "<section>\n");
		html_element(out, "h2", sections[i].title);
		html_markup(out, "\n");
		sections[i].write(&p);
		html_markup(out, "</section>\n");
	}
	html_markup(out, "</main>\n");
	report_write_footer(&p);
	html_end(out);
}
