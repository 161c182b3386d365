/*
 * The sandbox, proved from inside: each test forks a child that enters it, attempts things, and
 * reports failures on a pipe. Tests of layers that this kernel lacks are skipped with a message. A
 * filter that refuses a layer's system calls plays a kernel without it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include "work/machine.h"
#include "work/sandbox/sandbox.h"

#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

static char folder[] = "/tmp/toehold-sandbox-XXXXXX";
static char model[PATH_MAX], other[PATH_MAX];
static const char *const read_paths[] = { model };
static const struct sandbox_request request = { .read_paths = read_paths, .n_read_paths = 1 };
static const struct sandbox_request gpu_request = { .read_paths = read_paths,
						    .n_read_paths = 1,
						    .gpu = true };

/* ---- children */

enum { REPORT_MAX = 512 };
static int report_fd = -1;

/* In a child: reports the first check that fails, and exits. */
#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			dprintf(report_fd, "line %d, errno %d: %s\n", __LINE__, errno, \
				#condition); \
			_exit(1); \
		} \
	} while (0)

/* Runs `body` in a child; returns its status, and its report in ret_report. */
static int in_child(void (*body)(void), char ret_report[REPORT_MAX])
{
	int pipe_fds[2], status = 0;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(pipe_fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(pipe_fds[0]);
		report_fd = pipe_fds[1];
		alarm(30);
		body();
		_exit(0);
	}
	close(pipe_fds[1]);
	while (len < REPORT_MAX - 1 &&
	       (n = read(pipe_fds[0], ret_report + len, REPORT_MAX - 1 - len)) > 0)
		len += (size_t)n;
	ret_report[len] = '\0';
	close(pipe_fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void child_passes(void (*body)(void))
{
	char report[REPORT_MAX];
	int status = in_child(body, report);

	if (status != 0)
		fail_msg("status %x: %s", (unsigned)status, report);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	/* Spaces, quotes, a newline, an escape, two scripts: a name may hold them all. */
	snprintf(model, sizeof(model), "%s/a b'\"\n\x1b[31m%%s é模.gguf", folder);
	snprintf(other, sizeof(other), "%s/other", folder);
	write_file(model, "GGUF, or so it says");
	write_file(other, "another file");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(model);
	unlink(other);
	return rmdir(folder);
}

/* ---- everywhere */

static void bits_travel_in_the_environment(void **state)
{
	unsigned all = SANDBOX_LIMITS | SANDBOX_NO_NEW_PRIVS | SANDBOX_DIES_WITH_PARENT |
		       SANDBOX_USER_NS | SANDBOX_NET_NS | SANDBOX_IPC_NS;
	char text[SANDBOX_BITS_MAX];

	(void)state;
	for (unsigned bits = 0; bits <= all; bits++) {
		sandbox_bits_to_text(bits, text);
		assert_int_equal(setenv(SANDBOX_BITS_ENV, strchr(text, '=') + 1, 1), 0);
		assert_int_equal(sandbox_bits_from_env(), bits);
	}
	setenv(SANDBOX_BITS_ENV, "no", 1);
	assert_int_equal(sandbox_bits_from_env(), 0);
	setenv(SANDBOX_BITS_ENV, "fff", 1);
	assert_int_equal(sandbox_bits_from_env(), 0);
	unsetenv(SANDBOX_BITS_ENV);
	assert_int_equal(sandbox_bits_from_env(), 0);
}

static void prove_without_a_sandbox(void)
{
	unsigned expected = SANDBOX_TRY_READ | SANDBOX_TRY_CREATE | SANDBOX_TRY_FORK |
			    SANDBOX_TRY_EXEC | SANDBOX_TRY_SIGNAL;
	char text[SANDBOX_TEXT_MAX];

	CHECK((sandbox_prove(0, text) & expected) == expected);
	CHECK(strncmp(text, "NOT refused: read /etc/passwd", 29) == 0);
}

/* A proof that cannot fail proves nothing. */
static void proof_detects_a_missing_sandbox(void **state)
{
	(void)state;
	child_passes(prove_without_a_sandbox);
}

#ifdef __linux__

static struct err err;
static char level[SANDBOX_TEXT_MAX], proof[SANDBOX_TEXT_MAX];

static unsigned enter(const struct sandbox_request *req)
{
	unsigned bits = sandbox_before_exec(req);

	if (sandbox_enter(req, bits, true, level, &err) < 0) {
		dprintf(report_fd, "%s\n", err.msg);
		_exit(1);
	}
	return bits;
}

static void tell_level(void)
{
	enter(&request);
	dprintf(report_fd, "%s", level);
}

/* Skips the test if the kernel or the container lacks one of the layers. */
static void need(const char *layer)
{
	char report[REPORT_MAX], *missing;

	assert_int_equal(in_child(tell_level, report), 0);
	missing = strstr(report, "missing");
	if (!strstr(report, layer) || (missing && strstr(missing, layer))) {
		print_message("SKIPPED: no %s here (%s)\n", layer, report);
		skip();
	}
}

/* A test that consists of a child's body. */
struct inside {
	const char *const *layers; /* the layers that it needs; NULL ends them */
	void (*body)(void);
};

static void run_inside(void **state)
{
	const struct inside *inside = *state;

	for (const char *const *layer = inside->layers; *layer; layer++)
		need(*layer);
	child_passes(inside->body);
}

/* clang-format off */
#define INSIDE(name, body, ...) \
	{ #name, run_inside, NULL, NULL, \
	  &(struct inside){ (const char *const[]){ __VA_ARGS__ }, body } }
/* clang-format on */

static void prove_inside(void)
{
	enter(&request);
	CHECK(sandbox_prove(0, proof) == 0);
	CHECK(strncmp(proof, "all refused: ", 13) == 0);
}

static void files_and_errno(void)
{
	char path[PATH_MAX];
	int fd;

	enter(&request);
	CHECK(open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES);
	CHECK(open("/proc/self/root/etc/passwd", O_RDONLY) < 0 && errno == EACCES);
	CHECK(open(other, O_RDONLY) < 0 && errno == EACCES);
	CHECK(open(folder, O_RDONLY | O_DIRECTORY) < 0 && errno == EACCES);
	snprintf(path, sizeof(path), "/proc/%ld/cmdline", (long)getppid());
	CHECK(open(path, O_RDONLY) < 0 && errno == EACCES);
	fd = open(model, O_RDONLY);
	CHECK(fd >= 0);
	close(fd);
}

static void calls_and_errno(void)
{
	char *const no_args[] = { NULL };
	struct rlimit r = { 0, 0 };
	int fd;

	enter(&request);
	CHECK(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM);
	CHECK(socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM);
	CHECK(fork() < 0 && errno == EPERM);
	CHECK(vfork() < 0 && errno == EPERM);
	CHECK(execve("/bin/sh", no_args, no_args) < 0 && errno == EPERM);
	CHECK(syscall(SYS_clone3, NULL, 0) < 0 && errno == ENOSYS);
	CHECK(kill(getppid(), 0) < 0 && errno == EPERM);
	CHECK(prlimit(getppid(), RLIMIT_CPU, &r, NULL) < 0 && errno == EPERM);
	CHECK(getrlimit(RLIMIT_CORE, &r) == 0 && r.rlim_max == 0);
	CHECK(open(model, O_RDWR) < 0 && errno == EPERM);
	CHECK(open(other, O_WRONLY | O_CREAT | O_TRUNC, 0600) < 0 && errno == EPERM);
	CHECK(unlink(model) < 0 && errno == EPERM);
	CHECK(chmod(model, 0777) < 0 && errno == EPERM);
	fd = open(model, O_RDONLY);
	CHECK(fchmod(fd, 0777) < 0 && errno == EPERM);
	CHECK(isatty(fd) == 0 && errno == ENOTTY);
	CHECK(unshare(CLONE_NEWUSER) < 0 && errno == EPERM);
	CHECK(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
}

/* The calls of an engine's thread: memory, clocks, its processor. */
static void *compute(void *result)
{
	struct timespec now;
	char *memory = malloc(1 << 20);
	cpu_set_t set;

	if (!memory || clock_gettime(CLOCK_MONOTONIC, &now) < 0 ||
	    sched_getaffinity(0, sizeof(set), &set) < 0 || sched_yield() < 0)
		return NULL;
	memset(memory, 1, 1 << 20);
	free(memory);
	return result;
}

static void work_inside(void)
{
	pthread_t threads[4];
	char text[64] = "", line[256];
	void *result = NULL, *map;
	FILE *f;
	int fd;

	enter(&request);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&threads[i], NULL, compute, text) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_join(threads[i], &result) == 0 && result == text);
	fd = open(model, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0 && read(fd, text, sizeof(text) - 1) == 19 && strncmp(text, "GGUF", 4) == 0);
	map = mmap(NULL, 19, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(map != MAP_FAILED && memcmp(map, text, 19) == 0);
	CHECK(madvise(map, 19, MADV_WILLNEED) == 0 && munmap(map, 19) == 0);
	f = fopen("/proc/cpuinfo", "r");
	CHECK(f && fgets(line, sizeof(line), f));
	fclose(f);
	f = fopen("/sys/devices/system/cpu/online", "r");
	CHECK(f && fgets(line, sizeof(line), f));
	fclose(f);
	map = mmap(NULL, 1 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(map != MAP_FAILED && mprotect(map, 1 << 20, PROT_READ | PROT_WRITE) == 0);
	CHECK(machine_peak_rss_bytes() > 0 && machine_cpu_us() >= 0);
}

static void abort_inside(void)
{
	enter(&request);
	abort();
}

static void abort_still_aborts(void **state)
{
	char report[REPORT_MAX];
	int status = in_child(abort_inside, report);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void gpu_inside(void)
{
	int pair[2];

	enter(&gpu_request);
	CHECK(strstr(level, ", devices open"));
	CHECK(open("/dev/null", O_RDWR) >= 0);
	CHECK(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM);
	CHECK(socket(AF_INET6, SOCK_DGRAM, 0) < 0 && errno == EPERM);
	CHECK(socket(AF_UNIX, SOCK_DGRAM, 0) < 0 && errno == EPERM);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	CHECK(connect(pair[0], NULL, 0) < 0 && errno == EPERM);
	CHECK(sandbox_prove(0, proof) == 0);
}

static void *wait_for_end(void *fd)
{
	char c;

	return read(*(int *)fd, &c, 1) == 0 ? fd : NULL;
}

static void enter_beside_a_thread(void)
{
	int pipe_fds[2];
	pthread_t thread;
	const char *abi;

	CHECK(pipe(pipe_fds) == 0);
	CHECK(pthread_create(&thread, NULL, wait_for_end, &pipe_fds[0]) == 0);
	enter(&request);
	abi = strstr(level, "Landlock ABI ");
	CHECK(!abi || strtol(abi + 13, NULL, 10) >= 8 || strstr(abi, "earlier threads: 1"));
	close(pipe_fds[1]);
	CHECK(pthread_join(thread, NULL) == 0);
}

static void enter_without_a_model(void)
{
	const char *missing = "/tmp/toehold no such\nmodel.gguf";
	struct sandbox_request bad = { .read_paths = &missing, .n_read_paths = 1 };

	CHECK(sandbox_enter(&bad, sandbox_before_exec(&bad), true, level, &err) < 0);
	CHECK(err.kind == ERR_INPUT);
	CHECK(strstr(err.msg, missing) && strstr(err.msg, "No such file"));
	missing = folder;
	CHECK(sandbox_enter(&bad, 0, true, level, &err) < 0);
	CHECK(err.kind == ERR_INPUT && strstr(err.msg, "is a folder"));
}

/* ---- poorer kernels */

/* Denies system call `number`, only with first argument `arg` if that is not -1. */
static void refuse(long number, long arg, int error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)arg, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	if (arg == -1)
		code[2] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_IMM, (unsigned)arg);
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static void enter_without_namespaces(void)
{
	refuse(SYS_unshare, -1, EPERM);
	CHECK(!(enter(&request) & (SANDBOX_USER_NS | SANDBOX_NET_NS | SANDBOX_IPC_NS)));
	CHECK(strstr(level, "missing: namespaces"));
	CHECK(sandbox_prove(0, proof) == 0);
}

static void enter_without_landlock(void)
{
	refuse(SYS_landlock_create_ruleset, -1, ENOSYS);
	enter(&request);
	CHECK(strstr(level, "missing: Landlock"));
	CHECK(sandbox_prove(0, proof) == SANDBOX_TRY_READ);
	CHECK(strcmp(proof, "NOT refused: read /etc/passwd") == 0);
}

static void enter_without_seccomp(void)
{
	refuse(SYS_seccomp, -1, ENOSYS);
	refuse(SYS_prctl, PR_SET_SECCOMP, EINVAL);
	enter(&request);
	CHECK(strstr(level, "missing: seccomp"));
	CHECK(!(sandbox_prove(0, proof) &
		(SANDBOX_TRY_READ | SANDBOX_TRY_CREATE | SANDBOX_TRY_TCP)));
}

static void enter_without_anything(void)
{
	unsigned bits;

	refuse(SYS_unshare, -1, EPERM);
	refuse(SYS_landlock_create_ruleset, -1, ENOSYS);
	refuse(SYS_seccomp, -1, ENOSYS);
	refuse(SYS_prctl, PR_SET_SECCOMP, EINVAL);
	bits = sandbox_before_exec(&request);
	snprintf(level, sizeof(level), "untouched");
	CHECK(sandbox_enter(&request, bits, true, level, &err) < 0);
	CHECK(err.kind == ERR_REFUSED && strstr(err.msg, "--no-sandbox"));
	CHECK(strcmp(level, "untouched") == 0);
	CHECK(sandbox_enter(&request, bits, false, level, &err) == 0);
	CHECK(strcmp(level, "none; missing: namespaces, Landlock, seccomp") == 0);
}

/* ---- limits, death, exec */

static void fill_memory(void)
{
	struct sandbox_request limited = { .read_paths = read_paths,
					   .n_read_paths = 1,
					   .memory_bytes = 64 << 20 };
	size_t size = (size_t)256 << 20;
	int fd = open(other, O_RDWR);
	void *map;

	CHECK(fd >= 0 && ftruncate(fd, (off_t)size) == 0);
	enter(&limited);
	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(map != MAP_FAILED);
	CHECK(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
	      MAP_FAILED);
	map = malloc(16 << 20);
	CHECK(map);
	free(map);
}

static void memory_is_limited_but_not_the_weights(void **state)
{
	(void)state;
	if (SANITIZED) {
		print_message("SKIPPED: the sanitizer's own memory is over any limit\n");
		skip();
	}
	child_passes(fill_memory);
	write_file(other, "another file");
}

static void die_with_parent(void)
{
	int ready[2];
	char c;

	CHECK(pipe(ready) == 0);
	if (fork() == 0) {
		CHECK(sandbox_before_exec(&request) & SANDBOX_DIES_WITH_PARENT);
		CHECK(write(ready[1], "r", 1) == 1);
		for (;;)
			pause();
	}
	CHECK(read(ready[0], &c, 1) == 1);
	raise(SIGKILL);
}

/* The grandchild holds the pipe of the report, so in_child returns only after its death. */
static void a_worker_dies_with_its_parent(void **state)
{
	char report[REPORT_MAX];
	int status = in_child(die_with_parent, report);

	(void)state;
	assert_string_equal(report, "");
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

/* Starts this program again, as the controller starts a worker, with argument "inside". */
static void exec_inside(void)
{
	char bits[SANDBOX_BITS_MAX], fd[16];
	char program[] = "/proc/self/exe", verb[] = "inside",
	     asan[] = "ASAN_OPTIONS=detect_leaks=0";
	char *const args[] = { program, verb, fd, model, NULL };
	char *const env[] = { bits, asan, NULL };

	snprintf(fd, sizeof(fd), "%d", report_fd);
	sandbox_bits_to_text(sandbox_before_exec(&request), bits);
	execve(program, args, env);
	CHECK(!"exec");
}

/* main() of the program that exec_inside starts. */
static int inside_main(char **argv)
{
	const char *const paths[] = { argv[3] };
	struct sandbox_request req = { .read_paths = paths, .n_read_paths = 1 };

	report_fd = (int)strtol(argv[2], NULL, 10);
	CHECK(sandbox_enter(&req, sandbox_bits_from_env(), true, level, &err) == 0);
	dprintf(report_fd, "%s", level);
	CHECK(open(argv[3], O_RDONLY) >= 0);
	CHECK(sandbox_prove(0, proof) == 0);
	_exit(0);
}

static void a_worker_from_exec_to_seccomp(void **state)
{
	char report[REPORT_MAX];

	(void)state;
	need("Landlock");
	need("seccomp");
	if (in_child(exec_inside, report) != 0)
		fail_msg("%s", report);
	print_message("sandbox here: %s\n", report);
}

#endif

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bits_travel_in_the_environment),
		cmocka_unit_test(proof_detects_a_missing_sandbox),
#ifdef __linux__
		INSIDE(all_attempts_are_refused, prove_inside, "Landlock", "seccomp", NULL),
		INSIDE(only_the_model_is_readable, files_and_errno, "Landlock", NULL),
		INSIDE(calls_are_denied_by_errno, calls_and_errno, "seccomp", NULL),
		INSIDE(an_engine_still_works, work_inside, NULL),
		cmocka_unit_test(abort_still_aborts),
		INSIDE(the_gpu_profile_denies_the_network, gpu_inside, "Landlock", "seccomp", NULL),
		INSIDE(earlier_threads_are_told, enter_beside_a_thread, NULL),
		INSIDE(a_missing_model_is_an_input_error, enter_without_a_model, NULL),
		INSIDE(refused_namespaces_are_no_failure, enter_without_namespaces, "Landlock",
		       "seccomp", NULL),
		INSIDE(seccomp_alone_denies_all_but_reading, enter_without_landlock, "seccomp",
		       NULL),
		INSIDE(landlock_alone_denies_files, enter_without_seccomp, "Landlock", "namespaces",
		       NULL),
		INSIDE(no_layer_at_all_is_refused, enter_without_anything, NULL),
		cmocka_unit_test(memory_is_limited_but_not_the_weights),
		cmocka_unit_test(a_worker_dies_with_its_parent),
		cmocka_unit_test(a_worker_from_exec_to_seccomp),
#endif
	};

#ifdef __linux__
	if (argc == 4 && strcmp(argv[1], "inside") == 0)
		return inside_main(argv);
#endif
	(void)argc;
	(void)argv;
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
