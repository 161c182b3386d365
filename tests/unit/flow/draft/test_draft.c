/*
 * The journal of a draft: replay, exact undo of each reader, a line that was cut, lines that this
 * program did not write, and what a ticket's label is in the end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "flow/draft/draft.h"
#include "job/file/job.h"
#include "unit/random.h"
#include "unit/scratch.h"

#define ROWS "d/" DRAFT_ROWS
#define JOURNAL "d/" DRAFT_JOURNAL

static const char rows[] =
	"{\"id\":\"t1\",\"line\":2,\"label\":\"billing\",\"parts\":[\"Mail \","
	"{\"text\":\"a@b.org\",\"placeholder\":\"[EMAIL_111111]\",\"type\":\"EMAIL\",\"why\":"
	"\"e-mail address\"},\" or \",{\"text\":\"AB12345\",\"placeholder\":\"[ID_222222]\","
	"\"type\":\"ID\",\"why\":\"letters and digits\",\"suspect\":true}]}\n"
	"{\"id\":\"t2\",\"line\":3,\"parts\":[{\"text\":\"a@b.org\",\"placeholder\":"
	"\"[EMAIL_111111]\",\"type\":\"EMAIL\",\"why\":\"e-mail address\"}]}\n"
	"{\"id\":\"t3\",\"line\":4,\"parts\":[{\"text\":\"A@B.ORG\",\"placeholder\":"
	"\"[EMAIL_111111]\",\"type\":\"EMAIL\",\"why\":\"e-mail address\"}]}\n"
	"{\"id\":\"t4\",\"line\":5,\"repeats\":2,\"parts\":[\"again\"]}\n";
static const char import_line[] =
	"{\"at_us\":1,\"do\":\"import\",\"reader\":\"file\",\"file\":\"in.csv\",\"seed\":1,"
	"\"labels\":[\"billing\",\"other\"]}\n";

static struct cmd cmd;

/* A draft of four tickets; `more` lines follow the import's. */
static void make(const char *more)
{
	char journal[4096];

	mkdir("d", 0700);
	mkdir("d/secrets", 0700);
	scratch_text(ROWS, rows);
	snprintf(journal, sizeof(journal), "%s%s", import_line, more);
	scratch_text(JOURNAL, journal);
	cmd.err = (struct err){ 0 };
}

static struct draft opened(void)
{
	struct draft d;

	if (draft_open(&cmd, "d", &d) < 0)
		fail_msg("%s", cmd.err.msg);
	return d;
}

static int try_it(struct draft_entry e)
{
	struct draft before, after;

	if (!e.reader)
		e.reader = "ann";
	cmd.err = (struct err){ 0 };
	return draft_do(&cmd, "d", &e, &before, &after);
}

static void do_it(struct draft_entry e)
{
	if (try_it(e) < 0)
		fail_msg("%s", cmd.err.msg);
}

static void refused(struct draft_entry e, const char *words)
{
	assert_int_equal(try_it(e), -1);
	assert_int_equal(cmd.err.kind, ERR_INPUT);
	if (!strstr(cmd.err.msg, words))
		fail_msg("'%s' lacks '%s'", cmd.err.msg, words);
}

static int said(const char *reader, const char *id)
{
	struct draft d = opened();

	return draft_judgement(draft_reader_find(&d, reader),
			       (size_t)(draft_row_find(&d, id) - d.rows));
}

static int final(const char *id)
{
	struct draft d = opened();

	return draft_final(&d, (size_t)(draft_row_find(&d, id) - d.rows));
}

static const char *text(const char *id)
{
	struct draft d = opened();

	return draft_text(&cmd.arena, draft_row_find(&d, id));
}

static void label(const char *reader, const char *id, const char *name)
{
	do_it((struct draft_entry){
		.verb = DRAFT_LABEL, .reader = reader, .id = id, .label = name });
}

static size_t size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (size_t)st.st_size;
}

static void test_steps(void **state)
{
	struct draft d;

	(void)state;
	make("");
	label("ann", "t1", "other");
	label("ann", "t2", "billing");
	do_it((struct draft_entry){ .verb = DRAFT_IS_UNSURE, .id = "t2" });
	do_it((struct draft_entry){ .verb = DRAFT_SKIP, .id = "t3" });
	assert_int_equal(said("ann", "t1"), 1);
	assert_int_equal(said("ann", "t2"), DRAFT_UNSURE);
	assert_int_equal(said("ann", "t3"), DRAFT_SKIPPED);
	assert_int_equal(said("ann", "t4"), DRAFT_OPEN);
	assert_int_equal(said("ben", "t1"), DRAFT_OPEN);
	d = opened();
	assert_int_equal(d.rows[3].repeats, 1);
	refused((struct draft_entry){ .verb = DRAFT_LABEL, .id = "t9", .label = "other" },
		"no such ticket");
	refused((struct draft_entry){ .verb = DRAFT_LABEL, .id = "t1", .label = "new" },
		"no such bucket");
	refused((struct draft_entry){ .verb = DRAFT_SKIP, .id = "t1", .reader = "" }, "name");
}

