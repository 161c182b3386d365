/*
 * Stores with the layouts of the tools, complete and broken: which models are listed, under which
 * names, and which model a spec finds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/str.h"
#include "job/model/model.h"
#include "job/model/places_rows.h"
#include "unit/scratch.h"

#define HUB "home/.cache/huggingface/hub/"
#define MAIN_COMMIT "0123456789abcdef0123456789abcdef01234567"
#define OLD_COMMIT "0fedcba9876543210fedcba9876543210fedcba9"
#define LOST_COMMIT "ffffffffffffffffffffffffffffffffffffffff"
#define MEDIA "application/vnd.ollama.image."

static struct arena scratch_arena; /* of the texts that the set-up makes */

/* Writes a file and makes the folders above it. */
static void put(const char *path, const char *text)
{
	const char *dir =
		arena_strndup(&scratch_arena, path, (size_t)(str_basename(path) - path) - 1);
	struct err err;

	if (file_make_dirs(dir, 0700, &err) < 0)
		fail_msg("%s", err.msg);
	scratch_text(path, text);
}

static void put_link(const char *path, const char *target)
{
	put(path, "x");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(target, path), 0);
}

static const char *sha256_of(const char *text)
{
	char *hex = arena_alloc(&scratch_arena, HASH_HEX_LEN + 1);

	hash_bytes(text, strlen(text), hex);
	return hex;
}

/* A file of a snapshot: a blob named by its sha256, and a link to it. */
static void put_hub(const char *root, const char *repo, const char *commit, const char *file,
		    const char *text)
{
	struct arena *a = &scratch_arena;
	const char *hex = sha256_of(text);
	const char *up = strchr(file, '/') ? "../../../blobs" : "../../blobs";

	put(arena_printf(a, "%s%s/blobs/%s", root, repo, hex), text);
	put_link(arena_printf(a, "%s%s/snapshots/%s/%s", root, repo, commit, file),
		 arena_printf(a, "%s/%s", up, hex));
}

static const char *put_blob(const char *root, const char *text)
{
	const char *hex = sha256_of(text);

	put(arena_printf(&scratch_arena, "%sblobs/sha256-%s", root, hex), text);
	return hex;
}

/* A layer of a manifest, with the digest of the text unless another is given. */
static const char *layer(const char *root, const char *kind, const char *text)
{
	return arena_printf(&scratch_arena,
			    "{\"mediaType\":\"" MEDIA "%s\",\"digest\":\"sha256:%s\",\"size\":%zu}",
			    kind, put_blob(root, text), strlen(text));
}

static void put_manifest(const char *path, const char *config, const char *layers)
{
	put(path, arena_printf(&scratch_arena,
			       "{\"schemaVersion\":2,\"mediaType\":"
			       "\"application/vnd.docker.distribution.manifest.v2+json\","
			       "\"config\":%s,\"layers\":[%s]}",
			       config, layers));
}

#define OLLAMA "home/.ollama/models/"
#define LIBRARY OLLAMA "manifests/registry.ollama.ai/library/"

