/*
 * From a response to an answer: the label, if it is exactly one of the labels, the times and the
 * counts, or the outcome that explains a failure. Text that is not the requested JSON is returned
 * unchanged; judge/answer/answer.h reads it.
 */
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "engine/http/http_engine.h"
#include "job/task/choice.h"
#include "job/task/task_several.h"
#include "work/machine.h"

/* A server that counts fewer tokens than the shortest prompt minus this has cut the prompt. */
enum { COUNT_SLACK_TOK = 8 };

static const struct {
	enum http_end end;
	enum outcome outcome;
} outcomes[] = {
	{ HTTP_NOT_REACHED, OUTCOME_ENGINE_ERROR }, { HTTP_TIMED_OUT, OUTCOME_TIMEOUT },
	{ HTTP_BROKEN, OUTCOME_ENGINE_ERROR },	    { HTTP_STATUS, OUTCOME_ENGINE_ERROR },
	{ HTTP_NONSENSE, OUTCOME_ENGINE_ERROR },
};

static enum outcome answer_outcome_of(const struct http_call *call)
{
	if (call->chat.too_long)
		return OUTCOME_TOO_LONG;
	for (size_t i = 0; i < COUNT_OF(outcomes); i++)
		if (outcomes[i].end == call->end)
			return outcomes[i].outcome;
	return OUTCOME_OK;
}

static int64_t answer_or_zero(int64_t n)
{
	return n > 0 ? n : 0;
}

/* Counts are the server's; without them, the number of pieces. */
static int64_t answer_thought_tok(const struct chat *chat)
{
	return chat->reasoning_tok > 0 ? chat->reasoning_tok : chat->n_think;
}

static int64_t answer_tok(const struct chat *chat)
{
	int64_t n = chat->completion_tok - answer_thought_tok(chat);

	return chat->completion_tok >= 0 && n > 0 ? n : chat->n_content;
}

/* The label that equals the bytes, or -1. */
static int answer_label_named(const struct msg_pass *p, const char *body, size_t n)
{
	struct buf plain;
	int found = -1;

	buf_init(&plain, CHAT_CONTENT_MAX);
	str_json_unescape(&plain, body, n);
	for (size_t i = 0; i < p->n_labels && found < 0; i++)
		if (strlen(p->labels[i]) == plain.len &&
		    memcmp(p->labels[i], buf_text(&plain), plain.len) == 0)
			found = (int)i;
	buf_release(&plain);
	return found;
}

/* The label of an answer in the requested JSON, which may be cut at its end; or -1. */
static int answer_label_of(const struct engine *e, const struct chat *chat)
{
	const char *text = buf_text(&chat->content);
	size_t start, end;

	if (e->pass.mode != PASS_FORCED || text[strspn(text, " \t\r\n")] != '{' ||
	    chat_member(text, chat->content.len, "label", &start, &end) != 2)
		return -1;
	return answer_label_named(&e->pass, text + start, end - start);
}

/* Where the answer ends and its reason begins; the whole length if the reason came first. */
static size_t answer_length(const struct engine *e, const struct chat *chat)
{
	size_t start, end;

	if (e->pass.reason_first || answer_label_of(e, chat) < 0 ||
	    chat_member(buf_text(&chat->content), chat->content.len, "rationale", &start, &end) ==
		    0)
		return chat->content.len;
	return start;
}

/* A written answer may have a member of this name, too. */
static bool answer_has_label(const struct engine *e, const struct chat *chat)
{
	return e->pass.n_labels > 0 && chat->label_us >= 0;
}

static void answer_read_counts(const struct engine *e, const struct chat *chat, struct answer *ret)
{
	ret->prompt_tok = answer_or_zero(chat->prompt_tok);
	ret->cached_tok = chat->cached_tok;
	ret->chosen_tok =
		answer_has_label(e, chat) && chat->n_label > 0 ? chat->n_label : answer_tok(chat);
	ret->first_us = chat->first_us;
	ret->ttft_us = chat->answer_us;
	ret->label_us = answer_has_label(e, chat) ? chat->label_us : chat->end_us;
	ret->think_tok = chat->thought.len ? answer_thought_tok(chat) : 0;
	if (chat->thought.len && chat->think_end_us >= chat->first_us)
		ret->think_us = (chat->answer_us > 0 ? chat->answer_us : chat->think_end_us) -
				chat->first_us;
}

/* Whether the server's counts show that it cut the prompt. */
static bool answer_is_cut(const struct engine *e, const struct chat *chat, size_t n_text)
{
	const int64_t least = e->probes.least_prompt_tok;

	return chat->truncated || (least > 0 && chat->prompt_tok >= 0 && n_text > 200 &&
				   chat->prompt_tok + COUNT_SLACK_TOK < least);
}

