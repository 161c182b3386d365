/*
 * Renders a chat template (Jinja) to the prompt's text before and after the ticket. Decides the
 * shape of the messages: system role or folded, plain or typed content, thinking on or off. Must
 * not know tokens or models. A template is foreign code and its run time is not bounded here, so
 * call this only in a worker that has a deadline and rlimits.
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

/* What a run must report about its prompt: name for logs, and meaning. */
#define TEMPLATE_MARKS(X) \
	X(SYSTEM_FOLDED, "system folded", "no system role: its text opens the first user turn") \
	X(CONTENT_TYPED, "content typed", "messages are lists of {type, text}") \
	X(CONTENT_TRIMMED, "content trimmed", "white space around the ticket would be dropped") \
	X(TEXT_EDITED, "text edited", "the system text or an example is printed with changes") \
	X(DATE_PRINTED, "date printed", "the prompt depends on the date, which is pinned") \
	X(THINKING_SWITCHED, "thinking switched", "the template has a switch for thinking") \
	X(APPROXIMATED, "template approximated", "rendered without a Jinja engine (system build)") \
	X(NO_TEMPLATE, "no template", "the model has no template: plain instruction format") \
	X(TOOLS_PRINTED, "tools printed", \
	  "the template shows the tools in the model's own format") \
	X(ADAPTER_DIFFERS, "adapter's template differs", \
	  "the adapter brings another template; the model's own is used") \
	X(PROMPT_EACH, "one prompt for each label", "a decision model is asked about each")

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

/* What to render. All texts are borrowed. */
struct template_request {
	const char *source; /* the template's Jinja text */
	const char *bos, *eos; /* token texts; "" or NULL if the model has none */
	const char *system; /* "" or NULL: none */
	const struct template_turn *examples; /* turns between the system text and the ticket */
	size_t n_examples;
	const char *tools; /* a JSON list that the template is given; NULL: none */
	int64_t now_s; /* date that a template may print: seconds since 1970, shown as UTC */
	bool thinking;
};

/* If `before` starts with the BOS text, the template printed it: add no BOS token. */
struct template_parts {
	char *before; /* owned */
	char *after; /* owned: the user turn's end and the assistant turn's opening */
	unsigned marks;
};

MUST_USE int template_render(const struct template_request *rq, struct template_parts *ret_parts,
			     struct err *err);

/* The same for a base model. Ignores source, bos, eos and now_s. */
MUST_USE int template_plain(const struct template_request *rq, struct template_parts *ret_parts,
			    struct err *err);

/* Whether the template shows the tools that it is given. False without a Jinja engine. */
bool template_prints_tools(const struct template_request *rq);

/*
 * Renders a template that takes values of its own in place of messages, such as a decision model's.
 * `values`: a JSON object. *ret_text is the caller's (free). A build without a Jinja engine fails.
 */
MUST_USE int template_fill(const char *source, const char *values, int64_t now_s, char **ret_text,
			   struct err *err);

void template_parts_release(struct template_parts *parts);

/* Writes "system folded, date printed" (or "none") to buf and returns it. */
const char *template_marks_text(unsigned marks, char buf[TEMPLATE_MARKS_TEXT_BYTES]);

#ifdef __cplusplus
}
#endif

#endif
