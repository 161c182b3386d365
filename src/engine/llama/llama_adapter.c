/*
 * A LoRA adapter: changes to the model's weights, which the engine adds as it computes. Accepts
 * adapters that work on every token and fit the model's architecture and shapes (which the engine
 * checks). Must not know where the file comes from.
 */
#include "engine/llama/llama_engine.h"

#include <string.h>

static int adapter_refuse(const char *path, const char *why, struct err *err)
{
	return err_set(err, ERR_ENGINE, "cannot use the adapter '%s': %s", path, why);
}

int adapter_open(struct engine *e, const struct msg_open *open, struct err *err)
{
	const char *path = open->adapter;
	struct model_facts facts;

	if (header_read(&path, 1, &facts, err) < 0)
		return err_wrap(err, "cannot read the adapter");
	if (facts.kind != MODEL_KIND_ADAPTER)
		return adapter_refuse(path, "its header does not call it an adapter (general.type)",
				      err);
	llama_error_clear();
	e->adapter = llama_adapter_lora_init(e->model, path);
	if (!e->adapter)
		return llama_error_set(err, "cannot use the adapter '%s'", path);
	if (llama_adapter_get_alora_n_invocation_tokens(e->adapter) > 0)
		return adapter_refuse(
			path,
			"it is an activated LoRA, which acts only after certain words; here "
			"it would change the whole prompt",
			err);
	/* The base model's template is used, because it came with the weights. */
	e->adapter_template = *facts.template_sha256 &&
			      strcmp(facts.template_sha256, e->facts.template_sha256) != 0;
	return 0;
}

int adapter_apply(struct engine *e, struct err *err)
{
	float scale = 1;

	if (!e->adapter || llama_set_adapters_lora(e->ctx, &e->adapter, 1, &scale) == 0)
		return 0;
	return llama_error_set(err, "the engine could not apply the adapter");
}
