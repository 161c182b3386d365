/*
 * Whether results on tickets were seen before a prompt was written, before its worked examples were
 * drawn, or before training tickets were changed. Decides from the order of the runs only.
 */
#include "store/store.h"

#include "store/db.h"

/*
 * Pass p is over slice ?3, or over one that shares a ticket (same id and text) with it. A purged
 * text counts as the same, so that a purge makes no verdict surer.
 */
#define ON_SHARED_TICKETS \
	"(p.slice_sha256 = ?3 OR EXISTS (" \
	"     SELECT 1 FROM slice s1 JOIN ticket t1 ON t1.slice_id = s1.id" \
	"     JOIN text x1 ON x1.id = t1.text_id" \
	"     JOIN slice s2 ON s2.sha256 = ?3" \
	"     JOIN ticket t2 ON t2.slice_id = s2.id AND t2.id = t1.id" \
	"     JOIN text x2 ON x2.id = t2.text_id" \
	"      AND (x2.body = x1.body OR x1.body IS NULL OR x2.body IS NULL)" \
	"     WHERE s1.sha256 = p.slice_sha256))"

/* Of the run ?1. A trade-off that is chosen after results were seen is chosen to fit them. */
#define YES_AT "(SELECT t.yes_at FROM run t WHERE t.id = ?1)"

/*
 * Runs of another prompt or trade-off, before the first run of this one, with an answer on tickets
 * of the slice.
 * ?1: the run, ?2: its prompt, ?4: its labels. Descriptions count as the prompt even if its text
 * leaves them out: encoders and decision models read them elsewhere.
 */
static const char seen_tail[] =
	"WHERE r.kind = 'smoke'"
	" AND (r.prompt_sha256 <> ?2 OR r.labels_json <> ?4 OR r.yes_at <> " YES_AT ")"
	" AND r.id < (SELECT min(f.id) FROM run f JOIN run_slice fs ON fs.run_id = f.id"
	"   WHERE f.prompt_sha256 = ?2 AND f.labels_json = ?4 AND f.kind = 'smoke'"
	"   AND f.yes_at = " YES_AT "   AND (f.id = ?1 OR fs.slice_sha256 = ?3))"
	" AND EXISTS (SELECT 1 FROM candidate c JOIN pass p ON p.id = c.pass_id"
	"   JOIN answer w ON w.pass_id = p.id"
	"   WHERE c.run_id = r.id AND " ON_SHARED_TICKETS ")"
	" ORDER BY r.seq LIMIT 1";

/* The pass is in a way with ?2 and learns from tickets. (A baseline's ways have other names.) */
#define LEARNS(pass) "instr(" pass ".way, ?2) > 0 AND " pass ".examples_sha256 <> ''"

/* What the run's own passes learn from. */
#define OF_THIS_RUN \
	"(SELECT op.examples_sha256 FROM candidate oc JOIN pass op ON op.id = oc.pass_id" \
	"   WHERE oc.run_id = ?1 AND " LEARNS("op") ")"

/*
 * Runs with other examples, before the first run with these, that have an answer on tickets of the
 * slice from a candidate with those examples. Any prompt. ?1: the run, ?2: "examples", or "trained"
 * for training tickets.
 */
static const char seen_learnt_tail[] =
	"WHERE r.kind = 'smoke'"
	" AND r.id < (SELECT min(f.id) FROM run f JOIN candidate fc ON fc.run_id = f.id"
	"   JOIN pass fp ON fp.id = fc.pass_id"
	"   WHERE f.kind = 'smoke' AND " LEARNS(
		"fp") "   AND fp.examples_sha256 IN " OF_THIS_RUN
		      "   AND (f.id = ?1 OR fp.slice_sha256 = ?3))"
		      " AND EXISTS (SELECT 1 FROM candidate c JOIN pass p ON p.id = c.pass_id"
		      "   JOIN answer w ON w.pass_id = p.id"
		      "   WHERE c.run_id = r.id AND " LEARNS(
			      "p") "   AND p.examples_sha256 NOT IN " OF_THIS_RUN
				   "   AND " ON_SHARED_TICKETS ")"
				   " ORDER BY r.seq LIMIT 1";

/* Runs before this one with an answer on tickets of the slice. ?1: the run. */
static const char earlier_tail[] =
	"WHERE r.kind = 'smoke' AND r.id < ?1"
	" AND EXISTS (SELECT 1 FROM candidate c JOIN pass p ON p.id = c.pass_id"
	"   JOIN answer w ON w.pass_id = p.id"
	"   WHERE c.run_id = r.id AND " ON_SHARED_TICKETS ")"
	" ORDER BY r.seq";

static int seen_find(struct arena *a, struct store *s, const struct db_query *query,
		     bool *ret_found, struct run_row *ret_row, struct err *err)
{
	struct db_rows rows;

	if (db_read_rows(a, s, ROW_RUN, STORE_NO_TEXTS, query, &rows, err) < 0)
		return -1;
	*ret_found = rows.n > 0;
	if (rows.n > 0)
		*ret_row = *(struct run_row *)rows.rows;
	return 0;
}

int store_find_seen(struct arena *a, struct store *s, const struct run_row *run,
		    const char *slice_sha256, bool *ret_found, struct run_row *ret_row,
		    struct err *err)
{
	const struct db_query query = {
		.sql = seen_tail,
		.n = 4,
		.binds = { { NULL, run->id },
			   { run->prompt_sha256, 0 },
			   { slice_sha256, 0 },
			   { run->labels_json, 0 } },
	};

	return seen_find(a, s, &query, ret_found, ret_row, err);
}

static int seen_find_learnt(struct arena *a, struct store *s, const struct run_row *run,
			    const char *way, const char *slice_sha256, bool *ret_found,
			    struct run_row *ret_row, struct err *err)
{
	const struct db_query query = {
		.sql = seen_learnt_tail,
		.n = 3,
		.binds = { { NULL, run->id }, { way, 0 }, { slice_sha256, 0 } },
	};

	return seen_find(a, s, &query, ret_found, ret_row, err);
}

int store_find_seen_examples(struct arena *a, struct store *s, const struct run_row *run,
			     const char *slice_sha256, bool *ret_found, struct run_row *ret_row,
			     struct err *err)
{
	return seen_find_learnt(a, s, run, "examples", slice_sha256, ret_found, ret_row, err);
}

int store_find_seen_training(struct arena *a, struct store *s, const struct run_row *run,
			     const char *slice_sha256, bool *ret_found, struct run_row *ret_row,
			     struct err *err)
{
	return seen_find_learnt(a, s, run, "trained", slice_sha256, ret_found, ret_row, err);
}

int store_get_earlier(struct arena *a, struct store *s, const struct run_row *run,
		      const char *slice_sha256, struct run_row **ret_rows, size_t *ret_n,
		      struct err *err)
{
	const struct db_query query = {
		.sql = earlier_tail,
		.n = 3,
		.binds = { { NULL, run->id }, { "", 0 }, { slice_sha256, 0 } },
	};
	struct db_rows rows;

	if (db_read_rows(a, s, ROW_RUN, STORE_NO_TEXTS, &query, &rows, err) < 0)
		return -1;
	*ret_rows = rows.rows;
	*ret_n = rows.n;
	return 0;
}
