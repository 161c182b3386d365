/*
 * A worker process as the controller sees it: started, spoken to, waited for with a deadline,
 * and its death named. Decides what a death means (crash, out of memory, timeout). Must not know
 * what the messages are about.
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
	int64_t memory_bytes; /* ceiling of the worker, 0: none */
	int network_port; /* of the server that the worker asks; 0: no network at all */
};

enum { PROC_DETAIL_MAX = 256 };

struct proc {
	pid_t pid; /* 0: not running */
	int to, from; /* descriptors of the two pipes */
	struct wire_input in;
	char engine_build[128], device[128];
	int64_t cpu_us; /* at its death; see proc_cpu_us() while it lives */
};

/* What waiting brought. */
enum proc_event {
	PROC_MESSAGE,
	PROC_DIED, /* classed in ret_death */
	PROC_TIMED_OUT, /* the worker is still there; the caller decides */
	PROC_INTERRUPTED, /* a signal came (Ctrl-C): look at your flags and wait again */
};

struct proc_death {
	enum outcome outcome; /* CRASHED, OUT_OF_MEMORY or DEVICE_LOST */
	char detail[PROC_DETAIL_MAX]; /* "killed by signal 11 (Segmentation fault)" */
};

/*
 * Starts a worker and waits for its HELLO (at most 20 s). Fails with ERR_ENGINE where the binary
 * is missing, speaks another protocol, or dies at once.
 */
int proc_start(struct proc *p, const struct proc_spec *spec, struct err *err) MUST_USE;

/* Sends one message; a dead worker is found by the next wait, so that is no failure here. */
void proc_send(struct proc *p, enum message_type type, const void *message);

/*
 * Waits until deadline_us (clock_mono_us) for one frame; ret_payload is borrowed until the next
 * call. A malformed frame is a death too: the worker is killed and classed as crashed.
 */
enum proc_event proc_wait(struct proc *p, int64_t deadline_us, enum message_type *ret_type,
			  struct wire_reader *ret_payload, struct proc_death *ret_death);

/* Processor time of the worker and its threads so far. */
int64_t proc_cpu_us(const struct proc *p);

/* Ends the worker: politely (its input closes), or at once. Safe on a zeroed or dead proc. */
void proc_close(struct proc *p);
void proc_kill(struct proc *p);

/* Where the worker binaries are: beside the program, or ../libexec/toehold. Owned by the arena. */
int proc_find_program(struct arena *a, enum engine_kind engine, char **ret_path,
		      struct err *err) MUST_USE;

#endif
