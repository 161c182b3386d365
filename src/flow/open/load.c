/*
 * From rows to a result.
 */
#include "flow/open/load.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "flow/again/suspects.h"
#include "flow/open/store_find.h"
#include "flow/run_plan.h"
#include "flow/standing.h"
#include "job/file/job.h"
#include "job/licence/licence.h"
#include "job/ticket/repeats.h"
#include "report/short_name.h"

/* A run that is being loaded. */
struct loader {
	struct cmd *cmd;
	struct store *store;
	const struct load_options *options;
	enum store_texts texts;
	bool *copies; /* one a ticket: it repeats another */
	size_t *first; /* one a slice: index of its first ticket among all */
	struct result *r;
};

int load_labels(struct cmd *cmd, const struct run_row *run, struct label **ret_labels,
		size_t *ret_n)
{
	json_t *list = json_loads(run->labels_json, 0, NULL), *item;
	struct label *labels;
	size_t i;

	if (!json_is_array(list)) {
		json_decref(list);
		return err_set(&cmd->err, ERR_STORE, "the labels of run '%s' are damaged",
			       run->name);
	}
	labels = arena_array(&cmd->arena, json_array_size(list), sizeof(*labels));
	json_array_foreach (list, i, item) {
		const char *name = json_string_value(json_object_get(item, "name"));

		labels[i].name = arena_strdup(&cmd->arena, name ? name : "?");
	}
	*ret_labels = labels;
	*ret_n = json_array_size(list);
	json_decref(list);
	return 0;
}

static int load_own_labels(struct cmd *cmd, struct result *r)
{
	struct label *labels;

	if (load_labels(cmd, r->run, &labels, &r->n_labels) < 0)
		return -1;
	r->labels = labels;
	r->other = -1;
	for (size_t i = 0; i < r->n_labels; i++)
		if (strcmp(labels[i].name, "other") == 0)
			r->other = (int)i;
	return 0;
}

/* All tickets in one array, the ordinary slices before the harder ones. */
static void load_join_slices(struct loader *l)
{
	struct arena *a = &l->cmd->arena;
	struct result *r = l->r;
	struct ticket *tickets;
	size_t *slice_of, n = 0;

	for (size_t s = 0; s < r->n_slices; s++)
		r->n_tickets += r->slices[s].n;
	tickets = arena_array(a, r->n_tickets, sizeof(*tickets));
	slice_of = arena_array(a, r->n_tickets, sizeof(*slice_of));
	l->first = arena_array(a, r->n_slices, sizeof(*l->first));
	for (enum slice_role role = SLICE_ORDINARY; role <= SLICE_HARDER; role++) {
		for (size_t s = 0; s < r->n_slices; s++) {
			if (r->slices[s].role != role)
				continue;
			l->first[s] = n;
			for (size_t i = 0; i < r->slices[s].n; i++) {
				tickets[n] = r->slices[s].tickets[i];
				slice_of[n++] = s;
			}
		}
		if (role == SLICE_ORDINARY)
			r->n_ordinary = n;
	}
	r->tickets = tickets;
	r->slice_of = slice_of;
}

/* store_find_seen() and its like: were results seen on this slice before? */
typedef int find_seen(struct arena *a, struct store *s, const struct run_row *run,
		      const char *slice_sha256, bool *ret_found, struct run_row *ret_row,
		      struct err *err);

/* Marks the tickets whose slice `find` finds too, and chooses the evidence among all. */
static int load_mark_seen(struct loader *l, find_seen *find, bool *seen,
			  struct evidence *ret_evidence)
{
	struct arena *a = &l->cmd->arena;
	struct result *r = l->r;
	const char *seen_in = NULL;

	for (size_t s = 0; s < r->n_slices; s++) {
		struct run_row *earlier = arena_alloc(a, sizeof(*earlier));
		bool found;

		if (find(a, l->store, r->run, r->slices[s].sha256, &found, earlier, &l->cmd->err) <
		    0)
			return -1;
		if (!found)
			continue;
		if (r->slices[s].role == SLICE_ORDINARY)
			seen_in = earlier->name;
		for (size_t i = 0; i < r->slices[s].n; i++)
			seen[l->first[s] + i] = true;
	}
	evidence_choose(a, r->tickets, r->n_ordinary, seen, l->copies, ret_evidence);
	ret_evidence->seen_in = seen_in;
	return 0;
}

