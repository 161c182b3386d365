/*
 * Text in other encodings becomes UTF-8, all at once or piece by piece. Decides which encoding a
 * text has if nobody says so. Must not know the format of the text.
 */
#ifndef JOB_TABLE_DECODER_H
#define JOB_TABLE_DECODER_H

#include <iconv.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct decoder {
	const char *name; /* NULL: as far as is known, UTF-8 */
	bool guessed; /* neither the user nor a byte-order mark says so */
	bool decided;
	iconv_t iconv;
	bool open;
	char rest[16]; /* the start of a character whose end is to come */
	size_t n_rest;
};

/*
 * `name` is what the user says, or NULL. `data` is the start of the text, at least 4 bytes of it if
 * it has them. Close the decoder, also after a failure: ERR_USAGE, if there is no such encoding.
 */
int decoder_open(struct decoder *d, const char *name, const char *data, size_t n_bytes,
		 struct err *err) MUST_USE;
void decoder_close(struct decoder *d);

/*
 * Appends a piece of the text to `out`, as UTF-8; `last` says that no other follows. Text that
 * looks like UTF-8 is appended as it is, unchecked. Returns -1 at a byte that the encoding does not
 * have; what stands before it is in `out`.
 */
int decoder_add(struct decoder *d, const char *data, size_t n_bytes, bool last,
		struct buf *out) MUST_USE;

#endif
