/*
 * Lists of models, and what is available about one. Two names are one model if the sha256 of the
 * file, and of what goes with it, is the same.
 */
#include "report/text/models_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "base/terminal.h"
#include "job/model/families.h"
#include "job/plan/duplicate.h"
#include "report/table/table.h"

enum { SHORT_COMMIT = 8, MAX_HINTS = 20 };

static const char *models_params_text(struct arena *a, int64_t n)
{
	if (n >= 1000000000)
		return arena_printf(a, "%.1f B", (double)n / 1e9);
	if (n > 0 && n < 1000000)
		return arena_printf(a, "%.2g M", (double)n / 1e6);
	return n > 0 ? arena_printf(a, "%.0f M", (double)n / 1e6) : "-";
}

const char *model_params_text(struct arena *a, const struct model_facts *f)
{
	const char *all = models_params_text(a, f->n_params);

	return f->n_expert > 0 ? arena_printf(a, "%s (%s active)", all,
					      models_params_text(a, f->n_params_active)) :
				 all;
}

const char *model_licence_text(struct arena *a, const struct model *m, const struct licence *l)
{
	return m->engine == ENGINE_BASELINE ?
		       "-" :
		       licence_words(a, licence_verdict_name(l->verdict), l->id, l->source);
}

void model_write_licence_note(struct arena *a, const char *name, const struct licence *l, FILE *out)
{
	if (l->verdict == LICENCE_OK)
		return;
	display_wrap(a,
		     arena_printf(a, "licence of %s: %s: %s%s%s", display_path(a, name),
				  licence_verdict_name(l->verdict), l->why,
				  *l->conditions ? ". Conditions: " : "", l->conditions),
		     0, terminal_text_columns(out), out);
}

/* A name that the program accepts as input; it also accepts shortened commits. */
static const char *models_name_of(struct arena *a, const struct model *m)
{
	const char *name = m->origin.name, *at = name ? strrchr(name, '@') : NULL;

	if (!name || !*name)
		return str_basename(m->path);
	return at && strlen(at) > SHORT_COMMIT ?
		       arena_strndup(a, name, (size_t)(at - name) + 1 + SHORT_COMMIT) :
		       name;
}

/* The place it comes from: a store, or a file's folder. */
static const char *models_from(struct arena *a, const struct model *m)
{
	const char *name = str_basename(m->path);

	if (*m->origin.name || strcmp(m->origin.store, "file") != 0)
		return m->origin.store;
	return name == m->path ? "." : arena_strndup(a, m->path, (size_t)(name - m->path) - 1);
}

static int models_by_identity(const void *x, const void *y)
{
	const struct model *a = *(const struct model *const *)x;
	const struct model *b = *(const struct model *const *)y;
	int r = duplicate_compare(a, b);

	if (r)
		return r;
	return a < b ? -1 : a > b;
}

/* For each model the first one of the list with the same weights: itself if it is the first. */
static size_t *models_find_same(struct arena *a, const struct model *models,
				const char *const *problems, size_t n)
{
	const struct model **sorted = arena_array(a, n + 1, sizeof(struct model *));
	size_t *first = arena_array(a, n + 1, sizeof(*first)), n_sorted = 0;

	for (size_t i = 0; i < n; i++) {
		first[i] = i;
		if (!problems[i] && *models[i].sha256)
			sorted[n_sorted++] = &models[i];
	}
	if (n_sorted)
		qsort(sorted, n_sorted, sizeof(struct model *), models_by_identity);
	for (size_t i = 1; i < n_sorted; i++)
		if (duplicate_compare(sorted[i - 1], sorted[i]) == 0)
			first[sorted[i] - models] = first[sorted[i - 1] - models];
	return first;
}

/* "model", "decision model, type openjev", "importance matrix" */
static const char *models_kind_text(struct arena *a, const struct model_facts *f)
{
	return *f->decision ?
		       arena_printf(a, "%s, type %s", model_kind_name(f->kind), f->decision) :
		       model_kind_name(f->kind);
}

