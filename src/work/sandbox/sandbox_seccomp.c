/*
 * The system calls that a worker may make, as rows for libseccomp. What no row allows is refused:
 * with ENOSYS if Linux has had the call since 5.1, so that libc falls back to an older one, else
 * with EPERM. The rows have room for other versions of libc and OpenMP than the tested ones.
 */
#ifdef __linux__

#include "work/sandbox/sandbox_linux.h"

#ifdef HAVE_SECCOMP

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/array.h"

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

/*
 * CPU: unless the worker uses a GPU. SERVER: if it asks a server, NAMES: by a host name. WRITES: if
 * it may make files in one folder, which Landlock enforces.
 */
enum profile { ANY, CPU, CPU_READS, WRITES, GPU, GPU_READS, SERVER, NAMES };

/* Calls that are allowed with any arguments; names are separated by spaces. */
static const struct allowed {
	enum profile profile;
	const char *names;
} allowed[] = {
	/* Descriptors. */
	{ ANY, "read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2" },
	{ ANY, "lseek _llseek close close_range dup dup2 dup3 pipe pipe2 eventfd eventfd2" },
	{ ANY, "poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64" },
	{ ANY, "epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2" },
	{ ANY, "fadvise64 fadvise64_64 arm_fadvise64_64 readahead fsync fdatasync" },
	/* Names, sizes and folders; reading a file goes through open. */
	{ ANY, "stat stat64 fstat fstat64 lstat lstat64 newfstatat fstatat64 statx statfs" },
	{ ANY, "statfs64 fstatfs fstatfs64 access faccessat faccessat2 readlink readlinkat" },
	{ ANY, "getdents getdents64 getcwd umask" },
	/* Memory. */
	{ ANY, "brk munmap mprotect mremap madvise msync mincore membarrier mseal" },
	{ ANY, "mlock mlock2 munlock mbind get_mempolicy set_mempolicy map_shadow_stack" },
	/* Threads, and what a process may know about itself. */
	{ ANY, "exit exit_group futex futex_time64 futex_waitv futex_wait futex_wake" },
	{ ANY, "futex_requeue set_robust_list set_tid_address rseq sched_yield wait4 waitid" },
	{ ANY, "sched_getaffinity sched_getscheduler sched_getparam sched_getattr getpriority" },
	{ ANY, "sched_get_priority_max sched_get_priority_min sched_rr_get_interval getcpu" },
	{ ANY, "getpid getppid gettid getpgid getpgrp getsid getuid geteuid getgid getegid" },
	{ ANY, "getuid32 geteuid32 getgid32 getegid32 getresuid getresgid getgroups capget" },
	{ ANY, "getrlimit ugetrlimit getrusage times sysinfo uname getrandom arch_prctl" },
	{ ANY, "riscv_hwprobe riscv_flush_icache cacheflush set_tls set_thread_area" },
	/* Signals to itself. */
	{ ANY, "rt_sigaction rt_sigprocmask rt_sigreturn sigreturn rt_sigpending sigaltstack" },
	{ ANY, "rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 restart_syscall pause" },
	/* Time. */
	{ ANY, "clock_gettime clock_gettime64 clock_getres clock_getres_time64 nanosleep" },
	{ ANY, "clock_nanosleep clock_nanosleep_time64 gettimeofday time alarm getitimer" },
	{ ANY, "setitimer timer_create timer_settime timer_gettime timer_getoverrun" },
	{ ANY, "timer_delete timerfd_create timerfd_settime timerfd_gettime" },
	/* Files in its one folder. */
	{ WRITES, "open openat ftruncate ftruncate64 fallocate" },
	/* What drivers share between their threads and with the kernel. */
	{ GPU, "mmap mmap2 memfd_create ftruncate fallocate shmget shmat shmdt shmctl semget" },
	{ GPU, "semop semtimedop semctl bind listen accept accept4 sendmsg recvfrom" },
	{ GPU, "recvmsg setsockopt getsockopt getsockname getpeername shutdown" },
	/* One server. */
	{ SERVER, "connect shutdown recvfrom recvmsg recvmmsg recvmmsg_time64" },
	{ SERVER, "getsockopt getsockname getpeername" },
};

#define INT 0xffffffffu /* the kernel reads the lower half of an int argument */
#define NAMESPACES \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | \
	 CLONE_NEWPID | CLONE_NEWNET)
