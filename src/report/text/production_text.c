/*
 * Writes rows directly, without a tree of JSON: there may be a hundred thousand.
 */
#include "report/text/production_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "base/str.h"
#include "base/terminal.h"
#include "job/table/formula.h"
#include "report/export/export_rows.h"
#include "report/result/verdict_text.h"
#include "report/words/words.h"

static void production_add_member(struct buf *out, const char *name, const char *text)
{
	buf_addf(out, ",\"%s\":", name);
	if (!text) {
		buf_adds(out, "null");
		return;
	}
	buf_addc(out, '"');
	str_json_escape(out, text, strlen(text));
	buf_addc(out, '"');
}

/* Exact: 0.9999996 is not 1. Nothing for a probability that is not available. */
static void production_add_number(struct buf *out, double probability)
{
	char number[STR_NUMBER_BYTES];

	if (probability < 0)
		return;
	str_number(probability, number);
	buf_adds(out, number);
}

static void production_add_probability(struct buf *out, double probability)
{
	buf_adds(out, probability < 0 ? ",\"probability\":null" : ",\"probability\":");
	production_add_number(out, probability);
}

static void production_add_id(struct buf *out, const char *id)
{
	buf_adds(out, "{\"id\":\"");
	str_json_escape(out, id, strlen(id));
	buf_addc(out, '"');
}

static const char *production_label(const struct production_row *row)
{
	return row->abstained ? NULL : row->label_name;
}

static const char *production_guess(const struct production_row *row)
{
	return row->abstained ? row->label_name : NULL;
}

static const char *production_outcome(const struct production_row *row)
{
	return row->abstained ? "abstained" : outcome_name(row->outcome);
}

/* A JSON object as it is, any other text as a text. */
static void production_add_answer(struct buf *out, const struct production_row *row)
{
	json_t *object = row->answer ? json_loads(row->answer, 0, NULL) : NULL;
	char *text = json_is_object(object) ? json_dumps(object, JSON_COMPACT) : NULL;

	if (text)
		buf_addf(out, ",\"answer\":%s", text);
	else
		production_add_member(out, "answer", row->answer);
	free(text);
	json_decref(object);
}

static void production_add_json(struct buf *out, const struct production_row *row, bool with_text)
{
	production_add_id(out, row->id);
	if (with_text)
		production_add_member(out, "text", row->text);
	if (row->writes) {
		production_add_answer(out, row);
	} else {
		production_add_member(out, "label", production_label(row));
		production_add_probability(out, row->probability);
	}
	production_add_member(out, "outcome", production_outcome(row));
	if (row->abstained)
		production_add_member(out, "guess", production_guess(row));
	if (*row->rationale)
		production_add_member(out, "rationale", row->rationale);
	if (*row->detail)
		production_add_member(out, "detail", row->detail);
	buf_adds(out, "}\n");
}

static void production_add_cell(struct buf *out, const char *text)
{
	if (text)
		export_csv_cell(out, text, strlen(text));
}

static void production_add_exact(struct buf *out, const char *text)
{
	export_csv_exact_cell(out, text, strlen(text));
	buf_addc(out, ',');
}

/* A member of the answer in a cell: a text as it is, null as nothing, the rest as JSON. */
static void production_add_field(struct buf *out, const json_t *value)
{
	char *text = NULL;

	if (json_is_string(value))
		production_add_cell(out, json_string_value(value));
	else if (value && !json_is_null(value))
		text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	production_add_cell(out, text);
	free(text);
	buf_addc(out, ',');
}

static void production_add_written_csv(const struct production_form *form,
				       const struct production_row *row, struct buf *out)
{
	json_t *object = row->answer ? json_loads(row->answer, 0, NULL) : NULL;

	production_add_cell(out, row->id);
	buf_addc(out, ',');
	if (form->text)
		production_add_exact(out, row->text);
	for (size_t i = 0; i < form->n_fields; i++)
		production_add_field(out, json_object_get(object, form->fields[i]));
	json_decref(object);
	production_add_cell(out, row->answer);
	buf_addc(out, ',');
	production_add_cell(out, production_outcome(row));
	buf_addc(out, ',');
	production_add_cell(out, row->detail);
	buf_adds(out, "\r\n");
}