static void make_hub(void)
{
	put(HUB "models--org--repo/refs/main", MAIN_COMMIT);
	put(HUB "models--org--repo/refs/refs/pr/1", OLD_COMMIT "\n");
	put(HUB "models--org--repo/refs/lost", LOST_COMMIT);
	put(HUB "models--org--repo/refs/bad", "../../../etc/passwd");
	put_hub(HUB, "models--org--repo", MAIN_COMMIT, "m-q4.gguf", "GGUF main");
	put_hub(HUB, "models--org--repo", MAIN_COMMIT, "sub/m-q8.gguf", "GGUF main q8");
	put_hub(HUB, "models--org--repo", MAIN_COMMIT, "mmproj-m.gguf", "GGUF projector");
	put_hub(HUB, "models--org--repo", MAIN_COMMIT, "README.md", "---\nlicense: mit\n---\n");
	put_hub(HUB, "models--org--repo", MAIN_COMMIT, "LICENSE", "MIT License");
	put_hub(HUB, "models--org--repo", OLD_COMMIT, "m-q4.gguf", "GGUF old");
	put_hub(HUB, "models--org--repo", OLD_COMMIT, "only-old.gguf", "GGUF only old");
	put_hub(HUB, "models--two--heads", OLD_COMMIT, "t.gguf", "GGUF t1");
	put_hub(HUB, "models--two--heads", MAIN_COMMIT, "t.gguf", "GGUF t2");
	put(HUB "models--copy--repo/snapshots/" MAIN_COMMIT "/copied.gguf", "GGUF copy");
	put_link(HUB "models--cut--repo/snapshots/" MAIN_COMMIT "/cut.gguf",
		 "../../blobs/not-there");
	put(HUB "models--cut--repo/blobs/abc.incomplete", "GGU");
	put_link(HUB "models--cut--repo/snapshots/" MAIN_COMMIT "/LICENSE", "/etc/hostname");
	put(HUB "models--cut--repo/.no_exist/" MAIN_COMMIT "/none.gguf", "x");
	put(HUB "models--cut--repo/snapshots/not-a-commit/n.gguf", "GGUF");
	put(HUB ".locks/models--org--repo/l.gguf", "x");
	put(HUB "datasets--org--data/snapshots/" MAIN_COMMIT "/d.gguf", "x");
}

static void make_llama(void)
{
	put("home/.cache/llama.cpp/org_flat-repo_f.gguf", "GGUF flat");
	put("home/.cache/llama.cpp/org_flat-repo_f.gguf.etag", "\"abc\"");
	put("home/.cache/llama.cpp/manifest=org=flat-repo=latest.json", "{}");
	put("home/.cache/llama.cpp/nobody_knows_g.gguf", "GGUF unknown");
	put("home/.cache/llama.cpp/x.gguf.downloadInProgress", "GGU");
	put_hub("home/.cache/llama.cpp/", "models--new--layout", MAIN_COMMIT, "n.gguf", "GGUF new");
}

static void make_ollama(void)
{
	struct arena *a = &scratch_arena;
	const char *weights = layer(OLLAMA, "model", "GGUF ollama");
	const char *zero = "0000000000000000000000000000000000000000000000000000000000000000";

	put_manifest(LIBRARY "llama3.2/1b", layer(OLLAMA, "config", "{}"),
		     arena_printf(a, "%s,%s,%s,%s", weights,
				  layer(OLLAMA, "template", "{{ .Prompt }}"),
				  layer(OLLAMA, "license", "LLAMA 3.2 LICENSE"),
				  layer(OLLAMA, "license", "USE POLICY")));
	put_manifest(LIBRARY "llama3.2/latest", layer(OLLAMA, "config", "{}"), weights);
	put_manifest(LIBRARY "llava/7b", layer(OLLAMA, "config", "{}"),
		     arena_printf(a, "%s,%s,%s", weights, layer(OLLAMA, "projector", "GGUF clip"),
				  layer(OLLAMA, "adapter", "GGUF lora")));
	put_manifest(OLLAMA "manifests/registry.ollama.ai/me/mine/v1",
		     layer(OLLAMA, "config", "{}"), weights);
	put_manifest(OLLAMA "manifests/hf.co/org/Repo-GGUF/Q4_K_M", layer(OLLAMA, "config", "{}"),
		     weights);
	put_manifest(LIBRARY "gpt-oss/120b-cloud",
		     layer(OLLAMA, "config",
			   "{\"remote_host\":\"https://ollama.com:443\","
			   "\"remote_model\":\"gpt-oss:120b\"}"),
		     "");
	put_manifest(LIBRARY "tensors/latest", layer(OLLAMA, "config", "{}"),
		     layer(OLLAMA, "tensor", "raw"));
	put(LIBRARY "cut/latest", "{\"schemaVersion\":2,\"layers\":[{\"medi");
	put(LIBRARY "list/latest", "[1]");
	put_manifest(LIBRARY "dots/latest", "{}",
		     "{\"mediaType\":\"" MEDIA "model\",\"digest\":\"sha256:../../../../etc/"
		     "passwd\",\"size\":1}");
	put_manifest(LIBRARY "gone/latest", "{}",
		     arena_printf(a,
				  "{\"mediaType\":\"" MEDIA "model\",\"digest\":\"sha256:%s\","
				  "\"size\":1}",
				  zero));
	put_manifest(LIBRARY "short/latest", "{}",
		     arena_printf(a,
				  "{\"mediaType\":\"" MEDIA "model\",\"digest\":\"sha256:%s\","
				  "\"size\":99}",
				  sha256_of("GGUF ollama")));
	put_manifest(LIBRARY "twice/latest", "{}", arena_printf(a, "%s,%s", weights, weights));
	put_manifest(LIBRARY "-bad/latest", "{}", weights);
}

