/*
 * Model files: the search for them, which files belong together, and their hash.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/str.h"
#include "job/model/model.h"
#include "job/model/model_path.h"
#include "unit/scratch.h"

/* Makes models in folder/, shelf/ and the working folder. */
static int enter(void **state)
{
	static const char *const others[] = { "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME",
					      "XDG_CACHE_HOME", "LLAMA_CACHE" };

	if (scratch_enter(state) < 0)
		return -1;
	if (mkdir("folder", 0700) < 0 || mkdir("shelf", 0700) < 0 || mkdir("home", 0700) < 0 ||
	    mkdir("empty-folder", 0700) < 0 || mkdir("folder/dir.gguf", 0700) < 0)
		return -1;
	scratch_text("here.gguf", "GGUF here");
	scratch_text("folder/beside.gguf", "GGUF beside");
	scratch_text("folder/notes.txt", "not a model");
	scratch_text("folder/empty.gguf", "");
	scratch_text("folder/.hidden.gguf", "GGUF");
	scratch_text("folder/big-00001-of-00003.gguf", "one ");
	scratch_text("folder/big-00002-of-00003.gguf", "two ");
	scratch_text("folder/big-00003-of-00003.gguf", "three");
	scratch_text("folder/torn-00001-of-00002.gguf", "one");
	scratch_text("shelf/qwen2.5-0.5b-q4_k_m.gguf", "GGUF shelf");
	scratch_text("home/own.gguf", "GGUF own");
	scratch_text("play.script.json", "{}");
	setenv("TOEHOLD_MODELS", ":shelf:missing-shelf:", 1);
	setenv("HOME", "home", 1);
	setenv("TOEHOLD_CACHE", "cache", 1);
	setenv("OLLAMA_MODELS", "own-store", 1);
	for (size_t i = 0; i < COUNT_OF(others); i++)
		unsetenv(others[i]);
	return 0;
}

