/*
 * Values of a record: text, labels and names, whatever format the record has. Decides which values
 * can be a text or a label, and what of a chat becomes the text.
 */
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/json/json.h"
#include "base/json/json_exact.h"
#include "base/json/json_path.h"
#include "base/str.h"
#include "job/import/import_rows.h"

const char import_or_pool[] = ", or keep the rows without a label with --unlabelled FILE";

const char import_no_object[] = "it is not an object with names";

static const char no_user[] =
	"no message from a user (--turns keep makes the text from all messages)";

const char *import_scalar(struct importer *im, const json_t *value)
{
	if (json_is_string(value))
		return json_whole_text(value);
	if (json_is_integer(value))
		return arena_printf(im->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return NULL;
}

static const char *record_fault(const json_t *value, const char *text)
{
	if (text)
		return strstr(text, JSON_HALF_CHARACTER) ?
			       "holds half of a character: a lone surrogate such as \\ud83d, as a "
			       "cut in the middle leaves it" :
			       NULL;
	if (json_is_string(value))
		return "holds a NUL character";
	if (json_is_boolean(value))
		return "is true or false, not a text";
	return "is not a string";
}

static void record_leave_out(struct importer *im, struct import_draft *draft,
			     enum ticket_field field, const char *fault)
{
	import_leave_out(draft, arena_printf(im->arena, "%s %s", ticket_field_names[field], fault));
}

static bool record_is_mapped(const struct importer *im, const char *label)
{
	for (size_t i = 0; i < im->n_maps; i++)
		if (strcmp(im->maps[i].from, label) == 0)
			return true;
	return false;
}

static void record_offer_boolean(struct importer *im, struct import_draft *draft,
				 const json_t *value)
{
	const char *word = json_is_true(value) ? "true" : "false";

	if (record_is_mapped(im, word))
		import_offer_label(im, draft, word);
	else
		import_leave_out(draft, "the label is true or false, not a name (--map "
					"true=NAME,false=NAME gives it one)");
}

/* An object in place of a label: the member that tools keep the name in. */
static const json_t *record_label_in(const json_t *object)
{
	static const char *const names[] = { "value", "choices", "label", "name" };
	const json_t *found = NULL;

	for (size_t i = 0; i < COUNT_OF(names) && !found; i++)
		found = json_object_get(object, names[i]);
	return found;
}

static void record_offer(struct importer *im, struct import_draft *draft, const json_t *value,
			 int depth)
{
	const char *text = import_scalar(im, value), *fault = record_fault(value, text);
	const json_t *one;
	size_t i;

	if (!value || json_is_null(value))
		return;
	if (depth > 0 && json_is_array(value)) {
		json_array_foreach (value, i, one)
			record_offer(im, draft, one, depth - 1);
		return;
	}
	if (depth > 0 && json_is_object(value) && record_label_in(value))
		record_offer(im, draft, record_label_in(value), depth - 1);
	else if (json_is_boolean(value))
		record_offer_boolean(im, draft, value);
	else if (fault)
		record_leave_out(im, draft, FIELD_LABEL, fault);
	else
		import_offer_label(im, draft, text);
}

void import_offer_value(struct importer *im, struct import_draft *draft, const json_t *value)
{
	record_offer(im, draft, value, 4);
}

void import_set_json(struct importer *im, struct import_draft *draft, enum ticket_field field,
		     const json_t *value)
{
	const char *text = import_scalar(im, value), *fault = record_fault(value, text);

	if (!value || json_is_null(value))
		return;
	if (field == FIELD_LABEL) {
		record_offer(im, draft, value, 0);
		return;
	}
	if (fault) {
		record_leave_out(im, draft, field, fault);
		return;
	}
	draft->fields[field] = text;
	if (field == FIELD_TEXT)
		draft->text_len = strlen(text);
}

/* Whether a list on the way of a path has more items than the one that the path takes. */
static bool record_path_leaves_some(struct importer *im, const json_t *record, const char *path)
{
	for (const char *p = path; *p; p++) {
		char *list;

		if ((*p != '.' && *p != '[') || p[1] < '0' || p[1] > '9')
			continue;
		list = arena_strndup(im->arena, path, (size_t)(p - path));
		if (json_array_size(json_at_path(record, list)) > 1)
			return true;
	}
	return false;
}

const json_t *import_member(struct importer *im, const json_t *record, enum ticket_field field,
			    const char *name)
{
	const char *path = im->named[field];
	const json_t *value;

	if (!path)
		value = json_object_get(record, name);
	else
		value = json_at_path(record, path);
	if (!value)
		value = json_at_path(json_object_get(record, "metadata"), path ? path : name);
	im->found[field] |= value != NULL;
	if (field == FIELD_LABEL && path && record_path_leaves_some(im, record, path))
		im->to->n_more_labels++;
	return value;
}

void import_set_names(struct importer *im, struct import_draft *draft, const json_t *record)
{
	for (size_t i = 0; i < TICKET_N_NAMES; i++) {
		enum ticket_field field = ticket_name_fields[i];

		import_set_json(im, draft, field,
				import_member(im, record, field, ticket_field_names[field]));
	}
}

/* ---- chats ---- */

static bool record_is_listed(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n && word; i++)
		if (strcasecmp(word, words[i]) == 0)
			return true;
	return false;
}

