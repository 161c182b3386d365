/*
 * Measures how often the decision is wrong. Candidates of known accuracy answer random tickets, and
 * decide() is called as for a user. Prints the tables of docs/measured/decision.md. Fails if a cell
 * is more than 2 points from the figure on which the design is based.
 *
 *   simulate_decisions [DECISIONS]    per row; the default is 200, the tables need 20000
 *
 * Each ticket has one random draw in 0..1. A candidate uses it with probability 1/2 and otherwise
 * draws its own, so tickets that are hard for one are often hard for all. The answer is right if
 * the draw is below the candidate's accuracy. There are 25 tickets first, then 10 at a time.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "judge/decide.h"
#include "judge/measure/stats.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))
#define MOST_CANDIDATES 8
#define FIRST_TICKETS 25
#define MORE_TICKETS 10
#define MOST_LOOKS 19 /* 205 tickets */
#define BAR .9
#define POINTS .02

enum rule {
	RULE_NAIVE, /* the pick at 25 */
	RULE_NAIVE_MORE, /* the pick, adding tickets until there is one */
	RULE_FIXED, /* Clopper-Pearson at 95% on 105, the largest first, up to the first failure */
	RULE_STRICT, /* the smallest that CLEARS at 105, on the best evidence of any look */
	RULE_FLOOR, /* the smallest that is GOOD ENOUGH or CLEARS at 105, on the same */
	RULE_STRICT_NOW, /* as RULE_STRICT, with only the counts at 105 */
	RULE_FLOOR_NOW,
	N_RULES
};
#define N_PUBLISHED RULE_STRICT_NOW

/* Shares of decisions: picks below the bar; picks of the smallest at the bar, or rightly none. */
struct cell {
	double wrong, right;
};

struct row {
	const char *title;
	size_t n;
	double accuracies[MOST_CANDIDATES]; /* from small to large */
	struct cell published[N_PUBLISHED];
	double mean_tickets;
};

/* The lists of eight are ours: only their first and last values were published. */
static const struct row rows[] = {
	{ ".89 ×3",
	  3,
	  { .89, .89, .89 },
	  { { .77, .23 }, { .94, .06 }, { .02, .98 }, { .03, .97 }, { .17, .83 } },
	  95 },
	{ ".80 .85 .95",
	  3,
	  { .80, .85, .95 },
	  { { .31, .58 }, { .32, .67 }, { .00, .57 }, { .00, .34 }, { .01, .77 } },
	  64 },
	{ ".85 .88 .95",
	  3,
	  { .85, .88, .95 },
	  { { .54, .39 }, { .55, .44 }, { .01, .57 }, { .01, .34 }, { .07, .71 } },
	  64 },
	{ ".95 .97 .98",
	  3,
	  { .95, .97, .98 },
	  { { .00, .88 }, { .00, .88 }, { .00, .52 }, { .00, .35 }, { .00, .88 } },
	  34 },
	{ ".60 .70 .75 .80 .83 .85 .86 .88",
	  8,
	  { .60, .70, .75, .80, .83, .85, .86, .88 },
	  { { .69, .31 }, { .85, .15 }, { .01, .99 }, { .02, .98 }, { .07, .93 } },
	  99 },
	{ ".70 .75 .80 .82 .85 .96 .98 .99",
	  8,
	  { .70, .75, .80, .82, .85, .96, .98, .99 },
	  { { .41, .54 }, { .41, .54 }, { .00, .75 }, { .00, .47 }, { .02, .89 } },
	  29 },
	{ ".70 .80 .85 .96 .97 .98 .98, then .60",
	  8,
	  { .70, .80, .85, .96, .97, .98, .98, .60 },
	  { { .31, .63 }, { .31, .63 }, { .00, .00 }, { .00, .23 }, { .01, .79 } },
	  42 },
};

/* Candidates all just below the bar: how often at least one gets CLEARS. */
static const struct family {
	size_t n;
	double alone, chain; /* published: each tested separately at 10%; by the chain */
} families[] = { { 3, .149, .065 }, { 8, .345, .063 } };

static const struct standard standard = { .bar = BAR, .certainty = .9, .floor = .85 };
static int n_off;

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static double draw(uint64_t *state)
{
	return (double)(next(state) >> 11) * 0x1p-53;
}

/* The data of one user: right answers of each candidate after each look. */
struct path {
	size_t n_candidates, n_looks;
	size_t right[MOST_CANDIDATES][MOST_LOOKS];
};

static size_t tickets_at(size_t look)
{
	return FIRST_TICKETS + look * MORE_TICKETS;
}

