/*
 * The stages of `pull`: resolve the name, check offline mode and disk space, fetch and show the
 * licence, fetch the weights, place them, identify the model. Must not know one place from the
 * other (pull_hub.c, pull_ollama.c).
 */
#include "pull/pull.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/array.h"
#include "base/file.h"
#include "base/str.h"
#include "flow/interrupt.h"
#include "flow/prepare/prepare.h"

enum { CONNECT_S = 20, BACKOFF_MS = 1000 };

static bool pull_stopped(void)
{
	return interrupt_count() > 0;
}

static bool pull_is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value && strcmp(value, "0") != 0;
}

static int pull_check_offline(struct pull *p)
{
	const char *why = p->options->offline		 ? "--offline was given" :
			  pull_is_set("TOEHOLD_OFFLINE") ? "TOEHOLD_OFFLINE is set" :
			  pull_is_set("HF_HUB_OFFLINE")	 ? "HF_HUB_OFFLINE is set" :
							   NULL;

	if (!why)
		return 0;
	return err_set(&p->cmd->err, ERR_REFUSED, "'%s' was not fetched: %s", p->name.text, why);
}

/* The first wait. Tests set it to zero. */
static int64_t pull_backoff_ms(void)
{
	const char *value = getenv("TOEHOLD_PULL_BACKOFF_MS");
	int64_t ms = BACKOFF_MS;

	return value && str_to_i64(value, 0, BACKOFF_MS, &ms) ? ms : BACKOFF_MS;
}

static int pull_set_rules(struct pull *p)
{
	const struct pull_options *o = p->options;
	char *program;

	if (transfer_find_program(&p->cmd->arena, &program, &p->cmd->err) < 0)
		return -1;
	p->rules = (struct download_rules){
		.program = program,
		.token_origin = "",
		.plain_origin = "",
		.login_hint = "",
		.tries = o->tries,
		.connect_ms = 1000 * (o->timeout_s < CONNECT_S ? o->timeout_s : CONNECT_S),
		.stall_ms = 1000 * o->timeout_s,
		.backoff_ms = pull_backoff_ms(),
		.sandbox = !o->no_sandbox,
		.unverified = o->unverified,
		.stopped = pull_stopped,
		.say = pull_say_line,
		.progress = pull_say_progress,
	};
	p->downloader.rules = &p->rules;
	return 0;
}

struct pull_item *pull_add_item(struct pull *p)
{
	p->items =
		arena_grow(&p->cmd->arena, p->items, p->n_items, &p->items_cap, sizeof(*p->items));
	return &p->items[p->n_items++];
}

const char *pull_root_of(struct arena *a, const struct pull_root *roots, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *value = getenv(roots[i].variable);

		if (value && *value)
			return arena_printf(a, "%s%s", value, roots[i].below);
	}
	return NULL;
}

