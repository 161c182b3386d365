/*
 * Parses addresses, and takes the identity that a server states.
 */
#include "job/model/served.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/display.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/url.h"
#include "job/plan/memory.h"

static const char *const served_route_texts[] = { SERVED_ROUTES(NAMES_TEXT) };

const struct names served_route_names = { served_route_texts, SERVED_ROUTE_COUNT };

enum served_route served_choose_route(unsigned routes, const struct served_need *need,
				      const char **ret_why)
{
	bool chats = routes == 0 || routes & 1U << SERVED_CHAT;

	*ret_why = NULL;
	if (chats && need->text)
		return SERVED_CHAT;
	for (int i = SERVED_CHAT + 1; i < SERVED_ROUTE_COUNT; i++) {
		bool fits = i == SERVED_LETTERS ?
				    need->n_labels <= SERVED_MAX_LETTERS && !need->each :
				    !need->examples;

		if (fits && routes & 1U << i)
			return (enum served_route)i;
	}
	if (!chats)
		*ret_why = "this server only decides (it writes no text), and takes no worked "
			   "examples";
	return SERVED_CHAT;
}

bool served_is_spec(const char *spec)
{
	return strncasecmp(spec, "http://", 7) == 0 || strncasecmp(spec, "https://", 8) == 0;
}

/* What people paste behind the base of a server's address. */
static const char *const endpoints[] = {
	"/chat/completions", "/completions", "/models",	  "/responses",	   "/embeddings",
	"/systemone",	     "/decisions",   "/api/chat", "/api/generate", "/api/tags",
};

/* The base of an address: an endpoint at its end is left out, and /v1 is the default. */
static const char *served_base_path(struct arena *a, const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < COUNT_OF(endpoints); i++)
		if (str_ends(path, endpoints[i])) {
			n -= strlen(endpoints[i]);
			break;
		}
	return n ? arena_strndup(a, path, n) : "/v1";
}

int served_find(struct arena *a, const char *spec, struct model *ret_model, struct err *err)
{
	struct url url;

	if (url_parse(a, spec, &url, err) < 0)
		return err_set(err, ERR_INPUT, "%s; write it as http://HOST:PORT/v1#MODEL",
			       arena_strdup(a, err->msg));
	if (strcasestr(url.path, ".gguf"))
		return err_set(err, ERR_INPUT,
			       "'%s' is the address of a file, not of a server, so nothing is "
			       "asked there; download it, and give its path",
			       display_path(a, spec));
	if (str_utf8_error(url.fragment, strlen(url.fragment)) >= 0 || strchr(url.fragment, '\n'))
		return err_set(err, ERR_INPUT, "'%s': the model's name is not valid text",
			       display_path(a, spec));
	*ret_model = (struct model){
		.spec = arena_strdup(a, spec),
		.engine = ENGINE_HTTP,
		.n_parts = 1,
		.url = arena_printf(a, "%s%s", url.origin, served_base_path(a, url.path)),
		.server_model = url.fragment,
		.origin = { .store = "server", .name = "", .digest = "" },
	};
	ret_model->path = *url.fragment ? arena_printf(a, "%s#%s", ret_model->url, url.fragment) :
					  ret_model->url;
	ret_model->label = *url.fragment ? url.fragment : strstr(url.origin, "://") + strlen("://");
	return 0;
}

/* The hash of the stable part of the statement; false if there is none. */
static bool served_identity_hash(const json_t *stated, char ret_hex[HASH_HEX_LEN + 1])
{
	const json_t *identity = json_object_get(stated, "identity");
	char *text = json_is_object(identity) ?
			     json_dumps(identity, JSON_COMPACT | JSON_SORT_KEYS) :
			     NULL;

	if (!text)
		return false;
	hash_bytes(text, strlen(text), ret_hex);
	free(text);
	return true;
}

/* The routes that the statement lists. A server that lists none is a chat. */
static unsigned served_routes_of(const json_t *stated)
{
	const json_t *list = json_object_get(stated, "routes"), *name;
	unsigned routes = 0;
	size_t i;

	json_array_foreach (list, i, name) {
		int route = json_is_string(name) ?
				    names_find(&served_route_names, json_string_value(name)) :
				    -1;

		if (route >= 0)
			routes |= 1U << route;
	}
	return routes ? routes : 1U << SERVED_CHAT;
}

int served_take(struct arena *a, struct model *model, const struct model_facts *facts,
		const char *stated, struct err *err)
{
	json_t *root = json_loads(stated, 0, NULL);
	const json_t *identity = json_object_get(root, "identity");
	const char *digest = json_string_value(json_object_get(identity, "digest"));
	const char *stated_name = json_string_value(json_object_get(root, "model"));
	const char *name =
		stated_name ? stated_name : json_string_value(json_object_get(identity, "model"));
	const char *forwards_to = json_string_value(json_object_get(root, "forwards_to"));

	if (!served_identity_hash(root, model->sha256)) {
		json_decref(root);
		return err_set(err, ERR_ENGINE, "%s: the worker did not report the server's model",
			       model->url);
	}
	model->facts = *facts;
	model->has_facts = true;
	model->stamp.size_bytes = facts->tensor_bytes;
	model->routes = served_routes_of(root);
	model->forwards_to = arena_strdup(a, forwards_to ? forwards_to : "");
	if (digest)
		model->origin.digest = arena_strdup(a, digest);
	if (name && !*model->server_model)
		model->server_model = arena_strdup(a, name);
	model->origin.name = arena_printf(a, "%s#%s", model->url, model->server_model);
	json_decref(root);
	return 0;
}

bool served_is_same(const struct model *model, const char *stated)
{
	json_t *root = json_loads(stated, 0, NULL);
	char hex[HASH_HEX_LEN + 1];
	bool same = served_identity_hash(root, hex) && strcmp(hex, model->sha256) == 0;

	json_decref(root);
	return same;
}

/* Bits per weight by the quant's name. With scales it is about half a bit more than its digit. */
static double served_bits_of(const char *quant)
{
	static const struct {
		const char *start;
		double bits;
	} rows[] = {
		{ "F32", 32 }, { "F16", 16 },  { "BF16", 16 },	{ "FP8", 8 },
		{ "INT8", 8 }, { "AWQ", 4.5 }, { "GPTQ", 4.5 }, { "MXFP4", 4.25 },
	};
	const char *digit = quant + strcspn(quant, "0123456789");

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (strncasecmp(quant, rows[i].start, strlen(rows[i].start)) == 0)
			return rows[i].bits;
	return strncasecmp(quant, "Q", 1) == 0 || strncasecmp(quant, "IQ", 2) == 0 ?
		       *digit - '0' + 0.5 :
		       0;
}

int64_t served_bytes(const struct model_facts *facts)
{
	if (facts->tensor_bytes > 0)
		return facts->tensor_bytes;
	return memory_bounded((double)facts->n_params * served_bits_of(facts->quant) / 8);
}

const char *served_leaves_for(struct arena *a, const struct model *model)
{
	struct url url;
	struct err unused;

	if (model->engine != ENGINE_HTTP || url_parse(a, model->url, &url, &unused) < 0)
		return NULL;
	if (!url.is_loopback)
		return strstr(url.origin, "://") + strlen("://");
	return model->forwards_to && *model->forwards_to ? model->forwards_to : NULL;
}
