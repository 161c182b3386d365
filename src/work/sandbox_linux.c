/*
 * The sandbox on Linux: limits and namespaces before exec, Landlock and seccomp after. Every
 * layer is optional, since kernels and containers differ; what was had is said in words.
 * What may be read stands in PLACES, what may not be called in DENIED and DENIED_ARGS.
 * Landlock's constants stand here because older headers lack the newer ones; which of them are
 * used follows the ABI that the running kernel reports.
 */
#ifdef __linux__

#include "work/sandbox.h"

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

#include "base/file.h"

#define N_ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* ---- before exec */

/* Descriptors: pipes, the model's parts, libraries; drivers of devices open many more. */
enum { MAX_FDS = 256, MAX_FDS_GPU = 4096 };

static bool limit(int resource, rlim_t value)
{
	struct rlimit now, wanted = { value, value };

	if (getrlimit(resource, &now) < 0)
		return false;
	if (now.rlim_max < value)
		wanted.rlim_cur = wanted.rlim_max = now.rlim_max;
	return setrlimit(resource, &wanted) == 0;
}

/*
 * Memory by RLIMIT_DATA: it counts what is private and writable (heap, KV cache, thread stacks,
 * weights read without mmap) but no read-only mapping of a file, so the ceiling need not include
 * the weights. RLIMIT_AS would count them, and all that a driver reserves without using it.
 * No RLIMIT_NPROC: it counts all threads of the user, and seccomp denies new processes anyway.
 */
static bool set_limits(const struct sandbox_request *request)
{
	bool ok = limit(RLIMIT_CORE, 0);

	ok &= limit(RLIMIT_NOFILE, request->gpu ? MAX_FDS_GPU : MAX_FDS);
	if (request->memory_bytes > 0)
		ok &= limit(RLIMIT_DATA, (rlim_t)request->memory_bytes);
	return ok;
}

/*
 * All of a row or nothing. Root without user namespaces can still have the others. No user id is
 * mapped into the new user namespace: files are still judged by the real user, exec drops every
 * capability, and no new file can be owned, hence made.
 */
static const struct {
	int flags;
	unsigned bits;
} namespace_sets[] = {
	{ CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC,
	  SANDBOX_USER_NS | SANDBOX_NET_NS | SANDBOX_IPC_NS },
	{ CLONE_NEWUSER | CLONE_NEWNET, SANDBOX_USER_NS | SANDBOX_NET_NS },
	{ CLONE_NEWNET | CLONE_NEWIPC, SANDBOX_NET_NS | SANDBOX_IPC_NS },
	{ CLONE_NEWNET, SANDBOX_NET_NS },
};

unsigned sandbox_before_exec(const struct sandbox_request *request)
{
	unsigned bits = 0;

	if (set_limits(request))
		bits |= SANDBOX_LIMITS;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		bits |= SANDBOX_NO_NEW_PRIVS;
	for (size_t i = 0; i < N_ROWS(namespace_sets); i++) {
		if (unshare(namespace_sets[i].flags) == 0) {
			bits |= namespace_sets[i].bits;
			break;
		}
	}
	/* Last, since a change of credentials clears it. A parent that is already gone shows
	 * itself as the end of the worker's input. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0)
		bits |= SANDBOX_DIES_WITH_PARENT;
	return bits;
}

/* ---- Landlock */

/* The kernel's numbers (linux/landlock.h), the same on every architecture. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
#define LL_CREATE_VERSION 1u
#define LL_RULE_PATH_BENEATH 1
#define LL_FS_WRITE_FILE (1ull << 1)
#define LL_FS_READ_FILE (1ull << 2)
#define LL_FS_READ_DIR (1ull << 3)
#define LL_FS_IOCTL_DEV (1ull << 15)
#define LL_SELF_TSYNC (1u << 3) /* all threads, ABI 8 */

struct ll_ruleset {
	uint64_t fs, net, scoped;
};

struct ll_path_beneath {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed));

/* All rights that exist from this ABI on: what is handled and not allowed by a rule is denied. */
static const struct {
	int abi;
	struct ll_ruleset handled;
} landlock_abis[] = {
	{ 1, { (1ull << 13) - 1, 0, 0 } },
	{ 2, { (1ull << 14) - 1, 0, 0 } }, /* + link and rename across folders */
	{ 3, { (1ull << 15) - 1, 0, 0 } }, /* + truncate */
	{ 4, { (1ull << 15) - 1, 3, 0 } }, /* + TCP bind and connect */
	{ 5, { (1ull << 16) - 1, 3, 0 } }, /* + ioctl on devices */
	{ 6, { (1ull << 16) - 1, 3, 3 } }, /* + abstract sockets and signals of others */
	{ 9, { (1ull << 17) - 1, 3, 3 } }, /* + sockets by path */
	{ 10, { (1ull << 17) - 1, 15, 3 } }, /* + UDP bind, connect and send */
};

