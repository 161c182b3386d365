/*
 * The rendered prompt of a session, with a ticket in its place. A server gets messages in JSON, so
 * there the ticket is written as JSON too. Private texts may be purged, and say so.
 */
#include "report/result/prompt_text.h"

#include <string.h>

#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"

static const char place[] = "{ticket}";

/* A prompt, or why there is none. */
struct prompt_found {
	const struct segment_row *session; /* NULL: none */
	const char *text; /* NULL: see `missing` */
	const char *missing;
};

/* The pass that asked the ticket; 0: any. */
static int64_t prompt_pass_id(const struct prompt_shown *p)
{
	const char *slice = p->ticket >= 0 ? p->r->slices[p->r->slice_of[p->ticket]].sha256 : NULL;

	for (size_t i = 0; slice && i < p->c->n_passes; i++)
		if (strcmp(p->c->passes[i]->slice_sha256, slice) == 0)
			return p->c->passes[i]->id;
	return 0;
}

/* The newest session of that pass, or NULL. */
static const struct segment_row *prompt_session(const struct prompt_shown *p)
{
	int64_t pass_id = prompt_pass_id(p);

	for (size_t i = p->c->n_segments; i > 0; i--)
		if ((pass_id == 0 || p->c->segments[i - 1].pass_id == pass_id) &&
		    *p->c->segments[i - 1].report.rendered)
			return &p->c->segments[i - 1];
	return NULL;
}

/* The text as the model got it: some templates drop the white space around it. */
static const char *prompt_ticket(struct arena *a, const struct prompt_shown *p,
				 const struct segment_row *session)
{
	static const char white[] = " \t\r\n\v\f";
	const char *text = p->r->tickets[p->ticket].text;
	size_t n = strlen(text);

	if (strstr(session->report.template_marks, "content trimmed")) {
		text += strspn(text, white);
		n = strlen(text);
		while (n > 0 && strchr(white, text[n - 1]))
			n--;
	}
	text = arena_strndup(a, text, n);
	if (p->c->row->engine == ENGINE_HTTP) {
		json_t *quoted = json_any_text(text);

		text = json_text(a, quoted);
		text = arena_strndup(a, text + 1, strlen(text) - 2);
	}
	return text;
}

/* The ticket comes last: an example that quotes its place stands before it. */
static const char *prompt_fill(struct arena *a, const char *rendered, const char *ticket)
{
	const char *at = NULL, *next = rendered;

	while ((next = strstr(next, place)))
		at = next++;
	if (!at)
		return rendered;
	return arena_printf(a, "%.*s%s%s", (int)(at - rendered), rendered, ticket,
			    at + strlen(place));
}

static struct prompt_found prompt_find(struct arena *a, const struct prompt_shown *p)
{
	const struct segment_row *session = prompt_session(p);
	struct prompt_found found = { .session = session };

	if (p->c->baseline)
		found.missing = "a baseline reads no prompt";
	else if (!session)
		found.missing = "it was not asked";
	else if (session->report.rendered == store_purged)
		found.missing = "it was purged; its checksum stays";
	else if (p->ticket >= 0 && p->r->tickets[p->ticket].text == store_purged)
		found.missing = "the ticket was purged";
	else if (p->ticket >= 0)
		found.text = prompt_fill(a, session->report.rendered, prompt_ticket(a, p, session));
	else
		found.text = session->report.rendered;
	return found;
}

void prompt_write(struct arena *a, const struct prompt_shown *p, FILE *out)
{
	const struct prompt_found found = prompt_find(a, p);
	const char *line = found.text;

	fprintf(out, "%s\n", display_path(a, p->c->row->name));
	fprintf(out, "  the job's prompt     sha256 %s\n", p->r->run->prompt_sha256);
	if (found.session)
		fprintf(out, "  with its template    sha256 %s (\"%s\" in the ticket's place)\n",
			found.session->rendered_sha256, place);
	if (found.session &&
	    strstr(found.session->report.template_marks, "one prompt for each label"))
		fputs("  one for each label   this is the prompt about the first\n", out);
	if (p->ticket >= 0 && p->r->tickets[p->ticket].image)
		fputs("  the ticket's image   goes with this text\n", out);
	if (!line) {
		fprintf(out, "No prompt can be shown: %s.\n", found.missing);
		return;
	}
	fputc('\n', out);
	while (*line) {
		size_t n = strcspn(line, "\n");

		display_write(arena_strndup(a, line, n), out);
		fputc('\n', out);
		line += n + (line[n] == '\n');
	}
}

json_t *prompt_to_json(struct arena *a, const struct prompt_shown *p)
{
	const struct prompt_found found = prompt_find(a, p);
	const struct segment_row *s = found.session;
	json_t *j = json_pack("{s:o, s:o, s:s}", "run", json_any_text(p->r->run->name), "candidate",
			      json_any_text(p->c->row->name), "prompt_sha256",
			      p->r->run->prompt_sha256);

	json_object_set_new(j, "rendered_sha256", json_any_text(s ? s->rendered_sha256 : NULL));
	json_object_set_new(j, "ticket",
			    json_any_text(p->ticket >= 0 ? p->r->tickets[p->ticket].id : NULL));
	json_object_set_new(j, "prompt", json_any_text(found.text));
	json_object_set_new(j, "missing", json_any_text(found.missing));
	return j;
}
