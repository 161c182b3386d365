/*
 * SHA-256 (OpenSSL's libcrypto) of memory, of files, in parts and with a key; random bytes.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum { HASH_BYTES = 32, HASH_HEX_LEN = 64, HASH_BASE64_LEN = 44 };

/*
 * Call once, before anything is hashed: from then on the process ends with a message if OpenSSL
 * gets no memory. OpenSSL would crash if its own start got none.
 */
void hash_must_have_memory(void);

struct hash {
	void *state; /* owned */
};

void hash_init(struct hash *h);

/*
 * Git's own sum of a file of n_bytes: SHA-1 of "blob N", a NUL and the content; 40 hex digits. It
 * detects damage, not forgery. The caller must add all n_bytes.
 */
void hash_init_git(struct hash *h, uint64_t n_bytes);
void hash_add(struct hash *h, const void *data, size_t n_bytes);

/* Adds the length, then the bytes, so that ("ab","c") and ("a","bc") differ. NULL and "" differ. */
void hash_add_text(struct hash *h, const char *text);
void hash_add_i64(struct hash *h, int64_t value);

/* Ends the hash, releases it, and fills 64 hex digits (git's: 40) and a NUL. */
void hash_hex(struct hash *h, char ret_hex[HASH_HEX_LEN + 1]);

/* The 64 hex digits of what was added so far; the hash goes on. */
void hash_hex_so_far(const struct hash *h, char ret_hex[HASH_HEX_LEN + 1]);

/* Releases a hash that was not ended. Does nothing if zeroed. */
void hash_release(struct hash *h);

/* Whether a text is exactly n_digits of lower-case hex; false for NULL. */
bool hash_is_hex(const char *text, size_t n_digits);

/* SHA-256 of n_bytes in hex, or in base64 (RFC 4648). */
void hash_bytes(const void *data, size_t n_bytes, char ret_hex[HASH_HEX_LEN + 1]);
void hash_bytes_base64(const void *data, size_t n_bytes, char ret_text[HASH_BASE64_LEN + 1]);

/*
 * Adds the bytes of a file, and counts them in *done_bytes, which several files can share.
 * `progress` may be NULL; it is called about every 64 MiB with *done_bytes. Fails with ERR_INPUT if
 * the file cannot be read: end the hash even then.
 */
int hash_add_file(struct hash *h, const char *path, uint64_t *done_bytes,
		  void (*progress)(void *ctx, uint64_t done_bytes), void *ctx,
		  struct err *err) MUST_USE;

/* Hex SHA-256 of a whole file; progress and failures as in hash_add_file(). */
int hash_file(const char *path, void (*progress)(void *ctx, uint64_t done_bytes), void *ctx,
	      char ret_hex[HASH_HEX_LEN + 1], struct err *err) MUST_USE;

/* Hex HMAC-SHA-256 (RFC 2104) of n_bytes. */
void hash_hmac(const void *key, size_t n_key_bytes, const void *data, size_t n_bytes,
	       char ret_hex[HASH_HEX_LEN + 1]);

/* Random bytes from the system; ends the process if it has none. */
void hash_random(void *ret_bytes, size_t n_bytes);

#endif
