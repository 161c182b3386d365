/*
 * The format `json`: records of any program. Decides which members hold the text and the label if
 * no option names them, and lists the paths of a record for those who have to name them.
 */
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/json/json_path.h"
#include "base/str.h"
#include "job/import/import_rows.h"

enum { PATHS_LISTED = 16, PATH_DEPTH = 8 };

/* The first that a record has counts. */
static const char *const usual_texts[] = {
	"text",	     "body",	 "message", "description", "sentence", "content",
	"utterance", "query",	 "input",   "prompt",	   "question", "comment",
	"review",    "messages", "ticket",  "title",	   "subject",  "conversations",
};

/* label_text is the name beside a label that is a number (SetFit). */
static const char *const usual_labels[] = {
	"label_text", "label",	"category", "intent", "class", "labels",
	"answer",     "target", "output",   "ideal",  "topic", "sentiment",
};

/* The member of that name: exactly, or else without regard to case. NULL if there is none. */
static const char *fields_member(const json_t *record, const char *name)
{
	const char *other;
	json_t *value;

	if (json_object_get(record, name))
		return name;
	json_object_foreach ((json_t *)record, other, value)
		if (strcasecmp(other, name) == 0)
			return other;
	return NULL;
}

static const json_t *fields_find(const json_t *record, const char *const *names, size_t n)
{
	const char *found = NULL;

	for (size_t i = 0; i < n && !found; i++)
		found = fields_member(record, names[i]);
	return found ? json_object_get(record, found) : NULL;
}

const json_t *import_usual_text(const json_t *record)
{
	return fields_find(record, usual_texts, COUNT_OF(usual_texts));
}

struct path_list {
	struct arena *arena;
	const char *list;
	size_t n;
};

static void fields_list(struct path_list *to, const json_t *value, const char *path, int depth)
{
	const json_t *one;
	const char *name;
	json_t *member;
	size_t i;

	if (depth < PATH_DEPTH && json_is_object(value) && json_object_size(value) > 0) {
		json_object_foreach ((json_t *)value, name, member)
			fields_list(to, member, arena_add_item(to->arena, path, ".", "%s", name),
				    depth + 1);
		return;
	}
	if (depth < PATH_DEPTH && json_is_array(value) && json_array_size(value) > 0) {
		json_array_foreach (value, i, one)
			if (i == 0)
				fields_list(to, one, arena_add_item(to->arena, path, ".", "%zu", i),
					    depth + 1);
		return;
	}
	if (*path != '\0' && ++to->n <= PATHS_LISTED)
		to->list = arena_add_item(to->arena, to->list, ", ", "'%s'",
					  display_text(to->arena, path));
}

const char *import_list_paths(struct arena *a, const json_t *record)
{
	struct path_list to = { a, "", 0 };

	fields_list(&to, record, "", 0);
	if (to.n == 0)
		return "the first record is empty";
	if (to.n > PATHS_LISTED)
		to.list = arena_printf(a, "%s and %zu more", to.list, to.n - PATHS_LISTED);
	return arena_printf(a, "the paths of the first record are %s", to.list);
}

static const char *fields_sampled(const struct import_sample *sample, const char *name)
{
	if (import_has_name(sample, name))
		return name;
	for (size_t i = 0; i < sample->n; i++)
		if (strcasecmp(sample->names[i], name) == 0)
			return sample->names[i];
	return NULL;
}

const char *import_only_response(const struct import_sample *sample)
{
	const char *found = NULL;

	for (size_t i = 0; i < sample->n; i++) {
		if (!str_ends(sample->names[i], ".responses"))
			continue;
		if (found)
			return NULL;
		found = sample->names[i];
	}
	return found;
}

const char *import_only_question(const struct import_sample *sample, const char *text)
{
	static const char own[] = "id annotation_id annotator created_at updated_at lead_time "
				  "agreement inner_id total_annotations";
	const char *found = NULL;

	if (!import_has_name(sample, "annotation_id") || !import_has_name(sample, "lead_time"))
		return NULL;
	for (size_t i = 0; i < sample->n; i++) {
		const char *name = sample->names[i];

		if (str_is_listed(name, own, ' ') || (text && strcmp(name, text) == 0))
			continue;
		if (found)
			return NULL;
		found = name;
	}
	return found;
}

/* The path for a field: that of the option, else the usual name in the first records. */
static const char *fields_choose(struct importer *im, enum ticket_field field)
{
	const char *const *names = field == FIELD_TEXT ? usual_texts : usual_labels;
	size_t n = field == FIELD_TEXT ? COUNT_OF(usual_texts) : COUNT_OF(usual_labels);
	const char *text = im->named[FIELD_TEXT], *name;

	if (im->named[field])
		return im->named[field];
	for (size_t i = 0; i < n; i++) {
		name = fields_sampled(im->sample, names[i]);
		if (name && (field == FIELD_TEXT || !text || strcmp(name, text) != 0))
			return name;
	}
	return field == FIELD_LABEL ? import_only_question(im->sample, text) : NULL;
}

static int fields_fail(struct importer *im, enum ticket_field field, struct err *err)
{
	const char *name = ticket_field_names[field];

	return err_set(err, ERR_INPUT,
		       "%s: no member is called as a %s usually is; name it with --%s PATH%s; %s",
		       im->path, name, name, field == FIELD_LABEL ? import_or_pool : "",
		       import_list_paths(im->arena, im->first));
}

static int fields_on_record(struct importer *im, json_t *record, size_t line, struct err *err)
{
	struct import_draft draft = { .line = line };
	const char *label = im->named[FIELD_LABEL];

	if (!json_is_object(record))
		import_leave_out(&draft, import_no_object);
	import_set_names(im, &draft, record);
	import_set_text(im, &draft, record, NULL);
	if (import_has_gold(im, record, NULL))
		import_set_gold(im, &draft, NULL);
	else if (label)
		import_offer_value(im, &draft, import_member(im, record, FIELD_LABEL, NULL));
	return import_add(im, &draft, err);
}

/* Names what no option says, so that a reader of the summary can object. */
static int fields_read_json(struct importer *im, struct err *err)
{
	static const enum ticket_field fields[] = { FIELD_TEXT, FIELD_LABEL };

	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		enum ticket_field field = fields[i];
		const char *path, *name = ticket_field_names[field];

		if (field == FIELD_LABEL && import_has_gold(im, im->first, NULL))
			continue;
		path = fields_choose(im, field);
		if (!path && (field == FIELD_TEXT || !im->keep_pool))
			return fields_fail(im, field, err);
		if (path && !im->named[field] && strcmp(path, name) != 0)
			im->to->guessed = arena_add_item(im->arena, im->to->guessed, ", ",
							 "the %s is '%s'", name, path);
		im->named[field] = path;
	}
	return import_each_json(im, NULL, fields_on_record, err);
}

/* Reads any records. */
static bool fields_detect(const struct import_sample *sample)
{
	return sample->first != NULL;
}

const struct import_format import_json = {
	.name = "json",
	.detect = fields_detect,
	.read = { [SHAPE_JSON] = fields_read_json },
	.has_gold = true,
};
