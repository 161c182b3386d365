/*
 * Formats error messages. Knows nothing of who prints them.
 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The kind and the message; returns where the message ends. */
static size_t err_fill(struct err *err, enum err_kind kind, const char *fmt, va_list ap)
{
	err->kind = kind;
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	return strlen(err->msg);
}

int err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_fill(err, kind, fmt, ap);
	va_end(ap);
	return -1;
}

int err_sys(struct err *err, enum err_kind kind, int sys, const char *fmt, ...)
{
	va_list ap;
	size_t used;

	va_start(ap, fmt);
	used = err_fill(err, kind, fmt, ap);
	va_end(ap);
	snprintf(err->msg + used, sizeof(err->msg) - used, ": %s", strerror(sys));
	return -1;
}

int err_wrap(struct err *err, const char *fmt, ...)
{
	char inner[sizeof(err->msg)];
	va_list ap;
	size_t used;

	memcpy(inner, err->msg, sizeof(inner));
	va_start(ap, fmt);
	used = err_fill(err, err->kind, fmt, ap);
	va_end(ap);
	snprintf(err->msg + used, sizeof(err->msg) - used, ": %s", inner);
	return -1;
}

int err_exit_code(enum err_kind kind)
{
	switch (kind) {
	case ERR_NONE:
		return 0;
#define ERR_CODE(k, code) \
	case k: \
		return code;
		ERR_KINDS(ERR_CODE)
#undef ERR_CODE
	}
	return 2;
}
