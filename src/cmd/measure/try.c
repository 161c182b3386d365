/*
 * `toehold try JOB`: the hour before the smoke test. Asks a few tickets with several prompts on the
 * smallest models, and shows the answers below each other. Scores nothing and keeps no run.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/json/json.h"
#include "cmd/command.h"
#include "flow/events/event_lines.h"
#include "flow/open/job_find.h"
#include "flow/trial.h"

struct try_options {
	struct trial_options trial;
	const char *events;
	bool json, quiet;
};

#define AT(field) offsetof(struct try_options, field)

static const struct opt_row rows[] = {
	OPT_LIST("prompt", 'p', AT(trial.prompts), "FILE,...",
		 "prompts to compare with the job's: files, or versions that 'toehold prompts' "
		 "keeps (default: the job's variants)"),
	OPT_LIST("ticket", 0, AT(trial.tickets), "ID,...", "ask these tickets"),
	OPT_INT("tickets", 'n', AT(trial.n_tickets), "N",
		"ask so many, drawn at random (default: 3)", 1, TRIAL_TICKETS_MAX),
	OPT_INT("timeout", 0, AT(trial.timeout_s), "SECONDS",
		"give up an answer after this time (default: 120)", 1, 86400),
	PREPARE_ROWS(AT(trial.prepare)),
	EVENTS_ROW(AT(events)),
	QUIET_ROW(AT(quiet)),
	OPT_FLAG("json", 'j', AT(json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "try",
	.args = "JOB",
	.min_args = 1,
	.max_args = 1,
	.summary = "ask three tickets with several prompts, and compare the answers",
	.details =
		"For reading, not for scoring: no run is made, and the verdicts of later runs do\n"
		"not change. The two smallest models take part unless --models names others.\n"
		"'toehold prompts' keeps versions and puts one into the job, under 'variants'.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct try_options),
	.defaults = &(const struct try_options){ .trial = { .n_tickets = 3, .timeout_s = 120 } },
};

static void try_print(struct cmd *cmd, const struct try_options *o, const struct trial *trial,
		      bool no_text)
{
	if (o->json) {
		json_print(trial_to_json(&cmd->arena, trial), stdout);
	} else if (!no_text) {
		trial_write_text(&cmd->arena, trial, stdout);
		trial_write_prompts(&cmd->arena, trial->job, stdout);
	}
}

static int try_run(struct cmd *cmd, void *options)
{
	const struct try_options *o = options;
	struct session s = { .cmd = cmd };
	const char *job_path;
	struct trial trial;
	int r;

	if (job_find(cmd, &job_path) < 0 ||
	    event_lines_open(cmd, o->events, o->json, &s.events.lines) < 0)
		return -1;
	r = trial_run(&s, job_path, &o->trial, &trial);
	if (r == 0)
		try_print(cmd, o, &trial, event_lines_fill_stdout(s.events.lines));
	run_events_finish(&s, r < 0 ? err_exit_code(cmd->err.kind) : r);
	event_lines_close(s.events.lines);
	return r;
}

const struct command cmd_try = { &spec, try_run };
