/*
 * How each family of models writes a call of a tool: what opens it, what closes it, and the name
 * of the arguments in between, which are JSON. Decides from the template's text only, as
 * engine/opening.h does. Also shows tools to a model whose template does not.
 */
#ifndef ENGINE_TOOL_FORMAT_H
#define ENGINE_TOOL_FORMAT_H

#include "base/arena.h"

/* All texts are constants. */
struct tool_format {
	const char *name; /* row of the table, for the log */
	const char *source_has; /* the row applies if the template has this */
	const char *open, *close;
	const char *arguments; /* the member that holds the arguments */
};

/* NULL if the family is unknown, or writes calls that are not JSON. */
const struct tool_format *tool_format_find(const char *template_source);

/* A schema of calls, {"anyOf": […]}, with this family's name of the arguments. */
const char *tool_format_schema(struct arena *a, const struct tool_format *format,
			       const char *schema);

/* A call, {"name": …, "arguments": …}, as the family writes it: for worked examples. */
const char *tool_format_call(struct arena *a, const struct tool_format *format, const char *call);

/* The system text with the tools behind it, and the JSON that is asked for. */
const char *tool_format_listed(struct arena *a, const char *system, const char *tools);

#endif