/* Tickets seen before the prompt was written are seen for candidates with examples too. */
static int load_evidence(struct loader *l)
{
	struct arena *a = &l->cmd->arena;
	struct result *r = l->r;
	bool *seen = arena_array(a, r->n_tickets, sizeof(*seen));
	bool *trained = arena_array(a, r->n_tickets, sizeof(*trained));

	l->copies = arena_array(a, r->n_tickets, sizeof(*l->copies));
	for (size_t s = 0; s < r->n_slices; s++)
		repeats_read(&r->slices[s], l->copies + l->first[s]);
	if (load_mark_seen(l, store_find_seen, seen, &r->evidence) < 0)
		return -1;
	memcpy(trained, seen, r->n_tickets * sizeof(*seen));
	if (load_mark_seen(l, store_find_seen_examples, seen, &r->examples_evidence) < 0)
		return -1;
	return load_mark_seen(l, store_find_seen_training, trained, &r->training_evidence);
}

static void load_add_segments(struct loader *l, struct candidate_result *c,
			      const struct segment_row *rows, size_t n)
{
	struct segment_row *all = arena_array(&l->cmd->arena, c->n_segments + n, sizeof(*all));

	if (c->n_segments)
		memcpy(all, c->segments, c->n_segments * sizeof(*all));
	if (n)
		memcpy(all + c->n_segments, rows, n * sizeof(*all));
	c->segments = all;
	c->n_segments += n;
	/* The first segment of a calibrated candidate is what its base's answers cost. */
	c->recomputed |= n > 1 + (size_t)c->calibrated;
	c->raced |= n > 0 && strcmp(rows[n - 1].report.ended, "raced") == 0;
}

/* A pass that counts, and its slice. */
struct asked {
	const struct candidate_row *row;
	struct pass_row *pass;
	size_t slice;
};

/* The rows of one candidate: it has one a slice, or several if it went down the ladder. */
struct group {
	const struct candidate_row *first;
	const struct candidate_row *unasked; /* the newest without a pass, or NULL */
	struct asked *asked; /* one a slice, in the order in which the slices were asked */
	size_t n_asked, n_superseded;
};

bool load_row_is_of(const struct candidate_row *row, const char *name, const char *path)
{
	return strcmp(row->name, name) == 0 && strcmp(row->path, path) == 0;
}

/*
 * RULE: the last pass over a slice counts. A candidate that went down the ladder has several; those
 * that failed stay in the store, and their replies are not read here.
 */
static int load_add_asked(struct loader *l, const struct candidate_row *row, struct group *g)
{
	const struct result *r = l->r;
	struct asked asked = { .row = row,
			       .pass = arena_alloc(&l->cmd->arena, sizeof(*asked.pass)) };
	size_t at = 0;

	if (store_get_pass(&l->cmd->arena, l->store, row->pass_id, asked.pass, &l->cmd->err) < 0)
		return -1;
	while (asked.slice < r->n_slices &&
	       strcmp(r->slices[asked.slice].sha256, asked.pass->slice_sha256) != 0)
		asked.slice++;
	if (asked.slice == r->n_slices)
		return 0; /* a slice that was added after those that are loaded */
	while (at < g->n_asked && g->asked[at].slice != asked.slice)
		at++;
	g->n_superseded += at < g->n_asked;
	g->n_asked += at == g->n_asked;
	g->asked[at] = asked;
	return 0;
}

/*
 * rows are oldest first, so the row of the first slice identifies the candidate. If no pass counts,
 * the newest row without one says why: what was planned may be refused later, and the reverse.
 */
static int load_group_rows(struct loader *l, const struct candidate_row *rows, size_t n,
			   struct group *groups, size_t *ret_n)
{
	size_t n_groups = 0, at;

