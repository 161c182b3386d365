/*
 * Requests for a decision, as decision models answer them: /v1/systemone, and /v1/decisions in
 * OpenAI's and SGLang's shapes (docs/production.md). Decides which questions the run can answer:
 * those about its own labels. The bytes are hostile.
 */
#ifndef FLOW_PRODUCTION_DECISION_REQUEST_H
#define FLOW_PRODUCTION_DECISION_REQUEST_H

#include "job/file/job.h"
#include "job/task/choice.h"
#include "job/ticket/ticket.h"
#include "report/text/production_text.h"

enum { DECISION_MAX_QUESTIONS = 64 };

enum decision_shape {
	DECISION_SYSTEMONE, /* questions by id, labels as `criteria` */
	DECISION_CHOICES, /* OpenAI's: a list of questions with `choices` */
	DECISION_OPTIONS, /* SGLang's: a list of questions with `id` and `options` */
};

/* What the run decides between, and how else than as a choice it may be asked. */
struct decision_run {
	const struct label *labels;
	size_t n_labels;
	enum asks asks;
};

/* A question: its id ("" in OpenAI's shape), and the run's labels in the order asked for. */
struct decision_question {
	const char *id;
	enum asks asks;
	const int *order;
};

struct decision_request {
	enum decision_shape shape;
	struct decision_question *questions;
	size_t n;
};

/*
 * Reads a body: the text to decide about, and the questions. `by_list`: the body is for
 * /v1/decisions. Fails with ERR_INPUT and a message for the client if a question is not a choice
 * between exactly the run's labels, or of the type that the run's task has (docs/labels.md).
 */
int decision_request_read(struct arena *a, bool by_list, const char *body, size_t n_bytes,
			  const struct decision_run *run, struct ticket *ret_ticket,
			  struct decision_request *ret_request, struct err *err) MUST_USE;

/*
 * The answer to all questions, which is the same, from the row of the ticket. Returns the HTTP
 * status: 200, or that of an error whose body it makes: 501 if the candidate gives no
 * probabilities, 400 if the text is too long, else 500.
 */
unsigned decision_request_answer(struct arena *a, const struct decision_request *request,
				 const struct production_row *row, const struct decision_run *run,
				 const char *model, const char **ret_body);

/* What a request gets if the candidate gives no probabilities, with status 501. */
extern const char decision_no_probabilities[];
/* The same of a task that writes. */
extern const char decision_is_written[];

/* The body of an error. Owned by the arena. */
const char *decision_error_json(struct arena *a, unsigned status, const char *words);

#endif
