/* Text to tokens and back. A piece is tokenized as it stands inside a prompt. */
#include "engine/llama/llama_engine.h"

#include <string.h>

/* add: also the special tokens that the model expects around a text. */
static int tokens_make(const struct engine *e, struct arena *a, const char *text, size_t n_bytes,
		       bool add, bool special, struct tokens *ret_tokens, struct err *err)
{
	int32_t n = llama_tokenize(e->vocab, text, (int32_t)n_bytes, NULL, 0, add, special);
	llama_token *items;

	if (n_bytes > INT32_MAX / 2 || n == INT32_MIN)
		return err_set(err, ERR_ENGINE, "a text of %zu bytes is too long to tokenize",
			       n_bytes);
	n = n < 0 ? -n : n;
	items = arena_array(a, (size_t)n + 1, sizeof(*items));
	n = llama_tokenize(e->vocab, text, (int32_t)n_bytes, items, n, add, special);
	if (n < 0)
		return err_set(err, ERR_ENGINE, "the tokenizer failed on a text of %zu bytes",
			       n_bytes);
	*ret_tokens = (struct tokens){ items, (size_t)n };
	return 0;
}

int tokens_of_text(const struct engine *e, struct arena *a, const char *text, size_t n_bytes,
		   bool special, struct tokens *ret_tokens, struct err *err)
{
	return tokens_make(e, a, text, n_bytes, false, special, ret_tokens, err);
}

int tokens_of_whole_text(const struct engine *e, struct arena *a, const char *text,
			 struct tokens *ret_tokens, struct err *err)
{
	return tokens_make(e, a, text, strlen(text), true, false, ret_tokens, err);
}

static bool tokens_begin_with(const struct tokens *whole, const struct tokens *start)
{
	return whole->n >= start->n &&
	       memcmp(whole->items, start->items, start->n * sizeof(llama_token)) == 0;
}

/*
 * SentencePiece vocabularies put a space before every text. Inside a prompt there is none, so the
 * text is tokenized behind a line break, whose tokens are dropped again.
 */
int tokenize(const struct engine *e, struct arena *a, const char *text, bool special,
	     struct tokens *ret_tokens, struct err *err)
{
	struct tokens lead, whole;
	char *behind;

	if (llama_vocab_type(e->vocab) != LLAMA_VOCAB_TYPE_SPM || *text == '\0')
		return tokens_of_text(e, a, text, strlen(text), special, ret_tokens, err);
	behind = arena_printf(a, "\n%s", text);
	if (tokens_of_text(e, a, "\n", 1, false, &lead, err) < 0 ||
	    tokens_of_text(e, a, behind, strlen(behind), special, &whole, err) < 0)
		return -1;
	if (!tokens_begin_with(&whole, &lead))
		return tokens_of_text(e, a, text, strlen(text), special, ret_tokens, err);
	*ret_tokens = (struct tokens){ whole.items + lead.n, whole.n - lead.n };
	return 0;
}

int ticket_tokenize(const struct engine *e, struct arena *a, const char *text,
		    struct tokens *ret_tokens, struct err *err)
{
	static const char white[] = " \t\r\n\v\f";
	size_t n;

	if (!e->prompt.trim_ticket)
		return tokenize(e, a, text, false, ret_tokens, err);
	text += strspn(text, white);
	for (n = strlen(text); n > 0 && strchr(white, text[n - 1]); n--)
		;
	return tokenize(e, a, arena_strndup(a, text, n), false, ret_tokens, err);
}

struct tokens tokens_join(struct arena *a, const struct tokens *parts, size_t n_parts)
{
	struct tokens all = { 0 };

	for (size_t i = 0; i < n_parts; i++)
		all.n += parts[i].n;
	all.items = arena_array(a, all.n + 1, sizeof(*all.items));
	all.n = 0;
	for (size_t i = 0; i < n_parts; i++) {
		if (parts[i].n)
			memcpy(all.items + all.n, parts[i].items, parts[i].n * sizeof(llama_token));
		all.n += parts[i].n;
	}
	return all;
}

size_t token_text(const struct engine *e, llama_token token, char *ret_text, size_t size)
{
	int32_t n = 0;

	/* A file may lack a special token: its id is then -1. */
	if (token >= 0 && token < llama_vocab_n_tokens(e->vocab))
		n = llama_token_to_piece(e->vocab, token, ret_text, (int32_t)size, 0, true);
	return n > 0 ? (size_t)n : 0;
}
