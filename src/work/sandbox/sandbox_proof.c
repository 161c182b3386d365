/*
 * The parts of the sandbox that are the same on every system: how the bits reach the worker, and
 * the proof. The proof does not trust a layer: it attempts what must be refused. Knows nothing of
 * how a layer refuses. Nothing leaves this machine: it connects only to the loopback address.
 */
#include "work/sandbox/sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"

/* A port without a server: "connection refused" means that the network is reachable. */
enum { PROOF_PORT = 9 };

void sandbox_bits_to_text(unsigned bits, char ret_text[SANDBOX_BITS_MAX])
{
	static const char digits[] = "0123456789abcdef";
	static const char name[] = SANDBOX_BITS_ENV "=";
	size_t used = sizeof(name) - 1;

	memcpy(ret_text, name, used);
	ret_text[used] = digits[(bits >> 4) & 15];
	ret_text[used + 1] = digits[bits & 15];
	ret_text[used + 2] = '\0';
}

unsigned sandbox_bits_from_env(void)
{
	const char *text = getenv(SANDBOX_BITS_ENV);
	char *end;
	unsigned long bits;

	if (!text || strlen(text) != 2)
		return 0;
	bits = strtoul(text, &end, 16);
	return *end == '\0' ? (unsigned)bits : 0;
}

static bool proof_try_read(void)
{
	int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static bool proof_try_create(void)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/tmp/toehold-proof-%ld", (long)getpid());
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	close(fd);
	unlink(path);
	return true;
}

static struct sockaddr_in proof_loopback(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PROOF_PORT) };

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return to;
}

static bool proof_try_tcp(void)
{
	struct sockaddr_in to = proof_loopback();
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool reached;

	if (fd < 0)
		return false;
	reached = connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 || errno == ECONNREFUSED;
	close(fd);
	return reached;
}

static bool proof_try_udp(void)
{
	struct sockaddr_in to = proof_loopback();
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	bool sent;

	if (fd < 0)
		return false;
	sent = sendto(fd, "", 1, 0, (struct sockaddr *)&to, sizeof(to)) == 1;
	close(fd);
	return sent;
}

/* Waits for a child; true if it exited with `code`. */
static bool proof_child_exited(pid_t pid, int code)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return false;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == code;
}

static bool proof_try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid < 0)
		return false;
	proof_child_exited(pid, 0);
	return true;
}

/*
 * Executes a program in a child. If fork fails, it executes a folder instead: the kernel refuses
 * that with EACCES, so only EPERM means that the sandbox denies exec.
 */
static bool proof_try_exec(void)
{
	static char name[] = "/bin/sh", flag[] = "-c", script[] = "exit 7", root[] = "/";
	char *const args[] = { name, flag, script, NULL };
	char *const root_args[] = { root, NULL };
	char *const no_env[] = { NULL };
	pid_t pid = fork();

	if (pid == 0) {
		execve(name, args, no_env);
		_exit(0);
	}
	if (pid > 0)
		return proof_child_exited(pid, 7);
	execve(root, root_args, no_env);
	return errno != EPERM;
}

static bool proof_try_signal(void)
{
	return kill(getppid(), 0) == 0;
}

static bool proof_is_refused(long result)
{
	return result < 0 && (errno == EPERM || errno == EACCES || errno == ENOSYS);
}

static bool proof_try_owner(void)
{
	int ends[2];
	bool owned;

	if (pipe(ends) < 0)
		return false;
	owned = fcntl(ends[0], F_SETOWN, getppid()) == 0;
	close(ends[0]);
	close(ends[1]);
	return owned;
}

/*
 * A pipe is a file that every process owns, so only the sandbox can refuse this. The newer calls
 * are tried by number: libc and its headers may not know them.
 */
static bool proof_try_chmod(void)
{
	char path[64];
	int ends[2];
	bool changed;

	if (pipe(ends) < 0)
		return false;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	changed = !proof_is_refused(fchmod(ends[0], 0600)) || !proof_is_refused(chmod(path, 0600));
#ifdef __linux__
	enum { FCHMODAT2 = 452, SETXATTRAT = 463, FILE_SETATTR = 469 };
	struct {
		uint64_t value;
		uint32_t size, flags;
	} no_acl = { 0 };
	uint64_t attributes[3] = { 0 };

	changed |= !proof_is_refused(syscall(FCHMODAT2, AT_FDCWD, path, 0600, 0));
	changed |= !proof_is_refused(syscall(SETXATTRAT, AT_FDCWD, path, 0,
					     "system.posix_acl_access", &no_acl, sizeof(no_acl)));
	changed |= !proof_is_refused(
		syscall(FILE_SETATTR, AT_FDCWD, path, attributes, sizeof(attributes), 0));
#endif
	close(ends[0]);
	close(ends[1]);
	return changed;
}

static const struct attempt {
	enum sandbox_attempt bit;
	const char *words;
	bool (*succeeds)(void);
} attempts[] = {
	{ SANDBOX_TRY_READ, "read /etc/passwd", proof_try_read },
	{ SANDBOX_TRY_CREATE, "create a file in /tmp", proof_try_create },
	{ SANDBOX_TRY_TCP, "connect (TCP)", proof_try_tcp },
	{ SANDBOX_TRY_UDP, "send (UDP)", proof_try_udp },
	{ SANDBOX_TRY_FORK, "fork", proof_try_fork },
	{ SANDBOX_TRY_EXEC, "exec", proof_try_exec },
	{ SANDBOX_TRY_SIGNAL, "signal the parent", proof_try_signal },
	{ SANDBOX_TRY_OWNER, "signal through a pipe", proof_try_owner },
	{ SANDBOX_TRY_CHMOD, "chmod", proof_try_chmod },
};

unsigned sandbox_prove(unsigned left_open, char ret_text[SANDBOX_TEXT_MAX])
{
	unsigned succeeded = 0;
	const char *comma = "";
	size_t used;

	for (size_t i = 0; i < COUNT_OF(attempts); i++) {
		if (!(left_open & attempts[i].bit) && attempts[i].succeeds())
			succeeded |= attempts[i].bit;
	}
	used = (size_t)snprintf(ret_text, SANDBOX_TEXT_MAX, "%s",
				succeeded ? "NOT refused: " : "all refused: ");
	for (size_t i = 0; i < COUNT_OF(attempts); i++) {
		if ((left_open & attempts[i].bit) || (succeeded && !(succeeded & attempts[i].bit)))
			continue;
		used += (size_t)snprintf(ret_text + used, SANDBOX_TEXT_MAX - used, "%s%s", comma,
					 attempts[i].words);
		comma = ", ";
	}
	return succeeded;
}
