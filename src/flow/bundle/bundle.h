/*
 * The air-gap bundle: one folder with the program, its workers, its documents and some models, that
 * runs on a machine without a network (docs/bundle.md). Decides what goes in, and what never does:
 * stores, keys, the cache.
 */
#ifndef FLOW_BUNDLE_BUNDLE_H
#define FLOW_BUNDLE_BUNDLE_H

#include "flow/bundle/bundle_tree.h"
#include "flow/prepare/model_list.h"

struct bundle_options {
	const char *out; /* the folder to make */
	const char *const *models; /* names as in a job file */
	size_t n_models; /* 0: those of the job */
	const char *job_path; /* its files go in too; NULL: none */
	bool blocked; /* also models whose licence forbids commercial use */
	bool sandbox; /* of the worker that reads headers */
};

/* The arena owns everything. */
struct bundle {
	struct cmd *cmd;
	const struct bundle_options *options;
	struct bundle_tree tree;
	struct model_list models;
	const char **names; /* of each model, as a job in the bundle may write it */
	const char *
		*libraries; /* that the program needs beside the C library; none if it is static */
	size_t n_libraries;
};

/*
 * Makes the folder, whole or not at all. Fails with ERR_INPUT if it exists, or if a model cannot be
 * used; with ERR_REFUSED if a licence forbids the use, or if the job's tickets hold personal data.
 */
int bundle_make(struct cmd *cmd, const struct bundle_options *options,
		struct bundle *ret_bundle) MUST_USE;

/* "README.txt" and "LICENCES.txt", for bundle_make(). */
const char *bundle_readme(struct bundle *b);
const char *bundle_licences(struct bundle *b);

#endif
