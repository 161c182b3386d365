/*
 * What a server reports about itself and its model, at the addresses that each kind of server has
 * for it. Decides which model is meant, and refuses one that runs on another server behind this
 * address. All of it is the server's word, and is recorded as such (docs/http.md).
 */
#include "engine/http/http_engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "base/hash.h"
#include "base/str.h"

enum { ASK_TIMEOUT_US = 15 * 1000000, LIST_WORDS_MAX = 300 };

static const char *const software_names[] = {
	[HTTP_OTHER] = "not known", [HTTP_LLAMA] = "llama.cpp",	    [HTTP_OLLAMA] = "Ollama",
	[HTTP_VLLM] = "vLLM",	    [HTTP_LM_STUDIO] = "LM Studio", [HTTP_LITELLM] = "LiteLLM",
};

/* Options that each probably accepts; the first probe finds out. */
static const unsigned software_options[] = {
	[HTTP_OTHER] = 0,
	[HTTP_LLAMA] = HTTP_KWARGS | HTTP_BUDGET,
	[HTTP_OLLAMA] = HTTP_EFFORT,
	[HTTP_VLLM] = HTTP_KWARGS,
	[HTTP_LM_STUDIO] = 0,
	[HTTP_LITELLM] = 0,
};
enum {
	OPTIONS_OF_ALL = HTTP_STREAM | HTTP_SCHEMA | HTTP_SEED | HTTP_USAGE | HTTP_TEMPERATURE |
			 HTTP_MAX_TOKENS
};

/* Asks one question. *ret_status: 0 if no answer came. Returns NULL unless JSON came. */
static json_t *identity_ask(struct http_net *net, const char *url, json_t *question,
			    long *ret_status, char ret_why[CHAT_TEXT_MAX])
{
	struct http_call call;
	json_t *answer = NULL;
	char *body = question ? json_dumps(question, JSON_COMPACT) : NULL;

	json_decref(question);
	http_begin(net, &call, url, body, HTTP_LOOK, ASK_TIMEOUT_US);
	http_finish(net, &call);
	*ret_status = call.status;
	snprintf(ret_why, CHAT_TEXT_MAX, "%s", call.why);
	if (call.end == HTTP_ANSWERED && call.status == 200)
		answer = http_body_json(&call);
	http_release(net, &call);
	return answer;
}

/* The same, if the answer may be missing. */
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

static bool identity_is_text(const json_t *value, const char *text)
{
	return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

static int64_t identity_count_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	json_int_t n = json_is_integer(value) ? json_integer_value(value) : 0;

	return n > 0 ? n : 0;
}

/* Sets a text of the facts if the server states it. */
#define FACT(report, member, text) \
	identity_copy((report)->facts->member, sizeof((report)->facts->member), text)

static void identity_copy(char *to, size_t size, const char *text)
{
	if (*text)
		snprintf(to, size, "%s", text);
}

/* With tags, "llama3.2" means "llama3.2:latest". */
static bool identity_is_model(const char *listed, const char *wanted)
{
	size_t n = strlen(wanted);

	return strcmp(listed, wanted) == 0 ||
	       (strncmp(listed, wanted, n) == 0 && strcmp(listed + n, ":latest") == 0);
}

/* The model's entry in a list of objects whose names are in `key`, or NULL. */
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
		buf_add_item(&names, ", ", "'%s'",
			     display_cut(a, identity_text_of(entry, "id"), CHAT_TEXT_MAX));
	if (*s->model)
		err_set(err, ERR_INPUT, "%s has no model '%s'; it has %s%s", s->base,
			display_cut(a, s->model, CHAT_TEXT_MAX),
			json_array_size(list) ? buf_text(&names) : "none",
			names.overflow ? ", ..." : "");
	else
		err_set(err, ERR_INPUT, "%s has several models; choose one, as in %s#MODEL: %s%s",
			s->base, s->base, buf_text(&names), names.overflow ? ", ..." : "");
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
	if (status == 200 && *why)
		return err_set(err, ERR_INPUT, "cannot read %s/models: %s", s->base, why);
	return err_set(err, ERR_INPUT,
		       "cannot read %s/models (%s); a server's address usually ends in /v1",
		       s->base, *why ? why : "what it sent is no JSON");
}

