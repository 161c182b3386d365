/*
 * From a text to a label or a mark.
 */
#include "flow/ask/written.h"

#include "judge/answer/answer.h"
#include "judge/task/mark.h"

bool written_is_free(const struct session *s, const struct model *model)
{
	return s->free_mode && model_writes(model);
}

/* In free mode also if the cap cut the text; of a server, if it returned no JSON. */
bool written_is_read(const struct session *s, const struct model *model,
		     const struct answer *answer)
{
	if (written_is_free(s, model) || task_writes(s->prepared.job.task))
		return answer->outcome == OUTCOME_OK || answer->outcome == OUTCOME_CUT;
	return answer->outcome == OUTCOME_OK && answer->label < 0 && model->engine == ENGINE_HTTP;
}

enum pass_mode written_mode(const struct session *s, const struct model *model)
{
	const struct job *job = &s->prepared.job;

	if (written_is_free(s, model) || task_kind(job->task)->writes_freely)
		return PASS_FREE;
	return task_writes(job->task) ? PASS_FORM : PASS_FORCED;
}

const char *written_read_label(struct arena *a, const struct job *job, struct answer *answer)
{
	struct free_text text = { answer->raw ? answer->raw : "", answer->raw_len,
				  answer->outcome == OUTCOME_CUT };
	struct reading reading;

	answer_read(a, &text, job->labels, job->n_labels, &reading);
	answer->label = reading.label;
	answer->rule = reading.rule;
	if (reading.label >= 0)
		answer->outcome = OUTCOME_OK;
	else if (answer->outcome == OUTCOME_OK)
		answer->outcome = OUTCOME_OFF_LABEL;
	if (*reading.why)
		answer->detail = arena_add_item(a, answer->detail, "; ", "%s", reading.why);
	return reading.rationale;
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
