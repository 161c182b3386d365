/*
 * Compares checksums, and describes the two names of a model.
 */
#include "job/plan/duplicate.h"

#include <string.h>

#include "base/display.h"

int duplicate_compare(const struct model *x, const struct model *y)
{
	int r = strcmp(x->sha256, y->sha256);

	if (r == 0)
		r = strcmp(x->adapter.sha256, y->adapter.sha256);
	return r ? r : strcmp(x->projector.sha256, y->projector.sha256);
}

void duplicate_mark(struct model *models, const char *const *problems, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (problems[i] || !*models[i].sha256)
			continue;
		for (size_t k = 0; k < i && !models[i].repeats; k++)
			if (!problems[k] && !models[k].repeats &&
			    duplicate_compare(&models[k], &models[i]) == 0)
				models[i].repeats = &models[k];
	}
}

/* The full name that the place gives, with its digest (a commit); else the spec. */
static const char *duplicate_name_of(struct arena *a, const struct model *m)
{
	const struct model_origin *o = &m->origin;
	const char *name = display_path(a, o->name && *o->name ? o->name : m->spec);

	if (!o->digest || !*o->digest || strstr(name, o->digest))
		return name;
	return arena_printf(a, "%s (%s)", name, display_text(a, o->digest));
}

const char *duplicate_words(struct arena *a, const struct model *model)
{
	const struct model *first = model->repeats;
	const char *names[] = { duplicate_name_of(a, first), duplicate_name_of(a, model) };
	const char *label = display_path(a, first->label);

	if (strcmp(names[0], names[1]) == 0)
		return arena_printf(a, "%s is named more than once: asked once, as %s", names[0],
				    label);
	if (model->engine == ENGINE_HTTP)
		return arena_printf(a,
				    "%s and %s are the same model of one server: asked once, as %s",
				    names[0], names[1], label);
	return arena_printf(a, "%s and %s are the same weights (sha256 %.12s): asked once, as %s",
			    names[0], names[1], model->sha256, label);
}
