/*
 * Import: the tickets of each format, the rows that are left out and why, and that the written
 * tickets can be read again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "import_fixture.h"

/* "2: no label | 1: no text", each with the number of rows. */
static const char *reasons(struct read *f)
{
	const char *all = "";

	for (size_t i = 0; i < f->imported.n_reasons; i++)
		all = arena_printf(&f->arena, "%s%s%zu: %s", all, i ? " | " : "",
				   f->imported.reasons[i].n, f->imported.reasons[i].why);
	return all;
}

static const struct good {
	const char *format, *text, *out, *left_out;
	struct import_options o;
} good_files[] = {
	/* CSV with named columns */
	{ "csv",
	  "\xEF\xBB\xBFlabel,note,text,id,lang,group\r\ncard,n,\"two\r\nlines, \"\"q\"\"\","
	  "a,en,g\r\n\r\nother,,plain,,,\r\n",
	  "{\"id\": \"a\", \"text\": \"two\\r\\nlines, \\\"q\\\"\", \"label\": \"card\", \"lang\": "
	  "\"en\", \"group\": \"g\"}\n" ROW("row-2", "plain", "other"),
	  "", NONE },
	{ "csv", "Body,Category,Ticket_ID\nhi,card,9\n", ROW("9", "hi", "card"), "", NONE },
	{ "csv", "body,text,class\nno,yes,card\n", ROW("row-1", "yes", "card"), "", NONE },
	{ "csv",
	  "a,b,c,d,e\nhi,card,7,de,g1\n",
	  "{\"id\": \"7\", \"text\": \"hi\", \"label\": \"card\", \"lang\": \"de\", \"group\": "
	  "\"g1\"}\n",
	  "",
	  { .columns.text = { .items = { "a" }, .n = 1 },
	    .columns.label = "b",
	    .columns.id = "c",
	    .columns.lang = "d",
	    .columns.group = "e" } },
	{ "csv", "text,label\n,card\n\" \n\",card\nb,\nc,x\n", ROW("row-4", "c", "x"),
	  "2: the text is empty | 1: no label", NONE },
	{ "csv",
	  "note: x,text,label\n1,a,card\n",
	  ROW("row-1", "a", "card"),
	  "",
	  { .from = "csv" } },
	{ "csv",
	  "text,label,input\na,b,c\n",
	  ROW("row-1", "c", "b"),
	  "",
	  { .columns.text = { .items = { "input" }, .n = 1 } } },
	/* promptfoo, CSV */
	{ "promptfoo",
	  "question,__expected,__description,__metadata:lang,__metadata:id\n"
	  "a,card,d,en,1\nb,equals: card ,d,,\nc,\"contains:\ncard\",,,\nd, icontains:top up,,,\n",
	  "{\"id\": \"1\", \"text\": \"a\", \"label\": \"card\", \"lang\": \"en\"}\n" ROW(
		  "row-2", "b", "card") ROW("row-3", "c", "card") ROW("row-4", "d", "top up"),
	  "", NONE },
	{ "promptfoo",
	  "q,__expected1,__expected2,__threshold\n"
	  "a,latency(100),card,1\nb,equals:card,contains:card,\nc,equals:card,equals:other,\n"
	  "d,not-equals:card,similar(0.8):x,\ne,note: "
	  "card,is-json,\nf,,,\ng,contains-any:a,fn:x,\n",
	  ROW("row-1", "a", "card") ROW("row-2", "b", "card") ROW("row-5", "e", "note: card"),
	  "1: it has more than one answer, and a ticket has one label (--map OLD=NEW can merge two "
	  "names) | 3: no assertion names a label (equals, contains or icontains)",
	  NONE },
	{ "promptfoo", "q,__expected\na,\"equals:{{l}}\"\nb,c\n", ROW("row-2", "b", "c"),
	  "1: an assertion is a template ({{…}}); name the variable with the label with --label",
	  NONE },
	{ "promptfoo",
	  "q,l,__expected\na,card,equals:{{l}}\n",
	  ROW("row-1", "a", "card"),
	  "",
	  { .columns.label = "l" } },
	{ "promptfoo",
	  "q,r,k,__expected\na,b,1,card\n",
	  ROW("1", "b", "card"),
	  "",
	  { .columns.text = { .items = { "r" }, .n = 1 }, .columns.id = "k" } },
	{ "promptfoo",
	  "q,__metadata:gold\na,card\n",
	  ROW("row-1", "a", "card"),
	  "",
	  { .from = "promptfoo", .columns.label = "gold" } },
	/* promptfoo, YAML and JSON */
	{ "promptfoo",
	  "# tests\n---\n- description: first\n  vars: {q: \"a\\u202e\"}\n  assert:\n"
	  "    - type: equals\n      value: card\n    - {type: latency, threshold: 5}\n"
	  "  metadata: {id: 007, lang: en, group: g}\n"
	  "- vars:\n    q: |\n      two\n      lines\n  assert: [{type: icontains, value: yes}]\n",
	  "{\"id\": \"007\", \"text\": \"a\\u202e\", \"label\": \"card\", \"lang\": \"en\", "
	  "\"group\": \"g\"}\n" ROW("row-2", "two\\nlines\\n", "yes"),
	  "", NONE },
	{ "promptfoo",
	  "description: d\nproviders: [{id: x, config: {tools: [{function: {parameters: "
	  "{properties: {a: {type: b}}}}}]}}]\ntests:\n- vars: {q: a}\n  assert: [{type: equals, "
	  "value: card}]\n- vars: {q: [a, b]}\n  assert: [{type: "
	  "equals, value: card}]\n- vars: {q: "
	  "~}\n  assert: [{type: equals, value: card}]\n- {assert: [{type: equals, value: c}]}\n",
	  ROW("row-1", "a", "card"),
	  "1: text is not a string | 1: no text | 1: the test has no vars", NONE },
	{ "promptfoo",
	  "{\"prompts\": [\"p\"], \"tests\": [\n{\"vars\": {\"q\": \"a\"}, \"assert\": "
	  "[{\"type\": \"equals\", \"value\": 4}]},\n{\"vars\": {\"q\": \"b\"}, \"assert\": "
	  "[{\"type\": \"llm-rubric\", \"value\": \"nice\"}]}], \"sharing\": false}",
	  ROW("row-1", "a", "4"), "1: no assertion names a label (equals, contains or icontains)",
	  NONE },
	{ "promptfoo",
	  "{\"vars\": {\"q\": \"a\", \"l\": \"card\"}}\n{\"vars\": {\"q\": \"b\", \"l\": \"x\"}}\n",
	  ROW("row-1", "a", "card") ROW("row-2", "b", "other"),
	  "",
	  { .columns.label = "l", .map = (const char *const[]){ "x=other" }, .n_map = 1 } },
	{ "promptfoo",
	  "[{\"description\": \"one\", \"vars\": {\"q\": \"a\", \"r\": \"b\"}, \"assert\": "
	  "[{\"type\": \"equals\", \"value\": \"true\"}]}]",
	  ROW("one", "b", "true"),
	  "",
	  { .columns.text = { .items = { "r" }, .n = 1 }, .columns.id = "description" } },
	/* promptfoo: types that this version does not know, references, templates, flat rows */
	{ "promptfoo",
	  "q,__expected1,__expected2\na,card,word-count: 5\nb,not-word-count: "
	  "5,equals:card\nc,card,trajectory:step-count: 1\nd,tool-call-f1,card\ne,some-check(0.5): "
	  "x,card\nf,new:kind(3): x,card\ng,skill-used: s,agent-rubric: r\nh,top-up,\ni,note: "
	  "card,\nj,trace-span-count: 3,not-urgent\n",
	  ROW("row-1", "a", "card") ROW("row-2", "b", "card") ROW("row-3", "c", "card")
		  ROW("row-4", "d", "card") ROW("row-5", "e", "card") ROW("row-6", "f", "card")
			  ROW("row-8", "h", "top-up") ROW("row-9", "i", "note: card")
				  ROW("row-10", "j", "not-urgent"),
	  "1: no assertion names a label (equals, contains or icontains)", NONE },
	{ "promptfoo",
	  "assertionTemplates:\n  card: {type: equals, value: card}\ntests:\n- vars: {q: a}\n  "
	  "assert: [{$ref: '#/assertionTemplates/card'}, {$ref: '#/assertionTemplates/none'}]\n- "
	  "vars: {q: b}\n  assert: [{$ref: '#/assertionTemplates/none'}, {$ref: 'a.yaml#/b'}]\n",
	  ROW("row-1", "a", "card"),
	  "1: an assertion is a $ref to what this file does not hold (the first: "
	  "'#/assertionTemplates/none'); write the assertion itself, or name the variable with the "
	  "label with --label",
	  NONE },
	{ "promptfoo",
	  "{\"defaultTest\": {\"assert\": [{\"type\": \"equals\", \"value\": \"{{ l }}\"}]}, "
	  "\"tests\": [{\"vars\": {\"q\": \"a\", \"l\": \"card\"}}, {\"vars\": {\"q\": \"b\"}}]}",
	  ROW("row-1", "a", "card"),
	  "1: an assertion is a template ({{…}}); name the variable with the label with --label",
	  NONE },
	{ "promptfoo",
	  "q,l,__expected\na,card,equals:{{l}}\nb,x,{{ l }}\n",
	  ROW("row-1", "a", "card") ROW("row-2", "b", "x"),
	  "",
	  { .columns.text = { .items = { "q" }, .n = 1 } } },
	{ "promptfoo", "- q: a\n  __expected: card\n- q: b\n  __expected1: 'word-count: 1'\n",
	  ROW("row-1", "a", "card"),
	  "1: no assertion names a label (equals, contains or icontains)", NONE },
	/* Inspect */
	{ "inspect",
	  "{\"input\": \"a\", \"target\": \"B\", \"choices\": [\"x\", \"y\"], \"id\": 3}\n"
	  "{\"input\": [{\"role\": \"system\", \"content\": \"s\"}, {\"role\": \"user\", "
	  "\"content\": \"one\"}, {\"role\": \"assistant\", \"content\": \"no\"}, {\"role\": "
	  "\"user\", \"content\": [{\"type\": \"text\", \"text\": "
	  "\"two\"}]}], \"target\": [\"A\"], "
	  "\"choices\": [\"x\"], \"metadata\": {\"lang\": \"de\", \"group\": 5}}\n",
	  ROW("3", "a", "y") "{\"id\": \"row-2\", \"text\": \"two\", \"label\": \"x\", \"lang\": "
			     "\"de\", \"group\": \"5\"}\n",
	  "", NONE },
	{ "inspect",
	  "[{\"input\": \"a\", \"target\": \"C\", \"choices\": [\"x\"]},\n"
	  "{\"input\": \"b\", \"target\": \"B\"}, {\"input\": \"c\", \"target\": \"y\", "
	  "\"choices\": [\"x\"]}, {\"input\": \"d\", \"target\": [\"p\", \"q\"]}, {\"input\": "
	  "\"e\\u0000\", \"target\": \"p\"}, {\"input\": [{\"role\": \"user\", \"content\": "
	  "[{\"type\": \"image\", \"image\": \"i.png\"}]}], \"target\": \"p\"}, {\"input\": [], "
	  "\"target\": \"p\"}, {\"input\": \"f\"}]",
	  ROW("row-2", "b", "B") ROW("row-3", "c", "y"),
	  "1: the target is a letter without a choice | 1: "
	  "it has more than one answer, and "
	  "a ticket has one label (--map OLD=NEW can merge two names) | 1: text holds a NUL "
	  "character | 1: a message holds an image, a file or another part that is no text | "
	  "1: no message from a user (--turns keep makes the text from all messages) | 1: no label",
	  NONE },
	{ "inspect",
	  "input,target,choices,id\na,B,\"x, y z\",1\nb,A,\"[\"\"p,q\"\", \"\"r\"\"]\",2\nc,z,,3\n"
	  "d,C,\"x,y\",4\n",
	  ROW("1", "a", "y z") ROW("2", "b", "p,q") ROW("3", "c", "z"),
	  "1: the target is a letter without a choice", NONE },
	/* OpenAI evals */
	{ "openai-evals",
	  "{\"input\": [{\"role\": \"system\", \"content\": \"s\"}, {\"role\": \"user\", "
	  "\"content\": \"a\"}], \"ideal\": \"card\"}\n\n{\"input\": \"b\", \"ideal\": [\"Card\", "
	  "\"card\"]}\r\n{\"input\": \"c\", \"ideal\": [\"x\", \"y\"]}\n{\"input\": \"d\"}\n",
	  ROW("row-1", "a", "card") ROW("row-2", "b", "card"),
	  "1: it has more than one answer, and a ticket has one label (--map OLD=NEW can merge two "
	  "names) | 1: no label",
	  { .map = (const char *const[]){ "Card=card" }, .n_map = 1 } },
	/* Characters that must be escaped */
	{ "csv",
	  "text,label\n\x1B[2J \x7F \xC2\x9B \xE2\x80\xAE \xE2\x80\xA8 é 😀 \xF3\xA0\x81\x81,"
	  "\"a\tb\"\n",
	  ROW("row-1", "\\u001b[2J \\u007f \\u009b \\u202e \\u2028 é 😀 \\udb40\\udc41", "a\\tb"),
	  "", NONE },
};

