/*
 * The server's thread checks heads and bodies (page_session.h, page_routes.h). The main thread
 * takes requests from the queue, starts verbs, collects what they write, and answers.
 */
#include "page/page.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "flow/interrupt.h"
#include "flow/say/say.h"
#include "page/page_action.h"
#include "page/page_read.h"
#include "page/page_routes.h"
#include "page/page_state.h"

enum { QUEUE_MAX = 1000 };

const char page_is_stopping[] = "the page is stopping";

void page_look(const struct page *page, struct arena *a, struct page_folder *ret_folder)
{
	*ret_folder = (struct page_folder){ .first = page->options.job,
					    .store = page->options.store,
					    .models = page->models };
	page_folder_list(a, ret_folder);
}

struct cmd page_cmd(const struct page *page)
{
	return (struct cmd){ .argv = page->cmd->argv, .argc = page->cmd->argc };
}

static int64_t page_now_us(void)
{
	return clock_read_us(CLOCK_MONOTONIC);
}

static void page_on_head(void *ctx, struct http_request *q, struct http_answer *ret_answer)
{
	const struct page *page = ctx;
	const char *name, *words, *length = http_request_header(q, "Content-Length");
	const struct page_route *route = page_route_find(&q->arena, q->path, &name);
	unsigned status;

	status = page_session_check(&page->session, q, !route || !route->open, &words);
	if (!status && !route) {
		status = MHD_HTTP_NOT_FOUND;
		words = "there is no such address";
	} else if (!status && !page_route_takes(route, q->method)) {
		status = MHD_HTTP_METHOD_NOT_ALLOWED;
		words = "this address takes another method";
	} else if (!status && length && strtoull(length, NULL, 10) > route->body_bytes) {
		status = MHD_HTTP_CONTENT_TOO_LARGE;
		words = "the body is too long";
	}
	if (status)
		*ret_answer = page_answer_error(q, status, words);
	else
		buf_init(&q->body, route->body_bytes);
}

static void page_on_complete(void *ctx, struct http_request *q, struct http_answer *ret_answer)
{
	(void)ctx;
	/* What was clicked is done, also if the tab is closed at once. */
	q->is_kept = strcmp(q->method, "POST") == 0;
	if (q->body.overflow)
		*ret_answer =
			page_answer_error(q, MHD_HTTP_CONTENT_TOO_LARGE, "the body is too long");
	else if (!http_server_enqueue(q, QUEUE_MAX))
		*ret_answer = page_answer_error(q, MHD_HTTP_SERVICE_UNAVAILABLE,
						"the page is busy or stopping");
}

static const char *page_current_folder(struct arena *a)
{
	char *path = getcwd(NULL, 0);
	const char *copy = arena_strdup(a, path ? path : ".");

	free(path);
	return copy;
}

int page_open(struct cmd *cmd, const struct page_options *options, struct page **ret_page)
{
	struct page *page = arena_alloc(&cmd->arena, sizeof(*page));
	const struct http_handler handler = { page, page_on_head, page_on_complete };
	int port;

	page->cmd = cmd;
	page->options = *options;
	page->folder = page_current_folder(&cmd->arena);
	page->asked_us = page_now_us();
	page->models = json_object();
	page_session_init(&page->session);
	if (http_server_open(options->port, &handler, &page->server, &port, &cmd->err) < 0)
		return -1;
	page->session.port = port;
	*ret_page = page;
	return 0;
}

const char *page_address(struct page *page)
{
	return page_session_address(&page->cmd->arena, &page->session);
}

/* Waits until there is something to do, but not for long. */
static void page_wait(const struct page *page)
{
	enum { LOOK_MS = 200 };
	struct page_poll p = { .wait_ms = LOOK_MS, .n = 1 };

	p.fds[0] = (struct pollfd){ .fd = http_server_fd(page->server), .events = POLLIN };
	page_reads_poll(page, &p);
	page_actions_poll(page, &p);
	poll(p.fds, (nfds_t)p.n, p.wait_ms);
}

static void page_turn(struct page *page)
{
	struct http_request *q;

	page_wait(page);
	while ((q = http_server_next(page->server, 0))) {
		page->asked_us = page_now_us();
		page_route_answer(page, q);
	}
	page_reads_turn(page);
	page_actions_turn(page);
	if (page_action_running(page))
		page->asked_us = page_now_us();
}

static bool page_is_idle(const struct page *page)
{
	return page->options.idle_us && page_now_us() - page->asked_us >= page->options.idle_us;
}

/*
 * RULE: one Ctrl-C does not end what runs. The second stops it, and its answers are kept. Other
 * signals mean that nobody is there to ask.
 */
static bool page_must_end(const struct page *page, int *seen, const char **warned)
{
	enum { CTRL_C = 128 + SIGINT };
	const char *running = page_action_running(page);
	int now = interrupt_count();
	bool again = running == *warned || now > *seen + 1;

	if (now == *seen)
		return false;
	*seen = now;
	if (!running || again || interrupt_exit_code() != CTRL_C)
		return true;
	*warned = running;
	say("\n'%s' is still running. Ctrl-C again stops it and ends the page; answers are kept.\n",
	    running);
	return false;
}

void page_serve(struct page *page)
{
	const char *warned = NULL;
	int seen = 0;

	while (!page_must_end(page, &seen, &warned)) {
		page_turn(page);
		if (!page_is_idle(page))
			continue;
		say("Nobody asked for %lld minutes: the page has ended.\n",
		    (long long)(page->options.idle_us / 60000000));
		return;
	}
}

/* Waits for actions and changes to end. One more Ctrl-C drops what is in hand. */
static void page_finish(struct page *page)
{
	int seen = interrupt_count();

	while (page->reads || page_action_running(page)) {
		page_wait(page);
		page_reads_turn(page);
		page_actions_turn(page);
		if (interrupt_count() == seen)
			continue;
		seen = interrupt_count();
		page_actions_stop(page);
		page_reads_end(page, true);
	}
}

void page_close(struct page *page)
{
	struct http_request *q;

	if (!page)
		return;
	http_server_quiesce(page->server);
	page_actions_stop(page);
	while ((q = http_server_next(page->server, 0)))
		page_refuse(q, MHD_HTTP_SERVICE_UNAVAILABLE, page_is_stopping);
	page_reads_end(page, false);
	page_finish(page);
	http_server_close(page->server);
	page_actions_free(page);
	json_decref(page->models);
}
