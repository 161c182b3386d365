/*
 * Reads names of the Hub.
 */
#include "job/model/hub_name.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "job/model/model_path.h"

/* What such a name begins with. */
static const char *const starts[] = {
	"hf://",
	"hf:",
	"https://huggingface.co/",
	"http://huggingface.co/",
	"https://www.huggingface.co/",
	"https://hf.co/",
	"http://hf.co/",
	"huggingface.co/",
	"www.huggingface.co/",
	"hf.co/",
};

/* In a page's address, what stands between the repository and the revision. */
static const char *const views[] = { "blob", "resolve", "raw", "tree", "edit", "commits", "blame" };

static size_t hub_start(const char *text)
{
	for (size_t i = 0; i < COUNT_OF(starts); i++)
		if (strncasecmp(text, starts[i], strlen(starts[i])) == 0)
			return strlen(starts[i]);
	return 0;
}

bool hub_name_is(const char *text)
{
	return hub_start(text) > 0;
}

/* "a%20b" → "a b", in place. */
static void hub_decode(char *text)
{
	char *to = text;

	for (; *text; text++) {
		char hex[3] = { text[0] == '%' ? text[1] : '\0', '\0', '\0' };

		if (*hex && isxdigit((unsigned char)text[1]) && isxdigit((unsigned char)text[2])) {
			hex[1] = text[2];
			*to++ = (char)strtol(hex, NULL, 16);
			text += 2;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

/* Cuts the text at the first `c`; returns what is behind it, or "". */
static char *hub_cut(char *text, char c)
{
	char *at = strchr(text, c);

	if (!at)
		return text + strlen(text);
	*at = '\0';
	return at + 1;
}

/* A page shows one file with "?show_file_info=FILE". */
static const char *hub_shown_file(char *query)
{
	static const char key[] = "show_file_info=";
	char *at = strstr(query, key);

	if (!at)
		return "";
	at += strlen(key);
	hub_cut(at, '&');
	hub_decode(at);
	return at;
}

/* "blob/main/FILE" → the revision and the file. The path is what stands behind ORG/REPO/. */
static char *hub_read_view(char *path, struct hub_name *name)
{
	for (size_t i = 0; i < COUNT_OF(views); i++) {
		size_t n = strlen(views[i]);

		if (strncmp(path, views[i], n) != 0 || (path[n] != '/' && path[n] != '\0'))
			continue;
		path = hub_cut(path, '/');
		name->revision = path;
		path = hub_cut(path, '/');
		if (strcmp(name->revision, "main") == 0)
			name->revision = "";
		return path;
	}
	return path;
}

static int hub_fail(struct arena *a, const char *text, struct err *err)
{
	return err_set(err, ERR_INPUT,
		       "no model '%s': it names no repository at Hugging Face; write it as "
		       "hf:ORG/REPO/FILE, or as hf:ORG/REPO for its only model",
		       display_cut(a, text, 200));
}

int hub_name_read(struct arena *a, const char *text, struct hub_name *ret_name, struct err *err)
{
	char *org = arena_strdup(a, text + hub_start(text)), *repo, *path, *last;
	bool page = strstr(text, "://") != NULL;
	const char *shown = "";

	*ret_name = (struct hub_name){ .file = "", .quant = "", .revision = "" };
	if (page) {
		hub_cut(org, '#');
		shown = hub_shown_file(hub_cut(org, '?'));
		hub_decode(org);
	}
	last = page ? NULL : strrchr(org, '@');
	if (last) {
		*last = '\0';
		ret_name->revision = last + 1;
	}
	repo = hub_cut(org, '/');
	path = hub_cut(repo, '/');
	if (!*path)
		ret_name->quant = hub_cut(repo, ':');
	if (!*org || !*repo || (last && !last[1]) || strcmp(org, "datasets") == 0 ||
	    strcmp(org, "spaces") == 0)
		return hub_fail(a, text, err);
	if (hub_start(text) > strlen("hf:"))
		path = hub_read_view(path, ret_name);
	ret_name->file = *path ? path : shown;
	ret_name->repo = arena_printf(a, "%s/%s", org, repo);
	return 0;
}

const char *hub_name_text(struct arena *a, const struct hub_name *name)
{
	return arena_printf(a, "hf:%s%s%s%s%s%s%s", name->repo, *name->file ? "/" : "", name->file,
			    *name->quant ? ":" : "", name->quant, *name->revision ? "@" : "",
			    name->revision);
}

/* Whether the quant stands in the name as a word: "Q4_K" is not in "m-Q4_K_M.gguf". */
static bool hub_has_quant(const char *file, const char *quant)
{
	size_t n = strlen(quant);

	for (const char *p = file; n > 0 && *p; p++)
		if (strncasecmp(p, quant, n) == 0 && (p == file || strchr("-._/", p[-1])) &&
		    strchr("-./", p[n]))
			return true;
	return n == 0;
}

static bool hub_is_model(const char *file)
{
	const char *name = str_basename(file);
	int64_t part, n_parts;

	return (str_ends(file, MODEL_ENDING) || str_ends(file, ".script.json")) &&
	       !strcasestr(name, "mmproj") && !strcasestr(name, "imatrix") &&
	       !(model_split_name(file, &part, &n_parts) && part > 1);
}

size_t hub_name_choose(const char *const *files, size_t n, const char *quant, size_t *ret_chosen)
{
	size_t n_chosen = 0;

	for (size_t i = 0; i < n; i++)
		if (hub_is_model(files[i]) && hub_has_quant(files[i], quant))
			ret_chosen[n_chosen++] = i;
	return n_chosen;
}