/* GET BASE/models. If only BASE/v1 has models, that becomes the base. */
static json_t *identity_find_models(struct http_net *net, struct arena *a, struct http_server *s,
				    long *ret_status, char ret_why[CHAT_TEXT_MAX])
{
	char why[CHAT_TEXT_MAX];
	const char *base = arena_printf(a, "%s/v1", s->base);
	json_t *models =
		identity_ask(net, arena_printf(a, "%s/models", s->base), NULL, ret_status, ret_why);
	bool missing = *ret_status == 404 || *ret_status == 405 ||
		       (*ret_status == 200 && *ret_why == '\0');
	json_t *others;
	long status;

	if (models || !missing || str_ends(s->base, "/v1"))
		return models;
	others = identity_ask(net, arena_printf(a, "%s/models", base), NULL, &status, why);
	if (!json_is_array(json_object_get(others, "data"))) {
		json_decref(others);
		return NULL;
	}
	s->base = base;
	return others;
}

/* GET /models, which all OpenAI-compatible servers have. */
static int identity_choose_model(struct http_net *net, struct arena *a, struct http_server *s,
				 json_t **ret_models, struct err *err)
{
	char why[CHAT_TEXT_MAX];
	const json_t *list;
	long status;

	*ret_models = identity_find_models(net, a, s, &status, why);
	if (!*ret_models && status == 404 && *s->model)
		return 0;
	if (!*ret_models)
		return identity_fail_reach(s, status, why, err);
	list = json_object_get(*ret_models, "data");
	/* A server of decisions may answer every GET with its state. */
	if (!json_is_array(list) && !json_object_get(*ret_models, "object") && *s->model)
		return 0;
	if (!json_is_array(list))
		return identity_fail_reach(s, status, "it has no list of models", err);
	if (!*s->model && json_array_size(list) == 1)
		s->model = arena_strdup(a, identity_text_of(json_array_get(list, 0), "id"));
	if (!*s->model || !identity_entry_of(list, "id", s->model))
		return identity_fail_list(a, s, list, err);
	return 0;
}

