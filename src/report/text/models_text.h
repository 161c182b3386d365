/*
 * Lists of models: one row a model, with its other names below it.
 */
#ifndef REPORT_TEXT_MODELS_TEXT_H
#define REPORT_TEXT_MODELS_TEXT_H

#include <jansson.h>
#include <stdio.h>

#include "job/licence/licence.h"
#include "job/model/model.h"

/*
 * A list of models. licences[i] is judged for commercial use. problems[i] says why a model cannot
 * be used, or is NULL. Files with the same sha256 are one model with several names.
 */
void models_write_text(struct arena *a, const struct model *models, const struct licence *licences,
		       const char *const *problems, size_t n, FILE *out);
void models_write_json(struct arena *a, const struct model *models, const struct licence *licences,
		       const char *const *problems, size_t n, FILE *out);

/* Everything that is available about one model, a line a field. */
void model_write_text(struct arena *a, const struct model *model, FILE *out);
/* Its licence, judged for commercial use. */
void model_write_licence(struct arena *a, const struct licence *licence, FILE *out);
/* The family that the model seems to belong to: a few lines, or none. */
void model_write_family(struct arena *a, const struct model *model, FILE *out);

/* As JSON: new references. */
json_t *licence_to_json(const struct licence *licence);
json_t *model_to_json(const struct model *model);

/* "494 M"; with experts: "8.0 B (1.3 B active)", because a token uses only the active ones. */
const char *model_params_text(struct arena *a, const struct model_facts *facts);

/* The verdict for a table cell; "-" for a baseline. */
const char *model_licence_text(struct arena *a, const struct model *model,
			       const struct licence *licence);

/* A line on a licence that somebody has to read; nothing if it is OK. */
void model_write_licence_note(struct arena *a, const char *name, const struct licence *licence,
			      FILE *out);

#endif
