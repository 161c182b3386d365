/*
 * Where a head may be used.
 */
#include "job/head.h"

#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/str.h"
#include "job/guard.h"
#include "job/shown.h"

int64_t head_bytes(const struct head *head)
{
	return (int64_t)(head->n_labels * (head->n_embd + 1) * sizeof(double));
}

bool head_is_for(const struct head *head, const struct model *model)
{
	return strcmp(head->base_sha256, model->sha256) == 0 &&
	       strcmp(head->adapter_sha256, model->adapter.sha256) == 0;
}

static bool same_labels(const struct head *head, const struct job *job)
{
	if (head->n_labels != job->n_labels)
		return false;
	for (size_t i = 0; i < job->n_labels; i++)
		if (strcmp(head->labels[i], job->labels[i].name) != 0)
			return false;
	return true;
}

static const char *label_list(struct arena *a, const struct head *head)
{
	const char *list = "";

	for (size_t i = 0; i < head->n_labels; i++)
		list = arena_printf(a, "%s%s%s", list, i ? ", " : "", shown(a, head->labels[i]));
	return list;
}

const char *head_refusal(struct arena *a, const struct head *head, const struct job *job)
{
	char hex[HASH_HEX_LEN + 1];

	if (!same_labels(head, job))
		return arena_printf(a,
				    "the head '%s' was made for the labels %s, in this order; tune "
				    "again for this job's",
				    shown_path(a, head->path), label_list(a, head));
	if (job->reason == REASON_FIRST)
		return arena_printf(a,
				    "the head '%s' reads the place of the label behind the ticket, "
				    "and with 'reason: first' a rationale stands between them",
				    shown_path(a, head->path));
	hash_bytes(job->prompt, strlen(job->prompt), hex);
	if (strcmp(hex, head->system_sha256) != 0)
		return arena_printf(a,
				    "the head '%s' was made with another prompt (descriptions of "
				    "labels are part of it); put that back, or tune again",
				    shown_path(a, head->path));
	return NULL;
}

static bool is_guarded(const struct head *head, const struct slice *slice)
{
	for (size_t i = 0; i < head->training.n_guarded; i++)
		if (strcmp(head->training.guarded[i], slice->sha256) == 0)
			return true;
	return false;
}

static bool was_refused(const struct head *head, const char *id)
{
	for (size_t i = 0; i < head->training.n_refused; i++)
		if (strcmp(head->training.refused_ids[i], id) == 0)
			return true;
	return false;
}

/* The file that the head learnt from, where it is still there unchanged. */
static int find_training(struct arena *a, const struct head *head, const struct job *job,
			 struct slice *ret_file, bool *ret_found, struct err *err)
{
	const char *const places[] = {
		job->training_path,
		file_beside(a, job->path, head->training.file),
		file_beside(a, head->path, head->training.file),
	};

	*ret_found = false;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !*ret_found; i++) {
		if (!places[i] || !file_exists(places[i]))
			continue;
		if (slice_load(a, job, places[i], SLICE_ORDINARY, ret_file, err) < 0)
			return err_wrap(err, "training file of the head '%s'",
					shown_path(a, head->path));
		*ret_found = strcmp(ret_file->sha256, head->training.file_sha256) == 0;
	}
	return 0;
}

/* Ids of tickets under test that it learnt from (nearly), at most a few of them; or NULL. */
static const char *leaks(struct arena *a, const struct head *head, const struct slice *file,
			 const struct slice *const *slices, size_t n_slices)
{
	enum { MOST_NAMED = 5 };
	struct arena scratch = { 0 };
	struct guard guard = guard_build(&scratch, slices, n_slices);
	const char *list = NULL;
	size_t n = 0;

	for (size_t i = 0; i < file->n; i++) {
		const struct ticket *hit = was_refused(head, file->tickets[i].id) ?
						   NULL :
						   guard_hit(&scratch, &guard, &file->tickets[i]);

		if (hit && n++ < MOST_NAMED)
			list = arena_printf(a, "%s%s%s", list ? list : "", list ? ", " : "",
					    shown(a, hit->id));
	}
	if (n > MOST_NAMED)
		list = arena_printf(a, "%s and %zu more", list, n - MOST_NAMED);
	arena_release(&scratch);
	return list;
}

int head_guard(struct arena *a, const struct head *head, const struct job *job,
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
		if (!is_guarded(head, slices[i]))
			unknown[n_unknown++] = slices[i];
	if (n_unknown == 0)
		return 0;
	if (find_training(a, head, job, &file, &found, err) < 0)
		return -1;
	if (!found) {
		*ret_refusal = arena_printf(
			a,
			"the head '%s' was never compared with these tickets, and '%s', which it "
			"learnt from, is not here unchanged: put that file beside the job, or tune "
			"again",
			shown_path(a, head->path), shown(a, head->training.file));
		return 0;
	}
	ids = leaks(a, head, &file, unknown, n_unknown);
	if (ids)
		*ret_refusal = arena_printf(
			a,
			"the head '%s' learnt from tickets that (nearly) repeat tickets under test "
			"(%s): tune again, which leaves them out",
			shown_path(a, head->path), ids);
	return 0;
}
