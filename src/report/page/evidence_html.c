/*
 * The evidence as one self-contained page. It shares the report's style and its sections on
 * licences and on what was logged.
 */
#include <string.h>

#include "base/clock.h"
#include "report/page/evidence.h"
#include "report/page/html.h"
#include "report/page/sections.h"
#include "report/page/style.h"
#include "report/table/table.h"

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
	if (e->facts->chain_problem)
		html_elementf(p->out, "p class=\"warn\"", "The chain does not verify: %s",
			      e->facts->chain_problem);
	html_markup(p->out, "</header>\n");
}

static void evidence_write_checks(const struct page *p, const char *what,
				  const struct check *checks, size_t n)
{
	const char *titles[] = { what, "state", "figures of this run", NULL };
	struct table t;

	table_init(&t, p->a, titles);
	for (size_t i = 0; i < n; i++) {
		bool broken = checks[i].state == CHECK_BROKEN;

		table_add_numbered(&t, i + 1, SIGN_NONE, checks[i].words);
		table_add(&t, broken ? "" : checks[i].state_words);
		table_mark(&t, broken ? checks[i].state_words : NULL);
		table_add(&t, checks[i].evidence);
	}
	table_write_html(&t, NULL, p->out);
}

static void evidence_write_chain(const struct page *p, const struct evidence_facts *e)
{
	const struct check_facts *f = e->facts;

	html_element(
		p->out, "p",
		"Each row of the store carries the hash of the row before it. A head that was "
		"kept in another place proves that nothing was changed: keep this one, and give "
		"it to toehold verify --head.");
	html_markup(p->out, "<dl class=\"log\">\n");
	page_field(p, "chain head", p->r->chain_head);
	page_field(p, "rows",
		   arena_printf(p->a, "%lld, %s", (long long)f->n_chain_rows,
				f->chain_problem ? f->chain_problem :
						   "every row is as it was written"));
	page_field(p, "store's mode", arena_printf(p->a, "%04o", f->store_mode));
	page_field(p, "written by", e->program);
	for (size_t i = 0; i < e->n_programs; i++)
		page_field(p, e->programs[i].name,
			   arena_printf(p->a, "sha256 %s", e->programs[i].sha256));
	html_markup(p->out, "</dl>\n");
}

void evidence_write_html(struct arena *a, const struct evidence_facts *e, FILE *out)
{
	const struct result *r = e->facts->r;
	struct page p = { a, r, out, result_shown(r), NULL };

	html_begin(out, arena_printf(a, "%s: evidence of run %s", r->run->job_name, r->run->name),
		   page_style);
	evidence_write_header(&p, e);
	html_markup(out, "<main>\n");
	page_begin_section(&p, "rules", "The ten rules");
	evidence_write_checks(&p, "rule", e->card->rules, CHECK_N_RULES);
	page_end_section(&p);
	page_begin_section(&p, "guns", "Foot-guns");
	evidence_write_checks(&p, "foot-gun", e->card->guns, CHECK_N_GUNS);
	page_end_section(&p);
	page_begin_section(&p, "chain", "The chain");
	evidence_write_chain(&p, e);
	page_end_section(&p);
	if (page_has_languages(&p)) {
		page_begin_section(&p, "languages", "Languages");
		page_languages(&p);
		page_end_section(&p);
	}
	page_begin_section(&p, "licences", "Licences");
	page_licences(&p);
	page_end_section(&p);
	page_begin_section(&p, "log", "What was logged");
	page_log(&p);
	page_end_section(&p);
	html_markup(out, "</main>\n<footer><p>evidence.json holds the same. This page quotes no "
			 "ticket, holds no script and loads nothing.</p></footer>\n");
	html_end(out);
}
