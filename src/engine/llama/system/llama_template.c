/*
 * Stands in for template.cpp in a build with an installed llama.cpp (TOEHOLD_LLAMA=system). Its
 * packages lack the Jinja engine, so the C API approximates the template from its own list, and
 * every prompt is marked "template approximated".
 */
#include <llama.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "engine/template.h"

/* Takes the ticket's place while the prompt is rendered. */
static const char sentinel[] = "TOEHOLD-TICKET-7f3a9c51";

static int template_apply(const struct template_request *rq, bool folded, struct buf *out,
			  struct err *err)
{
	size_t n = 0, max = 2 + 2 * rq->n_examples;
	struct llama_chat_message *messages = calloc(max, sizeof(*messages));
	struct buf first;
	int32_t len;

	if (!messages)
		return err_set(err, ERR_ENGINE, "out of memory");
	buf_init(&first, TEMPLATE_MAX_OUTPUT_BYTES);
	if (folded)
		buf_addf(&first, "%s\n\n", rq->system);
	buf_adds(&first, rq->n_examples ? rq->examples[0].user : sentinel);
	if (rq->system && *rq->system && !folded)
		messages[n++] = (struct llama_chat_message){ "system", rq->system };
	for (size_t i = 0; i < rq->n_examples; i++) {
		messages[n++] =
			(struct llama_chat_message){ "user", i == 0 ? buf_text(&first) :
								      rq->examples[i].user };
		messages[n++] =
			(struct llama_chat_message){ "assistant", rq->examples[i].assistant };
	}
	messages[n++] =
		(struct llama_chat_message){ "user", rq->n_examples ? sentinel : buf_text(&first) };
	len = llama_chat_apply_template(rq->source, messages, n, true, NULL, 0);
	if (len > 0) {
		char *text = calloc(1, (size_t)len + 1);

		if (text &&
		    llama_chat_apply_template(rq->source, messages, n, true, text, len + 1) > 0)
			buf_adds(out, text);
		free(text);
	}
	free(messages);
	buf_release(&first);
	if (out->len == 0)
		return err_set(err, ERR_ENGINE,
			       "this llama.cpp does not recognise the model's chat template; build "
			       "with the bundled engine");
	return 0;
}

int template_render(const struct template_request *rq, struct template_parts *ret_parts,
		    struct err *err)
{
	bool has_system = rq->system && *rq->system, folded = false;
	struct buf out;
	char *at;

	buf_init(&out, TEMPLATE_MAX_OUTPUT_BYTES);
	if (template_apply(rq, false, &out, err) == 0 && has_system &&
	    !strstr(buf_text(&out), rq->system)) {
		buf_clear(&out);
		folded = true;
		if (template_apply(rq, true, &out, err) < 0)
			buf_clear(&out);
	}
	at = out.len ? strstr(out.data, sentinel) : NULL;
	if (!at) {
		buf_release(&out);
		return err_set(err, ERR_ENGINE,
			       "cannot render the chat template; build with the bundled engine");
	}
	*at = '\0';
	ret_parts->before = strdup(out.data);
	ret_parts->after = strdup(at + strlen(sentinel));
	ret_parts->marks = TEMPLATE_APPROXIMATED | (folded ? TEMPLATE_SYSTEM_FOLDED : 0u);
	buf_release(&out);
	return 0;
}

/* Without a Jinja engine there is nobody to print them. */
bool template_prints_tools(const struct template_request *rq)
{
	(void)rq;
	return false;
}

int template_fill(const char *source, const char *values, int64_t now_s, char **ret_text,
		  struct err *err)
{
	(void)source;
	(void)values;
	(void)now_s;
	*ret_text = NULL;
	return err_set(
		err, ERR_ENGINE,
		"this build has no Jinja engine, which a decision model's prompt needs; build "
		"with the bundled engine");
}