/* Gold answers: JSON in a column or member, or columns that become its members. */
static const struct good gold_files[] = {
	{ "csv", "text,gold\na,\"{\"\"n\"\": 1.50}\"\nb,null\n",
	  "{\"id\": \"row-1\", \"text\": \"a\", \"gold\": {\"n\":1.5}}\n"
	  "{\"id\": \"row-2\", \"text\": \"b\", \"gold\": null}\n",
	  "", NONE },
	{ "csv",
	  "text,label,Order No,amount\na,x,007,12.50\nb,y,,\n",
	  "{\"id\": \"row-1\", \"text\": \"a\", \"gold\": "
	  "{\"order no\":\"007\",\"amount\":\"12.50\"}}\n"
	  "{\"id\": \"row-2\", \"text\": \"b\", \"gold\": {\"order no\":null,\"amount\":null}}\n",
	  "",
	  { .gold = (const char *const[]){ "order no", "amount" }, .n_gold = 2 } },
	{ "csv",
	  "text,urgency\na,high\n",
	  "{\"id\": \"row-1\", \"text\": \"a\", \"gold\": {\"urgency\":\"high\"}}\n",
	  "",
	  { .gold = (const char *const[]){ "urgency" }, .n_gold = 1 } },
	{ "json",
	  "{\"text\": \"a\", \"out\": {\"n\": 2.0}, \"label\": \"x\"}\n"
	  "{\"text\": \"b\", \"out\": \"[1]\", \"label\": \"x\"}\n",
	  "{\"id\": \"row-1\", \"text\": \"a\", \"gold\": {\"n\":2.0}}\n"
	  "{\"id\": \"row-2\", \"text\": \"b\", \"gold\": [1]}\n",
	  "",
	  { .gold = (const char *const[]){ "out" }, .n_gold = 1 } },
	{ "openai-evals",
	  "{\"input\": \"a\", \"ideal\": \"{\\\"n\\\": 3}\"}\n"
	  "{\"input\": \"b\", \"ideal\": [\"{\\\"n\\\": 4}\"]}\n",
	  "{\"id\": \"row-1\", \"text\": \"a\", \"gold\": {\"n\":3}}\n"
	  "{\"id\": \"row-2\", \"text\": \"b\", \"gold\": {\"n\":4}}\n",
	  "", NONE },
};

