/*
 * Parses requests.
 */
#include "flow/production/request.h"

#include <jansson.h>
#include <string.h>

#include "base/display.h"
#include "base/json.h"
#include "flow/production/decision_request.h"
#include "report/production_text.h"

bool request_is_decision(enum request_form form)
{
	return form == REQUEST_SYSTEMONE || form == REQUEST_DECISIONS;
}

const char *request_error_json(struct arena *a, enum request_form form, unsigned status,
			       const char *words)
{
	return request_is_decision(form) ? decision_error_json(a, status, words) :
					   production_error_json(a, words);
}

/* The same rules as for a ticket in a file: no NUL, not blank. */
static int request_read_text(struct arena *a, const json_t *value, struct ticket *ticket,
			     struct err *err)
{
	const char *text = json_string_value(value);
	size_t n = json_string_length(value);

	if (!text)
		return err_set(err, ERR_INPUT, "a ticket needs 'text', as a string");
	if (memchr(text, '\0', n))
		return err_set(err, ERR_INPUT, "the text holds a NUL character");
	if (text[strspn(text, " \t\r\n")] == '\0')
		return err_set(err, ERR_INPUT, "the text is empty");
	ticket->text = arena_strndup(a, text, n);
	ticket->text_len = n;
	return 0;
}

static int request_read_ticket(struct arena *a, const json_t *object, size_t number,
			       struct ticket *ticket, struct err *err)
{
	const json_t *id = json_object_get(object, "id");

	*ticket = (struct ticket){ .label = -1, .line = number };
	if (!json_is_object(object))
		return err_set(err, ERR_INPUT, "a ticket must be an object with 'text'");
	if (id && !json_whole_text(id))
		return err_set(err, ERR_INPUT, "'id' must be a string without NUL");
	ticket->id = id ? arena_strdup(a, json_whole_text(id)) : arena_printf(a, "%zu", number);
	return request_read_text(a, json_object_get(object, "text"), ticket, err);
}

static int request_read_classify(struct arena *a, const json_t *body, struct ticket *tickets,
				 size_t *ret_n, struct err *err)
{
	const json_t *list = json_object_get(body, "tickets");

	*ret_n = 1;
	if (!list)
		return request_read_ticket(a, body, 1, &tickets[0], err);
	*ret_n = json_array_size(list);
	if (*ret_n == 0 || *ret_n > REQUEST_MAX_TICKETS)
		return err_set(err, ERR_INPUT, "'tickets' must be a list of 1 to %d tickets",
			       REQUEST_MAX_TICKETS);
	for (size_t i = 0; i < *ret_n; i++)
		if (request_read_ticket(a, json_array_get(list, i), i + 1, &tickets[i], err) < 0)
			return -1;
	return 0;
}

/* A message's content: a string, or parts of which one is text. */
static const json_t *request_content_of(const json_t *message)
{
	const json_t *content = json_object_get(message, "content"), *part;
	size_t i;

	if (!json_is_array(content))
		return content;
	json_array_foreach (content, i, part)
		if (json_is_string(json_object_get(part, "text")))
			return json_object_get(part, "text");
	return NULL;
}

static int request_read_chat(struct arena *a, const json_t *body, struct ticket *tickets,
			     size_t *ret_n, struct err *err)
{
	const json_t *messages = json_object_get(body, "messages");

	*ret_n = 1;
	if (json_is_true(json_object_get(body, "stream")))
		return err_set(err, ERR_INPUT, "this endpoint does not stream; omit 'stream'");
	for (size_t i = json_array_size(messages); i > 0; i--) {
		const json_t *message = json_array_get(messages, i - 1);
		const char *role = json_whole_text(json_object_get(message, "role"));

		if (!role || strcmp(role, "user") != 0)
			continue;
		tickets[0] = (struct ticket){ .id = "1", .label = -1, .line = 1 };
		return request_read_text(a, request_content_of(message), &tickets[0], err);
	}
	return err_set(err, ERR_INPUT, "'messages' holds no user message");
}

int request_read(struct arena *a, enum request_form form, const char *body, size_t n_bytes,
		 struct ticket **ret_tickets, size_t *ret_n, struct err *err)
{
	struct ticket *tickets = arena_array(a, REQUEST_MAX_TICKETS, sizeof(*tickets));
	json_error_t why;
	json_t *j = json_loadb(body, n_bytes, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
	int r;

	if (!json_is_object(j)) {
		json_decref(j);
		return err_set(err, ERR_INPUT, "the body is not a JSON object%s%s", j ? "" : ": ",
			       j ? "" : display_text(a, why.text));
	}
	r = form == REQUEST_CHAT ? request_read_chat(a, j, tickets, ret_n, err) :
				   request_read_classify(a, j, tickets, ret_n, err);
	json_decref(j);
	*ret_tickets = tickets;
	return r;
}
