/*
 * Finds the sheet and what its cells refer to, then reads it row by row. Shared strings stay in
 * memory, rows do not.
 */
#include "job/table/workbook.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "job/table/workbook_sheet.h"
#include "job/table/workbook_xml.h"

enum { SHEETS_MAX = 1024, RELATIONSHIPS_MAX = 4096 };

struct sheet {
	const char *name, *id; /* of its relationship */
	bool hidden;
};

struct relationship {
	const char *id, *type, *target; /* type: without its folders; target: a part's name */
};

struct workbook {
	struct archive archive;
	struct text_file *file;
	const char *part; /* the workbook's own */
	const char *from; /* the part whose relationships are being read */
	struct sheet *sheets;
	size_t n_sheets, cap_sheets;
	struct relationship *relationships;
	size_t n_relationships, cap_relationships;
	struct sheet_source source;
};

/* ---- what an archive is, if it is no workbook ---- */

static const struct {
	const char *part; /* that it has */
	const char *start; /* of that part, or NULL */
	const char *words;
} others[] = {
#define SAVE "; save it as .xlsx or CSV"
	{ "xl/workbook.xml", NULL, "a damaged Excel workbook" SAVE },
	{ "xl/workbook.bin", NULL, "a binary Excel workbook (.xlsb)" SAVE },
	{ "mimetype", "application/vnd.oasis.opendocument.spreadsheet",
	  "an OpenDocument spreadsheet (.ods)" SAVE },
	{ "mimetype", "application/vnd.oasis.opendocument",
	  "an OpenDocument file; export the tickets as .xlsx or CSV" },
	{ "mimetype", "application/epub", "a book; name a file of tickets" },
	{ "Index/Document.iwa", NULL,
	  "an Apple Numbers or Pages document; export it as Excel or CSV" },
	{ "Index.zip", NULL, "an Apple Numbers or Pages document; export it as Excel or CSV" },
	{ "word/document.xml", NULL, "a Word document; export the tickets as .xlsx or CSV" },
	{ "ppt/presentation.xml", NULL, "a presentation; export the tickets as .xlsx or CSV" },
};

static int workbook_fail_other(struct workbook *w, struct err *err)
{
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (archive_has(&w->archive, others[i].part) &&
		    (!others[i].start ||
		     str_starts(archive_start_of(&w->archive, others[i].part), others[i].start)))
			return err_set(err, ERR_INPUT, "%s: this is %s", w->file->path,
				       others[i].words);
	return err_set(err, ERR_INPUT, "%s: this is a ZIP archive; unpack it first", w->file->path);
}

/* ---- relationships ---- */

/* The part that `target` names, seen from the part `from` (ECMA-376-2, 6.4). */
static const char *workbook_part_name(struct arena *a, const char *from, const char *target)
{
	const char *slash = strrchr(from, '/');
	size_t n_folder = slash ? (size_t)(slash - from) : 0;

	if (*target == '/')
		return target + 1;
	for (; str_starts(target, "../"); target += 3)
		while (n_folder > 0 && from[--n_folder] != '/')
			;
	while (str_starts(target, "./"))
		target += 2;
	return n_folder ? arena_printf(a, "%.*s/%s", (int)n_folder, from, target) : target;
}

static int workbook_on_relationship(void *ctx, const char *name, const char **attributes,
				    struct err *err)
{
	struct workbook *w = ctx;
	struct arena *a = w->archive.arena;
	const char *id = xml_attribute(attributes, "Id"), *type = xml_attribute(attributes, "Type"),
		   *target = xml_attribute(attributes, "Target");

	(void)err;
	if (strcmp(name, "Relationship") != 0 || !id || !type || !target ||
	    w->n_relationships == RELATIONSHIPS_MAX)
		return 0;
	w->relationships = arena_grow(a, w->relationships, w->n_relationships,
				      &w->cap_relationships, sizeof(*w->relationships));
	w->relationships[w->n_relationships++] = (struct relationship){
		arena_strdup(a, id),
		str_basename(arena_strdup(a, type)),
		workbook_part_name(a, w->from, arena_strdup(a, target)),
	};
	return 0;
}

static int workbook_ignore_end(void *ctx, const char *name, struct err *err)
{
	(void)ctx;
	(void)name;
	(void)err;
	return 0;
}

static int workbook_read_relationships(struct workbook *w, const char *from, struct err *err)
{
	const struct xml_reader reader = { .on_start = workbook_on_relationship,
					   .on_end = workbook_ignore_end,
					   .ctx = w };
	const char *base = str_basename(from);

	w->from = from;
	w->n_relationships = 0;
	return archive_read_xml(
		&w->archive,
		arena_printf(w->archive.arena, "%.*s_rels/%s.rels", (int)(base - from), from, base),
		&reader, err);
}

