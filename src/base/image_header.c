/*
 * Image headers. The files are foreign, so every read is checked against the end of the bytes.
 */
#include "base/image_header.h"

#include <stdbool.h>
#include <string.h>

#include "base/array.h"

struct bytes {
	const unsigned char *at;
	size_t n;
};

static uint32_t image_big_endian(const unsigned char *p, size_t n)
{
	uint32_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | p[i];
	return value;
}

static uint32_t image_little_endian(const unsigned char *p, size_t n)
{
	uint32_t value = 0;

	for (size_t i = n; i > 0; i--)
		value = value << 8 | p[i - 1];
	return value;
}

/* Each returns false if the header ends too early. */
static bool image_look_png(const struct bytes *b, struct image_facts *ret)
{
	if (b->n < 24 || memcmp(b->at + 12, "IHDR", 4) != 0)
		return false;
	ret->width = image_big_endian(b->at + 16, 4);
	ret->height = image_big_endian(b->at + 20, 4);
	return true;
}

static bool image_look_gif(const struct bytes *b, struct image_facts *ret)
{
	if (b->n < 10)
		return false;
	ret->width = image_little_endian(b->at + 6, 2);
	ret->height = image_little_endian(b->at + 8, 2);
	return true;
}

/* A negative height means that the first row is the top one. */
static bool image_look_bmp(const struct bytes *b, struct image_facts *ret)
{
	enum { OLD_HEADER = 12 };

	if (b->n < 26)
		return false;
	if (image_little_endian(b->at + 14, 4) == OLD_HEADER) {
		ret->width = image_little_endian(b->at + 18, 2);
		ret->height = image_little_endian(b->at + 20, 2);
		return true;
	}
	ret->width = (int32_t)image_little_endian(b->at + 18, 4);
	ret->height = (int32_t)image_little_endian(b->at + 22, 4);
	if (ret->height < 0)
		ret->height = -ret->height;
	return true;
}

/* A frame header: SOF0 to SOF15, without the DHT, JPG and DAC between them. */
static bool image_is_frame(unsigned char marker)
{
	return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 &&
	       marker != 0xCC;
}

/* Markers without a length. */
static bool image_is_bare(unsigned char marker)
{
	return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
}

/* The offset of the first frame header; 0 if there is none. */
static size_t image_jpeg_frame(const struct bytes *b)
{
	enum { START_OF_SCAN = 0xDA, END_OF_IMAGE = 0xD9 };
	size_t at = 2;

	while (at + 4 <= b->n) {
		unsigned char marker = b->at[at + 1];

		if (b->at[at] != 0xFF || marker == START_OF_SCAN || marker == END_OF_IMAGE)
			return 0;
		if (image_is_frame(marker))
			return at;
		if (marker == 0xFF)
			at++;
		else if (image_is_bare(marker))
			at += 2;
		else
			at += 2 + image_big_endian(b->at + at + 2, 2);
	}
	return 0;
}

static bool image_look_jpeg(const struct bytes *b, struct image_facts *ret)
{
	size_t at = image_jpeg_frame(b);

	if (at == 0 || at + 9 > b->n)
		return false;
	ret->height = image_big_endian(b->at + at + 5, 2);
	ret->width = image_big_endian(b->at + at + 7, 2);
	return true;
}

/*
 * Decoders show the first part of a file that was cut short and leave the rest grey. Each of these
 * returns true if the (first) image is complete; bytes behind it do not matter.
 */

/* Walks the chunks up to IEND. */
static bool image_whole_png(const struct bytes *b)
{
	size_t at = 8;

	while (at + 12 <= b->n) {
		if (memcmp(b->at + at + 4, "IEND", 4) == 0)
			return true;
		at += 12 + (size_t)image_big_endian(b->at + at, 4);
	}
	return false;
}

/*
 * Compressed data never holds the end marker: 00 or RST follows each FF byte in it. The part in
 * front of the frame (a preview, for example) may hold one.
 */
static bool image_whole_jpeg(const struct bytes *b)
{
	size_t frame = image_jpeg_frame(b);

	for (size_t at = b->n - 2; at > frame; at--)
		if (b->at[at] == 0xFF && b->at[at + 1] == 0xD9)
			return true;
	return false;
}

