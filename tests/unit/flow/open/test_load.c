/*
 * From rows to a result: rows are grouped by candidate, the last pass over a slice counts, and what
 * cannot be scored is refused.
 */
#include "flow/open/load.h"
#include "unit/store_fixture.h"

/* A pass and its candidate row; `seed` makes the pass's key. Answers `n` tickets. */
static void put_candidate(struct fixture *f, const char *name, int seed, int64_t ord, size_t n)
{
	struct candidate_row row;
	struct pass_row pass;
	bool is_new;

	fill(&f->a, ROW_PASS, 3, &pass);
	pass.slice_sha256 = f->slice.sha256;
	pass.key = arena_printf(&f->a, "key %d", seed);
	fill(&f->a, ROW_CANDIDATE, seed, &row);
	row.run_id = f->run_id;
	row.name = name;
	row.path = arena_printf(&f->a, "%s.gguf", name);
	row.ord = ord;
	row.size_bytes = ord;
	row.n_params = 0;
	row.engine = ENGINE_SCRIPT;
	row.refused = "";
	row.ladder = "";
	ok(f, store_put_pass(&f->s, &pass, &row.pass_id, &is_new, &f->err));
	ok(f, store_put_candidate(&f->s, &row, &f->err));
	for (size_t i = 0; i < n; i++) {
		/* Plain figures: the extremes that answer_for() gives have no sum. */
		struct answer answer = { .ticket = i,
					 .outcome = OUTCOME_OK,
					 .label = f->slice.tickets[i].label,
					 .rule = "trie",
					 .raw = "",
					 .spans = "",
					 .detail = "",
					 .ttft_us = 10,
					 .label_us = 20 };

		ok(f, store_put_answer(&f->s, row.pass_id, &answer, &f->err));
	}
}

static void put_run(struct fixture *f, enum run_kind kind, const char *labels_json)
{
	struct run_row run;
	struct model model;

	fill(&f->a, ROW_RUN, 1, &run);
	run.name = "r";
	run.kind = kind;
	run.parent = "parent";
	run.labels_json = labels_json;
	run.bar = .9;
	run.certainty = .9;
	run.floor = .85;
	run.hard_share = 0;
	fill(&f->a, ROW_MODEL, 2, &model);
	ok(f, store_put_model(&f->s, &model, &f->err));
	ok(f, store_put_run(&f->s, &run, &f->run_id, &f->err));
	ok(f, store_put_slice(&f->s, &f->job, &f->slice, &f->err));
	ok(f, store_put_run_slice(&f->s, f->run_id, &f->slice, &f->err));
}

static int load(struct fixture *f, struct cmd *cmd, struct result *r)
{
	const struct load_options o = { .name = "r" };
	int code = load_result(cmd, &f->s, &o, r);

	f->err = cmd->err;
	return code;
}

static void candidates_come_in_size_order(void **state)
{
	struct fixture *f = *state;
	struct cmd cmd = { 0 };
	struct result r;

	put_run(f, RUN_SMOKE, LABELS_JSON);
	put_candidate(f, "large", 11, 1, 3);
	put_candidate(f, "small", 12, 0, 2);
	ok(f, load(f, &cmd, &r));
	assert_int_equal(r.n, 2);
	assert_string_equal(r.candidates[0].row->name, "small");
	assert_string_equal(r.candidates[1].row->name, "large");
	assert_int_equal(r.candidates[0].score.n, 2);
	assert_int_equal(r.candidates[1].score.n_right, 3);
	arena_release(&cmd.arena);
}

static void last_pass_over_a_slice_counts(void **state)
{
	struct fixture *f = *state;
	struct cmd cmd = { 0 };
	struct result r;

	put_run(f, RUN_SMOKE, LABELS_JSON);
	put_candidate(f, "one", 11, 0, 1);
	put_candidate(f, "two", 12, 1, 3);
	put_candidate(f, "one", 13, 0, 3);
	ok(f, load(f, &cmd, &r));
	assert_int_equal(r.n, 2);
	assert_int_equal(r.candidates[0].n_superseded, 1);
	assert_int_equal(r.candidates[0].n_passes, 1);
	assert_int_equal(r.candidates[0].score.n, 3);
	assert_string_equal(r.candidates[0].pass->key, "key 13");
	assert_int_equal(r.candidates[1].n_superseded, 0);
	arena_release(&cmd.arena);
}

static void same_name_with_another_file_is_another_candidate(void **state)
{
	const struct candidate_row row = { .name = "one", .path = "one.gguf" };

	(void)state;
	assert_true(load_row_is_of(&row, "one", "one.gguf"));
	assert_false(load_row_is_of(&row, "one", "two.gguf"));
	assert_false(load_row_is_of(&row, "two", "one.gguf"));
}

static void run_of_suggestions_is_not_scored(void **state)
{
	struct fixture *f = *state;
	struct cmd cmd = { 0 };
	struct result r;

	put_run(f, RUN_SUGGEST, LABELS_JSON);
	refused(f, load(f, &cmd, &r), ERR_INPUT, "name another run, such as 'parent'");
	arena_release(&cmd.arena);
}

static void damaged_labels_are_an_error_of_the_store(void **state)
{
	struct fixture *f = *state;
	struct cmd cmd = { 0 };
	struct result r;

	put_run(f, RUN_SMOKE, "{}");
	refused(f, load(f, &cmd, &r), ERR_STORE, "labels of run 'r' are damaged");
	arena_release(&cmd.arena);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_new, fixture_free)
	const struct CMUnitTest tests[] = {
		TEST(candidates_come_in_size_order),
		TEST(last_pass_over_a_slice_counts),
		TEST(same_name_with_another_file_is_another_candidate),
		TEST(run_of_suggestions_is_not_scored),
		TEST(damaged_labels_are_an_error_of_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