int pull_write(struct pull *p, const char *temp, const char *path, const char *data, size_t n_bytes)
{
	struct err *err = &p->cmd->err;

	if (file_make_dirs(file_beside(&p->cmd->arena, path, "."), 0755, err) < 0 ||
	    file_write(temp, 0644, data, n_bytes, err) < 0)
		return -1;
	if (rename(temp, path) < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot put '%s' in place", path);
	return 0;
}

static int64_t pull_missing_bytes(const struct pull *p)
{
	int64_t bytes = 0;

	for (size_t i = 0; i < p->n_items; i++)
		bytes += download_missing_bytes(&p->cmd->arena, &p->items[i].file);
	return bytes;
}

static int pull_make_folders(struct pull *p)
{
	for (size_t i = 0; i < p->n_items; i++) {
		const char *paths[] = { p->items[i].file.path, p->items[i].file.lock_path };

		for (size_t k = 0; k < COUNT_OF(paths); k++)
			if (file_make_dirs(file_beside(&p->cmd->arena, paths[k], "."), 0755,
					   &p->cmd->err) < 0)
				return -1;
	}
	return 0;
}

static int pull_check_space(struct pull *p, int64_t bytes)
{
	struct arena *a = &p->cmd->arena;
	struct statvfs disk;
	uint64_t there;

	if (statvfs(p->root, &disk) < 0)
		return err_sys(&p->cmd->err, ERR_INPUT, errno, "cannot read the free space of '%s'",
			       p->root);
	there = (uint64_t)disk.f_bavail * disk.f_frsize;
	if ((uint64_t)bytes <= there)
		return 0;
	return err_set(
		&p->cmd->err, ERR_REFUSED,
		"the download needs %s, and '%s' has %s free; make room, or choose another folder "
		"(docs/pull.md)",
		str_bytes(a, (uint64_t)bytes), p->root, str_bytes(a, there));
}

static int pull_fetch(struct pull *p, const struct pull_kind *kind, bool texts)
{
	for (size_t i = 0; i < p->n_items; i++) {
		struct pull_item *item = &p->items[i];

		if (item->is_text != texts)
			continue;
		if (download_file(&p->downloader, &p->cmd->arena, &item->file, &item->got,
				  &p->cmd->err) < 0 ||
		    kind->place(p, item) < 0)
			return -1;
		item->done = true;
	}
	return 0;
}

/* Finds the model by its name, as a job file will, or by its path if the name finds another one. */
static int pull_find(struct pull *p)
{
	struct arena *a = &p->cmd->arena;
	struct err why;

	if (model_find(a, p->name.text, NULL, &p->model, &why) == 0 &&
	    strcmp(p->model.path, p->model_path) == 0)
		return 0;
	return model_find(a, p->model_path, NULL, &p->model, &p->cmd->err);
}

/* Puts the checksum of the download into the cache, so that nobody has to read the file again. */
static void pull_know_sum(struct pull *p, struct model_cache *cache)
{
	for (size_t i = 0; i < p->n_items; i++)
		if (p->items[i].done && !p->items[i].is_text && p->model.n_parts == 1 &&
		    (p->items[i].link_path == p->model_path ||
		     p->items[i].file.path == p->model_path))
			memcpy(p->model.sha256, p->items[i].got.sha256, sizeof(p->model.sha256));
	if (*p->model.sha256 && p->model.has_facts)
		model_cache_put(cache, &p->model);
}

/*
 * Has a sandboxed worker read the file's header. The file is in place by now, so a problem here
 * does not fail the pull.
 */
static void pull_identify(struct pull *p)
{
	struct cmd *cmd = p->cmd;
	struct model_cache cache = { 0 };
	struct err unused;

	if (pull_find(p) < 0 || model_cache_open(&cmd->arena, &cache, &cmd->err) < 0 ||
	    prepare_model(cmd, &cache, &p->model, !p->options->no_sandbox, false, &p->problem) < 0)
		p->problem = arena_strdup(&cmd->arena, cmd->err.msg);
	pull_know_sum(p, &cache);
	if (model_cache_close(&cache, &unused) < 0)
		pull_say_line(unused.msg);
}

static int pull_named(struct pull *p, const struct pull_kind *kind)
{
	int64_t bytes;

	if (kind->resolve(p) < 0)
		return -1;
	bytes = pull_missing_bytes(p);
	if (p->options->dry_run) {
		pull_print_plan(p, bytes);
		return 0;
	}
	pull_say_plan(p, bytes);
	if (pull_make_folders(p) < 0 || pull_check_space(p, bytes) < 0 ||
	    pull_fetch(p, kind, true) < 0)
		return -1;
	pull_say_licence(p);
	if (pull_fetch(p, kind, false) < 0 || kind->finish(p) < 0)
		return -1;
	pull_identify(p);
	pull_print(p);
	return 0;
}

int pull_model(struct cmd *cmd, const char *name, const struct pull_options *options)
{
	struct pull p = {
		.cmd = cmd, .options = options, .card_licence = "", .card_name = "", .card_link = ""
	};
	int r;

	if (pull_name_parse(&cmd->arena, name, &p.name, &cmd->err) < 0 ||
	    pull_check_offline(&p) < 0 || pull_set_rules(&p) < 0)
		return -1;
	interrupt_catch(NULL);
	r = pull_named(&p, p.name.place == PULL_OLLAMA ? &pull_ollama : &pull_hub);
	download_close(&p.downloader);
	pull_say_progress(NULL, NULL, 0, 0);
	return r;
}
