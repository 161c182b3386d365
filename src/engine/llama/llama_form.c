/*
 * Text that is held to a JSON schema: the most likely token that the grammar allows, and the text
 * that must follow it. Decides what is forced. A grammar works on characters. So the single bytes
 * of the vocabulary show what may come next, and forced text is put into tokens as a whole,
 * as models see it written (docs/timing.md).
 */
#include "engine/llama/llama_engine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "engine/forced.h"
#include "engine/llama/form_grammar.h"
#include "job/task/form.h"

enum {
	FORM_TEXT_MAX = 1 << 20,
	FORM_TRIES = 32, /* likely tokens that are tried one by one before all are */
};

struct form {
	struct llama_sampler *grammar; /* before the first byte; each answer has a copy */
	llama_token of_byte[256]; /* tokens of a single byte; -1: none */
	bool forces; /* they show every choice that the grammar leaves */
	llama_token end;
	struct form_text opening;
	struct tokens opening_tokens;
};

/*
 * Whether the single bytes show every choice that this grammar leaves. Vocabularies lack bytes of
 * rare scripts. Such a byte is a choice only in text that the schema names, or in a wide class,
 * which allows many other bytes too.
 */
static bool form_sees_choices(const struct form *f, const char *grammar)
{
	bool named = strstr(grammar, "\\u") || strstr(grammar, "\\U");

	for (int b = 0; b < 256; b++) {
		bool begins = b == '\n' || (b >= ' ' && b < 0x7f) ||
			      (b >= 0xc2 && b <= 0xf4 && (named || strchr(grammar, b)));

		if (begins && f->of_byte[b] < 0)
			return false;
	}
	return true;
}

static void form_find_bytes(const struct engine *e, struct form *f)
{
	llama_token n = llama_vocab_n_tokens(e->vocab);
	char piece[512];

	for (int b = 0; b < 256; b++)
		f->of_byte[b] = -1;
	for (llama_token t = 0; t < n; t++)
		if (token_text(e, t, piece, sizeof(piece)) == 1 &&
		    !llama_vocab_is_eog(e->vocab, t) && f->of_byte[(unsigned char)*piece] < 0)
			f->of_byte[(unsigned char)*piece] = t;
	f->end = llama_vocab_eot(e->vocab) >= 0 ? llama_vocab_eot(e->vocab) :
						  llama_vocab_eos(e->vocab);
}

/* Which bytes may follow. Without single bytes in the vocabulary, nothing is known. */
static void form_look(const struct form *f, struct llama_sampler *grammar, struct forced_next *ret)
{
	llama_token_data data[257];
	llama_token_data_array all = { data, 0, -1, false };
	int bytes[257];

	*ret = (struct forced_next){ .end = false };
	for (int b = 0; b < 256; b++) {
		if (f->of_byte[b] < 0)
			continue;
		bytes[all.size] = b;
		data[all.size++] = (llama_token_data){ f->of_byte[b], 0, 0 };
	}
	bytes[all.size] = -1;
	data[all.size++] = (llama_token_data){ f->end, 0, 0 };
	llama_sampler_apply(grammar, &all);
	for (size_t i = 0; i < all.size; i++) {
		bool allowed = isfinite(data[i].logit);

		if (bytes[i] < 0)
			ret->end = allowed;
		else
			ret->bytes[bytes[i]] = allowed;
	}
}

/* The bytes of a character that must follow, given its first one; 0 if there is a choice. */
static size_t form_rest_of_character(const struct form *f, struct llama_sampler *grammar, int first,
				     char ret[4])
{
	size_t n = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	struct llama_sampler *copy = llama_sampler_clone(grammar);
	struct forced_next next;
	size_t i;
	bool space;

	ret[0] = (char)first;
	llama_sampler_accept(copy, f->of_byte[first]);
	for (i = 1; i < n; i++) {
		int b;

		form_look(f, copy, &next);
		b = forced_byte(&next, ret[i - 1], &space);
		if (b < 0)
			break;
		ret[i] = (char)b;
		llama_sampler_accept(copy, f->of_byte[b]);
	}
	llama_sampler_free(copy);
	return i == n ? n : 0;
}

/*
 * Whether the model chooses what stands behind an opening bracket. Models write both in one token,
 * such as ` {"` and ` {}`, so it writes the bracket too.
 */
static bool form_opens_choice(const struct form *f, struct llama_sampler *grammar, int byte)
{
	struct llama_sampler *copy;
	struct forced_next next;
	bool space;

	if (byte != '{' && byte != '[')
		return false;
	copy = llama_sampler_clone(grammar);
	llama_sampler_accept(copy, f->of_byte[byte]);
	form_look(f, copy, &next);
	llama_sampler_free(copy);
	return forced_byte(&next, (char)byte, &space) == FORCED_NONE;
}

