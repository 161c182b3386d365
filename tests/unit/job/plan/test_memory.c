/*
 * The memory of a model: the formulas of docs/memory.md computed by hand, waves shortened to fit,
 * refusals with their sum, and experts (all take memory, only active ones take time).
 */
#include "unit/job/plan/plan_fixture.h"

/* Figures of the engine for a model of 1 GB, half of whose weights are copied. */
static struct model counted(void)
{
	return (struct model){
		.spec = "m",
		.path = "m",
		.label = "m",
		.has_facts = true,
		.stamp = { .size_bytes = 1000000000 },
		.facts = { .arch = "qwen2",
			   .n_params = 1500000000,
			   .n_params_active = 1500000000,
			   .tensor_bytes = 990000000,
			   .n_ctx_train = 32768,
			   .n_vocab = 100000,
			   .host_bytes = 60000000,
			   .copied_bytes = 500000000,
			   .cell_bytes = 28672,
			   .seq_bytes = 0,
			   .scratch_bytes = 51200000,
			   .scratch_cell_bytes = 1024 },
	};
}

static struct plan build_within(struct arena *a, const struct model *model, int64_t budget_bytes,
				struct plan_limits limits, size_t n_tickets)
{
	struct job job = job_for(budget_bytes);

	return build_limited(a, &job, model, 1, limits, n_tickets);
}

static void test_by_the_engine(void **state)
{
	struct memory_ask ask = { .context_tok = 4096,
				  .n_seq = 26,
				  .ubatch_tok = 512,
				  .decode_tok = 900,
				  .n_outputs = 25 };
	struct model model = counted();
	struct memory_need need;

	(void)state;
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.weights_bytes, 1490000000); /* the mapped tensors and the copies */
	assert_int_equal(need.copied_bytes, 500000000);
	assert_int_equal(need.context_bytes, 28672LL * 4096);
	/* The worker, a row of logits for each sequence, and a full physical batch. */
	assert_int_equal(need.buffer_bytes, 60000000 + 26 * 400000 + 51200000 + 1024LL * 4096);
	assert_int_equal(memory_total(&need),
			 need.weights_bytes + need.context_bytes + need.buffer_bytes);

	/* Scratch space counts as far as the decode, the batch and the context use it. */
	ask.decode_tok = 128;
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.buffer_bytes,
			 60000000 + 26 * 400000 + (51200000 + 1024LL * 4096) / 4);
	ask.decode_tok = 900;
	ask.ubatch_tok = 256;
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.buffer_bytes,
			 60000000 + 26 * 400000 + (51200000 + 1024LL * 4096) / 2);
	ask.ubatch_tok = 512;
	ask.context_tok = 256;
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.buffer_bytes, 60000000 + 26 * 400000 + (51200000 + 1024LL * 256) / 2);
}

/* One text at a time: a row of logits and vector for each token, or only for the last. */
static void test_encoder(void **state)
{
	struct memory_ask ask = {
		.context_tok = 4096, .n_seq = 26, .ubatch_tok = 512, .decode_tok = 32
	};
	struct model model = counted();
	struct memory_need need;

	(void)state;
	model.facts.kind = MODEL_KIND_ENCODER;
	memcpy(model.facts.pooling, "mean", 5);
	model.facts.n_vocab = 30000;
	model.facts.n_embd = 768;
	model.facts.n_ctx_train = 512;
	model.facts.cell_bytes = 0;
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.weights_bytes, 1490000000);
	assert_int_equal(need.context_bytes, 0);
	assert_int_equal(need.buffer_bytes,
			 60000000 + 30768LL * 4 * 32 + (51200000 + 1024LL * 128) / 4);

	/* A text may be longer than a batch; one longer than the model reads is cut. */
	ask.decode_tok = 9000;
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.buffer_bytes, 60000000 + 30768LL * 4 * 512 + 51200000 + 1024LL * 512);

	/* Only the last token has a row; the others have cells. */
	memcpy(model.facts.pooling, "last", 5);
	model.facts.cell_bytes = 1000;
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.context_bytes, 512000);
	assert_int_equal(need.buffer_bytes, 60000000 + 30768LL * 4 + 51200000 + 1024LL * 512);
}

/* A decision model of an encoder's type has a row for each token too; another type has cells. */
static void test_decision_encoder(void **state)
{
	struct memory_ask ask = {
		.context_tok = 512, .n_seq = 2, .ubatch_tok = 512, .decode_tok = 400
	};
	struct model model = counted();
	struct memory_need encoder, need;

	(void)state;
	model.facts.cell_bytes = 0;
	model.facts.kind = MODEL_KIND_ENCODER;
	memory_estimate(&model, &ask, &encoder);
	model.facts.kind = MODEL_KIND_DECISION;
	memcpy(model.facts.decision, "laya", 5);
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.buffer_bytes, encoder.buffer_bytes);
	assert_true(need.buffer_bytes > 400 * 100000LL * 4);
	memcpy(model.facts.decision, "kev", 4);
	memory_estimate(&model, &ask, &need);
	assert_true(need.buffer_bytes < 400 * 100000LL * 4);
}