#define CHANGES (O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY))
#define SOCKET_TYPE (INT & ~(unsigned)(SOCK_CLOEXEC | SOCK_NONBLOCK))
#define IOCTL_TYPE 0xff00u /* the byte that names the driver */

/* An argument, which is `value` under the mask. */
struct test {
	unsigned arg;
	uint64_t mask, value;
};

/* Calls that are allowed if all tests hold; a test without a mask always does. */
static const struct allowed_if {
	enum profile profile;
	const char *names;
	struct test tests[3];
} allowed_if[] = {
	/* Only threads. */
	{ ANY, "clone", { { 0, CLONE_THREAD | NAMESPACES, CLONE_THREAD } } },
	{ CPU_READS, "open", { { 1, O_ACCMODE | CHANGES, O_RDONLY } } },
	{ CPU_READS, "openat", { { 2, O_ACCMODE | CHANGES, O_RDONLY } } },
	{ GPU_READS, "open", { { 1, CHANGES, 0 } } },
	{ GPU_READS, "openat", { { 2, CHANGES, 0 } } },
	/* Memory that RLIMIT_DATA counts, and files. It counts neither shared anonymous memory nor
	 * what grows like a stack. */
	{ CPU, "mmap mmap2", { { 3, MAP_TYPE | MAP_GROWSDOWN, MAP_PRIVATE } } },
	{ CPU, "mmap mmap2", { { 3, MAP_ANONYMOUS | MAP_GROWSDOWN, 0 } } },
	/* No owner and no signal of a descriptor: it would reach other processes. */
	{ ANY, "fcntl fcntl64", { { 1, INT, F_DUPFD } } },
	{ ANY, "fcntl fcntl64", { { 1, INT, F_DUPFD_CLOEXEC } } },
	{ ANY, "fcntl fcntl64", { { 1, INT, F_GETFD } } },
	{ ANY, "fcntl fcntl64", { { 1, INT, F_SETFD } } },
	{ ANY, "fcntl fcntl64", { { 1, INT, F_GETFL } } },
	{ ANY, "fcntl fcntl64", { { 1, INT, F_SETFL }, { 2, O_ASYNC, 0 } } },
	{ ANY, "fcntl fcntl64", { { 1, INT, F_GETPIPE_SZ } } },
	{ GPU, "fcntl fcntl64", { { 1, INT, F_ADD_SEALS } } },
	{ GPU, "fcntl fcntl64", { { 1, INT, F_GET_SEALS } } },
	/* Names of threads and memory; what it is. Its death with the parent stays. */
	{ ANY, "prctl", { { 0, INT, PR_SET_NAME } } },
	{ ANY, "prctl", { { 0, INT, PR_GET_NAME } } },
	{ ANY, "prctl", { { 0, INT, PR_SET_VMA } } },
	{ ANY, "prctl", { { 0, INT, PR_GET_DUMPABLE } } },
	{ ANY, "prctl", { { 0, INT, PR_GET_NO_NEW_PRIVS } } },
	{ ANY, "prctl", { { 0, INT, PR_SET_TIMERSLACK } } },
	{ ANY, "prctl", { { 0, INT, PR_SET_THP_DISABLE } } },
	{ ANY, "prctl", { { 0, INT, PR_GET_THP_DISABLE } } },
	{ ANY, "prctl", { { 0, INT, PR_CAPBSET_READ } } },
	/* Its own limits may be read, and its own processors chosen. */
	{ ANY, "prlimit64", { { 0, INT, 0 }, { 2, UINT64_MAX, 0 } } },
	{ ANY, "sched_setaffinity", { { 0, INT, 0 } } },
	/* Drivers: DRM, NVIDIA, UVM (its numbers are small), KFD, DXG; no terminal, no owner. */
	{ GPU, "ioctl", { { 1, IOCTL_TYPE, 'd' << 8 } } },
	{ GPU, "ioctl", { { 1, IOCTL_TYPE, 'F' << 8 } } },
	{ GPU, "ioctl", { { 1, IOCTL_TYPE, 0 } } },
	{ GPU, "ioctl", { { 1, IOCTL_TYPE, 'K' << 8 } } },
	{ GPU, "ioctl", { { 1, IOCTL_TYPE, 'G' << 8 } } },
	{ GPU, "ioctl", { { 1, INT, TCGETS } } },
	{ GPU, "ioctl", { { 1, INT, FIONREAD } } },
	{ GPU, "ioctl", { { 1, INT, FIONBIO } } },
	/* Unix sockets between its own threads, without an address to send to. */
	{ GPU, "socket", { { 0, INT, AF_UNIX }, { 1, SOCKET_TYPE, SOCK_STREAM } } },
	{ GPU, "socket", { { 0, INT, AF_UNIX }, { 1, SOCKET_TYPE, SOCK_SEQPACKET } } },
	{ GPU, "socketpair", { { 0, INT, AF_UNIX }, { 1, SOCKET_TYPE, SOCK_STREAM } } },
	{ GPU, "socketpair", { { 0, INT, AF_UNIX }, { 1, SOCKET_TYPE, SOCK_SEQPACKET } } },
	{ GPU, "sendto", { { 4, UINT64_MAX, 0 } } },
	/* A server needs TCP itself, which Landlock can see: no MPTCP, no Fast Open. */
	{ SERVER,
	  "socket",
	  { { 0, INT, AF_INET }, { 1, SOCKET_TYPE, SOCK_STREAM }, { 2, INT, 0 } } },
	{ SERVER,
	  "socket",
	  { { 0, INT, AF_INET }, { 1, SOCKET_TYPE, SOCK_STREAM }, { 2, INT, IPPROTO_TCP } } },
	{ SERVER,
	  "socket",
	  { { 0, INT, AF_INET6 }, { 1, SOCKET_TYPE, SOCK_STREAM }, { 2, INT, 0 } } },
	{ SERVER,
	  "socket",
	  { { 0, INT, AF_INET6 }, { 1, SOCKET_TYPE, SOCK_STREAM }, { 2, INT, IPPROTO_TCP } } },
	{ SERVER, "socketpair", { { 0, INT, AF_UNIX }, { 1, SOCKET_TYPE, SOCK_STREAM } } },
	{ SERVER, "sendto", { { 3, MSG_FASTOPEN, 0 } } },
	{ SERVER, "sendmsg", { { 2, MSG_FASTOPEN, 0 } } },
	{ SERVER, "sendmmsg", { { 3, MSG_FASTOPEN, 0 } } },
	{ SERVER, "setsockopt", { { 1, INT, SOL_SOCKET }, { 2, INT, SO_KEEPALIVE } } },
	{ SERVER, "setsockopt", { { 1, INT, SOL_SOCKET }, { 2, INT, SO_SNDBUF } } },
	{ SERVER, "setsockopt", { { 1, INT, SOL_SOCKET }, { 2, INT, SO_RCVBUF } } },
	{ SERVER, "setsockopt", { { 1, INT, SOL_SOCKET }, { 2, INT, SO_RCVTIMEO } } },
	{ SERVER, "setsockopt", { { 1, INT, SOL_SOCKET }, { 2, INT, SO_SNDTIMEO } } },
	{ SERVER, "setsockopt", { { 1, INT, IPPROTO_TCP }, { 2, INT, TCP_NODELAY } } },
	{ SERVER, "setsockopt", { { 1, INT, IPPROTO_TCP }, { 2, INT, TCP_KEEPIDLE } } },
	{ SERVER, "setsockopt", { { 1, INT, IPPROTO_TCP }, { 2, INT, TCP_KEEPINTVL } } },
	{ SERVER, "setsockopt", { { 1, INT, IPPROTO_TCP }, { 2, INT, TCP_KEEPCNT } } },
	{ SERVER, "setsockopt", { { 1, INT, IPPROTO_IPV6 }, { 2, INT, IPV6_V6ONLY } } },
	/* UDP is for name servers. */
	{ NAMES, "socket", { { 0, INT, AF_INET }, { 1, SOCKET_TYPE, SOCK_DGRAM }, { 2, INT, 0 } } },
	{ NAMES,
	  "socket",
	  { { 0, INT, AF_INET }, { 1, SOCKET_TYPE, SOCK_DGRAM }, { 2, INT, IPPROTO_UDP } } },
	{ NAMES,
	  "socket",
	  { { 0, INT, AF_INET6 }, { 1, SOCKET_TYPE, SOCK_DGRAM }, { 2, INT, 0 } } },
	{ NAMES,
	  "socket",
	  { { 0, INT, AF_INET6 }, { 1, SOCKET_TYPE, SOCK_DGRAM }, { 2, INT, IPPROTO_UDP } } },
	{ NAMES, "setsockopt", { { 1, INT, IPPROTO_IP }, { 2, INT, IP_RECVERR } } },
	{ NAMES, "setsockopt", { { 1, INT, IPPROTO_IP }, { 2, INT, IP_MTU_DISCOVER } } },
	{ NAMES, "setsockopt", { { 1, INT, IPPROTO_IPV6 }, { 2, INT, IPV6_RECVERR } } },
	{ NAMES, "setsockopt", { { 1, INT, IPPROTO_IPV6 }, { 2, INT, IPV6_MTU_DISCOVER } } },
};

