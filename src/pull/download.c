/*
 * Fetches texts and files, with as many tries as the rules allow. Compares what the server stated
 * with what arrived, and with what it stated elsewhere.
 */
#include "pull/download.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/buf.h"
#include "pull/download_ask.h"
#include "pull/download_part.h"

/* A server that sends a few bytes per try must not hold us forever. */
enum { MAX_TRIES_IN_ALL = 1000 };

static int download_give_up(const struct download_rules *rules, struct err *err)
{
	return rules->tries > 1 ?
		       err_wrap(err, "gave up after %lld tries in a row", (long long)rules->tries) :
		       -1;
}

/* ---- texts */

struct text_sink {
	struct ask_sink sink;
	struct buf text;
};

static int download_text_begin(struct ask_sink *sink, const struct transfer_head *head,
			       const struct download_stated *stated, struct err *err)
{
	struct text_sink *t = (struct text_sink *)(void *)sink;

	(void)stated;
	buf_clear(&t->text);
	if (head->status != 200)
		return err_set(err, ERR_INPUT,
			       "the server sent a part of the file instead of the whole");
	return 0;
}

static int download_text_data(struct ask_sink *sink, const void *data, size_t n_bytes,
			      struct err *err)
{
	struct text_sink *t = (struct text_sink *)(void *)sink;

	buf_add(&t->text, data, n_bytes);
	return t->text.overflow ? err_set(err, ERR_INPUT, "the answer is too long") : 0;
}

static int download_fetch_text(struct downloader *d, struct arena *a,
			       const struct transfer_get *get, struct text_sink *t,
			       struct download_stated *ret_stated, struct err *err)
{
	for (int64_t n = 1;; n++) {
		struct err why = { 0 };
		int64_t wait_s;
		enum ask_result r = ask(d, a, get, &t->sink, ret_stated, &wait_s, &why);

		if (r == ASK_DONE)
			return 0;
		if (r == ASK_FAILED || n >= d->rules->tries) {
			*err = why;
			return r == ASK_FAILED ? -1 : download_give_up(d->rules, err);
		}
		if (ask_wait(d, n, wait_s, &why, err) < 0)
			return -1;
	}
}

int download_text(struct downloader *d, struct arena *a, const char *url, const char *accept,
		  int64_t max_bytes, char **ret_text, size_t *ret_len,
		  struct download_stated *ret_stated, struct err *err)
{
	struct transfer_get get = { .url = url, .accept = accept, .max_bytes = max_bytes };
	struct text_sink t = { .sink = { .begin = download_text_begin,
					 .data = download_text_data } };
	int r;

	buf_init(&t.text, (size_t)max_bytes);
	r = download_fetch_text(d, a, &get, &t, ret_stated, err);
	if (r == 0) {
		*ret_len = t.text.len;
		*ret_text = arena_strndup(a, buf_text(&t.text), t.text.len);
	}
	buf_release(&t.text);
	return r;
}

int download_look(struct downloader *d, struct arena *a, const char *url,
		  struct download_stated *ret_stated, struct err *err)
{
	struct transfer_get get = { .url = url };
	struct text_sink t = { .sink = { .begin = download_text_begin,
					 .data = download_text_data } };
	int r;

	buf_init(&t.text, 0);
	r = download_fetch_text(d, a, &get, &t, ret_stated, err);
	buf_release(&t.text);
	return r;
}

/* ---- files */

struct file_sink {
	struct ask_sink sink;
	struct downloader *d;
	struct arena *a;
	const struct download_file *file;
	struct part part;
};

static int download_contradiction(const struct file_sink *f, const char *what, struct err *err)
{
	return err_set(err, ERR_REFUSED,
		       "the server contradicts itself about the %s of %s; nothing was fetched. Try "
		       "again later: somebody may be changing it",
		       what, f->file->name);
}

/* Compares what the file's own address states with what the API stated. */
static int download_compare(const struct file_sink *f, const struct download_stated *stated,
			    struct err *err)
{
	const struct pull_file *api = &f->file->stated, *own = &stated->file;

