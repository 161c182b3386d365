/*
 * Cuts words and keeps n-grams in a hash table.
 */
#include "judge/baseline/grams.h"

#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

/*
 * The end of the word at p. Each wide character is a word, because Chinese and Japanese are written
 * without spaces; bigrams are then pairs of characters.
 */
static const char *grams_word_end(const char *p)
{
	const char *end = p;

	while (*end && *end != ' ') {
		utf8proc_int32_t cp;
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)end, -1, &cp);
		bool wide = n > 0 && utf8proc_charwidth(cp) == 2;

		if (wide && end > p)
			return end;
		end += n > 0 ? n : 1;
		if (wide)
			return end;
	}
	return end;
}

static const char *grams_skip_gap(const char *p)
{
	return *p == ' ' ? p + 1 : p;
}

void grams_each(const char *text, void (*each)(void *ctx, const char *gram, size_t len), void *ctx)
{
	const char *before = NULL;

	for (const char *word = text; *word;) {
		const char *end = grams_word_end(word);

		each(ctx, word, (size_t)(end - word));
		if (before)
			each(ctx, before, (size_t)(end - before));
		before = word;
		word = grams_skip_gap(end);
	}
}

/* FNV-1a, 64 bits. */
static size_t grams_slot_of(const struct vocabulary *v, const char *gram, size_t len)
{
	uint64_t h = 0xCBF29CE484222325u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)gram[i]) * 0x100000001B3u;
	return (size_t)(h & (v->n_slots - 1));
}

static void grams_count(void *ctx, const char *gram, size_t len)
{
	(void)gram;
	(void)len;
	(*(size_t *)ctx)++;
}

struct vocabulary vocabulary_make(struct arena *a, const char *const *texts, size_t n)
{
	struct vocabulary v = { .n_slots = 1 };
	size_t n_all = 0;

	for (size_t i = 0; i < n; i++)
		grams_each(texts[i], grams_count, &n_all);
	while (v.n_slots < n_all)
		v.n_slots *= 2;
	v.slots = arena_array(a, v.n_slots, sizeof(*v.slots));
	v.bytes = (int64_t)(v.n_slots * sizeof(*v.slots));
	return v;
}

const struct gram *vocabulary_find(const struct vocabulary *v, const char *gram, size_t len)
{
	const struct gram *found = v->slots[grams_slot_of(v, gram, len)];

	while (found && (found->len != len || memcmp(found->text, gram, len) != 0))
		found = found->next;
	return found;
}

const struct gram *vocabulary_add(struct arena *a, struct vocabulary *v, const char *gram,
				  size_t len)
{
	const struct gram *known = vocabulary_find(v, gram, len);
	struct gram **slot = &v->slots[grams_slot_of(v, gram, len)], *added;

	if (known)
		return known;
	added = arena_alloc(a, sizeof(*added));
	*added = (struct gram){
		.next = *slot, .text = arena_strndup(a, gram, len), .len = len, .number = v->n++
	};
	*slot = added;
	v->bytes += (int64_t)(sizeof(*added) + len + 1);
	return added;
}
