/*
 * Announces rows, writes them, and confirms them.
 */
#include "flow/production/production_output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/display.h"
#include "base/file.h"
#include "base/special_file.h"

enum { STATE_MAX_BYTES = 1 << 16, STATE_VERSION = 2, BATCH_MAX_BYTES = 1 << 30 };

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

/* What an earlier session says about a file. */
struct file_state {
	int64_t n_bytes, n_announced; /* confirmed, and what may follow */
	char sha256[HASH_HEX_LEN + 1];
};

/* What an earlier session left. */
struct state {
	int64_t n_rows;
	struct file_state rows, review;
	char tickets_sha256[HASH_HEX_LEN + 1];
	char settings[HASH_HEX_LEN + 1];
	bool complete;
};

static void output_copy_hex(const json_t *value, char to[HASH_HEX_LEN + 1])
{
	snprintf(to, HASH_HEX_LEN + 1, "%s",
		 json_string_value(value) ? json_string_value(value) : "");
}

static struct file_state output_file_state(const json_t *j)
{
	struct file_state f = {
		.n_bytes = json_integer_value(json_object_get(j, "bytes")),
		.n_announced = json_integer_value(json_object_get(j, "announced")),
	};

	output_copy_hex(json_object_get(j, "sha256"), f.sha256);
	return f;
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
		.rows = output_file_state(json_object_get(j, "out")),
		.review = output_file_state(json_object_get(j, "review")),
		.complete = json_is_true(json_object_get(j, "complete")),
	};
	output_copy_hex(json_object_get(j, "tickets"), ret->tickets_sha256);
	output_copy_hex(json_object_get(j, "settings"), ret->settings);
	if (json_integer_value(json_object_get(j, "version")) != STATE_VERSION || ret->n_rows < 0 ||
	    ret->rows.n_bytes < 0 || ret->review.n_bytes < 0)
		err_set(err, ERR_INPUT,
			"'%s' is damaged, or was written by another program: remove it and the "
			"rows beside it to start again",
			display_path(a, path));
	else
		err->kind = ERR_NONE;
	json_decref(j);
	return err->kind == ERR_NONE ? 0 : -1;
}

static json_t *output_file_json(const struct production_file *f, bool announce)
{
	return json_pack("{s:I, s:s, s:I}", "bytes", (json_int_t)f->n_bytes, "sha256", f->sha256,
			 "announced", (json_int_t)(announce ? f->rows.len : 0));
}

static int output_state_write(const struct production_output *w, bool announce, bool complete,
			      struct err *err)
{
	json_t *j = json_pack("{s:i, s:s, s:I, s:o, s:o, s:s, s:b}", "version", STATE_VERSION,
			      "settings", w->target.settings, "rows", (json_int_t)w->n_confirmed,
			      "out", output_file_json(&w->rows, announce), "review",
			      output_file_json(&w->review, announce), "tickets",
			      w->confirmed_sha256, "complete", complete);
	char *text = json_dumps(j, JSON_COMPACT);
	int r = text ? file_write(w->state_path, 0600, text, strlen(text), err) :
		       err_set(err, ERR_INPUT, "out of memory");

	free(text);
	json_decref(j);
	return r;
}

/* ---- one file ---- */

static struct production_file output_file_init(const char *path)
{
	struct production_file f = { .path = path, .fd = -1 };

	f.stream = path && special_is_output(path);
	buf_init(&f.rows, BATCH_MAX_BYTES);
	hash_init(&f.hash);
	return f;
}

static void output_file_close(struct production_file *f)
{
	if (f->fd > STDERR_FILENO && (!f->stream || special_output_fd(f->path) < 0))
		close(f->fd);
	f->fd = -1;
	buf_release(&f->rows);
	hash_release(&f->hash);
}

/* Hashes the first n_bytes of an open file. */
static int output_hash_start(struct production_file *f, int64_t n_bytes, struct err *err)
{
	char bytes[1 << 16];

	for (int64_t done = 0; done < n_bytes;) {
		size_t most = n_bytes - done < (int64_t)sizeof(bytes) ? (size_t)(n_bytes - done) :
									sizeof(bytes);

		if (file_read_at(f->fd, done, bytes, most) < 0)
			return err_sys(err, ERR_INPUT, errno ? errno : EIO, "cannot read '%s'",
				       f->path);
		hash_add(&f->hash, bytes, most);
		done += (int64_t)most;
	}
	f->n_bytes = n_bytes;
	hash_hex_so_far(&f->hash, f->sha256);
	return 0;
}

