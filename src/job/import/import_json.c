/*
 * JSON of all formats: a list of records, records one after the other (JSON Lines), or one object
 * that holds the list. The parser gets one record at a time, so that each knows the line on which
 * it begins, and a broken one does not lose the others.
 */
#include <string.h>

#include "base/display.h"
#include "base/json/json_path.h"
#include "base/str.h"
#include "job/import/import_rows.h"

/* SAMPLE_RECORDS: a record can lack a member that others have. */
enum { SAMPLE_RECORDS = 32 };

struct json_scan {
	struct importer *im;
	const char *p, *end;
	size_t line; /* on which p stands */
	import_on_record *on_record;
	bool was_broken; /* the last record was not JSON: what follows it may be missing */
};

static struct json_scan json_scan_from(struct importer *im, import_on_record *on_record)
{
	return (struct json_scan){ im, im->data, im->data + im->n_bytes, 1, on_record, false };
}

static void json_move_to(struct json_scan *scan, const char *to)
{
	for (; scan->p < to; scan->p++)
		scan->line += *scan->p == '\n';
}

static void json_skip_space(struct json_scan *scan)
{
	json_move_to(scan, scan->p + strspn(scan->p, " \t\r\n"));
}

/* If `c` is the next character, moves past it and returns true. */
static bool json_take(struct json_scan *scan, char c)
{
	json_skip_space(scan);
	if (*scan->p != c)
		return false;
	scan->p++;
	return true;
}

/* Parses the value at p, and moves past it. The caller owns the value. NULL: see *ret_found. */
static json_t *json_scan_value(struct json_scan *scan, size_t *ret_line, json_error_t *ret_found)
{
	static const size_t flags =
		JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK;
	json_t *value;

	json_skip_space(scan);
	*ret_line = scan->line;
	value = json_loadb(scan->p, (size_t)(scan->end - scan->p), flags, ret_found);
	if (value)
		json_move_to(scan, scan->p + ret_found->position);
	return value;
}

static const char *json_fault(const struct json_scan *scan, const json_error_t *found,
			      size_t *ret_line)
{
	*ret_line = scan->line + (found->line > 0 ? (size_t)found->line - 1 : 0);
	return display_text(scan->im->arena, found->text);
}

static int json_fail(const struct json_scan *scan, const json_error_t *found, struct err *err)
{
	size_t line;
	const char *fault = json_fault(scan, found, &line);

	if (json_error_code(found) == json_error_duplicate_key)
		return text_fail(scan->im->path, line, err, "%s; remove one", fault);
	return text_fail(scan->im->path, line, err, "not JSON: %s; correct the line", fault);
}

/* The bytes of the line before p. */
static size_t json_column(const struct json_scan *scan, const char *p)
{
	const char *start = p;

	while (start > scan->im->data && start[-1] != '\n')
		start--;
	return (size_t)(p - start);
}

/* Whether a record may begin at p: a brace that begins a line, not deeper than the broken one. */
static bool json_begins_record(const struct json_scan *scan, const char *line, size_t column)
{
	size_t n = strspn(line, " \t");

	return line > scan->im->data && line[-1] == '\n' && line[n] == '{' && n <= column;
}

/*
 * Moves behind a value that is not JSON: to where its brackets close, or to the next line that can
 * begin a record. Strings end with the line, so that a quote too many does not swallow the file.
 */
static void json_skip_broken(struct json_scan *scan)
{
	size_t column = json_column(scan, scan->p), depth = 0;
	const char *p = scan->p;
	bool inside = false;

	for (; p < scan->end; p++) {
		if (p > scan->p && json_begins_record(scan, p, column))
			break;
		if (*p == '\n')
			inside = false;
		else if (inside && *p == '\\' && p + 1 < scan->end && p[1] != '\n')
			p++;
		else if (*p == '"')
			inside = !inside;
		if (inside)
			continue;
		if (*p == '{' || *p == '[')
			depth++;
		else if ((*p == '}' || *p == ']') && depth > 0 && --depth == 0)
			break;
		else if (depth == 0 && p > scan->p && strchr("\n,]", *p))
			break;
	}
	if (p < scan->end && (*p == '}' || (*p == ']' && p == scan->p)))
		p++;
	json_move_to(scan, p > scan->p ? p : scan->p + 1);
}

