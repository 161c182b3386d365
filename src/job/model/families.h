/*
 * The family of a model, and facts about that family. Decides by words in the model's name, then
 * by its architecture. A name is only a hint: nothing is refused because of it.
 */
#ifndef JOB_MODEL_FAMILIES_H
#define JOB_MODEL_FAMILIES_H

#include "job/model/model.h"

/* A row of families.def, which explains the fields. Texts are constants, "" if none. */
struct family {
	const char *id, *title;
	enum model_kind kind; /* of the models that it is for */
	const char *words, *archs; /* archs of decision models: their types */
	const char *template, *thinking;
	const char *pooling, *query_prefix; /* of encoders; pooling is "" for other rows */
	const char *licences;
	const char *trap;
};

const struct family *family_table(size_t *ret_n);

/*
 * By the name in the header, then the file's name, then the architecture; NULL if none fits. A
 * model of the kind "encoder" gets only rows of encoders, and another model only the other rows.
 * Decision models have their own rows too, and their type stands for the architecture.
 */
const struct family *family_of(struct arena *a, const struct model *model);

/* The text that the model's makers put before a text to classify; "" if none is known. Constant. */
const char *family_query_prefix(struct arena *a, const struct model *model);

#endif
