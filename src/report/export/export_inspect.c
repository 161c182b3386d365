/*
 * One candidate of a run as a log of Inspect: EvalLog, version 2, as JSON (log/_log.py of
 * inspect_ai). Ordinary and harder tickets have separate scores, as in the run.
 */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "base/str.h"
#include "report/export/export.h"
#include "report/export/export_rows.h"
#include "report/text/answer_text.h"

static const char scorer[] = "label";

static void inspect_set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

static const char *inspect_file_of(const struct result *r)
{
	return r->n_slices ? r->slices[0].path : "";
}

static json_t *inspect_dataset_json(const struct export_scope *s)
{
	json_t *ids = json_array();

	for (size_t i = 0; i < s->n_tickets; i++)
		json_array_append_new(ids, json_any_text(s->r->tickets[s->tickets[i]].id));
	return json_pack("{s:o, s:o, s:I, s:o, s:b}", "name",
			 json_any_text(str_basename(inspect_file_of(s->r))), "location",
			 json_any_text(inspect_file_of(s->r)), "samples", (json_int_t)s->n_tickets,
			 "sample_ids", ids, "shuffled", 0);
}

/* The model's identity, in toehold's terms. */
static json_t *inspect_identity_json(const struct export_scope *s, const struct candidate_result *c)
{
	const struct run_row *run = s->r->run;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:f, s:o, s:b, s:o}", "run",
			 json_any_text(run->name), "sha256", json_any_text(c->pass->model_sha256),
			 "quant", json_any_text(c->row->quant), "way", json_any_text(c->pass->way),
			 "engine_build", json_any_text(c->pass->engine_build), "device",
			 json_any_text(c->pass->device), "labels",
			 json_loads(run->labels_json, 0, NULL), "bar", run->bar, "mode",
			 json_string(run_mode_name(run->mode)), "disturbed", (int)c->disturbed,
			 "chain_head", json_any_text(s->r->chain_head));
}

/* The first 22 digits, the length of Inspect's own ids. */
static const char *inspect_short_hash(const struct export_scope *s, const char *text,
				      int64_t number)
{
	char hex[HASH_HEX_LEN + 1];
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, text);
	hash_add_i64(&h, number);
	hash_hex(&h, hex);
	return arena_printf(s->arena, "%.22s", hex);
}

static json_t *inspect_spec_json(const struct export_scope *s, const struct candidate_result *c)
{
	const struct run_row *run = s->r->run;
	json_t *j = json_object();

	inspect_set(j, "eval_id",
		    json_string(inspect_short_hash(s, c->pass->key, run->created_us)));
	inspect_set(j, "run_id", json_string(inspect_short_hash(s, run->name, run->created_us)));
	inspect_set(j, "created", json_string(clock_iso(s->arena, run->created_us)));
	inspect_set(j, "task", json_any_text(run->job_name));
	inspect_set(j, "task_id", json_string(inspect_short_hash(s, run->job_sha256, 0)));
	inspect_set(j, "task_version", json_integer(0));
	inspect_set(j, "dataset", inspect_dataset_json(s));
	inspect_set(j, "model", json_any_text(c->row->name));
	inspect_set(j, "config", json_pack("{s:i}", "epochs", 1));
	inspect_set(j, "revision", json_null());
	inspect_set(j, "packages", json_object());
	inspect_set(j, "metadata", inspect_identity_json(s, c));
	return j;
}

static json_t *inspect_plan_json(const struct export_scope *s)
{
	return json_pack("{s:s, s:[], s:{s:I, s:i, s:I}}", "name", "toehold", "steps", "config",
			 "seed", (json_int_t)s->r->run->seed, "temperature", 0, "max_tokens",
			 (json_int_t)s->r->run->budget_reason_tok);
}

struct role_count {
	size_t n, right;
};

static json_t *inspect_metric_json(const char *name, double value)
{
	return json_pack("{s:s, s:f, s:{}}", "name", name, "value", value, "params");
}

/* Accuracy, and its standard error as in Inspect: over n - 1. */
static json_t *inspect_score_json(const char *name, struct role_count count, size_t n_missing)
{
	double n = (double)count.n, p = n > 0 ? (double)count.right / n : 0;
	double error = n > 1 ? sqrt(p * (1 - p) / (n - 1)) : 0;

	return json_pack("{s:s, s:s, s:I, s:I, s:{}, s:{s:o, s:o}}", "name", name, "scorer", scorer,
			 "scored_samples", (json_int_t)count.n, "unscored_samples",
			 (json_int_t)n_missing, "params", "metrics", "accuracy",
			 inspect_metric_json("accuracy", p), "stderr",
			 inspect_metric_json("stderr", error));
}

