/*
 * What a server says of itself and of its model: asked at the addresses that each kind of server
 * has for it. Decides which model is meant, and refuses one that is computed elsewhere behind this
 * address. All of it is the server's word, and kept as such (docs/http.md).
 */
#include "engine/http/http_engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/str.h"

enum { ASK_TIMEOUT_US = 15 * 1000000, LIST_WORDS_MAX = 300 };

static const char *const software_names[] = {
	[HTTP_OTHER] = "not known", [HTTP_LLAMA] = "llama.cpp",	    [HTTP_OLLAMA] = "Ollama",
	[HTTP_VLLM] = "vLLM",	    [HTTP_LM_STUDIO] = "LM Studio",
};

/* What each is believed to take; the first probe finds out. */
static const unsigned software_options[] = {
	[HTTP_OTHER] = 0,
	[HTTP_LLAMA] = HTTP_KWARGS | HTTP_BUDGET,
	[HTTP_OLLAMA] = HTTP_EFFORT,
	[HTTP_VLLM] = HTTP_KWARGS,
	[HTTP_LM_STUDIO] = 0,
};
enum { OPTIONS_OF_ALL = HTTP_SCHEMA | HTTP_SEED | HTTP_USAGE | HTTP_TEMPERATURE | HTTP_MAX_TOKENS };

/* One question; *ret_status is that of the answer, 0 where there was none. NULL: no JSON. */
static json_t *identity_ask(struct http_net *net, const char *url, json_t *question,
			    long *ret_status, char ret_why[CHAT_TEXT_MAX])
{
	struct http_call call;
	json_t *answer = NULL;
	char *body = question ? json_dumps(question, JSON_COMPACT) : NULL;

	json_decref(question);
	http_begin(net, &call, url, body, false, ASK_TIMEOUT_US);
	http_finish(net, &call);
	*ret_status = call.status;
	snprintf(ret_why, CHAT_TEXT_MAX, "%s", call.why);
	if (call.end == HTTP_ANSWERED && call.status == 200)
		answer = json_loadb(call.raw.data ? call.raw.data : "", call.raw.len, 0, NULL);
	http_release(net, &call);
	return answer;
}

/* The same where the answer may be missing. */
static json_t *identity_look(struct http_net *net, struct arena *a, const char *root,
			     const char *path, json_t *question)
{
	char why[CHAT_TEXT_MAX];
	long status;

	return identity_ask(net, arena_printf(a, "%s%s", root, path), question, &status, why);
}

static const char *identity_text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static int64_t identity_count_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	json_int_t n = json_is_integer(value) ? json_integer_value(value) : 0;

	return n > 0 ? n : 0;
}

static void identity_copy(char *to, size_t size, const char *text)
{
	if (*text)
		snprintf(to, size, "%s", text);
}

static const char *identity_seen(struct arena *a, const char *text)
{
	const char *kept;
	struct buf b;

	buf_init(&b, 16 * CHAT_TEXT_MAX);
	str_printable(&b, text, strnlen(text, CHAT_TEXT_MAX));
	kept = arena_strdup(a, buf_text(&b));
	buf_release(&b);
	return kept;
}

/* "llama3.2" is "llama3.2:latest" where tags are in use. */
static bool identity_is_model(const char *listed, const char *wanted)
{
	size_t n = strlen(wanted);

	return strcmp(listed, wanted) == 0 ||
	       (strncmp(listed, wanted, n) == 0 && strcmp(listed + n, ":latest") == 0);
}

/* The entry of the model in a list of objects that are named by `key`; NULL where none is. */
static const json_t *identity_entry_of(const json_t *list, const char *key, const char *model)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (list, i, entry)
		if (identity_is_model(identity_text_of(entry, key), model))
			return entry;
	return NULL;
}

static int identity_fail_list(struct arena *a, const struct http_server *s, const json_t *list,
			      struct err *err)
{
	const json_t *entry;
	struct buf names;
	size_t i;

	buf_init(&names, LIST_WORDS_MAX);
	json_array_foreach (list, i, entry)
		buf_addf(&names, "%s'%s'", i ? ", " : "",
			 identity_seen(a, identity_text_of(entry, "id")));
	if (*s->model)
		err_set(err, ERR_INPUT, "%s has no model '%s'; it has %s%s", s->base,
			identity_seen(a, s->model),
			json_array_size(list) ? buf_text(&names) : "none",
			names.overflow ? ", ..." : "");
	else
		err_set(err, ERR_INPUT,
			"%s has several models: name one, as in %s#MODEL; it has %s%s", s->base,
			s->base, buf_text(&names), names.overflow ? ", ..." : "");
	buf_release(&names);
	return -1;
}

