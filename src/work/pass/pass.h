/*
 * One candidate over some tickets, once: the two phases, wave by wave, in one worker process.
 * Decides what happens when a worker dies, hangs or stops being wanted; every ticket ends as a
 * reply. Must not know gold labels or where replies are kept: they go to the sink, as they come.
 *
 * Timing: answer_us and reason_us count only while the worker is at work for this candidate.
 */
#ifndef WORK_PASS_PASS_H
#define WORK_PASS_PASS_H

#include "work/machine.h"
#include "work/message.h"
#include "work/pass/disturbance.h"
#include "work/pass/pass_report.h"
#include "work/proc.h"

struct pass_settings {
	struct proc_spec proc;
	struct msg_open open;
	struct msg_pass pass;
	bool one_at_a_time; /* each ticket to its end before the next */
	bool reasons; /* write rationales */
	bool together; /* the labels of a wave in one go, where the pass is label_only */
	const char *device; /* that the engine must still name when it is started again; or NULL */
	int64_t ticket_timeout_us; /* of one answer; everything else derives from it */
	int64_t load_timeout_us;
};

struct pass_item {
	size_t ticket; /* index into the slice */
	const char *text;
	bool answered; /* it has an answer on record: only its reason is wanted */
	int label; /* that answer's label */
	bool reasoned; /* nothing more is wanted */
	const char *image, *image_sha256; /* path of the image that goes with the text, or NULL */
};

/* Where the replies go. All functions are called between two tickets or as a reply arrives. */
struct pass_sink {
	void *ctx;
	/* Fails only where the reply cannot be kept: that ends the pass. */
	int (*answer)(void *ctx, const struct answer *answer, struct err *err);
	int (*reason)(void *ctx, const struct reason *reason, struct err *err);
	/* Why no further ticket should be begun ("stopped", "budget"), or NULL. */
	const char *(*stop)(void *ctx);
	/* Whether even the ticket in flight should be given up. */
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
	int64_t n_deaths_in_row;
	int64_t n_mute_in_row; /* deaths in a row with reasons under way */
	size_t *wave; /* indices into items, of the wave at work; room for cap_wave */
	size_t cap_wave;
	size_t n_wave;
	size_t n_waiting; /* answers of this wave whose reasons are still to be written */
};

/*
 * Starts the worker and prepares the pass. A model that cannot be loaded is no error: all its
 * items get that outcome. Texts and items are borrowed until pass_end(). Fails on what is the
 * controller's own: no worker binary, a reply that could not be kept.
 */
int pass_begin(struct pass *p, const struct pass_settings *settings, struct pass_item *items,
	       size_t n_items, const struct pass_sink *sink, struct err *err) MUST_USE;

/* Phase 1. Where not all tickets fit into one wave, phase 2 of the earlier waves as well. */
int pass_answers(struct pass *p, struct err *err) MUST_USE;

/*
 * Gives a pass whose answers are all there the next items, in the same worker: for streams that
 * are longer than memory. The items before may be freed; the report counts on.
 */
void pass_next(struct pass *p, struct pass_item *items, size_t n_items);

/* Phase 2 of the last wave. */
int pass_reasons(struct pass *p, struct err *err) MUST_USE;

/* Ends the worker and completes the report. Safe at any point, also twice. */
void pass_end(struct pass *p);

/* Frees the report's texts as well. */
void pass_release(struct pass *p);

/*
 * One question to a fresh worker, which is then ended (work/pass/inspect.c): what is behind this
 * request? A model that cannot be opened gives 0 and *ret_outcome with words in ret_detail.
 */
int pass_open_once(struct arena *a, const struct proc_spec *proc, const struct msg_open *open,
		   int64_t timeout_us, struct msg_opened *ret_opened, enum outcome *ret_outcome,
		   char ret_detail[PROC_DETAIL_MAX], struct err *err) MUST_USE;

/*
 * The same for files: what does this file say of itself, and, with `measure`, what
 * memory would it take? A file that cannot be read gives 0 and *ret_outcome with words in
 * ret_detail.
 */
int pass_inspect(struct arena *a, const struct proc_spec *proc, const char **paths, size_t n_paths,
		 bool measure, struct msg_opened *ret_opened, enum outcome *ret_outcome,
		 char ret_detail[PROC_DETAIL_MAX], struct err *err) MUST_USE;

#endif
