/*
 * The codec of field tables: one walker writes, one reads, and one checks what a hostile process
 * sent.
 */
#include "work/fields.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/str.h"

/* The length of bytes or the number of values; 0 for a field that has none. */
static size_t fields_count_of(const struct field *f, const char *base)
{
	if (f->type != FIELD_BYTES && f->type != FIELD_TEXTS && f->type != FIELD_F64S &&
	    f->type != FIELD_BLOBS)
		return 0;
	return *(const size_t *)(const void *)(base + f->n_at);
}

static void fields_put_one(struct buf *b, const struct field *f, const char *base)
{
	const void *at = base + f->at;
	size_t n = fields_count_of(f, base);

	switch (f->type) {
	case FIELD_I64:
		wire_put_i64(b, *(const int64_t *)at);
		break;
	case FIELD_F64:
		wire_put_f64(b, *(const double *)at);
		break;
	case FIELD_BOOL:
		wire_put_i64(b, *(const bool *)at);
		break;
	case FIELD_INT:
		wire_put_i64(b, *(const int *)at);
		break;
	case FIELD_TEXT:
		wire_put_text(b, *(const char *const *)at);
		break;
	case FIELD_CHARS:
		wire_put_text(b, at);
		break;
	case FIELD_NAME:
		wire_put_text(b, f->names->texts[*(const int *)at]);
		break;
	case FIELD_BYTES:
		wire_put_bytes(b, *(const char *const *)at, n);
		break;
	case FIELD_TEXTS:
		wire_put_i64(b, (int64_t)n);
		for (size_t i = 0; i < n; i++)
			wire_put_text(b, (*(const char *const *const *)at)[i]);
		break;
	case FIELD_F64S:
		wire_put_i64(b, (int64_t)n);
		for (size_t i = 0; i < n; i++)
			wire_put_f64(b, (*(const double *const *)at)[i]);
		break;
	case FIELD_BLOBS:
		wire_put_i64(b, (int64_t)n);
		for (size_t i = 0; i < n; i++) {
			const struct blob *one = &(*(const struct blob *const *)at)[i];

			wire_put_bytes(b, one->data, one->len);
		}
		break;
	}
}

/* A number that an int cannot hold is malformed, not cut to another one. */
static int fields_get_int(struct wire_reader *r)
{
	int64_t value = wire_get_i64(r);

	r->bad |= value < INT_MIN || value > INT_MAX;
	return (int)value;
}

static void fields_get_chars(struct wire_reader *r, struct arena *a, char *to, size_t size)
{
	const char *text = wire_get_text(r, a);

	for (size_t i = 0; i + 1 < size && text && text[i]; i++)
		to[i] = text[i];
}

static char **fields_get_texts(struct wire_reader *r, struct arena *a, size_t *ret_n)
{
	size_t n = wire_get_count(r, 8);
	char **texts = arena_array(a, n, sizeof(*texts));

	for (size_t i = 0; i < n; i++)
		texts[i] = wire_get_text(r, a);
	*ret_n = n;
	return texts;
}

static void fields_get_one(struct wire_reader *r, const struct field *f, struct arena *a,
			   char *base)
{
	void *at = base + f->at;
	size_t *n = (size_t *)(void *)(base + (f->type == FIELD_CHARS ? 0 : f->n_at));

	switch (f->type) {
	case FIELD_I64:
		*(int64_t *)at = wire_get_i64(r);
		break;
	case FIELD_F64:
		*(double *)at = wire_get_f64(r);
		break;
	case FIELD_BOOL:
		*(bool *)at = wire_get_i64(r) != 0;
		break;
	case FIELD_INT:
		*(int *)at = fields_get_int(r);
		break;
	case FIELD_TEXT:
		*(char **)at = wire_get_text(r, a);
		break;
	case FIELD_CHARS:
		fields_get_chars(r, a, at, f->n_at);
		break;
	case FIELD_NAME:
		*(int *)at = names_find_or_first(f->names, wire_get_text(r, a));
		break;
	case FIELD_BYTES:
		*(char **)at = wire_get_bytes(r, a, n);
		break;
	case FIELD_TEXTS:
		*(char ***)at = fields_get_texts(r, a, n);
		break;
	case FIELD_F64S: {
		double *values;

		*n = wire_get_count(r, 8);
		values = arena_array(a, *n, sizeof(*values));
		for (size_t i = 0; i < *n; i++)
			values[i] = wire_get_f64(r);
		*(double **)at = values;
		break;
	}
	case FIELD_BLOBS: {
		struct blob *blobs;

		*n = wire_get_count(r, 8);
		blobs = arena_array(a, *n, sizeof(*blobs));
		for (size_t i = 0; i < *n; i++)
			blobs[i].data = wire_get_bytes(r, a, &blobs[i].len);
		*(struct blob **)at = blobs;
		break;
	}
	}
}

