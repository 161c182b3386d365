/*
 * Parses requests.
 */
#include "flow/production/request.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "flow/production/decision_request.h"

/* What OpenAI calls an error of this status. */
static const struct {
	unsigned status;
	const char *code;
} codes[] = {
	{ 401, "invalid_api_key" },	{ 404, "not_found" },
	{ 405, "method_not_allowed" },	{ 413, "request_too_large" },
	{ 421, "misdirected_request" }, { 422, "personal_data" },
	{ 503, "service_unavailable" },
};

const char *chat_error_json(struct arena *a, unsigned status, const char *words)
{
	const char *code = NULL;

	for (size_t i = 0; i < COUNT_OF(codes); i++)
		if (codes[i].status == status)
			code = codes[i].code;
	return json_text(a, json_pack("{s:{s:o, s:s, s:n, s:s?}}", "error", "message",
				      json_any_text(words), "type",
				      status < 500 ? "invalid_request_error" : "server_error",
				      "param", "code", code));
}

bool request_is_decision(enum request_form form)
{
	return form == REQUEST_SYSTEMONE || form == REQUEST_DECISIONS;
}

const char *request_error_json(struct arena *a, enum request_form form, unsigned status,
			       const char *words)
{
	return request_is_decision(form) ? decision_error_json(a, status, words) :
					   chat_error_json(a, status, words);
}

int request_take_text(struct arena *a, const char *text, size_t n_bytes, struct ticket *ticket,
		      struct err *err)
{
	if (memchr(text, '\0', n_bytes))
		return err_set(err, ERR_INPUT, "the text holds a NUL character");
	if (text[strspn(text, " \t\r\n")] == '\0')
		return err_set(err, ERR_INPUT, "the text is empty");
	ticket->text = arena_strndup(a, text, n_bytes);
	ticket->text_len = n_bytes;
	return 0;
}

/* An id is a string or a whole number, as in a tickets file. */
static int request_read_id(struct arena *a, const json_t *id, size_t number, struct ticket *ticket,
			   struct err *err)
{
	ticket->id = json_whole_text(id);
	if (!id || json_is_null(id))
		ticket->id = arena_printf(a, "%zu", number);
	else if (json_is_integer(id))
		ticket->id = arena_printf(a, "%" JSON_INTEGER_FORMAT, json_integer_value(id));
	else if (ticket->id && strlen(ticket->id) <= TICKET_NAME_MAX_BYTES)
		ticket->id = arena_strdup(a, ticket->id);
	else
		return err_set(err, ERR_INPUT,
			       "'id' must be a whole number or a string of at most %d bytes "
			       "without NUL",
			       TICKET_NAME_MAX_BYTES);
	return 0;
}

static int request_read_ticket(struct arena *a, const json_t *object, size_t number,
			       struct ticket *ticket, struct err *err)
{
	const json_t *text = json_object_get(object, "text");

	*ticket = (struct ticket){ .label = -1, .line = number };
	if (!json_is_object(object))
		return err_set(err, ERR_INPUT, "a ticket must be an object with 'text'");
	if (request_read_id(a, json_object_get(object, "id"), number, ticket, err) < 0)
		return -1;
	if (!json_is_string(text))
		return err_set(err, ERR_INPUT, "a ticket needs 'text', as a string");
	return request_take_text(a, json_string_value(text), json_string_length(text), ticket, err);
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

int request_parse(struct arena *a, const char *body, size_t n_bytes, json_t **ret_object,
		  struct err *err)
{
	json_error_t why;
	const char *half;

	*ret_object = json_loadb(body, n_bytes, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
	if (json_is_object(*ret_object))
		return 0;
	half = *ret_object ? NULL : json_half_escape(a, &why);
	if (half)
		return err_set(err, ERR_INPUT,
			       "a text holds half of a character that was cut (%s); remove it, or "
			       "write the whole character",
			       half);
	return err_set(err, ERR_INPUT, "the body is not a JSON object%s%s", *ret_object ? "" : ": ",
		       *ret_object ? "" : display_text(a, why.text));
}

int request_read(struct arena *a, const char *body, size_t n_bytes, struct ticket **ret_tickets,
		 size_t *ret_n, struct err *err)
{
	struct ticket *tickets = arena_array(a, REQUEST_MAX_TICKETS, sizeof(*tickets));
	json_t *j;
	int r = -1;

	if (request_parse(a, body, n_bytes, &j, err) == 0)
		r = request_read_classify(a, j, tickets, ret_n, err);
	json_decref(j);
	*ret_tickets = tickets;
	return r;
}
