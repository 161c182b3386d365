/*
 * The rows of licences.def and how they match; the licence texts and the card beside a model.
 * Internal to src/job/licence and its tests. licence.c decides what a match means.
 */
#ifndef JOB_LICENCE_LICENCE_ROWS_H
#define JOB_LICENCE_LICENCE_ROWS_H

#include "job/licence/licence.h"

/* A model family, recognised by words of a name or by its architecture. */
struct family_row {
	const char *pattern, *arch; /* one of them is NULL */
	const char *licence;
};

/* A licence text, recognised by its words. */
struct text_row {
	const char *licence;
	const char *opening, *also; /* lower case, single spaces; also: may be "" */
	size_t max_chars; /* 0: any length */
};

const struct family_row *licence_families(size_t *ret_n);
const struct text_row *licence_texts(size_t *ret_n);

/* Whether a name has the words of a pattern. licences.def defines words. */
bool licence_name_has(struct arena *a, const char *name, const char *pattern);

/* The first family whose pattern matches a name, a path or an address, or NULL. */
const struct family_row *licence_family_of(struct arena *a, const char *name);
const struct family_row *licence_family_of_arch(const char *arch);

/*
 * The first row that matches a text, or NULL. *ret_more: the text holds more than that licence, so
 * it is only similar to it.
 */
const struct text_row *licence_text_of(struct arena *a, const char *text, size_t n_bytes,
				       bool *ret_more);

/* A licence text beside a model. */
struct licence_text {
	const char *file; /* name without folder */
	const char *from; /* as text: "LICENSE beside the file", "Ollama's licence layer" */
	const struct text_row *row; /* NULL if it is not recognised */
	bool more; /* see licence_text_of() */
	bool shared; /* the folder holds other models, so this may be the text of one of them */
	char sha256[65];
};

/*
 * Finds licence texts: the one that the model's store keeps (struct model_origin), and LICENSE*,
 * LICENCE*, COPYING* and NOTICE* in the model's folder, with or without the model's name before it
 * (MODEL.LICENSE). Sorted by name. Omits texts for code (LICENSE-CODE), unknown notices, and
 * files that cannot be read.
 */
void licence_texts_beside(struct arena *a, const struct model *model,
			  struct licence_text **ret_texts, size_t *ret_n);

/* What the front matter of a model card says; "" if it says nothing. */
struct licence_card {
	char licence[MODEL_TEXT_MAX]; /* `license`, or `license_name` if that is `other` */
	char base_model[MODEL_TEXT_MAX]; /* the first one */
};

/* Reads model->origin.card_path. All "" if there is no card, or if it cannot be read. */
void licence_card_read(struct arena *a, const struct model *model, struct licence_card *ret_card);

#endif
