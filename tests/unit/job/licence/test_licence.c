/*
 * The licence gate: the table is consistent, each family gets its verdict, and an unknown or
 * contradictory licence is never OK.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>

#include "base/file.h"
#include "base/str.h"
#include "licence_fixture.h"
#include "unit/scratch.h"

static const struct job research = { .use = USE_RESEARCH };

static void test_every_licence(void **state)
{
	size_t n;
	const struct licence_row *rows = licence_table(&n);
	struct arena a = { 0 };

	(void)state;
	assert_true(n > 40);
	for (size_t i = 0; i < n; i++) {
		const struct licence_row *r = &rows[i];
		const char *alias = r->aliases;

		if (!*r->id || !*r->name || licence_find(r->id) != r)
			fail_msg("%s: is not found by its id", r->id);
		if (r->research > r->commercial)
			fail_msg("%s: research is worse off than commerce", r->id);
		if (r->commercial != OK && !*r->conditions)
			fail_msg("%s: asks to be read, and says nothing", r->id);
		for (const char *p = r->id; *p; p++)
			if (isspace((unsigned char)*p) || isupper((unsigned char)*p))
				fail_msg("%s: an id is in lower case, without spaces", r->id);
		while (*alias) {
			size_t len = strcspn(alias, ";");

			if (licence_find(arena_strndup(&a, alias, len)) != r)
				fail_msg("%s: its alias %s is another's", r->id, alias);
			alias += len + (alias[len] == ';');
		}
	}
	arena_release(&a);
}

/* Every pattern finds its own row, so no earlier row hides it, and its licence exists. */
/* A family's name is also in names of models that are built on others. */
static void test_encoder_names(void **state)
{
	static const struct {
		const char *name, *licence;
	} rows[] = {
		{ "bge-small-en-v1.5", "mit" },
		{ "bge-m3", "mit" },
		{ "bge-multilingual-gemma2", "gemma" },
		{ "Multilingual-MiniLM-L12-H384", "mit" },
		{ "paraphrase-multilingual-MiniLM-L12-v2", "apache-2.0" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(licence_family_of(&a, rows[i].name)->licence, rows[i].licence);
	arena_release(&a);
}

static void test_every_family_and_text(void **state)
{
	size_t n_families, n_texts;
	const struct family_row *families = licence_families(&n_families);
	const struct text_row *texts = licence_texts(&n_texts);
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < n_families; i++) {
		const struct family_row *f = &families[i];

		if (!licence_find(f->licence))
			fail_msg("%s: no licence %s", f->pattern ? f->pattern : f->arch,
				 f->licence);
		if (f->pattern && licence_family_of(&a, f->pattern) != f)
			fail_msg("%s: hidden by '%s'", f->pattern,
				 licence_family_of(&a, f->pattern)->pattern);
		if (f->arch && licence_family_of_arch(f->arch) != f)
			fail_msg("%s: hidden", f->arch);
	}
	for (size_t i = 0; i < n_texts; i++) {
		const char *text = arena_printf(&a, "%s %s", texts[i].opening, texts[i].also);
		bool more;

		if (!licence_find(texts[i].licence))
			fail_msg("%s: no licence %s", texts[i].opening, texts[i].licence);
		if (licence_text_of(&a, text, strlen(text), &more) != &texts[i] || more)
			fail_msg("%s: hidden", texts[i].opening);
	}
	arena_release(&a);
}

static void test_ids_as_people_write_them(void **state)
{
	static const struct {
		const char *said, *id;
	} rows[] = {
		{ "Apache-2.0", "apache-2.0" },
		{ "apache_2.0", "apache-2.0" },
		{ "Apache License 2.0", "apache-2.0" },
		{ "MIT", "mit" },
		{ "Llama3.2", "llama3.2" },
		{ "CC-BY-NC-4.0", "cc-by-nc-4.0" },
		{ "mrl", "mrl-0.1" },
		{ "GPL-3.0-or-later", "gpl-3.0" },
	};

	static const char *const unknown[] = { "",     "other",	    "unknown",	     "apache",
					       "mit2", "apache-2.", "MIT OR GPL-3.0" };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		if (!licence_find(rows[i].said))
			fail_msg("%s is not found", rows[i].said);
		assert_string_equal(licence_find(rows[i].said)->id, rows[i].id);
	}
	for (size_t i = 0; i < N(unknown); i++)
		if (licence_find(unknown[i]))
			fail_msg("'%s' is taken for %s", unknown[i], licence_find(unknown[i])->id);
	assert_string_equal(licence_nearest("apache2.1"), "apache-2.0");
	assert_null(licence_nearest("whatever the lawyers say"));
}