static void check_good(const struct good *g)
{
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

static void test_good_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(good_files); i++)
		check_good(&good_files[i]);
}

static void test_gold_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(gold_files); i++)
		check_good(&gold_files[i]);
}

static void test_lines_and_maps(void **state)
{
	static const char text[] = "text,label\na,x\n,x\n\n\"b\n\",x\n,x\n,y\nc,z\n";
	static const char *const map[] = { "x=card", "nothing=card", "y=card" };
	static const struct import_options o = { .map = map, .n_map = 3 };
	const struct import_left_out *reason;
	struct read f;

	(void)state;
	parse(&f, text, sizeof(text) - 1, &o);
	assert_int_equal(f.r, 0);
	assert_int_equal(f.imported.n, 3);
	assert_int_equal(f.imported.n_seen, 6);
	assert_int_equal(f.imported.rows[1].line, 5);
	assert_string_equal(f.imported.rows[1].label, "card");
	assert_string_equal(f.imported.rows[2].id, "row-6");
	reason = &f.imported.reasons[0];
	assert_int_equal(reason->n, 3);
	assert_int_equal(reason->lines[0], 3);
	assert_int_equal(reason->lines[1], 7);
	assert_int_equal(reason->lines[2], 8);
	assert_int_equal(f.imported.n_unused, 1);
	assert_string_equal(f.imported.unused[0], "nothing");
	drop(&f);
}

