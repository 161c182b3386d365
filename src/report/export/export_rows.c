/*
 * One reply as a row: its run, tickets and candidate, and the result. JSON Lines and CSV use the
 * same rows.
 */
#include "report/export/export_rows.h"

#include "base/clock.h"
#include "base/json/json.h"
#include "job/ticket/examples.h"
#include "report/text/answer_text.h"
#include "report/text/reliability_text.h"
#include "report/thinking.h"

const char *const export_row_names[] = {
	"run",		"created",    "job",	   "slice",	     "role",	     "slice_sha256",
	"candidate",	"pick",	      "model",	   "model_sha256",   "quant",	     "way",
	"engine_build", "id",	      "group",	   "lang",	     "text",	     "gold",
	"label",	"outcome",    "right",	   "probability",    "ttft_us",	     "label_us",
	"first_us",	"think_tok",  "think_us",  "thought",	     "prompt_tok",   "ticket_tok",
	"rule",		"raw",	      "rationale", "reason_outcome", "reason_tok",   "reason_us",
	"reason_batch", "disturbed",  "detail",	   "image",	     "image_sha256", "image_tok",
	"image_us",	"label_mass", "orders",	   "orders_agreed",  "mark",	     NULL,
};

static void rows_set(json_t *row, const char *name, json_t *value)
{
	json_object_set_new(row, name, value);
}

static void rows_add_place(const struct export_scope *s, const struct candidate_result *c,
			   size_t ticket, json_t *row)
{
	const struct result *r = s->r;
	const struct slice *slice = &r->slices[r->slice_of[ticket]];
	bool pick = r->decision.pick >= 0 && c == &r->candidates[r->decision.pick];

	rows_set(row, "run", json_any_text(r->run->name));
	rows_set(row, "created", json_string(clock_iso(s->arena, r->run->created_us)));
	rows_set(row, "job", json_any_text(r->run->job_name));
	rows_set(row, "slice", json_integer((json_int_t)r->slice_of[ticket] + 1));
	rows_set(row, "role", json_string(slice_role_name(slice->role)));
	rows_set(row, "slice_sha256", json_string(slice->sha256));
	rows_set(row, "candidate", json_any_text(c->row->name));
	rows_set(row, "pick", json_boolean(pick));
	rows_set(row, "model", json_any_text(c->row->label));
	rows_set(row, "model_sha256", json_any_text(c->pass->model_sha256));
	rows_set(row, "quant", json_any_text(c->row->quant));
	rows_set(row, "way", json_any_text(c->pass->way));
	rows_set(row, "engine_build", json_any_text(c->pass->engine_build));
	rows_set(row, "disturbed", json_boolean(c->disturbed));
}

static void rows_add_ticket(const struct result *r, size_t at, json_t *row)
{
	const struct ticket *ticket = &r->tickets[at];

	rows_set(row, "id", json_any_text(ticket->id));
	rows_set(row, "group", json_any_text(ticket->group));
	rows_set(row, "lang", json_any_text(ticket->lang));
	rows_set(row, "text", json_any_text(ticket->text));
	rows_set(row, "gold", json_any_text(answer_expected(r, ticket)));
	rows_set(row, "image", json_any_text(ticket->image));
	rows_set(row, "image_sha256", json_any_text(ticket->image_sha256));
}

static void rows_add_answer(const struct result *r, const struct answer *a,
			    const struct ticket *ticket, json_t *row)
{
	rows_set(row, "outcome", json_string(outcome_name(a->outcome)));
	rows_set(row, "right", json_boolean(answer_is_right(a, ticket)));
	rows_set(row, "ttft_us", json_known(a->ttft_us));
	rows_set(row, "label_us", json_known(a->label_us));
	rows_set(row, "prompt_tok", json_integer(a->prompt_tok));
	rows_set(row, "ticket_tok", json_integer(a->ticket_tok));
	thought_add_json(a, row);
	rows_set(row, "rule", json_any_text(a->rule));
	rows_set(row, "raw", json_any_text(a->raw));
	rows_set(row, "detail", json_any_text(a->detail));
	if (a->image_tok > 0) {
		rows_set(row, "image_tok", json_integer(a->image_tok));
		rows_set(row, "image_us", json_integer(a->image_us));
	}
	reliability_add_form_json(a, row);
	rows_set(row, "mark", json_any_text(answer_mark(r, a)));
	if (a->label < 0 || task_writes(r->run->task))
		return;
	rows_set(row, "label", json_any_text(answer_said(r, a)));
	if ((size_t)a->label < a->n_probs)
		rows_set(row, "probability", json_real(a->probs[a->label]));
}

