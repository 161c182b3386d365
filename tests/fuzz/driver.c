/*
 * Runs a fuzz target without libFuzzer.
 *   fuzz_X [SECONDS [SEED]]    mutates valid inputs at random, by another SEED each time; the
 *                              same SEED, without a corpus, gives the same inputs
 *   fuzz_X FILE…               runs the target once on each file
 * If the target fails, its input is written to "fuzz_X-failed" in the current folder. With
 * TOEHOLD_FUZZ_CORPUS=FOLDER the inputs of FOLDER/fuzz_X are valid inputs too. A build with
 * TOEHOLD_COVER adds every input that takes a new branch, and keeps it there.
 */
#include "fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "branches.h"
#include "unit/random.h"

enum { MAX_SEEDS = 4096, CLOCK_EVERY = 64 };

static const char *program; /* "fuzz_X" */
static char corpus[PATH_MAX]; /* its folder; empty: none */

static uint8_t seeds[MAX_SEEDS][FUZZ_MAX_BYTES];
static size_t seed_bytes[MAX_SEEDS], n_seeds;

static uint8_t input[FUZZ_MAX_BYTES];
static size_t n_input;

static void keep_input(void)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%.100s-failed", program);
	f = fopen(path, "wb");
	if (f && fwrite(input, 1, n_input, f) == n_input && fclose(f) == 0)
		fprintf(stderr, "the input is in %s\n", path);
}

/* Returns false if there is no room. */
static bool add_seed(const uint8_t *bytes, size_t n_bytes)
{
	if (n_seeds == MAX_SEEDS)
		return false;
	memcpy(seeds[n_seeds], bytes, n_bytes);
	seed_bytes[n_seeds++] = n_bytes;
	return true;
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

static bool read_input(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f)
		return false;
	n_input = fread(input, 1, sizeof(input), f);
	fclose(f);
	return true;
}

static void open_corpus(void)
{
	const char *folder = getenv("TOEHOLD_FUZZ_CORPUS");
	char path[PATH_MAX + 256];
	struct dirent *entry;
	DIR *dir;

	if (!folder || !*folder)
		return;
	snprintf(corpus, sizeof(corpus), "%s/%s", folder, program);
	mkdir(folder, 0700);
	mkdir(corpus, 0700);
	dir = opendir(corpus);
	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", corpus, entry->d_name);
		if (entry->d_name[0] != '.' && read_input(path))
			add_seed(input, n_input);
	}
	if (dir)
		closedir(dir);
}

/* By a name of its content: FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/. */
static void keep_in_corpus(void)
{
	uint64_t name = 14695981039346656037u;
	char path[PATH_MAX + 32];
	FILE *f;

	for (size_t i = 0; i < n_input; i++)
		name = (name ^ input[i]) * 1099511628211u;
	if (!add_seed(input, n_input) || !corpus[0])
		return;
	snprintf(path, sizeof(path), "%s/%016llx", corpus, (unsigned long long)name);
	f = fopen(path, "wb");
	if (f) {
		fwrite(input, 1, n_input, f);
		fclose(f);
	}
}

static int run_for(double seconds, uint64_t seed)
{
	uint64_t random = seed;
	time_t end = time(NULL) + (time_t)seconds + 1;
	clock_t stop = clock() + (clock_t)(seconds * CLOCKS_PER_SEC);
	size_t n_runs = 0, n_first;

	for (int n; n_seeds < MAX_SEEDS && (n = fuzz_seed(n_seeds, seeds[n_seeds])) >= 0;)
		seed_bytes[n_seeds++] = (size_t)n;
	if (n_seeds == 0)
		return 2;
	open_corpus();
	n_first = n_seeds;
	/* Before the first input: a crash must be repeatable. */
	printf("%s %g %llu, %zu valid inputs\n", program, seconds, (unsigned long long)seed,
	       n_first);
	fflush(stdout);
	while (n_runs % CLOCK_EVERY || (clock() < stop && time(NULL) < end)) {
		size_t from = n_runs < n_first ? n_runs : random_below(&random, n_seeds);

		n_input = seed_bytes[from];
		memcpy(input, seeds[from], n_input);
		for (size_t i = n_runs < n_first ? 0 : 1 + random_below(&random, 6); i > 0; i--)
			mutate(&random);
		run_once();
		if (branches_are_new() && n_runs >= n_first)
			keep_in_corpus();
		n_runs++;
	}
	printf("%zu inputs, %zu of them kept\n", n_runs, n_seeds - n_first);
	return 0;
}

static int run_file(const char *path)
{
	if (!read_input(path)) {
		perror(path);
		return 2;
	}
	run_once();
	return 0;
}

static uint64_t new_seed(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return ((uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec) ^ (uint64_t)getpid()
										      << 40;
}

int main(int argc, char **argv)
{
	char *end = NULL;
	double seconds = argc > 1 ? strtod(argv[1], &end) : 10;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : new_seed();
	const char *slash = strrchr(argv[0], '/');
	int r = 0;

	program = slash ? slash + 1 : argv[0];

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
