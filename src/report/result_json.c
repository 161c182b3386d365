/*
 * A run for machines. Field names are the columns' names; times are whole microseconds.
 */
#include "report/result.h"

#include <string.h>

#include "base/clock.h"
#include "base/str.h"

/* Texts from models may hold any bytes: JSON gets what is well-formed, the rest escaped. */
static json_t *text_json(const char *text)
{
	json_t *value = text ? json_string(text) : json_null();
	struct buf b;

	if (value)
		return value;
	buf_init(&b, strlen(text) * 10 + 16);
	str_printable(&b, text, strlen(text));
	value = json_string(buf_text(&b));
	buf_release(&b);
	return value ? value : json_null();
}

static json_t *score_json(const struct candidate_result *c)
{
	const struct score *s = &c->score;
	json_t *j = json_pack("{s:I, s:I, s:I}", "tickets", (json_int_t)s->n_tickets, "answered",
			      (json_int_t)s->n, "right", (json_int_t)s->n_right);

	json_object_set_new(j, "accuracy",
			    s->n_tickets ? json_real((double)s->n_right / (double)s->n_tickets) :
					   json_null());
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		if (s->by_outcome[i])
			json_object_set_new(j, outcome_name((enum outcome)i),
					    json_integer((json_int_t)s->by_outcome[i]));
	return j;
}

static json_t *times_json(const struct candidate_result *c)
{
	const struct score *s = &c->score;
	const struct {
		const char *name;
		int64_t us;
	} rows[] = {
		{ "load_us", c->load_us },	     { "prefix_us", c->prefix_us },
		{ "ttft_p50_us", s->ttft_p50_us },   { "ttft_p95_us", s->ttft_p95_us },
		{ "label_p50_us", s->label_p50_us }, { "label_p95_us", s->label_p95_us },
		{ "answer_us", c->answer_us },	     { "reason_us", c->reason_us },
		{ "full_run_us", c->full_run_us },
	};
	json_t *j = json_object();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		json_object_set_new(j, rows[i].name,
				    rows[i].us < 0 ? json_null() : json_integer(rows[i].us));
	json_object_set_new(j, "disturbed", json_boolean(c->disturbed));
	json_object_set_new(j, "recomputed", json_boolean(c->recomputed));
	return j;
}

static json_t *reply_json(const struct result *r, const struct candidate_result *c, size_t i)
{
	const struct ticket *t = &r->slice->tickets[i];
	const struct answer *a = c->answers[i];
	const struct reason *why = c->reasons[i];
	json_t *j = json_object();

	json_object_set_new(j, "id", text_json(t->id));
	json_object_set_new(j, "gold", text_json(r->labels[t->label].name));
	if (!a)
		return j;
	json_object_set_new(j, "label",
			    a->label >= 0 ? text_json(r->labels[a->label].name) : json_null());
	json_object_set_new(j, "outcome", json_string(outcome_name(a->outcome)));
	json_object_set_new(j, "right", json_boolean(answer_is_right(a, t)));
	json_object_set_new(j, "ttft_us", json_integer(a->ttft_us));
	json_object_set_new(j, "label_us", json_integer(a->label_us));
	json_object_set_new(j, "prompt_tok", json_integer(a->prompt_tok));
	json_object_set_new(j, "rule", text_json(a->rule));
	json_object_set_new(j, "raw", text_json(a->raw));
	json_object_set_new(j, "spans", text_json(a->spans));
	if (*a->detail)
		json_object_set_new(j, "detail", text_json(a->detail));
	if (a->n_probs) {
		json_t *probs = json_object();

		for (size_t k = 0; k < a->n_probs && k < r->n_labels; k++)
			json_object_set_new(probs, r->labels[k].name, json_real(a->probs[k]));
		json_object_set_new(j, "probs", probs);
	}
	if (why) {
		json_object_set_new(j, "rationale", text_json(why->rationale));
		json_object_set_new(j, "reason_outcome", json_string(outcome_name(why->outcome)));
		json_object_set_new(j, "reason_finish", text_json(why->finish));
		json_object_set_new(j, "reason_tok", json_integer(why->reason_tok));
		json_object_set_new(j, "reason_us", json_integer(why->reason_us));
		json_object_set_new(j, "reason_batch", json_integer(why->batch));
	}
	return j;
}

static json_t *candidate_json(const struct result *r, const struct candidate_result *c,
			      bool replies)
{
	json_t *j = json_object();

	json_object_set_new(j, "name", text_json(c->row->name));
	json_object_set_new(j, "model", text_json(c->row->label));
	json_object_set_new(j, "path", text_json(c->row->path));
	json_object_set_new(j, "quant", text_json(c->row->quant));
	json_object_set_new(j, "arch", text_json(c->row->arch));
	json_object_set_new(j, "licence", text_json(c->row->licence));
	json_object_set_new(j, "n_params", json_integer(c->row->n_params));
	json_object_set_new(j, "size_bytes", json_integer(c->row->size_bytes));
	json_object_set_new(j, "peak_rss_bytes", json_integer(c->peak_rss_bytes));
	json_object_set_new(j, "reused", json_boolean(c->row->reused));
	if (*c->row->refused)
		json_object_set_new(j, "refused", text_json(c->row->refused));
	if (!c->pass)
		return j;
	json_object_set_new(j, "sha256", text_json(c->pass->model_sha256));
	json_object_set_new(j, "way", text_json(c->pass->way));
	json_object_set_new(j, "engine_build", text_json(c->pass->engine_build));
	json_object_set_new(j, "device", text_json(c->pass->device));
	json_object_set_new(j, "threads", json_integer(c->pass->n_threads));
	json_object_set_new(j, "score", score_json(c));
	json_object_set_new(j, "times", times_json(c));
	json_object_set_new(j, "prompt_tok", json_integer(c->score.prompt_tok));
	json_object_set_new(j, "reason_tok", json_integer(c->score.reason_tok));
	if (replies) {
		json_t *rows = json_array();

		for (size_t i = 0; i < r->slice->n; i++)
			json_array_append_new(rows, reply_json(r, c, i));
		json_object_set_new(j, "replies", rows);
	}
	return j;
}

json_t *result_to_json(struct arena *a, const struct result *r, bool replies)
{
	json_t *j = json_object(), *list = json_array(), *events = json_array();

	json_object_set_new(j, "run", text_json(r->run->name));
	json_object_set_new(j, "job", text_json(r->run->job_name));
	json_object_set_new(j, "created", text_json(clock_iso(a, r->run->created_us)));
	json_object_set_new(j, "bar", json_real(r->run->bar));
	json_object_set_new(j, "mode", text_json(r->run->mode));
	json_object_set_new(j, "slice_sha256", text_json(r->slice->sha256));
	json_object_set_new(j, "redaction", text_json(r->run->redaction));
	json_object_set_new(j, "pick",
			    r->decision.pick >= 0 ?
				    text_json(r->candidates[r->decision.pick].row->name) :
				    json_null());
	json_object_set_new(j, "why", text_json(r->decision.why));
	for (size_t i = 0; i < r->n; i++)
		json_array_append_new(list, candidate_json(r, &r->candidates[i], replies));
	json_object_set_new(j, "candidates", list);
	for (size_t i = 0; i < r->n_events; i++)
		json_array_append_new(events, json_pack("{s:s, s:o}", "kind", r->events[i].kind,
							"text", text_json(r->events[i].text)));
	json_object_set_new(j, "events", events);
	return j;
}
