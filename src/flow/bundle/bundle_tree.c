/*
 * Copies, sums and the rename at the end. The sums have the form of sha256sum, so that a machine
 * without toehold can check them.
 */
#include "flow/bundle/bundle_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/display.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/str.h"
#include "flow/interrupt.h"

enum { COPY_BYTES = 1 << 20, SUMS_MAX_BYTES = 16 << 20, TREE_MAX_DEPTH = 8, OPEN_FOLDERS = 16 };

static bool tree_is_empty(const char *dir)
{
	const struct dirent *entry;
	bool empty = true;
	DIR *d = opendir(dir);

	while (d && empty && (entry = readdir(d)))
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	if (d)
		closedir(d);
	return d && empty;
}

int bundle_tree_open(struct cmd *cmd, const char *dir, struct bundle_tree *ret_tree)
{
	struct bundle_tree t = { .cmd = cmd };
	size_t n = strlen(dir);

	while (n > 1 && dir[n - 1] == '/') /* the stage stands beside the folder, not in it */
		n--;
	t.dir = dir = arena_strndup(&cmd->arena, dir, n);
	if (file_is_taken(dir) && !tree_is_empty(dir))
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' already exists and was not changed; name a new folder",
			       display_path(&cmd->arena, dir));
	t.stage = arena_printf(&cmd->arena, "%s.part-%ld", dir, (long)getpid());
	if (file_make_dirs(t.stage, 0755, &cmd->err) < 0)
		return -1;
	*ret_tree = t;
	return 0;
}

/* The whole path of a file to be made; its folders are made. */
static int tree_place(struct bundle_tree *t, const char *path, const char **ret_full)
{
	struct arena *a = &t->cmd->arena;

	*ret_full = arena_printf(a, "%s/%s", t->stage, path);
	return file_make_dirs(file_beside(a, *ret_full, "."), 0755, &t->cmd->err);
}

static int tree_note(struct bundle_tree *t, const char *path, const char *full)
{
	struct bundle_file *file;
	struct stat st;

	t->files = arena_grow(&t->cmd->arena, t->files, t->n, &t->cap, sizeof(*t->files));
	file = &t->files[t->n];
	file->path = arena_strdup(&t->cmd->arena, path);
	if (hash_file(full, NULL, NULL, file->sha256, &t->cmd->err) < 0)
		return -1;
	t->n_bytes += stat(full, &st) == 0 ? (uint64_t)st.st_size : 0;
	t->n++;
	return 0;
}

int bundle_tree_put(struct bundle_tree *t, const char *path, mode_t mode, const char *text)
{
	const char *full;

	if (tree_place(t, path, &full) < 0 ||
	    file_write_as(full, FILE_NEW, mode, text, strlen(text), &t->cmd->err) < 0)
		return -1;
	return tree_note(t, path, full);
}

static int tree_pump(struct bundle_tree *t, int in, int out, const char *from)
{
	char *block = arena_alloc(&t->cmd->arena, COPY_BYTES);
	ssize_t n;

	while ((n = read(in, block, COPY_BYTES)) > 0) {
		if (interrupt_count() > 0)
			return err_set(&t->cmd->err, ERR_STOPPED, "stopped; nothing was kept");
		if (file_write_all(out, block, (size_t)n) < 0)
			return err_sys(&t->cmd->err, ERR_INPUT, errno, "cannot write below '%s'",
				       display_path(&t->cmd->arena, t->dir));
	}
	if (n < 0)
		return err_sys(&t->cmd->err, ERR_INPUT, errno, "cannot read '%s'",
			       display_path(&t->cmd->arena, from));
	return 0;
}

/* Programs stay programs; nobody else may write. */
static int tree_copy_bytes(struct bundle_tree *t, const char *from, const char *full)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out = -1, r = -1;
	struct stat st = { 0 };

	if (in < 0 || fstat(in, &st) < 0 || !S_ISREG(st.st_mode))
		err_set(&t->cmd->err, ERR_INPUT, "'%s' cannot be read as a file",
			display_path(&t->cmd->arena, from));
	else
		out = open(full, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			   st.st_mode & S_IXUSR ? 0755 : 0644);
	if (out >= 0) {
		r = tree_pump(t, in, out, from);
		if (close(out) < 0 && r == 0)
			r = err_sys(&t->cmd->err, ERR_INPUT, errno, "cannot write '%s'", full);
	} else if (S_ISREG(st.st_mode)) {
		err_sys(&t->cmd->err, ERR_INPUT, errno, "cannot write '%s'", full);
	}
	if (in >= 0)
		close(in);
	return r;
}

int bundle_tree_copy(struct bundle_tree *t, const char *from, const char *path, bool linked)
{
	char real[PATH_MAX];
	const char *full;

	if (tree_place(t, path, &full) < 0)
		return -1;
	if (!linked || !realpath(from, real) || link(real, full) < 0)
		if (tree_copy_bytes(t, from, full) < 0)
			return -1;
	return tree_note(t, path, full);
}

