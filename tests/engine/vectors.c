/*
 * The vectors that the llama engine makes of texts, for tests/model/encoders.bats and for
 * measurements. Reads one JSON text a line; writes one JSON object a line, and the times at the
 * end to standard error.
 *
 *   vectors MODEL.gguf PREFIX THREADS BATCH_TOKENS ask|wave <TEXTS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json/json.h"
#include "engine/engine.h"

static void vectors_fail(const struct err *err)
{
	fprintf(stderr, "vectors: %s\n", err->msg);
	exit(1);
}

static int vectors_print(void *ctx, const struct answer *answer, struct err *err)
{
	json_t *vector = json_array();

	(void)ctx;
	(void)err;
	for (size_t i = 0; i < answer->n_hidden; i++)
		json_array_append_new(vector, json_real(answer->hidden[i]));
	json_print_line(json_pack("{s:s, s:s, s:I, s:I, s:o}", "outcome",
				  outcome_name(answer->outcome), "detail", answer->detail, "tokens",
				  (json_int_t)answer->prompt_tok, "ticket_tok",
				  (json_int_t)answer->ticket_tok, "vector", vector),
			stdout);
	return 0;
}

static void vectors_ask_each(struct engine *e, struct arena *a, size_t n)
{
	struct answer answer;
	struct err err = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct msg_ask ask = { .ticket = (int64_t)i, .known_label = -1 };

		if (engine_ask(e, a, &ask, &answer, &err) < 0 ||
		    vectors_print(NULL, &answer, &err) < 0)
			vectors_fail(&err);
		arena_release(a);
	}
}

static const char **vectors_read_texts(struct arena *a, size_t *ret_n)
{
	const char **texts = NULL;
	size_t n = 0, cap = 0;
	json_t *text;

	while ((text = json_loadf(stdin, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, NULL))) {
		texts = arena_grow(a, texts, n, &cap, sizeof(*texts));
		texts[n++] = arena_strdup(a, json_string_value(text));
		json_decref(text);
	}
	*ret_n = n;
	return texts;
}

int main(int argc, char **argv)
{
	const char *paths[1], *labels[] = { "yes", "no" };
	struct msg_open open = { .paths = paths, .n_paths = 1 };
	struct msg_pass pass = {
		.labels = labels, .n_labels = 2, .label_only = true, .hidden = true
	};
	struct msg_wave wave = { 0 };
	struct msg_opened opened;
	struct msg_pass_ready pass_ready;
	struct msg_wave_ready wave_ready;
	struct arena a = { 0 }, texts = { 0 };
	struct engine *e = NULL;
	enum outcome outcome;
	struct err err = { 0 };
	int64_t start_us;

	if (argc != 6)
		return 2;
	paths[0] = argv[1];
	pass.system = argv[2];
	open.n_threads = strtol(argv[3], NULL, 10);
	pass.n_batch = pass.n_ubatch = strtol(argv[4], NULL, 10);
	wave.texts = vectors_read_texts(&texts, &wave.n_texts);
	if (engine_open(&open, &opened, &e, &outcome, &err) < 0 ||
	    engine_pass(e, &a, &pass, &pass_ready, &err) < 0 ||
	    engine_wave(e, &wave, &wave_ready, &outcome, &err) < 0)
		vectors_fail(&err);
	start_us = clock_mono_us();
	if (strcmp(argv[5], "ask") == 0)
		vectors_ask_each(e, &a, wave.n_texts);
	else if (engine_labels(e, &a, wave.n_texts, vectors_print, NULL, &err) < 0)
		vectors_fail(&err);
	fprintf(stderr, "load %.3f s, %zu texts in %.3f s\n", (double)opened.load_us / 1e6,
		wave.n_texts, (double)(clock_mono_us() - start_us) / 1e6);
	engine_close(e);
	arena_release(&a);
	arena_release(&texts);
	return 0;
}
