/*
 * A run as JUnit's XML, for CI. Decides what is red. With a pick nothing is: what is imperfect is
 * skipped, with the reason. Without a pick the decision and every missed ticket are failures. Only
 * what the schemas of Ant (Windy Road), Jenkins and JUnit 5 all accept is written.
 */
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/str.h"
#include "report/export/export_rows.h"
#include "report/text/answer_text.h"
#include "report/words/words.h"

enum state { PASSED, SKIPPED, FAILED };

struct test_case {
	const char *name, *message, *body; /* message and body: NULL if it passed */
	enum state state;
	int64_t us;
};

struct test_suite {
	const char *name;
	struct test_case *cases;
	size_t n;
};

static const struct {
	char byte;
	const char *entity;
} entities[] = {
	{ '<', "&lt;" },   { '>', "&gt;" },  { '&', "&amp;" },	{ '"', "&quot;" },
	{ '\'', "&#39;" }, { '\t', "&#9;" }, { '\n', "&#10;" }, { '\r', "&#13;" },
};

static const char *junit_entity_of(char byte)
{
	for (size_t i = 0; i < COUNT_OF(entities); i++)
		if (entities[i].byte == byte)
			return entities[i].entity;
	return NULL;
}

void export_xml_text(struct buf *b, const char *text, size_t n_bytes)
{
	size_t at = 0;

	while (at < n_bytes) {
		const char *entity = junit_entity_of(text[at]);
		size_t from = at;

		if (entity) {
			buf_adds(b, entity);
			at++;
			continue;
		}
		while (at < n_bytes && !junit_entity_of(text[at]))
			at++;
		str_printable(b, text + from, at - from);
	}
}

static void junit_put(FILE *out, const char *text)
{
	struct buf b;

	buf_init(&b, strlen(text) * 10 + 16);
	export_xml_text(&b, text, strlen(text));
	fwrite(buf_text(&b), 1, b.len, out);
	buf_release(&b);
}

static void junit_put_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	junit_put(out, value);
	fputc('"', out);
}

static double junit_seconds(int64_t us)
{
	return us < 0 ? 0 : (double)us / 1e6;
}

static const char *junit_score_words(struct arena *a, const struct score *s)
{
	return arena_printf(a, "%zu of %zu right (%.3g%%)", s->n_right, s->n_tickets,
			    s->n_tickets ? 100.0 * (double)s->n_right / (double)s->n_tickets : 0);
}

static struct test_suite junit_decision_suite(const struct export_scope *s)
{
	const struct result *r = s->r;
	struct test_case *c = arena_alloc(s->arena, sizeof(*c));

	c->name = arena_printf(s->arena, "a candidate scores the bar of %.3g%%", r->run->bar * 100);
	if (r->decision.pick < 0) {
		c->state = FAILED;
		c->message = r->decision.open		  ? words_unfinished(s->arena, r) :
			     r->decision.nothing_measured ? "not measured" :
							    "no pick";
		c->body = r->decision.why;
	}
	return (struct test_suite){ "decision", c, 1 };
}

static void junit_judge_candidate(const struct export_scope *s, size_t at,
				  struct test_case *ret_case)
{
	const struct result *r = s->r;
	const struct candidate_result *c = &r->candidates[at];
	struct test_case t = { .us = c->full_run_us };

	t.name = arena_printf(s->arena, "%s scores the bar", c->row->name);
	if (result_not_run(c)) {
		t.state = SKIPPED;
		t.message = result_not_run(c);
		t.body = c->not_measured;
	} else if (c->score.n < c->score.n_tickets) {
		t.state = SKIPPED;
		t.message = arena_printf(s->arena, "unfinished: %zu of %zu tickets asked",
					 c->score.n, c->score.n_tickets);
	} else if (clears_bar(c->score.n_right, c->score.n_tickets, r->run->bar)) {
		if (!scored_bar(&r->contenders[at], &r->standard)) {
			t.state = SKIPPED;
			t.message = arena_printf(s->arena, "%s, but not with the harder tickets",
						 junit_score_words(s->arena, &c->score));
		}
	} else {
		t.state = SKIPPED;
		t.message = arena_printf(s->arena, "%s; the bar asks for %zu",
					 junit_score_words(s->arena, &c->score),
					 bar_needs(c->score.n_tickets, r->run->bar));
	}
	*ret_case = t;
}

static struct test_suite junit_candidates_suite(const struct export_scope *s)
{
	struct test_suite suite = { "candidates", NULL, s->r->n };

	suite.cases = arena_array(s->arena, s->r->n, sizeof(*suite.cases));
	for (size_t i = 0; i < s->r->n; i++)
		junit_judge_candidate(s, i, &suite.cases[i]);
	return suite;
}

