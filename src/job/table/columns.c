/*
 * Names are compared as written, and then as str_normalised() makes them. The common other names of
 * a field count only if a table has exactly one of them.
 */
#include "job/table/columns.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "job/table/text_file.h"

enum { NAMES_LISTED = 8, OTHER_NAMES_MAX = 10 };

/* As str_normalised() makes them. */
static const char *const other_names[FIELD_COUNT][OTHER_NAMES_MAX] = {
	[FIELD_ID] = { "ticket id", "ticket no", "ticket number" },
	[FIELD_TEXT] = { "body", "message", "description", "content", "utterance", "ticket text",
			 "e mail text", "email text", "message text" },
	[FIELD_LABEL] = { "category", "intent", "class" },
	[FIELD_LANG] = { "language" },
};

static const size_t name_offsets[FIELD_COUNT] = {
	[FIELD_ID] = offsetof(struct columns, id),
	[FIELD_LABEL] = offsetof(struct columns, label),
	[FIELD_LANG] = offsetof(struct columns, lang),
	[FIELD_GROUP] = offsetof(struct columns, group),
};

static const char **columns_name_at(struct columns *columns, enum ticket_field field)
{
	return name_offsets[field] ? (const char **)((char *)columns + name_offsets[field]) : NULL;
}

const char *columns_name(const struct columns *columns, enum ticket_field field)
{
	const char *const *at =
		(const char *const *)columns_name_at((struct columns *)columns, field);

	return at ? *at : NULL;
}

bool columns_given(const struct columns *columns)
{
	bool given = columns->text.n > 0;

	for (int f = 0; f < FIELD_COUNT; f++)
		given |= columns_name(columns, (enum ticket_field)f) != NULL;
	return given;
}

bool columns_optional(const struct columns *columns, enum ticket_field field)
{
	return columns->of_job && !(columns->by_option & 1u << field);
}

void columns_override(struct columns *columns, const struct columns *with)
{
	columns->takes_options = true;
	if (with->text.n > 0) {
		columns->text = with->text;
		columns->by_option |= 1u << FIELD_TEXT;
	}
	for (int f = 0; f < FIELD_COUNT; f++) {
		const char *name = columns_name(with, (enum ticket_field)f);

		if (!name)
			continue;
		*columns_name_at(columns, (enum ticket_field)f) = name;
		columns->by_option |= 1u << f;
	}
	if (with->encoding)
		columns->encoding = with->encoding;
	if (with->sheet)
		columns->sheet = with->sheet;
}

void columns_hash(struct hash *h, const struct columns *columns)
{
	if (!columns_given(columns) && !columns->encoding && !columns->sheet)
		return;
	for (size_t i = 0; i < columns->text.n; i++)
		hash_add_text(h, columns->text.items[i]);
	for (int f = 0; f < FIELD_COUNT; f++)
		hash_add_text(h, columns_name(columns, (enum ticket_field)f));
	hash_add_text(h, columns->encoding);
	hash_add_text(h, columns->sheet);
}

const char *columns_list(struct arena *a, const char *const *names, size_t n)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	for (size_t i = 0; i < n && i < NAMES_LISTED; i++)
		buf_add_item(&b, ", ", "'%s'", display_text(a, names[i]));
	if (n > NAMES_LISTED)
		buf_addf(&b, " and %zu more", n - NAMES_LISTED);
	return buf_to_arena(&b, a);
}

static int columns_find_exact(const struct table_header *header, const char *name)
{
	int found = -1;

	for (size_t i = 0; i < header->n; i++) {
		if (strcmp(header->names[i], name) != 0)
			continue;
		if (found >= 0)
			return -2;
		found = (int)i;
	}
	return found;
}

/* `like` holds the normalised names of the header; so is `name`. */
static int columns_find_like(const struct table_header *header, const char *const *like,
			     const char *name)
{
	int found = -1;

	for (size_t i = 0; i < header->n && *name; i++) {
		if (strcmp(like[i], name) != 0)
			continue;
		if (found >= 0)
			return -2;
		found = (int)i;
	}
	return found;
}

/* A choice that is being made. */
struct choosing {
	struct arena *a;
	const struct columns *columns;
	const struct table_header *header;
	const char **like; /* its names, normalised */
	struct column_choice *choice;
};

static int columns_find(const struct choosing *c, const char *name)
{
	int found = columns_find_exact(c->header, name);

	return found == -1 ? columns_find_like(c->header, c->like, str_normalised(c->a, name)) :
			     found;
}

static const char *columns_option(const struct choosing *c, enum ticket_field field)
{
	return arena_printf(
		c->a, columns_optional(c->columns, field) ? "'columns: %s' of the job" : "--%s",
		ticket_field_names[field]);
}

static int columns_fail_twice(const struct choosing *c, const char *name, struct err *err)
{
	return text_fail(c->header->path, c->header->line, err,
			 "column '%s' appears twice; rename one", display_text(c->a, name));
}

static int columns_fail_named(const struct choosing *c, enum ticket_field field, const char *name,
			      struct err *err)
{
	const struct table_header *h = c->header;
	const char *near = str_nearest(name, h->names, h->n);

	return text_fail(h->path, h->line, err, "no column '%s' for %s; the columns are %s%s%s%s",
			 display_text(c->a, name), columns_option(c, field),
			 columns_list(c->a, h->names, h->n), near ? "; did you mean '" : "",
			 near ? display_text(c->a, near) : "", near ? "'?" : "");
}

/*
 * The longest run of parts from `at` on that is the name of a column once the commas between them
 * are back; *ret_n is its length.
 */
