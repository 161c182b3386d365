/*
 * Removes a draft. RULE: personal data goes first, so that what is left after a stop is still a
 * draft that can be deleted.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/display.h"
#include "flow/draft/draft_parts.h"

/* Empties a folder, which it closes; links are removed, not followed. -1 with errno. */
static int delete_files(int folder)
{
	DIR *d = fdopendir(folder);
	const struct dirent *entry;
	int r = 0;

	if (!d)
		return -1;
	while (r == 0 && (entry = readdir(d)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = unlinkat(folder, entry->d_name, 0);
	closedir(d);
	return r;
}

static int delete_secrets(struct cmd *cmd, const char *dir)
{
	const char *path = arena_printf(&cmd->arena, "%s/secrets", dir);
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (folder < 0 && errno == ENOENT)
		return 0;
	if (folder < 0 || delete_files(folder) < 0 || rmdir(path) < 0)
		return err_sys(&cmd->err, ERR_INPUT, errno, "cannot delete '%s'",
			       display_path(&cmd->arena, path));
	return 0;
}

int draft_delete(struct cmd *cmd, const char *dir, bool *ret_folder_stays)
{
	const char *journal = arena_printf(&cmd->arena, "%s/" DRAFT_JOURNAL, dir);
	int fd, r;

	if (draft_journal_lock(cmd, dir, &fd) < 0)
		return -1;
	r = delete_secrets(cmd, dir);
	if (r == 0 && unlink(journal) < 0)
		r = err_sys(&cmd->err, ERR_INPUT, errno, "cannot delete '%s'",
			    display_path(&cmd->arena, journal));
	close(fd);
	if (r == 0)
		*ret_folder_stays = rmdir(dir) < 0;
	return r;
}
