/*
 * Tables of keys, and the reading of a YAML mapping by one. Decides what an unknown, repeated or
 * missing key is. Must not know which keys there are (job_keys.c does).
 */
#ifndef JOB_FILE_JOB_KEY_TABLE_H
#define JOB_FILE_JOB_KEY_TABLE_H

#include "job/file/job.h"
#include "job/file/job_yaml.h"

/* The values that a key accepts. A LINE is a scalar without control characters. */
enum { LINE = 1, TEXT = 2, LIST = 4, MAP = 8, REQUIRED = 16 };
enum { KEYS_MAX_ROWS = 48 };

struct key_at;

struct key_row {
	const char *key;
	unsigned kinds; /* LINE, TEXT, LIST, MAP, and whether the key is REQUIRED */
	int (*set)(const struct key_at *at);
	size_t offset; /* of the field that it sets, in struct job */
	int64_t min, max; /* keys_set_int; keys_set_share: max 1 accepts 100% */
	const struct names *names; /* keys_set_name: the enum's texts */
	const char *takes, *example; /* "expected TAKES, found …; example: EXAMPLE" */
	const char *help; /* one sentence, also in docs/job-file.md */
};

/* The value that is being read, and what a setter needs. */
struct key_at {
	struct yaml_file *file;
	struct job *job;
	const struct key_row *row;
	const yaml_node_t *value;
	const char *line; /* the value of a LINE, else NULL */
	struct err *err;
};

/* Fails with "KEY: expected TAKES, found ...". */
int keys_bad_value(const struct key_at *at, const yaml_node_t *node);

/* The text of a scalar without control characters, or NULL with err set. */
const char *keys_one_line(const struct key_at *at, const yaml_node_t *node);

/* Reads each "key: value" of the mapping by its row. */
int keys_read_keys(struct yaml_file *file, struct job *job, const yaml_node_t *map,
		   const struct key_row *rows, size_t n, struct err *err) MUST_USE;

#endif
