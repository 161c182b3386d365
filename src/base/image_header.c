/*
 * Image headers. Every read of the bytes is checked against their end: the files are foreign.
 */
#include "base/image_header.h"

#include <stdbool.h>
#include <string.h>

struct bytes {
	const unsigned char *at;
	size_t n;
};

static uint32_t big_endian(const unsigned char *p, size_t n)
{
	uint32_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | p[i];
	return value;
}

static uint32_t little_endian(const unsigned char *p, size_t n)
{
	uint32_t value = 0;

	for (size_t i = n; i > 0; i--)
		value = value << 8 | p[i - 1];
	return value;
}

/* Each gives false where the header ends too early. */
static bool look_png(const struct bytes *b, struct image_facts *ret)
{
	if (b->n < 24 || memcmp(b->at + 12, "IHDR", 4) != 0)
		return false;
	ret->width = big_endian(b->at + 16, 4);
	ret->height = big_endian(b->at + 20, 4);
	return true;
}

static bool look_gif(const struct bytes *b, struct image_facts *ret)
{
	if (b->n < 10)
		return false;
	ret->width = little_endian(b->at + 6, 2);
	ret->height = little_endian(b->at + 8, 2);
	return true;
}

/* A negative height says that the rows come from the top. */
static bool look_bmp(const struct bytes *b, struct image_facts *ret)
{
	enum { OLD_HEADER = 12 };

	if (b->n < 26)
		return false;
	if (little_endian(b->at + 14, 4) == OLD_HEADER) {
		ret->width = little_endian(b->at + 18, 2);
		ret->height = little_endian(b->at + 20, 2);
		return true;
	}
	ret->width = (int32_t)little_endian(b->at + 18, 4);
	ret->height = (int32_t)little_endian(b->at + 22, 4);
	if (ret->height < 0)
		ret->height = -ret->height;
	return true;
}

/* A frame header: SOF0 to SOF15, without DHT, JPG and DAC, which lie between them. */
static bool is_frame(unsigned char marker)
{
	return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 &&
	       marker != 0xCC;
}

/* Markers that stand alone, without a length. */
static bool is_bare(unsigned char marker)
{
	return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
}

/* Walks the segments up to the first frame header. */
static bool look_jpeg(const struct bytes *b, struct image_facts *ret)
{
	enum { START_OF_SCAN = 0xDA, END_OF_IMAGE = 0xD9 };
	size_t at = 2;

	while (at + 4 <= b->n) {
		unsigned char marker = b->at[at + 1];

		if (b->at[at] != 0xFF || marker == START_OF_SCAN || marker == END_OF_IMAGE)
			return false;
		if (marker == 0xFF) {
			at++;
			continue;
		}
		if (is_bare(marker)) {
			at += 2;
			continue;
		}
		if (is_frame(marker)) {
			if (at + 9 > b->n)
				return false;
			ret->height = big_endian(b->at + at + 5, 2);
			ret->width = big_endian(b->at + at + 7, 2);
			return true;
		}
		at += 2 + big_endian(b->at + at + 2, 2);
	}
	return false;
}

static const struct image_format {
	const char *name, *magic;
	size_t n_magic;
	bool (*look)(const struct bytes *b, struct image_facts *ret);
} formats[] = {
	{ "PNG", "\x89PNG\r\n\x1a\n", 8, look_png },
	{ "JPEG", "\xFF\xD8\xFF", 3, look_jpeg },
	{ "GIF", "GIF87a", 6, look_gif },
	{ "GIF", "GIF89a", 6, look_gif },
	{ "BMP", "BM", 2, look_bmp },
};

int image_look(const void *data, size_t n_bytes, struct image_facts *ret_facts, struct err *err)
{
	const struct bytes b = { data, n_bytes };
	struct image_facts facts = { 0 };
	const struct image_format *f = NULL;

	for (size_t i = 0; !f && i < sizeof(formats) / sizeof(formats[0]); i++)
		if (n_bytes >= formats[i].n_magic &&
		    memcmp(data, formats[i].magic, formats[i].n_magic) == 0)
			f = &formats[i];
	if (!f)
		return err_set(err, ERR_INPUT,
			       n_bytes == 0 ? "it is an empty file" :
					      "it is no PNG, JPEG, BMP or GIF "
					      "file, whatever its name says");
	facts.format = f->name;
	if (!f->look(&b, &facts))
		return err_set(err, ERR_INPUT,
			       "it begins as a %s file, but its header is cut "
			       "short or damaged",
			       f->name);
	if (facts.width <= 0 || facts.height <= 0)
		return err_set(err, ERR_INPUT, "it claims a size of %lld × %lld pixels",
			       (long long)facts.width, (long long)facts.height);
	if (facts.width > IMAGE_MAX_SIDE || facts.height > IMAGE_MAX_SIDE ||
	    facts.width * facts.height > IMAGE_MAX_PIXELS)
		return err_set(err, ERR_INPUT,
			       "it claims %lld × %lld pixels; at most %d million are taken, and "
			       "%d a side: make it smaller",
			       (long long)facts.width, (long long)facts.height,
			       IMAGE_MAX_PIXELS / 1000000, IMAGE_MAX_SIDE);
	*ret_facts = facts;
	return 0;
}