	for (size_t i = 0; i < n; i++) {
		for (at = 0; at < n_groups; at++)
			if (load_row_is_of(&rows[i], groups[at].first->name,
					   groups[at].first->path))
				break;
		if (at == n_groups)
			groups[n_groups++] = (struct group){
				.first = &rows[i],
				.asked = arena_array(&l->cmd->arena, l->r->n_slices,
						     sizeof(*groups->asked)),
			};
		if (!rows[i].pass_id)
			groups[at].unasked = &rows[i];
		else if (load_add_asked(l, &rows[i], &groups[at]) < 0)
			return -1;
	}
	*ret_n = n_groups;
	return 0;
}

/* Puts the replies of one pass at the places of its slice's tickets. */
static int load_pass(struct loader *l, const struct asked *asked, struct candidate_result *c)
{
	struct arena *a = &l->cmd->arena;
	struct err *err = &l->cmd->err;
	const struct pass_row *pass = asked->pass;
	size_t n = l->r->slices[asked->slice].n, first = l->first[asked->slice], n_segments;
	struct segment_row *segments;
	struct answer **answers;
	struct reason **reasons = NULL;

	if (store_get_answers(a, l->store, pass->id, n, l->texts, &answers, err) < 0 ||
	    (l->options->texts && store_get_reasons(a, l->store, pass->id, n, &reasons, err) < 0) ||
	    store_get_segments(a, l->store, pass->id, &segments, &n_segments, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		c->answers[first + i] = answers[i];
		c->reasons[first + i] = reasons ? reasons[i] : NULL;
	}
	c->passes[c->n_passes++] = pass;
	if (*asked->row->ladder)
		c->ladder = arena_printf(a, "ladder: %s", asked->row->ladder);
	load_add_segments(l, c, segments, n_segments);
	return 0;
}

static void load_sum_segments(struct candidate_result *c)
{
	for (size_t i = 0; i < c->n_segments; i++) {
		const struct segment_row *s = &c->segments[i];

		c->load_us += s->report.load_us;
		c->prefix_us += s->report.prefix_us;
		c->prefix_tok += s->report.prefix_tok;
		c->prefix_kept_tok += s->report.prefix_kept_tok;
		c->prefix_load_us += s->report.prefix_load_us;
		c->answer_us += s->report.answer_us;
		c->reason_us += s->report.reason_us;
		c->full_run_us += s->active_us;
		c->disturbed |= s->report.disturbance.disturbed;
		c->slept |= s->report.disturbance.suspended_us > 0;
		if (s->report.energy_uj < 0 || c->energy_uj < 0)
			c->energy_uj = -1;
		else
			c->energy_uj += s->report.energy_uj;
		if (s->report.peak_rss_bytes > c->peak_rss_bytes)
			c->peak_rss_bytes = s->report.peak_rss_bytes;
	}
	if (c->n_segments == 0)
		c->energy_uj = -1;
}

static struct tally load_tally_evidence(const struct result *r, const struct candidate_result *c)
{
	const struct evidence *e = result_evidence(r, c);
	struct tally t = { 0 };

	for (size_t i = 0; i < r->n_ordinary; i++) {
		if (!e->counts[i] || !c->answers[i])
			continue;
		t.n++;
		t.right += answer_is_right(c->answers[i], &r->tickets[i]);
	}
	return t;
}

static int load_candidate(struct loader *l, const struct group *g, struct candidate_result *c)
{
	struct arena *a = &l->cmd->arena;
	struct result *r = l->r;
	size_t n_harder = r->n_tickets - r->n_ordinary;

	*c = (struct candidate_result){ .row = g->unasked ? g->unasked : g->first,
					.n_slices = g->n_asked,
					.n_superseded = g->n_superseded };
	c->blocked = strcmp(c->row->licence_verdict, licence_verdict_name(LICENCE_BLOCK)) == 0;
	c->answers = arena_array(a, r->n_tickets, sizeof(*c->answers));
	c->reasons = arena_array(a, r->n_tickets, sizeof(*c->reasons));
	c->passes = arena_array(a, g->n_asked, sizeof(*c->passes));
	c->reliability = arena_array(a, 1, sizeof(*c->reliability));
	c->baseline = c->row->engine == ENGINE_BASELINE;
	if (g->n_asked) {
		c->row = g->asked[0].row;
		c->pass = g->asked[0].pass;
		c->calibrated = strstr(c->pass->way, way_name(WAY_CALIBRATED)) != NULL;
	}
	for (size_t i = 0; i < g->n_asked; i++)
		if (load_pass(l, &g->asked[i], c) < 0)
			return -1;
	load_sum_segments(c);
	score_replies(a, r->tickets, r->n_ordinary, c->answers, c->reasons, r->n_labels, &c->score);
	score_replies(a, r->tickets + r->n_ordinary, n_harder, c->answers + r->n_ordinary,
		      c->reasons + r->n_ordinary, r->n_labels, &c->harder);
	c->evidence = load_tally_evidence(r, c);
	return 0;
}

/* As plan_rank(): a server of unknown size counts as the largest. */
static int load_rank(const struct candidate_row *row)
{
	if (row->engine == ENGINE_BASELINE)
		return 0;
	return row->engine == ENGINE_HTTP && row->size_bytes == 0 ? 2 : 1;
}

/*
 * As the plan sorts. `ord` is a place among the candidates of one session, and a run may go on with
 * other models, so it decides only between equal sizes.
 */
static int load_by_place(const void *x, const void *y)
{
	const struct candidate_result *a = x, *b = y;

	if (load_rank(a->row) != load_rank(b->row))
		return load_rank(a->row) - load_rank(b->row);
	if (a->row->size_bytes != b->row->size_bytes)
		return (a->row->size_bytes > b->row->size_bytes) -
		       (a->row->size_bytes < b->row->size_bytes);
	if (a->row->n_params != b->row->n_params)
		return (a->row->n_params > b->row->n_params) -
		       (a->row->n_params < b->row->n_params);
	if (a->row->ord != b->row->ord)
		return (a->row->ord > b->row->ord) - (a->row->ord < b->row->ord);
	return (a->row->id > b->row->id) - (a->row->id < b->row->id);
}

static void load_short_names(struct arena *a, struct result *r)
{
	const char **names = arena_array(a, r->n, sizeof(*names));

	for (size_t i = 0; i < r->n; i++)
		names[i] = r->candidates[i].row->name;
	names = short_names(a, names, r->n);
	for (size_t i = 0; i < r->n; i++)
		r->candidates[i].short_name = names[i];
}

static int load_candidates(struct loader *l)
{
	struct arena *a = &l->cmd->arena;
	struct result *r = l->r;
	struct candidate_row *rows;
	struct group *groups;
	size_t n;

	if (store_get_candidates(a, l->store, r->run->id, &rows, &n, &l->cmd->err) < 0)
		return -1;
	groups = arena_array(a, n, sizeof(*groups));
	if (load_group_rows(l, rows, n, groups, &r->n) < 0)
		return -1;
	r->candidates = arena_array(a, r->n, sizeof(*r->candidates));
	for (size_t i = 0; i < r->n; i++)
		if (load_candidate(l, &groups[i], &r->candidates[i]) < 0)
			return -1;
	if (r->n > 1)
		qsort(r->candidates, r->n, sizeof(*r->candidates), load_by_place);
	load_short_names(a, r);
	return 0;
}

static bool load_shows_harder(const struct result *r)
{
	return names_find_or_first(&harder_rule_names, r->run->harder) == HARDER_SHOWN;
}

static void load_decision(struct cmd *cmd, struct result *r)
{
	struct arena *a = &cmd->arena;

	r->standard = (struct standard){ .bar = r->run->bar,
					 .certainty = r->run->certainty,
					 .floor = r->run->floor,
					 .hard_share = r->run->hard_share,
					 .harder_shown = load_shows_harder(r),
					 .edited = r->evidence.edited };
	r->contenders = arena_array(a, r->n, sizeof(*r->contenders));
	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = &r->candidates[i];

		r->contenders[i] = (struct contender){
			.name = c->row->name,
			.refused = *c->row->refused ? c->row->refused : NULL,
			.not_measured = *c->row->refused ? NULL : c->not_measured,
			.baseline = c->baseline,
			.unfinished = c->unfinished,
			.harder_unfinished = c->harder_unfinished,
			.not_tried = c->not_tried,
			.not_reached = c->not_reached,
			.blocked = c->blocked,
			.score = { c->score.n_right, c->score.n },
			.n_tickets = r->n_ordinary,
			.evidence = c->evidence,
			.examples_changed = result_evidence(r, c)->edited,
			.harder = { c->harder.n_right, c->harder.n },
			.n_harder = r->n_tickets - r->n_ordinary,
		};
	}
	decide(a, r->contenders, r->n, &r->standard, &r->decision);
}

