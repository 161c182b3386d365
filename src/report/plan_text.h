/*
 * A plan as it is shown, and models as they are listed.
 */
#ifndef REPORT_PLAN_TEXT_H
#define REPORT_PLAN_TEXT_H

#include <jansson.h>
#include <stdio.h>

#include "job/plan.h"
#include "job/training.h"

void plan_write_text(struct arena *a, const struct job *job, const struct slice *slice,
		     const struct example_set *examples, const struct training *training,
		     const struct plan *plan, FILE *out);
void plan_write_json(const struct job *job, const struct slice *slice, const struct plan *plan,
		     FILE *out);

/*
 * A list of models; licences[i] is judged for commercial use; problems[i] says why one cannot be
 * used, or is NULL.
 */
void models_write_text(struct arena *a, const struct model *models, const struct licence *licences,
		       const char *const *problems, size_t n, FILE *out);
void models_write_json(const struct model *models, const struct licence *licences,
		       const char *const *problems, size_t n, FILE *out);

/* Everything that is known of one model, a line a field. */
void model_write_text(struct arena *a, const struct model *model, FILE *out);
/* What its licence, judged for commercial use, asks for. */
void model_write_licence(struct arena *a, const struct licence *licence, FILE *out);
/* The same for machines; new references. */
json_t *licence_to_json(const struct licence *licence);
json_t *model_to_json(const struct model *model);

#endif
