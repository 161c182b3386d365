/*
 * What toehold-fetch gives up before its first transfer. It needs the network, so the workers'
 * sandbox (work/sandbox/sandbox.h) does not fit. This one lets it write no file, start no program
 * and read none of the user's files. The rows of `places` may be read.
 */
#include "fetch/fetch.h"

#include <stdio.h>
#include <sys/resource.h>

#include "base/array.h"

#ifdef __linux__
#include <signal.h>
#include <sys/prctl.h>

#include "work/sandbox/landlock.h"

/* To look up names, to verify certificates, and to load the libraries for both. */
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

static void box_allow(int rules, const char *path)
{
	if (path)
		landlock_allow_path(rules, path, LANDLOCK_READ);
}

/* The ABI, or 0 if there is no Landlock. */
static int box_enter_landlock(void)
{
	int abi = landlock_abi(), rules;
	struct landlock_rights denied = landlock_rights(abi);

	denied.net = 0;
	denied.fs &= ~LANDLOCK_SOCKET_BY_PATH; /* the way to a resolver of this machine */
	rules = abi > 0 ? landlock_open(&denied) : -1;
	if (rules < 0)
		return 0;
	for (size_t i = 0; i < COUNT_OF(places); i++)
		box_allow(rules, places[i]);
	box_allow(rules, fetch_ca_file());
	box_allow(rules, fetch_ca_dir());
	return landlock_enter(rules, abi) == 0 ? abi : 0;
}

/* No other process may inspect this one, and it ends with the controller. */
static int box_confine(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return 0;
	return box_enter_landlock();
}
#else
static int box_confine(void)
{
	return 0;
}
#endif

/* A limit of the file size does not touch pipes and sockets, which are all it writes to. */
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
	int abi = box_confine();

	if (abi > 0)
		snprintf(ret_words, size, "%sLandlock ABI %d", limits ? "" : "limits, ", abi);
	else
		snprintf(ret_words, size, "%s; missing: Landlock", limits ? "none" : "limits");
}
