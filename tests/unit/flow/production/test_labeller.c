/*
 * A candidate in production: it labels new tickets as it did in its run, and abstains.
 */
#include "flow/production/labeller.h"
#include "unit/flow/flow_fixture.h"

static void unsure_label_is_a_guess(void **state)
{
	struct production_row sure = { .label = 1, .probability = .8 };
	struct production_row unsure = { .label = 1, .probability = .79 };
	struct production_row unknown = { .label = 1, .probability = -1 };
	struct production_row none = { .label = -1, .probability = -1 };

	(void)state;
	labeller_abstain(&sure, .8);
	labeller_abstain(&unsure, .8);
	labeller_abstain(&unknown, .8);
	labeller_abstain(&none, .8);
	assert_false(sure.abstained);
	assert_true(unsure.abstained);
	assert_true(unknown.abstained);
	assert_false(none.abstained);
	labeller_abstain(&unsure, 0);
	assert_false(unsure.abstained);
}

static void ask_run(void)
{
	struct flow f;

	flow_tickets(12);
	flow_script("one", RIGHT);
	flow_job("one.script.json");
	flow_open(&f, "r");
	flow_ok(&f, ask_all(&f.s));
	flow_close(&f);
}

static void pick_labels_new_tickets(void **state)
{
	const struct labeller_options o = { .store = "job.toehold", .timeout_s = 20 };
	const struct ticket tickets[] = {
		{ .id = "n1", .text = "a new ticket about b", .text_len = 20, .label = -1 },
		{ .id = "n2", .text = "a new ticket about c", .text_len = 20, .label = -1 },
	};
	struct cmd cmd = { 0 };
	struct labeller l;
	struct production_row *rows;
	const char *difference;

	(void)state;
	ask_run();
	if (labeller_open(&cmd, &o, &l) < 0)
		fail_msg("%s", cmd.err.msg);
	if (labeller_answer(&l, &cmd.arena, tickets, 2, &rows) < 0)
		fail_msg("%s", cmd.err.msg);
	assert_string_equal(rows[0].id, "n1");
	assert_string_equal(rows[0].label_name, "b");
	assert_string_equal(rows[1].label_name, "c");
	assert_int_equal(rows[1].outcome, OUTCOME_OK);
	assert_int_equal(labeller_difference(&l, &difference), 0);
	assert_null(difference);
	labeller_close(&l);
	arena_release(&cmd.arena);
}

static void unknown_candidate_is_refused(void **state)
{
	const struct labeller_options o = { .store = "job.toehold",
					    .candidate = "nobody",
					    .timeout_s = 20 };
	struct cmd cmd = { 0 };
	struct labeller l;

	(void)state;
	ask_run();
	assert_int_equal(labeller_open(&cmd, &o, &l), -1);
	assert_int_equal(cmd.err.kind, ERR_INPUT);
	assert_non_null(strstr(cmd.err.msg, "run 'r' has no candidate 'nobody'"));
	labeller_close(&l);
	arena_release(&cmd.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unsure_label_is_a_guess),
		cmocka_unit_test_setup(pick_labels_new_tickets, flow_clean),
		cmocka_unit_test_setup(unknown_candidate_is_refused, flow_clean),
	};

	return cmocka_run_group_tests(tests, flow_enter, scratch_leave);
}
