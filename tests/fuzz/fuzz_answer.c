/*
 * A model's free text, read for a label, unescaped, and made printable. The label must be one of
 * the job's, the rule must match it, and the printable text must be harmless.
 */
#include "fuzz.h"

#include <string.h>

#include "base/str.h"
#include "judge/answer/answer.h"

static const struct label labels[] = {
	{ "card_arrival", NULL }, { "refund", NULL }, { "top up", NULL },
	{ "größe", NULL },	  { "a", NULL },
};
enum { N_LABELS = sizeof(labels) / sizeof(labels[0]) };

static void check_printable(const char *text, size_t n_bytes)
{
	struct buf b;

	buf_init(&b, 16 * FUZZ_MAX_BYTES);
	str_printable(&b, text, n_bytes);
	MUST(!b.overflow);
	MUST(str_utf8_error(buf_text(&b), b.len) < 0);
	for (size_t i = 0; i < b.len; i++)
		MUST((unsigned char)b.data[i] >= 0x20 && b.data[i] != 0x7F);
	MUST(str_columns(buf_text(&b)) <= 2 * b.len);
	buf_release(&b);
}

static void check_escapes(const char *text, size_t n_bytes)
{
	struct buf body, back;

	buf_init(&body, 8 * FUZZ_MAX_BYTES);
	buf_init(&back, 8 * FUZZ_MAX_BYTES);
	str_json_unescape(&back, text, n_bytes); /* foreign text: it must only do no harm */
	buf_clear(&back);
	str_json_escape(&body, text, n_bytes);
	str_json_unescape(&back, buf_text(&body), body.len);
	MUST(back.len == n_bytes && memcmp(buf_text(&back), text, n_bytes) == 0);
	buf_release(&body);
	buf_release(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	const char *text = (const char *)data;
	const struct free_text written = { text, n_bytes, .cut = n_bytes % 2 };
	struct arena a = { 0 };
	struct reading r;
	const char *normal;

	answer_read(&a, &written, labels, N_LABELS, &r);
	MUST(r.label >= -1 && r.label < N_LABELS);
	MUST((r.label < 0) == (strcmp(r.rule, "none") == 0));
	check_printable(r.rationale, strlen(r.rationale));
	check_printable(r.why, strlen(r.why));
	check_printable(text, n_bytes);
	check_escapes(text, n_bytes);
	normal = str_normalised(&a, arena_strndup(&a, text, n_bytes));
	MUST(strlen(normal) <= 20 * n_bytes);
	arena_release(&a);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const texts[] = {
		"{\"label\":\"refund\",\"rationale\":\"Money \\\"back\\\".\\nNow \\u00e9.\"}",
		"```json\n{ \"label\" : \"Top Up\" }\n```",
		"I think:\n\n**refund**\n",
		"The label is card_arrival, not others.",
		"\"label\":\"gr\\u00f6\\u00dfe\\ud83d\\ude00\"",
		"\x1b[31mred\x1b[0m \u202e \u0301 \uFB01 日本",
		"",
	};

	if (i >= sizeof(texts) / sizeof(texts[0]))
		return -1;
	memcpy(to, texts[i], strlen(texts[i]));
	return (int)strlen(texts[i]);
}
