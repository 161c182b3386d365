/*
 * The evidence for machines. It holds only the last part of a path: evidence is passed on, and
 * folders can name people. The checksum identifies a file.
 */

#include "base/clock.h"
#include "base/json/json.h"
#include "base/str.h"
#include "report/languages.h"
#include "report/page/evidence.h"
#include "report/text/reliability_text.h"
#include "report/words/words.h"

static void evidence_put_text(json_t *j, const char *name, const char *text)
{
	json_object_set_new(j, name, text && *text ? json_any_text(text) : json_null());
}

static void evidence_put_number(json_t *j, const char *name, int64_t number)
{
	json_object_set_new(j, name, json_integer(number));
}

static json_t *evidence_run_json(struct arena *a, const struct run_row *run)
{
	json_t *j = json_object();

	evidence_put_text(j, "name", run->name);
	evidence_put_text(j, "kind", run_kind_name(run->kind));
	evidence_put_text(j, "created", clock_iso(a, run->created_us));
	evidence_put_text(j, "job", run->job_name);
	evidence_put_text(j, "job_sha256", run->job_sha256);
	evidence_put_text(j, "prompt_sha256", run->prompt_sha256);
	evidence_put_text(j, "use", run->use);
	evidence_put_text(j, "harder", run->harder);
	evidence_put_text(j, "mode", run_mode_name(run->mode));
	evidence_put_text(j, "reason_order", run->reason_order);
	evidence_put_text(j, "redaction", run->redaction);
	evidence_put_text(j, "host", run->host);
	evidence_put_text(j, "os", run->os);
	evidence_put_text(j, "cpu", run->cpu);
	evidence_put_text(j, "program", run->program);
	evidence_put_number(j, "seed", run->seed);
	evidence_put_number(j, "budget_memory_bytes", run->budget_memory_bytes);
	evidence_put_number(j, "budget_minutes", run->budget_minutes);
	evidence_put_number(j, "budget_reason_tok", run->budget_reason_tok);
	json_object_set_new(j, "bar", json_real(run->bar));
	json_object_set_new(j, "certainty", json_real(run->certainty));
	json_object_set_new(j, "floor", json_real(run->floor));
	return j;
}

static json_t *evidence_slices_json(const struct result *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_slices; i++) {
		const struct slice *s = &r->slices[i];

		json_array_append_new(
			list, json_pack("{s:s, s:o, s:I, s:s}", "role", slice_role_name(s->role),
					"file", json_any_text(str_basename(s->path)), "tickets",
					(json_int_t)s->n, "sha256", s->sha256));
	}
	return list;
}

static json_t *evidence_pass_json(const struct pass_row *pass)
{
	json_t *j = json_object();

	evidence_put_text(j, "key", pass->key);
	evidence_put_text(j, "slice_sha256", pass->slice_sha256);
	evidence_put_text(j, "way", pass->way);
	evidence_put_text(j, "examples_sha256", pass->examples_sha256);
	evidence_put_text(j, "head_sha256", pass->head_sha256);
	evidence_put_text(j, "sampler", pass->sampler);
	evidence_put_text(j, "engine_build", pass->engine_build);
	evidence_put_text(j, "device", pass->device);
	evidence_put_number(j, "seed", pass->seed);
	evidence_put_number(j, "threads", pass->n_threads);
	evidence_put_number(j, "batch", pass->n_batch);
	evidence_put_number(j, "ubatch", pass->n_ubatch);
	return j;
}

static json_t *evidence_session_json(struct arena *a, const struct segment_row *s)
{
	json_t *j = json_object();

	evidence_put_text(j, "started", clock_iso(a, s->started_us));
	evidence_put_text(j, "template_sha256", s->report.template_sha256);
	evidence_put_text(j, "template_marks", s->report.template_marks);
	evidence_put_text(j, "rendered_sha256", s->rendered_sha256);
	evidence_put_text(j, "opening", s->report.opening);
	evidence_put_text(j, "sandbox", s->report.sandbox);
	evidence_put_text(j, "ended", s->report.ended);
	evidence_put_number(j, "context_tok", s->report.n_ctx);
	evidence_put_number(j, "sequences", s->report.n_seq);
	evidence_put_number(j, "peak_rss_bytes", s->report.peak_rss_bytes);
	evidence_put_number(j, "prefix_kept_tok", s->report.prefix_kept_tok);
	json_object_set_new(j, "disturbed", json_boolean(s->report.disturbance.disturbed));
	return j;
}

