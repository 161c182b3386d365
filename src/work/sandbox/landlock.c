/*
 * Landlock's system calls. The numbers are those of linux/landlock.h, the same on every
 * architecture; they stand here because older headers lack the newer ones.
 */
#ifdef __linux__

#include "work/sandbox/landlock.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/array.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum { CREATE_VERSION = 1, RULE_PATH_BENEATH = 1, RULE_NET_PORT = 2, SELF_TSYNC = 1 << 3 };

struct landlock_path_beneath {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed));

struct landlock_net_port {
	uint64_t allowed, port;
};

static const struct {
	int abi;
	struct landlock_rights rights;
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

int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);

	return abi > 0 ? (int)abi : 0;
}

struct landlock_rights landlock_rights(int abi)
{
	struct landlock_rights rights = { 0 };

	for (size_t i = 0; i < COUNT_OF(landlock_abis); i++) {
		if (landlock_abis[i].abi <= abi)
			rights = landlock_abis[i].rights;
	}
	return rights;
}

int landlock_open(const struct landlock_rights *denied)
{
	return (int)syscall(SYS_landlock_create_ruleset, denied, sizeof(*denied), 0);
}

int landlock_allow_path(int rules, const char *path, uint64_t rights)
{
	struct landlock_path_beneath rule = { .allowed = rights };
	struct stat st;
	long r = -1;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return -1;
	if (fstat(rule.parent_fd, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			rule.allowed &= ~LANDLOCK_READ_DIR;
		r = syscall(SYS_landlock_add_rule, rules, RULE_PATH_BENEATH, &rule, 0);
	}
	close(rule.parent_fd);
	return r < 0 ? -1 : 0;
}

int landlock_allow_port(int rules, int port, uint64_t rights)
{
	struct landlock_net_port rule = { rights, (uint64_t)port };

	return syscall(SYS_landlock_add_rule, rules, RULE_NET_PORT, &rule, 0) < 0 ? -1 : 0;
}

int landlock_enter(int rules, int abi)
{
	long r = syscall(SYS_landlock_restrict_self, rules, abi >= 8 ? SELF_TSYNC : 0);

	close(rules);
	return r < 0 ? -1 : 0;
}

#endif
