/*
 * The file of a head: it can be read again, damage is refused, and a head works only for the model
 * and the job that it was trained for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/file.h"
#include "base/hash.h"
#include "job/model/head.h"
#include "unit/job/model/learnt_fixture.h"
#include "unit/scratch.h"

enum { N_EMBD = 3 };

static struct head some_head(double *weights)
{
	struct head head = {
		.made_us = 12345,
		.program = "toehold 1",
		.engine_build = "script 1",
		.base_sha256 = "b",
		.base_label = "small",
		.adapter_sha256 = "",
		.system_sha256 = "s",
		.template_sha256 = "",
		.opening = "none",
		.pinned_date_s = 77,
		.labels = label_names,
		.n_labels = N_LABELS,
		.training = some_training(),
		.quality = { .c = 3,
			     .log_loss = 0.25,
			     .folds = 5,
			     .seed = 1,
			     .solver = "s",
			     .calibration = "temperature",
			     .right = 28,
			     .curve = { { 25, 20 } },
			     .n_curve = 1,
			     .gain = { 50, 0.02, 0.01, 0.035 } },
		.n_embd = N_EMBD,
		.weights = weights,
	};

	return head;
}

static void write_some(struct arena *a, struct head *head)
{
	static const double weights[] = { 0.1, -2, 3e-20, 4, -1e4, 0, 7, 1e20 };
	double *own = arena_array(a, N_LABELS * (N_EMBD + 1), sizeof(*own));
	struct err err;

	memcpy(own, weights, sizeof(weights));
	*head = some_head(own);
	if (head_write(a, "small.head.json", head, &err) < 0)
		fail_msg("%s", err.msg);
}

static void test_comes_back(void **state)
{
	struct head head, again;
	struct arena a = { 0 };
	char sum[HASH_HEX_LEN + 1];
	struct err err;

	(void)state;
	write_some(&a, &head);
	if (head_load(&a, "small.head.json", &again, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(hash_file("small.head.json", NULL, NULL, sum, &err), 0);
	assert_string_equal(again.sha256, sum);
	assert_string_equal(head.sha256, sum);
	assert_string_equal(again.name, "small");
	assert_came_back(again.labels, again.n_labels, &again.training);
	assert_int_equal(again.n_embd, N_EMBD);
	/* As the file holds them, to the last bit. */
	assert_memory_equal(again.weights, head.weights, N_LABELS * (N_EMBD + 1) * sizeof(double));
	assert_true(again.weights[0] == (double)0.1f);
	assert_int_equal(again.pinned_date_s, 77);
	assert_int_equal(again.quality.curve[0].right, 20);
	assert_true(again.quality.log_loss == 0.25);
	assert_int_equal(again.quality.gain.more, 50);
	assert_true(again.quality.gain.high == 0.035);
	assert_int_equal(head_bytes(&again), N_LABELS * (N_EMBD + 1) * 8);
	arena_release(&a);
}

