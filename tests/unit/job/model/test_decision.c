/*
 * Decision models: which types can be asked, with how many labels, and the words of each refusal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "job/model/decision.h"

static struct model_facts facts_of(const char *type, const char *template_sha256)
{
	struct model_facts facts = { .kind = MODEL_KIND_DECISION };

	snprintf(facts.decision, sizeof(facts.decision), "%s", type);
	snprintf(facts.template_sha256, sizeof(facts.template_sha256), "%s", template_sha256);
	return facts;
}

static void test_refusals(void **state)
{
	static const struct {
		const char *type, *template_sha256;
		size_t n_labels;
		const char *why;
	} rows[] = {
		{ "openjev", "ab", 52, NULL },
		{ "lev", "ab", 255, NULL },
		{ "lfm2-d1", "ab", 0, NULL },
		{ "openjev", "ab", 53,
		  "a decision model of type openjev takes at most 52 labels, and the job has 53" },
		{ "nimble", "ab", 300,
		  "a decision model of type nimble takes at most 255 labels, and the job has 300" },
		{ "pplx-decider", "", 2,
		  "it is a decision model of type pplx-decider, but the file lacks its prompt "
		  "(tokenizer.chat_template.systemone); download a newer conversion" },
		{ "clef", "ab", 2,
		  "it is a decision model of type clef, which this version cannot ask; start a "
		  "server that can (such as llama-server) and name it as http://HOST:PORT" },
		{ "d1\x1b[2J", "ab", 2,
		  "it is a decision model of type d1\\x1b[2J, which this version cannot ask; "
		  "start a server that can (such as llama-server) and name it as "
		  "http://HOST:PORT" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct model_facts facts = facts_of(rows[i].type, rows[i].template_sha256);
		struct arena a = { 0 };
		const char *why = decision_refusal(&a, &facts, rows[i].n_labels);

		if (rows[i].why)
			assert_string_equal(why, rows[i].why);
		else
			assert_null(why);
		arena_release(&a);
	}
}

static void test_model_refusal_names_the_type(void **state)
{
	struct model known = { .has_facts = true, .facts = facts_of("openjev", "ab") };
	struct model other = { .has_facts = true, .facts = facts_of("gliner", "ab") };
	struct arena a = { 0 };

	(void)state;
	assert_null(model_refusal(&a, &known));
	assert_non_null(strstr(model_refusal(&a, &other), "type gliner"));
	other.has_facts = false;
	assert_null(model_refusal(&a, &other));
	arena_release(&a);
}

static void test_a_server_answers_for_all_but_an_encoder(void **state)
{
	struct model served = { .engine = ENGINE_HTTP,
				.has_facts = true,
				.facts = facts_of("gliner", "") };
	struct arena a = { 0 };

	(void)state;
	assert_null(model_refusal(&a, &served));
	served.facts.kind = MODEL_KIND_MODEL;
	assert_null(model_refusal(&a, &served));
	served.facts.kind = MODEL_KIND_ENCODER;
	assert_string_equal(model_refusal(&a, &served),
			    "it turns text into numbers and cannot answer");
	arena_release(&a);
}

static void test_only_models_that_write_write(void **state)
{
	struct model model = { .facts = facts_of("openjev", "ab") }, writer = { 0 };

	(void)state;
	assert_false(model_writes(&model));
	assert_true(model_writes(&writer));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_model_refusal_names_the_type),
		cmocka_unit_test(test_a_server_answers_for_all_but_an_encoder),
		cmocka_unit_test(test_only_models_that_write_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
