/*
 * The plan: order by size, arithmetic of memory and time, and refusals with their messages.
 */
#include <stdio.h>

#include "unit/job/plan/plan_fixture.h"

static const struct plan_limits limits = { 0 };

static struct model model_for(const char *label, int64_t tensor_bytes, int64_t n_params)
{
	return (struct model){
		.spec = label,
		.path = label,
		.label = label,
		.has_facts = true,
		.stamp = { .size_bytes = tensor_bytes + 5000000 },
		.facts = { .arch = "qwen2",
			   .n_params = n_params,
			   .tensor_bytes = tensor_bytes,
			   .n_ctx_train = 32768,
			   .n_layer = 24,
			   .n_embd = 896,
			   .n_head = 14,
			   .n_head_kv = 2,
			   .n_key = 64,
			   .n_value = 64,
			   .n_vocab = 150000 },
	};
}

static struct plan build(struct arena *a, const struct job *job, const struct model *models,
			 size_t n_models, size_t n_tickets)
{
	return build_limited(a, job, models, n_models, limits, n_tickets);
}

static void test_arithmetic(void **state)
{
	struct model model = model_for("m", 400000000, 500000000);
	struct job job = job_for(0);
	struct arena a = { 0 };
	const struct candidate *c;
	struct plan plan;

	(void)state;
	plan = build(&a, &job, &model, 1, 25);
	assert_int_equal(plan.n, 1);
	c = &plan.candidates[0];
	assert_string_equal(c->name, "m plain");
	assert_int_equal(c->prefix_tok, 130);
	assert_int_equal(c->ticket_tok, 25 * 40);
	assert_int_equal(c->reason_tok, 25 * 60);
	assert_int_equal(c->context_tok, 2816); /* 130 + 25 * 100 = 2630, rounded up to 256 */
	assert_int_equal(c->need.weights_bytes, 400000000);
	assert_int_equal(c->need.context_bytes, 24LL * (64 + 64) * 2 * 2 * 2816);
	assert_int_equal(c->need.buffer_bytes, 512LL * (150000 + 4 * 896) * 4);
	assert_int_equal(c->size_bytes,
			 c->need.weights_bytes + c->need.context_bytes + c->need.buffer_bytes);
	assert_int_equal(c->estimate_us, -1);
	assert_int_equal(plan.total_us, -1);
	assert_null(c->refused);
	arena_release(&a);
}

/* Thinking takes room and time for each ticket; an adapter's bytes stay in memory. */
static void test_thinking_and_adapter(void **state)
{
	struct model models[] = { model_for("m", 400000000, 500000000),
				  model_for("n", 400000000, 500000000) };
	struct job job = job_for(0);
	struct arena a = { 0 };
	struct plan off, on;

	(void)state;
	models[0].prompt_tok_per_s = models[1].prompt_tok_per_s = 1000;
	models[0].reason_tok_per_s = models[1].reason_tok_per_s = 100;
	models[1].adapter = (struct model_file){ .path = "a.gguf", .stamp.size_bytes = 3000000 };
	off = build(&a, &job, models, 2, 25);
	job.think_tok = 1000;
	on = build(&a, &job, models, 2, 25);
	assert_int_equal(off.candidates[0].think_tok, 0);
	assert_int_equal(on.candidates[0].think_tok, 25 * 1000);
	assert_int_equal(on.candidates[0].context_tok, 27648); /* 130 + 25 * 1100, rounded up */
	assert_int_equal(on.candidates[0].estimate_us - off.candidates[0].estimate_us, 250000000);
	assert_string_equal(off.candidates[1].model->label, "n");
	assert_int_equal(off.candidates[1].need.weights_bytes, 403000000);
	assert_int_equal(off.candidates[1].size_bytes - off.candidates[0].size_bytes, 3000000);
	arena_release(&a);
}

