/*
 * Encoders through engine.h: MiniLM, and the small encoder of each family if TOEHOLD_FAMILIES has
 * it. Each vector is compared with that of the same text alone in a new context, with all its
 * tokens as outputs.
 */
#include <math.h>

#include "llama_fixture.h"

enum { N_TEXTS = 6, SIZE_MAX_EMBD = 4096 };

/* With 16-bit weights and random models: 1 - cosine. */
#define TOLERANCE 1e-3

static const char *labels[] = { "card", "transfer", "other" };
enum { N_LABELS = sizeof(labels) / sizeof(labels[0]) };

static const char *const texts[N_TEXTS] = {
	"I was charged twice for my subscription.",
	"",
	"Wo ist meine Karte? Größe und Straße, naïve café.",
	"a",
	"My transfer to 12-34-56 has not arrived; it was $1,000.00!",
	"[SEP] [CLS] </s> <|endoftext|> is what the ticket says",
};

/* What each text's answer held. */
struct kept_answers {
	struct arena arena;
	size_t n;
	struct answer answers[N_TEXTS];
};

static int keep(void *ctx, const struct answer *answer, struct err *err)
{
	struct kept_answers *k = ctx;
	struct answer *own = &k->answers[k->n];

	(void)err;
	assert_int_equal(answer->ticket, k->n);
	*own = *answer;
	own->detail = arena_strdup(&k->arena, answer->detail);
	own->rule = arena_strdup(&k->arena, answer->rule);
	own->hidden = arena_array(&k->arena, answer->n_hidden, sizeof(double));
	own->probs = arena_array(&k->arena, answer->n_probs, sizeof(double));
	if (answer->n_hidden)
		memcpy(own->hidden, answer->hidden, answer->n_hidden * sizeof(double));
	if (answer->n_probs)
		memcpy(own->probs, answer->probs, answer->n_probs * sizeof(double));
	k->n++;
	return 0;
}

static struct msg_pass encoder_pass_of(const char *prefix)
{
	struct msg_pass pass = fixture_pass(labels, N_LABELS);

	pass.system = prefix;
	pass.label_only = pass.hidden = true;
	pass.reason_cap_tok = 0;
	return pass;
}

