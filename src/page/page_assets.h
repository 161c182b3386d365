/*
 * The files of src/page/assets, as the build put them into the program (cmake/embed.cmake).
 */
#ifndef PAGE_PAGE_ASSETS_H
#define PAGE_PAGE_ASSETS_H

#include <stddef.h>

struct page_asset {
	const char *name;
	const char *bytes;
	size_t n_bytes;
};

/* Ended by one without a name. */
extern const struct page_asset page_assets[];

/* NULL if there is none of that name. */
const struct page_asset *page_asset_find(const char *name);

/* The media type of a file of that name. */
const char *page_asset_type(const char *name);

#endif
