/*
 * The store: one SQLite file beside the job, and the rows in it. Only this folder sees sqlite3.h.
 * Decides durability (each reply is committed as it arrives) and the hash chain. Must not know how
 * rows are shown, nor what they mean.
 *
 * Rows are only added. Every row has a `hash`: sha256 over the previous row's hash and its own
 * fields. A text enters the hash as sha256(salt + text). Texts and salts have a table of their own,
 * so that a text can be purged without breaking the chain. The chain proves that nothing was
 * changed only if its head is compared with a copy kept elsewhere.
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
	char head[65]; /* hash of the newest row; 64 zeros if the store is empty */
};

/* A named experiment: job × candidates × slices. */
struct run_row {
	int64_t id;
	const char *name;
	int64_t created_us; /* wall clock */
	const char *job_name, *job_path, *job_text, *job_sha256;
	const char *labels_json; /* [{"name":…,"description":…},…] in the job's order */
	const char *labels_lang; /* language of names and descriptions, as reason.lang */
	const char *lang_by; /* the language detector: "CLD2 V2.0 - 20140204", "scripts alone" */
	const char *prompt; /* the system text */
	const char *prompt_sha256;
	double bar, certainty, floor; /* 0..1: set before anything was measured */
	double hard_share; /* share of real tickets that are like the harder ones; 0: unknown */
	const char *harder; /* "counted" or "shown": whether they have a say in the pick */
	enum run_kind kind;
	const char *parent; /* name of the run that this one is about, "" if it is a smoke test */
	enum run_mode mode;
	const char *use, *reason_order;
	int64_t seed;
	int64_t budget_memory_bytes, budget_minutes, budget_reason_tok;
	int64_t timeout_us; /* of one answer */
	const char *redaction; /* personal data in the tickets, as text */
	const char *host, *os, *cpu;
	int64_t n_cores, memory_bytes;
	const char *program; /* name and version */
	enum task task;
	const char *form; /* what a written answer must hold; NULL for labels */
	double yes_at; /* as in struct job */
	bool ordered;
};

/* One candidate over one slice with one set of settings. Replies belong to a pass. */
struct pass_row {
	int64_t id;
	const char *key; /* sha256 over everything that could change a reply or its time */
	const char *model_sha256;
	const char *adapter_sha256, *projector_sha256, *head_sha256; /* "" if none */
	const char *slice_sha256;
	const char *way;
	enum run_mode mode;
	const char *reason_order;
	const char *system_text; /* as given to the template */
	const char *examples_sha256; /* "" if none */
	const char *examples_json; /* [{"id":…,"label":…,"text":…},…] */
	const char *refused_examples_json; /* near-duplicates that were left out */
	const char *labels_json;
	const char *sampler; /* "greedy" */
	int64_t seed;
	int64_t reason_cap_tok;
	const char *engine_build, *device;
	int64_t n_threads, n_batch, n_ubatch,
		n_wave; /* n_wave: most tickets kept at a time, 0: all */
	int64_t n_ctx_max; /* longest context in tokens, 0: the model's own */
	int64_t n_gpu_layers; /* -1: as many as fit; 0: only the CPU */
	int64_t think_tok; /* most tokens of thinking before an answer, 0: none */
	int64_t n_parallel; /* parallel requests to a server; 1 for other engines */
	int64_t pinned_date_s; /* the date for a template that prints one */
	const char *cpu;
	int64_t created_us;
	const char *form; /* as the run's */
	double yes_at;
};

