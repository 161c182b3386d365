/*
 * The labels of an import as those of a job. Decides which spellings are one label. Pure.
 */
#ifndef JOB_IMPORT_LABEL_COUNTS_H
#define JOB_IMPORT_LABEL_COUNTS_H

#include <stddef.h>

#include "base/arena.h"
#include "job/import/import.h"

/* A spelling that nobody can tell from its label, or that differs only in case (label_key.h). */
struct label_spelling {
	const char *name;
	size_t n; /* tickets */
	size_t label; /* index into the items */
};

struct label_counts {
	struct import_label *items; /* n counts all spellings; the name is the most frequent one */
	size_t n;
	struct label_spelling *spellings; /* without the names of the items */
	size_t n_spellings;
};

/* Borrows the names from the import. More labels than a job can have stay as they are. */
void label_counts_of(struct arena *a, const struct imported *imported,
		     struct label_counts *ret_counts);

/* The index of the label with this name or spelling, or -1. */
int label_counts_find(const struct label_counts *counts, const char *name);

#endif
