/*
 * What is kept: one SQLite file beside the job, and the rows in it. Only this folder sees
 * sqlite3.h. Decides durability (each reply is committed as it arrives) and the hash chain.
 * Must not know how rows are shown, nor what they mean.
 *
 * Rows are append-only. Every row carries `hash` = sha256 over the previous row's hash and its own
 * fields; texts enter as sha256(salt + text), and lie apart with their salts, so that a text can be
 * purged without breaking the chain. The chain proves that nothing was changed only against a head
 * kept elsewhere.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "job/file/job.h"
#include "job/model/model.h"
#include "job/ticket/ticket.h"
#include "store/kinds.h"
#include "work/pass/pass_report.h"
#include "work/reply.h"

struct store {
	void *db; /* sqlite3 *, owned */
	const char *path;
	int lock_fd; /* of the writer's lock, -1 for a reader */
	int64_t n_rows; /* in the chain */
	char head[65]; /* hash of the newest row; 64 zeros in an empty store */
};

/* A named experiment: job × candidates × slices. */
struct run_row {
	int64_t id;
	const char *name;
	int64_t created_us; /* wall clock */
	const char *job_name, *job_path, *job_text, *job_sha256;
	const char *labels_json; /* [{"name":…,"description":…},…] in the job's order */
	const char *labels_lang; /* what names and descriptions are written in, as reason.lang */
	const char *lang_by; /* what told languages: "CLD2 V2.0 - 20140204", "scripts alone" */
	const char *prompt; /* the system text */
	const char *prompt_sha256;
	double bar, certainty, floor; /* 0..1: what was asked for before anything was measured */
	double hard_share; /* of the real tickets that are like the harder ones; 0: unknown */
	enum run_kind kind;
	const char *parent; /* name of the run that this one is about, "" if it is a smoke test */
	enum run_mode mode;
	const char *use, *reason_order;
	int64_t seed;
	int64_t budget_memory_bytes, budget_minutes, budget_reason_tok;
	int64_t timeout_us; /* of one answer */
	const char *redaction; /* what is known of personal data in the tickets, in words */
	const char *host, *os, *cpu;
	int64_t n_cores, memory_bytes;
	const char *program; /* name and version */
};

/* One candidate over one slice with one set of settings: what replies hang on. */
struct pass_row {
	int64_t id;
	const char *key; /* sha256 over everything that could change a reply or its time */
	const char *model_sha256;
	const char *adapter_sha256, *projector_sha256, *head_sha256; /* "" where none */
	const char *slice_sha256;
	const char *way;
	enum run_mode mode;
	const char *reason_order;
	const char *system_text; /* as given to the template */
	const char *examples_sha256; /* "" where none */
	const char *examples_json; /* [{"id":…,"label":…},…], "[]" where none */
	const char *refused_examples_json; /* near-duplicates passed over */
	const char *labels_json;
	const char *sampler; /* "greedy" */
	int64_t seed;
	int64_t reason_cap_tok;
	const char *engine_build, *device;
	int64_t n_threads, n_batch, n_ubatch,
		n_wave; /* n_wave: most tickets kept at a time, 0: all */
	int64_t n_ctx_max; /* longest context in tokens, 0: the model's own */
	int64_t n_gpu_layers; /* -1: as many as fit; 0: the CPU alone */
	int64_t think_tok; /* most tokens of thinking before an answer, 0: none */
	int64_t n_parallel; /* requests that a server is sent at a time; 1 elsewhere */
	int64_t pinned_date_s; /* what a template that prints the date is told */
	const char *cpu;
	int64_t created_us;
};

