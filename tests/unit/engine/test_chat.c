/*
 * The answer that a server streams: events in pieces of any size, thinking in all its forms, the
 * time of each part, and hostile bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/chat.h"
#include "engine/sse.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

/* A clock that ticks once per event. */
struct feed {
	struct chat *chat;
	int64_t now_us;
	char events[4096]; /* their data, each with '|' after it */
};

static int to_chat(void *ctx, const char *data, size_t n_bytes)
{
	struct feed *f = ctx;

	f->now_us += 1000;
	return chat_event(f->chat, data, n_bytes, f->now_us);
}

static int to_list(void *ctx, const char *data, size_t n_bytes)
{
	struct feed *f = ctx;
	size_t used = strlen(f->events);

	snprintf(f->events + used, sizeof(f->events) - used, "%.*s|", (int)n_bytes, data);
	return 0;
}

/* Feeds the text in pieces of `step` bytes. */
static int feed(const char *text, size_t n, size_t step, struct feed *f,
		int (*event)(void *ctx, const char *data, size_t n_bytes))
{
	struct sse s;
	int r = 0;

	sse_init(&s);
	for (size_t at = 0; at < n && r == 0; at += step)
		r = sse_feed(&s, text + at, step < n - at ? step : n - at, event, f);
	if (r == 0)
		r = sse_end(&s, event, f);
	sse_release(&s);
	return r;
}

static const struct {
	const char *stream, *events;
} streams[] = {
	{ "data: one\n\ndata: two\n\n", "one|two|" },
	{ "data:one\r\n\r\ndata: two\r\n\r\n", "one|two|" },
	{ "data: one\r\rdata: two\r\r", "one|two|" },
	{ "\xef\xbb\xbf"
	  "data: one\n\n",
	  "one|" },
	{ ": a comment\nevent: x\nid: 3\nretry: 5\ndata: one\n\n", "one|" },
	{ "data: a\ndata: b\n\n", "a\nb|" },
	{ "data\n\n", "|" },
	{ "data:\n\n", "|" },
	{ "data:  two spaces\n\n", " two spaces|" },
	{ "database: no\n\n", "" },
	{ "\n\n\n", "" },
	{ "data: the blank line is left out", "the blank line is left out|" },
	{ "", "" },
};

static void test_events(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(streams); i++)
		for (size_t step = 1; step < 12; step++) {
			struct feed f = { 0 };

			assert_int_equal(feed(streams[i].stream, strlen(streams[i].stream), step,
					      &f, to_list),
					 0);
			assert_string_equal(f.events, streams[i].events);
		}
}

static void test_event_ceilings(void **state)
{
	size_t n = SSE_MAX_BYTES + SSE_MAX_BYTES / 4;
	char *text = malloc(n);
	struct feed f = { 0 };

	(void)state;
	assert_non_null(text);
	memset(text, 'x', n);
	assert_int_equal(feed(text, n, 4096, &f, to_list), -1);
	/* Many lines of data of one event. */
	for (size_t i = 0; i < n; i += 100)
		memcpy(text + i, "\ndata: ", 7);
	assert_int_equal(feed(text, n, 4096, &f, to_list), -1);
	assert_string_equal(f.events, "");
	free(text);
}

/* One delta of a server: "c:text", "r:text" (reasoning), "f:reason", or raw JSON. */
static void say(struct feed *f, const char *what)
{
	char json[1024];

	if (strncmp(what, "c:", 2) == 0)
		snprintf(json, sizeof(json), "{\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}",
			 what + 2);
	else if (strncmp(what, "r:", 2) == 0)
		snprintf(json, sizeof(json),
			 "{\"choices\":[{\"delta\":{\"reasoning_content\":\"%s\"}}]}", what + 2);
	else if (strncmp(what, "f:", 2) == 0)
		snprintf(json, sizeof(json),
			 "{\"choices\":[{\"delta\":{},\"finish_reason\":\"%s\"}]}", what + 2);
	else
		snprintf(json, sizeof(json), "%s", what);
	if (to_chat(f, json, strlen(json)) < 0)
		return;
}

