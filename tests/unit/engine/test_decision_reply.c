/*
 * Decisions of servers: the body of each shape, replies that are taken, and replies that are not.
 * The order of the labels is the caller's, never the server's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/json/json.h"
#include "engine/decision_reply.h"

static const char *const names[] = { "a", "b", "c" };
static const char *const descriptions[] = { "the first", NULL, "" };
static const struct decision_labels three = { names, descriptions, 3, ASKS_CHOICE };
static const struct decision_labels yes_no = { names, descriptions, 2, ASKS_YES_NO };
static const struct decision_labels plain_yes_no = { names, NULL, 2, ASKS_YES_NO };
static const struct decision_labels scale = { names, descriptions, 3, ASKS_SCORE };

static const struct {
	enum served_route route;
	const char *path, *body;
} bodies[] = {
	{ SERVED_SYSTEMONE, "/systemone",
	  "{\"model\":\"m\",\"state\":\"t\",\"questions\":{\"label\":{\"type\":\"choice\","
	  "\"instructions\":\"q\",\"criteria\":{\"a\":\"the first\",\"b\":null,\"c\":null}}}}" },
	{ SERVED_DECISIONS, "/decisions",
	  "{\"model\":\"m\",\"input\":\"t\",\"questions\":[{\"type\":\"choice\","
	  "\"instructions\":\"q\",\"choices\":[{\"value\":\"a\",\"description\":\"the first\"},"
	  "{\"value\":\"b\"},{\"value\":\"c\"}]}]}" },
	{ SERVED_OPTIONS, "/decisions",
	  "{\"model\":\"m\",\"input\":\"t\",\"questions\":[{\"id\":\"label\",\"type\":\"choice\","
	  "\"question\":\"q\",\"options\":[{\"name\":\"a\",\"description\":\"the first\"},"
	  "{\"name\":\"b\"},{\"name\":\"c\"}]}]}" },
};

static void test_bodies(void **state)
{
	struct decision_question q = { "m", "q", "t", three };
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		assert_string_equal(json_text(&a, decision_body(bodies[i].route, &q)),
				    bodies[i].body);
		assert_string_equal(decision_path(bodies[i].route), bodies[i].path);
	}
	arena_release(&a);
}

/* Yes or no, and the steps of a scale, in the shapes that have them. */
static const struct {
	enum served_route route;
	const struct decision_labels *labels;
	const char *body;
} typed[] = {
	{ SERVED_SYSTEMONE, &yes_no,
	  "{\"model\":\"m\",\"state\":\"t\",\"questions\":{\"label\":{\"type\":\"noul\","
	  "\"instructions\":\"q\",\"criteria\":{\"true\":\"the first\",\"false\":null}}}}" },
	{ SERVED_SYSTEMONE, &plain_yes_no,
	  "{\"model\":\"m\",\"state\":\"t\",\"questions\":{\"label\":{\"type\":\"noul\","
	  "\"instructions\":\"q\"}}}" },
	{ SERVED_SYSTEMONE, &scale,
	  "{\"model\":\"m\",\"state\":\"t\",\"questions\":{\"label\":{\"type\":\"score\","
	  "\"instructions\":\"q\",\"criteria\":[\"a: the first\",\"b\",\"c\"]}}}" },
	{ SERVED_DECISIONS, &yes_no,
	  "{\"model\":\"m\",\"input\":\"t\",\"questions\":[{\"type\":\"predicate\","
	  "\"instructions\":\"q\"}]}" },
	{ SERVED_OPTIONS, &yes_no,
	  "{\"model\":\"m\",\"input\":\"t\",\"questions\":[{\"id\":\"label\",\"type\":\"yes_no\","
	  "\"question\":\"q\",\"yes\":\"the first\"}]}" },
	{ SERVED_OPTIONS, &scale,
	  "{\"model\":\"m\",\"input\":\"t\",\"questions\":[{\"id\":\"label\",\"type\":\"score\","
	  "\"question\":\"q\",\"levels\":[\"a: the first\",\"b\",\"c\"]}]}" },
	{ SERVED_DECISIONS, &scale,
	  "{\"model\":\"m\",\"input\":\"t\",\"questions\":[{\"type\":\"score\","
	  "\"instructions\":\"q\",\"levels\":[{\"label\":\"a\",\"description\":\"the first\"},"
	  "{\"label\":\"b\"},{\"label\":\"c\"}]}]}" },
};

