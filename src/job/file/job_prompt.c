/*
 * Builds the prompt from its pattern, in one of several forms.
 */
#include "job/file/job_prompt.h"

#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "job/file/label_order.h"

#define PROMPT_OPENING "You are an exacting classifier.\n"
#define PROMPT_LABELS "Labels: {labels}\n"
#define PROMPT_ORDERED "The labels are the steps of a scale, from the lowest to the highest.\n"
#define PROMPT_QUESTION "Which label fits this text best?"
#define PROMPT_OTHER "\nIf uncertain, choose \"other\" and say why."

/* The same for letters. The letter of "other" differs from order to order. */
#define PROMPT_OTHER_LETTER "\nIf uncertain, choose the letter of \"other\" and say why."

/* Ends a prompt of the job's own, which may ask for a label's name. */
#define PROMPT_ASK_LETTER "\nAnswer with the letter of the label, not with its name."

/* The JSON that the prompt asks for. REASON_NONE keeps the default prompt. */
#define PROMPT_LABEL(word) "\"label\":\"<" word ">\""
#define PROMPT_RATIONALE "\"rationale\":\"<1-2 sentences>\""
#define PROMPT_JSON(word) \
	{ \
		[REASON_LAST] = "Return JSON: {" PROMPT_LABEL(word) ", " PROMPT_RATIONALE "}", \
		[REASON_FIRST] = "Return JSON: {" PROMPT_RATIONALE ", " PROMPT_LABEL(word) "}", \
		[REASON_NONE] = "Return JSON: {" PROMPT_LABEL(word) ", " PROMPT_RATIONALE "}", \
	}

static const char *const prompt_json[] = PROMPT_JSON("one");
static const char *const prompt_letter_json[] = PROMPT_JSON("letter");

static const struct form {
	const char *name;
	const char *quote, *between; /* around label names, and between them */
	const char *described, *is; /* before the name of a described label, and after it */
	const char *line_end; /* replaces a line break */
} forms[PROMPT_FORM_COUNT] = {
	[PROMPT_AS_ASKED] = { "as asked", "", ", ", "\n- ", ": ", "\n" },
	[PROMPT_QUOTED] = { "quoted", "\"", " | ", "\n* ", " = ", "\n" },
	[PROMPT_ONE_PARAGRAPH] = { "one paragraph", "", ", ", "; ", ": ", " " },
	[PROMPT_LETTERS] = { "letters", "", ", ", ". ", ": ", "\n" },
};

const char *prompt_form_name(enum prompt_form form)
{
	return forms[form].name;
}

/* All before the JSON. */
static const char *prompt_beginning(struct arena *a, const struct job *job)
{
	return arena_printf(a, "%s%s%s%s%s", PROMPT_OPENING, job->question ? job->question : "",
			    job->question ? "\n" : "", PROMPT_LABELS,
			    job->ordered ? PROMPT_ORDERED : "");
}

const char *job_prompt_default(struct arena *a, const struct job *job)
{
	return arena_printf(a, "%s%s%s", prompt_beginning(a, job), prompt_json[job->reason],
			    job->other >= 0 ? PROMPT_OTHER : "");
}

const char *job_question(struct arena *a, const struct job *job)
{
	static const char white[] = " \t\r\n";
	const char *from = job->prompt_pattern + strspn(job->prompt_pattern, white);
	const char *to = strstr(from, "{labels}");

	if (job->question)
		return job->question;
	while (to && to > from && to[-1] != '\n')
		to--;
	if (!to)
		to = from + strlen(from);
	while (to > from && strchr(white, to[-1]))
		to--;
	if (!job->own_prompt || to == from)
		return PROMPT_QUESTION;
	return arena_strndup(a, from, (size_t)(to - from));
}

/* The default pattern of the form that asks for letters. */
static const char *prompt_letters_default(struct arena *a, const struct job *job)
{
	return arena_printf(a, "%s%s%s", prompt_beginning(a, job), prompt_letter_json[job->reason],
			    job->other >= 0 ? PROMPT_OTHER_LETTER : "");
}

/* A prompt that is being built. */
struct filling {
	struct buf out;
	const struct job *job;
	const struct form *form;
	bool letters, reversed;
	size_t order, n_orders; /* which cyclic order of how many */
};

static const struct label *prompt_label_at(const struct filling *f, size_t i)
{
	size_t n = f->job->n_labels;
	size_t at = label_order_at(n, f->n_orders, f->order, i);

	return &f->job->labels[f->reversed ? n - 1 - at : at];
}

static void prompt_add_label_names(struct filling *f)
{
	for (size_t i = 0; i < f->job->n_labels; i++)
		buf_addf(&f->out, "%s%s%s%s", i ? f->form->between : "", f->form->quote,
			 prompt_label_at(f, i)->name, f->form->quote);
}

static void prompt_add_descriptions(struct filling *f)
{
	for (size_t i = 0; i < f->job->n_labels; i++)
		if (prompt_label_at(f, i)->description)
			buf_addf(&f->out, "%s%s%s%s", f->form->described,
				 prompt_label_at(f, i)->name, f->form->is,
				 prompt_label_at(f, i)->description);
}

