/*
 * The table of formats; selects the part of a run that a writer gets.
 */
#include "report/export/export.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "report/export/export_rows.h"

struct export_format {
	const char *name;
	unsigned takes; /* enum export_takes */
	const char *words;
	export_writer *write;
};

static const struct export_format formats[] = {
#define FORMAT_ROW(name, takes, words, write) { name, takes, words, write },
	EXPORT_FORMATS(FORMAT_ROW)
#undef FORMAT_ROW
};

enum { N_FORMATS = COUNT_OF(formats) };

static const struct export_format *export_find_format(const char *name)
{
	for (size_t i = 0; i < N_FORMATS; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

static const char *export_format_names(struct arena *a)
{
	const char *list = "";

	for (size_t i = 0; i < N_FORMATS; i++)
		list = arena_add_item(a, list, ", ", "%s", formats[i].name);
	return list;
}

static int export_unknown_format(struct arena *a, const char *name, struct err *err)
{
	const char *names[N_FORMATS], *near;

	for (size_t i = 0; i < N_FORMATS; i++)
		names[i] = formats[i].name;
	near = str_nearest(name, names, N_FORMATS);
	if (near)
		return err_set(err, ERR_USAGE, "unknown format '%s'; did you mean '%s'?",
			       display_text(a, name), near);
	return err_set(err, ERR_USAGE, "unknown format '%s'; the formats are %s",
		       display_text(a, name), export_format_names(a));
}

static bool export_is_role(const char *name)
{
	return strcmp(name, slice_role_name(SLICE_ORDINARY)) == 0 ||
	       strcmp(name, slice_role_name(SLICE_HARDER)) == 0;
}

int export_check(struct arena *a, const struct export_options *o, struct err *err)
{
	const struct {
		const char *name;
		bool given;
		unsigned takes;
	} given[] = {
		{ "slice", o->slice != 0, EXPORT_TICKETS },
		{ "role", o->role != NULL, EXPORT_TICKETS },
		{ "candidate", o->candidate != NULL, EXPORT_CANDIDATE | EXPORT_ONE },
		{ "bom", o->bom, EXPORT_BOM },
	};
	const struct export_format *format;

	if (!o->format)
		return err_set(err, ERR_USAGE, "no format; name one with --format: %s",
			       export_format_names(a));
	format = export_find_format(o->format);
	if (!format)
		return export_unknown_format(a, o->format, err);
	for (size_t i = 0; i < COUNT_OF(given); i++)
		if (given[i].given && !(format->takes & given[i].takes))
			return err_set(err, ERR_USAGE, "--%s does nothing with %s; leave it out",
				       given[i].name, format->name);
	if (o->role && !export_is_role(o->role))
		return err_set(err, ERR_USAGE,
			       "unknown role '%s'; the roles are ordinary and harder",
			       display_text(a, o->role));
	return 0;
}

static int export_choose_tickets(const struct export_options *o, struct export_scope *s,
				 struct err *err)
{
	const struct result *r = s->r;
	size_t *tickets = arena_array(s->arena, r->n_tickets, sizeof(*tickets));

	if (o->slice > (int64_t)r->n_slices)
		return err_set(err, ERR_INPUT,
			       "run '%s' has no slice %lld; it has %zu slice%s of tickets",
			       display_text(s->arena, r->run->name), (long long)o->slice,
			       r->n_slices, r->n_slices == 1 ? "" : "s");
	for (size_t i = 0; i < r->n_tickets; i++) {
		size_t slice = r->slice_of[i];

		if ((o->slice && slice + 1 != (size_t)o->slice) ||
		    (o->role && strcmp(o->role, slice_role_name(r->slices[slice].role)) != 0))
			continue;
		tickets[s->n_tickets++] = i;
	}
	if (s->n_tickets == 0)
		return err_set(err, ERR_INPUT, "run '%s' has no such tickets",
			       display_text(s->arena, r->run->name));
	s->tickets = tickets;
	return 0;
}

static int export_choose_candidates(const struct export_options *o, unsigned takes,
				    struct export_scope *s, struct err *err)
{
	const struct result *r = s->r;
	int one = o->candidate || !(takes & EXPORT_ONE) ? -1 : result_shown(r);
	bool all = !o->candidate && !(takes & EXPORT_ONE);
	const struct candidate_result *named = NULL;

	if (o->candidate && result_find_candidate(s->arena, r, o->candidate, &named, err) < 0)
		return -1;
	s->candidates = arena_array(s->arena, r->n, sizeof(*s->candidates));
	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = &r->candidates[i];

		if (c->pass && (all || c == named || (int)i == one))
			s->candidates[s->n_candidates++] = c;
	}
	if (s->n_candidates > 0 || all)
		return 0;
	if (named)
		return err_set(err, ERR_INPUT, "candidate '%s' of run '%s' was not measured",
			       display_text(s->arena, named->row->name),
			       display_text(s->arena, r->run->name));
	return err_set(err, ERR_INPUT,
		       "run '%s' has neither a pick nor a closest candidate; name one with "
		       "--candidate",
		       display_text(s->arena, r->run->name));
}

const char *export_format_of_name(const char *path)
{
	static const char *const endings[] = { "csv", "jsonl", "xlsx" };
	const char *dot = strrchr(str_basename(path), '.');

	for (size_t i = 0; dot && i < COUNT_OF(endings); i++)
		if (strcmp(dot + 1, endings[i]) == 0)
			return endings[i];
	return NULL;
}

int export_write(struct arena *a, const struct result *r, const struct export_options *o, FILE *out,
		 size_t *ret_cut, struct err *err)
{
	struct export_scope s = { .arena = a, .r = r, .bom = o->bom, .n_cut = ret_cut, .err = err };
	const struct export_format *format;

	if (export_check(a, o, err) < 0)
		return -1;
	format = export_find_format(o->format);
	if (export_choose_tickets(o, &s, err) < 0 ||
	    export_choose_candidates(o, format->takes, &s, err) < 0)
		return -1;
	*ret_cut = 0;
	err->kind = ERR_NONE;
	format->write(&s, out);
	return err->kind == ERR_NONE ? 0 : -1;
}
