/*
 * Stored rows, field by field.
 */
#include "report/result/fields_text.h"

#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"

/* A number of microseconds from here on is a date (2001-09-09), not a duration (31 years). */
#define FIRST_DATE_US INT64_C(1000000000000000)

struct meaning {
	const char *table, *column;
	const char *value; /* "" for an empty one */
	const char *words;
};

/* The first row that matches counts; column NULL matches every column of the table. */
static const struct meaning meanings[] = {
	{ "run", "hard_share", "0", "the job gives no share of harder tickets" },
	{ "run", "parent", "", "belongs to no other run" },
	{ "run", "budget_memory_bytes", "0", "what the machine has" },
	{ "run", "budget_minutes", "0", "no limit" },
	{ "run", "job_name", "", "the job file gives no name" },
	{ "run", "prompt", "", "the job's prompt is empty" },
	{ "run", "labels_lang", "", "no letters in the labels" },
	{ "run", "form", "", "no form: the answers are labels, or free text" },
	{ "reason", "lang", "", "no letters in it" },
	{ "run_slice", "role", "0", "ordinary" },
	{ "run_slice", "role", "1", "harder" },
	{ "run_slice", "role", "2", "pool: a sample that is never scored" },
	{ "run_slice", "repeats", "", "no ticket repeats another" },
	{ "model", "engine", "0", "llama" },
	{ "model", "engine", "1", "script" },
	{ "model", "engine", "2", "baseline" },
	{ "model", "engine", "3", "http" },
	{ "model", "template_sha256", "", "the file has no chat template" },
	{ "model", "n_expert", "0", "no experts" },
	{ "model", "n_expert_used", "0", "no experts" },
	{ "model", "prompt_tok_per_s", "0", "unknown before the run" },
	{ "model", "reason_tok_per_s", "0", "unknown before the run" },
	{ "model", "label", "", "the file's name gives none" },
	{ "model", NULL, "", "not stated in the file" },
	{ "pass", "system_text", "", "a baseline reads no prompt" },
	{ "pass", "examples_sha256", "", "this way shows no examples" },
	{ "pass", "examples_json", "", "this way shows no examples" },
	{ "pass", "examples_json", "[]", "this way shows no examples" },
	{ "pass", "refused_examples_json", "", "this way skips none" },
	{ "pass", "refused_examples_json", "[]", "none was skipped" },
	{ "pass", "n_wave", "0", "as many at a time as fit into memory" },
	{ "pass", "n_ctx_max", "0", "as long as the model allows" },
	{ "pass", "n_gpu_layers", "-1", "as many as fit" },
	{ "pass", "n_gpu_layers", "0", "none: CPU only" },
	{ "pass", "engine_build", "", "no engine was asked" },
	{ "pass", "device", "", "no engine was asked" },
	{ "pass", "adapter_sha256", "", "no adapter: the weights as they are" },
	{ "pass", "projector_sha256", "", "no projector: it reads only text" },
	{ "pass", "head_sha256", "", "no head: the model chooses the label" },
	{ "pass", "think_tok", "0", "no thinking before the answer" },
	{ "pass", "form", "", "no form: the answer is a label, or free text" },
	{ "candidate", "origin", "", "a baseline comes with the program" },
	{ "candidate", "origin_name", "", "not from a store" },
	{ "candidate", "origin_digest", "", "not from a store" },
	{ "candidate", "adapter_path", "", "no adapter: the weights as they are" },
	{ "candidate", "projector_path", "", "no projector: it reads only text" },
	{ "candidate", "head_path", "", "no head: the model chooses the label" },
	{ "candidate", "head_json", "", "it has no head, and no record of learning" },
	{ "candidate", "pass_id", "0", "no pass: it was not asked" },
	{ "candidate", "refused", "", "it was not refused" },
	{ "candidate", "ladder", "", "asked as planned" },
	{ "candidate", "licence_verdict", "", "a baseline uses no model" },
	{ "candidate", "licence_id", "", "unknown, or a baseline" },
	{ "candidate", "licence_conditions", "", "none on record" },
	{ "candidate", "licence_text_sha256", "", "no licence text beside the file" },
	{ "candidate", "licence", "", "not stated in the file, or a baseline" },
	{ "candidate", "n_params", "0", "not stated, or a baseline" },
	{ "candidate", NULL, "", "not stated in the file, or a baseline" },
	{ "segment", "energy_uj", "-1", "not measurable here" },
	{ "segment", "n_wave", "0", "no wave was started, or a baseline" },
	{ "segment", "stall_percent", "-1", "not reported here" },
	{ "segment", "major_faults", "-1", "not reported here" },
	{ "segment", "min_khz", "0", "not reported here" },
	{ "segment", "max_khz", "0", "not reported here" },
	{ "segment", "suspended_us", "0", "the machine did not sleep" },
	{ "segment", "template_sha256", "", "no template: a baseline, or the file has none" },
	{ "segment", "rendered", "", "a baseline reads no prompt" },
	{ "segment", "rendered_sha256", "", "a baseline reads no prompt" },
	{ "segment", "template_marks", "", "nothing to report" },
	{ "segment", "opening", "", "nothing was put before the answer" },
	{ "segment", "thinking", "", "no model was asked" },
	{ "segment", "probes", "", "no server was asked" },
	{ "segment", "server", "", "no server was asked" },
	{ "segment", "peak_rss_bytes", "0", "no worker was used" },
	{ "event", "pass_id", "0", "belongs to the whole run" },
	{ "event", "text", "", "the kind says it all" },
};

