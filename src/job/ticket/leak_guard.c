/*
 * The leak guard: texts as sets of hashed shingles, compared by their Jaccard index (A. Z. Broder,
 * "On the resemblance and containment of documents", 1997).
 */
#include "job/ticket/leak_guard.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { SHINGLE_CHARS = 5 };

/* A text as the set of the hashes of its shingles, sorted. */
struct shingles {
	const char *text; /* as given */
	uint64_t *hashes;
	size_t n; /* 0 if normalising leaves nothing */
};

static int guard_by_value(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

static const char *guard_next_char(const char *p)
{
	for (p++; ((unsigned char)*p & 0xC0) == 0x80; p++)
		continue;
	return p;
}

/* FNV-1a, 64 bits. */
static uint64_t guard_hash_range(const char *p, const char *end)
{
	uint64_t h = 0xCBF29CE484222325u;

	for (; p < end; p++)
		h = (h ^ (unsigned char)*p) * 0x100000001B3u;
	return h;
}

static struct shingles guard_shingles_of(struct arena *a, const char *text)
{
	const char *start = str_normalised(a, text), *end = start;
	struct shingles set = { .text = text };
	size_t n = 0;

	if (*start == '\0')
		return set;
	set.hashes = arena_array(a, strlen(start), sizeof(*set.hashes));
	for (int i = 0; i < SHINGLE_CHARS && *end; i++)
		end = guard_next_char(end);
	set.hashes[n++] = guard_hash_range(start, end);
	while (*end) {
		start = guard_next_char(start);
		end = guard_next_char(end);
		set.hashes[n++] = guard_hash_range(start, end);
	}
	qsort(set.hashes, n, sizeof(*set.hashes), guard_by_value);
	for (size_t i = 0; i < n; i++)
		if (set.n == 0 || set.hashes[set.n - 1] != set.hashes[i])
			set.hashes[set.n++] = set.hashes[i];
	return set;
}

static double guard_similarity(const struct shingles *a, const struct shingles *b)
{
	size_t i = 0, j = 0, both = 0;

	if (a->n == 0 || b->n == 0)
		return strcmp(a->text, b->text) == 0 ? 1 : 0;
	while (i < a->n && j < b->n) {
		if (a->hashes[i] == b->hashes[j]) {
			both++;
			i++;
			j++;
		} else if (a->hashes[i] < b->hashes[j]) {
			i++;
		} else {
			j++;
		}
	}
	return (double)both / (double)(a->n + b->n - both);
}

double text_similarity(const char *a, const char *b)
{
	struct arena arena = { 0 };
	struct shingles x = guard_shingles_of(&arena, a), y = guard_shingles_of(&arena, b);
	double value = guard_similarity(&x, &y);

	arena_release(&arena);
	return value;
}

struct leak_guard leak_guard_build(struct arena *a, const struct slice *const *slices,
				   size_t n_slices)
{
	struct leak_guard guard = { 0 };
	size_t n = 0;

	for (size_t s = 0; s < n_slices; s++)
		n += slices[s]->n;
	guard.texts = arena_array(a, n, sizeof(*guard.texts));
	guard.tickets = arena_array(a, n, sizeof(*guard.tickets));
	for (size_t s = 0; s < n_slices; s++) {
		for (size_t i = 0; i < slices[s]->n; i++) {
			guard.tickets[guard.n] = &slices[s]->tickets[i];
			guard.texts[guard.n++] = guard_shingles_of(a, slices[s]->tickets[i].text);
		}
	}
	return guard;
}

/*
 * Tickets about images often share their text ("What is this?"), so two of them are compared by
 * their images. A ticket with only an image has no text that could repeat another.
 */
static bool guard_repeats(const struct ticket *a, const struct shingles *a_text,
			  const struct ticket *b, const struct shingles *b_text)
{
	if (a->image_sha256 && b->image_sha256)
		return strcmp(a->image_sha256, b->image_sha256) == 0;
	if ((a->image_sha256 || b->image_sha256) && (a_text->n == 0 || b_text->n == 0))
		return false;
	return guard_similarity(a_text, b_text) >= LEAK_GUARD_NEAR;
}

static bool guard_same_group(const struct ticket *a, const struct ticket *b)
{
	return a->group && b->group && strcmp(a->group, b->group) == 0;
}

/* The first ticket of the family of ticket i, as far as it is known. */
static size_t guard_first_of_family(const size_t *families, size_t i)
{
	while (families[i] != i)
		i = families[i];
	return i;
}

size_t *guard_families(struct arena *a, const struct ticket *const *tickets, size_t n)
{
	size_t *families = arena_array(a, n, sizeof(*families));
	struct arena scratch = { 0 };
	struct shingles *texts = arena_array(&scratch, n, sizeof(*texts));

	for (size_t i = 0; i < n; i++) {
		families[i] = i;
		texts[i] = guard_shingles_of(&scratch, tickets[i]->text);
		for (size_t k = 0; k < i; k++) {
			size_t one = guard_first_of_family(families, k),
			       other = guard_first_of_family(families, i);

			if (one == other ||
			    (!guard_same_group(tickets[i], tickets[k]) &&
			     !guard_repeats(tickets[i], &texts[i], tickets[k], &texts[k])))
				continue;
			families[one > other ? one : other] = one < other ? one : other;
		}
	}
	for (size_t i = 0; i < n; i++)
		families[i] = guard_first_of_family(families, i);
	arena_release(&scratch);
	return families;
}

/* RULE: leak guard. */
const struct ticket *leak_guard_hit(struct arena *a, const struct leak_guard *guard,
				    const struct ticket *ticket)
{
	struct shingles set = guard_shingles_of(a, ticket->text);

	for (size_t i = 0; i < guard->n; i++) {
		if (guard_same_group(guard->tickets[i], ticket) ||
		    guard_repeats(ticket, &set, guard->tickets[i], &guard->texts[i]))
			return guard->tickets[i];
	}
	return NULL;
}
