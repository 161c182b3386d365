/*
 * What is kept of models between runs: everything, of exactly the version that it was read from.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>

#include "base/array.h"
#include "base/str.h"
#include "job/model/model.h"
#include "unit/scratch.h"

static int enter(void **state)
{
	if (scratch_enter(state) < 0)
		return -1;
	scratch_text("here.gguf", "GGUF here");
	setenv("HOME", "home", 1);
	setenv("TOEHOLD_CACHE", "cache", 1);
	unsetenv("TOEHOLD_MODELS");
	return 0;
}

/* A model with something in every field that the cache keeps. */
static struct model known_model(struct arena *a)
{
	struct model model;
	struct err err;

	if (model_find(a, "here.gguf", NULL, &model, &err) < 0 ||
	    model_hash(a, &model, NULL, NULL, &err) < 0)
		fail_msg("%s", err.msg);
	model.has_facts = true;
	model.facts = (struct model_facts){
		.name = "Näme \"x\"\n\x1b[31m",
		.arch = "qwen2",
		.quant = "Q4_K_M",
		.licence = "mit",
		.licence_link = "l",
		.base_model = "b",
		.tokenizer = "gpt2/qwen2",
		.template_sha256 = "t",
		.n_params = 494032768,
		.tensor_bytes = 1,
		.n_ctx_train = 32768,
		.n_layer = 24,
		.n_embd = 896,
		.n_head = 14,
		.n_head_kv = 2,
		.n_key = 64,
		.n_value = 64,
		.n_vocab = 151936,
		.n_expert = 8,
		.n_expert_used = 2,
		.n_params_active = 494032768,
		.host_bytes = 66000000,
		.copied_bytes = 29417472,
		.cell_bytes = 12288,
		.seq_bytes = 3,
		.scratch_bytes = 37236768,
		.scratch_cell_bytes = 1024,
		.image_tok = 576,
		.kind = MODEL_KIND_ENCODER,
	};
	model.prompt_tok_per_s = 412.5;
	model.reason_tok_per_s = 31.25;
	return model;
}

static void put_known(struct model *ret_model, struct arena *a)
{
	struct model_cache cache;
	struct err err;

	*ret_model = known_model(a);
	assert_int_equal(model_cache_open(a, &cache, &err), 0);
	model_cache_put(&cache, ret_model);
	assert_int_equal(model_cache_close(&cache, &err), 0);
}

static struct model get_again(struct arena *a)
{
	struct model_cache cache;
	struct model model;
	struct err err;

	assert_int_equal(model_find(a, "./here.gguf", NULL, &model, &err), 0);
	assert_int_equal(model_cache_open(a, &cache, &err), 0);
	model_cache_get(&cache, &model);
	assert_int_equal(model_cache_close(&cache, &err), 0);
	return model;
}

static void test_cache_keeps_everything(void **state)
{
	struct model known, found;
	struct arena a = { 0 };
	struct stat st;

	(void)state;
	put_known(&known, &a);
	found = get_again(&a);
	assert_string_equal(found.sha256, known.sha256);
	assert_true(found.has_facts);
	assert_memory_equal(&found.facts, &known.facts, sizeof(struct model_facts));
	assert_true(found.prompt_tok_per_s > 412 && found.prompt_tok_per_s < 413);
	assert_true(found.reason_tok_per_s > 31 && found.reason_tok_per_s < 32);
	assert_int_equal(stat("cache/models.json", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	arena_release(&a);
}

/* A link, and a second name of the same file: known by what they lead to. */
static void test_cache_of_other_names(void **state)
{
	static const char *const names[] = { "linked.gguf", "second.gguf" };
	struct model known, found;
	struct model_cache cache;
	struct arena a = { 0 };
	struct err err;

	(void)state;
	assert_int_equal(symlink("here.gguf", names[0]), 0);
	assert_int_equal(link("here.gguf", names[1]), 0); /* which changes the inode */
	put_known(&known, &a);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		assert_int_equal(model_find(&a, names[i], NULL, &found, &err), 0);
		assert_int_equal(model_cache_open(&a, &cache, &err), 0);
		model_cache_get(&cache, &found);
		assert_string_equal(found.sha256, known.sha256);
		assert_true(found.has_facts);
		model_cache_put(&cache, &found);
		assert_false(cache.changed);
		assert_int_equal(model_cache_close(&cache, &err), 0);
	}
	for (size_t i = 0; i < COUNT_OF(names); i++)
		assert_int_equal(unlink(names[i]), 0);
	assert_int_equal(unlink("cache/models.json"), 0);
	arena_release(&a);
}

/* Among very many, those go whose file is gone. */
static void test_cache_prunes(void **state)
{
	enum { MANY = 2100 };
	struct model known, other;
	struct model_cache cache;
	struct arena a = { 0 };
	struct err err;

	(void)state;
	put_known(&known, &a);
	other = known;
	assert_int_equal(model_cache_open(&a, &cache, &err), 0);
	for (int i = 0; i < MANY; i++) {
		other.stamp.inode = 1000000000 + (uint64_t)i;
		other.path = arena_printf(&a, "gone-%d.gguf", i);
		model_cache_put(&cache, &other);
	}
	assert_int_equal(json_object_size(cache.json), MANY + 1);
	assert_int_equal(model_cache_close(&cache, &err), 0);
	assert_int_equal(model_cache_open(&a, &cache, &err), 0);
	assert_int_equal(json_object_size(cache.json), 1);
	assert_int_equal(model_cache_close(&cache, &err), 0);
	assert_string_equal(get_again(&a).sha256, known.sha256);
	arena_release(&a);
}

static void test_cache_forgets_another_version(void **state)
{
	struct model known, found;
	struct arena a = { 0 };

	(void)state;
	put_known(&known, &a);
	scratch_text("here.gguf", "GGUF another");
	found = get_again(&a);
	assert_string_equal(found.sha256, "");
	assert_false(found.has_facts);
	assert_true(found.prompt_tok_per_s <= 0);
	arena_release(&a);
}

/* Another worker or another CPU: the bytes are the same, what the engine makes of them is not. */
static void test_cache_of_another_reader(void **state)
{
	struct model known, found;
	struct model_cache cache;
	struct arena a = { 0 };
	struct err err;

	(void)state;
	put_known(&known, &a);
	known.reader = "worker 2 on cpu";
	assert_int_equal(model_cache_open(&a, &cache, &err), 0);
	model_cache_put(&cache, &known);
	assert_int_equal(model_cache_close(&cache, &err), 0);
	found = get_again(&a);
	assert_false(found.has_facts);
	assert_string_equal(found.sha256, known.sha256);
	assert_true(found.prompt_tok_per_s > 412);

	assert_int_equal(model_cache_open(&a, &cache, &err), 0);
	found.reader = "worker 2 on cpu";
	model_cache_get(&cache, &found);
	assert_int_equal(model_cache_close(&cache, &err), 0);
	assert_true(found.has_facts);
	arena_release(&a);
}

static void test_cache_damaged(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[1,2]",
		"\"x\"",
		"{\"version\":3,\"models\":[]}",
		"{\"version\":1,\"models\":[]}",
		"{\"version\":1}",
		"\xff\xfe",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct model known, found;
		struct arena a = { 0 };

		put_known(&known, &a);
		scratch_text("cache/models.json", texts[i]);
		found = get_again(&a);
		assert_string_equal(found.sha256, "");
		assert_false(found.has_facts);
		put_known(&known, &a);
		found = get_again(&a);
		assert_string_equal(found.sha256, known.sha256);
		arena_release(&a);
	}
}