#define PARTS(parts) "{\"choices\":[{\"delta\":{\"content\":[" parts "]}}]}"
#define BOTH(thought, text) \
	"{\"choices\":[{\"delta\":{\"reasoning_content\":\"\",\"reasoning\":" thought \
	",\"content\":\"" text "\"}}]}"

static const struct {
	const char *deltas[8];
	const char *content, *thought;
	int64_t first_ms, answer_ms; /* number of the event that brought it, from 1; -1: none */
} talks[] = {
	{ { "c:{", "c:}" }, "{}", "", 1, 1 },
	{ { "r:Hm.", "r: So.", "c:yes" }, "yes", "Hm. So.", 1, 3 },
	{ { "c:<think>", "c:Hm.", "c:</think>", "c:yes" }, "yes", "Hm.", 1, 4 },
	{ { "c:<th", "c:ink>H", "c:m.</thi", "c:nk>yes" }, "yes", "Hm.", 1, 4 },
	{ { "c:\\n <think>\\n\\n</think>\\n\\nyes" }, "\n\nyes", "\n\n", 1, 1 },
	{ { "c:<think>a</think><think>b</think>c" }, "c", "ab", 1, 1 },
	{ { "c:[THINK]a[/THINK]b" }, "b", "a", 1, 1 },
	{ { "c:<|channel|>analysis<|message|>a<|channel|>final<|message|>b" }, "b", "a", 1, 1 },
	{ { "c:<thin" }, "<thin", "", 1, 2 },
	{ { "c:<b>bold" }, "<b>bold", "", 1, 1 },
	/* The prompt opened the thought, the model closed it. */
	{ { "c:Hm", "c:m.</think>", "c:yes" }, "yes", "Hmm.", 1, 3 },
	/* In a JSON answer the mark is only text. */
	{ { "c:{\\\"a\\\":\\\"</think>\\\"}" }, "{\"a\":\"</think>\"}", "", 1, 1 },
	/* Never closed: all text is thought. */
	{ { "c:<think>Hm", "c:m" }, "", "Hmm", 1, -1 },
	{ { "c:", "r:", "f:stop" }, "", "", -1, -1 },
	/* Parts, as text and as thinking; and both keys in one piece. */
	{ { PARTS("{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Hm.\"}]}"),
	    PARTS("{\"type\":\"text\",\"text\":\"y\"},{\"text\":\"e\"}"), PARTS("\"s\"") },
	  "yes",
	  "Hm.",
	  1,
	  2 },
	{ { PARTS("{\"type\":\"thinking\",\"thinking\":\"Hm.\"}"), "c:yes" }, "yes", "Hm.", 1, 2 },
	{ { BOTH("\"\"", "yes") }, "yes", "", 1, 1 },
	{ { BOTH("null", "yes") }, "yes", "", 1, 1 },
	{ { BOTH("\"Hm.\"", "yes") }, "yes", "Hm.", 1, 1 },
};

static void test_thinking(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(talks); i++) {
		struct chat c;
		struct feed f = { .chat = &c };

		chat_init(&c, 0);
		for (size_t k = 0; k < 8 && talks[i].deltas[k]; k++)
			say(&f, talks[i].deltas[k]);
		f.now_us += 1000;
		chat_end(&c, f.now_us);
		assert_string_equal(c.error, "");
		assert_string_equal(buf_text(&c.content), talks[i].content);
		assert_string_equal(buf_text(&c.thought), talks[i].thought);
		assert_int_equal(c.first_us, talks[i].first_ms < 0 ? -1 : talks[i].first_ms * 1000);
		assert_int_equal(c.answer_us,
				 talks[i].answer_ms < 0 ? -1 : talks[i].answer_ms * 1000);
		assert_int_equal(c.end_us, f.now_us);
		chat_release(&c);
	}
}

