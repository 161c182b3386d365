/*
 * Checks docs/extract.md: its jobs load, its tickets and prompt are those of the first job, its
 * refusals have the messages on the page, and its table of values is true.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/file.h"
#include "base/str.h"
#include "job/file/job.h"
#include "job/ticket/ticket.h"
#include "judge/task/mark_extract.h"
#include "unit/scratch.h"

static struct arena arena;
static const char *page;

static int read_page(void **state)
{
	const char *root = getenv("TOEHOLD_SOURCE_DIR");
	struct err err;
	char *text;
	size_t len;

	if (root && file_read(&arena, arena_printf(&arena, "%s/docs/extract.md", root), 1 << 20,
			      &text, &len, &err) < 0) {
		print_error("%s\n", err.msg);
		return -1;
	}
	page = root ? text : NULL;
	return scratch_enter(state);
}

static int release_page(void **state)
{
	arena_release(&arena);
	return scratch_leave(state);
}

/* The text of the block behind `from` whose fence has this word; moves *from behind it. */
static const char *next_block(const char **from, const char *word)
{
	const char *fence = arena_printf(&arena, "\n```%s\n", word);
	const char *start = strstr(*from, fence), *end;

	if (!start)
		return NULL;
	start += strlen(fence);
	end = strstr(start, "\n```");
	assert_non_null(end);
	*from = end + 4;
	return arena_strndup(&arena, start, (size_t)(end + 1 - start));
}

static void test_job(void **state)
{
	static const char *const files[][2] = { { "jsonl", "t.jsonl" }, { "csv", "t.csv" } };
	const char *p = page;
	struct slice slices[2];
	struct job job;
	struct err err;

	(void)state;
	if (!page)
		skip();
	scratch_text("job.yaml", next_block(&p, "yaml"));
	if (job_load(&arena, "job.yaml", &job, &err) < 0)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < 2; i++) {
		p = page;
		scratch_text(files[i][1], next_block(&p, files[i][0]));
		if (slice_load(&arena, &job, files[i][1], SLICE_ORDINARY, &slices[i], &err) < 0)
			fail_msg("%s", err.msg);
		assert_int_equal(slices[i].n, 2);
	}
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(slices[0].tickets[i].gold, slices[1].tickets[i].gold);
	assert_non_null(strstr(page, arena_printf(&arena, "\n```text\n%s\n```\n", job.prompt)));
}

static void test_refused(void **state)
{
	const char *p = page, *yaml;
	size_t n = 0;

	(void)state;
	if (!page)
		skip();
	for (; (yaml = next_block(&p, "yaml refused")); n++) {
		struct job job;
		struct err err;

		scratch_text("job.yaml", yaml);
		assert_int_equal(job_load(&arena, "job.yaml", &job, &err), -1);
		assert_string_equal(arena_printf(&arena, "%s\n", err.msg), next_block(&p, "text"));
	}
	assert_int_equal(n, 2);
}

/* The cell `at` of a row of the table, without its blanks and back quotes. */
static const char *cell(const char *row, size_t at)
{
	for (size_t i = 0; i <= at; i++)
		row = strchr(row, '|') + 1;
	row += strspn(row, " `");
	for (size_t n = strcspn(row, "|");; n--)
		if (!strchr(" `", row[n - 1]))
			return arena_strndup(&arena, row, n);
}

/* The part of a form for a type as the key `fields` has it. */
static json_t *part_of(const char *type)
{
	json_t *form, *part;
	struct job job;
	struct err err;

	scratch_text("job.yaml",
		     arena_printf(&arena, "task: extract\nfields: {x: %s}\ntickets: t\n", type));
	if (job_load(&arena, "job.yaml", &job, &err) < 0)
		fail_msg("%s", err.msg);
	form = json_loads(job.form, 0, NULL);
	part = json_incref(json_object_get(json_object_get(form, "properties"), "x"));
	json_decref(form);
	return part;
}

static void test_table(void **state)
{
	static const char *const names[] = { [EXTRACT_DIFFERENT] = "different",
					     [EXTRACT_CONTAINED] = "a piece",
					     [EXTRACT_SAME] = "the same",
					     [EXTRACT_EXACT] = "exact" };
	const char *row;
	size_t n = 0, n_bad = 0;

	(void)state;
	if (!page)
		skip();
	row = strstr(page, "\n| field | expected | answer |");
	assert_non_null(row);
	row = strchr(strchr(row + 1, '\n') + 1, '\n') + 1; /* behind the line of dashes */
	for (; *row == '|'; row = strchr(row, '\n') + 1, n++) {
		json_t *part = part_of(cell(row, 0));
		json_t *gold = json_loads(cell(row, 1), JSON_DECODE_ANY, NULL);
		json_t *said = json_loads(cell(row, 2), JSON_DECODE_ANY, NULL);
		const char *found = names[extract_compare(&arena, part, gold, said)];

		assert_true(gold && said);
		if (strcmp(found, cell(row, 3)) != 0) {
			print_error("%.*s: found %s\n", (int)strcspn(row, "\n"), row, found);
			n_bad++;
		}
		json_decref(part);
		json_decref(gold);
		json_decref(said);
	}
	assert_true(n > 40);
	assert_int_equal(n_bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_job),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, read_page, release_page);
}
