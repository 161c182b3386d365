/*
 * The rules card: a careful run keeps every rule, and one change breaks each rule or foot-gun.
 */
#include "check_breakages.h"

#include "base/str.h"

struct change {
	const char *name; /* of the rule or foot-gun */
	void (*make)(struct made *m);
	enum check_state state;
	const char *evidence; /* a part of it */
};

#define KEPT CHECK_KEPT
#define BROKEN CHECK_BROKEN
#define NONE CHECK_NOT_APPLICABLE

static const struct change changes[] = {
	{ "one-job", nothing, KEPT, "one set of 3 labels; 2 lines" },
	{ "one-job", full_screen, KEPT, "60 lines" },
	{ "one-job", long_job, BROKEN, "61 lines" },
	{ "one-job", no_last_break, KEPT, "3 lines" },
	{ "one-job", purged_job, NONE, "removed" },
	{ "right-size", nothing, KEPT, "2 language models, 2 candidates smaller" },
	{ "right-size", one_model, BROKEN, "only one language model" },
	{ "right-size", unquantized, BROKEN, "F16" },
	{ "right-size", smaller_as_good, BROKEN, "small examples is smaller and scored as well" },
	{ "right-size", smaller_put_out, KEPT, "none as good" },
	{ "right-size", baseline_pick, KEPT, "not a language model" },
	{ "right-size", no_candidate, NONE, "no candidate" },
	{ "memory", nothing, KEPT,
	  "planned 1.0 GB, measured 800 MB at most; the budget is 2.0 GB" },
	{ "memory", no_budget, KEPT, "no budget, the machine has 8.0 GB" },
	{ "memory", over_budget, BROKEN, "the budget is 700 MB" },
	{ "memory", over_plan, BROKEN, "measured 1.8 GB" },
	{ "memory", out_of_memory, BROKEN, "1 answer ran out of memory" },
	{ "memory", baseline_pick, NONE, "no memory" },
	{ "licence", nothing, KEPT, "OK mit for commercial use" },
	{ "licence", licence_read, BROKEN, "say that it was built with it" },
	{ "licence", licence_read_by_user, KEPT, "READ mit" },
	{ "licence", licence_block, BROKEN, "BLOCK" },
	{ "licence", only_blocked, BROKEN, "BLOCK mit for commercial use" },
	{ "licence", licence_unknown, BROKEN, "not judged" },
	{ "licence", baseline_pick, NONE, "no licence" },
	{ "log", nothing, KEPT, "of 3 candidates; the chain of 88 rows verifies" },
	{ "log", chain_broken, BROKEN, "row 12" },
	{ "log", no_weights, BROKEN, "weights' sha256 of large examples" },
	{ "log", no_context, BROKEN, "context of small examples" },
	{ "log", no_session, BROKEN, "and 1 more" },
	{ "tiny-eval", nothing, KEPT, "12 tickets, each label 4 times or more" },
	{ "tiny-eval", a_suspect, KEPT, "check 1 gold label first" },
	{ "tiny-eval", few_tickets, BROKEN, "9 of 9 tickets count" },
	{ "tiny-eval", repeats, BROKEN, "9 of 12 tickets count" },
	{ "tiny-eval", rare_label, BROKEN, "label 'c' has 1 ticket" },
	{ "tiny-eval", edited_prompt, BROKEN, "run 'earlier'" },
	{ "sandbox-data", nothing, KEPT, "no personal data found; store mode 0600" },
	{ "sandbox-data", allowed, KEPT, "allowed by the job" },
	{ "sandbox-data", open_store, BROKEN, "0640" },
	{ "sandbox-data", not_redacted, BROKEN, "not redacted" },
	{ "sandbox-data", no_sandbox, BROKEN, "--no-sandbox" },
	{ "name-runs", nothing, KEPT, "'careful', 0 notes" },
	{ "name-runs", a_note, KEPT, "1 note" },
	{ "name-runs", default_name, BROKEN, "'smoke-12'" },
	{ "name-runs", nearly_default_name, KEPT, "'smoke-12b'" },
	{ "kill-switch", nothing, KEPT, "10 min; 0 timeouts, 0 ladder steps" },
	{ "kill-switch", a_step, KEPT, "1 timeout, 1 ladder step" },
	{ "kill-switch", no_minutes, BROKEN, "no budget of minutes" },
	{ "tiny-acts", nothing, KEPT,
	  "first label after 11.0 s; changed since run 'earlier': the prompt" },
	{ "tiny-acts", first_run, KEPT, "the first run" },
	{ "tiny-acts", new_labels, KEPT, "'earlier': the labels" },
	{ "tiny-acts", two_changes, BROKEN, "the prompt, the seed" },
	{ "tiny-acts", slow_start, BROKEN, "60.5 s" },
	{ "tiny-acts", reused, KEPT, "no label was made in this run" },
	{ "tiny-acts", reused_first, NONE, "no label was made in this run" },
	/* 3 s for 12 answers are 4.2 min per thousand; reasons add twice that. */
	{ "cost", nothing, KEPT, "1,000 tickets: 4.2 min, with reasons 12 min; energy not" },
	{ "cost", energy, KEPT, "83 Wh" },
	{ "cost", disturbed, BROKEN, "timing disturbed" },
	{ "cost", unmeasured, BROKEN, "no time of large examples" },
	{ "confident-wrong", nothing, KEPT, "0 of 0 wrong answers" },
	{ "confident-wrong", wrong_and_sure, BROKEN, "1 of 1 wrong answer" },
	{ "confident-wrong", wrong_and_just_sure, BROKEN, "1 of 1 wrong answer" },
	{ "confident-wrong", wrong_and_unsure, KEPT, "0 of 1 wrong answer" },
	{ "confident-wrong", no_probabilities, NONE, "no label probabilities" },
	{ "licences", nothing, KEPT, "2 OK, 0 READ, 0 BLOCK" },
	{ "licences", small_blocked, BROKEN, "1 OK, 0 READ, 1 BLOCK" },
	{ "reasoning", nothing, KEPT, "0 tokens" },
	{ "reasoning", reason_first, BROKEN, "12 tokens a ticket" },
	{ "reasoning", free_mode, BROKEN, "40 tokens a ticket" },
	{ "reasoning", baseline_pick, NONE, "no language model" },
	{ "compute", nothing, KEPT, "28.5 s of 10 min" },
	{ "compute", calibrated, KEPT, "19.0 s of 10 min" },
	{ "compute", calibrated_alone, KEPT, "19.0 s of 10 min" },
	{ "shortest-way", calibrated, KEPT, "11.0 s" },
	{ "shortest-way", calibrated_alone, KEPT, "21.0 s" },
	{ "compute", cut_short, BROKEN, "1 candidate was cut short" },
	{ "compute", over_time, BROKEN, "10 min 20 s of 10 min" },
	{ "compute", no_minutes, BROKEN, "28.5 s spent" },
	{ "one-screen", nothing, KEPT, "2 lines" },
	{ "one-screen", long_job, BROKEN, "61 lines" },
	{ "shortest-way", nothing, KEPT, "11.0 s" },
	{ "shortest-way", slow_start, BROKEN, "60.5 s" },
	{ "shortest-way", reused, NONE, "reused" },
	{ "wordy", nothing, KEPT, "of 12 reasons: 0 cut at the token cap, 0 longer" },
	{ "wordy", three_sentences, BROKEN, "12 longer than 2 sentences" },
	{ "wordy", cut_reason, BROKEN, "1 cut" },
	{ "wordy", purged_reasons, NONE, "no reasons" },
	{ "wordy", no_reasons, NONE, "no reasons" },
	{ "smaller", nothing, KEPT, "small examples, 6 tickets behind" },
	{ "smaller", smaller_is_close, BROKEN,
	  "2 tickets behind (it alone is right on 0, the larger on 2" },
	{ "smaller", smaller_is_not_close, KEPT, "3 tickets behind" },
	{ "smaller", baseline_pick, NONE, "nothing smaller" },
	/* 67 points for 12.5 min. */
	{ "accuracy-per-minute", nothing, KEPT,
	  "100% against 33.3% of baseline majority: +66.7 points; 5.33" },
	{ "accuracy-per-minute", energy, KEPT, "0.8 points a Wh" },
	{ "accuracy-per-minute", good_baseline, BROKEN, "+0 points" },
	{ "accuracy-per-minute", no_baseline, NONE, "no baseline" },
	{ "memory-parameters", nothing, KEPT,
	  "500 million parameters, all used for every token; memory 800 MB" },
	{ "memory-parameters", experts, BROKEN,
	  "80 million of them work on a token (8 of 64 experts)" },
	{ "memory-parameters", no_header, NONE, "not on record" },
	{ "images", nothing, NONE, "no ticket has an image" },
	{ "images", images_explained, KEPT,
	  "2 tickets have an image, 2 answered, 2 with a reason; an image took 16 tokens and 300 "
	  "ms" },
	{ "images", image_unexplained, BROKEN, "2 answered, 1 with a reason" },
	{ "images", image_unanswered, BROKEN,
	  "2 tickets have an image, 1 answered, 1 with a reason" },
	{ "languages", nothing, KEPT, "2 languages" },
	{ "languages", weak_language, BROKEN, "weakest de: 5 of 6 right (83.3%)" },
	{ "languages", silent_tickets, NONE, "no ticket has a language" },
	{ "models-and-time", nothing, KEPT, "2 language models in 3 candidates, 28.5 s" },
	{ "models-and-time", long_evening, BROKEN, "60 min 20 s" },
	{ "identity", nothing, KEPT, "2 of 2" },
	{ "identity", no_weights, BROKEN, "1 of 2" },
	{ "identity", no_path, BROKEN, "1 of 2" },
	{ "leak", nothing, KEPT,
	  "1 example, 0 with the id of a ticket under test; skipped as too similar to a ticket: "
	  "1 " },
	{ "leak", example_is_ticket, BROKEN, "1 with the id" },
	{ "leak", example_without_id, KEPT, "0 with the id" },
	{ "leak", purged_examples, NONE, "removed" },
	{ "leak", no_examples, NONE, "no examples" },
};

