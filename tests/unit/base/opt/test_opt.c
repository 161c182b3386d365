/*
 * Options: every type in every form, the exact message of each refusal, and the help and man pages
 * from the same rows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/json/json.h"
#include "base/opt/opt_complete.h"
#include "base/opt/opt_json.h"
#include "base/opt/opt_man.h"

struct options {
	bool json, force;
	const char *out;
	int64_t minutes;
	struct opt_list models;
};

#define AT(field) offsetof(struct options, field)

static const struct opt_row rows[] = {
	OPT_FLAG("json", 'j', AT(json), "for machines"),
	OPT_FLAG("force", 0, AT(force), "even so"),
	OPT_TEXT("out", 'o', AT(out), "FILE", "where to"),
	OPT_INT("minutes", 'm', AT(minutes), "N", "at most", 1, 600),
	OPT_LIST("a-rather-long-name", 0, AT(models), "A,B", "only these"),
};

static const struct opt_spec spec = {
	.verb = "try",
	.args = "JOB [TICKETS]",
	.min_args = 1,
	.max_args = 2,
	.summary = "Tries it.",
	.details = "At length.\n.Not roff: a-b \\ c",
	.rows = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0]),
};

struct parsed {
	struct arena arena;
	struct options options;
	struct opt_args args;
	struct err err;
	int r;
};

static struct parsed parse(int argc, const char *const *argv)
{
	struct parsed p = { .options = { .out = "default", .minutes = 7 } };

	p.r = opt_parse(&p.arena, &spec, argc, (char **)(uintptr_t)argv, &p.options, &p.args,
			&p.err);
	return p;
}

#define PARSE(...) \
	parse(sizeof((const char *[]){ "try", __VA_ARGS__ }) / sizeof(char *), \
	      (const char *[]){ "try", __VA_ARGS__, NULL })

static void defaults_stay(void **state)
{
	struct parsed p = PARSE("job.yaml");

	(void)state;
	assert_int_equal(p.r, 0);
	assert_int_equal(p.err.kind, ERR_NONE);
	assert_int_equal(p.args.n, 1);
	assert_string_equal(p.args.items[0], "job.yaml");
	assert_false(p.args.help);
	assert_false(p.options.json || p.options.force);
	assert_string_equal(p.options.out, "default");
	assert_int_equal(p.options.minutes, 7);
	assert_int_equal(p.options.models.n, 0);
	arena_release(&p.arena);
}

static void assert_all_set(struct parsed *p)
{
	if (p->r < 0)
		fail_msg("refused: %s", p->err.msg);
	assert_true(p->options.json);
	assert_string_equal(p->options.out, "f");
	assert_int_equal(p->options.minutes, 30);
	assert_int_equal(p->args.n, 2);
	assert_string_equal(p->args.items[0], "j");
	assert_string_equal(p->args.items[1], "t");
	arena_release(&p->arena);
}

static void every_form_means_the_same(void **state)
{
	struct parsed forms[] = {
		PARSE("--json", "--out", "f", "--minutes", "30", "j", "t"),
		PARSE("--json", "--out=f", "--minutes=30", "j", "t"),
		PARSE("-j", "-o", "f", "-m", "30", "j", "t"),
		PARSE("-j", "-of", "-m30", "j", "t"),
		PARSE("j", "-j", "t", "-m30", "--out=f"), /* options and arguments in any order */
		PARSE("--out=x", "-m1", "-j", "-j", "--out=f", "-m30", "j",
		      "t"), /* the last wins */
		PARSE("-j", "-of", "-m30", "--", "j", "t"),
		PARSE("-j", "j", "-of", "-m30", "--", "t"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		assert_all_set(&forms[i]);
}