static void form_accept_byte(const struct form *f, struct form_text *t, char byte)
{
	llama_sampler_accept(t->grammar, f->of_byte[(unsigned char)byte]);
	buf_addc(&t->text, byte);
}

/* Adds all that must follow. */
static void form_force(const struct form *f, struct form_text *t)
{
	struct forced_next next;
	char all[4];
	bool space;

	while (f->forces && !t->complete && !t->text.overflow) {
		char last = t->text.len ? t->text.data[t->text.len - 1] : '\0';
		size_t n = 1;
		int b;

		form_look(f, t->grammar, &next);
		b = forced_byte(&next, last, &space);
		t->complete = b == FORCED_END;
		if (b < 0 || form_opens_choice(f, t->grammar, b))
			return;
		all[0] = (char)b;
		if (b >= 0x80)
			n = form_rest_of_character(f, t->grammar, b, all);
		if (n == 0)
			return;
		if (space)
			form_accept_byte(f, t, ' ');
		for (size_t i = 0; i < n; i++)
			form_accept_byte(f, t, all[i]);
	}
}

static void form_count(struct form_text *t, char kind, size_t n_bytes, size_t n_tok)
{
	if (kind != t->kind && t->span)
		buf_addf(&t->spans, "%c%zu ", t->kind, t->span);
	t->span = kind == t->kind ? t->span + n_bytes : n_bytes;
	t->kind = kind;
	*(kind == 'c' ? &t->n_chosen : &t->n_forced) += (int64_t)n_tok;
}

/* Tokens of forced text. If the tokenizer changes it, its single bytes are its tokens. */
static int form_tokenize(const struct engine *e, struct arena *a, const char *text,
			 struct tokens *ret, struct err *err)
{
	size_t n_bytes = strlen(text), at = 0;
	bool same = true;
	char piece[512];

	if (tokenize(e, a, text, false, ret, err) < 0)
		return -1;
	for (size_t i = 0; i < ret->n; i++) {
		size_t n = token_text(e, ret->items[i], piece, sizeof(piece));

		same = same && n <= n_bytes - at && memcmp(piece, text + at, n) == 0;
		at += same ? n : 0;
	}
	if (same && at == n_bytes)
		return 0;
	ret->items = arena_array(a, n_bytes, sizeof(*ret->items));
	ret->n = n_bytes;
	for (size_t i = 0; i < n_bytes; i++)
		ret->items[i] = e->form->of_byte[(unsigned char)text[i]];
	return 0;
}

static bool form_allows(struct llama_sampler *grammar, llama_token token)
{
	llama_token_data one = { token, 0, 0 };
	llama_token_data_array all = { &one, 1, -1, false };

	llama_sampler_apply(grammar, &all);
	return isfinite(one.logit);
}

/* The most likely of all tokens that the grammar allows, or -1. */
static llama_token form_best_of_all(const struct engine *e, struct llama_sampler *grammar,
				    const float *logits)
{
	llama_token n = llama_vocab_n_tokens(e->vocab), best = -1;
	struct arena a = { 0 };
	llama_token_data_array all = { arena_array(&a, (size_t)n, sizeof(*all.data)), 0, -1,
				       false };
	float most = -INFINITY;

	for (llama_token t = 0; t < n; t++)
		if (isfinite(logits[t]))
			all.data[all.size++] = (llama_token_data){ t, logits[t], 0 };
	llama_sampler_apply(grammar, &all);
	for (size_t i = 0; i < all.size; i++)
		if (all.data[i].logit > most) {
			best = all.data[i].id;
			most = all.data[i].logit;
		}
	arena_release(&a);
	return best;
}

/* The most likely token that the grammar allows, or -1. Overwrites logits. */
static llama_token form_best(const struct engine *e, struct llama_sampler *grammar, int at)
{
	float *logits = llama_get_logits_ith(e->ctx, at);

	for (int i = 0; i < FORM_TRIES; i++) {
		llama_token best = greedy_token(e, at);

		if (!isfinite(logits[best]))
			return -1;
		if (form_allows(grammar, best))
			return best;
		logits[best] = -INFINITY;
	}
	return form_best_of_all(e, grammar, logits);
}

int form_text_add(struct engine *e, struct arena *a, struct form_text *t, int at,
		  struct tokens *ret_tokens, struct err *err)
{
	llama_token chosen = form_best(e, t->grammar, at);
	struct tokens parts[2] = { { &chosen, 1 }, { NULL, 0 } };
	size_t from, n;
	char piece[512];

