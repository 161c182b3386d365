/*
 * What a worker gives up before it opens a hostile model file, in two steps: limits and
 * namespaces between fork and exec, then Landlock and seccomp in its own main, once its libraries
 * are loaded. Decides nothing about models; says in words which layers this kernel gave.
 * After both steps the worker reads the model's files, computes in threads and talks through the
 * descriptors it was born with; it opens, connects, starts and signals nothing else. A worker that
 * asks a server may connect to one port, and reads no file of the user's at all. One that changes
 * weights may also make files in one folder, which was made for it.
 */
#ifndef WORK_SANDBOX_SANDBOX_H
#define WORK_SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { SANDBOX_TEXT_MAX = 192 };

struct sandbox_request {
	const char *const *read_paths; /* files that may be read: the model's parts; borrowed */
	size_t n_read_paths;
	const char *write_dir; /* the one folder that files may be made in, or NULL */
	bool gpu; /* devices are needed: the widest profile that still denies the network */
	int64_t memory_bytes; /* ceiling of written memory, 0 for none (see set_limits) */
	int network_port; /* the one TCP port that may be connected to; 0: no network at all */
	bool network_names; /* and names may be looked up: name servers are asked */
};

/* What sandbox_before_exec got. */
enum sandbox_bit {
	SANDBOX_LIMITS = 1 << 0, /* no core files, few descriptors, memory_bytes */
	SANDBOX_NO_NEW_PRIVS = 1 << 1,
	SANDBOX_DIES_WITH_PARENT = 1 << 2,
	SANDBOX_USER_NS = 1 << 3,
	SANDBOX_NET_NS = 1 << 4,
	SANDBOX_IPC_NS = 1 << 5
};

/*
 * In the child between fork and exec: async-signal-safe, no allocation. Returns the bits of what
 * took effect. A layer that the kernel refuses is left out, never an error.
 */
unsigned sandbox_before_exec(const struct sandbox_request *request);

/*
 * The bits travel to the worker's main in its environment. The child writes them between fork
 * and exec into a buffer that stands in envp: "TOEHOLD_SANDBOX=3f". Async-signal-safe.
 */
#define SANDBOX_BITS_ENV "TOEHOLD_SANDBOX"
enum { SANDBOX_BITS_MAX = sizeof(SANDBOX_BITS_ENV "=ff") };
void sandbox_bits_to_text(unsigned bits, char ret_text[SANDBOX_BITS_MAX]);
/* In the worker; 0 where the variable is missing or no such number. */
unsigned sandbox_bits_from_env(void);

/*
 * In the worker's main: libraries loaded, model not yet opened, best before any thread starts.
 * Fills ret_level with words such as "namespaces (user, net, ipc), Landlock ABI 7, seccomp",
 * then "; missing: ..." where a layer could not be had. Fails with ERR_INPUT where a read path
 * is missing or no regular file, with ERR_REFUSED where `required` and not one layer was had.
 */
int sandbox_enter(const struct sandbox_request *request, unsigned before_exec_bits, bool required,
		  char ret_level[SANDBOX_TEXT_MAX], struct err *err) MUST_USE;

/* What sandbox_prove tries. */
enum sandbox_attempt {
	SANDBOX_TRY_READ = 1 << 0, /* open /etc/passwd */
	SANDBOX_TRY_CREATE = 1 << 1, /* make a file in /tmp */
	SANDBOX_TRY_TCP = 1 << 2, /* reach 127.0.0.1; nothing is ever sent off the machine */
	SANDBOX_TRY_UDP = 1 << 3,
	SANDBOX_TRY_FORK = 1 << 4,
	SANDBOX_TRY_EXEC = 1 << 5,
	SANDBOX_TRY_SIGNAL = 1 << 6 /* the parent, with signal 0 */
};

/* What the request itself leaves open on this kernel, and need not be tried. */
unsigned sandbox_leaves_open(const struct sandbox_request *request);

/*
 * Tries what the sandbox must refuse, and undoes what succeeds. Returns the bits of the attempts
 * that succeeded (0 is good), with words such as "all refused: ..." or "NOT refused: ...".
 * left_open: attempts that are not made.
 */
unsigned sandbox_prove(unsigned left_open, char ret_text[SANDBOX_TEXT_MAX]);

#endif