static void after_two_dashes_all_are_arguments(void **state)
{
	struct parsed p = PARSE("--", "--json", "--");

	(void)state;
	assert_int_equal(p.r, 0);
	assert_false(p.options.json);
	assert_string_equal(p.args.items[0], "--json");
	assert_string_equal(p.args.items[1], "--");
	p = PARSE("--", "--help");
	assert_false(p.args.help);
	p = PARSE("-"); /* one dash is an argument: standard input */
	assert_int_equal(p.r, 0);
	assert_string_equal(p.args.items[0], "-");
	arena_release(&p.arena);
}

static void values_may_look_like_options(void **state)
{
	struct parsed p = PARSE("--out", "--json", "j");

	(void)state;
	assert_int_equal(p.r, 0);
	assert_string_equal(p.options.out, "--json");
	assert_false(p.options.json);
	p = PARSE("--out=a=b", "j");
	assert_string_equal(p.options.out, "a=b");
	p = PARSE("--out=", "j");
	assert_string_equal(p.options.out, "");
	p = PARSE("--out", "", "j");
	assert_string_equal(p.options.out, "");
	arena_release(&p.arena);
}

static void lists_grow(void **state)
{
	static const char *const expected[] = { "a", "b", "c d", "e", "f, g=h,", "i\\" };
	struct parsed p = PARSE("--a-rather-long-name", "a,b", "j", "--a-rather-long-name=,c d,,e,",
				"--a-rather-long-name=", "--a-rather-long-name=f\\, g=h\\,,i\\");

	(void)state;
	assert_int_equal(p.r, 0);
	assert_int_equal(p.options.models.n, COUNT_OF(expected));
	for (size_t i = 0; i < COUNT_OF(expected); i++)
		assert_string_equal(p.options.models.items[i], expected[i]);
	arena_release(&p.arena);
}

static void lists_have_a_limit(void **state)
{
	char many[2 * OPT_LIST_MAX + 3] = "";
	struct parsed p;

	(void)state;
	for (int i = 0; i < OPT_LIST_MAX; i++) {
		many[2 * i] = 'x';
		many[2 * i + 1] = ',';
	}
	p = PARSE("--a-rather-long-name", many, "j");
	assert_int_equal(p.r, 0);
	assert_int_equal(p.options.models.n, OPT_LIST_MAX);
	arena_release(&p.arena);
	many[2 * OPT_LIST_MAX] = 'y';
	p = PARSE("--a-rather-long-name", many, "j");
	assert_int_equal(p.r, -1);
	assert_string_equal(p.err.msg, "more than 64 values in a list");
	arena_release(&p.arena);
}

static void numbers_at_their_limits(void **state)
{
	static const char *const good[] = { "1", "600", "+5", "042" };
	static const char *const bad[] = { "0",	 "601", "-1",
					   "",	 "x",	"1x",
					   " 1", "1.5", "99999999999999999999" };
	char words[200];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(PARSE("--minutes", good[i], "j").r, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct parsed p = PARSE("-m", bad[i], "j");

		assert_int_equal(p.r, -1);
		assert_int_equal(p.err.kind, ERR_USAGE);
		assert_int_equal(p.options.minutes, 7);
		snprintf(words, sizeof(words),
			 "'%s' is not a value for --minutes: give a whole number from 1 to 600",
			 bad[i]);
		assert_string_equal(p.err.msg, words);
	}
}

