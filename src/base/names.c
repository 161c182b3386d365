/*
 * Finds the enum value that a text names.
 */
#include "base/names.h"

#include <string.h>

int names_find(const struct names *names, const char *text)
{
	for (int i = 0; i < names->n; i++)
		if (strcmp(names->texts[i], text) == 0)
			return i;
	return -1;
}

int names_find_or_first(const struct names *names, const char *text)
{
	int found = text ? names_find(names, text) : -1;

	return found < 0 ? 0 : found;
}
