/*
 * Redaction: what is covered and what is not, type by type; overlaps, placeholders, keys, the gate,
 * hostile texts. The examples are in tests/data/redact-examples.txt.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "job/redact/redact_gate.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

struct fixture {
	struct redactor *redactor;
	struct arena arena;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	struct err err = { 0 };

	fixture = (struct fixture){ 0 };
	if (redactor_open(REDACT_EVERYTHING, &fixture.redactor, &err) < 0) {
		print_error("%s\n", err.msg);
		return -1;
	}
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	redactor_close(fixture->redactor);
	arena_release(&fixture->arena);
	return 0;
}

static struct redact_result scan_types(struct fixture *fixture, const char *text, uint32_t types)
{
	struct redact_result result = { 0 };
	struct err err = { 0 };

	if (redact_scan(fixture->redactor, &fixture->arena, text, strlen(text), types, &result,
			&err) < 0)
		fail_msg("'%.60s': %s", text, err.msg);
	return result;
}

static struct redact_result scan(struct fixture *fixture, const char *text)
{
	return scan_types(fixture, text, REDACT_ALL_TYPES);
}

static const struct redact_key test_key = { "0123456789abcdef0123456789abcde" };

static const char *redacted(struct fixture *fixture, const char *text)
{
	struct redact_result result = scan(fixture, text);
	const char *out;
	struct buf b;

	buf_init(&b, 1 << 24);
	redact_apply(&fixture->arena, &test_key, text, strlen(text), &result, &b);
	assert_false(b.overflow);
	out = arena_strdup(&fixture->arena, buf_text(&b));
	buf_release(&b);
	return out;
}

static bool is_covered_as(const struct redact_result *result, const char *text, const char *type,
			  const char *value)
{
	for (size_t i = 0; i < result->n_covered; i++) {
		const struct redact_span *span = &result->covered[i];
		size_t n = span->end - span->start;

		if (strcmp(redact_type_name(span->type), type) == 0 && n == strlen(value) &&
		    memcmp(text + span->start, value, n) == 0)
			return true;
	}
	return false;
}

/* "\n" in an example is a line break. */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		bool is_break = text[0] == '\\' && text[1] == 'n';

		*to++ = is_break ? '\n' : *text;
		text += is_break;
	}
	*to = '\0';
}

static const char *check_example(struct fixture *fixture, const char *type, const char *value,
				 const char *text)
{
	struct redact_result result = scan(fixture, text);

	if (strcmp(type, "-") == 0)
		return result.n_covered ? redacted(fixture, text) : NULL;
	return is_covered_as(&result, text, type, value) ? NULL : redacted(fixture, text);
}

static char *read_examples(struct fixture *fixture)
{
	const char *root = getenv("TOEHOLD_SOURCE_DIR");
	char *path = arena_printf(&fixture->arena, "%s/tests/data/redact-examples.txt",
				  root ? root : ".");
	struct err err = { 0 };
	char *data;
	size_t n;

	if (file_read(&fixture->arena, path, 1 << 20, &data, &n, &err) < 0)
		fail_msg("%s", err.msg);
	return data;
}