/* RULE: answers about a pool never enter a score. */
static int load_check_kind(struct cmd *cmd, const struct run_row *run)
{
	if (run->kind != RUN_SUGGEST)
		return 0;
	return err_set(&cmd->err, ERR_INPUT,
		       "run '%s' only made suggestions: its tickets have no labels, so there is "
		       "nothing to score; name another run, such as '%s'",
		       run->name, run->parent);
}

/* The job file at the run's path, seen from this folder or from the run's; or beside the store. */
static const char *load_job_path(struct arena *a, const struct result *r)
{
	const char *path = r->run->job_path, *beside;
	struct run_plan plan;

	beside = file_beside(a, r->store_path, str_basename(path));
	if (file_exists(path) || file_exists(beside))
		return file_exists(path) ? path : beside;
	if (r->n_slices == 0 || *path == '/' ||
	    !run_plan_find(a, r->events, r->n_events, r->slices[0].sha256, &plan))
		return beside;
	path = arena_printf(a, "%s/%s", plan.folder, path);
	return file_exists(path) ? path : beside;
}

/* Another bar has the floor as far below it as the job's own. */
static void load_set_bar(struct run_row *run, double bar)
{
	double below = run->bar - run->floor;

	run->bar = bar;
	run->floor = bar > below ? bar - below : bar;
}

