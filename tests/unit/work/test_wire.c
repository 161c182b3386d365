/*
 * Frames and values between two processes: in both directions, in pieces of any size, malformed,
 * oversized, or with a false length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/random.h"
#include "work/wire.h"

static int ignore_sigpipe(void **state)
{
	(void)state;
	return signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -1 : 0;
}

static struct wire_reader reader_of(const struct buf *b)
{
	return (struct wire_reader){ .data = (const unsigned char *)buf_text(b), .len = b->len };
}

static void values_there_and_back(void **state)
{
	static const int64_t numbers[] = { 0, 1, -1, 255, 256, -256, INT64_MAX, INT64_MIN };
	static const double reals[] = { 0.0, -0.0, 1.5, 1e308, -1e-308, 0.1 };
	struct arena a = { 0 };
	struct wire_reader r;
	struct buf b;
	size_t len;

	(void)state;
	buf_init(&b, 10000);
	for (size_t i = 0; i < 8; i++)
		wire_put_i64(&b, numbers[i]);
	for (size_t i = 0; i < 6; i++)
		wire_put_f64(&b, reals[i]);
	wire_put_text(&b, NULL);
	wire_put_text(&b, "");
	wire_put_text(&b, "text");
	wire_put_bytes(&b, "a\0b", 3);
	wire_put_bytes(&b, NULL, 5);
	r = reader_of(&b);
	for (size_t i = 0; i < 8; i++)
		assert_true(wire_get_i64(&r) == numbers[i]);
	for (size_t i = 0; i < 6; i++) {
		double value = wire_get_f64(&r);

		assert_memory_equal(&value, &reals[i], sizeof(value));
	}
	assert_null(wire_get_text(&r, &a));
	assert_string_equal(wire_get_text(&r, &a), "");
	assert_string_equal(wire_get_text(&r, &a), "text");
	assert_memory_equal(wire_get_bytes(&r, &a, &len), "a\0b\0", 4);
	assert_int_equal(len, 3);
	assert_null(wire_get_bytes(&r, &a, &len));
	assert_int_equal(len, 0);
	assert_false(r.bad);
	assert_int_equal(r.at, r.len);
	arena_release(&a);
	buf_release(&b);
}

static void numbers_are_little_endian(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	wire_put_i64(&b, 0x0102030405060708);
	assert_memory_equal(buf_text(&b), "\x08\x07\x06\x05\x04\x03\x02\x01", 8);
	buf_release(&b);
}

static void failure_is_sticky(void **state)
{
	struct arena a = { 0 };
	struct wire_reader r;
	struct buf b;
	size_t len;

	(void)state;
	buf_init(&b, 100);
	wire_put_bytes(&b, "a\0b", 3); /* not a text: it holds a NUL */
	wire_put_i64(&b, 7);
	r = reader_of(&b);
	assert_null(wire_get_text(&r, &a));
	assert_true(r.bad);
	assert_int_equal(wire_get_i64(&r), 0);
	assert_true(wire_get_f64(&r) == 0.0);
	assert_null(wire_get_text(&r, &a));
	assert_null(wire_get_bytes(&r, &a, &len));
	assert_int_equal(wire_get_count(&r, 1), 0);
	arena_release(&a);
	buf_release(&b);
}

/* Lengths that the frame cannot hold are refused before anything is allocated for them. */
static void false_lengths(void **state)
{
	static const int64_t lies[] = { 4, 5, 1 << 20, (int64_t)1 << 60, INT64_MAX, INT64_MIN, -2 };

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct arena a = { 0 };
		struct wire_reader r;
		struct buf b;
		size_t len = 9;

		buf_init(&b, 100);
		wire_put_i64(&b, lies[i]);
		buf_add(&b, "abc", 3);
		r = reader_of(&b);
		assert_null(wire_get_bytes(&r, &a, &len));
		assert_true(r.bad);
		assert_int_equal(len, 0);
		r = reader_of(&b);
		assert_null(wire_get_text(&r, &a));
		assert_true(r.bad);
		r = reader_of(&b);
		assert_int_equal(wire_get_count(&r, 1), 0);
		assert_true(r.bad);
		assert_int_equal(a.used_bytes, 0);
		arena_release(&a);
		buf_release(&b);
	}
}

