/*
 * Text to enum, by search.
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
