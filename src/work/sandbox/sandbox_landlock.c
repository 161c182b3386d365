/*
 * Landlock: what the sandbox on Linux leaves readable, and which port it leaves open. What may be
 * read stands in PLACES. The kernel's constants stand here because older headers lack the newer
 * ones; which of them are used follows the ABI that the running kernel reports.
 */
#ifdef __linux__

#include "base/array.h"
#include "work/sandbox/sandbox_linux.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

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
#define LL_FS_MAKE_REG (1ull << 8)
#define LL_FS_TRUNCATE (1ull << 14) /* ABI 3 */
#define LL_FS_IOCTL_DEV (1ull << 15)
#define LL_SELF_TSYNC (1u << 3) /* all threads, ABI 8 */
#define LL_RULE_NET_PORT 2
#define LL_NET_CONNECT_TCP (1ull << 1) /* ABI 4 */
#define LL_NET_UDP (3ull << 2) /* bind; connect and send: ABI 10 */

struct ll_ruleset {
	uint64_t fs, net, scoped;
};

struct ll_path_beneath {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed));

struct ll_net_port {
	uint64_t allowed, port;
};

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
#define SCRATCH (READS | LL_FS_WRITE_FILE | LL_FS_MAKE_REG | LL_FS_TRUNCATE)
#define DEVICE (READS | LL_FS_WRITE_FILE | LL_FS_IOCTL_DEV)

enum need { ALWAYS, FOR_GPU, FOR_NETWORK };

/*
 * What may be opened beside the model; rows that are missing on a system are passed over. Of
 * /proc only this process and the machine's numbers: command lines of others stay unread.
 */
