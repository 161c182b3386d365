/*
 * Thought before the answer, with a real model and the chat template of a family that thinks. It
 * thinks badly, but budget, marks, counts, times and the beginning of the answer are as with any
 * model. The final context is compared with the same text given as a prompt.
 */
#include "llama_edited.h"

#include <math.h>

static const char *labels[] = { "card", "transfer", "other" };
enum { N_LABELS = 3, N_TEXTS = 3, BUDGET = 20 };

static const char *texts[N_TEXTS] = {
	"My card was stolen in the train.",
	"Where is the money that I sent on Monday?",
	"Hello?",
};

/*
 * Tolerance: logits depend a little on the number of rows in a decode (docs/timing.md). With few
 * rows, the same kernels compute one and many.
 */
enum { SMALL_BATCH = 32 };
#define CLOSE 0.001

static struct engine *thinker(const char *template)
{
	const char *dir = getenv("TEST_TEMPLATES_DIR");

	if (!dir || !*dir) {
		print_message("SKIPPED: TEST_TEMPLATES_DIR is not set\n");
		skip();
	}
	return edited_must_open(
		edited_make("template", arena_printf(&edited_arena, "%s.gguf", template),
			    arena_printf(&edited_arena, "'%s/%s.jinja'", dir, template)),
		NULL);
}

static void begin(struct engine *e, struct arena *a, const struct msg_pass *pass,
		  struct msg_pass_ready *ret_ready)
{
	struct err err = { 0 };

	if (engine_pass(e, a, pass, ret_ready, &err) < 0)
		fail_msg("%s", err.msg);
}

