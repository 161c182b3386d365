/*
 * The ten rules, one function each. docs/rules.md says what keeps and what breaks a rule.
 */
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "job/licence/licence.h"
#include "report/card/check_changes.h"
#include "report/card/check_identity.h"
#include "report/card/check_rows.h"
#include "report/text/answer_text.h"
#include "report/words/words.h"

static struct finding rules_nothing_measured(const struct checker *k)
{
	return finding_none(k, "no candidate was measured");
}

static struct finding rules_one_job(const struct checker *k)
{
	struct finding screen = figure_job_screen(k);
	const char *labels = figure_count(k->a, k->r->n_labels, "label", "labels");
	const char *one =
		task_writes(k->r->run->task) ?
			arena_printf(k->a, "task '%s'", task_names.texts[k->r->run->task]) :
			arena_printf(k->a, "set of %s", labels);

	return (struct finding){ screen.state, arena_printf(k->a, "one job file, one %s; %s", one,
							    screen.evidence) };
}

/* A smaller candidate that was right at least as often on all tickets, or -1. */
static int rules_smaller_as_good(const struct checker *k)
{
	const struct decision *d = &k->r->decision;
	/* RULE: a candidate that the harder tickets put out is not as good. */
	bool moved = k->subject == d->pick && d->pick_ordinary >= 0;

	for (int i = 0; i < (moved ? d->pick_ordinary : k->subject); i++) {
		const struct score *s = &k->r->candidates[i].score;

		if (s->n > 0 && s->n == s->n_tickets && s->n_right >= k->c->score.n_right)
			return i;
	}
	return -1;
}

static bool rules_is_unquantized(const char *quant)
{
	static const char *const names[] = { "all F32", "F32", "F16", "BF16" };

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strcasecmp(quant, names[i]) == 0)
			return true;
	return false;
}

static struct finding rules_right_size(const struct checker *k)
{
	const char *quant;
	int as_good;

	if (!k->c)
		return rules_nothing_measured(k);
	if (k->c->baseline)
		return finding_kept(k, "%s is not a language model: nothing is smaller",
				    figure_name(k, (size_t)k->subject));
	as_good = rules_smaller_as_good(k);
	quant = *k->c->row->quant ? display_text(k->a, k->c->row->quant) : "not stated";
	if (as_good >= 0)
		return finding_broken(k, "%s is smaller and scored as well: %zu right against %zu",
				      figure_name(k, (size_t)as_good),
				      k->r->candidates[as_good].score.n_right, k->c->score.n_right);
	if (rules_is_unquantized(k->c->row->quant))
		return finding_broken(k, "its weights are %s, not quantized: try a Q8 or Q4 file",
				      quant);
	if (figure_n_models(k->r) < 2)
		return finding_broken(k, "only one language model was tried: try a smaller one");
	return finding_kept(k, "%zu language models, %s smaller, none as good; weights: %s",
			    figure_n_models(k->r),
			    figure_count(k->a, (size_t)k->subject, "candidate", "candidates"),
			    quant);
}

/* The tolerance of the plan: a quarter, and what any process takes. */
static int64_t rules_most_of_plan(int64_t planned_bytes)
{
	enum { PROCESS_BYTES = 256 << 20 };

	return planned_bytes + planned_bytes / 4 + PROCESS_BYTES;
}

static struct finding rules_memory(const struct checker *k)
{
	const struct run_row *run = k->r->run;
	bool budget = run->budget_memory_bytes > 0;
	int64_t limit = budget ? run->budget_memory_bytes : run->memory_bytes;
	size_t n_out = figure_n_outcome(k->r, OUTCOME_OUT_OF_MEMORY);
	int64_t planned, peak;
	const char *figures;