static int identity_fail_reach(const struct http_server *s, long status, const char *why,
			       struct err *err)
{
	if (status == 0)
		return err_set(err, ERR_INPUT,
			       "no server answers at %s (%s); start it, or correct the address",
			       s->base, *why ? why : "what it sent is no JSON");
	return err_set(err, ERR_INPUT,
		       "%s/models cannot be read (%s); the address of a server ends in /v1 as a "
		       "rule",
		       s->base, *why ? why : "what it sent is no JSON");
}

/* GET /models: the one thing that all servers of the kind have. */
static int identity_choose_model(struct http_net *net, struct arena *a, struct http_server *s,
				 json_t **ret_models, struct err *err)
{
	char why[CHAT_TEXT_MAX];
	const json_t *list;
	long status;

	*ret_models = identity_ask(net, arena_printf(a, "%s/models", s->base), NULL, &status, why);
	if (!*ret_models && status == 404 && *s->model)
		return 0;
	if (!*ret_models)
		return identity_fail_reach(s, status, why, err);
	list = json_object_get(*ret_models, "data");
	if (!json_is_array(list))
		return identity_fail_reach(s, status, "it holds no list of models", err);
	if (!*s->model && json_array_size(list) == 1)
		s->model = arena_strdup(a, identity_text_of(json_array_get(list, 0), "id"));
	if (!*s->model || !identity_entry_of(list, "id", s->model))
		return identity_fail_list(a, s, list, err);
	return 0;
}

/* What is kept of the identity; those of `stable` are hashed in the place of the weights. */
struct says {
	struct arena *a;
	json_t *stable, *rest;
	struct model_facts *facts;
	int64_t context_tok;
};

static void identity_keep(json_t *object, const char *key, const char *text)
{
	if (*text)
		json_object_set_new(object, key, json_string(text));
}

static void identity_keep_count(json_t *object, const char *key, int64_t n)
{
	if (n > 0)
		json_object_set_new(object, key, json_integer(n));
}

/* vLLM states the context, llama-server its file's facts. */
static void identity_read_entry(struct says *says, struct http_server *s, const json_t *entry)
{
	const json_t *meta = json_object_get(entry, "meta");
	const char *owner = identity_text_of(entry, "owned_by");

	if (strcmp(owner, "vllm") == 0)
		s->software = HTTP_VLLM;
	if (strcmp(owner, "llamacpp") == 0)
		s->software = HTTP_LLAMA;
	identity_keep(says->rest, "owned_by", owner);
	identity_keep(says->stable, "root", identity_text_of(entry, "root"));
	identity_keep_count(says->stable, "params", identity_count_of(meta, "n_params"));
	identity_keep_count(says->stable, "bytes", identity_count_of(meta, "size"));
	says->facts->n_params = identity_count_of(meta, "n_params");
	says->facts->tensor_bytes = identity_count_of(meta, "size");
	says->facts->n_ctx_train = identity_count_of(meta, "n_ctx_train");
	says->facts->n_embd = identity_count_of(meta, "n_embd");
	says->facts->n_vocab = identity_count_of(meta, "n_vocab");
	identity_copy(says->facts->quant, sizeof(says->facts->quant),
		      identity_text_of(meta, "ftype"));
	says->context_tok = identity_count_of(entry, "max_model_len");
}

/* llama-server: GET /props. */
static void identity_read_props(struct http_net *net, struct says *says, struct http_server *s)
{
	json_t *props = identity_look(net, says->a, s->root, "/props", NULL);
	const char *template = identity_text_of(props, "chat_template");
	const char *path = identity_text_of(props, "model_path"),
		   *quant = identity_text_of(props, "model_ftype");

	if (json_is_string(json_object_get(props, "build_info"))) {
		s->software = HTTP_LLAMA;
		identity_keep(says->stable, "build", identity_text_of(props, "build_info"));
		identity_keep(says->stable, "file", path);
		identity_copy(says->facts->name, sizeof(says->facts->name), str_basename(path));
		identity_copy(says->facts->quant, sizeof(says->facts->quant), quant);
		says->context_tok = identity_count_of(
			json_object_get(props, "default_generation_settings"), "n_ctx");
		identity_keep_count(says->rest, "slots", identity_count_of(props, "total_slots"));
	}
	if (*template) {
		hash_bytes(template, strlen(template), says->facts->template_sha256);
		identity_keep(says->stable, "template_sha256", says->facts->template_sha256);
	}
	json_decref(props);
}

