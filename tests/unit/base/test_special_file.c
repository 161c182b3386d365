/*
 * Streams as input and output: which paths are streams, and what is read from them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/wait.h>

#include "base/special_file.h"
#include "unit/scratch.h"

static void paths_that_are_streams(void **state)
{
	static const struct {
		const char *path;
		int input_fd, output_fd;
	} rows[] = {
		{ "-", 0, 1 },
		{ "./-", -1, -1 },
		{ "/dev/stdin", 0, 0 },
		{ "/dev/stdout", 1, 1 },
		{ "/dev/stderr", 2, 2 },
		{ "/dev/fd/63", 63, 63 },
		{ "/proc/self/fd/7", 7, 7 },
		{ "/dev/fd/", -1, -1 },
		{ "/dev/fd/x", -1, -1 },
		{ "/dev/fd/-1", -1, -1 },
		{ "/dev/null", -1, -1 },
		{ "", -1, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(special_input_fd(rows[i].path), rows[i].input_fd);
		assert_int_equal(special_output_fd(rows[i].path), rows[i].output_fd);
		assert_int_equal(special_is_stdout(rows[i].path), rows[i].output_fd == 1);
	}
	assert_true(special_is_stdout(NULL));
	scratch_text("file", "x");
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(symlink("/dev/null", "link"), 0);
	assert_true(special_is_output("/dev/null"));
	assert_true(special_is_output("pipe"));
	assert_true(special_is_output("-"));
	assert_false(special_is_output("file"));
	assert_false(special_is_output("missing"));
	assert_false(special_is_output("link"));
	assert_false(special_is_output("."));
}

/* Reads `path` while a child writes n bytes into "fifo". */
static int read_from_child(const char *path, size_t n, size_t max_bytes, size_t *ret_len,
			   struct err *err)
{
	struct arena a = { 0 };
	pid_t child = fork();
	char *data;
	int r, status;

	if (child == 0) {
		int fd = open("fifo", O_WRONLY);

		for (size_t i = 0; i < n; i++)
			if (write(fd, "x", 1) != 1)
				break;
		_exit(0);
	}
	r = special_read(&a, path, max_bytes, &data, ret_len, err);
	if (r == 0)
		assert_int_equal(strlen(data), *ret_len);
	arena_release(&a);
	waitpid(child, &status, 0);
	return r;
}

static void a_pipe_is_read_to_its_end_or_to_the_limit(void **state)
{
	struct err err;
	size_t len = 0;

	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(read_from_child("fifo", 70000, 1 << 20, &len, &err), 0);
	assert_int_equal(len, 70000);
	assert_int_equal(read_from_child("fifo", 0, 10, &len, &err), 0);
	assert_int_equal(len, 0);
	assert_int_equal(read_from_child("fifo", 11, 10, &len, &err), -1);
	assert_string_equal(err.msg, "'fifo' is too large; the limit is 10 bytes");
	assert_int_equal(read_from_child("fifo", 10, 10, &len, &err), 0);
}

static void standard_input_is_read_without_opening_it_anew(void **state)
{
	static const char *const names[] = { "-", "/dev/stdin", "/dev/fd/0" };
	struct arena a = { 0 };
	struct err err;
	char *data;
	size_t len;

	(void)state;
	scratch_text("lines", "first\nsecond\n");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int fd = open("lines", O_RDONLY), before = dup(0);

		assert_int_equal(lseek(fd, 6, SEEK_SET), 6);
		assert_int_equal(dup2(fd, 0), 0);
		assert_int_equal(special_read(&a, names[i], 99, &data, &len, &err), 0);
		assert_string_equal(data, "second\n");
		assert_int_equal(fcntl(0, F_GETFD) < 0, 0); /* still open */
		assert_int_equal(dup2(before, 0), 0);
		close(before);
		close(fd);
	}
	assert_int_equal(special_read(&a, "/dev/fd/999", 99, &data, &len, &err), -1);
	assert_string_equal(err.msg, "cannot look at '/dev/fd/999': Bad file descriptor");
	assert_int_equal(special_read(&a, ".", 99, &data, &len, &err), -1);
	assert_string_equal(err.msg, "'.' is a folder; name a file in it");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_that_are_streams),
		cmocka_unit_test(a_pipe_is_read_to_its_end_or_to_the_limit),
		cmocka_unit_test(standard_input_is_read_without_opening_it_anew),
	};

	return cmocka_run_group_tests_name("special_file", tests, scratch_enter, scratch_leave);
}