static void walk(const double *accuracies, double shared, uint64_t *state, struct path *path)
{
	size_t right[MOST_CANDIDATES] = { 0 };

	for (size_t look = 0, n = 0; look < path->n_looks; look++) {
		for (; n < tickets_at(look); n++) {
			double common = draw(state);

			for (size_t i = 0; i < path->n_candidates; i++) {
				double own = draw(state);

				right[i] += (draw(state) < shared ? common : own) < accuracies[i];
			}
		}
		for (size_t i = 0; i < path->n_candidates; i++)
			path->right[i][look] = right[i];
	}
}

/* Of the looks up to `last` with a sufficient score: the one with the highest E against `bar`. */
static size_t best_look(const size_t *right, size_t last, double bar, double ask_score)
{
	size_t best = last;
	double most = -INFINITY;

	for (size_t look = 0; look <= last; look++) {
		size_t n = tickets_at(look);
		double ln_e = stats_ln_e_above(right[look], n - right[look], bar);

		if (ln_e > most && clears_bar(right[look], n, ask_score)) {
			most = ln_e;
			best = look;
		}
	}
	return best;
}

static struct tally tally_at(const struct path *path, size_t candidate, size_t look)
{
	return (struct tally){ .right = path->right[candidate][look], .n = tickets_at(look) };
}

/* The candidates at a look, with the evidence of that look. */
static void stand(const struct path *path, size_t look, struct contender *contenders)
{
	for (size_t i = 0; i < path->n_candidates; i++) {
		struct tally now = tally_at(path, i, look);

		contenders[i] = (struct contender){
			.name = "candidate", .score = now, .n_tickets = now.n, .evidence = now
		};
	}
}

/* The smallest with one of the verdicts, or -1; on request only of those that score the bar. */
static int smallest(const struct contender *contenders, size_t n, const struct decision *decision,
		    bool good_enough)
{
	for (size_t i = 0; i < n; i++) {
		enum verdict_kind kind = decision->verdicts[i].kind;

		if (!good_enough && kind == VERDICT_CLEARS)
			return (int)i;
		if (good_enough && (kind == VERDICT_CLEARS || kind == VERDICT_GOOD_ENOUGH) &&
		    clears_bar(contenders[i].score.right, contenders[i].score.n, BAR))
			return (int)i;
	}
	return -1;
}

/* decide() at the last look, on the evidence of the best look against `bar`. */
static int pick_by_best(struct arena *a, const struct path *path, double bar, bool good_enough)
{
	struct contender contenders[MOST_CANDIDATES];
	size_t last = path->n_looks - 1;
	struct decision decision;

	stand(path, last, contenders);
	for (size_t i = 0; i < path->n_candidates; i++) {
		size_t look = best_look(path->right[i], last, bar, good_enough ? BAR : 0);

		contenders[i].evidence = tally_at(path, i, look);
	}
	decide(a, contenders, path->n_candidates, &standard, &decision);
	return smallest(contenders, path->n_candidates, &decision, good_enough);
}

static int pick_by_fixed_n(const struct path *path)
{
	size_t last = path->n_looks - 1;
	int pick = -1;

	for (size_t i = path->n_candidates; i-- > 0;) {
		size_t right = path->right[i][last];

		if (stats_clopper_pearson_low(right, tickets_at(last), .95) < BAR)
			break;
		pick = (int)i;
	}
	return pick;
}

/* The picks of all rules on one path, and the tickets until one candidate was good enough. */
static size_t ask(struct arena *a, const struct path *path, int *ret_picks)
{
	size_t n = path->n_candidates, n_tickets = 0;
	struct contender contenders[MOST_CANDIDATES];
	struct decision decision = { 0 };

	ret_picks[RULE_NAIVE_MORE] = -1;
	for (size_t look = 0; look < path->n_looks; look++) {
		stand(path, look, contenders);
		decide(a, contenders, n, &standard, &decision);
		if (look == 0)
			ret_picks[RULE_NAIVE] = decision.pick;
		if (ret_picks[RULE_NAIVE_MORE] < 0)
			ret_picks[RULE_NAIVE_MORE] = decision.pick;
		if (n_tickets == 0 && smallest(contenders, n, &decision, true) >= 0)
			n_tickets = tickets_at(look);
	}
	ret_picks[RULE_STRICT_NOW] = smallest(contenders, n, &decision, false);
	ret_picks[RULE_FLOOR_NOW] = smallest(contenders, n, &decision, true);
	ret_picks[RULE_FIXED] = pick_by_fixed_n(path);
	ret_picks[RULE_STRICT] = pick_by_best(a, path, BAR, false);
	ret_picks[RULE_FLOOR] = pick_by_best(a, path, standard.floor, true);
	return n_tickets > 0 ? n_tickets : tickets_at(path->n_looks - 1);
}

