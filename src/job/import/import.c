/*
 * Chooses the format of a file, and decides which rows can become tickets. The first characters of
 * a file tell its shape (CSV, JSON, YAML), and the names in it tell its format.
 */
#include "job/import/import.h"

#include <assert.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json_exact.h"
#include "base/special_file.h"
#include "base/str.h"
#include "job/import/import_rows.h"

/* The first format that recognises the names in the file wins; csv and json accept any. */
static const struct import_format *const formats[] = {
	&import_promptfoo, &import_evals, &import_inspect,  &import_label_studio, &import_argilla,
	&import_prodigy,   &import_csv,	  &import_fasttext, &import_json,
};

enum { N_FORMATS = COUNT_OF(formats) };

static const char *const shape_words[SHAPE_COUNT] = {
	[SHAPE_CSV] = "CSV",
	[SHAPE_JSON] = "JSON",
	[SHAPE_YAML] = "YAML",
	[SHAPE_FASTTEXT] = "lines with __label__",
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

/*
 * A list in Python's or JSON's notation, or Label Studio's {"choices": […]}, as a cell. NULL if it
 * is another text. The caller owns it.
 */
static json_t *import_cell_value(struct arena *a, const char *cell)
{
	size_t n = strlen(cell);
	char *copy;

	if (str_starts(cell, "{\"choices\""))
		return json_loads(cell, 0, NULL);
	if (n < 4 || cell[0] != '[' || cell[n - 1] != ']' || !strchr("'\"", cell[1]))
		return NULL;
	copy = arena_strdup(a, cell);
	for (char *p = copy; *p && cell[1] == '\''; p++)
		if (*p == '\'')
			*p = '"';
	return json_loads(copy, 0, NULL);
}

void import_offer_cell(struct importer *im, struct import_draft *draft, const char *cell)
{
	json_t *value = import_cell_value(im->arena, cell);

	if (value)
		import_offer_value(im, draft, value);
	else
		import_offer_label(im, draft, cell);
	draft->fields[FIELD_LABEL] = arena_strdup(im->arena, draft->fields[FIELD_LABEL]);
	json_decref(value);
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
	if (reason->n < IMPORT_LINES_KEPT) {
		reason->lines[reason->n] = line;
		reason->rows[reason->n] = to->n_seen;
	}
	reason->n++;
}

static bool import_has_label(const struct import_draft *draft)
{
	const char *label = draft->fields[FIELD_LABEL];

	return label && !ticket_is_blank(label);
}

/* Whether it is a ticket with its right answer, rather than one of a pool. */
static bool import_is_answered(const struct import_draft *draft)
{
	return draft->gold || import_has_label(draft);
}

static const char no_label[] = "no label";

static const char *import_why_not(const struct importer *im, const struct import_draft *draft)
{
	const char *text = draft->fields[FIELD_TEXT];

	if (draft->why)
		return draft->why;
	if (!text)
		return "no text";
	if (ticket_is_blank(text))
		return "the text is empty";
	if (draft->text_len > TICKET_MAX_BYTES)
		return arena_printf(im->arena, "the text is longer than %d bytes",
				    TICKET_MAX_BYTES);
	if (import_is_answered(draft) || im->keep_pool)
		return NULL;
	return draft->no_label ? draft->no_label : no_label;
}

static bool import_is_unlabelled(const struct import_draft *draft, const char *why)
{
	return why == no_label || why == draft->no_label;
}

static struct import_row *import_new_row(struct importer *im, bool labelled)
{
	struct imported *to = im->to;
	struct import_row **rows = labelled ? &to->rows : &to->pool;
	size_t *n = labelled ? &to->n : &to->n_pool;

	*rows = arena_grow(im->arena, *rows, *n, labelled ? &im->cap : &im->pool_cap,
			   sizeof(**rows));
	return &(*rows)[(*n)++];
}

/* Counts what of the row's chat is not in its text. */
static void import_count_turns(struct importer *im, const struct import_draft *draft)
{
	struct imported *to = im->to;

	to->n_turns += draft->has_turns;
	if (!draft->system)
		return;
	if (to->n_systems++ == 0)
		im->system = arena_strdup(im->arena, draft->system);
	to->systems_differ |= strcmp(im->system, draft->system) != 0;
}

int import_add(struct importer *im, const struct import_draft *draft, struct err *err)
{
	const char *why = import_why_not(im, draft), *names[FIELD_COUNT] = { NULL };
	struct import_row *row;

	im->to->lines_repeat |= im->to->n_seen++ > 0 && draft->line == im->last_line;
	im->last_line = draft->line;
	if (why) {
		im->to->n_unlabelled += import_is_unlabelled(draft, why);
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
	if (im->to->n + im->to->n_pool == TICKETS_MAX)
		return text_fail(im->path, draft->line, err,
				 "too many rows: the limit is %d; split the file", TICKETS_MAX);
	import_count_turns(im, draft);
	row = import_new_row(im, import_is_answered(draft));
	im->to->n_gold += draft->gold != NULL;
	*row = (struct import_row){
		.id = names[FIELD_ID],
		.text = arena_strndup(im->arena, draft->fields[FIELD_TEXT], draft->text_len),
		.text_len = draft->text_len,
		.label = import_has_label(draft) ?
				 arena_strdup(im->arena, draft->fields[FIELD_LABEL]) :
				 NULL,
		.gold = draft->gold,
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
	if (str_starts(p, "__label__"))
		return SHAPE_FASTTEXT;
	p = import_first_content(p);
	if ((p[0] == '-' && strchr(" \t\r\n", p[1])) || p[0] == '%' || import_is_yaml_key(p))
		return SHAPE_YAML;
	return SHAPE_CSV;
}

static int import_take_sample(struct importer *im, struct import_sample *sample, struct err *err)
{
	if (sample->shape == SHAPE_CSV)
		return import_sample_csv(im, sample, err);
	if (sample->shape != SHAPE_JSON)
		return 0;
	buf_init(&im->exact, 2 * im->n_bytes + 16);
	json_exact(&im->exact, im->data, im->n_bytes);
	im->data = buf_text(&im->exact);
	im->n_bytes = im->exact.len;
	return import_sample_json(im, sample, err);
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
	if (sample->shape == SHAPE_JSON)
		return err_set(err, ERR_INPUT, "%s: the file holds no rows", im->path);
	return err_set(
		err, ERR_INPUT, "%s: cannot recognise the format from %s; name it with --from (%s)",
		im->path,
		sample->n ? columns_list(im->arena, sample->names, sample->n) : "its first record",
		import_format_names(im->arena));
}

/* Fails if no record has the path that an option names. */
static int import_check_paths(struct importer *im, struct err *err)
{
	for (int f = 0; f < FIELD_COUNT; f++)
		if (im->named[f] && !im->found[f] && im->to->n_seen > 0)
			return err_set(err, ERR_INPUT, "%s: no record has '%s' for --%s; %s",
				       im->path, display_text(im->arena, im->named[f]),
				       ticket_field_names[f],
				       import_list_paths(im->arena, im->first));
	return 0;
}

static int import_read_rows(struct importer *im, const char *from, struct err *err)
{
	const struct import_format *format = NULL;
	struct import_sample sample;

	if (from && import_find_format(im->arena, from, &format, err) < 0)
		return -1;
	if (!im->file.zip && ticket_is_blank(im->data))
		return err_set(err, ERR_INPUT, "%s: the file is empty; name one with rows",
			       im->path);
	sample = (struct import_sample){ .shape = im->file.zip ? SHAPE_CSV :
								 import_shape_of(im->data) };
	if (format && sample.shape == SHAPE_YAML && !format->read[SHAPE_YAML])
		sample.shape = SHAPE_CSV; /* the header of a CSV file can look like a key */
	im->sample = &sample;
	if (import_take_sample(im, &sample, err) < 0)
		return -1;
	if (!from && import_tell_format(im, &sample, &format, err) < 0)
		return -1;
	if (!format->read[sample.shape])
		return err_set(err, ERR_INPUT,
			       "%s: the file is %s, which the format %s does not use; omit "
			       "--from, or name another",
			       im->path, shape_words[sample.shape], format->name);
	if (im->n_gold > 0 && !format->has_gold)
		return err_set(
			err, ERR_INPUT,
			"%s: the format %s has labels, and no gold answers; add --from csv or "
			"--from json, or leave out --gold",
			im->path, format->name);
	im->to->format = format->name;
	if (format->read[sample.shape](im, err) < 0)
		return -1;
	im->sample = NULL;
	if (sample.shape == SHAPE_CSV)
		im->to->names = arena_printf(im->arena, "the columns are %s",
					     columns_list(im->arena, sample.names, sample.n));
	else if (im->first)
		im->to->names = import_list_paths(im->arena, im->first);
	return sample.first ? import_check_paths(im, err) : 0;
}

static int import_check_rows(struct importer *im, struct err *err)
{
	struct imported *to = im->to;
	struct ticket_id *ids;

	if (to->n_seen == 0)
		return err_set(err, ERR_INPUT, "%s: the file holds no rows", im->path);
	if (to->n + to->n_pool == 0)
		return text_fail(im->path, to->reasons[0].lines[0], err,
				 "no row can become a ticket (%s, %zu row%s): %s", to->format,
				 to->n_seen, to->n_seen == 1 ? "" : "s", to->reasons[0].why);
	ids = arena_array(im->arena, to->n + to->n_pool, sizeof(*ids));
	for (size_t i = 0; i < to->n; i++)
		ids[i] = (struct ticket_id){ to->rows[i].id, to->rows[i].line };
	for (size_t i = 0; i < to->n_pool; i++)
		ids[to->n + i] = (struct ticket_id){ to->pool[i].id, to->pool[i].line };
	return ticket_ids_check(im->arena, im->path, ids, to->n + to->n_pool, err);
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
		.columns = &options->columns,
		.gold = options->gold,
		.n_gold = options->n_gold,
		.strict = options->strict,
		.keep_turns = options->keep_turns,
		.keep_pool = options->unlabelled,
		.to = &to,
	};
	int r = 0;

	for (int f = 0; f < FIELD_COUNT; f++)
		im.named[f] = columns_name(im.columns, (enum ticket_field)f);
	if (im.columns->text.n > 0)
		im.named[FIELD_TEXT] =
			arena_join(a, im.columns->text.items, im.columns->text.n, ",");
	if (text_file_of_bytes(a, path, text, n_bytes, im.columns->encoding, &im.file, err) < 0)
		return -1;
	im.file.sheet = im.columns->sheet;
	im.data = im.file.text;
	im.n_bytes = im.file.n_bytes;
	if (import_read_maps(&im, options, err) < 0 ||
	    import_read_rows(&im, options->from, err) < 0 || import_check_rows(&im, err) < 0)
		r = -1;
	buf_release(&im.exact);
	json_decref(im.made);
	json_decref(im.config);
	json_decref(im.first);
	if (r < 0)
		return -1;
	import_list_unused(&im);
	import_count_labels(a, &to);
	to.note = im.file.note;
	*ret_imported = to;
	return 0;
}

int import_read(struct arena *a, const char *path, const struct import_options *options,
		struct imported *ret_imported, struct err *err)
{
	size_t n_bytes;
	char *text;

	if (special_read(a, path, SLICE_MAX_BYTES, &text, &n_bytes, err) < 0)
		return -1;
	return import_parse(a, path, text, n_bytes, options, ret_imported, err);
}
