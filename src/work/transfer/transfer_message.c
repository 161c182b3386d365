/*
 * The messages of work/transfer/transfer.h as tables of fields.
 */
#include "work/transfer/transfer.h"

#include "work/fields.h"

static const struct field hello[] = { I64(transfer_hello, version), TEXT(transfer_hello, library),
				      TEXT(transfer_hello, box), TEXT(transfer_hello, refused) };
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

static const struct field_table rows[TRANSFER_TYPE_COUNT] = {
	[TRANSFER_HELLO] = FIELD_TABLE("HELLO", hello, transfer_hello),
	[TRANSFER_GET] = FIELD_TABLE("GET", get, transfer_get),
	[TRANSFER_HEAD] = FIELD_TABLE("HEAD", head, transfer_head),
	[TRANSFER_END] = FIELD_TABLE("END", end, transfer_end),
};

void transfer_encode(enum transfer_type type, const void *message, struct buf *ret_payload)
{
	fields_put(&rows[type], message, ret_payload);
}

int transfer_decode(enum transfer_type type, struct wire_reader *payload, struct arena *a,
		    void *ret_message, struct err *err)
{
	if (type >= TRANSFER_TYPE_COUNT || !rows[type].name)
		return err_set(err, ERR_ENGINE, "a message of unknown type %d", (int)type);
	return fields_get(&rows[type], payload, a, ret_message, err);
}

int transfer_send(int fd, enum transfer_type type, const void *message, struct err *err)
{
	return fields_send(fd, (uint8_t)type, &rows[type], message, err);
}
