/*
 * A chat template (Jinja) and what is asked -> the prompt's text before and after the ticket.
 * Decides how a template is asked: system role or folded, plain or typed content, thinking off.
 * Must not know tokens, models or how the ticket is evaluated. Nothing here is bounded in time:
 * a template is foreign code, so call it only in a worker that has a deadline and rlimits.
 */
#ifndef ENGINE_TEMPLATE_H
#define ENGINE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#include "base/err.h"

#define TEMPLATE_MAX_SOURCE_BYTES ((size_t)1 << 20)
#define TEMPLATE_MAX_OUTPUT_BYTES ((size_t)4 << 20)
#define TEMPLATE_MARKS_TEXT_BYTES 256

/* What a run must say about its prompt: name for logs, and what it means. */
#define TEMPLATE_MARKS(X) \
	X(SYSTEM_FOLDED, "system folded", "no system role: the text opens the first user turn") \
	X(CONTENT_TYPED, "content typed", "messages were given as lists of {type, text}") \
	X(CONTENT_TRIMMED, "content trimmed", "white space around the ticket would be dropped") \
	X(TEXT_EDITED, "text edited", "the system text or an example is not printed as given") \
	X(DATE_PRINTED, "date printed", "the prompt depends on the date (the pinned one is used)") \
	X(THINKING_SWITCHED, "thinking switched", "the template knows a switch for thinking") \
	X(APPROXIMATED, "template approximated", "rendered without a Jinja engine (system build)") \
	X(NO_TEMPLATE, "no template", "plain instruction format, for a model without a template") \
	X(ADAPTER_DIFFERS, "adapter's template differs", \
	  "the adapter brings another chat template; the model's own is used")

enum template_mark_bit {
#define TEMPLATE_BIT(name, text, meaning) TEMPLATE_BIT_##name,
	TEMPLATE_MARKS(TEMPLATE_BIT)
#undef TEMPLATE_BIT
};

enum template_mark {
#define TEMPLATE_ENUM(name, text, meaning) TEMPLATE_##name = 1 << TEMPLATE_BIT_##name,
	TEMPLATE_MARKS(TEMPLATE_ENUM)
#undef TEMPLATE_ENUM
};

/* A worked example. */
struct template_turn {
	const char *user;
	const char *assistant;
};

/* All texts are borrowed. */
struct template_request {
	const char *source; /* the template's Jinja text */
	const char *bos, *eos; /* token texts; "" or NULL where the model has none */
	const char *system; /* "" or NULL: none */
	const struct template_turn *examples; /* between the system text and the ticket's turn */
	size_t n_examples;
	int64_t now_s; /* the date that a template may print: seconds since 1970, shown as UTC */
	bool thinking;
};

/* `before` starts with the BOS text where the template prints it: then add no BOS token. */
struct template_parts {
	char *before; /* owned */
	char *after; /* owned: the end of the user's turn and the opening of the assistant's */
	unsigned marks;
};

MUST_USE int template_render(const struct template_request *rq, struct template_parts *ret_parts,
			     struct err *err);

/* For a base model: source, bos, eos and now_s are not read. */
MUST_USE int template_plain(const struct template_request *rq, struct template_parts *ret_parts,
			    struct err *err);

void template_parts_release(struct template_parts *parts);

/* Writes "system folded, date printed" (or "none") to buf and returns it. */
const char *template_marks_text(unsigned marks, char buf[TEMPLATE_MARKS_TEXT_BYTES]);

#ifdef __cplusplus
}
#endif

#endif
