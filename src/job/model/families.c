/*
 * The rows of families.def, and the search in them. Pure: opens nothing.
 */
#include "job/model/families.h"

#include <string.h>

#include "base/array.h"
#include "job/licence/licence_rows.h"

#define FAMILY(...) { __VA_ARGS__ },
static const struct family families[] = {
#include "job/model/families.def"
};
#undef FAMILY

#define N_FAMILIES (COUNT_OF(families))

const struct family *family_table(size_t *ret_n)
{
	*ret_n = N_FAMILIES;
	return families;
}

bool family_each(const char *list, bool (*each)(void *ctx, const char *part, size_t n), void *ctx)
{
	while (*list) {
		size_t n = strcspn(list, ";");

		if (each(ctx, list, n))
			return true;
		list += n + (list[n] == ';');
	}
	return false;
}

struct search {
	struct arena *a;
	const char *text;
};

static bool families_has_words(void *ctx, const char *part, size_t n)
{
	struct search *s = ctx;

	return licence_name_has(s->a, s->text, arena_strndup(s->a, part, n));
}

static bool families_is_same(void *ctx, const char *part, size_t n)
{
	struct search *s = ctx;

	return strlen(s->text) == n && strncmp(s->text, part, n) == 0;
}

static const struct family *families_by_name(struct arena *a, const char *name)
{
	struct search s = { a, name };

	for (size_t i = 0; *name && i < N_FAMILIES; i++)
		if (family_each(families[i].words, families_has_words, &s))
			return &families[i];
	return NULL;
}

/* NULL if several families share the architecture, as with "llama". */
static const struct family *families_by_arch(struct arena *a, const char *arch)
{
	const struct family *found = NULL;
	struct search s = { a, arch };

	for (size_t i = 0; *arch && i < N_FAMILIES; i++) {
		if (!family_each(families[i].archs, families_is_same, &s))
			continue;
		if (found)
			return NULL;
		found = &families[i];
	}
	return found;
}

const struct family *family_of(struct arena *a, const struct model *model)
{
	const struct family *f = model->has_facts ? families_by_name(a, model->facts.name) : NULL;

	if (!f && model->label)
		f = families_by_name(a, model->label);
	if (!f && model->has_facts)
		f = families_by_arch(a, model->facts.arch);
	return f;
}