/* Name as published, its licence, and the verdicts for commercial use and research. */
static const struct {
	const char *name, *licence;
	enum licence_verdict commercial, research;
} published[] = {
	{ "openai/gpt-oss-20b", "apache-2.0", OK, OK },
	{ "mistralai/Mistral-7B-Instruct-v0.3", "apache-2.0", OK, OK },
	{ "mistralai/Mistral-Nemo-Instruct-2407", "apache-2.0", OK, OK },
	{ "mistralai/Mistral-Small-24B-Instruct-2501", "apache-2.0", OK, OK },
	{ "mistralai/Mistral-Small-3.2-24B-Instruct-2506", "apache-2.0", OK, OK },
	{ "mistralai/Ministral-3-8B-Instruct-2512", "apache-2.0", OK, OK },
	{ "mistralai/Magistral-Small-2506", "apache-2.0", OK, OK },
	{ "mistralai/Devstral-Small-2507", "apache-2.0", OK, OK },
	{ "mistralai/Mistral-Large-Instruct-2407", "mrl-0.1", BLOCK, READ },
	{ "mistralai/Mistral-Large-Instruct-2411", "mrl-0.1", BLOCK, READ },
	{ "mistralai/Mistral-Small-Instruct-2409", "mrl-0.1", BLOCK, READ },
	{ "mistralai/Ministral-8B-Instruct-2410", "mrl-0.1", BLOCK, READ },
	{ "mistralai/Pixtral-Large-Instruct-2411", "mrl-0.1", BLOCK, READ },
	{ "mistralai/Codestral-22B-v0.1", "mnpl-0.1", BLOCK, READ },
	{ "mistralai/Devstral-2-123B-Instruct-2512", "modified-mit", READ, READ },
	{ "mistralai/Mistral-Medium-3.5-128B", "mrl-0.1", BLOCK, READ },
	{ "mistralai/Mixtral-8x7B-Instruct-v0.1", "apache-2.0", OK, OK },
	{ "mistralai/Mixtral-8x22B-Instruct-v0.1", "apache-2.0", OK, OK },
	{ "huggyllama/llama-7b", "llama1", BLOCK, READ },
	{ "meta-llama/Llama-2-7b-chat-hf", "llama2", READ, READ },
	{ "meta-llama/Meta-Llama-3-8B-Instruct", "llama3", READ, READ },
	{ "meta-llama/Llama-3.1-8B-Instruct", "llama3.1", READ, READ },
	{ "https://huggingface.co/meta-llama/Llama-3.2-1B", "llama3.2", READ, READ },
	{ "llama3.2:1b", "llama3.2", READ, READ },
	{ "meta-llama/Llama-3.3-70B-Instruct", "llama3.3", READ, READ },
	{ "meta-llama/Llama-4-Scout-17B-16E-Instruct", "llama4", READ, READ },
	{ "codellama/CodeLlama-7b-Instruct-hf", "llama2", READ, READ },
	{ "TinyLlama/TinyLlama-1.1B-Chat-v1.0", "apache-2.0", OK, OK },
	{ "xai-org/grok-1", "apache-2.0", OK, OK },
	{ "xai-org/grok-2", "grok2-community", READ, READ },
	{ "deepseek-ai/DeepSeek-R1", "mit", OK, OK },
	{ "deepseek-ai/DeepSeek-R1-0528", "mit", OK, OK },
	{ "deepseek-ai/DeepSeek-V3.2", "mit", OK, OK },
	{ "deepseek-ai/DeepSeek-V4-Flash", "mit", OK, OK },
	{ "deepseek-ai/DeepSeek-OCR", "mit", OK, OK },
	{ "deepseek-ai/DeepSeek-V3", "deepseek", READ, READ },
	{ "deepseek-ai/DeepSeek-V2-Lite-Chat", "deepseek", READ, READ },
	{ "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B", "apache-2.0", OK, OK },
	{ "deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "llama3.1", READ, READ },
	{ "deepseek-ai/DeepSeek-R1-Distill-Llama-70B", "llama3.3", READ, READ },
	{ "Qwen/Qwen3-0.6B", "apache-2.0", OK, OK },
	{ "Qwen/Qwen3.5-4B", "apache-2.0", OK, OK },
	{ "Qwen/Qwen3.6-35B-A3B", "apache-2.0", OK, OK },
	{ "Qwen/Qwen2.5-0.5B-Instruct", "apache-2.0", OK, OK },
	{ "Qwen2.5 Coder 1.5B Instruct GGUF", "apache-2.0", OK, OK },
	{ "Qwen/Qwen2.5-32B-Instruct", "apache-2.0", OK, OK },
	{ "Qwen/Qwen2.5-3B-Instruct", "qwen-research", BLOCK, READ },
	{ "qwen2.5-coder-3b-instruct-q4_k_m", "qwen-research", BLOCK, READ },
	{ "Qwen/Qwen2.5-72B-Instruct", "qwen", READ, READ },
	{ "Qwen/Qwen2-72B-Instruct", "tongyi-qianwen", READ, READ },
	{ "Qwen/Qwen-7B-Chat", "tongyi-qianwen", READ, READ },
	{ "Qwen/Qwen-1_8B-Chat", "tongyi-qianwen-research", BLOCK, READ },
	{ "google/gemma-2b", "gemma", READ, READ },
	{ "google/gemma-2-9b-it", "gemma", READ, READ },
	{ "gemma-3-270m-q4_k_m", "gemma", READ, READ },
	{ "google/gemma-3n-E2B-it", "gemma", READ, READ },
	{ "google/gemma-4-E2B-it", "apache-2.0", OK, OK },
	{ "lmsys/vicuna-7b-v1.3", "llama1", BLOCK, READ },
	{ "lmsys/vicuna-13b-v1.5-16k", "llama2", READ, READ },
	{ "liuhaotian/llava-v1.5-7b", "llama2", READ, READ },
	{ "liuhaotian/LLaVA-7b-delta-v0", "llama1", BLOCK, READ },
	{ "liuhaotian/llava-v1.6-mistral-7b", "apache-2.0", OK, OK },
	{ "microsoft/phi-4", "mit", OK, OK },
	{ "microsoft/phi-2", "mit", OK, OK },
	{ "microsoft/Phi-3-mini-4k-instruct", "mit", OK, OK },
	{ "microsoft/Phi-3.5-mini-instruct", "mit", OK, OK },
	{ "tiiuae/falcon-7b-instruct", "apache-2.0", OK, OK },
	{ "tiiuae/falcon-40b", "apache-2.0", OK, OK },
	{ "tiiuae/falcon-180B", "falcon-180b", READ, READ },
	{ "tiiuae/falcon-11B", "falcon-llm-license", READ, READ },
	{ "tiiuae/Falcon3-7B-Instruct", "falcon-llm-license", READ, READ },
	{ "tiiuae/Falcon-H1R-7B", "falcon-llm-license", READ, READ },
	{ "bigscience/bloom-560m", "bigscience-bloom-rail-1.0", READ, READ },
	{ "bigscience/bloomz-7b1", "bigscience-bloom-rail-1.0", READ, READ },
	{ "HuggingFaceTB/SmolLM2-135M-Instruct", "apache-2.0", OK, OK },
	{ "HuggingFaceTB/SmolLM3-3B", "apache-2.0", OK, OK },
	{ "CohereLabs/c4ai-command-r-v01", "cc-by-nc-4.0", BLOCK, READ },
	{ "LiquidAI/LFM2-1.2B", "lfm1.0", READ, READ },
	{ "LiquidAI/d1-3B", "lfm1.0", READ, READ },
	{ "LiquidAI/d1-omni-600M", "lfm1.0", READ, READ },
	{ "openjev/openjev", "cc-by-nc-4.0", BLOCK, READ },
	{ "bev-decider", "cc-by-nc-4.0", BLOCK, READ },
	{ "convaiinnovations/laya", "apache-2.0", OK, OK },
	{ "SupersonicLabs/Julia-1", "apache-2.0", OK, OK },
	{ "jaredpalmer/kev-4b", "apache-2.0", OK, OK },
	{ "perplexity-ai/pplx-decider-v1-27b", "apache-2.0", OK, OK },
};

/*
 * Each model as a base with the right label, as a base with a label that promises more, and as a
 * name only, with and without such a label.
 */
static void test_published_models(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(published); i++) {
		const char *name = published[i].name, *id = published[i].licence;
		enum licence_verdict v = published[i].commercial;
		struct arena a = { 0 };
		struct model m = model_of("", id, name);
		struct licence l = judge(&a, &m, &commercial);

		assert_verdict(&l, v, id, "file: general.license", name);
		l = judge(&a, &m, &research);
		assert_verdict(&l, published[i].research, id, "file: general.license", name);
		m = model_of("", "unlicense", name);
		l = judge(&a, &m, &commercial);
		assert_verdict(&l, v, v == OK ? "unlicense" : id,
			       v == OK ? "file: general.license" : "file: general.base_model",
			       name);
		m = model_of(name, "unlicense", "");
		l = judge(&a, &m, &commercial);
		assert_verdict(&l, v == OK ? OK : READ, v == OK ? "unlicense" : id,
			       v == OK ? "file: general.license" : "by its name", name);
		m = model_of(name, "", "");
		l = judge(&a, &m, &commercial);
		assert_verdict(&l, READ, id, "by its name", name);
		if ((strstr(l.why, "forbids commercial use") != NULL) != (v == BLOCK))
			fail_msg("%s: %s", name, l.why);
		arena_release(&a);
	}
}

