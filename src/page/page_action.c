/*
 * A list of actions. What a browser is told is one text (flow/http/http_stream.h): the lines of
 * --json-events as server-sent events, and last the result.
 */
#include "page/page_action.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json/json.h"
#include "base/str.h"
#include "flow/http/http_stream.h"

enum { AT_ONCE = 4, KEPT = 50, STREAM_MAX_BYTES = 256 << 20, OF_SIGNALS = 128 };

struct page_action {
	char id[24];
	const struct page_row *row;
	struct cmd cmd;
	struct page_words words;
	struct page_verb verb;
	struct http_stream *stream;
	int64_t n_told; /* events */
	int64_t started_us; /* wall clock */
	bool running, stopped;
	struct page_action *next;
};

static const char *action_state(const struct page_action *action)
{
	if (action->running)
		return "running";
	if (page_verb_has_result(&action->verb))
		return "done";
	return action->stopped || action->verb.exit_code == OF_SIGNALS + SIGINT ||
			       action->verb.exit_code == OF_SIGNALS + SIGTERM ?
		       "stopped" :
		       "failed";
}

static struct page_action *action_find(struct page *page, const char *id)
{
	for (struct page_action *action = page->actions; action; action = action->next)
		if (strcmp(action->id, id) == 0)
			return action;
	return NULL;
}

static void action_free(struct page_action *action)
{
	if (action->verb.texts[0].max)
		page_verb_release(&action->verb);
	http_stream_free(action->stream);
	arena_release(&action->cmd.arena);
	free(action);
}

/* RULE: measurements run one at a time, so that none disturbs the times of another. */
static const char *action_obstacle(const struct page *page, const struct page_row *row,
				   struct arena *a)
{
	size_t n = 0;

	for (const struct page_action *action = page->actions; action; action = action->next) {
		if (!action->running)
			continue;
		n++;
		if (row->is & action->row->is & PAGE_MEASURES)
			return arena_printf(a,
					    "'%s' is still running; stop it, or wait for its end",
					    action->words.command);
	}
	return n >= AT_ONCE ? "too many actions are running; wait for the end of one" : NULL;
}

static int action_begin(struct page *page, struct page_action *action, const json_t *values)
{
	struct cmd *cmd = &action->cmd;
	struct page_folder folder;

	page_look(page, &cmd->arena, &folder);
	if (page_words_make(cmd, &folder, action->row, values, &action->words) < 0 ||
	    http_stream_open(STREAM_MAX_BYTES, &action->stream, &cmd->err) < 0)
		return -1;
	return page_verb_start(cmd, action->words.words, (action->row->is & PAGE_EVENTS) != 0,
			       &action->verb);
}

static void action_answer(struct http_request *q, const struct page_action *action)
{
	struct http_answer answer =
		page_answer_json(q, MHD_HTTP_OK,
				 json_pack("{s:s, s:o}", "id", action->id, "command",
					   json_any_text(action->words.command)));

	http_answer(q, &answer);
}

/* The oldest that have ended are forgotten, unless a browser follows them. */
static void actions_forget(struct page *page)
{
	struct page_action **at = &page->actions, *action;
	size_t n = 0;

	while ((action = *at)) {
		if (++n <= KEPT || action->running || http_stream_is_held(action->stream)) {
			at = &action->next;
			continue;
		}
		*at = action->next;
		action_free(action);
	}
}

static void action_start(struct page *page, struct http_request *q, const struct page_row *row,
			 const json_t *values)
{
	struct page_action *action = calloc(1, sizeof(*action));

	if (!action) {
		page_refuse(q, MHD_HTTP_INTERNAL_SERVER_ERROR, "out of memory");
		return;
	}
	action->row = row;
	action->cmd = page_cmd(page);
	if (action_begin(page, action, values) < 0) {
		page_refuse(q, MHD_HTTP_BAD_REQUEST, action->cmd.err.msg);
		action_free(action);
		return;
	}
	snprintf(action->id, sizeof(action->id), "%lld", (long long)++page->n_actions);
	action->started_us = clock_wall_us();
	action->running = true;
	action->next = page->actions;
	page->actions = action;
	action_answer(q, action);
	actions_forget(page);
}

void page_action_start(struct page *page, struct http_request *q, const char *name)
{
	const struct page_row *row = page_row_find(page_actions, name);
	const char *obstacle = row ? action_obstacle(page, row, &q->arena) : NULL;
	json_t *values;

	if (!row) {
		page_refuse(q, MHD_HTTP_NOT_FOUND, "there is no such action");
		return;
	}
	if (obstacle) {
		page_refuse(q, MHD_HTTP_CONFLICT, obstacle);
		return;
	}
	values = json_loadb(q->body.data, q->body.len, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(values))
		action_start(page, q, row, values);
	else
		page_refuse(q, MHD_HTTP_BAD_REQUEST, "the body is not a JSON object");
	json_decref(values);
}