/* What import writes is what slice_load() reads. */
static void check_again(const struct read *f)
{
	struct label *labels = calloc(f->imported.n, sizeof(*labels));
	struct job job = { .labels = labels, .other = -1 };
	struct arena a = { 0 };
	struct slice slice;
	struct err err;

	for (size_t i = 0; i < f->imported.n; i++)
		if (job_label_index(&job, f->imported.rows[i].label) < 0)
			labels[job.n_labels++].name = f->imported.rows[i].label;
	scratch_write("again.jsonl", buf_text(&f->out), f->out.len);
	if (slice_load(&a, &job, "again.jsonl", SLICE_ORDINARY, &slice, &err) < 0)
		fail_msg("not read again: %s", err.msg);
	assert_int_equal(slice.n, f->imported.n);
	for (size_t i = 0; i < slice.n; i++) {
		const struct import_row *row = &f->imported.rows[i];
		const struct ticket *ticket = &slice.tickets[i];

		assert_string_equal(ticket->id, row->id);
		assert_int_equal(ticket->text_len, row->text_len);
		assert_memory_equal(ticket->text, row->text, row->text_len);
		assert_string_equal(labels[ticket->label].name, row->label);
		assert_int_equal(!ticket->lang, !row->lang);
		assert_int_equal(!ticket->group, !row->group);
		if (row->lang)
			assert_string_equal(ticket->lang, row->lang);
		if (row->group)
			assert_string_equal(ticket->group, row->group);
	}
	arena_release(&a);
	free(labels);
}

