/*
 * For tests that run a real model through engine.h, in this process and without a sandbox: the
 * models, one that stays open between tests, and one question with its answer. The smallest model
 * is always tested, all of them if TOEHOLD_HEAVY is set. One thread gives the same numbers as more
 * (test_llama_prompt.c), and other processes disturb it less.
 */
#ifndef LLAMA_FIXTURE_H
#define LLAMA_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/str.h"
#include "engine/llama/llama_engine.h"

enum { FIXTURE_TICKETS_MAX = 32 };

#define TINY_MODEL "smollm2-135m-instruct-q4_1.gguf"

static const char *const fixture_models[] = {
	TINY_MODEL,
	"gemma-3-270m-q4_k_m.gguf",
	"qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
	"qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
};

/* Number of models to test. */
static inline size_t fixture_n_models(void)
{
	return getenv("TOEHOLD_HEAVY") ? sizeof(fixture_models) / sizeof(fixture_models[0]) : 1;
}

/* The file in the folders of TOEHOLD_MODELS or in the cache, or NULL. */
static inline const char *fixture_path(struct arena *a, const char *name)
{
	const char *folders = getenv("TOEHOLD_MODELS"), *home = getenv("HOME");
	char *rest = arena_printf(a, "%s:%s/.cache/toehold/models", folders ? folders : "",
				  home ? home : "");
	char *folder;

	while ((folder = strsep(&rest, ":"))) {
		const char *path = arena_printf(a, "%s/%s", folder, name);

		if (*folder && access(path, R_OK) == 0)
			return path;
	}
	return NULL;
}

#define MINILM "all-minilm-l6-v2-f16.gguf"

/* MiniLM, and the rows of ENCODERS in tests/families/table.py. */
static char *const fixture_encoders[] = {
	MINILM,
	"bert.gguf",
	"e5.gguf",
	"nomic-bert.gguf",
	"jina-bert-v2.gguf",
	"modern-bert.gguf",
	"embeddinggemma.gguf",
	"qwen3-embedding.gguf",
};

/* Whether a file is one of those. */
static inline bool fixture_is_encoder(const char *name)
{
	for (size_t i = 0; i < sizeof(fixture_encoders) / sizeof(fixture_encoders[0]); i++)
		if (strcmp(name, fixture_encoders[i]) == 0)
			return true;
	return false;
}

/* Makes fixture_path() look among the small models of TOEHOLD_FAMILIES first, if it is set. */
static inline void fixture_add_families(struct arena *a)
{
	const char *models = getenv("TOEHOLD_MODELS"), *families = getenv("TOEHOLD_FAMILIES");

	if (families)
		setenv("TOEHOLD_MODELS", arena_printf(a, "%s:%s", families, models ? models : ""),
		       1);
}

/* The path of a small model of TOEHOLD_FAMILIES. Skips the test if it was not made. */
static inline const char *fixture_family(struct arena *a, const char *name)
{
	const char *folder = getenv("TOEHOLD_FAMILIES");
	const char *path = arena_printf(a, "%s/%s.gguf", folder ? folder : "", name);

	if (access(path, R_OK) != 0) {
		fprintf(stderr, "%s is not there: run scripts/families\n", path);
		skip();
	}
	return path;
}

static struct {
	const char *name;
	struct engine *engine;
	struct msg_opened opened;
	struct arena arena;
} fixture;

static inline void fixture_close(void)
{
	engine_close(fixture.engine);
	arena_release(&fixture.arena);
	memset(&fixture, 0, sizeof(fixture));
}

static inline int fixture_leave(void **state)
{
	(void)state;
	fixture_close();
	return 0;
}

/* The engine with this model open. Skips the test if the model was not fetched. */
static inline struct engine *fixture_open(const char *name)
{
	struct msg_open open = { .n_paths = 1, .n_threads = 1 };
	enum outcome outcome;
	struct err err = { 0 };

	if (fixture.name && strcmp(fixture.name, name) == 0)
		return fixture.engine;
	fixture_close();
	open.paths = arena_array(&fixture.arena, 1, sizeof(*open.paths));
	open.paths[0] = fixture_path(&fixture.arena, name);
	if (!open.paths[0]) {
		fprintf(stderr, "%s is not there: run scripts/models\n", name);
		skip();
	}
	if (engine_open(&open, &fixture.opened, &fixture.engine, &outcome, &err) < 0)
		fail_msg("%s", err.msg);
	fixture.name = name;
	return fixture.engine;
}

static inline struct msg_pass fixture_pass(const char **labels, size_t n_labels)
{
	return (struct msg_pass){ .system = "Answer in JSON.",
				  .labels = labels,
				  .n_labels = n_labels,
				  .reason_cap_tok = 8,
				  .now_s = 1751544000,
				  .n_batch = 2048,
				  .n_ubatch = 512 };
}

static inline void fixture_begin(struct engine *e, struct arena *a, const struct msg_pass *pass,
				 const char **texts, size_t n_texts)
{
	struct msg_wave wave = { .texts = texts, .n_texts = n_texts };
	struct msg_pass_ready pass_ready;
	struct msg_wave_ready wave_ready;
	enum outcome outcome;
	struct err err = { 0 };

	if (engine_pass(e, a, pass, &pass_ready, &err) < 0 ||
	    engine_wave(e, &wave, &wave_ready, &outcome, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(wave_ready.n_accepted, n_texts);
}

static inline void fixture_ask(struct engine *e, struct arena *a, size_t ticket,
			       struct answer *ret_answer)
{
	struct msg_ask ask = { .ticket = (int64_t)ticket, .known_label = -1 };
	struct err err = { 0 };

	if (engine_ask(e, a, &ask, ret_answer, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(ret_answer->ticket, ticket);
}

/* The texts of the shipped tickets. */
static inline size_t fixture_tickets(struct arena *a, const char *texts[FIXTURE_TICKETS_MAX])
{
	FILE *f = fopen("demo/tickets-25.jsonl", "r");
	char line[8192];
	size_t n = 0;

	assert_non_null(f);
	while (n < FIXTURE_TICKETS_MAX && fgets(line, sizeof(line), f)) {
		json_t *j = json_loads(line, 0, NULL);

		texts[n++] = arena_strdup(a, json_string_value(json_object_get(j, "text")));
		json_decref(j);
	}
	fclose(f);
	assert_int_equal(n, 25);
	return n;
}

#endif