static void rows_add_reason(const struct reason *why, json_t *row)
{
	rows_set(row, "rationale", json_any_text(why->rationale));
	rows_set(row, "reason_outcome", json_string(outcome_name(why->outcome)));
	rows_set(row, "reason_tok", json_integer(why->reason_tok));
	rows_set(row, "reason_us", json_known(why->reason_us));
	rows_set(row, "reason_batch", json_integer(why->batch));
}

json_t *export_row(const struct export_scope *s, const struct candidate_result *c, size_t ticket)
{
	json_t *row = json_object();

	for (size_t i = 0; export_row_names[i]; i++)
		rows_set(row, export_row_names[i], json_null());
	rows_add_place(s, c, ticket, row);
	rows_add_ticket(s->r, ticket, row);
	if (c->answers[ticket])
		rows_add_answer(s->r, c->answers[ticket], &s->r->tickets[ticket], row);
	if (c->reasons[ticket])
		rows_add_reason(c->reasons[ticket], row);
	return row;
}

const char *export_role(const struct export_scope *s, size_t ticket)
{
	return slice_role_name(s->r->slices[s->r->slice_of[ticket]].role);
}

int64_t export_written_tok(const struct candidate_result *c, size_t ticket)
{
	const struct answer *a = c->answers[ticket];
	const struct reason *why = c->reasons[ticket];

	return (a ? a->chosen_tok + a->think_tok : 0) +
	       (why ? why->reason_tok + why->think_tok : 0);
}

const char *export_raw_text(const struct export_scope *s, const struct candidate_result *c,
			    size_t ticket)
{
	const struct answer *a = c->answers[ticket];
	const struct reason *why = c->reasons[ticket];

	return arena_printf(s->arena, "%s%s", a->raw ? a->raw : "",
			    why && why->raw ? why->raw : "");
}

bool export_is_answered(const struct answer *answer)
{
	return answer->outcome == OUTCOME_OK || answer->outcome == OUTCOME_OFF_LABEL;
}

static void rows_add_message(json_t *messages, const char *role, const char *content)
{
	json_array_append_new(
		messages, json_pack("{s:s, s:o}", "role", role, "content", json_any_text(content)));
}

json_t *export_messages(const char *system, const char *text)
{
	json_t *messages = json_array();

	if (*system)
		rows_add_message(messages, "system", system);
	rows_add_message(messages, "user", text);
	return messages;
}

json_t *export_sent_messages(const struct export_scope *s, const struct candidate_result *c,
			     const char *text)
{
	json_t *messages = json_array(), *item;
	json_t *examples = json_loads(c->pass->examples_json, 0, NULL);
	size_t i;

	if (*c->pass->system_text)
		rows_add_message(messages, "system", c->pass->system_text);
	json_array_foreach (examples, i, item) {
		const char *shown = json_string_value(json_object_get(item, "text"));
		const char *label = json_string_value(json_object_get(item, "label"));
		const char *gold = json_string_value(json_object_get(item, "gold"));

		if (!shown || !label)
			continue;
		rows_add_message(messages, "user", shown);
		rows_add_message(messages, "assistant",
				 gold ? task_example_answer(s->arena, s->r->run->task, gold) :
					example_answer(s->arena, label));
	}
	json_decref(examples);
	rows_add_message(messages, "user", text);
	return messages;
}
