/*
 * A file while it is being downloaded: opened, locked, resumed, hashed, moved into place.
 */
#include "pull/download_part.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { READ_BYTES = 1 << 20, ETAG_MAX_BYTES = 1024, TELL_EVERY_BYTES = 16 << 20 };

static int part_lock(struct part *p, const char *lock_path, struct err *err)
{
	p->lock_fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (p->lock_fd < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot open '%s'", lock_path);
	if (flock(p->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return err_sys(err, ERR_INPUT, errno, "cannot lock '%s'", lock_path);
	return err_set(err, ERR_REFUSED,
		       "another program is fetching %s (it holds '%s'); wait for it, or end it",
		       p->name, lock_path);
}

static void part_begin_hashes(struct part *p)
{
	hash_init(&p->sha256);
	if (p->git)
		hash_init_git(&p->git_sha1,
			      p->expected_bytes > 0 ? (uint64_t)p->expected_bytes : 0);
	p->hashing = true;
}

static void part_drop_hashes(struct part *p)
{
	char unused[HASH_HEX_LEN + 1];

	if (!p->hashing)
		return;
	hash_hex(&p->sha256, unused);
	if (p->git)
		hash_hex(&p->git_sha1, unused);
	p->hashing = false;
}

static void part_hash_both(struct part *p, const void *data, size_t n_bytes)
{
	hash_add(&p->sha256, data, n_bytes);
	if (p->git)
		hash_add(&p->git_sha1, data, n_bytes);
}

/* Hashes all bytes of p->fd. */
static int part_hash_existing(struct part *p, struct downloader *d, struct err *err)
{
	struct arena a = { 0 };
	char *chunk = arena_alloc(&a, READ_BYTES);
	int64_t done = 0;
	ssize_t n;
	int r = 0;

	part_begin_hashes(p);
	while (r == 0 && (n = pread(p->fd, chunk, READ_BYTES, done)) != 0) {
		if (n < 0) {
			r = err_sys(err, ERR_INPUT, errno, "cannot read the bytes so far of '%s'",
				    p->name);
			break;
		}
		part_hash_both(p, chunk, (size_t)n);
		done += n;
		if (d->rules->stopped())
			r = err_set(err, ERR_STOPPED, "stopped while checking '%s'", p->name);
		else if (done % TELL_EVERY_BYTES < READ_BYTES)
			d->rules->progress(p->name, "checking", done, p->size_bytes);
	}
	p->size_bytes = done;
	arena_release(&a);
	return r;
}

/* The entity tag that came with the bytes; NULL if an earlier pull left none. */
static const char *part_kept_etag(struct arena *a, const char *path)
{
	struct err unused;
	char *etag;
	size_t len;

	if (file_read(a, path, ETAG_MAX_BYTES, &etag, &len, &unused) < 0)
		return NULL;
	return strlen(etag) == len && pull_etag_is_strong(etag) ? etag : NULL;
}

int part_open(struct part *p, struct downloader *d, struct arena *a,
	      const struct download_file *file, struct err *err)
{
	struct stat st;

	*p = (struct part){ .fd = -1,
			    .lock_fd = -1,
			    .name = file->name,
			    .git = *file->stated.git_sha1 != '\0',
			    .path = arena_printf(a, "%s.incomplete", file->path),
			    .expected_bytes = file->stated.size_bytes };
	p->etag_path = arena_printf(a, "%s.etag", p->path);
	if (part_lock(p, file->lock_path, err) < 0)
		return -1;
	p->fd = open(p->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (p->fd < 0 || fstat(p->fd, &st) < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot open '%s'", p->path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "'%s' is not a regular file", p->path);
	p->size_bytes = p->kept_bytes = st.st_size;
	if (p->expected_bytes < 0 || st.st_size > p->expected_bytes)
		return part_restart(p, err);
	p->etag = part_kept_etag(a, p->etag_path);
	return part_hash_existing(p, d, err);
}

int part_restart(struct part *p, struct err *err)
{
	part_drop_hashes(p);
	p->etag = NULL;
	p->size_bytes = p->kept_bytes = 0;
	if (ftruncate(p->fd, 0) < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot empty '%s'", p->path);
	part_begin_hashes(p);
	return 0;
}

int part_add(struct part *p, const void *data, size_t n_bytes, struct err *err)
{
	part_hash_both(p, data, n_bytes);
	if (file_write_at(p->fd, p->size_bytes, data, n_bytes) == 0) {
		p->size_bytes += (int64_t)n_bytes;
		return 0;
	}
	if (errno == ENOSPC || errno == EDQUOT)
		return err_sys(err, ERR_INPUT, errno,
			       "the disk is full after %lld bytes of %s ('%s'). The bytes are "
			       "kept: make room, then run the same command again",
			       (long long)p->size_bytes, p->name, p->path);
	return err_sys(err, ERR_INPUT, errno, "cannot write '%s'", p->path);
}

/* Written in place: half a tag lacks its closing quote and is not accepted. */
static int part_write_etag(const struct part *p, const char *etag, struct err *err)
{
	int fd = open(p->etag_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	ssize_t n = fd < 0 ? -1 : write(fd, etag, strlen(etag));
	int sys = errno;

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return err_sys(err, ERR_INPUT, sys, "cannot write '%s'", p->etag_path);
	return 0;
}

int part_keep_etag(struct part *p, struct arena *a, const char *etag, struct err *err)
{
	p->etag = etag ? arena_strdup(a, etag) : NULL;
	if (etag)
		return part_write_etag(p, etag, err);
	if (unlink(p->etag_path) < 0 && errno != ENOENT)
		return err_sys(err, ERR_INPUT, errno, "cannot remove '%s'", p->etag_path);
	return 0;
}

static int part_differs(const struct part *p, const char *what, const char *found,
			const char *stated, struct err *err)
{
	return err_set(err, ERR_REFUSED,
		       "%s is not what the server states: its %s is %s, not %s; it was discarded",
		       p->name, what, found, stated);
}

int part_verify(struct part *p, const struct pull_file *stated, char ret_sha256[HASH_HEX_LEN + 1],
		struct err *err)
{
	char sha1[HASH_HEX_LEN + 1] = "";

	hash_hex(&p->sha256, ret_sha256);
	if (p->git)
		hash_hex(&p->git_sha1, sha1);
	p->hashing = false;
	if (p->expected_bytes >= 0 && p->size_bytes != p->expected_bytes)
		return err_set(err, ERR_REFUSED, "%s has %lld bytes, and the server states %lld",
			       p->name, (long long)p->size_bytes, (long long)p->expected_bytes);
	if (*stated->sha256 && strcmp(ret_sha256, stated->sha256) != 0)
		return part_differs(p, "sha256", ret_sha256, stated->sha256, err);
	if (*stated->git_sha1 && strcmp(sha1, stated->git_sha1) != 0)
		return part_differs(p, "git checksum", sha1, stated->git_sha1, err);
	return *stated->sha256 || *stated->git_sha1 ? 1 : 0;
}

/* A file's name is on disk only after its folder is. */
static int part_sync_folder(const char *path, struct err *err)
{
	char *folder = strdup(path), *slash = folder ? strrchr(folder, '/') : NULL;
	int fd = -1, r;

	if (slash)
		*slash = '\0';
	if (slash)
		fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = fd < 0 ? -1 : fsync(fd);
	if (r < 0 && errno != EINVAL) /* a file system that cannot */
		err_sys(err, ERR_INPUT, errno, "cannot write the folder of '%s' to disk", path);
	else
		r = 0;
	if (fd >= 0)
		close(fd);
	free(folder);
	return r;
}

int part_finish(struct part *p, const char *path, struct err *err)
{
	if (fsync(p->fd) < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot write '%s' to disk", p->path);
	/* Before the move, so that a crash in between leaves no stray file. */
	unlink(p->etag_path);
	if (rename(p->path, path) < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot put '%s' in place", path);
	return part_sync_folder(path, err);
}

void part_close(struct part *p)
{
	part_drop_hashes(p);
	if (p->fd >= 0)
		close(p->fd);
	if (p->lock_fd >= 0)
		close(p->lock_fd);
	p->fd = p->lock_fd = -1;
}

int part_check(const struct download_file *file, struct downloader *d,
	       char ret_sha256[HASH_HEX_LEN + 1], int64_t *ret_size_bytes, struct err *err)
{
	struct part p = { .lock_fd = -1,
			  .name = file->name,
			  .git = *file->stated.git_sha1 != '\0',
			  .path = file->path,
			  .expected_bytes = file->stated.size_bytes };
	struct stat st;
	int r = -1;

	p.fd = open(file->path, O_RDONLY | O_CLOEXEC);
	if (p.fd < 0 || fstat(p.fd, &st) < 0) {
		err_sys(err, ERR_INPUT, errno, "cannot open '%s'", file->path);
	} else if (!S_ISREG(st.st_mode) ||
		   (p.expected_bytes >= 0 && st.st_size != p.expected_bytes)) {
		err_set(err, ERR_REFUSED, "the size of %s is not what the server states", p.name);
	} else {
		p.size_bytes = st.st_size;
		r = part_hash_existing(&p, d, err);
	}
	if (r == 0)
		r = part_verify(&p, &file->stated, ret_sha256, err);
	*ret_size_bytes = p.size_bytes;
	part_close(&p);
	return r;
}
