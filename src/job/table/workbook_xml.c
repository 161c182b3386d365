/*
 * libzip inflates, expat parses. Sizes are counted while a part is inflated: what an archive says
 * about itself can be a lie. A document type is refused, and with it every entity that a file could
 * define.
 */
#include "job/table/workbook_xml.h"

#include <expat.h>
#include <string.h>

#include "base/display.h"
#include "job/table/text_file.h"

enum {
	PIECE_BYTES = 1 << 14,
	INFLATED_MAX_BYTES = SLICE_MAX_BYTES,
	DEPTH_MAX = 64, /* of elements; a sheet has six */
	/* Without an element or text. Expat reads a long tag again with each piece. */
	SILENT_MAX_BYTES = 1 << 20,
	START_BYTES = 100,
};

static int xml_fail(const struct archive *archive, const char *name, const char *what,
		    struct err *err)
{
	return err_set(err, ERR_INPUT,
		       "%s: the workbook's part '%s' %s; save it again, or save it "
		       "as CSV",
		       archive->path, display_text(archive->arena, name), what);
}

int archive_open(struct archive *archive, const char *data, size_t n_bytes, struct err *err)
{
	zip_error_t why;
	zip_source_t *source;

	zip_error_init(&why);
	source = zip_source_buffer_create(data, n_bytes, 0, &why);
	archive->zip = source ? zip_open_from_source(source, ZIP_RDONLY, &why) : NULL;
	if (!archive->zip) {
		err_set(err, ERR_INPUT,
			"%s: this is a damaged workbook or ZIP archive (%s); save it again, or "
			"save it as CSV",
			archive->path, zip_error_strerror(&why));
		if (source)
			zip_source_free(source);
	}
	zip_error_fini(&why);
	return archive->zip ? 0 : -1;
}

void archive_close(struct archive *archive)
{
	if (archive->zip)
		zip_discard(archive->zip);
	archive->zip = NULL;
}

bool archive_has(const struct archive *archive, const char *name)
{
	return zip_name_locate(archive->zip, name, ZIP_FL_NOCASE) >= 0;
}

const char *archive_start_of(struct archive *archive, const char *name)
{
	zip_file_t *part = zip_fopen(archive->zip, name, ZIP_FL_NOCASE);
	char start[START_BYTES] = "";

	if (part) {
		if (zip_fread(part, start, sizeof(start) - 1) < 0)
			start[0] = '\0';
		zip_fclose(part);
	}
	return arena_strdup(archive->arena, start);
}

/* One part that is being parsed. */
struct xml_parse {
	XML_Parser parser;
	const struct xml_reader *reader;
	struct err *err;
	const char *fault; /* a ceiling that was reached, or a document type */
	bool stopped; /* by the reader */
	size_t depth, n_silent;
};

static const char *xml_local(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

const char *xml_attribute(const char **attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(xml_local(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}

static void xml_stop(struct xml_parse *x, const char *fault)
{
	x->fault = fault;
	x->stopped = !fault;
	XML_StopParser(x->parser, XML_FALSE);
}

static void XMLCALL xml_on_start(void *ctx, const char *name, const char **attributes)
{
	struct xml_parse *x = ctx;

	x->n_silent = 0;
	if (x->stopped || x->fault)
		return;
	if (++x->depth > DEPTH_MAX)
		xml_stop(x, "nests its elements too deeply");
	else if (x->reader->on_start(x->reader->ctx, xml_local(name), attributes, x->err) < 0)
		xml_stop(x, NULL);
}

static void XMLCALL xml_on_end(void *ctx, const char *name)
{
	struct xml_parse *x = ctx;

	x->n_silent = 0;
	x->depth--;
	if (!x->stopped && !x->fault &&
	    x->reader->on_end(x->reader->ctx, xml_local(name), x->err) < 0)
		xml_stop(x, NULL);
}

static void XMLCALL xml_on_text(void *ctx, const char *text, int n_bytes)
{
	struct xml_parse *x = ctx;

	x->n_silent = 0;
	if (x->reader->on_text && !x->stopped && !x->fault)
		x->reader->on_text(x->reader->ctx, text, (size_t)n_bytes);
}

static void XMLCALL xml_on_doctype(void *ctx, const char *name, const char *system_id,
				   const char *public_id, int has_subset)
{
	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_subset;
	xml_stop(ctx, "declares a document type, which no workbook needs");
}

/* Feeds the part piece by piece. Returns what is wrong with it, or NULL. */
static const char *xml_feed(struct archive *archive, zip_file_t *part, struct xml_parse *x)
{
	char piece[PIECE_BYTES];
	zip_int64_t n;

	do {
		n = zip_fread(part, piece, sizeof(piece));
		if (n < 0)
			return "cannot be unpacked";
		archive->n_inflated += (size_t)n;
		x->n_silent += (size_t)n;
		if (archive->n_inflated > INFLATED_MAX_BYTES)
			return "makes the workbook larger than 512 MiB once it is unpacked";
		if (x->n_silent > SILENT_MAX_BYTES)
			return "holds a tag of more than 1 MiB";
		if (XML_Parse(x->parser, piece, (int)n, n == 0) != XML_STATUS_OK)
			return x->fault ? x->fault : x->stopped ? NULL : "is not well-formed XML";
	} while (n > 0);
	return NULL;
}

int archive_read_xml(struct archive *archive, const char *name, const struct xml_reader *reader,
		     struct err *err)
{
	zip_file_t *part = zip_fopen(archive->zip, name, ZIP_FL_NOCASE);
	struct xml_parse x = { .reader = reader, .err = err };
	const char *fault;

	if (!part)
		return xml_fail(archive, name, "is missing or cannot be opened", err);
	x.parser = XML_ParserCreate(NULL);
	if (!x.parser) {
		zip_fclose(part);
		return err_set(err, ERR_INPUT, "%s: out of memory", archive->path);
	}
	XML_SetUserData(x.parser, &x);
	XML_SetElementHandler(x.parser, xml_on_start, xml_on_end);
	XML_SetCharacterDataHandler(x.parser, xml_on_text);
	XML_SetStartDoctypeDeclHandler(x.parser, xml_on_doctype);
	fault = xml_feed(archive, part, &x);
	XML_ParserFree(x.parser);
	zip_fclose(part);
	if (fault)
		return xml_fail(archive, name, fault, err);
	return x.stopped ? -1 : 0;
}
