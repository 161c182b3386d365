/*
 * Files and paths. Knows nothing of their content.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#include "base/hash.h"
#include "base/special_file.h"
#include "base/str.h"

enum { WRITE_TIMEOUT_MS = 30 * 1000, PART_TRIES = 16 };

/* Opens a regular file for reading; the descriptor, or -1 with err set. */
static int file_open_regular(const char *path, struct stat *ret_st, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot open '%s'", path);
	if (fstat(fd, ret_st) < 0) {
		err_sys(err, ERR_INPUT, errno, "cannot look at '%s'", path);
	} else if (S_ISDIR(ret_st->st_mode)) {
		err_set(err, ERR_INPUT, "'%s' is a folder; name a file in it", path);
	} else if (!S_ISREG(ret_st->st_mode)) {
		err_set(err, ERR_INPUT, "'%s' is not a regular file", path);
	} else {
		return fd;
	}
	close(fd);
	return -1;
}

int file_read(struct arena *a, const char *path, size_t max_bytes, char **ret_data, size_t *ret_len,
	      struct err *err)
{
	struct stat st;
	int fd = file_open_regular(path, &st, err);
	size_t len = 0;
	char *data;

	if (fd < 0)
		return -1;
	if ((uint64_t)st.st_size > max_bytes) {
		close(fd);
		return err_set(err, ERR_INPUT, "'%s' is too large: %lld bytes; the limit is %zu",
			       path, (long long)st.st_size, max_bytes);
	}
	data = arena_alloc(a, (size_t)st.st_size + 1);
	while (len < (size_t)st.st_size) {
		ssize_t n = read(fd, data + len, (size_t)st.st_size - len);

		if (n < 0) {
			err_sys(err, ERR_INPUT, errno, "cannot read '%s'", path);
			close(fd);
			return -1;
		}
		if (n == 0)
			break;
		len += (size_t)n;
	}
	close(fd);
	*ret_data = data;
	*ret_len = len;
	return 0;
}

static int file_wait_writable(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	int n = poll(&pfd, 1, WRITE_TIMEOUT_MS);

	if (n == 0)
		errno = ETIMEDOUT;
	return n > 0 || (n < 0 && errno == EINTR) ? 0 : -1;
}

int file_write_all(int fd, const void *data, size_t n_bytes)
{
	const char *p = data;

	while (n_bytes > 0) {
		ssize_t n = write(fd, p, n_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN && file_wait_writable(fd) == 0)
			continue;
		if (n < 0)
			return -1;
		p += n;
		n_bytes -= (size_t)n;
	}
	return 0;
}