/* Any piece of an entry may be wrong: what is wrong is not known, and nothing breaks. */
static void test_cache_wrong_values(void **state)
{
	struct model known, found;
	struct arena a = { 0 };
	struct file_stamp *s = &known.stamp;

	(void)state;
	put_known(&known, &a);
	scratch_text(
		"cache/models.json",
		arena_printf(&a,
			     "{\"version\":3,\"models\":{\"%llu:%llu:%lld:%lld\":{\"path\":7,"
			     "\"sha256\":\"abc\",\"facts\":{\"name\":7},\"prompt_tok_per_s\":-1,"
			     "\"reason_tok_per_s\":\"fast\"}}}",
			     (unsigned long long)s->dev, (unsigned long long)s->inode,
			     (long long)s->size_bytes, (long long)s->ctime_ns));
	found = get_again(&a);
	assert_string_equal(found.sha256, "");
	assert_false(found.has_facts);
	assert_true(found.prompt_tok_per_s <= 0 && found.reason_tok_per_s <= 0);
	arena_release(&a);
}

/* A header may hold bytes that are not UTF-8. */
static void test_cache_foreign_bytes(void **state)
{
	struct model known, found;
	struct arena a = { 0 };
	struct model_cache cache;
	struct err err;

	(void)state;
	known = known_model(&a);
	memset(known.facts.name, 0xC3, sizeof(known.facts.name) - 1);
	assert_int_equal(model_cache_open(&a, &cache, &err), 0);
	model_cache_put(&cache, &known);
	assert_int_equal(model_cache_close(&cache, &err), 0);
	found = get_again(&a);
	assert_true(found.has_facts);
	assert_true(str_starts(found.facts.name, "\\xc3\\xc3"));
	assert_string_equal(found.facts.licence, "mit");
	arena_release(&a);
}

static void test_zeroed_cache(void **state)
{
	struct model_cache cache = { 0 };
	struct arena a = { 0 };
	struct model model = known_model(&a);
	struct err err = { 0 };

	(void)state;
	model_cache_get(&cache, &model);
	model_cache_put(&cache, &model);
	assert_int_equal(model_cache_close(&cache, &err), 0);
	assert_int_equal(err.kind, ERR_NONE);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cache_keeps_everything),
		cmocka_unit_test(test_cache_of_other_names),
		cmocka_unit_test(test_cache_prunes),
		cmocka_unit_test(test_cache_forgets_another_version),
		cmocka_unit_test(test_cache_of_another_reader),
		cmocka_unit_test(test_cache_damaged),
		cmocka_unit_test(test_cache_wrong_values),
		cmocka_unit_test(test_cache_foreign_bytes),
		cmocka_unit_test(test_zeroed_cache),
	};

	return cmocka_run_group_tests(tests, enter, scratch_leave);
}
