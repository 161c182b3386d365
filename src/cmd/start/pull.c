/*
 * `toehold pull hf:ORG/REPO/FILE[@REVISION]` and `pull ollama:NAME:TAG`: fetches a model into the
 * folders that other tools share. The stages are in src/pull.
 */
#include "base/array.h"
#include "cmd/command.h"
#include "pull/pull.h"

#define AT(field) offsetof(struct pull_options, field)

static const struct opt_row rows[] = {
	OPT_FLAG("dry-run", 'n', AT(dry_run), "show what would be fetched; fetch nothing"),
	OPT_INT("tries", 0, AT(tries), "N",
		"give up after N tries in a row without a new byte (default: 5)", 1, 100),
	OPT_INT("timeout", 0, AT(timeout_s), "SECONDS",
		"end a try after this silence of the server (default: 60)", 1, 3600),
	OPT_FLAG("unverified", 0, AT(unverified),
		 "accept files whose checksum the server does not state"),
	OPT_FLAG("offline", 0, AT(offline), "refuse to fetch, like TOEHOLD_OFFLINE=1"),
	OPT_FLAG("no-sandbox", 0, AT(no_sandbox), "fetch, and read the header, without a sandbox"),
	QUIET_ROW(AT(quiet)),
	OPT_FLAG("json", 'j', AT(json), "as JSON, with every detail"),
};

static const struct opt_spec spec = {
	.verb = "pull",
	.args = "NAME",
	.min_args = 1,
	.max_args = 1,
	.summary = "fetch a model from Hugging Face or an Ollama registry",
	.details =
		"NAME is hf:ORG/REPO/FILE[@REVISION], stored in the Hugging Face cache;\n"
		"hf:ORG/REPO takes the only model of a repository or lists them, and\n"
		"hf:ORG/REPO:Q4_K_M takes the one of that quant; addresses of huggingface.co work\n"
		"as they are. Or NAME is\n"
		"ollama:[HOST/][NAMESPACE/]NAME[:TAG], stored in Ollama's store. An interrupted\n"
		"pull resumes with the same command. Sizes and checksums are verified. Settings:\n"
		"HF_TOKEN, HF_ENDPOINT, HF_HUB_CACHE, OLLAMA_MODELS, https_proxy and others\n"
		"(docs/pull.md).",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct pull_options),
	.defaults = &(const struct pull_options){ .tries = 5, .timeout_s = 60 },
};

static int pull_run(struct cmd *cmd, void *options)
{
	return pull_model(cmd, cmd->args.items[0], options);
}

const struct command cmd_pull = { &spec, pull_run };
