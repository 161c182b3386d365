/*
 * The conversion is glibc's iconv. Without a byte-order mark, UTF-16 is told by its NULs: half of
 * the bytes of Latin text. Of the encodings with one byte a character only two are guessed, those
 * that spreadsheets write: windows-1252, and Macintosh if all lines end in CR.
 */
#include "job/table/decoder.h"

#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/str.h"

enum { UTF16_SAMPLE_BYTES = 1024, PIECE_BYTES = 4096 };

/* The longer mark is first. */
static const struct {
	const char *bytes;
	size_t n;
	const char *name;
} marks[] = {
	{ "\xFF\xFE\0\0", 4, "UTF-32" },
	{ "\0\0\xFE\xFF", 4, "UTF-32" },
	{ "\xFF\xFE", 2, "UTF-16" },
	{ "\xFE\xFF", 2, "UTF-16" },
};

static const char *decoder_of_mark(const char *data, size_t n_bytes)
{
	for (size_t i = 0; i < COUNT_OF(marks); i++)
		if (n_bytes >= marks[i].n && memcmp(data, marks[i].bytes, marks[i].n) == 0)
			return marks[i].name;
	return NULL;
}

static const char *decoder_of_nuls(const char *data, size_t n_bytes)
{
	size_t n = (n_bytes < UTF16_SAMPLE_BYTES ? n_bytes : UTF16_SAMPLE_BYTES) / 2, even = 0,
	       odd = 0;

	for (size_t i = 0; i < n; i++) {
		even += data[2 * i] == '\0';
		odd += data[2 * i + 1] == '\0';
	}
	if (odd * 2 > n && even == 0)
		return "UTF-16LE";
	return even * 2 > n && odd == 0 ? "UTF-16BE" : NULL;
}

static int decoder_set(struct decoder *d, const char *name, struct err *err)
{
	d->decided = true;
	d->name = name;
	d->iconv = strchr(name, '/') ? (iconv_t)-1 : iconv_open("UTF-8", name);
	if (d->iconv == (iconv_t)-1)
		return err_set(err, ERR_USAGE,
			       "unknown encoding '%.60s'; common ones are utf-8, windows-1252, "
			       "iso-8859-15, macintosh, utf-16 and shift_jis",
			       name);
	d->open = true;
	return 0;
}

int decoder_open(struct decoder *d, const char *name, const char *data, size_t n_bytes,
		 struct err *err)
{
	*d = (struct decoder){ 0 };
	if (name)
		return decoder_set(d, name, err);
	name = decoder_of_mark(data, n_bytes);
	if (!name) {
		name = decoder_of_nuls(data, n_bytes);
		d->guessed = name != NULL;
	}
	return name ? decoder_set(d, name, err) : 0;
}

void decoder_close(struct decoder *d)
{
	if (d->open)
		iconv_close(d->iconv);
	d->open = false;
}

/* What stands in a text of one byte a character or of UTF-8. */
struct byte_counts {
	size_t utf8; /* well-formed characters of several bytes */
	size_t wrong; /* bytes that are part of none */
	size_t controls; /* 0x80 to 0x9F: in windows-1252 mostly quotes, in Macintosh letters */
	size_t letters; /* from 0xC0 on: letters in windows-1252 */
	size_t halves; /* of a character, as three bytes: wrong too (a cut JavaScript string) */
	size_t none; /* bytes that windows-1252 does not have, and 0xFF, which no language writes */
	bool lf;
};

/* A character that is cut by the end of a piece that is not the last is not counted. */
static void decoder_count(const char *data, size_t n_bytes, bool last, struct byte_counts *ret)
{
	for (size_t i = 0; i < n_bytes;) {
		unsigned char c = (unsigned char)data[i];
		size_t n = str_char_end(data, i, n_bytes) - i;

		ret->lf |= c == '\n';
		if (c < 0x80) {
			i++;
			continue;
		}
		ret->controls += c < 0xA0;
		ret->letters += c >= 0xC0;
		ret->halves += str_is_half(data + i, n_bytes - i);
		ret->none += memchr("\x81\x8D\x8F\x90\x9D\xFF", c, 6) != NULL;
		if (i + n == n_bytes && !last)
			return;
		if (str_utf8_error(data + i, n) < 0) {
			ret->utf8++;
			i += n;
		} else {
			ret->wrong++;
			i++;
		}
	}
}

