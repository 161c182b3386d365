/*
 * Ways with letters or several orders of the labels in the plan: tokens, memory, and the models
 * and jobs that they are not for.
 */
#include "unit/job/plan/plan_fixture.h"

#include "job/plan/plan_way.h"

static struct model model_of(const char *name, enum model_kind kind)
{
	return (struct model){ .label = name,
			       .spec = name,
			       .path = name,
			       .stamp = { .size_bytes = 90000000 },
			       .has_facts = true,
			       .facts = { .kind = kind,
					  .n_params = 135000000,
					  .tensor_bytes = 90000000,
					  .n_ctx_train = 32768,
					  .n_layer = 24,
					  .n_embd = 896,
					  .n_head_kv = 2,
					  .n_key = 64,
					  .n_value = 64,
					  .n_vocab = 150000 } };
}

/* Six orders of six labels: six times the tokens, one prefix each, and one sequence more. */
static void test_rotated_and_letters(void **state)
{
	static const struct label labels[] = { { "a", NULL }, { "b", NULL }, { "c", NULL },
					       { "d", NULL }, { "e", NULL }, { "f", NULL } };
	struct model models[] = { model_of("m", MODEL_KIND_MODEL),
				  model_of("s", MODEL_KIND_MODEL) };
	struct job job = job_for(0);
	struct arena a = { 0 };
	const struct candidate *plain, *c;
	const struct plan_limits none = { 0 };
	struct plan plan;

	(void)state;
	models[1].engine = ENGINE_HTTP;
	job.labels = (struct label *)labels;
	job.n_labels = 6;
	job.prompt_pattern = "Of {labels}";
	job.prompt = "Of a, b, c, d, e, f";
	for (int way = WAY_ROTATED; way <= WAY_LETTERS_ROTATED_CALIBRATED; way++)
		job.ways[way] = true;
	plan = build_limited(&a, &job, models, 2, none, 25);
	assert_int_equal(plan.n, 12);
	plain = plan_find(&plan, "m plain");
	c = plan_find(&plan, "m rotated");
	assert_null(c->refused);
	assert_int_equal(c->prompts.n, 6);
	assert_int_equal(c->prefix_tok, 6 * plain->prefix_tok);
	assert_int_equal(c->ticket_tok, 6 * plain->ticket_tok);
	assert_int_equal(c->reason_tok, plain->reason_tok);
	assert_true(c->context_tok > plain->context_tok && c->size_bytes > plain->size_bytes);
	c = plan_find(&plan, "m letters+rotated+calibrated");
	assert_null(c->refused);
	assert_int_equal(c->ticket_tok, 0);
	assert_int_equal(plan_find(&plan, "m letters")->prompts.n, 1);
	assert_non_null(strstr(plan_find(&plan, "s letters")->refused, "are not asked of servers"));
	assert_non_null(strstr(plan_find(&plan, "s rotated")->refused, "are not asked of servers"));
	job.prompt_pattern = job.prompt = "Sort it.";
	plan = build_limited(&a, &job, models, 1, none, 25);
	assert_null(plan_find(&plan, "m plain")->refused);
	assert_non_null(strstr(plan_find(&plan, "m letters")->refused, "has no {labels}"));
	arena_release(&a);
}

static void test_kinds(void **state)
{
	static const enum model_kind kinds[] = { MODEL_KIND_ENCODER, MODEL_KIND_RERANKER,
						 MODEL_KIND_DECISION };
	struct job job = job_for(0);
	struct arena a = { 0 };

	(void)state;
	job.prompt_pattern = "Of {labels}";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const struct model m = model_of("m", kinds[i]);
		const char *words = plan_way_refusal(&a, &job, &m, WAY_ROTATED);

		assert_null(plan_way_refusal(&a, &job, &m, WAY_PLAIN));
		assert_non_null(strstr(words, "letters and orders of labels are for models that"));
		assert_non_null(strstr(words, model_kind_name(kinds[i])));
	}
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rotated_and_letters),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
