/*
 * Measures redaction on marked texts: recall and precision by type, and false alarms on ordinary
 * tickets. The texts are not part of toehold; TOEHOLD_TEST_DATA names their folder:
 *   pii.jsonl, pii-tickets.jsonl   {"text", "spans": [{"start_byte", "end_byte", "type"}]}
 *   pool-1000.jsonl                tickets with almost no personal data
 * Without the folder the tests are skipped. docs/measured/redaction.md has the figures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "job/redact/redact.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

/* The types of the marks and ours. `structured` types have targets. */
static const struct kind {
	const char *name;
	enum redact_type type;
	bool structured;
} kinds[] = {
	{ "EMAIL_ADDRESS", REDACT_EMAIL, true }, { "CREDIT_CARD", REDACT_CARD, true },
	{ "IBAN_CODE", REDACT_IBAN, true },	 { "PHONE_NUMBER", REDACT_PHONE, true },
	{ "IP_ADDRESS", REDACT_IP, true },	 { "DOMAIN_NAME", REDACT_URL, true },
	{ "US_SSN", REDACT_SSN, true },		 { "ACCOUNT_NUMBER", REDACT_ACCOUNT, true },
	{ "SECRET", REDACT_SECRET, true },	 { "ZIP_CODE", REDACT_ZIP, false },
	{ "DATE_TIME", REDACT_DATE, false },	 { "AGE", REDACT_AGE, false },
	{ "PERSON", REDACT_PERSON, false },	 { "STREET_ADDRESS", REDACT_ADDRESS, false },
	{ "GPE", REDACT_PLACE, false },		 { "ORGANIZATION", REDACT_ORG, false },
	{ "TITLE", REDACT_PERSON, false },	 { "NRP", REDACT_PERSON, false },
};

struct tally {
	size_t n, found,
		exact; /* all marks, those fully covered, those covered by their own type */
};

struct measure {
	struct tally marked[N(kinds)];
	/* Our places: all, those that meet a mark, those that meet one of their own type. */
	struct tally covered[REDACT_N_TYPES];
};

struct text {
	const char *text;
	const json_t *spans;
	struct redact_result result;
};

static size_t kind_of(const json_t *span)
{
	const char *name = json_string_value(json_object_get(span, "type"));

	for (size_t i = 0; i < N(kinds); i++)
		if (name && strcmp(kinds[i].name, name) == 0)
			return i;
	fail_msg("an unknown mark '%s'", name ? name : "");
	return 0;
}

static size_t number(const json_t *span, const char *name)
{
	return (size_t)json_integer_value(json_object_get(span, name));
}

static bool is_type(enum redact_type found, enum redact_type marked)
{
	return found == marked || (found == REDACT_BIRTHDATE && marked == REDACT_DATE);
}

/* Every byte of the mark must be covered; the blanks between two placeholders need not. */
static bool is_found(const struct text *text, size_t start, size_t end)
{
	const struct redact_result *result = &text->result;

	for (size_t at = start; at < end; at++) {
		bool covered = strchr(" \n", text->text[at]) != NULL;

		for (size_t i = 0; i < result->n_covered && !covered; i++)
			covered = result->covered[i].start <= at && at < result->covered[i].end;
		if (!covered)
			return false;
	}
	return true;
}

static void measure_marks(const struct text *text, struct measure *measure)
{
	const json_t *mark;
	size_t i;

	json_array_foreach (text->spans, i, mark) {
		size_t start = number(mark, "start_byte"), end = number(mark, "end_byte");
		size_t kind = kind_of(mark);
		struct tally *tally = &measure->marked[kind];
		bool exact = false;

		tally->n++;
		if (!is_found(text, start, end)) {
			if (kinds[kind].structured)
				print_message("missed %s: '%.*s'\n", kinds[kind].name,
					      (int)(end - start), text->text + start);
			continue;
		}
		for (size_t k = 0; k < text->result.n_covered; k++) {
			const struct redact_span *span = &text->result.covered[k];

			exact = exact || (span->start < end && start < span->end &&
					  is_type(span->type, kinds[kind].type));
		}
		tally->found++;
		tally->exact += exact;
	}
}

static void measure_covered(const struct text *text, struct measure *measure)
{
	for (size_t k = 0; k < text->result.n_covered; k++) {
		const struct redact_span *span = &text->result.covered[k];
		struct tally *tally = &measure->covered[span->type];
		bool met = false, exact = false;
		const json_t *mark;
		size_t i;

		json_array_foreach (text->spans, i, mark) {
			if (number(mark, "start_byte") >= span->end ||
			    number(mark, "end_byte") <= span->start)
				continue;
			met = true;
			exact = exact || is_type(span->type, kinds[kind_of(mark)].type);
		}
		tally->n++;
		tally->found += met;
		tally->exact += exact;
		if (!met)
			print_message("false alarm, %s: '%.*s'\n", span->what,
				      (int)(span->end - span->start), text->text + span->start);
	}
}

