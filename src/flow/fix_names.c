/*
 * Looks at the folder and at the store; makes nothing.
 */
#include "flow/fix_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/file.h"
#include "base/str.h"
#include "flow/open/load.h"

enum { FIX_VERSIONS = 1000 };

/* Whether a file of tickets or a job begins with the stem and has nothing else but its ending. */
static bool fix_is_first(struct arena *a, const char *stem)
{
	static const char *const endings[] = { ".jsonl", ".csv", ".tsv",  ".xlsx",
					       ".json",	 ".txt", ".yaml", ".yml" };

	for (size_t i = 0; i < COUNT_OF(endings); i++)
		if (file_exists(arena_printf(a, "%s%s", stem, endings[i])))
			return true;
	return false;
}

/* "tickets" for "tickets.csv", and for "tickets-2.jsonl" if that is a version of it. */
static const char *fix_stem(struct arena *a, const char *path)
{
	const char *base = str_basename(path), *dot = strrchr(base, '.'), *dash, *first;
	size_t n_bytes = dot && dot > base ? (size_t)(dot - path) : strlen(path);
	const char *stem = arena_strndup(a, path, n_bytes);
	int64_t version;

	dash = strrchr(str_basename(stem), '-');
	if (!dash || dash == str_basename(stem) || !str_to_i64(dash + 1, 2, FIX_VERSIONS, &version))
		return stem;
	first = arena_strndup(a, stem, (size_t)(dash - stem));
	return fix_is_first(a, first) ? first : stem;
}

const char *fix_version(struct arena *a, const struct fix_versions *v, int version)
{
	return arena_printf(a, "%s-%d%s", v->stem, version, v->ending);
}

struct fix_versions fix_versions_of(struct arena *a, const char *path, const char *ending)
{
	struct fix_versions v = { fix_stem(a, path), ending, 1 };

	for (int i = 2; i < FIX_VERSIONS; i++)
		if (file_is_taken(fix_version(a, &v, i)))
			v.newest = i;
	return v;
}

const char *fix_free_path(struct arena *a, const char *old, const char *ending)
{
	struct fix_versions v = fix_versions_of(a, old, ending);

	return fix_version(a, &v, v.newest + 1);
}

const char *fix_short_path(struct arena *a, const char *path)
{
	char *dir = realpath(file_beside(a, path, "."), NULL), *here = realpath(".", NULL);
	size_t n = here ? strlen(here) : 0;

	if (dir && here && strcmp(dir, here) == 0)
		path = str_basename(path);
	else if (dir && here && strncmp(dir, here, n) == 0 && dir[n] == '/')
		path = arena_printf(a, "%s/%s", dir + n + 1, str_basename(path));
	free(dir);
	free(here);
	return path;
}

const char *fix_run_name(struct arena *a, const struct result *r)
{
	static const char ending[] = "-fixed";
	const char *run = r->run->name, *at = strstr(run, ending), *stem, *name;
	struct cmd look = { 0 };
	struct run_row row;

	stem = arena_printf(a, "%.*s%s", at ? (int)(at - run) : (int)strlen(run), run, ending);
	name = stem;
	for (int i = 2; load_run_row(&look, r->store_path, name, &row) == 0; i++)
		name = arena_printf(a, "%s-%d", stem, i);
	arena_release(&look.arena);
	return name;
}
