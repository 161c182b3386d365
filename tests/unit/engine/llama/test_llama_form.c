/*
 * Answers that are held to a JSON schema, with a real model. It answers badly, but every complete
 * answer is JSON of the schema, and what the schema leaves no choice about is forced.
 */
#include "llama_fixture.h"

#include <time.h>

#include "base/array.h"
#include "base/buf.h"

enum { N_TEXTS = 3, CAP_TOK = 120 };

static const char *texts[N_TEXTS] = {
	"I paid 25 euros to Anna yesterday and it did not arrive.",
	"My card was stolen in the train.",
	"Please send the order 4711 again, quickly!",
};

/* Names of several bytes, a value without a choice, values with a common beginning, nesting. */
static const char schema[] = "{\"type\":\"object\",\"properties\":{"
			     "\"kind\":{\"const\":\"ticket\"},"
			     "\"gr\xc3\xb6\xc3\x9f"
			     "e\":{\"type\":[\"string\",\"null\"],\"maxLength\":12},"
			     "\"urgency\":{\"enum\":[\"not now\",\"not today\",null]},"
			     "\"order\":{\"type\":\"object\",\"properties\":{"
			     "\"number\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":9999},"
			     "\"new\":{\"type\":\"boolean\"}},\"required\":[\"number\",\"new\"]}},"
			     "\"required\":[\"kind\",\"gr\xc3\xb6\xc3\x9f"
			     "e\",\"urgency\",\"order\"],"
			     "\"additionalProperties\":false}";

static struct msg_pass form_pass(const char *form)
{
	struct msg_pass pass = fixture_pass(NULL, 0);

	pass.mode = PASS_FORM;
	pass.schema = form;
	pass.reason_cap_tok = CAP_TOK;
	return pass;
}

static void check_members(const json_t *j)
{
	const json_t *size = json_object_get(j, "gr\xc3\xb6\xc3\x9f"
						"e");
	const char *urgency = json_string_value(json_object_get(j, "urgency"));
	const json_t *order = json_object_get(j, "order");
	const json_t *number = json_object_get(order, "number");

	assert_int_equal(json_object_size(j), 4);
	assert_int_equal(json_object_size(order), 2);
	assert_string_equal(json_string_value(json_object_get(j, "kind")), "ticket");
	assert_true(json_is_null(size) || json_is_string(size));
	assert_true(json_is_null(json_object_get(j, "urgency")) ||
		    strcmp(urgency, "not now") == 0 || strcmp(urgency, "not today") == 0);
	assert_true(json_is_integer(number) && json_integer_value(number) >= 1 &&
		    json_integer_value(number) <= 9999);
	assert_true(json_is_boolean(json_object_get(order, "new")));
}

/* The spans cover the answer, and begin with the forced opening. */
static void check_spans(const struct answer *answer)
{
	static const char opening[] = "{\"kind\": \"ticket\", \"gr\xc3\xb6\xc3\x9f"
				      "e\":";
	const char *at = answer->spans;
	size_t sum = 0;
	char *end;

	assert_memory_equal(answer->raw, opening, strlen(opening));
	assert_int_equal(strtoul(at + 1, NULL, 10), strlen(opening));
	for (; *at; at = *end ? end + 1 : end) {
		assert_non_null(strchr("fc", *at));
		sum += strtoul(at + 1, &end, 10);
	}
	assert_int_equal(sum, answer->raw_len);
	assert_true(answer->forced_tok > 8);
	assert_true(answer->chosen_tok >= 4 && answer->chosen_tok < 40);
}

static void check_answer(const struct answer *answer)
{
	json_t *j = json_loadb(answer->raw, answer->raw_len, JSON_REJECT_DUPLICATES, NULL);

	assert_int_equal(answer->outcome, OUTCOME_OK);
	assert_int_equal(answer->label, -1);
	if (!j)
		fail_msg("no JSON: %.*s", (int)answer->raw_len, answer->raw);
	check_members(j);
	check_spans(answer);
	assert_true(answer->ttft_us > 0 && answer->first_us == answer->ttft_us);
	assert_true(answer->label_us > answer->ttft_us);
	json_decref(j);
}

static void test_each_answer_matches_its_schema(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t m = 0; m < fixture_n_models(); m++) {
		struct engine *e = fixture_open(fixture_models[m]);
		const struct msg_pass pass = form_pass(schema);
		struct answer answer;

		fixture_begin(e, &a, &pass, texts, N_TEXTS);
		for (size_t i = 0; i < N_TEXTS; i++) {
			fixture_ask(e, &a, i, &answer);
			check_answer(&answer);
		}
	}
	arena_release(&a);
}

static int take_answer(void *ctx, const struct answer *answer, struct err *err)
{
	size_t *n = ctx;

	(void)err;
	assert_int_equal(answer->ticket, *n);
	check_answer(answer);
	(*n)++;
	return 0;
}