static void refusals_and_their_messages(void **state)
{
	struct {
		struct parsed p;
		const char *words;
	} table[] = {
		{ PARSE("--jsno", "j"),
		  "unknown option '--jsno' of 'try'; did you mean '--json'?" },
		{ PARSE("--minuts=3", "j"),
		  "unknown option '--minuts' of 'try'; did you mean '--minutes'?" },
		{ PARSE("--minuts=a very long value", "j"),
		  "unknown option '--minuts' of 'try'; did you mean '--minutes'?" },
		{ PARSE("--zebra", "j"), "unknown option '--zebra'; see 'toehold try --help'" },
		{ PARSE("-z", "j"), "unknown option '-z'; see 'toehold try --help'" },
		{ PARSE("-u", "j"), "unknown option '-u'; see 'toehold try --help'" },
		{ PARSE("--=x", "j"), "unknown option '--'; see 'toehold try --help'" },
		{ PARSE("-=", "j"), "unknown option '-'; see 'toehold try --help'" },
		{ PARSE("--JSON", "j"), "unknown option '--JSON'; see 'toehold try --help'" },
		{ PARSE("--jso", "j"), "unknown option '--jso' of 'try'; did you mean '--json'?" },
		{ PARSE("--json=yes", "j"), "option '--json' takes no value" },
		{ PARSE("--json=", "j"), "option '--json' takes no value" },
		{ PARSE("-jo", "j"), "option '--json' takes no value" },
		{ PARSE("j", "--out"), "option '--out' needs a value: FILE" },
		{ PARSE("j", "-m"), "option '--minutes' needs a value: N" },
		{ PARSE("--json"), "missing arguments: usage is 'toehold try JOB [TICKETS]'" },
		{ PARSE("a", "b", "c"),
		  "too many arguments: usage is 'toehold try JOB [TICKETS]'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(table[i].p.r, -1);
		assert_int_equal(table[i].p.err.kind, ERR_USAGE);
		assert_string_equal(table[i].p.err.msg, table[i].words);
		assert_int_equal(table[i].p.args.n, 0);
		arena_release(&table[i].p.arena);
	}
}

static void too_many_arguments_at_all(void **state)
{
	const char *argv[OPT_LIST_MAX + 3] = { "try" };
	struct parsed p;

	(void)state;
	for (int i = 1; i < OPT_LIST_MAX + 2; i++)
		argv[i] = "x";
	p = parse(OPT_LIST_MAX + 2, argv);
	assert_int_equal(p.r, -1);
	assert_string_equal(p.err.msg, "too many arguments");
}

static void help_skips_the_checks(void **state)
{
	struct parsed p = PARSE("a", "b", "c", "--help", "--nonsense");

	(void)state;
	assert_int_equal(p.r, 0);
	assert_true(p.args.help);
	p = PARSE("-h");
	assert_int_equal(p.r, 0);
	assert_true(p.args.help);
}

static void help_text(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	opt_help(&b, &spec);
	assert_string_equal(buf_text(&b), "toehold try JOB [TICKETS] [OPTIONS]\n"
					  "\n"
					  "Tries it.\n"
					  "\n"
					  "At length.\n"
					  ".Not roff: a-b \\ c\n"
					  "\n"
					  "Options:\n"
					  "  -j, --json                for machines\n"
					  "  --force                   even so\n"
					  "  -o, --out FILE            where to\n"
					  "  -m, --minutes N           at most\n"
					  "  --a-rather-long-name A,B  only these\n");
	buf_release(&b);
}

static void help_text_without_options(void **state)
{
	static const struct opt_row long_row =
		OPT_FLAG("an-option-of-too-long-a-name", 0, 0, "see");
	struct opt_spec bare = { .verb = "v", .args = "", .summary = "S." };
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	opt_help(&b, &bare);
	assert_string_equal(buf_text(&b), "toehold v\n\nS.\n");
	buf_clear(&b);
	bare.rows = &long_row;
	bare.n_rows = 1;
	opt_help(&b, &bare);
	assert_string_equal(buf_text(&b), "toehold v [OPTIONS]\n\nS.\n\nOptions:\n"
					  "  --an-option-of-too-long-a-name\n"
					  "                            see\n");
	buf_release(&b);
}

static void man_text(void **state)
{
	struct opt_spec paged = spec;
	struct buf b;

	(void)state;
	paged.details = "At length.\n.Not roff: a-b \\ c\n  a table\nText again.";
	buf_init(&b, 10000);
	opt_man(&b, &paged);
	assert_string_equal(buf_text(&b),
			    ".SH SYNOPSIS\n.B toehold try\nJOB [TICKETS]\n[OPTIONS]\n"
			    ".SH DESCRIPTION\n"
			    "At length.\n"
			    "\\&.Not roff: a\\-b \\e c\n"
			    ".nf\n  a table\n.fi\n"
			    "Text again.\n"
			    ".SH OPTIONS\n"
			    ".TP\n.B \\-j, \\-\\-json\nfor machines\n"
			    ".TP\n.B \\-\\-force\neven so\n"
			    ".TP\n.B \\-o, \\-\\-out FILE\nwhere to\n"
			    ".TP\n.B \\-m, \\-\\-minutes N\nat most\n"
			    ".TP\n.B \\-\\-a\\-rather\\-long\\-name A,B\nonly these\n");
	buf_release(&b);
}

static void what_completes_a_value(void **state)
{
	static const struct opt_row word = OPT_WORD("as", 'a', 0, "ROLE", "one two", "as what"),
				    run = OPT_TEXT("run", 'r', 0, "NAME", "the run"),
				    file = OPT_LIST("models", 'm', 0, "FILE,...", "these"),
				    lines = OPT_TEXT("to", 't', 0, "POOL.jsonl", "there");
	struct opt_spec verb = { .verb = "v", .args = "[TICKETS]" };

	(void)state;
	assert_int_equal(opt_value_of(&rows[0]), OPT_VALUE_NONE);
	assert_int_equal(opt_value_of(&rows[2]), OPT_VALUE_FILE);
	assert_int_equal(opt_value_of(&rows[3]), OPT_VALUE_NONE);
	assert_int_equal(opt_value_of(&word), OPT_VALUE_WORDS);
	assert_int_equal(opt_value_of(&run), OPT_VALUE_RUN);
	assert_int_equal(opt_value_of(&file), OPT_VALUE_FILE);
	assert_int_equal(opt_value_of(&lines), OPT_VALUE_FILE);
	assert_int_equal(opt_args_value(&verb), OPT_VALUE_FILE);
	verb.args = "RUN RUN";
	assert_int_equal(opt_args_value(&verb), OPT_VALUE_RUN);
	verb.args = "PRUNE";
	assert_int_equal(opt_args_value(&verb), OPT_VALUE_NONE);
}

static void given_options_as_json(void **state)
{
	static const struct options defaults = { .minutes = 7 };
	struct opt_spec with = spec;
	struct options given = { .json = true, .minutes = 30, .out = "a \"b\"" };
	struct arena a = { 0 };

	(void)state;
	with.defaults = &defaults;
	assert_string_equal(json_text(&a, opt_given_json(&with, &defaults)), "{}");
	given.models = (struct opt_list){ { "x,y", "z" }, 2 };
	assert_string_equal(json_text(&a, opt_given_json(&with, &given)),
			    "{\"json\":true,\"out\":\"a \\\"b\\\"\",\"minutes\":30,"
			    "\"a-rather-long-name\":[\"x,y\",\"z\"]}");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_stay),
		cmocka_unit_test(every_form_means_the_same),
		cmocka_unit_test(after_two_dashes_all_are_arguments),
		cmocka_unit_test(values_may_look_like_options),
		cmocka_unit_test(lists_grow),
		cmocka_unit_test(lists_have_a_limit),
		cmocka_unit_test(numbers_at_their_limits),
		cmocka_unit_test(refusals_and_their_messages),
		cmocka_unit_test(too_many_arguments_at_all),
		cmocka_unit_test(help_skips_the_checks),
		cmocka_unit_test(help_text),
		cmocka_unit_test(help_text_without_options),
		cmocka_unit_test(man_text),
		cmocka_unit_test(what_completes_a_value),
		cmocka_unit_test(given_options_as_json),
	};

	return cmocka_run_group_tests_name("opt", tests, NULL, NULL);
}
