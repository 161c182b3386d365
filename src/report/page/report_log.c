/*
 * Licences, and what a run row keeps: enough to answer "which model did it?" for ever. Of paths
 * only the last part is shown: a page is passed on, and folders name people.
 */
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "report/page/html.h"
#include "report/page/report_page.h"

enum { LOG_MAX_EVENTS = 100, LOG_MAX_CHARS = 2000 };

static void log_cell(const struct page *p, const char *text)
{
	html_markup(p->out, "<td>");
	html_quote(p->out, text, strlen(text), PAGE_QUOTE_CHARS);
	html_markup(p->out, "</td>");
}

void page_licences(const struct page *p)
{
	static const char *const headers[] = { "candidate", "stated", "verdict",
					       "why, and on what terms", NULL };

	html_elementf(
		p->out, "p",
		"Wanted use: %s. OK: nothing in the way. READ: somebody has to read it first. "
		"BLOCK: it forbids this use. A file can state anything, and this is no legal "
		"advice.",
		p->r->run->use);
	page_table_begin(p, "", NULL, headers);
	for (size_t i = 0; i < p->r->n; i++) {
		const struct candidate_result *c = &p->r->candidates[i];

		page_row_begin(p, i);
		log_cell(p, words_licence(c));
		log_cell(p, c->baseline ? "-" : words_licence_verdict(p->a, c));
		log_cell(p, c->baseline ? "-" :
					  arena_printf(p->a, "%s%s%s", c->row->licence_why,
						       *c->row->licence_conditions ? "; " : "",
						       c->row->licence_conditions));
		html_markup(p->out, "</tr>\n");
	}
	page_table_end(p);
}

static void log_field(const struct page *p, const char *name, const char *text)
{
	html_markup(p->out, "<dt>");
	html_text(p->out, name);
	html_markup(p->out, "</dt><dd>");
	html_quote(p->out, *text ? text : "-", *text ? strlen(text) : 1, LOG_MAX_CHARS);
	html_markup(p->out, "</dd>\n");
}

static void log_write_slices(const struct page *p)
{
	for (size_t i = 0; i < p->r->n_slices; i++) {
		const struct slice *s = &p->r->slices[i];

		log_field(p, i ? "more tickets" : "tickets",
			  arena_printf(p->a, "%zu %s, %s, sha256 %s", s->n,
				       slice_role_name(s->role), str_basename(s->path), s->sha256));
	}
}

static void log_write_run(const struct page *p)
{
	const struct run_row *run = p->r->run;
	struct arena *a = p->a;

	html_markup(p->out, "<dl class=\"log\">\n");
	log_field(p, "run", run->name);
	log_field(p, "when", clock_iso(a, run->created_us));
	log_field(p, "job",
		  arena_printf(a, "%s, %s, sha256 %s", run->job_name, str_basename(run->job_path),
			       run->job_sha256));
	log_write_slices(p);
	log_field(p, "redaction", run->redaction);
	log_field(p, "asked for",
		  arena_printf(a, "bar %s, certainty %s, floor %s, use %s",
			       words_share(a, run->bar), words_share(a, run->certainty),
			       words_share(a, run->floor), run->use));
	log_field(p, "mode",
		  arena_printf(a, "%s, reason %s, at most %lld tokens a reason, seed %lld",
			       run_mode_name(run->mode), run->reason_order,
			       (long long)run->budget_reason_tok, (long long)run->seed));
	log_field(p, "machine",
		  arena_printf(a, "%s, %lld cores, %s, %s", run->cpu, (long long)run->n_cores,
			       str_bytes(a, (uint64_t)run->memory_bytes), run->os));
	log_field(p, "program", run->program);
	log_field(p, "chain head", p->r->chain_head);
	log_field(p, "prompt", arena_printf(a, "sha256 %s; its text is below", run->prompt_sha256));
	html_markup(p->out, "</dl>\n<pre tabindex=\"0\">");
	html_lines(p->out, run->prompt);
	html_markup(p->out, "</pre>\n");
}

static const char *log_disturbance(struct arena *a, const struct candidate_result *c)
{
	const struct segment_row *s = &c->segments[c->n_segments - 1];

	return arena_printf(a, "%s: others used %.1f%% of the machine, the host took %.1f%%",
			    c->disturbed ? "disturbed" : "undisturbed",
			    s->report.disturbance.other_busy_percent,
			    s->report.disturbance.steal_percent);
}

static void log_write_pass(const struct page *p, const struct candidate_result *c)
{
	const struct pass_row *pass = c->pass;

	log_field(p, c->baseline ? "what it learnt" : "sha256", pass->model_sha256);
	log_field(p, "asked",
		  arena_printf(p->a, "%s, sampler %s, seed %lld%s%s", pass->way, pass->sampler,
			       (long long)pass->seed,
			       !*pass->examples_sha256 ? "" :
			       c->baseline	       ? ", training tickets sha256 " :
							 ", examples sha256 ",
			       pass->examples_sha256));
	log_field(p, "engine",
		  arena_printf(p->a, "%s on %s, %lld thread%s, batch %lld/%lld", pass->engine_build,
			       pass->device, (long long)pass->n_threads,
			       pass->n_threads == 1 ? "" : "s", (long long)pass->n_batch,
			       (long long)pass->n_ubatch));
	if (c->n_segments == 0)
		return;
	if (*c->segments[c->n_segments - 1].report.template_sha256)
		log_field(p, "template",
			  arena_printf(p->a, "sha256 %s",
				       c->segments[c->n_segments - 1].report.template_sha256));
	log_field(p, "sandbox", c->segments[c->n_segments - 1].report.sandbox);
	log_field(p, "timing", log_disturbance(p->a, c));
}

static void log_write_candidate(const struct page *p, size_t i)
{
	const struct candidate_result *c = &p->r->candidates[i];

	html_elementf(p->out, "h3", "%zu %s", i + 1, page_name(p, i));
	html_markup(p->out, "<dl class=\"log\">\n");
	if (!c->baseline)
		log_field(p, "file", str_basename(c->row->path));
	if (!c->baseline)
		log_field(p, "model",
			  arena_printf(p->a, "%s, %s, %s, %lld parameters", c->row->model_name,
				       c->row->arch, c->row->quant, (long long)c->row->n_params));
	if (*c->row->refused)
		log_field(p, "did not run", c->row->refused);
	if (c->pass)
		log_write_pass(p, c);
	html_markup(p->out, "</dl>\n");
}

static void log_write_events(const struct page *p)
{
	size_t n = p->r->n_events;

	if (n == 0)
		return;
	html_element(p->out, "h3", "What happened on the way");
	html_markup(p->out, "<dl class=\"log\">\n");
	for (size_t i = 0; i < n && i < LOG_MAX_EVENTS; i++)
		log_field(p, event_kind_name(p->r->events[i].kind), p->r->events[i].text);
	html_markup(p->out, "</dl>\n");
	if (n > LOG_MAX_EVENTS)
		html_elementf(p->out, "p", "%zu more are in the store.", n - LOG_MAX_EVENTS);
}

void page_logged(const struct page *p)
{
	html_element(
		p->out, "p",
		"Each row carries the hash of the row before it. Keep the chain head elsewhere, "
		"and any later change to the store shows.");
	log_write_run(p);
	log_write_events(p);
	for (size_t i = 0; i < p->r->n; i++)
		log_write_candidate(p, i);
}
