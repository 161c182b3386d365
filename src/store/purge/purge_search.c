/*
 * The search after a purge. Decides which files to search, and what counts as kept on purpose:
 * every value of every row, every text that was not removed, and the description of the tables.
 * Searches for texts in portions, so that memory is bounded.
 */
#include "store/purge/purge_search.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "store/db.h"
#include "store/purge/residue.h"

enum {
	PORTION_BYTES = 1 << 20, /* of texts; their pieces take about 64 times that */
	CHUNK_BYTES = 1 << 20, /* of a file */
	ROW_BYTES_MAX = 16 << 20, /* of the words in one row */
};

/* Endings of the store's files: its own, SQLite's, and those of a new store. */
static const char *const suffixes[] = { "",	".lock", "-journal",	"-wal",
					"-shm", ".new",	 ".new-journal" };

/* The words of a row, side by side as in the file. Private texts have a table of their own. */
static void search_keep_row(struct residue *r, struct buf *words, const struct cell *cells,
			    size_t n)
{
	buf_clear(words);
	for (size_t i = 0; i < n; i++) {
		const struct cell *c = &cells[i];

		if (c->tag == CELL_TEXT || c->tag == CELL_BLOB)
			buf_add(words, c->data, c->len);
		else if (c->tag == CELL_PRIVATE && !c->purged && c->len > 0)
			residue_keep(r, c->data, c->len);
	}
	residue_keep(r, buf_text(words), words->len);
}

static int search_keep_kind(struct store *s, enum row_kind kind, struct residue *r, struct err *err)
{
	const struct row_type *type = &row_types[kind];
	const struct db_query all = { .sql = "ORDER BY r.seq" };
	struct cell cells[ROW_MAX_COLUMNS];
	sqlite3_stmt *stmt;
	struct buf words;
	int more = db_select(s, "", kind, STORE_TEXTS, &all, &stmt, err);

	buf_init(&words, ROW_BYTES_MAX);
	while (more >= 0 && (more = db_step(s, stmt, err)) == 1) {
		db_fetch(stmt, 0, type, STORE_TEXTS, cells);
		search_keep_row(r, &words, cells, type->n_columns);
	}
	sqlite3_finalize(stmt);
	buf_release(&words);
	return more;
}

static int search_keep_schema(struct store *s, struct residue *r, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int more = db_prepare(s, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL", &stmt, err);

	while (more >= 0 && (more = db_step(s, stmt, err)) == 1)
		residue_keep(r, sqlite3_column_blob(stmt, 0),
			     (size_t)sqlite3_column_bytes(stmt, 0));
	sqlite3_finalize(stmt);
	return more;
}

static int search_keep_all(struct store *s, struct residue *r, struct err *err)
{
	static const char unused[RESIDUE_KEPT_BYTES]; /* room in a page: zeros */

	residue_keep(r, unused, sizeof(unused));
	for (int kind = 0; kind < ROW_KINDS; kind++)
		if (search_keep_kind(s, (enum row_kind)kind, r, err) < 0)
			return -1;
	return search_keep_schema(s, r, err);
}

/* Reads overlapping chunks, so that no piece falls between two. */
static int search_open(int fd, const char *path, struct residue *r, int64_t *ret_n_bytes,
		       struct err *err)
{
	static unsigned char chunk[RESIDUE_PIECE_BYTES - 1 + CHUNK_BYTES];
	size_t n_before = 0;
	ssize_t n;

	*ret_n_bytes = 0;
	while ((n = read(fd, chunk + n_before, CHUNK_BYTES)) > 0) {
		size_t n_all = n_before + (size_t)n;

		*ret_n_bytes += n;
		residue_search(r, chunk, n_all);
		n_before = n_all < RESIDUE_PIECE_BYTES ? n_all : RESIDUE_PIECE_BYTES - 1;
		memmove(chunk, chunk + n_all - n_before, n_before);
	}
	if (n < 0)
		return err_sys(err, ERR_STORE, errno, "cannot search '%s'", path);
	return 0;
}

/* Fills in the names and sizes of what was searched. */
static int search_files(struct arena *a, const struct store *s, struct residue *r,
			struct purge_done *done, struct err *err)
{
	done->files = "";
	done->n_searched_bytes = 0;
	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		const char *path = arena_printf(a, "%s%s", s->path, suffixes[i]);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		int64_t n_bytes;
		int result;

		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0)
			return err_sys(err, ERR_STORE, errno, "cannot search '%s'", path);
		/* Closing drops SQLite's locks on the file: it holds none now. */
		result = search_open(fd, path, r, &n_bytes, err);
		close(fd);
		if (result < 0)
			return -1;
		done->n_searched_bytes += n_bytes;
		done->files = arena_add_item(a, done->files, ", ", "%s", path);
	}
	return 0;
}

/* Adds at least one text, from `first` on, up to a portion. Returns the index after the last. */
static size_t search_add_portion(struct residue *r, struct arena *a, const struct purge_text *texts,
				 size_t n, size_t first)
{
	size_t n_bytes = 0, end = first;

	do
		n_bytes += texts[end++].len;
	while (end < n && n_bytes + texts[end].len <= PORTION_BYTES);
	residue_init(r, a, n_bytes);
	for (size_t i = first; i < end; i++)
		residue_add(r, texts[i].data, texts[i].len);
	return end;
}

static void search_count(const struct residue *r, const struct purge_text *text,
			 struct purge_done *done)
{
	enum residue_state state = residue_of(r, text->data, text->len);

	done->n_found += state == RESIDUE_FOUND;
	done->n_kept += state == RESIDUE_KEPT;
	done->n_short += state == RESIDUE_SHORT;
}

int purge_search(struct arena *a, struct store *s, const struct purge_text *texts, size_t n,
		 struct purge_done *ret_done, struct err *err)
{
	size_t at = 0;

	ret_done->files = "";
	while (at < n) {
		struct arena scratch = { 0 };
		struct residue r;
		size_t first = at;
		int result;

		at = search_add_portion(&r, &scratch, texts, n, first);
		result = search_keep_all(s, &r, err);
		if (result == 0)
			result = search_files(a, s, &r, ret_done, err);
		for (size_t i = first; i < at && result == 0; i++)
			search_count(&r, &texts[i], ret_done);
		arena_release(&scratch);
		if (result < 0)
			return -1;
	}
	return 0;
}
