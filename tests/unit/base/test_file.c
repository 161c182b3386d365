/*
 * Files: reading, refusals and their messages, atomic writing, stamps that detect a change, folders
 * and paths.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "base/file.h"
#include "unit/scratch.h"

static void reads_what_was_written(void **state)
{
	static const char data[] = "a\0b\nc";
	struct arena a = { 0 };
	struct err err = { 0 };
	struct stat st;
	char *back;
	size_t len;

	(void)state;
	assert_int_equal(file_write("w", 0640, data, sizeof(data), &err), 0);
	assert_int_equal(file_read(&a, "w", sizeof(data), &back, &len, &err), 0);
	assert_int_equal(len, sizeof(data));
	assert_memory_equal(back, data, sizeof(data));
	assert_int_equal(back[len], '\0');
	assert_int_equal(stat("w", &st), 0);
	assert_int_equal(st.st_mode & 0137, 0);
	assert_int_equal(file_write("w", 0640, "", 0, &err), 0);
	assert_int_equal(file_read(&a, "w", 0, &back, &len, &err), 0);
	assert_int_equal(len, 0);
	assert_int_equal(err.kind, ERR_NONE);
	arena_release(&a);
}

/* More than one read or write of a file system, at a place behind the end. */
static void reads_and_writes_at_a_place(void **state)
{
	enum { N = 1 << 20, AT = 5 };
	static char data[N], back[N];
	int fd = open("places", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	(void)state;
	for (size_t i = 0; i < N; i++)
		data[i] = (char)(i * 31);
	assert_int_equal(file_write_at(fd, AT, data, N), 0);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
	assert_int_equal(file_read_at(fd, AT, back, N), 0);
	assert_memory_equal(back, data, N);
	assert_int_equal(file_read_at(fd, 0, back, AT), 0);
	assert_memory_equal(back, "\0\0\0\0\0", AT);
	errno = EIO;
	assert_int_equal(file_read_at(fd, AT + 1, back, N), -1);
	assert_int_equal(errno, 0);
	close(fd);
	assert_int_equal(file_write_at(fd, 0, data, 1), -1);
	assert_int_equal(errno, EBADF);
}

static void refused(const char *path, size_t max_bytes, const char *words)
{
	struct arena a = { 0 };
	struct err err;
	char *data = NULL;
	size_t len = 77;

	assert_int_equal(file_read(&a, path, max_bytes, &data, &len, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.msg, words);
	assert_null(data);
	assert_int_equal(len, 77);
	arena_release(&a);
}

static void refusals_and_their_messages(void **state)
{
	(void)state;
	scratch_text("four", "1234");
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(mkfifo("pipe", 0600), 0);
	refused("four", 3, "'four' is too large: 4 bytes; the limit is 3");
	refused("missing", 9, "cannot open 'missing': No such file or directory");
	refused("four/x", 9, "cannot open 'four/x': Not a directory");
	refused("folder", 9, "'folder' is a folder; name a file in it");
	refused("pipe", 9, "'pipe' is not a regular file"); /* without waiting for a writer */
	refused("/dev/zero", 9, "'/dev/zero' is not a regular file");
}

static size_t entries_of(const char *path)
{
	DIR *dir = opendir(path);
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;
}

static void writing_replaces_and_leaves_no_other_file(void **state)
{
	struct arena a = { 0 };
	struct err err;
	char *data;
	size_t len;

	(void)state;
	assert_int_equal(mkdir("only", 0700), 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(file_write("only/f", 0600, "0123456789", (size_t)i, &err), 0);
	assert_int_equal(entries_of("only"), 1);
	assert_int_equal(file_read(&a, "only/f", 99, &data, &len, &err), 0);
	assert_string_equal(data, "012345678");
	arena_release(&a);
}

static void failed_writing_keeps_the_old_file(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(mkdir("in_the_way", 0700), 0);
	scratch_text("in_the_way/x", "x");
	assert_int_equal(file_write("in_the_way", 0600, "y", 1, &err), -1);
	assert_non_null(strstr(err.msg, "cannot put 'in_the_way' in place: "));
	assert_true(file_is_dir("in_the_way"));
	assert_int_equal(file_write("nowhere/f", 0600, "y", 1, &err), -1);
	assert_string_equal(err.msg, "cannot create 'nowhere/f': its folder does not exist; make "
				     "it first");
}

/* RULE: a link is never followed, and FILE_NEW replaces nothing. */
static void writing_follows_no_link(void **state)
{
	struct arena a = { 0 };
	struct err err;
	char *data;
	size_t len;

	(void)state;
	assert_int_equal(mkdir("links", 0700), 0);
	scratch_text("links/treasure", "mine");
	assert_int_equal(symlink("treasure", "links/out"), 0);
	assert_int_equal(symlink("nobody", "links/dangling"), 0);
	assert_true(file_is_taken("links/dangling"));
	assert_false(file_exists("links/dangling"));
	assert_int_equal(file_write_as("links/out", FILE_NEW, 0600, "x", 1, &err), -1);
	assert_string_equal(err.msg, "'links/out' already exists and was not changed");
	assert_int_equal(file_write_as("links/dangling", FILE_NEW, 0600, "x", 1, &err), -1);
	assert_int_equal(file_write_as("links/treasure", FILE_NEW, 0600, "x", 1, &err), -1);
	assert_int_equal(entries_of("links"), 3);
	assert_int_equal(file_write_as("links/out", FILE_REPLACE, 0600, "new", 3, &err), 0);
	assert_int_equal(file_read(&a, "links/treasure", 9, &data, &len, &err), 0);
	assert_string_equal(data, "mine");
	assert_int_equal(file_read(&a, "links/out", 9, &data, &len, &err), 0);
	assert_string_equal(data, "new");
	assert_int_equal(file_write_as("links/fresh", FILE_NEW, 0600, "x", 1, &err), 0);
	assert_int_equal(entries_of("links"), 4);
	arena_release(&a);
}

static void all_bytes_reach_a_slow_reader(void **state)
{
	enum { N = 1 << 20 };
	static char bytes[N];
	int fds[2], status;
	pid_t reader;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	reader = fork();
	if (reader == 0) {
		size_t n = 0;

		close(fds[1]);
		for (ssize_t got; (got = read(fds[0], bytes, 50000)) > 0; n += (size_t)got)
			usleep(1000);
		_exit(n == N ? 0 : 1);
	}
	close(fds[0]);
	assert_int_equal(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(file_write_all(fds[1], bytes, N), 0);
	close(fds[1]);
	assert_int_equal(waitpid(reader, &status, 0), reader);
	assert_int_equal(status, 0);
	assert_int_equal(file_write_all(-1, bytes, 1), -1);
	assert_int_equal(file_write_all(-1, bytes, 0), 0);
}

static void stamps_detect_changes(void **state)
{
	struct timespec times[2] = { { .tv_sec = 1000, .tv_nsec = 5 }, { 1000, 5 } };
	struct file_stamp first, second;
	int fd;
	struct err err;

	(void)state;
	scratch_text("s", "one");
	assert_int_equal(file_stamp_get("s", &first, &err), 0);
	assert_int_equal(file_stamp_get("s", &second, &err), 0);
	assert_true(file_stamp_equal(&first, &second));
	assert_int_equal(first.size_bytes, 3);
	assert_int_equal(utimensat(AT_FDCWD, "s", times, 0), 0);
	assert_int_equal(file_stamp_get("s", &second, &err), 0);
	assert_false(file_stamp_equal(&first, &second));
	/* In place, of the same size, and the time of change put back: as `touch -r` does. */
	fd = open("s", O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "owe", 3, 0), 3);
	close(fd);
	usleep(20000); /* the clock of a file system ticks every 1 to 10 ms */
	assert_int_equal(utimensat(AT_FDCWD, "s", times, 0), 0);
	assert_int_equal(file_stamp_get("s", &first, &err), 0);
	assert_false(file_stamp_equal(&first, &second));
	assert_int_equal(file_write("s", 0600, "two", 3, &err), 0); /* another inode */
	assert_int_equal(utimensat(AT_FDCWD, "s", times, 0), 0);
	assert_int_equal(file_stamp_get("s", &first, &err), 0);
	assert_false(file_stamp_equal(&first, &second));
	assert_int_equal(file_stamp_get(".", &first, &err), -1);
	assert_string_equal(err.msg, "'.' is a folder; name a file in it");
}

static void makes_folders(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(file_make_dirs("a/b/c", 0700, &err), 0);
	assert_true(file_is_dir("a/b/c"));
	assert_int_equal(file_make_dirs("a/b/c/", 0700, &err), 0);
	assert_int_equal(file_make_dirs("a//b/d", 0700, &err), 0);
	assert_int_equal(file_make_dirs("/", 0700, &err), 0);
	assert_int_equal(file_make_dirs(".", 0700, &err), 0);
	assert_int_equal(err.kind, ERR_NONE);
}

static void does_not_make_folders(void **state)
{
	static char name[PATH_MAX + 10];
	struct err err;

	(void)state;
	scratch_text("plain", "x");
	assert_int_equal(file_make_dirs("", 0700, &err), -1);
	assert_string_equal(err.msg, "cannot make a folder without a name");
	assert_int_equal(file_make_dirs("plain", 0700, &err), -1);
	assert_string_equal(err.msg, "cannot make folder 'plain': a file has that name");
	assert_int_equal(file_make_dirs("plain/x", 0700, &err), -1);
	assert_string_equal(err.msg, "cannot make folder 'plain': a file has that name");
	memset(name, 'a', sizeof(name) - 1);
	assert_int_equal(file_make_dirs(name, 0700, &err), -1);
	assert_memory_equal(err.msg, "path too long: 'aaa", 19);
	assert_int_equal(file_write(name, 0600, "", 0, &err), -1);
	assert_memory_equal(err.msg, "path too long: 'aaa", 19);
}

static void paths_beside(void **state)
{
	static const char *const rows[][3] = {
		{ "job.yaml", "t.csv", "t.csv" },     { "d/job.yaml", "t.csv", "d/t.csv" },
		{ "/job.yaml", "t.csv", "/t.csv" },   { "/a/b/j", "c/t", "/a/b/c/t" },
		{ "d/job.yaml", "/t.csv", "/t.csv" }, { "d/j", "../t", "d/../t" },
		{ "/dev/stdin", "i.png", "i.png" },   { "/dev/fd/63", "i.png", "i.png" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(file_beside(&a, rows[i][0], rows[i][1]), rows[i][2]);
	arena_release(&a);
}

static void paths_from_the_root_and_from_here(void **state)
{
	char *here = getcwd(NULL, 0);
	struct arena a = { 0 };
	struct err err = { 0 };
	const char *whole;

	(void)state;
	assert_int_equal(file_make_dirs("real/below", 0700, &err), 0);
	assert_int_equal(symlink("real", "linked"), 0);
	whole = file_absolute(&a, "linked/below/../j.yaml");
	assert_string_equal(whole, arena_printf(&a, "%s/real/j.yaml", here));
	assert_string_equal(file_from_here(whole), "real/j.yaml");
	assert_string_equal(file_from_here(file_absolute(&a, "j")), "j");
	assert_string_equal(file_absolute(&a, "/j"), "/j");
	assert_string_equal(file_absolute(&a, "nowhere/j"), "nowhere/j");
	/* Beside this folder, or relative already. */
	whole = arena_printf(&a, "%s2/j", here);
	assert_ptr_equal(file_from_here(whole), whole);
	assert_string_equal(file_from_here("real/j"), "real/j");
	arena_release(&a);
	free(here);
}

static void program_dir_holds_this_program(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_true(file_exists(arena_printf(&a, "%s/test_file", file_program_dir(&a))));
	arena_release(&a);
}

static void cache_dir_by_environment(void **state)
{
	struct arena a = { 0 };
	struct err err;
	char *path;

	(void)state;
	setenv("TOEHOLD_CACHE", "own/cache", 1);
	setenv("XDG_CACHE_HOME", "xdg", 1);
	setenv("HOME", "home", 1);
	assert_int_equal(file_cache_dir(&a, &path, &err), 0);
	assert_string_equal(path, "own/cache");
	assert_true(file_is_dir("own/cache"));
	setenv("TOEHOLD_CACHE", "", 1);
	assert_int_equal(file_cache_dir(&a, &path, &err), 0);
	assert_string_equal(path, "xdg/toehold");
	unsetenv("XDG_CACHE_HOME");
	assert_int_equal(file_cache_dir(&a, &path, &err), 0);
	assert_string_equal(path, "home/.cache/toehold");
	unsetenv("HOME");
	assert_int_equal(file_cache_dir(&a, &path, &err), -1);
	assert_string_equal(err.msg,
			    "no place for the cache; set TOEHOLD_CACHE, XDG_CACHE_HOME or HOME");
	arena_release(&a);
}

/* No descriptor of these functions may reach a worker or stay open. */
static void descriptors_are_closed(void **state)
{
	struct file_stamp stamp;
	struct arena a = { 0 };
	struct err err;
	int first = dup(0), second;
	char *data;
	size_t len;

	(void)state;
	close(first);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(file_write("fd", 0600, "x", 1, &err), 0);
		assert_int_equal(file_read(&a, "fd", 9, &data, &len, &err), 0);
		assert_int_equal(file_read(&a, "fd", 0, &data, &len, &err), -1);
		assert_int_equal(file_read(&a, ".", 9, &data, &len, &err), -1);
		assert_int_equal(file_stamp_get("fd", &stamp, &err), 0);
		assert_int_equal(file_stamp_get(".", &stamp, &err), -1);
	}
	second = dup(0);
	close(second);
	assert_int_equal(first, second);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_was_written),
		cmocka_unit_test(reads_and_writes_at_a_place),
		cmocka_unit_test(refusals_and_their_messages),
		cmocka_unit_test(writing_replaces_and_leaves_no_other_file),
		cmocka_unit_test(failed_writing_keeps_the_old_file),
		cmocka_unit_test(writing_follows_no_link),
		cmocka_unit_test(all_bytes_reach_a_slow_reader),
		cmocka_unit_test(stamps_detect_changes),
		cmocka_unit_test(makes_folders),
		cmocka_unit_test(does_not_make_folders),
		cmocka_unit_test(paths_beside),
		cmocka_unit_test(paths_from_the_root_and_from_here),
		cmocka_unit_test(program_dir_holds_this_program),
		cmocka_unit_test(cache_dir_by_environment),
		cmocka_unit_test(descriptors_are_closed),
	};

	return cmocka_run_group_tests_name("file", tests, scratch_enter, scratch_leave);
}
