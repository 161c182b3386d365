/*
 * What corrected tickets, their job and their run are called. Knows nothing of what is in them.
 */
#ifndef FLOW_FIX_NAMES_H
#define FLOW_FIX_NAMES_H

#include "base/arena.h"
#include "report/result/result.h"

/* The versions of a file: STEM-2.jsonl, STEM-3.jsonl. */
struct fix_versions {
	const char *stem, *ending;
	int newest; /* 1: there is none yet */
};

/* Some may have been removed: the newest is the last that is there. */
struct fix_versions fix_versions_of(struct arena *a, const char *path, const char *ending);

const char *fix_version(struct arena *a, const struct fix_versions *v, int version);

/* A name that is not taken, beside the old file: "tickets-2.jsonl". */
const char *fix_free_path(struct arena *a, const char *old, const char *ending);

/* From the present folder on, if the file lies in it: so the page knows it by this path. */
const char *fix_short_path(struct arena *a, const char *path);

/*
 * A name of a run that the store does not have: "r-fixed" after "r", then "r-fixed-2". RULE: never
 * one that `smoke` may give to another job's run, such as "smoke-2".
 */
const char *fix_run_name(struct arena *a, const struct result *r);

#endif
