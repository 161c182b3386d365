/*
 * Tasks that choose among labels in other ways: yes-no, and labels that are the steps of a scale.
 * Prompts, labels of tickets that are no strings, refusals, and the trade-off.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "job/file/job.h"
#include "job/file/job_prompt.h"
#include "job/task/choice.h"
#include "job/ticket/ticket.h"
#include "unit/scratch.h"

#define ASKS "task: yes-no\nquestion: Is it urgent?\ntickets: t.jsonl\n"
#define STEPS "labels: [1, 2, 3]\norder: true\ntickets: t.jsonl\n"
#define JSON "Return JSON: {\"label\":\"<one>\", \"rationale\":\"<1-2 sentences>\"}"

struct loaded {
	struct arena arena;
	struct job job;
	struct err err;
};

static void load(struct loaded *l, const char *text)
{
	*l = (struct loaded){ 0 };
	scratch_text("job.yaml", text);
	if (job_load(&l->arena, "job.yaml", &l->job, &l->err) < 0)
		fail_msg("refused: %s", l->err.msg);
	assert_int_equal(l->job.n_warnings, 0);
}

static void test_yes_no(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, ASKS);
	assert_int_equal(l.job.task, TASK_YES_NO);
	assert_int_equal(l.job.n_labels, 2);
	assert_string_equal(l.job.labels[0].name, "yes");
	assert_string_equal(l.job.labels[1].name, "no");
	assert_true(l.job.yes_at == 0.5);
	assert_string_equal(l.job.prompt, "You are an exacting classifier.\nIs it urgent?\n"
					  "Labels: yes, no\n" JSON);
	assert_string_equal(job_question(&l.arena, &l.job), "Is it urgent?");
	arena_release(&l.arena);
	load(&l, ASKS "yes_at: 70%\nlabels: {churn: wants to leave, stay: the rest}\n");
	assert_string_equal(l.job.labels[0].name, "churn");
	assert_true(fabs(l.job.yes_at - 0.7) < 1e-12);
	arena_release(&l.arena);
	load(&l, "task: yes-no\nprompt: 'Urgent? {labels}'\ntickets: t.jsonl\n");
	assert_string_equal(l.job.prompt, "Urgent? yes, no");
	arena_release(&l.arena);
}

static void test_order(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, STEPS);
	assert_true(l.job.ordered);
	assert_string_equal(l.job.labels[2].name, "3");
	assert_string_equal(l.job.prompt,
			    "You are an exacting classifier.\nLabels: 1, 2, 3\n"
			    "The labels are the steps of a scale, from the lowest to the "
			    "highest.\n" JSON);
	assert_null(job_way_refusal(&l.arena, &l.job, WAY_LETTERS));
	assert_non_null(job_way_refusal(&l.arena, &l.job, WAY_ROTATED));
	assert_non_null(job_way_refusal(&l.arena, &l.job, WAY_LETTERS_ROTATED));
	arena_release(&l.arena);
}

static void test_labels_without_quotes(void **state)
{
	static const struct {
		const char *job, *tickets;
		int labels[3];
	} rows[] = {
		{ STEPS,
		  "{\"text\":\"a\",\"label\":3}\n{\"text\":\"b\",\"label\":\"1\"}\n"
		  "{\"text\":\"c\",\"label\":2}\n",
		  { 2, 0, 1 } },
		{ ASKS,
		  "{\"text\":\"a\",\"label\":true}\n{\"text\":\"b\",\"label\":\"no\"}\n"
		  "{\"text\":\"c\",\"label\":false}\n",
		  { 0, 1, 1 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct slice slice;
		struct loaded l;

		load(&l, rows[i].job);
		scratch_text("t.jsonl", rows[i].tickets);
		assert_int_equal(
			slice_load(&l.arena, &l.job, "t.jsonl", SLICE_ORDINARY, &slice, &l.err), 0);
		for (size_t k = 0; k < 3; k++)
			assert_int_equal(slice.tickets[k].label, rows[i].labels[k]);
		arena_release(&l.arena);
	}
}

static void test_labels_that_mean_nothing(void **state)
{
	static const struct {
		const char *job, *label, *msg;
	} rows[] = {
		{ STEPS, "4", "'label' is a number; write it as a string" },
		{ STEPS, "true", "'label' is true; write it as a string" },
		{ ASKS, "1", "'label' is a number; write it as a string" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct slice slice;
		struct loaded l;

		load(&l, rows[i].job);
		scratch_text("t.jsonl", arena_printf(&l.arena, "{\"text\":\"a\",\"label\":%s}\n",
						     rows[i].label));
		assert_int_equal(
			slice_load(&l.arena, &l.job, "t.jsonl", SLICE_ORDINARY, &slice, &l.err),
			-1);
		assert_non_null(strstr(l.err.msg, rows[i].msg));
		arena_release(&l.arena);
	}
}

static void test_refusals(void **state)
{
	static const struct {
		const char *yaml, *msg;
	} rows[] = {
		{ "task: yes-no\ntickets: t\n",
		  "job.yaml: the task 'yes-no' needs the key 'question', such as 'question: Does "
		  "the customer threaten to leave?'" },
		{ ASKS "labels: [a, b, c]\n",
		  "job.yaml: the task 'yes-no' has two labels, and 'labels' lists 3; remove the "
		  "key, or write for example 'labels: [churn, stay]', the one for yes first" },
		{ ASKS "order: true\n",
		  "job.yaml: 'order: true' is for the labels of the task classify; remove it, or "
		  "write 'task: classify'" },
		{ STEPS "yes_at: 60%\n",
		  "job.yaml: 'yes_at' is for yes-or-no questions; remove it, or write 'task: "
		  "yes-no'" },
		{ "labels: [low, other]\norder: true\ntickets: t\n",
		  "job.yaml: the label 'other' is no step of a scale; remove it, or remove "
		  "'order: true'" },
		{ "task: extract\nfields: {a: string}\nquestion: Why?\ntickets: t\n",
		  "job.yaml: the task 'extract' chooses no label, so it has no question; remove "
		  "the key 'question'" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct loaded l = { 0 };

		scratch_text("job.yaml", rows[i].yaml);
		assert_int_equal(job_load(&l.arena, "job.yaml", &l.job, &l.err), -1);
		assert_string_equal(l.err.msg, rows[i].msg);
		arena_release(&l.arena);
	}
}

static void test_trade_off(void **state)
{
	static const struct {
		double yes_at, p;
		int likeliest, chosen;
	} rows[] = {
		{ 0, .4, 1, 1 },  { 0, .6, 0, 0 },  { .5, .5, 0, 0 }, { .5, .499, 1, 1 },
		{ .7, .6, 0, 1 }, { .7, .7, 0, 0 }, { .3, .3, 1, 0 }, { .3, .5, -1, -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const double probs[] = { rows[i].p, 1 - rows[i].p };

		assert_int_equal(choice_of(rows[i].yes_at, rows[i].likeliest, probs),
				 rows[i].chosen);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yes_no),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_labels_without_quotes),
		cmocka_unit_test(test_labels_that_mean_nothing),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_trade_off),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
