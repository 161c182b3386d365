/*
 * `pull`, in parts: the verb (pull.c), what is particular to a place (pull_hub.c, pull_ollama.c),
 * and its words (pull_say.c).
 */
#ifndef PULL_PULL_H
#define PULL_PULL_H

#include "flow/cmd.h"
#include "job/licence/licence.h"
#include "job/model/model.h"
#include "pull/download.h"
#include "pull/pull_values.h"

struct pull_options {
	bool json, dry_run, offline, unverified, no_sandbox;
	int64_t tries, timeout_s;
};

/* One file to fetch. */
struct pull_item {
	struct download_file file;
	bool is_text; /* a licence or a model card: fetched first, so that it can be shown */
	const char *link_path; /* Hugging Face: the file's name in the snapshot; NULL at Ollama */
	const char *link_target;
	struct download_got got;
	bool done;
};

struct pull {
	struct cmd *cmd;
	struct pull_options options;
	struct pull_name name;
	struct download_rules rules;
	struct downloader downloader;
	/* What the place said. */
	const char *root; /* the folder of the place */
	const char *source; /* "https://huggingface.co/ORG/REPO" */
	const char *revision, *digest; /* as asked for; commit, or the manifest's sha256 */
	const char *card_licence, *card_name, *card_link; /* "" where there is none */
	const char *manifest; /* Ollama: as it came */
	size_t n_manifest;
	size_t n_unsafe; /* names that were passed over */
	struct pull_item *items; /* texts first */
	size_t n_items;
	const char *model_path; /* of the first part, once it is there */
	const char *licence_path, *card_path; /* texts that come with it, or NULL */
	/* What is there in the end. */
	struct model model;
	struct licence licence;
	const char *problem; /* what a worker said against the file, or NULL */
};

/* A place's particulars. */
struct pull_kind {
	/* Asks what there is; fills all but the last part. Writes nothing. */
	int (*resolve)(struct pull *p);
	/* Once a file is there. */
	int (*place)(struct pull *p, const struct pull_item *item);
	/* Once all are: makes the model known to other tools. */
	int (*finish)(struct pull *p);
};

extern const struct pull_kind pull_hub, pull_ollama;

/* Room for n more items; returns the first, zeroed. */
struct pull_item *pull_add_items(struct pull *p, size_t n);

/*
 * Writes `path` by way of `temp`, which lies where other tools look for nothing: what is half
 * written must not be taken for a name.
 */
int pull_write(struct pull *p, const char *temp, const char *path, const char *data,
	       size_t n_bytes) MUST_USE;

/* A file or a folder: a variable's value and what comes below it. */
struct pull_root {
	const char *variable, *below;
};

/* Of the first row whose variable is set, or NULL. */
const char *pull_root_of(struct arena *a, const struct pull_root *rows, size_t n);

/* ---- words */

/* One line on standard error. */
void pull_say_line(const char *text);
/* The line of progress, where that is a terminal; `name` NULL takes it away. */
void pull_say_progress(const char *name, const char *what, int64_t done_bytes, int64_t total_bytes);
void pull_say_plan(const struct pull *p, int64_t missing_bytes);
/* Judges the licence by what is there so far, and says it. */
void pull_say_licence(struct pull *p);
/* What --dry-run found, and what is there in the end; to standard output. */
void pull_print_plan(struct pull *p, int64_t missing_bytes);
void pull_print(struct pull *p);

#endif
