/*
 * The file format: a checksum of all that follows (64 hex digits), one line of JSON, then records
 * of a text's checksum (64 hex digits) and n_embd floats in the machine's own format. A file never
 * leaves the machine that wrote it.
 */
#include "flow/states/state_cache.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json/json.h"
#include "base/str.h"
#include "flow/states/state_folder.h"

enum { FORMAT = 2, WIDEST = 65536 };

static size_t cache_record_bytes(const struct state_cache *c)
{
	return HASH_HEX_LEN + c->n_embd * sizeof(float);
}

static int cache_by_sha256(const void *x, const void *y)
{
	return memcmp(*(const char *const *)x, *(const char *const *)y, HASH_HEX_LEN);
}

/* False if the text has another format or is incomplete. */
static bool cache_read_header(struct state_cache *c, const char *text, size_t len, size_t *ret_at)
{
	const char *line = text + HASH_HEX_LEN, *end, *opening = NULL;
	json_int_t format = 0, n_embd = 0, date_s = 0;
	char sum[HASH_HEX_LEN + 1];
	json_t *root;

	if (len < HASH_HEX_LEN)
		return false;
	hash_bytes(line, len - HASH_HEX_LEN, sum);
	end = memchr(line, '\n', len - HASH_HEX_LEN);
	if (memcmp(sum, text, HASH_HEX_LEN) != 0 || !end)
		return false;
	root = json_loadb(line, (size_t)(end - line), 0, NULL);
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

static void cache_read_file(struct state_cache *c)
{
	size_t len, at;
	struct err missing;
	char *text;

	if (file_read(c->arena, c->path, STATE_CACHE_MAX_BYTES, &text, &len, &missing) < 0 ||
	    !cache_read_header(c, text, len, &at))
		return;
	c->n_records = (len - at) / cache_record_bytes(c);
	c->records = arena_array(c->arena, c->n_records, sizeof(*c->records));
	for (size_t i = 0; i < c->n_records; i++)
		c->records[i] = text + at + i * cache_record_bytes(c);
	if (c->n_records > 0)
		qsort(c->records, c->n_records, sizeof(*c->records), cache_by_sha256);
}

int state_cache_open(struct arena *a, const char *key, bool use, struct state_cache *ret_cache,
		     struct err *err)
{
	struct state_cache c = { .arena = a, .opening = "" };

	buf_init(&c.added, STATE_CACHE_MAX_BYTES);
	*ret_cache = c;
	if (!use)
		return 0;
	if (state_folder_path(a, STATE_FOLDER_HIDDEN, &c.dir, err) < 0 ||
	    file_make_dirs(c.dir, 0700, err) < 0)
		return -1;
	c.path = arena_printf(a, "%s/%s", c.dir, key);
	cache_read_file(&c);
	*ret_cache = c;
	return 0;
}

/* The record of a text, or NULL. */
static const char *cache_find(const struct state_cache *c, const char *text_sha256)
{
	const char *const *found = NULL;

	if (c->n_records > 0)
		found = bsearch(&text_sha256, c->records, c->n_records, sizeof(*c->records),
				cache_by_sha256);
	return found ? *found : NULL;
}

bool state_cache_get(const struct state_cache *c, const char text_sha256[HASH_HEX_LEN + 1],
		     double *ret_state)
{
	const char *record = cache_find(c, text_sha256);

	for (size_t i = 0; record && i < c->n_embd; i++) {
		float value;

		memcpy(&value, record + HASH_HEX_LEN + i * sizeof(value), sizeof(value));
		if (!isfinite(value))
			return false;
		ret_state[i] = (double)value;
	}
	return record != NULL;
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

/* Another date or opening means another prompt, which gives other states. */
static bool cache_same_prompt(const struct state_cache *a, const struct state_cache *b)
{
	return a->n_embd == b->n_embd && a->pinned_date_s == b->pinned_date_s &&
	       strcmp(a->opening, b->opening) == 0;
}

/* Appends the new records that `now` lacks, each text once. */
static void cache_append_added(const struct state_cache *c, const struct state_cache *now,
			       struct buf *file)
{
	size_t n = c->added.len / cache_record_bytes(c);
	const char **added = arena_array(now->arena, n, sizeof(*added));

	for (size_t i = 0; i < n; i++)
		added[i] = c->added.data + i * cache_record_bytes(c);
	qsort(added, n, sizeof(*added), cache_by_sha256);
	for (size_t i = 0; i < n; i++)
		if ((i == 0 || cache_by_sha256(&added[i - 1], &added[i]) != 0) &&
		    !cache_find(now, added[i]))
			buf_add(file, added[i], cache_record_bytes(c));
}

/* Call with the lock held. Keeps what other programs wrote since open(). */
static int cache_write_file(const struct state_cache *c, struct err *err)
{
	struct arena a = { 0 };
	struct state_cache now = { .arena = &a, .path = c->path, .opening = "" };
	json_t *header = json_pack("{s:i, s:I, s:I, s:o}", "format", FORMAT, "n_embd",
				   (json_int_t)c->n_embd, "date_s", (json_int_t)c->pinned_date_s,
				   "opening", json_any_text(c->opening));
	char sum[HASH_HEX_LEN + 1] = "";
	struct buf file;
	int r;

	cache_read_file(&now);
	if (!cache_same_prompt(c, &now))
		now.n_records = 0;
	buf_init(&file, STATE_CACHE_MAX_BYTES);
	buf_add(&file, sum, HASH_HEX_LEN); /* filled in below */
	buf_adds(&file, json_text(&a, header));
	buf_addc(&file, '\n');
	/* New records first, so that old ones are dropped at the limit. */
	cache_append_added(c, &now, &file);
	for (size_t i = 0; i < now.n_records; i++)
		buf_add(&file, now.records[i], cache_record_bytes(c));
	hash_bytes(file.data + HASH_HEX_LEN, file.len - HASH_HEX_LEN, sum);
	memcpy(file.data, sum, HASH_HEX_LEN);
	r = file_write(c->path, 0600, file.data, file.len, err);
	buf_release(&file);
	arena_release(&a);
	return r;
}

static int cache_keep_added(const struct state_cache *c, struct err *err)
{
	int lock, r;

	if (state_folder_lock(c->arena, c->dir, &lock, err) < 0)
		return -1;
	r = cache_write_file(c, err);
	state_folder_make_room(c->arena, c->dir, str_basename(c->path), STATE_CACHE_MAX_BYTES);
	close(lock);
	return r;
}

int state_cache_close(struct state_cache *c, struct err *err)
{
	int r = 0;

	if (c->path && c->added.len > 0 && !c->added.overflow)
		r = cache_keep_added(c, err);
	buf_release(&c->added);
	c->path = NULL;
	return r;
}
