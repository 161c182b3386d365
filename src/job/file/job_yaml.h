/*
 * A YAML file as a tree of nodes with lines and columns. Only plain YAML is accepted: no anchors,
 * aliases, tags, directives or second documents, and limited nesting, so that a hostile file
 * cannot expand. Must not know what a key means (job_keys.c does).
 */
#ifndef JOB_FILE_JOB_YAML_H
#define JOB_FILE_JOB_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/err.h"

struct yaml_file {
	struct arena *arena; /* borrowed, for messages */
	const char *path; /* borrowed, for messages */
	int max_depth; /* of mappings and lists; 0: enough for a job file */
	yaml_document_t doc; /* owned */
	bool loaded;
};

/* Parses text, which must be UTF-8. Call yaml_file_release() after a failure too. */
int yaml_file_load(struct yaml_file *file, const char *text, size_t n_bytes,
		   struct err *err) MUST_USE;
void yaml_file_release(struct yaml_file *file);

/* The root node, or NULL if the file is empty. Borrowed, as all nodes. */
yaml_node_t *yaml_file_root(struct yaml_file *file);
yaml_node_t *yaml_file_node(struct yaml_file *file, int index);

/* Sets ERR_INPUT: the node's "path:line:column: " and the message. Returns -1. */
int yaml_fail(const struct yaml_file *file, const yaml_node_t *at, struct err *err, const char *fmt,
	      ...) PRINTF_LIKE(4, 5);

/* The text of a scalar: borrowed, copied into the arena, and printable for a message. */
const char *yaml_text(const yaml_node_t *node);
const char *yaml_copy(const struct yaml_file *file, const yaml_node_t *node);
const char *yaml_display(const struct yaml_file *file, const yaml_node_t *node);

/* The node for a message: "a list", "a mapping", "nothing", "'text'". Owned by the arena. */
const char *yaml_found(const struct yaml_file *file, const yaml_node_t *node);

#endif
