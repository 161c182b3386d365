/*
 * The magic bytes of files that are given in place of a table. The numbers are those of the
 * formats' own specifications, as file(1) lists them.
 */
#include "job/table/file_kind.h"

#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/str.h"

#define EXPORT "; export the tickets as CSV or JSON Lines"
#define CONVERT "; write its rows as CSV or JSON Lines"
#define SAVE "; save it as .xlsx or CSV"

struct magic {
	const char *bytes;
	size_t n_bytes, at;
	const char *words;
};

#define MAGIC_AT(at, bytes, words) \
	{ \
		bytes, sizeof(bytes) - 1, at, words \
	}
#define MAGIC(bytes, words) MAGIC_AT(0, bytes, words)

static const struct magic magics[] = {
	MAGIC("PAR1", "a Parquet file" CONVERT),
	MAGIC("ARROW1", "an Arrow file" CONVERT),
	MAGIC("\xFF\xFF\xFF\xFF\x10\x01", "an Arrow stream" CONVERT),
	MAGIC("Obj\x01", "an Avro file" CONVERT),
	MAGIC("ORC", "an ORC file" CONVERT),
	MAGIC("\x89HDF\r\n\x1A\n", "an HDF5 file" CONVERT),
	MAGIC("\x93NUMPY", "a NumPy file" CONVERT),
	MAGIC("\x80\x02", "a Python pickle" CONVERT),
	MAGIC("\x80\x03", "a Python pickle" CONVERT),
	MAGIC("\x80\x04", "a Python pickle" CONVERT),
	MAGIC("\x80\x05", "a Python pickle" CONVERT),
	MAGIC("SQLite format 3\0", "an SQLite database" EXPORT),
	MAGIC_AT(4, "Standard Jet DB", "an Access database" EXPORT),
	MAGIC_AT(4, "Standard ACE DB", "an Access database" EXPORT),
	MAGIC("\x1F\x8B", "gzip-compressed; unpack it first, for example with gunzip"),
	MAGIC_AT(4, "1AY&SY", "bzip2-compressed; unpack it first, for example with bunzip2"),
	MAGIC("\xFD"
	      "7zXZ\0",
	      "xz-compressed; unpack it first, for example with unxz"),
	MAGIC("\x28\xB5\x2F\xFD", "zstd-compressed; unpack it first, for example with unzstd"),
	MAGIC("\x04\x22\x4D\x18", "lz4-compressed; unpack it first, for example with unlz4"),
	MAGIC("7z\xBC\xAF\x27\x1C", "a 7-Zip archive; unpack it first"),
	MAGIC("Rar!\x1A\x07", "a RAR archive; unpack it first"),
	MAGIC_AT(257, "ustar", "a tar archive; unpack it first"),
	MAGIC("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
	      "an old Excel workbook (.xls) or one with a password; save it as .xlsx or CSV, "
	      "without a password"),
	MAGIC("\x09\x08\x10\0", "an old Excel workbook (.xls)" SAVE),
	MAGIC("%PDF-", "a PDF" EXPORT),
	MAGIC("{\\rtf", "an RTF document" EXPORT),
	MAGIC("\x89PNG\r\n\x1A\n", "a PNG image" EXPORT),
	MAGIC("\xFF\xD8\xFF", "a JPEG image" EXPORT),
	MAGIC("GIF87a", "a GIF image" EXPORT),
	MAGIC("GIF89a", "a GIF image" EXPORT),
	MAGIC("version https://git-lfs.github.com/spec/",
	      "a pointer of Git LFS, not the file itself; get it with 'git lfs pull'"),
	MAGIC("GGUF", "a model, not a file of tickets; name the tickets"),
	MAGIC("\x7F"
	      "ELF",
	      "a program, not a file of tickets; name the tickets"),
	MAGIC("RIFF", "a sound or video" EXPORT),
	MAGIC("ID3", "a sound" EXPORT),
	MAGIC("OggS", "a sound" EXPORT),
	MAGIC_AT(4, "ftyp", "a sound or video" EXPORT),
};

/* How a file of marks begins, in any case, behind blanks. */
static const struct {
	const char *start, *words;
} marked[] = {
#define HTML \
	"an HTML page, which some helpdesks export under the name .xls; open it in a spreadsheet " \
	"program and save it as .xlsx or CSV"
	{ "<!doctype html", HTML },
	{ "<html", HTML },
	{ "<table", HTML },
	{ "<?xml", "an XML file; export the tickets as .xlsx, CSV or JSON Lines" },
};

static bool kind_is_control(char c)
{
	return (unsigned char)c < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

/* A column can be called ORC or ID3, but no text holds controls. */
static bool kind_fits(const struct magic *magic, const char *data, size_t n_bytes)
{
	size_t n = n_bytes < FILE_KIND_BYTES ? n_bytes : FILE_KIND_BYTES;
	bool text = magic->n_bytes < 5;

	for (size_t i = 0; i < n && text; i++)
		text = !kind_is_control(data[i]);
	return !text && n_bytes >= magic->at + magic->n_bytes &&
	       memcmp(data + magic->at, magic->bytes, magic->n_bytes) == 0;
}

const char *file_kind_fault(const char *data, size_t n_bytes)
{
	size_t blank = str_mark_bytes(data, n_bytes);

	for (size_t i = 0; i < COUNT_OF(magics); i++)
		if (kind_fits(&magics[i], data, n_bytes))
			return magics[i].words;
	while (blank < n_bytes && data[blank] && strchr(" \t\r\n", data[blank]))
		blank++;
	for (size_t i = 0; i < COUNT_OF(marked); i++) {
		size_t n = strlen(marked[i].start);

		if (n_bytes - blank >= n && strncasecmp(data + blank, marked[i].start, n) == 0)
			return marked[i].words;
	}
	return NULL;
}

bool file_kind_is_zip(const char *data, size_t n_bytes)
{
	return n_bytes >= 4 &&
	       (memcmp(data, "PK\x03\x04", 4) == 0 || memcmp(data, "PK\x05\x06", 4) == 0);
}
