/*
 * The small model of each family (scripts/families) through engine.h. The engine's memory works
 * differently for each architecture, so each label's probability is also computed without a shared
 * prefix and without branches side by side (llama_brute.h). The prompt is longer than these models'
 * sliding windows. A second wave of the same tickets must give the same bits: no ticket may leave
 * anything in the shared prefix.
 */
#include <dirent.h>
#include <math.h>

#include "llama_brute.h"

enum { N_TICKETS = 6, FILES_MAX = 64 };

/*
 * Tolerance. With 16-bit weights, a row of a matrix product is summed in another order if other
 * rows stand beside it, and random weights amplify that. A wrong state or window moves
 * probabilities by tenths.
 */
#define TOLERANCE 0.01

static const char *labels[] = { "card",	  "cash_withdrawal", "cash_deposit",
				"top_up", "transfer",	     "other" };
enum { N_LABELS = sizeof(labels) / sizeof(labels[0]) };

/* Longer than the windows: 128 tokens. */
static const char *long_prompt(struct arena *a)
{
	struct buf b;
	const char *text;

	buf_init(&b, 1 << 16);
	buf_adds(&b, "You sort the tickets of a bank. Answer in JSON.\n");
	for (int i = 0; i < 16; i++)
		buf_addf(&b, "Rule %d: a ticket about %s belongs to %s.\n", i, labels[i % 5],
			 labels[i % N_LABELS]);
	text = arena_strdup(a, buf_text(&b));
	buf_release(&b);
	return text;
}

static int forget_reason(void *ctx, const struct reason *reason, struct err *err)
{
	size_t *n = ctx;

	(void)err;
	assert_in_range(reason->ticket, 0, N_TICKETS - 1);
	(*n)++;
	return 0;
}

/* The largest difference between the engine and plain calls. */
static double difference(struct engine *e, const struct answer *answer)
{
	double largest = 0, sum = 0;

	for (size_t i = 0; i < N_LABELS; i++) {
		double p = brute_probability(e, answer->ticket, i);

		largest = fmax(largest, fabs(p - answer->probs[i]));
		sum += answer->probs[i];
	}
	assert_true(fabs(sum - 1) < 1e-9);
	return largest;
}

static void test_family(void **state)
{
	const char *texts[FIXTURE_TICKETS_MAX], *name = *state;
	struct engine *e = fixture_open(name);
	struct msg_pass pass = fixture_pass(labels, N_LABELS);
	double first[N_TICKETS][N_LABELS], largest = 0;
	struct msg_reasons_done done;
	struct arena a = { 0 };
	struct err err = { 0 };
	size_t n_reasons = 0;

	fixture_tickets(&a, texts);
	pass.system = long_prompt(&a);
	for (int wave = 0; wave < 2; wave++) {
		fixture_begin(e, &a, &pass, texts, N_TICKETS);
		for (size_t t = 0; t < N_TICKETS; t++) {
			struct answer answer;

			fixture_ask(e, &a, t, &answer);
			assert_int_equal(answer.outcome, OUTCOME_OK);
			if (wave == 0)
				memcpy(first[t], answer.probs, sizeof(first[t]));
			if (wave == 0 && (t == 0 || t + 1 == N_TICKETS))
				largest = fmax(largest, difference(e, &answer));
			assert_memory_equal(first[t], answer.probs, sizeof(first[t]));
		}
		if (engine_reasons(e, &a, forget_reason, &n_reasons, &done, &err) < 0)
			fail_msg("%s", err.msg);
	}
	assert_true(e->prompt.prefix.n > 128);
	assert_int_equal(n_reasons, 2 * N_TICKETS);
	printf("%s: prefix %zu tokens, largest difference %.2g\n", name, e->prompt.prefix.n,
	       largest);
	assert_true(largest <= TOLERANCE);
	arena_release(&a);
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

static int by_name(const void *x, const void *y)
{
	return strcmp(((const struct CMUnitTest *)x)->name, ((const struct CMUnitTest *)y)->name);
}

/* One test per file of the folder that holds a model that writes. */
static size_t add_tests(struct arena *a, const char *folder, struct CMUnitTest *tests)
{
	/* test_llama_encoder.c has the encoders, test_llama_decision_rows.c the decision models. */
	static const char *const others[] = { "llama2-lora.gguf", "llava-mmproj.gguf", "laya.gguf",
					      "kev.gguf",	  "d1-omni.gguf",      NULL };
	DIR *d = opendir(folder);
	struct dirent *entry;
	size_t n = 0;

	while (d && n < FILES_MAX && (entry = readdir(d))) {
		char *name = arena_strdup(a, entry->d_name);

		if (!str_ends(name, ".gguf") || *name == '.' || is_one_of(name, others) ||
		    fixture_is_encoder(name))
			continue;
		tests[n++] = (struct CMUnitTest){
			.name = name,
			.test_func = test_family,
			.initial_state = name,
		};
	}
	if (d)
		closedir(d);
	qsort(tests, n, sizeof(*tests), by_name);
	return n;
}

static void test_nothing(void **state)
{
	(void)state;
	fprintf(stderr, "TOEHOLD_FAMILIES names no folder of small models: run scripts/families\n");
	skip();
}

int main(void)
{
	const char *folder = getenv("TOEHOLD_FAMILIES");
	struct CMUnitTest tests[FILES_MAX] = { { .name = "families", .test_func = test_nothing } };
	struct arena a = { 0 };
	size_t n = folder ? add_tests(&a, folder, tests) : 0;
	int r;

	fixture_add_families(&a);
	r = _cmocka_run_group_tests("families", tests, n > 0 ? n : 1, NULL, fixture_leave);
	arena_release(&a);
	return r;
}
