/*
 * The cache of hidden states: it returns what was added, two writers at once keep both sets, a
 * damaged file counts as empty, a dead lock holder blocks nobody, and the folder stays within its
 * limit and is emptied without touching other files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "flow/states/state_cache.h"
#include "flow/states/state_folder.h"
#include "unit/scratch.h"

enum { N_EMBD = 5, DATE_S = 86400, FILE_BYTES = 1 << 20 };

static const char key[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
static const char path[] =
	"hidden/00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

static struct arena arena;

static int fresh(void **state)
{
	struct state_count removed;
	struct err err;

	(void)state;
	return state_folder_empty(&arena, "hidden", &removed, &err);
}

static struct state_cache opened(void)
{
	struct state_cache c;
	struct err err;

	assert_int_equal(state_cache_open(&arena, key, true, &c, &err), 0);
	if (c.n_embd == 0) { /* as a caller does after the model has answered */
		c.n_embd = N_EMBD;
		c.pinned_date_s = DATE_S;
		c.opening = "none";
	}
	return c;
}

static void closed(struct state_cache *c)
{
	struct err err = { 0 };

	assert_int_equal(state_cache_close(c, &err), 0);
	assert_string_equal(err.msg, "");
}

/* The state of text i: numbers unique to it. */
static void add(struct state_cache *c, int i)
{
	char sum[HASH_HEX_LEN + 1];
	double row[N_EMBD];

	hash_bytes(&i, sizeof(i), sum);
	for (int k = 0; k < N_EMBD; k++)
		row[k] = i + k / 8.0;
	state_cache_add(c, sum, row);
}

static bool has(const struct state_cache *c, int i)
{
	char sum[HASH_HEX_LEN + 1];
	double row[N_EMBD] = { 0 };

	hash_bytes(&i, sizeof(i), sum);
	if (!state_cache_get(c, sum, row))
		return false;
	for (int k = 0; k < N_EMBD; k++)
		assert_true(row[k] == i + k / 8.0);
	return true;
}

/* Checks that the texts from `from` up to `to` are cached, and that at most `n` are. */
static void holds(int from, int to, size_t n)
{
	struct state_cache c = opened();

	for (int i = from; i < to; i++)
		assert_true(has(&c, i));
	assert_int_equal(c.n_records, n);
	closed(&c);
}

static void write_some(int from, int to)
{
	struct state_cache c = opened();

	for (int i = from; i < to; i++)
		add(&c, i);
	closed(&c);
}

