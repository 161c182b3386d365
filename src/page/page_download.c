/*
 * What a verb wrote to its standard output, as a file.
 */
#include "page/page_download.h"

#include <string.h>

#include "page/page_assets.h"
#include "page/page_read.h"

/* A run may have any name; a file of a browser has a plain one. */
static const char *download_name(struct arena *a, const struct page_row *row, const char *run)
{
	char *name = arena_printf(a, "%s-%.80s%s", row->name, run ? run : "newest", row->ending);

	for (char *p = name; *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.",
			    *p))
			*p = '-';
	return name;
}

static const char *download_argument(const struct http_request *q, const char *name)
{
	return MHD_lookup_connection_value(q->connection, MHD_GET_ARGUMENT_KIND, name);
}

static struct http_answer download_finish(struct page *page, struct page_read *read)
{
	const struct page_row *row = read->row;
	const struct buf *out = &read->verb.texts[0];
	struct arena *a = &read->q->arena;
	const char *run = download_argument(read->q, "run");
	struct http_answer answer;
	char *bytes;

	(void)page;
	if (!page_verb_has_result(&read->verb) || out->overflow)
		return page_answer_error(read->q, MHD_HTTP_UNPROCESSABLE_CONTENT,
					 buf_text(&read->verb.texts[1]));
	bytes = arena_alloc(a, out->len + 1);
	memcpy(bytes, buf_text(out), out->len);
	answer = page_answer(MHD_HTTP_OK, page_asset_type(row->ending), bytes, out->len);
	http_answer_add(&answer, "Content-Security-Policy", page_policy_of_report);
	http_answer_add(&answer, "Content-Disposition",
			arena_printf(a, "%s; filename=\"%s\"",
				     download_argument(read->q, "save") ? "attachment" : "inline",
				     download_name(a, row, run)));
	return answer;
}

void page_download(struct page *page, struct http_request *q, const char *kind)
{
	const struct page_row *row = page_row_find(page_papers, kind);
	json_t *values = page_read_values(q);

	json_object_del(values, "save");
	if (row)
		page_read_add(page, q, row, values, download_finish);
	else
		page_refuse(q, MHD_HTTP_NOT_FOUND, "there is no such file");
	json_decref(values);
}