/* A pass as it stands in a run: which file the user named, how large, under which licence. */
struct candidate_row {
	int64_t id, run_id, pass_id;
	int64_t ord; /* place in the size order, from 0 */
	const char *name, *spec, *path, *label;
	enum engine_kind engine;
	const char *origin, *origin_name, *origin_digest; /* as in struct model_origin */
	const char *adapter_path, *projector_path, *head_path; /* "" where none */
	const char *head_json; /* what is kept of the head, as head_record_text(); "" where none */
	const char *quant, *arch, *model_name;
	const char *licence; /* as the file states it */
	int64_t n_params, size_bytes, file_bytes;
	const char *licence_verdict; /* "OK", "READ", "BLOCK" for the use; "" for a baseline */
	const char *licence_id; /* which licence it was taken for, "" where that is not known */
	const char *licence_source, *licence_conditions, *licence_why;
	const char *licence_text_sha256; /* of the text beside the file, "" where none */
	int64_t licence_judged_us; /* wall clock */
	bool reused; /* every reply was there already when the run began */
	const char *ladder; /* what the ladder lowered: "16 at a time"; "" where nothing */
	const char *refused; /* why it did not run, "" where it did */
};

/* One worker's working time on a pass: appended when it ends, so a resumed pass has several. */
struct segment_row {
	int64_t id, pass_id, run_id;
	int64_t started_us; /* wall clock */
	int64_t active_us; /* all phases, without load and prefix */
	struct pass_report report; /* without engine_build and device: they are in pass_row */
	const char
		*rendered_sha256; /* of report.rendered, where "{ticket}" stands for the ticket */
};

struct event_row {
	int64_t id, run_id, pass_id; /* pass_id 0: of the whole run */
	int64_t at_us;
	enum event_kind kind;
	const char *text;
};

/*
 * STORE_WRITE makes the store where there is none, mode 0600, and holds the lock `PATH.lock` until
 * store_close(); STORE_READ takes no lock and reads while another process writes. Fails with
 * ERR_STORE: no such store, no store of ours, an older or a newer schema, another process is
 * writing (named), no disk space. The path is kept by the arena. store_close() of a zeroed store
 * does nothing.
 */
enum store_mode { STORE_READ, STORE_WRITE };
int store_open(struct arena *a, const char *path, enum store_mode mode, struct store *ret_store,
	       struct err *err) MUST_USE;
void store_close(struct store *store);

/* Writers: each is one durable transaction; ids in rows are given by the store. */
int store_put_run(struct store *s, const struct run_row *row, int64_t *ret_id,
		  struct err *err) MUST_USE;
/* Once per sha256; once more where the header's facts were not known the first time. */
int store_put_model(struct store *s, const struct model *model, struct err *err) MUST_USE;
/* Once per sha256. */
int store_put_slice(struct store *s, const struct job *job, const struct slice *slice,
		    struct err *err) MUST_USE;
/* Path and role are the run's own: two runs may use the same tickets in two roles. Idempotent. */
int store_put_run_slice(struct store *s, int64_t run_id, const struct slice *slice,
			struct err *err) MUST_USE;
/* The id of the pass with this key, made where there is none (ret_new says which). */
int store_put_pass(struct store *s, const struct pass_row *row, int64_t *ret_id, bool *ret_new,
		   struct err *err) MUST_USE;
/* Idempotent per (run, pass); where pass_id is 0 (refused), per (run, name, path). */
int store_put_candidate(struct store *s, const struct candidate_row *row, struct err *err) MUST_USE;
int store_put_segment(struct store *s, const struct segment_row *row, struct err *err) MUST_USE;
/* A second answer for the same (pass, ticket) is refused with ERR_STORE: nothing is asked twice. */
int store_put_answer(struct store *s, int64_t pass_id, const struct answer *answer,
		     struct err *err) MUST_USE;
int store_put_reason(struct store *s, int64_t pass_id, const struct reason *reason,
		     struct err *err) MUST_USE;
/* The same for all at once, in one transaction: replies that cost nothing to get. */
int store_put_replies(struct store *s, int64_t pass_id, const struct answer *answers,
		      size_t n_answers, const struct reason *reasons, size_t n_reasons,
		      struct err *err) MUST_USE;