#define READS (LL_FS_READ_FILE | LL_FS_READ_DIR)
#define DEVICE (READS | LL_FS_WRITE_FILE | LL_FS_IOCTL_DEV)

/*
 * What may be opened beside the model; rows that are missing on a system are passed over. Of
 * /proc only this process and the machine's numbers: command lines of others stay unread.
 */
static const struct {
	const char *path;
	uint64_t allowed;
	bool gpu_only;
} places[] = {
	{ "/lib", READS, false },
	{ "/lib64", READS, false },
	{ "/usr/lib", READS, false },
	{ "/usr/lib64", READS, false },
	{ "/usr/local/lib", READS, false },
	{ "/etc/ld.so.cache", READS, false },
	{ "/etc/localtime", READS, false },
	{ "/proc/self", READS, false },
	{ "/proc/cpuinfo", READS, false },
	{ "/proc/loadavg", READS, false },
	{ "/proc/meminfo", READS, false },
	{ "/proc/stat", READS, false },
	{ "/proc/sys/kernel/numa_balancing", READS, false },
	{ "/proc/sys/vm", READS, false },
	{ "/sys/devices/system", READS, false },
	{ "/dev/null", READS | LL_FS_WRITE_FILE, false },
	{ "/dev/urandom", READS, false },
	{ "/dev/zero", READS, false },
	{ "/proc", READS, true },
	{ "/sys", READS, true },
	{ "/usr/share", READS, true },
	{ "/usr/local/cuda", READS, true },
	{ "/opt/cuda", READS, true },
	{ "/opt/rocm", READS, true },
	{ "/run/opengl-driver", READS, true },
	{ "/etc/OpenCL", READS, true },
	{ "/etc/nvidia", READS, true },
	{ "/etc/vulkan", READS, true },
	{ "/dev/dri", DEVICE, true },
	{ "/dev/dxg", DEVICE, true },
	{ "/dev/kfd", DEVICE, true },
	{ "/dev/nvidia-caps", DEVICE, true },
	{ "/dev/nvidia-modeset", DEVICE, true },
	{ "/dev/nvidia-uvm", DEVICE, true },
	{ "/dev/nvidia-uvm-tools", DEVICE, true },
	{ "/dev/nvidiactl", DEVICE, true },
};

enum { MAX_NVIDIA_DEVICES = 16 }; /* /dev/nvidia0 to 15 */

/* The ABI of the running kernel, 0 where there is no Landlock. */
static int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LL_CREATE_VERSION);

	return abi > 0 ? (int)abi : 0;
}

static struct ll_ruleset landlock_handled(int abi)
{
	struct ll_ruleset handled = { 0 };

	for (size_t i = 0; i < N_ROWS(landlock_abis); i++) {
		if (landlock_abis[i].abi <= abi)
			handled = landlock_abis[i].handled;
	}
	return handled;
}

