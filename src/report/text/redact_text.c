/*
 * The report of `redact`: counts, a review of each place, JSON.
 */
#include "report/text/redact_text.h"

#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "report/table/table.h"

enum { AROUND_BYTES = 28 }; /* of the text before and after a place */

void redact_count(const struct redact_file *file, struct redact_counts *ret_counts)
{
	struct redact_counts counts = { 0 };

	for (size_t i = 0; i < file->n; i++) {
		const struct redact_result *result = &file->texts[i].result;

		for (size_t k = 0; k < result->n_covered; k++)
			counts.covered[result->covered[k].type]++;
		counts.n_covered += result->n_covered;
		counts.n_texts_covered += result->n_covered > 0;
		counts.n_suspects += result->n_suspects;
		counts.n_texts_suspect += result->n_suspects > 0;
	}
	*ret_counts = counts;
}

static const char *redact_plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void redact_write_members(const struct redact_file *file, FILE *out)
{
	for (size_t i = 0; i < file->n_members; i++) {
		const struct redact_member *member = &file->members[i];

		fputs("The member '", out);
		display_write(member->name, out);
		fprintf(out,
			"' holds personal data (%s) in %zu row%s, first in line %zu. It is kept; "
			"--drop leaves it out.\n",
			redact_type_name(member->type), member->n_rows,
			redact_plural(member->n_rows), member->first_line);
	}
}

void redact_write_summary(const struct redact_file *file, const struct redact_counts *counts,
			  const char *out_name, FILE *out)
{
	const char *unit = file->plain ? "text" : "ticket";

	fprintf(out, "%s: %zu %s%s, %zu place%s covered in %zu of them%s%s\n", file->path, file->n,
		unit, redact_plural(file->n), counts->n_covered, redact_plural(counts->n_covered),
		counts->n_texts_covered, out_name ? ", into " : "", out_name ? out_name : "");
	for (int i = 0; i < REDACT_N_TYPES; i++)
		if (counts->covered[i])
			fprintf(out, "  %-9s %zu\n", redact_type_name((enum redact_type)i),
				counts->covered[i]);
	if (counts->n_suspects)
		fprintf(out,
			"%zu place%s in %zu %s%s look%s like personal data and %s not covered"
			"; --review shows them.\n",
			counts->n_suspects, redact_plural(counts->n_suspects),
			counts->n_texts_suspect, unit, redact_plural(counts->n_texts_suspect),
			counts->n_suspects == 1 ? "s" : "", counts->n_suspects == 1 ? "is" : "are");
	redact_write_members(file, out);
	fputs("Patterns find only a part of the personal data: read the result before you share "
	      "it.\n",
	      out);
}

/* Appends [from, to) of a text with placeholders. */
static void redact_add_redacted(struct arena *a, const struct redact_key *key,
				const struct redact_text *text, size_t from, size_t to,
				struct buf *out)
{
	const struct redact_result *result = &text->result;

	for (size_t i = 0; i < result->n_covered && from < to; i++) {
		const struct redact_span *span = &result->covered[i];

		if (span->end <= from || span->start >= to)
			continue;
		if (span->start > from)
			buf_add(out, text->text + from, span->start - from);
		buf_adds(out, redact_placeholder(a, key, span->type, text->text + span->start,
						 span->end - span->start));
		from = span->end;
	}
	if (from < to)
		buf_add(out, text->text + from, to - from);
}

/* The redacted text around a place, with the place itself. Owned by the arena. */
static const char *redact_around(struct arena *a, const struct redact_key *key,
				 const struct redact_text *text, const struct redact_span *span)
{
	size_t from = span->start > AROUND_BYTES ?
			      str_char_start(text->text, span->start - AROUND_BYTES) :
			      0;
	size_t to = text->n_bytes - span->end > AROUND_BYTES ?
			    str_char_start(text->text, span->end + AROUND_BYTES) :
			    text->n_bytes;
	struct buf b;

	buf_init(&b, 1 << 16);
	buf_adds(&b, from > 0 ? "…" : "");
	redact_add_redacted(a, key, text, from, to, &b);
	buf_adds(&b, to < text->n_bytes ? "…" : "");
	return buf_to_arena(&b, a);
}

