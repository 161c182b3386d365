/*
 * Advice after NO PICK.
 */
#include "report/advice.h"

#include <string.h>

#include "base/display.h"
#include "base/file.h"
#include "base/str.h"
#include "base/terminal.h"

/* Examples of each label, and the fewest tickets that the baseline `words` learns from. */
enum { ADVICE_PER_LABEL = 4, ADVICE_TRAINING = 10 };

struct advising {
	struct arena *a;
	const struct result *r;
	bool tried[WAY_COUNT];
	bool any_writes; /* a language model was asked: encoders know neither letters nor this */
	const char *examples, *training; /* what the job says at these keys, or NULL */
	struct advice *advice;
};

/* The value of a key at the start of a line of the job's text, without comment and quotes. */
static const char *advice_value_of(struct arena *a, const char *text, const char *key)
{
	size_t n_key = strlen(key), n;

	for (const char *line = text; line && *line;
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		if (strncmp(line, key, n_key) != 0 || line[n_key] != ':')
			continue;
		line += n_key + 1;
		line += strspn(line, " \t\"'");
		n = strcspn(line, "\r\n\"'");
		for (size_t i = 1; i < n; i++)
			if (line[i] == '#' && line[i - 1] == ' ')
				n = i;
		while (n && line[n - 1] == ' ')
			n--;
		return arena_strndup(a, line, n);
	}
	return NULL;
}

/* The ways of the run, also of candidates without a result: their names end in them. */
static void advice_find_ways(struct advising *s)
{
	for (size_t i = 0; i < s->r->n; i++) {
		const struct candidate_result *c = &s->r->candidates[i];
		int way = c->pass && !c->baseline ? way_by_name(c->pass->way) : -1;

		if (way < 0)
			continue;
		s->tried[way] = true;
		s->tried[way_base((enum way)way)] = true;
		s->any_writes |= !*c->pass->head_sha256;
	}
}

static void advice_add(struct advising *s, const char *text, const char *command)
{
	if (s->advice->n < ADVICE_MAX)
		s->advice->steps[s->advice->n++] = (struct advice_step){ text, command };
}

/* A line that the job has already needs no change: the run had other ways (--way). */
static void advice_add_line(struct advising *s, const char *line)
{
	const char *key = arena_strndup(s->a, line, strcspn(line, ":"));
	const char *value = advice_value_of(s->a, s->r->run->job_text, key);

	if (value && strcmp(value, line + strlen(key) + strlen(": ")) == 0)
		s->advice->job_has_it = true;
	else
		s->advice->lines[s->advice->n_lines++] = line;
}

/* The command that makes a file of labelled tickets beside the job. */
static const char *advice_import(const struct advising *s, const char *file)
{
	return arena_printf(s->a, "toehold import EXPORT.csv -o %s",
			    display_shell_word(s->a, file_beside(s->a, s->advice->job_path, file)));
}

static void advice_on_examples(struct advising *s)
{
	size_t n = s->r->n_labels * ADVICE_PER_LABEL;

	if (s->tried[WAY_EXAMPLES])
		return;
	if (s->examples) {
		advice_add(s, "Show the worked examples that the job names (the way 'examples').",
			   NULL);
		return;
	}
	advice_add(
		s,
		arena_printf(s->a,
			     "Show worked examples (the way 'examples'): they often help most. It "
			     "needs %d labelled tickets of each label, %zu in all, that are not "
			     "under test.%s",
			     ADVICE_PER_LABEL, n,
			     s->training ? " The training tickets serve, if they have as many." :
					   " Those that repeat a test are passed over."),
		s->training ? NULL : advice_import(s, "examples.jsonl"));
	advice_add_line(s, arena_printf(s->a, "examples: %s",
					s->training ? s->training : "examples.jsonl"));
}

static void advice_on_training(struct advising *s)
{
	if (s->training)
		return;
	advice_add(s,
		   arena_printf(s->a,
				"Let the baselines 'naive-bayes' and 'words', and encoders, learn "
				"from other labelled tickets: %d or more of two labels. They cost "
				"almost nothing to ask.",
				ADVICE_TRAINING),
		   advice_import(s, "training.jsonl"));
	advice_add_line(s, "training: training.jsonl");
}

