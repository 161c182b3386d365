/*
 * Requests with libcurl: several at a time, each with one deadline for all its tries. Decides what
 * is retried and where a connection may lead. Follows no redirect, uses no proxy, decompresses
 * nothing, and sends the token to no other host.
 */
#include "base/array.h"
#include "engine/http/http_engine.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/str.h"
#include "work/certificates.h"

enum { CONNECT_TIMEOUT_MS = 10000, POLL_MS = 100 };

/* How long a stream may stay open after its last event. */
enum { LINGER_US = 1000000 };

/* Pauses before the second, third and fourth try. A server may ask for others, up to a limit. */
static const int64_t pauses_us[HTTP_MAX_TRIES - 1] = { 250000, 1000000, 3000000 };
enum { PAUSE_MAX_US = 10 * 1000000 };

static void net_say_why(struct http_call *call, enum http_end end, const char *why)
{
	call->end = end;
	chat_printable(why, CHAT_TEXT_MAX - 40, call->why);
}

/*
 * RULE: where a connection may lead. Unencrypted tickets go only to this machine or a private
 * network, and "localhost" must be this machine, whatever a resolver says.
 */
static curl_socket_t net_open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct http_net *net = ctx;
	enum url_reach reach = url_reach(&address->addr);
	int fd;

	(void)purpose;
	*net->refused = '\0';
	if (net->url.is_loopback && reach != URL_LOOPBACK)
		snprintf(net->refused, sizeof(net->refused), "'%s' does not lead to this machine",
			 net->url.host);
	else if (!net->url.tls && reach == URL_PUBLIC)
		snprintf(net->refused, sizeof(net->refused),
			 "'%s' has a public address: use https for it", net->url.host);
	if (*net->refused)
		return CURL_SOCKET_BAD;
	fd = socket(address->family, address->socktype, address->protocol);
	if (fd >= 0)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

int http_net_open(struct http_net *net, const struct url *url, const char *token, struct err *err)
{
	*net = (struct http_net){ .url = *url };
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, ERR_ENGINE, "libcurl did not start");
	net->multi = curl_multi_init();
	if (!net->multi)
		return err_set(err, ERR_ENGINE, "libcurl did not start");
	net->headers = curl_slist_append(net->headers, "Content-Type: application/json");
	/* Without this a long body would wait for "100 Continue". */
	net->headers = curl_slist_append(net->headers, "Expect:");
	if (token && *token) {
		struct buf header;

		if (strcspn(token, "\r\n") != strlen(token))
			return err_set(err, ERR_INPUT, "the token contains a line break");
		buf_init(&header, 1 << 16);
		buf_addf(&header, "Authorization: Bearer %s", token);
		net->headers = curl_slist_append(net->headers, buf_text(&header));
		buf_release(&header);
	}
	return 0;
}

void http_net_close(struct http_net *net)
{
	if (!net->multi)
		return;
	curl_multi_cleanup(net->multi);
	curl_slist_free_all(net->headers);
	curl_global_cleanup();
	*net = (struct http_net){ 0 };
}

static int net_on_event(void *ctx, const char *data, size_t n_bytes)
{
	struct http_call *call = ctx;

	if (call->sse.is_error)
		return chat_error_event(&call->chat, data, n_bytes);
	return chat_event(&call->chat, data, n_bytes, clock_mono_us());
}

/* What the lines of a stream of events begin with. */
static const char *const event_fields[] = { "data:", "event:", "id:", "retry:", ":" };
enum { FIELD_MAX_BYTES = 6 };

/*
 * RULE: whether a body is a stream of events is decided by how it begins, not by its type, which
 * servers get wrong in both ways. A byte order mark and blank lines may stand before. Returns false
 * if more bytes are needed.
 */
static bool net_know_form(struct http_call *call)
{
	const char *text = buf_text(&call->raw);
	size_t n = call->raw.len, blank = str_mark_bytes(text, n);
	const char *type = NULL;

	blank += strspn(text + blank, " \t\r\n");
	text += blank;
	n -= blank;
	if (n == 0 || (n < FIELD_MAX_BYTES && !strchr(text, '\n') && !strchr("{[<:", *text)))
		return false;
	call->form = HTTP_BODY_WHOLE;
	for (size_t i = 0; i < COUNT_OF(event_fields); i++)
		if (str_starts(text, event_fields[i]))
			call->form = HTTP_BODY_STREAM;
	curl_easy_getinfo(call->easy, CURLINFO_CONTENT_TYPE, &type);
	if (type && strstr(type, "event-stream") && *text != '{' && *text != '[')
		call->form = HTTP_BODY_STREAM;
	return true;
}

