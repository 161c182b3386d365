/*
 * The job file: accepted values and their result, and the exact message for each refusal.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "job/file/job.h"
#include "job/file/job_values.h"
#include "unit/scratch.h"

#define WAYS \
	"a list of plain, examples, rotated, letters, letters+rotated, trained and tuned, or of " \
	"calibrated, examples+calibrated, rotated+calibrated and letters+rotated+calibrated"
#define KEYS \
	"job, task, labels, labels_per_ticket, order, question, yes_at, fields, words, tools, " \
	"tickets, columns, models, bar, certainty, floor, hard_share, harder, training, use, " \
	"licences, budget, prompt, variants, ways, examples, heads, seed, reason, stop, " \
	"thinking, parallel, personal_data"
#define HEAD "labels: [card, other]\ntickets: t.jsonl\n"
struct loaded {
	struct arena arena;
	struct job job;
	struct err err;
	int r;
};

static void load(struct loaded *l, const char *text)
{
	*l = (struct loaded){ 0 };
	scratch_text("job.yaml", text);
	l->r = job_load(&l->arena, "job.yaml", &l->job, &l->err);
	if (l->r == 0 && l->err.kind != ERR_NONE)
		fail_msg("err was touched");
}

static void load_good(struct loaded *l, const char *text)
{
	load(l, text);
	if (l->r != 0)
		fail_msg("refused: %s", l->err.msg);
}

static void test_defaults(void **state)
{
	struct loaded l;

	(void)state;
	load_good(&l, HEAD);
	assert_string_equal(l.job.name, "job.yaml");
	assert_string_equal(l.job.path, "job.yaml");
	assert_string_equal(l.job.text, HEAD);
	assert_int_equal(strlen(l.job.sha256), 64);
	assert_int_equal(l.job.n_labels, 2);
	assert_int_equal(l.job.other, 1);
	assert_string_equal(l.job.tickets_path, "t.jsonl");
	assert_null(l.job.examples_path);
	assert_int_equal(l.job.examples_per_label, 4);
	assert_int_equal(l.job.n_models, 0);
	assert_true(l.job.ways[WAY_PLAIN]);
	assert_false(l.job.ways[WAY_EXAMPLES]);
	assert_false(l.job.ways[WAY_CALIBRATED] || l.job.ways[WAY_EXAMPLES_CALIBRATED]);
	assert_true(fabs(l.job.bar - 0.9) < 1e-12);
	assert_true(fabs(l.job.certainty - 0.9) < 1e-12);
	assert_true(fabs(l.job.floor - 0.85) < 1e-12);
	assert_true(l.job.hard_share == 0);
	assert_int_equal(l.job.harder, HARDER_COUNTED);
	assert_null(l.job.training_path);
	assert_int_equal(l.job.use, USE_COMMERCIAL);
	assert_int_equal(l.job.reason, REASON_LAST);
	assert_int_equal(l.job.budget.memory_bytes, 0);
	assert_int_equal(l.job.budget.minutes, 0);
	assert_int_equal(l.job.budget.reason_tok, 120);
	assert_int_equal(l.job.seed, 1);
	assert_false(l.job.allow_personal_data);
	assert_false(l.job.own_prompt);
	assert_int_equal(l.job.n_warnings, 0);
	arena_release(&l.arena);
}

static void test_all_keys(void **state)
{
	struct loaded l;

	(void)state;
	load_good(&l,
		  "---\njob: inbound tickets\nlabels: {yes: a, no: ~, other: }\ntickets: /d/t.csv\n"
		  "models: [a.gguf, 'b c.gguf']\nbar: 0.855\ncertainty: 95%\nfloor: 0.8\n"
		  "hard_share: 12.5%\nharder: shown\ntraining: /d/training.csv\nuse: research\n"
		  "budget: {memory: 1.5 GiB, minutes: 7, tokens: 8}\nways: [examples]\n"
		  "examples: {file: e.jsonl, per_label: 2}\nseed: 42\nreason: none\n"
		  "personal_data: allowed\n...\n");
	assert_string_equal(l.job.name, "inbound tickets");
	assert_string_equal(l.job.labels[0].name, "yes");
	assert_string_equal(l.job.labels[0].description, "a");
	assert_null(l.job.labels[1].description);
	assert_null(l.job.labels[2].description);
	assert_int_equal(job_label_index(&l.job, "no"), 1);
	assert_int_equal(job_label_index(&l.job, "NO"), -1);
	assert_string_equal(l.job.tickets_path, "/d/t.csv");
	assert_int_equal(l.job.n_models, 2);
	assert_string_equal(l.job.models[1], "b c.gguf");
	assert_true(fabs(l.job.bar - 0.855) < 1e-12);
	assert_true(fabs(l.job.certainty - 0.95) < 1e-12);
	assert_true(fabs(l.job.floor - 0.8) < 1e-12);
	assert_true(fabs(l.job.hard_share - 0.125) < 1e-12);
	assert_int_equal(l.job.harder, HARDER_SHOWN);
	assert_string_equal(l.job.training_path, "/d/training.csv");
	assert_int_equal(l.job.use, USE_RESEARCH);
	assert_int_equal(l.job.budget.memory_bytes, 1610612736);
	assert_int_equal(l.job.budget.minutes, 7);
	assert_int_equal(l.job.budget.reason_tok, 8);
	assert_false(l.job.ways[WAY_PLAIN]);
	assert_true(l.job.ways[WAY_EXAMPLES]);
	assert_string_equal(l.job.examples_path, "e.jsonl");
	assert_int_equal(l.job.examples_per_label, 2);
	assert_int_equal(l.job.seed, 42);
	assert_int_equal(l.job.reason, REASON_NONE);
	assert_true(l.job.allow_personal_data);
	arena_release(&l.arena);
}

/* Without a floor in the job, it is five points below the bar; for a low bar, the bar itself. */
static void test_floor_below_the_bar(void **state)
{
	static const struct {
		const char *yaml;
		double floor;
	} rows[] = {
		{ HEAD, .85 },
		{ HEAD "bar: 100%\n", .95 },
		{ HEAD "bar: 75%\n", .7 },
		{ HEAD "bar: 5.5%\n", .005 },
		{ HEAD "bar: 5%\n", .05 },
		{ HEAD "bar: 1%\n", .01 },
		{ HEAD "floor: 90%\n", .9 },
		{ HEAD "floor: 1%\nbar: 50%\n", .01 },
		{ HEAD "floor: 0.899\n", .899 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct loaded l;

		load_good(&l, rows[i].yaml);
		if (fabs(l.job.floor - rows[i].floor) > 1e-12)
			fail_msg("row %zu: %g", i, l.job.floor);
		arena_release(&l.arena);
	}
}

/* A calibrated way corrects the scores of its base, so the base runs too. */
static void test_ways(void **state)
{
	static const struct {
		const char *yaml;
		bool ways[WAY_COUNT]; /* plain, examples, calibrated, examples+calibrated, … */
	} rows[] = {
		{ HEAD, { true } },
		{ HEAD "ways: [plain]\n", { true } },
		{ HEAD "ways: [calibrated]\n", { true, false, true } },
		{ HEAD "ways: [plain, calibrated]\n", { true, false, true } },
		{ HEAD "heads: [h]\n", { true, [WAY_TUNED] = true } },
		{ HEAD "heads: [h]\nways: [tuned]\n", { [WAY_TUNED] = true } },
		{ HEAD "examples: e\nways: [examples]\n", { false, true } },
		{ HEAD "examples: e\nways: [examples+calibrated]\n", { false, true, false, true } },
		{ HEAD "examples: e\nways: [calibrated, examples+calibrated]\n",
		  { true, true, true, true } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct loaded l;

		load_good(&l, rows[i].yaml);
		for (int way = 0; way < WAY_COUNT; way++)
			if (l.job.ways[way] != rows[i].ways[way])
				fail_msg("row %zu, %s", i, way_name((enum way)way));
		assert_int_equal(l.job.n_warnings, 0);
		arena_release(&l.arena);
	}
}

static void test_names_of_ways(void **state)
{
	(void)state;
	for (int way = 0; way < WAY_ALL; way++)
		assert_int_equal(way_by_name(way_name((enum way)way)),
				 way < WAY_COUNT ? way : -1); /* no job can list a baseline */
	assert_int_equal(way_by_name("Plain"), -1);
	assert_int_equal(way_base(WAY_CALIBRATED), WAY_PLAIN);
	assert_int_equal(way_base(WAY_EXAMPLES_CALIBRATED), WAY_EXAMPLES);
	for (int way = 0; way < WAY_ALL; way++)
		assert_int_equal(way_has_examples((enum way)way),
				 way == WAY_EXAMPLES || way == WAY_EXAMPLES_CALIBRATED);
}

static void test_paths_beside_the_job(void **state)
{
	struct loaded l = { 0 };

	(void)state;
	assert_int_equal(mkdir("sub", 0700), 0);
	scratch_text("sub/j.yaml", HEAD "examples: e.jsonl\nways: [plain, examples]\n"
					"training: old/t.csv\n");
	assert_int_equal(job_load(&l.arena, "sub/j.yaml", &l.job, &l.err), 0);
	assert_string_equal(l.job.tickets_path, "sub/t.jsonl");
	assert_string_equal(l.job.examples_path, "sub/e.jsonl");
	assert_string_equal(l.job.training_path, "sub/old/t.csv");
	assert_string_equal(l.job.name, "j.yaml");
	arena_release(&l.arena);
}

#define OPENING "You are an exacting classifier.\nLabels: card, other"
#define JSON_LAST "Return JSON: {\"label\":\"<one>\", \"rationale\":\"<1-2 sentences>\"}"
#define JSON_FIRST "Return JSON: {\"rationale\":\"<1-2 sentences>\", \"label\":\"<one>\"}"
#define LAST_LINE "If uncertain, choose \"other\" and say why."

static void test_prompts(void **state)
{
	static const struct {
		const char *yaml, *prompt;
		size_t n_warnings;
	} rows[] = {
		{ HEAD, OPENING "\n" JSON_LAST "\n" LAST_LINE, 0 },
		{ HEAD "reason: none\n", OPENING "\n" JSON_LAST "\n" LAST_LINE, 0 },
		{ HEAD "reason: first\n", OPENING "\n" JSON_FIRST "\n" LAST_LINE, 0 },
		{ "labels: {card: the\n   card, other: }\ntickets: t\n",
		  OPENING "\n- card: the card\n" JSON_LAST "\n" LAST_LINE, 0 },
		{ "labels: [a, b]\ntickets: t\n",
		  "You are an exacting classifier.\nLabels: a, b\n" JSON_LAST, 1 },
		{ HEAD "prompt: 'One of {labels}, I say {labels}.'\n",
		  "One of card, other, I say card, other.", 0 },
		{ "labels: {card: c, other: o}\ntickets: t\nprompt: |\n  Of {labels}!\n  "
		  "{labels} {x}\n\n",
		  "Of card, other!\n- card: c\n- other: o\ncard, other {x}", 0 },
		{ HEAD "prompt: Sort it.\n", "Sort it.", 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct loaded l;

		load_good(&l, rows[i].yaml);
		assert_string_equal(l.job.prompt, rows[i].prompt);
		assert_int_equal(l.job.n_warnings, rows[i].n_warnings);
		arena_release(&l.arena);
	}
}

static void test_warnings(void **state)
{
	struct loaded l;

	(void)state;
	load_good(&l, "labels: [a, b]\ntickets: t\nexamples: e.jsonl\n");
	assert_int_equal(l.job.other, -1);
	assert_int_equal(l.job.n_warnings, 2);
	assert_string_equal(l.job.warnings[0],
			    "no label 'other': a ticket that fits no label still gets one, and the "
			    "prompt's last line is omitted");
	assert_string_equal(l.job.warnings[1],
			    "'examples' names a file, but 'ways' does not list 'examples'");
	arena_release(&l.arena);
}

#define BELOW_ONE "a share above 0 and below 1, such as 0.6 or 60%"
#define FLOOR_WORDS "a share above 0, below 1 and not above the bar, such as 0.6 or 60%"

static const struct {
	const char *yaml, *msg;
} bad_jobs[] = {
	{ "", "job.yaml: the file is empty; a job needs labels, tickets and models" },
	{ "# nothing\n", "job.yaml: the file is empty; a job needs labels, tickets and models" },
	{ "---\n", "job.yaml: the file is empty; a job needs labels, tickets and models" },
	{ "[a]", "job.yaml:1:1: expected keys such as 'tickets: tickets.jsonl', found a list" },
	{ "hello", "job.yaml:1:1: expected keys such as 'tickets: tickets.jsonl', found 'hello'" },
	{ "tickets: t\n",
	  "job.yaml:1:1: 'labels' is missing; add for example 'labels: [card, top_up, other]'" },
	{ "labels: [a, b]\n",
	  "job.yaml:1:1: 'tickets' is missing; add for example 'tickets: tickets.jsonl'" },
	{ HEAD "model: [x]\n", "job.yaml:3:1: unknown key 'model'; did you mean 'models'?" },
	{ HEAD "temperature: 1\n", "job.yaml:3:1: unknown key 'temperature'; the keys are " KEYS },
	{ HEAD "budget: {token: 9}\n",
	  "job.yaml:3:10: unknown key 'token'; did you mean 'tokens'?" },
	{ HEAD "\"temper\\eature\": 1\n",
	  "job.yaml:3:1: unknown key 'temper\\x1bature'; the keys are " KEYS },
	{ HEAD "? [a]\n: b\n", "job.yaml:3:3: expected a key such as 'job', found a list" },
	{ HEAD "bar: 1\nuse: research\nbar: 2\n",
	  "job.yaml:5:1: key 'bar' is given twice (first on line 3); remove one" },
	{ HEAD "bar: [1]\n",
	  "job.yaml:3:6: bar: expected " JOB_SHARE_WORDS ", found a list; example: "
	  "bar: 90%" },
	{ HEAD "bar: 1.5\n",
	  "job.yaml:3:6: bar: expected " JOB_SHARE_WORDS ", found '1.5'; example: "
	  "bar: 90%" },
	{ HEAD "bar: 0,6\n",
	  "job.yaml:3:6: bar: expected " JOB_SHARE_WORDS ", found '0,6'; example: "
	  "bar: 90%" },
	{ HEAD "bar: 0\n", "job.yaml:3:6: bar: expected " JOB_SHARE_WORDS ", found '0'; example: "
			   "bar: 90%" },
	{ HEAD "bar: 101%\n",
	  "job.yaml:3:6: bar: expected " JOB_SHARE_WORDS ", found '101%'; example: "
	  "bar: 90%" },
	{ HEAD "bar: nan\n",
	  "job.yaml:3:6: bar: expected " JOB_SHARE_WORDS ", found 'nan'; example: "
	  "bar: 90%" },
	{ HEAD "bar:\n", "job.yaml:3:5: bar: expected " JOB_SHARE_WORDS ", found nothing; example: "
			 "bar: 90%" },
	{ HEAD "use: profit\n",
	  "job.yaml:3:6: use: expected commercial, research or evaluate, found 'profit'; "
	  "example: use: "
	  "commercial" },
	{ HEAD "reason: maybe\n",
	  "job.yaml:3:9: reason: expected last, first or none, found 'maybe'; example: reason: "
	  "last" },
	{ HEAD "seed: -1\n",
	  "job.yaml:3:7: seed: expected a whole number from 0 up, found '-1'; example: seed: 1" },
	{ HEAD "seed: 99999999999999999999\n",
	  "job.yaml:3:7: seed: expected a whole number from 0 up, found '99999999999999999999'; "
	  "example: "
	  "seed: 1" },
	{ HEAD "models: x.gguf\n",
	  "job.yaml:3:9: models: expected a list of model files, found 'x.gguf'; example: models: "
	  "[qwen2.5-0.5b-instruct-q4_k_m.gguf]" },
	{ HEAD "models: [a, {b: c}]\n",
	  "job.yaml:3:13: models: expected a list of model files, found a mapping; example: "
	  "models: "
	  "[qwen2.5-0.5b-instruct-q4_k_m.gguf]" },
	{ HEAD "models: [a, a]\n", "job.yaml:3:13: models: 'a' is listed twice; remove one" },
	{ HEAD "budget: 4 GiB\n",
	  "job.yaml:3:9: budget: expected memory, minutes or tokens, found '4 GiB'; example: "
	  "budget: "
	  "{memory: 4 GiB, minutes: 10}" },
	{ HEAD "budget: {memory: 4}\n",
	  "job.yaml:3:18: memory: expected a size of at least 1 MB, found '4'; example: memory: "
	  "4 GiB" },
	{ HEAD "budget: {memory: lots}\n",
	  "job.yaml:3:18: memory: expected a size of at least 1 MB, found 'lots'; example: memory: "
	  "4 GiB" },
	{ HEAD "budget: {minutes: 0}\n",
	  "job.yaml:3:19: minutes: expected a whole number of minutes, found '0'; example: "
	  "minutes: 10" },
	{ HEAD "budget: {tokens: 7}\n",
	  "job.yaml:3:18: tokens: expected a whole number from 8 to 2000, found '7'; example: "
	  "tokens: "
	  "120" },
	{ HEAD "ways: plain\n",
	  "job.yaml:3:7: ways: expected " WAYS ", found 'plain'; example: ways: [plain, "
	  "examples]" },
	{ HEAD "ways: []\n",
	  "job.yaml:3:7: ways: expected " WAYS ", found a list; example: ways: [plain, "
	  "examples]" },
	{ HEAD "ways: [tuned]\n",
	  "job.yaml: ways lists 'tuned', but the job has no head; make one with 'toehold tune', "
	  "and "
	  "add 'heads: [FILE]'" },
	{ HEAD "heads: []\n",
	  "job.yaml:3:8: heads: expected a list of 1 to 64 files that 'toehold tune' made, found a "
	  "list; example: heads: [heads/small.head.json]" },
	{ HEAD "heads: [a, ./b, a]\n", "job.yaml:3:17: heads: 'a' is listed twice; remove one" },
	{ HEAD "ways: [majority]\n", "job.yaml:3:8: ways: expected " WAYS
				     ", found 'majority'; example: ways: [plain, examples]" },
	{ HEAD "ways: [examples+calibrated]\n",
	  "job.yaml: ways lists 'examples', but the key 'examples' is missing; add 'examples: "
	  "examples.jsonl', a file of 4 tickets of each label that are not under test: toehold "
	  "import EXPORT.csv -o examples.jsonl" },
	{ HEAD "certainty: 100%\n",
	  "job.yaml:3:12: certainty: expected " BELOW_ONE ", found '100%'; "
	  "example: certainty: 90%" },
	{ HEAD "certainty: 0\n", "job.yaml:3:12: certainty: expected " BELOW_ONE ", found '0'; "
				 "example: certainty: 90%" },
	{ HEAD "certainty: very\n",
	  "job.yaml:3:12: certainty: expected " BELOW_ONE ", found 'very'; "
	  "example: certainty: 90%" },
	{ HEAD "certainty: [90%]\n",
	  "job.yaml:3:12: certainty: expected " BELOW_ONE ", found a list; "
	  "example: certainty: 90%" },
	{ HEAD "floor: 100%\n",
	  "job.yaml:3:8: floor: expected " FLOOR_WORDS ", found '100%'; example: floor: 85%" },
	{ HEAD "floor: -5%\n",
	  "job.yaml:3:8: floor: expected " FLOOR_WORDS ", found '-5%'; example: floor: 85%" },
	{ HEAD "floor: 90.1%\n",
	  "job.yaml: the floor (90.1%) is above the bar (90%); lower 'floor', or raise 'bar'" },
	{ HEAD "bar: 60%\nfloor: 85%\n",
	  "job.yaml: the floor (85%) is above the bar (60%); lower 'floor', or raise 'bar'" },
	{ HEAD "harder: yes\n", "job.yaml:3:9: harder: expected counted or shown, found 'yes'; "
				"example: harder: counted" },
	{ HEAD "hard_share: 1\n", "job.yaml:3:13: hard_share: expected " BELOW_ONE ", found '1'; "
				  "example: hard_share: 10%" },
	{ HEAD "hard_share: 0%\n", "job.yaml:3:13: hard_share: expected " BELOW_ONE ", found '0%'; "
				   "example: hard_share: 10%" },
	{ HEAD "training: [a, b]\n",
	  "job.yaml:3:11: training: expected a file name, found a list; example: training: "
	  "training.jsonl" },
	{ HEAD "training: ''\n",
	  "job.yaml:3:11: training: expected a file name, found nothing; example: training: "
	  "training.jsonl" },
	{ HEAD "hardshare: 10%\n",
	  "job.yaml:3:1: unknown key 'hardshare'; did you mean 'hard_share'?" },
	{ HEAD "ways: [examples]\n",
	  "job.yaml: ways lists 'examples', but the key 'examples' is missing; add 'examples: "
	  "examples.jsonl', a file of 4 tickets of each label that are not under test: toehold "
	  "import EXPORT.csv -o examples.jsonl" },
	{ HEAD "examples: {per_label: 4}\n",
	  "job.yaml:3:11: 'file' is missing; add for example 'file: examples.jsonl'" },
	{ HEAD "examples: {file: e, per_label: 33}\n",
	  "job.yaml:3:32: per_label: expected a whole number from 1 to 32, found '33'; example: "
	  "per_label: 4" },
	{ HEAD "personal_data: no\n",
	  "job.yaml:3:16: personal_data: expected the word allowed, found 'no'; example: "
	  "personal_data: "
	  "allowed" },
	{ HEAD "prompt: ' '\n",
	  "job.yaml:3:9: prompt: the prompt is empty; write what the model is to do" },
	{ HEAD "prompt: \"a\\0b\"\n",
	  "job.yaml:3:9: prompt: the text holds a control character; remove it" },
	{ HEAD "job: |\n  a\n  b\n",
	  "job.yaml:3:6: job: the text holds a line break or control character; write one line" },
	{ "labels: [a]\ntickets: t\n", "job.yaml:1:9: labels: expected 2 to 256 labels, found 1" },
	{ "labels: card\ntickets: t\n",
	  "job.yaml:1:9: labels: expected a list of names, or lines 'name: description', found "
	  "'card'; "
	  "example: labels: [card, top_up, other]" },
	{ "labels: [a, b, a]\ntickets: t\n",
	  "job.yaml:1:16: labels: 'a' is listed twice; remove one" },
	{ "labels: {a: x, b: y, a: z}\ntickets: t\n",
	  "job.yaml:1:22: labels: 'a' is listed twice; remove one" },
	{ "labels: [a, '']\ntickets: t\n", "job.yaml:1:13: labels: a label has no name; write "
					   "one" },
	{ "labels: [a, ' b']\ntickets: t\n",
	  "job.yaml:1:13: labels: ' b' begins or ends with a space; remove it" },
	{ "labels: [a, \"b\\tc\"]\ntickets: t\n",
	  "job.yaml:1:13: labels: 'b c' holds a control character; remove it" },
	{ "labels:\n- card: the card\n- other: rest\ntickets: t\n",
	  "job.yaml:2:3: labels: expected a name, found a mapping; write a list of names, or "
	  "lines 'name: description' without dashes" },
	{ "labels: {a: [x], b: y}\ntickets: t\n",
	  "job.yaml:1:13: labels: expected the description of 'a' as text, found a list" },
	{ HEAD "job: &x a\n",
	  "job.yaml:3:6: a YAML anchor (&) is not accepted; write out what it stands "
	  "for, or put text that "
	  "begins with & in "
	  "quotes" },
	{ HEAD "prompt: *bold\n", "job.yaml:3:9: a YAML alias (*) is not accepted; put text that "
				  "begins with * in quotes" },
	{ HEAD "seed: !!int 1\n",
	  "job.yaml:3:7: a YAML tag (!) is not accepted; put text that begins with ! in quotes" },
	{ "%YAML 1.1\n---\n" HEAD,
	  "job.yaml:1:1: a YAML directive (%) is not accepted; remove it" },
	{ HEAD "---\n" HEAD, "job.yaml:3:1: a second YAML document begins here; keep only one" },
	{ HEAD "...\njob: x\n", "job.yaml:4:1: a second YAML document begins here; keep only one" },
	{ HEAD "job: [[[[[[[[[[x]]]]]]]]]]\n",
	  "job.yaml:3:13: nested too deeply; use fewer levels" },
	{ HEAD "job: 'open\n",
	  "job.yaml:3:6: a quote opens here and never closes; close it, or put a text with ' in "
	  "double quotes" },
	{ HEAD "\tjob: x\n",
	  "job.yaml:3:1: a tab stands here, and YAML takes only spaces; replace it by spaces" },
	{ "labels:\n\ta: one\n",
	  "job.yaml:2:1: a tab stands here, and YAML takes only spaces; replace it by spaces" },
	{ "labels:\n  a: all: of them\n",
	  "job.yaml:2:9: a second colon on this line; put the text behind the first one in quotes, "
	  "for example billing: \"invoices: all of them\"" },
	{ "labels:\n  a: one\n  - b\n",
	  "job.yaml:3:3: a list item (- name) between lines 'name: text'; write all of them one "
	  "way" },
	{ "labels:\n  - a\n  b: one\n",
	  "job.yaml:3:3: a line 'name: text' in a list of '- name'; write all of them one way" },
	{ "labels: [a, b\ntickets: t\n",
	  "job.yaml:1:9: the list that begins here has no end; add ], and quotes around a text "
	  "with brackets" },
	{ "labels:\n  a: @one\n",
	  "job.yaml:2:6: a text that begins with this character needs quotes; write for example "
	  "key: \"@text\"" },
	{ "labels: [a, b]\ntickets:t\nbar: 90%\n",
	  "job.yaml:2:1: no colon with a space behind it; write 'key: value'" },
	{ "labels: [a, b]\n tickets: t\n",
	  "job.yaml:2:2: this line begins in another column than those it belongs to; give all "
	  "lines of one level the same number of spaces" },
	{ "labels:\n  a: 'don't'\n",
	  "job.yaml:2:11: text behind a closing quote; put the whole text in double quotes" },
	{ HEAD "threshold: 90%\n", "job.yaml:3:1: unknown key 'threshold'; did you mean 'bar'?" },
	{ "{\"id\": 1, \"text\": \"x\", \"label\": \"a\"}\n",
	  "job.yaml: this file holds tickets; name the job file (.yaml) that has it under "
	  "'tickets', or make a job from it: toehold init my-job --from job.yaml" },
	{ HEAD "job: caf\xE9\n",
	  "job.yaml: not a text file in UTF-8 (byte 48); a job is a YAML file: save it as UTF-8 "
	  "text" },
	{ HEAD "job: a\x01\n",
	  "job.yaml: not YAML: control characters are not allowed at byte 46" },
};

static void test_bad_jobs(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad_jobs); i++) {
		struct loaded l;

		load(&l, bad_jobs[i].yaml);
		if (l.r != -1 || l.err.kind != ERR_INPUT || strcmp(l.err.msg, bad_jobs[i].msg) != 0)
			fail_msg("%s\n  gives r=%d kind=%d %s\n  wanted        %s",
				 bad_jobs[i].yaml, l.r, (int)l.err.kind, l.err.msg,
				 bad_jobs[i].msg);
		assert_null(l.job.labels);
		arena_release(&l.arena);
	}
}

static void test_not_a_job_file(void **state)
{
	struct loaded l = { 0 };
	char *big = calloc(1, JOB_MAX_BYTES + 2);

	(void)state;
	assert_int_equal(job_load(&l.arena, "none.yaml", &l.job, &l.err), -1);
	assert_string_equal(l.err.msg, "cannot open 'none.yaml': No such file or directory");
	assert_int_equal(job_load(&l.arena, ".", &l.job, &l.err), -1);
	assert_string_equal(l.err.msg, "'.' is a folder; name a file in it");
	scratch_write("nul.yaml", HEAD "\0", sizeof(HEAD) + 1);
	assert_int_equal(job_load(&l.arena, "nul.yaml", &l.job, &l.err), -1);
	assert_string_equal(
		l.err.msg,
		"nul.yaml: not a text file in UTF-8 (byte 40); a job is a YAML file: save it as "
		"UTF-8 text");
	memset(big, '#', JOB_MAX_BYTES + 1);
	scratch_text("big.yaml", big);
	assert_int_equal(job_load(&l.arena, "big.yaml", &l.job, &l.err), -1);
	assert_string_equal(l.err.msg,
			    "'big.yaml' is too large: 1048577 bytes; the limit is 1048576");
	free(big);
	arena_release(&l.arena);
}

/* A file of a few bytes must not become a prompt of many. */
static void test_limits(void **state)
{
	char *text = malloc(JOB_MAX_BYTES);
	struct loaded l;
	size_t n = 0;

	(void)state;
	n += (size_t)snprintf(text, JOB_MAX_BYTES, "labels:\n");
	for (int i = 0; i < JOB_MAX_LABELS; i++)
		n += (size_t)snprintf(text + n, JOB_MAX_BYTES - n, "- label-%0100d\n", i);
	n += (size_t)snprintf(text + n, JOB_MAX_BYTES - n, "tickets: t\nprompt: '");
	for (int i = 0; i < 100; i++)
		n += (size_t)snprintf(text + n, JOB_MAX_BYTES - n, "{labels}");
	snprintf(text + n, JOB_MAX_BYTES - n, "'\n");
	load(&l, text);
	assert_int_equal(l.r, -1);
	assert_string_equal(
		l.err.msg,
		"job.yaml: the prompt with its labels is longer than 1048576 bytes; shorten it");
	arena_release(&l.arena);
	free(text);
}

static void test_byte_order_mark_and_line_ends(void **state)
{
	struct loaded l;

	(void)state;
	load_good(&l, "\xEF\xBB\xBFlabels: [Überweisung, 卡, other]\r\ntickets: t\r\n");
	assert_string_equal(l.job.labels[0].name, "Überweisung");
	assert_string_equal(l.job.labels[1].name, "卡");
	arena_release(&l.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_all_keys),
		cmocka_unit_test(test_floor_below_the_bar),
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_names_of_ways),
		cmocka_unit_test(test_paths_beside_the_job),
		cmocka_unit_test(test_prompts),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_bad_jobs),
		cmocka_unit_test(test_not_a_job_file),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_byte_order_mark_and_line_ends),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