static bool answer_is_other_model(const struct engine *e, const struct chat *chat)
{
	return *e->probes.answers_as && *chat->model &&
	       strcmp(e->probes.answers_as, chat->model) != 0;
}

/* RULE: thought is never taken for the answer, even if it holds the JSON that was asked for. */
static const char *answer_empty_words(struct arena *a, const struct chat *chat)
{
	if (chat->thought.len)
		return "an empty answer: all of it came as thinking (reasoning)";
	if (*chat->refusal)
		return arena_printf(a, "an empty answer: the model refused: %s",
				    display_text(a, chat->refusal));
	if (*chat->finish && strcmp(chat->finish, "stop") != 0)
		return arena_printf(a, "an empty answer (finish_reason '%.30s')",
				    display_text(a, chat->finish));
	return "an empty answer";
}

/* The outcome of a complete response, with an explanation in *ret_detail. */
static enum outcome answer_judge_whole(const struct engine *e, struct arena *a,
				       const struct chat *chat, size_t n_text, int label,
				       const char **ret_detail)
{
	bool capped = strcmp(chat->finish, "length") == 0;

	*ret_detail = "";
	if (answer_is_other_model(e, chat)) {
		*ret_detail = arena_printf(a, "another model answered: '%.100s'", chat->model);
		return OUTCOME_ENGINE_ERROR;
	}
	if (answer_is_cut(e, chat, n_text)) {
		*ret_detail = arena_printf(a,
					   "the server cut the prompt: it counts %lld tokens, but "
					   "%lld for a shorter one",
					   (long long)chat->prompt_tok,
					   (long long)e->probes.least_prompt_tok);
		return OUTCOME_TOO_LONG;
	}
	if (!capped && (label >= 0 || chat->content.len > 0))
		return OUTCOME_OK;
	if (capped && label >= 0 && e->pass.mode == PASS_FORCED)
		return OUTCOME_OK;
	if (capped) {
		/* In free mode the controller reads what there is of the text. */
		if (e->pass.mode == PASS_FORCED || chat->content.len == 0)
			*ret_detail = chat->thought.len	   ? "thinking used up the token cap" :
				      e->pass.n_labels > 0 ? "no label before the token cap" :
							     "no answer before the token cap";
		return OUTCOME_CUT;
	}
	*ret_detail = answer_empty_words(a, chat);
	return OUTCOME_OFF_LABEL;
}

/* Each label that is at least as likely as not; the controller marks the JSON. */
static void answer_keep_each(const struct engine *e, struct arena *a,
			     const struct decision *decision, struct answer *ret)
{
	bool *fits = arena_array(a, e->labels.n, sizeof(*fits));

	for (size_t i = 0; i < e->labels.n; i++)
		fits[i] = decision->probs[i] >= EACH_FITS;
	ret->raw = several_answer(a, e->labels.names, fits, e->labels.n);
	ret->raw_len = strlen(ret->raw);
	ret->rule = served_route_names.texts[e->route];
}

/* A decision, or one letter of a chat: fills in the label and the probabilities. */
static enum outcome answer_judge_decision(const struct engine *e, struct arena *a,
					  const struct http_call *call, struct answer *ret,
					  const char **ret_detail)
{
	struct decision decision;
	struct err why = { 0 };

	*ret_detail = "";
	if (answer_is_other_model(e, &call->chat)) {
		*ret_detail = arena_printf(a, "another model answered: '%.100s'", call->chat.model);
		return OUTCOME_ENGINE_ERROR;
	}
	if (answer_is_cut(e, &call->chat, strlen(e->tickets[ret->ticket]))) {
		*ret_detail = "the server cut the text: it counts fewer tokens than for a short "
			      "one";
		return OUTCOME_TOO_LONG;
	}
	if (http_read_decision(e, a, call, &decision, &why) < 0) {
		*ret_detail = arena_strdup(a, why.msg);
		return OUTCOME_ENGINE_ERROR;
	}
	if (e->labels.asks == ASKS_EACH) {
		answer_keep_each(e, a, &decision, ret);
		return OUTCOME_OK;
	}
	ret->label = choice_of(e->pass.yes_at, decision.label, decision.probs);
	ret->probs = decision.probs;
	ret->n_probs = e->labels.n;
	ret->label_mass = decision.label_mass;
	return OUTCOME_OK;
}

