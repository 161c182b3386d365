/*
 * A stream gives the same tickets as the whole file, for any batch size. Errors name the line of
 * the file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "job/ticket/stream.h"
#include "unit/random.h"
#include "unit/scratch.h"

static struct label labels[] = { { "a", NULL }, { "b", NULL } };
static const struct job job = { .labels = labels, .n_labels = 2, .other = -1 };

/* Copies all tickets of a stream, `batch` at a time, into the arena. */
static size_t read_all(struct arena *a, const char *path, size_t batch, struct ticket *ret,
		       size_t max, struct err *err)
{
	struct ticket_stream s;
	struct ticket *tickets;
	size_t n = 1, n_all = 0;

	assert_int_equal(stream_open(a, &s, &job, path, err), 0);
	while (n > 0) {
		if (stream_next(&s, a, batch, &tickets, &n, err) < 0) {
			n_all = SIZE_MAX;
			break;
		}
		assert_true(n <= batch && n_all + n <= max);
		if (n)
			memcpy(ret + n_all, tickets, n * sizeof(*tickets));
		n_all += n;
	}
	stream_close(&s);
	stream_close(&s);
	return n_all;
}

/* The same tickets, ids and lines as the whole file read at once. */
static void assert_as_whole(const char *path)
{
	static struct ticket streamed[1000];

	for (size_t batch = 1; batch <= 65; batch += 16) {
		struct arena a = { 0 };
		struct slice slice;
		struct err err;
		size_t n;

		assert_int_equal(slice_load(&a, &job, path, SLICE_POOL, &slice, &err), 0);
		n = read_all(&a, path, batch, streamed, 1000, &err);
		assert_int_equal(n, slice.n);
		for (size_t i = 0; i < n; i++) {
			assert_string_equal(streamed[i].text, slice.tickets[i].text);
			assert_string_equal(streamed[i].id, slice.tickets[i].id);
			assert_int_equal(streamed[i].line, slice.tickets[i].line);
			assert_int_equal(streamed[i].text_len, slice.tickets[i].text_len);
		}
		arena_release(&a);
	}
}

static void json_lines(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_adds(&b, "\xEF\xBB\xBF");
	for (int i = 0; i < 200; i++)
		buf_addf(&b, "%s{\"text\": \"ticket %d \\n \\u00e9\"%s}%s", i % 7 ? "" : "\n  \r\n",
			 i, i % 3 ? "" : ", \"group\": 5", i % 2 ? "\r\n" : "\n");
	/* No line break at the end. */
	scratch_write("t.jsonl", b.data, b.len - 2);
	buf_release(&b);
	assert_as_whole("t.jsonl");
}

/* Records over several lines, doubled quotes, blank lines, a header over two lines. */
static void csv(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_adds(&b, "\xEF\xBB\xBF\"id\",text,\"a\nnote\"\n");
	for (int i = 0; i < 150; i++)
		buf_addf(&b, "%si%d,\"line one of %d,%s\nline \"\"two\"\"\",%d%s",
			 i % 11 ? "" : "\r\n", i, i, i % 5 ? "" : "\n\n", i, i % 2 ? "\r\n" : "\n");
	scratch_write("t.csv", b.data, b.len);
	buf_release(&b);
	assert_as_whole("t.csv");
	scratch_text("bare.csv", "text\none\ntwo\nthree");
	assert_as_whole("bare.csv");
}

static void assert_fails(const char *path, size_t batch, const char *words)
{
	static struct ticket got[1000];
	struct arena a = { 0 };
	struct err err = { 0 };

	assert_true(read_all(&a, path, batch, got, 1000, &err) == SIZE_MAX);
	assert_int_equal(err.kind, ERR_INPUT);
	if (!strstr(err.msg, words))
		fail_msg("%s lacks %s", err.msg, words);
	arena_release(&a);
}

static void errors_name_the_line_of_the_file(void **state)
{
	(void)state;
	scratch_text("bad.jsonl", "{\"text\": \"a\"}\n{\"text\": \"b\"}\n\n{\"text\": 7}\n");
	scratch_text("bad.csv", "id,text\n1,\"a\nb\"\n2,c\n3,\n");
	scratch_text("wide.csv", "id,text\n1,a\n2,b,c\n");
	scratch_write("bytes.jsonl", "{\"text\": \"a\"}\n{\"text\": \"\xFF\"}\n", 29);
	for (size_t batch = 1; batch < 8; batch += 2) {
		assert_fails("bad.jsonl", batch, "bad.jsonl:4: 'text' is a number");
		assert_fails("bad.csv", batch, "bad.csv:5: the text is empty");
		assert_fails("wide.csv", batch, "wide.csv:3: the row has 3 cells, the header 2");
		assert_fails("bytes.jsonl", batch, "bytes.jsonl:2: byte 11 of the line");
	}
}

static void endless_lines_and_empty_files(void **state)
{
	static struct ticket got[1];
	size_t n = (size_t)30 << 20;
	char *big = test_malloc(n);
	struct arena a = { 0 };
	struct err err = { 0 };

	(void)state;
	memset(big, 'x', n);
	memcpy(big, "{\"text\": \"", 10);
	scratch_write("big.jsonl", big, n);
	test_free(big);
	assert_fails("big.jsonl", 1, "big.jsonl:1: the record that begins here is too long");
	scratch_text("empty.jsonl", "");
	scratch_text("blank.jsonl", "\n \n\r\n");
	assert_int_equal(read_all(&a, "empty.jsonl", 4, got, 1, &err), 0);
	assert_int_equal(read_all(&a, "blank.jsonl", 4, got, 1, &err), 0);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(json_lines, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(csv, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(errors_name_the_line_of_the_file, scratch_enter,
						scratch_leave),
		cmocka_unit_test_setup_teardown(endless_lines_and_empty_files, scratch_enter,
						scratch_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
