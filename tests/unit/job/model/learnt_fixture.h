/*
 * For tests of records of learning: the labels and the training tickets that such a record has.
 * Include after <cmocka.h>.
 */
#ifndef TEST_LEARNT_FIXTURE_H
#define TEST_LEARNT_FIXTURE_H

#include "job/ticket/learnt.h"

enum { N_LABELS = 2 };

static const char *label_names[N_LABELS] = { "card", "other \"x\"" };

static inline struct learnt some_training(void)
{
	static const char *refused_ids[] = { "r1" }, *refused_for[] = { "t1" };
	static const char *guarded[] = { "0123" };
	static size_t counts[N_LABELS] = { 10, 20 };

	return (struct learnt){ .file = "train.jsonl",
				.file_sha256 = "f",
				.sha256 = "t",
				.n = 30,
				.counts = counts,
				.refused_ids = refused_ids,
				.refused_for = refused_for,
				.n_refused = 1,
				.guarded = guarded,
				.n_guarded = 1 };
}

/* The labels and the training came back as they were written. */
static inline void assert_came_back(const char *const *labels, size_t n_labels,
				    const struct learnt *training)
{
	assert_int_equal(n_labels, N_LABELS);
	assert_string_equal(labels[1], label_names[1]);
	assert_int_equal(training->n, 30);
	assert_int_equal(training->counts[1], 20);
	assert_string_equal(training->refused_for[0], "t1");
	assert_string_equal(training->guarded[0], "0123");
}

#endif