	if (f->file->commit && stated->commit && strcmp(f->file->commit, stated->commit) != 0)
		return download_contradiction(f, "commit", err);
	if (stated->linked && *own->sha256 && *api->sha256 && strcmp(own->sha256, api->sha256) != 0)
		return download_contradiction(f, "sha256", err);
	if (own->size_bytes >= 0 && f->part.expected_bytes >= 0 &&
	    own->size_bytes != f->part.expected_bytes)
		return download_contradiction(f, "size", err);
	if (!*api->sha256 && !*api->git_sha1 && !f->d->rules->unverified)
		return err_set(err, ERR_REFUSED,
			       "the server states no checksum for %s, so the download cannot be "
			       "verified; --unverified fetches it anyway",
			       f->file->name);
	return 0;
}

static int download_start_over(struct file_sink *f, const char *why, struct err *err)
{
	if (part_restart(&f->part, err) < 0)
		return -1;
	f->sink.again = true;
	return err_set(err, ERR_INPUT, "%s: %s; starting over", f->file->name, why);
}

/* 206: does the part start where ours ends, and is it of the same file? */
static int download_go_on(struct file_sink *f, const struct transfer_head *head, struct err *err)
{
	const struct part *p = &f->part;
	int64_t first, total;

	if (!pull_range_read(head->range, &first, &total) || first != p->size_bytes ||
	    (total >= 0 && total != p->expected_bytes))
		return download_start_over(f, "the server sent a different part than was requested",
					   err);
	if (p->etag && head->etag && strcmp(p->etag, head->etag) != 0)
		return download_start_over(f, "it has changed on the server", err);
	return 0;
}

static int download_begin_anew(struct file_sink *f, const struct transfer_head *head,
			       struct err *err)
{
	struct part *p = &f->part;

	if (p->expected_bytes < 0)
		p->expected_bytes = head->content_bytes;
	if (head->content_bytes >= 0 && head->content_bytes != p->expected_bytes)
		return download_contradiction(f, "size", err);
	if (p->size_bytes > 0)
		f->d->rules->say(arena_printf(f->a,
					      "%s: starting over: it has changed on the server, or "
					      "the server cannot resume",
					      f->file->name));
	return part_restart(p, err);
}

static int download_file_begin(struct ask_sink *sink, const struct transfer_head *head,
			       const struct download_stated *stated, struct err *err)
{
	struct file_sink *f = (struct file_sink *)(void *)sink;
	int r = download_compare(f, stated, err);

	if (r == 0)
		r = head->status == 206 ? download_go_on(f, head, err) :
					  download_begin_anew(f, head, err);
	if (r < 0)
		return -1;
	return part_keep_etag(&f->part, f->a, pull_etag_is_strong(head->etag) ? head->etag : NULL,
			      err);
}

static int download_file_data(struct ask_sink *sink, const void *data, size_t n_bytes,
			      struct err *err)
{
	struct file_sink *f = (struct file_sink *)(void *)sink;
	struct part *p = &f->part;

	if (p->expected_bytes >= 0 && (int64_t)n_bytes > p->expected_bytes - p->size_bytes)
		return err_set(err, ERR_REFUSED,
			       "the server sends more of %s than the %lld bytes that it states",
			       f->file->name, (long long)p->expected_bytes);
	if (part_add(p, data, n_bytes, err) < 0)
		return -1;
	f->d->rules->progress(f->file->name, "fetching", p->size_bytes, p->expected_bytes);
	return 0;
}

static bool download_is_whole(const struct part *p)
{
	return p->expected_bytes >= 0 && p->size_bytes == p->expected_bytes;
}

/* One try; ASK_DONE only if the file is complete. */
static enum ask_result download_try_file(struct file_sink *f, int64_t *ret_wait_s, struct err *err)
{
	struct part *p = &f->part;
	struct transfer_get get = { .url = f->file->url,
				    .from_bytes = p->size_bytes,
				    .if_range = p->size_bytes > 0 ? p->etag : NULL };
	struct download_stated stated;
	enum ask_result r;

