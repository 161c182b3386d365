/*
 * `toehold classify --run RUN`: labels new tickets with the pick of a run, in the same order.
 * `toehold run` does the same for every task: it also writes texts. Decides which labels are
 * accepted and which tickets go to a person; flow/production/labeller.c asks the model.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/display.h"
#include "base/hash.h"
#include "base/special_file.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/interrupt.h"
#include "flow/prepare/privacy.h"
#include "flow/production/change_gate.h"
#include "flow/production/labeller.h"
#include "flow/production/production_log.h"
#include "flow/production/production_output.h"
#include "flow/production/promise_use.h"
#include "flow/say/progress.h"
#include "flow/say/say.h"
#include "flow/say/status.h"
#include "flow/task_verbs.h"
#include "job/ticket/stream.h"
#include "judge/measure/coverage.h"
#include "report/text/reliability_text.h"

struct classify_options {
	struct columns columns;
	struct labeller_options labeller;
	const char *out, *review, *below, *promise;
	bool thresholds, csv, quiet, with_text, show_guess;
};

#define AT(field) offsetof(struct classify_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("run", 'r', AT(labeller.run), "NAME",
		 "the run whose pick to use (default: the newest)"),
	OPT_TEXT("candidate", 'c', AT(labeller.candidate), "NAME",
		 "use this candidate (default: the pick)"),
	OPT_TEXT("out", 'o', AT(out), "FILE",
		 "write the labels here, .jsonl or .csv; the same command resumes after a stop"),
	OPT_FLAG("with-text", 0, AT(with_text), "each ticket's text beside its label"),
	OPT_FLAG("label-only", 'l', AT(labeller.label_only),
		 "no rationales: models that write then label many tickets per decode, "
		 "several times faster"),
	OPT_FLAG("one-by-one", '1', AT(labeller.one_by_one),
		 "with --label-only: one ticket per decode, as in the run"),
	ABSTAIN_ROWS(AT(below), AT(promise)),
	OPT_TEXT("review", 0, AT(review), "FILE",
		 "write rejected tickets here, .jsonl or .csv, for a person to label"),
	OPT_FLAG("show-guess", 0, AT(show_guess),
		 "with --review: the rejected label beside each ticket (it biases the person)"),
	OPT_FLAG("thresholds", 0, AT(thresholds),
		 "only show how many labels each threshold would accept, and how many of them were "
		 "right"),
	COLUMN_ROWS(AT(columns)),
	OPT_FLAG("csv", 0, AT(csv), "standard output is CSV"),
	OPT_INT("timeout", 0, AT(labeller.timeout_s), "SECONDS",
		"deadline for one answer (default 120); after it the ticket gets no label", 1,
		86400),
	ACCEPT_CHANGE_ROW(AT(labeller.accept_change)),
	OPT_FLAG("no-sandbox", 0, AT(labeller.no_sandbox), "run the worker without a sandbox"),
	QUIET_ROW(AT(quiet)),
	STORE_ROW(AT(labeller.store)),
};

static const struct opt_spec spec = {
	.verb = "classify",
	.args = "[TICKETS]",
	.max_args = 1,
	.summary = "label new tickets with the pick of a run",
	.details = "TICKETS is JSON Lines, CSV or .xlsx (default: standard input). Labels go to\n"
		   "standard output or, with --out, to a file that the same command can resume.\n"
		   "A ticket without a label gets a row with the reason. Personal data is\n"
		   "refused as in 'smoke'.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct classify_options),
	.defaults = &(const struct classify_options){ .labeller.timeout_s = 120 },
};

static const struct opt_spec run_spec = {
	.verb = "run",
	.args = "[TICKETS]",
	.max_args = 1,
	.summary = "answer new tickets with the pick of a run, in any task",
	.details =
		"As 'classify', for tasks that write as well (docs/tasks.md): each row then has\n"
		"the written answer. As CSV there is also a column for each field of the job.\n"
		"Labels have the options of 'classify'; a written answer has no probability,\n"
		"so --abstain-below, --review and --thresholds do not apply.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct classify_options),
	.defaults = &(const struct classify_options){ .labeller.timeout_s = 120 },
};

/* One call of the verb. */
struct classify {
	struct cmd *cmd;
	const struct classify_options *options;
	struct labeller labeller;
	struct job job; /* the run's, with the columns that the options name */
	struct ticket_stream stream;
	struct production_output out;
	struct production_log log;
	double below; /* 0: every label is accepted */
	struct promise_use promise;
	bool began; /* a batch has passed the checks: the verdict was printed */
	int64_t start_us;
};

