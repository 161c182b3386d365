/*
 * Personal data in a text: where it stands, of which type, and a placeholder for each value.
 * Decides what is covered and what is only suspected; must not know where the text came from.
 * Patterns and lists of words find a part of what there is: a help, and no promise.
 */
#ifndef JOB_REDACT_REDACT_H
#define JOB_REDACT_REDACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "job/ticket/ticket.h"

/* type, name in placeholders, structured: has a form or a label by which it is told for sure. */
#define REDACT_TYPES(X) \
	X(REDACT_EMAIL, "EMAIL", true) \
	X(REDACT_URL, "URL", true) \
	X(REDACT_IP, "IP", true) \
	X(REDACT_DEVICE, "DEVICE", true) \
	X(REDACT_CARD, "CARD", true) \
	X(REDACT_IBAN, "IBAN", true) \
	X(REDACT_ACCOUNT, "ACCOUNT", true) \
	X(REDACT_PHONE, "PHONE", true) \
	X(REDACT_SSN, "SSN", true) \
	X(REDACT_ID, "ID", true) \
	X(REDACT_CRYPTO, "CRYPTO", true) \
	X(REDACT_SECRET, "SECRET", true) \
	X(REDACT_BIRTHDATE, "BIRTHDATE", true) \
	X(REDACT_DATE, "DATE", false) \
	X(REDACT_AGE, "AGE", false) \
	X(REDACT_PERSON, "PERSON", false) \
	X(REDACT_ADDRESS, "ADDRESS", false) \
	X(REDACT_PLACE, "PLACE", false) \
	X(REDACT_ZIP, "ZIP", false) \
	X(REDACT_ORG, "ORG", false)

enum redact_type {
#define REDACT_ENUM(type, name, structured) type,
	REDACT_TYPES(REDACT_ENUM)
#undef REDACT_ENUM
		REDACT_N_TYPES,
	REDACT_SUSPECT = REDACT_N_TYPES, /* looks like something, is of no type */
	REDACT_PLACEHOLDER, /* covered already */
};

enum { REDACT_ALL_TYPES = (1 << REDACT_N_TYPES) - 1, REDACT_KEY_BYTES = 32 };

/* "EMAIL", ... */
const char *redact_type_name(enum redact_type type);
bool redact_type_is_structured(enum redact_type type);

/* -1 where there is none of that name, in whatever case. */
int redact_type_find(const char *name);

struct redact_span {
	size_t start, end; /* bytes; never within a character */
	enum redact_type type;
	int score; /* 0 to 100 */
	const char *what; /* in words: "card number"; static */
};

/* Both sorted, without overlaps; owned by the arena of the scan. */
struct redact_result {
	struct redact_span *covered; /* what is replaced */
	size_t n_covered;
	struct redact_span *suspects; /* what looks like personal data and is not replaced */
	size_t n_suspects;
};

struct redactor; /* the compiled recognisers */

/* Owned by the caller. Fails with ERR_REFUSED where the pattern library does. */
int redactor_open(struct redactor **ret_redactor, struct err *err) MUST_USE;
void redactor_close(struct redactor *redactor);

/*
 * Finds the types of the bit set `types` (1 << REDACT_EMAIL, ...) in n_bytes of text. Time grows
 * with the length alone: all repeats are bounded. Fails with ERR_INPUT where the text is not
 * UTF-8, and with ERR_REFUSED where a recogniser reaches its limit: nothing is passed on half seen.
 */
int redact_scan(struct redactor *redactor, struct arena *a, const char *text, size_t n_bytes,
		uint32_t types, struct redact_result *ret_result, struct err *err) MUST_USE;

/* The key of placeholders: with it alone can a value be guessed and compared. */
struct redact_key {
	unsigned char bytes[REDACT_KEY_BYTES];
};

/*
 * Reads the key of a file of 64 hex digits; where there is no such file, makes a random one
 * (0600, its folder 0700). Fails with ERR_INPUT where it cannot, and with ERR_REFUSED where
 * others may read the file.
 */
int redact_key_load(struct arena *a, const char *path, struct redact_key *ret_key,
		    struct err *err) MUST_USE;

/* "[EMAIL_1a2b3c]": the same for the same value however it is written. Owned by the arena. */
const char *redact_placeholder(struct arena *a, const struct redact_key *key, enum redact_type type,
			       const char *value, size_t n_bytes);

/* Appends the text with each covered span replaced by its placeholder. */
void redact_apply(struct arena *a, const struct redact_key *key, const char *text, size_t n_bytes,
		  const struct redact_result *result, struct buf *out);

/* A value with most of it hidden: its first and last character, or less. Owned by the arena. */
const char *redact_masked(struct arena *a, enum redact_type type, const char *value,
			  size_t n_bytes);

/* One ticket that still holds structured personal data. */
struct redact_finding {
	const char *id; /* the ticket's, borrowed from the slice */
	size_t line;
	size_t n; /* how many places */
	enum redact_type first; /* the type of the first of them */
};

struct redact_findings {
	struct redact_finding *items; /* in the order of the tickets; owned by the arena */
	size_t n;
	size_t n_tickets; /* looked at */
};

/*
 * Which tickets of a slice still hold structured personal data: e-mail addresses, numbers of
 * cards and accounts, secrets and the like; names and places are not looked for. Fails as
 * redactor_open() and redact_scan() do.
 */
int redact_check(struct arena *a, const struct slice *slice, struct redact_findings *ret_findings,
		 struct err *err) MUST_USE;

#endif