static bool seccomp_in_profile(enum profile profile, const struct sandbox_request *request)
{
	switch (profile) {
	case ANY:
		return true;
	case CPU:
		return !request->gpu;
	case CPU_READS:
		return !request->gpu && !request->write_dir;
	case WRITES:
		return request->write_dir != NULL;
	case GPU:
		return request->gpu;
	case GPU_READS:
		return request->gpu && !request->write_dir;
	case SERVER:
		return request->network_port != 0;
	case NAMES:
		return request->network_names;
	}
	return false;
}

/* The numbers that all architectures share begin with Linux 5.1; the last is years ahead. */
enum { SHARED_FIRST = 424, SHARED_END = 512 };

struct filter {
	scmp_filter_ctx ctx;
	bool rows[SHARED_END]; /* of a shared number: a row allows it */
	int failed; /* the first error of libseccomp, negative */
};

static void seccomp_add(struct filter *f, uint32_t action, int number, const struct test *tests)
{
	struct scmp_arg_cmp compare[3];
	unsigned n = 0;
	int r;

	for (size_t i = 0; tests && i < COUNT_OF(compare); i++) {
		if (tests[i].mask)
			compare[n++] = (struct scmp_arg_cmp){ .arg = tests[i].arg,
							      .op = SCMP_CMP_MASKED_EQ,
							      .datum_a = tests[i].mask,
							      .datum_b = tests[i].value };
	}
	r = seccomp_rule_add_array(f->ctx, action, number, n, compare);
	if (r < 0 && f->failed == 0)
		f->failed = r;
}

