/*
 * The messages of work/transfer/transfer.h as rows: one walker writes, one reads.
 */
#include "base/array.h"
#include "work/transfer/transfer.h"

#include <stddef.h>
#include <string.h>

enum field_type { F_I64, F_TEXT };

struct field {
	enum field_type type;
	size_t at; /* offset in the struct */
};

#define I64(s, f) \
	{ \
		F_I64, offsetof(struct s, f) \
	}
#define TEXT(s, f) \
	{ \
		F_TEXT, offsetof(struct s, f) \
	}

static const struct field hello[] = { I64(transfer_hello, version), TEXT(transfer_hello, library),
				      TEXT(transfer_hello, box) };
static const struct field get[] = {
	TEXT(transfer_get, url),       TEXT(transfer_get, accept),    TEXT(transfer_get, token),
	TEXT(transfer_get, if_range),  I64(transfer_get, from_bytes), I64(transfer_get, max_bytes),
	I64(transfer_get, connect_ms), I64(transfer_get, stall_ms),   I64(transfer_get, direct),
};
static const struct field head[] = {
	I64(transfer_head, status),	  I64(transfer_head, content_bytes),
	I64(transfer_head, linked_bytes), I64(transfer_head, retry_s),
	TEXT(transfer_head, location),	  TEXT(transfer_head, etag),
	TEXT(transfer_head, linked_etag), TEXT(transfer_head, commit),
	TEXT(transfer_head, range),	  TEXT(transfer_head, digest),
	TEXT(transfer_head, error_code),  TEXT(transfer_head, error_text),
};
static const struct field end[] = { I64(transfer_end, outcome), TEXT(transfer_end, text) };

#define ROW(fields, s) \
	{ \
		fields, COUNT_OF(fields), sizeof(struct s) \
	}

static const struct message_row {
	const struct field *fields;
	size_t n_fields, size;
} rows[TRANSFER_TYPE_COUNT] = {
	[TRANSFER_HELLO] = ROW(hello, transfer_hello),
	[TRANSFER_GET] = ROW(get, transfer_get),
	[TRANSFER_HEAD] = ROW(head, transfer_head),
	[TRANSFER_END] = ROW(end, transfer_end),
};

void transfer_encode(enum transfer_type type, const void *message, struct buf *ret_payload)
{
	const struct message_row *row = &rows[type];

	for (size_t i = 0; i < row->n_fields; i++) {
		const char *at = (const char *)message + row->fields[i].at;

		if (row->fields[i].type == F_I64)
			wire_put_i64(ret_payload, *(const int64_t *)(const void *)at);
		else
			wire_put_text(ret_payload, *(const char *const *)(const void *)at);
	}
}

int transfer_decode(enum transfer_type type, struct wire_reader *payload, struct arena *a,
		    void *ret_message, struct err *err)
{
	const struct message_row *row = type < TRANSFER_TYPE_COUNT ? &rows[type] : NULL;

	if (!row || !row->fields)
		return err_set(err, ERR_ENGINE, "a message of unknown type %d", (int)type);
	memset(ret_message, 0, row->size);
	for (size_t i = 0; i < row->n_fields; i++) {
		char *at = (char *)ret_message + row->fields[i].at;

		if (row->fields[i].type == F_I64)
			*(int64_t *)(void *)at = wire_get_i64(payload);
		else
			*(const char **)(void *)at = wire_get_text(payload, a);
	}
	if (payload->bad || payload->at != payload->len)
		return err_set(err, ERR_ENGINE, "a malformed message of type %d", (int)type);
	return 0;
}

int transfer_send(int fd, enum transfer_type type, const void *message, struct err *err)
{
	struct buf payload;
	int r;

	buf_init(&payload, WIRE_MAX_BYTES);
	transfer_encode(type, message, &payload);
	r = wire_send(fd, (uint8_t)type, &payload, err);
	buf_release(&payload);
	return r;
}
