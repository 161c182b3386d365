/*
 * The parser of option tables, and the text of --help made from the same rows.
 */
#include "base/opt/opt.h"

#include <stdio.h>
#include <string.h>

#include "base/display.h"
#include "base/str.h"
#include "base/terminal.h"

static void *opt_field(void *options, const struct opt_row *row)
{
	return (char *)options + row->offset;
}

static const struct opt_row *opt_row_by_name(const struct opt_spec *spec, const char *name,
					     size_t len)
{
	for (size_t i = 0; i < spec->n_rows; i++)
		if (strlen(spec->rows[i].name) == len &&
		    strncmp(spec->rows[i].name, name, len) == 0)
			return &spec->rows[i];
	return NULL;
}

static const struct opt_row *opt_row_by_letter(const struct opt_spec *spec, char letter)
{
	for (size_t i = 0; i < spec->n_rows; i++)
		if (spec->rows[i].letter == letter)
			return &spec->rows[i];
	return NULL;
}

static int opt_unknown_option(const struct opt_spec *spec, const char *given, struct err *err)
{
	const char *names[OPT_LIST_MAX], *near = NULL;
	const char *word = given + strspn(given, "-");
	int len = (int)strcspn(given, "="); /* without the value */
	char name[64];
	size_t n = 0;

	for (; n < spec->n_rows && n < OPT_LIST_MAX; n++)
		names[n] = spec->rows[n].name;
	snprintf(name, sizeof(name), "%.*s", len - (int)(word - given), word);
	if (strlen(name) > 1)
		near = str_nearest(name, names, n);
	if (near)
		return err_set(err, ERR_USAGE,
			       "unknown option '%.*s' of '%s'; did you mean '--%s'?", len, given,
			       spec->verb, near);
	return err_set(err, ERR_USAGE, "unknown option '%.*s'; see 'toehold %s --help'", len, given,
		       spec->verb);
}

const char *opt_list_item(struct arena *a, const char *text)
{
	struct buf b;

	buf_init(&b, SIZE_MAX / 2);
	for (; *text; text++) {
		if (*text == ',')
			buf_addc(&b, '\\');
		buf_addc(&b, *text);
	}
	return buf_to_arena(&b, a);
}

/* The next item of a list, in which "\\," is a comma; moves *rest past it. */
static const char *opt_next_item(struct arena *a, const char **rest)
{
	const char *from = *rest, *end = from;
	char *item, *to;

	while (*end && *end != ',')
		end += str_starts(end, "\\,") ? 2 : 1;
	*rest = *end ? end + 1 : end;
	if (end == from)
		return "";
	item = to = arena_strndup(a, from, (size_t)(end - from));
	for (; from < end; from++) {
		from += str_starts(from, "\\,");
		*to++ = *from;
	}
	*to = '\0';
	return item;
}

static int opt_add_items(struct arena *a, struct opt_list *list, const char *value, struct err *err)
{
	while (*value) {
		const char *item = opt_next_item(a, &value);

		if (list->n == OPT_LIST_MAX)
			return err_set(err, ERR_USAGE, "more than %d values in a list",
				       OPT_LIST_MAX);
		if (*item)
			list->items[list->n++] = item;
	}
	return 0;
}

static int opt_store_value(struct arena *a, const struct opt_row *row, const char *value,
			   void *options, struct err *err)
{
	void *at = opt_field(options, row);

	switch (row->type) {
	case OPT_TYPE_FLAG:
		*(bool *)at = true;
		return 0;
	case OPT_TYPE_TEXT:
		*(const char **)at = value;
		return 0;
	case OPT_TYPE_INT:
		if (str_to_i64(value, row->min, row->max, at))
			return 0;
		return err_set(
			err, ERR_USAGE,
			"'%s' is not a value for --%s: give a whole number from %lld to %lld",
			value, row->name, (long long)row->min, (long long)row->max);
	case OPT_TYPE_LIST:
		return opt_add_items(a, at, value, err);
	}
	return 0;
}

