/*
 * Finds the promise in the run's events or in the lock file.
 */
#include "flow/production/promise_use.h"

#include <string.h>

#include "base/display.h"
#include "base/file.h"
#include "flow/open/store_find.h"
#include "job/file/job_values.h"
#include "report/words/words.h"

enum { LOCK_MAX_BYTES = 1 << 16 };

#define SOME_PROBABILITY 1e-12 /* below that of any label; a missing one is -1 */

int promise_lock_read(struct cmd *cmd, const char *path, struct promise_record *ret)
{
	char *text;
	size_t n;

	if (file_read(&cmd->arena, path, LOCK_MAX_BYTES, &text, &n, &cmd->err) < 0)
		return -1;
	if (promise_read(&cmd->arena, text, ret))
		return 0;
	return err_set(&cmd->err, ERR_INPUT,
		       "'%s' is not a promise; 'toehold promise RUN -o FILE' writes one",
		       display_path(&cmd->arena, path));
}

int promise_use_begin(struct cmd *cmd, const char *text, const char *below,
		      struct labeller_options *o, struct promise_use *ret)
{
	*ret = (struct promise_use){ 0 };
	if (below)
		return err_set(&cmd->err, ERR_USAGE, "give --promise or --abstain-below, not both");
	if (o->accept_change)
		return err_set(
			&cmd->err, ERR_USAGE,
			"give --promise or --accept-change, not both: a promise holds for the "
			"candidate that was tested; start a new run, and make the promise "
			"again");
	if (job_parse_share(text, &ret->right))
		return 0;
	if (!file_exists(text))
		return err_set(&cmd->err, ERR_USAGE,
			       "--promise takes %s, or a file of 'toehold promise -o', not '%s'",
			       JOB_SHARE_WORDS, display_text(&cmd->arena, text));
	ret->lock = text;
	if (promise_lock_read(cmd, text, &ret->record) < 0)
		return -1;
	o->run = o->run ? o->run : ret->record.run;
	o->candidate = o->candidate ? o->candidate : ret->record.candidate;
	return 0;
}

static int promise_use_check_lock(const struct labeller *l, const struct promise_use *use)
{
	if (strcmp(use->record.candidate, l->was->row->name) == 0 &&
	    strcmp(use->record.pass_key, l->was->pass->key) == 0)
		return 0;
	return err_set(&l->cmd->err, ERR_REFUSED,
		       "'%s' is a promise of %s as it was in run '%s', and this is %s of run '%s' "
		       "with other weights, settings or tickets; make the promise again",
		       display_path(&l->cmd->arena, use->lock),
		       display_text(&l->cmd->arena, use->record.candidate),
		       display_text(&l->cmd->arena, use->record.run),
		       display_text(&l->cmd->arena, l->was->row->name),
		       display_text(&l->cmd->arena, l->run.run->name));
}

int promise_use_find(const struct labeller *l, struct promise_use *use, double *ret_below)
{
	struct arena *a = &l->cmd->arena;
	const struct result *r = &l->run;
	bool found = true;

	if (use->lock && promise_use_check_lock(l, use) < 0)
		return -1;
	if (!use->lock)
		found = promise_of_candidate(a, r, l->was, use->right, &use->record);
	if (!found)
		return err_set(
			&l->cmd->err, ERR_INPUT,
			"run '%s' has no promise of %s for %s on record; make it first: "
			"toehold promise %s%s --candidate %s --right %.6g%% --on LABELLED.jsonl",
			display_text(a, r->run->name), words_share(a, use->right),
			display_text(a, l->was->row->name), display_shell_word(a, r->run->name),
			store_option_for(l->cmd, r->store_path, r->run->name),
			display_shell_word(a, l->was->short_name), 100 * use->right);
	if (!use->record.promise.made)
		return err_set(&l->cmd->err, ERR_INPUT, "%s (%s)", words_promise(a, &use->record),
			       display_text(a, l->was->row->name));
	/* RULE: labels without a probability, which a threshold of 0 takes, were not counted. */
	*ret_below = use->record.promise.threshold > 0 ? use->record.promise.threshold :
							 SOME_PROBABILITY;
	return 0;
}
