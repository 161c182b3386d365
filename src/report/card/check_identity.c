/*
 * The fields of an identity, as rows of a table.
 */
#include "report/card/check_identity.h"

#include <stddef.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/display.h"
#include "report/words/words.h"

enum { WORDS_MAX_BYTES = 1 << 16, MOST_NAMED = 3 };

enum place { OF_RUN, OF_ROW, OF_PASS, OF_SESSION };

struct field {
	const char *name;
	enum place place;
	bool number; /* a number other than 0; otherwise a non-empty text */
	bool of_models; /* baselines have no such field */
	size_t offset;
};

#define RUN(field) offsetof(struct run_row, field)
#define ROW(field) offsetof(struct candidate_row, field)
#define PASS(field) offsetof(struct pass_row, field)
#define SESSION(field) offsetof(struct segment_row, field)

/* Not listed: the seed may be any number, and a file may lack a chat template. */
static const struct field fields[] = {
	{ "job file's sha256", OF_RUN, false, false, RUN(job_sha256) },
	{ "prompt's sha256", OF_RUN, false, false, RUN(prompt_sha256) },
	{ "host", OF_RUN, false, false, RUN(host) },
	{ "system", OF_RUN, false, false, RUN(os) },
	{ "processor", OF_RUN, false, false, RUN(cpu) },
	{ "program version", OF_RUN, false, false, RUN(program) },
	{ "file", OF_ROW, false, false, ROW(path) },
	{ "quant", OF_ROW, false, true, ROW(quant) },
	{ "architecture", OF_ROW, false, true, ROW(arch) },
	{ "licence verdict", OF_ROW, false, true, ROW(licence_verdict) },
	{ "weights' sha256", OF_PASS, false, false, PASS(model_sha256) },
	{ "slice's sha256", OF_PASS, false, false, PASS(slice_sha256) },
	{ "way of asking", OF_PASS, false, false, PASS(way) },
	{ "sampler", OF_PASS, false, false, PASS(sampler) },
	{ "engine build", OF_PASS, false, false, PASS(engine_build) },
	{ "device", OF_PASS, false, false, PASS(device) },
	{ "threads", OF_PASS, true, false, PASS(n_threads) },
	{ "batch", OF_PASS, true, true, PASS(n_batch) },
	{ "context", OF_SESSION, true, true, SESSION(report.n_ctx) },
	{ "prompt as rendered", OF_SESSION, false, true, SESSION(rendered_sha256) },
	{ "template", OF_SESSION, false, true, SESSION(report.template_marks) },
	{ "sandbox level", OF_SESSION, false, false, SESSION(report.sandbox) },
};

enum { N_FIELDS = COUNT_OF(fields) };

static bool identity_is_in(const struct field *f, const void *row)
{
	const char *at = (const char *)row + f->offset;
	const char *text;

	if (f->number)
		return *(const int64_t *)(const void *)at != 0;
	text = *(const char *const *)(const void *)at;
	return text && *text;
}

static bool identity_is_in_all(const struct field *f, const struct result *r,
			       const struct candidate_result *c)
{
	bool all = true;

	switch (f->place) {
	case OF_RUN:
		return identity_is_in(f, r->run);
	case OF_ROW:
		return identity_is_in(f, c->row);
	case OF_PASS:
		for (size_t i = 0; i < c->n_passes; i++)
			all &= identity_is_in(f, c->passes[i]);
		return all;
	default:
		for (size_t i = 0; i < c->n_segments; i++)
			all &= identity_is_in(f, &c->segments[i]);
		return all && c->n_segments > 0;
	}
}

/* A candidate that never answered, such as an unreadable file, has no identity. */
static bool identity_has_answered(const struct candidate_result *c)
{
	return c->pass && c->score.by_outcome[OUTCOME_OK] + c->score.by_outcome[OUTCOME_OFF_LABEL];
}

const char *check_identity(struct arena *a, const struct result *r, size_t *ret_n_fields,
			   size_t *ret_n_candidates)
{
	const char *words;
	size_t n_missing = 0;
	struct buf b;

	*ret_n_fields = N_FIELDS;
	*ret_n_candidates = 0;
	buf_init(&b, WORDS_MAX_BYTES);
	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = &r->candidates[i];

		if (!identity_has_answered(c))
			continue;
		++*ret_n_candidates;
		for (size_t k = 0; k < N_FIELDS; k++) {
			if ((c->baseline && fields[k].of_models) ||
			    identity_is_in_all(&fields[k], r, c))
				continue;
			if (n_missing++ < MOST_NAMED)
				buf_add_item(&b, ", ", "%s of %s", fields[k].name,
					     words_name(a, c->short_name));
		}
	}
	if (n_missing > MOST_NAMED)
		buf_addf(&b, " and %zu more", n_missing - MOST_NAMED);
	words = buf_to_arena(&b, a);
	return n_missing ? words : NULL;
}