static void test_times_and_counts(void **state)
{
	struct chat c;
	struct feed f = { .chat = &c, .now_us = 5000 };

	(void)state;
	chat_init(&c, 5000);
	say(&f, "r:Hm.");
	say(&f, "c:{\\\"label\\\": ");
	say(&f, "c:\\\"a");
	say(&f, "c:b\\\", \\\"rationale\\\"");
	say(&f, "c::\\\"x\\\"}");
	say(&f, "f:stop");
	say(&f, "{\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":70,"
		"\"completion_tokens\":9,\"prompt_tokens_details\":{\"cached_tokens\":60},"
		"\"completion_tokens_details\":{\"reasoning_tokens\":2}}}");
	assert_int_equal(chat_event(&c, "[DONE]", 6, f.now_us), 0);
	assert_true(c.done && c.streamed);
	assert_int_equal(c.first_us, 1000);
	assert_int_equal(c.think_end_us, 1000);
	assert_int_equal(c.answer_us, 2000);
	assert_int_equal(c.label_us, 4000);
	assert_int_equal(c.n_think, 1);
	assert_int_equal(c.n_content, 4);
	assert_int_equal(c.n_label, 3);
	assert_int_equal(c.prompt_tok, 70);
	assert_int_equal(c.cached_tok, 60);
	assert_int_equal(c.completion_tok, 9);
	assert_int_equal(c.reasoning_tok, 2);
	assert_string_equal(c.finish, "stop");
	assert_string_equal(c.model, "m");
	/* Text behind the end is not read. */
	say(&f, "c:more");
	assert_string_equal(buf_text(&c.content), "{\"label\": \"ab\", \"rationale\":\"x\"}");
	chat_release(&c);
}

static const struct {
	const char *data, *error;
	bool too_long;
} errors[] = {
	{ "nonsense", "not send a JSON object, but 'nonsense'", false },
	{ "[1]", "not send a JSON object", false },
	{ "{\"error\":\"slow down\"}", "slow down", false },
	{ "{\"error\":{\"message\":\"bad \\u001b[1mday\"}}", "bad \\x1b[1mday", false },
	{ "{\"error\":{\"message\":\"x\",\"type\":\"exceed_context_size_error\"}}", "x", true },
	{ "{\"error\":{\"message\":\"x\",\"code\":\"context_length_exceeded\"}}", "x", true },
	{ "{\"error\":{\"message\":\"maximum context length is 5\"}}", "maximum", true },
	{ "{\"error\":{}}", "without a message", false },
	{ "{\"detail\":\"not today\"}", "not today", false },
	{ "{\"detail\":{\"error_type\":\"x\",\"message\":\"bad state\"}}", "bad state", false },
	{ "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"field required\"}]}", "field required",
	  false },
	{ "{\"success\":false,\"errors\":[{\"code\":7,\"message\":\"no model\"}]}", "no model",
	  false },
};

static void test_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(errors); i++) {
		struct chat c;

		chat_init(&c, 0);
		c.refused = true;
		assert_int_equal(chat_event(&c, errors[i].data, strlen(errors[i].data), 1), -1);
		assert_non_null(strstr(c.error, errors[i].error));
		assert_int_equal(c.too_long, errors[i].too_long);
		chat_release(&c);
	}
}

/* Errors behind a status of 200, in an event of a stream. */
static const struct {
	const char *data, *error;
	bool too_long;
} errors_under_200[] = {
	{ "{\"error\":\"out of memory\"}", "out of memory", false },
	{ "{\"error\":{\"error\":{\"message\":\"inner\"}}}", "inner", false },
	{ "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}", "overloaded_error",
	  false },
	{ "{\"object\":\"error\",\"message\":\"maximum context length\",\"code\":40303}", "maximum",
	  true },
	{ "{\"object\":\"error\",\"message\":\"x\",\"code\":\"context_length_exceeded\"}", "x",
	  true },
	{ "{\"error_type\":\"context_length_exceeded\",\"error_message\":\"long\"}", "long", true },
	{ "{\"detail\":\"not today\"}", "not today", false },
	{ "{\"detail\":[{\"msg\":\"field required\"}],\"choices\":[]}", "field required", false },
	{ "{\"errors\":[{\"message\":\"no model\"}]}", "no model", false },
	{ "{\"base_resp\":{\"status_code\":1008,\"status_msg\":\"no balance\"}}", "no balance",
	  false },
	{ "{\"code\":500,\"msg\":\"fell over\"}", "fell over", false },
	{ "{\"status\":\"error\",\"message\":\"fell over\",\"choices\":null}", "fell over", false },
	{ "{\"choices\":[{\"delta\":{},\"finish_reason\":\"error\"}]}", "finish_reason", false },
	{ "{\"choices\":[{\"delta\":{},\"error\":{\"message\":\"provider down\",\"code\":502},"
	  "\"finish_reason\":\"error\"}]}",
	  "provider down", false },
	{ "{\"choices\":[{\"error\":\"context_length_exceeded\"}]}", "context", true },
};

