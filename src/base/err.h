/*
 * What went wrong, in words, on the caller's stack: no allocation, no globals.
 * Decides the kinds of failure and the exit code of each (one table, ERR_KINDS).
 * A model that hangs, crashes or babbles is not an error: it is a result (work/reply.h).
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#define MUST_USE __attribute__((warn_unused_result))
/* nonnull: without it gcc 12 takes the null check of the sanitizer for a null format. */
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args), nonnull(fmt)))

/* kind, exit code, title. Exit codes 0 and 1 are decisions, not errors (docs/job-file.md). */
#define ERR_KINDS(X) \
	X(ERR_USAGE, 2, "usage") \
	X(ERR_INPUT, 3, "bad input") \
	X(ERR_REFUSED, 4, "refused") \
	X(ERR_ENGINE, 5, "engine") \
	X(ERR_STORE, 6, "store") \
	X(ERR_STOPPED, 130, "stopped")

enum err_kind {
	ERR_NONE = 0,
#define ERR_ENUM(kind, code, title) kind,
	ERR_KINDS(ERR_ENUM)
#undef ERR_ENUM
};

struct err {
	enum err_kind kind;
	char msg[768];
};

/* Sets kind and message ("what went wrong: where; what to do"). Returns -1. */
int err_set(struct err *err, enum err_kind kind, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* As err_set, and appends ": " and the text of the system's errno value `sys`. Returns -1. */
int err_sys(struct err *err, enum err_kind kind, int sys, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Puts "context: " before the message that is there. Returns -1. */
int err_wrap(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The process's exit code for a kind; 0 for ERR_NONE. */
int err_exit_code(enum err_kind kind);

/* "bad input", "refused", ... */
const char *err_title(enum err_kind kind);

#endif