/* Where the text goes on behind the event that a browser had last; 0 if it had none. */
static size_t action_resume_at(const char *text, const char *last_id, struct arena *a)
{
	int64_t id;
	const char *found;

	if (!last_id || !str_to_i64(last_id, 1, INT64_MAX, &id))
		return 0;
	found = strstr(text, arena_printf(a, "\nid: %lld\n", (long long)id));
	found = found ? strstr(found, "\n\n") : NULL;
	return found ? (size_t)(found - text) + 2 : 0;
}

void page_action_follow(struct page *page, struct http_request *q, const char *id)
{
	struct page_action *action = action_find(page, id);
	struct http_answer answer;
	const char *text;

	if (!action) {
		page_refuse(q, MHD_HTTP_NOT_FOUND, "there is no such action");
		return;
	}
	text = http_stream_text(action->stream);
	answer = page_answer(MHD_HTTP_OK, "text/event-stream", NULL, 0);
	answer.stream = action->stream;
	answer.at = action_resume_at(text, http_request_header(q, "Last-Event-ID"), &q->arena);
	/* The browser has it all. This status keeps it from asking again. */
	if (!action->running && text[answer.at] == '\0')
		answer = page_answer(MHD_HTTP_NO_CONTENT, "text/event-stream", NULL, 0);
	http_answer(q, &answer);
}

void page_action_stop(struct page *page, struct http_request *q, const char *id)
{
	struct page_action *action = action_find(page, id);

	if (!action) {
		page_refuse(q, MHD_HTTP_NOT_FOUND, "there is no such action");
		return;
	}
	/* A second one would drop the ticket in hand. */
	if (action->running && !action->stopped) {
		action->stopped = true;
		page_verb_signal(&action->verb, SIGINT);
	}
	action_answer(q, action);
}

/* The next event; `data` is a line. */
static const char *action_event(struct page_action *action, struct arena *a, const char *kind,
				const char *data)
{
	return arena_printf(a, "event: %s\nid: %lld\ndata: %s\n\n", kind,
			    (long long)++action->n_told, data);
}

/* Moves the lines that are complete into the stream. */
static void action_tell_lines(struct page_action *action)
{
	struct buf *events = &action->verb.texts[2];
	const char *text = buf_text(events), *line, *end, *kind;
	struct arena a = { 0 };
	json_t *event;

	for (; (end = strchr(text, '\n')); text = end + 1) {
		line = arena_strndup(&a, text, (size_t)(end - text));
		event = json_loads(line, 0, NULL);
		kind = json_string_value(json_object_get(event, "event"));
		if (kind)
			http_stream_add(action->stream, action_event(action, &a, kind, line));
		json_decref(event);
		arena_release(&a);
	}
	buf_drop_front(events, (size_t)(text - buf_text(events)));
}

static void action_end(struct page_action *action)
{
	struct arena a = { 0 };
	json_t *result = json_loads(page_verb_json(&action->verb), JSON_DECODE_ANY, NULL), *end;

	action->running = false;
	end = json_pack("{s:s, s:i, s:o, s:o, s:o}", "state", action_state(action), "exit_code",
			action->verb.exit_code, "command", json_any_text(action->words.command),
			"message", json_any_text(buf_text(&action->verb.texts[1])), "result",
			result ? result : json_null());
	http_stream_end(action->stream, action_event(action, &a, "end", json_text(&a, end)));
	arena_release(&a);
	page_verb_release(&action->verb);
}

void page_actions_turn(struct page *page)
{
	bool ended;

	for (struct page_action *action = page->actions; action; action = action->next) {
		if (!action->running)
			continue;
		ended = page_verb_collect(&action->verb);
		action_tell_lines(action);
		if (ended)
			action_end(action);
		else
			http_stream_drop_gone(action->stream);
	}
}

void page_actions_poll(const struct page *page, struct page_poll *poll)
{
	for (const struct page_action *action = page->actions; action; action = action->next)
		if (action->running)
			page_verb_poll(&action->verb, poll);
}

const char *page_action_running(const struct page *page)
{
	for (const struct page_action *action = page->actions; action; action = action->next)
		if (action->running)
			return action->words.command;
	return NULL;
}

json_t *page_actions_json(const struct page *page)
{
	json_t *list = json_array();

	for (const struct page_action *action = page->actions; action; action = action->next)
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:o, s:s, s:o, s:I}", "id", action->id,
					"action", action->row->name, "command",
					json_any_text(action->words.command), "state",
					action_state(action), "exit_code",
					action->running ? json_null() :
							  json_integer(action->verb.exit_code),
					"started_us", (json_int_t)action->started_us));
	return list;
}

void page_actions_stop(struct page *page)
{
	for (struct page_action *action = page->actions; action; action = action->next) {
		if (!action->running)
			continue;
		action->stopped = true;
		page_verb_signal(&action->verb, SIGINT);
	}
}

void page_actions_free(struct page *page)
{
	struct page_action *next;

	for (struct page_action *action = page->actions; action; action = next) {
		next = action->next;
		action_free(action);
	}
	page->actions = NULL;
}
