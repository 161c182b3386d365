/*
 * Decisions before a pass: the job's own labels with a neutral ticket, the same again, and a long
 * text. Decides which finding ends the pass (an unusable reply) and which is only marked.
 */
#include <math.h>

#include "engine/http/http_engine.h"

/* Probabilities of equal requests that differ by less are the same. */
#define SAME_PROBABILITY 1e-6

int http_read_decision(const struct engine *e, struct arena *a, const struct http_call *call,
		       struct decision *ret, struct err *err)
{
	if (e->route == SERVED_LETTERS)
		return decision_read_letters(a, &call->chat, e->labels.n, ret, err);
	if (call->raw.len > CHAT_CONTENT_MAX)
		return err_set(err, ERR_ENGINE, "the reply is too long");
	if (e->labels.asks == ASKS_EACH)
		return decision_read_each(a, buf_text(&call->raw), call->raw.len, &e->labels, ret,
					  err);
	return decision_read(a, buf_text(&call->raw), call->raw.len, &e->labels, ret, err);
}

static int decision_try(struct engine *e, const char *text, struct http_call *call,
			struct decision *ret, struct err *err)
{
	struct err why = { 0 };

	http_try(e, http_text_body(e, text), 0, call);
	if (call->end == HTTP_ANSWERED &&
	    http_read_decision(e, &e->pass_arena, call, ret, &why) == 0)
		return 0;
	return err_set(err, ERR_ENGINE, "%s did not decide between the job's labels: %s",
		       e->ask_url, call->end == HTTP_ANSWERED ? why.msg : call->why);
}

/* Sends the same question again: does a cache answer, and do the probabilities stay? */
static int decision_try_again(struct engine *e, const struct http_call *first,
			      const struct decision *before, struct err *err)
{
	struct decision again;
	struct http_call call;
	double most = 0;
	int r = decision_try(e, http_neutral, &call, &again, err);

	for (size_t i = 0; r == 0 && i < e->labels.n; i++)
		most = fmax(most, fabs(again.probs[i] - before->probs[i]));
	if (r == 0) {
		http_note_repeat(e, &first->chat, &call.chat);
		json_object_set_new(e->probes.found, "repeated",
				    json_pack("{s:s, s:f}", "verdict",
					      most < SAME_PROBABILITY ? "same" : "differs",
					      "difference", most));
	}
	http_release(&e->net, &call);
	return r;
}

/* A text as long as the job's may become. Decision models may read only its beginning. */
static void decision_try_long(struct engine *e)
{
	const char *verdict = "whole by its count";
	struct decision decision;
	struct http_call call;
	struct err why = { 0 };
	int64_t least, counted;
	struct buf text;

	buf_init(&text, 1 << 20);
	http_add_filler(&text, http_canary_tok(e), &least);
	if (decision_try(e, buf_text(&text), &call, &decision, &why) < 0)
		verdict = arena_printf(&e->pass_arena, "refused: %s",
				       *call.why ? call.why : "its reply makes no sense");
	counted = call.chat.prompt_tok;
	if (call.end == HTTP_ANSWERED && counted <= 0)
		verdict = "not known: nothing was counted";
	else if (call.end == HTTP_ANSWERED && counted < least)
		verdict = "not whole: it counts fewer tokens than the text has words";
	json_object_set_new(e->probes.found, "long_prompt",
			    json_pack("{s:s, s:I, s:I}", "verdict", verdict, "least_tok",
				      (json_int_t)least, "counted_tok", (json_int_t)counted));
	http_release(&e->net, &call);
	buf_release(&text);
}

/* A server that knows no such question is asked for a choice, if one label is the answer. */
static int decision_try_as_asked(struct engine *e, struct http_call *call, struct decision *ret,
				 struct err *err)
{
	int r = decision_try(e, http_neutral, call, ret, err);

	if (r == 0 || e->labels.asks == ASKS_CHOICE || e->labels.asks == ASKS_EACH)
		return r;
	http_release(&e->net, call);
	json_object_set_new(e->probes.found, "asked_for_choice", json_string(err->msg));
	e->labels.asks = ASKS_CHOICE;
	return decision_try(e, http_neutral, call, ret, err);
}

int http_probe_decision(struct engine *e, struct err *err)
{
	struct decision decision;
	struct http_call call;
	int r = decision_try_as_asked(e, &call, &decision, err);

	if (r == 0)
		r = http_check_name(e, &call.chat, err);
	if (r == 0) {
		e->probes.least_prompt_tok = call.chat.prompt_tok > 0 ? call.chat.prompt_tok : 0;
		r = decision_try_again(e, &call, &decision, err);
	}
	http_release(&e->net, &call);
	if (r == 0)
		decision_try_long(e);
	return r;
}
