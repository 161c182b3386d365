/*
 * A prefix that was kept gives the same bits as one that was computed: in one part and in several,
 * with one order of the labels and with several, for each way in which models store their state. A
 * damaged state is computed again, and models whose state cannot be cut name no parts. A prompt
 * with examples begins with the parts of the prompt without them.
 */
#include "llama_fixture.h"

#include <fcntl.h>
#include <sys/mman.h>

static const char *labels[] = { "card", "payment", "other" };

enum { N_LABELS = sizeof(labels) / sizeof(labels[0]), N_TICKETS = 3, PARTS_MAX = 16 };
enum { STATE_MAX = 64 << 20 };

/* The parts' states, as the controller would keep them. */
struct kept_state {
	char *bytes;
	int64_t n_bytes;
};

struct outcome_of_asking {
	double probs[N_TICKETS][N_LABELS];
	struct kept_state states[PARTS_MAX];
	const char *sums[PARTS_MAX];
	size_t n_parts, n_loaded;
};

static struct msg_pass prefix_pass(struct arena *a, const char **rotations)
{
	struct msg_pass pass = fixture_pass(labels, N_LABELS);
	const char *text = "Sort the ticket into one of: card, payment, other.";

	for (int i = 0; i < 8; i++)
		text = arena_printf(a, "%s Rule %d: a lost card is a card, a bill is a payment.",
				    text, i);
	pass.system = text;
	/* Several parts for a prompt of some hundred tokens. */
	pass.n_ubatch = 96;
	if (rotations) {
		rotations[0] = arena_printf(a, "Other first. %s", text);
		pass.rotations = rotations;
		pass.n_rotations = 1;
	}
	return pass;
}

/* Asks with the states of `given`, or computes each part if that is NULL. */
static void ask_in_parts(struct engine *e, struct arena *a, const struct msg_pass *pass,
			 const struct outcome_of_asking *given, struct outcome_of_asking *ret)
{
	const char *texts[FIXTURE_TICKETS_MAX];
	struct msg_wave wave = { .texts = texts, .n_texts = N_TICKETS, .prefix_later = true };
	struct msg_wave_ready wave_ready;
	struct msg_pass_ready pass_ready;
	enum outcome outcome;
	struct err err = { 0 };

	memset(ret, 0, sizeof(*ret));
	fixture_tickets(a, texts);
	if (engine_pass(e, a, pass, &pass_ready, &err) < 0 ||
	    engine_wave(e, &wave, &wave_ready, &outcome, &err) < 0)
		fail_msg("%s", err.msg);
	ret->n_parts = pass_ready.n_parts;
	assert_int_equal(wave_ready.n_parts, ret->n_parts);
	assert_true(ret->n_parts > 0 && ret->n_parts <= PARTS_MAX);
	for (size_t i = 0; i < ret->n_parts; i++) {
		struct msg_prefix prefix = { .part = (int64_t)i, .keep = true };
		struct msg_prefix_ready ready;

		if (given) {
			prefix.n_bytes = given->states[i].n_bytes;
			assert_int_equal(pwrite(PREFIX_FD, given->states[i].bytes,
						(size_t)prefix.n_bytes, 0),
					 prefix.n_bytes);
		}
		if (engine_prefix(e, &prefix, &ready, &outcome, &err) < 0)
			fail_msg("%s", err.msg);
		ret->sums[i] = arena_strdup(a, pass_ready.parts[i]);
		ret->n_loaded += ready.loaded;
		assert_int_equal(ready.loaded, ready.n_bytes == 0);
		ret->states[i].n_bytes = ready.n_bytes;
		ret->states[i].bytes = arena_alloc(a, (size_t)ready.n_bytes + 1);
		assert_int_equal(pread(PREFIX_FD, ret->states[i].bytes, (size_t)ready.n_bytes, 0),
				 ready.n_bytes);
	}
	for (size_t i = 0; i < N_TICKETS; i++) {
		struct answer answer;

		fixture_ask(e, a, i, &answer);
		memcpy(ret->probs[i], answer.probs, sizeof(ret->probs[i]));
	}
}

