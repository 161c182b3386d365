/*
 * The parts of the http engine, each a file: requests (http_net.c), the server's identity
 * (http_identity.c), another server behind it (http_forward.c), how it can be asked
 * (http_route.c), request bodies (http_body.c), tests before a pass (http_probe.c,
 * http_decision.c), answers (http_answer.c). The engine (http.c) only calls them in order.
 */
#ifndef ENGINE_HTTP_HTTP_ENGINE_H
#define ENGINE_HTTP_HTTP_ENGINE_H

#include <curl/curl.h>
#include <jansson.h>

#include "base/url.h"
#include "engine/chat.h"
#include "engine/decision_reply.h"
#include "engine/engine.h"
#include "engine/sse.h"

/* ---- http_net.c: requests */

/* Ceiling of a stream or body. */
enum { HTTP_MAX_BYTES = 8 << 20 };
enum { HTTP_MAX_TRIES = 4 }; /* of one request */

enum http_end {
	HTTP_ANSWERED, /* status 200 and a complete answer */
	HTTP_NOT_REACHED, /* no connection */
	HTTP_TIMED_OUT,
	HTTP_BROKEN, /* the connection ended too early */
	HTTP_STATUS, /* any other status */
	HTTP_NONSENSE, /* malformed or too long */
};

/* What is asked: it decides how the reply is read, and when the request is sent again. */
enum http_kind {
	HTTP_LOOK, /* about the server; only the body is kept */
	HTTP_CHAT, /* a chat: its text, streamed or not */
	HTTP_DECISION, /* one JSON object */
};

enum http_state { HTTP_IDLE, HTTP_PAUSED, HTTP_RUNNING, HTTP_DONE };

struct http_call {
	struct http_call *next; /* of the net's list */
	enum http_state state;
	CURL *easy;
	struct curl_slist *headers;
	char *url, *body; /* owned; body NULL: GET */
	enum http_kind kind;
	bool looked; /* at the status */
	enum { HTTP_BODY_UNKNOWN, HTTP_BODY_WHOLE, HTTP_BODY_STREAM } form;
	int64_t max_pieces; /* of text, after which reading stops; 0: no limit */
	struct sse sse;
	struct chat chat;
	struct buf raw; /* a body that is not a stream */
	size_t n_bytes;
	int64_t begin_us, deadline_us, resume_us, done_us; /* clock_mono_us */
	int64_t retry_after_us; /* as the server asks; -1: does not */
	char coding[CHAT_TEXT_MAX]; /* Content-Encoding that nobody asked for, or "" */
	char forwards_to
		[CHAT_TEXT_MAX]; /* what its headers say of a proxy (http_forward.c), or "" */
	int n_tries;
	enum http_end end;
	long status;
	char why[CHAT_TEXT_MAX]; /* reason for the end, as printable text */
	char retried[CHAT_TEXT_MAX]; /* reason for the last retry, or "" */
};

struct http_net {
	CURLM *multi;
	struct curl_slist *headers; /* sent with every request; hold the token */
	struct url url;
	struct http_call *calls; /* those in progress */
	char refused[CHAT_TEXT_MAX]; /* why an address was refused, or "" */
	char forwards_to[CHAT_TEXT_MAX]; /* where a proxy says that it asks, or "" */
};

int http_net_open(struct http_net *net, const struct url *url, const char *token,
		  struct err *err) MUST_USE;
void http_net_close(struct http_net *net);

/* Starts a request. Takes ownership of the body (malloc'ed JSON, or NULL for GET). */
void http_begin(struct http_net *net, struct http_call *call, const char *url, char *body,
		enum http_kind kind, int64_t timeout_us);

/* Serves all requests until this one is done. */
void http_finish(struct http_net *net, struct http_call *call);

/* The JSON of a body, behind a byte order mark if there is one; NULL if it is none. */
json_t *http_body_json(const struct http_call *call);

/* Ends a request at any time and frees it. Safe on a zeroed one. */
void http_release(struct http_net *net, struct http_call *call);

/* ---- http_identity.c: the server's identity */

