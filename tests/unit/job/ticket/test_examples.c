/*
 * The draw of examples: the same seed gives the same draw, and no ticket under test is drawn.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/clock.h"
#include "job/ticket/examples.h"
#include "unit/scratch.h"

static struct label labels[] = { { .name = "card" }, { .name = "top_up" }, { .name = "other" } };

static struct job job_for(const char *examples_path, int64_t per_label, int64_t seed)
{
	return (struct job){ .path = "job.yaml",
			     .labels = labels,
			     .n_labels = 3,
			     .other = 2,
			     .examples_path = examples_path,
			     .examples_per_label = per_label,
			     .seed = seed };
}

enum { TEXT_LEN = 40 };

/* A different text for every number: random letters, with nothing in common. */
static void put_text(char to[TEXT_LEN + 1], int i)
{
	uint32_t x = (uint32_t)i * 2654435761u + 1;

	for (int at = 0; at < TEXT_LEN; at++) {
		x = x * 1664525u + 1013904223u;
		to[at] = at % 6 == 5 ? ' ' : (char)('a' + (x >> 16) % 26);
	}
	to[TEXT_LEN - 1] = 'x';
	to[TEXT_LEN] = '\0';
}

/* n examples with alternating labels; every third has a group. */
static void write_pool(const char *name, int n)
{
	FILE *f = fopen(name, "w");
	char text[TEXT_LEN + 1];

	for (int i = 0; i < n; i++) {
		put_text(text, i);
		fprintf(f, "{\"id\":\"e%d\",\"text\":\"%s\",\"label\":\"%s\"", i, text,
			labels[i % 3].name);
		if (i % 3 == 0)
			fprintf(f, ",\"group\":\"g%d\"", i);
		fputs("}\n", f);
	}
	fclose(f);
}

static struct slice slice_of(struct ticket *tickets, size_t n)
{
	return (struct slice){ .tickets = tickets, .n = n };
}

static void test_same_seed_same_draw(void **state)
{
	char first[20][65];

	(void)state;
	write_pool("pool.jsonl", 300);
	for (int64_t seed = 0; seed < 20; seed++) {
		struct job job = job_for("pool.jsonl", 4, seed);
		struct arena a = { 0 };
		struct example_set x, y;
		struct err err;

		assert_int_equal(examples_draw(&a, &job, NULL, 0, &x, &err), 0);
		assert_int_equal(examples_draw(&a, &job, NULL, 0, &y, &err), 0);
		assert_string_equal(x.sha256, y.sha256);
		assert_int_equal(x.n, 12);
		for (size_t i = 0; i < x.n; i++) {
			assert_string_equal(x.items[i]->id, y.items[i]->id);
			assert_int_equal(x.items[i]->label, i % 3);
			for (size_t j = 0; j < i; j++)
				assert_string_not_equal(x.items[i]->id, x.items[j]->id);
		}
		snprintf(first[seed], sizeof(first[seed]), "%s", x.sha256);
		for (int64_t other = 0; other < seed; other++)
			assert_string_not_equal(first[seed], first[other]);
		arena_release(&a);
	}
}

/* The draw is the same on every machine and in every version; another program computed it. */
static void test_known_draw(void **state)
{
	static const char *const ids[] = { "e174", "e169", "e164", "e156", "e85", "e8" };
	struct job job = job_for("pool.jsonl", 2, 1);
	struct arena a = { 0 };
	struct example_set set;
	struct err err;

	(void)state;
	write_pool("pool.jsonl", 300);
	assert_int_equal(examples_draw(&a, &job, NULL, 0, &set, &err), 0);
	for (size_t i = 0; i < set.n; i++)
		assert_string_equal(set.items[i]->id, ids[i]);
	arena_release(&a);
}

/* Every example has about the same chance, including the first and the last of a label. */
static void test_draw_is_even(void **state)
{
	int counts[30] = { 0 };

	(void)state;
	write_pool("small.jsonl", 30);
	for (int64_t seed = 0; seed < 1000; seed++) {
		struct job job = job_for("small.jsonl", 2, seed);
		struct arena a = { 0 };
		struct example_set set;
		struct err err;

		assert_int_equal(examples_draw(&a, &job, NULL, 0, &set, &err), 0);
		for (size_t i = 0; i < set.n; i++)
			counts[set.items[i]->line - 1]++;
		arena_release(&a);
	}
	for (size_t i = 0; i < COUNT_OF(counts); i++)
		if (counts[i] < 140 || counts[i] > 260)
			fail_msg("example %zu was drawn %d times, expected about 200", i,
				 counts[i]);
}