static void production_add_csv(const struct production_form *form, const struct production_row *row,
			       struct buf *out)
{
	production_add_cell(out, row->id);
	buf_addc(out, ',');
	if (form->text)
		production_add_exact(out, row->text);
	production_add_cell(out, production_label(row));
	buf_addc(out, ',');
	production_add_number(out, row->probability);
	buf_addc(out, ',');
	production_add_cell(out, production_outcome(row));
	buf_addc(out, ',');
	production_add_cell(out, production_guess(row));
	buf_addc(out, ',');
	production_add_cell(out, *row->detail ? row->detail : row->rationale);
	buf_adds(out, "\r\n");
}

const char *production_rows_json(struct arena *a, const struct production_row *rows, size_t n)
{
	struct buf b;

	buf_init(&b, SIZE_MAX / 2);
	if (n != 1)
		buf_adds(&b, "{\"tickets\":[");
	for (size_t i = 0; i < n; i++) {
		production_add_json(&b, &rows[i], false);
		/* Replaces the line break of the row. */
		b.data[b.len - 1] = i + 1 < n ? ',' : '\n';
	}
	if (n != 1)
		buf_adds(&b, "]}\n");
	return buf_to_arena(&b, a);
}

const char *production_failure(struct arena *a, const struct production_row *row)
{
	return arena_printf(a, "%s%s%s", outcome_words(row->outcome), *row->detail ? ": " : "",
			    row->detail);
}

void production_header(const struct production_form *form, struct buf *out)
{
	if (!form->csv)
		return;
	buf_addf(out, "id,%s", form->text ? "text," : "");
	for (size_t i = 0; i < form->n_fields; i++) {
		production_add_cell(out, form->fields[i]);
		buf_addc(out, ',');
	}
	buf_adds(out, form->writes ? "answer,outcome,detail\r\n" :
				     "label,probability,outcome,guess,rationale\r\n");
}

const char *const *production_fields(struct arena *a, const char *form, size_t *ret_n)
{
	json_t *schema = form ? json_loads(form, 0, NULL) : NULL, *field;
	json_t *properties = json_object_get(schema, "properties");
	const char **fields = arena_array(a, json_object_size(properties), sizeof(*fields));
	const char *name;

	*ret_n = 0;
	json_object_foreach (properties, name, field)
		fields[(*ret_n)++] = arena_strdup(a, name);
	json_decref(schema);
	return fields;
}

void production_review_header(const struct production_form *form, struct buf *out)
{
	if (form->csv)
		buf_addf(out, "id,text,label," FORMULA_GUARDED_COLUMN "%s\r\n",
			 form->guess ? ",guess,probability" : "");
}

void production_add_row(const struct production_form *form, const struct production_row *row,
			struct buf *out)
{
	if (form->csv && form->writes)
		production_add_written_csv(form, row, out);
	else if (form->csv)
		production_add_csv(form, row, out);
	else
		production_add_json(out, row, form->text);
}

static void production_add_review_csv(const struct production_form *form,
				      const struct production_row *row, struct buf *out)
{
	production_add_exact(out, row->id);
	production_add_exact(out, row->text);
	buf_addc(out, ',');
	production_add_cell(out, form->labels);
	if (form->guess) {
		buf_addc(out, ',');
		production_add_cell(out, production_guess(row));
		buf_addc(out, ',');
		production_add_number(out, row->probability);
	}
	buf_adds(out, "\r\n");
}

