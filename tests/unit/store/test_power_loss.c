/*
 * Power loss. A layer below SQLite records every write and sync of the store. From the records the
 * test rebuilds disks as they may be after a power cut: everything that was synced, and any part of
 * the rest. Each must open and hold every answer that had been acknowledged.
 *
 * TOEHOLD_FAULTS=1 rebuilds 1,000 disks instead of 50.
 */
#include "unit/store_fixture.h"

#include "base/file.h"
#include "unit/random.h"

enum {
	SECTOR_BYTES = 512, /* what a disk writes whole */
	MAX_FILE_BYTES = 4 << 20,
	MAX_FILES = 8,
	MAX_NOTES = 200000,
	N_ANSWERS = 40,
};

enum note_kind { NOTE_CREATE, NOTE_WRITE, NOTE_TRUNCATE, NOTE_SYNC, NOTE_DELETE, NOTE_ACK };

struct note {
	enum note_kind kind;
	int file;
	int64_t at, n_bytes; /* of a truncation: n_bytes is the new size */
	char *data; /* owned */
	bool synced; /* of a deletion: the folder was synced before it returned */
	size_t n_acked; /* NOTE_ACK: answers that were acknowledged by now */
};

static struct note notes[MAX_NOTES];
static size_t n_notes;
static char names[MAX_FILES][160];
static int n_names;

/* ------------------------------------------------------------ the layer below SQLite */

struct noted_file {
	sqlite3_file base;
	int file;
	sqlite3_file *real; /* behind this struct */
};

static int name_of(const char *path)
{
	for (int i = 0; i < n_names; i++)
		if (strcmp(names[i], path) == 0)
			return i;
	assert_true(n_names < MAX_FILES);
	snprintf(names[n_names], sizeof(names[0]), "%s", path);
	return n_names++;
}

static void add_note(struct note note)
{
	assert_true(n_notes < MAX_NOTES);
	notes[n_notes++] = note;
}

static struct noted_file *noted(sqlite3_file *f)
{
	return (struct noted_file *)(void *)f;
}

#define REAL(f) (noted(f)->real)
#define PASS_ON(f, call, ...) (REAL(f)->pMethods->call(REAL(f), ##__VA_ARGS__))

static int file_close(sqlite3_file *f)
{
	return PASS_ON(f, xClose);
}

static int file_get(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
	return PASS_ON(f, xRead, to, n, at);
}

static int file_put(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
	struct note note = { .kind = NOTE_WRITE, .file = noted(f)->file, .at = at, .n_bytes = n };

	note.data = malloc((size_t)n);
	assert_non_null(note.data);
	memcpy(note.data, from, (size_t)n);
	add_note(note);
	return PASS_ON(f, xWrite, from, n, at);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 n_bytes)
{
	add_note(
		(struct note){ .kind = NOTE_TRUNCATE, .file = noted(f)->file, .n_bytes = n_bytes });
	return PASS_ON(f, xTruncate, n_bytes);
}

static int file_sync(sqlite3_file *f, int flags)
{
	int code = PASS_ON(f, xSync, flags);

	add_note((struct note){ .kind = NOTE_SYNC, .file = noted(f)->file });
	return code;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return PASS_ON(f, xFileSize, size);
}

static int file_lock(sqlite3_file *f, int level)
{
	return PASS_ON(f, xLock, level);
}

static int file_unlock(sqlite3_file *f, int level)
{
	return PASS_ON(f, xUnlock, level);
}

static int file_reserved(sqlite3_file *f, int *is)
{
	return PASS_ON(f, xCheckReservedLock, is);
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
	return PASS_ON(f, xFileControl, op, arg);
}

static int file_sector(sqlite3_file *f)
{
	return PASS_ON(f, xSectorSize);
}

static int file_traits(sqlite3_file *f)
{
	return PASS_ON(f, xDeviceCharacteristics);
}

