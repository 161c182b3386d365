/*
 * An upload is kept before anybody looks into it: as it came, where nobody else reads it.
 */
#include "page/page_draft.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"
#include "base/json/json.h"
#include "base/str.h"
#include "flow/draft/draft.h"
#include "page/page_read.h"

enum { DRAFT_STEM_CHARS = 40, DRAFT_FOLDERS_MAX = 1000 };

/* The ending by which `import` tells formats; without one, the first character says it. */
static const char *draft_ending(const char *name, const struct buf *body)
{
	static const char *const endings[] = { ".csv",	".tsv",	 ".xlsx", ".jsonl", ".ndjson",
					       ".json", ".yaml", ".yml",  ".txt" };
	const char *text = buf_text(body);

	for (size_t i = 0; i < COUNT_OF(endings); i++)
		if (str_ends_any_case(name, endings[i]))
			return endings[i];
	text += strspn(text, " \t\r\n");
	return *text == '{' || *text == '[' ? ".jsonl" : ".csv";
}

/* Letters and digits of a file's name without its ending; "tickets" if there are none. */
static const char *draft_stem(struct arena *a, const char *path)
{
	const char *name = str_basename(path), *end = strrchr(name, '.');
	size_t n_bytes = end ? (size_t)(end - name) : strlen(name);
	struct buf b;

	buf_init(&b, DRAFT_STEM_CHARS);
	for (size_t i = 0; i < n_bytes; i++) {
		char c = name[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			buf_addc(&b, c);
		else if (b.len && b.data[b.len - 1] != '-')
			buf_addc(&b, '-');
	}
	while (b.len && b.data[b.len - 1] == '-')
		b.data[--b.len] = '\0';
	if (b.len == 0)
		buf_adds(&b, "tickets");
	return buf_to_arena(&b, a);
}

/* Makes a folder that was not there, and names it; NULL with errno if that is impossible. */
static const char *draft_make_folder(struct arena *a, const char *stem)
{
	for (int i = 1; i <= DRAFT_FOLDERS_MAX; i++) {
		const char *dir = i == 1 ? arena_printf(a, "labels-%s", stem) :
					   arena_printf(a, "labels-%s-%d", stem, i);

		if (mkdir(dir, 0755) == 0)
			return dir;
		if (errno != EEXIST)
			return NULL;
	}
	return NULL;
}

/* RULE: what is not redacted lies in `secrets`, for nobody else to read. */
static int draft_keep(struct http_request *q, const char *dir, const char *file, struct err *err)
{
	struct arena *a = &q->arena;

	if (file_make_dirs(arena_printf(a, "%s/secrets", dir), 0700, err) < 0 ||
	    file_write_as(arena_printf(a, "%s/secrets/%s", dir, file), FILE_NEW, 0600,
			  buf_text(&q->body), q->body.len, err) < 0)
		return -1;
	return file_write_as(arena_printf(a, "%s/" DRAFT_JOURNAL, dir), FILE_NEW, 0600, "", 0, err);
}

void page_draft_upload(struct page *page, struct http_request *q, const char *unused)
{
	const char *name =
		MHD_lookup_connection_value(q->connection, MHD_GET_ARGUMENT_KIND, "name");
	const char *stem = draft_stem(&q->arena, name ? name : ""), *dir, *file;
	struct http_answer answer;
	struct err err = { 0 };

	(void)page;
	(void)unused;
	if (q->body.len == 0) {
		page_refuse(q, MHD_HTTP_BAD_REQUEST, "the file is empty");
		return;
	}
	dir = draft_make_folder(&q->arena, stem);
	if (!dir) {
		page_refuse(q, MHD_HTTP_INTERNAL_SERVER_ERROR, "cannot make a folder here");
		return;
	}
	file = arena_printf(&q->arena, "%s%s", stem, draft_ending(name ? name : "", &q->body));
	if (draft_keep(q, dir, draft_export_name(&q->arena, file), &err) < 0) {
		page_refuse(q, MHD_HTTP_INTERNAL_SERVER_ERROR, arena_strdup(&q->arena, err.msg));
		return;
	}
	answer = page_answer_json(q, MHD_HTTP_OK, json_pack("{s:s}", "draft", dir));
	http_answer(q, &answer);
}

void page_draft_change(struct page *page, struct http_request *q, const char *name)
{
	const struct page_row *row = page_row_find(page_drafts, name);
	json_t *values = json_loadb(buf_text(&q->body), q->body.len, JSON_REJECT_DUPLICATES, NULL);

	if (!row)
		page_refuse(q, MHD_HTTP_NOT_FOUND, "there is no such step");
	else if (!json_is_object(values))
		page_refuse(q, MHD_HTTP_BAD_REQUEST, "the body is not a JSON object");
	else
		page_read_add(page, q, row, values, page_read_json);
	json_decref(values);
}
