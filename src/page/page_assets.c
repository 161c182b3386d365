/*
 * Names and media types of the assets.
 */
#include "page/page_assets.h"

#include <string.h>

#include "base/array.h"
#include "base/str.h"

const struct page_asset *page_asset_find(const char *name)
{
	for (const struct page_asset *asset = page_assets; asset->name; asset++)
		if (strcmp(asset->name, name) == 0)
			return asset;
	return NULL;
}

const char *page_asset_type(const char *name)
{
	static const char *const types[][2] = {
		{ ".html", "text/html; charset=utf-8" },
		{ ".css", "text/css; charset=utf-8" },
		{ ".js", "text/javascript; charset=utf-8" },
		{ ".svg", "image/svg+xml" },
		{ ".png", "image/png" },
		{ ".txt", "text/plain; charset=utf-8" },
		{ ".md", "text/plain; charset=utf-8" },
		{ ".csv", "text/csv; charset=utf-8" },
		{ ".json", "application/json" },
		{ ".jsonl", "application/jsonl" },
		{ ".yaml", "application/yaml" },
		{ ".xml", "application/xml" },
		{ ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	};

	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (str_ends(name, types[i][0]))
			return types[i][1];
	return "application/octet-stream";
}