static void classify_show_thresholds(struct classify *c, FILE *out)
{
	struct sure_answer *answers;
	struct coverage *table;
	const struct result *r = &c->labeller.run;
	const struct reliability *reliability =
		reliability_of_candidate(r, (size_t)(c->labeller.was - r->candidates));
	size_t n = coverage_answers(&c->cmd->arena, r->tickets, r->n_tickets,
				    c->labeller.was->answers, r->n_labels, &answers);
	size_t n_rows;

	coverage_table(&c->cmd->arena, answers, n, &table, &n_rows);
	production_write_coverage(&c->cmd->arena, table, n_rows, out);
	if (reliability && reliability->n > 0)
		fprintf(out, "%s\n", words_reliability(&c->cmd->arena, reliability));
}

/* A hash of the settings that shape a row. A file of other settings is not resumed. */
static const char *classify_settings_hash(struct classify *c)
{
	const struct labeller_options *d = &c->options->labeller;
	char *hex = arena_alloc(&c->cmd->arena, HASH_HEX_LEN + 1);
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, c->labeller.run.run->name);
	hash_add_text(&h, c->labeller.was->row->name);
	hash_add_text(&h, c->labeller.was->pass->key);
	hash_add_i64(&h, d->label_only);
	hash_add_i64(&h, d->one_by_one);
	hash_add_text(&h, c->options->promise ? arena_printf(&c->cmd->arena, "%.17g", c->below) :
						c->options->below);
	hash_add_text(&h, c->options->review);
	hash_add_i64(&h, c->options->with_text);
	hash_add_i64(&h, c->options->show_guess);
	columns_hash(&h, &c->options->columns);
	hash_hex(&h, hex);
	return hex;
}

static int classify_check_name(struct classify *c, const char *name)
{
	if (!name || special_is_output(name) || str_ends(name, ".csv") || str_ends(name, ".jsonl"))
		return 0;
	return err_set(&c->cmd->err, ERR_USAGE, "'%s': the name must end in .jsonl or .csv",
		       display_text(&c->cmd->arena, name));
}

static int classify_check_options(struct classify *c)
{
	const struct classify_options *o = c->options;
	struct err *err = &c->cmd->err;

	if (labeller_read_below(c->cmd, o->below, &c->below) < 0)
		return -1;
	if (o->review && !o->below && !o->promise)
		return err_set(err, ERR_USAGE,
			       "--review needs --abstain-below P or --promise P: without it every "
			       "label is accepted");
	if (o->labeller.one_by_one && !o->labeller.label_only)
		return err_set(err, ERR_USAGE, "--one-by-one needs --label-only");
	if (o->show_guess && !o->review)
		return err_set(err, ERR_USAGE, "--show-guess needs --review FILE");
	if (o->review && (special_is_stdout(o->out) ? special_is_stdout(o->review) :
						      strcmp(o->review, o->out) == 0))
		return err_set(err, ERR_USAGE,
			       "the labels and --review need two files; name another for --review");
	return classify_check_name(c, o->out) < 0 ? -1 : classify_check_name(c, o->review);
}

static void classify_show_progress(const struct classify *c)
{
	double seconds = (double)(clock_mono_us() - c->start_us) / 1e6;
	struct arena a = { 0 };

	if (c->out.complete)
		return;
	status_line("%" PRId64 " tickets, %.1f a second%s", c->out.n_rows,
		    (double)(c->out.n_rows - c->out.n_found) / (seconds > 0 ? seconds : 1),
		    c->out.n_found ? "" :
				     progress_left(&a, stream_share(&c->stream), 1, c->start_us));
	arena_release(&a);
}

/* What to expect of the labels, once there is something to label. */
static void classify_show_verdict(struct classify *c)
{
	if (c->options->quiet)
		return;
	production_write_verdict(&c->cmd->arena, &c->labeller.run, c->labeller.was, stderr);
	if (c->options->promise)
		say("%s\n", words_promise(&c->cmd->arena, &c->promise.record));
	if (c->options->below)
		classify_show_thresholds(c, stderr);
}

