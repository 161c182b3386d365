/*
 * The cache of model files between runs, as JSON: hash, facts, measured speeds. The facts come from
 * facts.def. A lost or damaged cache costs only time.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "base/str.h"
#include "job/model/model.h"

enum { CACHE_MAX_BYTES = 16 << 20, CACHE_VERSION = 6 };

/* With more entries than this, those of missing or changed files are removed. */
enum { CACHE_PRUNE_ABOVE = 2000 };

enum field_type { FIELD_CHARS, FIELD_NAME, FIELD_NUMBER };

struct field_row {
	const char *name;
	enum field_type type;
	size_t offset, size; /* in struct model_facts; size of FIELD_CHARS */
	const struct names *names; /* of FIELD_NAME */
};

/* clang-format off */
#define CACHE_FACT(type, name, names) \
	{ #name, type, offsetof(struct model_facts, name), \
	  sizeof(((struct model_facts *)0)->name), names },
#define CACHE_FACT_CHARS(name, more) CACHE_FACT(FIELD_CHARS, name, NULL)
#define CACHE_FACT_NAME(name, kind) CACHE_FACT(FIELD_NAME, name, &kind##_names)
#define CACHE_FACT_I64(name, more) CACHE_FACT(FIELD_NUMBER, name, NULL)
/* clang-format on */

static const struct field_row fact_rows[] = {
#define MEMBER(type, name, more) CACHE_FACT_##type(name, more)
#include "job/model/facts.def"
};

#define N_FACTS (COUNT_OF(fact_rows))

/* Copies what fits, without cutting a character in two. */
static void cache_copy_text(char *to, size_t size, const char *text)
{
	int64_t bad;

	snprintf(to, size, "%s", text);
	bad = str_utf8_error(to, strlen(to));
	if (bad >= 0)
		to[bad] = '\0';
}

static json_t *cache_facts_to_json(const struct model_facts *facts)
{
	json_t *object = json_object();

	for (size_t i = 0; i < N_FACTS; i++) {
		const struct field_row *row = &fact_rows[i];
		const char *field = (const char *)facts + row->offset;

		switch (row->type) {
		case FIELD_CHARS:
			json_object_set_new(object, row->name, json_any_text(field));
			break;
		case FIELD_NAME:
			json_object_set_new(object, row->name,
					    json_string(row->names->texts[*(const int *)field]));
			break;
		case FIELD_NUMBER:
			json_object_set_new(object, row->name,
					    json_integer(*(const int64_t *)field));
			break;
		}
	}
	return object;
}

/* False if a field is missing or has another type: then the facts are unusable. */
static bool cache_facts_from_json(const json_t *object, struct model_facts *ret_facts)
{
	struct model_facts facts = { 0 };

	for (size_t i = 0; i < N_FACTS; i++) {
		const struct field_row *row = &fact_rows[i];
		const json_t *value = json_object_get(object, row->name);
		char *field = (char *)&facts + row->offset;

		if (row->type == FIELD_CHARS && json_is_string(value))
			cache_copy_text(field, row->size, json_string_value(value));
		else if (row->type == FIELD_NAME && json_is_string(value))
			*(int *)field = names_find_or_first(row->names, json_string_value(value));
		else if (row->type == FIELD_NUMBER && json_is_integer(value))
			*(int64_t *)field = json_integer_value(value);
		else
			return false;
	}
	*ret_facts = facts;
	return true;
}

/*
 * Identifies one version of a file under any name. For a split model it is that of the first part,
 * with its path: a link to that part elsewhere can belong to other parts.
 */
static const char *cache_key_of(struct arena *a, const struct model *model)
{
	const struct file_stamp *s = &model->stamp;
	const char *stamp = arena_printf(a, "%" PRIu64 ":%" PRIu64 ":%" PRId64 ":%" PRId64, s->dev,
					 s->inode, s->size_bytes, s->ctime_ns);
	const char *key;
	char *real;

	if (model->n_parts <= 1)
		return stamp;
	real = realpath(model->path, NULL);
	key = arena_printf(a, "%s %s", stamp, real ? real : model->path);
	free(real);
	return key;
}

static double cache_speed_of(const json_t *entry, const char *name)
{
	double value = json_number_value(json_object_get(entry, name));

	return value > 0 && value < 1e9 ? value : 0;
}

static const char *cache_reader_of(const struct model *model)
{
	return model->reader ? model->reader : "";
}

static bool cache_is_same_reader(const json_t *entry, const struct model *model)
{
	const char *reader = json_string_value(json_object_get(entry, "reader"));

	return reader && strcmp(reader, cache_reader_of(model)) == 0;
}

