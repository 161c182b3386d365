/*
 * Data sets of other tools, read as the detected format and as every other one. If a data set is
 * accepted, the written file must yield the same tickets.
 */
#include "fuzz.h"

#include <string.h>

#include "job/import/import.h"
#include "job/ticket/ticket_rows.h"

static void check_same(const char *x, const char *y)
{
	MUST(!x == !y);
	MUST(!x || strcmp(x, y) == 0);
}

static void check_ticket(const struct job *job, const struct ticket *ticket,
			 const struct import_row *row)
{
	check_same(ticket->id, row->id);
	check_same(ticket->text, row->text);
	check_same(job->labels[ticket->label].name, row->label);
	check_same(ticket->lang, row->lang);
	check_same(ticket->group, row->group);
	MUST(ticket->text_len == row->text_len);
}

static void check_again(struct arena *a, const struct imported *imported)
{
	struct label *labels = arena_array(a, imported->n, sizeof(*labels));
	struct job job = { .labels = labels, .other = -1 };
	struct ticket_reader reader = {
		.arena = a, .job = &job, .path = "again", .labelled = true
	};
	struct err err;
	struct buf out;

	for (size_t i = 0; i < imported->n; i++)
		if (job_label_index(&job, imported->rows[i].label) < 0)
			labels[job.n_labels++].name = imported->rows[i].label;
	buf_init(&out, 64 * FUZZ_MAX_BYTES);
	import_write(imported->rows, imported->n, &out);
	MUST(!out.overflow);
	reader.text.text = buf_text(&out);
	reader.text.n_bytes = out.len;
	MUST(ticket_read_jsonl(&reader, &err) == 0);
	MUST(reader.n == imported->n);
	for (size_t i = 0; i < reader.n; i++)
		check_ticket(&job, &reader.tickets[i], &imported->rows[i]);
	buf_release(&out);
}

static void check_import(const char *text, size_t n_bytes, const struct import_options *options)
{
	struct arena a = { 0 };
	struct imported imported;
	struct err err = { 0 };
	size_t left_out = 0;

	text = arena_strndup(&a, text, n_bytes);
	if (import_parse(&a, "fuzz", text, n_bytes, options, &imported, &err) == 0) {
		for (size_t i = 0; i < imported.n_reasons; i++)
			left_out += imported.reasons[i].n;
		MUST(imported.n + imported.n_pool > 0);
		MUST(imported.n + imported.n_pool + left_out == imported.n_seen);
		check_again(&a, &imported);
	} else {
		MUST(err.kind == ERR_INPUT && err.msg[0]);
	}
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	static const char *const map[] = { "a=b" };
	static const struct import_options options[] = {
		{ .from = NULL },
		{ .from = "promptfoo",
		  .columns.text = { .items = { "q" }, .n = 1 },
		  .columns.id = "k" },
		{ .from = "openai-evals", .map = map, .n_map = 1 },
		{ .from = "inspect", .columns.label = "k" },
		{ .from = "csv" },
		{ .unlabelled = true, .keep_turns = true },
		{ .columns = { .text = { .items = { "data.t", "q" }, .n = 2 }, .label = "l.0.v" } },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		check_import((const char *)data, n_bytes, &options[i]);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const texts[] = {
		"\xEF\xBB\xBFid,text,label,lang\r\n1,\"a\r\n\"\"b\"\"\",x,en\r\n,c,y,\r\n",
		"q,k,__expected,__expected2,__metadata:id\na,1,equals: x,latency(5),7\nb,2,y,,\n",
		"- vars: {q: \"\\u202e\\0a\", k: 7}\n  assert:\n  - {type: equals, value: yes}\n"
		"  metadata: {lang: en}\n- vars:\n    q: |\n      b\n  "
		"assert: [{type: contains}]\n",
		"prompts: [p]\ntests:\n- {vars: {q: a}, assert: [{type: icontains, value: x}]}\n",
		"{\"x\": [1], \"tests\": [{\"vars\": {\"q\": \"a\"}, \"assert\": [{\"type\": "
		"\"equals\", \"value\": 4}]}]}",
		"[{\"input\": \"a\\ud83d\\ude00\\u0000\", \"target\": \"B\", \"choices\": [\"x\", "
		"\"y\"]},\n{\"input\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", "
		"\"text\": \"b\"}]}], \"target\": [\"z\"], \"metadata\": {\"group\": 1}}]",
		"input,target,choices,k\na,B,\"x,y\",1\nb,A,\"[\"\"p\"\"]\",2\n",
		"{\"input\": [{\"role\": \"user\", \"content\": \"a\"}], \"ideal\": [\"a\", "
		"\"b\"]}\n{\"input\": \"c\", \"ideal\": \"d\"}\n",
		"[{\"id\": 99999999999999999999, \"data\": {\"t\": \"a\"}, \"annotations\": "
		"[{\"result\": [{\"value\": {\"choices\": [\"x\"]}}]}], \"l\": [{\"v\": 1.5}]}, "
		"{\"data\": {\"t\": \"b\"}, \"annotations\": []}, 5",
		"{\"fields\": {\"text\": \"a\"}, \"responses\": {\"l\": [{\"value\": \"x\", "
		"\"status\": \"submitted\"}]}}\n{\"text\": \"b\\ud83d\", \"l.responses\": [\"x\"]}",
		"{\"text\": \"a\", \"_task_hash\": 1, \"accept\": [1], \"options\": [{\"id\": 1, "
		"\"text\": \"x\"}], \"answer\": \"accept\"}",
		"{\"text\": {\"0\": \"a\", \"1\": \"b\"}, \"label\": {\"0\": \"x\", \"1\": NaN}}",
		"{\"columns\": [\"text\", \"label\"], \"data\": [[\"a\", \"x\"], [\"b\", null]]}",
		"{\"out\": {\"rows\": [{\"messages\": [{\"from\": \"human\", \"value\": \"a\"}, "
		"{\"from\": \"gpt\", \"value\": \"b\"}], \"label\": [\"x\"]}]}}",
		"__label__x a\n__label__x __label__y b\n",
		"[[\"text\", \"label\"], [\"a\", \"x\"]]",
		"text,label.responses\na,\"['x']\"\nb,\"{\"\"choices\"\": [\"\"x\"\"]}\"\n",
		"assertionTemplates: {a: {type: equals, value: x}}\ndefaultTest: {assert: [{type: "
		"equals, value: '{{k}}'}]}\ntests:\n- {vars: {q: a, k: y}, assert: [{$ref: "
		"'#/assertionTemplates/a'}]}\n- {q: b, __expected: x}\n",
	};

	if (i >= sizeof(texts) / sizeof(texts[0]))
		return -1;
	memcpy(to, texts[i], strlen(texts[i]));
	return (int)strlen(texts[i]);
}
