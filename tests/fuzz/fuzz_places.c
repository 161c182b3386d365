/*
 * Manifests and names of Ollama's store. For any content, only files in the store's own folder of
 * blobs are named, and an unusable entry has a reason.
 */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "job/model/places_rows.h"

/* The only blob that exists. It has four bytes; this program does not hash it. */
#define BLOB "8d4c42e09dc2bd7f5fd7cf7b48e7e5e6f0f8f2d5a4b4e6f4c6a34ab6a8a7b1c2"

static char root[64], blob_path[256];

static void leave(void)
{
	char dir[128];

	unlink(blob_path);
	snprintf(dir, sizeof(dir), "%s/blobs", root);
	rmdir(dir);
	rmdir(root);
}

static void make_store(void)
{
	char dir[128];
	FILE *f;

	if (*root)
		return;
	snprintf(root, sizeof(root), "fuzz-places-%ld", (long)getpid());
	snprintf(dir, sizeof(dir), "%s/blobs", root);
	snprintf(blob_path, sizeof(blob_path), "%s/sha256-" BLOB, dir);
	MUST(mkdir(root, 0700) == 0 && mkdir(dir, 0700) == 0);
	f = fopen(blob_path, "wb");
	MUST(f && fputs("GGUF", f) >= 0 && fclose(f) == 0);
	MUST(atexit(leave) == 0);
}

static void check_manifest(const char *data, size_t n_bytes)
{
	struct arena a = { 0 };
	struct place_item item = { .path = "", .stated_sha256 = "" };

	place_read_manifest(&a, root, data, n_bytes, &item);
	MUST(item.path && item.stated_sha256);
	MUST((*item.path == '\0') == (item.problem != NULL));
	if (*item.path) {
		MUST(strcmp(item.path, blob_path) == 0);
		MUST(strcmp(item.stated_sha256, BLOB) == 0);
	}
	MUST(item.n_extras <= PLACE_MAX_EXTRAS);
	for (size_t i = 0; i < item.n_extras; i++)
		MUST(strcmp(item.extras[i], blob_path) == 0);
	MUST(!item.licence_path || strcmp(item.licence_path, blob_path) == 0);
	arena_release(&a);
}

/* The canonical form of a name stays the same when it is read again, and holds no path. */
static void check_name(const char *data, size_t n_bytes)
{
	struct arena a = { 0 };
	const char *name = place_ollama_name(&a, arena_strndup(&a, data, n_bytes)), *again;

	if (name) {
		MUST(str_starts(name, "ollama:") && !strstr(name, "/.") && !strstr(name, "//"));
		again = place_ollama_name(&a, name + strlen("ollama:"));
		MUST(again && strcmp(again, name) == 0);
	}
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	make_store();
	check_manifest((const char *)data, n_bytes);
	check_name((const char *)data, n_bytes);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
#define LAYER(kind) \
	"{\"mediaType\":\"application/vnd.ollama.image." kind "\",\"digest\":\"sha256:" BLOB \
	"\",\"size\":4}"
	static const char *const texts[] = {
		"{\"schemaVersion\":2,\"config\":" LAYER("config") ",\"layers\":[" LAYER(
			"model") "," LAYER("projector") "," LAYER("license") "]}",
		"{\"layers\":[" LAYER("model") "," LAYER("adapter") "," LAYER("adapter") "," LAYER(
			"template") "]}",
		"{\"config\":" LAYER("config") ",\"layers\":null}",
		"{\"layers\":[{\"mediaType\":\"application/vnd.ollama.image.model\","
		"\"digest\":\"sha256:../../x\",\"size\":-1}]}",
		"llama3.2:1b",
		"localhost:5000/name.space/mo-del_1:latest",
		"library/llama3.2",
	};

	if (i >= sizeof(texts) / sizeof(texts[0]))
		return -1;
	memcpy(to, texts[i], strlen(texts[i]));
	return (int)strlen(texts[i]);
}
