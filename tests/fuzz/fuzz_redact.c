/*
 * Redaction of any bytes. If they are not text, they are refused. Otherwise spans are in order, do
 * not overlap and do not split characters. Other bytes stay the same, and a later scan never cuts
 * a placeholder.
 */
#include "fuzz.h"

#include <string.h>

#include "base/str.h"
#include "job/redact/redact.h"

static bool is_boundary(const char *text, size_t at, size_t n_bytes)
{
	return at == n_bytes || ((unsigned char)text[at] & 0xC0) != 0x80;
}

static void check_spans(const char *text, size_t n_bytes, const struct redact_span *spans, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		MUST(at <= spans[i].start && spans[i].start < spans[i].end);
		MUST(spans[i].end <= n_bytes && spans[i].what);
		MUST(is_boundary(text, spans[i].start, n_bytes));
		MUST(is_boundary(text, spans[i].end, n_bytes));
		at = spans[i].end;
	}
}

/* The redacted text holds the rest of the original, in order. */
static void check_applied(const char *text, size_t n_bytes, const struct redact_result *result,
			  const struct buf *out)
{
	const char *p = buf_text(out), *end = p + out->len;
	size_t at = 0;

	for (size_t i = 0; i < result->n_covered; i++) {
		const struct redact_span *span = &result->covered[i];
		const char *name = redact_type_name(span->type);
		size_t n = span->start - at;

		MUST((size_t)(end - p) >= n + strlen(name) + 9);
		MUST(memcmp(p, text + at, n) == 0);
		p += n;
		MUST(p[0] == '[' && memcmp(p + 1, name, strlen(name)) == 0);
		p = memchr(p, ']', strlen(name) + 9);
		MUST(p);
		p++;
		at = span->end;
	}
	MUST((size_t)(end - p) == n_bytes - at && memcmp(p, text + at, n_bytes - at) == 0);
}

/* The length of the placeholder that begins at p, or 0 if none does. */
static size_t placeholder_bytes(const char *p, const char *end)
{
	static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", hex[] = "0123456789abcdef";
	size_t n = 1, n_name, n_hex;

	for (n_name = 0; p + n < end && p[n] && strchr(capitals, p[n]); n++)
		n_name++;
	if (n_name < 2 || n_name > 10 || p + n >= end || p[n++] != '_')
		return 0;
	for (n_hex = 0; n_hex < 6 && p + n < end && p[n] && strchr(hex, p[n]); n++)
		n_hex++;
	return n_hex == 6 && p + n < end && p[n] == ']' ? n + 1 : 0;
}

/* A second scan covers a whole placeholder, perhaps with text around it, or leaves it alone. */
static void check_again(struct redactor *redactor, const struct buf *out)
{
	const char *text = buf_text(out), *end = text + out->len;
	struct redact_result result;
	struct arena a = { 0 };
	struct err err;

	MUST(redact_scan(redactor, &a, text, out->len, REDACT_ALL_TYPES, &result, &err) == 0);
	for (size_t i = 0; i < result.n_covered; i++) {
		const struct redact_span *span = &result.covered[i];

		for (const char *p = text; (p = memchr(p, '[', (size_t)(end - p))); p++) {
			size_t from = (size_t)(p - text), n = placeholder_bytes(p, end);

			if (n && from < span->end && span->start < from + n)
				MUST(span->start <= from && from + n <= span->end);
		}
	}
	arena_release(&a);
}

static void check_scan(struct redactor *redactor, const char *text, size_t n_bytes)
{
	static const struct redact_key key = { { 0 } };
	struct redact_result result;
	struct arena a = { 0 };
	struct err err = { 0 };
	struct buf out;

	if (redact_scan(redactor, &a, text, n_bytes, REDACT_ALL_TYPES, &result, &err) < 0) {
		MUST(err.kind == ERR_INPUT && str_utf8_error(text, n_bytes) >= 0);
		arena_release(&a);
		return;
	}
	check_spans(text, n_bytes, result.covered, result.n_covered);
	check_spans(text, n_bytes, result.suspects, result.n_suspects);
	buf_init(&out, 64 * FUZZ_MAX_BYTES);
	redact_apply(&a, &key, text, n_bytes, &result, &out);
	MUST(!out.overflow && str_utf8_error(buf_text(&out), out.len) < 0);
	check_applied(text, n_bytes, &result, &out);
	check_again(redactor, &out);
	for (size_t i = 0; i < result.n_covered; i++)
		redact_masked(&a, result.covered[i].type, text + result.covered[i].start,
			      result.covered[i].end - result.covered[i].start);
	buf_release(&out);
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	static struct redactor *redactor; /* opened once, because opening takes long */
	struct err err;

	if (!redactor)
		MUST(redactor_open(REDACT_EVERYTHING, &redactor, &err) == 0);
	check_scan(redactor, (const char *)data, n_bytes);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const texts[] = {
		"My name is Jos\xC3\xA9 Garc\xC3\xADz, card 4111 1111 1111 1111, pin 1234.",
		"acct # 65489-75222, IBAN DE89 3704 0044 0532 0130 00 please, ssn 123-45-6789",
		"call +49 (0) 30 901820 or 415-555-2671 x12; a.b+c@d.example.org, www.x.de/?q",
		"10 Downing Street, London SW1A 2AA\n742 Evergreen Terrace Apt. 5, NY 10001",
		"[EMAIL_1a2b3c] 2001:db8::1 192.168.1.20 00:1B:44:11:3A:B7 sk-aaaaaaaaaaaaaaaaaaaa",
		"born on 5 May 1977, 34 y/o, Mr. Smith of Acme Trucking LLC lives in Salem, OR",
		"password: Tr0ub4dor&3 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa eyJhbGciOiJ9.eyJzdWIi.x",
	};

	if (i >= sizeof(texts) / sizeof(texts[0]))
		return -1;
	memcpy(to, texts[i], strlen(texts[i]));
	return (int)strlen(texts[i]);
}
