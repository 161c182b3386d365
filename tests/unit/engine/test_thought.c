/*
 * Where a thought ends and the answer begins: whole texts, marks in pieces, pieces that contain
 * more than the mark, and the end mark that the program writes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/thought.h"

#define QWEN "</think>"
#define DEEPSEEK "thinking_end_token = '</think>'"
#define HARMONY "<|channel|>final<|message|>"
#define APRIEL "[BEGIN FINAL RESPONSE]"

static struct opening family(const char *source)
{
	struct opening o;

	opening_find(source, "", &o);
	return o;
}

static void test_find(void **state)
{
	static const struct {
		const char *source, *text;
		bool alone, found;
		const char *thought, *answer;
		bool closed;
	} cases[] = {
		{ QWEN, "<think>\nHm.\n</think>\n\nbilling", true, true, "Hm.", "billing", true },
		{ QWEN, "\n <think>Hm.</think>billing", false, true, "Hm.", "billing", true },
		{ QWEN, "Hm.\n</think>\n\nbilling", true, true, "Hm.", "billing", true },
		{ QWEN, "Hm.\n</think>\n\nbilling", false, false, "", "", false },
		{ QWEN, "<think>I go on and", true, true, "I go on and", "", false },
		{ QWEN, "<think>I go on</thi", true, true, "I go on</thi", "", false },
		{ QWEN, "<think></think>", true, true, "", "", true },
		{ QWEN, "billing", true, false, "", "", false },
		{ QWEN, "It says <think> here.", true, false, "", "", false },
		{ QWEN, "", true, false, "", "", false },
		{ "", "<think>Hm.</think>billing", true, false, "", "", false },
		/* The end mark of any message closes a thought only if one has begun. */
		{ HARMONY, "billing<|end|>", true, false, "", "", false },
		{ HARMONY,
		  "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final"
		  "<|message|>billing",
		  true, true, "Hm.", "billing", true },
		{ HARMONY, "<|channel|>analysis<|message|>Hm.<|end|>billing", true, true, "Hm.",
		  "billing", true },
		{ APRIEL, "First, hm.\n[BEGIN FINAL RESPONSE]\nbilling", true, true, "First, hm.",
		  "billing", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct opening o = family(cases[i].source);
		const char *text = cases[i].text;
		struct thought_span s = { 0 };

		assert_int_equal(thought_find(&o, text, strlen(text), cases[i].alone, &s),
				 cases[i].found);
		if (!cases[i].found)
			continue;
		assert_int_equal(s.end - s.start, strlen(cases[i].thought));
		assert_memory_equal(text + s.start, cases[i].thought, s.end - s.start);
		assert_string_equal(text + s.answer, cases[i].answer);
		assert_int_equal(s.closed, cases[i].closed);
	}
}

/*
 * done: bytes in the context; last: the chosen token, not decoded yet. Whether it is kept or not,
 * the context must contain `whole` in the end.
 */
static void test_close(void **state)
{
	static const struct {
		const char *source, *done, *last;
		bool keep;
		const char *whole;
	} cases[] = {
		/* At the cap the mark is written as the template writes it. */
		{ QWEN, "Hm, I", " see", true, "Hm, I see\n</think>\n\n" },
		{ DEEPSEEK, "Hm, I", " see", true, "Hm, I see</think>" },
		{ HARMONY, "Hm, I", " see", true,
		  "Hm, I see<|end|><|start|>assistant<|channel|>final<|message|>" },
		/* The mark in one token. */
		{ QWEN, "Hm.\n", "</think>", true, "Hm.\n</think>\n\n" },
		{ HARMONY, "Hm.", "<|end|>", true,
		  "Hm.<|end|><|start|>assistant<|channel|>final<|message|>" },
		/* In pieces; the last piece also contains the text that follows, or other text. */
		{ QWEN, "Hm.\n</think", ">", true, "Hm.\n</think>\n\n" },
		{ QWEN, "Hm.\n</think", ">\n\n", true, "Hm.\n</think>\n\n" },
		{ QWEN, "Hm.\n</think", "> So", false, "Hm.\n</think>\n\n" },
		{ QWEN, "Hm", ".\n</think>bill", false, "Hm.\n</think>\n\n" },
		/* The cap comes within the mark: it is completed. */
		{ QWEN, "Hm.\n</", "think", true, "Hm.\n</think>\n\n" },
		{ QWEN, "Hm.\n", "</", true, "Hm.\n</think>\n\n" },
		/* The model stopped: there is no last token. */
		{ QWEN, "Hm.", "", true, "Hm.\n</think>\n\n" },
		{ QWEN, "", "", true, "\n</think>\n\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct opening o = family(cases[i].source);
		struct buf text, rest, context;
		bool keep;

		buf_init(&text, 1000);
		buf_init(&rest, 1000);
		buf_init(&context, 1000);
		buf_adds(&text, cases[i].done);
		buf_adds(&context, cases[i].done);
		buf_adds(&text, cases[i].last);
		keep = thought_close(&o, buf_text(&text), text.len, strlen(cases[i].done), &rest);
		assert_int_equal(keep, cases[i].keep);
		if (keep)
			buf_adds(&context, cases[i].last);
		buf_add(&context, buf_text(&rest), rest.len);
		assert_string_equal(buf_text(&context), cases[i].whole);
		buf_release(&text);
		buf_release(&rest);
		buf_release(&context);
	}
}

static void test_length(void **state)
{
	struct opening o = family(QWEN);
	bool complete;

	(void)state;
	assert_int_equal(thought_length(&o, "Hm.</think>", 11, &complete), 3);
	assert_true(complete);
	assert_int_equal(thought_length(&o, "Hm.</think", 10, &complete), 3);
	assert_false(complete);
	assert_int_equal(thought_length(&o, "Hm.<", 4, &complete), 3);
	assert_int_equal(thought_length(&o, "Hm.", 3, &complete), 3);
	assert_int_equal(thought_length(&o, "</", 2, &complete), 0);
	assert_int_equal(thought_length(&o, "", 0, &complete), 0);
	assert_false(complete);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
