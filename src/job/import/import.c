/*
 * Chooses the format of a file, and decides which rows can become tickets. The first characters of
 * a file tell its shape (CSV, JSON, YAML), and the names in it tell its format.
 */
#include "job/import/import.h"

#include <assert.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "job/import/import_rows.h"

/* The first format that recognises the names in the file wins; the last accepts any columns. */
static const struct import_format *const formats[] = {
	&import_promptfoo,
	&import_evals,
	&import_inspect,
	&import_csv,
};

enum { N_FORMATS = COUNT_OF(formats) };

static const char *const shape_words[SHAPE_COUNT] = {
	[SHAPE_CSV] = "CSV",
	[SHAPE_JSON] = "JSON",
	[SHAPE_YAML] = "YAML",
};

bool import_has_name(const struct import_sample *sample, const char *name)
{
	for (size_t i = 0; i < sample->n; i++)
		if (strcmp(sample->names[i], name) == 0)
			return true;
	return false;
}

void import_leave_out(struct import_draft *draft, const char *why)
{
	if (!draft->why)
		draft->why = why;
}

static const char *import_mapped(struct importer *im, const char *label)
{
	for (size_t i = 0; i < im->n_maps; i++) {
		if (strcmp(im->maps[i].from, label) != 0)
			continue;
		im->maps[i].used = true;
		return im->maps[i].to;
	}
	return label;
}

void import_offer_label(struct importer *im, struct import_draft *draft, const char *label)
{
	const char *has = draft->fields[FIELD_LABEL];

	label = import_mapped(im, label);
	if (!has)
		draft->fields[FIELD_LABEL] = label;
	else if (strcmp(has, label) != 0)
		import_leave_out(draft, "it has more than one answer, and a ticket has one label "
					"(--map OLD=NEW can merge two names)");
}

static void import_count_left_out(struct imported *to, const char *why, size_t line)
{
	struct import_left_out *reason;
	size_t i = 0;

	while (i < to->n_reasons && strcmp(to->reasons[i].why, why) != 0)
		i++;
	assert(i < IMPORT_REASONS_MAX);
	reason = &to->reasons[i];
	reason->why = why;
	if (i == to->n_reasons)
		to->n_reasons++;
	if (reason->n < IMPORT_LINES_KEPT)
		reason->lines[reason->n] = line;
	reason->n++;
}

static const char *import_why_not(const struct importer *im, const struct import_draft *draft)
{
	const char *text = draft->fields[FIELD_TEXT], *label = draft->fields[FIELD_LABEL];

	if (draft->why)
		return draft->why;
	if (!text)
		return "no text";
	if (ticket_is_blank(text))
		return "the text is empty";
	if (draft->text_len > TICKET_MAX_BYTES)
		return arena_printf(im->arena, "the text is longer than %d bytes",
				    TICKET_MAX_BYTES);
	return !label || ticket_is_blank(label) ? "no label" : NULL;
}

static struct import_row *import_new_row(struct importer *im)
{
	struct imported *to = im->to;

	to->rows = arena_grow(im->arena, to->rows, to->n, &im->cap, sizeof(*to->rows));
	return &to->rows[to->n++];
}

int import_add(struct importer *im, const struct import_draft *draft, struct err *err)
{
	const char *why = import_why_not(im, draft), *names[FIELD_COUNT] = { NULL };
	struct import_row *row;

	im->to->n_seen++;
	if (why) {
		import_count_left_out(im->to, why, draft->line);
		return 0;
	}
	for (size_t i = 0; i < TICKET_N_NAMES; i++) {
		enum ticket_field field = ticket_name_fields[i];
		const char *word = draft->fields[field], *fault;

		if (!word || ticket_is_blank(word))
			continue;
		fault = ticket_name_fault(im->arena, field, word);
		if (fault)
			return text_fail(im->path, draft->line, err, "%s", fault);
		names[field] = arena_strdup(im->arena, word);
	}
	if (im->to->n == TICKETS_MAX)
		return text_fail(im->path, draft->line, err,
				 "too many rows: the limit is %d; split the file", TICKETS_MAX);
	row = import_new_row(im);
	*row = (struct import_row){
		.id = names[FIELD_ID],
		.text = arena_strndup(im->arena, draft->fields[FIELD_TEXT], draft->text_len),
		.text_len = draft->text_len,
		.label = arena_strdup(im->arena, draft->fields[FIELD_LABEL]),
		.lang = names[FIELD_LANG],
		.group = names[FIELD_GROUP],
		.line = draft->line,
	};
	if (!row->id)
		row->id = arena_printf(im->arena, "row-%zu", im->to->n_seen);
	return 0;
}

