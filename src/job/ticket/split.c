/*
 * A stratified split. The seed orders the tickets by hashes of their ids: if an export grows by a
 * few rows, most of the split stays, and placeholders in the texts do not matter.
 */
#include "job/ticket/split.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/str.h"
#include "job/ticket/leak_guard.h"

/* A ticket with its place in the order of the draw, and its text for a comparison. */
struct split_ranked {
	size_t ticket;
	const char *text; /* normalised */
	int label;
	char hash[HASH_HEX_LEN + 1];
};

struct splitting {
	struct arena scratch;
	const struct ticket *tickets;
	size_t n;
	const struct split_wishes *wishes;
	struct split *split;
	struct split_ranked *ranked; /* the labelled tickets */
	size_t n_ranked;
	size_t *counts; /* tickets of each label */
	size_t n_labelled; /* of all labels */
	size_t *quotas; /* of the part that is being chosen, one a label */
};

static int split_by_text(const void *x, const void *y)
{
	return strcmp(((const struct split_ranked *)x)->text,
		      ((const struct split_ranked *)y)->text);
}

static int split_by_hash(const void *x, const void *y)
{
	const struct split_ranked *a = x, *b = y;
	int order = strcmp(a->hash, b->hash);

	return order ? order : (a->ticket > b->ticket) - (a->ticket < b->ticket);
}

static void split_rank(struct splitting *s)
{
	s->ranked = arena_array(&s->scratch, s->n, sizeof(*s->ranked));
	for (size_t i = 0; i < s->n; i++) {
		struct split_ranked *r = &s->ranked[s->n_ranked];
		struct hash h;

		if (s->tickets[i].label < 0) {
			s->split->parts[i] = SPLIT_POOL;
			continue;
		}
		*r = (struct split_ranked){ .ticket = i, .label = s->tickets[i].label };
		r->text = str_normalised(&s->scratch, s->tickets[i].text);
		if (*r->text == '\0')
			r->text = s->tickets[i].text; /* only signs */
		hash_init(&h);
		hash_add_i64(&h, s->wishes->seed);
		hash_add_text(&h, s->tickets[i].id);
		hash_hex(&h, r->hash);
		s->n_ranked++;
	}
}

/* The same text with two labels: one is wrong, and nobody but a person can say which. */
static void split_set_aside(struct splitting *s)
{
	if (s->n_ranked > 1)
		qsort(s->ranked, s->n_ranked, sizeof(*s->ranked), split_by_text);
	for (size_t i = 0, end; i < s->n_ranked; i = end) {
		bool differ = false;

		for (end = i + 1;
		     end < s->n_ranked && split_by_text(&s->ranked[i], &s->ranked[end]) == 0; end++)
			differ |= s->ranked[end].label != s->ranked[i].label;
		for (size_t k = i; differ && k < end; k++)
			s->split->parts[s->ranked[k].ticket] = SPLIT_TWO_LABELS;
	}
	if (s->n_ranked > 1)
		qsort(s->ranked, s->n_ranked, sizeof(*s->ranked), split_by_hash);
	for (size_t i = 0; i < s->n_ranked; i++) {
		if (s->split->parts[s->ranked[i].ticket] == SPLIT_TWO_LABELS)
			continue;
		s->counts[s->ranked[i].label]++;
		s->n_labelled++;
	}
}

/*
 * Examples of each label: what the tests leave, or about a third of few tickets. A label keeps one
 * ticket for the tests if it has two.
 */
static size_t split_examples_of_label(const struct splitting *s)
{
	size_t n_labels = s->wishes->n_labels, n = s->wishes->n_examples, fewest = SIZE_MAX, spare;

	for (size_t i = 0; i < n_labels; i++)
		if (s->counts[i] < fewest)
			fewest = s->counts[i];
	spare = s->n_labelled > s->wishes->n_tests ? s->n_labelled - s->wishes->n_tests : 0;
	if (spare < s->n_labelled / 3)
		spare = s->n_labelled / 3;
	if (n > spare / n_labels)
		n = spare / n_labels;
	if (fewest == 0)
		return 0;
	if (n > fewest - 1)
		n = fewest > 1 ? fewest - 1 : 1;
	return n;
}

/* Largest remainders, at least one of each label first. `spare`: what a label can give. */
static void split_share_tests(struct splitting *s, const size_t *spare, size_t n_tests)
{
	size_t n_labels = s->wishes->n_labels, given = 0;

	for (size_t i = 0; i < n_labels && n_labels <= n_tests; i++)
		given += s->quotas[i] = spare[i] > 0;
	while (given < n_tests) {
		size_t best = n_labels;
		double most = 0;

		for (size_t i = 0; i < n_labels; i++) {
			double due =
				(double)n_tests * (double)s->counts[i] / (double)s->n_labelled -
				(double)s->quotas[i];

			if (s->quotas[i] >= spare[i] || (best < n_labels && due <= most))
				continue;
			best = i;
			most = due;
		}
		if (best == n_labels)
			return;
		s->quotas[best]++;
		given++;
	}
}

