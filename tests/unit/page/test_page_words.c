/* From the values of a browser to a command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "page/page_words.h"
#include "report/export/export.h"

static struct page_job jobs[] = { { .path = "job.yaml" }, { .path = "-other/it's.yaml" } };
static const char *files[] = { "more.jsonl", "a,b.txt" };

/* The words of an action with values in JSON, separated by blanks; or the message. */
static const char *words_of(struct cmd *cmd, const struct page_row *rows, const char *name,
			    const char *values)
{
	json_t *models = json_pack("{s:b, s:b}", "m.gguf", 1, "n,2.gguf", 1);
	const struct page_folder folder = { .jobs = jobs,
					    .n_jobs = 2,
					    .files = files,
					    .n_files = 2,
					    .models = models,
					    .store = "/tmp/s.toehold" };
	json_t *given = json_loads(values, 0, NULL);
	struct page_words words;
	const char *all = "";
	int r = page_words_make(cmd, &folder, page_row_find(rows, name), given, &words);

	json_decref(given);
	json_decref(models);
	if (r < 0)
		return cmd->err.msg;
	for (size_t i = 0; words.words[i]; i++)
		all = arena_add_item(&cmd->arena, all, " ", "%s", words.words[i]);
	return all;
}

static void test_words_of_actions(void **state)
{
	static const char *const rows[][3] = {
		{ "smoke", "{}",
		  "smoke --json --json-events=/dev/fd/3 --store=/tmp/s.toehold job.yaml" },
		{ "smoke",
		  "{\"first\": true, \"race\": false, \"name\": null, \"timeout\": 7, \"models\": "
		  "[\"m.gguf\", \"n,2.gguf\"]}",
		  "smoke --json --json-events=/dev/fd/3 --models=m.gguf,n\\,2.gguf --first "
		  "--timeout=7 --store=/tmp/s.toehold job.yaml" },
		{ "smoke", "{\"job\": \"-other/it's.yaml\"}",
		  "smoke --json --json-events=/dev/fd/3 --store=/tmp/s.toehold -- "
		  "-other/it's.yaml" },
		{ "add", "{\"tickets\": \"more.jsonl\", \"as\": \"harder\"}",
		  "add --json --json-events=/dev/fd/3 --as=harder --store=/tmp/s.toehold job.yaml "
		  "more.jsonl" },
		{ "add",
		  "{\"tickets\": \"more.jsonl\", \"text\": [\"A,1\", \"B\"], \"id\": \"Nr\"}",
		  "add --json --json-events=/dev/fd/3 --text=A\\,1,B --id=Nr "
		  "--store=/tmp/s.toehold job.yaml more.jsonl" },
		{ "try", "{\"prompt\": [\"a,b.txt\", \"short-1a2b\"]}",
		  "try --json --json-events=/dev/fd/3 --prompt=a\\,b.txt,short-1a2b job.yaml" },
		{ "hello", "{\"model\": \"m.gguf\", \"text\": \"-x\"}",
		  "hello --json m.gguf -- -x" },
		{ "report", "{\"run\": \"r\", \"out\": \"x.html\"}",
		  "report --out=x.html --store=/tmp/s.toehold r" },
		{ "smoke", "{\"out\": \"x\"}", "'smoke' has no parameter 'out'" },
		{ "smoke", "{\"job\": \"none.yaml\"}",
		  "'job' of 'smoke' is not a job of this folder" },
		{ "add", "{\"tickets\": \"job.yaml\"}",
		  "'tickets' of 'add' is not a file of this folder" },
		{ "hello", "{\"model\": \"/etc/passwd\"}",
		  "'model' of 'hello' is not a model that the page has listed" },
		{ "report", "{\"out\": \"../x\"}", "'out' of 'report' must be a plain file name" },
		{ "smoke", "{\"name\": 1.5}", "'name' of 'smoke' has a value of the wrong kind" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cmd cmd = { 0 };

		assert_string_equal(words_of(&cmd, page_actions, rows[i][0], rows[i][1]),
				    rows[i][2]);
		arena_release(&cmd.arena);
	}
}

/* A job whose name looks like an option is none, also if nobody named it. */
static void test_first_job_is_an_argument(void **state)
{
	const struct page_folder folder = { .jobs = jobs + 1, .n_jobs = 1 };
	struct cmd cmd = { 0 };
	json_t *none = json_object();
	struct page_words words;

	(void)state;
	assert_int_equal(
		page_words_make(&cmd, &folder, page_row_find(page_reads, "plan"), none, &words), 0);
	assert_string_equal(words.command, "toehold plan -- '-other/it'\\''s.yaml'");
	json_decref(none);
	arena_release(&cmd.arena);
}

/* A verb for each row, and no row that the page cannot show as JSON or as a file. */
static void test_rows_are_complete(void **state)
{
	static const struct page_row *const tables[] = { page_reads, page_actions, page_papers,
							 page_drafts };

	(void)state;
	for (size_t t = 0; t < COUNT_OF(tables); t++) {
		for (const struct page_row *row = tables[t]; row->name; row++) {
			assert_ptr_equal(page_row_find(tables[t], row->name), row);
			assert_true((row->ending != NULL) == (tables[t] == page_papers));
			assert_true(tables[t] != page_reads || !(row->is & PAGE_NO_JSON));
			assert_true((tables[t] == page_drafts) == !!(row->is & PAGE_CHANGES));
		}
		assert_null(page_row_find(tables[t], "purge"));
		assert_null(page_row_find(tables[t], ""));
	}
}

static void test_every_export_is_a_paper(void **state)
{
	(void)state;
#define FORMAT(name, takes, words, writer) assert_non_null(page_row_find(page_papers, name));
	EXPORT_FORMATS(FORMAT)
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_of_actions),
		cmocka_unit_test(test_first_job_is_an_argument),
		cmocka_unit_test(test_rows_are_complete),
		cmocka_unit_test(test_every_export_is_a_paper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
