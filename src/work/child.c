/*
 * Programs, pipes and descriptors of child processes.
 */
#include "work/child.h"

#include <errno.h>
#include <fcntl.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif
#include <unistd.h>

#include "base/file.h"

int child_find_program(struct arena *a, const char *name, const char *note, char **ret_path,
		       struct err *err)
{
	char *dir = file_program_dir(a);
	char *beside = arena_printf(a, "%s/%s", dir, name);
	char *libexec = arena_printf(a, "%s/../libexec/toehold/%s", dir, name);

	if (!file_exists(beside) && !file_exists(libexec))
		return err_set(err, ERR_ENGINE,
			       "the program '%s' is missing: looked for '%s' and '%s'; build or "
			       "install toehold again%s",
			       name, beside, libexec, note);
	*ret_path = file_exists(beside) ? beside : libexec;
	return 0;
}

static int child_make_pipe(int ends[2])
{
	if (pipe(ends) < 0)
		return -1;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	return 0;
}

int child_make_pipes(int ret_to[2], int ret_from[2], struct err *err)
{
	if (child_make_pipe(ret_to) < 0)
		return err_sys(err, ERR_ENGINE, errno, "cannot make a pipe");
	if (child_make_pipe(ret_from) < 0) {
		err_sys(err, ERR_ENGINE, errno, "cannot make a pipe");
		close(ret_to[0]);
		close(ret_to[1]);
		return -1;
	}
	return 0;
}

void child_close_inherited(int first)
{
	enum { MANY = 1024 };

#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned)first, ~0u, 0) == 0)
		return;
#endif
	for (int fd = first; fd < MANY; fd++)
		close(fd);
}