/* RULE: undo takes back the last thing that the same reader did, and nothing else. */
static void test_undo(void **state)
{
	struct draft_entry undo = { .verb = DRAFT_UNDO };

	(void)state;
	make("");
	refused(undo, "nothing to undo"); /* the import stays */
	label("ann", "t1", "other");
	label("ann", "t1", "billing");
	label("ben", "t1", "other");
	do_it(undo);
	assert_int_equal(said("ann", "t1"), 1);
	assert_int_equal(said("ben", "t1"), 1);
	do_it(undo);
	assert_int_equal(said("ann", "t1"), DRAFT_OPEN);
	refused(undo, "nothing to undo");
	undo.reader = "ben";
	do_it(undo);
	assert_int_equal(said("ben", "t1"), DRAFT_OPEN);
	label("ann", "t1", "other"); /* after an undo, undo takes back the new step */
	undo.reader = "ann";
	do_it(undo);
	assert_int_equal(said("ann", "t1"), DRAFT_OPEN);
}

static void test_buckets(void **state)
{
	struct draft d;

	(void)state;
	make("");
	do_it((struct draft_entry){ .verb = DRAFT_BUCKET, .label = "login", .about = "" });
	do_it((struct draft_entry){ .verb = DRAFT_BUCKET, .label = "login", .about = "pass" });
	refused((struct draft_entry){ .verb = DRAFT_BUCKET, .label = "LOGIN", .about = "" },
		"a bucket 'login'");
	refused((struct draft_entry){ .verb = DRAFT_BUCKET, .label = " ", .about = "" }, "name");
	label("ann", "t2", "login");
	do_it((struct draft_entry){ .verb = DRAFT_RENAME, .label = "login", .to = "account" });
	refused((struct draft_entry){ .verb = DRAFT_REMOVE, .label = "account" },
		"tickets have this label");
	refused((struct draft_entry){ .verb = DRAFT_REMOVE, .label = "billing" },
		"tickets have this label"); /* the file's own */
	do_it((struct draft_entry){ .verb = DRAFT_REMOVE, .label = "other" });
	d = opened();
	assert_int_equal(draft_bucket_find(&d, "other"), DRAFT_OPEN);
	assert_string_equal(d.buckets[said("ann", "t2")].name, "account");
	assert_string_equal(d.buckets[said("ann", "t2")].about, "pass");
	for (int i = 0; i < 2; i++)
		do_it((struct draft_entry){ .verb = DRAFT_UNDO });
	d = opened();
	assert_string_equal(d.buckets[said("ann", "t2")].name, "login");
	assert_int_equal(draft_bucket_find(&d, "other"), 1);
}

/* A label whose bucket its maker took back: the bucket stays for whoever used it. */
static void test_bucket_taken_back(void **state)
{
	struct draft d;

	(void)state;
	make("");
	do_it((struct draft_entry){ .verb = DRAFT_BUCKET, .label = "new", .about = "" });
	label("ben", "t2", "new");
	do_it((struct draft_entry){ .verb = DRAFT_UNDO });
	d = opened();
	assert_string_equal(d.buckets[said("ben", "t2")].name, "new");
}

/* A bucket is a label of the job, so it is no address; an older draft may still rename one. */
static void test_bucket_is_no_address(void **state)
{
	(void)state;
	make("{\"do\":\"bucket\",\"reader\":\"ann\",\"label\":\"x@b.org\",\"about\":\"\"}\n");
	assert_int_equal(try_it((struct draft_entry){
				 .verb = DRAFT_BUCKET, .label = "a@b.org", .about = "" }),
			 -1);
	assert_int_equal(cmd.err.kind, ERR_REFUSED);
	do_it((struct draft_entry){ .verb = DRAFT_BUCKET, .label = "x@b.org", .about = "mail" });
	assert_int_equal(try_it((struct draft_entry){
				 .verb = DRAFT_RENAME, .label = "x@b.org", .to = "y@b.org" }),
			 -1);
	assert_int_equal(cmd.err.kind, ERR_REFUSED);
	do_it((struct draft_entry){ .verb = DRAFT_RENAME, .label = "x@b.org", .to = "mail" });
}

