/*
 * The overview that `toehold --help` prints: the five verbs that matter, then all of them in their
 * groups. Must not know the options of a verb.
 */
#include <stdio.h>

#include "cmd/verbs.h"

void help_print(FILE *out)
{
	fputs("toehold VERB [ARGUMENTS] [OPTIONS]\n\n"
	      "Tests local models on one job of yours, logs everything, and picks the smallest\n"
	      "that is good enough. Offline.\n\n"
	      "The five that matter\n"
	      "  toehold init my-job --from export.csv      a job from your labelled tickets\n"
	      "  toehold smoke my-job                       every model, every ticket; decide\n"
	      "  toehold add my-job hard.csv --as harder    harder tickets; decide again\n"
	      "  toehold report -o report.html              a page for a manager\n"
	      "  toehold classify inbox.csv                 the pick labels new tickets\n",
	      out);
	for (const struct verb_group *group = verb_groups; group->title; group++) {
		fprintf(out, "\n%s\n", group->title);
		for (size_t i = 0; group->verbs[i]; i++)
			fprintf(out, "  %-10s  %s\n", group->verbs[i]->spec->verb,
				group->verbs[i]->spec->summary);
	}
	fputs("\n'toehold help VERB' says more, and so does 'man toehold-VERB'.\n"
	      "Exit codes: 0 there is a pick, 1 no candidate scored the bar, 2 usage,\n"
	      "3 bad input, 4 refused, 5 engine, 6 store, 7 unfinished, 8 no model was\n"
	      "measured, 130 stopped by Ctrl-C, 143 by SIGTERM.\n",
	      out);
}