static void models_add_row(struct arena *a, struct table *t, const struct model *m,
			   const struct licence *licence, bool usable)
{
	const struct model_facts *f = &m->facts;

	table_add(t, models_name_of(a, m));
	table_add(t, usable ? models_kind_text(a, f) : "unusable");
	table_add(t, m->stamp.size_bytes > 0 ? str_bytes(a, (uint64_t)m->stamp.size_bytes) : "-");
	table_add(t, model_params_text(a, f));
	table_add(t, f->quant);
	table_add(t, f->arch);
	table_add(t, *f->template_sha256 ? "yes" : "no");
	table_add(t, *f->licence ? f->licence : "not stated");
	table_add(t, usable ? model_licence_text(a, m, licence) : "-");
	table_addf(t, "%.12s", *m->sha256 ? m->sha256 : "-");
	table_add(t, models_from(a, m));
}

static void models_add_name(struct arena *a, struct table *t, const struct model *m)
{
	enum { BETWEEN = 9 };

	table_addf(t, "  = %s", models_name_of(a, m));
	for (int i = 0; i < BETWEEN; i++)
		table_add(t, "");
	table_add(t, models_from(a, m));
}

static size_t models_folder_len(const struct model *m)
{
	return (size_t)(str_basename(m->path) - m->path);
}

/* A projector is never used unasked: somebody has to say which model it belongs to. */
static void models_write_projector_hints(struct arena *a, const struct model *models, size_t n,
					 FILE *out)
{
	size_t n_hints = 0;

	for (size_t i = 0; i < n && n_hints < MAX_HINTS; i++) {
		if (models[i].facts.kind != MODEL_KIND_PROJECTOR)
			continue;
		for (size_t k = 0; k < n; k++) {
			if (models[k].facts.kind != MODEL_KIND_MODEL || models[k].projector.path ||
			    models_folder_len(&models[k]) != models_folder_len(&models[i]) ||
			    strncmp(models[k].path, models[i].path,
				    models_folder_len(&models[i])) != 0)
				continue;
			fprintf(out,
				"%s is beside %s. For tickets with images, name both: "
				"'%s + %s'\n",
				display_text(a, str_basename(models[i].path)),
				display_text(a, str_basename(models[k].path)),
				display_path(a, models_name_of(a, &models[k])),
				display_path(a, models_name_of(a, &models[i])));
			n_hints++;
			break;
		}
	}
}

static bool models_is_same_note(const struct licence *x, const struct licence *y)
{
	return x->verdict == y->verdict && strcmp(x->why, y->why) == 0 &&
	       strcmp(x->conditions, y->conditions) == 0;
}

/* Each note once, with the number of models that it applies to. */
static void models_write_notes(struct arena *a, const struct model *models,
			       const struct licence *licences, const char *const *problems,
			       const size_t *first, size_t n, FILE *out)
{
	bool *said = arena_array(a, n + 1, sizeof(*said));

	for (size_t i = 0; i < n; i++) {
		const char *name = models_name_of(a, &models[i]);
		size_t more = 0;

		if (said[i] || problems[i] || first[i] != i || licences[i].verdict == LICENCE_OK)
			continue;
		for (size_t k = i + 1; k < n; k++) {
			if (said[k] || problems[k] || first[k] != k ||
			    !models_is_same_note(&licences[i], &licences[k]))
				continue;
			said[k] = true;
			more++;
		}
		if (more)
			name = arena_printf(a, "%s and %zu more", name, more);
		model_write_licence_note(a, name, &licences[i], out);
	}
}

void models_write_text(struct arena *a, const struct model *models, const struct licence *licences,
		       const char *const *problems, size_t n, FILE *out)
{
	static const char *const headers[] = { "name",		 "kind",   ">size",    ">params",
					       "quant",		 "arch",   "template", "licence",
					       "commercial use", "sha256", "from",     NULL };
	const size_t *first = models_find_same(a, models, problems, n);
	size_t *next = arena_array(a, n + 1, sizeof(*next));
	struct table t;

	/* A chain from each model through its other names; 0 ends it. */
	for (size_t i = n; i-- > 0;) {
		if (first[i] == i)
			continue;
		next[i] = next[first[i]];
		next[first[i]] = i;
	}
	table_init(&t, a, headers);
	table_rank(&t, "n3042695087");
	for (size_t i = 0; i < n; i++) {
		if (first[i] != i)
			continue;
		models_add_row(a, &t, &models[i], &licences[i], !problems[i]);
		for (size_t k = next[i]; k; k = next[k])
			models_add_name(a, &t, &models[k]);
	}
	table_write(&t, out);
	for (size_t i = 0; i < n; i++)
		if (problems[i])
			fprintf(out, "%s: %s\n", display_path(a, models_name_of(a, &models[i])),
				problems[i]);
	models_write_projector_hints(a, models, n, out);
	models_write_notes(a, models, licences, problems, first, n, out);
}