/* Removed buckets leave room for others. */
static void test_most_buckets(void **state)
{
	struct draft_entry add = { .verb = DRAFT_BUCKET, .label = "one more", .about = "" };
	char journal[32768];
	size_t n = (size_t)snprintf(journal, sizeof(journal), "%s", import_line);
	struct draft d;

	(void)state;
	make("");
	for (int i = 2; i < JOB_MAX_LABELS; i++)
		n += (size_t)snprintf(journal + n, sizeof(journal) - n,
				      "{\"do\":\"bucket\",\"reader\":\"ann\",\"label\":\"b%d\","
				      "\"about\":\"\"}\n",
				      i);
	scratch_text(JOURNAL, journal);
	refused(add, "too many buckets");
	do_it((struct draft_entry){ .verb = DRAFT_REMOVE, .label = "b7" });
	do_it(add);
	label("ann", "t1", "one more");
	d = opened();
	assert_string_equal(d.buckets[said("ann", "t1")].name, "one more");
	assert_int_equal(d.n_buckets, JOB_MAX_LABELS);
	add.label = "and another";
	refused(add, "too many buckets");
}

static void test_readers(void **state)
{
	char name[32];

	(void)state;
	make("");
	refused((struct draft_entry){ .verb = DRAFT_SKIP, .id = "t1", .reader = "file" },
		"labels of the export");
	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "reader %d", i);
		label(name, "t1", "other");
	}
	refused((struct draft_entry){ .verb = DRAFT_SKIP, .id = "t1", .reader = "one more" },
		"too many readers");
}

/* RULE: accepting leaves what the reader has said or skipped, and one undo takes all of it back. */
static void test_accept(void **state)
{
	struct draft_entry accept = { .verb = DRAFT_ACCEPT };

	(void)state;
	make("");
	do_it(accept);
	assert_int_equal(said("ann", "t1"), 0); /* the only one with a label */
	assert_int_equal(said("ann", "t2"), DRAFT_OPEN);
	refused(accept, "still to be read");
	do_it((struct draft_entry){ .verb = DRAFT_UNDO });
	assert_int_equal(said("ann", "t1"), DRAFT_OPEN);
	do_it((struct draft_entry){ .verb = DRAFT_SKIP, .id = "t1" });
	refused(accept, "still to be read");
	accept.reader = "file";
	refused(accept, "choose another name");
}

/* The labels of a job are the buckets, with their descriptions, and nobody changes them. */
static void test_of_a_job(void **state)
{
	struct draft d;

	(void)state;
	make("");
	scratch_text(JOURNAL,
		     "{\"do\":\"import\",\"reader\":\"file\",\"file\":\"in.csv\",\"job\":"
		     "\"job.yaml\",\"labels\":[\"billing\",\"other\"],\"abouts\":[\"bills\","
		     "null]}\n");
	d = opened();
	assert_string_equal(d.job, "job.yaml");
	assert_string_equal(d.buckets[0].about, "bills");
	assert_string_equal(d.buckets[1].about, "");
	refused((struct draft_entry){ .verb = DRAFT_BUCKET, .label = "new", .about = "" },
		"labels of the job 'job.yaml'");
	refused((struct draft_entry){ .verb = DRAFT_BUCKET, .label = "other", .about = "x" },
		"labels of the job");
	refused((struct draft_entry){ .verb = DRAFT_RENAME, .label = "other", .to = "x" },
		"labels of the job");
	refused((struct draft_entry){ .verb = DRAFT_REMOVE, .label = "other" },
		"labels of the job");
	label("ann", "t2", "other");
	scratch_text(JOURNAL, "{\"do\":\"import\",\"reader\":\"file\",\"file\":\"in.csv\",\"job\":"
			      "7,\"labels\":[]}\n");
	cmd.err = (struct err){ 0 };
	assert_int_equal(draft_open(&cmd, "d", &d), -1);
	assert_string_equal(cmd.err.msg,
			    "d/labels.journal:1: this is no entry of a draft; remove the line to "
			    "go on without it");
}

static void test_export_name(void **state)
{
	(void)state;
	assert_string_equal(draft_export_name(&cmd.arena, "in.csv"), "in.csv");
	assert_string_equal(draft_export_name(&cmd.arena, "rows.jsonl"), "export-rows.jsonl");
	assert_string_equal(draft_export_name(&cmd.arena, "redact.key"), "export-redact.key");
}

