/*
 * The prompt of a decision model: from a question, labels and a ticket to tokens. Decides what the
 * template is given and where the prompt is cut. The template's text may become control tokens, and
 * with it the job's question and labels, except for what decision_clean() takes out. A ticket never
 * can. For a ticket without such text the tokens are those of the whole prompt, because the
 * tokenizer cuts a text at its control tokens as this file does.
 */
#include "engine/llama/llama_decision.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/str.h"
#include "engine/template.h"

/* A shorter prefix saves less than the copy costs, and one more cut moves the scores a little. */
enum { VALUES_MAX_BYTES = 16 << 20, PREFIX_LEAST_TOK = 32 };

static const char prompt_id[] = "label"; /* of the question; the model of type nimble sees it */

const char *decision_asks_name(enum asks asks)
{
	static const char *const names[] = {
		[ASKS_CHOICE] = "choice",
		[ASKS_YES_NO] = "noul",
		[ASKS_SCORE] = "score",
	};

	return names[asks];
}

static void prompt_add_text(struct buf *b, const char *name, const char *text)
{
	buf_addf(b, "\"%s\":", name);
	if (!text) {
		buf_adds(b, "null");
		return;
	}
	buf_addc(b, '"');
	str_json_escape(b, text, strlen(text));
	buf_addc(b, '"');
}

/* Its name and description; true or false; or a step's place, and both as its description. */
static void prompt_add_option(const struct engine *e, struct arena *a, const struct decision *d,
			      size_t i, struct buf *b)
{
	const char *description = i < e->pass.n_descriptions ? e->pass.descriptions[i] : NULL;
	const char *key = e->pass.labels[i];

	if (d->asks == ASKS_SCORE) {
		description = description ? arena_printf(a, "%s: %s", key, description) : key;
		key = arena_printf(a, "%zu", i);
	} else if (d->asks == ASKS_YES_NO) {
		key = i == 0 ? "true" : "false";
	}
	prompt_add_text(b, "key", decision_clean(e, a, d, key));
	buf_addc(b, ',');
	prompt_add_text(b, "description", decision_clean(e, a, d, description));
}

static void prompt_add_options(const struct engine *e, struct arena *a, const struct decision *d,
			       bool reversed, struct buf *b)
{
	size_t n = e->pass.n_labels;

	buf_adds(b, "\"options\":[");
	for (size_t place = 0; place < n; place++) {
		buf_adds(b, place ? ",{" : "{");
		prompt_add_option(e, a, d, reversed ? n - 1 - place : place, b);
		if (d->codes) {
			buf_addc(b, ',');
			prompt_add_text(b, "label", d->codes[place]);
		}
		buf_addc(b, '}');
	}
	buf_addc(b, ']');
}

static void prompt_add_question(const struct engine *e, struct arena *a, const struct decision *d,
				const struct decision_form *form, bool reversed, struct buf *b)
{
	prompt_add_text(b, "id", prompt_id);
	buf_addc(b, ',');
	prompt_add_text(b, "type", decision_asks_name(d->asks));
	buf_addc(b, ',');
	prompt_add_text(b, "instructions", decision_clean(e, a, d, form->question));
	buf_addc(b, ',');
	prompt_add_options(e, a, d, reversed, b);
}

static void prompt_add_marks(struct buf *b)
{
	static const char *const marks[][2] = {
		{ "sep", OMNI_SEP },
		{ "mark_state", OMNI_MARK_STATE },
		{ "mark_question", OMNI_MARK_QUESTION },
		{ "mark_option", OMNI_MARK_LABEL },
	};

	buf_adds(b, ",\"audio\":false");
	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		buf_addc(b, ',');
		prompt_add_text(b, marks[i][0], marks[i][1]);
	}
}

/* The members are those that llama.cpp's server gives a template; nimble lists all questions. */
static int prompt_values(const struct engine *e, struct arena *a, const struct decision *d,
			 struct decision_form *form, struct err *err)
{
	struct buf b;
	int r = 0;

