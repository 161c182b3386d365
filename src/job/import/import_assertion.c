/*
 * Assertions of promptfoo (site/docs/configuration/expected-outputs of promptfoo). Decides which of
 * them name the expected answer, in a test or in a cell, and what their templates stand for.
 */
#include "job/import/import_assertion.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"

/* Assertions that name the expected answer. */
static const char *const label_types[] = { "equals", "contains", "icontains" };

/* All other words that begin an assertion. Any other text is the expected answer itself. */
static const char *const other_types[] = {
	"agent-rubric",
	"answer-relevance",
	"assert-set",
	"bleu",
	"classifier",
	"contains-all",
	"contains-any",
	"contains-html",
	"contains-json",
	"contains-sql",
	"contains-xml",
	"context-faithfulness",
	"context-recall",
	"context-relevance",
	"conversation-relevance",
	"cost",
	"eval:",
	"factuality",
	"finish-reason",
	"fn:",
	"g-eval",
	"gleu",
	"grade:",
	"guardrails",
	"icontains-all",
	"icontains-any",
	"is-html",
	"is-json",
	"is-refusal",
	"is-sql",
	"is-valid-function-call",
	"is-valid-openai-function-call",
	"is-valid-openai-tools-call",
	"is-xml",
	"javascript",
	"latency",
	"levenshtein",
	"llm-rubric",
	"max-score",
	"meteor",
	"model-graded-closedqa",
	"model-graded-factuality",
	"moderation",
	"perplexity",
	"perplexity-score",
	"pi",
	"python",
	"regex",
	"rouge-n",
	"ruby",
	"search-rubric",
	"select-best",
	"similar",
	"skill-used",
	"starts-with",
	"tool-call-f1",
	"trace-error-spans",
	"trace-span-count",
	"trace-span-duration",
	"trajectory:",
	"webhook",
	"word-count",
};

bool assertion_names_label(const char *type)
{
	for (size_t i = 0; i < COUNT_OF(label_types); i++)
		if (strcmp(label_types[i], type) == 0)
			return true;
	return false;
}

int assertion_refuse_file(const struct importer *im, size_t line, const char *value,
			  struct err *err)
{
	if (!value || !str_starts(value, "file://"))
		return 0;
	return text_fail(im->path, line, err,
			 "'%s' points to another file; replace it with the content of that file",
			 display_text(im->arena, value));
}

const char *assertion_without_quotes(struct importer *im, const char *text, bool *ret_others)
{
	static const char before[] = "{{\"", after[] = "\"}}";
	enum { BEFORE = sizeof(before) - 1, AFTER = sizeof(after) - 1 };
	char *plain;
	size_t n = 0;

	*ret_others = strstr(text, "{{") != NULL;
	if (!strstr(text, before))
		return text;
	*ret_others = false;
	plain = arena_alloc(im->arena, strlen(text) + 1);
	while (*text) {
		if (str_starts(text, before) && text[BEFORE] &&
		    str_starts(text + BEFORE + 1, after)) {
			plain[n++] = text[BEFORE];
			text += BEFORE + 1 + AFTER;
			continue;
		}
		*ret_others |= str_starts(text, "{{");
		plain[n++] = *text++;
	}
	return plain;
}

const char *assertion_variable(struct arena *a, const char *value)
{
	static const char blanks[] = " \t";
	size_t n;

	value += strspn(value, blanks);
	if (!str_starts(value, "{{"))
		return NULL;
	value += 2 + strspn(value + 2, blanks);
	n = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	if (n == 0 || strcmp(value + n + strspn(value + n, blanks), "}}") != 0)
		return NULL;
	return arena_strndup(a, value, n);
}

int assertion_offer(struct importer *im, struct import_draft *draft, const char *value,
		    const char *variable, struct err *err)
{
	bool has_template = false;

	if (assertion_refuse_file(im, draft->line, value, err) < 0)
		return -1;
	value = variable ? variable : assertion_without_quotes(im, value, &has_template);
	if (has_template)
		import_leave_out(draft, "an assertion is a template ({{…}}); name the variable "
					"with the label with --label");
	else if (!ticket_is_blank(value))
		import_offer_label(im, draft, value);
	return 0;
}

/* If `text` begins with this type, the text after the type and its threshold; else NULL. */
static const char *assertion_after_type(const char *text, const char *type)
{
	size_t n = strlen(type), digits;
	const char *p = text + n;

	if (!str_starts(text, type))
		return NULL;
	if (type[n - 1] == ':')
		return p - 1;
	if (*p == '(') {
		digits = strspn(p + 1, "0123456789.");
		if (digits == 0 || p[1 + digits] != ')')
			return NULL;
		p += digits + 2;
	}
	return *p == ':' || *p == '\0' ? p : NULL;
}

static const char *assertion_find_type(const char *text, const char *const *types, size_t n)
{
	const char *after = NULL;

	for (size_t i = 0; i < n && !after; i++)
		after = assertion_after_type(text, types[i]);
	return after;
}

static const char *assertion_trimmed(struct arena *a, const char *text)
{
	static const char blanks[] = " \t\r\n";
	size_t n;

	text += strspn(text, blanks);
	n = strlen(text);
	while (n > 0 && strchr(blanks, text[n - 1]))
		n--;
	return arena_strndup(a, text, n);
}

/* The length of "name-name" at the start of a text. */
static size_t assertion_word_len(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
}

/*
 * Whether a text has the form of an assertion that this table does not know: a name of several
 * words or parts, "some-check: 5", "some:check: 5", "some-check(0.5)". A word by itself or before
 * one colon is an answer, as it is in promptfoo.
 */
static bool assertion_looks_like_type(const char *text)
{
	size_t n = assertion_word_len(text), sub;
	bool is_long = memchr(text, '-', n) != NULL;

	if (n == 0)
		return false;
	sub = text[n] == ':' ? assertion_word_len(text + n + 1) : 0;
	if (sub > 0 && strchr(":(", text[n + 1 + sub]) && text[n + 1 + sub]) {
		n += 1 + sub;
		is_long = true;
	}
	if (text[n] == '(')
		n += strspn(text + n, "(0123456789.)");
	return is_long && text[n] == ':';
}

const char *assertion_value_of(struct importer *im, const struct assertion_vars *vars,
			       const char *value)
{
	const char *name = assertion_variable(im->arena, value);
	int column = name && vars->columns ? import_column(vars->columns, name) : -1;

	if (column >= 0)
		return vars->row->cells[column];
	return name ? import_scalar(im, json_object_get(vars->vars, name)) : NULL;
}

int assertion_offer_cell(struct importer *im, struct import_draft *draft, const char *cell,
			 const struct assertion_vars *vars, struct err *err)
{
	const char *text = assertion_trimmed(im->arena, cell);
	const char *positive = str_starts(text, "not-") ? text + 4 : text;
	const char *value = assertion_find_type(positive, label_types, COUNT_OF(label_types));

	if (value && positive == text) {
		text = *value ? assertion_trimmed(im->arena, value + 1) : "";
		return assertion_offer(im, draft, text, assertion_value_of(im, vars, text), err);
	}
	if (value || assertion_find_type(positive, other_types, COUNT_OF(other_types)) ||
	    assertion_looks_like_type(positive))
		return 0;
	return assertion_offer(im, draft, text, assertion_value_of(im, vars, text), err);
}