enum { N_CHANGES = sizeof(changes) / sizeof(changes[0]) };

static const struct check *find(const struct card *card, const char *name)
{
	for (size_t i = 0; i < CHECK_N_RULES; i++)
		if (strcmp(card->rules[i].name, name) == 0)
			return &card->rules[i];
	for (size_t i = 0; i < CHECK_N_GUNS; i++)
		if (strcmp(card->guns[i].name, name) == 0)
			return &card->guns[i];
	fail_msg("the card has no '%s'", name);
	return NULL;
}

static void each_change_does_what_it_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_CHANGES; i++) {
		const struct change *change = &changes[i];
		const struct check *check;
		struct card card;
		struct made m;

		made_new(&m);
		change->make(&m);
		check_run(&m.a, &m.facts, &card);
		check = find(&card, change->name);
		if (check->state != change->state || !strstr(check->evidence, change->evidence))
			fail_msg("row %zu, %s: %s, '%s'; expected '%s'", i, change->name,
				 check->state_words, check->evidence, change->evidence);
		arena_release(&m.a);
	}
}

/* Rows above keep and break every rule, and make each not applicable if it can be. */
static void each_rule_is_kept_and_broken(void **state)
{
	struct card card;
	struct made m;

	(void)state;
	made_new(&m);
	check_run(&m.a, &m.facts, &card);
	for (size_t k = 0; k < CHECK_N_RULES + CHECK_N_GUNS; k++) {
		const struct check *check =
			k < CHECK_N_RULES ? &card.rules[k] : &card.guns[k - CHECK_N_RULES];
		unsigned states = 0;

		for (size_t i = 0; i < N_CHANGES; i++)
			if (strcmp(changes[i].name, check->name) == 0)
				states |= 1u << changes[i].state;
		if ((states & 3) != 3)
			fail_msg("no row keeps and breaks %s", check->name);
	}
	arena_release(&m.a);
}