static int output_changed(struct arena *a, const struct production_file *f, const char *how,
			  struct err *err)
{
	return err_set(err, ERR_INPUT,
		       "'%s' was %s since it was written, so nothing was added to it and nothing "
		       "was cut; keep it, and give other names to go on with new files",
		       display_path(a, f->path), how);
}

/* Opens a file of an earlier session. Cuts off only what that session announced. */
static int output_file_resume(struct arena *a, struct production_file *f,
			      const struct file_state *state, struct err *err)
{
	struct stat st;

	if (fstat(f->fd, &st) < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot inspect '%s'", f->path);
	if (st.st_size < state->n_bytes)
		return output_changed(a, f, "shortened", err);
	if (st.st_size > state->n_bytes + state->n_announced)
		return output_changed(a, f, "made longer", err);
	if (output_hash_start(f, state->n_bytes, err) < 0)
		return -1;
	if (state->n_bytes > 0 && strcmp(f->sha256, state->sha256) != 0)
		return output_changed(a, f, "changed", err);
	if (ftruncate(f->fd, state->n_bytes) < 0 || lseek(f->fd, state->n_bytes, SEEK_SET) < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot resume '%s'", f->path);
	return 0;
}

static int output_file_open(struct arena *a, struct production_file *f, int flags, struct err *err)
{
	if (f->stream)
		return special_open_output(f->path, &f->fd, err);
	f->fd = open(f->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	if (f->fd >= 0)
		return 0;
	if (errno == ELOOP)
		return err_set(err, ERR_INPUT, "'%s' is a link; name the file itself",
			       display_path(a, f->path));
	return err_sys(err, ERR_INPUT, errno, "cannot write '%s'", display_path(a, f->path));
}

/* ---- both files ---- */

/* RULE: one writer at a time. */
static int output_lock(struct arena *a, const struct production_output *w, struct err *err)
{
	if (flock(w->rows.fd, LOCK_EX | LOCK_NB) == 0 || errno == ENOTSUP)
		return 0;
	return errno == EWOULDBLOCK ?
		       err_set(err, ERR_INPUT,
			       "another 'toehold classify' is writing '%s'; wait until it is done",
			       display_path(a, w->rows.path)) :
		       err_sys(err, ERR_INPUT, errno, "cannot lock '%s'", w->rows.path);
}

static int output_resume(struct arena *a, struct production_output *w, struct err *err)
{
	struct state state;

	if (output_file_open(a, &w->rows, 0, err) < 0 || output_lock(a, w, err) < 0 ||
	    output_state_read(a, w->state_path, &state, err) < 0)
		return -1;
	if (strcmp(state.settings, w->target.settings) != 0)
		return err_set(err, ERR_INPUT,
			       "'%s' was written with another run, candidate or options; name "
			       "another file, or remove it and its .state",
			       display_path(a, w->rows.path));
	w->n_found = w->n_rows = w->n_confirmed = state.n_rows;
	w->complete = state.complete;
	memcpy(w->found_sha256, state.tickets_sha256, sizeof(w->found_sha256));
	memcpy(w->confirmed_sha256, state.tickets_sha256, sizeof(w->confirmed_sha256));
	if (w->complete)
		return 0;
	if (output_file_resume(a, &w->rows, &state.rows, err) < 0)
		return -1;
	if (!w->review.path || w->review.stream)
		return 0;
	if (output_file_open(a, &w->review, state.review.n_bytes ? 0 : O_CREAT, err) < 0)
		return -1;
	return output_file_resume(a, &w->review, &state.review, err);
}

/* RULE: a file that is there already holds somebody's work. */
static int output_check_new(struct arena *a, struct production_output *w, struct err *err)
{
	const char *review = w->review.path && !w->review.stream ? w->review.path : NULL;
	struct state unused;

	if (!w->rows.stream && file_is_taken(w->rows.path))
		return err_set(err, ERR_INPUT,
			       "'%s' exists and cannot be resumed: it has no .state; name another "
			       "file",
			       display_path(a, w->rows.path));
	if ((!w->rows.stream && file_check_folder(a, w->rows.path, err) < 0) ||
	    (review && file_check_folder(a, review, err) < 0))
		return -1;
	if (review && file_is_taken(review))
		return err_set(err, ERR_INPUT,
			       "'%s' already exists, may hold labels, and was not changed; name "
			       "another file for --review",
			       display_path(a, review));
	/* A session that was killed before its first row leaves its state. */
	return w->state_path && file_is_taken(w->state_path) ?
		       output_state_read(a, w->state_path, &unused, err) :
		       0;
}

int production_output_open(struct arena *a, struct production_output *w,
			   const struct production_target *target, struct err *err)
{
	*w = (struct production_output){ .target = *target };
	w->rows = output_file_init(target->path);
	w->review = output_file_init(target->review_path);
	if (!w->rows.stream)
		w->state_path = arena_printf(a, "%s.state", target->path);
	return w->state_path && file_exists(w->state_path) && file_is_taken(w->rows.path) ?
		       output_resume(a, w, err) :
		       output_check_new(a, w, err);
}

/* The first batch creates the files. */
static int output_create(struct arena *a, struct production_output *w, struct err *err)
{
	if (w->rows.fd < 0 && (output_file_open(a, &w->rows, O_CREAT | O_EXCL, err) < 0 ||
			       (w->state_path && output_lock(a, w, err) < 0)))
		return -1;
	return w->review.path && w->review.fd < 0 ?
		       output_file_open(a, &w->review, O_CREAT | O_EXCL, err) :
		       0;
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
		       w->n_found, w->rows.path);
}

/* The header of a new file. */
static void output_begin_rows(struct production_output *w)
{
	if (w->rows.n_bytes + (int64_t)w->rows.rows.len == 0)
		production_header(&w->target.rows, &w->rows.rows);
	if (w->review.path && w->review.n_bytes + (int64_t)w->review.rows.len == 0)
		production_review_header(&w->target.review, &w->review.rows);
}

void production_output_add(struct production_output *w, const struct ticket *ticket,
			   const struct production_row *row)
{
	output_chain_ticket(w, ticket);
	output_begin_rows(w);
	production_add_row(&w->target.rows, row, &w->rows.rows);
	if (w->review.path && row->abstained)
		production_add_review(&w->target.review, row, &w->review.rows);
	w->n_rows++;
}

static int output_file_write(struct production_file *f, bool sync, struct err *err)
{
	const char *name = special_is_stdout(f->path) ? "to standard output" : f->path;

	if (file_write_all(f->fd, f->rows.data, f->rows.len) < 0 || (sync && fsync(f->fd) < 0))
		return err_sys(err, ERR_INPUT, errno, "cannot write %s", name);
	hash_add(&f->hash, buf_text(&f->rows), f->rows.len);
	hash_hex_so_far(&f->hash, f->sha256);
	f->n_bytes += (int64_t)f->rows.len;
	buf_clear(&f->rows);
	return 0;
}

int production_output_flush(struct production_output *w, bool complete, struct err *err)
{
	struct arena a = { 0 };
	int r = 0;

	output_begin_rows(w);
	if (w->rows.rows.overflow || w->review.rows.overflow)
		return err_set(err, ERR_INPUT, "the rows of one batch are too long");
	/* The state comes first, as rows without one are foreign. */
	if (w->state_path && (w->rows.fd < 0 || w->rows.rows.len + w->review.rows.len > 0))
		r = output_state_write(w, true, false, err);
	if (r == 0)
		r = output_create(&a, w, err);
	arena_release(&a);
	if (r < 0 || output_file_write(&w->rows, !w->rows.stream, err) < 0 ||
	    (w->review.path && output_file_write(&w->review, !w->review.stream, err) < 0))
		return -1;
	w->n_confirmed = w->n_rows;
	memcpy(w->confirmed_sha256, w->tickets_sha256, sizeof(w->confirmed_sha256));
	return w->state_path ? output_state_write(w, false, complete, err) : 0;
}

void production_output_close(struct production_output *w)
{
	if (!w->target.settings)
		return;
	output_file_close(&w->rows);
	output_file_close(&w->review);
	*w = (struct production_output){ 0 };
}