static void test_unknown_is_read(void **state)
{
	static const char *const names[] = { "", "my model", "llama", "qwerty", "phigros", "32b" };
	struct arena a = { 0 };
	struct model m;
	struct licence l;

	(void)state;
	for (size_t i = 0; i < N(names); i++) {
		m = model_of(names[i], "", "");
		l = judge(&a, &m, &commercial);
		assert_verdict(&l, READ, "", "nothing stated", names[i]);
		l = judge(&a, &m, NULL);
		assert_verdict(&l, READ, "", "nothing stated", names[i]);
	}
	m.has_facts = false;
	memset(&m.facts, 0, sizeof(m.facts));
	l = judge(&a, &m, &research);
	assert_verdict(&l, READ, "", "nothing stated", "no facts");
	m = model_of("", "free for the good", "");
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, READ, "", "file: general.license", "strange licence");
	/* A derivative without a licence of its own is READ, even with a good base. */
	m = model_of("", "", "HuggingFaceTB/SmolLM2-135M");
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, READ, "apache-2.0", "file: general.base_model", "says nothing itself");
	/* A derivative of an unknown base is READ, even with a good label. */
	m = model_of("", "apache-2.0", "https://huggingface.co/somebody/something");
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, READ, "apache-2.0", "file: general.base_model", "unknown base");
	/* By architecture, if no name matches. */
	m = model_of("my model", "", "");
	snprintf(m.facts.arch, sizeof(m.facts.arch), "gemma3");
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, READ, "gemma", "by its name", "architecture");
	/* Only the user can claim an own agreement. */
	m = model_of("", "own-agreement", "");
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, READ, "", "file: general.license", "own-agreement in a file");
	arena_release(&a);
}

