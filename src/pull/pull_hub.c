/*
 * Models from the Hugging Face Hub, into the cache that llama.cpp and the Python tools share
 * (hub-docs, docs/hub/local-cache.md): blobs/SUM, snapshots/COMMIT/FILE linked to it, and
 * refs/REVISION.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/str.h"
#include "flow/say/say.h"
#include "job/model/hub_name.h"
#include "job/model/places.h"
#include "pull/pull.h"
#include "pull/pull_link.h"

#define ENDPOINT "https://huggingface.co"

enum {
	LISTING_MAX_BYTES = 32 << 20,
	TEXT_MAX_BYTES = 1 << 20, /* a licence or a model card; larger ones are left out */
	MAX_TEXTS = 8,
	TOKEN_MAX_BYTES = 4096
};

static const struct pull_root token_files[] = {
	{ "HF_TOKEN_PATH", "" },
	{ "HF_HOME", "/token" },
	{ "XDG_CACHE_HOME", "/huggingface/token" },
	{ "HOME", "/.cache/huggingface/token" },
};

/* ---- who is asked, and as whom */

/* Without the line break that an editor leaves; NULL if the text cannot be a token. */
static const char *hub_clean_token(struct arena *a, const char *text)
{
	char *token = arena_strdup(a, text + strspn(text, " \t\r\n"));
	size_t n = strlen(token);

	while (n > 0 && strchr(" \t\r\n", token[n - 1]))
		token[--n] = '\0';
	for (const char *p = token; *p; p++)
		if (*p <= ' ' || *p >= 0x7f)
			return NULL;
	return n ? token : NULL;
}

static const char *hub_find_token(struct arena *a)
{
	static const char *const variables[] = { "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN" };
	const char *path = pull_root_of(a, token_files, COUNT_OF(token_files));
	struct err unused;
	size_t len;
	char *text;

	for (size_t i = 0; i < COUNT_OF(variables); i++) {
		const char *value = getenv(variables[i]);

		if (value && *value)
			return hub_clean_token(a, value);
	}
	if (!path || !file_exists(path) ||
	    file_read(a, path, TOKEN_MAX_BYTES, &text, &len, &unused) < 0)
		return NULL;
	return hub_clean_token(a, text);
}

/* The endpoint, without a final slash. Only the user's own choice may be unencrypted. */
static int hub_choose_endpoint(struct pull *p, const char **ret_endpoint)
{
	struct arena *a = &p->cmd->arena;
	const char *own = getenv("HF_ENDPOINT");
	struct err *err = &p->cmd->err;
	struct url url;

	if (!own || !*own)
		own = ENDPOINT;
	if (pull_link_read(a, own, &url, err) < 0)
		return err_set(err, err->kind, "HF_ENDPOINT: %s; write it as https://HOST",
			       arena_strdup(a, err->msg));
	p->rules.token = hub_find_token(a);
	p->rules.token_origin = p->rules.plain_origin = url.origin;
	p->rules.login_hint =
		p->rules.token ?
			"your token (HF_TOKEN) has no access, or you have not accepted the "
			"conditions on the model's page" :
			"for a private or gated model, accept the conditions on its page and set "
			"HF_TOKEN";
	if (!url.tls && !url.is_loopback)
		say("warning: HF_ENDPOINT is not encrypted: %s%s\n", url.origin,
		    p->rules.token ? "; your token is not sent there" : "");
	*ret_endpoint = arena_printf(a, "%s%s", url.origin, url.path);
	return 0;
}

/* ---- what there is */

static const char *hub_join(struct arena *a, const char *endpoint, const struct pull *p,
			    const char *before, const char *after)
{
	return arena_printf(a, "%s%s/%s/%s%s", endpoint, before, pull_link_escape(a, p->name.org),
			    pull_link_escape(a, p->name.repo), after);
}

/* The Hub takes "refs/pr/1" as one segment of the address. */
static const char *hub_escape_revision(struct arena *a, const char *revision)
{
	const char *escaped = pull_link_escape(a, revision);
	struct buf b;

	buf_init(&b, 3 * strlen(escaped) + 1);
	for (; *escaped; escaped++)
		buf_adds(&b, *escaped == '/' ? "%2F" : (char[]){ *escaped, '\0' });
	return buf_to_arena(&b, a);
}

static int hub_list_files(struct pull *p, const char *endpoint, struct pull_listing *ret_listing)
{
	struct arena *a = &p->cmd->arena;
	const char *after = arena_printf(a, "/revision/%s?blobs=true",
					 hub_escape_revision(a, p->name.revision));
	struct download_stated stated;
	struct err *err = &p->cmd->err;
	size_t len;
	char *text;

	if (download_text(&p->downloader, a, hub_join(a, endpoint, p, "/api/models", after),
			  "application/json", LISTING_MAX_BYTES, &text, &len, &stated, err) < 0)
		return err_wrap(err, "cannot find %s/%s at revision '%s'", p->name.org,
				p->name.repo, p->name.revision);
	return pull_listing_read(a, text, len, ret_listing, err);
}

