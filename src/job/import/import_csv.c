/*
 * The format `csv`, and what all CSV formats share: a header, a column for each field, a draft for
 * each row. Decides which names a column can have if no option names it.
 */
#include <string.h>
#include <strings.h>

#include "base/display.h"
#include "job/import/import_rows.h"

static const char **csv_copy_names(struct arena *a, const struct table_row *header)
{
	const char **names = arena_array(a, header->n, sizeof(*names));

	for (size_t i = 0; i < header->n; i++)
		names[i] = arena_strndup(a, header->cells[i], header->lengths[i]);
	return names;
}

struct csv_sample {
	struct importer *im;
	struct import_sample *sample;
	bool taken;
};

static int csv_on_sample(const struct table_row *row, void *ctx, struct err *err)
{
	struct csv_sample *to = ctx;

	(void)err;
	to->sample->names = csv_copy_names(to->im->arena, row);
	to->sample->n = row->n;
	to->taken = true;
	return -1; /* stop: the header is enough */
}

int import_sample_csv(struct importer *im, struct import_sample *ret_sample, struct err *err)
{
	struct csv_sample to = { im, ret_sample, false };
	struct text_file file = im->file;

	if (table_each_row(im->arena, &file, csv_on_sample, &to, err) < 0 && !to.taken)
		return -1;
	return 0;
}

/* The index of the column of that name; -1: none, -2: more than one. */
static int csv_only_column(const struct import_columns *columns, const char *name,
			   int (*compare)(const char *, const char *))
{
	int found = -1;

	for (size_t i = 0; i < columns->n; i++) {
		if (compare(columns->names[i], name) != 0)
			continue;
		if (found >= 0)
			return -2;
		found = (int)i;
	}
	return found;
}

int import_column(const struct import_columns *columns, const char *name)
{
	return csv_only_column(columns, name, strcmp);
}

static struct table_header csv_header(const struct import_columns *columns)
{
	return (struct table_header){ columns->im->path, columns->names, columns->n,
				      columns->line };
}

/* Takes the columns of these fields as the options name them. */
static int csv_choose(struct import_columns *columns, unsigned fields, struct err *err)
{
	struct table_header header = csv_header(columns);
	struct column_choice choice;

	if (columns_choose(columns->im->arena, columns->im->columns, &header, fields, &choice,
			   err) < 0)
		return -1;
	for (int f = 0; f < FIELD_COUNT; f++)
		if (fields & 1u << f)
			columns->of[f] = choice.of[f];
	if (choice.guessed)
		columns->im->to->guessed = choice.guessed;
	if (fields & 1u << FIELD_TEXT) {
		memcpy(columns->texts, choice.texts, sizeof(columns->texts));
		columns->n_texts = choice.n_texts;
	}
	return 0;
}

int import_choose(struct import_columns *columns, enum ticket_field field,
		  const char *const *defaults, struct err *err)
{
	const char *name = NULL;
	int found = -1;

	if (columns->im->named[field])
		return csv_choose(columns, 1u << field, err);
	for (; found == -1 && defaults && *defaults; defaults++)
		found = csv_only_column(columns, name = *defaults, strcasecmp);
	if (found == -2)
		return text_fail(columns->im->path, columns->line, err,
				 "column '%s' appears twice; rename one", name);
	columns->of[field] = found;
	return 0;
}

int import_need(const struct import_columns *columns, enum ticket_field field, struct err *err)
{
	struct table_header header = csv_header(columns);
	struct column_choice choice;

	if (columns->of[field] >= 0 || (field == FIELD_LABEL && columns->im->keep_pool))
		return 0;
	if (field == FIELD_LABEL)
		return text_fail(columns->im->path, columns->line, err,
				 "no column for the label; name one of %s with --label%s",
				 columns_list(columns->im->arena, columns->names, columns->n),
				 import_or_pool);
	memcpy(choice.of, columns->of, sizeof(choice.of));
	return columns_need(columns->im->arena, columns->im->columns, &header, &choice, field, err);
}

