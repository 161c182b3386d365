/*
 * Finds personal data in a text and replaces it with placeholders. Decides what is covered and what
 * is only suspected; must not know where the text came from. Patterns and word lists find a part of
 * the personal data, never all of it.
 */
#ifndef JOB_REDACT_REDACT_H
#define JOB_REDACT_REDACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/names.h"

/* type, name in placeholders, structured: a form or a label identifies it beyond doubt. */
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
	REDACT_TYPES(NAMES_CONSTANT) REDACT_N_TYPES,
	REDACT_SUSPECT = REDACT_N_TYPES, /* looks like personal data, but has no type */
	REDACT_PLACEHOLDER, /* a placeholder of an earlier run */
};

/* Bit sets of types: 1 << REDACT_EMAIL, … */
enum {
	REDACT_ALL_TYPES = (1 << REDACT_N_TYPES) - 1,
#define REDACT_BIT(type, name, structured) | ((structured) ? 1 << type : 0)
	REDACT_STRUCTURED_TYPES = 0 REDACT_TYPES(REDACT_BIT),
#undef REDACT_BIT
	/* In ids and groups: a ticket's number can look like an account's, an address cannot. */
	REDACT_NAME_TYPES = 1 << REDACT_EMAIL | 1 << REDACT_URL | 1 << REDACT_IP,
};

enum { REDACT_KEY_BYTES = 32 };

/* "EMAIL", …; "" for REDACT_SUSPECT and REDACT_PLACEHOLDER. */
const char *redact_type_name(enum redact_type type);

/* Finds a type by name, ignoring case. Returns -1 if there is none. */
int redact_type_find(const char *name);

struct redact_span {
	size_t start, end; /* bytes; never inside a character */
	enum redact_type type;
	int score; /* 0 to 100 */
	const char *what; /* as text: "card number"; static */
};

/* Both arrays are sorted and have no overlaps. They are owned by the arena of the scan. */
struct redact_result {
	struct redact_span *covered; /* what is replaced */
	size_t n_covered;
	struct redact_span *suspects; /* looks like personal data, but is not replaced */
	size_t n_suspects;
};

struct redactor; /* the compiled recognisers */

enum redact_scope {
	REDACT_STRUCTURED, /* only structured types: what the gate looks for (redact_gate.h) */
	REDACT_EVERYTHING, /* also names, places, dates and suspects: what `redact` looks for */
};

/* Compiles the recognisers. The caller closes it. ERR_REFUSED if a pattern is invalid. */
int redactor_open(enum redact_scope scope, struct redactor **ret_redactor,
		  struct err *err) MUST_USE;
void redactor_close(struct redactor *redactor);

/*
 * Finds the types of the bit set `types` in n_bytes of text. All repeats are bounded, so the time
 * grows linearly with the length. Fails with ERR_INPUT if the text is not UTF-8, and with
 * ERR_REFUSED if a recogniser reaches its limit: no text passes half scanned.
 */
int redact_scan(struct redactor *redactor, struct arena *a, const char *text, size_t n_bytes,
		uint32_t types, struct redact_result *ret_result, struct err *err) MUST_USE;

/* The key of placeholders. Only with the key can a guessed value be compared with them. */
struct redact_key {
	unsigned char bytes[REDACT_KEY_BYTES];
};

/*
 * Reads the key from a file of 64 hex digits. If the file does not exist, creates it with a random
 * key (0600, its folder 0700). Fails with ERR_INPUT if that is impossible, and with ERR_REFUSED if
 * other users may read the file.
 */
int redact_key_load(struct arena *a, const char *path, struct redact_key *ret_key,
		    struct err *err) MUST_USE;

/* "[EMAIL_1a2b3c]": the same for every spelling of a value. Owned by the arena. */
const char *redact_placeholder(struct arena *a, const struct redact_key *key, enum redact_type type,
			       const char *value, size_t n_bytes);

/* Appends the text to `out` with each covered span replaced by its placeholder. */
void redact_apply(struct arena *a, const struct redact_key *key, const char *text, size_t n_bytes,
		  const struct redact_result *result, struct buf *out);

/* What covers a short text: the recognisers, the key of the placeholders, the types. */
struct redact_cover {
	struct redactor *redactor;
	const struct redact_key *key;
	uint32_t types;
};

/*
 * Scans *text, and puts in its place one with placeholders if there is something to cover. Fails as
 * redact_scan() does.
 */
int redact_cover(const struct redact_cover *with, struct arena *a, const char **text,
		 struct redact_result *ret_found, struct err *err) MUST_USE;

/* Hides most of a value: shows its first and last character, or less. Owned by the arena. */
const char *redact_masked(struct arena *a, enum redact_type type, const char *value,
			  size_t n_bytes);

#endif
