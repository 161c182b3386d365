/*
 * Short names and cells.
 */
#include "report/export/export_grid.h"

#include <string.h>

#include "base/str.h"
#include "report/text/answer_text.h"

enum { NAME_LEAST_BYTES = 8 };

/* The bytes of the model in a candidate's name, which ends in its way. */
static size_t grid_model_bytes(const struct candidate_result *c)
{
	const char *way = strrchr(c->row->name, ' ');

	return way ? (size_t)(way - c->row->name) : strlen(c->row->name);
}

/* Does another model begin with the same n bytes? */
static bool grid_is_shared(const struct export_scope *s, const struct candidate_result *c, size_t n)
{
	size_t whole = grid_model_bytes(c);

	for (size_t i = 0; i < s->n_candidates; i++) {
		const struct candidate_result *other = s->candidates[i];

		if (grid_model_bytes(other) == whole &&
		    strncmp(other->row->name, c->row->name, whole) == 0)
			continue; /* the same model in another way */
		if (strncmp(other->row->name, c->row->name, n) == 0)
			return true;
	}
	return false;
}

static const char *grid_short_name(const struct export_scope *s, const struct candidate_result *c)
{
	size_t whole = grid_model_bytes(c), n = whole;

	for (size_t at = NAME_LEAST_BYTES; at < whole; at++) {
		if (!strchr("-_ ", c->row->name[at]) || grid_is_shared(s, c, at))
			continue;
		n = at;
		break;
	}
	return arena_printf(s->arena, "%.*s%s", (int)n, c->row->name, c->row->name + whole);
}

const char **export_short_names(const struct export_scope *s)
{
	const char **names = arena_array(s->arena, s->n_candidates, sizeof(*names));

	for (size_t i = 0; i < s->n_candidates; i++)
		names[i] = grid_short_name(s, s->candidates[i]);
	return names;
}

const char *export_grid_cell(const struct export_scope *s, const struct candidate_result *c,
			     size_t ticket, bool *ret_right)
{
	const struct answer *a = c->answers[ticket];

	*ret_right = a && answer_is_right(a, &s->r->tickets[ticket]);
	if (!a)
		return "";
	if (a->label < 0)
		return arena_printf(s->arena, "no %s: %s", answer_words(s->r)->said,
				    outcome_words(a->outcome));
	if (*ret_right)
		return answer_said(s->r, a);
	return answer_mark(s->r, a) ? answer_missed(s->arena, s->r, a) :
				      arena_printf(s->arena, "wrong: %s", answer_said(s->r, a));
}

void export_grid_count(const struct export_scope *s, size_t ticket, size_t *ret_right,
		       size_t *ret_asked)
{
	*ret_right = *ret_asked = 0;
	for (size_t i = 0; i < s->n_candidates; i++) {
		const struct answer *a = s->candidates[i]->answers[ticket];

		*ret_asked += a != NULL;
		*ret_right += a && answer_is_right(a, &s->r->tickets[ticket]);
	}
}