static const char *answer_retried_words(struct arena *a, const struct http_call *call)
{
	if (call->n_tries < 2)
		return "";
	return arena_printf(a, "%s after %d tries; earlier: %s",
			    call->end == HTTP_ANSWERED ? "answered" : "given up", call->n_tries,
			    call->retried);
}

static void answer_join_detail(struct arena *a, const struct http_call *call, const char *detail,
			       struct answer *ret)
{
	const char *retried = answer_retried_words(a, call);

	ret->detail = *detail && *retried ? arena_printf(a, "%s (%s)", detail, retried) :
		      *detail		  ? detail :
					    retried;
}

/* If there is no exact label, the text is judged by the rules of judge/answer/answer.h. */
static int answer_shown_label(const struct engine *e, const struct answer *ret, int label)
{
	return ret->outcome == OUTCOME_OK && e->pass.mode == PASS_FORCED ? label : -1;
}

static void answer_keep_raw(const struct engine *e, struct arena *a, const struct http_call *call,
			    struct answer *ret)
{
	const struct chat *chat = &call->chat;
	const struct buf *raw = http_is_decision(e) ? &call->raw : &chat->content;

	if (ret->raw) /* what several decisions say together */
		return;
	ret->raw_len = answer_length(e, chat);
	if (http_is_decision(e))
		ret->raw_len = raw->len < CHAT_CONTENT_MAX ? raw->len : CHAT_CONTENT_MAX;
	ret->raw = arena_strndup(a, buf_text(raw), ret->raw_len);
	ret->thought_len = chat->thought.len;
	ret->thought = arena_strndup(a, buf_text(&chat->thought), chat->thought.len);
	if (ret->raw_len > 0)
		ret->spans = arena_printf(a, "c%zu", ret->raw_len);
}

void http_read_answer(struct engine *e, struct arena *a, size_t ticket, struct answer *ret)
{
	const struct http_call *call = &e->calls[ticket];
	const struct chat *chat = &call->chat;
	int label = answer_label_of(e, chat);
	const char *detail = arena_strdup(a, call->why);

	*ret = (struct answer){ .ticket = ticket,
				.outcome = answer_outcome_of(call),
				.label = -1,
				.rule = "none",
				.spans = "",
				.n_retries = call->n_tries - 1,
				.peak_rss_bytes = machine_peak_rss_bytes() };
	answer_read_counts(e, chat, ret);
	if (ret->outcome == OUTCOME_OK && e->route != SERVED_CHAT) {
		ret->outcome = answer_judge_decision(e, a, call, ret, &detail);
	} else if (ret->outcome == OUTCOME_OK) {
		ret->outcome =
			answer_judge_whole(e, a, chat, strlen(e->tickets[ticket]), label, &detail);
		ret->label = answer_shown_label(e, ret, label);
	}
	answer_join_detail(a, call, detail, ret);
	answer_keep_raw(e, a, call, ret);
	if (ret->label >= 0)
		ret->rule = e->route == SERVED_CHAT ? "json" : served_route_names.texts[e->route];
	else if (ret->outcome != OUTCOME_OK &&
		 !(ret->outcome == OUTCOME_CUT && e->pass.mode != PASS_FORCED))
		ret->ttft_us = ret->label_us = -1;
}

void http_read_reason(struct engine *e, struct arena *a, size_t ticket, struct reason *ret)
{
	const struct http_call *call = &e->calls[ticket];
	const struct chat *chat = &call->chat;
	const char *text = buf_text(&chat->content);
	size_t start = 0, end = 0;
	int found = chat_member(text, chat->content.len, "rationale", &start, &end);
	struct buf plain;

	*ret = (struct reason){ .ticket = ticket,
				.rationale = "",
				.finish = found == 2 ? "quote" : "eog",
				.batch = 1,
				.recomputed = e->kept[ticket].recomputed,
				.detail = "" };
	if (found == 1 && strcmp(chat->finish, "length") == 0) {
		ret->outcome = OUTCOME_CUT;
		ret->finish = "cap";
	}
	ret->reason_tok = answer_or_zero(answer_tok(chat) - e->kept[ticket].answer_tok);
	ret->reason_us = chat->end_us - (chat->label_us > 0 ? chat->label_us : 0);
	ret->raw_len = found ? chat->content.len - start : 0;
	ret->raw = arena_strndup(a, text + start, ret->raw_len);
	if (e->pass.reason_first) {
		ret->raw_len = end - start;
		ret->reason_us = chat->label_us > 0 ? chat->label_us : chat->end_us;
	}
	buf_init(&plain, CHAT_CONTENT_MAX);
	str_json_unescape(&plain, text + start, found ? end - start : 0);
	ret->rationale = buf_to_arena(&plain, a);
}
