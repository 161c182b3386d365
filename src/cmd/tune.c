/*
 * `toehold tune JOB --model M --train FILE`: a model that has learnt from other tickets; by a head
 * on its hidden state, or in its weights. The stages are tuning.c's, tune_head.c's and
 * tune_weights.c's.
 */
#include <stddef.h>

#include "base/array.h"
#include "cmd/command.h"
#include "tune/tuning.h"

#define AT(field) offsetof(struct tune_options, field)

static const struct opt_row rows[] = {
	{ "model", 'm', OPT_TEXT, AT(model), "FILE", "the model (default: the job's only one)", 0,
	  0 },
	{ "train", 't', OPT_TEXT, AT(train), "FILE",
	  "labelled tickets to learn from (default: the job's 'training')", 0, 0 },
	{ "number", 'n', OPT_INT, AT(number), "N",
	  "learn from so many of them, drawn by the job's seed (default: all)", 10, TICKETS_MAX },
	{ "weights", 'w', OPT_FLAG, AT(weights), NULL,
	  "change the weights themselves: minutes to hours, and a model file of its own", 0, 0 },
	{ "epochs", 0, OPT_INT, AT(epochs), "N",
	  "with --weights: learn from all tickets at most so often (default 4)", 1, 100 },
	{ "rate", 0, OPT_TEXT, AT(rate), "RATE",
	  "with --weights: learning rate of the first epoch (default 5e-5)", 0, 0 },
	{ "layers", 0, OPT_INT, AT(layers), "N",
	  "with --weights: change the last N layers alone (default: all); less memory and time", 1,
	  4096 },
	{ "quant", 0, OPT_TEXT, AT(quant), "TYPE",
	  "with --weights: F32, F16 or Q8_0 (default: as the model, larger where that loses)", 0,
	  0 },
	{ "name", 0, OPT_TEXT, AT(name), "NAME", "name of what is made (default: the model's)", 0,
	  0 },
	{ "out", 'o', OPT_TEXT, AT(out), "FILE",
	  "where to write it (default: heads/NAME.head.json or tuned/NAME.gguf beside the store)",
	  0, 0 },
	{ "force", 0, OPT_FLAG, AT(force), NULL, "write over a file that exists", 0, 0 },
	{ "no-cache", 0, OPT_FLAG, AT(no_cache), NULL,
	  "neither read nor keep hidden states (docs/tuning.md)", 0, 0 },
	{ "evaluate", 0, OPT_FLAG, AT(evaluate), NULL,
	  "tune also what a licence forbids to use; it is never picked", 0, 0 },
	{ "threads", 0, OPT_INT, AT(threads), "N",
	  "threads of the engine (default: physical cores)", 1, 1024 },
	{ "timeout", 0, OPT_INT, AT(timeout_s), "SECONDS",
	  "deadline of one ticket (default 120); then it is left out", 1, 86400 },
	{ "no-sandbox", 0, OPT_FLAG, AT(no_sandbox), NULL, "run the worker without a sandbox", 0,
	  0 },
	{ "store", 's', OPT_TEXT, AT(store), "FILE",
	  "its runs' tickets are not learnt from (default: beside the job)", 0, 0 },
	{ "json", 'j', OPT_FLAG, AT(json), NULL, "the result as JSON", 0, 0 },
};

static const struct opt_spec spec = {
	.verb = "tune",
	.args = "JOB",
	.min_args = 1,
	.max_args = 1,
	.summary = "let a model learn from other tickets, and say how good it would be",
	.details = "By itself: a head on the model's hidden states at the label's place. The "
		   "model stays as it is, and\n"
		   "a second tuning takes seconds, for the states are kept. With --weights: the "
		   "model's own weights\n"
		   "learn; a fifth of the tickets is held out, the best epoch is kept, and "
		   "nothing is written where\n"
		   "none was better than the model as it was. Tickets that (nearly) repeat one "
		   "under test, in the job\n"
		   "or in any run of the store, are left out. Ctrl-C keeps the states, or the "
		   "best epoch, so far.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
};

static int tune_run(struct cmd *cmd)
{
	struct tune_options o = { .timeout_s = 120, .epochs = 4 };
	struct tuning t = { .cmd = cmd, .options = &o, .session.cmd = cmd };
	struct opt_args args;
	int r = cmd_options(cmd, &spec, &o, &args);

	if (r != 0)
		return r > 0 ? 0 : -1;
	t.job_path = args.items[0];
	t.session.sandbox = !o.no_sandbox;
	t.session.timeout_us = o.timeout_s * 1000000;
	if (tuning_begin(&t) < 0)
		return -1;
	return o.weights ? tune_weights(&t) : tune_head(&t);
}

const struct command cmd_tune = { &spec, tune_run };