/* Version 1: no memory map, so that every byte comes through file_put(). */
static const sqlite3_io_methods methods = {
	1,	   file_close,	file_get,      file_put,     file_truncate, file_sync,	 file_size,
	file_lock, file_unlock, file_reserved, file_control, file_sector,   file_traits, NULL,
	NULL,	   NULL,	NULL,	       NULL,	     NULL,
};

static sqlite3_vfs *real_vfs;

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *ret_flags)
{
	struct noted_file *file = noted(f);
	bool is_new = path && !file_exists(path);
	int code;

	(void)vfs;
	file->real = (sqlite3_file *)(void *)(file + 1);
	file->file = path ? name_of(path) : 0;
	assert_non_null(path);
	code = real_vfs->xOpen(real_vfs, path, file->real, flags, ret_flags);
	file->base.pMethods = file->real->pMethods ? &methods : NULL;
	if (code == SQLITE_OK && is_new)
		add_note((struct note){ .kind = NOTE_CREATE, .file = file->file });
	return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
	(void)vfs;
	add_note((struct note){
		.kind = NOTE_DELETE, .file = name_of(path), .synced = sync_folder != 0 });
	return real_vfs->xDelete(real_vfs, path, sync_folder);
}

static sqlite3_vfs *layer(void)
{
	static sqlite3_vfs vfs;

	real_vfs = sqlite3_vfs_find(NULL);
	vfs = *real_vfs;
	vfs.zName = "noted";
	vfs.szOsFile += (int)sizeof(struct noted_file);
	vfs.xOpen = vfs_open;
	vfs.xDelete = vfs_delete;
	vfs.pNext = NULL;
	return &vfs;
}

/* ------------------------------------------------------------ disks after a power cut */

struct disk_file {
	bool exists;
	char *bytes;
	int64_t size;
};

static struct disk_file disk[MAX_FILES];

/* Whether a later sync, within the notes that count, made this one durable. */
static bool is_durable(size_t i, size_t end)
{
	if (notes[i].kind == NOTE_DELETE && notes[i].synced)
		return true;
	for (size_t k = i + 1; k < end; k++)
		if (notes[k].file == notes[i].file && notes[k].kind == NOTE_SYNC)
			return true;
	return false;
}

static void grow(struct disk_file *f, int64_t size)
{
	assert_true(size <= MAX_FILE_BYTES);
	if (size > f->size) {
		memset(f->bytes + f->size, 0, (size_t)(size - f->size));
		f->size = size;
	}
}

/* What was not synced reaches the disk sector by sector, or not at all; its length may. */
static void replay_write(struct disk_file *f, const struct note *note, bool durable, uint64_t *seed)
{
	for (int64_t done = 0; done < note->n_bytes;) {
		int64_t at = note->at + done, n = SECTOR_BYTES - at % SECTOR_BYTES;

		if (n > note->n_bytes - done)
			n = note->n_bytes - done;
		if (durable || random_below(seed, 2)) {
			grow(f, at + n);
			memcpy(f->bytes + at, note->data + done, (size_t)n);
		}
		done += n;
	}
}

static void replay_note(size_t i, size_t end, uint64_t *seed)
{
	const struct note *note = &notes[i];
	struct disk_file *f = &disk[note->file];
	bool durable = is_durable(i, end);

	switch (note->kind) {
	case NOTE_CREATE:
		f->exists = durable || random_below(seed, 2);
		f->size = 0;
		break;
	case NOTE_WRITE:
		replay_write(f, note, durable, seed);
		break;
	case NOTE_TRUNCATE:
		if (durable || random_below(seed, 2)) {
			grow(f, note->n_bytes);
			f->size = note->n_bytes;
		}
		break;
	case NOTE_DELETE:
		if (durable || random_below(seed, 2))
			f->exists = false;
		break;
	case NOTE_SYNC:
		f->exists = true;
		break;
	case NOTE_ACK:
		break;
	}
}

