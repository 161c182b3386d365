/*
 * The names of models at Hugging Face and in Ollama's registry, as the user writes them.
 */
#include "pull/pull_name.h"

#include <ctype.h>
#include <string.h>

#include "base/display.h"
#include "base/str.h"
#include "job/model/hub_name.h"
#include "job/model/places.h"

enum {
	PATH_MAX_BYTES = 1024,
	PART_MAX_BYTES = 255,
	NAME_MAX_BYTES = 96, /* of an organisation or a repository at Hugging Face */
	MAX_PARTS = 1000,
	PART_ENDING_LEN = 20 /* "-00001-of-00003.gguf" */
};

static const char hf_form[] = "hf:ORG/REPO/FILE[@REVISION] or hf:ORG/REPO[:QUANT]";
static const char ollama_form[] = "ollama:[HOST/][NAMESPACE/]NAME[:TAG]";
static const char ollama_host[] = "registry.ollama.ai";

static bool name_part_is_safe(const char *part, size_t n)
{
	if (n == 0 || n > PART_MAX_BYTES || (n == 1 && part[0] == '.') ||
	    (n == 2 && part[0] == '.' && part[1] == '.'))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)part[i] < ' ' || part[i] == 0x7f || part[i] == '\\')
			return false;
	return true;
}

bool pull_path_is_safe(const char *path)
{
	size_t n = strlen(path);

	if (n > PATH_MAX_BYTES || str_utf8_error(path, n) >= 0)
		return false;
	for (;; path++) {
		n = strcspn(path, "/");
		if (!name_part_is_safe(path, n))
			return false;
		path += n;
		if (!*path)
			return true;
	}
}

