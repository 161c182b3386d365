/*
 * Licences, and the records of a run: enough to answer "which model did it?" at any time. Only the
 * last part of a path is shown: pages are passed on, and folders can name people.
 */
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "report/page/html.h"
#include "report/page/sections.h"
#include "report/promise_text.h"
#include "report/ways.h"

enum { LOG_MAX_EVENTS = 100, LOG_MAX_CHARS = 2000 };

/* All ways of one model have its licence. */
static bool log_is_first_way(const struct page *p, size_t at)
{
	const char *model, *way, *other;

	if (p->r->candidates[at].baseline)
		return false;
	ways_split(p->a, p->r->candidates[at].row, &model, &way);
	for (size_t i = 0; i < at; i++) {
		ways_split(p->a, p->r->candidates[i].row, &other, &way);
		if (strcmp(model, other) == 0)
			return false;
	}
	return true;
}

static void log_write_licence(const struct page *p, const struct candidate_result *c)
{
	const char *model, *way;

	ways_split(p->a, c->row, &model, &way);
	html_markup(p->out, "<li>");
	html_element(p->out, "b", model);
	html_markup(p->out, ": ");
	html_element(p->out, "span class=\"mark\"", words_licence_verdict(p->a, c));
	html_textf(p->out, " Stated: %s. ", words_licence(c));
	html_textf(p->out, "%s%s%s", c->row->licence_why, *c->row->licence_conditions ? "; " : "",
		   c->row->licence_conditions);
	html_markup(p->out, "</li>\n");
}

void page_licences(const struct page *p)
{
	html_elementf(p->out, "p",
		      "Intended use: %s. OK: nothing forbids it. READ: somebody has to read the "
		      "licence first. BLOCK: it forbids this use. A file can state anything, and "
		      "this is not legal advice. Baselines need no model and no licence.",
		      p->r->run->use);
	html_markup(p->out, "<ul>\n");
	for (size_t i = 0; i < p->r->n; i++)
		if (log_is_first_way(p, i))
			log_write_licence(p, &p->r->candidates[i]);
	html_markup(p->out, "</ul>\n");
}

void page_field(const struct page *p, const char *name, const char *text)
{
	html_element(p->out, "dt", name);
	html_markup(p->out, "<dd>");
	html_quote(p->out, *text ? text : "-", *text ? strlen(text) : 1, LOG_MAX_CHARS);
	html_markup(p->out, "</dd>\n");
}

static void log_write_slices(const struct page *p)
{
	for (size_t i = 0; i < p->r->n_slices; i++) {
		const struct slice *s = &p->r->slices[i];

		page_field(p, i ? "more tickets" : "tickets",
			   arena_printf(p->a, "%zu %s, %s, sha256 %s", s->n,
					slice_role_name(s->role), str_basename(s->path),
					s->sha256));
	}
}

static void log_write_run(const struct page *p)
{
	const struct run_row *run = p->r->run;
	struct arena *a = p->a;

	html_markup(p->out, "<dl class=\"log\">\n");
	page_field(p, "run", run->name);
	page_field(p, "when", clock_iso(a, run->created_us));
	page_field(p, "job",
		   arena_printf(a, "%s, %s, sha256 %s", run->job_name, str_basename(run->job_path),
				run->job_sha256));
	log_write_slices(p);
	page_field(p, "redaction", run->redaction);
	page_field(p, "asked for",
		   arena_printf(a, "bar %s, certainty %s, floor %s, use %s",
				words_share(a, run->bar), words_share(a, run->certainty),
				words_share(a, run->floor), run->use));
	page_field(p, "mode",
		   arena_printf(a, "%s, reason %s, at most %lld tokens a reason, seed %lld",
				run_mode_name(run->mode), run->reason_order,
				(long long)run->budget_reason_tok, (long long)run->seed));
	page_field(p, "machine",
		   arena_printf(a, "%s, %lld cores, %s, %s", run->cpu, (long long)run->n_cores,
				str_bytes(a, (uint64_t)run->memory_bytes), run->os));
	page_field(p, "program", run->program);
	page_field(p, "chain head", p->r->chain_head);
	page_field(p, "prompt",
		   arena_printf(a, "sha256 %s; its text is below", run->prompt_sha256));
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

	page_field(p, c->baseline ? "what it learnt" : "sha256", pass->model_sha256);
	page_field(p, "asked",
		   arena_printf(p->a, "%s, sampler %s, seed %lld%s%s", pass->way, pass->sampler,
				(long long)pass->seed,
				!*pass->examples_sha256 ? "" :
				c->baseline		? ", training tickets sha256 " :
							  ", examples sha256 ",
				pass->examples_sha256));
	page_field(p, "engine",
		   arena_printf(p->a, "%s on %s, %lld thread%s, batch %lld/%lld",
				pass->engine_build, pass->device, (long long)pass->n_threads,
				pass->n_threads == 1 ? "" : "s", (long long)pass->n_batch,
				(long long)pass->n_ubatch));
	if (c->n_segments == 0)
		return;
	if (*c->segments[c->n_segments - 1].report.template_sha256)
		page_field(p, "template",
			   arena_printf(p->a, "sha256 %s",
					c->segments[c->n_segments - 1].report.template_sha256));
	page_field(p, "sandbox", c->segments[c->n_segments - 1].report.sandbox);
	page_field(p, "timing", log_disturbance(p->a, c));
}

static void log_write_candidate(const struct page *p, size_t i)
{
	const struct candidate_result *c = &p->r->candidates[i];

	html_elementf(p->out, "h3", "%zu %s", i + 1, page_full_name(p, i));
	html_markup(p->out, "<dl class=\"log\">\n");
	if (!c->baseline)
		page_field(p, "file", str_basename(c->row->path));
	if (!c->baseline)
		page_field(p, "model",
			   arena_printf(p->a, "%s, %s, %s, %lld parameters", c->row->model_name,
					c->row->arch, c->row->quant, (long long)c->row->n_params));
	if (c->not_measured)
		page_field(p, "not measured", c->not_measured);
	if (c->not_reached)
		page_field(p, result_not_run(c),
			   "the run was stopped before it; the same command asks it");
	else if (c->not_tried)
		page_field(p, result_not_run(c), "--first stopped the run at a smaller candidate");
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
		if (p->r->events[i].kind == EVENT_PROMISE)
			page_field(p, event_kind_name(EVENT_PROMISE),
				   words_promise_event(p->a, p->r->events[i].text));
		else if (p->r->events[i].kind != EVENT_PLAN)
			page_field(p, event_kind_name(p->r->events[i].kind), p->r->events[i].text);
	html_markup(p->out, "</dl>\n");
	if (n > LOG_MAX_EVENTS)
		html_elementf(p->out, "p", "%zu more are in the store.", n - LOG_MAX_EVENTS);
}

void page_log(const struct page *p)
{
	html_element(
		p->out, "p",
		"Each row carries the hash of the row before it. Keep the chain head in another "
		"place: any later change to the store will then show.");
	log_write_run(p);
	log_write_events(p);
	for (size_t i = 0; i < p->r->n; i++)
		log_write_candidate(p, i);
}
