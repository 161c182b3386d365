/*
 * Files that a verb makes of a run, for the browser to show or to keep: the report, the slide,
 * exports. Decides their names. They exist only as an answer.
 */
#ifndef PAGE_PAGE_DOWNLOAD_H
#define PAGE_PAGE_DOWNLOAD_H

#include "page/page_state.h"

/*
 * Answers a request for a kind of file. With `save` in its parameters the browser keeps the file;
 * without, it shows what it can show.
 */
void page_download(struct page *page, struct http_request *q, const char *kind);

#endif