/* Counts a value that is not JSON as a row that is left out. */
static int json_leave_out(struct json_scan *scan, const json_error_t *found, struct err *err)
{
	struct import_draft draft = { 0 };
	const char *fault = json_fault(scan, found, &draft.line);

	if (scan->im->strict)
		return json_fail(scan, found, err);
	if (json_error_code(found) == json_error_duplicate_key) {
		draft.why = "a name appears twice in it";
	} else {
		if (!scan->im->broken)
			scan->im->broken = arena_printf(scan->im->arena,
							"it is not JSON (the first: %s)", fault);
		draft.why = scan->im->broken;
	}
	json_skip_broken(scan);
	return import_add(scan->im, &draft, err);
}

static int json_scan_record(struct json_scan *scan, struct err *err)
{
	json_error_t found;
	size_t line;
	json_t *record;
	int r;

	json_skip_space(scan);
	scan->im->record_at = scan->p;
	record = json_scan_value(scan, &line, &found);
	scan->was_broken = !record;
	if (!record)
		return json_leave_out(scan, &found, err);
	r = scan->on_record(scan->im, record, line, err);
	json_decref(record);
	return r;
}

static int json_scan_list(struct json_scan *scan, struct err *err)
{
	if (json_take(scan, ']'))
		return 0;
	for (;;) {
		if (json_scan_record(scan, err) < 0)
			return -1;
		if (json_take(scan, ']'))
			return 0;
		if (json_take(scan, ',') || (scan->was_broken && scan->p < scan->end))
			continue;
		if (scan->was_broken)
			return 0;
		return text_fail(scan->im->path, scan->line, err,
				 "the list has no ',' or ']' here; write one");
	}
}

/* Reads the members of an object that is known to be valid; skips all but the path `member`. */
static int json_scan_members(struct json_scan *scan, const char *member, struct err *err)
{
	json_error_t found;
	json_t *value;
	size_t line;

	json_take(scan, '{');
	do {
		const char *name, *rest = NULL;

		value = json_scan_value(scan, &line, &found);
		name = json_string_value(value);
		if (name && str_starts(member, name))
			rest = member + strlen(name);
		json_decref(value);
		json_take(scan, ':');
		if (rest && *rest == '\0' && json_take(scan, '[')) {
			if (json_scan_list(scan, err) < 0)
				return -1;
			continue;
		}
		if (rest && *rest == '\0')
			return text_fail(scan->im->path, scan->line, err,
					 "'%s' is not a list; import the file that holds the "
					 "list",
					 member);
		json_skip_space(scan);
		if (rest && *rest == '.' && *scan->p == '{') {
			if (json_scan_members(scan, rest + 1, err) < 0)
				return -1;
			continue;
		}
		json_decref(json_scan_value(scan, &line, &found));
	} while (json_take(scan, ','));
	json_take(scan, '}');
	return 0;
}

/* Calls on_record for the records that an importer made, or that its list holds. */
static int json_each_of_root(struct json_scan *scan, const char *member, struct err *err)
{
	const json_t *made = scan->im->made;
	json_t *record;
	size_t i;

	if (!made)
		return json_scan_members(scan, member, err);
	json_array_foreach (made, i, record)
		if (scan->on_record(scan->im, record, 1, err) < 0)
			return -1;
	return 0;
}

/* Whether the file begins with an object that has the member; keeps what else is needed of it. */
static bool json_root_has(struct importer *im, const char *member)
{
	struct json_scan scan = json_scan_from(im, NULL);
	json_error_t found;
	size_t line;
	json_t *root = json_scan_value(&scan, &line, &found);
	bool has = json_is_object(root) && json_at_path(root, member);

	if (has && im->config_names)
		im->config = json_object();
	for (size_t i = 0; has && i < im->n_config_names; i++)
		json_object_set(im->config, im->config_names[i],
				json_object_get(root, im->config_names[i]));
	json_decref(root);
	return has;
}

