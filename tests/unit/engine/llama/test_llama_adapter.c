/*
 * LoRA adapters with a real model: one that changes nothing, ones that change answers, and wrong
 * ones, which are refused in the engine's words.
 */
#include "llama_edited.h"

#include "engine/template.h"

static const char *labels[] = { "card", "transfer", "other" };
enum { N_LABELS = 3 };

static const char *adapter(const char *name, const char *options)
{
	return edited_make("lora", arena_printf(&edited_arena, "%s.gguf", name), options);
}

static void ask(const char *adapter_path, struct arena *a, struct answer *ret,
		const char **ret_marks)
{
	const char *text = "My card was stolen in the train.";
	struct engine *e = edited_must_open(edited_base(), adapter_path);
	struct msg_pass pass = fixture_pass(labels, N_LABELS);
	struct msg_wave wave = { .texts = &text, .n_texts = 1 };
	struct msg_pass_ready ready;
	struct msg_wave_ready wave_ready;
	enum outcome outcome;
	struct err err = { 0 };

	if (engine_pass(e, a, &pass, &ready, &err) < 0 ||
	    engine_wave(e, &wave, &wave_ready, &outcome, &err) < 0)
		fail_msg("%s", err.msg);
	*ret_marks = arena_strdup(a, ready.template_marks);
	fixture_ask(e, a, 0, ret);
	engine_close(e);
}

/* B is zero, so A times B changes no bit. */
static void test_changes_nothing(void **state)
{
	struct answer base, with;
	struct arena a = { 0 };
	const char *marks;

	(void)state;
	ask(NULL, &a, &base, &marks);
	ask(adapter("zero", "b=zero"), &a, &with, &marks);
	assert_string_equal(marks, "none");
	assert_memory_equal(base.probs, with.probs, N_LABELS * sizeof(double));
	arena_release(&a);
}

/* Every context uses the adapter, and another adapter gives other answers. */
static void test_changes(void **state)
{
	struct answer base, one, again, two;
	struct arena a = { 0 };
	const char *marks;

	(void)state;
	ask(NULL, &a, &base, &marks);
	ask(adapter("one", "seed=1"), &a, &one, &marks);
	ask(adapter("one", "seed=1"), &a, &again, &marks);
	ask(adapter("two", "seed=2"), &a, &two, &marks);
	assert_memory_equal(one.probs, again.probs, N_LABELS * sizeof(double));
	assert_memory_not_equal(base.probs, one.probs, N_LABELS * sizeof(double));
	assert_memory_not_equal(one.probs, two.probs, N_LABELS * sizeof(double));
	arena_release(&a);
}

/* A larger wave makes a new context, which uses the adapter too. */
static void test_on_every_context(void **state)
{
	const char *texts[2] = { "Where is my money?", "My card was stolen in the train." };
	struct msg_pass pass = fixture_pass(labels, N_LABELS);
	struct answer alone, among;
	struct arena a = { 0 };
	struct engine *e;

	(void)state;
	e = edited_must_open(edited_base(), adapter("one", "seed=1"));
	fixture_begin(e, &a, &pass, &texts[1], 1);
	fixture_ask(e, &a, 0, &alone);
	fixture_begin(e, &a, &pass, texts, 2);
	fixture_ask(e, &a, 1, &among);
	assert_memory_equal(alone.probs, among.probs, N_LABELS * sizeof(double));
	engine_close(e);
	arena_release(&a);
}

/* The base model's template is used, and the run is marked. */
static void test_own_template(void **state)
{
	struct answer answer;
	struct arena a = { 0 };
	const char *marks;

	(void)state;
	ask(adapter("templated", "b=zero template='{{ messages[0].content }}'"), &a, &answer,
	    &marks);
	assert_string_equal(marks, "adapter's template differs");
	arena_release(&a);
}

static void test_refused(void **state)
{
	static const struct {
		const char *name, *options, *why;
	} rows[] = {
		{ "arch", "arch=qwen2", "model arch and LoRA arch mismatch" },
		{ "rows", "rows=1", "incorrect shape" },
		{ "missing", "missing=1", "missing one component" },
		{ "cut", "cut=1000", "incomplete" },
		{ "alora", "alora=5", "acts only after certain words" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct engine *e = NULL;
		enum outcome outcome = OUTCOME_OK;
		struct err err = { 0 };

		assert_int_equal(edited_open(edited_base(), adapter(rows[i].name, rows[i].options),
					     &e, &outcome, &err),
				 -1);
		assert_null(e);
		assert_int_equal(outcome, OUTCOME_LOAD_FAILED);
		if (!strstr(err.msg, rows[i].why))
			fail_msg("%s: %s", rows[i].name, err.msg);
	}
}

/* A model is refused as an adapter, and an adapter as a model. */
static void test_mixed_up(void **state)
{
	struct engine *e = NULL;
	enum outcome outcome;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(edited_open(edited_base(), edited_base(), &e, &outcome, &err), -1);
	assert_non_null(strstr(err.msg, "does not call it an adapter"));
	assert_int_equal(edited_open(adapter("one", "seed=1"), NULL, &e, &outcome, &err), -1);
	assert_non_null(strstr(err.msg, "it is an adapter"));
	assert_int_equal(edited_open(edited_base(), "/nowhere/adapter.gguf", &e, &outcome, &err),
			 -1);
	assert_non_null(strstr(err.msg, "/nowhere/adapter.gguf"));
}

/* Files whose header says that they cannot answer. */
static void test_cannot_answer(void **state)
{
	static const struct {
		const char *name, *keys, *why;
	} rows[] = {
		{ "embeds", "llama.pooling_type=3", NULL },
		{ "ranks", "llama.pooling_type=4", "it is a reranker" },
		{ "projects", "general.type=mmproj", "it is a projector" },
		{ "adapts", "general.type=adapter", "it is an adapter" },
		{ "writes", "llama.pooling_type=0", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *path = edited_make(
			"set", arena_printf(&edited_arena, "%s.gguf", rows[i].name), rows[i].keys);
		struct engine *e = NULL;
		enum outcome outcome;
		struct err err = { 0 };
		int r = edited_open(path, NULL, &e, &outcome, &err);

		assert_int_equal(r, rows[i].why ? -1 : 0);
		if (rows[i].why && !strstr(err.msg, rows[i].why))
			fail_msg("%s: %s", rows[i].name, err.msg);
		engine_close(e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changes_nothing),	 cmocka_unit_test(test_changes),
		cmocka_unit_test(test_on_every_context), cmocka_unit_test(test_own_template),
		cmocka_unit_test(test_refused),		 cmocka_unit_test(test_mixed_up),
		cmocka_unit_test(test_cannot_answer),
	};

	return cmocka_run_group_tests(tests, edited_enter, edited_leave);
}
