/*
 * The sandbox of a worker that asks a server: one port is open; all else that the sandbox of other
 * workers denies is denied too. Each check runs in a child that entered the sandbox.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#ifdef __linux__
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "work/sandbox/sandbox.h"

static char level[SANDBOX_TEXT_MAX], proof[SANDBOX_TEXT_MAX];

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "line %d, errno %d: %s; level: %s; %s\n", __LINE__, errno, \
				#condition, level, proof); \
			_exit(1); \
		} \
	} while (0)

/* A socket that listens on this machine; its port in *ret_port. */
static int listen_here(int *ret_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	*ret_port = ntohs(at.sin_port);
	return fd;
}

static bool reaches(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool reached;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return false;
	reached = connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0;
	close(fd);
	return reached;
}

static bool opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool makes(int domain, int type)
{
	int fd = socket(domain, type, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool binds(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool bound = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0;

	close(fd);
	return bound;
}

static void inside(int port, int other_port, bool names)
{
	struct sandbox_request request = { .network_port = port, .network_names = names };
	struct err err;
	unsigned bits = sandbox_before_exec(&request);
	unsigned open = sandbox_leaves_open(&request);

	CHECK(!(bits & SANDBOX_NET_NS));
	CHECK(sandbox_enter(&request, bits, true, level, &err) == 0);
	if (!strstr(level, "missing")) {
		CHECK(sandbox_prove(open, proof) == 0);
		CHECK(!opens("/etc/passwd", O_RDONLY));
		CHECK(!opens("/tmp", O_RDONLY | O_DIRECTORY));
		CHECK(!opens("/dev/null", O_WRONLY));
		CHECK(opens("/etc/hosts", O_RDONLY) || errno == ENOENT);
		CHECK(!makes(AF_UNIX, SOCK_STREAM));
		CHECK(makes(AF_INET, SOCK_DGRAM) == names);
		CHECK(!binds());
		CHECK(strstr(level, names ? "name servers" : "open: TCP"));
	}
	CHECK(reaches(port));
	if (!(open & SANDBOX_TRY_TCP) && !strstr(level, "missing: Landlock"))
		CHECK(!reaches(other_port));
}

static void try_profile(bool names)
{
	int port, other_port, status = 0;
	int fd = listen_here(&port), other = listen_here(&other_port);
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(30);
		inside(port, other_port, names);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(fd);
	close(other);
	assert_int_equal(status, 0);
}

static void one_port_is_open(void **state)
{
	(void)state;
	try_profile(false);
}

static void names_can_be_looked_up(void **state)
{
	(void)state;
	try_profile(true);
}

/* Without a port nothing is open, as for every other worker. */
static void nothing_is_open_without_a_port(void **state)
{
	const struct sandbox_request request = { 0 };

	(void)state;
	assert_int_equal(sandbox_leaves_open(&request), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_port_is_open),
		cmocka_unit_test(names_can_be_looked_up),
		cmocka_unit_test(nothing_is_open_without_a_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
	return 0;
}
#endif
