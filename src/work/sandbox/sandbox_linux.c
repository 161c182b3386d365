/*
 * The sandbox on Linux: limits and namespaces before exec, Landlock and seccomp after. Each layer
 * is optional, since kernels and containers differ; the level says which ones are in force.
 * sandbox_landlock.c lists the readable places; `denied` and `denied_args` below list the system
 * calls that are denied.
 */
#ifdef __linux__

#include "work/sandbox/sandbox_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef HAVE_SECCOMP
#include <seccomp.h>
#endif

#include "base/array.h"
#include "base/file.h"

/* ---- before exec */

/* Descriptors for pipes, the parts of the model, libraries; device drivers open many more. */
enum { MAX_FDS = 256, MAX_FDS_GPU = 4096 };

static bool sandbox_limit(int resource, rlim_t value)
{
	struct rlimit now, wanted = { value, value };

	if (getrlimit(resource, &now) < 0)
		return false;
	if (now.rlim_max < value)
		wanted.rlim_cur = wanted.rlim_max = now.rlim_max;
	return setrlimit(resource, &wanted) == 0;
}

/*
 * Memory is limited by RLIMIT_DATA. It counts private writable memory (heap, KV cache, thread
 * stacks, weights read without mmap) but not read-only mappings, so the ceiling need not include
 * the weights. RLIMIT_AS would count those, and all that a driver reserves without using it.
 * RLIMIT_NPROC counts all threads of the user, and seccomp denies new processes anyway.
 */
static bool sandbox_set_limits(const struct sandbox_request *request)
{
	bool ok = sandbox_limit(RLIMIT_CORE, 0);

	ok &= sandbox_limit(RLIMIT_NOFILE, request->gpu ? MAX_FDS_GPU : MAX_FDS);
	if (request->memory_bytes > 0)
		ok &= sandbox_limit(RLIMIT_DATA, (rlim_t)request->memory_bytes);
	return ok;
}

/*
 * The first row that the kernel grants as a whole is used; root without user namespaces can still
 * get the others. No user id is mapped into the new user namespace: the real user's rights on files
 * still hold, exec drops every capability, and no new file can be owned, and so none can be made.
 */
static const struct {
	int flags;
	unsigned bits; /* rows without SANDBOX_NET_NS leave the worker its network */
} namespace_sets[] = {
	{ CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC,
	  SANDBOX_USER_NS | SANDBOX_NET_NS | SANDBOX_IPC_NS },
	{ CLONE_NEWUSER | CLONE_NEWNET, SANDBOX_USER_NS | SANDBOX_NET_NS },
	{ CLONE_NEWNET | CLONE_NEWIPC, SANDBOX_NET_NS | SANDBOX_IPC_NS },
	{ CLONE_NEWNET, SANDBOX_NET_NS },
	{ CLONE_NEWUSER | CLONE_NEWIPC, SANDBOX_USER_NS | SANDBOX_IPC_NS },
	{ CLONE_NEWUSER, SANDBOX_USER_NS },
	{ CLONE_NEWIPC, SANDBOX_IPC_NS },
};