static void examples(void **state)
{
	struct fixture *fixture = *state;
	char *data = read_examples(fixture), *rest;
	size_t n_bad = 0, n_examples = 0;

	for (char *line = strtok_r(data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *type = line, *value = strchr(line, '|'), *text;
		const char *found;

		if (line[0] == '#')
			continue;
		text = value ? strchr(value + 1, '|') : NULL;
		if (!text)
			fail_msg("no example: '%s'", line);
		*value++ = *text++ = '\0';
		unescape(value);
		unescape(text);
		found = check_example(fixture, type, value, text);
		n_examples++;
		n_bad += found != NULL;
		if (found)
			print_error("%s '%s': %s\n", type, value, found);
	}
	assert_int_equal(n_bad, 0);
	assert_true(n_examples > 350);
}

/* A number with wrong check digits is covered only if the words around it name it. */
static void check_digits_and_context(void **state)
{
	static const struct {
		const char *text;
		bool covered;
	} rows[] = {
		{ "4111111111111111", true },
		{ "4111111111111112", false },
		{ "card 4111111111111112", true },
		{ "0000 0000 0000 0000", false },
		{ "DE89370400440532013000", true },
		{ "DE88370400440532013000", false },
		{ "IBAN DE88370400440532013000", true },
		{ "ZZ89370400440532013000", false },
		{ "123-45-6789", true },
		{ "part 666-45-6789", false },
		{ "part 123-00-6789", false },
		{ "social security 666-45-6789", true },
		{ "529.982.247-25", true },
		{ "529.982.247-26", false },
		{ "12345678Z", true },
		{ "12345678A", false },
		{ "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", true },
		{ "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", false },
		{ "uid 2341 2341 2346", true }, /* Verhoeff */
		{ "uid 2341 2341 2345", false },
		{ "29.02.2024", true },
		{ "29.02.2023", false },
		{ "1900-02-29", false },
		{ "256.1.1.1", false },
		{ "12345678", false },
		{ "savings 12345678", true },
		{ "order 12345678 of my savings", false },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < N(rows); i++)
		if ((scan(fixture, rows[i].text).n_covered > 0) != rows[i].covered)
			fail_msg("'%s': '%s'", rows[i].text, redacted(fixture, rows[i].text));
}

/* If two overlap, the outer or surer one stays, and no digit of the other is uncovered. */
static void overlaps(void **state)
{
	static const struct {
		const char *text, *types;
	} rows[] = {
		{ "https://x.org/?mail=a.b@c.de&card=4111111111111111", "URL" },
		{ "10 Downing Street, London SW1A 2AA", "ADDRESS" },
		{ "a.b@c.de,d.e@f.org", "EMAIL EMAIL" },
		{ "card 4111111111111111 pin 1234 cvv 123", "CARD SECRET SECRET" },
		{ "my account 12345678 phone 415-555-2671", "ACCOUNT PHONE" },
		{ "Mary Anderson<mary@anderson.org>", "PERSON EMAIL" },
		{ "[EMAIL_1a2b3c]@example.org and [CARD_94b50d]", "" },
		{ "account [ACCOUNT_38221a] 12345678", "ACCOUNT" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < N(rows); i++) {
		struct redact_result result = scan(fixture, rows[i].text);
		char types[256] = "";

		for (size_t k = 0; k < result.n_covered; k++)
			snprintf(types + strlen(types), sizeof(types) - strlen(types), "%s%s",
				 k ? " " : "", redact_type_name(result.covered[k].type));
		if (strcmp(types, rows[i].types) != 0)
			fail_msg("'%s': '%s', expected '%s'", rows[i].text, types, rows[i].types);
	}
}

static void kept_types_are_no_suspects(void **state)
{
	static const char text[] = "call 415-555-2671 or write to a.b@c.de, ref 99887766";
	const uint32_t all = REDACT_ALL_TYPES;
	struct redact_result result = scan_types(*state, text, all & ~(1u << REDACT_PHONE));

	assert_int_equal(result.n_covered, 1);
	assert_int_equal(result.covered[0].type, REDACT_EMAIL);
	assert_int_equal(result.n_suspects, 1);
	assert_string_equal(result.suspects[0].what, "long number");
	assert_memory_equal(text + result.suspects[0].start, "99887766", 8);
}

/* What is left of a suspect beside a covered value is still suspected. */
static void rests_of_suspects(void **state)
{
	static const char text[] = "0612345678/0698765432 portable";
	struct redact_result result = scan(*state, text);

	assert_int_equal(result.n_covered, 1);
	assert_int_equal(result.n_suspects, 1);
	assert_memory_equal(text + result.suspects[0].start, "0612345678", 10);
	assert_true(result.suspects[0].end <= result.covered[0].start);
}

/* A value has one placeholder, with and without characters that nobody sees. */
static void hidden_characters_keep_the_placeholder(void **state)
{
	struct fixture *fixture = *state;
	static const char *const texts[][2] = {
		{ "to anna@example.org", "to anna@\u200bexample.org" },
		{ "card 4111 1111 1111 1111",
		  "card 4111\u00a01111\u202f1111 \uff11\uff11\uff11\uff11" },
	};

	for (size_t i = 0; i < N(texts); i++)
		assert_string_equal(redacted(fixture, texts[i][0]), redacted(fixture, texts[i][1]));
}

static void suspects(void **state)
{
	static const struct {
		const char *text, *what;
	} rows[] = {
		{ "the parcel 998877665544 is lost", "long number" },
		{ "number \xD9\xA1\xD9\xA2\xD9\xA3\xD9\xA4\xD9\xA5\xD9\xA6", "long number" },
		{ "ask @some_body", "at sign" },
		{ "he met Halldor Arnthorsson there", "words with capitals" },
		{ "the id is 7XK2-99PL-QQ31-ZZ", "letters and digits" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < N(rows); i++) {
		struct redact_result result = scan(fixture, rows[i].text);

		if (result.n_covered || result.n_suspects != 1 ||
		    strcmp(result.suspects[0].what, rows[i].what) != 0)
			fail_msg("'%s': %zu, %s", rows[i].text, result.n_suspects,
				 result.n_suspects ? result.suspects[0].what : "nothing");
	}
}

static const char *placeholder_of(struct fixture *fixture, const char *text)
{
	return strchr(redacted(fixture, text), '[');
}

/* All spellings of a value have one placeholder. Another value or key gives another one. */
static void placeholders(void **state)
{
	static const char *const same[][2] = {
		{ "card 4111 1111 1111 1111", "card 4111-1111-1111-1111" },
		{ "mail A.B@C.DE", "mail a.b@c.de" },
		{ "DE89 3704 0044 0532 0130 00", "DE89370400440532013000" },
		{ "My name is Jos\xC3\xA9 Garc\xC3\xAD"
		  "a",
		  "My name is JOS\xC3\x89 GARC\xC3\x8D"
		  "A" },
	};
	struct fixture *fixture = *state;
	struct redact_key other = test_key;
	const char *a, *b;

	for (size_t i = 0; i < N(same); i++)
		assert_string_equal(placeholder_of(fixture, same[i][0]),
				    placeholder_of(fixture, same[i][1]));
	assert_string_not_equal(placeholder_of(fixture, "mail a.b@c.de"),
				placeholder_of(fixture, "mail a.c@c.de"));
	other.bytes[0] ^= 1;
	a = redact_placeholder(&fixture->arena, &test_key, REDACT_EMAIL, "a@b.de", 6);
	b = redact_placeholder(&fixture->arena, &other, REDACT_EMAIL, "a@b.de", 6);
	assert_string_not_equal(a, b);
	assert_int_equal(strlen(a), strlen("[EMAIL_1a2b3c]"));
	assert_memory_equal(a, "[EMAIL_", 7);
}

/* Redacting a redacted text changes nothing. */
static void redacting_twice(void **state)
{
	static const char text[] =
		"My name is Mary Anderson, card 4111111111111111, pin 1234, mail "
		"a.b@c.de, 742 Evergreen Terrace, call 415-555-2671.";
	struct fixture *fixture = *state;
	const char *once = redacted(fixture, text);

	assert_null(strstr(once, "4111"));
	assert_null(strstr(once, "Anderson"));
	assert_string_equal(redacted(fixture, once), once);
}

static void masked(void **state)
{
	static const struct {
		enum redact_type type;
		const char *value, *shown;
	} rows[] = {
		{ REDACT_EMAIL, "mary@x.org", "m…g" },	    { REDACT_SECRET, "hunter22", "…" },
		{ REDACT_ACCOUNT, "12345", "…" },	    { REDACT_PERSON, "Éva Szabó", "É…ó" },
		{ REDACT_CARD, "4111111111111111", "4…1" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < N(rows); i++)
		assert_string_equal(redact_masked(&fixture->arena, rows[i].type, rows[i].value,
						  strlen(rows[i].value)),
				    rows[i].shown);
}

static void put_file(const char *path, mode_t mode, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void keys(void **state)
{
	struct fixture *fixture = *state;
	char dir[] = "/tmp/test-redact-XXXXXX";
	struct redact_key first, second;
	struct err err = { 0 };
	struct stat st;
	char *path;

	assert_non_null(mkdtemp(dir));
	path = arena_printf(&fixture->arena, "%s/secrets/redact.key", dir);
	assert_int_equal(redact_key_load(&fixture->arena, path, &first, &err), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(redact_key_load(&fixture->arena, path, &second, &err), 0);
	assert_memory_equal(&first, &second, sizeof(first));
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(redact_key_load(&fixture->arena, path, &second, &err), -1);
	assert_int_equal(err.kind, ERR_REFUSED);
	put_file(path, 0600, "not a key");
	assert_int_equal(redact_key_load(&fixture->arena, path, &second, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(redact_key_load(&fixture->arena, path, &second, &err), 0);
	assert_memory_not_equal(&first, &second, sizeof(first));
	unlink(path);
	path[strlen(path) - strlen("/redact.key")] = '\0';
	rmdir(path);
	rmdir(dir);
}

static void check_of_a_slice(void **state)
{
	struct ticket tickets[] = {
		{ .id = "a", .text = "My name is Mary, I live in Spain", .line = 1 },
		{ .id = "b", .text = "mail a.b@c.de and card 4111111111111111", .line = 2 },
		{ .id = "c", .text = "My card is broken", .line = 3 },
		{ .id = "d", .text = "was [EMAIL_1a2b3c], born 05/21/1977", .line = 4 },
	};
	struct slice slice = { .tickets = tickets, .n = N(tickets) };
	struct redact_findings findings;
	struct fixture *fixture = *state;
	struct err err = { 0 };

	for (size_t i = 0; i < N(tickets); i++)
		tickets[i].text_len = strlen(tickets[i].text);
	assert_int_equal(redact_check(&fixture->arena, &slice, &findings, &err), 0);
	assert_int_equal(findings.n_tickets, 4);
	assert_int_equal(findings.n, 2);
	assert_string_equal(findings.items[0].id, "b");
	assert_int_equal(findings.items[0].n, 2);
	assert_int_equal(findings.items[0].first, REDACT_EMAIL);
	assert_string_equal(findings.items[1].id, "d");
	assert_int_equal(findings.items[1].first, REDACT_BIRTHDATE);
}

/* The gate compiles fewer recognisers, and finds what all of them find of its types. */
static void gate_agrees_with_the_full_scan(void **state)
{
	struct fixture *fixture = *state;
	struct redactor *gate;
	struct err err = { 0 };
	char *data = read_examples(fixture), *rest;

	assert_int_equal(redactor_open(REDACT_STRUCTURED, &gate, &err), 0);
	for (char *line = strtok_r(data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		struct redact_result all = scan_types(fixture, line, REDACT_STRUCTURED_TYPES), some;

		assert_int_equal(redact_scan(gate, &fixture->arena, line, strlen(line),
					     REDACT_STRUCTURED_TYPES, &some, &err),
				 0);
		assert_int_equal(some.n_covered, all.n_covered);
		for (size_t i = 0; i < all.n_covered; i++) {
			assert_int_equal(some.covered[i].start, all.covered[i].start);
			assert_int_equal(some.covered[i].end, all.covered[i].end);
			assert_int_equal(some.covered[i].type, all.covered[i].type);
		}
	}
	redactor_close(gate);
}

static void bad_text_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct redact_result result;
	struct err err = { 0 };

	assert_int_equal(redact_scan(fixture->redactor, &fixture->arena, "a\xC3", 2,
				     REDACT_ALL_TYPES, &result, &err),
			 -1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_int_equal(scan(fixture, "").n_covered, 0);
}

static double seconds_for(struct fixture *fixture, const char *unit, size_t n_bytes)
{
	struct arena scratch = { 0 };
	struct redact_result result;
	struct err err = { 0 };
	struct timespec from, to;
	size_t n = strlen(unit), n_units = n_bytes / n;
	char *text = arena_alloc(&scratch, n_units * n + 1);

	for (size_t i = 0; i < n_units; i++)
		memcpy(text + i * n, unit, n);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	if (redact_scan(fixture->redactor, &scratch, text, n_units * n, REDACT_ALL_TYPES, &result,
			&err) < 0)
		fail_msg("'%s' repeated: %s", unit, err.msg);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	arena_release(&scratch);
	return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* Texts that make a careless pattern slow: eight times the text takes about eight times as long. */
static void hostile_texts(void **state)
{
	static const char *const units[] = {
		"a",
		"1",
		"1 ",
		"1-",
		"(1",
		"+1 ",
		"a@",
		"a.",
		"a@a.",
		"A ",
		"Aa ",
		"Aa-",
		"12 Main St, Aa Aa Aa, ",
		"account number is ",
		"pin is ",
		"my name is ",
		"http://",
		"[A_",
		"AA11 ",
		"a:",
		"::1",
		"1.",
		"Apt 1 Aa ",
		"-----BEGIN PRIVATE KEY-----",
		"\xC3\xA9",
		"eyJaaaaaaaa.",
		"x*",
		"password: ",
		"a at ",
		"\n",
		"5 of may ",
		"Aa, Aa & Aa ",
		"rue de ",
		"Aastrasse 1, Aa ",
	};

	for (size_t i = 0; i < N(units); i++) {
		double small = seconds_for(*state, units[i], 16 << 10);
		double large = seconds_for(*state, units[i], 128 << 10);

		if (large > 0.2 && large > 24 * small)
			fail_msg("'%s': %f s, and %f s for eight times the text", units[i], small,
				 large);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples),
		cmocka_unit_test(check_digits_and_context),
		cmocka_unit_test(overlaps),
		cmocka_unit_test(kept_types_are_no_suspects),
		cmocka_unit_test(rests_of_suspects),
		cmocka_unit_test(hidden_characters_keep_the_placeholder),
		cmocka_unit_test(suspects),
		cmocka_unit_test(placeholders),
		cmocka_unit_test(redacting_twice),
		cmocka_unit_test(masked),
		cmocka_unit_test(keys),
		cmocka_unit_test(check_of_a_slice),
		cmocka_unit_test(gate_agrees_with_the_full_scan),
		cmocka_unit_test(bad_text_is_refused),
		cmocka_unit_test(hostile_texts),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