int file_read_at(int fd, int64_t at, void *ret_data, size_t n_bytes)
{
	char *p = ret_data;

	while (n_bytes > 0) {
		ssize_t n = pread(fd, p, n_bytes, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = 0;
		if (n <= 0)
			return -1;
		p += n;
		at += n;
		n_bytes -= (size_t)n;
	}
	return 0;
}

int file_write_at(int fd, int64_t at, const void *data, size_t n_bytes)
{
	const char *p = data;

	while (n_bytes > 0) {
		ssize_t n = pwrite(fd, p, n_bytes, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return -1;
		p += n;
		at += n;
		n_bytes -= (size_t)n;
	}
	return 0;
}

static int file_fail_no_folder(const char *path, struct err *err)
{
	return err_set(err, ERR_INPUT,
		       "cannot create '%s': its folder does not exist; make it first", path);
}

/*
 * Creates a new file beside `path` under a name that nobody can foresee, so that no link planted
 * there is followed. Its name, ".NUMBER.part", goes to `ret_temp`.
 */
static int file_open_part(const char *path, mode_t mode, char ret_temp[PATH_MAX], int *ret_fd,
			  struct err *err)
{
	uint32_t number;

	for (int i = 0; i < PART_TRIES; i++) {
		hash_random(&number, sizeof(number));
		if (snprintf(ret_temp, PATH_MAX, "%s.%u.part", path, (unsigned)number) >= PATH_MAX)
			return err_set(err, ERR_INPUT, "path too long: '%s'", path);
		*ret_fd =
			open(ret_temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
		if (*ret_fd >= 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	if (errno == ENOENT)
		return file_fail_no_folder(path, err);
	return err_sys(err, ERR_INPUT, errno, "cannot create '%s'", path);
}

/* As rename(), but fails with EEXIST if there is such a file. Some file systems have no links. */
static int file_rename_new(const char *temp, const char *path)
{
	struct stat st;

	if (link(temp, path) == 0)
		return unlink(temp);
	if (errno == EEXIST)
		return -1;
	if (lstat(path, &st) == 0) {
		errno = EEXIST;
		return -1;
	}
	return rename(temp, path);
}

static int file_put_in_place(const char *temp, const char *path, enum file_mode how,
			     struct err *err)
{
	if ((how == FILE_NEW ? file_rename_new(temp, path) : rename(temp, path)) == 0)
		return 0;
	if (how == FILE_NEW && errno == EEXIST)
		return err_set(err, ERR_INPUT, "'%s' already exists and was not changed", path);
	return err_sys(err, ERR_INPUT, errno, "cannot put '%s' in place", path);
}

int file_write_as(const char *path, enum file_mode how, mode_t mode, const void *data,
		  size_t n_bytes, struct err *err)
{
	char temp[PATH_MAX];
	int fd = -1;

	if (file_open_part(path, mode, temp, &fd, err) < 0)
		return -1;
	if ((how == FILE_REPLACE_EXACT && fchmod(fd, mode) < 0) ||
	    file_write_all(fd, data, n_bytes) < 0 || fsync(fd) < 0) {
		err_sys(err, ERR_INPUT, errno, "cannot write '%s'", path);
		close(fd);
		unlink(temp);
		return -1;
	}
	if (close(fd) < 0) {
		err_sys(err, ERR_INPUT, errno, "cannot write '%s'", path);
		unlink(temp);
		return -1;
	}
	if (file_put_in_place(temp, path, how, err) < 0) {
		unlink(temp);
		return -1;
	}
	return 0;
}

int file_write(const char *path, mode_t mode, const void *data, size_t n_bytes, struct err *err)
{
	return file_write_as(path, FILE_REPLACE, mode, data, n_bytes, err);
}

int file_stamp_get(const char *path, struct file_stamp *ret_stamp, struct err *err)
{
	struct stat st;
	int fd = file_open_regular(path, &st, err);

	if (fd < 0)
		return -1;
	close(fd);
	ret_stamp->dev = (uint64_t)st.st_dev;
	ret_stamp->inode = (uint64_t)st.st_ino;
	ret_stamp->size_bytes = st.st_size;
#ifdef __APPLE__
	ret_stamp->ctime_ns = st.st_ctimespec.tv_sec * 1000000000LL + st.st_ctimespec.tv_nsec;
#else
	ret_stamp->ctime_ns = st.st_ctim.tv_sec * 1000000000LL + st.st_ctim.tv_nsec;
#endif
	return 0;
}

bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b)
{
	return a->dev == b->dev && a->inode == b->inode && a->size_bytes == b->size_bytes &&
	       a->ctime_ns == b->ctime_ns;
}

bool file_is_same(const char *x, const char *y)
{
	struct file_stamp a, b;
	struct err unused;

	return file_stamp_get(x, &a, &unused) == 0 && file_stamp_get(y, &b, &unused) == 0 &&
	       a.dev == b.dev && a.inode == b.inode;
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool file_is_taken(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

bool file_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int file_make_dir(const char *path, mode_t mode, struct err *err)
{
	if (mkdir(path, mode) == 0)
		return 0;
	if (errno != EEXIST)
		return err_sys(err, ERR_INPUT, errno, "cannot make folder '%s'", path);
	if (!file_is_dir(path))
		return err_set(err, ERR_INPUT, "cannot make folder '%s': a file has that name",
			       path);
	return 0;
}

int file_make_dirs(const char *path, mode_t mode, struct err *err)
{
	char part[PATH_MAX];

	if (!*path)
		return err_set(err, ERR_INPUT, "cannot make a folder without a name");
	if (snprintf(part, sizeof(part), "%s", path) >= (int)sizeof(part))
		return err_set(err, ERR_INPUT, "path too long: '%s'", path);
	for (char *p = part + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (file_make_dir(part, mode, err) < 0)
			return -1;
		*p = '/';
	}
	return file_make_dir(part, mode, err);
}

char *file_beside(struct arena *a, const char *beside, const char *name)
{
	const char *slash = strrchr(beside, '/');

	if (name[0] == '/' || !slash || special_input_fd(beside) >= 0)
		return arena_strdup(a, name);
	return arena_printf(a, "%.*s/%s", (int)(slash - beside), beside, name);
}

char *file_absolute(struct arena *a, const char *path)
{
	char *folder = realpath(file_beside(a, path, "."), NULL);
	char *whole = folder ? arena_printf(a, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder,
					    str_basename(path)) :
			       arena_strdup(a, path);

	free(folder);
	return whole;
}

const char *file_from_here(const char *path)
{
	char here[PATH_MAX];
	size_t n;

	if (!getcwd(here, sizeof(here)))
		return path;
	n = strcmp(here, "/") == 0 ? 0 : strlen(here);
	return strncmp(path, here, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

int file_check_folder(struct arena *a, const char *path, struct err *err)
{
	return file_is_dir(file_beside(a, path, ".")) ? 0 : file_fail_no_folder(path, err);
}

char *file_program_dir(struct arena *a)
{
	char path[PATH_MAX];
	char *slash;
#ifdef __APPLE__
	uint32_t size = sizeof(path);

	if (_NSGetExecutablePath(path, &size) != 0)
		return arena_strdup(a, ".");
#else
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n < 0)
		return arena_strdup(a, ".");
	path[n] = '\0';
#endif
	slash = strrchr(path, '/');
	if (slash)
		*slash = '\0';
	return arena_strdup(a, path);
}

int file_cache_dir(struct arena *a, char **ret_path, struct err *err)
{
	const char *own = getenv("TOEHOLD_CACHE"), *xdg = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	char *path;

	if (own && *own)
		path = arena_strdup(a, own);
	else if (xdg && *xdg)
		path = arena_printf(a, "%s/toehold", xdg);
	else if (home && *home)
		path = arena_printf(a, "%s/.cache/toehold", home);
	else
		return err_set(err, ERR_INPUT,
			       "no place for the cache; set TOEHOLD_CACHE, XDG_CACHE_HOME or HOME");
	if (file_make_dirs(path, 0700, err) < 0)
		return -1;
	*ret_path = path;
	return 0;
}
