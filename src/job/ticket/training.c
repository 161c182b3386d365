/*
 * Training data: a file of tickets without those that the leak guard refuses.
 */
#include "job/ticket/training.h"

#include <string.h>

#include "base/display.h"
#include "job/task/task_several.h"
#include "job/ticket/leak_guard.h"

/* Splits the file's tickets into training tickets and refused ones. */
static void training_fill(struct arena *a, const struct slice *file,
			  const struct slice *const *slices, size_t n_slices,
			  struct training *training)
{
	struct arena scratch = { 0 };
	struct leak_guard guard = leak_guard_build(&scratch, slices, n_slices);

	training->items = arena_array(a, file->n, sizeof(*training->items));
	training->refused_ids = arena_array(a, file->n, sizeof(*training->refused_ids));
	training->refused_for = arena_array(a, file->n, sizeof(*training->refused_for));
	for (size_t i = 0; i < file->n; i++) {
		const struct ticket *ticket = &file->tickets[i];
		const struct ticket *tested = leak_guard_hit(&scratch, &guard, ticket);

		if (tested) {
			training->refused_ids[training->n_refused] = ticket->id;
			training->refused_for[training->n_refused++] = tested->id;
		} else {
			training->items[training->n++] = ticket;
		}
	}
	arena_release(&scratch);
}

int training_load(struct arena *a, const struct job *job, const struct slice *const *slices,
		  size_t n_slices, struct training *ret_training, struct err *err)
{
	struct training training = { 0 };
	struct slice file;

	if (slice_load(a, job, job->training_path, SLICE_ORDINARY, &file, err) < 0)
		return err_wrap(err, "training");
	training.note = file.note;
	training_fill(a, &file, slices, n_slices, &training);
	if (training.n == 0)
		return err_set(err, ERR_INPUT,
			       "%s: no training tickets are left: all %zu in the file (nearly) "
			       "repeat a ticket under test; add others",
			       display_path(a, file.path), file.n);
	tickets_hash(job, training.items, training.n, training.sha256);
	memcpy(training.file_sha256, file.sha256, sizeof(training.file_sha256));
	*ret_training = training;
	return 0;
}

void training_fits(const struct job *job, const struct ticket *ticket, bool *ret_fits)
{
	struct arena a = { 0 };
	const char **names = arena_array(&a, job->n_offered, sizeof(*names));

	for (size_t k = 0; k < job->n_offered; k++)
		names[k] = job->offered[k].name;
	several_read(ticket->gold, names, job->n_offered, ret_fits);
	arena_release(&a);
}

size_t *training_counts(struct arena *a, const struct job *job, const struct training *training)
{
	size_t *counts = arena_array(a, job->n_offered, sizeof(*counts));
	bool *fits = arena_array(a, job->n_offered, sizeof(*fits));

	for (size_t i = 0; i < training->n; i++) {
		if (job->task != TASK_SEVERAL) {
			counts[training->items[i]->label]++;
			continue;
		}
		training_fits(job, training->items[i], fits);
		for (size_t k = 0; k < job->n_offered; k++)
			counts[k] += fits[k];
	}
	return counts;
}
