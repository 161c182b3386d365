/*
 * `toehold --version`: the worker itself says what it is.
 */
#include "cmd/shell/version.h"

#include "flow/cmd.h"
#include "flow/prepare/model_worker.h"

void version_print(FILE *out)
{
	const struct model model = { .engine = ENGINE_LLAMA };
	struct cmd cmd = { 0 };
	struct proc_spec worker;
	struct proc p;

	fprintf(out, "%s\n", cmd_program());
	if (model_worker_spec(&cmd, &model, true, &worker) < 0 ||
	    proc_start(&p, &worker, &cmd.err) < 0) {
		fprintf(out, "no engine: %s\n", cmd.err.msg);
	} else {
		fprintf(out, "engine: %s\n", p.engine_build);
		proc_close(&p);
	}
	arena_release(&cmd.arena);
}