static void test_typed_bodies(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(typed); i++) {
		struct decision_question q = { "m", "q", "t", *typed[i].labels };

		assert_string_equal(json_text(&a, decision_body(typed[i].route, &q)),
				    typed[i].body);
	}
	assert_int_equal(decision_asks(SERVED_SYSTEMONE, ASKS_SCORE), ASKS_SCORE);
	assert_int_equal(decision_asks(SERVED_OPTIONS, ASKS_SCORE), ASKS_SCORE);
	assert_int_equal(decision_asks(SERVED_LETTERS, ASKS_EACH), ASKS_CHOICE);
	assert_int_equal(decision_asks(SERVED_LETTERS, ASKS_YES_NO), ASKS_CHOICE);
	arena_release(&a);
}

#define ANSWER(inner) "{\"answers\":{\"label\":{" inner "}}}"
#define PROBS(inner) ANSWER("\"probabilities\":{" inner "}")

static const struct {
	const char *body;
	int label;
	double probs[3], mass;
} taken[] = {
	{ PROBS("\"c\":0.2,\"b\":0.7,\"a\":0.1"), 1, { 0.1, 0.7, 0.2 }, 0 },
	{ "{\"answers\":[{\"choice\":\"b\",\"confidence\":0.99,\"probabilities\":["
	  "{\"value\":\"b\",\"probability\":0.5},{\"value\":\"a\",\"probability\":0.5},"
	  "{\"value\":\"c\",\"probability\":0}]}]}",
	  1,
	  { 0.5, 0.5, 0 },
	  0 },
	/* Rounded to two decimals: scaled to 1. */
	{ PROBS("\"a\":0.33,\"b\":0.33,\"c\":0.33"), 0, { 1 / 3.0, 1 / 3.0, 1 / 3.0 }, 0 },
	{ ANSWER("\"type\":\"choice\",\"choice\":\"c\",\"probabilities\":{\"a\":0.2,\"b\":0.4,"
		 "\"c\":0.4},\"label_mass\":0.25"),
	  2,
	  { 0.2, 0.4, 0.4 },
	  0.25 },
	{ "{\"answers\":{\"label\":{\"probabilities\":{\"a\":1,\"b\":0,\"c\":0}}},"
	  "\"diagnostics\":{\"label\":{\"label_mass\":0.5}}}",
	  0,
	  { 1, 0, 0 },
	  0.5 },
	{ "{\"success\":true,\"result\":{\"answers\":{\"label\":{\"probabilities\":"
	  "{\"a\":0,\"b\":0,\"c\":1}}}}}",
	  2,
	  { 0, 0, 1 },
	  0 },
};

static void test_taken(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(taken); i++) {
		struct decision d;
		struct err err = { 0 };

		if (decision_read(&a, taken[i].body, strlen(taken[i].body), &three, &d, &err) < 0)
			fail_msg("%s: %s", taken[i].body, err.msg);
		assert_int_equal(d.label, taken[i].label);
		assert_true(fabs(d.label_mass - taken[i].mass) < 1e-9);
		for (size_t k = 0; k < 3; k++)
			assert_true(fabs(d.probs[k] - taken[i].probs[k]) < 1e-9);
	}
	arena_release(&a);
}

static const struct {
	const struct decision_labels *labels;
	const char *body;
	double probs[3]; /* 0 0 0: the reply is refused */
} typed_replies[] = {
	{ &yes_no, ANSWER("\"type\":\"noul\",\"noul\":0.75"), { .75, .25 } },
	{ &yes_no, "{\"answers\":[{\"type\":\"predicate\",\"probability\":0.2}]}", { .2, .8 } },
	{ &yes_no, ANSWER("\"type\":\"noul\",\"noul\":1.5"), { 0 } },
	{ &yes_no, ANSWER("\"type\":\"noul\""), { 0 } },
	{ &yes_no, ANSWER("\"type\":\"choice\",\"noul\":0.5"), { 0 } },
	{ &scale,
	  ANSWER("\"type\":\"score\",\"score\":1.2,\"probabilities\":{\"0\":0.1,\"1\":0.6,"
		 "\"2\":0.3}"),
	  { .1, .6, .3 } },
	{ &scale,
	  "{\"answers\":[{\"type\":\"score\",\"probabilities\":[{\"label\":\"c\",\"value\":2,"
	  "\"probability\":1},{\"label\":\"a\",\"value\":0,\"probability\":0},{\"label\":\"b\","
	  "\"value\":1,\"probability\":0}]}]}",
	  { 0, 0, 1 } },
	{ &scale,
	  ANSWER("\"type\":\"score\",\"probabilities\":{\"1\":0.1,\"2\":0.6,\"3\":0.3}"),
	  { 0 } },
	{ &scale, ANSWER("\"type\":\"noul\",\"noul\":0.5"), { 0 } },
};

