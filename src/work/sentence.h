/*
 * When a rationale is complete: at the end of its second sentence, or at the closing quote of
 * the JSON string that it stands in. Looks at text alone; knows no tokens and no engine.
 */
#ifndef WORK_SENTENCE_H
#define WORK_SENTENCE_H

#include <stddef.h>

enum { SENTENCES_WANTED = 2 };

enum reason_end { REASON_OPEN, REASON_QUOTE, REASON_SENTENCE };

/*
 * Looks at a JSON string body as far as it has been written. *ret_len is how many of its bytes
 * belong to the rationale: up to an unescaped quote, or up to the end of the second sentence.
 * A full stop after a digit or a single letter may be a number or an abbreviation: it ends a
 * sentence only once white space and then anything but a small letter follow.
 */
enum reason_end reason_scan(const char *body, size_t n_bytes, size_t *ret_len);

#endif
