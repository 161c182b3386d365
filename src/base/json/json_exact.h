/*
 * JSON as other programs write it, in a form that Jansson reads without loss. Must not know what a
 * value means.
 */
#ifndef BASE_JSON_JSON_EXACT_H
#define BASE_JSON_JSON_EXACT_H

#include "base/buf.h"

/* What half of a character becomes: a code point that no text holds (U+FDD0, a noncharacter). */
#define JSON_HALF_CHARACTER "\xEF\xB7\x90"
#define JSON_HALF_ESCAPE "\\ufdd0"

/*
 * Appends n_bytes of JSON, with a NUL behind them, to `out`: at most twice as long and with the
 * same lines. Numbers become strings of the same characters, because Jansson's integers end at 64
 * bits. NaN and Infinity, as Python writes them, become null. The escape of half a surrogate pair,
 * which Jansson refuses, becomes JSON_HALF_ESCAPE. Everything else is copied, valid or not.
 */
void json_exact(struct buf *out, const char *text, size_t n_bytes);

#endif