enum http_software {
	HTTP_OTHER,
	HTTP_LLAMA,
	HTTP_OLLAMA,
	HTTP_VLLM,
	HTTP_LM_STUDIO,
	HTTP_LITELLM,
};

/* Options that some servers refuse. */
enum http_option {
	HTTP_SCHEMA = 1 << 0, /* response_format: json_schema */
	HTTP_SEED = 1 << 1,
	HTTP_USAGE = 1 << 2, /* stream_options.include_usage */
	HTTP_KWARGS = 1 << 3, /* chat_template_kwargs.enable_thinking */
	HTTP_EFFORT = 1 << 4, /* reasoning_effort */
	HTTP_BUDGET = 1 << 5, /* reasoning_budget_tokens */
	HTTP_TEMPERATURE = 1 << 6,
	HTTP_MAX_TOKENS = 1 << 7, /* max_tokens; without it max_completion_tokens is sent */
	HTTP_LOGPROBS = 1 << 8, /* logprobs and top_logprobs, for letters */
	HTTP_OBJECT =
		1 << 9, /* response_format: json_object with a schema, in place of HTTP_SCHEMA */
	HTTP_STREAM = 1 << 10,
	HTTP_TOOLS = 1 << 11, /* tools and tool_choice, if the pass has tools */
};

struct http_server {
	struct url url;
	const char *base, *root; /* the given address; the same without "/v1" */
	const char *model;
	enum http_software software;
	unsigned options; /* enum http_option: those that it probably accepts */
	json_t *dropped; /* names of the options that it refused; owned */
	int64_t context_tok; /* of one request; 0: not stated */
	char forwards_to[CHAT_TEXT_MAX]; /* the server behind a proxy, or "" */
	enum url_reach forward_reach; /* where that one is; URL_LOOPBACK: nowhere else */
	const char *root_model; /* the name behind an alias (vLLM, llama-server), or "" */
	bool only_decides; /* it says that its model writes no text */
	const char **labels; /* the only ones that it decides between, if it lists some */
	size_t n_labels;
	json_t *stated; /* becomes msg_opened.server; owned */
};

/*
 * Asks the server which model it serves. Fails with ERR_INPUT if it cannot be reached or has no
 * such model, with ERR_REFUSED if it would forward the tickets to another server.
 */
int http_identify(struct http_net *net, struct arena *a, struct http_server *server,
		  struct model_facts *ret_facts, struct err *err) MUST_USE;

/* ---- http_forward.c: proxies */

/* Names the hosted service that adds such a header to a response; else leaves the text as it is. */
void http_note_service(const char *header, size_t n_bytes, char ret_to[CHAT_TEXT_MAX]);

/*
 * Reads the answer to LiteLLM's GET /model/info: the address that the model is forwarded to, and
 * its name there. False if the answer is something else.
 */
bool http_read_proxy(struct arena *a, const json_t *info, struct http_server *server);

/*
 * Fails with ERR_REFUSED if the server would forward tickets to a public address, by what it states
 * and by what its answers so far show.
 */
int http_check_forward(struct engine *e, struct err *err) MUST_USE;

/* ---- http_route.c: how the server can be asked */

/*
 * Sends a neutral question in each way that gives label probabilities, until one works, and to the
 * chat. Adds the routes that work to the statement (s->stated: `routes` and, for those
 * that do not, the reasons in `tried`). Marks a model that writes no text as a decision model.
 */
void http_find_routes(struct engine *e, struct model_facts *facts);

/* ---- http.c: the engine */

/* What the tests before a pass found. */
struct http_probes {
	json_t *found; /* becomes msg_pass_ready.probes; owned */
	bool schema_ignored;
	bool thinks; /* although thinking is off */
	int64_t least_prompt_tok; /* of this prompt with a short ticket; 0: not stated */
	char answers_as[CHAT_TEXT_MAX]; /* the model's name in its answers */
};

/* What an answer leaves for its reason. */
struct http_kept {
	bool waiting; /* its reason was not handed out yet */
	bool recomputed;
	int64_t answer_tok; /* tokens up to the label */
};

