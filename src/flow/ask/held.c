/*
 * The list of failures, and the words for the first of them.
 */
#include "flow/ask/held.h"

#include <string.h>

bool held_is_reply(enum outcome outcome)
{
	return outcome == OUTCOME_OK || outcome == OUTCOME_OFF_LABEL ||
	       outcome == OUTCOME_TOO_LONG || outcome == OUTCOME_CUT;
}

void held_add(struct arena *a, struct held *h, const struct answer *answer)
{
	struct answer *own;

	h->answers = arena_grow(a, h->answers, h->n, &h->cap, sizeof(*h->answers));
	own = &h->answers[h->n++];
	*own = *answer;
	if (answer->raw)
		own->raw = arena_strndup(a, answer->raw, answer->raw_len);
	if (answer->thought)
		own->thought = arena_strndup(a, answer->thought, answer->thought_len);
	own->spans = arena_strdup(a, answer->spans);
	own->rule = arena_strdup(a, answer->rule);
	own->detail = arena_strdup(a, answer->detail);
	own->probs = own->hidden = NULL;
	own->n_probs = own->n_hidden = 0;
}

const char *held_reason(struct arena *a, const struct held *h, const struct model *model)
{
	const struct answer *first = &h->answers[0];
	const char *words = outcome_words(first->outcome);

	if (!*first->detail)
		return words;
	/* Of a server, the detail says what it did: no engine here failed to load anything. */
	if (model->engine == ENGINE_HTTP || strncmp(first->detail, words, strlen(words)) == 0)
		return first->detail;
	return arena_printf(a, "%s: %s", words, first->detail);
}
