/*
 * What the header of an image file says: its format and its size in pixels. Decides which formats
 * and sizes are taken, and that the file is not cut short, before any decoder sees a byte. Pixels
 * are decoded nowhere in the controller.
 */
#ifndef BASE_IMAGE_HEADER_H
#define BASE_IMAGE_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A decoded pixel takes 3 bytes, and for a moment twice that: 300 MB for the largest picture. */
enum { IMAGE_MAX_PIXELS = 50000000, IMAGE_MAX_SIDE = 32768 };

struct image_facts {
	const char *format; /* "PNG", "JPEG", "BMP", "GIF" */
	int64_t width, height; /* pixels */
};

/*
 * Fails with ERR_INPUT where the bytes are of no such format, end before the picture does, or claim
 * a size of nothing or beyond the limits. The message begins with "it ".
 * Formats: PNG (RFC 2083), JPEG (ITU-T T.81, B.2.2), BMP, GIF (87a, 89a).
 */
int image_look(const void *data, size_t n_bytes, struct image_facts *ret_facts,
	       struct err *err) MUST_USE;

#endif
