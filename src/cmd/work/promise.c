/*
 * `toehold promise [RUN] --right 95%`: from which probability on are a candidate's labels right
 * often enough to be taken unread? The rest goes to a person. With --check: does a promise still
 * hold? flow/production/promise_make.h has the stages.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/json/json.h"
#include "base/terminal.h"
#include "cmd/command.h"
#include "flow/file_draft.h"
#include "flow/open/store_find.h"
#include "flow/production/promise_make.h"
#include "flow/production/promise_use.h"
#include "flow/say/say.h"
#include "job/file/job_values.h"
#include "report/words/words.h"

struct promise_options {
	struct labeller_options labeller;
	struct columns columns;
	const char *right, *confidence, *on, *out, *check;
	bool force, json, quiet;
};

#define RIGHT_MOST (.9999 + 1e-9)

#define AT(field) offsetof(struct promise_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("right", 0, AT(right), "SHARE",
		 "at least this share of the taken labels is right: 95%"),
	OPT_TEXT("on", 0, AT(on), "FILE",
		 "labelled tickets that chose nothing else (default: the run's own)"),
	OPT_TEXT("confidence", 0, AT(confidence), "SHARE", "how sure that has to be (default 90%)"),
	OPT_TEXT("candidate", 'c', AT(labeller.candidate), "NAME",
		 "promise for this candidate (default: the pick)"),
	OPT_TEXT("out", 'o', AT(out), "FILE", "also write the promise here, for --check"),
	OPT_FLAG("force", 'f', AT(force), "replace that file"),
	OPT_TEXT("check", 0, AT(check), "FILE",
		 "make the promise of this file again; exit code 1 if it comes out differently"),
	COLUMN_ROWS(AT(columns)),
	OPT_INT("timeout", 0, AT(labeller.timeout_s), "SECONDS",
		"deadline for one answer (default 120)", 1, 86400),
	OPT_FLAG("no-sandbox", 0, AT(labeller.no_sandbox), "run the worker without a sandbox"),
	OPT_FLAG("json", 'j', AT(json), "as JSON"),
	QUIET_ROW(AT(quiet)),
	STORE_ROW(AT(labeller.store)),
};

static const struct opt_spec spec = {
	.verb = "promise",
	.args = "[RUN]",
	.max_args = 1,
	.summary = "find from which probability on labels are right often enough",
	.details =
		"Of the tickets above the threshold, at least the share --right gets the right\n"
		"label, with the given confidence; the rest goes to a person. The run keeps the\n"
		"promise, and 'classify --promise 95%' works by it. Exit code 1: none can be\n"
		"made; then it says how many tickets to label.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct promise_options),
	.defaults = &(const struct promise_options){ .confidence = "90%",
						     .labeller = { .timeout_s = 120,
								   .threshold = true,
								   .label_only = true,
								   .strict = true } },
};

static int promise_read_share(struct cmd *cmd, const char *option, const char *text, double *ret)
{
	if (text && job_parse_share(text, ret) && *ret < 1)
		return 0;
	return err_set(&cmd->err, ERR_USAGE,
		       "%s takes a share below 100%%, such as 0.95 or 95%%%s%s", option,
		       text ? ", not " : "", text ? display_text(&cmd->arena, text) : "");
}

/* RULE: to show more takes over 23,000 labels without one error (90% sure). */
static int promise_read_right(struct cmd *cmd, const char *text, double *ret)
{
	if (promise_read_share(cmd, "--right", text, ret) < 0)
		return -1;
	return *ret <= RIGHT_MOST ?
		       0 :
		       err_set(&cmd->err, ERR_USAGE,
			       "--right takes 99.99%% at most, not %s: more takes many thousands "
			       "of labelled tickets",
			       display_text(&cmd->arena, text));
}

/* RULE: the rest of the options is the lock's. */
static int promise_request_again(struct cmd *cmd, const struct promise_options *o,
				 const struct promise_record *was, struct promise_request *q)
{
	if (o->right || o->out || cmd->args.n)
		return err_set(&cmd->err, ERR_USAGE,
			       "--check takes run, --right and --confidence from the file");
	q->labeller.run = was->run;
	q->labeller.candidate = was->candidate;
	q->right = was->right;
	q->confidence = was->confidence;
	if (!q->on && *was->tickets_path)
		q->on = file_exists(was->tickets_path) ?
				was->tickets_path :
				file_beside(&cmd->arena, o->check, was->tickets_path);
	return 0;
}

