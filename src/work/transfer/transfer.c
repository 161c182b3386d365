/*
 * Starts and ends the fetcher, and receives frames from it. Decides which of the user's environment
 * variables it gets. Must not know what is transferred.
 */
#include "work/transfer/transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "work/child.h"

#define PROGRAM "toehold-fetch"
enum { HELLO_MS = 20 * 1000 };

/* libcurl reads the proxies, fetch/fetch_curl.c the certificates. */
static const char *const passed_on[] = {
	"http_proxy",	      "https_proxy",   "HTTPS_PROXY",  "all_proxy",
	"ALL_PROXY",	      "no_proxy",      "NO_PROXY",     "CURL_CA_BUNDLE",
	"REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR",
};
enum { N_PASSED_ON = COUNT_OF(passed_on) };

int transfer_find_program(struct arena *a, char **ret_path, struct err *err)
{
	return child_find_program(a, PROGRAM, " (it needs libcurl)", ret_path, err);
}

static char **transfer_environment(struct arena *a)
{
	char **env = arena_array(a, N_PASSED_ON + 3, sizeof(*env));
	size_t n = 0;

	for (size_t i = 0; i < N_PASSED_ON; i++) {
		const char *value = getenv(passed_on[i]);

		if (value)
			env[n++] = arena_printf(a, "%s=%s", passed_on[i], value);
	}
	env[n++] = arena_strdup(a, "LC_ALL=C.UTF-8");
#ifdef __SANITIZE_ADDRESS__
	/* The box of the fetcher denies what the leak check needs. */
	env[n++] = arena_strdup(a, "ASAN_OPTIONS=detect_leaks=0");
#endif
	return env;
}

/* In its own process group, so that Ctrl-C in a terminal reaches only the controller. */
static int transfer_spawn(const char *program, bool sandbox, int in, int out, pid_t *ret_pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	struct arena a = { 0 };
	char *const argv[] = { arena_strdup(&a, program),
			       sandbox ? NULL : arena_strdup(&a, TRANSFER_NO_SANDBOX), NULL };
	int r;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	r = posix_spawn(ret_pid, program, &files, &attributes, argv, transfer_environment(&a));
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	arena_release(&a);
	return r;
}

static int transfer_greet(struct transfer *t, const char *program, struct err *err)
{
	struct transfer_hello hello = { 0 };
	struct wire_reader payload;
	struct arena a = { 0 };
	uint8_t type = 0;
	int r = transfer_wait(t, HELLO_MS, &type, &payload, err);

	if (r == 0 ||
	    (r > 0 &&
	     (type != TRANSFER_HELLO || transfer_decode(type, &payload, &a, &hello, err) < 0 ||
	      hello.version != TRANSFER_VERSION || !hello.library || !hello.box)))
		r = err_set(err, ERR_ENGINE,
			    "'%s' is not a fetcher of this version; install toehold again",
			    program);
	if (r > 0 && hello.refused)
		r = err_set(err, ERR_REFUSED, "%s", hello.refused);
	if (r > 0) {
		snprintf(t->library, sizeof(t->library), "%s", hello.library);
		snprintf(t->box, sizeof(t->box), "%s", hello.box);
	}
	arena_release(&a);
	return r < 0 ? -1 : 0;
}

int transfer_start(struct transfer *t, const char *program, bool sandbox, struct err *err)
{
	int to[2], from[2], r;

	*t = (struct transfer){ 0 };
	if (child_make_pipes(to, from, err) < 0)
		return -1;
	r = transfer_spawn(program, sandbox, to[0], from[1], &t->pid);
	close(to[0]);
	close(from[1]);
	t->to = to[1];
	t->from = from[0];
	wire_input_init(&t->in);
	if (r != 0) {
		t->pid = 0;
		close(t->to);
		close(t->from);
		wire_input_release(&t->in);
		return err_sys(err, ERR_ENGINE, r, "cannot start '%s'", program);
	}
	if (transfer_greet(t, program, err) < 0) {
		transfer_close(t);
		return -1;
	}
	return 0;
}

int transfer_wait(struct transfer *t, int wait_ms, uint8_t *ret_type,
		  struct wire_reader *ret_payload, struct err *err)
{
	struct pollfd pfd = { .fd = t->from, .events = POLLIN };
	int r = wire_next(&t->in, ret_type, ret_payload);
	int64_t n;

	while (r == 0) {
		int ready = poll(&pfd, 1, wait_ms);

		if (ready == 0 || (ready < 0 && errno == EINTR))
			return 0;
		n = ready < 0 ? -1 : wire_fill(&t->in, t->from);
		if (n < 0 && errno == EINTR)
			return 0;
		if (n <= 0)
			return err_set(err, ERR_ENGINE, PROGRAM " ended before it answered");
		r = wire_next(&t->in, ret_type, ret_payload);
	}
	return r > 0 ? 1 : err_set(err, ERR_ENGINE, PROGRAM " sent a malformed frame");
}

void transfer_close(struct transfer *t)
{
	if (t->pid == 0)
		return;
	kill(t->pid, SIGKILL);
	while (waitpid(t->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(t->to);
	close(t->from);
	wire_input_release(&t->in);
	t->pid = 0;
}
