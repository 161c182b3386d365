/*
 * What the files about decision models share. Only they include it. Layers, lowest first:
 * llama_decision_labels.c, llama_decision_rows.c, llama_decision_prompt.c,
 * llama_decision_context.c, llama_decision.c.
 *
 * Such a model gets a prompt that its own template makes from a question, labels and the ticket,
 * and rates each label. Formats: llama.cpp's tools/server/server-decision.cpp.
 */
#ifndef ENGINE_LLAMA_LLAMA_DECISION_H
#define ENGINE_LLAMA_LLAMA_DECISION_H

#include "engine/llama/llama_engine.h"
#include "job/model/decision.h"
#include "job/task/choice.h"

/* One prompt of a ticket: the labels in one order, or the question about one label. */
struct decision_form {
	const char *question;
	bool reversed; /* the last label of the job comes first */
	const char *values; /* for the template, as JSON: up to the ticket's text, which ends it */
	const char *before, *after; /* the prompt around the ticket */
	/*
	 * The tokens of `before` up to its last control token, and those of `after` from its first
	 * one on. What lies between is tokenized with the ticket, because its ends melt with it.
	 */
	struct tokens head, tail;
	const char *lead, *rest; /* that text: the end of `before`, the start of `after` */
	size_t ticket_most; /* tokens of the ticket; the type cuts what is longer */
	/* If scores are read from rows of embeddings: their places, counted in head or tail. */
	size_t *marks;
	bool marks_in_tail;
};

/* Around the pieces of an lfm2-d1-omni prompt; its template gets them as values. */
#define OMNI_MARK "<<d1omni:"
#define OMNI_SEP OMNI_MARK "sep>>"
#define OMNI_MARK_STATE OMNI_MARK "state>>"
#define OMNI_MARK_QUESTION OMNI_MARK "question>>"
#define OMNI_MARK_LABEL OMNI_MARK "option>>"

/* lev answers yes or no with a rating: the first codes say from certainly no to certainly yes. */
enum { DECISION_RATINGS = 9 };

struct decision {
	enum decision_type type;
	enum asks asks; /* the type of the question */
	double temperature;
	struct decision_form *forms;
	size_t n_forms;
	/* With ASKS_EACH: the labels, and a question about each. The pass asks yes or no. */
	const char **each, **questions;
	size_t n_each;
	size_t n_scores; /* that a form gives: one per label, or DECISION_RATINGS */
	/*
	 * By place in the prompt, n_scores. A score is the highest logit of the group's tokens,
	 * behind the prompt's last token.
	 */
	struct tokens *groups;
	struct tokens label_tokens; /* those of all groups */
	const char **codes; /* what the template shows for each; NULL: it numbers them itself */
	const char *cut; /* what the type cuts of the question and the labels, as text; or NULL */
	struct tokens prefix; /* what the prompts of all tickets begin with; computed once */
	/* Of the wave. */
	struct tokens *runs; /* the whole prompts: ticket by ticket, form by form */
	const char **faults; /* why a ticket's prompt cannot be made; NULL if it can */
};

/* "choice", "noul" or "score". */
const char *decision_asks_name(enum asks asks);

/* Whether the form's scores are the ratings of a yes-or-no question. */
static inline bool decision_reads_ratings(const struct decision *d)
{
	return d->type == DECISION_LEV && d->asks == ASKS_YES_NO;
}

/* Chooses tokens of the vocabulary for each score. Fails if it has too few. */
int decision_labels_build(const struct engine *e, struct arena *a, struct decision *d,
			  struct err *err) MUST_USE;

static inline bool decision_reads_rows(const struct decision *d)
{
	return d->type == DECISION_LAYA || d->type == DECISION_KEV || d->type == DECISION_D1_OMNI;
}

/*
 * A text without what the type's prompt must not contain, such as a marker. NULL stays NULL. Owned
 * by the arena, or the text itself.
 */
const char *decision_clean(const struct engine *e, struct arena *a, const struct decision *d,
			   const char *text);

/* Finds the marks of a rendered form, and cuts its question and labels as the type does. */
int decision_rows_build(const struct engine *e, struct arena *a, struct decision *d,
			struct decision_form *form, struct err *err) MUST_USE;

/* Renders the prompt around the ticket, in each order of the labels. */
int decision_forms_build(const struct engine *e, struct arena *a, struct decision *d,
			 struct err *err) MUST_USE;

/* Finds the tokens that the prompts of all tickets begin with, if they are worth sharing. */
int decision_prefix_build(const struct engine *e, struct arena *a, struct decision *d,
			  struct err *err) MUST_USE;

/*
 * The tokens of the whole prompt for a ticket; *ret_uncut: how many the ticket has before the type
 * cuts it. Fails with ERR_INPUT if the ticket breaks the prompt.
 */
int decision_ticket_tokenize(const struct engine *e, struct arena *a,
			     const struct decision_form *form, const char *text,
			     struct tokens *ret_tokens, size_t *ret_uncut,
			     struct err *err) MUST_USE;

/*
 * Makes a context for prompts of at most n_tok tokens, unless the current one is large enough, and
 * computes the shared prefix if it has none. *ret_prefix_us: the time of that.
 */
int decision_context_begin(struct engine *e, size_t n_tok, int64_t *ret_prefix_us,
			   struct err *err) MUST_USE;
/* Decodes a whole prompt. *ret_logits: those behind its last token, owned by the context. */
int decision_decode(struct engine *e, const struct tokens *run, const float **ret_logits,
		    struct err *err) MUST_USE;

/* Decodes a whole prompt, and reads the labels' scores, by place, from rows of embeddings. */
int decision_rate_rows(struct engine *e, const struct decision_form *form, const struct tokens *run,
		       double *scores, struct err *err) MUST_USE;

#endif
