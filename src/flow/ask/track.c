/*
 * A candidate from its plan row to its last reply.
 */
#include "flow/ask/track.h"

#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/lang/text_language.h"
#include "base/str.h"
#include "flow/ask/encoder_reason.h"
#include "flow/ask/ladder_state.h"
#include "flow/ask/pass_row.h"
#include "flow/ask/written.h"
#include "flow/interrupt.h"
#include "flow/prepare/heads.h"
#include "flow/prepare/model_worker.h"
#include "flow/prepare/server.h"
#include "flow/states/prefix_cache.h"
#include "job/file/job_prompt.h"
#include "job/file/label_order.h"
#include "job/model/served.h"
#include "job/plan/memory.h"
#include "job/task/task_labels.h"
#include "judge/decide.h"
#include "judge/score.h"

int track_engine(const struct session *s, const struct model *model, const char **ret_build,
		 const char **ret_device, struct err *err)
{
	struct proc_spec spec;
	struct proc p;

	if (model_worker_spec(s->cmd, model, s->sandbox, &spec) < 0) {
		*err = s->cmd->err;
		return -1;
	}
	if (proc_start(&p, &spec, err) < 0)
		return -1;
	*ret_build = arena_strdup(&s->cmd->arena, p.engine_build);
	*ret_device = arena_strdup(&s->cmd->arena, p.device);
	proc_close(&p);
	return 0;
}

static int track_make_pass_row(struct track *t, const struct ladder_limits *limits,
			       struct pass_row *row, struct err *err)
{
	struct session *s = t->session;
	const struct pass_row *replayed = ladder_state_replayed(t);

	pass_row_fill(s, t->candidate, row);
	if (t->candidate->model->engine != ENGINE_BASELINE &&
	    (track_engine(s, t->candidate->model, &row->engine_build, &row->device, err) < 0 ||
	     (!limits && ladder_state_find(t, row->device, err) < 0)))
		return -1;
	ladder_state_apply(t, row);
	if (replayed)
		row->pinned_date_s = replayed->pinned_date_s;
	row->key = pass_row_key(&s->cmd->arena, row, s->replay_of ? s->run.name : "",
				t->encoder && track_wants_reasons(t) &&
					s->prepared.job.allow_personal_data);
	return 0;
}

static int track_put_candidate(struct track *t, bool reused, struct err *err)
{
	struct candidate_row row;

	pass_row_candidate(t->session, t->candidate, &row);
	row.pass_id = t->pass_id;
	row.ord = (int64_t)t->no - 1;
	row.reused = reused;
	row.ladder = ladder_mark(&t->session->cmd->arena, &t->limits);
	return store_put_candidate(&t->session->store, &row, err);
}

int track_declare(struct session *session, const struct candidate *candidate, size_t no,
		  struct err *err)
{
	struct track t = { .session = session, .candidate = candidate, .no = no };

	return track_put_candidate(&t, false, err);
}

bool track_wants_reasons(const struct track *t)
{
	return !t->session->free_mode && t->session->prepared.job.reason != REASON_NONE &&
	       (t->encoder || candidate_gives_reasons(t->candidate));
}

struct pass_item track_item(struct arena *a, const struct ticket *ticket, size_t i,
			    const char *beside)
{
	return (struct pass_item){
		.ticket = i,
		.text = ticket->text,
		.label = -1,
		.image = ticket->image ? file_beside(a, beside, ticket->image) : NULL,
		.image_sha256 = ticket->image_sha256,
	};
}

/* Fills the items from the stored replies. */
static int track_read_record(struct track *t, struct err *err)
{
	struct session *s = t->session;
	struct arena *a = &s->cmd->arena;
	const struct slice *slice = &s->prepared.slice;
	struct answer **answers;
	struct reason **reasons;

	if (store_get_answers(a, &s->store, t->pass_id, slice->n, STORE_NO_TEXTS, &answers, err) <
		    0 ||
	    store_get_reasons(a, &s->store, t->pass_id, slice->n, &reasons, err) < 0)
		return -1;
	t->n_items = slice->n;
	t->items = arena_array(a, slice->n, sizeof(*t->items));
	for (size_t i = 0; i < slice->n; i++) {
		struct pass_item *item = &t->items[i];
		bool wants_reason =
			answers[i] && answers[i]->outcome == OUTCOME_OK && track_wants_reasons(t);

		*item = track_item(a, &slice->tickets[i], i, slice->path);
		item->answered = answers[i] != NULL;
		if (answers[i])
			item->label = answers[i]->label;
		item->reasoned = answers[i] && (reasons[i] || !wants_reason);
		t->n_answered += item->answered;
		t->n_reasoned += item->reasoned;
		t->n_right += answers[i] && answer_is_right(answers[i], &slice->tickets[i]);
		if (answers[i]) {
			ladder_state_see(t, answers[i]);
			t->n_replies += held_is_reply(answers[i]->outcome);
		}
		if (reasons[i])
			ladder_see(&t->watch, LADDER_REASON, reasons[i]->outcome);
	}
	return ladder_state_read_facts(t, err);
}