static void test_typed_replies(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(typed_replies); i++) {
		const char *body = typed_replies[i].body;
		const double *probs = typed_replies[i].probs;
		struct decision d;
		struct err err = { 0 };
		int r = decision_read(&a, body, strlen(body), typed_replies[i].labels, &d, &err);

		if ((r < 0) != (probs[0] + probs[1] + probs[2] == 0))
			fail_msg("%s: %s", body, r < 0 ? err.msg : "taken");
		for (size_t k = 0; r == 0 && k < typed_replies[i].labels->n; k++)
			assert_true(fabs(d.probs[k] - probs[k]) < 1e-9);
	}
	arena_release(&a);
}

static const struct {
	const char *body, *words;
} refused[] = {
	{ "", "not a JSON object" },
	{ "[]", "not a JSON object" },
	{ "{}", "no answer to the one question" },
	{ "{\"answers\":[]}", "no answer to the one question" },
	{ "{\"answers\":[{},{}]}", "no answer to the one question" },
	{ "{\"answers\":{\"label\":7}}", "no answer to the one question" },
	{ "{\"answers\":{\"mine\":{}}}", "another question: 'mine'" },
	{ ANSWER("\"type\":7"), "no probability for 'a'" },
	{ ANSWER("\"type\":\"refusal\""), "refused to decide" },
	{ ANSWER("\"type\":\"noul\",\"noul\":0.5"), "of type 'noul'" },
	{ ANSWER("\"probabilities\":[7]"), "'(not a text)', which is no label" },
	{ ANSWER("\"probabilities\":0.5"), "no probability for 'a'" },
	{ PROBS("\"a\":0.5,\"b\":0.5"), "no probability for 'c'" },
	{ PROBS("\"a\":0.5,\"b\":0.5,\"c\":0,\"d\":0"), "'d', which is no label" },
	{ PROBS("\"a\":0,\"b\":0,\"c\":0"), "add up to 0" },
	{ PROBS("\"a\":0.9,\"b\":0.9,\"c\":0"), "add up to 1.8" },
	{ PROBS("\"a\":-0.0001,\"b\":1,\"c\":0"), "'a' is not between" },
	{ PROBS("\"a\":0.3,\"b\":true,\"c\":0.7"), "'b' is not between" },
	{ ANSWER("\"choice\":\"b\",\"probabilities\":{\"a\":0.6,\"b\":0.4,\"c\":0}"),
	  "chose 'b', but gives 'a'" },
	{ ANSWER("\"choice\":7,\"probabilities\":{\"a\":1,\"b\":0,\"c\":0}"),
	  "choice is not a text" },
	{ ANSWER("\"label_mass\":-1,\"probabilities\":{\"a\":1,\"b\":0,\"c\":0}"), "label mass" },
	{ "{\"answers\":[{\"probabilities\":[{\"value\":\"a\",\"probability\":0.5},"
	  "{\"value\":\"a\",\"probability\":0.5}]}]}",
	  "two probabilities for 'a'" },
};

static void test_refused(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct decision d;
		struct err err = { 0 };

		if (decision_read(&a, refused[i].body, strlen(refused[i].body), &three, &d, &err) ==
		    0)
			fail_msg("taken: %s", refused[i].body);
		if (!strstr(err.msg, refused[i].words))
			fail_msg("%s: %s", refused[i].body, err.msg);
	}
	arena_release(&a);
}

/* With many labels, rounding may lose half of the sum, but not more. */
static void test_rounding(void **state)
{
	enum { MANY = 200 };
	const char *many[MANY];
	const struct decision_labels labels = { many, NULL, MANY, ASKS_CHOICE };
	struct arena a = { 0 };
	struct err err = { 0 };
	struct decision d;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 16);
	buf_adds(&b, "{\"answers\":{\"label\":{\"probabilities\":{");
	for (int i = 0; i < MANY; i++) {
		many[i] = arena_printf(&a, "l%d", i);
		buf_addf(&b, "%s\"l%d\":%s", i ? "," : "", i, i == 7 ? "0.6" : "0.00");
	}
	buf_adds(&b, "}}}}");
	assert_int_equal(decision_read(&a, buf_text(&b), b.len, &labels, &d, &err), 0);
	assert_int_equal(d.label, 7);
	buf_release(&b);
	arena_release(&a);
}

static void chat_add_top(struct chat *c, const char *token, double p)
{
	snprintf(c->top[c->n_top].token, sizeof(c->top->token), "%s", token);
	c->top[c->n_top++].logprob = log(p);
}

