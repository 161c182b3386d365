/*
 * The texts of runs' and events' kinds, from their lists.
 */
#include "store/kinds.h"

#include "base/array.h"

static const char *const kinds_of_runs[] = { RUN_KINDS(NAMES_TEXT) };
static const char *const kinds_modes[] = { RUN_MODES(NAMES_TEXT) };
static const char *const kinds_of_events[] = { EVENT_KINDS(NAMES_TEXT) };

const struct names run_kind_names = { kinds_of_runs, COUNT_OF(kinds_of_runs) };
const struct names run_mode_names = { kinds_modes, COUNT_OF(kinds_modes) };
const struct names event_kind_names = { kinds_of_events, COUNT_OF(kinds_of_events) };

const char *run_kind_name(enum run_kind kind)
{
	return kinds_of_runs[kind];
}

const char *run_mode_name(enum run_mode mode)
{
	return kinds_modes[mode];
}

const char *event_kind_name(enum event_kind kind)
{
	return kinds_of_events[kind];
}