/* One option at argv[*i]; moves *i past a separate value. */
static int opt_parse_option(struct arena *a, const struct opt_spec *spec, int argc, char **argv,
			    int *i, void *options, struct err *err)
{
	const char *given = argv[*i], *value = NULL;
	const struct opt_row *row;

	if (given[1] == '-') {
		size_t len = strcspn(given + 2, "=");

		row = opt_row_by_name(spec, given + 2, len);
		if (given[2 + len] == '=')
			value = given + 2 + len + 1;
	} else {
		row = opt_row_by_letter(spec, given[1]);
		if (given[2])
			value = given + 2;
	}
	if (!row)
		return opt_unknown_option(spec, given, err);
	if (row->type == OPT_TYPE_FLAG && value)
		return err_set(err, ERR_USAGE, "option '--%s' takes no value", row->name);
	if (row->type != OPT_TYPE_FLAG && !value) {
		if (*i + 1 >= argc)
			return err_set(err, ERR_USAGE, "option '--%s' needs a value: %s", row->name,
				       row->arg);
		value = argv[++*i];
	}
	return opt_store_value(a, row, value, options, err);
}

void *opt_defaults(struct arena *a, const struct opt_spec *spec)
{
	void *options = arena_alloc(a, spec->options_bytes);

	if (spec->defaults)
		memcpy(options, spec->defaults, spec->options_bytes);
	return options;
}

int opt_parse(struct arena *a, const struct opt_spec *spec, int argc, char **argv, void *options,
	      struct opt_args *ret_args, struct err *err)
{
	struct opt_args args = { 0 };
	bool only_args = false;

	for (int i = 1; i < argc; i++) {
		const char *given = argv[i];

		if (!only_args && strcmp(given, "--") == 0) {
			only_args = true;
		} else if (!only_args && (!strcmp(given, "--help") || !strcmp(given, "-h"))) {
			args.help = true;
			*ret_args = args;
			return 0;
		} else if (!only_args && given[0] == '-' && given[1]) {
			if (opt_parse_option(a, spec, argc, argv, &i, options, err) < 0)
				return -1;
		} else if (args.n == OPT_LIST_MAX) {
			return err_set(err, ERR_USAGE, "too many arguments");
		} else {
			args.items[args.n++] = given;
		}
	}
	if (args.n < spec->min_args || args.n > spec->max_args)
		return err_set(err, ERR_USAGE, "%s arguments: usage is 'toehold %s %s'",
			       args.n < spec->min_args ? "missing" : "too many", spec->verb,
			       spec->args);
	*ret_args = args;
	return 0;
}

void opt_add_row_name(struct buf *out, const struct opt_row *row)
{
	if (row->letter)
		buf_addf(out, "-%c, ", row->letter);
	buf_addf(out, "--%s", row->name);
	if (row->arg)
		buf_addf(out, " %s", row->arg);
}

bool opt_is_set(const struct opt_spec *spec, const void *options, const char *name)
{
	for (size_t i = 0; i < spec->n_rows; i++)
		if (spec->rows[i].type == OPT_TYPE_FLAG && strcmp(spec->rows[i].name, name) == 0)
			return *(const bool *)((const char *)options + spec->rows[i].offset);
	return false;
}

/* Text that begins in this column, and goes on there in further lines. */
static void opt_add_wrapped(struct buf *out, const char *text, size_t column)
{
	size_t columns = terminal_text_columns(NULL), n;
	struct arena a = { 0 };
	const char **lines = display_lines(&a, text, columns > column ? columns - column : 1, &n);

	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%*s%s\n", i ? (int)column : 0, "", lines[i]);
	arena_release(&a);
}

void opt_help(struct buf *out, const struct opt_spec *spec)
{
	enum { HELP_COLUMN = 28 };

	buf_addf(out, "toehold %s%s%s%s\n\n", spec->verb, *spec->args ? " " : "", spec->args,
		 spec->n_rows ? " [OPTIONS]" : "");
	buf_addf(out, "%s\n", spec->summary);
	if (spec->details)
		buf_addf(out, "\n%s\n", spec->details);
	if (spec->n_rows)
		buf_adds(out, "\nOptions:\n");
	for (size_t i = 0; i < spec->n_rows; i++) {
		size_t start = out->len;

		buf_adds(out, "  ");
		opt_add_row_name(out, &spec->rows[i]);
		if (out->len - start + 2 > HELP_COLUMN)
			buf_addf(out, "\n%*s", HELP_COLUMN, "");
		else
			buf_addf(out, "%*s", (int)(HELP_COLUMN - (out->len - start)), "");
		opt_add_wrapped(out, spec->rows[i].help, HELP_COLUMN);
	}
}