static int tree_copy_below(struct bundle_tree *t, const char *from, const char *path, int depth)
{
	struct arena *a = &t->cmd->arena;
	const struct dirent *entry;
	DIR *d = opendir(from);
	int r = 0;

	if (!d)
		return err_sys(&t->cmd->err, ERR_INPUT, errno, "cannot open folder '%s'",
			       display_path(a, from));
	while (r == 0 && (entry = readdir(d))) {
		const char *inner = arena_printf(a, "%s/%s", from, entry->d_name);
		const char *to = arena_printf(a, "%s/%s", path, entry->d_name);
		struct stat st;

		if (entry->d_name[0] == '.' || lstat(inner, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth > 0)
			r = tree_copy_below(t, inner, to, depth - 1);
		else if (S_ISREG(st.st_mode))
			r = bundle_tree_copy(t, inner, to, false);
	}
	closedir(d);
	return r;
}

int bundle_tree_copy_folder(struct bundle_tree *t, const char *from, const char *path)
{
	return tree_copy_below(t, from, path, TREE_MAX_DEPTH);
}

bool bundle_tree_has(const struct bundle_tree *t, const char *path)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->files[i].path, path) == 0)
			return true;
	return false;
}

static int tree_by_path(const void *x, const void *y)
{
	return strcmp(((const struct bundle_file *)x)->path, ((const struct bundle_file *)y)->path);
}

int bundle_tree_finish(struct bundle_tree *t)
{
	struct arena *a = &t->cmd->arena;
	struct buf text;
	int r;

	buf_init(&text, SUMS_MAX_BYTES);
	qsort(t->files, t->n, sizeof(*t->files), tree_by_path);
	for (size_t i = 0; i < t->n; i++)
		buf_adds(&text, arena_printf(a, "%s  %s\n", t->files[i].sha256, t->files[i].path));
	r = file_write_as(arena_printf(a, "%s/" BUNDLE_SUMS, t->stage), FILE_NEW, 0644,
			  buf_text(&text), strlen(buf_text(&text)), &t->cmd->err);
	buf_release(&text);
	if (r < 0)
		return -1;
	if (rename(t->stage, t->dir) < 0)
		return err_sys(&t->cmd->err, ERR_INPUT, errno, "cannot make the folder '%s'",
			       display_path(a, t->dir));
	return 0;
}

static int tree_remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void bundle_tree_drop(struct bundle_tree *t)
{
	if (t->stage)
		nftw(t->stage, tree_remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

/* A path of the sums: below the folder, whoever wrote them. */
static bool tree_is_inside(const char *path)
{
	return *path && *path != '/' && !strstr(path, "..");
}

static const char *tree_compare(const char *full, const char *sha256)
{
	char hex[HASH_HEX_LEN + 1];
	struct err unused;

	if (!file_exists(full))
		return "is missing";
	if (hash_file(full, NULL, NULL, hex, &unused) < 0)
		return "cannot be read";
	return strcmp(hex, sha256) == 0 ? NULL : "was changed";
}

int bundle_tree_check(struct cmd *cmd, const char *dir, struct bundle_fault **ret_faults,
		      size_t *ret_n_faults, size_t *ret_n_files)
{
	struct arena *a = &cmd->arena;
	const char *sums = arena_printf(a, "%s/" BUNDLE_SUMS, dir), *rest, *line;
	struct bundle_fault *faults = NULL;
	size_t n = 0, cap = 0, n_files = 0, n_line;
	char *text;

	if (file_read(a, sums, SUMS_MAX_BYTES, &text, &n_line, &cmd->err) < 0)
		return -1;
	rest = text;
	while ((line = str_next_part(&rest, '\n', &n_line))) {
		const char *sum = arena_strndup(a, line, n_line), *path = sum + HASH_HEX_LEN + 2;
		const char *why;

		if (n_line == 0)
			continue;
		if (n_line <= HASH_HEX_LEN + 2 ||
		    !hash_is_hex(arena_strndup(a, sum, HASH_HEX_LEN), HASH_HEX_LEN) ||
		    !tree_is_inside(path))
			return err_set(
				&cmd->err, ERR_INPUT,
				"'%s', line %zu: expected a sha256, two blanks and a path in "
				"this folder; copy the bundle again",
				display_path(a, sums), n_files + 1);
		n_files++;
		why = tree_compare(arena_printf(a, "%s/%s", dir, path),
				   arena_strndup(a, sum, HASH_HEX_LEN));
		if (!why)
			continue;
		faults = arena_grow(a, faults, n, &cap, sizeof(*faults));
		faults[n++] = (struct bundle_fault){ path, why };
	}
	*ret_faults = faults;
	*ret_n_faults = n;
	*ret_n_files = n_files;
	return 0;
}
