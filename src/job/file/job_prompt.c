/*
 * Builds the prompt from its pattern, in one of several forms.
 */
#include "job/file/job_prompt.h"

#include <string.h>

#include "base/buf.h"
#include "base/str.h"

#define PROMPT_OPENING "You are an exacting classifier.\nLabels: {labels}\n"
#define PROMPT_QUESTION "Which label fits this text best?"
#define PROMPT_OTHER "\nIf uncertain, choose \"other\" and say why."

/* The JSON that the prompt asks for. REASON_NONE keeps the default prompt. */
static const char *const prompt_json[] = {
	[REASON_LAST] = "Return JSON: {\"label\":\"<one>\", \"rationale\":\"<1-2 sentences>\"}",
	[REASON_FIRST] = "Return JSON: {\"rationale\":\"<1-2 sentences>\", \"label\":\"<one>\"}",
	[REASON_NONE] = "Return JSON: {\"label\":\"<one>\", \"rationale\":\"<1-2 sentences>\"}",
};

static const struct form {
	const char *name;
	const char *quote, *between; /* around label names, and between them */
	const char *described, *is; /* before the name of a described label, and after it */
	const char *line_end; /* replaces a line break */
} forms[PROMPT_FORMS] = {
	[PROMPT_AS_ASKED] = { "as asked", "", ", ", "\n- ", ": ", "\n" },
	[PROMPT_QUOTED] = { "quoted", "\"", " | ", "\n* ", " = ", "\n" },
	[PROMPT_ONE_PARAGRAPH] = { "one paragraph", "", ", ", "; ", ": ", " " },
};

const char *prompt_form_name(enum prompt_form form)
{
	return forms[form].name;
}

const char *job_prompt_default(struct arena *a, const struct job *job)
{
	return arena_printf(a, "%s%s%s", PROMPT_OPENING, prompt_json[job->reason],
			    job->other >= 0 ? PROMPT_OTHER : "");
}

const char *job_question(struct arena *a, const struct job *job)
{
	static const char white[] = " \t\r\n";
	const char *from = job->prompt_pattern + strspn(job->prompt_pattern, white);
	const char *to = strstr(from, "{labels}");

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

/* A prompt that is being built. */
struct filling {
	struct buf out;
	const struct job *job;
	const struct form *form;
	bool reversed;
};

static const struct label *prompt_label_at(const struct filling *f, size_t i)
{
	return &f->job->labels[f->reversed ? f->job->n_labels - 1 - i : i];
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

static void prompt_fill(struct filling *f, const char *pattern)
{
	static const char mark[] = "{labels}";
	bool found = false, described = false;

	for (const char *p = pattern; *p;) {
		if (str_starts(p, mark)) {
			prompt_add_label_names(f);
			found = true;
			p += sizeof(mark) - 1;
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

int job_prompt_fill(struct arena *a, const struct job *job, enum prompt_form form, bool reversed,
		    const char **ret_prompt, struct err *err)
{
	struct filling f = { .job = job, .form = &forms[form], .reversed = reversed };

	buf_init(&f.out, JOB_MAX_BYTES);
	prompt_fill(&f, job->prompt_pattern);
	if (f.out.overflow) {
		buf_release(&f.out);
		return err_set(err, ERR_INPUT,
			       "%s: the prompt with its labels is longer than %d bytes; shorten it",
			       job->path, JOB_MAX_BYTES);
	}
	*ret_prompt = buf_to_arena(&f.out, a);
	return 0;
}
