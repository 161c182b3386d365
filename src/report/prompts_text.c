/*
 * A table of versions, and two of them side by side as lines.
 */
#include "report/prompts_text.h"

#include <string.h>

#include "base/clock.h"
#include "base/display.h"
#include "base/json/json.h"
#include "report/diff/line_diff.h"
#include "report/table/table.h"

enum { FIRST_LINE_MAX = 60 };

static const char *const kinds[] = { PROMPT_KINDS(NAMES_TEXT) };

void prompts_write_text(struct arena *a, const struct prompt_list *list, FILE *out)
{
	static const char *const headers[] = { "prompt", "sha256", "kept", "begins with", NULL };
	struct table t;

	table_init(&t, a, headers);
	table_rank(&t, "0010");
	for (size_t i = 0; i < list->n; i++) {
		const struct prompt_version *v = &list->items[i];

		table_add(&t, display_text(a, v->id));
		table_addf(&t, "%.12s", v->sha256);
		table_add(&t, v->kept_us ? clock_iso(a, v->kept_us) : "in the job");
		table_add(&t, display_fit(a, arena_strndup(a, v->text, strcspn(v->text, "\n")),
					  FIRST_LINE_MAX));
	}
	table_write(&t, out);
}

void prompt_version_write(struct arena *a, const struct prompt_version *v, FILE *out)
{
	const char *line = v->text;
	size_t n;

	while (*line) {
		n = strcspn(line, "\n");
		fprintf(out, "%s\n", display_text(a, arena_strndup(a, line, n)));
		line += n + (line[n] != '\0');
	}
}

json_t *prompt_version_to_json(struct arena *a, const struct prompt_version *v)
{
	return json_pack("{s:o, s:o, s:s, s:s, s:o, s:o, s:o}", "id", json_any_text(v->id), "name",
			 json_any_text(v->name), "kind", kinds[v->kind], "sha256", v->sha256,
			 "file", json_any_text(v->path), "kept",
			 v->kept_us ? json_any_text(clock_iso(a, v->kept_us)) : json_null(), "text",
			 json_any_text(v->text));
}

json_t *prompts_to_json(struct arena *a, const struct prompt_list *list)
{
	json_t *items = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(items, prompt_version_to_json(a, &list->items[i]));
	return json_pack("{s:o, s:o}", "job", json_any_text(list->job_path), "prompts", items);
}

void prompts_write_diff(struct arena *a, const struct prompt_version *from,
			const struct prompt_version *to, FILE *out)
{
	fprintf(out, "-: %s, sha256 %.12s; +: %s, sha256 %.12s\n", display_text(a, from->id),
		from->sha256, display_text(a, to->id), to->sha256);
	line_diff_write(a, from->text, to->text, out);
}

json_t *prompts_diff_to_json(struct arena *a, const struct prompt_version *from,
			     const struct prompt_version *to)
{
	json_t *lines = json_array();
	struct line_change *changes;
	size_t n;

	line_diff(a, from->text, to->text, &changes, &n);
	for (size_t i = 0; i < n; i++) {
		const char mark[] = { changes[i].mark, '\0' };

		json_array_append_new(lines, json_pack("{s:s, s:o}", "mark", mark, "text",
						       json_any_text(changes[i].text)));
	}
	return json_pack("{s:o, s:o, s:o}", "from", prompt_version_to_json(a, from), "to",
			 prompt_version_to_json(a, to), "lines", lines);
}