/* A pass that exists keeps its row: replies were asked with the date in it. */
static int track_put_pass(struct track *t, struct err *err)
{
	struct session *s = t->session;
	bool is_new;

	if (store_put_pass(&s->store, &t->pass_row, &t->pass_id, &is_new, err) < 0)
		return -1;
	if (is_new)
		return 0;
	return store_get_pass(&s->cmd->arena, &s->store, t->pass_id, &t->pass_row, err);
}

int track_open(struct track *t, struct session *session, const struct candidate *candidate,
	       size_t no, const struct ladder_limits *limits, struct err *err)
{
	*t = (struct track){ .session = session,
			     .candidate = candidate,
			     .no = no,
			     .encoder = encoder_of(&session->prepared, candidate) };
	if (limits)
		t->limits = *limits;
	if (candidate->refused)
		return track_put_candidate(t, false, err);
	if ((candidate->model->engine != ENGINE_BASELINE &&
	     store_put_model(&session->store, candidate->model, err) < 0) ||
	    track_make_pass_row(t, limits, &t->pass_row, err) < 0 || track_put_pass(t, err) < 0 ||
	    track_read_record(t, err) < 0)
		return -1;
	return track_put_candidate(t, t->n_reasoned == t->n_items, err);
}

/* An encoder's reason is there with its answer. */
static int track_keep_with_evidence(struct track *t, const struct answer *answer, struct err *err)
{
	struct session *s = t->session;
	struct arena a = { 0 };
	struct reason reason = encoder_reason(&a, &s->prepared, t->encoder, answer);
	int r = store_put_replies(&s->store, t->pass_id, answer, 1, &reason, 1, err);

	arena_release(&a);
	return r;
}

/*
 * RULE: a reply is stored only while the model file is the one that was hashed. A reply that other
 * bytes produced would be stored under the wrong checksum.
 */
static bool track_is_void(struct track *t)
{
	const struct model *model = t->candidate->model;

	t->changed =
		t->changed || !model_is_unchanged(model) ||
		(model->engine == ENGINE_HTTP && !served_is_same(model, t->pass.report.server));
	return t->changed;
}

/* The rationale in a text that the model wrote. */
static int track_keep_rationale(struct track *t, const struct answer *answer, const char *rationale,
				struct err *err)
{
	char lang[TEXT_LANGUAGE_MAX] = "";
	const struct reason reason = { .ticket = answer->ticket,
				       .finish = "free",
				       .reason_us = -1,
				       .batch = 1,
				       .detail = "",
				       .rationale = rationale,
				       .lang = lang };

	if (!*rationale && (answer->label < 0 || !track_wants_reasons(t)))
		return 0;
	text_language(rationale, strlen(rationale), lang);
	return store_put_reason(&t->session->store, t->pass_id, &reason, err);
}

/* The worker knows neither what is right nor, in a text, which label it means. */
static int track_keep_text(struct track *t, struct answer *answer, struct err *err)
{
	const struct prepared *p = &t->session->prepared;
	bool writes = task_writes(p->job.task);
	const char *rationale = "";
	struct arena a = { 0 };
	int r;

	if (writes)
		written_mark(&a, p, answer);
	else
		rationale = written_read_label(&a, &p->job, answer);
	r = store_put_answer(&t->session->store, t->pass_id, answer, err);
	if (r == 0 && !writes)
		r = track_keep_rationale(t, answer, rationale, err);
	arena_release(&a);
	return r;
}