/* The first tickets of each label that have no part yet, up to `most` for each of its quota. */
static size_t split_gather(struct splitting *s, size_t most, size_t *ret_places)
{
	size_t *taken = arena_array(&s->scratch, s->wishes->n_labels, sizeof(*taken));
	size_t n = 0;

	for (size_t i = 0; i < s->n_ranked; i++) {
		size_t label = (size_t)s->ranked[i].label;

		if (s->split->parts[s->ranked[i].ticket] != SPLIT_TRAINING ||
		    taken[label] >= most * s->quotas[label])
			continue;
		taken[label]++;
		ret_places[n++] = s->ranked[i].ticket;
	}
	return n;
}

/* Gives each label's quota the part, one ticket of each family of repeats. */
static void split_choose(struct splitting *s, enum split_part part)
{
	enum { SPLIT_SPARE = 4 }; /* as many are compared for each that is needed */
	size_t *places = arena_array(&s->scratch, s->n_ranked, sizeof(*places)), *families, n;
	const struct ticket **tickets;

	n = split_gather(s, SPLIT_SPARE, places);
	tickets = arena_array(&s->scratch, n, sizeof(struct ticket *));
	for (size_t i = 0; i < n; i++)
		tickets[i] = &s->tickets[places[i]];
	families = guard_families(&s->scratch, tickets, n);
	for (size_t i = 0; i < n; i++) {
		size_t *quota = &s->quotas[tickets[i]->label];

		/* A family's number is its first ticket. */
		if (families[i] != i || *quota == 0)
			continue;
		--*quota;
		s->split->parts[places[i]] = part;
	}
}

/* RULE: leak guard. */
static void split_guard(struct splitting *s)
{
	struct slice tests = { .tickets = arena_array(&s->scratch, s->n, sizeof(*tests.tickets)) };
	const struct slice *slices[] = { &tests };
	struct leak_guard guard;

	for (size_t i = 0; i < s->n; i++)
		if (s->split->parts[i] == SPLIT_TEST)
			tests.tickets[tests.n++] = s->tickets[i];
	guard = leak_guard_build(&s->scratch, slices, 1);
	for (size_t i = 0; i < s->n; i++) {
		struct arena one = { 0 };

		if (s->split->parts[i] == SPLIT_TRAINING &&
		    leak_guard_hit(&one, &guard, &s->tickets[i]))
			s->split->parts[i] = SPLIT_REPEAT;
		arena_release(&one);
	}
}

/* Each label keeps as many examples as the one with the fewest; the others are for training. */
static void split_count_examples(struct splitting *s)
{
	size_t *have = arena_array(&s->scratch, s->wishes->n_labels, sizeof(*have));
	size_t fewest = s->wishes->n_examples;

	for (size_t i = 0; i < s->n; i++)
		if (s->split->parts[i] == SPLIT_EXAMPLE)
			have[s->tickets[i].label]++;
	for (size_t i = 0; i < s->wishes->n_labels; i++)
		if (have[i] < fewest)
			fewest = have[i];
	for (size_t i = s->n; i-- > 0;)
		if (s->split->parts[i] == SPLIT_EXAMPLE && have[s->tickets[i].label] > fewest) {
			have[s->tickets[i].label]--;
			s->split->parts[i] = SPLIT_TRAINING;
		}
	s->split->per_label = fewest;
}

void split_tickets(struct arena *a, const struct ticket *tickets, size_t n,
		   const struct split_wishes *wishes, struct split *ret_split)
{
	struct splitting s = { .tickets = tickets, .n = n, .wishes = wishes, .split = ret_split };
	size_t *spare, n_examples;

	*ret_split = (struct split){ .parts = arena_array(a, n, sizeof(*ret_split->parts)) };
	s.counts = arena_array(&s.scratch, wishes->n_labels, sizeof(*s.counts));
	s.quotas = arena_array(&s.scratch, wishes->n_labels, sizeof(*s.quotas));
	spare = arena_array(&s.scratch, wishes->n_labels, sizeof(*spare));
	split_rank(&s);
	split_set_aside(&s);
	n_examples = split_examples_of_label(&s);
	for (size_t i = 0; i < wishes->n_labels; i++)
		spare[i] = s.counts[i] > n_examples ? s.counts[i] - n_examples : 0;
	split_share_tests(&s, spare, wishes->n_tests);
	split_choose(&s, SPLIT_TEST);
	split_guard(&s);
	for (size_t i = 0; i < wishes->n_labels; i++)
		s.quotas[i] = n_examples;
	split_choose(&s, SPLIT_EXAMPLE);
	split_count_examples(&s);
	for (size_t i = 0; i < n; i++)
		ret_split->n[ret_split->parts[i]]++;
	arena_release(&s.scratch);
}
