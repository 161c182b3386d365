/*
 * The images that tickets name. Decides which files are accepted. Must not know models; only the
 * image's header is parsed (base/image_header.h).
 */
#ifndef JOB_TICKET_IMAGE_H
#define JOB_TICKET_IMAGE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/image_header.h"

enum { IMAGE_MAX_BYTES = 20 << 20 };

/*
 * Reads an image that the tickets file `beside` names: inside that file's folder (symbolic links
 * are followed), at most IMAGE_MAX_BYTES. The arena owns the bytes. Fails with ERR_INPUT if the
 * name leads out of the folder, or if the file cannot be read or is not an image. The message
 * names the image.
 */
int image_read(struct arena *a, const char *beside, const char *name, const char **ret_data,
	       size_t *ret_n_bytes, struct image_facts *ret_facts, struct err *err) MUST_USE;

#endif
