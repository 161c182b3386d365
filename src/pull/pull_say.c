/*
 * What `pull` prints: progress and warnings on standard error, the result on standard output.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/display.h"
#include "base/file.h"
#include "base/json/json.h"
#include "base/str.h"
#include "flow/say/say.h"
#include "flow/say/status.h"
#include "pull/pull.h"

enum { SHOW_EVERY_US = 200000 };

/* ---- progress */

void pull_say_line(const char *text)
{
	say("%s\n", text);
}

/* The rate since the file was begun, and the time left at that rate. */
static const char *say_speed(struct arena *a, int64_t done, int64_t total, int64_t us)
{
	int64_t per_s;

	if (us < SHOW_EVERY_US || done <= 0)
		return "";
	per_s = (int64_t)((double)done * 1e6 / (double)us);
	if (total < 0 || per_s < 1)
		return arena_printf(a, ", %s/s", str_bytes(a, (uint64_t)per_s));
	return arena_printf(a, ", %s/s, about %s left", str_bytes(a, (uint64_t)per_s),
			    str_about(a, (total - done) / per_s * 1000000));
}

void pull_say_progress(const char *name, const char *what, int64_t done_bytes, int64_t total_bytes)
{
	static const char *last_name;
	static int64_t start_us, start_bytes;
	int64_t now_us;
	struct arena a = { 0 };

	if (!name) {
		status_clear();
		return;
	}
	if (!status_is_on())
		return;
	now_us = clock_mono_us();
	if (name != last_name) {
		last_name = name;
		start_us = now_us;
		start_bytes = done_bytes;
	}
	status_line("%s %s  %s%s%s", what, display_fit(&a, display_text(&a, name), 30),
		    str_bytes(&a, (uint64_t)done_bytes),
		    total_bytes >= 0 ?
			    arena_printf(&a, " of %s", str_bytes(&a, (uint64_t)total_bytes)) :
			    "",
		    say_speed(&a, done_bytes - start_bytes,
			      total_bytes < 0 ? -1 : total_bytes - start_bytes, now_us - start_us));
	arena_release(&a);
}

/* ---- before */

void pull_say_plan(const struct pull *p, int64_t missing_bytes)
{
	struct arena *a = &p->cmd->arena;

	if (p->n_unsafe)
		say("%zu files have unsafe names and were skipped\n", p->n_unsafe);
	if (missing_bytes > 0)
		say("%s from %s into '%s'\n", str_bytes(a, (uint64_t)missing_bytes), p->source,
		    p->root);
	else
		say("all files are already here; checking them\n");
}

/* The licence of the model card as the file list states it, until the card itself is fetched. */
static void say_hear_card(struct pull *p)
{
	const struct licence_row *card = licence_find(p->card_licence);
	struct licence *l = &p->licence;

	/* The strictest statement counts, as everywhere (docs/licences.md). */
	if (card && card->commercial > l->verdict) {
		l->verdict = card->commercial;
		l->id = card->id;
		l->name = card->name;
		l->conditions = card->conditions;
		l->source = "model card";
	}
	l->why = arena_printf(&p->cmd->arena, "%s; its model card says %s%s", l->why,
			      display_text(&p->cmd->arena, p->card_licence),
			      card ? "" : ", which toehold does not know");
}

/* Judges by the files fetched so far. */
static void say_judge(struct pull *p)
{
	struct model *m = &p->model;

	if (!m->path)
		*m = (struct model){ .spec = p->name.text,
				     .path = p->model_path,
				     .label = p->name.file ? p->name.file : p->name.model,
				     .n_parts = 1,
				     .origin = { .store = p->name.place == PULL_OLLAMA ?
								  "ollama" :
								  "hugging face" } };
	if (!m->origin.licence_path)
		m->origin.licence_path = p->licence_path;
	if (!m->origin.card_path)
		m->origin.card_path = p->card_path;
	licence_judge(&p->cmd->arena, m, NULL, &p->licence);
	if (*p->card_licence && !(p->card_path && file_exists(p->card_path)))
		say_hear_card(p);
}

static void say_licence(const struct pull *p)
{
	const struct licence *l = &p->licence;
	struct arena *a = &p->cmd->arena;

	say("licence: %s, for commercial use: %s\n",
	    licence_words(a, licence_verdict_name(l->verdict), l->id, l->source), l->why);
	if (*p->card_link)
		say("  licence text, according to the model card: %s\n",
		    display_text(a, p->card_link));
	if (l->verdict == LICENCE_BLOCK)
		say("LICENCE FORBIDS COMMERCIAL USE: %s. It is fetched anyway; a job must say "
		    "'use: research' or 'use: evaluate'.\n",
		    l->name);
}

void pull_say_licence(struct pull *p)
{
	say_judge(p);
	say_licence(p);
}

/* ---- the result */

static const char *say_state(struct arena *a, const struct pull_item *item)
{
	if (!item->done)
		return download_missing_bytes(a, &item->file) > 0 ? "to fetch" : "is there";
	if (item->got.was_there)
		return "was there";
	return item->got.kept_bytes > 0 ? "resumed" : "fetched";
}

