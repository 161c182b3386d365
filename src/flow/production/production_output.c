/*
 * Writes rows, then the state that confirms them.
 */
#include "flow/production/production_output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/display.h"
#include "base/file.h"

enum { STATE_MAX_BYTES = 1 << 16, STATE_VERSION = 1, BATCH_MAX_BYTES = 1 << 30 };

/* Adds a ticket to the hash of all before it. */
static void output_chain_ticket(struct production_output *w, const struct ticket *ticket)
{
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, w->tickets_sha256);
	hash_add_text(&h, ticket->id);
	hash_add_text(&h, ticket->text);
	hash_add_text(&h, ticket->image_sha256);
	hash_hex(&h, w->tickets_sha256);
}

/* What an earlier session left. */
struct state {
	int64_t n_rows, n_bytes, n_review_bytes;
	char tickets_sha256[HASH_HEX_LEN + 1];
	char settings[HASH_HEX_LEN + 1];
	bool complete;
};

static void output_copy_hex(const json_t *value, char to[HASH_HEX_LEN + 1])
{
	snprintf(to, HASH_HEX_LEN + 1, "%s",
		 json_string_value(value) ? json_string_value(value) : "");
}

static int output_state_read(struct arena *a, const char *path, struct state *ret, struct err *err)
{
	json_t *j;
	size_t len;
	char *text;

	if (file_read(a, path, STATE_MAX_BYTES, &text, &len, err) < 0)
		return -1;
	j = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	*ret = (struct state){
		.n_rows = json_integer_value(json_object_get(j, "rows")),
		.n_bytes = json_integer_value(json_object_get(j, "bytes")),
		.n_review_bytes = json_integer_value(json_object_get(j, "review_bytes")),
		.complete = json_is_true(json_object_get(j, "complete")),
	};
	output_copy_hex(json_object_get(j, "tickets"), ret->tickets_sha256);
	output_copy_hex(json_object_get(j, "settings"), ret->settings);
	if (json_integer_value(json_object_get(j, "version")) != STATE_VERSION || ret->n_rows < 0 ||
	    ret->n_bytes < 0 || ret->n_review_bytes < 0)
		err_set(err, ERR_INPUT,
			"'%s' is damaged: remove it and the rows beside it to start again",
			display_path(a, path));
	else
		err->kind = ERR_NONE;
	json_decref(j);
	return err->kind == ERR_NONE ? 0 : -1;
}

static int output_state_write(const struct production_output *w, bool complete, struct err *err)
{
	json_t *j = json_pack("{s:i, s:s, s:I, s:I, s:I, s:s, s:b}", "version", STATE_VERSION,
			      "settings", w->settings, "rows", (json_int_t)w->n_rows, "bytes",
			      (json_int_t)w->n_bytes, "review_bytes", (json_int_t)w->n_review_bytes,
			      "tickets", w->tickets_sha256, "complete", complete);
	char *text = json_dumps(j, JSON_COMPACT);
	int r = text ? file_write(w->state_path, 0600, text, strlen(text), err) :
		       err_set(err, ERR_INPUT, "out of memory");

	free(text);
	json_decref(j);
	return r;
}

