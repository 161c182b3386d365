/*
 * A verb: its option table and the function that runs it. Each verb has one file with the option
 * table, the stages in order (src/flow) and the printing; verbs.c lists the verbs.
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <stddef.h>

#include "flow/cmd.h"

struct command {
	const struct opt_spec *spec;
	/*
	 * Runs the verb with its parsed options, a struct of its own type. Returns the exit code
	 * (0 or 1), or -1 with cmd->err set.
	 */
	int (*run)(struct cmd *cmd, void *options);
};

extern const struct command cmd_init, cmd_models, cmd_pull, cmd_plan, cmd_hello, cmd_smoke,
	cmd_runs, cmd_show, cmd_decide, cmd_add, cmd_tune, cmd_doctor, cmd_import, cmd_export,
	cmd_verify, cmd_note, cmd_diff, cmd_replay, cmd_suggest, cmd_report, cmd_redact, cmd_purge,
	cmd_check, cmd_promise, cmd_classify, cmd_watch, cmd_learn, cmd_serve, cmd_completion,
	cmd_demo, cmd_bundle, cmd_run, cmd_try, cmd_page, cmd_label, cmd_prompts, cmd_fix;

/*
 * Rows that several verbs share. `at` is the offset of the field in the verb's options struct.
 */

/* const char *: for verbs that read a store. */
#define STORE_ROW(at) \
	OPT_TEXT("store", 's', at, "FILE", "the store (default: the only one in this folder)")

/* const char *: for verbs that start from a job. */
#define JOB_STORE_ROW(at) \
	OPT_TEXT("store", 's', at, "FILE", "where runs are kept (default: beside the job)")

/* bool: for verbs that end with a decision. */
#define STRICT_ROW(at) \
	OPT_FLAG("strict", 0, at, "exit code 0 only if one is proven to be above the bar")

/* bool: for verbs that show progress; main.c obeys it. */
#define QUIET_ROW(at) OPT_FLAG("quiet", 'q', at, "print only the result and errors")

/* const char *: for verbs whose runs other programs follow. */
#define EVENTS_ROW(at) \
	OPT_TEXT("json-events", 0, at, "FILE", \
		 "also write what happens, as JSON Lines; '-': instead of the result")

/* bool: for verbs whose worker is part of a recorded run. */
#define NO_SANDBOX_ROW(at) OPT_FLAG("no-sandbox", 0, at, "run workers without a sandbox (recorded)")

/* bool: for verbs behind the change gate (flow/production/change_gate.h). */
#define ACCEPT_CHANGE_ROW(at) \
	OPT_FLAG("accept-change", 0, at, \
		 "go on if model, engine or answers are not those of the run; says what differs")

/* const char * each: for verbs that leave unsure tickets to a person. */
#define ABSTAIN_ROWS(below_at, promise_at) \
	OPT_TEXT("abstain-below", 'a', below_at, "P", \
		 "reject labels with a lower probability than this share: 0.8 or 80%"), \
		OPT_TEXT("promise", 0, promise_at, "P", \
			 "reject labels below the threshold of this promise on record: 95%; or a " \
			 "file of 'promise -o'")

/* struct prepare_options (flow/prepare/prepare.h): for `plan` and `smoke`. */
#define PREPARE_ROWS(at) \
	OPT_LIST("models", 'm', (at) + offsetof(struct prepare_options, models), "FILE,...", \
		 "use these models instead of the job's"), \
		OPT_LIST("way", 'w', (at) + offsetof(struct prepare_options, ways), "WAY,...", \
			 "the ways to ask: plain, examples, rotated, letters, letters+rotated, " \
			 "calibrated, trained, tuned, ... (docs/job-file.md)"), \
		OPT_FLAG("evaluate", 0, (at) + offsetof(struct prepare_options, evaluate), \
			 "also measure models whose licence forbids your use; they are never " \
			 "picked"), \
		OPT_INT("threads", 't', (at) + offsetof(struct prepare_options, threads), "N", \
			"threads of the engine (default: physical cores)", 1, 1024), \
		OPT_INT("batch", 0, (at) + offsetof(struct prepare_options, batch), "N", \
			"most tokens of one decode (default: 2048)", 64, 65536), \
		NO_SANDBOX_ROW((at) + offsetof(struct prepare_options, no_sandbox))

#endif
