/*
 * The two ends of `toehold-fetch`: a process of its own that speaks HTTP, since `toehold` links no
 * HTTP client. It is told one transfer at a time and passes on what comes: it opens no file for
 * writing, follows no redirect and tries nothing twice. All that is decided in pull/download.c.
 *
 * Frames of work/wire.h. The fetcher says HELLO once. For each GET it sends one HEAD, the DATA
 * that a 200 or 206 brings, and one END; where no answer came, only END. DATA is bytes and nothing
 * else; the other messages are the structs below, field by field.
 */
#ifndef WORK_TRANSFER_TRANSFER_H
#define WORK_TRANSFER_TRANSFER_H

#include <stdint.h>
#include <sys/types.h>

#include "work/wire.h"

enum { TRANSFER_VERSION = 1, TRANSFER_STALL_BYTES = 1024 };

enum transfer_type {
	TRANSFER_HELLO = 1,
	TRANSFER_GET,
	TRANSFER_HEAD,
	TRANSFER_DATA,
	TRANSFER_END,
	TRANSFER_TYPE_COUNT
};

struct transfer_hello {
	int64_t version;
	const char *library; /* "libcurl/7.88.1 OpenSSL/3.0.15" */
	const char *box; /* in words, what it has given up */
};

struct transfer_get {
	const char *url;
	const char *accept; /* media type; NULL for any */
	const char *token; /* sent as "Authorization: Bearer"; NULL for none */
	const char *if_range; /* entity tag, or NULL */
	int64_t from_bytes; /* 0: the whole */
	int64_t max_bytes; /* more of a body ends the transfer; 0: only the head is asked for */
	int64_t connect_ms; /* for the connection */
	int64_t stall_ms; /* with less than TRANSFER_STALL_BYTES in all that time */
	int64_t direct; /* not 0: past all proxies, since another machine's loopback is not ours */
};

/* Headers, as the server wrote them; NULL and -1 where it wrote none. */
struct transfer_head {
	int64_t status;
	int64_t content_bytes, linked_bytes, retry_s;
	const char *location; /* made absolute; NULL unless the status is a redirect */
	const char *etag, *linked_etag, *commit, *range, *digest;
	const char *error_code, *error_text; /* X-Error-Code, X-Error-Message of the Hub */
};

enum transfer_outcome {
	TRANSFER_DONE, /* a whole answer */
	TRANSFER_CUT, /* the connection: not made, lost or silent; another try may help */
	TRANSFER_FAILED /* no other try would help: a certificate, a body that is too large */
};

struct transfer_end {
	int64_t outcome;
	const char *text; /* what happened; "" after TRANSFER_DONE */
};

void transfer_encode(enum transfer_type type, const void *message, struct buf *ret_payload);
/* Copies into the arena; ERR_ENGINE where the payload is malformed. Not for DATA. */
int transfer_decode(enum transfer_type type, struct wire_reader *payload, struct arena *a,
		    void *ret_message, struct err *err) MUST_USE;
int transfer_send(int fd, enum transfer_type type, const void *message, struct err *err) MUST_USE;

/* ---- the controller's end */

struct transfer {
	pid_t pid; /* 0: not running */
	int to, from;
	struct wire_input in;
	char library[128], box[192];
};

/* Where the program is: beside toehold, or ../libexec/toehold. ERR_ENGINE. */
int transfer_find_program(struct arena *a, char **ret_path, struct err *err) MUST_USE;

/*
 * Starts the fetcher and takes its HELLO. It gets no more of the environment than the usual
 * variables for proxies and certificates. ERR_ENGINE.
 */
int transfer_start(struct transfer *t, const char *program, struct err *err) MUST_USE;

/* 1: a frame, whose payload is borrowed until the next call; 0: a signal or wait_ms came. */
int transfer_wait(struct transfer *t, int wait_ms, uint8_t *ret_type,
		  struct wire_reader *ret_payload, struct err *err) MUST_USE;

/* Ends the fetcher at once, whatever it does. Safe on a zeroed transfer. */
void transfer_close(struct transfer *t);

#endif
