/*
 * The sandbox on Linux: limits and namespaces before exec, Landlock and seccomp after. Each layer
 * is optional, since kernels and containers differ; the level says which ones are in force.
 * sandbox_landlock.c lists the readable places, and sandbox_seccomp.c the system calls that are
 * left.
 */
#ifdef __linux__

#include "work/sandbox/sandbox_linux.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

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

/* The address sanitizer's own memory is over any ceiling. */
static bool sandbox_limit_memory(int64_t bytes)
{
#ifdef __SANITIZE_ADDRESS__
	(void)bytes;
	return true;
#else
	return sandbox_limit(RLIMIT_DATA, (rlim_t)bytes);
#endif
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
		ok &= sandbox_limit_memory(request->memory_bytes);
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

/* The open part of the network, on any host. Returns the length of the text. */
static size_t sandbox_say_network(const struct sandbox_request *request, unsigned open,
				  char *ret_words, size_t size)
{
	bool names = request->network_names, any_udp = open & SANDBOX_TRY_UDP;
	const char *udp = !names ? "" : any_udp ? " and UDP to any port" : " and UDP to port 53";

	if ((open & SANDBOX_TRY_TCP) && names && any_udp)
		return (size_t)snprintf(ret_words, size,
					", open: TCP and UDP to any port of any host");
	if (open & SANDBOX_TRY_TCP)
		return (size_t)snprintf(ret_words, size, ", open: TCP to any port%s of any host",
					udp);
	if (names)
		return (size_t)snprintf(ret_words, size,
					", open: TCP to ports %d and 53%s of any host",
					request->network_port, udp);
	return (size_t)snprintf(ret_words, size, ", open: TCP to port %d of any host",
				request->network_port);
}

struct layer {
	bool had;
	char words[64]; /* if in force */
	const char *name; /* if missing */
};

/* "A, B; missing: C". Returns the number of layers in force. */
static int sandbox_say_level(const struct layer *layers, size_t n,
			     const struct sandbox_request *request, unsigned open, char *ret_level)
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
		used += sandbox_say_network(request, open, ret_level + used,
					    SANDBOX_TEXT_MAX - used);
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
	unsigned open = sandbox_leaves_open(request); /* Landlock cannot be asked later */
	char level[SANDBOX_TEXT_MAX];

	/* What a GPU's driver reserves without using it would count, too. */
	if (request->memory_bytes > 0 && !request->gpu)
		sandbox_limit_memory(request->memory_bytes);
	sandbox_give_up_privileges();
	if (sandbox_check_read_paths(request, err) < 0)
		return -1;
	layers[0].had =
		sandbox_say_namespaces(before_exec_bits, layers[0].words, sizeof(layers[0].words));
	layers[1].had = sandbox_enter_landlock(request, layers[1].words, sizeof(layers[1].words));
	layers[2].had = sandbox_enter_seccomp(request);
	if (sandbox_say_level(layers, COUNT_OF(layers), request, open, level) == 0 && required)
		return err_set(err, ERR_REFUSED,
			       "this kernel provides no layer of the sandbox (namespaces, "
			       "Landlock, seccomp); use --no-sandbox to open the model without "
			       "one");
	memcpy(ret_level, level, sizeof(level));
	return 0;
}

#endif
