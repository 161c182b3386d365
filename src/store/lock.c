/*
 * The writer's lock. SQLite's own locks last for one transaction; this flock() lasts for a whole
 * run. Must not know what is written.
 */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"

/* "123 2026-11-23T02:30:00Z" */
enum { HOLDER_MAX = 64 };

static int lock_say_holder(int fd, const char *store_path, struct err *err)
{
	char holder[HOLDER_MAX + 1] = "";
	ssize_t n = pread(fd, holder, HOLDER_MAX, 0);
	char since[HOLDER_MAX] = "";
	long pid;

	if (n <= 0 || sscanf(holder, "%ld %63s", &pid, since) != 2)
		return err_set(err, ERR_STORE,
			       "store '%s' is in use by another process; wait until it is done",
			       store_path);
	return err_set(err, ERR_STORE,
		       "store '%s' is in use by process %ld since %s; wait until it is done",
		       store_path, pid, since);
}

static void lock_write_holder(int fd)
{
	struct arena a = { 0 };
	const char *text =
		arena_printf(&a, "%ld %s\n", (long)getpid(), clock_iso(&a, clock_wall_us()));

	/* If this fails, the lock still holds; only the message is less helpful. */
	if (ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, text, strlen(text), 0);
	arena_release(&a);
}

static bool lock_holder_is_dead(int fd)
{
	char holder[HOLDER_MAX + 1] = "";
	long pid;

	return pread(fd, holder, HOLDER_MAX, 0) > 0 && sscanf(holder, "%ld", &pid) == 1 &&
	       kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

/*
 * A child that a killed program had just forked holds the lock until it starts its own program, so
 * the lock of a dead process is worth a wait of up to two seconds. Returns 0, or -1 with errno.
 */
static int lock_flock(int fd)
{
	enum { TRIES = 40, WAIT_US = 50000 };
	int why;

	for (int i = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; i++) {
		why = errno;
		if (why != EWOULDBLOCK || i == TRIES || !lock_holder_is_dead(fd)) {
			errno = why;
			return -1;
		}
		usleep(WAIT_US);
	}
	return 0;
}

/* The lock's path: beside the store itself, whatever link led to it. */
static int lock_path(const char *store_path, char ret_path[PATH_MAX], struct err *err)
{
	char *real = realpath(store_path, NULL);
	int n = snprintf(ret_path, PATH_MAX, "%s.lock", real ? real : store_path);

	free(real);
	if (n >= PATH_MAX)
		return err_set(err, ERR_STORE, "path too long: '%s'", store_path);
	return 0;
}

int lock_take(const char *store_path, int *ret_fd, struct err *err)
{
	char path[PATH_MAX];
	int fd;

	if (lock_path(store_path, path, err) < 0)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(err, ERR_STORE, errno,
			       "cannot open '%s', which keeps two programs from writing at once",
			       path);
	if (lock_flock(fd) < 0) {
		if (errno == EWOULDBLOCK)
			lock_say_holder(fd, store_path, err);
		else
			err_sys(err, ERR_STORE, errno, "cannot lock '%s'", path);
		close(fd);
		return -1;
	}
	lock_write_holder(fd);
	*ret_fd = fd;
	return 0;
}

void lock_drop(int fd)
{
	(void)!ftruncate(fd, 0);
	close(fd);
}
