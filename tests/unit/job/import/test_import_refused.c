/*
 * Import: refused files and options, with the exact messages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "import_fixture.h"

static const struct bad {
	const char *text, *msg;
	struct import_options o;
} bad_files[] = {
	{ "", "f: the file is empty; name one with rows", NONE },
	{ " \n\n", "f: the file is empty; name one with rows", NONE },
	{ "text,label\n", "f: the file holds no rows", NONE },
	{ "[]", "f: the file holds no rows", NONE },
	{ "[]", "f: the file holds no rows", { .from = "inspect" } },
	{ "{\"q\": 1, \"a\": 2}",
	  "f: no member is called as a text usually is; name it with --text PATH; the paths of the "
	  "first record are 'q', 'a'",
	  NONE },
	{ "{\"q\": 1, \"a\": 2}",
	  "f: no member is called as a label usually is; name it with --label PATH, or keep the "
	  "rows without a label with --unlabelled FILE; the paths of the first record are 'q', 'a'",
	  { .columns.text = { .items = { "q" }, .n = 1 } } },
	{ "{\"data\": {\"q\": \"x\"}, \"l\": [{\"v\": \"y\"}]}",
	  "f: no record has 'l.1.v' for --label; the paths of the first record are 'data.q', "
	  "'l.0.v'",
	  { .columns = { .text = { .items = { "data.q" }, .n = 1 }, .label = "l.1.v" } } },
	{ "text,label\na,b\n",
	  "unknown format 'promtfoo'; did you mean 'promptfoo'?",
	  { .from = "promtfoo" } },
	{ "text,label\na,b\n",
	  "unknown format 'parquet'; the formats are promptfoo, openai-evals, inspect, "
	  "label-studio, argilla, prodigy, csv, fasttext, json",
	  { .from = "parquet" } },
	{ "[{}]",
	  "f: the file is JSON, which the format csv does not use; omit --from, or name another",
	  { .from = "csv" } },
	{ "text,label\na,b\n",
	  "f: the file is CSV, which the format openai-evals does not use; omit --from, or name "
	  "another",
	  { .from = "openai-evals" } },
	{ "text,label\na,b\n",
	  "'a' is not a pair for --map; write OLD=NEW: the label in the "
	  "file, and its name in your job",
	  { .map = (const char *const[]){ "a" }, .n_map = 1 } },
	{ "text,label\na,b\n",
	  "'=b' is not a pair for --map; write OLD=NEW: the label in the "
	  "file, and its name in your job",
	  { .map = (const char *const[]){ "=b" }, .n_map = 1 } },
	/* Ids */
	{ "id,text,label\n1,a,x\n\n2,b,x\n1,c,x\n",
	  "f:5: id '1' is already on line 2; each ticket needs its own", NONE },
	{ "id,text,label\nrow-2,a,x\n,b,x\n",
	  "f:3: id 'row-2' is already on line 2; each ticket needs its own", NONE },
	{ "id,text,label\n\"a\nb\",a,x\n",
	  "f:2: id 'a b' holds a control character; remove "
	  "it",
	  NONE },
	/* CSV */
	{ "Subjekt,label\na,b\n",
	  "f:1: no column for the text; name one of 'Subjekt', 'label' with --text", NONE },
	{ "text,gold\na,b\n",
	  "f:2: no row can become a ticket (csv, 1 row): the column 'gold' holds no JSON object "
	  "(--label gold takes it as a label)",
	  NONE },
	{ "q,__expected\na,{}\n",
	  "f: the format promptfoo has labels, and no gold answers; add --from csv or --from "
	  "json, or leave out --gold",
	  { .gold = (const char *const[]){ "__expected" }, .n_gold = 1 } },
	{ "text,gold,gold\na,{},{}\n", "f:1: column 'gold' appears twice; rename one", NONE },
	{ "text,subject\na,b\n",
	  "f:1: no column for the label; name one of 'text', 'subject' with --label, or keep the "
	  "rows without a label with --unlabelled FILE",
	  NONE },
	{ "text,label\na,b\n",
	  "f:1: no column 'txt' for --text; the columns are 'text', 'label'; did you mean 'text'?",
	  { .columns.text = { .items = { "txt" }, .n = 1 } } },
	{ "text,label,text\na,b,c\n", "f:1: column 'text' appears twice; rename one", NONE },
	{ "q,q,label\na,b,c\n",
	  "f:1: column 'q' appears twice; rename one",
	  { .columns.text = { .items = { "q" }, .n = 1 } } },
	{ "text,label\na,b,c\n",
	  "f:2: the row has 3 cells, the header 2; put text with commas or line breaks in quotes",
	  NONE },
	{ "text,label\na,b\n\"c,b\n",
	  "f:3: the row that begins here: a quoted cell has no end; close it with a quote", NONE },
	{ "text,label\n,x\nb,\n",
	  "f:2: no row can become a ticket (csv, 2 rows): the text is empty", NONE },
	{ "text,label\ncaf\xFF,x\n",
	  "f:2: byte 4 of the line is not well-formed UTF-8; save the file as UTF-8 text, or name "
	  "its encoding with --encoding",
	  NONE },
	/* promptfoo */
	{ "q,r,__expected\na,b,card\n",
	  "f:1: there are 2 variables: 'q', 'r'; name the one with the text with --text", NONE },
	{ "__expected\ncard\n", "f:1: no column for the text; name one of '__expected' with --text",
	  NONE },
	{ "q,__description\na,b\n",
	  "f:1: no column for the label; name one of 'q', '__description' with --label, or "
	  "keep the rows without a label with --unlabelled FILE",
	  { .from = "promptfoo" } },
	{ "q,__expected\nfile://a.txt,card\n",
	  "f:2: 'file://a.txt' points to another file; replace it with the content of that file",
	  NONE },
	{ "q,__expected\na,file://grade.js\n",
	  "f:2: 'file://grade.js' points to another file; replace it with the content of that file",
	  NONE },
	{ "tests:\n- vars: {q: a, r: b}\n",
	  "f:2: there are 2 variables: 'q', 'r'; name the one with the text with --text", NONE },
	{ "tests:\n- vars: {q: a}\n  assert: [{type: equals, value: card}]\n- vars: {q: "
	  "file://b.txt}\n",
	  "f:4: 'file://b.txt' points to another file; replace it with the content of that file",
	  NONE },
	{ "- vars: file://vars.yaml\n",
	  "f:1: 'file://vars.yaml' points to another file; replace it with the content of that "
	  "file",
	  NONE },
	{ "- file://tests.csv\n",
	  "f:1: 'file://tests.csv' points to another file; replace it with the content of that "
	  "file",
	  NONE },
	{ "- vars: {q: a}\n  assert: [{type: equals, value: file://x}]\n",
	  "f:1: 'file://x' points to another file; replace it with the content of that file",
	  NONE },
	{ "- vars: {q: a}\n  assert: [{$ref: 'x.yaml#/a'}]\n",
	  "f:1: no row can become a ticket (promptfoo, 1 row): an assertion is a $ref to what this "
	  "file does not hold (the first: 'x.yaml#/a'); write the assertion itself, or name the "
	  "variable with the label with --label",
	  NONE },
	{ "- just text\n", "f:1: the test is not a mapping; write its vars and assert", NONE },
	{ "tests: file://tests.csv\n",
	  "f:1:8: expected a list of tests, found 'file://tests.csv'; import the file that holds "
	  "the list",
	  NONE },
	{ "{\n\"tests\": \"file://tests.csv\"}",
	  "f:2: 'tests' is not a list; import the file that holds the list", NONE },
	{ "prompts: [a]\n", "f:1:1: no 'tests:' here; write the list under it", NONE },
	{ "tests: []\nprompts: [a]\ntests: []\n", "f:3:1: 'tests' appears twice; remove one",
	  NONE },
	{ "tests:\n- vars: {q: a, q: b}\n", "f:2:16: key 'q' appears twice; remove one", NONE },
	{ "tests:\n- vars: {[a]: b}\n", "f:2:10: expected a key, found a list", NONE },
	{ "a: &a [x, x]\nb: &b [*a, *a]\ntests: [*b, *b]\n",
	  "f:1:4: a YAML anchor (&) is not accepted; write out what it stands for, or "
	  "put text that "
	  "begins with & in quotes",
	  NONE },
	{ "tests:\n- vars: {q: !!binary aGk=}\n",
	  "f:2:13: a YAML tag (!) is not accepted; put text that begins with ! in quotes", NONE },
	{ "- vars: {q: a\n",
	  "f:1:9: what begins here with { has no end; add }, and quotes around a text with "
	  "braces",
	  NONE },
	{ "- vars: {q: a}\n--- \n- vars: {q: b}\n",
	  "f:2:1: a second YAML document begins here; keep only one", NONE },
	/* JSON */
	{ "{\"input\": \"a\", \"ideal\": \"b\"}\n{\"input\": \"a\", ideal: \"b\"}\n",
	  "f:2: not JSON: string or '}' expected near 'ideal'; correct the line",
	  { .strict = true } },
	{ "{\"input\": \"a\" 5}", "f:1: not JSON: '}' expected near '\"5\"'; correct the line",
	  NONE },
	{ "[{\"input\": \"a\", \"target\": \"b\"},\n {\"input\": \"a\", \"input\": \"b\"}]",
	  "f:2: duplicate object key near '\"input\"'; remove one",
	  { .strict = true } },
	{ "[{\"input\": \"a\", \"target\": \"b\"}\n{}]",
	  "f:2: the list has no ',' or ']' here; write one", NONE },
	{ "[{\"input\": \"a\", \"target\": \"b\"}]\n{}",
	  "f:2: text follows the list; keep only the list", NONE },
	{ "[1, \"a\"]",
	  "f:1: no row can become a ticket (inspect, 2 rows): it is not an object with names",
	  { .from = "inspect" } },
	{ "[{\"vars\": {\"q\": \"a\"}},\n7]",
	  "f:2: the test is not a mapping; write its vars and assert",
	  { .from = "promptfoo", .columns.text = { .items = { "nothing" }, .n = 1 } } },
};

