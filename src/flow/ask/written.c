/*
 * From a text to a label or a mark.
 */
#include "flow/ask/written.h"

#include <string.h>

#include "base/lang/text_language.h"
#include "judge/answer.h"
#include "judge/task/mark.h"

bool written_is_free(const struct session *s, const struct model *model)
{
	return s->free_mode && model_writes(model);
}

/* In free mode also if the cap cut the text; of a server, if it returned no JSON. */
bool written_is_read(const struct track *t, const struct answer *answer)
{
	if (written_is_free(t->session, t->candidate->model) ||
	    task_writes(t->session->prepared.job.task))
		return answer->outcome == OUTCOME_OK || answer->outcome == OUTCOME_CUT;
	return answer->outcome == OUTCOME_OK && answer->label < 0 &&
	       t->candidate->model->engine == ENGINE_HTTP;
}

enum pass_mode written_mode(const struct session *s, const struct model *model)
{
	const struct job *job = &s->prepared.job;

	if (written_is_free(s, model) || task_kind(job->task)->writes_freely)
		return PASS_FREE;
	return task_writes(job->task) ? PASS_FORM : PASS_FORCED;
}

/* Reads the label from the text; the worker cannot. */
static int written_keep_label(struct track *t, struct answer *answer, struct err *err)
{
	char lang[TEXT_LANGUAGE_MAX] = "";
	struct session *s = t->session;
	struct reason reason = { .ticket = answer->ticket,
				 .finish = "free",
				 .reason_us = -1,
				 .batch = 1,
				 .detail = "",
				 .lang = lang };
	struct arena a = { 0 };
	struct free_text text = { answer->raw ? answer->raw : "", answer->raw_len,
				  answer->outcome == OUTCOME_CUT };
	struct reading reading;
	int r;

	answer_read(&a, &text, s->prepared.job.labels, s->prepared.job.n_labels, &reading);
	answer->label = reading.label;
	answer->rule = reading.rule;
	if (reading.label >= 0)
		answer->outcome = OUTCOME_OK;
	else if (answer->outcome == OUTCOME_OK)
		answer->outcome = OUTCOME_OFF_LABEL;
	if (*reading.why)
		answer->detail = arena_add_item(&a, answer->detail, "; ", "%s", reading.why);
	reason.rationale = reading.rationale;
	text_language(reading.rationale, strlen(reading.rationale), lang);
	r = store_put_answer(&s->store, t->pass_id, answer, err);
	if (r == 0 && (*reading.rationale || (reading.label >= 0 && track_wants_reasons(t))))
		r = store_put_reason(&s->store, t->pass_id, &reason, err);
	arena_release(&a);
	return r;
}

void written_mark(struct arena *a, const struct prepared *p, struct answer *answer)
{
	const struct job *job = &p->job;
	const struct ticket *ticket = &p->slice.tickets[answer->ticket];
	const struct mark_task task = { job->task, job->form };
	const struct marked marked = { ticket->text,
				       ticket->gold,
				       { answer->raw ? answer->raw : "", answer->raw_len,
					 answer->outcome == OUTCOME_CUT } };
	struct mark mark = { -1, "" };

	if (ticket->gold)
		mark_answer(a, &task, &marked, &mark);
	answer->label = mark.mark;
	answer->rule = "mark";
	if (mark.mark >= 0)
		answer->outcome = OUTCOME_OK;
	if (*mark.detail)
		answer->detail = arena_add_item(a, answer->detail, "; ", "%s", mark.detail);
}

/* The worker does not know what is right. */
static int written_keep_mark(struct track *t, struct answer *answer, struct err *err)
{
	struct arena a = { 0 };
	int r;

	written_mark(&a, &t->session->prepared, answer);
	r = store_put_answer(&t->session->store, t->pass_id, answer, err);
	arena_release(&a);
	return r;
}

int written_keep(struct track *t, struct answer *answer, struct err *err)
{
	return task_writes(t->session->prepared.job.task) ? written_keep_mark(t, answer, err) :
							    written_keep_label(t, answer, err);
}
