/*
 * languages.def as rows, and the search for a code in them.
 */
#include "base/lang/language_name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/str.h"

struct language_row {
	const char *code, *name, *others;
};

static const struct language_row languages[] = {
#define LANGUAGE(code, name, others) { code, name, others },
#include "base/lang/languages.def"
#undef LANGUAGE
};

/* The first part of a tag, in lower case: "de" of "DE_ch". */
static void language_first_part(const char *tag, char ret_part[LANGUAGE_CODE_MAX])
{
	size_t n = strcspn(tag, "-_");

	if (n >= LANGUAGE_CODE_MAX)
		n = LANGUAGE_CODE_MAX - 1;
	for (size_t i = 0; i < n; i++)
		ret_part[i] = (char)tolower((unsigned char)tag[i]);
	ret_part[n] = '\0';
}

/* NULL if no row has the code. */
static const struct language_row *language_find(const char *code)
{
	for (size_t i = 0; i < COUNT_OF(languages); i++)
		if (strcmp(languages[i].code, code) == 0 ||
		    str_is_listed(code, languages[i].others, ' '))
			return &languages[i];
	return NULL;
}

void language_code(const char *tag, char ret_code[LANGUAGE_CODE_MAX])
{
	const struct language_row *row;

	language_first_part(tag, ret_code);
	row = language_find(ret_code);
	if (row)
		snprintf(ret_code, LANGUAGE_CODE_MAX, "%s", row->code);
}

const char *language_name(const char *tag)
{
	char code[LANGUAGE_CODE_MAX];
	const struct language_row *row;

	language_first_part(tag, code);
	row = language_find(code);
	return row ? row->name : tag;
}