	if (!k->c)
		return rules_nothing_measured(k);
	if (k->c->row->engine == ENGINE_HTTP)
		return finding_none(k, "the memory of a server is not visible");
	planned = k->c->row->size_bytes;
	peak = k->c->peak_rss_bytes;
	if (n_out > 0)
		return finding_broken(k, "%s ran out of memory; use less context or a smaller file",
				      figure_count(k->a, n_out, "answer", "answers"));
	if (peak <= 0)
		return finding_none(k, "no memory of a model was measured");
	figures = arena_printf(k->a, "planned %s, measured %s at most; %s %s",
			       str_bytes(k->a, (uint64_t)planned), str_bytes(k->a, (uint64_t)peak),
			       budget ? "the budget is" : "no budget, the machine has",
			       limit > 0 ? str_bytes(k->a, (uint64_t)limit) : "an unknown size");
	return finding_of((limit > 0 && peak > limit) || peak > rules_most_of_plan(planned),
			  figures);
}

static struct finding rules_licence(const struct checker *k)
{
	const struct candidate_row *row = k->c ? k->c->row : NULL;
	const char *use = result_use(k->r), *words;

	if (!row)
		return rules_nothing_measured(k);
	if (k->c->baseline)
		return finding_none(k, "%s has no weights and no licence",
				    figure_name(k, (size_t)k->subject));
	if (!*row->licence_verdict)
		return finding_broken(k, "the licence was not judged: run again with this program");
	words = arena_printf(
		k->a, "%s for %s use (%s)%s%s",
		licence_words(k->a, row->licence_verdict, row->licence_id, row->licence_source),
		use, display_text(k->a, row->licence_source), *row->licence_conditions ? ": " : "",
		row->licence_conditions);
	if (strcmp(row->licence_verdict, licence_verdict_name(LICENCE_OK)) == 0)
		return finding_kept(k, "%s", words);
	/* A user who names the licence in the job file has read it. */
	if (strcmp(row->licence_verdict, licence_verdict_name(LICENCE_READ)) == 0 &&
	    str_starts(row->licence_source, "the job file"))
		return finding_kept(k, "%s", words);
	if (strcmp(row->licence_verdict, licence_verdict_name(LICENCE_READ)) != 0)
		return finding_broken(k, "%s", words);
	return finding_broken(k,
			      "%s. Not confirmed: read it, then write into the job file 'licences: "
			      "{%s: %s}'",
			      words, display_text(k->a, str_basename(row->path)),
			      *row->licence_id ? row->licence_id : "NAME");
}

static struct finding rules_log_everything(const struct checker *k)
{
	size_t n_fields, n_candidates;
	const char *missing;

	if (k->f->chain_problem)
		return finding_broken(k, "the chain does not verify: %s", k->f->chain_problem);
	missing = check_identity(k->a, k->r, &n_fields, &n_candidates);
	if (n_candidates == 0)
		return rules_nothing_measured(k);
	if (missing)
		return finding_broken(k, "not on record: %s", missing);
	return finding_kept(k, "%zu fields of %s; the chain of %lld rows verifies, head %.12s",
			    n_fields, figure_count(k->a, n_candidates, "candidate", "candidates"),
			    (long long)k->f->n_chain_rows, k->r->chain_head);
}

/* The label with the fewest ordinary tickets that are no repeats; *ret_n is their number. */
static size_t rules_rarest_label(const struct checker *k, size_t *ret_n)
{
	size_t *counts = arena_array(k->a, k->r->n_labels, sizeof(*counts)), rarest = 0;

	for (size_t i = 0; i < k->r->n_ordinary; i++)
		if (k->r->tickets[i].label >= 0 && k->r->evidence.counts[i])
			counts[k->r->tickets[i].label]++;
	/* Every expected answer of a written task is in one place: it is right. */
	for (size_t i = 1; i < k->r->n_labels && !task_writes(k->r->run->task); i++)
		if (counts[i] < counts[rarest])
			rarest = i;
	*ret_n = counts[rarest];
	return rarest;
}