int load_result(struct cmd *cmd, struct store *store, const struct load_options *options,
		struct result *ret_result)
{
	struct arena *a = &cmd->arena;
	struct run_row *run = arena_alloc(a, sizeof(*run));
	struct result r = { .run = run };
	struct loader l = { .cmd = cmd, .store = store, .options = options, .r = &r };

	l.texts = options->texts ? STORE_TEXTS : STORE_NO_TEXTS;
	if (store_get_run(a, store, options->name, run, &cmd->err) < 0 ||
	    load_check_kind(cmd, run) < 0 || load_own_labels(cmd, &r) < 0 ||
	    store_get_slices(a, store, run, l.texts, &r.slices, &r.n_slices, &cmd->err) < 0 ||
	    store_get_events(a, store, run->id, &r.events, &r.n_events, &cmd->err) < 0)
		return -1;
	if (options->bar > 0)
		load_set_bar(run, options->bar);
	if (options->n_slices && options->n_slices < r.n_slices)
		r.n_slices = options->n_slices;
	load_join_slices(&l);
	if (load_evidence(&l) < 0 || load_candidates(&l) < 0)
		return -1;
	standing_of_run(cmd, &r);
	load_decision(cmd, &r);
	suspects_of_run(cmd, &r);
	if (r.n_slices > 0 && store_get_earlier(a, store, run, r.slices[0].sha256, &r.earlier,
						&r.n_earlier, &cmd->err) < 0)
		return -1;
	r.chain_head = arena_strdup(a, store->head);
	r.store_path = arena_strdup(a, store->path);
	r.job_path = load_job_path(a, &r);
	*ret_result = r;
	return 0;
}

int load_from_store(struct cmd *cmd, const char *store_option, const struct load_options *options,
		    struct result *ret_result)
{
	struct load_options with = *options;
	struct store store = { 0 };
	int r = store_find_and_open(cmd, store_option, &with.name, &store);

	if (r == 0)
		r = load_result(cmd, &store, &with, ret_result);
	store_close(&store);
	return r;
}

int load_run_row(struct cmd *cmd, const char *store_path, const char *name, struct run_row *ret_row)
{
	struct store store = { 0 };
	int r = store_open(&cmd->arena, store_path, STORE_READ, &store, &cmd->err);

	if (r == 0)
		r = store_get_run(&cmd->arena, &store, name, ret_row, &cmd->err);
	store_close(&store);
	return r;
}
