/*
 * The rows of families.def, and the search in them. Pure: opens nothing.
 */
#include "job/model/families.h"

#include <string.h>

#include "base/array.h"
#include "base/str.h"
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

static bool families_has_words(struct arena *a, const char *name, const char *patterns)
{
	const char *part;
	size_t n;

	while ((part = str_next_part(&patterns, ';', &n)))
		if (licence_name_has(a, name, arena_strndup(a, part, n)))
			return true;
	return false;
}

static bool families_has_arch(const char *arch, const char *archs)
{
	const char *part;
	size_t n;

	while ((part = str_next_part(&archs, ';', &n)))
		if (strlen(arch) == n && strncmp(arch, part, n) == 0)
			return true;
	return false;
}

static const struct family *families_by_name(struct arena *a, const char *name)
{
	for (size_t i = 0; *name && i < N_FAMILIES; i++)
		if (families_has_words(a, name, families[i].words))
			return &families[i];
	return NULL;
}

/* NULL if several families share the architecture, as with "llama". */
static const struct family *families_by_arch(const char *arch)
{
	const struct family *found = NULL;

	for (size_t i = 0; *arch && i < N_FAMILIES; i++) {
		if (!families_has_arch(arch, families[i].archs))
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
		f = families_by_arch(model->facts.arch);
	return f;
}