static struct test_case junit_missed_case(const struct export_scope *s,
					  const struct candidate_result *c, size_t at)
{
	const struct result *r = s->r;
	const struct ticket *ticket = &r->tickets[at];
	const struct answer *a = c->answers[at];
	const struct reason *why = c->reasons[at];

	return (struct test_case){
		.name = ticket->id,
		.state = r->decision.pick < 0 ? FAILED : SKIPPED,
		.message = arena_printf(s->arena, "expected %s, got %s%s",
					answer_expected(r, ticket), answer_missed(s->arena, r, a),
					at < r->n_ordinary ? "" : " (harder)"),
		.body = arena_printf(s->arena, "ticket: %s\nreason: %s", ticket->text,
				     why && why->rationale ? why->rationale : a->detail),
		.us = a->label_us,
	};
}

static struct test_suite junit_missed_suite(const struct export_scope *s,
					    const struct candidate_result *c)
{
	struct test_suite suite = { .name = "missed tickets" };

	suite.cases = arena_array(s->arena, s->n_tickets, sizeof(*suite.cases));
	for (size_t i = 0; i < s->n_tickets; i++) {
		size_t at = s->tickets[i];

		if (c->answers[at] && !answer_is_right(c->answers[at], &s->r->tickets[at]))
			suite.cases[suite.n++] = junit_missed_case(s, c, at);
	}
	suite.name = arena_printf(s->arena, "missed tickets of %s", c->row->name);
	return suite;
}

static void junit_put_counts(const struct test_suite *suite, FILE *out)
{
	size_t by_state[FAILED + 1] = { 0 };
	int64_t us = 0;

	for (size_t k = 0; k < suite->n; k++) {
		by_state[suite->cases[k].state]++;
		us += suite->cases[k].us > 0 ? suite->cases[k].us : 0;
	}
	fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\" time=\"%.3f\"",
		suite->n, by_state[FAILED], by_state[SKIPPED], junit_seconds(us));
}

static void junit_put_case(const struct export_scope *s, const struct test_suite *suite,
			   const struct test_case *c, FILE *out)
{
	fputs("  <testcase", out);
	junit_put_attribute(out, "classname",
			    arena_printf(s->arena, "toehold.%s.%s", s->r->run->name, suite->name));
	junit_put_attribute(out, "name", c->name);
	fprintf(out, " time=\"%.3f\"", junit_seconds(c->us));
	if (c->state == PASSED) {
		fputs("/>\n", out);
		return;
	}
	if (c->state == FAILED) {
		fputs(">\n   <failure", out);
		junit_put_attribute(out, "message", c->message);
		fputs(" type=\"missed\">", out);
		junit_put(out, c->body ? c->body : "");
		fputs("</failure>\n  </testcase>\n", out);
		return;
	}
	/* The oldest schema has no message on this element. */
	fputs(">\n   <skipped>", out);
	junit_put(out, c->message);
	if (c->body) {
		fputc('\n', out);
		junit_put(out, c->body);
	}
	fputs("</skipped>\n  </testcase>\n", out);
}

static void junit_put_properties(const struct export_scope *s, FILE *out)
{
	const struct result *r = s->r;
	const struct {
		const char *name, *value;
	} rows[] = {
		{ "run", r->run->name },
		{ "job", r->run->job_name },
		{ "pick", r->decision.pick < 0 ? "" : r->candidates[r->decision.pick].row->name },
		{ "program", r->run->program },
		{ "chain_head", r->chain_head },
	};

	fputs("  <properties>\n", out);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		fprintf(out, "   <property name=\"%s\"", rows[i].name);
		junit_put_attribute(out, "value", rows[i].value);
		fputs("/>\n", out);
	}
	fputs("  </properties>\n", out);
}

static void junit_put_suite(const struct export_scope *s, const struct test_suite *suite, size_t id,
			    FILE *out)
{
	const char *host = s->r->run->host;

	fprintf(out, " <testsuite package=\"toehold\" id=\"%zu\"", id);
	junit_put_attribute(out, "name", suite->name);
	junit_put_attribute(out, "hostname", host && *host ? host : "localhost");
	junit_put_counts(suite, out);
	fprintf(out, " timestamp=\"%.19s\">\n", clock_iso(s->arena, s->r->run->created_us));
	junit_put_properties(s, out);
	for (size_t i = 0; i < suite->n; i++)
		junit_put_case(s, suite, &suite->cases[i], out);
	fputs("  <system-out/>\n  <system-err/>\n </testsuite>\n", out);
}

void export_junit(const struct export_scope *s, FILE *out)
{
	int shown = result_shown(s->r);
	struct test_suite suites[3] = { junit_decision_suite(s), junit_candidates_suite(s) };
	size_t n = 2;

	if (s->n_candidates == 1)
		suites[n++] = junit_missed_suite(s, s->candidates[0]);
	else if (shown >= 0)
		suites[n++] = junit_missed_suite(s, &s->r->candidates[shown]);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", out);
	for (size_t i = 0; i < n; i++)
		junit_put_suite(s, &suites[i], i, out);
	fputs("</testsuites>\n", out);
}