/* The ways that need nothing but to be asked for. */
static void advice_on_ways(struct advising *s)
{
	const char *ways = "", *new = "";

	if (s->any_writes && !s->tried[WAY_CALIBRATED]) {
		advice_add(s,
			   "Correct the labels that the prompt favours (the way 'calibrated'): it "
			   "uses the answers that are stored.",
			   NULL);
		new = ", calibrated";
	}
	if (s->any_writes && !s->tried[WAY_LETTERS]) {
		advice_add(s, "Offer the labels as letters (the way 'letters').", NULL);
		new = arena_printf(s->a, "%s, letters", new);
	}
	if (!s->tried[WAY_EXAMPLES])
		new = arena_printf(s->a, ", examples%s", new);
	for (int way = 0; way < WAY_COUNT; way++)
		if (s->tried[way] && way != WAY_TRAINED && way != WAY_TUNED)
			ways = arena_add_item(s->a, ways, ", ", "%s", way_name((enum way)way));
	if (*new)
		advice_add_line(s, arena_printf(s->a, "ways: [%s%s]", *ways ? ways : "plain", new));
}

/* A written answer has no label to correct, and nothing learns from training tickets. */
static void advice_on_written(struct advising *s)
{
	if (!s->tried[WAY_EXAMPLES] && s->examples) {
		advice_add(s, "Show the worked examples that the job names (the way 'examples').",
			   NULL);
	} else if (!s->tried[WAY_EXAMPLES]) {
		advice_add(
			s,
			arena_printf(s->a,
				     "Show worked examples (the way 'examples'): they often help "
				     "most. It needs %d tickets with their right answers that are "
				     "not under test.",
				     ADVICE_PER_LABEL),
			NULL);
		advice_add_line(s, "examples: examples.jsonl");
	}
	if (!s->tried[WAY_EXAMPLES])
		advice_add_line(s, "ways: [plain, examples]");
	advice_add(s, "Read some answers to another prompt before you measure it.",
		   arena_printf(s->a, "toehold try %s --prompt PROMPT.txt",
				display_shell_word(s->a, s->advice->job_path)));
}

static void advice_on_models(struct advising *s)
{
	if (s->training && s->any_writes && !s->tried[WAY_TUNED])
		advice_add(s, "Train a head on a model of the job with the training tickets.",
			   arena_printf(s->a, "toehold tune %s --model MODEL",
					display_shell_word(s->a, s->advice->job_path)));
	advice_add(s, "Try a larger model, or one of another family, under 'models' in the job.",
		   "toehold models");
}

void advice_of(struct arena *a, const struct result *r, struct advice *ret_advice)
{
	struct advising s = { .a = a, .r = r, .advice = ret_advice };

	*ret_advice = (struct advice){ 0 };
	if (r->decision.pick >= 0 || r->decision.closest < 0)
		return;
	ret_advice->job_path = r->job_path;
	s.examples = advice_value_of(a, r->run->job_text, "examples");
	s.training = advice_value_of(a, r->run->job_text, "training");
	advice_find_ways(&s);
	if (task_writes(r->run->task)) {
		s.training = NULL;
		advice_on_written(&s);
	} else {
		advice_on_examples(&s);
		advice_on_ways(&s);
		advice_on_training(&s);
	}
	/* RULE: not measured is not wrong. The models that the job names come first. */
	if (r->decision.n_not_measured == 0)
		advice_on_models(&s);
}

/* " --store FILE" if the store is not the one that the job file gets by itself. */
static const char *advice_store_option(struct arena *a, const struct result *r)
{
	const char *dot = r->job_path ? strrchr(str_basename(r->job_path), '.') : NULL;

	if (dot && strcmp(r->store_path, arena_printf(a, "%.*s.toehold", (int)(dot - r->job_path),
						      r->job_path)) == 0)
		return "";
	return arena_printf(a, " --store %s", display_shell_word(a, r->store_path));
}

void advice_write(struct arena *a, const struct result *r, FILE *out)
{
	struct advice advice;

	advice_of(a, r, &advice);
	if (advice.n == 0)
		return;
	fputs("What to do next\n", out);
	for (size_t i = 0; i < advice.n; i++) {
		fprintf(out, "%zu. ", i + 1);
		display_wrap(a, advice.steps[i].text, 3, terminal_text_columns(out), out);
		if (advice.steps[i].command)
			fprintf(out, "     %s\n", advice.steps[i].command);
	}
	if (advice.n_lines == 0 && !advice.job_has_it)
		return;
	if (advice.n_lines == 0)
		fputs("The job names these ways already; run it without --way.\n", out);
	else
		fprintf(out, "In %s, in the place of its lines with these keys:\n",
			display_path(a, advice.job_path));
	for (size_t i = 0; i < advice.n_lines; i++)
		fprintf(out, "  %s\n", display_text(a, advice.lines[i]));
	fprintf(out, "Then: toehold smoke %s%s\n", display_shell_word(a, advice.job_path),
		advice_store_option(a, r));
}
