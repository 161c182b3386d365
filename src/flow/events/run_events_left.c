/*
 * How long the rest takes.
 */
#include "base/clock.h"
#include "flow/events/run_events.h"

/* A measured speed may correct the plan's estimates by this factor, up or down. */
static const double CORRECTION_MOST = 10;

/* What the phases of one kind, finished or not, have shown in this session. */
struct pace {
	double spent_us; /* of phases with replies */
	double estimated_us; /* what the plan said of the same replies; 0: nothing */
	double estimated_spent_us; /* spent on the replies with an estimate */
	double work;
};

static struct pace events_pace(const struct run_events *e, int phase)
{
	struct pace pace = { 0 };

	for (size_t i = 0; i < e->n; i++) {
		const struct phase_progress *p = &e->rows[i].phases[phase];
		double spent_us = (double)(p->last_us - p->start_us);

		if (p->n_done == 0)
			continue;
		pace.spent_us += spent_us;
		pace.work += p->work * (double)p->n_done;
		if (p->estimate_us <= 0)
			continue;
		pace.estimated_spent_us += spent_us;
		pace.estimated_us += (double)p->estimate_us * (double)p->n_done / (double)p->n_left;
	}
	return pace;
}

/* All replies of a phase that has none yet; -1: unknown. */
static double events_whole_us(const struct run_events *e, const struct phase_progress *p, int phase)
{
	struct pace pace = events_pace(e, phase);
	double factor = 1;

	if (p->estimate_us >= 0) {
		if (pace.estimated_us > 0)
			factor = pace.estimated_spent_us / pace.estimated_us;
		if (factor > CORRECTION_MOST || factor < 1 / CORRECTION_MOST)
			factor = 1;
		return (double)p->estimate_us * factor;
	}
	/* Before any reason was written, its tokens count as those of a prompt. */
	if (pace.work <= 0)
		pace = events_pace(e, PHASE_ANSWERS);
	return pace.work > 0 ? p->work * (double)p->n_left * pace.spent_us / pace.work : -1;
}

/*
 * The first answer waits for the model and the prompt, so the pace is that of the later ones.
 * Reasons are written together, so they arrive late: until half of them are there, what they took
 * is subtracted from the estimate.
 */
static double events_phase_left_us(const struct run_events *e, const struct phase_progress *p,
				   int phase, bool running)
{
	double left = (double)(p->n_left - p->n_done), whole, spent_us;

	if (p->n_left == 0 || p->n_done >= p->n_left)
		return 0;
	whole = events_whole_us(e, p, phase);
	if (!running)
		return whole;
	if (phase == PHASE_ANSWERS && p->n_done > 1)
		return (double)(p->last_us - p->first_us) / (double)(p->n_done - 1) * left;
	spent_us = (double)(clock_mono_us() - p->start_us);
	if (whole > spent_us && 2 * p->n_done < p->n_left)
		return whole - spent_us;
	if (p->n_done > 0)
		return spent_us / (double)p->n_done * left;
	return whole < 0 ? -1 : spent_us; /* it is late: as long again is as good a guess as any */
}

int64_t run_events_left_us(const struct run_events *e, const struct candidate_progress *row)
{
	enum candidate_state state = row->state;
	bool answering = state == CANDIDATE_LOADING || state == CANDIDATE_ANSWERING;
	double answers = 0, reasons;

	if (candidate_state_is_end(state) || row->candidate->model->engine == ENGINE_BASELINE)
		return 0;
	if (state != CANDIDATE_ANSWERED && state != CANDIDATE_WRITING)
		answers = events_phase_left_us(e, &row->phases[PHASE_ANSWERS], PHASE_ANSWERS,
					       answering);
	reasons = events_phase_left_us(e, &row->phases[PHASE_REASONS], PHASE_REASONS,
				       state == CANDIDATE_WRITING);
	return answers < 0 || reasons < 0 ? -1 : (int64_t)(answers + reasons);
}

int64_t run_events_all_left_us(const struct run_events *e)
{
	int64_t sum = 0;

	for (size_t i = 0; i < e->n; i++) {
		int64_t left_us = run_events_left_us(e, &e->rows[i]);

		if (left_us < 0)
			return -1;
		sum += left_us;
	}
	return sum;
}
