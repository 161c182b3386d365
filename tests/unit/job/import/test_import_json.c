/*
 * Import of JSON of any program: paths, usual names, exports of labelling tools, tables by columns,
 * chats, broken rows, rows without a label, and the counts of labels.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "import_fixture.h"

#define SEVERAL \
	"it has more than one answer, and a ticket has one label (--map OLD=NEW can merge two " \
	"names)"
#define PATHS(text_, label_) \
	{ \
		.columns = {.text = { .items = { text_ }, .n = 1 }, .label = (label_) } \
	}

/* "2: no label | 1: no text", each with the number of rows. */
static const char *reasons(struct read *f)
{
	const char *all = "";

	for (size_t i = 0; i < f->imported.n_reasons; i++)
		all = arena_add_item(&f->arena, all, " | ", "%zu: %s", f->imported.reasons[i].n,
				     f->imported.reasons[i].why);
	return all;
}

static const struct good {
	const char *format, *text, *out, *left_out;
	struct import_options o;
} files[] = {
	/* Usual names */
	{ "json",
	  "{\"text\": \"a\", \"label\": \"x\", \"id\": 7, \"lang\": \"de\"}\n{\"text\": \"b\"}\n",
	  "{\"id\": \"7\", \"text\": \"a\", \"label\": \"x\", \"lang\": \"de\"}\n", "1: no label",
	  NONE },
	{ "json", "{\"sentence\": \"a\", \"label\": 0, \"label_text\": \"card\"}",
	  ROW("row-1", "a", "card"), "", NONE },
	{ "json", "[{\"text\": \"a\", \"label\": 0}, {\"text\": \"b\", \"label\": 1.0}]",
	  ROW("row-1", "a", "0") ROW("row-2", "b", "1.0"), "", NONE },
	{ "json", "{\"question\": \"a\", \"answer\": \"b\"}", ROW("row-1", "a", "b"), "", NONE },
	/* The name of the label stands in a record that is not the first. */
	{ "json", "{\"text\": \"a\"}\n{\"text\": \"b\", \"intent\": \"x\"}", ROW("row-2", "b", "x"),
	  "1: no label", NONE },
	/* doccano */
	{ "json",
	  "{\"id\": 1, \"text\": \"a\", \"label\": [\"x\"], \"Comments\": []}\n{\"id\": 2, "
	  "\"text\": \"b\", \"label\": [\"x\", \"y\"]}\n{\"id\": 3, \"text\": \"c\", "
	  "\"label\": []}",
	  ROW("1", "a", "x"), "1: " SEVERAL " | 1: no label", NONE },
	/* Paths */
	{ "json", "{\"a\": {\"b\": [{\"t\": \"x\"}]}, \"l.c\": {\"d\": \"y\"}}",
	  ROW("row-1", "x", "y"), "", PATHS("a.b.0.t", "l.c.d") },
	{ "json", "{\"a\": \"x\", \"l\": {\"value\": \"y\"}}", ROW("row-1", "x", "y"), "",
	  PATHS("a", "l") },
	{ "json",
	  "{\"s\": \"x\", \"b\": {\"t\": \"y\"}, \"l\": \"z\"}\n{\"s\": null, \"b\": {\"t\": "
	  "\"v\"}, \"l\": \"z\"}",
	  ROW("row-1", "x\\n\\ny", "z") ROW("row-2", "v", "z"),
	  "",
	  { .columns = { .text = { .items = { "s", "b.t" }, .n = 2 }, .label = "l" } } },
	/* Long numbers, Python's NaN, half characters */
	{ "json",
	  "{\"id\": 123456789012345678901234567890, \"text\": \"a\", \"label\": "
	  "99999999999999999999}",
	  ROW("123456789012345678901234567890", "a", "99999999999999999999"), "", NONE },
	{ "json",
	  "{\"text\": \"a\", \"label\": NaN}\n{\"text\": \"b\", \"label\": \"x\", \"n\": NaN}",
	  ROW("row-2", "b", "x"), "1: no label", NONE },
	{ "json",
	  "{\"text\": \"a \\ud83d\", \"label\": \"x\"}\n{\"text\": \"b \\ud83d\\ude21\", "
	  "\"label\": \"x\", \"note\": \"\\ud83d\"}",
	  ROW("row-2", "b 😡", "x"),
	  "1: text holds half of a character: a lone surrogate such as \\ud83d, as a cut in the "
	  "middle leaves it",
	  NONE },
	/* Booleans are no names. */
	{ "json", "{\"text\": \"a\", \"label\": true}\n{\"text\": \"b\", \"label\": \"x\"}",
	  ROW("row-2", "b", "x"),
	  "1: the label is true or false, not a name (--map true=NAME,false=NAME gives it one)",
	  NONE },
	{ "json",
	  "{\"text\": \"a\", \"label\": true}",
	  ROW("row-1", "a", "yes"),
	  "",
	  { .map = (const char *const[]){ "true=yes" }, .n_map = 1 } },
	/* Label Studio */
	{ "label-studio",
	  "[{\"id\": 1, \"data\": {\"body\": \"a\"}, \"annotations\": [{\"result\": [{\"value\": "
	  "{\"choices\": [\"x\"]}}]}, {\"was_cancelled\": true, \"result\": [{\"value\": "
	  "{\"choices\": [\"y\"]}}]}]}, {\"id\": 2, \"data\": {\"body\": \"b\"}, \"annotations\": "
	  "[]}, {\"id\": 3, \"data\": {\"body\": \"c\"}, \"annotations\": [{\"result\": "
	  "[{\"value\": {\"choices\": [\"x\"]}}]}, {\"result\": [{\"value\": {\"choices\": "
	  "[\"y\"]}}]}]}]",
	  ROW("1", "a", "x"), "1: no label | 1: " SEVERAL, NONE },
	{ "label-studio",
	  "{\"id\": 1, \"data\": {\"a\": \"t\", \"b\": \"u\"}, \"completions\": [{\"result\": "
	  "[{\"value\": {\"choices\": [\"x\"]}}]}]}",
	  ROW("1", "u", "x"), "", PATHS("data.b", "completions.0.result.0.value.choices.0") },
	{ "json",
	  "{\"id\": 1, \"text\": \"a\", \"sentiment\": \"x\", \"annotator\": 1, \"lead_time\": "
	  "2.5}",
	  ROW("1", "a", "x"), "", NONE },
	{ "json",
	  "[{\"id\": 1, \"Text\": \"a\", \"kind\": {\"choices\": [\"x\"]}, \"annotator\": 1, "
	  "\"annotation_id\": 2, \"lead_time\": 2.5}]",
	  ROW("1", "a", "x"), "", NONE },
	{ "csv",
	  "id,text,kind,annotation_id,lead_time\n1,a,x,5,2.5\n2,b,\"{\"\"choices\"\": "
	  "[\"\"x\"\", \"\"y\"\"]}\",5,2.5\n",
	  ROW("1", "a", "x"), "1: " SEVERAL, NONE },
	{ "csv", "text,label,label_text\na,0,x\n", ROW("row-1", "a", "x"), "", NONE },
	{ "json", "{\"TEXT\": \"a\", \"Category\": \"x\"}", ROW("row-1", "a", "x"), "", NONE },
	/* Argilla */
	{ "argilla",
	  "[{\"id\": \"a\", \"fields\": {\"text\": \"t\"}, \"suggestions\": {\"l\": {\"value\": "
	  "\"s\"}}, \"responses\": {\"l\": [{\"value\": \"x\", \"status\": \"submitted\"}, "
	  "{\"value\": \"d\", \"status\": \"draft\"}]}}, {\"id\": \"b\", \"fields\": {\"text\": "
	  "\"u\"}, \"suggestions\": {\"l\": {\"value\": \"s\"}}, \"responses\": {}}]",
	  ROW("a", "t", "x"), "1: no label", NONE },
	{ "argilla",
	  "{\"id\": \"a\", \"text\": \"t\", \"l.responses\": [\"x\", \"y\"], "
	  "\"l.responses.status\": [\"submitted\", \"discarded\"], \"l.suggestion\": \"s\"}",
	  ROW("a", "t", "x"), "", NONE },
	{ "csv", "text,label.responses\na,\"['x']\"\nb,\"['x', 'y']\"\nc,\"[\"\"it's\"\"]\"\n",
	  ROW("row-1", "a", "x") ROW("row-3", "c", "it's"), "1: " SEVERAL, NONE },
	/* Prodigy */
	{ "prodigy",
	  "{\"text\": \"a\", \"_task_hash\": -5, \"options\": [{\"id\": 1, \"text\": \"x\"}], "
	  "\"accept\": [1], \"answer\": \"accept\"}\n{\"text\": \"b\", \"accept\": [], "
	  "\"answer\": \"reject\"}\n{\"text\": \"c\", \"accept\": [\"y\"], \"answer\": "
	  "\"ignore\"}\n"
	  "{\"text\": \"d\", \"label\": \"z\", \"answer\": \"accept\"}",
	  ROW("row-1", "a", "x") ROW("row-4", "d", "z"),
	  "1: the annotator rejected it | 1: the annotator ignored it", NONE },
	/* fastText */
	{ "fasttext",
	  "__label__x a  b\n\n__label__x __label__y c\n__label__y\td\n__label__x e __label__y",
	  ROW("row-1", "a  b", "x") ROW("row-3", "d", "y"),
	  "1: " SEVERAL " | 1: a label stands inside the text", NONE },
	/* Lists inside objects, and tables */
	{ "json", "{\"meta\": [1], \"data\": [{\"text\": \"a\", \"label\": \"x\"}]}",
	  ROW("row-1", "a", "x"), "", NONE },
	{ "json",
	  "{\"features\": [{\"name\": \"t\"}], \"rows\": [{\"row\": {\"t\": \"a\", \"l\": "
	  "\"x\"}}]}",
	  ROW("row-1", "a", "x"), "", PATHS("row.t", "row.l") },
	{ "inspect", "{\"out\": {\"samples\": [{\"input\": \"a\", \"target\": \"x\"}]}}",
	  ROW("row-1", "a", "x"), "", NONE },
	{ "json",
	  "{\"text\": {\"0\": \"a\", \"5\": \"b\"}, \"label\": {\"0\": \"x\", \"5\": \"y\"}}",
	  ROW("row-1", "a", "x") ROW("row-2", "b", "y"), "", NONE },
	{ "json", "{\"t\": [\"a\", \"b\"], \"l\": [\"x\", null]}", ROW("row-1", "a", "x"),
	  "1: no label", PATHS("t", "l") },
	{ "json",
	  "{\"columns\": [\"text\", \"label\"], \"index\": [0], \"data\": [[\"a\", \"x\"]]}",
	  ROW("row-1", "a", "x"), "", NONE },
	{ "json",
	  "{\"features\": [{\"name\": \"text\"}], \"rows\": [{\"row_idx\": 0, \"row\": {\"text\": "
	  "\"a\", \"label\": 0}}, {\"row_idx\": 1, \"row\": {\"text\": \"b\", \"label\": 1}}]}",
	  ROW("row-1", "a", "0") ROW("row-2", "b", "1"), "", NONE },
	{ "json", "{\"ticket\": {\"s\": \"a\", \"b\": \"c\"}, \"meta\": {\"l\": \"x\"}}",
	  ROW("row-1", "c", "x"), "", PATHS("ticket.b", "meta.l") },
	{ "json", "{\"k1\": {\"text\": \"a\", \"label\": \"x\"}}", ROW("k1", "a", "x"), "", NONE },
	{ "json", "[[\"text\", \"label\"], [\"a\", \"x\"]]", ROW("row-1", "a", "x"), "", NONE },
	/* One broken row loses no other. */
	{ "openai-evals",
	  "{\"input\": \"a\", \"ideal\": \"x\"}\n{\"input\": \"he said \"no\", \"ideal\": \"x\"}\n"
	  "{\"input\": \"b\", \"ideal\": \"x\"}\n[1\n{\"input\": \"c\", \"ideal\": \"x\"}}\n",
	  ROW("row-1", "a", "x") ROW("row-3", "b", "x") ROW("row-5", "c", "x"),
	  "3: it is not JSON (the first: '}' expected near 'no')", NONE },
	{ "json",
	  "[{\"text\": \"a\", \"label\": \"x\"}, {\"text\": \"b\" \"label\": \"x\"}, {\"text\": "
	  "\"c\", \"text\": \"d\", \"label\": \"x\"}, {\"text\": \"e\", \"label\": \"x\"}]",
	  ROW("row-1", "a", "x") ROW("row-4", "e", "x"),
	  "1: it is not JSON (the first: '}' expected near '\"label\"') | 1: a name appears twice "
	  "in it",
	  NONE },
	{ "json",
	  "[\n {\n  \"text\": \"a,\n  \"label\": \"x\"\n },\n {\n  \"text\": \"b\",\n  \"label\": "
	  "\"x\"\n }\n]",
	  ROW("row-2", "b", "x"), "1: it is not JSON (the first: unexpected newline near '\"a,')",
	  NONE },
	{ "json", "[{\"text\": \"a\", \"label\": \"x\"},\n{\"text\": \"b\", \"lab",
	  ROW("row-1", "a", "x"),
	  "1: it is not JSON (the first: premature end of input near '\"lab')", NONE },
	{ "json", "{\"text\": \"a\", \"label\": \"x\"}\n[1]\n\"b\"\n", ROW("row-1", "a", "x"),
	  "2: it is not an object with names", NONE },
	/* Chats */
	{ "json",
	  "{\"messages\": [{\"role\": \"human\", \"content\": \"a\"}, {\"role\": \"agent\", "
	  "\"content\": \"b\"}, {\"role\": \"Customer\", \"content\": [\"c\", {\"type\": "
	  "\"text\", \"text\": \"d\"}]}], \"label\": \"x\"}\n{\"messages\": [{\"from\": \"gpt\", "
	  "\"value\": \"e\"}], \"label\": \"x\"}",
	  ROW("row-1", "c\\nd", "x"),
	  "1: no message from a user (--turns keep makes the text from all messages)", NONE },
	{ "json",
	  "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", "
	  "\"content\": \"b\"}, {\"role\": \"user\", \"content\": \"c\"}], \"label\": "
	  "\"x\"}\n{\"messages\": [{\"from\": \"gpt\", \"value\": \"e\"}], \"label\": \"x\"}\n"
	  "{\"messages\": [{\"role\": \"user\", \"content\": \"f\"}], \"label\": \"x\"}",
	  ROW("row-1", "user: a\\nassistant: b\\nuser: c", "x") ROW("row-2", "e", "x")
		  ROW("row-3", "f", "x"),
	  "",
	  { .keep_turns = true } },
};

