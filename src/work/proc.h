/*
 * A worker process, seen from the controller: starts it, sends it messages, waits for it with a
 * deadline, and names its death. Decides what a death means (crash, out of memory, device lost).
 * Must not know the content of messages.
 */
#ifndef WORK_PROC_H
#define WORK_PROC_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "work/message.h"

struct proc_spec {
	const char *program; /* path of the worker binary */
	bool sandbox;
	int64_t memory_bytes; /* ceiling from its start on; 0: only that of its OPEN message */
	int network_port; /* of the server that the worker asks; 0: no network */
	int prefix_fd; /* becomes the worker's PREFIX_FD; 0 or less: it gets none */
};

enum { PROC_DETAIL_MAX = 256 };

struct proc {
	pid_t pid; /* 0: not running */
	int to, from; /* descriptors of the two pipes */
	struct wire_input in;
	char engine_build[128], device[128];
	int64_t cpu_us; /* set at its death; call proc_cpu_us() while it lives */
};

/* How a wait ended. */
enum proc_event {
	PROC_MESSAGE,
	PROC_DIED, /* ret_death says how */
	PROC_TIMED_OUT, /* the worker still runs; the caller decides */
	PROC_INTERRUPTED, /* a signal arrived (Ctrl-C): check your flags and wait again */
};

struct proc_death {
	enum outcome outcome; /* CRASHED, OUT_OF_MEMORY or DEVICE_LOST */
	char detail[PROC_DETAIL_MAX]; /* "killed by signal 11 (Segmentation fault)" */
};

/*
 * Starts a worker and waits for its HELLO (at most 20 s). Fails with ERR_ENGINE if the program is
 * missing, speaks another protocol, or dies at once.
 */
int proc_start(struct proc *p, const struct proc_spec *spec, struct err *err) MUST_USE;

/* Sends one message. If the worker is dead, the next wait reports it. */
void proc_send(struct proc *p, enum message_type type, const void *message);

/*
 * Waits until deadline_us (clock_mono_us) for one frame. ret_payload is borrowed until the next
 * call. A worker that sends a malformed frame is killed and counts as crashed.
 */
enum proc_event proc_wait(struct proc *p, int64_t deadline_us, enum message_type *ret_type,
			  struct wire_reader *ret_payload, struct proc_death *ret_death);

/* Processor time of the worker and its threads so far. */
int64_t proc_cpu_us(const struct proc *p);

/* Ends the worker: by closing its input, or at once. Safe on a zeroed or dead proc. */
void proc_close(struct proc *p);
void proc_kill(struct proc *p);

/*
 * The path of an engine's worker program (work/child.h), in the variant for this CPU
 * (work/variant.h). Owned by the arena.
 */
int proc_find_program(struct arena *a, enum engine_kind engine, char **ret_path,
		      struct err *err) MUST_USE;

#endif