static void check_kept(const char *model, bool rotated)
{
	static struct outcome_of_asking computed, loaded, damaged;
	struct engine *e = fixture_open(model);
	const char *rotations[1], *texts[FIXTURE_TICKETS_MAX];
	struct arena a = { 0 };
	struct msg_pass pass = prefix_pass(&a, rotated ? rotations : NULL);
	struct answer answer;

	ask_in_parts(e, &a, &pass, NULL, &computed);
	assert_int_equal(computed.n_loaded, 0);
	/* As a worker that is asked for no part. */
	fixture_tickets(&a, texts);
	fixture_begin(e, &a, &pass, texts, N_TICKETS);
	for (size_t i = 0; i < N_TICKETS; i++) {
		fixture_ask(e, &a, i, &answer);
		assert_memory_equal(answer.probs, computed.probs[i], sizeof(computed.probs[i]));
	}
	ask_in_parts(e, &a, &pass, &computed, &loaded);
	assert_int_equal(loaded.n_loaded, loaded.n_parts);
	assert_memory_equal(loaded.probs, computed.probs, sizeof(computed.probs));
	for (size_t i = 0; i < loaded.n_parts; i++)
		assert_string_equal(loaded.sums[i], computed.sums[i]);
	/* Cut short, of another part, and with a broken length. */
	computed.states[0].n_bytes -= 100;
	if (computed.n_parts > 2)
		computed.states[2] = computed.states[1];
	memset(computed.states[1].bytes, 0xff, sizeof(uint64_t));
	ask_in_parts(e, &a, &pass, &computed, &damaged);
	assert_int_equal(damaged.n_loaded, damaged.n_parts > 3 ? damaged.n_parts - 3 : 0);
	assert_memory_equal(damaged.probs, computed.probs, sizeof(computed.probs));
	printf("%s: %zu parts, %lld bytes\n", model, loaded.n_parts,
	       (long long)damaged.states[0].n_bytes);
	arena_release(&a);
}

static void test_kept(void **state)
{
	check_kept(*state, false);
}

static void test_kept_orders(void **state)
{
	check_kept(*state, true);
}

/* The states of `plain`, then those of its examples, which are computed. */
static void check_shared(const char *model, const char *first_example)
{
	static struct outcome_of_asking plain, computed, loaded;
	const char *tickets[] = { first_example, "A bill that I do not know." };
	const char *answers[] = { "{\"label\":\"card\"}", "{\"label\":\"payment\"}" };
	struct engine *e = fixture_open(model);
	struct arena a = { 0 };
	struct msg_pass pass = prefix_pass(&a, NULL);

	ask_in_parts(e, &a, &pass, NULL, &plain);
	pass.example_texts = tickets;
	pass.example_answers = answers;
	pass.n_example_texts = pass.n_example_answers = 2;
	ask_in_parts(e, &a, &pass, NULL, &computed);
	assert_true(computed.n_parts > plain.n_parts);
	for (size_t i = 0; i < plain.n_parts; i++)
		assert_string_equal(computed.sums[i], plain.sums[i]);
	for (size_t i = plain.n_parts; i < computed.n_parts; i++)
		plain.states[i].n_bytes = 0;
	ask_in_parts(e, &a, &pass, &plain, &loaded);
	assert_int_equal(loaded.n_loaded, plain.n_parts);
	assert_memory_equal(loaded.probs, computed.probs, sizeof(computed.probs));
	assert_memory_not_equal(loaded.probs, plain.probs, sizeof(plain.probs));
	arena_release(&a);
}

static void test_shared(void **state)
{
	check_shared(*state, "Where is my card?");
}

/*
 * Templates such as "User: {ticket}": the space before the ticket and the ticket's first word are
 * one token, so `plain`'s prompt is not how the other begins, and nothing is shared.
 */
static void test_not_shared(void **state)
{
	const char *ticket = "Where is my card?", *answer = "{\"label\":\"card\"}";
	struct engine *e = fixture_open(*state);
	struct msg_pass_ready plain, examples;
	struct arena a = { 0 };
	struct msg_pass pass = prefix_pass(&a, NULL);
	struct err err = { 0 };

	assert_int_equal(engine_pass(e, &a, &pass, &plain, &err), 0);
	plain.parts = arena_strdups(&a, plain.parts, plain.n_parts);
	pass.example_texts = &ticket;
	pass.example_answers = &answer;
	pass.n_example_texts = pass.n_example_answers = 1;
	assert_int_equal(engine_pass(e, &a, &pass, &examples, &err), 0);
	assert_string_not_equal(plain.parts[plain.n_parts - 1], examples.parts[plain.n_parts - 1]);
	arena_release(&a);
}