static void test_errors_under_200(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(errors_under_200); i++) {
		struct chat c;

		chat_init(&c, 0);
		assert_int_equal(chat_event(&c, errors_under_200[i].data,
					    strlen(errors_under_200[i].data), 1),
				 -1);
		assert_non_null(strstr(c.error, errors_under_200[i].error));
		assert_int_equal(c.too_long, errors_under_200[i].too_long);
		chat_release(&c);
	}
}

/* A refusal has a member of its own, and comes in pieces, too. */
static void test_refusals(void **state)
{
	static const char *const events[] = {
		"{\"choices\":[{\"delta\":{\"content\":null,\"refusal\":\"I cannot \"}}]}",
		"{\"choices\":[{\"delta\":{\"refusal\":\"say.\"}}]}",
		"{\"choices\":[{\"delta\":{\"refusal\":null},\"finish_reason\":\"stop\"}]}",
	};
	struct chat c;

	(void)state;
	chat_init(&c, 0);
	for (size_t i = 0; i < N(events); i++)
		assert_int_equal(chat_event(&c, events[i], strlen(events[i]), 1), 0);
	chat_end(&c, 2);
	assert_string_equal(c.refusal, "I cannot say.");
	assert_int_equal(c.content.len, 0);
	chat_release(&c);
}

/* "event: error": any data is the error, also a plain text. */
static void test_error_events(void **state)
{
	static const struct {
		const char *data, *error;
	} rows[] = {
		{ "overloaded", "overloaded" },
		{ "", "without a message" },
		{ "{\"message\":\"busy\"}", "busy" },
		{ "{\"error\":{\"message\":\"busy\"}}", "busy" },
		{ "\"quoted\"", "quoted" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct chat c;

		chat_init(&c, 0);
		assert_int_equal(chat_error_event(&c, rows[i].data, strlen(rows[i].data)), -1);
		assert_non_null(strstr(c.error, rows[i].error));
		chat_release(&c);
	}
}

/* Only the events between the name and the blank line are errors. */
static int note_errors(void *ctx, const char *data, size_t n_bytes)
{
	struct sse *s = ctx;

	(void)n_bytes;
	assert_int_equal(s->is_error, *data == 'x');
	return 0;
}

static void test_named_events(void **state)
{
	static const char text[] = "event: message\ndata: a\n\nevent:error\ndata: x\n\ndata: b\n\n"
				   "data: x\nevent: error\n\n";
	struct sse s;

	(void)state;
	sse_init(&s);
	for (size_t i = 0; text[i]; i++)
		assert_int_equal(sse_feed(&s, text + i, 1, note_errors, &s), 0);
	sse_release(&s);
}

/* In an answer, and beside a queue's news, words are no error. */
static void test_no_errors(void **state)
{
	static const char *const data[] = {
		"{\"detail\":\"fine\",\"choices\":[{\"delta\":{}}]}",
		"{\"detail\":{\"a\":1}}",
		"{\"errors\":[]}",
		"{\"error\":null}",
		"{\"error\":false}",
		"{\"message\":\"you are third in the queue\"}",
		"{\"base_resp\":{\"status_code\":0,\"status_msg\":\"success\"}}",
		"{\"message\":\"fine\",\"usage\":{\"prompt_tokens\":3}}",
	};
	struct chat c;

	(void)state;
	chat_init(&c, 0);
	for (size_t i = 0; i < N(data); i++)
		assert_int_equal(chat_event(&c, data[i], strlen(data[i]), 1), 0);
	chat_release(&c);
}

/* The first place that lists tokens counts. An impossible list is none. */
static void test_top_tokens(void **state)
{
#define TOP(list) "{\"choices\":[{\"logprobs\":{\"content\":[{\"top_logprobs\":[" list "]}]}}]}"
#define TOKEN(text, logprob) "{\"token\":\"" text "\",\"logprob\":" logprob "}"
	static const struct {
		const char *data;
		size_t n;
	} rows[] = {
		{ "{\"choices\":[{\"logprobs\":null}]}", 0 },
		{ TOP(TOKEN("A", "0.5")), 0 },
		{ TOP(TOKEN("A", "\"-1\"")), 0 },
		{ TOP(TOKEN("A", "-1") ",7"), 0 },
		{ TOP(TOKEN("A", "-0.5") "," TOKEN("a token that is very long", "-9999.0")), 2 },
	};
	static const char second[] = TOP(TOKEN("B", "0"));
	struct chat c;

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		chat_init(&c, 0);
		assert_int_equal(chat_event(&c, rows[i].data, strlen(rows[i].data), 1), 0);
		assert_int_equal(c.n_top, rows[i].n);
		if (i > 0) {
			/* A later place never takes the place of the first. */
			assert_int_equal(chat_event(&c, second, strlen(second), 1), 0);
			assert_int_equal(c.n_top, rows[i].n);
		}
		if (i + 1 < N(rows))
			chat_release(&c);
	}
	assert_string_equal(c.top[0].token, "A");
	assert_true(c.top[0].logprob == -0.5);
	assert_string_equal(c.top[1].token, "a token that is");
	chat_release(&c);
}

