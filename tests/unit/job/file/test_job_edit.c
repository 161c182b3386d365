/*
 * An entry goes into a job file of any style; all else stays as it was, byte by byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/array.h"
#include "job/file/job_edit.h"

#define BEGIN "labels: [a, b] # the buckets\ntickets: t.jsonl\n"
#define PATH "heads/x.head.json"

/* `after` NULL: it is refused, and the message has the line to add. */
struct row {
	const char *before, *path, *after;
};

static const struct row rows[] = {
	{ BEGIN, PATH, BEGIN "heads: [" PATH "]\n" },
	{ BEGIN "bar: 90%", PATH, BEGIN "bar: 90%\nheads: [" PATH "]\n" }, /* no line break */
	{ BEGIN "# the end\n\n", PATH, BEGIN "# the end\n\nheads: [" PATH "]\n" },
	{ BEGIN "heads: [y.json] # tuned\nbar: 90%\n", PATH,
	  BEGIN "heads: [" PATH ", y.json] # tuned\nbar: 90%\n" },
	{ BEGIN "heads: [ # tuned\n  y.json,\n]\n", PATH,
	  BEGIN "heads: [" PATH ",  # tuned\n  y.json,\n]\n" },
	{ BEGIN "heads: # tuned\n  # the first\n  - y.json\nbar: 90%\n", PATH,
	  BEGIN "heads: # tuned\n  - " PATH "\n  # the first\n  - y.json\nbar: 90%\n" },
	{ BEGIN "heads:\n- y.json\n", PATH, BEGIN "heads:\n- " PATH "\n- y.json\n" },
	/* Characters of several bytes before it, and a byte-order mark. */
	{ "\xEF\xBB\xBFjob: \xC3\xA4\xE2\x82\xAC\n" BEGIN "heads: [y.json]\n", PATH,
	  "\xEF\xBB\xBFjob: \xC3\xA4\xE2\x82\xAC\n" BEGIN "heads: [" PATH ", y.json]\n" },
	{ "labels: [a, b]\r\ntickets: t.jsonl\r\nheads:\r\n  - y.json\r\n", PATH,
	  "labels: [a, b]\r\ntickets: t.jsonl\r\nheads:\r\n  - " PATH "\r\n  - y.json\r\n" },
	{ "  labels: [a, b]\n  tickets: t.jsonl\n", PATH,
	  "  labels: [a, b]\n  tickets: t.jsonl\n  heads: [" PATH "]\n" },
	{ BEGIN "prompt: |\n  {labels}\n\n", PATH,
	  BEGIN "prompt: |\n  {labels}\n\nheads: [" PATH "]\n" },
	{ BEGIN, "it's, [odd] #1.json", BEGIN "heads: ['it''s, [odd] #1.json']\n" },
	{ BEGIN, "-x.json", BEGIN "heads: ['-x.json']\n" },
	{ BEGIN "...\n", PATH, NULL },
	{ "{labels: [a, b], tickets: t.jsonl}\n", PATH, NULL },
	{ BEGIN, "a\nb.json", NULL },
};

static void check_row(const struct row *row)
{
	const struct job_entry entry = { .key = "heads", .path = row->path };
	struct arena a = { 0 };
	struct err err = { 0 };
	const char *text;
	struct job job;

	if (job_parse(&a, "job.yaml", row->before, &job, &err) < 0)
		fail_msg("%s: %s", row->before, err.msg);
	if (job_edit_text(&a, &job, &entry, &text, &err) < 0) {
		if (row->after)
			fail_msg("%s: %s", row->before, err.msg);
		assert_non_null(strstr(err.msg, "was not changed"));
		assert_non_null(strstr(err.msg, "Add this yourself: heads: ["));
	} else {
		assert_non_null(row->after);
		assert_string_equal(text, row->after);
	}
	arena_release(&a);
}

static void an_entry_is_added_and_all_else_stays(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check_row(&rows[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_is_added_and_all_else_stays),
	};

	return cmocka_run_group_tests_name("job_edit", tests, NULL, NULL);
}
