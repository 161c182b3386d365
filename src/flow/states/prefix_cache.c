/*
 * A file is a part's state as the worker wrote it, then 64 hex digits: HMAC-SHA-256 over the file's
 * name, the state's length and its SHA-256, under the secret. The name is the key.
 */
#include "flow/states/prefix_cache.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "flow/states/state_folder.h"
#include "job/file/job_values.h"

enum { SECRET_BYTES = HASH_BYTES, CHUNK_BYTES = 64 * 1024 };

/* A part's state is at most this long; a model with larger ones computes its prefix each time. */
static const int64_t part_max_bytes = 256 << 20;

struct prefix_cache {
	struct arena *arena;
	const struct model *model;
	char *dir;
	unsigned char secret[SECRET_BYTES];
	char identity[HASH_HEX_LEN + 1]; /* of the weights, and where they compute */
	int64_t all_max_bytes;
};

/* Limit of all files, or 0: off. RULE: "off", "OFF", "no": only a size lets texts be kept. */
static int64_t cache_limit(void)
{
	const char *text = getenv("TOEHOLD_PREFIX_CACHE");
	int64_t bytes;

	if (!text || !*text)
		return PREFIX_CACHE_MAX_BYTES;
	return job_parse_size(text, &bytes) ? bytes : 0;
}

/* A secret that others could read or write is none. */
static bool cache_read_secret(struct prefix_cache *c, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
		  (st.st_mode & 077) == 0 && st.st_size == SECRET_BYTES &&
		  read(fd, c->secret, SECRET_BYTES) == SECRET_BYTES;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Reads the secret, or makes it. Without the one before, no older file is trusted. */
static bool cache_get_secret(struct prefix_cache *c)
{
	const char *path = arena_printf(c->arena, "%s/secret", c->dir);
	struct err unused;
	bool ok;
	int lock;

	if (cache_read_secret(c, path))
		return true;
	if (state_folder_lock(c->arena, c->dir, &lock, &unused) < 0)
		return false;
	ok = cache_read_secret(c, path);
	if (!ok) {
		hash_random(c->secret, SECRET_BYTES);
		ok = file_write(path, 0600, c->secret, SECRET_BYTES, &unused) == 0;
	}
	close(lock);
	return ok;
}

static const char *cache_file_name(const struct prefix_cache *c, const char *key)
{
	char hex[HASH_HEX_LEN + 1];
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, c->identity);
	hash_add_text(&h, key);
	hash_hex(&h, hex);
	return arena_strdup(c->arena, hex);
}

static void cache_digest(const struct prefix_cache *c, const char *name, int64_t n_bytes,
			 const char *sha256, char ret_hex[HASH_HEX_LEN + 1])
{
	const char *text = arena_printf(c->arena, "%s %lld %s", name, (long long)n_bytes, sha256);

	hash_hmac(c->secret, SECRET_BYTES, text, strlen(text), ret_hex);
}

/* Copies n_bytes from the start of one descriptor to the start of another, and hashes them. */
static bool cache_copy(int from, int to, int64_t n_bytes, char ret_sha256[HASH_HEX_LEN + 1])
{
	unsigned char chunk[CHUNK_BYTES];
	struct hash h;
	bool ok = true;
	size_t n;

	hash_init(&h);
	for (int64_t at = 0; ok && at < n_bytes; at += (int64_t)n) {
		n = n_bytes - at < CHUNK_BYTES ? (size_t)(n_bytes - at) : CHUNK_BYTES;
		ok = file_read_at(from, at, chunk, n) == 0 && file_write_at(to, at, chunk, n) == 0;
		hash_add(&h, chunk, ok ? n : 0);
	}
	hash_hex(&h, ret_sha256);
	return ok;
}