/* A model without a projector is refused. A projector adds its file, scratch space and pixels. */
static void test_images(void **state)
{
	struct model models[] = { model_for("blind", 400000000, 500000000),
				  model_for("sees", 400000000, 500000000) };
	struct job job = job_for(0);
	struct arena a = { 0 };
	struct plan with, without, large;

	(void)state;
	models[1].projector =
		(struct model_file){ .path = "mmproj.gguf", .stamp.size_bytes = 80000000 };
	without = build(&a, &job, models, 2, 25);
	tickets[3].image = "a.png";
	tickets[3].image_width = 1000;
	tickets[3].image_height = 500;
	with = build(&a, &job, models, 2, 25);
	models[1].projector.image_tok = 2000;
	large = build(&a, &job, models, 2, 25);
	assert_int_equal(large.candidates[1].ticket_tok, without.candidates[1].ticket_tok + 2000);
	assert_int_equal(large.candidates[1].context_tok - without.candidates[1].context_tok, 2048);
	memset(&tickets[3].image, 0, sizeof(tickets[3].image));
	assert_null(without.candidates[0].refused);
	assert_string_equal(with.candidates[0].model->label, "blind");
	assert_string_equal(with.candidates[0].refused,
			    "ticket 't' has an image, but this model reads only text: add its "
			    "projector, 'blind + mmproj.gguf'");
	assert_null(with.candidates[1].refused);
	assert_int_equal(with.candidates[1].ticket_tok, without.candidates[1].ticket_tok + 576);
	assert_int_equal(with.candidates[1].context_tok - without.candidates[1].context_tok, 512);
	assert_int_equal(without.candidates[1].need.weights_bytes, 480000000);
	assert_int_equal(with.candidates[1].need.weights_bytes, 480000000);
	assert_int_equal(with.candidates[1].need.buffer_bytes -
				 without.candidates[1].need.buffer_bytes,
			 80000000 / 4 + 1000 * 500 * 6);
	arena_release(&a);
}

static void test_without_facts(void **state)
{
	struct model model = { .label = "script",
			       .path = "script",
			       .stamp = { .size_bytes = 1234 },
			       .engine = ENGINE_SCRIPT };
	struct job job = job_for(0);
	struct arena a = { 0 };
	struct plan plan;

	(void)state;
	plan = build(&a, &job, &model, 1, 25);
	assert_int_equal(plan.candidates[0].size_bytes, 1234);
	assert_null(plan.candidates[0].refused);
	arena_release(&a);
}

static void test_no_reason_no_tokens(void **state)
{
	struct model model = model_for("m", 400000000, 500000000);
	struct job job = job_for(0);
	struct arena a = { 0 };
	struct plan plan;

	(void)state;
	job.reason = REASON_NONE;
	model.prompt_tok_per_s = 1000;
	plan = build(&a, &job, &model, 1, 25);
	assert_int_equal(plan.candidates[0].reason_tok, 0);
	assert_int_equal(plan.candidates[0].context_tok, 1280);
	assert_int_equal(plan.candidates[0].estimate_us, 1130000);
	arena_release(&a);
}

static void test_a_wave_bounds_the_context(void **state)
{
	struct model model = model_for("m", 400000000, 500000000);
	struct job job = job_for(0);
	struct arena a = { 0 };
	struct plan plan;

	(void)state;
	plan = build(&a, &job, &model, 1, 300);
	assert_int_equal(plan.candidates[0].ticket_tok, 300 * 40);
	assert_int_equal(plan.candidates[0].context_tok, 25600); /* 130 + 253 * 100 = 25430 */
	arena_release(&a);
}

