/*
 * Headers of image files. For any bytes, an accepted size is within the limits, and a refusal has
 * a message.
 */
#include "fuzz.h"

#include <string.h>

#include "base/image_header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	uint8_t *exact = malloc(n_bytes ? n_bytes : 1); /* lets a sanitizer see the end */
	struct image_facts f = { 0 };
	struct err err = { 0 };

	MUST(exact);
	memcpy(exact, data, n_bytes);
	if (image_look(exact, n_bytes, &f, &err) < 0) {
		MUST(err.kind == ERR_INPUT && strncmp(err.msg, "it ", 3) == 0);
		MUST(!f.format);
	} else {
		MUST(f.format && f.width > 0 && f.height > 0);
		MUST(f.width <= IMAGE_MAX_SIDE && f.height <= IMAGE_MAX_SIDE);
		MUST(f.width * f.height <= IMAGE_MAX_PIXELS);
	}
	free(exact);
	return 0;
}

#define SEED(bytes) \
	{ \
		bytes, sizeof(bytes) - 1 \
	}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const struct {
		const char *bytes;
		size_t n;
	} seeds[] = {
		SEED("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x10\x08\2\0\0\0abcd"
		     "\0\0\0\2IDATxxabcd\0\0\0\0IEND\xAE\x42\x60\x82"),
		SEED("\xFF\xD8\xFF\xE0\0\x08JFIF\0\1\xFF\xC0\0\x11\x08\0\x20\0\x10\3\1\x22\0\2\x11"
		     "\1\3\x11\1\xFF\xDA\0\x0C\3\1\0\2\x11\3\x11\0\x3F\0zz\xFF\xD9"),
		SEED("GIF89a\x20\0\x10\0\x80\0\0aaabbb\x21\xF9\4\0\0\0\0\0\x2C\0\0\0\0\x20\0\x10\0"
		     "\0\2\2\x4C\1\0\x3B"),
		SEED("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\2\0\0\0\2\0\0\0\1\0\x18\0\0\0\0\0"
		     "\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0aaabbb\0\0cccddd\0\0"),
	};

	if (i >= sizeof(seeds) / sizeof(seeds[0]))
		return -1;
	memcpy(to, seeds[i].bytes, seeds[i].n);
	return (int)seeds[i].n;
}
