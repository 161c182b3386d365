/*
 * The only file of toehold-fetch that sees libcurl. Decides which transfers are possible: http and
 * https, with verified certificates, without redirects, cookies, passwords and settings files. Must
 * not know what is transferred, or which servers are allowed.
 */
#include "fetch/fetch.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/str.h"
#include "work/certificates.h"

enum { DROPPED_MAX_BYTES = 64 << 10, BUFFER_BYTES = 64 << 10, HEADER_MAX_BYTES = 32 << 10 };

struct fetching {
	const struct transfer_get *get;
	CURL *curl;
	struct arena a;
	struct transfer_head head;
	bool head_sent, body_wanted, too_large, enough, stalled;
	int64_t n_bytes; /* of the body */
	int64_t window_us, window_bytes; /* start of the window, and bytes received in it */
	int out;
	int write_failed; /* the controller is gone */
	struct err err;
};

const char *fetch_library(void)
{
	return curl_version();
}

static const char *curl_first_set(const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return NULL;
}

const char *fetch_ca_file(void)
{
	static const char *const names[] = { "CURL_CA_BUNDLE", "SSL_CERT_FILE",
					     "REQUESTS_CA_BUNDLE" };

	const char *set = curl_first_set(names, COUNT_OF(names));
	const curl_version_info_data *own = curl_version_info(CURLVERSION_NOW);

	return set ? set : certificates_find(own->cainfo ? own->cainfo : own->capath);
}

const char *fetch_ca_dir(void)
{
	static const char *const names[] = { "SSL_CERT_DIR" };

	return curl_first_set(names, 1);
}

/* ---- the head */

static const struct {
	const char *name;
	bool number;
	size_t at;
} headers[] = {
	{ "content-length", true, offsetof(struct transfer_head, content_bytes) },
	{ "x-linked-size", true, offsetof(struct transfer_head, linked_bytes) },
	{ "retry-after", true, offsetof(struct transfer_head, retry_s) },
	{ "location", false, offsetof(struct transfer_head, location) },
	{ "etag", false, offsetof(struct transfer_head, etag) },
	{ "x-linked-etag", false, offsetof(struct transfer_head, linked_etag) },
	{ "x-repo-commit", false, offsetof(struct transfer_head, commit) },
	{ "content-range", false, offsetof(struct transfer_head, range) },
	{ "docker-content-digest", false, offsetof(struct transfer_head, digest) },
	{ "x-error-code", false, offsetof(struct transfer_head, error_code) },
	{ "x-error-message", false, offsetof(struct transfer_head, error_text) },
};

static void curl_begin_head(struct fetching *f, const char *line)
{
	const char *space = strchr(line, ' ');

	f->head = (struct transfer_head){ .content_bytes = -1, .linked_bytes = -1, .retry_s = -1 };
	f->head.status = space ? strtol(space + 1, NULL, 10) : 0;
}

static void curl_take_header(struct fetching *f, const char *line)
{
	for (size_t i = 0; i < COUNT_OF(headers); i++) {
		size_t n = strlen(headers[i].name);
		char *at = (char *)&f->head + headers[i].at;
		const char *value = line + n + 1;

		if (strncasecmp(line, headers[i].name, n) != 0 || line[n] != ':')
			continue;
		value += strspn(value, " \t");
		if (!headers[i].number)
			*(const char **)(void *)at = arena_strdup(&f->a, value);
		else if (!str_to_i64(value, 0, INT64_MAX, (int64_t *)(void *)at))
			*(int64_t *)(void *)at = -1;
	}
}

/* The absolute form, seen from the requested address; NULL if it is malformed. */
static const char *curl_absolute(struct fetching *f, const char *location)
{
	CURLU *url = curl_url();
	char *text = NULL;
	const char *result = NULL;

	if (url && curl_url_set(url, CURLUPART_URL, f->get->url, 0) == CURLUE_OK &&
	    curl_url_set(url, CURLUPART_URL, location, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_URL, &text, 0) == CURLUE_OK)
		result = arena_strdup(&f->a, text);
	curl_free(text);
	curl_url_cleanup(url);
	return result;
}

static bool curl_end_head(struct fetching *f)
{
	bool redirect = f->head.status >= 300 && f->head.status < 400 && f->head.location;

	if (f->head.status < 200)
		return true; /* 100 Continue and the like come before the answer */
	f->head.location = redirect ? curl_absolute(f, f->head.location) : NULL;
	f->body_wanted = f->head.status == 200 || f->head.status == 206;
	f->head_sent = true;
	f->write_failed = transfer_send(f->out, TRANSFER_HEAD, &f->head, &f->err);
	return f->write_failed == 0;
}

/* libcurl passes one header line at a time, also the empty one at the end. */
static size_t curl_on_header(char *data, size_t size, size_t n, void *ctx)
{
	struct fetching *f = ctx;
	size_t len = size * n;
	char *line;

	if (f->head_sent)
		return len; /* a trailer */
	if (len > HEADER_MAX_BYTES)
		return 0;
	f->window_bytes += (int64_t)len;
	line = arena_strndup(&f->a, data, len);
	for (size_t end = strlen(line); end > 0 && isspace((unsigned char)line[end - 1]); end--)
		line[end - 1] = '\0';
	if (strncmp(line, "HTTP/", 5) == 0)
		curl_begin_head(f, line);
	else if (*line)
		curl_take_header(f, line);
	else if (!curl_end_head(f))
		return 0;
	return len;
}

/* ---- the body */

