/*
 * Gold answers from a table: JSON in the column `gold`, or columns that the task knows.
 */
#include <string.h>

#include "base/display.h"
#include "job/ticket/ticket_rows.h"

static const char *gold_find_column(const struct task_cells *cells)
{
	for (size_t i = 0; i < cells->n; i++)
		if (strcmp(cells->names[i], "gold") == 0)
			return cells->texts[i];
	return NULL;
}

int ticket_read_cells_gold(struct ticket_reader *reader, const struct task_cells *cells,
			   struct ticket_draft *draft, struct err *err)
{
	const struct task_kind *kind = task_kind(reader->job->task);
	const char *text = gold_find_column(cells);
	struct task_gold gold = { NULL, NULL };
	json_error_t found;
	json_t *value;

	if (text && ticket_is_blank(text))
		return 0;
	if (text) {
		value = json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &found);
		if (!value)
			return text_fail(reader->path, draft->line, err,
					 "'gold' is not JSON: %s; write for example %s",
					 display_text(reader->arena, found.text),
					 "{\"amount\": \"12 €\"}");
		gold = kind->gold(reader->arena, reader->job, value);
		json_decref(value);
	} else if (kind->gold_of_row) {
		gold = kind->gold_of_row(reader->arena, reader->job, cells);
	}
	if (gold.fault)
		return text_fail(reader->path, draft->line, err, "%s", gold.fault);
	draft->gold = gold.text;
	return 0;
}
