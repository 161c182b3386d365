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

#include "judge/answer/answer.h"
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
	{ "{\"Label\" : \"refund\"}", REFUND, "json" },
	{ "{\"label\": \"gro\xCC\x88\xC3\x9F\x65\"}", SIZE, "json" }, /* another Unicode form */
	{ "{\"label\": [\"refund\"]}", REFUND, "json" },
	{ "{\"label\": [ \"refund\" , \"refund\" ]}", REFUND, "json" },
	{ "{\"label\": \"refund\"} {\"label\": \"refund\"}", REFUND, "json" },
	{ "{\"label\": \"It is a refund.\"}", REFUND, "json" },
	{ "{\"label\": \"...\"}\nrefund", REFUND, "line" }, /* the form of the prompt */
	/* JSON that contradicts itself */
	{ "{\"label\": \"refund\"} {\"label\": \"other\"}", NONE, "none" },
	{ "{\"label\": [\"refund\", \"other\"]}", NONE, "none" },
	{ "{\"label\": \"refund, other\"}", NONE, "none" },
	/* JSON that gives no label of the job: its reason is no answer */
	{ "{\"label\": \"money\"}", NONE, "none" },
	{ "{\"label\": \"money\", \"rationale\": \"A refund.\"}", NONE, "none" },
	{ "{\"label\": \"refnud\", \"rationale\": \"Nothing other fits.\"}", NONE, "none" },
	{ "{\"label\": \"not refund\"}", NONE, "none" },
	{ "{\"label\": null, \"rationale\": \"A refund.\"}", NONE, "none" },
	{ "{\"label\": []}", NONE, "none" },
	{ "{\"label\": 3}", NONE, "none" },
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
	{ "GRÖSSE", SIZE, "line" },
	{ "# refund", REFUND, "line" },
	{ "1. refund", REFUND, "line" },
	{ "> **\"refund\"**.", REFUND, "line" },
	{ "„refund“", REFUND, "line" },
	{ "re\xE2\x80\x8B"
	  "fund",
	  REFUND, "line" }, /* a character that nobody sees */
	{ "```\nrefund\n```", REFUND, "line" },
	{ "c++", CPP, "line" },
	/* in a sentence */
	{ "The label is refund.", REFUND, "word" },
	{ "label: refund", REFUND, "word" },
	{ "Label: REFUND, since money is wanted back.", REFUND, "word" },
	{ "This is about card_arrival", CARD, "word" },
	{ "I would say top up!", TOP_UP, "word" },
	{ "The refund of a refund", REFUND, "word" },
	{ "**Label:** `c++`", CPP, "word" },
	{ "I choose 'refund' here.", REFUND, "word" },
	{ "It is **Refund**, I think.", REFUND, "word" },
	{ "refund—the customer asks for it", REFUND, "word" },
	{ "No, this is a refund.", REFUND, "word" },
	{ "{\"category\": \"refund\"}", REFUND, "word" },
	/* denied */
	{ "This is not a refund.", NONE, "none" },
	{ "It isn’t about a refund", NONE, "none" },
	{ "anything else than refund", NONE, "none" },
	{ "a refund does not fit", NONE, "none" },
	{ "not: maybe later. Label: not refund", NONE, "none" },
	{ "kein refund", NONE, "none" },
	/* two labels, or a part of another word */
	{ "refund or other?", NONE, "none" },
	{ "refund\nother", NONE, "none" },
	{ "Not refund, but card_arrival", NONE, "none" },
	{ "They want to be refunded", NONE, "none" },
	{ "prerefund refund_x xrefund", NONE, "none" },
	{ "brother, another", NONE, "none" },
	{ "refundé", NONE, "none" },
	{ "the card_arrivals", NONE, "none" },
	{ "non-refund", NONE, "none" },
	{ "non\xE2\x80\x91refund", NONE, "none" }, /* a hyphen that does not break */
	{ "It is a non refund", NONE, "none" },
	{ "refund/other", NONE, "none" },
	{ "refund-policy", NONE, "none" },
	{ "refund.com", NONE, "none" },
	{ "#refund+", NONE, "none" },
	{ "refnud", NONE, "none" },
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
	answer_read(a, &(struct free_text){ copy, n, false }, labels, N(labels), ret);
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

