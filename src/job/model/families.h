/*
 * Which family a model is of, and what is known of that family. Decides by words of its name, then
 * by its architecture. What follows from a name is a hint: nothing is refused because of it.
 */
#ifndef JOB_MODEL_FAMILIES_H
#define JOB_MODEL_FAMILIES_H

#include "job/model/model.h"

/* A row of families.def: it says what the fields mean. Texts are constants, "" where none. */
struct family {
	const char *id, *title;
	const char *words, *archs;
	const char *template, *thinking;
	const char *licences;
	const char *trap;
};

const struct family *family_table(size_t *ret_n);

/* By the header's name, the file's name, the architecture, in this order; NULL: none of them. */
const struct family *family_of(struct arena *a, const struct model *model);

/* Calls `each` for the parts of a list with ";" between them, until it returns true. */
bool family_each(const char *list, bool (*each)(void *ctx, const char *part, size_t n), void *ctx);

#endif
