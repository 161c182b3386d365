/*
 * An error: its kind and a message, on the caller's stack, without allocation or globals.
 * Decides the kinds of failure and the exit code of each (one table, ERR_KINDS).
 * A model that hangs, crashes or babbles is a result (work/reply.h), not an error.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#define MUST_USE __attribute__((warn_unused_result))
/* nonnull: without it gcc 12 mistakes the sanitizer's null check for a null format. */
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args), nonnull(fmt)))

/* kind, exit code. Exit codes 0 and 1 are decisions, not errors (docs/job-file.md). */
#define ERR_KINDS(X) \
	X(ERR_USAGE, 2) \
	X(ERR_INPUT, 3) \
	X(ERR_REFUSED, 4) \
	X(ERR_ENGINE, 5) \
	X(ERR_STORE, 6) \
	X(ERR_STOPPED, 130)

enum err_kind {
	ERR_NONE = 0,
#define ERR_ENUM(kind, code) kind,
	ERR_KINDS(ERR_ENUM)
#undef ERR_ENUM
};

struct err {
	enum err_kind kind;
	char msg[768];
};

/* Sets kind and message ("what went wrong: where; what to do"). Returns -1. */
int err_set(struct err *err, enum err_kind kind, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* As err_set; appends ": " and the system's text of the errno value `sys`. Returns -1. */
int err_sys(struct err *err, enum err_kind kind, int sys, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Puts "context: " in front of the message. Returns -1. */
int err_wrap(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The process's exit code for a kind; 0 for ERR_NONE. */
int err_exit_code(enum err_kind kind);

#endif
