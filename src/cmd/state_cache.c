/*
 * A file: one line of JSON, then records of a checksum (64 hex digits) and n_embd floats as they
 * lie in memory. It never leaves the machine that wrote it.
 */
#include "cmd/state_cache.h"

#include <dirent.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/str.h"

enum { FORMAT = 1, WIDEST = 65536 };

static size_t record_bytes(const struct state_cache *c)
{
	return HASH_HEX_LEN + c->n_embd * sizeof(float);
}

static int by_sha256(const void *x, const void *y)
{
	return memcmp(*(const char *const *)x, *(const char *const *)y, HASH_HEX_LEN);
}

/* False where the first line is not ours. */
static bool read_header(struct state_cache *c, const char *text, size_t len, size_t *ret_at)
{
	const char *end = memchr(text, '\n', len), *opening = NULL;
	json_int_t format = 0, n_embd = 0, date_s = 0;
	json_t *root;

	if (!end)
		return false;
	root = json_loadb(text, (size_t)(end - text), 0, NULL);
	if (json_unpack(root, "{s:I, s:I, s:I, s:s}", "format", &format, "n_embd", &n_embd,
			"date_s", &date_s, "opening", &opening) == 0 &&
	    format == FORMAT && n_embd > 0 && n_embd <= WIDEST) {
		c->n_embd = (size_t)n_embd;
		c->pinned_date_s = date_s;
		c->opening = arena_strdup(c->arena, opening);
	}
	json_decref(root);
	*ret_at = (size_t)(end + 1 - text);
	return c->n_embd > 0;
}

static void read_file(struct state_cache *c)
{
	size_t len, at;
	struct err missing;
	char *text;

	if (file_read(c->arena, c->path, STATE_CACHE_MAX_BYTES, &text, &len, &missing) < 0 ||
	    !read_header(c, text, len, &at))
		return;
	c->n_records = (len - at) / record_bytes(c);
	c->records = arena_array(c->arena, c->n_records, sizeof(*c->records));
	for (size_t i = 0; i < c->n_records; i++)
		c->records[i] = text + at + i * record_bytes(c);
	if (c->n_records > 0)
		qsort(c->records, c->n_records, sizeof(*c->records), by_sha256);
}

int state_cache_open(struct arena *a, const char *key, bool use, struct state_cache *ret_cache,
		     struct err *err)
{
	struct state_cache c = { .arena = a };
	char *cache;

	buf_init(&c.added, STATE_CACHE_MAX_BYTES);
	*ret_cache = c;
	if (!use)
		return 0;
	if (file_cache_dir(a, &cache, err) < 0)
		return -1;
	c.dir = arena_printf(a, "%s/hidden", cache);
	if (file_make_dirs(c.dir, 0700, err) < 0)
		return -1;
	c.path = arena_printf(a, "%s/%s", c.dir, key);
	read_file(&c);
	*ret_cache = c;
	return 0;
}

bool state_cache_get(const struct state_cache *c, const char text_sha256[HASH_HEX_LEN + 1],
		     double *ret_state)
{
	const char *const *found = NULL;

	if (c->n_records > 0)
		found = bsearch(&text_sha256, c->records, c->n_records, sizeof(*c->records),
				by_sha256);
	for (size_t i = 0; found && i < c->n_embd; i++) {
		float value;

		memcpy(&value, *found + HASH_HEX_LEN + i * sizeof(value), sizeof(value));
		ret_state[i] = (double)value;
	}
	return found != NULL;
}

void state_cache_add(struct state_cache *c, const char text_sha256[HASH_HEX_LEN + 1],
		     const double *state)
{
	if (!c->path)
		return;
	buf_add(&c->added, text_sha256, HASH_HEX_LEN);
	for (size_t i = 0; i < c->n_embd; i++) {
		float value = (float)state[i];

		buf_add(&c->added, &value, sizeof(value));
	}
}

struct cached_file {
	char *path;
	struct file_stamp stamp;
};

static int by_age(const void *x, const void *y)
{
	const struct cached_file *a = x, *b = y;

	return (a->stamp.mtime_ns > b->stamp.mtime_ns) - (a->stamp.mtime_ns < b->stamp.mtime_ns);
}

/* Removes the oldest files, never the one in use, until the rest keeps the ceiling. */
static void make_room(const struct state_cache *c)
{
	enum { FILES_MAX = 4096 };
	struct cached_file *files = arena_array(c->arena, FILES_MAX, sizeof(*files));
	int64_t sum = 0;
	size_t n = 0;
	struct dirent *entry;
	struct err gone;
	DIR *dir = opendir(c->dir);

	while (dir && n < FILES_MAX && (entry = readdir(dir))) {
		files[n].path = arena_printf(c->arena, "%s/%s", c->dir, entry->d_name);
		if (strlen(entry->d_name) == HASH_HEX_LEN &&
		    file_stamp_get(files[n].path, &files[n].stamp, &gone) == 0)
			sum += files[n++].stamp.size_bytes;
	}
	if (dir)
		closedir(dir);
	if (n > 0)
		qsort(files, n, sizeof(*files), by_age);
	for (size_t i = 0; i < n && sum > STATE_CACHE_MAX_BYTES; i++) {
		if (strcmp(files[i].path, c->path) == 0 || unlink(files[i].path) < 0)
			continue;
		sum -= files[i].stamp.size_bytes;
	}
}

static int write_file(struct state_cache *c, struct err *err)
{
	json_t *header = json_pack("{s:i, s:I, s:I, s:o}", "format", FORMAT, "n_embd",
				   (json_int_t)c->n_embd, "date_s", (json_int_t)c->pinned_date_s,
				   "opening", json_any_text(c->opening));
	struct buf file;
	int r;

	buf_init(&file, STATE_CACHE_MAX_BYTES);
	buf_adds(&file, json_text(c->arena, header));
	buf_addc(&file, '\n');
	/* New records first: where there is too much, the old ones stay out. */
	buf_add(&file, buf_text(&c->added), c->added.len);
	for (size_t i = 0; i < c->n_records; i++)
		buf_add(&file, c->records[i], record_bytes(c));
	r = file_write(c->path, 0600, buf_text(&file), file.len, err);
	buf_release(&file);
	return r;
}

int state_cache_close(struct state_cache *c, struct err *err)
{
	int r = 0;

	if (c->path && c->added.len > 0 && !c->added.overflow) {
		r = write_file(c, err);
		make_room(c);
	}
	buf_release(&c->added);
	c->path = NULL;
	return r;
}
