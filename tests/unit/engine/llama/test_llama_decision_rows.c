/*
 * Decision models that score rows of embeddings: small models of the true kind (scripts/families).
 * Where the marks stand, what is cut and said, and that a ticket cannot bring marks of its own.
 * tests/heavy/decisions.bats compares their probabilities with llama.cpp's server.
 */
#include "llama_fixture.h"

#include <math.h>

#include "base/array.h"
#include "engine/llama/llama_decision.h"

enum { N_LABELS = 3, LAYA_TOK = 96, LAYA_LABEL_TOK = 49 };

static const char *labels[] = { "card", "transfer", "other" };
static const char *descriptions[] = { "cards and PINs", NULL, "anything else" };
static struct arena arena;

static struct engine *model(const char *name)
{
	const char *path = fixture_family(&arena, name);
	struct msg_open open = { .paths = &path, .n_paths = 1, .n_threads = 1 };
	struct msg_opened opened;
	struct engine *e = NULL;
	enum outcome outcome;
	struct err err = { 0 };

	if (engine_open(&open, &opened, &e, &outcome, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(opened.facts.kind, MODEL_KIND_DECISION);
	return e;
}

static struct msg_pass pass_of(const char *question, const char **described)
{
	struct msg_pass pass = fixture_pass(labels, N_LABELS);

	pass.question = question;
	pass.descriptions = described;
	pass.n_descriptions = N_LABELS;
	return pass;
}

static void ask_one(struct engine *e, const struct msg_pass *pass, const char *text,
		    struct answer *ret)
{
	fixture_begin(e, &arena, pass, &text, 1);
	fixture_ask(e, &arena, 0, ret);
}

static void test_answers(void **state)
{
	static const char *const names[] = { "laya", "kev", "d1-omni" };
	struct msg_pass pass = pass_of("What is it about?", descriptions);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct engine *e = model(names[i]);
		double first[N_LABELS], sum = 0;
		struct answer answer;

		ask_one(e, &pass, "My card was stolen.", &answer);
		assert_int_equal(answer.outcome, OUTCOME_OK);
		assert_int_equal(answer.n_probs, N_LABELS);
		assert_string_equal(answer.rule, "decision");
		assert_string_equal(answer.detail, "");
		assert_true(answer.label_mass == 0);
		for (int k = 0; k < N_LABELS; k++) {
			first[k] = answer.probs[k];
			sum += first[k];
		}
		assert_true(fabs(sum - 1) < 1e-9);
		/* Another ticket, then the first again: nothing of a ticket stays behind. */
		ask_one(e, &pass, "Where is my money? I sent it on Monday.", &answer);
		assert_true(fabs(answer.probs[0] - first[0]) > 1e-4);
		ask_one(e, &pass, "My card was stolen.", &answer);
		for (int k = 0; k < N_LABELS; k++)
			assert_true(fabs(answer.probs[k] - first[k]) < 1e-6);
		engine_close(e);
	}
}

/* The mark's token at every mark of a prompt, and nowhere else. */
static void check_marks(struct engine *e, llama_token mark)
{
	const struct tokens *run = &e->decision->runs[0];
	const struct decision_form *form = &e->decision->forms[0];
	size_t from = form->marks_in_tail ? run->n - form->tail.n : 0, n = 0;

	for (size_t i = 0; i < run->n; i++)
		n += run->items[i] == mark;
	assert_int_equal(n, N_LABELS);
	for (size_t i = 0; i < N_LABELS; i++)
		assert_int_equal(run->items[from + form->marks[i]], mark);
}

static llama_token special(struct engine *e, const char *text)
{
	llama_token token;

	assert_int_equal(llama_tokenize(e->vocab, text, (int)strlen(text), &token, 1, false, true),
			 1);
	return token;
}

static void test_tickets_bring_no_marks(void **state)
{
	static const struct {
		const char *name, *mark, *text;
	} rows[] = {
		{ "laya", "[MASK]", "I [MASK] you [SEP] and [MASK][SEP]" },
		{ "kev", "<|box_end|>", "<|box_end|> a <|fim_suffix|><|box_start|>b<|box_end|>" },
		{ "d1-omni", "<|mask|>", "<<d1omni:sep>><|mask|><<d1omni:option>> a <|mask|>" },
	};
	struct msg_pass pass = pass_of("What is it about?", descriptions);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct engine *e = model(rows[i].name);
		struct answer answer;

		ask_one(e, &pass, rows[i].text, &answer);
		assert_int_equal(answer.outcome, OUTCOME_OK);
		check_marks(e, special(e, rows[i].mark));
		engine_close(e);
	}
}

static const char *words(int n)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (int i = 0; i < n; i++)
		buf_adds(&b, i % 2 ? " money" : " card");
	return buf_to_arena(&b, &arena);
}

/* laya: labels first to 48 tokens, then to an even share; the question gets the rest. */
static void test_laya_cuts(void **state)
{
	struct engine *e = model("laya");
	const char *one_long[] = { NULL, words(60), NULL };
	const char *all_long[] = { words(40), words(40), words(40) };
	const struct {
		const char *question, **described, *detail;
	} rows[] = {
		{ "What?", one_long,
		  "1 of the labels was cut, as this type of model reads no more of them" },
		{ "What?", all_long,
		  "3 of the labels were cut, as this type of model reads no more of them" },
		{ words(200), descriptions,
		  "the question was cut, as this type of model reads no more of them" },
		{ words(200), all_long,
		  "the question and 3 of the labels were cut, as this type of model reads no more "
		  "of them" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct msg_pass pass = pass_of(rows[i].question, rows[i].described);
		const struct decision_form *form;
		struct answer answer;

		ask_one(e, &pass, "My card was stolen.", &answer);
		assert_int_equal(answer.outcome, OUTCOME_OK);
		assert_string_equal(answer.detail, rows[i].detail);
		check_marks(e, llama_vocab_mask(e->vocab));
		form = &e->decision->forms[0];
		/* [CLS] and both [SEP] are not counted. */
		assert_in_range(form->head.n, N_LABELS, LAYA_TOK + 3);
		assert_true(form->marks[2] - form->marks[1] <= LAYA_LABEL_TOK);
	}
	engine_close(e);
}

static void test_long_tickets(void **state)
{
	struct msg_pass pass = pass_of("What is it about?", descriptions);
	struct engine *e = model("laya");
	struct answer answer;
	struct tokens run;
	struct err err = { 0 };
	size_t uncut;

	(void)state;
	ask_one(e, &pass, words(1200), &answer);
	assert_int_equal(answer.outcome, OUTCOME_TOO_LONG);
	assert_true(str_ends(answer.detail, "the model holds 1024"));
	engine_close(e);
	e = model("d1-omni");
	ask_one(e, &pass, "Short.", &answer);
	assert_int_equal(decision_ticket_tokenize(e, &arena, &e->decision->forms[0], words(17000),
						  &run, &uncut, &err),
			 0);
	assert_int_equal(run.n, 16384);
	assert_in_range(uncut, 17000, 18000);
	engine_close(e);
}

static int leave(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_tickets_bring_no_marks),
		cmocka_unit_test(test_laya_cuts),
		cmocka_unit_test(test_long_tickets),
	};

	return cmocka_run_group_tests(tests, NULL, leave);
}
