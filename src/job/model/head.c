/*
 * Decides for which model, job and tickets a head may be used.
 */
#include "job/model/head.h"

#include <string.h>

#include "base/buf.h"
#include "base/display.h"
#include "base/hash.h"
#include "base/str.h"

int64_t head_bytes(const struct head *head)
{
	return (int64_t)(head->n_labels * (head->n_embd + 1) * sizeof(double));
}

bool head_is_for(const struct head *head, const struct model *model)
{
	return strcmp(head->base_sha256, model->sha256) == 0 &&
	       strcmp(head->adapter_sha256, model->adapter.sha256) == 0;
}

static bool head_same_labels(const struct head *head, const struct job *job)
{
	if (head->n_labels != job->n_labels)
		return false;
	for (size_t i = 0; i < job->n_labels; i++)
		if (strcmp(head->labels[i], job->labels[i].name) != 0)
			return false;
	return true;
}

static const char *head_label_list(struct arena *a, const struct head *head)
{
	const char *list = "";

	for (size_t i = 0; i < head->n_labels; i++)
		list = arena_add_item(a, list, ", ", "%s", display_text(a, head->labels[i]));
	return list;
}

const char *head_refusal(struct arena *a, const struct head *head, const struct job *job)
{
	char hex[HASH_HEX_LEN + 1];

	if (!head_same_labels(head, job))
		return arena_printf(a,
				    "the head '%s' was made for the labels %s, in this order; tune "
				    "again for the labels of this job",
				    display_path(a, head->path), head_label_list(a, head));
	if (job->reason == REASON_FIRST)
		return arena_printf(a,
				    "the head '%s' reads the position of the label right after the "
				    "ticket, but 'reason: first' puts the reason between them; use "
				    "'reason: last'",
				    display_path(a, head->path));
	hash_bytes(job->prompt, strlen(job->prompt), hex);
	if (strcmp(hex, head->system_sha256) != 0)
		return arena_printf(
			a,
			"the head '%s' was made with another prompt (which includes the "
			"descriptions of labels); restore it, or tune again",
			display_path(a, head->path));
	return NULL;
}

int head_guard(struct arena *a, const struct head *head, const struct job *job,
	       const struct slice *const *slices, size_t n_slices, const char **ret_refusal,
	       struct err *err)
{
	const struct learner learner = { arena_printf(a, "the head '%s'",
						      display_path(a, head->path)),
					 head->path, &head->training };

	return learner_guard(a, &learner, job, slices, n_slices, ret_refusal, err);
}
