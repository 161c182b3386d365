/*
 * Worked examples: a seeded draw from the tickets that pass the leak guard, the same on every
 * machine.
 */
#include "job/ticket/examples.h"

#include <string.h>

#include "base/display.h"
#include "base/file.h"
#include "base/random.h"
#include "base/str.h"
#include "job/ticket/leak_guard.h"

/* The state of a draw. */
struct draw {
	struct arena *a;
	const struct job *job;
	const struct slice *pool;
	struct leak_guard guard;
	struct example_set set;
	size_t per_label, n_labels;
};

static int examples_fail_few(const struct draw *draw, size_t label, size_t n_given, size_t n_taken,
			     struct err *err)
{
	return err_set(
		err, ERR_INPUT,
		"%s: label '%s' has %zu of the %zu examples that it needs: of %zu in the file, "
		"%zu (nearly) repeat a ticket under test; add others, or lower per_label",
		display_path(draw->a, draw->pool->path),
		display_text(draw->a, draw->job->labels[label].name), n_taken, draw->per_label,
		n_given, n_given - n_taken);
}

/* A Fisher-Yates shuffle of the label's examples that stops when enough have passed the guard. */
static int examples_draw_label(struct draw *draw, size_t label, uint64_t state, struct err *err)
{
	const struct ticket **given = arena_array(draw->a, draw->pool->n, sizeof(*given));
	struct example_set *set = &draw->set;
	size_t n = 0, taken = 0;

	for (size_t i = 0; i < draw->pool->n; i++)
		if (draw->pool->tickets[i].label == (int)label)
			given[n++] = &draw->pool->tickets[i];
	for (size_t i = 0; i < n && taken < draw->per_label; i++) {
		size_t j = i + random_below(&state, n - i);
		const struct ticket *example = given[j], *ticket;

		given[j] = given[i];
		ticket = leak_guard_hit(draw->a, &draw->guard, example);
		if (ticket) {
			set->refused_ids[set->n_refused] = example->id;
			set->refused_for[set->n_refused++] = ticket->id;
		} else {
			set->items[taken++ * draw->n_labels + label] = example;
		}
	}
	return taken < draw->per_label ? examples_fail_few(draw, label, n, taken, err) : 0;
}

/* Examples are part of the shared prompt, which is text. */
static int examples_check_text(struct arena *a, const struct slice *pool, struct err *err)
{
	for (size_t i = 0; i < pool->n; i++)
		if (pool->tickets[i].image)
			return err_set(err, ERR_INPUT,
				       "%s:%zu: example '%s' has an image; examples are text only: "
				       "remove it",
				       display_path(a, pool->path), pool->tickets[i].line,
				       display_text(a, pool->tickets[i].id));
	return 0;
}

int examples_draw(struct arena *a, const struct job *job, const struct slice *const *slices,
		  size_t n_slices, struct example_set *ret_set, struct err *err)
{
	struct slice pool;
	struct draw draw = { .a = a, .job = job, .pool = &pool };
	uint64_t seeds = (uint64_t)job->seed;

	if (!job->examples_path)
		return err_set(err, ERR_INPUT,
			       "%s: no file of examples; add 'examples: examples.jsonl', a file of "
			       "%lld tickets of each label that are not under test: toehold import "
			       "EXPORT.csv -o examples.jsonl",
			       display_path(a, job->path), (long long)job->examples_per_label);
	if (!file_exists(job->examples_path))
		return err_set(
			err, ERR_INPUT,
			"there is no file '%s', which 'examples' names; it holds %lld tickets "
			"of each label that are not under test. Make it: toehold import "
			"EXPORT.csv -o %s",
			display_path(a, job->examples_path), (long long)job->examples_per_label,
			display_shell_word(a, job->examples_path));
	if (slice_load(a, job, job->examples_path, SLICE_ORDINARY, &pool, err) < 0)
		return err_wrap(err, "examples");
	draw.set.note = pool.note;
	if (examples_check_text(a, &pool, err) < 0)
		return -1;
	draw.per_label = (size_t)job->examples_per_label;
	draw.guard = leak_guard_build(a, slices, n_slices);
	draw.n_labels = task_n_gold(job);
	draw.set.n = draw.per_label * draw.n_labels;
	draw.set.items = arena_array(a, draw.set.n, sizeof(*draw.set.items));
	draw.set.refused_ids = arena_array(a, pool.n, sizeof(*draw.set.refused_ids));
	draw.set.refused_for = arena_array(a, pool.n, sizeof(*draw.set.refused_for));
	for (size_t label = 0; label < draw.n_labels; label++)
		if (examples_draw_label(&draw, label, random_next(&seeds), err) < 0)
			return -1;
	tickets_hash(job, draw.set.items, draw.set.n, draw.set.sha256);
	*ret_set = draw.set;
	return 0;
}

const char *example_answer(struct arena *a, const char *label)
{
	struct buf answer;

	buf_init(&answer, SIZE_MAX / 2);
	buf_adds(&answer, "{\"label\":\"");
	str_json_escape(&answer, label, strlen(label));
	buf_adds(&answer, "\"}");
	return buf_to_arena(&answer, a);
}