unsigned sandbox_before_exec(const struct sandbox_request *request)
{
	unsigned bits = 0;

	if (sandbox_set_limits(request))
		bits |= SANDBOX_LIMITS;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		bits |= SANDBOX_NO_NEW_PRIVS;
	for (size_t i = 0; i < COUNT_OF(namespace_sets); i++) {
		if (request->network_port && (namespace_sets[i].bits & SANDBOX_NET_NS))
			continue;
		if (unshare(namespace_sets[i].flags) == 0) {
			bits |= namespace_sets[i].bits;
			break;
		}
	}
	/* The parent-death signal is set last: a change of credentials clears it. If the parent is
	 * already gone, the worker's input ends. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0)
		bits |= SANDBOX_DIES_WITH_PARENT;
	return bits;
}

/* ---- seccomp */

#ifdef HAVE_SECCOMP

/*
 * CPU_ONLY: unless the worker uses a GPU. OFFLINE: unless it asks a server. NO_NAMES: if that
 * server is an IP address. READ_ONLY: if it may make no file (else Landlock limits the folder).
 */
enum profile {
	ANY,
	CPU_ONLY,
	GPU_ONLY,
	OFFLINE,
	CPU_OFFLINE,
	SERVER_ONLY,
	NO_NAMES,
	READ_ONLY,
	CPU_READ_ONLY,
};

/* Calls that are denied with any arguments. Landlock does not cover chmod and the like. */
static const struct denied {
	enum profile profile;
	int sys; /* the caller's errno */
	const char *names; /* separated by spaces */
} denied[] = {
	{ ANY, EPERM, "execve execveat fork vfork" },
	/* libc falls back to clone, whose flags a filter can see, and to openat. */
	{ ANY, ENOSYS, "clone3 openat2" },
	{ OFFLINE, EPERM, "connect" },
	{ CPU_OFFLINE, EPERM, "socket socketpair" },
	{ CPU_ONLY, EPERM, "bind listen accept accept4" },
	{ CPU_OFFLINE, EPERM, "sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg" },
	/* Other processes. */
	{ ANY, EPERM, "ptrace process_vm_readv process_vm_writev process_madvise kcmp" },
	{ ANY, EPERM, "process_mrelease pidfd_open pidfd_getfd pidfd_send_signal tkill" },
	{ ANY, EPERM, "rt_sigqueueinfo rt_tgsigqueueinfo migrate_pages move_pages" },
	/* Large or new parts of the kernel. */
	{ ANY, EPERM, "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter" },
	{ ANY, EPERM, "io_uring_register io_setup keyctl add_key request_key memfd_secret" },
	{ ANY, EPERM, "fanotify_init name_to_handle_at open_by_handle_at personality" },
	{ ANY, EPERM, "modify_ldt iopl ioperm uselib lookup_dcookie nfsservctl vhangup" },
	{ CPU_ONLY, EPERM, "memfd_create shmget shmat shmctl semget semop semtimedop semctl" },
	{ CPU_ONLY, EPERM, "msgget msgsnd msgrcv msgctl mq_open mq_unlink" },
	/* The machine. */
	{ ANY, EPERM, "init_module finit_module delete_module kexec_load kexec_file_load" },
	{ ANY, EPERM, "reboot swapon swapoff acct quotactl quotactl_fd syslog settimeofday" },
	{ ANY, EPERM, "clock_settime clock_adjtime adjtimex sethostname setdomainname" },
	{ ANY, EPERM, "unshare setns mount umount umount2 pivot_root chroot move_mount" },
	{ ANY, EPERM, "open_tree fsopen fsconfig fsmount fspick mount_setattr" },
	/* Changes to the file system. */
	{ ANY, EPERM, "creat truncate unlink unlinkat rename renameat renameat2 mkdir mkdirat" },
	{ ANY, EPERM, "rmdir link linkat symlink symlinkat mknod mknodat chmod fchmod" },
	{ ANY, EPERM, "fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat" },
	{ ANY, EPERM, "utimensat setxattr lsetxattr fsetxattr removexattr lremovexattr" },
	{ ANY, EPERM, "fremovexattr" },
	/* "Not a terminal" is what libc expects for a pipe. */
	{ CPU_ONLY, ENOTTY, "ioctl" },
};

enum test { IS, IS_NOT };

/* Calls that are denied if argument `arg`, masked, is or is not `value`. */
static const struct denied_arg {
	enum profile profile;
	const char *name;
	unsigned arg;
	enum test test;
	uint64_t mask, value;
} denied_args[] = {
	/* A clone that is not a thread. */
	{ ANY, "clone", 0, IS, CLONE_THREAD, 0 },
	/* Opening for writing, but devices need that. */
	{ CPU_READ_ONLY, "open", 1, IS, O_ACCMODE, O_WRONLY },
	{ CPU_READ_ONLY, "open", 1, IS, O_ACCMODE, O_RDWR },
	{ CPU_READ_ONLY, "openat", 2, IS, O_ACCMODE, O_WRONLY },
	{ CPU_READ_ONLY, "openat", 2, IS, O_ACCMODE, O_RDWR },
	{ READ_ONLY, "open", 1, IS, O_CREAT, O_CREAT },
	{ READ_ONLY, "open", 1, IS, O_TRUNC, O_TRUNC },
	{ READ_ONLY, "openat", 2, IS, O_CREAT, O_CREAT },
	{ READ_ONLY, "openat", 2, IS, O_TRUNC, O_TRUNC },
	/* The limits of other processes. */
	{ ANY, "prlimit64", 0, IS_NOT, 0, 0 },
	/* Drivers use Unix sockets between their own threads, without an address to send to. */
	{ GPU_ONLY, "socket", 0, IS_NOT, 0, AF_UNIX },
	{ GPU_ONLY, "socket", 1, IS, 0xf, SOCK_DGRAM },
	{ GPU_ONLY, "sendto", 4, IS_NOT, 0, 0 },
	/* A server needs TCP; UDP is for name servers, other sockets reach this machine. */
	{ SERVER_ONLY, "socket", 0, IS, 0xffffffff, AF_UNIX },
	{ SERVER_ONLY, "socket", 0, IS, 0xffffffff, AF_PACKET },
	{ SERVER_ONLY, "socket", 1, IS, 0xf, SOCK_RAW },
	{ NO_NAMES, "socket", 1, IS, 0xf, SOCK_DGRAM },
	/* Typing into the user's terminal. */
	{ GPU_ONLY, "ioctl", 1, IS, 0xffffffff, TIOCSTI },
	{ GPU_ONLY, "ioctl", 1, IS, 0xffffffff, TIOCLINUX },
};

static bool sandbox_in_profile(enum profile profile, const struct sandbox_request *request)
{
	bool server = request->network_port != 0;

	switch (profile) {
	case ANY:
		return true;
	case CPU_ONLY:
		return !request->gpu;
	case GPU_ONLY:
		return request->gpu;
	case OFFLINE:
		return !server;
	case CPU_OFFLINE:
		return !request->gpu && !server;
	case SERVER_ONLY:
		return server;
	case NO_NAMES:
		return server && !request->network_names;
	case READ_ONLY:
		return !request->write_dir;
	case CPU_READ_ONLY:
		return !request->write_dir && !request->gpu;
	}
	return true;
}

/* Skips a name that this libseccomp or this machine does not have. */
static int sandbox_deny(scmp_filter_ctx ctx, const char *name, int sys, unsigned n_args,
			const struct scmp_arg_cmp *args)
{
	int number = seccomp_syscall_resolve_name(name);

	if (number == __NR_SCMP_ERROR)
		return 0;
	return seccomp_rule_add_array(ctx, SCMP_ACT_ERRNO((uint16_t)sys), number, n_args, args);
}

static int sandbox_deny_all(scmp_filter_ctx ctx, const struct denied *row)
{
	char name[32];
	const char *at = row->names;
	int r = 0;

	while (r == 0 && *at) {
		size_t len = strcspn(at, " ");

		snprintf(name, sizeof(name), "%.*s", (int)len, at);
		r = sandbox_deny(ctx, name, row->sys, 0, NULL);
		at += len + strspn(at + len, " ");
	}
	return r;
}

static int sandbox_deny_arg(scmp_filter_ctx ctx, const struct denied_arg *row)
{
	struct scmp_arg_cmp compare = { .arg = row->arg };

	if (row->test == IS) {
		compare.op = SCMP_CMP_MASKED_EQ;
		compare.datum_a = row->mask;
		compare.datum_b = row->value;
	} else {
		compare.op = SCMP_CMP_NE;
		compare.datum_a = row->value;
	}
	return sandbox_deny(ctx, row->name, EPERM, 1, &compare);
}

/* Allows signals only to this process: abort() needs them. */
static int sandbox_deny_signals(scmp_filter_ctx ctx)
{
	struct denied_arg others = { ANY, "kill", 0, IS_NOT, 0, (uint64_t)getpid() };
	int r = sandbox_deny_arg(ctx, &others);

	others.name = "tgkill";
	return r ? r : sandbox_deny_arg(ctx, &others);
}

/*
 * Lists denied calls, not allowed ones, since libc, OpenMP and drivers change what they call. A
 * call of another architecture (x32, i386) ends the process.
 */
static bool sandbox_enter_seccomp(const struct sandbox_request *request)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int r = -1;

	if (!ctx)
		return false;
	r = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (r == 0 && sandbox_count_threads() > 1)
		r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	for (size_t i = 0; r == 0 && i < COUNT_OF(denied); i++) {
		if (sandbox_in_profile(denied[i].profile, request))
			r = sandbox_deny_all(ctx, &denied[i]);
	}
	for (size_t i = 0; r == 0 && i < COUNT_OF(denied_args); i++) {
		if (sandbox_in_profile(denied_args[i].profile, request))
			r = sandbox_deny_arg(ctx, &denied_args[i]);
	}
	if (r == 0)
		r = sandbox_deny_signals(ctx);
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	return r == 0;
}

