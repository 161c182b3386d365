/*
 * What the controller takes from a worker, which has read hostile bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "work/message.h"

static int take(enum message_type type, const void *message, struct arena *a, void *ret)
{
	struct wire_reader r;
	struct err err;
	struct buf b;
	int result;

	buf_init(&b, WIRE_MAX_BYTES);
	message_encode(type, message, &b);
	r = (struct wire_reader){ .data = (const unsigned char *)b.data, .len = b.len };
	result = message_take(type, &r, a, ret, &err);
	if (result < 0)
		assert_non_null(strstr(err.msg, "that makes no sense"));
	buf_release(&b);
	return result;
}

/* A member that is an int comes as eight bytes, as every whole number. */
static void a_number_that_no_int_holds(void **state)
{
	struct answer fine = { .label = -1, .spans = "", .rule = "", .detail = "" }, got;
	struct arena arena = { 0 };
	struct wire_reader r;
	struct err err;
	struct buf b;
	size_t n = 0;

	(void)state;
	fine.label = 0x5a5a5a;
	buf_init(&b, WIRE_MAX_BYTES);
	message_encode(MSG_ANSWER, &fine, &b);
	for (; n + 8 <= b.len && memcmp(b.data + n, "\x5a\x5a\x5a\0\0\0\0\0", 8) != 0; n++)
		;
	assert_true(n + 8 <= b.len);
	r = (struct wire_reader){ .data = (const unsigned char *)b.data, .len = b.len };
	assert_int_equal(message_take(MSG_ANSWER, &r, &arena, &got, &err), 0);
	assert_int_equal(got.label, 0x5a5a5a);
	b.data[n + 5] = 1; /* cut to an int it would be the same label */
	r = (struct wire_reader){ .data = (const unsigned char *)b.data, .len = b.len };
	assert_int_equal(message_take(MSG_ANSWER, &r, &arena, &got, &err), -1);
	arena_release(&arena);
	buf_release(&b);
}

/* What a worker sends, that sums, rows and learners could not bear. */
static void numbers_and_lengths_from_a_worker(void **state)
{
	enum { REPLY_MAX = 1 << 20 };
	char *long_text = malloc(REPLY_MAX + 2);
	double hidden[2] = { 1, 0.5 };
	struct answer fine = { .label = -1,
			       .cached_tok = -1,
			       .spans = "",
			       .rule = "none",
			       .detail = "a \xff b",
			       .hidden = hidden,
			       .n_hidden = 2 },
		      a, got;
	struct msg_step bad_step = { 1, 2, NAN };
	struct msg_opened cut = { .facts.name = "Bj\xc3" };
	struct arena arena = { 0 };

	(void)state;
	memset(long_text, 'x', REPLY_MAX + 1);
	long_text[REPLY_MAX + 1] = '\0';
	assert_int_equal(take(MSG_ANSWER, &fine, &arena, &got), 0);
	assert_string_equal(got.detail, "a \uFFFD b");
	a = fine;
	a.prompt_tok = INT64_MAX;
	assert_int_equal(take(MSG_ANSWER, &a, &arena, &got), -1);
	a = fine;
	a.ttft_us = -2;
	assert_int_equal(take(MSG_ANSWER, &a, &arena, &got), -1);
	a = fine;
	a.label_mass = -INFINITY;
	assert_int_equal(take(MSG_ANSWER, &a, &arena, &got), -1);
	hidden[1] = NAN;
	assert_int_equal(take(MSG_ANSWER, &fine, &arena, &got), -1);
	hidden[1] = 0.5;
	a = fine;
	a.raw = long_text;
	a.raw_len = REPLY_MAX;
	assert_int_equal(take(MSG_ANSWER, &a, &arena, &got), 0);
	a.raw_len++;
	assert_int_equal(take(MSG_ANSWER, &a, &arena, &got), -1);
	a = fine;
	a.detail = long_text;
	assert_int_equal(take(MSG_ANSWER, &a, &arena, &got), -1);
	assert_int_equal(take(MSG_STEP, &bad_step, &arena, &bad_step), -1);
	assert_int_equal(take(MSG_OPENED, &cut, &arena, &cut), 0);
	assert_string_equal(cut.facts.name, "Bj");
	arena_release(&arena);
	free(long_text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_and_lengths_from_a_worker),
		cmocka_unit_test(a_number_that_no_int_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
