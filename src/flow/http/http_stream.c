/*
 * The text, and a list of its readers. A reader that has sent everything is suspended until more
 * comes.
 */
#include "flow/http/http_stream.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "flow/http/http_connections.h"

enum { BLOCK_BYTES = 16 << 10 };

struct stream_reader {
	struct http_stream *stream;
	struct MHD_Connection *connection;
	size_t at;
	bool suspended, gone;
	struct stream_reader *next;
};

struct http_stream {
	pthread_mutex_t lock; /* for what follows */
	struct buf text;
	bool ended;
	size_t n_held;
	struct stream_reader *readers;
};

int http_stream_open(size_t max_bytes, struct http_stream **ret_stream, struct err *err)
{
	struct http_stream *s = calloc(1, sizeof(*s));

	if (!s)
		return err_set(err, ERR_ENGINE, "out of memory");
	pthread_mutex_init(&s->lock, NULL);
	buf_init(&s->text, max_bytes);
	*ret_stream = s;
	return 0;
}

static void stream_resume(struct stream_reader *reader)
{
	if (!reader->suspended)
		return;
	reader->suspended = false;
	MHD_resume_connection(reader->connection);
}

void http_stream_add(struct http_stream *s, const char *text)
{
	pthread_mutex_lock(&s->lock);
	buf_adds(&s->text, text);
	for (struct stream_reader *r = s->readers; r; r = r->next)
		stream_resume(r);
	pthread_mutex_unlock(&s->lock);
}

void http_stream_end(struct http_stream *s, const char *last)
{
	pthread_mutex_lock(&s->lock);
	s->text.max = SIZE_MAX;
	s->text.overflow = false;
	buf_adds(&s->text, last);
	s->ended = true;
	for (struct stream_reader *r = s->readers; r; r = r->next)
		stream_resume(r);
	pthread_mutex_unlock(&s->lock);
}

const char *http_stream_text(struct http_stream *s)
{
	return buf_text(&s->text); /* only this thread changes it */
}

void http_stream_drop_gone(struct http_stream *s)
{
	pthread_mutex_lock(&s->lock);
	for (struct stream_reader *r = s->readers; r; r = r->next) {
		if (!r->suspended || !http_connection_is_gone(r->connection))
			continue;
		r->gone = true;
		stream_resume(r);
	}
	pthread_mutex_unlock(&s->lock);
}

/* Called in the server's thread for the next bytes of an answer. */
static ssize_t stream_read(void *reader, uint64_t sent_bytes, char *out, size_t n_max)
{
	struct stream_reader *r = reader;
	struct http_stream *s = r->stream;
	ssize_t n = 0;

	(void)sent_bytes;
	pthread_mutex_lock(&s->lock);
	if (r->gone) {
		n = MHD_CONTENT_READER_END_WITH_ERROR;
	} else if (r->at < s->text.len) {
		n = (ssize_t)(s->text.len - r->at < n_max ? s->text.len - r->at : n_max);
		memcpy(out, s->text.data + r->at, (size_t)n);
		r->at += (size_t)n;
	} else if (s->ended) {
		n = MHD_CONTENT_READER_END_OF_STREAM;
	} else {
		r->suspended = true;
		MHD_suspend_connection(r->connection);
	}
	pthread_mutex_unlock(&s->lock);
	return n;
}

static void stream_forget(void *reader)
{
	struct stream_reader *r = reader, **at = &r->stream->readers;
	pthread_mutex_t *lock = &r->stream->lock;

	pthread_mutex_lock(lock);
	while (*at && *at != r)
		at = &(*at)->next;
	if (*at)
		*at = r->next;
	pthread_mutex_unlock(lock);
	free(r);
}

struct MHD_Response *http_stream_respond(struct http_stream *s, struct MHD_Connection *connection,
					 size_t at)
{
	struct stream_reader *r = calloc(1, sizeof(*r));
	struct MHD_Response *response;

	if (!r)
		return NULL;
	*r = (struct stream_reader){ .stream = s, .connection = connection, .at = at };
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, stream_read, r,
						     stream_forget);
	if (!response) {
		free(r);
		return NULL;
	}
	pthread_mutex_lock(&s->lock);
	r->next = s->readers;
	s->readers = r;
	pthread_mutex_unlock(&s->lock);
	return response;
}

static void stream_count_held(struct http_stream *s, int change)
{
	pthread_mutex_lock(&s->lock);
	s->n_held += (size_t)change;
	pthread_mutex_unlock(&s->lock);
}

void http_stream_hold(struct http_stream *s)
{
	stream_count_held(s, 1);
}

void http_stream_let_go(struct http_stream *s)
{
	stream_count_held(s, -1);
}

bool http_stream_is_held(struct http_stream *s)
{
	bool held;

	pthread_mutex_lock(&s->lock);
	held = s->n_held > 0 || s->readers;
	pthread_mutex_unlock(&s->lock);
	return held;
}

void http_stream_free(struct http_stream *s)
{
	if (!s)
		return;
	buf_release(&s->text);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
