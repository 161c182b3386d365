/*
 * Descriptors by their names, pipes and devices.
 */
#include "base/special_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/str.h"

enum { READ_BYTES = 1 << 16 };

/*
 * Opening /dev/stdin or /dev/fd/N anew would fail for a socket, and would read or write a file from
 * its start. So the descriptor itself is used.
 */
static int special_named_fd(const char *path)
{
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };
	static const char *const names[] = { "/dev/stdin", "/dev/stdout", "/dev/stderr" };
	int64_t fd;

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strcmp(path, names[i]) == 0)
			return (int)i;
	for (size_t i = 0; i < COUNT_OF(folders); i++)
		if (str_starts(path, folders[i]) &&
		    str_to_i64(path + strlen(folders[i]), 0, INT_MAX, &fd))
			return (int)fd;
	return -1;
}

int special_input_fd(const char *path)
{
	return strcmp(path, "-") == 0 ? STDIN_FILENO : special_named_fd(path);
}

int special_output_fd(const char *path)
{
	return strcmp(path, "-") == 0 ? STDOUT_FILENO : special_named_fd(path);
}

bool special_is_output(const char *path)
{
	struct stat st;

	return special_output_fd(path) >= 0 ||
	       (lstat(path, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode)));
}

bool special_is_stdout(const char *path)
{
	return !path || special_output_fd(path) == STDOUT_FILENO;
}

int special_open_input(const char *path, int *ret_fd, struct err *err)
{
	struct stat st;
	int fd = special_input_fd(path);

	if (fd < 0)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot open '%s'", path);
	if (fstat(fd, &st) < 0)
		err_sys(err, ERR_INPUT, errno, "cannot look at '%s'", path);
	else if (S_ISDIR(st.st_mode))
		err_set(err, ERR_INPUT, "'%s' is a folder; name a file in it", path);
	else {
		*ret_fd = fd;
		return 0;
	}
	if (special_input_fd(path) < 0)
		close(fd);
	return -1;
}

/* Reads once; 0 at the end, or -1 with errno. */
static ssize_t special_read_some(int fd, void *bytes, size_t max_bytes)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	ssize_t n;

	while ((n = read(fd, bytes, max_bytes)) < 0) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN || (poll(&pfd, 1, -1) < 0 && errno != EINTR))
			break;
	}
	return n;
}

static int special_read_all(int fd, const char *path, struct buf *data, struct err *err)
{
	char bytes[READ_BYTES];
	ssize_t n;

	while ((n = special_read_some(fd, bytes, sizeof(bytes))) > 0) {
		buf_add(data, bytes, (size_t)n);
		if (data->overflow)
			return err_set(err, ERR_INPUT, "'%s' is too large; the limit is %zu bytes",
				       path, data->max);
	}
	return n < 0 ? err_sys(err, ERR_INPUT, errno, "cannot read '%s'", path) : 0;
}

int special_read(struct arena *a, const char *path, size_t max_bytes, char **ret_data,
		 size_t *ret_len, struct err *err)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	struct buf data;
	struct stat st;
	int fd, r;

	if (special_input_fd(path) < 0 &&
	    (stat(path, &st) < 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
		return file_read(a, path, max_bytes, ret_data, ret_len, err);
	if (special_open_input(path, &fd, err) < 0)
		return -1;
	buf_init(&data, max_bytes);
	r = special_read_all(fd, name, &data, err);
	if (special_input_fd(path) < 0)
		close(fd);
	if (r < 0) {
		buf_release(&data);
		return -1;
	}
	*ret_len = data.len;
	*ret_data = buf_to_arena(&data, a);
	return 0;
}

int special_open_output(const char *path, int *ret_fd, struct err *err)
{
	*ret_fd = special_output_fd(path);
	if (*ret_fd < 0)
		*ret_fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
	return *ret_fd < 0 ? err_sys(err, ERR_INPUT, errno, "cannot open '%s'", path) : 0;
}
