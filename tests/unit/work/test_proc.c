/*
 * A worker process from start to end: its HELLO, every kind of death and its message, deadlines,
 * signals, and cleanup. The workers are toehold-script and small shell scripts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/file.h"
#include "unit/scratch.h"
#include "work/proc.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

static char worker[PATH_MAX];

/* A worker in a few lines of shell; hello.bin holds a valid HELLO. */
static struct proc_spec shell_worker(const char *lines)
{
	char text[1000];

	snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", lines);
	scratch_text("worker.sh", text);
	assert_int_equal(chmod("worker.sh", 0755), 0);
	return (struct proc_spec){ .program = "./worker.sh" };
}

static void write_hello(const char *name, const struct msg_hello *hello)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct err err;

	assert_true(fd >= 0);
	assert_int_equal(message_send(fd, MSG_HELLO, hello, &err), 0);
	close(fd);
}

static int enter(void **state)
{
	const struct rlimit no_core = { 0, 0 };
	const char *build = getenv("TOEHOLD_BUILD_DIR");

	unsetenv("TOEHOLD_FAKE_TIME");
	signal(SIGPIPE, SIG_IGN);
	setrlimit(RLIMIT_CORE, &no_core);
	if (build)
		snprintf(worker, sizeof(worker), "%s/toehold-script", build);
	if (!build || !file_exists(worker)) {
		print_error("'%s' is not there: build it and set TOEHOLD_BUILD_DIR\n", worker);
		return -1;
	}
	return scratch_enter(state);
}

static int hello_file(void **state)
{
	const struct msg_hello hello = { PROTOCOL_VERSION, "shell", "paper" };

	(void)state;
	write_hello("hello.bin", &hello);
	return 0;
}