/* Before the first batch: what to expect, and whether the candidate is still the measured one. */
static int classify_begin(struct classify *c)
{
	if (c->began)
		return 0;
	classify_show_verdict(c);
	if (change_gate(&c->labeller) < 0)
		return -1;
	c->began = true;
	return 0;
}

/* Answers and writes one batch, or none of it. */
static int classify_answer_batch(struct classify *c, struct arena *a, struct ticket *tickets,
				 size_t n)
{
	const struct slice slice = { .path = c->stream.path, .tickets = tickets, .n = n };
	struct production_row *labelled;
	const char *words;

	if (privacy_check(c->cmd, &c->labeller.session.prepared.job, &slice, &words) < 0 ||
	    classify_begin(c) < 0 || labeller_answer(&c->labeller, a, tickets, n, &labelled) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		labeller_abstain(&labelled[i], c->below);
		production_output_add(&c->out, &tickets[i], &labelled[i]);
		production_log_add(&c->log, &labelled[i]);
		production_log_add_ticket(&c->log, &tickets[i]);
	}
	status_clear();
	return production_output_flush(&c->out, false, &c->cmd->err);
}

/* Skips tickets that have a row. Batches begin at the same tickets as in the interrupted call. */
static int classify_pass_over(struct classify *c, const struct ticket *tickets, size_t n,
			      size_t *ret_first)
{
	size_t i = 0;

	for (; i < n && production_output_has(&c->out); i++)
		if (production_output_pass_over(&c->out, &tickets[i], &c->cmd->err) < 0)
			return -1;
	*ret_first = i;
	return 0;
}

static int classify_fail_complete(struct classify *c)
{
	return err_set(&c->cmd->err, ERR_INPUT,
		       "'%s' is complete with %" PRId64
		       " rows, but '%s' holds more tickets; name another file for the labels",
		       c->out.rows.path, c->out.n_rows, c->stream.path);
}

/* How the tickets were understood, once. */
static void classify_show_note(struct classify *c)
{
	if (c->stream.note)
		say("%s: %s\n", c->stream.path, c->stream.note);
	c->stream.note = NULL;
}

/* Labels what has no row yet. If the rows are complete, only compares the tickets. */
static int classify_work(struct classify *c)
{
	struct err *err = &c->cmd->err;
	struct arena a = { 0 };
	struct ticket *tickets;
	size_t n = 1, first;
	int r = 0;

	while (r == 0 && n > 0) {
		r = stream_next(&c->stream, &a, LABELLER_BATCH, &tickets, &n, err);
		classify_show_note(c);
		if (r == 0)
			r = classify_pass_over(c, tickets, n, &first);
		if (r == 0 && first < n)
			r = c->out.complete ?
				    classify_fail_complete(c) :
				    classify_answer_batch(c, &a, tickets + first, n - first);
		if (r == 0 && interrupt_count() > 0)
			r = err_set(err, ERR_STOPPED, "stopped");
		classify_show_progress(c);
		arena_release(&a);
	}
	if (r == 0 && production_output_has(&c->out))
		r = err_set(err, ERR_INPUT,
			    "'%s' holds "
			    "%" PRId64
			    " tickets, but '%s' has more rows: it was written for other tickets",
			    c->stream.path, c->out.n_passed, c->out.rows.path);
	return r == 0 && !c->out.complete ? production_output_flush(&c->out, true, err) : r;
}

static void classify_say_end(const struct classify *c, int r)
{
	double seconds = (double)(clock_mono_us() - c->start_us) / 1e6;
	int64_t n = c->out.n_rows - c->out.n_found;

	if (c->options->quiet)
		return;
	status_clear();
	if (r < 0 && !c->began)
		return; /* the error says it all */
	if (labeller_writes(&c->labeller))
		say("%" PRId64 " tickets in %.1f s (%.1f a second): %zu answered, %zu failed.\n", n,
		    seconds, seconds > 0 ? (double)n / seconds : 0, (size_t)n - c->log.n_failed,
		    c->log.n_failed);
	else
		say("%" PRId64 " tickets in %.1f s (%.1f a second): %zu labelled, %zu not sure "
		    "enough, %zu failed.\n",
		    n, seconds, seconds > 0 ? (double)n / seconds : 0,
		    c->log.work.n - c->log.n_abstained, c->log.n_abstained, c->log.n_failed);
	if (r < 0 && c->out.state_path && c->out.n_confirmed > 0)
		say("The rows so far are in '%s'; the same command resumes there.\n",
		    c->out.rows.path);
}

