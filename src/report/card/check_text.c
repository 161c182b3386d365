/*
 * The card as text for a terminal.
 */
#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "base/str.h"
#include "report/card/check.h"

enum { WORDS_COLUMNS = 30, PAGE_COLUMNS = 100, TEXT_MAX_BYTES = 1 << 16 };

/* Fills lines with words from column `start` on; a longer word gets its own line. */
static void check_write_wrapped(const char *text, size_t start, FILE *out)
{
	struct buf b;
	size_t column = start;

	buf_init(&b, TEXT_MAX_BYTES);
	str_printable(&b, text, strlen(text));
	for (const char *c = buf_text(&b); *c;) {
		int n = (int)strcspn(c, " ");
		char *word = strndup(c, (size_t)n);
		size_t width = word ? str_columns(word) : (size_t)n;

		free(word);
		if (column > start && column + 1 + width > PAGE_COLUMNS) {
			fprintf(out, "\n%*s", (int)start, "");
			column = start;
		}
		fprintf(out, "%s%.*s", column > start ? " " : "", n, c);
		column += width + (column > start);
		c += n + (int)strspn(c + n, " ");
	}
	buf_release(&b);
	fputc('\n', out);
}

static void check_write_check(const char *number, const struct check *check, FILE *out)
{
	int n = fprintf(out, "%3s %s %-*s ", number, check_state_mark(check->state), WORDS_COLUMNS,
			check->words);

	check_write_wrapped(check->evidence, (size_t)n, out);
}

void check_write_text(struct arena *a, const struct check_facts *facts, const struct card *card,
		      FILE *out)
{
	const struct result *r = facts->r;
	const char *subject = "no candidate was measured";

	if (card->subject >= 0)
		subject = arena_printf(a, "%s: %s",
				       card->subject == r->decision.pick ? "the pick" :
									   "no pick; checked",
				       display_text(a, r->candidates[card->subject].row->name));
	fprintf(out, "The rules card of run '%s' (%s)\n\n", display_text(a, r->run->name), subject);
	for (size_t i = 0; i < CHECK_N_RULES; i++)
		check_write_check(arena_printf(a, "%zu", i + 1), &card->rules[i], out);
	fputs("\nFoot-guns\n", out);
	for (size_t i = 0; i < CHECK_N_GUNS; i++)
		check_write_check("", &card->guns[i], out);
	fprintf(out, "\n%s.\n[x] kept, clear   [ ] broken, to look at    -  not applicable\n",
		check_summary(a, card));
}