/* A large vocabulary gets smaller batches: 64 MiB / 4 / 250,000. */
static void test_encoder_batch(void **state)
{
	(void)state;
	assert_int_equal(model_encoder_tok(30522), MODEL_ENCODER_TOK);
	assert_int_equal(model_encoder_tok(250000), 67);
	assert_int_equal(model_encoder_tok(1 << 30), 32);
	assert_int_equal(model_encoder_tok(0), MODEL_ENCODER_TOK);
}

/* The header's pages are released; until then they count, unless something larger follows. */
static void test_header_pages(void **state)
{
	struct memory_ask ask = {
		.context_tok = 100, .n_seq = 2, .ubatch_tok = 512, .n_outputs = 1
	};
	struct model model = counted();
	struct memory_need need;

	(void)state;
	model.facts.n_vocab = 10000;
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.context_bytes, 28672LL * 100);
	assert_int_equal(need.buffer_bytes, 60000000 + 2 * 40000 + 40000);
	assert_int_equal(memory_total(&need), 1000000000 + 500000000 + 60000000);
	model.facts.tensor_bytes = 1000000001; /* a truncated file has no header to release */
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.weights_bytes, 1500000000);
}

/* If many reasons are generated together, their logits are larger than the scratch space. */
static void test_many_outputs(void **state)
{
	struct memory_ask ask = { .context_tok = 1024,
				  .n_seq = 254,
				  .ubatch_tok = 512,
				  .decode_tok = 900,
				  .n_outputs = 253 };
	struct model model = counted();
	struct memory_need need;

	(void)state;
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.buffer_bytes, 60000000 + 254 * 400000 + 253 * 400000);
}

/* A recurrent model keeps one state per sequence, for text of any length. */
static void test_recurrent(void **state)
{
	struct memory_ask ask = { .context_tok = 1024, .n_seq = 26, .ubatch_tok = 512 };
	struct model model = counted();
	struct memory_need need;

	(void)state;
	model.facts.cell_bytes = 0;
	model.facts.seq_bytes = 3000000;
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.context_bytes, 26 * 3000000);
	ask.context_tok = 8192;
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.context_bytes, 26 * 3000000);
}

/*
 * Gemma 3 270M with the figures of the engine: 18 layers, one key and value head of 256 each. Most
 * layers see only 512 tokens, but their caches are kept in full, so that tickets can share them.
 */
static void test_sliding_window(void **state)
{
	struct memory_ask ask = { .context_tok = 13568, .n_seq = 61, .ubatch_tok = 512 };
	struct model model = counted();
	struct memory_need need;

	(void)state;
	model.facts.cell_bytes = 18432;
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.context_bytes, 18LL * 1 * (256 + 256) * 2 * 13568);
}

static void test_absurd_counts(void **state)
{
	struct memory_ask ask = { .context_tok = INT64_MAX,
				  .n_seq = INT64_MAX,
				  .ubatch_tok = INT64_MAX,
				  .decode_tok = INT64_MAX,
				  .n_outputs = INT64_MAX };
	struct model model = counted();
	struct memory_need need;

	(void)state;
	model.facts.cell_bytes = model.facts.scratch_bytes = INT64_MAX;
	model.facts.copied_bytes = INT64_MIN;
	memory_estimate(&model, &ask, &need);
	assert_int_equal(need.weights_bytes, 0);
	assert_int_equal(need.copied_bytes, 0);
	assert_true(need.context_bytes > 0 && need.buffer_bytes > 0 && memory_total(&need) > 0);
}

/* 25 tickets: 130 + 25 * 100 = 2630 tokens, in 2816 cells of 28672 bytes. */
static void test_all_at_once(void **state)
{
	struct model model = counted();
	struct arena a = { 0 };
	struct plan plan;

	(void)state;
	plan = build_within(&a, &model, 0, (struct plan_limits){ 0 }, 25);
	assert_int_equal(plan.candidates[0].context_tok, 2816);
	assert_int_equal(plan.candidates[0].n_wave, 0);
	assert_int_equal(plan.candidates[0].need.context_bytes, 2816LL * 28672);
	/* decodes of 130 tokens at most */
	assert_int_equal(plan.candidates[0].need.buffer_bytes,
			 60000000 + 26 * 400000 + (51200000 + 1024LL * 2816) * 130 / 512);
	arena_release(&a);
}