/* The end of the sub-blocks that begin at `at`; past the data if they do not end. */
static size_t image_gif_skip(const struct bytes *b, size_t at)
{
	while (at < b->n && b->at[at] != 0)
		at += 1 + (size_t)b->at[at];
	return at + 1;
}

/* The bytes of a colour table with these flags. */
static size_t image_gif_colours(unsigned char flags)
{
	return flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

/* Skips the extensions, then the first image. */
static bool image_whole_gif(const struct bytes *b)
{
	size_t at = 13;

	if (b->n < at)
		return false;
	at += image_gif_colours(b->at[10]);
	while (at + 2 <= b->n && b->at[at] == 0x21)
		at = image_gif_skip(b, at + 2);
	if (at + 11 > b->n || b->at[at] != 0x2C)
		return false;
	at += 10 + image_gif_colours(b->at[at + 9]) + 1;
	return image_gif_skip(b, at) <= b->n;
}

/* Computes the length, unless the rows are compressed. */
static bool image_whole_bmp(const struct bytes *b)
{
	struct image_facts f;
	uint64_t bits, data_at = image_little_endian(b->at + 10, 4);

	if (!image_look_bmp(b, &f))
		return false;
	if (image_little_endian(b->at + 14, 4) == 12)
		bits = image_little_endian(b->at + 24, 2);
	else if (b->n < 34)
		return false;
	else if (image_little_endian(b->at + 30, 4) == 1 || image_little_endian(b->at + 30, 4) == 2)
		return data_at < b->n;
	else
		bits = image_little_endian(b->at + 28, 2);
	return data_at + ((uint64_t)f.width * bits + 31) / 32 * 4 * (uint64_t)f.height <= b->n;
}

static const struct image_format {
	const char *name, *magic;
	size_t n_magic;
	bool (*look)(const struct bytes *b, struct image_facts *ret);
	bool (*whole)(const struct bytes *b);
} formats[] = {
	{ "PNG", "\x89PNG\r\n\x1a\n", 8, image_look_png, image_whole_png },
	{ "JPEG", "\xFF\xD8\xFF", 3, image_look_jpeg, image_whole_jpeg },
	{ "GIF", "GIF87a", 6, image_look_gif, image_whole_gif },
	{ "GIF", "GIF89a", 6, image_look_gif, image_whole_gif },
	{ "BMP", "BM", 2, image_look_bmp, image_whole_bmp },
};

int image_look(const void *data, size_t n_bytes, struct image_facts *ret_facts, struct err *err)
{
	const struct bytes b = { data, n_bytes };
	struct image_facts facts = { 0 };
	const struct image_format *f = NULL;

	for (size_t i = 0; !f && i < COUNT_OF(formats); i++)
		if (n_bytes >= formats[i].n_magic &&
		    memcmp(data, formats[i].magic, formats[i].n_magic) == 0)
			f = &formats[i];
	if (!f)
		return err_set(err, ERR_INPUT,
			       n_bytes == 0 ? "it is an empty file" :
					      "it is not a PNG, JPEG, BMP or "
					      "GIF file, whatever its name says");
	facts.format = f->name;
	if (!f->look(&b, &facts))
		return err_set(err, ERR_INPUT,
			       "it begins as a %s file, but its header is cut short or damaged",
			       f->name);
	if (facts.width <= 0 || facts.height <= 0)
		return err_set(err, ERR_INPUT, "it claims a size of %lld × %lld pixels",
			       (long long)facts.width, (long long)facts.height);
	if (facts.width > IMAGE_MAX_SIDE || facts.height > IMAGE_MAX_SIDE ||
	    facts.width * facts.height > IMAGE_MAX_PIXELS)
		return err_set(err, ERR_INPUT,
			       "it claims %lld × %lld pixels; at most %d million, and %d a side, "
			       "are accepted: make it smaller",
			       (long long)facts.width, (long long)facts.height,
			       IMAGE_MAX_PIXELS / 1000000, IMAGE_MAX_SIDE);
	if (!f->whole(&b))
		return err_set(err, ERR_INPUT,
			       "it is a %s file that ends too early: part of the image is missing",
			       f->name);
	*ret_facts = facts;
	return 0;
}
