/*
 * The protocol of `toehold-fetch`, and the controller's end of it. `toehold` links no HTTP client,
 * so a process of its own speaks HTTP. It makes one transfer at a time and passes the answer on. It
 * opens no file for writing, follows no redirect and retries nothing: pull/download.c decides that.
 *
 * Frames of work/wire.h. The fetcher sends HELLO once. For each GET it sends one HEAD, the DATA of
 * a 200 or 206, and one END; if no answer came, only END. DATA is plain bytes; the other messages
 * are the structs below, field by field.
 */
#ifndef WORK_TRANSFER_TRANSFER_H
#define WORK_TRANSFER_TRANSFER_H

#include <stdint.h>
#include <sys/types.h>

#include "work/wire.h"

enum { TRANSFER_VERSION = 2, TRANSFER_STALL_BYTES = 1024 };

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
	const char *box; /* the level of its sandbox and what was tried, as text */
	const char *refused; /* why it will transfer nothing; NULL: it will */
};

struct transfer_get {
	const char *url;
	const char *accept; /* media type; NULL for any */
	const char *token; /* sent as "Authorization: Bearer"; NULL for none */
	const char *if_range; /* entity tag, or NULL */
	int64_t from_bytes; /* where to begin; 0: the whole file */
	int64_t max_bytes; /* a longer body ends the transfer; 0: ask only for the head */
	int64_t connect_ms; /* for the connection */
	int64_t stall_ms; /* give up after less than TRANSFER_STALL_BYTES in this time */
	int64_t direct; /* not 0: no proxy, since a proxy's loopback is not ours */
};

/* Headers, as the server wrote them; NULL or -1 if it sent none. */
struct transfer_head {
	int64_t status;
	int64_t content_bytes, linked_bytes, retry_s;
	const char *location; /* made absolute; NULL unless the status is a redirect */
	const char *etag, *linked_etag, *commit, *range, *digest;
	const char *error_code, *error_text; /* X-Error-Code, X-Error-Message of the Hub */
};

enum transfer_outcome {
	TRANSFER_DONE, /* a complete answer */
	TRANSFER_CUT, /* not connected, connection lost or silent; a retry may help */
	TRANSFER_FAILED /* a retry would not help: a bad certificate, a body that is too large */
};

struct transfer_end {
	int64_t outcome;
	const char *text; /* what happened; "" after TRANSFER_DONE */
};

void transfer_encode(enum transfer_type type, const void *message, struct buf *ret_payload);
/* Copies into the arena. Fails with ERR_ENGINE if the payload is malformed. Not for DATA. */
int transfer_decode(enum transfer_type type, struct wire_reader *payload, struct arena *a,
		    void *ret_message, struct err *err) MUST_USE;
int transfer_send(int fd, enum transfer_type type, const void *message, struct err *err) MUST_USE;

/* ---- the controller's end */

struct transfer {
	pid_t pid; /* 0: not running */
	int to, from;
	struct wire_input in;
	char library[128], box[512]; /* of its HELLO */
};

/* The path of the program (work/child.h). Fails with ERR_ENGINE. */
int transfer_find_program(struct arena *a, char **ret_path, struct err *err) MUST_USE;

/*
 * Starts the fetcher, in its sandbox or unconfined, and reads its HELLO. Of the environment it gets
 * only the usual variables for proxies and certificates. Fails with ERR_ENGINE, and with
 * ERR_REFUSED if it has no sandbox here.
 */
int transfer_start(struct transfer *t, const char *program, bool sandbox, struct err *err) MUST_USE;

/* The one argument of the fetcher, or none. */
#define TRANSFER_NO_SANDBOX "--no-sandbox"

/* Returns 1 and a frame, borrowed until the next call; 0 after a signal or after wait_ms. */
int transfer_wait(struct transfer *t, int wait_ms, uint8_t *ret_type,
		  struct wire_reader *ret_payload, struct err *err) MUST_USE;

/* Ends the fetcher at once. Safe on a zeroed transfer. */
void transfer_close(struct transfer *t);

#endif
