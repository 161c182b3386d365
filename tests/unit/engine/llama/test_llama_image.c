/*
 * Images with a real language model and a tiny projector (tests/families/make_mmproj.py). Its
 * weights are random, so what it "sees" means nothing, but every step is real. Tested: counts; the
 * same answer as libmtmd's own helper; no influence of neighbours; damaged images.
 */
#include "llama_fixture.h"

#include <math.h>
#include <mtmd-helper.h>
#include <mtmd.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "unit/scratch.h"

#define BYTES(text) text, sizeof(text) - 1

enum { IMAGE_TOK = 16, SIDE = 60, PIXELS_AT = 54 };

/*
 * Tolerances. SAME: with q4_1, other cuts of the same prompt change nothing, while another image
 * moves a probability by 0.01 or more. CUTS: with k-quants, cuts matter (test_llama_labels.c
 * measured 0.015); six extra positions behind the image moved it by 0.04.
 */
#define CUTS 0.02
#ifdef __x86_64__
#define SAME 1e-4
#else
#define SAME CUTS /* other kernels also take q4_1 several rows at once */
#endif

static const char *labels[] = { "yes", "no" };
static char projector_path[PATH_MAX + 16];
static struct engine *engine;

static struct engine *open_files(const char *model, const char *projector, struct err *err)
{
	static struct arena a;
	struct msg_opened opened;
	struct msg_open open = { .n_paths = 1, .n_threads = 1, .projector = projector };
	enum outcome outcome;
	struct engine *e;

	open.paths = arena_array(&a, 1, sizeof(*open.paths));
	open.paths[0] = model;
	if (!model)
		return NULL;
	return engine_open(&open, &opened, &e, &outcome, err) < 0 ? NULL : e;
}

static struct engine *open_pair(const char *projector, struct err *err)
{
	static struct arena a;

	return open_files(fixture_path(&a, TINY_MODEL), projector, err);
}

static int enter(void **state)
{
	char command[2 * PATH_MAX], source[PATH_MAX];
	struct err err = { 0 };

	if (!getcwd(source, sizeof(source)) || scratch_enter(state) < 0 || chdir(source) < 0)
		return -1;
	snprintf(projector_path, sizeof(projector_path), "%s/mmproj.gguf", scratch_path);
	snprintf(command, sizeof(command), "python3 tests/families/make_mmproj.py '%s'",
		 projector_path);
	if (system(command) != 0)
		return -1;
	engine = open_pair(projector_path, &err);
	if (!engine)
		fprintf(stderr, "%s\n", *err.msg ? err.msg : "no model: run scripts/models");
	return 0;
}

static int leave(void **state)
{
	engine_close(engine);
	return scratch_leave(state);
}

static void put32(unsigned char *to, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		to[i] = (unsigned char)(value >> 8 * i);
}

/* An uncompressed image (BMP, 24 bits a pixel) of one colour with a square of another. */
static struct blob image_make(struct arena *a, uint32_t colour)
{
	size_t n = PIXELS_AT + SIDE * SIDE * 3;
	unsigned char *b = arena_alloc(a, n);

	memcpy(b, "BM", 2);
	put32(b + 2, (uint32_t)n);
	put32(b + 10, PIXELS_AT);
	put32(b + 14, 40);
	put32(b + 18, SIDE);
	put32(b + 22, SIDE);
	b[26] = 1;
	b[28] = 24;
	for (size_t i = 0; i < SIDE * SIDE; i++)
		for (size_t c = 0; c < 3; c++)
			b[PIXELS_AT + 3 * i + c] =
				(unsigned char)(i % SIDE < 20 && i / SIDE < 30 ? 255 - colour * c :
										 colour + 40 * c);
	return (struct blob){ (const char *)b, n };
}

