/*
 * What the gate found → go on, or refuse.
 */
#include "flow/prepare/privacy.h"

#include "base/display.h"
#include "flow/ask/ask_note.h"
#include "job/redact/redact_gate.h"

static int privacy_refuse(struct cmd *cmd, const struct slice *slice,
			  const struct redact_findings *found)
{
	const struct redact_finding *first = &found->items[0];
	const char *more = "";

	if (found->n > 1)
		more = arena_printf(&cmd->arena, ", and so do%s %zu more",
				    found->n == 2 ? "es" : "", found->n - 1);
	return err_set(&cmd->err, ERR_REFUSED,
		       "%s:%zu: ticket '%s' holds personal data (%s)%s; cover it with 'toehold "
		       "redact', or write 'personal_data: allowed' into the job",
		       display_path(&cmd->arena, slice->path), first->line,
		       display_text(&cmd->arena, first->id), redact_type_name(first->first), more);
}

static size_t privacy_count_images(const struct slice *slice)
{
	size_t n = 0;

	for (size_t i = 0; i < slice->n; i++)
		n += slice->tickets[i].image != NULL;
	return n;
}

int privacy_check(struct cmd *cmd, const struct job *job, const struct slice *slice,
		  const char **ret_words)
{
	struct redact_findings found;
	size_t n_images = privacy_count_images(slice);
	struct arena scratch = { 0 };
	int r = redact_check(&scratch, slice, &found, &cmd->err);

	*ret_words = "no personal data found";
	if (r == 0 && found.n > 0 && !job->allow_personal_data)
		r = privacy_refuse(cmd, slice, &found);
	else if (r == 0 && found.n > 0)
		*ret_words = arena_printf(&cmd->arena,
					  "not redacted: personal data in %zu of %zu tickets, "
					  "allowed by the job",
					  found.n, found.n_tickets);
	if (r == 0 && n_images > 0)
		*ret_words = arena_printf(&cmd->arena, "%s (%zu image%s not looked into)",
					  *ret_words, n_images, n_images == 1 ? "" : "s");
	arena_release(&scratch);
	return r;
}

int privacy_note_images(struct session *s, const struct slice *slice)
{
	size_t n = privacy_count_images(slice);

	if (n == 0)
		return 0;
	return ask_note(
		s, 0, EVENT_WARNING,
		arena_printf(&s->cmd->arena,
			     "%zu ticket%s an image. Images are not checked for personal data. "
			     "The store keeps their names and checksums, not the pictures",
			     n, n == 1 ? " has" : "s have"));
}
