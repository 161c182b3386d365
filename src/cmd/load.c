/*
 * Rows to a result.
 */
#include "cmd/load.h"

#include <glob.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"

/* Of a run that was killed before its tickets were kept: it goes on with the same command. */
static const struct slice no_tickets = { .path = "" };

static int load_labels(struct cmd *cmd, const struct run_row *run, struct result *r)
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
	r->labels = labels;
	r->n_labels = json_array_size(list);
	json_decref(list);
	return 0;
}

static void sum_segments(struct candidate_result *c)
{
	for (size_t i = 0; i < c->n_segments; i++) {
		const struct segment_row *s = &c->segments[i];

		c->load_us += s->load_us;
		c->prefix_us += s->prefix_us;
		c->answer_us += s->answer_us;
		c->reason_us += s->reason_us;
		c->full_run_us += s->active_us;
		c->disturbed |= s->disturbed;
		if (s->peak_rss_bytes > c->peak_rss_bytes)
			c->peak_rss_bytes = s->peak_rss_bytes;
	}
	c->recomputed = c->n_segments > 1;
}

static int load_candidate(struct cmd *cmd, struct store *store, const struct result *r,
			  const struct candidate_row *row, struct candidate_result *c)
{
	size_t n = r->slice->n;
	struct pass_row *pass;

	c->row = row;
	c->answers = arena_array(&cmd->arena, n, sizeof(*c->answers));
	c->reasons = arena_array(&cmd->arena, n, sizeof(*c->reasons));
	if (row->pass_id) {
		pass = arena_alloc(&cmd->arena, sizeof(*pass));
		if (store_get_pass(&cmd->arena, store, row->pass_id, pass, &cmd->err) < 0 ||
		    store_get_answers(&cmd->arena, store, row->pass_id, n, STORE_TEXTS, &c->answers,
				      &cmd->err) < 0 ||
		    store_get_reasons(&cmd->arena, store, row->pass_id, n, &c->reasons, &cmd->err) <
			    0 ||
		    store_get_segments(&cmd->arena, store, row->pass_id, &c->segments,
				       &c->n_segments, &cmd->err) < 0)
			return -1;
		c->pass = pass;
	}
	sum_segments(c);
	score_replies(&cmd->arena, r->slice, c->answers, c->reasons, r->n_labels, &c->score);
	return 0;
}

static void load_decision(struct cmd *cmd, struct result *r)
{
	struct contender *contenders = arena_array(&cmd->arena, r->n, sizeof(*contenders));

	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = &r->candidates[i];

		contenders[i] = (struct contender){
			.name = c->row->name,
			.size_bytes = c->row->size_bytes,
			.n_params = c->row->n_params,
			.n_right = c->score.n_right,
			.n = c->score.n,
			.n_tickets = c->score.n_tickets,
			.refused = *c->row->refused ? c->row->refused : NULL,
		};
	}
	decide(&cmd->arena, contenders, r->n, r->run->bar, &r->decision);
}

int load_result(struct cmd *cmd, struct store *store, const char *name, struct result *ret_result)
{
	struct arena *a = &cmd->arena;
	struct run_row *run = arena_alloc(a, sizeof(*run));
	struct candidate_row *rows;
	struct result r = { 0 };
	struct slice *slices;
	size_t n_slices;

	if (store_get_run(a, store, name, run, &cmd->err) < 0)
		return -1;
	r.run = run;
	if (load_labels(cmd, run, &r) < 0 ||
	    store_get_slices(a, store, run, STORE_TEXTS, &slices, &n_slices, &cmd->err) < 0 ||
	    store_get_candidates(a, store, run->id, &rows, &r.n, &cmd->err) < 0 ||
	    store_get_events(a, store, run->id, &r.events, &r.n_events, &cmd->err) < 0)
		return -1;
	r.slice = n_slices ? &slices[0] : &no_tickets;
	r.candidates = arena_array(a, r.n, sizeof(*r.candidates));
	for (size_t i = 0; i < r.n; i++)
		if (load_candidate(cmd, store, &r, &rows[i], &r.candidates[i]) < 0)
			return -1;
	load_decision(cmd, &r);
	r.chain_head = arena_strdup(a, store->head);
	*ret_result = r;
	return 0;
}

char *store_path_for(struct arena *a, const char *job_path)
{
	const char *dot = strrchr(str_basename(job_path), '.');
	size_t n = dot ? (size_t)(dot - job_path) : strlen(job_path);

	return arena_printf(a, "%.*s.toehold", (int)n, job_path);
}

int store_path_find(struct cmd *cmd, const char *option, const char *job_path, char **ret_path)
{
	glob_t found;
	int r = 0;

	if (option || job_path) {
		*ret_path = option ? arena_strdup(&cmd->arena, option) :
				     store_path_for(&cmd->arena, job_path);
		return 0;
	}
	if (glob("*.toehold", 0, NULL, &found) != 0 || found.gl_pathc != 1)
		r = err_set(&cmd->err, ERR_INPUT,
			    "%s store (*.toehold) in this folder; name one with --store FILE",
			    found.gl_pathc > 1 ? "more than one" : "no");
	else
		*ret_path = arena_strdup(&cmd->arena, found.gl_pathv[0]);
	globfree(&found);
	return r;
}
