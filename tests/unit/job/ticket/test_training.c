/*
 * Training data: the file in order, without tickets that repeat a ticket under test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "job/ticket/training.h"
#include "unit/scratch.h"

static struct label labels[] = { { .name = "card" }, { .name = "top_up" } };
static const struct job job = { .path = "job.yaml",
				.labels = labels,
				.n_labels = COUNT_OF(labels),
				.other = -1,
				.training_path = "training.jsonl" };

static struct ticket tested[] = {
	{ .id = "t1", .text = "Why was my card declined?" },
	{ .id = "t2", .text = "How do I top up by cheque?", .group = "anna" },
};
static struct slice slices_of_each[] = { { .tickets = &tested[0], .n = 1 },
					 { .tickets = &tested[1], .n = 1 } };
static const struct slice *const slices[] = { &slices_of_each[0], &slices_of_each[1] };

#define ROW_1 "{\"id\":\"a\",\"text\":\"I lost my card\",\"label\":\"card\"}\n"
#define ROW_2 "{\"id\":\"b\",\"text\":\"WHY was my card declined\",\"label\":\"card\"}\n"
#define ROW_3 "{\"id\":\"c\",\"text\":\"Can I top up with cash?\",\"label\":\"top_up\"}\n"
#define ROW_4 \
	"{\"id\":\"d\",\"text\":\"Money is missing\",\"label\":\"top_up\",\"group\":\"anna\"}\n"
#define ROW_5 "{\"id\":\"e\",\"text\":\"My card came today\",\"label\":\"card\"}\n"

static void load(struct arena *a, const char *text, size_t n_slices, struct training *ret)
{
	struct err err;

	scratch_text("training.jsonl", text);
	if (training_load(a, &job, slices, n_slices, ret, &err) < 0)
		fail_msg("%s", err.msg);
}

static void what_repeats_a_ticket_is_left_out(void **state)
{
	struct arena a = { 0 };
	struct training t;

	(void)state;
	load(&a, ROW_1 ROW_2 ROW_3 ROW_4 ROW_5, 2, &t);
	assert_int_equal(t.n, 3);
	assert_string_equal(t.items[0]->id, "a");
	assert_string_equal(t.items[1]->id, "c");
	assert_int_equal(t.items[1]->label, 1);
	assert_string_equal(t.items[1]->text, "Can I top up with cash?");
	assert_string_equal(t.items[2]->id, "e");
	assert_int_equal(t.n_refused, 2);
	assert_string_equal(t.refused_ids[0], "b");
	assert_string_equal(t.refused_for[0], "t1");
	assert_string_equal(t.refused_ids[1], "d"); /* the same customer */
	assert_string_equal(t.refused_for[1], "t2");
	arena_release(&a);
}

static void more_tickets_refuse_more(void **state)
{
	static const size_t n_left[] = { 5, 4, 3 };
	struct arena a = { 0 };
	struct training t;

	(void)state;
	for (size_t n_slices = 0; n_slices <= 2; n_slices++) {
		load(&a, ROW_1 ROW_2 ROW_3 ROW_4 ROW_5, n_slices, &t);
		assert_int_equal(t.n, n_left[n_slices]);
		assert_int_equal(t.n_refused, 5 - n_left[n_slices]);
	}
	arena_release(&a);
}

/* The hash is over the training tickets: order and text change it, refused rows do not. */
static void hash_of_what_is_learnt(void **state)
{
	static const struct {
		const char *text;
		bool same;
	} rows[] = {
		{ ROW_1 ROW_3, true },
		{ ROW_2 ROW_1 ROW_4 ROW_3, true },
		{ ROW_3 ROW_1, false },
		{ ROW_1, false },
		{ ROW_1 ROW_3 ROW_5, false },
		{ ROW_1 "{\"id\":\"c\",\"text\":\"Can I top up with cash?\",\"label\":\"card\"}\n",
		  false },
		{ ROW_1 "{\"id\":\"c\",\"text\":\"Can I top up with cash\",\"label\":\"top_up\"}\n",
		  false },
	};
	struct arena a = { 0 };
	struct training first, t;

	(void)state;
	load(&a, ROW_1 ROW_3, 2, &first);
	assert_int_equal(strlen(first.sha256), 64);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		load(&a, rows[i].text, 2, &t);
		if ((strcmp(t.sha256, first.sha256) == 0) != rows[i].same)
			fail_msg("row %zu", i);
	}
	arena_release(&a);
}

static void bad_files(void **state)
{
	struct job other = job;
	struct arena a = { 0 };
	struct training t = { .n = 77 };
	struct err err;

	(void)state;
	scratch_text("training.jsonl", ROW_2 ROW_4);
	assert_int_equal(training_load(&a, &job, slices, 2, &t, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.msg, "training.jsonl: no training tickets are left: all 2 in the "
				     "file (nearly) repeat a ticket under test; add others");
	scratch_text("training.jsonl", ROW_1 "{\"id\":\"x\",\"text\":\"?\",\"label\":\"none\"}\n");
	assert_int_equal(training_load(&a, &job, slices, 2, &t, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_non_null(strstr(err.msg, "training: training.jsonl:2: "));
	other.training_path = "none.jsonl";
	assert_int_equal(training_load(&a, &other, slices, 2, &t, &err), -1);
	assert_string_equal(err.msg,
			    "training: cannot open 'none.jsonl': No such file or directory");
	assert_int_equal(t.n, 77); /* untouched on failure */
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_repeats_a_ticket_is_left_out),
		cmocka_unit_test(more_tickets_refuse_more),
		cmocka_unit_test(hash_of_what_is_learnt),
		cmocka_unit_test(bad_files),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
