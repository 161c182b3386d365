/*
 * Letters and several orders of the labels with real models. The scores of all orders must be the
 * geometric mean of passes that ask one order each, one ticket at a time and batched. A letter's
 * probability and the label mass must be what plain llama.h calls give, over the whole vocabulary.
 */
#include <math.h>

#include "job/file/job_prompt.h"
#include "job/file/label_order.h"
#include "llama_brute.h"

/*
 * How far a probability may move because the orders' prompts lie elsewhere in the context: the
 * attention sums them in other groups, and 4-bit weights amplify that. Measured: 0.013 at most
 * with the tiny model, 0.0004 with the miniatures. A score taken for another label's moves it by
 * tenths.
 */
static double tolerance(const char *model)
{
	return strcmp(model, TINY_MODEL) == 0 ? 0.04 : 0.001;
}

enum { N_LABELS = 5, N_TICKETS = 3 };

static struct label labels[N_LABELS] = {
	{ "card", "the bank card itself" }, { "cash_withdrawal", "taking cash out" },
	{ "top_up", "adding money" },	    { "transfer", "sending money by bank" },
	{ "other", "anything else" },
};

/* Probabilities by ticket and label. */
struct scores {
	double of[N_TICKETS][N_LABELS];
};

/* What a pass asks, in one order or in all. */
struct asked {
	struct prompts prompts;
	const char *names[N_LABELS]; /* or letters */
	bool letters;
	const char *texts[FIXTURE_TICKETS_MAX];
};

static void asked_init(struct arena *a, bool letters, struct asked *ret)
{
	const struct job job = { .path = "job.yaml",
				 .labels = labels,
				 .n_labels = N_LABELS,
				 .prompt = "",
				 .prompt_pattern =
					 "Sort the ticket. Labels: {labels}\nAnswer in JSON.",
				 .own_prompt = true };
	struct err err = { 0 };

	*ret = (struct asked){ .letters = letters };
	if (job_prompts(a, &job, letters ? WAY_LETTERS_ROTATED : WAY_ROTATED, &ret->prompts, &err) <
	    0)
		fail_msg("%s", err.msg);
	assert_int_equal(ret->prompts.n, N_LABELS);
	for (size_t i = 0; i < N_LABELS; i++)
		ret->names[i] = letters ? label_letter(i) : labels[i].name;
	fixture_tickets(a, ret->texts);
}

/* The label whose score a pass of one order gives at place i. */
static size_t label_at(const struct asked *q, size_t order, size_t i)
{
	return q->letters ? label_order_at(N_LABELS, N_LABELS, order, i) : i;
}

/* One order by itself. Returns its sums of label mass and of prompt tokens over the tickets. */
static void ask_one(struct engine *e, const struct asked *q, size_t order, struct scores *ret,
		    double *mass, int64_t *prompt_tok)
{
	struct msg_pass pass = fixture_pass((const char **)q->names, N_LABELS);
	struct arena a = { 0 };

	pass.system = q->prompts.texts[order];
	fixture_begin(e, &a, &pass, (const char **)q->texts, N_TICKETS);
	for (size_t t = 0; t < N_TICKETS; t++) {
		struct answer answer;

		fixture_ask(e, &a, t, &answer);
		assert_int_equal(answer.n_orders, 1);
		assert_int_equal(answer.n_agreed, 1);
		for (size_t i = 0; i < N_LABELS; i++)
			ret->of[t][label_at(q, order, i)] = answer.probs[i];
		*mass += answer.label_mass;
		*prompt_tok += answer.prompt_tok;
	}
	arena_release(&a);
}

static void means_of(const struct asked *q, struct engine *e, struct scores *ret, double *mass,
		     int64_t *prompt_tok)
{
	static struct scores ones[N_LABELS];

	for (size_t k = 0; k < N_LABELS; k++)
		ask_one(e, q, k, &ones[k], mass, prompt_tok);
	for (size_t t = 0; t < N_TICKETS; t++) {
		double sum = 0;

		for (size_t i = 0; i < N_LABELS; i++) {
			ret->of[t][i] = 1;
			for (size_t k = 0; k < N_LABELS; k++)
				ret->of[t][i] *= pow(ones[k].of[t][i], 1.0 / N_LABELS);
			sum += ret->of[t][i];
		}
		for (size_t i = 0; i < N_LABELS; i++)
			ret->of[t][i] /= sum;
	}
}

