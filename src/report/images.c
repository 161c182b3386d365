/*
 * Images as text and JSON.
 */
#include "report/images.h"

#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"

void images_of(struct arena *a, const struct result *r, const struct candidate_result *c,
	       struct image_figures *ret_figures)
{
	int64_t *us = arena_array(a, r->n_tickets, sizeof(*us));
	int64_t *tok = arena_array(a, r->n_tickets, sizeof(*tok));
	struct image_figures f = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < r->n_tickets; i++) {
		const struct answer *answer = c->answers[i];

		if (!r->tickets[i].image || !answer)
			continue;
		f.n_tickets++;
		if (answer->outcome == OUTCOME_OK) {
			f.n_answered++;
			f.n_explained += c->reasons[i] && *c->reasons[i]->rationale;
		}
		if (answer->image_tok > 0) {
			f.n_tok += answer->image_tok;
			tok[n] = answer->image_tok;
			us[n++] = answer->image_us;
		}
	}
	f.tok_p50 = percentile_us(tok, n, 50);
	f.p50_us = percentile_us(us, n, 50);
	f.p95_us = percentile_us(us, n, 95);
	*ret_figures = f;
}

const char *words_image(struct arena *a, const struct ticket *t)
{
	if (!t->image)
		return "";
	return arena_printf(a, "%s (%lld × %lld, %s)", display_text(a, t->image),
			    (long long)t->image_width, (long long)t->image_height,
			    str_bytes(a, (uint64_t)t->image_bytes));
}

const char *words_images(struct arena *a, const struct image_figures *f)
{
	const char *words;

	if (f->n_tickets == 0)
		return "";
	words = arena_printf(a, "%zu %s an image, %zu answered, %zu with a reason", f->n_tickets,
			     f->n_tickets == 1 ? "ticket has" : "tickets have", f->n_answered,
			     f->n_explained);
	if (f->p50_us < 0)
		return words;
	return arena_printf(a,
			    "%s; an image took %lld tokens and %s (median; 95 of 100 within %s), "
			    "which is part of the time to the first token",
			    words, (long long)f->tok_p50, str_duration(a, f->p50_us),
			    str_duration(a, f->p95_us));
}

void images_add_json(struct arena *a, const struct result *r, const struct candidate_result *c,
		     json_t *j)
{
	struct image_figures f;

	images_of(a, r, c, &f);
	if (f.n_tickets == 0)
		return;
	json_object_set_new(j, "images",
			    json_pack("{s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "tickets",
				      (json_int_t)f.n_tickets, "answered", (json_int_t)f.n_answered,
				      "explained", (json_int_t)f.n_explained, "image_tok",
				      (json_int_t)f.n_tok, "image_tok_p50", json_known(f.tok_p50),
				      "image_p50_us", json_known(f.p50_us), "image_p95_us",
				      json_known(f.p95_us)));
}

json_t *image_to_json(const struct ticket *t)
{
	if (!t->image)
		return NULL;
	return json_pack("{s:o, s:o, s:I, s:I, s:I}", "file", json_any_text(t->image), "sha256",
			 json_any_text(t->image_sha256), "bytes", (json_int_t)t->image_bytes,
			 "width", (json_int_t)t->image_width, "height",
			 (json_int_t)t->image_height);
}
