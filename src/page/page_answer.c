/*
 * One list of headers.
 */
#include "page/page_answer.h"

#include <string.h>

#include "base/json/json.h"

const char page_policy[] =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
	"connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const char page_policy_of_report[] =
	"default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
	"base-uri 'none'; frame-ancestors 'none'; sandbox";

struct http_answer page_answer(unsigned status, const char *type, const char *body, size_t n_bytes)
{
	const struct http_header all[] = {
		{ "Content-Type", type },
		{ "Content-Security-Policy", page_policy },
		{ "X-Content-Type-Options", "nosniff" },
		{ "Referrer-Policy", "no-referrer" },
		{ "Cross-Origin-Resource-Policy", "same-origin" },
		{ "Cross-Origin-Opener-Policy", "same-origin" },
		{ "Cache-Control", "no-store" },
	};
	struct http_answer answer = { .status = status, .body = body, .n_bytes = n_bytes };

	memcpy(answer.headers, all, sizeof(all));
	return answer;
}

struct http_answer page_answer_json(struct http_request *q, unsigned status, json_t *value)
{
	const char *text = json_text(&q->arena, value);

	return page_answer(status, "application/json", text, strlen(text));
}

struct http_answer page_answer_error(struct http_request *q, unsigned status, const char *words)
{
	return page_answer_json(q, status, json_pack("{s:o}", "error", json_any_text(words)));
}

void page_refuse(struct http_request *q, unsigned status, const char *words)
{
	struct http_answer answer = page_answer_error(q, status, words);

	http_answer(q, &answer);
}

const char *page_json_with(struct arena *a, json_t *object, const char *name, const char *json)
{
	const char *text = json_text(a, object);

	return arena_printf(a, "%.*s,\"%s\":%s}", (int)(strlen(text) - 1), text, name, json);
}