static void test_order_by_size(void **state)
{
	struct model models[] = {
		model_for("large", 900000000, 1500000000),
		model_for("small", 90000000, 135000000),
		model_for("same-b", 400000000, 500000000),
		model_for("same-a", 400000000, 500000000),
		model_for("fewer-parameters", 400000000, 400000000),
	};
	static const char *const names[] = {
		"small plain",
		"small examples",
		"fewer-parameters plain",
		"fewer-parameters examples",
		"same-a plain",
		"same-b plain",
		"same-a examples",
		"same-b examples",
		"large plain",
		"large examples",
	};
	struct slice slice = { .tickets = tickets, .n = 25 };
	const struct ticket *shown[] = { &tickets[0], &tickets[1] };
	struct example_set set = { .items = shown, .n = 2 };
	struct job job = job_for(0);
	struct arena a = { 0 };
	struct plan plan;
	struct err err;

	(void)state;
	job.ways[WAY_EXAMPLES] = true;
	for (size_t turn = 0; turn < 5; turn++) {
		struct model first = models[0];

		assert_int_equal(
			plan_build(&a, &job, models, 5, &slice, &set, &limits, &plan, &err), 0);
		assert_int_equal(plan.n, 10);
		for (size_t i = 0; i < plan.n; i++) {
			if (strcmp(plan.candidates[i].name, names[i]) != 0)
				fail_msg("%zu: %s, not %s", i, plan.candidates[i].name, names[i]);
			if (plan.candidates[i].way == WAY_EXAMPLES)
				assert_int_equal(plan.candidates[i].prefix_tok,
						 130 + 2 * (20 + 14));
		}
		memmove(models, models + 1, 4 * sizeof(models[0]));
		models[4] = first;
	}
	arena_release(&a);
}

/* A calibrated candidate follows its base, has the same size, and asks nothing. */
static void test_calibrated(void **state)
{
	struct model models[] = { model_for("large", 900000000, 1500000000),
				  model_for("small", 90000000, 135000000) };
	static const char *const names[] = {
		"small plain", "small calibrated", "small examples", "small examples+calibrated",
		"large plain", "large calibrated", "large examples", "large examples+calibrated",
	};
	struct slice slice = { .tickets = tickets, .n = 25 };
	const struct ticket *shown[12]; /* 12 x 50 tokens: a larger context */
	struct example_set set = { .items = shown, .n = 12 };
	struct job job = job_for(0);
	struct arena a = { 0 };
	struct plan plan;
	struct err err;

	(void)state;
	for (size_t i = 0; i < 12; i++)
		shown[i] = &tickets[i];
	for (int way = 0; way <= WAY_EXAMPLES_CALIBRATED; way++)
		job.ways[way] = true;
	models[1].prompt_tok_per_s = 1000;
	models[1].reason_tok_per_s = 100;
	assert_int_equal(plan_build(&a, &job, models, 2, &slice, &set, &limits, &plan, &err), 0);
	assert_int_equal(plan.n, 8);
	for (size_t i = 0; i < plan.n; i += 2) {
		const struct candidate *base = &plan.candidates[i], *own = base + 1;

		assert_string_equal(base->name, names[i]);
		assert_string_equal(own->name, names[i + 1]);
		assert_int_equal(own->way == WAY_CALIBRATED ? WAY_PLAIN : WAY_EXAMPLES, base->way);
		assert_int_equal(own->size_bytes, base->size_bytes);
		assert_int_equal(own->prefix_tok, base->prefix_tok);
		assert_int_equal(own->ticket_tok, 0);
		assert_int_equal(own->reason_tok, 0);
		assert_true(base->ticket_tok > 0 && base->reason_tok > 0);
	}
	/* A prompt of 130 tokens at 1,000 a second. */
	assert_int_equal(plan.candidates[1].estimate_us, 130000);
	arena_release(&a);
}

/* One row each, for any ways of the job. They ask no model, so no budget refuses them. */
static void test_baselines(void **state)
{
	struct model models[] = {
		model_for("m", 90000000, 135000000),
		{ .spec = "naive-bayes",
		  .label = "baseline naive-bayes",
		  .engine = ENGINE_BASELINE,
		  .stamp = { .size_bytes = 9000000 } },
		{ .spec = "majority", .label = "baseline majority", .engine = ENGINE_BASELINE },
	};
	static const char *const names[] = { "baseline majority", "baseline naive-bayes", "m plain",
					     "m calibrated" };
	static const enum way ways[] = { WAY_MAJORITY, WAY_BAYES, WAY_PLAIN, WAY_CALIBRATED };
	struct job job = job_for(1000000);
	struct arena a = { 0 };
	struct plan plan;

	(void)state;
	job.ways[WAY_CALIBRATED] = true;
	plan = build(&a, &job, models, 3, 25);
	assert_int_equal(plan.n, 4);
	for (size_t i = 0; i < 4; i++) {
		const struct candidate *c = &plan.candidates[i];

		assert_string_equal(c->name, names[i]);
		assert_int_equal(c->way, ways[i]);
		assert_int_equal(c->refused != NULL, i >= 2);
	}
	assert_int_equal(plan.candidates[0].size_bytes, 0);
	assert_int_equal(plan.candidates[1].size_bytes, 9000000);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(plan.candidates[i].prefix_tok + plan.candidates[i].ticket_tok +
					 plan.candidates[i].reason_tok +
					 plan.candidates[i].need.context_bytes,
				 0);
	arena_release(&a);
}