/* A server may list more tokens than were asked for: the likeliest come first. */
static void test_many_top_tokens(void **state)
{
	struct buf b;
	struct chat c;

	(void)state;
	buf_init(&b, 1 << 16);
	buf_adds(&b, "{\"choices\":[{\"logprobs\":{\"content\":[{\"top_logprobs\":[");
	for (int i = 0; i < CHAT_TOP_MAX + 3; i++)
		buf_addf(&b, "%s{\"token\":\"t%d\",\"logprob\":-%d}", i ? "," : "", i, i);
	buf_adds(&b, "]}]}}]}");
	chat_init(&c, 0);
	assert_int_equal(chat_event(&c, buf_text(&b), b.len, 1), 0);
	assert_int_equal(c.n_top, CHAT_TOP_MAX);
	chat_release(&c);
	buf_release(&b);
}

/* Impossible counts and types are ignored. */
static void test_absurd_values(void **state)
{
	static const char *const absurd[] = {
		"{\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":99999999999999}}",
		"{\"usage\":{\"prompt_tokens\":\"7\"},\"choices\":{}}",
		"{\"usage\":[],\"choices\":[[]],\"model\":5,\"timings\":7}",
		"{\"choices\":[{\"delta\":{\"content\":5,\"reasoning\":{}},\"finish_reason\":1}]}",
		"{\"error\":null}",
	};
	struct chat c;

	(void)state;
	chat_init(&c, 0);
	for (size_t i = 0; i < N(absurd); i++)
		assert_int_equal(chat_event(&c, absurd[i], strlen(absurd[i]), 1), 0);
	assert_int_equal(c.prompt_tok, -1);
	assert_int_equal(c.completion_tok, -1);
	assert_int_equal(c.content.len, 0);
	assert_int_equal(c.first_us, -1);
	chat_release(&c);
}

static void test_answer_ceiling(void **state)
{
	struct chat c;
	struct feed f = { .chat = &c };

	(void)state;
	chat_init(&c, 0);
	for (int i = 0; i < CHAT_CONTENT_MAX && !*c.error; i++)
		say(&f, "c:for ever and ever and ever and ever and ever and ever and ever and ");
	assert_non_null(strstr(c.error, "too long"));
	assert_true(c.content.len <= CHAT_CONTENT_MAX);
	chat_release(&c);
}

