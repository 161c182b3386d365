/*
 * The file that caches facts of models. For any content, the facts read from it are well formed,
 * and facts that are stored are found again.
 */
#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/str.h"
#include "job/model/model.h"

enum { WRITE_EVERY = 64 };

static char folder[64], file[128];

static void leave(void)
{
	unlink(file);
	rmdir(folder);
}

static void make_folder(void)
{
	if (*folder)
		return;
	snprintf(folder, sizeof(folder), "fuzz-cache-%ld", (long)getpid());
	snprintf(file, sizeof(file), "%s/models.json", folder);
	MUST(setenv("TOEHOLD_CACHE", folder, 1) == 0 && atexit(leave) == 0);
}

static struct model unknown(void)
{
	return (struct model){
		.path = "fuzz.gguf", .n_parts = 1, .reader = "r", .stamp = { 1, 2, 3, 4 }
	};
}

static void check_text(const char *text, size_t size)
{
	size_t n = strnlen(text, size);

	MUST(n < size && str_utf8_error(text, n) < 0);
}

static void check_model(const struct model *m)
{
	MUST(!*m->sha256 || (strlen(m->sha256) == HASH_HEX_LEN &&
			     strspn(m->sha256, "0123456789abcdef") == HASH_HEX_LEN));
	MUST(isfinite(m->prompt_tok_per_s) && m->prompt_tok_per_s >= 0);
	MUST(isfinite(m->reason_tok_per_s) && m->reason_tok_per_s >= 0);
	check_text(m->facts.name, sizeof(m->facts.name));
	MUST((unsigned)m->facts.kind < MODEL_KIND_COUNT);
	check_text(m->facts.base_model, sizeof(m->facts.base_model));
}

/* Stored facts are found by the next reader. */
static void check_kept(struct model_cache *cache, const struct model *model)
{
	struct model again = unknown(), put = *model;
	struct arena a = { 0 };
	struct model_cache next;
	struct err err;

	memset(put.sha256, 'a', HASH_HEX_LEN);
	put.has_facts = true;
	model_cache_put(cache, &put);
	MUST(model_cache_close(cache, &err) == 0);
	MUST(model_cache_open(&a, &next, &err) == 0);
	model_cache_get(&next, &again);
	MUST(strcmp(again.sha256, put.sha256) == 0 && again.has_facts);
	MUST(memcmp(&again.facts, &put.facts, sizeof(again.facts)) == 0);
	MUST(model_cache_close(&next, &err) == 0);
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	static unsigned n_runs;
	struct model model = unknown();
	struct arena a = { 0 };
	struct model_cache cache;
	struct err err;
	char *dir;
	FILE *f;

	make_folder();
	MUST(file_cache_dir(&a, &dir, &err) == 0);
	f = fopen(file, "wb");
	MUST(f && fwrite(data, 1, n_bytes, f) == n_bytes && fclose(f) == 0);
	MUST(model_cache_open(&a, &cache, &err) == 0);
	model_cache_get(&cache, &model);
	check_model(&model);
	/* Writing waits for the disk, so only some inputs are written. */
	if (n_runs++ % WRITE_EVERY == 0)
		check_kept(&cache, &model);
	else
		MUST(model_cache_close(&cache, &err) == 0);
	arena_release(&a);
	return 0;
}

/* The file as the program writes it, for a model whose facts have texts. */
static int own_seed(uint8_t to[FUZZ_MAX_BYTES])
{
	struct model model = unknown();
	struct arena a = { 0 };
	struct model_cache cache;
	struct err err;
	char *text;
	size_t len;

	make_folder();
	unlink(file);
	snprintf(model.facts.name, sizeof(model.facts.name), "Näme \"x\"");
	model.facts.kind = MODEL_KIND_MODEL;
	model.facts.n_params = 7;
	model.has_facts = true;
	memset(model.sha256, 'b', HASH_HEX_LEN);
	model.prompt_tok_per_s = 412.5;
	MUST(model_cache_open(&a, &cache, &err) == 0);
	model_cache_put(&cache, &model);
	MUST(model_cache_close(&cache, &err) == 0);
	MUST(file_read(&a, file, FUZZ_MAX_BYTES, &text, &len, &err) == 0);
	memcpy(to, text, len);
	arena_release(&a);
	return (int)len;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const texts[] = {
		"{\"version\":3,\"models\":{\"1:2:3:4\":{\"path\":\"/x\",\"sha256\":\"abc\","
		"\"facts\":{\"name\":7},\"reader\":\"r\",\"prompt_tok_per_s\":-1,"
		"\"reason_tok_per_s\":1e300}}}",
		"{\"version\":3,\"models\":{}}",
		"{\"version\":2,\"models\":[]}",
	};

	if (i == 0)
		return own_seed(to);
	if (i > sizeof(texts) / sizeof(texts[0]))
		return -1;
	memcpy(to, texts[i - 1], strlen(texts[i - 1]));
	return (int)strlen(texts[i - 1]);
}
