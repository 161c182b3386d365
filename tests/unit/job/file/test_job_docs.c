/*
 * Checks docs/job-file.md: loads its YAML blocks, reads its tickets, and compares its refusals with
 * the messages and its table of keys with the tables of the loader.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "job/file/job.h"
#include "job/ticket/examples.h"
#include "job/ticket/ticket.h"
#include "job/ticket/training.h"
#include "unit/scratch.h"

enum { MAX_BLOCKS = 64 };

struct block {
	char info[32]; /* the text after the fence: "yaml", "yaml refused", "text", … */
	const char *text;
};

struct docs {
	struct arena arena;
	const char *page;
	struct block blocks[MAX_BLOCKS];
	size_t n;
};

static struct docs docs;

/* Splits the page at its fences. */
static void split_page(const char *page)
{
	for (const char *p = strstr(page, "\n```"); p; p = strstr(p, "\n```")) {
		const char *info = p + 4, *text = strchr(info, '\n') + 1;
		const char *end = strstr(text - 1, "\n```");
		struct block *block = &docs.blocks[docs.n++];

		if (!end || docs.n == MAX_BLOCKS)
			abort();
		snprintf(block->info, sizeof(block->info), "%.*s", (int)(text - 1 - info), info);
		block->text = arena_strndup(&docs.arena, text, (size_t)(end + 1 - text));
		p = end + 4;
	}
}

static int read_docs(void **state)
{
	const char *root = getenv("TEST_SOURCE_DIR");
	struct err err;
	char *page;
	size_t len;

	if (!root)
		root = getenv("TOEHOLD_SOURCE_DIR");
	if (!root) {
		print_message("SKIPPED: neither TEST_SOURCE_DIR nor TOEHOLD_SOURCE_DIR is set, so "
			      "docs/job-file.md was not tested\n");
		return scratch_enter(state);
	}
	if (file_read(&docs.arena, arena_printf(&docs.arena, "%s/docs/job-file.md", root), 1 << 20,
		      &page, &len, &err) < 0) {
		print_error("%s\n", err.msg);
		return -1;
	}
	docs.page = page;
	split_page(page);
	return scratch_enter(state);
}

static int release_docs(void **state)
{
	arena_release(&docs.arena);
	return scratch_leave(state);
}

static void need_docs(void)
{
	if (!docs.page)
		skip();
}

static void test_yaml_blocks_load(void **state)
{
	size_t n = 0;

	(void)state;
	need_docs();
	for (size_t i = 0; i < docs.n; i++) {
		struct arena a = { 0 };
		struct slice slice;
		struct job job;
		struct err err;

		if (strcmp(docs.blocks[i].info, "yaml") != 0)
			continue;
		n++;
		scratch_text("job.yaml", docs.blocks[i].text);
		if (job_load(&a, "job.yaml", &job, &err) < 0)
			fail_msg("%s\nis refused: %s", docs.blocks[i].text, err.msg);
		scratch_text(job.tickets_path, "{\"text\":\"a\",\"label\":\"card\"}\n");
		if (slice_load(&a, &job, job.tickets_path, SLICE_ORDINARY, &slice, &err) < 0)
			fail_msg("stub tickets are refused: %s", err.msg);
		arena_release(&a);
	}
	assert_true(n >= 2);
}

static void test_refused_blocks(void **state)
{
	size_t n = 0;

	(void)state;
	need_docs();
	for (size_t i = 0; i + 1 < docs.n; i++) {
		struct arena a = { 0 };
		struct job job;
		struct err err;

		if (strcmp(docs.blocks[i].info, "yaml refused") != 0)
			continue;
		n++;
		scratch_text("job.yaml", docs.blocks[i].text);
		assert_int_equal(job_load(&a, "job.yaml", &job, &err), -1);
		assert_string_equal(docs.blocks[i + 1].info, "text");
		assert_string_equal(arena_printf(&a, "%s\n", err.msg), docs.blocks[i + 1].text);
		arena_release(&a);
	}
	assert_true(n >= 2);
}

