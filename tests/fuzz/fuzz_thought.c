/*
 * Marks of thinking in any bytes. The first byte chooses the family, the second the start of the
 * last token. Every span must lie within the text. For any text, closing the thought must make it
 * one that is found again, and the start of the answer must come last.
 */
#include "fuzz.h"

#include <string.h>

#include "engine/thought.h"

static const char *const sources[] = {
	"</think>",
	"thinking_end_token = '</think>'",
	"<|channel|>final<|message|>",
	"<|channel>thought",
	"[THINK]",
	"[BEGIN FINAL RESPONSE]",
	"",
};

static void check_find(const struct opening *o, const char *text, size_t n, bool alone)
{
	struct thought_span s;

	if (!thought_find(o, text, n, alone, &s))
		return;
	MUST(opening_thinks(o));
	MUST(s.start <= s.end && s.end <= n && s.answer <= n && s.end <= s.answer);
	MUST(s.closed || s.answer == n);
}

/* Checks the text of the context after the thought is closed. */
static void check_close(const struct opening *o, const char *text, size_t n, size_t n_done)
{
	size_t n_mark = strlen(o->think_end), length, after;
	struct buf rest, context;
	bool complete, keep;

	buf_init(&rest, 1 << 16);
	buf_init(&context, 1 << 16);
	length = thought_length(o, text, n, &complete);
	MUST(length <= n && (!complete || memcmp(text + length, o->think_end, n_mark) == 0));
	keep = thought_close(o, text, n, n_done, &rest);
	buf_add(&context, text, keep ? n : n_done);
	buf_add(&context, buf_text(&rest), rest.len);
	/* The unchanged thought, exactly one end mark, and the start of the answer. */
	MUST(context.len >= length + n_mark + strlen(o->answer_open));
	MUST(length == 0 || memcmp(buf_text(&context), text, length) == 0);
	after = context.len - strlen(o->answer_open);
	MUST(memcmp(buf_text(&context) + after - n_mark, o->think_end, n_mark) == 0);
	MUST(strcmp(buf_text(&context) + after, o->answer_open) == 0);
	buf_release(&rest);
	buf_release(&context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	const char *text = (const char *)data + 2;
	size_t n, n_done, length;
	struct opening o;
	bool complete;

	if (n_bytes < 2)
		return 0;
	n = n_bytes - 2;
	opening_find(sources[data[0] % (sizeof(sources) / sizeof(sources[0]))], "", &o);
	check_find(&o, text, n, true);
	check_find(&o, text, n, false);
	if (!opening_thinks(&o))
		return 0;
	/* The engine stops at the first end mark, so one token earlier it was incomplete. */
	n_done = n > 0 ? n - data[1] % n : 0;
	length = thought_length(&o, text, n, &complete);
	if (complete && n_done >= length + strlen(o.think_end))
		n_done = length;
	check_close(&o, text, n, n_done);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const texts[] = {
		"\x01\x01<think>\nHm. It may be.\n</think>\n\n{\"label\":\"a\"}",
		"\x02\x03Hm.</think>a",
		"\x03\x02<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final"
		"<|message|>a",
		"\x04\x02<|channel>thought\nHm.\n<channel|>a",
		"\x05\x01[THINK]Hm.[/THI",
		"\x06\x04Hm.\n[BEGIN FINAL RESPONSE]\na",
		"\x07\x04</think>",
	};

	if (i >= sizeof(texts) / sizeof(texts[0]))
		return -1;
	memcpy(to, texts[i], strlen(texts[i]));
	return (int)strlen(texts[i]);
}
