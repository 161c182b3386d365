/*
 * A text as a reader sees it: without characters that nobody sees, and with plain digits, letters
 * and spaces. Decides which characters are the same to a reader. Must not know what personal data
 * looks like. Internal to src/job/redact.
 */
#ifndef JOB_REDACT_REDACT_FOLD_H
#define JOB_REDACT_REDACT_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct redact_folded {
	char *text;
	size_t n_bytes;
	const uint32_t *from; /* for each byte: the offset of its character in the original */
};

/*
 * Folds n_bytes of UTF-8, at most 4 GiB. Hidden characters (default-ignorable ones, such as
 * zero-width spaces and soft hyphens) are left out. Characters that are one ASCII character by
 * Unicode's compatibility (full-width forms, no-break spaces), decimal digits of other scripts, and
 * dashes become that character. Returns false if nothing changes; ret_folded is unset then.
 */
bool redact_fold(struct arena *a, const char *text, size_t n_bytes,
		 struct redact_folded *ret_folded);

#endif