static void start(struct proc *p, const struct proc_spec *spec)
{
	struct err err = { 0 };

	if (proc_start(p, spec, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(err.kind, ERR_NONE);
}

static void start_script(struct proc *p)
{
	start(p, &(struct proc_spec){ .program = worker });
}

/* Sends OPEN for a script with this JSON. */
static void send_open(struct proc *p, const char *json)
{
	const char *path = "script.json";

	scratch_text(path, json);
	proc_send(p, MSG_OPEN, &(struct msg_open){ .paths = &path, .n_paths = 1 });
}

static enum proc_event wait_ms(struct proc *p, int ms, struct proc_death *ret_death)
{
	struct wire_reader payload;
	enum message_type type;

	return proc_wait(p, clock_mono_us() + ms * 1000, &type, &payload, ret_death);
}

static void assert_death(struct proc *p, enum outcome outcome, const char *words)
{
	struct proc_death death = { .detail = "" };

	assert_int_equal(wait_ms(p, 20000, &death), PROC_DIED);
	assert_string_equal(death.detail, words);
	assert_int_equal(death.outcome, outcome);
	assert_int_equal(p->pid, 0);
}

/* Runs first: a process fakes time from its first reading of the clock on, or never. */
static void deadline_comes_in_faked_time(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		struct proc_death death;
		struct err err;
		struct proc p;

		setenv("TOEHOLD_FAKE_TIME", "1700000000", 1);
		alarm(20);
		if (proc_start(&p, &(struct proc_spec){ .program = worker }, &err) < 0)
			_exit(1);
		if (wait_ms(&p, 300, &death) != PROC_TIMED_OUT)
			_exit(2);
		proc_kill(&p);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void says_hello_and_opens(void **state)
{
	struct msg_opened opened;
	struct wire_reader payload;
	enum message_type type;
	struct proc_death death;
	struct arena a = { 0 };
	struct err err;
	struct proc p;

	(void)state;
	start_script(&p);
	assert_string_equal(p.engine_build, "script 1");
	assert_string_equal(p.device, "CPU");
	assert_int_equal(getpgid(p.pid), p.pid); /* Ctrl-C does not reach it */
	send_open(&p, "{\"facts\":{\"name\":\"pretended\",\"n_params\":77}}");
	assert_int_equal(proc_wait(&p, clock_mono_us() + 20000000, &type, &payload, &death),
			 PROC_MESSAGE);
	assert_int_equal(type, MSG_OPENED);
	assert_int_equal(message_decode(type, &payload, &a, &opened, &err), 0);
	assert_string_equal(opened.facts.name, "pretended");
	assert_int_equal(opened.facts.n_params, 77);
	assert_true(proc_cpu_us(&p) > 0);
	proc_close(&p);
	assert_true(p.cpu_us > 0 && proc_cpu_us(&p) == p.cpu_us);
	arena_release(&a);
}

/* Death by a signal, and its message. */
static void assert_killed(struct proc *p, int sig)
{
	char words[200];

	snprintf(words, sizeof(words), "killed by signal %d (%s)%s", sig, strsignal(sig),
		 sig == SIGKILL ? ": most likely the system was out of memory" : "");
	assert_death(p, sig == SIGKILL ? OUTCOME_OUT_OF_MEMORY : OUTCOME_CRASHED, words);
}

static void faults_are_named(void **state)
{
	static const struct {
		const char *json;
		int sig;
	} rows[] = {
		{ "{\"load_fault\":\"segv\"}", SIGSEGV },
		{ "{\"load_fault\":\"abort\"}", SIGABRT },
		{ "{\"load_fault\":\"kill\"}", SIGKILL },
		{ "{\"load_fault\":\"sigsys\"}", SIGSYS },
	};
	struct proc p;

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		start_script(&p);
		send_open(&p, rows[i].json);
		assert_killed(&p, rows[i].sig);
	}
	start_script(&p);
	send_open(&p, "{\"load_fault\":\"exit\"}");
	assert_death(&p, OUTCOME_CRASHED, "ended by itself with exit code 7");
}

static void every_signal_is_named(void **state)
{
	static const int signals[] = {
		SIGHUP,	 SIGINT,  SIGQUIT, SIGTRAP, SIGABRT,   SIGKILL, SIGUSR1, SIGUSR2,
		SIGALRM, SIGTERM, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGSYS,
#ifndef TOEHOLD_SAN /* the sanitizer handles these itself */
		SIGILL,	 SIGBUS,  SIGFPE,  SIGSEGV,
#endif
	};

	(void)state;
	for (size_t i = 0; i < N(signals); i++) {
		struct proc p;

		start_script(&p);
		kill(p.pid, signals[i]);
		assert_killed(&p, signals[i]);
	}
}

static void assert_no_start(const struct proc_spec *spec, const char *words)
{
	char message[1000];
	struct err err;
	struct proc p;

	assert_int_equal(proc_start(&p, spec, &err), -1);
	assert_int_equal(err.kind, ERR_ENGINE);
	snprintf(message, sizeof(message), words, spec->program);
	assert_string_equal(err.msg, message);
	assert_int_equal(p.pid, 0);
	proc_close(&p);
	proc_kill(&p);
}

static void programs_that_are_not_workers(void **state)
{
	struct proc_spec spec = { .program = "./missing" };

	(void)state;
	assert_no_start(&spec, "the worker '%s' did not start: it could not be executed");
	scratch_text("plain", "no program");
	spec.program = "./plain";
	assert_no_start(&spec, "the worker '%s' did not start: it could not be executed");
	spec.program = "/bin/echo"; /* prints one byte and exits */
	assert_no_start(&spec, "the worker '%s' did not start: ended by itself with exit code 0");
	spec.program = "/bin/false";
	assert_no_start(&spec, "the worker '%s' did not start: ended by itself with exit code 1");
	spec = shell_worker("echo usage: this program takes arguments; sleep 60");
	assert_no_start(&spec, "the worker '%s' did not start: it sent a malformed message");
	spec = shell_worker("kill -TERM $$");
	assert_no_start(&spec, "the worker '%s' did not start: killed by signal 15 (Terminated)");
}

static void workers_of_another_version(void **state)
{
	static const struct msg_hello hellos[] = {
		{ PROTOCOL_VERSION + 1, "build", "device" },
		{ PROTOCOL_VERSION, NULL, "device" },
		{ PROTOCOL_VERSION, "build", NULL },
	};
	static const char words[] = "'%s' is not a worker of this version; install toehold again";
	struct proc_spec spec;

	(void)state;
	for (size_t i = 0; i < N(hellos); i++) {
		write_hello("other.bin", &hellos[i]);
		spec = shell_worker("cat other.bin; sleep 60");
		assert_no_start(&spec, words);
	}
	spec = shell_worker("printf '\\001\\000\\000\\000\\002'; sleep 60"); /* OPEN, of a worker */
	assert_no_start(&spec, words);
	spec = shell_worker("printf '\\002\\000\\000\\000\\001x'; sleep 60"); /* half a HELLO */
	assert_no_start(&spec, words);
}

static void garbage_is_a_death(void **state)
{
	struct proc_spec spec = shell_worker("cat hello.bin; echo some garbage; sleep 60");
	int64_t start_us = clock_mono_us();
	struct proc p;

	(void)state;
	start(&p, &spec);
	assert_string_equal(p.engine_build, "shell");
	assert_death(&p, OUTCOME_CRASHED, "it sent a malformed message");
	spec = shell_worker("cat hello.bin; printf '\\100\\000'");
	start(&p, &spec);
	assert_death(&p, OUTCOME_CRASHED, "ended by itself with exit code 0"); /* half a frame */
	assert_true(clock_mono_us() - start_us < 10000000);
}

static void closed_output_is_a_death(void **state)
{
	struct proc_spec spec = shell_worker("cat hello.bin; exec >&-; exec sleep 60");
	struct proc p;

	(void)state;
	start(&p, &spec);
	assert_death(&p, OUTCOME_CRASHED, "it closed its output without ending");
}

static void hang_ends_at_the_deadline(void **state)
{
	struct proc_death death;
	int64_t start_us;
	struct proc p;

	(void)state;
	start_script(&p);
	send_open(&p, "{\"load_fault\":\"hang\"}");
	for (int ms = 0; ms <= 400; ms += 200) {
		start_us = clock_mono_us();
		assert_int_equal(wait_ms(&p, ms, &death), PROC_TIMED_OUT);
		assert_in_range(clock_mono_us() - start_us, ms * 1000, (ms + 200) * 1000);
		assert_int_equal(kill(p.pid, 0), 0); /* the caller decides */
	}
	start_us = clock_mono_us();
	proc_kill(&p);
	assert_true(clock_mono_us() - start_us < 1000000);
}

/* Bytes that do not complete a frame do not move the deadline. */
static void single_bytes_end_at_the_deadline(void **state)
{
	struct proc_spec spec = shell_worker("cat hello.bin; printf '\\000\\001\\000\\000'\n"
					     "while :; do printf x; sleep 0.02; done");
	int64_t start_us;
	struct proc_death death;
	struct proc p;

	(void)state;
	start(&p, &spec);
	start_us = clock_mono_us();
	assert_int_equal(wait_ms(&p, 400, &death), PROC_TIMED_OUT);
	assert_in_range(clock_mono_us() - start_us, 400000, 600000);
	proc_kill(&p);
}

static void stopped_worker_is_a_hang(void **state)
{
	struct proc_death death;
	struct proc p;

	(void)state;
	start_script(&p);
	send_open(&p, "{\"load_fault\":\"stop\"}");
	assert_int_equal(wait_ms(&p, 300, &death), PROC_TIMED_OUT);
	proc_kill(&p);
	assert_int_equal(p.pid, 0);
}

static void note_signal(int sig)
{
	(void)sig;
}

/* A signal interrupts the wait; its errno must not hide a later death. */
static void signals_interrupt_the_wait(void **state)
{
	struct sigaction action = { .sa_handler = note_signal };
	struct itimerval timer = { .it_value.tv_usec = 100000 };
	struct proc_death death;
	int64_t start_us;
	struct proc p;

	(void)state;
	sigaction(SIGALRM, &action, NULL);
	start_script(&p);
	start_us = clock_mono_us();
	setitimer(ITIMER_REAL, &timer, NULL);
	assert_int_equal(wait_ms(&p, 20000, &death), PROC_INTERRUPTED);
	assert_true(clock_mono_us() - start_us < 5000000);
	assert_int_not_equal(p.pid, 0);
	kill(p.pid, SIGTERM);
	errno = EINTR;
	assert_killed(&p, SIGTERM);
	signal(SIGALRM, SIG_DFL);
}

static void sending_to_the_dead_is_harmless(void **state)
{
	struct proc p = { 0 };

	(void)state;
	proc_send(&p, MSG_REASONS, NULL);
	start_script(&p);
	kill(p.pid, SIGTERM);
	usleep(100000);
	for (int i = 0; i < 10; i++)
		send_open(&p, "{}");
	assert_killed(&p, SIGTERM);
	proc_send(&p, MSG_REASONS, NULL);
}

/* True if the process runs; an unreaped zombie does not. */
static bool is_running(pid_t pid)
{
	char path[64], state = '?';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	f = fopen(path, "r");
	if (!f)
		return file_is_dir("/proc/self") ? false : kill(pid, 0) == 0;
	if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	fclose(f);
	return state != 'Z' && state != 'X' && state != '?';
}

static void kill_leaves_no_orphans(void **state)
{
	struct proc_spec spec =
		shell_worker("sleep 1000 & echo $! > child.new; mv child.new child; "
			     "cat hello.bin; wait");
	struct proc p;
	long child = 0;
	pid_t pid;
	FILE *f;

	(void)state;
	start(&p, &spec);
	pid = p.pid;
	f = fopen("child", "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%ld", &child), 1);
	fclose(f);
	assert_true(is_running((pid_t)child));
	proc_kill(&p);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), -1); /* reaped */
	assert_int_equal(errno, ECHILD);
	for (int i = 0; i < 200 && is_running((pid_t)child); i++)
		usleep(10000);
	assert_false(is_running((pid_t)child));
	proc_kill(&p);
	proc_close(&p);
}

