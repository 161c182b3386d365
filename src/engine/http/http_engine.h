/*
 * The parts of the http engine: requests on the wire (net), what a server says of itself
 * (identity), what is sent (body), what is tried before a pass (probe), and what is made of an
 * answer (answer). The engine itself only orders them.
 */
#ifndef ENGINE_HTTP_HTTP_ENGINE_H
#define ENGINE_HTTP_HTTP_ENGINE_H

#include <curl/curl.h>
#include <jansson.h>

#include "base/url.h"
#include "engine/chat.h"
#include "engine/engine.h"
#include "engine/sse.h"

/* ---- requests on the wire */

/* A whole answer with its stream around it, or a body that is no stream. */
enum { HTTP_MAX_BYTES = 8 << 20 };
/* A request is tried so often at most, with these pauses in between. */
enum { HTTP_MAX_TRIES = 4 };

enum http_end {
	HTTP_ANSWERED, /* status 200, and an answer that is whole */
	HTTP_NOT_REACHED, /* no connection */
	HTTP_TIMED_OUT,
	HTTP_BROKEN, /* the connection ended before the answer did */
	HTTP_STATUS, /* any other status */
	HTTP_NONSENSE, /* what came makes no sense, or is too much */
};

enum http_state { HTTP_IDLE, HTTP_PAUSED, HTTP_RUNNING, HTTP_DONE };

struct http_call {
	struct http_call *next; /* of the net's list */
	enum http_state state;
	CURL *easy;
	struct curl_slist *headers;
	char *url, *body; /* owned; body NULL: GET */
	bool is_chat; /* put together by chat and sse; otherwise the body alone */
	bool looked, event_stream;
	int64_t max_pieces; /* of text, 0: no limit; what comes after is not waited for */
	struct sse sse;
	struct chat chat;
	struct buf raw; /* a body that is no stream */
	size_t n_bytes;
	int64_t begin_us, deadline_us, resume_us, done_us; /* clock_mono_us */
	int64_t retry_after_us; /* as the server asked */
	int n_tries;
	enum http_end end;
	long status;
	char why[CHAT_TEXT_MAX]; /* of the end, in words; printable */
	char retried
		[CHAT_TEXT_MAX]; /* why it was tried again, the last time; "" where it was not */
};

struct http_net {
	CURLM *multi;
	struct curl_slist *headers; /* with the token */
	struct url url;
	struct http_call *calls; /* all that are not done */
	char refused[CHAT_TEXT_MAX]; /* why no connection was made, where the address decided it */
};

int http_net_open(struct http_net *net, const struct url *url, const char *token,
		  struct err *err) MUST_USE;
void http_net_close(struct http_net *net);

/* Starts a request; the body is taken over (malloc'ed JSON, or NULL for GET). */
void http_begin(struct http_net *net, struct http_call *call, const char *url, char *body,
		bool is_chat, int64_t timeout_us);

/* Works on all requests until this one is done. */
void http_finish(struct http_net *net, struct http_call *call);

/* Ends a request, done or not, and frees what it holds. Safe on a zeroed one. */
void http_release(struct http_net *net, struct http_call *call);

/* ---- what the server says of itself */

enum http_software { HTTP_OTHER, HTTP_LLAMA, HTTP_OLLAMA, HTTP_VLLM, HTTP_LM_STUDIO };

/* Options that not every server takes. */
enum http_option {
	HTTP_SCHEMA = 1 << 0, /* response_format: json_schema */
	HTTP_SEED = 1 << 1,
	HTTP_USAGE = 1 << 2, /* stream_options.include_usage */
	HTTP_KWARGS = 1 << 3, /* chat_template_kwargs.enable_thinking */
	HTTP_EFFORT = 1 << 4, /* reasoning_effort */
	HTTP_BUDGET = 1 << 5, /* reasoning_budget_tokens */
	HTTP_TEMPERATURE = 1 << 6,
	HTTP_MAX_TOKENS = 1 << 7, /* max_tokens; without it max_completion_tokens is sent */
};

struct http_server {
	struct url url;
	const char *base, *root; /* the address that was named; the same without "/v1" */
	const char *model;
	enum http_software software;
	unsigned options; /* enum http_option: those it is known or believed to take */
	int64_t context_tok; /* of one request, 0: not stated */
	json_t *stated; /* what becomes msg_opened.server; owned */
};

/*
 * Asks the server which model it is. Fails with ERR_INPUT where it cannot be reached, has no such
 * model, or hands the tickets on to somebody else.
 */
int http_identify(struct http_net *net, struct arena *a, struct http_server *server,
		  struct model_facts *ret_facts, struct err *err) MUST_USE;

/* ---- the engine */

/* What the probes found. */
struct http_probes {
	json_t *found; /* what becomes msg_pass_ready.probes; owned */
	bool schema_ignored;
	bool thinks; /* although it was told not to */
	int64_t least_prompt_tok; /* of this prompt with a short ticket; 0: not stated */
	char answers_as[CHAT_TEXT_MAX]; /* the model's name in its answers */
};

struct engine {
	struct arena arena; /* of the engine's life */
	struct http_net net;
	struct http_server server;
	/* the pass */
	struct arena pass_arena;
	struct msg_pass pass; /* texts are the pass arena's */
	json_t *messages; /* system and worked examples, before the ticket; owned */
	json_t *schema; /* of the answer; owned; NULL in free mode */
	int64_t max_tok, timeout_us;
	struct http_probes probes;
	int n_silent; /* tickets in a row that brought no word from the server */
	/* the wave */
	struct arena wave_arena;
	const char **tickets;
	struct blob *images; /* one a ticket, or NULL */
	size_t n_tickets;
	struct http_call *calls; /* one a ticket */
	struct http_kept {
		bool waiting; /* for its reason to be handed out */
		bool recomputed;
		int64_t answer_tok; /* tokens up to the label */
	} * kept;
};

/* ---- what is sent */

/* Messages before the ticket, and the schema of the answer: what all tickets of a pass share. */
void http_prepare(struct engine *e);

/* One request's JSON, malloc'ed. only_label >= 0: the schema admits no other. */
char *http_ticket_body(const struct engine *e, size_t ticket, int only_label);

/* The same for a text that is no ticket. */
char *http_text_body(const struct engine *e, const char *text);

/* A request of its own: one user's message, a schema or NULL (borrowed), a cap. */
char *http_plain_body(const struct engine *e, const char *text, json_t *schema, int64_t max_tok);

/* {"label": one of names, "rationale": text}; in the order that is asked for. */
json_t *http_schema(const char *const *names, size_t n, bool reason, bool reason_first);

/* ---- what is tried before a pass */

/* Fails with ERR_ENGINE where the server cannot be asked this way. */
int http_probe(struct engine *e, struct err *err) MUST_USE;

/* "off: none came when it was tried", ... */
const char *http_thinking_words(const struct engine *e, struct arena *a);

/* ---- what is made of an answer */

/* A request that is done, as the answer to its ticket. */
void http_read_answer(struct engine *e, struct arena *a, size_t ticket, struct answer *ret);

/* Its rationale. */
void http_read_reason(struct engine *e, struct arena *a, size_t ticket, struct reason *ret);

#endif
