/*
 * The kernel's Landlock: a process gives up rights for good, but for the paths and ports that it
 * allows. Knows which right exists from which ABI on, and nothing of who needs which.
 */
#ifndef WORK_SANDBOX_LANDLOCK_H
#define WORK_SANDBOX_LANDLOCK_H

#include <stdint.h>

/* Rights on files and folders. A right that the running kernel lacks is left out of a rule. */
#define LANDLOCK_WRITE_FILE (1ull << 1)
#define LANDLOCK_READ_FILE (1ull << 2)
#define LANDLOCK_READ_DIR (1ull << 3)
#define LANDLOCK_MAKE_FILE (1ull << 8)
#define LANDLOCK_TRUNCATE (1ull << 14) /* ABI 3 */
#define LANDLOCK_IOCTL_DEV (1ull << 15) /* ABI 5 */
#define LANDLOCK_SOCKET_BY_PATH (1ull << 16) /* ABI 9 */
#define LANDLOCK_READ (LANDLOCK_READ_FILE | LANDLOCK_READ_DIR)

/* Rights on ports. */
#define LANDLOCK_CONNECT_TCP (1ull << 1) /* ABI 4 */
#define LANDLOCK_UDP (3ull << 2) /* bind; connect and send: ABI 10 */

/* The rights that are denied unless a rule allows them: struct landlock_ruleset_attr. */
struct landlock_rights {
	uint64_t fs, net, scoped;
};

/* The ABI of the running kernel; 0 if it has no Landlock. */
int landlock_abi(void);

/* All rights of an ABI. */
struct landlock_rights landlock_rights(int abi);

/* Rules that start out denying those rights. A descriptor of the caller, or -1 with errno. */
int landlock_open(const struct landlock_rights *denied);

/*
 * Allows rights (a subset of the denied ones) at a path and beneath it. Folder rights are left out
 * if the path is a file. Returns -1 if the path is missing or the kernel refuses the rule.
 */
int landlock_allow_path(int rules, const char *path, uint64_t rights);
int landlock_allow_port(int rules, int port, uint64_t rights);

/*
 * Puts the rules in force and closes the descriptor. From ABI 8 on they hold for all threads,
 * before that for the calling thread and those it starts later. Needs PR_SET_NO_NEW_PRIVS.
 */
int landlock_enter(int rules, int abi);

#endif
