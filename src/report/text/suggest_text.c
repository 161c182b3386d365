/*
 * Proposals as a table, as JSON, and as tickets without labels.
 */
#include "report/text/suggest_text.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "job/table/formula.h"
#include "report/export/export_rows.h"
#include "report/table/table.h"

enum { QUOTE_MAX_BYTES = 60 };

static const char *suggest_text_why(struct arena *a, const struct suggested *s,
				    const struct proposal *p)
{
	return suggest_why(a, s->question, s->labels, p);
}

static void suggest_write_head(struct arena *a, const struct suggested *s, FILE *out)
{
	const struct pool_sample *pool = s->pool;

	fprintf(out, "%s: %zu of %zu tickets asked", display_path(a, pool->slice.path),
		pool->slice.n, pool->n_in_file);
	if (pool->n_repeats)
		fprintf(out,
			"; left out: %zu that (nearly) repeat%s a ticket of run '%s' or a worked "
			"example",
			pool->n_repeats, pool->n_repeats == 1 ? "s" : "", display_text(a, s->run));
	fprintf(out, ".\nAsked for labels only, and scored nowhere (run '%s'):",
		display_text(a, s->asked_in));
	for (size_t v = 0; v < s->question->n_voters; v++)
		fprintf(out, "%s %s", v ? "," : "", display_text(a, s->names[v]));
	fputs("\n\n", out);
}

void suggested_write_text(struct arena *a, const struct suggested *s, FILE *out)
{
	static const char *const headers[] = { "id", "why", "text", NULL };
	struct table t;

	suggest_write_head(a, s, out);
	table_init(&t, a, headers);
	table_rank(&t, "0tt");
	for (size_t i = 0; i < s->n; i++) {
		const struct ticket *ticket = &s->question->tickets[s->proposals[i].ticket];

		table_add(&t, display_text(a, ticket->id));
		table_add(&t, s->guess ? suggest_text_why(a, s, &s->proposals[i]) :
					 suggest_why_unnamed(a, &s->proposals[i]));
		table_add(&t, display_cut(a, ticket->text, QUOTE_MAX_BYTES));
	}
	table_write(&t, out);
	if (s->n < s->n_wanted)
		fprintf(out,
			"\n%zu of %zu: no more of the tickets asked are left. (No label gets more "
			"than half of\nthe %zu, and near-duplicates are left out.)\n",
			s->n, s->n_wanted, s->n_wanted);
	if (s->out)
		fprintf(out,
			"\nWritten to %s. Fill in each \"label\" (an empty one is refused), "
			"then:\n  %s\n",
			display_path(a, s->out), s->next);
	else
		fprintf(out,
			"\nNothing was written. Run it again with -o OUT.jsonl, or OUT.csv, to "
			"get tickets to label\n"
			"(the candidates are not asked again); then:\n  %s\n",
			s->next);
}

static json_t *suggest_said_json(const struct suggested *s, size_t ticket)
{
	const struct suggest_question *q = s->question;
	json_t *list = json_array();

	for (size_t v = 0; v < q->n_voters; v++) {
		int label = suggest_label(&q->voters[v], ticket, q->n_labels);

		json_array_append_new(
			list,
			json_pack("{s:o, s:o}", "candidate", json_any_text(s->names[v]), "label",
				  json_any_text(label < 0 ? NULL : s->labels[label].name)));
	}
	return list;
}

static json_t *suggest_proposal_json(struct arena *a, const struct suggested *s,
				     const struct proposal *p)
{
	const struct ticket *ticket = &s->question->tickets[p->ticket];

	return json_pack(
		"{s:o, s:I, s:o, s:o, s:o, s:o, s:b, s:o}", "id", json_any_text(ticket->id), "line",
		(json_int_t)ticket->line, "text", json_any_text(ticket->text), "predicted",
		json_any_text(s->labels[p->label].name), "said", suggest_said_json(s, p->ticket),
		"margin", p->margin < 0 ? json_null() : json_real(p->margin), "rare", p->rare,
		"why", json_any_text(suggest_text_why(a, s, p)));
}

json_t *suggested_to_json(struct arena *a, const struct suggested *s)
{
	json_t *names = json_text_list(s->names, s->question->n_voters);
	json_t *proposals = json_array();

	for (size_t i = 0; i < s->n; i++)
		json_array_append_new(proposals, suggest_proposal_json(a, s, &s->proposals[i]));
	return json_pack(
		"{s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "run", json_any_text(s->run),
		"asked_in", json_any_text(s->asked_in), "pool", json_any_text(s->pool->slice.path),
		"tickets", (json_int_t)s->pool->n_in_file, "asked", (json_int_t)s->pool->slice.n,
		"repeats", (json_int_t)s->pool->n_repeats, "candidates", names, "proposals",
		proposals, "out", json_any_text(s->out), "next", json_any_text(s->next));
}

static void suggest_write_line(struct arena *a, const struct suggested *s, const struct proposal *p,
			       FILE *out)
{
	const struct ticket *ticket = &s->question->tickets[p->ticket];
	json_t *line =
		json_pack("{s:s, s:s, s:s}", "id", ticket->id, "text", ticket->text, "label", "");

	if (ticket->lang)
		json_object_set_new(line, "lang", json_string(ticket->lang));
	if (ticket->group)
		json_object_set_new(line, "group", json_string(ticket->group));
	if (s->guess)
		json_object_set_new(line, "why", json_any_text(suggest_text_why(a, s, p)));
	json_print_line(line, out);
}

static void suggest_write_csv_row(struct arena *a, const struct suggested *s,
				  const struct proposal *p, const char *labels, FILE *out)
{
	const struct ticket *ticket = &s->question->tickets[p->ticket];
	const char *const cells[] = {
		ticket->id,
		ticket->text,
		"",
		labels,
		ticket->lang,
		ticket->group,
		s->guess ? suggest_text_why(a, s, p) : NULL,
	};
	struct buf b;

	buf_init(&b, SIZE_MAX / 2);
	for (size_t i = 0; i < COUNT_OF(cells) - !s->guess; i++) {
		if (i)
			buf_addc(&b, ',');
		if (cells[i] && *cells[i])
			export_csv_exact_cell(&b, cells[i], strlen(cells[i]));
	}
	buf_adds(&b, "\r\n");
	fwrite(buf_text(&b), 1, b.len, out);
	buf_release(&b);
}

void suggested_write_tickets(struct arena *a, const struct suggested *s, bool csv, FILE *out)
{
	const char *labels = "";

	for (size_t i = 0; i < s->question->n_labels; i++)
		labels = arena_add_item(a, labels, " | ", "%s", s->labels[i].name);
	if (csv)
		fprintf(out, "id,text,label," FORMULA_GUARDED_COLUMN ",lang,group%s\r\n",
			s->guess ? ",why" : "");
	for (size_t i = 0; i < s->n; i++) {
		if (csv)
			suggest_write_csv_row(a, s, &s->proposals[i], labels, out);
		else
			suggest_write_line(a, s, &s->proposals[i], out);
	}
}