static void a_careful_run_keeps_all(void **state)
{
	struct card card;
	struct made m;

	(void)state;
	made_new(&m);
	check_run(&m.a, &m.facts, &card);
	assert_int_equal(card.n_kept, CHECK_N_RULES);
	assert_int_equal(card.n_broken, 0);
	assert_int_equal(card.n_guns_broken, 0);
	assert_int_equal(card.subject, PICK);
	assert_string_equal(check_summary(&m.a, &card),
			    "10 of 10 rules kept, 0 broken; 0 of 16 foot-guns to look at");
	arena_release(&m.a);
}

static void counts_are_those_of_the_rows(void **state)
{
	struct card card;
	struct made m;

	(void)state;
	made_new(&m);
	no_minutes(&m);
	default_name(&m);
	purged_job(&m);
	check_run(&m.a, &m.facts, &card);
	assert_string_equal(check_summary(&m.a, &card),
			    "7 of 10 rules kept, 2 broken, 1 not applicable; 1 of 16 foot-guns to "
			    "look at");
	arena_release(&m.a);
}

/* An empty run must not end the program: no slice, no candidate, no ticket. */
static void an_empty_run(void **state)
{
	struct card card;
	struct made m;

	(void)state;
	made_new(&m);
	m.r.n = m.r.n_tickets = m.r.n_ordinary = m.r.n_slices = m.r.evidence.n_counts = 0;
	m.r.decision.pick = -1;
	m.facts.model = NULL;
	check_run(&m.a, &m.facts, &card);
	assert_int_equal(card.subject, -1);
	assert_int_equal(find(&card, "tiny-eval")->state, CHECK_BROKEN);
	assert_int_equal(find(&card, "log")->state, CHECK_NOT_APPLICABLE);
	arena_release(&m.a);
}

static char *text_of(struct made *m, const struct card *card)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	check_write_text(&m->a, &m->facts, card, out);
	fclose(out);
	return text;
}

/* Names are foreign: no escape reaches the terminal, and no line exceeds its width. */
static void hostile_names_on_the_card(void **state)
{
	struct card card;
	struct made m;
	char *text, *rest;

	(void)state;
	made_new(&m);
	m.rows[SMALL].name =
		"\x1b[31mred\nline\xe2\x80\xaeWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW";
	m.rows[PICK].name = "%s%n\xff";
	m.rows[PICK].licence_conditions = "\x1b]0;title\x07 pay %n";
	m.run.name = "\x1b[2J";
	check_run(&m.a, &m.facts, &card);
	text = text_of(&m, &card);
	assert_null(strchr(text, '\x1b'));
	assert_null(strchr(text, '\x07'));
	assert_non_null(strstr(text, "%n"));
	rest = text;
	for (char *line; (line = strsep(&rest, "\n"));)
		assert_true(str_columns(line) <= 100);
	free(text);
	arena_release(&m.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_careful_run_keeps_all),
		cmocka_unit_test(each_change_does_what_it_should),
		cmocka_unit_test(each_rule_is_kept_and_broken),
		cmocka_unit_test(counts_are_those_of_the_rows),
		cmocka_unit_test(an_empty_run),
		cmocka_unit_test(hostile_names_on_the_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