/* Feeds the parser of events. False if the call is to end. */
static bool net_feed(struct http_call *call, const char *bytes, size_t n)
{
	if (sse_feed(&call->sse, bytes, n, net_on_event, call) == 0)
		return true;
	if (!*call->chat.error)
		chat_fail(&call->chat, "the server sent a line that is too long");
	return false;
}

/* Keeps bytes until it is known what they begin. False if the call is to end. */
static bool net_take_beginning(struct http_call *call, const char *bytes, size_t n)
{
	bool fed;

	buf_add(&call->raw, bytes, n);
	if (call->kind != HTTP_CHAT || call->status != 200) {
		call->form = HTTP_BODY_WHOLE;
		return true;
	}
	if (!net_know_form(call) || call->form == HTTP_BODY_WHOLE)
		return true;
	fed = net_feed(call, buf_text(&call->raw), call->raw.len);
	buf_clear(&call->raw);
	return fed;
}

/* RULE: nothing is decompressed: a few bytes could become any number. */
static void net_fail_coding(struct http_call *call)
{
	char words[2 * CHAT_TEXT_MAX];

	snprintf(words, sizeof(words),
		 "it compresses its answers (%.40s) unasked, which toehold does not read: switch "
		 "that off in the server or proxy",
		 call->coding);
	chat_fail(&call->chat, words);
}

/* Whether the server ignores the token cap. Ends the answer if so. */
static bool net_is_past_cap(struct http_call *call)
{
	struct chat *chat = &call->chat;

	if (call->max_pieces == 0 || chat->n_content + chat->n_think <= call->max_pieces)
		return false;
	snprintf(chat->finish, sizeof(chat->finish), "length");
	chat->done = true;
	return true;
}

static size_t net_take(char *bytes, size_t size, size_t n_items, void *ctx)
{
	struct http_call *call = ctx;
	size_t n = size * n_items;

	if (!call->looked) {
		curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &call->status);
		call->looked = true;
	}
	call->n_bytes += n;
	if (call->n_bytes > HTTP_MAX_BYTES) {
		chat_fail(&call->chat, "the server sends more than any answer needs");
		return CURL_WRITEFUNC_ERROR;
	}
	if (*call->coding) {
		net_fail_coding(call);
		return CURL_WRITEFUNC_ERROR;
	}
	if (call->form == HTTP_BODY_UNKNOWN)
		return net_take_beginning(call, bytes, n) ? n : CURL_WRITEFUNC_ERROR;
	if (call->form == HTTP_BODY_WHOLE) {
		buf_add(&call->raw, bytes, n);
		return n;
	}
	if (call->chat.done)
		return n;
	if (!net_feed(call, bytes, n))
		return CURL_WRITEFUNC_ERROR;
	return net_is_past_cap(call) ? CURL_WRITEFUNC_ERROR : n;
}

/* Copies the value if the header has this name. */
static bool net_read_header(const char *bytes, size_t n, const char *name, char *ret_value,
			    size_t n_value)
{
	size_t at = strlen(name), used = 0;

	if (n <= at || strncasecmp(bytes, name, at) != 0 || bytes[at] != ':')
		return false;
	for (at++; at < n && bytes[at] == ' '; at++)
		;
	while (at < n && used + 1 < n_value && bytes[at] > ' ')
		ret_value[used++] = bytes[at++];
	ret_value[used] = '\0';
	return true;
}

static size_t net_take_header(char *bytes, size_t size, size_t n_items, void *ctx)
{
	struct http_call *call = ctx;
	size_t n = size * n_items;
	char value[CHAT_TEXT_MAX];
	int64_t seconds;

	if (net_read_header(bytes, n, "retry-after", value, sizeof(value)) &&
	    str_to_i64(value, 0, 3600, &seconds))
		call->retry_after_us = seconds * 1000000;
	if (net_read_header(bytes, n, "content-encoding", value, sizeof(value)) &&
	    strcasecmp(value, "identity") != 0)
		chat_printable(value, sizeof(value), call->coding);
	/* An address says more than the mark of a service, which LiteLLM adds for any server. */
	if (net_read_header(bytes, n, "x-litellm-model-api-base", value, sizeof(value)))
		chat_printable(value, sizeof(value), call->forwards_to);
	else if (!*call->forwards_to)
		http_note_service(bytes, n, call->forwards_to);
	return n;
}