static json_t *inspect_results_json(const struct export_scope *s, const struct candidate_result *c)
{
	struct role_count counts[2] = { { 0, 0 }, { 0, 0 } };
	size_t missing[2] = { 0, 0 }, completed = 0;
	json_t *scores = json_array();

	for (size_t i = 0; i < s->n_tickets; i++) {
		size_t at = s->tickets[i];
		enum slice_role role = s->r->slices[s->r->slice_of[at]].role;

		if (!c->answers[at]) {
			missing[role]++;
			continue;
		}
		completed++;
		counts[role].n++;
		counts[role].right += answer_is_right(c->answers[at], &s->r->tickets[at]);
	}
	for (enum slice_role role = SLICE_ORDINARY; role <= SLICE_HARDER; role++)
		if (counts[role].n + missing[role] > 0)
			json_array_append_new(scores,
					      inspect_score_json(role == SLICE_ORDINARY ?
									 scorer :
									 slice_role_name(role),
								 counts[role], missing[role]));
	return json_pack("{s:I, s:I, s:o}", "total_samples", (json_int_t)s->n_tickets,
			 "completed_samples", (json_int_t)completed, "scores", scores);
}

static json_t *inspect_usage_json(int64_t prompt_tok, int64_t written_tok)
{
	return json_pack("{s:I, s:I, s:I}", "input_tokens", (json_int_t)prompt_tok, "output_tokens",
			 (json_int_t)written_tok, "total_tokens",
			 (json_int_t)(prompt_tok + written_tok));
}

static json_t *inspect_stats_json(const struct export_scope *s, const struct candidate_result *c)
{
	const struct segment_row *last = c->n_segments ? &c->segments[c->n_segments - 1] : NULL;
	int64_t end = last ? last->started_us + last->report.load_us + last->report.prefix_us +
				      last->active_us :
			     c->pass->created_us;
	int64_t prompt_tok = 0, written_tok = 0;

	for (size_t i = 0; i < s->n_tickets; i++) {
		const struct answer *a = c->answers[s->tickets[i]];

		prompt_tok += a ? a->prompt_tok : 0;
		written_tok += export_written_tok(c, s->tickets[i]);
	}
	return json_pack("{s:s, s:s, s:{s:o}}", "started_at",
			 clock_iso(s->arena, c->pass->created_us), "completed_at",
			 clock_iso(s->arena, end), "model_usage", c->row->name,
			 inspect_usage_json(prompt_tok, written_tok));
}

static json_t *inspect_assistant_json(const char *said)
{
	return json_pack("{s:s, s:o, s:s}", "role", "assistant", "content", json_any_text(said),
			 "source", "generate");
}

/* "max_tokens" if the cap cut the answer, its thought or its reason. */
static const char *inspect_stop_reason(const struct candidate_result *c, size_t at)
{
	const struct reason *why = c->reasons[at];

	return c->answers[at]->outcome == OUTCOME_CUT || (why && why->outcome == OUTCOME_CUT) ?
		       "max_tokens" :
		       "stop";
}

/* Seconds from the ticket to the end of its reason. */
static double inspect_seconds(const struct candidate_result *c, size_t at)
{
	const struct answer *a = c->answers[at];
	const struct reason *why = c->reasons[at];
	int64_t us = (a->label_us > 0 ? a->label_us : 0) +
		     (why && why->reason_us > 0 ? why->reason_us : 0);

	return (double)us / 1e6;
}

static json_t *inspect_output_json(const struct export_scope *s, const struct candidate_result *c,
				   size_t at)
{
	const struct answer *a = c->answers[at];
	const char *said = export_raw_text(s, c, at);
	json_t *j = json_object();

	inspect_set(j, "model", json_any_text(c->row->name));
	inspect_set(j, "choices",
		    export_is_answered(a) ?
			    json_pack("[{s:o, s:s}]", "message", inspect_assistant_json(said),
				      "stop_reason", inspect_stop_reason(c, at)) :
			    json_array());
	inspect_set(j, "completion", json_any_text(said));
	inspect_set(j, "usage", inspect_usage_json(a->prompt_tok, export_written_tok(c, at)));
	if (a->label_us >= 0)
		inspect_set(j, "time", json_real(inspect_seconds(c, at)));
	if (!export_is_answered(a))
		inspect_set(j, "error",
			    json_any_text(*a->detail ? a->detail : outcome_words(a->outcome)));
	return j;
}

