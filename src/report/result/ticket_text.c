/*
 * Writes a ticket and its answers.
 */
#include "report/result/ticket_text.h"

#include <string.h>

#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "report/table/table.h"
#include "report/text/answer_text.h"
#include "report/words/words.h"

enum { ANSWER_MAX_BYTES = 400, REASON_MAX_BYTES = 90 };

int ticket_find(const struct result *r, const char *id)
{
	for (size_t i = 0; i < r->n_tickets; i++)
		if (strcmp(r->tickets[i].id, id) == 0)
			return (int)i;
	return -1;
}

int ticket_find_or_fail(struct arena *a, const struct result *r, const char *id, size_t *ret_at,
			struct err *err)
{
	const char **ids = arena_array(a, r->n_tickets, sizeof(*ids)), *near;
	int at = ticket_find(r, id);

	if (at >= 0) {
		*ret_at = (size_t)at;
		return 0;
	}
	for (size_t i = 0; i < r->n_tickets; i++)
		ids[i] = r->tickets[i].id;
	near = str_nearest(id, ids, r->n_tickets);
	return err_set(err, ERR_INPUT, "run '%s' has no ticket '%s'%s%s%s",
		       display_text(a, r->run->name), display_text(a, id),
		       near ? "; did you mean '" : "; 'toehold export --format tickets' lists them",
		       near ? display_text(a, near) : "", near ? "'?" : "");
}

static const char *ticket_role(const struct result *r, size_t at)
{
	return slice_role_name(r->slices[r->slice_of[at]].role);
}

static bool ticket_probability(const struct answer *answer, double *ret_probability)
{
	if (answer->label < 0 || (size_t)answer->label >= answer->n_probs)
		return false;
	*ret_probability = answer->probs[answer->label];
	return true;
}

static void ticket_add_row(struct arena *a, const struct result *r,
			   const struct candidate_result *c, size_t at, struct table *t)
{
	const struct answer *answer = c->answers[at];
	const struct reason *why = c->reasons[at];
	const char *said = answer_said(r, answer);
	double probability;

	table_add(t, display_text(a, c->row->name));
	if (said && answer->label >= 0)
		table_add(t,
			  display_cut(a, task_gold_words(a, r->run->task, said), ANSWER_MAX_BYTES));
	else
		table_add(t, outcome_words(answer->outcome));
	if (task_writes(r->run->task)) {
		table_add(t, answer_mark(r, answer) ? answer_mark(r, answer) : "wrong");
		table_add(t, display_cut(a, answer->detail, REASON_MAX_BYTES));
		return;
	}
	table_add(t, answer_is_right(answer, &r->tickets[at]) ? "right" : "wrong");
	if (ticket_probability(answer, &probability))
		table_addf(t, "%.1f%%", 100 * probability);
	else
		table_add(t, "-");
	table_add(t, display_cut(a, why && why->rationale ? words_reason(r, why) : answer->detail,
				 REASON_MAX_BYTES));
}

void ticket_write(struct arena *a, const struct result *r, size_t at, FILE *out)
{
	static const char *const titles[] = { "candidate",    "label",	"is",
					      ">probability", "reason", NULL };
	static const char *const written[] = { "candidate", "answer", "is", "detail", NULL };
	bool writes = task_writes(r->run->task);
	const struct ticket *ticket = &r->tickets[at];
	const char *expected = answer_expected_words(a, r, ticket);
	struct table t;

	display_wrap(a,
		     arena_printf(a, "ticket %s (%s), expected %s %s", display_text(a, ticket->id),
				  ticket_role(r, at), answer_words(r)->said,
				  display_cut(a, expected, strlen(expected))),
		     0, terminal_text_columns(out), out);
	display_write(ticket->text, out);
	fputs("\n\n", out);
	table_init(&t, a, writes ? written : titles);
	if (writes)
		table_rank(&t, "nt0t");
	for (size_t i = 0; i < r->n; i++)
		if (r->candidates[i].pass && r->candidates[i].answers[at])
			ticket_add_row(a, r, &r->candidates[i], at, &t);
	table_write(&t, out);
}

static json_t *ticket_answer_json(const struct result *r, const struct candidate_result *c,
				  size_t at)
{
	const struct answer *answer = c->answers[at];
	const struct reason *why = c->reasons[at];
	json_t *j = result_reply_json(r, c, at);
	double probability;
	bool known = ticket_probability(answer, &probability);

	json_object_set_new(j, "candidate", json_any_text(c->row->name));
	json_object_set_new(j, "short_name", json_any_text(c->short_name));
	json_object_set_new(
		j, "label",
		json_any_text(task_writes(r->run->task) ? NULL : answer_said(r, answer)));
	json_object_set_new(j, "mark", json_any_text(answer_mark(r, answer)));
	json_object_set_new(j, "probability", known ? json_real(probability) : json_null());
	json_object_set_new(j, "rationale", json_any_text(why ? why->rationale : NULL));
	return j;
}

