/*
 * The stages of `pull` (pull.c), what is specific to a place (pull_hub.c, pull_ollama.c), and what
 * is printed (pull_say.c). Asks the network only by way of toehold-fetch, and shows the licence
 * before it fetches anything large.
 */
#ifndef PULL_PULL_H
#define PULL_PULL_H

#include "flow/cmd.h"
#include "job/licence/licence.h"
#include "job/model/model.h"
#include "pull/download.h"
#include "pull/pull_name.h"

struct pull_options {
	bool json, quiet, dry_run, offline, unverified, no_sandbox;
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

/* One pull in progress. */
struct pull {
	struct cmd *cmd;
	const struct pull_options *options;
	struct pull_name name;
	struct download_rules rules;
	struct downloader downloader;
	/* What the place answered. */
	const char *root; /* the place's folder on this machine */
	const char *source; /* "https://huggingface.co/ORG/REPO" */
	const char *revision, *digest; /* as requested; commit, or the manifest's sha256 */
	const char *card_licence, *card_name, *card_link; /* "" if there is none */
	const char *manifest; /* Ollama: byte for byte */
	size_t n_manifest;
	size_t n_unsafe; /* names that were skipped */
	struct pull_item *items; /* texts first */
	size_t n_items, items_cap;
	const char *model_path; /* of the first part, after it is placed */
	const char *licence_path, *card_path; /* texts that come with it, or NULL */
	/* The result. */
	struct model model;
	struct licence licence;
	const char *problem; /* why toehold cannot use the file, or NULL */
};

/* What is specific to a place. */
struct pull_kind {
	/* Asks what there is; fills everything but the result. Writes nothing. */
	int (*resolve)(struct pull *p);
	/* After each file. */
	int (*place)(struct pull *p, const struct pull_item *item);
	/* After all files: makes the model visible to other tools. */
	int (*finish)(struct pull *p);
};

extern const struct pull_kind pull_hub, pull_ollama;

/* All of `pull`: fetches the model of that name and prints the result. Returns 0 or -1. */
int pull_model(struct cmd *cmd, const char *name, const struct pull_options *options) MUST_USE;

/* A further item, zeroed. Valid until the next call. */
struct pull_item *pull_add_item(struct pull *p);

/*
 * Writes `path` by way of `temp`, which lies where other tools do not look, so that no tool reads
 * a half-written file.
 */
int pull_write(struct pull *p, const char *temp, const char *path, const char *data,
	       size_t n_bytes) MUST_USE;

/* A file or a folder: the value of an environment variable, and what to append to it. */
struct pull_root {
	const char *variable, *below;
};

/* The path of the first row whose variable is set, or NULL. */
const char *pull_root_of(struct arena *a, const struct pull_root *rows, size_t n);

/* ---- what is printed */

/* One line on standard error. */
void pull_say_line(const char *text);
/* The progress line, if standard error is a terminal; `name` NULL removes it. */
void pull_say_progress(const char *name, const char *what, int64_t done_bytes, int64_t total_bytes);
void pull_say_plan(const struct pull *p, int64_t missing_bytes);
/* Judges the licence by the files fetched so far, and prints it to standard error. */
void pull_say_licence(struct pull *p);
/* The result of --dry-run, and of a pull; to standard output. */
void pull_print_plan(struct pull *p, int64_t missing_bytes);
void pull_print(struct pull *p);

#endif
