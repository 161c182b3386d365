/*
 * A pass: one candidate answers some tickets in one worker process, wave by wave, in two phases
 * (answers, then reasons). Decides what happens if a worker dies, hangs or is no longer needed;
 * every ticket ends as a reply. Replies go to the sink as they arrive: the pass must not know the
 * expected labels, or where replies are stored.
 *
 * Timing: answer_us and reason_us count only while the worker computes for this candidate.
 */
#ifndef WORK_PASS_PASS_H
#define WORK_PASS_PASS_H

#include "work/message.h"
#include "work/pass/disturbance.h"
#include "work/pass/pass_report.h"
#include "work/pass/prefix_store.h"
#include "work/proc.h"

struct pass_settings {
	struct proc_spec proc;
	struct msg_open open;
	struct msg_pass pass;
	bool one_at_a_time; /* finish each ticket before the next */
	bool reasons; /* write rationales */
	bool together; /* ask for all answers of a wave at once; passes without reasons */
	const char *device; /* a restarted engine must report this device; NULL for any */
	int64_t ticket_timeout_us; /* of one answer; reasons get a multiple of it */
	int64_t load_timeout_us;
	struct prefix_store prefixes;
};

struct pass_item {
	size_t ticket; /* index into the slice */
	const char *text;
	bool answered; /* the answer is stored; only the reason is missing */
	int label; /* that answer's label */
	bool reasoned; /* complete */
	const char *image, *image_sha256; /* path of the image beside the text, or NULL */
};

/* Receives the replies. Called between two tickets or when a reply arrives. */
struct pass_sink {
	void *ctx;
	/* Fails only if the reply cannot be stored, which ends the pass. */
	int (*answer)(void *ctx, const struct answer *answer, struct err *err);
	int (*reason)(void *ctx, const struct reason *reason, struct err *err);
	/* Why no further ticket may begin ("stopped", "budget"), or NULL. */
	const char *(*stop)(void *ctx);
	/* True if the current ticket must be given up as well. */
	bool (*abandon)(void *ctx);
};

struct pass {
	struct arena arena;
	struct pass_settings settings;
	struct pass_item *items;
	size_t n_items;
	struct pass_sink sink;
	struct pass_report report;
	struct proc proc;
	bool alive; /* the worker is ready for a wave */
	bool stopped;
	enum outcome failure; /* of the last request that failed */
	char failure_detail[PROC_DETAIL_MAX];
	int64_t shared_tok; /* of the prefix, in every ticket's prompt */
	int prefix_fd; /* shared with the worker; -1: no prefix is kept */
	const char **prefix_keys; /* one a part of the prefix */
	size_t n_prefix_keys;
	int64_t n_deaths_in_row;
	int64_t n_reason_deaths_in_row; /* deaths in a row with reasons under way */
	size_t *wave; /* the current wave, as indices into items; room for cap_wave */
	size_t cap_wave;
	size_t n_wave;
	size_t n_waiting; /* answers of this wave that still need a reason */
};

/*
 * Starts the worker and prepares the pass. If the model cannot be loaded, all items get that
 * outcome; this is not an error. Texts and items are borrowed until pass_end(). Fails if the worker
 * program is missing or a reply cannot be stored.
 */
int pass_begin(struct pass *p, const struct pass_settings *settings, struct pass_item *items,
	       size_t n_items, const struct pass_sink *sink, struct err *err) MUST_USE;

/* Phase 1. If the tickets need several waves, also phase 2 of all waves but the last. */
int pass_answers(struct pass *p, struct err *err) MUST_USE;

/*
 * Gives a finished pass the next items, for the same worker: for streams that are longer than
 * memory. The caller may free the earlier items; the report keeps counting.
 */
void pass_next(struct pass *p, struct pass_item *items, size_t n_items);

/* Phase 2 of the last wave. */
int pass_reasons(struct pass *p, struct err *err) MUST_USE;

/* Ends the worker and completes the report. Safe at any time, also twice. */
void pass_end(struct pass *p);

/* pass_end(), and frees the report's texts. */
void pass_release(struct pass *p);

/*
 * Starts a worker, opens the model and ends the worker (work/pass/inspect.c). If the model cannot
 * be opened, it returns 0 with *ret_outcome and its reason in ret_detail.
 */
int pass_open_once(struct arena *a, const struct proc_spec *proc, const struct msg_open *open,
		   int64_t timeout_us, struct msg_opened *ret_opened, enum outcome *ret_outcome,
		   char ret_detail[PROC_DETAIL_MAX], struct err *err) MUST_USE;

/*
 * As above, but only reads the headers of files, and with `measure` the memory that they would
 * take.
 */
int pass_inspect(struct arena *a, const struct proc_spec *proc, const char **paths, size_t n_paths,
		 bool measure, struct msg_opened *ret_opened, enum outcome *ret_outcome,
		 char ret_detail[PROC_DETAIL_MAX], struct err *err) MUST_USE;

#endif