static void test_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		const struct good *g = &files[i];
		struct read f;

		parse(&f, g->text, strlen(g->text), &g->o);
		if (f.r != 0)
			fail_msg("%s\n  refused: %s", g->text, f.err.msg);
		if (strcmp(buf_text(&f.out), g->out) != 0 || strcmp(reasons(&f), g->left_out) != 0)
			fail_msg("%s\n  gives  %s  %s\n  wanted %s  %s", g->text, buf_text(&f.out),
				 reasons(&f), g->out, g->left_out);
		assert_string_equal(f.imported.format, g->format);
		drop(&f);
	}
}

static void test_guesses_are_named(void **state)
{
	static const char other[] = "{\"body\": \"a\", \"intent\": \"x\"}";
	static const char own[] = "{\"text\": \"a\", \"label\": \"x\"}";
	struct read f;

	(void)state;
	parse(&f, other, sizeof(other) - 1, NULL);
	assert_string_equal(f.imported.guessed, "the text is 'body', the label is 'intent'");
	drop(&f);
	parse(&f, own, sizeof(own) - 1, NULL);
	assert_null(f.imported.guessed);
	drop(&f);
}

static void test_places_of_rows(void **state)
{
	static const char one_line[] = "[{\"text\": \"a\", \"label\": \"x\"}, {\"text\": \"b\"}]";
	static const char lines[] = "{\"text\": \"a\", \"label\": \"x\"}\n\n{\"text\": \"b\"}";
	struct read f;

	(void)state;
	parse(&f, one_line, sizeof(one_line) - 1, NULL);
	assert_true(f.imported.lines_repeat);
	assert_int_equal(f.imported.reasons[0].rows[0], 2);
	drop(&f);
	parse(&f, lines, sizeof(lines) - 1, NULL);
	assert_false(f.imported.lines_repeat);
	assert_int_equal(f.imported.reasons[0].lines[0], 3);
	drop(&f);
}

