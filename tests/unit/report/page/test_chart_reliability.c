/*
 * The reliability diagram: a point a bin, where it belongs, with its interval and its number; and
 * the words beside it.
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

#include "report/page/sections.h"

/* 100 answers: 40 state .5 and 30 of them are right; 60 state .9 and 54 are right. */
static const struct reliability figures = {
	.n = 100,
	.n_right = 84,
	.stated = .74,
	.ece = .1,
	.ece_by_chance_95 = .12,
	.bins = { [4] = { 40, 30, .5, { .6, .88 } }, [8] = { 60, 54, .9, { .8, .96 } } },
};

static char *drawn(struct arena *a)
{
	static const struct candidate_row row = { .name = "small <plain>" };
	struct candidate_result candidate = { .row = &row, .short_name = row.name };
	const struct result r = { .candidates = &candidate, .n = 1 };
	struct page page = { .a = a, .r = &r };
	char *text, *kept;
	size_t len;

	page.out = open_memstream(&text, &len);
	assert_non_null(page.out);
	chart_reliability(&page, 0, &figures);
	fclose(page.out);
	kept = arena_strdup(a, text);
	free(text);
	return kept;
}

static void points_stand_where_they_belong(void **state)
{
	struct arena a = { 0 };
	const char *p = drawn(&a);
	double xs[3], ys[3];
	size_t n = 0;

	(void)state;
	assert_null(strstr(p, "<plain>"));
	assert_non_null(
		strstr(p, "Stated 50%: 30 of 40 right. Stated 90%: 54 of 60 right.</desc>"));
	assert_non_null(strstr(p, ">40</text>"));
	assert_non_null(strstr(p, ">60</text>"));
	for (const char *at = p; n < 3 && (at = strstr(at, "<svg x=\"")); at++) {
		int end = 0;

		if (sscanf(at, "<svg x=\"%lf%%\" y=\"%lf\" width=\"1\" height=\"1\">%n", &xs[n],
			   &ys[n], &end) == 2 &&
		    strncmp(at + end, "<circle", 7) == 0)
			n++;
	}
	assert_int_equal(n, 3); /* the third is that of the legend */
	/* From 10 to 95% of the width, and from 236 px up to 12 px. */
	assert_true(fabs(xs[0] - 52.5) < .01 && fabs(xs[1] - 86.5) < .01);
	assert_true(fabs(ys[0] - (236 - .75 * 224)) < .1 && fabs(ys[1] - (236 - .9 * 224)) < .1);
	/* The diagonal. */
	assert_non_null(strstr(p, "<line class=\"bar\" x1=\"10.00%\" y1=\"236.0\" x2=\"95.00%\" "
				  "y2=\"12.0\"/>"));
	arena_release(&a);
}

static void sentences(void **state)
{
	struct reliability l = figures;
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(words_reliability(&a, &l),
			    "It states 74% on average and is right on 84% (84 of 100): no further "
			    "off than chance explains.");
	l.ece_by_chance_95 = .05;
	assert_non_null(strstr(words_reliability(&a, &l), "it promises too little, by more than"));
	l.stated = .95;
	assert_non_null(strstr(words_reliability(&a, &l), "it promises too much, by more than"));
	l.n = 99;
	assert_non_null(strstr(words_reliability(&a, &l), "Only indicative: fewer than 100"));
	assert_string_equal(words_label_mass(&a, &l), "");
	assert_string_equal(words_order_flips(&a, &l), "");
	l.n_mass = 25;
	l.mass = .5;
	l.n_mass_low = 3;
	assert_string_equal(words_label_mass(&a, &l),
			    "On average 50% of the probability falls on the labels; on 3 of 25 "
			    "tickets it is less than half.");
	l.n_ordered = 25;
	l.n_flipped = 4;
	l.flipped_95 = (struct interval){ .045, .361 };
	assert_string_equal(words_order_flips(&a, &l),
			    "On 4 of 25 tickets (16%, 95% interval 4.5 to 36.1%) the answer "
			    "depends on the order of the labels.");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_stand_where_they_belong),
		cmocka_unit_test(sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
