/*
 * Which reasons only repeat the prompt's placeholder.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "judge/answer/own_reason.h"

static const char prompt[] =
	"You are an exacting classifier.\nLabels: card, top up, other\n"
	"Return JSON: {\"label\":\"<one>\", \"rationale\":\"<1-2 sentences>\"}\n"
	"If uncertain, choose \"other\" and say why.";

static const struct label labels[] = { { "card", NULL }, { "top up", NULL }, { "other", NULL } };

static void test_placeholders(void **state)
{
	static const struct {
		const char *reason;
		bool own;
	} rows[] = {
		{ "", true },
		{ "<1-2 sentences>", false },
		{ "1-2 sentences", false },
		{ "1-2 Sentences.", false },
		{ "<other>2 sentences", false },
		{ " \"<1-2 sentences>\". ", false },
		{ "<reason>", false },
		{ "{rationale}", false },
		{ "[your reason here]", false },
		{ "...", false },
		{ "…", true }, /* beyond ASCII everything is a letter */
		{ "<one> card", false },
		{ "card", true }, /* short, but not the placeholder */
		{ "The customer asks about a card.", true },
		{ "2 sentences are missing in the mail.", true },
		{ "[sic] the card is lost", true },
		{ "<card> and <top up> are both named", true },
		{ "It is about the top up", true },
		{ "Die Karte ist weg.", true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (reason_is_own(rows[i].reason, prompt, labels, COUNT_OF(labels)) != rows[i].own)
			fail_msg("'%s' should be %d", rows[i].reason, rows[i].own);
	assert_true(reason_is_own("1-2 sentences", "No placeholder here", labels, 3));
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_placeholders) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
