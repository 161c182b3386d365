/*
 * The codec of the helpers' protocol: values, frames, the loop that serves them. The messages are
 * in message.c and transfer/transfer_message.c.
 */
#include "work/wire.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

void wire_put_i64(struct buf *b, int64_t value)
{
	unsigned char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)((uint64_t)value >> (8 * i));
	buf_add(b, bytes, sizeof(bytes));
}

void wire_put_f64(struct buf *b, double value)
{
	int64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	wire_put_i64(b, bits);
}

void wire_put_bytes(struct buf *b, const char *data, size_t n_bytes)
{
	wire_put_i64(b, data ? (int64_t)n_bytes : -1);
	if (data)
		buf_add(b, data, n_bytes);
}

void wire_put_text(struct buf *b, const char *text)
{
	wire_put_bytes(b, text, text ? strlen(text) : 0);
}

static uint32_t wire_read_u32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

int64_t wire_get_i64(struct wire_reader *r)
{
	uint64_t value = 0;

	if (r->bad || r->len - r->at < 8) {
		r->bad = true;
		return 0;
	}
	for (int i = 0; i < 8; i++)
		value |= (uint64_t)r->data[r->at + (size_t)i] << (8 * i);
	r->at += 8;
	return (int64_t)value;
}

double wire_get_f64(struct wire_reader *r)
{
	int64_t bits = wire_get_i64(r);
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

char *wire_get_bytes(struct wire_reader *r, struct arena *a, size_t *ret_len)
{
	int64_t n = wire_get_i64(r);
	char *copy;

	*ret_len = 0;
	if (r->bad || n == -1)
		return NULL;
	if (n < 0 || (uint64_t)n > r->len - r->at) {
		r->bad = true;
		return NULL;
	}
	copy = arena_strndup(a, (const char *)r->data + r->at, (size_t)n);
	r->at += (size_t)n;
	*ret_len = (size_t)n;
	return copy;
}

char *wire_get_text(struct wire_reader *r, struct arena *a)
{
	size_t len;
	char *text = wire_get_bytes(r, a, &len);

	if (text && memchr(text, '\0', len))
		r->bad = true;
	return r->bad ? NULL : text;
}

size_t wire_get_count(struct wire_reader *r, size_t min_bytes)
{
	int64_t n = wire_get_i64(r);

	if (r->bad || n < 0 || (uint64_t)n > (r->len - r->at) / min_bytes) {
		r->bad = true;
		return 0;
	}
	return (size_t)n;
}

int wire_send(int fd, uint8_t type, const struct buf *payload, struct err *err)
{
	unsigned char head[WIRE_HEAD_BYTES];
	uint32_t n = (uint32_t)payload->len + 1;

	if (payload->overflow || payload->len >= WIRE_MAX_BYTES)
		return err_set(err, ERR_ENGINE, "a message to or from the worker is too large");
	for (int i = 0; i < 4; i++)
		head[i] = (unsigned char)(n >> (8 * i));
	head[4] = type;
	if (file_write_all(fd, head, sizeof(head)) < 0 ||
	    file_write_all(fd, buf_text(payload), payload->len) < 0)
		return err_sys(err, ERR_ENGINE, errno, "cannot write to the other process");
	return 0;
}

void wire_input_init(struct wire_input *in)
{
	buf_init(&in->bytes, (size_t)WIRE_MAX_BYTES * 2);
	in->taken = 0;
}

void wire_input_release(struct wire_input *in)
{
	buf_release(&in->bytes);
}

int64_t wire_fill(struct wire_input *in, int fd)
{
	char chunk[65536];
	ssize_t n = read(fd, chunk, sizeof(chunk));

	if (n > 0)
		buf_add(&in->bytes, chunk, (size_t)n);
	return n;
}

/* Drops the bytes of the last frame that wire_next returned. */
static void wire_drop_taken(struct wire_input *in)
{
	if (in->taken == 0)
		return;
	memmove(in->bytes.data, in->bytes.data + in->taken, in->bytes.len - in->taken);
	in->bytes.len -= in->taken;
	in->taken = 0;
}

int wire_next(struct wire_input *in, uint8_t *ret_type, struct wire_reader *ret_payload)
{
	const unsigned char *p;
	uint32_t n;

	wire_drop_taken(in);
	if (in->bytes.overflow)
		return -1;
	if (in->bytes.len < WIRE_HEAD_BYTES)
		return 0;
	p = (const unsigned char *)in->bytes.data;
	n = wire_read_u32(p);
	if (n < 1 || n > WIRE_MAX_BYTES)
		return -1;
	if (in->bytes.len - 4 < n)
		return 0;
	*ret_type = p[4];
	*ret_payload = (struct wire_reader){ .data = p + WIRE_HEAD_BYTES, .len = n - 1 };
	in->taken = 4 + (size_t)n;
	return 1;
}

int wire_take_stdout(void)
{
	int out = dup(STDOUT_FILENO);

	return out < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0 ? -1 : out;
}

int wire_serve(int fd, wire_handler *handle, void *ctx, struct err *err)
{
	struct wire_input in;
	struct arena a = { 0 };
	int r = 0;

	wire_input_init(&in);
	while (r == 0) {
		struct wire_reader payload;
		uint8_t type;
		int got = wire_next(&in, &type, &payload);

		if (got > 0) {
			r = handle(ctx, type, &payload, &a, err);
			arena_release(&a);
		} else if (got < 0) {
			r = err_set(err, ERR_ENGINE, "a malformed frame from the controller");
		} else {
			int64_t n = wire_fill(&in, fd);

			if (n == 0 || (n < 0 && errno != EINTR))
				break;
		}
	}
	wire_input_release(&in);
	arena_release(&a);
	return r;
}