/* Asks the file's own address for what the list does not state. */
static int hub_complete(struct pull *p, struct pull_item *item)
{
	struct pull_file *f = &item->file.stated;
	struct download_stated stated;

	if (f->size_bytes >= 0 && (*f->sha256 || *f->git_sha1))
		return 0;
	if (download_look(&p->downloader, &p->cmd->arena, item->file.url, &stated, &p->cmd->err) <
	    0)
		return err_wrap(&p->cmd->err, "cannot get the size and checksum of '%s'",
				item->file.name);
	if (f->size_bytes < 0)
		f->size_bytes = stated.file.size_bytes;
	if (!*f->sha256 && !*f->git_sha1) {
		memcpy(f->sha256, stated.file.sha256, sizeof(f->sha256));
		memcpy(f->git_sha1, stated.file.git_sha1, sizeof(f->git_sha1));
	}
	return 0;
}

/* The path from the snapshot's file up to the repository's folder. */
static const char *hub_way_up(struct arena *a, const char *file)
{
	const char *up = "../../";

	for (; *file; file++)
		if (*file == '/')
			up = arena_printf(a, "%s../", up);
	return up;
}

/* The blob's name is its checksum, or else the hash of its address. */
static const char *hub_blob_name(struct arena *a, const struct pull_item *item)
{
	const struct pull_file *f = &item->file.stated;
	char sum[HASH_HEX_LEN + 1];

	if (*f->sha256)
		return f->sha256;
	if (*f->git_sha1)
		return f->git_sha1;
	hash_bytes(item->file.url, strlen(item->file.url), sum);
	return arena_strdup(a, sum);
}

static int hub_set_up_item(struct pull *p, const char *endpoint, const struct pull_file *file,
			   struct pull_item *item)
{
	struct arena *a = &p->cmd->arena;
	const char *folder = arena_printf(a, "models--%s--%s", p->name.org, p->name.repo);
	const char *after =
		arena_printf(a, "/resolve/%s/%s", p->digest, pull_link_escape(a, file->name));
	const char *blob;

	item->file = (struct download_file){ .url = hub_join(a, endpoint, p, "", after),
					     .name = file->name,
					     .commit = p->digest,
					     .stated = *file };
	if (hub_complete(p, item) < 0)
		return -1;
	blob = hub_blob_name(a, item);
	item->file.path = arena_printf(a, "%s/%s/blobs/%s", p->root, folder, blob);
	item->file.lock_path = arena_printf(a, "%s/.locks/%s/%s.lock", p->root, folder, blob);
	item->link_path =
		arena_printf(a, "%s/%s/snapshots/%s/%s", p->root, folder, p->digest, file->name);
	item->link_target = arena_printf(a, "%sblobs/%s", hub_way_up(a, file->name), blob);
	return 0;
}

static int hub_add_texts(struct pull *p, const char *endpoint, const struct pull_listing *l)
{
	for (size_t i = 0; i < l->n_files && p->n_items < MAX_TEXTS; i++) {
		struct pull_item *item;

		if (!pull_is_licence_file(&l->files[i]) || l->files[i].size_bytes > TEXT_MAX_BYTES)
			continue;
		item = pull_add_item(p);
		item->is_text = true;
		if (hub_set_up_item(p, endpoint, &l->files[i], item) < 0)
			return -1;
		if (strcmp(l->files[i].name, "README.md") == 0)
			p->card_path = item->link_path;
		else if (!p->licence_path)
			p->licence_path = item->link_path;
	}
	return 0;
}

static int hub_add_parts(struct pull *p, const char *endpoint, const struct pull_listing *l)
{
	struct arena *a = &p->cmd->arena;
	const char **parts;
	size_t n;

	pull_parts(a, p->name.file, &parts, &n);
	for (size_t i = 0; i < n; i++) {
		const struct pull_file *file = pull_listing_find(l, parts[i]);
		const char *near = pull_listing_near(a, l, parts[i]);
		struct pull_item *item;

		if (!file)
			return err_set(&p->cmd->err, ERR_INPUT,
				       "%s/%s has no file '%s' at revision '%s'%s%s%s", p->name.org,
				       p->name.repo, display_path(a, parts[i]), p->name.revision,
				       near ? "; did you mean '" : "; it has no .gguf file at all",
				       near ? display_path(a, near) : "", near ? "'?" : "");
		item = pull_add_item(p);
		if (hub_set_up_item(p, endpoint, file, item) < 0)
			return -1;
		if (i == 0)
			p->model_path = item->link_path;
	}
	return 0;
}