/* Inspect writes "C" for correct and "I" for incorrect. */
static json_t *inspect_sample_score(const struct result *r, const struct candidate_result *c,
				    size_t at)
{
	const struct answer *a = c->answers[at];
	const struct reason *why = c->reasons[at];
	json_t *j = json_object();

	inspect_set(j, "value", json_string(answer_is_right(a, &r->tickets[at]) ? "C" : "I"));
	inspect_set(j, "answer", a->label >= 0 ? json_any_text(answer_said(r, a)) : json_null());
	inspect_set(j, "explanation", why ? json_any_text(why->rationale) : json_null());
	inspect_set(j, "metadata",
		    json_pack("{s:s, s:o}", "outcome", outcome_name(a->outcome), "probability",
			      a->label >= 0 && (size_t)a->label < a->n_probs ?
				      json_real(a->probs[a->label]) :
				      json_null()));
	return j;
}

static json_t *inspect_sample_json(const struct export_scope *s, const struct candidate_result *c,
				   size_t at)
{
	const struct ticket *ticket = &s->r->tickets[at];
	const char *role = export_role(s, at);
	json_t *messages = export_sent_messages(s, c, ticket->text);
	const char *name = strcmp(role, slice_role_name(SLICE_ORDINARY)) == 0 ? scorer : role;
	json_t *j = json_object();

	if (export_is_answered(c->answers[at]))
		json_array_append_new(messages, inspect_assistant_json(export_raw_text(s, c, at)));
	inspect_set(j, "id", json_any_text(ticket->id));
	inspect_set(j, "epoch", json_integer(1));
	inspect_set(j, "input", json_any_text(ticket->text));
	inspect_set(j, "target", json_any_text(answer_expected(s->r, ticket)));
	inspect_set(j, "messages", messages);
	inspect_set(j, "output", inspect_output_json(s, c, at));
	inspect_set(j, "scores", json_pack("{s:o}", name, inspect_sample_score(s->r, c, at)));
	inspect_set(j, "model_usage",
		    json_pack("{s:o}", c->row->name,
			      inspect_usage_json(c->answers[at]->prompt_tok,
						 export_written_tok(c, at))));
	inspect_set(j, "total_time", json_real(inspect_seconds(c, at)));
	inspect_set(j, "working_time", json_real(inspect_seconds(c, at)));
	inspect_set(j, "metadata",
		    json_pack("{s:o, s:o, s:s}", "lang", json_any_text(ticket->lang), "group",
			      json_any_text(ticket->group), "role", role));
	return j;
}

void export_inspect(const struct export_scope *s, FILE *out)
{
	const struct candidate_result *c = s->candidates[0];
	json_t *j = json_object(), *samples = json_array();
	bool complete = true;

	for (size_t i = 0; i < s->n_tickets; i++) {
		if (c->answers[s->tickets[i]])
			json_array_append_new(samples, inspect_sample_json(s, c, s->tickets[i]));
		else
			complete = false;
	}
	inspect_set(j, "version", json_integer(2));
	inspect_set(j, "status", json_string(complete ? "success" : "cancelled"));
	inspect_set(j, "eval", inspect_spec_json(s, c));
	inspect_set(j, "plan", inspect_plan_json(s));
	inspect_set(j, "results", inspect_results_json(s, c));
	inspect_set(j, "stats", inspect_stats_json(s, c));
	inspect_set(j, "samples", samples);
	json_print(j, out);
}

const char *export_inspect_name(struct arena *a, const struct result *r, const char *candidate)
{
	const struct export_scope s = { .arena = a, .r = r };
	const char *time = clock_iso(a, r->run->created_us); /* 2026-11-30T11:12:21Z */
	char *task = arena_strdup(a, r->run->job_name);
	int shown = result_shown(r);

	if (!candidate)
		candidate = shown >= 0 ? r->candidates[shown].row->name : "";
	for (char *p = task; *p; p++)
		if (!isalnum((unsigned char)*p))
			*p = '-';
	return arena_printf(a, "%.13s-%.2s-%.2s+00-00_%s_%s.json", time, time + 14, time + 17, task,
			    inspect_short_hash(&s, candidate, r->run->created_us));
}

bool export_inspect_lists(const char *path)
{
	static const char time[] = "dddd-dd-ddTdd-dd-dd";
	const char *name = str_basename(path);

	for (size_t i = 0; time[i]; i++)
		if (time[i] == 'd' ? !isdigit((unsigned char)name[i]) :
				     name[i] != time[i] && !(i > 10 && name[i] == ':'))
			return false;
	return str_ends(name, ".json");
}