json_t *ticket_to_json(const struct result *r, size_t at)
{
	const struct ticket *ticket = &r->tickets[at];
	json_t *answers = json_array();

	for (size_t i = 0; i < r->n; i++)
		if (r->candidates[i].pass && r->candidates[i].answers[at])
			json_array_append_new(answers,
					      ticket_answer_json(r, &r->candidates[i], at));
	return json_pack("{s:o, s:s, s:o, s:o, s:o}", "id", json_any_text(ticket->id), "role",
			 ticket_role(r, at), "text", json_any_text(ticket->text), "gold",
			 json_any_text(answer_expected(r, ticket)), "answers", answers);
}

/* "9/11": how many of the candidates that answered a ticket are right. */
static const char *tickets_right(struct arena *a, const struct result *r, size_t at)
{
	size_t n = 0, n_right = 0;

	for (size_t i = 0; i < r->n; i++) {
		if (!r->candidates[i].pass || !r->candidates[i].answers[at])
			continue;
		n++;
		n_right += answer_is_right(r->candidates[i].answers[at], &r->tickets[at]);
	}
	return arena_printf(a, "%zu/%zu", n_right, n);
}

void tickets_write(struct arena *a, const struct result *r, FILE *out)
{
	static const char *const titles[] = {
		"ticket", "role", "expected", ">right", "text", NULL
	};
	struct table t;

	table_init(&t, a, titles);
	for (size_t i = 0; i < r->n_tickets; i++) {
		table_add(&t, display_text(a, r->tickets[i].id));
		table_add(&t, ticket_role(r, i));
		table_add(&t, display_cut(a, answer_expected_words(a, r, &r->tickets[i]),
					  REASON_MAX_BYTES));
		table_add(&t, tickets_right(a, r, i));
		table_add(&t, display_cut(a, r->tickets[i].text, ANSWER_MAX_BYTES));
	}
	table_write(&t, out);
}

/* An answer in few words: thousands of them are one answer of `toehold page`. */
static json_t *tickets_answer_json(const struct result *r, const struct answer *answer, size_t at)
{
	json_t *j = json_pack("{s:s, s:b}", "outcome", outcome_name(answer->outcome), "right",
			      (int)answer_is_right(answer, &r->tickets[at]));
	double probability;

	if (task_writes(r->run->task))
		json_object_set_new(j, "mark", json_any_text(answer_mark(r, answer)));
	else
		json_object_set_new(j, "label", json_any_text(answer_said(r, answer)));
	if (ticket_probability(answer, &probability))
		json_object_set_new(j, "probability", json_real(probability));
	return j;
}

static json_t *tickets_row_json(const struct result *r, size_t at)
{
	const struct ticket *ticket = &r->tickets[at];
	json_t *answers = json_array();

	for (size_t i = 0; i < r->n; i++)
		if (r->candidates[i].pass)
			json_array_append_new(
				answers,
				r->candidates[i].answers[at] ?
					tickets_answer_json(r, r->candidates[i].answers[at], at) :
					json_null());
	return json_pack("{s:o, s:s, s:o, s:o, s:o}", "id", json_any_text(ticket->id), "role",
			 ticket_role(r, at), "gold", json_any_text(answer_expected(r, ticket)),
			 "text", json_any_text(ticket->text), "answers", answers);
}

json_t *tickets_to_json(const struct result *r)
{
	json_t *candidates = json_array(), *tickets = json_array();

	for (size_t i = 0; i < r->n; i++)
		if (r->candidates[i].pass)
			json_array_append_new(candidates,
					      json_pack("{s:o, s:o, s:b, s:b}", "name",
							json_any_text(r->candidates[i].row->name),
							"short_name",
							json_any_text(r->candidates[i].short_name),
							"baseline", (int)r->candidates[i].baseline,
							"pick", (int)(r->decision.pick == (int)i)));
	for (size_t i = 0; i < r->n_tickets; i++)
		json_array_append_new(tickets, tickets_row_json(r, i));
	return json_pack("{s:o, s:o, s:s, s:o, s:o}", "run", json_any_text(r->run->name), "job",
			 json_any_text(r->run->job_name), "task", task_names.texts[r->run->task],
			 "candidates", candidates, "tickets", tickets);
}
