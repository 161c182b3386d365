/*
 * One request and its redirects, by way of the fetcher. Decides which hosts may be asked, which get
 * the token, which errors are worth another try, and how long to wait before it.
 */
#include "pull/download_ask.h"

#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/display.h"
#include "base/str.h"
#include "pull/pull_link.h"

enum {
	POLL_MS = 100,
	GRACE_MS = 15000, /* after the fetcher's own limits, before it counts as hung */
	MAX_BACKOFF_MS = 30000,
	MAX_WAIT_S = 120, /* a server that demands a longer wait is an error */
};

/* One request of one hop, in progress. */
struct asking {
	struct downloader *d;
	struct arena *a;
	const char *host; /* "https://huggingface.co:443", for messages */
	bool at_first; /* still the first host: only that may state facts */
	struct ask_sink *sink;
	struct download_stated *stated;
	struct transfer_head head;
	bool has_head, wants_body;
};

static const struct status_row {
	int64_t status;
	bool again;
	enum err_kind kind;
	const char *words;
} status_rows[] = {
	{ 401, false, ERR_REFUSED, "login required, or there is no such model" },
	{ 403, false, ERR_REFUSED, "access denied" },
	{ 404, false, ERR_INPUT, "not found; check the name" },
	{ 408, true, ERR_INPUT, "the request timed out" },
	{ 410, false, ERR_INPUT, "it was removed" },
	{ 416, false, ERR_INPUT, "the file has no such range" },
	{ 429, true, ERR_INPUT, "too many requests" },
	{ 451, false, ERR_REFUSED, "not available, for legal reasons" },
	{ 500, true, ERR_INPUT, "the server has a fault" },
	{ 502, true, ERR_INPUT, "the server has a fault" },
	{ 503, true, ERR_INPUT, "the server is overloaded or down" },
	{ 504, true, ERR_INPUT, "the server has a fault" },
};

static enum ask_result ask_judge_status(struct asking *k, struct err *err)
{
	const struct transfer_head *h = &k->head;
	const char *said = h->error_text ? display_text(k->a, h->error_text) : "";
	struct status_row row = { .kind = ERR_INPUT, .words = "unexpected status" };
	const char *hint;

	for (size_t i = 0; i < COUNT_OF(status_rows); i++)
		if (status_rows[i].status == h->status)
			row = status_rows[i];
	hint = h->status == 401 || h->status == 403 ? k->d->rules->login_hint : "";
	err_set(err, row.kind, "%s answers %lld: %s%s%s%s%s%s", k->host, (long long)h->status,
		row.words, *said ? " (\"" : "", said, *said ? "\")" : "", *hint ? "; " : "", hint);
	return row.again ? ASK_AGAIN : ASK_FAILED;
}

/* Only the host that we chose ourselves may state what a file should be. */
static void ask_take_statements(struct asking *k)
{
	const struct transfer_head *h = &k->head;
	struct download_stated *s = k->stated;
	bool last = h->status == 200 && !h->location;

	if (!k->at_first)
		return;
	if (h->commit && !s->commit)
		s->commit = h->commit;
	if (h->digest && !s->digest)
		s->digest = h->digest;
	if (h->linked_bytes >= 0 && s->file.size_bytes < 0)
		s->file.size_bytes = h->linked_bytes;
	if (h->linked_etag && !s->linked) {
		pull_etag_to_sum(h->linked_etag, &s->file);
		s->linked = true;
	}
	if (last && !s->linked)
		pull_etag_to_sum(h->etag, &s->file);
	if (last && s->file.size_bytes < 0)
		s->file.size_bytes = h->content_bytes;
}

static enum ask_result ask_sink_failed(struct asking *k)
{
	transfer_close(&k->d->transfer);
	return k->sink->again ? ASK_AGAIN : ASK_FAILED;
}

static enum ask_result ask_judge_end(struct asking *k, struct wire_reader *payload, struct err *err)
{
	struct transfer_end end;

	if (transfer_decode(TRANSFER_END, payload, k->a, &end, err) < 0)
		return ASK_FAILED;
	if (k->has_head && !k->wants_body && !k->head.location)
		return ask_judge_status(k, err);
	if (end.outcome == TRANSFER_DONE && k->has_head)
		return ASK_DONE;
	err_set(err, ERR_INPUT, "%s: %s", k->host, end.text ? end.text : "no answer");
	return end.outcome == TRANSFER_CUT ? ASK_AGAIN : ASK_FAILED;
}

static enum ask_result ask_take_head(struct asking *k, struct wire_reader *payload, struct err *err)
{
	if (transfer_decode(TRANSFER_HEAD, payload, k->a, &k->head, err) < 0)
		return ASK_FAILED;
	k->has_head = true;
	k->wants_body = k->head.status == 200 || k->head.status == 206;
	ask_take_statements(k);
	if (k->wants_body && k->sink->begin(k->sink, &k->head, k->stated, err) < 0)
		return ask_sink_failed(k);
	return ASK_DONE;
}

/* Reads frames until END. */
static enum ask_result ask_take_answer(struct asking *k, int64_t patience_ms, struct err *err)
{
	struct transfer *t = &k->d->transfer;
	int64_t last_us = clock_mono_us();

