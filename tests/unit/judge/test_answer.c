/*
 * What models say when nobody holds their hand: a table of outputs, the label that each one
 * means, and the rule that finds it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "judge/answer.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct label labels[] = {
	{ "card_arrival", NULL }, { "refund", NULL }, { "top up", NULL },
	{ "c++", NULL },	  { "größe", NULL },  { "other", NULL },
};
enum { CARD, REFUND, TOP_UP, CPP, SIZE, OTHER, NONE = -1 };

static const struct {
	const char *text;
	int label;
	const char *rule;
} rows[] = {
	/* JSON */
	{ "{\"label\":\"refund\",\"rationale\":\"x\"}", REFUND, "json" },
	{ "{ \"label\" :\t\"refund\" , \"rationale\" : \"x\" }", REFUND, "json" },
	{ "{\n  \"rationale\": \"It is other.\",\n  \"label\":\n\"refund\"\n}", REFUND, "json" },
	{ "```json\n{\"label\": \"refund\", \"rationale\": \"x\"}\n```", REFUND, "json" },
	{ "Sure! Here it is:\n```\n{\"label\": \"refund\"}\n```\nHope it helps.", REFUND, "json" },
	{ "{\"label\": \"REFUND\"}", REFUND, "json" },
	{ "{\"label\": \" Refund. \"}", REFUND, "json" },
	{ "{\"label\": \"card_arrival\"}", CARD, "json" },
	{ "{\"label\": \"Top Up\"}", TOP_UP, "json" },
	{ "{\"label\": \"top\\u0020up\"}", TOP_UP, "json" },
	{ "{\"label\": \"gr\\u00f6\\u00dfe\"}", SIZE, "json" },
	{ "{\"label\": \"c++\"}", CPP, "json" },
	{ "{\"label\": \"refund\", and then it breaks", REFUND, "json" },
	{ "{\"label\": \"refund", REFUND, "json" }, /* cut at the token cap */
	{ "{\"label\": \"other\", \"rationale\": \"Not a refund.\"}", OTHER, "json" },
	{ "{\"label\": \"refund\"} {\"label\": \"other\"}", REFUND, "json" }, /* the first */
	/* JSON that names no label falls through */
	{ "{\"label\": \"money\"}", NONE, "none" },
	{ "{\"label\": \"money\", \"rationale\": \"A refund.\"}", REFUND, "word" },
	{ "{\"label\": null}", NONE, "none" },
	{ "{\"label\": 3}", NONE, "none" },
	{ "{\"label\": [\"refund\"]}", REFUND, "word" },
	{ "{'label': 'refund'}", REFUND, "word" },
	{ "\"label\"", NONE, "none" },
	{ "\"label\":", NONE, "none" },
	{ "\"label\":\"", NONE, "none" },
	{ "\"label\":\"\\", NONE, "none" },
	/* a line of its own */
	{ "refund", REFUND, "line" },
	{ "Refund\n", REFUND, "line" },
	{ "  **refund**  ", REFUND, "line" },
	{ "- refund", REFUND, "line" },
	{ "\"refund\".", REFUND, "line" },
	{ "`top up`", TOP_UP, "line" },
	{ "I think this is it:\n\nrefund\n\nbecause other things do not fit.", REFUND, "line" },
	{ "refund\nrefund", REFUND, "line" },
	{ "refund\r\n", REFUND, "line" },
	{ "größe", SIZE, "line" },
	{ "c++", CPP, "line" },
	/* in a sentence */
	{ "The label is refund.", REFUND, "word" },
	{ "label: refund", REFUND, "word" },
	{ "Label: REFUND, since money is wanted back.", REFUND, "word" },
	{ "This is about card_arrival", CARD, "word" },
	{ "I would say top up!", TOP_UP, "word" },
	{ "The refund of a refund", REFUND, "word" },
	/* two labels, or a part of another word */
	{ "refund or other?", NONE, "none" },
	{ "refund\nother", NONE, "none" },
	{ "Not refund, but card_arrival", NONE, "none" },
	{ "They want to be refunded", NONE, "none" },
	{ "prerefund refund_x xrefund", NONE, "none" },
	{ "brother, another", NONE, "none" },
	{ "refundé", NONE, "none" },
	{ "the card_arrivals", NONE, "none" },
	/* nothing */
	{ "I'm sorry, but I cannot help with that request.", NONE, "none" },
	{ "As an AI language model, I have no opinion.", NONE, "none" },
	{ "", NONE, "none" },
	{ " \n\n\t ", NONE, "none" },
	{ "{}", NONE, "none" },
	{ "...", NONE, "none" },
	{ "\xff\xfe\xc3", NONE, "none" },
};

