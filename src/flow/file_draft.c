/*
 * Files composed in memory.
 */
#include "flow/file_draft.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/file.h"

int file_draft_open(struct file_draft *draft, struct err *err)
{
	*draft = (struct file_draft){ 0 };
	draft->out = open_memstream(&draft->bytes, &draft->n_bytes);
	return draft->out ? 0 : err_set(err, ERR_INPUT, "out of memory for the output file");
}

int file_draft_finish(struct file_draft *draft, int r, const char *path, struct err *err)
{
	bool failed = ferror(draft->out);

	failed = fclose(draft->out) != 0 || failed;
	if (r == 0 && failed)
		r = err_set(err, ERR_INPUT, "out of memory for the output file");
	if (r == 0 && path)
		r = file_write(path, 0600, draft->bytes, draft->n_bytes, err);
	else if (r == 0)
		fwrite(draft->bytes, 1, draft->n_bytes, stdout);
	free(draft->bytes);
	return r;
}
