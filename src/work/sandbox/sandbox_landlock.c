/*
 * What the sandbox on Linux leaves readable and which port it leaves open, as rules for Landlock.
 * The readable places are the rows of `places`.
 */
#ifdef __linux__

#include "work/sandbox/landlock.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "work/sandbox/sandbox_linux.h"

#define READS LANDLOCK_READ
#define SCRATCH (READS | LANDLOCK_WRITE_FILE | LANDLOCK_MAKE_FILE | LANDLOCK_TRUNCATE)
#define DEVICE (READS | LANDLOCK_WRITE_FILE | LANDLOCK_IOCTL_DEV)

enum need { ALWAYS, FOR_GPU, FOR_NETWORK };

/*
 * What a worker may open beside the model; rows that a system lacks are skipped. Of /proc it may
 * read itself and the machine's numbers, not the command lines of others.
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
	{ "/dev/null", READS | LANDLOCK_WRITE_FILE, ALWAYS },
	{ "/dev/urandom", READS, ALWAYS },
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
	/* Needed to look up names and to verify certificates. */
	{ "/etc/hosts", READS, FOR_NETWORK },
	{ "/etc/host.conf", READS, FOR_NETWORK },
	{ "/etc/nsswitch.conf", READS, FOR_NETWORK },
	{ "/etc/resolv.conf", READS, FOR_NETWORK },
	{ "/etc/gai.conf", READS, FOR_NETWORK },
	{ "/etc/services", READS, FOR_NETWORK },
	{ "/etc/protocols", READS, FOR_NETWORK },
	{ "/etc/ssl/certs", READS, FOR_NETWORK },
	{ "/etc/ssl/cert.pem", READS, FOR_NETWORK },
	{ "/etc/ssl/ca-bundle.pem", READS, FOR_NETWORK },
	{ "/etc/ssl/openssl.cnf", READS, FOR_NETWORK },
	{ "/etc/pki/ca-trust", READS, FOR_NETWORK },
	{ "/etc/pki/tls/certs", READS, FOR_NETWORK },
	{ "/etc/pki/tls/cert.pem", READS, FOR_NETWORK },
	{ "/etc/pki/tls/openssl.cnf", READS, FOR_NETWORK },
	{ "/etc/ca-certificates", READS, FOR_NETWORK },
	{ "/etc/crypto-policies", READS, FOR_NETWORK },
	{ "/usr/share/ca-certificates", READS, FOR_NETWORK },
	{ "/usr/local/share/ca-certificates", READS, FOR_NETWORK },
	{ "/var/lib/ca-certificates", READS, FOR_NETWORK },
	{ "/run/systemd/resolve", READS, FOR_NETWORK },
	{ "/run/NetworkManager", READS, FOR_NETWORK },
	{ "/nix/store", READS, FOR_NETWORK },
};

enum { MAX_NVIDIA_DEVICES = 16 }; /* /dev/nvidia0 to 15 */

static bool landlock_is_needed(enum need need, const struct sandbox_request *request)
{
	return need == ALWAYS || (need == FOR_GPU && request->gpu) ||
	       (need == FOR_NETWORK && request->network_port);
}

static void landlock_allow_places(int rules, uint64_t denied_fs,
				  const struct sandbox_request *request)
{
	char path[32];

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		if (landlock_is_needed(places[i].need, request))
			landlock_allow_path(rules, places[i].path, places[i].allowed & denied_fs);
	}
	for (int i = 0; request->gpu && i < MAX_NVIDIA_DEVICES; i++) {
		snprintf(path, sizeof(path), "/dev/nvidia%d", i);
		landlock_allow_path(rules, path, DEVICE & denied_fs);
	}
}

/* The server's port; and that of name servers, if the server's name has to be looked up. */
static void landlock_allow_ports(int rules, uint64_t denied_net,
				 const struct sandbox_request *request)
{
	enum { DNS_PORT = 53 };
	uint64_t server = LANDLOCK_CONNECT_TCP & denied_net;
	uint64_t names = (LANDLOCK_CONNECT_TCP | LANDLOCK_UDP) & denied_net;

	if (server && request->network_port > 0)
		landlock_allow_port(rules, request->network_port, server);
	if (names && request->network_names)
		landlock_allow_port(rules, DNS_PORT, names);
}

/* Rights of this kernel that the worker gives up. Binding a port is no part of "any port". */
static struct landlock_rights landlock_denied(const struct sandbox_request *request, int abi)
{
	struct landlock_rights denied = landlock_rights(abi);

	if (request->network_port == SANDBOX_ANY_PORT)
		denied.net &= ~(LANDLOCK_CONNECT_TCP | LANDLOCK_UDP);
	return denied;
}

unsigned sandbox_leaves_open(const struct sandbox_request *request)
{
	uint64_t denied_net = landlock_denied(request, landlock_abi()).net;
	unsigned open = 0;

	if (request->network_port && !(denied_net & LANDLOCK_CONNECT_TCP))
		open |= SANDBOX_TRY_TCP;
	if (request->network_names && !(denied_net & LANDLOCK_UDP))
		open |= SANDBOX_TRY_UDP;
	return open;
}

long sandbox_count_threads(void)
{
	struct stat st;

	return stat("/proc/self/task", &st) == 0 ? (long)st.st_nlink - 2 : 1;
}

/* What the request names: its files and its one folder must be there. */
static bool landlock_allow_request(int rules, uint64_t denied_fs,
				   const struct sandbox_request *request)
{
	for (size_t i = 0; i < request->n_read_paths; i++) {
		if (landlock_allow_path(rules, request->read_paths[i], LANDLOCK_READ_FILE) < 0)
			return false;
	}
	for (size_t i = 0; i < request->n_certificates; i++)
		landlock_allow_path(rules, request->certificates[i], READS);
	return !request->write_dir ||
	       landlock_allow_path(rules, request->write_dir, SCRATCH & denied_fs) == 0;
}

bool sandbox_enter_landlock(const struct sandbox_request *request, char *ret_words, size_t size)
{
	int abi = landlock_abi();
	struct landlock_rights denied = landlock_denied(request, abi);
	long n_threads = sandbox_count_threads();
	int rules = abi > 0 ? landlock_open(&denied) : -1;

	if (rules < 0)
		return false;
	if (n_threads > 1 && abi < 8)
		snprintf(ret_words, size, "Landlock ABI %d (not over earlier threads: %ld)", abi,
			 n_threads - 1);
	else
		snprintf(ret_words, size, "Landlock ABI %d", abi);
	landlock_allow_places(rules, denied.fs, request);
	landlock_allow_ports(rules, denied.net, request);
	if (!landlock_allow_request(rules, denied.fs, request)) {
		close(rules);
		return false;
	}
	return landlock_enter(rules, abi) == 0;
}

#endif
