/*
 * Measures how often a promise is made and broken: the labels above the threshold are right less
 * often than promised, although it has 90% confidence. Fails if that happens in more than 10% of
 * the draws and three standard errors. Prints the tables of docs/measured/promise.md.
 *
 *   simulate_promises          1,000 draws each from candidates whose accuracy is known
 *   simulate_promises FILE     1,000 random splits of real answers: lines "PROBABILITY RIGHT"; a
 *                              part makes the promise, and the rest shows whether it is kept
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "judge/promise.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))
#define DRAWS 1000
#define STEPS 1000 /* of a candidate's probabilities */
#define MOST 100000

static const struct promise_terms terms = { .right = .95, .level = .1 };

/* A candidate: u in 0..1 is a ticket, its probability falls with u. */
struct shape {
	const char *title;
	double (*probability)(double u), (*accuracy)(double u);
};

static double true_probability(double u)
{
	return 1 - .6 * u * u;
}

static double sure_probability(double u)
{
	return 1 - .06 * u * u;
}

/* The worst case: every threshold breaks the promise by a hair. */
static double flat_accuracy(double u)
{
	(void)u;
	return .9499;
}

/* What it is surest of is not what it is best at. */
static double odd_accuracy(double u)
{
	return u < .2 ? .94 : u < .4 ? .97 : .93;
}

static const struct shape shapes[] = {
	{ "states the truth", true_probability, true_probability },
	{ "states ten times too few errors", sure_probability, true_probability },
	{ "right on 94.99%, whatever it states", true_probability, flat_accuracy },
	{ "surer when it is right less often", true_probability, odd_accuracy },
};

/* What the draws of one row came to. */
struct draws {
	size_t n_made, n_broken;
	double labelled; /* sum of the shares of tickets, over the promises that were made */
};

static bool print_row(const char *title, size_t n, const struct draws *o)
{
	double broken = (double)o->n_broken / DRAWS;
	double most = terms.level + 3 * sqrt(terms.level * (1 - terms.level) / DRAWS);

	printf("| %s | %zu | %.1f%% | %.1f%% | %.1f%% |\n", title, n,
	       100. * (double)o->n_made / DRAWS, 100 * broken,
	       o->n_made ? 100 * o->labelled / (double)o->n_made : 0);
	return broken <= most;
}

static double shape_kept(const struct shape *s, double threshold)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < STEPS; i++) {
		double u = ((double)i + .5) / STEPS;

		if (s->probability(u) < threshold)
			continue;
		sum += s->accuracy(u);
		n++;
	}
	return n ? sum / (double)n : 1;
}

static double draw_share(uint64_t *state)
{
	return (double)(random_next(state) >> 11) / 9007199254740992.;
}

static bool simulate_shape(const struct shape *s, size_t n, struct sure_answer *answers)
{
	uint64_t state = 20250101 + n;
	struct draws o = { 0 };

	for (size_t draw = 0; draw < DRAWS; draw++) {
		struct promise p;

		for (size_t i = 0; i < n; i++) {
			double u = draw_share(&state);

			answers[i].probability = s->probability(u);
			answers[i].right = draw_share(&state) < s->accuracy(u);
		}
		promise_find(answers, n, &terms, &p);
		o.n_made += p.made;
		o.n_broken += p.made && shape_kept(s, p.threshold) < terms.right;
		o.labelled += p.made ? (double)p.n_taken / (double)n : 0;
	}
	return print_row(s->title, n, &o);
}

/* The first n of a shuffle promise; whether the others keep it. */
static void split_once(struct sure_answer *answers, size_t n_all, size_t n, uint64_t *state,
		       struct draws *o)
{
	size_t taken = 0, right = 0;
	struct promise p;

	for (size_t i = 0; i < n; i++) {
		size_t other = i + random_below(state, n_all - i);
		struct sure_answer kept = answers[i];

		answers[i] = answers[other];
		answers[other] = kept;
	}
	promise_find(answers, n, &terms, &p);
	for (size_t i = n; i < n_all; i++) {
		taken += answers[i].probability >= p.threshold;
		right += answers[i].probability >= p.threshold && answers[i].right;
	}
	o->n_made += p.made;
	o->n_broken += p.made && (double)right < terms.right * (double)taken;
	o->labelled += p.made ? (double)taken / (double)(n_all - n) : 0;
}

static int read_answers(const char *path, struct sure_answer *answers, size_t *ret_n)
{
	FILE *in = fopen(path, "r");
	double probability;
	int right;

	*ret_n = 0;
	if (!in)
		return -1;
	while (*ret_n < MOST && fscanf(in, "%lf %d", &probability, &right) == 2)
		answers[(*ret_n)++] = (struct sure_answer){ probability, right != 0 };
	fclose(in);
	return *ret_n ? 0 : -1;
}

static int simulate_splits(const char *path, struct sure_answer *answers)
{
	static const size_t sizes[] = { 100, 150, 200, 250, 300 };
	bool good = true;
	size_t n_all;

	if (read_answers(path, answers, &n_all) < 0) {
		fprintf(stderr, "'%s' holds no answers\n", path);
		return 2;
	}
	for (size_t i = 0; i < N(sizes); i++) {
		uint64_t state = 20250101 + sizes[i];
		struct draws o = { 0 };

		if (sizes[i] > n_all / 2)
			break;
		for (size_t draw = 0; draw < DRAWS; draw++)
			split_once(answers, n_all, sizes[i], &state, &o);
		good &= print_row("splits", sizes[i], &o);
	}
	return good ? 0 : 1;
}

int main(int argc, char **argv)
{
	static const size_t sizes[] = { 60, 100, 200, 400 };
	struct sure_answer *answers = calloc(MOST, sizeof(*answers));
	bool good = true;
	int code = 0;

	puts("| candidate | labelled tickets | promises made | broken | tickets labelled |\n"
	     "| --- | --- | --- | --- | --- |");
	if (argc > 1)
		code = simulate_splits(argv[1], answers);
	for (size_t i = 0; argc == 1 && i < N(shapes); i++)
		for (size_t k = 0; k < N(sizes); k++)
			good &= simulate_shape(&shapes[i], sizes[k], answers);
	free(answers);
	return good ? code : 1;
}
