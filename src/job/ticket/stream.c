/*
 * Splits the bytes into records: a line of JSON, or lines of CSV until all quotes are closed.
 */
#include "job/ticket/stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/display.h"
#include "base/special_file.h"
#include "base/str.h"
#include "job/ticket/text_file.h"
#include "job/ticket/ticket_rows.h"

/* A record holds one ticket, and JSON can write one byte as six. */
enum { READ_BYTES = 1 << 16, RECORD_MAX_BYTES = 6 * TICKET_MAX_BYTES + (1 << 16) };

int stream_open(struct arena *a, struct ticket_stream *s, const struct job *job, const char *path,
		bool csv, struct err *err)
{
	*s = (struct ticket_stream){ .job = job, .file = path, .fd = -1 };
	s->path = display_path(a, path);
	s->csv = str_ends(path, ".csv") || (csv && !str_ends(path, ".jsonl"));
	buf_init(&s->input, RECORD_MAX_BYTES + READ_BYTES);
	buf_init(&s->header, READ_BYTES);
	s->owns_fd = special_input_fd(path) < 0;
	return special_open_input(path, &s->fd, err);
}

void stream_close(struct ticket_stream *s)
{
	if (s->owns_fd && s->fd >= 0)
		close(s->fd);
	s->owns_fd = false;
	if (s->path) {
		buf_release(&s->input);
		buf_release(&s->header);
	}
	s->path = NULL;
}

static void stream_skip_mark(struct ticket_stream *s)
{
	if (s->begun || (s->input.len < strlen(STR_MARK) && !s->ended))
		return;
	s->begun = true;
	s->taken = str_mark_bytes(s->input.data, s->input.len);
}

/* Drops the bytes that were taken, and reads once more. */
static int stream_fill(struct ticket_stream *s, struct err *err)
{
	char bytes[READ_BYTES];
	ssize_t n;

	if (s->taken > 0) {
		memmove(s->input.data, s->input.data + s->taken, s->input.len - s->taken);
		s->input.len -= s->taken;
		s->taken = 0;
	}
	do
		n = read(s->fd, bytes, sizeof(bytes));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot read '%s'", s->path);
	s->ended = n == 0;
	buf_add(&s->input, bytes, (size_t)n);
	stream_skip_mark(s);
	if (s->input.overflow)
		return err_set(err, ERR_INPUT, "%s:%zu: the record that begins here is too long",
			       s->path, s->n_lines + 1);
	return 0;
}

/* The bytes and lines of the record at `at` in the input; 0 bytes if it is incomplete. */
static size_t stream_record_at(const struct ticket_stream *s, size_t at, size_t *ret_lines)
{
	const char *begin = s->input.data + at, *end = s->input.data + s->input.len;
	bool quoted = false;

	*ret_lines = 0;
	for (const char *p = begin; p < end; p++) {
		if (s->csv && *p == '"')
			quoted = !quoted;
		if (*p != '\n')
			continue;
		*ret_lines += 1;
		if (!quoted)
			return (size_t)(p + 1 - begin);
	}
	if (!s->ended || begin == end)
		return 0;
	*ret_lines += 1;
	return (size_t)(end - begin);
}

/* The next record, which may need reading; 0 bytes at the end of the stream. */
static int stream_next_record(struct ticket_stream *s, const char **ret_text, size_t *ret_bytes,
			      size_t *ret_lines, struct err *err)
{
	size_t n;

	while ((n = stream_record_at(s, s->taken, ret_lines)) == 0 && !s->ended)
		if (stream_fill(s, err) < 0)
			return -1;
	*ret_text = n ? s->input.data + s->taken : "";
	*ret_bytes = n;
	s->taken += n;
	return 0;
}

static bool stream_is_blank(const char *text, size_t n_bytes)
{
	for (size_t i = 0; i < n_bytes; i++)
		if (!strchr(" \t\r\n", text[i]) || text[i] == '\0')
			return false;
	return true;
}

/* Whole records as text for a reader. `n_before` lines precede the first of them. */
struct batch {
	struct buf text;
	size_t n_before;
};

static int stream_batch_read(struct ticket_stream *s, size_t max, struct batch *batch,
			     size_t *ret_n, struct err *err)
{
	const char *text;
	size_t n_bytes, n_lines, n = 0;

	batch->n_before = s->n_lines;
	while (n < max) {
		if (stream_next_record(s, &text, &n_bytes, &n_lines, err) < 0)
			return -1;
		if (n_bytes == 0)
			break;
		s->n_lines += n_lines;
		n += !stream_is_blank(text, n_bytes);
		buf_add(&batch->text, text, n_bytes);
	}
	*ret_n = n;
	return 0;
}

/* Reads the header's record, which is put before each batch of CSV. */
static int stream_read_header(struct ticket_stream *s, struct err *err)
{
	const char *text;
	size_t n_bytes, n_lines;

	do {
		if (stream_next_record(s, &text, &n_bytes, &n_lines, err) < 0)
			return -1;
		s->n_lines += n_lines;
	} while (n_bytes > 0 && stream_is_blank(text, n_bytes));
	buf_add(&s->header, text, n_bytes);
	s->n_header_lines = n_lines;
	return 0;
}

static int stream_parse(struct ticket_stream *s, struct arena *a, const struct batch *batch,
			size_t n, struct ticket **ret_tickets, size_t *ret_n, struct err *err)
{
	struct ticket_reader reader = { .arena = a,
					.job = s->job,
					.path = s->path,
					.file = s->file,
					.lines_before = batch->n_before,
					.data = arena_strndup(a, buf_text(&batch->text),
							      batch->text.len),
					.n_bytes = batch->text.len,
					.cap = n };

	if (s->csv)
		reader.lines_before -= s->n_header_lines;
	reader.tickets = arena_array(a, n, sizeof(*reader.tickets));
	if (text_check(s->path, reader.lines_before, &reader.data, &reader.n_bytes, err) < 0 ||
	    (s->csv ? ticket_read_csv(&reader, err) : ticket_read_jsonl(&reader, err)) < 0)
		return -1;
	*ret_tickets = reader.tickets;
	*ret_n = reader.n;
	return 0;
}

int stream_next(struct ticket_stream *s, struct arena *a, size_t max, struct ticket **ret_tickets,
		size_t *ret_n, struct err *err)
{
	struct batch batch;
	size_t n;
	int r;

	*ret_tickets = NULL;
	*ret_n = 0;
	if (s->csv && s->header.len == 0 && stream_read_header(s, err) < 0)
		return -1;
	buf_init(&batch.text, SLICE_MAX_BYTES);
	buf_add(&batch.text, buf_text(&s->header), s->header.len);
	r = stream_batch_read(s, max, &batch, &n, err);
	if (r == 0 && n > 0)
		r = stream_parse(s, a, &batch, n, ret_tickets, ret_n, err);
	buf_release(&batch.text);
	return r;
}
