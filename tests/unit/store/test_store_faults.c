/*
 * The store when things go wrong: killed writers, two writers, full disks, other programs' files,
 * damaged files. Acknowledged rows must be there, and refusals must be clear.
 */
#include "unit/store_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "store/schema.h"

enum { SKIPPED = 77 };

/* In a forked child: exits with the line that failed, for the parent to report. */
#define child_must(condition) \
	do { \
		if (!(condition)) { \
			print_error("child: %s:%d: %s\n", __FILE__, __LINE__, #condition); \
			_exit(1); \
		} \
	} while (0)

/* What a child's end means for the test that forked it. */
static void join(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void reopen(struct fixture *f, enum store_mode mode)
{
	store_close(&f->s);
	ok(f, store_open(&f->a, f->path, mode, &f->s, &f->err));
}

/* Puts answers from `first` on until it is killed, and reports each acknowledged one. */
static void write_until_killed(struct fixture *f, size_t first, int fd)
{
	child_must(store_open(&f->a, f->path, STORE_WRITE, &f->s, &f->err) == 0);
	for (size_t i = first;; i++) {
		struct answer answer = answer_for(&f->a, i);

		child_must(store_put_answer(&f->s, f->pass_id, &answer, &f->err) == 0);
		child_must(write(fd, &i, sizeof(i)) == sizeof(i));
	}
}

/* One round: returns the number of the ticket after the last acknowledged one. */
static size_t kill_round(struct fixture *f, size_t first)
{
	size_t acknowledged, next = first;
	int pipes[2];
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (pid == 0) {
		close(pipes[0]);
		write_until_killed(f, first, pipes[1]);
	}
	close(pipes[1]);
	/* The first report comes when the store is open, so the kill hits the writing. */
	assert_int_equal(read(pipes[0], &acknowledged, sizeof(size_t)), sizeof(size_t));
	usleep((useconds_t)(rand() % 12000));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	do
		next = acknowledged + 1;
	while (read(pipes[0], &acknowledged, sizeof(size_t)) == sizeof(size_t));
	close(pipes[0]);
	return next;
}

static void killed_writer_loses_nothing_that_was_acknowledged(void **state)
{
	struct fixture *f = *state;
	struct answer **got;
	size_t next = 0;
	int64_t n;

	put_base(f);
	for (int round = 0; round < 50; round++) {
		size_t acknowledged;

		store_close(&f->s);
		acknowledged = kill_round(f, next);
		/* Readers and writers in turn: both must be able to undo half a commit. */
		reopen(f, round % 2 ? STORE_READ : STORE_WRITE);
		ok(f, store_get_answers(&f->a, &f->s, f->pass_id, acknowledged + 1, STORE_TEXTS,
					&got, &f->err));
		for (size_t i = 0; i < acknowledged; i++)
			assert_non_null(got[i]);
		/* One more may be there: the writer was killed between commit and report. */
		next = acknowledged + (got[acknowledged] != NULL);
		ok(f, store_verify_chain(&f->s, &n, &f->err));
	}
	store_close(&f->s);
	assert_int_equal(sql(f, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
	assert_true(next > 50);
}

static void killed_maker_leaves_no_half_store(void **state)
{
	struct fixture *f = *state;

	store_close(&f->s);
	for (int round = 0; round < 30; round++) {
		pid_t pid;

		unlink(f->path);
		pid = fork();
		if (pid == 0) {
			child_must(store_open(&f->a, f->path, STORE_WRITE, &f->s, &f->err) == 0);
			_exit(0);
		}
		usleep((useconds_t)(rand() % 8000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		reopen(f, STORE_WRITE);
		put_base(f);
		store_close(&f->s);
	}
}

static void second_writer_is_told_who_is_first(void **state)
{
	struct fixture *f = *state;
	int64_t started;
	int pipes[2];
	char pid_words[64], byte;
	pid_t pid;

	store_close(&f->s);
	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (pid == 0) {
		child_must(store_open(&f->a, f->path, STORE_WRITE, &f->s, &f->err) == 0);
		child_must(write(pipes[1], "x", 1) == 1);
		pause();
	}
	assert_int_equal(read(pipes[0], &byte, 1), 1);
	snprintf(pid_words, sizeof(pid_words), "in use by process %ld since 20", (long)pid);
	started = clock_mono_us();
	refused(f, store_open(&f->a, f->path, STORE_WRITE, &f->s, &f->err), ERR_STORE, pid_words);
	assert_true(clock_mono_us() - started < 1000000);
	ok(f, store_open(&f->a, f->path, STORE_READ, &f->s, &f->err));
	store_close(&f->s);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ok(f, store_open(&f->a, f->path, STORE_WRITE, &f->s, &f->err));
	close(pipes[0]);
	close(pipes[1]);
}

static void readers_read_while_a_writer_writes(void **state)
{
	struct fixture *f = *state;
	struct answer **got;
	size_t n_answers = 0, n_before;
	int64_t n;
	int status = 0;
	pid_t pid;

	put_base(f);
	store_close(&f->s);
	pid = fork();
	if (pid == 0) {
		child_must(store_open(&f->a, f->path, STORE_WRITE, &f->s, &f->err) == 0);
		for (size_t i = 0; i < 100; i++) {
			struct answer answer = answer_for(&f->a, i);

			child_must(store_put_answer(&f->s, f->pass_id, &answer, &f->err) == 0);
		}
		store_close(&f->s);
		_exit(0);
	}
	reopen(f, STORE_READ);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		n_before = n_answers;
		n_answers = 0;
		ok(f, store_get_answers(&f->a, &f->s, f->pass_id, 100, STORE_TEXTS, &got, &f->err));
		for (size_t i = 0; i < 100 && got[i]; i++)
			n_answers++;
		assert_true(n_answers >= n_before);
		ok(f, store_verify_chain(&f->s, &n, &f->err));
		assert_true(n >= (int64_t)n_answers);
	}
	assert_int_equal(status, 0);
	ok(f, store_get_answers(&f->a, &f->s, f->pass_id, 100, STORE_TEXTS, &got, &f->err));
	assert_non_null(got[99]);
}

static void reader_cannot_write(void **state)
{
	struct fixture *f = *state;
	struct run_row run;

	fill(&f->a, ROW_RUN, 1, &run);
	reopen(f, STORE_READ);
	refused(f, store_put_run(&f->s, &run, &run.id, &f->err), ERR_STORE, "");
	ok(f, store_verify_chain(&f->s, &(int64_t){ 0 }, &f->err));
}

static void files_are_private(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	char lock[160];

	snprintf(lock, sizeof(lock), "%s.lock", f->path);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(lock, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void expect_refusal(struct fixture *f, const char *part)
{
	struct store s = { 0 };

	refused(f, store_open(&f->a, f->path, STORE_READ, &s, &f->err), ERR_STORE, part);
	refused(f, store_open(&f->a, f->path, STORE_WRITE, &s, &f->err), ERR_STORE, part);
	assert_null(s.db);
	store_close(&s);
}

static void what_is_no_store_is_refused(void **state)
{
	struct fixture *f = *state;
	char garbage[5000], words[200], *after;
	size_t len;
	struct store s = { 0 };

	store_close(&f->s);
	snprintf(words, sizeof(words), "newer toehold (schema 99; this one reads %d)",
		 STORE_SCHEMA);
	sql(f, "PRAGMA user_version = 99");
	expect_refusal(f, words);
	snprintf(words, sizeof(words),
		 "older toehold (schema 1; this one needs %d) and cannot be read: move the "
		 "file away and run again",
		 STORE_SCHEMA);
	sql(f, "PRAGMA user_version = 1");
	expect_refusal(f, words);
	sql(f, "PRAGMA user_version = 0");
	expect_refusal(f, "another program's database");
	snprintf(words, sizeof(words), "PRAGMA user_version = %d; PRAGMA application_id = 7",
		 STORE_SCHEMA);
	sql(f, words);
	expect_refusal(f, "another program's database");

	for (size_t i = 0; i < sizeof(garbage); i++)
		garbage[i] = (char)rand();
	ok(f, file_write(f->path, 0600, garbage, sizeof(garbage), &f->err));
	expect_refusal(f, "not a toehold store (file is not a database)");
	ok(f, file_read(&f->a, f->path, 10000, &after, &len, &f->err));
	assert_memory_equal(after, garbage, sizeof(garbage));
	ok(f, file_write(f->path, 0600, "job: x\n", 7, &f->err));
	expect_refusal(f, "not a toehold store");
	ok(f, file_write(f->path, 0600, "", 0, &f->err));
	expect_refusal(f, "is an empty file");

	unlink(f->path);
	refused(f, store_open(&f->a, f->path, STORE_READ, &s, &f->err), ERR_STORE,
		"there is no store");
	mkdir(f->path, 0700);
	expect_refusal(f, "is a folder");
	rmdir(f->path);
	refused(f, store_open(&f->a, "/nonexistent/x.store", STORE_WRITE, &s, &f->err), ERR_STORE,
		"No such file");
}

static void wal_is_turned_off(void **state)
{
	struct fixture *f = *state;

	put_base(f);
	store_close(&f->s);
	sql(f, "PRAGMA journal_mode = WAL");
	reopen(f, STORE_WRITE);
	assert_int_equal(sql(f, "SELECT journal_mode = 'delete' FROM pragma_journal_mode"), 1);
	ok(f, store_verify_chain(&f->s, &(int64_t){ 0 }, &f->err));
}

static void read_only_file_is_for_readers(void **state)
{
	struct fixture *f = *state;
	pid_t pid;

	put_base(f);
	store_close(&f->s);
	assert_int_equal(chmod(f->path, 0444), 0);
	assert_int_equal(chmod(f->dir, 0755), 0);
	pid = fork();
	if (pid == 0) {
		int64_t n;

		/* Root can write every file. */
		child_must(geteuid() != 0 || setuid(65534) == 0);
		child_must(store_open(&f->a, f->path, STORE_READ, &f->s, &f->err) == 0);
		child_must(store_verify_chain(&f->s, &n, &f->err) == 0);
		store_close(&f->s);
		child_must(store_open(&f->a, f->path, STORE_WRITE, &f->s, &f->err) == -1);
		child_must(strstr(f->err.msg, "read-only") || strstr(f->err.msg, "denied"));
		_exit(0);
	}
	join(pid);
}

/* Puts answers until one fails; returns its number. */
static size_t put_until_failure(struct fixture *f, size_t first)
{
	static char raw[3000];

	memset(raw, 'r', sizeof(raw));
	for (size_t i = first;; i++) {
		struct answer answer = answer_for(&f->a, i);

		answer.raw = raw;
		answer.raw_len = sizeof(raw);
		if (store_put_answer(&f->s, f->pass_id, &answer, &f->err) < 0)
			return i;
	}
}

static bool holds_all(struct fixture *f, size_t n_answers)
{
	struct answer **got;
	int64_t n;

	if (store_verify_chain(&f->s, &n, &f->err) < 0 ||
	    store_get_answers(&f->a, &f->s, f->pass_id, n_answers, STORE_TEXTS, &got, &f->err) < 0)
		return false;
	for (size_t i = 0; i < n_answers; i++)
		if (!got[i])
			return false;
	return true;
}

/* The file may grow by `room` bytes, from none to some pages: each write fails once. */
static void size_limit_stops_cleanly(void **state)
{
	struct fixture *f = *state;
	struct rlimit limit, old;
	size_t next = 0;

	put_base(f);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	for (rlim_t room = 0; room < 40000; room += 1700) {
		struct stat st;

		assert_int_equal(stat(f->path, &st), 0);
		limit = (struct rlimit){ (rlim_t)st.st_size + room, old.rlim_max };
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
		next = put_until_failure(f, next);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
		assert_int_equal(f->err.kind, ERR_STORE);
		assert_non_null(strstr(f->err.msg, "nothing is lost: free some space"));
		/* Reopens it, or continues with the open one. */
		if (room % 3400)
			reopen(f, STORE_WRITE);
		if (!holds_all(f, next))
			fail_msg("%s", f->err.msg);
	}
	assert_true(next > 10);
}

#ifdef __linux__
/* In a child with mounts of its own. */
static void fill_disk(struct fixture *f)
{
	char path[160], *ballast = calloc(1, 700000);
	size_t n;

	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", f->dir, "tmpfs", 0, "size=1m") < 0) {
		print_message("cannot mount a small disk (%s): the test is skipped\n",
			      strerror(errno));
		_exit(SKIPPED);
	}
	snprintf(path, sizeof(path), "%s/ballast", f->dir);
	child_must(file_write(path, 0600, ballast, 700000, &f->err) == 0);
	free(ballast);
	child_must(store_open(&f->a, f->path, STORE_WRITE, &f->s, &f->err) == 0);
	put_base(f);
	n = put_until_failure(f, 0);
	child_must(n > 1);
	child_must(strstr(f->err.msg, "database or disk is full"));
	child_must(strstr(f->err.msg, "nothing is lost: free some space"));
	child_must(holds_all(f, n));
	store_close(&f->s);
	child_must(store_open(&f->a, f->path, STORE_READ, &f->s, &f->err) == 0);
	child_must(holds_all(f, n));
	store_close(&f->s);

	unlink(path);
	child_must(store_open(&f->a, f->path, STORE_WRITE, &f->s, &f->err) == 0);
	child_must(put_until_failure(f, n) > n + 10);
	store_close(&f->s);

	/* A new store without room leaves nothing behind. */
	snprintf(f->path, sizeof(f->path), "%s/other.store", f->dir);
	child_must(store_open(&f->a, f->path, STORE_WRITE, &f->s, &f->err) == -1);
	child_must(f->err.kind == ERR_STORE);
	child_must(!file_exists(f->path));
	_exit(0);
}

static void full_disk_stops_cleanly(void **state)
{
	struct fixture *f = *state;
	pid_t pid;

	store_close(&f->s);
	pid = fork();
	if (pid == 0)
		fill_disk(f);
	join(pid);
}
#endif

/* Reads everything there is. Errors are fine; a wrong answer that verifies is not. */
static void read_damaged(struct fixture *f, const struct answer *original)
{
	struct arena a = { 0 };
	struct store s = { 0 };
	struct run_row *runs;
	struct slice *slices;
	struct pass_row pass;
	struct answer **answers = NULL;
	size_t n;
	int64_t n_rows;

	if (store_open(&a, f->path, STORE_READ, &s, &f->err) == 0) {
		if (store_list_runs(&a, &s, &runs, &n, &f->err) == 0 && n > 0)
			(void)!store_get_slices(&a, &s, &runs[0], STORE_TEXTS, &slices, &n,
						&f->err);
		(void)!store_get_pass(&a, &s, f->pass_id, &pass, &f->err);
		if (store_get_answers(&a, &s, f->pass_id, 1, STORE_TEXTS, &answers, &f->err) == 0 &&
		    answers[0] && store_verify_chain(&s, &n_rows, &f->err) == 0) {
			assert_int_equal(answers[0]->label, original->label);
			assert_int_equal(answers[0]->label_us, original->label_us);
			assert_string_equal(answers[0]->raw, original->raw);
		}
	}
	store_close(&s);
	arena_release(&a);
}

static void damaged_files_are_survived(void **state)
{
	struct fixture *f = *state;
	struct answer original = answer_for(&f->a, 0);
	char *bytes, *copy;
	size_t len;

	put_base(f);
	put_rest(f);
	store_close(&f->s);
	ok(f, file_read(&f->a, f->path, 1 << 24, &bytes, &len, &f->err));
	copy = arena_alloc(&f->a, len);
	for (int round = 0; round < 300; round++) {
		int fd;

		memcpy(copy, bytes, len);
		for (int k = 0; k <= round % 8; k++)
			copy[(size_t)rand() % (round % 2 ? len : 8192)] ^= (char)(1 << rand() % 8);
		fd = open(f->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
		assert_int_equal(write(fd, copy, round % 10 == 9 ? len / 2 : len),
				 round % 10 == 9 ? len / 2 : len);
		close(fd);
		read_damaged(f, &original);
	}
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_new, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(killed_writer_loses_nothing_that_was_acknowledged),
		STORE_TEST(killed_maker_leaves_no_half_store),
		STORE_TEST(second_writer_is_told_who_is_first),
		STORE_TEST(readers_read_while_a_writer_writes),
		STORE_TEST(reader_cannot_write),
		STORE_TEST(files_are_private),
		STORE_TEST(what_is_no_store_is_refused),
		STORE_TEST(wal_is_turned_off),
		STORE_TEST(read_only_file_is_for_readers),
		STORE_TEST(size_limit_stops_cleanly),
#ifdef __linux__
		STORE_TEST(full_disk_stops_cleanly),
#endif
		STORE_TEST(damaged_files_are_survived),
	};

	srand(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
