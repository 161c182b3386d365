/*
 * Tickets from a file of JSON Lines or CSV. An accepted ticket has a text, a label of the job and a
 * well-formed id; an error names the line.
 */
#include "fuzz.h"

#include <string.h>

#include <utf8proc.h>

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
	struct err err = { 0 };

	reader.data = arena_strndup(&a, (const char *)data, n_bytes);
	reader.n_bytes = n_bytes;
	reader.cap = n_bytes + 1;
	reader.tickets = arena_array(&a, reader.cap, sizeof(*reader.tickets));
	if (read(&reader, &err) == 0)
		for (size_t i = 0; i < reader.n; i++)
			check_ticket(job, &reader.tickets[i]);
	else
		MUST(err.kind == ERR_INPUT && strstr(err.msg, "fuzz"));
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	static struct label labels[] = { { "x", NULL }, { "y", NULL } };
	static const struct job job = { .labels = labels, .n_labels = 2, .other = -1 };

	/* text_file.c refuses these before a ticket is parsed. */
	if (memchr(data, 0, n_bytes) || !is_utf8((const char *)data, n_bytes))
		return 0;
	check(&job, data, n_bytes, ticket_read_jsonl);
	check(&job, data, n_bytes, ticket_read_csv);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const texts[] = {
		"{\"id\": \"1\", \"text\": \"a\\ud83d\\ude00\", \"label\": \"x\", "
		"\"lang\": \"en\"}\n"
		"{\"text\": \"b\", \"label\": \"y\", \"group\": \"g\", \"source\": {\"u\": [1]}}\n",
		"\xEF\xBB\xBF{\"id\": 7, \"text\": \"\", \"label\": \"x\"}\n\n",
		"id,text,label,lang,group\n1,\"a, \"\"b\"\"\r\nc\",x,en,g\n2,d,y,,\n",
		"text,label\r\na,x\r\n,y\r\n",
	};

	if (i >= sizeof(texts) / sizeof(texts[0]))
		return -1;
	memcpy(to, texts[i], strlen(texts[i]));
	return (int)strlen(texts[i]);
}