static void test_unlabelled(void **state)
{
	static const char *const texts[] = {
		"{\"id\": 1, \"text\": \"a\", \"label\": \"x\"}\n{\"id\": 2, \"text\": \"b\"}\n",
		"id,text,label\n1,a,x\n2,b,\n",
		"[{\"vars\": {\"q\": \"a\"}, \"metadata\": {\"id\": 1}, \"assert\": [{\"type\": "
		"\"equals\", \"value\": \"x\"}]}, {\"vars\": {\"q\": \"b\"}, \"metadata\": "
		"{\"id\": "
		""
		"2}}]",
		"id,input,target\n1,a,x\n2,b,\n",
	};
	const struct import_options o = { .unlabelled = true };
	struct read f;
	struct buf pool;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		parse(&f, texts[i], strlen(texts[i]), NULL);
		assert_int_equal(f.imported.n_unlabelled, 1);
		drop(&f);
		parse(&f, texts[i], strlen(texts[i]), &o);
		buf_init(&pool, 1000);
		import_write(f.imported.pool, f.imported.n_pool, &pool);
		assert_string_equal(buf_text(&f.out), ROW("1", "a", "x"));
		assert_string_equal(buf_text(&pool), "{\"id\": \"2\", \"text\": \"b\"}\n");
		assert_int_equal(f.imported.n_reasons, 0);
		buf_release(&pool);
		drop(&f);
	}
}

