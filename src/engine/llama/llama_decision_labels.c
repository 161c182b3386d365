/*
 * The tokens that stand for labels, for decision models that answer with one token. Decides which
 * code a label gets; must not know the prompt. Codes follow llama.cpp's server, because the models
 * were trained with them.
 */
#include "engine/llama/llama_decision.h"

#include <ctype.h>
#include <string.h>

enum { CODE_MAX = 16, CODES_MAX = 1200 };

/* Codes in the order in which labels get them. */
struct code_list {
	char codes[CODES_MAX][CODE_MAX];
	size_t n;
};

static void labels_add_letters(struct code_list *list, char first)
{
	for (char c = 0; c < 26; c++)
		snprintf(list->codes[list->n++], CODE_MAX, "%c", first + c);
}

/* AA, AB … ZZ */
static void labels_add_pairs(struct code_list *list)
{
	for (int i = 0; i < 26 * 26; i++)
		snprintf(list->codes[list->n++], CODE_MAX, "%c%c", 'A' + i / 26, 'A' + i % 26);
}

/* From 0 to n - 1, with at least `width` digits. */
static void labels_add_numbers(struct code_list *list, const char *mark, int width, int n)
{
	for (int i = 0; i < n; i++)
		snprintf(list->codes[list->n++], CODE_MAX, "%s%0*d", mark, width, i);
}

/* The text as a single token; -1 if it is several. */
static llama_token labels_single_token(const struct engine *e, const char *text)
{
	llama_token token;

	return llama_tokenize(e->vocab, text, (int32_t)strlen(text), &token, 1, false, false) == 1 ?
		       token :
		       -1;
}

static bool labels_token_is_used(const struct decision *d, size_t n, llama_token token)
{
	for (size_t i = 0; i < n; i++)
		if (d->groups[i].items[0] == token)
			return true;
	return false;
}

/* Gives the label at `place` this code, if it is a token that no other label has. */
static bool labels_take(const struct engine *e, struct arena *a, struct decision *d, size_t place,
			const char *code)
{
	llama_token token = labels_single_token(e, code);
	struct tokens *group = &d->groups[place];

	if (token < 0 || labels_token_is_used(d, place, token))
		return false;
	group->items = arena_array(a, 2, sizeof(*group->items));
	group->items[group->n++] = token;
	d->codes[place] = arena_strdup(a, code);
	return true;
}

/* lfm2-d1 also answers with a space before the code. */
static void labels_add_spaced(const struct engine *e, struct arena *a, struct decision *d)
{
	for (size_t i = 0; i < e->pass.n_labels; i++) {
		const char *text = arena_printf(a, " %s", d->codes[i]);
		llama_token token = labels_single_token(e, text);

		if (token >= 0 && token != d->groups[i].items[0])
			d->groups[i].items[d->groups[i].n++] = token;
	}
}

static int labels_fail(const struct decision *d, size_t n, struct err *err)
{
	return err_set(err, ERR_INPUT,
		       "the vocabulary of this model has codes of one token for %zu labels, and "
		       "the question needs %zu",
		       n, d->n_scores);
}

/* Gives the labels the codes of the list in order, skipping those that are no single token. */
static int labels_in_order(const struct engine *e, struct arena *a, struct decision *d,
			   const struct code_list *list, struct err *err)
{
	size_t at = 0;

	for (size_t i = 0; i < d->n_scores; i++) {
		while (at < list->n && !labels_take(e, a, d, i, list->codes[at]))
			at++;
		if (at == list->n)
			return labels_fail(d, i, err);
	}
	return 0;
}

static bool labels_are_letters(const struct engine *e)
{
	for (size_t i = 0; i < e->pass.n_labels; i++)
		if (strlen(e->pass.labels[i]) != 1 || !isalpha((unsigned char)*e->pass.labels[i]))
			return false;
	return true;
}

/*
 * lfm2-d1: A to Z, from 27 labels on 00, 01 …; labels that are letters stand for themselves. The
 * pool replaces a code that is no token of its own.
 */
static int labels_of_options(const struct engine *e, struct arena *a, struct decision *d,
			     struct err *err)
{
	struct code_list *pool = arena_alloc(a, sizeof(*pool));
	bool letters = labels_are_letters(e);
	char code[CODE_MAX];

