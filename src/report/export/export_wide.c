/*
 * A row a ticket, a column a candidate, as CSV.
 */
#include <string.h>

#include "base/array.h"
#include "base/str.h"
#include "report/export/export_grid.h"
#include "report/text/answer_text.h"

static void wide_add(struct buf *b, const char *text)
{
	if (b->len)
		buf_addc(b, ',');
	export_csv_cell(b, text ? text : "", text ? strlen(text) : 0);
}

static void wide_write(struct buf *b, FILE *out)
{
	buf_adds(b, "\r\n");
	fwrite(buf_text(b), 1, b->len, out);
	buf_clear(b);
}

static void wide_add_ticket(const struct export_scope *s, size_t at, struct buf *b)
{
	const struct ticket *ticket = &s->r->tickets[at];
	size_t right, asked;
	bool unused;

	wide_add(b, ticket->id);
	wide_add(b, export_role(s, at));
	wide_add(b, ticket->text);
	wide_add(b, answer_expected(s->r, ticket));
	export_grid_count(s, at, &right, &asked);
	buf_addf(b, ",%zu,%zu", right, asked);
	for (size_t c = 0; c < s->n_candidates; c++)
		wide_add(b, export_grid_cell(s, s->candidates[c], at, &unused));
}

void export_wide(const struct export_scope *s, FILE *out)
{
	static const char *const columns[] = { "id", "role", "text", "gold", "right", "asked" };
	const char **names = export_short_names(s);
	struct buf b;

	buf_init(&b, SIZE_MAX / 2);
	if (s->bom)
		fputs(STR_MARK, out);
	for (size_t i = 0; i < COUNT_OF(columns); i++)
		wide_add(&b, columns[i]);
	for (size_t c = 0; c < s->n_candidates; c++)
		wide_add(&b, names[c]);
	wide_write(&b, out);
	for (size_t i = 0; i < s->n_tickets; i++) {
		wide_add_ticket(s, s->tickets[i], &b);
		wide_write(&b, out);
	}
	buf_release(&b);
}
