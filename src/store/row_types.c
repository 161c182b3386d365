/*
 * Every kind of row, column by column. To keep one more field, add one line here and raise
 * STORE_SCHEMA. Order matters: it is the order in the hash chain.
 */
#include "store/row.h"

#include "base/array.h"

/* One column a line, and macros that look like rows: */
/* clang-format off */

/* A member of ROW, the struct in question; nested members are named by their last part. */
#define F(col_type, member) \
	{ #member, col_type, offsetof(ROW, member), sizeof(((ROW *)0)->member), 0, NULL }
/* The chain holds the name: it stays when the member moves. */
#define F_AS(col_type, member, name) \
	{ name, col_type, offsetof(ROW, member), sizeof(((ROW *)0)->member), 0, NULL }
#define F_LEN(col_type, member, len) \
	{ #member, col_type, offsetof(ROW, member), sizeof(((ROW *)0)->member), \
	  offsetof(ROW, len), NULL }
#define F_NAME(col_type, member, names) \
	{ #member, col_type, offsetof(ROW, member), sizeof(((ROW *)0)->member), 0, &(names) }

/* A line of a member list (base/member.h) as a column. */
#define MEMBER_I64(member, more) F(COL_I64, member),
#define MEMBER_INT(member, more) F(COL_INT, member),
#define MEMBER_SIZE(member, more) F(COL_SIZE, member),
#define MEMBER_BOOL(member, more) F(COL_BOOL, member),
#define MEMBER_REAL(member, more) F(COL_REAL, member),
#define MEMBER_OUTCOME(member, more) F_NAME(COL_NAME_NOT_NULL, member, outcome_names),
#define MEMBER_NAME(member, kind) F_NAME(COL_NAME_NOT_NULL, member, kind##_names),
#define MEMBER_CHARS(member, more) F(COL_CHARS, member),
#define MEMBER_WORD(member, more) F(COL_WORD, member),
#define MEMBER_TEXT(member, more) F(COL_TEXT, member),
#define MEMBER_BYTES(member, len) F_LEN(COL_BYTES, member, len),
#define MEMBER_NUMBERS(member, len) F_LEN(COL_PROBS, member, len),
#define MEMBER_UNSTORED_NUMBERS(member, len)

#define TYPE(name, row, sql) \
	{ #name, name##_columns, COUNT_OF(name##_columns), sizeof(row), sql }

#define ROW struct run_row
static const struct column run_columns[] = {
	F(COL_I64, id),
	F(COL_WORD, name),
	F(COL_I64, created_us),
	F(COL_WORD, job_name),
	F(COL_WORD, job_path),
	F(COL_TEXT, job_text),
	F(COL_WORD, job_sha256),
	F(COL_WORD, labels_json),
	F(COL_WORD, labels_lang),
	F(COL_WORD, lang_by),
	F(COL_TEXT, prompt),
	F(COL_WORD, prompt_sha256),
	F(COL_REAL, bar),
	F(COL_REAL, certainty),
	F(COL_REAL, floor),
	F(COL_REAL, hard_share),
	F(COL_WORD, harder),
	F_NAME(COL_NAME, kind, run_kind_names),
	F(COL_WORD, parent),
	F(COL_WORD, use),
	F_NAME(COL_NAME, mode, run_mode_names),
	F(COL_WORD, reason_order),
	F(COL_I64, seed),
	F(COL_I64, budget_memory_bytes),
	F(COL_I64, budget_minutes),
	F(COL_I64, budget_reason_tok),
	F(COL_I64, timeout_us),
	F(COL_WORD, redaction),
	F(COL_WORD, host),
	F(COL_WORD, os),
	F(COL_WORD, cpu),
	F(COL_I64, n_cores),
	F(COL_I64, memory_bytes),
	F(COL_WORD, program),
	F_NAME(COL_NAME, task, task_names),
	F(COL_TEXT, form),
	F(COL_REAL, yes_at),
	F(COL_BOOL, ordered),
};
#undef ROW

#define ROW struct model
static const struct column model_columns[] = {
	F(COL_WORD, spec),
	F(COL_WORD, path),
	F(COL_WORD, label),
	F(COL_INT, engine),
	F(COL_I64, stamp.dev),
	F(COL_I64, stamp.inode),
	F(COL_I64, stamp.size_bytes),
	F(COL_I64, stamp.ctime_ns),
	F(COL_I64, n_parts),
	F(COL_CHARS, sha256),
	F(COL_WORD, reader),
	F(COL_BOOL, has_facts),
#define MEMBER(type, name, more) MEMBER_##type(facts.name, more)
#include "job/model/facts.def"
	F(COL_REAL, prompt_tok_per_s),
	F(COL_REAL, reason_tok_per_s),
};
#undef ROW

#define ROW struct slice_row
static const struct column slice_columns[] = {
	F(COL_I64, id),
	F(COL_CHARS, sha256),
	F(COL_I64, n_tickets),
};
#undef ROW

#define ROW struct ticket_row
static const struct column ticket_columns[] = {
	F(COL_I64, slice_id),
	F(COL_I64, ord),
	F(COL_WORD, ticket.id),
	F_LEN(COL_BYTES, ticket.text, ticket.text_len),
	F(COL_WORD, label),
	F(COL_WORD, ticket.lang),
	F(COL_WORD, ticket.group),
	F(COL_WORD, ticket.image),
	F(COL_WORD, ticket.image_sha256),
	F(COL_I64, ticket.image_bytes),
	F(COL_I64, ticket.image_width),
	F(COL_I64, ticket.image_height),
	F(COL_SIZE, ticket.line),
	F(COL_TEXT, ticket.gold),
};
#undef ROW

#define ROW struct run_slice_row
static const struct column run_slice_columns[] = {
	F(COL_I64, run_id),
	F(COL_CHARS, slice_sha256),
	F(COL_WORD, path),
	F(COL_INT, role),
	F(COL_WORD, repeats),
};
#undef ROW

#define ROW struct pass_row
static const struct column pass_columns[] = {
	F(COL_I64, id),
	F(COL_WORD, key),
	F(COL_WORD, model_sha256),
	F(COL_WORD, adapter_sha256),
	F(COL_WORD, projector_sha256),
	F(COL_WORD, head_sha256),
	F(COL_WORD, slice_sha256),
	F(COL_WORD, way),
	F_NAME(COL_NAME, mode, run_mode_names),
	F(COL_WORD, reason_order),
	F(COL_TEXT, system_text),
	F(COL_WORD, examples_sha256),
	F(COL_TEXT, examples_json),
	F(COL_TEXT, refused_examples_json),
	F(COL_WORD, labels_json),
	F(COL_WORD, sampler),
	F(COL_I64, seed),
	F(COL_I64, reason_cap_tok),
	F(COL_WORD, engine_build),
	F(COL_WORD, device),
	F(COL_I64, n_threads),
	F(COL_I64, n_batch),
	F(COL_I64, n_ubatch),
	F(COL_I64, n_wave),
	F(COL_I64, n_ctx_max),
	F(COL_I64, n_gpu_layers),
	F(COL_I64, think_tok),
	F(COL_I64, n_parallel),
	F(COL_I64, pinned_date_s),
	F(COL_WORD, cpu),
	F(COL_I64, created_us),
	F(COL_TEXT, form),
	F(COL_REAL, yes_at),
};
#undef ROW

#define ROW struct candidate_row
static const struct column candidate_columns[] = {
	F(COL_I64, id),
	F(COL_I64, run_id),
	F(COL_I64, pass_id),
	F(COL_I64, ord),
	F(COL_WORD, name),
	F(COL_WORD, spec),
	F(COL_WORD, path),
	F(COL_WORD, label),
	F_NAME(COL_NAME, engine, engine_names),
	F(COL_WORD, origin),
	F(COL_WORD, origin_name),
	F(COL_WORD, origin_digest),
	F(COL_WORD, adapter_path),
	F(COL_WORD, projector_path),
	F(COL_WORD, head_path),
	F(COL_WORD, head_json),
	F(COL_WORD, quant),
	F(COL_WORD, arch),
	F(COL_WORD, model_name),
	F(COL_WORD, licence),
	F(COL_WORD, licence_verdict),
	F(COL_WORD, licence_id),
	F(COL_WORD, licence_source),
	F(COL_WORD, licence_conditions),
	F(COL_WORD, licence_why),
	F(COL_WORD, licence_text_sha256),
	F(COL_I64, licence_judged_us),
	F(COL_I64, n_params),
	F(COL_I64, size_bytes),
	F(COL_I64, file_bytes),
	F(COL_BOOL, reused),
	F(COL_WORD, ladder),
	F(COL_WORD, refused),
};
#undef ROW

#define ROW struct segment_row
static const struct column segment_columns[] = {
	F(COL_I64, id),
	F(COL_I64, pass_id),
	F(COL_I64, run_id),
	F(COL_I64, started_us),
	F_AS(COL_I64, report.load_us, "load_us"),
	F_AS(COL_I64, report.prefix_us, "prefix_us"),
	F(COL_I64, active_us),
	F_AS(COL_I64, report.answer_us, "answer_us"),
	F_AS(COL_I64, report.reason_us, "reason_us"),
	F_AS(COL_I64, report.n_answers, "n_answers"),
	F_AS(COL_I64, report.n_reasons, "n_reasons"),
	F_AS(COL_I64, report.prefix_tok, "prefix_tok"),
	F_AS(COL_I64, report.prefix_kept_tok, "prefix_kept_tok"),
	F_AS(COL_I64, report.prefix_load_us, "prefix_load_us"),
	F_AS(COL_I64, report.prompt_tok, "prompt_tok"),
	F_AS(COL_I64, report.reason_tok, "reason_tok"),
	F_AS(COL_I64, report.n_ctx, "n_ctx"),
	F_AS(COL_I64, report.n_seq, "n_seq"),
	F_AS(COL_I64, report.peak_rss_bytes, "peak_rss_bytes"),
	F_AS(COL_I64, report.cpu_us, "worker_cpu_us"),
	F_AS(COL_I64, report.n_wave, "n_wave"),
	F_AS(COL_I64, report.energy_uj, "energy_uj"),
	F_AS(COL_WORD, report.template_sha256, "template_sha256"),
	F_AS(COL_TEXT, report.rendered, "rendered"),
	F(COL_WORD, rendered_sha256),
	F_AS(COL_WORD, report.template_marks, "template_marks"),
	F_AS(COL_WORD, report.opening, "opening"),
	F_AS(COL_WORD, report.thinking, "thinking"),
	F_AS(COL_WORD, report.probes, "probes"),
	F_AS(COL_WORD, report.server, "server"),
	F_AS(COL_WORD, report.sandbox, "sandbox"),
	F_AS(COL_REAL, report.disturbance.load_average, "load_average"),
	F_AS(COL_REAL, report.disturbance.steal_percent, "steal_percent"),
	F_AS(COL_REAL, report.disturbance.other_busy_percent, "busy_percent"),
	F_AS(COL_REAL, report.disturbance.stall_percent, "stall_percent"),
	F_AS(COL_I64, report.disturbance.major_faults, "major_faults"),
	F_AS(COL_I64, report.disturbance.min_khz, "min_khz"),
	F_AS(COL_I64, report.disturbance.max_khz, "max_khz"),
	F_AS(COL_I64, report.disturbance.suspended_us, "suspended_us"),
	F_AS(COL_BOOL, report.disturbance.disturbed, "disturbed"),
	F_AS(COL_WORD, report.ended, "ended"),
};
#undef ROW

#define ROW struct answer_row
static const struct column answer_columns[] = {
	F(COL_I64, pass_id),
#define MEMBER(type, name, more) MEMBER_##type(answer.name, answer.more)
#include "work/answer.def"
};
#undef ROW

#define ROW struct reason_row
static const struct column reason_columns[] = {
	F(COL_I64, pass_id),
#define MEMBER(type, name, more) MEMBER_##type(reason.name, reason.more)
#include "work/reason.def"
};
#undef ROW

#define ROW struct event_row
static const struct column event_columns[] = {
	F(COL_I64, id),
	F(COL_I64, run_id),
	F(COL_I64, pass_id),
	F(COL_I64, at_us),
	F_NAME(COL_NAME, kind, event_kind_names),
	F(COL_WORD, text),
};
#undef ROW

/* clang-format on */

const struct row_type row_types[ROW_KINDS] = {
	[ROW_RUN] = TYPE(run, struct run_row,
			 "UNIQUE (id),"
			 " UNIQUE (name)"),
	[ROW_MODEL] = TYPE(model, struct model, "UNIQUE (sha256, has_facts)"),
	[ROW_SLICE] = TYPE(slice, struct slice_row,
			   "UNIQUE (id),"
			   " UNIQUE (sha256)"),
	[ROW_TICKET] = TYPE(ticket, struct ticket_row,
			    "UNIQUE (slice_id, ord),"
			    " FOREIGN KEY (slice_id) REFERENCES slice (id)"),
	[ROW_RUN_SLICE] = TYPE(run_slice, struct run_slice_row,
			       "UNIQUE (run_id, slice_sha256),"
			       " FOREIGN KEY (run_id) REFERENCES run (id),"
			       " FOREIGN KEY (slice_sha256) REFERENCES slice (sha256)"),
	[ROW_PASS] = TYPE(pass, struct pass_row,
			  "UNIQUE (id),"
			  " UNIQUE (key),"
			  " FOREIGN KEY (slice_sha256) REFERENCES slice (sha256)"),
	[ROW_CANDIDATE] = TYPE(candidate, struct candidate_row,
			       "UNIQUE (id),"
			       " FOREIGN KEY (run_id) REFERENCES run (id)"),
	[ROW_SEGMENT] = TYPE(segment, struct segment_row,
			     "UNIQUE (id),"
			     " FOREIGN KEY (pass_id) REFERENCES pass (id),"
			     " FOREIGN KEY (run_id) REFERENCES run (id)"),
	[ROW_ANSWER] = TYPE(answer, struct answer_row,
			    "UNIQUE (pass_id, ticket),"
			    " FOREIGN KEY (pass_id) REFERENCES pass (id)"),
	[ROW_REASON] = TYPE(reason, struct reason_row,
			    "UNIQUE (pass_id, ticket),"
			    " FOREIGN KEY (pass_id) REFERENCES pass (id)"),
	[ROW_EVENT] = TYPE(event, struct event_row,
			   "UNIQUE (id),"
			   " FOREIGN KEY (run_id) REFERENCES run (id)"),
};
