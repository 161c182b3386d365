/*
 * Proxies: a server may pass every ticket on to another one. LiteLLM says so at /model/info and in
 * the headers of its answers; hosted services are known by headers that proxies pass on. Decides
 * what is far away; Ollama's own statement is read in http_identity.c.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <arpa/inet.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "engine/http/http_engine.h"

/* Headers that hosted services add, as they begin. */
static const struct {
	const char *header, *service;
} services[] = {
	{ "llm_provider-", "a hosted service" },
	{ "openai-organization", "OpenAI" },
	{ "openai-processing-ms", "OpenAI" },
	{ "anthropic-organization-id", "Anthropic" },
	{ "anthropic-ratelimit-", "Anthropic" },
	{ "x-groq-", "Groq" },
	{ "x-ms-region", "Azure" },
	{ "apim-request-id", "Azure" },
	{ "x-goog-", "Google" },
	{ "x-amzn-", "Amazon" },
	{ "x-openrouter-", "OpenRouter" },
	{ "mistral-correlation-id", "Mistral" },
	{ "x-deepseek-", "DeepSeek" },
};

/* LiteLLM's providers that are servers of one's own, on this machine unless `api_base` differs. */
static const char own_providers[] = "ollama,ollama_chat,vllm,hosted_vllm,lm_studio,llamafile,"
				    "xinference,oobabooga,docker_model_runner,lemonade,infinity,"
				    "triton";

void http_note_service(const char *header, size_t n, char ret_to[CHAT_TEXT_MAX])
{
	for (size_t i = 0; i < COUNT_OF(services); i++)
		if (n > strlen(services[i].header) &&
		    strncasecmp(header, services[i].header, strlen(services[i].header)) == 0)
			snprintf(ret_to, CHAT_TEXT_MAX, "%s", services[i].service);
}

/* Names that no public name server knows: "ollama" among containers, "host.docker.internal". */
static bool forward_is_internal(const char *host)
{
	static const char *const ends[] = { ".internal", ".local", ".localhost", ".lan",
					    ".home.arpa" };

	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (str_ends(host, ends[i]))
			return true;
	return strchr(host, '.') == NULL;
}

static enum url_reach forward_reach(const struct url *url)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (url->is_loopback)
		return URL_LOOPBACK;
	if (url->is_address && inet_pton(AF_INET, url->host, &v4.sin_addr) == 1)
		return url_reach((struct sockaddr *)&v4);
	if (url->is_address && inet_pton(AF_INET6, url->host, &v6.sin6_addr) == 1)
		return url_reach((struct sockaddr *)&v6);
	return forward_is_internal(url->host) ? URL_PRIVATE : URL_PUBLIC;
}

/* Where an address of a proxy's configuration leads. One that cannot be read is far away. */
static enum url_reach forward_reach_of(const char *text)
{
	struct arena a = { 0 };
	struct url url;
	struct err unused = { 0 };
	enum url_reach reach = URL_PUBLIC;
	const char *whole = strstr(text, "://") ? text : arena_printf(&a, "http://%s", text);

	if (url_parse(&a, arena_strndup(&a, whole, strcspn(whole, "?")), &url, &unused) == 0)
		reach = forward_reach(&url);
	arena_release(&a);
	return reach;
}

static void forward_keep(struct http_server *s, const char *to, enum url_reach reach)
{
	if (reach <= s->forward_reach)
		return;
	chat_printable(to, CHAT_TEXT_MAX, s->forwards_to);
	s->forward_reach = reach;
}

/* One deployment of LiteLLM: its `api_base`, or the provider's own. */
static void forward_read_deployment(struct http_server *s, const json_t *entry)
{
	const json_t *params = json_object_get(entry, "litellm_params");
	const char *base = json_string_value(json_object_get(params, "api_base"));
	const char *model = json_string_value(json_object_get(params, "model"));
	const char *provider = json_string_value(json_object_get(params, "custom_llm_provider"));
	char prefix[64];

	if (base && *base) {
		forward_keep(s, base, forward_reach_of(base));
		return;
	}
	if (!provider && model && strchr(model, '/')) {
		snprintf(prefix, sizeof(prefix), "%.*s", (int)strcspn(model, "/"), model);
		provider = prefix;
	}
	if (!provider)
		provider = json_string_value(
			json_object_get(json_object_get(entry, "model_info"), "litellm_provider"));
	if (provider && str_is_listed(provider, own_providers, ','))
		return;
	forward_keep(s, provider ? provider : "a hosted service", URL_PUBLIC);
}

/* "openai/gpt-4o" is served by the entry of that name, or by "openai/" and a star. */
static bool forward_serves(const json_t *entry, const char *model)
{
	const char *name = json_string_value(json_object_get(entry, "model_name"));
	size_t n = name ? strcspn(name, "*") : 0;

	return name &&
	       (strcmp(name, model) == 0 || (name[n] == '*' && strncmp(name, model, n) == 0));
}

bool http_read_proxy(struct arena *a, const json_t *info, struct http_server *s)
{
	const char *model;
	const json_t *entry;
	bool found = false;
	size_t i;

	json_array_foreach (json_object_get(info, "data"), i, entry) {
		if (!json_is_object(json_object_get(entry, "litellm_params")))
			continue;
		found = true;
		if (!forward_serves(entry, s->model))
			continue;
		forward_read_deployment(s, entry);
		/* Answers come under the name there. */
		model = json_string_value(
			json_object_get(json_object_get(entry, "litellm_params"), "model"));
		if (model)
			s->root_model = arena_strdup(a, model);
	}
	return found;
}

int http_check_forward(struct engine *e, struct err *err)
{
	struct http_server *s = &e->server;
	const char *to = e->net.forwards_to;

	/* Whoever names a hosted service knows its headers. */
	if (strchr(to, '.') || strchr(to, ':'))
		forward_keep(s, to, forward_reach_of(to));
	else if (*to && s->url.is_loopback)
		forward_keep(s, to, URL_PUBLIC);
	if (*s->forwards_to)
		json_object_set_new(s->stated, "forwards_to", json_string(s->forwards_to));
	if (s->forward_reach != URL_PUBLIC)
		return 0;
	return err_set(err, ERR_REFUSED,
		       "'%s' is a cloud model: %s would forward every ticket to %s; no ticket was "
		       "sent",
		       display_cut(&e->arena, s->model, CHAT_TEXT_MAX), s->base, s->forwards_to);
}
