/*
 * The lock is on the folder itself, so that it ends with the process or with the folder.
 */
#include "tune/weights/tune_scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/display.h"
#include "base/file.h"

static void scratch_empty(const struct tune_scratch *s)
{
	unlink(s->copy);
	unlink(s->best);
	unlink(s->raw);
	unlink(s->final);
}

int tune_scratch_open(struct arena *a, const char *out, struct tune_scratch *ret, struct err *err)
{
	char *folder = arena_printf(a, "%s.tuning", out), *whole;
	int fd;

	*ret = (struct tune_scratch){ .lock = -1 };
	if (file_make_dirs(folder, 0700, err) < 0)
		return -1;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	whole = fd >= 0 ? realpath(folder, NULL) : NULL;
	ret->dir = arena_strdup(a, whole);
	free(whole);
	if (!ret->dir) {
		err_sys(err, ERR_INPUT, errno, "cannot open the folder '%s'",
			display_path(a, folder));
	} else if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		err_set(err, ERR_INPUT,
			"another tuning is writing '%s'; wait for it, or give another --name",
			display_path(a, out));
	} else {
		ret->lock = fd;
		ret->copy = arena_printf(a, "%s/copy.gguf", ret->dir);
		ret->best = arena_printf(a, "%s/best.gguf", ret->dir);
		ret->raw = arena_printf(a, "%s.raw", ret->best);
		ret->final = arena_printf(a, "%s/final.gguf", ret->dir);
		scratch_empty(ret);
		return 0;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

void tune_scratch_close(struct tune_scratch *s)
{
	if (s->lock < 0)
		return;
	scratch_empty(s);
	rmdir(s->dir);
	close(s->lock);
	s->lock = -1;
}
