/*
 * Finds the first byte that is not text, with its line and its position in the line.
 */
#include "job/table/text_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/display.h"
#include "base/special_file.h"
#include "base/str.h"
#include "job/table/file_kind.h"

int text_fail(const char *path, size_t line, struct err *err, const char *fmt, ...)
{
	char words[sizeof(err->msg)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	return err_set(err, ERR_INPUT, "%s:%zu: %s", path, line, words);
}

const char *text_line_end(const char *p, const char *end)
{
	p += strcspn(p, "\r\n");
	return p < end ? p : end;
}

const char *text_line_next(const char *p, const char *end)
{
	if (p < end)
		p += p[0] == '\r' && p[1] == '\n' ? 2 : 1;
	return p;
}

static int text_file_fail_byte(const char *path, size_t lines_before, const char *text, size_t at,
			       struct err *err)
{
	size_t line = 1 + lines_before, start = 0;

	for (size_t i = 0; i < at; i++) {
		if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n')) {
			line++;
			start = i + 1;
		}
	}
	return text_fail(path, line, err, "byte %zu of the line is %s", at - start + 1,
			 str_is_half(text + at, strlen(text + at)) ?
				 "half of a character that was cut; remove it, or write the whole "
				 "character" :
			 text[at] == '\0' ?
				 "a NUL, so this is not text; export the tickets as CSV or JSON "
				 "Lines" :
				 "not well-formed UTF-8; save the file as UTF-8 text, or name its "
				 "encoding with --encoding");
}

int text_check(const char *path, size_t lines_before, const char **text, size_t *n_bytes,
	       struct err *err)
{
	size_t n_mark = str_mark_bytes(*text, *n_bytes);
	const char *nul;
	int64_t bad;

	*text += n_mark;
	*n_bytes -= n_mark;
	bad = str_utf8_error(*text, *n_bytes);
	nul = memchr(*text, '\0', *n_bytes);
	if (nul && (bad < 0 || nul - *text < bad))
		bad = nul - *text;
	return bad < 0 ? 0 : text_file_fail_byte(path, lines_before, *text, (size_t)bad, err);
}

int text_each_line(size_t lines_before, const char *text, size_t n_bytes,
		   int (*on_line)(const char *text, size_t n_bytes, size_t line, void *ctx,
				  struct err *err),
		   void *ctx, struct err *err)
{
	const char *end = text + n_bytes, *stop;
	size_t line = 1 + lines_before;

	for (const char *p = text; p < end; p = text_line_next(stop, end), line++) {
		stop = text_line_end(p, end);
		if (strspn(p, " \t") < (size_t)(stop - p) &&
		    on_line(p, (size_t)(stop - p), line, ctx, err) < 0)
			return -1;
	}
	return 0;
}

int text_fail_encoding(const struct decoder *decoder, const char *path, size_t line,
		       struct err *err)
{
	return text_fail(path, line, err,
			 "the line holds bytes that are not %.60s; name another encoding with "
			 "--encoding, or save the file as UTF-8 text",
			 decoder->name);
}

const char *text_encoding_note(struct arena *a, const struct decoder *decoder)
{
	return decoder->guessed ?
		       arena_printf(a, "not UTF-8; read as %s (--encoding names another)",
				    decoder->name) :
		       NULL;
}

void text_file_note(struct arena *a, struct text_file *file, const char *note)
{
	if (note)
		file->note = arena_add_item(a, file->note, "; ", "%s", note);
}

size_t text_count_lines(const char *text, size_t n_bytes)
{
	const char *end = text + n_bytes;
	size_t n = 0;

	for (const char *p = text; (p = text_line_end(p, end)) < end; p = text_line_next(p, end))
		n++;
	return n;
}

/* Decodes all of it, and moves *data to text that the arena owns. */
static int text_decode(struct arena *a, const char *path, struct decoder *decoder,
		       const char **data, size_t *n_bytes, struct err *err)
{
	struct buf out;
	int r;

	buf_init(&out, 8 * *n_bytes + 64); /* one byte becomes at most two characters */
	r = decoder_add(decoder, *data, *n_bytes, true, &out);
	if (r < 0)
		text_fail_encoding(decoder, path, 1 + text_count_lines(buf_text(&out), out.len),
				   err);
	*n_bytes = out.len;
	*data = buf_to_arena(&out, a);
	return r;
}

/* Text that is UTF-8 stays where it is. */
static int text_file_decode(struct arena *a, struct text_file *file, struct decoder *decoder,
			    struct err *err)
{
	if (!decoder->open && text_check(file->path, 0, &file->text, &file->n_bytes, err) == 0)
		return 0;
	if (text_decode(a, file->path, decoder, &file->text, &file->n_bytes, err) < 0)
		return -1;
	text_file_note(a, file, text_encoding_note(a, decoder));
	return text_check(file->path, 0, &file->text, &file->n_bytes, err);
}

int text_file_of_bytes(struct arena *a, const char *path, const char *data, size_t n_bytes,
		       const char *encoding, struct text_file *ret_file, struct err *err)
{
	const char *fault = file_kind_fault(data, n_bytes);
	struct text_file file = { .path = display_path(a, path), .text = data, .n_bytes = n_bytes };
	struct decoder decoder;
	int r;

	if (fault)
		return err_set(err, ERR_INPUT, "%s: this is %s", file.path, fault);
	file.zip = file_kind_is_zip(data, n_bytes);
	if (!file.zip) {
		r = decoder_open(&decoder, encoding, data, n_bytes, err);
		if (r == 0)
			r = text_file_decode(a, &file, &decoder, err);
		decoder_close(&decoder);
		if (r < 0)
			return -1;
	}
	*ret_file = file;
	return 0;
}

int text_file_load(struct arena *a, const char *path, size_t max_bytes, const char *encoding,
		   struct text_file *ret_file, struct err *err)
{
	size_t n_bytes;
	char *data;

	if (special_read(a, path, max_bytes, &data, &n_bytes, err) < 0)
		return -1;
	return text_file_of_bytes(a, path, data, n_bytes, encoding, ret_file, err);
}