/* Half of the pool is under test, partly reworded: none of it is drawn. */
static void test_guard(void **state)
{
	enum { POOL = 300 };
	struct ticket *tickets = calloc(POOL / 2, sizeof(*tickets));
	struct slice ordinary, harder;
	const struct slice *slices[] = { &ordinary, &harder };
	struct arena a = { 0 };
	size_t n_refused = 0;

	(void)state;
	write_pool("pool.jsonl", POOL);
	for (int i = 0; i < POOL / 2; i++) {
		char text[TEXT_LEN + 1];

		put_text(text, 2 * i);
		tickets[i].id = arena_printf(&a, "e%d", 2 * i);
		tickets[i].text =
			i % 2 ? arena_printf(&a, "%s!!", text) : arena_printf(&a, "Well, %s", text);
	}
	ordinary = slice_of(tickets, 100);
	harder = slice_of(tickets + 100, 50);
	for (int64_t seed = 0; seed < 50; seed++) {
		struct job job = job_for("pool.jsonl", 10, seed);
		struct example_set set;
		struct err err;

		assert_int_equal(examples_draw(&a, &job, slices, 2, &set, &err), 0);
		for (size_t i = 0; i < set.n; i++)
			for (int j = 0; j < POOL / 2; j++)
				assert_string_not_equal(set.items[i]->id, tickets[j].id);
		for (size_t i = 0; i < set.n_refused; i++)
			assert_string_equal(set.refused_ids[i], set.refused_for[i]);
		n_refused += set.n_refused;
	}
	assert_true(n_refused > 50 * 10);
	free(tickets);
	arena_release(&a);
}

static void test_guard_by_group(void **state)
{
	struct ticket tickets[] = { { .id = "t1", .text = "quite another text", .group = "g0" },
				    { .id = "t2", .text = "and one more", .group = "g9" } };
	struct slice slice = slice_of(tickets, 2);
	const struct slice *slices[] = { &slice };
	struct job job = job_for("few.jsonl", 2, 3);
	struct arena a = { 0 };
	struct example_set set;
	struct err err;

	(void)state;
	write_pool("few.jsonl", 12);
	assert_int_equal(examples_draw(&a, &job, slices, 1, &set, &err), 0);
	for (size_t i = 0; i < set.n; i++)
		if (set.items[i]->label == 0)
			assert_true(strcmp(set.items[i]->id, "e3") == 0 ||
				    strcmp(set.items[i]->id, "e6") == 0);
	for (size_t i = 0; i < set.n_refused; i++)
		assert_string_equal(set.refused_for[i],
				    strcmp(set.refused_ids[i], "e0") == 0 ? "t1" : "t2");
	arena_release(&a);
}

static void test_too_few(void **state)
{
	struct ticket tickets[] = { { .id = "t1", .text = "x", .group = "g0" } };
	struct slice slice = slice_of(tickets, 1);
	const struct slice *slices[] = { &slice };
	struct job job = job_for("few.jsonl", 4, 1);
	struct arena a = { 0 };
	struct example_set set = { 0 };
	struct err err = { 0 };

	(void)state;
	write_pool("few.jsonl", 12);
	assert_int_equal(examples_draw(&a, &job, slices, 1, &set, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(
		err.msg,
		"few.jsonl: label 'card' has 3 of the 4 examples that it needs: of 4 in the "
		"file, 1 (nearly) repeat a ticket under test; add others, or lower per_label");
	assert_null(set.items);
	job.examples_path = "none.jsonl";
	assert_int_equal(examples_draw(&a, &job, NULL, 0, &set, &err), -1);
	assert_string_equal(
		err.msg,
		"there is no file 'none.jsonl', which 'examples' names; it holds 4 tickets of "
		"each label that are not under test. Make it: toehold import "
		"EXPORT.csv -o none.jsonl");
	job.examples_path = NULL;
	assert_int_equal(examples_draw(&a, &job, NULL, 0, &set, &err), -1);
	assert_string_equal(
		err.msg,
		"job.yaml: no file of examples; add 'examples: examples.jsonl', a file of 4 "
		"tickets of each label that are not under test: toehold import EXPORT.csv -o "
		"examples.jsonl");
	arena_release(&a);
}

/* 1,000 examples against 35 tickets; the sanitizers of a test build cost several times as much. */
static void test_speed(void **state)
{
	struct ticket tickets[35] = { 0 };
	struct slice slice = slice_of(tickets, 35);
	const struct slice *slices[] = { &slice };
	struct job job = job_for("big.jsonl", 32, 1);
	struct arena a = { 0 };
	struct example_set set;
	struct err err;
	int64_t start;

	(void)state;
	write_pool("big.jsonl", 1000);
	for (int i = 0; i < 35; i++) {
		char text[TEXT_LEN + 1];

		put_text(text, 5000 + i);
		tickets[i].id = arena_printf(&a, "t%d", i);
		tickets[i].text = arena_strdup(&a, text);
	}
	start = clock_mono_us();
	assert_int_equal(examples_draw(&a, &job, slices, 1, &set, &err), 0);
	assert_true(clock_mono_us() - start < 500000);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_seed_same_draw),
		cmocka_unit_test(test_known_draw),
		cmocka_unit_test(test_draw_is_even),
		cmocka_unit_test(test_guard),
		cmocka_unit_test(test_guard_by_group),
		cmocka_unit_test(test_too_few),
		cmocka_unit_test(test_speed),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
