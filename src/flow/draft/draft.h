/*
 * A draft of labels: tickets from an export, and what people said about each. Decides what an entry
 * of its journal does to it, and which label a ticket has in the end. The state is always that of
 * replaying the journal, so undo is exact and a stopped program loses nothing.
 *
 * One unit in several files: draft_make.c imports and redacts, draft_rows.c keeps the rows,
 * draft_journal.c the journal, draft_replay.c replays it, draft_state.c answers from the result,
 * draft_json.c shows it, draft_finish.c makes a job or a labelled file of it, and draft_delete.c
 * removes it.
 */
#ifndef FLOW_DRAFT_DRAFT_H
#define FLOW_DRAFT_DRAFT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/names.h"
#include "flow/cmd.h"
#include "job/file/job.h"

/* In the folder of a draft. What is not redacted lies in `secrets`. */
#define DRAFT_JOURNAL "labels.journal"
#define DRAFT_ROWS "secrets/rows.jsonl"
#define DRAFT_KEY "secrets/redact.key"

/* The name under which the labels of the export are compared with those of readers. */
#define DRAFT_FILE_READER "file"

/* A reader's judgement of a ticket is a bucket's index, or one of these. */
enum { DRAFT_OPEN = -1, DRAFT_UNSURE = -2, DRAFT_SKIPPED = -3 };

/* A piece of a ticket's text. */
struct draft_part {
	const char *text;
	const char *placeholder; /* what stands for it if it is covered; NULL: not personal data */
	const char *type, *why; /* "EMAIL", "e-mail address" */
	bool suspect; /* nobody but a reader can tell */
	bool covered;
};

struct draft_row {
	const char *id, *lang, *group; /* lang and group can be NULL */
	const char *file_label; /* the label in the export, or NULL */
	size_t line; /* of the export */
	struct draft_part *parts;
	size_t n_parts;
	int repeats; /* the index of the row that it (nearly) repeats, or -1 */
	int file_bucket; /* of file_label, or DRAFT_OPEN */
	int settled; /* the bucket on which the readers agreed later, or DRAFT_OPEN */
};

struct draft_bucket {
	const char *name, *about; /* about: "" if nothing is said */
	bool removed;
};

struct draft_reader {
	const char *name;
	int *judgements; /* by row */
};

#define DRAFT_VERBS(X) \
	X(DRAFT_IMPORT, "import") \
	X(DRAFT_LABEL, "label") \
	X(DRAFT_IS_UNSURE, "unsure") \
	X(DRAFT_SKIP, "skip") \
	X(DRAFT_SETTLE, "settle") \
	X(DRAFT_COVER, "cover") \
	X(DRAFT_UNCOVER, "uncover") \
	X(DRAFT_BUCKET, "bucket") \
	X(DRAFT_RENAME, "rename") \
	X(DRAFT_REMOVE, "remove") \
	X(DRAFT_ACCEPT, "accept") \
	X(DRAFT_UNDO, "undo")

enum draft_verb { DRAFT_VERBS(NAMES_CONSTANT) DRAFT_N_VERBS };

/* One line of the journal. Members that the verb does not have are NULL. */
struct draft_entry {
	enum draft_verb verb;
	const char *reader;
	const char *id; /* of the ticket */
	const char *label; /* a bucket's name */
	const char *about, *to; /* of a bucket: its words, its new name */
	const char *mark; /* a placeholder */
	const char *file; /* of the import: the export's name */
	const char *job; /* of the import: the whole path of its labels' job, or NULL */
	int64_t seed, at_us; /* at_us: when */
	bool everywhere; /* the mark of every ticket */
	struct label *labels; /* of the import: the export's own, or the job's */
	size_t n_labels;
	size_t line; /* of the journal, from 1 */
	bool undone;
};

struct draft {
	const char *dir;
	const char *file; /* the export's name; NULL: nothing is imported yet */
	const char *job; /* its labels are the buckets, and no others; NULL: there is none yet */
	int64_t seed;
	struct draft_row *rows; /* in the order in which they are to be read */
	size_t n;
	struct draft_row **by_id;
	struct draft_bucket *buckets; /* the removed ones too */
	size_t n_buckets, cap_buckets;
	struct draft_reader *readers;
	size_t n_readers, cap_readers;
	struct draft_entry *entries;
	size_t n_entries, cap_entries;
};

/*
 * Reads rows and journal. Fails with ERR_INPUT and "path:line" if one of them is not what this
 * program writes; a last line without its end is the one that was being written, and is left out.
 */
int draft_open(struct cmd *cmd, const char *dir, struct draft *ret_draft) MUST_USE;

/*
 * Appends an entry: when this returns 0 it is on the disk. Fills the draft before and after it.
 * Fails with ERR_INPUT if the entry cannot be meant, and with ERR_REFUSED if a new bucket's name is
 * personal data. Programs that do this at once take turns.
 */
int draft_do(struct cmd *cmd, const char *dir, const struct draft_entry *entry,
	     struct draft *ret_before, struct draft *ret_after) MUST_USE;

/*
 * Removes the draft: all of `secrets` first, then the journal. Other files that somebody put into
 * the folder stay, and *ret_folder_stays says so. ERR_INPUT if it is no draft.
 */
int draft_delete(struct cmd *cmd, const char *dir, bool *ret_folder_stays) MUST_USE;

/* ---- what it holds (draft_state.c) ---- */

/* The index of a bucket that is there, or DRAFT_OPEN. */
int draft_bucket_find(const struct draft *d, const char *name);

/* NULL if there is none. */
struct draft_row *draft_row_find(const struct draft *d, const char *id);
const struct draft_reader *draft_reader_find(const struct draft *d, const char *name);

/* What a reader (NULL: one who has not begun) said about a row. */
int draft_judgement(const struct draft_reader *reader, size_t row);

/* Whether the readers contradict each other, or one is unsure where another is not. */
bool draft_is_disputed(const struct draft *d, size_t row);

/*
 * The bucket of a row in the end: what was settled; else what all readers say who said anything;
 * else the export's own. DRAFT_OPEN if there is none, also where the readers differ.
 */
int draft_final(const struct draft *d, size_t row);

/* The name of the export's copy in `secrets`: its own, if no file of the draft has it. */
const char *draft_export_name(struct arena *a, const char *name);

/* The text of a row as it may leave `secrets`: with placeholders. */
const char *draft_text(struct arena *a, const struct draft_row *row);

#endif
