/*
 * The stop rule of rationales: one is complete at the end of its second sentence, or at the closing
 * quote of its JSON string. Looks only at text; knows no tokens and no engine.
 */
#ifndef WORK_SENTENCE_H
#define WORK_SENTENCE_H

#include <stddef.h>

enum { SENTENCES_WANTED = 2 };

enum reason_end { REASON_OPEN, REASON_QUOTE, REASON_SENTENCE };

/*
 * Scans the body of a JSON string as far as it is written. *ret_len is the number of bytes that
 * belong to the rationale: up to an unescaped quote, or to the end of the second sentence. A full
 * stop behind a digit or a single letter may be part of a number or an abbreviation. It ends a
 * sentence only if white space and then anything but a lower-case letter follow.
 */
enum reason_end reason_scan(const char *body, size_t n_bytes, size_t *ret_len);

#endif