#else

static bool sandbox_enter_seccomp(const struct sandbox_request *request)
{
	(void)request;
	return false;
}

#endif

/* ---- enter */

/* First in line when memory runs out, closed to other programs, and without capabilities. */
static void sandbox_give_up_privileges(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd >= 0) {
		ssize_t written = write(fd, "1000", 4);

		(void)written;
		close(fd);
	}
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	syscall(SYS_capset, &header, none);
}

static int sandbox_check_read_paths(const struct sandbox_request *request, struct err *err)
{
	struct file_stamp stamp;

	for (size_t i = 0; i < request->n_read_paths; i++) {
		if (file_stamp_get(request->read_paths[i], &stamp, err) < 0)
			return err_wrap(err, "the sandbox cannot let the worker read its model");
	}
	return 0;
}

/* "namespaces (user, net, ipc)", those of the bits. Returns false if there are none. */
static bool sandbox_say_namespaces(unsigned bits, char *ret_words, size_t size)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = {
		{ SANDBOX_USER_NS, "user" },
		{ SANDBOX_NET_NS, "net" },
		{ SANDBOX_IPC_NS, "ipc" },
	};
	const char *before = "namespaces (";
	size_t used = 0;

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (!(bits & names[i].bit))
			continue;
		used += (size_t)snprintf(ret_words + used, size - used, "%s%s", before,
					 names[i].name);
		before = ", ";
	}
	if (used == 0)
		return false;
	snprintf(ret_words + used, size - used, ")");
	return true;
}