/* The sums change with a token, and with the place of a cut. */
static void test_sums(void **state)
{
	struct engine *e = fixture_open(*state);
	struct msg_pass_ready ready, other;
	struct arena a = { 0 };
	struct msg_pass pass = prefix_pass(&a, NULL);
	struct err err = { 0 };

	assert_int_equal(engine_pass(e, &a, &pass, &ready, &err), 0);
	assert_true(ready.n_parts >= 2);
	ready.parts = arena_strdups(&a, ready.parts, ready.n_parts);
	pass.system = arena_printf(&a, "%s More.", pass.system);
	assert_int_equal(engine_pass(e, &a, &pass, &other, &err), 0);
	assert_string_equal(other.parts[0], ready.parts[0]);
	assert_string_not_equal(other.parts[ready.n_parts - 1], ready.parts[ready.n_parts - 1]);
	pass.n_ubatch = 64;
	assert_int_equal(engine_pass(e, &a, &pass, &other, &err), 0);
	assert_string_not_equal(other.parts[0], ready.parts[0]);
	arena_release(&a);
}

/* Recurrent and hybrid models, and windows that slide. */
static void test_no_parts(void **state)
{
	struct engine *e = fixture_open(*state);
	struct msg_prefix prefix = { 0 };
	struct msg_prefix_ready prefix_ready;
	struct msg_pass_ready ready;
	struct arena a = { 0 };
	struct msg_pass pass = prefix_pass(&a, NULL);
	enum outcome outcome;
	struct err err = { 0 };

	assert_int_equal(engine_pass(e, &a, &pass, &ready, &err), 0);
	assert_int_equal(ready.n_parts, 0);
	assert_int_equal(engine_prefix(e, &prefix, &prefix_ready, &outcome, &err), -1);
	arena_release(&a);
}

static int open_prefix_fd(void **state)
{
	int fd = memfd_create("prefix", 0);

	(void)state;
	return fd >= 0 && (fd == PREFIX_FD || dup2(fd, PREFIX_FD) == PREFIX_FD) &&
			       ftruncate(PREFIX_FD, STATE_MAX) == 0 ?
		       0 :
		       -1;
}

#define KEPT(name) \
	{ \
		"kept: " name, test_kept, NULL, NULL, name ".gguf" \
	}
#define SHARED(name) \
	{ \
		"shared: " name, test_shared, NULL, NULL, name ".gguf" \
	}
#define NOT_SHARED(name) \
	{ \
		"not shared: " name, test_not_shared, NULL, NULL, name ".gguf" \
	}
#define NO_PARTS(name) \
	{ \
		"no parts: " name, test_no_parts, NULL, NULL, name ".gguf" \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "sums", test_sums, NULL, NULL, TINY_MODEL },
		{ "kept: smollm2", test_kept, NULL, NULL, TINY_MODEL },
		{ "kept orders: smollm2", test_kept_orders, NULL, NULL, TINY_MODEL },
		KEPT("qwen2"),
		KEPT("qwen3moe"),
		KEPT("deepseek-v2"),
		KEPT("bloom"),
		KEPT("falcon"),
		KEPT("gemma1"),
		KEPT("grok"),
		KEPT("vicuna"),
		{ "shared: smollm2", test_shared, NULL, NULL, TINY_MODEL },
		SHARED("qwen2"),
		SHARED("qwen3moe"),
		NOT_SHARED("deepseek-v2"),
		SHARED("bloom"),
		NOT_SHARED("falcon"),
		SHARED("gemma1"),
		NOT_SHARED("grok"),
		NOT_SHARED("vicuna"),
		NO_PARTS("falcon-h1"),
		NO_PARTS("mamba"),
		NO_PARTS("gemma3"),
		NO_PARTS("gpt-oss"),
	};
	struct arena a = { 0 };
	int r;

	fixture_add_families(&a);
	r = _cmocka_run_group_tests("prefix", tests, sizeof(tests) / sizeof(tests[0]),
				    open_prefix_fd, fixture_leave);
	arena_release(&a);
	return r;
}