static const struct {
	const char *path;
	uint64_t allowed;
	enum need need;
} places[] = {
	{ "/lib", READS, ALWAYS },
	{ "/lib64", READS, ALWAYS },
	{ "/usr/lib", READS, ALWAYS },
	{ "/usr/lib64", READS, ALWAYS },
	{ "/usr/local/lib", READS, ALWAYS },
	{ "/etc/ld.so.cache", READS, ALWAYS },
	{ "/etc/localtime", READS, ALWAYS },
	{ "/proc/self", READS, ALWAYS },
	{ "/proc/cpuinfo", READS, ALWAYS },
	{ "/proc/loadavg", READS, ALWAYS },
	{ "/proc/meminfo", READS, ALWAYS },
	{ "/proc/stat", READS, ALWAYS },
	{ "/proc/sys/kernel/numa_balancing", READS, ALWAYS },
	{ "/proc/sys/vm", READS, ALWAYS },
	{ "/sys/devices/system", READS, ALWAYS },
	{ "/dev/null", READS | LL_FS_WRITE_FILE, ALWAYS },
	{ "/dev/urandom", READS, ALWAYS },
	{ "/dev/zero", READS, ALWAYS },
	{ "/proc", READS, FOR_GPU },
	{ "/sys", READS, FOR_GPU },
	{ "/usr/share", READS, FOR_GPU },
	{ "/usr/local/cuda", READS, FOR_GPU },
	{ "/opt/cuda", READS, FOR_GPU },
	{ "/opt/rocm", READS, FOR_GPU },
	{ "/run/opengl-driver", READS, FOR_GPU },
	{ "/etc/OpenCL", READS, FOR_GPU },
	{ "/etc/nvidia", READS, FOR_GPU },
	{ "/etc/vulkan", READS, FOR_GPU },
	{ "/dev/dri", DEVICE, FOR_GPU },
	{ "/dev/dxg", DEVICE, FOR_GPU },
	{ "/dev/kfd", DEVICE, FOR_GPU },
	{ "/dev/nvidia-caps", DEVICE, FOR_GPU },
	{ "/dev/nvidia-modeset", DEVICE, FOR_GPU },
	{ "/dev/nvidia-uvm", DEVICE, FOR_GPU },
	{ "/dev/nvidia-uvm-tools", DEVICE, FOR_GPU },
	{ "/dev/nvidiactl", DEVICE, FOR_GPU },
	/* Names are looked up and certificates verified with these. */
	{ "/etc/hosts", READS, FOR_NETWORK },
	{ "/etc/host.conf", READS, FOR_NETWORK },
	{ "/etc/nsswitch.conf", READS, FOR_NETWORK },
	{ "/etc/resolv.conf", READS, FOR_NETWORK },
	{ "/etc/gai.conf", READS, FOR_NETWORK },
	{ "/etc/ssl/certs", READS, FOR_NETWORK },
	{ "/etc/ssl/cert.pem", READS, FOR_NETWORK },
	{ "/etc/ssl/ca-bundle.pem", READS, FOR_NETWORK },
	{ "/etc/ssl/openssl.cnf", READS, FOR_NETWORK },
	{ "/etc/pki/ca-trust", READS, FOR_NETWORK },
	{ "/etc/pki/tls/certs", READS, FOR_NETWORK },
	{ "/etc/pki/tls/cert.pem", READS, FOR_NETWORK },
	{ "/etc/ca-certificates", READS, FOR_NETWORK },
	{ "/etc/crypto-policies", READS, FOR_NETWORK },
	{ "/usr/share/ca-certificates", READS, FOR_NETWORK },
	{ "/usr/local/share/ca-certificates", READS, FOR_NETWORK },
	{ "/var/lib/ca-certificates", READS, FOR_NETWORK },
	{ "/run/systemd/resolve", READS, FOR_NETWORK },
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

	for (size_t i = 0; i < COUNT_OF(landlock_abis); i++) {
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

static bool landlock_is_needed(enum need need, const struct sandbox_request *request)
{
	return need == ALWAYS || (need == FOR_GPU && request->gpu) ||
	       (need == FOR_NETWORK && request->network_port);
}

static void landlock_allow_places(int ruleset, uint64_t handled_fs,
				  const struct sandbox_request *request)
{
	char path[32];

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		if (landlock_is_needed(places[i].need, request))
			landlock_allow(ruleset, places[i].path, places[i].allowed & handled_fs);
	}
	for (int i = 0; request->gpu && i < MAX_NVIDIA_DEVICES; i++) {
		snprintf(path, sizeof(path), "/dev/nvidia%d", i);
		landlock_allow(ruleset, path, DEVICE & handled_fs);
	}
}

/* The server's port; and, where its name has to be looked up, that of name servers. */
static void landlock_allow_ports(int ruleset, uint64_t handled_net,
				 const struct sandbox_request *request)
{
	enum { DNS_PORT = 53 };
	struct ll_net_port server = { LL_NET_CONNECT_TCP & handled_net,
				      (uint64_t)request->network_port };
	struct ll_net_port names = { (LL_NET_CONNECT_TCP | LL_NET_UDP) & handled_net, DNS_PORT };

	if (server.allowed && request->network_port)
		syscall(SYS_landlock_add_rule, ruleset, LL_RULE_NET_PORT, &server, 0);
	if (names.allowed && request->network_names)
		syscall(SYS_landlock_add_rule, ruleset, LL_RULE_NET_PORT, &names, 0);
}

unsigned sandbox_leaves_open(const struct sandbox_request *request)
{
	uint64_t handled_net = landlock_handled(landlock_abi()).net;
	unsigned open = 0;

	if (request->network_port && !(handled_net & LL_NET_CONNECT_TCP))
		open |= SANDBOX_TRY_TCP;
	if (request->network_names && !(handled_net & LL_NET_UDP))
		open |= SANDBOX_TRY_UDP;
	return open;
}

long sandbox_count_threads(void)
{
	struct stat st;

	return stat("/proc/self/task", &st) == 0 ? (long)st.st_nlink - 2 : 1;
}

bool sandbox_enter_landlock(const struct sandbox_request *request, char *ret_words, size_t size)
{
	int abi = landlock_abi();
	struct ll_ruleset handled = landlock_handled(abi);
	long n_threads = sandbox_count_threads();
	bool ok = abi > 0;
	int ruleset;

	if (!ok)
		return false;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
	if (ruleset < 0)
		return false;
	landlock_allow_places(ruleset, handled.fs, request);
	landlock_allow_ports(ruleset, handled.net, request);
	for (size_t i = 0; ok && i < request->n_read_paths; i++)
		ok = landlock_allow(ruleset, request->read_paths[i], LL_FS_READ_FILE) == 0;
	if (ok && request->write_dir)
		ok = landlock_allow(ruleset, request->write_dir, SCRATCH & handled.fs) == 0;
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

#endif
