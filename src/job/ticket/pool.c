/*
 * A seeded sample: the tickets whose texts have the smallest hashes with the seed. When a pool
 * grows by a few rows, most of its sample stays.
 */
#include "job/ticket/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "base/hash.h"

struct ranked {
	size_t ticket;
	char hash[HASH_HEX_LEN + 1];
};

static int pool_by_ticket(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;

	return (a->ticket > b->ticket) - (a->ticket < b->ticket);
}

static int pool_by_hash(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;
	int order = strcmp(a->hash, b->hash);

	return order ? order : pool_by_ticket(a, b);
}

static struct ranked *pool_rank(struct arena *a, const struct job *job, const struct slice *pool)
{
	struct ranked *ranked = arena_array(a, pool->n, sizeof(*ranked));

	for (size_t i = 0; i < pool->n; i++) {
		struct hash h;

		ranked[i].ticket = i;
		hash_init(&h);
		hash_add_i64(&h, job->seed);
		hash_add_text(&h, pool->tickets[i].text);
		hash_hex(&h, ranked[i].hash);
	}
	if (pool->n > 1)
		qsort(ranked, pool->n, sizeof(*ranked), pool_by_hash);
	return ranked;
}

/* RULE: leak guard. Moves the drawn tickets to the front, in the order of the file. */
static size_t pool_take(struct arena *a, const struct slice *pool, struct ranked *ranked,
			const struct leak_guard *guard, size_t n_most, size_t *ret_n_repeats)
{
	size_t n = 0;

	*ret_n_repeats = 0;
	for (size_t i = 0; i < pool->n && n < n_most; i++) {
		if (leak_guard_hit(a, guard, &pool->tickets[ranked[i].ticket]))
			(*ret_n_repeats)++;
		else
			ranked[n++] = ranked[i];
	}
	if (n > 1)
		qsort(ranked, n, sizeof(*ranked), pool_by_ticket);
	return n;
}

int pool_draw(struct arena *a, const struct job *job, const char *path,
	      const struct leak_guard *guard, size_t n_most, struct pool_sample *ret_sample,
	      struct err *err)
{
	struct pool_sample sample = { 0 };
	struct arena scratch = { 0 };
	struct slice pool;
	struct ranked *ranked;

	if (slice_load(a, job, path, SLICE_POOL, &pool, err) < 0)
		return -1;
	ranked = pool_rank(&scratch, job, &pool);
	sample.n_in_file = pool.n;
	sample.slice = (struct slice){ .path = pool.path, .role = SLICE_POOL, .note = pool.note };
	sample.slice.n = pool_take(&scratch, &pool, ranked, guard, n_most, &sample.n_repeats);
	sample.slice.tickets = arena_array(a, sample.slice.n, sizeof(*sample.slice.tickets));
	for (size_t i = 0; i < sample.slice.n; i++)
		sample.slice.tickets[i] = pool.tickets[ranked[i].ticket];
	arena_release(&scratch);
	if (sample.slice.n == 0)
		return err_set(
			err, ERR_INPUT,
			"%s: every ticket of the pool (nearly) repeats a ticket of the run or a "
			"worked example; give other tickets",
			display_path(a, path));
	slice_hash(job, &sample.slice);
	*ret_sample = sample;
	return 0;
}
