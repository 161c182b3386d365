/*
 * The leak guard: texts as sets of hashed shingles, compared by their Jaccard index (A. Z. Broder,
 * "On the resemblance and containment of documents", 1997).
 */
#include "job/ticket/leak_guard.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { SHINGLE_CHARS = 5, GUARD_MAX_BUCKETS = 1 << 22, GUARD_MAX_TEXT = 1 << 16 };

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

/*
 * Finds similar texts without comparing all pairs. Two sets whose Jaccard index is t or more share
 * one of their rarest members: of n members at most n - ceil(t n) can be missing in the other, so
 * the first n - ceil(t n) + 1 in the order of rarity suffice. What stands behind the first shared
 * member limits what they can share (C. Xiao and others, "Efficient Similarity Joins for
 * Near-Duplicate Detection", 2011).
 */
struct guard_entry {
	uint32_t hash; /* its upper half */
	uint32_t ticket;
	uint32_t rest; /* members of the text from this one on */
	uint32_t n; /* members of the text */
};

struct guard_index {
	size_t mask; /* number of buckets - 1 */
	struct guard_bucket {
		uint32_t count; /* members of all texts that belong here */
		uint32_t n; /* entries so far */
		size_t start; /* of its entries */
		uint32_t least; /* members of the smallest text with an entry */
	} * buckets;
	struct guard_entry *entries;
};

/* A member of a set, for the order of rarity. */
struct guard_member {
	uint32_t count;
	uint64_t hash;
};

struct guard_search {
	struct arena a;
	const struct ticket *const *tickets;
	struct shingles *texts;
	struct guard_index index;
	struct guard_member *members; /* of the ticket at hand, rarest first */
	uint32_t *compared; /* the ticket + 1 with which this one was compared last */
	/* Images, and texts of signs, are compared one by one: those that repeat none. */
	size_t *others, n_others;
};

static int guard_by_rarity(const void *x, const void *y)
{
	const struct guard_member *a = x, *b = y;

	if (a->count != b->count)
		return (a->count > b->count) - (a->count < b->count);
	return (a->hash > b->hash) - (a->hash < b->hash);
}

static struct guard_bucket *guard_bucket_of(const struct guard_search *s, uint64_t hash)
{
	return &s->index.buckets[hash & s->index.mask];
}

/* Of a very long text the beginning, so that time and memory stay in bounds. */
static const char *guard_beginning(struct guard_search *s, size_t i)
{
	const struct ticket *t = s->tickets[i];

	if (strlen(t->text) <= GUARD_MAX_TEXT)
		return t->text;
	return arena_strndup(&s->a, t->text, str_char_start(t->text, GUARD_MAX_TEXT));
}

static void guard_index_build(struct guard_search *s, size_t n)
{
	size_t n_hashes = 0, most = 0, n_buckets = 1;

	s->texts = arena_array(&s->a, n, sizeof(*s->texts));
	for (size_t i = 0; i < n; i++) {
		s->texts[i] = guard_shingles_of(&s->a, guard_beginning(s, i));
		n_hashes += s->texts[i].n;
		most = s->texts[i].n > most ? s->texts[i].n : most;
	}
	while (n_buckets < n_hashes && n_buckets < GUARD_MAX_BUCKETS)
		n_buckets *= 2;
	s->index.mask = n_buckets - 1;
	s->index.buckets = arena_array(&s->a, n_buckets, sizeof(*s->index.buckets));
	s->index.entries = arena_array(&s->a, n_hashes, sizeof(*s->index.entries));
	s->members = arena_array(&s->a, most, sizeof(*s->members));
	s->compared = arena_array(&s->a, n, sizeof(*s->compared));
	s->others = arena_array(&s->a, n, sizeof(*s->others));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < s->texts[i].n; k++)
			guard_bucket_of(s, s->texts[i].hashes[k])->count++;
	for (size_t i = 1; i < n_buckets; i++)
		s->index.buckets[i].start =
			s->index.buckets[i - 1].start + s->index.buckets[i - 1].count;
}