static void test_marks(void **state)
{
	struct draft_entry open = { .verb = DRAFT_UNCOVER, .id = "t1", .mark = "[EMAIL_111111]" };

	(void)state;
	make("");
	assert_string_equal(text("t1"), "Mail [EMAIL_111111] or AB12345");
	do_it(open);
	assert_string_equal(text("t1"), "Mail a@b.org or AB12345");
	assert_string_equal(text("t2"), "[EMAIL_111111]");
	open.everywhere = true;
	do_it(open);
	assert_string_equal(text("t2"), "a@b.org");
	assert_string_equal(text("t3"), "[EMAIL_111111]"); /* another spelling */
	do_it((struct draft_entry){ .verb = DRAFT_COVER, .id = "t1", .mark = "[ID_222222]" });
	assert_string_equal(text("t1"), "Mail a@b.org or [ID_222222]");
	refused((struct draft_entry){ .verb = DRAFT_COVER, .id = "t2", .mark = "[ID_222222]" },
		"no such mark");
	for (int i = 0; i < 3; i++)
		do_it((struct draft_entry){ .verb = DRAFT_UNDO });
	assert_string_equal(text("t1"), "Mail [EMAIL_111111] or AB12345");
	assert_string_equal(text("t2"), "[EMAIL_111111]");
}

static void test_final(void **state)
{
	struct draft d;

	(void)state;
	make("");
	assert_int_equal(final("t1"), 0); /* the file's */
	assert_int_equal(final("t2"), DRAFT_OPEN);
	label("ann", "t1", "other");
	assert_int_equal(final("t1"), 1);
	label("ben", "t1", "billing");
	assert_int_equal(final("t1"), DRAFT_OPEN); /* they differ */
	d = opened();
	assert_true(draft_is_disputed(&d, 0));
	do_it((struct draft_entry){ .verb = DRAFT_SETTLE, .id = "t1", .label = "billing" });
	assert_int_equal(final("t1"), 0);
	do_it((struct draft_entry){ .verb = DRAFT_IS_UNSURE, .id = "t2" });
	assert_int_equal(final("t2"), DRAFT_OPEN);
	do_it((struct draft_entry){ .verb = DRAFT_SKIP, .id = "t2", .reader = "ben" });
	d = opened();
	assert_false(draft_is_disputed(&d, 0));
	assert_false(draft_is_disputed(&d, 1)); /* nobody says what it is */
	label("ben", "t2", "other");
	d = opened();
	assert_true(draft_is_disputed(&d, 1));
}

/* A bucket cannot come again if another one has its name: then settling does nothing. */
static void test_settled_stays(void **state)
{
	(void)state;
	make("");
	do_it((struct draft_entry){ .verb = DRAFT_RENAME, .label = "billing", .to = "LOGIN" });
	do_it((struct draft_entry){
		.verb = DRAFT_RENAME, .label = "LOGIN", .to = "money", .reader = "cal" });
	do_it((struct draft_entry){ .verb = DRAFT_BUCKET, .label = "login", .about = "" });
	do_it((struct draft_entry){ .verb = DRAFT_SETTLE, .id = "t1", .label = "other" });
	do_it((struct draft_entry){ .verb = DRAFT_SETTLE, .id = "t1", .label = "login" });
	assert_int_equal(final("t1"), 2);
	do_it((struct draft_entry){ .verb = DRAFT_UNDO, .reader = "cal" });
	assert_int_equal(final("t1"), 1);
}

/* kill -9 while a line is written: it was never reported, and the next one takes its place. */
static void test_cut_line(void **state)
{
	static const char line[] = "{\"at_us\":1,\"do\":\"label\",\"reader\":\"ann\",\"id\":\"t2\","
				   "\"label\":\"other\"}\n";

	(void)state;
	for (size_t n = 0; n < strlen(line); n++) {
		char cut[256];

		snprintf(cut, sizeof(cut), "%.*s", (int)n, line);
		make(cut);
		assert_int_equal(said("ann", "t2"), DRAFT_OPEN);
		label("ann", "t3", "other");
		assert_int_equal(said("ann", "t2"), DRAFT_OPEN);
		assert_int_equal(said("ann", "t3"), 1);
	}
}

/* What did not succeed leaves no byte. */
static void test_refused_is_not_written(void **state)
{
	size_t n;

	(void)state;
	make("");
	n = size_of(JOURNAL);
	refused((struct draft_entry){ .verb = DRAFT_UNDO }, "nothing");
	assert_int_equal(size_of(JOURNAL), n);
	label("ann\n\"\xe2\x80\xae", "t1", "other"); /* a name stays one line */
	assert_int_equal(said("ann\n\"\xe2\x80\xae", "t1"), 1);
}