	labels_add_letters(pool, 'A');
	labels_add_numbers(pool, "", 2, 100);
	labels_add_letters(pool, 'a');
	labels_add_numbers(pool, "#", 1, 200);
	labels_add_pairs(pool);
	for (size_t i = 0; i < e->pass.n_labels; i++) {
		size_t at = 0;
		bool taken;

		if (letters)
			snprintf(code, sizeof(code), "%s", e->pass.labels[i]);
		else if (e->pass.n_labels <= 26)
			snprintf(code, sizeof(code), "%c", 'A' + (int)i);
		else
			snprintf(code, sizeof(code), "%02d", (int)(i % 1000));
		taken = labels_take(e, a, d, i, code);
		while (!taken && at < pool->n)
			taken = labels_take(e, a, d, i, pool->codes[at++]);
		if (!taken)
			return labels_fail(d, i, err);
	}
	labels_add_spaced(e, a, d);
	return 0;
}

/* lfm2-d1: yes or no in three spellings, or a step's number. */
static const char *const *labels_spellings(struct arena *a, enum asks asks, size_t i)
{
	static const char *const words[2][4] = { { "yes", "Yes", "YES" }, { "no", "No", "NO" } };
	const char **number = arena_array(a, 2, sizeof(*number));

	number[0] = arena_printf(a, "%zu", i);
	return asks == ASKS_YES_NO ? words[i] : (const char *const *)number;
}

static int labels_of_answers(const struct engine *e, struct arena *a, struct decision *d,
			     struct err *err)
{
	for (size_t i = 0; i < d->n_scores; i++) {
		const char *const *text = labels_spellings(a, d->asks, i);
		struct tokens *group = &d->groups[i];

		d->codes[i] = d->asks == ASKS_SCORE ? *text : i == 0 ? "true" : "false";
		group->items = arena_array(a, 3, sizeof(*group->items));
		for (; *text; text++) {
			llama_token token = labels_single_token(e, *text);
			bool known = token < 0;

			for (size_t k = 0; k < group->n; k++)
				known |= group->items[k] == token;
			if (!known)
				group->items[group->n++] = token;
		}
		if (group->n == 0)
			return err_set(err, ERR_INPUT,
				       "the vocabulary of this model has no token for the answer "
				       "'%s'; download a newer conversion",
				       d->codes[i]);
	}
	return 0;
}

static int labels_of_d1(const struct engine *e, struct arena *a, struct decision *d,
			struct err *err)
{
	return d->asks == ASKS_CHOICE ? labels_of_options(e, a, d, err) :
					labels_of_answers(e, a, d, err);
}

/* openjev: A to Z, then a to z; its template numbers the labels itself. */
static int labels_of_openjev(const struct engine *e, struct arena *a, struct decision *d,
			     struct err *err)
{
	struct code_list *list = arena_alloc(a, sizeof(*list));

	labels_add_letters(list, 'A');
	labels_add_letters(list, 'a');
	for (size_t i = 0; i < e->pass.n_labels; i++)
		if (i >= list->n || !labels_take(e, a, d, i, list->codes[i]))
			return labels_fail(d, i, err);
	d->codes = NULL;
	return 0;
}

/* A to Z, then AA to ZZ. */
static int labels_of_codes(const struct engine *e, struct arena *a, struct decision *d,
			   struct err *err)
{
	struct code_list *list = arena_alloc(a, sizeof(*list));

	labels_add_letters(list, 'A');
	labels_add_pairs(list);
	return labels_in_order(e, a, d, list, err);
}

int decision_labels_build(const struct engine *e, struct arena *a, struct decision *d,
			  struct err *err)
{
	static int (*const builds[DECISION_COUNT])(const struct engine *, struct arena *,
						   struct decision *, struct err *) = {
		[DECISION_OPENJEV] = labels_of_openjev, [DECISION_LEV] = labels_of_codes,
		[DECISION_NIMBLE] = labels_of_codes,	[DECISION_PPLX] = labels_of_codes,
		[DECISION_D1] = labels_of_d1,
	};

	if (!builds[d->type])
		return 0;
	d->codes = arena_array(a, d->n_scores, sizeof(*d->codes));
	d->groups = arena_array(a, d->n_scores, sizeof(*d->groups));
	if (builds[d->type](e, a, d, err) < 0)
		return -1;
	d->label_tokens = tokens_join(a, d->groups, d->n_scores);
	return 0;
}
