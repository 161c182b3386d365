/*
 * What toehold-fetch gives up before it asks anybody. It needs the network, so the sandbox of the
 * workers (work/sandbox/sandbox.h) is not for it; this one has no write to any file, no program to
 * start, and of the user's files not one to read. What may be read stands in PLACES.
 */
#include "base/array.h"
#include "fetch/fetch.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef __linux__
#include <fcntl.h>
#include <stdint.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* linux/landlock.h; older systems lack the header or its newer rights. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
#define LL_VERSION 1u
#define LL_PATH_BENEATH 1
#define LL_READ_FILE (1ull << 2)
#define LL_READ_DIR (1ull << 3)

struct ll_ruleset {
	uint64_t fs, net, scoped;
};

struct ll_rule {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

/* Names are looked up, certificates verified, libraries loaded that do it. */
static const char *const places[] = {
	"/etc/resolv.conf",
	"/etc/hosts",
	"/etc/host.conf",
	"/etc/nsswitch.conf",
	"/etc/gai.conf",
	"/etc/services",
	"/etc/protocols",
	"/etc/localtime",
	"/etc/ld.so.cache",
	"/etc/ssl/certs",
	"/etc/ssl/cert.pem",
	"/etc/ssl/ca-bundle.pem",
	"/etc/ssl/openssl.cnf",
	"/etc/pki",
	"/etc/ca-certificates",
	"/etc/crypto-policies",
	"/usr/share/ca-certificates",
	"/usr/local/share/ca-certificates",
	"/usr/lib/ssl",
	"/var/lib/ca-certificates",
	"/run/systemd/resolve",
	"/run/NetworkManager",
	"/lib",
	"/lib64",
	"/usr/lib",
	"/usr/lib64",
	"/usr/local/lib",
	"/nix/store",
	"/proc/self",
	"/proc/sys",
	"/proc/cpuinfo",
	"/dev/null",
	"/dev/urandom",
};

/* Bits of rights on files that exist from an ABI on; what is handled and not allowed is denied. */
static uint64_t box_handled_rights(long abi)
{
	static const int bits[] = { 0, 13, 14, 15, 15, 16 };
	long row = abi < 5 ? abi : 5;

	return (1ull << bits[row]) - 1;
}

static void box_allow(int ruleset, const char *path)
{
	struct ll_rule rule = { .allowed = LL_READ_FILE | LL_READ_DIR };
	struct stat st;

	rule.fd = path ? open(path, O_PATH | O_CLOEXEC) : -1;
	if (rule.fd < 0)
		return;
	if (fstat(rule.fd, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			rule.allowed = LL_READ_FILE;
		syscall(SYS_landlock_add_rule, ruleset, LL_PATH_BENEATH, &rule, 0);
	}
	close(rule.fd);
}

/* The ABI, or 0 where there is no Landlock. */
static long box_enter_landlock(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LL_VERSION);
	struct ll_ruleset handled = { 0 };
	int ruleset, r;

	if (abi < 1)
		return 0;
	handled.fs = box_handled_rights(abi);
	handled.scoped = abi >= 6 ? 3 : 0; /* signals and abstract sockets of others */
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
	if (ruleset < 0)
		return 0;
	for (size_t i = 0; i < COUNT_OF(places); i++)
		box_allow(ruleset, places[i]);
	box_allow(ruleset, fetch_ca_file());
	box_allow(ruleset, fetch_ca_dir());
	r = (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
	close(ruleset);
	return r == 0 ? abi : 0;
}

/* Nobody else may look into it, and it does not outlive the controller. */
static long box_confine(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return 0;
	return box_enter_landlock();
}
#else
static long box_confine(void)
{
	return 0;
}
#endif

/* Pipes and sockets know no file size, so nothing that it needs is lost. */
static int box_set_limits(void)
{
	static const struct {
		int resource;
		rlim_t most;
	} rows[] = { { RLIMIT_CORE, 0 }, { RLIMIT_FSIZE, 0 }, { RLIMIT_NOFILE, 64 } };
	int r = 0;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct rlimit wanted = { rows[i].most, rows[i].most };

		r |= setrlimit(rows[i].resource, &wanted);
	}
	return r;
}

void fetch_give_up_rights(char *ret_words, size_t size)
{
	int limits = box_set_limits();
	long abi = box_confine();

	if (abi > 0)
		snprintf(ret_words, size, "%sLandlock ABI %ld", limits ? "" : "limits, ", abi);
	else
		snprintf(ret_words, size, "%s; missing: Landlock", limits ? "none" : "limits");
}
