/*
 * The leak guard: which texts are nearly the same, and which ticket under test it returns.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/array.h"
#include "job/ticket/leak_guard.h"
#include "unit/random.h"

static void similarity_by_hand(void **state)
{
	static const struct {
		const char *a, *b;
		double value;
	} rows[] = {
		{ "abcdef", "abcdef", 1 },
		{ "Why was my CARD declined?", "why was my card   declined", 1 },
		{ "abcdef", "abcdeg", 1.0 / 3 }, /* abcde, bcdef | abcde, bcdeg */
		{ "abc", "abc", 1 },
		{ "abc", "abd", 0 },
		{ "äöüßé", "ÄÖÜSSÉ", 1 }, /* folded: ß is ss */
		{ "", "", 1 },
		{ "", "a", 0 },
		{ "!!!", "???", 0 }, /* nothing is left: only an identical text is similar */
		{ "🙂", "🙂", 1 },
		{ "one two three", "something quite different", 0 },
		{ "aaaaaaaaaa", "aaaaa", 1 }, /* sets: a shingle counts once */
		{ "我的卡在哪里", "我的卡在哪儿", 1.0 / 3 }, /* characters, not bytes */
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		double value = text_similarity(rows[i].a, rows[i].b);

		if (fabs(value - rows[i].value) > 1e-12 ||
		    fabs(value - text_similarity(rows[i].b, rows[i].a)) > 1e-12)
			fail_msg("'%s' and '%s': %f", rows[i].a, rows[i].b, value);
	}
}

/* Pairs that give the answer away, and pairs that only share a topic. */
static void near_and_not(void **state)
{
	static const struct {
		const char *a, *b;
		bool near;
	} rows[] = {
		{ "I still have not got my new card, when will it come?",
		  "I still haven't got my new card. When will it come?", true },
		{ "Why was my withdrawal declined", "Why was my atm withdrawl declined", true },
		{ "What is the process for activating a new card.",
		  "What is the procedure for activating this card?", true },
		{ "abcdef", "abcdefghi", true }, /* 2 of 5 shingles: the threshold itself */
		{ "abcdef", "abcdefghij", false }, /* 2 of 6 */
		{ "How do I go about getting a refund?",
		  "How can I go about getting a disposable virtual card?", false },
		{ "Why was my withdrawal declined",
		  "Can you tell me if my top-up has been cancelled?", false },
		{ "How do I get my card?", "My card was stolen", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if ((text_similarity(rows[i].a, rows[i].b) >= LEAK_GUARD_NEAR) != rows[i].near)
			fail_msg("row %zu: %f", i, text_similarity(rows[i].a, rows[i].b));
}

static struct ticket first[] = {
	{ .id = "t1", .text = "Why was my card declined?", .group = "anna" },
	{ .id = "t2", .text = "How do I top up by cheque?" },
	{ .id = "i1", .text = "Which of the kinds is shown here?", .image_sha256 = "aa" },
	{ .id = "i2", .text = "", .image_sha256 = "bb" },
};
static struct ticket second[] = {
	{ .id = "t3", .text = "Where is the nearest cash machine?", .group = "bela" },
	{ .id = "t4", .text = "how do i top up by cheque" },
};
static const struct slice ordinary = { .tickets = first, .n = COUNT_OF(first) };
static const struct slice harder = { .tickets = second, .n = COUNT_OF(second) };

static void hit_names_the_first_ticket(void **state)
{
	static const struct {
		struct ticket ticket;
		const char *id; /* of the ticket under test; NULL: let through */
	} rows[] = {
		{ { .text = "why was my card declined" }, "t1" },
		{ { .text = "how do i top up by cheque" }, "t2" }, /* t4 as well */
		{ { .text = "Where's the nearest cash machine" }, "t3" },
		{ { .text = "Something else", .group = "bela" }, "t3" }, /* the same customer */
		{ { .text = "Where is the nearest cash machine?", .group = "anna" }, "t1" },
		{ { .text = "Something else", .group = "carl" }, NULL },
		{ { .text = "Something else" }, NULL },
		{ { .text = "???" }, NULL },
		/* The same question about another image; the same image; its text without it. */
		{ { .text = "Which of the kinds is shown here?", .image_sha256 = "cc" }, NULL },
		{ { .text = "", .image_sha256 = "cc" }, NULL },
		{ { .text = "Something else", .image_sha256 = "bb" }, "i2" },
		{ { .text = "which of the kinds is shown here" }, "i1" },
		{ { .text = "" }, NULL },
	};
	const struct slice *slices[] = { &ordinary, &harder };
	struct arena a = { 0 };
	struct leak_guard guard = leak_guard_build(&a, slices, 2);

	(void)state;
	assert_int_equal(guard.n, 6);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct ticket *hit = leak_guard_hit(&a, &guard, &rows[i].ticket);

		if ((hit != NULL) != (rows[i].id != NULL) || (hit && strcmp(hit->id, rows[i].id)))
			fail_msg("row %zu: %s", i, hit ? hit->id : "let through");
	}
	arena_release(&a);
}

static void no_tickets_no_hit(void **state)
{
	struct slice empty = { 0 };
	const struct slice *slices[] = { &empty };
	struct arena a = { 0 };
	struct leak_guard guard = leak_guard_build(&a, NULL, 0);

	(void)state;
	assert_null(leak_guard_hit(&a, &guard, &first[0]));
	guard = leak_guard_build(&a, slices, 1);
	assert_null(leak_guard_hit(&a, &guard, &first[0]));
	arena_release(&a);
}

/* The guard and text_similarity() agree on texts of any bytes, including truncated ones. */
static void hit_agrees_with_similarity(void **state)
{
	static const char *const parts[] = { "card ", "top up ", "CARD", "ß", "卡", "!", "" };
	const struct slice *slices[] = { &ordinary };
	struct arena a = { 0 };
	struct leak_guard guard = leak_guard_build(&a, slices, 1);
	uint64_t seed = 7;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		size_t from = random_below(&seed, 26), cut = 1 + random_below(&seed, 26);
		struct ticket ticket = { .text = arena_printf(
						 &a, "%s%.*s%s",
						 parts[random_below(&seed, COUNT_OF(parts))],
						 (int)cut, &first[0].text[from < 25 ? from : 0],
						 parts[random_below(&seed, COUNT_OF(parts))]) };
		bool near = false;

		for (size_t i = 0; i < COUNT_OF(first); i++)
			near |= text_similarity(ticket.text, first[i].text) >= LEAK_GUARD_NEAR;
		assert_int_equal(leak_guard_hit(&a, &guard, &ticket) != NULL, near);
	}
	arena_release(&a);
}