/* A worker that does not end when its input closes is killed. */
static void close_does_not_wait_forever(void **state)
{
	struct proc_spec spec = shell_worker("trap '' TERM HUP; cat hello.bin; exec sleep 60");
	int64_t start_us;
	struct proc p;

	(void)state;
	start(&p, &spec);
	start_us = clock_mono_us();
	proc_close(&p);
	assert_in_range(clock_mono_us() - start_us, 1900000, 4000000);
	assert_int_equal(p.pid, 0);
}

static void environment_is_not_passed_on(void **state)
{
	struct proc_spec spec = shell_worker("/usr/bin/env > env.txt; cat hello.bin");
	struct arena a = { 0 };
	struct proc p;
	struct err err;
	char *text;
	size_t len;

	(void)state;
	setenv("HF_TOKEN", "secret", 1);
	setenv("LD_PRELOAD_NOT", "secret", 1);
	start(&p, &spec);
	proc_close(&p);
	assert_int_equal(file_read(&a, "env.txt", 1 << 16, &text, &len, &err), 0);
	assert_non_null(strstr(text, "LC_ALL=C.UTF-8"));
	assert_null(strstr(text, "secret"));
	assert_null(strstr(text, "HOME="));
	arena_release(&a);
}

static size_t open_descriptors(void)
{
	DIR *dir = opendir("/dev/fd");
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void descriptors_do_not_pile_up(void **state)
{
	struct proc_spec missing = { .program = "./missing" };
	size_t before = open_descriptors();
	struct proc_death death;
	struct err err;
	struct proc p;

	(void)state;
	for (int i = 0; i < 200; i++) {
		start_script(&p);
		if (i % 3 == 0) {
			kill(p.pid, SIGTERM);
			assert_int_equal(wait_ms(&p, 20000, &death), PROC_DIED);
		}
		if (i % 3 == 1)
			proc_kill(&p);
		proc_close(&p);
		if (i % 10 == 0)
			assert_int_equal(proc_start(&p, &missing, &err), -1);
	}
	assert_int_equal(open_descriptors(), before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* and no zombies */
	assert_int_equal(errno, ECHILD);
}

static void missing_programs_are_named(void **state)
{
	struct arena a = { 0 };
	const char *dir = file_program_dir(&a);
	struct err err;
	char *path;

	(void)state;
	assert_int_equal(proc_find_program(&a, ENGINE_SCRIPT, &path, &err), -1);
	assert_int_equal(err.kind, ERR_ENGINE);
	assert_string_equal(err.msg,
			    arena_printf(&a,
					 "the program 'toehold-script' is missing: looked "
					 "for '%s/toehold-script' and "
					 "'%s/../libexec/toehold/toehold-script'; build or install "
					 "toehold again",
					 dir, dir));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deadline_comes_in_faked_time),
		cmocka_unit_test(says_hello_and_opens),
		cmocka_unit_test(faults_are_named),
		cmocka_unit_test(every_signal_is_named),
		cmocka_unit_test_setup(programs_that_are_not_workers, hello_file),
		cmocka_unit_test(workers_of_another_version),
		cmocka_unit_test_setup(garbage_is_a_death, hello_file),
		cmocka_unit_test_setup(closed_output_is_a_death, hello_file),
		cmocka_unit_test(hang_ends_at_the_deadline),
		cmocka_unit_test_setup(single_bytes_end_at_the_deadline, hello_file),
		cmocka_unit_test(stopped_worker_is_a_hang),
		cmocka_unit_test(signals_interrupt_the_wait),
		cmocka_unit_test(sending_to_the_dead_is_harmless),
		cmocka_unit_test_setup(kill_leaves_no_orphans, hello_file),
		cmocka_unit_test_setup(close_does_not_wait_forever, hello_file),
		cmocka_unit_test_setup(environment_is_not_passed_on, hello_file),
		cmocka_unit_test(descriptors_do_not_pile_up),
		cmocka_unit_test(missing_programs_are_named),
	};

	return cmocka_run_group_tests_name("proc", tests, enter, scratch_leave);
}
