/*
 * What completes a value, found by the name that the help gives it.
 */
#include "base/opt/opt_complete.h"

#include <string.h>

#include "base/array.h"

/* Names in help texts that stand for files or folders. */
static const char *const file_words[] = {
	"FILE", "FOLDER", "DIR", "JOB", "TICKETS", "MODEL", "IN", "OUT", "POOL", "REVIEWED",
};

static bool opt_complete_has(const char *text, const char *word)
{
	for (const char *at = strstr(text, word); at; at = strstr(at + 1, word)) {
		char before = at == text ? ' ' : at[-1], after = at[strlen(word)];

		if (strchr(" [|,", before) && (!after || strchr(" ],.|", after)))
			return true;
	}
	return false;
}

static bool opt_complete_is_file(const char *text)
{
	for (size_t i = 0; i < COUNT_OF(file_words); i++)
		if (opt_complete_has(text, file_words[i]))
			return true;
	return false;
}

enum opt_value opt_value_of(const struct opt_row *row)
{
	if (row->type == OPT_TYPE_FLAG)
		return OPT_VALUE_NONE;
	if (row->words)
		return OPT_VALUE_WORDS;
	if (strcmp(row->name, "run") == 0)
		return OPT_VALUE_RUN;
	return opt_complete_is_file(row->arg) ? OPT_VALUE_FILE : OPT_VALUE_NONE;
}

enum opt_value opt_args_value(const struct opt_spec *spec)
{
	if (opt_complete_has(spec->args, "RUN"))
		return OPT_VALUE_RUN;
	return opt_complete_is_file(spec->args) ? OPT_VALUE_FILE : OPT_VALUE_NONE;
}
