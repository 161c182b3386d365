/*
 * Bytes from a hostile server: a list of files, a manifest, a name, an address, a header. An
 * accepted name must be safe in a path, and an accepted checksum must be well formed.
 */
#include "fuzz.h"

#include <string.h>

#include "pull/pull_answer.h"
#include "pull/pull_link.h"
#include "pull/pull_name.h"

static bool is_sum(const char *text, size_t n)
{
	return *text == '\0' || (strlen(text) == n && strspn(text, "0123456789abcdef") == n);
}

static void must_be_sound(const struct pull_file *f)
{
	MUST(is_sum(f->sha256, HASH_HEX_LEN));
	MUST(is_sum(f->git_sha1, PULL_GIT_HEX_LEN));
	MUST(f->size_bytes >= -1 && f->size_bytes <= (int64_t)1 << PULL_MAX_FILE_BYTES_LOG2);
}

static void must_stay_below(const char *path)
{
	MUST(*path && *path != '/' && !strchr(path, '\\') && !strchr(path, '\n'));
	for (const char *p = path; p; p = strchr(p, '/') ? strchr(p, '/') + 1 : NULL)
		MUST(strncmp(p, "../", 3) != 0 && strcmp(p, "..") != 0 && *p != '/' && *p);
}

static void try_listing(struct arena *a, const char *text, size_t len)
{
	struct pull_listing l;
	struct err err;

	if (pull_listing_read(a, text, len, &l, &err) < 0)
		return;
	MUST(*l.commit && is_sum(l.commit, PULL_GIT_HEX_LEN));
	for (size_t i = 0; i < l.n_files; i++) {
		must_stay_below(l.files[i].name);
		must_be_sound(&l.files[i]);
		pull_is_licence_file(&l.files[i]);
	}
	pull_listing_near(a, &l, "model.gguf");
}

static void try_manifest(struct arena *a, const char *text, size_t len)
{
	struct pull_file *blobs;
	struct err err;
	size_t n;

	if (pull_manifest_read(a, text, len, &blobs, &n, &err) < 0)
		return;
	MUST(n >= 2);
	for (size_t i = 0; i < n; i++) {
		must_be_sound(&blobs[i]);
		MUST(*blobs[i].sha256 && blobs[i].size_bytes >= 0);
	}
}

static void try_texts(struct arena *a, const char *text)
{
	struct pull_file file = { .name = "", .media = "", .size_bytes = -1 };
	struct pull_name name;
	struct url url;
	struct err err;
	int64_t first, total;
	const char **parts;
	size_t n;

	if (pull_name_parse(a, text, &name, &err) == 0) {
		const char *pieces[] = { name.org,  name.repo,	name.file,  name.revision,
					 name.host, name.space, name.model, name.tag };

		for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
			if (pieces[i])
				must_stay_below(pieces[i]);
	}
	if (pull_link_read(a, text, &url, &err) == 0)
		MUST(*url.host && !strpbrk(url.host, "@/\\ ?#"));
	if (pull_range_read(text, &first, &total))
		MUST(first >= 0 && (total == -1 || total > first));
	pull_etag_to_sum(text, &file);
	must_be_sound(&file);
	if (pull_etag_is_strong(text))
		MUST(!strpbrk(text, "\r\n"));
	MUST(strspn(pull_link_escape(a, text),
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		    "0123456789-._~/:%") == strlen(pull_link_escape(a, text)));
	pull_parts(a, text, &parts, &n);
	MUST(n >= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	struct arena a = { 0 };

	try_listing(&a, (const char *)data, n_bytes);
	try_manifest(&a, (const char *)data, n_bytes);
	try_texts(&a, arena_strndup(&a, (const char *)data, n_bytes));
	arena_release(&a);
	return 0;
}

#define SHA1 "0123456789abcdef0123456789abcdef01234567"
#define SHA256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const seeds[] = {
		"{\"sha\":\"" SHA1 "\",\"cardData\":{\"license\":\"mit\"},\"siblings\":["
		"{\"rfilename\":\"a/m.gguf\",\"size\":9,\"lfs\":{\"sha256\":\"" SHA256
		"\",\"size\":9}},{\"rfilename\":\"LICENSE\",\"size\":3,\"blobId\":\"" SHA1
		"\"},{\"rfilename\":\"../x\"}]}",
		"{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:" SHA256
		"\",\"size\":5},\"layers\":[{\"mediaType\":\"m\",\"digest\":\"sha256:" SHA256
		"\",\"size\":7}]}",
		"hf:org/repo/sub/m-00001-of-00003.gguf@refs/pr/1",
		"ollama:127.0.0.1:5000/space/model:tag",
		"https://cdn.example.org:8443/a%20b/c?X-Signature=1%2F2",
		"http://[::1]:8080/x",
		"bytes 100-199/1000",
		"\"" SHA256 "\"",
		"W/\"" SHA1 "\"",
	};
	size_t n;

	if (i >= sizeof(seeds) / sizeof(seeds[0]))
		return -1;
	n = strlen(seeds[i]);
	memcpy(to, seeds[i], n);
	return (int)n;
}
