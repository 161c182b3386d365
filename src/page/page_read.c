/*
 * A list of reads. Each lives in the arena of its request.
 */
#include "page/page_read.h"

#include <signal.h>
#include <string.h>

#include "base/json/json.h"
#include "flow/http/http_connections.h"

/* Together they use as many processors as a small machine has. */
enum { AT_ONCE = 3 };

/* Notes the models that a result names: a browser may ask for these, and for no others. */
static void read_note_models(struct page *page, const char *result)
{
	static const char key[] = "\"path\": "; /* as json_print() writes it: in no string */

	for (const char *at = result; (at = strstr(at, key));) {
		json_t *path;

		at += strlen(key);
		path = json_loads(at, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, NULL);
		if (json_is_string(path))
			json_object_set_new(page->models, json_string_value(path), json_true());
		json_decref(path);
	}
}

void page_read_answer(struct page_read *read, const struct http_answer *answer)
{
	arena_release(&read->cmd.arena);
	http_answer(read->q, answer);
}

static void read_answer(struct page *page, struct page_read *read)
{
	struct http_answer answer =
		read->started ? read->finish(page, read) :
				page_answer_error(read->q, MHD_HTTP_BAD_REQUEST, read->cmd.err.msg);

	if (read->started && !(read->row->is & PAGE_NO_JSON))
		read_note_models(page, page_verb_json(&read->verb));
	if (read->started)
		page_verb_release(&read->verb);
	page_read_answer(read, &answer);
}

static enum MHD_Result read_add_value(void *ctx, enum MHD_ValueKind kind, const char *key,
				      const char *value)
{
	json_t *text = value ? json_string(value) : NULL;

	(void)kind;
	/* "name" without "=" is a flag. Malformed UTF-8 is no text: its value is none. */
	json_object_set_new_nocheck(ctx, text || !value ? key : "malformed",
				    text ? text : json_true());
	return MHD_YES;
}

json_t *page_read_values(struct http_request *q)
{
	json_t *values = json_object();

	MHD_get_connection_values(q->connection, MHD_GET_ARGUMENT_KIND, read_add_value, values);
	return values;
}

struct page_read *page_read_new(struct page *page, struct http_request *q,
				const struct page_row *row, page_read_finish *finish)
{
	struct page_read *read = arena_alloc(&q->arena, sizeof(*read));

	read->q = q;
	read->row = row;
	read->cmd = page_cmd(page);
	read->finish = finish;
	page_look(page, &read->cmd.arena, &read->folder);
	return read;
}

void page_read_begin(struct page *page, struct page_read *read, const json_t *values)
{
	struct page_read **at = &page->reads;

	if (page_words_make(&read->cmd, &read->folder, read->row, values, &read->words) < 0) {
		read_answer(page, read);
		return;
	}
	while (*at)
		at = &(*at)->next;
	*at = read;
}

void page_read_add(struct page *page, struct http_request *q, const struct page_row *row,
		   const json_t *values, page_read_finish *finish)
{
	page_read_begin(page, page_read_new(page, q, row, finish), values);
}

/* RULE: a change that began is not cut short: a label or a job would be lost, or half there. */
static bool read_is_unwanted(const struct page_read *read)
{
	return !(read->row->is & PAGE_CHANGES) && http_connection_is_gone(read->q->connection);
}

/* Whether it is over: its request was answered. */
static bool read_turn(struct page *page, struct page_read *read, size_t *n_running)
{
	bool unwanted = read_is_unwanted(read);

	if (!read->started) {
		if (*n_running >= AT_ONCE && !unwanted)
			return false;
		if (unwanted ||
		    page_verb_start(&read->cmd, read->words.words, false, &read->verb) < 0) {
			read_answer(page, read);
			return true;
		}
		read->started = true;
	}
	if (unwanted)
		page_verb_signal(&read->verb, SIGTERM);
	if (!page_verb_collect(&read->verb)) {
		++*n_running;
		return false;
	}
	read_answer(page, read);
	return true;
}

void page_reads_turn(struct page *page)
{
	struct page_read **at = &page->reads, *next;
	size_t n_running = 0;

	while (*at) {
		next = (*at)->next;
		if (read_turn(page, *at, &n_running))
			*at = next;
		else
			at = &(*at)->next;
	}
}

void page_reads_poll(const struct page *page, struct page_poll *poll)
{
	for (const struct page_read *read = page->reads; read; read = read->next)
		if (read->started)
			page_verb_poll(&read->verb, poll);
}

void page_reads_end(struct page *page, bool changes)
{
	struct page_read **at = &page->reads, *read;

	while ((read = *at)) {
		if (!changes && read->row->is & PAGE_CHANGES) {
			at = &read->next;
			continue;
		}
		*at = read->next;
		if (read->started)
			page_verb_release(&read->verb);
		arena_release(&read->cmd.arena);
		page_refuse(read->q, MHD_HTTP_SERVICE_UNAVAILABLE, page_is_stopping);
	}
}

struct http_answer page_read_json(struct page *page, struct page_read *read)
{
	const char *text = page_json_with(&read->q->arena,
					  json_pack("{s:o, s:i, s:o}", "command",
						    json_any_text(read->words.command), "exit_code",
						    read->verb.exit_code, "message",
						    json_any_text(buf_text(&read->verb.texts[1]))),
					  "result", page_verb_json(&read->verb));

	(void)page;
	return page_answer(MHD_HTTP_OK, "application/json", text, strlen(text));
}