static bool classify_is_csv(const struct classify_options *o, const char *path)
{
	return str_ends(path, ".csv") || (special_is_output(path) && o->csv);
}

static struct production_target classify_target(struct classify *c)
{
	const struct classify_options *o = c->options;
	const struct result *r = &c->labeller.run;
	const char *out = o->out ? o->out : "-", *labels = "";
	const char *const *fields;
	size_t n_fields;

	fields = production_fields(&c->cmd->arena, r->run->form, &n_fields);
	for (size_t i = 0; i < r->n_labels; i++)
		labels = arena_add_item(&c->cmd->arena, labels, " | ", "%s", r->labels[i].name);
	return (struct production_target){
		.path = out,
		.review_path = o->review,
		.settings = classify_settings_hash(c),
		.rows = { .csv = classify_is_csv(o, out),
			  .text = o->with_text,
			  .writes = labeller_writes(&c->labeller),
			  .fields = fields,
			  .n_fields = n_fields },
		.review = { .csv = o->review && classify_is_csv(o, o->review),
			    .guess = o->show_guess,
			    .labels = labels },
	};
}

static int classify_stream(struct classify *c, const char *tickets)
{
	const struct classify_options *o = c->options;
	struct cmd *cmd = c->cmd;
	const struct production_target target = classify_target(c);
	int r;

	c->job = c->labeller.session.prepared.job;
	columns_override(&c->job.columns, &o->columns);
	if (stream_open(&cmd->arena, &c->stream, &c->job, tickets, &cmd->err) < 0)
		return -1;
	c->labeller.beside = tickets;
	if (production_output_open(&cmd->arena, &c->out, &target, &cmd->err) < 0)
		return -1;
	if (c->out.complete) {
		r = classify_work(c);
		if (r == 0)
			say("'%s' is complete: %" PRId64 " rows.\n", c->out.rows.path,
			    c->out.n_rows);
		return r;
	}
	interrupt_catch(NULL);
	production_log_begin(&c->log, &c->labeller);
	c->log.below = c->below;
	c->start_us = clock_mono_us();
	r = classify_work(c);
	classify_say_end(c, r);
	/* The tickets so far count even after a stop. */
	production_log_keep(&c->log, &c->labeller);
	return r;
}

/* `any`: whether the task may be one that writes. */
static int classify_answer(struct cmd *cmd, void *options, bool any)
{
	struct classify_options *o = options;
	struct classify c = { .cmd = cmd, .options = o };
	int r;

	if (classify_check_options(&c) < 0)
		return -1;
	if (o->promise &&
	    promise_use_begin(cmd, o->promise, o->below, &o->labeller, &c.promise) < 0)
		return -1;
	o->labeller.threshold = o->below || o->promise || o->thresholds;
	r = labeller_open(cmd, &o->labeller, &c.labeller);
	if (r == 0 && !any)
		r = task_verb_check(spec.verb, c.labeller.run.run->task, &cmd->err);
	if (r == 0 && o->promise)
		r = promise_use_find(&c.labeller, &c.promise, &c.below);
	if (r == 0 && o->thresholds)
		classify_show_thresholds(&c, stdout);
	else if (r == 0)
		r = classify_stream(&c, cmd->args.n ? cmd->args.items[0] : "-");
	production_output_close(&c.out);
	stream_close(&c.stream);
	labeller_close(&c.labeller);
	return r;
}

static int classify_run(struct cmd *cmd, void *options)
{
	return classify_answer(cmd, options, false);
}

static int classify_run_any(struct cmd *cmd, void *options)
{
	return classify_answer(cmd, options, true);
}

const struct command cmd_classify = { &spec, classify_run };
const struct command cmd_run = { &run_spec, classify_run_any };
