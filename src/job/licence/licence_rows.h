/*
 * The rows of licences.def, and how each kind is matched. For licence.c and the tests: what a
 * match means is decided there.
 */
#ifndef JOB_LICENCE_LICENCE_ROWS_H
#define JOB_LICENCE_LICENCE_ROWS_H

#include "job/licence/licence.h"

/* A model family, known by words of a name or by its architecture. */
struct family_row {
	const char *pattern, *arch; /* one of them; the other is NULL */
	const char *licence;
};

/* A licence text, known by its words. */
struct text_row {
	const char *licence;
	const char *opening, *also; /* in lower case, single spaces; also: "" where none */
	size_t max_chars; /* 0: any length */
};

const struct family_row *licence_families(size_t *ret_n);
const struct text_row *licence_texts(size_t *ret_n);

/* Whether a name has the words of a pattern, as licences.def says what words are. */
bool licence_name_has(struct arena *a, const char *name, const char *pattern);

/* The first family whose pattern is in a name, a path or an address; NULL where none is. */
const struct family_row *licence_family_of(struct arena *a, const char *name);
const struct family_row *licence_family_of_arch(const char *arch);

/*
 * The first row that a text fits, NULL where none does. *ret_more: it holds more than that
 * licence, so it is only like it.
 */
const struct text_row *licence_text_of(struct arena *a, const char *text, size_t n_bytes,
				       bool *ret_more);

/* Licence texts that lie beside a model. */
struct licence_text {
	const char *file; /* name without folder */
	const char *from; /* in words: "LICENSE beside the file", "Ollama's licence layer" */
	const struct text_row *row; /* NULL where it is not recognised */
	bool more; /* see licence_text_of() */
	bool shared; /* the folder holds other models, so whose text this is cannot be told */
	char sha256[65];
};

/*
 * The text that the place of the model keeps with it (struct model_origin), then LICENSE*,
 * LICENCE*, COPYING* and NOTICE* in the model's folder, and those that carry the model's
 * name (MODEL.LICENSE), sorted by name. Texts for code alone (LICENSE-CODE) and notices that are
 * not recognised are left out, and so is what cannot be read.
 */
void licence_texts_beside(struct arena *a, const struct model *model,
			  struct licence_text **ret_texts, size_t *ret_n);

/* What the model card that the place keeps says, in its front matter; "" where nothing. */
struct licence_card {
	char licence[MODEL_TEXT_MAX]; /* `license`, or `license_name` where that is `other` */
	char base_model[MODEL_TEXT_MAX]; /* the first one */
};

/* Reads model->origin.card_path; all "" where there is none, or it cannot be read. */
void licence_card_read(struct arena *a, const struct model *model, struct licence_card *ret_card);

#endif