static const char *rules_eval_words(const struct checker *k, size_t n_rarest)
{
	const struct result *r = k->r;
	const char *each = "", *copies = "", *repeats = "", *suspects = "";

	if (r->evidence.n_copies)
		copies = arena_printf(k->a, "; %zu repeat another text and do not count",
				      r->evidence.n_copies);

	if (r->evidence.n_repeats)
		repeats = arena_printf(k->a, "; %zu repeat a group and do not count",
				       r->evidence.n_repeats);
	if (r->n_suspects)
		suspects = arena_printf(
			k->a, "; check %s first",
			figure_count(k->a, r->n_suspects, "gold label", "gold labels"));
	if (!task_writes(r->run->task))
		each = arena_printf(k->a, ", each label %zu times or more", n_rarest);
	return arena_printf(k->a, "%s%s; %zu harder%s%s%s",
			    figure_count(k->a, r->n_ordinary, "ticket", "tickets"), each,
			    r->n_tickets - r->n_ordinary, copies, repeats, suspects);
}

static struct finding rules_tiny_eval(const struct checker *k)
{
	const struct result *r = k->r;
	const struct evidence *evidence = k->c ? result_evidence(r, k->c) : &r->evidence;
	const char *label = answer_words(r)->label;
	size_t n_rarest, rarest = rules_rarest_label(k, &n_rarest);

	if (r->evidence.edited)
		return finding_broken(k, "the %s (run '%s'): %s fresh ones", capped_words(true),
				      display_text(k->a, r->evidence.seen_in), label);
	if (evidence->edited)
		return finding_broken(k, "the %s (run '%s'): %s fresh ones", capped_words(false),
				      display_text(k->a, evidence->seen_in), label);
	if (r->evidence.n_counts < LEAST_TICKETS)
		return finding_broken(k, "%zu of %s count%s; %s %d or more", r->evidence.n_counts,
				      figure_count(k->a, r->n_ordinary, "ticket", "tickets"),
				      r->evidence.n_copies ?
					      arena_printf(k->a, " (%zu repeat another text)",
							   r->evidence.n_copies) :
					      "",
				      label, LEAST_TICKETS);
	if (n_rarest < LEAST_OF_A_LABEL)
		return finding_broken(k, "label '%s' has %s: each needs %d or more",
				      display_text(k->a, r->labels[rarest].name),
				      figure_count(k->a, n_rarest, "ticket", "tickets"),
				      LEAST_OF_A_LABEL);
	return finding_kept(k, "%s", rules_eval_words(k, n_rarest));
}

/* The sandbox text of the first model that was opened without a sandbox, or NULL. */
static const char *rules_open_worker(const struct checker *k)
{
	for (size_t i = 0; i < k->r->n; i++) {
		const struct candidate_result *c = &k->r->candidates[i];

		for (size_t s = 0; !c->baseline && s < c->n_segments; s++)
			if (str_starts(c->segments[s].report.sandbox, "none"))
				return c->segments[s].report.sandbox;
	}
	return NULL;
}

/* True if a person or a program checked the tickets for personal data. */
static bool rules_is_looked_through(const char *redaction)
{
	return !str_starts(redaction, "not redacted") || strstr(redaction, "allowed by the job");
}

static struct finding rules_sandbox_data(const struct checker *k)
{
	const char *redaction = display_text(k->a, k->r->run->redaction),
		   *open = rules_open_worker(k);
	unsigned others = k->f->store_mode & (S_IRWXG | S_IRWXO);

	if (others)
		return finding_broken(k, "other users can read the store (mode %04o): chmod 600",
				      k->f->store_mode);
	if (open)
		return finding_broken(k, "a model was opened without a sandbox (%s)",
				      display_text(k->a, open));
	if (!rules_is_looked_through(k->r->run->redaction))
		return finding_broken(k, "tickets: %s; nobody checked them for personal data",
				      redaction);
	return finding_kept(k, "tickets: %s; store mode %04o", redaction, k->f->store_mode);
}

