/*
 * Drafts of labels in the page's folder (flow/draft), and uploads, which become drafts. Decides the
 * names of their folders: nothing that a browser says becomes a path. Must not know what a draft
 * holds: reading and changing it is the verb `label`.
 */
#ifndef PAGE_PAGE_DRAFT_H
#define PAGE_PAGE_DRAFT_H

#include "page/page_state.h"

enum { PAGE_UPLOAD_BYTES = 64 << 20 };

/* POST /api/draft/upload?name=…: the body becomes a draft without tickets; answers {draft}. */
void page_draft_upload(struct page *page, struct http_request *q, const char *name);

/* POST /api/draft/NAME: runs a row of page_drafts, and answers as page_read_json(). */
void page_draft_change(struct page *page, struct http_request *q, const char *name);

#endif