static json_t *evidence_licence_json(struct arena *a, const struct candidate_row *row)
{
	json_t *j = json_object();

	evidence_put_text(j, "stated", row->licence);
	evidence_put_text(j, "verdict", row->licence_verdict);
	evidence_put_text(j, "id", row->licence_id);
	evidence_put_text(j, "source", row->licence_source);
	evidence_put_text(j, "conditions", row->licence_conditions);
	evidence_put_text(j, "why", row->licence_why);
	evidence_put_text(j, "text_sha256", row->licence_text_sha256);
	evidence_put_text(j, "judged", clock_iso(a, row->licence_judged_us));
	return j;
}

static json_t *evidence_candidate_json(struct arena *a, const struct result *r, size_t at)
{
	const struct candidate_result *c = &r->candidates[at];
	json_t *j = json_object(), *passes = json_array(), *sessions = json_array();

	evidence_put_text(j, "name", c->row->name);
	evidence_put_text(j, "engine", engine_kind_name(c->row->engine));
	evidence_put_text(j, "refused", c->row->refused);
	if (c->not_tried)
		json_object_set_new(j, "not_tried", json_true());
	if (c->not_measured)
		evidence_put_text(j, "not_measured", c->not_measured);
	if (c->unfinished || c->harder_unfinished)
		json_object_set_new(j, "unfinished", json_true());
	if (!c->baseline) {
		evidence_put_text(j, "file", str_basename(c->row->path));
		evidence_put_text(j, "quant", c->row->quant);
		evidence_put_text(j, "arch", c->row->arch);
		evidence_put_number(j, "n_params", c->row->n_params);
		evidence_put_number(j, "file_bytes", c->row->file_bytes);
		json_object_set_new(j, "licence", evidence_licence_json(a, c->row));
	}
	evidence_put_text(j, c->baseline ? "learnt_sha256" : "weights_sha256",
			  c->pass ? c->pass->model_sha256 : "");
	evidence_put_number(j, "right", (json_int_t)c->score.n_right);
	evidence_put_number(j, "answered", (json_int_t)c->score.n);
	evidence_put_text(j, "verdict",
			  *verdict_name(r->decision.verdicts[at].kind) ?
				  verdict_name(r->decision.verdicts[at].kind) :
				  result_verdict(r, at));
	reliability_add_json(r, at, j);
	languages_add_json(a, r, at, j);
	for (size_t i = 0; i < c->n_passes; i++)
		json_array_append_new(passes, evidence_pass_json(c->passes[i]));
	for (size_t i = 0; i < c->n_segments; i++)
		json_array_append_new(sessions, evidence_session_json(a, &c->segments[i]));
	json_object_set_new(j, "passes", passes);
	json_object_set_new(j, "sessions", sessions);
	return j;
}

static json_t *evidence_chain_json(const struct evidence_facts *e)
{
	json_t *j = json_object();

	evidence_put_text(j, "head", e->facts->r->chain_head);
	evidence_put_number(j, "rows", e->facts->n_chain_rows);
	json_object_set_new(j, "verifies", json_boolean(!e->facts->chain_problem));
	evidence_put_text(j, "problem", e->facts->chain_problem);
	return j;
}

static json_t *evidence_written_by_json(const struct evidence_facts *e)
{
	json_t *j = json_object(), *files = json_object();

	evidence_put_text(j, "program", e->program);
	for (size_t i = 0; i < e->n_programs; i++)
		evidence_put_text(files, e->programs[i].name, e->programs[i].sha256);
	json_object_set_new(j, "sha256", files);
	return j;
}

json_t *evidence_to_json(struct arena *a, const struct evidence_facts *e)
{
	const struct result *r = e->facts->r;
	json_t *j = json_object(), *candidates = json_array();
	int pick = r->decision.pick;

	json_object_set_new(j, "format", json_string("toehold-evidence-1"));
	json_object_set_new(j, "written_by", evidence_written_by_json(e));
	json_object_set_new(j, "run", evidence_run_json(a, r->run));
	evidence_put_text(j, "pick", pick >= 0 ? r->candidates[pick].row->name : "");
	evidence_put_text(j, "why", r->decision.why);
	evidence_put_text(j, "unfinished", words_unfinished(a, r));
	json_object_set_new(j, "check", check_to_json(a, e->facts, e->card));
	json_object_set_new(j, "slices", evidence_slices_json(r));
	for (size_t i = 0; i < r->n; i++)
		json_array_append_new(candidates, evidence_candidate_json(a, r, i));
	json_object_set_new(j, "candidates", candidates);
	json_object_set_new(j, "chain", evidence_chain_json(e));
	return j;
}