/* The role of a message, as most tools write it or as ShareGPT does. */
static const char *record_role(const json_t *message)
{
	const char *role = json_string_value(json_object_get(message, "role"));

	return role ? role : json_string_value(json_object_get(message, "from"));
}

static bool record_is_user(const json_t *message)
{
	static const char *const roles[] = { "user",   "human",	    "customer",
					     "client", "requester", "end-user" };

	return record_is_listed(record_role(message), roles, COUNT_OF(roles));
}

/* A system message with a name is an example in OpenAI's notation, so it is a turn. */
static bool record_is_system(const json_t *message)
{
	static const char *const roles[] = { "system", "developer" };

	return record_is_listed(record_role(message), roles, COUNT_OF(roles)) &&
	       !json_object_get(message, "name");
}

/* The texts of a message with several parts, one line each; NULL if a part is no text. */
static const char *record_join_parts(struct importer *im, const json_t *parts)
{
	const char *all = "";
	const json_t *part;
	size_t i;

	json_array_foreach (parts, i, part) {
		const char *text = json_is_string(part) ?
					   json_whole_text(part) :
					   json_whole_text(json_object_get(part, "text"));

		if (!text)
			return NULL;
		all = arena_add_item(im->arena, all, "\n", "%s", text);
	}
	return all;
}

/* The text of a message, or NULL; *ret_why is why there is none. */
static const char *record_message_text(struct importer *im, const json_t *message,
				       const char **ret_why)
{
	const json_t *content = json_object_get(message, "content");
	const char *text;

	if (!content)
		content = json_object_get(message, "value");
	text = json_is_array(content) ? record_join_parts(im, content) : import_scalar(im, content);
	*ret_why = NULL;
	if (!text && json_is_array(content))
		*ret_why = "a message holds an image, a file or another part that is no text";
	else if (content && !json_is_null(content) && record_fault(content, text))
		*ret_why = arena_printf(im->arena, "text %s", record_fault(content, text));
	return text;
}

static void record_take_text(struct import_draft *draft, const char *text)
{
	draft->fields[FIELD_TEXT] = text;
	draft->text_len = text ? strlen(text) : 0;
}

/* What a chat holds besides the last message of a user. */
struct record_chat {
	const char *user, *system;
	const char *last; /* of any role */
	const char *why; /* why the user's message has no text, or NULL */
	size_t n_turns; /* messages that are no system message and not empty */
	size_t n_messages;
	struct buf all;
};