/* Reads a copy of exactly its bytes, so that the sanitizer sees a read past them. */
static void read_copy(struct arena *a, const char *text, size_t n, struct reading *ret)
{
	char *copy = malloc(n ? n : 1);

	memcpy(copy, text, n);
	answer_read(a, copy, n, labels, N(labels), ret);
	free(copy);
}

static void table(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct arena a = { 0 };
		struct reading r;

		read_copy(&a, rows[i].text, strlen(rows[i].text), &r);
		if (r.label != rows[i].label || strcmp(r.rule, rows[i].rule) != 0)
			fail_msg("'%s': label %d by %s", rows[i].text, r.label, r.rule);
		assert_non_null(r.rationale);
		arena_release(&a);
	}
}

static void rationales(void **state)
{
	static const char *const texts[][2] = {
		{ "{\"label\":\"refund\",\"rationale\":\"Money \\\"back\\\".\\nNow.\"}",
		  "Money \"back\".\nNow." },
		{ "{\"rationale\" : \"first\",\"label\":\"refund\"}", "first" },
		{ "{\"rationale\":\"cut sho", "cut sho" },
		{ "{\"rationale\":null,\"label\":\"refund\"}", "" },
		{ "refund", "" },
	};

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		struct arena a = { 0 };
		struct reading r;

		read_copy(&a, texts[i][0], strlen(texts[i][0]), &r);
		assert_string_equal(r.rationale, texts[i][1]);
		arena_release(&a);
	}
}

/* A megabyte of talk, with the answer at its end, in its middle, or nowhere. */
static void a_megabyte_of_talk(void **state)
{
	enum { SIZE_BYTES = 1 << 20 };
	static char talk[SIZE_BYTES];
	struct arena a = { 0 };
	struct reading r;

	(void)state;
	for (size_t i = 0; i < SIZE_BYTES; i++)
		talk[i] = "well, the thing is \n"[i % 20];
	read_copy(&a, talk, SIZE_BYTES, &r);
	assert_int_equal(r.label, NONE);
	memcpy(talk + SIZE_BYTES - 8, " refund.", 8);
	read_copy(&a, talk, SIZE_BYTES, &r);
	assert_int_equal(r.label, REFUND);
	assert_string_equal(r.rule, "word");
	memcpy(talk + SIZE_BYTES / 2, "\nother\n", 7);
	read_copy(&a, talk, SIZE_BYTES, &r);
	assert_int_equal(r.label, OTHER);
	assert_string_equal(r.rule, "line");
	memset(talk, '"', SIZE_BYTES);
	read_copy(&a, talk, SIZE_BYTES, &r);
	assert_int_equal(r.label, NONE);
	memcpy(talk, "{\"label\":\"", 10);
	memset(talk + 10, 'x', SIZE_BYTES - 10);
	read_copy(&a, talk, SIZE_BYTES, &r);
	assert_int_equal(r.label, NONE);
	arena_release(&a);
}

/* For any text the answer is a label or none, and the same the second time. */
static void random_talk(void **state)
{
	static const char *const parts[] = { "refund", "other", "\"",		"label",
					     ":",      " ",	"\n",		"{",
					     "}",      "\\",	"c++",		"`",
					     "\xff",   "ß",	"\"label\":\"", "\"rationale\":\"",
					     "top",    "up" };
	uint64_t seed = 71;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[256] = "";
		struct arena a = { 0 };
		struct reading r, again;

		for (size_t i = random_below(&seed, 14); i > 0; i--)
			strncat(text, parts[random_below(&seed, N(parts))],
				sizeof(text) - strlen(text) - 1);
		read_copy(&a, text, strlen(text), &r);
		read_copy(&a, text, strlen(text), &again);
		assert_in_range(r.label + 1, 0, N(labels));
		assert_int_equal(r.label >= 0, strcmp(r.rule, "none") != 0);
		assert_int_equal(r.label, again.label);
		if (r.label >= 0 && r.label != SIZE && !strchr(text, '\\'))
			assert_non_null(strstr(text, labels[r.label].name));
		arena_release(&a);
	}
}

static void one_label_inside_another(void **state)
{
	static const struct label nested[] = { { "card", NULL }, { "card lost", NULL } };
	static const struct {
		const char *text;
		int label;
	} texts[] = {
		{ "card", 0 },
		{ "card lost", 1 },
		{ "{\"label\":\"card lost\"}", 1 },
		{ "It is card.", 0 },
		{ "It is card lost.", -1 }, /* both occur: no guess is made */
	};

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		struct arena a = { 0 };
		struct reading r;

		answer_read(&a, texts[i].text, strlen(texts[i].text), nested, 2, &r);
		assert_int_equal(r.label, texts[i].label);
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(rationales),
		cmocka_unit_test(a_megabyte_of_talk),
		cmocka_unit_test(random_talk),
		cmocka_unit_test(one_label_inside_another),
	};

	return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