enum { N_MEANINGS = COUNT_OF(meanings) };

const char *field_meaning(const char *table, const char *column, const char *value)
{
	for (size_t i = 0; i < N_MEANINGS; i++) {
		const struct meaning *m = &meanings[i];

		if (strcmp(m->table, table) == 0 && (!m->column || !strcmp(m->column, column)) &&
		    strcmp(m->value, value) == 0)
			return m->words;
	}
	return NULL;
}

/* The stored value; a purged text says so. */
static const char *fields_value_text(struct arena *a, const struct column *c,
				     const struct cell *cell)
{
	switch (cell->tag) {
	case CELL_NULL:
		return "";
	case CELL_INT:
		if (c->type == COL_BOOL)
			return cell->number ? "yes" : "no";
		return arena_printf(a, "%lld", (long long)cell->number);
	case CELL_REAL:
		return arena_printf(a, "%.6g", cell->real);
	case CELL_TEXT:
		return arena_strndup(a, cell->data, cell->len);
	case CELL_BLOB:
		return arena_printf(a, "%zu bytes", cell->len);
	case CELL_PRIVATE:
		if (cell->purged)
			return store_purged;
		return cell->len ? arena_strndup(a, cell->data, cell->len) : "";
	}
	return "";
}

/* A number in the unit that ends its column's name; NULL if it has none. */
static const char *fields_number_words(struct arena *a, const char *column, const struct cell *cell)
{
	int64_t n = cell->number;

	if (cell->tag != CELL_INT || n <= 0)
		return NULL;
	if (str_ends(column, "_bytes"))
		return str_bytes(a, (uint64_t)n);
	if (str_ends(column, "_date_s"))
		return clock_iso(a, n * 1000000);
	if (str_ends(column, "_us"))
		return n >= FIRST_DATE_US ? clock_iso(a, n) : str_duration(a, n);
	return NULL;
}

static void fields_write_line(const char *name, const char *value, const char *words, FILE *out)
{
	fprintf(out, "  %-22s ", name);
	display_write(*value ? value : "-", out);
	if (words)
		fprintf(out, " (%s)", words);
	fputc('\n', out);
}

static void fields_write_field(struct arena *a, const struct stored_row *row, size_t at, FILE *out)
{
	const struct column *c = &row->type->columns[at];
	const char *name = row_column_name(c);
	const char *value = fields_value_text(a, c, &row->cells[at]);
	const char *words = field_meaning(row->type->table, name, value);

	fields_write_line(name, value,
			  words ? words : fields_number_words(a, name, &row->cells[at]), out);
}

void fields_write_text(struct arena *a, const struct stored_row *rows, size_t n, FILE *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct row_type *type = rows[i].type;

		fprintf(out, "%s%s\n", i ? "\n" : "", type->table);
		fields_write_line("row", arena_printf(a, "%lld", (long long)rows[i].seq), NULL,
				  out);
		fields_write_line("hash", rows[i].hash, NULL, out);
		for (size_t k = 0; k < type->n_columns; k++)
			fields_write_field(a, &rows[i], k, out);
	}
}

static json_t *fields_value_json(struct arena *a, const struct column *c, const struct cell *cell)
{
	if (cell->tag == CELL_NULL)
		return json_null();
	if (cell->tag == CELL_INT)
		return c->type == COL_BOOL ? json_boolean(cell->number != 0) :
					     json_integer(cell->number);
	if (cell->tag == CELL_REAL)
		return json_real(cell->real);
	return json_any_text(fields_value_text(a, c, cell));
}

static json_t *fields_row_json(struct arena *a, const struct stored_row *row)
{
	const struct row_type *type = row->type;
	json_t *fields = json_object(), *words = json_object();

	for (size_t i = 0; i < type->n_columns; i++) {
		const struct column *c = &type->columns[i];
		const char *name = row_column_name(c);
		const char *meaning =
			field_meaning(type->table, name, fields_value_text(a, c, &row->cells[i]));

		json_object_set_new(fields, name, fields_value_json(a, c, &row->cells[i]));
		if (meaning)
			json_object_set_new(words, name, json_string(meaning));
	}
	return json_pack("{s:s, s:I, s:s, s:o, s:o}", "table", type->table, "row",
			 (json_int_t)row->seq, "hash", row->hash, "fields", fields, "meanings",
			 words);
}

json_t *fields_to_json(struct arena *a, const struct stored_row *rows, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, fields_row_json(a, &rows[i]));
	return list;
}