/* The part of the first relationship with this type, or with this id; NULL: none. */
static const char *workbook_related(const struct workbook *w, const char *type, const char *id)
{
	for (size_t i = 0; i < w->n_relationships; i++)
		if (strcmp(w->relationships[i].type, type) == 0 &&
		    (!id || strcmp(w->relationships[i].id, id) == 0))
			return w->relationships[i].target;
	return NULL;
}

/* ---- sheets ---- */

static int workbook_on_element(void *ctx, const char *name, const char **attributes,
			       struct err *err)
{
	struct workbook *w = ctx;
	struct arena *a = w->archive.arena;
	const char *since = xml_attribute(attributes, "date1904"),
		   *state = xml_attribute(attributes, "state"),
		   *title = xml_attribute(attributes, "name"),
		   *id = xml_attribute(attributes, "id");

	(void)err;
	if (strcmp(name, "workbookPr") == 0 && since)
		w->source.from_1904 = strcmp(since, "1") == 0 || strcmp(since, "true") == 0;
	if (strcmp(name, "sheet") != 0 || !title || !id || w->n_sheets == SHEETS_MAX)
		return 0;
	w->sheets = arena_grow(a, w->sheets, w->n_sheets, &w->cap_sheets, sizeof(*w->sheets));
	w->sheets[w->n_sheets++] = (struct sheet){ arena_strdup(a, title), arena_strdup(a, id),
						   state && strcmp(state, "visible") != 0 };
	return 0;
}

static int workbook_fail_sheet(const struct workbook *w, struct err *err)
{
	struct arena *a = w->archive.arena;
	const char *list = "";

	for (size_t i = 0; i < w->n_sheets && i < 20; i++)
		list = arena_add_item(a, list, ", ", "'%s'", display_text(a, w->sheets[i].name));
	if (w->file->sheet)
		return err_set(err, ERR_INPUT, "%s: there is no sheet '%s'; the sheets are %s",
			       w->file->path, display_text(a, w->file->sheet), list);
	return err_set(err, ERR_INPUT,
		       "%s: no sheet of the workbook is visible; name one with --sheet (%s)",
		       w->file->path, list);
}

/* The sheet of that name, or the first visible one that has rows rather than a chart. */
static const char *workbook_choose_sheet(struct workbook *w)
{
	size_t n_visible = 0;
	const char *found = NULL, *name = NULL;

	for (size_t i = 0; i < w->n_sheets; i++) {
		const struct sheet *sheet = &w->sheets[i];
		const char *part = workbook_related(w, "worksheet", sheet->id);

		if (part && w->file->sheet && strcmp(sheet->name, w->file->sheet) == 0)
			return part;
		if (!part || sheet->hidden || w->file->sheet)
			continue;
		if (n_visible++ > 0)
			continue;
		found = part;
		name = sheet->name;
	}
	if (n_visible > 1)
		text_file_note(w->archive.arena, w->file,
			       arena_printf(w->archive.arena,
					    "sheet '%s' of %zu (--sheet names another)",
					    display_text(w->archive.arena, name), n_visible));
	return found;
}

static int workbook_find_part(struct workbook *w, struct err *err)
{
	struct err none;

	if (!archive_has(&w->archive, "_rels/.rels") ||
	    workbook_read_relationships(w, "", &none) < 0)
		return workbook_fail_other(w, err);
	w->part = workbook_related(w, "officeDocument", NULL);
	if (!w->part || !str_ends(w->part, ".xml") || strstr(w->part, "word/") ||
	    strstr(w->part, "ppt/"))
		return workbook_fail_other(w, err);
	return 0;
}

static int workbook_find_sheet(struct workbook *w, struct err *err)
{
	const struct xml_reader reader = { .on_start = workbook_on_element,
					   .on_end = workbook_ignore_end,
					   .ctx = w };

	if (workbook_find_part(w, err) < 0 ||
	    archive_read_xml(&w->archive, w->part, &reader, err) < 0 ||
	    workbook_read_relationships(w, w->part, err) < 0)
		return -1;
	w->source.sheet = workbook_choose_sheet(w);
	if (!w->source.sheet)
		return workbook_fail_sheet(w, err);
	w->source.strings = workbook_related(w, "sharedStrings", NULL);
	w->source.styles = workbook_related(w, "styles", NULL);
	return 0;
}

int workbook_each_row(struct arena *a, struct text_file *file, table_on_row *on_row, void *ctx,
		      struct err *err)
{
	struct arena scratch = { 0 };
	struct workbook w = { .archive = { .arena = &scratch, .path = file->path }, .file = file };
	int r;

	r = archive_open(&w.archive, file->text, file->n_bytes, err);
	if (r == 0)
		r = workbook_find_sheet(&w, err);
	if (r == 0)
		r = sheet_each_row(&w.archive, &w.source, on_row, ctx, err);
	archive_close(&w.archive);
	file->note = arena_strdup(a, file->note);
	arena_release(&scratch);
	return r;
}