/* RULE: smallest first. A large baseline still comes first, a server of unknown size last. */
static void test_order_of_kinds(void **state)
{
	struct model models[] = {
		model_for("server-unknown", 0, 0),
		model_for("decoder-135m", 90000000, 135000000),
		model_for("encoder-45mb", 45000000, 22700000),
		model_for("server-8mb", 8000000, 8000000),
		{ .spec = "naive-bayes",
		  .label = "baseline naive-bayes",
		  .engine = ENGINE_BASELINE,
		  .stamp = { .size_bytes = 900000000 } },
	};
	static const char *const names[] = { "baseline naive-bayes", "server-8mb plain",
					     "encoder-45mb plain", "decoder-135m plain",
					     "server-unknown plain" };
	struct job job = job_for(0);
	struct arena a = { 0 };
	struct plan plan;

	(void)state;
	models[0].engine = models[3].engine = ENGINE_HTTP;
	models[2].facts.kind = MODEL_KIND_ENCODER;
	plan = build(&a, &job, models, 5, 25);
	assert_int_equal(plan.n, 5);
	for (size_t i = 0; i < plan.n; i++)
		assert_string_equal(plan.candidates[i].name, names[i]);
	arena_release(&a);
}

static void test_same_label(void **state)
{
	struct model models[] = { model_for("m", 2000000, 2), model_for("x", 1500000, 2),
				  model_for("m", 1000000, 1) };
	struct job job = job_for(0);
	struct arena a = { 0 };
	struct plan plan;

	(void)state;
	plan = build(&a, &job, models, 3, 1);
	assert_string_equal(plan.candidates[0].name, "m #2 plain");
	assert_string_equal(plan.candidates[1].name, "x plain");
	assert_string_equal(plan.candidates[2].name, "m #1 plain");
	arena_release(&a);
}

static void set_licence(struct model *model, const char *licence)
{
	snprintf(model->facts.licence, sizeof(model->facts.licence), "%s", licence);
}

/* The first name is the candidate, without a number; the worst licence of both counts. */
static void test_repeats(void **state)
{
	struct model models[] = { model_for("m", 2000000, 2), model_for("x", 1500000, 2),
				  model_for("m", 2000000, 2) };
	static struct licence_word word = { .model = "m", .licence = "mit" };
	struct job job = job_for(0);
	struct arena a = { 0 };
	struct plan plan;

	(void)state;
	models[2].repeats = &models[0];
	set_licence(&models[0], "mit");
	set_licence(&models[2], "cc-by-nc-4.0");
	plan = build(&a, &job, models, 3, 1);
	assert_int_equal(plan.n, 2);
	assert_string_equal(plan.candidates[0].name, "x plain");
	assert_string_equal(plan.candidates[1].name, "m plain");
	assert_ptr_equal(plan.candidates[1].model, &models[0]);
	assert_int_equal(plan.candidates[1].licence->verdict, LICENCE_BLOCK);
	assert_string_equal(plan.candidates[1].licence->id, "cc-by-nc-4.0");
	assert_non_null(plan.candidates[1].refused);
	assert_int_equal(plan.n_repeats, 1);
	assert_ptr_equal(plan.repeats[0], &models[2]);
	/* A licence that the user states for one name counts for the weights. */
	models[2].spec = models[2].path = models[2].label = "other";
	job.licence_words = &word;
	job.n_licence_words = 1;
	plan = build(&a, &job, models, 3, 1);
	assert_int_equal(plan.candidates[1].licence->verdict, LICENCE_OK);
	models[2].spec = "m";
	models[0].spec = models[0].path = models[0].label = "first";
	set_licence(&models[0], "cc-by-nc-4.0");
	plan = build(&a, &job, models, 3, 1);
	assert_string_equal(plan.candidates[1].name, "first plain");
	assert_int_equal(plan.candidates[1].licence->verdict, LICENCE_OK);
	arena_release(&a);
}