static void counts_at_their_limit(void **state)
{
	struct wire_reader r;
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	wire_put_i64(&b, 2);
	buf_add(&b, "0123456789abcdef", 16);
	r = reader_of(&b);
	assert_int_equal(wire_get_count(&r, 8), 2);
	assert_false(r.bad);
	r = reader_of(&b);
	assert_int_equal(wire_get_count(&r, 9), 0);
	assert_true(r.bad);
	buf_clear(&b);
	wire_put_i64(&b, 0);
	r = reader_of(&b);
	assert_int_equal(wire_get_count(&r, 8), 0);
	assert_false(r.bad);
	buf_release(&b);
}

/* A pipe and the frames collected from it. */
struct line {
	int fds[2];
	struct wire_input in;
};

static void line_open(struct line *l)
{
	assert_int_equal(pipe(l->fds), 0);
	wire_input_init(&l->in);
}

static void line_close(struct line *l)
{
	close(l->fds[0]);
	close(l->fds[1]);
	wire_input_release(&l->in);
}

static void raw(const struct line *l, const void *data, size_t n_bytes)
{
	assert_int_equal(write(l->fds[1], data, n_bytes), (ssize_t)n_bytes);
}

static void frame_has_its_documented_form(void **state)
{
	struct err err = { 0 };
	unsigned char bytes[64];
	struct buf b;
	struct line l;

	(void)state;
	line_open(&l);
	buf_init(&b, 100);
	buf_adds(&b, "abc");
	assert_int_equal(wire_send(l.fds[1], 9, &b, &err), 0);
	assert_int_equal(read(l.fds[0], bytes, sizeof(bytes)), 8);
	assert_memory_equal(bytes,
			    "\x04\0\0\0\x09"
			    "abc",
			    8);
	buf_release(&b);
	line_close(&l);
}

/* A frame arrives whole, in pieces of any size. */
static void frames_in_single_bytes(void **state)
{
	static const char bytes[] = "\x04\0\0\0\x09"
				    "abc\x01\0\0\0\xff";
	struct wire_reader payload;
	struct line l;
	uint8_t type;

	(void)state;
	line_open(&l);
	for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
		raw(&l, bytes + i, 1);
		assert_int_equal(wire_fill(&l.in, l.fds[0]), 1);
		if (i == 7) {
			assert_int_equal(wire_next(&l.in, &type, &payload), 1);
			assert_int_equal(type, 9);
			assert_int_equal(payload.len, 3);
			assert_memory_equal(payload.data, "abc", 3);
		}
		if (i != sizeof(bytes) - 2)
			assert_int_equal(wire_next(&l.in, &type, &payload), 0);
	}
	assert_int_equal(wire_next(&l.in, &type, &payload), 1);
	assert_int_equal(type, 0xff);
	assert_int_equal(payload.len, 0);
	assert_int_equal(wire_next(&l.in, &type, &payload), 0);
	line_close(&l);
}

static void many_frames_in_random_pieces(void **state)
{
	uint64_t seed = 31;
	struct err err = { 0 };
	struct line l;

	(void)state;
	line_open(&l);
	for (int round = 0; round < 300; round++) {
		size_t n = 1 + random_below(&seed, 20);
		uint64_t again = seed;
		struct wire_reader payload;
		unsigned char bytes[1000];
		uint8_t type;

		for (size_t i = 0; i < n; i++) {
			struct buf b;
			size_t len = random_below(&seed, sizeof(bytes));

			random_bytes(&seed, bytes, len);
			buf_init(&b, 1000);
			buf_add(&b, bytes, len);
			assert_int_equal(wire_send(l.fds[1], (uint8_t)i, &b, &err), 0);
			buf_release(&b);
		}
		for (size_t i = 0; i < n; i++) {
			size_t len = random_below(&again, sizeof(bytes));

			random_bytes(&again, bytes, len);
			while (wire_next(&l.in, &type, &payload) == 0)
				assert_true(wire_fill(&l.in, l.fds[0]) > 0);
			assert_int_equal(type, i);
			assert_int_equal(payload.len, len);
			assert_memory_equal(payload.data, bytes, len);
		}
		assert_int_equal(wire_next(&l.in, &type, &payload), 0);
	}
	line_close(&l);
}

static void bad_lengths_are_refused(void **state)
{
	static const char *const heads[] = {
		"\x00\x00\x00\x00\x01", /* not even a type */
		"\x01\x00\x00\x04\x01", /* one more than WIRE_MAX_BYTES */
		"\xff\xff\xff\xff\x01",
		"GET /",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct wire_reader payload;
		struct line l;
		uint8_t type;

		line_open(&l);
		raw(&l, heads[i], 5);
		assert_int_equal(wire_fill(&l.in, l.fds[0]), 5);
		assert_int_equal(wire_next(&l.in, &type, &payload), -1);
		assert_int_equal(wire_next(&l.in, &type, &payload), -1);
		line_close(&l);
	}
}

