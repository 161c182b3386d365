/*
 * Writes the page as plain HTML.
 */
#include "flow/production/serve_page.h"

const char serve_page_type[] = "text/html; charset=utf-8";
const char serve_page_policy[] = "default-src 'none'; base-uri 'none'; form-action 'none'; "
				 "frame-ancestors 'none'";

static const char page[] =
	"<!doctype html>\n"
	"<html lang=\"en\">\n"
	"<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width\">\n"
	"<title>toehold serve</title>\n"
	"<h1>This server answers tickets</h1>\n"
	"<p>Every request needs the token that <code>toehold serve</code> printed at its start, or "
	"the value of <code>TOEHOLD_SERVE_TOKEN</code>.</p>\n"
	"<h2>One ticket</h2>\n"
	"<pre>%s</pre>\n"
	"<p>The answer holds the label, its probability and the rationale, or the written text. "
	"Send "
	"<code>{\"tickets\": [{\"id\": ..., \"text\": ...}, ...]}</code> for up to 64 tickets."
	"</p>\n"
	"<h2>From a program for OpenAI's interface</h2>\n"
	"<p>Base address: <code>http://127.0.0.1:%d/v1</code>, API key: the token, any model name. "
	"The last user message is the ticket.</p>\n"
	"<h2>What else is here</h2>\n"
	"<table>\n"
	"<tr><td><code>POST /v1/systemone</code>, <code>POST /v1/decisions</code>"
	"<td>the probability of every label\n"
	"<tr><td><code>GET /v1/models</code><td>the candidate and its labels\n"
	"<tr><td><code>GET /metrics</code><td>counts for Prometheus\n"
	"<tr><td><code>GET /health</code><td>whether it runs; needs no token\n"
	"</table>\n"
	"</html>\n";

const char *serve_page_curl(struct arena *a, int port, const char *token)
{
	return arena_printf(a,
			    "curl -H \"Authorization: Bearer %s\" http://127.0.0.1:%d/classify "
			    "-d '{\"text\": \"My card has not come\"}'",
			    token, port);
}

const char *serve_page_html(struct arena *a, int port)
{
	return arena_printf(a, page, serve_page_curl(a, port, "TOKEN"), port);
}