static void csv_keep_header(struct import_columns *columns, const struct table_row *header)
{
	columns->names = csv_copy_names(columns->im->arena, header);
	columns->n = header->n;
	columns->line = header->line;
	columns->choices = -1;
	for (int f = 0; f < FIELD_COUNT; f++)
		columns->of[f] = -1;
}

static void csv_join_texts(const struct import_columns *columns, const struct table_row *row,
			   struct import_draft *draft)
{
	const char *texts[COLUMNS_MAX_TEXTS];

	for (size_t i = 0; i < columns->n_texts; i++)
		texts[i] = row->cells[columns->texts[i]];
	draft->fields[FIELD_TEXT] =
		columns_join_texts(columns->im->arena, texts, columns->n_texts, &draft->text_len);
}

static int csv_read_row(struct import_columns *columns, const struct table_row *row,
			struct err *err)
{
	struct import_draft draft = { .line = row->line };

	for (int f = 0; f < FIELD_COUNT; f++) {
		int column = columns->of[f];

		if (column < 0)
			continue;
		if (f == FIELD_TEXT && columns->n_texts > 1) {
			csv_join_texts(columns, row, &draft);
			continue;
		}
		if (f == FIELD_TEXT)
			draft.text_len = row->lengths[column];
		if (f != FIELD_LABEL)
			draft.fields[f] = row->cells[column];
		else if (!columns->fill)
			import_offer_cell(columns->im, &draft, row->cells[column]);
	}
	import_set_row_gold(columns, row, &draft);
	if (columns->fill && columns->fill(columns, row, &draft, err) < 0)
		return -1;
	return import_add(columns->im, &draft, err);
}

static int csv_on_row(const struct table_row *row, void *ctx, struct err *err)
{
	struct import_columns *columns = ctx;

	if (columns->names)
		return csv_read_row(columns, row, err);
	csv_keep_header(columns, row);
	return columns->choose(columns, err);
}

int import_each_csv(struct import_columns *columns, struct err *err)
{
	return table_each_row(columns->im->arena, &columns->im->file, csv_on_row, columns, err);
}

/*
 * A better column for the label than the usual one: the name beside a number (SetFit), the answers
 * of people (Argilla), the only question (Label Studio).
 */
static void csv_choose_label(struct import_columns *columns)
{
	struct importer *im = columns->im;
	const char *text =
		columns->of[FIELD_TEXT] >= 0 ? columns->names[columns->of[FIELD_TEXT]] : NULL;
	int label = columns->of[FIELD_LABEL];
	const char *found = import_has_name(im->sample, "label_text") ?
				    "label_text" :
				    import_only_response(im->sample);

	if (!found && label < 0)
		found = import_only_question(im->sample, text);
	if (!found || im->named[FIELD_LABEL])
		return;
	columns->of[FIELD_LABEL] = import_column(columns, found);
	im->to->guessed = arena_printf(im->arena, "the label is '%s'", found);
}

static int csv_choose_usual(struct import_columns *columns, struct err *err)
{
	if (csv_choose(columns, ((1u << FIELD_COUNT) - 1) & ~(1u << FIELD_IMAGE), err) < 0 ||
	    import_need(columns, FIELD_TEXT, err) < 0)
		return -1;
	csv_choose_label(columns);
	if (import_choose_gold(columns, err) < 0)
		return -1;
	return columns->n_gold ? 0 : import_need(columns, FIELD_LABEL, err);
}

static int csv_read_csv(struct importer *im, struct err *err)
{
	struct import_columns columns = { .im = im, .choose = csv_choose_usual };

	return import_each_csv(&columns, err);
}

/* Accepts any header. Missing columns are reported when the columns are chosen. */
static bool csv_detect(const struct import_sample *sample)
{
	return sample->n > 0;
}

const struct import_format import_csv = {
	.name = "csv",
	.detect = csv_detect,
	.read = { [SHAPE_CSV] = csv_read_csv },
	.has_gold = true,
};
