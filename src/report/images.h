/*
 * Images of a run's tickets, in words and JSON: what was shown to a candidate, how much of it got
 * an answer and a reason, and what it took. The pictures themselves are never shown.
 */
#ifndef REPORT_IMAGES_H
#define REPORT_IMAGES_H

#include "report/result/result.h"

/* One candidate over the tickets with an image that were put to it. */
struct image_figures {
	size_t n_tickets, n_answered, n_explained; /* explained: answered, with a rationale */
	int64_t n_tok; /* of all images together */
	int64_t tok_p50, p50_us, p95_us; /* of one image; -1 where nothing was counted */
};

void images_of(struct arena *a, const struct result *r, const struct candidate_result *c,
	       struct image_figures *ret_figures);

/* "a.png (512 × 512, 107 kB)"; "" where the ticket has none. */
const char *words_image(struct arena *a, const struct ticket *ticket);

/* One sentence without its full stop; "" where no ticket has an image. */
const char *words_images(struct arena *a, const struct image_figures *f);

/* NULL where no ticket has an image. */
json_t *images_to_json(struct arena *a, const struct result *r, const struct candidate_result *c);
/* file, sha256, bytes, width, height; NULL where the ticket has none. */
json_t *image_to_json(const struct ticket *ticket);

#endif
