/*
 * One insertion: before the first entry that the key has, else a new key at the end of the file.
 * The result is read again before anything is written. The lock of the job's folder keeps out other
 * edits; an editor takes no lock, so the file is compared too.
 */
#include "job/file/job_edit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/display.h"
#include "base/file.h"
#include "base/str.h"
#include "job/file/job_yaml.h"

/* Text that goes in at a byte of the file. */
struct insertion {
	size_t at;
	const char *text;
};

/* A path as a YAML scalar: in quotes unless it is plain everywhere. */
static const char *edit_scalar(struct arena *a, const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-";
	const char *quoted = "";

	if (*path && *path != '-' && strspn(path, plain) == strlen(path) && !str_ends(path, "."))
		return path;
	for (const char *p = path; *p; p++)
		quoted = arena_printf(a, "%s%s%c", quoted, *p == '\'' ? "'" : "", *p);
	return arena_printf(a, "'%s'", quoted);
}

/* The entry inside brackets; as a line of its own, a list's item has a dash. */
static const char *edit_entry(struct arena *a, const struct job_entry *entry)
{
	const char *path = edit_scalar(a, entry->path);

	return entry->name ? arena_printf(a, "%s: {file: %s}", entry->name, path) : path;
}

const char *job_entry_line(struct arena *a, const struct job_entry *entry)
{
	return arena_printf(a, entry->name ? "%s: {%s}" : "%s: [%s]", entry->key,
			    edit_entry(a, entry));
}

static const yaml_node_pair_t *edit_find_key(struct yaml_file *file, const char *key)
{
	const yaml_node_t *root = yaml_file_root(file);
	const yaml_node_pair_t *pair = root->data.mapping.pairs.start;

	for (; pair < root->data.mapping.pairs.top; pair++)
		if (strcmp(yaml_text(yaml_file_node(file, pair->key)), key) == 0)
			return pair;
	return NULL;
}

static bool edit_is_flow(const yaml_node_t *node)
{
	return node->type == YAML_MAPPING_NODE ?
		       node->data.mapping.style == YAML_FLOW_MAPPING_STYLE :
		       node->data.sequence.style == YAML_FLOW_SEQUENCE_STYLE;
}

static const char *edit_line_end(const char *text)
{
	return strstr(text, "\r\n") ? "\r\n" : "\n";
}

/* A mark counts characters, without a byte-order mark. */
static size_t edit_offset(const char *text, const yaml_mark_t *mark)
{
	size_t n = strlen(text), skipped = str_mark_bytes(text, n);

	return skipped + str_chars_len(text + skipped, n - skipped, mark->index);
}

/*
 * Right behind the bracket, or in a line of its own below the key: a comment above the first entry
 * stays with that entry.
 */
static struct insertion edit_in_node(struct yaml_file *file, const char *text,
				     const yaml_node_pair_t *pair, const struct job_entry *entry)
{
	const yaml_node_t *node = yaml_file_node(file, pair->value);
	const char *made = edit_entry(file->arena, entry), *line;

	if (edit_is_flow(node))
		return (struct insertion){ edit_offset(text, &node->start_mark) + 1,
					   arena_printf(file->arena, "%s, ", made) };
	line = strchr(text + edit_offset(text, &yaml_file_node(file, pair->key)->end_mark), '\n');
	return (struct insertion){
		line ? (size_t)(line + 1 - text) : strlen(text),
		arena_printf(file->arena, "%*s%s%s%s", (int)node->start_mark.column, "",
			     entry->name ? "" : "- ", made, edit_line_end(text))
	};
}

static struct insertion edit_at_end(struct arena *a, const char *text, const yaml_node_t *root,
				    const struct job_entry *entry)
{
	size_t n = strlen(text);
	const char *end = edit_line_end(text);

	return (struct insertion){
		n, arena_printf(a, "%s%*s%s%s", n && text[n - 1] != '\n' ? end : "",
				(int)root->start_mark.column, "", job_entry_line(a, entry), end)
	};
}

static const char *edit_insert(struct arena *a, const char *text, const struct insertion *in)
{
	return arena_printf(a, "%.*s%s%s", (int)in->at, text, in->text, text + in->at);
}

