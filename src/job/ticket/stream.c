/*
 * Splits the bytes into records: a line of JSON, or lines of a table until all quotes are closed. A
 * workbook is no stream: it is read whole, and its tickets are given out a few at a time.
 */
#include "job/ticket/stream.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/display.h"
#include "base/special_file.h"
#include "base/str.h"
#include "job/table/csv_file.h"
#include "job/table/file_kind.h"

/* A record holds one ticket, and JSON can write one byte as six. */
enum {
	READ_BYTES = 1 << 16,
	RECORD_MAX_BYTES = 6 * TICKET_MAX_BYTES + (1 << 16),
	/* Read before anything is decided; a live pipe gives its first tickets when it has that. */
	BEGIN_BYTES = 1 << 12,
};

int stream_open(struct arena *a, struct ticket_stream *s, const struct job *job, const char *path,
		struct err *err)
{
	*s = (struct ticket_stream){ .job = job, .file = path, .fd = -1 };
	s->path = display_path(a, path);
	buf_init(&s->input, SLICE_MAX_BYTES);
	buf_init(&s->header, RECORD_MAX_BYTES);
	s->owns_fd = special_input_fd(path) < 0;
	return special_open_input(path, &s->fd, err);
}

double stream_share(const struct ticket_stream *s)
{
	double waiting = (double)(s->input.len - s->taken);
	off_t at = lseek(s->fd, 0, SEEK_CUR);
	struct stat file;

	if (s->whole || at <= 0 || fstat(s->fd, &file) < 0 || !S_ISREG(file.st_mode) ||
	    file.st_size <= 0)
		return 0;
	return ((double)at - waiting) / (double)file.st_size;
}

void stream_close(struct ticket_stream *s)
{
	if (s->owns_fd && s->fd >= 0)
		close(s->fd);
	s->owns_fd = false;
	if (s->path) {
		buf_release(&s->input);
		buf_release(&s->header);
		decoder_close(&s->decoder);
		arena_release(&s->arena);
	}
	s->path = NULL;
}

/* ---- bytes ---- */

/* Reads once more; 0 bytes at the end of the stream. */
static int stream_read(struct ticket_stream *s, char *to, size_t *ret_n, struct err *err)
{
	ssize_t n;

	do
		n = read(s->fd, to, READ_BYTES);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot read '%s'", s->path);
	s->ended = n == 0;
	*ret_n = (size_t)n;
	return 0;
}

/* As it comes, until there are so many bytes. */
static int stream_read_raw(struct ticket_stream *s, size_t n_bytes, struct err *err)
{
	char bytes[READ_BYTES];
	size_t n;

	while (!s->ended && s->input.len < n_bytes) {
		if (stream_read(s, bytes, &n, err) < 0)
			return -1;
		buf_add(&s->input, bytes, n);
		if (s->input.overflow)
			return err_set(err, ERR_INPUT, "%s: the file is larger than %d bytes",
				       s->path, SLICE_MAX_BYTES);
	}
	return 0;
}

static int stream_decode(struct ticket_stream *s, const char *bytes, size_t n, struct err *err)
{
	size_t n_lines = s->n_lines + 1;

	if (decoder_add(&s->decoder, bytes, n, s->ended, &s->input) == 0)
		return 0;
	for (const char *p = s->input.data + s->taken, *end = s->input.data + s->input.len;
	     (p = text_line_end(p, end)) < end; p = text_line_next(p, end))
		n_lines++;
	return text_fail_encoding(&s->decoder, s->path, n_lines, err);
}

/* Drops the bytes that were taken, and reads once more. */
static int stream_fill(struct ticket_stream *s, struct err *err)
{
	char bytes[READ_BYTES];
	size_t n;

	if (s->taken > 0) {
		memmove(s->input.data, s->input.data + s->taken, s->input.len - s->taken);
		s->input.len -= s->taken;
		s->input.data[s->input.len] = '\0';
		s->taken = 0;
	}
	if (stream_read(s, bytes, &n, err) < 0 || stream_decode(s, bytes, n, err) < 0)
		return -1;
	if (s->input.overflow || s->input.len > RECORD_MAX_BYTES + 8 * READ_BYTES)
		return err_set(err, ERR_INPUT, "%s:%zu: the record that begins here is too long",
			       s->path, s->n_lines + 1);
	return 0;
}

/* ---- the start ---- */

/* Reads all of a workbook. Tickets before an invalid row are given out first. */
static int stream_read_workbook(struct ticket_stream *s, struct err *err)
{
	struct ticket_reader reader = {
		.arena = &s->arena, .job = s->job, .path = s->path, .file = s->file
	};
	int r;

	if (stream_read_raw(s, SLICE_MAX_BYTES, err) < 0)
		return -1;
	reader.text = (struct text_file){ .path = s->path,
					  .text = buf_text(&s->input),
					  .n_bytes = s->input.len,
					  .zip = true,
					  .sheet = s->job->columns.sheet };
	r = ticket_read_table(&reader, err);
	s->whole = reader.tickets;
	s->n_whole = reader.n;
	s->note = reader.text.note;
	s->drained = true;
	if (r < 0 && reader.n > 0)
		s->failed = *err;
	return reader.n > 0 ? 0 : r;
}

