/*
 * Text: UTF-8, JSON strings, safe printing, numbers with units. Knows nothing of its meaning.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

/* The offset of the first malformed byte of UTF-8 (RFC 3629), or -1 if there is none. */
int64_t str_utf8_error(const char *text, size_t n_bytes);

/* Whether three bytes begin here that would be half of a surrogate pair, which UTF-8 forbids. */
bool str_is_half(const char *text, size_t n_bytes);

/* The text, or a copy with U+FFFD in place of each malformed byte. */
const char *str_utf8_repaired(struct arena *a, const char *text);

/* A byte-order mark, and its length if the text begins with one, else 0. */
#define STR_MARK "\xEF\xBB\xBF"
size_t str_mark_bytes(const char *text, size_t n_bytes);

/* The text as one word of a POSIX shell's command line: in quotes if it needs any. */
const char *str_shell_word(struct arena *a, const char *text);

/* Appends `text` as the body of a JSON string; escapes only what JSON requires. */
void str_json_escape(struct buf *b, const char *text, size_t n_bytes);

/* The inverse, for a body that a model wrote: keeps unknown escapes as they are. */
void str_json_unescape(struct buf *b, const char *body, size_t n_bytes);

/*
 * True if a terminal or an editor would obey, hide or move the character (a code point): controls,
 * format characters (bidi marks among them), line separators, surrogates, unassigned ones.
 */
bool str_is_hidden(int32_t c);

/* True for letters, marks and digits (a code point). */
bool str_is_word_char(int32_t c);

/* Appends UTF-8 text; hidden characters beyond ASCII become \uXXXX, the escapes of JSON. */
void str_escape_hidden(struct buf *b, const char *text, size_t n_bytes);

/* The same for every character beyond ASCII: most encodings of files read the result alike. */
void str_escape_beyond_ascii(struct buf *b, const char *text, size_t n_bytes);

/*
 * Appends text in a form that is safe for a terminal: hidden characters become \xNN or \u{N}, line
 * breaks and tabs become spaces, malformed bytes become \xNN.
 */
void str_printable(struct buf *b, const char *text, size_t n_bytes);

/* The display columns of UTF-8 text; a wide character counts two. */
size_t str_columns(const char *text);

/* "1.1 GB", "98 MB": powers of 1000, as on disks and model pages. */
const char *str_bytes(struct arena *a, uint64_t n_bytes);

/* "12 ms", "1.4 s", "2 min 03 s"; "-" if negative. */
const char *str_duration(struct arena *a, int64_t us);

/* "8 s", "1 min 20 s", "12 min", "2 h 05 min": for estimates; at least "1 s". */
const char *str_about(struct arena *a, int64_t us);

/* The shortest decimal form that strtod() reads back as the same number. */
enum { STR_NUMBER_BYTES = 32 };
void str_number(double value, char ret_text[STR_NUMBER_BYTES]);

/* Parses a whole number in [min, max]; false if the text is anything else. */
bool str_to_i64(const char *text, int64_t min, int64_t max, int64_t *ret_value);

/* The first byte of the UTF-8 character that byte `at` belongs to. */
size_t str_char_start(const char *text, size_t at);

/* The offset behind the UTF-8 character at byte `at`. */
size_t str_char_end(const char *text, size_t at, size_t n_bytes);

/* The bytes of the first n_chars characters of UTF-8 text. */
size_t str_chars_len(const char *text, size_t n_bytes, size_t n_chars);

bool str_starts(const char *text, const char *start);
bool str_ends(const char *text, const char *end);

/* The same for endings of files' names: .CSV is .csv. */
bool str_ends_any_case(const char *text, const char *end);

/* The next part of a list and its length; moves *list past it. NULL at the end. */
const char *str_next_part(const char **list, char separator, size_t *ret_n_bytes);

/* Whether a part of the list is exactly this text. */
bool str_is_listed(const char *text, const char *list, char separator);

/* The text behind the last '/'. */
const char *str_basename(const char *path);

/* As the first words of a sentence: "Label". */
const char *str_capital(struct arena *a, const char *text);

/* For near-duplicates: NFKC, case folded, only letters and digits, one space between words. */
char *str_normalised(struct arena *a, const char *text);

/* The name closest to `word` (edit distance at most 3), or NULL: "did you mean ...". */
const char *str_nearest(const char *word, const char *const *names, size_t n);

#endif