static void net_set_options(struct http_net *net, struct http_call *call)
{
	CURL *c = call->easy;
	int64_t left_ms = (call->deadline_us - clock_mono_us()) / 1000 + 1;
	const curl_version_info_data *own = curl_version_info(CURLVERSION_NOW);
	const char *certificates = certificates_find(own->cainfo ? own->cainfo : own->capath);

	if (certificates)
		curl_easy_setopt(c, CURLOPT_CAINFO, certificates);
	curl_easy_setopt(c, CURLOPT_URL, call->url);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, net->headers);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "toehold/" TOEHOLD_VERSION);
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(c, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)(left_ms > 1 ? left_ms : 1));
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, net_open_socket);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, net);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, net_take);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, net_take_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(c, CURLOPT_PRIVATE, call);
	if (call->body) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, call->body);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(call->body));
	}
}

/* Starts a try. Forgets the try before it, but keeps the deadline. */
static void net_start(struct http_net *net, struct http_call *call)
{
	sse_release(&call->sse);
	chat_release(&call->chat);
	sse_init(&call->sse);
	chat_init(&call->chat, call->begin_us);
	buf_clear(&call->raw);
	call->looked = false;
	call->form = HTTP_BODY_UNKNOWN;
	*call->coding = '\0';
	call->n_bytes = 0;
	call->status = 0;
	call->retry_after_us = -1;
	call->done_us = 0;
	call->n_tries++;
	if (!call->easy)
		call->easy = curl_easy_init();
	if (!call->easy)
		arena_out_of_memory(sizeof(*call));
	net_set_options(net, call);
	curl_multi_add_handle(net->multi, call->easy);
	call->state = HTTP_RUNNING;
}

void http_begin(struct http_net *net, struct http_call *call, const char *url, char *body,
		enum http_kind kind, int64_t timeout_us)
{
	*call = (struct http_call){ .next = net->calls, .kind = kind, .body = body };
	net->calls = call;
	buf_init(&call->raw, HTTP_MAX_BYTES);
	call->url = strdup(url);
	if (!call->url)
		arena_out_of_memory(strlen(url));
	call->begin_us = clock_mono_us();
	call->deadline_us = call->begin_us + timeout_us;
	net_start(net, call);
}

static void net_unlink_call(struct http_net *net, struct http_call *call)
{
	struct http_call **at = &net->calls;

	while (*at && *at != call)
		at = &(*at)->next;
	if (*at)
		*at = call->next;
}

static const char *net_body_text(const struct http_call *call, size_t *ret_n)
{
	const char *text = buf_text(&call->raw);
	size_t mark = str_mark_bytes(text, call->raw.len);

	*ret_n = call->raw.len - mark;
	return text + mark;
}

json_t *http_body_json(const struct http_call *call)
{
	size_t n;
	const char *text = net_body_text(call, &n);

	return json_loadb(text, n, 0, NULL);
}

/* Reads a body that was not streamed: an answer, or the server's own words about an error. */
static void net_read_body(struct http_call *call, int64_t now_us)
{
	size_t n;
	const char *text = net_body_text(call, &n);

	if (call->form == HTTP_BODY_STREAM || call->kind == HTTP_LOOK)
		return;
	call->chat.refused = call->status != 200;
	if (call->status == 200 || text[strspn(text, " \t\r\n")] == '{') {
		if (chat_body(&call->chat, text, n, now_us) < 0)
			return;
	}
	if (call->status != 200 && !*call->chat.error)
		chat_fail(&call->chat, text);
	/* A decision comes all at once. */
	if (call->kind == HTTP_DECISION && call->status == 200)
		call->chat.first_us = call->chat.answer_us = call->chat.label_us =
			now_us - call->chat.start_us;
}

static void net_name_status(struct http_call *call)
{
	char words[CHAT_TEXT_MAX + 64];
	const char *hint = "";

	if (call->status >= 300 && call->status < 400)
		hint = "it redirects, which toehold does not follow: use its target address";
	else if (call->status == 401 || call->status == 403)
		hint = "it needs a token: set TOEHOLD_HTTP_TOKEN (docs/http.md)";
	else if (*call->chat.error)
		hint = call->chat.error;
	snprintf(words, sizeof(words), "HTTP %ld%s%s", call->status, *hint ? ": " : "", hint);
	net_say_why(call, HTTP_STATUS, words);
}