static void test_find(void **state)
{
	static const struct {
		const char *spec, *job_path, *path, *label;
		enum engine_kind engine;
		int64_t n_parts, size_bytes;
	} rows[] = {
		{ "here.gguf", NULL, "here.gguf", "here", ENGINE_LLAMA, 1, 9 },
		{ "./here.gguf", "folder/job.yaml", "./here.gguf", "here", ENGINE_LLAMA, 1, 9 },
		{ "beside.gguf", "folder/job.yaml", "folder/beside.gguf", "beside", ENGINE_LLAMA, 1,
		  11 },
		{ "qwen2.5-0.5b-q4_k_m.gguf", "folder/job.yaml", "shelf/qwen2.5-0.5b-q4_k_m.gguf",
		  "qwen2.5-0.5b-q4_k_m", ENGINE_LLAMA, 1, 10 },
		{ "~/own.gguf", NULL, "home/own.gguf", "own", ENGINE_LLAMA, 1, 8 },
		{ "play.script.json", NULL, "play.script.json", "play", ENGINE_SCRIPT, 1, 2 },
		{ "folder/big-00001-of-00003.gguf", NULL, "folder/big-00001-of-00003.gguf", "big",
		  ENGINE_LLAMA, 3, 13 },
		{ "folder/big-00003-of-00003.gguf", NULL, "folder/big-00001-of-00003.gguf", "big",
		  ENGINE_LLAMA, 3, 13 },
		{ "folder/notes.txt", NULL, "folder/notes.txt", "notes.txt", ENGINE_LLAMA, 1, 11 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		struct model model = { 0 };
		struct err err;

		if (model_find(&a, rows[i].spec, rows[i].job_path, &model, &err) < 0)
			fail_msg("%s: %s", rows[i].spec, err.msg);
		assert_string_equal(model.spec, rows[i].spec);
		assert_string_equal(model.path, rows[i].path);
		assert_string_equal(model.label, rows[i].label);
		assert_int_equal(model.engine, rows[i].engine);
		assert_int_equal(model.n_parts, rows[i].n_parts);
		assert_int_equal(model.stamp.size_bytes, rows[i].size_bytes);
		assert_string_equal(model.sha256, "");
		assert_false(model.has_facts);
		arena_release(&a);
	}
}

static const struct {
	const char *spec, *msg;
} bad_specs[] = {
	{ "", "a model's name is empty; give the path of a GGUF file" },
	{ "hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF/q.gguf",
	  "no model 'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF/q.gguf'; looked in "
	  "'home/.cache/huggingface/hub' (missing), 'home/.cache/llama.cpp' (missing), "
	  "'home/Library/Caches/llama.cpp' (missing). Get it: toehold pull "
	  "hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF/q.gguf" },
	{ "ollama:llama3.2:1b",
	  "no model 'ollama:llama3.2:1b'; looked in 'own-store' (missing). Get it: toehold pull "
	  "ollama:llama3.2:1b" },
	{ "lmstudio:a/b/c.gguf",
	  "no model 'lmstudio:a/b/c.gguf'; looked in 'home/.lmstudio/models' (missing), "
	  "'home/.cache/lm-studio/models' (missing). Download it in LM Studio" },
	{ "http://127.0.0.1:8080/v1#q + here.gguf",
	  "'http://127.0.0.1:8080/v1#q + here.gguf': a server cannot be combined with files; "
	  "name it alone" },
	{ "here.gguf + http://127.0.0.1:8080/v1#q",
	  "'here.gguf + http://127.0.0.1:8080/v1#q': a server cannot be combined with files; "
	  "name it alone" },
	{ "folder", "'folder' is a folder; name a model file in it, such as "
		    "'beside.gguf'" },
	{ "empty-folder", "'empty-folder' is a folder; name a model file in it" },
	{ "folder/empty.gguf", "'folder/empty.gguf' is empty; download the model again" },
	{ "folder/torn-00001-of-00002.gguf",
	  "part 2 of 2 is missing: 'folder/torn-00002-of-00002.gguf'; put all parts in one "
	  "folder" },
	{ "folder/besides.gguf",
	  "no model 'folder/besides.gguf'; did you mean 'beside.gguf'? Tried: "
	  "'folder/besides.gguf', "
	  "'jobs/folder/besides.gguf'" },
	{ "qwen2.5-0.5b-q4_k_s.gguf",
	  "no model 'qwen2.5-0.5b-q4_k_s.gguf'; did you mean 'qwen2.5-0.5b-q4_k_m.gguf'? Tried: "
	  "'qwen2.5-0.5b-q4_k_s.gguf', 'jobs/qwen2.5-0.5b-q4_k_s.gguf', "
	  "'shelf/qwen2.5-0.5b-q4_k_s.gguf', 'missing-shelf/qwen2.5-0.5b-q4_k_s.gguf'" },
	{ "qwen2.5-0.5b",
	  "no model 'qwen2.5-0.5b'; did you mean 'qwen2.5-0.5b-q4_k_m.gguf'? Tried: "
	  "'qwen2.5-0.5b', "
	  "'jobs/qwen2.5-0.5b', 'shelf/qwen2.5-0.5b', 'missing-shelf/qwen2.5-0.5b'" },
	{ "/nowhere/at-all.gguf",
	  "no model '/nowhere/at-all.gguf'; give a path, set TOEHOLD_MODELS to its folder, or take "
	  "one that 'toehold models' lists. Tried: '/nowhere/at-all.gguf'" },
	{ "big-00001-of-99999.gguf",
	  "no model 'big-00001-of-99999.gguf'; give a path, set TOEHOLD_MODELS to its folder, or "
	  "take one that 'toehold models' lists. Tried: 'big-00001-of-99999.gguf', "
	  "'jobs/big-00001-of-99999.gguf', "
	  "'shelf/big-00001-of-99999.gguf', 'missing-shelf/big-00001-of-99999.gguf'" },
};

static void test_bad_specs(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad_specs); i++) {
		struct arena a = { 0 };
		struct model model = { 0 };
		struct err err = { 0 };

		assert_int_equal(model_find(&a, bad_specs[i].spec, "jobs/job.yaml", &model, &err),
				 -1);
		assert_int_equal(err.kind, ERR_INPUT);
		assert_string_equal(err.msg, bad_specs[i].msg);
		assert_null(model.path);
		arena_release(&a);
	}
}

static void test_what_goes_with_a_model(void **state)
{
	static const struct {
		const char *spec, *label;
		size_t n;
	} rows[] = {
		{ "here.gguf + folder/beside.gguf", "here+beside", 1 },
		{ "here.gguf + beside.gguf + qwen2.5-0.5b-q4_k_m.gguf",
		  "here+beside+qwen2.5-0.5b-q4_k_m", 2 },
		{ "odd + name.gguf", "odd + name", 0 },
	};
	static const struct {
		const char *spec, *msg;
	} bad[] = {
		{ "here.gguf + ", "a model's name is empty; give the path of a GGUF file" },
		{ "here.gguf + play.script.json + here.gguf + here.gguf",
		  "'here.gguf + play.script.json + here.gguf + here.gguf': a model can have one "
		  "adapter and one projector" },
		{ "here.gguf + folder/big-00001-of-00003.gguf",
		  "'folder/big-00001-of-00003.gguf' comes in parts; an adapter or projector must "
		  "be one file" },
	};
	struct arena a = { 0 };
	struct model model;
	struct err err;

	(void)state;
	scratch_text("odd + name.gguf", "GGUF");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(model_find(&a, rows[i].spec, "folder/job.yaml", &model, &err), 0);
		assert_string_equal(model.spec, rows[i].spec);
		assert_string_equal(model.label, rows[i].label);
		assert_int_equal(model.n_extras, rows[i].n);
		assert_null(model.adapter.path);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(model_find(&a, bad[i].spec, "jobs/job.yaml", &model, &err), -1);
		if (i == 1)
			assert_string_equal(err.msg, bad[i].msg);
		else
			assert_non_null(strstr(err.msg, bad[i].msg));
	}
	arena_release(&a);
}