static size_t curl_on_body(char *data, size_t size, size_t n, void *ctx)
{
	struct fetching *f = ctx;
	size_t len = size * n;
	struct buf frame;

	f->n_bytes += (int64_t)len;
	f->window_bytes += (int64_t)len;
	if (!f->body_wanted) {
		f->enough = f->n_bytes > DROPPED_MAX_BYTES;
		return f->enough ? 0 : len;
	}
	f->too_large = f->n_bytes > f->get->max_bytes;
	if (f->too_large)
		return 0;
	buf_init(&frame, len);
	buf_add(&frame, data, len);
	f->write_failed = wire_send(f->out, TRANSFER_DATA, &frame, &f->err);
	buf_release(&frame);
	return f->write_failed == 0 ? len : 0;
}

/* libcurl calls this about once a second, even if nothing arrives. */
static int curl_on_progress(void *ctx, curl_off_t total, curl_off_t now, curl_off_t up_total,
			    curl_off_t up_now)
{
	struct fetching *f = ctx;
	int64_t now_us = clock_mono_us();

	(void)total;
	(void)now;
	(void)up_total;
	(void)up_now;
	if (now_us - f->window_us < f->get->stall_ms * 1000)
		return 0;
	f->stalled = f->window_bytes < TRANSFER_STALL_BYTES;
	f->window_us = now_us;
	f->window_bytes = 0;
	return f->stalled;
}

/* ---- the transfer */

static struct curl_slist *curl_request_headers(struct fetching *f)
{
	const struct transfer_get *get = f->get;
	struct curl_slist *list = NULL;

	/* The length and the sum of a compressed answer would differ from the stated ones. */
	list = curl_slist_append(list, "Accept-Encoding: identity");
	if (get->accept)
		list = curl_slist_append(list, arena_printf(&f->a, "Accept: %s", get->accept));
	if (get->token)
		list = curl_slist_append(
			list, arena_printf(&f->a, "Authorization: Bearer %s", get->token));
	if (get->if_range)
		list = curl_slist_append(list, arena_printf(&f->a, "If-Range: %s", get->if_range));
	return list;
}

static void curl_set_protocols(CURL *curl)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (fetch_ca_file())
		curl_easy_setopt(curl, CURLOPT_CAINFO, fetch_ca_file());
	if (fetch_ca_dir())
		curl_easy_setopt(curl, CURLOPT_CAPATH, fetch_ca_dir());
	/* Our headers are for the server, never for a proxy. */
	curl_easy_setopt(curl, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
}

static void curl_set_request(struct fetching *f, struct curl_slist *list, char *words)
{
	const struct transfer_get *get = f->get;
	CURL *curl = f->curl;

	curl_set_protocols(curl);
	curl_easy_setopt(curl, CURLOPT_URL, get->url);
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "toehold/" TOEHOLD_VERSION);
	curl_easy_setopt(curl, CURLOPT_NOBODY, get->max_bytes == 0 ? 1L : 0L);
	if (get->from_bytes > 0)
		curl_easy_setopt(curl, CURLOPT_RANGE,
				 arena_printf(&f->a, "%lld-", (long long)get->from_bytes));
	if (get->direct)
		curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)get->connect_ms);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, (long)BUFFER_BYTES);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, curl_on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, f);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, curl_on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, f);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, curl_on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, f);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

/* Failures that a retry may cure. */
static const CURLcode passing[] = {
	CURLE_COULDNT_RESOLVE_PROXY,
	CURLE_COULDNT_RESOLVE_HOST,
	CURLE_COULDNT_CONNECT,
	CURLE_PARTIAL_FILE,
	CURLE_OPERATION_TIMEDOUT,
	CURLE_SSL_CONNECT_ERROR,
	CURLE_GOT_NOTHING,
	CURLE_SEND_ERROR,
	CURLE_RECV_ERROR,
	CURLE_HTTP2,
	CURLE_HTTP2_STREAM,
	CURLE_WEIRD_SERVER_REPLY,
};

static struct transfer_end curl_name_end(struct fetching *f, CURLcode code, const char *words)
{
	struct transfer_end end = { .outcome = TRANSFER_FAILED };

	if (code == CURLE_OK || f->enough) {
		end.outcome = f->head_sent ? TRANSFER_DONE : TRANSFER_CUT;
		end.text = f->head_sent ? "" : "no answer came";
	} else if (f->stalled) {
		end.outcome = TRANSFER_CUT;
		end.text = arena_printf(&f->a, "nothing arrived for %g s",
					(double)f->get->stall_ms / 1000);
	} else if (f->too_large) {
		end.text = arena_printf(&f->a, "the answer is longer than the expected %lld bytes",
					(long long)f->get->max_bytes);
	} else {
		for (size_t i = 0; i < COUNT_OF(passing); i++)
			if (code == passing[i])
				end.outcome = TRANSFER_CUT;
		end.text = *words ? words : curl_easy_strerror(code);
	}
	return end;
}

/* One handle for all transfers, since it keeps connections open. */
static CURL *curl_handle(void)
{
	static CURL *curl;

	if (!curl && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		curl = curl_easy_init();
	if (!curl)
		arena_out_of_memory(sizeof(struct fetching));
	curl_easy_reset(curl);
	return curl;
}

int fetch_transfer(int out, const struct transfer_get *get, struct err *err)
{
	struct fetching f = { .get = get, .curl = curl_handle(), .out = out };
	char words[CURL_ERROR_SIZE] = "";
	struct curl_slist *list = curl_request_headers(&f);
	struct transfer_end end;
	int r;

	curl_set_request(&f, list, words);
	f.window_us = clock_mono_us();
	end = curl_name_end(&f, curl_easy_perform(f.curl), words);
	curl_slist_free_all(list);
	if (f.write_failed)
		r = err_set(err, ERR_ENGINE, "%s", f.err.msg);
	else
		r = transfer_send(out, TRANSFER_END, &end, err);
	arena_release(&f.a);
	return r;
}