static void record_read_message(struct importer *im, struct import_draft *draft,
				const json_t *message, struct record_chat *chat)
{
	const char *name = json_string_value(json_object_get(message, "name"));
	const char *why, *text = record_message_text(im, message, &why);

	if (!record_role(message)) {
		import_leave_out(draft, "a message has no role");
		return;
	}
	if (record_is_user(message)) {
		chat->user = text;
		chat->why = why;
	}
	if (why && im->keep_turns)
		import_leave_out(draft, why);
	if (!text || ticket_is_blank(text))
		return;
	chat->n_messages++;
	chat->last = text;
	if (record_is_system(message))
		chat->system = arena_add_item(im->arena, chat->system, "\n", "%s", text);
	else
		chat->n_turns++;
	if (im->keep_turns)
		buf_add_item(&chat->all, "\n", "%s: %s", name ? name : record_role(message), text);
}

void import_set_input(struct importer *im, struct import_draft *draft, const json_t *input)
{
	struct record_chat chat = { 0 };
	const json_t *message;
	size_t i;

	if (!json_is_array(input)) {
		import_set_json(im, draft, FIELD_TEXT, input);
		return;
	}
	buf_init(&chat.all, TICKET_MAX_BYTES * 2);
	json_array_foreach (input, i, message)
		record_read_message(im, draft, message, &chat);
	if (im->keep_turns && chat.n_messages > 1) {
		record_take_text(draft, buf_to_arena(&chat.all, im->arena));
		return;
	}
	buf_release(&chat.all);
	if (im->keep_turns && !chat.user)
		chat.user = chat.last;
	if (!chat.user)
		import_leave_out(draft, chat.why ? chat.why : no_user);
	record_take_text(draft, chat.user);
	draft->system = chat.system;
	draft->has_turns = chat.n_turns > 1;
}

/* The texts at several paths, joined as those of several columns are. */
static void record_join_texts(struct importer *im, struct import_draft *draft, const json_t *record)
{
	const struct opt_list *paths = &im->columns->text;
	const char **texts = arena_array(im->arena, paths->n, sizeof(*texts));

	for (size_t i = 0; i < paths->n; i++) {
		struct import_draft part = { 0 };
		const json_t *value = json_at_path(record, paths->items[i]);

		im->found[FIELD_TEXT] |= value != NULL;
		import_set_input(im, &part, value);
		if (part.why)
			import_leave_out(draft, part.why);
		texts[i] = part.fields[FIELD_TEXT] ? part.fields[FIELD_TEXT] : "";
	}
	draft->fields[FIELD_TEXT] =
		columns_join_texts(im->arena, texts, paths->n, &draft->text_len);
}

void import_set_text(struct importer *im, struct import_draft *draft, const json_t *record,
		     const char *name)
{
	if (im->columns->text.n > 1)
		record_join_texts(im, draft, record);
	else
		import_set_input(im, draft, import_member(im, record, FIELD_TEXT, name));
}

/* ---- exports of labelling tools ---- */

/* The text if no option names it: by its usual name, or the only string among the members. */
static const json_t *record_only_text(json_t *members)
{
	const json_t *only = import_usual_text(members);
	const char *name;
	json_t *value;
	size_t n = 0;

	if (only)
		return only;
	json_object_foreach (members, name, value)
		if (json_is_string(value) && n++ == 0)
			only = value;
	return n == 1 ? only : NULL;
}

/* Adds the row; `members` has the text if no option names it. */
int import_add_annotated(struct importer *im, struct import_draft *draft, const json_t *record,
			 json_t *members, struct err *err)
{
	const json_t *text = record_only_text(members);

	if (im->named[FIELD_TEXT])
		import_set_text(im, draft, record, NULL);
	else if (!text)
		import_leave_out(draft, "no text, or it is unclear which (--text PATH names it)");
	else
		import_set_input(im, draft, text);
	import_set_names(im, draft, record);
	return import_add(im, draft, err);
}