	/* One byte more than expected, so that a body that is too long is noticed. */
	get.max_bytes = p->expected_bytes >= 0 ? p->expected_bytes + 1 : INT64_MAX;
	r = ask(f->d, f->a, &get, &f->sink, &stated, ret_wait_s, err);
	if (r == ASK_DONE && p->expected_bytes >= 0 && !download_is_whole(p)) {
		err_set(err, ERR_INPUT, "%s ended after %lld of %lld bytes", f->file->name,
			(long long)p->size_bytes, (long long)p->expected_bytes);
		r = ASK_AGAIN;
	}
	return r;
}

/* Repeats until the file is complete. A try that brought bytes does not count against the limit. */
static int download_fetch_file(struct file_sink *f, struct download_got *got, struct err *err)
{
	const struct download_rules *rules = f->d->rules;
	int64_t in_a_row = 0;

	while (!download_is_whole(&f->part)) {
		int64_t before = f->part.size_bytes, wait_s;
		struct err why = { 0 };
		enum ask_result r = download_try_file(f, &wait_s, &why);

		got->n_tries++;
		if (r == ASK_DONE)
			break;
		in_a_row = f->part.size_bytes > before ? 1 : in_a_row + 1;
		if (r == ASK_FAILED || in_a_row >= rules->tries ||
		    got->n_tries >= MAX_TRIES_IN_ALL) {
			*err = why;
			return r == ASK_FAILED ? -1 : download_give_up(rules, err);
		}
		if (ask_wait(f->d, in_a_row, wait_s, &why, err) < 0)
			return -1;
	}
	return 0;
}

/* A file that fails verification is discarded, and fetched once more if part of it was older. */
static int download_fetch_and_verify(struct file_sink *f, struct download_got *got, struct err *err)
{
	struct part *p = &f->part;
	bool resumed = p->size_bytes > 0;
	int r;

	for (;;) {
		if (download_fetch_file(f, got, err) < 0)
			return -1;
		resumed |= got->n_tries > 1;
		r = part_verify(p, &f->file->stated, got->sha256, err);
		got->verified = r > 0;
		if (r >= 0)
			return 0;
		if (part_restart(p, err) < 0)
			return -1;
		if (!resumed) {
			unlink(p->path);
			unlink(p->etag_path);
			return -1;
		}
		f->d->rules->say(arena_printf(f->a, "%s; fetching it once more from the beginning",
					      err->msg));
		resumed = false;
		got->n_tries = 0;
	}
}

int download_file(struct downloader *d, struct arena *a, const struct download_file *file,
		  struct download_got *ret_got, struct err *err)
{
	struct file_sink f = { .sink = { .begin = download_file_begin, .data = download_file_data },
			       .d = d,
			       .a = a,
			       .file = file };
	struct download_got got = { 0 };
	int r;

	if (file_exists(file->path)) {
		struct err why;

		r = part_check(file, d, got.sha256, &got.size_bytes, &why);
		if (r >= 0) {
			got.was_there = true;
			got.verified = r > 0;
			*ret_got = got;
			return 0;
		}
		if (why.kind != ERR_REFUSED) {
			*err = why;
			return -1;
		}
		d->rules->say(arena_printf(a, "the existing file is damaged; fetching it again: %s",
					   why.msg));
	}
	r = part_open(&f.part, d, a, file, err);
	if (r == 0)
		r = download_fetch_and_verify(&f, &got, err);
	if (r == 0)
		r = part_finish(&f.part, file->path, err);
	got.size_bytes = f.part.size_bytes;
	got.kept_bytes = f.part.kept_bytes;
	part_close(&f.part);
	if (r == 0)
		*ret_got = got;
	return r;
}

int64_t download_missing_bytes(struct arena *a, const struct download_file *file)
{
	const char *partial = arena_printf(a, "%s.incomplete", file->path);
	int64_t whole = file->stated.size_bytes;
	struct stat st;

	if (whole < 0 || (stat(file->path, &st) == 0 && st.st_size == whole))
		return 0;
	if (lstat(partial, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > whole)
		return whole;
	return whole - st.st_size;
}

void download_close(struct downloader *d)
{
	transfer_close(&d->transfer);
}