static const char *import_format_names(struct arena *a)
{
	const char *list = "";

	for (size_t i = 0; i < N_FORMATS; i++)
		list = arena_add_item(a, list, ", ", "%s", formats[i]->name);
	return list;
}

static int import_find_format(struct arena *a, const char *name,
			      const struct import_format **ret_format, struct err *err)
{
	const char *names[N_FORMATS], *near;

	for (size_t i = 0; i < N_FORMATS; i++) {
		names[i] = formats[i]->name;
		if (strcmp(name, names[i]) != 0)
			continue;
		*ret_format = formats[i];
		return 0;
	}
	near = str_nearest(name, names, N_FORMATS);
	if (near)
		return err_set(err, ERR_USAGE, "unknown format '%s'; did you mean '%s'?",
			       display_text(a, name), near);
	return err_set(err, ERR_USAGE, "unknown format '%s'; the formats are %s",
		       display_text(a, name), import_format_names(a));
}

/* Skips blank lines, and lines that are comments or document marks in YAML. */
static const char *import_first_content(const char *p)
{
	for (;;) {
		p += strspn(p, " \t\r\n");
		if (*p != '#' && !str_starts(p, "---"))
			return p;
		p += strcspn(p, "\n");
	}
}

/* A word and a colon: a YAML mapping can begin with it, the header of a CSV file cannot. */
static bool import_is_yaml_key(const char *p)
{
	size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-$");

	return n > 0 && p[n] == ':' && (p[n + 1] == '\0' || strchr(" \t\r\n", p[n + 1]));
}

static enum import_shape import_shape_of(const char *text)
{
	const char *p = text + strspn(text, " \t\r\n");

	if (*p == '{' || *p == '[')
		return SHAPE_JSON;
	p = import_first_content(p);
	if ((p[0] == '-' && strchr(" \t\r\n", p[1])) || p[0] == '%' || import_is_yaml_key(p))
		return SHAPE_YAML;
	return SHAPE_CSV;
}

static int import_take_sample(struct importer *im, struct import_sample *sample, struct err *err)
{
	if (sample->shape == SHAPE_CSV)
		return import_sample_csv(im, sample, err);
	if (sample->shape == SHAPE_JSON)
		return import_sample_json(im, sample, err);
	return 0;
}

static int import_tell_format(struct importer *im, const struct import_sample *sample,
			      const struct import_format **ret_format, struct err *err)
{
	for (size_t i = 0; i < N_FORMATS; i++) {
		if (!formats[i]->read[sample->shape] || !formats[i]->detect(sample))
			continue;
		*ret_format = formats[i];
		return 0;
	}
	if (import_has_name(sample, "text") && import_has_name(sample, "label"))
		return err_set(err, ERR_INPUT,
			       "%s: the file already holds tickets (text and label, one object "
			       "per line); name it in the job as it is",
			       im->path);
	return err_set(
		err, ERR_INPUT, "%s: cannot recognise the format from %s; name it with --from (%s)",
		im->path,
		sample->n ? columns_list(im->arena, sample->names, sample->n) : "its first record",
		import_format_names(im->arena));
}