int store_put_event(struct store *s, const struct event_row *row, struct err *err) MUST_USE;

/* Readers: rows and texts are owned by the arena. A text that was purged reads as store_purged. */

/* "(purged)", told by its address from a text with these words. */
extern const char store_purged[];

/* Whether private texts come along: without them a reading is several times as quick. */
enum store_texts {
	STORE_NO_TEXTS, /* each reads as "", its length as 0 */
	STORE_TEXTS
};

/*
 * The run of that name; NULL: the newest smoke test. ERR_INPUT, with the known names, where there
 * is none.
 */
int store_get_run(struct arena *a, struct store *s, const char *name, struct run_row *ret_row,
		  struct err *err) MUST_USE;
/* As store_get_run, but *ret_found says whether it exists and absence is no error. */
int store_find_run(struct arena *a, struct store *s, const char *name, bool *ret_found,
		   struct run_row *ret_row, struct err *err) MUST_USE;
/*
 * The first smoke test in which somebody saw results on (some of) the tickets of a slice, asked
 * with another prompt, before this run's prompt was first put to that slice.
 */
int store_find_seen(struct arena *a, struct store *s, const struct run_row *run,
		    const char *slice_sha256, bool *ret_found, struct run_row *ret_row,
		    struct err *err) MUST_USE;
/*
 * The same for the worked examples, where the run shows some: the first smoke test in which results
 * were seen of a candidate that was shown other ones (another file, another seed), before these
 * were first put to that slice.
 */
int store_find_seen_examples(struct arena *a, struct store *s, const struct run_row *run,
			     const char *slice_sha256, bool *ret_found, struct run_row *ret_row,
			     struct err *err) MUST_USE;
int store_list_runs(struct arena *a, struct store *s, struct run_row **ret_rows, size_t *ret_n,
		    struct err *err) MUST_USE;
int store_get_model(struct arena *a, struct store *s, const char *sha256, struct model *ret_model,
		    struct err *err) MUST_USE;
/* Labels are resolved against the run's labels_json; slices in the order in which they came. */
int store_get_slices(struct arena *a, struct store *s, const struct run_row *run,
		     enum store_texts texts, struct slice **ret_slices, size_t *ret_n,
		     struct err *err) MUST_USE;
int store_get_candidates(struct arena *a, struct store *s, int64_t run_id,
			 struct candidate_row **ret_rows, size_t *ret_n, struct err *err) MUST_USE;
int store_get_pass(struct arena *a, struct store *s, int64_t pass_id, struct pass_row *ret_row,
		   struct err *err) MUST_USE;
/* Indexed by ticket: entry i belongs to ticket i and is NULL where there is none. */
int store_get_answers(struct arena *a, struct store *s, int64_t pass_id, size_t n_tickets,
		      enum store_texts texts, struct answer ***ret_answers,
		      struct err *err) MUST_USE;
int store_get_reasons(struct arena *a, struct store *s, int64_t pass_id, size_t n_tickets,
		      struct reason ***ret_reasons, struct err *err) MUST_USE;
int store_get_segments(struct arena *a, struct store *s, int64_t pass_id,
		       struct segment_row **ret_rows, size_t *ret_n, struct err *err) MUST_USE;
int store_get_events(struct arena *a, struct store *s, int64_t run_id, struct event_row **ret_rows,
		     size_t *ret_n, struct err *err) MUST_USE;

/* "SQLite 3.40.1": static text. */
const char *store_library_version(void);

/* Recomputes the whole chain. ERR_STORE names the first row that does not fit. */
int store_verify_chain(struct store *s, int64_t *ret_n_rows, struct err *err) MUST_USE;

/*
 * The row of the chain, from 1, whose hash begins with `hash`; 0 where there is none. Rows that
 * came after the store was opened or verified do not count.
 */
int store_find_link(struct store *s, const char *hash, int64_t *ret_row, struct err *err) MUST_USE;

#endif