static int track_store_answer(struct track *t, const struct answer *answer, struct err *err)
{
	struct session *s = t->session;
	struct answer kept = *answer;
	int r;

	if (written_is_read(s, t->candidate->model, &kept))
		r = track_keep_text(t, &kept, err);
	else if (t->encoder && kept.outcome == OUTCOME_OK && track_wants_reasons(t))
		r = track_keep_with_evidence(t, &kept, err);
	else
		r = store_put_answer(&s->store, t->pass_id, &kept, err);
	if (r < 0)
		return -1;
	t->n_replies += held_is_reply(kept.outcome);
	t->n_answered++;
	t->n_reasoned += t->items[kept.ticket].reasoned;
	t->n_right += answer_is_right(&kept, &s->prepared.slice.tickets[kept.ticket]);
	run_events_answer(t, &kept);
	return 0;
}

/* RULE: not measured is not wrong. Failures wait for the first reply (flow/ask/held.h). */
static int track_keep_answer(void *ctx, const struct answer *answer, struct err *err)
{
	struct track *t = ctx;
	size_t n_held = t->held.n;

	if (track_is_void(t))
		return 0;
	ladder_state_see(t, answer);
	if (t->n_replies == 0 && !held_is_reply(answer->outcome)) {
		held_add(&t->session->cmd->arena, &t->held, answer);
		return 0;
	}
	t->held.n = 0;
	for (size_t i = 0; i < n_held; i++)
		if (track_store_answer(t, &t->held.answers[i], err) < 0)
			return -1;
	return track_store_answer(t, answer, err);
}

static int track_keep_reason(void *ctx, const struct reason *reason, struct err *err)
{
	struct track *t = ctx;
	struct reason kept = *reason;
	char lang[TEXT_LANGUAGE_MAX] = "";

	if (track_is_void(t))
		return 0;
	if (kept.rationale)
		text_language(kept.rationale, strlen(kept.rationale), lang);
	kept.lang = lang;
	if (store_put_reason(&t->session->store, t->pass_id, &kept, err) < 0)
		return -1;
	ladder_see(&t->watch, LADDER_REASON, reason->outcome);
	t->n_reasoned++;
	run_events_reason(t, reason);
	return 0;
}

bool track_budget_is_used(const struct session *s)
{
	return s->deadline_us && clock_mono_us() > s->deadline_us;
}

bool track_raced(const struct track *t)
{
	size_t needed = bar_needs(t->n_items, t->session->prepared.job.bar);

	return t->session->race && t->n_answered - t->n_right > t->n_items - needed;
}

bool track_can_be_picked(const struct track *t)
{
	return !t->candidate->refused && t->candidate->licence->verdict != LICENCE_BLOCK &&
	       t->n_answered == t->n_items &&
	       clears_bar(t->n_right, t->n_items, t->session->prepared.job.bar);
}

/* Why nothing more is asked, for reasons other than its replies; NULL: go on. */
static const char *track_stopped_from_outside(const struct track *t)
{
	if (interrupt_count() > 0)
		return "stopped";
	if (t->changed)
		return "changed";
	if (track_budget_is_used(t->session))
		return "budget";
	return track_raced(t) ? "raced" : NULL;
}

bool track_is_not_measured(const struct track *t)
{
	return t->held.n > 0 && t->n_answered + t->held.n == t->n_items;
}

bool track_steps_down(const struct track *t, struct ladder_limits *ret_next)
{
	return ladder_state_wants_less(t) && !track_stopped_from_outside(t) &&
	       ladder_state_next(t, ret_next);
}

bool track_is_given_up(const struct track *t)
{
	struct ladder_limits next;

	return ladder_state_wants_less(t) && !track_stopped_from_outside(t) &&
	       !ladder_state_next(t, &next);
}

static const char *track_stop_wanted(void *ctx)
{
	const struct track *t = ctx;
	const char *why = track_stopped_from_outside(t);
	struct ladder_limits next;

	return why ? why : track_steps_down(t, &next) ? "ladder" : NULL;
}

static bool track_abandon_wanted(void *ctx)
{
	const struct track *t = ctx;

	run_events_tick(t->session);
	return interrupt_count() > 1;
}

static const char *track_example_answer(struct arena *a, const struct job *job,
					const struct ticket *example)
{
	if (example->gold)
		return task_example_answer(a, job->task, example->gold);
	return example_answer(a, job->labels[example->label].name);
}