/* A derivative may be stricter than its base, but never freer. The conditions of both hold. */
static void test_derivatives(void **state)
{
	struct arena a = { 0 };
	struct model m = model_of("functioncall", "apache-2.0", "meta-llama/Llama-3.2-3B");
	struct licence l = judge(&a, &m, &commercial);

	(void)state;
	assert_verdict(&l, READ, "llama3.2", "file: general.base_model", "freer");
	assert_string_equal(l.why, "its header says apache-2.0; it is made from "
				   "meta-llama/Llama-3.2-3B, and that has llama3.2");
	m = model_of("stricter", "cc-by-nc-4.0", "HuggingFaceTB/SmolLM2-135M");
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, BLOCK, "cc-by-nc-4.0", "file: general.license", "stricter");
	m = model_of("both", "gemma", "meta-llama/Llama-3.1-8B");
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, READ, "gemma", "file: general.license", "both");
	assert_non_null(strstr(l.conditions, "prohibited uses"));
	assert_non_null(strstr(l.conditions, "700 million"));
	m = model_of("strange label", "other", "Qwen/Qwen2.5-3B");
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, BLOCK, "qwen-research", "file: general.base_model", "strange label");
	l = judge(&a, &m, &research);
	assert_verdict(&l, READ, "qwen-research", "file: general.license", "for research");
	arena_release(&a);
}

