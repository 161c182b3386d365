/*
 * Reads the header of an image file: its format and its size in pixels. Decides which formats and
 * sizes are accepted, and that the file is complete, before any decoder sees a byte. The
 * controller never decodes pixels.
 */
#ifndef BASE_IMAGE_HEADER_H
#define BASE_IMAGE_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A pixel takes 3 bytes decoded, and twice that for a moment: 300 MB for the largest image. */
enum { IMAGE_MAX_PIXELS = 50000000, IMAGE_MAX_SIDE = 32768 };

struct image_facts {
	const char *format; /* "PNG", "JPEG", "BMP", "GIF" */
	int64_t width, height; /* pixels */
};

/*
 * Fails with ERR_INPUT if the format is none of these, if the bytes end before the image does, or
 * if the claimed size is zero or beyond the limits. The message begins with "it ".
 * Formats: PNG (RFC 2083), JPEG (ITU-T T.81, B.2.2), BMP, GIF (87a, 89a).
 */
int image_look(const void *data, size_t n_bytes, struct image_facts *ret_facts,
	       struct err *err) MUST_USE;

#endif
