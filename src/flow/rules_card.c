/*
 * From the store to the facts of the rules card.
 */
#include "flow/rules_card.h"

#include <string.h>
#include <sys/stat.h>

#include "flow/open/load.h"
#include "flow/open/store_find.h"

static bool rules_card_is_before(const struct run_row *x, const struct run_row *y)
{
	return x->created_us != y->created_us ? x->created_us < y->created_us : x->id < y->id;
}

/* The newest smoke test of the same job before this run, or NULL. */
static int rules_card_load_before(struct cmd *cmd, struct store *store, const struct run_row *run,
				  const struct result **ret_before)
{
	struct load_options load = { 0 };
	const struct run_row *before = NULL;
	struct result *r = arena_alloc(&cmd->arena, sizeof(*r));
	struct run_row *runs;
	size_t n;

	*ret_before = NULL;
	if (store_list_runs(&cmd->arena, store, &runs, &n, &cmd->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (runs[i].kind == RUN_SMOKE && strcmp(runs[i].job_name, run->job_name) == 0 &&
		    rules_card_is_before(&runs[i], run) &&
		    (!before || rules_card_is_before(before, &runs[i])))
			before = &runs[i];
	if (!before)
		return 0;
	load.name = before->name;
	if (load_result(cmd, store, &load, r) < 0)
		return -1;
	*ret_before = r;
	return 0;
}

/* The header facts of the weights; NULL if there are none or they were not read. */
static int rules_card_load_model(struct cmd *cmd, struct store *store, const struct result *r,
				 const struct model_facts **ret_facts)
{
	int subject = check_subject(r);
	struct model *model = arena_alloc(&cmd->arena, sizeof(*model));
	const struct candidate_result *c;

	*ret_facts = NULL;
	if (subject < 0)
		return 0;
	c = &r->candidates[subject];
	if (c->baseline || !c->pass)
		return 0;
	if (store_get_model(&cmd->arena, store, c->pass->model_sha256, model, &cmd->err) < 0)
		return -1;
	if (model->has_facts)
		*ret_facts = &model->facts;
	return 0;
}

static void rules_card_verify_chain(struct cmd *cmd, struct store *store, struct check_facts *facts)
{
	struct err err;

	if (store_verify_chain(store, &facts->n_chain_rows, &err) < 0)
		facts->chain_problem = arena_strdup(&cmd->arena, err.msg);
}

static int rules_card_gather(struct cmd *cmd, struct store *store, const char *name,
			     struct result *ret_result, struct check_facts *facts)
{
	const struct load_options load = { .name = name, .texts = true };
	struct stat st;

	if (load_result(cmd, store, &load, ret_result) < 0 ||
	    rules_card_load_before(cmd, store, ret_result->run, &facts->before) < 0 ||
	    rules_card_load_model(cmd, store, ret_result, &facts->model) < 0)
		return -1;
	if (stat(store->path, &st) < 0)
		return err_set(&cmd->err, ERR_STORE, "cannot inspect store '%s'", store->path);
	facts->store_mode = st.st_mode & 07777;
	rules_card_verify_chain(cmd, store, facts);
	return 0;
}

int rules_card_load(struct cmd *cmd, const char *store_option, const char *name,
		    struct result *ret_result, struct check_facts *ret_facts)
{
	struct check_facts facts = { .r = ret_result };
	struct store store = { 0 };
	int r;

	if (store_find_and_open(cmd, store_option, &name, &store) < 0)
		return -1;
	r = rules_card_gather(cmd, &store, name, ret_result, &facts);
	store_close(&store);
	if (r == 0)
		*ret_facts = facts;
	return r;
}