/* A pass in a run: which file the user named, how large it is, and its licence. */
struct candidate_row {
	int64_t id, run_id, pass_id;
	int64_t ord; /* place in the size order, from 0 */
	const char *name, *spec, *path, *label;
	enum engine_kind engine;
	const char *origin, *origin_name, *origin_digest; /* as in struct model_origin */
	const char *adapter_path, *projector_path, *head_path; /* "" if none */
	const char *head_json; /* of the head, as head_record_text(); "" if none */
	const char *quant, *arch, *model_name;
	const char *licence; /* as the file states it */
	int64_t n_params, size_bytes, file_bytes;
	const char *licence_verdict; /* "OK", "READ", "BLOCK" for the use; "" for a baseline */
	const char *licence_id; /* row of the licence table, "" if unknown */
	const char *licence_source, *licence_conditions, *licence_why;
	const char *licence_text_sha256; /* of the text beside the file, "" if none */
	int64_t licence_judged_us; /* wall clock */
	bool reused; /* every reply existed when the run began */
	const char *ladder; /* what the ladder lowered: "16 at a time"; "" if nothing */
	const char *refused; /* why it did not run, "" if it ran */
};

/* One worker's working time on a pass: appended when it ends, so a resumed pass has several. */
struct segment_row {
	int64_t id, pass_id, run_id;
	int64_t started_us; /* wall clock */
	int64_t active_us; /* all phases, without load and prefix */
	struct pass_report report; /* without engine_build and device: they are in pass_row */
	const char *rendered_sha256; /* of report.rendered, with "{ticket}" for the ticket */
};

struct event_row {
	int64_t id, run_id, pass_id; /* pass_id 0: of the whole run */
	int64_t at_us;
	enum event_kind kind;
	const char *text;
};

/*
 * STORE_WRITE creates a missing store (mode 0600) and holds the lock `PATH.lock` until
 * store_close(). STORE_READ takes no lock and reads while another process writes. ERR_STORE: the
 * store does not exist, is another program's, has an older or a newer schema, is held by another
 * writer (named), or the disk is full. The arena owns the path. store_close() of a zeroed store
 * does nothing.
 */
enum store_mode { STORE_READ, STORE_WRITE };
int store_open(struct arena *a, const char *path, enum store_mode mode, struct store *ret_store,
	       struct err *err) MUST_USE;
void store_close(struct store *store);

/* Writers: each is one durable transaction. The store sets the ids of rows. */
int store_put_run(struct store *s, const struct run_row *row, int64_t *ret_id,
		  struct err *err) MUST_USE;
/* Once per sha256, and once more if the first time the header's facts were missing. */
int store_put_model(struct store *s, const struct model *model, struct err *err) MUST_USE;
/* Once per sha256. */
int store_put_slice(struct store *s, const struct job *job, const struct slice *slice,
		    struct err *err) MUST_USE;
/* Path and role belong to the run: two runs may use one slice in two roles. Idempotent. */
int store_put_run_slice(struct store *s, int64_t run_id, const struct slice *slice,
			struct err *err) MUST_USE;
/* Finds the pass with this key or creates it (ret_new: created). */
int store_put_pass(struct store *s, const struct pass_row *row, int64_t *ret_id, bool *ret_new,
		   struct err *err) MUST_USE;
/* Idempotent per (run, pass); if pass_id is 0 (refused), per (run, name, path). */
int store_put_candidate(struct store *s, const struct candidate_row *row, struct err *err) MUST_USE;
int store_put_segment(struct store *s, const struct segment_row *row, struct err *err) MUST_USE;
/* ERR_STORE if (pass, ticket) has an answer: nothing is asked twice. */
int store_put_answer(struct store *s, int64_t pass_id, const struct answer *answer,
		     struct err *err) MUST_USE;
int store_put_reason(struct store *s, int64_t pass_id, const struct reason *reason,
		     struct err *err) MUST_USE;
/* Many replies in one transaction, for replies that cost nothing to get again. */
int store_put_replies(struct store *s, int64_t pass_id, const struct answer *answers,
		      size_t n_answers, const struct reason *reasons, size_t n_reasons,
		      struct err *err) MUST_USE;
int store_put_event(struct store *s, const struct event_row *row, struct err *err) MUST_USE;

/* Readers: the arena owns rows and texts. A purged text reads as store_purged. */