/* "1.2B", "135M" → how many. */
static int64_t identity_params_of(const char *text)
{
	char *end;
	double n = strtod(text, &end);

	if (n <= 0 || n > 1e6)
		return 0;
	return (int64_t)(n * (*end == 'B' ? 1e9 : *end == 'M' ? 1e6 : *end == 'K' ? 1e3 : 1));
}

/* Facts that Ollama copies from the file's header; names begin with the architecture. */
static void identity_read_model_info(struct says *says, const json_t *info)
{
	struct model_facts *f = says->facts;
	const char *arch = identity_text_of(info, "general.architecture");
	int64_t n = identity_count_of(info, "general.parameter_count");

	identity_copy(f->arch, sizeof(f->arch), arch);
	identity_copy(f->licence, sizeof(f->licence), identity_text_of(info, "general.license"));
	identity_copy(f->licence_link, sizeof(f->licence_link),
		      identity_text_of(info, "general.license.link"));
	identity_copy(f->base_model, sizeof(f->base_model),
		      identity_text_of(info, "general.base_model.0.name"));
	if (n > 0)
		f->n_params = n;
	if (*arch)
		f->n_ctx_train = identity_count_of(
			info, arena_printf(says->a, "%.60s.context_length", arch));
}

/* A model that embeds cannot answer. */
static bool identity_can_write(const json_t *show)
{
	const json_t *list = json_object_get(show, "capabilities"), *one;
	size_t i;

	json_array_foreach (list, i, one)
		if (json_is_string(one) && strcmp(json_string_value(one), "completion") == 0)
			return true;
	return json_array_size(list) == 0;
}

static int64_t identity_context_of_running(struct http_net *net, struct says *says,
					   const struct http_server *s)
{
	json_t *running = identity_look(net, says->a, s->root, "/api/ps", NULL);
	int64_t n = identity_count_of(
		identity_entry_of(json_object_get(running, "models"), "name", s->model),
		"context_length");

	json_decref(running);
	return n;
}

static void identity_keep_licence_text(struct says *says, const char *text)
{
	char sha256[HASH_HEX_LEN + 1];

	if (!*text)
		return;
	hash_bytes(text, strlen(text), sha256);
	identity_keep(says->rest, "licence_sha256", sha256);
	identity_keep(says->rest, "licence_begins",
		      arena_strndup(says->a, text,
				    strcspn(text, "\r\n") < 120 ? strcspn(text, "\r\n") : 0));
}

/* Ollama: POST /api/show, and the digest from GET /api/tags. */
static void identity_read_ollama(struct http_net *net, struct says *says, struct http_server *s)
{
	json_t *version = identity_look(net, says->a, s->root, "/api/version", NULL);
	json_t *tags = NULL, *show = NULL;
	const json_t *entry, *details;

	if (json_is_string(json_object_get(version, "version"))) {
		tags = identity_look(net, says->a, s->root, "/api/tags", NULL);
		show = identity_look(net, says->a, s->root, "/api/show",
				     json_pack("{s:s}", "model", s->model));
	}
	entry = identity_entry_of(json_object_get(tags, "models"), "name", s->model);
	if (entry || show) {
		s->software = HTTP_OLLAMA;
		details = json_object_get(show ? show : entry, "details");
		identity_keep(says->stable, "build", identity_text_of(version, "version"));
		identity_keep(says->stable, "digest", identity_text_of(entry, "digest"));
		identity_keep_count(says->stable, "bytes", identity_count_of(entry, "size"));
		identity_keep(says->rest, "remote_host", identity_text_of(show, "remote_host"));
		identity_keep(says->rest, "remote_model", identity_text_of(show, "remote_model"));
		identity_keep(says->rest, "remote_host", identity_text_of(entry, "remote_host"));
		identity_keep(says->rest, "remote_model", identity_text_of(entry, "remote_model"));
		identity_copy(says->facts->name, sizeof(says->facts->name), s->model);
		identity_copy(says->facts->arch, sizeof(says->facts->arch),
			      identity_text_of(details, "family"));
		identity_copy(says->facts->quant, sizeof(says->facts->quant),
			      identity_text_of(details, "quantization_level"));
		says->facts->n_params =
			identity_params_of(identity_text_of(details, "parameter_size"));
		says->facts->tensor_bytes = identity_count_of(entry, "size");
		identity_read_model_info(says, json_object_get(show, "model_info"));
		identity_keep_licence_text(says, identity_text_of(show, "license"));
		if (!identity_can_write(show))
			snprintf(says->facts->kind, sizeof(says->facts->kind), MODEL_KIND_ENCODER);
		says->context_tok = identity_context_of_running(net, says, s);
	}
	json_decref(version);
	json_decref(tags);
	json_decref(show);
}

