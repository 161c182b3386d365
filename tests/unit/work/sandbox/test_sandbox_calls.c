/*
 * A worker that was taken over tries what has got out of sandboxes before: newer forms of chmod,
 * signals by way of a descriptor, other processes' priorities, memory that no limit counts, and
 * sockets that a rule on ports does not see. Each test enters in a child.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#ifdef __linux__
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/array.h"
#include "unit/work/sandbox/sandbox_child.h"

static const struct sandbox_request offline = { 0 };
static const struct sandbox_request gpu = { .gpu = true };
static const struct sandbox_request server = { .network_port = 9997 };
static const struct sandbox_request named = { .network_port = 9997, .network_names = true };
static const struct sandbox_request fetcher = { .network_port = SANDBOX_ANY_PORT,
						.network_names = true };
static const struct sandbox_request *const requests[] = { &offline, &gpu, &server, &named,
							  &fetcher };

/* Enters; skips the rest of the child if this system has no seccomp. */
static void enter(const struct sandbox_request *request)
{
	struct err err;

	CHECK(sandbox_enter(request, sandbox_before_exec(request), true, level, &err) == 0);
	if (!strstr(level, ", seccomp"))
		_exit(0);
}

static bool refused(long result)
{
	return result < 0 && (errno == EPERM || errno == ENOSYS);
}

static void in_each_profile(void (*inside)(const void *request))
{
	for (size_t i = 0; i < COUNT_OF(requests); i++)
		assert_int_equal(sandbox_child(inside, requests[i]), 0);
}

/* ---- modes of files */

static char victim[] = "/tmp/toehold-victim-XXXXXX";

static int set_up(void **state)
{
	int fd = mkstemp(victim);

	(void)state;
	close(fd);
	return fd < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(victim);
}

/* An access list that lets everybody read and write is the same as mode 0666. */
static const struct {
	uint32_t version;
	struct {
		uint16_t tag, rights;
		uint32_t id;
	} entries[3];
} everybody = { 2, { { 0x01, 6, ~0u }, { 0x04, 6, ~0u }, { 0x20, 6, ~0u } } };

static void try_chmod(const void *request)
{
	enum { FCHMODAT2 = 452, SETXATTRAT = 463, REMOVEXATTRAT = 466, FILE_SETATTR = 469 };
	const char *name = "system.posix_acl_access";
	struct {
		uint64_t value;
		uint32_t size, flags;
	} acl = { (uint64_t)(uintptr_t)&everybody, sizeof(everybody), 0 };
	uint64_t attributes[3] = { 0x80 };
	struct timespec now[2] = { { 0 } };

	enter(request);
	CHECK(refused(chmod(victim, 0666)));
	CHECK(refused(syscall(SYS_fchmodat, AT_FDCWD, victim, 0666)));
	CHECK(refused(syscall(FCHMODAT2, AT_FDCWD, victim, 0666, 0)));
	CHECK(refused(syscall(SYS_setxattr, victim, name, &everybody, sizeof(everybody), 0)));
	CHECK(refused(syscall(SETXATTRAT, AT_FDCWD, victim, 0, name, &acl, sizeof(acl))));
	CHECK(refused(syscall(REMOVEXATTRAT, AT_FDCWD, victim, 0, name)));
	CHECK(refused(syscall(FILE_SETATTR, AT_FDCWD, victim, attributes, 24, 0)));
	CHECK(refused(utimensat(AT_FDCWD, victim, now, 0)));
	CHECK(refused(truncate(victim, 0)));
	CHECK(sandbox_prove(~(unsigned)SANDBOX_TRY_CHMOD, proof) == 0);
}

static void no_call_changes_a_file(void **state)
{
	struct stat before, after;

	(void)state;
	assert_int_equal(stat(victim, &before), 0);
	in_each_profile(try_chmod);
	assert_int_equal(stat(victim, &after), 0);
	assert_int_equal(before.st_mode, after.st_mode);
	assert_int_equal(before.st_ctim.tv_nsec, after.st_ctim.tv_nsec);
}

/* Kernels make new calls; each must be named by a row before a worker can use it. */
static void try_new_calls(const void *request)
{
	static const int known[] = { 436, 439, 441, 449, 453, 454, 455, 456, 462 };

	enter(request);
	for (long number = 424; number < 512; number++) {
		bool is_known = false;

		for (size_t i = 0; i < COUNT_OF(known); i++)
			is_known |= known[i] == number;
		if (!is_known)
			CHECK(syscall(number, -1, -1, -1, -1, -1, -1) < 0 && errno == ENOSYS);
	}
}