static json_t *models_family_to_json(const struct family *f)
{
	json_t *j = json_pack("{s:s, s:s, s:s}", "id", f->id, "title", f->title, "trap", f->trap);

	if (*f->pooling) {
		json_object_set_new(j, "pooling", json_string(f->pooling));
		json_object_set_new(j, "query_prefix", json_string(f->query_prefix));
	} else {
		json_object_set_new(j, "template", json_string(f->template));
		json_object_set_new(j, "thinking", json_string(f->thinking));
	}
	return j;
}

static json_t *models_origin_to_json(const struct model *m)
{
	return json_pack("{s:o, s:o, s:s, s:o}", "store", json_any_text(m->origin.store), "name",
			 json_any_text(m->origin.name), "digest", m->origin.digest, "path",
			 json_any_text(m->path));
}

void models_write_json(struct arena *a, const struct model *models, const struct licence *licences,
		       const char *const *problems, size_t n, FILE *out)
{
	const size_t *first = models_find_same(a, models, problems, n);
	json_t **names = arena_array(a, n + 1, sizeof(json_t *)), *list = json_array();

	for (size_t i = 0; i < n; i++) {
		const struct family *family = family_of(a, &models[i]);
		json_t *j;

		if (first[i] != i) {
			json_array_append_new(names[first[i]], models_origin_to_json(&models[i]));
			continue;
		}
		j = model_to_json(&models[i]);
		if (problems[i])
			json_object_set_new(j, "problem", json_any_text(problems[i]));
		else
			json_object_set_new(j, "commercial_use", licence_to_json(&licences[i]));
		if (family)
			json_object_set_new(j, "family", models_family_to_json(family));
		names[i] = json_array();
		json_array_append_new(names[i], models_origin_to_json(&models[i]));
		json_object_set_new(j, "names", names[i]);
		json_array_append_new(list, j);
	}
	json_print(list, out);
}

static void models_write_field(struct arena *a, FILE *out, const char *name, const char *text)
{
	int n = fprintf(out, "%-10s ", name);

	display_wrap(a, display_text(a, *text ? text : "not stated"), (size_t)n,
		     terminal_text_columns(out), out);
}

static void models_write_origin(struct arena *a, const struct model *m, FILE *out)
{
	const struct model_file *with[] = { &m->adapter, &m->projector };
	static const char *const names[] = { "adapter", "projector" };

	if (*m->origin.name) {
		models_write_field(a, out, "from", m->origin.store);
		models_write_field(a, out, "  name", m->origin.name);
		models_write_field(a, out, "  digest", m->origin.digest);
	}
	for (size_t i = 0; i < COUNT_OF(with); i++)
		if (with[i]->path)
			models_write_field(
				a, out, names[i],
				arena_printf(a, "%s, sha256 %.12s", with[i]->path,
					     *with[i]->sha256 ? with[i]->sha256 : "unknown"));
}