struct engine {
	struct arena arena; /* lives as long as the engine */
	struct http_net net;
	struct http_server server;
	/* the pass */
	struct arena pass_arena;
	struct msg_pass pass; /* its texts are in pass_arena */
	json_t *messages; /* system and worked examples, before the ticket; owned */
	json_t *schema; /* of the answer; owned; NULL in free mode */
	enum served_route route;
	struct decision_labels labels; /* those of the pass */
	const char *ask_url;
	enum http_kind ask_kind;
	int64_t max_tok, timeout_us;
	bool is_warm; /* it has answered a request, so its weights are loaded */
	struct http_probes probes;
	int n_silent; /* tickets in a row without any text from the server */
	/* the wave */
	struct arena wave_arena;
	const char **tickets;
	struct blob *images; /* one per ticket, or NULL */
	size_t n_tickets;
	struct http_call *calls; /* one per ticket */
	struct http_kept *kept; /* one per ticket */
};

/* ---- http_body.c: request bodies */

/* Makes what all tickets of a pass share: address, messages before the ticket, schema. */
void http_prepare(struct engine *e);

/* Whether the pass is a decision, not a chat (letters are one token of a chat). */
bool http_is_decision(const struct engine *e);

/* A ticket's request as malloc'ed JSON. only_label >= 0: the schema admits only this label. */
char *http_ticket_body(const struct engine *e, size_t ticket, int only_label);

/* The same for any text. */
char *http_text_body(const struct engine *e, const char *text);

/* A request outside the job: one user message, a schema or NULL (borrowed), a token cap. */
char *http_plain_body(const struct engine *e, const char *text, json_t *schema, int64_t max_tok);

/* One letter of a chat, with its top_logprobs. */
char *http_letter_body(const struct engine *e, const char *system, const char *text);

/* The schema of {"label": one of names, "rationale": text}, in the given order. */
json_t *http_schema(const char *const *names, size_t n, bool reason, bool reason_first);

/* ---- http_probe.c: tests before a pass */

/* Fails with ERR_ENGINE if the server cannot answer this pass, which is a chat. */
int http_probe(struct engine *e, struct err *err) MUST_USE;

/*
 * Asks as the pass does, and waits for the reply. Takes ownership of the body. max_tok: of the
 * answer, after which reading stops; 0: no limit.
 */
void http_try(struct engine *e, char *body, int64_t max_tok, struct http_call *ret);

/* Stands in for a ticket. */
extern const char http_neutral[];

/*
 * Drops one option that the refusal is about. False if the call was not refused for its options, or
 * if none is left.
 */
bool http_drop_option(struct engine *e, const struct http_call *call);

/* Stores the model's name in its answers. Fails if it is another model. */
int http_check_name(struct engine *e, const struct chat *chat, struct err *err) MUST_USE;

/* What the second of two equal requests says about a cache: first text after so many us. */
void http_note_repeat(struct engine *e, const struct chat *first, const struct chat *again);

/* Filler of about n_tok tokens, and the least that it can be. */
void http_add_filler(struct buf *b, int64_t n_tok, int64_t *ret_least_tok);

/* The length of the long prompt, in tokens. */
int64_t http_canary_tok(const struct engine *e);

/* "off: none came when it was tried", ... */
const char *http_thinking_text(const struct engine *e, struct arena *a);

/* ---- http_decision.c: decisions before a pass, and their replies */

/* http_probe() for a pass that is a decision. */
int http_probe_decision(struct engine *e, struct err *err) MUST_USE;

/* Reads the probabilities of a complete reply, of whatever kind the pass is. */
int http_read_decision(const struct engine *e, struct arena *a, const struct http_call *call,
		       struct decision *ret, struct err *err) MUST_USE;

/* ---- http_answer.c: answers */

/* Turns a finished request into the answer to its ticket. */
void http_read_answer(struct engine *e, struct arena *a, size_t ticket, struct answer *ret);

/* The same for its rationale. */
void http_read_reason(struct engine *e, struct arena *a, size_t ticket, struct reason *ret);

#endif