/* The adapter is part of the identity. */
static void test_changed_adapter(void **state)
{
	struct arena a = { 0 };
	struct model model;
	struct err err;

	(void)state;
	scratch_text("lora.gguf", "GGUF one");
	assert_int_equal(model_find(&a, "here.gguf + lora.gguf", NULL, &model, &err), 0);
	model.adapter.path = model.extras[0].path;
	model.adapter.stamp = model.extras[0].stamp;
	assert_true(model_is_unchanged(&model));
	scratch_text("lora.gguf", "GGUF other");
	assert_false(model_is_unchanged(&model));
	assert_int_equal(unlink("lora.gguf"), 0);
	assert_false(model_is_unchanged(&model));
	arena_release(&a);
}

static void test_unreadable(void **state)
{
	struct arena a = { 0 };
	struct model model;
	struct err err;

	(void)state;
	if (geteuid() == 0)
		skip(); /* root reads everything */
	scratch_text("locked.gguf", "GGUF");
	assert_int_equal(chmod("locked.gguf", 0), 0);
	assert_int_equal(model_find(&a, "locked.gguf", NULL, &model, &err), -1);
	assert_string_equal(err.msg, "cannot open 'locked.gguf': Permission denied");
	arena_release(&a);
}

static void count_calls(void *ctx, uint64_t done_bytes)
{
	uint64_t *last = ctx;

	assert_true(done_bytes > *last);
	*last = done_bytes;
}

static void test_hash_over_all_parts(void **state)
{
	char whole[HASH_HEX_LEN + 1];
	struct arena a = { 0 };
	struct model model;
	uint64_t last = 0;
	struct err err;

	(void)state;
	assert_int_equal(model_find(&a, "folder/big-00002-of-00003.gguf", NULL, &model, &err), 0);
	assert_string_equal(model_part(&a, &model, 0), "folder/big-00001-of-00003.gguf");
	assert_string_equal(model_part(&a, &model, 2), "folder/big-00003-of-00003.gguf");
	assert_int_equal(model_hash(&a, &model, count_calls, &last, &err), 0);
	hash_bytes("one two three", 13, whole);
	assert_string_equal(model.sha256, whole);
	assert_int_equal(model_find(&a, "here.gguf", NULL, &model, &err), 0);
	assert_int_equal(model_hash(&a, &model, NULL, NULL, &err), 0);
	hash_bytes("GGUF here", 9, whole);
	assert_string_equal(model.sha256, whole);
	arena_release(&a);
}

static void test_changed_while_hashed(void **state)
{
	struct arena a = { 0 };
	struct model model;
	struct err err;

	(void)state;
	scratch_text("growing.gguf", "GGUF");
	assert_int_equal(model_find(&a, "growing.gguf", NULL, &model, &err), 0);
	scratch_text("growing.gguf", "GGUF and more");
	assert_int_equal(model_hash(&a, &model, NULL, NULL, &err), -1);
	assert_string_equal(err.msg,
			    "'growing.gguf' changed while it was read; wait until its download "
			    "is complete");
	assert_string_equal(model.sha256, "");
	arena_release(&a);
}

static void test_scan(void **state)
{
	struct arena a = { 0 };
	struct model *models;
	struct err err;
	size_t n;

	(void)state;
	assert_int_equal(model_scan(&a, "folder", &models, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_string_equal(models[0].path, "folder/beside.gguf");
	assert_string_equal(models[1].label, "big");
	assert_int_equal(models[1].stamp.size_bytes, 13);
	assert_int_equal(model_scan(&a, "empty-folder", &models, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(model_scan(&a, "missing", &models, &n, &err), -1);
	assert_string_equal(err.msg, "cannot open folder 'missing': No such file or directory");
	arena_release(&a);
}

static void test_scan_many(void **state)
{
	struct arena a = { 0 };
	struct model *models;
	struct err err;
	size_t n;

	(void)state;
	assert_int_equal(mkdir("many", 0700), 0);
	for (int i = 99; i >= 0; i--)
		scratch_text(arena_printf(&a, "many/m%02d.gguf", i), "GGUF");
	assert_int_equal(model_scan(&a, "many", &models, &n, &err), 0);
	assert_int_equal(n, 100);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(models[i].label, arena_printf(&a, "m%02zu", i));
	arena_release(&a);
}

static void test_folders(void **state)
{
	struct arena a = { 0 };
	const char **dirs;
	size_t n;

	(void)state;
	model_folders(&a, &dirs, &n);
	assert_int_equal(n, 2);
	assert_string_equal(dirs[0], "shelf");
	assert_string_equal(dirs[1], "missing-shelf");
	unsetenv("TOEHOLD_MODELS");
	model_folders(&a, &dirs, &n);
	assert_int_equal(n, 0);
	setenv("TOEHOLD_MODELS", ":shelf:missing-shelf:", 1);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_bad_specs),
		cmocka_unit_test(test_what_goes_with_a_model),
		cmocka_unit_test(test_changed_adapter),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_hash_over_all_parts),
		cmocka_unit_test(test_changed_while_hashed),
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_scan_many),
		cmocka_unit_test(test_folders),
	};

	return cmocka_run_group_tests(tests, enter, scratch_leave);
}