/* Skips a name that this libseccomp or this machine does not have: it stays refused. */
static void seccomp_allow(struct filter *f, const char *names, const struct test *tests)
{
	char name[32];
	int number;

	for (const char *at = names; *at;) {
		size_t len = strcspn(at, " ");

		snprintf(name, sizeof(name), "%.*s", (int)len, at);
		number = seccomp_syscall_resolve_name(name);
		if (number >= SHARED_FIRST && number < SHARED_END)
			f->rows[number] = true;
		if (number != __NR_SCMP_ERROR)
			seccomp_add(f, SCMP_ACT_ALLOW, number, tests);
		at += len + strspn(at + len, " ");
	}
}

/* abort() signals this process, libraries name it in place of 0. */
static void seccomp_allow_self(struct filter *f)
{
	const struct test self[3] = { { 0, INT, (uint64_t)getpid() } };

	seccomp_allow(f, "kill tgkill sched_setaffinity", self);
}

static void seccomp_fill(struct filter *f, const struct sandbox_request *request)
{
	for (size_t i = 0; i < COUNT_OF(allowed); i++) {
		if (seccomp_in_profile(allowed[i].profile, request))
			seccomp_allow(f, allowed[i].names, NULL);
	}
	for (size_t i = 0; i < COUNT_OF(allowed_if); i++) {
		if (seccomp_in_profile(allowed_if[i].profile, request))
			seccomp_allow(f, allowed_if[i].names, allowed_if[i].tests);
	}
	seccomp_allow_self(f);
	for (int i = SHARED_FIRST; i < SHARED_END; i++) {
		if (!f->rows[i])
			seccomp_add(f, SCMP_ACT_ERRNO(ENOSYS), i, NULL);
	}
	/* "Not a terminal" is what libc expects for a pipe. */
	if (!request->gpu)
		seccomp_add(f, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), NULL);
}

/* A call of another architecture (x32, i386) ends the process. */
bool sandbox_enter_seccomp(const struct sandbox_request *request)
{
	struct filter f = { .ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM)) };

	if (!f.ctx)
		return false;
	f.failed = seccomp_attr_set(f.ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (f.failed == 0 && sandbox_count_threads() > 1)
		f.failed = seccomp_attr_set(f.ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	if (f.failed == 0)
		seccomp_fill(&f, request);
	if (f.failed == 0)
		f.failed = seccomp_load(f.ctx);
	seccomp_release(f.ctx);
	return f.failed == 0;
}

#else

bool sandbox_enter_seccomp(const struct sandbox_request *request)
{
	(void)request;
	return false;
}

#endif

#endif