static int hub_fail_choice(struct pull *p, const struct pull_listing *l, const size_t *chosen,
			   size_t n)
{
	enum { MOST = 12 };
	struct arena *a = &p->cmd->arena;
	struct buf names;

	buf_init(&names, 560);
	for (size_t i = 0; i < n && i < MOST; i++)
		buf_add_item(&names, ", ", "%s (%s)", display_path(a, l->files[chosen[i]].name),
			     l->files[chosen[i]].size_bytes < 0 ?
				     "size not stated" :
				     str_bytes(a, (uint64_t)l->files[chosen[i]].size_bytes));
	err_set(&p->cmd->err, ERR_INPUT,
		"%s/%s has %zu models; choose one, as in hf:%s/%s/FILE: %s%s", p->name.org,
		p->name.repo, n, p->name.org, p->name.repo, buf_text(&names),
		n > MOST || names.overflow ? ", ..." : "");
	buf_release(&names);
	return -1;
}

/* If the name has no file: the only model of the repository, or the only one of that quant. */
static int hub_choose_file(struct pull *p, const struct pull_listing *l)
{
	struct arena *a = &p->cmd->arena;
	const char **names = arena_array(a, l->n_files + 1, sizeof(*names));
	size_t *chosen = arena_array(a, l->n_files + 1, sizeof(*chosen)), n;

	if (p->name.file)
		return 0;
	for (size_t i = 0; i < l->n_files; i++)
		names[i] = l->files[i].name;
	n = hub_name_choose(names, l->n_files, p->name.quant, chosen);
	if (n == 0 && *p->name.quant) {
		n = hub_name_choose(names, l->n_files, "", chosen);
		if (n > 0)
			return hub_fail_choice(p, l, chosen, n);
	}
	if (n == 0)
		return err_set(&p->cmd->err, ERR_INPUT,
			       "%s/%s has no .gguf file: look for a repository whose name ends in "
			       "-GGUF, or convert it with llama.cpp's convert_hf_to_gguf.py "
			       "(docs/models.md)",
			       p->name.org, p->name.repo);
	if (n > 1)
		return hub_fail_choice(p, l, chosen, n);
	p->name.file = names[chosen[0]];
	p->name.text = arena_printf(a, "hf:%s/%s/%s%s%s", p->name.org, p->name.repo, p->name.file,
				    strcmp(p->name.revision, "main") == 0 ? "" : "@",
				    strcmp(p->name.revision, "main") == 0 ? "" : p->name.revision);
	say("%s\n", p->name.text);
	return 0;
}

static int hub_resolve(struct pull *p)
{
	struct arena *a = &p->cmd->arena;
	struct pull_listing listing;
	const char *endpoint = NULL;

	p->root = places_home(a, "hf:");
	if (!p->root)
		return err_set(&p->cmd->err, ERR_INPUT,
			       "no folder for models: set HF_HUB_CACHE, HF_HOME or HOME");
	if (hub_choose_endpoint(p, &endpoint) < 0 || hub_list_files(p, endpoint, &listing) < 0)
		return -1;
	if (hub_choose_file(p, &listing) < 0)
		return -1;
	p->source = hub_join(a, endpoint, p, "", "");
	p->revision = p->name.revision;
	p->digest = arena_strdup(a, listing.commit);
	p->card_licence = listing.licence;
	p->card_name = listing.licence_name;
	p->card_link = listing.licence_link;
	p->n_unsafe = listing.n_unsafe;
	if (hub_add_texts(p, endpoint, &listing) < 0)
		return -1;
	return hub_add_parts(p, endpoint, &listing);
}

/* ---- into the cache */

static bool hub_is_linked(struct arena *a, const struct pull_item *item)
{
	size_t n = strlen(item->link_target);
	char *found = arena_alloc(a, n + 2);

	return readlink(item->link_path, found, n + 1) == (ssize_t)n &&
	       strcmp(found, item->link_target) == 0;
}

/* Links the snapshot's file to its blob. Replaces a link that leads elsewhere in one step. */
static int hub_place(struct pull *p, const struct pull_item *item)
{
	struct arena *a = &p->cmd->arena;
	const char *temp = arena_printf(a, "%s.%ld.part", item->link_path, (long)getpid());

	if (file_make_dirs(file_beside(a, item->link_path, "."), 0755, &p->cmd->err) < 0)
		return -1;
	if (hub_is_linked(a, item) || symlink(item->link_target, item->link_path) == 0)
		return 0;
	if (errno == EEXIST && symlink(item->link_target, temp) == 0 &&
	    rename(temp, item->link_path) == 0)
		return 0;
	return err_sys(&p->cmd->err, ERR_INPUT, errno, "cannot link '%s' to its blob",
		       item->link_path);
}

/* Writes refs/REVISION, unless the revision is the commit itself. */
static int hub_finish(struct pull *p)
{
	struct arena *a = &p->cmd->arena;
	const char *repo = arena_printf(a, "%s/models--%s--%s", p->root, p->name.org, p->name.repo);

	if (strcmp(p->name.revision, p->digest) == 0)
		return 0;
	return pull_write(p, arena_printf(a, "%s/.toehold-pull.ref", repo),
			  arena_printf(a, "%s/refs/%s", repo, p->name.revision), p->digest,
			  strlen(p->digest));
}

const struct pull_kind pull_hub = { hub_resolve, hub_place, hub_finish };