static void test_time(void **state)
{
	struct model models[] = {
		model_for("a-measured", 100000000, 100000000),
		model_for("b-near", 200000000, 200000000),
		model_for("c-far", 700000000, 700000000),
		model_for("d-measured", 800000000, 800000000),
		model_for("e-unknown", 900000000, 0),
	};
	struct job job = job_for(0);
	struct arena a = { 0 };
	struct plan plan;

	(void)state;
	models[0].prompt_tok_per_s = 1000;
	models[0].reason_tok_per_s = 100;
	models[3].prompt_tok_per_s = 100;
	models[3].reason_tok_per_s = 10;
	plan = build(&a, &job, models, 5, 25);
	/* 1130 tokens of prompt, 1500 of reasons */
	assert_int_equal(plan.candidates[0].estimate_us, 16130000);
	assert_false(plan.candidates[0].estimate_rough);
	assert_int_equal(plan.candidates[1].estimate_us, 32260000);
	assert_true(plan.candidates[1].estimate_rough);
	assert_int_equal(plan.candidates[2].estimate_us, 161300000 / 8 * 7);
	assert_true(plan.candidates[2].estimate_rough);
	assert_int_equal(plan.candidates[3].estimate_us, 161300000);
	assert_false(plan.candidates[3].estimate_rough);
	assert_int_equal(plan.candidates[4].estimate_us, -1);
	assert_int_equal(plan.total_us, 16130000 + 32260000 + 161300000 / 8 * 7 + 161300000);
	arena_release(&a);
}

static void test_refusals(void **state)
{
	struct model models[] = {
		model_for("fits", 400000000, 500000000),
		model_for("large", 900000000, 1500000000),
		model_for("bert", 90000000, 1),
		model_for("short", 450000000, 1),
	};
	struct job job = job_for(1000000000);
	struct arena a = { 0 };
	struct plan plan;

	(void)state;
	models[2].facts.kind = MODEL_KIND_ENCODER;
	strncpy(models[2].facts.arch, "bert\x1b[0m", sizeof(models[2].facts.arch) - 1);
	models[3].facts.n_ctx_train = 100;
	for (size_t i = 0; i < 4; i++) {
		models[i].prompt_tok_per_s = 1000;
		models[i].reason_tok_per_s = 100;
	}
	plan = build(&a, &job, models, 4, 25);
	assert_string_equal(
		plan.candidates[0].refused,
		"it is an encoder (bert\\x1b[0m), but its file does not state how a text's vector "
		"is made: the key 'bert\\x1b[0m.pooling_type' is missing, 0 or unknown. Convert it "
		"again, from a folder with 1_Pooling/config.json, or use another file of it");
	assert_null(plan.candidates[1].refused);
	assert_string_equal(
		plan.candidates[2].refused,
		"the prompt takes about 130 tokens, but the context of the model has only 100: "
		"shorten the prompt");
	assert_string_equal(
		plan.candidates[3].refused,
		"needs about 1.2 GB for one ticket at a time (weights 900 MB + context of 256 "
		"tokens 3.1 MB + buffers 315 MB), but the budget allows 1.0 GB");
	assert_int_equal(plan.total_us, 16130000);
	arena_release(&a);
}

/*
 * A decision model is asked plainly, and calibrated if the job wants that: it has no prompt to put
 * examples into. It reads the question with every ticket and writes no reasons.
 */
