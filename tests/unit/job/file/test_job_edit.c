/*
 * An entry goes into a job file of any style; all else stays as it was, byte by byte. What others
 * write meanwhile is never lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"
#include "job/file/job_edit.h"
#include "unit/scratch.h"

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

#define FULL "variants: {a: x, b: x, c: x, d: x, e: x, f: x, g: x, h: x}\n"

static void a_ninth_variant_is_refused_with_its_own_reason(void **state)
{
	const struct job_entry entry = { "variants", "nine", "nine.txt" };
	struct arena a = { 0 };
	struct err err = { 0 };
	const char *text;
	struct job job;

	(void)state;
	scratch_text("nine.txt", "Choose one of {labels}.\n");
	assert_int_equal(job_parse(&a, "job.yaml", BEGIN FULL, &job, &err), 0);
	assert_int_equal(job_edit_text(&a, &job, &entry, &text, &err), -1);
	assert_non_null(strstr(err.msg, "'job.yaml' was not changed; with 'variants: {nine: "));
	assert_non_null(strstr(err.msg, "expected 1 to 8 prompts, found 9"));
	assert_null(strstr(err.msg, "Add this yourself"));
	arena_release(&a);
}

static void load(struct arena *a, const char *text, struct job *ret_job)
{
	struct err err = { 0 };

	if (text)
		scratch_text("job.yaml", text);
	if (job_load(a, "job.yaml", ret_job, &err) < 0)
		fail_msg("%s", err.msg);
}

static void check_text(const char *wanted)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	size_t n_bytes;
	char *text;

	assert_int_equal(file_read(&a, "job.yaml", JOB_MAX_BYTES, &text, &n_bytes, &err), 0);
	assert_string_equal(text, wanted);
	arena_release(&a);
}

static void what_was_written_meanwhile_stays(void **state)
{
	const struct job_entry first = { "heads", NULL, "x.json" }, second = { "heads", NULL, "y" };
	struct arena a = { 0 };
	struct err err = { 0 };
	struct job one, other;

	(void)state;
	load(&a, BEGIN, &one);
	load(&a, NULL, &other);
	assert_int_equal(job_edit_add(&a, &one, &first, &err), 0);
	assert_int_equal(job_edit_add(&a, &other, &second, &err), -1);
	assert_non_null(strstr(err.msg, "job.yaml' was changed meanwhile; try again"));
	check_text(BEGIN "heads: [x.json]\n");
	load(&a, NULL, &other);
	assert_int_equal(job_edit_add(&a, &other, &second, &err), 0);
	check_text(BEGIN "heads: [y, x.json]\n");
	arena_release(&a);
}

/* A child adds to the job while the folder's lock is held: it waits, and nothing is written. */
static void an_edit_waits_for_another_one(void **state)
{
	const struct job_entry entry = { "heads", NULL, "x.json" };
	struct arena a = { 0 };
	struct err err = { 0 };
	int lock = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), status;
	struct job job;
	pid_t child;

	(void)state;
	load(&a, BEGIN, &job);
	assert_int_equal(flock(lock, LOCK_EX), 0);
	child = fork();
	if (child == 0)
		_exit(job_edit_add(&a, &job, &entry, &err) == 0 ? 0 : 1);
	usleep(100000);
	assert_int_equal(waitpid(child, &status, WNOHANG), 0);
	check_text(BEGIN);
	assert_int_equal(flock(lock, LOCK_UN), 0); /* the child has the descriptor too */
	close(lock);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	check_text(BEGIN "heads: [x.json]\n");
	arena_release(&a);
}

static void the_mode_of_the_file_stays(void **state)
{
	static const mode_t modes[] = { 0600, 0664, 0666 };
	const struct job_entry entry = { "heads", NULL, "x.json" };
	mode_t mask = umask(022);
	struct arena a = { 0 };
	struct err err = { 0 };
	struct job job;
	struct stat st;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(modes); i++) {
		load(&a, BEGIN, &job);
		assert_int_equal(chmod("job.yaml", modes[i]), 0);
		assert_int_equal(job_edit_add(&a, &job, &entry, &err), 0);
		assert_int_equal(stat("job.yaml", &st), 0);
		assert_int_equal(st.st_mode & 0777, modes[i]);
	}
	umask(mask);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_is_added_and_all_else_stays),
		cmocka_unit_test(a_ninth_variant_is_refused_with_its_own_reason),
		cmocka_unit_test(what_was_written_meanwhile_stays),
		cmocka_unit_test(an_edit_waits_for_another_one),
		cmocka_unit_test(the_mode_of_the_file_stays),
	};

	return cmocka_run_group_tests_name("job_edit", tests, scratch_enter, scratch_leave);
}
