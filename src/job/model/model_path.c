/*
 * Names of split models, and the list in TOEHOLD_MODELS.
 */
#include "job/model/model_path.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

bool model_split_name(const char *path, int64_t *ret_part, int64_t *ret_n)
{
	char ending[MODEL_PART_LEN + 1];
	size_t n = strlen(path);

	if (n <= MODEL_PART_LEN)
		return false;
	memcpy(ending, path + n - MODEL_PART_LEN, sizeof(ending));
	if (strcmp(ending + 15, MODEL_ENDING) != 0 || ending[0] != '-' ||
	    memcmp(ending + 6, "-of-", 4) != 0)
		return false;
	ending[6] = ending[15] = '\0';
	return str_to_i64(ending + 1, 1, 99999, ret_part) &&
	       str_to_i64(ending + 10, 1, 99999, ret_n) && *ret_part <= *ret_n;
}

char *model_part_path(struct arena *a, const char *path, int64_t part, int64_t n)
{
	return arena_printf(a, "%.*s-%05lld-of-%05lld" MODEL_ENDING,
			    (int)(strlen(path) - MODEL_PART_LEN), path, (long long)part,
			    (long long)n);
}

void model_folders(struct arena *a, const char ***ret_dirs, size_t *ret_n)
{
	const char *all = getenv("TOEHOLD_MODELS"), *dir;
	const char **dirs = NULL;
	size_t n = 0, cap = 0, len;

	while (all && (dir = str_next_part(&all, ':', &len))) {
		if (len == 0)
			continue;
		dirs = arena_grow(a, dirs, n, &cap, sizeof(*dirs));
		dirs[n++] = arena_strndup(a, dir, len);
	}
	*ret_dirs = dirs;
	*ret_n = n;
}
