/*
 * Files that open, but hold something impossible: numbers that are not numbers, or no token that
 * the prompt needs. Each ticket fails with a reason, or the pass does; the worker stays alive.
 */
#include "llama_edited.h"

#include "base/array.h"

enum { N_LABELS = 3, N_TEXTS = 3 };

static const char *labels[] = { "card", "transfer", "other" };
static const char *texts[N_TEXTS] = { "My card was stolen.", "Where is my money?", "Hello!" };

/* A model of scripts/families. */
static const char *family(const char *name)
{
	return fixture_family(&edited_arena, name);
}

static int count_failure(void *ctx, const struct answer *answer, struct err *err)
{
	size_t *n = ctx;

	(void)err;
	assert_int_equal(answer->ticket, (*n)++);
	assert_int_equal(answer->outcome, OUTCOME_ENGINE_ERROR);
	assert_int_equal(answer->label, -1);
	assert_int_equal(answer->n_probs, 0);
	assert_true(answer->label_mass == 0);
	assert_non_null(strstr(answer->detail, "scores are not numbers"));
	return 0;
}

/* One ticket at a time, and all of them batched: each fails alone. */
static void assert_all_fail(const char *path, struct msg_pass pass)
{
	struct engine *e = edited_must_open(path, NULL);
	struct msg_reasons_done done;
	struct err err = { 0 };
	struct answer answer;
	struct arena a = { 0 };
	size_t n = 0;

	pass.question = "What is it about?";
	fixture_begin(e, &edited_arena, &pass, texts, N_TEXTS);
	for (size_t i = 0; i < N_TEXTS; i++) {
		fixture_ask(e, &edited_arena, i, &answer);
		assert_int_equal(count_failure(&n, &answer, &err), 0);
	}
	assert_int_equal(e->wave.n_kept, 0);
	assert_int_equal(engine_reasons(e, &a, NULL, NULL, &done, &err), 0);
	pass.label_only = true;
	n = 0;
	fixture_begin(e, &edited_arena, &pass, texts, N_TEXTS);
	if (engine_labels(e, &a, N_TEXTS, count_failure, &n, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(n, N_TEXTS);
	arena_release(&a);
	engine_close(e);
}

static void test_weights_that_are_not_numbers(void **state)
{
	const char *path =
		edited_make_from(family("qwen2"), "nan", "nan.gguf", "output_norm.weight");

	struct msg_pass pass = fixture_pass(labels, N_LABELS);

	(void)state;
	assert_all_fail(path, pass);
	/* As `tune` asks: a hidden state that is not numbers is none. */
	pass.label_only = pass.hidden = true;
	assert_all_fail(path, pass);
}

static void test_decision_weights_that_are_not_numbers(void **state)
{
	static const char *const tensors[][2] = { { "kev", "output_norm.weight" },
						  { "laya", "output_norm.weight" } };
	struct msg_pass pass = fixture_pass(labels, N_LABELS);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(tensors); i++) {
		const char *name = arena_printf(&edited_arena, "nan-%s.gguf", tensors[i][0]);

		pass.label_only = true;
		assert_all_fail(edited_make_from(family(tensors[i][0]), "nan", name, tensors[i][1]),
				pass);
	}
}

static void test_no_context_length(void **state)
{
	static const char *const values[] = { "0", "4294967295" };
	struct msg_pass pass = fixture_pass(labels, N_LABELS);

	(void)state;
	pass.system = "";
	pass.label_only = pass.hidden = true;
	for (size_t i = 0; i < COUNT_OF(values); i++)
		edited_pass_fails(
			edited_make_from(family("nomic-bert"), "set",
					 arena_printf(&edited_arena, "bert-%zu.gguf", i),
					 arena_printf(&edited_arena, "nomic-bert.context_length=%s",
						      values[i])),
			&pass, "states no context length (nomic-bert.context_length)");
}

/* An identifier beyond the vocabulary is none. */
static void test_no_mask(void **state)
{
	struct msg_pass pass = fixture_pass(labels, N_LABELS);

	(void)state;
	pass.question = "What is it about?";
	edited_pass_fails(edited_make_from(family("d1-omni"), "set", "no-mask.gguf",
					   "tokenizer.ggml.mask_token_id=4294967295"),
			  &pass, "the vocabulary has no mask token");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights_that_are_not_numbers),
		cmocka_unit_test(test_decision_weights_that_are_not_numbers),
		cmocka_unit_test(test_no_context_length),
		cmocka_unit_test(test_no_mask),
	};

	return cmocka_run_group_tests(tests, edited_enter, edited_leave);
}