/* The rule itself, pair by pair. */
static void repeats_by_pairs(const struct ticket *tickets, size_t n, bool *ret_repeats)
{
	for (size_t i = 0; i < n; i++) {
		ret_repeats[i] = false;
		for (size_t k = 0; k < i && !ret_repeats[i]; k++)
			ret_repeats[i] = !ret_repeats[k] && tickets[i].label == tickets[k].label &&
					 text_similarity(tickets[i].text, tickets[k].text) >=
						 LEAK_GUARD_NEAR;
	}
}

static void random_repeats(void **state)
{
	enum { TICKETS = 60, ROUNDS = 60 };
	static const char *const words[] = { "card",  "my",   "refund", "the", "lost", "is",
					     "where", "when", "top",	"up",  "!!",   "größe" };
	uint64_t seed = 5;
	size_t n_found = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct ticket tickets[TICKETS] = { 0 };
		const struct ticket *list[TICKETS];
		bool expected[TICKETS], *found;
		struct arena a = { 0 };

		for (size_t i = 0; i < TICKETS; i++) {
			tickets[i].text = "";
			for (uint64_t k = random_below(&seed, 7); k > 0; k--)
				tickets[i].text =
					arena_printf(&a, "%s%s ", tickets[i].text,
						     words[random_below(&seed, COUNT_OF(words))]);
			tickets[i].label = (int)random_below(&seed, 2);
			list[i] = &tickets[i];
		}
		repeats_by_pairs(tickets, TICKETS, expected);
		found = guard_find_repeats(&a, list, TICKETS);
		for (size_t i = 0; i < TICKETS; i++) {
			n_found += found[i];
			if (found[i] != expected[i])
				fail_msg("round %d, '%s'", round, tickets[i].text);
		}
		arena_release(&a);
	}
	assert_in_range(n_found, ROUNDS, ROUNDS * TICKETS / 2);
}

static void repeats_with_images_and_signs(void **state)
{
	static const struct ticket tickets[] = {
		{ .text = "What is this?", .image_sha256 = "aa" },
		{ .text = "What is this?", .image_sha256 = "bb" },
		{ .text = "And that?", .image_sha256 = "aa" },
		{ .text = "", .image_sha256 = "bb" },
		{ .text = "What is this?" },
		{ .text = "!!!" },
		{ .text = "???" },
		{ .text = "!!!" },
		{ .text = "!!!", .label = 1 },
		{ .text = "" },
	};
	static const bool expected[] = { false, false, true, true,  true,
					 false, false, true, false, false };
	const struct ticket *list[COUNT_OF(tickets)];
	struct arena a = { 0 };
	bool *found;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(tickets); i++)
		list[i] = &tickets[i];
	found = guard_find_repeats(&a, list, COUNT_OF(tickets));
	for (size_t i = 0; i < COUNT_OF(tickets); i++)
		if (found[i] != expected[i])
			fail_msg("ticket %zu", i);
	arena_release(&a);
}

/* Ten thousand tickets that all differ, are all the same, or share half of their text. */
static void many_tickets(void **state)
{
	enum { MANY = 10000 };
	static const struct ticket *list[MANY];
	static const char shared[] = "Dear helpdesk, I write about my account. ";
	struct arena a = { 0 };
	struct ticket *tickets = arena_array(&a, MANY, sizeof(*tickets));
	uint64_t seed = 9;

	(void)state;
	for (int kind = 0; kind < 3; kind++) {
		size_t n = 0;
		bool *found;

		for (size_t i = 0; i < MANY; i++) {
			char text[100] = "";

			for (size_t k = 0; k < 48; k++)
				text[k] = k % 6 == 5 ? ' ' : (char)('a' + random_below(&seed, 26));
			tickets[i].text = arena_printf(&a, "%s%s", kind > 0 ? shared : "",
						       kind == 1 ? "Why?" : text);
			list[i] = &tickets[i];
		}
		found = guard_find_repeats(&a, list, MANY);
		for (size_t i = 0; i < MANY; i++)
			n += found[i];
		assert_in_range(n, kind == 1 ? MANY - 1 : 0, kind == 1 ? MANY - 1 : MANY / 2);
	}
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_repeats),
		cmocka_unit_test(repeats_with_images_and_signs),
		cmocka_unit_test(many_tickets),
		cmocka_unit_test(similarity_by_hand),
		cmocka_unit_test(near_and_not),
		cmocka_unit_test(hit_names_the_first_ticket),
		cmocka_unit_test(no_tickets_no_hit),
		cmocka_unit_test(hit_agrees_with_similarity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