static int columns_find_parts(const struct choosing *c, size_t at, size_t *ret_n)
{
	const struct opt_list *text = &c->columns->text;
	int found = -1;

	for (size_t n = text->n - at; n > 0 && found == -1; n--) {
		*ret_n = n;
		found = columns_find(c, arena_join(c->a, text->items + at, n, ","));
	}
	return found;
}

static int columns_choose_texts(const struct choosing *c, struct err *err)
{
	const struct opt_list *text = &c->columns->text;
	struct column_choice *choice = c->choice;

	for (size_t i = 0, n; i < text->n; i += n) {
		int found = columns_find_parts(c, i, &n);

		if (found == -2)
			return columns_fail_twice(c, text->items[i], err);
		if (found == -1)
			return columns_fail_named(c, FIELD_TEXT, text->items[i], err);
		if (choice->n_texts == COLUMNS_MAX_TEXTS)
			return err_set(err, ERR_USAGE, "more than %d columns for the text",
				       COLUMNS_MAX_TEXTS);
		choice->texts[choice->n_texts++] = found;
	}
	choice->of[FIELD_TEXT] = choice->texts[0];
	return 0;
}

const char *columns_how(struct arena *a, const struct columns *columns, enum ticket_field field)
{
	return arena_printf(a,
			    columns->of_job && !columns->takes_options ?
				    "in the job, as in 'columns: {%s: NAME}'" :
				    "with --%s",
			    ticket_field_names[field]);
}

/* The only column with a common other name of the field. */
static int columns_guess(const struct choosing *c, enum ticket_field field, struct err *err)
{
	const struct table_header *h = c->header;
	int found = -1;

	for (size_t i = 0; i < OTHER_NAMES_MAX && other_names[field][i]; i++) {
		int at = columns_find_like(h, c->like, other_names[field][i]);

		if (at == -2)
			return columns_fail_twice(c, other_names[field][i], err);
		if (at < 0)
			continue;
		if (found >= 0)
			return text_fail(
				h->path, h->line, err,
				"the columns '%s' and '%s' can both be the %s; name one %s",
				display_text(c->a, h->names[found]),
				display_text(c->a, h->names[at]), ticket_field_names[field],
				columns_how(c->a, c->columns, field));
		found = at;
	}
	c->choice->of[field] = found;
	if (found >= 0)
		c->choice->guessed = arena_add_item(c->a, c->choice->guessed, ", ",
						    "the %s is '%s'", ticket_field_names[field],
						    display_text(c->a, h->names[found]));
	return 0;
}

static int columns_choose_usual(const struct choosing *c, enum ticket_field field, struct err *err)
{
	int found = columns_find_like(c->header, c->like, ticket_field_names[field]);

	if (found == -2)
		return columns_fail_twice(c, ticket_field_names[field], err);
	if (found == -1)
		return columns_guess(c, field, err);
	c->choice->of[field] = found;
	return 0;
}

static int columns_choose_field(const struct choosing *c, enum ticket_field field, struct err *err)
{
	const char *name = columns_name(c->columns, field);
	size_t n;
	int found;

	if (field == FIELD_TEXT && c->columns->text.n > 0 &&
	    !(columns_optional(c->columns, field) && columns_find_parts(c, 0, &n) == -1))
		return columns_choose_texts(c, err);
	if (!name)
		return columns_choose_usual(c, field, err);
	found = columns_find(c, name);
	if (found == -2)
		return columns_fail_twice(c, name, err);
	if (found == -1)
		return columns_optional(c->columns, field) ?
			       columns_choose_usual(c, field, err) :
			       columns_fail_named(c, field, name, err);
	c->choice->of[field] = found;
	return 0;
}

int columns_choose(struct arena *a, const struct columns *columns,
		   const struct table_header *header, unsigned fields,
		   struct column_choice *ret_choice, struct err *err)
{
	struct choosing c = { a, columns, header, arena_array(a, header->n, sizeof(char *)),
			      ret_choice };

	for (size_t i = 0; i < header->n; i++)
		c.like[i] = str_normalised(a, header->names[i]);
	*ret_choice = (struct column_choice){ 0 };
	for (int f = 0; f < FIELD_COUNT; f++)
		ret_choice->of[f] = -1;
	for (int f = 0; f < FIELD_COUNT; f++)
		if ((fields & 1u << f) && columns_choose_field(&c, (enum ticket_field)f, err) < 0)
			return -1;
	if (ret_choice->n_texts == 0 && ret_choice->of[FIELD_TEXT] >= 0)
		ret_choice->texts[ret_choice->n_texts++] = ret_choice->of[FIELD_TEXT];
	return 0;
}

int columns_need(struct arena *a, const struct columns *columns, const struct table_header *header,
		 const struct column_choice *choice, enum ticket_field field, struct err *err)
{
	const char *name = ticket_field_names[field], *near;

	if (choice->of[field] >= 0)
		return 0;
	near = str_nearest(name, header->names, header->n);
	return text_fail(
		header->path, header->line, err, "no column for the %s; name one of %s %s%s%s%s",
		name, columns_list(a, header->names, header->n), columns_how(a, columns, field),
		near ? "; is it '" : "", near ? display_text(a, near) : "", near ? "'?" : "");
}

const char *columns_join_texts(struct arena *a, const char *const *texts, size_t n, size_t *ret_len)
{
	const char *kept[COLUMNS_MAX_TEXTS], *text;
	size_t n_kept = 0;

	for (size_t i = 0; i < n && n_kept < COUNT_OF(kept); i++)
		if (texts[i][strspn(texts[i], " \t\r\n")] != '\0')
			kept[n_kept++] = texts[i];
	text = arena_join(a, kept, n_kept, "\n\n");
	*ret_len = strlen(text);
	return text;
}
