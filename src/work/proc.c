/*
 * Starts, watches and ends a worker: fork and exec, two pipes, and waitpid to name its death. The
 * worker has its own process group, so that Ctrl-C in a terminal reaches only the controller.
 */
#include "work/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "work/child.h"
#include "work/machine.h"
#include "work/sandbox/sandbox.h"
#include "work/variant.h"

enum { HELLO_TIMEOUT_US = 20 * 1000000, GRACE_US = 2 * 1000000 };

static const char *const program_names[] = {
	[ENGINE_LLAMA] = "toehold-llama",
	[ENGINE_SCRIPT] = "toehold-script",
	[ENGINE_HTTP] = "toehold-http",
};

int proc_find_program(struct arena *a, enum engine_kind engine, char **ret_path, struct err *err)
{
	if (engine == ENGINE_LLAMA)
		return variant_find_worker(a, program_names[engine], ret_path, err);
	return child_find_program(a, program_names[engine], "", ret_path, err);
}

/* The child's whole environment: a process that reads hostile files gets nothing of the user's. */
static char bits_text[SANDBOX_BITS_MAX];
static char *const child_env[] = {
	bits_text,
	(char *)"LC_ALL=C.UTF-8",
#ifdef __SANITIZE_ADDRESS__
	(char *)"ASAN_OPTIONS=detect_leaks=0", /* the sandbox denies what the leak check needs */
#endif
	NULL,
};

/* Gives the child the descriptor as PREFIX_FD. Returns false if there is none. */
static bool proc_pass_on(int fd)
{
	if (fd == PREFIX_FD)
		return fcntl(fd, F_SETFD, 0) == 0;
	return fd > 0 && dup2(fd, PREFIX_FD) == PREFIX_FD;
}

static void proc_child(const struct proc_spec *spec, int in, int out)
{
	struct sandbox_request request = { .memory_bytes = spec->memory_bytes,
					   .network_port = spec->network_port };
	char *const argv[] = { (char *)spec->program, NULL };
	int null = open("/dev/null", O_WRONLY);

	setpgid(0, 0);
#ifdef __linux__
	/* No orphans, even without a sandbox. */
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
#endif
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
	    (null >= 0 && dup2(null, STDERR_FILENO) < 0))
		_exit(126);
	child_close_inherited(proc_pass_on(spec->prefix_fd) ? PREFIX_FD + 1 : PREFIX_FD);
	sandbox_bits_to_text(spec->sandbox ? sandbox_before_exec(&request) : 0, bits_text);
	execve(spec->program, argv, child_env);
	_exit(127);
}

/* Reads the worker's first message, in which it introduces itself. */
static int proc_greet(struct proc *p, const struct proc_spec *spec, struct err *err)
{
	struct proc_death death = { .detail = "it sent nothing within 20 s" };
	struct msg_hello hello = { 0 };
	struct wire_reader payload;
	struct arena a = { 0 };
	enum message_type type;
	enum proc_event event;
	int r = -1;

	do
		event = proc_wait(p, clock_mono_us() + HELLO_TIMEOUT_US, &type, &payload, &death);
	while (event == PROC_INTERRUPTED);
	if (event != PROC_MESSAGE)
		err_set(err, ERR_ENGINE, "the worker '%s' did not start: %s", spec->program,
			death.detail);
	else if (type != MSG_HELLO || message_take(type, &payload, &a, &hello, err) < 0 ||
		 hello.protocol != PROTOCOL_VERSION || !hello.engine_build || !hello.device)
		err_set(err, ERR_ENGINE,
			"'%s' is not a worker of this version; install toehold again",
			spec->program);
	else
		r = 0;
	if (r == 0) {
		snprintf(p->engine_build, sizeof(p->engine_build), "%s", hello.engine_build);
		snprintf(p->device, sizeof(p->device), "%s", hello.device);
	}
	arena_release(&a);
	if (r < 0)
		proc_kill(p);
	return r;
}

int proc_start(struct proc *p, const struct proc_spec *spec, struct err *err)
{
	int to[2], from[2];
	pid_t pid;

	*p = (struct proc){ 0 };
	if (child_make_pipes(to, from, err) < 0)
		return -1;
	pid = fork();
	if (pid == 0)
		proc_child(spec, to[0], from[1]);
	close(to[0]);
	close(from[1]);
	if (pid < 0) {
		close(to[1]);
		close(from[0]);
		return err_sys(err, ERR_ENGINE, errno, "cannot start a worker process");
	}
	p->pid = pid;
	p->to = to[1];
	fcntl(p->to, F_SETFL, O_NONBLOCK); /* a worker that does not read must not block us */
	p->from = from[0];
	wire_input_init(&p->in);
	return proc_greet(p, spec, err);
}

void proc_send(struct proc *p, enum message_type type, const void *message)
{
	struct err unused;

	if (p->pid && message_send(p->to, type, message, &unused) < 0)
		return;
}

