/*
 * Labelling in a terminal: a ticket, the buckets with their numbers, a line. The keys are those of
 * the page.
 */
#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "base/str.h"
#include "base/terminal.h"
#include "cmd/start/label_text.h"

struct keys {
	const char *dir, *reader;
	struct arena arena; /* of the draft, until the next step */
	struct draft draft;
	size_t skipped; /* the row that was skipped last; SIZE_MAX: none */
};

/* The next ticket to read, those that were skipped last, and in turn; or NULL. */
static const struct draft_row *keys_next(const struct keys *k)
{
	const struct draft_reader *reader = draft_reader_find(&k->draft, k->reader);
	size_t skipped = SIZE_MAX;

	for (size_t i = 0; i < k->draft.n; i++) {
		int judgement = draft_judgement(reader, i);

		if (judgement == DRAFT_OPEN)
			return &k->draft.rows[i];
		if (judgement == DRAFT_SKIPPED &&
		    (skipped == SIZE_MAX || (skipped <= k->skipped && i > k->skipped)))
			skipped = i;
	}
	return skipped < SIZE_MAX ? &k->draft.rows[skipped] : NULL;
}

static void keys_show(struct keys *k, const struct draft_row *row)
{
	struct arena *a = &k->arena;
	const char *text = draft_text(a, row);
	size_t number = 0;
	struct buf b;

	buf_init(&b, 8 * strlen(text) + 1);
	str_printable(&b, text, strlen(text));
	printf("\n");
	display_wrap(a, buf_text(&b), 0, terminal_text_columns(stdout), stdout);
	buf_release(&b);
	if (row->repeats >= 0)
		printf("(nearly) repeats ticket '%s'\n",
		       display_text(a, k->draft.rows[row->repeats].id));
	for (size_t i = 0; i < k->draft.n_buckets; i++)
		if (!k->draft.buckets[i].removed)
			printf("  %zu %s", ++number, display_text(a, k->draft.buckets[i].name));
	printf("\n  s skip · ? unsure · u undo%s · q end > ",
	       k->draft.job ? "" : " · + NAME new bucket");
	fflush(stdout);
}

/* The bucket with a number from 1 on, or NULL. */
static const char *keys_bucket(const struct keys *k, const char *line)
{
	int64_t number;

	if (!str_to_i64(line, 1, INT32_MAX, &number))
		return NULL;
	for (size_t i = 0; i < k->draft.n_buckets; i++)
		if (!k->draft.buckets[i].removed && --number == 0)
			return k->draft.buckets[i].name;
	return NULL;
}

/* False if the line means nothing. */
static bool keys_entry(const struct keys *k, const struct draft_row *row, const char *line,
		       struct draft_entry *e)
{
	*e = (struct draft_entry){ .reader = k->reader, .id = row->id };
	if (strcmp(line, "u") == 0) {
		*e = (struct draft_entry){ .verb = DRAFT_UNDO, .reader = k->reader };
	} else if (line[0] == '+' && line[strspn(line, "+ ")]) {
		*e = (struct draft_entry){ .verb = DRAFT_BUCKET,
					   .reader = k->reader,
					   .label = line + strspn(line, "+ "),
					   .about = "" };
	} else if (strcmp(line, "s") == 0) {
		e->verb = DRAFT_SKIP;
	} else if (strcmp(line, "?") == 0) {
		e->verb = DRAFT_IS_UNSURE;
	} else {
		e->verb = DRAFT_LABEL;
		e->label = keys_bucket(k, line);
		return e->label;
	}
	return true;
}

/* What cannot be done is said, and the ticket comes again. */
static void keys_do(struct keys *k, const struct draft_row *row, const struct draft_entry *entry)
{
	struct cmd step = { 0 };
	struct draft_entry own = *entry; /* the new draft keeps it longer than the old one lives */
	struct draft before, after;

	own.id = arena_strdup(&step.arena, entry->id);
	own.label = arena_strdup(&step.arena, entry->label);
	if (draft_do(&step, k->dir, &own, &before, &after) < 0) {
		printf("%s\n", step.err.msg);
		arena_release(&step.arena);
		return;
	}
	if (entry->verb == DRAFT_SKIP)
		k->skipped = (size_t)(row - k->draft.rows);
	arena_release(&k->arena);
	k->arena = step.arena;
	k->draft = after;
}

int label_with_keys(struct cmd *cmd, const char *dir, const char *reader, FILE *in)
{
	struct keys k = { .dir = dir, .reader = reader, .skipped = SIZE_MAX };
	const struct draft_row *row;
	struct draft_entry entry;
	char *line = NULL;
	size_t cap = 0;

	if (draft_open(cmd, dir, &k.draft) < 0)
		return -1;
	while ((row = keys_next(&k))) {
		keys_show(&k, row);
		if (getline(&line, &cap, in) < 0)
			break;
		line[strcspn(line, "\r\n")] = '\0';
		if (strcmp(line, "q") == 0)
			break;
		if (keys_entry(&k, row, line, &entry))
			keys_do(&k, row, &entry);
	}
	free(line);
	printf("\n");
	label_print_progress(&cmd->arena, &k.draft, reader);
	arena_release(&k.arena);
	return 0;
}
