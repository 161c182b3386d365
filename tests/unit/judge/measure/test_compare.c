/*
 * Candidates ticket by ticket: where two differ, and where most agree against the gold label.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "judge/measure/compare.h"
#include "judge/measure/stats.h"
#include "judge/score.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { MAX_TICKETS = 40, MAX_CANDIDATES = 8, N_LABELS = 4 };

/*
 * Answers as text, one character per ticket: a digit is a label, '.' no answer yet, 't' a timeout,
 * 'x' a label that the job does not have.
 */
struct said {
	struct answer all[MAX_TICKETS];
	struct answer *answers[MAX_TICKETS];
};

static void say(struct said *s, const char *words)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; words[i]; i++) {
		s->all[i].label = words[i] == 't' ? -1 : words[i] == 'x' ? 9 : words[i] - '0';
		s->all[i].outcome = words[i] == 't' ? OUTCOME_TIMEOUT : OUTCOME_OK;
		s->answers[i] = words[i] == '.' ? NULL : &s->all[i];
	}
}

static size_t read_gold(struct ticket *tickets, const char *words)
{
	memset(tickets, 0, MAX_TICKETS * sizeof(*tickets));
	for (size_t i = 0; words[i]; i++)
		tickets[i].label = words[i] - '0';
	return strlen(words);
}

static void assert_list(const size_t *list, size_t n, const char *expected)
{
	assert_int_equal(n, strlen(expected));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(list[i], expected[i] - '0');
}