/* A file without any label goes into the pool as a whole; its ids still differ. */
static void test_unlabelled_alone(void **state)
{
	static const char *const texts[] = { "text\na\nb\n", "{\"text\": \"a\"}\n{\"text\": \"b\"}",
					     "input,note\na,n\nb,n\n" };
	static const char repeats[] = "id,text,label\n1,a,x\n1,b,\n";
	struct import_options o = { .unlabelled = true };
	struct read f;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		parse(&f, texts[i], strlen(texts[i]), &o);
		if (f.r != 0)
			fail_msg("%s\n  refused: %s", texts[i], f.err.msg);
		assert_int_equal(f.imported.n, 0);
		assert_int_equal(f.imported.n_pool, 2);
		assert_string_equal(f.imported.pool[1].id, "row-2");
		drop(&f);
		o.columns.text =
			i == 1 ? (struct opt_list){ .items = { "input" }, .n = 1 } : o.columns.text;
	}
	parse(&f, repeats, sizeof(repeats) - 1, &(struct import_options){ .unlabelled = true });
	assert_string_equal(f.err.msg, "f:3: id '1' is already on line 2; each ticket needs its "
				       "own");
	drop(&f);
}

static void test_counts(void **state)
{
	static const char text[] =
		"text,label\na,Bug Report\nb,Bug Report\nc,bug report\nd,Bug Reprot\ne,Bugs "
		"Report\nf,Queue 1\ng,Queue 2\nh,C#\ni,C+\nj,bug_report\n";
	static const char numbers[] = "text,label\na,0\nb,12\n";
	static const struct {
		const char *name, *near;
		size_t n;
	} want[] = {
		{ "Bug Report", NULL, 2 },
		{ "Bug Reprot", "Bug Report", 1 },
		{ "Bugs Report", "Bug Report", 1 },
		{ "C#", NULL, 1 },
		{ "C+", NULL, 1 },
		{ "Queue 1", NULL, 1 },
		{ "Queue 2", NULL, 1 },
		{ "bug report", "Bug Report", 1 },
		{ "bug_report", "Bug Report", 1 },
	};
	struct read f;

	(void)state;
	parse(&f, text, sizeof(text) - 1, NULL);
	assert_int_equal(f.imported.n_labels, COUNT_OF(want));
	for (size_t i = 0; i < COUNT_OF(want); i++) {
		const struct import_label *label = &f.imported.labels[i];

		assert_string_equal(label->name, want[i].name);
		assert_int_equal(label->n, want[i].n);
		assert_string_equal(label->near ? label->near : "",
				    want[i].near ? want[i].near : "");
	}
	assert_false(f.imported.labels_are_numbers);
	drop(&f);
	parse(&f, numbers, sizeof(numbers) - 1, NULL);
	assert_true(f.imported.labels_are_numbers);
	drop(&f);
}