/* An older head without an outlook, and one whose curve is too short for it. */
static void test_without_outlook(void **state)
{
	struct head head, again;
	struct arena a = { 0 };
	struct err err;

	(void)state;
	write_some(&a, &head);
	head.quality.gain = (struct head_gain){ 0 };
	if (head_write(&a, "old.head.json", &head, &err) < 0 ||
	    head_load(&a, "old.head.json", &again, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(again.quality.gain.more, 0);
	arena_release(&a);
}

/* The record of a run can be read again. It has no id or file name of the training tickets. */
static void test_record(void **state)
{
	struct head_record record;
	struct arena a = { 0 };
	struct head head;
	const char *text;

	(void)state;
	write_some(&a, &head);
	text = head_record_text(&a, &head);
	assert_true(head_record_read(&a, text, &record));
	assert_string_equal(record.name, "small");
	assert_string_equal(record.base_label, "small");
	assert_string_equal(record.base_sha256, "b");
	assert_int_equal(record.made_us, 12345);
	assert_int_equal(record.n, 30);
	assert_int_equal(record.n_refused, 1);
	assert_int_equal(record.quality.right, 28);
	assert_int_equal(record.quality.n_curve, 1);
	assert_int_equal(record.quality.curve[0].n, 25);
	assert_int_equal(record.quality.curve[0].right, 20);
	assert_true(record.quality.gain.gain == 0.02);
	assert_null(strstr(text, "r1"));
	assert_null(strstr(text, "train.jsonl"));
	arena_release(&a);
}

/* A store may hold anything: impossible figures are not a record. */
static void test_no_record(void **state)
{
	static const char *const changes[][2] = {
		{ "\"held_out_right\":28", "\"held_out_right\":31" },
		{ "\"held_out_right\":28", "\"held_out_right\":-1" },
		{ "\"tickets\":30", "\"tickets\":0" },
		{ "\"tickets\":30", "\"tickets\":24" },
		{ "\"refused\":1", "\"refused\":-1" },
		{ "[25]", "[0]" },
		{ "[25]", "[25,25]" },
		{ "[20]", "[31]" },
		{ "[20]", "[20,20]" },
		{ "\"more\":50", "\"more\":0" },
		{ "\"gain\":0.02", "\"gain\":\"much\"" },
		{ "\"base\":\"small\"", "\"base\":7" },
	};
	struct head_record record;
	struct arena a = { 0 };
	struct head head;
	const char *text;

	(void)state;
	write_some(&a, &head);
	text = head_record_text(&a, &head);
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		const char *at = strstr(text, changes[i][0]);

		assert_non_null(at);
		assert_false(
			head_record_read(&a,
					 arena_printf(&a, "%.*s%s%s", (int)(at - text), text,
						      changes[i][1], at + strlen(changes[i][0])),
					 &record));
	}
	for (size_t i = 0; i < strlen(text); i++)
		assert_false(head_record_read(&a, arena_strndup(&a, text, i), &record));
	assert_false(head_record_read(&a, NULL, &record));
	arena_release(&a);
}

/* Any byte cut off or changed: a head or an error with a message, never a crash. */
static void test_damaged(void **state)
{
	struct arena a = { 0 };
	struct head head;
	struct err err;
	char *text;
	size_t len, n_refused = 0;

	(void)state;
	write_some(&a, &head);
	assert_int_equal(file_read(&a, "small.head.json", 1 << 20, &text, &len, &err), 0);
	for (size_t i = 0; i < len; i += 3) {
		char kept = text[i];

		assert_int_equal(file_write("cut.head.json", 0600, text, i, &err), 0);
		assert_int_equal(head_load(&a, "cut.head.json", &head, &err), -1);
		assert_non_null(strstr(err.msg, "toehold tune JOB"));
		text[i] = kept == '7' ? '-' : '7';
		assert_int_equal(file_write("bad.head.json", 0600, text, len, &err), 0);
		n_refused += head_load(&a, "bad.head.json", &head, &err) < 0;
		text[i] = kept;
	}
	assert_true(n_refused > len / 12);
	assert_int_equal(head_load(&a, "none.head.json", &head, &err), -1);
	arena_release(&a);
}

static void test_belongs_to(void **state)
{
	struct label labels[] = { { .name = "card" }, { .name = "other \"x\"" } };
	struct job job = { .labels = labels, .n_labels = 2, .prompt = "Sort.", .path = "job.yaml" };
	struct model model = { .sha256 = "b" };
	char system[HASH_HEX_LEN + 1];
	struct arena a = { 0 };
	struct head head;

	(void)state;
	write_some(&a, &head);
	hash_bytes("Sort.", 5, system);
	head.system_sha256 = system;
	assert_true(head_is_for(&head, &model));
	assert_null(head_refusal(&a, &head, &job));
	model.adapter.sha256[0] = 'a';
	assert_false(head_is_for(&head, &model));
	job.reason = REASON_FIRST;
	assert_non_null(strstr(head_refusal(&a, &head, &job), "reason: first"));
	job.reason = REASON_LAST;
	job.prompt = "Sort!";
	assert_non_null(strstr(head_refusal(&a, &head, &job), "another prompt"));
	job.prompt = "Sort.";
	job.n_labels = 1;
	assert_non_null(strstr(head_refusal(&a, &head, &job), "labels card, other \"x\""));
	job.n_labels = 2;
	labels[0].name = "cards";
	assert_non_null(head_refusal(&a, &head, &job));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comes_back), cmocka_unit_test(test_without_outlook),
		cmocka_unit_test(test_record),	   cmocka_unit_test(test_no_record),
		cmocka_unit_test(test_damaged),	   cmocka_unit_test(test_belongs_to),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