/* The open part of the network. Returns the length of the text. */
static size_t sandbox_say_network(const struct sandbox_request *request, char *ret_words,
				  size_t size)
{
	const char *names = request->network_names ? " and name servers" : "";

	if (sandbox_leaves_open(request) & SANDBOX_TRY_TCP)
		return (size_t)snprintf(ret_words, size, ", open: TCP%s", names);
	return (size_t)snprintf(ret_words, size, ", open: TCP to port %d%s", request->network_port,
				names);
}

struct layer {
	bool had;
	char words[64]; /* if in force */
	const char *name; /* if missing */
};

/* "A, B; missing: C". Returns the number of layers in force. */
static int sandbox_say_level(const struct layer *layers, size_t n,
			     const struct sandbox_request *request, char *ret_level)
{
	int n_had = 0, n_missing = 0;
	size_t used = 0;

	ret_level[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		if (layers[i].had)
			used += (size_t)snprintf(ret_level + used, SANDBOX_TEXT_MAX - used, "%s%s",
						 n_had++ ? ", " : "", layers[i].words);
	}
	if (n_had == 0)
		used += (size_t)snprintf(ret_level, SANDBOX_TEXT_MAX, "none");
	else if (request->gpu)
		used += (size_t)snprintf(ret_level + used, SANDBOX_TEXT_MAX - used,
					 ", devices open");
	if (request->network_port)
		used += sandbox_say_network(request, ret_level + used, SANDBOX_TEXT_MAX - used);
	for (size_t i = 0; i < n; i++) {
		if (!layers[i].had)
			used += (size_t)snprintf(
				ret_level + used, SANDBOX_TEXT_MAX - used, "%s%s",
				n_missing++ ? ", " : "; missing: ", layers[i].name);
	}
	return n_had;
}

int sandbox_enter(const struct sandbox_request *request, unsigned before_exec_bits, bool required,
		  char ret_level[SANDBOX_TEXT_MAX], struct err *err)
{
	struct layer layers[] = {
		{ .name = "namespaces" },
		{ .name = "Landlock" },
		{ .words = "seccomp", .name = "seccomp" },
	};

	char level[SANDBOX_TEXT_MAX];

	sandbox_give_up_privileges();
	if (sandbox_check_read_paths(request, err) < 0)
		return -1;
	layers[0].had =
		sandbox_say_namespaces(before_exec_bits, layers[0].words, sizeof(layers[0].words));
	layers[1].had = sandbox_enter_landlock(request, layers[1].words, sizeof(layers[1].words));
	layers[2].had = sandbox_enter_seccomp(request);
	if (sandbox_say_level(layers, COUNT_OF(layers), request, level) == 0 && required)
		return err_set(err, ERR_REFUSED,
			       "this kernel provides no layer of the sandbox (namespaces, "
			       "Landlock, seccomp); use --no-sandbox to open the model without "
			       "one");
	memcpy(ret_level, level, sizeof(level));
	return 0;
}

#endif