/* The tickets of the page fit the labels of its second job. */
static void test_ticket_blocks(void **state)
{
	static const char *const formats[] = { "jsonl", "csv" };
	static const char yaml[] = "labels: [card, top_up, other]\ntickets: t\n";
	size_t n = 0;

	(void)state;
	need_docs();
	for (size_t i = 0; i < docs.n; i++) {
		for (size_t f = 0; f < 2; f++) {
			struct arena a = { 0 };
			const char *name = arena_printf(&a, "t.%s", formats[f]);
			struct slice slice;
			struct job job;
			struct err err;

			if (strcmp(docs.blocks[i].info, formats[f]) == 0) {
				n++;
				scratch_text("job.yaml", yaml);
				assert_int_equal(job_load(&a, "job.yaml", &job, &err), 0);
				scratch_text(name, docs.blocks[i].text);
				if (slice_load(&a, &job, name, SLICE_ORDINARY, &slice, &err) < 0)
					fail_msg("%s\nis refused: %s", docs.blocks[i].text,
						 err.msg);
			}
			arena_release(&a);
		}
	}
	assert_int_equal(n, 2);
}

/* The default prompt on the page is the prompt of a job with its labels. */
static void test_default_prompt(void **state)
{
	static const char yaml[] = "labels:\n"
				   "  card: the bank card itself, ordering, PIN, lost, stolen\n"
				   "  top_up: adding money to the account\n"
				   "  other: anything else\n"
				   "tickets: t\n";
	struct arena a = { 0 };
	struct job job;
	struct err err;
	size_t n = 0;

	(void)state;
	need_docs();
	scratch_text("job.yaml", yaml);
	assert_int_equal(job_load(&a, "job.yaml", &job, &err), 0);
	for (size_t i = 0; i < docs.n; i++) {
		if (strcmp(docs.blocks[i].info, "text") != 0 ||
		    !str_starts(docs.blocks[i].text, "You are"))
			continue;
		n++;
		assert_string_equal(docs.blocks[i].text, arena_printf(&a, "%s\n", job.prompt));
	}
	assert_int_equal(n, 1);
	arena_release(&a);
}

static void check_key(void *ctx, const char *key, const char *help)
{
	struct arena a = { 0 };
	const char *row = strstr(docs.page, arena_printf(&a, "\n| `%s` |", key));
	size_t *n = ctx;

	(*n)++;
	if (!row)
		fail_msg("the table of keys has no row for '%s'", key);
	else if (!str_ends(arena_strndup(&a, row + 1, strcspn(row + 1, "\n")),
			   arena_printf(&a, "| %s |", help)))
		fail_msg("the row of '%s' does not say '%s'", key, help);
	arena_release(&a);
}

static void test_every_key_is_described(void **state)
{
	size_t n = 0, n_rows = 0;
	const char *table;

	(void)state;
	need_docs();
	job_each_key(check_key, &n);
	table = strstr(docs.page, "| key |");
	assert_non_null(table);
	for (const char *p = table; *p == '|'; p = strchr(p, '\n') + 1)
		n_rows++;
	assert_int_equal(n_rows - 2, n);
}

/* The demo is a valid job: its examples can be drawn, and its training data can be learnt. */
static void test_demo(void **state)
{
	const char *root = getenv("TEST_SOURCE_DIR") ? getenv("TEST_SOURCE_DIR") :
						       getenv("TOEHOLD_SOURCE_DIR");
	struct arena a = { 0 };
	struct slice slices[2];
	const struct slice *both[] = { &slices[0], &slices[1] };
	struct example_set set;
	struct training training;
	const char *path;
	struct job job;
	struct err err = { 0 };

	(void)state;
	need_docs();
	path = arena_printf(&a, "%s/demo/job.yaml", root);
	if (job_load(&a, path, &job, &err) < 0 ||
	    slice_load(&a, &job, job.tickets_path, SLICE_ORDINARY, &slices[0], &err) < 0 ||
	    slice_load(&a, &job, file_beside(&a, path, "tickets-harder-10.jsonl"), SLICE_HARDER,
		       &slices[1], &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(job.n_models, 4);
	assert_int_equal(job.n_warnings, 0);
	assert_int_equal(slices[0].n, 25);
	assert_int_equal(slices[1].n, 10);
	for (job.seed = 0; job.seed < 100; job.seed++)
		if (examples_draw(&a, &job, both, 2, &set, &err) < 0)
			fail_msg("seed %lld: %s", (long long)job.seed, err.msg);
	if (training_load(&a, &job, both, 2, &training, &err) < 0)
		fail_msg("%s", err.msg);
	assert_true(training.n >= 100);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yaml_blocks_load),
		cmocka_unit_test(test_refused_blocks),
		cmocka_unit_test(test_ticket_blocks),
		cmocka_unit_test(test_default_prompt),
		cmocka_unit_test(test_every_key_is_described),
		cmocka_unit_test(test_demo),
	};

	return cmocka_run_group_tests(tests, read_docs, release_docs);
}
