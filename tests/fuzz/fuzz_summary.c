/*
 * Any bytes as a summary and as its ticket: its mark, and the figures beside it. A text copies
 * itself, equals itself, and holds all its own numbers and names.
 */
#include "fuzz.h"

#include <string.h>

#include "base/str.h"
#include "judge/task/mark_summary.h"
#include "judge/task/summary_overlap.h"
#include "judge/task/summary_unfounded.h"

static const char form[] = "{\"words\":8}";

static const char gold[] = "{\"must\":[{\"fact\":\"a\",\"any\":[\"refund\",\"40\"]}],\"must_not\":["
			   "{\"fact\":\"b\",\"any\":[\"cancel\"]}],\"nice\":[],\"references\":["
			   "\"A refund of 40.\"]}";

static void check_mark(struct arena *a, const struct marked *marked)
{
	const struct mark_task task = { TASK_SUMMARIZE, form };
	struct mark mark;

	mark_answer(a, &task, marked, &mark);
	MUST(mark.mark >= SUMMARY_RIGHT && mark.mark <= SUMMARY_EMPTY);
	MUST((mark.mark == SUMMARY_RIGHT) == !*mark.detail);
	MUST(strspn(mark.detail, "0123456789 ,;_abcdefghijklmnopqrstuvwxyz") ==
	     strlen(mark.detail));
}

static void check_itself(struct arena *a, const char *text)
{
	struct summary_words words = summary_words_apart(a, text);
	struct summary_copied copied = summary_copied(&words, &words);
	double whole = words.n > 0 ? 1 : 0;

	MUST(summary_rouge_l(&words, &words) == whole);
	MUST(copied.longest == words.n && copied.density == (double)words.n);
	MUST(summary_unfounded(a, text, text).n == 0);
	for (size_t n = 0; n < 4; n++) {
		size_t most = summary_length(text), n_bytes = summary_first_words(text, n);
		const char *first = arena_strndup(a, text, n_bytes);

		MUST(str_utf8_error(first, n_bytes) < 0);
		MUST(summary_length(first) == (n < most ? n : most));
	}
}

static void check_pair(struct arena *a, const char *said, const char *ticket)
{
	struct summary_words x = summary_words(a, said), y = summary_words(a, ticket);
	struct summary_copied copied = summary_copied(&x, &y);
	double rouge = summary_rouge_l(&x, &y);

	MUST(rouge >= 0 && rouge <= 1 && rouge == summary_rouge_l(&y, &x));
	MUST(copied.coverage >= 0 && copied.coverage < 1 + 1e-9 && copied.longest <= x.n);
	MUST((copied.coverage > 0) == (rouge > 0));
	summary_unfounded(a, said, ticket);
}

/* The summary ends at the first NUL; the ticket is behind it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	struct arena a = { 0 };
	const char *bytes = arena_strndup(&a, (const char *)data, n_bytes);
	size_t n_said = strlen(bytes);
	const char *said = str_utf8_repaired(&a, bytes);
	const char *ticket = str_utf8_repaired(&a, n_said < n_bytes ? bytes + n_said + 1 : "");
	const struct marked marked = { ticket, gold, { (const char *)data, n_bytes, false } };

	check_mark(&a, &marked);
	check_itself(&a, said);
	check_pair(&a, said, ticket);
	arena_release(&a);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const struct {
		const char *text;
		size_t n_bytes;
	} seeds[] = {
#define SEED(text) { text, sizeof(text) - 1 }
		SEED("A refund of €40 to Anna, by 03/04.\0I want 1,240.00 back.\nNo."),
		SEED("It wasn't O'Brien's: they met Bob-Lee (Köln) in three days.\0three Bob"),
		SEED("他付了40元。退款\0我要退款 ＡＢ"),
		SEED("a a b a\0b a a"),
		SEED(""),
#undef SEED
	};

	if (i >= sizeof(seeds) / sizeof(seeds[0]))
		return -1;
	memcpy(to, seeds[i].text, seeds[i].n_bytes);
	return (int)seeds[i].n_bytes;
}