/* The worked examples as turns: a ticket and the JSON that is expected for it. */
static void track_fill_examples(struct arena *a, const struct prepared *p, struct msg_pass *pass)
{
	const struct example_set *set = &p->examples;

	pass->n_example_texts = pass->n_example_answers = set->n;
	pass->example_texts = arena_array(a, set->n, sizeof(*pass->example_texts));
	pass->example_answers = arena_array(a, set->n, sizeof(*pass->example_answers));
	for (size_t i = 0; i < set->n; i++) {
		pass->example_texts[i] = set->items[i]->text;
		pass->example_answers[i] = track_example_answer(a, &p->job, set->items[i]);
	}
}

void track_fill_labels(struct arena *a, const struct job *job, struct msg_pass *pass)
{
	pass->n_labels = pass->n_descriptions = job->n_offered;
	pass->labels = arena_array(a, job->n_offered, sizeof(*pass->labels));
	pass->descriptions = arena_array(a, job->n_offered, sizeof(*pass->descriptions));
	for (size_t i = 0; i < job->n_offered; i++) {
		pass->labels[i] = pass->letters ? label_letter(i) : job->offered[i].name;
		pass->descriptions[i] = job->offered[i].description;
	}
}

/* Whether the pass writes more than labels: the worker keeps room for it. */
static bool track_writes(const struct session *s, const struct job *job)
{
	return s->free_mode || job->reason != REASON_NONE || task_writes(job->task);
}

/* Whether it is asked for labels and nothing else, also by a task that writes. */
static bool track_only_chooses(const struct candidate *c)
{
	return !model_writes(c->model) || c->route != SERVED_CHAT;
}

static void track_fill_pass(struct session *s, const struct candidate *c,
			    const struct pass_row *row, struct msg_pass *pass)
{
	struct arena *a = &s->cmd->arena;
	const struct job *job = &s->prepared.job;

	*pass = (struct msg_pass){
		.system = c->prompts.texts[0],
		.rotations = c->prompts.texts + 1,
		.n_rotations = c->prompts.n - 1,
		.letters = way_has_letters(c->way),
		.question = job_question(a, job),
		.yes_at = job->yes_at,
		.asks = task_asks(job),
		.mode = written_mode(s, c->model),
		.schema = task_schema(a, job),
		.tools = task_tools(job),
		.reason_first = job->reason == REASON_FIRST,
		.reason_cap_tok = track_writes(s, job) ? job->budget.reason_tok : 0,
		.now_s = row->pinned_date_s,
		.n_batch = row->n_batch,
		.n_ubatch = row->n_ubatch,
		.n_wave = row->n_wave,
		.n_ctx_max = row->n_ctx_max,
		.think_tok = row->think_tok,
		.n_parallel = row->n_parallel,
		.seed = row->seed,
		.timeout_us = s->timeout_us - s->timeout_us / 20,
		.route = written_is_free(s, c->model) ? SERVED_CHAT : c->route,
		.label_only = !candidate_gives_reasons(c) ||
			      (c->model->engine == ENGINE_HTTP && !track_writes(s, job)),
	};
	if (!task_writes(job->task) || track_only_chooses(c))
		track_fill_labels(a, job, pass);
	if (way_has_examples(c->way) && !model_is_encoder(c->model))
		track_fill_examples(a, &s->prepared, pass);
	if (c->head) {
		pass->head = c->head->weights;
		pass->n_head = c->head->n_labels * (c->head->n_embd + 1);
	}
}

int track_settings(struct session *s, const struct candidate *c, const struct pass_row *row,
		   struct pass_settings *ret, struct err *err)
{
	enum { LOAD_BYTES_PER_S = 20 * 1000 * 1000, LOAD_LEAST_US = 60 * 1000000, PROBES_MAX = 12 };
	const struct model *model = c->model;

