/*
 * The tickets as tests of promptfoo, and the replies as its results: the layout that
 * `promptfoo eval -o results.json` writes and `promptfoo import` reads (version 3; src/types and
 * src/commands/import.ts of promptfoo). Decides what promptfoo must not run.
 */
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "base/str.h"
#include "report/export/export_rows.h"
#include "report/text/answer_text.h"

/* ---- tests ---- */

/*
 * promptfoo renders vars and assertions as templates (Nunjucks), which can run code and fail at a
 * lone end of a comment. It also opens texts that begin with file:// or package:. So the first
 * character of such a part is written as a template that yields this character.
 */
static bool promptfoo_would_run(const char *text, size_t at)
{
	if (text[at] == '#')
		return text[at + 1] == '}';
	if (text[at] == '{')
		return text[at + 1] == '{' || text[at + 1] == '%' || text[at + 1] == '#';
	return at == 0 && (str_starts(text, "file://") || str_starts(text, "package:"));
}

static json_t *promptfoo_inert(const char *text)
{
	json_t *value;
	struct buf b;

	buf_init(&b, strlen(text) * 7 + 1);
	for (size_t i = 0; text[i]; i++) {
		if (promptfoo_would_run(text, i))
			buf_addf(&b, "{{\"%c\"}}", text[i]);
		else
			buf_addc(&b, text[i]);
	}
	value = json_any_text(buf_text(&b));
	buf_release(&b);
	return value;
}

/* Text as it is, or escaped; promptfoo neither renders nor opens metadata. */
typedef json_t *show_text(const char *text);

static void promptfoo_set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

/* A test: in a file of tests, or beside its result. */
static json_t *promptfoo_test_json(const struct export_scope *s, size_t at, show_text *show)
{
	const struct ticket *ticket = &s->r->tickets[at];
	const char *gold = answer_expected(s->r, ticket);
	json_t *metadata = json_object();

	promptfoo_set(metadata, "id", json_any_text(ticket->id));
	promptfoo_set(metadata, "role", json_string(export_role(s, at)));
	if (ticket->lang)
		promptfoo_set(metadata, "lang", json_any_text(ticket->lang));
	if (ticket->group)
		promptfoo_set(metadata, "group", json_any_text(ticket->group));
	return json_pack("{s:{s:o}, s:[{s:s, s:o}], s:o}", "vars", "text", show(ticket->text),
			 "assert", "type", "equals", "value", show(gold), "metadata", metadata);
}

void export_promptfoo_tests(const struct export_scope *s, FILE *out)
{
	json_t *tests = json_array();

	for (size_t i = 0; i < s->n_tickets; i++)
		json_array_append_new(tests,
				      promptfoo_test_json(s, s->tickets[i], promptfoo_inert));
	json_print(tests, out);
}

/* ---- results ---- */

enum { FAILED_NOT = 0, FAILED_ASSERT = 1, FAILED_ERROR = 2 }; /* ResultFailureReason */

/* Counts of one candidate, or of all. */
struct totals {
	json_int_t successes, failures, errors, latency_ms, prompt_tok, written_tok;
};

static json_t *promptfoo_tokens_json(const struct totals *t)
{
	return json_pack("{s:I, s:I, s:I, s:i, s:I}", "total", t->prompt_tok + t->written_tok,
			 "prompt", t->prompt_tok, "completion", t->written_tok, "cached", 0,
			 "numRequests", t->successes + t->failures + t->errors);
}

static void promptfoo_add_totals(struct totals *to, const struct totals *t)
{
	to->successes += t->successes;
	to->failures += t->failures;
	to->errors += t->errors;
	to->latency_ms += t->latency_ms;
	to->prompt_tok += t->prompt_tok;
	to->written_tok += t->written_tok;
}

/* The text that an assertion compares: the label, or the answer in its place. */
static const char *promptfoo_output_of(const struct result *r, const struct answer *a)
{
	return a->label >= 0 ? answer_said(r, a) : a->raw;
}

static struct totals promptfoo_totals_of(const struct export_scope *s,
					 const struct candidate_result *c, size_t at)
{
	const struct answer *a = c->answers[at];
	bool right = answer_is_right(a, &s->r->tickets[at]), asked = export_is_answered(a);

	return (struct totals){ .successes = right,
				.failures = !right && asked,
				.errors = !right && !asked,
				.latency_ms = a->label_us < 0 ? 0 : (a->label_us + 500) / 1000,
				.prompt_tok = a->prompt_tok,
				.written_tok = export_written_tok(c, at) };
}

static const char *promptfoo_why_failed(const struct export_scope *s, const struct answer *a,
					size_t at)
{
	const struct ticket *ticket = &s->r->tickets[at];

	if (answer_is_right(a, ticket))
		return NULL;
	if (a->label < 0)
		return *a->detail ? a->detail : outcome_words(a->outcome);
	return arena_printf(s->arena, "expected %s, got %s", answer_expected(s->r, ticket),
			    answer_missed(s->arena, s->r, a));
}

static json_t *promptfoo_response_json(const struct export_scope *s,
				       const struct candidate_result *c, size_t at,
				       const struct totals *t)
{
	const struct answer *a = c->answers[at];
	const struct reason *why = c->reasons[at];
	json_t *j = json_object();

	if (export_is_answered(a))
		promptfoo_set(j, "output", json_any_text(promptfoo_output_of(s->r, a)));
	promptfoo_set(j, "raw", json_any_text(export_raw_text(s, c, at)));
	if (why)
		promptfoo_set(j, "metadata",
			      json_pack("{s:o}", "rationale", json_any_text(why->rationale)));
	promptfoo_set(j, "tokenUsage", promptfoo_tokens_json(t));
	return j;
}

