/*
 * Messages as tables of fields: type and place in the struct. One walker writes and one reads, so
 * that the two directions cannot differ. The protocols of work/message.h and
 * work/transfer/transfer.h are such tables.
 */
#ifndef WORK_FIELDS_H
#define WORK_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/array.h"
#include "base/names.h"
#include "work/wire.h"

/* As bytes 4.4 TB, as microseconds 50 days: a sum over a million tickets fits in 64 bits. */
#define FIELDS_I64_MAX ((int64_t)1 << 42)

enum field_type {
	FIELD_I64,
	FIELD_F64,
	FIELD_BOOL,
	FIELD_INT,
	FIELD_TEXT, /* const char *, NULL included */
	FIELD_CHARS, /* char[] */
	FIELD_NAME, /* an enum, by its text; an unknown text becomes the first constant */
	FIELD_BYTES, /* const char *, its length in a size_t */
	FIELD_TEXTS, /* arrays: their number in a size_t */
	FIELD_F64S,
	FIELD_BLOBS, /* struct blob * */
};

struct field {
	enum field_type type;
	size_t at; /* offset of the value */
	size_t n_at; /* offset of the length or number; the size of FIELD_CHARS */
	const struct names *names; /* of FIELD_NAME */
};

struct field_table {
	const char *name; /* of the message; NULL: there is no such message */
	const struct field *fields;
	size_t n_fields;
	size_t size; /* of the struct, in bytes; 0 if the message is empty */
};

/* clang-format off */
#define I64(s, f) { FIELD_I64, offsetof(struct s, f), 0, NULL }
#define F64(s, f) { FIELD_F64, offsetof(struct s, f), 0, NULL }
#define BOOL(s, f) { FIELD_BOOL, offsetof(struct s, f), 0, NULL }
#define INT(s, f) { FIELD_INT, offsetof(struct s, f), 0, NULL }
#define TEXT(s, f) { FIELD_TEXT, offsetof(struct s, f), 0, NULL }
#define CHARS(s, f) { FIELD_CHARS, offsetof(struct s, f), sizeof(((struct s *)0)->f), NULL }
#define NAME(s, f, kind) { FIELD_NAME, offsetof(struct s, f), 0, &kind##_names }
#define BYTES(s, f, n) { FIELD_BYTES, offsetof(struct s, f), offsetof(struct s, n), NULL }
#define TEXTS(s, f) { FIELD_TEXTS, offsetof(struct s, f), offsetof(struct s, n_##f), NULL }
#define F64S(s, f) { FIELD_F64S, offsetof(struct s, f), offsetof(struct s, n_##f), NULL }
#define BLOBS(s, f) { FIELD_BLOBS, offsetof(struct s, f), offsetof(struct s, n_##f), NULL }

#define FIELD_TABLE(name, fields, s) { name, fields, COUNT_OF(fields), sizeof(struct s) }
/* clang-format on */

void fields_put(const struct field_table *table, const void *message, struct buf *ret_payload);

/* Copies into the arena. ERR_ENGINE if the payload is malformed, too short or too long. */
int fields_get(const struct field_table *table, struct wire_reader *payload, struct arena *a,
	       void *ret_message, struct err *err) MUST_USE;

/*
 * Makes a message usable that comes from a process which has read hostile bytes: false if a whole
 * number is not from -1 ("unknown") to FIELDS_I64_MAX, if a real is not finite, or if a text or
 * bytes are longer than max_bytes. Malformed UTF-8 in a text is replaced; bytes may be any. What a
 * field means is checked by its user. The message must be a decoded one, in the arena.
 */
bool fields_check(const struct field_table *table, void *message, size_t max_bytes,
		  struct arena *a);

/* Encodes and writes one message. */
int fields_send(int fd, uint8_t type, const struct field_table *table, const void *message,
		struct err *err) MUST_USE;

#endif