static void measure_row(struct redactor *redactor, const json_t *row, struct measure *measure)
{
	const json_t *value = json_object_get(row, "text");
	struct text text = { json_string_value(value), json_object_get(row, "spans"), { 0 } };
	struct arena scratch = { 0 };
	struct err err = { 0 };

	if (redact_scan(redactor, &scratch, text.text, json_string_length(value), REDACT_ALL_TYPES,
			&text.result, &err) < 0)
		fail_msg("%s", err.msg);
	measure_marks(&text, measure);
	measure_covered(&text, measure);
	arena_release(&scratch);
}

/* Adds a file, or skips the test with a message. Returns the number of rows. */
static size_t measure_file(const char *name, struct measure *measure)
{
	const char *dir = getenv("TOEHOLD_TEST_DATA");
	struct redactor *redactor;
	struct arena a = { 0 };
	struct err err = { 0 };
	size_t n, n_rows = 0;
	char *data, *rest;

	if (!dir) {
		print_message("SKIPPED: TOEHOLD_TEST_DATA names no folder with %s\n", name);
		skip();
	}
	if (file_read(&a, arena_printf(&a, "%s/%s", dir, name), 1 << 26, &data, &n, &err) < 0 ||
	    redactor_open(REDACT_EVERYTHING, &redactor, &err) < 0)
		fail_msg("%s", err.msg);
	for (char *line = strtok_r(data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		json_t *row = json_loads(line, 0, NULL);

		assert_non_null(row);
		measure_row(redactor, row, measure);
		json_decref(row);
		n_rows++;
	}
	redactor_close(redactor);
	arena_release(&a);
	return n_rows;
}

static double share(size_t part, size_t whole)
{
	return whole ? (double)part / (double)whole : 1;
}

static void print_measure(const char *name, const struct measure *measure)
{
	print_message("%s\n%-16s %6s %7s %7s    %6s %7s %7s\n", name, "type", "marked", "recall",
		      "exact", "ours", "precis.", "exact");
	for (size_t i = 0; i < N(kinds); i++) {
		const struct tally *m = &measure->marked[i], *c = &measure->covered[kinds[i].type];

		if (m->n)
			print_message("%-16s %6zu %7.3f %7.3f    %6zu %7.3f %7.3f\n", kinds[i].name,
				      m->n, share(m->found, m->n), share(m->exact, m->n), c->n,
				      share(c->found, c->n), share(c->exact, c->n));
	}
}

/* Each structured type has a recall of .97 or more; together their precision is .95 or more. */
static void check_targets(const struct measure *measure)
{
	size_t n = 0, met = 0;

	for (size_t i = 0; i < N(kinds); i++)
		if (kinds[i].structured && measure->marked[i].n &&
		    share(measure->marked[i].found, measure->marked[i].n) < .97)
			fail_msg("recall of %s is too low", kinds[i].name);
	for (int i = 0; i < REDACT_N_TYPES; i++) {
		if (!(REDACT_STRUCTURED_TYPES >> i & 1))
			continue;
		n += measure->covered[i].n;
		met += measure->covered[i].found;
	}
	assert_true(n > 0);
	if (share(met, n) < .95)
		fail_msg("precision is %.3f", share(met, n));
}

static void sentences(void **state)
{
	struct measure measure = { 0 };

	(void)state;
	assert_true(measure_file("pii.jsonl", &measure) > 0);
	print_measure("pii.jsonl", &measure);
	check_targets(&measure);
}

static void tickets(void **state)
{
	struct measure measure = { 0 };

	(void)state;
	assert_true(measure_file("pii-tickets.jsonl", &measure) > 0);
	print_measure("pii-tickets.jsonl", &measure);
	check_targets(&measure);
}

/* At most one place in 200 ordinary tickets. */
static void ordinary_tickets(void **state)
{
	struct measure measure = { 0 };
	size_t n_rows = measure_file("pool-1000.jsonl", &measure), n = 0;

	(void)state;
	for (int i = 0; i < REDACT_N_TYPES; i++)
		n += measure.covered[i].n;
	print_message("pool-1000.jsonl: %zu places covered in %zu tickets\n", n, n_rows);
	assert_true(n_rows >= 1000 && n * 200 <= n_rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences),
		cmocka_unit_test(tickets),
		cmocka_unit_test(ordinary_tickets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
