/*
 * The recognisers' findings → go on, or refuse.
 */
#include "cmd/privacy.h"

#include "job/redact.h"
#include "job/shown.h"

static int refuse(struct cmd *cmd, const struct slice *slice, const struct redact_findings *found)
{
	const struct redact_finding *first = &found->items[0];
	const char *more = "";

	if (found->n > 1)
		more = arena_printf(&cmd->arena, ", and so do %zu more tickets", found->n - 1);
	return err_set(&cmd->err, ERR_REFUSED,
		       "%s:%zu: ticket '%s' holds personal data (%s)%s; cover it with 'toehold "
		       "redact', or write 'personal_data: allowed' into the job",
		       shown_path(&cmd->arena, slice->path), first->line,
		       shown(&cmd->arena, first->id), redact_type_name(first->first), more);
}

int privacy_check(struct cmd *cmd, const struct job *job, const struct slice *slice,
		  const char **ret_words)
{
	struct redact_findings found;

	if (redact_check(&cmd->arena, slice, &found, &cmd->err) < 0)
		return -1;
	*ret_words = "no personal data found";
	if (found.n == 0)
		return 0;
	if (!job->allow_personal_data)
		return refuse(cmd, slice, &found);
	*ret_words = arena_printf(&cmd->arena,
				  "not redacted: personal data in %zu of %zu tickets, allowed by "
				  "the job",
				  found.n, found.n_tickets);
	return 0;
}
