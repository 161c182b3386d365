/*
 * The part of templates that needs no Jinja engine: the plain format for a model without a
 * template, the names of the marks, and template_parts_release().
 */
#include "engine/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"

#define TICKET "### Ticket:\n"
#define ANSWER "\n\n### Answer:\n"

int template_plain(const struct template_request *rq, struct template_parts *ret_parts,
		   struct err *err)
{
	struct buf before;
	char *after;

	buf_init(&before, TEMPLATE_MAX_OUTPUT_BYTES);
	if (rq->system && rq->system[0]) {
		buf_adds(&before, rq->system);
		buf_adds(&before, "\n\n");
	}
	for (size_t i = 0; i < rq->n_examples; i++) {
		buf_adds(&before, TICKET);
		buf_adds(&before, rq->examples[i].user);
		buf_adds(&before, ANSWER);
		buf_adds(&before, rq->examples[i].assistant);
		buf_adds(&before, "\n\n");
	}
	buf_adds(&before, TICKET);
	after = strdup(ANSWER);
	if (before.overflow || !after) {
		buf_release(&before);
		free(after);
		return err_set(err, ERR_INPUT, "the prompt with its examples is larger than 4 MiB");
	}
	*ret_parts = (struct template_parts){ .before = buf_take(&before),
					      .after = after,
					      .marks = TEMPLATE_NO_TEMPLATE };
	return 0;
}

void template_parts_release(struct template_parts *parts)
{
	if (!parts)
		return;
	free(parts->before);
	free(parts->after);
	*parts = (struct template_parts){ 0 };
}

const char *template_marks_text(unsigned marks, char buf[TEMPLATE_MARKS_TEXT_BYTES])
{
	static const char *const names[] = {
#define TEMPLATE_NAME(name, text, meaning) text,
		TEMPLATE_MARKS(TEMPLATE_NAME)
#undef TEMPLATE_NAME
	};
	size_t used = 0;

	snprintf(buf, TEMPLATE_MARKS_TEXT_BYTES, "none");
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (marks & (1u << i))
			used += (size_t)snprintf(buf + used, TEMPLATE_MARKS_TEXT_BYTES - used,
						 "%s%s", used ? ", " : "", names[i]);
	return buf;
}
