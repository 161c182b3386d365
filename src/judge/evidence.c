/*
 * Chooses which tickets count as evidence: one per group and text, and none seen before the
 * prompt was written.
 */
#include "judge/evidence.h"

#include <stdlib.h>
#include <string.h>

struct member {
	const char *group;
	size_t at; /* of the ticket */
};

static int evidence_by_group(const void *x, const void *y)
{
	const struct member *a = x, *b = y;
	int order = strcmp(a->group, b->group);

	return order ? order : (a->at > b->at) - (a->at < b->at);
}

static void evidence_drop_repeats(struct arena *a, const struct ticket *tickets, size_t n,
				  struct evidence *e)
{
	struct member *members = arena_array(a, n, sizeof(*members));
	size_t n_members = 0;

	for (size_t i = 0; i < n; i++)
		if (e->counts[i] && tickets[i].group && *tickets[i].group)
			members[n_members++] =
				(struct member){ .group = tickets[i].group, .at = i };
	if (n_members > 1)
		qsort(members, n_members, sizeof(*members), evidence_by_group);
	for (size_t i = 1; i < n_members; i++) {
		if (strcmp(members[i].group, members[i - 1].group) != 0)
			continue;
		e->counts[members[i].at] = false;
		e->n_repeats++;
	}
}

void evidence_choose(struct arena *a, const struct ticket *tickets, size_t n, const bool *seen,
		     const bool *copies, struct evidence *ret_evidence)
{
	struct evidence e = { .counts = arena_array(a, n, sizeof(*e.counts)) };

	for (size_t i = 0; i < n; i++)
		e.n_seen += seen[i];
	e.edited = n > 0 && e.n_seen == n;
	for (size_t i = 0; i < n; i++) {
		e.counts[i] = e.edited || !seen[i];
		e.n_copies += e.counts[i] && copies[i];
		e.counts[i] &= !copies[i];
	}
	evidence_drop_repeats(a, tickets, n, &e);
	for (size_t i = 0; i < n; i++)
		e.n_counts += e.counts[i];
	*ret_evidence = e;
}
