/*
 * The images that tickets name: which files are taken. Must not know models; only the header is
 * read here (base/image_header.h).
 */
#ifndef JOB_TICKET_IMAGE_H
#define JOB_TICKET_IMAGE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/image_header.h"

enum { IMAGE_MAX_BYTES = 20 << 20 };

/*
 * The file of an image that the tickets file `beside` names: inside that file's folder (symbolic
 * links are followed), at most IMAGE_MAX_BYTES. Bytes are owned by the arena. Fails with ERR_INPUT
 * where the name leads elsewhere, the file cannot be read or is no image. The message names the
 * image.
 */
int image_read(struct arena *a, const char *beside, const char *name, const char **ret_data,
	       size_t *ret_n_bytes, struct image_facts *ret_facts, struct err *err) MUST_USE;

#endif
