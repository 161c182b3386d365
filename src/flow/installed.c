/*
 * Where the program's own files lie.
 */
#include "flow/installed.h"

#include "base/array.h"
#include "base/file.h"

int installed_find(struct arena *a, const char *shared, const char *source, char **ret_path,
		   struct err *err)
{
	const char *dir = file_program_dir(a);
	/* The second and third: ./build and ./build/dev in the sources. */
	char *const tries[] = { arena_printf(a, "%s/../%s", dir, shared),
				arena_printf(a, "%s/../%s", dir, source),
				arena_printf(a, "%s/../../%s", dir, source) };

	for (size_t i = 0; i < COUNT_OF(tries); i++)
		if (file_is_dir(tries[i])) {
			*ret_path = tries[i];
			return 0;
		}
	return err_set(
		err, ERR_INPUT,
		"the folder '%s' is missing: looked for '%s', '%s' and '%s'; install toehold "
		"again",
		shared, tries[0], tries[1], tries[2]);
}

bool installed_is(struct arena *a)
{
	return file_is_dir(arena_printf(a, "%s/../share/toehold", file_program_dir(a)));
}