	*ret_tokens = (struct tokens){ NULL, 0 };
	if (chosen < 0)
		return 0;
	if (llama_vocab_is_eog(e->vocab, chosen)) {
		t->complete = true;
		form_count(t, 'c', 0, 1);
	} else {
		llama_sampler_accept(t->grammar, chosen);
		n = token_text(e, chosen, piece, sizeof(piece));
		buf_add(&t->text, piece, n);
		form_count(t, 'c', n, 1);
		from = t->text.len;
		form_force(e->form, t);
		if (t->text.len > from) {
			if (form_tokenize(e, a, buf_text(&t->text) + from, &parts[1], err) < 0)
				return -1;
			form_count(t, 'f', t->text.len - from, parts[1].n);
		}
	}
	*ret_tokens = tokens_join(a, parts, 2);
	return 0;
}

static void form_text_init(struct form_text *t, const struct llama_sampler *grammar)
{
	*t = (struct form_text){ .grammar = llama_sampler_clone(grammar), .kind = 'f' };
	buf_init(&t->text, FORM_TEXT_MAX);
	buf_init(&t->spans, FORM_TEXT_MAX);
}

void form_text_begin(const struct engine *e, struct form_text *ret)
{
	const struct form_text *o = &e->form->opening;

	form_text_init(ret, o->grammar);
	buf_adds(&ret->text, buf_text(&o->text));
	ret->complete = o->complete;
	form_count(ret, 'f', o->text.len, e->form->opening_tokens.n);
}

void form_text_release(struct form_text *t)
{
	if (t->grammar)
		llama_sampler_free(t->grammar);
	t->grammar = NULL;
	buf_release(&t->text);
	buf_release(&t->spans);
}

void form_text_to_answer(struct arena *a, struct form_text *t, struct answer *answer)
{
	if (t->span)
		buf_addf(&t->spans, "%c%zu", t->kind, t->span);
	answer->raw_len = t->text.len;
	answer->raw = buf_to_arena(&t->text, a);
	answer->spans = buf_to_arena(&t->spans, a);
	answer->forced_tok = t->n_forced;
	answer->chosen_tok = t->n_chosen;
}

/* The converter takes any string for a pattern that it does not know; here that is an error. */
static int form_check_pattern(void *ctx, const char *pattern, struct err *err)
{
	json_t *schema = json_pack("{s:s, s:s}", "type", "string", "pattern", pattern);
	char *text = json_dumps(schema, 0), *grammar;
	int r;

	(void)ctx;
	json_decref(schema);
	r = form_grammar(text, &grammar, err);
	free(text);
	if (r < 0)
		return -1;
	if (strstr(grammar, "root ::= string\n"))
		r = err_set(err, ERR_INPUT,
			    "the JSON schema has a 'pattern' that the engine's grammar cannot hold "
			    "to; use only characters, classes, groups and repetitions: %.200s",
			    pattern);
	free(grammar);
	return r;
}

static int form_make_grammar(const struct engine *e, struct arena *a, struct form *ret,
			     struct err *err)
{
	const char *schema;
	json_t *parsed;
	char *grammar;
	int r;

	if (form_bounded(a, e->pass.schema, &schema, err) < 0)
		return -1;
	parsed = json_loads(schema, 0, NULL);
	r = form_each_pattern(parsed, form_check_pattern, NULL, err);
	json_decref(parsed);
	if (r < 0 || form_grammar(schema, &grammar, err) < 0)
		return -1;
	llama_error_clear();
	form_find_bytes(e, ret);
	ret->forces = form_sees_choices(ret, grammar);
	ret->grammar = llama_sampler_init_grammar(e->vocab, grammar, "root");
	free(grammar);
	if (ret->grammar)
		return 0;
	llama_error_set(err, "the engine cannot use the JSON schema's grammar");
	err->kind = ERR_INPUT;
	return -1;
}

int form_open(struct engine *e, struct arena *a, struct err *err)
{
	struct form made = { .forces = false };

	form_close(e);
	if (e->pass.mode != PASS_FORM)
		return 0;
	if (form_make_grammar(e, a, &made, err) < 0)
		return -1;
	e->form = malloc(sizeof(*e->form));
	if (!e->form)
		arena_out_of_memory(sizeof(*e->form));
	*e->form = made;
	form_text_init(&e->form->opening, made.grammar);
	form_force(e->form, &e->form->opening);
	return form_tokenize(e, a, buf_text(&e->form->opening.text), &e->form->opening_tokens, err);
}

struct tokens form_opening(const struct engine *e)
{
	return e->form->opening_tokens;
}

void form_close(struct engine *e)
{
	if (!e->form)
		return;
	form_text_release(&e->form->opening);
	llama_sampler_free(e->form->grammar);
	free(e->form);
	e->form = NULL;
}