void production_add_review(const struct production_form *form, const struct production_row *row,
			   struct buf *out)
{
	if (form->csv) {
		production_add_review_csv(form, row, out);
		return;
	}
	production_add_id(out, row->id);
	production_add_member(out, "text", row->text);
	production_add_member(out, "label", "");
	if (form->guess) {
		production_add_member(out, "guess", production_guess(row));
		production_add_probability(out, row->probability);
	}
	buf_adds(out, "}\n");
}

void production_write_verdict(struct arena *a, const struct result *r,
			      const struct candidate_result *c, FILE *out)
{
	size_t at = (size_t)(c - r->candidates);
	const struct verdict *v = &r->decision.verdicts[at];

	display_wrap(a,
		     arena_printf(a,
				  "%s of run '%s': %zu of %zu right, at least %s guaranteed. %s.",
				  words_name(a, c->short_name), display_text(a, r->run->name),
				  c->score.n_right, c->score.n, words_at_least(a, v->at_least),
				  result_verdict(r, at)),
		     0, terminal_text_columns(out), out);
	if ((int)at != r->decision.pick)
		fprintf(out, "It is not the pick of that run.\n");
	if (v->kind != VERDICT_CLEARS)
		fprintf(out, "%s chance that it really reaches %.3g%% is %s.\n",
			v->kind == VERDICT_DOES_NOT_CLEAR ? "The" : "Not proven: the",
			100 * r->standard.bar, chance_words(a, v->chance, NULL));
}

void production_write_coverage(struct arena *a, const struct coverage *rows, size_t n, FILE *out)
{
	fprintf(out, "threshold  taken         right of these  95%% interval\n");
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%-9s  %3.0f%% (%zu)%*s  %3.0f%% (%zu)%*s  %.0f%% to %.0f%%\n",
			arena_printf(a, "%.4f", rows[i].threshold), 100 * rows[i].share,
			rows[i].n_taken, rows[i].n_taken < 10 ? 4 : 3, "", 100 * rows[i].accuracy,
			rows[i].n_right, rows[i].n_right < 10 ? 6 : 5, "",
			100 * rows[i].interval.low, 100 * rows[i].interval.high);
	fprintf(out, "Measured on the tickets of the run itself: expect less in production.\n");
}

static double production_share_of(const struct workload *w, size_t label)
{
	return w->n ? 100 * (double)w->by_label[label] / (double)w->n : 0;
}

static const char *production_label_words(const struct result *r, int label)
{
	return label >= 0 ? r->labels[label].name : "none";
}

void production_write_drift(struct arena *a, const struct result *r, const struct workload *then,
			    const struct workload *now, const struct drift *drift, FILE *out)
{
	struct buf name;

	buf_init(&name, 1 << 16);
	fprintf(out, "%-24s %8s %8s\n", "label", "run", "now");
	for (size_t i = 0; i < r->n_labels; i++) {
		buf_clear(&name);
		str_printable(&name, r->labels[i].name, strlen(r->labels[i].name));
		fprintf(out, "%-24s %7.1f%% %7.1f%%\n", buf_text(&name),
			production_share_of(then, i), production_share_of(now, i));
	}
	buf_release(&name);
	fprintf(out, "%-24s %8zu %8zu\n", "tickets", then->n, now->n);
	if (!drift->enough) {
		fprintf(out, "Fewer than %d tickets on one side: too few to compare.\n",
			DRIFT_LEAST);
		return;
	}
	fprintf(out, "Labels: %s; sureness: %s; %.0f%% of the shares moved%s.\n",
		arena_printf(a, "p = %.3g", drift->labels_p),
		arena_printf(a, "p = %.3g", drift->sureness_p), 100 * drift->distance,
		drift->grown >= 0 ? arena_printf(a, " (more %s, less %s)",
						 production_label_words(r, drift->grown),
						 production_label_words(r, drift->shrunk)) :
				    "");
	fprintf(out,
		drift->drifted ?
			"The tickets have changed: label 25 new ones, then 'toehold add' them.\n" :
			"No sign that the tickets have changed.\n");
}
