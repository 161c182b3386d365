/*
 * The sandbox of a worker that asks a server: one port is open, and everything else is denied as
 * for other workers.
 */
#ifdef __linux__
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "unit/work/sandbox/sandbox_child.h"

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

/* Two ports that listen on this machine, and whether names may be looked up. */
struct profile {
	int port, other_port;
	bool names;
};

static void inside(const void *ctx)
{
	const struct profile *p = ctx;
	struct sandbox_request request = { .network_port = p->port, .network_names = p->names };
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
		CHECK(makes(AF_INET, SOCK_DGRAM) == p->names);
		CHECK(!binds());
		CHECK(strstr(level, p->names ? "UDP to" : "open: TCP to port"));
	}
	CHECK(reaches(p->port));
	if (!(open & SANDBOX_TRY_TCP) && !strstr(level, "missing: Landlock"))
		CHECK(!reaches(p->other_port));
}

static void try_profile(bool names)
{
	struct profile profile = { .names = names };
	int fd = listen_here(&profile.port), other = listen_here(&profile.other_port);
	int status = sandbox_child(inside, &profile);

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