/* The disk after a cut before note `end`. Returns how many answers had been acknowledged. */
static size_t rebuild(struct fixture *f, const char *base, int64_t base_len, size_t end,
		      uint64_t *seed)
{
	size_t n_acked = 0;

	for (int i = 0; i < MAX_FILES; i++) {
		disk[i].exists = false;
		disk[i].size = 0;
	}
	disk[0].exists = true;
	memcpy(disk[0].bytes, base, (size_t)base_len);
	disk[0].size = base_len;
	for (size_t i = 0; i < end; i++) {
		replay_note(i, end, seed);
		if (notes[i].kind == NOTE_ACK)
			n_acked = notes[i].n_acked;
	}
	for (int i = 0; i < n_names; i++) {
		unlink(names[i]);
		if (disk[i].exists)
			ok(f, file_write(names[i], 0600, disk[i].bytes, (size_t)disk[i].size,
					 &f->err));
	}
	return n_acked;
}

static void check_disk(struct fixture *f, size_t n_acked, size_t end)
{
	struct arena a = { 0 };
	struct store s = { 0 };
	struct answer **got;
	int64_t n_rows;

	if (store_open(&a, f->path, STORE_WRITE, &s, &f->err) < 0)
		fail_msg("cut before note %zu: %s", end, f->err.msg);
	ok(f, store_verify_chain(&s, &n_rows, &f->err));
	ok(f, store_get_answers(&a, &s, f->pass_id, n_acked + 1, STORE_TEXTS, &got, &f->err));
	for (size_t i = 0; i < n_acked; i++)
		if (!got[i])
			fail_msg("cut before note %zu: answer %zu of %zu is lost", end, i, n_acked);
	store_close(&s);
	assert_int_equal(sql(f, "SELECT quick_check = 'ok' FROM pragma_quick_check"), 1);
	arena_release(&a);
}

/* Answers of all sizes, some over several pages, each acknowledged in the notes. */
static void write_answers(struct fixture *f)
{
	static char raw[20000];

	memset(raw, 'r', sizeof(raw));
	for (size_t i = 0; i < N_ANSWERS; i++) {
		struct answer answer = answer_for(&f->a, i);

		answer.raw = raw;
		answer.raw_len = i % 5 == 0 ? sizeof(raw) : i;
		ok(f, store_put_answer(&f->s, f->pass_id, &answer, &f->err));
		add_note((struct note){ .kind = NOTE_ACK, .n_acked = i + 1 });
	}
}

static void acknowledged_answers_outlive_a_power_cut(void **state)
{
	struct fixture *f = *state;
	size_t n_disks = getenv("TOEHOLD_FAULTS") ? 1000 : 50, len;
	sqlite3_vfs *vfs = layer();
	uint64_t seed = 1;
	char *base;

	put_base(f);
	store_close(&f->s);
	ok(f, file_read(&f->a, f->path, MAX_FILE_BYTES, &base, &len, &f->err));
	name_of(f->path);
	assert_int_equal(sqlite3_vfs_register(vfs, 1), SQLITE_OK);
	ok(f, store_open(&f->a, f->path, STORE_WRITE, &f->s, &f->err));
	write_answers(f);
	store_close(&f->s);
	sqlite3_vfs_unregister(vfs);
	assert_string_equal(names[0], f->path);
	for (int i = 0; i < MAX_FILES; i++)
		disk[i].bytes = malloc(MAX_FILE_BYTES);
	for (size_t i = 0; i < n_disks; i++) {
		size_t end = random_below(&seed, n_notes + 1);

		check_disk(f, rebuild(f, base, (int64_t)len, end, &seed), end);
	}
	print_message("%zu disks rebuilt from %zu notes, nothing lost\n", n_disks, n_notes);
	for (int i = 0; i < MAX_FILES; i++)
		free(disk[i].bytes);
	for (size_t i = 0; i < n_notes; i++)
		free(notes[i].data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(acknowledged_answers_outlive_a_power_cut,
						fixture_new, fixture_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