/* Sorts the members of ticket i; returns how many of the rarest suffice. */
static size_t guard_rarest_members(struct guard_search *s, size_t i)
{
	const struct shingles *text = &s->texts[i];

	for (size_t k = 0; k < text->n; k++)
		s->members[k] = (struct guard_member){ guard_bucket_of(s, text->hashes[k])->count,
						       text->hashes[k] };
	if (text->n > 1)
		qsort(s->members, text->n, sizeof(*s->members), guard_by_rarity);
	return text->n ? text->n - (size_t)ceil(LEAK_GUARD_NEAR * (double)text->n - 1e-9) + 1 : 0;
}

/* Whether `shared` members can be enough for texts of these sizes. */
static bool guard_can_be_near(size_t shared, size_t n_one, size_t n_other)
{
	return (double)shared * (1 + LEAK_GUARD_NEAR) + 1e-6 >=
	       LEAK_GUARD_NEAR * (double)(n_one + n_other);
}

static bool guard_is_repeat(struct guard_search *s, size_t i, size_t k)
{
	const struct ticket *one = s->tickets[i], *other = s->tickets[k];

	if (s->compared[k] == i + 1 || one->label != other->label)
		return false;
	s->compared[k] = (uint32_t)i + 1;
	return guard_repeats(one, &s->texts[i], other, &s->texts[k]);
}

/* Looks among the tickets that share member m of ticket i, and no rarer one. */
static bool guard_search_member(struct guard_search *s, size_t i, size_t m)
{
	const struct guard_bucket *bucket = guard_bucket_of(s, s->members[m].hash);
	const struct guard_entry *entries = s->index.entries + bucket->start;
	size_t n = s->texts[i].n, rest = n - m;

	if (bucket->n == 0 || !guard_can_be_near(rest, n, bucket->least))
		return false;
	for (size_t k = 0; k < bucket->n; k++) {
		const struct guard_entry *e = &entries[k];

		if (e->hash != (uint32_t)(s->members[m].hash >> 32) ||
		    s->compared[e->ticket] == i + 1)
			continue;
		if (!guard_can_be_near(rest < e->rest ? rest : e->rest, n, e->n))
			s->compared[e->ticket] = (uint32_t)i + 1;
		else if (guard_is_repeat(s, i, e->ticket))
			return true;
	}
	return false;
}

/* Looks for a ticket that ticket i repeats; if there is none, enters ticket i. */
static bool guard_search_one(struct guard_search *s, size_t i)
{
	size_t n = s->texts[i].n, n_rarest = guard_rarest_members(s, i);

	for (size_t k = 0; k < s->n_others; k++)
		if (guard_is_repeat(s, i, s->others[k]))
			return true;
	for (size_t m = 0; m < n_rarest; m++)
		if (guard_search_member(s, i, m))
			return true;
	if (n_rarest == 0 || s->tickets[i]->image_sha256)
		s->others[s->n_others++] = i;
	for (size_t m = 0; m < n_rarest; m++) {
		struct guard_bucket *bucket = guard_bucket_of(s, s->members[m].hash);

		s->index.entries[bucket->start + bucket->n] =
			(struct guard_entry){ (uint32_t)(s->members[m].hash >> 32), (uint32_t)i,
					      (uint32_t)(n - m), (uint32_t)n };
		if (bucket->n++ == 0 || n < bucket->least)
			bucket->least = (uint32_t)n;
	}
	return false;
}

bool *guard_find_repeats(struct arena *a, const struct ticket *const *tickets, size_t n)
{
	struct guard_search s = { .tickets = tickets };
	bool *repeats = arena_array(a, n, sizeof(*repeats));

	guard_index_build(&s, n);
	for (size_t i = 0; i < n; i++)
		repeats[i] = guard_search_one(&s, i);
	arena_release(&s.a);
	return repeats;
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
