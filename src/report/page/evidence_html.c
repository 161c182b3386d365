/*
 * The evidence as one self-contained page, in the style of the report and with its sections on
 * licences and on what was logged.
 */
#include <string.h>

#include "base/clock.h"
#include "report/page/evidence_files.h"
#include "report/page/html.h"
#include "report/page/report_page.h"
#include "report/page/report_style.h"

static void evidence_write_header(const struct page *p, const struct evidence_facts *e)
{
	const struct run_row *run = p->r->run;

	html_markup(p->out, "<header>\n<p class=\"eyebrow\">");
	html_quote(p->out, run->job_name, strlen(run->job_name), PAGE_MAX_NAME);
	html_textf(p->out, " · %.10s", clock_iso(p->a, run->created_us));
	html_markup(p->out, "</p>\n<h1>Evidence of run ");
	html_quote(p->out, run->name, strlen(run->name), PAGE_MAX_NAME);
	html_markup(p->out, "</h1>\n");
	html_elementf(p->out, "p class=\"lead\"", "%s.", check_summary(p->a, e->card));
	html_element(p->out, "p", p->r->decision.why);
	if (e->facts->chain_problem)
		html_elementf(p->out, "p class=\"warn\"", "The chain does not verify: %s",
			      e->facts->chain_problem);
	html_markup(p->out, "</header>\n");
}

static void evidence_write_checks(const struct page *p, const char *what,
				  const struct check *checks, size_t n)
{
	const char *headers[] = { what, "state", "figures of this run", NULL };

	page_table_begin(p, "", NULL, headers);
	for (size_t i = 0; i < n; i++) {
		const char *evidence = checks[i].evidence;

		html_markup(p->out, "<tr>");
		html_elementf(p->out, "th scope=\"row\"", "%zu %s", i + 1, checks[i].words);
		html_markup(p->out, "<td>");
		html_element(p->out,
			     checks[i].state == CHECK_BROKEN ? "span class=\"mark\"" : "span",
			     checks[i].state_words);
		html_markup(p->out, "</td><td>");
		html_quote(p->out, evidence, strlen(evidence), PAGE_QUOTE_CHARS);
		html_markup(p->out, "</td></tr>\n");
	}
	page_table_end(p);
}

static void evidence_field(const struct page *p, const char *name, const char *text)
{
	html_markup(p->out, "<dt>");
	html_text(p->out, name);
	html_markup(p->out, "</dt><dd>");
	html_text(p->out, text);
	html_markup(p->out, "</dd>\n");
}

static void evidence_write_chain(const struct page *p, const struct evidence_facts *e)
{
	const struct check_facts *f = e->facts;

	html_element(
		p->out, "p",
		"Each row of the store carries the hash of the row before it. That nothing was "
		"changed is proved against a head that was kept elsewhere: keep this one, and "
		"give it to toehold verify --head.");
	html_markup(p->out, "<dl class=\"log\">\n");
	evidence_field(p, "chain head", p->r->chain_head);
	evidence_field(
		p, "rows",
		arena_printf(p->a, "%lld, %s", (long long)f->n_chain_rows,
			     f->chain_problem ? f->chain_problem : "each is what was written"));
	evidence_field(p, "store's mode", arena_printf(p->a, "%04o", f->store_mode));
	evidence_field(p, "written by", e->program);
	for (size_t i = 0; i < e->n_programs; i++)
		evidence_field(p, e->programs[i].name,
			       arena_printf(p->a, "sha256 %s", e->programs[i].sha256));
	html_markup(p->out, "</dl>\n");
}

static void evidence_begin_section(const struct page *p, const char *title)
{
	html_markup(p->out, "<section>\n");
	html_element(p->out, "h2", title);
	html_markup(p->out, "\n");
}

static void evidence_end_section(const struct page *p)
{
	html_markup(p->out, "</section>\n");
}

void evidence_write_html(struct arena *a, const struct evidence_facts *e, FILE *out)
{
	const struct result *r = e->facts->r;
	struct page p = { a, r, out, result_shown(r) };

	html_begin(out, arena_printf(a, "%s: evidence of run %s", r->run->job_name, r->run->name),
		   report_style);
	evidence_write_header(&p, e);
	html_markup(out, "<main>\n");
	evidence_begin_section(&p, "The ten rules");
	evidence_write_checks(&p, "rule", e->card->rules, CHECK_N_RULES);
	evidence_end_section(&p);
	evidence_begin_section(&p, "Foot-guns");
	evidence_write_checks(&p, "foot-gun", e->card->guns, CHECK_N_GUNS);
	evidence_end_section(&p);
	evidence_begin_section(&p, "The chain");
	evidence_write_chain(&p, e);
	evidence_end_section(&p);
	if (page_has_languages(&p)) {
		evidence_begin_section(&p, "Languages");
		page_languages(&p);
		evidence_end_section(&p);
	}
	evidence_begin_section(&p, "Licences");
	page_licences(&p);
	evidence_end_section(&p);
	evidence_begin_section(&p, "What was logged");
	page_logged(&p);
	evidence_end_section(&p);
	html_markup(out, "</main>\n<footer><p>The same is in evidence.json. This page quotes no "
			 "ticket, holds no script and asks for nothing.</p></footer>\n");
	html_end(out);
}