/* What was read becomes text, and shows what the rest will be. */
static int stream_begin_text(struct ticket_stream *s, struct err *err)
{
	struct text_file text = { .path = s->path };
	struct buf raw = s->input;
	size_t skip;
	int r;

	buf_init(&s->input, SLICE_MAX_BYTES);
	r = decoder_open(&s->decoder, s->job->columns.encoding, buf_text(&raw), raw.len, err);
	if (r == 0)
		r = stream_decode(s, buf_text(&raw), raw.len, err);
	buf_release(&raw);
	if (r < 0)
		return -1;
	s->taken = str_mark_bytes(buf_text(&s->input), s->input.len);
	text.text = buf_text(&s->input) + s->taken;
	text.n_bytes = s->input.len - s->taken;
	s->table = !ticket_text_is_json(&text, s->file);
	if (!s->table)
		return 0;
	s->separator = csv_separator(text.text, text.n_bytes, &skip);
	s->taken += skip;
	s->n_lines += skip > 0;
	return 0;
}

static int stream_begin(struct ticket_stream *s, struct err *err)
{
	const char *fault;

	s->begun = true;
	if (stream_read_raw(s, BEGIN_BYTES, err) < 0)
		return -1;
	fault = file_kind_fault(buf_text(&s->input), s->input.len);
	if (fault)
		return err_set(err, ERR_INPUT, "%s: this is %s", s->path, fault);
	return file_kind_is_zip(buf_text(&s->input), s->input.len) ? stream_read_workbook(s, err) :
								     stream_begin_text(s, err);
}

/* ---- records ---- */

/* The bytes and lines of the record at `at` in the input; 0 bytes if it is incomplete. */
static size_t stream_record_at(const struct ticket_stream *s, size_t at, size_t *ret_lines)
{
	const char *begin = buf_text(&s->input) + at, *end = buf_text(&s->input) + s->input.len;
	const char *marks = s->table ? "\"\r\n" : "\r\n";
	bool quoted = false;

	*ret_lines = 0;
	for (const char *p = begin; p < end; p++) {
		p += strcspn(p, marks);
		quoted ^= p < end && *p == '"';
		if (p >= end || (*p != '\r' && *p != '\n'))
			continue;
		if (p + 1 == end && *p == '\r' && !s->ended)
			return 0; /* LF may follow */
		p = text_line_next(p, end) - 1;
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

/* A record that is not text has a batch of its own, so that it costs no others. */
static int stream_batch_read(struct ticket_stream *s, size_t max, struct batch *batch,
			     size_t *ret_n, struct err *err)
{
	const char *text;
	size_t n_bytes, n_lines, n = 0;

	batch->n_before = s->n_lines;
	while (n < max) {
		if (stream_next_record(s, &text, &n_bytes, &n_lines, err) < 0) {
			if (n == 0)
				return -1;
			s->failed = *err;
			break;
		}
		if (n_bytes == 0)
			break;
		if (n > 0 && (memchr(text, '\0', n_bytes) || str_utf8_error(text, n_bytes) >= 0)) {
			s->taken -= n_bytes;
			break;
		}
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
			struct ticket **ret_tickets, size_t *ret_n, struct err *err)
{
	struct ticket_reader reader = {
		.arena = a, .job = s->job, .path = s->path, .file = s->file
	};
	struct text_file *text = &reader.text;

	text->path = s->path;
	text->separator = s->separator;
	text->text = arena_strndup(a, buf_text(&batch->text), batch->text.len);
	text->n_bytes = batch->text.len;
	text->lines_before = batch->n_before - (s->table ? s->n_header_lines : 0);
	if (text_check(s->path, text->lines_before, &text->text, &text->n_bytes, err) < 0)
		return -1;
	if ((s->table ? ticket_read_table(&reader, err) : ticket_read_jsonl(&reader, err)) < 0) {
		if (reader.n == 0)
			return -1;
		s->failed = *err;
	}
	if (!s->parsed) {
		text_file_note(&s->arena, text, text_encoding_note(a, &s->decoder));
		s->note = arena_strdup(&s->arena, text->note);
	}
	s->parsed = true;
	*ret_tickets = reader.tickets;
	*ret_n = reader.n;
	return 0;
}

static void stream_next_of_whole(struct ticket_stream *s, size_t max, struct ticket **ret_tickets,
				 size_t *ret_n)
{
	*ret_n = s->n_whole < max ? s->n_whole : max;
	*ret_tickets = s->whole;
	s->whole += *ret_n;
	s->n_whole -= *ret_n;
}

/* As stream_next(); 0 tickets also if all rows were blank. */
static int stream_next_batch(struct ticket_stream *s, struct arena *a, size_t max,
			     struct ticket **ret_tickets, size_t *ret_n, struct err *err)
{
	struct batch batch;
	size_t n;
	int r;

	buf_init(&batch.text, SLICE_MAX_BYTES);
	buf_add(&batch.text, buf_text(&s->header), s->header.len);
	r = stream_batch_read(s, max, &batch, &n, err);
	s->drained = r == 0 && n == 0;
	if (r == 0 && n > 0)
		r = stream_parse(s, a, &batch, ret_tickets, ret_n, err);
	buf_release(&batch.text);
	return r;
}

int stream_next(struct ticket_stream *s, struct arena *a, size_t max, struct ticket **ret_tickets,
		size_t *ret_n, struct err *err)
{
	*ret_tickets = NULL;
	*ret_n = 0;
	if (!s->begun && stream_begin(s, err) < 0)
		return -1;
	stream_next_of_whole(s, max, ret_tickets, ret_n);
	if (*ret_n > 0)
		return 0;
	if (s->failed.kind) {
		*err = s->failed;
		return -1;
	}
	if (s->table && s->header.len == 0 && stream_read_header(s, err) < 0)
		return -1;
	while (*ret_n == 0 && !s->drained)
		if (stream_next_batch(s, a, max, ret_tickets, ret_n, err) < 0)
			return -1;
	return 0;
}