static void keeps_what_it_is_given(void **state)
{
	struct state_cache c;
	struct stat st;

	(void)state;
	write_some(0, 20);
	holds(0, 20, 20);
	c = opened();
	assert_false(has(&c, 20));
	assert_int_equal(c.pinned_date_s, DATE_S);
	assert_string_equal(c.opening, "none");
	closed(&c);
	write_some(20, 30);
	holds(0, 30, 30);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void unused_it_keeps_nothing(void **state)
{
	struct state_cache c;
	struct err err;

	(void)state;
	assert_int_equal(state_cache_open(&arena, key, false, &c, &err), 0);
	c.n_embd = N_EMBD;
	add(&c, 1);
	assert_false(has(&c, 1));
	closed(&c);
	assert_false(file_exists(path));
}

static void two_writers_keep_both_sets(void **state)
{
	(void)state;
	for (int before = 0; before <= 10; before += 10) {
		struct state_cache one, two;

		assert_int_equal(fresh(NULL), 0);
		if (before > 0)
			write_some(0, before);
		one = opened();
		two = opened();
		for (int i = 0; i < 20; i++) /* texts 20 to 23 are in both */
			add(i % 2 ? &one : &two, before + i);
		for (int i = 20; i < 24; i++) {
			add(&one, before + i);
			add(&two, before + i);
			add(&two, before + i);
		}
		closed(&two);
		closed(&one);
		holds(0, before + 24, (size_t)before + 24);
	}
}

/* Adds fifty texts in five calls; for a child process, which has no assertions. */
static int child_writes(int first)
{
	for (int from = first; from < first + 50; from += 10) {
		struct state_cache c;
		struct err err;

		if (state_cache_open(&arena, key, true, &c, &err) < 0)
			return 1;
		c.n_embd = N_EMBD;
		c.pinned_date_s = DATE_S;
		c.opening = "none";
		for (int i = from; i < from + 10; i++)
			add(&c, i);
		if (state_cache_close(&c, &err) < 0)
			return 1;
	}
	return 0;
}

/* Eight processes at once, each with its own texts. */
static void processes_at_once_lose_nothing(void **state)
{
	(void)state;
	for (int p = 0; p < 8; p++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0)
			_exit(child_writes(p * 50));
	}
	for (int p = 0; p < 8; p++) {
		int status = -1;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	holds(0, 400, 400);
}

static void another_prompt_has_other_states(void **state)
{
	struct state_cache one, two;

	(void)state;
	one = opened();
	two = opened();
	two.pinned_date_s += 86400;
	add(&one, 1);
	add(&two, 2);
	closed(&one);
	closed(&two);
	one = opened();
	assert_int_equal(one.pinned_date_s, DATE_S + 86400);
	assert_false(has(&one, 1));
	assert_true(has(&one, 2));
	closed(&one);
}

static void what_was_removed_meanwhile_stays_away(void **state)
{
	struct state_cache c;

	(void)state;
	write_some(0, 5);
	c = opened();
	add(&c, 7);
	assert_int_equal(fresh(NULL), 0);
	closed(&c);
	holds(7, 8, 1);
	/* The folder too. */
	c = opened();
	add(&c, 8);
	assert_int_equal(fresh(NULL), 0);
	assert_int_equal(unlink("hidden.lock"), 0);
	assert_int_equal(rmdir("hidden"), 0);
	closed(&c);
	holds(8, 9, 1);
}

static void damaged_is_empty(void **state)
{
	struct arena a = { 0 };
	struct err err;
	char *whole;
	size_t len;

	(void)state;
	write_some(0, 3);
	assert_int_equal(file_read(&a, path, FILE_BYTES, &whole, &len, &err), 0);
	for (size_t n = 0; n < len; n += 7) { /* cut */
		scratch_write(path, whole, n);
		holds(0, 0, 0);
	}
	for (size_t i = 0; i < len; i++) { /* one bit */
		whole[i] ^= 4;
		scratch_write(path, whole, len);
		whole[i] ^= 4;
		holds(0, 0, 0);
	}
	scratch_text(path,
		     "{\"format\": 1, \"n_embd\": 5, \"date_s\": 0, \"opening\": \"none\"}\n");
	holds(0, 0, 0);
	write_some(4, 6);
	holds(4, 6, 2);
	/* Damaged between open() and close(): the new states are kept. */
	{
		struct state_cache c = opened();

		add(&c, 9);
		scratch_write(path, whole, len / 2);
		closed(&c);
	}
	holds(9, 10, 1);
	arena_release(&a);
}

/* A process that holds the lock until it is killed. */
static pid_t hold_lock(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct err err;
		int fd;

		if (state_folder_lock(&arena, "hidden", &fd, &err) == 0 &&
		    write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void a_holder_that_dies_blocks_nobody(void **state)
{
	pid_t holder = hold_lock(), killer;
	struct state_cache c;
	int64_t start_us;
	int status;

	(void)state;
	killer = fork();
	if (killer == 0) {
		usleep(200000);
		_exit(kill(holder, SIGKILL) == 0 ? 0 : 1);
	}
	c = opened();
	add(&c, 1);
	start_us = clock_mono_us();
	closed(&c);
	assert_in_range(clock_mono_us() - start_us, 100000, 10000000);
	assert_int_equal(waitpid(killer, &status, 0), killer);
	assert_int_equal(status, 0);
	assert_int_equal(waitpid(holder, &status, 0), holder);
	assert_true(WIFSIGNALED(status));
	holds(1, 2, 1);
}

static void make_file(const char *name, size_t n_bytes, time_t changed_s)
{
	struct timespec times[2] = { { .tv_sec = changed_s }, { .tv_sec = changed_s } };
	char *data = calloc(1, n_bytes);

	assert_non_null(data);
	scratch_write(name, data, n_bytes);
	free(data);
	assert_int_equal(utimensat(AT_FDCWD, name, times, 0), 0);
}

static char *named(char digit, const char *suffix)
{
	char name[HASH_HEX_LEN + 1];

	memset(name, digit, HASH_HEX_LEN);
	name[HASH_HEX_LEN] = '\0';
	return arena_printf(&arena, "hidden/%s%s", name, suffix);
}

static void the_oldest_make_room(void **state)
{
	(void)state;
	make_file(named('a', ""), 100, 3000);
	make_file(named('b', ""), 100, 1000);
	make_file(named('c', ""), 100, 2000);
	make_file(named('d', ""), 100, 500);
	make_file(named('e', ".123.part"), 100, 9000);
	make_file("hidden/mine", 1000, 100);
	state_folder_make_room(&arena, "hidden", str_basename(named('d', "")), 200);
	assert_true(file_exists(named('a', "")));
	assert_false(file_exists(named('b', "")));
	assert_false(file_exists(named('c', "")));
	assert_true(file_exists(named('d', "")));
	assert_false(file_exists(named('e', ".123.part")));
	assert_true(file_exists("hidden/mine"));
	assert_int_equal(unlink("hidden/mine"), 0);
}

/* Files, a link and a folder whose names resemble a file of states. */
static void make_others(void)
{
	scratch_text("outside", "outside");
	scratch_text("hidden/mine", "mine");
	scratch_text("hidden/00112233", "short");
	scratch_text(named('e', "0"), "long");
	scratch_text(named('E', ""), "capitals");
	scratch_text(named('e', ".part"), "no number");
	scratch_text(named('e', ".1.parts"), "more");
	assert_int_equal(symlink("../outside", named('f', "")), 0);
	assert_int_equal(mkdir(named('9', ""), 0700), 0);
	scratch_text(arena_printf(&arena, "%s/x", named('9', "")), "x");
}

static void emptying_leaves_what_is_not_its_own(void **state)
{
	struct state_count count;
	struct err err;

	(void)state;
	make_others();
	assert_int_equal(state_folder_count("hidden", &count, &err), 0);
	assert_int_equal(count.n_files, 0);
	write_some(0, 9);
	make_file(named('a', ""), 100, 1);
	make_file(named('b', ".77.part"), 11, 1);
	assert_int_equal(state_folder_count("hidden", &count, &err), 0);
	assert_int_equal(count.n_files, 3);
	assert_true(count.n_bytes > 111);
	assert_int_equal(state_folder_empty(&arena, "hidden", &count, &err), 0);
	assert_int_equal(count.n_files, 3);
	assert_int_equal(state_folder_count("hidden", &count, &err), 0);
	assert_int_equal(count.n_files, 0);
	assert_false(file_exists(path));
	assert_true(file_exists("hidden/mine"));
	assert_true(file_exists("hidden/00112233"));
	assert_true(file_exists(named('e', "0")));
	assert_true(file_exists(named('E', "")));
	assert_true(file_exists(named('e', ".part")));
	assert_true(file_exists(named('e', ".1.parts")));
	assert_true(file_exists(named('f', "")));
	assert_true(file_exists(arena_printf(&arena, "%s/x", named('9', ""))));
	assert_true(file_exists("outside"));
}

static void a_folder_that_is_a_link_is_refused(void **state)
{
	struct state_count count;
	struct err err;

	(void)state;
	assert_int_equal(symlink("hidden", "link"), 0);
	assert_int_equal(state_folder_count("link", &count, &err), -1);
	assert_non_null(strstr(err.msg, "'link', which must be a folder and not a symbolic link"));
	assert_int_equal(state_folder_empty(&arena, "link", &count, &err), -1);
	assert_int_equal(state_folder_count("nowhere", &count, &err), 0);
	assert_int_equal(count.n_files, 0);
	assert_int_equal(state_folder_empty(&arena, "nowhere", &count, &err), 0);
	assert_false(file_exists("nowhere"));
}

static int enter(void **state)
{
	if (scratch_enter(state) != 0)
		return -1;
	return setenv("TOEHOLD_CACHE", scratch_path, 1);
}

static int leave(void **state)
{
	arena_release(&arena);
	return scratch_leave(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(keeps_what_it_is_given, fresh),
		cmocka_unit_test_setup(unused_it_keeps_nothing, fresh),
		cmocka_unit_test_setup(two_writers_keep_both_sets, fresh),
		cmocka_unit_test_setup(processes_at_once_lose_nothing, fresh),
		cmocka_unit_test_setup(another_prompt_has_other_states, fresh),
		cmocka_unit_test_setup(what_was_removed_meanwhile_stays_away, fresh),
		cmocka_unit_test_setup(damaged_is_empty, fresh),
		cmocka_unit_test_setup(a_holder_that_dies_blocks_nobody, fresh),
		cmocka_unit_test_setup(the_oldest_make_room, fresh),
		cmocka_unit_test_setup(emptying_leaves_what_is_not_its_own, fresh),
		cmocka_unit_test_setup(a_folder_that_is_a_link_is_refused, fresh),
	};

	return cmocka_run_group_tests_name("state_cache", tests, enter, leave);
}