/* All stores in one home folder. */
static int enter(void **state)
{
	static const char *const others[] = { "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE",
					      "HF_HOME",      "XDG_CACHE_HOME",
					      "LLAMA_CACHE",  "TOEHOLD_MODELS" };

	if (scratch_enter(state) < 0)
		return -1;
	for (size_t i = 0; i < COUNT_OF(others); i++)
		unsetenv(others[i]);
	setenv("HOME", "home", 1);
	setenv("TOEHOLD_CACHE", "cache", 1);
	setenv("OLLAMA_MODELS", "home/.ollama/models", 1);
	make_hub();
	make_llama();
	make_ollama();
	put("home/.lmstudio/models/pub/model/lm.gguf", "GGUF lm studio");
	put("home/.lmstudio/models/pub/model/mmproj-lm.gguf", "GGUF projector");
	put("home/.lmstudio/models/pub/model/lm.gguf.part", "GGU");
	put("home/.cache/lm-studio/models/pub/older/old.gguf", "GGUF older");
	put("shelf/a/b/deep.gguf", "GGUF deep");
	put("shelf/a/b/s-00001-of-00002.gguf", "one");
	put("shelf/a/b/s-00002-of-00002.gguf", "two");
	put("shelf/.hidden/h.gguf", "GGUF hidden");
	put("shelf/1/2/3/4/5/too-deep.gguf", "GGUF");
	put("shelf/dup.gguf", "GGUF one");
	put("home/.lmstudio/models/pub/model/dup.gguf", "GGUF two");
	return 0;
}

static int leave(void **state)
{
	arena_release(&scratch_arena);
	return scratch_leave(state);
}

/* Every name in the list, one per line, with its problem if it has one. */
static char *listing(struct arena *a, const struct place_list *list)
{
	char *all = arena_strdup(a, "");

	for (size_t i = 0; i < list->n; i++) {
		const struct place_item *item = &list->items[i];

		all = arena_printf(a, "%s%s|%s%s\n", all, item->store,
				   *item->name ? item->name : item->file,
				   item->problem ? " !" : "");
	}
	return all;
}

static void test_everything_is_listed(void **state)
{
	static const char expected[] = "hugging face|hf:copy/repo/copied.gguf@" MAIN_COMMIT "\n"
				       "hugging face|hf:cut/repo/cut.gguf@" MAIN_COMMIT " !\n"
				       "hugging face|hf:org/repo/m-q4.gguf@" MAIN_COMMIT "\n"
				       "hugging face|hf:org/repo/mmproj-m.gguf@" MAIN_COMMIT "\n"
				       "hugging face|hf:org/repo/sub/m-q8.gguf@" MAIN_COMMIT "\n"
				       "hugging face|hf:org/repo/m-q4.gguf@" OLD_COMMIT "\n"
				       "hugging face|hf:org/repo/only-old.gguf@" OLD_COMMIT "\n"
				       "hugging face|hf:two/heads/t.gguf@" MAIN_COMMIT "\n"
				       "hugging face|hf:two/heads/t.gguf@" OLD_COMMIT "\n"
				       "llama.cpp|hf:new/layout/n.gguf@" MAIN_COMMIT "\n"
				       "llama.cpp|nobody_knows_g.gguf\n"
				       "llama.cpp|hf:org/flat-repo/f.gguf\n"
				       "ollama|ollama:hf.co/org/Repo-GGUF:Q4_K_M\n"
				       "ollama|ollama:cut:latest !\n"
				       "ollama|ollama:dots:latest !\n"
				       "ollama|ollama:gone:latest !\n"
				       "ollama|ollama:gpt-oss:120b-cloud !\n"
				       "ollama|ollama:list:latest !\n"
				       "ollama|ollama:llama3.2:1b\n"
				       "ollama|ollama:llama3.2:latest\n"
				       "ollama|ollama:llava:7b\n"
				       "ollama|ollama:short:latest !\n"
				       "ollama|ollama:tensors:latest !\n"
				       "ollama|ollama:twice:latest !\n"
				       "ollama|ollama:me/mine:v1\n"
				       "lm studio|lmstudio:pub/model/dup.gguf\n"
				       "lm studio|lmstudio:pub/model/lm.gguf\n"
				       "lm studio|lmstudio:pub/model/mmproj-lm.gguf\n"
				       "lm studio|lmstudio:pub/older/old.gguf\n";
	struct place_list list;
	struct arena a = { 0 };

	(void)state;
	places_list(&a, &list);
	assert_string_equal(listing(&a, &list), expected);
	assert_false(list.cut);
	arena_release(&a);
}