/* Also with batches that the forced text of all tickets does not fit into. */
static void test_answers_are_written_together(void **state)
{
	static const int64_t batches[] = { 2048, 8 };
	struct engine *e = fixture_open(TINY_MODEL);
	struct arena a = { 0 };
	struct err err = { 0 };

	(void)state;
	for (size_t b = 0; b < COUNT_OF(batches); b++) {
		struct msg_pass pass = form_pass(schema);
		size_t n = 0;

		pass.n_batch = batches[b];
		pass.n_ubatch = batches[b] < pass.n_ubatch ? batches[b] : pass.n_ubatch;
		fixture_begin(e, &a, &pass, texts, N_TEXTS);
		if (engine_labels(e, &a, N_TEXTS, take_answer, &n, &err) < 0)
			fail_msg("%s", err.msg);
		assert_int_equal(n, N_TEXTS);
	}
	arena_release(&a);
}

static void test_the_cap_cuts_an_answer(void **state)
{
	struct engine *e = fixture_open(TINY_MODEL);
	struct msg_pass pass = form_pass("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":"
					 "\"string\",\"minLength\":200}},\"required\":[\"a\"]}");
	struct arena a = { 0 };
	struct answer answer;

	(void)state;
	pass.reason_cap_tok = 12;
	fixture_begin(e, &a, &pass, texts, 1);
	fixture_ask(e, &a, 0, &answer);
	assert_int_equal(answer.outcome, OUTCOME_CUT);
	assert_memory_equal(answer.raw, "{\"a\": \"", 7);
	assert_int_equal(answer.forced_tok + answer.chosen_tok, 12);
	arena_release(&a);
}

static void test_an_answer_without_a_choice_is_forced(void **state)
{
	struct engine *e = fixture_open(TINY_MODEL);
	const struct msg_pass pass = form_pass("{\"const\":{\"a\":[1]}}");
	struct arena a = { 0 };
	struct answer answer;

	(void)state;
	fixture_begin(e, &a, &pass, texts, 1);
	fixture_ask(e, &a, 0, &answer);
	assert_int_equal(answer.outcome, OUTCOME_OK);
	assert_int_equal(answer.chosen_tok, 0);
	assert_int_equal(answer.raw_len, strlen("{\"a\":[1]}"));
	assert_memory_equal(answer.raw, "{\"a\":[1]}", answer.raw_len);
	arena_release(&a);
}

static const struct {
	const char *schema, *why;
} bad[] = {
	{ "{\"type\":\"string\",\"minLength\":3,\"maxLength\":2}", "'minLength' is above" },
	{ "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/a\"}}}", "itself" },
	{ "{\"type\":\"string\",\"pattern\":\"^(?=a)b$\"}", "'pattern' that the engine's" },
	{ "{\"type\":\"string\",\"pattern\":\"^(a$\"}", "makes no grammar" },
};

static void test_bad_schemas_fail_at_the_pass(void **state)
{
	struct engine *e = fixture_open(TINY_MODEL);
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		const struct msg_pass pass = form_pass(bad[i].schema);
		struct msg_pass_ready ready;
		struct err err = { 0 };

		if (engine_pass(e, &a, &pass, &ready, &err) == 0)
			fail_msg("accepted: %s", bad[i].schema);
		if (!strstr(err.msg, bad[i].why))
			fail_msg("'%s' is not in: %s", bad[i].why, err.msg);
		assert_int_equal(err.kind, ERR_INPUT);
	}
	arena_release(&a);
}

/* A schema of n fields; the first n_required must be there. */
static char *large(struct arena *a, int n, int n_required)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_adds(&b, "{\"type\":\"object\",\"properties\":{");
	for (int i = 0; i < n; i++)
		buf_addf(&b, "%s\"f%d\":{\"type\":[\"string\",\"null\"]}", i ? "," : "", i);
	buf_adds(&b, "},\"required\":[");
	for (int i = 0; i < n_required; i++)
		buf_addf(&b, "%s\"f%d\"", i ? "," : "", i);
	buf_adds(&b, "]}");
	return buf_to_arena(&b, a);
}

/* By the clock of the processor: others may use the machine. */
static void test_large_schemas_take_seconds(void **state)
{
	static const int required[][2] = { { 200, 200 }, { 101, 1 } };
	struct engine *e = fixture_open(TINY_MODEL);
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(required); i++) {
		struct msg_pass pass = form_pass(large(&a, required[i][0], required[i][1]));
		clock_t begin = clock();
		struct answer answer;
		double s;

		pass.reason_cap_tok = 30;
		fixture_begin(e, &a, &pass, texts, 1);
		fixture_ask(e, &a, 0, &answer);
		s = (double)(clock() - begin) / CLOCKS_PER_SEC;
		print_message("%d fields, %d required: %.1f s of processor time\n", required[i][0],
			      required[i][1], s);
		assert_true(s < 30);
		assert_int_equal(answer.outcome, OUTCOME_CUT);
	}
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_answer_matches_its_schema),
		cmocka_unit_test(test_answers_are_written_together),
		cmocka_unit_test(test_the_cap_cuts_an_answer),
		cmocka_unit_test(test_an_answer_without_a_choice_is_forced),
		cmocka_unit_test(test_bad_schemas_fail_at_the_pass),
		cmocka_unit_test(test_large_schemas_take_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, fixture_leave);
}
