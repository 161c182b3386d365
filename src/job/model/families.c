/*
 * The rows of families.def, and the search in them. Pure: opens nothing.
 */
#include "job/model/families.h"

#include "base/array.h"
#include "base/str.h"
#include "job/licence/licence_rows.h"

#define FAMILY(id, title, words, archs, template, thinking, licences, trap) \
	{ id, title, MODEL_KIND_MODEL, words, archs, template, thinking, "", "", licences, trap },
#define ENCODER(id, title, words, archs, pooling, query_prefix, licences, trap) \
	{ \
		id, title,   MODEL_KIND_ENCODER, words,	   archs, "", \
		"", pooling, query_prefix,	 licences, trap \
	},
#define DECISION(id, title, words, types, licences, trap) \
	{ id, title, MODEL_KIND_DECISION, words, types, "", "", "", "", licences, trap },
static const struct family families[] = {
#include "job/model/families.def"
};
#undef FAMILY
#undef ENCODER
#undef DECISION

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

static const struct family *families_by_name(struct arena *a, const char *name,
					     enum model_kind kind)
{
	for (size_t i = 0; *name && i < N_FAMILIES; i++)
		if (families[i].kind == kind && families_has_words(a, name, families[i].words))
			return &families[i];
	return NULL;
}

/* NULL if several families share the architecture, as with "llama". */
static const struct family *families_by_arch(const char *arch, enum model_kind kind)
{
	const struct family *found = NULL;

	for (size_t i = 0; *arch && i < N_FAMILIES; i++) {
		if (families[i].kind != kind || !str_is_listed(arch, families[i].archs, ';'))
			continue;
		if (found)
			return NULL;
		found = &families[i];
	}
	return found;
}

/* A kind that has rows of its own; all other models share those of models that write. */
static enum model_kind families_kind(const struct model *model)
{
	enum model_kind kind = model->has_facts ? model->facts.kind : MODEL_KIND_MODEL;

	return kind == MODEL_KIND_ENCODER || kind == MODEL_KIND_DECISION ? kind : MODEL_KIND_MODEL;
}

const struct family *family_of(struct arena *a, const struct model *model)
{
	enum model_kind kind = families_kind(model);
	const struct family *f =
		model->has_facts ? families_by_name(a, model->facts.name, kind) : NULL;

	if (!f && model->label)
		f = families_by_name(a, model->label, kind);
	if (!f && model->has_facts)
		f = families_by_arch(kind == MODEL_KIND_DECISION ? model->facts.decision :
								   model->facts.arch,
				     kind);
	return f;
}

const char *family_query_prefix(struct arena *a, const struct model *model)
{
	const struct family *f = family_of(a, model);

	return f ? f->query_prefix : "";
}
