/*
 * The table of verbs. Decides their groups and their order. Must not know what a verb does.
 */
#include "cmd/verbs.h"

#include <string.h>

#include "base/str.h"

const struct verb_group verb_groups[] = {
	{ "Start",
	  { &cmd_demo, &cmd_page, &cmd_init, &cmd_label, &cmd_import, &cmd_models, &cmd_pull,
	    &cmd_hello, &cmd_doctor } },
	{ "Measure",
	  { &cmd_try, &cmd_prompts, &cmd_plan, &cmd_smoke, &cmd_suggest, &cmd_add, &cmd_fix,
	    &cmd_tune } },
	{ "Decide and show",
	  { &cmd_decide, &cmd_show, &cmd_report, &cmd_diff, &cmd_check, &cmd_export } },
	{ "Put to work",
	  { &cmd_promise, &cmd_classify, &cmd_run, &cmd_serve, &cmd_watch, &cmd_learn,
	    &cmd_bundle } },
	{ "Lab notebook", { &cmd_runs, &cmd_note, &cmd_replay, &cmd_verify } },
	{ "Privacy", { &cmd_redact, &cmd_purge } },
	{ "Shell", { &cmd_completion } },
	{ NULL, { NULL } },
};

const struct command *verbs_find(const char *verb)
{
	for (const struct verb_group *group = verb_groups; group->title; group++)
		for (size_t i = 0; group->verbs[i]; i++)
			if (strcmp(group->verbs[i]->spec->verb, verb) == 0)
				return group->verbs[i];
	return NULL;
}

const char *verbs_nearest(const char *verb)
{
	const char *names[VERBS_MAX];
	size_t n = 0;

	for (const struct verb_group *group = verb_groups; group->title; group++)
		for (size_t i = 0; group->verbs[i] && n < VERBS_MAX; i++)
			names[n++] = group->verbs[i]->spec->verb;
	return str_nearest(verb, names, n);
}