/* What is recorded. `stable` is hashed in place of the weights. */
struct report {
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

/* `toehold serve` decides only between its run's own labels, and lists them. */
static void identity_read_labels(struct report *report, struct http_server *s, const json_t *list)
{
	const json_t *one;
	size_t i;

	s->labels = arena_array(report->a, json_array_size(list), sizeof(*s->labels));
	json_array_foreach (list, i, one)
		if (json_is_string(one))
			s->labels[s->n_labels++] = arena_strdup(report->a, json_string_value(one));
}

/* vLLM states the context; llama-server the facts of its file. */
static void identity_read_entry(struct report *report, struct http_server *s, const json_t *entry)
{
	const json_t *meta = json_object_get(entry, "meta");
	const char *owner = identity_text_of(entry, "owned_by");
	const json_t *outputs =
		json_object_get(json_object_get(entry, "architecture"), "output_modalities");

	if (strcmp(owner, "vllm") == 0)
		s->software = HTTP_VLLM;
	if (strcmp(owner, "llamacpp") == 0)
		s->software = HTTP_LLAMA;
	s->only_decides = json_array_size(outputs) == 1 &&
			  identity_is_text(json_array_get(outputs, 0), "decisions");
	identity_read_labels(report, s, json_object_get(entry, "labels"));
	identity_keep(report->rest, "owned_by", owner);
	s->root_model = arena_strdup(report->a, identity_text_of(entry, "root"));
	identity_keep(report->stable, "root", s->root_model);
	if (strcmp(s->root_model, s->model) != 0)
		FACT(report, name, s->root_model);
	identity_keep_count(report->stable, "params", identity_count_of(meta, "n_params"));
	identity_keep_count(report->stable, "bytes", identity_count_of(meta, "size"));
	report->facts->n_params = identity_count_of(meta, "n_params");
	report->facts->tensor_bytes = identity_count_of(meta, "size");
	report->facts->n_ctx_train = identity_count_of(meta, "n_ctx_train");
	report->facts->n_embd = identity_count_of(meta, "n_embd");
	report->facts->n_vocab = identity_count_of(meta, "n_vocab");
	FACT(report, quant, identity_text_of(meta, "ftype"));
	report->context_tok = identity_count_of(entry, "max_model_len");
	if (report->facts->n_ctx_train == 0)
		report->facts->n_ctx_train = report->context_tok;
}

/* llama-server: GET /props. */
static void identity_read_props(struct http_net *net, struct report *report, struct http_server *s)
{
	json_t *props = identity_look(net, report->a, s->root, "/props", NULL);
	const char *template = identity_text_of(props, "chat_template");
	const char *quant = identity_text_of(props, "model_ftype");
	const char *path = identity_text_of(props, "model_path");

	if (json_is_string(json_object_get(props, "build_info"))) {
		s->software = HTTP_LLAMA;
		identity_keep(report->stable, "build", identity_text_of(props, "build_info"));
		identity_keep(report->stable, "file", path);
		if (*path)
			s->root_model = arena_strdup(report->a, path);
		FACT(report, name, str_basename(path));
		FACT(report, quant, quant);
		report->context_tok = identity_count_of(
			json_object_get(props, "default_generation_settings"), "n_ctx");
		identity_keep_count(report->rest, "slots", identity_count_of(props, "total_slots"));
	}
	if (*template) {
		hash_bytes(template, strlen(template), report->facts->template_sha256);
		identity_keep(report->stable, "template_sha256", report->facts->template_sha256);
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

/* Facts that Ollama copies from the file's header. Some keys begin with the architecture. */
static void identity_read_model_info(struct report *report, const json_t *info)
{
	struct model_facts *f = report->facts;
	const char *arch = identity_text_of(info, "general.architecture");
	int64_t n = identity_count_of(info, "general.parameter_count");

	FACT(report, arch, arch);
	FACT(report, licence, identity_text_of(info, "general.license"));
	FACT(report, licence_link, identity_text_of(info, "general.license.link"));
	FACT(report, base_model, identity_text_of(info, "general.base_model.0.name"));
	if (n > 0)
		f->n_params = n;
	if (*arch)
		f->n_ctx_train = identity_count_of(
			info, arena_printf(report->a, "%.60s.context_length", arch));
}

/* An embedding model cannot answer. */
static bool identity_can_write(const json_t *show)
{
	const json_t *list = json_object_get(show, "capabilities"), *one;
	size_t i;

	json_array_foreach (list, i, one)
		if (identity_is_text(one, "completion"))
			return true;
	return json_array_size(list) == 0;
}

static int64_t identity_context_of_running(struct http_net *net, struct report *report,
					   const struct http_server *s)
{
	json_t *running = identity_look(net, report->a, s->root, "/api/ps", NULL);
	int64_t n = identity_count_of(
		identity_entry_of(json_object_get(running, "models"), "name", s->model),
		"context_length");

	json_decref(running);
	return n;
}

static void identity_keep_licence_text(struct report *report, const char *text)
{
	char sha256[HASH_HEX_LEN + 1];

	if (!*text)
		return;
	hash_bytes(text, strlen(text), sha256);
	identity_keep(report->rest, "licence_sha256", sha256);
	identity_keep(report->rest, "licence_begins",
		      arena_strndup(report->a, text,
				    strcspn(text, "\r\n") < 120 ? strcspn(text, "\r\n") : 0));
}

/* Ollama: POST /api/show, and the digest from GET /api/tags. */
static void identity_read_ollama(struct http_net *net, struct report *report, struct http_server *s)
{
	json_t *version = identity_look(net, report->a, s->root, "/api/version", NULL);
	json_t *tags = NULL, *show = NULL;
	const json_t *entry, *details;

	if (json_is_string(json_object_get(version, "version"))) {
		tags = identity_look(net, report->a, s->root, "/api/tags", NULL);
		show = identity_look(net, report->a, s->root, "/api/show",
				     json_pack("{s:s}", "model", s->model));
	}
	entry = identity_entry_of(json_object_get(tags, "models"), "name", s->model);
	if (entry || show) {
		s->software = HTTP_OLLAMA;
		details = json_object_get(show ? show : entry, "details");
		identity_keep(report->stable, "build", identity_text_of(version, "version"));
		identity_keep(report->stable, "digest", identity_text_of(entry, "digest"));
		identity_keep_count(report->stable, "bytes", identity_count_of(entry, "size"));
		identity_keep(report->rest, "remote_host", identity_text_of(show, "remote_host"));
		identity_keep(report->rest, "remote_model", identity_text_of(show, "remote_model"));
		identity_keep(report->rest, "remote_host", identity_text_of(entry, "remote_host"));
		identity_keep(report->rest, "remote_model",
			      identity_text_of(entry, "remote_model"));
		FACT(report, name, s->model);
		FACT(report, arch, identity_text_of(details, "family"));
		FACT(report, quant, identity_text_of(details, "quantization_level"));
		report->facts->n_params =
			identity_params_of(identity_text_of(details, "parameter_size"));
		report->facts->tensor_bytes = identity_count_of(entry, "size");
		identity_read_model_info(report, json_object_get(show, "model_info"));
		identity_keep_licence_text(report, identity_text_of(show, "license"));
		if (!identity_can_write(show))
			report->facts->kind = MODEL_KIND_ENCODER;
		report->context_tok = identity_context_of_running(net, report, s);
	}
	json_decref(version);
	json_decref(tags);
	json_decref(show);
}

/* LM Studio: GET /api/v0/models. */
static void identity_read_lm_studio(struct http_net *net, struct report *report,
				    struct http_server *s)
{
	json_t *models = identity_look(net, report->a, s->root, "/api/v0/models", NULL);
	const json_t *entry = identity_entry_of(json_object_get(models, "data"), "id", s->model);

	if (json_is_string(json_object_get(entry, "compatibility_type"))) {
		s->software = HTTP_LM_STUDIO;
		identity_keep(report->stable, "publisher", identity_text_of(entry, "publisher"));
		identity_keep(report->stable, "quantization",
			      identity_text_of(entry, "quantization"));
		identity_keep(report->rest, "state", identity_text_of(entry, "state"));
		FACT(report, arch, identity_text_of(entry, "arch"));
		FACT(report, quant, identity_text_of(entry, "quantization"));
		report->facts->n_ctx_train = identity_count_of(entry, "max_context_length");
		report->context_tok = identity_count_of(entry, "loaded_context_length");
		if (strcmp(identity_text_of(entry, "type"), "embeddings") == 0)
			report->facts->kind = MODEL_KIND_ENCODER;
	}
	json_decref(models);
}

/* LiteLLM: GET /model/info, with the same token. */
static void identity_read_litellm(struct http_net *net, struct report *report,
				  struct http_server *s)
{
	json_t *info = identity_look(net, report->a, s->root, "/model/info", NULL);

	if (!info)
		info = identity_look(net, report->a, s->root, "/v1/model/info", NULL);
	if (http_read_proxy(report->a, info, s)) {
		s->software = HTTP_LITELLM;
		identity_keep(report->rest, "forwards_to", s->forwards_to);
	}
	json_decref(info);
}

/*
 * RULE: no ticket leaves this machine unannounced. A local server may forward tickets to another
 * one: Ollama reports this for its cloud models, and their names say it.
 */
static int identity_refuse_cloud(const struct report *report, const struct http_server *s,
				 struct err *err)
{
	const char *host = identity_text_of(report->rest, "remote_host");
	const char *model = identity_text_of(report->rest, "remote_model");
	bool named = str_ends(s->model, ":cloud") || str_ends(s->model, "-cloud");

	if (!*host && !*model && !(named && (s->url.is_loopback || s->software == HTTP_OLLAMA)))
		return 0;
	return err_set(
		err, ERR_REFUSED,
		"'%s' is a cloud model: %s would forward every ticket to %s; nothing was sent",
		display_cut(report->a, s->model, CHAT_TEXT_MAX), s->base,
		*host ? display_cut(report->a, host, CHAT_TEXT_MAX) : "another server");
}

/* "http://host:1/v1" → "http://host:1", the base of the servers' own addresses. */
static const char *identity_root_of(struct arena *a, const struct http_server *s)
{
	size_t n = strlen(s->base);

	return arena_strndup(a, s->base, n - (str_ends(s->base, "/v1") ? strlen("/v1") : 0));
}

static void identity_put_together(struct report *report, struct http_server *s)
{
	identity_keep(report->stable, "url", s->base);
	/* Ollama's digest says which model it is, under whatever name. */
	if (!json_object_get(report->stable, "digest"))
		identity_keep(report->stable, "model", s->model);
	identity_keep(report->rest, "model", s->model);
	identity_keep(report->stable, "software", software_names[s->software]);
	identity_keep_count(report->rest, "context", report->context_tok);
	json_object_set(report->rest, "identity", report->stable);
	s->stated = json_incref(report->rest);
	s->context_tok = report->context_tok;
	s->options = OPTIONS_OF_ALL | software_options[s->software];
}

int http_identify(struct http_net *net, struct arena *a, struct http_server *s,
		  struct model_facts *ret_facts, struct err *err)
{
	struct model_facts facts = { .kind = MODEL_KIND_MODEL };
	struct report report = { .a = a, .facts = &facts };
	json_t *models = NULL;
	int r = -1;

	s->base = arena_printf(a, "%s%s", s->url.origin, *s->url.path ? s->url.path : "/v1");
	s->root_model = "";
	if (identity_choose_model(net, a, s, &models, err) == 0) {
		s->root = identity_root_of(a, s);
		report.stable = json_object();
		report.rest = json_object();
		identity_read_entry(
			&report, s,
			identity_entry_of(json_object_get(models, "data"), "id", s->model));
		identity_read_props(net, &report, s);
		if (s->software == HTTP_OTHER)
			identity_read_ollama(net, &report, s);
		if (s->software == HTTP_OTHER)
			identity_read_lm_studio(net, &report, s);
		if (s->software == HTTP_OTHER)
			identity_read_litellm(net, &report, s);
		if (!*facts.name)
			identity_copy(facts.name, sizeof(facts.name), s->model);
		r = identity_refuse_cloud(&report, s, err);
		if (r == 0)
			identity_put_together(&report, s);
	}
	*ret_facts = facts;
	json_decref(models);
	json_decref(report.stable);
	json_decref(report.rest);
	return r;
}