static void proc_name_death(int status, struct proc_death *ret)
{
	static const struct {
		int code;
		enum outcome outcome;
		const char *detail;
	} exits[] = {
		{ 127, OUTCOME_CRASHED, "it could not be executed" },
		{ WORKER_EXIT_NO_MEMORY, OUTCOME_OUT_OF_MEMORY, "it had no memory left" },
		{ WORKER_EXIT_DEVICE_LOST, OUTCOME_DEVICE_LOST, "its device failed" },
		{ WORKER_EXIT_NO_TRAINING, OUTCOME_CRASHED,
		  "the engine cannot train a part of this kind of model" },
	};

	ret->outcome = OUTCOME_CRASHED;
	if (WIFSIGNALED(status)) {
		int sig = WTERMSIG(status);

		/* We did not send this SIGKILL, so the kernel's memory killer did. */
		if (sig == SIGKILL)
			ret->outcome = OUTCOME_OUT_OF_MEMORY;
		snprintf(ret->detail, sizeof(ret->detail), "killed by signal %d (%s)%s", sig,
			 strsignal(sig),
			 sig == SIGKILL ? ": most likely the system was out of memory" : "");
	} else {
		snprintf(ret->detail, sizeof(ret->detail), "ended by itself with exit code %d",
			 WEXITSTATUS(status));
		for (size_t i = 0; i < COUNT_OF(exits); i++) {
			if (WEXITSTATUS(status) != exits[i].code)
				continue;
			ret->outcome = exits[i].outcome;
			snprintf(ret->detail, sizeof(ret->detail), "%s", exits[i].detail);
		}
	}
}

/* Waits for the process and closes its descriptors. */
static int proc_reap(struct proc *p)
{
	struct rusage usage;
	int status = 0;

	while (wait4(p->pid, &status, 0, &usage) < 0 && errno == EINTR)
		;
	p->cpu_us = (int64_t)usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec +
		    (int64_t)usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec;
	close(p->to);
	close(p->from);
	wire_input_release(&p->in);
	p->pid = 0;
	return status;
}

void proc_kill(struct proc *p)
{
	if (!p->pid)
		return;
	kill(-p->pid, SIGKILL);
	kill(p->pid, SIGKILL);
	proc_reap(p);
}

/* At the end of the stream: the worker died, or it closed its output and still runs. */
static enum proc_event proc_died(struct proc *p, struct proc_death *ret_death)
{
	int64_t until = clock_mono_us() + GRACE_US;
	siginfo_t info = { 0 };

	while (waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == 0 && clock_mono_us() < until)
		poll(NULL, 0, 5);
	if (info.si_pid == 0) {
		proc_kill(p);
		ret_death->outcome = OUTCOME_CRASHED;
		snprintf(ret_death->detail, sizeof(ret_death->detail),
			 "it closed its output without ending");
		return PROC_DIED;
	}
	proc_name_death(proc_reap(p), ret_death);
	return PROC_DIED;
}

static enum proc_event proc_malformed(struct proc *p, struct proc_death *ret_death)
{
	proc_kill(p);
	ret_death->outcome = OUTCOME_CRASHED;
	snprintf(ret_death->detail, sizeof(ret_death->detail), "it sent a malformed message");
	return PROC_DIED;
}

/* Milliseconds for poll(), rounded up: once it times out, the deadline has passed. */
static int proc_poll_ms(int64_t left_us)
{
	if (left_us <= 0)
		return 0;
	return left_us / 1000 < INT_MAX ? (int)(left_us / 1000) + 1 : INT_MAX;
}

enum proc_event proc_wait(struct proc *p, int64_t deadline_us, enum message_type *ret_type,
			  struct wire_reader *ret_payload, struct proc_death *ret_death)
{
	for (;;) {
		struct pollfd fd = { .fd = p->from, .events = POLLIN };
		uint8_t type;
		int got = wire_next(&p->in, &type, ret_payload), ready;
		int64_t n;

		if (got < 0)
			return proc_malformed(p, ret_death);
		if (got > 0) {
			*ret_type = (enum message_type)type;
			return PROC_MESSAGE;
		}
		ready = poll(&fd, 1, proc_poll_ms(deadline_us - clock_mono_us()));
		if (ready < 0 && errno == EINTR)
			return PROC_INTERRUPTED;
		if (ready == 0)
			return PROC_TIMED_OUT;
		n = wire_fill(&p->in, p->from);
		/* At the end of the stream errno is stale: it may be that of an earlier signal. */
		if (n == 0 || (n < 0 && errno != EINTR))
			return proc_died(p, ret_death);
	}
}

int64_t proc_cpu_us(const struct proc *p)
{
	return p->pid ? machine_process_cpu_us(p->pid) : p->cpu_us;
}

void proc_close(struct proc *p)
{
	int64_t until = clock_mono_us() + GRACE_US;

	if (!p->pid)
		return;
	close(p->to);
	p->to = -1;
	for (;;) {
		siginfo_t info = { 0 };

		if (waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
		    info.si_pid != 0)
			break;
		if (clock_mono_us() > until) {
			kill(p->pid, SIGKILL);
			break;
		}
		poll(NULL, 0, 2);
	}
	proc_reap(p);
}
