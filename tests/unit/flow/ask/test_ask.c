/*
 * All candidates of a session: what is asked, steps down the ladder, what is noted.
 */
#include "flow/ask/ask.h"
#include "unit/flow/flow_fixture.h"

/* Out of memory at ticket 003 while more than `n` tickets are kept. */
#define THIRSTY(n) \
	"{\"match\":\"003\",\"label\":\"a\",\"fault\":{\"name\":\"no_memory\",\"wave_over\":" #n \
	"}}," RIGHT

static size_t count_events(const struct flow *f, enum event_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < f->r.n_events; i++)
		n += f->r.events[i].kind == kind;
	return n;
}

static void every_candidate_answers_every_ticket(void **state)
{
	struct flow f;

	(void)state;
	flow_tickets(6);
	flow_script("one", RIGHT);
	flow_script("two", RIGHT ",{\"match\":\"never\",\"label\":\"a\"}");
	flow_job("one.script.json, two.script.json");
	flow_open(&f, "r");
	flow_ok(&f, ask_possible(&f.s));
	flow_ok(&f, ask_all(&f.s));
	flow_load(&f);
	assert_int_equal(flow_result(&f, "one plain")->score.n_right, 6);
	assert_int_equal(flow_result(&f, "two plain")->score.n_right, 6);
	assert_int_equal(flow_result(&f, "two plain")->n_segments, 1);
	assert_int_equal(count_events(&f, EVENT_LADDER), 0);
	flow_close(&f);
}

static void second_run_reuses_every_reply(void **state)
{
	struct flow f;

	(void)state;
	flow_tickets(3);
	flow_script("one", RIGHT);
	flow_job("one.script.json");
	flow_open(&f, "first");
	flow_ok(&f, ask_all(&f.s));
	flow_close(&f);
	flow_open(&f, "second");
	flow_ok(&f, ask_all(&f.s));
	flow_load(&f);
	assert_int_equal(count_events(&f, EVENT_REUSED), 1);
	assert_true(flow_result(&f, "one plain")->row->reused);
	flow_close(&f);
}

static void out_of_memory_steps_down_and_only_the_last_pass_counts(void **state)
{
	const struct candidate_result *c;
	struct flow f;

	(void)state;
	flow_tickets(30);
	flow_script("thirsty", THIRSTY(4));
	flow_job("thirsty.script.json");
	flow_open(&f, "r");
	flow_ok(&f, ask_all(&f.s));
	flow_load(&f);
	c = flow_result(&f, "thirsty plain");
	assert_int_equal(c->score.n_right, 30);
	assert_int_equal(c->n_superseded, 2);
	assert_string_equal(c->ladder, "ladder: 4 at a time");
	assert_int_equal(c->pass->n_wave, 4);
	assert_int_equal(count_events(&f, EVENT_LADDER), 2);
	flow_close(&f);
}

static void step_ends_the_workers_that_wait(void **state)
{
	struct flow f;

	(void)state;
	flow_tickets(20);
	flow_script("first", RIGHT);
	flow_script("thirsty", THIRSTY(4));
	flow_job("first.script.json, thirsty.script.json");
	flow_open(&f, "r");
	flow_ok(&f, ask_all(&f.s));
	flow_load(&f);
	/* The waiting candidate wrote its reasons once, in one segment, and took no step. */
	assert_int_equal(flow_result(&f, "first plain")->n_segments, 1);
	assert_int_equal(flow_result(&f, "first plain")->n_superseded, 0);
	assert_int_equal(flow_result(&f, "first plain")->segments->report.n_reasons, 20);
	assert_int_equal(flow_result(&f, "thirsty plain")->score.n_right, 20);
	flow_close(&f);
}

static void candidate_without_a_step_left_is_given_up_once(void **state)
{
	struct flow f;

	(void)state;
	flow_tickets(6);
	flow_script("bad", THIRSTY(0));
	flow_job("bad.script.json");
	flow_open(&f, "r");
	flow_ok(&f, ask_all(&f.s));
	flow_load(&f);
	assert_non_null(strstr(f.r.events[f.r.n_events - 1].text,
			       "no step is left: unanswered tickets count as wrong"));
	assert_int_equal(flow_result(&f, "bad plain")->score.n_right, 5);
	flow_close(&f);
}

static void no_candidate_that_can_run_is_an_error(void **state)
{
	struct flow f;

	(void)state;
	flow_tickets(3);
	scratch_text("broken.script.json", "{");
	flow_job("broken.script.json");
	flow_open(&f, "r");
	assert_int_equal(ask_possible(&f.s), -1);
	assert_int_equal(f.cmd.err.kind, ERR_INPUT);
	assert_non_null(strstr(f.cmd.err.msg, "no candidate can run: broken plain: "));
	flow_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_candidate_answers_every_ticket, flow_clean),
		cmocka_unit_test_setup(second_run_reuses_every_reply, flow_clean),
		cmocka_unit_test_setup(out_of_memory_steps_down_and_only_the_last_pass_counts,
				       flow_clean),
		cmocka_unit_test_setup(step_ends_the_workers_that_wait, flow_clean),
		cmocka_unit_test_setup(candidate_without_a_step_left_is_given_up_once, flow_clean),
		cmocka_unit_test_setup(no_candidate_that_can_run_is_an_error, flow_clean),
	};

	return cmocka_run_group_tests(tests, flow_enter, scratch_leave);
}