/* The messages as JSON text: promptfoo's form of a chat prompt. */
static json_t *promptfoo_prompt_json(const struct export_scope *s, const struct candidate_result *c,
				     const char *text)
{
	const char *raw = json_text(s->arena, export_sent_messages(s, c, text));

	return json_pack("{s:s, s:o}", "raw", raw, "label", json_any_text(c->row->name));
}

static json_t *promptfoo_provider_json(const struct candidate_result *c)
{
	return json_pack("{s:o, s:o}", "id", json_any_text(c->row->name), "label",
			 json_any_text(c->row->name));
}

static json_t *promptfoo_grading_json(bool right, const char *why)
{
	return json_pack("{s:b, s:i, s:o}", "pass", right, "score", right, "reason",
			 json_any_text(why ? why : "the gold label"));
}

/* One cell of promptfoo's grid: a prompt is a candidate, a test is a ticket. */
static json_t *promptfoo_result_json(const struct export_scope *s, size_t prompt, size_t test)
{
	const struct candidate_result *c = s->candidates[prompt];
	size_t at = s->tickets[test];
	const struct totals t = promptfoo_totals_of(s, c, at);
	const char *text = s->r->tickets[at].text;
	const char *why = promptfoo_why_failed(s, c->answers[at], at);
	int reason = t.errors ? FAILED_ERROR : t.failures ? FAILED_ASSERT : FAILED_NOT;
	json_t *j = json_object();

	promptfoo_set(j, "promptIdx", json_integer((json_int_t)prompt));
	promptfoo_set(j, "testIdx", json_integer((json_int_t)test));
	promptfoo_set(j, "testCase", promptfoo_test_json(s, at, json_any_text));
	promptfoo_set(j, "provider", promptfoo_provider_json(c));
	promptfoo_set(j, "prompt", promptfoo_prompt_json(s, c, text));
	promptfoo_set(j, "vars", json_pack("{s:o}", "text", json_any_text(text)));
	promptfoo_set(j, "response", promptfoo_response_json(s, c, at, &t));
	promptfoo_set(j, "error", json_any_text(why));
	promptfoo_set(j, "failureReason", json_integer(reason));
	promptfoo_set(j, "success", json_boolean(t.successes));
	promptfoo_set(j, "score", json_integer(t.successes));
	promptfoo_set(j, "latencyMs", json_integer(t.latency_ms));
	promptfoo_set(j, "gradingResult", promptfoo_grading_json(t.successes, why));
	promptfoo_set(j, "namedScores", json_object());
	promptfoo_set(j, "metadata",
		      json_pack("{s:o, s:s, s:s}", "id", json_any_text(s->r->tickets[at].id),
				"role", export_role(s, at), "outcome",
				outcome_name(c->answers[at]->outcome)));
	return j;
}

static json_t *promptfoo_column_json(const struct export_scope *s, const struct candidate_result *c,
				     const struct totals *t)
{
	json_t *j = promptfoo_prompt_json(s, c, "{{text}}");

	promptfoo_set(j, "provider", json_any_text(c->row->name));
	promptfoo_set(j, "metrics",
		      json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:{}, s:{}, s:i}",
				"score", t->successes, "testPassCount", t->successes,
				"testFailCount", t->failures, "testErrorCount", t->errors,
				"assertPassCount", t->successes, "assertFailCount", t->failures,
				"totalLatencyMs", t->latency_ms, "tokenUsage",
				promptfoo_tokens_json(t), "namedScores", "namedScoresCount", "cost",
				0));
	return j;
}

/* A run always becomes the same evaluation. */
static const char *promptfoo_eval_id(const struct export_scope *s)
{
	const struct run_row *run = s->r->run;
	char hex[HASH_HEX_LEN + 1];
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, run->name);
	hash_add_i64(&h, run->created_us);
	hash_add_text(&h, run->job_sha256);
	hash_hex(&h, hex);
	return arena_printf(s->arena, "toehold-%.16s", hex);
}

static json_t *promptfoo_summary_json(const struct export_scope *s)
{
	json_t *prompts = json_array(), *results = json_array();
	struct totals all = { 0 };

	for (size_t c = 0; c < s->n_candidates; c++) {
		struct totals sum = { 0 };

		for (size_t i = 0; i < s->n_tickets; i++) {
			struct totals one;

			if (!s->candidates[c]->answers[s->tickets[i]])
				continue;
			one = promptfoo_totals_of(s, s->candidates[c], s->tickets[i]);
			promptfoo_add_totals(&sum, &one);
			json_array_append_new(results, promptfoo_result_json(s, c, i));
		}
		json_array_append_new(prompts, promptfoo_column_json(s, s->candidates[c], &sum));
		promptfoo_add_totals(&all, &sum);
	}
	return json_pack("{s:i, s:s, s:o, s:o, s:{s:I, s:I, s:I, s:o}}", "version", 3, "timestamp",
			 clock_iso(s->arena, s->r->run->created_us), "prompts", prompts, "results",
			 results, "stats", "successes", all.successes, "failures", all.failures,
			 "errors", all.errors, "tokenUsage", promptfoo_tokens_json(&all));
}

void export_promptfoo(const struct export_scope *s, FILE *out)
{
	const struct run_row *run = s->r->run;
	const char *words = arena_printf(s->arena, "%s: %s", run->job_name, run->name);

	json_print(json_pack("{s:s, s:o, s:{s:o}, s:n}", "evalId", promptfoo_eval_id(s), "results",
			     promptfoo_summary_json(s), "config", "description",
			     json_any_text(words), "shareableUrl"),
		   out);
}