static void largest_frame_is_accepted(void **state)
{
	struct wire_reader payload;
	struct line l;
	uint8_t type;

	(void)state;
	line_open(&l);
	raw(&l, "\x00\x00\x00\x04\x01", 5);
	assert_int_equal(wire_fill(&l.in, l.fds[0]), 5);
	assert_int_equal(wire_next(&l.in, &type, &payload), 0);
	line_close(&l);
}

static void too_much_is_not_sent(void **state)
{
	struct err err;
	struct buf b;
	struct line l;
	char c;

	(void)state;
	line_open(&l);
	assert_int_equal(fcntl(l.fds[0], F_SETFL, O_NONBLOCK), 0);
	buf_init(&b, 4);
	buf_adds(&b, "12345");
	assert_true(b.overflow);
	assert_int_equal(wire_send(l.fds[1], 1, &b, &err), -1);
	assert_int_equal(err.kind, ERR_ENGINE);
	assert_string_equal(err.msg, "a message to or from the worker is too large");
	buf_release(&b);
	b = (struct buf){ .len = WIRE_MAX_BYTES };
	assert_int_equal(wire_send(l.fds[1], 1, &b, &err), -1);
	assert_int_equal(read(l.fds[0], &c, 1), -1); /* nothing came */
	line_close(&l);
}

/* Reads a pipe to its end, late and in small pieces; exits with 0 if that was n_bytes. */
static void read_late(int fd, size_t n_bytes)
{
	char bite[777];
	size_t got = 0;
	ssize_t n;

	usleep(200 * 1000);
	while ((n = read(fd, bite, sizeof(bite))) > 0)
		got += (size_t)n;
	_exit(got == n_bytes ? 0 : 1);
}

/* The controller's end does not block; more than a pipe holds must still arrive whole. */
static void slow_reader_gets_everything(void **state)
{
	enum { PAYLOAD = 1 << 20 };
	struct err err = { 0 };
	struct line l;
	struct buf b;
	int status;
	pid_t pid;

	(void)state;
	line_open(&l);
	assert_int_equal(fcntl(l.fds[1], F_SETFL, O_NONBLOCK), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(l.fds[1]);
		read_late(l.fds[0], PAYLOAD + WIRE_HEAD_BYTES);
	}
	buf_init(&b, PAYLOAD);
	for (size_t i = 0; i < PAYLOAD; i++)
		buf_addc(&b, (char)i);
	assert_int_equal(wire_send(l.fds[1], 7, &b, &err), 0);
	line_close(&l);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	buf_release(&b);
}

static void closed_pipe_is_an_error(void **state)
{
	struct wire_reader payload;
	struct err err;
	struct buf b;
	struct line l;
	uint8_t type;

	(void)state;
	line_open(&l);
	buf_init(&b, 4);
	close(l.fds[0]);
	assert_int_equal(wire_send(l.fds[1], 1, &b, &err), -1);
	assert_int_equal(err.kind, ERR_ENGINE);
	assert_string_equal(err.msg, "cannot write to the other process: Broken pipe");
	line_close(&l);
	line_open(&l);
	raw(&l,
	    "\x04\0\0\0\x09"
	    "ab",
	    7);
	close(l.fds[1]);
	assert_int_equal(wire_fill(&l.in, l.fds[0]), 7);
	assert_int_equal(wire_fill(&l.in, l.fds[0]), 0);
	assert_int_equal(wire_next(&l.in, &type, &payload), 0); /* half a frame is none */
	line_close(&l);
	assert_int_equal(wire_fill(&l.in, -1), -1);
	assert_int_equal(errno, EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_there_and_back),
		cmocka_unit_test(numbers_are_little_endian),
		cmocka_unit_test(failure_is_sticky),
		cmocka_unit_test(false_lengths),
		cmocka_unit_test(counts_at_their_limit),
		cmocka_unit_test(frame_has_its_documented_form),
		cmocka_unit_test(frames_in_single_bytes),
		cmocka_unit_test(many_frames_in_random_pieces),
		cmocka_unit_test(bad_lengths_are_refused),
		cmocka_unit_test(largest_frame_is_accepted),
		cmocka_unit_test(too_much_is_not_sent),
		cmocka_unit_test(slow_reader_gets_everything),
		cmocka_unit_test(closed_pipe_is_an_error),
	};

	return cmocka_run_group_tests_name("wire", tests, ignore_sigpipe, NULL);
}