static void offer(struct engine *e)
{
	struct msg_wave wave = { .texts = texts, .n_texts = N_TEXTS };
	struct msg_wave_ready ready;
	enum outcome outcome;
	struct err err = { 0 };

	if (engine_wave(e, &wave, &ready, &outcome, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(ready.n_accepted, N_TEXTS);
}

static struct msg_pass thinking_pass(int64_t think_tok)
{
	struct msg_pass pass = fixture_pass(labels, N_LABELS);

	pass.think_tok = think_tok;
	pass.n_batch = pass.n_ubatch = SMALL_BATCH;
	return pass;
}

/* The end of each family's prompt, with thinking on and off. */
static void test_prompts(void **state)
{
	static const struct {
		const char *template, *off, *off_end, *on_end;
	} rows[] = {
		{ "Qwen-Qwen3-0.6B", "off: switched in the template",
		  "<|im_start|>assistant\n<think>\n\n</think>\n\n",
		  "<|im_start|>assistant\n<think>\n" },
		{ "deepseek-ai-DeepSeek-R1-Distill-Llama-8B", "off: block closed",
		  "<think>\n\n</think>\n\n", "<think>\n" },
		{ "openai-gpt-oss-120b", "off: final channel opened",
		  "<|start|>assistant<|channel|>final<|message|>",
		  "<|start|>assistant<|channel|>analysis<|message|>" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct engine *e = thinker(rows[i].template);
		struct msg_pass pass = thinking_pass(0);
		struct msg_pass_ready ready;

		begin(e, &a, &pass, &ready);
		assert_string_equal(ready.thinking, rows[i].off);
		assert_true(str_ends(ready.rendered, rows[i].off_end));
		pass.think_tok = BUDGET;
		begin(e, &a, &pass, &ready);
		assert_string_equal(ready.thinking, "at most 20 tokens");
		assert_true(str_ends(ready.rendered, rows[i].on_end));
		assert_string_equal(ready.opening, "none");
		engine_close(e);
	}
	arena_release(&a);
}

static void check_thought(const struct answer *answer)
{
	assert_int_equal(answer->outcome, OUTCOME_OK);
	assert_true(answer->think_tok > 0 && answer->think_tok <= BUDGET);
	assert_true(answer->thought_len > 0);
	assert_true(answer->first_us > 0 && answer->first_us < answer->ttft_us);
	assert_true(answer->think_us > 0 && answer->think_us < answer->ttft_us);
	assert_true(answer->ttft_us <= answer->label_us);
	assert_memory_equal(answer->raw, "{\"label\":\"", 10);
	assert_null(memmem(answer->raw, answer->raw_len, "think", 5));
}

/* The same model's answer if this text is in the prompt, behind the thought's opening. */
static void ask_as_prompt(struct engine *e, struct arena *a, size_t ticket, const char *thought,
			  const char *rest, struct answer *ret)
{
	struct msg_pass pass = thinking_pass(BUDGET);
	struct msg_pass_ready ready;
	struct err err = { 0 };
	struct tokens parts[4];
	llama_token *items;
	size_t n = 0;

	begin(e, a, &pass, &ready);
	parts[0] = e->prompt.after;
	assert_int_equal(tokenize(e, a, thought, true, &parts[1], &err), 0);
	assert_int_equal(tokenize(e, a, rest, true, &parts[2], &err), 0);
	parts[3] = e->prompt.answer_start;
	items = arena_array(a, parts[0].n + parts[1].n + parts[2].n + parts[3].n, sizeof(*items));
	for (size_t p = 0; p < 4; p++)
		for (size_t i = 0; i < parts[p].n; i++)
			items[n++] = parts[p].items[i];
	e->prompt.after = (struct tokens){ items, n };
	e->prompt.n_think = 0;
	offer(e);
	fixture_ask(e, a, ticket, ret);
	assert_int_equal(ret->think_tok, 0);
}

static void assert_close(const struct answer *x, const struct answer *y)
{
	for (size_t k = 0; k < N_LABELS; k++)
		assert_true(fabs(x->probs[k] - y->probs[k]) < CLOSE);
}

/* At the budget the mark is added, and the answer is the one that this text leads to. */
static void test_budget(void **state)
{
	struct engine *e = thinker(*state);
	struct msg_pass pass = thinking_pass(BUDGET);
	struct answer answers[N_TEXTS], same;
	struct msg_pass_ready ready;
	struct arena a = { 0 };

	begin(e, &a, &pass, &ready);
	offer(e);
	for (size_t i = 0; i < N_TEXTS; i++) {
		fixture_ask(e, &a, i, &answers[i]);
		check_thought(&answers[i]);
		if (answers[i].think_tok == BUDGET)
			assert_string_equal(answers[i].detail, "its thought was cut at 20 tokens");
	}
	for (size_t i = 0; i < N_TEXTS; i++) {
		const struct opening *o = &e->prompt.opening;

		ask_as_prompt(e, &a, i,
			      arena_strndup(&a, answers[i].thought, answers[i].thought_len),
			      arena_printf(&a, "%s%s", o->think_close, o->answer_open), &same);
		assert_close(&same, &answers[i]);
	}
	arena_release(&a);
	engine_close(e);
}

/*
 * An end mark that the model itself writes: a piece of its thought that begins and ends within a
 * token. The thought must end exactly there.
 */
static void test_end_mark(void **state)
{
	struct engine *e = thinker(*state);
	struct msg_pass pass = thinking_pass(BUDGET);
	struct msg_pass_ready ready;
	struct answer whole, ended, same;
	struct arena a = { 0 };
	const char *mark;
	size_t at;

	begin(e, &a, &pass, &ready);
	offer(e);
	fixture_ask(e, &a, 0, &whole);
	assert_true(whole.thought_len > 20);
	mark = arena_strndup(&a, whole.thought + whole.thought_len / 2, 7);
	at = (size_t)(strstr(whole.thought, mark) - whole.thought);
	begin(e, &a, &pass, &ready);
	e->prompt.opening.think_end = mark;
	e->prompt.opening.think_close = mark;
	offer(e);
	fixture_ask(e, &a, 0, &ended);
	check_thought(&ended);
	assert_string_equal(ended.detail, "");
	assert_int_equal(ended.thought_len, at);
	assert_memory_equal(ended.thought, whole.thought, at);
	assert_true(ended.think_tok < whole.think_tok);
	/* The context contains exactly the thought, the mark and the answer's opening. */
	ask_as_prompt(e, &a, 0,
		      arena_printf(&a, "%.*s%s%s", (int)at, ended.thought, mark,
				   e->prompt.opening.answer_open),
		      "", &same);
	assert_close(&same, &ended);
	arena_release(&a);
	engine_close(e);
}

static int keep_reason(void *ctx, const struct reason *reason, struct err *err)
{
	size_t *n = ctx;

	(void)err;
	assert_true(reason->reason_tok > 0);
	assert_int_equal(reason->think_tok, 0);
	*n += 1;
	return 0;
}

/* Each ticket has its own thought: neighbours, order and earlier reasons change nothing. */
static void test_alone_or_among_others(void **state)
{
	struct engine *e = thinker(*state);
	struct msg_pass pass = thinking_pass(BUDGET);
	struct answer first[N_TEXTS], again;
	struct msg_reasons_done done;
	struct msg_pass_ready ready;
	struct arena a = { 0 };
	struct err err = { 0 };
	size_t n = 0;

	begin(e, &a, &pass, &ready);
	offer(e);
	for (size_t i = 0; i < N_TEXTS; i++)
		fixture_ask(e, &a, i, &first[i]);
	assert_int_equal(engine_reasons(e, &a, keep_reason, &n, &done, &err), 0);
	assert_int_equal(n, N_TEXTS);
	offer(e);
	for (size_t i = N_TEXTS; i-- > 0;) {
		fixture_ask(e, &a, i, &again);
		assert_int_equal(again.think_tok, first[i].think_tok);
		assert_int_equal(again.thought_len, first[i].thought_len);
		assert_memory_equal(again.thought, first[i].thought, again.thought_len);
		assert_memory_equal(again.probs, first[i].probs, N_LABELS * sizeof(double));
	}
	arena_release(&a);
	engine_close(e);
}

/* The context reserves room for thought; a budget that cannot fit is reported. */
static void test_room(void **state)
{
	struct engine *e = thinker(*state);
	struct msg_pass pass = thinking_pass(llama_model_n_ctx_train(e->model));
	struct msg_pass_ready ready;
	struct answer answer;
	struct arena a = { 0 };

	begin(e, &a, &pass, &ready);
	offer(e);
	fixture_ask(e, &a, 0, &answer);
	assert_int_equal(answer.outcome, OUTCOME_TOO_LONG);
	arena_release(&a);
	engine_close(e);
}

/* Free text after a requested thought: raw is only the answer. */
static void test_free_text(void **state)
{
	struct engine *e = thinker(*state);
	struct msg_pass pass = thinking_pass(BUDGET);
	struct msg_pass_ready ready;
	struct answer answer;
	struct arena a = { 0 };

	pass.mode = PASS_FREE;
	begin(e, &a, &pass, &ready);
	offer(e);
	fixture_ask(e, &a, 0, &answer);
	assert_true(answer.think_tok > 0);
	assert_true(answer.first_us < answer.ttft_us);
	assert_true(answer.chosen_tok > 0 && answer.chosen_tok <= pass.reason_cap_tok);
	assert_null(memmem(answer.raw, answer.raw_len, answer.thought, answer.thought_len));
	arena_release(&a);
	engine_close(e);
}

/* Free text that begins with an unrequested thought. */
static void test_unasked(void **state)
{
	struct engine *e = thinker(*state);
	struct msg_pass pass = thinking_pass(0);
	struct msg_pass_ready ready;
	struct answer whole, split;
	struct arena a = { 0 };
	const char *mark;

	pass.mode = PASS_FREE;
	pass.reason_cap_tok = BUDGET;
	begin(e, &a, &pass, &ready);
	offer(e);
	fixture_ask(e, &a, 0, &whole);
	assert_int_equal(whole.think_tok, 0);
	assert_int_equal(whole.first_us, whole.ttft_us);
	assert_true(whole.raw_len > 20);
	mark = arena_strndup(&a, whole.raw + 10, 5);
	begin(e, &a, &pass, &ready);
	e->prompt.opening.think_end = mark;
	offer(e);
	fixture_ask(e, &a, 0, &split);
	assert_true(split.think_tok > 0);
	assert_int_equal(split.think_tok + split.chosen_tok, whole.chosen_tok);
	assert_true(split.raw_len < whole.raw_len);
	assert_memory_equal(split.raw, whole.raw + whole.raw_len - split.raw_len, split.raw_len);
	assert_null(memmem(split.raw, split.raw_len, mark, 5));
	assert_true(split.first_us < split.ttft_us);
	assert_true(split.think_us > 0 && split.think_us < split.label_us);
	arena_release(&a);
	engine_close(e);
}

static int copy_reason(void *ctx, const struct reason *reason, struct err *err)
{
	struct reason *kept = ctx;

	(void)err;
	*kept = *reason;
	return 0;
}

/* A reason that begins with a thought: the reason and its length exclude the thought. */
static void test_thought_in_a_reason(void **state)
{
	struct engine *e = thinker(*state);
	struct msg_pass pass = thinking_pass(0);
	struct msg_pass_ready ready;
	struct msg_reasons_done done;
	struct reason whole, split;
	struct answer answer;
	struct arena a = { 0 };
	struct err err = { 0 };
	const char *mark;

	pass.reason_cap_tok = BUDGET;
	begin(e, &a, &pass, &ready);
	offer(e);
	fixture_ask(e, &a, 0, &answer);
	assert_int_equal(engine_reasons(e, &a, copy_reason, &whole, &done, &err), 0);
	assert_int_equal(whole.think_tok, 0);
	assert_true(whole.raw_len > 20);
	mark = arena_strndup(&a, whole.raw + 8, 4);
	begin(e, &a, &pass, &ready);
	e->prompt.opening.think_start = arena_strndup(&a, whole.raw, 3);
	e->prompt.opening.think_end = mark;
	offer(e);
	fixture_ask(e, &a, 0, &answer);
	assert_int_equal(engine_reasons(e, &a, copy_reason, &split, &done, &err), 0);
	assert_true(split.think_tok > 0 && split.reason_tok > 0);
	assert_memory_equal(split.raw, whole.raw,
			    whole.raw_len < split.raw_len ? whole.raw_len : split.raw_len);
	assert_null(strstr(split.rationale, mark));
	assert_non_null(strstr(split.raw + 12, split.rationale));
	arena_release(&a);
	engine_close(e);
}

/* With a template that cannot think, the budget changes nothing. */
static void test_thinks_not(void **state)
{
	struct engine *e = edited_must_open(edited_base(), NULL);
	struct msg_pass pass = thinking_pass(0);
	struct msg_pass_ready ready;
	struct answer off, on;
	struct arena a = { 0 };

	(void)state;
	begin(e, &a, &pass, &ready);
	assert_string_equal(ready.thinking, "none known");
	offer(e);
	fixture_ask(e, &a, 0, &off);
	pass.think_tok = BUDGET;
	begin(e, &a, &pass, &ready);
	assert_string_equal(ready.thinking, "none: the model does not think");
	offer(e);
	fixture_ask(e, &a, 0, &on);
	assert_int_equal(on.think_tok, 0);
	assert_int_equal(on.prompt_tok, off.prompt_tok);
	assert_memory_equal(on.probs, off.probs, N_LABELS * sizeof(double));
	arena_release(&a);
	engine_close(e);
}

int main(void)
{
	static const char *const families[] = { "Qwen-Qwen3-0.6B", "openai-gpt-oss-120b" };
	static const struct {
		const char *what;
		CMUnitTestFunction run;
		size_t n_families;
	} rows[] = {
		{ "budget", test_budget, 2 },
		{ "end mark", test_end_mark, 1 },
		{ "alone or among others", test_alone_or_among_others, 1 },
		{ "room", test_room, 1 },
		{ "free", test_free_text, 2 },
		{ "free, unasked", test_unasked, 1 },
		{ "in a reason", test_thought_in_a_reason, 1 },
	};
	static struct CMUnitTest tests[2 + 2 * sizeof(rows) / sizeof(rows[0])];
	struct arena a = { 0 };
	size_t n = 0;
	int r;

	tests[n++] = (struct CMUnitTest){ .name = "prompts", .test_func = test_prompts };
	tests[n++] = (struct CMUnitTest){ .name = "thinks not", .test_func = test_thinks_not };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t f = 0; f < rows[i].n_families; f++)
			tests[n++] = (struct CMUnitTest){
				.name = arena_printf(&a, "%s (%s)", rows[i].what, families[f]),
				.test_func = rows[i].run,
				.initial_state = (void *)families[f]
			};
	r = _cmocka_run_group_tests("think", tests, n, edited_enter, edited_leave);
	arena_release(&a);
	return r;
}
