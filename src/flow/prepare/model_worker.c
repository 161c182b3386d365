/*
 * From a model to the program, the port and the files of its worker.
 */
#include "flow/prepare/model_worker.h"

#include "base/url.h"

/* The port that the worker may connect to; 0 if the model is not a server. */
static int model_worker_port(struct arena *a, const struct model *model)
{
	struct url url;
	struct err unused;

	if (model->engine != ENGINE_HTTP || !model->url ||
	    url_parse(a, model->url, &url, &unused) < 0)
		return 0;
	return url.port;
}

int model_worker_spec(struct cmd *cmd, const struct model *model, bool sandbox,
		      struct proc_spec *ret_spec)
{
	char *program;

	if (proc_find_program(&cmd->arena, model->engine, &program, &cmd->err) < 0)
		return -1;
	*ret_spec = (struct proc_spec){ .program = program,
					.sandbox = sandbox,
					.network_port = model_worker_port(&cmd->arena, model) };
	return 0;
}

const char **model_worker_paths(struct arena *a, const struct model *model, size_t *ret_n)
{
	size_t n = model->n_parts > 0 ? (size_t)model->n_parts : 1;
	const char **paths = arena_array(a, n, sizeof(*paths));

	if (model->engine == ENGINE_HTTP)
		n = 0;
	for (size_t i = 0; i < n; i++)
		paths[i] = n == 1 ? model->path : model_part(a, model, (int64_t)i);
	*ret_n = n;
	return paths;
}
