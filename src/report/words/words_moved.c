/*
 * How bar, floor, certainty and use were moved after results were seen: the words. Decides what
 * counts as easier.
 */
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "report/words/words.h"

static double moved_bar_of(const struct run_row *run)
{
	return run->bar;
}

static double moved_floor_of(const struct run_row *run)
{
	return run->floor;
}

static double moved_certainty_of(const struct run_row *run)
{
	return run->certainty;
}

static const struct {
	const char *what;
	double (*of)(const struct run_row *run);
} moved_standards[] = {
	{ "bar", moved_bar_of },
	{ "floor", moved_floor_of },
	{ "certainty", moved_certainty_of },
};

/* A floor that moved as the bar did was not moved by itself. */
static bool moved_floor_follows(const struct result *r)
{
	for (size_t i = 0; i < r->n_earlier; i++)
		if (fabs((r->earlier[i].bar - r->earlier[i].floor) -
			 (r->run->bar - r->run->floor)) > 1e-9)
			return false;
	return true;
}

/* "80% (run 'first'), 70% (run 'second')": each value, and the first run that had it. */
static const char *moved_values(struct arena *a, const struct result *r, size_t which,
				size_t *ret_n)
{
	double (*of)(const struct run_row *run) = moved_standards[which].of;
	const char *list = "";

	*ret_n = 0;
	for (size_t i = 0; i < r->n_earlier; i++) {
		if (i > 0 && fabs(of(&r->earlier[i]) - of(&r->earlier[i - 1])) < 1e-9)
			continue;
		list = arena_add_item(a, list, ", ", "%s (run '%s')",
				      words_share(a, of(&r->earlier[i])),
				      words_name(a, r->earlier[i].name));
		++*ret_n;
	}
	return list;
}

/* The sentence on one standard, or NULL if it was not moved. */
static const char *moved_one(struct arena *a, const struct result *r, size_t which, bool *ret_eased)
{
	double now = moved_standards[which].of(r->run), most = 0, last;
	const char *what = moved_standards[which].what, *values;
	size_t n;

	if (r->n_earlier == 0)
		return NULL;
	for (size_t i = 0; i < r->n_earlier; i++)
		most = fmax(most, moved_standards[which].of(&r->earlier[i]));
	last = moved_standards[which].of(&r->earlier[r->n_earlier - 1]);
	values = moved_values(a, r, which, &n);
	if (n == 1 && fabs(last - now) < 1e-9)
		return NULL;
	*ret_eased |= now < most - 1e-9;
	if (fabs(last - now) < 1e-9)
		return arena_printf(a, "The %s was moved after results were seen: %s, now %s.",
				    what, values, words_share(a, now));
	return arena_printf(a, "The %s was %s from %s to %s after results were seen (run '%s').%s",
			    what, now < last ? "lowered" : "raised", words_share(a, last),
			    words_share(a, now), words_name(a, r->earlier[r->n_earlier - 1].name),
			    n == 1 ? "" :
				     arena_printf(a, " It had been moved before: %s.", values));
}

static const char *moved_use(struct arena *a, const struct result *r)
{
	const char *list = "";
	bool moved = false;

	for (size_t i = 0; i < r->n_earlier; i++) {
		moved |= strcmp(r->earlier[i].use, r->run->use) != 0;
		if (i == 0 || strcmp(r->earlier[i].use, r->earlier[i - 1].use) != 0)
			list = arena_add_item(a, list, ", ", "%s (run '%s')",
					      display_text(a, r->earlier[i].use),
					      words_name(a, r->earlier[i].name));
	}
	return moved ? arena_printf(a, "The use was changed after results were seen: %s, now %s.",
				    list, display_text(a, r->run->use)) :
		       NULL;
}

/* Counted asks more of the pick than shown. */
static const char *moved_harder(struct arena *a, const struct result *r, bool *ret_eased)
{
	const char *counted = harder_rule_names.texts[HARDER_COUNTED], *now = r->run->harder;

	for (size_t i = r->n_earlier; i-- > 0;) {
		if (strcmp(r->earlier[i].harder, now) == 0)
			continue;
		*ret_eased |= strcmp(now, counted) != 0;
		return arena_printf(a,
				    "After results were seen, harder tickets were changed from "
				    "'%s' (run '%s') to '%s' in the pick.",
				    display_text(a, r->earlier[i].harder),
				    words_name(a, r->earlier[i].name), display_text(a, now));
	}
	return NULL;
}

size_t words_moved(struct arena *a, const struct result *r, const char *ret_lines[WORDS_MAX_MOVED],
		   bool *ret_eased)
{
	const char *line;
	size_t n = 0;

	*ret_eased = false;
	for (size_t i = 0; i < COUNT_OF(moved_standards); i++) {
		if (moved_standards[i].of == moved_floor_of && moved_floor_follows(r))
			continue;
		line = moved_one(a, r, i, ret_eased);
		if (line)
			ret_lines[n++] = line;
	}
	line = moved_harder(a, r, ret_eased);
	if (line)
		ret_lines[n++] = line;
	line = moved_use(a, r);
	if (line) {
		ret_lines[n++] = line;
		/* No use asks more of a licence than commercial use. */
		*ret_eased |= strcmp(r->run->use, use_name(USE_COMMERCIAL)) != 0;
	}
	return n;
}
