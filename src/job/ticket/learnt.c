/*
 * The leak guard for records of learning, and the record as JSON.
 */
#include "job/ticket/learnt.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/json/json.h"
#include "base/str.h"
#include "job/ticket/leak_guard.h"

struct learnt learnt_of(const struct job *job, const struct training *t)
{
	return (struct learnt){ .file = str_basename(job->training_path),
				.file_sha256 = t->file_sha256,
				.sha256 = t->sha256,
				.n = t->n,
				.refused_ids = t->refused_ids,
				.refused_for = t->refused_for,
				.n_refused = t->n_refused };
}

static bool learnt_is_listed(const char *text, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], text) == 0)
			return true;
	return false;
}

/* Finds the training file, if it still exists unchanged. */
static int learnt_find_training(struct arena *a, const struct learner *learner,
				const struct job *job, struct slice *ret_file, bool *ret_found,
				struct err *err)
{
	const char *const places[] = {
		job->training_path,
		file_beside(a, job->path, learner->learnt->file),
		file_beside(a, learner->path, learner->learnt->file),
	};

	*ret_found = false;
	for (size_t i = 0; i < COUNT_OF(places) && !*ret_found; i++) {
		if (!places[i] || !file_exists(places[i]))
			continue;
		if (slice_load(a, job, places[i], SLICE_ORDINARY, ret_file, err) < 0)
			return err_wrap(err, "training file of %s", learner->words);
		*ret_found = strcmp(ret_file->sha256, learner->learnt->file_sha256) == 0;
	}
	return 0;
}

/* Ids of tickets under test that the training file (nearly) repeats, at most a few; or NULL. */
static const char *learnt_leaks(struct arena *a, const struct learner *learner,
				const struct slice *file, const struct slice *const *slices,
				size_t n_slices)
{
	enum { MOST_NAMED = 5 };
	struct arena scratch = { 0 };
	struct leak_guard guard = leak_guard_build(&scratch, slices, n_slices);
	const char *list = NULL;
	size_t n = 0;

	for (size_t i = 0; i < file->n; i++) {
		const struct ticket *hit;

		if (learnt_is_listed(file->tickets[i].id, learner->learnt->refused_ids,
				     learner->learnt->n_refused))
			continue;
		hit = leak_guard_hit(&scratch, &guard, &file->tickets[i]);
		if (hit && n++ < MOST_NAMED)
			list = arena_add_item(a, list, ", ", "%s", display_text(a, hit->id));
	}
	if (n > MOST_NAMED)
		list = arena_printf(a, "%s and %zu more", list, n - MOST_NAMED);
	arena_release(&scratch);
	return list;
}

int learner_guard(struct arena *a, const struct learner *learner, const struct job *job,
		  const struct slice *const *slices, size_t n_slices, const char **ret_refusal,
		  struct err *err)
{
	const struct slice **unknown = arena_array(a, n_slices, sizeof(*unknown));
	size_t n_unknown = 0;
	struct slice file;
	const char *ids;
	bool found;

	*ret_refusal = NULL;
	for (size_t i = 0; i < n_slices; i++)
		if (!learnt_is_listed(slices[i]->sha256, learner->learnt->guarded,
				      learner->learnt->n_guarded))
			unknown[n_unknown++] = slices[i];
	if (n_unknown == 0)
		return 0;
	if (learnt_find_training(a, learner, job, &file, &found, err) < 0)
		return -1;
	if (!found) {
		*ret_refusal = arena_printf(
			a,
			"%s was never compared with these tickets, and its training file '%s' is "
			"missing or has changed: put that file beside the job, or tune again",
			learner->words, display_text(a, learner->learnt->file));
		return 0;
	}
	ids = learnt_leaks(a, learner, &file, unknown, n_unknown);
	if (ids)
		*ret_refusal = arena_printf(
			a,
			"%s learnt from tickets that (nearly) repeat tickets under test (%s): tune "
			"again to leave them out",
			learner->words, ids);
	return 0;
}

json_t *learnt_counts_to_json(const size_t *counts, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_integer((json_int_t)counts[i]));
	return list;
}

json_t *learnt_to_json(const struct learnt *l, size_t n_labels)
{
	return json_pack("{s:o, s:s, s:s, s:I, s:o, s:o, s:o, s:o}", "file", json_any_text(l->file),
			 "file_sha256", l->file_sha256, "sha256", l->sha256, "tickets",
			 (json_int_t)l->n, "of_each_label",
			 learnt_counts_to_json(l->counts, n_labels), "refused",
			 json_text_list(l->refused_ids, l->n_refused), "refused_for",
			 json_text_list(l->refused_for, l->n_refused), "compared_with",
			 json_text_list(l->guarded, l->n_guarded));
}

const char **learnt_read_texts(struct arena *a, const json_t *list, size_t *ret_n)
{
	const char **texts = arena_array(a, json_array_size(list), sizeof(*texts));

	*ret_n = json_array_size(list);
	for (size_t i = 0; i < *ret_n; i++) {
		texts[i] = arena_strdup(a, json_string_value(json_array_get(list, i)));
		if (!texts[i])
			return NULL;
	}
	return texts;
}

bool learnt_read_counts(const json_t *list, size_t n, size_t *ret_counts)
{
	if (json_array_size(list) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		json_int_t value = json_integer_value(json_array_get(list, i));

		if (value < 0)
			return false;
		ret_counts[i] = (size_t)value;
	}
	return true;
}

bool learnt_read(struct arena *a, json_t *object, size_t n_labels, struct learnt *ret_learnt)
{
	struct learnt *l = ret_learnt;
	json_t *counts, *refused, *refused_for, *guarded;
	json_int_t n;
	size_t n_for;

	if (json_unpack(object, "{s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o}", "file", &l->file,
			"file_sha256", &l->file_sha256, "sha256", &l->sha256, "tickets", &n,
			"of_each_label", &counts, "refused", &refused, "refused_for", &refused_for,
			"compared_with", &guarded) != 0)
		return false;
	l->n = (size_t)n;
	l->counts = arena_array(a, n_labels, sizeof(*l->counts));
	l->refused_ids = learnt_read_texts(a, refused, &l->n_refused);
	l->refused_for = learnt_read_texts(a, refused_for, &n_for);
	l->guarded = learnt_read_texts(a, guarded, &l->n_guarded);
	l->file = arena_strdup(a, str_basename(l->file));
	l->file_sha256 = arena_strdup(a, l->file_sha256);
	l->sha256 = arena_strdup(a, l->sha256);
	return n > 0 && l->refused_ids && l->refused_for && l->guarded && n_for == l->n_refused &&
	       learnt_read_counts(counts, n_labels, l->counts);
}
