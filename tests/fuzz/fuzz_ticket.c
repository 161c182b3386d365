/*
 * Tickets from a file of any bytes: JSON Lines, a table in any encoding, a workbook, and a workbook
 * whose sheet or strings are the input. An accepted ticket has a text, a label of the job and a
 * well-formed id; an error names the file.
 */
#include "fuzz.h"

#include <string.h>

#include <utf8proc.h>
#include <zip.h>

#include "job/ticket/ticket_rows.h"

static bool is_utf8(const char *text, size_t n_bytes)
{
	utf8proc_int32_t c;

	while (n_bytes > 0) {
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text,
						      (utf8proc_ssize_t)n_bytes, &c);

		if (n < 1)
			return false;
		text += n;
		n_bytes -= (size_t)n;
	}
	return true;
}

static void check_ticket(const struct job *job, const struct ticket *ticket)
{
	MUST(ticket->text && strlen(ticket->text) >= ticket->text_len);
	MUST(is_utf8(ticket->text, ticket->text_len));
	MUST(ticket->id);
	MUST(ticket->label >= 0 && (size_t)ticket->label < job->n_labels);
	MUST(ticket->line > 0);
}

static void check(const struct job *job, const uint8_t *data, size_t n_bytes,
		  int (*read)(struct ticket_reader *r, struct err *err))
{
	struct arena a = { 0 };
	struct ticket_reader reader = { .arena = &a, .job = job, .path = "fuzz", .labelled = true };
	const char *text = arena_strndup(&a, (const char *)data, n_bytes);
	struct err err = { 0 };

	if (text_file_of_bytes(&a, "fuzz", text, n_bytes, NULL, &reader.text, &err) == 0 &&
	    (!reader.text.zip || read == ticket_read_table) && read(&reader, &err) == 0)
		for (size_t i = 0; i < reader.n; i++)
			check_ticket(job, &reader.tickets[i]);
	else if (err.kind)
		MUST(err.kind == ERR_INPUT && strstr(err.msg, "fuzz"));
	arena_release(&a);
}

static void add_part(zip_t *zip, const char *name, const void *data, size_t n_bytes)
{
	zip_source_t *source = zip_source_buffer(zip, data, n_bytes, 0);

	MUST(source && zip_file_add(zip, name, source, 0) >= 0);
}

static void add_text(zip_t *zip, const char *name, const char *text)
{
	add_part(zip, name, text, strlen(text));
}

#define RELATIONSHIP(id, type, target) \
	"<Relationship Id='" id "' Type='http://x/" type "' Target='" target "'/>"

/* A workbook with the input as one of its parts. */
static void check_workbook(const struct job *job, const char *part, const uint8_t *data,
			   size_t n_bytes)
{
	zip_source_t *whole = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *zip = zip_open_from_source(whole, ZIP_TRUNCATE, NULL);
	static uint8_t bytes[4 * FUZZ_MAX_BYTES];
	zip_int64_t n;

	MUST(zip);
	zip_source_keep(whole);
	add_text(zip, "_rels/.rels",
		 "<Relationships>" RELATIONSHIP("a", "officeDocument",
						"xl/workbook.xml") "</Relationships>");
	add_text(zip, "xl/workbook.xml",
		 "<workbook><sheets><sheet name='S' r:id='b' xmlns:r='r'/></sheets></workbook>");
	add_text(zip, "xl/_rels/workbook.xml.rels",
		 "<Relationships>" RELATIONSHIP("b", "worksheet", "sheet.xml")
			 RELATIONSHIP("c", "sharedStrings", "strings.xml")
				 RELATIONSHIP("d", "styles", "styles.xml") "</Relationships>");
	add_text(zip, "xl/styles.xml",
		 "<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='22'/></cellXfs>"
		 "</styleSheet>");
	if (strcmp(part, "xl/strings.xml") != 0)
		add_text(zip, "xl/strings.xml",
			 "<sst><si><t>text</t></si><si><t>label</t></si><si><t>x</t></si></sst>");
	else
		add_text(zip, "xl/sheet.xml",
			 "<worksheet><sheetData><row><c t='s'><v>0</v></c><c t='s'><v>1</v></c>"
			 "</row><row><c t='s'><v>2</v></c><c t='s'><v>1</v></c></row>"
			 "</sheetData></worksheet>");
	add_part(zip, part, data, n_bytes);
	MUST(zip_close(zip) == 0 && zip_source_open(whole) == 0);
	n = zip_source_read(whole, bytes, sizeof(bytes));
	MUST(n > 0 && (size_t)n < sizeof(bytes));
	zip_source_close(whole);
	zip_source_free(whole);
	check(job, bytes, (size_t)n, ticket_read_table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	static struct label labels[] = { { "x", NULL }, { "y", NULL } };
	static const struct job job = { .labels = labels, .n_labels = 2, .other = -1 };

	check(&job, data, n_bytes, ticket_read_jsonl);
	check(&job, data, n_bytes, ticket_read_table);
	if (n_bytes == 0 || data[0] != '<')
		return 0;
	check_workbook(&job, "xl/sheet.xml", data, n_bytes);
	check_workbook(&job, "xl/strings.xml", data, n_bytes);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const struct {
		const char *bytes;
		size_t n;
	} seeds[] = {
#define SEED(bytes) { bytes, sizeof(bytes) - 1 }
		SEED("{\"id\": \"1\", \"text\": \"a\\ud83d\\ude00\", \"label\": \"x\", "
		     "\"lang\": \"en\"}\n"
		     "{\"text\": \"b\", \"label\": \"y\", \"group\": \"g\", "
		     "\"source\": {\"u\": [1]}}\n"),
		SEED("\xEF\xBB\xBF{\"id\": 7, \"text\": \"\", \"label\": \"x\"}\n\n"),
		SEED("id,text,label,lang,group\n1,\"a, \"\"b\"\"\r\nc\",x,en,g\n2,d,y,,\n"),
		SEED("text,label\r\na,x\r\n,y\r\n"),
		SEED("sep=;\r\"Text\";\"Label\";\r\"a;b\";x;\r;;\r"),
		SEED("Body\tcategory\nM\xFCll\tx\n"),
		SEED("\xFF\xFEt\0e\0x\0t\0,\0l\0a\0b\0e\0l\0\n\0a\0,\0x\0\n\0"),
		SEED("<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' "
		     "t='s'><v>1</v></c></row><row r='3'><c r='A3' t='inlineStr'><is><r><t>a</t>"
		     "</r><rPh><t>b</t></rPh></is></c><c r='B3' s='1'><v>45000.5</v></c><c r='C3' "
		     "t='str'><f>A1</f><v>x</v></c></row></sheetData></worksheet>"),
		SEED("<x:sst xmlns:x='y'><x:si><x:t xml:space='preserve'>text</x:t></x:si><x:si>"
		     "<x:r><x:t>label</x:t></x:r></x:si><x:si><x:t>x_x000D_</x:t></x:si></x:sst>"),
	};

	if (i >= sizeof(seeds) / sizeof(seeds[0]))
		return -1;
	memcpy(to, seeds[i].bytes, seeds[i].n);
	return (int)seeds[i].n;
}
