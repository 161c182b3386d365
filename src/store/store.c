/*
 * The store's file: creates, opens, checks and closes it. Decides durability: a rollback journal,
 * everything synced before a commit returns, one writer. A new store gets its name only when it is
 * complete. Must not know rows.
 */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db.h"
#include "store/lock.h"

enum { BUSY_MS = 30000 };

/*
 * For every connection, before anything is read. EXTRA also syncs the folder after a commit removed
 * the journal. With FULL a power cut could bring the journal back and undo the commit.
 */
static const char *const settings = "PRAGMA trusted_schema = OFF;"
				    "PRAGMA cell_size_check = ON;"
				    "PRAGMA foreign_keys = ON;"
				    "PRAGMA secure_delete = ON;"
				    "PRAGMA synchronous = EXTRA;"
				    "PRAGMA fullfsync = ON;";

/* Opens the file with our settings. On failure the store is closed. */
static int store_db_open(struct store *s, enum store_mode mode, struct err *err)
{
	/* A reader, too, must be able to roll back what a killed writer left. */
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	sqlite3 *db;
	int code = sqlite3_open_v2(s->path, &db, flags, NULL);

	s->db = db;
	if (!db)
		return err_set(err, ERR_STORE, "store '%s': out of memory", s->path);
	if (code != SQLITE_OK) {
		db_error(s, err);
		goto fail;
	}
	sqlite3_busy_timeout(s->db, BUSY_MS);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* We use none: a trigger in the file is somebody else's, and our view is for people. */
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	if (db_exec(s, settings, err) < 0)
		goto fail;
	if (mode == STORE_READ && db_exec(s, "PRAGMA query_only = ON", err) < 0)
		goto fail;
	if (mode == STORE_WRITE && sqlite3_db_readonly(s->db, "main") == 1) {
		err_set(err, ERR_STORE, "cannot write store '%s': it is read-only", s->path);
		goto fail;
	}
	return 0;
fail:
	sqlite3_close(s->db);
	s->db = NULL;
	return -1;
}

static int store_pragma_number(struct store *s, const char *sql, int64_t *ret_value,
			       struct err *err)
{
	bool found;

	return db_lookup(s, &(struct db_query){ .sql = sql }, &found, ret_value, err);
}

static int store_check_ours(struct store *s, struct err *err)
{
	int64_t app_id = 0, version = 0;

	if (store_pragma_number(s, "PRAGMA application_id", &app_id, err) < 0 ||
	    store_pragma_number(s, "PRAGMA user_version", &version, err) < 0)
		return -1;
	if (app_id != STORE_APP_ID || version < 1)
		return err_set(
			err, ERR_STORE,
			"'%s' is not a toehold store (it is another program's database); name "
			"another file",
			s->path);
	if (version < STORE_SCHEMA)
		return err_set(err, ERR_STORE,
			       "store '%s' was made by an older toehold (schema %lld; this one "
			       "needs %d) and cannot be read: move the file away and run again",
			       s->path, (long long)version, STORE_SCHEMA);
	if (version > STORE_SCHEMA)
		return err_set(
			err, ERR_STORE,
			"store '%s' was made by a newer toehold (schema %lld; this one reads "
			"%d); use the newer one",
			s->path, (long long)version, STORE_SCHEMA);
	return 0;
}

/* WAL is refused: its reset bug (SQLite 3.7.0 to 3.51.2) can corrupt a store. */
static int store_set_journal(struct store *s, struct err *err)
{
	struct db_query query = {
		.sql = "SELECT journal_mode = 'delete' FROM pragma_journal_mode"
	};
	bool found;
	int64_t is_delete = 0;

	if (db_exec(s, "PRAGMA journal_mode = DELETE", err) < 0 ||
	    db_lookup(s, &query, &found, &is_delete, err) < 0)
		return -1;
	if (!is_delete)
		return err_set(err, ERR_STORE, "store '%s' cannot use a rollback journal", s->path);
	return 0;
}