void model_write_text(struct arena *a, const struct model *m, FILE *out)
{
	const struct model_facts *f = &m->facts;

	models_write_field(a, out, "file", m->path);
	models_write_origin(a, m, out);
	models_write_field(a, out, "name", f->name);
	if (f->kind != MODEL_KIND_MODEL)
		models_write_field(a, out, "kind", models_kind_text(a, f));
	models_write_field(a, out, "sha256", m->sha256);
	models_write_field(a, out, "size",
			   m->stamp.size_bytes > 0 ? str_bytes(a, (uint64_t)m->stamp.size_bytes) :
						     "");
	models_write_field(a, out, "params", f->n_params > 0 ? model_params_text(a, f) : "");
	models_write_field(a, out, "quant", f->quant);
	models_write_field(a, out, "arch", f->arch);
	models_write_field(a, out, "context",
			   f->n_ctx_train > 0 ?
				   arena_printf(a, "%lld tokens", (long long)f->n_ctx_train) :
				   "");
	models_write_field(a, out, "licence", f->licence);
	models_write_field(a, out, "base", f->base_model);
	if (f->kind == MODEL_KIND_ENCODER) {
		models_write_field(a, out, "vector",
				   arena_printf(a, "%lld numbers", (long long)f->n_embd));
		models_write_field(a, out, "pooling", f->pooling);
		return;
	}
	models_write_field(a, out, "template",
			   *f->template_sha256 ?
				   arena_printf(a, "found, sha256 %.12s", f->template_sha256) :
			   m->engine == ENGINE_HTTP ? "" /* a server has its own */ :
						      "none: a plain instruction format is used");
}

void model_write_licence(struct arena *a, const struct licence *l, FILE *out)
{
	models_write_field(a, out, "commercial",
			   licence_words(a, licence_verdict_name(l->verdict), l->id, l->source));
	models_write_field(a, out, "  from", l->why);
	if (*l->text_sha256)
		models_write_field(a, out, "  text", arena_printf(a, "sha256 %s", l->text_sha256));
	if (*l->conditions)
		models_write_field(a, out, "  asks for", l->conditions);
}

void model_write_family(struct arena *a, const struct model *m, FILE *out)
{
	const struct family *f = family_of(a, m);

	if (!f)
		return;
	models_write_field(a, out, "family", f->title);
	if (*f->template)
		models_write_field(a, out, "  template", f->template);
	if (*f->thinking)
		models_write_field(a, out, "  thinks", arena_printf(a, "after %s", f->thinking));
	if (*f->query_prefix)
		models_write_field(a, out, "  prefix", arena_printf(a, "'%s'", f->query_prefix));
	if (*f->pooling && *m->facts.pooling && strcmp(f->pooling, m->facts.pooling) != 0)
		models_write_field(a, out, "  WARNING",
				   arena_printf(a,
						"its makers pool by '%s', but the file states "
						"'%s': use another file of it",
						f->pooling, m->facts.pooling));
	models_write_field(a, out, "  trap", f->trap);
}

json_t *licence_to_json(const struct licence *l)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:s, s:o, s:s}", "verdict",
			 licence_verdict_name(l->verdict), "id", l->id, "name", l->name, "source",
			 json_any_text(l->source), "conditions", l->conditions, "why",
			 json_any_text(l->why), "text_sha256", l->text_sha256);
}

json_t *model_to_json(const struct model *m)
{
	const struct model_facts *f = &m->facts;
	json_t *j = json_pack(
		"{s:o, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:I, s:I, s:I, s:I}", "path",
		json_any_text(m->path), "sha256", m->sha256, "name", f->name, "kind",
		model_kind_name(f->kind), "arch", f->arch, "quant", f->quant, "licence", f->licence,
		"base_model", f->base_model, "template_sha256", f->template_sha256, "size_bytes",
		(json_int_t)m->stamp.size_bytes, "n_params", (json_int_t)f->n_params, "n_ctx_train",
		(json_int_t)f->n_ctx_train, "n_layer", (json_int_t)f->n_layer);

	if (f->kind == MODEL_KIND_ENCODER) {
		json_object_set_new(j, "n_embd", json_integer(f->n_embd));
		json_object_set_new(j, "pooling", json_string(f->pooling));
	}
	if (*f->decision)
		json_object_set_new(j, "decision_type", json_any_text(f->decision));
	json_object_set_new(j, "origin", models_origin_to_json(m));
	if (m->adapter.path)
		json_object_set_new(j, "adapter_sha256", json_string(m->adapter.sha256));
	if (m->projector.path)
		json_object_set_new(j, "projector_sha256", json_string(m->projector.sha256));
	return j;
}