	buf_init(&b, VALUES_MAX_BYTES);
	buf_addc(&b, '{');
	prompt_add_question(e, a, d, form, form->reversed, &b);
	if (d->type == DECISION_NIMBLE) {
		buf_adds(&b, ",\"questions\":[{");
		prompt_add_question(e, a, d, form, d->asks == ASKS_YES_NO && form->reversed, &b);
		buf_adds(&b, "}]");
	}
	if (d->type == DECISION_D1_OMNI)
		prompt_add_marks(&b);
	buf_adds(&b, ",\"images\":[],\"state\":");
	if (b.overflow)
		r = err_set(err, ERR_INPUT, "the question with its labels is longer than %d MiB",
			    VALUES_MAX_BYTES >> 20);
	form->values = arena_strdup(a, buf_text(&b));
	buf_release(&b);
	return r;
}

static int prompt_fill(const struct engine *e, struct arena *a, const struct decision_form *form,
		       const char *text, const char **ret_prompt, struct err *err)
{
	const char *source = llama_model_chat_template(e->model, "systemone");
	char *prompt = NULL;
	struct buf b;
	int r;

	buf_init(&b, VALUES_MAX_BYTES);
	buf_adds(&b, form->values);
	buf_addc(&b, '"');
	str_json_escape(&b, text, strlen(text));
	buf_adds(&b, "\"}");
	r = b.overflow ? err_set(err, ERR_INPUT, "the ticket is longer than %d MiB",
				 VALUES_MAX_BYTES >> 20) :
			 template_fill(source, buf_text(&b), e->pass.now_s, &prompt, err);
	buf_release(&b);
	if (r < 0)
		return -1;
	*ret_prompt = arena_strdup(a, prompt);
	free(prompt);
	return 0;
}

/* A text that the template and its values do not contain. */
static const char *prompt_unused_word(const struct engine *e, struct arena *a,
				      const struct decision_form *form)
{
	const char *source = llama_model_chat_template(e->model, "systemone");

	for (int n = 1;; n++) {
		const char *word = arena_printf(a, "ticketword%dx", n);

		if (!strstr(form->values, word) && !strstr(source, word))
			return word;
	}
}

static bool prompt_is_control(const struct engine *e, llama_token token)
{
	return llama_vocab_get_attr(e->vocab, token) &
	       (LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_UNKNOWN);
}

/* Where the last control token of a text ends; 0 if it has none. */
static size_t prompt_last_control(const struct engine *e, const char *text)
{
	size_t last = 0;

	for (llama_token t = 0; t < llama_vocab_n_tokens(e->vocab); t++) {
		const char *control =
			prompt_is_control(e, t) ? llama_vocab_get_text(e->vocab, t) : "";

		for (const char *at = text; *control && (at = strstr(at, control)); at++)
			if ((size_t)(at - text) + strlen(control) > last)
				last = (size_t)(at - text) + strlen(control);
	}
	return last;
}

/* Where the first control token of a text begins; its length if it has none. */
static size_t prompt_first_control(const struct engine *e, const char *text)
{
	size_t first = strlen(text);

	for (llama_token t = 0; t < llama_vocab_n_tokens(e->vocab); t++) {
		const char *control =
			prompt_is_control(e, t) ? llama_vocab_get_text(e->vocab, t) : "";
		const char *at = *control ? strstr(text, control) : NULL;

		if (at && (size_t)(at - text) < first)
			first = (size_t)(at - text);
	}
	return first;
}

static int prompt_form_build(const struct engine *e, struct arena *a, struct decision *d,
			     struct decision_form *form, struct err *err)
{
	const char *word, *prompt, *at;
	size_t cut;