/* Signs belong to a label; of two labels that fit, the longer one is meant. */
static void labels_with_signs(void **state)
{
	static const struct label names[] = {
		{ "C", NULL },
		{ "C#", NULL },
		{ "C++", NULL },
		{ ".NET", NULL },
		{ "A-", NULL },
		{ "A", NULL },
		{ "A*", NULL },
		{ "[spam]", NULL },
		{ "R&D", NULL },
		{ "node.js", NULL },
		{ "card", NULL },
		{ "card lost", NULL },
		{ "IT", NULL },
		{ "technical", NULL },
		{ "non-technical", NULL },
		{ "other (say which)", NULL },
	};
	static const struct {
		const char *text, *label;
	} texts[] = {
		{ "It is card.", "card" },
		{ "It is card lost.", "card lost" },
		{ "This can be classified as non-technical.", "non-technical" },
		{ "It is a technical matter", "technical" },
		{ "a technical and a non-technical matter", NULL },
		{ "C is for A customer with an IT problem", NULL },
		{ "A customer asks about it", NULL },
		{ "It is C# that he asks about", "C#" },
		{ "The answer is A.", "A" },
		{ "F#", NULL },
		{ "C--", NULL },
		{ "A+", NULL },
		{ "NET", NULL },
		{ "asp.net", NULL },
		{ "spam", NULL },
		{ "D", NULL },
		{ "js", NULL },
	};
	static const char *const forms[] = {
		"%s",
		"%s\n",
		"`%s`",
		"**%s**",
		"\"%s\"",
		"%s.",
		"- %s",
		"{\"label\": \"%s\"}",
		"{\"label\": [\"%s\"]}",
		"```json\n{\"label\": \"%s\"}\n```\nBye.",
		"**Label:** `%s`",
		"**Label:** **%s**",
		"Label: %s",
		"I think it is \"%s\".",
	};
	struct arena a = { 0 };
	struct reading r;

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		struct free_text t = { texts[i].text, strlen(texts[i].text), false };

		answer_read(&a, &t, names, N(names), &r);
		if (!texts[i].label != (r.label < 0) ||
		    (r.label >= 0 && strcmp(names[r.label].name, texts[i].label) != 0))
			fail_msg("'%s': %s", t.text, r.label < 0 ? "none" : names[r.label].name);
	}
	for (size_t i = 0; i < N(names); i++)
		for (size_t f = 0; f < N(forms); f++) {
			struct free_text t = { arena_printf(&a, forms[f], names[i].name), 0,
					       false };

			t.n_bytes = strlen(t.text);
			answer_read(&a, &t, names, N(names), &r);
			if (r.label != (int)i)
				fail_msg("'%s': %s", t.text,
					 r.label < 0 ? "none" : names[r.label].name);
		}
	arena_release(&a);
}

/* Labels that differ only in case are refused in a job; older runs may have them. */
static void letter_by_letter(void **state)
{
	static const struct label twins[] = { { "Billing", NULL }, { "billing", NULL } };
	struct arena a = { 0 };
	struct reading r;

	(void)state;
	for (int i = 0; i < 2; i++) {
		const char *text = arena_printf(&a, "{\"label\": \"%s\"}", twins[i].name);

		answer_read(&a, &(struct free_text){ text, strlen(text), false }, twins, 2, &r);
		assert_int_equal(r.label, i);
		answer_read(&a, &(struct free_text){ twins[i].name, 7, false }, twins, 2, &r);
		assert_int_equal(r.label, i);
	}
	arena_release(&a);
}

static void why_there_is_no_label(void **state)
{
	static const struct {
		const char *text;
		bool cut;
		int label;
		const char *why;
	} texts[] = {
		{ "{\"label\": \"refund\", \"rationale\": \"It is", true, REFUND, "" },
		{ "```json\n{\"label\": \"refund\",", true, REFUND, "" },
		{ "{\"label\": \"refund", true, NONE, "its text was cut at the token cap" },
		{ "It could be refund. Then", true, NONE, "its text was cut at the token cap" },
		{ "refund", true, NONE, "its text was cut at the token cap" },
		{ "First {\"label\": \"refund\"} or", true, NONE,
		  "its text was cut at the token cap" },
		{ "", true, NONE, "" },
		{ "", false, NONE, "" },
		{ "refund or other", false, NONE, "it names several labels, or denies one" },
		{ "not a refund", false, NONE, "it only says which label it is not" },
		{ "{\"label\": \"money\"}", false, NONE,
		  "it gives a label that the job does not have" },
	};

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		struct free_text t = { texts[i].text, strlen(texts[i].text), texts[i].cut };
		struct arena a = { 0 };
		struct reading r;

		answer_read(&a, &t, labels, N(labels), &r);
		assert_int_equal(r.label, texts[i].label);
		assert_string_equal(r.why, texts[i].why);
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
		cmocka_unit_test(labels_with_signs),
		cmocka_unit_test(letter_by_letter),
		cmocka_unit_test(why_there_is_no_label),
	};

	return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