/* 0: no file at the path; 1: a file that may be a store. */
static int store_look_at(const char *path, enum store_mode mode, struct err *err)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		if (errno != ENOENT)
			return err_sys(err, ERR_STORE, errno, "cannot look at store '%s'", path);
		if (mode == STORE_READ)
			return err_set(
				err, ERR_STORE,
				"there is no store '%s' yet; run 'toehold smoke JOB' to make one",
				path);
		return 0;
	}
	if (S_ISDIR(st.st_mode))
		return err_set(err, ERR_STORE, "'%s' is a folder, not a store; name a file", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_STORE, "'%s' is not a regular file", path);
	if (st.st_size == 0)
		return err_set(err, ERR_STORE,
			       "'%s' is an empty file, not a store; remove it or name another file",
			       path);
	return 1;
}

/* Syncs the folder after a rename, so that the name survives a power cut. */
static int store_sync_folder(struct arena *a, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	const char *dir = !slash	? "." :
			  slash == path ? "/" :
					  arena_strndup(a, path, (size_t)(slash - path));
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -1 : fsync(fd);

	if (r < 0)
		err_sys(err, ERR_STORE, errno, "cannot write the folder '%s'", dir);
	if (fd >= 0)
		close(fd);
	return r;
}

/* Fills an empty file, all or nothing. */
static int store_fill_new(struct store *s, struct err *err)
{
	struct buf sql;
	int r;

	buf_init(&sql, SCHEMA_SQL_MAX);
	buf_adds(&sql, "BEGIN;");
	schema_create(&sql);
	buf_adds(&sql, "COMMIT;");
	r = store_db_open(s, STORE_WRITE, err);
	if (r == 0)
		r = db_exec(s, buf_text(&sql), err);
	buf_release(&sql);
	if (s->db)
		sqlite3_close(s->db);
	s->db = NULL;
	return r;
}

/* Makes the store under another name and renames it. The caller holds the lock. */
static int store_create(struct arena *a, const char *path, struct err *err)
{
	struct store new = { .path = arena_printf(a, "%s.new", path) };
	int fd;

	/* A process that was killed here leaves these. */
	unlink(new.path);
	unlink(arena_printf(a, "%s-journal", new.path));
	fd = open(new.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(err, ERR_STORE, errno, "cannot create store '%s'", path);
	close(fd);
	if (store_fill_new(&new, err) < 0) {
		unlink(new.path);
		return -1;
	}
	if (rename(new.path, path) < 0) {
		err_sys(err, ERR_STORE, errno, "cannot put store '%s' in place", path);
		unlink(new.path);
		return -1;
	}
	return store_sync_folder(a, path, err);
}

static int store_open_checked(struct store *s, enum store_mode mode, struct err *err)
{
	if (store_db_open(s, mode, err) < 0)
		return -1;
	if (store_check_ours(s, err) == 0 &&
	    (mode == STORE_READ || store_set_journal(s, err) == 0) && db_read_head(s, err) == 0)
		return 0;
	sqlite3_close(s->db);
	return -1;
}

int store_open(struct arena *a, const char *path, enum store_mode mode, struct store *ret_store,
	       struct err *err)
{
	struct store s = { .path = arena_strdup(a, path), .lock_fd = -1 };
	int there = store_look_at(path, mode, err);

	if (there < 0)
		return -1;
	if (mode == STORE_WRITE) {
		if (lock_take(path, &s.lock_fd, err) < 0)
			return -1;
		/* Again: another process may have made it before we had the lock. */
		there = store_look_at(path, mode, err);
	}
	if (there < 0 || (there == 0 && store_create(a, path, err) < 0) ||
	    store_open_checked(&s, mode, err) < 0) {
		if (s.lock_fd >= 0)
			lock_drop(s.lock_fd);
		return -1;
	}
	*ret_store = s;
	return 0;
}

void store_close(struct store *store)
{
	if (!store->db)
		return;
	sqlite3_close(store->db);
	if (store->lock_fd >= 0)
		lock_drop(store->lock_fd);
	*store = (struct store){ .lock_fd = -1 };
}

const char *store_library_version(void)
{
	return "SQLite " SQLITE_VERSION;
}
