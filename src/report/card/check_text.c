/*
 * The card as text for a terminal.
 */
#include "base/display.h"
#include "base/terminal.h"
#include "report/card/check.h"
#include "report/words/words.h"

enum { WORDS_COLUMNS = 29, TEXT_MAX_BYTES = 1 << 16 };

static void check_write_check(struct arena *a, const char *number, const struct check *check,
			      FILE *out)
{
	bool applies = check->state != CHECK_NOT_APPLICABLE;
	int n = fprintf(out, "%3s %-6s  %-*s ", number, applies ? check->state_words : "-",
			WORDS_COLUMNS, check->words);

	display_wrap(a, display_cut(a, check->evidence, TEXT_MAX_BYTES), (size_t)n,
		     terminal_text_columns(out), out);
}

void check_write_text(struct arena *a, const struct check_facts *facts, const struct card *card,
		      FILE *out)
{
	const struct result *r = facts->r;
	const char *unfinished = words_unfinished(a, r);
	const char *subject = unfinished ? unfinished : "no candidate was measured";

	if (card->subject >= 0)
		subject = arena_printf(a, "%s: %s",
				       card->subject == r->decision.pick ? "the pick" :
									   "no pick; checked",
				       words_name(a, r->candidates[card->subject].short_name));
	fprintf(out, "The rules card of run '%s' (%s)\n", display_text(a, r->run->name), subject);
	if (unfinished && card->subject >= 0)
		fprintf(out, "%s\n", unfinished);
	fputc('\n', out);
	for (size_t i = 0; i < CHECK_N_RULES; i++)
		check_write_check(a, arena_printf(a, "%zu", i + 1), &card->rules[i], out);
	fputs("\nFoot-guns\n", out);
	for (size_t i = 0; i < CHECK_N_GUNS; i++)
		check_write_check(a, "", &card->guns[i], out);
	fprintf(out, "\n%s.\n", check_summary(a, card));
}
