/*
 * Tickets as blocks of lines: an answer a line, so that prompts stand below each other.
 */
#include "report/text/trial_text.h"

#include <string.h>

#include "base/display.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "base/str.h"
#include "report/diff/line_diff.h"
#include "report/table/table.h"

enum { TRIAL_TEXT_MAX = 160 };

static const char *trial_answer(struct arena *a, const struct trial *t,
				const struct trial_cell *cell)
{
	const char *label, *text;

	if (!cell->asked)
		return "not asked";
	text = task_gold_words(a, t->job->task, cell->text);
	if (task_writes(t->job->task) && *text)
		return display_cut(a, text, strlen(text));
	if (cell->outcome != OUTCOME_OK || cell->label < 0)
		return outcome_words(cell->outcome);
	label = t->job->labels[cell->label].name;
	if (cell->probability < 0)
		return display_text(a, label);
	return arena_printf(a, "%s %.0f%%", display_text(a, label), 100 * cell->probability);
}

static void trial_write_ticket(struct arena *a, const struct trial *trial, size_t at, FILE *out)
{
	const struct ticket *ticket = &trial->tickets[at];
	bool writes = task_writes(trial->job->task);
	const char *headers[] = { "candidate", "answer", "time", writes ? NULL : "reason", NULL };
	struct table t;

	fprintf(out, "%s: %s\n", display_text(a, ticket->id),
		display_fit(a, ticket->text, TRIAL_TEXT_MAX));
	if (ticket->label >= 0)
		fprintf(out, "expected: %s\n",
			display_text(a, writes ?
						task_gold_words(a, trial->job->task, ticket->gold) :
						trial->job->labels[ticket->label].name));
	table_init(&t, a, headers);
	table_rank(&t, writes ? "0t0" : "000t");
	for (size_t i = 0; i < trial->n_columns; i++) {
		const struct trial_column *c = &trial->columns[i];

		table_addf(&t, "  %s", display_text(a, c->name));
		table_add(&t, c->failed ? c->failed : trial_answer(a, trial, &c->cells[at]));
		table_add(&t, c->cells[at].asked ? str_duration(a, c->cells[at].label_us) : "-");
		if (!writes)
			table_add(&t, c->cells[at].asked ? display_text(a, c->cells[at].text) : "");
	}
	table_write(&t, out);
	fputc('\n', out);
}

void trial_write_text(struct arena *a, const struct trial *trial, FILE *out)
{
	for (size_t i = 0; i < trial->n_tickets; i++)
		trial_write_ticket(a, trial, i, out);
}

static const char *trial_sha256(struct arena *a, const char *prompt)
{
	char hex[HASH_HEX_LEN + 1];

	hash_bytes(prompt, strlen(prompt), hex);
	return arena_strdup(a, hex);
}

void trial_write_prompts(struct arena *a, const struct job *job, FILE *out)
{
	fprintf(out, "the job's prompt: sha256 %.12s\n", trial_sha256(a, job->prompt_pattern));
	for (size_t i = 0; i < job->n_variants; i++) {
		const struct variant *v = &job->variants[i];

		fprintf(out, "%s: sha256 %.12s; against the job's prompt:\n",
			display_text(a, v->name), trial_sha256(a, v->pattern));
		line_diff_write(a, job->prompt_pattern, v->pattern, out);
	}
}

static json_t *trial_cell_to_json(const struct trial *t, const struct trial_cell *cell)
{
	json_t *j = json_object();

	if (!cell->asked)
		return json_null();
	json_object_set_new(j, "outcome", json_string(outcome_name(cell->outcome)));
	if (!task_writes(t->job->task))
		json_object_set_new(j, "label",
				    cell->label >= 0 ?
					    json_any_text(t->job->labels[cell->label].name) :
					    json_null());
	if (cell->probability >= 0)
		json_object_set_new(j, "probability", json_real(cell->probability));
	json_object_set_new(j, task_writes(t->job->task) ? "answer" : "reason",
			    json_any_text(cell->text));
	json_object_set_new(j, "label_us", json_known(cell->label_us));
	return j;
}

json_t *trial_to_json(struct arena *a, const struct trial *t)
{
	json_t *tickets = json_array();

	for (size_t i = 0; i < t->n_tickets; i++) {
		json_t *answers = json_array();

		for (size_t k = 0; k < t->n_columns; k++) {
			const struct trial_column *c = &t->columns[k];
			const char *prompt =
				c->variant ? c->variant->pattern : t->job->prompt_pattern;

			json_array_append_new(
				answers,
				json_pack("{s:o, s:o, s:s, s:o}", "candidate",
					  json_any_text(c->name), "prompt",
					  c->variant ? json_any_text(c->variant->name) :
						       json_null(),
					  "prompt_sha256", trial_sha256(a, prompt), "answer",
					  c->failed ? json_any_text(c->failed) :
						      trial_cell_to_json(t, &c->cells[i])));
		}
		json_array_append_new(tickets, json_pack("{s:o, s:o, s:o}", "id",
							 json_any_text(t->tickets[i].id), "text",
							 json_any_text(t->tickets[i].text),
							 "answers", answers));
	}
	return json_pack("{s:o}", "tickets", tickets);
}