static int promise_request_of(struct cmd *cmd, const struct promise_options *o,
			      const struct promise_record *was, struct promise_request *q)
{
	*q = (struct promise_request){ .labeller = o->labeller,
				       .on = o->on,
				       .columns = o->columns };
	if (was)
		return promise_request_again(cmd, o, was, q);
	q->labeller.run = cmd->args.items[0];
	if (promise_read_right(cmd, o->right, &q->right) < 0 ||
	    promise_read_share(cmd, "--confidence", o->confidence, &q->confidence) < 0 ||
	    cmd_check_json(cmd, o->json, o->out) < 0)
		return -1;
	return cmd_check_out(cmd, o->out, o->on, o->force);
}

/* Where the tickets come from, and what they may show. */
static const char *promise_source(struct cmd *cmd, const struct promise_making *m)
{
	struct arena *a = &cmd->arena;
	const struct promise_record *r = &m->record;
	const char *left_out = "";

	if (!*r->tickets_path && r->n_candidates == 1)
		return "Shown on the tickets of the run, which had this candidate only.";
	if (!*r->tickets_path)
		return arena_printf(
			a,
			"Shown on the tickets of the run. They chose among %zu candidates, "
			"so each has only 1/%zu of the error: fresh tickets, with --on, show "
			"more.",
			r->n_candidates, r->n_candidates);
	if (m->n_known)
		left_out = arena_add_item(a, left_out, ", ", "%zu that tested or taught the run",
					  m->n_known);
	if (m->n_repeats)
		left_out =
			arena_add_item(a, left_out, ", ", "%zu that repeat others", m->n_repeats);
	return arena_printf(a, "Shown on '%s'.%s%s%s", display_path(a, r->tickets_path),
			    *left_out ? " Left out: " : "", left_out, *left_out ? "." : "");
}

/* `kept`: it is on record, so it can be worked by. */
static void promise_print(struct cmd *cmd, const struct promise_making *m, bool kept, FILE *out)
{
	struct arena *a = &cmd->arena;
	const struct promise_record *r = &m->record;
	const struct result *run = &m->labeller.run;
	size_t columns = terminal_text_columns(out);
	bool pick = m->labeller.was - run->candidates == run->decision.pick;

	fprintf(out, "%s of run '%s'\n", words_name(a, m->labeller.was->short_name),
		display_text(a, r->run));
	display_wrap(a, words_promise(a, r), 0, columns, out);
	display_wrap(a, words_promise_basis(a, r), 0, columns, out);
	display_wrap(a, promise_source(cmd, m), 0, columns, out);
	if (r->promise.made && kept)
		fprintf(out,
			"Put it to work: toehold classify FILE --run %s%s%s%s --promise %.6g%%\n",
			display_shell_word(a, r->run),
			store_option_for(cmd, run->store_path, r->run), pick ? "" : " --candidate ",
			pick ? "" : display_shell_word(a, m->labeller.was->short_name),
			100 * r->right);
}

static int promise_write_lock(struct cmd *cmd, const struct promise_options *o,
			      const struct promise_record *r)
{
	struct file_draft draft;

	if (file_draft_open(&draft, &cmd->err) < 0)
		return -1;
	json_print(promise_to_json(r), draft.out);
	return file_draft_finish(&draft, 0, o->out, o->force ? FILE_REPLACE : FILE_NEW, &cmd->err);
}

static json_t *promise_json(struct arena *a, const struct promise_making *m)
{
	json_t *j = promise_to_json(&m->record);

	json_object_set_new(j, "words", json_any_text(words_promise(a, &m->record)));
	json_object_set_new(j, "left_out_known", json_integer((json_int_t)m->n_known));
	json_object_set_new(j, "left_out_repeats", json_integer((json_int_t)m->n_repeats));
	return j;
}