/* Opens a file of rows and cuts off what the state does not confirm. */
static int output_open_rows(struct arena *a, const char *path, int64_t n_bytes, int *ret_fd,
			    struct err *err)
{
	struct stat st;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot write '%s'", display_path(a, path));
	*ret_fd = fd;
	if (fstat(fd, &st) < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot inspect '%s'", display_path(a, path));
	if (st.st_size < n_bytes)
		return err_set(err, ERR_INPUT,
			       "'%s' was shortened (%" PRId64 " bytes, now %" PRId64
			       "): remove it and its .state to start again",
			       display_path(a, path), n_bytes, (int64_t)st.st_size);
	if (ftruncate(fd, n_bytes) < 0 || lseek(fd, n_bytes, SEEK_SET) < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot resume '%s'", display_path(a, path));
	return 0;
}

static int output_resume(struct arena *a, struct production_output *w, struct err *err)
{
	struct state state = { 0 };

	if (file_exists(w->state_path) && file_exists(w->path)) {
		if (output_state_read(a, w->state_path, &state, err) < 0)
			return -1;
		if (strcmp(state.settings, w->settings) != 0)
			return err_set(err, ERR_INPUT,
				       "'%s' was written with another run, candidate or options; "
				       "name another file, or remove it and its .state",
				       display_path(a, w->path));
		w->n_found = w->n_rows = state.n_rows;
		w->n_bytes = state.n_bytes;
		w->n_review_bytes = state.n_review_bytes;
		w->complete = state.complete;
		memcpy(w->found_sha256, state.tickets_sha256, sizeof(w->found_sha256));
	} else if (file_exists(w->path)) {
		return err_set(err, ERR_INPUT,
			       "'%s' exists and cannot be resumed: it has no .state; name another "
			       "file",
			       display_path(a, w->path));
	}
	if (w->complete)
		return 0;
	/* The state comes first: a file of rows without one is taken for another program's. */
	if (w->n_rows == 0 && output_state_write(w, false, err) < 0)
		return -1;
	if (output_open_rows(a, w->path, w->n_bytes, &w->fd, err) < 0)
		return -1;
	return w->review_path ?
		       output_open_rows(a, w->review_path, w->n_review_bytes, &w->review_fd, err) :
		       0;
}

int production_output_open(struct arena *a, struct production_output *w, const char *path,
			   const char *review_path, const char *settings,
			   enum production_format format, struct err *err)
{
	*w = (struct production_output){ .path = path,
					 .review_path = review_path,
					 .settings = settings,
					 .format = format,
					 .fd = STDOUT_FILENO,
					 .review_fd = -1 };
	buf_init(&w->rows, BATCH_MAX_BYTES);
	buf_init(&w->review, BATCH_MAX_BYTES);
	if (path) {
		w->fd = -1;
		w->state_path = arena_printf(a, "%s.state", path);
		if (output_resume(a, w, err) < 0)
			return -1;
	} else if (review_path) {
		if (file_exists(review_path))
			return err_set(err, ERR_INPUT, "'%s' exists already; name another file",
				       display_path(a, review_path));
		if (output_open_rows(a, review_path, 0, &w->review_fd, err) < 0)
			return -1;
	}
	if (w->n_rows == 0)
		production_header(format, &w->rows);
	return 0;
}

bool production_output_has(const struct production_output *w)
{
	return w->n_passed < w->n_found;
}

int production_output_pass_over(struct production_output *w, const struct ticket *ticket,
				struct err *err)
{
	output_chain_ticket(w, ticket);
	w->n_passed++;
	if (w->n_passed < w->n_found || strcmp(w->tickets_sha256, w->found_sha256) == 0)
		return 0;
	return err_set(err, ERR_INPUT,
		       "the first %" PRId64
		       " tickets are not those of the rows in '%s'; name another "
		       "file, or give the same tickets",
		       w->n_found, w->path);
}

void production_output_add(struct production_output *w, const struct ticket *ticket,
			   const struct production_row *row)
{
	output_chain_ticket(w, ticket);
	production_add_row(w->format, row, &w->rows);
	if (w->review_fd >= 0 && row->abstained)
		production_add_review(row, &w->review);
	w->n_rows++;
}

static int output_write(int fd, struct buf *b, const char *name, struct err *err)
{
	if (file_write_all(fd, b->data, b->len) < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot write %s", name);
	buf_clear(b);
	return 0;
}

int production_output_flush(struct production_output *w, bool complete, struct err *err)
{
	w->n_bytes += (int64_t)w->rows.len;
	w->n_review_bytes += (int64_t)w->review.len;
	if (w->rows.overflow || w->review.overflow)
		return err_set(err, ERR_INPUT, "the rows of one batch are too long");
	if (output_write(w->fd, &w->rows, w->path ? w->path : "to standard output", err) < 0 ||
	    (w->review_fd >= 0 && output_write(w->review_fd, &w->review, w->review_path, err) < 0))
		return -1;
	if (!w->path)
		return 0;
	if (fsync(w->fd) < 0 || (w->review_fd >= 0 && fsync(w->review_fd) < 0))
		return err_sys(err, ERR_INPUT, errno, "cannot write '%s'", w->path);
	return output_state_write(w, complete, err);
}

void production_output_close(struct production_output *w)
{
	if (w->path && w->fd >= 0)
		close(w->fd);
	if (w->review_fd > 0)
		close(w->review_fd);
	if (w->settings) {
		buf_release(&w->rows);
		buf_release(&w->review);
	}
	*w = (struct production_output){ 0 };
}
