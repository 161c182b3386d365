/*
 * SHA-256 by OpenSSL. Knows nothing of the content. A digest is computed through the old interface:
 * EVP, the newer one, takes ciphers, curves and key formats along, 3 MB of each worker.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

static void *hash_must_have(size_t n_bytes, const char *file, int line)
{
	void *p = malloc(n_bytes);

	(void)file;
	(void)line;
	if (!p && n_bytes)
		arena_out_of_memory(n_bytes);
	return p;
}

static void *hash_must_grow(void *old, size_t n_bytes, const char *file, int line)
{
	void *p = realloc(old, n_bytes);

	(void)file;
	(void)line;
	if (!p && n_bytes)
		arena_out_of_memory(n_bytes);
	return p;
}

static void hash_give_back(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

void hash_must_have_memory(void)
{
	(void)CRYPTO_set_mem_functions(hash_must_have, hash_must_grow, hash_give_back);
}

static void hash_to_hex(const unsigned char *bytes, size_t n, char *ret_hex)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		ret_hex[2 * i] = digits[bytes[i] >> 4];
		ret_hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	ret_hex[2 * n] = '\0';
}

struct hash_state {
	bool is_git;
	union {
		SHA256_CTX sha256;
		SHA_CTX sha1;
	};
};

static void hash_begin(struct hash *h, const struct hash_state *start)
{
	struct hash_state *state = malloc(sizeof(*state));

	if (!state)
		arena_out_of_memory(sizeof(*state));
	*state = *start;
	h->state = state;
}

void hash_init(struct hash *h)
{
	struct hash_state start = { .is_git = false };

	SHA256_Init(&start.sha256);
	hash_begin(h, &start);
}

void hash_init_git(struct hash *h, uint64_t n_bytes)
{
	struct hash_state start = { .is_git = true };
	char head[32];
	int n = snprintf(head, sizeof(head), "blob %llu", (unsigned long long)n_bytes);

	SHA1_Init(&start.sha1);
	hash_begin(h, &start);
	hash_add(h, head, (size_t)n + 1); /* with its NUL */
}

void hash_add(struct hash *h, const void *data, size_t n_bytes)
{
	struct hash_state *state = h->state;

	if (state->is_git)
		SHA1_Update(&state->sha1, data, n_bytes);
	else
		SHA256_Update(&state->sha256, data, n_bytes);
}

void hash_add_i64(struct hash *h, int64_t value)
{
	unsigned char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)((uint64_t)value >> (8 * i));
	hash_add(h, bytes, sizeof(bytes));
}

void hash_add_text(struct hash *h, const char *text)
{
	hash_add_i64(h, text ? (int64_t)strlen(text) : -1);
	if (text)
		hash_add(h, text, strlen(text));
}

void hash_hex(struct hash *h, char ret_hex[HASH_HEX_LEN + 1])
{
	struct hash_state *state = h->state;
	unsigned char bytes[HASH_BYTES];

	if (state->is_git)
		SHA1_Final(bytes, &state->sha1);
	else
		SHA256_Final(bytes, &state->sha256);
	hash_to_hex(bytes, state->is_git ? SHA_DIGEST_LENGTH : SHA256_DIGEST_LENGTH, ret_hex);
	hash_release(h);
}

void hash_hex_so_far(const struct hash *h, char ret_hex[HASH_HEX_LEN + 1])
{
	struct hash copy;

	hash_begin(&copy, h->state);
	hash_hex(&copy, ret_hex);
}

void hash_release(struct hash *h)
{
	free(h->state);
	h->state = NULL;
}

bool hash_is_hex(const char *text, size_t n_digits)
{
	return text && strlen(text) == n_digits && strspn(text, "0123456789abcdef") == n_digits;
}

void hash_bytes(const void *data, size_t n_bytes, char ret_hex[HASH_HEX_LEN + 1])
{
	struct hash h;

	hash_init(&h);
	hash_add(&h, data, n_bytes);
	hash_hex(&h, ret_hex);
}

void hash_bytes_base64(const void *data, size_t n_bytes, char ret_text[HASH_BASE64_LEN + 1])
{
	unsigned char bytes[HASH_BYTES];

	SHA256(data, n_bytes, bytes);
	EVP_EncodeBlock((unsigned char *)ret_text, bytes, HASH_BYTES);
}

int hash_add_file(struct hash *h, const char *path, uint64_t *done_bytes,
		  void (*progress)(void *ctx, uint64_t done_bytes), void *ctx, struct err *err)
{
	enum { CHUNK = 1 << 20, STEP = 64 << 20 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *chunk;
	ssize_t n;
	int r = 0;

	if (fd < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot open '%s'", path);
	chunk = malloc(CHUNK);
	while (chunk && (n = read(fd, chunk, CHUNK)) > 0) {
		hash_add(h, chunk, (size_t)n);
		*done_bytes += (uint64_t)n;
		if (progress && *done_bytes % STEP < (uint64_t)n)
			progress(ctx, *done_bytes);
	}
	if (!chunk)
		r = err_set(err, ERR_INPUT, "out of memory while hashing '%s'", path);
	else if (n < 0)
		r = err_sys(err, ERR_INPUT, errno, "cannot read '%s'", path);
	free(chunk);
	close(fd);
	return r;
}

int hash_file(const char *path, void (*progress)(void *ctx, uint64_t done_bytes), void *ctx,
	      char ret_hex[HASH_HEX_LEN + 1], struct err *err)
{
	uint64_t done_bytes = 0;
	struct hash h;
	int r;

	hash_init(&h);
	r = hash_add_file(&h, path, &done_bytes, progress, ctx, err);
	hash_hex(&h, ret_hex);
	return r;
}

void hash_hmac(const void *key, size_t n_key_bytes, const void *data, size_t n_bytes,
	       char ret_hex[HASH_HEX_LEN + 1])
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (!HMAC(EVP_sha256(), key, (int)n_key_bytes, data, n_bytes, bytes, &n) || n != HASH_BYTES)
		arena_out_of_memory(HASH_BYTES);
	hash_to_hex(bytes, HASH_BYTES, ret_hex);
}

void hash_random(void *ret_bytes, size_t n_bytes)
{
	if (RAND_bytes(ret_bytes, (int)n_bytes) != 1)
		arena_out_of_memory(n_bytes); /* OpenSSL reports no other reason */
}
