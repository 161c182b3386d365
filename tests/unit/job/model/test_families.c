/*
 * The table of families: complete, and consistent with licences.def. Its rows match the lines of
 * tests/families/table.py, and each model of that table is found by its name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/file.h"
#include "base/str.h"
#include "job/licence/licence_rows.h"
#include "job/model/families.h"

#define TABLE "tests/families/table.py"

static void check_licences(struct arena *a, const char *licences)
{
	const char *part;
	size_t n;

	while ((part = str_next_part(&licences, ';', &n)))
		if (!licence_find(arena_strndup(a, part, n)))
			fail_msg("'%.*s' is not a licence of licences.def", (int)n, part);
}

static void test_rows(void **state)
{
	struct arena a = { 0 };
	size_t n;
	const struct family *rows = family_table(&n);

	(void)state;
	assert_true(n >= 20);
	for (size_t i = 0; i < n; i++) {
		const struct family *f = &rows[i];

		assert_true(*f->id && *f->title && *f->words && *f->archs && *f->trap);
		assert_true(!*f->pooling || strcmp(f->pooling, "mean") == 0 ||
			    strcmp(f->pooling, "cls") == 0 || strcmp(f->pooling, "last") == 0);
		assert_true(*f->pooling || !*f->query_prefix);
		check_licences(&a, f->licences);
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(f->id, rows[j].id);
			assert_string_not_equal(f->title, rows[j].title);
		}
	}
	arena_release(&a);
}

/* The text between `key` and the next quote after `from`; moves past it. */
static char *next_value(struct arena *a, const char **from, const char *key)
{
	const char *at = strstr(*from, key);

	if (!at)
		return NULL;
	at += strlen(key);
	*from = at + strcspn(at, "\"");
	return arena_strndup(a, at, strcspn(at, "\""));
}

static const struct family *with_id(const char *id)
{
	size_t n;
	const struct family *rows = family_table(&n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].id, id) == 0)
			return &rows[i];
	return NULL;
}

/* A new family needs a row and a line in the tests' table. */
static void test_each_row_has_a_line(void **state)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	size_t n, len;
	const struct family *rows = family_table(&n);
	char *table;

	(void)state;
	if (file_read(&a, TABLE, 1 << 20, &table, &len, &err) < 0)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < n; i++)
		if (!strstr(table, arena_printf(&a, "\"family\": \"%s\"", rows[i].id)))
			fail_msg("family '%s' has no line in " TABLE, rows[i].id);
	arena_release(&a);
}

static void test_found_by_name(void **state)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	const char *at, *id;
	size_t len, n = 0;
	char *table;

	(void)state;
	if (file_read(&a, TABLE, 1 << 20, &table, &len, &err) < 0)
		fail_msg("%s", err.msg);
	at = table;
	while ((id = next_value(&a, &at, "\"family\": \""))) {
		struct model m = { .label = "x", .has_facts = true };
		const char *name = next_value(&a, &at, "\"name\": \"");
		const struct family *f;

		snprintf(m.facts.name, sizeof(m.facts.name), "%s", name);
		if (!with_id(id))
			fail_msg("'%s' of " TABLE " is not a row of families.def", id);
		m.facts.kind = with_id(id)->kind;
		f = family_of(&a, &m);
		if (!f || strcmp(f->id, id) != 0)
			fail_msg("'%s' is taken for '%s', not for '%s'", name, f ? f->id : "none",
				 id);
		n++;
	}
	assert_true(n >= 25);
	arena_release(&a);
}

static void test_found_otherwise(void **state)
{
	static const struct {
		const char *name, *label, *arch, *id;
	} cases[] = {
		{ "", "Meta-Llama-3.1-8B-Instruct-Q4_K_M", "llama", "llama3" },
		{ "", "x", "gemma2", "gemma" },
		{ "", "x", "gpt-oss", "gpt-oss" },
		{ "", "x", "llama", NULL },
		{ "", "x", "nonesuch", NULL },
		{ "Qwen3 8B", "mistral-7b", "llama", "qwen3" },
		{ "DeepSeek R1 Distill Llama 8B", "x", "llama", "deepseek-r1-distill" },
		{ "Dolphins", "x", "", NULL },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct model m = { .label = cases[i].label, .has_facts = true };
		const struct family *f;

		snprintf(m.facts.name, sizeof(m.facts.name), "%s", cases[i].name);
		snprintf(m.facts.arch, sizeof(m.facts.arch), "%s", cases[i].arch);
		f = family_of(&a, &m);
		if (!cases[i].id)
			assert_null(f);
		else if (!f || strcmp(f->id, cases[i].id) != 0)
			fail_msg("case %zu is taken for '%s', not for '%s'", i, f ? f->id : "none",
				 cases[i].id);
	}
	arena_release(&a);
}

/* Rows of encoders are only for encoders, and the others only for the others. */
static void test_kinds(void **state)
{
	static const struct {
		const char *name, *arch;
		enum model_kind kind;
		const char *id, *prefix;
	} cases[] = {
		{ "Qwen3 Embedding 0.6B", "qwen3", MODEL_KIND_ENCODER, "qwen3-embedding",
		  "Instruct: Classify the text by its topic\nQuery:" },
		{ "Qwen3 0.6B", "qwen3", MODEL_KIND_MODEL, "qwen3", "" },
		{ "x", "qwen3", MODEL_KIND_ENCODER, "qwen3-embedding",
		  "Instruct: Classify the text by its topic\nQuery:" },
		{ "Embeddinggemma 300M", "gemma-embedding", MODEL_KIND_ENCODER, "embeddinggemma",
		  "task: classification | query: " },
		{ "Gemma 3 270m", "gemma3", MODEL_KIND_MODEL, "gemma", "" },
		{ "all-MiniLM-L6-v2", "bert", MODEL_KIND_ENCODER, "minilm", "" },
		{ "Multilingual E5 Small", "bert", MODEL_KIND_ENCODER, "e5", "query: " },
		{ "Multilingual E5 Large Instruct", "bert", MODEL_KIND_ENCODER, "e5-instruct",
		  "Instruct: Classify the text by its topic\nQuery: " },
		{ "Bge M3", "bert", MODEL_KIND_ENCODER, "bge-m3", "" },
		{ "Bge Small En v1.5", "bert", MODEL_KIND_ENCODER, "bge", "" },
		{ "bge-multilingual-gemma2", "bert", MODEL_KIND_ENCODER, NULL, "" },
		{ "Nomic Embed Text v1.5", "nomic-bert", MODEL_KIND_ENCODER, "nomic",
		  "classification: " },
		{ "x", "nomic-bert-moe", MODEL_KIND_ENCODER, "nomic", "classification: " },
		{ "x", "bert", MODEL_KIND_ENCODER, NULL, "" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct model m = { .label = "x", .has_facts = true, .facts.kind = cases[i].kind };
		const struct family *f;

		snprintf(m.facts.name, sizeof(m.facts.name), "%s", cases[i].name);
		snprintf(m.facts.arch, sizeof(m.facts.arch), "%s", cases[i].arch);
		f = family_of(&a, &m);
		if (cases[i].id ? !f || strcmp(f->id, cases[i].id) != 0 : f != NULL)
			fail_msg("'%s' is taken for '%s'", cases[i].name, f ? f->id : "none");
		assert_string_equal(family_query_prefix(&a, &m), cases[i].prefix);
	}
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),	      cmocka_unit_test(test_each_row_has_a_line),
		cmocka_unit_test(test_found_by_name), cmocka_unit_test(test_found_otherwise),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