static int right_pick(const struct row *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (row->accuracies[i] >= BAR)
			return (int)i;
	return -1;
}

/* Two points plus three standard errors, which are 0.4 points at 20000 decisions. */
static void check(const char *where, const char *what, double got, double want, size_t n_decisions)
{
	double p = fmin(fmax(want, .01), .99);
	double slack = n_decisions < 20000 ? 3 * sqrt(p * (1 - p) / (double)n_decisions) : 0;

	if (fabs(got - want) <= POINTS + slack)
		return;
	fprintf(stderr, "%s, %s: got %.3f, expected %.3f\n", where, what, got, want);
	n_off++;
}

static void check_row(const struct row *row, const struct cell *cells, double mean_tickets,
		      size_t n_decisions)
{
	static const char *const names[][2] = {
		{ "naive, false", "naive, right" },
		{ "naive with more, false", "naive with more, right" },
		{ "fixed n, false", "fixed n, right" },
		{ "strict, false", "strict, right" },
		{ "floor, false", "floor, right" },
	};

	for (size_t i = 0; i < N_PUBLISHED; i++) {
		check(row->title, names[i][0], cells[i].wrong, row->published[i].wrong,
		      n_decisions);
		check(row->title, names[i][1], cells[i].right, row->published[i].right,
		      n_decisions);
	}
	/* In units of the 80 tickets that may be added. */
	check(row->title, "mean tickets / 80", mean_tickets / 80, row->mean_tickets / 80,
	      n_decisions);
}

static void simulate_row(const struct row *row, size_t n_decisions, uint64_t seed)
{
	size_t wrong[N_RULES] = { 0 }, right[N_RULES] = { 0 }, n_tickets = 0;
	struct path path = { .n_candidates = row->n, .n_looks = 9 };
	struct cell cells[N_RULES];

	for (size_t k = 0; k < n_decisions; k++) {
		struct arena a = { 0 };
		int picks[N_RULES];

		walk(row->accuracies, .5, &seed, &path);
		n_tickets += ask(&a, &path, picks);
		for (size_t i = 0; i < N_RULES; i++) {
			wrong[i] += picks[i] >= 0 && row->accuracies[picks[i]] < BAR;
			right[i] += picks[i] == right_pick(row);
		}
		arena_release(&a);
	}
	printf("| %s |", row->title);
	for (size_t i = 0; i < N_RULES; i++) {
		cells[i].wrong = (double)wrong[i] / (double)n_decisions;
		cells[i].right = (double)right[i] / (double)n_decisions;
		printf(" %.2f/%.2f |", cells[i].wrong, cells[i].right);
	}
	printf(" %.0f |\n", (double)n_tickets / (double)n_decisions);
	check_row(row, cells, (double)n_tickets / (double)n_decisions, n_decisions);
}

/* Whether decide() gives CLEARS to any candidate if each is the only one. */
static bool any_alone(struct arena *a, const struct path *path)
{
	for (size_t i = 0; i < path->n_candidates; i++) {
		struct path alone = { .n_candidates = 1, .n_looks = path->n_looks };

		for (size_t look = 0; look < path->n_looks; look++)
			alone.right[0][look] = path->right[i][look];
		if (pick_by_best(a, &alone, BAR, false) >= 0)
			return true;
	}
	return false;
}

static void simulate_family(const struct family *family, size_t n_decisions, uint64_t seed)
{
	struct path path = { .n_candidates = family->n, .n_looks = MOST_LOOKS };
	double accuracies[MOST_CANDIDATES], share_alone, share_chain;
	size_t alone = 0, chain = 0;
	char where[40];

	for (size_t i = 0; i < family->n; i++)
		accuracies[i] = BAR - .0001;
	for (size_t k = 0; k < n_decisions; k++) {
		struct arena a = { 0 };

		walk(accuracies, 0, &seed, &path);
		alone += any_alone(&a, &path);
		chain += pick_by_best(&a, &path, BAR, false) >= 0;
		arena_release(&a);
	}
	share_alone = (double)alone / (double)n_decisions;
	share_chain = (double)chain / (double)n_decisions;
	printf("| %zu | %.1f%% | %.1f%% |\n", family->n, share_alone * 100, share_chain * 100);
	snprintf(where, sizeof(where), "%zu of .8999", family->n);
	check(where, "each alone", share_alone, family->alone, n_decisions);
	check(where, "the chain", share_chain, family->chain, n_decisions);
}

