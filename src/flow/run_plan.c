/*
 * The plan of a session as JSON in an event.
 */
#include "flow/run_plan.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/json/json.h"
#include "base/opt/opt_json.h"
#include "base/str.h"

static const char *run_plan_folder(struct arena *a)
{
	char folder[PATH_MAX];

	return arena_strdup(a, getcwd(folder, sizeof(folder)) ? folder : "");
}

/* RULE: what a person types needs no options for the program that started this one. */
static bool run_plan_is_typed(const char *word)
{
	return strcmp(word, "--json") != 0 && strncmp(word, "--json-events=/dev/fd/", 22) != 0;
}

/* The command line once more, so that the same run goes on. */
static const char *run_plan_typed(const struct session *s)
{
	struct arena *a = &s->cmd->arena;
	const char *line = "";
	bool piped = false;

	for (int i = 0; i < s->cmd->argc; i++) {
		if (run_plan_is_typed(s->cmd->argv[i]))
			line = arena_add_item(a, line, " ", "%s",
					      str_shell_word(a, s->cmd->argv[i]));
		piped |= strcmp(s->cmd->argv[i], "-") == 0;
	}
	if (*line && s->name_option)
		line = arena_printf(a, "%s %s %s", line, s->name_option,
				    str_shell_word(a, s->run.name));
	/* What came through a pipe is gone: the reader knows from where it came. */
	return piped ? arena_printf(a, "%s <TICKETS.jsonl", line) : line;
}

/* What is said about columns, beside the list of those that hold the text. */
static const struct {
	const char *name;
	size_t offset;
} column_members[] = {
	{ "label", offsetof(struct columns, label) },
	{ "id", offsetof(struct columns, id) },
	{ "lang", offsetof(struct columns, lang) },
	{ "group", offsetof(struct columns, group) },
	{ "encoding", offsetof(struct columns, encoding) },
	{ "sheet", offsetof(struct columns, sheet) },
};

/* NULL if nothing is said. */
static json_t *run_plan_columns(const struct columns *columns)
{
	json_t *j = json_object();

	if (columns && columns->text.n)
		json_object_set_new(j, "text",
				    json_text_list(columns->text.items, columns->text.n));
	for (size_t i = 0; columns && i < COUNT_OF(column_members); i++) {
		const char *name =
			*(const char *const *)((const char *)columns + column_members[i].offset);

		if (name)
			json_object_set_new(j, column_members[i].name, json_any_text(name));
	}
	if (json_object_size(j) > 0)
		return j;
	json_decref(j);
	return NULL;
}

static void run_plan_read_columns(struct arena *a, const json_t *j, struct columns *ret_columns)
{
	const json_t *texts = json_object_get(j, "text");

	for (size_t i = 0; i < json_array_size(texts) && i < COLUMNS_MAX_TEXTS; i++) {
		const char *name = json_string_value(json_array_get(texts, i));

		ret_columns->text.items[i] = arena_strdup(a, name ? name : "");
		ret_columns->text.n = i + 1;
	}
	for (size_t i = 0; i < COUNT_OF(column_members); i++) {
		const char *name = json_string_value(json_object_get(j, column_members[i].name));

		if (name)
			*(const char **)((char *)ret_columns + column_members[i].offset) =
				arena_strdup(a, name);
	}
}

/* The options that were given, without those that only say what is printed; NULL in tests. */
static json_t *run_plan_options(const struct cmd *cmd)
{
	static const char *const printing[] = { "json", "json-events", "quiet", "strict" };
	json_t *options = cmd->spec ? opt_given_json(cmd->spec, cmd->options) : NULL;

	for (size_t i = 0; options && i < COUNT_OF(printing); i++)
		json_object_del(options, printing[i]);
	return options;
}

static const char *run_plan_text(const struct session *s)
{
	const struct plan *plan = &s->prepared.plan;
	struct arena *a = &s->cmd->arena;
	json_t *names = json_array();

	for (size_t i = 0; i < plan->n; i++)
		if (!plan->candidates[i].refused)
			json_array_append_new(names, json_any_text(plan->candidates[i].name));
	return json_text(a, json_pack("{s:s, s:o, s:b, s:o, s:o*, s:o, s:o*}", "tickets",
				      s->prepared.slice.sha256, "candidates", names, "first",
				      s->first, "command", json_any_text(run_plan_typed(s)),
				      "options", run_plan_options(s->cmd), "folder",
				      json_any_text(run_plan_folder(a)), "columns",
				      run_plan_columns(s->columns)));
}

int run_plan_store(struct session *s, struct err *err)
{
	struct event_row row = { .run_id = s->run.id,
				 .at_us = clock_wall_us(),
				 .kind = EVENT_PLAN,
				 .text = run_plan_text(s) };
	struct event_row *events;
	size_t n;

	if (store_get_events(&s->cmd->arena, &s->store, s->run.id, &events, &n, err) < 0)
		return -1;
	while (n > 0 && events[n - 1].kind != EVENT_PLAN)
		n--;
	if (n > 0 && strcmp(events[n - 1].text, row.text) == 0)
		return 0;
	return store_put_event(&s->store, &row, err);
}

static const char *run_plan_member(struct arena *a, const json_t *j, const char *name)
{
	const char *text = json_string_value(json_object_get(j, name));

	return arena_strdup(a, text ? text : "");
}

/* The options as JSON; NULL if the record is older than they. */
static const char *run_plan_given(struct arena *a, const json_t *j)
{
	json_t *options = json_object_get(j, "options");

	return options ? json_text(a, json_incref(options)) : NULL;
}

static void run_plan_read(struct arena *a, const json_t *j, struct run_plan *ret_plan)
{
	const json_t *list = json_object_get(j, "candidates");
	struct run_plan p = { .first = json_is_true(json_object_get(j, "first")) };

	p.tickets = run_plan_member(a, j, "tickets");
	p.command = run_plan_member(a, j, "command");
	p.folder = run_plan_member(a, j, "folder");
	p.options = run_plan_given(a, j);
	run_plan_read_columns(a, json_object_get(j, "columns"), &p.columns);
	p.names = arena_array(a, json_array_size(list), sizeof(*p.names));
	for (; p.n < json_array_size(list); p.n++) {
		const char *name = json_string_value(json_array_get(list, p.n));

		p.names[p.n] = arena_strdup(a, name ? name : "");
	}
	*ret_plan = p;
}

bool run_plan_find(struct arena *a, const struct event_row *events, size_t n_events,
		   const char *slice_sha256, struct run_plan *ret_plan)
{
	for (size_t i = n_events; i-- > 0;) {
		json_t *j =
			events[i].kind == EVENT_PLAN ? json_loads(events[i].text, 0, NULL) : NULL;
		const char *tickets = json_string_value(json_object_get(j, "tickets"));
		bool found = tickets && strcmp(tickets, slice_sha256) == 0;

		if (found)
			run_plan_read(a, j, ret_plan);
		json_decref(j);
		if (found)
			return true;
	}
	return false;
}

bool run_plan_has(const struct run_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->n; i++)
		if (strcmp(plan->names[i], name) == 0)
			return true;
	return false;
}

const char *run_plan_command(struct arena *a, const struct run_plan *plan)
{
	if (!*plan->command)
		return NULL;
	if (!*plan->folder || strcmp(plan->folder, run_plan_folder(a)) == 0)
		return plan->command;
	return arena_printf(a, "cd %s && %s", str_shell_word(a, plan->folder), plan->command);
}
