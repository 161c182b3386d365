/*
 * From a folder to its job file.
 */
#include "flow/open/job_find.h"

#include <dirent.h>

#include "base/display.h"
#include "base/file.h"
#include "base/str.h"

int job_find_at(struct cmd *cmd, const char *path, const char **ret_path)
{
	const char *found = NULL;
	const struct dirent *entry;
	size_t n = 0;
	DIR *d;

	*ret_path = path;
	if (!file_is_dir(path))
		return 0;
	*ret_path = arena_printf(&cmd->arena, "%s%sjob.yaml", path, str_ends(path, "/") ? "" : "/");
	if (file_exists(*ret_path))
		return 0;
	d = opendir(path);
	while (d && (entry = readdir(d))) {
		if (!str_ends(entry->d_name, ".yaml") && !str_ends(entry->d_name, ".yml"))
			continue;
		n++;
		found = file_beside(&cmd->arena, *ret_path, entry->d_name);
	}
	if (d)
		closedir(d);
	*ret_path = found;
	if (n == 1)
		return 0;
	return err_set(&cmd->err, ERR_INPUT, "the folder '%s' has %s; name one",
		       display_path(&cmd->arena, path),
		       n ? "several job files" : "no job file (*.yaml)");
}

int job_find(struct cmd *cmd, const char **ret_path)
{
	return job_find_at(cmd, cmd->args.items[0], ret_path);
}
