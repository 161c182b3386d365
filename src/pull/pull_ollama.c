/*
 * Models from a registry that Ollama pulls from, into Ollama's own store (manifest/paths.go):
 * blobs/sha256-HEX, then manifests/HOST/NAMESPACE/MODEL/TAG, byte for byte. The manifest is written
 * last, because it makes the model visible to Ollama.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "job/model/places.h"
#include "pull/pull.h"
#include "pull/pull_link.h"

enum { MANIFEST_MAX_BYTES = 4 << 20 };

#define MEDIA_MANIFEST "application/vnd.docker.distribution.manifest.v2+json"

/* A registry on this machine may be unencrypted: nothing leaves the machine. */
static int ollama_choose_origin(struct pull *p, const char **ret_origin)
{
	struct arena *a = &p->cmd->arena;
	struct url url;

	if (pull_link_read(a, arena_printf(a, "http://%s", p->name.host), &url, &p->cmd->err) < 0)
		return -1;
	*ret_origin = url.is_loopback ? url.origin : arena_printf(a, "https://%s", p->name.host);
	p->rules.login_hint = "toehold cannot log in to a registry: pull it with Ollama itself";
	return 0;
}

static int ollama_fetch_manifest(struct pull *p, const char *base)
{
	struct arena *a = &p->cmd->arena;
	struct err *err = &p->cmd->err;
	static const char start[] = "sha256:";
	char sum[HASH_HEX_LEN + 1];
	struct download_stated stated;
	char *text;

	if (download_text(&p->downloader, a, arena_printf(a, "%s/manifests/%s", base, p->name.tag),
			  MEDIA_MANIFEST, MANIFEST_MAX_BYTES, &text, &p->n_manifest, &stated,
			  err) < 0)
		return err_wrap(err, "cannot find %s", p->name.text);
	hash_bytes(text, p->n_manifest, sum);
	if (stated.digest && str_starts(stated.digest, start) &&
	    strcmp(stated.digest + strlen(start), sum) != 0)
		return err_set(err, ERR_REFUSED,
			       "the manifest of %s is not what the server states: its sha256 is "
			       "%s, not %s",
			       p->name.text, sum, stated.digest + strlen(start));
	p->manifest = text;
	p->digest = arena_strdup(a, sum);
	return 0;
}

static void ollama_add_blob(struct pull *p, const char *base, const struct pull_file *blob)
{
	struct arena *a = &p->cmd->arena;
	struct pull_item *item;

	/* A manifest may name a blob twice. */
	for (size_t i = 0; i < p->n_items; i++)
		if (strcmp(p->items[i].file.stated.sha256, blob->sha256) == 0)
			return;
	item = pull_add_item(p);
	item->is_text = strcmp(blob->media, PULL_MEDIA_LICENCE) == 0;
	item->file = (struct download_file){
		.url = arena_printf(a, "%s/blobs/%s", base, blob->name),
		.name = blob->name,
		.path = arena_printf(a, "%s/blobs/sha256-%s", p->root, blob->sha256),
		.lock_path = arena_printf(a, "%s/.toehold-pull.lock", p->root),
		.stated = *blob,
	};
	if (item->is_text)
		p->licence_path = item->file.path;
	if (strcmp(blob->media, PULL_MEDIA_MODEL) == 0 && !p->model_path)
		p->model_path = item->file.path;
}

static int ollama_resolve(struct pull *p)
{
	struct arena *a = &p->cmd->arena;
	const char *origin, *base;
	struct pull_file *blobs;
	size_t n;

	p->root = places_home(a, "ollama:");
	if (!p->root)
		return err_set(&p->cmd->err, ERR_INPUT,
			       "no folder for models: set OLLAMA_MODELS or HOME");
	if (file_exists(p->root) && access(p->root, W_OK) < 0)
		return err_sys(&p->cmd->err, ERR_REFUSED, errno,
			       "cannot write into '%s', which belongs to Ollama: pull the model "
			       "with Ollama, or set OLLAMA_MODELS to a folder of yours",
			       p->root);
	if (ollama_choose_origin(p, &origin) < 0)
		return -1;
	base = arena_printf(a, "%s/v2/%s/%s", origin, p->name.space, p->name.model);
	p->source = base;
	p->revision = p->name.tag;
	if (ollama_fetch_manifest(p, base) < 0 ||
	    pull_manifest_read(a, p->manifest, p->n_manifest, &blobs, &n, &p->cmd->err) < 0)
		return -1;
	for (int texts = 1; texts >= 0; texts--)
		for (size_t i = 0; i < n; i++)
			if ((strcmp(blobs[i].media, PULL_MEDIA_LICENCE) == 0) == (texts == 1))
				ollama_add_blob(p, base, &blobs[i]);
	if (!p->model_path)
		return err_set(&p->cmd->err, ERR_INPUT,
			       "%s names no GGUF weights: it is a cloud model, or one in another "
			       "format",
			       p->name.text);
	return 0;
}

static int ollama_place(struct pull *p, const struct pull_item *item)
{
	(void)p;
	(void)item;
	return 0;
}

static int ollama_finish(struct pull *p)
{
	struct arena *a = &p->cmd->arena;
	const char *path = arena_printf(a, "%s/manifests/%s/%s/%s/%s", p->root, p->name.host,
					p->name.space, p->name.model, p->name.tag);

	return pull_write(p, arena_printf(a, "%s/.toehold-pull.manifest", p->root), path,
			  p->manifest, p->n_manifest);
}

const struct pull_kind pull_ollama = { ollama_resolve, ollama_place, ollama_finish };