/* What the end of a transfer means. */
static void net_name_end(struct http_net *net, struct http_call *call, CURLcode code)
{
	struct chat *chat = &call->chat;
	bool whole = code == CURLE_OK || chat->done;

	if (call->looked && call->status != 200)
		net_name_status(call);
	else if (*chat->error)
		net_say_why(call, HTTP_NONSENSE, chat->error);
	else if (code == CURLE_OPERATION_TIMEDOUT && !chat->done)
		net_say_why(call, HTTP_TIMED_OUT,
			    chat->first_us < 0 ? "nothing came before the deadline" :
						 "the answer was incomplete at the deadline");
	else if (*net->refused)
		net_say_why(call, HTTP_NOT_REACHED, net->refused);
	else if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ||
		 code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION)
		net_say_why(call, HTTP_NOT_REACHED, curl_easy_strerror(code));
	else if (!whole)
		net_say_why(call, HTTP_BROKEN, curl_easy_strerror(code));
	else if (call->kind == HTTP_CHAT && chat->streamed && !chat->done && !*chat->finish)
		net_say_why(call, HTTP_BROKEN, "the stream ended before the answer was complete");
	else
		call->end = HTTP_ANSWERED;
}

static bool net_is_worth_a_try(const struct http_call *call)
{
	static const long passing[] = { 429, 500, 502, 503, 504 };

	if (call->n_tries >= HTTP_MAX_TRIES || call->chat.too_long)
		return false;
	/* A question about the server is retried only while the server is loading. */
	if (call->kind == HTTP_LOOK && call->status != 503)
		return false;
	if (call->end == HTTP_NOT_REACHED || call->end == HTTP_BROKEN)
		return true;
	for (size_t i = 0; i < COUNT_OF(passing); i++)
		if (call->end == HTTP_STATUS && call->status == passing[i])
			return true;
	return false;
}

static void net_end_transfer(struct http_net *net, struct http_call *call, CURLcode code)
{
	int64_t now_us = clock_mono_us(), pause_us;

	curl_multi_remove_handle(net->multi, call->easy);
	if (!call->looked)
		curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &call->status);
	call->looked |= call->status != 0;
	if (code == CURLE_OK && call->form == HTTP_BODY_STREAM &&
	    sse_end(&call->sse, net_on_event, call) < 0 && !*call->chat.error)
		chat_fail(&call->chat, "the server sent a line that is too long");
	if (code == CURLE_OK)
		net_read_body(call, now_us);
	chat_end(&call->chat, now_us);
	net_name_end(net, call, code);
	if (*call->forwards_to)
		snprintf(net->forwards_to, sizeof(net->forwards_to), "%s", call->forwards_to);
	call->done_us = now_us;
	call->state = HTTP_DONE;
	if (net_is_worth_a_try(call)) {
		pause_us = pauses_us[call->n_tries - 1];
		if (call->retry_after_us >= 0)
			pause_us = call->retry_after_us < PAUSE_MAX_US ? call->retry_after_us :
									 PAUSE_MAX_US;
		if (now_us + pause_us < call->deadline_us) {
			snprintf(call->retried, sizeof(call->retried), "%s", call->why);
			call->state = HTTP_PAUSED;
			call->resume_us = now_us + pause_us;
			return;
		}
	}
	net_unlink_call(net, call);
}

static void net_take_messages(struct http_net *net)
{
	struct CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(net->multi, &left))) {
		struct http_call *call = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&call);
		net_end_transfer(net, call, m->data.result);
	}
}

/* Restarts requests after their pause, and ends streams that stay open without need. */
static void net_look_after(struct http_net *net)
{
	int64_t now_us = clock_mono_us();
	struct http_call *next;

	for (struct http_call *call = net->calls; call; call = next) {
		next = call->next;
		if (call->state == HTTP_PAUSED && now_us >= call->resume_us)
			net_start(net, call);
		if (call->state != HTTP_RUNNING || call->form != HTTP_BODY_STREAM ||
		    !call->chat.done)
			continue;
		if (call->done_us == 0)
			call->done_us = now_us;
		else if (now_us - call->done_us > LINGER_US)
			net_end_transfer(net, call, CURLE_OK);
	}
}

void http_finish(struct http_net *net, struct http_call *call)
{
	int n_running;

	while (call->state != HTTP_DONE) {
		curl_multi_perform(net->multi, &n_running);
		net_take_messages(net);
		net_look_after(net);
		if (call->state != HTTP_DONE)
			curl_multi_poll(net->multi, NULL, 0, POLL_MS, NULL);
	}
}

void http_release(struct http_net *net, struct http_call *call)
{
	if (!call->url)
		return;
	net_unlink_call(net, call);
	if (call->state == HTTP_RUNNING)
		curl_multi_remove_handle(net->multi, call->easy);
	if (call->easy)
		curl_easy_cleanup(call->easy);
	sse_release(&call->sse);
	chat_release(&call->chat);
	buf_release(&call->raw);
	free(call->url);
	free(call->body);
	*call = (struct http_call){ 0 };
}
