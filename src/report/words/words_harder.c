/*
 * Ordinary and harder tickets together, as text.
 */
#include "report/words/words.h"

const char *words_both(struct arena *a, const struct result *r, const struct contender *c)
{
	struct tally both = { c->score.right + c->harder.right, c->score.n + c->harder.n };

	if (c->score.n == 0 || c->harder.n == 0)
		return "-";
	if (r->standard.hard_share <= 0)
		return words_tally(a, &both);
	return words_share(a, share_together(c, &r->standard));
}

const char *words_both_note(struct arena *a, const struct result *r)
{
	if (r->standard.hard_share > 0)
		return arena_printf(a,
				    "Both: weighted as the job says, %s of the stream like the "
				    "harder ones.",
				    words_share(a, r->standard.hard_share));
	return arena_printf(a,
			    "\"Both\" adds up %zu ordinary and %zu harder tickets; your inbox is "
			    "not mixed like that.",
			    r->n_ordinary, r->n_tickets - r->n_ordinary);
}
