/*
 * The name of a file of states is 64 hex digits, followed by ".PID.part" while it is written
 * (base/file.c). Follows no links.
 */
#include "flow/states/state_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"

/* Half a minute. Counted, not timed, because tests stop the clock. */
enum { LOCK_TRIES = 3000, LOCK_PAUSE_MS = 10 };

int state_folder_path(struct arena *a, const char *name, char **ret_path, struct err *err)
{
	char *cache;

	if (file_cache_dir(a, &cache, err) < 0)
		return -1;
	*ret_path = arena_printf(a, "%s/%s", cache, name);
	return 0;
}

/* 0, or the errno value of what went wrong. */
static int folder_wait_for_lock(int fd)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_MS * 1000000L };

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return errno;
		nanosleep(&pause, NULL);
	}
	return EWOULDBLOCK;
}

int state_folder_lock(struct arena *a, const char *path, int *ret_fd, struct err *err)
{
	const char *name = arena_printf(a, "%s.lock", path);
	int fd, failure;

	if (file_make_dirs(path, 0700, err) < 0)
		return -1;
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot open the lock file '%s'", name);
	failure = folder_wait_for_lock(fd);
	if (failure == 0) {
		*ret_fd = fd;
		return 0;
	}
	close(fd);
	if (failure == EWOULDBLOCK)
		return err_set(err, ERR_INPUT,
			       "another program has kept '%s' locked for %d s; end that program, "
			       "then try again",
			       name, LOCK_TRIES * LOCK_PAUSE_MS / 1000);
	return err_sys(err, ERR_INPUT, failure, "cannot lock '%s'", name);
}

/* Digits between two dots, then "part". */
static bool folder_is_part_suffix(const char *text)
{
	size_t n = *text == '.' ? strspn(text + 1, "0123456789") : 0;

	return n > 0 && strcmp(text + 1 + n, ".part") == 0;
}

static bool folder_is_name(const char *name, bool *ret_part)
{
	size_t n = strspn(name, "0123456789abcdef");

	*ret_part = n == HASH_HEX_LEN && folder_is_part_suffix(name + n);
	return *ret_part || (n == HASH_HEX_LEN && !name[n]);
}

/* The next file of states. */
static bool folder_next_file(DIR *dir, const char **ret_name, struct stat *ret_st, bool *ret_part)
{
	struct dirent *entry;

	while ((entry = readdir(dir))) {
		if (!folder_is_name(entry->d_name, ret_part) ||
		    fstatat(dirfd(dir), entry->d_name, ret_st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(ret_st->st_mode))
			continue;
		*ret_name = entry->d_name;
		return true;
	}
	return false;
}

/* *ret_dir is NULL if there is no such folder. `flags`: O_NOFOLLOW, or 0. */
static int folder_open_folder(const char *path, int flags, DIR **ret_dir, struct err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);

	*ret_dir = NULL;
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd >= 0)
		*ret_dir = fdopendir(fd);
	if (*ret_dir)
		return 0;
	err_sys(err, ERR_INPUT, errno,
		"cannot read '%s', which must be a folder and not a symbolic link", path);
	if (fd >= 0)
		close(fd);
	return -1;
}

struct kept_file {
	const char *name;
	int64_t n_bytes;
	time_t changed_s;
};

static int folder_by_age(const void *x, const void *y)
{
	const struct kept_file *a = x, *b = y;

	return (a->changed_s > b->changed_s) - (a->changed_s < b->changed_s);
}

void state_folder_make_room(struct arena *a, const char *path, const char *keep, int64_t max_bytes)
{
	enum { FILES_MAX = 4096 };
	struct kept_file *files = arena_array(a, FILES_MAX, sizeof(*files));
	int64_t n_bytes = 0;
	struct err unused;
	const char *name;
	struct stat st;
	size_t n = 0;
	bool part;
	DIR *dir;

	if (folder_open_folder(path, 0, &dir, &unused) < 0 || !dir)
		return;
	while (n < FILES_MAX && folder_next_file(dir, &name, &st, &part)) {
		if (part) {
			(void)!unlinkat(dirfd(dir), name, 0);
			continue;
		}
		files[n++] = (struct kept_file){ arena_strdup(a, name), st.st_size, st.st_mtime };
		n_bytes += st.st_size;
	}
	if (n > 0)
		qsort(files, n, sizeof(*files), folder_by_age);
	for (size_t i = 0; i < n && n_bytes > max_bytes; i++)
		if (strcmp(files[i].name, keep) != 0 && unlinkat(dirfd(dir), files[i].name, 0) == 0)
			n_bytes -= files[i].n_bytes;
	closedir(dir);
}

int state_folder_count(const char *path, struct state_count *ret_count, struct err *err)
{
	struct state_count count = { 0 };
	const char *name;
	struct stat st;
	bool part;
	DIR *dir;

	if (folder_open_folder(path, O_NOFOLLOW, &dir, err) < 0)
		return -1;
	while (dir && folder_next_file(dir, &name, &st, &part)) {
		count.n_files++;
		count.n_bytes += st.st_size;
	}
	if (dir)
		closedir(dir);
	*ret_count = count;
	return 0;
}

static int folder_remove_all(DIR *dir, const char *path, struct state_count *ret_removed,
			     struct err *err)
{
	struct state_count removed = { 0 };
	const char *name;
	struct stat st;
	bool part;

	while (folder_next_file(dir, &name, &st, &part)) {
		if (unlinkat(dirfd(dir), name, 0) < 0)
			return err_sys(err, ERR_INPUT, errno, "cannot remove '%s/%s'", path, name);
		removed.n_files++;
		removed.n_bytes += st.st_size;
	}
	*ret_removed = removed;
	return 0;
}

int state_folder_empty(struct arena *a, const char *path, struct state_count *ret_removed,
		       struct err *err)
{
	int lock, r;
	DIR *dir;

	if (folder_open_folder(path, O_NOFOLLOW, &dir, err) < 0)
		return -1;
	if (!dir) {
		*ret_removed = (struct state_count){ 0 };
		return 0;
	}
	r = state_folder_lock(a, path, &lock, err);
	if (r == 0) {
		r = folder_remove_all(dir, path, ret_removed, err);
		close(lock);
	}
	closedir(dir);
	return r;
}
