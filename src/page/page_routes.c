/*
 * The table of addresses, and the answers that need no other file.
 */
#include "page/page_routes.h"

#include <string.h>

#include "base/array.h"
#include "base/file.h"
#include "base/json/json.h"
#include "base/str.h"
#include "flow/say/say.h"
#include "page/page_action.h"
#include "page/page_assets.h"
#include "page/page_download.h"
#include "page/page_draft.h"
#include "page/page_read.h"

enum { NO_BODY = 0, ACTION_BYTES = 256 << 10 };

static void route_send_asset(struct page *page, struct http_request *q, const char *name)
{
	const struct page_asset *asset = page_asset_find(name);
	struct http_answer answer;

	(void)page;
	if (!asset) {
		page_refuse(q, MHD_HTTP_NOT_FOUND, "there is no such file");
		return;
	}
	answer = page_answer(MHD_HTTP_OK, page_asset_type(name), asset->bytes, asset->n_bytes);
	http_answer(q, &answer);
}

/* The address was used, but not by this browser: only who sees the terminal gets another. */
static void route_renew(struct page *page, struct http_request *q)
{
	struct arena a = { 0 };

	say_always("The address was used already. For one more browser, open\n%s\n",
		   page_session_address(&a, &page->session));
	arena_release(&a);
	page_refuse(q, MHD_HTTP_FORBIDDEN,
		    "this address was used already; toehold has printed a new one");
}

static void route_enter(struct page *page, struct http_request *q, const char *token)
{
	bool is_in = page_session_has_cookie(&page->session, http_request_header(q, "Cookie"));
	struct http_answer answer = page_answer(MHD_HTTP_SEE_OTHER, "text/plain", NULL, 0);

	switch (is_in ? PAGE_ENTRY_OPEN : page_session_enter(&page->session, token)) {
	case PAGE_ENTRY_OPEN:
		http_answer_add(&answer, "Location", "/");
		http_answer_add(&answer, "Set-Cookie",
				page_session_cookie(&q->arena, &page->session));
		http_answer(q, &answer);
		break;
	case PAGE_ENTRY_USED:
		route_renew(page, q);
		break;
	case PAGE_ENTRY_WRONG:
		page_refuse(q, MHD_HTTP_FORBIDDEN,
			    "the token is wrong; open the address that toehold printed");
		break;
	}
}

static void route_send_index(struct page *page, struct http_request *q, const char *name)
{
	const char *token =
		MHD_lookup_connection_value(q->connection, MHD_GET_ARGUMENT_KIND, "token");

	(void)name;
	/* A HEAD only looks: it leaves the token as it is. */
	if (token && strcmp(q->method, "HEAD") != 0)
		route_enter(page, q, token);
	else
		route_send_asset(page, q, "index.html");
}

static json_t *route_state_json(struct page *page, const struct page_folder *folder)
{
	const struct page_job *job = page_folder_job(folder, NULL);

	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "version", cmd_program(), "folder",
			 json_any_text(page->folder), "job", json_any_text(job ? job->path : NULL),
			 "jobs", page_jobs_json(folder), "files", page_files_json(folder), "drafts",
			 page_drafts_json(folder), "actions", page_actions_json(page));
}

static struct http_answer route_state(struct page *page, struct page_read *read, const char *runs)
{
	json_t *state = route_state_json(page, &read->folder);
	const char *text;

	json_object_set_new(state, "message", json_any_text(buf_text(&read->verb.texts[1])));
	text = page_json_with(&read->q->arena, state, "runs", runs);
	return page_answer(MHD_HTTP_OK, "application/json", text, strlen(text));
}

static struct http_answer route_finish_state(struct page *page, struct page_read *read)
{
	return route_state(page, read, page_verb_json(&read->verb));
}

/* Whether the job has a store: without one there is nothing to list. */
static bool route_has_store(struct page_read *read, const json_t *values)
{
	const char *id = json_string_value(json_object_get(values, "job")), *path;
	const struct page_job *job = page_folder_job(&read->folder, id);

	return job && page_folder_store(&read->cmd, &read->folder, job, &path) == 0 &&
	       file_exists(path);
}

static void route_send_state(struct page *page, struct http_request *q, const char *name)
{
	struct page_read *read =
		page_read_new(page, q, page_row_find(page_reads, "runs"), route_finish_state);
	json_t *values = page_read_values(q);
	struct http_answer answer;

	(void)name;
	if (route_has_store(read, values)) {
		page_read_begin(page, read, values);
	} else {
		answer = route_state(page, read, "[]");
		page_read_answer(read, &answer);
	}
	json_decref(values);
}

static void route_read(struct page *page, struct http_request *q, const char *name)
{
	const struct page_row *row = page_row_find(page_reads, name);
	json_t *values = page_read_values(q);

	if (row)
		page_read_add(page, q, row, values, page_read_json);
	else
		page_refuse(q, MHD_HTTP_NOT_FOUND, "there is nothing of that name to read");
	json_decref(values);
}

static const struct page_route routes[] = {
	{ "GET", "/", true, NO_BODY, route_send_index },
	{ "GET", "/assets/*", true, NO_BODY, route_send_asset },
	{ "GET", "/api/state", false, NO_BODY, route_send_state },
	{ "GET", "/api/read/*", false, NO_BODY, route_read },
	{ "GET", "/api/files/*", false, NO_BODY, page_download },
	{ "POST", "/api/draft/upload", false, PAGE_UPLOAD_BYTES, page_draft_upload },
	{ "POST", "/api/draft/*", false, ACTION_BYTES, page_draft_change },
	{ "POST", "/api/do/*", false, ACTION_BYTES, page_action_start },
	{ "GET", "/api/actions/*/events", false, NO_BODY, page_action_follow },
	{ "POST", "/api/actions/*/stop", false, ACTION_BYTES, page_action_stop },
};

/* Whether a path is of this form; fills what the star stands for. */
static bool route_matches(const char *form, const char *path, const char **ret_name, size_t *ret_n)
{
	size_t n = strcspn(form, "*");

	*ret_name = "";
	*ret_n = 0;
	if (strncmp(form, path, n) != 0)
		return false;
	if (form[n] == '\0')
		return path[n] == '\0';
	*ret_name = path + n;
	*ret_n = strcspn(path + n, "/");
	return *ret_n > 0 && strcmp(form + n + 1, path + n + *ret_n) == 0;
}

const struct page_route *page_route_find(struct arena *a, const char *path, const char **ret_name)
{
	const char *name;
	size_t n;

	for (size_t i = 0; i < COUNT_OF(routes); i++) {
		if (!route_matches(routes[i].path, path, &name, &n))
			continue;
		*ret_name = arena_strndup(a, name, n);
		return &routes[i];
	}
	return NULL;
}

bool page_route_takes(const struct page_route *route, const char *method)
{
	return strcmp(route->method, method) == 0 ||
	       (strcmp(method, "HEAD") == 0 && strcmp(route->method, "GET") == 0);
}

void page_route_answer(struct page *page, struct http_request *q)
{
	const char *name;
	const struct page_route *route = page_route_find(&q->arena, q->path, &name);

	route->answer(page, q, name);
}
