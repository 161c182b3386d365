/*
 * The exports in plain JSON: the run, its rows, and its tickets as lines for three tools.
 */
#include "base/json/json.h"
#include "report/export/export_rows.h"
#include "report/text/answer_text.h"

void export_json(const struct export_scope *s, FILE *out)
{
	json_print(result_to_json(s->arena, s->r, RESULT_REPLIES), out);
}

void export_jsonl(const struct export_scope *s, FILE *out)
{
	for (size_t c = 0; c < s->n_candidates; c++)
		for (size_t i = 0; i < s->n_tickets; i++)
			json_print_line(export_row(s, s->candidates[c], s->tickets[i]), out);
}

/* Optional members of a ticket. */
static void lines_add_word(json_t *object, const char *name, const char *word)
{
	if (word)
		json_object_set_new(object, name, json_any_text(word));
}

static const char *lines_gold(const struct export_scope *s, const struct ticket *ticket)
{
	return answer_expected(s->r, ticket);
}

/* A gold answer is an object, as in the ticket's own row; null if its text was removed. */
static json_t *lines_gold_json(const struct ticket *ticket)
{
	json_t *gold = ticket->gold ? json_loads(ticket->gold, JSON_DECODE_ANY, NULL) : NULL;

	return gold ? gold : json_null();
}

/* In the form that slice_load() reads. */
void export_tickets(const struct export_scope *s, FILE *out)
{
	for (size_t i = 0; i < s->n_tickets; i++) {
		const struct ticket *ticket = &s->r->tickets[s->tickets[i]];
		json_t *line = json_object();

		lines_add_word(line, "id", ticket->id);
		lines_add_word(line, "text", ticket->text);
		if (task_writes(s->r->run->task))
			json_object_set_new(line, "gold", lines_gold_json(ticket));
		else
			lines_add_word(line, "label", lines_gold(s, ticket));
		lines_add_word(line, "lang", ticket->lang);
		lines_add_word(line, "group", ticket->group);
		lines_add_word(line, "image", ticket->image);
		json_print_line(line, out);
	}
}

/* Samples for inspect_ai's json_dataset() (docs/datasets.qmd). */
void export_inspect_dataset(const struct export_scope *s, FILE *out)
{
	for (size_t i = 0; i < s->n_tickets; i++) {
		size_t at = s->tickets[i];
		const struct ticket *ticket = &s->r->tickets[at];
		json_t *line = json_object(), *metadata = json_object();

		lines_add_word(metadata, "lang", ticket->lang);
		lines_add_word(metadata, "group", ticket->group);
		lines_add_word(metadata, "role", export_role(s, at));
		lines_add_word(line, "input", ticket->text);
		lines_add_word(line, "target", lines_gold(s, ticket));
		lines_add_word(line, "id", ticket->id);
		json_object_set_new(line, "metadata", metadata);
		json_print_line(line, out);
	}
}

/* Samples of openai/evals (docs/build-eval.md), which ignores other members. */
void export_openai_evals(const struct export_scope *s, FILE *out)
{
	for (size_t i = 0; i < s->n_tickets; i++) {
		const struct ticket *ticket = &s->r->tickets[s->tickets[i]];
		json_t *line = json_object();

		json_object_set_new(line, "input",
				    export_messages(s->r->run->prompt, ticket->text));
		lines_add_word(line, "ideal", lines_gold(s, ticket));
		lines_add_word(line, "id", ticket->id);
		lines_add_word(line, "lang", ticket->lang);
		lines_add_word(line, "group", ticket->group);
		json_print_line(line, out);
	}
}