static void label_all(struct engine *e, struct kept_answers *ret)
{
	struct arena a = { 0 };
	struct err err = { 0 };

	*ret = (struct kept_answers){ 0 };
	if (engine_labels(e, &a, N_TEXTS, keep, ret, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(ret->n, N_TEXTS);
	arena_release(&a);
}

static double cosine(const struct answer *x, const struct answer *y)
{
	double sum = 0;

	assert_int_equal(x->n_hidden, y->n_hidden);
	for (size_t i = 0; i < x->n_hidden; i++)
		sum += x->hidden[i] * y->hidden[i];
	return sum;
}

/* 1 - cosine to the vector of the ticket in a context of its own. */
static double alone_distance(struct engine *e, const struct answer *answer)
{
	const struct tokens *text = &e->wave.tickets[answer->ticket];
	struct llama_context_params params = encoder_context_params(&e->pass, text->n, true);
	struct llama_batch batch = llama_batch_init((int32_t)text->n, 0, 1);
	struct llama_context *ctx = llama_init_from_model(e->model, params);
	double dot = 0, square = 0;
	const float *vector;

	assert_non_null(ctx);
	for (size_t i = 0; i < text->n; i++) {
		batch.token[i] = text->items[i];
		batch.pos[i] = (llama_pos)i;
		batch.n_seq_id[i] = 1;
		batch.seq_id[i][0] = 0;
		batch.logits[i] = true;
	}
	batch.n_tokens = (int32_t)text->n;
	assert_int_equal(llama_decode(ctx, batch), 0);
	vector = llama_get_embeddings_seq(ctx, 0);
	assert_non_null(vector);
	for (size_t i = 0; i < answer->n_hidden; i++) {
		dot += (double)vector[i] * answer->hidden[i];
		square += (double)vector[i] * (double)vector[i];
	}
	llama_free(ctx);
	llama_batch_free(batch);
	return 1 - dot / sqrt(square);
}

static void test_vectors(void **state)
{
	struct engine *e = fixture_open(*state);
	struct msg_pass pass = encoder_pass_of("query: ");
	struct kept_answers first, again;
	struct arena a = { 0 };
	double largest = 0;

	assert_int_equal(fixture.opened.facts.kind, MODEL_KIND_ENCODER);
	fixture_begin(e, &a, &pass, (const char **)texts, N_TEXTS);
	label_all(e, &first);
	label_all(e, &again);
	for (size_t i = 0; i < N_TEXTS; i++) {
		const struct answer *x = &first.answers[i];
		struct answer one;

		assert_int_equal(x->outcome, OUTCOME_OK);
		assert_string_equal(x->detail, "");
		assert_int_equal(x->label, -1);
		assert_int_equal(x->n_hidden, llama_model_n_embd_out(e->model));
		assert_true(fabs(cosine(x, x) - 1) < 1e-9);
		assert_memory_equal(x->hidden, again.answers[i].hidden,
				    x->n_hidden * sizeof(double));
		fixture_ask(e, &a, i, &one);
		largest = fmax(largest, 1 - cosine(x, &one));
		largest = fmax(largest, alone_distance(e, x));
	}
	assert_true(cosine(&first.answers[0], &first.answers[4]) < 1 - 1e-6);
	printf("%s: largest 1 - cosine %.2g\n", (const char *)*state, largest);
	assert_true(largest < TOLERANCE);
	arena_release(&a);
	arena_release(&first.arena);
	arena_release(&again.arena);
}

/* A head sees the same vector that is sent, and chooses by it. */
static void test_head(void **state)
{
	struct engine *e = fixture_open(*state);
	struct msg_pass pass = encoder_pass_of("");
	size_t n = (size_t)llama_model_n_embd_out(e->model);
	double *head = calloc(N_LABELS * (n + 1), sizeof(*head));
	struct msg_pass_ready ready;
	struct kept_answers got;
	struct arena a = { 0 };
	struct err err = { 0 };

	fixture_begin(e, &a, &pass, (const char **)texts, N_TEXTS);
	label_all(e, &got);
	/* The head's second label is the direction of text 4. */
	memcpy(head + n + 1, got.answers[4].hidden, n * sizeof(*head));
	arena_release(&got.arena);
	pass.head = head;
	pass.n_head = N_LABELS * (n + 1);
	fixture_begin(e, &a, &pass, (const char **)texts, N_TEXTS);
	label_all(e, &got);
	for (size_t i = 0; i < N_TEXTS; i++) {
		double c;

		if (e->wave.tickets[i].n == 0) {
			assert_int_equal(got.answers[i].outcome, OUTCOME_ENGINE_ERROR);
			assert_string_equal(got.answers[i].detail,
					    "the text is empty, and this model adds no token of "
					    "its own");
			continue;
		}
		c = cosine(&got.answers[i], &got.answers[4]);
		assert_string_equal(got.answers[i].rule, "head");
		assert_int_equal(got.answers[i].n_probs, N_LABELS);
		assert_true(fabs(got.answers[i].probs[1] - exp(c) / (exp(c) + 2)) < 1e-3);
		assert_true(got.answers[i].label == (c > 0 ? 1 : 0));
	}
	arena_release(&got.arena);
	pass.hidden = false;
	fixture_begin(e, &a, &pass, (const char **)texts, N_TEXTS);
	label_all(e, &got);
	assert_int_equal(got.answers[4].label, 1);
	assert_int_equal(got.answers[4].n_hidden, 0);
	arena_release(&got.arena);
	pass.n_head--;
	assert_int_equal(engine_pass(e, &a, &pass, &ready, &err), -1);
	assert_non_null(strstr(err.msg, "it was made for another model"));
	free(head);
	arena_release(&a);
}

/* A long text keeps its first tokens and its last special token. */
static void test_cut(void **state)
{
	struct engine *e = fixture_open(*state);
	struct msg_pass pass = encoder_pass_of("");
	const char *waves[2];
	struct arena a = { 0 };
	struct answer answer;
	struct buf text;
	int64_t n;

	buf_init(&text, 1 << 20);
	for (int i = 0; i < 400; i++)
		buf_adds(&text, "card ");
	waves[0] = buf_text(&text);
	waves[1] = "card";
	pass.n_ctx_max = 64;
	fixture_begin(e, &a, &pass, waves, 2);
	n = (int64_t)e->wave.uncut[0];
	assert_true(n > 399);
	fixture_ask(e, &a, 0, &answer);
	assert_int_equal(answer.outcome, OUTCOME_OK);
	assert_int_equal(answer.prompt_tok, 64);
	assert_string_equal(
		answer.detail,
		arena_printf(&a, "only the first 64 of %lld tokens were read", (long long)n));
	if (e->wave.tickets[1].n > 2)
		assert_int_equal(e->wave.tickets[0].items[63],
				 e->wave.tickets[1].items[e->wave.tickets[1].n - 1]);
	fixture_ask(e, &a, 1, &answer);
	assert_string_equal(answer.detail, "");
	buf_release(&text);
	arena_release(&a);
}

static void test_refused_passes(void **state)
{
	const char *example[] = { "text" };
	struct engine *e = fixture_open(*state);
	struct {
		struct msg_pass pass;
		const char *why;
	} rows[] = {
		{ .pass = { .mode = PASS_FREE }, .why = "writes no text" },
		{ .pass = { .reason_first = true }, .why = "gives no reasons" },
		{ .pass = { .label_only = false }, .why = "gives no reasons" },
		{ .pass = { .label_only = true, .think_tok = 9 }, .why = "does not think" },
		{ .pass = { .label_only = true, .n_example_texts = 1, .example_texts = example },
		  .why = "reads no worked examples" },
		{ .pass = { .label_only = true }, .why = "chooses no label without a head" },
	};
	struct msg_pass_ready ready;
	struct arena a = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = { 0 };

		rows[i].pass.system = "";
		rows[i].pass.labels = labels;
		rows[i].pass.n_labels = N_LABELS;
		assert_int_equal(engine_pass(e, &a, &rows[i].pass, &ready, &err), -1);
		if (!strstr(err.msg, rows[i].why) || !strstr(err.msg, "is an encoder"))
			fail_msg("row %zu: %s", i, err.msg);
	}
	arena_release(&a);
}

static void test_no_images(void **state)
{
	const char *one[] = { "text" };
	struct blob image = { .data = "not read", .len = 8 };
	struct msg_wave wave = { .texts = one, .n_texts = 1, .images = &image, .n_images = 1 };
	struct engine *e = fixture_open(*state);
	struct msg_pass pass = encoder_pass_of("");
	struct msg_wave_ready ready;
	struct arena a = { 0 };
	struct err err = { 0 };
	enum outcome outcome;

	fixture_begin(e, &a, &pass, one, 1);
	assert_int_equal(engine_wave(e, &wave, &ready, &outcome, &err), -1);
	assert_int_equal(outcome, OUTCOME_ENGINE_ERROR);
	assert_non_null(strstr(err.msg, "it reads no images"));
	arena_release(&a);
}

enum { N_NAMES = sizeof(fixture_encoders) / sizeof(fixture_encoders[0]), N_EACH = 3 };

int main(void)
{
	struct CMUnitTest tests[N_NAMES * N_EACH + 2];
	CMUnitTestFunction each[N_EACH] = { test_vectors, test_head, test_cut };
	const char *titles[N_EACH] = { "vectors of", "a head on", "a cut text in" };
	struct arena a = { 0 };
	size_t n = 0;
	int r;

	fixture_add_families(&a);
	for (size_t i = 0; i < N_NAMES; i++)
		for (size_t k = 0; k < N_EACH; k++)
			tests[n++] = (struct CMUnitTest){
				.name = arena_printf(&a, "%s %s", titles[k], fixture_encoders[i]),
				.test_func = each[k],
				.initial_state = fixture_encoders[i],
			};
	tests[n++] = (struct CMUnitTest){ .name = "passes that no encoder can answer",
					  .test_func = test_refused_passes,
					  .initial_state = MINILM };
	tests[n++] = (struct CMUnitTest){ .name = "no images",
					  .test_func = test_no_images,
					  .initial_state = MINILM };
	r = cmocka_run_group_tests(tests, NULL, fixture_leave);
	arena_release(&a);
	return r;
}