static void test_read_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(good_files); i++) {
		struct read f;

		parse(&f, good_files[i].text, strlen(good_files[i].text), &good_files[i].o);
		check_again(&f);
		drop(&f);
	}
}

/* head, n_bytes of x, tail. */
static char *long_text(const char *head, size_t n_bytes, const char *tail)
{
	size_t n_head = strlen(head), n_tail = strlen(tail);
	char *text = malloc(n_head + n_bytes + n_tail + 1);

	memcpy(text, head, n_head);
	memset(text + n_head, 'x', n_bytes);
	memcpy(text + n_head + n_bytes, tail, n_tail + 1);
	return text;
}

static void test_long_texts(void **state)
{
	static const struct {
		const char *head, *tail;
	} around[] = {
		{ "text,label\na,b\n\"", "\",b\n" },
		{ "q,__expected\na,b\n", ",b\n" },
		{ "input,target\na,b\n", ",b\n" },
		{ "{\"input\": \"a\", \"ideal\": \"b\"}\n{\"input\": \"", "\", \"ideal\": \"b\"}" },
		{ "[{\"input\": \"a\", \"target\": \"b\"},{\"input\": \"",
		  "\", \"target\": \"b\"}]" },
		{ "- vars: {q: a}\n  assert: [{type: equals, value: b}]\n- vars: {q: '",
		  "'}\n  assert: [{type: equals, value: b}]\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(around); i++) {
		char *text = long_text(around[i].head, 1 << 20, around[i].tail);
		struct read f;

		parse(&f, text, strlen(text), NULL);
		assert_int_equal(f.r, 0);
		assert_int_equal(f.imported.n, 2);
		assert_int_equal(f.imported.rows[1].text_len, 1 << 20);
		check_again(&f);
		drop(&f);
		free(text);
		text = long_text(around[i].head, TICKET_MAX_BYTES + 1, around[i].tail);
		parse(&f, text, strlen(text), NULL);
		assert_int_equal(f.imported.n, 1);
		assert_string_equal(reasons(&f), "1: the text is longer than 4194304 bytes");
		drop(&f);
		free(text);
	}
}

/* n columns "c0" to "c(n-1)", then text and label; two rows. */
static void add_wide(struct buf *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(b, "c%zu,", i);
	buf_adds(b, "text,label\n");
	for (size_t row = 0; row < 2; row++) {
		for (size_t i = 0; i < n; i++)
			buf_addf(b, "%zu,", i);
		buf_addf(b, "t%zu,x\n", row);
	}
}

static void test_many_columns(void **state)
{
	struct read f;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	add_wide(&b, 1000);
	parse(&f, buf_text(&b), b.len,
	      &(struct import_options){ .columns.id = "c999", .columns.group = "c7" });
	assert_string_equal(f.err.msg, "f:3: id '999' is already on line 2; each ticket needs its "
				       "own");
	drop(&f);
	parse(&f, buf_text(&b), b.len, NULL);
	assert_string_equal(buf_text(&f.out), ROW("row-1", "t0", "x") ROW("row-2", "t1", "x"));
	drop(&f);
	buf_clear(&b);
	add_wide(&b, 4095);
	parse(&f, buf_text(&b), b.len, NULL);
	assert_string_equal(f.err.msg, "f:1: 4097 columns; the limit is 4096");
	drop(&f);
	buf_release(&b);
}

static void test_many_rows(void **state)
{
	struct read f;
	struct buf b;

	(void)state;
	buf_init(&b, 64 << 20);
	buf_adds(&b, "input,target\n");
	for (int i = 0; i < 200000; i++)
		buf_addf(&b, "%s,b\n", i % 2 ? "a" : "");
	parse(&f, buf_text(&b), b.len, NULL);
	assert_int_equal(f.imported.n, 100000);
	assert_int_equal(f.imported.reasons[0].n, 100000);
	assert_int_equal(f.imported.reasons[0].lines[IMPORT_LINES_KEPT - 1], 2 * IMPORT_LINES_KEPT);
	drop(&f);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_files), cmocka_unit_test(test_lines_and_maps),
		cmocka_unit_test(test_gold_files), cmocka_unit_test(test_read_again),
		cmocka_unit_test(test_long_texts), cmocka_unit_test(test_many_columns),
		cmocka_unit_test(test_many_rows),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