static const struct {
	const char *text;
	int found;
	const char *value;
} members[] = {
	{ "{\"label\":\"a b\"}", 2, "a b" },
	{ "{ \"label\" : \"a\\\"b\" , ", 2, "a\\\"b" },
	{ "{\"label\":\"a", 1, "a" },
	{ "{\"label\":\"a\\", 1, "a\\" },
	{ "{\"label\":", 0, NULL },
	{ "{\"label\":5}", 0, NULL },
	{ "{\"lab", 0, NULL },
	{ "{\"x\":\"say \\\"label\\\": \\\"no\\\"\",\"label\":\"yes\"}", 2, "yes" },
	{ "", 0, NULL },
};

static void test_members(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(members); i++) {
		size_t start = 0, end = 0;
		int found = chat_member(members[i].text, strlen(members[i].text), "label", &start,
					&end);

		assert_int_equal(found, members[i].found);
		if (found) {
			assert_int_equal(end - start, strlen(members[i].value));
			assert_memory_equal(members[i].text + start, members[i].value, end - start);
		}
	}
}

#define DELTA(fields) "{\"choices\":[{\"index\":0,\"delta\":{" fields "}}]}"
#define PIECE(at, fields) DELTA("\"tool_calls\":[{\"index\":" at ",\"function\":{" fields "}}]")

static const struct {
	const char *events[6], *content;
} called[] = {
	/* in pieces */
	{ { PIECE("0", "\"name\":\"go\",\"arguments\":\"\""),
	    PIECE("0", "\"arguments\":\"{\\\"to\\\":\""), PIECE("0", "\"arguments\":\"1}\"") },
	  "{\"name\": \"go\", \"arguments\": {\"to\":1}}" },
	/* two, and words before them */
	{ { DELTA("\"content\":\"Well.\""), PIECE("0", "\"name\":\"go\",\"arguments\":\"{}\""),
	    PIECE("1", "\"name\":\"stop\",\"arguments\":\"{}\"") },
	  "Well.{\"name\": \"go\", \"arguments\": {}}\n{\"name\": \"stop\", "
	  "\"arguments\": {}}" },
	/* arguments as an object, or none at all */
	{ { PIECE("0", "\"name\":\"go\",\"arguments\":{\"to\":1}") },
	  "{\"name\": \"go\", \"arguments\": {\"to\": 1}}" },
	{ { PIECE("0", "\"name\":\"go\"") }, "{\"name\": \"go\", \"arguments\": {}}" },
	/* hostile */
	{ { PIECE("0", "\"name\":\"a\\\"b\"") }, "{\"name\": \"a\\\"b\", \"arguments\": {}}" },
	{ { PIECE("0", "\"arguments\":\"{}\""), PIECE("0", "\"name\":7"),
	    DELTA("\"tool_calls\":[7,null,{}]"), DELTA("\"tool_calls\":{}") },
	  "" },
};

/* Calls of tools become text; the last one ends with the answer. */
static void test_calls(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(called); i++) {
		struct chat c;

		chat_init(&c, 0);
		for (size_t k = 0; called[i].events[k]; k++)
			assert_int_equal(chat_event(&c, called[i].events[k],
						    strlen(called[i].events[k]),
						    1000 * ((int64_t)k + 1)),
					 0);
		chat_end(&c, 9000);
		assert_string_equal(buf_text(&c.content), called[i].content);
		assert_int_equal(c.answer_us, *called[i].content ? 1000 : -1);
		chat_release(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),	     cmocka_unit_test(test_event_ceilings),
		cmocka_unit_test(test_thinking),     cmocka_unit_test(test_times_and_counts),
		cmocka_unit_test(test_errors),	     cmocka_unit_test(test_absurd_values),
		cmocka_unit_test(test_top_tokens),   cmocka_unit_test(test_many_top_tokens),
		cmocka_unit_test(test_refusals),     cmocka_unit_test(test_errors_under_200),
		cmocka_unit_test(test_error_events), cmocka_unit_test(test_named_events),
		cmocka_unit_test(test_no_errors),    cmocka_unit_test(test_answer_ceiling),
		cmocka_unit_test(test_members),	     cmocka_unit_test(test_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