/* One option a line, on lines of its own. */
static void prompt_add_options(struct filling *f)
{
	for (size_t i = 0; i < f->job->n_labels; i++) {
		const struct label *l = prompt_label_at(f, i);

		buf_addf(&f->out, "\n%s%s%s", label_letter(i), f->form->described, l->name);
		if (l->description)
			buf_addf(&f->out, "%s%s", f->form->is, l->description);
	}
}

static void prompt_add_letters(struct filling *f)
{
	for (size_t i = 0; i < f->job->n_labels; i++)
		buf_addf(&f->out, "%s%s", i ? f->form->between : "", label_letter(i));
}

/* A space before the options would end its line, and text behind them begins a new one. */
static void prompt_add_lettered(struct filling *f, bool first, const char *rest)
{
	if (!first) {
		prompt_add_letters(f);
		return;
	}
	if (f->out.len > 0 && f->out.data[f->out.len - 1] == ' ')
		f->out.len--;
	prompt_add_options(f);
	if (*rest && *rest != '\n')
		buf_addc(&f->out, '\n');
}

static void prompt_fill(struct filling *f, const char *pattern)
{
	static const char mark[] = "{labels}";
	bool found = false, described = f->letters;

	for (const char *p = pattern; *p;) {
		if (str_starts(p, mark)) {
			p += sizeof(mark) - 1;
			if (f->letters)
				prompt_add_lettered(f, !found, p);
			else
				prompt_add_label_names(f);
			found = true;
			continue;
		}
		if (*p == '\n' && found && !described) {
			prompt_add_descriptions(f);
			described = true;
		}
		if (*p == '\n')
			buf_adds(&f->out, f->form->line_end);
		else
			buf_addc(&f->out, *p);
		p++;
	}
	if (found && !described)
		prompt_add_descriptions(f);
}

static int prompt_finish(struct arena *a, struct filling *f, const char *pattern,
			 const char **ret_prompt, struct err *err)
{
	buf_init(&f->out, JOB_MAX_BYTES);
	prompt_fill(f, pattern);
	if (f->out.overflow) {
		buf_release(&f->out);
		return err_set(err, ERR_INPUT,
			       "%s: the prompt with its labels is longer than %d bytes; shorten it",
			       f->job->path, JOB_MAX_BYTES);
	}
	*ret_prompt = buf_to_arena(&f->out, a);
	return 0;
}

int job_prompt_fill(struct arena *a, const struct job *job, enum prompt_form form, bool reversed,
		    const char **ret_prompt, struct err *err)
{
	struct filling f = {
		.job = job, .form = &forms[form], .reversed = reversed, .n_orders = 1
	};

	return prompt_finish(a, &f, job->prompt_pattern, ret_prompt, err);
}

int job_prompts(struct arena *a, const struct job *job, enum way way, struct prompts *ret_prompts,
		struct err *err)
{
	const char *pattern = job->prompt_pattern;
	struct filling f = {
		.job = job,
		.letters = way_has_letters(way),
		.form = &forms[way_has_letters(way) ? PROMPT_LETTERS : PROMPT_AS_ASKED],
		.n_orders = way_is_rotated(way) ? label_order_count(job->n_labels) : 1,
	};

	ret_prompts->n = f.n_orders;
	ret_prompts->texts = arena_array(a, f.n_orders, sizeof(*ret_prompts->texts));
	ret_prompts->texts[0] = job->prompt;
	if (!f.letters && f.n_orders == 1)
		return 0;
	if (f.letters)
		pattern = job->own_prompt ? arena_printf(a, "%s%s", pattern, PROMPT_ASK_LETTER) :
					    prompt_letters_default(a, job);
	for (; f.order < f.n_orders; f.order++)
		if (prompt_finish(a, &f, pattern, &ret_prompts->texts[f.order], err) < 0)
			return -1;
	return 0;
}

const char *job_way_refusal(struct arena *a, const struct job *job, enum way way)
{
	if (!way_has_letters(way) && !way_is_rotated(way))
		return NULL;
	if (!strstr(job->prompt_pattern, "{labels}"))
		return "the job's prompt has no {labels}, so the labels cannot be shown with "
		       "letters or in another order; add {labels} to it";
	if (way_has_letters(way) && job->n_labels > LABEL_LETTERS_MAX)
		return arena_printf(a,
				    "the job has %zu labels, but there are only %d letters; ask by "
				    "name",
				    job->n_labels, LABEL_LETTERS_MAX);
	if (way_is_rotated(way) && job->ordered)
		return "the labels are the steps of a scale, and another order of them would be "
		       "wrong; leave out the rotated ways";
	if (way_is_rotated(way) && job->reason == REASON_FIRST)
		return "'reason: first' would write a reason for every order of the labels; use "
		       "'reason: last'";
	if (way_is_rotated(way) && job->think_tok > 0)
		return "the model would think about every order of the labels; remove the key "
		       "'thinking'";
	return NULL;
}