	*ret = (struct pass_settings){ .prefixes = prefix_cache_for(s, c, row) };
	if (model_worker_spec(s->cmd, model, s->sandbox, &ret->proc) < 0) {
		*err = s->cmd->err;
		return -1;
	}
	ret->proc.memory_bytes = s->prepared.job.budget.memory_bytes;
	ret->open.paths = model_worker_paths(&s->cmd->arena, model, &ret->open.n_paths);
	ret->open.adapter = model->adapter.path;
	ret->open.projector = model->projector.path;
	server_fill_open(&s->cmd->arena, model, &ret->open);
	ret->open.sandbox = s->sandbox;
	ret->open.n_threads = s->prepared.n_threads;
	ret->open.n_gpu_layers = row->n_gpu_layers;
	ret->open.memory_bytes =
		ret->proc.memory_bytes ?
			ret->proc.memory_bytes :
			memory_ceiling(c->size_bytes, s->prepared.machine.memory_bytes);
	track_fill_pass(s, c, row, &ret->pass);
	ret->one_at_a_time = s->one_at_a_time;
	ret->together = !s->one_at_a_time && ret->pass.mode == PASS_FORM &&
			model->engine == ENGINE_LLAMA && model_writes(model);
	ret->reasons = s->prepared.job.reason != REASON_NONE && candidate_gives_reasons(c);
	ret->ticket_timeout_us = s->timeout_us;
	ret->load_timeout_us = LOAD_LEAST_US + model->stamp.size_bytes / LOAD_BYTES_PER_S * 1000000;
	if (model->engine == ENGINE_HTTP) {
		/* A server is probed before it is asked, and no memory budget applies to it. */
		ret->load_timeout_us += PROBES_MAX * (s->timeout_us + LOAD_LEAST_US) +
					(int64_t)SERVER_FIRST_S * 1000000;
		ret->proc.memory_bytes = ret->open.memory_bytes = 0;
	}
	return 0;
}

static int track_fill_settings(struct track *t, struct pass_settings *ret, struct err *err)
{
	if (track_settings(t->session, t->candidate, &t->pass_row, ret, err) < 0)
		return -1;
	ret->device = t->limits.cpu ? NULL : t->pass_row.device;
	ret->pass.hidden = t->encoder && track_wants_reasons(t); /* its reason: known texts */
	return 0;
}

int track_answers(struct track *t, struct err *err)
{
	const struct pass_sink sink = { t, track_keep_answer, track_keep_reason, track_stop_wanted,
					track_abandon_wanted };
	struct pass_settings settings;

	/* A stopped run loads no more models. */
	if (t->candidate->refused || t->n_reasoned == t->n_items || track_stop_wanted(t))
		return 0;
	if (track_fill_settings(t, &settings, err) < 0)
		return -1;
	t->begun = t->in_memory = true;
	t->started_us = clock_wall_us();
	run_events_state(t, CANDIDATE_LOADING);
	if (pass_begin(&t->pass, &settings, t->items, t->n_items, &sink, err) < 0)
		return -1;
	run_events_state(t, CANDIDATE_ANSWERING);
	return heads_check_opening(t->candidate, &t->pass.report, err) < 0 ?
		       -1 :
		       pass_answers(&t->pass, err);
}

static int track_put_segment(struct track *t, struct err *err)
{
	const struct pass_report *r = &t->pass.report;
	char rendered_sha256[HASH_HEX_LEN + 1];
	struct segment_row row = {
		.pass_id = t->pass_id,
		.run_id = t->session->run.id,
		.started_us = t->started_us,
		.active_us = r->answer_us + r->reason_us,
		.report = *r,
		.rendered_sha256 = rendered_sha256,
	};

	row.report.n_answers -= (int64_t)t->held.n; /* they are not stored */
	hash_bytes(r->rendered, strlen(r->rendered), rendered_sha256);
	return store_put_segment(&t->session->store, &row, err);
}

int track_finish(struct track *t, struct err *err)
{
	const struct pass_report *r = &t->pass.report;
	struct model *models = t->session->prepared.models;

	if (!t->in_memory)
		return 0;
	if (pass_reasons(&t->pass, err) < 0)
		return -1;
	pass_end(&t->pass);
	t->in_memory = false;
	prepare_learn_speed(t->session->cmd, &models[t->candidate->model - models],
			    (struct prepare_speed){ rate_per_s(r->prompt_tok, r->answer_us),
						    rate_per_s(r->reason_tok, r->reason_us),
						    mean_tok(r->reason_tok, r->n_reasons) });
	return track_put_segment(t, err);
}

void track_close(struct track *t)
{
	if (t->begun)
		pass_release(&t->pass);
}