int import_each_json(struct importer *im, const char *member, import_on_record *on_record,
		     struct err *err)
{
	struct json_scan scan = json_scan_from(im, on_record);
	bool is_list;

	if (!member)
		member = im->list;
	if (im->made || (member && json_root_has(im, member)))
		return json_each_of_root(&scan, member, err);
	is_list = json_take(&scan, '[');
	if (is_list && json_scan_list(&scan, err) < 0)
		return -1;
	for (json_skip_space(&scan); scan.p < scan.end; json_skip_space(&scan)) {
		if (is_list)
			return text_fail(im->path, scan.line, err,
					 "text follows the list; keep only the list");
		if (json_scan_record(&scan, err) < 0)
			return -1;
	}
	return 0;
}

/* Adds the names of a record that the sample does not have. */
static void json_sample_names(struct importer *im, struct import_sample *sample, json_t *record,
			      size_t *cap)
{
	const char *name;
	json_t *value;

	json_object_foreach (record, name, value) {
		if (import_has_name(sample, name))
			continue;
		sample->names =
			arena_grow(im->arena, sample->names, sample->n, cap, sizeof(char *));
		sample->names[sample->n++] = arena_strdup(im->arena, name);
	}
	if (!im->first)
		im->first = json_incref(record);
}

struct json_sample {
	struct import_sample *sample;
	size_t n, cap;
};

/* Fails with the fault of the first value, if no record of the sample is JSON. */
static int json_fail_first(struct importer *im, struct err *err)
{
	struct json_scan scan = json_scan_from(im, NULL);
	json_error_t found;
	size_t line;

	json_take(&scan, '[');
	json_decref(json_scan_value(&scan, &line, &found));
	return json_fail(&scan, &found, err);
}

/* Takes up to SAMPLE_RECORDS values at p, one behind the other or between commas. */
static void json_take_sample(struct json_scan *scan, struct json_sample *to, bool is_list)
{
	json_error_t found;
	size_t line;

	for (; to->n < SAMPLE_RECORDS && scan->p < scan->end; to->n++) {
		json_t *record = json_scan_value(scan, &line, &found);

		if (!record)
			json_skip_broken(scan);
		else
			json_sample_names(scan->im, to->sample, record, &to->cap);
		json_decref(record);
		if (is_list && json_take(scan, ']'))
			return;
		json_take(scan, ',');
		json_skip_space(scan);
	}
}

/* Takes the records that are known already: those of a list, in order. */
static void json_sample_list(struct importer *im, struct json_sample *to, const json_t *list)
{
	json_t *record;
	size_t i;

	json_array_foreach (list, i, record)
		if (to->n++ < SAMPLE_RECORDS)
			json_sample_names(im, to->sample, record, &to->cap);
}

/*
 * If the file is one object or a list of lists, decides where its records are, and takes them.
 * False if the records are the elements of a list or the values of JSON Lines.
 */
static bool json_sample_root(struct importer *im, struct json_sample *to)
{
	struct json_scan scan = json_scan_from(im, NULL);
	json_error_t found;
	size_t line;
	json_t *root;
	bool is_list = json_take(&scan, '['), is;

	json_skip_space(&scan);
	if (*scan.p != (is_list ? '[' : '{'))
		return false;
	scan = json_scan_from(im, NULL);
	root = json_scan_value(&scan, &line, &found);
	json_skip_space(&scan);
	is = root && scan.p == scan.end &&
	     (is_list ? import_turn_lists(im, root) : import_find_rows(im, root));
	if (is)
		json_sample_list(im, to, im->made ? im->made : json_at_path(root, im->list));
	json_decref(root);
	return is;
}

int import_sample_json(struct importer *im, struct import_sample *ret_sample, struct err *err)
{
	struct json_scan scan = json_scan_from(im, NULL);
	struct json_sample to = { .sample = ret_sample };
	bool is_list;

	if (!json_sample_root(im, &to)) {
		is_list = json_take(&scan, '[');
		if (is_list && json_take(&scan, ']'))
			return 0;
		json_take_sample(&scan, &to, is_list);
		if (!im->first)
			return json_fail_first(im, err);
	}
	ret_sample->first = im->first;
	return 0;
}
