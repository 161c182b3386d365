/*
 * Bodies of requests to `serve`. An accepted request is complete and within its limits; a refusal
 * has a message.
 */
#include "fuzz.h"

#include <string.h>

#include "flow/production/chat_request.h"
#include "flow/production/decision_request.h"
#include "flow/production/request.h"

/* Questions about labels: an accepted one has each label once. */
static void fuzz_decision(bool by_list, const uint8_t *data, size_t n_bytes)
{
	static const struct label labels[] = { { .name = "a" }, { .name = "b" } };
	static const struct decision_run run = { labels, 2, ASKS_YES_NO };
	struct decision_request r;
	struct arena a = { 0 };
	struct err err = { 0 };
	struct ticket ticket;

	if (decision_request_read(&a, by_list, (const char *)data, n_bytes, &run, &ticket, &r,
				  &err) == 0) {
		MUST(r.n > 0 && r.n <= DECISION_MAX_QUESTIONS);
		MUST(strlen(ticket.text) == ticket.text_len && ticket.text_len > 0);
		for (size_t i = 0; i < r.n; i++) {
			const int *order = r.questions[i].order;

			MUST(r.questions[i].id);
			MUST(order[0] + order[1] == 1 && order[0] >= 0 && order[1] >= 0);
		}
	} else {
		MUST(err.kind == ERR_INPUT && *err.msg);
	}
	arena_release(&a);
}

static void fuzz_ticket(const struct ticket *ticket)
{
	MUST(ticket->id && ticket->text);
	MUST(strlen(ticket->text) == ticket->text_len && ticket->text_len > 0);
	MUST(ticket->label == -1);
}

/* A chat completion: an accepted one is answered in full, also with a null label. */
static void fuzz_chat(const uint8_t *data, size_t n_bytes)
{
	static const struct label labels[] = { { .name = "a" }, { .name = "b" } };
	static const double probs[] = { .25, .75 };
	const struct chat_server server = { labels, 2, true, "m", NULL, NULL };
	const struct production_row row = { .label = 1,
					    .label_name = "b",
					    .probability = .75,
					    .probs = probs,
					    .rationale = "r",
					    .detail = "" };
	struct chat_request r;
	struct arena a = { 0 };
	struct err err = { 0 };
	struct ticket ticket;
	const char *body;

	if (chat_request_read(&a, (const char *)data, n_bytes, &server, &ticket, &r, &err) == 0) {
		fuzz_ticket(&ticket);
		MUST(r.n_top >= 0 && r.n_top <= CHAT_TOP_LABELS);
		MUST(chat_request_answer(&a, &r, &server, &row, 1, 2, &body) == 200 && *body);
	} else {
		MUST(err.kind == ERR_INPUT && *err.msg);
	}
	arena_release(&a);
}

static void fuzz_classify(const uint8_t *data, size_t n_bytes)
{
	struct ticket *tickets;
	struct arena a = { 0 };
	struct err err = { 0 };
	size_t n = 0;

	if (request_read(&a, (const char *)data, n_bytes, &tickets, &n, &err) == 0) {
		MUST(n > 0 && n <= REQUEST_MAX_TICKETS);
		for (size_t i = 0; i < n; i++)
			fuzz_ticket(&tickets[i]);
	} else {
		MUST(err.kind == ERR_INPUT && *err.msg);
	}
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	fuzz_decision(false, data, n_bytes);
	fuzz_decision(true, data, n_bytes);
	fuzz_chat(data, n_bytes);
	fuzz_classify(data, n_bytes);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const seeds[] = {
		"{\"text\": \"my card is late\", \"id\": \"1\"}",
		"{\"tickets\": [{\"text\": \"a\"}, {\"id\": \"b\", \"text\": \"\\u00e9\"}]}",
		"{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}",
		"{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", "
		"\"text\": \"x\"}]}]}",
		"{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}], \"stream\": true, "
		"\"logprobs\": true, \"top_logprobs\": 2, \"response_format\": {\"type\": "
		"\"json_schema\", \"json_schema\": {\"schema\": {\"$defs\": {\"l\": {\"enum\": "
		"[\"a\", \"b\"]}}, \"type\": \"object\", \"properties\": {\"label\": {\"anyOf\": "
		"[{\"$ref\": \"#/$defs/l\"}]}}}}}}",
		"{\"state\": \"x\", \"questions\": {\"q\": {\"type\": \"choice\", "
		"\"criteria\": {\"b\": null, \"a\": \"A\"}}}}",
		"{\"input\": \"x\", \"questions\": [{\"type\": \"choice\", \"choices\": "
		"[{\"value\": \"a\"}, {\"value\": \"b\"}]}]}",
		"{\"input\": {}, \"questions\": [{\"id\": \"q\", \"type\": \"choice\", "
		"\"options\": [{\"name\": \"a\"}, {\"name\": \"b\"}]}]}",
	};

	if (i >= sizeof(seeds) / sizeof(seeds[0]))
		return -1;
	memcpy(to, seeds[i], strlen(seeds[i]));
	return (int)strlen(seeds[i]);
}
