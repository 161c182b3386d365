/*
 * Servers: identity, token, and what their probes found.
 */
#include "flow/prepare/server.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/url.h"
#include "flow/prepare/model_worker.h"
#include "job/model/served.h"

/* A server may have to load its model first, and is asked how it can be asked. */
enum { IDENTIFY_TIMEOUT_US = 400 * 1000000 };

/*
 * RULE: a token goes only where it was meant to go. TOEHOLD_HTTP_TOKEN is for the servers of the
 * job; OPENAI_API_KEY is used only if OPENAI_BASE_URL names this very server.
 */
static const char *server_token_for(struct arena *a, const struct model *model)
{
	const char *token = getenv("TOEHOLD_HTTP_TOKEN"), *base = getenv("OPENAI_BASE_URL");
	struct url own, named;
	struct err unused;

	if (token && *token)
		return token;
	if (!base || url_parse(a, base, &named, &unused) < 0 ||
	    url_parse(a, model->url, &own, &unused) < 0 || strcmp(own.origin, named.origin) != 0)
		return NULL;
	token = getenv("OPENAI_API_KEY");
	return token && *token ? token : NULL;
}

void server_fill_open(struct arena *a, const struct model *model, struct msg_open *open)
{
	if (model->engine != ENGINE_HTTP)
		return;
	open->url = model->url;
	open->server_model = model->server_model;
	open->token = server_token_for(a, model);
}

static int server_identify_one(struct cmd *cmd, bool sandbox, struct model *model,
			       const char **ret_problem)
{
	struct msg_open open = { .inspect = true, .sandbox = sandbox, .n_threads = 1 };
	char detail[PROC_DETAIL_MAX];
	struct msg_opened opened;
	struct proc_spec worker;
	enum outcome outcome;

	server_fill_open(&cmd->arena, model, &open);
	if (model_worker_spec(cmd, model, sandbox, &worker) < 0 ||
	    pass_open_once(&cmd->arena, &worker, &open, IDENTIFY_TIMEOUT_US, &opened, &outcome,
			   detail, &cmd->err) < 0)
		return -1;
	if (outcome != OUTCOME_OK) {
		*ret_problem = arena_strdup(&cmd->arena, detail);
		return 0;
	}
	return served_take(&cmd->arena, model, &opened.facts, opened.server, &cmd->err);
}

int server_identify(struct cmd *cmd, bool sandbox, struct model *models, size_t n,
		    const char **problems)
{
	for (size_t i = 0; i < n; i++)
		if (models[i].engine == ENGINE_HTTP && !problems[i] &&
		    server_identify_one(cmd, sandbox, &models[i], &problems[i]) < 0)
			return -1;
	return 0;
}

static const char *server_verdict_of(const json_t *probes, const char *probe)
{
	const char *verdict =
		json_string_value(json_object_get(json_object_get(probes, probe), "verdict"));

	return verdict ? verdict : "";
}

/* How it was asked, if not by a chat. */
static const char *const server_route_words[SERVED_ROUTE_COUNT] = {
	[SERVED_SYSTEMONE] = "asked for a decision (/v1/systemone): label probabilities, no "
			     "reasons",
	[SERVED_DECISIONS] = "asked for a decision (/v1/decisions, OpenAI's shape): label "
			     "probabilities, no reasons",
	[SERVED_OPTIONS] = "asked for a decision (/v1/decisions, SGLang's shape): label "
			   "probabilities, no reasons",
	[SERVED_LETTERS] = "asked for the letter of a label (top_logprobs): label probabilities, "
			   "no reasons",
};

static void server_add_route(const json_t *probes, struct buf *b)
{
	const char *name = json_string_value(json_object_get(probes, "route"));
	int route = name ? names_find(&served_route_names, name) : -1;

	if (route > SERVED_CHAT)
		buf_add_item(b, "; ", "%s", server_route_words[route]);
	if (strcmp(server_verdict_of(probes, "repeated"), "differs") == 0)
		buf_add_item(b, "; ", "the same question twice moved a probability by %.2g",
			     json_number_value(json_object_get(json_object_get(probes, "repeated"),
							       "difference")));
}

const char *server_probe_words(struct arena *a, const char *probes)
{
	json_t *root = json_loads(probes, 0, NULL);
	const char *schema = server_verdict_of(root, "schema"),
		   *whole = server_verdict_of(root, "long_prompt");
	const json_t *thinking = json_object_get(root, "thinking");
	struct buf b;

	buf_init(&b, 2048);
	server_add_route(root, &b);
	if (strcmp(schema, "ignored") == 0 || strcmp(schema, "refused") == 0)
		buf_add_item(&b, "; ", "%s",
			     "it ignores the JSON schema, so labels are read from its text");
	if (json_is_true(json_object_get(thinking, "came")) &&
	    !json_is_true(json_object_get(thinking, "wanted")))
		buf_add_item(&b, "; ", "%s", "it thinks although thinking is off");
	if (strcmp(server_verdict_of(root, "kept_prompt"), "hidden") == 0)
		buf_add_item(&b, "; ", "%s",
			     "it answers a repeated prompt faster without reporting it: its "
			     "times are not comparable");
	if (json_is_false(json_object_get(root, "streamed")))
		buf_add_item(&b, "; ", "%s",
			     "it does not stream: the time to the first token is that of all");
	if (*whole && strcmp(whole, "whole") != 0 && strcmp(whole, "whole by its count") != 0)
		buf_add_item(&b, "; ", "a long prompt: %.100s", whole);
	json_decref(root);
	if (b.len)
		return buf_to_arena(&b, a);
	buf_release(&b);
	return NULL;
}
