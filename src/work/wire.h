/*
 * Bytes between the controller and its helpers (worker, fetcher): frames of a capped length, and
 * the few kinds of value in a message. Both ends use this codec. The other process may be hostile
 * (it has read a hostile file), so every length is checked. A bad frame is an error, never a crash.
 *
 * A frame: u32 length of the rest, u8 message type, payload. All integers are little-endian.
 */
#ifndef WORK_WIRE_H
#define WORK_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum { WIRE_MAX_BYTES = 64 << 20, WIRE_HEAD_BYTES = 5 };

struct blob {
	const char *data;
	size_t len;
};

/* Writing: each appends a value to a payload. NULL and "" stay different. */
void wire_put_i64(struct buf *b, int64_t value);
void wire_put_f64(struct buf *b, double value);
void wire_put_bytes(struct buf *b, const char *data, size_t n_bytes);
void wire_put_text(struct buf *b, const char *text);

/* Reading: a malformed value sets `bad`; that read and all later ones return 0 or NULL. */
struct wire_reader {
	const unsigned char *data;
	size_t len, at;
	bool bad;
};

int64_t wire_get_i64(struct wire_reader *r);
double wire_get_f64(struct wire_reader *r);
/* A copy in the arena, NUL-terminated; NULL if NULL was put or the frame is bad. */
char *wire_get_bytes(struct wire_reader *r, struct arena *a, size_t *ret_len);
char *wire_get_text(struct wire_reader *r, struct arena *a);
/* A count of items of at least min_bytes each; bad if the frame cannot hold so many. */
size_t wire_get_count(struct wire_reader *r, size_t min_bytes);

/* Writes one whole frame. Fails with ERR_ENGINE, also if the pipe is closed (ignore SIGPIPE). */
int wire_send(int fd, uint8_t type, const struct buf *payload, struct err *err) MUST_USE;

/*
 * Collects frames from a file descriptor. `wire_next` returns 1 and a frame whose payload is
 * borrowed until the next call, 0 if it needs more bytes, -1 on a bad or oversized frame.
 * `wire_fill` reads once: bytes read, 0 at the end of the stream, -1 with errno.
 */
struct wire_input {
	struct buf bytes;
	size_t taken;
};

void wire_input_init(struct wire_input *in);
void wire_input_release(struct wire_input *in);
int64_t wire_fill(struct wire_input *in, int fd);
int wire_next(struct wire_input *in, uint8_t *ret_type, struct wire_reader *ret_payload);

/*
 * Hands each frame that arrives on `fd` to `handle`, until the other end closes. The arena is
 * emptied after each frame. Fails if `handle` fails or if a frame is malformed.
 */
typedef int wire_handler(void *ctx, uint8_t type, struct wire_reader *payload, struct arena *a,
			 struct err *err);
int wire_serve(int fd, wire_handler *handle, void *ctx, struct err *err) MUST_USE;

/*
 * For the main of a worker or fetcher: a descriptor of standard output for frames, or -1. From then
 * on standard output is standard error, so that a library's stray printf does not become a frame.
 */
int wire_take_stdout(void) MUST_USE;

#endif