static int import_read_rows(struct importer *im, const char *from, struct err *err)
{
	const struct import_format *format = NULL;
	struct import_sample sample;

	if (from && import_find_format(im->arena, from, &format, err) < 0)
		return -1;
	if (ticket_is_blank(im->data))
		return err_set(err, ERR_INPUT, "%s: the file is empty; name one with rows",
			       im->path);
	sample = (struct import_sample){ .shape = import_shape_of(im->data) };
	if (format && sample.shape == SHAPE_YAML && !format->read[SHAPE_YAML])
		sample.shape = SHAPE_CSV; /* the header of a CSV file can look like a key */
	if (import_take_sample(im, &sample, err) < 0)
		return -1;
	if (!from && import_tell_format(im, &sample, &format, err) < 0)
		return -1;
	if (!format->read[sample.shape])
		return err_set(err, ERR_INPUT,
			       "%s: the file is %s, which the format %s does not use; omit "
			       "--from, or name another",
			       im->path, shape_words[sample.shape], format->name);
	im->to->format = format->name;
	return format->read[sample.shape](im, err);
}

static int import_check_rows(struct importer *im, struct err *err)
{
	struct imported *to = im->to;
	struct ticket_id *ids;

	if (to->n_seen == 0)
		return err_set(err, ERR_INPUT, "%s: the file holds no rows", im->path);
	if (to->n == 0)
		return text_fail(im->path, to->reasons[0].lines[0], err,
				 "no row can become a ticket (%s, %zu row%s): %s", to->format,
				 to->n_seen, to->n_seen == 1 ? "" : "s", to->reasons[0].why);
	ids = arena_array(im->arena, to->n, sizeof(*ids));
	for (size_t i = 0; i < to->n; i++)
		ids[i] = (struct ticket_id){ to->rows[i].id, to->rows[i].line };
	return ticket_ids_check(im->arena, im->path, ids, to->n, err);
}

static int import_read_maps(struct importer *im, const struct import_options *options,
			    struct err *err)
{
	im->maps = arena_array(im->arena, options->n_map, sizeof(*im->maps));
	for (size_t i = 0; i < options->n_map; i++) {
		const char *pair = options->map[i], *equals = strchr(pair, '=');

		if (!equals || equals == pair || equals[1] == '\0')
			return err_set(err, ERR_USAGE,
				       "'%s' is not a pair for --map; write OLD=NEW: the label in "
				       "the file, and its name in your job",
				       display_text(im->arena, pair));
		im->maps[im->n_maps++] = (struct import_map){
			.from = arena_strndup(im->arena, pair, (size_t)(equals - pair)),
			.to = equals + 1,
		};
	}
	return 0;
}

static void import_list_unused(struct importer *im)
{
	struct imported *to = im->to;

	to->unused = arena_array(im->arena, im->n_maps, sizeof(*to->unused));
	for (size_t i = 0; i < im->n_maps; i++)
		if (!im->maps[i].used)
			to->unused[to->n_unused++] = im->maps[i].from;
}

int import_parse(struct arena *a, const char *path, const char *text, size_t n_bytes,
		 const struct import_options *options, struct imported *ret_imported,
		 struct err *err)
{
	struct imported to = { .path = display_path(a, path) };
	struct importer im = {
		.arena = a,
		.path = to.path,
		.data = text,
		.n_bytes = n_bytes,
		.columns = &options->columns,
		.to = &to,
	};

	for (int f = 0; f < FIELD_COUNT; f++)
		im.named[f] = columns_name(im.columns, (enum ticket_field)f);
	if (im.columns->text.n > 0)
		im.named[FIELD_TEXT] =
			arena_join(a, im.columns->text.items, im.columns->text.n, ",");
	if (text_check(im.path, 0, &im.data, &im.n_bytes, err) < 0 ||
	    import_read_maps(&im, options, err) < 0 ||
	    import_read_rows(&im, options->from, err) < 0 || import_check_rows(&im, err) < 0)
		return -1;
	import_list_unused(&im);
	*ret_imported = to;
	return 0;
}

int import_read(struct arena *a, const char *path, const struct import_options *options,
		struct imported *ret_imported, struct err *err)
{
	const char *text;
	size_t n_bytes;

	if (text_file_load(a, path, SLICE_MAX_BYTES, &text, &n_bytes, err) < 0)
		return -1;
	return import_parse(a, path, text, n_bytes, options, ret_imported, err);
}