/* 25 ordinary tickets and 10 harder ones: the pick by the ordinary ones alone, and by both. */
static const struct harder_row {
	const char *title;
	double ordinary[3], harder[3];
} harder_rows[] = {
	{ ".95 .95 .95, harder .60 .80 .95", { .95, .95, .95 }, { .60, .80, .95 } },
	{ ".92 .95 .97, harder .50 .85 .95", { .92, .95, .97 }, { .50, .85, .95 } },
	{ ".95 .96 .97, harder .90 .92 .95", { .95, .96, .97 }, { .90, .92, .95 } },
	{ ".85 .88 .95, harder .60 .70 .90", { .85, .88, .95 }, { .60, .70, .90 } },
};

static size_t simulate_answers(double accuracy, size_t n, uint64_t *state)
{
	size_t right = 0;

	for (size_t i = 0; i < n; i++)
		right += draw(state) < accuracy;
	return right;
}

/* Harder tickets must leave every verdict as it is. Returns how many they changed. */
static size_t count_changed_verdicts(struct arena *a, const struct contender *c,
				     const struct decision *with)
{
	struct contender without[3];
	struct decision d;
	size_t n = 0;

	for (size_t i = 0; i < 3; i++) {
		without[i] = c[i];
		without[i].n_harder = 0;
		without[i].harder = (struct tally){ 0 };
	}
	decide(a, without, 3, &standard, &d);
	for (size_t i = 0; i < 3; i++)
		n += d.verdicts[i].kind != with->verdicts[i].kind;
	return n;
}

static void simulate_harder(const struct harder_row *row, size_t n_decisions, uint64_t seed)
{
	size_t wrong_ordinary = 0, wrong_together = 0, no_pick = 0;

	for (size_t k = 0; k < n_decisions; k++) {
		struct contender c[3] = { 0 };
		struct arena a = { 0 };
		struct decision d;
		bool bad[3];

		for (size_t i = 0; i < 3; i++) {
			double mix = (25 * row->ordinary[i] + 10 * row->harder[i]) / 35;

			c[i].score.right = simulate_answers(row->ordinary[i], 25, &seed);
			c[i].score.n = c[i].n_tickets = 25;
			c[i].evidence = c[i].score;
			c[i].harder.right = simulate_answers(row->harder[i], 10, &seed);
			c[i].harder.n = c[i].n_harder = 10;
			c[i].name = "candidate";
			bad[i] = fmin(mix, row->ordinary[i]) < BAR;
		}
		decide(&a, c, 3, &standard, &d);
		wrong_ordinary += d.pick_ordinary >= 0 && bad[d.pick_ordinary];
		wrong_together += d.pick >= 0 && bad[d.pick];
		no_pick += d.pick < 0;
		n_off += count_changed_verdicts(&a, c, &d) > 0;
		arena_release(&a);
	}
	printf("| %s | %.2f | %.2f | %.2f |\n", row->title,
	       (double)wrong_ordinary / (double)n_decisions,
	       (double)wrong_together / (double)n_decisions, (double)no_pick / (double)n_decisions);
	n_off += wrong_together > wrong_ordinary;
}

int main(int argc, char **argv)
{
	size_t n_decisions = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 200;

	if (argc > 2 || n_decisions == 0 || n_decisions > 1000000) {
		fputs("usage: simulate_decisions [DECISIONS]\n", stderr);
		return 2;
	}
	puts("| true accuracies, small → large | naive 25 | naive, +10 until one | CP 95% at 105, "
	     "largest first | strict at 105 | floor at 105 | strict, last counts | floor, last "
	     "counts | mean tickets |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
	for (size_t i = 0; i < N(rows); i++)
		simulate_row(&rows[i], n_decisions, i + 1);
	puts("\n| candidates at .8999 | each alone | the chain |\n| --- | --- | --- |");
	for (size_t i = 0; i < N(families); i++)
		simulate_family(&families[i], n_decisions, i + 101);
	puts("\n| true accuracies, small → large | false pick, harder shown | false pick, harder "
	     "counted | no pick, harder counted |\n| --- | --- | --- | --- |");
	for (size_t i = 0; i < N(harder_rows); i++)
		simulate_harder(&harder_rows[i], n_decisions, i + 201);
	if (n_off > 0)
		fprintf(stderr,
			"%d cells are off by more than 2 points, or verdicts by harder tickets\n",
			n_off);
	return n_off > 0;
}