void fields_put(const struct field_table *table, const void *message, struct buf *ret_payload)
{
	for (size_t i = 0; i < table->n_fields; i++)
		fields_put_one(ret_payload, &table->fields[i], message);
}

int fields_get(const struct field_table *table, struct wire_reader *payload, struct arena *a,
	       void *ret_message, struct err *err)
{
	if (table->size)
		memset(ret_message, 0, table->size);
	for (size_t i = 0; i < table->n_fields; i++)
		fields_get_one(payload, &table->fields[i], a, ret_message);
	if (payload->bad || payload->at != payload->len)
		return err_set(err, ERR_ENGINE, "a malformed %s message", table->name);
	return 0;
}

static bool fields_is_count(int64_t value)
{
	return value >= -1 && value <= FIELDS_I64_MAX;
}

static bool fields_check_text(const char **text, size_t max_bytes, struct arena *a)
{
	if (!*text)
		return true;
	if (strlen(*text) > max_bytes)
		return false;
	*text = str_utf8_repaired(a, *text);
	return true;
}

/* Cut at the first malformed byte: a repaired text may be too long for its place. */
static void fields_cut_chars(char *text)
{
	int64_t bad = str_utf8_error(text, strlen(text));

	if (bad >= 0)
		text[bad] = '\0';
}

static bool fields_check_texts(const char **texts, size_t n, size_t max_bytes, struct arena *a)
{
	for (size_t i = 0; i < n; i++)
		if (!fields_check_text(&texts[i], max_bytes, a))
			return false;
	return true;
}

static bool fields_are_finite(const double *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(values[i]))
			return false;
	return true;
}

static bool fields_check_one(const struct field *f, char *base, size_t max_bytes, struct arena *a)
{
	void *at = base + f->at;
	size_t n = fields_count_of(f, base);

	switch (f->type) {
	case FIELD_I64:
		return fields_is_count(*(const int64_t *)at);
	case FIELD_F64:
		return isfinite(*(const double *)at);
	case FIELD_BOOL:
	case FIELD_NAME:
		return true; /* decoding leaves no other values */
	case FIELD_INT:
		return fields_is_count(*(const int *)at);
	case FIELD_TEXT:
		return fields_check_text(at, max_bytes, a);
	case FIELD_CHARS:
		fields_cut_chars(at);
		return true;
	case FIELD_BYTES:
		return n <= max_bytes;
	case FIELD_TEXTS:
		return fields_check_texts(*(const char ***)at, n, max_bytes, a);
	case FIELD_F64S:
		return fields_are_finite(*(const double *const *)at, n);
	case FIELD_BLOBS:
		for (size_t i = 0; i < n; i++)
			if ((*(const struct blob *const *)at)[i].len > max_bytes)
				return false;
		return true;
	}
	return false;
}

bool fields_check(const struct field_table *table, void *message, size_t max_bytes, struct arena *a)
{
	for (size_t i = 0; i < table->n_fields; i++)
		if (!fields_check_one(&table->fields[i], message, max_bytes, a))
			return false;
	return true;
}

int fields_send(int fd, uint8_t type, const struct field_table *table, const void *message,
		struct err *err)
{
	struct buf payload;
	int r;

	buf_init(&payload, WIRE_MAX_BYTES);
	fields_put(table, message, &payload);
	r = wire_send(fd, type, &payload, err);
	buf_release(&payload);
	return r;
}