/* The encoding of a text whose first byte is beyond ASCII. NULL: UTF-8, or one of the others. */
static const char *decoder_of_bytes(const char *data, size_t n_bytes, bool last, bool cr_only)
{
	struct byte_counts counts = { 0 };

	decoder_count(data, n_bytes, last, &counts);
	if (counts.wrong <= 2 * counts.utf8 || counts.wrong == 3 * counts.halves)
		return NULL;
	if (cr_only && !counts.lf && counts.controls > counts.letters)
		return "macintosh";
	return counts.none ? NULL : "windows-1252";
}

static bool decoder_has(char c, const char *data, size_t n_bytes, const struct buf *out)
{
	return memchr(data, c, n_bytes) || memchr(buf_text(out), c, out->len);
}

static size_t decoder_ascii_len(const char *data, size_t n_bytes)
{
	size_t n = 0;

	while (n < n_bytes && (unsigned char)data[n] < 0x80)
		n++;
	return n;
}

/* Appends the converted bytes; *ret_n is how many were read. */
static int decoder_convert(struct decoder *d, const char *data, size_t n_bytes, size_t *ret_n,
			   struct buf *out)
{
	char piece[PIECE_BYTES], *from = (char *)data;
	size_t n_left = n_bytes, r;

	do {
		char *to = piece;
		size_t n_room = sizeof(piece);

		r = iconv(d->iconv, &from, &n_left, &to, &n_room);
		buf_add(out, piece, sizeof(piece) - n_room);
	} while (r == (size_t)-1 && errno == E2BIG && !out->overflow);
	*ret_n = n_bytes - n_left;
	return r == (size_t)-1 && errno == EILSEQ ? -1 : 0;
}

/* Some encodings hold a character back until they know that no accent follows. */
static void decoder_flush(struct decoder *d, struct buf *out)
{
	char piece[64], *to = piece;
	size_t n_room = sizeof(piece);

	iconv(d->iconv, NULL, NULL, &to, &n_room);
	buf_add(out, piece, sizeof(piece) - n_room);
}

/* First what was left of the piece before. */
static int decoder_finish_rest(struct decoder *d, const char **data, size_t *n_bytes,
			       struct buf *out)
{
	size_t n_used;

	while (d->n_rest > 0 && *n_bytes > 0 && d->n_rest < sizeof(d->rest)) {
		d->rest[d->n_rest++] = *(*data)++;
		(*n_bytes)--;
		if (decoder_convert(d, d->rest, d->n_rest, &n_used, out) < 0)
			return -1;
		if (n_used > 0) {
			d->n_rest -= n_used;
			memmove(d->rest, d->rest + n_used, d->n_rest);
		}
	}
	return d->n_rest < sizeof(d->rest) ? 0 : -1;
}

int decoder_add(struct decoder *d, const char *data, size_t n_bytes, bool last, struct buf *out)
{
	size_t n_used;

	if (!d->decided) {
		size_t n = decoder_ascii_len(data, n_bytes);
		bool cr_only = decoder_has('\r', data, n_bytes, out) &&
			       !decoder_has('\n', data, n_bytes, out);
		const char *name = decoder_of_bytes(data + n, n_bytes - n, last, cr_only);
		struct err none;

		buf_add(out, data, n);
		data += n;
		n_bytes -= n;
		d->decided = n_bytes > 0;
		d->guessed = name != NULL;
		if (name && decoder_set(d, name, &none) < 0)
			return -1;
	}
	if (!d->open) {
		buf_add(out, data, n_bytes);
		return 0;
	}
	if (decoder_finish_rest(d, &data, &n_bytes, out) < 0 ||
	    decoder_convert(d, data, n_bytes, &n_used, out) < 0)
		return -1;
	d->n_rest = n_bytes - n_used;
	if (d->n_rest > sizeof(d->rest) - 1)
		return -1;
	memcpy(d->rest, data + n_used, d->n_rest);
	if (!last)
		return 0;
	decoder_flush(d, out);
	return d->n_rest > 0 ? -1 : 0;
}