static void test_names_find_models(void **state)
{
	static const struct {
		const char *spec, *store, *name, *label, *digest, *text;
	} rows[] = {
		{ "hf:org/repo/m-q4.gguf", "hugging face", "hf:org/repo/m-q4.gguf@" MAIN_COMMIT,
		  "m-q4", MAIN_COMMIT, "GGUF main" },
		{ "hf:org/repo/m-q4", "hugging face", "hf:org/repo/m-q4.gguf@" MAIN_COMMIT, "m-q4",
		  MAIN_COMMIT, "GGUF main" },
		{ "hf:org/repo/m-q4.gguf@main", "hugging face",
		  "hf:org/repo/m-q4.gguf@" MAIN_COMMIT, "m-q4", MAIN_COMMIT, "GGUF main" },
		{ "hf:org/repo/m-q4.gguf@refs/pr/1", "hugging face",
		  "hf:org/repo/m-q4.gguf@" OLD_COMMIT, "m-q4", OLD_COMMIT, "GGUF old" },
		{ "hf:org/repo/m-q4.gguf@0fed", "hugging face", "hf:org/repo/m-q4.gguf@" OLD_COMMIT,
		  "m-q4", OLD_COMMIT, "GGUF old" },
		{ "hf:org/repo/m-q4.gguf@" OLD_COMMIT, "hugging face",
		  "hf:org/repo/m-q4.gguf@" OLD_COMMIT, "m-q4", OLD_COMMIT, "GGUF old" },
		{ "hf:org/repo/only-old.gguf", "hugging face",
		  "hf:org/repo/only-old.gguf@" OLD_COMMIT, "only-old", OLD_COMMIT,
		  "GGUF only old" },
		{ "hf:org/repo/sub/m-q8.gguf", "hugging face",
		  "hf:org/repo/sub/m-q8.gguf@" MAIN_COMMIT, "m-q8", MAIN_COMMIT, "GGUF main q8" },
		{ "hf:org/flat-repo/f.gguf", "llama.cpp", "hf:org/flat-repo/f.gguf",
		  "org_flat-repo_f", "", "GGUF flat" },
		{ "hf:new/layout/n.gguf", "llama.cpp", "hf:new/layout/n.gguf@" MAIN_COMMIT, "n",
		  MAIN_COMMIT, "GGUF new" },
		{ "ollama:llama3.2:1b", "ollama", "ollama:llama3.2:1b", "llama3.2:1b", NULL,
		  "GGUF ollama" },
		{ "ollama:llama3.2", "ollama", "ollama:llama3.2:latest", "llama3.2:latest", NULL,
		  "GGUF ollama" },
		{ "ollama:registry.ollama.ai/library/llama3.2:1b", "ollama", "ollama:llama3.2:1b",
		  "llama3.2:1b", NULL, "GGUF ollama" },
		{ "ollama:me/mine:v1", "ollama", "ollama:me/mine:v1", "me/mine:v1", NULL,
		  "GGUF ollama" },
		{ "ollama:hf.co/org/Repo-GGUF:Q4_K_M", "ollama",
		  "ollama:hf.co/org/Repo-GGUF:Q4_K_M", "hf.co/org/Repo-GGUF:Q4_K_M", NULL,
		  "GGUF ollama" },
		{ "lmstudio:pub/model/lm.gguf", "lm studio", "lmstudio:pub/model/lm.gguf", "lm", "",
		  "GGUF lm studio" },
		{ "lmstudio:pub/older/old", "lm studio", "lmstudio:pub/older/old.gguf", "old", "",
		  "GGUF older" },
		{ "old.gguf", "lm studio", "lmstudio:pub/older/old.gguf", "old", "", "GGUF older" },
		{ "copied", "hugging face", "hf:copy/repo/copied.gguf@" MAIN_COMMIT, "copied",
		  MAIN_COMMIT, "GGUF copy" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		struct model model;
		struct err err;

		if (model_find(&a, rows[i].spec, "job.yaml", &model, &err) < 0)
			fail_msg("%s: %s", rows[i].spec, err.msg);
		assert_string_equal(model.spec, rows[i].spec);
		assert_string_equal(model.origin.store, rows[i].store);
		assert_string_equal(model.origin.name, rows[i].name);
		assert_string_equal(model.label, rows[i].label);
		if (rows[i].digest)
			assert_string_equal(model.origin.digest, rows[i].digest);
		else
			assert_true(str_starts(model.origin.digest, "sha256:"));
		assert_int_equal(model_hash(&a, &model, NULL, NULL, &err), 0);
		assert_string_equal(model.sha256, sha256_of(rows[i].text));
		if (model.origin.stated_sha256)
			assert_string_equal(model.sha256, model.origin.stated_sha256);
		arena_release(&a);
	}
}

static void test_what_is_refused(void **state)
{
	static const struct {
		const char *spec, *parts[3];
	} rows[] = {
		{ "hf:org/repo/m-q5.gguf",
		  { "no model 'hf:org/repo/m-q5.gguf'; looked in 'home/.cache/huggingface/hub', "
		    "'home/.cache/llama.cpp'",
		    "Did you mean 'hf:org/repo/m-q4.gguf'?",
		    "Get it: toehold pull hf:org/repo/m-q5.gguf" } },
		{ "hf:other/place/m-q4.gguf", { "Did you mean 'hf:org/repo/m-q4.gguf'?" } },
		{ "hf:org/repo/m-q4.gguf@lost", { "no model 'hf:org/repo/m-q4.gguf@lost'" } },
		{ "hf:org/repo/m-q4.gguf@012", { "no model" } },
		{ "hf:two/heads/t.gguf",
		  { "names 2 revisions; choose one: 'hf:two/heads/t.gguf@0123",
		    "'hf:two/heads/t.gguf@0fed" } },
		{ "hf:cut/repo/cut.gguf", { "its link is broken: the download is incomplete" } },
		{ "hf:", { "no model 'hf:'" } },
		{ "hf:../../etc/passwd", { "no model" } },
		{ "ollama:llama3.3", { "no model 'ollama:llama3.3'", "ollama:llama3.2:latest" } },
		{ "ollama:llama3.2:3b", { "ollama:llama3.2:1b" } },
		{ "ollama:llava", { "Did you mean 'ollama:llava:7b'?" } },
		{ "ollama:../x", { "is not an Ollama name; write ollama:MODEL:TAG" } },
		{ "ollama:a/b/c/d:e", { "is not an Ollama name" } },
		{ "ollama:", { "is not an Ollama name" } },
		{ "ollama:x:", { "is not an Ollama name" } },
		{ "ollama:cut", { "its manifest is damaged" } },
		{ "ollama:list", { "its manifest is damaged" } },
		{ "ollama:dots", { "has an invalid digest" } },
		{ "ollama:gone", { "its blob sha256-000000000000 is missing" } },
		{ "ollama:short", { "has 11 bytes, but its manifest says 99" } },
		{ "ollama:twice", { "several files of weights" } },
		{ "ollama:tensors", { "names no GGUF weights" } },
		{ "ollama:gpt-oss:120b-cloud",
		  { "it is a cloud model: it runs as 'gpt-oss:120b' on https://ollama.com:443" } },
		{ "lmstudio:pub/model/lmm.gguf",
		  { "Did you mean 'lmstudio:pub/model/lm.gguf'?", "Download it in LM Studio" } },
		{ "lmx.gguf", { "did you mean 'lmstudio:pub/model/lm.gguf'?" } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		struct model model;
		struct err err = { 0 };

		assert_int_equal(model_find(&a, rows[i].spec, NULL, &model, &err), -1);
		assert_int_equal(err.kind, ERR_INPUT);
		for (size_t k = 0; k < COUNT_OF(rows[i].parts) && rows[i].parts[k]; k++)
			if (!strstr(err.msg, rows[i].parts[k]))
				fail_msg("%s: '%s' does not say '%s'", rows[i].spec, err.msg,
					 rows[i].parts[k]);
		arena_release(&a);
	}
}

static void test_ollama_layers(void **state)
{
	struct arena a = { 0 };
	struct model model;
	struct err err;
	char *text;
	size_t len;

	(void)state;
	assert_int_equal(model_find(&a, "ollama:llava:7b", NULL, &model, &err), 0);
	assert_int_equal(model.n_extras, 2);
	assert_int_equal(model_hash(&a, &model.extras[0], NULL, NULL, &err), 0);
	assert_string_equal(model.extras[0].sha256, sha256_of("GGUF clip"));
	assert_string_equal(model.extras[0].origin.stated_sha256, sha256_of("GGUF clip"));
	assert_int_equal(model_hash(&a, &model.extras[1], NULL, NULL, &err), 0);
	assert_string_equal(model.extras[1].sha256, sha256_of("GGUF lora"));
	assert_string_equal(model.label, "llava:7b");

	assert_int_equal(model_find(&a, "ollama:llama3.2:1b", NULL, &model, &err), 0);
	assert_int_equal(model.n_extras, 0);
	assert_int_equal(file_read(&a, model.origin.licence_path, 99, &text, &len, &err), 0);
	assert_string_equal(text, "LLAMA 3.2 LICENSE");
	assert_int_equal(file_read(&a, LIBRARY "llama3.2/1b", 9999, &text, &len, &err), 0);
	assert_string_equal(model.origin.digest, arena_printf(&a, "sha256:%s", sha256_of(text)));
	arena_release(&a);
}

/* A link out of the repository is not its licence; a subfolder has the licence of its parent. */
static void test_texts_of_a_repository(void **state)
{
	struct place_list list;
	struct arena a = { 0 };
	struct model model;
	struct err err;

	(void)state;
	assert_int_equal(model_find(&a, "hf:org/repo/sub/m-q8.gguf", NULL, &model, &err), 0);
	assert_string_equal(model.origin.licence_path,
			    HUB "models--org--repo/snapshots/" MAIN_COMMIT "/LICENSE");
	assert_string_equal(model.origin.card_path,
			    HUB "models--org--repo/snapshots/" MAIN_COMMIT "/README.md");
	places_list(&a, &list);
	for (size_t i = 0; i < list.n; i++)
		if (str_starts(list.items[i].name, "hf:cut/"))
			assert_null(list.items[i].licence_path);
	arena_release(&a);
}

static void test_folders(void **state)
{
	static const char expected[] =
		"file|dup.gguf\nfile|deep.gguf\nfile|s-00001-of-00002.gguf\n";
	struct arena a = { 0 };
	struct place_list list;
	struct model model;
	struct err err;

	(void)state;
	places_list_folder(&a, "shelf", &list);
	assert_int_equal(list.n, 3);
	for (size_t i = 0; i < list.n; i++)
		assert_non_null(strstr(expected, list.items[i].file));
	places_list_folder(&a, "home/.ollama/models", &list);
	assert_int_equal(list.n, 13);
	assert_string_equal(list.items[0].store, "ollama");
	places_list_folder(&a, "home/.cache/huggingface/hub", &list);
	assert_int_equal(list.n, 9);
	assert_string_equal(list.items[0].store, "hugging face");
	places_list_folder(&a, "not-there", &list);
	assert_int_equal(list.n, 0);

	setenv("TOEHOLD_MODELS", "shelf", 1);
	assert_int_equal(model_find(&a, "deep.gguf", NULL, &model, &err), 0);
	assert_string_equal(model.path, "shelf/a/b/deep.gguf");
	assert_int_equal(model_find(&a, "s-00001-of-00002", NULL, &model, &err), 0);
	assert_int_equal(model.n_parts, 2);
	/* Directly in the folders of TOEHOLD_MODELS, the first file wins. */
	assert_int_equal(model_find(&a, "dup.gguf", NULL, &model, &err), 0);
	assert_string_equal(model.path, "shelf/dup.gguf");
	unsetenv("TOEHOLD_MODELS");
	arena_release(&a);
}

static void test_one_name_of_several_files(void **state)
{
	struct arena a = { 0 };
	struct model model;
	struct err err;

	(void)state;
	put("shelf2/below/dup.gguf", "GGUF three");
	setenv("TOEHOLD_MODELS", "shelf2", 1);
	assert_int_equal(model_find(&a, "dup.gguf", NULL, &model, &err), -1);
	assert_string_equal(err.msg, "'dup.gguf' names 2 different files; choose one: "
				     "'shelf2/below/dup.gguf', 'lmstudio:pub/model/dup.gguf'");
	/* A second name of the same file is not another file. */
	assert_int_equal(unlink("shelf2/below/dup.gguf"), 0);
	assert_int_equal(link("home/.lmstudio/models/pub/model/dup.gguf", "shelf2/below/dup.gguf"),
			 0);
	assert_int_equal(model_find(&a, "dup.gguf", NULL, &model, &err), 0);
	unsetenv("TOEHOLD_MODELS");
	arena_release(&a);
}

/* Each variable counts, in the order of the tools. */
static void test_variables(void **state)
{
	static const struct {
		const char *variable, *value, *file;
	} rows[] = {
		{ "XDG_CACHE_HOME", "xdg", "xdg/huggingface/hub/" },
		{ "HF_HOME", "hf-home", "hf-home/hub/" },
		{ "HUGGINGFACE_HUB_CACHE", "hub-old", "hub-old/" },
		{ "HF_HUB_CACHE", "hub-new", "hub-new/" },
	};
	struct model model;
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };

		put_hub(rows[i].file, "models--v--v", MAIN_COMMIT, "v.gguf", rows[i].variable);
		setenv(rows[i].variable, rows[i].value, 1);
		assert_int_equal(model_find(&a, "hf:v/v/v.gguf", NULL, &model, &err), 0);
		assert_true(str_starts(model.path, rows[i].file));
		arena_release(&a);
	}
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		unsetenv(rows[i].variable);
}

static void test_ollama_names(void **state)
{
	static const struct {
		const char *spec, *name;
	} rows[] = {
		{ "a", "ollama:a:latest" },
		{ "a:b", "ollama:a:b" },
		{ "n/a:b", "ollama:n/a:b" },
		{ "library/a", "ollama:a:latest" },
		{ "localhost:5000/n/a", "ollama:localhost:5000/n/a:latest" },
		{ "localhost:5000/library/a:b", "ollama:localhost:5000/library/a:b" },
		{ "a b", NULL },
		{ "a/../b", NULL },
		{ "/a", NULL },
		{ "a//b", NULL },
		{ ".hidden", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct arena a = { 0 };
		const char *name = place_ollama_name(&a, rows[i].spec);

		if (rows[i].name)
			assert_string_equal(name, rows[i].name);
		else
			assert_null(name);
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_is_listed),
		cmocka_unit_test(test_names_find_models),
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_ollama_layers),
		cmocka_unit_test(test_texts_of_a_repository),
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_one_name_of_several_files),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_ollama_names),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