int model_cache_open(struct arena *a, struct model_cache *ret_cache, struct err *err)
{
	struct model_cache cache = { .arena = a };
	json_t *root = NULL;
	struct err ignored;
	size_t len;
	char *dir, *text;

	if (file_cache_dir(a, &dir, err) < 0)
		return -1;
	cache.path = arena_printf(a, "%s/models.json", dir);
	if (file_read(a, cache.path, CACHE_MAX_BYTES, &text, &len, &ignored) == 0)
		root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	if (json_integer_value(json_object_get(root, "version")) == CACHE_VERSION &&
	    json_is_object(json_object_get(root, "models")))
		cache.json = json_incref(json_object_get(root, "models"));
	else
		cache.json = json_object();
	json_decref(root);
	*ret_cache = cache;
	return 0;
}

void model_cache_get(const struct model_cache *cache, struct model *model)
{
	const json_t *entry;
	const char *sha256;

	if (!cache->json)
		return;
	entry = json_object_get(cache->json, cache_key_of(cache->arena, model));
	sha256 = json_string_value(json_object_get(entry, "sha256"));
	if (hash_is_hex(sha256, HASH_HEX_LEN))
		memcpy(model->sha256, sha256, sizeof(model->sha256));
	if (cache_is_same_reader(entry, model) &&
	    cache_facts_from_json(json_object_get(entry, "facts"), &model->facts))
		model->has_facts = true;
	model->prompt_tok_per_s = cache_speed_of(entry, "prompt_tok_per_s");
	model->reason_tok_per_s = cache_speed_of(entry, "reason_tok_per_s");
	model->reason_mean_tok = cache_speed_of(entry, "reason_mean_tok");
}

/* Another name of the same file is not a change. */
static bool cache_is_known(json_t *known, const json_t *entry)
{
	json_t *was;
	bool same;

	if (!json_is_object(known))
		return false;
	was = json_copy(known);
	json_object_set(was, "path", json_object_get(entry, "path"));
	same = json_equal(was, entry);
	json_decref(was);
	return same;
}

void model_cache_put(struct model_cache *cache, const struct model *model)
{
	const char *key;
	json_t *entry;
	char *real;

	if (!cache->json)
		return;
	key = cache_key_of(cache->arena, model);
	entry = json_object();
	real = realpath(model->path, NULL);
	json_object_set_new(entry, "path", json_any_text(real ? real : model->path));
	free(real);
	if (model->sha256[0])
		json_object_set_new(entry, "sha256", json_string(model->sha256));
	if (model->has_facts)
		json_object_set_new(entry, "facts", cache_facts_to_json(&model->facts));
	json_object_set_new(entry, "reader", json_any_text(cache_reader_of(model)));
	if (model->prompt_tok_per_s > 0)
		json_object_set_new(entry, "prompt_tok_per_s", json_real(model->prompt_tok_per_s));
	if (model->reason_tok_per_s > 0)
		json_object_set_new(entry, "reason_tok_per_s", json_real(model->reason_tok_per_s));
	if (model->reason_mean_tok > 0)
		json_object_set_new(entry, "reason_mean_tok", json_real(model->reason_mean_tok));
	if (cache_is_known(json_object_get(cache->json, key), entry)) {
		json_decref(entry);
		return;
	}
	json_object_set_new(cache->json, key, entry);
	cache->changed = true;
}

/* Whether the file of an entry still has the key. */
static bool cache_is_current(struct arena *a, const char *key, const json_t *entry)
{
	struct model model = { .path = json_string_value(json_object_get(entry, "path")) };
	struct err unused;

	if (strchr(key, ' '))
		return file_exists(strchr(key, ' ') + 1);
	return model.path && file_stamp_get(model.path, &model.stamp, &unused) == 0 &&
	       strcmp(key, cache_key_of(a, &model)) == 0;
}

static void cache_prune(struct model_cache *cache)
{
	struct arena a = { 0 };
	const char *key;
	json_t *entry;
	void *next;

	if (json_object_size(cache->json) <= CACHE_PRUNE_ABOVE)
		return;
	json_object_foreach_safe(cache->json, next, key,
				 entry) if (!cache_is_current(&a, key, entry))
		json_object_del(cache->json, key);
	arena_release(&a);
}

int model_cache_save(struct model_cache *cache, struct err *err)
{
	json_t *root;
	char *text;
	int r;

	if (!cache->json || !cache->changed)
		return 0;
	cache_prune(cache);
	root = json_pack("{s:i, s:O}", "version", CACHE_VERSION, "models", cache->json);
	text = json_dumps(root, JSON_INDENT(1) | JSON_SORT_KEYS);
	if (text)
		r = file_write(cache->path, 0600, text, strlen(text), err);
	else
		r = err_set(err, ERR_INPUT, "cannot write '%s': out of memory", cache->path);
	free(text);
	json_decref(root);
	cache->changed = cache->changed && r < 0;
	return r;
}

int model_cache_close(struct model_cache *cache, struct err *err)
{
	int r = model_cache_save(cache, err);

	json_decref(cache->json);
	cache->json = NULL;
	cache->changed = false;
	return r;
}