static void new_calls_are_denied_by_number(void **state)
{
	(void)state;
	in_each_profile(try_new_calls);
}

/* ---- other processes */

static void try_signals(const void *request)
{
	struct f_owner_ex owner = { F_OWNER_PID, getppid() };
	int ends[2], pid = getppid();

	CHECK(pipe(ends) == 0);
	enter(request);
	CHECK(refused(fcntl(ends[0], F_SETOWN, pid)));
	CHECK(refused(fcntl(ends[0], F_SETOWN_EX, &owner)));
	CHECK(refused(fcntl(ends[0], F_SETSIG, SIGKILL)));
	CHECK(refused(fcntl(ends[0], F_SETFL, O_ASYNC)));
	CHECK(refused(fcntl(ends[0], F_NOTIFY, DN_MODIFY)));
	CHECK(refused(fcntl(ends[0], F_SETPIPE_SZ, 1 << 20)));
	CHECK(ioctl(ends[0], FIOSETOWN, &pid) < 0 && errno != ESRCH);
	CHECK(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
	CHECK(fcntl(ends[0], F_GETFL) == O_NONBLOCK);
	CHECK(refused(kill(pid, 0)) && refused(kill(-1, 0)) && refused(kill(0, 0)));
	CHECK(kill(getpid(), 0) == 0);
	CHECK(refused(prctl(PR_SET_PDEATHSIG, 0)) && refused(prctl(PR_SET_DUMPABLE, 1)));
}

static void no_descriptor_signals_others(void **state)
{
	(void)state;
	in_each_profile(try_signals);
}

static void try_priorities(const void *request)
{
	enum { WHO_PROCESS = 1, IDLE = 3 << 13 };
	const struct sched_param least = { 0 };
	struct rlimit limit;
	cpu_set_t cpus;

	enter(request);
	CHECK(sched_getaffinity(0, sizeof(cpus), &cpus) == 0);
	CHECK(sched_setaffinity(0, sizeof(cpus), &cpus) == 0);
	CHECK(refused(sched_setaffinity(getppid(), sizeof(cpus), &cpus)));
	CHECK(refused(setpriority(PRIO_PROCESS, (id_t)getppid(), 19)));
	CHECK(refused(setpriority(PRIO_USER, 0, 19)));
	CHECK(refused(sched_setscheduler(getppid(), SCHED_IDLE, &least)));
	CHECK(refused(syscall(SYS_ioprio_set, WHO_PROCESS, getppid(), IDLE)));
	CHECK(getrlimit(RLIMIT_DATA, &limit) == 0);
	CHECK(refused(setrlimit(RLIMIT_DATA, &limit)) && refused(setrlimit(RLIMIT_STACK, &limit)));
	CHECK(refused(prlimit(getppid(), RLIMIT_DATA, NULL, &limit)));
}

static void no_process_is_slowed(void **state)
{
	(void)state;
	in_each_profile(try_priorities);
}

/* ---- memory */

static bool maps(int flags, int fd)
{
	return mmap(NULL, 1 << 20, PROT_READ, flags, fd, 0) != MAP_FAILED;
}

static void try_memory(const void *request)
{
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	CHECK(zero >= 0);
	enter(request);
	CHECK(maps(MAP_PRIVATE | MAP_ANONYMOUS, -1));
	CHECK(maps(MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1));
	CHECK(maps(MAP_PRIVATE, zero));
	CHECK(!maps(MAP_SHARED | MAP_ANONYMOUS, -1) && errno == EPERM);
	CHECK(!maps(MAP_SHARED_VALIDATE | MAP_ANONYMOUS, -1) && errno == EPERM);
	CHECK(!maps(MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1) && errno == EPERM);
	CHECK(refused(syscall(SYS_memfd_create, "x", 0)));
	CHECK(refused(syscall(SYS_shmget, 1, 4096, 0600 | 01000)));
	if (strstr(level, "Landlock ABI")) /* a shared mapping of it would be memory, too */
		CHECK(!opens("/dev/zero", O_RDONLY));
}

static void all_memory_counts(void **state)
{
	const struct sandbox_request *const without_gpu[] = { &offline, &server, &fetcher };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(without_gpu); i++)
		assert_int_equal(sandbox_child(try_memory, without_gpu[i]), 0);
}

/* ---- sockets */

