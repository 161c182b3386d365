/*
 * The table of verbs that need labels.
 */
#include "flow/task_verbs.h"

#include <string.h>

#include "base/array.h"

static const struct {
	const char *verb;
	enum err_kind kind; /* ERR_USAGE: another verb does it */
	const char *why;
} rows[] = {
	{ "classify", ERR_USAGE,
	  "it gives labels; 'toehold run' with the same options gives the "
	  "written answers" },
	{ "hello", ERR_REFUSED,
	  "it asks for a label; 'toehold smoke JOB --first' asks the job's own "
	  "tickets" },
	{ "suggest", ERR_REFUSED,
	  "it compares the probabilities of labels; choose harder tickets "
	  "yourself, and give them to 'toehold add JOB FILE --as harder'" },
	{ "tune", ERR_REFUSED,
	  "it trains a choice among labels; give the model worked examples "
	  "(the way 'examples')" },
	{ "learn", ERR_REFUSED,
	  "it adds labels to the training file, and nothing learns from "
	  "written answers" },
	{ "watch", ERR_REFUSED,
	  "it compares the shares of labels; 'toehold show RUN --settings' "
	  "counts the sessions, and 'toehold add' measures new tickets" },
};

int task_verb_check(const char *verb, enum task task, struct err *err)
{
	if (!task_writes(task))
		return 0;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (strcmp(rows[i].verb, verb) == 0)
			return err_set(err, rows[i].kind,
				       "'toehold %s' does not apply to the task '%s', which has no "
				       "labels: %s",
				       verb, task_names.texts[task], rows[i].why);
	return 0;
}