static double largest_difference(const struct answer *answer, const double *expected)
{
	double largest = 0, sum = 0;

	assert_int_equal(answer->outcome, OUTCOME_OK);
	assert_int_equal(answer->n_orders, N_LABELS);
	assert_in_range(answer->n_agreed, 0, N_LABELS);
	for (size_t i = 0; i < N_LABELS; i++) {
		largest = fmax(largest, fabs(answer->probs[i] - expected[i]));
		sum += answer->probs[i];
	}
	assert_true(fabs(sum - 1) < 1e-9);
	return largest;
}

/* What batched answers are compared with, and the result. */
struct batched {
	const struct scores *expected;
	size_t n;
	double largest;
};

static int take_batched(void *ctx, const struct answer *answer, struct err *err)
{
	struct batched *b = ctx;

	(void)err;
	assert_int_equal(answer->ticket, b->n++);
	b->largest = fmax(b->largest, largest_difference(answer, b->expected->of[answer->ticket]));
	return 0;
}

static int count_reason(void *ctx, const struct reason *reason, struct err *err)
{
	(void)err;
	assert_non_null(reason->rationale);
	++*(size_t *)ctx;
	return 0;
}

/* All orders in one pass: one by one with reasons, then batched. */
static void ask_all(struct engine *e, const struct asked *q, const struct scores *expected,
		    double mass, int64_t prompt_tok)
{
	struct msg_pass pass = fixture_pass((const char **)q->names, N_LABELS);
	struct batched batched = { .expected = expected };
	struct msg_reasons_done done;
	struct arena a = { 0 };
	struct err err = { 0 };
	double largest = 0;
	size_t n_reasons = 0;

	pass.system = q->prompts.texts[0];
	pass.rotations = q->prompts.texts + 1;
	pass.n_rotations = q->prompts.n - 1;
	pass.letters = q->letters;
	fixture_begin(e, &a, &pass, (const char **)q->texts, N_TICKETS);
	for (size_t t = 0; t < N_TICKETS; t++) {
		struct answer answer;

		fixture_ask(e, &a, t, &answer);
		largest = fmax(largest, largest_difference(&answer, expected->of[t]));
		mass -= answer.label_mass * N_LABELS;
		prompt_tok -= answer.prompt_tok;
	}
	assert_int_equal(prompt_tok, 0);
	assert_true(fabs(mass) <= tolerance(fixture.name) * N_TICKETS * N_LABELS);
	assert_int_equal(engine_reasons(e, &a, count_reason, &n_reasons, &done, &err), 0);
	assert_int_equal(n_reasons, N_TICKETS);
	pass.label_only = true;
	fixture_begin(e, &a, &pass, (const char **)q->texts, N_TICKETS);
	if (engine_labels(e, &a, N_TICKETS, take_batched, &batched, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(batched.n, N_TICKETS);
	printf("%s: largest difference %.2g, batched %.2g\n", q->letters ? "letters" : "names",
	       largest, batched.largest);
	assert_true(largest <= tolerance(fixture.name));
	assert_true(batched.largest <= tolerance(fixture.name));
	arena_release(&a);
}

static void test_orders(void **state)
{
	struct engine *e = fixture_open(*state);

	for (int letters = 0; letters < 2; letters++) {
		struct arena a = { 0 };
		struct asked q;
		struct scores means;
		double mass = 0;
		int64_t prompt_tok = 0;

		asked_init(&a, letters, &q);
		means_of(&q, e, &means, &mass, &prompt_tok);
		ask_all(e, &q, &means, mass, prompt_tok);
		arena_release(&a);
	}
}

/* A shortened context must hold the prompts of all orders, and the ticket twice. */
static void test_short_context(void **state)
{
	struct engine *e = fixture_open(*state);
	struct msg_pass pass;
	struct arena a = { 0 };
	struct answer answer;
	struct asked q;
	int64_t total;

	asked_init(&a, false, &q);
	pass = fixture_pass(q.names, N_LABELS);
	pass.system = q.prompts.texts[0];
	pass.rotations = q.prompts.texts + 1;
	pass.n_rotations = q.prompts.n - 1;
	pass.n_ctx_max = 4096;
	fixture_begin(e, &a, &pass, q.texts, 1);
	total = (int64_t)wave_ticket_total(e, 0);
	assert_true(total > (int64_t)(e->prompt.n_prefix_all + 2 * e->wave.tickets[0].n));
	pass.n_ctx_max = total;
	fixture_begin(e, &a, &pass, q.texts, 1);
	fixture_ask(e, &a, 0, &answer);
	assert_int_equal(answer.outcome, OUTCOME_OK);
	pass.n_ctx_max = total - 1;
	fixture_begin(e, &a, &pass, q.texts, 1);
	fixture_ask(e, &a, 0, &answer);
	assert_int_equal(answer.outcome, OUTCOME_TOO_LONG);
	assert_non_null(strstr(answer.detail, "the shortened context holds"));
	arena_release(&a);
}

/* What several orders cannot be combined with is refused before anything is asked. */
static void test_refused_passes(void **state)
{
	struct engine *e = fixture_open(*state);
	struct msg_pass_ready ready;
	struct msg_pass pass;
	struct arena a = { 0 };
	struct err err = { 0 };
	struct asked q;

	asked_init(&a, false, &q);
	for (int i = 0; i < 3; i++) {
		pass = fixture_pass(q.names, N_LABELS);
		pass.rotations = q.prompts.texts + 1;
		pass.n_rotations = q.prompts.n - 1;
		pass.mode = i == 0 ? PASS_FREE : PASS_FORCED;
		pass.reason_first = i == 1;
		pass.think_tok = i == 2 ? 10 : 0;
		assert_int_equal(engine_pass(e, &a, &pass, &ready, &err), -1);
		assert_non_null(strstr(err.msg, "several orders of the labels need"));
	}
	arena_release(&a);
}

/* Letters are one token each, so their probabilities are shares of one softmax. */
static void test_letters_by_plain_calls(void **state)
{
	struct engine *e = fixture_open(*state);
	struct arena a = { 0 };
	struct msg_pass pass;
	struct asked q;

	asked_init(&a, true, &q);
	pass = fixture_pass(q.names, N_LABELS);
	pass.system = q.prompts.texts[0];
	fixture_begin(e, &a, &pass, q.texts, N_TICKETS);
	for (size_t t = 0; t < N_TICKETS; t++) {
		struct llama_context *ctx;
		struct answer answer;
		double shares[N_LABELS], all = 0, mass = 0;
		const float *logits;

		fixture_ask(e, &a, t, &answer);
		ctx = fresh_context(e, t, 0);
		logits = llama_get_logits_ith(ctx, -1);
		for (int32_t i = 0; i < llama_vocab_n_tokens(e->vocab); i++)
			all += exp((double)logits[i]);
		for (size_t i = 0; i < N_LABELS; i++) {
			const struct label_tokens *l = &e->prompt.labels[i];

			shares[i] = exp((double)logits[l->all.items[e->prompt.n_common]]) / all;
			mass += shares[i];
		}
		for (size_t i = 0; i < N_LABELS; i++)
			assert_true(fabs(answer.probs[i] - shares[i] / mass) < 1e-3);
		assert_true(fabs(answer.label_mass - mass) < 1e-3);
		llama_free(ctx);
	}
	arena_release(&a);
}

int main(void)
{
	/* Also a recurrent model and one with a sliding window, in miniature. */
	static const struct CMUnitTest tests[] = {
		{ "orders: smollm2", test_orders, NULL, NULL, TINY_MODEL },
		{ "letters: smollm2", test_letters_by_plain_calls, NULL, NULL, TINY_MODEL },
		{ "short context: smollm2", test_short_context, NULL, NULL, TINY_MODEL },
		{ "refused passes: smollm2", test_refused_passes, NULL, NULL, TINY_MODEL },
		{ "orders: falcon-h1", test_orders, NULL, NULL, "falcon-h1.gguf" },
		{ "orders: gemma3", test_orders, NULL, NULL, "gemma3.gguf" },
	};

	struct arena a = { 0 };
	int r;

	fixture_add_families(&a);
	r = _cmocka_run_group_tests("orders", tests, sizeof(tests) / sizeof(tests[0]), NULL,
				    fixture_leave);
	arena_release(&a);
	return r;
}
