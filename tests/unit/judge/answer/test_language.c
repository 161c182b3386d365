/*
 * Counts by language: the weakest by the upper end of its interval, Fisher's test against figures
 * computed elsewhere, and reasons compared with their tickets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "judge/answer/language.h"

enum { MOST = 64 };

struct sample {
	struct arena a;
	struct ticket tickets[MOST];
	struct answer answers[MOST];
	struct answer *answer_of[MOST];
	struct reason reasons[MOST];
	struct reason *reason_of[MOST];
	size_t n;
};

static void add(struct sample *s, const char *lang, size_t right, size_t wrong)
{
	for (size_t i = 0; i < right + wrong; i++) {
		size_t at = s->n++;

		assert_true(at < MOST);
		s->tickets[at] = (struct ticket){ .lang = lang, .label = 1 };
		s->answers[at] = (struct answer){ .outcome = OUTCOME_OK, .label = i < right };
		s->answer_of[at] = &s->answers[at];
	}
}

static void say(struct sample *s, size_t at, const char *lang)
{
	s->reasons[at] = (struct reason){ .rationale = "x", .lang = lang };
	s->reason_of[at] = &s->reasons[at];
}

static void rows_are_summed_by_tag(void **state)
{
	struct sample s = { 0 };
	struct languages l;

	(void)state;
	add(&s, "fr", 3, 1);
	add(&s, "de", 1, 1);
	add(&s, "FR", 1, 0);
	add(&s, NULL, 2, 0);
	add(&s, "de-CH", 0, 2);
	s.answer_of[0] = NULL; /* not answered yet */
	languages_sum(&s.a, s.tickets, s.n, s.answer_of, &l);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.n_silent, 2);
	assert_string_equal(l.rows[0].tag, "de");
	assert_int_equal(l.rows[0].tally.n, 2);
	assert_int_equal(l.rows[0].tally.right, 1);
	assert_string_equal(l.rows[1].tag, "de-CH");
	assert_int_equal(l.rows[1].tally.right, 0);
	assert_int_equal(l.rows[2].tally.n, 4);
	assert_int_equal(l.rows[2].tally.right, 3);
	arena_release(&s.a);
}

static void weakest_has_the_lowest_upper_end(void **state)
{
	struct sample s = { 0 };
	struct languages l;

	(void)state;
	add(&s, "aa", 0, 1); /* 0%, but its interval goes up to 97.5% */
	add(&s, "bb", 10, 10); /* up to 72.8% */
	add(&s, "cc", 18, 2);
	languages_sum(&s.a, s.tickets, s.n, s.answer_of, &l);
	assert_string_equal(l.rows[l.weakest].tag, "bb");
	assert_float_equal(l.rows[0].interval.high, 0.975, 1e-9);
	assert_float_equal(l.rows[1].interval.low, 0.2720, 5e-5);
	assert_float_equal(l.rows[1].interval.high, 0.7280, 5e-5);
	/* Fisher: 10 or fewer of 20, 28 of 41 right: .016102085; times three languages. */
	assert_float_equal(l.p, 3 * 0.016102085, 1e-8);
	arena_release(&s.a);
}

static void chance_is_at_most_one(void **state)
{
	struct sample s = { 0 };
	struct languages l;

	(void)state;
	add(&s, "aa", 5, 0);
	add(&s, "bb", 5, 0);
	languages_sum(&s.a, s.tickets, s.n, s.answer_of, &l);
	assert_float_equal(l.p, 1, 0);
	languages_sum(&s.a, s.tickets, 0, s.answer_of, &l);
	assert_int_equal(l.n, 0);
	arena_release(&s.a);
}

static void reasons_are_compared_with_their_tickets(void **state)
{
	struct sample s = { 0 };
	struct reason_languages l;

	(void)state;
	add(&s, "de-DE", 4, 0);
	add(&s, "amh", 3, 0);
	add(&s, NULL, 1, 0);
	say(&s, 0, "de");
	say(&s, 1, "en");
	say(&s, 2, "en");
	say(&s, 3, "script: Latin"); /* a script is not compared */
	say(&s, 4, "am");
	say(&s, 5, "en");
	say(&s, 6, "");
	s.reasons[6].finish = "eog";
	say(&s, 7, "en"); /* its ticket states no language */
	languages_of_reasons(&s.a, s.tickets, s.n, s.reason_of, &l);
	assert_int_equal(l.n_reasons, 8);
	assert_int_equal(l.n_compared, 5);
	assert_int_equal(l.n_other, 3);
	assert_int_equal(l.n_crossings, 2);
	assert_string_equal(l.crossings[0].ticket, "de-DE");
	assert_string_equal(l.crossings[0].reason, "en");
	assert_int_equal(l.crossings[0].n, 2);
	assert_string_equal(l.crossings[1].ticket, "amh");
	assert_string_equal(l.counts[0].lang, "en");
	assert_int_equal(l.counts[0].n, 4);
	assert_int_equal(l.n_counts, 5);
	/* A list of known texts is in no language, and is not counted as one that was not found. */
	s.reasons[6].finish = REASON_EVIDENCE;
	languages_of_reasons(&s.a, s.tickets, s.n, s.reason_of, &l);
	assert_int_equal(l.n_reasons, 7);
	assert_int_equal(l.n_counts, 4);
	languages_of_reasons(&s.a, s.tickets, s.n, NULL, &l);
	assert_int_equal(l.n_reasons, 0);
	arena_release(&s.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_summed_by_tag),
		cmocka_unit_test(weakest_has_the_lowest_upper_end),
		cmocka_unit_test(chance_is_at_most_one),
		cmocka_unit_test(reasons_are_compared_with_their_tickets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