/* A smaller budget makes waves shorter, down to one ticket; then the candidate is refused. */
static void test_waves_fit_the_budget(void **state)
{
	struct plan_limits none = { 0 };
	struct model model = counted();
	struct arena a = { 0 };
	int64_t all, one, half;
	struct plan plan;

	(void)state;
	all = build_within(&a, &model, 0, none, 25).candidates[0].size_bytes;
	one = build_within(&a, &model, 0, none, 1).candidates[0].size_bytes;
	half = (all + one) / 2;

	plan = build_within(&a, &model, all, none, 25);
	assert_int_equal(plan.candidates[0].n_wave, 0);
	assert_null(plan.candidates[0].refused);

	plan = build_within(&a, &model, half, none, 25);
	assert_in_range(plan.candidates[0].n_wave, 9, 16);
	assert_true(plan.candidates[0].size_bytes <= half);
	assert_int_equal(plan.candidates[0].ticket_tok, 25 * 40);
	assert_null(plan.candidates[0].refused);
	/* It is the longest: one more ticket exceeds the budget. */
	assert_true(build_within(&a, &model, 0, none, (size_t)plan.candidates[0].n_wave + 1)
			    .candidates[0]
			    .size_bytes > half);

	plan = build_within(&a, &model, one, none, 25);
	assert_null(plan.candidates[0].refused);
	plan = build_within(&a, &model, one - 1, none, 25);
	assert_string_equal(plan.candidates[0].refused,
			    "needs about 1.6 GB for one ticket at a time (weights 1.5 GB + context "
			    "of 256 tokens 7.3 MB + buffers 74 MB), but the budget allows 1.6 GB");
	arena_release(&a);
}

/* Copied pages of the file can be dropped: 0.5 GB less must stay. */
static void test_machine(void **state)
{
	struct plan_limits limits = { 0 };
	struct model model = counted();
	struct arena a = { 0 };
	struct plan plan;
	int64_t one;

	(void)state;
	one = build_within(&a, &model, 0, limits, 1).candidates[0].size_bytes - 500000000;
	limits.machine_bytes = one * 10 / 9 + 10;
	plan = build_within(&a, &model, 0, limits, 25);
	assert_null(plan.candidates[0].refused);
	assert_in_range(plan.candidates[0].n_wave, 1, 3);

	limits.machine_bytes = one * 10 / 9 - 10;
	plan = build_within(&a, &model, 0, limits, 25);
	assert_string_equal(
		plan.candidates[0].refused,
		"needs at least 1.1 GB for one ticket at a time (weights 990 MB + context of 256 "
		"tokens 7.3 MB + buffers 74 MB), but this machine has 1.2 GB, of which a tenth is "
		"kept free");

	/* A budget above the memory of the machine does not help. */
	plan = build_within(&a, &model, one * 10, limits, 25);
	assert_non_null(strstr(plan.candidates[0].refused, "this machine has"));
	arena_release(&a);
}

static void test_small_batches(void **state)
{
	struct plan_limits limits = { .n_batch = 64 };
	struct model model = counted();
	struct arena a = { 0 };
	struct plan plan;

	(void)state;
	plan = build_within(&a, &model, 0, limits, 5);
	assert_int_equal(plan.candidates[0].need.buffer_bytes,
			 60000000 + 6 * 400000 + (51200000 + 1024LL * 768) / 8);
	arena_release(&a);
}

/* All parameters take memory; only those that a token goes through take time. */
static void test_experts(void **state)
{
	struct model models[] = { counted(), counted() };
	struct job job = job_for(0);
	struct arena a = { 0 };
	const struct candidate *dense, *experts;
	struct plan plan;

	(void)state;
	models[0].prompt_tok_per_s = 1000;
	models[0].reason_tok_per_s = 100;
	models[1].label = "experts";
	models[1].stamp.size_bytes = 8000000000;
	models[1].facts.tensor_bytes = 7990000000;
	models[1].facts.n_params = 12000000000;
	models[1].facts.n_params_active = 3000000000;
	models[1].facts.n_expert = 8;
	models[1].facts.n_expert_used = 2;
	plan = build_limited(&a, &job, models, 2, (struct plan_limits){ 0 }, 25);
	dense = &plan.candidates[0];
	experts = &plan.candidates[1];
	assert_string_equal(experts->name, "experts plain");
	assert_int_equal(experts->need.weights_bytes, 8490000000);
	assert_true(experts->estimate_rough);
	assert_int_equal(experts->estimate_us, 2 * dense->estimate_us);
	arena_release(&a);
}

/* An honest worker stays below its ceiling, and a model that grows without end cannot take all. */
static void test_ceiling(void **state)
{
	const int64_t gib = (int64_t)1 << 30;

	(void)state;
	assert_int_equal(memory_ceiling(0, 0), 2 * gib);
	assert_int_equal(memory_ceiling(100, 64 * gib), 2 * gib);
	assert_int_equal(memory_ceiling(8 * gib, 64 * gib), 11 * gib);
	assert_int_equal(memory_ceiling(8 * gib, 10 * gib), 10 * gib);
	assert_int_equal(memory_ceiling(8 * gib, 0), 11 * gib);
	assert_int_equal(memory_ceiling(100, gib), 2 * gib);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_the_engine),
		cmocka_unit_test(test_encoder),
		cmocka_unit_test(test_decision_encoder),
		cmocka_unit_test(test_encoder_batch),
		cmocka_unit_test(test_header_pages),
		cmocka_unit_test(test_many_outputs),
		cmocka_unit_test(test_recurrent),
		cmocka_unit_test(test_sliding_window),
		cmocka_unit_test(test_absurd_counts),
		cmocka_unit_test(test_ceiling),
		cmocka_unit_test(test_all_at_once),
		cmocka_unit_test(test_waves_fit_the_budget),
		cmocka_unit_test(test_machine),
		cmocka_unit_test(test_small_batches),
		cmocka_unit_test(test_experts),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