/* The name that a run gets by default: "smoke-1". */
static bool rules_is_default_name(const struct run_row *run)
{
	const char *kind = run_kind_name(run->kind);
	size_t n = strlen(kind);
	const char *rest = run->name + n + 1;

	return strncmp(run->name, kind, n) == 0 && run->name[n] == '-' && *rest &&
	       rest[strspn(rest, "0123456789")] == '\0';
}

static struct finding rules_named_run(const struct checker *k)
{
	const char *name = display_text(k->a, k->r->run->name);
	const char *notes = figure_count(k->a, figure_n_events(k->r, EVENT_NOTE), "note", "notes");

	if (rules_is_default_name(k->r->run))
		return finding_broken(
			k, "'%s' is the default name, %s: 'smoke --name' reuses all answers", name,
			notes);
	return finding_kept(k, "'%s', %s, seed %lld, %s", name, notes, (long long)k->r->run->seed,
			    display_text(k->a, k->r->run->program));
}

static struct finding rules_kill_switch(const struct checker *k)
{
	const struct run_row *run = k->r->run;
	const char *taken = arena_printf(
		k->a, "%s, %s",
		figure_count(k->a, figure_n_outcome(k->r, OUTCOME_TIMEOUT), "timeout", "timeouts"),
		figure_count(k->a, figure_n_events(k->r, EVENT_LADDER), "ladder step",
			     "ladder steps"));

	if (run->budget_minutes <= 0)
		return finding_broken(k, "no budget of minutes (budget: {minutes: 10}); %s", taken);
	return finding_kept(k, "stops after %lld min; %s", (long long)run->budget_minutes, taken);
}

static const char *rules_change_words(const struct checker *k, size_t *ret_n)
{
	const char *changes;

	*ret_n = 0;
	if (!k->f->before)
		return "the first run of this job";
	changes = check_changes(k->a, k->f->before, k->r, ret_n);
	return arena_printf(k->a, "changed since run '%s': %s",
			    display_text(k->a, k->f->before->run->name),
			    *ret_n ? changes : "nothing");
}

static struct finding rules_tiny_acts(const struct checker *k)
{
	int64_t first_us = figure_first_label_us(k->r);
	const char *said = answer_words(k->r)->said, *changes, *moved[WORDS_MAX_MOVED];
	const char *first = arena_printf(k->a, "no %s was made in this run", said);
	size_t n_changes, n_moved;
	bool eased;

	changes = rules_change_words(k, &n_changes);
	n_moved = words_moved(k->a, k->r, moved, &eased);
	for (size_t i = 0; i < n_moved; i++)
		changes = arena_printf(k->a, "%s. %.*s", changes, (int)strlen(moved[i]) - 1,
				       moved[i]);
	if (first_us >= 0)
		first = arena_printf(k->a, "first %s after %s", said, str_duration(k->a, first_us));
	else if (!k->f->before)
		return finding_none(k, "%s, and it is %s", first, changes);
	return finding_of(n_changes > 1 || eased || first_us > FIRST_LABEL_MAX_S * INT64_C(1000000),
			  arena_printf(k->a, "%s; %s", first, changes));
}

const struct check_row check_rules[CHECK_N_RULES] = {
	{ "one-job", "Start with one job", rules_one_job },
	{ "right-size", "Right-size the model", rules_right_size },
	{ "memory", "Mind the memory", rules_memory },
	{ "licence", "Read the licence", rules_licence },
	{ "log", "Log everything", rules_log_everything },
	{ "tiny-eval", "Build a tiny eval", rules_tiny_eval },
	{ "sandbox-data", "Sandbox the data", rules_sandbox_data },
	{ "name-runs", "Version and name the runs", rules_named_run },
	{ "kill-switch", "Have a kill switch", rules_kill_switch },
	{ "tiny-acts", "Tiny acts of discovery", rules_tiny_acts },
};
