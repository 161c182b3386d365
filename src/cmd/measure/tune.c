/*
 * `toehold tune JOB --model M --train FILE`: lets a model learn from other tickets, by a head on
 * its hidden states or in its weights. The stages are in src/tune.
 */
#include <stddef.h>

#include "base/array.h"
#include "cmd/command.h"
#include "flow/events/event_lines.h"
#include "flow/open/job_find.h"
#include "tune/tuning.h"

#define AT(field) offsetof(struct tune_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("model", 'm', AT(model), "FILE", "the model (default: the job's only one)"),
	OPT_TEXT("train", 't', AT(train), "FILE",
		 "labelled tickets to learn from (default: the job's 'training')"),
	OPT_INT("number", 'n', AT(number), "N",
		"learn from N of them, drawn with the job's seed (default: all)", 10, TICKETS_MAX),
	OPT_FLAG("weights", 'w', AT(weights),
		 "train the weights themselves: takes minutes to hours and writes a new model "
		 "file"),
	OPT_INT("epochs", 0, AT(epochs), "N",
		"with --weights: most passes over all tickets (default 4)", 1, 100),
	OPT_TEXT("rate", 0, AT(rate), "RATE",
		 "with --weights: learning rate of the first epoch (default 5e-5)"),
	OPT_INT("layers", 0, AT(layers), "N",
		"with --weights: train only the last N layers (default: all); less memory and time",
		1, 4096),
	OPT_TEXT(
		"quant", 0, AT(quant), "TYPE",
		"with --weights: F32, F16 or Q8_0 (default: the model's; larger if that would lose "
		"the training)"),
	OPT_TEXT("name", 0, AT(name), "NAME", "name of the result (default: the model's)"),
	OPT_TEXT("out", 'o', AT(out), "FILE",
		 "output file (default: heads/NAME.head.json or tuned/NAME.gguf beside the store)"),
	OPT_FLAG("force", 0, AT(force), "overwrite an existing file"),
	OPT_TEXT("use", 'u', AT(use), "HEAD",
		 "train nothing: put this head, a file or a name, into the job file"),
	OPT_FLAG("no-cache", 0, AT(no_cache), "do not cache hidden states (docs/tuning.md)"),
	OPT_FLAG("evaluate", 0, AT(evaluate),
		 "also tune models whose licence forbids your use; they are never picked"),
	OPT_INT("threads", 0, AT(threads), "N", "threads of the engine (default: physical cores)",
		1, 1024),
	OPT_INT("timeout", 0, AT(timeout_s), "SECONDS",
		"deadline for one ticket (default 120); after it the ticket is left out", 1, 86400),
	OPT_FLAG("no-sandbox", 0, AT(no_sandbox), "run the worker without a sandbox"),
	OPT_TEXT("store", 's', AT(store), "FILE",
		 "do not learn from tickets of its runs (default: beside the job)"),
	EVENTS_ROW(AT(events)),
	QUIET_ROW(AT(quiet)),
	OPT_FLAG("json", 'j', AT(json), "the result as JSON"),
};

static const struct opt_spec spec = {
	.verb = "tune",
	.args = "JOB",
	.min_args = 1,
	.max_args = 1,
	.summary = "let a model learn from other tickets, and say how good it would be",
	.details =
		"By default: trains a head on the model's hidden states at the label's place. The\n"
		"model does not change, and a second tuning takes seconds because the states are\n"
		"cached. With --weights: trains the model's own weights. A fifth of the tickets\n"
		"is held out and the best epoch is kept; nothing is written if no epoch is better\n"
		"than the original model. Tickets that (nearly) repeat one under test, in the job\n"
		"or in any run of the store, are left out. Ctrl-C keeps the states, or the best\n"
		"epoch, so far. --use adds a head to the job file, whose comments stay; the next\n"
		"'toehold smoke' then measures it.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct tune_options),
	.defaults = &(const struct tune_options){ .timeout_s = 120, .epochs = 4 },
};

static int tune_run(struct cmd *cmd, void *options)
{
	struct tune_options *o = options;
	struct tuning t = { .cmd = cmd, .options = o, .session.cmd = cmd };
	struct session *s = &t.session;
	int r;

	if (job_find(cmd, &t.job_path) < 0 ||
	    event_lines_open(cmd, o->events, o->json, &s->events.lines) < 0)
		return -1;
	s->sandbox = !o->no_sandbox;
	s->timeout_us = o->timeout_s * 1000000;
	r = o->use ? tune_use(&t) : tuning_begin(&t);
	if (r == 0 && !o->use)
		r = o->weights ? tune_weights(&t) : tune_head(&t);
	run_events_finish(s, r < 0 ? err_exit_code(cmd->err.kind) : r);
	event_lines_close(s->events.lines);
	return r;
}

const struct command cmd_tune = { &spec, tune_run };