static void test_other_messages_are_counted(void **state)
{
	static const char text[] =
		"{\"input\": [{\"role\": \"system\", \"content\": \"s\"}, {\"role\": \"user\", "
		"\"content\": \"a\"}], \"ideal\": \"x\"}\n"
		"{\"input\": [{\"role\": \"system\", \"content\": \"s\"}, {\"role\": \"system\", "
		"\"name\": \"example_user\", \"content\": \"e\"}, {\"role\": \"user\", "
		"\"content\": "
		""
		"\"a\"}], \"ideal\": \"x\"}\n"
		"{\"input\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", "
		"\"content\": \"b\"}], \"ideal\": \"x\"}\n"
		"{\"input\": \"a\", \"ideal\": \"x\"}\n";
	struct read f;

	(void)state;
	parse(&f, text, sizeof(text) - 1, NULL);
	assert_int_equal(f.imported.n_turns, 2);
	assert_int_equal(f.imported.n_systems, 2);
	assert_false(f.imported.systems_differ);
	drop(&f);
	parse(&f, text, sizeof(text) - 1, &(struct import_options){ .keep_turns = true });
	assert_int_equal(f.imported.n_turns, 0);
	assert_int_equal(f.imported.n_systems, 0);
	assert_string_equal(f.imported.rows[1].text, "system: s\nexample_user: e\nuser: a");
	drop(&f);
}

/* A path that takes one of several answers says so. */
static void test_more_answers(void **state)
{
	static const char text[] = "{\"t\": \"a\", \"l\": [\"x\"]}\n{\"t\": \"b\", \"l\": [\"x\", "
				   "\"y\"]}";
	const struct import_options first = PATHS("t", "l.0");
	struct read f;

	(void)state;
	parse(&f, text, sizeof(text) - 1, &first);
	assert_int_equal(f.imported.n, 2);
	assert_int_equal(f.imported.n_more_labels, 1);
	drop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_guesses_are_named),
		cmocka_unit_test(test_places_of_rows),
		cmocka_unit_test(test_unlabelled),
		cmocka_unit_test(test_unlabelled_alone),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_other_messages_are_counted),
		cmocka_unit_test(test_more_answers),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