/* "(purged)". Compare the address: a text may have the same words. */
extern const char store_purged[];

/* Whether to read private texts: without them reading is several times faster. */
enum store_texts {
	STORE_NO_TEXTS, /* each reads as "", its length as 0 */
	STORE_TEXTS
};

/* The run of that name; NULL: the newest smoke test. ERR_INPUT, with the names there are. */
int store_get_run(struct arena *a, struct store *s, const char *name, struct run_row *ret_row,
		  struct err *err) MUST_USE;
/* As store_get_run, but a missing run is not an error: *ret_found is false. */
int store_find_run(struct arena *a, struct store *s, const char *name, bool *ret_found,
		   struct run_row *ret_row, struct err *err) MUST_USE;
/*
 * Finds the first smoke test that showed results on tickets of the slice for another prompt, other
 * descriptions of the labels or another `yes_at`, before this run's were first asked on that slice.
 */
int store_find_seen(struct arena *a, struct store *s, const struct run_row *run,
		    const char *slice_sha256, bool *ret_found, struct run_row *ret_row,
		    struct err *err) MUST_USE;
/*
 * As above, for the worked examples of the run: finds the first smoke test that showed results of a
 * candidate with other examples (another file or seed), before these were first used on that slice.
 */
int store_find_seen_examples(struct arena *a, struct store *s, const struct run_row *run,
			     const char *slice_sha256, bool *ret_found, struct run_row *ret_row,
			     struct err *err) MUST_USE;
/* As above, for the training tickets of the way `trained`. */
int store_find_seen_training(struct arena *a, struct store *s, const struct run_row *run,
			     const char *slice_sha256, bool *ret_found, struct run_row *ret_row,
			     struct err *err) MUST_USE;
/* Whether a run has tested the tickets of the slice as its ordinary ones. */
int store_has_slice(struct store *s, const char *slice_sha256, bool *ret_found,
		    struct err *err) MUST_USE;
/* The smoke tests before this one that showed results on tickets of the slice, oldest first. */
int store_get_earlier(struct arena *a, struct store *s, const struct run_row *run,
		      const char *slice_sha256, struct run_row **ret_rows, size_t *ret_n,
		      struct err *err) MUST_USE;
int store_list_runs(struct arena *a, struct store *s, struct run_row **ret_rows, size_t *ret_n,
		    struct err *err) MUST_USE;
int store_get_model(struct arena *a, struct store *s, const char *sha256, struct model *ret_model,
		    struct err *err) MUST_USE;
/* Oldest slice first. Labels are looked up in the run's labels_json. */
int store_get_slices(struct arena *a, struct store *s, const struct run_row *run,
		     enum store_texts texts, struct slice **ret_slices, size_t *ret_n,
		     struct err *err) MUST_USE;
int store_get_candidates(struct arena *a, struct store *s, int64_t run_id,
			 struct candidate_row **ret_rows, size_t *ret_n, struct err *err) MUST_USE;
int store_get_pass(struct arena *a, struct store *s, int64_t pass_id, struct pass_row *ret_row,
		   struct err *err) MUST_USE;
/* Entry i belongs to ticket i; NULL if it has none. */
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

/*
 * Recomputes the whole chain, and has SQLite check that indexes and tables agree. ERR_STORE names
 * the first row that does not match, or the damage.
 */
int store_verify_chain(struct store *s, int64_t *ret_n_rows, struct err *err) MUST_USE;

/*
 * Whether tables, indexes and triggers are those that this program makes: ERR_STORE names the first
 * that is not. Views of the user's own are let be: no verb reads one.
 */
int store_verify_schema(struct store *s, struct err *err) MUST_USE;

/*
 * The number of the chain's row, from 1, whose hash begins with `hash`; 0 if there is none. Ignores
 * rows added after the store was opened or verified.
 */
int store_find_link(struct store *s, const char *hash, int64_t *ret_row, struct err *err) MUST_USE;

#endif