/* Allows `access` at or beneath path. A folder's right cannot be given to a file. */
static int landlock_allow(int ruleset, const char *path, uint64_t access)
{
	struct ll_path_beneath rule = { .allowed = access };
	struct stat st;
	long r = -1;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return -1;
	if (fstat(rule.parent_fd, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			rule.allowed &= ~LL_FS_READ_DIR;
		r = syscall(SYS_landlock_add_rule, ruleset, LL_RULE_PATH_BENEATH, &rule, 0);
	}
	close(rule.parent_fd);
	return r < 0 ? -1 : 0;
}

static void landlock_allow_places(int ruleset, uint64_t handled_fs, bool gpu)
{
	char path[32];

	for (size_t i = 0; i < N_ROWS(places); i++) {
		if (gpu || !places[i].gpu_only)
			landlock_allow(ruleset, places[i].path, places[i].allowed & handled_fs);
	}
	for (int i = 0; gpu && i < MAX_NVIDIA_DEVICES; i++) {
		snprintf(path, sizeof(path), "/dev/nvidia%d", i);
		landlock_allow(ruleset, path, DEVICE & handled_fs);
	}
}

/* Threads of this process: /proc counts them as links of their folder. */
static long count_threads(void)
{
	struct stat st;

	return stat("/proc/self/task", &st) == 0 ? (long)st.st_nlink - 2 : 1;
}

/*
 * Fills ret_words with "Landlock ABI 7". False where the layer could not be had. Before ABI 8
 * only the calling thread and those it starts later are held, so earlier ones are mentioned.
 */
static bool enter_landlock(const struct sandbox_request *request, char *ret_words, size_t size)
{
	int abi = landlock_abi();
	struct ll_ruleset handled = landlock_handled(abi);
	long n_threads = count_threads();
	bool ok = abi > 0;
	int ruleset;

	if (!ok)
		return false;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
	if (ruleset < 0)
		return false;
	landlock_allow_places(ruleset, handled.fs, request->gpu);
	for (size_t i = 0; ok && i < request->n_read_paths; i++)
		ok = landlock_allow(ruleset, request->read_paths[i], LL_FS_READ_FILE) == 0;
	if (ok)
		ok = syscall(SYS_landlock_restrict_self, ruleset, abi >= 8 ? LL_SELF_TSYNC : 0) ==
		     0;
	close(ruleset);
	if (n_threads > 1 && abi < 8)
		snprintf(ret_words, size, "Landlock ABI %d (not over earlier threads: %ld)", abi,
			 n_threads - 1);
	else
		snprintf(ret_words, size, "Landlock ABI %d", abi);
	return ok;
}

/* ---- seccomp */

#ifdef HAVE_SECCOMP

enum profile { ANY, CPU_ONLY, GPU_ONLY };

/* Calls that are denied whatever their arguments. Landlock does not see chmod and its like. */
static const struct denied {
	enum profile profile;
	int sys; /* what the caller gets as errno */
	const char *names; /* separated by spaces */
} denied[] = {
	{ ANY, EPERM, "execve execveat fork vfork" },
	/* libc falls back: to clone, whose flags can be looked at, and to openat. */
	{ ANY, ENOSYS, "clone3 openat2" },
	{ ANY, EPERM, "connect" },
	{ CPU_ONLY, EPERM, "socket socketpair bind listen accept accept4" },
	{ CPU_ONLY, EPERM, "sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg" },
	/* Other processes. */
	{ ANY, EPERM, "ptrace process_vm_readv process_vm_writev process_madvise kcmp" },
	{ ANY, EPERM, "process_mrelease pidfd_open pidfd_getfd pidfd_send_signal tkill" },
	{ ANY, EPERM, "rt_sigqueueinfo rt_tgsigqueueinfo migrate_pages move_pages" },
	/* Wide or young parts of the kernel. */
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
	/* "No terminal" is what libc expects to hear of a pipe. */
	{ CPU_ONLY, ENOTTY, "ioctl" },
};

enum test { IS, IS_NOT };

/* Calls that are denied where argument `arg`, masked, is or is not `value`. */
static const struct denied_arg {
	enum profile profile;
	const char *name;
	unsigned arg;
	enum test test;
	uint64_t mask, value;
} denied_args[] = {
	/* A clone that is no thread. */
	{ ANY, "clone", 0, IS, CLONE_THREAD, 0 },
	/* Opening for anything but reading. Devices are opened for writing too. */
	{ CPU_ONLY, "open", 1, IS, O_ACCMODE, O_WRONLY },
	{ CPU_ONLY, "open", 1, IS, O_ACCMODE, O_RDWR },
	{ CPU_ONLY, "openat", 2, IS, O_ACCMODE, O_WRONLY },
	{ CPU_ONLY, "openat", 2, IS, O_ACCMODE, O_RDWR },
	{ ANY, "open", 1, IS, O_CREAT, O_CREAT },
	{ ANY, "open", 1, IS, O_TRUNC, O_TRUNC },
	{ ANY, "openat", 2, IS, O_CREAT, O_CREAT },
	{ ANY, "openat", 2, IS, O_TRUNC, O_TRUNC },
	/* The limits of other processes. */
	{ ANY, "prlimit64", 0, IS_NOT, 0, 0 },
	/* Drivers make Unix sockets for their own threads; they need no address to send to. */
	{ GPU_ONLY, "socket", 0, IS_NOT, 0, AF_UNIX },
	{ GPU_ONLY, "socket", 1, IS, 0xf, SOCK_DGRAM },
	{ GPU_ONLY, "sendto", 4, IS_NOT, 0, 0 },
	/* Typing into the user's terminal. */
	{ GPU_ONLY, "ioctl", 1, IS, 0xffffffff, TIOCSTI },
	{ GPU_ONLY, "ioctl", 1, IS, 0xffffffff, TIOCLINUX },
};

static bool in_profile(enum profile profile, bool gpu)
{
	return profile == ANY || (profile == GPU_ONLY) == gpu;
}

/* A name that this libseccomp does not know, or this machine does not have, is passed over. */
static int deny(scmp_filter_ctx ctx, const char *name, int sys, unsigned n_args,
		const struct scmp_arg_cmp *args)
{
	int number = seccomp_syscall_resolve_name(name);

	if (number == __NR_SCMP_ERROR)
		return 0;
	return seccomp_rule_add_array(ctx, SCMP_ACT_ERRNO((uint16_t)sys), number, n_args, args);
}

static int deny_all(scmp_filter_ctx ctx, const struct denied *row)
{
	char name[32];
	const char *at = row->names;
	int r = 0;

	while (r == 0 && *at) {
		size_t len = strcspn(at, " ");

		snprintf(name, sizeof(name), "%.*s", (int)len, at);
		r = deny(ctx, name, row->sys, 0, NULL);
		at += len + strspn(at + len, " ");
	}
	return r;
}

static int deny_arg(scmp_filter_ctx ctx, const struct denied_arg *row)
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
	return deny(ctx, row->name, EPERM, 1, &compare);
}