static void test_hostile_journal(void **state)
{
	static const char *const lines[] = {
		"nonsense",
		"[]",
		"{}",
		"{\"do\":\"label\",\"reader\":\"a\",\"id\":\"t1\"}",
		"{\"do\":\"label\",\"reader\":\"a\",\"id\":1,\"label\":\"other\"}",
		"{\"do\":\"label\",\"reader\":\"a\",\"id\":\"t1\\u0000\",\"label\":\"other\"}",
		"{\"do\":\"explode\",\"reader\":\"a\"}",
		"{\"do\":\"skip\",\"reader\":\"\",\"id\":\"t1\"}",
		"{\"do\":\"skip\",\"reader\":\"a\",\"id\":\"../t1\"}",
		"{\"do\":\"import\",\"reader\":\"file\",\"file\":\"x\",\"labels\":[1]}",
		"{\"do\":\"undo\",\"reader\":\"nobody\"}",
		"",
		"\xff\xfe",
	};
	struct draft d;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		char more[512];

		snprintf(more, sizeof(more), "%s\n%s", lines[i],
			 "{\"do\":\"skip\",\"reader\":\"a\",\"id\":\"t1\"}\n");
		make(more);
		assert_int_equal(draft_open(&cmd, "d", &d), -1);
		assert_int_equal(cmd.err.kind, ERR_INPUT);
		assert_non_null(strstr(cmd.err.msg, "labels.journal:2"));
	}
}

static void test_hostile_rows(void **state)
{
	static const char *const lines[] = {
		"nonsense",
		"{}",
		"{\"id\":\"t1\"}",
		"{\"id\":\"t1\",\"parts\":[1]}",
		"{\"id\":\"t1\",\"parts\":[{\"text\":\"x\"}]}",
		"{\"id\":\"t1\",\"parts\":[\"a\\u0000b\"]}",
		"{\"id\":\"t1\",\"parts\":[],\"repeats\":7}",
		"{\"id\":\"t1\",\"parts\":[],\"repeats\":-1}",
		"{\"id\":\"t1\",\"parts\":[]}\n{\"id\":\"t1\",\"parts\":[]}",
	};
	struct draft d;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		make("");
		scratch_text(ROWS, lines[i]);
		assert_int_equal(draft_open(&cmd, "d", &d), -1);
		assert_int_equal(cmd.err.kind, ERR_INPUT);
	}
	make("");
	scratch_text(JOURNAL, "{\"do\":\"skip\",\"reader\":\"a\",\"id\":\"t1\"}\n");
	assert_int_equal(draft_open(&cmd, "d", &d), -1); /* nothing was imported */
	assert_int_equal(draft_open(&cmd, "nowhere", &d), -1);
	assert_non_null(strstr(cmd.err.msg, "no draft of labels"));
}

/* Steps at random, and then all taken back one by one: each state is the one before the step. */
static void test_undo_is_exact(void **state)
{
	enum { STEPS = 60 };
	static const char *const ids[] = { "t1", "t2", "t3", "t4" };
	static const char *const names[] = { "billing", "other" };
	struct draft states[STEPS + 1];
	uint64_t random = 7;

	(void)state;
	make("");
	states[0] = opened();
	for (int i = 1; i <= STEPS; i++) {
		struct draft_entry e = { .id = ids[random_below(&random, 4)] };

		e.verb = random_below(&random, 2) ? DRAFT_LABEL :
			 random_below(&random, 2) ? DRAFT_IS_UNSURE :
						    DRAFT_SKIP;
		e.label = e.verb == DRAFT_LABEL ? names[random_below(&random, 2)] : NULL;
		do_it(e);
		states[i] = opened();
	}
	for (int i = STEPS; i-- > 0;) {
		do_it((struct draft_entry){ .verb = DRAFT_UNDO });
		for (size_t k = 0; k < 4; k++)
			assert_int_equal(said("ann", states[i].rows[k].id),
					 draft_judgement(draft_reader_find(&states[i], "ann"), k));
	}
}

static int leave(void **state)
{
	arena_release(&cmd.arena);
	return scratch_leave(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_buckets),
		cmocka_unit_test(test_bucket_taken_back),
		cmocka_unit_test(test_bucket_is_no_address),
		cmocka_unit_test(test_most_buckets),
		cmocka_unit_test(test_readers),
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_of_a_job),
		cmocka_unit_test(test_export_name),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_final),
		cmocka_unit_test(test_settled_stays),
		cmocka_unit_test(test_cut_line),
		cmocka_unit_test(test_refused_is_not_written),
		cmocka_unit_test(test_hostile_journal),
		cmocka_unit_test(test_hostile_rows),
		cmocka_unit_test(test_undo_is_exact),
	};

	return cmocka_run_group_tests(tests, scratch_enter, leave);
}
