/*
 * The bytes of a server, as events and as an answer. Any cut of the stream must give the same
 * result. The result must be within its limits, and times must be in order.
 */
#include "fuzz.h"

#include <string.h>

#include "base/str.h"
#include "engine/chat.h"
#include "engine/sse.h"

struct feed {
	struct chat chat;
	struct buf seen; /* the data of all events */
	int64_t now_us;
};

static int take(void *ctx, const char *data, size_t n_bytes)
{
	struct feed *f = ctx;

	MUST(data[n_bytes] == '\0');
	buf_add(&f->seen, data, n_bytes);
	buf_addc(&f->seen, '\n');
	return chat_event(&f->chat, data, n_bytes, ++f->now_us);
}

/* Feeds pieces of `step` bytes; 0 means pieces of one byte, two, three, … */
static int feed(struct feed *f, const char *data, size_t n_bytes, size_t step)
{
	struct sse s;
	size_t n = step ? step : 1;
	int r = 0;

	*f = (struct feed){ 0 };
	chat_init(&f->chat, 0);
	buf_init(&f->seen, 1 << 20);
	sse_init(&s);
	for (size_t at = 0; at < n_bytes && r == 0; at += n, n += step == 0) {
		if (n > n_bytes - at)
			n = n_bytes - at;
		r = sse_feed(&s, data + at, n, take, f);
	}
	if (r == 0)
		r = sse_end(&s, take, f);
	chat_end(&f->chat, ++f->now_us);
	sse_release(&s);
	return r;
}

static void release(struct feed *f)
{
	chat_release(&f->chat);
	buf_release(&f->seen);
}

static void check(const struct chat *c)
{
	size_t start, end;
	int found = chat_member(buf_text(&c->content), c->content.len, "label", &start, &end);

	MUST(c->content.len <= CHAT_CONTENT_MAX && c->thought.len <= CHAT_THOUGHT_MAX);
	MUST(c->first_us <= c->end_us && c->answer_us <= c->end_us && c->label_us <= c->end_us);
	MUST(c->answer_us < 0 || (c->first_us >= 0 && c->first_us <= c->answer_us));
	MUST(c->prompt_tok >= -1 && c->completion_tok >= -1 && c->cached_tok >= -1);
	MUST(str_utf8_error(c->error, strlen(c->error)) < 0 || strlen(c->error) > 200);
	MUST(found == 0 || (start <= end && end <= c->content.len));
	MUST(found != 2 || c->content.data[end] == '"');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	const char *text = (const char *)data;
	struct feed whole, parts, body;
	int r = feed(&whole, text, n_bytes, n_bytes ? n_bytes : 1);

	check(&whole.chat);
	for (size_t step = 0; step <= 7; step += 7) {
		MUST(feed(&parts, text, n_bytes, step) == r);
		MUST(whole.seen.len == parts.seen.len);
		MUST(memcmp(buf_text(&whole.seen), buf_text(&parts.seen), whole.seen.len) == 0);
		MUST(strcmp(buf_text(&whole.chat.content), buf_text(&parts.chat.content)) == 0);
		release(&parts);
	}
	release(&whole);
	body = (struct feed){ 0 };
	chat_init(&body.chat, 0);
	if (chat_body(&body.chat, text, n_bytes, 1) < 0)
		MUST(*body.chat.error);
	chat_end(&body.chat, 1);
	check(&body.chat);
	chat_release(&body.chat);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const texts[] = {
		"data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"label\\\":\\\"a\\\"}\"}}]}\n\n"
		"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
		"data: [DONE]\n\n",
		"data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm\"}}]}\r\n\r\n"
		"data: {\"choices\":[{\"delta\":{\"content\":\"<think>\\n\"}}]}\r\n\r\n"
		"data: {\"choices\":[{\"delta\":{\"content\":\"so</thi\"}}]}\r\n\r\n"
		"data: {\"choices\":[{\"delta\":{\"content\":\"nk>yes\"}}]}\r\n\r\n",
		"\xef\xbb\xbf: ping\nid: 1\ndata: {\"usage\":{\"prompt_tokens\":5,"
		"\"completion_tokens\":3,\"prompt_tokens_details\":{\"cached_tokens\":2}},\ndata: "
		"\"timings\":{\"cache_n\":4}}\n\n",
		"data: {\"error\":{\"message\":\"exceeds the context size\",\"code\":400}}\n\n",
		"{\"choices\":[{\"message\":{\"content\":\"a\",\"reasoning\":\"b\"},"
		"\"finish_reason\":\"length\"}],\"model\":\"m\"}",
		"data: {\"choices\":[{\"delta\":{\"content\":\"<think>a</think>"
		"<think>b</think>c\"}}]}"
		"\r\rdata: {\"choices\":[{\"delta\":{\"content\":\"x</think>y\"}}]}\r\r",
		"",
	};

	if (i >= sizeof(texts) / sizeof(texts[0]))
		return -1;
	memcpy(to, texts[i], strlen(texts[i]));
	return (int)strlen(texts[i]);
}