static json_t *say_item_json(struct arena *a, const struct pull_item *item)
{
	const struct pull_file *f = &item->file.stated;
	json_t *o = json_object();

	json_object_set_new(o, "name", json_any_text(item->file.name));
	json_object_set_new(o, "size_bytes",
			    json_integer(item->done ? item->got.size_bytes : f->size_bytes));
	json_object_set_new(o, "stated_sha256", json_string(f->sha256));
	json_object_set_new(o, "stated_git_sha1", json_string(f->git_sha1));
	json_object_set_new(o, "path",
			    json_any_text(item->link_path ? item->link_path : item->file.path));
	json_object_set_new(o, "state", json_string(say_state(a, item)));
	if (item->done) {
		json_object_set_new(o, "sha256", json_string(item->got.sha256));
		json_object_set_new(o, "verified", json_boolean(item->got.verified));
		json_object_set_new(o, "kept_bytes", json_integer(item->got.kept_bytes));
		json_object_set_new(o, "tries", json_integer(item->got.n_tries));
	}
	return o;
}

static json_t *say_licence_json(const struct pull *p)
{
	const struct licence *l = &p->licence;
	json_t *o = json_object();

	json_object_set_new(o, "verdict", json_string(licence_verdict_name(l->verdict)));
	json_object_set_new(o, "id", json_any_text(l->id));
	json_object_set_new(o, "source", json_any_text(l->source));
	json_object_set_new(o, "why", json_any_text(l->why));
	json_object_set_new(o, "conditions", json_any_text(l->conditions));
	json_object_set_new(o, "card", json_any_text(p->card_licence));
	json_object_set_new(o, "card_name", json_any_text(p->card_name));
	json_object_set_new(o, "card_link", json_any_text(p->card_link));
	return o;
}

static json_t *say_all_json(const struct pull *p, int64_t missing_bytes)
{
	json_t *o = json_object(), *files = json_array();

	for (size_t i = 0; i < p->n_items; i++)
		json_array_append_new(files, say_item_json(&p->cmd->arena, &p->items[i]));
	json_object_set_new(o, "name", json_any_text(p->name.text));
	json_object_set_new(o, "source", json_any_text(p->source));
	json_object_set_new(o, "revision", json_any_text(p->revision));
	json_object_set_new(o, "digest", json_any_text(p->digest));
	json_object_set_new(o, "path", json_any_text(p->model_path));
	json_object_set_new(o, "sha256",
			    *p->model.sha256 ? json_string(p->model.sha256) : json_null());
	json_object_set_new(o, "problem", json_any_text(p->problem));
	json_object_set_new(o, "to_fetch_bytes", json_integer(missing_bytes));
	json_object_set_new(o, "licence", say_licence_json(p));
	json_object_set_new(o, "files", files);
	return o;
}

/* Marks a computed checksum that nothing verified; one that is only stated gets no mark. */
static void say_print_files(const struct pull *p)
{
	struct arena *a = &p->cmd->arena;

	for (size_t i = 0; i < p->n_items; i++) {
		const struct pull_item *item = &p->items[i];
		const struct pull_file *f = &item->file.stated;
		int64_t size = item->done ? item->got.size_bytes : f->size_bytes;
		const char *sum = item->done   ? item->got.sha256 :
				  *f->sha256   ? f->sha256 :
				  *f->git_sha1 ? f->git_sha1 :
						 "no sum stated";

		printf("file     %s\n", display_path(a, item->file.name));
		printf("  size   %s\n", size < 0 ? "not stated" : str_bytes(a, (uint64_t)size));
		printf("  sum    %s%s\n", sum,
		       item->done && !item->got.verified ? "  UNVERIFIED: the server states none" :
							   "");
		printf("  state  %s\n", say_state(a, item));
	}
}

static void say_print_common(const struct pull *p)
{
	struct arena *a = &p->cmd->arena;
	const struct licence *l = &p->licence;

	printf("name     %s\n", display_path(a, p->name.text));
	printf("from     %s\n", display_path(a, p->source));
	printf("version  %s (%s)\n", display_text(a, p->digest), display_text(a, p->revision));
	say_print_files(p);
	printf("path     %s\n", display_path(a, p->model_path));
	printf("licence  %s\n",
	       licence_words(a, licence_verdict_name(l->verdict), l->id, l->source));
	printf("  from   %s\n", l->why);
}

void pull_print_plan(struct pull *p, int64_t missing_bytes)
{
	struct arena *a = &p->cmd->arena;

	say_judge(p);
	if (p->options->json) {
		json_print(say_all_json(p, missing_bytes), stdout);
		return;
	}
	say_print_common(p);
	printf("to come  %s\n", str_bytes(a, (uint64_t)missing_bytes));
}

void pull_print(struct pull *p)
{
	struct arena *a = &p->cmd->arena;

	say_judge(p);
	if (p->problem)
		say("toehold cannot use this model: %s\n", p->problem);
	if (p->licence.verdict == LICENCE_BLOCK)
		say_licence(p);
	if (p->options->json) {
		json_print(say_all_json(p, 0), stdout);
		return;
	}
	say_print_common(p);
	printf("job      models: [\"%s\"]\n", display_path(a, p->name.text));
}
