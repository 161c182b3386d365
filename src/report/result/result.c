/*
 * Questions that several writers have about a result.
 */
#include "report/result/result.h"

#include <string.h>

#include "base/display.h"
#include "job/file/job.h"
#include "report/short_name.h"

const char *result_not_run(const struct candidate_result *c)
{
	if (c->not_measured && c->score.n + c->harder.n == 0)
		return "not measured";
	if (c->not_reached)
		return "not asked yet";
	return c->not_tried ? "not tried (--first)" : NULL;
}

const char *result_not_measured(const struct candidate_result *c)
{
	const char *words = result_not_run(c);

	return words ? words : "not measured";
}

bool result_is_purged(const struct result *r)
{
	for (size_t i = 0; i < r->n_events; i++)
		if (r->events[i].kind == EVENT_PURGED)
			return true;
	return false;
}

const char *result_verdict(const struct result *r, size_t candidate)
{
	enum verdict_kind kind = r->decision.verdicts[candidate].kind;
	const struct candidate_result *c = &r->candidates[candidate];

	if (kind != VERDICT_NONE)
		return verdict_words(kind);
	return c->unfinished && !c->not_reached ? "unfinished" : result_not_measured(c);
}

int result_shown(const struct result *r)
{
	const struct decision *d = &r->decision;

	return d->pick >= 0 ? d->pick : d->closest >= 0 ? d->closest : d->blocked;
}

const struct evidence *result_evidence(const struct result *r, const struct candidate_result *c)
{
	bool learns = c->pass && !c->baseline && *c->pass->examples_sha256;

	/* As the store finds them: a tuned head's file names its tickets too. */
	if (learns && strstr(c->pass->way, way_name(WAY_TRAINED)))
		return &r->training_evidence;
	return learns && strstr(c->pass->way, way_name(WAY_EXAMPLES)) ? &r->examples_evidence :
									&r->evidence;
}

bool result_is_in_play(const struct result *r, const struct candidate_result *c)
{
	return c->baseline ||
	       (c->pass && !c->raced &&
		r->decision.verdicts[c - r->candidates].kind != VERDICT_DOES_NOT_CLEAR);
}

const struct candidate_result *result_candidate(const struct result *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->candidates[i].row->name, name) == 0)
			return &r->candidates[i];
	return NULL;
}

/* Does the name have each of the words, in any case? */
static bool result_has_words(const char *name, const char *words)
{
	char word[256];

	while (*(words += strspn(words, " "))) {
		size_t n = strcspn(words, " ");

		if (n >= sizeof(word))
			return false;
		memcpy(word, words, n);
		word[n] = '\0';
		if (strcmp(word, SHORT_NAME_DOT) != 0 && !strcasestr(name, word))
			return false;
		words += n;
	}
	return true;
}

int result_find_candidate(struct arena *a, const struct result *r, const char *words,
			  const struct candidate_result **ret_candidate, struct err *err)
{
	const struct candidate_result *found = NULL;
	const char *all = "", *meant = "";
	size_t n = 0;

	*ret_candidate = result_candidate(r, words);
	for (size_t i = 0; !*ret_candidate && i < r->n; i++)
		if (short_name_is(r->candidates[i].short_name, words))
			*ret_candidate = &r->candidates[i];
	if (*ret_candidate)
		return 0;
	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = &r->candidates[i];

		all = arena_add_item(a, all, ", ", "'%s'", display_text(a, c->short_name));
		if (!*words || !result_has_words(c->row->name, words))
			continue;
		meant = arena_add_item(a, meant, ", ", "'%s'", display_text(a, c->short_name));
		found = c;
		n++;
	}
	*ret_candidate = found;
	if (n == 1)
		return 0;
	if (n > 1)
		return err_set(err, ERR_INPUT,
			       "'%s' means %zu candidates of run '%s': %s; add to it",
			       display_text(a, words), n, display_text(a, r->run->name), meant);
	return err_set(err, ERR_INPUT, "run '%s' has no candidate '%s'; it has %s",
		       display_text(a, r->run->name), display_text(a, words), all);
}

int result_next_larger(const struct result *r, size_t candidate)
{
	for (size_t i = candidate + 1; i < r->n; i++)
		if (r->candidates[i].pass && r->candidates[i].score.n > 0)
			return (int)i;
	return -1;
}

const char *result_use(const struct result *r)
{
	const char *research = use_name(USE_RESEARCH);

	return strncmp(r->run->use, research, strlen(research)) == 0 ? research :
								       use_name(USE_COMMERCIAL);
}

const char *result_prefix_mark(const struct candidate_result *c)
{
	if (c->prefix_kept_tok == 0)
		return NULL;
	return c->prefix_kept_tok < c->prefix_tok ? "prefix partly from cache" :
						    "prefix from cache";
}

const char *result_untimed(const struct candidate_result *c)
{
	if (c->baseline)
		return "no model";
	if (c->row->reused)
		return "reused";
	if (c->ladder)
		return c->ladder;
	if (c->slept)
		return "slept";
	if (c->disturbed)
		return "disturbed";
	return c->recomputed ? "resumed" : NULL;
}
