/*
 * The rights that a worker gives up before it opens a hostile model file, in two steps: limits and
 * namespaces between fork and exec, then Landlock and seccomp in its own main, once its libraries
 * are loaded. Decides nothing about models. Reports as text which layers this kernel provides.
 * After both steps the worker can read the model's files, compute in threads and use the
 * descriptors that it inherited. It can open, connect, start and signal nothing else. It can still
 * see names, sizes and times of files. A worker that asks a server may connect to one port, on any
 * host, and reads none of the user's files. One that changes weights may also make files in one
 * folder that exists for this.
 */
#ifndef WORK_SANDBOX_SANDBOX_H
#define WORK_SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { SANDBOX_TEXT_MAX = 256, SANDBOX_ANY_PORT = -1 };

/* Enough to read any header, render a template, or ask a server. */
#define SANDBOX_MEMORY_BYTES ((int64_t)2 << 30)

struct sandbox_request {
	const char *const *read_paths; /* files to read: the parts of the model; borrowed */
	size_t n_read_paths;
	const char *write_dir; /* the one folder to make files in, or NULL */
	bool gpu; /* allow devices: the widest profile that still denies the network */
	int64_t memory_bytes; /* ceiling of written memory (RLIMIT_DATA); 0: as before */
	int network_port; /* the one TCP port to connect to, or SANDBOX_ANY_PORT; 0: no network */
	bool network_names; /* also allow name servers, to look up names */
	const char *const *certificates; /* the user's own, files or folders; may be missing */
	size_t n_certificates;
};

/* The layers that sandbox_before_exec put in force. */
enum sandbox_bit {
	SANDBOX_LIMITS = 1 << 0, /* no core files, few descriptors, memory_bytes */
	SANDBOX_NO_NEW_PRIVS = 1 << 1,
	SANDBOX_DIES_WITH_PARENT = 1 << 2,
	SANDBOX_USER_NS = 1 << 3,
	SANDBOX_NET_NS = 1 << 4,
	SANDBOX_IPC_NS = 1 << 5
};

/*
 * Call in the child between fork and exec: async-signal-safe, no allocation. Returns the bits of
 * the layers in force. A layer that the kernel refuses is left out; that is not an error.
 */
unsigned sandbox_before_exec(const struct sandbox_request *request);

/*
 * The bits reach the worker's main in its environment. The child writes them between fork and exec
 * into a buffer of envp: "TOEHOLD_SANDBOX=3f". Async-signal-safe.
 */
#define SANDBOX_BITS_ENV "TOEHOLD_SANDBOX"
enum { SANDBOX_BITS_MAX = sizeof(SANDBOX_BITS_ENV "=ff") };
void sandbox_bits_to_text(unsigned bits, char ret_text[SANDBOX_BITS_MAX]);

/* In the worker: the bits, or 0 if the variable is missing or malformed. */
unsigned sandbox_bits_from_env(void);

/*
 * Call in the worker's main once libraries are loaded, before the model is opened, and best before
 * any thread starts. Fills ret_level with text like "namespaces (user, net, ipc), Landlock ABI 7,
 * seccomp", and "; missing: ..." if the kernel lacks a layer. Fails with ERR_INPUT if a read path
 * is not a regular file, and with ERR_REFUSED if `required` and the kernel has none of the layers.
 */
int sandbox_enter(const struct sandbox_request *request, unsigned before_exec_bits, bool required,
		  char ret_level[SANDBOX_TEXT_MAX], struct err *err) MUST_USE;

/* The attempts of sandbox_prove. */
enum sandbox_attempt {
	SANDBOX_TRY_READ = 1 << 0, /* open /etc/passwd */
	SANDBOX_TRY_CREATE = 1 << 1, /* make a file in /tmp */
	SANDBOX_TRY_TCP = 1 << 2, /* reach 127.0.0.1; nothing leaves the machine */
	SANDBOX_TRY_UDP = 1 << 3,
	SANDBOX_TRY_FORK = 1 << 4,
	SANDBOX_TRY_EXEC = 1 << 5,
	SANDBOX_TRY_SIGNAL = 1 << 6, /* the parent, with signal 0 */
	SANDBOX_TRY_OWNER = 1 << 7, /* have a pipe signal the parent */
	SANDBOX_TRY_CHMOD = 1 << 8 /* of a pipe, by each call that can */
};

/* The attempts that the request itself allows on this kernel. Ask before sandbox_enter. */
unsigned sandbox_leaves_open(const struct sandbox_request *request);

/*
 * Attempts what the sandbox must refuse, except for `left_open`, and undoes what succeeds. Returns
 * the bits of the attempts that succeeded (0 is good), and fills ret_text with "all refused: ..."
 * or "NOT refused: ...".
 */
unsigned sandbox_prove(unsigned left_open, char ret_text[SANDBOX_TEXT_MAX]);

#endif
