/*
 * Which names of a job are the same model, and the sentence about it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "job/plan/duplicate.h"

enum { N = 7 };

static struct model model_of(const char *spec, const char *sha256, const char *adapter)
{
	struct model m = { .spec = spec,
			   .label = spec,
			   .engine = ENGINE_LLAMA,
			   .origin = { .store = "file", .name = "", .digest = "" } };

	snprintf(m.sha256, sizeof(m.sha256), "%s", sha256);
	snprintf(m.adapter.sha256, sizeof(m.adapter.sha256), "%s", adapter);
	return m;
}

static void test_which(void **state)
{
	struct model models[N] = { model_of("broken", "aa", ""),  model_of("first", "aa", ""),
				   model_of("unknown", "", ""),	  model_of("unknown too", "", ""),
				   model_of("tuned", "aa", "bb"), model_of("second", "aa", ""),
				   model_of("third", "aa", "") };
	const char *problems[N] = { "no model" };

	(void)state;
	duplicate_mark(models, problems, N);
	for (size_t i = 0; i < 5; i++)
		assert_null(models[i].repeats);
	/* All of them point to the first, not to one another. */
	assert_ptr_equal(models[5].repeats, &models[1]);
	assert_ptr_equal(models[6].repeats, &models[1]);
}

static void test_words(void **state)
{
	struct model models[] = { model_of("m.gguf", "0123456789abcdef", ""),
				  model_of("ollama:m", "0123456789abcdef", "") };
	struct arena a = { 0 };

	(void)state;
	models[1].repeats = &models[0];
	models[1].origin = (struct model_origin){ .store = "ollama",
						  .name = "ollama:m:7b",
						  .digest = "sha256:77" };
	assert_string_equal(duplicate_words(&a, &models[1]),
			    "m.gguf and ollama:m:7b (sha256:77) are the same weights (sha256 "
			    "0123456789ab): asked once, as m.gguf");
	/* A name can already hold the commit; a digest from a place is untrusted text. */
	models[1].origin = (struct model_origin){ .store = "hugging face",
						  .name = "hf:o/m/m.gguf@c0\033[2J",
						  .digest = "c0" };
	assert_string_equal(duplicate_words(&a, &models[1]),
			    "m.gguf and hf:o/m/m.gguf@c0\\x1b[2J are the same weights (sha256 "
			    "0123456789ab): asked once, as m.gguf");
	models[0].engine = models[1].engine = ENGINE_HTTP;
	models[0].origin.name = "http://127.0.0.1:1/v1#m";
	models[1].origin = (struct model_origin){ .store = "server",
						  .name = "http://127.0.0.1:1/v1#n",
						  .digest = "" };
	assert_string_equal(duplicate_words(&a, &models[1]),
			    "http://127.0.0.1:1/v1#m and http://127.0.0.1:1/v1#n are the same "
			    "model of one server: asked once, as m.gguf");
	models[1].origin = models[0].origin;
	assert_string_equal(duplicate_words(&a, &models[1]),
			    "http://127.0.0.1:1/v1#m is named more than once: asked once, as "
			    "m.gguf");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_which),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