static int edit_make(struct yaml_file *file, const struct job *job, const struct job_entry *entry,
		     const char **ret_text, struct err *err)
{
	const yaml_node_pair_t *pair;
	struct insertion in;

	if (yaml_file_load(file, job->text, strlen(job->text), err) < 0)
		return -1;
	pair = edit_find_key(file, entry->key);
	in = pair ? edit_in_node(file, job->text, pair, entry) :
		    edit_at_end(file->arena, job->text, yaml_file_root(file), entry);
	*ret_text = edit_insert(file->arena, job->text, &in);
	return 0;
}

static bool edit_has_head(struct arena *a, const struct job *job, const char *path)
{
	for (size_t i = 0; i < job->n_heads; i++)
		if (strcmp(job->heads[i], file_beside(a, job->path, path)) == 0)
			return true;
	return false;
}

/* Whether the new job is the old one with the entry. All old bytes are in it, as they were. */
static bool edit_is_meant(struct arena *a, const struct job *job, const struct job_entry *entry,
			  const struct job *with)
{
	if (!entry->name && !edit_has_head(a, with, entry->path))
		return false;
	return with->n_heads == job->n_heads + (entry->name ? 0 : 1) &&
	       with->n_variants == job->n_variants + (entry->name ? 1 : 0) &&
	       with->n_models == job->n_models && with->n_labels == job->n_labels;
}

static bool edit_is_yaml(struct arena *a, const char *text)
{
	struct yaml_file file = { .arena = a, .path = "" };
	struct err unused;
	bool is = yaml_file_load(&file, text, strlen(text), &unused) == 0;

	yaml_file_release(&file);
	return is;
}

/* RULE: a job that has no room for the entry, by hand or not, is refused with its own reason. */
static int edit_check(struct arena *a, const struct job *job, const struct job_entry *entry,
		      const char *text, struct err *err)
{
	const char *path = display_path(a, job->path);
	const char *line = display_text(a, job_entry_line(a, entry));
	struct job with;

	if (job_parse(a, job->path, text, &with, err) == 0) {
		if (edit_is_meant(a, job, entry, &with))
			return 0;
	} else if (edit_is_yaml(a, text)) {
		return err_wrap(err, "'%s' was not changed; with '%s' it would be refused", path,
				line);
	}
	return err_set(err, ERR_INPUT,
		       "'%s' was not changed: it is written in a way that cannot be added to. Add "
		       "this yourself: %s",
		       path, line);
}

int job_edit_text(struct arena *a, const struct job *job, const struct job_entry *entry,
		  const char **ret_text, struct err *err)
{
	struct yaml_file file = { .arena = a, .path = display_path(a, job->path) };
	int r = edit_make(&file, job, entry, ret_text, err);

	yaml_file_release(&file);
	return r < 0 ? -1 : edit_check(a, job, entry, *ret_text, err);
}

/* A descriptor that holds the lock of the file's folder. Some file systems have no locks. */
static int edit_lock(struct arena *a, const char *file, int *ret_fd, struct err *err)
{
	*ret_fd = open(file_beside(a, file, "."), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret_fd < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot change '%s'", display_path(a, file));
	while (flock(*ret_fd, LOCK_EX) < 0 && errno == EINTR)
		;
	return 0;
}

/* RULE: what somebody wrote since the job was read is never written over. */
static int edit_write(struct arena *a, const char *file, const char *before, const char *text,
		      struct err *err)
{
	struct stat st;
	size_t n_bytes;
	char *now;

	if (file_read(a, file, JOB_MAX_BYTES, &now, &n_bytes, err) < 0)
		return -1;
	if (n_bytes != strlen(before) || memcmp(now, before, n_bytes) != 0)
		return err_set(err, ERR_INPUT, "'%s' was changed meanwhile; try again",
			       display_path(a, file));
	if (stat(file, &st) < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot change '%s'", display_path(a, file));
	return file_write_as(file, FILE_REPLACE_EXACT, st.st_mode & 0777, text, strlen(text), err);
}

int job_edit_add(struct arena *a, const struct job *job, const struct job_entry *entry,
		 struct err *err)
{
	char *path = realpath(job->path, NULL);
	const char *text, *file = arena_strdup(a, path ? path : job->path);
	int lock, r;

	free(path);
	if (job_edit_text(a, job, entry, &text, err) < 0 || edit_lock(a, file, &lock, err) < 0)
		return -1;
	r = edit_write(a, file, job->text, text, err);
	close(lock);
	return r;
}
