/*
 * What a bundle says of itself: how to start, and what its models' licences mean.
 */
#include <sys/utsname.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "base/str.h"
#include "flow/bundle/bundle.h"

static const char *text_needs(struct bundle *b)
{
	struct arena *a = &b->cmd->arena;
	struct utsname machine;
	const char *libc = "";

	uname(&machine);
#ifdef __GLIBC__
	libc = arena_printf(a, ", glibc (made with %s)", gnu_get_libc_version());
#endif
	return arena_printf(a, "Needs %s %s%s%s%s.\n", machine.sysname, machine.machine, libc,
			    b->n_libraries ? ", and these libraries: " : ", and no other library",
			    b->n_libraries ? arena_join(a, b->libraries, b->n_libraries, " ") : "");
}

const char *bundle_readme(struct bundle *b)
{
	struct arena *a = &b->cmd->arena;
	const char *text = arena_printf(
		a,
		"%s, for a machine without a network\n\n"
		"  ./toehold doctor                 does it run here, and does the sandbox hold?\n"
		"  ./toehold demo --models models   a whole decision on sample tickets\n"
		"  %s\n\n"
		"Check the copy first: ./toehold bundle --check .   (or: sha256sum -c " BUNDLE_SUMS
		")\n%s\nModels, as a job file names them:\n",
		cmd_program(),
		b->options->job_path ?
			"./toehold smoke job/job.yaml     the test of your own tickets" :
			"./toehold init my-job --from export.csv    a job from your own tickets",
		text_needs(b));

	for (size_t i = 0; i < b->models.n; i++)
		text = arena_printf(a, "%s  %s\n", text, b->names[i]);
	return arena_printf(
		a,
		"%s\nWhat their licences say is in LICENCES.txt. toehold's own licence and "
		"documents are in\nshare/doc/toehold.\n",
		text);
}

static const char *text_licence(struct bundle *b, size_t i)
{
	const struct licence *l = &b->models.licences[i];
	const struct model *m = &b->models.items[i];
	struct arena *a = &b->cmd->arena;
	const char *text = arena_printf(
		a, "%s\n  sha256      %s\n  verdict     %s, for commercial use\n", b->names[i],
		m->sha256, licence_words(a, licence_verdict_name(l->verdict), l->id, l->source));

	if (*l->why)
		text = arena_printf(a, "%s  why         %s\n", text, l->why);
	if (*l->conditions)
		text = arena_printf(a, "%s  conditions  %s\n", text, l->conditions);
	if (*m->facts.licence_link)
		text = arena_printf(a, "%s  text        %s\n", text, m->facts.licence_link);
	return text;
}

const char *bundle_licences(struct bundle *b)
{
	struct arena *a = &b->cmd->arena;
	const char *text =
		"What each model's licence means (docs/licences.md): a reminder, not legal "
		"advice. Texts that came\nwith a model lie beside it.\n";

	for (size_t i = 0; i < b->models.n; i++)
		text = arena_printf(a, "%s\n%s", text, text_licence(b, i));
	return text;
}