/* Copies a file's state to fd if the digest is right. */
static int64_t cache_load_file(const struct prefix_cache *c, const char *name, int file, int fd)
{
	char sha256[HASH_HEX_LEN + 1], right[HASH_HEX_LEN + 1], given[HASH_HEX_LEN + 1] = "";
	struct stat st;
	int64_t n_bytes;

	if (fstat(file, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	n_bytes = st.st_size - HASH_HEX_LEN;
	if (n_bytes <= 0 || n_bytes > part_max_bytes || !cache_copy(file, fd, n_bytes, sha256) ||
	    file_read_at(file, n_bytes, given, HASH_HEX_LEN) < 0)
		return 0;
	cache_digest(c, name, n_bytes, sha256, right);
	return memcmp(given, right, HASH_HEX_LEN) == 0 ? n_bytes : 0;
}

static int64_t prefix_cache_load(void *ctx, const char *key, int fd)
{
	const struct prefix_cache *c = ctx;
	const char *name = cache_file_name(c, key);
	const char *path = arena_printf(c->arena, "%s/%s", c->dir, name);
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int64_t n_bytes;

	if (file < 0)
		return 0;
	n_bytes = cache_load_file(c, name, file, fd);
	if (n_bytes > 0)
		(void)!futimens(file, NULL); /* used now: it is the last to be removed */
	else
		(void)!unlink(path);
	close(file);
	return n_bytes;
}

/* Call with the lock held. */
static void cache_write_file(const struct prefix_cache *c, const char *name, int fd,
			     int64_t n_bytes)
{
	const char *path = arena_printf(c->arena, "%s/%s", c->dir, name);
	const char *part = arena_printf(c->arena, "%s.%lld.part", path, (long long)getpid());
	char sha256[HASH_HEX_LEN + 1], digest[HASH_HEX_LEN + 1];
	int file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool ok;

	if (file < 0)
		return;
	ok = cache_copy(fd, file, n_bytes, sha256);
	cache_digest(c, name, n_bytes, sha256, digest);
	ok = ok && file_write_at(file, n_bytes, digest, HASH_HEX_LEN) == 0;
	ok = close(file) == 0 && ok;
	if (!ok || rename(part, path) < 0)
		(void)!unlink(part);
}

/* RULE: a state is kept only while the model file is the one that was hashed. */
static void prefix_cache_keep(void *ctx, const char *key, int fd, int64_t n_bytes)
{
	const struct prefix_cache *c = ctx;
	const char *name = cache_file_name(c, key);
	struct err unused;
	int lock;

	if (!model_is_unchanged(c->model) || n_bytes > c->all_max_bytes ||
	    state_folder_lock(c->arena, c->dir, &lock, &unused) < 0)
		return;
	state_folder_make_room(c->arena, c->dir, name, c->all_max_bytes - n_bytes);
	cache_write_file(c, name, fd, n_bytes);
	close(lock);
}

/* What changes a state beside tokens, engine and device: which weights, and where they compute. */
static void cache_identify(struct prefix_cache *c, const char *cpu, int64_t n_gpu_layers)
{
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, c->model->sha256);
	hash_add_text(&h, c->model->adapter.sha256);
	hash_add_text(&h, cpu);
	hash_add_i64(&h, n_gpu_layers);
	hash_hex(&h, c->identity);
}

/* Room for a part's state: its cells and the engine's own records of them. */
static int64_t cache_part_bytes(const struct model_facts *f, int64_t n_ubatch)
{
	enum { RECORDS_BYTES = 4 << 20 };
	int64_t bytes = f->cell_bytes * n_ubatch + RECORDS_BYTES;

	return f->cell_bytes > 0 && bytes < part_max_bytes ? bytes : part_max_bytes;
}

struct prefix_store prefix_cache_for(const struct session *s, const struct candidate *c,
				     const struct pass_row *row)
{
	struct arena *a = &s->cmd->arena;
	const struct prefix_store none = { 0 };
	struct prefix_cache *cache = arena_alloc(a, sizeof(*cache));
	struct err unused;

	*cache = (struct prefix_cache){ .arena = a,
					.model = c->model,
					.all_max_bytes = cache_limit() };
	if (c->model->engine == ENGINE_BASELINE || c->model->engine == ENGINE_HTTP ||
	    cache->all_max_bytes == 0 || !*c->model->sha256 ||
	    state_folder_path(a, STATE_FOLDER_PREFIXES, &cache->dir, &unused) < 0 ||
	    file_make_dirs(cache->dir, 0700, &unused) < 0 || !cache_get_secret(cache))
		return none;
	cache_identify(cache, s->prepared.machine.cpu, row->n_gpu_layers);
	return (struct prefix_store){ .ctx = cache,
				      .max_bytes =
					      cache_part_bytes(&c->model->facts, row->n_ubatch),
				      .load = prefix_cache_load,
				      .keep = prefix_cache_keep };
}