static void test_decision_model(void **state)
{
	struct model models[] = { model_for("jev", 400000000, 1), model_for("lev", 500000000, 1) };
	struct job job = job_for(0);
	struct arena a = { 0 };
	struct plan plan;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		models[i].facts.kind = MODEL_KIND_DECISION;
		strncpy(models[i].facts.decision, i == 0 ? "openjev" : "lev", 10);
		strncpy(models[i].facts.template_sha256, "ab", 3);
		models[i].prompt_tok_per_s = 1000;
	}
	job.ways[WAY_CALIBRATED] = job.ways[WAY_EXAMPLES_CALIBRATED] = true;
	job.think_tok = 100;
	plan = build(&a, &job, models, 2, 25);
	assert_int_equal(plan.n, 4);
	assert_string_equal(plan.candidates[0].name, "jev plain");
	assert_string_equal(plan.candidates[1].name, "jev calibrated");
	for (size_t i = 0; i < plan.n; i++) {
		assert_null(plan.candidates[i].refused);
		assert_int_equal(plan.candidates[i].reason_tok, 0);
		assert_int_equal(plan.candidates[i].think_tok, 0);
	}
	/* 1,000 tokens of tickets, the prompt of 130 with each and once as a prefix */
	assert_int_equal(plan.candidates[0].ticket_tok, 1000 + 25 * 130);
	assert_int_equal(plan.candidates[0].estimate_us, 4380000);
	assert_int_equal(plan.candidates[2].ticket_tok, 2 * (1000 + 25 * 130));
	/* A physical batch and the prefix beside it, in blocks of 256. */
	assert_int_equal(plan.candidates[0].context_tok, 768);
	arena_release(&a);
}

/* Absurd figures in a hostile header: no overflow, and sizes stay in order. */
static void test_absurd_facts(void **state)
{
	struct model models[] = { model_for("huge", 0, INT64_MAX), model_for("negative", 1000, -5),
				  model_for("fine", 1000000, 1000) };
	struct job job = job_for(1);
	struct arena a = { 0 };
	struct plan plan;

	(void)state;
	models[0].facts.tensor_bytes = INT64_MAX;
	models[0].facts.n_layer = models[0].facts.n_key = models[0].facts.n_head_kv = INT64_MAX;
	models[0].facts.n_vocab = models[0].facts.n_embd = INT64_MAX;
	models[0].prompt_tok_per_s = models[0].reason_tok_per_s = 1e-300;
	models[1].facts.n_layer = models[1].facts.n_vocab = INT64_MIN;
	plan = build(&a, &job, models, 3, 25);
	assert_string_equal(plan.candidates[0].name, "negative plain");
	assert_string_equal(plan.candidates[2].name, "huge plain");
	for (size_t i = 0; i < plan.n; i++)
		assert_true(plan.candidates[i].size_bytes > 0);
	arena_release(&a);
}

static void test_errors(void **state)
{
	struct slice slice = { .tickets = tickets, .n = 1 };
	struct model model = model_for("m", 1, 1);
	struct job job = job_for(0);
	struct arena a = { 0 };
	struct plan plan = { 0 };
	struct err err;

	(void)state;
	assert_int_equal(plan_build(&a, &job, NULL, 0, &slice, NULL, &limits, &plan, &err), -1);
	assert_string_equal(err.msg,
			    "job.yaml: no models; list them under 'models', or give --models");
	job.ways[WAY_EXAMPLES] = true;
	assert_int_equal(plan_build(&a, &job, &model, 1, &slice, NULL, &limits, &plan, &err), -1);
	assert_string_equal(err.msg,
			    "job.yaml: the way 'examples' has no examples; add the key 'examples'");
	assert_null(plan.candidates);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thinking_and_adapter),
		cmocka_unit_test(test_images),
		cmocka_unit_test(test_arithmetic),
		cmocka_unit_test(test_without_facts),
		cmocka_unit_test(test_no_reason_no_tokens),
		cmocka_unit_test(test_a_wave_bounds_the_context),
		cmocka_unit_test(test_order_by_size),
		cmocka_unit_test(test_order_of_kinds),
		cmocka_unit_test(test_calibrated),
		cmocka_unit_test(test_baselines),
		cmocka_unit_test(test_same_label),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_decision_model),
		cmocka_unit_test(test_absurd_facts),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