static void begin(struct arena *a, struct engine *e, const char **texts, struct blob *images,
		  size_t n)
{
	struct msg_pass pass = fixture_pass(labels, 2);
	struct msg_wave wave = { .texts = texts, .n_texts = n, .images = images, .n_images = n };
	struct msg_pass_ready pass_ready;
	struct msg_wave_ready wave_ready;
	enum outcome outcome;
	struct err err = { 0 };

	if (engine_pass(e, a, &pass, &pass_ready, &err) < 0 ||
	    engine_wave(e, &wave, &wave_ready, &outcome, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(wave_ready.n_accepted, n);
}

static double ask_of(struct engine *e, struct arena *a, size_t ticket, struct answer *ret)
{
	fixture_ask(e, a, ticket, ret);
	if (ret->outcome != OUTCOME_OK)
		fail_msg("%s: %s", outcome_name(ret->outcome), ret->detail);
	assert_true(fabs(ret->probs[0] + ret->probs[1] - 1) < 1e-9);
	return ret->probs[0];
}

static double ask_first(struct arena *a, size_t ticket, struct answer *ret)
{
	return ask_of(engine, a, ticket, ret);
}

static int take_reason(void *ctx, const struct reason *reason, struct err *err)
{
	size_t *n = ctx;

	(void)err;
	*n += reason->outcome == OUTCOME_OK || reason->outcome == OUTCOME_CUT;
	return 0;
}

static void need_engine(void)
{
	if (!engine)
		skip();
}

/* Counts and times the image separately, also without a text; a text alone answers as before. */
static void test_counts(void **state)
{
	const char *texts[] = { "What is this?", "What is this?", "" };
	struct arena a = { 0 };
	struct blob images[3] = { image_make(&a, 10), { NULL, 0 }, image_make(&a, 90) };
	struct blob none[1] = { { NULL, 0 } };
	struct answer with, without, alone, before;
	struct msg_reasons_done done;
	struct err err = { 0 };
	size_t n_reasons = 0;
	double p;

	(void)state;
	need_engine();
	begin(&a, engine, texts, none, 1);
	ask_first(&a, 0, &before);
	begin(&a, engine, texts, images, 3);
	ask_first(&a, 0, &with);
	p = ask_first(&a, 1, &without);
	ask_first(&a, 2, &alone);
	assert_int_equal(with.image_tok, IMAGE_TOK);
	assert_true(with.image_us > 0 && with.image_us < with.ttft_us);
	assert_int_equal(with.prompt_tok, without.prompt_tok + IMAGE_TOK);
	assert_int_equal(with.ticket_tok, without.ticket_tok);
	assert_int_equal(without.image_tok, 0);
	assert_int_equal(without.image_us, 0);
	assert_int_equal(alone.ticket_tok, 0);
	assert_int_equal(alone.image_tok, IMAGE_TOK);
	assert_true(fabs(p - before.probs[0]) < SAME);
	assert_true(fabs(with.probs[0] - without.probs[0]) > 1e-3);
	if (engine_reasons(engine, &a, take_reason, &n_reasons, &done, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(n_reasons, 3);
	arena_release(&a);
}

/* The same image gives the same answer in any wave and place; another image, another answer. */
static void test_same(void **state)
{
	const char *texts[] = { "Which?", "Which?", "Which?" };
	struct arena a = { 0 };
	struct blob images[3] = { image_make(&a, 10), image_make(&a, 90), image_make(&a, 10) };
	struct answer answer;
	double first, other, again;

	(void)state;
	need_engine();
	begin(&a, engine, texts, images, 3);
	first = ask_first(&a, 0, &answer);
	other = ask_first(&a, 1, &answer);
	again = ask_first(&a, 2, &answer);
	assert_true(first == again);
	assert_true(fabs(first - other) > 0.01);
	begin(&a, engine, texts + 1, images + 1, 1);
	assert_true(fabs(ask_first(&a, 0, &answer) - other) < SAME);
	arena_release(&a);
}

static void decode_at(struct llama_context *ctx, struct tokens t, llama_pos pos)
{
	struct llama_batch batch = llama_batch_init((int32_t)t.n, 0, 1);

	for (size_t i = 0; i < t.n; i++) {
		batch.token[i] = t.items[i];
		batch.pos[i] = pos + (llama_pos)i;
		batch.n_seq_id[i] = 1;
		batch.seq_id[i][0] = 0;
		batch.logits[i] = i + 1 == t.n;
	}
	batch.n_tokens = (int32_t)t.n;
	if (t.n)
		assert_int_equal(llama_decode(ctx, batch), 0);
	llama_batch_free(batch);
}

/* The first choice after the whole prompt went through libmtmd's helper in its own context. */
static double by_the_helper(struct engine *e, struct blob image, size_t ticket)
{
	const struct prompt *p = &e->prompt;
	struct tokens text = e->wave.tickets[ticket];
	struct mtmd_helper_bitmap_wrapper w =
		mtmd_helper_bitmap_init_from_buf(e->projector, (const unsigned char *)image.data,
						 image.len, false, mtmd_helper_init_opt_default());
	const mtmd_bitmap *bitmaps[1] = { w.bitmap };
	const mtmd_input_text marker = { .text = mtmd_default_marker(),
					 .text_len = strlen(mtmd_default_marker()),
					 .parse_special = true };
	mtmd_input_chunks *chunks = mtmd_input_chunks_init();
	struct llama_context_params params = llama_context_default_params();
	struct llama_context *ctx;
	llama_pos pos;
	const float *logits;
	llama_token own[2];
	double difference;

	params.n_ctx = 2048;
	params.n_threads = params.n_threads_batch = 1;
	ctx = llama_init_from_model(e->model, params);
	assert_non_null(ctx);
	assert_int_equal(mtmd_tokenize(e->projector, chunks, &marker, bitmaps, 1), 0);
	decode_at(ctx, p->prefix, 0);
	assert_int_equal(mtmd_helper_eval_chunks(e->projector, ctx, chunks, (llama_pos)p->prefix.n,
						 0, 512, false, &pos),
			 0);
	decode_at(ctx, text, pos);
	decode_at(ctx, p->after, pos + (llama_pos)text.n);
	logits = llama_get_logits_ith(ctx, -1);
	for (size_t i = 0; i < 2; i++)
		own[i] = p->labels[i].all.items[p->n_common];
	difference = (double)logits[own[1]] - (double)logits[own[0]];
	llama_free(ctx);
	mtmd_input_chunks_free(chunks);
	mtmd_bitmap_free(w.bitmap);
	return 1 / (1 + exp(difference));
}

static void test_helper_agrees(void **state)
{
	const char *texts[] = { "Is there a cat?" };
	struct arena a = { 0 };
	struct blob images[1] = { image_make(&a, 30) };
	struct answer answer;
	double ours, theirs;

	(void)state;
	need_engine();
	begin(&a, engine, texts, images, 1);
	ours = ask_first(&a, 0, &answer);
	theirs = by_the_helper(engine, images[0], 0);
	printf("yes: %.6f, by the helper %.6f\n", ours, theirs);
	assert_true(fabs(ours - theirs) < SAME);
	arena_release(&a);
}

/* Each fault is described, and the next ticket is answered as usual. */
static void test_bad_images(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *words;
	} rows[] = {
		{ BYTES("a text"), "it is not a PNG, JPEG, BMP or GIF file" },
		{ BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xEA\x60\0\0\xEA\x60\x08\2\0\0\0"),
		  "60000 × 60000 pixels" },
		{ BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x20\x08\2\0\0\0abcd"
			"\0\0\0\2IDATxxabcd\0\0\0\0IEND\xAE\x42\x60\x82"),
		  "damaged" },
		{ BYTES("\xFF\xD8\xFF\xC9\0\x11\x08\0\x20\0\x20\3\1\x22\0\2\x11\1\3\x11\1"
			"\xFF\xDA\0\x0C\3\1\0\2\x11\3\x11\0\x3F\0zz\xFF\xD9"),
		  "damaged" },
		{ BYTES("GIF89a\x20\0\x10\0\0\0\0\x2C\0\0\0\0\x20\0\x10\0\0\x77\2\x4C\1\0\x3B"),
		  "damaged" },
	};
	const char *texts[] = { "What?", "What?" };
	struct arena a = { 0 };
	struct answer answer, good;
	double first = -1;

	(void)state;
	need_engine();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct blob images[2] = { { rows[i].bytes, rows[i].n }, image_make(&a, 10) };
		double p;

		begin(&a, engine, texts, images, 2);
		fixture_ask(engine, &a, 0, &answer);
		assert_int_equal(answer.outcome, OUTCOME_BAD_IMAGE);
		if (!strstr(answer.detail, rows[i].words))
			fail_msg("'%s' does not say '%s'", answer.detail, rows[i].words);
		p = ask_first(&a, 1, &good);
		assert_true(first < 0 || p == first);
		first = p;
	}
	arena_release(&a);
}

static void test_without_projector(void **state)
{
	const char *texts[] = { "What?", "What?" };
	struct arena a = { 0 };
	struct blob images[2] = { image_make(&a, 10), { NULL, 0 } };
	struct engine *e;
	struct answer answer;
	struct err err = { 0 };

	(void)state;
	need_engine();
	e = open_pair(NULL, &err);
	assert_non_null(e);
	begin(&a, e, texts, images, 2);
	fixture_ask(e, &a, 0, &answer);
	assert_int_equal(answer.outcome, OUTCOME_BAD_IMAGE);
	assert_non_null(strstr(answer.detail, "reads only text: add its projector"));
	fixture_ask(e, &a, 1, &answer);
	assert_int_equal(answer.outcome, OUTCOME_OK);
	engine_close(e);
	arena_release(&a);
}

/* A projector of another width, and a file that is not a projector. */
static void test_wrong_projector(void **state)
{
	char command[2 * PATH_MAX], narrow[PATH_MAX + 16];
	struct err err = { 0 };

	(void)state;
	need_engine();
	snprintf(narrow, sizeof(narrow), "%s/narrow.gguf", scratch_path);
	snprintf(command, sizeof(command), "python3 tests/families/make_mmproj.py '%s' --n-embd 64",
		 narrow);
	assert_int_equal(system(command), 0);
	/* libmtmd leaks if the width is wrong; a worker exits then. */
#ifdef __SANITIZE_ADDRESS__
	__lsan_disable();
#endif
	assert_null(open_pair(narrow, &err));
#ifdef __SANITIZE_ADDRESS__
	__lsan_enable();
#endif
	printf("%s\n", err.msg);
	assert_non_null(strstr(err.msg, "could not load the projector"));
	err = (struct err){ 0 };
	assert_null(open_pair("demo/tickets-25.jsonl", &err));
	printf("%s\n", err.msg);
	assert_non_null(strstr(err.msg, "could not load the projector"));
}

/*
 * Positions in rows and columns (M-RoPE): Qwen2.5 with the header of qwen2vl, and a projector of
 * that kind. A text without an image answers as Qwen2.5 does. With an image, the first choice is
 * that of libmtmd's helper, and reasons can follow.
 */
static void test_rows_and_columns(void **state)
{
	static const char name[] = "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf";
	char command[4 * PATH_MAX], model[PATH_MAX + 16], projector[PATH_MAX + 16];
	const char *texts[] = { "Is there a cat?", "Is there a cat?" };
	struct arena a = { 0 };
	struct blob images[2] = { { NULL, 0 } }, none[1] = { { NULL, 0 } };
	const char *qwen = fixture_path(&a, name);
	struct msg_reasons_done done;
	struct answer answer;
	struct err err = { 0 };
	size_t n_reasons = 0;
	double of_text, here, ours, theirs;
	struct engine *e;

	(void)state;
	if (!getenv("TOEHOLD_HEAVY") || !qwen) {
		print_message("SKIPPED: TOEHOLD_HEAVY is not set, or %s is not there\n", name);
		arena_release(&a);
		skip();
	}
	images[0] = image_make(&a, 30);
	e = open_files(qwen, NULL, &err);
	assert_non_null(e);
	begin(&a, e, texts, none, 1);
	of_text = ask_of(e, &a, 0, &answer);
	engine_close(e);
	snprintf(model, sizeof(model), "%s/vl.gguf", scratch_path);
	snprintf(projector, sizeof(projector), "%s/vl-mmproj.gguf", scratch_path);
	snprintf(command, sizeof(command),
		 "python3 tests/families/make_mrope.py '%s' '%s' && python3 "
		 "tests/families/make_mmproj.py '%s' --kind qwen2vl --n-embd 896",
		 qwen, model, projector);
	assert_int_equal(system(command), 0);
	e = open_files(model, projector, &err);
	if (!e)
		fail_msg("%s", err.msg);
	assert_true(mtmd_decode_use_mrope(e->projector));
	begin(&a, e, texts, images, 2);
	ours = ask_of(e, &a, 0, &answer);
	assert_true(answer.image_tok > 8);
	theirs = by_the_helper(e, images[0], 0);
	here = ask_of(e, &a, 1, &answer);
	printf("yes: %.6f, by the helper %.6f; text alone %.6f, here %.6f\n", ours, theirs, of_text,
	       here);
	assert_true(fabs(ours - theirs) < CUTS);
	assert_true(fabs(here - of_text) < CUTS);
	assert_true(fabs(ours - here) > 2 * CUTS);
	if (engine_reasons(e, &a, take_reason, &n_reasons, &done, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(n_reasons, 2);
	engine_close(e);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_helper_agrees),
		cmocka_unit_test(test_bad_images),
		cmocka_unit_test(test_without_projector),
		cmocka_unit_test(test_wrong_projector),
		cmocka_unit_test(test_rows_and_columns),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
