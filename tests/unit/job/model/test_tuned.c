/*
 * The record beside a tuned model: it can be read again, and damage is an error.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "job/model/tuned.h"
#include "unit/job/model/learnt_fixture.h"
#include "unit/scratch.h"

static struct tuned_model some_model(void)
{
	return (struct tuned_model){
		.made_us = 12345,
		.program = "toehold 1",
		.sha256 = "m",
		.base_sha256 = "b",
		.base_label = "small\n",
		.labels = label_names,
		.n_labels = N_LABELS,
		.training = some_training(),
		.n_held_out = 6,
		.held_out_right = 5,
		.rate = 5e-5,
		.epochs = 3,
		.layers = 8,
	};
}

static void there_and_back(void **state)
{
	struct tuned_model sent = some_model(), got;
	struct arena a = { 0 };
	const char *path = tuned_model_path(&a, "m.gguf");
	struct err err = { 0 };

	(void)state;
	assert_string_equal(path, "m.gguf.tuning.json");
	assert_int_equal(tuned_model_write(&a, path, &sent, &err), 0);
	assert_int_equal(tuned_model_load(&a, path, &got, &err), 0);
	assert_int_equal(got.made_us, sent.made_us);
	assert_string_equal(got.sha256, "m");
	assert_string_equal(got.base_sha256, "b");
	assert_string_equal(got.base_label, sent.base_label);
	assert_came_back(got.labels, got.n_labels, &got.training);
	assert_int_equal(got.n_held_out, 6);
	assert_int_equal(got.held_out_right, 5);
	assert_true(got.rate == sent.rate);
	assert_int_equal(got.epochs, 3);
	assert_int_equal(got.layers, 8);
	arena_release(&a);
}

/* Cut anywhere, or with a byte changed: an error, or a complete record. */
static void damaged(void **state)
{
	struct tuned_model model = some_model(), got;
	struct arena a = { 0 };
	const char *path = "d.tuning.json";
	struct err err = { 0 };
	size_t len, n_refused = 0;
	char *text;

	(void)state;
	assert_int_equal(tuned_model_write(&a, path, &model, &err), 0);
	assert_int_equal(file_read(&a, path, 1 << 20, &text, &len, &err), 0);
	for (size_t cut = 0; cut + 1 < len; cut++) {
		assert_int_equal(file_write(path, 0600, text, cut, &err), 0);
		assert_int_equal(tuned_model_load(&a, path, &got, &err), -1);
		assert_int_equal(err.kind, ERR_INPUT);
	}
	for (size_t at = 0; at < len; at++) {
		char was = text[at];

		text[at] = '[';
		assert_int_equal(file_write(path, 0600, text, len, &err), 0);
		n_refused += tuned_model_load(&a, path, &got, &err) < 0;
		text[at] = was;
	}
	assert_true(n_refused > len / 4);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
