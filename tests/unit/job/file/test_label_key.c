/*
 * Labels that a reader cannot tell apart: refused in a job, with what nobody sees made visible.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/array.h"
#include "job/file/job.h"
#include "job/file/label_key.h"
#include "unit/scratch.h"

#define CASE "differ only in case; rename one"
#define LOOK \
	"look the same (\\u{…} is a character that nobody sees, or takes for another); rename one"

/* Two labels, and what the job's message says of them; NULL: both are taken. */
static const struct {
	const char *x, *y, *message;
} rows[] = {
	{ "Billing", "billing", "'Billing' and 'billing' " CASE },
	{ "größe", "GRÖSSE", "'größe' and 'GRÖSSE' " CASE },
	{ "caf\xC3\xA9", "cafe\xCC\x81", "'café' and 'cafe\\u{301}' " LOOK },
	{ "billing", "bil\xE2\x80\x8Bling", "'billing' and 'bil\\u{200b}ling' " LOOK },
	{ "billing", "billing\xEF\xBB\xBF", "'billing' and 'billing\\u{feff}' " LOOK },
	{ "top up", "top\xC2\xA0up", "'top up' and 'top\\u{a0}up' " LOOK },
	{ "top up", "top  up", "'top up' and 'top\\u{20}\\u{20}up' " LOOK },
	{ "refund",
	  "re\xC2\xAD"
	  "fund",
	  "'refund' and 're\\u{ad}fund' " LOOK },
	{ "refund", "\xE2\x80\x8Erefund", "'refund' and '\\u{200e}refund' " LOOK },
	{ "refund", "refund\xEF\xB8\x8F", "'refund' and 'refund\\u{fe0f}' " LOOK },
	{ "refund", "refund\xE3\x80\x80", "'refund' and 'refund\\u{3000}' " LOOK },
	{ "finance", "\xEF\xAC\x81nance", "'finance' and '\\u{fb01}nance' " LOOK },
	{ "card", "\xEF\xBD\x83\xEF\xBD\x81rd", "'card' and '\\u{ff43}\\u{ff41}rd' " LOOK },
	{ "a-b",
	  "a\xE2\x80\x91"
	  "b",
	  "'a-b' and 'a\\u{2011}b' " LOOK },
	{ "card",
	  "\xD1\x81"
	  "ard",
	  "'card' and '\\u{441}ard' " LOOK },
	{ "card", "CARD\xE2\x80\x8B", "'card' and 'CARD\\u{200b}' " LOOK },
	{ "card", "card lost", NULL },
	{ "C", "C#", NULL },
	{ "A", "A-", NULL },
	{ "cafe", "caf\xC3\xA9", NULL },
	{ "technical", "non-technical", NULL },
	{ "目录", "目標", NULL },
	{ "нет", "да", NULL },
	{ "top up", "top_up", NULL },
};

static void twins(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		struct err err = { 0 };
		struct job job;
		const char *expected = "";
		int r;

		scratch_text("job.yaml", arena_printf(&a, "labels: [\"%s\", \"%s\"]\ntickets: t\n",
						      rows[i].x, rows[i].y));
		r = job_load(&a, "job.yaml", &job, &err);
		if (rows[i].message)
			expected = arena_printf(&a, "labels: %s", rows[i].message);
		if ((r == 0) != !rows[i].message || !strstr(err.msg, expected))
			fail_msg("'%s' and '%s': %s", rows[i].x, rows[i].y, err.msg);
		arena_release(&a);
	}
}

static void nothing_shows(void **state)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	struct job job;

	(void)state;
	scratch_text("job.yaml", "labels: [card, \"\\u200b\"]\ntickets: t\n");
	assert_int_equal(job_load(&a, "job.yaml", &job, &err), -1);
	assert_string_equal(err.msg, "job.yaml:1:16: labels: '\\u{200b}' holds no character that "
				     "shows; write a name");
	arena_release(&a);
}

/* Any bytes give a key and a text to show; a key's key is itself. */
static void any_bytes(void **state)
{
	static const char *const texts[] = {
		"", " ", "\xff\xfe", "a\xC3", "\xE2\x80", "\t a \n b"
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct arena a = { 0 };
		char *key = label_key(&a, texts[i]);

		assert_string_equal(label_key(&a, key), key);
		assert_non_null(label_show(&a, texts[i]));
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twins),
		cmocka_unit_test(nothing_shows),
		cmocka_unit_test(any_bytes),
	};

	return cmocka_run_group_tests_name("label_key", tests, scratch_enter, scratch_leave);
}