/* RULE: the error counts for each attempt on labelled tickets, whatever came out. */
static void promise_print_attempt(struct cmd *cmd, const struct promise_making *m, FILE *out)
{
	struct arena *a = &cmd->arena;
	size_t n = promise_attempts(a, &m->labeller.run);

	if (!*m->record.tickets_path || n == 0)
		return;
	display_wrap(a,
		     arena_printf(a,
				  "This is attempt %zu on record. Each may end in a promise that "
				  "does not hold, with a chance of up to %.6g%%.",
				  n + 1, 100 * (1 - m->record.confidence)),
		     0, terminal_text_columns(out), out);
}

/* If the store is busy, the work is not lost: the sentence is printed, and the lock is written. */
static int promise_finish(struct cmd *cmd, const struct promise_options *o,
			  const struct promise_making *m)
{
	int kept = promise_keep(cmd, m);
	struct err why = cmd->err;

	if (o->json) {
		json_print(promise_json(&cmd->arena, m), stdout);
	} else {
		promise_print(cmd, m, kept == 0, cmd_messages(o->out));
		promise_print_attempt(cmd, m, cmd_messages(o->out));
	}
	if (o->out && promise_write_lock(cmd, o, &m->record) < 0)
		return -1;
	if (kept < 0) {
		cmd->err = why;
		return err_wrap(&cmd->err, "the promise is not on record");
	}
	return m->record.promise.made ? 0 : 1;
}

/* What a lock and the promise of today disagree on: names, and the two values as text. */
static json_t *promise_differences(struct arena *a, const struct promise_record *was,
				   const struct promise_record *now)
{
	const struct {
		const char *name, *was, *now;
	} fields[] = {
		{ "candidate", was->candidate, now->candidate },
		{ "weights", was->model_sha256, now->model_sha256 },
		{ "head", was->head_sha256, now->head_sha256 },
		{ "pass", was->pass_key, now->pass_key },
		{ "tickets", was->tickets_sha256, now->tickets_sha256 },
		{ "made", was->promise.made ? "yes" : "no", now->promise.made ? "yes" : "no" },
		{ "threshold", arena_printf(a, "%.6g%%", 100 * was->promise.threshold),
		  arena_printf(a, "%.6g%%", 100 * now->promise.threshold) },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < COUNT_OF(fields); i++)
		if (strcmp(fields[i].was, fields[i].now) != 0)
			json_array_append_new(list,
					      json_pack("{s:s, s:o, s:o}", "what", fields[i].name,
							"was", json_any_text(fields[i].was), "now",
							json_any_text(fields[i].now)));
	return list;
}

static void promise_print_differences(struct arena *a, const json_t *list)
{
	const json_t *d;
	size_t i;

	json_array_foreach (list, i, d)
		printf("Different %s: %s, now %s\n", json_string_value(json_object_get(d, "what")),
		       display_text(a, json_string_value(json_object_get(d, "was"))),
		       display_text(a, json_string_value(json_object_get(d, "now"))));
	if (json_array_size(list) == 0)
		puts("The promise came out as it was.");
}

static int promise_compare(struct cmd *cmd, const struct promise_options *o,
			   const struct promise_record *was, const struct promise_making *m)
{
	json_t *list = promise_differences(&cmd->arena, was, &m->record);
	int code = json_array_size(list) ? 1 : 0;
	json_t *j;

	if (o->json) {
		j = promise_json(&cmd->arena, m);
		json_object_set(j, "differences", list);
		json_print(j, stdout);
	} else {
		promise_print(cmd, m, true, stdout);
		promise_print_differences(&cmd->arena, list);
	}
	json_decref(list);
	return code;
}

static int promise_run(struct cmd *cmd, void *options)
{
	const struct promise_options *o = options;
	const struct promise_record *lock = NULL;
	struct promise_making m = { 0 };
	struct promise_request request;
	struct promise_record was;
	int code;

	if (o->check && promise_lock_read(cmd, o->check, &was) < 0)
		return -1;
	lock = o->check ? &was : NULL;
	if (promise_request_of(cmd, o, lock, &request) < 0)
		return -1;
	code = promise_make(cmd, &request, &m);
	if (code == 0 && m.note)
		say("%s: %s\n", display_path(&cmd->arena, request.on), m.note);
	if (code == 0)
		code = lock ? promise_compare(cmd, o, lock, &m) : promise_finish(cmd, o, &m);
	labeller_close(&m.labeller);
	return code;
}

const struct command cmd_promise = { &spec, promise_run };
