/*
 * Images of a run's tickets, as text and JSON: how many a candidate was shown, how many got an
 * answer and a reason, and what they took. The images themselves are never shown.
 */
#ifndef REPORT_IMAGES_H
#define REPORT_IMAGES_H

#include "report/result/result.h"

/* One candidate over the tickets with an image that it was asked. */
struct image_figures {
	size_t n_tickets, n_answered, n_explained; /* explained: answered, with a rationale */
	int64_t n_tok; /* of all images together */
	int64_t tok_p50, p50_us, p95_us; /* of one image; -1: not available */
};

void images_of(struct arena *a, const struct result *r, const struct candidate_result *c,
	       struct image_figures *ret_figures);

/* "a.png (512 × 512, 107 kB)"; "" if the ticket has none. */
const char *words_image(struct arena *a, const struct ticket *ticket);

/* One sentence without its full stop; "" if no ticket has an image. */
const char *words_images(struct arena *a, const struct image_figures *f);

/* Adds "images", a candidate's figures, if a ticket has an image. */
void images_add_json(struct arena *a, const struct result *r, const struct candidate_result *c,
		     json_t *j);
/* file, sha256, bytes, width, height; NULL if the ticket has none. */
json_t *image_to_json(const struct ticket *ticket);

#endif
