/*
 * Reading: a verb runs, and its output is the answer to one request. Decides how many run at once.
 */
#ifndef PAGE_PAGE_READ_H
#define PAGE_PAGE_READ_H

#include "page/page_state.h"

struct page_read;

/*
 * Makes the answer of a request when its verb has ended. `cmd` is the request's, `command` as in
 * struct page_words.
 */
typedef struct http_answer page_read_finish(struct page *page, struct page_read *read);

struct page_read {
	struct http_request *q; /* owns the read */
	struct cmd cmd;
	struct page_folder folder;
	struct page_words words;
	struct page_verb verb;
	page_read_finish *finish;
	const struct page_row *row;
	bool started;
	struct page_read *next;
};

/* A read of a request that looks at the folder now, and has not begun. */
struct page_read *page_read_new(struct page *page, struct http_request *q,
				const struct page_row *row, page_read_finish *finish);

/* Answers it without running anything. */
void page_read_answer(struct page_read *read, const struct http_answer *answer);

/* Runs the words of its row; it is answered later, also after an error. */
void page_read_begin(struct page *page, struct page_read *read, const json_t *values);

/* Both: a new one begins. */
void page_read_add(struct page *page, struct http_request *q, const struct page_row *row,
		   const json_t *values, page_read_finish *finish);

/* The parameters of an address, as texts. */
json_t *page_read_values(struct http_request *q);

/* Starts what waits, collects, answers. */
void page_reads_turn(struct page *page);

/* Adds those that run. */
void page_reads_poll(const struct page *page, struct page_poll *poll);

/* Ends them, and answers with a refusal; those that change something only if `changes`. */
void page_reads_end(struct page *page, bool changes);

/* {command, exit_code, result, message} */
page_read_finish page_read_json;

#endif
