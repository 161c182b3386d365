/*
 * Chat completions, as OpenAI's clients ask for them (docs/production.md). Decides which requests
 * `serve` can answer in full, and the shape of their answers; must not know sockets, tokens or who
 * answers. The bytes are hostile.
 */
#ifndef FLOW_PRODUCTION_CHAT_REQUEST_H
#define FLOW_PRODUCTION_CHAT_REQUEST_H

#include "job/file/job.h"
#include "job/ticket/ticket.h"
#include "report/text/production_text.h"

/* Most labels that `top_logprobs` lists, as at OpenAI. */
enum { CHAT_TOP_LABELS = 20 };

/* How the answer is asked for. */
struct chat_request {
	bool stream; /* as server-sent events */
	bool include_usage; /* a stream ends with an event of counts */
	bool logprobs; /* of the label */
	int n_top; /* the most probable labels that are listed beside it */
	bool label_only; /* the schema has no place for a rationale */
};

/* Who answers. */
struct chat_server {
	const struct label *labels; /* of the run */
	size_t n_labels;
	bool probabilities; /* the candidate gives them */
	const char *model; /* name of the candidate */
	const char *task; /* that writes: the answer is a text; NULL: it is a label */
	const char *form; /* the JSON schema of that text; NULL: any text */
};

/*
 * Reads a body. The ticket is the text of the last user message that is not empty; several parts
 * are joined by line breaks. Fails with ERR_INPUT and a message for the client if the request asks
 * for something that the server would not do: images, tools, several answers, another schema.
 */
int chat_request_read(struct arena *a, const char *body, size_t n_bytes,
		      const struct chat_server *server, struct ticket *ret_ticket,
		      struct chat_request *ret_request, struct err *err) MUST_USE;

/*
 * The answer, from the row of the ticket: JSON, or the events of a stream. `number` and `created_s`
 * (seconds since 1970) go into its id and date. Returns the HTTP status: 200, or that of an error
 * whose body it makes: 400 if the text is too long, 500 if the candidate failed.
 */
unsigned chat_request_answer(struct arena *a, const struct chat_request *request,
			     const struct chat_server *server, const struct production_row *row,
			     int64_t number, int64_t created_s, const char **ret_body);

#endif