/* LM Studio: GET /api/v0/models. */
static void identity_read_lm_studio(struct http_net *net, struct says *says, struct http_server *s)
{
	json_t *models = identity_look(net, says->a, s->root, "/api/v0/models", NULL);
	const json_t *entry = identity_entry_of(json_object_get(models, "data"), "id", s->model);

	if (json_is_string(json_object_get(entry, "compatibility_type"))) {
		s->software = HTTP_LM_STUDIO;
		identity_keep(says->stable, "publisher", identity_text_of(entry, "publisher"));
		identity_keep(says->stable, "quantization",
			      identity_text_of(entry, "quantization"));
		identity_keep(says->rest, "state", identity_text_of(entry, "state"));
		identity_copy(says->facts->arch, sizeof(says->facts->arch),
			      identity_text_of(entry, "arch"));
		identity_copy(says->facts->quant, sizeof(says->facts->quant),
			      identity_text_of(entry, "quantization"));
		says->facts->n_ctx_train = identity_count_of(entry, "max_context_length");
		says->context_tok = identity_count_of(entry, "loaded_context_length");
		if (strcmp(identity_text_of(entry, "type"), "embeddings") == 0)
			snprintf(says->facts->kind, sizeof(says->facts->kind), MODEL_KIND_ENCODER);
	}
	json_decref(models);
}

/*
 * RULE: nothing leaves unsaid. A server on this machine may hand tickets on to somebody else's:
 * Ollama says so of its cloud models, and names them so.
 */
static int identity_refuse_cloud(const struct says *says, const struct http_server *s,
				 struct err *err)
{
	const char *host = identity_text_of(says->rest, "remote_host");
	const char *model = identity_text_of(says->rest, "remote_model");
	bool named = str_ends(s->model, ":cloud") || str_ends(s->model, "-cloud");

	if (!*host && !*model && !(named && (s->url.is_loopback || s->software == HTTP_OLLAMA)))
		return 0;
	return err_set(err, ERR_REFUSED,
		       "'%s' is a cloud model: %s hands every ticket on to %s; nothing was sent",
		       identity_seen(says->a, s->model), s->base,
		       *host ? identity_seen(says->a, host) : "a server that is not yours");
}

/* "http://host:1/v1" → "http://host:1", where the servers' own addresses begin. */
static const char *identity_root_of(struct arena *a, const struct http_server *s)
{
	size_t n = strlen(s->url.path);

	if (str_ends(s->url.path, "/v1"))
		n -= strlen("/v1");
	return arena_printf(a, "%s%.*s", s->url.origin, (int)n, s->url.path);
}

static void identity_put_together(struct says *says, struct http_server *s)
{
	identity_keep(says->stable, "url", s->base);
	identity_keep(says->stable, "model", s->model);
	identity_keep(says->stable, "software", software_names[s->software]);
	identity_keep_count(says->rest, "context", says->context_tok);
	json_object_set(says->rest, "identity", says->stable);
	s->stated = json_incref(says->rest);
	s->context_tok = says->context_tok;
	s->options = OPTIONS_OF_ALL | software_options[s->software];
}

int http_identify(struct http_net *net, struct arena *a, struct http_server *s,
		  struct model_facts *ret_facts, struct err *err)
{
	struct model_facts facts = { .kind = MODEL_KIND_MODEL };
	struct says says = { .a = a, .facts = &facts };
	json_t *models = NULL;
	int r = -1;

	s->base = arena_printf(a, "%s%s", s->url.origin, *s->url.path ? s->url.path : "/v1");
	s->root = identity_root_of(a, s);
	if (identity_choose_model(net, a, s, &models, err) == 0) {
		says.stable = json_object();
		says.rest = json_object();
		identity_read_entry(
			&says, s,
			identity_entry_of(json_object_get(models, "data"), "id", s->model));
		identity_read_props(net, &says, s);
		if (s->software == HTTP_OTHER)
			identity_read_ollama(net, &says, s);
		if (s->software == HTTP_OTHER)
			identity_read_lm_studio(net, &says, s);
		if (!*facts.name)
			identity_copy(facts.name, sizeof(facts.name), s->model);
		r = identity_refuse_cloud(&says, s, err);
		if (r == 0)
			identity_put_together(&says, s);
	}
	*ret_facts = facts;
	json_decref(models);
	json_decref(says.stable);
	json_decref(says.rest);
	return r;
}