	if (prompt_values(e, a, d, form, err) < 0)
		return -1;
	word = prompt_unused_word(e, a, form);
	if (prompt_fill(e, a, form, word, &prompt, err) < 0)
		return -1;
	at = strstr(prompt, word);
	if (!at || strstr(at + 1, word))
		return err_set(err, ERR_INPUT,
			       "the prompt in the file (tokenizer.chat_template.systemone) does "
			       "not print the ticket exactly once");
	form->before = arena_strndup(a, prompt, (size_t)(at - prompt));
	form->after = arena_strdup(a, at + strlen(word));
	cut = prompt_last_control(e, form->before);
	form->lead = form->before + cut;
	if (tokens_of_text(e, a, form->before, cut, true, &form->head, err) < 0)
		return -1;
	cut = prompt_first_control(e, form->after);
	form->rest = arena_strndup(a, form->after, cut);
	if (tokens_of_text(e, a, form->after + cut, strlen(form->after + cut), true, &form->tail,
			   err) < 0)
		return -1;
	return decision_rows_build(e, a, d, form, err);
}

int decision_forms_build(const struct engine *e, struct arena *a, struct decision *d,
			 struct err *err)
{
	bool choice = d->asks == ASKS_CHOICE && e->pass.n_labels > 1;
	/* openjev and d1 were trained with true first, the others with false. */
	bool no_first =
		d->asks == ASKS_YES_NO && d->type != DECISION_OPENJEV && d->type != DECISION_D1;

	d->n_forms = d->n_each ? d->n_each : choice ? (size_t)decision_orders(d->type) : 1;
	d->forms = arena_array(a, d->n_forms, sizeof(*d->forms));
	for (size_t i = 0; i < d->n_forms; i++) {
		d->forms[i].question = d->n_each ? d->questions[i] : e->pass.question;
		d->forms[i].reversed = choice ? i > 0 : no_first;
		if (prompt_form_build(e, a, d, &d->forms[i], err) < 0)
			return -1;
	}
	return 0;
}

int decision_ticket_tokenize(const struct engine *e, struct arena *a,
			     const struct decision_form *form, const char *text,
			     struct tokens *ret_tokens, size_t *ret_uncut, struct err *err)
{
	struct tokens parts[] = { form->head, { NULL, 0 }, form->tail };
	const char *prompt, *shown;
	size_t n_before = strlen(form->before), n_after = strlen(form->after);

	text = decision_clean(e, a, e->decision, text);
	if (prompt_fill(e, a, form, text, &prompt, err) < 0)
		return -1;
	if (strlen(prompt) < n_before + n_after || !str_starts(prompt, form->before) ||
	    !str_ends(prompt, form->after))
		return err_set(err, ERR_INPUT,
			       "the prompt in the file changes with the ticket's text, so this "
			       "program cannot keep the two apart");
	shown = arena_printf(a, "%s%.*s%s", form->lead, (int)(strlen(prompt) - n_before - n_after),
			     prompt + n_before, form->rest);
	if (tokens_of_text(e, a, shown, strlen(shown), false, &parts[1], err) < 0)
		return -1;
	*ret_uncut = parts[1].n;
	if (parts[1].n > form->ticket_most)
		parts[1].n = form->ticket_most;
	*ret_tokens = tokens_join(a, parts, COUNT_OF(parts));
	return 0;
}

int decision_prefix_build(const struct engine *e, struct arena *a, struct decision *d,
			  struct err *err)
{
	/* Texts that begin with different kinds of characters. */
	static const char *const probes[] = {
		"a", "Z", "7", "(", "\n", " a", "\xc3\xa9", "\"", ""
	};
	struct tokens prefix = { 0 }, one;

	for (size_t i = 0; i < d->n_forms * COUNT_OF(probes); i++) {
		size_t same = 0, uncut;

		if (decision_ticket_tokenize(e, a, &d->forms[i % d->n_forms],
					     probes[i / d->n_forms], &one, &uncut, err) < 0)
			return -1;
		if (i == 0)
			prefix = one;
		while (same < prefix.n && same < one.n && prefix.items[same] == one.items[same])
			same++;
		prefix.n = same;
	}
	/* Encoders see all of a prompt at once. */
	if (prefix.n < PREFIX_LEAST_TOK || decision_is_encoder(d->type))
		prefix.n = 0;
	d->prefix = prefix;
	return 0;
}