static void test_letters(void **state)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	struct decision d;
	struct chat c = { 0 };

	(void)state;
	assert_string_equal(
		decision_letters_prompt(&a, "Which?", &three),
		"Which?\n\nA. a: the first\nB. b\nC. c\n\nAnswer with the letter only.");
	assert_int_equal(decision_read_letters(&a, &c, 3, &d, &err), -1);
	/* "D" is no label here, and "a" and "BB" are no letters. */
	chat_add_top(&c, "D", 0.1);
	chat_add_top(&c, "a", 0.1);
	chat_add_top(&c, "BB", 0.1);
	assert_int_equal(decision_read_letters(&a, &c, 3, &d, &err), -1);
	assert_non_null(strstr(err.msg, "no label's letter"));
	chat_add_top(&c, "B", 0.3);
	chat_add_top(&c, " B\n", 0.2);
	assert_int_equal(decision_read_letters(&a, &c, 3, &d, &err), 0);
	assert_int_equal(d.label, 1);
	assert_true(fabs(d.label_mass - 0.5) < 1e-9);
	/* 0.2 is left for two letters: 0.1 each, as much as the least that is listed. */
	assert_true(fabs(d.probs[0] - 0.1 / 0.7) < 1e-9);
	assert_true(fabs(d.probs[1] - 0.5 / 0.7) < 1e-9);
	/* A small listed one bounds the missing ones. */
	chat_add_top(&c, "A", 0.01);
	assert_int_equal(decision_read_letters(&a, &c, 3, &d, &err), 0);
	assert_true(fabs(d.probs[2] - 0.01 / 0.52) < 1e-9);
	chat_add_top(&c, "C", 0.9);
	assert_int_equal(decision_read_letters(&a, &c, 3, &d, &err), -1);
	assert_non_null(strstr(err.msg, "add up to"));
	arena_release(&a);
}

static const struct decision_labels each = { names, descriptions, 3, ASKS_EACH };

static void test_each(void **state)
{
	struct decision_question q = { "m", "q", "t", each };
	static const char reply[] = "{\"answers\":{\"label2\":{\"noul\":0.25},\"label1\":"
				    "{\"noul\":1},\"label3\":{\"type\":\"noul\",\"noul\":0}}}";
	static const char *const bad[] = {
		"[]",
		"{}",
		"{\"answers\":[{\"noul\":1},{\"noul\":1}]}",
		"{\"answers\":[{\"noul\":1},{\"noul\":1},2]}",
		"{\"answers\":[{\"noul\":1},{\"noul\":1},{\"noul\":-1}]}",
		"{\"answers\":[{\"noul\":1},{\"noul\":1},{\"type\":\"choice\",\"noul\":1}]}",
		"{\"answers\":{\"label1\":{\"noul\":1},\"label2\":{\"noul\":1},"
		"\"x\":{\"noul\":1}}}",
		"{\"answers\":[{\"noul\":1},{\"noul\":1},{\"id\":\"x\",\"noul\":1}]}",
		"{\"answers\":[{\"id\":\"label2\",\"noul\":1},{\"noul\":1},{\"noul\":1}]}",
		"{\"answers\":[{\"id\":\"label1\",\"noul\":1},{\"id\":\"label1\",\"noul\":1},"
		"{\"id\":\"label3\",\"noul\":1}]}",
	};
	static const char *const same[] = {
		reply,
		"{\"answers\":[{\"id\":\"label3\",\"noul\":0},{\"id\":\"label1\",\"noul\":1},"
		"{\"id\":\"label2\",\"noul\":0.25}]}",
		"{\"answers\":[{\"probability\":1},{\"id\":null,\"probability\":0.25},"
		"{\"probability\":0}]}",
	};
	struct arena a = { 0 };
	struct decision d;
	struct err err;

	(void)state;
	assert_string_equal(json_text(&a, decision_body(SERVED_DECISIONS, &q)),
			    "{\"model\":\"m\",\"input\":\"t\",\"questions\":["
			    "{\"type\":\"predicate\",\"instructions\":\"q\\nDoes the label 'a' "
			    "(the first) fit this text?\"},"
			    "{\"type\":\"predicate\",\"instructions\":\"q\\nDoes the label 'b' fit "
			    "this text?\"},"
			    "{\"type\":\"predicate\",\"instructions\":\"q\\nDoes the label 'c' fit "
			    "this text?\"}]}");
	for (size_t i = 0; i < COUNT_OF(same); i++) {
		if (decision_read_each(&a, same[i], strlen(same[i]), &each, &d, &err) < 0)
			fail_msg("%s: %s", same[i], err.msg);
		assert_int_equal(d.label, -1);
		assert_float_equal(d.probs[0], 1, 0);
		assert_float_equal(d.probs[1], 0.25, 0);
		assert_float_equal(d.probs[2], 0, 0);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		assert_int_equal(decision_read_each(&a, bad[i], strlen(bad[i]), &each, &d, &err),
				 -1);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies),	cmocka_unit_test(test_typed_bodies),
		cmocka_unit_test(test_taken),	cmocka_unit_test(test_typed_replies),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_rounding),
		cmocka_unit_test(test_letters), cmocka_unit_test(test_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