static void redact_write_covered(struct arena *a, const struct redact_file *file,
				 const struct redact_key *key, FILE *out)
{
	static const char *const headers[] = { "ticket", "value", "becomes", "what", "in", NULL };
	struct table t;

	table_init(&t, a, headers);
	table_rank(&t, "0tt0t");
	for (size_t i = 0; i < file->n; i++) {
		const struct redact_text *text = &file->texts[i];

		for (size_t k = 0; k < text->result.n_covered; k++) {
			const struct redact_span *span = &text->result.covered[k];
			const char *value = text->text + span->start;
			size_t n = span->end - span->start;

			table_add(&t, text->id);
			table_add(&t, redact_masked(a, span->type, value, n));
			table_add(&t, redact_placeholder(a, key, span->type, value, n));
			table_add(&t, span->what);
			table_add(&t, redact_around(a, key, text, span));
		}
	}
	fputs("Covered:\n", out);
	table_write(&t, out);
}

static void redact_write_suspects(struct arena *a, const struct redact_file *file,
				  const struct redact_key *key, FILE *out)
{
	static const char *const headers[] = { "ticket", "looks like", "text", "in", NULL };
	struct table t;

	table_init(&t, a, headers);
	table_rank(&t, "00tt");
	for (size_t i = 0; i < file->n; i++) {
		const struct redact_text *text = &file->texts[i];

		for (size_t k = 0; k < text->result.n_suspects; k++) {
			const struct redact_span *span = &text->result.suspects[k];

			table_add(&t, text->id);
			table_add(&t, span->what);
			table_add(&t, arena_strndup(a, text->text + span->start,
						    span->end - span->start));
			table_add(&t, redact_around(a, key, text, span));
		}
	}
	fputs("\nNot covered; please check:\n", out);
	table_write(&t, out);
}

void redact_write_review(struct arena *a, const struct redact_file *file,
			 const struct redact_key *key, FILE *out)
{
	struct redact_counts counts;

	redact_count(file, &counts);
	if (counts.n_covered)
		redact_write_covered(a, file, key, out);
	if (counts.n_suspects)
		redact_write_suspects(a, file, key, out);
	if (counts.n_covered || counts.n_suspects)
		fputc('\n', out);
}

static json_t *redact_place_to_json(const struct redact_text *text, const struct redact_span *span)
{
	return json_pack("{s:o, s:s, s:I, s:I}", "ticket", json_any_text(text->id), "what",
			 span->what, "start_byte", (json_int_t)span->start, "end_byte",
			 (json_int_t)span->end);
}

/* The covered or the suspected places. A covered one has its type and placeholder. */
static json_t *redact_places_to_json(const struct redact_file *file, const struct redact_key *key,
				     bool covered)
{
	struct arena a = { 0 };
	json_t *places = json_array();

	for (size_t i = 0; i < file->n; i++) {
		const struct redact_text *text = &file->texts[i];
		const struct redact_result *result = &text->result;
		size_t n = covered ? result->n_covered : result->n_suspects;

		for (size_t k = 0; k < n; k++) {
			const struct redact_span *span =
				covered ? &result->covered[k] : &result->suspects[k];
			const char *value = text->text + span->start;
			size_t n_bytes = span->end - span->start;
			json_t *place = redact_place_to_json(text, span);

			if (covered) {
				json_object_set_new(place, "type",
						    json_string(redact_type_name(span->type)));
				json_object_set_new(place, "placeholder",
						    json_string(redact_placeholder(
							    &a, key, span->type, value, n_bytes)));
			}
			json_array_append_new(places, place);
		}
		arena_release(&a);
	}
	return places;
}

json_t *redact_to_json(const struct redact_file *file, const struct redact_counts *counts,
		       const struct redact_key *key, bool places)
{
	json_t *types = json_object(), *members = json_array(), *all;

	for (int i = 0; i < REDACT_N_TYPES; i++)
		if (counts->covered[i])
			json_object_set_new(types, redact_type_name((enum redact_type)i),
					    json_integer((json_int_t)counts->covered[i]));
	for (size_t i = 0; i < file->n_members; i++)
		json_array_append_new(members,
				      json_pack("{s:o, s:s, s:I, s:I}", "name",
						json_any_text(file->members[i].name), "type",
						redact_type_name(file->members[i].type), "rows",
						(json_int_t)file->members[i].n_rows, "first_line",
						(json_int_t)file->members[i].first_line));
	all = json_pack("{s:o, s:I, s:I, s:I, s:o, s:I, s:I, s:o}", "file",
			json_any_text(file->path), "texts", (json_int_t)file->n, "covered",
			(json_int_t)counts->n_covered, "texts_covered",
			(json_int_t)counts->n_texts_covered, "types", types, "suspects",
			(json_int_t)counts->n_suspects, "texts_suspect",
			(json_int_t)counts->n_texts_suspect, "members", members);
	if (places) {
		json_object_set_new(all, "places", redact_places_to_json(file, key, true));
		json_object_set_new(all, "suspect_places", redact_places_to_json(file, key, false));
	}
	return all;
}