static void pairs(void **state)
{
	static const struct {
		const char *gold, *a, *b, *only_a, *only_b;
		double mid_p;
	} rows[] = {
		{ "0123", "0123", "0123", "", "", 1 },
		{ "0123", "0123", "1111", "023", "", .125 },
		{ "0123", "1111", "0123", "", "023", .125 },
		/* Two wrong answers do not differ. */
		{ "0123", "1230", "2301", "", "", 1 },
		/* A timeout is wrong; what is not answered yet is not compared. Of equals, half the
		 * chance of this very table is taken off (Fagerland 2013). */
		{ "0123", "t123", "0t23", "1", "0", .75 },
		{ "0123", ".12.", "1.1.", "2", "", .5 },
		{ "0000000000", "0000000011", "1111111100", "01234567", "89", .0654296875 },
		{ "", "", "", "", "", 1 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct ticket tickets[MAX_TICKETS];
		size_t n = read_gold(tickets, rows[i].gold);
		struct arena a = { 0 };
		struct said x, y;
		struct pairing p;

		say(&x, rows[i].a);
		say(&y, rows[i].b);
		compare_pair(&a, tickets, n, x.answers, y.answers, &p);
		assert_list(p.only_a, p.n_only_a, rows[i].only_a);
		assert_list(p.only_b, p.n_only_b, rows[i].only_b);
		if (fabs(p.mid_p - rows[i].mid_p) > 1e-12)
			fail_msg("row %zu: %g", i, p.mid_p);
		assert_true(p.ln_e == stats_ln_e_above(p.n_only_b, p.n_only_a, .5));
		arena_release(&a);
	}
}

/* With the two exchanged, the lists change places and the chance is the same. */
static void pairs_mirrored(void **state)
{
	uint64_t seed = 96;

	(void)state;
	for (int round = 0; round < 1000; round++) {
		char gold[MAX_TICKETS] = { 0 }, x[MAX_TICKETS] = { 0 }, y[MAX_TICKETS] = { 0 };
		size_t n = random_below(&seed, MAX_TICKETS);
		struct ticket tickets[MAX_TICKETS];
		struct pairing one, two;
		struct said sx, sy;
		struct arena a = { 0 };
		size_t right_x = 0, right_y = 0;

		for (size_t i = 0; i < n; i++) {
			gold[i] = (char)('0' + random_below(&seed, N_LABELS));
			x[i] = (char)('0' + random_below(&seed, N_LABELS));
			y[i] = (char)('0' + random_below(&seed, N_LABELS));
			right_x += x[i] == gold[i];
			right_y += y[i] == gold[i];
		}
		read_gold(tickets, gold);
		say(&sx, x);
		say(&sy, y);
		compare_pair(&a, tickets, n, sx.answers, sy.answers, &one);
		compare_pair(&a, tickets, n, sy.answers, sx.answers, &two);
		assert_int_equal(one.n_only_a, two.n_only_b);
		assert_int_equal(one.n_only_b, two.n_only_a);
		assert_memory_equal(one.only_a, two.only_b, one.n_only_a * sizeof(size_t));
		assert_true(one.mid_p == two.mid_p);
		assert_int_equal(right_x + one.n_only_b, right_y + one.n_only_a);
		arena_release(&a);
	}
}

struct suspect_row {
	const char *gold;
	size_t n_candidates;
	const char *said[MAX_CANDIDATES];
	size_t n_suspects;
	struct suspect suspects[4];
};

/* `other`: the label that only means "not sure", or -1. */
static void assert_suspects(const struct suspect_row *row, int other)
{
	struct ticket tickets[MAX_TICKETS];
	size_t n = read_gold(tickets, row->gold), n_suspects;
	struct answer *const *answers[MAX_CANDIDATES];
	struct said said[MAX_CANDIDATES];
	struct suspect *suspects;
	struct arena a = { 0 };

	for (size_t i = 0; i < row->n_candidates; i++) {
		say(&said[i], row->said[i]);
		answers[i] = said[i].answers;
	}
	compare_suspects(&a, tickets, n, answers, row->n_candidates, N_LABELS, other, &suspects,
			 &n_suspects);
	assert_int_equal(n_suspects, row->n_suspects);
	for (size_t i = 0; i < n_suspects; i++) {
		assert_int_equal(suspects[i].ticket, row->suspects[i].ticket);
		assert_int_equal(suspects[i].label, row->suspects[i].label);
		assert_int_equal(suspects[i].n_agree, row->suspects[i].n_agree);
		assert_int_equal(suspects[i].n_candidates, row->suspects[i].n_candidates);
	}
	arena_release(&a);
}

static void suspects(void **state)
{
	static const struct suspect_row rows[] = {
		{ "0123", 3, { "0123", "0123", "0123" }, 0, { { 0 } } },
		/* Two of three agree against the gold label. */
		{ "0123", 3, { "0023", "0023", "0123" }, 1, { { 1, 0, 2, 3 } } },
		/* Half is not a majority, and neither is a tie. */
		{ "0", 4, { "1", "1", "0", "2" }, 0, { { 0 } } },
		{ "0", 4, { "1", "1", "2", "2" }, 0, { { 0 } } },
		{ "0", 5, { "1", "1", "2", "2", "2" }, 1, { { 0, 2, 3, 5 } } },
		/* Wrong in three ways is wrong, not agreement. */
		{ "0", 3, { "1", "2", "3" }, 0, { { 0 } } },
		/* A single candidate contradicts no label. */
		{ "0", 1, { "1" }, 0, { { 0 } } },
		{ "0", 3, { "1", ".", "." }, 0, { { 0 } } },
		{ "0", 2, { "1", "1" }, 1, { { 0, 1, 2, 2 } } },
		/* Only those that answered vote; one that failed disagrees. */
		{ "0", 4, { "1", "1", ".", "." }, 1, { { 0, 1, 2, 2 } } },
		{ "0", 4, { "1", "1", "t", "t" }, 0, { { 0 } } },
		{ "0", 5, { "1", "1", "1", "t", "x" }, 1, { { 0, 1, 3, 5 } } },
		{ "0", 3, { "x", "x", "x" }, 0, { { 0 } } },
		/* Several, in the order of the tickets. */
		{ "0000",
		  2,
		  { "1023", "1023" },
		  3,
		  { { 0, 1, 2, 2 }, { 2, 2, 2, 2 }, { 3, 3, 2, 2 } } },
		{ "0", 0, { NULL }, 0, { { 0 } } },
	};

	static const struct suspect_row unsure[] = {
		/* Most say "other", which doubts no label; but a gold "other" can be doubted. */
		{ "0123", 3, { "3123", "3123", "0123" }, 0, { { 0 } } },
		{ "3", 2, { "1", "1" }, 1, { { 0, 1, 2, 2 } } },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_suspects(&rows[i], -1);
	for (size_t i = 0; i < N(unsure); i++)
		assert_suspects(&unsure[i], 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs),
		cmocka_unit_test(pairs_mirrored),
		cmocka_unit_test(suspects),
	};

	return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