/* Of a model and its adapter the worse verdict counts, with the conditions of both. */
static void test_adapters(void **state)
{
	static const struct {
		const char *model, *adapter;
		enum model_kind kind;
		enum licence_verdict verdict;
		const char *id, *source;
	} rows[] = {
		{ "apache-2.0", "mit", MODEL_KIND_ADAPTER, LICENCE_OK, "apache-2.0",
		  "file: general.license" },
		{ "apache-2.0", "cc-by-nc-4.0", MODEL_KIND_ADAPTER, LICENCE_BLOCK, "cc-by-nc-4.0",
		  "adapter 'm': file: general.license" },
		{ "cc-by-nc-4.0", "apache-2.0", MODEL_KIND_ADAPTER, LICENCE_BLOCK, "cc-by-nc-4.0",
		  "file: general.license" },
		{ "apache-2.0", "", MODEL_KIND_ADAPTER, LICENCE_READ, "",
		  "adapter 'm': nothing stated" },
		/* A projector comes from the model's publisher, so it does not count. */
		{ "apache-2.0", "", MODEL_KIND_PROJECTOR, LICENCE_OK, "apache-2.0",
		  "file: general.license" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct model extra = model_of("an adapter", rows[i].adapter, "");
		struct model m = model_of("a model", rows[i].model, "");
		struct licence l;

		extra.facts.kind = rows[i].kind;
		m.extras = &extra;
		m.n_extras = 1;
		licence_judge_together(&a, &m, &commercial, &l);
		assert_int_equal(l.verdict, rows[i].verdict);
		assert_string_equal(l.id, rows[i].id);
		assert_string_equal(l.source, rows[i].source);
		if (rows[i].kind == MODEL_KIND_ADAPTER)
			assert_non_null(strstr(l.why, "adapter 'm': "));
	}
	arena_release(&a);
}

static void test_users_word(void **state)
{
	static const char *const names[] = { "alone/m.gguf", "m.gguf", "m" };
	struct arena a = { 0 };
	struct model m = model_of("", "apache-2.0", "Qwen/Qwen2.5-3B");
	struct licence l;

	(void)state;
	for (size_t i = 0; i < N(names); i++) {
		struct licence_word words[] = { { "other", "mit" }, { names[i], "own-agreement" } };
		struct job job = { .licence_words = words, .n_licence_words = 2 };

		l = judge(&a, &m, &job);
		assert_verdict(&l, OK, "own-agreement", "the job file", names[i]);
		assert_non_null(strstr(l.why, "and that has qwen-research"));
		words[1].licence = "cc-by-nc-4.0";
		l = judge(&a, &m, &job);
		assert_verdict(&l, BLOCK, "cc-by-nc-4.0", "the job file", names[i]);
		words[1].model = "n";
		l = judge(&a, &m, &job);
		assert_verdict(&l, BLOCK, "qwen-research", "file: general.base_model", "no word");
	}
	arena_release(&a);
}

/* `use: evaluate` is judged as commercial use. */
static void test_evaluate(void **state)
{
	struct job job = { .use = USE_EVALUATE, .evaluate = true };
	struct arena a = { 0 };
	struct model m = model_of("", "cc-by-nc-4.0", "");
	struct licence l = judge(&a, &m, &job);

	(void)state;
	assert_verdict(&l, BLOCK, "cc-by-nc-4.0", "file: general.license", "evaluate");
	assert_string_equal(licence_use_name(&job), "commercial");
	assert_string_equal(licence_use_name(&research), "research");
	m.engine = ENGINE_BASELINE;
	l = judge(&a, &m, &job);
	assert_verdict(&l, OK, "", "no model", "baseline");
	arena_release(&a);
}

static void test_words(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(licence_words(&a, "OK", "mit", "the job file"), "OK mit");
	assert_string_equal(licence_words(&a, "READ", "mit", "by its name"), "READ mit?");
	assert_string_equal(licence_words(&a, "READ", "", "nothing stated"), "READ");
	arena_release(&a);
}

/* docs/licences.md lists every licence, with its verdicts. */
static void test_page(void **state)
{
	const char *root = getenv("TOEHOLD_SOURCE_DIR");
	struct arena a = { 0 };
	const struct licence_row *rows;
	struct err err;
	size_t n, len;
	char *page;

	(void)state;
	if (!root) {
		print_message("SKIPPED: TOEHOLD_SOURCE_DIR is not set\n");
		skip();
	}
	if (file_read(&a, arena_printf(&a, "%s/docs/licences.md", root), 1 << 20, &page, &len,
		      &err) < 0)
		fail_msg("%s", err.msg);
	rows = licence_table(&n);
	for (size_t i = 0; i < n; i++) {
		const char *row =
			arena_printf(&a, "\n| `%s` | %s | %s | %s |", rows[i].id, rows[i].name,
				     licence_verdict_name(rows[i].commercial),
				     licence_verdict_name(rows[i].research));

		if (!strstr(page, row))
			fail_msg("docs/licences.md has no row%s", row);
	}
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_licence),
		cmocka_unit_test(test_encoder_names),
		cmocka_unit_test(test_every_family_and_text),
		cmocka_unit_test(test_ids_as_people_write_them),
		cmocka_unit_test(test_published_models),
		cmocka_unit_test(test_unknown_is_read),
		cmocka_unit_test(test_derivatives),
		cmocka_unit_test(test_adapters),
		cmocka_unit_test(test_users_word),
		cmocka_unit_test(test_evaluate),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_page),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
