/*
 * Files composed in memory.
 */
#include "flow/file_draft.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/special_file.h"

int file_draft_open(struct file_draft *draft, struct err *err)
{
	*draft = (struct file_draft){ 0 };
	draft->out = open_memstream(&draft->bytes, &draft->n_bytes);
	return draft->out ? 0 : err_set(err, ERR_INPUT, "out of memory for the output file");
}

int file_output_write(const char *path, enum file_mode how, const void *data, size_t n_bytes,
		      struct err *err)
{
	int fd, r = 0;

	if (special_is_stdout(path)) {
		fwrite(data, 1, n_bytes, stdout);
		return 0;
	}
	if (!special_is_output(path))
		return file_write_as(path, how, 0600, data, n_bytes, err);
	if (special_open_output(path, &fd, err) < 0)
		return -1;
	if (file_write_all(fd, data, n_bytes) < 0)
		r = err_sys(err, ERR_INPUT, errno, "cannot write to '%s'", path);
	if (special_output_fd(path) < 0)
		close(fd);
	return r;
}

int file_draft_finish(struct file_draft *draft, int r, const char *path, enum file_mode how,
		      struct err *err)
{
	bool failed = ferror(draft->out);

	failed = fclose(draft->out) != 0 || failed;
	if (r == 0 && failed)
		r = err_set(err, ERR_INPUT, "out of memory for the output file");
	if (r == 0)
		r = file_output_write(path, how, draft->bytes, draft->n_bytes, err);
	free(draft->bytes);
	return r;
}
