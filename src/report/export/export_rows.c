/*
 * One reply as a row: which run, tickets and candidate it belongs to, and what came out. JSON
 * Lines and CSV are the same rows, from here.
 */
#include "report/export/export_rows.h"

#include "base/clock.h"
#include "base/json.h"
#include "report/thoughts.h"

const char *const export_row_names[] = {
	"run",		"created",   "job",	  "slice",	    "role",	    "slice_sha256",
	"candidate",	"pick",	     "model",	  "model_sha256",   "quant",	    "way",
	"engine_build", "id",	     "group",	  "lang",	    "text",	    "gold",
	"label",	"outcome",   "right",	  "probability",    "ttft_us",	    "label_us",
	"first_us",	"think_tok", "think_us",  "thought",	    "prompt_tok",   "ticket_tok",
	"rule",		"raw",	     "rationale", "reason_outcome", "reason_tok",   "reason_us",
	"reason_batch", "disturbed", "detail",	  "image",	    "image_sha256", "image_tok",
	"image_us",	NULL,
};

static void set(json_t *row, const char *name, json_t *value)
{
	json_object_set_new(row, name, value);
}

/* Times that were not measured are below zero. */
static json_t *time_json(int64_t us)
{
	return us < 0 ? json_null() : json_integer(us);
}

static void add_place(const struct export_scope *s, const struct candidate_result *c, size_t ticket,
		      json_t *row)
{
	const struct result *r = s->r;
	const struct slice *slice = &r->slices[r->slice_of[ticket]];
	bool pick = r->decision.pick >= 0 && c == &r->candidates[r->decision.pick];

	set(row, "run", json_any_text(r->run->name));
	set(row, "created", json_string(clock_iso(s->arena, r->run->created_us)));
	set(row, "job", json_any_text(r->run->job_name));
	set(row, "slice", json_integer((json_int_t)r->slice_of[ticket] + 1));
	set(row, "role", json_string(slice_role_name(slice->role)));
	set(row, "slice_sha256", json_string(slice->sha256));
	set(row, "candidate", json_any_text(c->row->name));
	set(row, "pick", json_boolean(pick));
	set(row, "model", json_any_text(c->row->label));
	set(row, "model_sha256", json_any_text(c->pass->model_sha256));
	set(row, "quant", json_any_text(c->row->quant));
	set(row, "way", json_any_text(c->pass->way));
	set(row, "engine_build", json_any_text(c->pass->engine_build));
	set(row, "disturbed", json_boolean(c->disturbed));
}

static void add_ticket(const struct result *r, size_t at, json_t *row)
{
	const struct ticket *ticket = &r->tickets[at];

	set(row, "id", json_any_text(ticket->id));
	set(row, "group", json_any_text(ticket->group));
	set(row, "lang", json_any_text(ticket->lang));
	set(row, "text", json_any_text(ticket->text));
	set(row, "gold", json_any_text(r->labels[ticket->label].name));
	set(row, "image", json_any_text(ticket->image));
	set(row, "image_sha256", json_any_text(ticket->image_sha256));
}

static void add_answer(const struct result *r, const struct answer *a, const struct ticket *ticket,
		       json_t *row)
{
	set(row, "outcome", json_string(outcome_name(a->outcome)));
	set(row, "right", json_boolean(answer_is_right(a, ticket)));
	set(row, "ttft_us", time_json(a->ttft_us));
	set(row, "label_us", time_json(a->label_us));
	set(row, "prompt_tok", json_integer(a->prompt_tok));
	set(row, "ticket_tok", json_integer(a->ticket_tok));
	thought_add_json(row, a);
	set(row, "rule", json_any_text(a->rule));
	set(row, "raw", json_any_text(a->raw));
	set(row, "detail", json_any_text(a->detail));
	if (a->image_tok > 0) {
		set(row, "image_tok", json_integer(a->image_tok));
		set(row, "image_us", json_integer(a->image_us));
	}
	if (a->label < 0)
		return;
	set(row, "label", json_any_text(r->labels[a->label].name));
	if ((size_t)a->label < a->n_probs)
		set(row, "probability", json_real(a->probs[a->label]));
}

static void add_reason(const struct reason *why, json_t *row)
{
	set(row, "rationale", json_any_text(why->rationale));
	set(row, "reason_outcome", json_string(outcome_name(why->outcome)));
	set(row, "reason_tok", json_integer(why->reason_tok));
	set(row, "reason_us", time_json(why->reason_us));
	set(row, "reason_batch", json_integer(why->batch));
}

json_t *export_row(const struct export_scope *s, const struct candidate_result *c, size_t ticket)
{
	json_t *row = json_object();

	for (size_t i = 0; export_row_names[i]; i++)
		set(row, export_row_names[i], json_null());
	add_place(s, c, ticket, row);
	add_ticket(s->r, ticket, row);
	if (c->answers[ticket])
		add_answer(s->r, c->answers[ticket], &s->r->tickets[ticket], row);
	if (c->reasons[ticket])
		add_reason(c->reasons[ticket], row);
	return row;
}

int64_t export_written_tok(const struct candidate_result *c, size_t ticket)
{
	const struct answer *a = c->answers[ticket];
	const struct reason *why = c->reasons[ticket];

	return (a ? a->chosen_tok + a->think_tok : 0) +
	       (why ? why->reason_tok + why->think_tok : 0);
}

const char *export_said(const struct export_scope *s, const struct candidate_result *c,
			size_t ticket)
{
	const struct answer *a = c->answers[ticket];
	const struct reason *why = c->reasons[ticket];

	return arena_printf(s->arena, "%s%s", a->raw ? a->raw : "",
			    why && why->raw ? why->raw : "");
}

bool export_was_asked(const struct answer *answer)
{
	return answer->outcome == OUTCOME_OK || answer->outcome == OUTCOME_OFF_LABEL;
}

json_t *export_messages(const char *system, const char *text)
{
	return json_pack("[{s:s, s:o}, {s:s, s:o}]", "role", "system", "content",
			 json_any_text(system), "role", "user", "content", json_any_text(text));
}