/* Letters, digits and "_"; also the characters of `more`, except as the first. */
static bool name_is_word(const char *text, const char *more, size_t max_bytes)
{
	if (!isalnum((unsigned char)*text) && *text != '_')
		return false;
	for (const char *p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_' && !strchr(more, *p))
			return false;
	return strlen(text) <= max_bytes;
}

/* The Hub's rule: "--" separates organisation and name in the cache's folders. */
static bool name_is_hub_name(const char *text)
{
	return name_is_word(text, "-.", NAME_MAX_BYTES) && !strstr(text, "--") &&
	       !strstr(text, "..");
}

static int name_fail(struct arena *a, const char *text, const char *what, const char *form,
		     struct err *err)
{
	return err_set(err, ERR_INPUT, "cannot pull '%s': %s; write it as %s",
		       display_text(a, text), what, form);
}

static bool name_is_model_file(const char *file)
{
	return str_ends(file, ".gguf") || str_ends(file, ".script.json");
}

static int name_parse_hf(struct arena *a, const char *text, struct pull_name *ret, struct err *err)
{
	const char *file, *revision;
	struct hub_name name;
	char *org, *repo;

	if (hub_name_read(a, text, &name, err) < 0)
		return name_fail(a, text, "it names no repository", hf_form, err);
	org = arena_strdup(a, name.repo);
	repo = strchr(org, '/');
	*repo++ = '\0';
	file = *name.file ? name.file : NULL;
	revision = *name.revision ? name.revision : NULL;
	if (!name_is_hub_name(org) || !name_is_hub_name(repo))
		return name_fail(a, text, "the repository's name is malformed", hf_form, err);
	if (file && !pull_path_is_safe(file))
		return name_fail(a, text, "the file's name is not safe", hf_form, err);
	if (file && !name_is_model_file(file))
		return name_fail(a, text,
				 "toehold reads only .gguf files, which repositories named -GGUF "
				 "hold (others: convert_hf_to_gguf.py, docs/models.md)",
				 hf_form, err);
	if (revision &&
	    (!pull_path_is_safe(revision) || !name_is_word(revision, "-./+", PART_MAX_BYTES)))
		return name_fail(a, text, "the revision is not a branch, tag or commit", hf_form,
				 err);
	*ret = (struct pull_name){ .place = PULL_HUGGING_FACE,
				   .text = hub_name_text(a, &name),
				   .org = org,
				   .repo = repo,
				   .file = file,
				   .quant = name.quant,
				   .revision = revision ? revision : "main" };
	return 0;
}

/* A host as Ollama accepts it in a name: a domain, or an address with a port. */
static bool name_is_host(const char *text)
{
	return name_is_word(text, "-.:", PART_MAX_BYTES) &&
	       (strpbrk(text, ".:") || !strcmp(text, "localhost"));
}

static int name_parse_ollama(struct arena *a, const char *text, struct pull_name *ret,
			     struct err *err)
{
	enum { LONGEST = 80 }; /* types/model/name.go of Ollama */
	char *model = arena_strdup(a, text + strlen("ollama:")), *tag, *slash;
	const char *space = "library", *host = ollama_host;

	slash = strrchr(model, '/');
	tag = strchr(slash ? slash : model, ':');
	if (tag)
		*tag++ = '\0';
	if (slash) {
		*slash = '\0';
		space = model;
		model = slash + 1;
		slash = strrchr(space, '/');
		if (slash) {
			*slash = '\0';
			host = space;
			space = slash + 1;
		}
	}
	if (!name_is_host(host))
		return name_fail(a, text, "the registry's name is malformed", ollama_form, err);
	if (!name_is_word(space, "-.", LONGEST) || !name_is_word(model, "-.", LONGEST))
		return name_fail(a, text, "the model's name is malformed", ollama_form, err);
	if (tag && !name_is_word(tag, "-.", LONGEST))
		return name_fail(a, text, "the tag is malformed", ollama_form, err);
	*ret = (struct pull_name){ .place = PULL_OLLAMA,
				   .text = arena_printf(a, "%s%s", text, tag ? "" : ":latest"),
				   .host = host,
				   .space = space,
				   .model = model,
				   .tag = tag ? tag : "latest" };
	return 0;
}

int pull_name_parse(struct arena *a, const char *text, struct pull_name *ret_name, struct err *err)
{
	text = place_ollama_page(a, text);
	if (hub_name_is(text))
		return name_parse_hf(a, text, ret_name, err);
	if (str_starts(text, "ollama:"))
		return name_parse_ollama(a, text, ret_name, err);
	return err_set(err, ERR_INPUT, "cannot pull '%s': write %s or %s", display_text(a, text),
		       hf_form, ollama_form);
}

/* The five-digit number at `at` in a split file's ending, or 0 if there is none. */
static int64_t name_part_number(const char *at)
{
	char digits[6];
	int64_t value = 0;

	memcpy(digits, at, 5);
	digits[5] = '\0';
	return str_to_i64(digits, 1, 99999, &value) ? value : 0;
}

void pull_parts(struct arena *a, const char *file, const char ***ret_files, size_t *ret_n)
{
	size_t n_name = strlen(file);
	const char *ending = n_name > PART_ENDING_LEN ? file + n_name - PART_ENDING_LEN : "";
	int64_t n = 0;

	if (*ending == '-' && !memcmp(ending + 6, "-of-", 4) && !strcmp(ending + 15, ".gguf") &&
	    name_part_number(ending + 1) <= name_part_number(ending + 10))
		n = name_part_number(ending + 1) ? name_part_number(ending + 10) : 0;
	*ret_n = n > 0 && n <= MAX_PARTS ? (size_t)n : 1;
	*ret_files = arena_array(a, *ret_n, sizeof(**ret_files));
	(*ret_files)[0] = file;
	for (size_t i = 0; *ret_n > 1 && i < *ret_n; i++)
		(*ret_files)[i] =
			arena_printf(a, "%.*s-%05zu-of-%05zu.gguf", (int)(n_name - PART_ENDING_LEN),
				     file, i + 1, *ret_n);
}
