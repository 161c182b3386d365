/*
 * The files beside a converted adapter: the template of its training, and a scale that its GGUF
 * file cannot store.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/hash.h"
#include "job/model/adapter_beside.h"
#include "unit/scratch.h"

#define TURNS "{% for m in messages %}{{ m.content }}{% endfor %}"

static struct arena arena;

static const char *const files[] = { "adapter_config.json", "chat_template.jinja",
				     "tokenizer_config.json" };

/* The doubts if files with these contents are beside the adapter; NULL: no such file. */
static size_t doubts(const char *const contents[3], const char *doubts[ADAPTER_MOST_DOUBTS])
{
	struct model model = { .label = "base", .path = "base.gguf", .has_facts = true };
	struct model adapter = { .label = "lora", .path = "lora.gguf" };

	for (size_t i = 0; i < 3; i++) {
		unlink(files[i]);
		if (contents[i])
			scratch_text(files[i], contents[i]);
	}
	hash_bytes(TURNS, strlen(TURNS), model.facts.template_sha256);
	return adapter_doubts(&arena, &model, &adapter, doubts);
}

static void test_template(void **state)
{
	static const struct {
		const char *files[3], *words; /* NULL: no doubt */
	} rows[] = {
		{ { "{}", NULL, NULL }, NULL },
		{ { "{}", TURNS, NULL }, NULL },
		{ { "{}", TURNS "\n", NULL }, NULL },
		{ { "{}", TURNS "\n\n", NULL }, NULL },
		{ { "{}", "other", NULL }, "(chat_template.jinja) is not the model's" },
		{ { "{}", "other", "{\"chat_template\": \"" TURNS "\"}" },
		  "(chat_template.jinja)" },
		{ { "{}", NULL, "{\"chat_template\": \"" TURNS "\"}" }, NULL },
		{ { "{}", NULL, "{\"chat_template\": \"other\"}" }, "(tokenizer_config.json)" },
		{ { "{}", NULL, "{\"chat_template\": [1]}" }, NULL },
		{ { "{}", NULL, "{\"chat_" }, NULL },
		{ { "[]", "other", NULL }, "(chat_template.jinja)" },
		{ { "not JSON", "other", NULL }, NULL },
		{ { NULL, "other", NULL }, NULL }, /* it may not be the adapter's */
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *said[ADAPTER_MOST_DOUBTS];
		size_t n = doubts(rows[i].files, said);

		if (n != (rows[i].words != NULL) || (n && !strstr(said[0], rows[i].words)))
			fail_msg("row %zu: %zu doubts, %s", i, n, n ? said[0] : "-");
	}
}

static void test_strength(void **state)
{
	static const char *const scaled[3] = { "{\"use_rslora\": true}", NULL, NULL };
	static const char *const plain[3] = { "{\"use_rslora\": false}", NULL, NULL };
	static const char *const both[3] = { "{\"use_rslora\": true}", "other", NULL };
	const char *said[ADAPTER_MOST_DOUBTS];

	(void)state;
	assert_int_equal(doubts(scaled, said), 1);
	assert_non_null(strstr(said[0], "the adapter 'lora' was trained with rsLoRA"));
	assert_int_equal(doubts(plain, said), 0);
	assert_int_equal(doubts(both, said), 2);
}

static int leave(void **state)
{
	arena_release(&arena);
	return scratch_leave(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_template),
		cmocka_unit_test(test_strength),
	};

	return cmocka_run_group_tests(tests, scratch_enter, leave);
}