	for (;;) {
		struct wire_reader payload;
		enum ask_result r = ASK_DONE;
		uint8_t type;
		int got = transfer_wait(t, POLL_MS, &type, &payload, err);

		if (got < 0) {
			transfer_close(t);
			return ASK_AGAIN;
		}
		if (k->d->rules->stopped()) {
			transfer_close(t);
			err_set(err, ERR_STOPPED,
				"stopped; the bytes so far are kept, and the same command resumes");
			return ASK_FAILED;
		}
		if (got == 0 && clock_mono_us() - last_us > patience_ms * 1000) {
			transfer_close(t);
			err_set(err, ERR_ENGINE, "toehold-fetch does not respond");
			return ASK_AGAIN;
		}
		if (got == 0)
			continue;
		last_us = clock_mono_us();
		if (type == TRANSFER_END)
			return ask_judge_end(k, &payload, err);
		if (type == TRANSFER_HEAD && !k->has_head)
			r = ask_take_head(k, &payload, err);
		else if (type == TRANSFER_DATA && k->wants_body)
			r = k->sink->data(k->sink, payload.data, payload.len, err) < 0 ?
				    ask_sink_failed(k) :
				    ASK_DONE;
		else
			return err_set(err, ERR_ENGINE, "toehold-fetch sent an unexpected frame"),
			       ASK_FAILED;
		if (r != ASK_DONE)
			return r;
	}
}

static enum ask_result ask_once(struct asking *k, const struct transfer_get *get, struct err *err)
{
	struct downloader *d = k->d;

	k->has_head = k->wants_body = false;
	if (!d->transfer.pid &&
	    transfer_start(&d->transfer, d->rules->program, d->rules->sandbox, err) < 0)
		return ASK_FAILED;
	if (transfer_send(d->transfer.to, TRANSFER_GET, get, err) < 0) {
		transfer_close(&d->transfer);
		return ASK_AGAIN;
	}
	return ask_take_answer(k, get->connect_ms + 2 * get->stall_ms + GRACE_MS, err);
}

/* RULE: the token goes only to the address that it was given for, and never unencrypted. */
static const char *ask_token_for(const struct download_rules *rules, const struct url *at)
{
	bool safe = at->tls || at->is_loopback;

	return rules->token && safe && strcmp(at->origin, rules->token_origin) == 0 ? rules->token :
										      NULL;
}

enum ask_result ask(struct downloader *d, struct arena *a, const struct transfer_get *first,
		    struct ask_sink *sink, struct download_stated *ret_stated, int64_t *ret_wait_s,
		    struct err *err)
{
	struct asking k = { .d = d, .a = a, .sink = sink, .stated = ret_stated };
	struct transfer_get get = *first;
	struct url begin, at, next;

	*ret_stated =
		(struct download_stated){ .file = { .name = "", .media = "", .size_bytes = -1 } };
	*ret_wait_s = -1;
	sink->again = false;
	get.connect_ms = d->rules->connect_ms;
	get.stall_ms = d->rules->stall_ms;
	if (pull_link_read(a, get.url, &begin, err) < 0 ||
	    pull_link_may_ask(&begin, d->rules->plain_origin, err) < 0)
		return ASK_FAILED;
	at = begin;
	for (int hop = 0; hop <= DOWNLOAD_MAX_REDIRECTS; hop++) {
		enum ask_result r;

		get.token = ask_token_for(d->rules, &at);
		get.direct = at.is_loopback;
		k.host = at.origin;
		k.at_first = strcmp(at.origin, begin.origin) == 0;
		r = ask_once(&k, &get, err);
		if (r == ASK_AGAIN && k.has_head)
			*ret_wait_s = k.head.retry_s;
		if (r != ASK_DONE || !k.head.location)
			return r;
		if (pull_link_read(a, k.head.location, &next, err) < 0 ||
		    pull_link_may_follow(&at, &next, d->rules->plain_origin, err) < 0)
			return ASK_FAILED;
		get.url = k.head.location;
		at = next;
	}
	err_set(err, ERR_REFUSED, "%s redirects more than %d times", begin.origin,
		DOWNLOAD_MAX_REDIRECTS);
	return ASK_FAILED;
}

int ask_wait(struct downloader *d, int64_t try_no, int64_t wait_s, const struct err *why,
	     struct err *err)
{
	const struct download_rules *rules = d->rules;
	int64_t wait_ms = rules->backoff_ms, end_us;
	struct arena a = { 0 };

	if (wait_s > MAX_WAIT_S)
		return err_set(err, ERR_INPUT,
			       "%s; the server demands a wait of %lld s: try again later", why->msg,
			       (long long)wait_s);
	for (int64_t i = 1; i < try_no && wait_ms < MAX_BACKOFF_MS; i++)
		wait_ms *= 2;
	if (wait_ms > MAX_BACKOFF_MS)
		wait_ms = MAX_BACKOFF_MS;
	if (wait_s >= 0)
		wait_ms = wait_s * 1000;
	rules->say(arena_printf(&a, "%s; trying again in %s", why->msg,
				str_duration(&a, wait_ms * 1000)));
	arena_release(&a);
	end_us = clock_mono_us() + wait_ms * 1000;
	while (clock_mono_us() < end_us) {
		if (rules->stopped())
			return err_set(
				err, ERR_STOPPED,
				"stopped; the bytes so far are kept, and the same command resumes");
		usleep(POLL_MS * 1000 < wait_ms * 1000 ? POLL_MS * 1000 :
							 (useconds_t)wait_ms * 1000);
	}
	return 0;
}