static void test_bad_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad_files); i++) {
		const struct bad *b = &bad_files[i];
		struct read f;

		parse(&f, b->text, strlen(b->text), &b->o);
		if (f.r != -1 || f.err.kind == ERR_NONE || strcmp(f.err.msg, b->msg) != 0)
			fail_msg("%s\n  gives r=%d %s\n  wanted    %s", b->text, f.r, f.err.msg,
				 b->msg);
		assert_null(f.imported.rows);
		drop(&f);
	}
}

static void test_nul(void **state)
{
	static const char text[] = "text,label\na\0b,x\n";
	struct read f;

	(void)state;
	parse(&f, text, sizeof(text) - 1, NULL);
	assert_string_equal(f.err.msg,
			    "f:2: byte 2 of the line is a NUL, so this is not text; export "
			    "the tickets as CSV or JSON Lines");
	drop(&f);
}

static void test_deep(void **state)
{
	struct read f;
	struct buf b;

	(void)state;
	buf_init(&b, 64 << 20);
	buf_adds(&b, "tests: ");
	for (int i = 0; i < 100000; i++)
		buf_addc(&b, '[');
	parse(&f, buf_text(&b), b.len, NULL);
	assert_string_equal(f.err.msg, "f:1:31: nested too deeply; use fewer levels");
	drop(&f);
	buf_clear(&b);
	for (int i = 0; i < 100000; i++)
		buf_addc(&b, '[');
	parse(&f, buf_text(&b), b.len, NULL);
	assert_int_equal(f.r, -1);
	assert_true(str_starts(f.err.msg, "f:1: not JSON: maximum parsing depth reached"));
	drop(&f);
	buf_release(&b);
}

static void test_files(void **state)
{
	static const struct import_options none;
	struct read f = { 0 };

	(void)state;
	assert_int_equal(import_read(&f.arena, "none.csv", &none, &f.imported, &f.err), -1);
	assert_string_equal(f.err.msg, "cannot open 'none.csv': No such file or directory");
	scratch_text("a\x1B.csv", "text,label\na,b\n");
	assert_int_equal(import_read(&f.arena, "a\x1B.csv", &none, &f.imported, &f.err), 0);
	assert_string_equal(f.imported.path, "a\\x1b.csv");
	assert_int_equal(f.imported.n, 1);
	arena_release(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
