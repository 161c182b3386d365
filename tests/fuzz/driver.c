/*
 * Runs a fuzz target without libFuzzer.
 *   fuzz_X [SECONDS [SEED]]    mutates the seeds at random; the same SEED gives the same inputs
 *   fuzz_X FILE…               runs the target once on each file
 * If the target fails, its input is written to "fuzz-failed" in the current folder.
 */
#include "fuzz.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "unit/random.h"

enum { MAX_SEEDS = 64, CLOCK_EVERY = 64 };

static uint8_t seeds[MAX_SEEDS][FUZZ_MAX_BYTES];
static size_t seed_bytes[MAX_SEEDS], n_seeds;

static uint8_t input[FUZZ_MAX_BYTES];
static size_t n_input;

static void keep_input(void)
{
	FILE *f = fopen("fuzz-failed", "wb");

	if (f && fwrite(input, 1, n_input, f) == n_input && fclose(f) == 0)
		fputs("the input is in fuzz-failed\n", stderr);
}

void fuzz_failed(const char *condition, const char *file, int line)
{
	fprintf(stderr, "%s:%d: this does not hold: %s\n", file, line, condition);
	abort();
}

/* The process cannot be saved, but its input can. */
static void on_crash(int sig)
{
	signal(sig, SIG_DFL);
	keep_input();
	raise(sig);
}

/* Uses a copy of exactly n_input bytes, so that the sanitizer sees a read past the end. */
static void run_once(void)
{
	uint8_t *copy = malloc(n_input ? n_input : 1);

	if (!copy)
		abort();
	memcpy(copy, input, n_input);
	LLVMFuzzerTestOneInput(copy, n_input);
	free(copy);
}

static void insert(uint64_t *random, size_t at, size_t n_bytes)
{
	if (n_input + n_bytes > FUZZ_MAX_BYTES)
		return;
	memmove(input + at + n_bytes, input + at, n_input - at);
	n_input += n_bytes;
	if (random_below(random, 2))
		random_bytes(random, input + at, n_bytes);
	else
		memset(input + at, input[at ? at - 1 : n_bytes], n_bytes);
}

static void erase(size_t at, size_t n_bytes)
{
	if (n_bytes > n_input - at)
		n_bytes = n_input - at;
	memmove(input + at, input + at + n_bytes, n_input - at - n_bytes);
	n_input -= n_bytes;
}

/* Replaces the input from `at` on by a part of another seed. */
static void splice(uint64_t *random, size_t at)
{
	size_t other = random_below(random, n_seeds);
	size_t from = random_below(random, seed_bytes[other] + 1), n = seed_bytes[other] - from;

	if (at + n > FUZZ_MAX_BYTES)
		return;
	memcpy(input + at, seeds[other] + from, n);
	n_input = at + n;
}

static void mutate(uint64_t *random)
{
	static const int64_t numbers[] = {
		0, 1, -1, 127, 255, 65536, INT32_MAX, INT64_MAX, INT64_MIN, (int64_t)1 << 60
	};
	size_t at = random_below(random, n_input + 1);

	switch (random_below(random, 6)) {
	case 0:
		if (at < n_input)
			input[at] ^= (uint8_t)(1 << random_below(random, 8));
		break;
	case 1:
		if (at < n_input)
			input[at] = (uint8_t)random_below(random, 256);
		break;
	case 2:
		insert(random, at, 1 + random_below(random, 8));
		break;
	case 3:
		erase(at, 1 + random_below(random, 8));
		break;
	case 4:
		if (at + 8 <= n_input)
			memcpy(input + at, &numbers[random_below(random, 10)], 8);
		break;
	default:
		splice(random, at);
	}
}

static int run_for(double seconds, uint64_t seed)
{
	uint64_t random = seed;
	time_t end = time(NULL) + (time_t)seconds + 1;
	clock_t stop = clock() + (clock_t)(seconds * CLOCKS_PER_SEC);
	size_t n_runs = 0;

	for (int n; n_seeds < MAX_SEEDS && (n = fuzz_seed(n_seeds, seeds[n_seeds])) >= 0;)
		seed_bytes[n_seeds++] = (size_t)n;
	if (n_seeds == 0)
		return 2;
	while (n_runs % CLOCK_EVERY || (clock() < stop && time(NULL) < end)) {
		size_t from = n_runs < n_seeds ? n_runs : random_below(&random, n_seeds);

		n_input = seed_bytes[from];
		memcpy(input, seeds[from], n_input);
		for (size_t i = n_runs < n_seeds ? 0 : 1 + random_below(&random, 6); i > 0; i--)
			mutate(&random);
		run_once();
		n_runs++;
	}
	printf("%zu inputs, seed %llu\n", n_runs, (unsigned long long)seed);
	return 0;
}

static int run_file(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f) {
		perror(path);
		return 2;
	}
	n_input = fread(input, 1, sizeof(input), f);
	fclose(f);
	run_once();
	return 0;
}

int main(int argc, char **argv)
{
	char *end = NULL;
	double seconds = argc > 1 ? strtod(argv[1], &end) : 10;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	int r = 0;

	signal(SIGABRT, on_crash);
#ifndef TOEHOLD_SAN
	signal(SIGSEGV, on_crash);
	signal(SIGBUS, on_crash);
#endif
	if (argc < 2 || *end == '\0')
		return run_for(seconds, seed ? seed : 1);
	for (int i = 1; i < argc && r == 0; i++)
		r = run_file(argv[i]);
	return r;
}