/* Signals to this process only: abort() needs them. */
static int deny_signals(scmp_filter_ctx ctx)
{
	struct denied_arg others = { ANY, "kill", 0, IS_NOT, 0, (uint64_t)getpid() };
	int r = deny_arg(ctx, &others);

	others.name = "tgkill";
	return r ? r : deny_arg(ctx, &others);
}

/*
 * A list of what is denied rather than of what is allowed: libc, OpenMP and drivers change what
 * they call. Calls of another architecture (x32, i386) end the process.
 */
static bool enter_seccomp(bool gpu)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int r = -1;

	if (!ctx)
		return false;
	r = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (r == 0 && count_threads() > 1)
		r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	for (size_t i = 0; r == 0 && i < N_ROWS(denied); i++) {
		if (in_profile(denied[i].profile, gpu))
			r = deny_all(ctx, &denied[i]);
	}
	for (size_t i = 0; r == 0 && i < N_ROWS(denied_args); i++) {
		if (in_profile(denied_args[i].profile, gpu))
			r = deny_arg(ctx, &denied_args[i]);
	}
	if (r == 0)
		r = deny_signals(ctx);
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	return r == 0;
}

#else

static bool enter_seccomp(bool gpu)
{
	(void)gpu;
	return false;
}

#endif

/* ---- enter */

/* The first to go when memory runs out, unreadable to other programs, and without capabilities. */
static void give_up_privileges(void)
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

static int check_read_paths(const struct sandbox_request *request, struct err *err)
{
	struct file_stamp stamp;

	for (size_t i = 0; i < request->n_read_paths; i++) {
		if (file_stamp_get(request->read_paths[i], &stamp, err) < 0)
			return err_wrap(err, "the sandbox cannot let the worker read its model");
	}
	return 0;
}

/* "namespaces (user, net, ipc)", of those that stand in bits. False where there are none. */
static bool say_namespaces(unsigned bits, char *ret_words, size_t size)
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

	for (size_t i = 0; i < N_ROWS(names); i++) {
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

struct layer {
	bool had;
	char words[64]; /* where it was had */
	const char *name; /* where it is missing */
};

/* "A, B; missing: C". Returns the number of layers that were had. */
static int say_level(const struct layer *layers, size_t n, bool gpu, char *ret_level)
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
	else if (gpu)
		used += (size_t)snprintf(ret_level + used, SANDBOX_TEXT_MAX - used,
					 ", devices open");
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

	give_up_privileges();
	if (check_read_paths(request, err) < 0)
		return -1;
	layers[0].had = say_namespaces(before_exec_bits, layers[0].words, sizeof(layers[0].words));
	layers[1].had = enter_landlock(request, layers[1].words, sizeof(layers[1].words));
	layers[2].had = enter_seccomp(request->gpu);
	if (say_level(layers, N_ROWS(layers), request->gpu, level) == 0 && required)
		return err_set(err, ERR_REFUSED,
			       "no layer of the sandbox can be had on this kernel (namespaces, "
			       "Landlock, seccomp); --no-sandbox opens the model without one");
	memcpy(ret_level, level, sizeof(level));
	return 0;
}

#endif