static const struct {
	int domain, type, protocol;
} odd_sockets[] = {
	{ AF_INET, SOCK_STREAM, 262 }, /* MPTCP */
	{ AF_INET6, SOCK_STREAM, 262 },
	{ AF_INET, SOCK_STREAM, 132 }, /* SCTP */
	{ AF_INET, SOCK_STREAM, 256 }, /* SMC */
	{ AF_INET, SOCK_DGRAM, 136 }, /* UDP-Lite */
	{ AF_INET, SOCK_DGRAM, IPPROTO_ICMP },
	{ AF_INET, SOCK_RAW, IPPROTO_TCP },
	{ AF_INET, SOCK_SEQPACKET, 0 },
	{ AF_VSOCK, SOCK_STREAM, 0 },
	{ AF_UNIX, SOCK_DGRAM, 0 },
	{ AF_NETLINK, SOCK_RAW, 0 },
	{ AF_PACKET, SOCK_DGRAM, 0 },
	{ 38, SOCK_SEQPACKET, 0 }, /* the kernel's cryptography */
	{ 43, SOCK_STREAM, 0 }, /* SMC */
};

static void try_sockets(const void *request)
{
	int ends[2];

	enter(request);
	for (size_t i = 0; i < COUNT_OF(odd_sockets); i++)
		CHECK(refused(socket(odd_sockets[i].domain, odd_sockets[i].type,
				     odd_sockets[i].protocol)));
	/* A pair of datagram sockets could send to any Unix socket by its path. */
	CHECK(refused(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends)));
}

static void only_plain_sockets(void **state)
{
	(void)state;
	in_each_profile(try_sockets);
}

/* Landlock looks at connect(); data that opens a connection goes past it. */
static void try_fast_open(const void *request)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	struct iovec data = { (void *)(uintptr_t) "x", 1 };
	struct mmsghdr message = { .msg_hdr = { .msg_name = &to,
						.msg_namelen = sizeof(to),
						.msg_iov = &data,
						.msg_iovlen = 1 } };
	int fd, yes = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	enter(request);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
	CHECK(fd >= 0);
	CHECK(refused(sendto(fd, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&to, sizeof(to))));
	CHECK(refused(sendmsg(fd, &message.msg_hdr, MSG_FASTOPEN)));
	CHECK(refused(sendmmsg(fd, &message, 1, MSG_FASTOPEN)));
	CHECK(refused(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &yes, sizeof(yes))));
	CHECK(refused(setsockopt(fd, IPPROTO_TCP, TCP_ULP, "smc", 3)));
	CHECK(refused(listen(fd, 1)) && refused(bind(fd, (struct sockaddr *)&to, sizeof(to))));
	CHECK(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) == 0);
	CHECK(connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0);
	if (strstr(level, "Landlock ABI") && !strstr(level, "any port of"))
		CHECK(errno == EACCES);
}

static void connections_are_opened_by_connect(void **state)
{
	const struct sandbox_request *const online[] = { &server, &named, &fetcher };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(online); i++)
		assert_int_equal(sandbox_child(try_fast_open, online[i]), 0);
}

/* The level names each way out that is left. */
static void tell_what_is_open(const void *request)
{
	const struct sandbox_request *r = request;
	unsigned open = sandbox_leaves_open(r);

	enter(r);
	CHECK(!strstr(level, "open: ") == !r->network_port);
	if (!r->network_port)
		_exit(0);
	CHECK(strstr(level, "of any host"));
	CHECK(!strstr(level, "UDP") == !r->network_names);
	CHECK(!strstr(level, "UDP to any port") == !(open & SANDBOX_TRY_UDP));
	CHECK(!strstr(level, "9997") == !!(open & SANDBOX_TRY_TCP));
	CHECK(sandbox_prove(open, proof) == 0 || strstr(level, "missing"));
}

static void the_level_says_what_is_open(void **state)
{
	const struct sandbox_request *const without_gpu[] = { &offline, &server, &named, &fetcher };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(without_gpu); i++)
		assert_int_equal(sandbox_child(tell_what_is_open, without_gpu[i]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_call_changes_a_file),
		cmocka_unit_test(new_calls_are_denied_by_number),
		cmocka_unit_test(no_descriptor_signals_others),
		cmocka_unit_test(no_process_is_slowed),
		cmocka_unit_test(all_memory_counts),
		cmocka_unit_test(only_plain_sockets),
		cmocka_unit_test(connections_are_opened_by_connect),
		cmocka_unit_test(the_level_says_what_is_open),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
#else
int main(void)
{
	return 0;
}
#endif
